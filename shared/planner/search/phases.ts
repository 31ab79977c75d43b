// The phases of a search as units of work. A unit is the smallest step a slice can end after; which
// unit comes next depends on the checkpoint alone, so the same seed gives the same plan under any
// slicing.

import { countRound, countTables, quickCounts, startCount } from "../feasibility/counts.ts";
import { conflictStep, explained, startConflict } from "../feasibility/conflict.ts";
import { describeCount, firstExplanation } from "../feasibility/explain.ts";
import { lagrangeanBound } from "./master.ts";
import { splitPlan } from "../model/merge.ts";
import { randomFill } from "../moves/neighbourhoods.ts";
import { effortFactor, GOAL_GAP, workDone, workLimit } from "../effort.ts";
import { type Dive, diveOn, openTables } from "./dive.ts";
import { Pricer } from "../pricing/pricing.ts";
import { LineScorer, planValue } from "../model/line_values.ts";
import { polishLines } from "./polish.ts";
import { OBJECTIVE } from "../problem.ts";
import type { PlannerTables } from "../model/tables.ts";
import type { PlannerState } from "./state.ts";
import { lookAtNode } from "./prove.ts";
import { BASIC, keepItems } from "../../lp/basis.ts";
import { packBasis, unpackBasis } from "../../engine/packing.ts";
import { roundSolution } from "./rounding.ts";
import type { Search } from "./search.ts";

/** One unit of work: its kind (for the time it may take) and what it does. */
export interface Unit {
  kind: string;
  run(search: Search): void;
}

/** Moves of one construction, and of one annealing after rounding. */
const CONSTRUCT_MOVES = 150;
const ANNEAL_MOVES = 100;
/** Starting noise of both, in objective units. */
const CONSTRUCT_HEAT = 100;
const ANNEAL_HEAT = 12;
/** Constructions before the search goes on with the legal lines it has. */
const CONSTRUCT_ATTEMPTS = 3;
/** Whole dives: at least so many, and more where they are cheap. */
const LEAST_DIVES = 2;
const MOST_DIVES = 6;
/** Share of the free lines fixed per step of a dive, and noise on the fractions that decide. */
const DIVE_STEP = 1 / 32;
const DIVE_NOISE = 0.1;
/** Pricing rounds after each step: of a whole dive, and of one that starts from most of the best plan. */
const DIVE_ROUNDS = 2;
const PART_ROUNDS = 2;
/** Units after which a dive is cut short; the rest of the plan is filled and annealed. */
const MOST_DIVE_UNITS = 300;
/** Simplex work of one unit of the master, times the slots. */
const LP_WORK = 200_000;
/** Simplex work of one unit of diving, times the rows of the master. */
const DIVE_WORK = 60_000;
/** After so many polishes in a row that found nothing a proof is tried; where there is none, polishes
 * go on until so many times the effort found nothing. */
const MOST_IDLE = 16;
/** Lines freed by one polish. */
const POLISH_LINES = 12;
/** Every so many polishes a dive, with these shares of the best plan's lines freed in turn. */
const POLISH_TURN = 2;
const FREE_SHARES = [0.3, 0.5, 1];
/** Most columns, GLPK work and reduced value below the line price in one polish. */
const POLISH_COLUMNS = 600;
const POLISH_WORK = 600;
const POLISH_SLACK = 100;
/** Most pricing rounds; the LP closed within 20 on every instance measured. */
const MOST_ROUNDS = 60;
/** The pool is cut back to this many columns per slot when it outgrows POOL_MOST. */
const POOL_KEEP = 3;
const POOL_MOST = 4;

/** The unit that comes next; null when the search is over. */
export function nextUnit(search: Search): Unit | null {
  const { state } = search;
  switch (state.phase) {
    case "init":
      return { kind: "init", run: begin };
    case "construct":
      return { kind: "moves", run: construct };
    case "count":
      return { kind: "count", run: countLines };
    case "bound":
      return search.prices.length === 0
        ? { kind: "lp", run: solveMaster }
        : { kind: "price", run: price };
    case "round":
      return search.plan.length === 0
        ? search.divePrices.length === 0
          ? { kind: "dive", run: diveLp }
          : { kind: "price", run: priceDive }
        : { kind: "moves", run: anneal };
    case "explain":
      return { kind: "count", run: explain };
    case "polish":
      if (state.dive === null) return polishUnit(state);
      return search.divePrices.length === 0
        ? { kind: "dive", run: diveLp }
        : { kind: "price", run: priceDive };
    case "prove":
      return { kind: "prove", run: prove };
    case "done":
      return null;
  }
}

