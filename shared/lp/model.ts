/**
 * Linear and mixed-integer models as sparse typed arrays, and the checks that every model passes
 * before it may reach GLPK (a bad one would abort the WASM instance or, with a NaN,
 * give a wrong answer silently).
 */

/** What a solve proved: `limit` = stopped with nothing usable in hand. */
export type LpStatus = "optimal" | "feasible" | "infeasible" | "unbounded" | "limit";

/**
 * max or min objective x, rowLower <= A x <= rowUpper, colLower <= x <= colUpper. Columns in compressed
 * form: column j owns the entries starts[j] .. starts[j+1]-1.
 */
export interface LpModel {
  sense: "max" | "min";
  cols: number;
  rows: number;
  /** Bounds per row, -Infinity / Infinity where there is none. */
  rowLower: Float64Array;
  rowUpper: Float64Array;
  /** Objective coefficient per column. */
  objective: Float64Array;
  /** Bounds per column, -Infinity / Infinity where there is none. */
  colLower: Float64Array;
  colUpper: Float64Array;
  /** Number of columns + 1 offsets into `index` and `value`, from 0, never falling. */
  starts: Int32Array;
  /** Row of each entry, 0-based, at most once per column. */
  index: Int32Array;
  /** Coefficient of each entry. */
  value: Float64Array;
  /** 1 = integer column; absent: a pure LP. */
  integer?: Uint8Array;
}

/** How long and how a model may be solved. No limit by the clock: results are to be the same on every machine. */
export interface LpOptions {
  /**
   * Deterministic limit: how often GLPK may look at the clock, which it does at every simplex pivot
   * and every node. The same model with the same limit stops at the same place on every machine. Default: `LP_LIMITS.work`.
   */
  workLimit?: number;
  /** GLPK's presolver. Default: on for integer models, off for LPs (their duals are wanted). */
  presolve?: boolean;
  /**
   * Simplex for an LP: `primal` (default; best after new columns or costs) or `dual` (best after
   * changed bounds or new rows; falls back to primal by itself).
   */
  method?: "primal" | "dual";
}

/** A checked answer. For `infeasible`, `unbounded` and `limit`, `x` is all zeros and means nothing. */
export interface LpSolution {
  status: LpStatus;
  /** Objective at `x`, recomputed from the model; NaN where there is no `x`. */
  objective: number;
  x: Float64Array;
  /** LPs at the optimum only. Also for `max`: colDual_j = c_j - sum_i rowDual_i a_ij. */
  rowDual?: Float64Array;
  colDual?: Float64Array;
  /** Work done, in the units of `workLimit`. */
  work: number;
  /** Why a solve ended as `limit` or `feasible`: out of work, or numerical trouble. */
  stoppedBy?: "limit" | "numerics";
}

/**
 * Largest model that the door lets in, and the work of who sets no limit: bounds memory and the length of one uninterruptible
 * call. Small programs need some hundreds of it.
 */
export const LP_LIMITS = {
  rows: 20_000,
  cols: 60_000,
  entries: 1_000_000,
  integers: 10_000,
  work: 20_000,
};

/** Why a model was refused. */
export type LpModelErrorCode =
  | "shape" // array lengths or offsets do not fit together
  | "not_finite" // NaN, or an infinity where a number must be
  | "bounds" // lower above upper, or a bound on the wrong infinity
  | "index" // row out of range
  | "duplicate" // a row twice in one column
  | "too_large" // beyond LP_LIMITS
  | "option"; // an option outside its range

/** A model that must not reach GLPK. `message` names the place; `code` is stable. */
export class LpModelError extends Error {
  override name = "LpModelError";
  constructor(readonly code: LpModelErrorCode, message: string) {
    super(message);
  }
}

/**
 * Refuses what GLPK cannot take.
 *
 * @throws {LpModelError} with a stable code and the place of the first fault.
 */
