// Polish by small exact problems: free k lines of the plan, list the good legal lines over their posts
// and the spare ones (reduced value near the LP's line price), and choose the best k of them by GLPK:
// max sum_p a(p) y_p + sum_s sum_k g_s(fixed_s + k) u_sk,  sum_p y_p = k,  sum_{p uses s} y_p = sum u_sk.

import { LpBuilder, solveLp } from "../lp/mod.ts";
import { LineScorer, slotCounts } from "./line_values.ts";
import { pricingFor } from "./group_pricing.ts";
import type { Random } from "../lp/random.ts";
import { type PlannerTables, slotGain } from "./tables.ts";

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
}

/** What a polish found. */
export interface PolishResult {
  /** The freed lines' replacements, row-major; null when nothing better was found. */
  lines: Int32Array | null;
  /** Every legal line within the slack took part, and GLPK proved that nothing better exists. */
  proven: boolean;
  work: number;
  columns: number;
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
  const { terms: T, positions: R } = tables;
  const counts = slotCounts(tables, cells, cells.length / T);
  const old = new Int32Array(free.length * T);
  free.forEach((i, n) => old.set(cells.subarray(i * T, (i + 1) * T), n * T));
  old.forEach((r, n) => counts[(n % T) * R + r]--);
  const open = { ...tables, cap: tables.cap.map((n, s) => Math.min(n - counts[s], free.length)) };
  const { columns, complete } = candidates(open, old, prices, linePrice, options);
  const found = choose(open, counts, columns, old, options.workLimit);
  return { ...found, proven: found.proven && complete };
}

/** The old lines and the best listed ones, different from each other; whether those are all. */
function candidates(
  open: PlannerTables,
  old: Int32Array,
  prices: Float64Array,
  linePrice: number,
  { slack, columns, random }: PolishOptions,
): { columns: Int32Array; complete: boolean } {
  const T = open.terms;
  const pricer = pricingFor(open), most = 5 * columns;
  const first = pricer.list(prices, linePrice - slack, most);
  const complete = first.complete && first.lines.length <= columns * T;
  let listed = first.lines;
  // A list that hit its limit is an arbitrary part: a smaller slack gives the best lines whole.
  for (let part = slack / 2; listed.length >= most * T && part > 1; part /= 2) {
    listed = pricer.list(prices, linePrice - part, most).lines;
  }
  const scorer = new LineScorer(open);
  const reduced = new Float64Array(listed.length / T);
  for (let j = 0; j < reduced.length; j++) {
    reduced[j] = scorer.value(listed, j * T);
    for (let t = 0; t < T; t++) reduced[j] -= prices[t * open.positions + listed[j * T + t]];
    reduced[j] += TIE_NOISE * random.next();
  }
  const order = Array.from(reduced.keys()).sort((a, b) => reduced[b] - reduced[a] || a - b);
  const seen = new Set<string>();
  const chosen: number[] = [];
  const take = (line: Int32Array) => {
    const name = line.join();
    if (seen.has(name)) return;
    seen.add(name);
    chosen.push(...line);
  };
  for (let at = 0; at < old.length; at += T) take(old.subarray(at, at + T));
  for (const j of order.slice(0, columns)) take(listed.subarray(j * T, (j + 1) * T));
  return { columns: Int32Array.from(chosen), complete };
}

function choose(
  open: PlannerTables,
  counts: Int32Array,
  columns: Int32Array,
  old: Int32Array,
  workLimit: number,
): PolishResult {
  const { terms: T, positions: R } = open;
  const n = columns.length / T, k = old.length / T;
  const builder = new LpBuilder("max");
  builder.addRow(k, k);
  // The cut "better than now" lets GLPK drop whole subtrees.
  const cut = builder.addRow(partValue(open, counts, old) + 1, Infinity);
  const column = (value: number, upper: number, integer: boolean) => {
    builder.addColumn(value, 0, upper, integer);
    if (value !== 0) builder.add(cut, value);
  };
  const rowOf = new Int32Array(open.cap.length).fill(-1);
  columns.forEach((r, i) => {
    const s = (i % T) * R + r;
    // An equation: units below the minimum fill pay, so they must not be taken without a line.
    if (rowOf[s] < 0) rowOf[s] = builder.addRow(0, 0);
  });
  const scorer = new LineScorer(open);
  for (let j = 0; j < n; j++) {
    column(scorer.value(columns, j * T), k, true);
    builder.add(0, 1);
    for (let t = 0; t < T; t++) builder.add(rowOf[t * R + columns[j * T + t]], 1);
  }
  rowOf.forEach((row, s) => {
    if (row < 0) return;
    for (let u = 1; u <= open.cap[s]; u++) {
      column(slotGain(open, s, counts[s] + u), 1, false);
      builder.add(row, -1);
    }
  });
  const found = solveLp(builder.build(), { workLimit, timeLimitMs: 3_000 });
  if (found.status !== "optimal" && found.status !== "feasible") {
    return { lines: null, proven: found.status === "infeasible", work: found.work, columns: n };
  }
  const lines: number[] = [];
  for (let j = 0; j < n; j++) {
    for (let y = Math.round(found.x[j]); y > 0; y--) {
      lines.push(...columns.subarray(j * T, (j + 1) * T));
    }
  }
  return { lines: Int32Array.from(lines), proven: false, work: found.work, columns: n };
}

/** Value of the freed part of a plan on top of the lines that stay. */
function partValue(open: PlannerTables, counts: Int32Array, lines: Int32Array): number {
  const T = open.terms, scorer = new LineScorer(open), used = counts.slice();
  let value = 0;
  for (let at = 0; at < lines.length; at += T) {
    value += scorer.value(lines, at);
    for (let t = 0; t < T; t++) {
      const s = t * open.positions + lines[at + t];
      value += slotGain(open, s, ++used[s]);
    }
  }
  return value;
}
