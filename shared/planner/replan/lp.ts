// The LP and the integer programs of a replan.

import { LpBuilder, solveLp } from "../../lp/mod.ts";
import { slotCounts } from "../model/line_values.ts";
import { slotGain } from "../model/tables.ts";
import { pricingFor } from "../pricing/group_pricing.ts";
import { addLines, columnsOf } from "./columns.ts";
import type { ReplanColumns, ReplanModel, ReplanPlan, ReplanPrices } from "./model.ts";
import { costsOf } from "./pricing.ts";

/** Simplex work of one LP. */
export const LP_WORK = 20_000;
/** Branch-and-cut work of one integer program. */
export const MIP_WORK = 1_500;
/** A change weighs more than all affinity that a handful of lines can gain by it. */
const CHANGE_WEIGHT = 20_000;
/** Most lines near a freed one. */
const NEAR_MOST = 80;

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
): {
  value: number;
  /** Sum of what is missing to the lines wanted. */
  missing: number;
  /** Value of each column. */
  x: Float64Array;
  prices: ReplanPrices;
  work: number;
} | null {
  const { terms: T, positions: R, existing: m, tables } = model;
  const add = Math.max(0, lines - m), remove = Math.max(0, m - lines);
  const builder = new LpBuilder("min");
  for (let i = 0; i < m; i++) builder.addRow(1, 1);
  if (add > 0) builder.addRow(add, add);
  const removal = remove > 0 ? builder.addRow(remove, remove) : -1;
  const rowOf = slotRows(model, builder, columns, add);
  const most = model.missingPrice;
  for (let i = 0; i < m + (add > 0 ? 1 : 0); i++) {
    builder.addColumn(most, 0, Infinity);
    builder.add(i, 1);
    if (removal < 0 || i === m) continue;
    builder.addColumn(0, 0, 1);
    builder.add(i, 1);
    builder.add(removal, 1);
  }
  const alone = builder.cols;
  rowOf.forEach((row, s) => {
    if (row < 0 || tables.forced[s] === 0) return;
    builder.addColumn(most, 0, Infinity);
    builder.add(row, 1);
  });
  const first = builder.cols;
  columns.owners.forEach((i, j) => {
    builder.addColumn(model.distance(i, columns.cells, j * T), 0, Infinity);
    builder.add(i, 1);
    for (let t = 0; t < T; t++) {
      const row = rowOf[t * R + columns.cells[j * T + t]];
      if (row >= 0) builder.add(row, 1);
    }
  });
  const found = solveLp(builder.build(), { presolve: false, workLimit });
  if (found.status !== "optimal" || !found.rowDual) return null;
  const dual = found.rowDual;
  let missing = 0;
  for (let k = 0; k < alone; k += removal < 0 ? 1 : 2) missing += found.x[k];
  for (let k = alone; k < first; k++) missing += found.x[k];
  return {
    value: found.objective,
    missing,
    x: found.x.subarray(first),
    prices: {
      slots: Float64Array.from(rowOf, (row, s) => {
        if (row < 0) return 0;
        return tables.forced[s] > 0 ? -dual[row] : Math.max(0, -dual[row]);
      }),
      lines: Float64Array.from({ length: m + 1 }, (_, i) => i < m || add > 0 ? dual[i] : 0),
    },
    work: found.work,
  };
}

