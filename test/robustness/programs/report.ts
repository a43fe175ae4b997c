// Prints the instruction set and the results of a few operators, for comparing processes with each other.
import { arange, cpuInfo, matmul, nn, softmax } from '../../../lib/index.ts';

const x = arange(120, { dtype: 'float32' }).mul(0.37).sin().reshape(1, 2, 6, 10);
const rows = x.reshape(12, 10);
const results = [
  matmul(rows, rows.transpose(0, 1)),
  softmax(rows, 1),
  nn.functional.maxPool2d(x, 2),
  nn.functional.conv2d(x, arange(36, { dtype: 'float32' }).mul(0.1).cos().reshape(2, 2, 3, 3)),
  rows.exp().sum(0),
].map((result) => result.flatten().tolist());
console.log(JSON.stringify({ isa: cpuInfo().isa, reason: cpuInfo().reason, results }));
