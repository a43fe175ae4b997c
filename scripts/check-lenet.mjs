// Checks the JSON of one LeNet epoch in file order (seed 0, batch 64) against PyTorch: check-lenet.mjs FILE
import { readFileSync } from 'node:fs';

const { losses, accuracy, seconds, isa } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const percent = accuracy <= 1 ? accuracy * 100 : accuracy;
// PyTorch 2.6's losses of the first steps.
const expected = [2.2878088, 2.291328, 2.2960623];
const checks = [
  ...expected.map((loss, step) => [`loss of step ${step}: ${losses[step]}`, Math.abs(losses[step] / loss - 1) <= 1e-4]),
  [`accuracy ${percent.toFixed(2)} %`, percent >= 97 && percent <= 98],
];
for (const [what, good] of checks) console.log(`${good ? 'ok  ' : 'FAIL'} ${what}`);
const failed = checks.filter(([, good]) => !good).length;
console.log(`LeNet (${isa}, ${seconds} s): ${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
