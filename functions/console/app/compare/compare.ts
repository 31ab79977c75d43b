// Two rosters beside each other: which line is which, what differs in the cells, and what each comes to. Pure.

import { AssignmentSolver } from "../../../../shared/planner/moves/lap.ts";
import type { JobLine } from "../../../../shared/client/mod.ts";
import { groupsOf } from "../data/groups.ts";

/** A line of a side. */
export interface SideLine {
  /** Of a line that is or was there; null for one that a dry run would add. */
  id: string | null;
  name: string;
  /** By term. */
  positions: ({ id: string; name: string } | null)[];
  /** Annual leave in weeks of the year, from 0. */
  leave: { start: number; weeks: number }[];
  affinity: number | null;
  /** The pathway that it is reserved for. */
  pathway: string | null;
  /** The planner run by whose rules it is judged; null: by those of today. */
  plannerRun: string | null;
  /** The terms in which it is worked, from 1; null: from the beginning, to the end. */
  first_term: number | null;
  last_term: number | null;
}

/** Two lines that stand for each other; one of them may be missing. */
export interface Pair {
  a: SideLine | null;
  b: SideLine | null;
  /** Terms, from 0, in which they differ. */
  terms: number[];
  /** Whether both have leave, at other times. */
  leaveMoves: boolean;
}

/** Whether anything differs. */
export const differs = ({ terms, leaveMoves }: Pair): boolean => terms.length > 0 || leaveMoves;

const contentOf = ({ positions }: SideLine) => positions.map((each) => each?.id ?? "").join();

/**
 * Which line of one side is which of the other, in the order of the first. By what is in a line where ids say nothing: as
 * many cells as possible stay where they are over all lines.
 * @param byId whether a line of the same id is the same line
 */
export function pairLines(a: readonly SideLine[], b: readonly SideLine[], byId: boolean): Pair[] {
  const partner = new Map<SideLine, SideLine>();
  const free = new Set(b);
  const pair = (one: SideLine, other: SideLine | undefined) => {
    if (!other || !free.has(other) || partner.has(one)) return;
    partner.set(one, other);
    free.delete(other);
  };
  if (byId) {
    const of = new Map(b.flatMap((line) => line.id === null ? [] : [[line.id, line] as const]));
    for (const line of a) if (line.id !== null) pair(line, of.get(line.id));
  }
  // Of lines that hold the same, those with the same leave are one.
  for (const key of [(line: SideLine) => `${contentOf(line)} ${leaveWords(line)}`, contentOf]) {
    const alike = groupsOf(free, key);
    for (const line of a) if (!partner.has(line)) pair(line, alike.get(key(line))?.shift());
  }
  pairByOverlap(a.filter((line) => !partner.has(line)), [...free], pair);
  return [
    ...a.map((line) => pairOf(line, partner.get(line) ?? null)),
    ...b.filter((line) => free.has(line)).map((line) => pairOf(null, line)),
  ];
}

/** Lines that are left, so that the most cells stay; those without a cell in common are no pair. */
function pairByOverlap(
  a: readonly SideLine[],
  b: readonly SideLine[],
  pair: (one: SideLine, other: SideLine) => void,
): void {
  if (a.length === 0 || b.length === 0) return;
  const [rows, columns] = a.length <= b.length ? [a, b] : [b, a];
  const overlap = (one: SideLine, other: SideLine) =>
    one.positions.filter((each, t) => each !== null && each.id === other.positions[t]?.id).length;
  const cost = new Float64Array(rows.length * columns.length);
  rows.forEach((row, i) =>
    columns.forEach((column, j) => cost[i * columns.length + j] = -overlap(row, column))
  );
  const solver = new AssignmentSolver();
  solver.solve(cost, rows.length, columns.length);
  rows.forEach((row, i) => {
    const column = columns[solver.columnOf[i]];
    if (overlap(row, column) === 0) return;
    if (rows === a) pair(row, column);
    else pair(column, row);
  });
}

function pairOf(a: SideLine | null, b: SideLine | null): Pair {
  const length = Math.max(a?.positions.length ?? 0, b?.positions.length ?? 0);
  const terms = Array.from({ length }, (_, t) => t)
    .filter((t) => a?.positions[t]?.id !== b?.positions[t]?.id);
  return { a, b, terms, leaveMoves: a !== null && b !== null && leaveWords(a) !== leaveWords(b) };
}

