// A search at work: the problem's tables, the checkpoint, and the units of work that lead from one
// phase to the next. Each unit starts from the checkpoint alone, so that slicing changes nothing.

import {
  packBasis,
  packPrices,
  packRising,
  unpackBasis,
  unpackPrices,
  unpackRising,
} from "../../engine/packing.ts";
import { growBasis, keepItems } from "../../lp/basis.ts";
import type { LpSolution } from "../../lp/mod.ts";
import { brokenCombs } from "../stability/combs.ts";
import { type Domain, narrow } from "../stability/cutoffs.ts";
import { apply, lineUse, splitMissing, splitWorker } from "./decisions.ts";
import { allows, changesOf, countChanges, placeTheRest } from "../model/elastic.ts";
import { Flow, type FlowProblem, mustHaveReward } from "./flow.ts";
import type { Prepared } from "./prepared.ts";
import { cheapest, type Cut, Program, type Setting } from "./program.ts";
import { blockingPairs, deferredAcceptance } from "../stability/stability.ts";
import type { AllocatorState, OpenNode } from "./state.ts";
import { type AllocatorTables, matchingCost, type Point } from "../model/tables.ts";

/** Entries of the cost matrix that one unit of the flow reads. */
const ENTRIES_PER_UNIT = 8e6;
/** Columns per worker that the program starts with, and that pricing adds. */
const FIRST_PAIRS = 6, MORE_PAIRS = 4;
/** Levels of the tree between points that are rounded to a stable matching. */
const LEVELS_PER_ROUNDING = 8;
/** Cuts added at a time. */
const CUTS_PER_ROUND = 400;
/** A link broken by less is not worth a row. */
const LEAST_LINK = 0.02;
/** Cuts beyond those of the first program that are kept while they are slack. */
const SPARE_CUTS = 300;
/** Simplex work per unit times rows: keeps a unit near 100 ms. */
const LP_WORK_ROWS = 300_000;
/** Rows of all linear programs after which the search answers with what it has: about a minute. */
const MOST_LP_ROWS = 1_200_000;
/** A matching this close to the bound (in thousandths, costs being whole) is optimal. */
const EXACT = 1 - 1e-3;
/** Penalties: one to start with, and one beyond any cost (in the program's unit, see there). */
const SOME_PENALTY = 1e6, FULL_PENALTY = 1e9;

/** A unit of work on a search. */
export interface SearchUnit {
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
  readonly prepared: Prepared;
  readonly state: AllocatorState;
  #flow: { problem: FlowProblem; reward: number; caps: number[] } | null = null;
  #affords: { cost: number; usable: Uint8Array } | null = null;
  #reduced: Float64Array | null = null;
  #pool: Int32Array | null = null;

  constructor(prepared: Prepared, state: AllocatorState) {
    this.prepared = prepared;
    this.state = { ...state, work: { ...state.work }, unitMs: { ...state.unitMs } };
  }

  get tables(): AllocatorTables {
    return this.prepared.tables;
  }

