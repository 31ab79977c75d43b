/**
 * Checks an answer against its model, in our own arithmetic: no status of GLPK is believed alone.
 */
import type { LpModel } from "./model.ts";

/** Relative tolerance of bounds and rows. */
const FEASIBILITY_TOLERANCE = 1e-6;

/** Sum of c_j x_j. */
export function objectiveOf(model: LpModel, x: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < model.cols; j++) sum += model.objective[j] * x[j];
  return sum;
}

/** Rounds the integer columns of `x` in place; false when one is further than 1e-5 from whole. */
export function roundIntegers(model: LpModel, x: Float64Array): boolean {
  const { integer } = model;
  if (!integer) return true;
  for (let j = 0; j < model.cols; j++) {
    if (!integer[j]) continue;
    const whole = Math.round(x[j]);
    if (!(Math.abs(x[j] - whole) <= 1e-5)) return false;
    x[j] = whole;
  }
  return true;
}

/** Whether x keeps all bounds and rows, within the tolerance relative to each row's own terms. */
export function isFeasible(model: LpModel, x: Float64Array): boolean {
  const { cols, rows, starts, index, value } = model;
  const activity = new Float64Array(rows);
  const scale = new Float64Array(rows).fill(1); // 1 + the largest term
  for (let j = 0; j < cols; j++) {
    const xj = x[j];
    if (!within(xj, model.colLower[j], model.colUpper[j], 1)) return false;
    for (let k = starts[j]; k < starts[j + 1]; k++) {
      const term = value[k] * xj;
      activity[index[k]] += term;
      if (Math.abs(term) > scale[index[k]]) scale[index[k]] = Math.abs(term);
    }
  }
  for (let i = 0; i < rows; i++) {
    if (!within(activity[i], model.rowLower[i], model.rowUpper[i], scale[i])) return false;
  }
  return true;
}

function within(value: number, lower: number, upper: number, scale: number): boolean {
  const slack = FEASIBILITY_TOLERANCE;
  return value >= lower - slack * Math.max(scale, Math.abs(lower === -Infinity ? 0 : lower)) &&
    value <= upper + slack * Math.max(scale, Math.abs(upper === Infinity ? 0 : upper));
}

/** colDual_j = c_j - sum_i rowDual_i a_ij. */
export function columnDuals(model: LpModel, rowDual: Float64Array): Float64Array {
  const { cols, starts, index, value } = model;
  const dual = new Float64Array(cols);
  for (let j = 0; j < cols; j++) {
    let d = model.objective[j];
    for (let k = starts[j]; k < starts[j + 1]; k++) d -= rowDual[index[k]] * value[k];
    dual[j] = d;
  }
  return dual;
}
