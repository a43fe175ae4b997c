// Recurrent cells: one step at a time.
import type { Dtype } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, ShapeError, ValueError } from '../errors.ts';
import { type CellState, cellStep, gateCount, type RecurrentMode } from '../functional/recurrent.ts';
import { squeeze, unsqueeze } from '../functional/views.ts';
import { empty, type FactoryOptions, factoryOptions, zeros } from '../tensor/create.ts';
import { checkTensor, Tensor } from '../tensor/tensor.ts';
import { uniform_ } from './init.ts';
import { boundOf } from './linear.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/** Options of `LSTMCell` and `GRUCell`. */
export interface CellOptions extends FactoryOptions {
  /** Add learnt biases. Default: true. */
  bias?: boolean;
}

/** Options of `RNNCell`. */
export interface RNNCellOptions extends CellOptions {
  /** Default: 'tanh'. */
  nonlinearity?: 'tanh' | 'relu';
}

/**
 * What the cells share.
 *
 * State-dict keys: weight_ih, weight_hh, bias_ih, bias_hh, all uniform in +-1 / sqrt(hiddenSize), drawn in this order.
 * @source torch.nn.RNNCellBase
 * @example new nn.GRUCell(10, 20) instanceof nn.RNNCellBase; // true
 */
export class RNNCellBase extends Module {
  readonly inputSize: number;
  readonly hiddenSize: number;
  readonly bias: boolean;
  declare weight_ih: Parameter;
  declare weight_hh: Parameter;
  declare bias_ih: Parameter | null;
  declare bias_hh: Parameter | null;

  constructor(inputSize: number, hiddenSize: number, bias: boolean, numChunks: number, dtype: Dtype | null = null) {
    super();
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.bias = bias;
    const gates = numChunks * hiddenSize;
    const make = (shape: number[]) => new Parameter(empty(shape, { dtype: dtype ?? undefined }));
    this.registerParameter('weight_ih', make([gates, inputSize]));
    this.registerParameter('weight_hh', make([gates, hiddenSize]));
    this.registerParameter('bias_ih', bias ? make([gates]) : null);
    this.registerParameter('bias_hh', bias ? make([gates]) : null);
    this.resetParameters();
  }

  /** Draws the initial values anew. */
  resetParameters(): void {
    const bound = boundOf(this.hiddenSize);
    for (const weight of this.parameters()) uniform_(weight, { a: -bound, b: bound });
  }

  override extraRepr(): string {
    return `${this.inputSize}, ${this.hiddenSize}${this.bias ? '' : ', bias=False'}`;
  }

  _step(mode: RecurrentMode, input: Tensor, given: CellState | null): CellState {
    const who = this._getName();
    checkTensor(who, 'input', input);
    const parts = mode === 'LSTM' ? 2 : 1;
    if (given !== null && !(given.length === parts && given.every((part) => part instanceof Tensor))) {
      throw new ArgumentTypeError(`${who}: expected hx to be ${parts === 1 ? 'a Tensor' : '[h, c], two tensors'}`);
    }
    if (input.ndim !== 1 && input.ndim !== 2) {
      throw new ValueError(`${who}: Expected input to be 1D or 2D, got ${input.ndim}D instead`);
    }
    given?.forEach((part, k) => {
      if (part.ndim === 1 || part.ndim === 2) return;
      const name = mode === 'LSTM' ? `hx[${k}]` : 'hidden';
      throw new ValueError(`${who}: Expected ${name} to be 1D or 2D, got ${part.ndim}D instead`);
    });
    const batched = input.ndim === 2;
    if (!batched && given?.some((part) => part.ndim === 2) && mode !== 'RNN_TANH' && mode !== 'RNN_RELU') {
      throw new ShapeError(`${who}: expected a state of 1D for an input of 1D, got 2D`);
    }
    const row = (x: Tensor) => (batched ? x : unsqueeze(x, 0));
    const x = row(input);
    const state = given?.map(row) ?? this._zeros(mode, x);
    this._checkShapes(x, state);
    const { weight_ih: ih, weight_hh: hh, bias_ih: biasIh, bias_hh: biasHh } = this;
    const next = cellStep(mode, x, state, { ih, hh, biasIh, biasHh, proj: null });
    return batched ? next : next.map((part) => squeeze(part, 0));
  }

