// Transformers: stacks of layers, and encoder and decoder together.
import type { Dtype } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, describe, ShapeError } from '../errors.ts';
import { integer, optionalTensor } from '../functional/arguments.ts';
import { causalMask } from '../functional/attention.ts';
import { canonicalMask } from '../functional/multi-head-attention.ts';
import { where } from '../functional/select.ts';
import { type FactoryOptions, factoryOptions, zeros } from '../tensor/create.ts';
import { sameShape } from '../tensor/shape.ts';
import { checkTensor, Tensor } from '../tensor/tensor.ts';
import { warn } from '../warn.ts';
import { isModule } from './attributes.ts';
import { deepcopy } from './deepcopy.ts';
import { xavierUniform_ } from './init.ts';
import { LayerNorm } from './layer-norm.ts';
import { Module } from './module.ts';
import { ModuleList } from './module-list.ts';
import {
  type DecoderLayerInputs,
  decoderInputNames,
  layerOptionNames,
  reluOrGelu,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
  type TransformerLayerOptions,
} from './transformer-layers.ts';

/** Options of `TransformerDecoder`. */
export interface TransformerDecoderOptions {
  /** Behind the last layer. Default: none. */
  norm?: Module | null;
}

/** Options of `TransformerEncoder`. */
export interface TransformerEncoderOptions extends TransformerDecoderOptions {
  /** Accepted: padded tensors are computed as they are. Default: true. */
  enableNestedTensor?: boolean;
  /** Accepted. Default: true. */
  maskCheck?: boolean;
}

function normOf(who: string, options: Module | TransformerDecoderOptions | null): Module | null {
  const norm = isModule(options) ? options : ((options as TransformerDecoderOptions | null)?.norm ?? null);
  if (norm === null || isModule(norm)) return norm;
  throw new ArgumentTypeError(`${who}(): argument 'norm' must be Module, not ${describe(norm)}`);
}

// All layers start as the same: nothing is drawn.
function clones<Layer extends Module>(who: string, layer: Layer, count: number): ModuleList<Layer> {
  integer(who, 'numLayers', count);
  if (!isModule(layer)) throw new ArgumentTypeError(`${who}: the layer must be a Module, got ${describe(layer)}`);
  return new ModuleList(Array.from({ length: count }, () => deepcopy(layer)));
}

/** Options of a call of `TransformerEncoder`. */
export interface EncoderInputs {
  /** As `attnMask` of `MultiheadAttention`. */
  mask?: Tensor | null;
  /** As `keyPaddingMask` of `MultiheadAttention`. */
  srcKeyPaddingMask?: Tensor | null;
  /** Says that `mask` is the causal mask. Default: found out. */
  isCausal?: boolean | null;
}

/**
 * A stack of copies of an encoder layer.
 *
 * State-dict keys: layers.i.*, norm.*.
 * @source torch.nn.TransformerEncoder
 * @example
 * new nn.TransformerEncoder(new nn.TransformerEncoderLayer(16, 4), 2)(randn(10, 2, 16)).shape;
 * // [10, 2, 16]
 */
export class TransformerEncoder extends Module {
  layers: ModuleList<TransformerEncoderLayer>;
  readonly numLayers: number;
  declare norm: Module | null;

  constructor(
    encoderLayer: TransformerEncoderLayer,
    numLayers: number,
    options: Module | TransformerEncoderOptions | null = null,
  ) {
    super();
    if (options !== null && !isModule(options))
      checkOptions('TransformerEncoder', options, ['norm', 'enableNestedTensor', 'maskCheck']);
    this.layers = clones('TransformerEncoder', encoderLayer, numLayers);
    this.numLayers = numLayers;
    const norm = normOf('TransformerEncoder', options);
    this.norm = norm;
    const reason = whyNotNested(encoderLayer);
    const nested = isModule(options) ? true : (options?.enableNestedTensor ?? true);
    if (nested && reason !== null) {
      warn(`enable_nested_tensor is True, but self.use_nested_tensor is False because ${reason}`);
    }
  }

  /** @param src - `(S, N, E)`, `(N, S, E)` with `batchFirst`, or `(S, E)`. @returns the same shape */
  override forward(src: Tensor, options: Tensor | EncoderInputs | null = {}): Tensor {
    const inputs = options instanceof Tensor || options === null ? { mask: options } : options;
    checkOptions('TransformerEncoder', inputs, ['mask', 'srcKeyPaddingMask', 'isCausal']);
    const { mask = null, srcKeyPaddingMask = null, isCausal = null } = inputs;
    checkTensor('TransformerEncoder', 'src', src);
    const padding = canonicalMask(srcKeyPaddingMask, 'src_key_padding_mask', src.dtype, {
      dtype: mask?.dtype ?? null,
      name: 'mask',
    });
    const srcMask = canonicalMask(mask, 'mask', src.dtype);
    const causal = isCausalMask(srcMask, isCausal, lengthOf(src, this.layers.get(0)));
    const masks = { srcMask, srcKeyPaddingMask: padding, isCausal: causal };
    const y = [...this.layers].reduce((x, layer) => layer(x, masks), src);
    return this.norm === null ? y : (this.norm(y) as Tensor);
  }
}

