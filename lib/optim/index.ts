// The namespace `optim`.
export { Adam, type AdamOptions, AdamW } from './adam.ts';
export { Optimizer, type ParamGroup, type Params, type ParamState, type StepHook } from './optimizer.ts';
export { SGD, type SGDOptions } from './sgd.ts';
