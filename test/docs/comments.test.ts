// Every function and class of the public API says what it is and which name of PyTorch it has.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { compile, type Export } from '../support/public-api.ts';

const { exports, program } = compile();
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

test('a method keeps the comment of its function in the declarations', () => {
  const options = { ...program.getCompilerOptions(), noEmit: false, declaration: true, emitDeclarationOnly: true };
  const printer = ts.createProgram({ rootNames: program.getRootFileNames(), options, oldProgram: program });
  const file = printer.getSourceFile(fileURLToPath(new URL('../../lib/methods.ts', import.meta.url)));
  let declarations = '';
  printer.emit(file, (_path, text) => {
    declarations = text;
  });
  // A function that is picked from its file brings its comment along; a property that is spelled out does not.
  for (const name of ['add', 'exp', 'softmax', 'view', 'matmul', 'get', 'item', 'to', 'registerHook', 'fill_']) {
    expect(declarations).toMatch(new RegExp(`Pick<typeof \\w+, [^>]*"${name}"`));
  }
});
