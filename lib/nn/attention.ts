import { checkOptions, ValueError } from '../errors.ts';
import { canonicalMask, multiHeadAttentionForward } from '../functional/multi-head-attention.ts';
import { transpose } from '../functional/views.ts';
import { empty, type FactoryOptions, factoryOptions } from '../tensor/create.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { constant_, xavierNormal_, xavierUniform_ } from './init.ts';
import { Linear } from './linear.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/** A linear layer under the name that the projection behind attention has. @source torch.nn.modules.linear */
class NonDynamicallyQuantizableLinear extends Linear {}

/** Options of `MultiheadAttention`. */
export interface MultiheadAttentionOptions extends FactoryOptions {
  /** Chance of a weight to become 0, in training. Default: 0. */
  dropout?: number;
  /** Add learnt biases to the projections. Default: true. */
  bias?: boolean;
  /** Add a learnt key and value. Default: false. */
  addBiasKv?: boolean;
  /** Add a key and value of 0. Default: false. */
  addZeroAttn?: boolean;
  /** Features of the keys. Default: embedDim. */
  kdim?: number | null;
  /** Features of the values. Default: embedDim. */
  vdim?: number | null;
  /** Whether the batch is the first dimension. Default: false. */
  batchFirst?: boolean;
}

/** Options of a call of `MultiheadAttention`. */
export interface AttentionInputs {
  /** Keys to leave out (bool), or what is added to their scores: `(N, S)` or `(S)`. */
  keyPaddingMask?: Tensor | null;
  /** Whether to give the weights as well. Default: true. */
  needWeights?: boolean;
  /** What to leave out (bool), or what is added to the scores: `(L, S)` or `(N * heads, L, S)`. */
  attnMask?: Tensor | null;
  /** Whether the weights are the mean over the heads. Default: true. */
  averageAttnWeights?: boolean;
  /** Says that `attnMask` is the causal mask. Default: false. */
  isCausal?: boolean;
}

/**
 * Several heads of softmax(q k^T / sqrt(E / heads)) v, between projections.
 *
 * State-dict keys: in_proj_weight `(3 E, E)`, or q_proj_weight, k_proj_weight and v_proj_weight where sizes differ,
 * in_proj_bias, bias_k, bias_v, out_proj.weight, out_proj.bias. The output projection is drawn first, as `Linear`; then
 * the others by xavierUniform_; biases are 0, added keys and values drawn by xavierNormal_.
 * @source torch.nn.MultiheadAttention
 * @example
 * const attention = new nn.MultiheadAttention(16, 4, { batchFirst: true });
 * const x = randn(2, 5, 16);
 * const [y, weights] = attention(x, x, x);
 * [y.shape, weights?.shape]; // [[2, 5, 16], [2, 5, 5]]
 */
export class MultiheadAttention extends Module {
  readonly embedDim: number;
  readonly kdim: number;
  readonly vdim: number;
  readonly numHeads: number;
  readonly headDim: number;
  dropout: number;
  readonly batchFirst: boolean;
  readonly addZeroAttn: boolean;
  declare in_proj_weight: Parameter | null;
  declare q_proj_weight: Parameter | null;
  declare k_proj_weight: Parameter | null;
  declare v_proj_weight: Parameter | null;
  declare in_proj_bias: Parameter | null;
  out_proj: Linear;
  declare bias_k: Parameter | null;
  declare bias_v: Parameter | null;