// Why PyTorch would not skip padding in evaluation; told to those who expect it to.
function whyNotNested(layer: unknown): string | null {
  const name = 'encoder_layer';
  if (!(layer instanceof TransformerEncoderLayer)) return `${name} was not TransformerEncoderLayer`;
  const { self_attn: attention } = layer;
  if (layer.normFirst) return `${name}.norm_first was True`;
  if (!attention.batchFirst) {
    return `${name}.self_attn.batch_first was not True(use batch_first for better inference performance)`;
  }
  if (!attention._qkvSameEmbedDim) return `${name}.self_attn._qkv_same_embed_dim was not True`;
  if (attention.in_proj_bias === null) return `${name}.self_attn was passed bias=False`;
  if (reluOrGelu(layer) === 0) return `${name}.activation_relu_or_gelu was not True`;
  if (layer.norm1.eps !== layer.norm2.eps) return `${name}.norm1.eps was not equal to ${name}.norm2.eps`;
  return attention.numHeads % 2 === 1 ? `${name}.self_attn.num_heads is odd` : null;
}

/**
 * A stack of copies of a decoder layer.
 *
 * State-dict keys: layers.i.*, norm.*.
 * @source torch.nn.TransformerDecoder
 * @example
 * const decoder = new nn.TransformerDecoder(new nn.TransformerDecoderLayer(16, 4), 2);
 * decoder(randn(20, 2, 16), randn(10, 2, 16)).shape; // [20, 2, 16]
 */
export class TransformerDecoder extends Module {
  layers: ModuleList<TransformerDecoderLayer>;
  readonly numLayers: number;
  declare norm: Module | null;

  constructor(
    decoderLayer: TransformerDecoderLayer,
    numLayers: number,
    options: Module | TransformerDecoderOptions | null = null,
  ) {
    super();
    if (options !== null && !isModule(options)) checkOptions('TransformerDecoder', options, ['norm']);
    this.layers = clones('TransformerDecoder', decoderLayer, numLayers);
    this.numLayers = numLayers;
    const norm = normOf('TransformerDecoder', options);
    this.norm = norm;
  }

  /** @param tgt - `(T, N, E)`, `(N, T, E)` with `batchFirst`, or `(T, E)`. @param memory - likewise. @returns as `tgt` */
  override forward(tgt: Tensor, memory: Tensor, options: DecoderLayerInputs = {}): Tensor {
    checkOptions('TransformerDecoder', options, decoderInputNames);
    checkTensor('TransformerDecoder', 'tgt', tgt);
    checkTensor('TransformerDecoder', 'memory', memory);
    const tgtMask = optionalTensor('TransformerDecoder', 'tgtMask', options.tgtMask);
    const { tgtIsCausal = null } = options;
    const masks = { ...options, tgtIsCausal: isCausalMask(tgtMask, tgtIsCausal, lengthOf(tgt, this.layers.get(0))) };
    const y = [...this.layers].reduce((x, layer) => layer(x, memory, masks), tgt);
    return this.norm === null ? y : (this.norm(y) as Tensor);
  }
}

/** Options of `Transformer`. */
export interface TransformerOptions extends TransformerLayerOptions {
  /** Features of source and target. Default: 512. */
  dModel?: number;
  /** Heads of each attention. Default: 8. */
  nhead?: number;
  /** Default: 6. */
  numEncoderLayers?: number;
  /** Default: 6. */
  numDecoderLayers?: number;
  /** Instead of the encoder. */
  customEncoder?: TransformerEncoder | null;
  /** Instead of the decoder. */
  customDecoder?: TransformerDecoder | null;
}

/** Options of a call of `Transformer`. */
export interface TransformerInputs extends Omit<DecoderLayerInputs, 'tgtIsCausal'> {
  srcMask?: Tensor | null;
  srcKeyPaddingMask?: Tensor | null;
  /** Says that `srcMask` is the causal mask. Default: found out. */
  srcIsCausal?: boolean | null;
  /** Says that `tgtMask` is the causal mask. Default: found out. */
  tgtIsCausal?: boolean | null;
}

/**
 * An encoder, and a decoder that attends to what it gives.
 *
 * State-dict keys: encoder.*, decoder.*. Parameters of several dimensions are drawn again, by xavierUniform_.
 * @source torch.nn.Transformer
 * @example
 * const model = new nn.Transformer({ dModel: 16, nhead: 4, numEncoderLayers: 2, numDecoderLayers: 2, dimFeedforward: 32 });
 * model(randn(10, 2, 16), randn(20, 2, 16)).shape; // [20, 2, 16]
 */
