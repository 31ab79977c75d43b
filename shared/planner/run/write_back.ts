// From the engine's plan to the rows and the metadata that a run leaves behind.

import type { PlannedLine, ReplannedLine } from "../engine.ts";
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
  /** Position id per term. */
  positions: string[];
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
  existing?: string[];
  removed?: string[];
  preview?: PreviewLine[];
}

/** Lines to write, ids of lines to delete, and the whole plan for a preview. */
export interface WriteBack {
  lines: CommittedLine[];
  plan: CommitPlan;
}

/** Names for new lines: "Line 01", "Line 02"..., passing over names that are taken. */
function namer(input: PlannerInput): () => string {
  const taken = new Set(input.takenNames);
  const digits = Math.max(2, String(input.linesWanted).length);
  let number = 0;
  return () => {
    let name: string;
    do name = `Line ${String(++number).padStart(digits, "0")}`; while (taken.has(name));
    return name;
  };
}

/**
 * What a plan writes. A line of a replan that stays as it is, is not written at all.
 * @param lines in the order in which they are to be shown
 */
export function toWriteBack(
  lines: readonly (PlannedLine | ReplannedLine)[],
  input: PlannerInput,
): WriteBack {
  const nextName = namer(input);
  let order = input.lastOrder;
  const rows: CommittedLine[] = [], preview: PreviewLine[] = [];
  const places = new Set<number>();
  for (const line of lines) {
    const place = "existing" in line ? line.existing : null;
    const old = place === null ? null : input.before[place];
    if (place !== null) places.add(place);
    const isKept = old !== null && isSame(line, old);
    const row = toRow(line, old ?? { name: nextName(), sortOrder: ++order });
    if (!isKept) rows.push(old ? { id: old.id, ...row } : row);
    preview.push({
      ...row,
      id: old?.id ?? null,
      change: old === null ? "added" : isKept ? "kept" : "changed",
      before: old === null || isKept ? null : old.positions,
    });
  }
  const removed = input.before.filter((_, i) => !places.has(i));
  const plan: CommitPlan = {
    mode: input.mode,
    ...(input.existingIds ? { existing: input.existingIds } : {}),
    ...(input.mode === "replan" ? { removed: removed.map(({ id }) => id) } : {}),
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
    positions: line.positions,
    leave: toLeave(line.leave ?? []),
  };
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
    positions: line.positions,
    leave: toLeave(line.leave),
    change: "removed",
    before: null,
  };
}
