// Special functions: of the gamma and error families, Bessel functions, orthogonal polynomials. Rare ones go number by
// number through double precision.
import { record } from '../autograd/record.ts';
import { factsOf } from '../dtype.ts';
import { DtypeError, ValueError } from '../errors.ts';
import { arange } from '../tensor/create.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { integer } from './arguments.ts';
import { add, div, gt, lt, mul, type Operand, sub } from './binary.ts';
import { floating } from './elementwise.ts';
import { xlogy } from './pointwise.ts';
import { sum } from './reduce.ts';
import { refusedSlope, scalarwise } from './scalarwise.ts';
import { where } from './select.ts';
import * as values from './special-values.ts';
import { abs, exp, log, logicalNot, neg, sign, square } from './unary.ts';

export { logit, sinc, xlog1py, xlogy } from './pointwise.ts';
export { logsumexp } from './scan.ts';
export { logSoftmax, softmax } from './softmax.ts';
export { erf, erfc, exp2, expm1, log1p, round, sigmoid as expit } from './unary.ts';

const rootPi = Math.sqrt(Math.PI);

/**
 * log |Gamma(x)|. @source torch.lgamma
 * @example lgamma(tensor([0.5, 1, 5])); // tensor([0.5724, 0.0000, 3.1781])
 */
export function lgamma(x: Tensor): Tensor {
  checkTensor('lgamma', 'input', x);
  return scalarwise('lgamma', values.lgamma, [x], { slopes: [(g, [a = g]) => mul(g, digamma(a))] });
}
/**
 * As `lgamma`. @source torch.special.gammaln
 * @example special.gammaln(tensor([0.5, 1, 5])); // tensor([0.5724, 0.0000, 3.1781])
 */
export const gammaln: (x: Tensor) => Tensor = lgamma;

/**
 * The derivative of `lgamma`. @source torch.digamma
 * @example digamma(tensor([0.5, 1])); // tensor([-1.9635, -0.5772])
 */
export function digamma(x: Tensor): Tensor {
  checkTensor('digamma', 'input', x);
  return scalarwise('digamma', values.digamma, [x], { slopes: [(g, [a = g]) => mul(g, polygamma(1, a))] });
}
/**
 * As `digamma`. @source torch.special.psi
 * @example special.psi(tensor([0.5, 1])); // tensor([-1.9635, -0.5772])
 */
export const psi: (x: Tensor) => Tensor = digamma;

/**
 * Derivative number `n` of `digamma`. @throws ValueError for n < 0 @source torch.polygamma
 * @example polygamma(1, tensor([0.5, 1])); // tensor([4.9348, 1.6449])
 */
export function polygamma(n: number, x: Tensor): Tensor {
  checkTensor('polygamma', 'input', x);
  if (!Number.isInteger(n) || n < 0) throw new ValueError('polygamma(n, x) does not support negative n.');
  return scalarwise('polygamma', (a) => values.polygamma(n, a), [x], {
    slopes: [(g, [a = g]) => mul(g, polygamma(n + 1, a))],
  });
}

/**
 * log of the multivariate gamma function of dimension `p`. @source torch.mvlgamma
 * @example special.multigammaln(tensor([1.5, 2]), 2); // tensor([0.4516, 0.4516])
 */
export function multigammaln(x: Tensor, p: number): Tensor {
  if (checkTensor('mvlgamma', 'input', x).dtype === 'bool') {
    throw new DtypeError('The input tensor may not be a boolean tensor.');
  }
  if (integer('mvlgamma', 'p', p) < 1) throw new ValueError('p has to be greater than or equal to 1');
  const input = floating(x);
  const shifts = div(sub(1, arange(1, p + 1)), 2).to(input.dtype);
  return add(sum(lgamma(add(input.unsqueeze(-1), shifts)), -1), (p * (p - 1) * Math.log(Math.PI)) / 4);
}
/**
 * As `multigammaln`. @source torch.mvlgamma
 * @example mvlgamma(tensor([1.5, 2]), 2); // tensor([0.4516, 0.4516])
 */
export const mvlgamma: (x: Tensor, p: number) => Tensor = multigammaln;

// The density that both incomplete gamma functions integrate.
function gammaDensity(a: Tensor, x: Tensor): Tensor {
  return exp(sub(sub(xlogy(sub(a, 1), x), x), lgamma(a)));
}