  get stability(): boolean {
    return this.prepared.stability;
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

  /** Room for the reduced costs of the unit at work. */
  get reduced(): Float64Array {
    return this.#reduced ??= new Float64Array(this.tables.cost.length);
  }

  /** Columns of the program: pairs, ascending. */
  get pool(): Int32Array {
    return this.#pool ??= unpackRising(this.state.pool);
  }

  /** Replaces the columns and with them the basis. */
  setPool(pool: Int32Array, basis: Uint8Array | null, rows: number): void {
    this.#pool = pool;
    this.state.pool = packRising(pool);
    this.state.basis = basis && packBasis(basis);
    this.state.basisRows = rows;
  }

  /** Does what the first unit of a slice would otherwise be measured by: deduction for all nodes. */
  warmUp(): void {
    if (this.state.nodes.length > 0) this.setting([]);
  }

  /** The problem of a node; null: nothing is possible there. */
  setting(decisions: readonly number[]): Setting | null {
    const { tables } = this, { standings, domain } = this.prepared.root;
    if (domain === null) return null;
    const own = {
      usable: this.#affordable(domain).slice(),
      lowest: domain.lowest.slice(),
      highest: domain.highest.slice(),
    };
    const used = new Int8Array(tables.J).fill(-1);
    for (const decision of decisions) apply(tables, decision, own, used);
    if (standings && !narrow(tables, standings, own)) return null;
    return { tables, costs: this.prepared.costs, standings, domain: own, used };
  }

  /** Pairs that a matching better than the best may have, by the reduced costs of the first program. */
  #affordable({ usable }: Domain): Uint8Array {
    const { root, bestCost, cuts } = this.state, { standings, domain } = this.prepared.root;
    if (root === null || bestCost === null) return usable;
    if (this.#affords?.cost === bestCost) return this.#affords.usable;
    const used = new Int8Array(this.tables.J).fill(-1);
    const { tables, costs } = this.prepared;
    const setting = { tables, costs, standings, domain: domain!, used };
    const program = new Program(setting, cuts.slice(0, root.cuts), FULL_PENALTY);
    const duals = program.cleanDuals(unpackPrices(root.duals));
    const reduced = program.reducedCosts(duals, new Float64Array(this.tables.cost.length));
    const gap = program.scaled(bestCost - EXACT - program.bound(duals, reduced));
    const left = new Uint8Array(reduced.length);
    for (let p = 0; p < left.length; p++) if (reduced[p] <= gap) left[p] = 1;
    this.#affords = { cost: bestCost, usable: left };
    return left;
  }

  /** Takes a legal matching as the best if it costs less. */
  offer(lineOf: readonly number[]): void {
    const cost = objectiveOf(this.tables, lineOf), { state } = this;
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
    if (near.includes(-1) || objectiveOf(this.tables, near) !== this.state.bestCost) return;
    if (isLegal(this, near)) this.state.best = near;
  }
}

/** What is to be done next; null: nothing, or there is no matching and that is to be explained. */
export function nextUnit({ state, stability }: Search): SearchUnit | null {
  switch (state.phase) {
    case "place":
      return { kind: "place", run: placeWorkers };
    case "bound":
      // Deduction on all pairs takes far longer than other units.
      if (state.flow !== null) return { kind: stability ? "deduce" : "bound", run: startProgram };
      return { kind: "bound", run: exploreNode };
    case "search":
      return { kind: "search", run: exploreNode };
    case "explain": // the conflict is explained by who has asked for the search
    case "done":
      return null;
  }
}

function placeWorkers(search: Search): void {
  const { tables: { W, J, mustHave, cost }, state } = search;
  const flow = new Flow(search.flow.problem, search.flow.reward, state.flow);
  const most = Math.ceil(ENTRIES_PER_UNIT / Math.max(1, J));
  for (; state.placed < W && flow.rows < most; state.placed++) flow.place(state.placed);
  state.work.rows += flow.rows;
  state.flow = flow.save();
  if (state.placed < W) return;
  if (search.tables.give) return countFromFlow(search);
  const idle = mustHave.some((must, j) => must === 1 && flow.load(j) === 0);
  if (state.flow.lineOf.includes(-1) || idle || mustExceedsCap(search.tables)) {
    state.phase = "explain";
    return;
  }
  const lineOf = state.flow.lineOf;
  search.raiseBound(lineOf.reduce((sum, j, w) => sum + cost[w * J + j], 0));
  if (isLegal(search, lineOf)) {
    search.offer(lineOf);
    search.finish();
  } else state.phase = "bound";
}

/** Where rules give way: each worker whom the flow left needs at least one change. */
function countFromFlow(search: Search): void {
  const { tables, stability, state } = search, { lineOf } = state.flow!;
  state.phase = mustExceedsCap(tables) ? "explain" : "bound";
  search.raiseBound(lineOf.filter((j) => j < 0).length);
  const all = search.setting([]);
  if (all === null) return;
  state.flow!.lineOf = placeTheRest(tables, tables.give!, all.domain.usable, lineOf);
  if (!stability) offerIfLegal(search, state.flow!.lineOf);
  if (search.proven) search.finish();
}

/** Takes a matching of all workers as the best if it is legal and costs less. */
function offerIfLegal(search: Search, lineOf: readonly number[]): void {
  if (!lineOf.includes(-1) && isLegal(search, lineOf)) search.offer(lineOf);
}

/** What a search keeps as low as it can: cost in thousandths, or the number of changes. */
function objectiveOf(tables: AllocatorTables, lineOf: readonly number[]): number {
  return tables.give ? countChanges(changesOf(tables, lineOf)) : matchingCost(tables, lineOf);
}

/** Whether a preferencer must use more lines than it may: the program has no penalty for that. */
function mustExceedsCap({ mustHave, caps, give }: AllocatorTables): boolean {
  return caps.some(({ lines, maxLines }, cap) =>
    maxLines !== null && !give?.mustHave && !give?.caps[cap] &&
    lines.reduce((sum, j) => sum + mustHave[j], 0) > maxLines
  );
}

/** Whether a matching keeps all rules that do not give way, and stability. */
function isLegal({ tables, stability }: Search, lineOf: readonly number[]): boolean {
  return allows(tables.give, changesOf(tables, lineOf)) &&
    (!stability || blockingPairs(tables, lineOf).length === 0);
}

/** Chooses the first columns: each worker's cheapest at the flow's prices. */
function startProgram(search: Search): void {
  const { tables, state, stability } = search, { J, cost } = tables;
  const flow = state.flow!;
  state.penalty = SOME_PENALTY;
  state.nodes = [{ decisions: [], bound: state.bound!, counted: false }];
  state.flow = null;
  const setting = search.setting([]);
  if (setting === null) return; // the node will be found impossible
  const { usable } = setting.domain;
  const reduced = search.reduced.fill(Infinity);
  for (let p = 0; p < reduced.length; p++) {
    if (p % J === flow.lineOf[Math.floor(p / J)]) reduced[p] = -Infinity;
    else if (usable[p]) reduced[p] = cost[p] - flow.linePrice[p % J];
  }
  const pairs = new Set(cheapest(tables, reduced, FIRST_PAIRS, Infinity));
  if (stability) {
    const stable = [...deferredAcceptance(tables, undefined, search.prepared.wishes)];
    stable.forEach((j, w) => j >= 0 && pairs.add(w * J + j));
    offerIfLegal(search, stable);
  }
  const pool = Int32Array.from(pairs).sort();
  const program = new Program(setting, [], state.penalty);
  const basis = tables.give
    ? program.changedBasis(pool, flow.lineOf)
    : program.flowBasis(pool, flow);
  search.setPool(pool, basis, program.rows);
  state.newRows = false;
}

/** Takes the program of the node at hand a step further: pivots, columns, cuts, or its end. */
function exploreNode(search: Search): void {
  const { state } = search;
  const node = state.nodes.at(-1);
  if (node === undefined) return conclude(search);
  const setting = isBeaten(state, node.bound) ? null : search.setting(node.decisions);
  if (setting === null) return closeNode(search);
  if (state.work.lp_rows >= MOST_LP_ROWS) return fail(search, "out of work");
  const program = new Program(setting, state.cuts, state.penalty), pool = search.pool;
  const known = state.basis === null ? null : unpackBasis(state.basis);
  const start = known && growBasis(known, state.basisRows, program.rows, pool, pool);
  const workLimit = Math.max(50, Math.round(LP_WORK_ROWS / program.rows));
  const { solution, basis } = program.solve(
    pool,
    start,
    state.newRows ? "dual" : "primal",
    workLimit,
  );
  state.work.lps++;
  state.work.lp_rows += program.rows;
  state.work.lp_work += solution.work;
  if (solution.status !== "optimal") {
    if (solution.stoppedBy !== "limit" || basis === null) fail(search, solution.status);
    else search.setPool(pool, basis, program.rows);
    return;
  }
  search.setPool(pool, basis, program.rows);
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
  const duals = program.cleanDuals(solution.rowDual!);
  const reduced = program.reducedCosts(duals, search.reduced);
  if (state.penalty > 0) {
    node.bound = Math.max(node.bound, program.bound(duals, reduced));
    if (isBeaten(state, node.bound)) return closeNode(search);
    if (state.nodes.length === 1) search.raiseBound(node.bound);
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
      // Lines in use whose y is just below 1, more of them than the cap allows.
      if (addCuts(search, setting, program, solution, point, 1e-6)) return;
      return fail(search, "a row did not hold");
    }
    search.offer(lineOf);
    return closeNode(search);
  }
  // Only where a matching is at hand: a poor first one would end the plunge that leads to a good one.
  const rounds = search.stability && state.bestCost !== null;
  if (rounds && node.decisions.length % LEVELS_PER_ROUNDING === 0) {
    offerIfLegal(search, [...deferredAcceptance(search.tables, point, search.prepared.wishes)]);
  }
  if (node.decisions.length === 0) keepRoot(search, program, duals);
  const split = splitOf(setting, program, solution, point);
  if (split === null) return fail(search, "nothing to decide");
  branch(search, node, program, split, reduced);
}

