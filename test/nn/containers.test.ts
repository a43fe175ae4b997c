// Containers: construction, indices, slices, changes, and their errors.
import { nn, ones, type Tensor, tensor, zeros } from 'flambeau';
import { describe, expect, test } from 'vitest';

const kinds = (modules: Iterable<nn.Module>) => [...modules].map((module) => module._getName());
const keys = (module: nn.Module) => [...module._modules.keys()];

describe('Sequential', () => {
  const make = () => new nn.Sequential(new nn.Linear(2, 2), new nn.ReLU(), new nn.Tanh());

  test('calls its modules in order', () => {
    class Add extends nn.Module {
      override forward(x: Tensor): Tensor {
        return x.add(1);
      }
    }
    class Double extends nn.Module {
      override forward(x: Tensor): Tensor {
        return x.mul(2);
      }
    }
    expect(new nn.Sequential(new Add(), new Double())(tensor([3])).tolist()).toEqual([8]);
    const x = ones(1);
    expect(new nn.Sequential()(x)).toBe(x);
  });

  test('takes named modules', () => {
    const net = new nn.Sequential(
      new Map<string, nn.Module>([
        ['fc', new nn.Linear(1, 1)],
        ['act', new nn.ReLU()],
      ]),
    );
    expect(keys(net)).toEqual(['fc', 'act']);
    expect(keys(new nn.Sequential({ fc: new nn.Linear(1, 1) }))).toEqual(['fc']);
    expect(keys(net.slice(1))).toEqual(['act']);
  });

  test('indices, slices and iteration', () => {
    const net = make();
    expect(net.length).toBe(3);
    expect(net.get(-1)).toBe(net.get(2));
    expect(net[1]).toBe(net.get(1));
    expect(net[7]).toBeUndefined();
    expect(kinds(net.slice(1))).toEqual(['ReLU', 'Tanh']);
    expect(keys(net.slice(1))).toEqual(['1', '2']);
    expect(kinds(net)).toEqual(['Linear', 'ReLU', 'Tanh']);
  });

  test('changes renumber', () => {
    const net = make();
    expect(net.pop(0)).toBeInstanceOf(nn.Linear);
    expect(keys(net)).toEqual(['0', '1']);
    net.insert(0, new nn.Sigmoid()).append(new nn.Identity()).insert(-1, new nn.Flatten());
    expect(kinds(net)).toEqual(['Sigmoid', 'ReLU', 'Tanh', 'Flatten', 'Identity']);
    expect(keys(net)).toEqual(['0', '1', '2', '3', '4']);
    net.set(0, new nn.ReLU());
    expect(kinds(net.slice(0, 2))).toEqual(['ReLU', 'ReLU']);
    expect(net.extend([new nn.Tanh()]).length).toBe(6);
    net.delete(-1);
    expect(net.length).toBe(5);
  });

  test('concat and repeat make new ones of the same modules', () => {
    const net = make();
    const twice = net.repeat(2);
    expect(twice.length).toBe(6);
    expect(twice.get(3)).toBe(net.get(0));
    expect(net.concat(new nn.Sequential(new nn.ReLU())).length).toBe(4);
    expect(net.length).toBe(3);
  });

  const none = 3 as unknown as nn.Module;
  const errors: [message: string, act: (net: nn.Sequential) => unknown][] = [
    ['index 5 is out of range', (s) => s.get(5)],
    ['index -4 is out of range', (s) => s.get(-4)],
    ['Index out of range: 5', (s) => s.insert(5, new nn.ReLU())],
    ['int is not a Module subclass', (s) => s.append(none)],
    ['int is not a Module subclass', (s) => s.insert(0, none)],
    ['int is not a Module subclass', () => new nn.Sequential(none)],
    [
      "add operator supports only objects of Sequential class, but <class 'int'> is given.",
      (s) => s.concat(none as nn.Sequential),
    ],
    ["Non-positive multiplication factor 0 for <class 'Sequential'>", (s) => s.repeat(0)],
    ["unsupported operand type(s) for *: <class 'Sequential'> and <class 'float'>", (s) => s.repeat(1.5)],
  ];
  test.each(errors)('%s', (message, act) => expect(() => act(make())).toThrow(expect.objectContaining({ message })));
});

describe('ModuleList', () => {
  const make = () => new nn.ModuleList<nn.Module>([new nn.Linear(2, 2), new nn.ReLU()]);

  test('is a list', () => {
    const list = make();
    list.insert(1, new nn.Tanh());
    list.append(new nn.Sigmoid()).extend([new nn.Identity()]);
    expect(kinds(list)).toEqual(['Linear', 'Tanh', 'ReLU', 'Sigmoid', 'Identity']);
    expect(list.pop(-1)).toBeInstanceOf(nn.Identity);
    list.set(0, new nn.ReLU());
    list.append(new nn.Tanh()).delete(-1);
    expect(kinds(list.slice(0, -1))).toEqual(['ReLU', 'Tanh', 'ReLU']);
    expect(keys(list.slice(2))).toEqual(['0', '1']);
    expect(list.concat(make()).length).toBe(6);
    expect(list[3]).toBe(list.get(3));
  });

  test('types its elements', () => {
    const list = new nn.ModuleList([new nn.Linear(2, 3)]);
    expect(list.get(0)(zeros(1, 2)).shape).toEqual([1, 3]);
  });

  const errors: [message: string, act: () => unknown][] = [
    ['int is not a Module subclass', () => new nn.ModuleList([3 as unknown as nn.Module])],
    ['index 2 is out of range', () => make().get(2)],
    ['ModuleList.extend should be called with an iterable, but got int', () => make().extend(3 as unknown as [])],
  ];
  test.each(errors)('%s', (message, act) => expect(act).toThrow(expect.objectContaining({ message })));
});

