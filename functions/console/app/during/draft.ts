// What is to change from a day on, as it is typed; the request that it makes; and what a dry run of it moves, with the names
// of the doctors concerned. Pure; the page draws it.

import type {
  JobLine,
  PlannerRunOptions,
  Position,
  PreviewLine,
  YearChanges,
} from "../../../../shared/client/mod.ts";
import { wholeOf } from "../ui/numbers.ts";

/** A doctor leaves. */
export interface Leaver {
  mapping: string;
  /** What becomes of the rest of their line: it stays for somebody else, or its posts are free. */
  rest: "vacant" | "free";
}

/** Posts of a position in some terms, from 1. */
export interface PostChange {
  position: string;
  first: number;
  last: number;
  posts: number;
}

/** In which terms a line is worked, from 1. */
export interface WorkedTerms {
  line: string;
  first: number;
  last: number;
}

/** What is typed. */
export interface Draft {
  /** The day, `YYYY-MM-DD`; empty: none is chosen. */
  from: string;
  leavers: Leaver[];
  posts: PostChange[];
  works: WorkedTerms[];
  /** How many lines begin on that day, as typed. */
  added: string;
  reason: string;
}

/** A doctor of the allocation run, as far as this page goes. */
export interface Holder {
  mapping: string;
  name: string;
  /** Their line, by the finalised result or else the last match; null: none. */
  line: string | null;
  /** Their first day on it, and the last; an empty last day: they never worked it. */
  starts: string;
  ends: string;
  fte: number;
  hasLeft: boolean;
}

/** What the page knows of the allocation run. */
export interface Year {
  startsOn: string;
  termWeeks: number[];
  lines: JobLine[];
  positions: Position[];
  posts: { position: string; term: number; posts: number }[];
  holders: Holder[];
  /** Whether the holders are those of a finalised result. */
  isFinalised: boolean;
}

/** Something typed that cannot be. */
export interface Fault {
  field: "from" | "leavers" | "posts" | "works" | "added" | "all";
  message: string;
}

/** An empty draft for a year: from the next term on that begins today or later. @param today `YYYY-MM-DD` */
export function emptyDraft(year: Pick<Year, "startsOn" | "termWeeks">, today: string): Draft {
  const starts = termStarts(year).slice(1);
  return {
    from: starts.find((day) => day >= today) ?? starts[0] ?? year.startsOn,
    leavers: [],
    posts: [],
    works: [],
    added: "0",
    reason: "",
  };
}

/** The first day of each term. */
export function termStarts(
  { startsOn, termWeeks }: Pick<Year, "startsOn" | "termWeeks">,
): string[] {
  let weeks = 0;
  return termWeeks.map((more) => {
    const day = new Date(Date.parse(`${startsOn}T00:00:00Z`) + 7 * weeks * 24 * 3_600_000);
    weeks += more;
    return day.toISOString().slice(0, 10);
  });
}

/** Terms that begin before a day: what is worked in them stays as it is. */
export function frozenTerms(year: Pick<Year, "startsOn" | "termWeeks">, from: string): number {
  return termStarts(year).filter((day) => day < from).length;
}

/** Who holds a line on some day from `from` on. */
export function holdersOf(year: Pick<Year, "holders">, line: string, from: string): Holder[] {
  return year.holders.filter((holder) => holder.line === line && holder.ends >= from);
}

/**
 * The request that a draft makes, or what is wrong with it: known before anything is asked.
 * Who leaves and whose line ends, frees the terms that begin after that day.
 */
export function requestOf(
  draft: Draft,
  year: Year,
): { nJobLines: number; options: PlannerRunOptions; faults: Fault[] } {
  const ended = endedLines(draft, year);
  const lines = workedLines(draft, year, ended);
  const posts = postsByTerm(draft);
  const faults: Fault[] = [
    ...dayFaults(draft, year),
    ...leaverFaults(draft, year, ended),
    ...workFaults(draft, year),
    ...postFaults(posts, year, frozenTerms(year, draft.from)),
  ];
  const typed = wholeOf(draft.added), isFine = typed !== null && typed >= 0 && typed <= 500;
  const added = isFine ? typed : 0;
  if (!isFine) faults.push({ field: "added", message: "must be a whole number from 0 to 500" });
  if (isFine && draft.leavers.length + posts.length + lines.length + added === 0) {
    faults.push({ field: "all", message: "Say first what changes." });
  }
  const changes: YearChanges = {
    ...posts.length > 0 && { posts },
    ...lines.length > 0 && { lines },
    ...draft.leavers.length > 0 && {
      leavers: draft.leavers.map(({ mapping }) => ({ workerMapping: mapping })),
    },
    ...draft.reason.trim() !== "" && { reason: draft.reason.trim() },
  };
  return {
    nJobLines: year.lines.length + added,
    options: { mode: "replan", from: draft.from, changes },
    faults,
  };
}

