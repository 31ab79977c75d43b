// Replanning: posts were lost or added, or rules changed, and as few rotations as possible are to
// change. A search in slices like the engine's: assignment moves that pull every line to what it was find
// a plan; column generation with smoothed prices bounds the changes from below; all lines that a plan
// within the bound can use are listed, an integer program chooses among them; then affinity and
// diversity are improved without a further change. What cannot be done is left to the
// engine to prove and explain, which also lends a plan where the integer program finds none.

import {
  type PlannedLine,
  type Planner,
  type PlannerProgress,
  type PlanQuality,
  preparePlanner,
  type SliceBudget,
} from "../engine.ts";
import { DEFAULT_TIME_LIMIT_S } from "../effort.ts";
import type { Explanation } from "../feasibility/explain.ts";
import { AssignmentSolver } from "../moves/lap.ts";
import { LineScorer, planValue } from "../model/line_values.ts";
import { packCells, unpackCells } from "../../engine/packing.ts";
import type { PlannerProblem } from "../problem.ts";
import { measurePlan } from "../search/quality.ts";
import { replanLeave } from "./leave.ts";
import { Random } from "../../engine/random.ts";
import {
  type ExistingLine,
  type ReplanColumns,
  ReplanModel,
  type ReplanPlan,
  type ReplanPrices,
} from "./model.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import { resolveRules } from "../rules/mod.ts";
import {
  firstState,
  loadColumns,
  loadPlan,
  packedColumns,
  type ReplanPhase,
  type ReplanState,
  saveColumns,
  savePlan,
  unique,
} from "./state.ts";
import { validateProblem } from "../validate.ts";

export type { ReplanState };

/** Simplex work of one LP, and branch-and-cut work of one integer program. */
const LP_WORK = 20_000;
const MIP_WORK = 1_500;
/** Search nodes of one unit of pricing: some 50 ms. */
const PRICE_WORK = 150_000;
/** Rounds of column generation after which its bound is taken as it is. */
const MOST_ROUNDS = 60;
/** The same once the bound has met a plan: the nearer to the LP's optimum, the fewer lines are to be listed. */
const MET_ROUNDS = 15;
/** Most columns of an LP. */
const MOST_PRICED = 2_000;
/** Most columns of an integer program; beyond it the dearest lines are left out. */
const MOST_COLUMNS = 2_500;
/** How often the bound is raised by one change after a proof that it cannot be met. */
const MOST_RAISES = 4;
/** Pricing rounds of a dive between two fixings, and the value from which a line is fixed. */
const DIVE_ROUNDS = 5;
const FIXED_FROM = 0.8;
/** Assignment moves for a plan to start from, at least and per line, those of one unit, and their noise. */
const LEAST_MOVES = 400;
const LINE_MOVES = 7;
const UNIT_MOVES = 25;
/** How often such a plan is sought, while fewer changes may be enough. */
const MOST_SEARCHES = 4;
const MOVES_HEAT = 150;
/** The same for the moves that seek affinity without a further change. */
const TUNE_MOVES = 200;
const TUNE_HEAT = 40;
/** Weight of the best prices so far in those that are priced. */
const SMOOTHING = 0.6;
/** Columns up to which all lines are improved at once; above it a few lines at a time. */
const WHOLE_COLUMNS = 1_500;
const IMPROVED_LINES = 14;
const MOST_IMPROVEMENTS = 40;
const MOST_IDLE = 10;
/** Milliseconds a kind of unit is taken for before the first of it has run. */
const UNKNOWN_UNIT_MS = 120;

/** A line of the new plan. */
export interface ReplannedLine extends PlannedLine {
  /** Index of the existing line whose place it takes; null for an added one. */
  existing: number | null;
  /** Rotations that changed. */
  changes: number;
}

/** What a completed replan reports. */
export interface ReplanQuality extends Omit<PlanQuality, "bound" | "gap"> {
  /** Best objective with as few changes; null where that is not proven. */
  bound: number | null;
  gap: number | null;
  changes: {
    /** Rotations that changed in lines that stay. */
    rotations: number;
    /** No plan changes fewer. */
    bound: number;
    /** Whether `rotations` is proven to be the fewest possible. */
    proven: boolean;
    lines_changed: number;
    lines_added: number;
    lines_removed: number;
  };
}

