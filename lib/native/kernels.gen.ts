// Generated from native/kernels.inc by `npm run generate`. Do not edit.
import { type Dtype, factsOf } from '../dtype.ts';
import { ArgumentTypeError, describe } from '../errors.ts';
import { addon } from './addon.ts';
import type { Storage } from './storage.ts';

/** Elements in a storage: what a kernel is given in place of a pointer. */
export interface Located {
  readonly storage: Storage;
  readonly offset: number;
  readonly dtype: Dtype;
}

/** Operators of native/kernels/unary.inc whose result is no mask. */
export type UnaryName = 'neg' | 'abs' | 'square' | 'relu' | 'reciprocal' | 'sqrt' | 'rsqrt' | 'frac' | 'exp' | 'exp2' | 'expm1' | 'log' | 'log2' | 'log10' | 'log1p' | 'sin' | 'cos' | 'tan' | 'asin' | 'acos' | 'atan' | 'sinh' | 'cosh' | 'asinh' | 'acosh' | 'atanh' | 'erf' | 'erfc' | 'tanh' | 'sigmoid' | 'logSigmoid' | 'silu' | 'gelu' | 'geluTanh' | 'mish' | 'selu' | 'relu6' | 'hardswish' | 'hardsigmoid' | 'softsign' | 'tanhshrink' | 'sign' | 'floor' | 'ceil' | 'round' | 'trunc' | 'bitwiseNot';

/** Operators of native/kernels/binary.inc. */
export type BinaryName = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'pow' | 'atan2' | 'fmod' | 'remainder' | 'floorDivide' | 'truncDivide' | 'bitwiseAnd' | 'bitwiseOr' | 'bitwiseXor' | 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'logicalAnd' | 'logicalOr' | 'logicalXor';

const { block, call } = addon;

function byteOffset(x: Located): number {
  return x.storage.begin + x.offset * factsOf(x.dtype).bytes;
}

// An object in place of a number would run its valueOf() while the block is being written.
function numeric(value: number): number {
  if (typeof value === 'number') return value;
  throw new ArgumentTypeError(`expected a number, got ${describe(value)}`);
}

function putNumber(at: number, value: number): number {
  block[at] = numeric(value);
  return at + 1;
}

function putList(at: number, values: readonly number[]): number {
  block[at] = values.length;
  for (let i = 0; i < values.length; i++) block[at + 1 + i] = numeric(values[i] ?? 0);
  return at + 1 + values.length;
}

