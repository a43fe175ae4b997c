// Checkpoints: a resumed run equals one that was not interrupted, and no death of a process leaves anything unreadable.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { data, Generator, io, manualSeed, nn, optim, rand, randn, type Tensor } from 'flambeau';
import { afterAll, describe, expect, it } from 'vitest';

const root = mkdtempSync(join(tmpdir(), 'flambeau-checkpoints-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const programOf = (name: string) => fileURLToPath(new URL(`programs/${name}`, import.meta.url));
const freshFolder = () => join(root, String(folders++));

const x = (() => {
  manualSeed(9);
  return randn(20, 4);
})();
const dataset = new data.TensorDataset(x, x.sum(1, { keepdim: true }));

function makeRun(folder: string) {
  manualSeed(1);
  const model = new nn.Sequential(new nn.Linear(4, 8), new nn.Dropout(0.5), new nn.ReLU(), new nn.Linear(8, 1));
  const optimizer = new optim.AdamW(model.parameters(), { lr: 0.05, amsgrad: true });
  const scheduler = new optim.lrScheduler.OneCycleLR(optimizer, 0.1, { totalSteps: 40 });
  const generator = new Generator().manualSeed(3);
  const loader = new data.DataLoader<Tensor[]>(dataset, { batchSize: 3, shuffle: true, generator });
  const noise = new Generator().manualSeed(4);
  const parts = { model, optimizer, scheduler, loader, noise };
  return { ...parts, checkpointer: new io.Checkpointer(folder, parts) };
}

// Trains to step `end`; what it returns are the losses of all steps.
async function train(run: ReturnType<typeof makeRun>, from: number, end: number, saveAt: number[]): Promise<number[]> {
  const losses: number[] = [];
  let step = from;
  while (step < end) {
    for await (const [input, target] of run.loader) {
      if (input === undefined || target === undefined) continue;
      run.optimizer.zeroGrad();
      const noisy = input.add(rand(...input.shape, { generator: run.noise }).mul(0.1));
      const loss = run.model(noisy).sub(target).square().mean();
      loss.backward();
      run.optimizer.step();
      run.scheduler.step();
      losses.push(Number(loss.item()));
      step += 1;
      if (saveAt.includes(step)) await run.checkpointer.save(step, { extra: { loss: losses.at(-1) } });
      if (step >= end) break;
    }
  }
  return losses;
}

describe('a resumed run', () => {
  it.each([[4], [7], [14], [17]])('from step %s equals the uninterrupted one to the last bit', async (stop) => {
    const folder = freshFolder();
    const straight = makeRun(folder);
    const losses = await train(straight, 0, 23, [stop]);
    const resumed = makeRun(folder);
    rand(100);
    const found = await resumed.checkpointer.resume();
    expect(found?.step).toBe(stop);
    expect(found?.extra).toEqual(new Map([['loss', losses[stop - 1]]]));
    expect(await train(resumed, stop, 23, [])).toEqual(losses.slice(stop));
    const [a, b] = [straight, resumed].map(({ model }) => [...model.parameters()].map((p) => p.tolist()));
    expect(a).toEqual(b);
    expect(rand(3, { generator: resumed.noise }).tolist()).toEqual(rand(3, { generator: straight.noise }).tolist());
  });
});

describe('Checkpointer', () => {
  const part = () => ({ model: new nn.Linear(2, 2) });

  it('keeps the last ones', async () => {
    const checkpointer = new io.Checkpointer(freshFolder(), part(), { keep: 2 });
    expect(await checkpointer.latest()).toBeNull();
    expect(await checkpointer.resume()).toBeNull();
    await Promise.all([1, 2, 3, 10].map((step) => checkpointer.save(step)));
    const names = (await checkpointer.list()).map((path) => path.slice(-6));
    expect(names).toEqual(['003.pt', '010.pt']);
    expect(await checkpointer.latest()).toMatch(/step-000000000010\.pt$/);
    expect(readdirSync(checkpointer.folder)).toHaveLength(2);
  });

  it('goes back to an older one where the newest is damaged', async () => {
    const checkpointer = new io.Checkpointer(freshFolder(), part());
    await checkpointer.save(1);
    truncateSync(await checkpointer.save(2), 300);
    expect((await checkpointer.resume())?.step).toBe(1);
    truncateSync((await checkpointer.list())[0] ?? '', 10);
    await expect(checkpointer.resume()).rejects.toThrow(/ZIP_INVALID/);
  });

  it('refuses other parts before anything changes', async () => {
    const folder = freshFolder();
    await new io.Checkpointer(folder, part()).save(1);
    const model = new nn.Linear(2, 2);
    const before = model.weight.tolist();
    const optimizer = new optim.SGD(model.parameters());
    const other = new io.Checkpointer(folder, { model, optimizer });
    await expect(other.resume()).rejects.toThrow(/a checkpoint of the parts model, expected model, optimizer/);
    expect(model.weight.tolist()).toEqual(before);
  });

  it('refuses files that are something else', async () => {
    const checkpointer = new io.Checkpointer(freshFolder(), part());
    await checkpointer.save(1);
    await io.save([1], join(checkpointer.folder, 'step-000000000002.pt'));
    await expect(checkpointer.resume()).rejects.toThrow(/not a checkpoint/);
  });

  it.each([
    ['keep', () => new io.Checkpointer('x', {}, { keep: 0 }), /keep must be an integer of at least 1/],
    ['parts', () => new io.Checkpointer('x', { model: {} as never }), /model must have stateDict/],
    ['options', () => new io.Checkpointer('x', {}, { kep: 1 } as object), /did you mean 'keep'/],
    ['steps', () => new io.Checkpointer('x', {}).save(-1), /step must be an integer/],
  ])('refuses wrong %s', async (_name, act, message) => {
    await expect((async () => act())()).rejects.toThrow(message);
  });

  it('leaves older checkpoints when a write fails', async () => {
    const checkpointer = new io.Checkpointer(freshFolder(), part());
    const path = await checkpointer.save(1);
    const before = readFileSync(path);
    await expect(checkpointer.save(1, { extra: () => 1 })).rejects.toThrow(/cannot save function/);
    await expect(checkpointer.save(1, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(checkpointer.folder)).toHaveLength(1);
  });

  it('removes what dead processes left behind', async () => {
    const checkpointer = new io.Checkpointer(freshFolder(), part());
    await checkpointer.save(1);
    writeFileSync(join(checkpointer.folder, 'step-000000000002.pt.99999999-0123abcd.tmp'), 'half');
    await checkpointer.save(3);
    expect(readdirSync(checkpointer.folder)).toHaveLength(2);
  });

  it('is named and leaves the last one whole when the system refuses any call', () => {
    const folder = freshFolder();
    const faults = join(root, 'faults.so');
    const cc = spawnSync('cc', ['-shared', '-fPIC', '-o', faults, programOf('faults.c'), '-ldl'], { encoding: 'utf8' });
    expect(cc.stderr).toBe('');
    const env = { ...process.env, LD_PRELOAD: faults };
    const args = ['--import', 'tsx', programOf('faults.ts'), folder];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ refused: { write: 58, fsync: 3, rename: 1 }, wrong: [] });
  }, 60_000);

  it('lets a run that is killed at any moment end as if it had not been', () => {
    const args = ['--import', 'tsx', programOf('kills.ts'), '10'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toBe('');
    const { kills, runs, equal } = JSON.parse(stdout);
    expect(JSON.parse(stdout)).toEqual({ kills, runs, equal: runs, failed: 0, damaged: 0 });
    expect(kills).toBe(10);
    expect(equal).toBeGreaterThan(0);
  }, 120_000);
});
