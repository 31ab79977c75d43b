// What a hand changes in the roster before it is saved: lines as they would be. Pure; lines that stay are the same objects,
// so that what is known of them stays known.

import type { JobLine, LineEdit, Position, Rotation } from "../../../../../shared/client/mod.ts";
import { dayAfter, type Stretch, type Term, weeksBetween } from "../roster.ts";

/** Lines in their order; new ones have ids that begin with `new:`. */
export type Lines = readonly JobLine[];

/** A cell: a term of a line. */
export interface Place {
  line: string;
  /** From 1. */
  term: number;
}

/** Whether a line is not saved yet. */
export function isNew(id: string): boolean {
  return id.startsWith("new:");
}

/** The position of a term; null where it has none. */
export function positionAt(line: JobLine, term: number): Position | null {
  return line.rotations.find((rotation) => rotation.term === term)?.position ?? null;
}

/** Positions by term. */
export function positionsOf(line: JobLine, terms: readonly Term[]): (Position | null)[] {
  return terms.map(({ term }) => positionAt(line, term));
}

function withCell(line: JobLine, term: Term, position: Position | null): JobLine {
  const others = line.rotations.filter((rotation) => rotation.term !== term.term);
  if (!position) return { ...line, rotations: others };
  const rotation: Rotation = {
    id: `${line.id}-${term.term}`,
    job_line: line.id,
    term: term.term,
    starts_on: term.startsOn,
    ends_on: term.endsOn,
    position,
  };
  return { ...line, rotations: [...others, rotation].sort((a, b) => a.term - b.term) };
}

function replace(lines: Lines, ...changed: JobLine[]): Lines {
  const of = new Map(changed.map((line) => [line.id, line]));
  return lines.map((line) => of.get(line.id) ?? line);
}

const find = (lines: Lines, id: string) => lines.find((line) => line.id === id)!;
const termAt = (terms: readonly Term[], term: number) => terms[term - 1];

/** The lines with another position in a cell. */
export function setCell(
  lines: Lines,
  terms: readonly Term[],
  { line, term }: Place,
  position: Position | null,
): Lines {
  return replace(lines, withCell(find(lines, line), termAt(terms, term), position));
}

/** The lines with two cells swapped, of one line or of two; leave stays with its line. */
export function swapCells(lines: Lines, terms: readonly Term[], a: Place, b: Place): Lines {
  const first = positionAt(find(lines, a.line), a.term);
  const second = positionAt(find(lines, b.line), b.term);
  return setCell(setCell(lines, terms, a, second), terms, b, first);
}

/** The lines with the rest of the year swapped between two, from a term on, with the leave in it. */
export function swapRest(
  lines: Lines,
  terms: readonly Term[],
  a: string,
  b: string,
  from: number,
): Lines {
  let one = find(lines, a), other = find(lines, b);
  for (const term of terms.slice(from - 1)) {
    const mine = positionAt(one, term.term), theirs = positionAt(other, term.term);
    one = withCell(one, term, theirs);
    other = withCell(other, term, mine);
  }
  const start = termAt(terms, from).startsOn;
  const late = (line: JobLine) => line.leave.filter(({ starts_on }) => starts_on >= start);
  const early = (line: JobLine) => line.leave.filter(({ starts_on }) => starts_on < start);
  const [first, second] = [find(lines, a), find(lines, b)];
  return replace(
    lines,
    { ...one, leave: [...early(first), ...late(second)] },
    { ...other, leave: [...early(second), ...late(first)] },
  );
}

/** A name that no line has: "Line 12", or that of a copy. */
export function freeName(lines: Lines, like: string): string {
  const names = new Set(lines.map(({ name }) => name));
  const [, stem, digits] = /^(.*?)(\d*)$/s.exec(like)!;
  for (let n = Number(digits || 1);; n++) {
    const name = digits
      ? `${stem}${String(n).padStart(digits.length, "0")}`
      : `${stem.trimEnd()} ${n + 1}`;
    if (!names.has(name)) return name;
  }
}

