// Products over named dimensions: einsum, tensordot and their special cases.
import { nameNode } from '../autograd/record.ts';
import { scalarName } from '../dtype.ts';
import { ArgumentTypeError, checkOptions, DtypeError, describe, ShapeError, ValueError } from '../errors.ts';
import { checkIntegers, numelOf, wrapDim } from '../tensor/shape.ts';
import { checkTensor, checkTensors, Tensor } from '../tensor/tensor.ts';
import { argumentOrOption, checkFloating, numberOrOption, withDim } from './arguments.ts';
import { mul, sub } from './binary.ts';
import { cast } from './copies.ts';
import { type AddmmOptions, bmm, matmul, mv, outer } from './matmul.ts';
import { sum } from './reduce.ts';
import { distanceOf } from './vector-norm.ts';
import { diagonal, expand, movedim, permute, reshape, unsqueeze } from './views.ts';
import { weighted } from './weighted.ts';

interface Term {
  readonly x: Tensor;
  /** One label for each dimension. */
  readonly labels: readonly string[];
}

// An ellipsis stands for labels '#0', '#1', ... counted from its last dimension.
function labelsOf(text: string, rank: number, operand: number): string[] {
  const named = text.replace('...', '');
  if (/[^a-zA-Z]/.test(named)) {
    throw new ValueError(`einsum(): invalid subscript given in the equation string, subscripts must be in [a-zA-Z]`);
  }
  const covered = rank - named.length;
  if (text.includes('...') ? covered < 0 : covered !== 0) {
    throw new ShapeError(
      `einsum(): the number of subscripts in the equation (${named.length}) does not match the number of dimensions (${rank}) for operand ${operand}${covered > 0 ? ' and no ellipsis was given' : ''}`,
    );
  }
  const dots = Array.from({ length: Math.max(0, covered) }, (_, i) => `#${covered - 1 - i}`);
  const [before = '', after = ''] = text.split('...');
  return text.includes('...') ? [...before, ...dots, ...after] : [...text];
}

// A label that stands twice in one operand takes the diagonal.
function withoutRepeats({ x, labels }: Term): Term {
  const first = labels.findIndex((label, i) => labels.indexOf(label) !== i);
  if (first === -1) return { x, labels };
  const label = labels[first] ?? '';
  const at = labels.indexOf(label);
  return withoutRepeats({
    x: diagonal(x, { dim1: at, dim2: first }),
    labels: [...labels.filter((_, i) => i !== at && i !== first), label],
  });
}

function summed({ x, labels }: Term, kept: ReadonlySet<string>): Term {
  const dims = labels.flatMap((label, d) => (kept.has(label) ? [] : [d]));
  return dims.length === 0 ? { x, labels } : { x: sum(x, dims), labels: labels.filter((label) => kept.has(label)) };
}

// The product of two terms, summed over the labels that nothing else needs.
function contracted(a: Term, b: Term, needed: ReadonlySet<string>): Term {
  const left = summed(a, new Set([...needed, ...b.labels]));
  const right = summed(b, new Set([...needed, ...a.labels]));
  const shared = left.labels.filter((label) => right.labels.includes(label));
  const batch = shared.filter((label) => needed.has(label));
  const inner = shared.filter((label) => !needed.has(label));
  const rows = left.labels.filter((label) => !shared.includes(label));
  const columns = right.labels.filter((label) => !shared.includes(label));
  const size = (label: string) =>
    Math.max(
      ...[left, right].map(({ x, labels }) => (labels.includes(label) ? (x.shape[labels.indexOf(label)] ?? 1) : 0)),
    );
  const lay = ({ x, labels }: Term, first: readonly string[], second: readonly string[], own: readonly string[]) => {
    const order = [...batch, ...first, ...second];
    const sorted = permute(
      x,
      order.map((label) => labels.indexOf(label)),
    );
    const wide = expand(
      sorted,
      order.map((label) => (own.includes(label) ? -1 : size(label))),
    );
    const count = (list: readonly string[]) => numelOf(list.map(size));
    return reshape(wide, [count(batch), count(first), count(second)]);
  };
  const y = bmm(lay(left, rows, inner, rows), lay(right, inner, columns, columns));
  const labels = [...batch, ...rows, ...columns];
  return { x: reshape(y, labels.map(size)), labels };
}