/** [slot] row for the posts of contended slots and for forced cells, or -1. */
function slotRows(
  model: ReplanModel,
  builder: LpBuilder,
  columns: ReplanColumns,
  add: number,
): number[] {
  const { cap, forced } = model.tables;
  return contendedSlots(model, columns, add).map((is, s) =>
    is || forced[s] > 0 ? builder.addRow(forced[s] > 0 ? forced[s] : -Infinity, cap[s]) : -1
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
      const s = t * R + columns.cells[j * T + t];
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
  const { terms: T, positions: R, existing: m } = model;
  const add = Math.max(0, lines - m), remove = Math.max(0, m - lines);
  const builder = new LpBuilder("min");
  for (let i = 0; i < m; i++) builder.addRow(1, 1);
  if (add > 0) builder.addRow(add, add);
  const removal = remove > 0 ? builder.addRow(remove, remove) : -1;
  const cut = below < Infinity ? builder.addRow(-Infinity, below - 1) : -1;
  const rowOf = slotRows(model, builder, columns, add);
  for (let i = 0; i < m && removal >= 0; i++) {
    builder.addColumn(0, 0, 1, true);
    builder.add(i, 1);
    builder.add(removal, 1);
  }
  const first = builder.cols;
  columns.owners.forEach((i, j) => {
    const d = model.distance(i, columns.cells, j * T);
    builder.addColumn(d, 0, i < m ? 1 : add, true);
    builder.add(i, 1);
    if (cut >= 0 && d > 0) builder.add(cut, d);
    for (let t = 0; t < T; t++) {
      const row = rowOf[t * R + columns.cells[j * T + t]];
      if (row >= 0) builder.add(row, 1);
    }
  });
  const found = solveLp(builder.build(), { workLimit });
  const { work } = found;
  if (found.status !== "optimal" && found.status !== "feasible") {
    return { plan: null, proven: found.status === "infeasible", work };
  }
  const plan = model.readPlan(columns, found.x.subarray(first));
  return { plan, proven: found.status === "optimal", work };
}

/**
 * Re-chooses some lines of a plan for affinity and diversity, with no more changes than they have.
 * @param free owners to choose again; the owner of added lines frees all of these
 * @returns the better choice or null, and whether nothing better exists over the columns
 */
export function improvePlan(
  model: ReplanModel,
  plan: ReplanPlan,
  columns: ReplanColumns,
  near: ReplanColumns,
  free: ReadonlySet<number>,
  workLimit: number,
): { plan: ReplanPlan | null; proven: boolean; work: number } {
  const { terms: T, positions: R, existing: m } = model;
  const open = openPosts(model, plan, free);
  const builder = new LpBuilder("max");
  const rowOfOwner = new Map<number, number>();
  for (const i of free) {
    const n = i === m ? plan.added.length : 1;
    rowOfOwner.set(i, builder.addRow(n, n));
  }
  const owners = [...free].filter((i) => i < m);
  const gone = owners.filter((i) => plan.kept[i] === null).length;
  const removal = gone > 0 ? builder.addRow(gone, gone) : -1;
  const changed = owners.reduce(
    (sum, i) => sum + (plan.kept[i] ? model.distance(i, plan.kept[i]) : 0),
    0,
  );
  const changeRow = builder.addRow(-Infinity, changed);
  const part = columnsOf(model, columns, near, plan, free);
  const rowOf = new Int32Array(T * R).fill(-1);
  part.cells.forEach((r, k) => {
    const s = (k % T) * R + r;
    if (rowOf[s] < 0) rowOf[s] = builder.addRow(0, 0);
  });
  for (const i of removal >= 0 ? owners : []) {
    builder.addColumn(0, 0, 1, true);
    builder.add(rowOfOwner.get(i)!, 1);
    builder.add(removal, 1);
  }
  const first = builder.cols;
  const cells = Int32Array.from(part.cells);
  part.owners.forEach((i, j) => {
    const d = model.distance(i, cells, j * T);
    const value = model.scorer.value(cells, j * T) - CHANGE_WEIGHT * d;
    builder.addColumn(value, 0, i === m ? plan.added.length : 1, true);
    builder.add(rowOfOwner.get(i)!, 1);
    if (d > 0) builder.add(changeRow, d);
    for (let t = 0; t < T; t++) builder.add(rowOf[t * R + cells[j * T + t]], 1);
  });
  rowOf.forEach((row, s) => {
    const most = Math.min(open.cap[s], owners.length + plan.added.length);
    for (let u = 1; row >= 0 && u <= most; u++) {
      const isForced = open.used[s] + u <= open.forced[s];
      builder.addColumn(slotGain(open, s, open.used[s] + u), isForced ? 1 : 0, 1);
      builder.add(row, -1);
    }
  });
  const found = solveLp(builder.build(), { workLimit });
  const { work } = found;
  if (found.status !== "optimal" && found.status !== "feasible") {
    return { plan: null, proven: false, work };
  }
  const chosen = model.readPlan(part, found.x.subarray(first));
  const merged: ReplanPlan = {
    kept: plan.kept.map((line, i) => free.has(i) ? chosen.kept[i] : line),
    added: free.has(m) ? chosen.added : plan.added,
  };
  return { plan: merged, proven: found.status === "optimal", work };
}

/** Posts and lines beside the freed lines of a plan. */
function openPosts(model: ReplanModel, plan: ReplanPlan, free: ReadonlySet<number>) {
  const { tables, existing: m } = model;
  const fixed = [
    ...plan.kept.filter((line, i) => line !== null && !free.has(i)),
    ...free.has(m) ? [] : plan.added,
  ] as Int32Array[];
  const cells = Int32Array.from(fixed.flatMap((line) => [...line]));
  const used = slotCounts(tables, cells, fixed.length);
  return { ...tables, used, cap: tables.cap.map((n, s) => Math.max(0, n - used[s])) };
}

/** Lines near the freed ones on the posts that these and the spare ones leave: at most two changes each. */
export function nearLines(
  model: ReplanModel,
  plan: ReplanPlan,
  free: ReadonlySet<number>,
): ReplanColumns {
  const { terms: T, positions: R } = model;
  const { cap } = openPosts(model, plan, free);
  const pricer = pricingFor({ ...model.flat, cap });
  const near: ReplanColumns = { owners: [], cells: [] };
  const plain = { slots: new Float64Array(T * R), lines: new Float64Array(model.existing + 1) };
  for (const i of free) {
    if (i === model.existing) continue;
    const found = pricer.list(costsOf(model, i, plain), -2.5, NEAR_MOST);
    addLines(model, near, i, found.lines);
  }
  return near;
}
