// A line before and after an edit, and what no line can be.

import type * as z from "zod";
import type { FieldError } from "../../../platform/problem_details.ts";
import { MOST_TERMS } from "../../limits.ts";
import type { Leave, LineRow, RunRow } from "./rows.ts";
import type { block, Wanted } from "./shape.ts";
import { plural } from "../../../engine/words.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
const dayAfter = (date: string, days: number) =>
  new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10);
/** Whole weeks from one day to another. */
export const weeksBetween = (from: string, to: string) =>
  Math.floor((Date.parse(to) - Date.parse(from)) / (7 * DAY_MS));

/** A line before and after the edit. */
export interface Draft {
  index: number;
  id: string;
  wanted: Wanted;
  /** As it is; null: it is new. */
  row: LineRow | null;
  /** What a new line is a copy of. */
  source: LineRow | null;
  before: { positions: (string | null)[]; leave: Leave[] } | null;
  after: { positions: (string | null)[]; leave: Leave[] };
  /** Members of its state that change. */
  state: Record<string, unknown>;
  faults: FieldError[];
}

/** What a line would be, and what is wrong with that. @param index of the line in the request */
export function draftOf(
  wanted: Wanted,
  index: number,
  run: RunRow,
  lines: ReadonlyMap<string, LineRow>,
): Draft {
  const path = `lines[${index}]`;
  const row = wanted.job_line === undefined ? null : lines.get(wanted.job_line) ?? null;
  const source = wanted.copy_of === undefined ? null : lines.get(wanted.copy_of) ?? null;
  const faults: FieldError[] = [];
  if ((wanted.job_line && !row) || (wanted.copy_of && !source)) {
    faults.push({ path, code: "LINE_GONE", message: "This line was archived meanwhile." });
  }
  if (wanted.job_line && wanted.copy_of) {
    const message = "A line that is there is no copy; leave one of the two out.";
    faults.push({ path: `${path}.copy_of`, code: "NO_COPY", message });
  }
  if (!wanted.job_line && !wanted.name) {
    faults.push({ path: `${path}.name`, code: "NO_NAME", message: "A new line needs a name." });
  }
  // A copy of a line of part of the year is one, too.
  const worked = row ?? source;
  const before = worked && partsOf(worked, run.term_weeks.length);
  const positions = before ? [...before.positions] : run.term_weeks.map(() => null);
  faults.push(...takeCells(positions, wanted.cells ?? [], path, { row, worked, run }));
  const leave = wanted.leave?.map(datesOf) ?? before?.leave ?? [];
  if (row && wanted.leave_before && !sameLeave(wanted.leave_before.map(datesOf), before!.leave)) {
    const message = `${row.name}: somebody else changed its leave meanwhile.`;
    faults.push({ path: `${path}.leave`, code: "LEAVE_CHANGED", message });
  }
  faults.push(...leaveFaults(`${path}.leave`, leave, before?.leave ?? [], run, worked));
  return {
    index,
    id: row?.id ?? crypto.randomUUID(),
    wanted,
    row,
    source,
    before: row && before,
    after: { positions, leave },
    state: stateOf(wanted, row, source, { positions, leave }),
    faults,
  };
}

/**
 * Puts cells into their terms.
 * @param positions by term; those of the cells are written over
 * @returns what is wrong with them
 */
function takeCells(
  positions: (string | null)[],
  cells: NonNullable<Wanted["cells"]>,
  path: string,
  { row, worked, run }: { row: LineRow | null; worked: LineRow | null; run: RunRow },
): FieldError[] {
  const faults: FieldError[] = [];
  for (const [i, cell] of cells.entries()) {
    const at = `${path}.cells[${i}]`;
    if (cell.term > run.term_weeks.length) {
      const message = `The year has ${plural(run.term_weeks.length, "term")}.`;
      faults.push({ path: `${at}.term`, code: "NO_TERM", message });
      continue;
    }
    if (cells.findIndex(({ term }) => term === cell.term) < i) {
      const message = `Term ${cell.term} is there twice.`;
      faults.push({ path: `${at}.term`, code: "TERM_TWICE", message });
      continue;
    }
    if (worked && !isWorked(worked, cell.term)) {
      const message = `${worked.name} is not worked in term ${cell.term}.`;
      faults.push({ path: `${at}.term`, code: "TERM_NOT_WORKED", message });
      continue;
    }
    const now = positions[cell.term - 1];
    if (row && cell.before !== undefined && cell.before !== now) {
      const message = `${row.name}, term ${cell.term}: somebody else changed it meanwhile.`;
      faults.push({ path: at, code: "CELL_CHANGED", message });
    }
    positions[cell.term - 1] = cell.position;
  }
  return faults;
}

