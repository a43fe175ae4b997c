// flambeau inspect FILE
import { inspect } from '../io/inspect.ts';
import { printJson, sizeText, table } from './text.ts';

/** Prints what stands in a file. */
export async function inspectFile(file: string, { json }: { json?: boolean }): Promise<void> {
  const summary = await inspect(file);
  if (json) {
    printJson(summary);
    return;
  }
  const { tensors, elements, format, fileBytes, metadata, values } = summary;
  const rows = tensors.map(({ name, dtype, shape, bytes }) => [name, dtype, `(${shape.join(', ')})`, sizeText(bytes)]);
  if (rows.length > 0) console.log(`${table([['name', 'dtype', 'shape', 'size']].concat(rows), [3])}\n`);
  const others = Object.keys(values).length;
  const beside = others > 0 ? `, ${others} other values` : '';
  console.log(`${format}, ${sizeText(fileBytes)}: ${tensors.length} tensors, ${elements} elements${beside}`);
  for (const [key, text] of Object.entries(metadata ?? {})) console.log(`${key}: ${JSON.stringify(text)}`);
}
