/**
 * The allocator's full model, as a solver without any knowledge of the problem gets it: a column for
 * every eligible pair, a y for every line of a preferencer with a cap on lines, and with stability a
 * row for every eligible pair, over running sums along the worker's ranks and the line's levels
 * (columns of their own: three entries a row instead of hundreds). Costs are the engine's
 * (thousandths), so that optima can be compared.
 */
import { lineOfPair, pairOf, workerOfPair } from "../../../shared/allocator/model/pairs.ts";
import { standingsOf } from "../../../shared/allocator/stability/cutoffs.ts";
import type { AllocatorTables } from "../../../shared/allocator/model/tables.ts";

/** A row: lower <= sum values x[cols] <= upper; null: no bound. */
export interface ModelRow {
  lower: number | null;
  upper: number | null;
  cols: number[];
  values: number[];
}

/** min sum cost x over whole x in 0..upper. */
export interface FullModel {
  cost: number[];
  upper: number[];
  rows: ModelRow[];
  /** Column of each pair, -1: not eligible. */
  columnOf: Int32Array;
}

/** Builds the model. */
export function fullModel(tables: AllocatorTables, stability: boolean): FullModel {
  const { W, J, cost, capacity, mustHave, caps } = tables;
  const model: FullModel = { cost: [], upper: [], rows: [], columnOf: new Int32Array(W * J) };
  cost.forEach((c, p) => model.columnOf[p] = c < Infinity ? addColumn(model, c, 1) : -1);
  const ofLine: number[][] = Array.from({ length: J }, () => []);
  const ofWorker: number[][] = Array.from({ length: W }, () => []);
  model.columnOf.forEach((column, p) => {
    if (column < 0) return;
    ofLine[lineOfPair(p, J)].push(column);
    ofWorker[workerOfPair(p, J)].push(column);
  });
  for (const cols of ofWorker) addRow(model, cols, 1, 1);
  ofLine.forEach((cols, j) => addRow(model, cols, mustHave[j] || null, capacity[j]));
  const y = new Int32Array(J).fill(-1);
  for (const { lines, maxLines, maxWorkers } of caps) {
    if (maxWorkers !== null) addRow(model, [...lines].flatMap((j) => ofLine[j]), null, maxWorkers);
    if (maxLines === null) continue;
    for (const j of lines) {
      if (y[j] >= 0) continue;
      y[j] = addColumn(model, 0, 1);
      const ones = ofLine[j].map(() => 1);
      addRow(model, [...ofLine[j], y[j]], null, 0, [...ones, -capacity[j]]);
    }
    addRow(model, [...lines].map((j) => y[j]), null, maxLines);
  }
  if (stability) addStability(tables, model);
  return model;
}

function addColumn(model: FullModel, cost: number, upper: number): number {
  model.upper.push(upper);
  return model.cost.push(cost) - 1;
}

function addRow(
  model: FullModel,
  cols: number[],
  lower: number | null,
  upper: number | null,
  values: number[] = cols.map(() => 1),
): void {
  if (cols.length > 0 || (lower ?? 0) > 0) model.rows.push({ lower, upper, cols, values });
}

/** capacity_j [w has something as good as j] + [workers of w's level or better on j] >= capacity_j. */
function addStability(tables: AllocatorTables, model: FullModel): void {
  const { W, J, capacity, rank } = tables, { columnOf } = model;
  const { level, order } = standingsOf(tables);
  const happy = new Int32Array(W * J).fill(-1), filled = new Int32Array(W * J).fill(-1);
  for (let w = 0; w < W; w++) {
    const lines = Array.from({ length: J }, (_, j) => j).filter((j) =>
      columnOf[pairOf(w, j, J)] >= 0
    )
      .sort((a, b) => rank[pairOf(w, a, J)] - rank[pairOf(w, b, J)]);
    runningSums(model, lines.map((j) => pairOf(w, j, J)), (p) => rank[p], 1, happy);
  }
  for (let j = 0; j < J; j++) {
    const pairs = [...order[j]].map((w) => pairOf(w, j, J));
    if (capacity[j] > 0) runningSums(model, pairs, (p) => level[p], capacity[j], filled);
  }
  columnOf.forEach((column, p) => {
    const q = capacity[lineOfPair(p, J)];
    if (column < 0 || q === 0) return;
    addRow(model, [happy[p], filled[p]], q, null, [q, 1]);
  });
}

/** A column for the sum over each group of sorted pairs and all groups before it. */
function runningSums(
  model: FullModel,
  pairs: readonly number[],
  key: (pair: number) => number,
  most: number,
  sums: Int32Array,
): void {
  let before = -1;
  for (let i = 0; i < pairs.length;) {
    const group: number[] = [], first = key(pairs[i]);
    for (; i < pairs.length && key(pairs[i]) === first; i++) group.push(pairs[i]);
    const sum = addColumn(model, 0, most);
    const cols = [...group.map((p) => model.columnOf[p]), ...before >= 0 ? [before] : []];
    addRow(model, [...cols, sum], 0, 0, [...cols.map(() => 1), -1]);
    for (const p of group) sums[p] = sum;
    before = sum;
  }
}
