// Attention of several heads between projections. @source torch.nn.functional.multi_head_attention_forward
import { type Dtype, isFloat } from '../dtype.ts';
import { checkOptions, DtypeError, ShapeError, ValueError } from '../errors.ts';
import { zeros } from '../tensor/create.ts';
import { sameShape, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { warn } from '../warn.ts';
import { scaledDotProductAttention } from './attention.ts';
import { add, mul } from './binary.ts';
import { dropout } from './dropout.ts';
import { cat } from './join.ts';
import { bmm, linear } from './matmul.ts';
import { mean } from './reduce.ts';
import { where } from './select.ts';
import { softmax } from './softmax.ts';
import { chunk, expand, permute, reshape, split, squeeze, transpose, unsqueeze } from './views.ts';

/** Options of {@link multiHeadAttentionForward}. */
export interface MultiHeadAttentionOptions {
  /** Whether to drop weights. Default true. */
  training?: boolean;
  /** Keys to leave out (bool), or what is added to their scores: (N, S) or (S). */
  keyPaddingMask?: Tensor | null;
  /** Whether to give the weights as well. Default true. */
  needWeights?: boolean;
  /** What to leave out (bool), or what is added to the scores: (L, S) or (N heads, L, S). */
  attnMask?: Tensor | null;
  /** Whether query, key and value have weights of their own. Default false. */
  useSeparateProjWeight?: boolean;
  qProjWeight?: Tensor | null;
  kProjWeight?: Tensor | null;
  vProjWeight?: Tensor | null;
  /** Keys to use instead, (N heads, S, E / heads). */
  staticK?: Tensor | null;
  /** Values to use instead. */
  staticV?: Tensor | null;
  /** Whether the weights are the mean over the heads. Default true. */
  averageAttnWeights?: boolean;
  /** Says that `attnMask` is the causal mask. Default false. */
  isCausal?: boolean;
}

const optionNames = [
  'training',
  'keyPaddingMask',
  'needWeights',
  'attnMask',
  'useSeparateProjWeight',
  'qProjWeight',
  'kProjWeight',
  'vProjWeight',
  'staticK',
  'staticV',
  'averageAttnWeights',
  'isCausal',
];

/**
 * A mask as numbers to add: -Infinity where a bool mask holds.
 * @internal
 * @param other dtype of the mask it goes with, or null
 */
export function canonicalMask(
  mask: Tensor | null,
  name: string,
  dtype: Dtype,
  other: { dtype: Dtype | null; name: string } | null = null,
): Tensor | null {
  if (mask === null) return null;
  const float = isFloat(checkTensor('attention', name, mask).dtype);
  if (!float && mask.dtype !== 'bool') throw new DtypeError(`only bool and floating types of ${name} are supported`);
  if (other !== null && other.dtype !== null && other.dtype !== mask.dtype) {
    warn(`Support for mismatched ${name} and ${other.name} is deprecated. Use same type for both instead.`);
  }
  return float ? mask : where(mask, Number.NEGATIVE_INFINITY, zeros([], { dtype }));
}

/** The arguments as batches, and whether they were. */
interface Batched {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  readonly padding: Tensor | null;
  readonly batched: boolean;
}

function batches(query: Tensor, key: Tensor, value: Tensor, o: MultiHeadAttentionOptions, heads: number): Batched {
  const { keyPaddingMask: padding = null, attnMask = null } = o;
  const dims = query.ndim;
  if (dims !== 2 && dims !== 3) {
    throw new ShapeError(`query should be unbatched 2D or batched 3D tensor but received ${dims}-D query tensor`);
  }
  const kind = `For ${dims === 3 ? 'batched (3-D)' : 'unbatched (2-D)'} \`query\``;
  if (key.ndim !== dims || value.ndim !== dims) {
    throw new ShapeError(
      `${kind}, expected \`key\` and \`value\` to be ${dims}-D but found ${key.ndim}-D and ${value.ndim}-D tensors respectively`,
    );
  }
  if (padding !== null && padding.ndim !== dims - 1) {
    throw new ShapeError(
      `${kind}, expected \`key_padding_mask\` to be \`None\` or ${dims - 1}-D but found ${padding.ndim}-D tensor instead`,
    );
  }
  if (attnMask !== null && attnMask.ndim !== 2 && attnMask.ndim !== 3) {
    throw new ShapeError(
      `${kind}, expected \`attn_mask\` to be \`None\`, 2-D or 3-D but found ${attnMask.ndim}-D tensor instead`,
    );
  }
  if (dims === 3) return { query, key, value, padding, batched: true };
  if (attnMask?.ndim === 3) {
    const expected = [heads, query.shape[0] ?? 0, key.shape[0] ?? 0];
    if (!sameShape(attnMask.shape, expected)) {
      throw new ShapeError(
        `Expected \`attn_mask\` shape to be (${expected.join(', ')}) but got [${attnMask.shape.join(', ')}]`,
      );
    }
  }
  const one = unsqueeze(key, 1);
  // The same tensor stays the same: it is projected once.
  const q = query === key ? one : unsqueeze(query, 1);
  const v = value === key ? one : unsqueeze(value, 1);
  return { query: q, key: one, value: v, padding: padding === null ? null : unsqueeze(padding, 0), batched: false };
}

function projections(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  weight: Tensor | null,
  bias: Tensor | null,
  o: MultiHeadAttentionOptions,
): readonly Tensor[] {
  if (o.useSeparateProjWeight) {
    const weights = [o.qProjWeight, o.kProjWeight, o.vProjWeight];
    const biases = bias === null ? [] : chunk(bias, 3, 0);
    return [query, key, value].map((x, i) => {
      const own = weights[i] ?? null;
      if (own === null) {
        throw new ValueError(`use_separate_proj_weight is True but ${'qkv'[i]}_proj_weight is None`);
      }
      return linear(x, own, biases[i] ?? null);
    });
  }
  if (weight === null) throw new ValueError('use_separate_proj_weight is False but in_proj_weight is None');
  if (query === key && key === value) return chunk(linear(query, weight, bias), 3, -1);
  const embed = query.shape.at(-1) ?? 0;
  if (key === value) {
    const [wq, wkv] = split(weight, [embed, 2 * embed], 0) as [Tensor, Tensor];
    const [bq = null, bkv = null] = bias === null ? [] : split(bias, [embed, 2 * embed], 0);
    return [linear(query, wq, bq), ...chunk(linear(key, wkv, bkv), 2, -1)];
  }
  const biases = bias === null ? [] : chunk(bias, 3, 0);
  const weights = chunk(weight, 3, 0);
  return [query, key, value].map((x, i) => linear(x, weights[i] as Tensor, biases[i] ?? null));
}

function checkMask(mask: Tensor | null, length: number, source: number, batch: number): Tensor | null {
  if (mask === null) return null;
  const expected = mask.ndim === 2 ? [length, source] : [batch, length, source];
  if (!sameShape(mask.shape, expected)) {
    throw new ShapeError(
      `The shape of the ${mask.ndim}D attn_mask is [${mask.shape.join(', ')}], but should be (${expected.join(', ')}).`,
    );
  }
  return mask.ndim === 2 ? unsqueeze(mask, 0) : mask;
}

// One more key that every query may attend to.
function withOneMore(mask: Tensor | null): Tensor | null {
  if (mask === null) return null;
  return cat([mask, zeros([...sizesFrom(mask.shape, 0, -1), 1], { dtype: mask.dtype })], -1);
}

/**
 * Attention of several heads: q, k and v are projected, split into heads, and the heads' results joined and projected.
 *
 * @param query (L, N, E) or (L, E)
 * @param key (S, N, E) or (S, E); `value` the same, or with sizes of their own with `useSeparateProjWeight`
 * @param inProjWeight (3 E, E), of q, k and v; `inProjBias` (3 E)
 * @param biasK (1, 1, E), a key that is added, with `biasV`
 * @param addZeroAttn whether a key and value of 0 are added
 * @returns (L, N, E), and the weights (N, L, S), or (N, heads, L, S), or null
 * @source torch.nn.functional.multi_head_attention_forward
 * @example
 * const x = randn(5, 2, 8); // (L, N, E)
 * const [inWeight, inBias, outWeight, outBias] = [randn(24, 8), zeros(24), randn(8, 8), zeros(8)];
 * const bias = null;
 * const [y, weights] = F.multiHeadAttentionForward(
 *   x, x, x, 8, 2, inWeight, inBias, bias, bias, false, 0, outWeight, outBias,
 * );
 * [y.shape, weights?.shape]; // [[5, 2, 8], [2, 5, 5]]
 */
export function multiHeadAttentionForward(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  embedDimToCheck: number,
  numHeads: number,
  inProjWeight: Tensor | null,
  inProjBias: Tensor | null,
  biasK: Tensor | null,
  biasV: Tensor | null,
  addZeroAttn: boolean,
  dropoutP: number,
  outProjWeight: Tensor,
  outProjBias: Tensor | null,
  options: MultiHeadAttentionOptions = {},
): [Tensor, Tensor | null] {
  checkTensor('multiHeadAttentionForward', 'query', query);
  checkTensor('multiHeadAttentionForward', 'key', key);
  checkTensor('multiHeadAttentionForward', 'value', value);
  checkTensor('multiHeadAttentionForward', 'outProjWeight', outProjWeight);
  checkOptions('multiHeadAttentionForward', options, optionNames);
  const { training = true, needWeights = true, averageAttnWeights = true, staticK = null, staticV = null } = options;
  const given = batches(query, key, value, options, numHeads);
  const { shape, dtype } = given.query;
  const [length = 0, batch = 0, embed = 0] = shape;
  const attnMask = options.attnMask ?? null;
  let isCausal = options.isCausal ?? false;
  const mismatch = { dtype: attnMask?.dtype ?? null, name: 'attn_mask' };
  let padding = canonicalMask(given.padding, 'key_padding_mask', dtype, mismatch);
  if (isCausal && attnMask === null) {
    throw new ValueError(
      'Need attn_mask if specifying the is_causal hint. You may use the Transformer module method `generate_square_subsequent_mask` to create this mask.',
    );
  }
  const hinted = isCausal && padding === null && !needWeights;
  let mask = hinted ? null : canonicalMask(attnMask, 'attn_mask', dtype);
  if (!hinted && padding !== null) isCausal = false;
  checkSizes(given, embedDimToCheck, embed, numHeads, options.useSeparateProjWeight ?? false);
  const [q, kOwn, vOwn] = projections(given.query, given.key, given.value, inProjWeight, inProjBias, options) as [
    Tensor,
    Tensor,
    Tensor,
  ];
  mask = checkMask(mask, length, given.key.shape[0] ?? 0, batch * numHeads);
  let [k, v] = [kOwn, vOwn];
  if (biasK !== null && biasV !== null) {
    k = cat([k, expand(biasK, [1, batch, embed])], 0);
    v = cat([v, expand(biasV, [1, batch, embed])], 0);
    [mask, padding] = [withOneMore(mask), withOneMore(padding)];
  }
  const headDim = embed / numHeads;
  const heads = (x: Tensor) => transpose(reshape(x, [x.shape[0] ?? 0, batch * numHeads, headDim]), 0, 1);
  let [kh, vh] = [staticK ?? heads(k), staticV ?? heads(v)];
  if (addZeroAttn) {
    const zero = zeros([batch * numHeads, 1, headDim], { dtype });
    [kh, vh] = [cat([kh, zero], 1), cat([vh, zero], 1)];
    [mask, padding] = [withOneMore(mask), withOneMore(padding)];
  }
  const source = kh.shape[1] ?? 0;
  if (padding !== null) {
    checkPadding(padding, batch, source);
    const spread = expand(reshape(padding, [batch, 1, 1, source]), [batch, numHeads, 1, source]);
    const perHead = reshape(spread, [batch * numHeads, 1, source]);
    mask = mask === null ? perHead : add(mask, perHead);
  }
  const p = training ? dropoutP : 0;
  const qh = heads(q);
  const output = (joined: Tensor) => {
    const y = reshape(linear(joined, outProjWeight, outProjBias), [length, batch, outProjWeight.shape[0] ?? 0]);
    return given.batched ? y : squeeze(y, 1);
  };
  if (!needWeights) {
    const split4 = (x: Tensor) => reshape(x, [batch, numHeads, x.shape[1] ?? 0, headDim]);
    const attnMask4 =
      mask === null
        ? null
        : mask.shape[0] === 1
          ? unsqueeze(mask, 0)
          : reshape(mask, [batch, numHeads, mask.shape[1] ?? 1, source]);
    const y = scaledDotProductAttention(split4(qh), split4(kh), split4(vh), {
      attnMask: attnMask4,
      dropoutP: p,
      isCausal: isCausal && attnMask4 === null,
    });
    return [output(reshape(permute(y, 2, 0, 1, 3), [length * batch, embed])), null];
  }
  const scores = bmm(mul(qh, Math.sqrt(1 / headDim)), transpose(kh, -2, -1));
  const soft = softmax(mask === null ? scores : add(scores, mask), -1);
  const weights = p > 0 ? dropout(soft, { p }) : soft;
  const y = reshape(transpose(bmm(weights, vh), 0, 1), [length * batch, embed]);
  const perHead = reshape(weights, [batch, numHeads, length, source]);
  const shown = averageAttnWeights ? mean(perHead, 1) : perHead;
  return [output(y), given.batched ? shown : squeeze(shown, 0)];
}

function checkSizes(given: Batched, expected: number, embed: number, heads: number, separate: boolean): void {
  const { key, value } = given;
  if (embed !== expected) {
    throw new ShapeError(`was expecting embedding dimension of ${expected}, but got ${embed}`);
  }
  if (embed % heads !== 0) throw new ShapeError(`embed_dim ${embed} not divisible by num_heads ${heads}`);
  if (separate && !sameShape(sizesFrom(key.shape, 0, 2), sizesFrom(value.shape, 0, 2))) {
    throw new ShapeError(
      `key's sequence and batch dims [${sizesFrom(key.shape, 0, 2).join(', ')}] do not match value's [${sizesFrom(value.shape, 0, 2).join(', ')}]`,
    );
  }
  if (!separate && !sameShape(key.shape, value.shape)) {
    throw new ShapeError(`key shape [${key.shape.join(', ')}] does not match value shape [${value.shape.join(', ')}]`);
  }
}

function checkPadding(padding: Tensor, batch: number, source: number): void {
  const [rows, columns] = padding.shape;
  if (rows !== batch) {
    throw new ShapeError(`Expected key_padded_mask.shape[0] to be ${batch}, but got ${rows}`);
  }
  if (columns !== source) {
    throw new ShapeError(`Expected key_padded_mask.shape[1] to be ${source}, but got ${columns}`);
  }
}
