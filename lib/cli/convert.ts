// flambeau convert INPUT OUTPUT
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { DataError, describe, KeyError, ValueError } from '../errors.ts';
import { load, save } from '../io/load.ts';
import { TensorFile } from '../io/safetensors.ts';
import { OrderedDict } from '../python.ts';
import { Tensor } from '../tensor/tensor.ts';
import { sizeText } from './text.ts';

/** Reads one file and writes the other. */
export async function convert(
  input: string,
  output: string,
  options: { key?: string; force?: boolean },
): Promise<void> {
  if (existsSync(output) && !options.force) throw new DataError(`${output} exists; --force replaces it`);
  const value = entryOf(await load(input), options.key);
  const metadata = value instanceof TensorFile ? value.metadata : null;
  if (extname(output).toLowerCase() === '.safetensors') await save(tensorsOf(value), output, { metadata });
  // PyTorch's state dicts are ordered dicts.
  else await save(value instanceof TensorFile ? new OrderedDict(value) : value, output);
  const bytes =
    value instanceof Map ? [...value.values()].reduce((sum, x) => sum + (x instanceof Tensor ? x.nbytes : 0), 0) : 0;
  console.log(
    `${output}: ${value instanceof Map ? `${value.size} entries, ${sizeText(bytes)} of tensors` : describe(value)}`,
  );
}

function entryOf(value: unknown, key: string | undefined): unknown {
  if (key === undefined) return value;
  let entry = value;
  for (const name of key.split('.')) {
    const known = entry instanceof Map ? [...entry.keys()].map(String) : [];
    if (!(entry instanceof Map) || !entry.has(name)) {
      throw new KeyError(`no entry '${name}'${known.length > 0 ? `; there are ${known.slice(0, 20).join(', ')}` : ''}`);
    }
    entry = entry.get(name);
  }
  return entry;
}

// Safetensors files hold named tensors and nothing else.
function tensorsOf(value: unknown): Map<string, Tensor> {
  if (!(value instanceof Map)) throw new ValueError(`expected a dict of tensors, found ${describe(value)}`);
  const dicts = [...value].filter(([, entry]) => entry instanceof Map).map(([name]) => String(name));
  for (const [name, entry] of value) {
    if (entry instanceof Tensor) continue;
    const hint = dicts.length > 0 ? `; --key takes one of ${dicts.join(', ')}` : '';
    throw new ValueError(`'${String(name)}' is no tensor but ${describe(entry)}${hint}`);
  }
  return value as Map<string, Tensor>;
}
