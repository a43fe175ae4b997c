// Second names of operators, as PyTorch has them.
import type { Tensor } from '../tensor/tensor.ts';
import { type AddOptions, atan2, type DivOptions, div, ge, gt, le, lt, mul, ne, type Operand, sub } from './binary.ts';
import { cat } from './join.ts';
import { splitWithSizes, vstack } from './rearrange.ts';
import { trapezoid } from './scan.ts';
import { clamp } from './select.ts';
import { abs, acos, acosh, asin, asinh, atan, atanh, neg, trunc } from './unary.ts';
import { chunk, movedim, split, transpose } from './views.ts';

/**
 * As `abs`. @source torch.absolute
 * @example absolute(tensor([-1, 0, 2.5])); // tensor([1.0000, 0.0000, 2.5000])
 */
export const absolute: (x: Tensor) => Tensor = abs;
/**
 * As `acos`. @source torch.arccos
 * @example arccos(tensor([0, 0.5, 1])); // tensor([1.5708, 1.0472, 0.0000])
 */
export const arccos: (x: Tensor) => Tensor = acos;
/**
 * As `acosh`. @source torch.arccosh
 * @example arccosh(tensor([1, 2])); // tensor([0.0000, 1.3170])
 */
export const arccosh: (x: Tensor) => Tensor = acosh;
/**
 * As `asin`. @source torch.arcsin
 * @example arcsin(tensor([0, 0.5, 1])); // tensor([0.0000, 0.5236, 1.5708])
 */
export const arcsin: (x: Tensor) => Tensor = asin;
/**
 * As `asinh`. @source torch.arcsinh
 * @example arcsinh(tensor([-1, 0, 1])); // tensor([-0.8814, 0.0000, 0.8814])
 */
export const arcsinh: (x: Tensor) => Tensor = asinh;
/**
 * As `atan`. @source torch.arctan
 * @example arctan(tensor([-1, 0, 1])); // tensor([-0.7854, 0.0000, 0.7854])
 */
export const arctan: (x: Tensor) => Tensor = atan;
/**
 * As `atanh`. @source torch.arctanh
 * @example arctanh(tensor([-0.5, 0, 0.5])); // tensor([-0.5493, 0.0000, 0.5493])
 */
export const arctanh: (x: Tensor) => Tensor = atanh;
/**
 * As `atan2`. @source torch.arctan2
 * @example arctan2(tensor([1, -1]), tensor([1, 1])); // tensor([0.7854, -0.7854])
 */
export const arctan2: (y: Tensor, x: Tensor) => Tensor = atan2;
/**
 * As `neg`. @source torch.negative
 * @example negative(tensor([1, -2, 3])); // tensor([-1, 2, -3])
 */
export const negative: (x: Tensor) => Tensor = neg;
/**
 * As `trunc`. @source torch.fix
 * @example fix(tensor([-1.5, 0.5, 2])); // tensor([-1., 0., 2.])
 */
export const fix: (x: Tensor) => Tensor = trunc;
/**
 * As `clamp`. @source torch.clip
 * @example clip(tensor([-2, 0, 3]), -1, 1); // tensor([-1, 0, 1])
 */
export const clip: (x: Tensor, min?: Operand | null, max?: Operand | null) => Tensor = clamp;
/**
 * As `mul`. @source torch.multiply
 * @example multiply(tensor([1, 2]), tensor([3, 4])); // tensor([3, 8])
 */
export const multiply: (x: Operand, y: Operand) => Tensor = mul;
/**
 * As `sub`. @source torch.subtract
 * @example subtract(tensor([1, 2]), tensor([3, 4]), { alpha: 2 }); // tensor([-5, -6])
 */
export const subtract: (x: Operand, y: Operand, options?: AddOptions) => Tensor = sub;
/**
 * As `div`. @source torch.divide
 * @example divide(tensor([7, -7]), 2, { roundingMode: 'floor' }); // tensor([3, -4])
 */
