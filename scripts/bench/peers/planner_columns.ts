/**
 * What an expert does with a general solver: whole lines as columns. The linear program over all lines is solved by column
 * generation with exact pricing, then the lines that lie nearest to its prices are listed, and a solver chooses among them.
 * Pricing is the planner's own, which no general solver has, without its limits of work.
 */
import { cellOf, firstCellOf, linesIn } from "../../../shared/planner/model/flat.ts";
import type { PlannerProblem } from "../../../shared/planner/problem.ts";
import { buildTables } from "../../../shared/planner/model/build.ts";
import { type MergedTables, mergeTables, splitPlan } from "../../../shared/planner/model/merge.ts";
import type { PlannerTables } from "../../../shared/planner/model/tables.ts";
import { pricingFor } from "../../../shared/planner/pricing/group_pricing.ts";
import { resolveRules } from "../../../shared/planner/rules/mod.ts";
import { lagrangeanBound, LinePool, Master } from "../../../shared/planner/search/master.ts";
import { selectedLines, selectionModel } from "../../../shared/planner/search/selection.ts";
import { addRow, addVariable, emptyModel, type PeerModel, type Terms } from "./planner_model.ts";

/** Nodes that a pricing may take: far above what any needed. */
const ANY_WORK = 2_000_000_000;

/** How far below the price of a line listed lines may lie, as shares of what a line is worth; the widest that fits is taken. */
const WINDOWS = [0.5, 0.25, 0.1, 0.05, 0.02, 0.01, 0];

/** The linear program over all lines, solved or as far as time went. */
export interface LineProgram {
  merged: MergedTables;
  pool: LinePool;
  prices: Float64Array;
  linePrice: number;
  /** No plan is worth more: the best such bound, and the one that the last prices prove. */
  bound: number;
  lastBound: number;
  isSolved: boolean;
}

/** Generates columns until none is missing, or it is time to stop. */
export function generateColumns(problem: PlannerProblem, isOver: () => boolean): LineProgram {
  const merged = mergeTables(buildTables(problem, resolveRules(problem.constraints)));
  const { tables } = merged, master = new Master(tables), pricing = pricingFor(tables);
  const found: LineProgram = {
    merged,
    pool: new LinePool(tables),
    prices: new Float64Array(tables.cap.length),
    linePrice: 0,
    bound: Infinity,
    lastBound: Infinity,
    isSolved: false,
  };
  let basis: Uint8Array | null = null;
  while (!found.isSolved && !isOver()) {
    const solved = master.solve(found.pool, basis);
    if (solved.prices === null) break;
    const { prices, linePrice } = solved;
    basis = solved.basis;
    const { best, count, lines, exact } = pricing.price(prices, linePrice + 1e-3, {
      workLimit: ANY_WORK,
    });
    Object.assign(found, { prices, linePrice });
    found.lastBound = exact ? lagrangeanBound(tables, prices, best) : Infinity;
    found.bound = Math.min(found.bound, found.lastBound);
    found.isSolved = found.pool.addAll(lines, count) === 0;
  }
  return found;
}

/** Lines to choose from. */
export interface ListedLines {
  /** Row-major, over merged positions. */
  columns: Int32Array;
  /** A plan with a line that is not listed is worth less than this; Infinity: nothing is known of such. */
  others: number;
}

/** The lines nearest to the prices of the linear program, about so many, and those that it was solved with. */
export function listedLines(program: LineProgram, most: number): ListedLines {
  const { merged: { tables }, pool, prices, linePrice, bound } = program;
  const T = tables.terms, all = new LinePool(tables), pricing = pricingFor(tables);
  const mean = Math.abs(bound + tables.emptyCost) / tables.lines;
  let others = Infinity;
  for (const window of WINDOWS) {
    const floor = linePrice - window * mean - 1e-3;
    const { lines, complete } = pricing.list(prices, floor, most, { workLimit: ANY_WORK });
    if (!complete) continue;
    all.addAll(lines, linesIn(lines, T));
    // At these prices every other line lacks so much to the best one.
    if (program.isSolved) others = program.lastBound - window * mean;
    break;
  }
  const near = Array.from({ length: pool.count }, (_, j) => j)
    .sort((a, b) => pool.reduced(b, prices) - pool.reduced(a, prices)).slice(0, most);
  for (const j of near) all.add(pool.cells, firstCellOf(j, T));
  return { columns: all.cells.slice(0, firstCellOf(all.count, T)), others };
}

/** The choice among listed lines as a model. */
export function columnModel(
  problem: PlannerProblem,
  { merged }: LineProgram,
  { columns }: ListedLines,
): PeerModel {
  const { tables } = merged, { terms: T, year } = tables;
  const model = emptyModel(-tables.emptyCost, (value) => {
    const times = Float64Array.from({ length: linesIn(columns, T) }, (_, j) => value(j));
    const cells = splitPlan(merged, selectedLines(columns, T, times));
    return Array.from(
      { length: linesIn(cells, T) },
      (_, i) =>
        Array.from(
          cells.subarray(firstCellOf(i, T), cellOf(i, year, T)),
          (r) => problem.positions[r].id,
        ),
    );
  });
  const selection = {
    columns,
    counts: new Int32Array(tables.cap.length),
    k: tables.lines,
    least: -Infinity,
    pairs: [],
  };
  copyModel(model, tables, selectionModel(tables, selection, true).build());
  return model;
}

function copyModel(
  model: PeerModel,
  { lines, allowPartial, line }: PlannerTables,
  built: ReturnType<ReturnType<typeof selectionModel>["build"]>,
): void {
  if (allowPartial) model.constant += line * lines;
  const rows: Terms[] = Array.from(built.rowLower, () => []);
  for (let j = 0; j < built.cols; j++) {
    addVariable(model, built.objective[j], [built.colLower[j], built.colUpper[j]]);
    if (!built.integer?.[j]) model.free.add(j);
    for (let k = built.starts[j]; k < built.starts[j + 1]; k++) {
      rows[built.index[k]].push([j, built.value[k]]);
    }
  }
  rows.forEach((terms, i) => {
    const lower = built.rowLower[i], upper = built.rowUpper[i];
    if (Number.isFinite(lower) || Number.isFinite(upper)) addRow(model, terms, lower, upper);
  });
}
