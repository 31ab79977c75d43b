// The tree of decisions: the program of the node at hand is solved, given columns and cuts, and split, until nothing open
// can hold a better matching.

import { packBasis, packPrices, unpackBasis } from "../../engine/packing.ts";
import { growBasis, keepItems } from "../../lp/basis.ts";
import type { LpSolution } from "../../lp/mod.ts";
import { brokenFits, brokenRathers, unblock } from "../model/links.ts";
import { pairOf } from "../model/pairs.ts";
import { brokenCombs } from "../stability/combs.ts";
import type { Domain, Field } from "../stability/cutoffs.ts";
import { lineUse, only, splitCutoffs, splitMissing, splitWorkers } from "./decisions.ts";
import { type Cut, Layout, type Setting } from "./layout.ts";
import { growBases, keepBasis, pruneBases, takeBasis, tightCuts, withoutCuts } from "./bases.ts";
import { descendOn, isToDescend, startDescent } from "./nearby.ts";
import { goOnWithBest, isFarDown, MOST_OPEN } from "./next_node.ts";
import { cleanDuals, provenBound, reducedCosts } from "./prices.ts";
import { Program } from "./program.ts";
import { offerRounded, packPoint, roundOff } from "./rounding.ts";
import { isToWalk, startWalk, walkOn } from "./walking.ts";
import type { AllocatorState, Dive, OpenNode } from "./state.ts";
import type { Point } from "../model/tables.ts";
import { EXACT, FULL_PENALTY, isLegal, type Search } from "./search.ts";

/** Linear programs for each dive. */
const LPS_PER_DIVE = 300;
/** Share of the undecided that a step of a dive decides at least, and values that it always does. */
const DIVE_SHARE = 0.1, DIVE_SURE = 0.8;
/** Deductions that a step of a dive makes at most: each takes as long as a node's. */
const MOST_TRIALS = 10;
/** Splits of a node that are looked at: the one whose halves are likely to be beaten soonest is taken. */
const CANDIDATES = 2;
/** Columns per worker that pricing adds. */
const MORE_PAIRS = 4;
/** Levels of the tree between points that are rounded to a stable matching. */
const LEVELS_PER_ROUNDING = 8;
/** How far out towards the point of a program combs are looked for first. */
const OUT = 0.5;
/** Cuts added at a time. */
const CUTS_PER_ROUND = 400;
/** A link broken by less is not worth a row. */
const LEAST_LINK = 0.02;
/** Cuts beyond those of the first program that are kept while they are slack. */
const SPARE_CUTS = 300;
/** Simplex work per unit times rows: keeps a unit near 100 ms. */
const LP_WORK_ROWS = 300_000;
/** Rows of all linear programs after which the search answers with what it has: about a minute. */
const MOST_LP_ROWS = 4_000_000;

/** Takes the program of the node at hand a step further: pivots, columns, cuts, or its end. */
export function exploreNode(search: Search): void {
  const { state } = search;
  if (state.toRound !== null) return roundOff(search, state.toRound);
  if (state.descent !== null) return descendOn(search, state.descent);
  if (isToWalk(search)) startWalk(search);
  if (state.walk !== null) return walkOn(search);
  if (state.dive === null && isToDescend(search)) return startDescent(search, state.best!);
  const node = state.dive ?? state.nodes.at(-1);
  if (node === undefined) return conclude(search);
  const setting = isBeaten(state, node.bound) ? null : search.setting(node.decisions);
  if (setting === null) return closeNode(search);
  if (state.work.lp_rows >= MOST_LP_ROWS) return fail(search, "out of work");
  if (node.from !== undefined) takeBasis(state, node);
  const layout = new Layout(setting, state.cuts, state.penalty), { rows } = layout;
  const program = new Program(layout), pool = search.pool;
  const known = state.basis === null ? null : unpackBasis(state.basis);
  const start = known && growBasis(known, state.basisRows, rows, pool, pool);
  const workLimit = Math.max(50, Math.round(LP_WORK_ROWS / rows));
  const { solution, basis } = program.solve(
    pool,
    start,
    state.newRows ? "dual" : "primal",
    workLimit,
  );
  state.work.lps++;
  state.work.lp_rows += rows;
  state.work.lp_work += solution.work;
  if (solution.status !== "optimal") {
    if (solution.stoppedBy !== "limit" || basis === null) fail(search, solution.status);
    else search.setPool(pool, basis, rows);
    return;
  }
  search.setPool(pool, basis, rows);
  judgeProgram(search, node, setting, program, solution);
}

