// Compares gradients with differences: whether an operator's way back is right.
import { isFloat } from '../dtype.ts';
import { AutogradError, checkFunction, checkList, checkOptions, DtypeError } from '../errors.ts';
import { checkTensor, elementsOf, emptyOf, fromTypedArray, Tensor } from '../tensor/tensor.ts';
import { grad } from './backward.ts';
import { withGradMode } from './mode.ts';

/** Options of {@link gradcheck} and {@link gradgradcheck}. */
export interface GradcheckOptions {
  /** Step of the differences. Default 1e-6. */
  eps?: number;
  /** Absolute tolerance. Default 1e-5. */
  atol?: number;
  /** Relative tolerance. Default 1e-3. */
  rtol?: number;
  /** Throw instead of returning false. Default true. */
  raiseException?: boolean;
}

/** A function of tensors whose gradients are checked. */
export type Differentiable = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

const optionNames = ['eps', 'atol', 'rtol', 'raiseException'];

/**
 * Checks the gradients of `fn` at `inputs` against central differences.
 *
 * @param inputs float64 for useful precision; those that require gradients are checked
 * @returns whether they agree
 * @throws AutogradError that shows where they do not, unless told otherwise
 * @source torch.autograd.gradcheck
 * @example
 * const x = tensor([0.5, 2], { dtype: 'float64', requiresGrad: true });
 * autograd.gradcheck((y) => y.exp(), [x]); // true
 */
export function gradcheck(
  fn: Differentiable,
  inputs: Tensor | readonly Tensor[],
  options: GradcheckOptions = {},
): boolean {
  checkOptions('gradcheck', options, optionNames);
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3, raiseException = true } = options;
  const given = inputsOf('gradcheck', fn, inputs);
  const checked = given.filter((x) => x instanceof Tensor && x.requiresGrad);
  if (checked.length === 0) {
    throw new AutogradError(
      'gradcheck expects at least one input tensor to require gradient, but none of the them have requires_grad=True.',
    );
  }
  for (const x of checked)
    if (x.dtype !== 'float64') throw new DtypeError(`gradcheck: inputs must be float64, got ${x.dtype}`);
  const outputs = outputsOf(fn, given);
  for (const [o, y] of outputs.entries()) {
    const analytic = jacobianRows(y, checked);
    for (const [i, x] of checked.entries()) {
      const numeric = differences(fn, given, x, o, eps);
      const fault = firstFault(analytic[i] ?? [], numeric, atol, rtol);
      if (fault === null) continue;
      if (!raiseException) return false;
      throw new AutogradError(`Jacobian mismatch for output ${o} with respect to input ${i}: ${fault}`);
    }
  }
  return true;
}

/**
 * Checks the gradients of the gradients of `fn`.
 *
 * @param gradOutputs gradients at which to check; drawn by a fixed rule if absent
 * @source torch.autograd.gradgradcheck
 * @example
 * const x = tensor([0.5, 2], { dtype: 'float64', requiresGrad: true });
 * autograd.gradgradcheck((y) => y.exp(), [x]); // true
 */
export function gradgradcheck(
  fn: Differentiable,
  inputs: Tensor | readonly Tensor[],
  gradOutputs: Tensor | readonly Tensor[] | null = null,
  options: GradcheckOptions = {},
): boolean {
  checkOptions('gradgradcheck', options, optionNames);
  const given = inputsOf('gradgradcheck', fn, inputs);
  const grads =
    gradOutputs === null ? outputsOf(fn, given).map(wave) : tensorsOf('gradgradcheck', 'gradOutputs', gradOutputs);
  const wanted = given.map((x) => x.requiresGrad);
  const twice = (...args: Tensor[]): Tensor[] => {
    const own = args.slice(0, given.length);
    const gs = args.slice(given.length);
    const outputs = outputsOf(fn, own);
    const recorded = outputs.flatMap((y, i) => (y.requiresGrad ? [i] : []));
    if (recorded.length === 0) return [];
    const found = grad(
      recorded.map((i) => outputs[i] as Tensor),
      own.filter((_, i) => wanted[i]),
      { gradOutputs: recorded.map((i) => gs[i] as Tensor), createGraph: true, allowUnused: true },
    );
    return found.filter((g) => g?.requiresGrad) as Tensor[];
  };
  const all = [...given, ...grads.map((g) => g.detach().requiresGrad_())];
  if (twice(...all).length === 0) return true;
  return gradcheck(twice, all, options);
}