export function neg(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(0 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function negBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(16 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function abs(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(32 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function absBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(48 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function square(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(64 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function squareBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(80 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function relu(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(96 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function reluBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(112 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function reciprocal(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(128 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function reciprocalBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(144 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function sqrt(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(160 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function sqrtBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(176 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function rsqrt(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(192 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function rsqrtBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(208 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function frac(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(224 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function fracBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(240 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function exp(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(256 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function expBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(272 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function exp2(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(288 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function exp2Backward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(304 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function expm1(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(320 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function expm1Backward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(336 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function log(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(352 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function logBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(368 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function log2(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(384 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function log2Backward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(400 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function log10(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(416 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function log10Backward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(432 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function log1p(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(448 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function log1pBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(464 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function sin(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(480 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function sinBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(496 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function cos(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(512 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function cosBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(528 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function tan(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(544 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function tanBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(560 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function asin(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(576 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function asinBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(592 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function acos(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(608 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function acosBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(624 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function atan(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(640 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function atanBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(656 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function sinh(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(672 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function sinhBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(688 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function cosh(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(704 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function coshBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(720 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function asinh(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(736 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function asinhBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(752 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function acosh(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(768 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function acoshBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(784 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function atanh(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(800 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function atanhBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(816 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function erf(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(832 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function erfBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(848 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function erfc(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(864 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function erfcBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(880 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function tanh(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(896 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function tanhBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(912 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function sigmoid(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(928 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function sigmoidBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(944 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function logSigmoid(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(960 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function logSigmoidBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(976 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function silu(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(992 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function siluBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(1008 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function gelu(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1024 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function geluBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(1040 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function geluTanh(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1056 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function geluTanhBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(1072 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function mish(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1088 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function mishBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(1104 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function selu(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1120 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function seluBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(1136 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function relu6(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1152 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function relu6Backward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(1168 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function hardswish(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1184 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function hardswishBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(1200 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function hardsigmoid(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1216 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function hardsigmoidBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(1232 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function softsign(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1248 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function softsignBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(1264 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function tanhshrink(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1280 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function tanhshrinkBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, y: Located, dx: Located, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  call(1296 + factsOf(dtype).code, g.storage.handle, x.storage.handle, y.storage.handle, dx.storage.handle);
}

export function sign(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1312 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function floor(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1328 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function ceil(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1344 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function round(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1360 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function trunc(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1376 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function bitwiseNot(dtype: 'int64' | 'int32' | 'uint8' | 'bool' | 'int16' | 'int8', x: Located, y: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1392 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function logicalNot(dtype: Dtype, x: Located, mask: Located, shape: readonly number[], xStrides: readonly number[], maskStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(mask);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, maskStrides);
  call(1408 + factsOf(dtype).code, x.storage.handle, mask.storage.handle);
}

export function isnan(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, mask: Located, shape: readonly number[], xStrides: readonly number[], maskStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(mask);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, maskStrides);
  call(1424 + factsOf(dtype).code, x.storage.handle, mask.storage.handle);
}

export function isinf(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, mask: Located, shape: readonly number[], xStrides: readonly number[], maskStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(mask);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, maskStrides);
  call(1440 + factsOf(dtype).code, x.storage.handle, mask.storage.handle);
}

export function isfinite(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, mask: Located, shape: readonly number[], xStrides: readonly number[], maskStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(mask);
  let at = putList(2, shape);
  at = putList(at, xStrides);
  putList(at, maskStrides);
  call(1456 + factsOf(dtype).code, x.storage.handle, mask.storage.handle);
}

export function add(dtype: Dtype, x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1472 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function sub(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1488 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function mul(dtype: Dtype, x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1504 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function div(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1520 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function maximum(dtype: Dtype, x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1536 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function minimum(dtype: Dtype, x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1552 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function pow(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1568 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function atan2(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1584 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function fmod(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1600 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function remainder(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1616 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function floorDivide(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1632 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function truncDivide(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1648 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function bitwiseAnd(dtype: 'int64' | 'int32' | 'uint8' | 'bool' | 'int16' | 'int8', x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1664 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function bitwiseOr(dtype: 'int64' | 'int32' | 'uint8' | 'bool' | 'int16' | 'int8', x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1680 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function bitwiseXor(dtype: 'int64' | 'int32' | 'uint8' | 'bool' | 'int16' | 'int8', x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1696 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function eq(dtype: Dtype, x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1712 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function ne(dtype: Dtype, x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1728 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function lt(dtype: Dtype, x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1744 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function le(dtype: Dtype, x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1760 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function gt(dtype: Dtype, x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1776 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function ge(dtype: Dtype, x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1792 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function logicalAnd(dtype: Dtype, x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1808 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function logicalOr(dtype: Dtype, x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1824 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function logicalXor(dtype: Dtype, x: Located, y: Located, out: Located, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putList(3, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1840 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function where(dtype: Dtype, condition: Located, x: Located, y: Located, out: Located, shape: readonly number[], conditionStrides: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(condition);
  block[1] = byteOffset(x);
  block[2] = byteOffset(y);
  block[3] = byteOffset(out);
  let at = putList(4, shape);
  at = putList(at, conditionStrides);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1856 + factsOf(dtype).code, condition.storage.handle, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function clamp(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, low: number, high: number, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putNumber(2, low);
  at = putNumber(at, high);
  at = putList(at, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1872 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function clampBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, dx: Located, low: number, high: number, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(dx);
  block[3] = numeric(low);
  block[4] = numeric(high);
  block[5] = numeric(n);
  call(1888 + factsOf(dtype).code, g.storage.handle, x.storage.handle, dx.storage.handle);
}

export function hardtanhBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, dx: Located, low: number, high: number, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(dx);
  block[3] = numeric(low);
  block[4] = numeric(high);
  block[5] = numeric(n);
  call(1904 + factsOf(dtype).code, g.storage.handle, x.storage.handle, dx.storage.handle);
}

export function addScalar(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, scalar: number, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putNumber(2, scalar);
  at = putList(at, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1920 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function mulScalar(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, scalar: number, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putNumber(2, scalar);
  at = putList(at, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1936 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function powScalar(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, scalar: number, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putNumber(2, scalar);
  at = putList(at, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(1952 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function addScaled(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, out: Located, alpha: number, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putNumber(3, alpha);
  at = putList(at, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1968 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function lerp(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, out: Located, weight: number, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(out);
  let at = putNumber(3, weight);
  at = putList(at, shape);
  at = putList(at, xStrides);
  at = putList(at, yStrides);
  putList(at, outStrides);
  call(1984 + factsOf(dtype).code, x.storage.handle, y.storage.handle, out.storage.handle);
}

export function addcmul(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, a: Located, b: Located, out: Located, value: number, shape: readonly number[], xStrides: readonly number[], aStrides: readonly number[], bStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(a);
  block[2] = byteOffset(b);
  block[3] = byteOffset(out);
  let at = putNumber(4, value);
  at = putList(at, shape);
  at = putList(at, xStrides);
  at = putList(at, aStrides);
  at = putList(at, bStrides);
  putList(at, outStrides);
  call(2000 + factsOf(dtype).code, x.storage.handle, a.storage.handle, b.storage.handle, out.storage.handle);
}

export function addcdiv(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, a: Located, b: Located, out: Located, value: number, shape: readonly number[], xStrides: readonly number[], aStrides: readonly number[], bStrides: readonly number[], outStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(a);
  block[2] = byteOffset(b);
  block[3] = byteOffset(out);
  let at = putNumber(4, value);
  at = putList(at, shape);
  at = putList(at, xStrides);
  at = putList(at, aStrides);
  at = putList(at, bStrides);
  putList(at, outStrides);
  call(2016 + factsOf(dtype).code, x.storage.handle, a.storage.handle, b.storage.handle, out.storage.handle);
}

export function leakyRelu(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, slope: number, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putNumber(2, slope);
  at = putList(at, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(2032 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function leakyReluBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, dx: Located, slope: number, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(dx);
  block[3] = numeric(slope);
  block[4] = numeric(n);
  call(2048 + factsOf(dtype).code, g.storage.handle, x.storage.handle, dx.storage.handle);
}

export function elu(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, alpha: number, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putNumber(2, alpha);
  at = putList(at, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(2064 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function eluBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, dx: Located, alpha: number, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(dx);
  block[3] = numeric(alpha);
  block[4] = numeric(n);
  call(2080 + factsOf(dtype).code, g.storage.handle, x.storage.handle, dx.storage.handle);
}

export function softplus(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, beta: number, threshold: number, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putNumber(2, beta);
  at = putNumber(at, threshold);
  at = putList(at, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(2096 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function softplusBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, dx: Located, beta: number, threshold: number, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(dx);
  block[3] = numeric(beta);
  block[4] = numeric(threshold);
  block[5] = numeric(n);
  call(2112 + factsOf(dtype).code, g.storage.handle, x.storage.handle, dx.storage.handle);
}

export function threshold(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, limit: number, value: number, shape: readonly number[], xStrides: readonly number[], yStrides: readonly number[]): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  let at = putNumber(2, limit);
  at = putNumber(at, value);
  at = putList(at, shape);
  at = putList(at, xStrides);
  putList(at, yStrides);
  call(2128 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function thresholdBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', g: Located, x: Located, dx: Located, limit: number, n: number): void {
  block[0] = byteOffset(g);
  block[1] = byteOffset(x);
  block[2] = byteOffset(dx);
  block[3] = numeric(limit);
  block[4] = numeric(n);
  call(2144 + factsOf(dtype).code, g.storage.handle, x.storage.handle, dx.storage.handle);
}

export function gemm(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', a: Located, b: Located, c: Located, bias: Located | null, m: number, n: number, k: number, aRowStride: number, aColStride: number, bRowStride: number, bColStride: number, cRowStride: number, accumulate: number, activation: number, batch: number, aBatchStride: number, bBatchStride: number, cBatchStride: number): void {
  block[0] = byteOffset(a);
  block[1] = byteOffset(b);
  block[2] = byteOffset(c);
  block[3] = bias === null ? 0 : byteOffset(bias);
  block[4] = numeric(m);
  block[5] = numeric(n);
  block[6] = numeric(k);
  block[7] = numeric(aRowStride);
  block[8] = numeric(aColStride);
  block[9] = numeric(bRowStride);
  block[10] = numeric(bColStride);
  block[11] = numeric(cRowStride);
  block[12] = numeric(accumulate);
  block[13] = numeric(activation);
  block[14] = numeric(batch);
  block[15] = numeric(aBatchStride);
  block[16] = numeric(bBatchStride);
  block[17] = numeric(cBatchStride);
  call(2160 + factsOf(dtype).code, a.storage.handle, b.storage.handle, c.storage.handle, bias === null ? null : bias.storage.handle);
}

export function conv2d(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, w: Located, bias: Located | null, y: Located, n: number, c: number, h: number, wd: number, o: number, kh: number, kw: number, strideH: number, strideW: number, padH: number, padW: number, dilH: number, dilW: number, groups: number, oh: number, ow: number, relu: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(w);
  block[2] = bias === null ? 0 : byteOffset(bias);
  block[3] = byteOffset(y);
  block[4] = numeric(n);
  block[5] = numeric(c);
  block[6] = numeric(h);
  block[7] = numeric(wd);
  block[8] = numeric(o);
  block[9] = numeric(kh);
  block[10] = numeric(kw);
  block[11] = numeric(strideH);
  block[12] = numeric(strideW);
  block[13] = numeric(padH);
  block[14] = numeric(padW);
  block[15] = numeric(dilH);
  block[16] = numeric(dilW);
  block[17] = numeric(groups);
  block[18] = numeric(oh);
  block[19] = numeric(ow);
  block[20] = numeric(relu);
  call(2176 + factsOf(dtype).code, x.storage.handle, w.storage.handle, bias === null ? null : bias.storage.handle, y.storage.handle);
}

export function conv2dBackwardInput(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dy: Located, w: Located, dx: Located, n: number, c: number, h: number, wd: number, o: number, kh: number, kw: number, strideH: number, strideW: number, padH: number, padW: number, dilH: number, dilW: number, groups: number, oh: number, ow: number): void {
  block[0] = byteOffset(dy);
  block[1] = byteOffset(w);
  block[2] = byteOffset(dx);
  block[3] = numeric(n);
  block[4] = numeric(c);
  block[5] = numeric(h);
  block[6] = numeric(wd);
  block[7] = numeric(o);
  block[8] = numeric(kh);
  block[9] = numeric(kw);
  block[10] = numeric(strideH);
  block[11] = numeric(strideW);
  block[12] = numeric(padH);
  block[13] = numeric(padW);
  block[14] = numeric(dilH);
  block[15] = numeric(dilW);
  block[16] = numeric(groups);
  block[17] = numeric(oh);
  block[18] = numeric(ow);
  call(2192 + factsOf(dtype).code, dy.storage.handle, w.storage.handle, dx.storage.handle);
}

export function conv2dBackwardWeight(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, dy: Located, dw: Located, db: Located | null, n: number, c: number, h: number, wd: number, o: number, kh: number, kw: number, strideH: number, strideW: number, padH: number, padW: number, dilH: number, dilW: number, groups: number, oh: number, ow: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(dy);
  block[2] = byteOffset(dw);
  block[3] = db === null ? 0 : byteOffset(db);
  block[4] = numeric(n);
  block[5] = numeric(c);
  block[6] = numeric(h);
  block[7] = numeric(wd);
  block[8] = numeric(o);
  block[9] = numeric(kh);
  block[10] = numeric(kw);
  block[11] = numeric(strideH);
  block[12] = numeric(strideW);
  block[13] = numeric(padH);
  block[14] = numeric(padW);
  block[15] = numeric(dilH);
  block[16] = numeric(dilW);
  block[17] = numeric(groups);
  block[18] = numeric(oh);
  block[19] = numeric(ow);
  call(2208 + factsOf(dtype).code, x.storage.handle, dy.storage.handle, dw.storage.handle, db === null ? null : db.storage.handle);
}

export function conv2dBackwardBias(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dy: Located, db: Located, n: number, o: number, spatial: number): void {
  block[0] = byteOffset(dy);
  block[1] = byteOffset(db);
  block[2] = numeric(n);
  block[3] = numeric(o);
  block[4] = numeric(spatial);
  call(2224 + factsOf(dtype).code, dy.storage.handle, db.storage.handle);
}

export function sum(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  call(2240 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function mean(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  call(2256 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function sumSquares(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  call(2272 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function prod(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  call(2288 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function max(dtype: Dtype, x: Located, y: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  call(2304 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function min(dtype: Dtype, x: Located, y: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  call(2320 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function any(dtype: Dtype, x: Located, y: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  call(2336 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function all(dtype: Dtype, x: Located, y: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  call(2352 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function variance(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, outer: number, n: number, inner: number, correction: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  block[5] = numeric(correction);
  call(2368 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function argmax(dtype: Dtype, x: Located, y: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  call(2384 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function argmin(dtype: Dtype, x: Located, y: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  call(2400 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function cumsum(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  call(2416 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function cumprod(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', x: Located, y: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  call(2432 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function logcumsumexp(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  call(2448 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function cummax(dtype: Dtype, x: Located, y: Located, indices: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(indices);
  block[3] = numeric(outer);
  block[4] = numeric(n);
  block[5] = numeric(inner);
  call(2464 + factsOf(dtype).code, x.storage.handle, y.storage.handle, indices.storage.handle);
}

export function cummin(dtype: Dtype, x: Located, y: Located, indices: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = byteOffset(indices);
  block[3] = numeric(outer);
  block[4] = numeric(n);
  block[5] = numeric(inner);
  call(2480 + factsOf(dtype).code, x.storage.handle, y.storage.handle, indices.storage.handle);
}

export function sort(dtype: Dtype, x: Located, values: Located, indices: Located, rows: number, n: number, descending: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(values);
  block[2] = byteOffset(indices);
  block[3] = numeric(rows);
  block[4] = numeric(n);
  block[5] = numeric(descending);
  call(2496 + factsOf(dtype).code, x.storage.handle, values.storage.handle, indices.storage.handle);
}

export function luFactor(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, lu: Located, pivots: Located, batch: number, m: number, n: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(lu);
  block[2] = byteOffset(pivots);
  block[3] = numeric(batch);
  block[4] = numeric(m);
  block[5] = numeric(n);
  call(2512 + factsOf(dtype).code, x.storage.handle, lu.storage.handle, pivots.storage.handle);
}

export function solveTriangular(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', a: Located, rhs: Located, x: Located, batch: number, n: number, k: number, upper: number, unitriangular: number): void {
  block[0] = byteOffset(a);
  block[1] = byteOffset(rhs);
  block[2] = byteOffset(x);
  block[3] = numeric(batch);
  block[4] = numeric(n);
  block[5] = numeric(k);
  block[6] = numeric(upper);
  block[7] = numeric(unitriangular);
  call(2528 + factsOf(dtype).code, a.storage.handle, rhs.storage.handle, x.storage.handle);
}

export function cholesky(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, l: Located, batch: number, n: number): number {
  block[0] = byteOffset(x);
  block[1] = byteOffset(l);
  block[2] = numeric(batch);
  block[3] = numeric(n);
  return call(2544 + factsOf(dtype).code, x.storage.handle, l.storage.handle);
}

export function qr(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, q: Located, r: Located, batch: number, m: number, n: number, columns: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(q);
  block[2] = byteOffset(r);
  block[3] = numeric(batch);
  block[4] = numeric(m);
  block[5] = numeric(n);
  block[6] = numeric(columns);
  call(2560 + factsOf(dtype).code, x.storage.handle, q.storage.handle, r.storage.handle);
}

export function eigh(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, w: Located, v: Located, batch: number, n: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(w);
  block[2] = byteOffset(v);
  block[3] = numeric(batch);
  block[4] = numeric(n);
  call(2576 + factsOf(dtype).code, x.storage.handle, w.storage.handle, v.storage.handle);
}

export function svd(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, u: Located, s: Located, v: Located, batch: number, m: number, n: number, columns: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(u);
  block[2] = byteOffset(s);
  block[3] = byteOffset(v);
  block[4] = numeric(batch);
  block[5] = numeric(m);
  block[6] = numeric(n);
  block[7] = numeric(columns);
  call(2592 + factsOf(dtype).code, x.storage.handle, u.storage.handle, s.storage.handle, v.storage.handle);
}

export function softmax(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  call(2608 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function softmaxBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dy: Located, y: Located, dx: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(dy);
  block[1] = byteOffset(y);
  block[2] = byteOffset(dx);
  block[3] = numeric(outer);
  block[4] = numeric(n);
  block[5] = numeric(inner);
  call(2624 + factsOf(dtype).code, dy.storage.handle, y.storage.handle, dx.storage.handle);
}

export function logSoftmax(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(outer);
  block[3] = numeric(n);
  block[4] = numeric(inner);
  call(2640 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function logSoftmaxBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dy: Located, y: Located, dx: Located, outer: number, n: number, inner: number): void {
  block[0] = byteOffset(dy);
  block[1] = byteOffset(y);
  block[2] = byteOffset(dx);
  block[3] = numeric(outer);
  block[4] = numeric(n);
  block[5] = numeric(inner);
  call(2656 + factsOf(dtype).code, dy.storage.handle, y.storage.handle, dx.storage.handle);
}

export function attentionWeights(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, mask: Located | null, y: Located, rows: number, n: number, maskRows: number, scale: number): void {
  block[0] = byteOffset(x);
  block[1] = mask === null ? 0 : byteOffset(mask);
  block[2] = byteOffset(y);
  block[3] = numeric(rows);
  block[4] = numeric(n);
  block[5] = numeric(maskRows);
  block[6] = numeric(scale);
  call(2672 + factsOf(dtype).code, x.storage.handle, mask === null ? null : mask.storage.handle, y.storage.handle);
}

export function attentionWeightsBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dy: Located, y: Located, dx: Located, rows: number, n: number, scale: number): void {
  block[0] = byteOffset(dy);
  block[1] = byteOffset(y);
  block[2] = byteOffset(dx);
  block[3] = numeric(rows);
  block[4] = numeric(n);
  block[5] = numeric(scale);
  call(2688 + factsOf(dtype).code, dy.storage.handle, y.storage.handle, dx.storage.handle);
}

export function channelMoments(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, mean: Located, variance: Located, n: number, c: number, s: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(mean);
  block[2] = byteOffset(variance);
  block[3] = numeric(n);
  block[4] = numeric(c);
  block[5] = numeric(s);
  call(2704 + factsOf(dtype).code, x.storage.handle, mean.storage.handle, variance.storage.handle);
}

export function batchNorm(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, mean: Located, variance: Located, weight: Located | null, bias: Located | null, y: Located, n: number, c: number, s: number, eps: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(mean);
  block[2] = byteOffset(variance);
  block[3] = weight === null ? 0 : byteOffset(weight);
  block[4] = bias === null ? 0 : byteOffset(bias);
  block[5] = byteOffset(y);
  block[6] = numeric(n);
  block[7] = numeric(c);
  block[8] = numeric(s);
  block[9] = numeric(eps);
  call(2720 + factsOf(dtype).code, x.storage.handle, mean.storage.handle, variance.storage.handle, weight === null ? null : weight.storage.handle, bias === null ? null : bias.storage.handle, y.storage.handle);
}

export function batchNormBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dy: Located, x: Located, mean: Located, variance: Located, weight: Located | null, dx: Located | null, dw: Located, db: Located, n: number, c: number, s: number, eps: number, fixed: number): void {
  block[0] = byteOffset(dy);
  block[1] = byteOffset(x);
  block[2] = byteOffset(mean);
  block[3] = byteOffset(variance);
  block[4] = weight === null ? 0 : byteOffset(weight);
  block[5] = dx === null ? 0 : byteOffset(dx);
  block[6] = byteOffset(dw);
  block[7] = byteOffset(db);
  block[8] = numeric(n);
  block[9] = numeric(c);
  block[10] = numeric(s);
  block[11] = numeric(eps);
  block[12] = numeric(fixed);
  call(2736 + factsOf(dtype).code, dy.storage.handle, x.storage.handle, mean.storage.handle, variance.storage.handle, weight === null ? null : weight.storage.handle, dx === null ? null : dx.storage.handle, dw.storage.handle, db.storage.handle);
}

export function rowNorm(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, weight: Located | null, bias: Located | null, y: Located, mean: Located, rstd: Located, rows: number, n: number, groups: number, inner: number, eps: number, centred: number): void {
  block[0] = byteOffset(x);
  block[1] = weight === null ? 0 : byteOffset(weight);
  block[2] = bias === null ? 0 : byteOffset(bias);
  block[3] = byteOffset(y);
  block[4] = byteOffset(mean);
  block[5] = byteOffset(rstd);
  block[6] = numeric(rows);
  block[7] = numeric(n);
  block[8] = numeric(groups);
  block[9] = numeric(inner);
  block[10] = numeric(eps);
  block[11] = numeric(centred);
  call(2752 + factsOf(dtype).code, x.storage.handle, weight === null ? null : weight.storage.handle, bias === null ? null : bias.storage.handle, y.storage.handle, mean.storage.handle, rstd.storage.handle);
}

export function rowNormBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dy: Located, x: Located, mean: Located, rstd: Located, weight: Located | null, dx: Located, rows: number, n: number, groups: number, inner: number, centred: number): void {
  block[0] = byteOffset(dy);
  block[1] = byteOffset(x);
  block[2] = byteOffset(mean);
  block[3] = byteOffset(rstd);
  block[4] = weight === null ? 0 : byteOffset(weight);
  block[5] = byteOffset(dx);
  block[6] = numeric(rows);
  block[7] = numeric(n);
  block[8] = numeric(groups);
  block[9] = numeric(inner);
  block[10] = numeric(centred);
  call(2768 + factsOf(dtype).code, dy.storage.handle, x.storage.handle, mean.storage.handle, rstd.storage.handle, weight === null ? null : weight.storage.handle, dx.storage.handle);
}

export function rowNormBackwardAffine(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dy: Located, x: Located, mean: Located, rstd: Located, dw: Located, db: Located, rows: number, n: number, groups: number, inner: number): void {
  block[0] = byteOffset(dy);
  block[1] = byteOffset(x);
  block[2] = byteOffset(mean);
  block[3] = byteOffset(rstd);
  block[4] = byteOffset(dw);
  block[5] = byteOffset(db);
  block[6] = numeric(rows);
  block[7] = numeric(n);
  block[8] = numeric(groups);
  block[9] = numeric(inner);
  call(2784 + factsOf(dtype).code, dy.storage.handle, x.storage.handle, mean.storage.handle, rstd.storage.handle, dw.storage.handle, db.storage.handle);
}

export function copy(dtype: Dtype, src: Located, dst: Located, shape: readonly number[], srcStrides: readonly number[], dstStrides: readonly number[]): void {
  block[0] = byteOffset(src);
  block[1] = byteOffset(dst);
  let at = putList(2, shape);
  at = putList(at, srcStrides);
  putList(at, dstStrides);
  call(2800 + factsOf(dtype).code, src.storage.handle, dst.storage.handle);
}

export function cast(dtype: Dtype, src: Located, dst: Located, dtypeCode: number, shape: readonly number[], srcStrides: readonly number[], dstStrides: readonly number[]): void {
  block[0] = byteOffset(src);
  block[1] = byteOffset(dst);
  let at = putNumber(2, dtypeCode);
  at = putList(at, shape);
  at = putList(at, srcStrides);
  putList(at, dstStrides);
  call(2816 + factsOf(dtype).code, src.storage.handle, dst.storage.handle);
}

export function fill(dtype: Dtype, y: Located, value: number, shape: readonly number[], strides: readonly number[]): void {
  block[0] = byteOffset(y);
  let at = putNumber(1, value);
  at = putList(at, shape);
  putList(at, strides);
  call(2832 + factsOf(dtype).code, y.storage.handle);
}

export function arange(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', y: Located, start: number, step: number, n: number): void {
  block[0] = byteOffset(y);
  block[1] = numeric(start);
  block[2] = numeric(step);
  block[3] = numeric(n);
  call(2848 + factsOf(dtype).code, y.storage.handle);
}

export function maxPool2d(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, indices: Located | null, planes: number, h: number, w: number, oh: number, ow: number, kh: number, kw: number, strideH: number, strideW: number, padH: number, padW: number, dilH: number, dilW: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = indices === null ? 0 : byteOffset(indices);
  block[3] = numeric(planes);
  block[4] = numeric(h);
  block[5] = numeric(w);
  block[6] = numeric(oh);
  block[7] = numeric(ow);
  block[8] = numeric(kh);
  block[9] = numeric(kw);
  block[10] = numeric(strideH);
  block[11] = numeric(strideW);
  block[12] = numeric(padH);
  block[13] = numeric(padW);
  block[14] = numeric(dilH);
  block[15] = numeric(dilW);
  call(2864 + factsOf(dtype).code, x.storage.handle, y.storage.handle, indices === null ? null : indices.storage.handle);
}

export function maxPool2dBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dy: Located, indices: Located, dx: Located, planes: number, inputSpatial: number, outputSpatial: number): number {
  block[0] = byteOffset(dy);
  block[1] = byteOffset(indices);
  block[2] = byteOffset(dx);
  block[3] = numeric(planes);
  block[4] = numeric(inputSpatial);
  block[5] = numeric(outputSpatial);
  return call(2880 + factsOf(dtype).code, dy.storage.handle, indices.storage.handle, dx.storage.handle);
}

export function maxPoolPairs(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, choices: Located | null, planes: number, h: number, w: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = choices === null ? 0 : byteOffset(choices);
  block[3] = numeric(planes);
  block[4] = numeric(h);
  block[5] = numeric(w);
  call(2896 + factsOf(dtype).code, x.storage.handle, y.storage.handle, choices === null ? null : choices.storage.handle);
}

export function maxPoolPairsBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dy: Located, choices: Located, dx: Located, planes: number, h: number, w: number): void {
  block[0] = byteOffset(dy);
  block[1] = byteOffset(choices);
  block[2] = byteOffset(dx);
  block[3] = numeric(planes);
  block[4] = numeric(h);
  block[5] = numeric(w);
  call(2912 + factsOf(dtype).code, dy.storage.handle, choices.storage.handle, dx.storage.handle);
}

export function pairIndices(dtype: Dtype, choices: Located, indices: Located, planes: number, h: number, w: number): void {
  block[0] = byteOffset(choices);
  block[1] = byteOffset(indices);
  block[2] = numeric(planes);
  block[3] = numeric(h);
  block[4] = numeric(w);
  call(2928 + factsOf(dtype).code, choices.storage.handle, indices.storage.handle);
}

export function avgPool2d(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, y: Located, planes: number, h: number, w: number, oh: number, ow: number, kh: number, kw: number, strideH: number, strideW: number, padH: number, padW: number, countIncludePad: number, divisorOverride: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(y);
  block[2] = numeric(planes);
  block[3] = numeric(h);
  block[4] = numeric(w);
  block[5] = numeric(oh);
  block[6] = numeric(ow);
  block[7] = numeric(kh);
  block[8] = numeric(kw);
  block[9] = numeric(strideH);
  block[10] = numeric(strideW);
  block[11] = numeric(padH);
  block[12] = numeric(padW);
  block[13] = numeric(countIncludePad);
  block[14] = numeric(divisorOverride);
  call(2944 + factsOf(dtype).code, x.storage.handle, y.storage.handle);
}

export function avgPool2dBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dy: Located, dx: Located, planes: number, h: number, w: number, oh: number, ow: number, kh: number, kw: number, strideH: number, strideW: number, padH: number, padW: number, countIncludePad: number, divisorOverride: number): void {
  block[0] = byteOffset(dy);
  block[1] = byteOffset(dx);
  block[2] = numeric(planes);
  block[3] = numeric(h);
  block[4] = numeric(w);
  block[5] = numeric(oh);
  block[6] = numeric(ow);
  block[7] = numeric(kh);
  block[8] = numeric(kw);
  block[9] = numeric(strideH);
  block[10] = numeric(strideW);
  block[11] = numeric(padH);
  block[12] = numeric(padW);
  block[13] = numeric(countIncludePad);
  block[14] = numeric(divisorOverride);
  call(2960 + factsOf(dtype).code, dy.storage.handle, dx.storage.handle);
}

export function maxPoolRegions(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, regions: Located, y: Located, indices: Located | null, planes: number, planeRegions: number, d: number, h: number, w: number, od: number, oh: number, ow: number, dilD: number, dilH: number, dilW: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(regions);
  block[2] = byteOffset(y);
  block[3] = indices === null ? 0 : byteOffset(indices);
  block[4] = numeric(planes);
  block[5] = numeric(planeRegions);
  block[6] = numeric(d);
  block[7] = numeric(h);
  block[8] = numeric(w);
  block[9] = numeric(od);
  block[10] = numeric(oh);
  block[11] = numeric(ow);
  block[12] = numeric(dilD);
  block[13] = numeric(dilH);
  block[14] = numeric(dilW);
  call(2976 + factsOf(dtype).code, x.storage.handle, regions.storage.handle, y.storage.handle, indices === null ? null : indices.storage.handle);
}

export function avgPoolRegions(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, regions: Located, y: Located, planes: number, d: number, h: number, w: number, od: number, oh: number, ow: number, divisor: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(regions);
  block[2] = byteOffset(y);
  block[3] = numeric(planes);
  block[4] = numeric(d);
  block[5] = numeric(h);
  block[6] = numeric(w);
  block[7] = numeric(od);
  block[8] = numeric(oh);
  block[9] = numeric(ow);
  block[10] = numeric(divisor);
  call(2992 + factsOf(dtype).code, x.storage.handle, regions.storage.handle, y.storage.handle);
}

export function avgPoolRegionsBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dy: Located, regions: Located, dx: Located, planes: number, d: number, h: number, w: number, od: number, oh: number, ow: number, divisor: number): void {
  block[0] = byteOffset(dy);
  block[1] = byteOffset(regions);
  block[2] = byteOffset(dx);
  block[3] = numeric(planes);
  block[4] = numeric(d);
  block[5] = numeric(h);
  block[6] = numeric(w);
  block[7] = numeric(od);
  block[8] = numeric(oh);
  block[9] = numeric(ow);
  block[10] = numeric(divisor);
  call(3008 + factsOf(dtype).code, dy.storage.handle, regions.storage.handle, dx.storage.handle);
}

export function resample(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, index: Located, weight: Located, y: Located, outer: number, n: number, inner: number, m: number, taps: number): void {
  block[0] = byteOffset(x);
  block[1] = byteOffset(index);
  block[2] = byteOffset(weight);
  block[3] = byteOffset(y);
  block[4] = numeric(outer);
  block[5] = numeric(n);
  block[6] = numeric(inner);
  block[7] = numeric(m);
  block[8] = numeric(taps);
  call(3024 + factsOf(dtype).code, x.storage.handle, index.storage.handle, weight.storage.handle, y.storage.handle);
}

export function resampleBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dy: Located, index: Located, weight: Located, dx: Located, outer: number, n: number, inner: number, m: number, taps: number): void {
  block[0] = byteOffset(dy);
  block[1] = byteOffset(index);
  block[2] = byteOffset(weight);
  block[3] = byteOffset(dx);
  block[4] = numeric(outer);
  block[5] = numeric(n);
  block[6] = numeric(inner);
  block[7] = numeric(m);
  block[8] = numeric(taps);
  call(3040 + factsOf(dtype).code, dy.storage.handle, index.storage.handle, weight.storage.handle, dx.storage.handle);
}

export function gatherTaps(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', x: Located, index: Located, weight: Located, y: Located, n: number, c: number, spatial: number, taps: number, points: number): number {
  block[0] = byteOffset(x);
  block[1] = byteOffset(index);
  block[2] = byteOffset(weight);
  block[3] = byteOffset(y);
  block[4] = numeric(n);
  block[5] = numeric(c);
  block[6] = numeric(spatial);
  block[7] = numeric(taps);
  block[8] = numeric(points);
  return call(3056 + factsOf(dtype).code, x.storage.handle, index.storage.handle, weight.storage.handle, y.storage.handle);
}

export function gatherTapsBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dy: Located, index: Located, weight: Located, dx: Located, n: number, c: number, spatial: number, taps: number, points: number): number {
  block[0] = byteOffset(dy);
  block[1] = byteOffset(index);
  block[2] = byteOffset(weight);
  block[3] = byteOffset(dx);
  block[4] = numeric(n);
  block[5] = numeric(c);
  block[6] = numeric(spatial);
  block[7] = numeric(taps);
  block[8] = numeric(points);
  return call(3072 + factsOf(dtype).code, dy.storage.handle, index.storage.handle, weight.storage.handle, dx.storage.handle);
}

export function gatherTapsBackwardWeight(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dy: Located, x: Located, index: Located, dweight: Located, n: number, c: number, spatial: number, taps: number, points: number): number {
  block[0] = byteOffset(dy);
  block[1] = byteOffset(x);
  block[2] = byteOffset(index);
  block[3] = byteOffset(dweight);
  block[4] = numeric(n);
  block[5] = numeric(c);
  block[6] = numeric(spatial);
  block[7] = numeric(taps);
  block[8] = numeric(points);
  return call(3088 + factsOf(dtype).code, dy.storage.handle, x.storage.handle, index.storage.handle, dweight.storage.handle);
}

export function randomSeed(dtype: Dtype, state: Located, seedLow: number, seedHigh: number): void {
  block[0] = byteOffset(state);
  block[1] = numeric(seedLow);
  block[2] = numeric(seedHigh);
  call(3104 + factsOf(dtype).code, state.storage.handle);
}

export function random64(dtype: Dtype, state: Located, y: Located): void {
  block[0] = byteOffset(state);
  block[1] = byteOffset(y);
  call(3120 + factsOf(dtype).code, state.storage.handle, y.storage.handle);
}

export function uniform(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', state: Located, y: Located, n: number, from: number, to: number): void {
  block[0] = byteOffset(state);
  block[1] = byteOffset(y);
  block[2] = numeric(n);
  block[3] = numeric(from);
  block[4] = numeric(to);
  call(3136 + factsOf(dtype).code, state.storage.handle, y.storage.handle);
}

export function normal(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', state: Located, y: Located, n: number, mean: number, std: number): void {
  block[0] = byteOffset(state);
  block[1] = byteOffset(y);
  block[2] = numeric(n);
  block[3] = numeric(mean);
  block[4] = numeric(std);
  call(3152 + factsOf(dtype).code, state.storage.handle, y.storage.handle);
}

export function bernoulli(dtype: Dtype, state: Located, y: Located, n: number, p: number): void {
  block[0] = byteOffset(state);
  block[1] = byteOffset(y);
  block[2] = numeric(n);
  block[3] = numeric(p);
  call(3168 + factsOf(dtype).code, state.storage.handle, y.storage.handle);
}

export function bernoulliTensor(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', state: Located, p: Located, y: Located, n: number): void {
  block[0] = byteOffset(state);
  block[1] = byteOffset(p);
  block[2] = byteOffset(y);
  block[3] = numeric(n);
  call(3184 + factsOf(dtype).code, state.storage.handle, p.storage.handle, y.storage.handle);
}

export function randint(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', state: Located, y: Located, n: number, low: number, range: number): void {
  block[0] = byteOffset(state);
  block[1] = byteOffset(y);
  block[2] = numeric(n);
  block[3] = numeric(low);
  block[4] = numeric(range);
  call(3200 + factsOf(dtype).code, state.storage.handle, y.storage.handle);
}

export function randperm(dtype: Dtype, state: Located, y: Located, n: number): void {
  block[0] = byteOffset(state);
  block[1] = byteOffset(y);
  block[2] = numeric(n);
  call(3216 + factsOf(dtype).code, state.storage.handle, y.storage.handle);
}

export function exponential(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', state: Located, y: Located, n: number, lambda: number): void {
  block[0] = byteOffset(state);
  block[1] = byteOffset(y);
  block[2] = numeric(n);
  block[3] = numeric(lambda);
  call(3232 + factsOf(dtype).code, state.storage.handle, y.storage.handle);
}

export function indexSelect(dtype: Dtype, x: Located, index: Located, y: Located, outer: number, n: number, inner: number, count: number): number {
  block[0] = byteOffset(x);
  block[1] = byteOffset(index);
  block[2] = byteOffset(y);
  block[3] = numeric(outer);
  block[4] = numeric(n);
  block[5] = numeric(inner);
  block[6] = numeric(count);
  return call(3248 + factsOf(dtype).code, x.storage.handle, index.storage.handle, y.storage.handle);
}

export function indexAdd(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', src: Located, index: Located, dst: Located, outer: number, n: number, inner: number, count: number): number {
  block[0] = byteOffset(src);
  block[1] = byteOffset(index);
  block[2] = byteOffset(dst);
  block[3] = numeric(outer);
  block[4] = numeric(n);
  block[5] = numeric(inner);
  block[6] = numeric(count);
  return call(3264 + factsOf(dtype).code, src.storage.handle, index.storage.handle, dst.storage.handle);
}

export function gather(dtype: Dtype, x: Located, index: Located, y: Located, outer: number, n: number, inner: number, m: number): number {
  block[0] = byteOffset(x);
  block[1] = byteOffset(index);
  block[2] = byteOffset(y);
  block[3] = numeric(outer);
  block[4] = numeric(n);
  block[5] = numeric(inner);
  block[6] = numeric(m);
  return call(3280 + factsOf(dtype).code, x.storage.handle, index.storage.handle, y.storage.handle);
}

export function scatter(dtype: Dtype, src: Located, index: Located, dst: Located, outer: number, n: number, inner: number, m: number): number {
  block[0] = byteOffset(src);
  block[1] = byteOffset(index);
  block[2] = byteOffset(dst);
  block[3] = numeric(outer);
  block[4] = numeric(n);
  block[5] = numeric(inner);
  block[6] = numeric(m);
  return call(3296 + factsOf(dtype).code, src.storage.handle, index.storage.handle, dst.storage.handle);
}

export function scatterAdd(dtype: 'float32' | 'float64' | 'int64' | 'int32' | 'uint8' | 'int16' | 'int8' | 'float16' | 'bfloat16', src: Located, index: Located, dst: Located, outer: number, n: number, inner: number, m: number): number {
  block[0] = byteOffset(src);
  block[1] = byteOffset(index);
  block[2] = byteOffset(dst);
  block[3] = numeric(outer);
  block[4] = numeric(n);
  block[5] = numeric(inner);
  block[6] = numeric(m);
  return call(3312 + factsOf(dtype).code, src.storage.handle, index.storage.handle, dst.storage.handle);
}

export function countNonzero(dtype: Dtype, mask: Located, n: number): number {
  block[0] = byteOffset(mask);
  block[1] = numeric(n);
  return call(3328 + factsOf(dtype).code, mask.storage.handle);
}

export function nonzero(dtype: Dtype, mask: Located, y: Located, n: number): number {
  block[0] = byteOffset(mask);
  block[1] = byteOffset(y);
  block[2] = numeric(n);
  return call(3344 + factsOf(dtype).code, mask.storage.handle, y.storage.handle);
}

export function nllLoss(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', logp: Located, target: Located, weight: Located | null, losses: Located, weights: Located, n: number, c: number, s: number, ignoreIndex: number): number {
  block[0] = byteOffset(logp);
  block[1] = byteOffset(target);
  block[2] = weight === null ? 0 : byteOffset(weight);
  block[3] = byteOffset(losses);
  block[4] = byteOffset(weights);
  block[5] = numeric(n);
  block[6] = numeric(c);
  block[7] = numeric(s);
  block[8] = numeric(ignoreIndex);
  return call(3360 + factsOf(dtype).code, logp.storage.handle, target.storage.handle, weight === null ? null : weight.storage.handle, losses.storage.handle, weights.storage.handle);
}

export function nllLossBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', dlosses: Located, target: Located, weight: Located | null, dlogp: Located, n: number, c: number, s: number, ignoreIndex: number): number {
  block[0] = byteOffset(dlosses);
  block[1] = byteOffset(target);
  block[2] = weight === null ? 0 : byteOffset(weight);
  block[3] = byteOffset(dlogp);
  block[4] = numeric(n);
  block[5] = numeric(c);
  block[6] = numeric(s);
  block[7] = numeric(ignoreIndex);
  return call(3376 + factsOf(dtype).code, dlosses.storage.handle, target.storage.handle, weight === null ? null : weight.storage.handle, dlogp.storage.handle);
}

export function sgd(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', p: Located, g: Located, buf: Located | null, n: number, lr: number, momentum: number, dampening: number, weightDecay: number, nesterov: number, maximize: number, first: number): void {
  block[0] = byteOffset(p);
  block[1] = byteOffset(g);
  block[2] = buf === null ? 0 : byteOffset(buf);
  block[3] = numeric(n);
  block[4] = numeric(lr);
  block[5] = numeric(momentum);
  block[6] = numeric(dampening);
  block[7] = numeric(weightDecay);
  block[8] = numeric(nesterov);
  block[9] = numeric(maximize);
  block[10] = numeric(first);
  call(3392 + factsOf(dtype).code, p.storage.handle, g.storage.handle, buf === null ? null : buf.storage.handle);
}

export function adam(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', p: Located, g: Located, m: Located, v: Located, vmax: Located | null, n: number, lr: number, beta1: number, beta2: number, eps: number, weightDecay: number, decoupled: number, maximize: number, biasCorrection1: number, biasCorrection2: number): void {
  block[0] = byteOffset(p);
  block[1] = byteOffset(g);
  block[2] = byteOffset(m);
  block[3] = byteOffset(v);
  block[4] = vmax === null ? 0 : byteOffset(vmax);
  block[5] = numeric(n);
  block[6] = numeric(lr);
  block[7] = numeric(beta1);
  block[8] = numeric(beta2);
  block[9] = numeric(eps);
  block[10] = numeric(weightDecay);
  block[11] = numeric(decoupled);
  block[12] = numeric(maximize);
  block[13] = numeric(biasCorrection1);
  block[14] = numeric(biasCorrection2);
  call(3408 + factsOf(dtype).code, p.storage.handle, g.storage.handle, m.storage.handle, v.storage.handle, vmax === null ? null : vmax.storage.handle);
}

export function lstm(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', gates: Located, hh: Located, bias: Located | null, h: Located, c: Located, output: Located, cells: Located, counts: readonly number[], hidden: number, reverse: number): void {
  block[0] = byteOffset(gates);
  block[1] = byteOffset(hh);
  block[2] = bias === null ? 0 : byteOffset(bias);
  block[3] = byteOffset(h);
  block[4] = byteOffset(c);
  block[5] = byteOffset(output);
  block[6] = byteOffset(cells);
  let at = putList(7, counts);
  at = putNumber(at, hidden);
  putNumber(at, reverse);
  call(3424 + factsOf(dtype).code, gates.storage.handle, hh.storage.handle, bias === null ? null : bias.storage.handle, h.storage.handle, c.storage.handle, output.storage.handle, cells.storage.handle);
}

export function lstmBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', gates: Located, cells: Located, output: Located, h0: Located, c0: Located, hh: Located, dOutput: Located, dh: Located, dc: Located, dGates: Located, hBefore: Located, counts: readonly number[], hidden: number, reverse: number): void {
  block[0] = byteOffset(gates);
  block[1] = byteOffset(cells);
  block[2] = byteOffset(output);
  block[3] = byteOffset(h0);
  block[4] = byteOffset(c0);
  block[5] = byteOffset(hh);
  block[6] = byteOffset(dOutput);
  block[7] = byteOffset(dh);
  block[8] = byteOffset(dc);
  block[9] = byteOffset(dGates);
  block[10] = byteOffset(hBefore);
  let at = putList(11, counts);
  at = putNumber(at, hidden);
  putNumber(at, reverse);
  call(3440 + factsOf(dtype).code, gates.storage.handle, cells.storage.handle, output.storage.handle, h0.storage.handle, c0.storage.handle, hh.storage.handle, dOutput.storage.handle, dh.storage.handle, dc.storage.handle, dGates.storage.handle, hBefore.storage.handle);
}

export function gru(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', gates: Located, hh: Located, bias: Located | null, h: Located, output: Located, fromState: Located, counts: readonly number[], hidden: number, reverse: number): void {
  block[0] = byteOffset(gates);
  block[1] = byteOffset(hh);
  block[2] = bias === null ? 0 : byteOffset(bias);
  block[3] = byteOffset(h);
  block[4] = byteOffset(output);
  block[5] = byteOffset(fromState);
  let at = putList(6, counts);
  at = putNumber(at, hidden);
  putNumber(at, reverse);
  call(3456 + factsOf(dtype).code, gates.storage.handle, hh.storage.handle, bias === null ? null : bias.storage.handle, h.storage.handle, output.storage.handle, fromState.storage.handle);
}

export function gruBackward(dtype: 'float32' | 'float64' | 'float16' | 'bfloat16', gates: Located, fromState: Located, output: Located, h0: Located, hh: Located, dOutput: Located, dh: Located, dGates: Located, dStateGates: Located, hBefore: Located, counts: readonly number[], hidden: number, reverse: number): void {
  block[0] = byteOffset(gates);
  block[1] = byteOffset(fromState);
  block[2] = byteOffset(output);
  block[3] = byteOffset(h0);
  block[4] = byteOffset(hh);
  block[5] = byteOffset(dOutput);
  block[6] = byteOffset(dh);
  block[7] = byteOffset(dGates);
  block[8] = byteOffset(dStateGates);
  block[9] = byteOffset(hBefore);
  let at = putList(10, counts);
  at = putNumber(at, hidden);
  putNumber(at, reverse);
  call(3472 + factsOf(dtype).code, gates.storage.handle, fromState.storage.handle, output.storage.handle, h0.storage.handle, hh.storage.handle, dOutput.storage.handle, dh.storage.handle, dGates.storage.handle, dStateGates.storage.handle, hBefore.storage.handle);
}
