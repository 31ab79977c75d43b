// Affinity and diversity by an integer program over a few lines, with no more changes than they have.

import { LpBuilder, solveLp } from "../../lp/mod.ts";
import { cellOf, firstCellOf, slotOf, termOfCell } from "../model/flat.ts";
import { addUses, budgetRows, budgetsBeside } from "../model/leave_choice.ts";
import { slotCounts } from "../model/line_values.ts";
import { slotGain } from "../model/tables.ts";
import { pricingFor } from "../pricing/group_pricing.ts";
import { addLines, columnsOf } from "./columns.ts";
import type { ReplanColumns, ReplanModel, ReplanPlan } from "./model.ts";
import { costsOf } from "./pricing.ts";

/** A change weighs more than all affinity that a handful of lines can gain by it. */
const CHANGE_WEIGHT = 20_000;
/** Most lines near a freed one. */
const NEAR_MOST = 80;

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
  const part = columnsOf(model, columns, near, plan, free);
  const { builder, first } = programOf(model, plan, part, free);
  const { status, x, work } = solveLp(builder.build(), { workLimit });
  if (status !== "optimal" && status !== "feasible") return { plan: null, proven: false, work };
  const chosen = model.readPlan(part, x.subarray(first));
  const merged: ReplanPlan = {
    kept: plan.kept.map((line, i) => free.has(i) ? chosen.kept[i] : line),
    added: free.has(model.existing) ? chosen.added : plan.added,
  };
  return { plan: merged, proven: status === "optimal", work };
}

/** The program; the columns of `part` begin at `first`. */
function programOf(
  model: ReplanModel,
  plan: ReplanPlan,
  part: ReplanColumns,
  free: ReadonlySet<number>,
): { builder: LpBuilder; first: number } {
  const { terms: T, positions: R, existing: m } = model;
  const builder = new LpBuilder("max");
  const owners = [...free].filter((i) => i < m);
  const { rowOfOwner, removal, changeRow } = ownerRows(model, builder, plan, free, owners);
  const rowOf = new Int32Array(T * R).fill(-1);
  part.cells.forEach((r, k) => {
    const s = slotOf(termOfCell(k, T), r, R);
    if (rowOf[s] < 0) rowOf[s] = builder.addRow(0, 0);
  });
  const open = openPosts(model, plan, free), { leave } = model.tables;
  const budgets = budgetRows(builder, budgetsBeside(model.tables, open.used));
  for (const i of removal >= 0 ? owners : []) {
    builder.addColumn(0, 0, 1, true);
    builder.add(rowOfOwner.get(i)!, 1);
    builder.add(removal, 1);
  }
  const first = builder.cols;
  const cells = Int32Array.from(part.cells);
  part.owners.forEach((i, j) => {
    const d = model.distance(i, cells, firstCellOf(j, T));
    const value = model.scorer.value(cells, firstCellOf(j, T)) - CHANGE_WEIGHT * d;
    builder.addColumn(value, 0, i === m ? plan.added.length : 1, true);
    builder.add(rowOfOwner.get(i)!, 1);
    if (d > 0) builder.add(changeRow, d);
    for (let t = 0; t < T; t++) builder.add(rowOf[slotOf(t, cells[cellOf(j, t, T)], R)], 1);
    if (leave) addUses(builder, model.tables, budgets, cells[cellOf(j, leave.term, T)]);
  });
  addGains(builder, open, rowOf, owners.length + plan.added.length);
  return { builder, first };
}

/** A row for each freed owner, one that keeps the number of lines that are gone, and one for the changes. */
function ownerRows(
  model: ReplanModel,
  builder: LpBuilder,
  plan: ReplanPlan,
  free: ReadonlySet<number>,
  owners: readonly number[],
) {
  const rowOfOwner = new Map<number, number>();
  for (const i of free) {
    const n = i === model.existing ? plan.added.length : 1;
    rowOfOwner.set(i, builder.addRow(n, n));
  }
  const gone = owners.filter((i) => plan.kept[i] === null).length;
  const removal = gone > 0 ? builder.addRow(gone, gone) : -1;
  const changed = owners.reduce(
    (sum, i) => sum + (plan.kept[i] ? model.distance(i, plan.kept[i]) : 0),
    0,
  );
  return { rowOfOwner, removal, changeRow: builder.addRow(-Infinity, changed) };
}

/** A column for each further line on a slot, at its gain; forced lines must be there. */
function addGains(
  builder: LpBuilder,
  open: ReturnType<typeof openPosts>,
  rowOf: Int32Array,
  lines: number,
): void {
  rowOf.forEach((row, s) => {
    const most = Math.min(open.cap[s], lines);
    for (let u = 1; row >= 0 && u <= most; u++) {
      const isForced = open.used[s] + u <= open.forced[s];
      builder.addColumn(slotGain(open, s, open.used[s] + u), isForced ? 1 : 0, 1);
      builder.add(row, -1);
    }
  });
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
