// Special functions of one number, in double precision: series where these converge fast, else integrals by a rule whose
// error falls exponentially. References: Abramowitz and Stegun (A&S), DLMF (dlmf.nist.gov).
import { ValueError } from '../errors.ts';

/** B_2k / (2k)! for the Euler-Maclaurin sums. */
const bernoulliOverFactorial = [
  1 / 12,
  -1 / 720,
  1 / 30240,
  -1 / 1209600,
  1 / 47900160,
  -691 / 1307674368000,
  1 / 74724249600,
  -3617 / 10670622842880000,
];

// Lanczos' sum with g = 7, nine terms: relative error below 1e-15 for x >= 1/2.
const lanczosG = 7;
const lanczos = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** log |Gamma(x)|; infinite at 0, -1, -2, ... */
export function lgamma(x: number): number {
  if (x === Number.POSITIVE_INFINITY || x === Number.NEGATIVE_INFINITY) return Number.POSITIVE_INFINITY;
  if (x <= 0 && Number.isInteger(x)) return Number.POSITIVE_INFINITY;
  if (x === 1 || x === 2) return 0;
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  let sum = lanczos[0] ?? 0;
  for (let i = 1; i < lanczos.length; i++) sum += (lanczos[i] ?? 0) / (x - 1 + i);
  const t = x - 1 + lanczosG + 0.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** The derivative of log Gamma: by recurrence up to 10, then the asymptotic series. A&S 6.3.18 */
export function digamma(x: number): number {
  if (x === 0) return Object.is(x, -0) ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
  if (x < 0) {
    if (Number.isInteger(x)) return Number.NaN;
    const fraction = x - Math.trunc(x);
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * fraction);
  }
  let result = 0;
  let y = x;
  for (; y < 10; y++) result -= 1 / y;
  const z = 1 / (y * y);
  const series =
    z * (1 / 12 - z * (1 / 120 - z * (1 / 252 - z * (1 / 240 - z * (1 / 132 - z * (691 / 32760 - z / 12))))));
  return result + Math.log(y) - 0.5 / y - series;
}

/** Hurwitz' zeta: the sum of (k + q)^-s over k >= 0, by Euler and Maclaurin after nine terms. DLMF 25.11.5 */
export function zeta(s: number, q: number): number {
  if (s === 1) return Number.POSITIVE_INFINITY;
  if (s < 1) return Number.NaN;
  if (q <= 0) {
    const whole = Math.floor(q);
    if (whole === q) return Number.POSITIVE_INFINITY;
    if (!Number.isInteger(s)) return Number.NaN;
    // The terms below 0 are those of the sums that begin behind whole numbers of the other sign.
    const below = zeta(s, whole + 1 - q) - zeta(s, 1 - q);
    return zeta(s, q - whole) + (s % 2 === 0 ? below : -below);
  }
  let sum = 0;
  let a = q;
  for (let i = 0; i < 9 || a <= 9; i++, a++) sum += a ** -s;
  sum += (a ** -s * a) / (s - 1) + 0.5 * a ** -s;
  let factor = s;
  let power = a ** -s / a;
  for (let k = 0; k < bernoulliOverFactorial.length; k++) {
    sum += factor * power * (bernoulliOverFactorial[k] ?? 0);
    factor *= (s + 2 * k + 1) * (s + 2 * k + 2);
    power /= a * a;
  }
  return sum;
}

/** Derivative number n of digamma. A&S 6.4.10 */
export function polygamma(n: number, x: number): number {
  if (n === 0) return digamma(x);
  if (n === 1 && !Number.isFinite(x)) return x > 0 ? 0 : Number.NaN;
  return (n % 2 === 1 ? 1 : -1) * Math.exp(lgamma(n + 1)) * zeta(n + 1, x);
}

/**
 * The regularized lower incomplete gamma function: a series below a + 1, a continued fraction above, an expansion for
 * large a. Beside an infinity a NaN does not count. A&S 6.5.29, 6.5.31
 */
export function igamma(a: number, x: number): number {
  if (a < 0 || x < 0) return Number.NaN;
  if (a === 0) return x > 0 ? 1 : Number.NaN;
  if (x === 0) return 0;
  if (a === Number.POSITIVE_INFINITY) return x === Number.POSITIVE_INFINITY ? Number.NaN : 0;
  if (x === Number.POSITIVE_INFINITY) return 1;
  if (Number.isNaN(a + x)) return Number.NaN;
  if (a >= largeShape) return gammaTail(a, x, -1);
  return x < a + 1 ? gammaSeries(a, x) : 1 - gammaFraction(a, x);
}

