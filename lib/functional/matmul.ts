// Products of matrices and vectors, all on one kernel that reads operands through their strides.
import { nameNode, record } from '../autograd/record.ts';
import { type FloatDtype, isFloat } from '../dtype.ts';
import { DtypeError, ShapeError } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { broadcastShapes, numelOf, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, emptyOf, stridesOf, type Tensor } from '../tensor/tensor.ts';
import { type BiasOptions, biasOf } from './arguments.ts';
import { add, mul } from './binary.ts';
import { cast, contiguous } from './copies.ts';
import { sumToSize } from './reduce.ts';
import { expand, reshape, squeeze, transpose, unsqueeze } from './views.ts';
import { weighted } from './weighted.ts';

// ---- The kernel

// As native/kernels/gemm.h counts them.
const activations = { none: 0, relu: 1, gelu: 2, geluTanh: 3 } as const;

/** @internal What a product can end in. */
export type Activation = keyof typeof activations;

type Pair = readonly [number, number];
type Triple = readonly [number, number, number];

// c (m, n) = a (m, k) b (k, n) + bias (n), then the activation; floating point, a and b of any strides.
function product(
  a: Tensor,
  aSteps: Pair,
  b: Tensor,
  bSteps: Pair,
  c: Tensor,
  bias: Tensor | null,
  activation: Activation,
): void {
  // By index: V8 reads a frozen list through an iterator otherwise.
  const { 0: m = 0, 1: n = 0 } = c.shape;
  const count = a.numel();
  const k = count === 0 ? 0 : count / m;
  // One list: spreading several into a call, or before its end, takes longer than the call.
  const end = activations[activation];
  const numbers = [m, n, k, aSteps[0], aSteps[1], bSteps[0], bSteps[1], n, 0, end, 1, 0, 0, 0] as const;
  kernels.gemm(a.dtype as FloatDtype, a, b, c, bias, ...numbers);
}

// c (batch, m, n) = a (batch, m, k) b (batch, k, n), floating point, any strides.
function productOfBatches(a: Tensor, b: Tensor, c: Tensor): void {
  const { 0: batch, 1: m, 2: k } = a.shape as Triple;
  const n = b.shape[2] ?? 0;
  const [aBatch, aRow, aColumn] = stridesOf(a) as Triple;
  const [bBatch, bRow, bColumn] = stridesOf(b) as Triple;
  const numbers = [m, n, k, aRow, aColumn, bRow, bColumn, n, 0, 0, batch, aBatch, bBatch, m * n] as const;
  kernels.gemm(a.dtype as FloatDtype, a, b, c, null, ...numbers);
}

/**
 * @internal The activation of x weight^T + bias for x (rows, in), weight (out, in), bias (out) or null; nothing is
 * recorded.
 */
export function linearForward(x: Tensor, weight: Tensor, bias: Tensor | null, activation: Activation = 'none'): Tensor {
  const y = emptyOf([x.shape[0] ?? 0, weight.shape[0] ?? 0], x.dtype);
  const [out, inner] = stridesOf(weight) as Pair;
  product(x, stridesOf(x) as Pair, weight, [inner, out], y, bias, activation);
  return y;
}

// Integer products are rare and small: they go through float64, which is exact up to 2^53.
function checkedPair(who: string, a: Tensor, b: Tensor): void {
  checkTensor(who, 'input', a);
  checkTensor(who, 'mat2', b);
  if (a.dtype !== b.dtype)
    throw new DtypeError(`expected m1 and m2 to have the same dtype, but got: ${a.dtype} != ${b.dtype}`);
}

function throughFloat64(a: Tensor, b: Tensor, run: (a: Tensor, b: Tensor) => Tensor): Tensor {
  return cast(run(cast(a, 'float64'), cast(b, 'float64')), a.dtype);
}

// ---- Matrices

/**
 * The product of two matrices (n, k) and (k, m). @returns (n, m) @throws ShapeError, DtypeError @source torch.mm
 * @example mm(tensor([[1, 2], [3, 4]]), tensor([[1], [10]])); // tensor([[21], [43]])
 */