/**
 * The regularized lower incomplete gamma function; differentiable in x. @source torch.igamma
 * @example special.gammainc(tensor([1.5, 2]), tensor([0.5, 3])); // tensor([0.1987, 0.8009])
 */
export function gammainc(a: Tensor, x: Tensor): Tensor {
  checkTensor('gammainc', 'a', a);
  checkTensor('gammainc', 'input', x);
  return scalarwise('igamma', values.igamma, [a, x], {
    slopes: [refusedSlope('igamma: input'), (g, [p = g, q = g]) => mul(g, gammaDensity(p, q))],
  });
}
/**
 * As `gammainc`. @source torch.igamma
 * @example igamma(tensor([1.5, 2]), tensor([0.5, 3])); // tensor([0.1987, 0.8009])
 */
export const igamma: (a: Tensor, x: Tensor) => Tensor = gammainc;

/**
 * The regularized upper incomplete gamma function; differentiable in x. @source torch.igammac
 * @example special.gammaincc(tensor([1.5, 2]), tensor([0.5, 3])); // tensor([0.8013, 0.1991])
 */
export function gammaincc(a: Tensor, x: Tensor): Tensor {
  checkTensor('gammaincc', 'a', a);
  checkTensor('gammaincc', 'input', x);
  return scalarwise('igammac', values.igammac, [a, x], {
    slopes: [refusedSlope('igammac: input'), (g, [p = g, q = g]) => neg(mul(g, gammaDensity(p, q)))],
  });
}
/**
 * As `gammaincc`. @source torch.igammac
 * @example igammac(tensor([1.5, 2]), tensor([0.5, 3])); // tensor([0.8013, 0.1991])
 */
export const igammac: (a: Tensor, x: Tensor) => Tensor = gammaincc;

/**
 * The Hurwitz zeta function; differentiable in q. @source torch.special.zeta
 * @example special.zeta(tensor([2, 4]), 1); // tensor([1.6449, 1.0823])
 */
export function zeta(s: Operand, q: Operand): Tensor {
  return scalarwise('zeta', values.zeta, [s, q], {
    slopes: [refusedSlope('zeta'), (g, [a = g, b = g]) => mul(g, mul(neg(a), zeta(add(a, 1), b)))],
  });
}

/**
 * The inverse of `erf`. @source torch.erfinv
 * @example erfinv(tensor([-0.5, 0, 0.5])); // tensor([-0.4769, 0.0000, 0.4769])
 */
export function erfinv(x: Tensor): Tensor {
  checkTensor('erfinv', 'input', x);
  return scalarwise('erfinv', values.erfinv, [x], {
    slopes: [(g, _x, y) => mul(g, mul(exp(square(y)), rootPi / 2))],
  });
}

/**
 * e^(x^2) erfc(x). @source torch.special.erfcx
 * @example special.erfcx(tensor([-1, 0, 30.5])); // tensor([5.0090, 1.0000, 0.0185])
 */
export function erfcx(x: Tensor): Tensor {
  checkTensor('erfcx', 'input', x);
  return scalarwise('erfcx', values.erfcx, [x], {
    slopes: [(g, [a = g], y) => mul(g, sub(mul(mul(a, y), 2), 2 / rootPi))],
  });
}

/**
 * The standard normal distribution function. @source torch.special.ndtr
 * @example special.ndtr(tensor([-1, 0, 1])); // tensor([0.1587, 0.5000, 0.8413])
 */
export function ndtr(x: Tensor): Tensor {
  checkTensor('ndtr', 'input', x);
  return scalarwise('ndtr', values.ndtr, [x], {
    slopes: [(g, [a = g]) => mul(g, div(exp(mul(square(a), -0.5)), Math.sqrt(2 * Math.PI)))],
  });
}

/**
 * log of `ndtr`, without underflow. @source torch.special.log_ndtr
 * @example special.logNdtr(tensor([-10, 0, 1])); // tensor([-53.2313, -0.6931, -0.1728])
 */
export function logNdtr(x: Tensor): Tensor {
  checkTensor('logNdtr', 'input', x);
  return scalarwise('logNdtr', values.logNdtr, [x], {
    slopes: [(g, [a = g], y) => mul(g, div(exp(sub(mul(square(a), -0.5), y)), Math.sqrt(2 * Math.PI)))],
  });
}