/** Whether a line is worked in a term. */
export const isWorked = ({ first_term, last_term }: LineRow, term: number) =>
  term >= (first_term ?? 1) && term <= (last_term ?? MOST_TERMS);

/** What is wrong with leave as somebody wants it, at its blocks; a block that was there before is not asked again. */
function leaveFaults(
  path: string,
  leave: readonly Leave[],
  before: readonly Leave[],
  run: RunRow,
  row: LineRow | null,
): FieldError[] {
  const terms = run.term_weeks.map((_, t) => t + 1).filter((term) => !row || isWorked(row, term));
  const weeksBefore = (term: number) =>
    run.term_weeks.slice(0, term).reduce((sum, weeks) => sum + weeks, 0);
  const from = dayAfter(run.starts_on, 7 * weeksBefore((terms[0] ?? 1) - 1));
  const to = dayAfter(run.starts_on, 7 * weeksBefore(terms.at(-1) ?? 0) - 1);
  return leave.flatMap((block, i): FieldError[] => {
    if (before.some((other) => sameLeave([other], [block]))) return [];
    const at = `${path}[${i}]`;
    if (new Date(block.starts_on).getUTCDay() !== 1) {
      const message = `Leave begins on a Monday; ${block.starts_on} is none.`;
      return [{ path: `${at}.starts_on`, code: "NOT_A_MONDAY", message }];
    }
    if (block.starts_on < from || block.ends_on > to) {
      const message = `Leave lies outside of ${
        row && terms.length < run.term_weeks.length
          ? "the terms in which the line is worked"
          : "the year"
      }, ${from} to ${to}.`;
      return [{ path: at, code: "LEAVE_OUTSIDE", message }];
    }
    const overlaps = leave.some((other, j) =>
      j !== i && other.starts_on <= block.ends_on && block.starts_on <= other.ends_on
    );
    const message = "Two blocks of leave of one line overlap.";
    return overlaps ? [{ path: at, code: "LEAVE_OVERLAPS", message }] : [];
  });
}

function partsOf(row: LineRow, terms: number) {
  const at = new Map(row.rotations.map(({ term, position }) => [term, position]));
  return {
    positions: Array.from({ length: terms }, (_, t) => at.get(t + 1) ?? null),
    leave: row.job_line_leave.map(({ starts_on, ends_on }) => ({ starts_on, ends_on })).sort(
      byDate,
    ),
  };
}

const byDate = (a: Leave, b: Leave) => a.starts_on < b.starts_on ? -1 : 1;

function datesOf({ starts_on, weeks }: z.infer<typeof block>): Leave {
  return { starts_on, ends_on: dayAfter(starts_on, 7 * weeks - 1) };
}

function sameLeave(a: readonly Leave[], b: readonly Leave[]): boolean {
  return JSON.stringify(a.toSorted(byDate)) === JSON.stringify(b.toSorted(byDate));
}

function stateOf(
  wanted: Wanted,
  row: LineRow | null,
  source: LineRow | null,
  after: Draft["after"],
): Record<string, unknown> {
  const { name, max_n_workers, must_have_workers, notes, archive } = wanted;
  const given = Object.fromEntries(
    Object.entries({ name, max_n_workers, must_have_workers, archived: archive || undefined })
      .filter(([, value]) => value !== undefined),
  );
  const rotations = after.positions.flatMap((position, t) =>
    position === null ? [] : [{ term: t + 1, position }]
  );
  return {
    ...!row && source && {
      max_n_workers: source.max_n_workers,
      must_have_workers: source.must_have_workers,
      pathway: source.pathway,
      ...source.first_term !== null && { first_term: source.first_term },
      ...source.last_term !== null && { last_term: source.last_term },
    },
    ...!row && { sort_order: source?.sort_order ?? LAST },
    ...given,
    ...notes !== undefined && { notes: notes || null },
    ...(!row || wanted.cells) && { rotations },
    ...(!row || wanted.leave) && { leave: after.leave },
  };
}

/** The place of a line that is added: behind all others. */
const LAST = 100_000;

/** What the edit was judged upon: nobody may have changed it when it is written. */
export function expectedOf({ row, before, wanted }: Draft): Record<string, unknown> {
  const judged = wanted.cells || wanted.leave;
  return {
    archived: false,
    ...judged && {
      rotations: before!.positions.flatMap((position, t) =>
        position === null ? [] : [{ term: t + 1, position }]
      ),
      leave: before!.leave,
    },
    ...judged && { pathway: row!.pathway },
  };
}
