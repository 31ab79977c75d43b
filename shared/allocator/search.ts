// A search at work: the problem's tables, the checkpoint, and the units of work that lead from one
// phase to the next. Each unit starts from the checkpoint alone, so that slicing changes nothing.

import { packBasis, unpackBasis } from "../lp/packing.ts";
import type { LpSolution } from "../lp/mod.ts";
import { explainConflict, startTests, testRelaxations } from "./explain.ts";
import { Flow, type FlowProblem, mustHaveReward } from "./flow.ts";
import { cheapest, growBasis, Program } from "./program.ts";
import { matchingCost } from "./report.ts";
import { blockingPairs, deferredAcceptance } from "./stability.ts";
import type { AllocatorState } from "./state.ts";
import type { AllocatorTables } from "./tables.ts";

/** Entries of the cost matrix that one unit of the flow reads. */
const ENTRIES_PER_UNIT = 8e6;
/** Columns per worker that the program starts with, and that pricing adds. */
const FIRST_PAIRS = 6, MORE_PAIRS = 4;
/** Stability rows added at a time. */
const CUTS_PER_ROUND = 100;
/** Columns per worker of the first integer program when no matching is known yet. */
const MARGIN_PAIRS = 3;
/** Simplex work per unit times rows: keeps a unit near 100 ms. */
const LP_WORK_ROWS = 300_000;
/** Work of one integer program, times rows; beyond it the search gives up rather than overrun. */
const MIP_WORK_ROWS = 12_000_000;
/** Columns of one integer program. */
const MOST_INTEGER_PAIRS = 5_000;
/** A matching this close to the bound (in thousandths, costs being whole) is optimal. */
const EXACT = 1 - 1e-3;

/** A unit of work. */
export interface Unit {
  kind: string;
  run(search: Search): void;
}

/** Indexes of the caps on workers that the flow keeps: preferencers that share no line. */
function flowCaps({ J, caps }: AllocatorTables): number[] {
  const taken = new Uint8Array(J);
  return caps.flatMap(({ lines, maxWorkers }, i) => {
    if (maxWorkers === null || lines.some((j) => taken[j] === 1)) return [];
    for (const j of lines) taken[j] = 1;
    return [i];
  });
}

/**
 * Costs by which the matching nearest to `near` wins among the cheapest: a worker who moves adds less than
 * any two matchings differ by. The costs alone where that would leave the whole numbers.
 */
function nearCost({ W, J, cost, near }: AllocatorTables): Float64Array {
  const factor = W + 1;
  const most = cost.reduce((max, c) => c < Infinity && Math.abs(c) > max ? Math.abs(c) : max, 0);
  if (near === null || !Number.isSafeInteger(most * factor * J)) return cost;
  const scaled = cost.map((c) => c * factor + 1);
  near.forEach((j, w) => j >= 0 && scaled[w * J + j]--);
  return scaled;
}

/** The live form of an `AllocatorState`. */
export class Search {
  readonly tables: AllocatorTables;
  readonly stability: boolean;
  readonly state: AllocatorState;
  #flow: { problem: FlowProblem; reward: number; caps: number[] } | null = null;

  constructor(tables: AllocatorTables, stability: boolean, state: AllocatorState) {
    this.tables = tables;
    this.stability = stability;
    this.state = { ...state, work: { ...state.work }, unitMs: { ...state.unitMs } };
  }

