#!/usr/bin/env node
// The command `flambeau`: looks into files of weights, converts them, measures, and says what it runs on.
import '../methods.ts';
import { createRequire } from 'node:module';
import { Command, CommanderError } from 'commander';
import { bench } from './bench.ts';
import { convert } from './convert.ts';
import { info } from './info.ts';
import { inspectFile } from './inspect.ts';

const { version } = createRequire(import.meta.url)('../../package.json') as { version: string };

const program = new Command('flambeau')
  .description('Tools for weights and kernels.')
  .version(version)
  .option('--stack', 'print the stack of an error')
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(oneLine(text.replace(/^error: /, ''))) });

program
  .command('inspect')
  .description('names, shapes, dtypes and sizes of the tensors in a .pt or .safetensors file, without reading them')
  .argument('<file>')
  .option('--json', 'print one JSON object')
  .action(inspectFile);

program
  .command('convert')
  .description('writes the tensors of a file into another; the formats follow from the names')
  .argument('<input>', 'a .pt, .pth, .ckpt, .bin or .safetensors file')
  .argument('<output>', 'the file to write, by the same names')
  .option('--key <name>', 'the entry of a checkpoint to take, such as "model" or "parts.model"')
  .option('--force', 'replace an output that exists')
  .action(convert);

program
  .command('bench')
  .description('measures a few workloads on this machine, in microseconds a call')
  .option('--threads <n>', 'threads that a kernel may use', '1')
  .option('--seconds <s>', 'time for each workload', '0.3')
  .option('--json', 'print one JSON object')
  .action(bench);

program
  .command('info')
  .description('the processor, the kernels chosen for it, threads, and the limit of memory')
  .option('--json', 'print one JSON object')
  .action(info);

// One line tells people what is wrong; the stack is for who asks.
function report(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
    return;
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  process.stderr.write(program.opts<{ stack?: boolean }>().stack ? `flambeau: ${stack}\n` : oneLine(message));
  process.exitCode = 1;
}

function oneLine(text: string): string {
  return `flambeau: ${text
    .trim()
    .split(/\s*\n\s*/)
    .join(' ')}\n`;
}

// A reader such as `head` may close the pipe early.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

await program.parseAsync().catch(report);
