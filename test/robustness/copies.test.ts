// Two copies of the library in one process: neither takes the objects of the other, and the error says why.
import { add, nn, ones, optim } from 'flambeau';
import { expect, test, vi } from 'vitest';

vi.resetModules();
const other: typeof import('flambeau') = await import('flambeau');
const theirs = () => new other.nn.Linear(2, 2);

test.each<[name: string, act: () => unknown, message: RegExp]>([
  ['a tensor', () => add(ones(2), other.ones(2)), /must be Tensor or number, not Tensor of another copy of flambeau/],
  ['a module', () => new nn.Sequential(theirs()), /^Linear of another copy of flambeau is not a Module subclass/],
  ['a parameter', () => new optim.Adam(theirs().parameters()), /got Parameter of another copy of flambeau/],
  [
    'an optimizer',
    () => new optim.lrScheduler.StepLR(new other.optim.SGD(theirs().parameters()), 1),
    /^SGD of another copy of flambeau is not an Optimizer/,
  ],
  [
    'a state dict',
    () => new nn.Linear(2, 2).loadStateDict(theirs().stateDict()),
    /received <class 'Tensor of another copy of flambeau'>/,
  ],
])('%s is refused', (_name, act, message) => {
  expect(act).toThrow(message);
});

test('a field is refused, not ignored', () => {
  class Net extends nn.Module {
    layer = theirs();
  }
  expect(() => new Net()).toThrow("cannot assign 'Linear of another copy of flambeau' as attribute 'layer'");
});

test('the objects of one copy go together', () => {
  expect(new other.nn.Sequential(theirs())(other.ones(1, 2)).shape).toEqual([1, 2]);
});
