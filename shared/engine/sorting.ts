// Sorting by numbers.

/**
 * Items in the order of their values, of equal ones the earlier item first. Numbers are sorted and items put where theirs
 * begins: numbers alone are sorted several times as fast as by a comparison, and each slice of a search sorts thousands of lists.
 * @param items one for each value at least; those beyond are left out
 */
export function sortedBy(values: Float64Array, items: Int32Array): Int32Array {
  const n = values.length, sorted = values.slice().sort();
  const taken = new Int32Array(n), order = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    let from = 0, to = n - 1;
    while (from < to) {
      const half = (from + to) >> 1;
      if (sorted[half] < values[i]) from = half + 1;
      else to = half;
    }
    order[from + taken[from]++] = items[i];
  }
  return order;
}
