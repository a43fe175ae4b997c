// TensorBoard's event files: records of protobuf messages, each framed by its length and two checksums.
// @source tensorflow/core/lib/io/record_writer.h, tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';
import { hostname } from 'node:os';
import { ShapeError, ValueError } from '../errors.ts';
import { checkTensor, elementsOf, type Tensor } from '../tensor/tensor.ts';
import { maskedCrc32c } from './crc32c.ts';
import { encodePng } from './png.ts';
import { Message } from './protobuf.ts';

/** Options of histograms. */
export interface HistogramOptions {
  /** Bins of equal width, or 'tensorflow' for limits that grow by a tenth from 1e-12. Default 'tensorflow'. */
  bins?: number | 'tensorflow';
}

/** Options of pictures. */
export interface ImageOptions {
  /** The order of dimensions. Default 'CHW'. */
  dataformats?: 'CHW' | 'HWC' | 'HW';
}

let files = 0;

/** One event file, open for writing at its end. */
export class EventFile {
  readonly path: string;
  readonly #file: number;

  constructor(path: string) {
    this.path = path;
    this.#file = openSync(path, 'ax');
    this.#append(new Message().double(1, Date.now() / 1000).text(3, 'brain.Event:2'));
  }

  /** A name that no other process takes; TensorBoard looks for `tfevents`. */
  static freshName(): string {
    const seconds = String(Math.floor(Date.now() / 1000)).padStart(10, '0');
    return `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${files++}`;
  }

  scalar(tag: string, value: number, step: number): void {
    this.#summary(new Message().text(1, tag).float(2, value), step);
  }

  histogram(tag: string, values: Tensor, step: number, { bins = 'tensorflow' }: HistogramOptions): void {
    const x = checkTensor('addHistogram', 'values', values).detach().to('float64');
    const elements = elementsOf(x.contiguous()) as Float64Array;
    this.#summary(new Message().text(1, tag).message(5, histogramOf(elements, bins)), step);
  }

  image(tag: string, image: Tensor, step: number, { dataformats = 'CHW' }: ImageOptions): void {
    const pixels = pixelsOf(checkTensor('addImage', 'image', image), dataformats);
    const [height = 0, width = 0, channels = 0] = pixels.shape;
    const png = encodePng(elementsOf(pixels) as Uint8Array, height, width, channels);
    const picture = new Message().integer(1, height).integer(2, width).integer(3, channels).bytes(4, png);
    this.#summary(new Message().text(1, tag).message(4, picture), step);
  }

  flush(): void {
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }

  // Event { wall_time, step, summary { value } }
  #summary(value: Message, step: number): void {
    if (!Number.isSafeInteger(step) || step < 0) {
      throw new ValueError(`TensorBoardWriter: step must be an integer of at least 0, got ${step}`);
    }
    this.#append(
      new Message()
        .double(1, Date.now() / 1000)
        .integer(2, step)
        .message(5, new Message().message(1, value)),
    );
  }

  #append(event: Message): void {
    const payload = event.finish();
    const record = Buffer.alloc(16 + payload.length);
    record.writeBigUInt64LE(BigInt(payload.length), 0);
    record.writeUInt32LE(maskedCrc32c(record.subarray(0, 8)), 8);
    record.set(payload, 12);
    record.writeUInt32LE(maskedCrc32c(payload), 12 + payload.length);
    writeSync(this.#file, record);
  }
}

// HistogramProto { min, max, num, sum, sum_squares, bucket_limit, bucket }: a bucket reaches from the limit before it to
// its own; the first one is empty and says where the second begins. @source torch/utils/tensorboard/summary.py
function histogramOf(values: Float64Array, bins: number | 'tensorflow'): Message {
  if (values.length === 0) throw new ValueError('addHistogram: the tensor has no elements');
  let [min, max, sum, squares] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) throw new ValueError(`addHistogram: expected finite elements, got ${value}`);
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    squares += value * value;
  }
  const edges = bins === 'tensorflow' ? tensorflowEdges : evenEdges(min, max, bins);
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const value of values) {
    const at = binOf(edges, value);
    if (at >= 0) counts[at] = (counts[at] ?? 0) + 1;
  }
  const first = counts.findIndex((count) => count > 0);
  const last = counts.findLastIndex((count) => count > 0);
  const kept = first < 0 ? [0] : [0, ...counts.slice(first, last + 1)];
  const limits = first < 0 ? [edges[0] ?? 0] : edges.slice(first, last + 2);
  const message = new Message().double(1, min).double(2, max).double(3, values.length).double(4, sum);
  return message.double(5, squares).doubles(6, limits).doubles(7, kept);
}

const positiveEdges: number[] = [];
for (let edge = 1e-12; edge < 1e20; edge *= 1.1) positiveEdges.push(edge);
const tensorflowEdges = [...positiveEdges.map((edge) => -edge).reverse(), 0, ...positiveEdges];

function evenEdges(min: number, max: number, bins: number): number[] {
  if (!Number.isInteger(bins) || bins < 1) throw new ValueError(`addHistogram: bins must be at least 1, got ${bins}`);
  const [low, high] = min === max ? [min - 0.5, max + 0.5] : [min, max];
  return Array.from({ length: bins + 1 }, (_, i) => low + ((high - low) * i) / bins);
}

// The bin with edges[i] <= value < edges[i + 1]; the last one holds its upper edge too. -1 outside.
function binOf(edges: readonly number[], value: number): number {
  let [low, high] = [0, edges.length - 1];
  const [first = 0, last = 0] = [edges[0], edges.at(-1)];
  if (value < first || value > last) return -1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? 0) <= value) low = middle;
    else high = middle;
  }
  return low;
}

// uint8 (H, W, C), contiguous.
function pixelsOf(image: Tensor, dataformats: 'CHW' | 'HWC' | 'HW'): Tensor {
  const x = image.detach();
  const layouts = { CHW: () => x.permute(1, 2, 0), HWC: () => x, HW: () => x.unsqueeze(2) };
  if (!Object.hasOwn(layouts, dataformats)) {
    throw new ValueError(`addImage: dataformats must be 'CHW', 'HWC' or 'HW', got '${dataformats}'`);
  }
  const refuse = () => new ShapeError(`addImage: expected ${dataformats} with 1, 3 or 4 channels, got (${x.shape})`);
  if (x.ndim !== dataformats.length) throw refuse();
  const hwc = layouts[dataformats]();
  if (![1, 3, 4].includes(hwc.size(2)) || hwc.numel() === 0) throw refuse();
  const bytes = x.isFloatingPoint() ? hwc.mul(255).clamp(0, 255) : hwc;
  return bytes.to('uint8').contiguous();
}
