// What layers compute, and the gradients of their inputs and parameters, as recorded from PyTorch 2.6.
import { arange, manualSeed, nn, setWarnAlways, type Tensor, tensor, zeros } from 'flambeau';
import { describe, expect, test, vi } from 'vitest';
import recorded from '../parity/nn.json' with { type: 'json' };

const labels = () => tensor([1, 0, 3]);
const weight = () => tensor([1, 2, 0.5, 3], { dtype: 'float32' });

/** sin(0.37 i), reshaped: numbers without order or symmetry. */
function image(...shape: number[]): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  return arange(count, { dtype: 'float32' }).mul(0.37).sin().reshape(shape).detach();
}

type Case = [make: () => nn.Module, ...inputs: (() => Tensor)[]];
const square = () => image(3, 4);
const single = () => image(1, 1, 4, 5);
const cases: { readonly [Name in keyof typeof recorded.forwards]: Case } = {
  linear: [() => new nn.Linear(4, 3), () => image(2, 5, 4)],
  conv2d: [() => new nn.Conv2d(2, 4, 3, { stride: 2, padding: 1 }), () => image(1, 2, 6, 5)],
  conv2dSame: [() => new nn.Conv2d(2, 2, [4, 3], { padding: 'same', dilation: 2 }), () => image(2, 2, 6, 7)],
  conv2dValid: [() => new nn.Conv2d(2, 2, 3, { padding: 'valid', groups: 2 }), () => image(2, 6, 7)],
  conv2dReflect: [() => new nn.Conv2d(1, 2, 3, { padding: [1, 2], paddingMode: 'reflect' }), single],
  conv2dReplicate: [() => new nn.Conv2d(1, 2, 3, { padding: [1, 2], paddingMode: 'replicate' }), single],
  conv2dCircular: [() => new nn.Conv2d(1, 2, 3, { padding: [1, 2], paddingMode: 'circular' }), single],
  conv2dReflectSame: [() => new nn.Conv2d(1, 1, [2, 4], { padding: 'same', paddingMode: 'reflect' }), single],
  maxPool2d: [() => new nn.MaxPool2d([2, 3], { stride: 1, padding: 1, ceilMode: true }), () => image(1, 2, 4, 5)],
  avgPool2d: [() => new nn.AvgPool2d(2, { padding: 1, countIncludePad: false }), () => image(1, 2, 4, 5)],
  softmax: [() => new nn.Softmax(1), square],
  logSoftmax: [() => new nn.LogSoftmax(-1), square],
  sigmoid: [() => new nn.Sigmoid(), square],
  tanh: [() => new nn.Tanh(), square],
  relu: [() => new nn.ReLU(), square],
  flatten: [() => new nn.Flatten(), () => image(2, 3, 4)],
  unflatten: [() => new nn.Unflatten(-1, [2, 2]), square],
  dropout: [() => new nn.Dropout(0.3), () => image(4, 5)],
  dropoutEval: [() => new nn.Dropout(0.3).eval(), () => image(4, 5)],
  crossEntropy: [() => new nn.CrossEntropyLoss(), square, labels],
  crossEntropyWeighted: [
    () => new nn.CrossEntropyLoss({ weight: weight(), ignoreIndex: 0, labelSmoothing: 0.1 }),
    square,
    labels,
  ],
  nll: [() => new nn.NLLLoss({ weight: weight() }), square, labels],
  nllNone: [() => new nn.NLLLoss({ reduction: 'none' }), square, labels],
  mse: [() => new nn.MSELoss(), square, () => zeros(3, 4)],
  mseSum: [() => new nn.MSELoss({ reduction: 'sum' }), square, () => zeros(3, 4)],
  l1: [() => new nn.L1Loss(), square, () => zeros(3, 4)],
};

const flat = (x: Tensor | null | undefined) =>
  x === null || x === undefined ? [] : Array.from(x.toTypedArray(), Number);

/** At most 64 terms of magnitude 1 are added in float32, in an order of their own. */
function expectClose(actual: number[], expected: number[]): void {
  const scale = Math.max(1, ...expected.map(Math.abs));
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, i) => {
    expect(Math.abs(value - (expected[i] ?? Number.NaN))).toBeLessThanOrEqual(64 * 2 ** -24 * scale);
  });
}