function tensorsOf(who: string, argument: string, value: Tensor | readonly Tensor[]): Tensor[] {
  const list = value instanceof Tensor ? [value] : checkList(who, argument, value);
  return list.map((x) => checkTensor(who, argument, x));
}

function inputsOf(who: string, fn: Differentiable, inputs: Tensor | readonly Tensor[]): Tensor[] {
  checkFunction(who, 'fn', fn);
  return inputs instanceof Tensor ? [inputs] : checkList(who, 'inputs', inputs);
}

function outputsOf(fn: Differentiable, inputs: readonly Tensor[]): Tensor[] {
  const result = fn(...inputs);
  return tensorsOf('gradcheck', 'result of fn', result).filter((y) => isFloat(y.dtype));
}

// Values between 1 and 2 that differ from element to element.
function wave(y: Tensor, seed: number): Tensor {
  const values = Float64Array.from({ length: y.numel() }, (_, i) => 1.5 + 0.5 * Math.sin(i * 1.7 + seed));
  return fromTypedArray(values, y.shape, 'float64');
}

// For each input the gradient of every element of y, one after another.
function jacobianRows(y: Tensor, inputs: readonly Tensor[]): number[][] {
  const rows: number[][] = inputs.map(() => []);
  const n = y.numel();
  if (!y.requiresGrad) return inputs.map((x) => new Array<number>(n * x.numel()).fill(0));
  for (let k = 0; k < n; k++) {
    const seed = new Float64Array(n);
    seed[k] = 1;
    const grads = grad(y, [...inputs], {
      gradOutputs: fromTypedArray(seed, y.shape, 'float64'),
      retainGraph: true,
      allowUnused: true,
    });
    inputs.forEach((x, i) => {
      const g = grads[i] ?? null;
      const values = g === null ? new Float64Array(x.numel()) : elementsOf(g.contiguous());
      for (const value of values) rows[i]?.push(Number(value));
    });
  }
  return rows;
}

// The same numbers by (f(x + eps) - f(x - eps)) / 2 eps.
function differences(fn: Differentiable, inputs: readonly Tensor[], x: Tensor, output: number, eps: number): number[] {
  const at = inputs.indexOf(x);
  const base = elementsOf(x.detach().contiguous()) as Float64Array;
  const evaluate = (element: number, step: number): ArrayLike<number> => {
    const moved = Float64Array.from(base);
    moved[element] = (moved[element] ?? 0) + step;
    const replaced = emptyOf(x.shape, 'float64')
      .copy_(fromTypedArray(moved, x.shape, 'float64'))
      .requiresGrad_();
    const args = inputs.map((input, i) => (i === at ? replaced : input));
    const y = withGradMode(true, () => outputsOf(fn, args)[output]);
    return y === undefined ? [] : (elementsOf(y.detach().contiguous()) as Float64Array);
  };
  const columns = Array.from(base, (_, e) => ({ plus: evaluate(e, eps), minus: evaluate(e, -eps) }));
  const n = columns[0]?.plus.length ?? 0;
  const rows: number[] = [];
  for (let k = 0; k < n; k++) {
    for (const { plus, minus } of columns) rows.push(((plus[k] ?? 0) - (minus[k] ?? 0)) / (2 * eps));
  }
  return rows;
}

function firstFault(
  analytic: readonly number[],
  numeric: readonly number[],
  atol: number,
  rtol: number,
): string | null {
  for (let i = 0; i < numeric.length; i++) {
    const a = analytic[i] ?? 0;
    const d = numeric[i] ?? 0;
    if (Number.isNaN(a) && Number.isNaN(d)) continue;
    if (!(Math.abs(a - d) <= atol + rtol * Math.abs(d)))
      return `element ${i} is ${a} by backward and ${d} by differences`;
  }
  return null;
}
