// How good a matching is, for people: choices, both sides' dissatisfaction, blocking pairs, fairness.

import { lineOfPair, pairOf, workerOfPair } from "../model/pairs.ts";
import type { AllocatorReport, Choices, HelpfulMove } from "../outcome.ts";
import { blockingLinks, linksHold } from "../model/links.ts";
import { stagesOf } from "../search/stages.ts";
import { blockingPairs } from "../stability/stability.ts";
import { type AllocatorTables, COST_SCALE, loadsOf, matchingCost } from "../model/tables.ts";

/** Most rows of the lists that can be long. */
const MOST_PAIRS = 1_000;
const MOST_WORST_OFF = 20;
const MOST_MOVES = 20;
const MOST_MENDED = 1_000;
/** Moves that are tried for blocking pairs. */
const MOST_TRIED = 100;

/**
 * Reports on a matching.
 * @param bounds proven lower bounds, in thousandths: of each priority group that has workers, or of all
 * @param stability whether stability was asked for: a move that would end it is no help then
 */
export function reportOn(
  tables: AllocatorTables,
  lineOf: readonly number[],
  bounds: readonly number[],
  stability: boolean,
  groups: readonly string[] = [],
): AllocatorReport {
  const { W, J, workers, lines, rank, regard, power } = tables;
  const pairs = lineOf.map((j, w) => pairOf(w, j, J));
  const blocking = blockingPairs(tables, lineOf);
  const sum = (pick: (pair: number) => number) => pairs.reduce((s, p) => s + pick(p), 0);
  return {
    objective: matchingCost(tables, lineOf) / COST_SCALE,
    bound: bounds.reduce((sum, bound) => sum + bound, 0) / COST_SCALE,
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
        worker: workers[workerOfPair(pair, J)].id,
        line: lines[lineOfPair(pair, J)].id,
      })),
    },
    fairness: fairness(tables, lineOf, stability),
    ...groupsIn(tables, lineOf, bounds, groups),
    ...couplesIn(tables, lineOf),
    ...mendedIn(tables),
  };
}

/** How each priority group fared; nothing where there are none. */
function groupsIn(
  tables: AllocatorTables,
  lineOf: readonly number[],
  bounds: readonly number[],
  names: readonly string[],
): Pick<AllocatorReport, "groups"> {
  const { J, cost, groupOf } = tables;
  if (groupOf === null) return {};
  return {
    groups: stagesOf(tables).map((group, i) => {
      const pairs = lineOf.flatMap((j, w) => groupOf[w] === group ? [pairOf(w, j, J)] : []);
      return {
        name: names[group!] ?? null,
        workers: pairs.length,
        objective: pairs.reduce((sum, p) => sum + cost[p], 0) / COST_SCALE,
        bound: bounds[i] / COST_SCALE,
        ...choicesOf(tables, pairs),
      };
    }),
  };
}

/** Linked workers, and those who block; nothing where there are none. */
function couplesIn(
  tables: AllocatorTables,
  lineOf: readonly number[],
): Pick<AllocatorReport, "couples"> {
  const { workers, lines, links } = tables;
  if (links.length === 0) return {};
  const ids = (of: readonly { id: string }[], [a, b]: readonly [number, number]) =>
    [of[a].id, of[b].id] as [string, string];
  return {
    couples: {
      count: links.length,
      blocking: blockingLinks(tables, lineOf, true).map(({ link, lines: better }) => ({
        workers: ids(workers, link.workers),
        lines: ids(lines, better),
      })),
    },
  };
}

/** The lists of ranks that were mended, those with ignored entries first; nothing where all read as they should. */
function mendedIn({ mended }: AllocatorTables): Pick<AllocatorReport, "mended"> {
  if (mended.length === 0) return {};
  const lists = mended.toSorted((a, b) =>
    b.ignored.length - a.ignored.length || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)
  );
  return { mended: { count: lists.length, lists: lists.slice(0, MOST_MENDED) } };
}

/** Counts the choices that pairs of worker and line meet. */
export function choicesOf({ rank, choice }: AllocatorTables, pairs: number[]): Choices {
  const ranked = pairs.filter((p) => choice[p] > 0);
  const worst = ranked.reduce((most, p) => Math.max(most, choice[p]), 0);
  const choices = new Array<number>(worst).fill(0);
  for (const p of ranked) choices[choice[p] - 1]++;
  const ranks = ranked.map((p) => rank[p]);
  const mean = (values: number[]) =>
    values.length > 0 ? values.reduce((s, r) => s + r, 0) / values.length : null;
  return {
    choices,
    unranked: pairs.length - ranked.length,
    meanRank: mean(ranks),
    meanRankOfAll: mean(pairs.map((p) => rank[p])),
    worstRank: ranks.length > 0 ? Math.max(...ranks) : null,
  };
}

