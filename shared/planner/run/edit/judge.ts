// Lines of an edit as the rules see them, and the reasons for rules that they break.

import { ApiError, type FieldError } from "../../../platform/problem_details.ts";
import type { RestClient } from "../../../platform/rest.ts";
import { positionOf } from "../../position_row.ts";
import type { ConstraintEntry } from "../../problem.ts";
import { heldBy, type Part, problemAround, sixMonthTermsOf } from "../../rules/judge.ts";
import {
  type BrokenRule,
  compareBroken,
  lineAffinity,
  LineJudge,
  weightsOf,
} from "../../rules/line_judge.ts";
import { parseConstraints } from "../../rules/mod.ts";
import { conflict } from "./conflict.ts";
import { type Draft, weeksBetween } from "./draft.ts";
import { type Override, type PositionRow, type RunRow, withOtherHalves } from "./rows.ts";
import type { Body } from "./shape.ts";

/** What the rules say of a line. */
export interface Judged {
  /** What the line breaks now, and what of it is new. */
  broken: BrokenRule[];
  breaks: BrokenRule[];
  /** What it broke before and does not any more. */
  mends: BrokenRule[];
  state: Record<string, unknown>;
}

/** Reads what the rules ask about the lines' positions. */
export async function judging(
  client: RestClient,
  run: RunRow,
  lastRun: { constraints: unknown } | null,
  drafts: readonly Draft[],
  read: readonly PositionRow[],
): Promise<(draft: Draft) => Judged> {
  const judged = drafts.filter(({ row, wanted }) => !row || wanted.cells || wanted.leave);
  const rows = await withOtherHalves(client, run.org_id, read);
  refuseStrange(judged, rows);
  const terms = new Map(rows.flatMap(({ six_month_terms: of }) => of ? [[of.id, of]] : []));
  const componentOf = (of: string, part: Part) =>
    rows.find((row) => row.six_month_term === of && row.six_month_part === part)?.id ?? null;
  const problem = problemAround(
    run.term_weeks,
    rows.map((row) =>
      positionOf({ ...row, hospital: row.teams.hospital }, row.experience_categories)
    ),
    sixMonthTermsOf([...terms.values()], componentOf),
  );
  const weight = weightsOf(
    (run.affinity_profiles?.affinity_weights ?? []).map((w) =>
      [w.specialty_a, w.specialty_b, w.weight] as const
    ),
  );
  const judges = new Map<string, LineJudge>();
  const judgeOf = (constraints: unknown) => {
    const key = JSON.stringify(constraints);
    const judge = judges.get(key) ?? new LineJudge(problem, valid(constraints));
    judges.set(key, judge);
    return judge;
  };
  return (draft) => {
    if (!judged.includes(draft) || draft.wanted.archive) {
      return { broken: [], breaks: [], mends: [], state: {} };
    }
    const line = draft.row ?? draft.source;
    const judge = judgeOf(
      line?.allocation_planner_runs?.constraints ?? lastRun?.constraints ?? run.constraints,
    );
    const held = ({ positions }: Draft["after"]) => line ? heldBy(positions, line) : positions;
    const facts = (parts: Draft["after"]) => ({
      positions: held(parts),
      pathway: line?.pathway ?? null,
      leave: parts.leave.map(({ starts_on, ends_on }) => ({
        startWeek: weeksBetween(run.starts_on, starts_on),
        weeks: weeksBetween(starts_on, ends_on) + 1,
      })),
    });
    const broken = judge.broken(facts(draft.after));
    const before = draft.before ? judge.broken(facts(draft.before)) : [];
    return {
      broken,
      ...compareBroken(before, broken),
      state: { affinity: lineAffinity(problem, weight, held(draft.after)) },
    };
  };
}

/** @throws ApiError 409 INVALID_EDIT for positions that are not the org's */
function refuseStrange(judged: readonly Draft[], rows: readonly PositionRow[]): void {
  const known = new Set(rows.map((row) => row.id));
  const strange = judged.flatMap(({ index, wanted }) =>
    (wanted.cells ?? []).flatMap(({ position }, i) =>
      known.has(position) ? [] : [{
        path: `lines[${index}].cells[${i}].position`,
        code: "NO_POSITION",
        message: "There is no such position.",
      }]
    )
  );
  if (strange.length > 0) throw conflict(strange);
}

function valid(constraints: unknown): ConstraintEntry[] {
  const parsed = parseConstraints(constraints ?? []);
  if (parsed.ok) return parsed.constraints;
  throw new ApiError(
    409,
    "INVALID_CONSTRAINTS",
    "The constraints that the line was made with are no longer valid.",
  );
}

/**
 * The reasons that are kept with each line: earlier ones of rules that are still broken, and those of the edit.
 * @throws ApiError 409 RULES_BROKEN where a rule is newly broken without one
 */
export function withReasons(
  edit: Body,
  drafts: readonly Draft[],
  judged: readonly Judged[],
  by: string,
): { overrides: Override[] | null }[] {
  const at = new Date().toISOString();
  const missing: FieldError[] = [];
  const answer = drafts.map((draft, i) => {
    const { broken, breaks, state } = judged[i];
    if (Object.keys(state).length === 0) return { overrides: null };
    const given = new Map(
      edit.overrides.filter(({ line }) => line === draft.index).map((each) => [each.rule, each]),
    );
    const remarks = [draft.row?.job_line_remarks ?? []].flat();
    const had = remarks.flatMap(({ overrides }) => overrides);
    const overrides = broken.flatMap(({ rule, message }): Override[] => {
      const fresh = given.get(rule);
      if (fresh) return [{ rule, message, reason: fresh.reason, by, at }];
      const kept = had.find((each) => each.rule === rule);
      return kept ? [{ ...kept, message }] : [];
    });
    for (const { rule, message, terms } of breaks) {
      if (overrides.some((each) => each.rule === rule)) continue;
      missing.push({
        path: cellPath(draft, terms),
        code: rule,
        message: `${draft.wanted.name ?? draft.row?.name}: ${message}`,
      });
    }
    return { overrides: overrides.length > 0 || had.length > 0 ? overrides : null };
  });
  if (missing.length > 0) {
    throw new ApiError(
      409,
      "RULES_BROKEN",
      "The edit breaks rules. Give a reason for each, or change it.",
      { errors: missing },
    );
  }
  return answer;
}

/** The cell of the request that a broken rule rests on; the line where it is none of those. */
function cellPath({ index, wanted }: Draft, terms: readonly number[]): string {
  const i = wanted.cells?.findIndex(({ term }) => terms.includes(term - 1)) ?? -1;
  return i < 0 ? `lines[${index}]` : `lines[${index}].cells[${i}]`;
}
