// Every recorded case of PyTorch 2.6, family by family.
import { readFileSync } from 'node:fs';
import { describe, test } from 'vitest';
import { type Case, checkRecorded, titleOf } from '../support/recorded.ts';

const families = ['norm', 'conv', 'pool', 'vision', 'dropout', 'lazy'];

describe.each(families)('%s', (family) => {
  const path = new URL(`./${family}.json`, import.meta.url);
  const { cases } = JSON.parse(readFileSync(path, 'utf8')) as { cases: Case[] };
  test.each(cases.map((one) => [titleOf(one), one] as const))('%s', (_title, one) => checkRecorded(one));
});