/** Whether no matching of a bound can be better than the best. */
function isBeaten({ bestCost }: AllocatorState, bound: number): boolean {
  return bestCost !== null && bestCost - bound < EXACT;
}

/** What the solved program of a node says: the next step, or the node's end. */
function judgeProgram(
  search: Search,
  node: OpenNode,
  setting: Setting,
  program: Program,
  solution: LpSolution,
): void {
  const { state } = search, pool = search.pool;
  const { layout } = program;
  const duals = cleanDuals(layout, solution.rowDual!);
  const reduced = reducedCosts(layout, duals, search.reduced);
  const proven = provenBound(layout, duals, reduced);
  if (state.penalty > 0) {
    node.bound = Math.max(node.bound, proven);
    if (isBeaten(state, node.bound)) return closeNode(search);
    if (state.nodes.length === 1 && state.dive === null) search.raiseBound(node.bound);
  }
  const known = new Set(pool);
  const more = program.improving(reduced, MORE_PAIRS).filter((p) => !known.has(p));
  if (more.length > 0) return addColumns(search, program, more);
  const point = program.point(pool, solution);
  if (addCuts(search, setting, program, solution, point, LEAST_LINK)) return;
  if (!judgePenalties(search, node, program, solution)) return;
  const lineOf = program.matching(point);
  if (lineOf !== null) {
    if (program.penalties(solution) > 1e-6) return closeNode(search);
    if (!isLegal(search, lineOf)) {
      // Lines in use whose y is just below 1, more of them than the cap allows; or a couple that blocks.
      const blocked = search.stability ? unblock(search.tables, lineOf) : [];
      if (addCuts(search, setting, program, solution, point, 1e-6, blocked)) return;
      return fail(search, "a row did not hold");
    }
    search.offer(lineOf);
    return closeNode(search);
  }
  // Only where a matching is at hand: a poor first one would end the plunge that leads to a good one.
  const isDue = search.tables.links.length > 0 ||
    (state.bestCost !== null && node.decisions.length % LEVELS_PER_ROUNDING === 0);
  if (search.stability && (isDue || state.dive !== null)) offerRounded(search, point);
  if (state.dive !== null) return diveOn(search, state.dive, setting, point);
  if (node.decisions.length === 0) {
    keepRoot(search, program, duals, point);
    if (isToWalk(search)) return;
  }
  if (isToDive(search, node)) {
    if (!isDue) offerRounded(search, point);
    return startDive(search, node);
  }
  const splits = splitsOf(setting, program, solution, point, search.stability ? CANDIDATES : 1);
  if (splits.length === 0) return fail(search, "nothing to decide");
  branch(search, node, splits, { program, reduced, proven });
}

function addColumns(search: Search, program: Program, more: readonly number[]): void {
  const { state, pool } = search;
  const grown = new Int32Array(pool.length + more.length);
  grown.set(pool);
  grown.set(more, pool.length);
  grown.sort();
  const basis = unpackBasis(state.basis!), { rows } = program.layout;
  search.setPool(grown, growBasis(basis, rows, rows, pool, grown), rows);
  state.bases = growBases(state, pool, grown);
  state.newRows = false;
  if (state.dive === null) return;
  const { back } = state.dive, known = unpackBasis(back.basis);
  back.basis = packBasis(growBasis(known, back.rows, back.rows, pool, grown));
}