/** Small integer programs and dives from part of the best plan take turns. */
function polishUnit(state: PlannerState): Unit {
  const turn = state.target > POLISH_LINES && state.polishes % POLISH_TURN === 0;
  return turn ? { kind: "dive", run: diveFromBest } : { kind: "polish", run: polish };
}

/** Quick counts decide what can be proven before any search. */
function begin(search: Search): void {
  const { state, input } = search;
  const { problem, bounds, tables } = input;
  const counts = quickCounts(problem, bounds, tables);
  const possible = Math.min(problem.lines, ...counts.map((c) => c.lines));
  state.linesBound = possible;
  if (tables.structureFault || possible === 0 || forcedShort(tables)) {
    beginExplanation(search, 0);
  } else if (possible < problem.lines && !tables.allowPartial) {
    beginExplanation(search, possible);
  } else {
    if (possible < problem.lines) state.linesReason = describeCount(counts[0], problem.lines);
    state.target = possible;
    state.phase = "construct";
  }
}

/** Whether a forced cell asks for more lines than its slot can take. */
function forcedShort({ cap, forced }: PlannerTables): boolean {
  return forced.some((n, s) => n > cap[s]);
}

/** How many moves make one unit: about the same work whatever the number of lines. */
function batch(lines: number): number {
  const k = Math.min(60, lines);
  return Math.min(400, Math.max(30, Math.round(30 * 3600 / (k * k))));
}

function runMoves(
  search: Search,
  total: number,
  heat: number,
  each?: (done: number) => void,
): void {
  const { state } = search;
  const moves = search.moves;
  const end = Math.min(total, state.moves + batch(moves.lines));
  while (state.moves < end) {
    moves.move(heat * Math.max(0, 1 - 1.1 * state.moves / total));
    state.moves++;
    state.work.moves++;
    each?.(state.moves);
  }
}

/** Assignment neighbourhoods from a random fill to a legal plan; its lines seed the column pool. */
function construct(search: Search): void {
  const { state, tables, random } = search;
  if (search.plan.length === 0) search.plan = randomFill(tables, state.target, random);
  const total = CONSTRUCT_MOVES * (1 + state.attempt);
  runMoves(search, total, CONSTRUCT_HEAT, (done) => {
    if (done >= total / 2) collectLines(search);
  });
  if (state.moves < total) return;
  search.offer(search.plan);
  collectLines(search);
  const legal = search.bestLines === state.target && search.bestMissing === 0;
  state.moves = 0;
  state.attempt++;
  search.plan = new Int32Array(0);
  if (legal) return beginBound(search);
  if (state.count === null) return beginCount(search, false);
  if (state.attempt < CONSTRUCT_ATTEMPTS) return;
  if (!state.count.exact) return beginCount(search, true);
  beginBound(search);
}

function beginCount({ state, input, best }: Search, exact: boolean): void {
  const seeds = splitPlan(input.merged, best);
  state.count = startCount(input.problem, input.bounds, seeds, exact);
  state.phase = "count";
}

/** Puts the legal lines of the plan into the pool, while it has room. */
function collectLines(search: Search): void {
  const { tables, pool } = search;
  const most = POOL_KEEP * tables.cap.length;
  for (let i = 0; i < search.moves.lines && pool.count < most; i++) {
    if (search.moves.isLegal(i)) pool.add(search.plan, i * tables.terms);
  }
}

