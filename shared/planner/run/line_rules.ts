// Which rule is met by what in a job line, for the planner who asks: read with the caller's own rights, judged by the
// rules themselves.

import { databaseError, requireId } from "../../platform/requests.ts";
import type { Database } from "../../platform/database.types.ts";
import type { RestClient } from "../../platform/rest.ts";
import { ApiError } from "../../platform/problem_details.ts";
import { positionOf } from "../position_row.ts";
import { absentPosition, type PlannerProblem } from "../problem.ts";
import { type Part, problemAround, sixMonthTermsOf } from "../rules/judge.ts";
import { judgeLine, parseConstraints, resolveRules, type RuleVerdict } from "../rules/mod.ts";

/** A job line against the constraints that its planner run was given. */
export interface LineRules {
  job_line: string;
  /** The run whose constraints these are; null: those of the allocation run, where no run built the line. */
  planner_run: string | null;
  /** When that run was asked for. */
  asked_at: string | null;
  ruleset: string;
  ruleset_version: number;
  /** Every rule in force; `terms` count from 1. */
  rules: RuleVerdict[];
}

const LINE = "id,name,allocation_run,pathway,planner_run,first_term,last_term," +
  "rotations(term,positions(id,name,specialty,subspecialty,experience_categories,is_service,is_rural," +
  "is_nights_relief,is_clinical_team,is_non_clinical,is_excludable,allows_leave,min_weeks,fte," +
  "six_month_term,six_month_part,team,teams(hospital),six_month_terms(id,name,qualification,college)))," +
  // Named, since tables that refer to both would be other ways from a line to a run.
  "job_line_leave(starts_on,ends_on)," +
  "allocation_runs!job_lines_org_id_allocation_run_fkey(starts_on,term_weeks,constraints)";

type Tables = Database["public"]["Tables"];
type SixMonthTermRow = Omit<Tables["six_month_terms"]["Row"], "org_id" | "created_at">;
type PositionRow =
  & Omit<Tables["positions"]["Row"], "org_id" | "colour" | "created_at">
  & { teams: { hospital: string }; six_month_terms: SixMonthTermRow | null };

/** What the query answers; the generated types cannot follow a query put together from strings. */
interface LineRow {
  id: string;
  name: string;
  pathway: string | null;
  planner_run: string | null;
  first_term: number | null;
  last_term: number | null;
  rotations: { term: number; positions: PositionRow }[];
  job_line_leave: { starts_on: string; ends_on: string }[];
  allocation_runs: { starts_on: string; term_weeks: number[]; constraints: unknown };
}

/**
 * Judges a job line that the caller sees.
 * @throws ApiError 400 not an id, 404 no such line, 409 a term without rotation or constraints that are no longer valid
 */
export async function readLineRules(
  client: RestClient,
  id: string,
): Promise<LineRules> {
  requireId("job line", "job_line", id);
  const { data, error } = await client.from("job_lines").select(LINE).eq("id", id).maybeSingle();
  if (error) throw databaseError(error);
  if (!data) throw new ApiError(404, "JOB_LINE_NOT_FOUND", `There is no job line ${id}.`);
  const line = data as unknown as LineRow;
  const run = line.planner_run ? await readRun(client, line.planner_run) : null;
  const { rules, ruleset, rulesetVersion } = judge(
    line,
    run?.constraints ?? line.allocation_runs.constraints,
  );
  return {
    job_line: line.id,
    planner_run: run?.id ?? null,
    asked_at: run?.created_at ?? null,
    ruleset,
    ruleset_version: rulesetVersion,
    rules,
  };
}

/** The run that built a line; null where the caller does not see it. */
async function readRun(client: RestClient, id: string) {
  const { data, error } = await client.from("allocation_planner_runs").select(
    "id,constraints,created_at",
  )
    .eq("id", id).maybeSingle();
  if (error) throw databaseError(error);
  return data;
}

function judge(line: LineRow, constraints: unknown) {
  const { term_weeks: termWeeks, starts_on: startsOn } = line.allocation_runs;
  const parsed = parseConstraints(constraints);
  if (!parsed.ok) {
    throw new ApiError(
      409,
      "INVALID_CONSTRAINTS",
      "The constraints that the line was made with are no longer valid.",
    );
  }
  const byTerm = new Map(line.rotations.map(({ term, positions }) => [term, positions]));
  const rows = termWeeks.map((_, t) => byTerm.get(t + 1));
  const isWorked = (t: number) =>
    t + 1 >= (line.first_term ?? 1) && t + 1 <= (line.last_term ?? termWeeks.length);
  const missing = rows.findIndex((row, t) => row === undefined && isWorked(t));
  if (missing >= 0 || byTerm.size > termWeeks.length) {
    const what = missing >= 0
      ? `has no rotation in term ${missing + 1}`
      : "has more rotations than the year has terms";
    throw new ApiError(
      409,
      "LINE_INCOMPLETE",
      `${line.name} ${what}: the terms changed since it was made.`,
    );
  }
  const bounds = resolveRules(parsed.constraints);
  const problem = problemOf(rows.filter((row) => row !== undefined), termWeeks);
  const totalWeeks = termWeeks.reduce((sum, weeks) => sum + weeks, 0);
  const verdicts = judgeLine(
    { problem, bounds, totalWeeks },
    rows.map((row, t) => {
      const held = row?.id ?? absentPosition(t).id;
      return problem.positions.findIndex((position) => position.id === held);
    }),
    {
      pathway: line.pathway,
      leave: line.job_line_leave.map((block) => ({
        startWeek: weeksBetween(startsOn, block.starts_on),
        weeks: weeksBetween(block.starts_on, block.ends_on) + 1,
      })),
    },
  );
  const rules = verdicts.map((verdict) => ({
    ...verdict,
    terms: verdict.terms.map((t) => t + 1),
  }));
  return { ...bounds, rules };
}

/** The line's own positions, and the six-month terms that they are components of. */
function problemOf(rows: PositionRow[], termWeeks: number[]): PlannerProblem {
  const distinct = [...new Map(rows.map((row) => [row.id, row])).values()];
  const terms = new Map(
    distinct.flatMap(({ six_month_terms: term }) => term ? [[term.id, term]] : []),
  );
  const componentOf = (term: string, part: Part) =>
    distinct.find((row) => row.six_month_term === term && row.six_month_part === part)?.id ?? null;
  return problemAround(
    termWeeks,
    distinct.map((row) =>
      positionOf({ ...row, hospital: row.teams.hospital }, row.experience_categories)
    ),
    sixMonthTermsOf([...terms.values()], componentOf),
  );
}

/** Whole weeks from one date to another, rounded down. */
function weeksBetween(from: string, to: string): number {
  return Math.floor((Date.parse(to) - Date.parse(from)) / (7 * 24 * 60 * 60 * 1000));
}
