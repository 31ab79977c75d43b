// Who competes for what: workers who cannot all be placed, with every line that any of them may have
// (a violation of Hall's condition, by what is reached along alternating paths).

import { pairOf } from "../model/pairs.ts";
import type { FlowProblem } from "../search/flow.ts";
import { loadsOf } from "../model/tables.ts";

/** Workers of whom only some can be placed: `lines` are all the lines that any of them may have. */
export interface Shortage {
  /** All of them; as many as there are places, and those in `left`. */
  workers: number[];
  /** Without a place. */
  left: number[];
  lines: number[];
  /** Groups whose limit is part of the conflict. */
  groups: number[];
}

/** A set of lines, 32 to a word. */
type Lines = Uint32Array;

function has(lines: Lines, j: number): boolean {
  return (lines[j >> 5] >>> (j & 31) & 1) === 1;
}

function add(lines: Lines, j: number): void {
  lines[j >> 5] |= 1 << (j & 31);
}

function addAll(lines: Lines, others: Lines): void {
  for (let i = 0; i < lines.length; i++) lines[i] |= others[i];
}

function contains(lines: Lines, others: Lines): boolean {
  return others.every((word, i) => (word & ~lines[i]) === 0);
}

function size(lines: Lines): number {
  let count = 0;
  for (let word of lines) for (; word !== 0; word &= word - 1) count++;
  return count;
}

/**
 * Splits the workers whom a flow left without a place into conflicts, the smallest first. A conflict is
 * told once: it holds all the workers left whose lines lie within its lines. It may lie within a later one.
 * @param lineOf a flow that places as many as can be; -1: left
 */
export function shortagesOf(problem: FlowProblem, lineOf: ArrayLike<number>): Shortage[] {
  const { W, J, capacity, groupOf } = problem;
  const load = loadsOf(J, lineOf), reach = reachOf(problem, lineOf, load);
  const left = Array.from({ length: W }, (_, w) => w).filter((w) => lineOf[w] < 0)
    .map((w) => ({ w, lines: linesOf(problem, reach, w) }))
    .sort((a, b) => size(a.lines) - size(b.lines) || a.w - b.w);
  const told = new Set<number>(), found: Shortage[] = [];
  for (const { w, lines } of left) {
    if (told.has(w)) continue;
    const within = left.filter((other) => contains(lines, other.lines)).map((other) => other.w);
    for (const other of within) told.add(other);
    const all = Array.from({ length: J }, (_, j) => j).filter((j) => has(lines, j));
    const placed = Array.from({ length: W }, (_, v) => v).filter((v) =>
      lineOf[v] >= 0 && has(lines, lineOf[v])
    );
    const groups = all.filter((j) => load[j] < capacity[j]).map((j) => groupOf[j]);
    found.push({
      workers: [...placed, ...within].sort((a, b) => a - b),
      left: within.sort((a, b) => a - b),
      lines: all,
      groups: [...new Set(groups)].sort((a, b) => a - b),
    });
  }
  return found;
}

/** Several conflicts as one. */
export function together(shortages: readonly Shortage[]): Shortage {
  const all = (pick: (shortage: Shortage) => number[]) =>
    [...new Set(shortages.flatMap(pick))].sort((a, b) => a - b);
  return {
    workers: all(({ workers }) => workers),
    left: all(({ left }) => left),
    lines: all(({ lines }) => lines),
    groups: all(({ groups }) => groups),
  };
}

function linesOf({ J, cost }: FlowProblem, reach: Lines[], w: number): Lines {
  const lines = new Uint32Array(reach[0]?.length ?? 0);
  for (let j = 0; j < J; j++) if (cost[pairOf(w, j, J)] < Infinity) addAll(lines, reach[j]);
  return lines;
}

/**
 * Lines that somebody who takes a line can make others move to, the line itself included: a full line
 * gives up any of its workers, a line with room in a full group makes any line of the group give up one.
 */
function reachOf(problem: FlowProblem, lineOf: ArrayLike<number>, load: Int32Array): Lines[] {
  const { W, J, cost, capacity, groupOf } = problem;
  const words = (J + 31) >> 5;
  const reach = Array.from({ length: J }, (_, j) => {
    const lines = new Uint32Array(words);
    add(lines, j);
    return lines;
  });
  for (let w = 0; w < W; w++) {
    if (lineOf[w] < 0) continue;
    for (let j = 0; j < J; j++) if (cost[pairOf(w, j, J)] < Infinity) add(reach[lineOf[w]], j);
  }
  for (let j = 0; j < J; j++) {
    if (load[j] >= capacity[j] || groupOf[j] < 0) continue;
    for (let k = 0; k < J; k++) if (groupOf[k] === groupOf[j] && load[k] > 0) add(reach[j], k);
  }
  for (let via = 0; via < J; via++) {
    for (let j = 0; j < J; j++) if (has(reach[j], via)) addAll(reach[j], reach[via]);
  }
  return reach;
}
