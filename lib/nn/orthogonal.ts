// Orthogonal matrices as functions of any matrix. @source torch.nn.utils.parametrizations._Orthogonal
import { withGradMode } from '../autograd/mode.ts';
import { NotImplementedError, ShapeError } from '../errors.ts';
import { add, div, mul, sub } from '../functional/binary.ts';
import { cast } from '../functional/copies.ts';
import { cat, stack } from '../functional/join.ts';
import { matmul } from '../functional/matmul.ts';
import { sum } from '../functional/reduce.ts';
import { tril } from '../functional/triangles.ts';
import { neg } from '../functional/unary.ts';
import { diagonal, narrow, reshape, transpose, unsqueeze } from '../functional/views.ts';
import { solve } from '../linalg/factor.ts';
import { householderProduct } from '../linalg/householder.ts';
import { matrixExp } from '../linalg/spectral.ts';
import { eye, zeros } from '../tensor/create.ts';
import { randn } from '../tensor/random.ts';
import { sameShape } from '../tensor/shape.ts';
import { elementsOf, fromTypedArray, type Tensor } from '../tensor/tensor.ts';
import { orthonormalize } from './init-orthogonal.ts';
import { Module } from './module.ts';

/** How an orthogonal matrix is made. */
export type OrthogonalMap = 'matrix_exp' | 'cayley' | 'householder';

/** Gives an orthogonal matrix for any matrix (..., n, k), with orthonormal rows or columns, whichever are fewer. */
export class Orthogonal extends Module {
  readonly shape: readonly number[];
  readonly orthogonalMap: OrthogonalMap;
  readonly trivialized: boolean;
  declare base: Tensor | null;

  constructor(weight: Tensor, orthogonalMap: OrthogonalMap, useTrivialization: boolean) {
    super();
    this.shape = weight.shape;
    this.orthogonalMap = orthogonalMap;
    this.trivialized = useTrivialization;
    if (useTrivialization) this.registerBuffer('base', null);
  }

  override _getName(): string {
    return '_Orthogonal';
  }

  override forward(weight: Tensor): Tensor {
    const wide = (weight.shape.at(-2) ?? 0) < (weight.shape.at(-1) ?? 0);
    const x = wide ? transpose(weight, -2, -1) : weight;
    const own = this.orthogonalMap === 'householder' ? reflections(x) : rotation(x, this.orthogonalMap);
    const q = this.trivialized && this.base !== null ? matmul(this.base, own) : own;
    return wide ? transpose(q, -2, -1) : q;
  }

  /** Makes the matrix the base of the map, whose argument is -1 then; without a base, only for reflections. */
  rightInverse(weight: Tensor): Tensor {
    if (!sameShape(weight.shape, this.shape)) {
      throw new ShapeError(
        `Expected a matrix or batch of matrices of shape [${this.shape.join(', ')}]. Got a tensor of shape [${weight.shape.join(', ')}].`,
      );
    }
    const wide = (weight.shape.at(-2) ?? 0) < (weight.shape.at(-1) ?? 0);
    const q = wide ? transpose(weight, -2, -1) : weight;
    if (!this.trivialized) {
      if (this.orthogonalMap !== 'householder') {
        throw new NotImplementedError(
          'It is not possible to assign to the matrix exponential or the Cayley parametrizations when use_trivialization=False.',
        );
      }
      const vectors = reflectionVectors(q);
      return wide ? transpose(vectors, -2, -1) : vectors;
    }
    const [n = 0, k = 0] = q.shape.slice(-2);
    const drawn = n === k ? null : randn([...q.shape.slice(0, -2), n, n - k], { dtype: q.dtype });
    this.base = withGradMode(false, () => {
      if (drawn !== null) return orthonormal(cat([q, drawn], -1));
      return isOrthogonal(q) ? q.clone() : orthonormal(q);
    });
    const [rows = 0, columns = 0] = weight.shape.slice(-2);
    return add(zeros([...weight.shape], { dtype: weight.dtype }), neg(eye(rows, columns, { dtype: weight.dtype })));
  }
}

