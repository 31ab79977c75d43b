/**
 * A simplex basis as a model's owner keeps it: one status per row, then one per column. What has to be
 * done to it when the model gains or loses rows and columns, so that the next solve starts from it.
 */

/** Basic: the first of GLPK's statuses (glpk.h 5.0). */
export const BASIC = 1;
/** Nonbasic at its lower bound. */
export const AT_LOWER = 2;
/** Nonbasic at its upper bound. */
export const AT_UPPER = 3;
/** Nonbasic without bounds, and nonbasic with equal ones. */
const FREE = 4;
const FIXED = 5;

/** Status that fits the bounds: `wanted` where it does, else the nearest nonbasic one. */
export function fittingStatus(wanted: number, lower: number, upper: number): number {
  if (wanted === BASIC) return BASIC;
  if (lower === upper) return FIXED;
  if (lower === -Infinity) return upper === Infinity ? FREE : AT_UPPER;
  return wanted === AT_UPPER && upper !== Infinity ? AT_UPPER : AT_LOWER;
}

/** Whether a basis fits a model: a status for each row and for no more columns, as many basic as rows. */
export function isFitting(basis: Uint8Array, rows: number, cols: number): boolean {
  const basic = basis.reduce((sum, status) => sum + (status === BASIC ? 1 : 0), 0);
  return basis.length >= rows && basis.length <= rows + cols && basic === rows;
}

/** The basis with `count` more rows before row `at`; their slacks are basic, so that it stays one. */
export function insertRows(basis: Uint8Array, at: number, count: number): Uint8Array {
  const grown = new Uint8Array(basis.length + count).fill(BASIC);
  grown.set(basis.subarray(0, at));
  grown.set(basis.subarray(at), at + count);
  return grown;
}

/**
 * The basis without the rows or columns that go: dropping basic rows and nonbasic columns leaves it one.
 * @param first index of the first item that `keep` speaks of; what `keep` does not cover stays
 */
export function keepItems(
  basis: Uint8Array,
  first: number,
  keep: ArrayLike<number | boolean>,
): Uint8Array {
  return basis.filter((_, k) => k < first || k >= first + keep.length || keep[k - first]);
}

/**
 * A basis for more rows behind the present ones and for more columns among the last ones: new rows are
 * basic, new columns at their lower bound.
 * @param oldColumns ids of the last columns, in order; all of them are among `newColumns`
 */
export function growBasis(
  basis: Uint8Array,
  rows: number,
  newRows: number,
  oldColumns: ArrayLike<number>,
  newColumns: ArrayLike<number>,
): Uint8Array {
  const fixed = basis.length - rows - oldColumns.length;
  const first = newRows + fixed;
  const grown = new Uint8Array(first + newColumns.length).fill(AT_LOWER);
  grown.set(insertRows(basis.subarray(0, rows + fixed), rows, newRows - rows));
  for (let i = 0, k = 0; i < oldColumns.length && k < newColumns.length; k++) {
    if (newColumns[k] === oldColumns[i]) grown[first + k] = basis[rows + fixed + i++];
  }
  return grown;
}
