// Rows that weak stability adds to the linear program, found as they are broken. The comb of a line j with q places has t <= q
// teeth: workers, of whom one may be a tooth several times. With g the worst level of the teeth at j, and n_w how often w is one:
//   sum_{v no tooth: level_j(v) <= g} x_vj  +  sum_{teeth w} n_w sum_{k: w likes k as much as j or more} x_wk  >=  t.
// A tooth that has nothing as good as j would block the pair unless j is full of workers of its level or better, each of whom
// counts at least once; otherwise each tooth counts as often as it is one. Baiou and Balinski (2000) show
// that combs of q different teeth describe the stable matchings exactly where there are no ties; where there are, the worker
// worst off, as the only tooth, says more. Teeth that have a line as good in any case say nothing, and are left out. Lines that
// can never be full of levels up to g have no comb there: `narrow()` has dealt with their pairs.

import { pairOf, workerOfPair } from "../model/pairs.ts";
import type { Domain, Field, Standings } from "./cutoffs.ts";
import type { AllocatorTables, Point } from "../model/tables.ts";

/** A line, then its teeth, each as often as it is one. */
export type Comb = number[];

/** What a comb says of a line. */
export interface CombRow {
  line: number;
  /** Up to which the workers of the line count. */
  level: number;
  /** How often each tooth is one. */
  teeth: Map<number, number>;
  /** What the sum comes to at least. */
  least: number;
}

/** The row of a comb. */
export function readComb({ J }: AllocatorTables, { level }: Standings, comb: Comb): CombRow {
  const row: CombRow = { line: comb[0], level: -1, teeth: new Map(), least: comb.length - 1 };
  for (let i = 1; i < comb.length; i++) {
    const w = comb[i];
    row.teeth.set(w, (row.teeth.get(w) ?? 0) + 1);
    row.level = Math.max(row.level, level[pairOf(w, comb[0], J)]);
  }
  return row;
}

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
    const share = has[workerOfPair(p, J)];
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
  { tables: { J, wish, capacity }, ofLine, alongLine }: Field,
  highest: number,
  has: readonly Share[],
  j: number,
): Broken[] {
  const q = capacity[j], pairs = ofLine[j], found: Broken[] = [];
  const { levels, wishes } = alongLine[j];
  // The at most q teeth so far that add least to the sum, and what each adds.
  const teeth: number[] = [], costs: number[] = [];
  for (let i = 0, sum = 0; i < pairs.length;) {
    const g = levels[i];
    if (g > highest) break;
    for (; i < pairs.length && levels[i] === g; i++) {
      const p = pairs[i], w = workerOfPair(p, J), share = has[w];
      let there = 0, elsewhere = 0;
      for (let k = 0; k < share.pairs.length; k++) {
        const own = share.pairs[k];
        if (own === p) there = share.values[k];
        else if (wish[own] <= wishes[i]) elsewhere += share.values[k];
      }
      sum += there;
      // At first what the tooth has of the line is in the sum as it is; each time more adds it again.
      for (let n = 0, cost = elsewhere; n < q && cost < 1 - LEAST_TOOTH; n++) {
        if (!insert(teeth, costs, q, w, cost)) break;
        cost = elsewhere + there;
      }
    }
    if (sum > teeth.length - LEAST_VIOLATION) {
      if (sum > q - LEAST_VIOLATION) break;
      continue;
    }
    const by = teeth.length - sum - costs.reduce((all, cost) => all + cost, 0);
    if (by > LEAST_VIOLATION) found.push({ comb: [j, ...teeth.toSorted((a, b) => a - b)], by });
  }
  return found.sort((a, b) => b.by - a.by).slice(0, PER_LINE);
}

/** Keeps the `most` teeth of least cost, sorted. @returns whether this one is among them */
function insert(teeth: number[], costs: number[], most: number, w: number, cost: number): boolean {
  if (teeth.length === most && cost >= costs[most - 1]) return false;
  let at = teeth.length;
  while (at > 0 && costs[at - 1] > cost) at--;
  teeth.splice(at, 0, w);
  costs.splice(at, 0, cost);
  if (teeth.length > most) {
    teeth.pop();
    costs.pop();
  }
  return true;
}
