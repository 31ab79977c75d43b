// How good a matching is, for people: choices, both sides' dissatisfaction, blocking pairs, fairness.

import type { AllocatorReport, Choices, HelpfulMove } from "./outcome.ts";
import { blockingPairs } from "./stability.ts";
import { type AllocatorTables, COST_SCALE } from "./tables.ts";

/** Most rows of the lists that can be long. */
const MOST_PAIRS = 1_000;
const MOST_WORST_OFF = 20;
const MOST_MOVES = 20;

/** Sum of costs of a matching, in thousandths. */
export function matchingCost({ W, J, cost }: AllocatorTables, lineOf: ArrayLike<number>): number {
  let sum = 0;
  for (let w = 0; w < W; w++) sum += cost[w * J + lineOf[w]];
  return sum;
}

/** Reports on a matching. @param bound proven lower bound, in thousandths */
export function reportOn(
  tables: AllocatorTables,
  lineOf: readonly number[],
  bound: number,
): AllocatorReport {
  const { W, J, workers, lines, rank, regard, power } = tables;
  const pairs = lineOf.map((j, w) => w * J + j);
  const blocking = blockingPairs(tables, lineOf);
  const sum = (pick: (pair: number) => number) => pairs.reduce((s, p) => s + pick(p), 0);
  return {
    objective: matchingCost(tables, lineOf) / COST_SCALE,
    bound: bound / COST_SCALE,
    workers: W,
    ...choicesOf(tables, pairs),
    dissatisfaction: {
      workers: sum((p) => Math.pow(rank[p], power)),
      preferencers: sum((p) => regard[p]),
    },
    unfilledLines: unfilled(tables, lineOf),
    blockingPairs: {
      count: blocking.length,
      pairs: blocking.slice(0, MOST_PAIRS).map(({ pair }) => ({
        worker: workers[Math.floor(pair / J)].id,
        line: lines[pair % J].id,
      })),
    },
    fairness: fairness(tables, lineOf),
  };
}

/** Counts the choices that pairs of worker and line meet. */
export function choicesOf({ rank, choice }: AllocatorTables, pairs: number[]): Choices {
  const ranked = pairs.filter((p) => choice[p] > 0);
  const worst = ranked.reduce((most, p) => Math.max(most, choice[p]), 0);
  const choices = new Array<number>(worst).fill(0);
  for (const p of ranked) choices[choice[p] - 1]++;
  const ranks = ranked.map((p) => rank[p]);
  return {
    choices,
    unranked: pairs.length - ranked.length,
    meanRank: ranks.length > 0 ? ranks.reduce((s, r) => s + r, 0) / ranks.length : null,
    worstRank: ranks.length > 0 ? Math.max(...ranks) : null,
  };
}

function loads(J: number, lineOf: readonly number[]): Int32Array {
  const load = new Int32Array(J);
  for (const j of lineOf) load[j]++;
  return load;
}

function unfilled({ J, lines, capacity }: AllocatorTables, lineOf: readonly number[]) {
  const load = loads(J, lineOf);
  return lines.flatMap(({ id, name }, j) =>
    load[j] < capacity[j] ? [{ line: id, name, free: capacity[j] - load[j], used: load[j] }] : []
  ).sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/** Workers whose rank is the worst of all, and single moves or swaps that would help them. */
function fairness(tables: AllocatorTables, lineOf: readonly number[]) {
  const { W, J, workers, lines, rank, choice } = tables;
  const own = lineOf.map((j, w) => rank[w * J + j]);
  const worst = own.reduce((most, r) => Math.max(most, r), 0);
  const last = own.flatMap((r, w) => r === worst ? [w] : []).slice(0, MOST_WORST_OFF);
  const moves = last.flatMap((w) => movesFor(tables, lineOf, w)).slice(0, MOST_MOVES);
  const worstOff = last.map((w) => ({
    worker: workers[w].id,
    name: workers[w].name,
    line: lines[lineOf[w]].id,
    rank: choice[w * J + lineOf[w]] > 0 ? own[w] : null,
  }));
  return { worstOff, helpfulMoves: moves, message: W === 0 ? "" : describe(worstOff, moves) };
}

function describe(worstOff: { name: string; rank: number | null }[], moves: HelpfulMove[]): string {
  const { name, rank } = worstOff[0];
  const others = worstOff.length > 1 ? ` and ${worstOff.length - 1} more` : "";
  const got = rank === null ? "a line that was not ranked" : `rank ${rank}`;
  const help = moves.length === 0
    ? "No free place and no swap would help without hurting another worker."
    : `${moves.length} moves or swaps would help without hurting another worker.`;
  return `Worst off: ${name}${others}, with ${got}. ${help}`;
}

/** Lines that w likes better and can have while nobody else gets a line they like less. */
function movesFor(tables: AllocatorTables, lineOf: readonly number[], w: number): HelpfulMove[] {
  const { W, J, workers, lines, capacity, cost, rank } = tables;
  const from = lineOf[w], own = rank[w * J + from];
  const load = loads(J, lineOf), moves: HelpfulMove[] = [];
  const better = (j: number) => rank[w * J + j] < own && cost[w * J + j] < Infinity;
  const add = (to: number, other: number | null, change: number) =>
    moves.push({
      worker: workers[w].id,
      to: lines[to].id,
      swapWith: other === null ? null : workers[other].id,
      cost: change / COST_SCALE,
    });
  for (let j = 0; j < J; j++) {
    if (better(j) && load[j] < capacity[j] && mayMove(tables, load, from, j)) {
      add(j, null, cost[w * J + j] - cost[w * J + from]);
    }
  }
  for (let o = 0; o < W; o++) {
    const j = lineOf[o];
    if (j === from || !better(j) || cost[o * J + from] === Infinity) continue;
    if (rank[o * J + from] > rank[o * J + j]) continue;
    add(j, o, cost[w * J + j] + cost[o * J + from] - cost[w * J + from] - cost[o * J + j]);
  }
  return moves;
}

/** Whether must-have lines and caps allow one worker to move between lines. */
function mayMove(
  { mustHave, caps }: AllocatorTables,
  load: Int32Array,
  from: number,
  to: number,
): boolean {
  if (mustHave[from] && load[from] === 1) return false;
  return caps.every(({ lines, maxLines, maxWorkers }) => {
    if (!lines.includes(to)) return true;
    const after = (j: number) => load[j] - (j === from ? 1 : 0) + (j === to ? 1 : 0);
    const workers = lines.reduce((sum, j) => sum + after(j), 0);
    const used = lines.reduce((sum, j) => sum + (after(j) > 0 ? 1 : 0), 0);
    return (maxWorkers === null || workers <= maxWorkers) &&
      (maxLines === null || used <= maxLines);
  });
}