function addColumns(search: Search, program: Program, more: readonly number[]): void {
  const { state, pool } = search;
  const grown = new Int32Array(pool.length + more.length);
  grown.set(pool);
  grown.set(more, pool.length);
  grown.sort();
  const basis = unpackBasis(state.basis!);
  search.setPool(grown, growBasis(basis, program.rows, program.rows, pool, grown), program.rows);
  state.newRows = false;
}

/** Adds the cuts that a point breaks. @returns whether there are any */
function addCuts(
  search: Search,
  { tables, standings, domain }: Setting,
  program: Program,
  solution: LpSolution,
  point: Point,
  leastLink: number,
): boolean {
  const { state } = search;
  const cuts: Cut[] = standings
    ? brokenCombs(tables, standings, domain, point, CUTS_PER_ROUND)
    : [];
  cuts.push(...program.brokenLinks(point, solution, leastLink));
  const known = new Set(state.cuts.map(String));
  const fresh = cuts.filter((cut) => !known.has(String(cut)));
  if (fresh.length === 0) return false;
  const spare = state.cuts.length - (state.root?.cuts ?? 0);
  if (state.root !== null && spare > SPARE_CUTS) dropSlack(search, program, state.root.cuts);
  state.cuts = [...state.cuts, ...fresh];
  state.newRows = true;
  return true;
}

