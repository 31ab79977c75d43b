// The problem as arrays. Workers and lines are put into their natural order and then shuffled by the
// seed: rows may come in any order, and the shuffle alone decides between equally good matchings.

import { Random } from "../../engine/random.ts";
import { WorkerLookup } from "../input/eligibility.ts";
import type { MendedRanks } from "../outcome.ts";
import type { AllocatorPreferencer, AllocatorProblem } from "../problem.ts";
import { naturalOrder } from "../input/natural_order.ts";
import { firstPairOf, lineOfPair, pairOf, workerOfPair } from "./pairs.ts";
import { type Link, readLinks } from "./read_links.ts";
import { indexOf, readPreferences, readRegard } from "./gather.ts";
import { refuse, validateProblem } from "../validate.ts";

/** Costs are kept in thousandths, as whole numbers: sums of them are exact. */
export const COST_SCALE = 1000;

/** Regards differ by less than this only through rounding of sums. */
export const SAME_REGARD = 1e-9;

/** A preferencer with a cap. */
export interface CapGroup {
  id: string;
  name: string;
  lines: Int32Array;
  maxLines: number | null;
  maxWorkers: number | null;
}

/** Workers who are to have one line and no other. */
export interface Pinned {
  /** Line of each worker, -1: not pinned. */
  lineOf: Int32Array;
  /** By pair: whether the worker may have the line but for the pin. */
  eligible: Uint8Array;
}

/** Which rules may give way. */
export interface Give {
  /** Places of each line. */
  places: Uint8Array;
  /** Lines that must have a worker. */
  mustHave: boolean;
  /** Each of the caps. */
  caps: Uint8Array;
  /** Pins: who is pinned may have any line that eligibility allows. */
  pins: boolean;
  /** Eligibility, of those who are not pinned. */
  eligibility: boolean;
}

/** Tables in which lines have twins. */
export interface Shares {
  /** Lines without their twins; the twin of line j is at `lines` + j. */
  lines: number;
  /** By worker: whether they are the second of a pair that shares, and stand on twins alone. */
  second: Uint8Array;
}

/** Arrays indexed by worker w, line j, or pair (`pairOf`). */
export interface AllocatorTables {
  W: number;
  J: number;
  workers: { id: string; name: string }[];
  /** With the places they have; `capacity` never counts more places than there are workers. */
  lines: { id: string; name: string; capacity: number }[];
  capacity: Int32Array;
  mustHave: Uint8Array;
  /** Cost in thousandths; Infinity: not eligible, or pinned to another line. */
  cost: Float64Array;
  /** Fractional rank that the worker gives; unranked lines all have the same. */
  rank: Float64Array;
  /** Choice (1 = first); 0: unranked. */
  choice: Int32Array;
  /** D_preferencer: what the line's preferencers think, the lower the better. */
  regard: Float64Array;
  /** What stability compares on the lines' side: `regard`; with priority groups places by group, then by regard. */
  standing: Float64Array;
  /** What stability compares on the workers' side: `rank`; of linked workers 0, who block as a couple only (links.ts). */
  wish: Float64Array;
  /** Linked workers. */
  links: Link[];
  /** Priority group of each worker, 0 the first; null: there are none. */
  groupOf: Int32Array | null;
  /** The group that is being matched, see search/stages.ts: costs are its workers' alone; null: everybody. */
  group: number | null;
  caps: CapGroup[];
  /** Pairs, as indexes into `cost`, of which the worker works more than the line is: no list of the eligible helps them. */
  worksMore: ReadonlySet<number>;
  /** Lists of ranks that were mended, in no order that means anything. */
  mended: MendedRanks[];
  /** null: nobody is pinned. */
  pinned: Pinned | null;
  power: number;
  /** a: share of the preferencers in the cost. */
  weight: number;
  /** Line of each worker in the matching to stay near to, -1: none; null: there is no such matching. */
  near: Int32Array | null;
  /** Rules that give way: the objective is then the number of changes, see elastic.ts; null: none. */
  give: Give | null;
  /** For who shares a job, see shares.ts; null: nobody does. */
  shares: Shares | null;
}

