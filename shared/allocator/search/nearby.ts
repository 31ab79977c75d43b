// Better matchings near one at hand. The cutoffs of most lines are kept as they are in it, those of some lines that go together
// are open: what that leaves is a small program, whose bound mostly says at once that nothing better is there, and which is
// mostly whole where something is. The more lines are open the better, as long as that takes a unit of work.

import { Random } from "../../engine/random.ts";
import { AT_LOWER, BASIC, growBasis } from "../../lp/basis.ts";
import { LpSession, solveLp } from "../../lp/mod.ts";
import { lineOfPair, pairOf, workerOfPair } from "../model/pairs.ts";
import { loadsOf, matchingCost, type Point } from "../model/tables.ts";
import { brokenCombs } from "../stability/combs.ts";
import { cutoffs, only } from "./decisions.ts";
import type { Cut } from "./layout.ts";
import { Part } from "./part.ts";
import { isLegal, type Search } from "./search.ts";
import type { DescentState } from "./state.ts";

/** Lines that are open at first, as a share of all, and the fewest. */
const FIRST_OPEN = 0.3, LEAST_OPEN = 5;
/** Neighbourhoods in a row with nothing better in them behind which a descent is over. */
const MOST_MISSES = 8;
/** Simplex work times rows: less of it opens more lines next time, more of it fewer; beyond the most it is given up. */
const LITTLE_WORK = 600_000, MUCH_WORK = 1_200_000, MOST_WORK = 1_600_000;
const GROWTH = 1.08, SHRINKING = 0.9;
/** Pairs beyond which a neighbourhood is too large to be looked at. */
const MOST_PAIRS = 4_000;
/** Combs added at a time. */
const COMBS_PER_ROUND = 400;
/** Work of the search for whole points, and how often they may break rows that were not there. */
const WHOLE_WORK = 400, WHOLE_TRIES = 4;
/** Reduced cost by which lines are half as near, as a share of the range of one worker's costs. */
const NEAR = 0.005;
/** How much chance there is in which lines are open together. */
const LEAST_CHANCE = 0.3;

/** Whether matchings have neighbourhoods that can be looked at: the first program is solved, and no rule gives way. */
export function canDescend({ state, stability, tables }: Search): boolean {
  return stability && tables.give === null && state.root !== null;
}

/** Whether the best matching has changed since what is near to it was last looked at. */
export function isToDescend(search: Search): boolean {
  const { best, bestCost, descent, descended } = search.state;
  return canDescend(search) && descent === null && best !== null && bestCost !== descended;
}

/** Begins to look around a stable matching. */
export function startDescent({ state, tables }: Search, lineOf: readonly number[]): void {
  const open = Math.max(LEAST_OPEN, Math.round(FIRST_OPEN * tables.J));
  state.descent = { lineOf: [...lineOf], random: state.work.lps + 1, open, misses: 0 };
  if (matchingCost(tables, lineOf) === state.bestCost) state.descended = state.bestCost;
  else state.descent.joins = true;
}

/** Looks at one neighbourhood of the matching at hand. */
export function descendOn(search: Search, descent: DescentState): void {
  if (descent.joins) return join(search, descent);
  const { state, tables } = search, random = new Random(descent.random);
  const neighbourhood = new Neighbourhood(search, descent.lineOf);
  const better = neighbourhood.solve(openLines(search, descent, random));
  const { work } = neighbourhood;
  const open = work > MUCH_WORK
    ? Math.max(LEAST_OPEN, SHRINKING * descent.open)
    : work < LITTLE_WORK
    ? Math.min(tables.J, GROWTH * descent.open)
    : descent.open;
  const misses = better === null ? descent.misses + 1 : 0;
  const lineOf = better ?? descent.lineOf;
  if (better !== null) {
    search.offer(better);
    if (matchingCost(tables, better) === state.bestCost) state.descended = state.bestCost;
  }
  const isOver = misses >= MOST_MISSES || descent.open >= tables.J || search.proven;
  state.descent = isOver ? null : { lineOf, random: random.state, open, misses };
}

/**
 * Looks for a matching better than the best between that one and the one at hand: the lines on whose cutoffs they differ are
 * open, so that the program holds both. More open lines than these make it too large to be looked at whole.
 */
function join(search: Search, descent: DescentState): void {
  const { state } = search, { joins: _, ...next } = descent, best = state.best!;
  state.descent = next;
  const own = cutoffsOf(search, descent.lineOf), other = cutoffsOf(search, best);
  const apart = [...own.keys()].filter((j) => own[j] !== other[j]);
  const better = new Neighbourhood(search, best).solve(apart);
  if (better === null) return;
  search.offer(better);
  startDescent(search, better);
}

/** The cutoff of each line in a matching: the worst level that it accepts, or the number of its levels while it has room. */
export function cutoffsOf({ tables, prepared }: Search, lineOf: readonly number[]): Int32Array {
  const { J, capacity } = tables, { level, levels } = prepared.root.field!.standings;
  const load = loadsOf(J, lineOf), cutoff = new Int32Array(J);
  lineOf.forEach((j, w) => cutoff[j] = Math.max(cutoff[j], level[pairOf(w, j, J)]));
  return cutoff.map((own, j) => load[j] < capacity[j] ? levels[j] : own);
}

