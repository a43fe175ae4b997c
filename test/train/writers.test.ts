// What writers leave behind, read by a parser of its own; metrics and early stopping by hand-made values.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nn, optim, Trainer, tensor, train } from 'flambeau';
import { afterAll, describe, expect, it } from 'vitest';
import { type Fields, readDoubles, readMessage, readPng, readRecords, slowCrc32c } from '../support/event-file.ts';

const root = mkdtempSync(join(tmpdir(), 'flambeau-writers-'));
afterAll(() => rmSync(root, { recursive: true }));

const record = { event: 'step', step: 3, epoch: 0, values: { loss: 0.5, lr: 0.1 } } as const;

describe('TensorBoardWriter', () => {
  const message = (fields: Fields | undefined, field: number) => readMessage(fields?.get(field)?.[0] as Buffer);
  const summaries = (path: string) =>
    readRecords(readFileSync(path)).map((payload) => {
      const event = readMessage(payload);
      return { step: event.get(2)?.[0], time: event.get(1)?.[0], version: event.get(3)?.[0], event };
    });
  const values = (path: string) =>
    summaries(path)
      .slice(1)
      .map(({ event, step }) => ({ step, value: message(message(event, 5).get(1) ? message(event, 5) : undefined, 1) }))
      .map(({ step, value }) => ({ step, tag: String(value.get(1)?.[0]), value }));

  it('begins with the version, in a file that TensorBoard finds', () => {
    const board = new train.TensorBoardWriter(join(root, 'a'));
    const [first, ...rest] = summaries(board.path);
    expect(board.path).toMatch(/events\.out\.tfevents\.\d{10}\./);
    expect(String(first?.version)).toBe('brain.Event:2');
    expect(Math.abs(Number(first?.time) - Date.now() / 1000)).toBeLessThan(60);
    expect(rest).toEqual([]);
    board.close();
  });

  it('writes scalars, of records too', () => {
    const board = new train.TensorBoardWriter(join(root, 'b'));
    board.write(record);
    board.addScalar('ä/b', -1.5, 2 ** 40);
    board.flush();
    board.close();
    const found = values(board.path).map(({ step, tag, value }) => [step, tag, value.get(2)?.[0]]);
    expect(found).toEqual([
      [3, 'train/loss', 0.5],
      [3, 'train/lr', Math.fround(0.1)],
      [2 ** 40, 'ä/b', -1.5],
    ]);
  });

  // torch.utils.tensorboard.summary.make_histogram(np.array([1., 2, 2, 4]), 3) gives these buckets.
  it.each([
    ['even bins', { bins: 3 }, [1, 2, 3, 4], [0, 1, 2, 1]],
    ['default bins', {}, null, null],
  ])('writes histograms of %s', (name, options, limits, counts) => {
    const board = new train.TensorBoardWriter(join(root, name));
    board.addHistogram('h', tensor([1, 2, 2, 4]), 1, options);
    const [entry] = values(board.path);
    const histogram = message(entry?.value, 5);
    expect([1, 2, 3, 4, 5].map((field) => histogram.get(field)?.[0])).toEqual([1, 4, 4, 9, 25]);
    const [edges, buckets] = [6, 7].map((field) => readDoubles(histogram.get(field)?.[0] as Buffer));
    if (limits !== null) expect([edges, buckets]).toEqual([limits, counts]);
    expect(edges?.length).toBe(buckets?.length);
    expect(buckets?.[0]).toBe(0);
    expect(buckets?.reduce((sum, count) => sum + count)).toBe(4);
    expect(edges?.[0]).toBeLessThanOrEqual(1);
    expect(edges?.at(-1)).toBeGreaterThanOrEqual(4);
    board.close();
  });

  it.each([
    ['CHW', tensor([[[0, 1]], [[0.5, 2]], [[-1, 0.25]]]), 3, [0, 0, 127, 0, 255, 255, 63]],
    ['HW', tensor([[7, 9]], { dtype: 'uint8' }), 1, [0, 7, 9]],
  ] as const)('writes images %s', (dataformats, image, channels, rows) => {
    const board = new train.TensorBoardWriter(join(root, dataformats));
    board.addImage('i', image, 0, { dataformats });
    const [entry] = values(board.path);
    const picture = message(entry?.value, 4);
    expect([1, 2, 3].map((field) => picture.get(field)?.[0])).toEqual([1, 2, channels]);
    expect(readPng(picture.get(4)?.[0] as Buffer)).toEqual({ width: 2, height: 1, rows: Buffer.from(rows) });
    board.close();
  });

  it.each([
    ['empty', (board: train.TensorBoardWriter) => board.addHistogram('h', tensor([]), 0), /no elements/],
    ['NaN', (board: train.TensorBoardWriter) => board.addHistogram('h', tensor([Number.NaN]), 0), /finite/],
    ['flat', (board: train.TensorBoardWriter) => board.addImage('i', tensor([1]), 0), /1, 3 or 4 channels/],
    ['a negative step', (board: train.TensorBoardWriter) => board.addScalar('s', 1, -1), /step must be/],
  ])('refuses what is %s', (name, act, error) => {
    const board = new train.TensorBoardWriter(join(root, name));
    expect(() => act(board)).toThrow(error);
    expect(summaries(board.path)).toHaveLength(1);
    board.close();
  });

  it('has a reader that knows the checksum', () => {
    expect(slowCrc32c(Buffer.from('123456789'))).toBe(0xe3069283);
  });
});