export function mm(a: Tensor, b: Tensor): Tensor {
  checkedPair('mm', a, b);
  if (a.ndim !== 2) throw new ShapeError('self must be a matrix');
  if (b.ndim !== 2) throw new ShapeError('mat2 must be a matrix');
  checkInner(a, b);
  if (!isFloat(a.dtype)) return throughFloat64(a, b, mm);
  const y = emptyOf([a.shape[0] ?? 0, b.shape[1] ?? 0], a.dtype);
  product(a, stridesOf(a) as Pair, b, stridesOf(b) as Pair, y, null, 'none');
  return record('mm', [a, b], y, factorsFor(a, b), (g, [sa = g, sb = sa], [needsA, needsB]) => [
    needsA ? mm(g, transpose(sb, 0, 1)) : null,
    needsB ? mm(transpose(sa, 0, 1), g) : null,
  ]);
}

// Each factor is for the gradient of the other: what meets a frozen weight is not kept. One alone stands for both.
function factorsFor(a: Tensor, b: Tensor): Tensor[] {
  return [a, b].filter((factor) => (factor === a ? b : a).requiresGrad);
}

function checkInner(a: Tensor, b: Tensor): void {
  if (a.shape[1] === b.shape[0]) return;
  throw new ShapeError(
    `mat1 and mat2 shapes cannot be multiplied (${a.shape[0]}x${a.shape[1]} and ${b.shape[0]}x${b.shape[1]})`,
  );
}

/**
 * The products of two batches of matrices (b, n, k) and (b, k, m). @returns (b, n, m) @source torch.bmm
 * @example bmm(ones(10, 3, 4), ones(10, 4, 5)).shape; // [10, 3, 5]
 */
export function bmm(a: Tensor, b: Tensor): Tensor {
  checkTensor('bmm', 'a', a);
  checkTensor('bmm', 'b', b);
  checkedPair('bmm', a, b);
  if (a.ndim !== 3 || b.ndim !== 3) throw new ShapeError('batch1 must be a 3D tensor');
  if (a.shape[0] !== b.shape[0] || a.shape[2] !== b.shape[1]) {
    throw new ShapeError(
      `Expected size for first two dimensions of batch2 tensor to be: [${a.shape[0]}, ${a.shape[2]}] but got: [${b.shape[0]}, ${b.shape[1]}].`,
    );
  }
  if (!isFloat(a.dtype)) return throughFloat64(a, b, bmm);
  const y = emptyOf([a.shape[0] ?? 0, a.shape[1] ?? 0, b.shape[2] ?? 0], a.dtype);
  productOfBatches(a, b, y);
  return record('bmm', [a, b], y, factorsFor(a, b), (g, [sa = g, sb = sa], [needsA, needsB]) => [
    needsA ? bmm(g, transpose(sb, 1, 2)) : null,
    needsB ? bmm(transpose(sa, 1, 2), g) : null,
  ]);
}

// ---- Vectors

/**
 * The product of a matrix (n, m) and a vector (m). @returns (n) @source torch.mv
 * @example mv(tensor([[1, 2], [3, 4]]), tensor([1, 10])); // tensor([21, 43])
 */
export function mv(a: Tensor, x: Tensor): Tensor {
  checkTensor('mv', 'a', a);
  checkTensor('mv', 'input', x);
  checkedPair('mv', a, x);
  if (a.ndim !== 2 || x.ndim !== 1) {
    throw new ShapeError(`vector + matrix @ vector expected, got ${a.ndim}D, ${x.ndim}D`);
  }
  if (a.shape[1] !== x.shape[0])
    throw new ShapeError(
      `size mismatch, got input (${a.shape[0]}), mat (${a.shape[0]}x${a.shape[1]}), vec (${x.shape[0]})`,
    );
  return nameNode('mv', squeeze(mm(a, unsqueeze(x, 1)), 1));
}

/**
 * The inner product of two vectors (n). @returns a scalar @source torch.dot
 * @example dot(tensor([2, 3]), tensor([2, 1])); // tensor(7)
 */
