// How the losses of the elements become one, and what all losses share.
import { type Dtype, isFloat, scalarName } from '../dtype.ts';
import { checkOptions, DtypeError, ValueError } from '../errors.ts';
import { broadcastShapes, sameShape } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { warn } from '../warn.ts';
import { cast } from './copies.ts';
import { mean, sum } from './reduce.ts';
import { broadcastTo } from './views.ts';

/** How the losses of the elements become one: not at all, their mean, their sum. */
export type Reduction = 'none' | 'mean' | 'sum';

/** Options that all losses have. */
export interface LossOptions {
  /** Default 'mean'. */
  reduction?: Reduction;
  /** Deprecated: false for a sum. */
  sizeAverage?: boolean | null;
  /** Deprecated: false for no reduction. */
  reduce?: boolean | null;
}

/** Checks the names of a loss's options. */
export function checkLossOptions(who: string, options: LossOptions, names: readonly string[] = []): void {
  checkOptions(who, options, ['reduction', 'sizeAverage', 'reduce', ...names]);
}

/** The reduction that two deprecated options stand for; warns. @source torch.nn._reduction.legacy_get_string */
export function legacyReduction(sizeAverage: boolean | null, reduce: boolean | null): Reduction {
  const reduction = reduce === false ? 'none' : sizeAverage === false ? 'sum' : 'mean';
  warn(`size_average and reduce args will be deprecated, please use reduction='${reduction}' instead.`);
  return reduction;
}

/** @throws ValueError if the reduction has another name */
export function reductionOf(options: LossOptions): Reduction {
  const { reduction = 'mean', sizeAverage = null, reduce = null } = options;
  if (sizeAverage !== null || reduce !== null) return legacyReduction(sizeAverage, reduce);
  if (reduction === 'none' || reduction === 'mean' || reduction === 'sum') return reduction;
  throw new ValueError(`${String(reduction)} is not a valid value for reduction`);
}

/** The losses in the dtype of what PyTorch writes them to. @throws DtypeError for an integer type */
export function writtenAs(dtype: Dtype, losses: Tensor): Tensor {
  if (losses.dtype === dtype) return losses;
  if (isFloat(dtype)) return cast(losses, dtype);
  throw new DtypeError(
    `result type ${scalarName(losses.dtype)} can't be cast to the desired output type ${scalarName(dtype)}`,
  );
}

/** Reduces the losses of the elements as the options say. */
export function reduced(losses: Tensor, options: LossOptions): Tensor {
  return reduceBy(reductionOf(options), losses);
}

/** Reduces the losses of the elements. */
export function reduceBy(reduction: Reduction, losses: Tensor): Tensor {
  if (reduction === 'none') return losses;
  return reduction === 'mean' ? mean(losses) : sum(losses);
}

/** Input and target in their common shape; warns where one of them has another. */
export function broadcastPair(who: string, x: Tensor, target: Tensor): [Tensor, Tensor] {
  checkTensor(who, 'input', x);
  checkTensor(who, 'target', target);
  if (sameShape(x.shape, target.shape)) return [x, target];
  warn(
    `Using a target size ([${target.shape.join(', ')}]) that is different to the input size ([${x.shape.join(', ')}]). ` +
      'This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.',
  );
  const shape = broadcastShapes(x.shape, target.shape);
  return [broadcastTo(x, shape), broadcastTo(target, shape)];
}
