/**
 * The textbook model of a planner problem, x[line, term, position], for general solvers to be compared
 * with. Same rules and objective as the engine's, from the same tables; pairs of specialties are
 * linearised. Left out, as in the comparison's objective: annual leave and pathways.
 */
import {
  positionOfSlot,
  slotOf,
  termOfSlot,
  weightAt,
} from "../../../shared/planner/model/flat.ts";
import { OBJECTIVE, type PlannerProblem } from "../../../shared/planner/problem.ts";
import { resolveRules } from "../../../shared/planner/rules/mod.ts";
import { buildTables } from "../../../shared/planner/model/build.ts";
import { type PlannerTables, slotGain } from "../../../shared/planner/model/tables.ts";
import { addRow, addVariable, emptyModel, type PeerModel, type Terms } from "./planner_model.ts";

/** A model of cells under way. */
interface Cells {
  model: PeerModel;
  tables: PlannerTables;
  /** [line][slot] variable of the cell, -1 where there is none. */
  cell: Int32Array[];
}

/** Builds the model. */
export function directModel(problem: PlannerProblem): PeerModel {
  const tables = buildTables(problem, resolveRules(problem.constraints));
  const cells: Cells = {
    model: emptyModel(
      -tables.emptyCost,
      (value) =>
        plannedPositions(cells, value).filter((line) => !line.includes(-1))
          .map((line) => line.map((r) => problem.positions[r].id)),
    ),
    tables,
    cell: [],
  };
  for (let i = 0; i < tables.lines; i++) addLine(cells);
  addPosts(cells);
  return cells.model;
}

/** Positions per line and term, -1 where the line was not built, from a solver's values. */
function plannedPositions(
  { tables, cell }: Cells,
  value: (variable: number) => number,
): number[][] {
  const { terms: T, positions: R } = tables;
  return cell.map((variables) =>
    Array.from({ length: T }, (_, t) => {
      for (let r = 0; r < R; r++) {
        const variable = variables[slotOf(t, r, R)];
        if (variable >= 0 && value(variable) > 0.5) return r;
      }
      return -1;
    })
  );
}

/** One line: a position per term, its rules, its affinities. */
function addLine(cells: Cells): void {
  const { model, tables } = cells;
  const { terms: T, positions: R, allowPartial } = tables;
  const cell = Int32Array.from(tables.cap, (n) => n > 0 ? addVariable(model, 0) : -1);
  cells.cell.push(cell);
  const built = allowPartial ? addVariable(model, tables.line) : null;
  for (let t = 0; t < T; t++) {
    const terms = cellsOf(cell, tables, (_, at) => at === t);
    if (built === null) addRow(model, terms, 1, 1);
    else addRow(model, [...terms, [built, -1]], 0, 0);
  }
  addRules(cells, cell, built);
  for (let r = 0; tables.distinct && r < R; r++) {
    addRow(model, cellsOf(cell, tables, (at) => at === r), -Infinity, 1);
  }
  addAffinities(cells, cell);
}

function cellsOf(
  cell: Int32Array,
  { positions: R }: PlannerTables,
  wanted: (position: number, term: number) => boolean,
): Terms {
  const terms: Terms = [];
  cell.forEach((variable, s) => {
    if (variable >= 0 && wanted(positionOfSlot(s, R), termOfSlot(s, R))) terms.push([variable, 1]);
  });
  return terms;
}

/** Categories to cover and limits to keep. */
function addRules({ model, tables }: Cells, cell: Int32Array, built: number | null): void {
  const { terms: T, positions: R, classOf, cover, need, limitStart, limitOf } = tables;
  for (let bit = 1; bit <= need; bit <<= 1) {
    if ((need & bit) === 0) continue;
    const terms = cellsOf(cell, tables, (r) => (cover[classOf[r]] & bit) !== 0);
    if (built === null) addRow(model, terms, 1, Infinity);
    else addRow(model, [...terms, [built, -1]], 0, Infinity);
  }
  for (let l = 0; l < tables.limits; l++) {
    const terms: Terms = [];
    cell.forEach((variable, s) => {
      const c = classOf[positionOfSlot(s, R)];
      const counts = limitOf.subarray(limitStart[c], limitStart[c + 1]).includes(l);
      if (variable >= 0 && counts) {
        terms.push([variable, tables.limitWeight[weightAt(l, termOfSlot(s, R), T)]]);
      }
    });
    addRow(model, terms, -Infinity, tables.limitMax[l]);
  }
}

/** Consecutive pairs, and every pair of different specialties of the line. */
function addAffinities({ model, tables }: Cells, cell: Int32Array): void {
  const { terms: T, keys: K, keyOf, classOf } = tables;
  const at = Array.from(
    { length: T },
    (_, t) =>
      cellsByKey(K, (k) => cellsOf(cell, tables, (r, u) => u === t && keyOf[classOf[r]] === k)),
  );
  for (let t = 1; t < T; t++) addPairs(model, tables, at[t - 1], at[t], OBJECTIVE.adj, () => true);
  const anywhere = cellsByKey(K, (k) => {
    const terms = cellsOf(cell, tables, (r) => keyOf[classOf[r]] === k);
    const present = addVariable(model, 0);
    for (const [variable] of terms) addRow(model, [[present, 1], [variable, -1]], 0, Infinity);
    addRow(model, [...terms, [present, -1]], 0, Infinity);
    return [[present, 1]];
  });
  addPairs(model, tables, anywhere, anywhere, OBJECTIVE.all, (a, b) => a < b);
}

function cellsByKey(keys: number, cells: (key: number) => Terms): Terms[] {
  return Array.from({ length: keys }, (_, k) => cells(k));
}

/** A variable per pair with an affinity: at most both where it pays, at least both where it costs. */
function addPairs(
  model: PeerModel,
  { keys: K, affinity }: PlannerTables,
  first: Terms[],
  second: Terms[],
  weight: number,
  counts: (a: number, b: number) => boolean,
): void {
  for (let a = 0; a < K; a++) {
    for (let b = 0; b < K; b++) {
      const value = weight * affinity[a * K + b];
      if (value === 0 || !counts(a, b) || first[a].length === 0 || second[b].length === 0) continue;
      const pair = addVariable(model, value);
      const minus = (terms: Terms): Terms => terms.map(([v, c]) => [v, -c]);
      if (value > 0) {
        addRow(model, [[pair, 1], ...minus(first[a])], -Infinity, 0);
        addRow(model, [[pair, 1], ...minus(second[b])], -Infinity, 0);
      } else {
        addRow(model, [[pair, 1], ...minus(first[a]), ...minus(second[b])], -1, Infinity);
      }
    }
  }
}

/** Posts, and what each further line on a slot gains; gains fall, so that units fill in order. */
function addPosts({ model, tables, cell: lines }: Cells): void {
  tables.cap.forEach((n, s) => {
    if (n === 0) return;
    const used: Terms = lines.map((cell) => [cell[s], 1]);
    const units: Terms = Array.from(
      { length: n },
      (_, k) => [addVariable(model, slotGain(tables, s, k + 1)), -1],
    );
    addRow(model, [...used, ...units], 0, 0);
  });
}
