// The phases of a search as units of work. A unit is the smallest step a slice can end after; which
// unit comes next depends on the checkpoint alone, so the same seed gives the same plan under any
// slicing.

import { countRound, countTables, quickCounts, startCount } from "./counts.ts";
import { conflictStep, explained, showLines, startConflict } from "./conflict.ts";
import { describeCount, firstExplanation } from "./explain.ts";
import { lagrangeanBound } from "./master.ts";
import { randomFill } from "./neighbourhoods.ts";
import { dive } from "./dive.ts";
import { LineScorer, planValue } from "./line_values.ts";
import { polishLines } from "./polish.ts";
import { OBJECTIVE } from "./problem.ts";
import type { PlannerTables } from "./tables.ts";
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
/** Dives: at least so many, and more where they are cheap. */
const LEAST_DIVES = 4;
const MOST_DIVES = 12;
/** Units after which a dive is cut short; the rest of the plan is filled and annealed. */
const MOST_DIVE_UNITS = 100;
/** Simplex work of one unit of the master, times the slots. */
const LP_WORK = 200_000;
/** Simplex work of one unit of diving, times the rows of the master. */
const DIVE_WORK = 60_000;
/** Polishes: how many at most, and how many in a row may find nothing. */
const MOST_POLISHES = 40;
const MOST_IDLE = 12;
/** Lines freed by one polish. */
const POLISH_LINES = 12;
/** Most columns, GLPK work and reduced value below the line price in one polish. */
const POLISH_COLUMNS = 600;
const POLISH_WORK = 600;
const POLISH_SLACK = 100;
/** The search ends when this gap is proven. */
const GOAL_GAP = 0.002;
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
        ? { kind: "dive", run: diveLp }
        : { kind: "moves", run: anneal };
    case "explain":
      return { kind: "count", run: explain };
    case "polish":
      return { kind: "polish", run: polish };
    case "done":
      return null;
  }
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
  state.count = startCount(input.problem, input.bounds, best, exact);
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
  const isBasic = (j: number) => basis[fixed + j] === 1;
  const order = Array.from({ length: pool.count }, (_, j) => j);
  const reduced = order.map((j) => isBasic(j) ? Infinity : pool.reduced(j, prices));
  order.sort((a, b) => reduced[b] - reduced[a] || a - b);
  const keep = new Uint8Array(pool.count);
  for (const j of order.slice(0, POOL_KEEP * slots)) keep[j] = 1;
  search.basis = basis.filter((_, k) => k < fixed || keep[k - fixed] === 1);
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
  const { state, tables, pool, random, master } = search;
  const fixed = new Int32Array(pool.count);
  const before = state.dive ?? [];
  for (let i = 0; i < before.length; i += 2) fixed[before[i]] = before[i + 1];
  const basis = state.dive === null ? search.basis : search.diveBasis;
  const limit = Math.max(50, Math.round(DIVE_WORK / tables.cap.length));
  const found = dive(tables, master, pool, basis, fixed, random, limit);
  state.work.lps++;
  state.work.lp_work += found.work;
  search.diveBasis = found.basis;
  state.diveUnits++;
  if (found.done || state.diveUnits >= MOST_DIVE_UNITS) {
    state.dive = null;
    state.diveUnits = 0;
    search.diveBasis = null;
    search.plan = roundSolution(tables, pool, Float64Array.from(fixed), state.target, random);
  } else {
    state.dive = Array.from(fixed).flatMap((n, j) => n > 0 ? [j, n] : []);
  }
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
  if (state.attempt < dives(search)) return;
  if (search.bestLines === 0 || search.lastPrices.length === 0) return finish(search);
  state.phase = "polish";
}

/** Dives to make: their cost grows with the number of lines. */
function dives({ state }: Search): number {
  return Math.max(LEAST_DIVES, Math.min(MOST_DIVES, Math.round(240 / state.target)));
}

/** Frees some lines of the best plan and re-chooses them exactly. */
function polish(search: Search): void {
  const { state, tables, best, random } = search;
  const T = tables.terms;
  const free = linesToFree(search);
  const allFree = free.length === state.linesBound;
  // A better plan loses less than the gap against the LP in all its lines together, so with every
  // line free the lines within the gap are all that can matter (prices are kept to a thousandth).
  const gap = state.bound! - state.bestValue! + 1;
  const found = polishLines(tables, best, free, search.lastPrices, state.linePrice, {
    slack: allFree ? gap : POLISH_SLACK,
    columns: POLISH_COLUMNS,
    workLimit: POLISH_WORK,
    random,
  });
  state.work.mips++;
  state.work.mip_work += found.work;
  state.polishes++;
  state.idle++;
  if (found.lines) {
    const cells = best.slice();
    free.forEach((i, n) => cells.set(found.lines!.subarray(n * T, (n + 1) * T), i * T));
    if (search.offer(cells)) state.idle = 0;
  } else if (allFree && found.proven && state.lpOptimal) state.bound = state.bestValue;
  const idleMost = allFree ? 2 : MOST_IDLE;
  if (isGoodEnough(search) || state.polishes >= MOST_POLISHES || state.idle >= idleMost) {
    finish(search);
  }
}

/** Lines with a bad reduced value first, with noise so that the choice differs each time. */
function linesToFree({ state, tables, best, bestLines, lastPrices, random }: Search): Int32Array {
  const { terms: T, positions: R } = tables;
  const scorer = new LineScorer(tables);
  const keys = Array.from({ length: bestLines }, (_, i) => {
    let reduced = scorer.value(best, i * T) - state.linePrice;
    for (let t = 0; t < T; t++) reduced -= lastPrices[t * R + best[i * T + t]];
    return { i, key: reduced - 150 * random.next() * random.next() };
  });
  keys.sort((a, b) => a.key - b.key || a.i - b.i);
  return Int32Array.from(keys.slice(0, POLISH_LINES), ({ i }) => i);
}

/** Whether the best plan has all the lines possible and a value near enough to the bound. */
function isGoodEnough(search: Search): boolean {
  const { state, bestLines } = search;
  if (bestLines < state.linesBound || state.bound === null) return false;
  const value = planValue(search.tables, search.best, bestLines);
  const reward = search.tables.allowPartial ? OBJECTIVE.line * bestLines : 0;
  return state.bound - value <= GOAL_GAP * Math.abs(state.bound - reward);
}

/** Ends the search with what it has. */
function finish(search: Search): void {
  const { state, input } = search;
  const wanted = input.problem.lines;
  state.phase = "done";
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
  const shown = showLines(problem, bounds, state.linesBound);
  state.explanation = explained(state.explanation!, bounds, state.conflict, shown);
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
      return 0.85 + 0.15 * Math.min(1, state.polishes / MOST_POLISHES);
    case "explain":
      return 0.5;
    case "done":
      return 1;
  }
}
