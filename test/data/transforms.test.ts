// Transforms of pictures, compared with torchvision's for the same seeds.
import { readFileSync } from 'node:fs';
import { arange, type Dtype, data, Generator, manualSeed, rand, type Tensor, zeros } from 'flambeau';
import { describe, expect, it } from 'vitest';

interface Case {
  name: string;
  args: unknown[];
  options: object;
  input: 'bytes' | 'floats' | 'batch';
  seed: number;
  next: number;
  outputs: { dtype: Dtype; shape: number[]; values: number[] }[];
}

const { cases } = JSON.parse(readFileSync(new URL('../parity/transforms.json', import.meta.url), 'utf8')) as {
  cases: Case[];
};
const { transforms } = data;
const ramp = (n: number, step: number) => arange(n).mul(step).remainder(256);
const pictures = {
  bytes: ramp(84, 37).to('uint8').view(2, 7, 6),
  floats: ramp(84, 37).view(2, 7, 6).to('float32').div(255),
  batch: ramp(180, 41).view(2, 3, 6, 5).to('float32').div(255),
};
type Make = new (...args: unknown[]) => (x: Tensor) => Tensor;

describe('transforms are torchvision’s', () => {
  it.each(cases.map((each, i) => [`${i} ${each.name}(${JSON.stringify(each.args)}) of ${each.input}`, each] as const))(
    '%s',
    (_, { name, args, options, input, seed, next, outputs }) => {
      manualSeed(seed);
      const transform = new (transforms as unknown as { Pad: Make })[name as 'Pad'](...args, options);
      for (const { dtype, shape, values } of outputs) {
        const y = transform(pictures[input]);
        expect([y.dtype, [...y.shape]]).toEqual([dtype, shape]);
        const found = y.flatten().tolist() as number[];
        const worst = Math.max(0, ...found.map((value, i) => Math.abs(value - (values[i] ?? Number.NaN))));
        // Bytes that lie half way between two are rounded by what the last digit says.
        expect(worst).toBeLessThanOrEqual(dtype === 'uint8' && name === 'Resize' ? 1 : 2e-5);
      }
      expect(rand(1).item()).toBeCloseTo(next, 6);
    },
  );
});

describe('transforms', () => {
  it('are functions that can be joined', () => {
    const both = new transforms.Compose([
      new transforms.ToTensor(),
      new transforms.Lambda((x) => x.mul(2)),
      new transforms.Normalize([1], [0.5]),
    ]);
    expect(both(pictures.bytes.select(0, 0)).shape).toEqual([1, 7, 6]);
    expect(both(zeros(1, 2, 2, { dtype: 'uint8' })).tolist()).toEqual([
      [
        [-2, -2],
        [-2, -2],
      ],
    ]);
    expect(both).toBeInstanceOf(transforms.Compose);
  });

  it('draw from the stream they are given', () => {
    const crop = (seed: number) =>
      new transforms.RandomCrop(2, { generator: new Generator().manualSeed(seed) })(pictures.bytes).tolist();
    expect(crop(5)).toEqual(crop(5));
  });

  it.each([
    ['a crop that is too large', () => new transforms.RandomCrop(9)(pictures.bytes), /Required crop size \(9, 9\)/],
    ['no picture', () => new transforms.Resize(3)(zeros(3, 3)), /expected \(C, H, W\)/],
    ['integers', () => new transforms.Normalize([0], [1])(pictures.bytes), /should be a float tensor/],
    ['no deviation', () => new transforms.Normalize([0], [0])(pictures.floats), /division by zero/],
    ['a probability', () => new transforms.RandomHorizontalFlip({ p: 2 }), /from 0 to 1/],
    ['a size', () => new transforms.CenterCrop(0), /positive integers/],
    ['an option', () => new transforms.Pad(1, { padding_mode: 'edge' } as object), /did you mean 'paddingMode'/],
    ['an angle', () => new transforms.RandomRotation(-3), /must be positive/],
  ])('refuse %s', (_, run, message) => expect(run).toThrow(message));
});