/** Drops the cuts from `from` on that are slack. */
function dropSlack(search: Search, program: Program, from: number): boolean[] {
  const { state } = search, basis = unpackBasis(state.basis!);
  const keep = program.slack(basis).map((slack, c) => c < from || !slack);
  state.cuts = state.cuts.filter((_, c) => keep[c]);
  const rows = program.firstCut + state.cuts.length;
  search.setPool(search.pool, keepItems(basis, program.firstCut, keep), rows);
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

/** The first program is solved: its duals rule out pairs whenever a better matching is found. */
function keepRoot(search: Search, program: Program, duals: Float64Array): void {
  const { state } = search, first = program.firstCut;
  const keep = dropSlack(search, program, 0);
  const kept = duals.filter((_, i) => i < first || keep[i - first]);
  state.root = { duals: packPrices(kept), cuts: state.cuts.length };
  state.phase = "search";
}

/** The decisions between which a node's point does not decide; null: there are none. */
function splitOf(
  { tables, domain }: Setting,
  program: Program,
  solution: LpSolution,
  point: Point,
): [number, number] | null {
  const line = program.undecidedLine(solution);
  if (line !== null) return [lineUse(line, 1), lineUse(line, 0)];
  return splitWorker(tables, point) ?? splitMissing(tables, domain, point);
}

/** Replaces a node by two halves, those that may hold a better matching; the likelier one comes first. */
function branch(
  search: Search,
  node: OpenNode,
  program: Program,
  split: [number, number],
  reduced: Float64Array,
): void {
  const { state } = search;
  const halves = split.flatMap((decision) => halfOf(search, node, program, reduced, decision));
  state.nodes.pop();
  state.nodes.push(...halves.toReversed());
  state.newRows = true; // of the changed bounds
  if (halves.length === 0) afterNode(search);
}

/** One half of a node, with what the duals at hand say of its bound; none: no better matching is there. */
function halfOf(
  search: Search,
  node: OpenNode,
  program: Program,
  reduced: Float64Array,
  decision: number,
): OpenNode[] {
  const { state, tables: { W, J } } = search;
  const decisions = [...node.decisions, decision];
  const setting = search.setting(decisions);
  if (setting === null) return [];
  const { usable } = setting.domain;
  let rise = 0; // each worker has one of the pairs that are left
  for (let w = 0, p = 0; w < W; w++) {
    let least = Infinity;
    for (let j = 0; j < J; j++, p++) if (usable[p] && reduced[p] < least) least = reduced[p];
    rise += Math.max(0, least);
  }
  const bound = node.bound + rise / program.scaled(1);
  return isBeaten(state, bound) ? [] : [{ decisions, bound, counted: false }];
}

function closeNode(search: Search): void {
  search.state.nodes.pop();
  afterNode(search);
}

/** A node is done with: what that proves, and which comes next. */
function afterNode(search: Search): void {
  const { state } = search;
  state.work.nodes++;
  state.newRows = true;
  state.nodes = state.nodes.filter(({ bound }) => !isBeaten(state, bound));
  const open = state.nodes.map(({ bound }) => bound);
  if (state.bestCost !== null) open.push(state.bestCost);
  if (open.length > 0) search.raiseBound(Math.min(...open));
  if (state.nodes.length === 0 || search.proven) return conclude(search);
  if (state.bestCost === null) return;
  // With a matching at hand, the node of least bound is next; what it is split into comes before others.
  const next = open.indexOf(Math.min(...open.slice(0, -1)));
  state.nodes.push(...state.nodes.splice(next, 1));
}

/** Nothing is open. */
function conclude(search: Search): void {
  search.state.nodes = [];
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
