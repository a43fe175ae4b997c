// State dicts: order, metadata, hooks, the text of errors, and that a refused load changes nothing.
import { nn, ones, type Tensor, zeros } from 'flambeau';
import { describe, expect, test } from 'vitest';

class M extends nn.Module {
  p = new nn.Parameter(zeros(2));
  l = new nn.Linear(2, 2);

  constructor() {
    super();
    this.registerBuffer('b', zeros(2));
    this.registerBuffer('cache', zeros(2), { persistent: false });
    this.registerParameter('none', null);
  }

  override forward(x: Tensor): Tensor {
    return this.l(x);
  }
}

class Extra extends nn.Module {
  state: unknown = { a: 1 };
  override getExtraState(): unknown {
    return this.state;
  }
  override setExtraState(state: unknown): void {
    this.state = state;
  }
}

const changed = (module: nn.Module, changes: Record<string, unknown>) => {
  const dict = new Map<string, unknown>(module.stateDict());
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) dict.delete(key);
    else dict.set(key, value);
  }
  return dict;
};
const snapshot = (module: nn.Module) => [...module.stateDict()].map(([key, value]) => [key, value.tolist()]);

describe('stateDict', () => {
  test('own parameters, own persistent buffers, then children; empty slots left out', () => {
    expect([...new M().stateDict().keys()]).toEqual(['p', 'b', 'l.weight', 'l.bias']);
  });

  test('carries the versions of all modules', () => {
    const { _metadata } = new M().stateDict();
    expect([...(_metadata ?? [])]).toEqual([
      ['', { version: 1 }],
      ['l', { version: 1 }],
    ]);
  });

  test('shares memory with the module, detached unless asked otherwise', () => {
    const net = new M();
    const detached = net.stateDict().get('p');
    expect(detached?.requiresGrad).toBe(false);
    detached?.fill_(3);
    expect(net.p.tolist()).toEqual([3, 3]);
    expect(net.stateDict({ keepVars: true }).get('p')).toBe(net.p);
  });

  test('prefix and destination', () => {
    const destination: nn.StateDict = new Map();
    expect(new nn.Linear(1, 1).stateDict({ destination, prefix: 'fc.' })).toBe(destination);
    expect([...destination.keys()]).toEqual(['fc.weight', 'fc.bias']);
  });

  test('what is shared stands there as often as it is registered', () => {
    const first = new nn.Linear(2, 2);
    const second = new nn.Linear(2, 2);
    second.weight = first.weight;
    const net = new nn.Sequential(first, second);
    expect([...net.namedParameters()].map(([name]) => name)).toEqual(['0.weight', '0.bias', '1.bias']);
    expect([...net.stateDict().keys()]).toEqual(['0.weight', '0.bias', '1.weight', '1.bias']);
  });

  test('extra state stands behind the buffers', () => {
    const net = new nn.Sequential(new Extra(), new nn.Linear(1, 1));
    expect([...net.stateDict().keys()]).toEqual(['0._extra_state', '1.weight', '1.bias']);
  });

  test('integer-like names keep the order of registration', () => {
    const net = new nn.Module();
    for (const name of ['10', '2', 'x', '1']) net.addModule(name, new nn.Linear(1, 1, { bias: false }));
    expect([...net.stateDict().keys()]).toEqual(['10.weight', '2.weight', 'x.weight', '1.weight']);
    expect(Object.keys(net)).toEqual(['10', '2', 'x', '1']);
  });

  test('hooks run before and after, and the public ones return nothing', () => {
    const net = new M();
    const seen: unknown[] = [];
    using _pre = net.registerStateDictPreHook((_m, prefix, keepVars) => void seen.push(['pre', prefix, keepVars]));
    const post = net.registerStateDictPostHook((_m, dict, prefix, meta) => {
      seen.push(['post', prefix, meta]);
      dict.delete('b');
    });
    expect([...net.stateDict().keys()]).toEqual(['p', 'l.weight', 'l.bias']);
    expect(seen).toEqual([
      ['pre', '', false],
      ['post', '', { version: 1 }],
    ]);
    post.remove();
    using _bad = net.registerStateDictPostHook((() => 1) as unknown as () => void);
    expect(() => net.stateDict()).toThrow('state_dict post-hook must return None');
  });
});

