// Hooks around forward: order, what they get, what they may replace, and what happens when something throws.
import { nn, type Tensor, zeros } from 'flambeau';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { interception } from '../../lib/nn/handle.ts';
import { recordModuleScopes } from '../../lib/nn/scope.ts';

class Echo extends nn.Module {
  override forward(...args: unknown[]): unknown {
    return args;
  }
}

class Failing extends nn.Module {
  override forward(): Tensor {
    throw new Error('forward failed');
  }
}

afterEach(() => expect(interception.count).toBe(0));

test('global hooks run before own ones, prepended ones first', () => {
  const order: string[] = [];
  const note = (name: string) => () => void order.push(name);
  const net = new Echo();
  const handles = [
    net.registerForwardPreHook(note('pre1')),
    net.registerForwardPreHook(note('pre0'), { prepend: true }),
    net.registerForwardHook(note('fwd1')),
    net.registerForwardHook(note('fwd0'), { prepend: true }),
    nn.registerModuleForwardPreHook(note('gpre')),
    nn.registerModuleForwardHook(note('gfwd')),
  ];
  net(1);
  for (const handle of handles) handle.remove();
  net(1);
  expect(order).toEqual(['gpre', 'pre0', 'pre1', 'gfwd', 'fwd0', 'fwd1']);
});

describe('forward pre-hooks', () => {
  const cases: [what: string, returned: unknown, seen: unknown[]][] = [
    ['nothing', undefined, [1, 2]],
    ['null', null, [1, 2]],
    ['one value', 5, [5]],
    ['all arguments', [7, 8], [7, 8]],
  ];
  test.each(cases)('may return %s', (_what, returned, seen) => {
    const net = new Echo();
    using _hook = net.registerForwardPreHook(() => returned);
    expect(net(1, 2)).toEqual(seen);
  });

  test('with kwargs get the trailing options object apart', () => {
    const net = new Echo();
    const seen: unknown[] = [];
    using _pre = net.registerForwardPreHook((_m, args, kwargs) => void seen.push(args, kwargs), { withKwargs: true });
    using _fwd = net.registerForwardHook((_m, args, kwargs) => void seen.push(args, kwargs), { withKwargs: true });
    expect(net(1, { scale: 2 })).toEqual([1, { scale: 2 }]);
    expect(net(1)).toEqual([1]);
    expect(seen).toEqual([[1], { scale: 2 }, [1], { scale: 2 }, [1], {}, [1], {}]);
  });

  test('without kwargs leave the options object alone', () => {
    const net = new Echo();
    using _hook = net.registerForwardPreHook((_m, args) => [...args, 'more']);
    expect(net(1, { scale: 2 })).toEqual([1, 'more', { scale: 2 }]);
  });

  test('with kwargs may replace both', () => {
    const net = new Echo();
    using _hook = net.registerForwardPreHook(() => [[9], { scale: 3 }], { withKwargs: true });
    expect(net(1)).toEqual([9, { scale: 3 }]);
  });

  test('with kwargs must return both', () => {
    const net = new Echo();
    using _hook = net.registerForwardPreHook(() => 3, { withKwargs: true });
    expect(() => net(1)).toThrow('forward pre-hook must return None or a tuple of (new_args, new_kwargs), but got 3.');
  });
});

describe('forward hooks', () => {
  test('see the arguments that forward got and replace the output', () => {
    const net = new Echo();
    using _pre = net.registerForwardPreHook(() => [5]);
    using _first = net.registerForwardHook((_m, args, output) => ({ args, output }));
    using _second = net.registerForwardHook((_m, _args, output) => [output]);
    expect(net(1)).toEqual([{ args: [5], output: [5] }]);
  });

  test('run on what an asynchronous forward resolves to', async () => {
    class Slow extends nn.Module {
      override async forward(x: number): Promise<number> {
        await null;
        return x + 1;
      }
    }
    const net = new Slow();
    using _hook = net.registerForwardHook((_m, _args, output) => output * 10);
    expect(await net(1)).toBe(20);
  });

  test('may remove themselves', () => {
    const net = new Echo();
    let calls = 0;
    const handle = net.registerForwardHook(() => {
      calls += 1;
      handle.remove();
    });
    net(1);
    net(1);
    expect(calls).toBe(1);
  });

  test('that throw stop the call', () => {
    const net = new Echo();
    const late = vi.fn();
    using _hook = net.registerForwardHook(() => {
      throw new Error('hook failed');
    });
    using _late = net.registerForwardHook(late);
    expect(() => net(1)).toThrow('hook failed');
    expect(late).not.toHaveBeenCalled();
  });
});

