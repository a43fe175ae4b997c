// A restricted unpickler: the opcodes that torch.save writes, and a short list of names. It calls nothing and imports
// nothing: a name stands for a rule of this library that checks its arguments, or the file is refused.
// @source torch/_weights_only_unpickler.py; Python's pickletools for the opcodes
import { FileFormatError } from '../errors.ts';
import { Counter, OrderedDict } from '../python.ts';
import { Bytes } from './unpickle-bytes.ts';

/** What a name of the file stands for: a rule that makes a value from the arguments, or a value by itself. */
export type PickleGlobal =
  | { readonly call: (args: readonly unknown[], fail: Fail) => unknown }
  | { readonly value: unknown };

/** Makes the error for the opcode that is being run. */
export type Fail = (reason: string, message: string) => FileFormatError;

/** What the unpickler is given beside the bytes. */
export interface PickleRules {
  /** The rule of `module.name`, or null. */
  global(name: string): PickleGlobal | null;
  /** The value of a persistent id. */
  persistent(id: unknown, fail: Fail): unknown;
}

const maxStack = 1_000_000;
const maxDepth = 1_000;
const maxNodes = 10_000_000;
// The class of values on the stack that stand for a name.
class Name {
  readonly name: string;
  readonly rule: PickleGlobal;
  constructor(name: string, rule: PickleGlobal) {
    this.name = name;
    this.rule = rule;
  }
}

/**
 * The value of a pickle. Dicts are Maps, tuples frozen arrays, lists arrays, ints beyond 2^53 bigints.
 *
 * @param start where in the file the pickle begins, for messages
 * @returns the value, and how many bytes it took
 * @throws FileFormatError for anything that is not on the list, is malformed or too large
 */
export function unpickle(
  file: string,
  bytes: Buffer,
  start: number,
  rules: PickleRules,
): { value: unknown; length: number } {
  const machine = new Machine(file, bytes, start, rules);
  const value = machine.run();
  checkGraph(value, machine.fail);
  return { value, length: machine.bytes.at };
}

class Machine {
  readonly bytes: Bytes;
  readonly fail: Fail;
  readonly #rules: PickleRules;
  #stack: unknown[] = [];
  readonly #marks: unknown[][] = [];
  readonly #memo = new Map<number, unknown>();
  #held = 0;
  #opcode = 0;

  constructor(file: string, bytes: Buffer, start: number, rules: PickleRules) {
    this.fail = (reason, message) => new FileFormatError(file, start + this.#opcode, reason, message);
    this.bytes = new Bytes(bytes, this.fail);
    this.#rules = rules;
  }

  run(): unknown {
    for (;;) {
      this.#opcode = this.bytes.at;
      const opcode = this.bytes.uint8();
      if (opcode === 0x2e) {
        const value = this.#pop();
        if (this.#stack.length > 0 || this.#marks.length > 0) {
          throw this.fail('PICKLE_INVALID', 'values are left on the stack');
        }
        return this.#plain(value);
      }
      const run = opcodes[opcode];
      if (run === undefined) {
        throw this.fail('UNSUPPORTED_OPCODE', `opcode 0x${opcode.toString(16).padStart(2, '0')} is not allowed`);
      }
      run(this);
    }
  }

  push(value: unknown): void {
    this.#held += 1;
    if (this.#held > maxStack * 10 || this.#stack.length >= maxStack) {
      throw this.fail('TOO_LARGE', 'the pickle holds too many values');
    }
    this.#stack.push(value);
  }

  #pop(): unknown {
    if (this.#stack.length === 0) throw this.fail('STACK_UNDERFLOW', 'the stack is empty');
    return this.#stack.pop();
  }

  pop(): unknown {
    return this.#plain(this.#pop());
  }

  // A name by itself is a value only where it stands for one.
  #plain(value: unknown): unknown {
    if (!(value instanceof Name)) return value;
    if ('value' in value.rule) return value.rule.value;
    throw this.fail('UNSUPPORTED_GLOBAL', `${value.name} cannot stand for itself`);
  }

