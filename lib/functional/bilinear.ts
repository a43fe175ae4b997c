// The bilinear form of two inputs.
import { ShapeError } from '../errors.ts';
import { sameShape, sizesFrom } from '../tensor/shape.ts';
import { checkTensor, type Tensor } from '../tensor/tensor.ts';
import { type BiasOptions, biasOf } from './arguments.ts';
import { add } from './binary.ts';
import { bmm, mm } from './matmul.ts';
import { permute, reshape, unsqueeze } from './views.ts';

/**
 * y_k = x1^T W_k x2 + b_k
 *
 * @param x1 (*, I1)
 * @param x2 (*, I2)
 * @param weight (O, I1, I2)
 * @param biasOrOptions (O), or options that hold it, or absent
 * @returns (*, O)
 * @source torch.nn.functional.bilinear
 * @example F.bilinear(tensor([[1.5, 2]]), tensor([[3, 4.5]]), ones(1, 2, 2)); // tensor([[26.2500]])
 */
export function bilinear(
  x1: Tensor,
  x2: Tensor,
  weight: Tensor,
  biasOrOptions: Tensor | BiasOptions | null = null,
): Tensor {
  for (const [name, x] of Object.entries({ input1: x1, input2: x2, weight })) checkTensor('bilinear', name, x);
  const bias = biasOf('bilinear', biasOrOptions);
  if (x1.ndim !== x2.ndim) {
    throw new ShapeError(`bilinear(): input dimensions do not match: got ${x1.ndim} and ${x2.ndim}`);
  }
  const outer = sizesFrom(x1.shape, 0, -1);
  const mismatch = outer.findIndex((size, d) => size !== x2.shape[d]);
  if (!sameShape(outer, sizesFrom(x2.shape, 0, -1))) {
    throw new ShapeError(
      `bilinear(): input batch dimensions do not match at dim ${mismatch}: got ${outer[mismatch]} and ${x2.shape[mismatch]}`,
    );
  }
  const [out = 0, in1 = 0, in2 = 0] = weight.shape;
  for (const [i, x, expected] of [
    [1, x1, in1],
    [2, x2, in2],
  ] as const) {
    if (x.shape.at(-1) === expected) continue;
    throw new ShapeError(
      `bilinear(): input${i} size does not match weight size: got ${x.shape.at(-1)} but expected ${expected}`,
    );
  }
  const rows = x1.numel() / Math.max(1, in1);
  const left = mm(reshape(x1, [rows, in1]), reshape(permute(weight, 1, 0, 2), [in1, out * in2]));
  const y = bmm(reshape(left, [rows, out, in2]), unsqueeze(reshape(x2, [rows, in2]), 2));
  const shaped = reshape(y, [...outer, out]);
  return bias === null ? shaped : add(shaped, bias);
}