/** How a replan ended. */
export type ReplanOutcome =
  | { status: "COMPLETED"; lines: ReplannedLine[]; quality: ReplanQuality }
  | { status: "INFEASIBLE"; explanation: Explanation }
  | { status: "FAILED"; code: string; message: string };

/** Replanning of one problem. */
export interface Replanner {
  start(): ReplanState;
  step(state: ReplanState, budget: SliceBudget): ReplanState;
  done(state: ReplanState): boolean;
  progress(state: ReplanState): PlannerProgress;
  outcome(state: ReplanState): ReplanOutcome;
}

const PHASE_NAMES: Record<ReplanPhase, string> = {
  start: "Reading the lines",
  search: "Choosing replacements",
  bound: "Counting the changes needed",
  list: "Looking for replacements",
  choose: "Choosing replacements",
  dive: "Choosing replacements",
  tune: "Improving the lines",
  improve: "Improving the lines",
  engine: "Building legal lines",
  done: "Done",
};

/** Everything that does not change between slices. */
interface Context {
  problem: PlannerProblem;
  bounds: RuleBounds;
  existing: readonly ExistingLine[];
  model: ReplanModel;
  /** Made when it is needed: most replans need no other plan. */
  engine(): Planner;
}

/**
 * Prepares a replan.
 * @param problem the problem without the posts of locked lines; `lines` counts those to be there in the end
 * @param existing the unlocked lines that are there
 * @throws PlannerInputError with a path for each fault
 */
export function prepareReplanner(
  problem: PlannerProblem,
  existing: readonly ExistingLine[],
): Replanner {
  validateProblem(problem);
  const bounds = resolveRules(problem.constraints);
  const model = new ReplanModel(problem, bounds, existing);
  let engine: Planner | null = null;
  const context: Context = {
    problem,
    bounds,
    existing,
    model,
    engine: () => engine ??= preparePlanner(problem),
  };
  return {
    start: () => firstState(problem),
    step: (state, budget) => step(context, state, budget),
    done: (state) => state.phase === "done",
    progress: (state) => progress(context, state),
    outcome: (state) => outcome(context, state),
  };
}

function step(context: Context, before: ReplanState, budget: SliceBudget): ReplanState {
  let state: ReplanState = { ...before, work: { ...before.work }, unitMs: { ...before.unitMs } };
  const { timeLimitS = DEFAULT_TIME_LIMIT_S } = context.problem.options;
  for (let first = true;; first = false) {
    if (state.spentMs >= 1000 * timeLimitS) expire(state);
    if (state.phase === "done") break;
    const left = budget.remainingMs();
    const kind = kindOf(state);
    // A quarter on top: units of a kind differ, and a cold isolate runs them slower.
    if (!first && 1.25 * (state.unitMs[kind] ?? UNKNOWN_UNIT_MS) > left) break;
    if (state.phase === "engine") {
      state = runEngine(context, state, budget);
      // The engine used the slice as far as it goes, unless it has ended.
      if (state.phase === "engine") break;
      continue;
    }
    budget.enter?.(PHASE_NAMES[state.phase]);
    UNITS[state.phase](context, state);
    state.work.units++;
    const took = Math.max(0, left - budget.remainingMs());
    state.spentMs += took;
    state.unitMs[kind] = Math.round(Math.max(took, 0.8 * (state.unitMs[kind] ?? 0)));
  }
  state.fraction = Math.max(state.fraction, fractionOf(state));
  return state;
}

/** The run's time is up: ends with the plan there is; without one the round at hand is the last. */
function expire(state: ReplanState): void {
  if (state.phase === "engine") return;
  if (state.planChanges !== null) finish(state);
  else state.rounds = MOST_ROUNDS;
}

function kindOf(state: ReplanState): string {
  return state.phase === "bound" ? (state.prices === null ? "lp" : "price") : state.phase;
}

const UNITS: Record<
  Exclude<ReplanPhase, "engine" | "done">,
  (context: Context, state: ReplanState) => void
> = { start, search, bound, list, choose, dive, tune, improve };

function start({ model }: Context, state: ReplanState): void {
  const { structureFault, forced, cap } = model.tables;
  // Impossible whatever the lines: the engine says why.
  if (structureFault || forced.some((n, s) => n > cap[s])) return beginEngine(state);
  saveColumns(model, state, model.firstColumns());
  // The first round needs no LP.
  const { slots, lines } = model.firstPrices();
  state.prices = { slots: Array.from(slots), lines: Array.from(lines) };
  if (!beginSearch(model, state)) state.phase = "bound";
}

