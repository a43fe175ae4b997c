// Modules as functions of their parameters.
import { isFloat } from '../dtype.ts';
import { ArgumentTypeError, AttributeError, checkList, checkOptions, describe, ValueError } from '../errors.ts';
import { stack } from '../functional/join.ts';
import { Tensor } from '../tensor/tensor.ts';
import { checkModule } from './hooked-weights.ts';
import type { Module } from './module.ts';

/** Parameters and buffers by qualified name. */
export type NamedTensors = ReadonlyMap<string, Tensor> | Readonly<Record<string, Tensor>>;

/** Options of `functionalCall`. */
export interface FunctionalCallOptions {
  /** Options of the call, its last argument. */
  kwargs?: object | null;
  /** Whether tensors that are tied in the module are replaced together. Default: true. */
  tieWeights?: boolean;
  /** Whether all names must be there, and no others. Default: false. */
  strict?: boolean;
}

/** A dictionary of a module and a name in it. */
interface Slot {
  readonly home: Map<string, Tensor | null>;
  readonly name: string;
}

function slotsOf(module: Module): Map<string, Slot> {
  const slots = new Map<string, Slot>();
  for (const [path, owner] of module.namedModules({ removeDuplicate: false })) {
    for (const home of [owner._parameters, owner._buffers] as Map<string, Tensor | null>[]) {
      for (const name of home.keys()) slots.set(path === '' ? name : `${path}.${name}`, { home, name });
    }
  }
  return slots;
}

function entriesOf(tensors: NamedTensors): [string, Tensor][] {
  if (typeof tensors !== 'object' || tensors === null) {
    throw new ArgumentTypeError(
      `functionalCall(): argument 'parametersAndBuffers' must be a dictionary, not ${describe(tensors)}`,
    );
  }
  return tensors instanceof Map ? [...tensors] : Object.entries(tensors);
}

/**
 * Calls a module with other parameters and buffers; its own are as before afterwards.
 *
 * @param parametersAndBuffers - tensors by qualified name, or several such dictionaries
 * @param args - the arguments; one that is no array stands for itself
 * @throws AttributeError for a name that the module does not have
 * @source torch.func.functional_call
 * @example
 * const layer = new nn.Linear(2, 1);
 * func.functionalCall(layer, { weight: tensor([[1, 2]]).float(), bias: zeros(1) }, [tensor([[3, 0.5]])]);
 * // tensor([[4.]])
 */
export function functionalCall(
  module: Module,
  parametersAndBuffers: NamedTensors | readonly NamedTensors[],
  args: unknown = [],
  options: FunctionalCallOptions = {},
): unknown {
  checkOptions('functionalCall', options, ['kwargs', 'tieWeights', 'strict']);
  const { kwargs = null, tieWeights = true, strict = false } = options;
  checkModule('functionalCall', module);
  const dictionaries = (
    Array.isArray(parametersAndBuffers) ? parametersAndBuffers : [parametersAndBuffers]
  ) as NamedTensors[];
  const given = dictionaries.flatMap(entriesOf);
  const repeated = given.find(([name], i) => given.findIndex(([other]) => other === name) !== i);
  if (repeated !== undefined)
    throw new ValueError(`${repeated[0]} appears in multiple dictionaries; behavior of functional call is ambiguous`);
  const slots = slotsOf(module);
  for (const [name] of given) {
    if (!slots.has(name)) throw new AttributeError(`${module._getName()} has no attribute \`${name}\``);
  }
  const values = new Map(given);
  if (tieWeights) addTied(slots, values);
  const missing = [...slots].filter(
    ([name, { home, name: key }]) => home.get(key) instanceof Tensor && !values.has(name),
  );
  if (strict && missing.length > 0) {
    throw new ValueError(`Missing key(s): ${missing.map(([name]) => `"${name}"`).join(', ')}.`);
  }
  const before = [...values.keys()]
    .map((name) => slots.get(name) as Slot)
    .map((slot) => ({ ...slot, value: slot.home.get(slot.name) ?? null }));
  try {
    for (const [name, value] of values) {
      const { home, name: key } = slots.get(name) as Slot;
      home.set(key, value);
    }
    const list = Array.isArray(args) ? args : [args];
    return Reflect.apply(module, undefined, kwargs === null ? list : [...list, kwargs]);
  } finally {
    for (const { home, name, value } of before) home.set(name, value);
  }
}

// A tensor under several names is replaced under all of them.
function addTied(slots: ReadonlyMap<string, Slot>, values: Map<string, Tensor>): void {
  const replaced = new Map<Tensor, Tensor>();
  for (const [name, value] of values) {
    const slot = slots.get(name);
    const own = slot?.home.get(slot.name) ?? null;
    if (own === null) continue;
    const other = replaced.get(own);
    if (other !== undefined && other !== value) {
      throw new ValueError('functional_call got multiple values for tied weights');
    }
    replaced.set(own, value);
  }
  for (const [name, { home, name: key }] of slots) {
    const own = home.get(key) ?? null;
    const value = own === null ? undefined : replaced.get(own);
    if (value !== undefined && !values.has(name)) values.set(name, value);
  }
}

/**
 * Parameters and buffers of several modules of one kind, stacked: as leaves, if the modules' are.
 *
 * @returns the parameters and the buffers by qualified name, with a new first dimension
 * @throws ValueError for no module, or modules of different modes
 * @source torch.func.stack_module_state
 * @example
 * const [parameters] = func.stackModuleState([new nn.Linear(2, 3), new nn.Linear(2, 3)]);
 * parameters.get('weight')?.shape; // [2, 3, 2]
 */
export function stackModuleState(models: readonly Module[]): [Map<string, Tensor>, Map<string, Tensor>] {
  const list = checkList('stackModuleState', 'models', models);
  for (const model of list) checkModule('stackModuleState', model);
  if (list.length === 0) throw new ValueError('stack_module_state: Expected at least one model, got 0.');
  if (list.some((model) => model.training !== list[0]?.training)) {
    throw new ValueError('stack_module_state: Expected all models to have the same training/eval mode.');
  }
  if (list.some((model) => model.constructor !== list[0]?.constructor)) {
    throw new ValueError('stack_module_state: Expected all models to be of the same class.');
  }
  const stacked = (of: (model: Module) => Iterable<[string, Tensor]>) => {
    const all = list.map((model) => new Map(of(model)));
    return new Map(
      [...(all[0]?.keys() ?? [])].map((name) => [
        name,
        stackOf(
          name,
          all.map((own) => own.get(name) as Tensor),
        ),
      ]),
    );
  };
  return [stacked((model) => model.namedParameters()), stacked((model) => model.namedBuffers())];
}

function stackOf(name: string, tensors: readonly Tensor[]): Tensor {
  const wants = tensors[0]?.requiresGrad ?? false;
  if (tensors.some((x) => x.requiresGrad !== wants)) {
    throw new ValueError(`Expected ${name} from each model to have the same .requires_grad`);
  }
  const whole = stack(tensors.map((x) => x.detach()));
  return wants && isFloat(whole.dtype) ? whole.requiresGrad_() : whole;
}