export class Transformer extends Module {
  encoder: TransformerEncoder;
  decoder: TransformerDecoder;
  readonly dModel: number;
  readonly nhead: number;
  readonly batchFirst: boolean;

  constructor(options: TransformerOptions = {}) {
    super();
    checkOptions('Transformer', options, [
      'dModel',
      'nhead',
      'numEncoderLayers',
      'numDecoderLayers',
      'customEncoder',
      'customDecoder',
      ...layerOptionNames,
    ]);
    const { dModel = 512, nhead = 8, numEncoderLayers = 6, numDecoderLayers = 6 } = options;
    const { customEncoder, customDecoder, layerNormEps: eps = 1e-5, bias = true } = options;
    const layerOptions = Object.fromEntries(
      Object.entries(options).filter(([name]) => layerOptionNames.includes(name)),
    );
    const norm = () => new LayerNorm(dModel, { eps, bias, dtype: options.dtype ?? undefined });
    this.encoder =
      customEncoder ?? encoderOf(new TransformerEncoderLayer(dModel, nhead, layerOptions), numEncoderLayers, norm());
    this.decoder =
      customDecoder ??
      new TransformerDecoder(new TransformerDecoderLayer(dModel, nhead, layerOptions), numDecoderLayers, norm());
    this._resetParameters();
    this.dModel = dModel;
    this.nhead = nhead;
    this.batchFirst = options.batchFirst ?? false;
  }

  _resetParameters(): void {
    for (const parameter of this.parameters()) if (parameter.ndim > 1) xavierUniform_(parameter);
  }

  /**
   * @param src - `(S, N, E)`, `(N, S, E)` with `batchFirst`, or `(S, E)`
   * @param tgt - `(T, N, E)`, likewise
   * @returns the shape of `tgt`
   */
  override forward(src: Tensor, tgt: Tensor, options: TransformerInputs = {}): Tensor {
    checkOptions('Transformer', options, ['srcMask', 'srcKeyPaddingMask', 'srcIsCausal', ...decoderInputNames]);
    const { srcMask, srcKeyPaddingMask, srcIsCausal, ...decoderInputs } = options;
    const batchDim = this.batchFirst ? 0 : 1;
    checkTensor('Transformer', 'src', src);
    checkTensor('Transformer', 'tgt', tgt);
    if (src.ndim === 3 && src.shape[batchDim] !== tgt.shape[batchDim]) {
      throw new ShapeError('the batch number of src and tgt must be equal');
    }
    if (src.shape.at(-1) !== this.dModel || tgt.shape.at(-1) !== this.dModel) {
      throw new ShapeError('the feature number of src and tgt must be equal to d_model');
    }
    const memory = this.encoder(src, { mask: srcMask, srcKeyPaddingMask, isCausal: srcIsCausal });
    return this.decoder(tgt, memory, decoderInputs);
  }

  /** 0 on and below the diagonal, -Infinity above. @returns `(size, size)` @source torch.nn.Transformer.generate_square_subsequent_mask */
  static generateSquareSubsequentMask(size: number, options: FactoryOptions = {}): Tensor {
    checkOptions('generateSquareSubsequentMask', options, factoryOptions);
    return squareSubsequentMask(size, options.dtype ?? undefined);
  }

  /** As the static method. */
  generateSquareSubsequentMask(size: number, options: FactoryOptions = {}): Tensor {
    return Transformer.generateSquareSubsequentMask(size, options);
  }
}

function encoderOf(layer: TransformerEncoderLayer, count: number, norm: LayerNorm): TransformerEncoder {
  return new TransformerEncoder(layer, count, { norm });
}

function squareSubsequentMask(size: number, dtype?: Dtype): Tensor {
  const zero = zeros([], { dtype });
  return where(causalMask(size, size), zero, Number.NEGATIVE_INFINITY);
}

function lengthOf(x: Tensor, layer: TransformerEncoderLayer | TransformerDecoderLayer): number {
  return x.shape[x.ndim === 3 && layer.self_attn.batchFirst ? 1 : 0] ?? 0;
}

// @source torch.nn.modules.transformer._detect_is_causal_mask
function isCausalMask(mask: Tensor | null, isCausal: boolean | null, size: number): boolean {
  if (isCausal !== null || mask === null) return isCausal === true;
  if (!sameShape(mask.shape, [size, size])) return false;
  const causal = mask.dtype === 'bool' ? causalMask(size, size).logicalNot() : squareSubsequentMask(size, mask.dtype);
  return mask.detach().eq(causal).all().item() === true;
}
