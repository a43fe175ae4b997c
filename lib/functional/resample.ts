// Resampling along one dimension, and the filters of interpolation as lists of taps. Internal.
import { record } from '../autograd/record.ts';
import type { FloatDtype } from '../dtype.ts';
import { listOf } from '../heap.ts';
import * as kernels from '../native/kernels.gen.ts';
import { tensor } from '../tensor/create.ts';
import { numelOf, sizesFrom } from '../tensor/shape.ts';
import { emptyOf, fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import { add, div } from './binary.ts';
import { cast, contiguous } from './copies.ts';
import { clamp } from './select.ts';
import { floor } from './unary.ts';

/** For each output the inputs it is made of and their weights: m lists of `taps` each. */
export interface Taps {
  readonly taps: number;
  readonly index: number[];
  readonly weight: number[];
}

interface Plan {
  /** Of the node; that of the way back has a name made from it. */
  readonly nodeName: string;
  readonly index: Tensor;
  readonly weight: Tensor;
  readonly numbers: readonly [outer: number, n: number, inner: number, m: number, taps: number];
  readonly from: readonly number[];
  readonly to: readonly number[];
}

/** y = sum of taps of x along dimension d; floating point. */
export function resampleAlong(x: Tensor, d: number, { taps, index, weight }: Taps, nodeName = 'upsample'): Tensor {
  const m = index.length / taps;
  const numbers = [
    numelOf(sizesFrom(x.shape, 0, d)),
    x.shape[d] ?? 1,
    numelOf(sizesFrom(x.shape, d + 1)),
    m,
    taps,
  ] as const;
  return run(x, {
    nodeName,
    index: fromTypedArray(BigInt64Array.from(index, BigInt), [index.length], 'int64'),
    weight: tensor(weight, { dtype: x.dtype }),
    numbers,
    from: x.shape,
    to: x.shape.map((size, i) => (i === d ? m : size)),
  });
}

// Linear: the gradient's gradient is the resampling itself.
function run(x: Tensor, plan: Plan): Tensor {
  const y = emptyOf([...plan.to], x.dtype);
  kernels.resample(x.dtype as FloatDtype, contiguous(x), plan.index, plan.weight, y, ...plan.numbers);
  return record(plan.nodeName, [x], y, [], (g) => [runBackward(g, plan)]);
}

function runBackward(dy: Tensor, plan: Plan): Tensor {
  const dx = emptyOf([...plan.from], dy.dtype);
  kernels.resampleBackward(dy.dtype as FloatDtype, contiguous(dy), plan.index, plan.weight, dx, ...plan.numbers);
  return record(`${plan.nodeName}Backward`, [dy], dx, [], (g) => [run(g, plan)]);
}

/** As {@link resampleAlong}, of uint8: weights in fixed point, the sums rounded to uint8, as Pillow has it. */
export function resampleBytesAlong(x: Tensor, d: number, exact: Taps): Tensor {
  const q = joined(exact);
  // As many binary places as leave the largest weight within 15 bits.
  const largest = q.weight.reduce((most, weight) => Math.max(most, weight), 0);
  let places = 0;
  while (places < 22 && Math.floor(0.5 + largest * 2 ** (places + 1)) < 2 ** 15) places++;
  const whole = (value: number) => Math.sign(value) * Math.floor(Math.abs(value) * 2 ** places + 0.5);
  const sums = resampleAlong(cast(x, 'float64'), d, { ...q, weight: q.weight.map(whole) });
  return cast(clamp(floor(add(div(sums, 2 ** places), 0.5)), 0, 255), 'uint8');
}

// The taps with the weights of an input that an output has several times in the first of its places.
function joined({ taps, index, weight }: Taps): Taps {
  const sums = weight.map(() => 0);
  index.forEach((from, i) => {
    const start = i - (i % taps);
    const first = index.indexOf(from, start);
    sums[first] = (sums[first] ?? 0) + (weight[i] ?? 0);
  });
  return { taps, index, weight: sums };
}

/** How an output position becomes an input position. */
export interface Mapping {
  /** Input and output elements. */
  readonly n: number;
  readonly m: number;
  /** Input elements for each output element. */
  readonly scale: number;
  readonly alignCorners: boolean;
  /** Rounds to the arithmetic of the dtype. */
  readonly round: (value: number) => number;
}

// Where output i lies among the inputs.
function positionOf(i: number, { scale, alignCorners, round }: Mapping): number {
  return alignCorners ? round(scale * i) : round(round(scale * (i + 0.5)) - 0.5);
}

const clip = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);

