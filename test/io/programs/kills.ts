// Kills runs of a job that saves after each step, at random moments, until COUNT are dead; lets each run go on from its
// checkpoints, and compares the weights of those that end with those of one that was never killed: kills.ts [COUNT]
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const count = Number(process.argv[2] ?? 200);
const steps = '120';
// From its first step on a job lives for about this long, in milliseconds; one in six is left to its end.
const lifetime = 500;
const mercy = 1 / 6;

const root = mkdtempSync(join(tmpdir(), 'flambeau-kills-'));
const job = fileURLToPath(new URL('../../train/programs/job.ts', import.meta.url));
const command = (folder: string) => ['--import', 'tsx', job, join(root, folder), steps, '0', '1'];
const lastLine = (output: string) => output.trimEnd().split('\n').at(-1) ?? '';

const whole = spawnSync(process.execPath, command('whole'), { encoding: 'utf8', maxBuffer: 1 << 26 });
const expected = lastLine(whole.stdout);
if (!expected.startsWith('weights')) throw new Error(`the job failed: ${whole.stderr}`);

const tally = { kills: 0, runs: 0, equal: 0, failed: 0, damaged: 0 };

// Starts the job once. True if it came to its end.
async function live(folder: string): Promise<boolean> {
  const child = spawn(process.execPath, command(folder), { stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, errors] = [text(child.stdout), text(child.stderr)];
  const ended = once(child, 'exit');
  if (tally.kills < count && Math.random() >= mercy) {
    await Promise.race([once(child.stdout, 'data'), ended]);
    await Promise.race([sleep(lifetime * Math.random()), ended]);
    child.kill('SIGKILL');
  }
  const [code, signal] = await ended;
  if (/an older checkpoint is tried/.test(await errors)) tally.damaged += 1;
  if (signal === 'SIGKILL') {
    tally.kills += 1;
    return false;
  }
  if (code !== 0) {
    tally.failed += 1;
    process.stderr.write(await errors);
  } else if (lastLine(await output) === expected) tally.equal += 1;
  return true;
}

while (tally.kills < count) {
  const folder = String(tally.runs++);
  while (!(await live(folder)));
  rmSync(join(root, folder), { recursive: true });
}
rmSync(root, { recursive: true });
console.log(JSON.stringify(tally));
