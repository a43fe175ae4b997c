// Layers of LSTM and GRU in one kernel call. A gradient that is itself to be differentiated goes through the composed
// layer instead.
import { grad } from '../autograd/backward.ts';
import { isGradEnabled, withGradMode } from '../autograd/mode.ts';
import type { Grad } from '../autograd/node.ts';
import { recordMany } from '../autograd/record.ts';
import { type FloatDtype, isFloat } from '../dtype.ts';
import * as kernels from '../native/kernels.gen.ts';
import { zerosLike } from '../tensor/create.ts';
import { sameShape } from '../tensor/shape.ts';
import { emptyOf, type Tensor } from '../tensor/tensor.ts';
import { clone, contiguous } from './copies.ts';
import { linearForward, mm } from './matmul.ts';
import { type CellState, type CellWeights, gateCount, type LayerResult, type RecurrentMode } from './recurrent.ts';
import { sum } from './reduce.ts';
import { transpose } from './views.ts';

/** One layer in one direction: what `runLayer` is given. */
export interface Layer {
  readonly mode: RecurrentMode;
  readonly data: Tensor;
  readonly counts: readonly number[];
  readonly state: CellState;
  readonly weights: CellWeights;
  readonly reverse: boolean;
}

// The numbers of a call, of which the rows of each step are a part, have room in a block of 4096.
const maxSteps = 4000;

/** Whether a layer has a kernel and its tensors fit; if not, the composed layer says what is wrong. */
export function isFused({ mode, data, counts, state, weights }: Layer): boolean {
  const [h0] = state;
  if ((mode !== 'LSTM' && mode !== 'GRU') || weights.proj !== null || h0 === undefined) return false;
  if (!isFloat(data.dtype) || data.numel() === 0 || h0.numel() === 0 || counts.length > maxSteps) return false;
  const hidden = h0.size(1);
  const rows = gateCount[mode] * hidden;
  const fits = (x: Tensor | null, ...shape: number[]) =>
    x === null || (x.dtype === data.dtype && sameShape(x.shape, shape));
  return (
    counts[0] === h0.size(0) &&
    state.every((part) => fits(part, h0.size(0), hidden)) &&
    fits(weights.ih, rows, data.size(1)) &&
    fits(weights.hh, rows, hidden) &&
    fits(weights.biasIh, rows) &&
    fits(weights.biasHh, rows)
  );
}

// What one forward pass leaves for the way back.
interface Trace {
  readonly outputs: readonly Tensor[];
  readonly kept: readonly Tensor[];
}

function forward({ data, counts, state, weights, reverse }: Layer): Trace {
  const [h0, c0] = state as [Tensor, Tensor?];
  const dtype = data.dtype as FloatDtype;
  const hidden = h0.size(1);
  const flag = reverse ? 1 : 0;
  const gates = linearForward(data, weights.ih, weights.biasIh === null ? null : contiguous(weights.biasIh));
  const hh = contiguous(weights.hh);
  const bias = weights.biasHh === null ? null : contiguous(weights.biasHh);
  const output = emptyOf([data.size(0), hidden], dtype);
  const third = emptyOf(output.shape, dtype);
  const h = clone(h0);
  if (c0 === undefined) {
    kernels.gru(dtype, gates, hh, bias, h, output, third, counts, hidden, flag);
    return { outputs: [output, h], kept: [gates, third, output] };
  }
  const c = clone(c0);
  kernels.lstm(dtype, gates, hh, bias, h, c, output, third, counts, hidden, flag);
  return { outputs: [output, h, c], kept: [gates, third, output] };
}