/** The regularized upper incomplete gamma function. */
export function igammac(a: number, x: number): number {
  if (a < 0 || x < 0) return Number.NaN;
  if (a === 0) return x > 0 ? 0 : Number.NaN;
  if (x === 0) return 1;
  if (a === Number.POSITIVE_INFINITY) return x === Number.POSITIVE_INFINITY ? Number.NaN : 1;
  if (x === Number.POSITIVE_INFINITY) return 0;
  if (Number.isNaN(a + x)) return Number.NaN;
  if (a >= largeShape) return gammaTail(a, x, 1);
  return x < a + 1 ? 1 - gammaSeries(a, x) : gammaFraction(a, x);
}

// From here on the expansion is off by less than 1e-11.
const largeShape = 1e4;

// Temme's expansion to order 1 / a, uniform in x: the upper function for side 1, the lower one for -1.
// erfc(side eta sqrt(a / 2)) / 2 + side e^(-a eta^2 / 2) / sqrt(2 pi a) (c0(eta) + c1(eta) / a), with
// eta^2 / 2 = mu - log(1 + mu), mu = (x - a) / a. DLMF 8.12.3 to 8.12.12
function gammaTail(a: number, x: number, side: 1 | -1): number {
  const mu = (x - a) / a;
  const eta = mu * Math.sqrt(2 * logRemainder(mu));
  const near = Math.abs(eta) < 0.2;
  const c0 = near ? series(temme0, eta) : 1 / mu - 1 / eta;
  const c1 = near ? series(temme1, eta) : 1 / eta ** 3 - 1 / mu ** 3 - 1 / mu ** 2 - 1 / (12 * mu);
  const density = Math.exp((-a * eta * eta) / 2) / Math.sqrt(2 * Math.PI * a);
  return erfc(side * eta * Math.sqrt(a / 2)) / 2 + (density === 0 ? 0 : side * density * (c0 + c1 / a));
}

// Taylor coefficients of c0 and c1. DLMF 8.12.12 and Temme (1979)
const temme0 = [-1 / 3, 1 / 12, -2 / 135, 1 / 864, 1 / 2835, -139 / 777600, 1 / 25515, -571 / 261273600];
const temme1 = [-1 / 540, -1 / 288, 1 / 378, -77 / 77760, 1 / 4860];

const series = (coefficients: readonly number[], x: number) => coefficients.reduceRight((sum, c) => sum * x + c, 0);

// (mu - log(1 + mu)) / mu^2, by its series near 0.
function logRemainder(mu: number): number {
  if (Math.abs(mu) > 0.1) return (mu - Math.log1p(mu)) / (mu * mu);
  let [sum, power] = [0, 1];
  for (let k = 2; k < 20; k++) {
    sum += power / k;
    power *= -mu;
  }
  return sum;
}

function gammaSeries(a: number, x: number): number {
  let term = 1 / a;
  let sum = term;
  for (let n = a + 1; Math.abs(term) > Math.abs(sum) * 1e-17; n++) {
    term *= x / n;
    sum += term;
  }
  return sum * Math.exp(-x + a * Math.log(x) - lgamma(a));
}

// Lentz' evaluation.
function gammaFraction(a: number, x: number): number {
  const tiny = 1e-300;
  let b = x + 1 - a;
  let c = 1 / tiny;
  let d = 1 / b;
  let h = d;
  for (let i = 1; i < 10000; i++) {
    const an = -i * (i - a);
    b += 2;
    d = 1 / (an * d + b || tiny);
    c = b + an / c || tiny;
    h *= d * c;
    if (Math.abs(d * c - 1) < 1e-16) break;
  }
  return Math.exp(-x + a * Math.log(x) - lgamma(a)) * h;
}

/** The error function: its series up to 2.5, the continued fraction of erfc above. A&S 7.1.6, 7.1.14 */
export function erf(x: number): number {
  return Math.abs(x) < 2.5 ? (2 / Math.sqrt(Math.PI)) * erfSeries(x) : Math.sign(x) - Math.sign(x) * erfc(Math.abs(x));
}

function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum) && n < 200; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return sum * Math.exp(-x * x);
}

function erfc(x: number): number {
  return x < 2.5 ? 1 - erf(x) : Math.exp(-x * x) * erfcx(x);
}

/** e^(x^2) erfc(x) without overflow for large x. */
export function erfcx(x: number): number {
  if (x < 2.5) return Math.exp(x * x) * (x < -2.5 ? 2 - erfc(-x) : 1 - erf(x));
  let fraction = x;
  for (let k = 60; k >= 1; k--) fraction = x + k / 2 / fraction;
  return 1 / (Math.sqrt(Math.PI) * fraction);
}