/** The lines with one more: a copy of a line, below it, or an empty one at the end. */
export function addLine(lines: Lines, id: string, allocationRun: string, of?: string): Lines {
  const source = of === undefined ? null : find(lines, of);
  const last = lines.at(-1);
  const name = freeName(lines, source?.name ?? last?.name ?? "Line 01");
  const line: JobLine = source
    ? {
      ...source,
      id,
      name,
      is_locked: false,
      notes: null,
      overrides: [],
      rotations: source.rotations.map((rotation) => ({ ...rotation, job_line: id })),
    }
    : {
      id,
      allocation_run: allocationRun,
      name,
      sort_order: (last?.sort_order ?? 0) + 1,
      is_locked: false,
      pathway: null,
      affinity: null,
      planner_run: last?.planner_run ?? null,
      max_n_workers: 1,
      must_have_workers: false,
      first_term: null,
      last_term: null,
      rotations: [],
      leave: [],
      notes: null,
      overrides: [],
    };
  return source
    ? lines.flatMap((each) => each.id === of ? [each, line] : [each])
    : [...lines, line];
}

/** The lines without one; a saved one goes to the archive. */
export function removeLine(lines: Lines, id: string): Lines {
  return lines.filter((line) => line.id !== id);
}

/** The members of a line that its form writes. */
export type Fields = Partial<
  Pick<JobLine, "name" | "max_n_workers" | "must_have_workers" | "notes">
>;

/** The lines with other words about one. */
export function setFields(lines: Lines, id: string, fields: Fields): Lines {
  return replace(lines, { ...find(lines, id), ...fields });
}

/** The leave of a line in weeks of the year, from 0. */
export function leaveOf(line: JobLine, startsOn: string): Stretch[] {
  return line.leave.map(({ starts_on, ends_on }) => ({
    start: weeksBetween(startsOn, starts_on),
    weeks: weeksBetween(starts_on, ends_on) + 1,
  })).sort((a, b) => a.start - b.start);
}

/** The lines with other leave in one. */
export function setLeave(
  lines: Lines,
  startsOn: string,
  id: string,
  blocks: readonly Stretch[],
): Lines {
  const leave = blocks.map(({ start, weeks }) => ({
    starts_on: dayAfter(startsOn, 7 * start),
    ends_on: dayAfter(startsOn, 7 * (start + weeks) - 1),
  }));
  return replace(lines, { ...find(lines, id), leave });
}

/** What is to be saved. */
export interface Changes {
  edits: LineEdit[];
  /** Ids of the drafts that they are of, by index. */
  ids: string[];
  /** Cells that change, those of lines that come or go too. */
  cells: number;
}

const blocksOf = (line: JobLine) =>
  line.leave.map(({ starts_on, ends_on }) => ({
    startsOn: starts_on,
    weeks: weeksBetween(starts_on, ends_on) + 1,
  }));

/** What lies between the lines as they are and as they would be. */
export function changesOf(base: Lines, now: Lines): Changes {
  const was = new Map(base.map((line) => [line.id, line]));
  const is = new Set(now.map(({ id }) => id));
  const changed = now.flatMap((line): { id: string; edit: LineEdit; cells: number }[] => {
    const before = was.get(line.id);
    if (before === line) return [];
    const edit = before ? editOf(before, line) : newLine(line);
    const cells = edit.cells?.length ?? 0;
    return Object.keys(edit).length > (before ? 1 : 0) ? [{ id: line.id, edit, cells }] : [];
  });
  const gone = base.filter(({ id }) => !is.has(id)).map((line) => ({
    id: line.id,
    edit: { jobLine: line.id, archive: true as const },
    cells: line.rotations.length,
  }));
  const all = [...changed, ...gone];
  return {
    edits: all.map(({ edit }) => edit),
    ids: all.map(({ id }) => id),
    cells: all.reduce((sum, { cells }) => sum + cells, 0),
  };
}

function newLine(line: JobLine): LineEdit {
  return {
    cells: line.rotations.map(({ term, position }) => ({ term, position: position.id })),
    leave: blocksOf(line),
    name: line.name,
    maxNWorkers: line.max_n_workers,
    mustHaveWorkers: line.must_have_workers,
    notes: line.notes,
  };
}

