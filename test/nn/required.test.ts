// Layers whose required argument is missing, or replaced by options, say so when they are made.
import { ArgumentTypeError, nn } from 'flambeau';
import { describe, expect, test } from 'vitest';

type Required = readonly [name: string, argument: string, before?: number];

const required: readonly Required[] = [
  ...(['MaxPool1d', 'MaxPool2d', 'MaxPool3d', 'AvgPool1d', 'AvgPool2d', 'AvgPool3d'] as const).map(
    (name) => [name, 'kernelSize'] as const,
  ),
  ...(['LPPool1d', 'LPPool2d', 'LPPool3d'] as const).flatMap(
    (name) =>
      [
        [name, 'normType'],
        [name, 'kernelSize', 2],
      ] as const,
  ),
  ...(
    [
      ['AdaptiveAvgPool1d', 'AdaptiveAvgPool2d', 'AdaptiveAvgPool3d'],
      ['AdaptiveMaxPool1d', 'AdaptiveMaxPool2d', 'AdaptiveMaxPool3d'],
    ] as const
  ).flatMap((names) => names.map((name) => [name, 'outputSize'] as const)),
  ['MaxUnpool2d', 'kernelSize'],
  ['Unfold', 'kernelSize'],
  ['Fold', 'kernelSize', 4],
  ['Fold', 'outputSize'],
  ['BatchNorm2d', 'numFeatures'],
  ['InstanceNorm1d', 'numFeatures'],
  ['InstanceNorm2d', 'numFeatures'],
  ['InstanceNorm3d', 'numFeatures'],
  ['LazyLinear', 'outFeatures'],
  ['LocalResponseNorm', 'size'],
  ['CrossMapLRN2d', 'size'],
  ['PixelShuffle', 'upscaleFactor'],
  ['PixelUnshuffle', 'downscaleFactor'],
  ['ChannelShuffle', 'groups'],
  ['Threshold', 'threshold'],
  ['Threshold', 'value', 1],
  ['ConstantPad1d', 'value', 1],
];

describe.each(required.map((row) => [row] as const))('%j', ([name, argument, before]) => {
  test('is refused', () => {
    for (const wrong of [undefined, { stride: 2 }, 'x']) {
      // Fold checks the kernel first, wherever it stands.
      const after = name === 'Fold' && argument === 'outputSize' ? [2] : argument === 'normType' ? [2] : [];
      const make = () =>
        Reflect.construct(Reflect.get(nn, name) as new () => unknown, [
          ...(before === undefined ? [] : [before]),
          wrong,
          ...after,
        ]);
      expect(make).toThrow(ArgumentTypeError);
      expect(make).toThrow(new RegExp(`^${name}.*${argument}.* (must|got|not) .*(undefined|Object|'x')`));
    }
  });
});
