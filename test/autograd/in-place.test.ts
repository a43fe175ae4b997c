// Writing in place: what is forbidden, and how history follows through views.
import {
  AutogradError,
  autograd,
  nn,
  noGrad,
  ones,
  ShapeError,
  StateError,
  type Tensor,
  tensor,
  zeros,
} from 'flambeau';
import { describe, expect, test } from 'vitest';

const leaf = (...values: number[]) => tensor(values, { dtype: 'float64', requiresGrad: true });
const plain = (...values: number[]) => tensor(values, { dtype: 'float64' });

test('what overwrites a result cuts its gradient and stays in the graph', () => {
  const writes: [string, (y: Tensor) => Tensor][] = [
    ['FillBackward0', (y) => y.fill_(3)],
    ['ZeroBackward0', (y) => y.zero_()],
    ['CopyBackwards', (y) => y.copy_(plain(5, 6))],
  ];
  for (const [name, write] of writes) {
    const x = leaf(1, 2);
    const y = write(x.mul(2));
    expect([y.requiresGrad, y.gradFn?.name]).toEqual([true, name]);
    y.sum().backward();
    expect(x.grad?.tolist()).toEqual([0, 0]);
  }
  const [x, v] = [leaf(1, 2), tensor(7, { dtype: 'float64', requiresGrad: true })];
  x.mul(2).fill_(v).sum().backward();
  expect([x.grad?.tolist(), v.grad?.item()]).toEqual([[0, 0], 2]);
});

test('products are added to tensors of other shapes', () => {
  const matrix = plain(1, 2, 3, 4).view(2, 2);
  expect(plain(1, 1).addmv_(matrix, plain(1, 10)).tolist()).toEqual([22, 44]);
  expect(
    zeros(2, 3, { dtype: 'float64' })
      .addr_(plain(1, 2), plain(3, 4, 5))
      .tolist(),
  ).toEqual([
    [3, 4, 5],
    [6, 8, 10],
  ]);
  const [x, y] = [leaf(1, 2), leaf(3, 4)];
  x.mul(1).addmv_(matrix, y).sum().backward();
  expect([x.grad?.tolist(), y.grad?.tolist()]).toEqual([
    [1, 1],
    [4, 6],
  ]);
  expect(zeros(1, 3).addmm_(zeros(1, 2), zeros(2, 3)).shape).toEqual([1, 3]);
  expect(() => zeros(1, 3).addmm_(zeros(4, 2), zeros(2, 3))).toThrow(ShapeError);
  expect(zeros(2, 2).addbmm_(zeros(5, 2, 3), zeros(5, 3, 2)).shape).toEqual([2, 2]);
});

describe('forbidden', () => {
  test('a leaf that requires a gradient', () => {
    const x = leaf(1, 2);
    expect(() => x.add_(1)).toThrow(AutogradError);
    expect(() => x.add_(1)).toThrow('a leaf Variable that requires grad is being used in an in-place operation.');
    expect(() => x.select(0, 0).add_(1)).toThrow(
      'a view of a leaf Variable that requires grad is being used in an in-place operation.',
    );
    noGrad(() => x.add_(1));
    expect(x.tolist()).toEqual([2, 3]);
  });

  test('a saved tensor that was written to, found in backward', () => {
    const x = leaf(1, 2);
    const y = x.mul(2);
    const z = y.mul(y).sum();
    y.add_(1);
    expect(() => z.backward()).toThrow(
      /one of the variables needed for gradient computation has been modified by an inplace operation: \[torch.DoubleTensor \[2\]\], which is output 0 of AddBackward0, is at version 1; expected version 0 instead/,
    );
  });

  test('a saved output, and one written through a view or its detached twin', () => {
    for (const write of [
      (y: Tensor) => y.mul_(2),
      (y: Tensor) => y.get(0).zero_(),
      (y: Tensor) => y.detach().zero_(),
    ]) {
      const y = leaf(1, 2).exp();
      const loss = y.sum();
      write(y);
      expect(() => loss.backward()).toThrow(/modified by an inplace operation/);
    }
  });

  test('what no gradient needs may be written', () => {
    const x = leaf(1, 2);
    const y = x.add(1);
    const z = y.add(y).sum();
    y.mul_(100);
    z.backward();
    expect(x.grad?.tolist()).toEqual([2, 2]);
  });

  test.each([
    ['mul', (y: Tensor) => y.mul(2)],
    ['div', (y: Tensor) => y.div(tensor([2, 4]))],
    ['fmod', (y: Tensor) => y.fmod(10)],
    ['remainder', (y: Tensor) => y.remainder(10)],
    ['mm', (y: Tensor) => y.view(1, 2).mm(ones(2, 2).double())],
    ['bmm', (y: Tensor) => y.view(1, 1, 2).bmm(ones(1, 2, 2).double())],
    ['linear', (y: Tensor) => nn.functional.linear(y, ones(3, 2).double(), ones(3).double())],
  ] as const)('an operand of %s beside a constant', (_name, run) => {
    const [x, other] = [leaf(1, 2), leaf(1, 2)];
    run(other).sum().backward();
    const y = x.add(0);
    const loss = run(y).sum();
    y.add_(100);
    loss.backward();
    expect(x.grad?.tolist()).toEqual(other.grad?.tolist());
  });

  test('a power of a constant exponent', () => {
    const x = leaf(1, 2);
    const y = x.pow(2);
    y.add_(1);
    y.sum().backward();
    expect(x.grad?.tolist()).toEqual([2, 4]);
  });

  test('data is invisible to the version counter', () => {
    const y = leaf(1, 2).exp();
    const version = y._version;
    y.data.zero_();
    expect(y._version).toBe(version);
    y.detach().zero_();
    expect(y._version).toBe(version + 1);
  });

  test('elements that share their place', () => {
    expect(() => zeros(1).expand(3).add_(1)).toThrow(StateError);
    expect(() => zeros(1).expand(3).add_(1)).toThrow(
      /more than one element of the written-to tensor refers to a single memory location/,
    );
  });
});

