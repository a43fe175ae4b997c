// docs/coverage.md says what is there, and nothing that should be there is missing.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { document, missing } from '../../scripts/coverage.ts';

test('every name of PyTorch is here or left out by a rule', () => {
  expect(missing()).toEqual([]);
});

test('docs/coverage.md is fresh: npm run coverage', () => {
  expect(readFileSync(new URL('../../docs/coverage.md', import.meta.url), 'utf8')).toBe(document());
});
