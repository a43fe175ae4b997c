// All operators: functions of tensors, by family.
export * from './activation.ts';
export * from './binary.ts';
export * from './conv.ts';
export * from './copies.ts';
export * from './dropout.ts';
export * from './indexing.ts';
export * from './join.ts';
export * from './loss.ts';
export * from './matmul.ts';
export * from './pooling.ts';
export * from './reduce.ts';
export * from './select.ts';
export * from './softmax.ts';
export * from './unary.ts';
export * from './values.ts';
export * from './views.ts';