/** A round of the count LP: how many lines exist at all. */
function countLines(search: Search): void {
  const { state, input } = search;
  const { problem, bounds, tables } = input;
  state.count = countRound(countTables(problem, bounds, state.count!.exact), state.count!);
  state.work.lps++;
  if (!state.count.done) return;
  const possible = Math.min(state.linesBound, state.count.bound ?? state.linesBound);
  if (possible < state.linesBound) {
    state.linesReason = `the posts allow ${possible} lines under the rules together`;
    state.linesBound = possible;
  }
  state.count = { ...state.count, columns: [] };
  if (possible === 0 || (possible < problem.lines && !tables.allowPartial)) {
    return beginExplanation(search, possible);
  }
  state.target = possible;
  state.phase = search.bestLines === possible ? "bound" : "construct";
}

function beginBound(search: Search): void {
  search.state.phase = "bound";
  search.state.attempt = 0;
  search.state.moves = 0;
}

/** Solves the restricted master; its duals are priced next. */
function solveMaster(search: Search): void {
  const { state } = search;
  trimPool(search);
  const limit = Math.max(100, Math.round(LP_WORK / search.tables.cap.length));
  const solution = search.master.solve(search.pool, search.basis, limit);
  search.basis = solution.basis;
  state.work.lps++;
  state.work.lp_work += solution.work;
  if (solution.prices === null) {
    if (solution.basis === null) beginRound(search);
    return;
  }
  search.prices = solution.prices;
  state.linePrice = solution.linePrice;
}

/** Keeps the pool below POOL_MOST columns per slot: basic columns and the best reduced values stay. */
function trimPool(search: Search): void {
  const { pool, tables, master, basis } = search;
  const slots = tables.cap.length;
  if (pool.count <= POOL_MOST * slots || basis === null || search.lastPrices.length === 0) return;
  const prices = search.lastPrices, fixed = master.fixedBasis;
  const isBasic = (j: number) => basis[fixed + j] === BASIC;
  const order = Array.from({ length: pool.count }, (_, j) => j);
  const reduced = order.map((j) => isBasic(j) ? Infinity : pool.reduced(j, prices));
  order.sort((a, b) => reduced[b] - reduced[a] || a - b);
  const keep = new Uint8Array(pool.count);
  for (const j of order.slice(0, POOL_KEEP * slots)) keep[j] = 1;
  search.basis = keepItems(basis, fixed, keep);
  search.pool = pool.filtered(keep);
}

/** Prices all legal lines at the master's duals: new columns and a Lagrangean bound. */
function price(search: Search): void {
  const { state, pool, tables } = search;
  const prices = search.prices;
  const found = search.pricer.price(prices, state.linePrice + 0.01);
  const bound = Math.floor(lagrangeanBound(tables, prices, found.best) + 1e-6);
  if (state.bound === null || bound < state.bound) state.bound = bound;
  let added = 0;
  for (let j = 0; j < found.count; j++) if (pool.add(found.lines, j * tables.terms)) added++;
  search.lastPrices = prices;
  search.prices = new Float64Array(0);
  state.rounds++;
  state.work.pricings++;
  state.work.pricing_nodes += found.work;
  // Many terms: what cannot be enumerated is not priced for long.
  if (!found.exact) state.rounds += Math.floor(MOST_ROUNDS / 5);
  if (added === 0 && found.exact) state.lpOptimal = true;
  if (added === 0 || state.rounds >= MOST_ROUNDS) beginRound(search);
}

function beginRound(search: Search): void {
  const { state } = search;
  state.phase = "round";
  state.attempt = 0;
  state.moves = 0;
  search.prices = new Float64Array(0);
  search.plan = new Int32Array(0);
}

/** Dives from the LP's optimum towards a whole plan; what stays open is filled from free posts. */
function diveLp(search: Search): void {
  if (search.state.dive === null) beginDive(search);
  const { state, tables, pool, random, master } = search;
  const beat = state.phase === "polish" ? goalOf(search) : -Infinity;
  const dive: Dive = {
    fixed: diveFixed(search),
    basis: search.diveBasis,
    rounds: state.diveRounds,
  };
  const step = diveOn(tables, master, pool, dive, random, {
    perStep: Math.max(1, Math.round(state.diveFree * DIVE_STEP)),
    rounds: state.diveLeast,
    noise: DIVE_NOISE,
    beat,
    workLimit: Math.max(50, Math.round(DIVE_WORK / tables.cap.length)),
  });
  state.work.lps++;
  state.work.lp_work += step.work;
  state.diveUnits++;
  state.diveRounds = dive.rounds;
  search.diveBasis = dive.basis;
  search.divePrices = step.prices;
  state.diveLinePrice = step.linePrice;
  if (step.end === "hopeless" || step.end === "whole" || isDiveTooLong(search)) {
    search.plan = roundSolution(tables, pool, Float64Array.from(dive.fixed), state.target, random);
    endDive(search);
    if (state.phase === "polish") takePolished(search, search.plan);
  } else {
    state.dive = Array.from(dive.fixed).flatMap((n, j) => n > 0 ? [j, n] : []);
  }
}