export function dot(x: Tensor, y: Tensor): Tensor {
  checkTensor('dot', 'input', x);
  checkTensor('dot', 'tensor', y);
  if (x.ndim !== 1 || y.ndim !== 1) {
    throw new ShapeError(`1D tensors expected, but got ${x.ndim}D and ${y.ndim}D tensors`);
  }
  if (x.dtype !== y.dtype)
    throw new DtypeError(`dot : expected both vectors to have same dtype, but found ${x.dtype} and ${y.dtype}`);
  if (x.shape[0] !== y.shape[0]) {
    throw new ShapeError(
      `inconsistent tensor size, expected tensor [${x.shape[0]}] and src [${y.shape[0]}] to have the same number of elements, but got ${x.shape[0]} and ${y.shape[0]} elements respectively`,
    );
  }
  return nameNode('dot', reshape(mm(unsqueeze(x, 0), unsqueeze(y, 1)), []));
}

/**
 * All products of the elements of two vectors (n) and (m). @returns (n, m) @source torch.outer
 * @example outer(tensor([1, 2]), tensor([3, 4, 5])); // tensor([[3, 4, 5], [6, 8, 10]])
 */
export function outer(x: Tensor, y: Tensor): Tensor {
  checkTensor('outer', 'input', x);
  checkTensor('outer', 'vec2', y);
  if (x.ndim !== 1 || y.ndim !== 1) {
    throw new ShapeError(`outer: Expected 1-D arguments, but got ${x.ndim}-D and ${y.ndim}-D`);
  }
  return mul(unsqueeze(x, 1), unsqueeze(y, 0));
}

// ---- Any dimensions

/**
 * The matrix product of the last two dimensions; others broadcast. A vector counts as a row on the left, as a column on
 * the right, and the dimension it lends is taken away again.
 *
 * @source torch.matmul
 * @example
 * matmul(tensor([[1, 2], [3, 4]]), tensor([1, 10])); // tensor([21, 43])
 * matmul(ones(10, 3, 4), ones(4, 5)).shape; // [10, 3, 5]
 */
export function matmul(a: Tensor, b: Tensor): Tensor {
  checkTensor('matmul', 'a', a);
  checkTensor('matmul', 'b', b);
  checkedPair('matmul', a, b);
  if (a.ndim === 0 || b.ndim === 0) {
    throw new ShapeError(`both arguments to matmul need to be at least 1D, but they are ${a.ndim}D and ${b.ndim}D`);
  }
  if (a.ndim === 1 && b.ndim === 1) return dot(a, b);
  if (a.ndim === 1) return squeeze(matmul(unsqueeze(a, 0), b), -2);
  if (b.ndim === 1) return squeeze(matmul(a, unsqueeze(b, 1)), -1);
  if (a.ndim === 2 && b.ndim === 2) return mm(a, b);
  const [n, k] = sizesFrom(a.shape, -2) as [number, number];
  const [kb, m] = sizesFrom(b.shape, -2) as [number, number];
  if (b.ndim === 2) {
    // One product of all rows reads the matrix once.
    return reshape(mm(reshape(a, [numelOf(sizesFrom(a.shape, 0, -1)), k]), b), [...sizesFrom(a.shape, 0, -1), m]);
  }
  const batch = broadcastShapes(sizesFrom(a.shape, 0, -2), sizesFrom(b.shape, 0, -2));
  const left = reshape(expand(a, [...batch, n, k]), [numelOf(batch), n, k]);
  const right = reshape(expand(b, [...batch, kb, m]), [numelOf(batch), kb, m]);
  return reshape(bmm(left, right), [...batch, n, m]);
}

/** Options of {@link addmm} and {@link baddbmm}. */
export interface AddmmOptions {
  /** Factor of the summand. Default 1; 0 ignores it, NaN included. */
  beta?: number;
  /** Factor of the product. Default 1. */
  alpha?: number;
}

/**
 * beta x + alpha a b, x broadcast to (n, m). @source torch.addmm
 * @example addmm(tensor([1]), tensor([[1, 2], [3, 4]]), tensor([[1], [10]]), { alpha: 2 }); // tensor([[43], [87]])
 */
export function addmm(x: Tensor, a: Tensor, b: Tensor, options: AddmmOptions = {}): Tensor {
  checkTensor('addmm', 'input', x);
  checkTensor('addmm', 'a', a);
  checkTensor('addmm', 'b', b);
  return nameNode('addmm', weighted('addmm', x, mm(a, b), options));
}

