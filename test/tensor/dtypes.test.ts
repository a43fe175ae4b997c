// Element types of 16 and 8 bits: every value, rounding, promotion, and operators that compute in a wider type.
import { arange, type Dtype, FlambeauError, finfo, io, nn, ones, promoteTypes, tensor, zeros } from 'flambeau';
import { describe, expect, test } from 'vitest';
import { write } from '../../lib/native/storage.ts';
import { bytesOf, emptyOf, type Tensor } from '../../lib/tensor/tensor.ts';

const everyPattern = Uint16Array.from({ length: 65536 }, (_, i) => i);

function fromBits(bits: Uint16Array, dtype: Dtype): Tensor {
  const x = emptyOf([bits.length], dtype);
  write(x.storage, 0, bits);
  return x;
}

const bitsOf = (x: Tensor): Uint16Array => {
  const bytes = bytesOf(x);
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
};

/** The number that a pattern of bits stands for, by the definition of the format. */
function valueOf(bits: number, exponentBits: number, mantissaBits: number): number {
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> mantissaBits) & (2 ** exponentBits - 1);
  const mantissa = bits & (2 ** mantissaBits - 1);
  const bias = 2 ** (exponentBits - 1) - 1;
  if (exponent === 2 ** exponentBits - 1) return mantissa === 0 ? sign * Infinity : Number.NaN;
  if (exponent === 0) return sign * mantissa * 2 ** (1 - bias - mantissaBits);
  return sign * (1 + mantissa / 2 ** mantissaBits) * 2 ** (exponent - bias);
}

describe.each([
  ['float16', 5, 10],
  ['bfloat16', 8, 7],
] as const)('%s', (dtype, exponentBits, mantissaBits) => {
  const values = Array.from(everyPattern, (bits) => valueOf(bits, exponentBits, mantissaBits));

  test('every pattern is its value, and comes back', () => {
    const x = fromBits(everyPattern, dtype);
    const wide = x.toTypedArray();
    expect(everyPattern.filter((i) => !Object.is(wide[i], values[i]))).toEqual(new Uint16Array(0));
    const back = bitsOf(x.float().to(dtype));
    const changed = everyPattern.filter((i) => back[i] !== i && !Number.isNaN(values[i]));
    expect(changed).toEqual(new Uint16Array(0));
  });

  test('rounds to the nearest, ties to even', () => {
    const finite = [...new Set(values.filter(Number.isFinite))].sort((a, b) => a - b);
    const checked = finite.flatMap((low, i) => {
      const high = finite[i + 1];
      if (high === undefined || i % 37 !== 0) return [];
      const middle = (low + high) / 2;
      const even = valueOfEven(low, high);
      return [
        [low + (middle - low) * 0.9, low],
        [middle, even],
        [middle + (high - middle) * 0.1, high],
      ];
    });
    // The midpoints have one bit more than the type: float64 holds them, and float32 too.
    const rounded = tensor(
      checked.map(([x = 0]) => x),
      { dtype: 'float64' },
    )
      .to(dtype)
      .tolist();
    expect(rounded).toEqual(checked.map(([, y]) => y));
  });

  // The last bit of the even one of two neighbours is 0.
  function valueOfEven(low: number, high: number): number {
    const [bits = 0] = bitsOf(tensor([low], { dtype: 'float64' }).to(dtype));
    return bits % 2 === 0 ? low : high;
  }

  test('operators round their result once', () => {
    const x = tensor([1.1, -2.3, 300.7, 0.004], { dtype });
    const y = tensor([3.3, 0.7, -1.9, 5.1], { dtype });
    for (const run of [
      (a: Tensor, b: Tensor) => a.mul(b),
      (a: Tensor, b: Tensor) => a.add(b),
      (a: Tensor) => a.exp(),
      (a: Tensor) => a.sum(),
      (a: Tensor, b: Tensor) => a.reshape(2, 2).mm(b.reshape(2, 2)),
      (a: Tensor) => a.softmax(0),
    ]) {
      const result = run(x, y);
      expect(result.dtype).toBe(dtype);
      expect(result.tolist()).toEqual(run(x.float(), y.float()).to(dtype).tolist());
    }
  });

  test('what a loss counts and what a norm adds are of the type', () => {
    const x = tensor([[0.1, 0.2, 0.3]], { dtype });
    const loss = nn.functional.crossEntropy(x, tensor([1]), { labelSmoothing: 0.1 });
    expect(loss.dtype).toBe(dtype);
    const { eps } = finfo(dtype);
    expect(nn.functional.rmsNorm(x, 3).tolist()).toEqual(nn.functional.rmsNorm(x, 3, { eps }).tolist());
  });

  test('gradients have the type, views write through, models convert', () => {
    const x = tensor([1, 2, 3], { dtype, requiresGrad: true });
    x.mul(x).sum().backward();
    expect([x.grad?.dtype, x.grad?.tolist()]).toEqual([dtype, [2, 4, 6]]);
    const z = zeros(4, 4, { dtype });
    z.select(1, 2).add_(ones(4, { dtype }));
    z.get('1:3').mul_(2);
    expect(z.select(1, 2).tolist()).toEqual([1, 2, 2, 1]);
    expect(z.sum().item()).toBe(6);
    const net = new nn.Linear(4, 2).to(dtype);
    expect(net(z).dtype).toBe(dtype);
    expect(String(tensor([1.5], { dtype }))).toBe(`tensor([1.5000], dtype=torch.${dtype})`);
  });
});