// What a tap takes in JavaScript's heap while they are being listed, roughly.
const tapBytes = 64;

function tapsOf(q: Mapping, taps: number, each: (i: number) => [index: number[], weight: number[]]): Taps {
  const lists = listOf(q.m, tapBytes * (taps + 1), each);
  return { taps, index: lists.flatMap(([index]) => index), weight: lists.flatMap(([, weight]) => weight) };
}

/**
 * The input before the position; `exact`: the nearest one. `whole`: a result of the same or twice the size repeats
 * elements evenly, whatever the scale, unless `exact`.
 */
export function nearestTaps(q: Mapping, exact: boolean, whole: boolean): Taps {
  const even = whole && !exact && (q.m === q.n || q.m === 2 * q.n);
  const nearest = (i: number) => {
    if (even) return Math.floor((i * q.n) / q.m);
    if (!exact) return Math.floor(q.round(q.scale * i));
    return Math.floor(q.round(Math.max(positionOf(i, { ...q, alignCorners: false }), 0) + 0.5));
  };
  return tapsOf(q, 1, (i) => [[clip(nearest(i), 0, q.n - 1)], [1]]);
}

/** The two neighbours, by distance. */
export function linearTaps(q: Mapping): Taps {
  return tapsOf(q, 2, (i) => {
    if (q.n === q.m)
      return [
        [i, i],
        [1, 0],
      ];
    const position = Math.max(positionOf(i, q), 0);
    const first = Math.min(Math.floor(position), q.n - 1);
    const part = clip(position - first, 0, 1);
    return [
      [first, Math.min(first + 1, q.n - 1)],
      [1 - part, part],
    ];
  });
}

/** Weights of four neighbours for a position at `t` in [0, 1) behind the second. Keys (1981) with a = -0.75. */
export function cubicWeights(t: number): number[] {
  const a = -0.75;
  const near = (x: number) => ((a + 2) * x - (a + 3)) * x * x + 1;
  const far = (x: number) => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return [far(t + 1), near(t), near(1 - t), far(2 - t)];
}

/** Four neighbours; the edge is repeated. */
export function cubicTaps(q: Mapping): Taps {
  return tapsOf(q, 4, (i) => {
    const position = positionOf(i, q);
    const first = Math.floor(position);
    const index = [-1, 0, 1, 2].map((k) => clip(first + k, 0, q.n - 1));
    return [index, cubicWeights(clip(position - first, 0, 1))];
  });
}

const filters = {
  bilinear: { size: 2, at: (x: number) => Math.max(0, 1 - Math.abs(x)) },
  // Keys (1981) with a = -0.5, as Pillow has it.
  bicubic: {
    size: 4,
    at: (value: number) => {
      const x = Math.abs(value);
      if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
      return x < 2 ? (((x - 5) * x + 8) * x - 4) * -0.5 : 0;
    },
  },
};

/** The filter widened by the scale, so that every input counts when the result is smaller. */
export function antialiasTaps(q: Mapping, mode: keyof typeof filters): Taps {
  const { size, at } = filters[mode];
  const wide = Math.max(q.scale, 1);
  const support = size * 0.5 * wide;
  const taps = 2 * Math.ceil(support) + 1;
  return tapsOf(q, taps, (i) => {
    const center = q.scale * (i + 0.5);
    const first = Math.max(Math.trunc(center - support + 0.5), 0);
    const count = clip(Math.min(Math.trunc(center + support + 0.5), q.n) - first, 0, taps);
    const weight = Array.from({ length: taps }, (_, j) => (j < count ? at((j + first - center + 0.5) / wide) : 0));
    const total = weight.reduce((sum, value) => sum + value, 0);
    const index = weight.map((_, j) => clip(first + j, 0, q.n - 1));
    return [index, total === 0 ? weight : weight.map((value) => value / total)];
  });
}
