// Why doctors did not get lines that they ranked better: what it would cost to give each of those pairs all the same. Where a
// flow expresses all rules, that is exact; else the flow without the others (stability, caps on lines, linked workers) proves a least cost. All
// pairs of the workers on one line come from one tree of shortest chains (detours.ts).

import { firstPairOf, lineOfPair, pairOf, workerOfPair } from "../model/pairs.ts";
import { Flow, type FlowProblem, mustHaveReward } from "../search/flow.ts";
import { cleanDuals, provenBound, reducedCosts } from "../search/prices.ts";
import { FULL_PENALTY, type Search } from "../search/search.ts";
import { Layout } from "../search/layout.ts";
import { unpackPrices } from "../../engine/packing.ts";
import { type AllocatorTables, COST_SCALE } from "../model/tables.ts";
import { stagesOf } from "../search/stages.ts";
import type { WhyView } from "../search/state.ts";
import { Detours } from "./detours.ts";

/** Entries of matrices that one unit reads. */
const ENTRIES_PER_UNIT = 2e7;
/** Pairs that are told: their costs are part of the checkpoint, and they are rows of the database. */
const MOST_PAIRS = 60_000;
/** What stands for a chain that there is not. */
const NONE = "-";
/** Differences below this come from the rounding of the program's numbers. */
const ROUNDING = 0.01;

/** What giving a pair would cost. */
export interface Price {
  worker: number;
  line: number;
  /** By how much the objective rises at least, in thousandths; null: no matching gives the pair. */
  rise: number | null;
  /** Whether it rises by just that. */
  exact: boolean;
  /** Ranks that the other workers lose at least in sum; null: nothing is proven. */
  ranks: number | null;
  /** Whether they can lose just that. */
  exactRanks: boolean;
}

/**
 * Pairs that workers ranked better than their own line, eligible or not, ascending. Where there are more than are kept, of
 * each worker those ranked best.
 */
export function betterPairs(
  tables: AllocatorTables,
  lineOf: ArrayLike<number>,
  most = MOST_PAIRS,
): number[] {
  const { W, J, rank, choice } = tables;
  if (tables.groupOf !== null && tables.group === null) {
    const all = stagesOf(tables).flatMap((group) =>
      betterPairs({ ...tables, group }, lineOf, most)
    );
    return all.sort((a, b) => a - b);
  }
  const matched = Array.from({ length: W }, (_, w) => isMatched(tables, w));
  // Each group's part of the whole, since the next group's pairs are not known yet.
  const share = Math.floor(most * matched.filter((is) => is).length / Math.max(1, W));
  const ofWorker = Array.from({ length: W }, (_, w) => {
    if (!matched[w]) return [];
    const own = rank[pairOf(w, lineOf[w], J)], pairs: number[] = [];
    for (let p = firstPairOf(w, J); p < firstPairOf(w + 1, J); p++) {
      if (choice[p] > 0 && rank[p] < own) pairs.push(p);
    }
    return pairs;
  });
  const each = shareOf(ofWorker.map((pairs) => pairs.length), share);
  return ofWorker.flatMap((pairs) =>
    pairs.length <= each
      ? pairs
      : pairs.sort((a, b) => rank[a] - rank[b] || a - b).slice(0, each).sort((a, b) => a - b)
  );
}

/** The largest number that everybody may have at most while they have no more than `most` together. */
function shareOf(counts: readonly number[], most: number): number {
  const rising = [...counts].sort((a, b) => a - b);
  let left = most;
  for (let i = 0; i < rising.length; i++) {
    const others = rising.length - i;
    if (rising[i] * others > left) return Math.floor(left / others);
    left -= rising[i];
  }
  return Infinity;
}

/** The better pairs whose prices are found: those that their worker may have, and was not kept from by a pin. */
function pairsAsked(tables: AllocatorTables, lineOf: ArrayLike<number>): number[] {
  const { J, cost, pinned } = tables;
  return betterPairs(tables, lineOf).filter((p) =>
    cost[p] < Infinity && !(pinned !== null && pinned.lineOf[workerOfPair(p, J)] >= 0)
  );
}