/** Starts moves for a plan, from another filling each time. @returns whether there is a filling */
function beginSearch(model: ReplanModel, state: ReplanState): boolean {
  const random = new Random(state.rng);
  const cells = model.draft(state.lines, random);
  state.rng = random.state;
  if (cells === null) return false;
  state.draft = { cells: packCells(cells, model.positions, model.terms), moves: 0 };
  state.phase = "search";
  return true;
}

/** Some assignment moves towards a legal plan that keeps what it can. */
function search({ model }: Context, state: ReplanState): void {
  const { cells, moves: before } = state.draft!;
  const random = new Random(state.rng);
  const moves = model.moves(unpackCells(cells, model.positions, model.terms), random);
  const all = Math.max(LEAST_MOVES, LINE_MOVES * moves.lines);
  let made = before;
  for (; made < Math.min(all, before + UNIT_MOVES); made++) {
    moves.move(MOVES_HEAT * Math.max(0, 1 - 1.2 * made / all));
  }
  state.rng = random.state;
  state.work.moves += made - before;
  state.draft = { cells: packCells(moves.cells, model.positions, model.terms), moves: made };
  if (made < all) return;
  const plan = model.planOf(moves.cells);
  if (plan && (state.planChanges === null || model.changes(plan) < state.planChanges)) {
    savePlan(model, state, plan);
    addPlan(model, state, plan);
  }
  state.draft = null;
  state.searches++;
  if (state.rounds === 0) state.phase = "bound";
  else goOn(model, state);
}

/** Where a plan may change less than the best one, other moves are tried; else it is improved as it is. */
function goOn(model: ReplanModel, state: ReplanState): void {
  const isOpen = state.planChanges! > state.bound && state.searches < MOST_SEARCHES;
  if (!isOpen || !beginSearch(model, state)) beginTune(model, state);
}

/** Adds the lines of a plan to the columns. */
function addPlan(model: ReplanModel, state: ReplanState, plan: ReplanPlan): void {
  const columns = loadColumns(model, state);
  plan.kept.forEach((line, i) => {
    if (!line || model.distance(i, line) === 0) return;
    columns.owners.push(i);
    columns.cells.push(...line);
  });
  for (const line of plan.added) {
    columns.owners.push(model.existing);
    columns.cells.push(...line);
  }
  saveColumns(model, state, unique(model, columns));
}

/** One LP, or the pricing of a few lines under its duals. */
function bound(context: Context, state: ReplanState): void {
  if (state.prices === null) solveLpOf(context, state);
  else priceLines(context, state);
}

function solveLpOf({ model }: Context, state: ReplanState): void {
  const found = model.solve(loadColumns(model, state), state.lines, LP_WORK);
  state.work.lps++;
  if (found === null) return stopBound(model, state);
  state.work.lp_work += found.work;
  state.value = found.value;
  const { slots, lines } = found.prices;
  state.prices = { slots: Array.from(slots), lines: Array.from(lines) };
  beginRound(state, SMOOTHING);
}

/** The LP is too much work: what it gave until now has to do. */
function stopBound(model: ReplanModel, state: ReplanState): void {
  if (state.planChanges === null) beginEngine(state);
  else if (state.centre === null) beginTune(model, state);
  else endBound(state);
}

/** Prices all lines anew, at the LP's prices or, where there is a centre, nearer to it. */
function beginRound(state: ReplanState, smoothing: number): void {
  const { slots } = state.prices!;
  const centre = smoothing > 0 ? state.centre : null;
  // Any prices prove a valid bound; to a thousandth they keep checkpoints small.
  state.priced = centre &&
    slots.map((price, s) =>
      Math.round(1000 * (smoothing * centre.slots[s] + (1 - smoothing) * price)) / 1000
    );
  state.costs = [];
  state.added = 0;
}

function pricesOf({ slots, lines }: { slots: number[]; lines: number[] }): ReplanPrices {
  return { slots: Float64Array.from(slots), lines: Float64Array.from(lines) };
}

/** Owners that take part: every existing line, and the added ones as one. */
function ownersOf({ existing }: ReplanModel, { lines }: ReplanState): number {
  return existing + (lines > existing ? 1 : 0);
}

