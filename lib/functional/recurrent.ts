// One step of each recurrent cell, and a layer of steps over packed sequences.
import type { Tensor } from '../tensor/tensor.ts';
import { relu } from './activation-unary.ts';
import { add, mul, sub } from './binary.ts';
import { cat } from './join.ts';
import { linear } from './matmul.ts';
import { isFused, type Layer, runFused } from './recurrent-fused.ts';
import { sigmoid, tanh } from './unary.ts';
import { chunk, narrow } from './views.ts';

/** What a cell computes. */
export type RecurrentMode = 'RNN_TANH' | 'RNN_RELU' | 'LSTM' | 'GRU';

/** Number of blocks of a cell's weights. */
export const gateCount: { readonly [M in RecurrentMode]: number } = { RNN_TANH: 1, RNN_RELU: 1, LSTM: 4, GRU: 3 };

/** The state between steps: h, and c for an LSTM. */
export type CellState = readonly Tensor[];

/** Weights of one layer and direction; `proj` is the projection of an LSTM's h. */
export interface CellWeights {
  readonly ih: Tensor;
  readonly hh: Tensor;
  readonly biasIh: Tensor | null;
  readonly biasHh: Tensor | null;
  readonly proj: Tensor | null;
}

type Step = (fromInput: Tensor, state: CellState, weights: CellWeights) => CellState;

function first(state: CellState): Tensor {
  const [h] = state;
  if (h === undefined) throw new RangeError('a cell has a state');
  return h;
}

// h' = f(x W_ih + b_ih + h W_hh + b_hh)
function simple(activation: (x: Tensor) => Tensor): Step {
  return (fromInput, state, w) => [activation(add(fromInput, linear(first(state), w.hh, w.biasHh)))];
}

/** Each cell's step, from x W_ih + b_ih and the state before it. */
const steps: { readonly [M in RecurrentMode]: Step } = {
  RNN_TANH: simple(tanh),
  RNN_RELU: simple((x) => relu(x)),

  // i, f, g, o; c' = sigmoid(f) c + sigmoid(i) tanh(g); h' = sigmoid(o) tanh(c')
  LSTM(fromInput, state, w) {
    const gates = add(fromInput, linear(first(state), w.hh, w.biasHh));
    const [i, f, g, o] = chunk(gates, 4, -1) as [Tensor, Tensor, Tensor, Tensor];
    const c = add(mul(sigmoid(f), state[1] as Tensor), mul(sigmoid(i), tanh(g)));
    const h = mul(sigmoid(o), tanh(c));
    return [w.proj === null ? h : linear(h, w.proj), c];
  },

  // r, z, n; h' = n + z (h - n) with n = tanh(x_n + r h_n)
  GRU(fromInput, state, w) {
    const h = first(state);
    const [xr, xz, xn] = chunk(fromInput, 3, -1) as [Tensor, Tensor, Tensor];
    const [hr, hz, hn] = chunk(linear(h, w.hh, w.biasHh), 3, -1) as [Tensor, Tensor, Tensor];
    const n = tanh(add(xn, mul(sigmoid(add(xr, hr)), hn)));
    return [add(n, mul(sigmoid(add(xz, hz)), sub(h, n)))];
  },
};

/** One step of a cell: x is (N, I), each part of the state (N, H). */
export function cellStep(mode: RecurrentMode, x: Tensor, state: CellState, weights: CellWeights): CellState {
  return steps[mode](linear(x, weights.ih, weights.biasIh), state, weights);
}

/** What a layer gives: h of all steps, packed as the input, and the last state of each sequence. */
export interface LayerResult {
  readonly output: Tensor;
  readonly state: CellState;
}

/**
 * All steps of one layer in one direction.
 *
 * @param data (sum of counts, I): the rows of the first step, then those of the second
 * @param counts rows of each step, never growing
 * @param state (N, H) each, N being the first count
 */
export function runLayer(
  mode: RecurrentMode,
  data: Tensor,
  counts: readonly number[],
  state: CellState,
  weights: CellWeights,
  reverse: boolean,
): LayerResult {
  const layer = { mode, data, counts, state, weights, reverse };
  return isFused(layer) ? runFused(layer, composed) : composed(layer);
}

function composed({ mode, data, counts, state, weights, reverse }: Layer): LayerResult {
  // One product for the inputs of all steps.
  const fromInput = linear(data, weights.ih, weights.biasIh);
  const starts = counts.map((_, t) => counts.slice(0, t).reduce((sum, count) => sum + count, 0));
  const at = (t: number) => narrow(fromInput, 0, starts[t] ?? 0, counts[t] ?? 0);
  return reverse
    ? backwards(steps[mode], at, counts, state, weights)
    : forwards(steps[mode], at, counts, state, weights);
}

const rows = (state: CellState, from: number, to: number): CellState =>
  state.map((part) => (from === 0 && to === part.shape[0] ? part : narrow(part, 0, from, to - from)));

function joined(parts: readonly CellState[]): CellState {
  const [only = []] = parts;
  return parts.length === 1
    ? only
    : only.map((_, k) =>
        cat(
          parts.map((part) => part[k] as Tensor),
          0,
        ),
      );
}

// Sequences end where the count falls; their last rows are kept.
function forwards(
  step: Step,
  at: (t: number) => Tensor,
  counts: readonly number[],
  initial: CellState,
  weights: CellWeights,
): LayerResult {
  const outputs: Tensor[] = [];
  const ended: CellState[] = [];
  let state = initial;
  for (const [t, count] of counts.entries()) {
    const before = first(state).shape[0] ?? 0;
    if (count < before) {
      ended.unshift(rows(state, count, before));
      state = rows(state, 0, count);
    }
    state = step(at(t), state, weights);
    outputs.push(first(state));
  }
  return { output: cat(outputs, 0), state: joined([state, ...ended]) };
}

// Sequences begin where the count grows, with their first rows.
function backwards(
  step: Step,
  at: (t: number) => Tensor,
  counts: readonly number[],
  initial: CellState,
  weights: CellWeights,
): LayerResult {
  const outputs: Tensor[] = [];
  let state = rows(initial, 0, counts.at(-1) ?? 0);
  for (let t = counts.length - 1; t >= 0; t--) {
    const count = counts[t] ?? 0;
    const before = first(state).shape[0] ?? 0;
    if (count > before) state = joined([state, rows(initial, before, count)]);
    state = step(at(t), state, weights);
    outputs.unshift(first(state));
  }
  return { output: cat(outputs, 0), state };
}
