// The bilinear layer.
import { checkOptions, ValueError } from '../errors.ts';
import { bilinear } from '../functional/bilinear.ts';
import { empty, factoryOptions } from '../tensor/create.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { uniform_ } from './init.ts';
import type { LinearOptions } from './linear.ts';
import { Module } from './module.ts';
import { Parameter } from './parameter.ts';
import { python } from './repr-values.ts';

/**
 * y_k = x1^T W_k x2 + b_k
 *
 * State-dict keys: weight `(out, in1, in2)`, bias `(out)`, both uniform in +-1 / sqrt(in1).
 * @source torch.nn.Bilinear
 * @example new nn.Bilinear(20, 30, 40)(randn(128, 20), randn(128, 30)).shape; // [128, 40]
 */
export class Bilinear extends Module {
  readonly in1Features: number;
  readonly in2Features: number;
  readonly outFeatures: number;
  weight: Parameter;
  declare bias: Parameter | null;

  constructor(in1Features: number, in2Features: number, outFeatures: number, options: LinearOptions = {}) {
    super();
    checkOptions('Bilinear', options, ['bias', ...factoryOptions]);
    if (!(in1Features > 0)) throw new ValueError(`in1_features must be > 0, but got ${in1Features}`);
    const { bias = true, dtype } = options;
    this.in1Features = in1Features;
    this.in2Features = in2Features;
    this.outFeatures = outFeatures;
    this.weight = new Parameter(empty([outFeatures, in1Features, in2Features], { dtype }));
    this.registerParameter('bias', bias ? new Parameter(empty([outFeatures], { dtype })) : null);
    this.resetParameters();
  }

  /** Draws the initial values anew. */
  resetParameters(): void {
    const bound = 1 / Math.sqrt(this.in1Features);
    uniform_(this.weight, { a: -bound, b: bound });
    if (this.bias !== null) uniform_(this.bias, { a: -bound, b: bound });
  }

  /** @param input1 - `(*, in1)`. @param input2 - `(*, in2)`. @returns `(*, out)` */
  override forward(input1: Tensor, input2: Tensor): Tensor {
    return bilinear(input1, input2, this.weight, this.bias);
  }

  override extraRepr(): string {
    const { in1Features, in2Features, outFeatures } = this;
    const sizes = `in1_features=${in1Features}, in2_features=${in2Features}, out_features=${outFeatures}`;
    return `${sizes}, bias=${python(this.bias !== null)}`;
  }
}