function dayFaults({ from }: Draft, year: Year): Fault[] {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(from) || from < year.startsOn) {
    return [{ field: "from", message: "must be a day of the year" }];
  }
  return frozenTerms(year, from) >= year.termWeeks.length
    ? [{ field: "from", message: "all terms began before that day" }]
    : [];
}

/** Lines that end with who leaves. */
function endedLines({ leavers }: Draft, year: Year): string[] {
  return [
    ...new Set(leavers.flatMap(({ mapping, rest }) => {
      const holder = year.holders.find((each) => each.mapping === mapping);
      return rest === "free" && holder?.line ? [holder.line] : [];
    })),
  ];
}

/** A line that somebody else works as well cannot end. */
function leaverFaults({ leavers, from }: Draft, year: Year, ended: readonly string[]): Fault[] {
  return ended.flatMap((line): Fault[] => {
    const stay = holdersOf(year, line, from)
      .filter(({ mapping }) => !leavers.some((leaver) => leaver.mapping === mapping));
    if (stay.length === 0) return [];
    const names = stay.map(({ name }) => name).join(", ");
    return [{
      field: "leavers",
      message: `${nameOfLine(year, line)} is also worked by ${names}; its rest cannot be free`,
    }];
  });
}

/** Lines of which a part is worked: as typed, and those that end. */
function workedLines({ works, from }: Draft, year: Year, ended: readonly string[]) {
  const frozen = frozenTerms(year, from), terms = year.termWeeks.length;
  return [
    ...works.map(({ line, first, last }) => ({
      jobLine: line,
      firstTerm: first > 1 ? first : null,
      lastTerm: last < terms ? last : null,
    })),
    // A line that nobody began is not worked at all; that it is kept, with one term, is for archiving to mend.
    ...ended.filter((line) => !works.some((work) => work.line === line)).map((line) => ({
      jobLine: line,
      firstTerm: year.lines.find(({ id }) => id === line)?.first_term ?? null,
      lastTerm: Math.max(frozen, 1),
    })),
  ];
}

function workFaults({ works, from }: Draft, year: Year): Fault[] {
  const frozen = frozenTerms(year, from);
  return works.flatMap(({ line, first, last }): Fault[] => {
    const began = year.lines.find(({ id }) => id === line)?.first_term ?? 1;
    const fault = (words: string): Fault[] => [{
      field: "works",
      message: `${nameOfLine(year, line)} ${words}`,
    }];
    if (last < frozen) return fault(`was worked until term ${frozen} already`);
    if (first !== began && Math.min(first, began) <= frozen) {
      return fault(
        began <= frozen
          ? `began in term ${began}, before that day: it cannot begin in term ${first}`
          : `cannot begin in term ${first}, which began before that day`,
      );
    }
    return [];
  });
}

/** Posts in one term. */
interface TermPosts {
  position: string;
  term: number;
  posts: number;
}

function postsByTerm({ posts }: Draft): TermPosts[] {
  return posts.flatMap(({ position, first, last, posts }) =>
    Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => ({
      position,
      term: first + i,
      posts,
    }))
  );
}

function postFaults(posts: readonly TermPosts[], year: Year, frozen: number): Fault[] {
  const faults: Fault[] = [];
  if (posts.some(({ term }) => term <= frozen)) {
    faults.push({
      field: "posts",
      message: `posts change in terms that begin on that day or later, from term ${frozen + 1} on`,
    });
  }
  const twice = posts.find((row, i) =>
    posts.findIndex((other) => other.position === row.position && other.term === row.term) !== i
  );
  if (twice) {
    faults.push({
      field: "posts",
      message: `${nameOfPosition(year, twice.position)} stands there twice for term ${twice.term}`,
    });
  }
  return faults;
}

/** A rotation of a line that would become another. */
export interface Move {
  /** From 1. */
  term: number;
  /** Null: none. */
  before: string | null;
  after: string | null;
}

/** A line that would change, with whom that concerns. */
export interface MovedLine {
  id: string | null;
  name: string;
  /** Doctors who hold it from that day on. */
  doctors: string[];
  kind: "moved" | "begins" | "archived";
  moves: Move[];
  /** Where leave moves: weeks of the year, from 1. */
  leave: { before: string; after: string } | null;
}