/** Numbers from 0 to 51 as names of dimensions; '...' for the others. */
export type Sublist = readonly (number | '...')[];

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

function subscriptsOf(list: Sublist): string {
  if (!Array.isArray(list))
    throw new ArgumentTypeError(`einsum(): expected a list of subscripts, got ${describe(list)}`);
  const names = (list as Sublist).map((at) => (at === '...' ? at : letters[at]));
  if (names.includes(undefined)) {
    throw new ValueError('einsum(): subscript in subscript list is not within the valid range [0, 52)');
  }
  return names.join('');
}

// Operands, each before its subscripts, and perhaps those of the result.
function einsumOfSublists(args: readonly (Tensor | Sublist)[]): Tensor {
  const pairs = Math.floor(args.length / 2);
  const terms = Array.from({ length: pairs }, (_, i) => subscriptsOf(args[2 * i + 1] as Sublist));
  const result = args.length % 2 === 1 ? `->${subscriptsOf(args.at(-1) as Sublist)}` : '';
  return einsum(`${terms.join(',')}${result}`, ...args.filter((_, i) => i % 2 === 0 && i < 2 * pairs).map(asTensor));
}

const asTensor = (operand: unknown): Tensor => checkTensor('einsum', 'operands', operand);

/**
 * The sum of products over named dimensions, as in `einsum('bij,bjk->bik', a, b)`.
 *
 * @param equation labels of each operand's dimensions; without '->' the result has those that occur once, in order
 * @throws ShapeError, ValueError that say which label or operand does not fit
 * @source torch.einsum
 * @example
 * einsum('ij,jk->ik', tensor([[1, 2], [3, 4]]), tensor([[5, 6], [7, 8]])); // tensor([[19, 22], [43, 50]])
 * einsum('ii->i', tensor([[1, 2], [3, 4]])); // tensor([1, 4])
 * einsum(tensor([[1, 2], [3, 4]]), [0, 1], [1, 0]); // tensor([[1, 3], [2, 4]])
 */
export function einsum(equation: string, ...operands: (Tensor | readonly Tensor[])[]): Tensor;
export function einsum(operand: Tensor, labels: Sublist, ...more: (Tensor | Sublist)[]): Tensor;
export function einsum(equation: string | Tensor, ...operands: (Tensor | readonly Tensor[] | Sublist)[]): Tensor {
  if (equation instanceof Tensor) return einsumOfSublists([equation, ...(operands as (Tensor | Sublist)[])]);
  const tensors = operands.flat() as Tensor[];
  if (typeof equation !== 'string')
    throw new ArgumentTypeError('einsum(): the first argument must be the equation string');
  const [input = '', output] = equation.replaceAll(' ', '').split('->');
  const texts = input.split(',');
  if (texts.length !== tensors.length) {
    throw new ValueError(
      `einsum(): ${texts.length > tensors.length ? 'fewer' : 'more'} operands were provided than specified in the equation`,
    );
  }
  const terms = tensors.map((x, i) => ({
    x: checkTensor('einsum', 'operands', x),
    labels: labelsOf(texts[i] ?? '', x.ndim, i),
  }));
  checkSizes(terms);
  const all = terms.flatMap(({ labels }) => labels);
  const dots = [...new Set(all.filter((label) => label.startsWith('#')))].sort().reverse();
  const once = [...new Set(all)].filter(
    (label) => !label.startsWith('#') && all.indexOf(label) === all.lastIndexOf(label),
  );
  const wanted =
    output === undefined
      ? [...dots, ...once.sort()]
      : [...output.replace('...', '*')].flatMap((label) => (label === '*' ? dots : [label]));
  for (const label of wanted) {
    if (!all.includes(label)) {
      throw new ValueError(`einsum(): output subscript ${label} does not appear in the equation for any input operand`);
    }
    if (wanted.indexOf(label) !== wanted.lastIndexOf(label)) {
      throw new ValueError(`einsum(): output subscript ${label} appears more than once in the output`);
    }
  }
  let [term, ...rest] = terms.map(withoutRepeats) as [Term, ...Term[]];
  while (rest.length > 0) {
    const [next, ...others] = rest as [Term, ...Term[]];
    const needed = new Set([...wanted, ...others.flatMap(({ labels }) => labels)]);
    term = contracted(term, next, needed);
    rest = others;
  }
  const { x, labels } = summed(term, new Set(wanted));
  return permute(
    x,
    wanted.map((label) => labels.indexOf(label)),
  );
}

