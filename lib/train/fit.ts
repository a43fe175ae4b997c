// The loop of Trainer.fit: passes, evaluations, checkpoints, and the end of a run. Its place in the run stands in the
// Trainer's position, so that a run stopped anywhere between two steps goes on as if it had not been stopped.
import { checkOptions, describe, ValueError } from '../errors.ts';
import { Checkpointer, type Stateful } from '../io/checkpointer.ts';
import { BestKeeper } from './best.ts';
import { publish } from './channels.ts';
import type { Batches, CheckpointPlan, FitOptions, FitResult, StepReport, Values } from './options.ts';
import { Progress } from './progress.ts';
import { Stopping, turn } from './stopping.ts';
import type { Trainer } from './trainer.ts';
import type { MetricRecord } from './writers.ts';

const optionNames = [
  ...['epochs', 'steps', 'evaluate', 'evaluateEverySteps', 'evaluateEveryEpochs', 'earlyStopping', 'checkpoint'],
  ...['logEvery', 'progress', 'signal', 'exitOn'],
];

/** @internal Runs {@link Trainer.fit}. */
export async function runFit<B>(trainer: Trainer<B>, loader: Batches<B>, options: FitOptions<B>): Promise<FitResult> {
  checkFitOptions(options);
  const { signal = null } = options;
  const plan = typeof options.checkpoint === 'string' ? { folder: options.checkpoint } : (options.checkpoint ?? null);
  const stopping = new Stopping(signal, options.exitOn ?? (plan === null ? [] : ['SIGTERM']));
  try {
    const run = new Run(trainer, loader, options, plan, stopping);
    const result = await run.run();
    if (stopping.reason === 'signal') process.exit(0);
    if (stopping.reason === 'abort') signal?.throwIfAborted();
    return result;
  } finally {
    stopping.close();
  }
}

class Run<B> {
  readonly #trainer: Trainer<B>;
  readonly #loader: Batches<B>;
  readonly #options: FitOptions<B>;
  readonly #plan: CheckpointPlan | null;
  readonly #checkpointer: Checkpointer | null;
  readonly #keeper: BestKeeper | null;
  readonly #stopping: Stopping;
  readonly #progress: Progress | null;
  #evaluation: Values | null = null;
  #evaluatedAt = -1;
  #saved = '';

  constructor(
    trainer: Trainer<B>,
    loader: Batches<B>,
    options: FitOptions<B>,
    plan: CheckpointPlan | null,
    stopping: Stopping,
  ) {
    this.#trainer = trainer;
    this.#loader = loader;
    this.#options = options;
    this.#plan = plan;
    this.#stopping = stopping;
    this.#checkpointer = plan === null ? null : this.#makeCheckpointer(plan);
    const { keepBest = false } = plan ?? {};
    this.#keeper =
      plan === null || keepBest === false ? null : new BestKeeper(plan.folder, keepBest === true ? {} : keepBest);
    this.#progress = options.progress === true ? new Progress(process.stdout) : null;
  }

