// The orthogonal factor of a matrix, for nn.init.orthogonal_.

/**
 * The factor Q of `a = Q R` with a positive diagonal of R, which makes it unique; for `rows < columns` that of the
 * transposed matrix, transposed. Modified Gram-Schmidt, each vector twice, which is as orthogonal as float64 can say.
 *
 * @param a - row-major `(rows, columns)`
 * @returns row-major `(rows, columns)` with orthonormal rows or columns, whichever are fewer
 * @source Giraud et al. 2005: two passes are enough; Mezzadri 2007: the sign makes the distribution uniform
 */
export function orthonormalize(a: Float64Array, rows: number, columns: number): Float64Array {
  const byRow = rows < columns;
  const count = byRow ? rows : columns;
  const length = byRow ? columns : rows;
  const at = byRow
    ? (vector: number, i: number) => vector * columns + i
    : (vector: number, i: number) => i * columns + vector;
  const q = Float64Array.from(a);
  const dot = (u: number, v: number) => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += (q[at(u, i)] ?? 0) * (q[at(v, i)] ?? 0);
    return sum;
  };
  for (let v = 0; v < count; v++) {
    for (let pass = 0; pass < 2; pass++) {
      for (let u = 0; u < v; u++) {
        const along = dot(u, v);
        for (let i = 0; i < length; i++) q[at(v, i)] = (q[at(v, i)] ?? 0) - along * (q[at(u, i)] ?? 0);
      }
    }
    const norm = Math.sqrt(dot(v, v));
    for (let i = 0; i < length; i++) q[at(v, i)] = (q[at(v, i)] ?? 0) / norm;
  }
  return q;
}