/** All steps of a layer that `isFused`; `composed` is the same layer in differentiable operators. */
export function runFused(layer: Layer, composed: (layer: Layer) => LayerResult): LayerResult {
  const { outputs, kept } = withGradMode(false, () => forward(layer));
  const { data, state, weights } = layer;
  const optional = [weights.biasIh, weights.biasHh].filter((bias) => bias !== null);
  const inputs = [data, weights.ih, weights.hh, ...state, ...optional];
  recordMany(layer.mode.toLowerCase(), inputs, outputs, [...inputs, ...kept], (grads, saved, needs) => {
    const own = saved.slice(0, inputs.length);
    const again = layerOf(layer, own);
    if (isGradEnabled()) return throughComposed(again, own, grads, needs, composed);
    return backward(again, grads, saved.slice(inputs.length), optional.length > 0);
  });
  const [output, ...last] = outputs as [Tensor, ...Tensor[]];
  // Nobody will go back: what only that needs makes room while it is still in the cache.
  if (!output.requiresGrad) for (const x of kept) if (x !== output) x.dispose();
  return { output, state: last };
}

// The layer on its saved inputs.
function layerOf(layer: Layer, [data, ih, hh, ...rest]: readonly Tensor[]): Layer {
  const state = rest.slice(0, layer.state.length);
  const [biasIh = null, biasHh = null] = rest.slice(layer.state.length);
  return {
    ...layer,
    data: data as Tensor,
    state,
    weights: { ih: ih as Tensor, hh: hh as Tensor, biasIh, biasHh, proj: null },
  };
}

function throughComposed(
  layer: Layer,
  inputs: readonly Tensor[],
  grads: readonly Grad[],
  needs: readonly boolean[],
  composed: (layer: Layer) => LayerResult,
): Grad[] {
  const { output, state } = composed(layer);
  const outputs = [output, ...state];
  const wanted = inputs.filter((_, i) => needs[i]);
  const used = grads.flatMap((g, i) => (g === null ? [] : [i]));
  const found = grad(
    used.map((i) => outputs[i] as Tensor),
    wanted,
    { gradOutputs: used.map((i) => grads[i] as Tensor), createGraph: true, allowUnused: true },
  );
  return needs.map((need) => (need ? (found.shift() ?? null) : null));
}

function backward(layer: Layer, grads: readonly Grad[], kept: readonly Tensor[], biased: boolean): Grad[] {
  const { data, counts, state, weights, reverse } = layer;
  const [gates, third, output] = kept as [Tensor, Tensor, Tensor];
  const [h0, c0] = state as [Tensor, Tensor?];
  const dtype = data.dtype as FloatDtype;
  const hidden = h0.size(1);
  const flag = reverse ? 1 : 0;
  const given = (g: Grad | undefined, like: Tensor) => (g ? contiguous(g) : zerosLike(like));
  const dOutput = given(grads[0], output);
  const dh = clone(given(grads[1], h0));
  const dGates = emptyOf(gates.shape, dtype);
  const hBefore = emptyOf(output.shape, dtype);
  const [hh, first] = [contiguous(weights.hh), contiguous(h0)];
  let dStateGates = dGates;
  let dc: Tensor | null = null;
  if (c0 === undefined) {
    dStateGates = emptyOf(gates.shape, dtype);
    kernels.gruBackward(
      dtype,
      gates,
      third,
      output,
      first,
      hh,
      dOutput,
      dh,
      dGates,
      dStateGates,
      hBefore,
      counts,
      hidden,
      flag,
    );
  } else {
    dc = clone(given(grads[2], c0));
    kernels.lstmBackward(
      dtype,
      gates,
      third,
      output,
      first,
      contiguous(c0),
      hh,
      dOutput,
      dh,
      dc,
      dGates,
      hBefore,
      counts,
      hidden,
      flag,
    );
  }
  const dState = dc === null ? [dh] : [dh, dc];
  const dBias = biased ? sum(dGates, 0) : null;
  return [
    mm(dGates, weights.ih),
    mm(transpose(dGates, 0, 1), data),
    mm(transpose(dStateGates, 0, 1), hBefore),
    ...dState,
    ...(dBias === null ? [] : [dBias, dStateGates === dGates ? dBias : sum(dStateGates, 0)]),
  ];
}
