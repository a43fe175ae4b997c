// Backward: walks the graph from the outputs, latest operator first, without recursion.
import { AutogradError } from '../errors.ts';
import { type Storage, storageSerial } from '../native/storage.ts';
import type { Tensor } from '../tensor/tensor.ts';
import { anomalyMode, withGradMode } from './mode.ts';
import { type Edge, fittingGrad, type Grad, type IsDonated, type Node } from './node.ts';
import { AccumulateGrad } from './record.ts';

/** What a run of the engine is asked for. */
export interface BackwardRequest {
  /** Where to begin, with the gradient given there. */
  readonly roots: readonly { readonly edge: Edge; readonly grad: Tensor }[];
  /** Gradients to return; null to add gradients to all leaves instead. */
  readonly targets: readonly Edge[] | null;
  readonly retainGraph: boolean;
  readonly createGraph: boolean;
}

/** A node that waits for gradients. */
interface Task {
  readonly node: Node;
  /** Edges that have not delivered yet. */
  pending: number;
  readonly grads: Grad[];
  /** Whether the gradient at an output was made by adding, so that it may be added to in place. */
  readonly summed: boolean[];
}

/** Runs backward and returns the gradients of the targets, null where none arrived. */
export function runBackward(request: BackwardRequest): Grad[] {
  return withGradMode(request.createGraph, () => new Run(request).run());
}

class Run {
  readonly #request: BackwardRequest;
  readonly #tasks: Map<Node, Task>;
  readonly #ready = new LatestFirst();
  // With targets: the nodes to run, and those and the targets, to which gradients must be delivered. Null: all.
  readonly #runs: ReadonlySet<Node> | null;
  readonly #leads: ReadonlySet<Node> | null;
  readonly #captured: Map<Node, Map<number, Grad>>;
  readonly #ownership: Ownership;
  readonly #isDonated: IsDonated;

