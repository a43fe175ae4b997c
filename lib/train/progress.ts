// How far a run has come: one line that is drawn anew in a terminal, plain lines elsewhere.
import type { StepReport, Values, ValuesReport } from './options.ts';

const barWidth = 30;
const redrawMilliseconds = 100;
const plainMilliseconds = 10_000;

/** Shows the progress of one run. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #terminal: boolean;
  #epoch = -1;
  #start = 0;
  #shown = 0;
  #elements = 0;
  #first = 0;
  #loss = Number.NaN;
  #open = false;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
    this.#terminal = stream.isTTY === true;
  }

  /** @param length batches of the pass, or null if that is unknown */
  step({ epoch, loss, size }: StepReport, batches: number, length: number | null, epochs: number | null): void {
    const now = performance.now();
    if (epoch !== this.#epoch) {
      this.#epoch = epoch;
      this.#start = now;
      this.#shown = now;
      this.#elements = 0;
      this.#first = batches;
    } else {
      this.#elements += size;
    }
    this.#loss = Number.isNaN(this.#loss) ? loss : this.#loss + 0.05 * (loss - this.#loss);
    const pause = this.#terminal ? redrawMilliseconds : plainMilliseconds;
    if (batches !== length && now - this.#shown < pause) return;
    this.#shown = now;
    const seconds = Math.max(1e-9, (now - this.#start) / 1000);
    const done = batches - this.#first;
    const rate = done === 0 ? null : this.#elements / seconds;
    const left = length === null || done === 0 ? null : ((length - batches) * seconds) / done;
    const parts = [
      `epoch ${epoch + 1}${epochs === null ? '' : `/${epochs}`}`,
      this.#terminal && length !== null
        ? bar(batches / length)
        : `batch ${batches}${length === null ? '' : `/${length}`}`,
      `loss ${this.#loss.toFixed(4)}`,
      ...(rate === null ? [] : [`${rate.toFixed(0)}/s`]),
      ...(left === null ? [] : [`ETA ${left.toFixed(0)} s`]),
    ];
    this.#show(parts.join(' '));
  }

  evaluation({ step, values }: ValuesReport): void {
    this.#line(`step ${step} evaluation: ${valuesText(values)}`);
  }

  epoch({ epoch, values }: ValuesReport): void {
    this.#line(`epoch ${epoch}: ${valuesText(values)}`);
  }

  end(): void {
    if (this.#open) this.#stream.write('\n');
    this.#open = false;
  }

  #show(text: string): void {
    if (!this.#terminal) {
      this.#stream.write(`${text}\n`);
      return;
    }
    this.#stream.write(`\r\x1b[2K${text.slice(0, (this.#stream.columns || 80) - 1)}`);
    this.#open = true;
  }

  #line(text: string): void {
    this.end();
    this.#stream.write(`${text}\n`);
  }
}

function bar(part: number): string {
  const full = Math.round(barWidth * Math.min(1, part));
  return `[${'='.repeat(full)}${' '.repeat(barWidth - full)}] ${Math.floor(100 * Math.min(1, part))}%`;
}

/** Numbers by name, for people: `loss 0.1234, accuracy 0.9876`. */
export function valuesText(values: Values): string {
  return Object.entries(values)
    .map(([name, value]) => `${name} ${Number(value.toPrecision(5))}`)
    .join(', ');
}
