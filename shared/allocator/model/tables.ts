// The problem as arrays. Workers and lines are put into their natural order and then shuffled by the
// seed: rows may come in any order, and the shuffle alone decides between equally good matchings.

import { Random } from "../../engine/random.ts";
import { WorkerLookup } from "../input/eligibility.ts";
import type { MendedRanks } from "../outcome.ts";
import type { AllocatorPreferencer, AllocatorProblem } from "../problem.ts";
import { naturalOrder } from "../input/natural_order.ts";
import { isRank, normaliseRanks, type RankFlaw, unrankedRank } from "../input/ranks.ts";
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

/** Arrays indexed by worker w, line j, or pair w * J + j. */
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
  caps: CapGroup[];
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
}

/** A point of the linear program: pairs above zero and their values, by worker. */
export interface Point {
  pairs: number[];
  values: number[];
}

/** Sum of costs of a matching, in thousandths. */
export function matchingCost({ W, J, cost }: AllocatorTables, lineOf: ArrayLike<number>): number {
  let sum = 0;
  for (let w = 0; w < W; w++) sum += cost[w * J + lineOf[w]];
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

function indexOf(rows: readonly { id: string }[]): Map<string, number> {
  return new Map(rows.map(({ id }, i) => [id, i]));
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
    cost[p] = eligible[p] && !isPinnedElsewhere(pinned, Math.floor(p / J), p % J)
      ? Math.round(COST_SCALE * ((1 - a) * own + a * regard.regard[p]))
      : Infinity;
  }
  const lineIndex = indexOf(lines);
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
    caps: natural.preferencers.flatMap((p) => capGroup(p, lineIndex)),
    mended: [...preferred.mended, ...regard.mended],
    pinned,
    power,
    weight: a,
    near: problem.near ? nearLines(problem.near, workers, lineIndex) : null,
    give: null,
  };
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
      const message = `worker ${workers[w].name} is pinned to a line without being eligible for it`;
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
    for (let w = 0; w < W; w++) eligible[w * J + j] = may[w];
  }
  return eligible;
}

/** Ids of what can be ranked, also of what the batch leaves out. */
function idsOf(...lists: { id: string }[][]): Set<string> {
  return new Set(lists.flat().map(({ id }) => id));
}

/** The entries of all lists that one worker gave, joined. */
function joinLists(problem: AllocatorProblem): Map<string, [string, number][]> {
  const lists = new Map<string, [string, number][]>();
  for (const { worker, ranks } of problem.preferences) {
    const list = lists.get(worker);
    lists.set(worker, list ? [...list, ...ranks] : ranks);
  }
  return lists;
}

/** The list in which each item was seen last. */
type Seen = Map<string, readonly [string, number][]>;

/** Whether every entry names an item of the run, and none twice. */
function isClean(
  ranks: readonly [string, number][],
  known: ReadonlySet<string>,
  seen: Seen,
): boolean {
  return ranks.every(([item]) => {
    if (!known.has(item) || seen.get(item) === ranks) return false;
    seen.set(item, ranks);
    return true;
  });
}

/** The entries that name an item of the run; of two for one item the better. */
function cleaned(ranks: readonly [string, number][], known: ReadonlySet<string>) {
  const best = new Map<string, [string, number]>();
  for (const entry of ranks) {
    const [item, rank] = entry, before = best.get(item)?.[1];
    const isBetter = !isRank(before) || (isRank(rank) && rank < before);
    if (known.has(item) && isBetter) best.set(item, entry);
  }
  return [...best.values()];
}

/** One list, read: what it ranks and how, and what was mended. */
function readList(
  { rankNotation, options }: AllocatorProblem,
  by: Pick<MendedRanks, "by" | "id">,
  given: readonly [string, number][],
  known: ReadonlySet<string>,
  seen: Seen,
) {
  const clean = isClean(given, known, seen), entries = clean ? given : cleaned(given, known);
  const values = entries.map((entry) => entry[1]);
  const ranks = normaliseRanks(values, rankNotation, options.allowTies);
  if (clean && ranks.flaws.length === 0) return { entries, ranks, mended: [] };
  const kept = new Set(entries.filter((_, i) => ranks.choice[i] > 0));
  const ignored = given.filter((entry) => !kept.has(entry)).map(([item]) => item).sort();
  const flaws: RankFlaw[] = clean
    ? ranks.flaws
    : [...new Set(["ignored" as const, ...ranks.flaws])];
  return { entries, ranks, mended: [{ ...by, flaws, ignored }] };
}

