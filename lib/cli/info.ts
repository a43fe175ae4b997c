// flambeau info
import { cpuInfo } from '../native/addon.ts';
import { memoryStats } from '../native/storage.ts';
import { printJson, sizeText, table } from './text.ts';

/** Prints what the library runs on. */
export function info({ json }: { json?: boolean }): void {
  const cpu = cpuInfo();
  const { limit } = memoryStats();
  const memoryLimit = Number.isFinite(limit) && limit < 1e18 ? limit : null;
  const facts = { node: process.version, platform: `${process.platform}-${process.arch}`, ...cpu, memoryLimit };
  if (json) {
    printJson(facts);
    return;
  }
  const kernels = cpu.candidates.map(({ isa, supported }) => `${isa}${supported ? '' : ' (not on this machine)'}`);
  console.log(
    table([
      ['node', `${facts.node}, ${facts.platform}`],
      ['processor', `${cpu.model}, ${cpu.processors} logical`],
      ['kernels', `${cpu.isa}: ${cpu.reason}`],
      ['compiled', kernels.join(', ')],
      ['threads', String(cpu.threads)],
      ['memory limit', memoryLimit === null ? 'none' : sizeText(memoryLimit)],
    ]),
  );
}
