// What bad input gets: an error of the library that says what was wrong, nothing changed, the process alive.
import { createRequire } from 'node:module';
import {
  add,
  arange,
  autograd,
  bincount,
  cat,
  combinations,
  data,
  eye,
  FlambeauError,
  full,
  Generator,
  getNumThreads,
  hstack,
  lobpcg,
  matmul,
  matrixExp,
  nn,
  OptionError,
  OutOfMemoryError,
  ones,
  optim,
  rand,
  randint,
  range,
  setNumThreads,
  setPrintoptions,
  special,
  stack,
  svdLowrank,
  Tensor,
  tensor,
  tensordot,
  topk,
  train,
  zeros,
} from 'flambeau';
import { describe, expect, test } from 'vitest';
import * as kernels from '../../lib/native/kernels.gen.ts';
import { addonFile } from './child.ts';

const { functional: F } = nn;
const image = () => ones(1, 2, 5, 5);
// Calls that no type checker would let through.
const loose = <A extends unknown[], R>(f: (...args: A) => R) => f as unknown as (...args: unknown[]) => R;

describe('sizes', () => {
  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '3', null, 3n])('zeros refuses %s', (size) => {
    expect(() => loose(zeros)([size])).toThrow(FlambeauError);
    expect(() => loose(zeros)([2, size])).toThrow(FlambeauError);
  });

  test('more than 64 dimensions', () => {
    const sizes = new Array<number>(65).fill(1);
    expect(() => zeros(sizes)).toThrow('at most 64 dimensions, got 65');
    expect(zeros(sizes.slice(1)).ndim).toBe(64);
    expect(() => zeros(sizes.slice(1)).unsqueeze(0)).toThrow(FlambeauError);
    expect(() => ones(1).reshape(sizes)).toThrow(FlambeauError);
    expect(() => ones(1).view(sizes)).toThrow(FlambeauError);
    expect(() => ones(1).expand(sizes)).toThrow(FlambeauError);
  });

  test('a product beyond the safe integers', () => {
    expect(() => zeros(2 ** 30, 2 ** 30)).toThrow('too many elements');
    expect(() => ones(1, 1).expand(2 ** 30, 2 ** 30)).toThrow(FlambeauError);
  });
});

