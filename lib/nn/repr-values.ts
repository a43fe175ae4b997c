// Python's spelling of argument values, for the prints of layers.

/** `(2, 3)`, `(2,)`, `2`, `True`, `None`. */
export function python(value: unknown): string {
  if (Array.isArray(value)) return value.length === 1 ? `(${python(value[0])},)` : `(${value.map(python).join(', ')})`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return value === null || value === undefined ? 'None' : String(value);
}