/** Whether a dive is cut short: by its own length, or a partial one by the work limit. */
function isDiveTooLong(search: Search): boolean {
  const { state } = search;
  return state.diveUnits >= MOST_DIVE_UNITS || (state.phase === "polish" && isOutOfWork(search));
}

function beginDive(search: Search): void {
  trimPool(search);
  search.state.dive = [];
  search.state.diveFree = search.state.target;
  search.state.diveLeast = DIVE_ROUNDS;
  search.diveBasis = search.basis;
  search.state.diveRounds = DIVE_ROUNDS; // the LP is closed where no line is fixed
}

/** LP value, rewards for lines included, above which a better plan than the best may lie. */
function goalOf({ state, tables, bestLines }: Search): number {
  const reward = tables.allowPartial ? 0 : OBJECTIVE.line * bestLines;
  return state.bestValue! + reward + tables.emptyCost + 0.5;
}

/** Frees part of the best plan and dives from there. */
function diveFromBest(search: Search): void {
  const { state, tables, best } = search;
  beginDive(search);
  const share = FREE_SHARES[Math.floor(state.polishes / POLISH_TURN) % FREE_SHARES.length];
  const free = new Set(
    linesToFree(search, Math.max(POLISH_LINES, Math.round(share * state.target))),
  );
  const times = new Map<number, number>();
  for (let i = 0; i < search.bestLines; i++) {
    if (free.has(i)) continue;
    const j = search.pool.put(best, i * tables.terms);
    times.set(j, (times.get(j) ?? 0) + 1);
  }
  state.dive = [...times].sort(([a], [b]) => a - b).flat();
  state.diveFree = free.size;
  state.diveLeast = PART_ROUNDS;
  state.diveRounds = 0;
}

function endDive(search: Search): void {
  const { state } = search;
  state.dive = null;
  state.diveUnits = 0;
  state.diveRounds = 0;
  search.diveBasis = null;
  search.divePrices = new Float64Array(0);
}

/** [pool line] times the dive at hand has fixed it. */
function diveFixed({ state, pool }: Search): Int32Array {
  const fixed = new Int32Array(pool.count), pairs = state.dive ?? [];
  for (let i = 0; i < pairs.length; i += 2) fixed[pairs[i]] = pairs[i + 1];
  return fixed;
}

/** New lines for a dive, over the posts that its fixed lines leave. */
function priceDive(search: Search): void {
  const { state, tables, pool } = search;
  const open = openTables(tables, pool, diveFixed(search));
  const found = new Pricer(open).price(search.divePrices, state.diveLinePrice + 0.01);
  let added = 0;
  for (let j = 0; j < found.count; j++) if (pool.add(found.lines, j * tables.terms)) added++;
  state.work.pricings++;
  state.work.pricing_nodes += found.work;
  state.diveRounds = added === 0 ? state.diveLeast : state.diveRounds + 1;
  search.divePrices = new Float64Array(0);
}

/** Anneals the plan of a dive with assignment neighbourhoods. */
function anneal(search: Search): void {
  const { state } = search;
  runMoves(search, ANNEAL_MOVES, ANNEAL_HEAT);
  if (state.moves < ANNEAL_MOVES) return;
  search.offer(search.plan);
  search.plan = new Int32Array(0);
  state.moves = 0;
  state.attempt++;
  if (isGoodEnough(search)) return finish(search);
  if (state.attempt < dives(search) && !isOutOfWork(search)) return;
  if (search.bestLines === 0 || search.lastPrices.length === 0) return finish(search);
  state.phase = "polish";
}