export const divide: (x: Operand, y: Operand, options?: DivOptions) => Tensor = div;
/**
 * As `div` without rounding. @source torch.true_divide
 * @example trueDivide(tensor([7, -7]), 2); // tensor([3.5000, -3.5000])
 */
export const trueDivide: (x: Operand, y: Operand) => Tensor = (x, y) => div(x, y);
/**
 * As `gt`. @source torch.greater
 * @example greater(tensor([1, 2, 3]), 2); // tensor([False, False, True])
 */
export const greater: (x: Tensor, y: Operand) => Tensor = gt;
/**
 * As `ge`. @source torch.greater_equal
 * @example greaterEqual(tensor([1, 2, 3]), 2); // tensor([False, True, True])
 */
export const greaterEqual: (x: Tensor, y: Operand) => Tensor = ge;
/**
 * As `lt`. @source torch.less
 * @example less(tensor([1, 2, 3]), 2); // tensor([True, False, False])
 */
export const less: (x: Tensor, y: Operand) => Tensor = lt;
/**
 * As `le`. @source torch.less_equal
 * @example lessEqual(tensor([1, 2, 3]), 2); // tensor([True, True, False])
 */
export const lessEqual: (x: Tensor, y: Operand) => Tensor = le;
/**
 * As `ne`. @source torch.not_equal
 * @example notEqual(tensor([1, 2, 3]), 2); // tensor([True, False, True])
 */
export const notEqual: (x: Tensor, y: Operand) => Tensor = ne;
/**
 * As `cat`. @source torch.concat
 * @example concat([tensor([1, 2]), tensor([3])]); // tensor([1, 2, 3])
 */
export const concat: (tensors: readonly Tensor[], dim?: number) => Tensor = cat;
/**
 * As `cat`. @source torch.concatenate
 * @example concatenate([tensor([1, 2]), tensor([3])]); // tensor([1, 2, 3])
 */
export const concatenate: (tensors: readonly Tensor[], dim?: number) => Tensor = cat;
/**
 * As `vstack`. @source torch.row_stack
 * @example rowStack([tensor([1, 2]), tensor([3, 4])]); // tensor([[1, 2], [3, 4]])
 */
export const rowStack: (tensors: readonly Tensor[]) => Tensor = vstack;
/**
 * As `movedim`. @source torch.moveaxis
 * @example moveaxis(zeros(2, 3, 4), 0, 2).shape; // [3, 4, 2]
 */
export const moveaxis: typeof movedim = movedim;
/**
 * As `transpose`. @source torch.swapaxes
 * @example swapaxes(zeros(2, 3, 4), 0, 2).shape; // [4, 3, 2]
 */
export const swapaxes: (x: Tensor, axis0: number, axis1: number) => Tensor = transpose;
/**
 * As `transpose`. @source torch.swapdims
 * @example swapdims(zeros(2, 3, 4), 0, 2).shape; // [4, 3, 2]
 */
export const swapdims: (x: Tensor, dim0: number, dim1: number) => Tensor = transpose;
/**
 * As `trapezoid`. @source torch.trapz
 * @example trapz(tensor([1, 5, 10])); // tensor(10.5000)
 */
export const trapz: typeof trapezoid = trapezoid;
/**
 * As `chunk`. @source torch.unsafe_chunk
 * @example unsafeChunk(arange(5), 2); // [tensor([0, 1, 2]), tensor([3, 4])]
 */
export const unsafeChunk: typeof chunk = chunk;
/**
 * As `split`. @source torch.unsafe_split
 * @example unsafeSplit(arange(5), 2); // [tensor([0, 1]), tensor([2, 3]), tensor([4])]
 */
export const unsafeSplit: typeof split = split;
/**
 * As `splitWithSizes`. @source torch.unsafe_split_with_sizes
 * @example unsafeSplitWithSizes(arange(5), [1, 4]); // [tensor([0]), tensor([1, 2, 3, 4])]
 */
export const unsafeSplitWithSizes: typeof splitWithSizes = splitWithSizes;