describe('loadStateDict', () => {
  test('copies values and reports that all keys matched', () => {
    const from = new M();
    from.p.data.fill_(5);
    const to = new M();
    const { p } = to;
    expect(String(to.loadStateDict(from.stateDict()))).toBe('<All keys matched successfully>');
    expect(to.p).toBe(p);
    expect(snapshot(to)).toEqual(snapshot(from));
  });

  test('takes an object literal and lists what differs when not strict', () => {
    const net = new M();
    const dict = Object.fromEntries(changed(net, { zz: zeros(1), 'l.bias': undefined }));
    const keys = net.loadStateDict(dict, { strict: false });
    expect(keys.missingKeys).toEqual(['l.bias']);
    expect(keys.unexpectedKeys).toEqual(['zz']);
    expect(String(keys)).toBe("_IncompatibleKeys(missing_keys=['l.bias'], unexpected_keys=['zz'])");
  });

  const mismatch =
    'size mismatch for l.weight: copying a param with shape torch.Size([3, 3]) from checkpoint, ' +
    'the shape in current model is torch.Size([2, 2]).';
  const errors: [what: string, changes: Record<string, unknown>, strict: boolean, text: string][] = [
    [
      'missing, unexpected and size lines in this order',
      { p: ones(2), 'l.bias': undefined, 'l.weight': zeros(3, 3), zz: zeros(1), 'q.r': zeros(1) },
      true,
      `\tMissing key(s) in state_dict: "l.bias". \n\tUnexpected key(s) in state_dict: "zz", "q.r". \n\t${mismatch}`,
    ],
    ['sizes also when not strict', { p: ones(2), 'l.weight': zeros(3, 3), zz: zeros(1) }, false, `\t${mismatch}`],
    [
      'what is no tensor',
      { p: ones(2), b: 3 },
      true,
      '\tWhile copying the parameter named "b", expected torch.Tensor or Tensor-like object from checkpoint but ' +
        "received <class 'int'>",
    ],
    [
      'a scalar for a vector',
      { p: ones(2), b: zeros([]) },
      true,
      '\tsize mismatch for b: copying a param with shape torch.Size([]) from checkpoint, the shape in current model ' +
        'is torch.Size([2]).',
    ],
    [
      'an extra state nobody asked for',
      { p: ones(2), _extra_state: 3 },
      true,
      '\tUnexpected key(s) in state_dict: "_extra_state". ',
    ],
  ];
  test.each(errors)('refuses %s, and changes nothing', (_what, changes, strict, text) => {
    const net = new M();
    const before = snapshot(net);
    expect(() => net.loadStateDict(changed(net, changes), { strict })).toThrow(
      expect.objectContaining({ code: 'ERR_STATE_DICT', message: `Error(s) in loading state_dict for M:\n${text}` }),
    );
    expect(snapshot(net)).toEqual(before);
  });

  test.each([
    [[1], "Expected state_dict to be dict-like, got <class 'list'>."],
    [3, "Expected state_dict to be dict-like, got <class 'int'>."],
  ])('refuses %s', (dict, message) => {
    expect(() => new M().loadStateDict(dict as unknown as Map<string, Tensor>)).toThrow(message);
  });

  test('a one-element vector fills a scalar', () => {
    const net = new nn.Module();
    net.registerBuffer('count', zeros([]));
    net.loadStateDict(new Map([['count', ones(1)]]));
    expect(net.getBuffer('count').item()).toBe(1);
  });

  test('assign takes the tensors and keeps requiresGrad', () => {
    const net = new M();
    net.l.requiresGrad_(false);
    const dict = new Map([...net.stateDict()].map(([key, value]) => [key, value.to('float64')]));
    net.loadStateDict(dict, { assign: true });
    expect([net.l.weight.requiresGrad, net.p.requiresGrad]).toEqual([false, true]);
    expect([net.l.weight.dtype, net.p.dtype, net.getBuffer('b').dtype]).toEqual(['float64', 'float64', 'float64']);
    expect(net.getBuffer('b')).toBe(dict.get('b'));
  });

  test('extra state goes through its setter', () => {
    const net = new nn.Sequential(new Extra());
    net.loadStateDict({ '0._extra_state': { a: 2 } });
    expect((net.get(0) as Extra).state).toEqual({ a: 2 });
    expect(() => net.loadStateDict({})).toThrow('Missing key(s) in state_dict: "0._extra_state". ');
  });

  test('pre-hooks may rename keys', () => {
    const net = new M();
    using _hook = net.registerLoadStateDictPreHook((_m, dict, prefix) => {
      dict.set(`${prefix}p`, dict.get(`${prefix}old`));
      dict.delete(`${prefix}old`);
    });
    net.loadStateDict(changed(net, { p: undefined, old: ones(2) }));
    expect(net.p.tolist()).toEqual([1, 1]);
  });

  test('post-hooks see the loaded values and decide which keys count', () => {
    const net = new M();
    const seen: unknown[] = [];
    const handle = net.registerLoadStateDictPostHook((m, keys) => {
      seen.push(m.p.tolist());
      keys.missingKeys.length = 0;
    });
    net.loadStateDict(changed(net, { p: ones(2), b: undefined }));
    expect(seen).toEqual([[1, 1]]);
    handle.remove();
    using _adds = net.registerLoadStateDictPostHook((_m, keys) => void keys.unexpectedKeys.push('never'));
    expect(() => net.loadStateDict(changed(net, { p: zeros(2) }))).toThrow(
      'Unexpected key(s) in state_dict: "never". ',
    );
    expect(net.p.tolist()).toEqual([1, 1]);
  });

  test('post-hooks return nothing', () => {
    const net = new M();
    using _hook = net.registerLoadStateDictPostHook((() => 1) as unknown as () => void);
    expect(() => net.loadStateDict(net.stateDict())).toThrow(
      'Hooks registered with ``register_load_state_dict_post_hook`` are not' +
        'expected to return new values, if incompatible_keys need to be modified,it should be done inplace.',
    );
  });
});
