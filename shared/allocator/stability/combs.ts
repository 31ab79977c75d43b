// Rows that weak stability adds to the linear program, found as they are broken. The comb of a line j
// with q places has q different workers as teeth; g is the worst level of them at j:
//   sum_{v: level_j(v) <= g} x_vj  +  sum_{teeth w} sum_{k != j, w likes k as much as j or more} x_wk  >=  q.
// A tooth that has nothing as good as j would block the pair unless j is full of workers of its level
// or better, who make up the sum; otherwise each tooth counts once. Baiou and Balinski (2000) show
// that combs describe the stable matchings exactly where there are no ties. Lines that can never be
// full of levels up to g have no comb there: `narrow()` has dealt with their pairs.

import type { Domain, Standings } from "./cutoffs.ts";
import type { AllocatorTables, Point } from "../model/tables.ts";

/** A line, then its teeth. */
export type Comb = number[];

/** Combs broken by less are not worth a row: fractional points a little outside cost little. */
const LEAST_VIOLATION = 0.02;
/** Combs of one line per round. */
const PER_LINE = 3;

interface Broken {
  comb: Comb;
  by: number;
}

/** Level up to which the workers of a comb's line count. */
export function combLevel({ J }: AllocatorTables, { level }: Standings, comb: Comb): number {
  let worst = -1;
  for (let i = 1; i < comb.length; i++) worst = Math.max(worst, level[comb[i] * J + comb[0]]);
  return worst;
}

/** Combs that a point breaks, at most `most`, those broken most first. */
export function brokenCombs(
  tables: AllocatorTables,
  standings: Standings,
  domain: Domain,
  point: Point,
  most: number,
): Comb[] {
  const { W, J, capacity } = tables;
  const value = new Float64Array(W * J);
  const has: number[][] = Array.from({ length: W }, () => []);
  point.pairs.forEach((p, i) => {
    value[p] = point.values[i];
    has[Math.floor(p / J)].push(p);
  });
  const found: Broken[] = [];
  for (let j = 0; j < J; j++) {
    if (capacity[j] > 0) found.push(...brokenAt(tables, standings, domain, value, has, j));
  }
  found.sort((a, b) => b.by - a.by || a.comb[0] - b.comb[0]);
  return found.slice(0, most).map(({ comb }) => comb);
}

/** The worst combs of one line, of different levels. */
function brokenAt(
  { J, wish, capacity }: AllocatorTables,
  { level, order }: Standings,
  { highest }: Domain,
  value: Float64Array,
  has: readonly number[][],
  j: number,
): Broken[] {
  const q = capacity[j], workers = order[j], found: Broken[] = [];
  // The q workers so far who have least of anything as good elsewhere.
  const teeth: number[] = [], elsewhere: number[] = [];
  for (let i = 0, there = 0; i < workers.length;) {
    const g = level[workers[i] * J + j];
    if (g > highest[j]) break;
    for (; i < workers.length && level[workers[i] * J + j] === g; i++) {
      const w = workers[i], p = w * J + j;
      there += value[p];
      let sum = 0;
      for (const k of has[w]) if (k !== p && wish[k] <= wish[p]) sum += value[k];
      insert(teeth, elsewhere, q, w, sum);
    }
    if (there > q - LEAST_VIOLATION) break;
    if (teeth.length < q) continue;
    const by = q - there - elsewhere.reduce((sum, u) => sum + u, 0);
    if (by > LEAST_VIOLATION) found.push({ comb: [j, ...teeth.toSorted((a, b) => a - b)], by });
  }
  return found.sort((a, b) => b.by - a.by).slice(0, PER_LINE);
}

/** Keeps the `q` workers of least `sum`, sorted. */
function insert(teeth: number[], sums: number[], q: number, w: number, sum: number): void {
  if (teeth.length === q && sum >= sums[q - 1]) return;
  let at = teeth.length;
  while (at > 0 && sums[at - 1] > sum) at--;
  teeth.splice(at, 0, w);
  sums.splice(at, 0, sum);
  if (teeth.length > q) {
    teeth.pop();
    sums.pop();
  }
}
