// Python's spelling of argument values, for the prints of layers.

/** `(2, 3)`, `(2,)`, `2`, `True`, `None`. */
export function python(value: unknown): string {
  if (Array.isArray(value)) return value.length === 1 ? `(${python(value[0])},)` : `(${value.map(python).join(', ')})`;
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'number' && !Number.isInteger(value)) return pythonFloat(value);
  return value === null || value === undefined ? 'None' : String(value);
}

/** A number that is a float in Python: `1e-05`, `0.1`, `1.0`. */
export function pythonFloat(value: number | null | undefined): string {
  if (value === null || value === undefined) return 'None';
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e16)) {
    const [digits = '', exponent = ''] = value.toExponential().split('e');
    return `${digits}e${exponent.charAt(0)}${exponent.slice(1).padStart(2, '0')}`;
  }
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