const wrong: Record<string, () => unknown> = {
  'add of shapes': () => ones(2, 3).add(ones(4)),
  'add_ that would grow': () => ones(3).add_(ones(2, 3)),
  'matmul of shapes': () => matmul(ones(2, 3), ones(2, 3)),
  'matmul of dtypes': () => matmul(ones(2, 2), ones(2, 2, { dtype: 'float64' })),
  'view of another size': () => ones(6).view(4),
  'permute twice the same': () => ones(2, 3).permute(0, 0),
  'transpose out of range': () => ones(2, 3).transpose(0, 2),
  'select out of range': () => ones(2, 3).select(0, 2),
  'narrow beyond the end': () => ones(5).narrow(0, 3, 3),
  'narrow before the start': () => ones(5).narrow(0, 0, -1),
  'indexSelect out of range': () => ones(3).indexSelect(0, tensor([3])),
  'gather out of range': () => ones(3).gather(0, tensor([-4])),
  'conv2d of ranks': () => F.conv2d(ones(5, 5), ones(1, 1, 3, 3)),
  'conv2d of channels': () => F.conv2d(image(), ones(1, 3, 3, 3)),
  'conv2d kernel too large': () => F.conv2d(image(), ones(1, 2, 7, 7)),
  'conv2d stride 0': () => F.conv2d(image(), ones(1, 2, 3, 3), null, { stride: 0 }),
  'conv2d stride fraction': () => F.conv2d(image(), ones(1, 2, 3, 3), null, { stride: 1.5 }),
  'conv2d padding negative': () => F.conv2d(image(), ones(1, 2, 3, 3), null, { padding: -1 }),
  'conv2d groups 0': () => F.conv2d(image(), ones(1, 2, 3, 3), null, { groups: 0 }),
  'conv2d of integers': () => F.conv2d(image().to('int64'), ones(1, 2, 3, 3)),
  'maxPool2d kernel 0': () => F.maxPool2d(image(), 0),
  'maxPool2d padding above half': () => F.maxPool2d(image(), 2, { padding: 2 }),
  'linear of shapes': () => F.linear(ones(2, 3), ones(4, 5)),
  'softmax dim': () => F.softmax(ones(2, 3), 2),
  'dropout above 1': () => F.dropout(ones(3), { p: 1.5 }),
  'label too large': () => F.crossEntropy(ones(2, 3), tensor([0, 3])),
  'label negative': () => F.crossEntropy(ones(2, 3), tensor([0, -1])),
  'labels of floats': () => F.nllLoss(ones(2, 3), tensor([0.5, 1.5])),
  'labels too few': () => F.crossEntropy(ones(2, 3), tensor([0])),
  'item of many': () => ones(2).item(),
  'ragged values': () => tensor([[1, 2], [3]]),
  'gradient of integers': () => ones(2, { dtype: 'int64' }).requiresGrad_(),
  'backward of many': () => ones(2, { requiresGrad: true }).mul(2).backward(),
  'Linear negative': () => new nn.Linear(-1, 2),
  'Conv2d fraction': () => new nn.Conv2d(1.5, 2, 3),
  'SGD negative rate': () => new optim.SGD([ones(2, { requiresGrad: true })], { lr: -1 }),
  'SGD without parameters': () => new optim.SGD([], { lr: 1 }),
  'randint empty range': () => randint(3, 3, [2]),
};
test.each(Object.entries(wrong))('%s', (_name, use) => {
  expect(use).toThrow(FlambeauError);
});

// What an operator saved is overwritten where autograd does not see it.
const leaf = (...size: number[]) => ones(size, { requiresGrad: true });
const unpackedAs = (unpack: (saved: Tensor) => unknown, use: () => Tensor) =>
  autograd.graph
    .savedTensorsHooks(
      (x) => x,
      (x) => unpack(x as Tensor) as Tensor,
      use,
    )
    .sum()
    .backward();
const far = (x: Tensor) => full([...x.shape], 255, { dtype: x.dtype });