/** Lines that go together: from one on to those that its workers could go to, or workers could come to it from, for little. */
function openLines(search: Search, { lineOf, open }: DescentState, random: Random): number[] {
  const { tables: { W, J }, prepared: { costs: { range } } } = search;
  const reduced = search.rootReduced(), near = NEAR * range;
  const closeness = (p: number) => reduced[p] < 8 * near ? 1 / (1 + (reduced[p] / near) ** 2) : 0;
  const isOpen = new Uint8Array(J), score = new Float64Array(J), lines: number[] = [];
  let next = random.below(J);
  while (next >= 0 && lines.length < Math.min(J, Math.round(open))) {
    isOpen[next] = 1;
    lines.push(next);
    for (let w = 0; w < W; w++) {
      if (lineOf[w] === next) {
        for (let k = 0; k < J; k++) score[k] += closeness(pairOf(w, k, J));
      } else score[lineOf[w]] += closeness(pairOf(w, next, J));
    }
    let most = -1;
    next = -1;
    for (let j = 0; j < J; j++) {
      if (isOpen[j] === 1) continue;
      const own = score[j] * (LEAST_CHANCE + random.next());
      if (own <= most) continue;
      most = own;
      next = j;
    }
  }
  return lines;
}

/** What is near to a matching, as a program. */
class Neighbourhood {
  /** Simplex work times rows so far. */
  work = 0;

  /** @param lineOf a stable matching of all workers */
  constructor(readonly search: Search, readonly lineOf: readonly number[]) {}

  /** @returns a cheaper legal matching in which all lines but the open ones have the cutoffs that they have; null: none was found */
  solve(open: readonly number[]): number[] | null {
    const { search, lineOf } = this, { tables, state } = search;
    const cost = matchingCost(tables, lineOf), isBest = cost === state.bestCost;
    const setting = search.setting(this.#kept(open), isBest);
    if (setting === null) return null;
    const part = new Part(setting, cost - state.bound!, search.rootReduced());
    if (part.pairs.length > MOST_PAIRS) return null;
    const { lowest, highest } = setting.domain;
    const combs: Cut[] = state.cuts.slice(0, state.root!.cuts)
      .filter((cut) => cut.length > 1 && lowest[cut[0]] < highest[cut[0]]);
    const found = part.pairs.length === 0 ? part.matching([]) : this.#relaxed(part, combs, cost);
    return found === null || !isLegal(search, found) || matchingCost(tables, found) >= cost
      ? null
      : found;
  }

  /** Decisions that keep the cutoffs of all other lines, and couples where they are: of their lines the small program knows nothing. */
  #kept(open: readonly number[]): number[] {
    const { search, lineOf } = this, { tables } = search, { J, capacity } = tables;
    const { levels } = search.prepared.root.field!.standings;
    const cutoff = cutoffsOf(search, lineOf), isOpen = new Set(open), decisions: number[] = [];
    for (let j = 0; j < J; j++) {
      if (isOpen.has(j) || capacity[j] === 0) continue;
      const own = cutoff[j];
      if (own < levels[j]) decisions.push(cutoffs(tables, j, own)[0]);
      if (own > 0) decisions.push(cutoffs(tables, j, own - 1)[1]);
    }
    for (const { workers } of tables.links) {
      for (const w of workers) decisions.push(only(tables, pairOf(w, lineOf[w], J)));
    }
    return decisions;
  }

  /** The program with combs as they are broken. @returns a whole point; null: none is cheaper */
  #relaxed(part: Part, combs: Cut[], cost: number): number[] | null {
    let basis = firstBasis(part, combs, this.lineOf), rows = part.rowsWith(combs);
    for (let method: "primal" | "dual" = "primal";; method = "dual") {
      const session = new LpSession(part.model(combs, false));
      let solution;
      try {
        session.restoreBasis(basis);
        const workLimit = Math.max(20, Math.round((MOST_WORK - this.work) / rows));
        solution = session.solve({ presolve: false, method, workLimit });
        basis = session.basis() ?? basis;
      } finally {
        session.close();
      }
      this.work += solution.work * rows;
      if (solution.status !== "optimal" || this.work > MOST_WORK) return null;
      if (part.costOf(solution.objective) > cost - 0.5) return null;
      const fresh = this.#broken(part, combs, part.point(solution.x));
      if (fresh.length === 0) {
        return part.matching(solution.x) ?? this.#whole(part, combs, cost);
      }
      combs.push(...fresh);
      const grown = part.rowsWith(combs);
      basis = growBasis(basis, rows, grown, part.pairs, part.pairs);
      rows = grown;
    }
  }

  #broken({ setting }: Part, combs: readonly Cut[], point: Point): Cut[] {
    const known = new Set(combs.map(String));
    return brokenCombs(setting.field!, setting.domain, point, COMBS_PER_ROUND)
      .filter((comb) => !known.has(String(comb)));
  }

  /** Whole points, until one breaks no comb. */
  #whole(part: Part, combs: Cut[], cost: number): number[] | null {
    let left = WHOLE_WORK;
    for (let i = 0; i < WHOLE_TRIES && left > 0; i++) {
      const { status, x, work, objective } = solveLp(part.model(combs, true), { workLimit: left });
      left -= work;
      if (status !== "optimal" && status !== "feasible") return null;
      if (part.costOf(objective) > cost - 0.5) return null;
      const fresh = this.#broken(part, combs, part.point(x));
      if (fresh.length === 0) return part.matching(x);
      combs.push(...fresh);
    }
    return null;
  }
}

/** The matching at hand as a basis: each worker's own pair, and all rows but theirs. */
function firstBasis(part: Part, combs: readonly Cut[], lineOf: readonly number[]): Uint8Array {
  const rows = part.rowsWith(combs), { J } = part.setting.tables;
  const basis = new Uint8Array(rows + part.pairs.length).fill(AT_LOWER);
  basis.fill(BASIC, part.workers, rows);
  part.pairs.forEach((p, i) => {
    if (lineOf[workerOfPair(p, J)] === lineOfPair(p, J)) basis[rows + i] = BASIC;
  });
  return basis;
}
