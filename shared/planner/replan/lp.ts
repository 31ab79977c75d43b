// The LP of a replan, and the integer program of the fewest changes.

import { LpBuilder, solveLp } from "../../lp/mod.ts";
import { cellOf, firstCellOf, positionOfSlot, slotOf, termOfSlot, useAt } from "../model/flat.ts";
import { addUses as addBudgets, budgetRows, optionOf } from "../model/leave_choice.ts";
import type { PlannerTables } from "../model/tables.ts";
import type { ReplanColumns, ReplanModel, ReplanPlan, ReplanPrices } from "./model.ts";

/** Simplex work of one LP. */
export const LP_WORK = 20_000;
/** Branch-and-cut work of one integer program. */
export const MIP_WORK = 1_500;

/** The LP's answer. */
export interface ReplanLp {
  value: number;
  /** Sum of what is missing to the lines wanted. */
  missing: number;
  /** Value of each column. */
  x: Float64Array;
  prices: ReplanPrices;
  work: number;
}

/**
 * Solves the LP over the columns. Lines that have none are missing at a price above any plan's changes.
 * @param lines lines wanted
 * @returns null when the work limit stopped it
 */
export function solveChanges(
  model: ReplanModel,
  columns: ReplanColumns,
  lines: number,
  workLimit: number,
): ReplanLp | null {
  const { existing: m, tables } = model;
  const builder = new LpBuilder("min");
  const { add, removal } = placeRows(builder, m, lines);
  const rowOf = slotRows(model, builder, columns, add);
  const budgets = budgetRows(builder, tables.leave?.budgets ?? new Int32Array(0));
  const missingColumns = addMissing(model, builder, rowOf, m + (add > 0 ? 1 : 0), removal);
  const first = builder.cols;
  columns.owners.forEach((i, j) => {
    builder.addColumn(model.distance(i, columns.cells, firstCellOf(j, model.terms)), 0, Infinity);
    builder.add(i, 1);
    addUses(model, builder, rowOf, budgets, columns, j);
  });
  const found = solveLp(builder.build(), { presolve: false, workLimit });
  if (found.status !== "optimal" || !found.rowDual) return null;
  const dual = found.rowDual;
  return {
    value: found.objective,
    missing: missingColumns.reduce((sum, k) => sum + found.x[k], 0),
    x: found.x.subarray(first),
    prices: {
      slots: Float64Array.from(rowOf, (row, s) => {
        if (row < 0) return leavePrice(tables, s, budgets, dual);
        return tables.forced[s] > 0 ? -dual[row] : Math.max(0, -dual[row]);
      }),
      lines: Float64Array.from({ length: m + 1 }, (_, i) => i < m || add > 0 ? dual[i] : 0),
    },
    work: found.work,
  };
}

/** What an option of leave costs by the budgets that it uses; 0 for any other slot. */
function leavePrice(
  { leave, positions: R }: PlannerTables,
  s: number,
  budgets: readonly number[],
  dual: Float64Array,
): number {
  if (leave === null || termOfSlot(s, R) !== leave.term) return 0;
  const o = optionOf(leave, positionOfSlot(s, R)), B = budgets.length;
  if (o < 0) return 0;
  return budgets.reduce(
    (sum, row, b) => sum + leave.uses[useAt(o, b, B)] * Math.max(0, -dual[row]),
    0,
  );
}

/** A row for every existing line's place, one for added lines, and one that counts the lines that go. */
function placeRows(builder: LpBuilder, existing: number, lines: number) {
  const add = Math.max(0, lines - existing), remove = Math.max(0, existing - lines);
  for (let i = 0; i < existing; i++) builder.addRow(1, 1);
  if (add > 0) builder.addRow(add, add);
  return { add, removal: remove > 0 ? builder.addRow(remove, remove) : -1 };
}

