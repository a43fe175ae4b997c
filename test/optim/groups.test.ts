// Parameter groups, names and hooks of optimizers, and what they refuse.
import { nn, optim, type Tensor, tensor } from 'flambeau';
import { describe, expect, it } from 'vitest';

const parameter = (value = 1.5) => new nn.Parameter(tensor([value]));

function withGradient(param: nn.Parameter): nn.Parameter {
  param.grad = tensor([1]).to('float32');
  return param;
}

describe('parameter groups', () => {
  it('keep names, and put them where PyTorch does', () => {
    const net = new nn.Linear(2, 3);
    const optimizer = new optim.SGD(net.namedParameters(), { lr: 0.1 });
    const [group] = optimizer.stateDict().get('param_groups') as Map<string, unknown>[];
    expect([...(group?.keys() ?? [])].slice(0, 2)).toEqual(['param_names', 'lr']);
    expect(group?.get('param_names')).toEqual(['weight', 'bias']);
    expect([...(group?.keys() ?? [])].at(-1)).toBe('params');
    expect(() => optimizer.addParamGroup({ params: [parameter()] })).toThrow(
      'all optimizer param groups should be with/without names. cannot add param group without names to the optimizer',
    );
    const named = ['a', parameter()] as const;
    expect(() => new optim.SGD([named, parameter()])).toThrow('Some param names are missing');
  });

  it('put what the user gave before the defaults', () => {
    const optimizer = new optim.Adam([{ params: parameter(), eps: 1e-3, lr: 1 }]);
    const [group] = optimizer.stateDict().get('param_groups') as Map<string, unknown>[];
    expect([...(group?.keys() ?? [])].slice(0, 3)).toEqual(['eps', 'lr', 'betas']);
  });

  it('keep names of their own when a dict without names is loaded', () => {
    const [plain, named] = [new optim.SGD([parameter()], { lr: 0.3 }), new optim.SGD([['x', parameter()]])];
    named.loadStateDict(plain.stateDict());
    expect(named.paramGroups[0]?.paramNames).toEqual(['x']);
    expect(named.paramGroups[0]?.lr).toBe(0.3);
  });

  it('of a loaded dict are copies', () => {
    const a = new optim.SGD([withGradient(parameter())], { momentum: 0.9 });
    a.step();
    const dict = a.stateDict();
    const b = new optim.SGD([withGradient(parameter())], { momentum: 0.9 });
    b.loadStateDict(dict);
    a.step();
    const buffer = b.state.get(b.paramGroups[0]?.params[0] as Tensor)?.get('momentum_buffer') as Tensor;
    expect(buffer.tolist()).toEqual([1]);
  });
});

describe('state dicts', () => {
  const refused: [string, (o: optim.Optimizer) => unknown, RegExp][] = [
    ['no dict', (o) => o.loadStateDict(new Map()), /expected a Map with state and param_groups/],
    [
      'other groups',
      (o) => o.loadStateDict(new optim.SGD([{ params: parameter() }, { params: parameter() }]).stateDict()),
      /loaded state dict has a different number of parameter groups/,
    ],
    [
      'other sizes',
      (o) => o.loadStateDict(new optim.SGD([parameter(), parameter()]).stateDict()),
      /loaded state dict contains a parameter group that doesn't match the size of optimizer's group/,
    ],
  ];
  it.each(refused)('of %s are refused, and nothing changes', (_name, load, message) => {
    const optimizer = new optim.Adam([withGradient(parameter())]);
    optimizer.step();
    const before = String(optimizer);
    expect(() => load(optimizer)).toThrow(message);
    expect(String(optimizer)).toBe(before);
    expect(optimizer.state.size).toBe(1);
  });

  it('of older versions get the newer hyper-parameters and a tensor for the count', () => {
    const param = withGradient(parameter());
    const optimizer = new optim.Adam([param]);
    optimizer.step();
    const dict = optimizer.stateDict();
    const [group] = dict.get('param_groups') as Map<string, unknown>[];
    for (const key of ['fused', 'differentiable', 'maximize']) group?.delete(key);
    (dict.get('state') as Map<number, Map<string, unknown>>).get(0)?.set('step', 5);
    optimizer.loadStateDict(dict);
    optimizer.step();
    expect(optimizer.paramGroups[0]?.maximize).toBe(false);
    const step = optimizer.state.get(param)?.get('step') as Tensor | undefined;
    expect(step?.item()).toBe(6);
  });
});

