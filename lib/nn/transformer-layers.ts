// The layers of a transformer.

import { checkOptions, ValueError } from '../errors.ts';
import { gelu, relu } from '../functional/activation-unary.ts';
import { add } from '../functional/binary.ts';
import { canonicalMask } from '../functional/multi-head-attention.ts';
import { type FactoryOptions, factoryOptions } from '../tensor/create.ts';
import { checkTensor, Tensor } from '../tensor/tensor.ts';
import { activated } from './activated.ts';
import { GELU, ReLU } from './activation.ts';
import { MultiheadAttention } from './attention.ts';
import { Dropout } from './dropout.ts';
import { LayerNorm } from './layer-norm.ts';
import { Linear } from './linear.ts';
import { Module } from './module.ts';

/** An activation by name, as function or as module. */
export type TransformerActivation = 'relu' | 'gelu' | ((x: Tensor) => Tensor);

/** Options of the layers of a transformer. */
export interface TransformerLayerOptions extends FactoryOptions {
  /** Width between the two linear layers. Default: 2048. */
  dimFeedforward?: number;
  /** Chance of an element to become 0, in training. Default: 0.1. */
  dropout?: number;
  /** Between the two linear layers. Default: relu. */
  activation?: TransformerActivation;
  /** Added to the variance by the normalisations. Default: 1e-5. */
  layerNormEps?: number;
  /** Whether the batch is the first dimension. Default: false. */
  batchFirst?: boolean;
  /** Normalise before attention and linear layers, not behind them. Default: false. */
  normFirst?: boolean;
  /** Add learnt biases. Default: true. */
  bias?: boolean;
}

/** @internal */
export const layerOptionNames = [
  'dimFeedforward',
  'dropout',
  'activation',
  'layerNormEps',
  'batchFirst',
  'normFirst',
  'bias',
  ...factoryOptions,
];

function activationOf(activation: TransformerActivation): (x: Tensor) => Tensor {
  if (activation === 'relu') return relu;
  if (activation === 'gelu') return gelu;
  if (typeof activation === 'function') return activation;
  throw new ValueError(`activation should be relu/gelu, not ${String(activation)}`);
}

/** Options of a call of `TransformerEncoderLayer`. */
export interface EncoderLayerInputs {
  /** As `attnMask` of `MultiheadAttention`. */
  srcMask?: Tensor | null;
  /** As `keyPaddingMask` of `MultiheadAttention`. */
  srcKeyPaddingMask?: Tensor | null;
  /** Says that `srcMask` is the causal mask. Default: false. */
  isCausal?: boolean;
}

/**
 * Self-attention and two linear layers, each added to its input and normalised.
 *
 * State-dict keys: self_attn.*, linear1.*, linear2.*, norm1.*, norm2.*.
 * @source torch.nn.TransformerEncoderLayer
 * @example new nn.TransformerEncoderLayer(16, 4, { batchFirst: true })(randn(2, 10, 16)).shape; // [2, 10, 16]
 */
export class TransformerEncoderLayer extends Module {
  self_attn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  readonly normFirst: boolean;
  norm1: LayerNorm;
  norm2: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  /** A child where it is a module. */
  declare activation: (x: Tensor) => Tensor;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    checkOptions('TransformerEncoderLayer', options, layerOptionNames);
    const parts = partsOf(dModel, nhead, options);
    this.self_attn = parts.attention();
    this.linear1 = parts.widening();
    this.dropout = parts.dropout();
    this.linear2 = parts.narrowing();
    this.normFirst = options.normFirst ?? false;
    this.norm1 = parts.norm();
    this.norm2 = parts.norm();
    this.dropout1 = parts.dropout();
    this.dropout2 = parts.dropout();
    this.activation = activationOf(options.activation ?? 'relu');
  }

  /** @param src - `(S, N, E)`, `(N, S, E)` with `batchFirst`, or `(S, E)`. @returns the same shape */
  override forward(src: Tensor, options: Tensor | EncoderLayerInputs | null = {}): Tensor {
    const inputs = options instanceof Tensor || options === null ? { srcMask: options } : options;
    checkOptions('TransformerEncoderLayer', inputs, ['srcMask', 'srcKeyPaddingMask', 'isCausal']);
    const { srcMask = null, srcKeyPaddingMask = null, isCausal = false } = inputs;
    checkTensor(this._getName(), 'src', src);
    const padding = canonicalMask(srcKeyPaddingMask, 'src_key_padding_mask', src.dtype, {
      dtype: srcMask?.dtype ?? null,
      name: 'src_mask',
    });
    const mask = canonicalMask(srcMask, 'src_mask', src.dtype);
    const attend = (x: Tensor) => {
      const masks = { attnMask: mask, keyPaddingMask: padding, needWeights: false, isCausal };
      return this.dropout1(this.self_attn(x, x, x, masks)[0]);
    };
    const feed = (x: Tensor) => this.dropout2(feedForward(this, x));
    return residual(this.normFirst, src, [
      [this.norm1, attend],
      [this.norm2, feed],
    ]);
  }
}

/** Options of a call of `TransformerDecoderLayer`. */
export interface DecoderLayerInputs {
  /** As `attnMask` of the self-attention. */
  tgtMask?: Tensor | null;
  /** As `attnMask` of the attention to the memory. */
  memoryMask?: Tensor | null;
  /** As `keyPaddingMask` of the self-attention. */
  tgtKeyPaddingMask?: Tensor | null;
  /** As `keyPaddingMask` of the attention to the memory. */
  memoryKeyPaddingMask?: Tensor | null;
  /** Says that `tgtMask` is the causal mask. Default: false. */
  tgtIsCausal?: boolean | null;
  /** Says that `memoryMask` is the causal mask. Default: false. */
  memoryIsCausal?: boolean;
}