describe('history', () => {
  test('of an overwritten tensor', () => {
    const x = leaf(1, 2);
    const y = x.mul(2);
    y.mul_(x);
    expect(y.gradFn?.name).toBe('MulBackward0');
    y.sum().backward();
    expect(x.grad?.tolist()).toEqual([4, 8]);
  });

  test('of a tensor that becomes a view of itself', () => {
    const views: ((y: Tensor) => Tensor)[] = [
      (y) => y.unsqueeze_(0),
      (y) => y.squeeze_(0),
      (y) => y.t_(),
      (y) => y.transpose_(0, -1),
    ];
    for (const view of views) {
      const x = leaf(1, 2);
      const y = x.mul(2).view(1, 2);
      expect(view(y)).toBe(y);
      y.mul(3).sum().backward();
      expect(x.grad?.tolist()).toEqual([6, 6]);
    }
  });

  test('of an operand of a wider dtype, whose gradient keeps it', () => {
    const x = leaf(1, 2);
    zeros(2).sub_(x).sum().backward();
    expect([x.grad?.dtype, x.grad?.tolist()]).toEqual(['float64', [-1, -1]]);
  });

  test('of a tensor overwritten with a comparison', () => {
    const x = leaf(1, 2);
    const y = x.mul(1).lt_(2);
    expect([y.tolist(), y.dtype, y.requiresGrad]).toEqual([[1, 0], 'float64', true]);
    expect(plain(1, 2).eq_(x).requiresGrad).toBe(true);
    y.sum().backward();
    expect(x.grad?.tolist()).toEqual([0, 0]);
  });

  test('of a base written through a view', () => {
    const x = leaf(1, 2, 3);
    const base = x.mul(1);
    const view = base.slice(0, 1);
    view.mul_(10);
    expect(base.gradFn?.name).toBe('CopySlices');
    base
      .mul(plain(1, 1, 2))
      .sum()
      .backward();
    expect(x.grad?.tolist()).toEqual([1, 10, 20]);
  });

  test('of a view whose base was written', () => {
    const x = leaf(1, 2);
    const base = x.mul(1);
    const view = base.get(1);
    base.mul_(3);
    expect(view.item()).toBe(6);
    view.mul(2).backward();
    expect(x.grad?.tolist()).toEqual([0, 6]);
  });

  test('of a constant that takes in a gradient', () => {
    const x = leaf(5);
    const buffer = zeros(2, 2, { dtype: 'float64' });
    const row = buffer.get(0);
    const other = buffer.get(1);
    row.copy_(x);
    expect(buffer.requiresGrad).toBe(true);
    expect(other.requiresGrad).toBe(true);
    buffer.sum().backward();
    expect(x.grad?.tolist()).toEqual([2]);
  });

  test('of a view of a view, and of two writes', () => {
    const x = leaf(1, 2, 3, 4);
    const base = x.mul(1);
    const matrix = base.view(2, 2);
    const column = matrix.get(':', 0);
    column.mul_(2);
    matrix.get(1).add_(column);
    const expected = (own: Tensor) => {
      const [a, b, c, d] = own.unbind() as [Tensor, Tensor, Tensor, Tensor];
      return a
        .mul(2)
        .add(b.mul(2))
        .add(c.mul(2).add(a.mul(2)).mul(3))
        .add(d.add(c.mul(2)).mul(4));
    };
    const weights = plain(1, 2, 3, 4);
    const [g] = autograd.grad(base.mul(weights).sum(), x, { retainGraph: true });
    const [wanted] = autograd.grad(expected(x), x);
    expect(g?.tolist()).toEqual(wanted?.tolist());
    expect(
      autograd.gradcheck(
        (own) => {
          const copy = (own as Tensor).mul(1);
          copy.view(2, 2).get(':', 0).mul_(2);
          return copy.mul(copy);
        },
        [leaf(1, 2, 3, 4)],
      ),
    ).toBe(true);
  });

  test('of elements set by index', () => {
    const [x, v] = [leaf(1, 2, 3), leaf(7)];
    const y = x.mul(2);
    y.set([[0, 2]], v);
    y.mul(plain(1, 2, 3))
      .sum()
      .backward();
    expect(x.grad?.tolist()).toEqual([0, 4, 0]);
    expect(v.grad?.tolist()).toEqual([4]);
  });
});
