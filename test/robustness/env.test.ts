// Environment variables: each instruction set gives the same results, and a bad value says what would be a good one.
import { cpuInfo } from 'flambeau';
import { describe, expect, test } from 'vitest';
import { run } from './child.ts';

interface Report {
  isa: string;
  reason: string;
  results: number[][];
}

describe('FLAMBEAU_ISA', () => {
  const supported = cpuInfo().candidates.filter((candidate) => candidate.supported);
  test('forces each instruction set, with the same results', () => {
    const reports = supported.map(({ isa }) => {
      const { status, output, errors } = run('report', [], { FLAMBEAU_ISA: isa });
      expect({ status, errors }).toEqual({ status: 0, errors: '' });
      const report = JSON.parse(output) as Report;
      expect(report.isa).toBe(isa);
      expect(report.reason).toBe(`FLAMBEAU_ISA=${isa}`);
      return report;
    });
    const [reference, ...others] = reports;
    for (const other of others) {
      for (const [i, values] of other.results.entries()) {
        for (const [j, value] of values.entries())
          expect(value).toBeCloseTo(reference?.results[i]?.[j] ?? Number.NaN, 5);
      }
    }
  });

  test('names the legal values', () => {
    const { status, errors } = run('report', [], { FLAMBEAU_ISA: 'sse9' });
    expect(status).toBe(1);
    expect(errors).toContain("FLAMBEAU_ISA must be one of baseline, avx2, avx512, neon, got 'sse9'");
  });

  test('refuses the instruction set of another architecture', () => {
    const other = process.arch === 'arm64' ? 'avx2' : 'neon';
    const { status, errors } = run('report', [], { FLAMBEAU_ISA: other });
    expect(status).toBe(1);
    expect(errors).toContain(`no kernels for the instruction set '${other}' run on this machine`);
  });
});

test.each(['FLAMBEAU_NUM_THREADS', 'FLAMBEAU_MEMORY_LIMIT'])('%s must be a positive integer', (name) => {
  const { status, errors } = run('report', [], { [name]: '-3' });
  expect(status).toBe(1);
  expect(errors).toContain(`${name} must be a positive integer, got '-3'`);
});

describe('FLAMBEAU_TRACE_KERNELS', () => {
  test('names the implementation of every product and convolution on stderr', () => {
    const { status, errors } = run('report', [], { FLAMBEAU_TRACE_KERNELS: '1' });
    expect(status).toBe(0);
    const lines = errors.trim().split('\n');
    for (const line of lines) expect(line).toMatch(/^flambeau: \w+\([0-9, ]+\): [a-z ]+$/);
    for (const kernel of ['product', 'correlate']) {
      expect(lines.some((line) => line.startsWith(`flambeau: ${kernel}(`))).toBe(true);
    }
  });

  test('must be 0 or 1', () => {
    const { status, errors } = run('report', [], { FLAMBEAU_TRACE_KERNELS: 'yes' });
    expect(status).toBe(1);
    expect(errors).toContain("FLAMBEAU_TRACE_KERNELS must be 0 or 1, got 'yes'");
  });
});

test('an addon that cannot be loaded is named, with the way out', () => {
  const { status, errors } = run('report', [], { FLAMBEAU_ADDON: new URL(import.meta.url).pathname });
  expect(status).toBe(1);
  expect(errors).toMatch(/AddonError: cannot load .*env\.test\.ts on .*Run `npm run build:native`/);
});