/** Adds the cuts that a point breaks. @returns whether there are any */
function addCuts(
  search: Search,
  { tables, field, domain }: Setting,
  program: Program,
  solution: LpSolution,
  point: Point,
  leastLink: number,
  more: readonly Cut[] = [],
): boolean {
  const { state } = search;
  const cuts: Cut[] = field ? combsAt(search, field, domain, point) : [];
  cuts.push(
    ...program.brokenLinks(point, solution, leastLink),
    ...brokenFits(tables, point),
    ...(field ? brokenRathers(tables, point) : []),
    ...more,
  );
  const known = new Set(state.cuts.map(String));
  const fresh = cuts.filter((cut) => !known.has(String(cut)));
  if (fresh.length === 0) return false;
  const kept = state.dive?.back.cuts ?? state.root?.cuts ?? 0, spare = state.cuts.length - kept;
  if (spare > (state.root === null ? state.spareCuts : SPARE_CUTS)) {
    dropSlack(search, program, kept);
    state.spareCuts = Math.max(SPARE_CUTS, 2 * (state.cuts.length - kept));
  }
  state.cuts = [...state.cuts, ...fresh];
  state.newRows = true;
  return true;
}

/**
 * Combs that a point breaks: those that break it half way to stable matchings, as deep cuts do, and only where there are none
 * those that break it alone (in-out separation, Ben-Ameur and Neto 2007).
 */
function combsAt(search: Search, field: Field, domain: Domain, point: Point): Cut[] {
  const deep = search.state.root === null
    ? brokenCombs(field, domain, halfWay(search, point), CUTS_PER_ROUND)
    : [];
  return deep.length > 0 ? deep : brokenCombs(field, domain, point, CUTS_PER_ROUND);
}

function halfWay({ tables: { J }, prepared }: Search, { pairs, values }: Point): Point {
  const value = new Map(pairs.map((p, i) => [p, values[i] * OUT]));
  const inside = prepared.stable;
  for (const lineOf of inside) {
    lineOf.forEach((j, w) =>
      value.set(pairOf(w, j, J), (value.get(pairOf(w, j, J)) ?? 0) + (1 - OUT) / inside.length)
    );
  }
  return { pairs: [...value.keys()], values: [...value.values()] };
}

/** Drops the cuts from `from` on that are slack. */
function dropSlack(search: Search, program: Program, from: number): boolean[] {
  const { state } = search, basis = unpackBasis(state.basis!), { firstCut } = program.layout;
  const tight = tightCuts(state, firstCut);
  const keep = program.slack(basis).map((slack, c) => c < from || !slack || tight[c]);
  state.bases = withoutCuts(state, firstCut, keep);
  state.cuts = state.cuts.filter((_, c) => keep[c]);
  const rows = firstCut + state.cuts.length;
  search.setPool(search.pool, keepItems(basis, firstCut, keep), rows);
  return keep;
}

/** @returns whether the node goes on: what it misses is not missing for want of a penalty */
function judgePenalties(
  search: Search,
  node: OpenNode,
  program: Program,
  solution: LpSolution,
): boolean {
  const { state } = search, missing = program.penalties(solution) > 1e-6;
  if (state.dive !== null) {
    if (missing) closeNode(search);
    return !missing;
  }
  if (state.penalty === 0) {
    // Counted alone, penalties above zero prove that the node has no matching.
    state.penalty = FULL_PENALTY;
    state.newRows = false;
    node.counted = true;
    if (missing) closeNode(search);
    return false;
  }
  if (!missing || (node.counted && state.penalty === FULL_PENALTY)) return true;
  state.penalty = 0;
  state.newRows = false;
  return false;
}

/** The first program is solved: its duals rule out pairs whenever a better matching is found, its point draws walks. */
function keepRoot(search: Search, program: Program, duals: Float64Array, point: Point): void {
  const { state } = search, first = program.layout.firstCut;
  const keep = dropSlack(search, program, 0);
  const kept = duals.filter((_, i) => i < first || keep[i - first]);
  state.root = { duals: packPrices(kept), cuts: state.cuts.length };
  state.affordable = null; // it was by other duals
  if (search.stability) state.rootPoint = packPoint(point);
  state.phase = "search";
}

