// Registration by assignment: PyTorch's order of decisions, its messages, and what JavaScript sees of an instance.
import { nn, type Tensor, zeros } from 'flambeau';
import { describe, expect, test } from 'vitest';
import { assignAttribute } from '../../lib/nn/attributes.ts';

class Net extends nn.Module {
  l = new nn.Linear(2, 2);
  p = new nn.Parameter(zeros(2));
  b = new nn.Buffer(zeros(2));
  plain: unknown = 3;

  override forward(x: Tensor): Tensor {
    return this.l(x);
  }
}

const set = (module: nn.Module, name: string, value: unknown) => Reflect.set(module, name, value);
const places = (module: nn.Module, name: string) => [
  module._parameters.has(name),
  module._buffers.has(name),
  module._modules.has(name),
];

describe('messages of assignment', () => {
  const tensor = () => zeros(2);
  const cases: [name: string, value: unknown, message: string][] = [
    ['p', tensor(), "cannot assign 'torch.FloatTensor' as parameter 'p' (torch.nn.Parameter or None expected)"],
    ['p', new nn.ReLU(), "cannot assign 'ReLU' as parameter 'p' (torch.nn.Parameter or None expected)"],
    ['p', 3, "cannot assign 'int' as parameter 'p' (torch.nn.Parameter or None expected)"],
    ['l', 3, "cannot assign 'int' as child module 'l' (torch.nn.Module or None expected)"],
    ['l', tensor(), "cannot assign 'torch.FloatTensor' as child module 'l' (torch.nn.Module or None expected)"],
    ['l', 's', "cannot assign 'str' as child module 'l' (torch.nn.Module or None expected)"],
    ['b', 3, "cannot assign 'int' as buffer 'b' (torch.nn.Buffer, torch.Tensor or None expected)"],
    ['b', 'x', "cannot assign 'str' as buffer 'b' (torch.nn.Buffer, torch.Tensor or None expected)"],
    ['b', [1], "cannot assign 'list' as buffer 'b' (torch.nn.Buffer, torch.Tensor or None expected)"],
    ['b', 1.5, "cannot assign 'float' as buffer 'b' (torch.nn.Buffer, torch.Tensor or None expected)"],
    ['b', {}, "cannot assign 'dict' as buffer 'b' (torch.nn.Buffer, torch.Tensor or None expected)"],
    ['b', true, "cannot assign 'bool' as buffer 'b' (torch.nn.Buffer, torch.Tensor or None expected)"],
  ];
  test.each(cases)('%s', (name, value, message) => {
    const net = new Net();
    const before = Reflect.get(net, name);
    expect(() => set(net, name, value)).toThrow(expect.objectContaining({ code: 'ERR_ARGUMENT_TYPE', message }));
    expect(Reflect.get(net, name)).toBe(before);
  });
});

