// What backward promises beside right numbers: its errors, its order, what it keeps and what it lets go.
import {
  AutogradError,
  autograd,
  DtypeError,
  memoryStats,
  noGrad,
  ones,
  ShapeError,
  type Tensor,
  tensor,
  zeros,
} from 'flambeau';
import { describe, expect, test } from 'vitest';

const leaf = (...values: number[]) => tensor(values, { dtype: 'float64', requiresGrad: true });
const list = (x: Tensor | null | undefined) => (x === null || x === undefined ? null : x.tolist());

describe('once through the graph', () => {
  test('a second time throws PyTorch’s sentence', () => {
    const x = leaf(1, 2);
    const y = x.mul(x).sum();
    y.backward();
    expect(() => y.backward()).toThrow(AutogradError);
    expect(() => y.backward()).toThrow(
      'Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed). ' +
        'Saved intermediate values of the graph are freed when you call .backward() or autograd.grad(). ' +
        'Specify retain_graph=True if you need to backward through the graph a second time or if you need to access saved tensors after calling backward.',
    );
    expect(list(x.grad)).toEqual([2, 4]);
  });

  test('a graph that saved nothing can be gone through again', () => {
    const x = leaf(1, 2);
    const y = x.add(1).sum();
    y.backward();
    y.backward();
    expect(list(x.grad)).toEqual([2, 2]);
  });

  test('retainGraph keeps it, and gradients add up', () => {
    const x = leaf(3);
    const y = x.mul(x).sum();
    y.backward(null, { retainGraph: true });
    y.backward();
    expect(list(x.grad)).toEqual([12]);
  });

  test('only a scalar needs no gradient', () => {
    const y = leaf(1, 2).mul(2);
    expect(() => y.backward()).toThrow('grad can be implicitly created only for scalar outputs');
    expect(() => y.backward(ones(3, { dtype: 'float64' }))).toThrow(ShapeError);
    const x = leaf(1, 2);
    x.mul(2).backward(tensor([1, 10], { dtype: 'float64' }));
    expect(list(x.grad)).toEqual([2, 20]);
  });

  test('a tensor without a graph has no way back', () => {
    expect(() => zeros(1).sum().backward()).toThrow(
      'element 0 of tensors does not require grad and does not have a grad_fn',
    );
    expect(() => zeros(1, { dtype: 'int64' }).requiresGrad_()).toThrow(DtypeError);
  });

  test('inputs limits who gets a gradient', () => {
    const [a, b] = [leaf(2), leaf(3)];
    a.mul(b).sum().backward(null, { inputs: a });
    expect(list(a.grad)).toEqual([3]);
    expect(b.grad).toBeNull();
    expect(() => a.mul(b).sum().backward(null, { inputs: [] })).toThrow(
      "'inputs' argument to backward() cannot be empty.",
    );
  });
});

describe('gradients of gradients', () => {
  test('createGraph records the way back', () => {
    const x = leaf(2);
    const [first] = autograd.grad(x.pow(3).sum(), x, { createGraph: true });
    expect(list(first)).toEqual([12]);
    const [second] = autograd.grad((first as Tensor).sum(), x, { createGraph: true });
    expect(list(second)).toEqual([12]);
    const [third] = autograd.grad((second as Tensor).sum(), x);
    expect(list(third)).toEqual([6]);
    expect((third as Tensor).requiresGrad).toBe(false);
  });

  test('backward with createGraph gives a gradient with a history', () => {
    const x = leaf(3);
    x.square().sum().backward(null, { createGraph: true });
    expect((x.grad as Tensor).requiresGrad).toBe(true);
    const [g] = autograd.grad((x.grad as Tensor).sum(), x);
    expect(list(g)).toEqual([2]);
  });
});

describe('autograd.grad', () => {
  test('an unused input throws, or is null, or zeros', () => {
    const [a, b] = [leaf(1), leaf(2, 3)];
    const y = () => a.mul(2).sum();
    expect(() => autograd.grad(y(), [a, b])).toThrow(/appears to not have been used in the graph/);
    expect(autograd.grad(y(), [a, b], { allowUnused: true }).map(list)).toEqual([[2], null]);
    expect(autograd.grad(y(), [a, b], { materializeGrads: true }).map(list)).toEqual([[2], [0, 0]]);
    expect(() => autograd.grad(y(), zeros(1))).toThrow('One of the differentiated Tensors does not require grad');
    expect(a.grad).toBeNull();
  });

  test('inputs may lie in the middle of the graph', () => {
    const x = leaf(3);
    const middle = x.mul(2);
    expect(autograd.grad(middle.square().sum(), [middle, x]).map(list)).toEqual([[12], [24]]);
  });

  test('gradOutputs weigh the outputs', () => {
    const x = leaf(1, 2);
    const outputs = [x.mul(2), x.mul(3)];
    const gradOutputs = [tensor([1, 0], { dtype: 'float64' }), tensor([0, 1], { dtype: 'float64' })];
    expect(autograd.grad(outputs, x, { gradOutputs }).map(list)).toEqual([[2, 3]]);
  });
});

