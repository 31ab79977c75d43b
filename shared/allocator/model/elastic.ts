// Rules that give way. A matching that no rule allows becomes one by changes: places added, lines that
// must have a worker left empty, caps raised, pins dropped, workers made eligible. Each place, line, worker
// above a cap, pin and pair counts as one change, and the fewest of them are the smallest relaxation.

import { firstPairOf, pairOf, workerOfPair } from "./pairs.ts";
import { stands } from "./shares.ts";
import { type AllocatorTables, type Give, loadsOf } from "./tables.ts";

/** No rule gives way: a search then finds any legal matching. */
export function nothing({ J, caps }: AllocatorTables): Give {
  const give = { places: new Uint8Array(J), caps: new Uint8Array(caps.length) };
  return { ...give, mustHave: false, pins: false, eligibility: false };
}

/** Whether a worker may have a line that the worker may not have as it is. */
export function opens(give: Give, tables: AllocatorTables, pair: number): boolean {
  const { J, pinned } = tables;
  if (!stands(tables, pair)) return false;
  const isPinned = pinned !== null && pinned.lineOf[workerOfPair(pair, J)] >= 0;
  return isPinned ? give.pins && pinned.eligible[pair] === 1 : give.eligibility;
}

/** What has to change for a matching to be legal, stability apart; indexes of the tables. */
export interface Changes {
  places: { line: number; by: number }[];
  empty: number[];
  caps: { cap: number; workers: number; lines: number }[];
  /** Pinned workers. */
  unpinned: number[];
  waivers: { worker: number; line: number }[];
}

/** Workers and lines in use that count in each cap. */
function usageOf({ caps }: AllocatorTables, load: Int32Array) {
  return caps.map(({ lines }) => ({
    workers: lines.reduce((sum, j) => sum + load[j], 0),
    lines: lines.reduce((sum, j) => sum + (load[j] > 0 ? 1 : 0), 0),
  }));
}

/** The changes that a matching needs. @param lineOf line of every worker */
export function changesOf(tables: AllocatorTables, lineOf: ArrayLike<number>): Changes {
  const { W, J, capacity, mustHave, cost, caps, pinned } = tables;
  const load = loadsOf(J, lineOf), usage = usageOf(tables, load);
  const changes: Changes = { places: [], empty: [], caps: [], unpinned: [], waivers: [] };
  for (let j = 0; j < J; j++) {
    if (load[j] > capacity[j]) changes.places.push({ line: j, by: load[j] - capacity[j] });
    if (load[j] < mustHave[j]) changes.empty.push(j);
  }
  caps.forEach(({ maxWorkers, maxLines }, cap) => {
    const workers = Math.max(0, usage[cap].workers - (maxWorkers ?? Infinity));
    const lines = Math.max(0, usage[cap].lines - (maxLines ?? Infinity));
    if (workers + lines > 0) changes.caps.push({ cap, workers, lines });
  });
  for (let w = 0; w < W; w++) {
    if (cost[pairOf(w, lineOf[w], J)] < Infinity) continue;
    if (pinned && pinned.lineOf[w] >= 0) changes.unpinned.push(w);
    else changes.waivers.push({ worker: w, line: lineOf[w] });
  }
  return changes;
}

/** Number of changes. */
export function countChanges({ places, empty, caps, unpinned, waivers }: Changes): number {
  return places.reduce((sum, { by }) => sum + by, 0) + empty.length + unpinned.length +
    waivers.length +
    caps.reduce((sum, { workers, lines }) => sum + workers + lines, 0);
}

/** Number of kinds of rules that changes are about. */
export function kindsOf(changes: Changes): number {
  return Object.values(changes).filter((of) => of.length > 0).length;
}

/** Whether rules that give way allow changes; null: none does. */
export function allows(give: Give | null, changes: Changes): boolean {
  const { places, empty, caps, unpinned, waivers } = changes;
  return places.every(({ line }) => give?.places[line] === 1) &&
    (empty.length === 0 || give?.mustHave === true) &&
    caps.every(({ cap }) => give?.caps[cap] === 1) &&
    (unpinned.length === 0 || give?.pins === true) &&
    (waivers.length === 0 || give?.eligibility === true);
}

