import { ArgumentTypeError, checkOptions, describe, ShapeError, ValueError } from '../errors.ts';
import { dropout } from '../functional/dropout.ts';
import { indexSelect } from '../functional/indexing.ts';
import { cat, stack } from '../functional/join.ts';
import { type CellState, type CellWeights, gateCount, type RecurrentMode, runLayer } from '../functional/recurrent.ts';
import { reshape, select, squeeze, transpose, unsqueeze } from '../functional/views.ts';
import { checkHeap } from '../heap.ts';
import { empty, type FactoryOptions, factoryOptions, zeros } from '../tensor/create.ts';
import { checkTensor, elementsOf, Tensor } from '../tensor/tensor.ts';
import { warn } from '../warn.ts';
import { uniform_ } from './init.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { pythonFloat } from './repr-values.ts';
import { PackedSequence } from './rnn-sequences.ts';

/** Options of `GRU`. */
export interface RecurrentOptions extends FactoryOptions {
  /** Layers, each of which reads the one before. Default: 1. */
  numLayers?: number;
  /** Add learnt biases. Default: true. */
  bias?: boolean;
  /** Whether the batch is the first dimension. Default: false. */
  batchFirst?: boolean;
  /** Chance of an element between layers to become 0, in training. Default: 0. */
  dropout?: number;
  /** Read the sequence from its end as well. Default: false. */
  bidirectional?: boolean;
}

/** Options of `RNN`. */
export interface RNNOptions extends RecurrentOptions {
  /** Default: 'tanh'. */
  nonlinearity?: 'tanh' | 'relu';
}

/** Options of `LSTM` and `RNNBase`. */
export interface LSTMOptions extends RecurrentOptions {
  /** Size of a projection of h; 0 for none. Default: 0. */
  projSize?: number;
}

const optionNames = ['numLayers', 'bias', 'batchFirst', 'dropout', 'bidirectional', ...factoryOptions];

/**
 * What recurrent layers share.
 *
 * State-dict keys for each layer k, then the same with `_reverse`: weight_ih_lk, weight_hh_lk, bias_ih_lk, bias_hh_lk,
 * weight_hr_lk for a projection. All start uniform in +-1 / sqrt(hiddenSize), drawn in this order.
 * @source torch.nn.RNNBase
 * @example new nn.LSTM(10, 20) instanceof nn.RNNBase; // true
 */
export class RNNBase extends Module {
  readonly mode: RecurrentMode;
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly numLayers: number;
  readonly bias: boolean;
  readonly batchFirst: boolean;
  dropout: number;
  readonly bidirectional: boolean;
  readonly projSize: number;

  constructor(mode: RecurrentMode, inputSize: number, hiddenSize: number, options: LSTMOptions = {}) {
    super();
    checkOptions(this._getName(), options, [...optionNames, 'projSize']);
    const { numLayers = 1, bias = true, batchFirst = false, bidirectional = false, projSize = 0 } = options;
    checkSizes(mode, hiddenSize, numLayers, projSize, options.dropout ?? 0);
    this.mode = mode;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.bias = bias;
    this.batchFirst = batchFirst;
    this.dropout = options.dropout ?? 0;
    this.bidirectional = bidirectional;
    this.projSize = projSize;
    const dtype = options.dtype ?? undefined;
    const gates = gateCount[mode] * hiddenSize;
    const outputSize = projSize > 0 ? projSize : hiddenSize;
    const directions = bidirectional ? 2 : 1;
    for (const { layer, suffix } of this._directions()) {
      const ownInput = layer === 0 ? inputSize : outputSize * directions;
      const make = (name: string, shape: number[]) =>
        this.registerParameter(`${name}_l${suffix}`, new Parameter(empty(shape, { dtype })));
      make('weight_ih', [gates, ownInput]);
      make('weight_hh', [gates, outputSize]);
      if (bias) make('bias_ih', [gates]);
      if (bias) make('bias_hh', [gates]);
      if (projSize > 0) make('weight_hr', [projSize, hiddenSize]);
    }
    this.resetParameters();
  }

  /** Draws the initial values anew. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.hiddenSize);
    for (const weight of this.parameters()) uniform_(weight, { a: -bound, b: bound });
  }

  /** Nothing to do: the weights are used where they lie. */
  flattenParameters(): void {}

  /** The parameters, by layer and direction. */
  get allWeights(): Parameter[][] {
    return this._directions().map(({ suffix }) =>
      [...this.namedParameters()].flatMap(([name, p]) => (name.endsWith(`_l${suffix}`) ? [p] : [])),
    );
  }

