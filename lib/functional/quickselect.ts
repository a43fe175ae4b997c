// Selection of the k-th smallest element of a row, step by step as PyTorch does it. Internal.

/** Whether a stands behind b: NaN behind all numbers. */
function isBehind(a: number | bigint, b: number | bigint): boolean {
  return (Number.isNaN(a) && !Number.isNaN(b)) || a > b;
}

/**
 * The place in `row` of its k-th smallest element, counted from 0: Hoare's selection, about the median of three. The
 * order of its steps decides which of several equal elements is meant.
 *
 * @source quick_select_template in aten/src/ATen/native/Sorting.cpp
 */
export function selectPlace(row: ArrayLike<number | bigint>, k: number): number {
  const places = Int32Array.from({ length: row.length }, (_, i) => i);
  const at = (i: number) => row[places[i] ?? 0] ?? 0;
  const behind = (i: number, j: number) => isBehind(at(i), at(j));
  const swap = (i: number, j: number) => {
    [places[i], places[j]] = [places[j] ?? 0, places[i] ?? 0];
  };
  const order = (i: number, j: number) => {
    if (behind(i, j)) swap(i, j);
  };
  let [low, high] = [0, row.length - 1];
  while (high > low + 1) {
    swap(low + Math.floor((high - low) / 2), low + 1);
    order(low + 1, high);
    order(low, high);
    order(low + 1, low);
    let [i, j] = [low + 1, high];
    for (;;) {
      do i++;
      while (behind(low, i));
      do j--;
      while (behind(j, low));
      if (j < i) break;
      swap(i, j);
    }
    swap(low, j);
    if (j <= k) low = i;
    if (j >= k) high = j - 1;
  }
  if (high === low + 1) order(low, high);
  return places[k] ?? 0;
}
