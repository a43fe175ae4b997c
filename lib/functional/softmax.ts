// Softmax and its logarithm along one dimension.
import { isGradEnabled } from '../autograd/mode.ts';
import { record } from '../autograd/record.ts';
import { checkDtype, type Dtype, type FloatDtype, isFloat } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError, describe } from '../errors.ts';
import * as kernels from '../native/kernels.gen.ts';
import { numelOf, sizesFrom, wrapDim } from '../tensor/shape.ts';
import { checkTensor, emptyOf, type Tensor } from '../tensor/tensor.ts';
import { warn } from '../warn.ts';
import { byPosition, isNamed, type Named } from './arguments.ts';
import { mul, sub } from './binary.ts';
import { cast, contiguous } from './copies.ts';
import { gradientPair } from './elementwise.ts';
import { sum } from './reduce.ts';
import { exp, neg } from './unary.ts';

/** Options of the softmax family. */
export interface SoftmaxOptions {
  /** Element type to convert to first. Default: the tensor's. */
  dtype?: Dtype | null;
}

interface Family {
  readonly name: string;
  readonly run: typeof kernels.softmax;
  readonly runBackward: typeof kernels.softmaxBackward;
  readonly gradient: (g: Tensor, y: Tensor, dim: number) => Tensor;
}

const softmaxFamily: Family = {
  name: 'softmax',
  run: kernels.softmax,
  runBackward: kernels.softmaxBackward,
  // y (g - sum(g y))
  gradient: (g, y, dim) => mul(y, sub(g, sum(mul(g, y), dim, { keepdim: true }))),
};

const logSoftmaxFamily: Family = {
  name: 'logSoftmax',
  run: kernels.logSoftmax,
  runBackward: kernels.logSoftmaxBackward,
  // g - e^y sum(g)
  gradient: (g, y, dim) => sub(g, mul(exp(y), sum(g, dim, { keepdim: true }))),
};

type OptionalDim = number | null | undefined;

function along(family: Family, x: Tensor, given: OptionalDim, options: SoftmaxOptions): Tensor {
  checkTensor(family.name, 'input', x);
  checkOptions(family.name, options, ['dtype']);
  const dim = given ?? impliedDim(family.name, x);
  if (typeof dim !== 'number')
    throw new ArgumentTypeError(`${family.name}: dim must be an integer, got ${describe(dim)}`);
  const dtype = options.dtype ? checkDtype(family.name, options.dtype) : x.dtype;
  if (!isFloat(dtype)) throw new DtypeError(`"${family.name}" not implemented for '${dtype}'`);
  const input = contiguous(x.dtype === dtype ? x : cast(x, dtype));
  const d = wrapDim(dim, x.ndim);
  const outer = numelOf(sizesFrom(x.shape, 0, d));
  const n = x.shape[d] ?? 1;
  const inner = numelOf(sizesFrom(x.shape, d + 1));
  const y = emptyOf(x.shape, dtype);
  family.run(dtype, input, y, outer, n, inner);
  return record(family.name, [input], y, [y], (g, [sy = g], _needs, isDonated) => {
    if (isGradEnabled()) return [family.gradient(g, sy, d)];
    const [dy, dx] = gradientPair(g, isDonated);
    family.runBackward(sy.dtype as FloatDtype, dy, contiguous(sy), dx, outer, n, inner);
    return [dx];
  });
}

/** @source torch.nn.functional._get_softmax_dim */
function impliedDim(name: string, input: Tensor): number {
  const python = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  warn(`Implicit dimension choice for ${python} has been deprecated. Change the call to include dim=X as an argument.`);
  return [0, 1, 3].includes(input.ndim) ? 0 : 1;
}

/**
 * e^x / sum(e^x) along `dim`. @throws DtypeError for integers @source torch.nn.functional.softmax
 * @example softmax(tensor([[0, 1.5], [2, 2]]), 1); // tensor([[0.1824, 0.8176], [0.5000, 0.5000]])
 */
export function softmax(x: Tensor, dim?: number | Named<SoftmaxOptions> | null, options: SoftmaxOptions = {}): Tensor {
  checkTensor('softmax', 'input', x);
  if (isNamed(dim)) return softmax(x, ...byPosition(dim, options));
  return along(softmaxFamily, x, dim, options);
}

/**
 * log(softmax(x)) along `dim`, without the loss of digits. @source torch.nn.functional.log_softmax
 * @example logSoftmax(tensor([[0, 1.5], [2, 2]]), 1); // tensor([[-1.7014, -0.2014], [-0.6931, -0.6931]])
 */
export function logSoftmax(
  x: Tensor,
  dim?: number | Named<SoftmaxOptions> | null,
  options: SoftmaxOptions = {},
): Tensor {
  checkTensor('logSoftmax', 'input', x);
  if (isNamed(dim)) return logSoftmax(x, ...byPosition(dim, options));
  return along(logSoftmaxFamily, x, dim, options);
}

/**
 * softmax(-x) along `dim`. @source torch.nn.functional.softmin
 * @example F.softmin(tensor([[0, 1.5], [2, 2]]), 1); // tensor([[0.8176, 0.1824], [0.5000, 0.5000]])
 */
export function softmin(x: Tensor, dim?: number | Named<SoftmaxOptions> | null, options: SoftmaxOptions = {}): Tensor {
  checkTensor('softmin', 'input', x);
  if (isNamed(dim)) return softmin(x, ...byPosition(dim, options));
  return softmax(neg(x), dim ?? impliedDim('softmin', x), options);
}