  _directions(): { layer: number; suffix: string; reverse: boolean }[] {
    return Array.from({ length: this.numLayers }, (_, layer) =>
      [false, true]
        .filter((reverse) => !reverse || this.bidirectional)
        .map((reverse) => ({ layer, suffix: `${layer}${reverse ? '_reverse' : ''}`, reverse })),
    ).flat();
  }

  _weightsOf(suffix: string): CellWeights {
    const get = (name: string) => this._parameters.get(`${name}_l${suffix}`) ?? null;
    const [ih, hh] = [get('weight_ih'), get('weight_hh')];
    if (ih === null || hh === null)
      throw new ValueError(`${this._getName()}: the weights of layer ${suffix} are missing`);
    return { ih, hh, biasIh: get('bias_ih'), biasHh: get('bias_hh'), proj: get('weight_hr') };
  }

  /** All layers; the state has shape (layers and directions, N, H). */
  _run(input: Tensor | PackedSequence, given: CellState | null): [Tensor | PackedSequence, CellState] {
    const who = this._getName();
    checkState(who, given, this.mode === 'LSTM' ? 2 : 1);
    if (input instanceof PackedSequence) return this._runPacked(input, given);
    checkTensor(who, 'input', input);
    if (input.ndim !== 2 && input.ndim !== 3) {
      const tensor = who === 'RNN' ? ' tensor' : '';
      throw new ValueError(`${who}: Expected input to be 2D or 3D, got ${input.ndim}D${tensor} instead`);
    }
    const batched = input.ndim === 3;
    checkStateDims(given, batched);
    const batchDim = this.batchFirst ? 0 : 1;
    const whole = batched ? input : unsqueeze(input, batchDim);
    const x = this.batchFirst ? transpose(whole, 0, 1) : whole;
    this._checkInput(x, 3);
    const [steps = 0, batch = 0, features = 0] = x.shape;
    const initial = this._stateOf(batched ? given : (given?.map((part) => unsqueeze(part, 1)) ?? null), batch, x);
    if (steps === 0) throw new ShapeError('Expected sequence length to be larger than 0 in RNN');
    const counts = new Array<number>(steps).fill(batch);
    const { output, state } = this._layers(reshape(x, [steps * batch, features]), counts, initial);
    const shaped = reshape(output, [steps, batch, output.shape[1] ?? 0]);
    const y = this.batchFirst ? transpose(shaped, 0, 1) : shaped;
    return batched ? [y, state] : [squeeze(y, batchDim), state.map((part) => squeeze(part, 1))];
  }

  _runPacked(input: PackedSequence, given: CellState | null): [PackedSequence, CellState] {
    const { data, batchSizes, sortedIndices, unsortedIndices } = input;
    const counts = Array.from(elementsOf(batchSizes.contiguous()), Number);
    this._checkInput(data, 2);
    checkCounts(counts, data.size(0));
    const initial = this._stateOf(permuted(given, sortedIndices), counts[0] ?? 0, data);
    const { output, state } = this._layers(data, counts, initial);
    const packed = new PackedSequence(output, batchSizes, sortedIndices, unsortedIndices);
    return [packed, permuted(state, unsortedIndices) ?? state];
  }

  _layers(data: Tensor, counts: readonly number[], initial: CellState): { output: Tensor; state: CellState } {
    const finals: CellState[] = [];
    const directions = this._directions();
    let x = data;
    for (let layer = 0; layer < this.numLayers; layer++) {
      if (layer > 0 && this.dropout > 0 && this.training) x = dropout(x, { p: this.dropout });
      const results = directions.flatMap((direction, k) => {
        if (direction.layer !== layer) return [];
        const own = initial.map((part) => select(part, 0, k));
        return [runLayer(this.mode, x, counts, own, this._weightsOf(direction.suffix), direction.reverse)];
      });
      finals.push(...results.map(({ state }) => state));
      const outputs = results.map(({ output }) => output);
      x = outputs.length === 1 ? (outputs[0] ?? x) : cat(outputs, 1);
    }
    return {
      output: x,
      state: initial.map((_, k) =>
        stack(
          finals.map((state) => state[k] as Tensor),
          0,
        ),
      ),
    };
  }

