/**
 * The allocator's full model, as a solver without any knowledge of the problem gets it: a column for
 * every eligible pair, a y for every line of a preferencer with a cap on lines, and with stability a
 * row for every eligible pair. Costs are the engine's (thousandths), so that optima can be compared.
 */
import type { AllocatorTables } from "../../../shared/allocator/tables.ts";

/** min sum cost x, lower <= row <= upper, x in {0, 1}. */
export interface FullModel {
  cost: number[];
  rows: { lower: number | null; upper: number | null; cols: number[]; values: number[] }[];
}

/** Builds the model. */
export function fullModel(tables: AllocatorTables, stability: boolean): FullModel {
  const { W, J, cost, capacity, mustHave, caps } = tables;
  const column = new Int32Array(W * J).fill(-1), costs: number[] = [];
  cost.forEach((c, p) => {
    if (c < Infinity) column[p] = costs.push(c) - 1;
  });
  const pairs = [...column.keys()].filter((p) => column[p] >= 0);
  const rows: FullModel["rows"] = [];
  const ofLine: number[][] = Array.from({ length: J }, () => []);
  const ofWorker: number[][] = Array.from({ length: W }, () => []);
  for (const p of pairs) {
    ofLine[p % J].push(column[p]);
    ofWorker[Math.floor(p / J)].push(column[p]);
  }
  const add = (cols: number[], lower: number | null, upper: number | null, values?: number[]) => {
    if (cols.length > 0 || (lower ?? 0) > 0) {
      rows.push({ lower, upper, cols, values: values ?? cols.map(() => 1) });
    }
  };
  for (const cols of ofWorker) add(cols, 1, 1);
  ofLine.forEach((cols, j) => add(cols, mustHave[j], capacity[j]));
  const y = new Int32Array(J).fill(-1);
  for (const { lines, maxLines, maxWorkers } of caps) {
    if (maxWorkers !== null) add([...lines].flatMap((j) => ofLine[j]), null, maxWorkers);
    if (maxLines === null) continue;
    for (const j of lines) {
      if (y[j] >= 0) continue;
      y[j] = costs.push(0) - 1;
      const ones = ofLine[j].map(() => 1);
      add([...ofLine[j], y[j]], null, 0, [...ones, -capacity[j]]);
    }
    add([...lines].map((j) => y[j]), null, maxLines);
  }
  if (stability) addStability(tables, pairs, column, add);
  return { cost: costs, rows };
}

function addStability(
  { J, capacity, rank, regard }: AllocatorTables,
  pairs: number[],
  column: Int32Array,
  add: (cols: number[], lower: number | null, upper: number | null, values?: number[]) => void,
): void {
  for (const p of pairs) {
    const j = p % J, w = Math.floor(p / J), cols: number[] = [], values: number[] = [];
    if (capacity[j] === 0) continue;
    for (const q of pairs) {
      const sameWorker = Math.floor(q / J) === w;
      if (sameWorker ? rank[q] > rank[p] : q % J !== j || regard[q] > regard[p] + 1e-9) continue;
      cols.push(column[q]);
      values.push(sameWorker ? capacity[j] : 1);
    }
    add(cols, capacity[j], null, values);
  }
}