describe('the others', () => {
  it('JsonLinesWriter appends', () => {
    const path = join(root, 'deep', 'run.jsonl');
    for (const loss of [0.5, Number.NaN]) {
      const writer = new train.JsonLinesWriter(path);
      writer.write({ ...record, values: { loss } });
      writer.flush();
      writer.close();
    }
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { event: 'step', step: 3, epoch: 0, time: expect.any(Number), loss: 0.5 },
      { step: 3, loss: null },
    ]);
  });

  it('ConsoleWriter prints', () => {
    const lines: string[] = [];
    new train.ConsoleWriter((line) => lines.push(line)).write(record);
    expect(lines).toEqual(['step | step 3 | epoch 0 | loss 0.5, lr 0.1']);
  });

  it('are given all records of a run', async () => {
    const records: train.MetricRecord[] = [];
    let flushed = 0;
    const writer = { write: (given: train.MetricRecord) => void records.push(given), flush: () => void flushed++ };
    const module = new nn.Linear(1, 1);
    const optimizer = new optim.SGD(module.parameters(), { lr: 0.25 });
    const trainer = new Trainer({ module, optimizer, loss: nn.functional.mseLoss, writers: [writer], clipNorm: 1 });
    const loader = [0, 1, 2, 3].map((value) => [tensor([[value + 0.5]]), tensor([[1.5]])]);
    await trainer.fit(loader, { epochs: 1, logEvery: 2, evaluate: loader });
    expect(records.map(({ event, step }) => `${event} ${step}`)).toEqual([
      'step 2',
      'step 4',
      'evaluation 4',
      'epoch 4',
    ]);
    expect(Object.keys(records[0]?.values ?? {})).toEqual(['loss', 'lr', 'gradNorm']);
    expect(flushed).toBe(1);
  });
});

describe('metrics', () => {
  const seen = (output: unknown, target: unknown, loss = 0, size = 1) =>
    ({ loss, size, output: tensor(output as number[]), target: tensor(target as number[]) }) as train.Seen;
  const scores = [
    [0.1, 0.7, 0.2],
    [0.5, 0.2, 0.3],
  ];

  it.each([
    ['classes', {}, scores, [1, 2], 0.5],
    ['the first two', { topK: 2 }, scores, [1, 2], 1],
    [
      'positions',
      {},
      [
        [
          [0.1, 0.9],
          [0.2, 0.1],
        ],
      ],
      [[1, 0]],
      1,
    ],
    ['yes and no', {}, [-1.5, 2.5, 0.5], [0.5, 1, 0], 2 / 3],
  ])('Accuracy of %s', (_name, options, output, target, expected) => {
    const metric = new train.Accuracy(options);
    metric.update(seen(output, target));
    expect(metric.value()).toBe(expected);
    metric.reset();
    expect(metric.value()).toBeNaN();
  });

  it('means weigh batches by their size, windows do not, and both go on from their state', () => {
    const make = () => [new train.Mean(({ loss }) => loss), new train.RunningMean(2)];
    const [a, b] = [make(), make()];
    const all = [seen([0], [0], 1, 3), seen([0], [0], 5, 1), seen([0], [0], 2, 4)];
    a.forEach((metric, i) => {
      for (const one of all) metric.update(one);
      for (const one of all.slice(0, 2)) b[i]?.update(one);
    });
    expect(a.map((metric) => metric.value())).toEqual([2, 3.5]);
    const resumed = make();
    resumed.forEach((metric, i) => {
      metric.loadStateDict(b[i]?.stateDict() ?? new Map());
      metric.update(all[2] as train.Seen);
    });
    expect(resumed.map((metric) => metric.value())).toEqual([2, 3.5]);
  });

  it('EarlyStopping counts evaluations without a gain', () => {
    const stopping = new train.EarlyStopping({ patience: 2, minDelta: 0.1 });
    const gains = [1, 0.95, 0.8, Number.NaN, 0.75].map((loss) => stopping.observe({ loss }));
    expect(gains).toEqual([true, false, true, false, false]);
    expect(stopping).toMatchObject({ stopped: true, best: 0.8 });
    expect(() => stopping.observe({ accuracy: 1 })).toThrow(/no metric 'loss' among accuracy/);
  });

  it.each([
    ['patience', () => new train.EarlyStopping({ patience: 0 })],
    ['mode', () => new train.EarlyStopping({ mode: 'up' as 'max' })],
    ['topK', () => new train.Accuracy({ topK: 0 })],
    ['window', () => new train.RunningMean(0)],
  ])('refuse a wrong %s', (name, make) => {
    expect(make).toThrow(name);
  });
});