describe('hooks', () => {
  test('run in the order of registration, each with what the one before made', () => {
    const x = leaf(1);
    const seen: unknown[] = [];
    x.registerHook((g) => {
      seen.push(list(g));
      return g.mul(2);
    });
    const removed = x.registerHook(() => void seen.push('removed'));
    x.registerHook((g) => void seen.push(list(g)));
    removed.remove();
    x.mul(3).sum().backward();
    expect(seen).toEqual([[3], [6]]);
    expect(list(x.grad)).toEqual([6]);
  });

  test('tensor hooks come before node hooks, and node hooks before what follows', () => {
    const order: string[] = [];
    const x = leaf(1);
    const y = x.mul(2);
    const z = y.mul(3);
    x.registerHook(() => void order.push('x'));
    y.registerHook(() => void order.push('y'));
    z.registerHook(() => void order.push('z'));
    y.gradFn?.registerPrehook(() => void order.push('before node of y'));
    y.gradFn?.registerHook(() => void order.push('after node of y'));
    x.registerPostAccumulateGradHook((owner) => void order.push(`accumulated ${owner === x}`));
    z.sum().backward();
    expect(order).toEqual(['z', 'y', 'before node of y', 'after node of y', 'x', 'accumulated true']);
  });

  test('need a tensor with a gradient', () => {
    expect(() => zeros(1).registerHook(() => {})).toThrow(
      "cannot register a hook on a tensor that doesn't require gradient",
    );
    expect(() =>
      leaf(1)
        .mul(2)
        .registerPostAccumulateGradHook(() => {}),
    ).toThrow(/cannot be registered on non-leaf tensors/);
  });

  test('retainGrad keeps the gradient after the hooks', () => {
    const x = leaf(1, 2);
    const y = x.mul(2);
    y.retainGrad();
    y.registerHook((g) => g.mul(10));
    y.sum().backward();
    expect(y.retainsGrad).toBe(true);
    expect(list(y.grad)).toEqual([10, 10]);
    expect(list(x.grad)).toEqual([20, 20]);
    expect(() => zeros(1).retainGrad()).toThrow("can't retain_grad on Tensor that has requires_grad=False");
  });
});

describe('a rule may write over the gradient it was given, unless somebody else has it:', () => {
  const kept: Tensor[] = [];
  const keep = (g: Tensor | null | undefined) => void (g && kept.push(g));
  // Each makes or watches the gradient of y = max(x, 0), which is 2 everywhere, and goes back.
  const ways: Record<string, (x: Tensor, y: Tensor) => void> = {
    'a tensor hook': (_x, y) => {
      y.registerHook(keep);
      y.mul(2).sum().backward();
    },
    'a hook before the node': (_x, y) => {
      y.gradFn?.registerPrehook(([g]) => keep(g));
      y.mul(2).sum().backward();
    },
    'a hook after the node': (_x, y) => {
      y.gradFn?.registerHook((_produced, [g]) => keep(g));
      y.mul(2).sum().backward();
    },
    retainGrad: (_x, y) => {
      y.retainGrad();
      y.mul(2).sum().backward();
      keep(y.grad);
    },
    'one who asked for it': (x, y) => {
      const [gy, gx] = autograd.grad(y.mul(2).sum(), [y, x]);
      keep(gy);
      x.grad = gx ?? null;
    },
    'the caller of backward': (_x, y) => {
      const seed = tensor([2, 2], { dtype: 'float64' });
      keep(seed);
      y.backward(seed);
    },
    'another operand': (x, y) => {
      const z = tensor([1, 1], { dtype: 'float64', requiresGrad: true });
      y.add(z).mul(2).sum().backward();
      keep(z.grad);
      expect(list(x.grad)).toEqual([0, 2]);
    },
    'the graph of the gradient': (x, y) => {
      y.registerHook(keep);
      y.mul(2).sum().backward(null, { createGraph: true });
      x.grad = x.grad?.detach() ?? null;
    },
  };

  test.each(Object.entries(ways))('%s', (_name, run) => {
    kept.length = 0;
    const x = leaf(-1, 1);
    run(x, x.relu());
    expect(kept.map(list)).toEqual([[2, 2]]);
    expect(list(x.grad)).toEqual([0, 2]);
  });
});

describe('size', () => {
  test('a graph one million nodes deep', () => {
    const x = leaf(1);
    let y: Tensor = x;
    for (let i = 0; i < 1_000_000; i++) y = y.neg();
    y.sum().backward();
    expect(list(x.grad)).toEqual([1]);
  });

  test('a diamond of many paths counts each once', () => {
    const x = leaf(1);
    let y: Tensor = x;
    for (let i = 0; i < 40; i++) y = y.add(y);
    y.sum().backward();
    expect(list(x.grad)).toEqual([2 ** 40]);
  });

  test('saved tensors are let go while backward runs', () => {
    const x = ones(1024, 64, { requiresGrad: true });
    const bytes = x.nbytes;
    let y: Tensor = x;
    for (let i = 0; i < 64; i++) y = y.mul(1.01).tanh();
    const loss = y.sum();
    const before = memoryStats().live;
    loss.backward();
    // Gradients of the chain never pile up: the peak stays within a few tensors of what forward kept.
    expect(memoryStats().live).toBeLessThan(before + 4 * bytes);
    expect(() => noGrad(() => loss.gradFn?.savedTensors())).not.toThrow();
  });
});