function checkSizes(terms: readonly Term[]): void {
  const sizes = new Map<string, number>();
  for (const [i, { x, labels }] of terms.entries()) {
    labels.forEach((label, d) => {
      const size = x.shape[d] ?? 1;
      const known = sizes.get(label) ?? 1;
      if (known !== 1 && size !== 1 && known !== size) {
        throw new ShapeError(
          `einsum(): subscript ${label} has size ${size} for operand ${i} which does not broadcast with previously seen size ${known}`,
        );
      }
      sizes.set(label, Math.max(known, size));
    });
  }
}

/** How many dimensions are summed over, or which of both tensors. */
type Contracted = number | readonly [readonly number[], readonly number[]];

/**
 * The product summed over several dimensions: the last `dims` of a with the first of b, or the two given lists.
 *
 * @source torch.tensordot
 * @example tensordot(ones(3, 4, 5), ones(4, 3, 2), [[1, 0], [0, 1]]).shape; // [5, 2]
 */
export function tensordot(a: Tensor, b: Tensor, dims: Contracted | { dims?: Contracted } = 2): Tensor {
  checkTensor('tensordot', 'a', a);
  checkTensor('tensordot', 'b', b);
  const given = argumentOrOption<'dims', Contracted>('tensordot', 'dims', dims) ?? 2;
  if (typeof given === 'number') {
    const [count] = checkIntegers('tensordot', 'dims', [given]);
    if (count === undefined || count < 0) throw new ShapeError(`tensordot expects dims >= 0, but got dims=${given}`);
    if (count > Math.min(a.ndim, b.ndim)) {
      throw new ShapeError(`tensordot expects dims < ndim_a or ndim_b, but got dims=${given}`);
    }
  } else if (!Array.isArray(given) || !given.every((list) => Array.isArray(list)) || given.length !== 2) {
    throw new ArgumentTypeError(`tensordot(): argument 'dims' must be a number or two lists, not ${describe(given)}`);
  }
  const [left, right] =
    typeof given === 'number'
      ? [Array.from({ length: given }, (_, i) => a.ndim - given + i), Array.from({ length: given }, (_, i) => i)]
      : [given[0].map((d) => wrapDim(d, a.ndim)), given[1].map((d) => wrapDim(d, b.ndim))];
  if (left.length !== right.length) throw new ShapeError('both dimension lists should have same length');
  left.forEach((d, i) => {
    const [n, m] = [a.shape[d], b.shape[right[i] ?? 0]];
    if (n === m) return;
    throw new ShapeError(
      `contracted dimensions need to match, but first has size ${n} in dim ${d} and second has size ${m} in dim ${right[i]}`,
    );
  });
  const rows = a.shape.map((_, d) => d).filter((d) => !left.includes(d));
  const columns = b.shape.map((_, d) => d).filter((d) => !right.includes(d));
  const inner = numelOf(left.map((d) => a.shape[d] ?? 1));
  const rowShape = rows.map((d) => a.shape[d] ?? 1);
  const columnShape = columns.map((d) => b.shape[d] ?? 1);
  const first = reshape(permute(a, [...rows, ...left]), [numelOf(rowShape), inner]);
  const second = reshape(permute(b, [...right, ...columns]), [inner, numelOf(columnShape)]);
  return reshape(matmul(first, second), [...rowShape, ...columnShape]);
}

/**
 * The products summed over the last dimensions of both. @source torch.inner
 * @example inner(tensor([1, 2, 3]), tensor([0, 2, 1])); // tensor(7)
 */
