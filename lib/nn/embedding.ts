// Embedding layers.
import { withGradMode } from '../autograd/mode.ts';
import { checkOptions, ShapeError, ValueError } from '../errors.ts';
import { isNamed } from '../functional/arguments.ts';
import { embedding } from '../functional/embedding.ts';
import { type BagMode, embeddingBag } from '../functional/embedding-bag.ts';
import { empty, type FactoryOptions, factoryOptions } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import { normal_ } from './init.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { pythonFloat } from './repr-values.ts';

/** Options of `Embedding`. */
export interface EmbeddingOptions extends FactoryOptions {
  /** A row that starts as 0 and gets no gradient; negative counts from the end. Default: none. */
  paddingIdx?: number | null;
  /** Rows that are looked up and longer than this are shortened, in place. Default: no limit. */
  maxNorm?: number | null;
  /** Order of that norm. Default: 2. */
  normType?: number;
  /** Divide a row's gradient by how often it was looked up. Default: false. */
  scaleGradByFreq?: boolean;
  /** Accepted; gradients are dense. Default: false. */
  sparse?: boolean;
  /** Values instead of drawn ones, `(numEmbeddings, embeddingDim)`. */
  _weight?: Tensor | null;
  /** Whether the weight gets no gradient. Default: false. */
  _freeze?: boolean;
}

/** Options of `Embedding.fromPretrained` and `EmbeddingBag.fromPretrained`. */
export interface PretrainedOptions {
  /** Whether the weight gets no gradient. Default: true. */
  freeze?: boolean;
}

const tableOptions = [
  'paddingIdx',
  'maxNorm',
  'normType',
  'scaleGradByFreq',
  'sparse',
  '_weight',
  '_freeze',
  ...factoryOptions,
];

/** What both layers are: a table of rows. */
abstract class Table extends Module {
  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  readonly paddingIdx: number | null;
  readonly maxNorm: number | null;
  readonly normType: number;
  readonly scaleGradByFreq: boolean;
  readonly sparse: boolean;
  weight: Parameter;

  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingOptions, names: readonly string[]) {
    super();
    checkOptions(this._getName(), options, [...tableOptions, ...names]);
    const { paddingIdx = null, maxNorm = null, normType = 2, _weight: given = null, dtype } = options;
    if (paddingIdx !== null && (paddingIdx >= numEmbeddings || paddingIdx < -numEmbeddings)) {
      throw new ValueError(`${names.length === 0 ? 'P' : 'p'}adding_idx must be within num_embeddings`);
    }
    if (given !== null && !(given.ndim === 2 && given.shape[0] === numEmbeddings && given.shape[1] === embeddingDim)) {
      throw new ShapeError('Shape of weight does not match num_embeddings and embedding_dim');
    }
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = paddingIdx !== null && paddingIdx < 0 ? paddingIdx + numEmbeddings : paddingIdx;
    this.maxNorm = maxNorm;
    this.normType = normType;
    this.scaleGradByFreq = options.scaleGradByFreq ?? false;
    this.sparse = options.sparse ?? false;
    const values = given ?? empty([numEmbeddings, embeddingDim], { dtype: dtype ?? undefined });
    this.weight = new Parameter(values, { requiresGrad: !options._freeze });
    if (given === null) this.resetParameters();
  }

  /** Draws the initial values anew: normal numbers, and 0 for the padding row. */
  resetParameters(): void {
    normal_(this.weight);
    const { paddingIdx, weight } = this;
    if (paddingIdx !== null) withGradMode(false, () => weight.select(0, paddingIdx).zero_());
  }

  /** The part of the print that both layers share, with what comes before and behind the options. */
  _tableRepr(beforeNorm: string, behind: string): string {
    const { numEmbeddings, embeddingDim, maxNorm, normType, scaleGradByFreq } = this;
    const parts = [
      `${numEmbeddings}, ${embeddingDim}${beforeNorm}`,
      ...(maxNorm === null ? [] : [`max_norm=${pythonFloat(maxNorm)}`]),
      ...(normType === 2 ? [] : [`norm_type=${pythonFloat(normType)}`]),
      ...(scaleGradByFreq ? ['scale_grad_by_freq=True'] : []),
    ];
    return parts.join(', ') + behind;
  }
}

/**
 * The rows of a table by index.
 *
 * State-dict keys: weight `(numEmbeddings, embeddingDim)`, which starts with normal numbers.
 * @source torch.nn.Embedding
 * @example new nn.Embedding(10, 3)(tensor([[1, 2, 4], [4, 3, 9]])).shape; // [2, 3, 3]
 */