/** The inverse of erf: a first guess (Winitzki), then Halley's steps. */
export function erfinv(y: number): number {
  if (y === 1) return Number.POSITIVE_INFINITY;
  if (y === -1) return Number.NEGATIVE_INFINITY;
  if (!(Math.abs(y) < 1)) return Number.NaN;
  if (y === 0) return y;
  const a = Math.abs(y);
  const log = Math.log1p(-a * a);
  const part = 2 / (Math.PI * 0.147) + log / 2;
  let x = Math.sqrt(Math.sqrt(part * part - log / 0.147) - part);
  for (let i = 0; i < 3; i++) {
    // Above 1/2 the complement keeps the digits that erf loses near 1.
    const error = a > 0.5 ? 1 - a - erfc(x) : erf(x) - a;
    const step = ((a > 0.5 ? error : error) * Math.sqrt(Math.PI)) / 2 / Math.exp(-x * x);
    x -= step / (1 + x * step);
  }
  return y < 0 ? -x : x;
}

/** The standard normal distribution function, and its logarithm. */
export function ndtr(x: number): number {
  return 0.5 * erfc(-x / Math.SQRT2);
}

export function logNdtr(x: number): number {
  return x < -1 ? Math.log(0.5 * erfcx(-x / Math.SQRT2)) - (x * x) / 2 : Math.log1p(-0.5 * erfc(x / Math.SQRT2));
}

/** The inverse of `ndtr`. */
export function ndtri(p: number): number {
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  if (!(p > 0 && p < 1)) return Number.NaN;
  if (p > 0.5) return -ndtri(1 - p);
  if (p > 0.1) return Math.SQRT2 * erfinv(2 * p - 1);
  // Newton on the logarithm, which is nearly parabolic in the tail.
  let x = -Math.sqrt(-2 * Math.log(p));
  for (let i = 0; i < 60; i++) {
    const value = logNdtr(x);
    const slope = Math.exp(-(x * x) / 2 - value) / Math.sqrt(2 * Math.PI);
    const step = (value - Math.log(p)) / slope;
    x -= step;
    if (Math.abs(step) < 1e-15 * Math.abs(x)) break;
  }
  return x;
}

// ---- Bessel functions

// The mean of f over a half period: the trapezoidal rule is exact to rounding once the points outnumber the frequency.
function halfPeriodMean(points: number, f: (angle: number) => number): number {
  let sum = (f(0) + f(Math.PI)) / 2;
  for (let i = 1; i < points; i++) sum += f((Math.PI * i) / points);
  return sum / points;
}

// The power series of J (sign -1) and I (sign 1), of which six terms are exact to rounding for |x| < 0.1. DLMF 10.2.2
function smallBessel(n: number, x: number, sign: 1 | -1): number {
  let term = 1;
  for (let j = 1; j <= n; j++) term *= x / 2 / j;
  let sum = term;
  for (let k = 1; k < 6; k++) {
    term *= (sign * x * x) / 4 / (k * (k + n));
    sum += term;
  }
  return sum;
}

/** J of order 0 or 1: the mean of cos(n t - x sin t), Hankel's expansion for large x. DLMF 10.9.1, 10.17.3 */
export function besselJ(n: 0 | 1, x: number): number {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? x : 0;
  if (Math.abs(x) < 0.1) return smallBessel(n, x, -1);
  if (Math.abs(x) > 25) {
    const { p, q, angle, amplitude } = hankel(n, Math.abs(x));
    return (x < 0 && n === 1 ? -1 : 1) * amplitude * (p * Math.cos(angle) - q * Math.sin(angle));
  }
  const points = 40 + Math.ceil(1.2 * Math.abs(x));
  return halfPeriodMean(points, (t) => Math.cos(n * t - x * Math.sin(t)));
}

/** e^-|x| I of integer order n: the mean of e^(x cos t - |x|) cos(n t). DLMF 10.32.3 */
export function besselIScaled(n: number, x: number): number {
  if (Number.isNaN(x)) return x;
  if (Math.abs(x) < 0.1) return smallBessel(n, x, 1) * Math.exp(-Math.abs(x));
  if (Math.abs(x) > 1000) return besselILarge(n, x);
  const points = 40 + Math.ceil(4 * Math.sqrt(Math.abs(x)) * 2);
  return halfPeriodMean(points, (t) => Math.exp(x * Math.cos(t) - Math.abs(x)) * Math.cos(n * t));
}