export function inner(a: Tensor, b: Tensor): Tensor {
  checkTensor('inner', 'a', a);
  checkTensor('inner', 'b', b);
  if (a.ndim === 0 || b.ndim === 0) return mul(a, b);
  if (a.shape[a.ndim - 1] !== b.shape[b.ndim - 1]) {
    throw new ShapeError(
      `inner() the last dimension must match on both input tensors but got shapes [${a.shape.join(', ')}] and [${b.shape.join(', ')}]`,
    );
  }
  return tensordot(a, b, [[-1], [-1]]);
}

/**
 * The inner product of two vectors. @source torch.vdot
 * @example vdot(tensor([2, 3]), tensor([2, 1])); // tensor(7)
 */
export function vdot(x: Tensor, y: Tensor): Tensor {
  checkTensor('vdot', 'input', x);
  checkTensor('vdot', 'other', y);
  return x.dot(y);
}

/**
 * As `outer`. @source torch.ger
 * @example ger(tensor([1, 2]), tensor([3, 4, 5])); // tensor([[3, 4, 5], [6, 8, 10]])
 */
export function ger(x: Tensor, y: Tensor): Tensor {
  checkTensor('ger', 'input', x);
  checkTensor('ger', 'other', y);
  return outer(x, y);
}

/**
 * The product of matrices, one after another. @source torch.chain_matmul
 * @example chainMatmul(ones(2, 3), ones(3, 4), ones(4, 5)).shape; // [2, 5]
 */
export function chainMatmul(...matrices: Tensor[]): Tensor {
  for (const { ndim } of checkTensors('chainMatmul', matrices)) {
    if (ndim !== 2) throw new ShapeError(`Tensor dimension is ${ndim}, expected 2 instead.`);
  }
  return matrices.reduce((a, b) => matmul(a, b));
}

/**
 * beta x + alpha a y of a matrix and a vector. @source torch.addmv
 * @example addmv(tensor([1, 1]), tensor([[1, 2], [3, 4]]), tensor([1, 10])); // tensor([22, 44])
 */
export function addmv(x: Tensor, a: Tensor, y: Tensor, options: AddmmOptions = {}): Tensor {
  checkTensor('addmv', 'input', x);
  checkTensor('addmv', 'a', a);
  checkTensor('addmv', 'other', y);
  return nameNode('addmv', weighted('addmv', x, mv(a, y), options));
}

/**
 * beta x + alpha times the outer product. @source torch.addr
 * @example addr(zeros(2, 2), tensor([1.5, 2]), tensor([3, 4.5])); // tensor([[4.5000, 6.7500], [6.0000, 9.0000]])
 */
export function addr(x: Tensor, a: Tensor, b: Tensor, options: AddmmOptions = {}): Tensor {
  checkTensor('addr', 'input', x);
  checkTensor('addr', 'a', a);
  checkTensor('addr', 'b', b);
  const y = weighted('addr', x, outer(a, b), options);
  return x.dtype === 'bool' && a.dtype === 'bool' && b.dtype === 'bool' ? cast(y, 'bool') : y;
}

/**
 * beta x + alpha times the sum of a batch of products. @source torch.addbmm
 * @example addbmm(ones(2, 2), ones(10, 2, 3), ones(10, 3, 2)); // tensor([[31., 31.], [31., 31.]])
 */
export function addbmm(x: Tensor, a: Tensor, b: Tensor, options: AddmmOptions = {}): Tensor {
  checkTensor('addbmm', 'input', x);
  checkTensor('addbmm', 'a', a);
  checkTensor('addbmm', 'b', b);
  return nameNode('addbmm', weighted('addbmm', x, sum(bmm(a, b), 0, { dtype: a.dtype }), options));
}

/**
 * The cross product of vectors of 3 along `dim`; default the first dimension of size 3. @source torch.cross
 * @example cross(tensor([1, 0, 0]), tensor([0, 1, 0])); // tensor([0, 0, 1])
 */