describe('messages of registration', () => {
  const notText = 3 as unknown as string;
  const notTensor = 3 as unknown as nn.Parameter;
  const notModule = 3 as unknown as nn.Module;
  const leaf = () => new nn.Parameter(zeros(2));
  const cases: [what: string, code: string, message: string, act: (net: Net) => void][] = [
    [
      'parameter name type',
      'ERR_ARGUMENT_TYPE',
      'parameter name should be a string. Got int',
      (m) => m.registerParameter(notText, null),
    ],
    ['parameter dot', 'ERR_KEY', 'parameter name can\'t contain "."', (m) => m.registerParameter('a.b', null)],
    ['parameter empty', 'ERR_KEY', 'parameter name can\'t be empty string ""', (m) => m.registerParameter('', null)],
    ['parameter taken', 'ERR_KEY', "attribute 'forward' already exists", (m) => m.registerParameter('forward', null)],
    [
      'parameter tensor',
      'ERR_ARGUMENT_TYPE',
      "cannot assign 'torch.FloatTensor' object to parameter 'q' (torch.nn.Parameter or None required)",
      (m) => m.registerParameter('q', zeros(2) as nn.Parameter),
    ],
    [
      'parameter int',
      'ERR_ARGUMENT_TYPE',
      "cannot assign 'int' object to parameter 'q' (torch.nn.Parameter or None required)",
      (m) => m.registerParameter('q', notTensor),
    ],
    [
      'buffer name type',
      'ERR_ARGUMENT_TYPE',
      'buffer name should be a string. Got int',
      (m) => m.registerBuffer(notText, null),
    ],
    ['buffer dot', 'ERR_KEY', 'buffer name can\'t contain "."', (m) => m.registerBuffer('a.b', null)],
    ['buffer empty', 'ERR_KEY', 'buffer name can\'t be empty string ""', (m) => m.registerBuffer('', null)],
    ['buffer taken', 'ERR_KEY', "attribute 'p' already exists", (m) => m.registerBuffer('p', null)],
    [
      'buffer int',
      'ERR_ARGUMENT_TYPE',
      "cannot assign 'int' object to buffer 'c' (torch Tensor or None required)",
      (m) => m.registerBuffer('c', notTensor),
    ],
    ['module type', 'ERR_ARGUMENT_TYPE', 'int is not a Module subclass', (m) => m.addModule('z', notModule)],
    [
      'module tensor',
      'ERR_ARGUMENT_TYPE',
      'torch.FloatTensor is not a Module subclass',
      (m) => m.addModule('z', zeros(2) as unknown as nn.Module),
    ],
    [
      'module name type',
      'ERR_ARGUMENT_TYPE',
      'module name should be a string. Got int',
      (m) => m.addModule(notText, null),
    ],
    ['module taken', 'ERR_KEY', "attribute 'p' already exists", (m) => m.addModule('p', null)],
    ['module dot', 'ERR_KEY', 'module name can\'t contain ".", got: a.b', (m) => m.addModule('a.b', null)],
    ['module empty', 'ERR_KEY', 'module name can\'t be empty string ""', (m) => m.addModule('', null)],
    [
      'module type before name',
      'ERR_ARGUMENT_TYPE',
      'int is not a Module subclass',
      (m) => m.addModule(notText, notModule),
    ],
    [
      'plain attribute taken',
      'ERR_KEY',
      "attribute 'plain' already exists",
      (m) => m.registerParameter('plain', leaf()),
    ],
    ['training', 'ERR_VALUE', 'training mode is expected to be boolean', (m) => m.train(3 as unknown as boolean)],
    ['prototype is taken', 'ERR_KEY', "attribute '__proto__' already exists", (m) => m.addModule('__proto__', null)],
  ];
  test.each(cases)('%s', (_what, code, message, act) => {
    expect(() => act(new Net())).toThrow(expect.objectContaining({ code, message }));
  });

  test('a parameter must be a leaf', () => {
    const made = new nn.Parameter(zeros(2));
    const computed = Object.setPrototypeOf(made.mul(2), nn.Parameter.prototype) as nn.Parameter;
    expect(() => new Net().registerParameter('nl', computed)).toThrow(
      "Cannot assign non-leaf Tensor to parameter 'nl'. Model parameters must be created explicitly. To express 'nl' " +
        'as a function of another Tensor, compute the value in the forward() method.',
    );
  });

  test('an integer tensor cannot be a trained parameter', () => {
    const whole = zeros(2, { dtype: 'int64' });
    expect(() => new nn.Parameter(whole)).toThrow(
      'Only Tensors of floating point and complex dtype can require gradients',
    );
    expect(new nn.Parameter(whole, { requiresGrad: false }).requiresGrad).toBe(false);
  });
});

describe('before the constructor of Module', () => {
  const bare = () => Object.create(Net.prototype) as Net;
  const cases: [message: string, act: (net: Net) => void][] = [
    [
      'cannot assign parameters before Module.__init__() call',
      (m) => assignAttribute(m, m, 'p', new nn.Parameter(zeros(1))),
    ],
    ['cannot assign module before Module.__init__() call', (m) => assignAttribute(m, m, 'l', new nn.ReLU())],
    ['cannot assign buffer before Module.__init__() call', (m) => assignAttribute(m, m, 'b', new nn.Buffer(zeros(1)))],
    ['cannot assign buffer before Module.__init__() call', (m) => m.registerBuffer('b', null)],
    ['cannot assign parameter before Module.__init__() call', (m) => m.registerParameter('p', null)],
  ];
  test.each(cases)('%s', (message, act) => {
    expect(() => act(bare())).toThrow(expect.objectContaining({ code: 'ERR_ATTRIBUTE', message }));
  });
});