/** Leave of a line in words: "weeks 5 to 6, 20 to 22". */
export function leaveWords({ leave }: Pick<SideLine, "leave">): string {
  const blocks = [...leave].sort((x, y) => x.start - y.start).map(({ start, weeks }) =>
    weeks === 1 ? `${start + 1}` : `${start + 1} to ${start + weeks}`
  );
  return blocks.length === 0 ? "none" : `weeks ${blocks.join(", ")}`;
}

/** What lies between two sides, counted. */
export interface Totals {
  same: number;
  changed: number;
  added: number;
  removed: number;
  cells: number;
  /** Lines of both sides whose leave is at other times. */
  leave: number;
}

/** Counts pairs; lines that only have another name are the same. */
export function totalsOf(pairs: readonly Pair[]): Totals {
  const both = pairs.filter(({ a, b }) => a && b);
  const changed = both.filter(differs);
  return {
    same: both.length - changed.length,
    changed: changed.length,
    added: pairs.filter(({ a }) => !a).length,
    removed: pairs.filter(({ b }) => !b).length,
    cells: changed.reduce((sum, { terms }) => sum + terms.length, 0),
    leave: both.filter(({ leaveMoves }) => leaveMoves).length,
  };
}

/** What a side comes to. */
export interface Figures {
  lines: number;
  /** Different lines: 60 that are all alike are one. */
  different: number;
  /** Null where no line says it. */
  affinity: number | null;
  /** Posts below the minimum fill. */
  missing: number;
  /** Cells that hold a post which there is not. */
  overfull: number;
  /** Weeks of leave, and the share of them in the first half of the year. */
  leaveWeeks: number;
  early: number | null;
}

/** Figures of a side. */
export function figuresOf(
  lines: readonly SideLine[],
  posts: readonly { position: string; term: number; posts: number; minimum_fill: number }[],
  weeks: number,
): Figures {
  const held = new Map<string, number>();
  for (const { positions } of lines) {
    positions.forEach((position, t) => {
      const key = `${t + 1} ${position?.id}`;
      if (position) held.set(key, (held.get(key) ?? 0) + 1);
    });
  }
  const heldOf = (row: { position: string; term: number }) =>
    held.get(`${row.term} ${row.position}`) ?? 0;
  const room = new Map(posts.map((row) => [`${row.term} ${row.position}`, row.posts]));
  const rated = lines.filter(({ affinity }) => affinity !== null);
  const blocks = lines.flatMap(({ leave }) => leave);
  const leaveWeeks = blocks.reduce((sum, block) => sum + block.weeks, 0);
  const early = blocks.reduce(
    (sum, { start, weeks: long }) => sum + Math.max(0, Math.min(long, weeks / 2 - start)),
    0,
  );
  return {
    lines: lines.length,
    different: new Set(lines.map(contentOf)).size,
    affinity: rated.length === 0 ? null : rated.reduce((sum, line) => sum + line.affinity!, 0),
    missing: posts.reduce((sum, row) => sum + Math.max(0, row.minimum_fill - heldOf(row)), 0),
    overfull: [...held].reduce((sum, [key, n]) => sum + Math.max(0, n - (room.get(key) ?? 0)), 0),
    leaveWeeks,
    early: leaveWeeks === 0 ? null : early / leaveWeeks,
  };
}

/** Lines of today that would go or change: what doctors ranked of them is touched. */
export function touched(pairs: readonly Pair[]): string[] {
  return pairs.flatMap((pair) => pair.a?.id && differs(pair) ? [pair.a.id] : []);
}

/** Today's lines as a side. */
export function sideOfToday(
  lines: readonly JobLine[],
  terms: number,
  weekOf: (date: string) => number,
): SideLine[] {
  return lines.map((line) => ({
    id: line.id,
    name: line.name,
    affinity: line.affinity,
    pathway: line.pathway,
    plannerRun: line.planner_run,
    first_term: line.first_term,
    last_term: line.last_term,
    positions: Array.from({ length: terms }, (_, t) => {
      const position = line.rotations.find(({ term }) => term === t + 1)?.position;
      return position ? { id: position.id, name: position.name } : null;
    }),
    leave: line.leave.map(({ starts_on, ends_on }) => ({
      start: weekOf(starts_on),
      weeks: weekOf(ends_on) - weekOf(starts_on) + 1,
    })),
  }));
}
