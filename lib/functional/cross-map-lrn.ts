// Normalisation by neighbouring channels as PyTorch's oldest layer does it. Internal.
import { record } from '../autograd/record.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { add, div, mul, pow, sub } from './binary.ts';
import { channelWindowSum } from './layer-norm.ts';
import { pad } from './pad.ts';
import { square } from './unary.ts';
import { expand, narrow } from './views.ts';

/** Numbers of the normalisation; see `localResponseNorm`. */
export interface CrossMapNumbers {
  readonly size: number;
  readonly alpha: number;
  readonly beta: number;
  readonly k: number;
}

/**
 * @internal x / (k + alpha / size * sum of squares of neighbouring channels)^beta, for (N, C, H, W).
 *
 * Two habits of PyTorch's running sum are kept. In the result the first channel never leaves the window; in the gradient
 * the window lies one channel lower than the derivative's.
 *
 * @source torch.nn.modules._functions.CrossMapLRN2d
 */
export function crossMapLrn(x: Tensor, numbers: CrossMapNumbers): Tensor {
  const { size, alpha, beta, k } = numbers;
  const own = x.detach();
  const scale = add(mul(runningSum(square(own), Math.floor((size - 1) / 2)), alpha / size), k);
  const y = mul(own, pow(scale, -beta));
  const before = Math.floor(size - (size - 1) / 2);
  return record('crossMapLRN2d', [x], y, [x, y, scale], (g, [sx = g, sy = g, ss = g]) => {
    const ratios = channelWindowSum(div(mul(g, sy), ss), before, size - 1 - before);
    return [sub(mul(g, pow(ss, -beta)), mul(mul(sx, ratios), (2 * alpha * beta) / size))];
  });
}

function runningSum(squares: Tensor, reach: number): Tensor {
  const window = channelWindowSum(squares, reach, reach);
  const c = squares.shape[1] ?? 0;
  if (c <= reach + 1) return window;
  // The channels whose window no longer holds the first one.
  const late = expand(narrow(squares, 1, 0, 1), [-1, c - reach - 1, -1, -1]);
  return add(window, pad(late, [0, 0, 0, 0, reach + 1, 0]));
}
