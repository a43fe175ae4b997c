// Plain copies of as many bytes as the operators read and write that memory decides: the least they could take.
import { randn } from '../dist/index.js';
import type { Workloads } from './measure.ts';

/** The copy that moves as many bytes as a workload, or null for one that memory does not decide. */
export function copyOf(workload: string): string | null {
  const floats = floatsMoved(workload);
  return floats === null ? null : `copy/${floats / 2}`;
}

function floatsMoved(workload: string): number | null {
  const [family = '', operator = '', sizes = ''] = workload.split('/');
  const n = (sizes.split('_')[0] ?? '').split('x').reduce((product, size) => product * Number(size), 1);
  if (/^(max|avg)_pool2d$/.test(family)) return n + n / 4;
  if (family === 'batch_norm') return 2 * n;
  // Positions are int64, one for each row of 64.
  if (operator === 'argmax_last') return n + n / 32;
  return /^(gelu|tanh|softmax_last|log_softmax_last|layer_norm_last|transpose_copy)$/.test(operator) ? 2 * n : null;
}

/** `copy/<floats>` for the workloads of these names. */
export function copiesBeside(names: readonly string[]): Workloads {
  const copies = names.map(copyOf).filter((name) => name !== null);
  return Object.fromEntries(
    copies.map((name) => [
      name,
      () => {
        const x = randn(Number(name.split('/')[1]));
        return () => x.clone();
      },
    ]),
  );
}
