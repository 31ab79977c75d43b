// Job lines by hand: what a manager changed in the roster is judged by the rules' own code, as it was in the page, and saved
// as one transaction, with the caller's own rights. Parts of it are in edit/, which nobody else imports.

import { databaseError, noAllocationRun, parseBody } from "../../platform/requests.ts";
import { toJson } from "../../platform/json.ts";
import { ApiError, type FieldError } from "../../platform/problem_details.ts";
import type { RestClient } from "../../platform/rest.ts";
import type { BrokenRule } from "../rules/line_judge.ts";
import { conflict } from "./edit/conflict.ts";
import { draftOf, expectedOf } from "./edit/draft.ts";
import { judging, withReasons } from "./edit/judge.ts";
import { read } from "./edit/rows.ts";
import { type Body, bodyShape, type Wanted } from "./edit/shape.ts";

export type { Body, Wanted } from "./edit/shape.ts";

/** What a save answers. */
export interface EditAnswer {
  /** The entry of the history that the edit made, by which it is taken back. */
  history: string;
  /** Cells that changed. */
  cells: number;
  /** Ids of the lines, in the order of the request; of new lines their new ones. */
  job_lines: string[];
  /** Rules that lines break with a reason. */
  overridden: { job_line: string; rule: string; message: string; reason: string }[];
}

/**
 * Saves an edit: all of it or nothing.
 * @param userId who edits
 * @throws ApiError 400 INVALID_REQUEST; 403, 404; 409 INVALID_EDIT for what no line can be,
 * EDIT_CONFLICT with the cells that somebody else changed, RULES_BROKEN with the rules that want a reason, NO_FREE_POST, LINE_PINNED, NAME_TAKEN, LEAVE_OVERLAPS, LEAVE_OUTSIDE, WOULD_LOSE with
 * `losses`, LINES_HELD while a run is under way
 */
export async function editLines(
  client: RestClient,
  userId: string,
  body: unknown,
): Promise<EditAnswer> {
  const edit = parseBody(bodyShape, body);
  const { run, drafts, overridden, p_edit } = await prepareEdit(client, userId, edit);
  const { data, error } = await client.rpc("edit_job_lines", {
    p_allocation_run: run.id,
    p_edit: toJson(p_edit),
    p_reason: edit.reason,
  });
  if (error) throw refusal(error, edit);
  const { history, cells } = data as unknown as { history: string; cells: number };
  return {
    history,
    cells,
    job_lines: drafts.map((draft) => draft.id),
    overridden: drafts.flatMap((draft, i) =>
      (overridden[i].overrides ?? []).map(({ rule, message, reason }) => ({
        job_line: draft.id,
        rule,
        message,
        reason,
      }))
    ),
  };
}

/** An edit as the rules have judged it and the database takes it. */
export async function prepareEdit(client: RestClient, userId: string, edit: Body) {
  const nowhere = edit.overrides.flatMap(({ line, rule }, i) =>
    line < edit.lines.length ? [] : [{
      path: `overrides[${i}].line`,
      code: "NO_LINE",
      message: `The reason for ${rule} is of a line that the edit does not have.`,
    }]
  );
  if (nowhere.length > 0) throw conflict(nowhere);
  const { run, lines, lastRun, positions } = await read(client, edit);
  const drafts = edit.lines.map((wanted, index) => draftOf(wanted, index, run, lines));
  const faults = drafts.flatMap((draft) => draft.faults);
  if (faults.length > 0) throw conflict(faults);
  const judge = await judging(client, run, lastRun, drafts, positions);
  const judged = drafts.map((draft) => judge(draft));
  const overridden = withReasons(edit, drafts, judged, userId);
  const p_edit = {
    accept_losses: edit.accept_losses,
    lines: drafts.map((draft, i) => ({
      id: draft.id,
      ...draft.row && { expected: expectedOf(draft) },
      state: {
        ...draft.state,
        ...judged[i].state,
        ...overridden[i].overrides && { overrides: overridden[i].overrides },
        ...!draft.row && { planner_run: draft.source?.planner_run ?? lastRun?.id ?? null },
      },
    })),
  };
  return { run, drafts, overridden, p_edit };
}

/** What an edit would do to a line, as the rules see it. */
export interface LineEffect {
  job_line: string;
  /** What no line can be, or what somebody changed meanwhile; then nothing is judged. */
  faults: FieldError[];
  /** Rules that it would break and does not now, and those that it breaks and would not. */
  breaks: BrokenRule[];
  mends: BrokenRule[];
}

/**
 * What each of several edits would do, by itself; nothing is written.
 * @throws ApiError 403, 404
 */
export async function judgeEdits(
  client: RestClient,
  allocationRun: string,
  edits: readonly Wanted[][],
): Promise<LineEffect[][]> {
  const { run, lines, lastRun, positions } = await read(client, {
    allocation_run: allocationRun,
    lines: edits.flat(),
  });
  const drafts = edits.map((edit) => edit.map((wanted, i) => draftOf(wanted, i, run, lines)));
  const sound = drafts.flat().filter(({ faults }) => faults.length === 0);
  const judge = await judging(client, run, lastRun, sound, positions);
  return drafts.map((edit) =>
    edit.map((draft) => {
      const { breaks, mends } = sound.includes(draft) ? judge(draft) : { breaks: [], mends: [] };
      return { job_line: draft.id, faults: draft.faults, breaks, mends };
    })
  );
}

/** What the database refused, by the paths of the request; what is ours otherwise goes through. */
function refusal(
  error: { code: string; message: string; details: string; hint: string },
  edit: Body,
) {
  if (error.code === "RC4WL") {
    return new ApiError(409, "WOULD_LOSE", error.message, {
      members: { losses: JSON.parse(error.details) },
    });
  }
  if (error.code === "RC404") return noAllocationRun(edit.allocation_run);
  if (error.code === "RC409") return new ApiError(409, error.hint || "LINES_HELD", error.message);
  const known = databaseError(error as never);
  if (!(known instanceof ApiError) || !known.extras.errors) return known;
  const errors = known.extras.errors.map((fault) => ({ ...fault, path: pathOf(fault.path, edit) }));
  return new ApiError(known.status, known.code, known.message, { errors });
}

/** The database names a cell by its term; the request has it at some index. */
function pathOf(path: string, edit: Body): string {
  const [, line, term] = /^lines\[(\d+)\]\.cells\[(\d+)\]$/.exec(path) ?? [];
  if (line === undefined) return path.replace(/^(lines\[\d+\])\.state\b/, "$1");
  const index = edit.lines[Number(line)].cells?.findIndex((cell) => cell.term === Number(term));
  return index === undefined || index < 0
    ? `lines[${line}].cells`
    : `lines[${line}].cells[${index}]`;
}