/**
 * The inverse of `ndtr`. @source torch.special.ndtri
 * @example special.ndtri(tensor([0.25, 0.5, 0.75])); // tensor([-0.6745, 0.0000, 0.6745])
 */
export function ndtri(x: Tensor): Tensor {
  checkTensor('ndtri', 'input', x);
  return scalarwise('ndtri', values.ndtri, [x], {
    slopes: [(g, _x, y) => mul(g, mul(exp(div(square(y), 2)), Math.sqrt(2 * Math.PI)))],
  });
}

/**
 * -x log(x); 0 at 0, -infinity below. @source torch.special.entr
 * @example special.entr(tensor([-0.5, 0, 0.5])); // tensor([-inf, 0.0000, 0.3466])
 */
export function entr(x: Tensor): Tensor {
  const input = floating(checkTensor('entr', 'input', x));
  const at = input.detach();
  const negative = lt(at, 0);
  const y = where(negative, Number.NEGATIVE_INFINITY, sub(0, xlogy(at, where(negative, 1, at))));
  // d(-x log x) = -log x - 1, and infinite at 0
  return record('specialEntr', [input], y, [input], (g, [x = g]) => [mul(g, sub(neg(log(x)), 1))]);
}

// ---- Bessel functions

/**
 * e^-|x| times `i0`. @source torch.special.i0e
 * @example special.i0e(tensor([0, 1, 2])); // tensor([1.0000, 0.4658, 0.3085])
 */
export function i0e(x: Tensor): Tensor {
  checkTensor('i0e', 'input', x);
  return scalarwise('i0e', (a) => values.besselIScaled(0, a), [x], {
    slopes: [(g, [a = g], y) => mul(g, sub(i1e(a), mul(sign(a), y)))],
  });
}

// Where x is no divisor, as NaN is not; the slope there is that at 0.
function awayFromZero(x: Tensor): { tiny: Tensor; safe: Tensor } {
  const tiny = logicalNot(gt(abs(x), factsOf(x.dtype).eps));
  return { tiny, safe: where(tiny, 1, x) };
}

const besselI = (n: 0 | 1) => (x: number) => values.besselIScaled(n, x) * Math.exp(Math.abs(x));

/**
 * The modified Bessel function of the first kind of order 0. @source torch.i0
 * @example special.i0(tensor([0, 1, 2])); // tensor([1.0000, 1.2661, 2.2796])
 */
export function i0(x: Tensor): Tensor {
  checkTensor('i0', 'input', x);
  return scalarwise('i0', besselI(0), [x], { slopes: [(g, [a = g]) => mul(g, i1(a))] });
}

/**
 * e^-|x| times `i1`. @source torch.special.i1e
 * @example special.i1e(tensor([0, 1, 2])); // tensor([0.0000, 0.2079, 0.2153])
 */
export function i1e(x: Tensor): Tensor {
  checkTensor('i1e', 'input', x);
  return scalarwise('i1e', (a) => values.besselIScaled(1, a), [x], {
    slopes: [
      (g, [a = g], y) => {
        const { tiny, safe } = awayFromZero(a);
        return mul(g, where(tiny, 0.5, sub(i0e(a), mul(y, add(sign(a), div(1, safe))))));
      },
    ],
  });
}

/**
 * The modified Bessel function of the first kind of order 1. @source torch.special.i1
 * @example special.i1(tensor([0, 1, 2])); // tensor([0.0000, 0.5652, 1.5906])
 */
export function i1(x: Tensor): Tensor {
  checkTensor('i1', 'input', x);
  return scalarwise('i1', besselI(1), [x], {
    slopes: [
      (g, [a = g], y) => {
        const { tiny, safe } = awayFromZero(a);
        return mul(g, where(tiny, 0.5, sub(i0(a), div(y, safe))));
      },
    ],
  });
}

const constant = (name: string, fn: (x: number) => number) => (x: Tensor) => scalarwise(name, fn, [x]);

/**
 * The Bessel function of the first kind of order 0; no gradient. @source torch.special.bessel_j0
 * @example special.besselJ0(tensor([0, 1, 2])); // tensor([1.0000, 0.7652, 0.2239])
 */