const behind: Readonly<Record<string, () => unknown>> = {
  'positions of a pooling': () => {
    const [y, at] = F.maxPool2d(leaf(1, 4, 4), 3, { returnIndices: true });
    at.data.fill_(1e12);
    y.sum().backward();
  },
  'labels of a loss': () => {
    const labels = tensor([0, 1]);
    const y = F.crossEntropy(leaf(2, 3), labels);
    labels.data.fill_(1e12);
    y.backward();
  },
  'the weights of labels': () => {
    const weight = ones(3);
    const y = F.crossEntropy(leaf(2, 3), tensor([0, 2]), { weight });
    weight.data = ones(1);
    y.backward();
  },
  'the weight of a convolution': () => {
    const weight = leaf(1, 1, 3, 3);
    const y = F.conv2d(leaf(1, 1, 5, 5), weight);
    weight.data = ones(1);
    y.sum().backward();
  },
  'a result': () => {
    const y = leaf(1000).tanh();
    const total = y.sum();
    y.data = ones(1);
    total.backward();
  },
  'the base of a part': () => {
    const w = leaf(1);
    const base = zeros(1000).mul(w);
    const v = base.narrow(0, 0, 1000);
    base.data = zeros(1);
    v.mul_(w);
    base.sum().backward();
  },
  'a gradient before a step': () => {
    const p = leaf(1000);
    p.grad = ones(1);
    new optim.Adam([p]).step();
  },
  'the state of an optimizer': () => {
    const p = leaf(1000);
    const adam = new optim.Adam([p]);
    p.grad = ones(1000);
    adam.step();
    adam.state.get(p)?.set('exp_avg', ones(1));
    adam.step();
  },
  'the type of a state': () => {
    const p = ones(1000, { dtype: 'float64', requiresGrad: true });
    const sgd = new optim.SGD([p], { momentum: 0.5 });
    p.grad = ones(1000, { dtype: 'float64' });
    sgd.step();
    sgd.state.get(p)?.set('momentum_buffer', ones(1000));
    sgd.step();
  },
  'a gradient by the hook of a node': () => {
    const y = leaf(2, 1000).softmax(1);
    y.gradFn?.registerPrehook(() => [ones(1)]);
    y.sum().backward();
  },
  'the data of a gradient by a hook': () => {
    const y = leaf(2, 1000).softmax(1);
    y.registerHook((g) => {
      g.data = ones(1);
    });
    y.sum().backward();
  },
  'a tensor that another hook returned': () => {
    const seen: Tensor[] = [];
    unpackedAs(
      (x) => {
        for (const earlier of seen) earlier.data = ones(1);
        const own = x.detach();
        seen.push(own);
        return own;
      },
      () => F.conv2d(leaf(1, 1, 5, 5), leaf(1, 1, 3, 3)),
    );
  },
  'a hook that returns another size': () =>
    unpackedAs(
      () => ones(1),
      () => leaf(1000).tanh(),
    ),
  'a hook that returns another type': () =>
    unpackedAs(
      (x) => x.double(),
      () => leaf(1000).tanh(),
    ),
  'a hook that returns no tensor': () =>
    unpackedAs(
      () => 3,
      () => leaf(1000).tanh(),
    ),
  'a hook that returns other positions': () => unpackedAs(far, () => F.maxPool2d(leaf(1, 4, 4), 3) as Tensor),
  'a hook that returns other places of a grid': () =>
    unpackedAs(far, () => F.gridSample(leaf(1, 1, 4, 4), ones(1, 2, 2, 2), { alignCorners: false })),
};
test.each(Object.entries(behind))('%s overwritten behind autograd', (_name, use) => {
  expect(use).toThrow(FlambeauError);
});

test('a hook that returns other choices of pairs, which lead nowhere else', () => {
  expect(() => unpackedAs(far, () => F.maxPool2d(leaf(1, 4, 4), 2) as Tensor)).not.toThrow();
});

// What changes between being checked and being used.
const turning = <T>(...values: T[]) => ({ valueOf: () => values.shift() }) as unknown as number;
const shifting = <T>(first: T, then: T, times = 3): T[] => {
  let reads = 0;
  return Object.defineProperty([first], 0, { get: () => (reads++ < times ? first : then) });
};
class Denied extends Float32Array {
  override get length() {
    return 1;
  }
  override get byteLength() {
    return 4;
  }
}
const turned: Readonly<Record<string, () => unknown>> = {
  'a slope that computes': () => F.leakyRelu(ones(2), { negativeSlope: turning(0.5) }),
  'an inherited slope that computes': () => F.leakyRelu(ones(2), Object.create({ negativeSlope: turning(0.5) })),
  'an epsilon that computes': () => F.batchNorm(ones(2, 2), zeros(2), ones(2), { eps: turning(1e-5) }),
  'a size that computes': () =>
    F.maxUnpool2d(ones(1, 1, 1, 1), zeros(1, 1, 1, 1).long(), 2, { outputSize: [turning(2, 2e8), 2] }),
  'sizes of strings': () =>
    F.maxUnpool2d(ones(1, 1, 2, 2), zeros(1, 1, 2, 2).long(), 2, { outputSize: ['4', '4'] as unknown as number[] }),
  'padding beyond the memory': () => F.conv2d(image(), ones(1, 2, 2, 2), { padding: 3e5, stride: 3e5, dilation: 3e5 }),
  'a typed array that denies its length': () => tensor(new Denied(400)),
  'a typed array that boasts of its length': () =>
    tensor(Object.defineProperty(new Float32Array(4), 'length', { value: 400 })),
  'batch sizes beyond the data': () =>
    new nn.LSTM(4, 8)(new nn.utils.rnn.PackedSequence(ones(2, 4), tensor([2, 5000]))),
  'batch sizes that grow': () => new nn.GRU(4, 8)(new nn.utils.rnn.PackedSequence(ones(6, 4), tensor([1, 5]))),
};
test.each(Object.entries(turned))('%s', (_name, use) => {
  expect(use).toThrow(FlambeauError);
});

