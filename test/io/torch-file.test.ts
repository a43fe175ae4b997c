// Files of PyTorch 2.6 (scripts/record-io.py) are read as they were meant, and what is written reads back the same.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { io, manualSeed, nn, optim, randn, setRngState, type Tensor, tensor } from 'flambeau';
import { afterAll, describe, expect, it } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'flambeau-io-'));
afterAll(() => rmSync(folder, { recursive: true }));

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
const dictOf = (value: unknown) => value as Map<string, unknown>;
const tensorOf = (dict: unknown, name: string) => dictOf(dict).get(name) as Tensor;

async function roundTrip(value: unknown, name = 'a.pt'): Promise<unknown> {
  const path = join(folder, name);
  await io.save(value, path);
  return io.load(path);
}

describe.each([
  ['read', () => io.load(fixture('values.pt'))],
  ['written and read', async () => roundTrip(await io.load(fixture('values.pt')))],
])('values %s', (_name, get) => {
  it('are what PyTorch saved', async () => {
    const dict = dictOf(await get());
    const base = tensorOf(dict, 'base');
    expect(base.tolist()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    expect(tensorOf(dict, 'slice').tolist()).toEqual([2, 5, 8]);
    expect(tensorOf(dict, 'view').stride()).toEqual([1, 4]);
    expect(dict.get('same')).toBe(base);
    base.fill_(9);
    expect(tensorOf(dict, 'view').sum().item()).toBe(108);
    expect([tensorOf(dict, 'scalar').item(), tensorOf(dict, 'scalar').dtype]).toEqual([2.5, 'float64']);
    expect(tensorOf(dict, 'empty').shape).toEqual([0, 3]);
    const lists = ['int64', 'int32', 'uint8', 'bool'].map((name) => [
      tensorOf(dict, name).dtype,
      tensorOf(dict, name).tolist(),
    ]);
    expect(lists).toEqual([
      ['int64', [1, -(2 ** 40)]],
      ['int32', [-7]],
      ['uint8', [255, 0]],
      ['bool', [true, false]],
    ]);
    expect(dict.get('parameter')).toBeInstanceOf(nn.Parameter);
    expect(tensorOf(dict, 'parameter').requiresGrad).toBe(true);
    expect(tensorOf(dict, 'frozen').requiresGrad).toBe(false);
    expect([tensorOf(dict, 'leaf').requiresGrad, dict.get('leaf') instanceof nn.Parameter]).toEqual([true, false]);
    expect([dict.get('size'), dict.get('dtype'), dict.get('device')]).toEqual([[2, 3], 'float32', 'cpu']);
    expect(dict.get('list')).toEqual([1, [2.5, null], 'é']);
    expect(Object.isFrozen(dict.get('list'))).toBe(false);
    expect(dict.get('tuple')).toEqual([1, [2, 3, 4, 5], []]);
    expect(Object.isFrozen(dict.get('tuple'))).toBe(true);
    expect(dict.get('set')).toEqual(new Set([7]));
    expect(dict.get('bytes')).toEqual(Uint8Array.of(97, 98, 255, 0));
    expect([...(dict.get('counter') as Map<string, number>)]).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
    expect(dict.get('ordered')).toBeInstanceOf(io.OrderedDict);
    expect([...(dict.get('ordered') as Map<string, number>).keys()]).toEqual(['b', 'a']);
    const large = [2 ** 31, 2 ** 53 - 1, 2n ** 53n + 1n, -(2n ** 70n), 2n ** 80n];
    expect(dict.get('ints')).toEqual([0, 255, 256, 65535, 65536, -1, ...large]);
    expect(dict.get('floats')).toEqual([0, -0, 1, 1e-300, Infinity, -Infinity]);
    expect(dict.get('long')).toBe('x'.repeat(300));
    expect(dict.get('many')).toEqual(Array.from({ length: 300 }, (_, i) => [i]));
  });

  it('cannot reach prototypes', async () => {
    const inner = dictOf(dictOf(await get()).get('dict'));
    expect([...inner.keys()]).toEqual(['z', 2, [1, 2], '__proto__']);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('hold a stream of random numbers', async () => {
    manualSeed(0);
    const expected = dictOf(await get()).get('rng') as Tensor;
    setRngState(expected);
    const first = randn(3).tolist();
    setRngState(expected);
    expect(randn(3).tolist()).toEqual(first);
  });
});

it.each(['small-types.pt', 'small-types.safetensors'])(
  '%s holds the small types, and so does its copy',
  async (name) => {
    const contents = (value: unknown) =>
      Object.fromEntries([...(value as Map<string, Tensor>)].map(([key, x]) => [key, [x.dtype, x.tolist()]]));
    const value = await io.load(fixture(name));
    expect(contents(value)).toEqual({
      half: ['float16', [1.5, -2]],
      bfloat16: ['bfloat16', [1.5, -2]],
      int8: ['int8', [-3]],
      int16: ['int16', [-300]],
    });
    expect(contents(await roundTrip(value, name))).toEqual(contents(value));
  },
);

describe('state dicts', () => {
  it('of modules keep order, ties and versions', async () => {
    const dict = (await io.load(fixture('module.pt'))) as nn.StateDict;
    expect([...dict.keys()].slice(0, 4)).toEqual(['a.weight', 'a.bias', 'norm.weight', 'norm.bias']);
    expect(dict._metadata?.get('norm')).toEqual(new Map([['version', 2]]));
    expect(dict.get('tied.weight')?.storage).toBe(dict.get('a.weight')?.storage);
    const again = (await roundTrip(dict)) as nn.StateDict;
    expect([...again.keys()]).toEqual([...dict.keys()]);
    expect(again._metadata).toEqual(dict._metadata);
    for (const [name, x] of dict) expect(again.get(name)?.equal(x)).toBe(true);
  });

  it('of modules load into modules', async () => {
    const [net, other] = [new nn.Linear(3, 2), new nn.Linear(3, 2)];
    const loaded = await roundTrip(net.stateDict());
    other.loadStateDict(loaded as nn.StateDict);
    expect(other.weight.equal(net.weight)).toBe(true);
  });

  it.each(['SGD', 'AdamW', 'NAdam', 'Adafactor', 'LBFGS'] as const)('of %s go on in mid-run', async (name) => {
    const run = dictOf(dictOf(await io.load(fixture('optimizers.pt'))).get(name));
    const layer = new nn.Linear(3, 2);
    layer.loadStateDict(run.get('model') as nn.StateDict);
    const optimizer = new optim[name](layer.parameters(), {});
    optimizer.loadStateDict(run.get('optimizer') as Map<string, unknown>);
    const x = tensorOf(run, 'x');
    for (let i = 0; i < 3; i++) {
      optimizer.step(() => {
        optimizer.zeroGrad();
        const loss = layer(x).square().mean();
        loss.backward();
        return loss;
      });
    }
    const end = run.get('end') as Map<string, Tensor>;
    for (const [key, value] of layer.stateDict()) {
      expect(value.allclose(end.get(key) as Tensor, { rtol: 1e-5, atol: 1e-6 })).toBe(true);
    }
  });

  it('of schedulers load', async () => {
    const states = dictOf(await io.load(fixture('schedulers.pt')));
    const optimizer = new optim.SGD([new nn.Parameter(tensor([1.5]))], { lr: 0.5 });
    const { MultiStepLR, OneCycleLR, ReduceLROnPlateau } = optim.lrScheduler;
    const made = {
      MultiStepLR: new MultiStepLR(optimizer, [1]),
      OneCycleLR: new OneCycleLR(optimizer, 0.1, { totalSteps: 4, cycleMomentum: false }),
      ReduceLROnPlateau: new ReduceLROnPlateau(optimizer, { patience: 3 }),
    };
    for (const [name, scheduler] of Object.entries(made)) {
      const state = states.get(name) as Map<string, unknown>;
      scheduler.loadStateDict(state);
      expect([...scheduler.stateDict().keys()].sort()).toEqual(
        [...state.keys()].filter((key) => key !== 'use_beta1').sort(),
      );
    }
    expect(made.MultiStepLR.milestones.get(2)).toBe(2);
    expect(made.OneCycleLR.totalSteps).toBe(10);
    expect(made.ReduceLROnPlateau.patience).toBe(10);
  });
});

describe('save', () => {
  it('keeps sharing, and takes plain objects as dicts', async () => {
    const x = tensor([1, 2, 3, 4]);
    const list = [x.narrow(0, 1, 2), x];
    const dict = dictOf(await roundTrip({ list, again: list, tuple: io.tuple([1, 2]), none: undefined }));
    expect(dict.get('again')).toBe(dict.get('list'));
    const [part, whole] = dict.get('list') as [Tensor, Tensor];
    whole.fill_(7);
    expect(part.tolist()).toEqual([7, 7]);
    expect(dict.get('none')).toBeNull();
  });

  it.each([
    ['a module', { a: [1, new nn.Linear(1, 1)] }, /value\.a\[1\]: cannot save Linear; save its stateDict\(\)/],
    ['a function', new Map([['f', () => 1]]), /value\.f: cannot save function/],
    ['a date', [new Date(0)], /value\[0\]: cannot save Date/],
    ['half a character', 'a\ud800', /not valid Unicode/],
  ])('refuses %s, naming the place', async (_name, value, message) => {
    await expect(io.save(value, join(folder, 'bad.pt'))).rejects.toThrow(message);
  });

  it('refuses what nests without end', async () => {
    let deep: unknown = 1;
    for (let i = 0; i < 2000; i++) deep = [deep];
    await expect(io.save(deep, join(folder, 'bad.pt'))).rejects.toThrow(/nested more than/);
  });

  it('asks for a format where the name has none', async () => {
    await expect(io.save(1, join(folder, 'noname'))).rejects.toThrow(/give the option format/);
    await io.save(1, join(folder, 'noname'), { format: 'torch' });
    expect(await io.load(join(folder, 'noname'))).toBe(1);
  });

  it('leaves nothing behind where the place is a folder', async () => {
    mkdirSync(join(folder, 'taken.pt'));
    await expect(io.save([1], join(folder, 'taken.pt'))).rejects.toThrow(/EISDIR|ENOTEMPTY|EEXIST|EPERM/);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('stops when aborted, and tells how far it is', async () => {
    const path = join(folder, 'abort.pt');
    await io.save([1], path);
    const before = readFileSync(path);
    const controller = new AbortController();
    const seen: number[] = [];
    const onProgress = ({ done }: io.Progress) => {
      seen.push(done);
      if (seen.length === 3) controller.abort();
    };
    await expect(io.save([randn(100)], path, { signal: controller.signal, onProgress })).rejects.toThrow(/abort/);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(seen).toHaveLength(3);
  });
});

describe('what does not fit', () => {
  it('changes nothing: wrong shapes in the last key, states of wrong length', async () => {
    const net = new nn.Linear(2, 2);
    const before = net.weight.tolist();
    const dict = (await roundTrip(
      new Map([
        ['weight', randn(2, 2)],
        ['bias', randn(3)],
      ]),
    )) as nn.StateDict;
    expect(() => net.loadStateDict(dict)).toThrow(/size mismatch for bias/);
    expect(net.weight.tolist()).toEqual(before);
    expect(() => setRngState(tensor([1, 2]).to('uint8'))).toThrow('RNG state is wrong size');
  });

  it.each(['__proto__', 'constructor', 'a..b', 'é', 'e\u0301', ''])('the key %j is data', async (key) => {
    const dict = (await roundTrip(new Map([[key, tensor([1])]]), 'k.safetensors')) as Map<string, Tensor>;
    expect([...dict.keys()]).toEqual([key]);
    expect([...((await roundTrip(dict)) as Map<string, Tensor>).keys()]).toEqual([key]);
    expect(() => new nn.Linear(1, 1).loadStateDict(dict as nn.StateDict)).toThrow(/Missing key|Unexpected key/);
  });
});

describe('load', () => {
  it('reads bytes, and files under wrong names', async () => {
    const bytes = readFileSync(fixture('module.pt'));
    expect(await io.load(bytes)).toBeInstanceOf(Map);
    writeFileSync(join(folder, 'x.safetensors'), bytes);
    expect(await io.load(join(folder, 'x.safetensors'))).toBeInstanceOf(Map);
  });

  it('reads files of PyTorch before 1.6', async () => {
    const dict = dictOf(await io.load(fixture('legacy.pt')));
    expect(tensorOf(dict, 'a').tolist()).toEqual([0, 1, 2, 3].map((i) => [i, i + 4, i + 8]));
    expect(tensorOf(dict, 'b').storage).toBe(tensorOf(dict, 'a').storage);
    expect([tensorOf(dict, 'c').tolist(), tensorOf(dict, 'd').shape]).toEqual([[1, 2], [0]]);
    expect(dict.get('p')).toBeInstanceOf(nn.Parameter);
    const current = dictOf(await io.load(fixture('module.pt')));
    for (const [name, x] of dictOf(dict.get('net'))) expect((x as Tensor).equal(tensorOf(current, name))).toBe(true);
  });

  it('refuses files of PyTorch before 1.6 that are cut off or followed by something', async () => {
    const bytes = readFileSync(fixture('legacy.pt'));
    for (const length of [20, 100, bytes.length - 60, bytes.length - 1]) {
      await expect(io.load(bytes.subarray(0, length))).rejects.toMatchObject({ code: 'ERR_FILE_FORMAT' });
    }
    await expect(io.load(Buffer.concat([bytes, Buffer.of(0)]))).rejects.toMatchObject({ reason: 'SIZE_MISMATCH' });
  });

  it('reads large tensors in order, tells how far it is, and stops when aborted', async () => {
    const path = join(folder, 'large.pt');
    const tensors = Array.from({ length: 7 }, (_, i) => randn(100_000 * (i + 1)));
    await io.save(tensors, path);
    const seen: io.Progress[] = [];
    const again = (await io.load(path, { onProgress: (progress) => void seen.push(progress) })) as Tensor[];
    tensors.forEach((x, i) => void expect(again[i]?.equal(x)).toBe(true));
    expect(seen.at(-1)?.done).toBe(seen.at(-1)?.total);
    expect(seen.at(-1)?.done).toBe(2_800_000 * 4);
    const controller = new AbortController();
    const onProgress = () => controller.abort();
    await expect(io.load(path, { signal: controller.signal, onProgress })).rejects.toThrow(/abort/);
    await expect(io.load(path, { signal: AbortSignal.abort() })).rejects.toThrow(/abort/);
  });

  it.each([
    ['script.pt', 'TORCHSCRIPT', /TorchScript/],
    [
      'whole-module.pt',
      'UNSUPPORTED_GLOBAL',
      /GLOBAL __main__\.Net was not an allowed global by default.*save a module's state_dict\(\)/,
    ],
    ['complex.pt', 'DTYPE_UNSUPPORTED', /ComplexFloatStorage/],
  ])('refuses %s', async (name, reason, message) => {
    const error: unknown = await io.load(fixture(name)).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'ERR_FILE_FORMAT', reason, file: fixture(name) });
    expect(String(error)).toMatch(message);
  });

  const pipe = join(folder, 'pipe.pt');
  execFileSync('mkfifo', [pipe]);
  const tar = join(folder, 'old.pt');
  execFileSync('tar', ['cf', tar, '-C', fileURLToPath(new URL('.', import.meta.url)), 'torch-file.test.ts']);
  it.each([
    ['a folder', () => io.load(folder), /not a regular file/],
    ['a pipe', () => io.load(pipe), /not a regular file/],
    ['a tar file', () => io.load(tar), /TAR_ARCHIVE/],
    ['nothing', () => io.load(join(folder, 'missing.pt')), /ENOENT/],
    ['a wrong option', () => io.load('x.pt', { map_location: 'cpu' } as object), /did you mean 'mapLocation'/],
    ['a wrong format', () => io.load('x.pt', { format: 'onnx' as 'torch' }), /format must be/],
    ['to run code', () => io.load('x.pt', { weightsOnly: false as true }), /only weights are loaded/],
  ])('refuses %s', async (_name, act, message) => {
    await expect(act()).rejects.toThrow(message);
  });
});