/** Whether the objective is the workers' ranks and nothing else, but for a factor. */
function isRanksAlone({ power, weight, regard }: AllocatorTables): boolean {
  return power === 1 && weight < 1 && regard.every((value) => value === 0);
}

/** Whether it is this worker's turn: nobody's ranks count but those of the group that is being matched. */
function isMatched({ groupOf, group }: AllocatorTables, w: number): boolean {
  return group === null || groupOf === null || groupOf[w] === group;
}

/** The same problem with the workers' ranks as its costs, in thousandths. */
function ranksOnly(tables: AllocatorTables): Float64Array {
  const { W, J, cost, rank } = tables, ranks = new Float64Array(cost.length);
  for (let w = 0, p = 0; w < W; w++) {
    const factor = isMatched(tables, w) ? COST_SCALE : 0;
    for (let j = 0; j < J; j++, p++) {
      ranks[p] = cost[p] < Infinity ? Math.round(factor * rank[p]) : Infinity;
    }
  }
  return ranks;
}

/** The work for one slice. */
export class Why {
  readonly #search: Search;
  #detours: Detours | null = null;

  constructor(search: Search) {
    this.#search = search;
  }

  /** Begins where a search has ended with a matching. */
  start(): void {
    const { state } = this.#search;
    state.phase = "why";
    state.why = [newView("objective", this.#search.flow.decides ? state.best : state.relaxed)];
  }

  /** One unit: places workers of a view that has no matching yet, or finds chains to some lines. */
  run(): void {
    const { state } = this.#search, view = { ...state.why!.at(-1)! };
    state.why = [...state.why!.slice(0, -1), view];
    if (view.base === null) return this.#place(view);
    this.#price(view, view.base);
    if (view.at < this.#search.tables.J) return;
    this.#detours = null;
    if (view.kind === "objective" && !isRanksAlone(this.#search.tables)) {
      state.why = [...state.why, newView("ranks", null)];
    } else state.phase = "done";
  }

  /** The flow's problem with the costs of a view. */
  #problem({ kind }: WhyView): FlowProblem {
    const { tables, flow } = this.#search;
    return { ...flow.problem, cost: kind === "ranks" ? ranksOnly(tables) : tables.cost };
  }

  #place(view: WhyView): void {
    const { W, J } = this.#search.tables, problem = this.#problem(view);
    const flow = new Flow(problem, mustHaveReward(problem), view.flow);
    const most = Math.ceil(ENTRIES_PER_UNIT / 2 / Math.max(1, J));
    for (; view.placed < W && flow.rows < most; view.placed++) flow.place(view.placed);
    view.flow = flow.save();
    if (view.placed < W) return;
    view.base = view.flow.lineOf;
    view.flow = null;
  }

  #price(view: WhyView, base: number[]): void {
    const { tables, state } = this.#search, { J } = tables;
    const detours = this.#detours ??= new Detours(this.#problem(view), base);
    const asked = byBaseLine(tables, base, pairsAsked(tables, state.best!));
    const found = view.costs === "" ? [] : [view.costs];
    for (let read = 0; view.at < J && read < ENTRIES_PER_UNIT; view.at++) {
      const pairs = asked[view.at];
      if (pairs.length === 0) continue;
      const wanted = new Uint8Array(J);
      for (const p of pairs) wanted[lineOfPair(p, J)] = 1;
      const chain = detours.to(view.at, wanted);
      read += detours.size;
      for (const p of pairs) {
        found.push(
          chain[lineOfPair(p, J)] === Infinity ? NONE : chain[lineOfPair(p, J)].toString(36),
        );
      }
    }
    view.costs = found.join();
  }
}

function newView(kind: WhyView["kind"], base: number[] | null): WhyView {
  return { kind, base, flow: null, placed: 0, at: 0, costs: "" };
}

/** Pairs by the line that their worker has in the matching which a view starts from. */
function byBaseLine({ J }: AllocatorTables, base: number[], pairs: readonly number[]): number[][] {
  const asked: number[][] = Array.from({ length: J }, () => []);
  for (const p of pairs) asked[base[workerOfPair(p, J)]].push(p);
  return asked;
}

/**
 * The least total of a view in which each of some pairs is given, in thousandths, by pair; Infinity: there is none.
 * @param cost the costs of the view
 */
function totalsOf(
  tables: AllocatorTables,
  { base, costs }: WhyView,
  cost: Float64Array,
  pairs: readonly number[],
): Map<number, number> {
  const { J } = tables, of = (w: number, j: number) => cost[pairOf(w, j, J)];
  const total = base!.reduce((sum, j, w) => sum + of(w, j), 0);
  const chains = costs === "" ? [] : costs.split(",");
  return new Map(
    byBaseLine(tables, base!, pairs).flat().map((p, i): [number, number] => {
      const w = workerOfPair(p, J);
      const chain = chains[i] === NONE ? Infinity : parseInt(chains[i], 36);
      return [p, total + cost[p] - of(w, base![w]) + chain];
    }),
  );
}

/** What the first program's duals prove of the least cost with each pair; null: there was no such program. */
function provenByProgram(search: Search): ((pair: number) => number) | null {
  const { state, stability, tables } = search, { root, cuts } = state, { W, J } = tables;
  // A pinned worker blocks no line, so that a pair that is stable by a pin may not be so for the program.
  const setting = root === null || stability ? null : search.setting([], false);
  if (root === null || setting === null) return null;
  const layout = new Layout(setting, cuts.slice(0, root.cuts), FULL_PENALTY);
  const duals = cleanDuals(layout, unpackPrices(root.duals));
  const reduced = reducedCosts(layout, duals, new Float64Array(W * J));
  const bound = provenBound(layout, duals, reduced);
  const least = new Float64Array(W);
  reduced.forEach((value, p) => {
    const w = workerOfPair(p, J);
    if (value < least[w]) least[w] = value;
  });
  // Costs are whole but for the program's rounding.
  return (p) =>
    Math.ceil(bound + (reduced[p] - least[workerOfPair(p, J)]) * layout.unit - ROUNDING);
}

/** What each pair that a worker ranked better than their own line would cost, in the order of the tables. */
export function pricesOf(search: Search): Price[] {
  const { tables, state } = search, { J, cost, rank, weight } = tables, lineOf = state.best!;
  const asked = pairsAsked(tables, lineOf), [objective, ranks] = state.why!;
  const totals = totalsOf(tables, objective, cost, asked);
  const rankTotals = ranks && totalsOf(tables, ranks, ranksOnly(tables), asked);
  const program = provenByProgram(search), { decides } = search.flow;
  const rankSum = lineOf.reduce(
    (sum, j, w) => sum + (isMatched(tables, w) ? COST_SCALE * rank[pairOf(w, j, J)] : 0),
    0,
  );
  return asked.map((p): Price => {
    const j = lineOfPair(p, J), w = workerOfPair(p, J), own = pairOf(w, lineOf[w], J);
    // Whoever is put to a line blocks no other, so that what stability proves says nothing of matchings with the pair.
    const proven = search.stability ? -Infinity : state.bound!;
    const least = Math.max(totals.get(p)!, program?.(p) ?? -Infinity, proven);
    if (least === Infinity) {
      return { worker: w, line: j, rise: null, exact: true, ranks: null, exactRanks: true };
    }
    const rise = least - state.bestCost!;
    const others = rankTotals
      ? rankTotals.get(p)! - rankSum + COST_SCALE * (rank[own] - rank[p])
      : (rise + cost[own] - cost[p]) / (1 - weight);
    return {
      worker: w,
      line: j,
      rise,
      exact: decides,
      ranks: others > ROUNDING * COST_SCALE ? roundRanks(others / COST_SCALE) : null,
      exactRanks: decides && !rankTotals,
    };
  });
}

/** Ranks to two places, the rounding of costs taken off. */
function roundRanks(ranks: number): number {
  return Math.round(100 * ranks) / 100;
}