// Hankel's expansion, whose sixth term is below 1e-17 from 1000 on. DLMF 10.40.1
function besselILarge(n: number, x: number): number {
  const size = Math.abs(x);
  let [sum, term] = [1, 1];
  for (let k = 1; k <= 6; k++) {
    term *= ((2 * k - 1) ** 2 - 4 * n * n) / (k * 8 * size);
    sum += term;
  }
  return ((x < 0 && n % 2 === 1 ? -1 : 1) * sum) / (Math.sqrt(2 * Math.PI) * Math.sqrt(size));
}

// Integrals over a finite range by the tanh-sinh rule.
function integral(from: number, to: number, f: (x: number) => number): number {
  const [middle, half] = [(from + to) / 2, (to - from) / 2];
  const step = 1 / 32;
  let sum = 0;
  for (let k = -110; k <= 110; k++) {
    const t = k * step;
    const u = (Math.PI / 2) * Math.sinh(t);
    const weight = ((Math.PI / 2) * Math.cosh(t)) / Math.cosh(u) ** 2;
    if (weight > 1e-20) sum += weight * f(middle + half * Math.tanh(u));
  }
  return sum * half * step;
}

/** Y of order 0 or 1. DLMF 10.9.7 */
export function besselY(n: 0 | 1, x: number): number {
  if (x === 0) return Number.NEGATIVE_INFINITY;
  if (!(x > 0)) return Number.NaN;
  if (x > 25) {
    const { p, q, angle, amplitude } = hankel(n, x);
    return amplitude * (p * Math.sin(angle) + q * Math.cos(angle));
  }
  const pieces = 8;
  let first = 0;
  for (let i = 0; i < pieces; i++) {
    first += integral((Math.PI * i) / pieces, (Math.PI * (i + 1)) / pieces, (t) => Math.sin(x * Math.sin(t) - n * t));
  }
  // The second integrand ends where its exponent does.
  const end = Math.asinh(750 / x);
  const cut = Math.asinh(1 / x);
  const growth = (t: number) => (n === 0 ? 2 : Math.exp(t) - Math.exp(-t)) * Math.exp(-x * Math.sinh(t));
  return (first - integral(0, cut, growth) - integral(cut, end, growth)) / Math.PI;
}

// Hankel's expansion, whose terms fall to rounding for n <= 1 and x > 25. DLMF 10.17.1
function hankel(n: number, x: number): { p: number; q: number; angle: number; amplitude: number } {
  const mu = 4 * n * n;
  let [p, q, term] = [1, 0, 1];
  for (let k = 1; k <= 20; k++) {
    term *= (mu - (2 * k - 1) ** 2) / (k * 8 * x);
    if (k % 2 === 1) q += (k % 4 === 1 ? 1 : -1) * term;
    else p += (k % 4 === 2 ? -1 : 1) * term;
  }
  return { p, q, angle: x - (n / 2 + 0.25) * Math.PI, amplitude: Math.sqrt(2 / (Math.PI * x)) };
}

/** e^x K of order n >= 0, whole or not. DLMF 10.32.9 */
export function besselKScaled(n: number, x: number): number {
  if (x === 0) return Number.POSITIVE_INFINITY;
  if (x === Number.POSITIVE_INFINITY) return 0;
  if (!(x > 0)) return Number.NaN;
  const end = Math.acosh(1 + 750 / x);
  const cut = Math.acosh(1 + 1 / x);
  const f = (t: number) => Math.exp(-x * (Math.cosh(t) - 1)) * Math.cosh(n * t);
  return integral(0, cut, f) + integral(cut, end, f);
}

/** Airy's Ai: its power series near 0, K of order 1/3 above, the asymptotic series below. DLMF 9.4, 9.6.2, 9.7.9 */
export function airyAi(x: number): number {
  if (x > 2) {
    const z = (2 / 3) * x ** 1.5;
    return (Math.sqrt(x / 3) / Math.PI) * besselKScaled(1 / 3, z) * Math.exp(-z);
  }
  if (x < -8) return airyFarBelow(-x);
  const [c1, c2] = [0.3550280538878172, 0.2588194037928068];
  let [f, g, tf, tg] = [1, x, 1, x];
  for (let k = 0; k < 80; k++) {
    tf *= (x * x * x) / ((3 * k + 2) * (3 * k + 3));
    tg *= (x * x * x) / ((3 * k + 3) * (3 * k + 4));
    f += tf;
    g += tg;
  }
  return c1 * f - c2 * g;
}

