// The namespace `train`: a training loop for who wants one, and its parts. Depends on everything below the index.
export { type BestOptions, type BestReport, loadBest } from './best.ts';
export type { EventName } from './channels.ts';
export { EarlyStopping, type EarlyStoppingOptions } from './early-stopping.ts';
export type { HistogramOptions, ImageOptions } from './event-file.ts';
export { Accuracy, Mean, type Metric, RunningMean, type Seen } from './metrics.ts';
export type {
  Batches,
  CheckpointPlan,
  FitOptions,
  FitResult,
  Hooks,
  Scheduler,
  StepFunction,
  StepReport,
  StepResult,
  TrainerOptions,
  Values,
  ValuesReport,
} from './options.ts';
export type { StopReason } from './stopping.ts';
export { type Position, Trainer } from './trainer.ts';
export { ConsoleWriter, JsonLinesWriter, type MetricRecord, type MetricWriter, TensorBoardWriter } from './writers.ts';
