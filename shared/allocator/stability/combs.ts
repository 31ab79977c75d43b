// Rows that weak stability adds to the linear program, found as they are broken. The comb of a line j
// with q places has t <= q different workers as teeth; g is the worst level of them at j:
//   sum_{v: level_j(v) <= g} x_vj  +  sum_{teeth w} sum_{k != j, w likes k as much as j or more} x_wk  >=  t.
// A tooth that has nothing as good as j would block the pair unless j is full of workers of its level
// or better, who make up the sum; otherwise each tooth counts once. Baiou and Balinski (2000) show
// that combs of q teeth describe the stable matchings exactly where there are no ties; teeth that have a
// line as good in any case say nothing, and are left out. Lines that can never be
// full of levels up to g have no comb there: `narrow()` has dealt with their pairs.

import type { Domain, Field, Standings } from "./cutoffs.ts";
import type { AllocatorTables, Point } from "../model/tables.ts";

/** A line, then its teeth. */
export type Comb = number[];

/** Combs broken by less are not worth a row: fractional points a little outside cost little. */
const LEAST_VIOLATION = 0.02;
/** What a worker has less of than this is not worth a tooth. */
const LEAST_TOOTH = 1e-6;
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

/** A worker's pairs at a point. */
interface Share {
  pairs: number[];
  values: number[];
}

/** Combs that a point breaks, at most `most`, those broken most first. @param domain one of the field, perhaps narrower */
export function brokenCombs(field: Field, domain: Domain, point: Point, most: number): Comb[] {
  const { tables: { W, J, capacity } } = field;
  const has: Share[] = Array.from({ length: W }, () => ({ pairs: [], values: [] }));
  point.pairs.forEach((p, i) => {
    const share = has[Math.floor(p / J)];
    share.pairs.push(p);
    share.values.push(point.values[i]);
  });
  const found: Broken[] = [];
  for (let j = 0; j < J; j++) {
    if (capacity[j] > 0) found.push(...brokenAt(field, domain.highest[j], has, j));
  }
  found.sort((a, b) => b.by - a.by || a.comb[0] - b.comb[0]);
  return found.slice(0, most).map(({ comb }) => comb);
}

/** The worst combs of one line, of different levels. */
function brokenAt(
  { tables: { J, wish, capacity }, standings: { level }, ofLine }: Field,
  highest: number,
  has: readonly Share[],
  j: number,
): Broken[] {
  const q = capacity[j], pairs = ofLine[j], found: Broken[] = [];
  // The at most q workers so far who have least of anything as good elsewhere.
  const teeth: number[] = [], elsewhere: number[] = [];
  for (let i = 0, there = 0; i < pairs.length;) {
    const g = level[pairs[i]];
    if (g > highest) break;
    for (; i < pairs.length && level[pairs[i]] === g; i++) {
      const p = pairs[i], w = (p - j) / J, share = has[w];
      let sum = 0;
      for (let k = 0; k < share.pairs.length; k++) {
        const own = share.pairs[k];
        if (own === p) there += share.values[k];
        else if (wish[own] <= wish[p]) sum += share.values[k];
      }
      if (sum < 1 - LEAST_TOOTH) insert(teeth, elsewhere, q, w, sum);
    }
    if (there > teeth.length - LEAST_VIOLATION) {
      if (there > q - LEAST_VIOLATION) break;
      continue;
    }
    const by = teeth.length - there - elsewhere.reduce((sum, u) => sum + u, 0);
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