/**
 * beta x + alpha a b for batches, x broadcast to (b, n, m). @source torch.baddbmm
 * @example baddbmm(ones(10, 3, 5), ones(10, 3, 4), ones(10, 4, 5)).shape; // [10, 3, 5]
 */
export function baddbmm(x: Tensor, a: Tensor, b: Tensor, options: AddmmOptions = {}): Tensor {
  checkTensor('baddbmm', 'input', x);
  checkTensor('baddbmm', 'a', a);
  checkTensor('baddbmm', 'b', b);
  return nameNode('baddbmm', weighted('baddbmm', x, bmm(a, b), options));
}

/**
 * x weight^T + bias.
 *
 * @param x (..., in), floating point
 * @param weight (out, in) or (in)
 * @param biasOrOptions (out), or options that hold it, or absent
 * @returns (..., out)
 * @throws ShapeError if the sizes do not fit
 * @source torch.nn.functional.linear
 * @example
 * F.linear(tensor([[1, 2.5]]), tensor([[1, 0], [0.5, 1]]), tensor([0.5, 10]));
 * // tensor([[1.5000, 13.0000]])
 */
export function linear(x: Tensor, weight: Tensor, biasOrOptions: Tensor | BiasOptions | null = null): Tensor {
  return linearActivated(x, weight, biasOrOptions, 'none');
}

/**
 * @internal The activation of {@link linear}, in one kernel call; floating point, a weight of two dimensions, and no
 * gradient, but for 'none'.
 */
export function linearActivated(
  x: Tensor,
  weight: Tensor,
  biasOrOptions: Tensor | BiasOptions | null,
  activation: Activation,
): Tensor {
  checkTensor('linear', 'input', x);
  checkTensor('linear', 'weight', weight);
  const bias = biasOf('linear', biasOrOptions);
  if (weight.ndim === 1) {
    if (bias !== null && bias.ndim > 0) throw new ShapeError('mat2 must be a matrix, got 1-D tensor');
    const y = matmul(x, weight);
    return bias === null ? y : add(y, bias);
  }
  const features = x.shape[x.ndim - 1];
  const [out, inner] = weight.shape as [number, number];
  if (weight.ndim !== 2 || features !== inner) {
    const rows = numelOf(sizesFrom(x.shape, 0, -1));
    throw new ShapeError(`mat1 and mat2 shapes cannot be multiplied (${rows}x${features ?? 1} and ${inner}x${out})`);
  }
  if (x.dtype !== weight.dtype || (bias !== null && bias.dtype !== x.dtype)) {
    throw new DtypeError(
      `mat1 and mat2 must have the same dtype, but got ${x.dtype} and ${x.dtype === weight.dtype ? bias?.dtype : weight.dtype}`,
    );
  }
  if (bias !== null && !(bias.ndim === 1 && bias.shape[0] === out) && bias.numel() !== 1) {
    throw new ShapeError(
      `linear: bias must be (${out}) to match weight (${out}, ${inner}), got (${bias.shape.join(', ')})`,
    );
  }
  if (!isFloat(x.dtype)) {
    const y = matmul(x, transpose(weight, 0, 1));
    return bias === null ? y : add(y, bias);
  }
  const rows = x.ndim === 2 ? x : reshape(x, [numelOf(sizesFrom(x.shape, 0, -1)), inner]);
  const y = linearRows(rows, weight, bias, activation);
  return x.ndim === 2 ? y : reshape(y, [...sizesFrom(x.shape, 0, -1), out]);
}

function linearRows(x: Tensor, weight: Tensor, bias: Tensor | null, activation: Activation): Tensor {
  const full = bias === null || bias.numel() === weight.shape[0];
  const y = linearForward(
    x,
    weight,
    bias === null ? null : contiguous(full ? bias : expand(bias, [weight.shape[0] ?? 0])),
    activation,
  );
  const biasShape = bias?.shape ?? [];
  const inputs = bias === null ? [x, weight] : [x, weight, bias];
  return record('addmm', inputs, y, factorsFor(x, weight), (g, [sx = g, sw = sx], [needsX, needsW, needsB]) => [
    needsX ? mm(g, sw) : null,
    needsW ? mm(transpose(g, 0, 1), sx) : null,
    needsB ? sumToSize(g, biasShape) : null,
  ]);
}
