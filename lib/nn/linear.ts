// Linear layers: Identity and Linear.
import { checkOptions } from '../errors.ts';
import { linear } from '../functional/matmul.ts';
import { empty, type FactoryOptions, factoryOptions } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { calculateFans, kaimingUniform_, uniform_ } from './init.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/**
 * Gives back its first argument; all constructor arguments are ignored.
 * @source torch.nn.Identity
 * @example new nn.Identity()(tensor([1, 2])); // tensor([1, 2])
 */
export class Identity extends Module {
  constructor(..._ignored: unknown[]) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return input;
  }
}

/** Options of `Linear`. */
export interface LinearOptions extends FactoryOptions {
  /** Add a learnt bias. Default: true. */
  bias?: boolean;
}

/**
 * y = x W^T + b
 *
 * State-dict keys: weight `(outFeatures, inFeatures)`, bias `(outFeatures)`. Both start uniform in
 * +-1 / sqrt(inFeatures), drawn in this order.
 *
 * @param inFeatures - size of the last dimension of x
 * @param outFeatures - size of the last dimension of y
 * @source torch.nn.Linear
 * @example
 * const layer = new nn.Linear(20, 30);
 * layer(randn(128, 20)).shape; // [128, 30]
 * layer; // Linear(in_features=20, out_features=30, bias=True)
 */
export class Linear extends Module {
  readonly inFeatures: number;
  readonly outFeatures: number;
  weight: Parameter;
  declare bias: Parameter | null;

  constructor(inFeatures: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    checkOptions('Linear', options, ['bias', ...factoryOptions]);
    const { bias = true, dtype } = options;
    this.inFeatures = inFeatures;
    this.outFeatures = outFeatures;
    this.weight = new Parameter(empty([outFeatures, inFeatures], { dtype }));
    this.registerParameter('bias', bias ? new Parameter(empty([outFeatures], { dtype })) : null);
    this.resetParameters();
  }

  /** Draws the initial values anew. */
  resetParameters(): void {
    resetWeightAndBias(this.weight, this.bias);
  }

  /** @param input - `(*, inFeatures)`. @returns `(*, outFeatures)` */
  override forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias);
  }

  override extraRepr(): string {
    const bias = this.bias === null ? 'False' : 'True';
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${bias}`;
  }
}

/** 1 / sqrt(fanIn), and 0 for no input. */
export function boundOf(fanIn: number): number {
  return fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
}

/** Uniform in +-1 / sqrt(fanIn), which is kaimingUniform_ with a = sqrt(5); the weight first. */
export function resetWeightAndBias(weight: Parameter, bias: Parameter | null): void {
  kaimingUniform_(weight, { a: Math.sqrt(5) });
  if (bias === null) return;
  const { fanIn } = calculateFans(weight);
  const bound = boundOf(fanIn);
  uniform_(bias, { a: -bound, b: bound });
}
