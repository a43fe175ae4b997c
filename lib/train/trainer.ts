// The Trainer: the loop around module, optimizer and loss. What it does in a step stands in `accumulate` and `update`.
import { noGrad, withGradMode } from '../autograd/mode.ts';
import {
  ArgumentTypeError,
  checkOptions,
  checkState,
  describe,
  ShapeError,
  StateError,
  ValueError,
} from '../errors.ts';
import type { Module } from '../nn/module.ts';
import { clipGradNorm_, clipGradValue_ } from '../nn/utils.ts';
import { ReduceLROnPlateau } from '../optim/lr-scheduler/plateau.ts';
import { Optimizer } from '../optim/optimizer.ts';
import { tensor } from '../tensor/create.ts';
import { defaultGenerator } from '../tensor/random.ts';
import { Tensor } from '../tensor/tensor.ts';
import { runFit } from './fit.ts';
import { Mean, type Metric, type Seen } from './metrics.ts';
import type {
  Batches,
  FitOptions,
  FitResult,
  Scheduler,
  StepFunction,
  StepReport,
  StepResult,
  TrainerOptions,
  Values,
} from './options.ts';
import { turn } from './stopping.ts';

const optionNames = [
  ...['module', 'optimizer', 'loss', 'step', 'scheduler', 'schedulerEvery', 'monitor', 'accumulate', 'clipNorm'],
  ...['clipValue', 'metrics', 'writers', 'onStep', 'onEvaluation', 'onEpoch', 'onCheckpoint'],
];

/** How far a run has come. */
export interface Position {
  /** Optimizer steps made. */
  step: number;
  /** Passes completed. */
  epoch: number;
  /** Batches read in the pass under way. */
  batches: number;
  /** Whether that pass has no more batches, and only what follows it is left to do. */
  passEnded: boolean;
  /** Whether an evaluation is to be made before the next batch. */
  evaluationDue: boolean;
}

/**
 * Trains a module. Everything it does can be done without it: it holds no tensors, changes nothing but what it is given,
 * and its state dict says how far it has come.
 *
 * @typeParam B the batches; `[input, target]` unless a `step` says otherwise
 * @throws OptionError, ArgumentTypeError or ValueError for options that are misspelled, missing or impossible
 * @example
 * const module = new nn.Linear(4, 3);
 * const optimizer = new optim.SGD(module.parameters(), { lr: 0.1 });
 * const trainer = new Trainer({ module, optimizer, loss: F.crossEntropy, metrics: { accuracy: new train.Accuracy() } });
 * const loader = new data.DataLoader(new data.TensorDataset(randn(8, 4), arange(8).remainder(3)), { batchSize: 4 });
 * await trainer.fit(loader, { epochs: 3 });
 * trainer.step; // 6
 */
export class Trainer<B = Tensor[]> {
  readonly module: Module;
  readonly optimizer: Optimizer;
  readonly scheduler: Scheduler | null;
  /** The metrics of the epoch under way, `loss` first. */
  readonly metrics: Readonly<Record<string, Metric>>;
  readonly options: Readonly<TrainerOptions<B>>;
  /** @internal */ readonly position: Position = {
    step: 0,
    epoch: 0,
    batches: 0,
    passEnded: false,
    evaluationDue: false,
  };
  /** @internal set by `stop` */ stopRequested = false;
  readonly #stepFunction: StepFunction<B>;
  #gathered: { loss: number; size: number }[] = [];
  // The same batches, for optimizers that compute them again.
  #batches: B[] = [];

  constructor(options: TrainerOptions<B>) {
    checkOptions('Trainer', options, optionNames);
    checkTrainerOptions(options);
    this.options = options;
    this.module = options.module;
    this.optimizer = options.optimizer;
    this.scheduler = options.scheduler ?? null;
    this.metrics = { loss: new Mean(({ loss }) => loss), ...options.metrics };
    this.#stepFunction = options.step ?? lossStep(options);
  }

  /** Optimizer steps made so far. */
  get step(): number {
    return this.position.step;
  }

  /** Passes completed so far. */
  get epoch(): number {
    return this.position.epoch;
  }

  /**
   * Trains until `epochs` or `steps` are reached, counted from the beginning of the run: a second call with larger
   * numbers goes on, also in the middle of a pass over the same loader.
   *
   * @throws AbortError after the step under way when `signal` says so
   */
  fit(loader: Batches<B>, options: FitOptions<B>): Promise<FitResult> {
    return runFit(this, loader, options);
  }

  /** Ends `fit` after the step under way. */
  stop(): void {
    this.stopRequested = true;
  }