describe('forward and backward', () => {
  test.each(Object.entries(cases))('%s', (name, [make, ...makeInputs]) => {
    const { shape, values, grad, grads } = recorded.forwards[name as keyof typeof cases];
    manualSeed(7);
    const layer = make();
    const [x = zeros(1), ...rest] = makeInputs.map((input) => input());
    const y = layer(x.requiresGrad_(), ...rest) as Tensor;
    expect(y.shape).toEqual(shape);
    expectClose(flat(y), values);
    if (y.dim() === 0) y.backward();
    else
      y.mul(image(...shape))
        .sum()
        .backward();
    expectClose(flat(x.grad), grad);
    for (const [key, value] of Object.entries(grads))
      expectClose(flat(layer.getParameter(key).grad), value as number[]);
  });
});

describe('errors', () => {
  const cases: [code: string, message: string, act: () => unknown][] = [
    ['ERR_VALUE', 'groups must be a positive integer', () => new nn.Conv2d(2, 2, 3, { groups: 0 })],
    ['ERR_VALUE', 'in_channels must be divisible by groups', () => new nn.Conv2d(3, 2, 3, { groups: 2 })],
    ['ERR_VALUE', 'out_channels must be divisible by groups', () => new nn.Conv2d(2, 3, 3, { groups: 2 })],
    [
      'ERR_VALUE',
      "Invalid padding string 'full', should be one of {'same', 'valid'}",
      () => new nn.Conv2d(1, 1, 3, { padding: 'full' as 'same' }),
    ],
    [
      'ERR_VALUE',
      "padding='same' is not supported for strided convolutions",
      () => new nn.Conv2d(1, 1, 3, { padding: 'same', stride: 2 }),
    ],
    ['ERR_VALUE', 'dropout probability has to be between 0 and 1, but got 1.5', () => new nn.Dropout(1.5)],
    [
      'ERR_SHAPE',
      'Padding value causes wrapping around more than once.',
      () => new nn.Conv2d(1, 1, 3, { padding: 5, paddingMode: 'circular' })(single()),
    ],
  ];
  test.each(cases)('%s %s', (code, message, act) => expect(act).toThrow(expect.objectContaining({ code, message })));

  test('a misspelled option names the right one', () => {
    const options = { padding_mode: 'reflect' } as object;
    expect(() => new nn.Conv2d(1, 1, 3, options)).toThrow("did you mean 'paddingMode'?");
  });
});

test.each([
  [() => new nn.ConstantPad1d(1, Number.NEGATIVE_INFINITY), 'ConstantPad1d(padding=(1, 1), value=-inf)'],
  [() => new nn.ConstantPad1d(1, 1e-5), 'ConstantPad1d(padding=(1, 1), value=1e-05)'],
  [() => new nn.Threshold(1e-5, Infinity), 'Threshold(threshold=1e-05, value=inf)'],
])('prints numbers as Python does: %s', (make, text) => expect(String(make())).toBe(text));

test('in-place layers write over their input', () => {
  const x = tensor([-1, 2], { dtype: 'float32' });
  expect(new nn.ReLU({ inplace: true })(x)).toBe(x);
  expect(x.tolist()).toEqual([0, 2]);
  manualSeed(1);
  const expected = new nn.Dropout()(image(4, 5)).tolist();
  manualSeed(1);
  const y = image(4, 5);
  expect(new nn.Dropout({ inplace: true })(y)).toBe(y);
  expect(y.tolist()).toEqual(expected);
});

test('Softmax without dim warns and chooses as PyTorch does', () => {
  const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  setWarnAlways(true);
  for (const [shape, dim] of [
    [[3], 0],
    [[2, 3], 1],
    [[2, 2, 2], 0],
  ] as const) {
    const x = image(...shape);
    expect(new nn.Softmax()(x).tolist()).toEqual(new nn.Softmax(dim)(x).tolist());
  }
  expect(warned).toHaveBeenCalledTimes(3);
  setWarnAlways(false);
  warned.mockRestore();
});

test('Identity ignores its arguments', () => {
  const x = zeros(2);
  expect(new nn.Identity(3, 'x')(x)).toBe(x);
});