test('lists are read once', () => {
  expect(ones(1).view(shifting(1, 2e8)).shape).toEqual([1]);
  expect(ones(1).permute(shifting(0, 5)).shape).toEqual([1]);
  expect(cat(shifting(ones(1), ones(2), 1)).shape).toEqual([1]);
  expect(stack(shifting(ones(1), ones(2), 1)).shape).toEqual([1, 1]);
  expect(hstack(shifting(ones(1), ones(2), 1)).shape).toEqual([1]);
});

test('strides that are changed are a copy', () => {
  const x = ones(2, 3);
  (x.stride() as number[]).reverse();
  expect(x.stride()).toEqual([3, 1]);
});

test('an operation that fails changes nothing', () => {
  const x = tensor([1, 2, 3]);
  expect(() => x.add_(ones(2, 3))).toThrow(FlambeauError);
  expect([x.tolist(), x._version]).toEqual([[1, 2, 3], 0]);
});

describe('misspelled options name the right one', () => {
  const calls: [string, () => unknown][] = [
    ['requiresGrad', () => loose(zeros)([2], { requires_grad: true })],
    ['padding', () => loose(F.conv2d)(image(), ones(1, 2, 3, 3), null, { paddng: 1 })],
    ['stride', () => new nn.Conv2d(1, 2, 3, { strde: 2 } as object)],
    [
      'weightDecay',
      () => new optim.SGD([ones(2, { requiresGrad: true })], { lr: 1, weight_decay: 1 } as { lr: number }),
    ],
    ['reduction', () => loose(F.crossEntropy)(ones(2, 3), tensor([0, 1]), { reducton: 'sum' })],
  ];
  test.each(calls)('%s', (name, call) => {
    expect(call).toThrow(OptionError);
    expect(call).toThrow(`did you mean '${name}'?`);
  });
});

describe('foreign objects in place of tensors', () => {
  const foreign: [string, unknown][] = [
    ['{}', {}],
    ['null', null],
    ['undefined', undefined],
    ['text', 'tensor'],
    ['function', () => 1],
    ['Object.create(Tensor.prototype)', Object.create(Tensor.prototype)],
    ['tensor-like', { storage: {}, shape: [2], strides: [1], dtype: 'float32', offset: 0 }],
    ['proxy of {}', new Proxy({}, {})],
  ];
  test.each(foreign)('%s', (_name, value) => {
    expect(() => loose(matmul)(ones(2, 2), value)).toThrow();
    expect(() => loose(add)(value, ones(2))).toThrow();
    expect(() => loose(F.relu)(value)).toThrow();
    expect(() => loose(F.conv2d)(image(), value)).toThrow();
    expect(() => loose(F.crossEntropy)(ones(2, 3), value)).toThrow();
    expect(() => new optim.SGD([value as Tensor], { lr: 1 })).toThrow();
  });
});