  _checkInput(input: Tensor, dims: number): void {
    const { dtype } = this._weightsOf('0').ih;
    if (input.dtype !== dtype)
      throw new ValueError(`input must have the type torch.${dtype}, got type torch.${input.dtype}`);
    if (input.ndim !== dims) throw new ShapeError(`input must have ${dims} dimensions, got ${input.ndim}`);
    const features = input.shape.at(-1);
    if (features === this.inputSize) return;
    throw new ShapeError(`input.size(-1) must be equal to input_size. Expected ${this.inputSize}, got ${features}`);
  }

  _stateOf(given: CellState | null, batch: number, like: Tensor): CellState {
    const { mode, hiddenSize, projSize } = this;
    const layers = this._directions().length;
    const sizes = mode === 'LSTM' ? [projSize > 0 ? projSize : hiddenSize, hiddenSize] : [hiddenSize];
    return sizes.map((size, k) => {
      const expected = [layers, batch, size];
      const part = given?.[k] ?? null;
      if (part === null) return zeros(expected, { dtype: like.dtype });
      if (part.shape.every((n, d) => n === expected[d])) return part;
      const which = mode === 'LSTM' ? `hidden[${k}]` : 'hidden';
      throw new ShapeError(`Expected ${which} size (${expected.join(', ')}), got [${part.shape.join(', ')}]`);
    });
  }

  override extraRepr(): string {
    const { numLayers, projSize, bias, batchFirst, bidirectional } = this;
    const parts = [
      `${this.inputSize}, ${this.hiddenSize}`,
      ...(projSize === 0 ? [] : [`proj_size=${projSize}`]),
      ...(numLayers === 1 ? [] : [`num_layers=${numLayers}`]),
      ...(bias ? [] : ['bias=False']),
      ...(batchFirst ? ['batch_first=True'] : []),
      ...(this.dropout === 0 ? [] : [`dropout=${pythonFloat(this.dropout)}`]),
      ...(bidirectional ? ['bidirectional=True'] : []),
    ];
    return parts.join(', ');
  }
}

function checkSizes(mode: RecurrentMode, hiddenSize: number, numLayers: number, projSize: number, p: number): void {
  if (typeof p !== 'number' || !(p >= 0 && p <= 1)) {
    throw new ValueError(
      'dropout should be a number in range [0, 1] representing the probability of an element being zeroed',
    );
  }
  if (p > 0 && numLayers === 1) {
    warn(
      'dropout option adds dropout after all but last recurrent layer, so non-zero dropout expects num_layers greater ' +
        `than 1, but got dropout=${p} and num_layers=${numLayers}`,
    );
  }
  if (!Number.isInteger(hiddenSize)) {
    throw new ArgumentTypeError(`hidden_size should be of type int, got: ${describe(hiddenSize)}`);
  }
  if (hiddenSize <= 0) throw new ValueError('hidden_size must be greater than zero');
  if (!(numLayers > 0)) throw new ValueError('num_layers must be greater than zero');
  // What the parameters of a layer take in JavaScript's heap, roughly.
  checkHeap(numLayers, 4096);
  if (projSize < 0) throw new ValueError('proj_size should be a positive integer or zero to disable projections');
  if (projSize >= hiddenSize) throw new ValueError('proj_size has to be smaller than hidden_size');
  if (!Object.hasOwn(gateCount, mode)) throw new ValueError(`Unrecognized RNN mode: ${String(mode)}`);
}

function checkState(who: string, state: CellState | null, parts: number): void {
  if (state === null) return;
  if (Array.isArray(state) && state.length === parts && state.every((part) => part instanceof Tensor)) return;
  throw new ArgumentTypeError(`${who}: expected hx to be ${parts === 1 ? 'a Tensor' : '[h, c], two tensors'}`);
}

function checkStateDims(state: CellState | null, batched: boolean): void {
  const dims = batched ? 3 : 2;
  if (state === null || state.every((part) => part.ndim === dims)) return;
  const input = `For ${batched ? 'batched' : 'unbatched'} ${dims}-D input`;
  if (state.length === 1) {
    throw new ShapeError(`${input}, hx should also be ${dims}-D but got ${state[0]?.ndim}-D tensor`);
  }
  throw new ShapeError(
    `${input}, hx and cx should also be ${dims}-D but got (${state.map((part) => `${part.ndim}-D`).join(', ')}) tensors`,
  );
}

function permuted(state: CellState | null, permutation: Tensor | null): CellState | null {
  if (state === null || permutation === null) return state;
  return state.map((part) => indexSelect(part, 1, permutation));
}