/** @internal */
export const decoderInputNames = [
  'tgtMask',
  'memoryMask',
  'tgtKeyPaddingMask',
  'memoryKeyPaddingMask',
  'tgtIsCausal',
  'memoryIsCausal',
];

/**
 * Self-attention, attention to a memory and two linear layers, each added to its input and normalised.
 *
 * State-dict keys: self_attn.*, multihead_attn.*, linear1.*, linear2.*, norm1.*, norm2.*, norm3.*.
 * @source torch.nn.TransformerDecoderLayer
 * @example new nn.TransformerDecoderLayer(16, 4)(randn(20, 2, 16), randn(10, 2, 16)).shape; // [20, 2, 16]
 */
export class TransformerDecoderLayer extends Module {
  self_attn: MultiheadAttention;
  multihead_attn: MultiheadAttention;
  linear1: Linear;
  dropout: Dropout;
  linear2: Linear;
  readonly normFirst: boolean;
  norm1: LayerNorm;
  norm2: LayerNorm;
  norm3: LayerNorm;
  dropout1: Dropout;
  dropout2: Dropout;
  dropout3: Dropout;
  /** A child where it is a module. */
  declare activation: (x: Tensor) => Tensor;

  constructor(dModel: number, nhead: number, options: TransformerLayerOptions = {}) {
    super();
    checkOptions('TransformerDecoderLayer', options, layerOptionNames);
    const parts = partsOf(dModel, nhead, options);
    this.self_attn = parts.attention();
    this.multihead_attn = parts.attention();
    this.linear1 = parts.widening();
    this.dropout = parts.dropout();
    this.linear2 = parts.narrowing();
    this.normFirst = options.normFirst ?? false;
    this.norm1 = parts.norm();
    this.norm2 = parts.norm();
    this.norm3 = parts.norm();
    this.dropout1 = parts.dropout();
    this.dropout2 = parts.dropout();
    this.dropout3 = parts.dropout();
    this.activation = activationOf(options.activation ?? 'relu');
  }

  /** @param tgt - `(T, N, E)`, `(N, T, E)` with `batchFirst`, or `(T, E)`. @param memory - likewise. @returns as `tgt` */
  override forward(tgt: Tensor, memory: Tensor, options: DecoderLayerInputs = {}): Tensor {
    checkOptions('TransformerDecoderLayer', options, decoderInputNames);
    const attend = (x: Tensor) => {
      const { tgtMask: attnMask, tgtKeyPaddingMask: keyPaddingMask, tgtIsCausal } = options;
      const masks = { attnMask, keyPaddingMask, isCausal: tgtIsCausal ?? false, needWeights: false };
      return this.dropout1(this.self_attn(x, x, x, masks)[0]);
    };
    const remember = (x: Tensor) => {
      const { memoryMask: attnMask, memoryKeyPaddingMask: keyPaddingMask, memoryIsCausal: isCausal } = options;
      const masks = { attnMask, keyPaddingMask, isCausal, needWeights: false };
      return this.dropout2(this.multihead_attn(x, memory, memory, masks)[0]);
    };
    const feed = (x: Tensor) => this.dropout3(feedForward(this, x));
    return residual(this.normFirst, tgt, [
      [this.norm1, attend],
      [this.norm2, remember],
      [this.norm3, feed],
    ]);
  }
}

// The pieces of a layer, made in the order in which the caller asks: that is the order of their draws.
function partsOf(dModel: number, nhead: number, options: TransformerLayerOptions) {
  const { dimFeedforward = 2048, dropout = 0.1, layerNormEps = 1e-5, batchFirst = false, bias = true } = options;
  const dtype = options.dtype ?? undefined;
  return {
    attention: () => new MultiheadAttention(dModel, nhead, { dropout, bias, batchFirst, dtype }),
    widening: () => new Linear(dModel, dimFeedforward, { bias, dtype }),
    narrowing: () => new Linear(dimFeedforward, dModel, { bias, dtype }),
    norm: () => new LayerNorm(dModel, { eps: layerNormEps, bias, dtype }),
    dropout: () => new Dropout({ p: dropout }),
  };
}

function feedForward(layer: TransformerEncoderLayer | TransformerDecoderLayer, x: Tensor): Tensor {
  const { linear1, activation } = layer;
  const wide = activated(linear1, activation, x) ?? activation(linear1(x));
  return layer.linear2(layer.dropout(wide));
}

type Block = readonly [norm: (x: Tensor) => Tensor, block: (x: Tensor) => Tensor];

// Each block is added to its input; the sum is normalised, or the block's input.
function residual(normFirst: boolean, x: Tensor, blocks: readonly Block[]): Tensor {
  return blocks.reduce((y, [norm, block]) => (normFirst ? add(y, block(norm(y))) : norm(add(y, block(y)))), x);
}

/** @internal 1 for relu, 2 for gelu, 0 for any other activation. */
export function reluOrGelu({ activation }: TransformerEncoderLayer): 0 | 1 | 2 {
  if (activation === relu || activation instanceof ReLU) return 1;
  return activation === gelu || activation instanceof GELU ? 2 : 0;
}