/** Pairs of decisions between which a node's point does not decide; none: there are none. */
function splitsOf(
  { tables, domain, field }: Setting,
  program: Program,
  solution: LpSolution,
  point: Point,
  most: number,
): [number, number][] {
  const line = program.undecidedLine(solution);
  if (line !== null) return [[lineUse(line, 1), lineUse(line, 0)]];
  // Rules that give way leave more possible than cutoffs say.
  if (field && tables.give === null) {
    const splits = splitCutoffs(tables, field.standings, domain, point, most);
    if (splits.length > 0) return splits;
  }
  const splits = splitWorkers(tables, point, most);
  if (splits.length > 0) return splits;
  const split = splitMissing(tables, domain, point);
  return split ? [split] : [];
}

/** A node's program, and what its duals say: the reduced costs, and the bound that they prove, in thousandths. */
interface Solved {
  program: Program;
  reduced: Float64Array;
  proven: number;
}

/** Replaces a node by two halves, those that may hold a better matching; the likelier one comes first. */
function branch(
  search: Search,
  node: OpenNode,
  splits: readonly [number, number][],
  solved: Solved,
): void {
  const { state } = search;
  let halves: OpenNode[] = [], best = -1;
  for (const split of splits) {
    const now = split.map((decision) => halfOf(search, node, solved, decision));
    const promise = promiseOf(state, node, now);
    if (promise <= best) continue;
    best = promise;
    halves = now.filter((half) => half !== null);
  }
  state.nodes.pop();
  state.nodes.push(...halves.toReversed());
  if (search.stability) keepBasis(state, halves);
  state.bases = pruneBases(state);
  state.newRows = true; // of the changed bounds
  if (halves.length === 0) return afterNode(search);
  raiseToLeast(search);
  if (isFarDown(state)) goOnWithBest(state);
}

/** No matching costs less than the least bound of what is open, or than the best that there is. */
function raiseToLeast(search: Search): void {
  const { nodes, bestCost } = search.state;
  const least = nodes.reduce((least, { bound }) => Math.min(least, bound), bestCost ?? Infinity);
  if (least < Infinity) search.raiseBound(least);
}

/** How soon the halves of a node are likely to be beaten: the product of how far their bounds rise; none is left: at once. */
function promiseOf(
  { bestCost }: AllocatorState,
  node: OpenNode,
  halves: readonly (OpenNode | null)[],
): number {
  if (halves.every((half) => half === null)) return Infinity;
  const most = Math.max(1, (bestCost ?? Infinity) - node.bound);
  return halves.map((half) => half ? Math.min(most, Math.max(1, half.bound - node.bound)) : most)
    .reduce((product, rise) => product * rise);
}

/** Whether a node is one to dive from: the first, and with a matching at hand one every now and then. */
function isToDive({ state, stability }: Search, { decisions, dived }: OpenNode): boolean {
  if (!stability || dived) return false;
  return decisions.length === 0 ||
    (state.bestCost !== null && state.work.lps >= LPS_PER_DIVE * state.dives);
}

/** The first step of a dive is a unit of its own, behind the same program once more: it takes as long as all that came before. */
function startDive({ state }: Search, node: OpenNode): void {
  node.dived = true;
  state.dives++;
  const back = { basis: state.basis!, rows: state.basisRows, cuts: state.cuts.length };
  state.dive = { decisions: node.decisions, bound: node.bound, counted: true, back };
  state.newRows = false;
}

/** Takes a dive further: workers who have most of one line get it. */
function diveOn(search: Search, dive: Dive, { domain }: Setting, point: Point): void {
  const { state } = search;
  const open = point.values.map((_, i) => i).filter((i) => point.values[i] < 1 - 1e-6)
    .sort((a, b) => point.values[b] - point.values[a] || point.pairs[a] - point.pairs[b]);
  const most = Math.max(1, Math.ceil(DIVE_SHARE * open.length));
  const wanted = open.filter((i, n) => n < most || point.values[i] >= DIVE_SURE)
    .map((i) => point.pairs[i]);
  const decisions = decideMany(search, dive.decisions, domain, wanted);
  if (decisions.length === dive.decisions.length) return closeNode(search);
  state.dive = { ...dive, decisions };
  state.newRows = true;
}

