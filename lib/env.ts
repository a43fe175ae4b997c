// The environment variables of the library, each with its type, default and meaning.
import { ValueError } from './errors.ts';

const instructionSets = ['baseline', 'avx2', 'avx512', 'neon'] as const;

/** Names of the instruction sets for which kernels exist. */
export type InstructionSet = (typeof instructionSets)[number];

/** `FLAMBEAU_ISA`: forces the kernels of one instruction set. Default: the best that the processor has. */
export function forcedInstructionSet(): InstructionSet | null {
  const value = process.env.FLAMBEAU_ISA;
  if (value === undefined || value === '') return null;
  const known = instructionSets.find((name) => name === value);
  if (known === undefined)
    throw new ValueError(`FLAMBEAU_ISA must be one of ${instructionSets.join(', ')}, got '${value}'`);
  return known;
}

/** `FLAMBEAU_NUM_THREADS`: threads a kernel may use. Default: what the machine and its control group allow. */
export function numThreadsFromEnvironment(): number | null {
  return positiveInteger('FLAMBEAU_NUM_THREADS');
}

/** `FLAMBEAU_MEMORY_LIMIT`: bytes that tensors may take. Default: nine tenths of what the machine has. */
export function memoryLimitFromEnvironment(): number | null {
  return positiveInteger('FLAMBEAU_MEMORY_LIMIT');
}

/** `FLAMBEAU_ADDON`: path of the native addon, tried before all others. Default: none. */
export function addonPathFromEnvironment(): string | null {
  return process.env.FLAMBEAU_ADDON || null;
}

/**
 * `FLAMBEAU_TRACE_KERNELS`: `1` writes a line to stderr for each product and convolution: its sizes, and which of its
 * implementations ran. Default: `0`.
 */
export function tracesKernelsFromEnvironment(): boolean {
  const value = process.env.FLAMBEAU_TRACE_KERNELS;
  if (value === undefined || value === '' || value === '0') return false;
  if (value !== '1') throw new ValueError(`FLAMBEAU_TRACE_KERNELS must be 0 or 1, got '${value}'`);
  return true;
}

function positiveInteger(name: string): number | null {
  const value = process.env[name];
  if (value === undefined || value === '') return null;
  if (!/^[1-9][0-9]{0,14}$/.test(value)) throw new ValueError(`${name} must be a positive integer, got '${value}'`);
  return Number(value);
}
