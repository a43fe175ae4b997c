// No function cuts a gradient silently: each is called as gradient.rows.ts says, and every input must get one.
import { autograd, linalg, nn, special, Tensor } from 'flambeau';
import { describe, expect, test } from 'vitest';
import { constants, groups, leaves } from './gradient.rows.ts';

const named = (names: string) => names.trim().split(/\s+/);

const functions = new Map<string, (...args: unknown[]) => unknown>();
const seen = new Set<unknown>();
for (const [prefix, space] of Object.entries({ '': nn.functional, 'linalg.': linalg, 'special.': special })) {
  for (const [name, value] of Object.entries(space)) {
    if (typeof value !== 'function' || (seen.has(value) && prefix !== '')) continue;
    functions.set(`${prefix}${name}`, value as (...args: unknown[]) => unknown);
    seen.add(value);
  }
}

const listed = new Set([...groups, ...constants].flatMap(({ names }) => named(names)));

test('every function has a row', () => {
  expect([...functions.keys()].filter((name) => !listed.has(name))).toEqual([]);
  expect([...listed].filter((name) => !functions.has(name))).toEqual([]);
});

function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (Array.isArray(value)) return value.flatMap(tensorsIn);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(tensorsIn) : [];
}

const rows = groups.flatMap(({ names, args, without = [] }) => named(names).map((name) => ({ name, args, without })));

describe('every input gets a gradient', () => {
  test.each(rows)('$name', ({ name, args, without }) => {
    const given = args();
    const inputs = leaves();
    const outputs = tensorsIn(functions.get(name)?.(...given)).filter((y) => y.requiresGrad);
    expect(outputs.length, 'outputs that require a gradient').toBeGreaterThan(0);
    const total = outputs.map((y) => y.sum()).reduce((a, b) => a.add(b));
    const grads = autograd.grad([total], inputs, { allowUnused: true });
    const missing = grads.flatMap((g, i) => (g === null ? [i] : []));
    expect(missing.filter((i) => !without.includes(i))).toEqual([]);
  });
});

describe('every method that is a function has its gradient', () => {
  // These take their arguments in another order, or are no calls.
  const others = ['set', 'real', 'unfold', 'where'];
  const methods = Object.getOwnPropertyNames(Tensor.prototype).filter((name) => !others.includes(name));
  test.each(rows.filter(({ name }) => methods.includes(name)))('$name', ({ name, args }) => {
    const [x, ...rest] = args();
    leaves();
    if (!(x instanceof Tensor)) return;
    const y = (Reflect.get(x, name) as (...args: unknown[]) => unknown).apply(x, rest);
    expect(tensorsIn(y).some((part) => part.requiresGrad)).toBe(true);
  });
});
