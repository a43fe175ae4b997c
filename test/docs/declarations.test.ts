// The declarations as they are published: what the compiler prints, read again by a strict program.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { compile } from '../support/public-api.ts';

const folder = fileURLToPath(new URL('../../printed/', import.meta.url));
const { program, index } = published();

function published(): { program: ts.Program; index: ts.SourceFile } {
  const source = compile().program;
  const common = {
    ...source.getCompilerOptions(),
    paths: {},
    rootDir: fileURLToPath(new URL('../../lib', import.meta.url)),
  };
  const printed = new Map<string, string>();
  ts.createProgram({
    rootNames: source.getRootFileNames(),
    options: { ...common, noEmit: false, declaration: true, emitDeclarationOnly: true, outDir: folder },
    oldProgram: source,
  }).emit(undefined, (path, text) => void printed.set(path, text));

  const options = { ...common, skipLibCheck: false, exactOptionalPropertyTypes: true };
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile } = host;
  host.fileExists = (path) => printed.has(path) || fileExists(path);
  host.readFile = (path) => printed.get(path) ?? readFile(path);
  host.directoryExists = () => true;
  const program = ts.createProgram([`${folder}index.d.ts`], options, host);
  return { program, index: program.getSourceFile(`${folder}index.d.ts`) as ts.SourceFile };
}

test('they compile under the strictest options', () => {
  const found = program.getSemanticDiagnostics().filter(({ file }) => file?.fileName.startsWith(folder));
  expect(found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '))).toEqual([]);
});

test('a method of a tensor shows the comment of its function', () => {
  const types = program.getTypeChecker();
  const module = types.getSymbolAtLocation(index) as ts.Symbol;
  const exported = types.getExportsOfModule(module).find(({ name }) => name === 'Tensor') as ts.Symbol;
  const tensor = types.getDeclaredTypeOfSymbol(types.getAliasedSymbol(exported));
  for (const name of ['add', 'exp', 'softmax', 'view', 'matmul', 'get', 'item', 'to', 'sum', 'fill_']) {
    const comment = tensor.getProperty(name)?.getDocumentationComment(types);
    expect(ts.displayPartsToString(comment), name).not.toBe('');
  }
});
