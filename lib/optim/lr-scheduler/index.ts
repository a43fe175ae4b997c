// The namespace `optim.lrScheduler`.
export { type ForGroups, LRScheduler, type SchedulerOptions } from './base.ts';
export { ChainedScheduler, SequentialLR } from './compose.ts';
export {
  CosineAnnealingLR,
  type CosineAnnealingLROptions,
  CosineAnnealingWarmRestarts,
  type CosineAnnealingWarmRestartsOptions,
} from './cosine.ts';
export { CyclicLR, type CyclicLROptions } from './cyclic.ts';
export {
  ConstantLR,
  type ConstantLROptions,
  ExponentialLR,
  type Lambda,
  LambdaLR,
  LinearLR,
  type LinearLROptions,
  MultiplicativeLR,
  MultiStepLR,
  PolynomialLR,
  type PolynomialLROptions,
  StepLR,
  type StepLROptions,
} from './factors.ts';
export { OneCycleLR, type OneCycleLROptions } from './one-cycle.ts';
export { ReduceLROnPlateau, type ReduceLROnPlateauOptions } from './plateau.ts';