// ---- Rotations: of the skew-symmetric matrix A = tril(x) - tril(x)^T

function rotation(x: Tensor, map: 'matrix_exp' | 'cayley'): Tensor {
  const [n = 0, k = 0] = x.shape.slice(-2);
  const padding = zeros([...x.shape.slice(0, -2), n, n - k], { dtype: x.dtype });
  const square = n === k ? tril(x) : cat([tril(x), padding], -1);
  const a = sub(square, transpose(square, -2, -1));
  const identity = eye(n, n, { dtype: x.dtype });
  const half = mul(a, 0.5);
  const q = map === 'matrix_exp' ? matrixExp(a) : solve(sub(identity, half), add(identity, half));
  return n === k ? q : narrow(q, -1, 0, k);
}

// ---- Reflections: the product of I - tau v v^T for the columns v of the unit lower triangle

function reflections(x: Tensor): Tensor {
  const vectors = tril(x, -1);
  const tau = div(2, add(sum(mul(vectors, vectors), -2), 1));
  const signs = cast(cast(diagonal(x.detach(), { dim1: -2, dim2: -1 }), 'int32'), x.dtype);
  return mul(householderProduct(vectors, tau), unsqueeze(signs, -2));
}

// The vectors below the diagonal and signs on it, as LAPACK's geqrf gives them.
function reflectionVectors(q: Tensor): Tensor {
  const [n = 0, k = 0] = q.shape.slice(-2);
  return eachMatrix(q, (values) => {
    const a = values.slice();
    const at = (i: number, j: number) => a[i * k + j] ?? 0;
    for (let c = 0; c < Math.min(n, k); c++) {
      let rest = 0;
      for (let i = c + 1; i < n; i++) rest += at(i, c) ** 2;
      if (rest === 0) {
        a[c * k + c] = -Math.sign(at(c, c));
        continue;
      }
      const alpha = at(c, c);
      const beta = -Math.sign(alpha || 1) * Math.sqrt(alpha ** 2 + rest);
      const tau = (beta - alpha) / beta;
      for (let i = c + 1; i < n; i++) a[i * k + c] = at(i, c) / (alpha - beta);
      for (let j = c + 1; j < k; j++) {
        let along = at(c, j);
        for (let i = c + 1; i < n; i++) along += at(i, c) * at(i, j);
        a[c * k + j] = at(c, j) - tau * along;
        for (let i = c + 1; i < n; i++) a[i * k + j] = at(i, j) - tau * along * at(i, c);
      }
      a[c * k + c] = Math.sign(beta);
    }
    return a;
  });
}

// ---- Matrices of a batch

function matrixAt(x: Tensor, i: number, size: number): Float64Array {
  const flat = elementsOf(cast(x.detach(), 'float64').contiguous()) as Float64Array;
  return flat.slice(i * size, (i + 1) * size);
}

function eachMatrix(x: Tensor, apply: (values: Float64Array, i: number) => Float64Array): Tensor {
  const [n = 0, k = 0] = x.shape.slice(-2);
  const count = x.numel() / Math.max(1, n * k);
  const parts = Array.from({ length: count }, (_, i) =>
    fromTypedArray(Float64Array.from(apply(matrixAt(x, i, n * k), i)), [n, k], 'float64'),
  );
  return cast(reshape(stack(parts, 0), [...x.shape]), x.dtype);
}

function orthonormal(x: Tensor): Tensor {
  const [n = 0, k = 0] = x.shape.slice(-2);
  return eachMatrix(x, (values) => orthonormalize(values, n, k));
}

function isOrthogonal(q: Tensor): boolean {
  const [n = 0, k = 0] = q.shape.slice(-2);
  const eps = 10 * n * (q.dtype === 'float64' ? 2 ** -52 : 2 ** -23);
  const far = sub(matmul(transpose(q, -2, -1), q), eye(k, k, { dtype: q.dtype })).abs();
  return Number(far.max().item()) <= eps + 1e-5;
}
