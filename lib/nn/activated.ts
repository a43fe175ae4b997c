// Linear layers and convolutions with the activation behind them, in one kernel call where nobody could tell.
import { isGradEnabled } from '../autograd/mode.ts';
import { gelu, relu } from '../functional/activation-unary.ts';
import { conv2dRelu } from '../functional/conv.ts';
import { type Activation, linearActivated } from '../functional/matmul.ts';
import { Tensor } from '../tensor/tensor.ts';
import { GELU, ReLU } from './activation.ts';
import { Conv2d } from './conv.ts';
import { interception } from './handle.ts';
import { Linear } from './linear.ts';
import type { Module } from './module.ts';

/** Calls modules in turn, each with what the one before gave. */
export function callInTurn(modules: Iterable<Module | null>, input: unknown): unknown {
  const list = [...modules];
  let value = input;
  for (let i = 0; i < list.length; i++) {
    const both = activated(list[i], list[i + 1], value);
    value = both ?? list[i]?.(value);
    if (both !== null) i++;
  }
  return value;
}

/**
 * What `layer` and then `activation`, a module or function, make of `x`, in one kernel call. Null where each is to be
 * called: where a gradient, a hook or a trace wants what lies between, and for all but plain linear layers and
 * convolutions.
 */
export function activated(layer: unknown, activation: unknown, x: unknown): Tensor | null {
  if (isGradEnabled() || interception.count > 0 || !(x instanceof Tensor)) return null;
  const name = nameOf(activation);
  if (name === 'none') return null;
  if (isPlain(layer, Linear)) return linearActivated(x, layer.weight, layer.bias, name);
  if (name !== 'relu' || !isPlain(layer, Conv2d) || layer.paddingMode !== 'zeros') return null;
  const { weight, bias, stride, padding, dilation, groups } = layer;
  return conv2dRelu(x, weight, bias, { stride, padding, dilation, groups });
}

function nameOf(activation: unknown): Activation {
  if (activation === relu || isPlain(activation, ReLU)) return 'relu';
  if (activation === gelu) return 'gelu';
  if (!isPlain(activation, GELU)) return 'none';
  return activation.approximate === 'tanh' ? 'geluTanh' : 'gelu';
}

// Of the class itself, and with its forward.
function isPlain<T extends Module>(module: unknown, Class: new (...args: never[]) => T): module is T {
  return module instanceof Class && module.constructor === Class && module.forward === Class.prototype.forward;
}
