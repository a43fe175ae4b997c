// Damaged files of weights, for io.load: safetensors, and PyTorch's archives, pickles and the ZIP format around them.
import { readdirSync, readFileSync } from 'node:fs';
import { FileFormatError, io } from '../../lib/index.ts';
import { bytesOf, p, safetensorsFile, torchFile, zipFile } from '../../test/support/files.ts';
import { damage, odd, type Target } from './damage.ts';

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

const fixtures = new URL('../../test/io/fixtures/', import.meta.url);
const filesOf = (extension: string) =>
  readdirSync(fixtures)
    .filter((name) => name.endsWith(extension))
    .map((name) => readFileSync(new URL(name, fixtures)));
const safetensors = filesOf('.safetensors');
const archives = filesOf('.pt');

const loadAs = (format: io.FileFormat) => ({
  refusal: FileFormatError,
  load: (file: Buffer) => io.load(file, { format }),
});

export const targets: Readonly<Record<string, Target>> = {
  safetensors: {
    ...loadAs('safetensors'),
    make: (dice) => {
      if (dice.below(2) === 0) return damage(dice, dice.of(safetensors));
      const tokens = Array.from({ length: dice.below(30) }, () => dice.of(texts));
      return safetensorsFile(`{${tokens.join('')}}`, Buffer.alloc(dice.below(64)));
    },
  },
  torch: { ...loadAs('torch'), make: (dice) => damage(dice, dice.of(archives)) },
  pickle: {
    ...loadAs('torch'),
    make: (dice) => {
      const body = Array.from({ length: dice.below(60) }, () => dice.of(pieces));
      return torchFile(p.all(...body), { 0: Buffer.alloc(24) });
    },
  },
  zip: {
    ...loadAs('torch'),
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
