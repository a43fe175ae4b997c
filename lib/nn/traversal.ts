// Walks over a module and what it holds, in registration order. @source torch.nn.Module.named_modules, _named_members
import { AttributeError, checkText, ValueError } from '../errors.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { isModule } from './attributes.ts';
import type { Module } from './module.ts';
import { Parameter } from './parameter.ts';

/** Options of `namedModules`. */
export interface NamedModulesOptions {
  /** Put before every name. Default: ''. */
  prefix?: string;
  /** Yield a module that is registered twice only once. Default: true. */
  removeDuplicate?: boolean;
  /** The modules already seen. */
  memo?: Set<Module>;
}

/** Options of `namedParameters` and `namedBuffers`. */
export interface NamedMembersOptions {
  /** Put before every name. Default: ''. */
  prefix?: string;
  /** Also those of all modules below. Default: true. */
  recurse?: boolean;
  /** Yield a tensor that is registered twice only once. Default: true. */
  removeDuplicate?: boolean;
}

/** The module itself under the name `prefix`, then everything below it, depth first. */
export function* namedModules(
  module: Module,
  { prefix = '', removeDuplicate = true, memo = new Set() }: NamedModulesOptions = {},
): Generator<[string, Module]> {
  if (memo.has(module)) return;
  if (removeDuplicate) memo.add(module);
  yield [prefix, module];
  for (const [name, child] of module._modules) {
    if (child !== null) yield* child.namedModules({ prefix: join(prefix, name), removeDuplicate, memo });
  }
}

/** The members of one dictionary of the module and of those below it; empty slots are left out. */
export function* namedMembers<Member extends Tensor>(
  module: Module,
  members: (module: Module) => Iterable<[string, Member | null]>,
  { prefix = '', recurse = true, removeDuplicate = true }: NamedMembersOptions = {},
): Generator<[string, Member]> {
  const seen = new Set<Member>();
  const owners: Iterable<[string, Module]> = recurse
    ? module.namedModules({ prefix, removeDuplicate })
    : [[prefix, module]];
  for (const [path, owner] of owners) {
    for (const [name, member] of members(owner)) {
      if (member === null || seen.has(member)) continue;
      if (removeDuplicate) seen.add(member);
      yield [join(path, name), member];
    }
  }
}

/** The children, each once. */
export function* namedChildren(module: Module): Generator<[string, Module]> {
  const seen = new Set<Module>();
  for (const [name, child] of module._modules) {
    if (child === null || seen.has(child)) continue;
    seen.add(child);
    yield [name, child];
  }
}

/** The module under a path of names with dots; the empty path is the module itself. */
export function getSubmodule(module: Module, target: string): Module {
  if (target === '') return module;
  let current = module;
  for (const name of checkText('getSubmodule', 'target', target).split('.')) {
    const next = attribute(current, name);
    if (!isModule(next)) throw new AttributeError(`\`${name}\` is not an nn.Module`);
    current = next;
  }
  return current;
}

/** Assigns a module to the last name of a path. */
export function setSubmodule(module: Module, target: string, child: Module): void {
  if (target === '') throw new ValueError('Cannot set the submodule without a target name!');
  const { path, name } = splitPath(target);
  Reflect.set(getSubmodule(module, path), name, child);
}

/** The parameter under a path of names with dots. */
export function getParameter(module: Module, target: string): Parameter {
  const { path, name } = splitPath(target);
  const parameter = attribute(getSubmodule(module, path), name);
  if (!(parameter instanceof Parameter)) throw new AttributeError(`\`${name}\` is not an nn.Parameter`);
  return parameter;
}

/** The buffer under a path of names with dots. */
export function getBuffer(module: Module, target: string): Tensor {
  const { path, name } = splitPath(target);
  const owner = getSubmodule(module, path);
  attribute(owner, name);
  const buffer = owner._buffers.get(name);
  if (buffer === undefined || buffer === null) throw new AttributeError(`\`${name}\` is not a buffer`);
  return buffer;
}

function attribute(module: Module, name: string): unknown {
  if (!(name in module)) throw new AttributeError(`${module._getName()} has no attribute \`${name}\``);
  return Reflect.get(module, name);
}

function splitPath(target: string): { path: string; name: string } {
  const dot = checkText('getSubmodule', 'target', target).lastIndexOf('.');
  return { path: target.slice(0, Math.max(dot, 0)), name: target.slice(dot + 1) };
}

function join(prefix: string, name: string): string {
  return prefix === '' ? name : `${prefix}.${name}`;
}