function priceLines({ model }: Context, state: ReplanState): void {
  const duals = pricesOf(state.prices!), owners = ownersOf(model, state);
  const prices = state.priced === null
    ? duals
    : pricesOf({ ...state.prices!, slots: state.priced });
  const columns = loadColumns(model, state);
  let work = 0;
  for (let i = state.costs.length; i < owners && work < PRICE_WORK; i++) {
    const stay = model.stayCost(i, prices);
    if (stay <= model.leastCost(i, prices)) {
      state.costs.push(stay);
      continue;
    }
    const known = i === model.existing ? duals.lines[i] : Math.min(stay, model.missingPrice);
    const found = model.cheapest(i, prices, known);
    work += found.work;
    state.work.pricings++;
    state.costs.push(found.cost);
    for (let at = 0; at < found.lines.length; at += model.terms) {
      if (model.costOf(i, duals, found.lines, at) > duals.lines[i] - 1e-6) continue;
      columns.owners.push(i);
      columns.cells.push(...found.lines.subarray(at, at + model.terms));
      state.added++;
    }
  }
  state.work.pricing_nodes += work;
  saveColumns(model, state, columns);
  if (state.costs.length === owners) endRound(model, state, prices);
}

/** A round gives a bound; prices without a new column are the LP's optimum, or were smoothed too much. */
function endRound(model: ReplanModel, state: ReplanState, prices: ReplanPrices): void {
  state.rounds++;
  const value = model.lagrangean(prices, state.costs, state.lines);
  if (state.centre === null || value > state.centre.value) {
    state.centre = { slots: Array.from(prices.slots), lines: state.costs, value };
    state.bound = Math.max(state.bound, Math.ceil(value - 1e-4));
  }
  // More than any plan can change: some line has no place under the posts and rules.
  const most = model.existing * model.terms;
  if (state.bound > most) return beginEngine(state);
  const isMet = state.planChanges !== null && state.bound >= state.planChanges;
  const isClosed = state.added === 0 && state.priced === null && state.rounds > 1;
  if (isClosed || state.rounds >= (isMet ? MET_ROUNDS : MOST_ROUNDS)) {
    if (isClosed && state.value > most) return beginEngine(state);
    return endBound(state);
  }
  if (state.rounds > 1 && state.added === 0) return beginRound(state, 0);
  state.prices = null;
  trimColumns(model, state, prices);
}

/** Keeps the lines as they are and the cheapest others, where columns outgrow the checkpoint. */
function trimColumns(model: ReplanModel, state: ReplanState, prices: ReplanPrices): void {
  const { owners, cells } = loadColumns(model, state);
  if (owners.length <= MOST_PRICED) return;
  const { terms: T } = model;
  const reduced = owners.map((i, j) =>
    model.distance(i, cells, j * T) === 0 && i < model.existing
      ? -Infinity
      : model.costOf(i, prices, cells, j * T) - state.costs[i]
  );
  const order = Array.from(reduced.keys()).sort((a, b) => reduced[a] - reduced[b] || a - b);
  const keep = order.slice(0, Math.round(0.7 * MOST_PRICED)).sort((a, b) => a - b);
  saveColumns(model, state, {
    owners: keep.map((j) => owners[j]),
    cells: keep.flatMap((j) => cells.slice(j * T, (j + 1) * T)),
  });
}

/** Goes on with the prices of the best bound, from which what a plan can use is listed. */
function endBound(state: ReplanState): void {
  const { slots, lines, value } = state.centre!;
  state.prices = { slots, lines };
  state.value = value;
  state.priced = null;
  state.costs = [];
  state.centre = null;
  state.complete = true;
  beginList(state, Math.max(0, state.bound));
}

function beginList(state: ReplanState, target: number): void {
  state.phase = "list";
  state.target = target;
  state.cursor = 0;
}

