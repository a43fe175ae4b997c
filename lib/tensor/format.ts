// Prints tensors as PyTorch prints them.
import { getDefaultDtype, isFloat } from '../dtype.ts';
import { checkOptions, describe, ValueError } from '../errors.ts';
import type { Tensor } from './tensor.ts';

type Profile = 'default' | 'short' | 'full';

/** Options of {@link setPrintoptions}. */
export interface PrintOptions {
  /** Digits after the point. Default 4. */
  precision?: number;
  /** Elements above which the middle is left out. Default 1000. */
  threshold?: number;
  /** Elements shown at each end of a long dimension. Default 3. */
  edgeitems?: number;
  /** Columns of a line. Default 80. */
  linewidth?: number;
  /** Values that the other options override: 'short' has precision and edgeitems 2, 'full' leaves nothing out. */
  profile?: Profile | null;
  /** Whether to use scientific notation; null decides by the values. Default null. */
  sciMode?: boolean | null;
}

type Layout = Required<Omit<PrintOptions, 'profile' | 'sciMode'>>;

const defaults: Layout = { precision: 4, threshold: 1000, edgeitems: 3, linewidth: 80 };
const profiles: { readonly [P in Profile]: Layout } = {
  default: defaults,
  short: { ...defaults, precision: 2, edgeitems: 2 },
  full: { ...defaults, threshold: Number.POSITIVE_INFINITY },
};
// JavaScript rounds a tie up, C to the even digit; more digits show whether it is a tie.
const more = 40;
const options: Layout & { sciMode: boolean | null } = { ...defaults, sciMode: null };

/**
 * Changes how tensors are printed; `sciMode` returns to null if it is not given. @source torch.set_printoptions
 * @example
 * setPrintoptions({ precision: 2 });
 * tensor([Math.PI]); // tensor([3.14])
 * setPrintoptions({ profile: 'default' });
 * tensor([Math.PI]); // tensor([3.1416])
 */
export function setPrintoptions(changes: PrintOptions): void {
  checkOptions('setPrintoptions', changes, [...Object.keys(options), 'profile']);
  const { profile, sciMode = null, ...own } = changes;
  const given = Object.entries(own).filter(([, value]) => (value ?? null) !== null);
  for (const [name, value] of given) {
    const most = name === 'threshold' ? Number.POSITIVE_INFINITY : name === 'precision' ? 100 - more : 2 ** 31;
    if (value >= 0 && value <= most && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY)) continue;
    throw new ValueError(`setPrintoptions: ${name} must be an integer from 0 to ${most}, got ${describe(value)}`);
  }
  Object.assign(options, profile ? profileOf(profile) : {}, Object.fromEntries(given), { sciMode });
}

function profileOf(name: Profile): Layout {
  if (Object.hasOwn(profiles, name)) return profiles[name];
  throw new ValueError(`setPrintoptions: profile must be 'default', 'short' or 'full', not ${describe(name)}`);
}

/** The tensor as text: `tensor([1., 2.], requires_grad=True)`. */
export function formatTensor(x: Tensor): string {
  if (x.isDisposed) return 'tensor(<disposed>)';
  const prefix = x.constructor.name === 'Parameter' ? 'Parameter containing:\ntensor(' : 'tensor(';
  const suffixes: string[] = [];
  const implied = x.dtype === getDefaultDtype() || x.dtype === 'int64' || x.dtype === 'bool';
  let body: string;
  if (x.numel() === 0) {
    if (x.ndim !== 1) suffixes.push(`size=(${x.shape.join(', ')}${x.ndim === 1 ? ',' : ''})`);
    if (x.dtype !== getDefaultDtype()) suffixes.push(`dtype=torch.${x.dtype}`);
    body = '[]';
  } else {
    if (!implied) suffixes.push(`dtype=torch.${x.dtype}`);
    body = formatBody(x, 'tensor('.length);
  }
  const node = x.node;
  if (node !== null) suffixes.push(`grad_fn=<${node.name}>`);
  else if (x.requiresGrad) suffixes.push('requires_grad=True');
  return joinSuffixes(prefix, body, suffixes);
}

// Suffixes go on the last line while it has room.
function joinSuffixes(prefix: string, body: string, suffixes: readonly string[]): string {
  const lines = [prefix + body];
  const text = lines[0] ?? '';
  let last = text.length - text.lastIndexOf('\n') + 1;
  let result = text;
  for (const suffix of suffixes) {
    if (last + suffix.length + 2 > options.linewidth) {
      result += `,\n${' '.repeat('tensor('.length)}${suffix}`;
      last = 'tensor('.length + suffix.length;
    } else {
      result += `, ${suffix}`;
      last += suffix.length + 2;
    }
  }
  return `${result})`;
}

type Write = (value: number) => string;
type WriteAny = (value: number | bigint) => string;

function formatBody(x: Tensor, indent: number): string {
  const summarize = x.numel() > options.threshold;
  const values = summarize ? shownValues(x.detach()) : Array.from(x.toTypedArray() as ArrayLike<number | bigint>);
  const { write, width } =
    x.dtype === 'bool'
      ? wordFormat(values)
      : isFloat(x.dtype)
        ? floatFormat(values.map(Number))
        : integerFormat(values);
  const cell: WriteAny = (value) => write(value).padStart(width);
  if (x.ndim === 0) return write(values[0] ?? 0);
  return formatLevel(x.detach(), indent, summarize, cell, width);
}

