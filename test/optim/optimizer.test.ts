// Optimizers: steps, state and messages against values recorded from PyTorch 2.6.
import { manualSeed, nn, noGrad, optim, randn, type Tensor, tensor } from 'flambeau';
import { describe, expect, it } from 'vitest';

const target = 3;

function run(make: (params: Tensor[]) => optim.Optimizer, steps: number) {
  const p = new nn.Parameter(tensor([1, -2], { dtype: 'float32' }));
  const optimizer = make([p]);
  for (let i = 0; i < steps; i++) {
    optimizer.zeroGrad();
    p.sub(target).square().sum().backward();
    optimizer.step();
  }
  return { p, optimizer };
}

const rows: [string, (params: Tensor[]) => optim.Optimizer, number[], string[], string][] = [
  [
    'SGD',
    (p) => new optim.SGD(p, { lr: 0.1, momentum: 0.9, nesterov: true, weightDecay: 0.01 }),
    [3.2067103385925293, 3.541663885116577],
    ['momentum_buffer'],
    `SGD (
Parameter Group 0
    dampening: 0
    differentiable: False
    foreach: None
    fused: None
    lr: 0.1
    maximize: False
    momentum: 0.9
    nesterov: True
    weight_decay: 0.01
)`,
  ],
  [
    'Adam',
    (p) => new optim.Adam(p, { lr: 0.1, amsgrad: true }),
    [1.2993766069412231, -1.7002133131027222],
    ['step', 'exp_avg', 'exp_avg_sq', 'max_exp_avg_sq'],
    `Adam (
Parameter Group 0
    amsgrad: True
    betas: (0.9, 0.999)
    capturable: False
    differentiable: False
    eps: 1e-08
    foreach: None
    fused: None
    lr: 0.1
    maximize: False
    weight_decay: 0
)`,
  ],
  [
    'AdamW',
    (p) => new optim.AdamW(p, { lr: 0.1 }),
    [1.2960879802703857, -1.694523811340332],
    ['step', 'exp_avg', 'exp_avg_sq'],
    `AdamW (
Parameter Group 0
    amsgrad: False
    betas: (0.9, 0.999)
    capturable: False
    differentiable: False
    eps: 1e-08
    foreach: None
    fused: None
    lr: 0.1
    maximize: False
    weight_decay: 0.01
)`,
  ],
];

describe.each(rows)('%s', (_name, make, values, stateKeys, text) => {
  it('takes the steps that PyTorch takes, to the last digit', () => {
    expect(run(make, 3).p.tolist()).toEqual(values);
  });

  it('keeps the state that PyTorch keeps', () => {
    const dict = run(make, 1).optimizer.stateDict();
    expect([...dict.keys()]).toEqual(['state', 'param_groups']);
    const state = dict.get('state') as Map<number, Map<string, Tensor>>;
    expect([...(state.get(0)?.keys() ?? [])]).toEqual(stateKeys);
    const [group] = dict.get('param_groups') as Map<string, unknown>[];
    expect(group?.get('params')).toEqual([0]);
    expect(group?.get('lr')).toBe(0.1);
  });

  it('goes on from a state dict as if it had not stopped', () => {
    const straight = run(make, 5).p;
    const { p, optimizer } = run(make, 2);
    const q = new nn.Parameter(p.detach().clone());
    const resumed = make([q]);
    resumed.loadStateDict(optimizer.stateDict());
    for (let i = 0; i < 3; i++) {
      resumed.zeroGrad();
      q.sub(target).square().sum().backward();
      resumed.step();
    }
    expect(q.tolist()).toEqual(straight.tolist());
  });

  it('prints as in PyTorch', () => {
    expect(String(run(make, 0).optimizer)).toBe(text);
  });
});

describe('Optimizer', () => {
  const p = () => new nn.Parameter(tensor([1.5]));
  const refused: [string, () => unknown, RegExp][] = [
    ['no parameters', () => new optim.SGD([]), /optimizer got an empty parameter list/],
    [
      'one tensor',
      () => new optim.SGD(p() as never),
      /params argument given to the optimizer should be an iterable of Tensors/,
    ],
    ['a result', () => new optim.SGD([p().mul(2)]), /can't optimize a non-leaf Tensor/],
    ['a stranger', () => new optim.SGD([3 as never]), /an iterable|can only optimize Tensors|must be an object/],
    ['a negative rate', () => new optim.SGD([p()], { lr: -1 }), /Invalid learning rate: -1/],
    [
      'Nesterov alone',
      () => new optim.SGD([p()], { nesterov: true }),
      /Nesterov momentum requires a momentum and zero dampening/,
    ],
    ['a large beta', () => new optim.Adam([p()], { betas: [0.9, 1] }), /Invalid beta parameter at index 1: 1/],
    [
      'a wrong name',
      () => new optim.Adam([p()], { weight_decay: 1 } as object),
      /unknown option 'weight_decay'; did you mean 'weightDecay'/,
    ],
  ];
  it.each(refused)('refuses %s', (_name, act, message) => expect(act).toThrow(message));

  it('gives groups their own hyper-parameters', () => {
    const [a, b] = [p(), p()];
    const optimizer = new optim.SGD([{ params: [a] }, { params: b, lr: 1 }], { lr: 0.5 });
    a.grad = tensor([1.0]).to('float32');
    b.grad = tensor([1.0]).to('float32');
    optimizer.step();
    expect([a.item(), b.item()]).toEqual([1, 0.5]);
    expect(() => optimizer.addParamGroup({ params: [a] })).toThrow(/more than one parameter group/);
  });

  it('leaves parameters without gradients alone, and forgets gradients', () => {
    const a = p();
    const optimizer = new optim.Adam([a]);
    optimizer.step();
    expect(a.item()).toBe(1.5);
    a.sum().backward();
    optimizer.zeroGrad({ setToNone: false });
    expect(a.grad?.item()).toBe(0);
    optimizer.zeroGrad();
    expect(a.grad).toBeNull();
  });

  it('updates parameters that are views in another order', () => {
    manualSeed(0);
    const base = randn(3, 4);
    const plain = new nn.Parameter(base.t().contiguous());
    const view = new nn.Parameter(base.t());
    for (const q of [plain, view]) {
      const optimizer = new optim.Adam([q]);
      q.square().sum().backward();
      optimizer.step();
    }
    expect(view.isContiguous()).toBe(false);
    expect(view.tolist()).toEqual(plain.tolist());
  });

  it('computes the closure with recording on and runs its hooks', () => {
    const a = p();
    const optimizer = new optim.SGD([a], { lr: 0.1 });
    const seen: string[] = [];
    optimizer.registerStepPreHook(() => void seen.push('before'));
    const handle = optimizer.registerStepPostHook(() => void seen.push('after'));
    const loss = noGrad(() =>
      optimizer.step(() => {
        const value = a.square().sum();
        value.backward();
        return value;
      }),
    );
    handle.remove();
    optimizer.step();
    expect(loss?.item()).toBe(2.25);
    expect(seen).toEqual(['before', 'after', 'before']);
  });
});