describe('ModuleDict', () => {
  test('is a dictionary', () => {
    const dict = new nn.ModuleDict<nn.Module>({ a: new nn.Linear(1, 1), b: new nn.ReLU() });
    dict.update([['c', new nn.Tanh()]]);
    dict.update(new Map([['a', new nn.Sigmoid()]]));
    dict.set('d', new nn.Identity());
    expect([...dict.keys()]).toEqual(['a', 'b', 'c', 'd']);
    expect([...dict.items()]).toEqual([...dict.entries()]);
    expect(kinds(dict.values())).toEqual(['Sigmoid', 'ReLU', 'Tanh', 'Identity']);
    expect(dict.pop('d')).toBeInstanceOf(nn.Identity);
    dict.delete('c');
    expect([dict.has('c'), dict.size, dict.get('b')._getName()]).toEqual([false, 2, 'ReLU']);
    expect(new nn.ModuleDict(dict).size).toBe(2);
    dict.clear();
    expect([...dict]).toEqual([]);
  });

  const errors: [code: string, message: string, act: () => unknown][] = [
    ['ERR_KEY', 'q', () => new nn.ModuleDict().get('q')],
    ['ERR_KEY', "attribute 'type' already exists", () => new nn.ModuleDict({ type: new nn.ReLU() })],
    [
      'ERR_ARGUMENT_TYPE',
      'ModuleDict.update should be called with an iterable of key/value pairs, but got int',
      () => new nn.ModuleDict(3 as unknown as []),
    ],
    [
      'ERR_ARGUMENT_TYPE',
      'ModuleDict update sequence element #0 should be Iterable; isint',
      () => new nn.ModuleDict([3] as unknown as []),
    ],
    [
      'ERR_VALUE',
      'ModuleDict update sequence element #0 has length 3; 2 is required',
      () => new nn.ModuleDict([['a', 1, 2]] as unknown as []),
    ],
  ];
  test.each(errors)('%s %s', (code, message, act) => expect(act).toThrow(expect.objectContaining({ code, message })));
});

describe('ParameterList', () => {
  test('makes parameters of tensors and keeps the rest', () => {
    const list = new nn.ParameterList<unknown>([zeros(2), 3]);
    list.append(new nn.Parameter(ones(1))).extend(['s']);
    expect(list.length).toBe(4);
    expect(list.get(0)).toBeInstanceOf(nn.Parameter);
    expect([...list].slice(1, 2)).toEqual([3]);
    expect(list.slice(2).get(-1)).toBe('s');
    list.set(1, ones(3));
    expect([...list.namedParameters()].map(([name]) => name).sort()).toEqual(['0', '1', '2']);
    expect(nn.deepcopy(list).length).toBe(4);
  });

  const errors: [message: string, act: () => unknown][] = [
    ['index 0 is out of range', () => new nn.ParameterList().get(0)],
    [
      'ParameterList.extend should be called with an iterable, but got int',
      () => new nn.ParameterList().extend(3 as unknown as []),
    ],
    [
      'ParameterList.extend should be called with an iterable, but got torch.FloatTensor',
      () => new nn.ParameterList().extend(zeros(2) as unknown as []),
    ],
    ['ParameterList should not be called.', () => new nn.ParameterList()(3)],
  ];
  test.each(errors)('%s', (message, act) => expect(act).toThrow(expect.objectContaining({ message })));
});

describe('ParameterDict', () => {
  test('is a dictionary of parameters', () => {
    const dict = new nn.ParameterDict<unknown>({ b: zeros(2), a: 3 });
    expect([...dict.keys()]).toEqual(['a', 'b']);
    expect(dict.get('b')).toBeInstanceOf(nn.Parameter);
    dict.update([['c', zeros(1)]]);
    expect(dict.setdefault('d', 4)).toBe(4);
    expect(dict.setdefault('a', 5)).toBe(3);
    expect([...dict.stateDict().keys()]).toEqual(['b', 'c']);
    expect(dict.copy().get('b')).toBe(dict.get('b'));
    expect([...dict.items()]).toEqual([...dict.entries()]);
    expect([dict.get('a', 7), dict.get('z', 7), dict.get('z', null)]).toEqual([3, 7, null]);
    expect(dict.copy().popitem()).toEqual(['d', 4]);
    expect([...dict.fromkeys(['x', 'y'], 1)]).toEqual([
      ['x', 1],
      ['y', 1],
    ]);
    expect(dict.pop('d')).toBe(4);
    dict.delete('a');
    expect([dict.size, dict.has('a'), 'a' in dict]).toEqual([2, false, false]);
    dict.clear();
    expect(dict.size).toBe(0);
  });

  const errors: [message: string, act: () => unknown][] = [
    ["'ParameterDict' object has no attribute 'q'", () => new nn.ParameterDict().get('q')],
    [
      'ParametersDict.update should be called with an iterable of key/value pairs, but got int',
      () => new nn.ParameterDict(3 as unknown as []),
    ],
    [
      'ParameterDict update sequence element #0 should be Iterable; isint',
      () => new nn.ParameterDict([3] as unknown as []),
    ],
    [
      'ParameterDict update sequence element #0 has length 3; 2 is required',
      () => new nn.ParameterDict([['a', 1, 2]] as unknown as []),
    ],
    ['dictionary is empty', () => new nn.ParameterDict().popitem()],
    ['ParameterDict should not be called.', () => new nn.ParameterDict()(3)],
  ];
  test.each(errors)('%s', (message, act) => expect(act).toThrow(expect.objectContaining({ message })));
});
