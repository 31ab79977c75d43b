// Diving: lines of the LP are fixed a few at a time, the LP is solved again after each step, until it
// is whole. Far better than rounding at once, because each solve answers what was fixed before it.

import { BASIC } from "../../lp/basis.ts";
import type { LpSession, LpSolution } from "../../lp/mod.ts";
import { firstCellOf } from "../model/flat.ts";
import type { LinePool, Master } from "./master.ts";
import type { Random } from "../../engine/random.ts";
import { PostsLeft } from "../model/leave_choice.ts";
import type { PlannerTables } from "../model/tables.ts";

type Method = "primal" | "dual";

const NO_PRICES = new Float64Array(0);

/**
 * A solve that a unit does not end is given twice as much in the next one, up to so many times: each begins the simplex
 * anew, and may end where it began.
 */
const MOST_GROWTH = 4;

/** A dive under way. */
export interface Dive {
  /** [pool line] times fixed; a pool that grew since counts as not fixed. */
  fixed: Int32Array;
  basis: Uint8Array | null;
  /** Pricing rounds since lines were fixed last. */
  rounds: number;
  /** LP value when they were; null: none were. */
  value: number | null;
  /** Units in a row that the solve at hand has outlasted. */
  pauses: number;
}

/** What a unit of diving ended with. */
export interface DiveStep {
  /** `price`: new lines are wanted at `prices`; `pause`: the work limit; `whole`: the bottom, or the
   * LP would not go on; `hopeless`: nothing better than `beat` lies below; `fallen`: the LP fell below `least`. */
  end: "price" | "pause" | "whole" | "hopeless" | "fallen";
  prices: Float64Array;
  linePrice: number;
  /** [pool line] weights of the last LP that was solved; null where none was. */
  weights: Float64Array | null;
  work: number;
}

/** How a dive goes about it. */
export interface DiveOptions {
  /** Lines fixed in a step, by the LP's value. */
  perStep(value: number): number;
  /** Pricing rounds after each step, and where the LP's value falls by more than `tolerance`: its lines do not go together. */
  rounds: number;
  mostRounds: number;
  tolerance: number;
  /** The same where it falls below `least`, before the dive ends there. */
  lastRounds: number;
  /** Noise on the fractions that decide what is fixed, so that dives differ. */
  noise: number;
  /** LP value (rewards for lines included) that a dive must be able to beat. */
  beat: number;
  /** LP value below which what is fixed is worth more than where the dive goes on to. */
  least: number;
  /** Simplex work after which the unit ends. */
  workLimit: number;
}

/** Dives until new lines are wanted, the work limit is used up or the plan is whole. Changes `dive`. */
export function diveOn(
  tables: PlannerTables,
  master: Master,
  pool: LinePool,
  dive: Dive,
  random: Random,
  options: DiveOptions,
): DiveStep {
  const { perStep, noise, beat, least, workLimit } = options;
  const lines = usable(tables, pool, dive, master.fixedBasis);
  const opened = master.open(pool, dive.basis, dive.fixed, lines);
  const { session, firstLine, wholeBasis } = opened;
  let work = 0, weights: Float64Array | null = null;
  const stop = (end: DiveStep["end"]): DiveStep => {
    const goesOn = end === "price" || end === "pause";
    dive.basis = goesOn ? wholeBasis() : null;
    return { end, prices: NO_PRICES, linePrice: 0, weights, work };
  };
  try {
    // Where no line was fixed since the last solve its basis is still feasible.
    const isFeasible = dive.rounds > 0 || dive.fixed.every((n) => n === 0);
    for (let method: Method = isFeasible ? "primal" : "dual";; method = "dual") {
      const found = solveOn(session, dive, method, workLimit);
      work += found.work;
      if (found.stoppedBy === "limit") return stop("pause");
      if (found.status !== "optimal") return stop("whole");
      weights = new Float64Array(pool.count);
      for (let i = 0; i < lines.length; i++) weights[lines[i]] = found.x[firstLine + i];
      const value = opened.value(found);
      if (dive.rounds < roundsAt(value, dive, options)) {
        return { ...stop("price"), ...master.prices(found.rowDual!) };
      }
      if (value <= beat) return stop("hopeless");
      if (value < least) return stop("fallen");
      const next = fixNext(tables, pool, weights, dive.fixed, perStep(value), noise, random);
      if (next.length === 0) return stop("whole");
      const raised = new Set(next);
      lines.forEach((j, i) => {
        if (raised.has(j)) session.setColumnBounds(firstLine + i, dive.fixed[j], Infinity);
      });
      dive.rounds = 0;
      dive.value = value;
      if (work >= workLimit) return stop("pause");
    }
  } finally {
    session.close();
  }
}

