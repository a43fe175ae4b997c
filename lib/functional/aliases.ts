// Second names of operators, as PyTorch has them.

import type { Tensor } from '../tensor/tensor.ts';
import { type AddOptions, atan2, type DivOptions, div, ge, gt, le, lt, mul, ne, type Operand, sub } from './binary.ts';
import { cat } from './join.ts';
import { splitWithSizes, vstack } from './rearrange.ts';
import { trapezoid } from './scan.ts';
import { clamp } from './select.ts';
import { abs, acos, acosh, asin, asinh, atan, atanh, neg, trunc } from './unary.ts';
import { chunk, movedim, split, transpose } from './views.ts';

/** As `abs`. @source torch.absolute */
export const absolute: (x: Tensor) => Tensor = abs;
/** As `acos`. @source torch.arccos */
export const arccos: (x: Tensor) => Tensor = acos;
/** As `acosh`. @source torch.arccosh */
export const arccosh: (x: Tensor) => Tensor = acosh;
/** As `asin`. @source torch.arcsin */
export const arcsin: (x: Tensor) => Tensor = asin;
/** As `asinh`. @source torch.arcsinh */
export const arcsinh: (x: Tensor) => Tensor = asinh;
/** As `atan`. @source torch.arctan */
export const arctan: (x: Tensor) => Tensor = atan;
/** As `atanh`. @source torch.arctanh */
export const arctanh: (x: Tensor) => Tensor = atanh;
/** As `atan2`. @source torch.arctan2 */
export const arctan2: (y: Operand, x: Operand) => Tensor = atan2;
/** As `neg`. @source torch.negative */
export const negative: (x: Tensor) => Tensor = neg;
/** As `trunc`. @source torch.fix */
export const fix: (x: Tensor) => Tensor = trunc;
/** As `clamp`. @source torch.clip */
export const clip: (x: Tensor, min?: Operand | null, max?: Operand | null) => Tensor = clamp;
/** As `mul`. @source torch.multiply */
export const multiply: (x: Operand, y: Operand) => Tensor = mul;
/** As `sub`. @source torch.subtract */
export const subtract: (x: Operand, y: Operand, options?: AddOptions) => Tensor = sub;
/** As `div`. @source torch.divide */
export const divide: (x: Operand, y: Operand, options?: DivOptions) => Tensor = div;
/** As `div` without rounding. @source torch.true_divide */
export const trueDivide: (x: Operand, y: Operand) => Tensor = (x, y) => div(x, y);
/** As `gt`. @source torch.greater */
export const greater: (x: Operand, y: Operand) => Tensor = gt;
/** As `ge`. @source torch.greater_equal */
export const greaterEqual: (x: Operand, y: Operand) => Tensor = ge;
/** As `lt`. @source torch.less */
export const less: (x: Operand, y: Operand) => Tensor = lt;
/** As `le`. @source torch.less_equal */
export const lessEqual: (x: Operand, y: Operand) => Tensor = le;
/** As `ne`. @source torch.not_equal */
export const notEqual: (x: Operand, y: Operand) => Tensor = ne;
/** As `cat`. @source torch.concat */
export const concat: (tensors: readonly Tensor[], dim?: number) => Tensor = cat;
/** As `cat`. @source torch.concatenate */
export const concatenate: (tensors: readonly Tensor[], dim?: number) => Tensor = cat;
/** As `vstack`. @source torch.row_stack */
export const rowStack: (tensors: readonly Tensor[]) => Tensor = vstack;
/** As `movedim`. @source torch.moveaxis */
export const moveaxis: typeof movedim = movedim;
/** As `transpose`. @source torch.swapaxes */
export const swapaxes: (x: Tensor, axis0: number, axis1: number) => Tensor = transpose;
/** As `transpose`. @source torch.swapdims */
export const swapdims: (x: Tensor, dim0: number, dim1: number) => Tensor = transpose;
/** As `trapezoid`. @source torch.trapz */
export const trapz: typeof trapezoid = trapezoid;
/** As `chunk`. @source torch.unsafe_chunk */
export const unsafeChunk: typeof chunk = chunk;
/** As `split`. @source torch.unsafe_split */
export const unsafeSplit: typeof split = split;
/** As `splitWithSizes`. @source torch.unsafe_split_with_sizes */
export const unsafeSplitWithSizes: typeof splitWithSizes = splitWithSizes;
