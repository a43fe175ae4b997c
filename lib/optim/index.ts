// The namespace `optim`.
export { Adam, type AdamOptions, AdamW } from './adam.ts';
export { Optimizer, type ParamGroup, type ParamState, type Params, type StepHook } from './optimizer.ts';
export { SGD, type SGDOptions } from './sgd.ts';
