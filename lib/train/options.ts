// What Trainer and its fit are given, and what they give back.
import type { Stateful, StatefulStream } from '../io/checkpointer.ts';
import type { Module } from '../nn/module.ts';
import type { Optimizer } from '../optim/optimizer.ts';
import type { Tensor } from '../tensor/tensor.ts';
import type { BestOptions, BestReport } from './best.ts';
import type { EarlyStopping } from './early-stopping.ts';
import type { Metric } from './metrics.ts';
import type { StopReason } from './stopping.ts';
import type { MetricWriter } from './writers.ts';

/** Batches, read once in each pass. A loader with a state dict, as `data.DataLoader`, goes on in the middle of one. */
export type Batches<B> = Iterable<B> | AsyncIterable<B>;

/** What a step says about one batch: the loss, and what metrics look at. */
export interface StepResult {
  readonly loss: Tensor;
  readonly output?: Tensor | null;
  readonly target?: Tensor | null;
}

/** Computes the loss of a batch; the Trainer goes back and makes the step. It also serves evaluation. */
export type StepFunction<B> = (batch: B) => StepResult | Tensor | Promise<StepResult | Tensor>;

/** Anything that is stepped and can be saved: `optim.lrScheduler.*`. */
export interface Scheduler extends Stateful {
  step(metric?: number | null): void;
}

/** Numbers by name. */
export type Values = Readonly<Record<string, number>>;

/** One optimizer step. */
export interface StepReport {
  readonly step: number;
  readonly epoch: number;
  /** Mean over the batches of the step. */
  readonly loss: number;
  /** The first group's rate in this step. */
  readonly lr: number;
  /** The norm of all gradients before clipping; null without `clipNorm`. */
  readonly gradNorm: number | null;
  /** Elements of the step's batches. */
  readonly size: number;
}

/** An evaluation or an epoch: its metrics, `loss` first. */
export interface ValuesReport {
  readonly step: number;
  readonly epoch: number;
  readonly values: Values;
}

/** Functions that are told what happens; a promise is waited for. */
export interface Hooks {
  onStep?: (report: StepReport) => unknown;
  onEvaluation?: (report: ValuesReport) => unknown;
  onEpoch?: (report: ValuesReport) => unknown;
  onCheckpoint?: (report: { readonly step: number; readonly path: string }) => unknown;
}

/** Options of {@link Trainer}. */
export interface TrainerOptions<B> extends Hooks {
  module: Module;
  optimizer: Optimizer;
  /** Of the module's output for the first tensor of a batch, and the second. Either this or `step`. */
  loss?: (output: Tensor, target: Tensor) => Tensor;
  /** Computes the loss of a batch itself. */
  step?: StepFunction<B>;
  scheduler?: Scheduler | null;
  /** When the scheduler goes on. Default 'epoch'. */
  schedulerEvery?: 'step' | 'epoch';
  /** The metric of the evaluation that `ReduceLROnPlateau` is given. Default 'loss'. */
  monitor?: string;
  /** Batches whose gradients make one step, their mean. Default 1. */
  accumulate?: number;
  /** The most that the norm of all gradients may be. Default null: they are not clipped. */
  clipNorm?: number | null;
  /** The most that an element of a gradient may be. Default null. */
  clipValue?: number | null;
  /** Beside the loss, for training and evaluation. Default none. */
  metrics?: Readonly<Record<string, Metric>>;
  /** Where numbers go. Default none. */
  writers?: readonly MetricWriter[];
}

/** Where and when checkpoints are written. One is also written when `fit` ends, for whatever reason but an error. */
export interface CheckpointPlan {
  folder: string;
  /** Default null. */
  everySteps?: number | null;
  /** Default 1. */
  everyEpochs?: number | null;
  /** As of `io.Checkpointer`. Default 3. */
  keep?: number;
  /**
   * Keep the weights of the best evaluation in `best.pt` in the folder, which `train.loadBest` reads. `true` takes the
   * smallest loss. Default false.
   */
  keepBest?: boolean | BestOptions;
  /** Go on from the newest checkpoint in the folder, if there is one. Default true. */
  resume?: boolean;
  /** More to save and restore: an average of the model, generators. Default none. */
  parts?: Readonly<Record<string, Stateful | StatefulStream>>;
}

/** Options of {@link Trainer.fit}. */
export interface FitOptions<B> {
  /** Passes over the loader, counted from the beginning of the run. */
  epochs?: number | null;
  /** Optimizer steps, counted from the beginning of the run. One of the two, or the first that is reached. */
  steps?: number | null;
  /** Batches to evaluate on. Default none. */
  evaluate?: Batches<B> | null;
  /** Evaluate after so many steps. Default null: after epochs. */
  evaluateEverySteps?: number | null;
  /** Evaluate after so many epochs. Default 1, or null with `evaluateEverySteps`. */
  evaluateEveryEpochs?: number | null;
  earlyStopping?: EarlyStopping | null;
  /** A folder, or more about it. Default none. */
  checkpoint?: string | CheckpointPlan | null;
  /** Write the numbers of every so manieth step. Default 1. */
  logEvery?: number;
  /** Show a bar, or plain lines where there is no terminal. Default false. */
  progress?: boolean;
  /** Ends the run after the step under way, with a checkpoint, then an AbortError. */
  signal?: AbortSignal | null;
  /**
   * Signals after which the step under way is finished, a checkpoint written, and the process ended with code 0.
   * Default SIGTERM with a checkpoint folder, none without. In a worker thread: none.
   */
  exitOn?: readonly NodeJS.Signals[] | null;
}

/** How a run ended. */
export interface FitResult {
  readonly step: number;
  readonly epoch: number;
  readonly reason: 'finished' | 'early stopping' | StopReason;
  /** The last evaluation, or null. */
  readonly evaluation: Values | null;
  /** The best evaluation of the run, with `keepBest`; else null. */
  readonly best: BestReport | null;
}
