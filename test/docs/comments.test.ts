// Every function and class of the public API says what it is and which name of PyTorch it has.
import { expect, test } from 'vitest';
import { compile, type Export } from '../support/public-api.ts';

const { exports } = compile();
const has = ({ tags }: Export, name: string) => tags.some((tag) => tag.name === name);

/** What PyTorch has no name for: memory, errors, data formats, JavaScript's own forms. */
const ownNames =
  /Error$|^(cpuInfo|memoryStats|setMemoryLimit|trimMemory|io\..*|train\..*|Trainer|Generator|data\..*|autograd\..*)$/;

test('the public API is found', () => expect(exports.length).toBeGreaterThan(1000));

test('every export has a comment', () => {
  const bare = exports.filter((one) => one.comment === '' && !has(one, 'deprecated'));
  expect([...new Set(bare.map(({ name }) => name))]).toEqual([]);
});

test('every function and class names its source', () => {
  const sourceless = exports.filter((one) => one.isValue && !ownNames.test(one.name) && !has(one, 'source'));
  expect([...new Set(sourceless.map(({ name }) => name))]).toEqual([]);
});
