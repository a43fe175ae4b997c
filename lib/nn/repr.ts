// How a module prints. @source torch.nn.Module.__repr__
import type { Module } from './module.ts';

/** Indents every line but the first by two spaces. */
export function indent(text: string): string {
  return text.replaceAll('\n', '\n  ');
}

/** `Name(extra)`, or one line for each piece of extra text and each child. */
export function moduleRepr(module: Module): string {
  const extra = module.extraRepr();
  const extraLines = extra === '' ? [] : extra.split('\n');
  const childLines = [...module._modules].map(([name, child]) => `(${name}): ${indent(child?.toString() ?? 'None')}`);
  const lines = [...extraLines, ...childLines];
  if (lines.length === 0) return `${module._getName()}()`;
  if (extraLines.length === 1 && childLines.length === 0) return `${module._getName()}(${extraLines[0]})`;
  return `${module._getName()}(\n  ${lines.join('\n  ')}\n)`;
}