function readPreferences(
  problem: AllocatorProblem,
  workers: { id: string }[],
  lines: { id: string }[],
) {
  const J = lines.length, all = J + problem.outside.lines.length;
  const rank = new Float64Array(workers.length * J), choice = new Int32Array(workers.length * J);
  const known = idsOf(problem.lines, problem.outside.lines);
  const takingPart = idsOf(problem.workers, problem.outside.workers);
  const lineIndex = indexOf(lines), lists = joinLists(problem), mended: MendedRanks[] = [];
  const seen: Seen = new Map();
  for (const [id, ranks] of lists) {
    if (takingPart.has(id)) continue;
    const ignored = ranks.map(([line]) => line).sort();
    mended.push({ by: "worker", id, flaws: ["ignored"], ignored });
  }
  workers.forEach(({ id }, w) => {
    const list = readList(problem, { by: "worker", id }, lists.get(id) ?? [], known, seen);
    mended.push(...list.mended);
    rank.fill(unrankedRank(all, list.ranks), w * J, (w + 1) * J);
    list.entries.forEach((entry, i) => {
      const j = lineIndex.get(entry[0]);
      if (j === undefined || list.ranks.choice[i] === 0) return;
      rank[w * J + j] = list.ranks.rank[i];
      choice[w * J + j] = list.ranks.choice[i];
    });
  });
  return { rank, choice, mended };
}

function readRegard(
  problem: AllocatorProblem,
  preferencers: readonly AllocatorPreferencer[],
  workers: AllocatorProblem["workers"],
  lines: { id: string }[],
  lookup: WorkerLookup,
) {
  const W = workers.length, J = lines.length;
  const regard = new Float64Array(W * J), mended: MendedRanks[] = [];
  const known = idsOf(problem.workers, problem.outside.workers);
  const workerIndex = indexOf(workers), lineIndex = indexOf(lines);
  const P = preferencers.length, seen: Seen = new Map();
  const own = new Float64Array(W * P); // by worker, then preferencer
  const served: number[][] = Array.from({ length: J }, () => []); // preferencers of each line
  preferencers.forEach((preferencer, i) => {
    preferencerRegard(problem, preferencer, known, workerIndex, seen, mended)
      .forEach((value, w) => own[w * P + i] = value);
    for (const id of new Set(preferencer.lines)) {
      const j = lineIndex.get(id);
      if (j !== undefined) served[j].push(i);
    }
  });
  served.forEach((ofLine, j) => {
    for (const i of ofLine) {
      for (let w = 0; w < W; w++) regard[w * J + j] += own[w * P + i];
    }
  });
  addWeightings(problem, lookup, lineIndex, served, regard);
  return { regard, mended };
}

/** rank^power of every worker, as one preferencer sees them. */
function preferencerRegard(
  problem: AllocatorProblem,
  { id, ranks }: AllocatorPreferencer,
  known: ReadonlySet<string>,
  workerIndex: Map<string, number>,
  seen: Seen,
  mended: MendedRanks[],
): Float64Array {
  const list = readList(problem, { by: "preferencer", id }, ranks, known, seen);
  mended.push(...list.mended);
  const all = problem.workers.length + problem.outside.workers.length;
  const power = problem.options.preferencePower;
  const own = new Float64Array(workerIndex.size);
  own.fill(Math.pow(unrankedRank(all, list.ranks), power));
  list.entries.forEach((entry, i) => {
    const w = workerIndex.get(entry[0]);
    if (w !== undefined && list.ranks.choice[i] > 0) {
      own[w] = Math.pow(list.ranks.rank[i], power);
    }
  });
  return own;
}

/** Adds every weighting once for each preferencer of the line: it is part of what each one thinks. */
function addWeightings(
  problem: AllocatorProblem,
  lookup: WorkerLookup,
  lineIndex: Map<string, number>,
  served: number[][],
  regard: Float64Array,
): void {
  const J = served.length;
  // In an order of their own: sums of fractions depend on it.
  const weightings = problem.weightings.toSorted((a, b) => a.weighting - b.weighting);
  for (const { line, workers: named, tags, weighting } of weightings) {
    const only = line === null ? null : lineIndex.get(line);
    if (only === undefined) continue;
    const everyone = named.length + tags.length === 0;
    lookup.matching(named, tags).forEach((matched, w) => {
      if (!everyone && !matched) return;
      const from = only ?? 0, to = only === null ? J : only + 1;
      for (let j = from; j < to; j++) regard[w * J + j] += weighting * served[j].length;
    });
  }
}
