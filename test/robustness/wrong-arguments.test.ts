// Wrong arguments are refused with an error of this library, whichever function gets them, and nothing crashes.
import { FlambeauError, linalg, nn, rand, special, Tensor, tensor, zeros } from 'flambeau';
import { describe, expect, test } from 'vitest';
import { groups } from '../functional/gradient.rows.ts';

const wrong: readonly (readonly [name: string, make: () => unknown])[] = [
  ['null', () => null],
  ['undefined', () => undefined],
  ['a string', () => 'no'],
  ['an object', () => ({})],
  ['an unknown option', () => ({ notAnOption: 1 })],
  ['an empty list', () => []],
  ['a list of strings', () => ['a', 'b']],
  ['NaN', () => Number.NaN],
  ['a negative number', () => -7],
  ['a fraction', () => 1.5],
  ['true', () => true],
  ['a function', () => () => 1],
  ['seven dimensions', () => zeros(1, 1, 2, 1, 1, 1, 3)],
  ['no dimensions', () => tensor(1.5)],
  ['no elements', () => zeros(0, 3)],
  ['a mask', () => tensor([[true, false]])],
  ['integers', () => tensor([[1, 2, 3]])],
  ['another shape', () => rand([5, 7])],
];

function find(path: string): ((...args: unknown[]) => unknown) | undefined {
  const [space = '', name] = path.split('.');
  if (name === undefined) return Reflect.get(nn.functional, space);
  return Reflect.get(space === 'linalg' ? linalg : special, name);
}

/** What is thrown that is no error of this library. */
function foreign(run: () => unknown): string | null {
  try {
    run();
    return null;
  } catch (error) {
    return error instanceof FlambeauError
      ? null
      : `${error} ${
          (error as Error).stack
            ?.split('\n')
            .filter((l) => l.includes('lib/'))[0]
            ?.trim()
            .replace(/.*lib./, '') ?? ''
        }`;
  }
}

const rows = groups.flatMap(({ names, args }) =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => ({ name, args })),
);

describe('functions', () => {
  test.each(rows)('$name', ({ name, args }) => {
    const fn = find(name) as (...args: unknown[]) => unknown;
    const count = args().length;
    const failures: string[] = [];
    for (let at = 0; at <= count; at++) {
      for (const [what, make] of wrong) {
        const given = args();
        given[at] = make();
        const message = foreign(() => fn(...given));
        if (message !== null) failures.push(`argument ${at} is ${what}: ${message}`);
      }
    }
    const message = foreign(() => fn());
    if (message !== null) failures.push(`no arguments: ${message}`);
    expect(failures).toEqual([]);
  });

  test.each(rows)('$name refuses to work on no tensor', ({ name, args }) => {
    const fn = find(name) as (...args: unknown[]) => unknown;
    const given = args();
    if (!(given[0] instanceof Tensor)) return;
    expect(() => fn(...given.with(0, 'no'))).toThrow(FlambeauError);
  });
});

describe('modules', () => {
  // Bases that only others extend.
  const bases = ['BatchNorm', 'Loss', 'WeightedLoss'];
  const classes = Object.entries(nn).filter(
    ([name, value]) => typeof value === 'function' && value.prototype instanceof nn.Module && !bases.includes(name),
  ) as [string, new (...args: unknown[]) => nn.Module][];

  test.each(classes)('nn.%s', (_, Layer) => {
    const failures: string[] = [];
    const attempt = (what: string, args: unknown[]): void => {
      let net: nn.Module | null = null;
      const message = foreign(() => {
        net = new Layer(...args);
      });
      if (message !== null) failures.push(`made of ${what}: ${message}`);
      if (net === null) return;
      for (const [input, make] of wrong) {
        const called = foreign(() => (net as unknown as (x: unknown) => unknown)(make()));
        if (called !== null) failures.push(`made of ${what}, called with ${input}: ${called}`);
      }
    };
    attempt('nothing', []);
    for (const [what, make] of wrong) {
      if (what === 'true' || what.startsWith('a list')) continue;
      attempt(what, [make()]);
      attempt(`2 and ${what}`, [2, make()]);
      attempt(`2, 2 and ${what}`, [2, 2, make()]);
    }
    expect(failures).toEqual([]);
  });
});
