// Trains without a turn of the event loop and reports resident memory along the way: steps.ts [STEPS]
import { nn, optim, randn } from '../../../lib/index.ts';

const steps = Number(process.argv[2] ?? 10_000);
const net = new nn.Sequential(new nn.Linear(32, 64), new nn.ReLU(), new nn.Linear(64, 10));
const optimizer = new optim.SGD(net.parameters(), { lr: 0.001 });
const samples: number[] = [];
for (let step = 1; step <= steps; step++) {
  optimizer.zeroGrad();
  net.forward(randn(64, 32)).square().mean().backward();
  optimizer.step();
  if (step % Math.floor(steps / 10) === 0) samples.push(process.memoryUsage.rss());
}
console.log(JSON.stringify({ samples }));