/** Columns for lines that are missing or go, and for forced lines that are missing. @returns the missing ones */
function addMissing(
  { existing, missingPrice, tables }: ReplanModel,
  builder: LpBuilder,
  rowOf: readonly number[],
  owners: number,
  removal: number,
): number[] {
  const missing: number[] = [];
  for (let i = 0; i < owners; i++) {
    missing.push(builder.addColumn(missingPrice, 0, Infinity));
    builder.add(i, 1);
    if (removal < 0 || i === existing) continue;
    builder.addColumn(0, 0, 1);
    builder.add(i, 1);
    builder.add(removal, 1);
  }
  rowOf.forEach((row, s) => {
    if (row < 0 || tables.forced[s] === 0) return;
    missing.push(builder.addColumn(missingPrice, 0, Infinity));
    builder.add(row, 1);
  });
  return missing;
}

/** Entries of a column in the rows of its slots, and of the weeks that its leave uses. */
function addUses(
  { terms: T, positions: R, tables }: ReplanModel,
  builder: LpBuilder,
  rowOf: readonly number[],
  budgets: readonly number[],
  { cells }: ReplanColumns,
  j: number,
): void {
  if (tables.leave) addBudgets(builder, tables, budgets, cells[cellOf(j, tables.leave.term, T)]);
  for (let t = 0; t < T; t++) {
    const row = rowOf[slotOf(t, cells[cellOf(j, t, T)], R)];
    if (row >= 0) builder.add(row, 1);
  }
}

/** [slot] row for the posts of contended slots and for forced cells, or -1. */
function slotRows(
  model: ReplanModel,
  builder: LpBuilder,
  columns: ReplanColumns,
  add: number,
): number[] {
  const { cap, forced, leave } = model.tables;
  return contendedSlots(model, columns, add).map((is, s) =>
    termOfSlot(s, model.positions) === leave?.term
      ? -1
      : is || forced[s] > 0
      ? builder.addRow(forced[s] > 0 ? forced[s] : -Infinity, cap[s])
      : -1
  );
}

/** [slot] whether more lines have a column through it than it has posts. */
function contendedSlots(model: ReplanModel, columns: ReplanColumns, add: number): boolean[] {
  const { terms: T, positions: R, existing: m, tables } = model;
  const users = new Int32Array(T * R), last = new Int32Array(T * R).fill(-1);
  const order = Array.from(columns.owners.keys())
    .sort((a, b) => columns.owners[a] - columns.owners[b] || a - b);
  for (const j of order) {
    const i = columns.owners[j];
    for (let t = 0; t < T; t++) {
      const s = slotOf(t, columns.cells[cellOf(j, t, T)], R);
      if (last[s] === i) continue;
      last[s] = i;
      users[s] += i === m ? add : 1;
    }
  }
  return Array.from(users, (n, s) => n > tables.cap[s]);
}

/**
 * The plan with the fewest changes over the columns, if they are fewer than `below`.
 * @returns `proven`: no plan of these columns has fewer, or none has less than `below` where `plan` is null
 */
export function fewestChanges(
  model: ReplanModel,
  columns: ReplanColumns,
  lines: number,
  below: number,
  workLimit: number,
): {
  plan: ReplanPlan | null;
  proven: boolean;
  work: number;
} {
  const { terms: T, existing: m } = model;
  const builder = new LpBuilder("min");
  const { add, removal } = placeRows(builder, m, lines);
  const cut = below < Infinity ? builder.addRow(-Infinity, below - 1) : -1;
  const rowOf = slotRows(model, builder, columns, add);
  const budgets = budgetRows(builder, model.tables.leave?.budgets ?? new Int32Array(0));
  for (let i = 0; i < m && removal >= 0; i++) {
    builder.addColumn(0, 0, 1, true);
    builder.add(i, 1);
    builder.add(removal, 1);
  }
  const first = builder.cols;
  columns.owners.forEach((i, j) => {
    const d = model.distance(i, columns.cells, firstCellOf(j, T));
    builder.addColumn(d, 0, i < m ? 1 : add, true);
    builder.add(i, 1);
    if (cut >= 0 && d > 0) builder.add(cut, d);
    addUses(model, builder, rowOf, budgets, columns, j);
  });
  const found = solveLp(builder.build(), { workLimit });
  const { work } = found;
  if (found.status !== "optimal" && found.status !== "feasible") {
    return { plan: null, proven: found.status === "infeasible", work };
  }
  const plan = model.readPlan(columns, found.x.subarray(first));
  return { plan, proven: found.status === "optimal", work };
}