  /** The flow's view of the problem. */
  get flow() {
    if (this.#flow) return this.#flow;
    const { tables } = this, caps = flowCaps(tables);
    const groupOf = new Int32Array(tables.J).fill(-1);
    caps.forEach((cap, g) => tables.caps[cap].lines.forEach((j) => groupOf[j] = g));
    const groupLimit = Int32Array.from(caps, (cap) => tables.caps[cap].maxWorkers!);
    const decides = !this.stability && caps.length === tables.caps.length &&
      tables.caps.every(({ maxLines }) => maxLines === null);
    const cost = decides ? nearCost(tables) : tables.cost;
    const problem = { ...tables, cost, groupOf, groupLimit };
    return this.#flow = { problem, reward: mustHaveReward(problem), caps };
  }

  get pool(): Int32Array {
    let pair = 0;
    if (this.state.pool === "") return new Int32Array(0);
    return Int32Array.from(this.state.pool.split(" "), (step) => pair += parseInt(step, 36));
  }

  /** Replaces the columns and with them the basis. */
  setPool(pool: Int32Array, basis: Uint8Array | null, rows: number): void {
    let last = 0;
    const steps: string[] = [];
    for (const pair of pool) {
      steps.push((pair - last).toString(36));
      last = pair;
    }
    this.state.pool = steps.join(" ");
    this.state.basis = basis && packBasis(basis);
    this.state.basisRows = rows;
  }

  program(): Program {
    return new Program(this.tables, this.state.cuts, this.state.penalty);
  }

  /** Takes a legal matching as the best if it costs less. */
  offer(lineOf: readonly number[]): void {
    const cost = matchingCost(this.tables, lineOf), { state } = this;
    if (state.bestCost !== null && cost >= state.bestCost) return;
    state.best = [...lineOf];
    state.bestCost = cost;
  }

  /** Whether the best matching is proven optimal. */
  get proven(): boolean {
    const { bestCost, bound } = this.state;
    return bestCost !== null && bound !== null && bestCost - bound < EXACT;
  }

  raiseBound(bound: number): void {
    this.state.bound = Math.max(this.state.bound ?? -Infinity, bound);
  }

  finish(): void {
    this.state.phase = "done";
    if (this.state.bestCost === null || !this.proven) return;
    this.state.bound = this.state.bestCost;
    const near = [...this.tables.near ?? [-1]];
    if (near.includes(-1) || matchingCost(this.tables, near) !== this.state.bestCost) return;
    if (isLegal(this, near)) this.state.best = near;
  }
}

/** What is to be done next; null: nothing. */
export function nextUnit({ state }: Search): Unit | null {
  switch (state.phase) {
    case "place":
      return { kind: "place", run: placeWorkers };
    case "bound":
      return { kind: "bound", run: solveProgram };
    case "search":
      return { kind: "search", run: solveInteger };
    case "explain":
      return { kind: "explain", run: explain };
    case "done":
      return null;
  }
}

function placeWorkers(search: Search): void {
  const { tables: { W, J, mustHave, cost }, state } = search;
  const flow = new Flow(search.flow.problem, search.flow.reward, state.flow);
  const most = Math.ceil(ENTRIES_PER_UNIT / Math.max(1, J));
  for (; state.placed < W && flow.rows < most; state.placed++) {
    const conflict = flow.place(state.placed);
    if (!conflict) continue;
    const unplaced = (state.conflict?.unplaced ?? 0) + 1;
    state.conflict = state.conflict ? { ...state.conflict, unplaced } : { ...conflict, unplaced };
  }
  state.work.rows += flow.rows;
  state.flow = flow.save();
  if (state.placed < W) return;
  const idle = mustHave.some((must, j) => must === 1 && flow.load(j) === 0);
  if (state.conflict || idle || mustExceedsCap(search.tables)) {
    state.phase = "explain";
    return;
  }
  const lineOf = state.flow.lineOf;
  search.raiseBound(lineOf.reduce((sum, j, w) => sum + cost[w * J + j], 0));
  if (isLegal(search, lineOf)) {
    search.offer(lineOf);
    search.finish();
  } else startProgram(search);
}

/** Whether a preferencer must use more lines than it may: the program has no penalty for that. */
function mustExceedsCap({ mustHave, caps }: AllocatorTables): boolean {
  return caps.some(({ lines, maxLines }) =>
    maxLines !== null && lines.reduce((sum, j) => sum + mustHave[j], 0) > maxLines
  );
}

/** Whether a matching of eligible pairs keeps capacities, must-have lines, caps, and stability. */
function isLegal({ tables, stability }: Search, lineOf: readonly number[]): boolean {
  const load = new Int32Array(tables.J);
  for (const j of lineOf) load[j]++;
  if (load.some((n, j) => n > tables.capacity[j] || n < tables.mustHave[j])) return false;
  const kept = tables.caps.every(({ lines, maxLines, maxWorkers }) =>
    (maxWorkers === null || lines.reduce((sum, j) => sum + load[j], 0) <= maxWorkers) &&
    (maxLines === null || lines.reduce((sum, j) => sum + (load[j] > 0 ? 1 : 0), 0) <= maxLines)
  );
  return kept && (!stability || blockingPairs(tables, lineOf).length === 0);
}

/** Chooses the first columns: each worker's cheapest at the flow's prices. */
function startProgram(search: Search): void {
  const { tables, state, stability } = search, { W, J, cost } = tables;
  const flow = state.flow!;
  state.penalty = 1e6;
  const reduced = new Float64Array(W * J);
  for (let p = 0; p < reduced.length; p++) {
    reduced[p] = p % J === flow.lineOf[Math.floor(p / J)]
      ? -Infinity
      : cost[p] - flow.linePrice[p % J];
  }
  const pairs = new Set(cheapest(tables, reduced, FIRST_PAIRS, Infinity));
  if (stability) {
    const stable = [...deferredAcceptance(tables)];
    stable.forEach((j, w) => j >= 0 && pairs.add(w * J + j));
    const must = tables.mustHave.every((m, j) => m === 0 || stable.includes(j));
    if (must && !stable.includes(-1) && isLegal(search, stable)) search.offer(stable);
    state.cuts = blockingPairs(tables, flow.lineOf).slice(0, CUTS_PER_ROUND).map((b) => b.pair);
  }
  const pool = Int32Array.from(pairs).sort();
  const program = search.program();
  search.setPool(pool, program.flowBasis(pool, flow), program.rows);
  state.flow = null;
  state.phase = "bound";
}

/** Solves the linear program a bit further, prices all pairs, and adds what improves it. */
function solveProgram(search: Search): void {
  const { state } = search, program = search.program(), pool = search.pool;
  const workLimit = Math.max(100, Math.round(LP_WORK_ROWS / program.rows));
  const known = state.basis === null ? null : unpackBasis(state.basis);
  const start = known && growBasis(known, state.basisRows, program.rows, pool, pool);
  const { solution, basis } = program.solve(pool, start, workLimit);
  state.work.lps++;
  state.work.lp_work += solution.work;
  if (solution.status !== "optimal") {
    if (solution.stoppedBy !== "limit" || basis === null) fail(search, solution.status);
    else search.setPool(pool, basis, program.rows);
    return;
  }
  const duals = program.cleanDuals(solution.rowDual!);
  const reduced = program.reducedCosts(duals);
  const more = program.improving(reduced, MORE_PAIRS).filter((p) => !pool.includes(p));
  if (more.length > 0) {
    const grown = Int32Array.from([...pool, ...more]).sort();
    const fitted = growBasis(basis!, program.rows, program.rows, pool, grown);
    search.setPool(grown, fitted, program.rows);
    return;
  }
  search.setPool(pool, basis, program.rows);
  state.duals = [...duals];
  afterProgram(search, program, pool, solution, reduced);
}

/** The linear program is solved over all pairs: what it proves. */
function afterProgram(
  search: Search,
  program: Program,
  pool: Int32Array,
  solution: LpSolution,
  reduced: Float64Array,
): void {
  const { state, stability } = search;
  const cuts = stability ? program.violated(pool, solution, CUTS_PER_ROUND) : [];
  if (cuts.length > 0 && addCuts(state, cuts)) return;
  if (program.penalties(solution) > 1e-6) {
    // Only a program that counts penalties alone proves that they cannot be avoided.
    if (state.penalty === 0) state.phase = "explain";
    else state.penalty = 0;
    return;
  }
  if (state.penalty === 0) {
    state.penalty = 1e9;
    return;
  }
  search.raiseBound(program.bound(state.duals, reduced));
  const lineOf = program.wholeMatching(pool, solution);
  if (lineOf && isLegal(search, lineOf)) search.offer(lineOf);
  state.margin = null;
  if (search.proven) search.finish();
  else state.phase = "search";
}

/** Adds stability rows. @returns whether any is new */
function addCuts(state: AllocatorState, cuts: readonly number[]): boolean {
  const known = new Set(state.cuts);
  const fresh = cuts.filter((cut) => !known.has(cut));
  state.cuts = [...state.cuts, ...fresh];
  return fresh.length > 0;
}

/**
 * Solves the integer program over the pairs whose reduced cost is within the margin: a matching with
 * any other pair costs more than bound + margin.
 */
function solveInteger(search: Search): void {
  const { state, tables } = search, program = search.program();
  const reduced = program.reducedCosts(state.duals);
  const base = program.bound(state.duals, reduced);
  state.margin ??= firstMargin(search, program, reduced, base);
  const limit = program.margin(state.margin) + 1e-6;
  const pairs = [...reduced.keys()].filter((p) => reduced[p] <= limit);
  if (pairs.length > MOST_INTEGER_PAIRS) return fail(search, `${pairs.length} pairs left`);
  const workLimit = Math.round(MIP_WORK_ROWS / program.rows);
  const known = unpackBasis(state.basis!), pool = search.pool;
  const basis = growBasis(known, state.basisRows, program.rows, pool, pairs);
  const { solution, lineOf } = program.solveInteger(pairs, basis, workLimit);
  state.work.mips++;
  state.work.lp_work += solution.work;
  if (solution.status !== "optimal" && solution.status !== "infeasible") {
    fail(search, solution.status);
    return;
  }
  const blocked = lineOf && search.stability ? blockingPairs(tables, lineOf) : [];
  if (blocked.length > 0) {
    if (!addCuts(state, blocked.slice(0, CUTS_PER_ROUND).map((b) => b.pair))) {
      return fail(search, "a stability row did not hold");
    }
    state.phase = "bound";
    return;
  }
  if (lineOf) search.offer(lineOf);
  judge(search, base, lineOf, pairs.length === reduced.filter((r) => r < Infinity).length);
}

/** What an integer program over pairs within the margin proves. */
function judge(search: Search, base: number, lineOf: number[] | null, all: boolean): void {
  const { state, tables } = search;
  const found = lineOf === null ? Infinity : matchingCost(tables, lineOf);
  // Least cost of a matching within the margin, and of one beyond it.
  search.raiseBound(
    Math.min(found, all ? Infinity : base + state.margin!, state.bestCost ?? Infinity),
  );
  if (search.proven) search.finish();
  else if (all) state.phase = state.best ? "done" : "explain";
  else {
    const most = state.bestCost === null ? Infinity : state.bestCost - base;
    state.margin = lineOf ? most : Math.min(most, 4 * state.margin! + 1);
  }
}

/** Up to the best matching where one is known, or so much that each worker has a few columns. */
function firstMargin(
  { tables, state }: Search,
  program: Program,
  reduced: Float64Array,
  base: number,
): number {
  const sorted = reduced.filter((r) => r < Infinity).sort();
  const few = sorted[Math.min(sorted.length - 1, MARGIN_PAIRS * tables.W)] / program.margin(1);
  if (state.bestCost === null) return Math.max(0, few);
  const gap = state.bestCost - base;
  return Math.min(gap, Math.max(few, gap / 8)); // a first matching is often far from the best
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

/** Names the conflict, and searches for single relaxations that end it. */
function explain(search: Search): void {
  const { state } = search;
  if (state.tests === null) {
    state.explanation = explainConflict(search);
    if (state.explanation === null) startTests(search);
    else state.phase = "done";
  } else testRelaxations(search);
}