  top(): unknown {
    if (this.#stack.length === 0) throw this.fail('STACK_UNDERFLOW', 'the stack is empty');
    return this.#stack.at(-1);
  }

  mark(): void {
    if (this.#marks.length >= maxDepth) throw this.fail('TOO_DEEP', `more than ${maxDepth} nested marks`);
    this.#marks.push(this.#stack);
    this.#stack = [];
  }

  popMark(): unknown[] {
    const outer = this.#marks.pop();
    if (outer === undefined) throw this.fail('STACK_UNDERFLOW', 'no mark on the stack');
    const items = this.#stack.map((value) => this.#plain(value));
    this.#stack = outer;
    return items;
  }

  put(index: number): void {
    if (!this.#memo.has(index) && this.#memo.size >= maxStack) throw this.fail('TOO_LARGE', 'the memo is too large');
    this.#memo.set(index, this.top());
  }

  get(index: number): void {
    if (!this.#memo.has(index)) throw this.fail('MEMO_MISSING', `memo ${index} was never set`);
    this.push(this.#memo.get(index));
  }

  append(items: readonly unknown[]): void {
    const list = this.top();
    if (!Array.isArray(list) || Object.isFrozen(list))
      throw this.fail('TYPE_CONFUSION', 'only lists can be appended to');
    for (const item of items) list.push(item);
  }

  setItems(items: readonly unknown[]): void {
    const dict = this.top();
    if (!(dict instanceof Map)) throw this.fail('TYPE_CONFUSION', 'only dicts take items');
    if (items.length % 2 !== 0) throw this.fail('PICKLE_INVALID', 'a key without a value');
    for (let i = 0; i < items.length; i += 2) dict.set(this.#key(items[i]), items[i + 1]);
  }

  #key(key: unknown): unknown {
    if (key === null || ['string', 'number', 'bigint', 'boolean'].includes(typeof key)) return key;
    if (Array.isArray(key) && Object.isFrozen(key)) return key;
    throw this.fail('TYPE_CONFUSION', 'a key must be a string, a number or a tuple');
  }

  global(): void {
    const name = `${this.bytes.line()}.${this.bytes.line()}`;
    const rule = this.#rules.global(name);
    if (rule === null) {
      throw this.fail(
        'UNSUPPORTED_GLOBAL',
        `Weights only load failed. Unsupported global: GLOBAL ${name} was not an allowed global by default. ` +
          "In Python, save a module's state_dict() instead of the module.",
      );
    }
    this.push(new Name(name, rule));
  }

  reduce(): void {
    const args = this.pop();
    const name = this.#pop();
    if (!(name instanceof Name) || !('call' in name.rule)) {
      throw this.fail(
        'UNSUPPORTED_REDUCE',
        'Weights only load failed. Trying to call reduce for unrecognized function',
      );
    }
    if (!Array.isArray(args) || !Object.isFrozen(args)) throw this.fail('TYPE_CONFUSION', 'arguments must be a tuple');
    this.push(name.rule.call(args, this.fail));
  }

  // Only an OrderedDict has attributes, and of those only the versions of modules are kept.
  build(): void {
    const state = this.pop();
    const target = this.top();
    if (!(target instanceof OrderedDict) || !(state instanceof Map)) {
      throw this.fail('UNSUPPORTED_BUILD', 'Weights only load failed. Only an OrderedDict can be given attributes');
    }
    const metadata = state.get('_metadata');
    if (metadata === undefined) return;
    if (!(metadata instanceof Map)) throw this.fail('TYPE_CONFUSION', '_metadata must be a dict');
    target._metadata = metadata;
  }

  persistent(): void {
    this.push(this.#rules.persistent(this.pop(), this.fail));
  }
}

type Opcode = (m: Machine) => void;

const tupleOf =
  (count: number): Opcode =>
  (m) => {
    const items = Array.from({ length: count }, () => m.pop()).reverse();
    m.push(Object.freeze(items));
  };

// THE LIST of opcodes that are run.
const opcodes: { readonly [code: number]: Opcode } = {
  // PROTO
  128: (m) => {
    const version = m.bytes.uint8();
    if (version > 5) throw m.fail('UNSUPPORTED_PROTOCOL', `pickle protocol ${version}`);
  },
  // MARK, GLOBAL, REDUCE, BUILD, BINPERSID
  40: (m) => m.mark(),
  99: (m) => m.global(),
  82: (m) => m.reduce(),
  98: (m) => m.build(),
  81: (m) => m.persistent(),
  // EMPTY_TUPLE, TUPLE, TUPLE1, TUPLE2, TUPLE3
  41: tupleOf(0),
  116: (m) => m.push(Object.freeze(m.popMark())),
  133: tupleOf(1),
  134: tupleOf(2),
  135: tupleOf(3),
  // EMPTY_LIST, APPEND, APPENDS
  93: (m) => m.push([]),
  97: (m) => m.append([m.pop()]),
  101: (m) => m.append(m.popMark()),
  // EMPTY_DICT, SETITEM, SETITEMS, EMPTY_SET
  125: (m) => m.push(new Map()),
  115: (m) => {
    const value = m.pop();
    m.setItems([m.pop(), value]);
  },
  117: (m) => m.setItems(m.popMark()),
  143: (m) => m.push(new Set()),
  // NONE, NEWTRUE, NEWFALSE
  78: (m) => m.push(null),
  136: (m) => m.push(true),
  137: (m) => m.push(false),
  // BININT, BININT1, BININT2, LONG1, BINFLOAT
  74: (m) => m.push(m.bytes.int32()),
  75: (m) => m.push(m.bytes.uint8()),
  77: (m) => m.push(m.bytes.uint16()),
  138: (m) => m.push(m.bytes.long(m.bytes.uint8())),
  71: (m) => m.push(m.bytes.double()),
  // BINUNICODE, SHORT_BINSTRING
  88: (m) => m.push(m.bytes.text(m.bytes.uint32())),
  85: (m) => m.push(m.bytes.text(m.bytes.uint8())),
  // BINGET, LONG_BINGET, BINPUT, LONG_BINPUT
  104: (m) => m.get(m.bytes.uint8()),
  106: (m) => m.get(m.bytes.uint32()),
  113: (m) => m.put(m.bytes.uint8()),
  114: (m) => m.put(m.bytes.uint32()),
};

/** The rules for what is Python's own. */
export const pythonGlobals: { readonly [name: string]: PickleGlobal } = {
  'collections.OrderedDict': { call: orderedDict },
  'collections.Counter': { call: counter },
  '__builtin__.set': { call: setOf },
  'builtins.set': { call: setOf },
  '_codecs.encode': { call: encode },
  '__builtin__.bytes': { call: noBytes },
};

function orderedDict(args: readonly unknown[], fail: Fail): OrderedDict<unknown> {
  const [pairs = []] = args;
  if (args.length > 1 || !Array.isArray(pairs)) throw fail('WRONG_ARGUMENTS', 'OrderedDict takes a list of pairs');
  const dict = new OrderedDict<unknown>();
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) throw fail('WRONG_ARGUMENTS', 'OrderedDict takes a list of pairs');
    dict.set(pair[0], pair[1]);
  }
  return dict;
}

function counter(args: readonly unknown[], fail: Fail): Counter {
  const [counts = new Map()] = args;
  if (args.length > 1 || !(counts instanceof Map)) throw fail('WRONG_ARGUMENTS', 'Counter takes a dict');
  for (const count of counts.values()) {
    if (typeof count !== 'number') throw fail('WRONG_ARGUMENTS', 'Counter takes a dict of numbers');
  }
  return new Counter(counts as Map<unknown, number>);
}

function setOf(args: readonly unknown[], fail: Fail): Set<unknown> {
  const [items = []] = args;
  if (args.length > 1 || !Array.isArray(items)) throw fail('WRONG_ARGUMENTS', 'set takes a list');
  return new Set(items);
}

// Bytes stand in protocol 2 as a string of the characters 0 to 255.
function encode(args: readonly unknown[], fail: Fail): Uint8Array {
  const [text, encoding] = args;
  if (typeof text !== 'string' || encoding !== 'latin1' || /[^\0-\xff]/.test(text)) {
    throw fail('WRONG_ARGUMENTS', 'only latin1 is encoded');
  }
  return new Uint8Array(Buffer.from(text, 'latin1'));
}

// bytes() is how no bytes at all are written.
function noBytes(args: readonly unknown[], fail: Fail): Uint8Array {
  if (args.length > 0) throw fail('WRONG_ARGUMENTS', 'bytes takes nothing here');
  return new Uint8Array(0);
}

interface Frame {
  readonly value: object;
  readonly children: unknown[];
  next: number;
  nodes: number;
}

// Cycles, deep nesting, and sharing that unfolds to more than a reader could walk through are refused.
function checkGraph(root: unknown, fail: Fail): void {
  const sizes = new Map<object, number>();
  const open = new Set<object>();
  const frames: Frame[] = [];
  const enter = (value: unknown): number => {
    if (typeof value !== 'object' || value === null) return 1;
    const known = sizes.get(value);
    if (known !== undefined) return known;
    if (open.has(value)) throw fail('CYCLE', 'a list or dict contains itself');
    if (frames.length >= maxDepth) throw fail('TOO_DEEP', `more than ${maxDepth} nested values`);
    const children = childrenOf(value);
    if (children === null) return 1;
    open.add(value);
    frames.push({ value, children, next: 0, nodes: 1 });
    return 0;
  };
  enter(root);
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    if (frame.next < frame.children.length) {
      frame.nodes += enter(frame.children[frame.next++]);
    } else {
      frames.pop();
      open.delete(frame.value);
      sizes.set(frame.value, frame.nodes);
      const outer = frames.at(-1);
      if (outer !== undefined) outer.nodes += frame.nodes;
    }
    if (frame.nodes > maxNodes)
      throw fail('TOO_LARGE', `more than ${maxNodes} values when shared ones are counted each time`);
  }
}

function childrenOf(value: object): unknown[] | null {
  if (Array.isArray(value)) return value;
  if (value instanceof Set) return [...value];
  if (!(value instanceof Map)) return null;
  const attributes = value instanceof OrderedDict && value._metadata !== undefined ? [value._metadata] : [];
  return [...[...value].flat(), ...attributes];
}
