// What must compile and what must not: calls are typed from forward, containers from their elements.
import { nn, type Tensor, zeros } from 'flambeau';
import { expect, expectTypeOf, test } from 'vitest';

class Pair extends nn.Module {
  override forward(x: Tensor, options: { scale?: number } = {}): [Tensor, number] {
    return [x, options.scale ?? 1];
  }
}

class Slow extends nn.Module {
  override async forward(x: number): Promise<number> {
    return x;
  }
}

test('a call has the parameters and the result of forward', () => {
  const net = new Pair();
  expectTypeOf(net(zeros(1))).toEqualTypeOf<[Tensor, number]>();
  expectTypeOf(net(zeros(1), { scale: 2 })).toEqualTypeOf<[Tensor, number]>();
  expectTypeOf(new nn.Linear(1, 1)(zeros(1, 1))).toEqualTypeOf<Tensor>();
  expectTypeOf(new Slow()(1)).resolves.toEqualTypeOf<number>();
  // @ts-expect-error: not a tensor
  expectTypeOf(() => net(3)).toBeFunction();
  // @ts-expect-error: an argument is missing
  expectTypeOf(() => net()).toBeFunction();
});

test('hooks see the module and what forward returns', () => {
  using _hook = new Pair().registerForwardHook((module, args, output) => {
    expectTypeOf(module).toEqualTypeOf<Pair>();
    expectTypeOf(args).toEqualTypeOf<unknown[]>();
    expectTypeOf(output).toEqualTypeOf<[Tensor, number]>();
  });
  using _slow = new Slow().registerForwardHook((_module, _args, output) => {
    expectTypeOf(output).toEqualTypeOf<number>();
  });
});

test('containers know their elements', () => {
  const list = new nn.ModuleList([new nn.Linear(1, 1), new nn.Linear(1, 1)]);
  expectTypeOf(list.get(0)).toEqualTypeOf<nn.Linear>();
  expectTypeOf([...list]).toEqualTypeOf<nn.Linear[]>();
  expectTypeOf(new nn.ModuleDict({ a: new nn.ReLU() }).get('a')).toEqualTypeOf<nn.ReLU>();
  expectTypeOf(new nn.ParameterList([zeros(1)]).get(0)).toEqualTypeOf<nn.Parameter>();
  expectTypeOf(nn.deepcopy(new nn.Linear(1, 1))).toEqualTypeOf<nn.Linear>();
});

test('a plain Module can be called with anything and gives unknown', () => {
  const modules: nn.Module[] = [new nn.ReLU()];
  const results = modules.map((module) => module(zeros(1)));
  expectTypeOf(results).toEqualTypeOf<unknown[]>();
  expect(results).toHaveLength(1);
});
