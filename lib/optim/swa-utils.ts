// Averages of weights over training: models, update rules, a schedule, and batch norm statistics anew.
import { noGrad, withGradMode } from '../autograd/mode.ts';
import { ArgumentTypeError, checkOptions, describe, ValueError } from '../errors.ts';
import { float } from '../functional/arguments.ts';
import { BatchNorm } from '../nn/batch-norm.ts';
import { checkModule } from '../nn/hooked-weights.ts';
import { Module } from '../nn/module.ts';
import { numberText } from '../python.ts';
import { tensor } from '../tensor/create.ts';
import { Tensor } from '../tensor/tensor.ts';
import {
  checkSchedulerOptions,
  type ForGroups,
  forGroups,
  LRScheduler,
  type SchedulerOptions,
} from './lr-scheduler/base.ts';
import { Optimizer } from './optimizer.ts';

/** A new average from the last one, the current value, and how many values it averages so far. */
export type AverageFn = (averaged: Tensor, current: Tensor, numAveraged: Tensor | number) => Tensor;
/** Overwrites averages, all at once. */
export type MultiAverageFn = (
  averaged: readonly Tensor[],
  current: readonly Tensor[],
  numAveraged: Tensor | number,
) => void;

function checkDecay(decay: number): void {
  if (float('swaUtils', 'decay', decay) >= 0 && decay <= 1) return;
  throw new ValueError(`Invalid decay value ${numberText(decay)} provided. Please provide a value in [0,1] range.`);
}

const countOf = (numAveraged: Tensor | number) =>
  numAveraged instanceof Tensor ? Number(numAveraged.item()) : numAveraged;

/**
 * decay average + (1 - decay) current. @throws ValueError for a decay outside [0, 1]
 *
 * @source torch.optim.swa_utils.get_ema_avg_fn
 * @example optim.swaUtils.getEmaAvgFn(0.9)(tensor([1, 2.5]), tensor([2, 3.5]), 1); // tensor([1.1000, 2.6000])
 */
export function getEmaAvgFn(decay = 0.999): AverageFn {
  checkDecay(decay);
  return (averaged, current) => noGrad(() => averaged.mul(decay).add(current.mul(1 - decay)));
}

/**
 * The mean of all values. @source torch.optim.swa_utils.get_swa_avg_fn
 * @example optim.swaUtils.getSwaAvgFn()(tensor([1, 2.5]), tensor([2, 3.5]), 1); // tensor([1.5000, 3.0000])
 */
export function getSwaAvgFn(): AverageFn {
  return (averaged, current, numAveraged) =>
    noGrad(() => averaged.add(current.sub(averaged).div(countOf(numAveraged) + 1)));
}

/**
 * As {@link getEmaAvgFn}, for many tensors in place. @source torch.optim.swa_utils.get_ema_multi_avg_fn
 * @example
 * const averages = [tensor([1, 2.5])];
 * optim.swaUtils.getEmaMultiAvgFn(0.9)(averages, [tensor([2, 3.5])], 1);
 * averages; // [tensor([1.1000, 2.6000])]
 */
export function getEmaMultiAvgFn(decay = 0.999): MultiAverageFn {
  checkDecay(decay);
  return (averaged, current) => average(averaged, current, 1 - decay);
}

/**
 * As {@link getSwaAvgFn}, for many tensors in place. @source torch.optim.swa_utils.get_swa_multi_avg_fn
 * @example
 * const averages = [tensor([1, 2.5])];
 * optim.swaUtils.getSwaMultiAvgFn()(averages, [tensor([2, 3.5])], 1);
 * averages; // [tensor([1.5000, 3.0000])]
 */
export function getSwaMultiAvgFn(): MultiAverageFn {
  return (averaged, current, numAveraged) => average(averaged, current, 1 / (countOf(numAveraged) + 1));
}