describe('hooks', () => {
  it('run in the order of PyTorch', () => {
    const optimizer = new optim.SGD([withGradient(parameter())]);
    const seen: string[] = [];
    const note = (name: string) => () => void seen.push(name);
    const handles = [
      optim.registerOptimizerStepPreHook(note('global pre')),
      optim.registerOptimizerStepPostHook(note('global post')),
    ];
    optimizer.registerStepPreHook(note('pre'));
    optimizer.registerStepPostHook(note('post'));
    optimizer.registerStateDictPreHook(note('dict pre'));
    optimizer.registerStateDictPostHook(note('dict post'));
    optimizer.registerStateDictPostHook(note('dict post first'), { prepend: true });
    optimizer.registerLoadStateDictPreHook(note('load pre'));
    optimizer.registerLoadStateDictPostHook(note('load post'));
    optimizer.step();
    optimizer.loadStateDict(optimizer.stateDict());
    for (const handle of handles) handle.remove();
    optimizer.step();
    expect(seen).toEqual([
      ...['global pre', 'pre', 'post', 'global post'],
      ...['dict pre', 'dict post first', 'dict post', 'load pre', 'load post'],
      ...['pre', 'post'],
    ]);
  });

  it('may replace the closure and the dict', () => {
    const optimizer = new optim.SGD([withGradient(parameter())]);
    optimizer.registerStepPreHook(() => [() => tensor(7)]);
    expect(optimizer.step()?.item()).toBe(7);
    optimizer.registerStateDictPostHook(() => new Map([['mine', 1]]));
    expect([...optimizer.stateDict()]).toEqual([['mine', 1]]);
    const odd = new optim.SGD([parameter()]);
    odd.registerStepPreHook(() => 3 as never);
    expect(() => odd.step()).toThrow(/must return None or a tuple/);
  });
});

describe('steps', () => {
  it('can be differentiated', () => {
    // d/dlr of (p - lr g)^2 = -2 g (p - lr g)
    const lr = tensor(0.5, { dtype: 'float64', requiresGrad: true });
    const leaf = tensor([2], { dtype: 'float64', requiresGrad: true });
    const p = leaf.clone();
    p.retainGrad();
    const optimizer = new optim.SGD([p], { lr, differentiable: true });
    p.grad = tensor([3], { dtype: 'float64' });
    optimizer.step();
    p.square().sum().backward();
    expect(lr.grad?.item()).toBe(-2 * 3 * (2 - 0.5 * 3));
  });

  it('take a learning rate that is a tensor', () => {
    const p = withGradient(parameter());
    new optim.SGD([p], { lr: tensor(0.5) }).step();
    expect(p.item()).toBe(1);
    expect(() => new optim.SGD([p], { lr: tensor([1, 2]) })).toThrow('Tensor lr must be 1-element');
  });

  it('of SparseAdam refuse dense gradients', () => {
    const optimizer = new optim.SparseAdam([withGradient(parameter())]);
    expect(() => optimizer.step()).toThrow('SparseAdam does not support dense gradients, please consider Adam instead');
  });

  it('of LBFGS need a closure, and one group', () => {
    expect(() => new optim.LBFGS([parameter()]).step()).toThrow(/closure/);
    expect(() => new optim.LBFGS([{ params: parameter() }, { params: parameter() }])).toThrow(
      "LBFGS doesn't support per-parameter options (parameter groups)",
    );
  });

  it('of Muon are for matrices', () => {
    expect(() => new optim.Muon([parameter()])).toThrow(
      'Muon only supports 2D parameters whereas we found a parameter with size: torch.Size([1])',
    );
  });
});
