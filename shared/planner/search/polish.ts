// Polish by small exact problems: free k lines of the plan, list the good legal lines over their posts
// and the spare ones (reduced value near the LP's line price), and choose the best k of them by GLPK.

import { solveLp } from "../../lp/mod.ts";
import { cellOf, firstCellOf, linesIn, slotOf } from "../model/flat.ts";
import { LineScorer, slotCounts } from "../model/line_values.ts";
import { DistinctLines, lineAt } from "../model/lines.ts";
import { type LinePricing, pricingFor } from "../pricing/group_pricing.ts";
import { LIST_NODES } from "../pricing/pricing.ts";
import type { Random } from "../../engine/random.ts";
import { selectedLines, selectionModel } from "./selection.ts";
import { type PlannerTables, slotGain } from "../model/tables.ts";

/** Noise on reduced values when columns are chosen, objective units. */
const TIE_NOISE = 2;

/** What a polish may use. */
export interface PolishOptions {
  /** Lines listed at a reduced value of linePrice - slack or more. */
  slack: number;
  /** Most columns of the small problem. */
  columns: number;
  /** GLPK's deterministic work limit. */
  workLimit: number;
  /** Breaks ties among lines of like reduced value; the LP has thousands of them. */
  random: Random;
  /** Pricing of the tables, whose posts are set anew; made where there is none. */
  pricer?: LinePricing;
}

/** What a polish found. */
export interface PolishResult {
  /** The freed lines' replacements, row-major; null when nothing better was found. */
  lines: Int32Array | null;
  work: number;
}

/**
 * Re-chooses the lines `free` of a legal plan.
 * @param cells the plan, row-major
 * @param free indexes of the lines to free, different
 * @param prices slot prices of the LP
 * @param linePrice price of a line there
 */
export function polishLines(
  tables: PlannerTables,
  cells: Int32Array,
  free: Int32Array,
  prices: Float64Array,
  linePrice: number,
  options: PolishOptions,
): PolishResult {
  const { terms: T } = tables;
  const old = new Int32Array(free.length * T);
  free.forEach((i, n) => old.set(lineAt(cells, i, T), firstCellOf(n, T)));
  const freed = slotCounts(tables, old, free.length);
  const counts = slotCounts(tables, cells, linesIn(cells, T)).map((n, s) => n - freed[s]);
  const open = { ...tables, cap: tables.cap.map((n, s) => Math.min(n - counts[s], free.length)) };
  const columns = candidates(open, old, prices, linePrice, options);
  return choose(open, counts, columns, old, options.workLimit);
}

/** The old lines and the best listed ones, different from each other. */
function candidates(
  open: PlannerTables,
  old: Int32Array,
  prices: Float64Array,
  linePrice: number,
  { slack, columns, random, pricer = pricingFor(open) }: PolishOptions,
): Int32Array {
  const T = open.terms;
  pricer.setPosts(open.cap);
  const most = 5 * columns;
  const list = (part: number, workLimit: number) =>
    pricer.list(prices, linePrice - part, most, { workLimit, best: true });
  let { lines: listed, work } = list(slack, LIST_NODES);
  // A list that hit its limit is an arbitrary part: a smaller slack gives the best lines whole.
  for (
    let part = slack / 2;
    listed.length >= most * T && part > 1 && work < LIST_NODES;
    part /= 2
  ) {
    const found = list(part, LIST_NODES - work);
    listed = found.lines;
    work += found.work;
  }
  const scorer = new LineScorer(open);
  const reduced = new Float64Array(linesIn(listed, T));
  for (let j = 0; j < reduced.length; j++) {
    reduced[j] = scorer.value(listed, firstCellOf(j, T));
    for (let t = 0; t < T; t++) {
      reduced[j] -= prices[slotOf(t, listed[cellOf(j, t, T)], open.positions)];
    }
    reduced[j] += TIE_NOISE * random.next();
  }
  const order = Array.from(reduced.keys()).sort((a, b) => reduced[b] - reduced[a] || a - b);
  const chosen = new DistinctLines();
  for (let at = 0; at < old.length; at += T) chosen.add(old.subarray(at, at + T));
  for (const j of order.slice(0, columns)) chosen.add(lineAt(listed, j, T));
  return chosen.cells();
}

function choose(
  open: PlannerTables,
  counts: Int32Array,
  columns: Int32Array,
  old: Int32Array,
  workLimit: number,
): PolishResult {
  const T = open.terms, least = partValue(open, counts, old) + 1;
  const model = selectionModel(
    open,
    { columns, counts, k: linesIn(old, T), least, pairs: [] },
    true,
  );
  const { status, x, work } = solveLp(model.build(), { workLimit });
  const isFound = status === "optimal" || status === "feasible";
  return { lines: isFound ? selectedLines(columns, T, x) : null, work };
}

/** Value of the freed part of a plan on top of the lines that stay. */
function partValue(open: PlannerTables, counts: Int32Array, lines: Int32Array): number {
  const T = open.terms, scorer = new LineScorer(open), used = counts.slice();
  let value = 0;
  for (let at = 0; at < lines.length; at += T) {
    value += scorer.value(lines, at);
    for (let t = 0; t < T; t++) {
      const s = slotOf(t, lines[at + t], open.positions);
      value += slotGain(open, s, ++used[s]);
    }
  }
  return value;
}