/** A point of the linear program: pairs above zero and their values, by worker. */
export interface Point {
  pairs: number[];
  values: number[];
}

/** Sum of costs of a matching, in thousandths. */
export function matchingCost({ W, J, cost }: AllocatorTables, lineOf: ArrayLike<number>): number {
  let sum = 0;
  for (let w = 0; w < W; w++) sum += cost[pairOf(w, lineOf[w], J)];
  return sum;
}

/** Workers on each of J lines. @param lineOf line of each worker, -1: none */
export function loadsOf(J: number, lineOf: ArrayLike<number>): Int32Array {
  const load = new Int32Array(J);
  for (let w = 0; w < lineOf.length; w++) if (lineOf[w] >= 0) load[lineOf[w]]++;
  return load;
}

function shuffled<T>(sorted: readonly T[], random: Random): T[] {
  const order = Int32Array.from(sorted, (_, i) => i);
  random.choose(order, order.length);
  return Array.from(order, (i) => sorted[i]);
}

/** Builds the tables. @throws AllocatorInputError */
export function buildTables(problem: AllocatorProblem): AllocatorTables {
  validateProblem(problem);
  const random = new Random(problem.options.seed);
  const natural = naturalOrder(problem);
  const workers = shuffled(natural.workers, random), lines = shuffled(natural.lines, random);
  const W = workers.length, J = lines.length;
  const preferred = readPreferences(problem, workers, lines);
  const lookup = new WorkerLookup(workers);
  const regard = readRegard(problem, natural.preferencers, workers, lines, lookup);
  const eligible = readEligibility(problem, lines, W, lookup);
  const pinned = readPins(problem, workers, lines, eligible);
  const { preferencerWeight: a, preferencePower: power } = problem.options;
  const cost = new Float64Array(W * J);
  for (let p = 0; p < cost.length; p++) {
    const rank = preferred.rank[p];
    const own = power === 1 ? rank : Math.pow(rank, power);
    cost[p] = eligible[p] && !isPinnedElsewhere(pinned, workerOfPair(p, J), lineOfPair(p, J))
      ? Math.round(COST_SCALE * ((1 - a) * own + a * regard.regard[p]))
      : Infinity;
  }
  const lineIndex = indexOf(lines), workerIndex = indexOf(workers);
  const links = readLinks(problem, workerIndex, lineIndex);
  const groupOf = readGroups(problem, workerIndex);
  return {
    W,
    J,
    workers,
    lines,
    capacity: Int32Array.from(lines, (line) => Math.min(line.capacity, W)),
    mustHave: Uint8Array.from(lines, (line) => line.mustHave ? 1 : 0),
    cost,
    rank: preferred.rank,
    choice: preferred.choice,
    regard: regard.regard,
    standing: groupOf === null ? regard.regard : byGroup(regard.regard, groupOf, J),
    wish: links.length === 0 ? preferred.rank : indifferent(preferred.rank, links, J),
    links,
    groupOf,
    group: null,
    caps: natural.preferencers.flatMap((p) => capGroup(p, lineIndex)),
    worksMore: new Set(
      (problem.tooMuch ?? []).map(({ worker, line }) =>
        pairOf(workerIndex.get(worker)!, lineIndex.get(line)!, J)
      ),
    ),
    mended: [...preferred.mended, ...regard.mended],
    pinned,
    power,
    weight: a,
    near: problem.near ? nearLines(problem.near, workers, lineIndex) : null,
    give: null,
    shares: null,
  };
}

/** Priority group of each worker; those whom no group names come last. */
function readGroups(
  { groups = [] }: AllocatorProblem,
  workerIndex: ReadonlyMap<string, number>,
): Int32Array | null {
  if (groups.length === 0) return null;
  const groupOf = new Int32Array(workerIndex.size).fill(groups.length);
  // Backwards, because the first that names a worker counts.
  for (let g = groups.length - 1; g >= 0; g--) {
    for (const id of groups[g].workers) {
      const w = workerIndex.get(id);
      if (w !== undefined) groupOf[w] = g;
    }
  }
  return groupOf;
}

