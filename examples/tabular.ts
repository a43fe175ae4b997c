// Trains a multilayer perceptron on a table: `npm run tabular -- --data FILE.csv --target COLUMN`.
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { data, Generator, manualSeed, nn, optim, rand, type Tensor, Trainer, tensor, train } from 'flambeau';
import { commandLine } from './command-line.ts';

const options = commandLine('tabular', 'Learns a column of classes of a CSV file from its columns of numbers.', {
  data: [null, 'a CSV file with a header; without one the program draws a table'],
  target: ['class', 'the column to learn'],
  epochs: [20, 'passes over the table at most; it stops before when it gets no better'],
  'batch-size': [32, 'rows in a step'],
  lr: [0.01, 'learning rate'],
  seed: [0, 'seed of weights, order and table'],
});

/** Two classes inside and outside of a ring, with a third column that says nothing. */
function drawnTable(rows: number): Record<string, string>[] {
  const points = rand(rows, 3, { generator: new Generator().manualSeed(options.seed + 1) });
  return (points.mul(2).sub(1).tolist() as number[][]).map(([x = 0, y = 0, noise = 0]) => ({
    x: String(x),
    y: String(y),
    noise: String(noise),
    class: Math.hypot(x, y) < 0.8 ? 'inside' : 'outside',
  }));
}

function readTable(): Record<string, string>[] {
  if (options.data === null) {
    console.log('No table (--data FILE): learning one drawn by this program.');
    return drawnTable(1200);
  }
  return parse(readFileSync(options.data), { columns: true, skip_empty_lines: true, trim: true, bom: true });
}

const rows = readTable();
const columns = Object.keys(rows[0] ?? {}).filter((name) => {
  return name !== options.target && rows.every((row) => row[name] !== '' && Number.isFinite(Number(row[name])));
});
const classes = [...new Set(rows.map((row) => row[options.target] ?? ''))].sort();
if (columns.length === 0 || classes.length < 2 || rows[0]?.[options.target] === undefined) {
  console.error(`expected columns of numbers and a column ${options.target} of at least two classes`);
  process.exit(1);
}

manualSeed(options.seed);
const numbers = tensor(rows.map((row) => columns.map((name) => Number(row[name]))));
const labels = tensor(rows.map((row) => classes.indexOf(row[options.target] ?? '')));
const all = new data.TensorDataset(numbers.to('float32'), labels);
const [known, unseen] = data.randomSplit(all, [0.8, 0.2]);

// Mean and deviation of the rows that are learned from; those of the others would tell about them.
const [x] = all.getBatch(Array.from(known?.indices ?? []));
const [mean, deviation] = [(x as Tensor).mean(0), (x as Tensor).std(0).clamp(1e-6)];

class Standardize extends nn.Module {
  mean = new nn.Buffer(mean);
  deviation = new nn.Buffer(deviation);
  override forward(input: Tensor): Tensor {
    return input.sub(this.mean).div(this.deviation);
  }
}

const module = new nn.Sequential(
  new Standardize(),
  new nn.Linear(columns.length, 32),
  new nn.ReLU(),
  new nn.Dropout(0.1),
  new nn.Linear(32, 32),
  new nn.ReLU(),
  new nn.Linear(32, classes.length),
);
const trainer = new Trainer({
  module,
  optimizer: new optim.AdamW(module.parameters(), { lr: options.lr }),
  loss: nn.functional.crossEntropy,
  metrics: { accuracy: new train.Accuracy() },
});
const batchSize = options['batch-size'];
const { evaluation, epoch, reason } = await trainer.fit(
  new data.DataLoader<Tensor[]>(known as data.Subset<Tensor[]>, { batchSize, shuffle: true }),
  {
    epochs: options.epochs,
    evaluate: new data.DataLoader<Tensor[]>(unseen as data.Subset<Tensor[]>, { batchSize: 256 }),
    earlyStopping: new train.EarlyStopping({ patience: 5 }),
    progress: true,
  },
);
const accuracy = 100 * (evaluation?.accuracy ?? 0);
console.log(`${reason} after ${epoch} epochs: accuracy ${accuracy.toFixed(2)} % on ${unseen?.length} rows not seen`);
