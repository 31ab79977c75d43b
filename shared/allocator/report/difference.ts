// What a what-if run changes: its matching beside that of the run it is compared with. Both are
// measured on the same wishes and by the weights of the what-if, so that the figures can be compared.

import { pairOf } from "../model/pairs.ts";
import type { Allocation, Choices } from "../outcome.ts";
import { choicesOf } from "./report.ts";
import { blockingPairs } from "../stability/stability.ts";
import { columnsOf } from "../model/shares.ts";
import { type AllocatorTables, COST_SCALE } from "../model/tables.ts";

/** The run that a what-if is compared with. Doctors and lines by id. */
export interface BaseRun {
  run: string;
  allocations: { worker: string; line: string }[];
  /** Its own histogram, to tell whether wishes have changed since. */
  choices: number[];
  unranked: number;
}

/** How good one of the two matchings is. */
export interface MatchingFigures extends Choices {
  /** Doctors with a line. */
  workers: number;
  /** Sum of (1 - a) D_worker + a D_preferencer by the what-if's weights. */
  objective: number;
  dissatisfaction: { workers: number; preferencers: number };
  /** Null where doctors are without a line. */
  blockingPairs: number | null;
}

/** One end of a move. */
export interface MoveEnd {
  line: string;
  name: string;
  /** The doctor's fractional rank of the line; null: not ranked. */
  rank: number | null;
  /** 1 for the first choice; null: not ranked. */
  choice: number | null;
}

/** A doctor who gets another line; `from` is null for one who had none. */
export interface Move {
  worker: string;
  from: MoveEnd | null;
  to: MoveEnd;
}

/** What changes; the moves themselves can be long and stand apart. */
export interface Difference {
  baseRun: string;
  /** Doctors who get another line, and how they like it: better, worse, or the same (a tie). */
  moved: { total: number; better: number; worse: number; same: number };
  /** Doctors who had a line in the base run and take no part any more. */
  gone: number;
  before: MatchingFigures;
  after: MatchingFigures;
  /** The base run's doctors, lines or wishes are not what they were when it ran. */
  inputChanged: boolean;
}

/** Compares a what-if's allocations with those of its base run. */
export function differenceOf(
  tables: AllocatorTables,
  base: BaseRun,
  allocations: readonly Allocation[],
): { difference: Difference; moves: Move[] } {
  const before = lineOfWorkers(tables, base.allocations);
  const after = lineOfWorkers(tables, allocations);
  const moves = movesOf(tables, before, after);
  const figures = figuresOf(tables, before);
  const had = base.allocations.length, gone = had - figures.workers;
  return {
    difference: {
      baseRun: base.run,
      moved: countMoves(moves),
      gone,
      before: figures,
      after: figuresOf(tables, after),
      inputChanged: gone > 0 || had < tables.W || figures.unranked !== base.unranked ||
        figures.choices.join() !== base.choices.join(),
    },
    moves: moves.map(({ move }) => move),
  };
}

/** Each worker's line, -1: none. */
function lineOfWorkers(
  tables: AllocatorTables,
  allocations: readonly { worker: string; line: string }[],
): Int32Array {
  const { W, workers } = tables, column = columnsOf(tables);
  const index = new Map(workers.map(({ id }, w) => [id, w]));
  const lineOf = new Int32Array(W).fill(-1);
  for (const { worker, line } of allocations) {
    const w = index.get(worker);
    if (w !== undefined) lineOf[w] = column(w, line);
  }
  return lineOf;
}

function figuresOf(tables: AllocatorTables, lineOf: Int32Array): MatchingFigures {
  const { J, rank, regard, power, weight } = tables;
  const pairs = [...lineOf].flatMap((j, w) => j < 0 ? [] : [pairOf(w, j, J)]);
  const sum = (pick: (pair: number) => number) => pairs.reduce((total, p) => total + pick(p), 0);
  const workers = sum((p) => Math.pow(rank[p], power)), preferencers = sum((p) => regard[p]);
  return {
    workers: pairs.length,
    // Rounded pair by pair, as costs are.
    objective:
      sum((p) =>
        Math.round(COST_SCALE * ((1 - weight) * Math.pow(rank[p], power) + weight * regard[p]))
      ) / COST_SCALE,
    ...choicesOf(tables, pairs),
    dissatisfaction: { workers, preferencers },
    blockingPairs: pairs.length < tables.W ? null : blockingPairs(tables, lineOf).length,
  };
}

/** Those who move, whoever gains most first, then in the order of `tables.workers`, which is by name; `gain` in ranks. */
function movesOf(tables: AllocatorTables, before: Int32Array, after: Int32Array) {
  const { W, J, workers, lines, rank, choice } = tables;
  const end = (w: number, j: number): MoveEnd => {
    const ranked = choice[pairOf(w, j, J)] > 0;
    return {
      line: lines[j].id,
      name: lines[j].name,
      rank: ranked ? rank[pairOf(w, j, J)] : null,
      choice: ranked ? choice[pairOf(w, j, J)] : null,
    };
  };
  return Array.from({ length: W }, (_, w) => w).filter((w) => before[w] !== after[w]).map((w) => ({
    gain: before[w] < 0 ? null : rank[pairOf(w, before[w], J)] - rank[pairOf(w, after[w], J)],
    move: {
      worker: workers[w].id,
      from: before[w] < 0 ? null : end(w, before[w]),
      to: end(w, after[w]),
    },
  })).sort((a, b) => (b.gain ?? 0) - (a.gain ?? 0));
}

function countMoves(moves: { gain: number | null }[]): Difference["moved"] {
  const count = (is: (gain: number) => boolean) =>
    moves.filter(({ gain }) => gain !== null && is(gain)).length;
  return {
    total: moves.length,
    better: count((gain) => gain > 0),
    worse: count((gain) => gain < 0),
    same: count((gain) => gain === 0),
  };
}
