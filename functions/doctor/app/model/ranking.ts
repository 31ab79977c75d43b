// The order of lines within buckets. Ranks are spread out while a doctor works, each bucket in a range of its own, so that
// moving a line writes that line and seldom another: what two devices move at once is merged without undoing either. On
// submitting they become 1, 2, 3... with the same rank for equals (competition notation: 1, 1, 3).

import { type Bucket, BUCKETS } from "./lines.ts";

/** A line in its place. */
export interface Placed {
  id: string;
  name: string;
  bucket: Bucket;
  /** Among all lines, 1 to 10,000, small is good; null: never placed by hand, so it stands by its score. */
  rank: number | null;
  score: number;
}

/** What is to be written of a line. */
export type Ranks = Map<
  string,
  { order_preference: number | null; like_dislike_preference: Bucket }
>;

/**
 * The ranks of each bucket: from the first on, before the second. Nothing is ranked in "never". Whole ones only: a half is a
 * place that equals share, and refused where one line alone has it. The last has room for all lines that a run may have.
 */
const RANGES: Record<Exclude<Bucket, -2>, [number, number]> = {
  2: [1, 2_000],
  1: [2_000, 4_000],
  0: [4_000, 7_000],
  [-1]: [7_000, 10_001],
};

/**
 * The lines of each bucket in order: those placed by hand first, then the others by their scores; equals stay as they come.
 * @param placed in the order of their names
 */
export function arrange(placed: Iterable<Placed>): Map<Bucket, Placed[]> {
  const buckets = new Map<Bucket, Placed[]>(BUCKETS.map((bucket) => [bucket, []]));
  for (const each of placed) buckets.get(each.bucket)!.push(each);
  for (const list of buckets.values()) list.sort(compare);
  return buckets;
}

function compare(a: Placed, b: Placed): number {
  if (a.rank !== b.rank) return (a.rank ?? Infinity) - (b.rank ?? Infinity);
  return b.score - a.score;
}

/** Whether a line stands equal with the one before it. */
export function tiesWithPrevious(list: readonly Placed[], index: number): boolean {
  return index > 0 && list[index].rank !== null && list[index].rank === list[index - 1].rank;
}

/** Whether all ranks are whole and in the ranges of their buckets; those of a submission, or written elsewhere, are not. */
function isSpread(buckets: ReadonlyMap<Bucket, readonly Placed[]>): boolean {
  return [...buckets].every(([bucket, list]) =>
    list.every(({ rank }) => {
      if (bucket === -2 || rank === null) return rank === null;
      return Number.isInteger(rank) && rank >= RANGES[bucket][0] && rank < RANGES[bucket][1];
    })
  );
}

/** Where a line is to stand. */
export interface Target {
  bucket: Bucket;
  /** Place in the bucket, from 0, as if the line were not there; at most its length. */
  index: number;
  /** Equal with the line that stands before that place. */
  tie?: boolean;
}

/**
 * Moves a line.
 * @returns the rows to write: the line, those before it that stood by their scores, and others only where ranks were used up
 */