/** Dives to make: their cost grows with the number of lines. */
function dives({ state }: Search): number {
  return Math.max(LEAST_DIVES, Math.min(MOST_DIVES, Math.round(200 / state.target)));
}

/** Frees some lines of the best plan and re-chooses them exactly. */
function polish(search: Search): void {
  const { state, tables, best, random } = search;
  const T = tables.terms;
  const free = linesToFree(search, POLISH_LINES);
  const found = polishLines(tables, best, free, search.lastPrices, state.linePrice, {
    slack: POLISH_SLACK,
    columns: POLISH_COLUMNS,
    workLimit: POLISH_WORK,
    random,
  });
  state.work.mips++;
  state.work.mip_work += found.work;
  let cells: Int32Array | null = null;
  if (found.lines) {
    cells = best.slice();
    free.forEach((i, n) => cells!.set(found.lines!.subarray(n * T, (n + 1) * T), i * T));
  }
  takePolished(search, cells);
}

/** Books a polish, takes its plan where it is better, and decides whether the search goes on. */
function takePolished(search: Search, cells: Int32Array | null): void {
  const { state } = search;
  state.polishes++;
  state.idle++;
  search.plan = new Int32Array(0);
  if (cells !== null && search.offer(cells)) state.idle = 0;
  if (isGoodEnough(search) || isOutOfWork(search)) return finish(search);
  const turn = search.bestLines <= POLISH_LINES ? 2 : MOST_IDLE;
  if (state.idle >= turn && state.unproven !== state.bestValue) state.phase = "prove";
  else if (state.idle >= turn * Math.max(1, effortOf(search))) finish(search);
}

/**
 * Looks at a node of the proof that nothing better than the best plan exists; where too many lines
 * matter for a proof, or a node resists, polishing goes on as long as the effort allows.
 */
function prove(search: Search): void {
  const { state, tables } = search;
  const columns = search.bestLines === state.linesBound ? search.decisive : null;
  if (columns === null) return endProof(search);
  state.proof ??= { nodes: [[]], basis: "" };
  const node = state.proof.nodes.pop()!;
  const basis = node.length > 0 ? unpackBasis(state.proof.basis) : null;
  const found = lookAtNode(tables, columns, node, state.bestValue!, basis);
  state.work.mips++;
  state.work.mip_work += found.work;
  if (node.length === 0 && found.basis) state.proof.basis = packBasis(found.basis);
  // Fewer lines matter beside a better plan: polished first, it is proven from the start.
  if (found.plan && search.offer(found.plan)) return beginPolish(search);
  if (found.children === null) return endProof(search);
  state.proof.nodes.push(...found.children);
  if (state.proof.nodes.length === 0) state.bound = state.bestValue;
  if (isGoodEnough(search) || isOutOfWork(search)) finish(search);
}

/** Polishes the plan that a proof has found. */
function beginPolish(search: Search): void {
  const { state } = search;
  state.proof = null;
  state.phase = "polish";
  state.idle = 0;
  if (isGoodEnough(search) || isOutOfWork(search)) finish(search);
}

function endProof(search: Search): void {
  const { state } = search;
  state.proof = null;
  state.unproven = state.bestValue;
  state.phase = "polish";
}

/** Lines with a bad reduced value first, with noise so that the choice differs each time. */
function linesToFree(
  { state, tables, best, bestLines, lastPrices, random }: Search,
  most: number,
): Int32Array {
  const { terms: T, positions: R } = tables;
  const scorer = new LineScorer(tables);
  const keys = Array.from({ length: bestLines }, (_, i) => {
    let reduced = scorer.value(best, i * T) - state.linePrice;
    for (let t = 0; t < T; t++) reduced -= lastPrices[t * R + best[i * T + t]];
    return { i, key: reduced - 150 * random.next() * random.next() };
  });
  keys.sort((a, b) => a.key - b.key || a.i - b.i);
  return Int32Array.from(keys.slice(0, most), ({ i }) => i);
}

