// The namespace `func`: modules as functions. Depends on nn and below.
export * from '../nn/functional-call.ts';