export function move(
  buckets: ReadonlyMap<Bucket, readonly Placed[]>,
  id: string,
  { bucket, index, tie }: Target,
): Ranks {
  const writes: Ranks = new Map();
  if (!isSpread(buckets)) {
    for (const [each, list] of buckets) {
      if (each === -2) continue;
      const keyed = list.filter(({ rank }) => rank !== null);
      spread(each, groupsOf(keyed)).forEach((rank, key) => writes.set(key, rowOf(each, rank)));
    }
  }
  const rankOf = ({ id, rank }: Placed) => writes.get(id)?.order_preference ?? rank;
  if (bucket === -2) return writes.set(id, rowOf(-2, null));
  const others = (buckets.get(bucket) ?? []).filter((each) => each.id !== id);
  const at = Math.max(0, Math.min(index, others.length));
  const before = others.slice(0, at), after = others.slice(at);
  const ranks = before.map(rankOf), next = after.length > 0 ? rankOf(after[0]) : null;
  const [first, end] = RANGES[bucket];
  // Those before that stood by their scores are placed now: the line was put behind them.
  const loose = ranks.filter((rank) => rank === null).length;
  const last = ranks.findLast((rank) => rank !== null) ?? null;
  const below = last ?? first - 1;
  const above = next ?? end;
  const wanted = loose + (tie && before.length > 0 ? 0 : 1);
  const fresh = wanted === 0 ? [] : between(below, above, wanted);
  if (fresh === null) {
    const groups = groupsOf(before.map((each) => ({ ...each, rank: rankOf(each) })));
    if (tie && groups.length > 0) groups.at(-1)!.push(id);
    else groups.push([id]);
    const behind = groupsOf(
      after.filter((each) => rankOf(each) !== null).map((each) => ({
        ...each,
        rank: rankOf(each),
      })),
    );
    spread(bucket, [...groups, ...behind]).forEach((rank, key) =>
      writes.set(key, rowOf(bucket, rank))
    );
    return writes;
  }
  let used = 0;
  before.forEach((each, i) => {
    if (ranks[i] === null) writes.set(each.id, rowOf(bucket, fresh[used++]));
  });
  const previous = before.length === 0 ? null : before.at(-1)!;
  const own = tie && previous
    ? writes.get(previous.id)?.order_preference ?? previous.rank!
    : fresh[used];
  return writes.set(id, rowOf(bucket, own));
}

function rowOf(bucket: Bucket, rank: number | null) {
  return { order_preference: rank, like_dislike_preference: bucket };
}

/** Whole ranks between two, evenly; null where there is no room. */
function between(below: number, above: number, wanted: number): number[] | null {
  if (above - below - 1 < wanted) return null;
  return Array.from(
    { length: wanted },
    (_, i) => Math.floor(below + (above - below) * (i + 1) / (wanted + 1)),
  );
}

/** Lines of one rank together; those without one each on their own. */
function groupsOf(list: readonly Placed[]): string[][] {
  const groups: string[][] = [];
  list.forEach(({ id }, i) => {
    if (tiesWithPrevious(list, i)) groups.at(-1)!.push(id);
    else groups.push([id]);
  });
  return groups;
}

/** Ranks for the groups of a bucket, evenly over its range. */
function spread(bucket: Exclude<Bucket, -2>, groups: string[][]): Map<string, number> {
  const [first, end] = RANGES[bucket];
  const ranks = between(first - 1, end, groups.length) ??
    groups.map((_, i) => first + i);
  return new Map(groups.flatMap((group, i) => group.map((id) => [id, ranks[i]] as const)));
}

/** The ranks of a submission: 1, 2, 3... over all buckets but "never", equals alike (1, 1, 3). Lines by scores stand as shown. */
export function submission(buckets: ReadonlyMap<Bucket, readonly Placed[]>): Ranks {
  const ranks: Ranks = new Map();
  let better = 0;
  for (const bucket of BUCKETS) {
    const list = buckets.get(bucket) ?? [];
    if (bucket === -2) {
      for (const { id } of list) ranks.set(id, rowOf(-2, null));
      continue;
    }
    for (const group of groupsOf(list)) {
      for (const id of group) ranks.set(id, rowOf(bucket, better + 1));
      better += group.length;
    }
  }
  return ranks;
}

/** Untied where the run allows no ties: two devices may have given two lines one place. Each keeps the order shown. */
export function untie(buckets: ReadonlyMap<Bucket, readonly Placed[]>): Ranks {
  const writes: Ranks = new Map();
  for (const [bucket, list] of buckets) {
    if (bucket === -2 || !list.some((_, i) => tiesWithPrevious(list, i))) continue;
    const keyed = list.filter(({ rank }) => rank !== null);
    spread(bucket, keyed.map(({ id }) => [id]))
      .forEach((rank, id) => writes.set(id, rowOf(bucket, rank)));
  }
  return writes;
}
