// Every function and class of the public API has an example; the examples compile, run, and give what they say.
import { expect, test } from 'vitest';
import { type Difference, notRun, runExample, scopeNames } from '../support/doc-examples.ts';
import { compile, errorsIn } from '../support/public-api.ts';

// One entry for each function or class, whatever number of names it has.
const values = new Map(
  compile().exports.flatMap(({ name, symbol, isValue, tags }) => {
    const examples = tags.filter((tag) => tag.name === 'example').map(({ text }) => text);
    return isValue ? [[symbol, { name, examples }] as const] : [];
  }),
);
const all = [...values.values()].flatMap(({ name, examples }) => examples.map((code) => ({ name, code })));

// Typing everything and running everything takes long on a busy machine.
const patience = 240_000;

test('every function and class has an example', () => {
  const bare = [...values.values()].filter(({ examples }) => examples.length === 0);
  expect(bare.map(({ name }) => name)).toEqual([]);
});

test('examples compile', { timeout: patience }, () => {
  const functions = all.map(({ code }, i) => `export async function example${i}() {\n${code}\n}`);
  const head = `import { ${scopeNames.join(', ')} } from 'flambeau';\nconst F = nn.functional;`;
  const { program } = compile({ 'examples.ts': [head, ...functions].join('\n') });
  expect(errorsIn(program, 'examples.ts')).toEqual([]);
});

async function differences(code: string): Promise<Difference[]> {
  const seen: Difference[] = [];
  await runExample(code, (result) => seen.push(result)).catch((error: unknown) =>
    seen.push({ expression: code, expected: 'an end', printed: String(error) }),
  );
  if (seen.length === 0) seen.push({ expression: code, expected: 'a result in a comment', printed: 'none' });
  return seen.filter(({ expected, printed }) => expected !== printed);
}

test('examples give what they say', { timeout: patience }, async () => {
  const different: (Difference & { name: string })[] = [];
  for (const { name, code } of all) {
    if (notRun(code)) continue;
    for (const difference of await differences(code)) different.push({ name, ...difference });
  }
  expect(different).toEqual([]);
});