/** Pricing rounds that the LP's value asks for before more lines are fixed. */
function roundsAt(
  value: number,
  dive: Dive,
  { rounds, mostRounds, tolerance, lastRounds, least }: DiveOptions,
): number {
  const hasFallen = dive.value !== null && value < dive.value - tolerance;
  return Math.max(hasFallen ? mostRounds : rounds, value < least ? lastRounds : 0);
}

/** Solves, or goes on with a solve: it may outlast the limit a little, since pausing between solves is cheaper than within. */
function solveOn(session: LpSession, dive: Dive, method: Method, workLimit: number): LpSolution {
  const limit = 3 * workLimit * Math.min(MOST_GROWTH, 2 ** dive.pauses);
  const found = session.solve({ presolve: false, method, workLimit: limit });
  dive.pauses = found.stoppedBy === "limit" ? dive.pauses + 1 : 0;
  return found;
}

/** Pool lines that are fixed, basic, or find posts beside those fixed: of the others no plan is made any more. */
function usable(
  tables: PlannerTables,
  pool: LinePool,
  { fixed, basis }: Dive,
  fixedBasis: number,
): Int32Array {
  const left = postsLeft(tables, pool, fixed), lines: number[] = [];
  for (let j = 0; j < pool.count; j++) {
    const isHeld = fixed[j] > 0 || basis?.[fixedBasis + j] === BASIC;
    if (isHeld || left.fits(pool.cells, firstCellOf(j, tables.terms))) lines.push(j);
  }
  return Int32Array.from(lines);
}

/** Posts that the fixed lines leave. @param fixed [pool line] times fixed */
export function postsLeft(tables: PlannerTables, pool: LinePool, fixed: Int32Array): PostsLeft {
  const left = new PostsLeft(tables);
  fixed.forEach((n, j) => {
    if (n > 0) left.take(pool.cells, firstCellOf(j, tables.terms), n);
  });
  return left;
}

/** Tables with the posts that the fixed lines leave, what lines gain by those, and how many lines there may be beside them. */
export function openTables(
  tables: PlannerTables,
  pool: LinePool,
  fixed: Int32Array,
): PlannerTables {
  const cap = postsLeft(tables, pool, fixed).open();
  const taken = tables.cap.map((n, s) => n - cap[s]);
  return {
    ...tables,
    cap,
    gainStart: tables.gainStart.map((at, s) => s < cap.length ? at + taken[s] : at),
    lines: tables.lines - fixed.reduce((sum, n) => sum + n, 0),
  };
}

/**
 * Fixes the whole parts of an LP solution and its largest fractions, as far as posts last.
 * @returns pool lines whose bound rose; empty when nothing fractional could be fixed
 */
function fixNext(
  tables: PlannerTables,
  pool: LinePool,
  weight: Float64Array,
  fixed: Int32Array,
  perStep: number,
  noise: number,
  random: Random,
): number[] {
  const T = tables.terms, left = new PostsLeft(tables);
  const raised: number[] = [];
  const fractions: { j: number; key: number }[] = [];
  let lines = 0;
  for (let j = 0; j < pool.count; j++) {
    const whole = Math.floor(weight[j] + 1e-6);
    if (whole > fixed[j]) {
      fixed[j] = whole;
      raised.push(j);
    }
    lines += fixed[j];
    if (fixed[j] > 0) left.take(pool.cells, firstCellOf(j, T), fixed[j]);
    if (weight[j] - whole > 1e-6) {
      fractions.push({ j, key: weight[j] - whole + noise * random.next() });
    }
  }
  fractions.sort((a, b) => b.key - a.key || a.j - b.j);
  let room = Math.min(perStep, tables.lines - lines);
  const before = room;
  for (const { j } of fractions) {
    if (room === 0) break;
    if (!left.fits(pool.cells, firstCellOf(j, T))) continue;
    left.take(pool.cells, firstCellOf(j, T));
    fixed[j]++;
    raised.push(j);
    room--;
  }
  return room === before ? [] : raised;
}
