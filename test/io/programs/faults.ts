// Saves checkpoints while the system refuses the k-th write, flush or rename of each, for every k until one
// succeeds; prints how often each call was refused and what was wrong afterwards: faults.ts FOLDER
import { readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { FileWriteError, io, nn, noGrad, optim } from 'flambeau';

const [folder = ''] = process.argv.slice(2);
const model = new nn.Linear(300, 300);
const optimizer = new optim.Adam(model.parameters());
const checkpointer = new io.Checkpointer(folder, { model, optimizer }, { keep: 2 });
const wrong: string[] = [];
const refused: Record<string, number> = {};
let step = 0;

const holds = (value: number) => model.weight.eq(value).all().item() === true;
const fill = (value: number) => noGrad(() => model.weight.fill_(value));

async function save(fault: string | null): Promise<unknown> {
  step += 1;
  fill(step);
  if (fault !== null) process.env.FLAMBEAU_FAULT = fault;
  const error = await checkpointer.save(step).then(
    () => null,
    (e: unknown) => e,
  );
  delete process.env.FLAMBEAU_FAULT;
  return error;
}

// The newest checkpoint is whole: the refused one, if only flushing its folder failed, or the one before.
async function check(what: string): Promise<void> {
  const expected = step;
  fill(-1);
  const found = (await checkpointer.resume())?.step ?? -1;
  if (!holds(found) || found < expected - 1) wrong.push(`${what}: step ${found} was found after ${expected}`);
  const left = readdirSync(folder).filter((name) => name.endsWith('.tmp'));
  if (left.length > 0) wrong.push(`${what}: ${left.join()} is left`);
}

const { ENOSPC, EIO, EACCES } = constants.errno;
for (const [call, error] of [
  ['write', ENOSPC],
  ['write', EIO],
  ['fsync', EIO],
  ['rename', EACCES],
] as const) {
  for (let k = 1; ; k++) {
    await save(null);
    const what = `${call} ${k} ${error}`;
    const thrown = await save(what);
    if (thrown === null) break;
    refused[call] = (refused[call] ?? 0) + 1;
    if (!(thrown instanceof FileWriteError) || constants.errno[thrown.reason as 'EIO'] !== error) {
      wrong.push(`${what}: ${String(thrown)}`);
    }
    await check(what);
  }
}
for (let k = 1; k <= 8; k++) {
  const what = `write ${k} 0`;
  const thrown = await save(what);
  if (thrown !== null) wrong.push(`half a ${what}: ${String(thrown)}`);
  await check(what);
}
console.log(JSON.stringify({ refused, wrong }));