function editOf(before: JobLine, now: JobLine): LineEdit {
  const cells = now.rotations.flatMap(({ term, position }) => {
    const was = positionAt(before, term);
    return was?.id === position.id
      ? []
      : [{ term, position: position.id, before: was?.id ?? null }];
  });
  const [leaveBefore, leave] = [blocksOf(before), blocksOf(now)];
  const moved = JSON.stringify(leaveBefore) !== JSON.stringify(leave);
  return {
    jobLine: before.id,
    ...cells.length > 0 && { cells },
    ...moved && { leave, leaveBefore },
    ...now.name !== before.name && { name: now.name },
    ...now.max_n_workers !== before.max_n_workers && { maxNWorkers: now.max_n_workers },
    ...now.must_have_workers !== before.must_have_workers &&
      { mustHaveWorkers: now.must_have_workers },
    ...now.notes !== before.notes && { notes: now.notes },
  };
}

/**
 * The changes on other lines: somebody else changed some meanwhile, or a page was loaded anew.
 * @returns the lines, and in words which cells are not what they were when they were changed
 */
export function applyChanges(
  base: Lines,
  { edits, ids }: Changes,
  { terms, startsOn, positions, allocationRun }: {
    terms: readonly Term[];
    startsOn: string;
    positions: ReadonlyMap<string, Position>;
    allocationRun: string;
  },
): { lines: Lines; met: string[] } {
  const met: string[] = [];
  let lines = base;
  for (const [i, edit] of edits.entries()) {
    const id = edit.jobLine ?? ids[i];
    if (edit.jobLine === undefined) lines = addLine(lines, id, allocationRun);
    const line = lines.find((each) => each.id === id);
    if (!line) {
      met.push(`A line that you changed is gone: ${edit.name ?? "it was archived"}.`);
      continue;
    }
    if (edit.archive) {
      lines = removeLine(lines, id);
      continue;
    }
    for (const { term, position, before } of edit.cells ?? []) {
      const to = positions.get(position);
      if (!to || !terms[term - 1]) continue;
      const now = positionAt(line, term);
      if (before !== undefined && before !== (now?.id ?? null) && now?.id !== position) {
        met.push(`${line.name}, term ${term}: somebody else put ${now?.name ?? "nothing"} there.`);
      }
      lines = setCell(lines, terms, { line: id, term }, to);
    }
    if (edit.leave) {
      const blocks = edit.leave.map((block) => ({
        start: weeksBetween(startsOn, block.startsOn),
        weeks: block.weeks,
      }));
      lines = setLeave(lines, startsOn, id, blocks);
    }
    const { name, maxNWorkers, mustHaveWorkers, notes } = edit;
    lines = setFields(lines, id, {
      ...name !== undefined && { name },
      ...maxNWorkers !== undefined && { max_n_workers: maxNWorkers },
      ...mustHaveWorkers !== undefined && { must_have_workers: mustHaveWorkers },
      ...notes !== undefined && { notes },
    });
  }
  return { lines, met };
}

/** Edits that were saved and can be taken back, or done again, by the entries of the history, the latest first. */
export interface SavedEdit {
  id: string;
  cells: number;
  at: string;
}

/**
 * Which edit is taken back next, and which is done again: an entry that takes another back makes room for doing it again;
 * a new edit, and whatever else replaced lines, ends that.
 * @param entries the latest first
 */
export function undoable(
  entries: readonly {
    id: string;
    reason: string;
    cells: number | null;
    undoes: string | null;
    replaced_at: string;
  }[],
): { undo: SavedEdit | null; redo: SavedEdit | null } {
  const done: SavedEdit[] = [];
  const undone: SavedEdit[] = [];
  for (const { id, reason, cells, undoes, replaced_at: at } of entries.toReversed()) {
    if (reason === "kept") continue;
    if (reason !== "edit") {
      done.length = undone.length = 0;
      continue;
    }
    const edit = { id, cells: cells ?? 0, at };
    if (undoes !== null && done.at(-1)?.id === undoes) {
      done.pop();
      undone.push(edit);
    } else if (undoes !== null && undone.at(-1)?.id === undoes) {
      undone.pop();
      done.push(edit);
    } else {
      done.push(edit);
      undone.length = 0;
    }
  }
  return { undo: done.at(-1) ?? null, redo: undone.at(-1) ?? null };
}