describe('direct calls of the addon', () => {
  const addon = createRequire(import.meta.url)(addonFile);
  const junk = [
    undefined,
    null,
    {},
    [],
    'x',
    -1,
    1.5,
    Number.NaN,
    2 ** 53,
    Symbol.iterator,
    () => 1,
    new Uint8Array(4),
  ];

  test('with arguments of every kind', () => {
    for (const a of junk) {
      expect(() => addon.call(a)).toThrow(TypeError);
      expect(() => addon.read(a, 0, new Uint8Array(1))).toThrow(TypeError);
      expect(() => addon.release(a)).toThrow(TypeError);
      for (const b of junk) expect(() => addon.call(0, a, b)).toThrow(TypeError);
    }
    for (const bytes of [undefined, -1, 1.5, Number.NaN, '8'])
      expect(() => addon.allocate(bytes, 1)).toThrow(TypeError);
    for (const bytes of [undefined, -1, Number.NaN, '8']) expect(() => addon.setMemoryLimit(bytes)).toThrow(TypeError);
    expect(() => addon.select('sse9')).toThrow(TypeError);
    expect(() => addon.call(2 ** 31, null)).toThrow(TypeError);
  });

  test('memoryStats writes into nothing but four float64', () => {
    const small = new Int8Array(4);
    expect(addon.memoryStats(small)).toBeTypeOf('number');
    expect([...small]).toEqual([0, 0, 0, 0]);
  });

  test('with ranges outside the storage', () => {
    const storage = addon.allocate(16, 1);
    for (const offset of [-1, 9, 17, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 63, '0', undefined]) {
      expect(() => addon.write(storage, offset, new Uint8Array(8))).toThrow(TypeError);
      expect(() => addon.read(storage, offset, new Uint8Array(8))).toThrow(TypeError);
    }
    expect(() => addon.write(storage, 0, new DataView(new ArrayBuffer(4)))).toThrow(TypeError);
    addon.release(storage);
    expect(() => addon.write(storage, 0, new Uint8Array(8))).toThrow(TypeError);
    expect(addon.release(storage)).toBe(undefined);
  });

  test('with detached, resized and shared arrays', () => {
    const storage = addon.allocate(16, 1);
    const detached = new Uint8Array(8);
    structuredClone(detached.buffer, { transfer: [detached.buffer] });
    expect(() => addon.write(storage, 0, detached)).toThrow(TypeError);
    expect(() => addon.read(storage, 0, detached)).toThrow(TypeError);

    const resizable = Reflect.construct(ArrayBuffer, [16, { maxByteLength: 64 }]) as ArrayBuffer & {
      resize(n: number): void;
    };
    const array = new Uint8Array(resizable);
    resizable.resize(64);
    expect(() => addon.write(storage, 0, array)).toThrow(TypeError);
    resizable.resize(0);
    expect(addon.read(storage, 0, array)).toBe(undefined);

    const shared = new Uint8Array(new SharedArrayBuffer(8)).fill(5);
    addon.write(storage, 4, shared);
    const back = new Uint8Array(8);
    addon.read(storage, 4, back);
    expect([...back]).toEqual([...shared]);
  });
});

test('what kernels trust is read, not written', () => {
  const x = ones(2, 2);
  for (const [name, value] of [
    ['shape', [1e6, 1e6]],
    ['dtype', 'float64'],
    ['offset', 2 ** 40],
    ['storage', ones(1).storage],
  ] as const) {
    expect(Reflect.set(x, name, value)).toBe(false);
    expect(() => Object.assign(x, { [name]: value })).toThrow(TypeError);
  }
  expect(Reflect.has(x, 'strides')).toBe(false);
  const sizes = [2, 2];
  const steps = [2, 1];
  const view = x.asStrided(sizes, steps);
  sizes[0] = steps[0] = 1e9;
  expect(view.sum().item()).toBe(4);
  expect(Reflect.set(x.storage, 'bytes', 1e12)).toBe(false);
  expect(Reflect.set(x.storage, 'begin', 8)).toBe(false);
  expect([x.shape, x.dtype, x.sum().item()]).toEqual([[2, 2], 'float32', 4]);
});

