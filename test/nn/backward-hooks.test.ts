// Hooks on the gradients of a module; expectations recorded from PyTorch 2.6.
import { nn, ones, type Tensor } from 'flambeau';
import { describe, expect, test, vi } from 'vitest';

type Grads = nn.Gradients;
const lists = (grads: Grads) => grads.map((grad) => grad?.tolist() ?? null);
const input = () => ones([2], { requiresGrad: true });

function unit(): nn.Linear {
  const layer = new nn.Linear(2, 1);
  nn.init.ones_(layer.weight);
  return layer;
}

describe('what a full backward hook sees', () => {
  test('gradients of all arguments, null for what is no tensor, zeros for what wants none', () => {
    class Product extends nn.Module {
      override forward(x: Tensor, y: Tensor, _factor: number): Tensor {
        return x.mul(y);
      }
    }
    const net = new Product();
    const seen: unknown[] = [];
    net.registerFullBackwardHook((_m, gradIn, gradOut) => void seen.push(lists(gradIn), lists(gradOut)));
    const x = input();
    const y = net(x, ones(2).mul(2), 5);
    expect(y.gradFn?.name).toBe('BackwardHookFunctionBackward');
    y.sum().backward();
    expect(seen).toEqual([[[2, 2], [0, 0], null], [[1, 1]]]);
    expect(x.grad?.tolist()).toEqual([2, 2]);
  });

  test('several outputs, of which only some have a gradient', () => {
    class Split extends nn.Module {
      override forward(x: Tensor): [Tensor, string, Tensor] {
        return [x.mul(2), 'q', x.mul(3)];
      }
    }
    const net = new Split();
    const seen: unknown[] = [];
    net.registerFullBackwardHook((_m, gradIn, gradOut) => void seen.push(lists(gradIn), lists(gradOut)));
    net.registerFullBackwardPreHook((_m, gradOut) => void seen.push(lists(gradOut)));
    const [first, text] = net(input());
    expect(text).toBe('q');
    first.sum().backward();
    expect(seen).toEqual([[[1, 1], null, null], [[2, 2]], [[1, 1], null, null]]);
  });

  test('null for the input when no input wants a gradient', () => {
    const net = unit();
    const seen: unknown[] = [];
    net.registerFullBackwardHook((_m, gradIn, gradOut) => void seen.push(lists(gradIn), lists(gradOut)));
    net(ones(2).mul(2)).sum().backward();
    expect(seen).toEqual([[null], [[1]]]);
  });

  test('nothing for a module without arguments', () => {
    class Constant extends nn.Module {
      p = new nn.Parameter(ones([1]));
      override forward(): Tensor {
        return this.p.mul(2);
      }
    }
    const net = new Constant();
    const seen: unknown[] = [];
    net.registerFullBackwardHook((_m, gradIn, gradOut) => void seen.push(lists(gradIn), lists(gradOut)));
    net().sum().backward();
    expect(seen).toEqual([[], [[1]]]);
  });
});

describe('what a hook may change', () => {
  test('the gradient of the input, not that of the weight', () => {
    const net = unit();
    net.registerFullBackwardHook((_m, gradIn) => [gradIn[0]?.mul(10)]);
    const x = input();
    net(x).sum().backward();
    expect(x.grad?.tolist()).toEqual([10, 10]);
    expect(net.weight.grad?.tolist()).toEqual([[1, 1]]);
  });

  test('the gradient of the output before it enters', () => {
    const net = unit();
    net.registerFullBackwardPreHook((_m, gradOut) => [gradOut[0]?.mul(10)]);
    const x = input();
    net(x).sum().backward();
    expect(x.grad?.tolist()).toEqual([10, 10]);
    expect(net.weight.grad?.tolist()).toEqual([[10, 10]]);
  });
});

