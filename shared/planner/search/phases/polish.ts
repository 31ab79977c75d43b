// Part of the best plan is chosen again: by small integer programs, and by dives.

import { cellOf, firstCellOf, slotOf } from "../../model/flat.ts";
import { LineScorer } from "../../model/line_values.ts";
import { beginDive, diveOnUnit } from "./dive_units.ts";
import { finish } from "./finish.ts";
import { polishLines } from "../polish.ts";
import { lineAt } from "../../model/lines.ts";
import type { Search } from "../search.ts";
import type { PlannerState } from "../state.ts";
import { effortOf, isGoodEnough, isOutOfWork } from "../stop.ts";

/**
 * After so many polishes in a row that found nothing a proof is tried; where there is none, polishes
 * go on until so many times the effort found nothing.
 */
const MOST_IDLE = 16;

/** Lines freed by one polish. */
const POLISH_LINES = 12;

/** Every so many polishes a dive. */
const POLISH_TURN = 2;

/** Shares of the best plan's lines that dives free in turn. */
const FREE_SHARES = [0.3, 0.5, 1];

/** Pricing rounds after each step of a dive that starts from most of the best plan. */
const PART_ROUNDS = 2;

/** Most columns of one polish. */
const POLISH_COLUMNS = 600;

/** GLPK work of one polish. */
const POLISH_WORK = 600;

/** How far below the line price a column may lie. */
const POLISH_SLACK = 100;

/** Whether a dive's turn has come. */
export function isDiveNext(state: PlannerState): boolean {
  return state.target > POLISH_LINES && state.polishes % POLISH_TURN === 0;
}

/** A unit of a dive from part of the best plan. */
export function polishDive(search: Search): void {
  if (!diveOnUnit(search, goalOf(search))) return;
  // Cut short, what was filled in is worth annealing.
  if (search.state.isEnding) search.state.phase = "round";
  else takePolished(search, search.plan);
}

/** LP value, rewards for lines included, above which a better plan than the best may lie. */
function goalOf({ state, tables, bestLines }: Search): number {
  const reward = tables.allowPartial ? 0 : tables.line * bestLines;
  return state.bestValue! + reward + tables.emptyCost + 0.5;
}

/** Frees part of the best plan and dives from there. */
export function diveFromBest(search: Search): void {
  const { state, tables, best } = search;
  beginDive(search);
  const share = FREE_SHARES[Math.floor(state.polishes / POLISH_TURN) % FREE_SHARES.length];
  const free = new Set(
    linesToFree(search, Math.max(POLISH_LINES, Math.round(share * state.target))),
  );
  const times = new Map<number, number>();
  for (let i = 0; i < search.bestLines; i++) {
    if (free.has(i)) continue;
    const j = search.pool.put(best, firstCellOf(i, tables.terms));
    times.set(j, (times.get(j) ?? 0) + 1);
  }
  state.dive = [...times].sort(([a], [b]) => a - b).flat();
  state.diveFree = free.size;
  state.diveLeast = PART_ROUNDS;
  state.diveRounds = 0;
}

/** Frees some lines of the best plan and re-chooses them exactly. */
export function polish(search: Search): void {
  const { state, tables, best, random } = search;
  const T = tables.terms;
  const free = linesToFree(search, POLISH_LINES);
  const found = polishLines(tables, best, free, search.lastPrices, state.linePrice, {
    slack: POLISH_SLACK,
    columns: POLISH_COLUMNS,
    workLimit: POLISH_WORK,
    random,
    pricer: search.divePricer,
  });
  state.work.mips++;
  state.work.mip_work += found.work;
  let cells: Int32Array | null = null;
  if (found.lines) {
    cells = best.slice();
    free.forEach((i, n) => cells!.set(lineAt(found.lines!, n, T), firstCellOf(i, T)));
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

/** Lines with a bad reduced value first, with noise so that the choice differs each time. */
function linesToFree(
  { state, tables, best, bestLines, lastPrices, random }: Search,
  most: number,
): Int32Array {
  const { terms: T, positions: R } = tables;
  const scorer = new LineScorer(tables);
  const keys = Array.from({ length: bestLines }, (_, i) => {
    let reduced = scorer.value(best, firstCellOf(i, T)) - state.linePrice;
    for (let t = 0; t < T; t++) reduced -= lastPrices[slotOf(t, best[cellOf(i, t, T)], R)];
    return { i, key: reduced - 150 * random.next() * random.next() };
  });
  keys.sort((a, b) => a.key - b.key || a.i - b.i);
  return Int32Array.from(keys.slice(0, most), ({ i }) => i);
}
