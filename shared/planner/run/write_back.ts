// From the engine's plan to the rows and the metadata that a run leaves behind.

import type { PlannedLine, ReplannedLine } from "../engine.ts";
import { isAbsent } from "../problem.ts";
import type { LeaveBlock } from "../rules/calendar.ts";
import type { LineBefore, PlannerInput } from "./load.ts";

/** A block of annual leave: weeks of the year from 0. */
export interface CommittedLeave {
  start_week: number;
  weeks: number;
}

/** A job line as planner.commit_run() takes it: with the id of the line that it changes, or as a new one. */
export interface CommittedLine {
  id?: string;
  name: string;
  sort_order: number;
  affinity: number;
  pathway: string | null;
  /** Of an added line that begins in the middle of the year: the first term in which it is worked, from 1. */
  first_term?: number;
  /** Position id per term; null where the line is not worked. */
  positions: (string | null)[];
  leave: CommittedLeave[];
}

/** A line of a dry run, as planner_run_previews keeps it. */
export interface PreviewLine extends Omit<CommittedLine, "id" | "affinity" | "positions"> {
  /** Of a line that is there; null for an added one. */
  id: string | null;
  affinity: number | null;
  positions: (string | null)[];
  change: "added" | "changed" | "kept" | "removed";
  /** Position id per term of a changed line as it is now. */
  before: (string | null)[] | null;
}

/** What planner.commit_run() is told beside the lines and the result. */
export interface CommitPlan {
  mode: PlannerInput["mode"];
  existing: string[];
  fingerprint: string;
  removed: string[];
  /** Terms from the first on of which nothing may change. */
  frozen_terms?: number;
  preview?: PreviewLine[];
}

/** Lines to write, ids of lines to archive, and the whole plan for a preview. */
export interface WriteBack {
  lines: CommittedLine[];
  plan: CommitPlan;
}

/** Names for new lines: "Line 01", "Line 02"..., passing over names that are taken. */
function namer(input: PlannerInput, keptNames: readonly string[]): () => string {
  const taken = new Set([...input.takenNames, ...keptNames]);
  const digits = Math.max(2, String(input.linesWanted).length);
  let number = 0;
  return () => {
    let name: string;
    do name = `Line ${String(++number).padStart(digits, "0")}`; while (taken.has(name));
    return name;
  };
}

/**
 * Which line that is there each planned line is: what a replan says, or, where lines are made anew, one with the same
 * positions, so that it keeps its row and all that hangs on it. Of several the same, those that something hangs on come
 * first, then those that come first in the order.
 * @returns by planned line the index in `input.before`, null for a new line
 */
function placesOf(
  lines: readonly (PlannedLine | ReplannedLine)[],
  { mode, before }: PlannerInput,
): (number | null)[] {
  if (mode === "replan") return lines.map((line) => "existing" in line ? line.existing : null);
  const waiting = new Map<string, number[]>();
  const inOrder = before.map((_, i) => i).sort((a, b) =>
    Number(before[b].isAtStake) - Number(before[a].isAtStake) || a - b
  );
  for (const place of inOrder) {
    const key = before[place].positions.join();
    waiting.set(key, [...waiting.get(key) ?? [], place]);
  }
  return lines.map((line) => waiting.get(line.positions.join())?.shift() ?? null);
}

/**
 * What a plan writes. A line of a replan that stays as it is, is not written at all; one that a rebuild finds again is,
 * since the new run vouches for it by its own constraints.
 * @param lines in the order in which they are to be shown
 */
export function toWriteBack(
  lines: readonly (PlannedLine | ReplannedLine)[],
  input: PlannerInput,
): WriteBack {
  const { mode, before } = input;
  const places = placesOf(lines, input);
  const found = new Set(places.filter((place) => place !== null));
  const stay = before.filter((_, i) => found.has(i));
  const nextName = namer(input, stay.map(({ name }) => name));
  let order = Math.max(input.lastOrder, ...stay.map(({ sortOrder }) => sortOrder));
  const rows: CommittedLine[] = [], preview: PreviewLine[] = [];
  for (const [i, line] of lines.entries()) {
    const place = places[i];
    const old = place === null ? null : before[place];
    const isKept = old !== null && isSame(line, old);
    const row = toRow(line, old ?? { name: nextName(), sortOrder: ++order });
    const first = row.positions.findIndex((id) => id !== null);
    const fresh = first > 0 ? { ...row, first_term: first + 1 } : row;
    if (!isKept || mode === "rebuild") rows.push(old ? { id: old.id, ...row } : fresh);
    preview.push({
      ...row,
      id: old?.id ?? null,
      change: old === null ? "added" : isKept ? "kept" : "changed",
      before: old === null || isKept ? null : worked(old.positions),
    });
  }
  const removed = before.filter((_, i) => !found.has(i));
  const plan: CommitPlan = {
    mode,
    existing: input.existingIds,
    fingerprint: input.fingerprint,
    removed: removed.map(({ id }) => id),
    ...input.frozenTerms > 0 && { frozen_terms: input.frozenTerms },
    ...(input.dryRun ? { preview: [...preview, ...removed.map(toRemoved)] } : {}),
  };
  return { lines: rows, plan };
}

function toRow(
  line: PlannedLine,
  { name, sortOrder }: { name: string; sortOrder: number },
): CommittedLine {
  return {
    name,
    sort_order: sortOrder,
    affinity: line.affinity,
    pathway: line.pathway ?? null,
    positions: worked(line.positions),
    leave: toLeave(line.leave ?? []),
  };
}

/** Positions as they are stored: none where a line is not worked. */
function worked(positions: readonly (string | null)[]): (string | null)[] {
  return positions.map((id) => id === null || isAbsent(id) ? null : id);
}

function toLeave(blocks: readonly LeaveBlock[]): CommittedLeave[] {
  return blocks.map(({ startWeek, weeks }) => ({ start_week: startWeek, weeks }));
}

/** Whether nothing of a line that is there changes. */
function isSame(line: PlannedLine, old: LineBefore): boolean {
  const leave = (blocks: readonly LeaveBlock[]) => JSON.stringify(toLeave(blocks));
  return (line.pathway ?? null) === old.pathway && leave(line.leave ?? []) === leave(old.leave) &&
    line.positions.every((id, t) => id === old.positions[t]);
}

function toRemoved(line: LineBefore): PreviewLine {
  return {
    id: line.id,
    name: line.name,
    sort_order: line.sortOrder,
    affinity: line.affinity,
    pathway: line.pathway,
    positions: worked(line.positions),
    leave: toLeave(line.leave),
    change: "removed",
    before: null,
  };
}