  _zeros(mode: RecurrentMode, x: Tensor): CellState {
    const h = zeros([x.shape[0] ?? 0, this.hiddenSize], { dtype: x.dtype });
    return mode === 'LSTM' ? [h, h] : [h];
  }

  _checkShapes(x: Tensor, state: CellState): void {
    const [batch = 0, features = 0] = x.shape;
    if (features !== this.inputSize) {
      throw new ShapeError(`input has inconsistent input_size: got ${features} expected ${this.inputSize}`);
    }
    state.forEach((h, k) => {
      const [rows = 0, width = 0] = h.shape;
      if (rows !== batch) {
        throw new ShapeError(`Input batch size ${batch} doesn't match hidden${k} batch size ${rows}`);
      }
      if (width !== this.hiddenSize) {
        throw new ShapeError(`hidden${k} has inconsistent hidden_size: got ${width}, expected ${this.hiddenSize}`);
      }
    });
  }
}

/**
 * h' = tanh(x W_ih + b_ih + h W_hh + b_hh), or relu. @source torch.nn.RNNCell
 * @example new nn.RNNCell(10, 20)(randn(3, 10)).shape; // [3, 20]
 */
export class RNNCell extends RNNCellBase {
  readonly nonlinearity: 'tanh' | 'relu';

  constructor(inputSize: number, hiddenSize: number, options: RNNCellOptions = {}) {
    checkOptions('RNNCell', options, ['bias', 'nonlinearity', ...factoryOptions]);
    super(inputSize, hiddenSize, options.bias ?? true, gateCount.RNN_TANH, options.dtype);
    this.nonlinearity = options.nonlinearity ?? 'tanh';
  }

  /**
   *
   * @param input - `(N, inputSize)` or `(inputSize)`.
   * @param hx - `(N, hiddenSize)`; default: 0.
   * @returns the next h
   */
  override forward(input: Tensor, hx: Tensor | null = null): Tensor {
    const { nonlinearity } = this;
    if (nonlinearity !== 'tanh' && nonlinearity !== 'relu') {
      throw new ValueError(`Unknown nonlinearity: ${String(nonlinearity)}`);
    }
    return this._step(nonlinearity === 'tanh' ? 'RNN_TANH' : 'RNN_RELU', input, hx === null ? null : [hx])[0] as Tensor;
  }

  override extraRepr(): string {
    return `${super.extraRepr()}${this.nonlinearity === 'tanh' ? '' : `, nonlinearity=${this.nonlinearity}`}`;
  }
}

/**
 * One step of long short-term memory. @source torch.nn.LSTMCell
 * @example
 * const [h, c] = new nn.LSTMCell(10, 20)(randn(3, 10));
 * [h.shape, c.shape]; // [[3, 20], [3, 20]]
 */
export class LSTMCell extends RNNCellBase {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    checkOptions('LSTMCell', options, ['bias', ...factoryOptions]);
    super(inputSize, hiddenSize, options.bias ?? true, gateCount.LSTM, options.dtype);
  }

  /** @param input - `(N, inputSize)` or `(inputSize)`. @param hx - h and c; default: 0. @returns the next h and c */
  override forward(input: Tensor, hx: readonly [Tensor, Tensor] | null = null): [Tensor, Tensor] {
    return this._step('LSTM', input, hx) as [Tensor, Tensor];
  }
}

/**
 * One step of a gated recurrent unit. @source torch.nn.GRUCell
 * @example
 * const cell = new nn.GRUCell(10, 20);
 * let h = zeros(3, 20);
 * for (const x of randn(6, 3, 10).unbind()) h = cell(x, h);
 * h.shape; // [3, 20]
 */
export class GRUCell extends RNNCellBase {
  constructor(inputSize: number, hiddenSize: number, options: CellOptions = {}) {
    checkOptions('GRUCell', options, ['bias', ...factoryOptions]);
    super(inputSize, hiddenSize, options.bias ?? true, gateCount.GRU, options.dtype);
  }

  /**
   *
   * @param input - `(N, inputSize)` or `(inputSize)`.
   * @param hx - `(N, hiddenSize)`; default: 0.
   * @returns the next h
   */
  override forward(input: Tensor, hx: Tensor | null = null): Tensor {
    return this._step('GRU', input, hx === null ? null : [hx])[0] as Tensor;
  }
}
