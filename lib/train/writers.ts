// Where the numbers of a run go: the console, a file of JSON lines, TensorBoard.
import { closeSync, fsyncSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Tensor } from '../tensor/tensor.ts';
import { EventFile, type HistogramOptions, type ImageOptions } from './event-file.ts';
import type { Values } from './options.ts';
import { valuesText } from './progress.ts';

/** Numbers of a step, an evaluation or an epoch. */
export interface MetricRecord {
  readonly event: 'step' | 'evaluation' | 'epoch';
  readonly step: number;
  readonly epoch: number;
  readonly values: Values;
}

/** Takes records. `fit` flushes it at its end; closing it is left to who made it. */
export interface MetricWriter {
  write(record: MetricRecord): void;
  flush(): void | Promise<void>;
}

/**
 * Writes each record as a line for people to standard output, or what `print` does with it.
 * @example
 * const lines: string[] = [];
 * const writer = new train.ConsoleWriter((line) => lines.push(line));
 * writer.write({ event: 'epoch', step: 100, epoch: 1, values: { loss: 0.5 } });
 * lines; // ['epoch | step 100 | epoch 1 | loss 0.5']
 */
export class ConsoleWriter implements MetricWriter {
  readonly #print: (line: string) => void;

  constructor(print: (line: string) => void = (line) => console.log(line)) {
    this.#print = print;
  }

  write({ event, step, epoch, values }: MetricRecord): void {
    this.#print(`${event} | step ${step} | epoch ${epoch} | ${valuesText(values)}`);
  }

  flush(): void {}
}

/**
 * Appends each record as a line of JSON: `{"event":"step","step":1,"epoch":0,"time":...,"loss":0.5}`; the time is in
 * seconds since 1970, and a number that is not finite is null. After a resume the steps since the checkpoint appear
 * again: the last line of a step counts.
 * @example
 * // not run: writes a file
 * const writer = new train.JsonLinesWriter('run/log.jsonl');
 * writer.write({ event: 'epoch', step: 100, epoch: 1, values: { loss: 0.5 } });
 * writer.close();
 */
export class JsonLinesWriter implements MetricWriter {
  readonly #file: number;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(path, 'a');
  }

  write({ event, step, epoch, values }: MetricRecord): void {
    writeSync(this.#file, `${JSON.stringify({ event, step, epoch, time: Date.now() / 1000, ...values })}\n`);
  }

  flush(): void {
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}

/**
 * Writes scalars, histograms and images that TensorBoard shows: one event file in a folder. Records of a run become
 * scalars named `train/loss`, `evaluation/loss`, `epoch/loss`.
 *
 * @source torch.utils.tensorboard.SummaryWriter
 * @example
 * // not run: writes files
 * const board = new train.TensorBoardWriter('runs/first');
 * board.addHistogram('weight', randn(100), 0);
 */
export class TensorBoardWriter implements MetricWriter {
  /** The event file. */
  readonly path: string;
  readonly #file: EventFile;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#file = new EventFile(join(folder, EventFile.freshName()));
    this.path = this.#file.path;
  }

  write({ event, step, values }: MetricRecord): void {
    const group = event === 'step' ? 'train' : event;
    for (const [name, value] of Object.entries(values)) this.addScalar(`${group}/${name}`, value, step);
  }

  /** One number, kept as float32. */
  addScalar(tag: string, value: number, step: number): void {
    this.#file.scalar(tag, value, step);
  }

  /** How the elements are distributed. @throws ValueError for a tensor without elements, or with NaN or infinity */
  addHistogram(tag: string, values: Tensor, step: number, options: HistogramOptions = {}): void {
    this.#file.histogram(tag, values, step, options);
  }

  /**
   * A picture (C, H, W) of 1, 3 or 4 channels, or (H, W) with `dataformats: 'HW'`; uint8, or floats from 0 to 1.
   *
   * @throws ShapeError for another shape
   */
  addImage(tag: string, image: Tensor, step: number, options: ImageOptions = {}): void {
    this.#file.image(tag, image, step, options);
  }

  flush(): void {
    this.#file.flush();
  }

  close(): void {
    this.#file.close();
  }
}