export const besselJ0: (x: Tensor) => Tensor = constant('besselJ0', (x) => values.besselJ(0, x));
/**
 * The Bessel function of the first kind of order 1; no gradient. @source torch.special.bessel_j1
 * @example special.besselJ1(tensor([0, 1, 2])); // tensor([0.0000, 0.4401, 0.5767])
 */
export const besselJ1: (x: Tensor) => Tensor = constant('besselJ1', (x) => values.besselJ(1, x));
/**
 * The Bessel function of the second kind of order 0; no gradient. @source torch.special.bessel_y0
 * @example special.besselY0(tensor([0.5, 1, 2])); // tensor([-0.4445, 0.0883, 0.5104])
 */
export const besselY0: (x: Tensor) => Tensor = constant('besselY0', (x) => values.besselY(0, x));
/**
 * The Bessel function of the second kind of order 1; no gradient. @source torch.special.bessel_y1
 * @example special.besselY1(tensor([0.5, 1, 2])); // tensor([-1.4715, -0.7812, -0.1070])
 */
export const besselY1: (x: Tensor) => Tensor = constant('besselY1', (x) => values.besselY(1, x));
/**
 * As `i0`, without gradient. @source torch.special.modified_bessel_i0
 * @example special.modifiedBesselI0(tensor([0, 1, 2])); // tensor([1.0000, 1.2661, 2.2796])
 */
export const modifiedBesselI0: (x: Tensor) => Tensor = constant('modifiedBesselI0', besselI(0));
/**
 * As `i1`, without gradient. @source torch.special.modified_bessel_i1
 * @example special.modifiedBesselI1(tensor([0, 1, 2])); // tensor([0.0000, 0.5652, 1.5906])
 */
export const modifiedBesselI1: (x: Tensor) => Tensor = constant('modifiedBesselI1', besselI(1));
/**
 * The modified Bessel function of the second kind of order 0; no gradient. @source torch.special.modified_bessel_k0
 * @example special.modifiedBesselK0(tensor([0.5, 1, 2])); // tensor([0.9244, 0.4210, 0.1139])
 */
export const modifiedBesselK0: (x: Tensor) => Tensor = constant(
  'modifiedBesselK0',
  (x) => values.besselKScaled(0, x) * Math.exp(-x),
);
/**
 * The modified Bessel function of the second kind of order 1; no gradient. @source torch.special.modified_bessel_k1
 * @example special.modifiedBesselK1(tensor([0.5, 1, 2])); // tensor([1.6564, 0.6019, 0.1399])
 */
export const modifiedBesselK1: (x: Tensor) => Tensor = constant(
  'modifiedBesselK1',
  (x) => values.besselKScaled(1, x) * Math.exp(-x),
);
/**
 * e^x times `modifiedBesselK0`. @source torch.special.scaled_modified_bessel_k0
 * @example special.scaledModifiedBesselK0(tensor([0.5, 1, 2])); // tensor([1.5241, 1.1445, 0.8416])
 */
export const scaledModifiedBesselK0: (x: Tensor) => Tensor = constant('scaledModifiedBesselK0', (x) =>
  values.besselKScaled(0, x),
);
/**
 * e^x times `modifiedBesselK1`. @source torch.special.scaled_modified_bessel_k1
 * @example special.scaledModifiedBesselK1(tensor([0.5, 1, 2])); // tensor([2.7310, 1.6362, 1.0335])
 */
export const scaledModifiedBesselK1: (x: Tensor) => Tensor = constant('scaledModifiedBesselK1', (x) =>
  values.besselKScaled(1, x),
);
/**
 * sin(x) / x; no gradient. @source torch.special.spherical_bessel_j0
 * @example special.sphericalBesselJ0(tensor([0, 1, 2])); // tensor([1.0000, 0.8415, 0.4546])
 */
export const sphericalBesselJ0: (x: Tensor) => Tensor = constant('sphericalBesselJ0', (x) =>
  x === 0 ? 1 : Number.isFinite(x) ? Math.sin(x) / x : Number.isNaN(x) ? x : 0,
);
/**
 * Airy's function Ai; no gradient. @source torch.special.airy_ai
 * @example special.airyAi(tensor([-1, 0, 1])); // tensor([0.5356, 0.3550, 0.1353])
 */
export const airyAi: (x: Tensor) => Tensor = constant('airyAi', values.airyAi);

// ---- Orthogonal polynomials in x of degree n; no gradient