  /** Computes the gradients of one batch and adds them to those that are there since the last `update`. */
  async accumulate(batch: B): Promise<void> {
    if (this.#gathered.length === 0) this.optimizer.zeroGrad();
    const result = await this.#run(batch);
    result.loss.backward();
    const seen = seenOf(result);
    for (const metric of Object.values(this.metrics)) metric.update(seen);
    this.#gathered.push({ loss: seen.loss, size: seen.size });
    if (this.optimizer.needsClosure) this.#batches.push(batch);
  }

  /**
   * Makes one optimizer step of the mean of the gradients gathered; clips them before, if asked to. Optimizers that need a
   * closure compute the same batches again, as often as they like.
   *
   * @throws StateError without a batch, or where a batch must be computed again and `step` is asynchronous
   */
  update(): StepReport {
    const gathered = this.#gathered;
    if (gathered.length === 0) throw new StateError('Trainer.update: no batch was accumulated');
    const gradNorm = this.#finishGradients(gathered.length);
    const lr = Number(this.optimizer.paramGroups[0]?.lr ?? Number.NaN);
    const loss = gathered.reduce((sum, part) => sum + part.loss, 0) / gathered.length;
    const size = gathered.reduce((sum, part) => sum + part.size, 0);
    this.optimizer.step(this.optimizer.needsClosure ? this.#closure(loss) : null);
    if (this.options.schedulerEvery === 'step') this.scheduler?.step();
    this.#forgetBatches();
    this.position.step += 1;
    return { step: this.step, epoch: this.epoch, loss, lr, gradNorm, size };
  }

  // Makes sums of gradients means, and clips them.
  #finishGradients(count: number): number | null {
    const { clipNorm = null, clipValue = null } = this.options;
    const params = this.optimizer.paramGroups.flatMap((group) => group.params);
    if (count > 1) {
      withGradMode(false, () => {
        for (const { grad } of params) grad?.div_(count);
      });
    }
    const gradNorm = clipNorm === null ? null : Number(clipGradNorm_(params, clipNorm).item());
    if (clipValue !== null) clipGradValue_(params, clipValue);
    return gradNorm;
  }

  // The loss and its gradients; what `accumulate` computed is the first answer.
  #closure(first: number): () => Tensor {
    const batches = this.#batches;
    let known = true;
    return () => {
      if (known) {
        known = false;
        return tensor(first, { dtype: 'float64' });
      }
      this.optimizer.zeroGrad();
      let sum = 0;
      for (const batch of batches) {
        const result = this.#stepFunction(batch);
        if (result instanceof Promise) {
          throw new StateError(`Trainer: ${this.optimizer.constructor.name} needs a step that is not asynchronous`);
        }
        const { loss } = checkedResult(result);
        loss.backward();
        sum += Number(loss.item());
      }
      this.#finishGradients(batches.length);
      return tensor(sum / batches.length, { dtype: 'float64' });
    };
  }

  /**
   * The metrics over all batches, with the module in evaluation mode and without recording gradients. The default stream
   * of random numbers is left as it was, so that training is the same with and without.
   *
   * @param options `isStopped` is asked between batches
   * @returns null if it was stopped
   */
  async evaluate(batches: Batches<B>, options: { isStopped?: () => boolean } = {}): Promise<Values | null> {
    checkOptions('Trainer.evaluate', options, ['isStopped']);
    const { training } = this.module;
    const stream = defaultGenerator.getState();
    const metrics = Object.entries(this.metrics);
    const kept = metrics.map(([, metric]) => metric.stateDict());
    this.module.eval();
    try {
      for (const [, metric] of metrics) metric.reset();
      for await (const batch of batches) {
        const seen = seenOf(await noGrad(() => this.#run(batch)));
        for (const [, metric] of metrics) metric.update(seen);
        await turn();
        if (options.isStopped?.()) return null;
      }
      return this.values();
    } finally {
      metrics.forEach(([, metric], i) => {
        metric.loadStateDict(kept[i] ?? new Map());
      });
      this.module.train(training);
      defaultGenerator.setState(stream);
    }
  }

  /** The metrics of the epoch under way. */
  values(): Values {
    return Object.fromEntries(Object.entries(this.metrics).map(([name, metric]) => [name, metric.value()]));
  }

  /** @internal Ends an epoch: counts it, and lets the scheduler go on. */
  endEpoch(evaluation: Values | null): void {
    const { schedulerEvery = 'epoch', monitor = 'loss' } = this.options;
    if (schedulerEvery === 'epoch' && this.scheduler !== null) {
      if (this.scheduler instanceof ReduceLROnPlateau) {
        const value = (evaluation ?? this.values())[monitor];
        if (value === undefined) throw new ValueError(`Trainer: no metric '${monitor}' for ReduceLROnPlateau`);
        this.scheduler.step(value);
      } else this.scheduler.step();
    }
    for (const metric of Object.values(this.metrics)) metric.reset();
    Object.assign(this.position, { epoch: this.epoch + 1, batches: 0, passEnded: false });
  }

  async #run(batch: B): Promise<StepResult> {
    return checkedResult(await this.#stepFunction(batch));
  }

  /** How far the run has come, with the metrics of the epoch under way. */
  stateDict(): Map<string, unknown> {
    const metrics = Object.entries(this.metrics).map(([name, metric]): [string, unknown] => [name, metric.stateDict()]);
    return new Map<string, unknown>([...Object.entries(this.position), ['metrics', new Map(metrics)]]);
  }

  /** Goes on from what {@link stateDict} gave. @throws StateError for something else, or other metrics */
  loadStateDict(dict: ReadonlyMap<string, unknown>): void {
    const metrics = checkState('Trainer', dict).get('metrics');
    const names = Object.keys(this.metrics);
    if (!(metrics instanceof Map) || names.join() !== [...metrics.keys()].join()) {
      throw new StateError(`Trainer.loadStateDict: expected the state of the metrics ${names.join(', ')}`);
    }
    const position: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(this.position)) {
      position[key] = dict.get(key);
      if (typeof position[key] === typeof value) continue;
      throw new StateError(`Trainer.loadStateDict: ${key} must be a ${typeof value}, got ${describe(position[key])}`);
    }
    for (const [name, metric] of Object.entries(this.metrics)) metric.loadStateDict(metrics.get(name));
    Object.assign(this.position, position);
    // The steps were made in another process; a scheduler would warn that it comes before them.
    this.optimizer.stepCalls = Math.max(this.optimizer.stepCalls, this.step);
    this.#forgetBatches();
  }

  #forgetBatches(): void {
    this.#gathered = [];
    this.#batches = [];
  }
}

