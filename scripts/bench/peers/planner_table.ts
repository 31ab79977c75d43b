/**
 * What an expert gives CP-SAT: interchangeable positions as one, the specialty of each line and term as a whole number, a
 * table of what each two of them bring, lines in order so that none is the same plan again, and limits as sums. Left
 * out: annual leave and pathways. Lines hold no specialty twice, or this is not their model.
 */
import {
  firstSlotOf,
  firstWeightOf,
  positionOfSlot,
  termOfSlot,
  weightAt,
} from "../../../shared/planner/model/flat.ts";
import { lineAt } from "../../../shared/planner/model/lines.ts";
import { OBJECTIVE, type PlannerProblem } from "../../../shared/planner/problem.ts";
import { buildTables } from "../../../shared/planner/model/build.ts";
import { mergeTables, splitPlan } from "../../../shared/planner/model/merge.ts";
import { gainRuns, type PlannerTables } from "../../../shared/planner/model/tables.ts";
import { resolveRules } from "../../../shared/planner/rules/mod.ts";
import { addRow, addVariable, emptyModel, type PeerModel, type Terms } from "./planner_model.ts";

/** Builds the model; null where a line may hold a specialty twice, or not all lines must be built. */
export function tableModel(problem: PlannerProblem): PeerModel | null {
  const merged = mergeTables(buildTables(problem, resolveRules(problem.constraints)));
  const { tables } = merged, { terms: T, positions: R, lines: N } = tables;
  if (tables.allowPartial || tables.hasPairs || mayRepeatKeys(tables)) return null;
  const cells: Int32Array[] = [];
  const model = emptyModel(-tables.emptyCost, (value) => {
    const plan = cells.flatMap((cell) =>
      Array.from(
        { length: T },
        (_, t) => positionAt(cell.subarray(firstSlotOf(t, R), firstSlotOf(t + 1, R)), value),
      )
    );
    if (plan.includes(-1)) return [];
    const split = splitPlan(merged, Int32Array.from(plan));
    return Array.from(
      { length: N },
      (_, i) => Array.from(lineAt(split, i, T), (r) => problem.positions[r].id),
    );
  });
  for (let i = 0; i < N; i++) cells.push(addLine(model, tables));
  addOrder(model, tables, cells);
  tables.cap.forEach((n, s) => {
    if (n === 0) return;
    const used: Terms = cells.map((cell) => [cell[s], 1]);
    const units: Terms = gainRuns(tables, s, 0, n)
      .map(({ gain, count }) => [addVariable(model, gain, [0, count]), -1]);
    addRow(model, [...used, ...units], 0, 0);
  });
  return model;
}

function positionAt(cell: Int32Array, value: (variable: number) => number): number {
  return cell.findIndex((variable) => variable >= 0 && value(variable) > 0.5);
}

/** Whether a line can hold two positions of one affinity key. */
function mayRepeatKeys(tables: PlannerTables): boolean {
  const { classOf, keyOf, positions: R, distinct } = tables;
  const keys = Array.from(classOf, (c) => keyOf[c]);
  for (let a = 0; a < R; a++) {
    for (let b = distinct ? a + 1 : a; b < R; b++) {
      if (keys[a] === keys[b] && !areApart(tables, classOf[a], classOf[b])) return true;
    }
  }
  return false;
}

/** Whether a limit keeps positions of these classes out of one line. */
function areApart(tables: PlannerTables, a: number, b: number): boolean {
  const { limitStart, limitOf, limitMax, limitWeight, terms: T } = tables;
  const of = (c: number) => Array.from(limitOf.subarray(limitStart[c], limitStart[c + 1]));
  return of(a).filter((l) => of(b).includes(l)).some((l) => {
    const [x, y = 0] = limitWeight.slice(firstWeightOf(l, T), firstWeightOf(l + 1, T)).sort();
    return x + y > limitMax[l];
  });
}

/** One line. @returns [slot] its cells, -1 where there is none */
function addLine(model: PeerModel, tables: PlannerTables): Int32Array {
  const { terms: T, positions: R, classOf, keyOf, keys: K } = tables;
  const cell = Int32Array.from(tables.cap, (n) => n > 0 ? addVariable(model, 0) : -1);
  const open = (wanted: (r: number, t: number) => boolean): number[] =>
    Array.from(cell.keys()).filter((s) =>
      cell[s] >= 0 && wanted(positionOfSlot(s, R), termOfSlot(s, R))
    );
  const ones = (slots: readonly number[]): Terms => slots.map((s) => [cell[s], 1]);
  const keyVars: number[] = [], keysAt: number[][] = [];
  for (let t = 0; t < T; t++) {
    const slots = open((_, at) => at === t),
      key = (s: number) => keyOf[classOf[positionOfSlot(s, R)]];
    addRow(model, ones(slots), 1, 1);
    const variable = addVariable(model, 0, [0, K - 1]);
    addRow(model, [...slots.map((s): [number, number] => [cell[s], key(s)]), [variable, -1]], 0, 0);
    keyVars.push(variable);
    keysAt.push([...new Set(slots.map(key))]);
  }
  for (let t = 0; t < T; t++) {
    for (let u = t + 1; u < T; u++) addPair(model, tables, [t, u], keyVars, keysAt);
  }
  for (let bit = 1; bit <= tables.need; bit <<= 1) {
    if ((tables.need & bit) === 0) continue;
    addRow(model, ones(open((r) => (tables.cover[classOf[r]] & bit) !== 0)), 1, Infinity);
  }
  for (let r = 0; tables.distinct && r < R; r++) {
    addRow(model, ones(open((at) => at === r)), -Infinity, 1);
  }
  for (let l = 0; l < tables.limits; l++) {
    const { limitStart, limitOf, limitWeight } = tables;
    const slots = open((r) =>
      limitOf.subarray(limitStart[classOf[r]], limitStart[classOf[r] + 1]).includes(l)
    );
    const terms: Terms = slots.map((s) => [cell[s], limitWeight[weightAt(l, termOfSlot(s, R), T)]]);
    addRow(model, terms, -Infinity, tables.limitMax[l]);
  }
  return cell;
}

/** What the specialties of two terms bring, as a table over both and the value. */
function addPair(
  model: PeerModel,
  { affinity, keys: K }: PlannerTables,
  [t, u]: [number, number],
  keyVars: readonly number[],
  keysAt: readonly number[][],
): void {
  const weight = OBJECTIVE.all + (u === t + 1 ? OBJECTIVE.adj : 0), values: number[] = [];
  let least = Infinity, most = -Infinity;
  for (const a of keysAt[t]) {
    for (const b of keysAt[u]) {
      if (a === b) continue;
      const value = weight * affinity[a * K + b];
      values.push(a, b, value);
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  if (values.length === 0) return;
  model.tables.push({
    vars: [keyVars[t], keyVars[u], addVariable(model, 1, [least, most])],
    values,
  });
}

/** Lines in the order of their first positions. */
function addOrder(
  model: PeerModel,
  { positions: R }: PlannerTables,
  cells: readonly Int32Array[],
): void {
  const first = (cell: Int32Array, sign: number): Terms =>
    Array.from(cell.subarray(0, R), (variable, r): [number, number] => [variable, sign * r])
      .filter(([variable, n]) => variable >= 0 && n !== 0);
  for (let i = 1; i < cells.length; i++) {
    addRow(model, [...first(cells[i], 1), ...first(cells[i - 1], -1)], 0, Infinity);
  }
}