  constructor(request: BackwardRequest) {
    this.#request = request;
    this.#tasks = tasksOf(request.roots.map((root) => root.edge.node));
    this.#captured = new Map();
    for (const { node, index } of request.targets ?? []) {
      const outputs = this.#captured.get(node) ?? new Map<number, Grad>();
      outputs.set(index, null);
      this.#captured.set(node, outputs);
    }
    const ways = request.targets === null ? null : waysTo(this.#tasks, this.#captured);
    this.#runs = ways?.runs ?? null;
    this.#leads = ways?.leads ?? null;
    this.#ownership = new Ownership(request.createGraph);
    this.#isDonated = request.createGraph ? neverDonated : (g) => this.#ownership.isExclusive(g);
  }

  run(): Grad[] {
    for (const { edge, grad } of this.#request.roots) {
      this.#ownership.share(grad);
      this.#deliver(edge, grad);
    }
    for (const task of this.#tasks.values()) if (task.pending === 0) this.#ready.push(task);
    for (let task = this.#ready.pop(); task !== null; task = this.#ready.pop()) {
      this.#tasks.delete(task.node);
      this.#step(task);
    }
    return (this.#request.targets ?? []).map(({ node, index }) => this.#captured.get(node)?.get(index) ?? null);
  }

  // Tensor hooks, node pre-hooks, retained gradients, the node itself, node hooks: PyTorch's order.
  #step(task: Task): void {
    const { node } = task;
    const grads = this.#receive(task);
    this.#retain(node, grads);
    const captured = this.#captured.get(node);
    for (const output of captured?.keys() ?? []) {
      const g = grads[output] ?? null;
      if (g !== null) this.#ownership.share(g);
      captured?.set(output, g);
    }
    if (this.#runs !== null && !this.#runs.has(node)) return;
    if (node instanceof AccumulateGrad) {
      this.#accumulate(node, grads[0] ?? null);
      return;
    }
    const produced = this.#produce(node, grads);
    if (!this.#request.retainGraph) node.release();
    // A rule may return one tensor for several inputs: it is held until all have it.
    for (const g of produced) if (g !== null) this.#ownership.hold(g);
    node.edges.forEach((edge, i) => {
      if (edge === null || (this.#leads !== null && !this.#leads.has(edge.node))) return;
      const g = produced[i] ?? null;
      if (g !== null) this.#deliver(edge, g, node, i);
      this.#arrived(edge.node);
    });
    for (const g of produced) if (g !== null) this.#ownership.drop(g);
    for (const g of grads) if (g !== null) this.#ownership.drop(g);
  }

  #receive(task: Task): readonly Grad[] {
    const { node, grads } = task;
    node.tensorHooks?.forEach((list, output) => {
      for (const hook of list?.all() ?? []) {
        const g = grads[output] ?? null;
        if (g === null) return;
        this.#ownership.share(g);
        const replaced = hook(g);
        if (replaced !== null && replaced !== undefined) {
          const fitting = fittingGrad(node, output, replaced, 'a tensor hook', 0);
          this.#ownership.share(fitting);
          grads[output] = fitting;
        }
      }
    });
    let received: readonly Grad[] = grads;
    for (const hook of node.preHooks?.all() ?? []) {
      for (const g of received) if (g !== null) this.#ownership.share(g);
      received = hook(received) ?? received;
      for (const g of received) if (g !== null) this.#ownership.share(g);
    }
    return received;
  }

  #retain(node: Node, grads: readonly Grad[]): void {
    for (const [output, reference] of node.retained ?? []) {
      const tensor = reference.deref();
      const g = grads[output] ?? null;
      if (tensor === undefined || g === null) continue;
      this.#ownership.share(g);
      tensor.grad = tensor.grad === null ? g : tensor.grad.add(g);
    }
  }

  #produce(node: Node, grads: readonly Grad[]): readonly Grad[] {
    if (grads.every((g) => g === null)) return [];
    if (node.exposesGrads) for (const g of grads) if (g !== null) this.#ownership.share(g);
    let produced = runNode(node, grads, node.postHooks === null ? this.#isDonated : neverDonated);
    if (node.exposesGrads) for (const g of produced) if (g !== null) this.#ownership.share(g);
    for (const hook of node.postHooks?.all() ?? []) {
      for (const g of [...produced, ...grads]) if (g !== null) this.#ownership.share(g);
      produced = hook(produced, grads) ?? produced;
      for (const g of produced) if (g !== null) this.#ownership.share(g);
    }
    return produced;
  }

  #deliver(edge: Edge, produced: Tensor, from?: Node, position = 0): void {
    const task = this.#tasks.get(edge.node);
    if (task === undefined) return;
    const g = fittingGrad(edge.node, edge.index, produced, from?.name ?? 'backward', position);
    const present = task.grads[edge.index] ?? null;
    if (present === null) {
      this.#ownership.hold(g);
      task.grads[edge.index] = g;
      return;
    }
    if (task.summed[edge.index] && !this.#request.createGraph) {
      present.add_(g);
    } else {
      const sum = present.add(g);
      this.#ownership.hold(sum);
      this.#ownership.drop(present);
      task.grads[edge.index] = sum;
      task.summed[edge.index] = true;
    }
  }

  #arrived(node: Node): void {
    const task = this.#tasks.get(node);
    if (task === undefined) return;
    task.pending -= 1;
    if (task.pending === 0) this.#ready.push(task);
  }

  #accumulate(node: AccumulateGrad, g: Grad): void {
    if (g === null) return;
    const leaf = node.variable;
    if (this.#request.createGraph) {
      leaf.grad = leaf.grad === null ? g : leaf.grad.add(g);
    } else if (leaf.grad !== null) {
      leaf.grad.add_(g);
      this.#ownership.drop(g);
    } else {
      const taken = this.#ownership.isExclusive(g) && g.isContiguous();
      leaf.grad = taken ? g : g.clone();
      if (taken) this.#ownership.share(g);
      else this.#ownership.drop(g);
    }
    for (const hook of leaf.postAccumulateHooks?.all() ?? []) hook(leaf);
  }
}

const neverDonated: IsDonated = () => false;

/**
 * Knows which gradients only the engine holds. Their memory goes back to the pool as soon as they are used, while it is
 * still in the cache; everything that hooks, users or a graph of gradients may see is left to the collector.
 */
class Ownership {
  readonly #keepsAll: boolean;
  readonly #holders = new Map<Storage, number>();
  // Storages made before the run belong to somebody else.
  readonly #born: number;