export function cross(a: Tensor, b: Tensor, dim?: number | { dim?: number | null } | null): Tensor {
  checkTensor('cross', 'a', a);
  checkTensor('cross', 'b', b);
  const given = typeof dim === 'object' ? withDim('cross', dim, {}, []).dim : dim;
  const along = given ?? a.shape.indexOf(3);
  if (along < 0 && (given ?? null) === null) throw new ShapeError('no dimension of size 3 in input');
  if (a.ndim !== b.ndim) throw new ShapeError('linalg.cross: inputs must have the same number of dimensions.');
  if (a.dtype !== b.dtype) {
    throw new DtypeError(`expected scalar type ${scalarName(a.dtype)} but found ${scalarName(b.dtype)}`);
  }
  const rank = a.ndim;
  const d = wrapDim(along, rank) - rank;
  if (a.size(d) !== 3 || b.size(d) !== 3) {
    throw new ShapeError(
      `linalg.cross: inputs dimension ${along} must have length 3. Got ${a.size(d)} and ${b.size(d)}`,
    );
  }
  if (a.dtype === 'bool') throw new DtypeError('"cross" not implemented for \'Bool\'');
  const turned = (x: Tensor, by: number) => x.roll(by, d);
  return nameNode('linalgCross', sub(mul(turned(a, -1), turned(b, -2)), mul(turned(a, -2), turned(b, -1))));
}

/** Options of {@link cdist}. */
export interface CdistOptions {
  /** Order of the norm. Default 2. */
  p?: number;
  /** Accepted; the distances are always computed from differences. */
  computeMode?: string;
}

/**
 * The distances of all pairs of rows. @param a (..., n, d) @param b (..., m, d) @returns (..., n, m) @source torch.cdist
 * @example cdist(zeros(1, 2), tensor([[3, 4], [0, 0.5]])); // tensor([[5.0000, 0.5000]])
 */
export function cdist(a: Tensor, b: Tensor, options: CdistOptions | number = {}): Tensor {
  checkTensor('cdist', 'a', a);
  checkTensor('cdist', 'b', b);
  const given = typeof options === 'number' ? { p: options } : options;
  checkOptions('cdist', given, ['p', 'computeMode']);
  const { p = 2 } = given;
  for (const [name, x] of Object.entries({ X1: a, X2: b })) {
    if (x.ndim < 2) throw new ShapeError(`cdist only supports at least 2D tensors, ${name} got: ${x.ndim}D`);
  }
  if (!(p >= 0)) throw new ValueError('cdist only supports non-negative p values');
  if (a.shape[a.ndim - 1] !== b.shape[b.ndim - 1]) {
    throw new ShapeError(
      `X1 and X2 must have the same number of columns. X1: ${a.shape[a.ndim - 1]} X2: ${b.shape[b.ndim - 1]}`,
    );
  }
  if (a.dtype !== b.dtype) throw new DtypeError(`cdist: expected both of one dtype, got ${a.dtype} and ${b.dtype}`);
  return nameNode('cdist', distanceOf(sub(unsqueeze(a, -2), unsqueeze(b, -3)), p));
}

/**
 * The products of vectors along `dim`, summed. @source torch.linalg.vecdot
 * @example linalg.vecdot(tensor([[1.5, 2], [3, 4]]), tensor([1, 0.5])); // tensor([2.5000, 5.0000])
 */
export function vecdot(a: Tensor, b: Tensor, dim: number | { dim?: number } = -1): Tensor {
  checkTensor('vecdot', 'a', a);
  checkTensor('vecdot', 'b', b);
  checkFloating('linalg.vecdot', a);
  if (a.dtype !== b.dtype) {
    throw new DtypeError(
      `linalg.vecdot: Expected x and y to have the same dtype, but found x of type ${scalarName(a.dtype)} and y of type ${scalarName(b.dtype)} instead`,
    );
  }
  return sum(mul(a, b), numberOrOption('vecdot', 'dim', dim, -1));
}

/**
 * Dimension order reversed in the last two: of a real matrix the transpose. @source torch.adjoint
 * @example adjoint(zeros(2, 3, 4)).shape; // [2, 4, 3]
 */
export function adjoint(x: Tensor): Tensor {
  checkTensor('adjoint', 'input', x);
  if (x.ndim === 0) return x;
  if (x.ndim === 1) {
    throw new ShapeError('tensor.adjoint() is only supported on matrices or batches of matrices. Got 1-D tensor.');
  }
  return movedim(x, -1, -2);
}