describe('no type checker would let through', () => {
  const layer = new nn.Linear(2, 2);
  const sgd = new optim.SGD([ones(1, { requiresGrad: true })], { lr: 1 });
  const loads = [sgd, new train.Mean(({ loss }) => loss), new train.RunningMean(2), new train.EarlyStopping()];
  const calls: Readonly<Record<string, () => unknown>> = {
    ...Object.fromEntries(
      loads.flatMap((part) =>
        [null, undefined, 'no', [1]].map((dict) => [
          `${part.constructor.name}.loadStateDict(${JSON.stringify(dict)})`,
          () => part.loadStateDict(dict as never),
        ]),
      ),
    ),
    'RunningMean of no function': () => new train.RunningMean(2, 1 as never),
    'bitwiseNot_ of a fraction': () => ones(2).bitwiseNot_(),
    'bitwiseAnd_ of a fraction': () => ones(2).bitwiseAnd_(tensor([1, 2])),
    'a forward hook': () => layer.registerForwardHook(65 as never),
    'a global hook': () => nn.registerModuleForwardPreHook('no' as never),
    'a function to apply': () => layer.apply([] as never),
    'a memo of deepcopy': () => layer.deepcopy({} as never),
    'a path of submodules': () => layer.getSubmodule(null as never),
    'a path of a parameter': () => layer.getParameter(1 as never),
    'the start of a range': () => range({} as never, 2),
    'the end of a range': () => range(0, 2n as never),
    'a size to sum to': () => ones(2).sumToSize(Symbol('two') as never),
    'the middle of cauchy_': () => ones(2).cauchy_({} as never),
    'the mean of logNormal_': () => ones(2).logNormal_(Symbol('mean') as never),
    'the rate of exponential_': () => ones(2).exponential_(Symbol('rate') as never),
    'a size of set_': () => ones(2).set_(ones(2), 0, 2 as never),
    'another tensor of typeAs': () => ones(2).typeAs(null as never),
    'a signal of a loader': () => new data.DataLoader([1, 2], { signal: {} as never }),
    'positions of SubsetRandomSampler': () => new data.SubsetRandomSampler(null as never),
  };
  test.each(Object.entries(calls))('%s', (_name, call) => {
    expect(call).toThrow(FlambeauError);
  });
});

// What cannot be listed, or only in so much of V8's heap that it would end the process.
const lists: Readonly<Record<string, () => unknown>> = {
  'a list that holds itself': () => {
    const list: unknown[] = [];
    list.push(list);
    return loose(tensor)(list);
  },
  'a list of one list, many times': () => tensor(new Array(1e5).fill(new Array(1e5).fill(1))),
  'a list longer than any': () => ones(1).expand(12e7).tolist(),
  'lists of nothing': () => zeros(2 ** 40, 0).tolist(),
  'parts longer than any list': () => ones(1).expand(12e7).unbind(),
};
test.each(Object.entries(lists))('%s', (_name, call) => {
  expect(call).toThrow(FlambeauError);
});

test.each([
  { precision: 61 },
  { precision: 1.5 },
  { linewidth: Number.NaN },
  { edgeitems: -1 },
  { threshold: '5' as never },
])('setPrintoptions refuses %o', (options) => {
  expect(() => setPrintoptions(options)).toThrow(FlambeauError);
});

test.each([{}, { state: zeros(1) }, 'no'])(
  'random numbers are drawn from no generator but one of the library: %o',
  (generator) => {
    expect(() => rand([3], { generator: generator as never })).toThrow(FlambeauError);
    const own = new Generator();
    Object.assign(own, { state: zeros(1) });
    expect(rand([3], { generator: own }).shape).toEqual([3]);
  },
);

test('a gradient is a tensor that fits, or null', () => {
  const x = ones(2);
  const wrong: readonly unknown[] = ['no', 1, {}, false, ones(3), ones(2, { dtype: 'float64' }), x];
  for (const grad of wrong) expect(() => Object.assign(x, { grad })).toThrow(FlambeauError);
  expect(x.grad).toBe(null);
  x.grad = ones(2);
  expect(x.grad?.tolist()).toEqual([1, 1]);
  Reflect.set(x, 'grad', undefined);
  expect(x.grad).toBe(null);
});