  constructor(embedDim: number, numHeads: number, options: MultiheadAttentionOptions = {}) {
    super();
    checkOptions('MultiheadAttention', options, [
      'dropout',
      'bias',
      'addBiasKv',
      'addZeroAttn',
      'kdim',
      'vdim',
      'batchFirst',
      ...factoryOptions,
    ]);
    if (!(embedDim > 0 && numHeads > 0)) {
      throw new ValueError(
        `embed_dim and num_heads must be greater than 0, got embed_dim=${embedDim} and num_heads=${numHeads} instead`,
      );
    }
    if (embedDim % numHeads !== 0) throw new ValueError('embed_dim must be divisible by num_heads');
    const { bias = true, addBiasKv = false } = options;
    const dtype = options.dtype ?? undefined;
    const make = (...shape: number[]) => new Parameter(empty(shape, { dtype }));
    this.embedDim = embedDim;
    this.kdim = options.kdim ?? embedDim;
    this.vdim = options.vdim ?? embedDim;
    this.numHeads = numHeads;
    this.headDim = embedDim / numHeads;
    this.dropout = options.dropout ?? 0;
    this.batchFirst = options.batchFirst ?? false;
    this.addZeroAttn = options.addZeroAttn ?? false;
    const same = this._qkvSameEmbedDim;
    this.registerParameter('in_proj_weight', same ? make(3 * embedDim, embedDim) : null);
    this.registerParameter('q_proj_weight', same ? null : make(embedDim, embedDim));
    this.registerParameter('k_proj_weight', same ? null : make(embedDim, this.kdim));
    this.registerParameter('v_proj_weight', same ? null : make(embedDim, this.vdim));
    this.registerParameter('in_proj_bias', bias ? make(3 * embedDim) : null);
    this.out_proj = new NonDynamicallyQuantizableLinear(embedDim, embedDim, { bias, dtype });
    this.registerParameter('bias_k', addBiasKv ? make(1, 1, embedDim) : null);
    this.registerParameter('bias_v', addBiasKv ? make(1, 1, embedDim) : null);
    this._resetParameters();
  }

  get _qkvSameEmbedDim(): boolean {
    return this.kdim === this.embedDim && this.vdim === this.embedDim;
  }

  _resetParameters(): void {
    for (const weight of [this.in_proj_weight, this.q_proj_weight, this.k_proj_weight, this.v_proj_weight]) {
      if (weight !== null) xavierUniform_(weight);
    }
    if (this.in_proj_bias !== null) constant_(this.in_proj_bias, 0);
    if (this.in_proj_bias !== null && this.out_proj.bias !== null) constant_(this.out_proj.bias, 0);
    for (const bias of [this.bias_k, this.bias_v]) if (bias !== null) xavierNormal_(bias);
  }

  /**
   * @param query - `(L, N, embedDim)`, `(N, L, embedDim)` with `batchFirst`, or `(L, embedDim)`
   * @param key - `(S, N, kdim)`, likewise. @param value - `(S, N, vdim)`, likewise
   * @returns the query's shape, and the weights `(N, L, S)`, `(N, heads, L, S)` without averaging, or null
   */
  override forward(query: Tensor, key: Tensor, value: Tensor, options: AttentionInputs = {}): [Tensor, Tensor | null] {
    checkOptions('MultiheadAttention', options, [
      'keyPaddingMask',
      'needWeights',
      'attnMask',
      'averageAttnWeights',
      'isCausal',
    ]);
    const { keyPaddingMask = null, attnMask = null, needWeights, averageAttnWeights, isCausal } = options;
    const { dtype } = checkTensor('MultiheadAttention', 'query', query);
    const other = { dtype: attnMask?.dtype ?? null, name: 'attn_mask' };
    const turned = this.batchFirst && query.ndim === 3;
    const k = turned ? transpose(key, 0, 1) : key;
    // The same tensor stays the same: it is projected once.
    const q = query === key ? k : turned ? transpose(query, 0, 1) : query;
    const v = value === key ? k : turned ? transpose(value, 0, 1) : value;
    const [y, weights] = multiHeadAttentionForward(
      q,
      k,
      v,
      this.embedDim,
      this.numHeads,
      this.in_proj_weight,
      this.in_proj_bias,
      this.bias_k,
      this.bias_v,
      this.addZeroAttn,
      this.dropout,
      this.out_proj.weight,
      this.out_proj.bias,
      {
        training: this.training,
        keyPaddingMask: canonicalMask(keyPaddingMask, 'key_padding_mask', dtype, other),
        attnMask: canonicalMask(attnMask, 'attn_mask', dtype),
        needWeights,
        averageAttnWeights,
        isCausal,
        useSeparateProjWeight: !this._qkvSameEmbedDim,
        qProjWeight: this.q_proj_weight,
        kProjWeight: this.k_proj_weight,
        vProjWeight: this.v_proj_weight,
      },
    );
    return [turned ? transpose(y, 0, 1) : y, weights];
  }
}