/**
 * Decides for as many of the pairs as can go together, the first ones first: more at a time as long as all is well, one by
 * one behind a contradiction. What {@link MOST_TRIALS} leave over is for the step behind the next program.
 */
function decideMany(
  search: Search,
  known: readonly number[],
  domain: Domain,
  pairs: readonly number[],
): number[] {
  let decisions = [...known], usable = domain.usable, many = 1;
  for (let at = 0, trials = 0; at < pairs.length && trials < MOST_TRIALS; trials++) {
    const next = pairs.slice(at, at + many);
    const trial = next.filter((pair) => usable[pair] === 1)
      .map((pair) => only(search.tables, pair));
    const setting = search.setting([...decisions, ...trial]);
    if (setting !== null) {
      decisions = [...decisions, ...trial];
      usable = setting.domain.usable;
    } else if (next.length > 1) {
      many = 1;
      continue;
    }
    at += next.length;
    many = setting === null ? 1 : 2 * many;
  }
  return decisions;
}

/** One half of a node, with what the duals at hand say of its bound; null: no better matching is there. */
function halfOf(
  search: Search,
  node: OpenNode,
  { program, reduced, proven }: Solved,
  decision: number,
): OpenNode | null {
  const { state, tables: { W, J } } = search;
  const decisions = [...node.decisions, decision];
  const setting = search.setting(decisions);
  if (setting === null) return null;
  const { usable } = setting.domain;
  let rise = 0; // each worker has one of the pairs that are left
  for (let w = 0, p = 0; w < W; w++) {
    let least = Infinity;
    for (let j = 0; j < J; j++, p++) if (usable[p] && reduced[p] < least) least = reduced[p];
    rise += Math.max(0, least);
  }
  // The node's own bound may be of other duals.
  const bound = Math.max(node.bound, proven + rise / program.layout.scaled(1));
  return isBeaten(state, bound) ? null : { decisions, bound, counted: false };
}

function closeNode(search: Search): void {
  const { state } = search;
  if (state.dive !== null) {
    endDive(search, state.dive);
    if (search.proven) conclude(search);
    return;
  }
  state.nodes.pop();
  afterNode(search);
}

/** A node is done with: what that proves, and which comes next. */
function afterNode(search: Search): void {
  const { state } = search;
  state.work.nodes++;
  state.newRows = true;
  state.nodes = state.nodes.filter(({ bound }) => !isBeaten(state, bound));
  raiseToLeast(search);
  if (state.nodes.length === 0 || search.proven) return conclude(search);
  if (state.bestCost === null || state.nodes.length > MOST_OPEN) return;
  goOnWithBest(state);
}

/** Goes back to the program that a dive began at: cuts that were found on the way down would be slack there, mostly. */
function endDive(search: Search, { back }: Dive): void {
  const { state } = search;
  state.dive = null;
  state.cuts = state.cuts.slice(0, back.cuts);
  search.setPool(search.pool, unpackBasis(back.basis), back.rows);
  state.newRows = true; // of the bounds that a better matching changes
}

/** Nothing is open. */
function conclude(search: Search): void {
  search.state.nodes = [];
  search.state.dive = null;
  if (search.state.best === null) search.state.phase = "explain";
  else search.finish();
}

/**
 * The search cannot go on. A legal matching at hand is the answer, and the report tells its distance
 * from the bound; without one the search says so rather than call it infeasible.
 */
function fail({ state }: Search, detail: string): void {
  state.phase = "done";
  if (state.best !== null) return;
  state.failure = {
    code: "NOT_PROVEN",
    message: `No matching could be proven optimal within the limits of one step (${detail}).`,
  };
}
