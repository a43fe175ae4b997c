// Feeds damaged files to the loaders: npx tsx scripts/fuzz-io.ts [safetensors|torch|pickle|zip] [seconds] [seed].
// Every file must load or be refused with a FileFormatError, in bounded time and memory. Equal seeds give equal files.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { FileFormatError, io, memoryStats } from '../lib/index.ts';
import { bytesOf, p, safetensorsFile, torchFile, zipFile } from '../test/support/files.ts';

const slowest = 1000;

/** xorshift32: the same numbers on every machine. */
class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed >>> 0 || 1;
  }
  below(n: number): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    return (this.#state >>> 0) % n;
  }
  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

const odd = [0, 1, 4, 8, 127, 128, 255, 256, 65535, 65536, 0x7fffffff, 0x80000000, 0xffffffff];

// Changes bytes, numbers and ranges.
function damage(dice: Dice, file: Buffer): Buffer {
  let bytes = Buffer.from(file);
  for (let n = 1 + dice.below(4); n > 0 && bytes.length > 8; n--) {
    const at = dice.below(bytes.length);
    const length = Math.min(1 + dice.below(16), bytes.length - at);
    switch (dice.below(7)) {
      case 0:
        bytes[at] = dice.below(256);
        break;
      case 1:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << dice.below(8));
        break;
      case 2:
        if (at + 4 <= bytes.length) bytes.writeUInt32LE(dice.of(odd), at);
        break;
      case 3:
        if (at + 8 <= bytes.length) bytes.writeBigUInt64LE(BigInt(dice.of(odd)) << BigInt(dice.below(33)), at);
        break;
      case 4:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + length)]);
        break;
      case 5:
        bytes = Buffer.concat([bytes.subarray(0, at + length), bytes.subarray(at)]);
        break;
      default:
        bytes = Buffer.from(bytes.subarray(0, at));
    }
  }
  return bytes;
}

const texts = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '0',
  '-1',
  '1e9',
  '"dtype"',
  '"F32"',
  '"shape"',
  '"data_offsets"',
];
const pieces = [
  ...[...'()}]tulseabRQ.NqhXKJMGcUj'].map((piece) => Buffer.from(piece, 'latin1')),
  ...[0x80, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8f].map((byte) => Buffer.of(byte)),
  ...[
    p.text('storage'),
    p.text('x'),
    p.int(6),
    p.int(-1),
    p.storage('0', 6),
    p.tensor(p.storage('0', 6), 0, [2, 3], [3, 1]),
  ],
  ...['collections OrderedDict', 'torch._utils _rebuild_tensor_v2', 'torch Size', 'torch float32', 'os system'].map(
    (name) => p.global(...(name.split(' ') as [string, string])),
  ),
];

const fixtures = new URL('../test/io/fixtures/', import.meta.url);
const filesOf = (extension: string) =>
  readdirSync(fixtures)
    .filter((name) => name.endsWith(extension))
    .map((name) => readFileSync(new URL(name, fixtures)));
const safetensors = filesOf('.safetensors');
const archives = filesOf('.pt');

type Make = (dice: Dice) => Buffer;

const targets: Readonly<Record<string, { format: io.FileFormat; make: Make }>> = {
  safetensors: {
    format: 'safetensors',
    make: (dice) => {
      if (dice.below(2) === 0) return damage(dice, dice.of(safetensors));
      const tokens = Array.from({ length: dice.below(30) }, () => dice.of(texts));
      return safetensorsFile(`{${tokens.join('')}}`, Buffer.alloc(dice.below(64)));
    },
  },
  torch: { format: 'torch', make: (dice) => damage(dice, dice.of(archives)) },
  pickle: {
    format: 'torch',
    make: (dice) => {
      const body = Array.from({ length: dice.below(60) }, () => dice.of(pieces));
      return torchFile(p.all(...body), { 0: Buffer.alloc(24) });
    },
  },
  zip: {
    format: 'torch',
    make: (dice) => {
      const entries = Array.from({ length: dice.below(5) }, (_, i) => ({
        name: dice.of(['a/data.pkl', 'a/version', `a/data/${i}`, '../x', 'a/', 'b/y']),
        data: bytesOf(p.all('N')),
        size: dice.below(3) === 0 ? dice.of(odd) : undefined,
        position: dice.below(3) === 0 ? dice.of(odd) : undefined,
      }));
      return damage(dice, zipFile(entries, { entries: dice.below(2) === 0 ? undefined : dice.below(9) }));
    },
  },
};

async function run(name: string, seconds: number, seed: number): Promise<void> {
  const target = targets[name];
  if (target === undefined) throw new Error(`no such target: ${name}; there are ${Object.keys(targets).join(', ')}`);
  const dice = new Dice(seed);
  const end = performance.now() + 1000 * seconds;
  let [count, loaded] = [0, 0];
  while (performance.now() < end) {
    const file = target.make(dice);
    const started = performance.now();
    try {
      await io.load(file, { format: target.format });
      loaded += 1;
    } catch (error) {
      if (!(error instanceof FileFormatError)) {
        writeFileSync(`crash-${name}-${seed}-${count}.bin`, file);
        throw error;
      }
    }
    if (performance.now() - started > slowest) {
      writeFileSync(`slow-${name}-${seed}-${count}.bin`, file);
      throw new Error(`${name}: file ${count} of seed ${seed} took more than ${slowest} ms`);
    }
    count += 1;
  }
  console.log(`${name}: ${count} files, ${loaded} loaded, seed ${seed}, ${memoryStats().peak} bytes at most`);
}

const [target = 'all', seconds = '10', seed = '1'] = process.argv.slice(2);
for (const name of target === 'all' ? Object.keys(targets) : [target]) await run(name, Number(seconds), Number(seed));