describe('errors', () => {
  const g = () => ones([2]);
  const cases: [message: string, prepare: (net: nn.Linear) => void, x: () => Tensor][] = [
    [
      'Backward hook for Modules where no input requires gradient should always return None or None for all gradients.',
      (net) => net.registerFullBackwardHook(() => [g()]),
      g,
    ],
    [
      'Backward hook returned an invalid number of grad_input, got 2, but expected 1',
      (net) => net.registerFullBackwardHook(() => [g(), g()]),
      input,
    ],
    [
      'Backward pre hook returned an invalid number of grad_output, got 2, but expected 1',
      (net) => net.registerFullBackwardPreHook(() => [g(), g()]),
      input,
    ],
  ];
  test.each(cases)('%s', (message, prepare, x) => {
    const net = unit();
    prepare(net);
    const y = net(x()).sum();
    expect(() => y.backward()).toThrow(message);
  });

  test('the two kinds cannot be mixed', () => {
    const message = (where: string) =>
      `Cannot use both regular backward hooks and full backward hooks ${where}. Please use only one of them.`;
    const full = new nn.Linear(2, 1);
    full.registerFullBackwardHook(() => {});
    expect(() => full.registerBackwardHook(() => {})).toThrow(message('on a single Module'));
    const old = new nn.Linear(2, 1);
    old.registerBackwardHook(() => {});
    expect(() => old.registerFullBackwardHook(() => {})).toThrow(message('on a single Module'));
    using _hook = nn.registerModuleFullBackwardHook(() => {});
    expect(() => nn.registerModuleBackwardHook(() => {})).toThrow(message('as a global Module hook'));
  });

  test('an output that is neither tensor nor array cannot be hooked', () => {
    class Named extends nn.Module {
      override forward(x: Tensor): { a: Tensor } {
        return { a: x.mul(2) };
      }
    }
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const net = new Named();
    const hook = vi.fn();
    net.registerFullBackwardHook(hook);
    net(input()).a.sum().backward();
    expect(warned.mock.calls[0]?.[0]).toBe(
      "For backward hooks to be called, module output should be a Tensor or a tuple of Tensors but received <class 'dict'>",
    );
    expect(hook).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  const inplace = 'Output 0 of BackwardHookFunctionBackward is a view and is being modified inplace.';
  test('a hooked output must not be written in place', () => {
    const net = new nn.Sequential(new nn.Linear(2, 2), new nn.ReLU({ inplace: true }));
    net.get(0).registerFullBackwardHook(() => {});
    expect(() => net(input())).toThrow(inplace);
  });

  test('a hooked input must not be written in place', () => {
    class Doubling extends nn.Module {
      override forward(x: Tensor): Tensor {
        return x.mul_(2);
      }
    }
    const net = new Doubling();
    net.registerFullBackwardHook(() => {});
    expect(() => net(input().mul(1))).toThrow(inplace);
  });
});

test('order: global before own, prepended first, the parameter before the inputs', () => {
  const order: string[] = [];
  const note = (name: string) => () => void order.push(name);
  using _forwardPre = nn.registerModuleForwardPreHook(note('gpre'));
  using _forward = nn.registerModuleForwardHook(note('gfwd'));
  using _full = nn.registerModuleFullBackwardHook(note('gfull'));
  using _pre = nn.registerModuleFullBackwardPreHook(note('gbpre'));
  const net = new nn.Linear(2, 1);
  net.registerFullBackwardHook(note('full1'));
  net.registerFullBackwardHook(note('full0'), { prepend: true });
  net.registerFullBackwardPreHook(note('bpre'));
  net.weight.registerHook(note('param'));
  const x = input();
  x.registerHook(note('input'));
  net(x).sum().backward();
  expect(order).toEqual(['gpre', 'gfwd', 'gbpre', 'bpre', 'param', 'gfull', 'full0', 'full1', 'input']);
});

test('the older hook hangs on the last operation', () => {
  const net = new nn.ReLU();
  const seen: unknown[] = [];
  net.registerBackwardHook((_m, gradIn, gradOut) => void seen.push(lists(gradIn), lists(gradOut)));
  net(input()).sum().backward();
  expect(seen).toEqual([[[1, 1]], [[1, 1]]]);
});
