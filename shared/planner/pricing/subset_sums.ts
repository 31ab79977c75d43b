// What subsets of some values add up to.

/** More than sums of the same numbers in another order differ by. */
export const DIGITS = 1e-6;

/**
 * Adds up each subset of those values that stand in some places.
 * @param sums [subset, as bits] its sum is put here
 */
export function subsetSums(
  values: Float64Array,
  sums: Float64Array,
  from = 0,
  to = values.length,
): void {
  sums[0] = 0;
  for (let i = from, count = 1; i < to; i++, count *= 2) {
    for (let b = 0; b < count; b++) sums[count + b] = sums[b] + values[i];
  }
}