function checkedResult(result: StepResult | Tensor): StepResult {
  const loss = result instanceof Tensor ? result : result?.loss;
  if (!(loss instanceof Tensor)) {
    throw new ArgumentTypeError(
      `Trainer: step must return a loss or { loss, output, target }, got ${describe(result)}`,
    );
  }
  if (loss.numel() !== 1) throw new ShapeError(`Trainer: the loss must be one number, got shape (${loss.shape})`);
  return result instanceof Tensor ? { loss } : result;
}

function checkTrainerOptions<B>(options: TrainerOptions<B>): void {
  if (typeof options !== 'object' || options === null) {
    throw new ArgumentTypeError(`Trainer: options must be an object, got ${describe(options)}`);
  }
  const { module, optimizer, loss, step, accumulate = 1, clipNorm = null, clipValue = null, metrics = {} } = options;
  const { schedulerEvery = 'epoch' } = options;
  if (typeof module?.train !== 'function') {
    throw new ArgumentTypeError(`Trainer: module must be a Module, got ${describe(module)}`);
  }
  if (!(optimizer instanceof Optimizer)) {
    throw new ArgumentTypeError(`Trainer: optimizer must be an Optimizer, got ${describe(optimizer)}`);
  }
  if ((typeof loss === 'function') === (typeof step === 'function')) {
    throw new ArgumentTypeError('Trainer: expected a function as either loss or step');
  }
  if (!Number.isInteger(accumulate) || accumulate < 1) {
    throw new ValueError(`Trainer: accumulate must be an integer of at least 1, got ${describe(accumulate)}`);
  }
  for (const [name, value] of Object.entries({ clipNorm, clipValue })) {
    if (value === null || value > 0) continue;
    throw new ValueError(`Trainer: ${name} must be above 0, got ${describe(value)}`);
  }
  if (schedulerEvery !== 'step' && schedulerEvery !== 'epoch') {
    throw new ValueError(`Trainer: schedulerEvery must be 'step' or 'epoch', got ${describe(schedulerEvery)}`);
  }
  if ('loss' in metrics) throw new ValueError("Trainer: the metric 'loss' is there already");
}

function lossStep<B>({ module, loss }: TrainerOptions<B>): StepFunction<B> {
  const call = module as unknown as (input: Tensor) => Tensor;
  return (batch) => {
    const [input, target] = (Array.isArray(batch) ? batch : []) as (Tensor | undefined)[];
    if (!(input instanceof Tensor) || !(target instanceof Tensor) || loss === undefined) {
      throw new ArgumentTypeError(`Trainer: expected batches [input, target], got ${describe(batch)}; or give a step`);
    }
    const output = call(input);
    return { loss: loss(output, target), output, target };
  };
}

function seenOf({ loss, output = null, target = null }: StepResult): Seen {
  const sized = target !== null && target.ndim > 0 ? target : output;
  const size = sized !== null && sized.ndim > 0 ? sized.size(0) : 1;
  return { loss: Number(loss.item()), output: output?.detach() ?? null, target: target?.detach() ?? null, size };
}