function airyFarBelow(x: number): number {
  const z = (2 / 3) * x ** 1.5;
  let [p, q, u] = [1, 0, 1];
  for (let k = 1; k <= 10; k++) {
    u *= ((6 * k - 5) * (6 * k - 3) * (6 * k - 1)) / (216 * k * (2 * k - 1)) / z;
    if (k % 2 === 1) q += (k % 4 === 1 ? 1 : -1) * u;
    else p += (k % 4 === 2 ? -1 : 1) * u;
  }
  const angle = z - Math.PI / 4;
  return (Math.cos(angle) * p + Math.sin(angle) * q) / (Math.sqrt(Math.PI) * x ** 0.25);
}

// ---- Orthogonal polynomials, by their recurrences

type Recurrence = (k: number, x: number, current: number, before: number) => number;

// A recurrence of more steps would seem never to end; float32 has gaps from here on.
const highestDegree = 2 ** 24;

// `known` gives the values that need no recurrence, and undefined otherwise.
function polynomial(
  first: (x: number) => number,
  next: Recurrence,
  known: (x: number, degree: number) => number | undefined = () => undefined,
): (x: number, n: number) => number {
  return (x, n) => {
    const degree = Math.trunc(n);
    // What int64 does not hold counts as negative, as it does in PyTorch.
    if (!(degree >= 0 && degree < 2 ** 63)) return 0;
    const value = known(x, degree);
    if (value !== undefined) return value;
    let [before, current] = [0, 1];
    for (let k = 0; k < degree && !Number.isNaN(current); k++) {
      if (k === highestDegree) throw new ValueError(`a polynomial of degree ${degree} is beyond ${highestDegree}`);
      [before, current] = [current, k === 0 ? first(x) : next(k, x, current, before)];
    }
    return current;
  };
}

const signOf = (degree: number) => (degree % 2 === 0 ? 1 : -1);

// From `inside`, in terms of the angle acos x, PyTorch too takes what is of a higher degree than 8.
function chebyshev(
  first: (x: number) => number,
  inside: (degree: number, angle: number) => number,
  atOne: (degree: number) => number,
  atMinusOne: (degree: number) => number,
): (x: number, n: number) => number {
  return polynomial(
    first,
    (_k, x, current, before) => 2 * x * current - before,
    (x, degree) => {
      if (x === 1) return atOne(degree);
      if (x === -1) return signOf(degree) * atMinusOne(degree);
      return degree > 8 && Math.abs(x) < 1 ? inside(degree, Math.acos(x)) : undefined;
    },
  );
}

const shifted = (f: (x: number, n: number) => number) => (x: number, n: number) => f(2 * x - 1, n);
const one = () => 1;
const next = (degree: number) => degree + 1;
const odd = (degree: number) => 2 * degree + 1;

const t = chebyshev(
  (x) => x,
  (n, angle) => Math.cos(n * angle),
  one,
  one,
);
const u = chebyshev(
  (x) => 2 * x,
  (n, angle) => Math.sin((n + 1) * angle) / Math.sin(angle),
  next,
  next,
);
const v = chebyshev(
  (x) => 2 * x - 1,
  (n, angle) => Math.cos((n + 0.5) * angle) / Math.cos(angle / 2),
  one,
  odd,
);
const w = chebyshev(
  (x) => 2 * x + 1,
  (n, angle) => Math.sin((n + 0.5) * angle) / Math.sin(angle / 2),
  odd,
  one,
);

/** Families of polynomials in x of degree n. A&S 22.7 */
export const polynomials: { readonly [name: string]: (x: number, n: number) => number } = {
  chebyshevPolynomialT: t,
  chebyshevPolynomialU: u,
  chebyshevPolynomialV: v,
  chebyshevPolynomialW: w,
  shiftedChebyshevPolynomialT: shifted(t),
  shiftedChebyshevPolynomialU: shifted(u),
  shiftedChebyshevPolynomialV: shifted(v),
  shiftedChebyshevPolynomialW: shifted(w),
  hermitePolynomialH: polynomial(
    (x) => 2 * x,
    (k, x, current, before) => 2 * x * current - 2 * k * before,
  ),
  hermitePolynomialHe: polynomial(
    (x) => x,
    (k, x, current, before) => x * current - k * before,
  ),
  laguerrePolynomialL: polynomial(
    (x) => 1 - x,
    (k, x, current, before) => ((2 * k + 1 - x) * current - k * before) / (k + 1),
    (x) => (x === 0 ? 1 : undefined),
  ),
  legendrePolynomialP: polynomial(
    (x) => x,
    (k, x, current, before) => ((2 * k + 1) * x * current - k * before) / (k + 1),
    (x, degree) => (Math.abs(x) === 1 ? x ** (degree % 2) : undefined),
  ),
};
