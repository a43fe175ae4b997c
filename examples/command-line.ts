// The command line of an example: options with defaults, and `--help`.
import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Each option with its default (a number, a text, or null for none) and what it means. */
export type OptionTable = Readonly<Record<string, readonly [value: string | number | null, meaning: string]>>;

type Values<Table extends OptionTable> = {
  [Name in keyof Table]: Table[Name][0] extends number
    ? number
    : Table[Name][0] extends string
      ? string
      : string | null;
};

/** Reads the options of `npm run <name> -- ...`; prints them and ends the program when asked to. */
export function commandLine<const Table extends OptionTable>(name: string, about: string, table: Table): Values<Table> {
  const entries = Object.entries(table);
  const types = entries.map(([key]): [string, { type: 'string' }] => [key, { type: 'string' }]);
  const { values } = parsed({ ...Object.fromEntries(types), help: { type: 'boolean' } });
  if (values.help) {
    const line = ([key, [value, meaning]]: (typeof entries)[number]) =>
      `  --${key.padEnd(12)} ${meaning}${value === null ? '' : ` (default ${value})`}`;
    console.log(`${about}\n\nnpm run ${name} -- [options]\n${entries.map(line).join('\n')}`);
    process.exit();
  }
  const given = values as Record<string, string | undefined>;
  const chosen = entries.map(([key, [value]]) => {
    const text = given[key];
    if (text === undefined || typeof value !== 'number') return [key, text ?? value];
    if (text.trim() !== '' && Number.isFinite(Number(text))) return [key, Number(text)];
    console.error(`--${key} must be a number, got ${text}`);
    return process.exit(1);
  });
  return Object.fromEntries(chosen) as Values<Table>;
}

function parsed(options: NonNullable<ParseArgsConfig['options']>) {
  try {
    return parseArgs({ options });
  } catch (error) {
    console.error(`${(error as Error).message} (--help lists the options)`);
    return process.exit(1);
  }
}