test('a bigint in place of a number is shown as one', () => {
  expect(() => loose(zeros)(2n)).toThrow('got 2n at position 0');
  expect(() => loose(add)(ones(2), 2n)).toThrow("argument 'other' must be Tensor or number, not 2n");
});

test.each([1, 2])('a kernel without memory to work in ends in an error, on %i threads', (threads) => {
  const before = getNumThreads();
  setNumThreads(threads);
  const [x, y] = [ones(1), ones(1)];
  // The variances of so many columns of nothing need room for as many means.
  const run = () => kernels.variance('float32', x, y, 2 ** 50, 0, 1, 1);
  for (let time = 0; time < 3; time++) expect(run).toThrow(OutOfMemoryError);
  expect(ones(300, 300).matmul(ones(300, 300)).sum().item()).toBe(300 ** 3);
  setNumThreads(before);
});

describe('counts beyond reason', () => {
  const calls: Readonly<Record<string, () => unknown>> = {
    'dimensions of tensordot': () => tensordot(ones(2), ones(2), 2 ** 31),
    'bins of bincount': () => bincount(tensor([1e12], { dtype: 'int64' })),
    'classes of oneHot': () => F.oneHot(tensor([1]), 2 ** 52),
    'elements of arange': () => arange(1e300),
    'rows of combinations': () => combinations(ones(50), { r: 40, withReplacement: true }),
    'layers of a recurrent network': () => new nn.GRU(3, 4, { numLayers: 2 ** 31 }),
    'steps of lobpcg': () => lobpcg(eye(6), { k: 1, niter: 0.5 }),
    'steps of svdLowrank': () => svdLowrank(eye(6), { niter: Number.POSITIVE_INFINITY }),
    'elements of a shared dataset': () =>
      new data.DistributedSampler({ length: Number.POSITIVE_INFINITY }, { numReplicas: 2, rank: 0 }),
    'shares of a dataset': () => new data.DistributedSampler({ length: 5 }, { numReplicas: 1e300, rank: 0 }),
    'the seed of a sampler': () =>
      new data.DistributedSampler({ length: 5 }, { numReplicas: 1, rank: 0, seed: 2 ** 60 }),
    'elements of a dataset': () => new data.SequentialSampler({ length: 1.5 }),
    'the degree of a polynomial of Legendre': () => special.legendrePolynomialP(tensor(0.5), 2 ** 53),
    'the degree of a polynomial of Laguerre': () => special.laguerrePolynomialL(tensor(0.5), 2 ** 53),
    'steps of lobpcg to a tolerance that no number meets': () => lobpcg(eye(6), { niter: -1, tol: -1 }),
    'steps of lobpcg from NaN': () => lobpcg(full([6, 6], Number.NaN), { niter: -1 }),
    'a selection': () => loose(topk)(ones(3), 1n),
    'positions of an empty source': () => [...new data.RandomSampler([], { numSamples: 5 })],
    'a batch': () => {
      const endless = {
        *[Symbol.iterator]() {
          for (;;) yield 0;
        },
      };
      return [...new data.BatchSampler(endless, 2 ** 40, false)];
    },
  };
  test.each(Object.entries(calls))('%s', (_name, call) => {
    expect(call).toThrow(FlambeauError);
  });

  test('selections of more than there are, and exponentials of infinity', () => {
    expect(combinations(ones(5), { r: 2 ** 32 }).shape).toEqual([0, 2 ** 32]);
    const powers = matrixExp(stack([full([2, 2], Number.POSITIVE_INFINITY), zeros(2, 2)])).tolist();
    const none = Number.NaN;
    expect(powers).toEqual([
      [
        [none, none],
        [none, none],
      ],
      [
        [1, 0],
        [0, 1],
      ],
    ]);
  });
});