describe('order of decisions', () => {
  const parameter = () => new nn.Parameter(zeros(1));
  const cases: [
    what: string,
    name: string,
    value: () => unknown,
    parameters: boolean,
    buffers: boolean,
    modules: boolean,
  ][] = [
    ['parameter over buffer moves', 'b', parameter, true, false, false],
    ['parameter over module moves', 'l', parameter, true, false, false],
    ['parameter over plain attribute moves', 'plain', parameter, true, false, false],
    ['module over buffer moves', 'b', () => new nn.ReLU(), false, false, true],
    ['module over plain attribute moves', 'plain', () => new nn.ReLU(), false, false, true],
    ['null over parameter keeps the slot', 'p', () => null, true, false, false],
    ['null over module keeps the slot', 'l', () => null, false, false, true],
    ['null over buffer keeps the slot', 'b', () => null, false, true, false],
    ['undefined over parameter keeps the slot', 'p', () => undefined, true, false, false],
    ['tensor over buffer replaces', 'b', () => zeros(3), false, true, false],
    ['tensor to a new name is plain', 't', () => zeros(3), false, false, false],
    ['buffer to a new name registers', 'n', () => new nn.Buffer(zeros(3)), false, true, false],
  ];
  test.each(cases)('%s', (_what, name, make, ...expected) => {
    const net = new Net();
    const value = make();
    set(net, name, value);
    expect(places(net, name)).toEqual(expected);
    expect(Reflect.get(net, name)).toBe(value ?? null);
    expect(name in net).toBe(true);
  });

  test('a class field is registered like an assignment', () => {
    const net = new Net();
    expect([...net._parameters.keys()]).toEqual(['p']);
    expect([...net._modules.keys()]).toEqual(['l']);
    expect([...net._buffers.keys()]).toEqual(['b']);
  });

  test('a field that is only declared does not take its name', () => {
    class Declared extends nn.Module {
      // @ts-expect-error: registered, not assigned
      mean: Tensor;
      constructor() {
        super();
        this.registerBuffer('mean', zeros(3));
      }
    }
    const net = new Declared();
    expect(net.mean.shape).toEqual([3]);
    expect(Object.keys(net)).toEqual(['mean']);
  });

  test('persistence of a buffer survives a new value', () => {
    const net = new nn.Module();
    net.registerBuffer('cache', zeros(2), { persistent: false });
    set(net, 'cache', zeros(3));
    expect([...net.stateDict().keys()]).toEqual([]);
    set(net, 'cache', new nn.Buffer(zeros(3)));
    expect([...net.stateDict().keys()]).toEqual(['cache']);
  });

  test('registration hooks see and replace values', () => {
    const seen: string[] = [];
    const handles = [
      nn.registerModuleParameterRegistrationHook((_m, name) => void seen.push(`parameter ${name}`)),
      nn.registerModuleBufferRegistrationHook((_m, name) => void seen.push(`buffer ${name}`)),
      nn.registerModuleModuleRegistrationHook((_m, name, child) => {
        seen.push(`module ${name}`);
        return child instanceof nn.ReLU ? new nn.Tanh() : undefined;
      }),
    ];
    const net = new nn.Module();
    set(net, 'p', parameter());
    set(net, 'b', new nn.Buffer(zeros(1)));
    set(net, 'm', new nn.ReLU());
    for (const handle of handles) handle.remove();
    set(net, 'q', parameter());
    expect(seen).toEqual(['parameter p', 'buffer b', 'module m']);
    expect(net.getSubmodule('m')).toBeInstanceOf(nn.Tanh);
  });
});

describe('as a JavaScript object', () => {
  test('is callable, an instance of its classes, and a module', () => {
    const net = new Net();
    expect(typeof net).toBe('function');
    expect(net).toBeInstanceOf(Net);
    expect(net).toBeInstanceOf(nn.Module);
    expect(nn.isModule(net)).toBe(true);
    expect(nn.isModule(() => 0)).toBe(false);
    expect(net(zeros(3, 2)).shape).toEqual([3, 2]);
  });

  test('has names of its own only', () => {
    const net = new Net();
    expect(Object.keys(net)).toEqual(['plain', 'p', 'b', 'l']);
    expect(Reflect.get(net, 'name')).toBeUndefined();
    expect(Reflect.get(net, 'length')).toBeUndefined();
    expect(Reflect.get(net, 'nope')).toBeUndefined();
    expect('nope' in net).toBe(false);
    expect({ ...net }.p).toBe(net.p);
  });

  test('delete unregisters', () => {
    const net = new Net();
    net.registerBuffer('c', zeros(1), { persistent: false });
    for (const name of ['l', 'p', 'b', 'c', 'plain']) expect(Reflect.deleteProperty(net, name)).toBe(true);
    expect(Object.keys(net)).toEqual([]);
    expect(net._nonPersistentBuffersSet.size).toBe(0);
  });

  test('subclasses of subclasses, private fields, accessors and any constructor arguments', () => {
    class Base extends Net {
      #calls = 0;
      readonly scale: number;
      constructor(scale: number) {
        super();
        this.scale = scale;
      }
      get calls(): number {
        return this.#calls;
      }
      set calls(value: number) {
        this.#calls = value;
      }
      override forward(x: Tensor): Tensor {
        this.#calls += 1;
        return super.forward(x).mul(this.scale);
      }
    }
    class Derived extends Base {
      extra = new nn.Linear(2, 1);
      readonly label: string;
      constructor(scale: number, label = 'derived') {
        super(scale);
        this.label = label;
      }
      override forward(x: Tensor): Tensor {
        return this.extra(super.forward(x));
      }
    }
    const net = new Derived(2);
    net(zeros(1, 2));
    expect(net.calls).toBe(1);
    net.calls = 7;
    expect(net.calls).toBe(7);
    expect(net.label).toBe('derived');
    expect([...net._modules.keys()]).toEqual(['l', 'extra']);
  });

  test('a forward on the instance is the one that is called', () => {
    const net = new Net();
    net.forward = (x) => x;
    const x = zeros(1, 2);
    expect(net(x)).toBe(x);
  });

  test('a module without forward says so', () => {
    for (const [module, name] of [
      [new nn.Module(), 'Module'],
      [new nn.ModuleList(), 'ModuleList'],
      [new nn.ModuleDict(), 'ModuleDict'],
    ] as const) {
      expect(() => module(3)).toThrow(`Module [${name}] is missing the required "forward" function`);
    }
  });
});