  constructor(keepsAll: boolean) {
    this.#keepsAll = keepsAll;
    this.#born = storageSerial();
  }

  hold(g: Tensor): void {
    this.#holders.set(g.storage, (this.#holders.get(g.storage) ?? 0) + 1);
  }

  share(g: Tensor): void {
    this.#holders.set(g.storage, Number.POSITIVE_INFINITY);
  }

  drop(g: Tensor): void {
    const holders = (this.#holders.get(g.storage) ?? 0) - 1;
    this.#holders.set(g.storage, holders);
    // A gradient that nobody holds is freed.
    if (this.#keepsAll || holders > 0 || g.storage.serial < this.#born) return;
    this.#holders.delete(g.storage);
    g.storage.dispose();
  }

  isExclusive(g: Tensor): boolean {
    return (
      this.#holders.get(g.storage) === 1 &&
      g.storage.serial >= this.#born &&
      g.numel() * g.elementSize() === g.storage.bytes
    );
  }
}

/** Ready tasks; the one whose operator ran last comes first. A binary heap. */
class LatestFirst {
  readonly #heap: Task[] = [];

  push(task: Task): void {
    const heap = this.#heap;
    let i = heap.length;
    heap.push(task);
    while (i > 0) {
      const parent = (i - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.node.sequence >= task.node.sequence) break;
      heap[i] = above;
      i = parent;
    }
    heap[i] = task;
  }

  pop(): Task | null {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined) return null;
    if (heap.length === 0) return first;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      let below = heap[child];
      const right = heap[child + 1];
      if (below !== undefined && right !== undefined && right.node.sequence > below.node.sequence) {
        below = right;
        child += 1;
      }
      if (below === undefined || below.node.sequence <= last.node.sequence) break;
      heap[i] = below;
      i = child;
    }
    heap[i] = last;
    return first;
  }
}

// Every node that can be reached, with the number of edges into it.
function tasksOf(roots: readonly Node[]): Map<Node, Task> {
  const tasks = new Map<Node, Task>();
  const stack: Node[] = [];
  const visit = (node: Node): Task => {
    let task = tasks.get(node);
    if (task === undefined) {
      task = { node, pending: 0, grads: node.outputs.map(() => null), summed: [] };
      tasks.set(node, task);
      stack.push(node);
    }
    return task;
  };
  roots.forEach(visit);
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    for (const edge of node.edges) if (edge !== null) visit(edge.node).pending += 1;
  }
  return tasks;
}

// Nodes from which a target can be reached. An operator's inputs are older than itself, so one pass by age is enough.
function waysTo(tasks: ReadonlyMap<Node, Task>, targets: ReadonlyMap<Node, unknown>) {
  const age = (node: Node) => (node.sequence === Number.POSITIVE_INFINITY ? -1 : node.sequence);
  const oldestFirst = [...tasks.keys()].sort((a, b) => age(a) - age(b));
  const runs = new Set<Node>();
  const leads = new Set<Node>();
  for (const node of oldestFirst) {
    if (node.edges.some((edge) => edge !== null && leads.has(edge.node))) runs.add(node);
    if (runs.has(node) || targets.has(node)) leads.add(node);
  }
  return { runs, leads };
}

// In anomaly mode an error names the operator's place in the forward pass, and NaN is an error.
function runNode(node: Node, grads: readonly Grad[], isDonated: IsDonated): readonly Grad[] {
  const mode = anomalyMode();
  if (mode === 'off') return node.backward(grads, isDonated);
  let produced: readonly Grad[];
  try {
    produced = node.backward(grads, isDonated);
  } catch (error) {
    if (error instanceof Error && error.cause === undefined && node.origin !== null) error.cause = node.origin;
    throw error;
  }
  const wrong = mode === 'trace' ? -1 : produced.findIndex((g) => g?.isnan().any().item() === true);
  if (wrong === -1) return produced;
  throw new AutogradError(`Function '${node.name}' returned nan values in its ${wrong}th output.`, {
    cause: node.origin ?? undefined,
  });
}