export function validateModel(model: LpModel): void {
  const { rows, cols } = model;
  if (model.sense !== "max" && model.sense !== "min") fail("shape", `sense ${model.sense}`);
  checkCount("rows", rows, LP_LIMITS.rows);
  checkCount("cols", cols, LP_LIMITS.cols);
  checkLength("rowLower", model.rowLower, rows);
  checkLength("rowUpper", model.rowUpper, rows);
  checkBounds("row", model.rowLower, model.rowUpper);
  checkLength("objective", model.objective, cols);
  checkLength("colLower", model.colLower, cols);
  checkLength("colUpper", model.colUpper, cols);
  checkLength("starts", model.starts, cols + 1);
  checkStarts(model);
  checkBounds("column", model.colLower, model.colUpper);
  for (let j = 0; j < cols; j++) {
    if (!Number.isFinite(model.objective[j])) {
      fail("not_finite", `objective of column ${j} is ${model.objective[j]}`);
    }
  }
  checkEntries(model);
  if (model.integer) checkIntegers(model.integer, cols);
}

/**
 * Refuses options outside their range.
 *
 * @throws {LpModelError} code `option`.
 */
export function validateOptions(options: LpOptions): void {
  const { workLimit } = options;
  if (workLimit !== undefined && !(workLimit > 0)) fail("option", `workLimit ${workLimit}`);
}

function fail(code: LpModelErrorCode, message: string): never {
  throw new LpModelError(code, message);
}

function checkCount(name: string, count: number, most: number): void {
  if (!Number.isInteger(count) || count < 0) fail("shape", `${name} is ${count}`);
  if (count > most) fail("too_large", `${count} ${name}, at most ${most}`);
}

function checkLength(name: string, array: ArrayLike<number>, length: number): void {
  if (array.length !== length) fail("shape", `${name} has ${array.length} items, not ${length}`);
}

function checkStarts({ cols, starts, index, value }: LpModel): void {
  if (starts[0] !== 0) fail("shape", `starts begins with ${starts[0]}`);
  for (let j = 0; j < cols; j++) {
    if (starts[j + 1] < starts[j]) fail("shape", `starts falls at column ${j}`);
  }
  const entries = starts[cols];
  if (entries > LP_LIMITS.entries) {
    fail("too_large", `${entries} entries, at most ${LP_LIMITS.entries}`);
  }
  if (index.length < entries || value.length < entries) {
    fail("shape", `${entries} entries, but ${index.length} rows and ${value.length} values`);
  }
}

function checkBounds(what: string, lower: Float64Array, upper: Float64Array): void {
  for (let i = 0; i < lower.length; i++) {
    const lo = lower[i], hi = upper[i];
    if (Number.isNaN(lo) || Number.isNaN(hi)) fail("not_finite", `bound of ${what} ${i} is NaN`);
    if (lo > hi || lo === Infinity || hi === -Infinity) {
      fail("bounds", `bounds of ${what} ${i} are ${lo}..${hi}`);
    }
  }
}

function checkEntries({ cols, rows, starts, index, value }: LpModel): void {
  const lastColumn = new Int32Array(rows).fill(-1); // last column seen in each row
  for (let j = 0; j < cols; j++) {
    for (let k = starts[j]; k < starts[j + 1]; k++) {
      const i = index[k];
      if (!(i >= 0 && i < rows)) fail("index", `column ${j} names row ${i} of ${rows}`);
      if (lastColumn[i] === j) fail("duplicate", `column ${j} names row ${i} twice`);
      lastColumn[i] = j;
      if (!Number.isFinite(value[k])) fail("not_finite", `entry ${i},${j} is ${value[k]}`);
    }
  }
}

function checkIntegers(integer: Uint8Array, cols: number): void {
  checkLength("integer", integer, cols);
  let count = 0;
  for (let j = 0; j < cols; j++) count += integer[j] ? 1 : 0;
  if (count > LP_LIMITS.integers) {
    fail("too_large", `${count} integer columns, at most ${LP_LIMITS.integers}`);
  }
}
