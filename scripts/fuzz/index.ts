// Feeds damaged files to the loaders: npx tsx scripts/fuzz [TARGET|all] [SECONDS] [SEED].
// Every file must load or be refused with the loader's error, in bounded time and memory. Equal seeds give equal files.
import { writeFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { Dice, type Target } from './damage.ts';
import * as data from './data.ts';
import * as io from './io.ts';

const targets: Readonly<Record<string, Target>> = { ...io.targets, ...data.targets };
// Milliseconds of a processor that a file may take, and bytes that the process may hold.
const slowest = 1000;
const largest = 2 ** 30;

const processorTime = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

// Whether the file was loaded. Throws where it is neither loaded nor refused as it should be.
async function judge(target: Target, file: Buffer): Promise<boolean> {
  const started = processorTime();
  const loaded = await Promise.resolve()
    .then(() => target.load(file))
    .then(
      () => true,
      (error: unknown) => {
        if (error instanceof target.refusal) return false;
        throw error;
      },
    );
  const [time, memory] = [processorTime() - started, process.memoryUsage.rss()];
  if (time > slowest) throw new Error(`it took ${time} ms`);
  if (memory > largest) throw new Error(`the process takes ${memory} bytes`);
  return loaded;
}

async function run(name: string, seconds: number, seed: number): Promise<void> {
  const target = targets[name];
  if (target === undefined) throw new Error(`no such target: ${name}; there are ${Object.keys(targets).join(', ')}`);
  const dice = new Dice(seed);
  const end = performance.now() + 1000 * seconds;
  let [count, loaded] = [0, 0];
  for (; performance.now() < end; count++) {
    const file = target.make(dice);
    try {
      if (await judge(target, file)) loaded += 1;
      // What a collection found dead is let go when the event loop turns.
      await setImmediate();
    } catch (cause) {
      const path = `fuzz-${name}-${seed}-${count}.bin`;
      writeFileSync(path, file);
      throw new Error(`${name}: file ${count} of seed ${seed}, kept as ${path}`, { cause });
    }
  }
  const { maxRSS } = process.resourceUsage();
  console.log(`${name}: ${count} files, ${loaded} loaded, seed ${seed}, ${maxRSS >> 10} MiB at most`);
}

const [target = 'all', seconds = '10', seed = '1'] = process.argv.slice(2);
for (const name of target === 'all' ? Object.keys(targets) : [target]) await run(name, Number(seconds), Number(seed));