// average <- average + weight (current - average)
function average(averaged: readonly Tensor[], current: readonly Tensor[], weight: number): void {
  withGradMode(false, () => {
    averaged.forEach((a, i) => {
      const x = current[i];
      if (x === undefined) return;
      if (a.isFloatingPoint()) a.lerp_(x, weight);
      else a.copy_(a.mul(1 - weight).add(x.mul(weight)));
    });
  });
}

/** Options of {@link AveragedModel}. */
export interface AveragedModelOptions {
  /** Accepted as in PyTorch. Default null. */
  device?: 'cpu' | null;
  /** Default null: the mean. */
  avgFn?: AverageFn | null;
  /** Default null. */
  multiAvgFn?: MultiAverageFn | null;
  /** Average buffers too, instead of copying them. Default false. */
  useBuffers?: boolean;
}

/**
 * A copy of a model whose parameters are averages of the model's. State: `n_averaged` and `module.*`.
 *
 * @throws ValueError if both functions are given
 * @source torch.optim.swa_utils.AveragedModel
 * @example
 * const net = new nn.Linear(2, 1);
 * const averaged = new optim.swaUtils.AveragedModel(net);
 * averaged.updateParameters(net);
 * equal(averaged.module.weight, net.weight); // true
 */
export class AveragedModel<M extends Module = Module> extends Module {
  declare module: M;
  declare avgFn: AverageFn | null;
  declare multiAvgFn: MultiAverageFn | null;
  declare useBuffers: boolean;

  constructor(model: M, options: AveragedModelOptions = {}) {
    super();
    checkOptions('AveragedModel', options, ['device', 'avgFn', 'multiAvgFn', 'useBuffers']);
    const { avgFn = null, multiAvgFn = null, useBuffers = false } = options;
    if (avgFn !== null && multiAvgFn !== null) {
      throw new ValueError('Only one of avg_fn and multi_avg_fn should be provided');
    }
    this.module = checkModule('AveragedModel', model).deepcopy() as M;
    this.registerBuffer('n_averaged', tensor(0, { dtype: 'int64' }));
    this.avgFn = avgFn;
    this.multiAvgFn = multiAvgFn;
    this.useBuffers = useBuffers;
  }

  /** How many models were averaged: int64, a buffer. */
  get nAveraged(): Tensor {
    return this.getBuffer('n_averaged');
  }

  override forward(...args: Parameters<M['forward']>): ReturnType<M['forward']> {
    return (this.module as unknown as (...given: unknown[]) => ReturnType<M['forward']>)(...args);
  }

  /** Takes the model's present parameters into the averages; the first ones are copied. */
  updateParameters(model: Module): void {
    const all = (net: Module) =>
      [...net.parameters(), ...(this.useBuffers ? net.buffers() : [])].map((x) => x.detach());
    const [averaged, current] = [all(this.module), all(model)];
    const count = this.nAveraged;
    const n = Number(count.item());
    withGradMode(false, () => {
      if (n === 0) copyAll(averaged, current);
      else if (this.avgFn === null) (this.multiAvgFn ?? getSwaMultiAvgFn())(averaged, current, count);
      else {
        const { avgFn } = this;
        copyAll(
          averaged,
          averaged.map((a, i) => avgFn(a, current[i] ?? a, count)),
        );
      }
      if (!this.useBuffers) copyAll([...this.module.buffers()], [...model.buffers()]);
      count.add_(1);
    });
  }
}

function copyAll(targets: readonly Tensor[], sources: readonly Tensor[]): void {
  targets.forEach((target, i) => {
    const source = sources[i];
    if (source !== undefined) target.detach().copy_(source.detach());
  });
}

/**
 * Computes the running statistics of all batch norm layers anew: one pass over the loader in training mode.
 *
 * @param loader batches, or lists whose first entry is the batch
 * @source torch.optim.swa_utils.update_bn
 * @example
 * const net = new nn.Sequential(new nn.BatchNorm1d(1));
 * await optim.swaUtils.updateBn([tensor([[1], [2]]).float()], net);
 * net.stateDict().get('0.running_mean'); // tensor([1.5000])
 */