/** Lists, for some lines, everything in their place that a plan of `target` changes can use. */
function list({ model }: Context, state: ReplanState): void {
  const prices = pricesOf(state.prices!), owners = ownersOf(model, state);
  const slack = state.target - state.value;
  const columns = loadColumns(model, state);
  for (let n = 0; state.cursor < owners && n < 8; state.cursor++) {
    const i = state.cursor;
    if (!model.canImprove(i, prices, slack + 2e-6)) continue;
    n++;
    const found = model.list(i, prices, slack);
    const more = i === model.existing ? model.goodLines(new Random(state.rng)) : new Int32Array(0);
    for (const lines of [found.lines, more]) {
      for (let at = 0; at < lines.length; at += model.terms) {
        columns.owners.push(i);
        columns.cells.push(...lines.subarray(at, at + model.terms));
      }
    }
    state.complete &&= found.complete;
  }
  saveColumns(model, state, trimmed(model, state, unique(model, columns), prices));
  if (state.cursor === owners) state.phase = "choose";
}

/** The cheapest columns by reduced cost, where they are too many. */
function trimmed(
  model: ReplanModel,
  state: ReplanState,
  columns: ReplanColumns,
  prices: ReplanPrices,
): ReplanColumns {
  if (columns.owners.length <= MOST_COLUMNS) return columns;
  state.complete = false;
  const { terms: T, positions: R } = model;
  const reduced = columns.owners.map((i, j) => {
    let cost = model.distance(i, columns.cells, j * T) - prices.lines[i];
    for (let t = 0; t < T; t++) cost += prices.slots[t * R + columns.cells[j * T + t]];
    return cost;
  });
  const order = Array.from(reduced.keys()).sort((a, b) => reduced[a] - reduced[b] || a - b);
  const keep = order.slice(0, MOST_COLUMNS).sort((a, b) => a - b);
  return {
    owners: keep.map((j) => columns.owners[j]),
    cells: keep.flatMap((j) => columns.cells.slice(j * T, (j + 1) * T)),
  };
}

/** The integer program: the plan of fewest changes over the listed lines, and what it proves. */
function choose({ model }: Context, state: ReplanState): void {
  if (state.planChanges !== null && state.planChanges <= state.bound) {
    return beginTune(model, state);
  }
  const below = state.planChanges ?? Infinity;
  const found = model.fewestChanges(loadColumns(model, state), state.lines, below, MIP_WORK);
  state.work.mips++;
  state.work.mip_work += found.work;
  const isProof = found.proven && state.complete;
  const changes = found.plan ? model.changes(found.plan) : Infinity;
  if (found.plan && (state.planChanges === null || changes < state.planChanges)) {
    savePlan(model, state, found.plan);
  }
  // Everything within the target was listed: if none of it makes a plan, a plan changes more.
  if (isProof && changes > state.target) state.bound = Math.max(state.bound, state.target + 1);
  if (state.planChanges !== null && state.planChanges <= state.bound) {
    return beginTune(model, state);
  }
  if (isProof && changes > state.target && state.raises < MOST_RAISES) {
    state.raises++;
    return beginList(state, state.target + 1);
  }
  if (state.planChanges !== null) return goOn(model, state);
  const { columns, owners } = state;
  state.dive = { columns, owners, fixed: [], rounds: 0 };
  state.phase = "dive";
}

/**
 * Where the integer program found no plan: solves the LP again and again, each time with more lines
 * fixed to what it prefers for them and with new lines priced in, until it is a plan.
 */
function dive({ model }: Context, state: ReplanState): void {
  const at = state.dive!;
  const columns = loadColumns(model, at);
  const found = model.solve(columns, state.lines, LP_WORK);
  state.work.lps++;
  if (found === null) return beginEngine(state);
  state.work.lp_work += found.work;
  const isWhole = found.x.every((x) => Math.abs(x - Math.round(x)) < 1e-6);
  if (isWhole && found.missing < 1e-6) {
    savePlan(model, state, model.readPlan(columns, found.x));
    state.dive = null;
    return beginTune(model, state);
  }
  if (at.rounds < DIVE_ROUNDS && priceDive(model, state, columns, found.prices)) {
    state.dive = { ...at, ...packedColumns(model, columns), rounds: at.rounds + 1 };
    return;
  }
  const next = fixLines(model, at, columns, found.x);
  if (isWhole || next.fixed.length === at.fixed.length) beginEngine(state);
  else state.dive = next;
}