/** A problem with changes made. */
export function withChanges(tables: AllocatorTables, changes: Changes): AllocatorTables {
  const { J, pinned } = tables;
  const capacity = tables.capacity.slice(), mustHave = tables.mustHave.slice();
  const cost = tables.cost.slice(), caps = [...tables.caps];
  for (const { line, by } of changes.places) capacity[line] += by;
  for (const line of changes.empty) mustHave[line] = 0;
  for (const { worker, line } of changes.waivers) cost[pairOf(worker, line, J)] = 0;
  for (const w of changes.unpinned) {
    for (let p = firstPairOf(w, J); p < firstPairOf(w + 1, J); p++) {
      if (pinned!.eligible[p]) cost[p] = 0;
    }
  }
  for (const { cap, workers, lines } of changes.caps) {
    const { maxWorkers, maxLines } = caps[cap];
    caps[cap] = {
      ...caps[cap],
      maxWorkers: maxWorkers === null ? null : maxWorkers + workers,
      maxLines: maxLines === null ? null : maxLines + lines,
    };
  }
  return { ...tables, capacity, mustHave, cost, caps };
}

/**
 * Gives workers without a line one that needs as few changes as can be seen, and of those the one they like best: a
 * place to begin with.
 * @returns line of each worker, -1 where no rule that gives way leaves any
 */
export function placeTheRest(
  tables: AllocatorTables,
  give: Give,
  usable: Uint8Array,
  placed: readonly number[],
): number[] {
  const { J, rank } = tables, lineOf = [...placed], occupancy = new Occupancy(tables, lineOf);
  lineOf.forEach((own, w) => {
    if (own >= 0) return;
    let best = -1, fewest = Infinity;
    for (let j = 0, p = firstPairOf(w, J); j < J; j++, p++) {
      const count = usable[p] ? occupancy.changesFor(give, w, j) : Infinity;
      const better = count < fewest ||
        (count === fewest && best >= 0 && rank[p] < rank[pairOf(w, best, J)]);
      if (!better) continue;
      best = j;
      fewest = count;
    }
    if (best < 0) return;
    lineOf[w] = best;
    occupancy.add(best);
  });
  return lineOf;
}

/** Who is where as workers are placed one by one, and what the next one would change. */
class Occupancy {
  readonly #tables: AllocatorTables;
  readonly #load: Int32Array;
  readonly #usage: { workers: number; lines: number }[];
  readonly #capsOf: number[][];

  constructor(tables: AllocatorTables, lineOf: readonly number[]) {
    this.#tables = tables;
    this.#load = loadsOf(tables.J, lineOf);
    this.#usage = usageOf(tables, this.#load);
    this.#capsOf = Array.from({ length: tables.J }, () => []);
    tables.caps.forEach(({ lines }, cap) => lines.forEach((j) => this.#capsOf[j].push(cap)));
  }

  /** Changes that one worker more on a line needs; Infinity: the line is full for good. */
  changesFor(give: Give, worker: number, line: number): number {
    const { J, capacity, cost, caps } = this.#tables;
    const full = this.#load[line] >= capacity[line];
    if (full && !give.places[line]) return Infinity;
    let count = (full ? 1 : 0) + (cost[pairOf(worker, line, J)] === Infinity ? 1 : 0);
    for (const cap of this.#capsOf[line]) {
      const { maxWorkers, maxLines } = caps[cap], used = this.#usage[cap];
      if (used.workers >= (maxWorkers ?? Infinity)) count++;
      if (this.#load[line] === 0 && used.lines >= (maxLines ?? Infinity)) count++;
    }
    return count;
  }

  add(line: number): void {
    for (const cap of this.#capsOf[line]) {
      this.#usage[cap].workers++;
      if (this.#load[line] === 0) this.#usage[cap].lines++;
    }
    this.#load[line]++;
  }
}