/** Places of workers at each line, first by group and then by regard: whole numbers, so that no rounding makes a difference. */
function byGroup(regard: Float64Array, groupOf: Int32Array, J: number): Float64Array {
  const standing = new Float64Array(regard.length), W = groupOf.length;
  for (let j = 0; j < J; j++) {
    const order = Array.from({ length: W }, (_, w) => w)
      .sort((a, b) => regard[pairOf(a, j, J)] - regard[pairOf(b, j, J)]);
    let place = 0;
    order.forEach((w, i) => {
      const before = i === 0 ? w : order[i - 1];
      if (regard[pairOf(w, j, J)] > regard[pairOf(before, j, J)] + SAME_REGARD) place = i;
      standing[pairOf(w, j, J)] = groupOf[w] * W + place;
    });
  }
  return standing;
}

/** Ranks by which linked workers like all lines alike. */
function indifferent(rank: Float64Array, links: readonly Link[], J: number): Float64Array {
  const wish = rank.slice();
  for (const { workers } of links) {
    for (const w of workers) wish.fill(0, firstPairOf(w, J), firstPairOf(w + 1, J));
  }
  return wish;
}

function nearLines(
  near: NonNullable<AllocatorProblem["near"]>,
  workers: { id: string }[],
  lineIndex: Map<string, number>,
): Int32Array {
  const lines = new Map(near.map(({ worker, line }) => [worker, line]));
  return Int32Array.from(workers, ({ id }) => lineIndex.get(lines.get(id) ?? "") ?? -1);
}

function capGroup(p: AllocatorPreferencer, lineIndex: Map<string, number>): CapGroup[] {
  if (p.maxLines === null && p.maxWorkers === null) return [];
  const lines = Int32Array.from(new Set(p.lines.flatMap((id) => lineIndex.get(id) ?? []))).sort();
  const { id, name, maxLines, maxWorkers } = p;
  const capped = maxLines !== null && maxLines < lines.length;
  return [{ id, name, lines, maxLines: capped ? maxLines : null, maxWorkers }];
}

function isPinnedElsewhere(pinned: Pinned | null, w: number, j: number): boolean {
  return pinned !== null && pinned.lineOf[w] >= 0 && pinned.lineOf[w] !== j;
}

function readPins(
  { pins }: AllocatorProblem,
  workers: AllocatorProblem["workers"],
  lines: { id: string }[],
  eligible: Uint8Array,
): Pinned | null {
  if (pins.length === 0) return null;
  const lineIndex = indexOf(lines), workerIndex = indexOf(workers);
  const lineOf = new Int32Array(workers.length).fill(-1);
  for (const { worker, line } of pins) {
    const w = workerIndex.get(worker)!, j = lineIndex.get(line)!;
    if (!eligible[w * lines.length + j]) {
      const message = `doctor ${workers[w].name} is pinned to a line without being eligible for it`;
      refuse("INVALID_PROBLEM", [{ path: "pins", message, worker, line }]);
    }
    lineOf[w] = j;
  }
  return { lineOf, eligible };
}

/** Eligibility by pair, pins apart. */
function readEligibility(
  problem: AllocatorProblem,
  lines: { id: string }[],
  W: number,
  lookup: WorkerLookup,
): Uint8Array {
  const J = lines.length, lineIndex = indexOf(lines);
  const eligible = new Uint8Array(W * J).fill(1);
  for (const entry of problem.eligibility) {
    const j = lineIndex.get(entry.line);
    if (j === undefined) continue; // a line outside the batch
    const may = lookup.of(entry);
    for (let w = 0; w < W; w++) eligible[pairOf(w, j, J)] = may[w];
  }
  return eligible;
}