/** Adds lines that the dive's LP can use; false when there are none. */
function priceDive(
  model: ReplanModel,
  state: ReplanState,
  columns: ReplanColumns,
  prices: ReplanPrices,
): boolean {
  const before = columns.owners.length, fixed = new Set(state.dive!.fixed);
  for (let i = 0, work = 0; i < ownersOf(model, state) && work < 2 * PRICE_WORK; i++) {
    if (fixed.has(i) || !model.canImprove(i, prices)) continue;
    const found = model.cheapest(i, prices, prices.lines[i]);
    work += found.work;
    state.work.pricings++;
    state.work.pricing_nodes += found.work;
    for (let at = 0; at < found.lines.length; at += model.terms) {
      columns.owners.push(i);
      columns.cells.push(...found.lines.subarray(at, at + model.terms));
    }
  }
  return columns.owners.length > before;
}

/** Fixes the lines that are nearly whole, at least the next best one, by dropping their other columns. */
function fixLines(
  model: ReplanModel,
  { fixed }: NonNullable<ReplanState["dive"]>,
  columns: ReplanColumns,
  x: Float64Array,
): NonNullable<ReplanState["dive"]> {
  const { terms: T, existing: m } = model;
  const isFixed = new Set(fixed);
  const candidates = columns.owners.map((i, j) => ({ i, j }))
    .filter(({ i, j }) => i < m && !isFixed.has(i) && x[j] > 1e-6)
    .sort((a, b) => x[b.j] - x[a.j] || a.j - b.j);
  const fractional = candidates.filter(({ j }) => x[j] < 1 - 1e-6);
  const chosen = new Map<number, number>();
  for (const { i, j } of candidates) if (x[j] >= FIXED_FROM) chosen.set(i, j);
  if (fractional.length > 0 && x[fractional[0].j] < FIXED_FROM) {
    chosen.set(fractional[0].i, fractional[0].j);
  }
  const kept = columns.owners.flatMap((i, j) => (chosen.get(i) ?? j) === j ? [j] : []);
  const part = {
    owners: kept.map((j) => columns.owners[j]),
    cells: kept.flatMap((j) => columns.cells.slice(j * T, (j + 1) * T)),
  };
  return { ...packedColumns(model, part), fixed: [...fixed, ...chosen.keys()], rounds: 0 };
}

function beginImprove(state: ReplanState): void {
  state.draft = null;
  state.phase = "improve";
  state.improvements = 0;
  state.idle = 0;
}

/** Where every line is there still, moves for affinity come first; else the integer programs. */
function beginTune(model: ReplanModel, state: ReplanState): void {
  if (state.lines < model.existing) return beginImprove(state);
  state.draft = { cells: state.plan, moves: 0 };
  state.phase = "tune";
}

/** Some assignment moves for affinity and diversity; a plan counts that changes no more than the best. */
function tune({ model }: Context, state: ReplanState): void {
  const { cells, moves: before } = state.draft!;
  const random = new Random(state.rng);
  const moves = model.tuning(unpackCells(cells, model.positions, model.terms), random);
  let made = before;
  for (; made < Math.min(TUNE_MOVES, before + UNIT_MOVES); made++) {
    moves.move(TUNE_HEAT * Math.max(0, 1 - 1.2 * made / TUNE_MOVES));
    const plan = model.planOf(moves.cells);
    if (plan && isBetter(model, plan, loadPlan(model, state))) savePlan(model, state, plan);
  }
  state.rng = random.state;
  state.work.moves += made - before;
  state.draft = { cells: packCells(moves.cells, model.positions, model.terms), moves: made };
  if (made >= TUNE_MOVES) beginImprove(state);
}

