// Text for models of characters: a file, or sentences drawn by the program itself; windows of it as a dataset.
import { readFileSync } from 'node:fs';
import { data, Generator, randint, type Tensor, tensor } from 'flambeau';

const parts = [
  ['the old miller', 'a quiet child', 'the grey heron', 'my neighbour', 'a tired painter', 'the young smith'],
  ['found', 'carried', 'painted', 'watched', 'forgot', 'sold'],
  ['a small lantern', 'the broken clock', 'three blue stones', 'an empty boat', 'the first snow', 'a long letter'],
  ['near the river', 'before noon', 'behind the mill', 'in the rain', 'without a word', 'on the hill'],
];

/** Sentences of four parts, the same for the same seed. */
export function drawnText(sentences: number, seed: number): string {
  const generator = new Generator().manualSeed(seed);
  const choices = randint(6, [sentences, parts.length], { generator }).tolist() as number[][];
  return choices.map((row) => `${row.map((choice, i) => parts[i]?.[choice]).join(' ')}.\n`).join('');
}

/** A text as numbers of characters. */
export class Characters {
  readonly alphabet: readonly string[];
  readonly codes: Tensor;

  constructor(text: string) {
    const characters = [...text];
    this.alphabet = [...new Set(characters)].sort();
    const numbers = new Map(this.alphabet.map((character, i) => [character, i]));
    this.codes = tensor(characters.map((character) => numbers.get(character) ?? 0));
  }

  /** Windows of `length` characters, one after the other, each with the window one character later. */
  windows(length: number): data.TensorDataset {
    const count = Math.floor((this.codes.numel() - 1) / length);
    if (count < 1) throw new Error(`the text must have more than ${length} characters`);
    const cut = (from: number) => this.codes.narrow(0, from, count * length).view(count, length);
    return new data.TensorDataset(cut(0), cut(1));
  }

  decode(codes: readonly number[]): string {
    return codes.map((code) => this.alphabet[code] ?? '').join('');
  }

  encode(text: string): number[] {
    return [...text].map((character) => Math.max(0, this.alphabet.indexOf(character)));
  }
}

/** The characters of a file, or drawn ones. */
export function readCharacters(file: string | null): Characters {
  if (file === null) console.log('No text (--text FILE): learning sentences drawn by this program.');
  return new Characters(file === null ? drawnText(400, 1) : readFileSync(file, 'utf8'));
}
