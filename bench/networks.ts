// The networks that are trained and run in the benchmark, in the shapes of the PyTorch figures.
import { arange, nn, type Tensor } from '../dist/index.js';

const F = nn.functional;

/** The LeNet of the README on 3x32x32 images. */
export class LeNet extends nn.Module {
  conv1 = new nn.Conv2d(3, 6, 5);
  conv2 = new nn.Conv2d(6, 16, 5);
  fc1 = new nn.Linear(400, 120);
  fc2 = new nn.Linear(120, 84);
  fc3 = new nn.Linear(84, 10);

  override forward(x: Tensor): Tensor {
    const first = F.maxPool2d(F.relu(this.conv1(x)), 2);
    const second = F.maxPool2d(F.relu(this.conv2(first)), 2);
    const flat = second.view(second.size(0), -1);
    return this.fc3(F.relu(this.fc2(F.relu(this.fc1(flat)))));
  }
}

/** Three linear layers on 784 features. */
export const mlp = () =>
  new nn.Sequential(
    new nn.Linear(784, 512),
    new nn.ReLU(),
    new nn.Linear(512, 512),
    new nn.ReLU(),
    new nn.Linear(512, 10),
  );

class Block extends nn.Module {
  conv1: nn.Conv2d;
  bn1: nn.BatchNorm2d;
  conv2: nn.Conv2d;
  bn2: nn.BatchNorm2d;
  down: nn.Module;

  constructor(channels: number, out: number, stride: number) {
    super();
    const plain = { bias: false } as const;
    this.conv1 = new nn.Conv2d(channels, out, 3, { stride, padding: 1, ...plain });
    this.bn1 = new nn.BatchNorm2d(out);
    this.conv2 = new nn.Conv2d(out, out, 3, { padding: 1, ...plain });
    this.bn2 = new nn.BatchNorm2d(out);
    this.down =
      stride !== 1 || channels !== out
        ? new nn.Sequential(new nn.Conv2d(channels, out, 1, { stride, ...plain }), new nn.BatchNorm2d(out))
        : new nn.Identity();
  }

  override forward(x: Tensor): Tensor {
    const y = this.bn2(this.conv2(F.relu(this.bn1(this.conv1(x)))));
    return F.relu(y.add(this.down(x) as Tensor));
  }
}

/** A residual network of three blocks on 3x32x32 images. */
export const resnet8 = () =>
  new nn.Sequential(
    new nn.Conv2d(3, 16, 3, { padding: 1, bias: false }),
    new nn.BatchNorm2d(16),
    new nn.ReLU(),
    new Block(16, 16, 1),
    new Block(16, 32, 2),
    new Block(32, 64, 2),
    new nn.AdaptiveAvgPool2d(1),
    new nn.Flatten(),
    new nn.Linear(64, 10),
  );

/** A transformer of two layers over 64 tokens of 256 kinds. */
export class Gpt extends nn.Module {
  tok = new nn.Embedding(256, 128);
  pos = new nn.Embedding(64, 128);
  blocks: nn.TransformerEncoder;
  head = new nn.Linear(128, 256);
  declare mask: Tensor;

  constructor() {
    super();
    const layer = new nn.TransformerEncoderLayer(128, 4, {
      dimFeedforward: 512,
      dropout: 0,
      activation: 'gelu',
      batchFirst: true,
      normFirst: true,
    });
    this.blocks = new nn.TransformerEncoder(layer, 2, { enableNestedTensor: false });
    this.registerBuffer('mask', nn.Transformer.generateSquareSubsequentMask(64));
  }

  override forward(tokens: Tensor): Tensor {
    const x = this.tok(tokens).add(this.pos(arange(tokens.size(1))));
    return this.head(this.blocks(x, { mask: this.mask })).flatten(0, 1);
  }
}

/** An LSTM over 32 steps of 64 features, of which the last output is classified. */
export class Lstm extends nn.Module {
  rnn = new nn.LSTM(64, 128, { batchFirst: true });
  head = new nn.Linear(128, 10);

  override forward(x: Tensor): Tensor {
    const [outputs] = this.rnn(x) as unknown as [Tensor];
    return this.head(outputs.get(':', -1));
  }
}