type Polynomial = (x: Operand, n: Operand) => Tensor;
const family = (name: string): Polynomial => {
  const fn = values.polynomials[name] ?? (() => Number.NaN);
  return (x, n) => scalarwise(name, fn, [x, n]);
};

/**
 * Chebyshev's polynomials of the first kind. @source torch.special.chebyshev_polynomial_t
 * @example special.chebyshevPolynomialT(tensor([-0.5, 0.25]), 3); // tensor([1.0000, -0.6875])
 */
export const chebyshevPolynomialT: Polynomial = family('chebyshevPolynomialT');
/**
 * Chebyshev's polynomials of the second kind. @source torch.special.chebyshev_polynomial_u
 * @example special.chebyshevPolynomialU(tensor([-0.5, 0.25]), 3); // tensor([1.0000, -0.8750])
 */
export const chebyshevPolynomialU: Polynomial = family('chebyshevPolynomialU');
/**
 * Chebyshev's polynomials of the third kind. @source torch.special.chebyshev_polynomial_v
 * @example special.chebyshevPolynomialV(tensor([-0.5, 0.25]), 3); // tensor([1.0000, -0.1250])
 */
export const chebyshevPolynomialV: Polynomial = family('chebyshevPolynomialV');
/**
 * Chebyshev's polynomials of the fourth kind. @source torch.special.chebyshev_polynomial_w
 * @example special.chebyshevPolynomialW(tensor([-0.5, 0.25]), 3); // tensor([1.0000, -1.6250])
 */
export const chebyshevPolynomialW: Polynomial = family('chebyshevPolynomialW');
/**
 * `chebyshevPolynomialT` of 2x - 1. @source torch.special.shifted_chebyshev_polynomial_t
 * @example special.shiftedChebyshevPolynomialT(tensor([0.125, 0.25]), 3); // tensor([0.5625, 1.0000])
 */
export const shiftedChebyshevPolynomialT: Polynomial = family('shiftedChebyshevPolynomialT');
/**
 * `chebyshevPolynomialU` of 2x - 1. @source torch.special.shifted_chebyshev_polynomial_u
 * @example special.shiftedChebyshevPolynomialU(tensor([0.125, 0.25]), 3); // tensor([-0.3750, 1.0000])
 */
export const shiftedChebyshevPolynomialU: Polynomial = family('shiftedChebyshevPolynomialU');
/**
 * `chebyshevPolynomialV` of 2x - 1. @source torch.special.shifted_chebyshev_polynomial_v
 * @example special.shiftedChebyshevPolynomialV(tensor([0.125, 0.25]), 3); // tensor([-1.6250, 1.0000])
 */
export const shiftedChebyshevPolynomialV: Polynomial = family('shiftedChebyshevPolynomialV');
/**
 * `chebyshevPolynomialW` of 2x - 1. @source torch.special.shifted_chebyshev_polynomial_w
 * @example special.shiftedChebyshevPolynomialW(tensor([0.125, 0.25]), 3); // tensor([0.8750, 1.0000])
 */
export const shiftedChebyshevPolynomialW: Polynomial = family('shiftedChebyshevPolynomialW');
/**
 * The physicist's Hermite polynomials. @source torch.special.hermite_polynomial_h
 * @example special.hermitePolynomialH(tensor([-0.5, 0.25]), 3); // tensor([5.0000, -2.8750])
 */
export const hermitePolynomialH: Polynomial = family('hermitePolynomialH');
/**
 * The probabilist's Hermite polynomials. @source torch.special.hermite_polynomial_he
 * @example special.hermitePolynomialHe(tensor([-0.5, 0.25]), 3); // tensor([1.3750, -0.7344])
 */
export const hermitePolynomialHe: Polynomial = family('hermitePolynomialHe');
/**
 * Laguerre's polynomials. @source torch.special.laguerre_polynomial_l
 * @example special.laguerrePolynomialL(tensor([-0.5, 0.25]), 3); // tensor([2.8958, 0.3411])
 */
export const laguerrePolynomialL: Polynomial = family('laguerrePolynomialL');
/**
 * Legendre's polynomials. @source torch.special.legendre_polynomial_p
 * @example special.legendrePolynomialP(tensor([-0.5, 0.25]), 3); // tensor([0.4375, -0.3359])
 */
export const legendrePolynomialP: Polynomial = family('legendrePolynomialP');