export async function updateBn(loader: Iterable<unknown> | AsyncIterable<unknown>, model: Module): Promise<void> {
  const layers = [...checkModule('updateBn', model).modules()].filter((module) => module instanceof BatchNorm);
  if (layers.length === 0) return;
  const momenta = layers.map((layer) => layer.momentum);
  const wasTraining = model.training;
  for (const layer of layers) {
    layer.resetRunningStats();
    layer.momentum = null;
  }
  model.train();
  try {
    for await (const batch of loader) {
      noGrad(() => (model as unknown as (x: unknown) => unknown)(Array.isArray(batch) ? batch[0] : batch));
    }
  } finally {
    layers.forEach((layer, i) => {
      layer.momentum = momenta[i] ?? null;
    });
    model.train(wasTraining);
  }
}

/** Options of {@link SWALR}. */
export interface SWALROptions extends SchedulerOptions {
  /** Epochs until the rate is reached, >= 0. Default 10. */
  annealEpochs?: number;
  /** Along a cosine or a line. Default 'cos'. */
  annealStrategy?: 'cos' | 'linear';
}

/**
 * From the present rate to the constant `swaLr`.
 *
 * @throws ValueError for an unknown strategy or a negative number of epochs
 * @source torch.optim.swa_utils.SWALR
 * @example
 * const optimizer = new optim.SGD([zeros(1, { requiresGrad: true })], { lr: 0.1 });
 * const scheduler = new optim.swaUtils.SWALR(optimizer, 0.05, { annealEpochs: 2 });
 * const rates: number[] = [];
 * for (let epoch = 0; epoch < 4; epoch++) {
 *   optimizer.step();
 *   scheduler.step();
 *   rates.push(...scheduler.getLastLr());
 * }
 * rates.map((lr) => lr.toFixed(4)).join(' '); // '0.0750 0.0500 0.0500 0.0500'
 */
export class SWALR extends LRScheduler {
  declare annealEpochs: number;
  declare annealStrategy: 'cos' | 'linear';

  constructor(optimizer: Optimizer, swaLr: ForGroups<number>, options: SWALROptions = {}) {
    checkSchedulerOptions('SWALR', options, ['annealEpochs', 'annealStrategy']);
    const { annealEpochs = 10, annealStrategy = 'cos' } = options;
    if (!(optimizer instanceof Optimizer)) {
      throw new ArgumentTypeError(`${describe(optimizer)} is not an Optimizer`);
    }
    const rates = forGroups('swa_lr', optimizer, swaLr);
    optimizer.paramGroups.forEach((group, i) => {
      group.swaLr = rates[i];
    });
    if (annealStrategy !== 'cos' && annealStrategy !== 'linear') {
      throw new ValueError(`anneal_strategy must by one of 'cos' or 'linear', instead got ${String(annealStrategy)}`);
    }
    if (!Number.isInteger(annealEpochs) || annealEpochs < 0) {
      throw new ValueError(`anneal_epochs must be equal or greater than 0, got ${String(annealEpochs)}`);
    }
    super(optimizer, options, { annealStrategy, annealEpochs });
  }

  protected override compute(): number[] {
    const { annealEpochs } = this;
    const step = annealEpochs === 0 ? Math.max(1, this.stepCount - 1) : this.stepCount - 1;
    const weight = (epoch: number) => {
      const part = Math.max(0, Math.min(1, epoch / Math.max(1, annealEpochs)));
      return this.annealStrategy === 'linear' ? part : (1 - Math.cos(Math.PI * part)) / 2;
    };
    const [before, now] = [weight(step - 1), weight(step)];
    return this.rates().map((lr, i) => {
      const goal = Number(this.optimizer.paramGroups[i]?.swaLr);
      const start = before === 1 ? goal : (lr - before * goal) / (1 - before);
      return goal * now + start * (1 - now);
    });
  }

  /** As {@link LRScheduler.stateDict}; the strategy is left out: PyTorch keeps a function there. */
  override stateDict(): Map<string, unknown> {
    const dict = super.stateDict();
    dict.delete('anneal_strategy');
    return dict;
  }
}
