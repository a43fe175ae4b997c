// Margin losses of class indices: one class, or several, against all others.
import { checkConstant, nameNode } from '../autograd/record.ts';
import { isFloat, scalarName } from '../dtype.ts';
import { DtypeError, IndexError, ShapeError, ValueError } from '../errors.ts';
import { sameShape } from '../tensor/shape.ts';
import { checkTensor, elementsOf, fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import { optionalTensor } from './arguments.ts';
import { add, div, gt, logicalAnd, mul, sub } from './binary.ts';
import { contiguous } from './copies.ts';
import { gather, indexSelect } from './indexing.ts';
import type { ClassWeightedLossOptions } from './loss-composed.ts';
import { checkLossOptions, type LossOptions, reduced } from './loss-reduction.ts';
import { sum } from './reduce.ts';
import { where } from './select.ts';
import { square } from './unary.ts';
import { reshape, unsqueeze } from './views.ts';

/** Options of {@link multiMarginLoss}. */
export interface MultiMarginLossOptions extends ClassWeightedLossOptions {
  /** 1 or 2: the exponent. Default 1. */
  p?: number;
  /** Default 1. */
  margin?: number;
}

function checkWeight(x: Tensor, given: Tensor | null, classes: number): void {
  const weight = optionalTensor('multiMarginLoss', 'weight', given);
  if (weight === null) return;
  if (weight.ndim !== 1) throw new ValueError('weight must be one-dimensional');
  if (weight.numel() !== classes) {
    throw new ShapeError(`inconsistent weight size, expected ${classes} but got [${weight.shape.join(', ')}]`);
  }
  if (weight.dtype !== x.dtype) {
    throw new DtypeError(`expected scalar type ${scalarName(x.dtype)} but found ${scalarName(weight.dtype)}`);
  }
}

function checkRows(x: Tensor, target: Tensor, expected: readonly number[]): void {
  if (!isFloat(x.dtype)) throw new DtypeError(`expected a floating point input, got ${x.dtype}`);
  if (x.ndim > 2 || x.shape.at(-1) === 0) {
    throw new ShapeError(
      `Expected non-empty vector or matrix with optional 0-dim batch size, but got: [${x.shape.join(', ')}]`,
    );
  }
  if (target.dtype !== 'int64') throw new DtypeError(`expected scalar type Long but found ${scalarName(target.dtype)}`);
  if (sameShape(target.shape, expected)) return;
  throw new ShapeError(
    `inconsistent target size, expected ${x.ndim === 2 && expected.length === 1 ? expected[0] : `[${expected.join(', ')}]`} but got [${target.shape.join(', ')}]`,
  );
}

/**
 * The sum over other classes i of max(0, margin - x[target] + x[i])^p, divided by their number C.
 *
 * @param x (N, C) or (C)
 * @param target int64 (N) or ()
 * @throws IndexError for a label out of range
 * @source torch.nn.functional.multi_margin_loss
 * @example F.multiMarginLoss(tensor([[0.1, 0.2, 0.9]]), tensor([2])); // tensor(0.1667)
 */
export function multiMarginLoss(x: Tensor, target: Tensor, options: MultiMarginLossOptions = {}): Tensor {
  checkLossOptions('multiMarginLoss', options, ['p', 'margin', 'weight']);
  const { p = 1, margin = 1, weight = null } = options;
  checkTensor('multiMarginLoss', 'input', x);
  checkTensor('multiMarginLoss', 'target', target);
  if (p !== 1 && p !== 2) throw new ValueError('only p == 1 and p == 2 supported');
  const classes = x.shape.at(-1) ?? 1;
  checkWeight(x, weight, classes);
  checkConstant('multi_margin_loss', { weight });
  const rows = x.ndim === 2 ? (x.shape[0] ?? 1) : 1;
  checkRows(x, target, rows === 1 && target.ndim === 0 ? [] : [rows]);
  const labels = Array.from(elementsOf(contiguous(target)), Number);
  if (labels.some((label) => label < 0 || label >= classes)) throw new IndexError('target out of range');
  const scores = reshape(x, [rows, classes]);
  const index = reshape(target, [rows, 1]);
  const over = add(sub(scores, gather(scores, 1, index)), margin);
  const others = mask([rows, classes], (i, j) => labels[i] !== j);
  const held = where(logicalAnd(gt(over, 0), others), over, 0);
  const powered = p === 1 ? held : square(held);
  const weighted =
    weight === null ? powered : mul(powered, reshape(indexSelect(weight, 0, reshape(target, [-1])), [rows, 1]));
  const losses = div(sum(weighted, 1), classes);
  return nameNode('multiMarginLoss', reduced(target.ndim === 0 ? reshape(losses, []) : losses, options));
}

/**
 * The sum over target classes j and other classes i of max(0, 1 - (x[j] - x[i])), divided by the number of classes.
 *
 * @param x (N, C) or (C)
 * @param target int64 in the shape of x: the classes of a row, before a -1
 * @throws IndexError for a label out of range
 * @source torch.nn.functional.multilabel_margin_loss
 * @example F.multilabelMarginLoss(tensor([[0.1, 0.2, 0.4, 0.8]]), tensor([[3, 0, -1, 1]])); // tensor(0.8500)
 */
export function multilabelMarginLoss(x: Tensor, target: Tensor, options: LossOptions = {}): Tensor {
  checkLossOptions('multilabelMarginLoss', options);
  checkTensor('multilabelMarginLoss', 'input', x);
  checkTensor('multilabelMarginLoss', 'target', target);
  checkRows(x, target, x.shape);
  const classes = x.shape.at(-1) ?? 1;
  const rows = x.ndim === 2 ? (x.shape[0] ?? 1) : 1;
  const labels = Array.from(elementsOf(contiguous(target)), Number);
  if (labels.some((label) => label < -1 || label >= classes)) throw new IndexError('target out of range');
  const wanted = Array.from({ length: rows }, (_, i) => {
    const row = labels.slice(i * classes, (i + 1) * classes);
    const end = row.indexOf(-1);
    return end < 0 ? row : row.slice(0, end);
  });
  const scores = reshape(x, [rows, classes]);
  const index = fromTypedArray(
    BigInt64Array.from({ length: rows * classes }, (_, k) =>
      BigInt(wanted[Math.floor(k / classes)]?.[k % classes] ?? 0),
    ),
    [rows, classes],
    'int64',
  );
  const chosen = unsqueeze(gather(scores, 1, index), 2);
  const over = add(sub(1, chosen), unsqueeze(scores, 1));
  const isWanted = wanted.map((row) => new Set(row));
  const listed = unsqueeze(
    mask([rows, classes], (i, j) => j < (wanted[i]?.length ?? 0)),
    2,
  );
  const others = unsqueeze(
    mask([rows, classes], (i, j) => !isWanted[i]?.has(j)),
    1,
  );
  const held = where(logicalAnd(logicalAnd(listed, others), gt(over, 0)), over, 0);
  const losses = div(sum(held, [1, 2]), classes);
  return nameNode('multilabelMarginLoss', reduced(x.ndim < 2 ? reshape(losses, []) : losses, options));
}

function mask(shape: readonly [number, number], holds: (i: number, j: number) => boolean): Tensor {
  const [rows, columns] = shape;
  const values = Uint8Array.from({ length: rows * columns }, (_, k) =>
    Number(holds(Math.floor(k / columns), k % columns)),
  );
  return fromTypedArray(values, [...shape], 'bool');
}
