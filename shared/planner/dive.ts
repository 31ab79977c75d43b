// Diving: lines of the LP are fixed a few at a time, the LP is solved again after each step, until it
// is whole. Far better than rounding at once, because each solve answers what was fixed before it.

import type { LinePool, Master } from "./master.ts";
import type { Random } from "./random.ts";
import type { PlannerTables } from "./tables.ts";

/** What a unit of diving left behind. */
export interface DiveResult {
  /** [pool line] times fixed. */
  fixed: Int32Array;
  basis: Uint8Array | null;
  /** Nothing fractional is left, or the LP would not go on. */
  done: boolean;
  work: number;
}

/** Lines fixed per step, as a share of all: about a dozen steps to the bottom. */
const STEP_SHARE = 1 / 12;
/** Noise on the fractions that decide what is fixed, so that dives differ. */
const NOISE = 0.2;

/**
 * Dives until the work limit is used up or the plan is whole.
 * @param fixed [pool line] times fixed so far; changed
 * @param workLimit simplex work after which the dive pauses; Infinity never does
 */
export function dive(
  tables: PlannerTables,
  master: Master,
  pool: LinePool,
  basis: Uint8Array | null,
  fixed: Int32Array,
  random: Random,
  workLimit: number,
): DiveResult {
  const { session, firstLine } = master.open(pool, basis, fixed);
  const perStep = Math.max(1, Math.round(tables.lines * STEP_SHARE));
  // One solve may outlast the limit a little: pausing between solves is cheaper than within.
  const solveLimit = 3 * workLimit;
  let work = 0;
  try {
    for (;;) {
      const found = session.solve({ presolve: false, method: "dual", workLimit: solveLimit });
      work += found.work;
      if (found.stoppedBy === "limit") return { fixed, basis: session.basis(), done: false, work };
      if (found.status !== "optimal") return { fixed, basis: null, done: true, work };
      const next = fixNext(tables, pool, found.x.subarray(firstLine), fixed, perStep, random);
      if (next.length === 0) return { fixed, basis: null, done: true, work };
      for (const j of next) session.setColumnBounds(firstLine + j, fixed[j], Infinity);
      if (work >= workLimit) return { fixed, basis: session.basis(), done: false, work };
    }
  } finally {
    session.close();
  }
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
  random: Random,
): number[] {
  const { terms: T, positions: R } = tables;
  const left = tables.cap.slice();
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
    for (let t = 0; fixed[j] > 0 && t < T; t++) left[t * R + pool.cells[j * T + t]] -= fixed[j];
    if (weight[j] - whole > 1e-6) {
      fractions.push({ j, key: weight[j] - whole + NOISE * random.next() });
    }
  }
  fractions.sort((a, b) => b.key - a.key || a.j - b.j);
  let room = Math.min(perStep, tables.lines - lines);
  const before = room;
  for (const { j } of fractions) {
    if (room === 0) break;
    const line = pool.cells.subarray(j * T, (j + 1) * T);
    if (line.some((r, t) => left[t * R + r] === 0)) continue;
    line.forEach((r, t) => left[t * R + r]--);
    fixed[j]++;
    raised.push(j);
    room--;
  }
  return room === before ? [] : raised;
}