/** Affinity and diversity, all lines at once where they are few, else some of them. */
function improve({ model }: Context, state: ReplanState): void {
  const columns = loadColumns(model, state), plan = loadPlan(model, state);
  const choices = choicesOf(model, state, columns, plan);
  const count = columns.owners.filter((i) => choices.includes(i)).length;
  const whole = count <= WHOLE_COLUMNS && state.planChanges! <= state.bound;
  const random = new Random(state.rng);
  const order = Int32Array.from(choices);
  const size = whole ? order.length : Math.min(order.length, IMPROVED_LINES);
  if (!whole) {
    random.choose(order, order.length);
    // Lines that change come first to every other turn: among them a change may be saved.
    const changed = (i: number) => plan.kept[i] && model.distance(i, plan.kept[i]) > 0 ? 0 : 1;
    if (state.improvements % 2 === 0) order.sort((a, b) => changed(a) - changed(b));
  }
  state.rng = random.state;
  const free = new Set(Array.from(order.subarray(0, size)).sort((a, b) => a - b));
  const minimal = state.planChanges! <= state.bound && state.complete &&
    state.lines <= model.existing;
  if (free.size === 0) state.best = minimal;
  else {
    // While a change may be saved, lines beyond the listed ones take part.
    const near = state.planChanges! > state.bound && !whole
      ? model.nearLines(plan, free)
      : { owners: [], cells: [] };
    const found = model.improve(plan, columns, near, free, MIP_WORK);
    state.work.mips++;
    state.work.mip_work += found.work;
    state.idle++;
    if (found.plan && isBetter(model, found.plan, plan)) {
      savePlan(model, state, found.plan);
      state.idle = 0;
    }
    const minimal = state.planChanges! <= state.bound;
    state.best = whole && found.proven && state.complete && minimal &&
      state.lines <= model.existing;
  }
  state.improvements++;
  const enough = state.idle >= MOST_IDLE || state.improvements >= MOST_IMPROVEMENTS;
  if (free.size === 0 || whole || enough) finish(state);
}

/** Owners with more than one line to choose from. */
function choicesOf(
  model: ReplanModel,
  state: ReplanState,
  columns: ReplanColumns,
  plan: ReplanPlan,
): number[] {
  const counts = new Int32Array(model.existing + 1);
  for (const i of columns.owners) counts[i]++;
  // While a change may be saved, every line may take part in an exchange.
  const all = state.lines < model.existing || state.planChanges! > state.bound;
  return Array.from(counts.keys()).filter((i) =>
    i === model.existing ? plan.added.length > 0 : counts[i] > 1 || all
  );
}

function isBetter(model: ReplanModel, plan: ReplanPlan, than: ReplanPlan): boolean {
  const changes = model.changes(plan) - model.changes(than);
  return changes < 0 || (changes === 0 && valueOf(model, plan) > valueOf(model, than));
}

function valueOf(model: ReplanModel, plan: ReplanPlan): number {
  const cells = model.cellsOf(plan);
  return planValue(model.tables, cells, cells.length / model.terms);
}

function finish(state: ReplanState): void {
  state.phase = "done";
  state.columns = "";
  state.owners = [];
  state.prices = null;
}

function beginEngine(state: ReplanState): void {
  state.phase = "engine";
  state.dive = null;
  state.draft = null;
  state.centre = null;
  state.columns = "";
  state.owners = [];
  state.prices = null;
}

/** Lets the engine work; its plan, in the places nearest to it, is what the replan goes on with. */
function runEngine(context: Context, state: ReplanState, budget: SliceBudget): ReplanState {
  const engine = context.engine();
  const before = state.engine ?? { ...engine.start(), spentMs: state.spentMs };
  const next = engine.step(before, budget);
  const { spentMs } = next;
  if (!engine.done(next)) return { ...state, spentMs, engine: next };
  const found = engine.outcome(next);
  if (found.status !== "COMPLETED") return { ...state, spentMs, engine: next, phase: "done" };
  const ended: ReplanState = {
    ...state,
    spentMs,
    engine: next,
    linesBound: found.quality.lines.bound,
    linesReason: found.quality.lines.reason,
  };
  const cells = engineCells(context, found.lines);
  const lines = cells.length / context.model.terms;
  savePlan(context.model, ended, inNearestPlaces(context.model, cells, lines));
  if (lines === state.lines) return { ...ended, phase: "done" };
  // Fewer lines than wanted: the fewest changes for as many as there are.
  saveColumns(context.model, ended, context.model.firstColumns());
  return { ...ended, phase: "bound", lines, prices: null, rounds: 0, bound: 0, raises: 0 };
}

function engineCells({ problem, bounds, model }: Context, lines: readonly PlannedLine[]) {
  const indexOf = new Map(problem.positions.map(({ id }, r) => [id, r]));
  const { groups } = model.tables;
  return Int32Array.from(lines.flatMap((line) => {
    const cells = line.positions.map((id) => indexOf.get(id)!);
    if (groups.length === 0) return cells;
    const pathway = bounds.pathways.findIndex(({ name }) => name === line.pathway);
    return [...cells, groups.at(pathway)!];
  }));
}

