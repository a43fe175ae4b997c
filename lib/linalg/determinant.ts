// Determinants, whose gradients exist for singular matrices too.
import { isGradEnabled } from '../autograd/mode.ts';
import { record, recordMany } from '../autograd/record.ts';
import { type FloatDtype, finfo } from '../dtype.ts';
import { div, eq, mul, sub } from '../functional/binary.ts';
import { contiguous } from '../functional/copies.ts';
import { flip } from '../functional/indexing.ts';
import { cat } from '../functional/join.ts';
import { matmul } from '../functional/matmul.ts';
import { amax, prod, sum } from '../functional/reduce.ts';
import { cumprod } from '../functional/scan.ts';
import { where } from '../functional/select.ts';
import { diagEmbed } from '../functional/triangles.ts';
import { abs, log, sign } from '../functional/unary.ts';
import { diagonal, expand, narrow, unsqueeze } from '../functional/views.ts';
import { arange, eye, onesLike } from '../tensor/create.ts';
import { sizesFrom } from '../tensor/shape.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { checkSquare, factorLu, inv, solve, transposed } from './factor.ts';
import { svd } from './spectral.ts';

const main = { dim1: -2, dim2: -1 } as const;

// The sign of the permutation.
function paritiesOf(pivots: Tensor): Tensor {
  const moved = pivots.ne(arange(pivots.size(-1))).sum(-1);
  return moved.remainder(2).mul(-2).add(1);
}

/**
 * Sign and logarithm of the absolute value of the determinant. @source torch.linalg.slogdet
 * @example slogdet(tensor([[2, 0], [0, -0.5]])); // {sign: tensor(-1.), logabsdet: tensor(0.)}
 */
export function slogdet(A: Tensor): { sign: Tensor; logabsdet: Tensor } {
  const a = checkSquare('linalg.slogdet', A);
  const { lu: packed, pivots } = factorLu(a);
  const d = diagonal(packed, main);
  const signs = contiguous(mul(prod(sign(d), -1), paritiesOf(pivots).to(a.dtype)));
  const logs = sum(log(abs(d)), -1);
  recordMany('linalgSlogdet', [a], [signs, logs], [a], ([, g], [saved]) => {
    const matrix = saved as Tensor;
    if (!g) return [mul(matrix, 0)];
    const determinant = det(matrix);
    // A quotient by 0, of the sign that the pivots left it.
    if (determinant.eq(0).any().item() === true) return [mul(div(cofactors(matrix), spread(determinant)), spread(g))];
    return [solve(transposed(matrix), diagEmbed(expand(unsqueeze(g, -1), sizesFrom(matrix.shape, 0, -1))))];
  });
  return { sign: signs, logabsdet: logs };
}

/**
 * The determinant of square matrices. @source torch.linalg.det
 * @example det(tensor([[1, 2], [3, 4.5]])); // tensor(-1.5000)
 */
export function det(A: Tensor): Tensor {
  const a = checkSquare('linalg.det', A);
  const { lu: packed, pivots } = factorLu(a);
  const y = mul(prod(diagonal(packed, main), -1), paritiesOf(pivots).to(a.dtype));
  return record('linalgDet', [a], contiguous(y), [a], (g, [saved = g]) => {
    const { lu: factors } = factorLu(saved);
    const regular = !nearlySingular(diagonal(factors, main));
    return [mul(spread(g), regular ? mul(spread(det(saved)), transposed(inv(saved))) : cofactors(saved))];
  });
}

// Whether the inverse is too large: it costs as many digits as it has, and its own gradient twice as many. Half remain.
function nearlySingular(pivots: Tensor): boolean {
  if (pivots.numel() === 0) return false;
  const sizes = abs(pivots);
  const bound = finfo(pivots.dtype as FloatDtype).eps ** (isGradEnabled() ? 1 / 4 : 1 / 2);
  return (
    sizes
      .le(mul(amax(sizes, -1, { keepdim: true }), bound))
      .any()
      .item() === true
  );
}

// ---- Cofactors

const spread = (x: Tensor): Tensor => unsqueeze(unsqueeze(x, -1), -1);

// The gradient of the determinant, of matrices of any rank. With A = U S V^T and e = det(U) det(V) it is e U C V^T, where
// C is diagonal and holds the products of all singular values but one.
function cofactors(a: Tensor): Tensor {
  const { U, Vh, S, e } = factored(a.detach());
  const y = mul(matmul(matmul(U, diagEmbed(othersOf(S))), Vh), e);
  return record('linalgDetBackward', [a], y, [a], (g, [saved = g]) => [cofactorSlope(g, saved)]);
}

// With G = U^T g V and P_ij the product of all singular values but those of i and j, and 0 for i = j, the gradient is
// e U (diag(P diag(G)) - P G^T) V^T, where P G^T is by elements.
function cofactorSlope(g: Tensor, a: Tensor): Tensor {
  const { U, Vh, S, e } = factored(a);
  const G = matmul(matmul(transposed(U), g), transposed(Vh));
  const n = S.size(-1);
  const one = eye(n, { dtype: a.dtype });
  const P = mul(othersOf(where(eq(one, 1), 1, unsqueeze(S, -2))), sub(1, one));
  const along = sum(mul(P, unsqueeze(diagonal(G, main), -2)), -1);
  return mul(matmul(matmul(U, sub(diagEmbed(along), mul(P, transposed(G)))), Vh), e);
}

function factored(a: Tensor): { U: Tensor; S: Tensor; Vh: Tensor; e: Tensor } {
  const { U, S, Vh } = svd(a);
  return { U, S, Vh, e: spread(sign(mul(det(U.detach()), det(Vh.detach())))) };
}

// For each of the last dimension the product of the others.
function othersOf(x: Tensor): Tensor {
  const n = x.size(-1);
  const before = (from: Tensor) => cat([onesLike(narrow(from, -1, 0, 1)), cumprod(narrow(from, -1, 0, n - 1), -1)], -1);
  return mul(before(x), flip(before(flip(x, -1)), -1));
}