export class Embedding extends Table {
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingOptions = {}) {
    super(numEmbeddings, embeddingDim, options, []);
  }

  /** @param input - indices of any shape `(*)`, int64. @returns `(*, embeddingDim)` */
  override forward(input: Tensor): Tensor {
    const { paddingIdx, maxNorm, normType, scaleGradByFreq, sparse } = this;
    return embedding(input, this.weight, { paddingIdx, maxNorm, normType, scaleGradByFreq, sparse });
  }

  override extraRepr(): string {
    const padding = this.paddingIdx === null ? '' : `, padding_idx=${this.paddingIdx}`;
    return this._tableRepr(padding, this.sparse ? ', sparse=True' : '');
  }

  /** A layer on given values `(V, D)`. @source torch.nn.Embedding.from_pretrained */
  static fromPretrained(embeddings: Tensor, options: PretrainedOptions & EmbeddingOptions = {}): Embedding {
    const { freeze = true, ...rest } = options;
    const [rows, columns] = tableShape(embeddings);
    return new Embedding(rows, columns, { ...rest, _weight: embeddings, _freeze: freeze });
  }
}

/** Options of `EmbeddingBag`. */
export interface EmbeddingBagOptions extends EmbeddingOptions {
  /** How the rows of a bag become one. Default: 'mean'. */
  mode?: BagMode;
  /** Whether the last offset is the end of the last bag. Default: false. */
  includeLastOffset?: boolean;
}

/** Options of a call of `EmbeddingBag`. */
export interface EmbeddingBagInputs {
  /** Where each bag begins, for indices of one dimension; int64 `(B)`. */
  offsets?: Tensor | null;
  /** A factor for each index, for sums. */
  perSampleWeights?: Tensor | null;
}

/**
 * The sum, mean or maximum of the rows of bags of indices.
 *
 * State-dict keys: weight `(numEmbeddings, embeddingDim)`, which starts with normal numbers.
 * @source torch.nn.EmbeddingBag
 * @example new nn.EmbeddingBag(10, 3, { mode: 'sum' })(tensor([1, 2, 4, 5, 4]), tensor([0, 2])).shape; // [2, 3]
 */
export class EmbeddingBag extends Table {
  readonly mode: BagMode;
  readonly includeLastOffset: boolean;

  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingBagOptions = {}) {
    super(numEmbeddings, embeddingDim, options, ['mode', 'includeLastOffset']);
    this.mode = options.mode ?? 'mean';
    this.includeLastOffset = options.includeLastOffset ?? false;
  }

  /**
   * @param input - indices `(B, N)`, or `(N)` with offsets
   * @param offsets - where each bag begins, or the options
   * @param perSampleWeights - a factor for each index, or the options
   * @returns `(B, embeddingDim)`
   */
  override forward(
    input: Tensor,
    offsets: Tensor | EmbeddingBagInputs | null = null,
    perSampleWeights: Tensor | Pick<EmbeddingBagInputs, 'perSampleWeights'> | null = null,
  ): Tensor {
    const alone = offsets instanceof Tensor || offsets === null;
    const named = isNamed(perSampleWeights) ? perSampleWeights : { perSampleWeights };
    const inputs: EmbeddingBagInputs = alone ? { offsets, ...named } : offsets;
    checkOptions('EmbeddingBag', inputs, ['offsets', 'perSampleWeights']);
    const { paddingIdx, maxNorm, normType, scaleGradByFreq, sparse, mode, includeLastOffset } = this;
    const options = { paddingIdx, maxNorm, normType, scaleGradByFreq, sparse, mode, includeLastOffset };
    return embeddingBag(input, this.weight, { ...options, ...inputs });
  }

  override extraRepr(): string {
    const padding = this.paddingIdx === null ? '' : `, padding_idx=${this.paddingIdx}`;
    return this._tableRepr('', `, mode='${this.mode}'${padding}`);
  }

  /** A layer on given values `(V, D)`. @source torch.nn.EmbeddingBag.from_pretrained */
  static fromPretrained(embeddings: Tensor, options: PretrainedOptions & EmbeddingBagOptions = {}): EmbeddingBag {
    const { freeze = true, ...rest } = options;
    const [rows, columns] = tableShape(embeddings);
    return new EmbeddingBag(rows, columns, { ...rest, _weight: embeddings, _freeze: freeze });
  }
}

function tableShape(embeddings: Tensor): [number, number] {
  if (embeddings.ndim !== 2) throw new ShapeError('Embeddings parameter is expected to be 2-dimensional');
  return [embeddings.shape[0] ?? 0, embeddings.shape[1] ?? 0];
}