/** Puts lines in the places of existing ones so that the fewest rotations change. */
function inNearestPlaces(model: ReplanModel, cells: Int32Array, lines: number): ReplanPlan {
  const { existing: m, terms: T } = model;
  const size = Math.max(m, lines);
  const cost = new Float64Array(size * size);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < lines; j++) cost[i * size + j] = model.distance(i, cells, j * T);
  }
  const placeOf = new AssignmentSolver().solve(cost, size, size);
  const line = (j: number) => cells.slice(j * T, (j + 1) * T);
  const taken = Array.from({ length: size }, (_, i) => placeOf[i] < lines ? placeOf[i] : null);
  return {
    kept: taken.slice(0, m).map((j) => j === null ? null : line(j)),
    added: taken.slice(m).filter((j) => j !== null).map(line),
  };
}

function fractionOf(state: ReplanState): number {
  const within: Record<ReplanPhase, number> = {
    start: 0,
    search: 0.01,
    bound: 0.05 + 0.45 * Math.min(1, state.rounds / 20),
    list: 0.5,
    choose: 0.6,
    dive: 0.65,
    tune: 0.68,
    improve: 0.7 + 0.3 * Math.min(1, state.improvements / MOST_IMPROVEMENTS),
    engine: 0.5 + 0.4 * (state.engine?.fraction ?? 0),
    done: 1,
  };
  return within[state.phase];
}

function progress(context: Context, state: ReplanState): PlannerProgress {
  const planned = state.planChanges !== null;
  const engine = state.phase === "engine" && state.engine
    ? context.engine().progress(state.engine)
    : null;
  return {
    phase: engine?.phase ?? PHASE_NAMES[state.phase],
    fraction: Math.max(state.fraction, fractionOf(state)),
    lines: planned ? loadPlanLines(context.model, state) : engine?.lines ?? 0,
    linesWanted: context.problem.lines,
    columns: engine?.columns ?? state.owners.length,
    bound: null,
    objective: planned ? valueOf(context.model, loadPlan(context.model, state)) : null,
    gap: null,
  };
}

function loadPlanLines({ positions, terms }: ReplanModel, state: ReplanState): number {
  return unpackCells(state.plan, positions, terms).length / terms;
}

function outcome(context: Context, state: ReplanState): ReplanOutcome {
  if (state.phase !== "done") throw new Error(`the replan is in phase ${state.phase}`);
  if (state.planChanges === null) {
    const found = context.engine().outcome(state.engine!);
    if (found.status === "COMPLETED") throw new Error("a plan was found and lost");
    return found;
  }
  const plan = loadPlan(context.model, state);
  return replanLeave(context.problem, context.bounds, context.existing, {
    status: "COMPLETED",
    lines: namedLines(context, plan),
    quality: qualityOf(context, state, plan),
  });
}

function namedLines({ problem, bounds, model }: Context, plan: ReplanPlan): ReplannedLine[] {
  const scorer = new LineScorer(model.tables);
  const named = (line: Int32Array, existing: number | null): ReplannedLine => {
    const pathway = bounds.pathways[model.tables.groups.indexOf(line[model.year])];
    return {
      positions: Array.from(line.subarray(0, model.year), (r) => problem.positions[r].id),
      affinity: scorer.value(line, 0),
      ...pathway ? { pathway: pathway.name } : {},
      existing,
      changes: existing === null ? 0 : model.distance(existing, line),
    };
  };
  return [
    ...plan.kept.flatMap((line, i) => line ? [named(line, i)] : []),
    ...plan.added.map((line) => named(line, null)),
  ];
}

function qualityOf(context: Context, state: ReplanState, plan: ReplanPlan): ReplanQuality {
  const { problem, bounds, model } = context;
  const cells = model.cellsOf(plan), built = cells.length / model.terms;
  const objective = valueOf(model, plan), changes = state.planChanges!;
  return {
    lines: {
      wanted: problem.lines,
      built,
      bound: state.linesBound,
      reason: state.linesReason,
    },
    objective,
    bound: state.best ? objective : null,
    gap: state.best ? 0 : null,
    changes: {
      rotations: changes,
      bound: Math.min(changes, state.bound),
      proven: changes <= state.bound,
      lines_changed: plan.kept.filter((line, i) => line && model.distance(i, line) > 0).length,
      lines_added: plan.added.length,
      lines_removed: plan.kept.filter((line) => line === null).length,
    },
    ...measurePlan(problem, bounds, model.tables, cells),
    work: state.work,
  };
}
