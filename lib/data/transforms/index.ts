// The namespace `data.transforms`: what is done with pictures before they are learnt from.
export {
  type AffineOptions,
  RandomAffine,
  type RandomAffineOptions,
  RandomRotation,
  type RandomRotationOptions,
} from './affine.ts';
export {
  CenterCrop,
  Pad,
  type Padding,
  type PadOptions,
  RandomCrop,
  type RandomCropOptions,
  RandomHorizontalFlip,
  RandomVerticalFlip,
  Resize,
  type ResizeOptions,
} from './geometry.ts';
export { type DrawOptions, type Size, Transform } from './transform.ts';
export { Compose, Lambda, Normalize, RandomErasing, type RandomErasingOptions, ToTensor } from './values.ts';
