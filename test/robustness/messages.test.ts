// Wrong arguments that are not tensors: the sentence names the function, the argument and what was given.
import { ArgumentTypeError, checkpoint, data, func, nn, ones, optim, tensor } from 'flambeau';
import { expect, test } from 'vitest';

const { prune, rnn } = nn.utils;
const scheduler = optim.lrScheduler;
const layer = () => new nn.Linear(2, 2);
const optimizer = () => new optim.SGD(layer().parameters(), { lr: 0.1 });

const rows: Readonly<Record<string, readonly [act: (wrong: never) => unknown, message: RegExp]>> = {
  MultiStepLR: [(wrong) => new scheduler.MultiStepLR(optimizer(), wrong), /'milestones' must be a list, not/],
  SequentialLR: [(wrong) => new scheduler.SequentialLR(optimizer(), wrong, []), /'schedulers' must be a list, not/],
  ChainedScheduler: [(wrong) => new scheduler.ChainedScheduler(wrong), /'schedulers' must be a list, not/],
  globalUnstructured: [
    (wrong) => prune.globalUnstructured(wrong, prune.L1Unstructured, { amount: 1 }),
    /'parameters' must be a list, not/,
  ],
  'globalUnstructured, method': [
    (wrong) => prune.globalUnstructured([[layer(), 'weight']], wrong, { amount: 1 }),
    /'pruningMethod' must be a function, not/,
  ],
  isPruned: [(wrong) => prune.isPruned(wrong), /'module' must be Module, not/],
  identity: [(wrong) => prune.identity(wrong, 'weight'), /'module' must be Module, not/],
  spectralNorm: [(wrong) => nn.utils.parametrizations.spectralNorm(wrong), /must be Module, not|nn.utils/],
  padSequence: [(wrong) => rnn.padSequence(wrong), /'sequences' must be a list, not/],
  packSequence: [(wrong) => rnn.packSequence(wrong), /'sequences' must be a list, not/],
  parametersToVector: [(wrong) => nn.utils.parametersToVector(wrong), /'parameters' must be a list, not/],
  vectorToParameters: [(wrong) => nn.utils.vectorToParameters(ones(4), wrong), /'parameters' must be a list, not/],
  clipGradNorm_: [(wrong) => nn.utils.clipGradNorm_(wrong, 1), /'parameters' must be a list, not/],
  uniform_: [(wrong) => nn.init.uniform_(wrong), /'tensor' must be Tensor, not/],
  kaimingNormal_: [(wrong) => nn.init.kaimingNormal_(wrong), /must be Tensor, not|tensor/],
  ConcatDataset: [(wrong) => new data.ConcatDataset(wrong), /'datasets' must be a list, not/],
  ChainDataset: [(wrong) => new data.ChainDataset(wrong), /'datasets' must be a list, not/],
  randomSplit: [(wrong) => data.randomSplit([1, 2], wrong), /'lengths' must be a list, not/],
  RandomSampler: [(wrong) => new data.RandomSampler(wrong), /a dataset with a length, got/],
  Compose: [(wrong) => new data.transforms.Compose(wrong), /'transforms' must be a list, not/],
  checkpoint: [(wrong) => checkpoint(wrong, ones(1)), /'function' must be a function, not/],
  vjp: [(wrong) => func.vjp(wrong, ones(1)), /'fn' must be a function, not/],
  stackModuleState: [(wrong) => func.stackModuleState(wrong), /'models' must be a list, not/],
};

test.each(Object.entries(rows))('%s', (_name, [act, message]) => {
  for (const [wrong, described] of [
    [null, /null$/],
    [{}, /Object$/],
    [3, /3$/],
  ] as const) {
    const run = () => act(wrong as never);
    expect(run).toThrow(ArgumentTypeError);
    expect(run).toThrow(message);
    expect(run).toThrow(described);
  }
});

test('a module in the place of its parameters is named by its class', () => {
  const net = layer() as never;
  expect(() => new optim.SGD(net)).toThrow('params must be an iterable of Tensors or groups, got Linear');
  for (const clip of [nn.utils.clipGradNorm_, nn.utils.clipGradValue_]) {
    expect(() => clip(net, 1)).toThrow(`${clip.name}(): argument 'parameters' must be a list, not Linear`);
  }
});

test('an array of tensors is for stack', () => {
  expect(() => tensor([ones(2), ones(2)] as never)).toThrow(
    'tensor: expected numbers or booleans, got Tensor; stack() joins tensors',
  );
});