/**
 * What a dry run would change of the lines that there are, the lines that doctors hold first.
 * @param from the day of the run
 */
export function movesOf(preview: readonly PreviewLine[], year: Year, from: string): MovedLine[] {
  const lines = new Map(year.lines.map((line) => [line.id, line]));
  const moved = preview.flatMap((row): MovedLine[] => {
    const line = row.id === null ? undefined : lines.get(row.id);
    const before = new Map(line?.rotations.map(({ term, position }) => [term, position]));
    const moves = row.positions.flatMap((position, t): Move[] => {
      const old = before.get(t + 1) ?? null;
      const after = row.change === "removed" ? null : position;
      return old?.id === after?.id
        ? []
        : [{ term: t + 1, before: old?.name ?? null, after: after?.name ?? null }];
    });
    const leave = line ? leaveMove(line, row, year.startsOn) : null;
    if (moves.length === 0 && leave === null) return [];
    return [{
      id: row.id,
      name: row.name,
      doctors: row.id === null ? [] : holdersOf(year, row.id, from).map(({ name }) => name),
      kind: row.change === "added" ? "begins" : row.change === "removed" ? "archived" : "moved",
      moves,
      leave,
    }];
  });
  return moved.sort((a, b) => Number(b.doctors.length > 0) - Number(a.doctors.length > 0));
}

function leaveMove(line: JobLine, row: PreviewLine, startsOn: string): MovedLine["leave"] {
  const weekOf = (day: string) =>
    (Date.parse(`${day}T00:00:00Z`) - Date.parse(`${startsOn}T00:00:00Z`)) / (7 * 24 * 3_600_000);
  const words = (blocks: { start: number; weeks: number }[]) =>
    blocks.sort((a, b) => a.start - b.start).map(({ start, weeks }) =>
      weeks === 1 ? `week ${start + 1}` : `weeks ${start + 1} to ${start + weeks}`
    ).join(", ") || "none";
  const before = words(line.leave.map(({ starts_on, ends_on }) => ({
    start: weekOf(starts_on),
    weeks: Math.round(weekOf(ends_on) - weekOf(starts_on) + 1 / 7),
  })));
  const after = words(row.leave.map(({ startWeek, weeks }) => ({ start: startWeek, weeks })));
  return before === after ? null : { before, after };
}

/** Whether two documents say the same, whatever the order of their members. */
export function saysTheSame(a: unknown, b: unknown): boolean {
  const sorted = (_: string, value: unknown) =>
    value && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([x], [y]) => x < y ? -1 : 1))
      : value;
  return JSON.stringify(a, sorted) === JSON.stringify(b, sorted);
}

/**
 * The first day on which a line has a whole place free until the end of what is worked in it.
 * @returns null where it has none
 */
export function freeFrom(year: Pick<Year, "lines" | "holders">, id: string): string | null {
  const line = year.lines.find((each) => each.id === id);
  const first = line?.rotations.at(0)?.starts_on, last = line?.rotations.at(-1)?.ends_on;
  if (!line || !first || !last) return null;
  const held = year.holders.filter((holder) => holder.line === id && holder.ends !== "");
  const after = (day: string) =>
    new Date(Date.parse(`${day}T00:00:00Z`) + 24 * 3_600_000).toISOString().slice(0, 10);
  const days = [first, ...held.map(({ ends }) => after(ends)).filter((day) => day > first)].sort();
  const taken = (day: string) =>
    held.filter(({ ends }) => ends >= day).reduce((sum, { fte }) => sum + fte, 0);
  return days.find((day) => day <= last && taken(day) + 1 <= line.max_n_workers) ?? null;
}

/** A line by its name. */
export function nameOfLine({ lines }: Pick<Year, "lines">, id: string): string {
  return lines.find((line) => line.id === id)?.name ?? "a line that is gone";
}

/** A position by its name. */
export function nameOfPosition({ positions }: Pick<Year, "positions">, id: string): string {
  return positions.find((position) => position.id === id)?.name ?? "a position that is gone";
}

/** How many posts a position has in some terms: `2`, or `2, 2, 1`. */
export function postsNow(
  { posts }: Pick<Year, "posts">,
  position: string,
  first: number,
  last: number,
): string {
  const of = (term: number) =>
    posts.find((row) => row.position === position && row.term === term)?.posts ?? 0;
  const all = Array.from({ length: Math.max(1, last - first + 1) }, (_, i) => of(first + i));
  return new Set(all).size === 1 ? String(all[0]) : all.join(", ");
}