/** Whether the best plan has all the lines possible and a value near enough to the bound. */
function isGoodEnough(search: Search): boolean {
  const { state, bestLines } = search;
  if (bestLines < state.linesBound || state.bound === null) return false;
  const value = planValue(search.tables, search.best, bestLines);
  const reward = search.tables.allowPartial ? OBJECTIVE.line * bestLines : 0;
  return state.bound - value <= (GOAL_GAP / effortOf(search)) * Math.abs(state.bound - reward);
}

function effortOf({ input }: Search): number {
  return effortFactor(input.problem.options.effort);
}

/** Whether the search has done the work that its effort allows. */
function isOutOfWork(search: Search): boolean {
  return workShare(search) >= 1;
}

/** Work done as a share of what the effort allows. */
function workShare(search: Search): number {
  const { state, tables } = search;
  return workDone(state.work, tables.cap.length) / workLimit(effortOf(search), state.target);
}

/**
 * The run's time is up: ends the search with its best plan once there is one with a bound. Until then
 * it goes on, as it does where it explains a conflict; what is left is short.
 */
export function expire(search: Search): void {
  const { state } = search;
  if (state.phase === "explain" || state.phase === "done") return;
  if (search.bestLines > 0 && state.bound !== null) finish(search);
}

/** Ends the search with what it has. */
function finish(search: Search): void {
  const { state, input } = search;
  const wanted = input.problem.lines;
  state.phase = "done";
  state.proof = null;
  endDive(search);
  search.prices = new Float64Array(0);
  search.plan = new Int32Array(0);
  if (search.bestLines > 0 && input.tables.allowPartial && search.bestLines < state.linesBound) {
    state.linesReason = `${search.bestLines} lines were found; more than ${state.linesBound} are ` +
      "proven impossible, what lies between is open";
  }
  if (search.bestMissing > 0) {
    state.failure = {
      code: "FORCED_CELLS_NOT_MET",
      message:
        `${search.bestMissing} lines of the forced cells are missing in the best plan found; ` +
        "that they cannot be had is not proven. Force fewer cells, or add posts.",
    };
    return;
  }
  if (search.bestLines === wanted || (search.bestLines > 0 && input.tables.allowPartial)) return;
  // What the LP allows but no plan was found for is never called infeasible.
  state.failure = {
    code: "LINES_NOT_FOUND",
    message: `${search.bestLines} of ${wanted} lines were found; that more are impossible is not ` +
      `proven (bound ${state.linesBound}). Allow partial plans, or add posts.`,
  };
}

/** Starts the explanation of "cannot be done". @param possible proven bound on the lines */
function beginExplanation(search: Search, possible: number): void {
  const { state, input } = search;
  const { problem, bounds, tables } = input;
  state.phase = "explain";
  state.linesBound = possible;
  state.explanation = firstExplanation(problem, bounds, possible, state.count);
  state.conflict = startConflict(
    problem,
    bounds,
    possible,
    tables.allowPartial ? 1 : problem.lines,
  );
  state.count = null;
}

/** One step towards the rules that conflict and what loosening them allows. */
function explain(search: Search): void {
  const { state, input } = search;
  const { problem, bounds } = input;
  state.conflict = conflictStep(problem, bounds, state.conflict!, state.linesBound);
  if (!state.conflict.done) return;
  state.explanation = explained(state.explanation!, bounds, state.conflict);
  state.conflict = null;
  state.phase = "done";
}

/** How far the search is, 0..1. */
export function fractionOf(search: Search): number {
  const { state } = search;
  switch (state.phase) {
    case "init":
      return 0;
    case "construct":
      return 0.02 + 0.08 * Math.min(1, state.moves / CONSTRUCT_MOVES);
    case "count":
      return 0.1;
    case "bound":
      return 0.1 + 0.4 * Math.min(1, state.rounds / 20);
    case "round":
      return 0.5 +
        0.35 * Math.min(1, (state.attempt + state.moves / ANNEAL_MOVES) / dives(search));
    case "polish":
    case "prove":
      return 0.85 + 0.15 * Math.min(1, workShare(search));
    case "explain":
      return 0.5;
    case "done":
      return 1;
  }
}