/** A recurrent layer whose state is one tensor. */
abstract class OneState extends RNNBase {
  /**
   * @param input - `(T, N, inputSize)`, `(N, T, inputSize)` with `batchFirst`, `(T, inputSize)`, or packed
   * @param hx - the first state `(layers and directions, N, hiddenSize)`. Default: 0
   * @returns h of all steps `(T, N, directions * hiddenSize)`, and the last state
   */
  override forward<Input extends Tensor | PackedSequence>(input: Input, hx?: Tensor | null): [Input, Tensor];
  override forward(input: Tensor | PackedSequence, hx: Tensor | null = null): [Tensor | PackedSequence, Tensor] {
    const [output, state] = this._run(input, hx === null ? null : [hx]);
    return [output, state[0] as Tensor];
  }
}

/**
 * h' = tanh(x W_ih + b_ih + h W_hh + b_hh), or relu. @source torch.nn.RNN
 * @example
 * const [output, h] = new nn.RNN(10, 20, { numLayers: 2 })(randn(5, 3, 10));
 * [(output as Tensor).shape, h.shape]; // [[5, 3, 20], [2, 3, 20]]
 */
export class RNN extends OneState {
  readonly nonlinearity: 'tanh' | 'relu';

  constructor(inputSize: number, hiddenSize: number, options: RNNOptions = {}) {
    checkOptions('RNN', options, ['nonlinearity', ...optionNames, 'projSize']);
    const { nonlinearity = 'tanh', ...rest } = options;
    refuseProjection(rest);
    if (nonlinearity !== 'tanh' && nonlinearity !== 'relu') {
      throw new ValueError(`Unknown nonlinearity '${String(nonlinearity)}'. Select from 'tanh' or 'relu'.`);
    }
    super(nonlinearity === 'tanh' ? 'RNN_TANH' : 'RNN_RELU', inputSize, hiddenSize, rest);
    this.nonlinearity = nonlinearity;
  }
}

/**
 * Gated recurrent units; gates in the order r, z, n. @source torch.nn.GRU
 * @example
 * const [output, h] = new nn.GRU(10, 20, { numLayers: 2 })(randn(5, 3, 10));
 * [(output as Tensor).shape, h.shape]; // [[5, 3, 20], [2, 3, 20]]
 */
export class GRU extends OneState {
  constructor(inputSize: number, hiddenSize: number, options: RecurrentOptions = {}) {
    refuseProjection(options);
    super('GRU', inputSize, hiddenSize, options);
  }
}

function refuseProjection(options: object): void {
  if (typeof options !== 'object' || options === null || !('projSize' in options)) return;
  throw new ValueError('proj_size argument is only supported for LSTM, not RNN or GRU');
}

/**
 * Long short-term memory; gates in the order i, f, g, o. @source torch.nn.LSTM
 * @example
 * const lstm = new nn.LSTM(10, 20, { numLayers: 2, batchFirst: true });
 * const [output, [h, c]] = lstm(randn(3, 5, 10));
 * [(output as Tensor).shape, h.shape, c.shape]; // [[3, 5, 20], [2, 3, 20], [2, 3, 20]]
 */
export class LSTM extends RNNBase {
  constructor(inputSize: number, hiddenSize: number, options: LSTMOptions = {}) {
    super('LSTM', inputSize, hiddenSize, options);
  }

  /**
   * @param input - `(T, N, inputSize)`, `(N, T, inputSize)` with `batchFirst`, `(T, inputSize)`, or packed
   * @param hx - the first h `(layers and directions, N, projSize or hiddenSize)` and c. Default: 0
   * @returns h of all steps, and the last h and c
   */
  override forward<Input extends Tensor | PackedSequence>(
    input: Input,
    hx?: readonly [Tensor, Tensor] | null,
  ): [Input, [Tensor, Tensor]];
  override forward(
    input: Tensor | PackedSequence,
    hx: readonly [Tensor, Tensor] | null = null,
  ): [Tensor | PackedSequence, [Tensor, Tensor]] {
    const [output, [h, c]] = this._run(input, hx) as [Tensor | PackedSequence, [Tensor, Tensor]];
    return [output, [h, c]];
  }
}

// A packed sequence may have been made by hand.
function checkCounts(counts: readonly number[], rows: number): void {
  const falling = counts.every((count, t) => count > 0 && count <= (counts[t - 1] ?? count));
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (falling && total === rows && counts.length > 0) return;
  throw new ShapeError(
    `batchSizes must be positive, not increasing and ${rows} together, as many as there are rows; got [${counts.slice(0, 8).join(', ')}${counts.length > 8 ? ', ...' : ''}]`,
  );
}
