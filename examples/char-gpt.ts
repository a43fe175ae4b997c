// Learns to write like a text with a small GPT, a character at a time: `npm run char-gpt -- --text FILE`.
import {
  arange,
  data,
  inferenceMode,
  manualSeed,
  multinomial,
  nn,
  optim,
  type Tensor,
  Trainer,
  tensor,
} from 'flambeau';
import { commandLine } from './command-line.ts';
import { readCharacters } from './text.ts';

const F = nn.functional;
const options = commandLine('char-gpt', 'Learns to write like a text with a small GPT, a character at a time.', {
  text: [null, 'a text file; without one the program draws sentences'],
  epochs: [10, 'passes over the text'],
  layers: [2, 'transformer blocks'],
  heads: [4, 'heads of attention'],
  width: [64, 'size of the vectors, a multiple of heads'],
  window: [64, 'characters that are seen together'],
  'batch-size': [16, 'windows in a step'],
  lr: [0.003, 'learning rate after 20 steps of warming up'],
  write: [200, 'characters to write at the end'],
  checkpoint: [null, 'a folder for checkpoints; the run goes on from the newest'],
  seed: [0, 'seed of weights, order and writing'],
});

class Block extends nn.Module {
  norm1: nn.LayerNorm;
  qkv: nn.Linear;
  proj: nn.Linear;
  norm2: nn.LayerNorm;
  mlp: nn.Sequential;
  heads: number;

  constructor(width: number, heads: number) {
    super();
    this.heads = heads;
    this.norm1 = new nn.LayerNorm(width);
    this.qkv = new nn.Linear(width, 3 * width);
    this.proj = new nn.Linear(width, width);
    this.norm2 = new nn.LayerNorm(width);
    this.mlp = new nn.Sequential(new nn.Linear(width, 4 * width), new nn.GELU(), new nn.Linear(4 * width, width));
  }

  /** (N, T, width), each position seeing those before it. */
  override forward(x: Tensor): Tensor {
    const [n, t, width] = x.shape as [number, number, number];
    // (3, N, heads, T, width / heads)
    const parts = this.qkv(this.norm1(x))
      .view(n, t, 3, this.heads, width / this.heads)
      .permute(2, 0, 3, 1, 4);
    const [q, k, v] = parts.unbind(0) as [Tensor, Tensor, Tensor];
    const seen = F.scaledDotProductAttention(q, k, v, { isCausal: true }).transpose(1, 2).reshape(n, t, width);
    const y = x.add(this.proj(seen));
    return y.add(this.mlp(this.norm2(y)));
  }
}

interface Sizes {
  readonly layers: number;
  readonly heads: number;
  readonly width: number;
  readonly window: number;
}

class GPT extends nn.Module {
  tokens: nn.Embedding;
  positions: nn.Embedding;
  blocks: nn.Sequential;
  norm: nn.LayerNorm;
  out: nn.Linear;
  window: number;

  constructor(characters: number, { layers, heads, width, window }: Sizes) {
    super();
    this.window = window;
    this.tokens = new nn.Embedding(characters, width);
    this.positions = new nn.Embedding(this.window, width);
    this.blocks = new nn.Sequential(...Array.from({ length: layers }, () => new Block(width, heads)));
    this.norm = new nn.LayerNorm(width);
    this.out = new nn.Linear(width, characters, { bias: false });
  }

  /** Codes (N, T) to scores (N, T, characters); T at most the window. */
  override forward(codes: Tensor): Tensor {
    const x = this.tokens(codes).add(this.positions(arange(codes.size(1))));
    return this.out(this.norm(this.blocks(x)));
  }
}

function write(module: GPT, start: readonly number[], count: number): number[] {
  const codes = [...start];
  for (let i = 0; i < count; i++) {
    const scores = inferenceMode(() => module(tensor([codes.slice(-module.window)])));
    codes.push(Number(multinomial(F.softmax(scores.get(0, -1), 0), 1).item()));
  }
  return codes.slice(start.length);
}

manualSeed(options.seed);
const characters = readCharacters(options.text);
const { layers, heads, width, window } = options;
const module = new GPT(characters.alphabet.length, { layers, heads, width, window });
const loader = new data.DataLoader<Tensor[]>(characters.windows(window), {
  batchSize: options['batch-size'],
  shuffle: true,
});
const optimizer = new optim.AdamW(module.parameters(), { lr: options.lr, weightDecay: 0.01 });
const trainer = new Trainer<Tensor[]>({
  module,
  optimizer,
  scheduler: new optim.lrScheduler.LinearLR(optimizer, { startFactor: 0.1, totalIters: 20 }),
  schedulerEvery: 'step',
  clipNorm: 1,
  step: ([codes, next]) => ({
    loss: F.crossEntropy(module(codes as Tensor).flatten(0, 1), (next as Tensor).flatten()),
    target: next,
  }),
});
await trainer.fit(loader, { epochs: options.epochs, checkpoint: options.checkpoint, progress: true });

module.eval();
const { loss } = (await trainer.evaluate(loader)) ?? {};
console.log(`loss ${loss?.toFixed(4)} of ${Math.log(characters.alphabet.length).toFixed(4)} for guessing`);
console.log(characters.decode(write(module, characters.encode('\n'), options.write)));
