// Wrong arguments are refused with an error of this library, whichever function gets them, and nothing crashes.
import * as flambeau from 'flambeau';
import { autograd, data, FlambeauError, func, linalg, nn, optim, rand, special, Tensor, tensor, zeros } from 'flambeau';
import { describe, expect, test, vi } from 'vitest';
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

// Bases that only classes of the library extend, and handles that only hooks make.
const inner = ['ParquetDataset', 'Node', 'optim', 'LazyModuleMixin', 'skipInit', 'globalUnstructured'];
const { functional, graph } = autograd;
const { parametrizations, parametrize, prune, rnn } = nn.utils;
const { noGrad, enableGrad, promoteTypes, frombuffer, scalarTensor, range, full, detachCopy, floorDivide } = flambeau;
const tools = {
  root: { noGrad, enableGrad, promoteTypes, frombuffer, scalarTensor, range, full, detachCopy, floorDivide },
  autograd,
  functional,
  graph,
  func,
  data,
  transforms: data.transforms,
  init: nn.init,
  grad: nn.grad,
  utils: nn.utils,
  parametrizations,
  parametrize,
  prune,
  rnn,
  swaUtils: optim.swaUtils,
  parameters: { Parameter: nn.Parameter, Buffer: nn.Buffer, deepcopy: nn.deepcopy },
};

describe('tools', () => {
  const rows = Object.entries(tools).flatMap(([space, members]) =>
    Object.entries(members)
      .filter(([name, value]) => typeof value === 'function' && !inner.includes(name) && !name.startsWith('set'))
      .map(([name, value]) => [`${space}.${name}`, value as (...args: unknown[]) => unknown] as const),
  );
  const right = [() => rand(2, 3), () => new nn.Linear(2, 2), () => (x: unknown) => x];
  const isClass = (value: unknown) => /^class\b/.test(Function.prototype.toString.call(value));

  test.each(rows)('%s', async (_, tool) => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const failures: string[] = [];
    const pending: Promise<unknown>[] = [];
    const attempt = (what: string, args: unknown[]): void => {
      const message = foreign(() => {
        const result = isClass(tool) ? Reflect.construct(tool, args) : tool(...args);
        if (result instanceof Promise) pending.push(result);
      });
      if (message !== null) failures.push(`${what}: ${message}`);
    };
    attempt('nothing', []);
    for (const [what, make] of wrong) {
      attempt(what, [make()]);
      for (const good of right) attempt(`${good} and ${what}`, [good(), make()]);
      for (const [other, also] of wrong) attempt(`${what} and ${other}`, [make(), also()]);
    }
    for (const result of await Promise.allSettled(pending)) {
      if (result.status === 'rejected' && !(result.reason instanceof FlambeauError)) failures.push(`${result.reason}`);
    }
    expect(failures).toEqual([]);
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
