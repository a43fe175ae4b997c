// The examples of the doc comments: cutting the results out of them, and running them.
import { inspect } from 'node:util';
import * as flambeau from 'flambeau';
import ts from 'typescript';

/** The names an example may use without saying so: those of the package, and F for nn.functional. */
const scope: Readonly<Record<string, unknown>> = { ...flambeau, F: flambeau.nn.functional };
export const scopeNames = Object.keys(flambeau);

/** One statement whose result stands in a comment behind it. */
interface Result {
  readonly start: number;
  readonly end: number;
  readonly expected: string;
}

/** A result that is not what the comment says. */
export interface Difference {
  readonly expression: string;
  readonly expected: string;
  readonly printed: string;
}

const withoutSpace = (text: string) =>
  text
    .replace(/\s+/g, ' ')
    .replace(/([[({]) | (?=[\])}])/g, '$1')
    .trim();

/** A value, or what was thrown, on one line as the comments of examples write it. */
function print(value: unknown): string {
  if (value instanceof Error) return withoutSpace(`${value.name}: ${value.message}`);
  return withoutSpace(inspect(value, { breakLength: Number.POSITIVE_INFINITY, depth: 8 }));
}

// The comment lines that follow a statement, joined.
function commentAfter(code: string, end: number): string {
  const ranges = [...(ts.getTrailingCommentRanges(code, end) ?? []), ...(ts.getLeadingCommentRanges(code, end) ?? [])];
  const texts = new Map(ranges.map(({ pos, end: to }) => [pos, code.slice(pos + 2, to)]));
  return withoutSpace([...texts.values()].join(' '));
}

function resultsOf(code: string): Result[] {
  const file = ts.createSourceFile('example.ts', code, ts.ScriptTarget.ES2022, true);
  return file.statements.flatMap((statement) => {
    const expected = ts.isExpressionStatement(statement) ? commentAfter(code, statement.end) : '';
    if (expected === '' || !ts.isExpressionStatement(statement)) return [];
    return [{ start: statement.getStart(), end: statement.expression.end, expected }];
  });
}

const AsyncFunction = (async () => {}).constructor as new (...args: string[]) => (...args: unknown[]) => Promise<void>;

/**
 * Runs an example.
 *
 * @param see - is given the text of each expression with a result, the comment, and what really came
 */
export async function runExample(code: string, see: (result: Difference) => void): Promise<void> {
  let checked = code;
  for (const { start, end, expected } of resultsOf(code).reverse()) {
    const text = code.slice(start, end);
    const call = `await $see(async () => (${text}), ${JSON.stringify(text)}, ${JSON.stringify(expected)})`;
    checked = `${checked.slice(0, start)}${call}${checked.slice(end)}`;
  }
  const { outputText } = ts.transpileModule(checked, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  const observe = async (run: () => Promise<unknown>, expression: string, expected: string) =>
    see({ expression, expected, printed: print(await run().catch((error: unknown) => error)) });
  // In a block, so that an example may use a name of the package for its own.
  await new AsyncFunction(...Object.keys(scope), '$see', `{\n${outputText}\n}`)(...Object.values(scope), observe);
}

/** Whether an example is compiled and not run, for the reason it gives: it needs files or a network. */
export const notRun = (code: string) => code.startsWith('// not run:');