describe('hooks that are always called', () => {
  test('run once, also when forward throws, and do not hide the error', () => {
    const net = new Failing();
    const seen: unknown[] = [];
    using _own = net.registerForwardHook((_m, args, output) => void seen.push(['own', args, output]), {
      alwaysCall: true,
    });
    using _global = nn.registerModuleForwardHook(() => void seen.push('global'), { alwaysCall: true });
    using _plain = net.registerForwardHook(() => void seen.push('plain'));
    expect(() => net()).toThrow('forward failed');
    expect(seen).toEqual(['global', ['own', [], null]]);
  });

  test('are not run again when a later hook throws', () => {
    const net = new Echo();
    const always = vi.fn();
    using _always = net.registerForwardHook(always, { alwaysCall: true });
    using _throws = net.registerForwardHook(() => {
      throw new Error('later');
    });
    expect(() => net(1)).toThrow('later');
    expect(always).toHaveBeenCalledTimes(1);
  });

  test('that throw too only warn', () => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const net = new Failing();
    using _hook = net.registerForwardHook(
      () => {
        throw new Error('second');
      },
      { alwaysCall: true },
    );
    expect(() => net()).toThrow('forward failed');
    expect(warned.mock.calls.map(([text]) => text)).toEqual([
      'module forward hook with ``always_call=True`` raised an exception that was silenced as another error was ' +
        'raised in forward: second',
    ]);
    warned.mockRestore();
  });

  test('run when an asynchronous forward rejects', async () => {
    class Rejecting extends nn.Module {
      override async forward(): Promise<never> {
        throw new Error('rejected');
      }
    }
    const net = new Rejecting();
    const always = vi.fn();
    using _hook = net.registerForwardHook(always, { alwaysCall: true });
    await expect(net()).rejects.toThrow('rejected');
    expect(always).toHaveBeenCalledTimes(1);
  });
});

describe('handles', () => {
  test('have increasing ids and remove options with the hook', () => {
    const net = new Echo();
    const first = net.registerForwardHook(() => {}, { withKwargs: true, alwaysCall: true });
    const second = net.registerForwardPreHook(() => {}, { withKwargs: true });
    expect(second.id).toBe(first.id + 1);
    first.remove();
    first.remove();
    second[Symbol.dispose]();
    for (const left of [
      net._forwardHooks,
      net._forwardHooksWithKwargs,
      net._forwardHooksAlwaysCalled,
      net._forwardPreHooks,
      net._forwardPreHooksWithKwargs,
    ]) {
      expect(left.size).toBe(0);
    }
  });

  test('a hook entered by hand is run', () => {
    const net = new Echo();
    const hook = vi.fn();
    net._forwardHooks.set(-1, hook);
    net(1);
    net._forwardHooks.clear();
    net(1);
    expect(hook).toHaveBeenCalledTimes(1);
  });

  test('a misspelled option names the right one', () => {
    const options = { prepnd: true } as object;
    expect(() => new Echo().registerForwardHook(() => {}, options)).toThrow("did you mean 'prepend'?");
  });
});

test('a trace is told in which module an operator runs', () => {
  class Net extends nn.Module {
    features = new nn.Sequential(new nn.Linear(2, 2), new nn.ReLU());
    override forward(x: Tensor): Tensor {
      return this.features(x);
    }
  }
  const net = new Net();
  const stack: string[] = [];
  const seen: string[] = [];
  const recorder = {
    pushScope(name: string) {
      stack.push(name);
      seen.push(stack.join(' > '));
    },
    popScope: () => void stack.pop(),
  };
  recordModuleScopes(net, recorder, () => net(zeros(1, 2)));
  expect(seen).toEqual(['Net', 'Net > features', 'Net > features > features.0', 'Net > features > features.1']);
  expect(stack).toEqual([]);
  net(zeros(1, 2));
  expect(seen).toHaveLength(4);
});
