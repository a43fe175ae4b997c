// What `import ... from 'flambeau'` gives, as the TypeScript compiler sees it: names, comments and tags.
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const root = fileURLToPath(new URL('../../', import.meta.url));
const config = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile).config;
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);

// Parsed once for all programs.
const parsed = new Map<string, ts.SourceFile | undefined>();

/** One name of the public API. */
export interface Export {
  /** As it is written after the import: `nn.functional.relu`. */
  readonly name: string;
  readonly symbol: ts.Symbol;
  readonly isValue: boolean;
  readonly comment: string;
  readonly tags: readonly { readonly name: string; readonly text: string }[];
}

/** The compiler's view of the library, and of `files` given by name and text that stand in the folder `test`. */
export function compile(files: Readonly<Record<string, string>> = {}): { program: ts.Program; exports: Export[] } {
  const extra = new Map(Object.entries(files).map(([name, text]) => [`${root}test/${name}`, text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => extra.has(path) || fileExists(path);
  host.readFile = (path) => extra.get(path) ?? readFile(path);
  host.getSourceFile = (path, ...rest) => {
    const text = extra.get(path);
    if (text !== undefined) return ts.createSourceFile(path, text, ts.ScriptTarget.ES2022);
    if (!parsed.has(path)) parsed.set(path, getSourceFile(path, ...rest));
    return parsed.get(path);
  };
  const program = ts.createProgram(
    [`${root}lib/index.ts`, ...extra.keys()],
    { ...options, noUnusedLocals: false },
    host,
  );
  const checker = program.getTypeChecker();
  const file = program.getSourceFile(`${root}lib/index.ts`);
  const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
  return { program, exports: module === undefined ? [] : exportsOf(checker, module) };
}

/** What the compiler finds wrong in one of the files given to `compile`. */
export function errorsIn(program: ts.Program, name: string): string[] {
  const file = program.getSourceFile(`${root}test/${name}`);
  return ts.getPreEmitDiagnostics(program, file).map(({ messageText, start = 0 }) => {
    const line = file === undefined ? 0 : file.getLineAndCharacterOfPosition(start).line;
    return `${file?.text.split('\n')[line]?.trim()}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}

function exportsOf(checker: ts.TypeChecker, module: ts.Symbol, prefix = ''): Export[] {
  return checker.getExportsOfModule(module).flatMap((exported) => {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    const name = `${prefix}${exported.name}`;
    if (symbol.flags & ts.SymbolFlags.ValueModule) return exportsOf(checker, symbol, `${name}.`);
    const comment = ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim();
    const tags = symbol
      .getJsDocTags(checker)
      .map((tag) => ({ name: tag.name, text: ts.displayPartsToString(tag.text) }));
    return [{ name, symbol, isValue: (symbol.flags & ts.SymbolFlags.Value) !== 0, comment, tags }];
  });
}