test('int8 and int16 wrap around, as C does', () => {
  expect(tensor([127, -128], { dtype: 'int8' }).add(1).tolist()).toEqual([-128, -127]);
  expect(tensor([300, -200], { dtype: 'int16' }).mul(200).tolist()).toEqual([60000 - 65536, -40000 + 65536]);
  expect(tensor([300.7, -1.5]).to('int8').tolist()).toEqual([44, -1]);
  expect(arange(5, { dtype: 'int16' }).sum().dtype).toBe('int64');
  expect(tensor([1, -2, 3], { dtype: 'int8' }).eq(-2).tolist()).toEqual([false, true, false]);
  expect(tensor(new Int16Array([1, 2])).dtype).toBe('int16');
});

test.each([
  ['int8', 'uint8', 'int16'],
  ['int16', 'uint8', 'int16'],
  ['int8', 'int32', 'int32'],
  ['float16', 'bfloat16', 'float32'],
  ['float16', 'int64', 'float16'],
  ['bfloat16', 'float64', 'float64'],
  ['bool', 'int8', 'int8'],
] as const)('%s with %s is %s', (a, b, c) => {
  expect([promoteTypes(a, b), promoteTypes(b, a)]).toEqual([c, c]);
});

const x = ones(2);
test.each<[args: unknown[], dtype: Dtype, copies: boolean]>([
  [[], 'float32', false],
  [[null], 'float32', false],
  [['cpu'], 'float32', false],
  [['float64'], 'float64', true],
  [['cpu', 'float64'], 'float64', true],
  [[null, 'float64', false, true], 'float64', true],
  [['float32', true], 'float32', false],
  [['float32', false, true], 'float32', true],
  [['float32', { copy: true }], 'float32', true],
  [[{ copy: true }], 'float32', true],
  [[{ device: 'cpu', dtype: 'int64' }], 'int64', true],
  [[tensor([1]), false, true], 'int64', true],
])('to of %j', (args, dtype, copies) => {
  const y = Reflect.apply(x.to, x, args) as Tensor;
  expect([y.dtype, y !== x]).toEqual([dtype, copies]);
});

test.each([
  [[3]],
  [[[1]]],
  [['cuda']],
  [['float64', 'cpu']],
  [['float64', 1]],
  [['float64', { copy: 1 }]],
  [['float64', { bogus: 1 }]],
  [['float64', { dtype: 'int64' }]],
  [['float64', false, false, false]],
  [[{ device: 'cuda' }]],
])('to refuses %j', (args) => {
  expect(() => Reflect.apply(x.to, x, args)).toThrow(FlambeauError);
});

test('a file holds two bytes for each element', () => {
  expect(typeof io.save).toBe('function');
  expect(bytesOf(tensor([1, -2], { dtype: 'bfloat16' }))).toEqual(Buffer.from([0x80, 0x3f, 0x00, 0xc0]));
});