  async run(): Promise<FitResult> {
    const trainer = this.#trainer;
    const { position } = trainer;
    trainer.stopRequested = false;
    if (this.#plan?.resume !== false) {
      if (await this.#checkpointer?.resume()) this.#saved = this.#fingerprint();
      await this.#keeper?.resume();
    }
    const wasTraining = trainer.module.training;
    trainer.module.train();
    try {
      if (position.evaluationDue) await this.#evaluate();
      while (!this.#isDone()) {
        if (!position.passEnded) await this.#pass();
        if (position.passEnded && !this.#isStopped()) await this.#endEpoch();
      }
      if (!this.#isStopped() && this.#options.evaluate && this.#evaluatedAt !== trainer.step) await this.#report();
      await this.#save();
    } finally {
      this.#progress?.end();
      trainer.module.train(wasTraining);
      for (const writer of trainer.options.writers ?? []) await writer.flush();
    }
    const { step, epoch } = trainer;
    return { step, epoch, reason: this.#reason(), evaluation: this.#evaluation, best: this.#keeper?.best ?? null };
  }

  #isStopped(): boolean {
    if (this.#trainer.stopRequested) this.#stopping.reason ??= 'request';
    return this.#stopping.reason !== null;
  }

  #isDone(): boolean {
    const { epochs = null, steps = null, earlyStopping = null } = this.#options;
    const { step, epoch } = this.#trainer;
    const reached = (epochs !== null && epoch >= epochs) || (steps !== null && step >= steps);
    return this.#isStopped() || reached || earlyStopping?.stopped === true;
  }

  #reason(): FitResult['reason'] {
    return this.#stopping.reason ?? (this.#options.earlyStopping?.stopped === true ? 'early stopping' : 'finished');
  }

  // One pass over the loader, or the rest of one.
  async #pass(): Promise<void> {
    const trainer = this.#trainer;
    const { position } = trainer;
    const { accumulate = 1 } = trainer.options;
    const loader = this.#loader;
    // A loader with a state goes on where it was left; another one is read from its beginning.
    if (isStateful(loader)) loader.loadStateDict(loader.stateDict());
    let skipped = isStateful(loader) ? 0 : position.batches;
    let gathered = 0;
    for await (const batch of loader) {
      if (skipped > 0) {
        skipped -= 1;
        continue;
      }
      await trainer.accumulate(batch);
      position.batches += 1;
      gathered += 1;
      if (gathered < accumulate) continue;
      gathered = 0;
      await this.#update();
      if (this.#isDone()) return;
    }
    if (position.batches === 0) throw new ValueError('Trainer.fit: the loader gave no batches');
    position.passEnded = true;
    if (gathered > 0) await this.#update();
  }

  async #update(): Promise<void> {
    const trainer = this.#trainer;
    const { evaluateEverySteps = null, logEvery = 1 } = this.#options;
    const report = trainer.update();
    await trainer.options.onStep?.(report);
    publish('step', report);
    this.#progress?.step(report, trainer.position.batches, lengthOf(this.#loader), this.#options.epochs ?? null);
    if (report.step % logEvery === 0) this.#write(stepRecord(report));
    await turn();
    if (this.#options.evaluate && isDue(evaluateEverySteps, report.step)) {
      trainer.position.evaluationDue = true;
      await this.#evaluate();
    }
    if (isDue(this.#plan?.everySteps ?? null, report.step)) await this.#save();
  }

  async #endEpoch(): Promise<void> {
    const trainer = this.#trainer;
    const { evaluateEverySteps = null, evaluateEveryEpochs = evaluateEverySteps === null ? 1 : null } = this.#options;
    const epoch = trainer.epoch + 1;
    if (this.#options.evaluate && isDue(evaluateEveryEpochs, epoch) && !(await this.#evaluate())) return;
    const report = { step: trainer.step, epoch, values: trainer.values() };
    trainer.endEpoch(this.#evaluation);
    await trainer.options.onEpoch?.(report);
    publish('epoch', report);
    this.#write({ event: 'epoch', ...report });
    this.#progress?.epoch(report);
    const { everyEpochs = 1 } = this.#plan ?? {};
    if (isDue(everyEpochs, epoch)) await this.#save();
  }

  // Evaluates for early stopping; false if it was stopped, and is still due.
  async #evaluate(): Promise<boolean> {
    const values = await this.#report();
    if (values === null) return false;
    this.#trainer.position.evaluationDue = false;
    this.#options.earlyStopping?.observe(values);
    return true;
  }

  async #report(): Promise<Values | null> {
    const trainer = this.#trainer;
    const values = await trainer.evaluate(this.#options.evaluate ?? [], { isStopped: () => this.#isStopped() });
    if (values === null) return null;
    this.#evaluation = values;
    this.#evaluatedAt = trainer.step;
    const report = { step: trainer.step, epoch: trainer.epoch, values };
    await this.#keeper?.observe(report, trainer.module);
    await trainer.options.onEvaluation?.(report);
    publish('evaluation', report);
    this.#write({ event: 'evaluation', ...report });
    this.#progress?.evaluation(report);
    return values;
  }

  #write(record: MetricRecord): void {
    for (const writer of this.#trainer.options.writers ?? []) writer.write(record);
  }

  #makeCheckpointer(plan: CheckpointPlan): Checkpointer {
    const { module, optimizer, scheduler } = this.#trainer;
    const { earlyStopping } = this.#options;
    const parts = {
      module,
      optimizer,
      ...(scheduler === null ? {} : { scheduler }),
      ...(isStateful(this.#loader) ? { loader: this.#loader } : {}),
      ...(earlyStopping ? { earlyStopping } : {}),
      ...plan.parts,
      trainer: this.#trainer,
    };
    return new Checkpointer(plan.folder, parts as Record<string, Stateful>, { keep: plan.keep ?? 3 });
  }

  // What stands in a checkpoint of the same fingerprint is what would be written.
  #fingerprint(): string {
    return JSON.stringify(this.#trainer.position);
  }

  async #save(): Promise<void> {
    const fingerprint = this.#fingerprint();
    if (this.#checkpointer === null || fingerprint === this.#saved) return;
    const { step } = this.#trainer;
    const path = await this.#checkpointer.save(step);
    this.#saved = fingerprint;
    await this.#trainer.options.onCheckpoint?.({ step, path });
    publish('checkpoint', { step, path });
  }
}

function checkFitOptions<B>(options: FitOptions<B>): void {
  checkOptions('Trainer.fit', options, optionNames);
  const { epochs = null, steps = null, evaluateEverySteps, evaluateEveryEpochs, logEvery, checkpoint } = options ?? {};
  if (epochs === null && steps === null) throw new ValueError('Trainer.fit: expected epochs or steps');
  const plan = typeof checkpoint === 'object' && checkpoint !== null ? checkpoint : null;
  if (plan !== null) {
    const known = ['folder', 'everySteps', 'everyEpochs', 'keep', 'keepBest', 'resume', 'parts'];
    checkOptions('Trainer.fit: checkpoint', plan, known);
  }
  const { everySteps, everyEpochs } = plan ?? {};
  const counts = { epochs, steps, evaluateEverySteps, evaluateEveryEpochs, logEvery, everySteps, everyEpochs };
  for (const [name, value] of Object.entries(counts)) {
    if (value === null || value === undefined || (Number.isInteger(value) && value >= 1)) continue;
    throw new ValueError(`Trainer.fit: ${name} must be an integer of at least 1, got ${describe(value)}`);
  }
  for (const [name, wanted] of Object.entries({ earlyStopping: options.earlyStopping, keepBest: plan?.keepBest })) {
    if (!wanted || options.evaluate) continue;
    throw new ValueError(`Trainer.fit: ${name} needs batches to evaluate on`);
  }
}

function stepRecord({ step, epoch, loss, lr, gradNorm }: StepReport): MetricRecord {
  return { event: 'step', step, epoch, values: { loss, lr, ...(gradNorm === null ? {} : { gradNorm }) } };
}

function isDue(every: number | null, count: number): boolean {
  return every !== null && count % every === 0;
}

function isStateful(loader: unknown): loader is Stateful {
  const { stateDict, loadStateDict } = loader as Partial<Stateful>;
  return typeof stateDict === 'function' && typeof loadStateDict === 'function';
}

// The length of a stream is unknown; asking for it may throw.
function lengthOf(loader: unknown): number | null {
  try {
    const { length } = loader as { length?: unknown };
    return typeof length === 'number' ? length : null;
  } catch {
    return null;
  }
}