// The values that will be shown, by which the format is chosen.
function shownValues(x: Tensor): (number | bigint)[] {
  const { edgeitems } = options;
  if (x.ndim === 0) return Array.from(x.toTypedArray() as ArrayLike<number | bigint>);
  const size = x.size(0);
  if (size <= 2 * edgeitems) return x.unbind(0).flatMap(shownValues);
  return [x.narrow(0, 0, edgeitems), x.narrow(0, size - edgeitems, edgeitems)].flatMap((part) =>
    part.unbind(0).flatMap(shownValues),
  );
}

interface Format {
  readonly write: WriteAny;
  readonly width: number;
}

// Of any number of values: there are not so many arguments.
function largestOf(values: readonly number[]): number {
  return values.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
}

function wordFormat(values: readonly (number | bigint)[]): Format {
  const write: WriteAny = (value) => (Number(value) !== 0 ? 'True' : 'False');
  return { write, width: largestOf(values.map((value) => write(value).length)) };
}

function integerFormat(values: readonly (number | bigint)[]): Format {
  return { write: (value) => String(value), width: largestOf(values.map((value) => String(value).length)) };
}

// The rules of PyTorch's formatter: whole numbers as `1.`, wide ranges in scientific notation.
function floatFormat(values: readonly number[]): Format {
  const { precision, sciMode } = options;
  // Only these decide, on the width too: NaN, infinities and zeros stand as they are.
  const finite = values.filter((value) => Number.isFinite(value) && value !== 0);
  const write = chooseWrite(finite.map(Math.abs), precision, sciMode);
  return {
    write: (value) => write(Number(value)),
    width: Math.max(1, largestOf(finite.map((value) => write(value).length))),
  };
}

function chooseWrite(finite: readonly number[], precision: number, sciMode: boolean | null): Write {
  const special = (value: number): string | null => {
    if (Number.isNaN(value)) return 'nan';
    if (value === Number.POSITIVE_INFINITY) return 'inf';
    return value === Number.NEGATIVE_INFINITY ? '-inf' : null;
  };
  const fixed =
    (digits: number): Write =>
    (value) =>
      special(value) ?? withSign(value, toFixedEven(Math.abs(value), digits));
  const whole: Write = (value) => special(value) ?? `${withSign(value, Math.abs(value).toFixed(0))}.`;
  const scientific: Write = (value) => special(value) ?? withSign(value, exponent(Math.abs(value), precision));
  if (finite.length === 0) return sciMode === true ? scientific : whole;
  const largest = largestOf(finite);
  const smallest = -largestOf(finite.map((value) => -value));
  const integers = finite.every((value) => value === Math.ceil(value));
  if (integers) return (sciMode ?? (largest / smallest > 1000 || largest > 1e8)) ? scientific : whole;
  return (sciMode ?? (largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4)) ? scientific : fixed(precision);
}

function withSign(value: number, text: string): string {
  return value < 0 || Object.is(value, -0) ? `-${text}` : text;
}

function toFixedEven(value: number, digits: number): string {
  return roundedEven(value.toFixed(digits), value.toFixed(digits + more));
}

function roundedEven(rounded: string, exact: string): string {
  const kept = exact.slice(0, -more);
  return /^50*$/.test(exact.slice(-more)) && /[02468]$/.test(kept) ? kept : rounded;
}

function exponent(value: number, digits: number): string {
  const [rounded = '', power = '+0'] = value.toExponential(digits).split('e');
  const mantissa = roundedEven(rounded, value.toExponential(digits + more).split('e')[0] ?? '');
  return `${mantissa}e${power[0]}${power.slice(1).padStart(2, '0')}`;
}

function formatLevel(x: Tensor, indent: number, summarize: boolean, cell: WriteAny, width: number): string {
  const { edgeitems, linewidth } = options;
  const size = x.size(0);
  const cut = summarize && size > 2 * edgeitems;
  if (x.ndim === 1) {
    const cellsOf = (part: Tensor) => Array.from(part.toTypedArray() as ArrayLike<number | bigint>, cell);
    const ends = () => [x.narrow(0, 0, edgeitems), x.narrow(0, size - edgeitems, edgeitems)].map(cellsOf);
    const [first = [], last = []] = cut ? ends() : [cellsOf(x)];
    const cells = cut ? [...first, ' ...', ...last] : first;
    const perLine = Math.max(1, Math.floor((linewidth - indent) / (width + 2)));
    const lines: string[] = [];
    for (let i = 0; i < cells.length; i += perLine) lines.push(cells.slice(i, i + perLine).join(', '));
    return `[${lines.join(`,\n${' '.repeat(indent + 1)}`)}]`;
  }
  const part = (i: number) => formatLevel(x.select(0, i), indent + 1, summarize, cell, width);
  const parts = cut
    ? [
        ...Array.from({ length: edgeitems }, (_, i) => part(i)),
        '...',
        ...Array.from({ length: edgeitems }, (_, i) => part(size - edgeitems + i)),
      ]
    : Array.from({ length: size }, (_, i) => part(i));
  return `[${parts.join(`,${'\n'.repeat(x.ndim - 1)}${' '.repeat(indent + 1)}`)}]`;
}
