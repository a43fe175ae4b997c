// Learns to write like a text, a character at a time, with an LSTM: `npm run char-lstm -- --text FILE`.
import { data, inferenceMode, manualSeed, multinomial, nn, optim, type Tensor, Trainer, tensor } from 'flambeau';
import { commandLine } from './command-line.ts';
import { readCharacters } from './text.ts';

const F = nn.functional;
const options = commandLine('char-lstm', 'Learns to write like a text, a character at a time, with an LSTM.', {
  text: [null, 'a text file; without one the program draws sentences'],
  epochs: [8, 'passes over the text'],
  hidden: [128, 'size of the state'],
  window: [64, 'characters that are learned together'],
  'batch-size': [16, 'windows in a step'],
  lr: [0.005, 'learning rate'],
  write: [200, 'characters to write at the end'],
  checkpoint: [null, 'a folder for checkpoints; the run goes on from the newest'],
  seed: [0, 'seed of weights, order and writing'],
});

class Writer extends nn.Module {
  embedding: nn.Embedding;
  lstm: nn.LSTM;
  out: nn.Linear;

  constructor(characters: number, hidden: number) {
    super();
    this.embedding = new nn.Embedding(characters, 32);
    this.lstm = new nn.LSTM(32, hidden, { batchFirst: true });
    this.out = new nn.Linear(hidden, characters);
  }

  /** Codes (N, T) to scores (N, T, characters), and the state to go on from. */
  override forward(codes: Tensor, state: readonly [Tensor, Tensor] | null = null): [Tensor, [Tensor, Tensor]] {
    const [steps, last] = this.lstm(this.embedding(codes), state);
    return [this.out(steps as Tensor), last];
  }
}

function write(module: Writer, start: readonly number[], count: number): number[] {
  return inferenceMode(() => {
    const written: number[] = [];
    let [scores, state] = module(tensor([[...start]]));
    for (let i = 0; i < count; i++) {
      const next = multinomial(F.softmax(scores.get(0, -1), 0), 1);
      written.push(Number(next.item()));
      [scores, state] = module(next.view(1, 1), state);
    }
    return written;
  });
}

manualSeed(options.seed);
const characters = readCharacters(options.text);
const module = new Writer(characters.alphabet.length, options.hidden);
const trainer = new Trainer<Tensor[]>({
  module,
  optimizer: new optim.Adam(module.parameters(), { lr: options.lr }),
  clipNorm: 1,
  step([codes, next]) {
    const [scores] = module(codes as Tensor);
    return { loss: F.crossEntropy(scores.flatten(0, 1), (next as Tensor).flatten()), target: next };
  },
});
const loader = new data.DataLoader<Tensor[]>(characters.windows(options.window), {
  batchSize: options['batch-size'],
  shuffle: true,
});
await trainer.fit(loader, { epochs: options.epochs, checkpoint: options.checkpoint, progress: true });

module.eval();
const { loss } = (await trainer.evaluate(loader)) ?? {};
console.log(`loss ${loss?.toFixed(4)} of ${Math.log(characters.alphabet.length).toFixed(4)} for guessing`);
console.log(characters.decode(write(module, characters.encode('\n'), options.write)));