/** Lines with places left, of which two who share a job take one. */
function unfilled({ J, lines, shares }: AllocatorTables, lineOf: readonly number[]) {
  const load = loadsOf(J, lineOf);
  return lines.slice(0, shares?.lines).flatMap(({ id, name, capacity }, j) =>
    load[j] < capacity ? [{ line: id, name, free: capacity - load[j], used: load[j] }] : []
  ).sort((a, b) => a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
}

/** Workers whose rank is the worst of all, and single moves or swaps that would help them. */
function fairness(tables: AllocatorTables, lineOf: readonly number[], stability: boolean) {
  const { W, J, workers, lines, rank, choice } = tables;
  const own = lineOf.map((j, w) => rank[pairOf(w, j, J)]);
  const worst = own.reduce((most, r) => Math.max(most, r), 0);
  const last = own.flatMap((r, w) => r === worst ? [w] : []);
  const told = last.slice(0, MOST_WORST_OFF);
  const moves = told.flatMap((w) => movesFor(tables, lineOf, w))
    .slice(0, stability ? MOST_TRIED : Infinity)
    .filter((move) => {
      const moved = after(lineOf, move);
      return linksHold(tables, moved) && (!stability ||
        (blockingPairs(tables, moved).length === 0 &&
          blockingLinks(tables, moved, true).length === 0));
    });
  const worstOff = told.map((w) => ({
    worker: workers[w].id,
    line: lines[lineOf[w]].id,
    rank: choice[pairOf(w, lineOf[w], J)] > 0 ? own[w] : null,
  }));
  return {
    worstOff,
    helpfulMoves: moves.slice(0, MOST_MOVES).map((move) => tellMove(tables, lineOf, move)),
    message: W === 0
      ? ""
      : describe(workers[last[0]].name, worstOff[0].rank, last.length, moves.length),
  };
}

function describe(name: string, rank: number | null, count: number, moves: number): string {
  const others = count > 1 ? ` and ${count - 1} more` : "";
  const got = rank === null ? "a line that was not ranked" : `rank ${rank}`;
  const help = moves === 0
    ? "No free place and no swap would help without hurting another doctor."
    : `${moves} ${moves === 1 ? "move or swap" : "moves or swaps"} would help without hurting ` +
      "another doctor.";
  return `Worst off: ${name}${others}, with ${got}. ${help}`;
}

/** A worker goes to a line, in exchange with another worker or to a free place. */
interface Move {
  worker: number;
  to: number;
  other: number | null;
}

function after(lineOf: readonly number[], { worker, to, other }: Move): number[] {
  const moved = [...lineOf];
  if (other !== null) moved[other] = lineOf[worker];
  moved[worker] = to;
  return moved;
}

function tellMove(
  tables: AllocatorTables,
  lineOf: readonly number[],
  move: Move,
): HelpfulMove {
  const { workers, lines } = tables, { worker, to, other } = move;
  const change = matchingCost(tables, after(lineOf, move)) - matchingCost(tables, lineOf);
  return {
    worker: workers[worker].id,
    to: lines[to].id,
    swapWith: other === null ? null : workers[other].id,
    cost: change / COST_SCALE,
  };
}

/** Lines that w likes better and can have while nobody else gets a line they like less. */
function movesFor(tables: AllocatorTables, lineOf: readonly number[], w: number): Move[] {
  const { W, J, capacity, cost, rank } = tables;
  const from = lineOf[w], own = rank[pairOf(w, from, J)];
  const load = loadsOf(J, lineOf), moves: Move[] = [];
  const better = (j: number) => rank[pairOf(w, j, J)] < own && cost[pairOf(w, j, J)] < Infinity;
  for (let j = 0; j < J; j++) {
    if (better(j) && load[j] < capacity[j] && mayMove(tables, load, from, j)) {
      moves.push({ worker: w, to: j, other: null });
    }
  }
  for (let o = 0; o < W; o++) {
    const j = lineOf[o];
    if (j === from || !better(j) || cost[pairOf(o, from, J)] === Infinity) continue;
    if (rank[pairOf(o, from, J)] <= rank[pairOf(o, j, J)]) {
      moves.push({ worker: w, to: j, other: o });
    }
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
