// What duals say of a program: the reduced cost of every pair, whether it is a column or not, and the bound that they prove.

import { firstPairOf, pairOf } from "../model/pairs.ts";
import type { Cut, Layout } from "./layout.ts";

/** Duals with the signs that the rows demand: any such duals prove a bound. */
export function cleanDuals(at: Layout, rowDual: ArrayLike<number>): Float64Array {
  return Float64Array.from(
    rowDual,
    (dual, i) =>
      (dual > 0 && at.lower[i] === -Infinity) || (dual < 0 && at.upper[i] === Infinity) ? 0 : dual,
  );
}

/**
 * Reduced cost of every pair, in the program's unit; Infinity: not usable.
 * @param reduced takes them: of a thousand workers they are 4 MB, which are not asked for anew each time
 */
export function reducedCosts(
  at: Layout,
  duals: ArrayLike<number>,
  reduced: Float64Array,
): Float64Array {
  const { W, J } = at.tables, { domain: { usable }, field } = at.setting;
  const line = linePrices(at, duals);
  reduced.fill(Infinity);
  const price = (w: number, p: number) => {
    if (usable[p]) reduced[p] = at.objective(p) - duals[w] - line[p - firstPairOf(w, J)];
  };
  for (let w = 0; w < W; w++) {
    if (field) { for (const p of field.ofWorker[w]) price(w, p); }
    else for (let p = firstPairOf(w, J); p < firstPairOf(w + 1, J); p++) price(w, p);
  }
  at.cuts.forEach((cut, c) => {
    const dual = duals[at.firstCut + c];
    if (dual !== 0) priceCut(at, cut, c, dual, reduced);
  });
  return reduced;
}

function priceCut(at: Layout, cut: Cut, c: number, dual: number, reduced: Float64Array): void {
  const { J, wish } = at.tables, implication = at.implications.get(c);
  if (implication) {
    for (const [pair, factor] of implication.factors) reduced[pair] -= factor * dual;
    return;
  }
  if (cut.length === 1) {
    reduced[cut[0]] -= dual;
    return;
  }
  // Of pairs that are not usable nothing is asked.
  const { ofLine, alongLine, ofWorker } = at.setting.field!;
  const comb = at.combs.get(c)!, j = comb.line, pairs = ofLine[j], { levels } = alongLine[j];
  for (let i = 0; i < pairs.length && levels[i] <= comb.level; i++) reduced[pairs[i]] -= dual;
  for (const [w, times] of comb.teeth) {
    const there = pairOf(w, j, J), own = wish[there], by = times * dual;
    reduced[there] -= by - dual;
    for (const p of ofWorker[w]) if (p !== there && wish[p] <= own) reduced[p] -= by;
  }
}

function linePrices(at: Layout, duals: ArrayLike<number>): Float64Array {
  const { W, J } = at.tables;
  const line = new Float64Array(J);
  for (let j = 0; j < J; j++) {
    line[j] = duals[W + j] + (at.link[j] >= 0 ? duals[at.link[j]] : 0);
    for (const row of at.workerRows[j]) line[j] += duals[row];
  }
  return line;
}

/** Bound that duals prove, whatever they are (weak duality over all pairs), in thousandths. */
export function provenBound(
  at: Layout,
  duals: ArrayLike<number>,
  reduced: Float64Array,
): number {
  const { J, give } = at.tables;
  let bound = 0;
  for (let i = 0; i < at.rows; i++) {
    if (duals[i] !== 0) bound += duals[i] * (duals[i] > 0 ? at.lower[i] : at.upper[i]);
  }
  for (const j of at.yLines) {
    const price = priceOfUse(at, duals, j), [lower, upper] = at.used(j);
    bound += Math.min(lower * price, upper * price);
  }
  for (let p = 0; p < reduced.length; p += J) {
    let least = 0; // a worker takes one pair only
    for (let j = 0; j < J; j++) if (reduced[p + j] < least) least = reduced[p + j];
    bound += least;
  }
  if (give) return bound + boundOfChanges(at, duals);
  return bound * at.unit + at.least.reduce((sum, c) => sum + c, 0);
}

/** What the columns of changes add to a bound. */
function boundOfChanges(at: Layout, duals: ArrayLike<number>): number {
  const { W, J } = at.tables;
  let bound = 0;
  for (const rows of at.changes) {
    bound += W * Math.min(0, rows.reduce((price, row) => price + duals[row], 1));
  }
  for (let j = 0; j < J; j++) {
    if (!at.mayStayEmpty(j)) continue;
    const price = 1 - duals[W + j] - priceOfUse(at, duals, j), [lower, upper] = at.empty(j);
    bound += Math.min(lower * price, upper * price);
  }
  return bound;
}

/** Reduced cost of the use of a line. */
function priceOfUse(at: Layout, duals: ArrayLike<number>, j: number): number {
  if (at.link[j] < 0) return 0;
  let price = at.tables.capacity[j] * duals[at.link[j]];
  for (const row of at.lineRows[j]) price -= duals[row];
  for (const c of at.linksOfLine[j]) price += duals[at.firstCut + c];
  return price;
}
