// Every function and class of the public API says what it is and which name of PyTorch it has.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const config = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config;
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
const program = ts.createProgram([`${root}lib/index.ts`], options);
const checker = program.getTypeChecker();

interface Export {
  readonly name: string;
  readonly symbol: ts.Symbol;
  readonly isValue: boolean;
}

function exportsOf(module: ts.Symbol, prefix = ''): Export[] {
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const name = `${prefix}${exported.name}`;
    if (symbol.flags & ts.SymbolFlags.ValueModule) return exportsOf(symbol, `${name}.`);
    return [{ name, symbol, isValue: (symbol.flags & ts.SymbolFlags.Value) !== 0 }];
  });
}

const file = program.getSourceFile(`${root}lib/index.ts`);
const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
const all = module === undefined ? [] : exportsOf(module);
const commentOf = ({ symbol }: Export) => ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
const tagsOf = ({ symbol }: Export) => symbol.getJsDocTags(checker).map(({ name }) => name);

/** What PyTorch has no name for: memory, errors, data formats, JavaScript's own forms. */
const ownNames =
  /Error$|^(cpuInfo|memoryStats|setMemoryLimit|trimMemory|io\..*|train\..*|Trainer|Generator|data\..*|autograd\..*)$/;

test('the public API is found', () => expect(all.length).toBeGreaterThan(1000));

test('every export has a comment', () => {
  const bare = all.filter((one) => commentOf(one) === '' && !tagsOf(one).some((tag) => tag === 'deprecated'));
  expect([...new Set(bare.map(({ name }) => name))]).toEqual([]);
});

test('every function and class names its source', () => {
  const sourceless = all.filter((one) => one.isValue && !ownNames.test(one.name) && !tagsOf(one).includes('source'));
  expect([...new Set(sourceless.map(({ name }) => name))]).toEqual([]);
});
