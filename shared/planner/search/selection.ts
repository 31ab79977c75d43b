// The choice of lines among listed ones as a model: with `counts` lines on each slot already,
// max sum_p a(p) y_p + sum_s sum_u g_s(counts_s + u) u_su,  sum_p y_p = k,  sum_{p uses s} y_p = sum_u u_su.
// An equation, because units below the minimum fill pay and must not be taken without a line.

import { LpBuilder } from "../../lp/mod.ts";
import { lineOfCell, positionOfSlot, slotOf, termOfCell, termOfSlot } from "../model/flat.ts";
import { addUses, budgetRows, budgetsBeside } from "../model/leave_choice.ts";
import { LineScorer } from "../model/line_values.ts";
import { gainRuns, type PlannerTables } from "../model/tables.ts";

/** A bound on the number of chosen lines that use slot `a` as well as slot `b` (may be the same). */
export interface PairBound {
  a: number;
  b: number;
  least: number;
  most: number;
}

/** What is to be chosen. */
export interface Selection {
  /** Listed lines, row-major, different. */
  columns: Int32Array;
  /** [slot] lines that use it already. */
  counts: Int32Array;
  /** Lines to choose. */
  k: number;
  /** Value, slot gains included, that the choice must reach. */
  least: number;
  pairs: readonly PairBound[];
}

/**
 * Builds the model; the listed lines are its first columns, the rows of pairs its last rows.
 * @param open posts of each slot that the chosen lines may use
 */
export function selectionModel(
  open: PlannerTables,
  { columns, counts, k, least, pairs }: Selection,
  integer: boolean,
): LpBuilder {
  const { terms: T, positions: R } = open;
  const builder = new LpBuilder("max");
  builder.addRow(k, k);
  // "Better than now" as a row lets GLPK drop whole subtrees.
  const cut = builder.addRow(least, Infinity);
  const column = (value: number, upper: number, whole: boolean) => {
    builder.addColumn(value, 0, upper, whole);
    if (value !== 0) builder.add(cut, value);
  };
  const rowOf = new Int32Array(open.cap.length).fill(-1);
  columns.forEach((r, i) => {
    const s = slotOf(termOfCell(i, T), r, R);
    if (rowOf[s] < 0) rowOf[s] = builder.addRow(0, 0);
  });
  const budgets = budgetRows(builder, budgetsBeside(open, counts));
  const pairRow = pairs.map(({ least, most }) => builder.addRow(least, most));
  const scorer = new LineScorer(open);
  const uses = (at: number, s: number) => columns[at + termOfSlot(s, R)] === positionOfSlot(s, R);
  for (let at = 0; at < columns.length; at += T) {
    column(scorer.value(columns, at), k, integer);
    builder.add(0, 1);
    for (let t = 0; t < T; t++) builder.add(rowOf[slotOf(t, columns[at + t], R)], 1);
    if (open.leave) addUses(builder, open, budgets, columns[at + open.leave.term]);
    pairs.forEach(({ a, b }, i) => {
      if (uses(at, a) && uses(at, b)) builder.add(pairRow[i], 1);
    });
  }
  rowOf.forEach((row, s) => {
    if (row < 0) return;
    for (const { gain, count } of gainRuns(open, s, counts[s], open.cap[s])) {
      column(gain, count, false);
      builder.add(row, -1);
    }
  });
  return builder;
}

/** The chosen lines, row-major. @param x values of the model's columns, whole */
export function selectedLines(columns: Int32Array, T: number, x: Float64Array): Int32Array {
  const lines: number[] = [];
  for (let at = 0; at < columns.length; at += T) {
    for (let y = Math.round(x[lineOfCell(at, T)]); y > 0; y--) {
      lines.push(...columns.subarray(at, at + T));
    }
  }
  return Int32Array.from(lines);
}
