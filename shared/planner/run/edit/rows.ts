// Lines, positions and the allocation run of an edit, as the database has them.

import { databaseError, noAllocationRun } from "../../../platform/requests.ts";
import type { RestClient } from "../../../platform/rest.ts";
import type { PositionColumns } from "../../position_row.ts";
import type { Body } from "./shape.ts";

/** A rule that a line breaks with somebody's word, as it is kept with the line. */
export interface Override {
  rule: string;
  message: string;
  reason: string;
  /** User id. */
  by: string;
  at: string;
}

/** A block of leave; both days are part of it. */
export interface Leave {
  starts_on: string;
  ends_on: string;
}

interface Remarks {
  notes: string | null;
  overrides: Override[];
}

/** A line as the database has it, as far as an edit is concerned. */
export interface LineRow {
  id: string;
  name: string;
  sort_order: number;
  pathway: string | null;
  planner_run: string | null;
  /** The terms in which a line of part of the year is worked; null: from the beginning, to the end. */
  first_term: number | null;
  last_term: number | null;
  max_n_workers: number;
  must_have_workers: boolean;
  rotations: { id: string; term: number; position: string; positions: PositionRow }[];
  job_line_leave: (Leave & { id: string })[];
  job_line_remarks: Remarks | Remarks[] | null;
  allocation_planner_runs: { constraints: unknown } | null;
}

/** An allocation run, as far as an edit is concerned. */
export interface RunRow {
  id: string;
  org_id: string;
  starts_on: string;
  term_weeks: number[];
  constraints: unknown;
  affinity_profiles: {
    affinity_weights: { specialty_a: string; specialty_b: string; weight: number }[];
  } | null;
}

const POSITION =
  "id,org_id,name,specialty,subspecialty,experience_categories,is_service,is_rural," +
  "is_nights_relief,is_clinical_team,is_non_clinical,is_excludable,allows_leave,min_weeks,fte,team,teams(hospital)," +
  "six_month_term,six_month_part,six_month_terms(id,name,qualification,college)";
const LINE =
  "id,name,sort_order,pathway,planner_run,first_term,last_term,max_n_workers,must_have_workers," +
  `rotations(id,term,position,positions(${POSITION})),job_line_leave(id,starts_on,ends_on),` +
  "job_line_remarks(notes,overrides),allocation_planner_runs(constraints)";
const RUN = "id,org_id,starts_on,term_weeks,constraints," +
  "affinity_profiles(affinity_weights(specialty_a,specialty_b,weight))";
/** Ids that a query names; more are asked for in further ones, since URLs have an end. */
const IDS_AT_ONCE = 100;

/** With the flags that `positionOf()` reads. */
export interface PositionRow extends Omit<PositionColumns, "hospital"> {
  org_id: string;
  teams: { hospital: string };
  six_month_term: string | null;
  six_month_part: number | null;
  experience_categories: string[];
  six_month_terms:
    | { id: string; name: string; qualification: string | null; college: string | null }
    | null;
}

/** Reads what an edit is about. @throws ApiError 404 */
export async function read(client: RestClient, edit: Pick<Body, "allocation_run" | "lines">) {
  const ids = [...new Set(edit.lines.flatMap(({ job_line, copy_of }) => [job_line, copy_of]))]
    .filter((each) => each !== undefined);
  const named = [...new Set(edit.lines.flatMap(({ cells = [] }) => cells.map((c) => c.position)))];
  const [run, last, pages, positions] = await Promise.all([
    client.from("allocation_runs").select(RUN).eq("id", edit.allocation_run).maybeSingle(),
    client.from("allocation_planner_runs").select("id,constraints")
      .eq("allocation_run", edit.allocation_run).eq("status", "COMPLETED")
      .not("options", "cs", '{"dry_run":true}')
      .order("finished_at", { ascending: false }).limit(1).maybeSingle(),
    Promise.all(
      chunks(ids).map((some) =>
        client.from("job_lines").select(LINE).eq("allocation_run", edit.allocation_run)
          .in("id", some)
      ),
    ),
    Promise.all(
      chunks(named).map((some) => client.from("positions").select(POSITION).in("id", some)),
    ),
  ]);
  for (const { error } of [run, last, ...pages, ...positions]) {
    if (error) throw databaseError(error);
  }
  if (!run.data) throw noAllocationRun(edit.allocation_run);
  const rows = pages.flatMap(({ data }) => (data ?? []) as unknown as LineRow[]);
  return {
    run: run.data as unknown as RunRow,
    lines: new Map(rows.map((row) => [row.id, row])),
    lastRun: last.data as { id: string; constraints: unknown } | null,
    // Those that lines hold come with them: one way to the database less.
    positions: [
      ...positions.flatMap(({ data }) => (data ?? []) as unknown as PositionRow[]),
      ...rows.flatMap(({ rotations }) => rotations.map(({ positions: position }) => position)),
    ],
  };
}

/** All of a list, in parts of as many ids as one request names. */
export function chunks<T>(all: readonly T[]): T[][] {
  return Array.from(
    { length: Math.ceil(all.length / IDS_AT_ONCE) },
    (_, i) => all.slice(i * IDS_AT_ONCE, (i + 1) * IDS_AT_ONCE),
  );
}

/** Positions of an org, each once, with the other halves of their six-month terms. */
export async function withOtherHalves(
  client: RestClient,
  org: string,
  read: readonly PositionRow[],
): Promise<PositionRow[]> {
  const own = read.filter(({ org_id }) => org_id === org);
  const terms = [...new Set(own.map((row) => row.six_month_term).filter((of) => of !== null))];
  const halves = await Promise.all(
    chunks(terms).map(async (some) => {
      const { data, error } = await client.from("positions").select(POSITION).eq("org_id", org)
        .in("six_month_term", some);
      if (error) throw databaseError(error);
      return data as unknown as PositionRow[];
    }),
  );
  return [...new Map([...own, ...halves.flat()].map((row) => [row.id, row])).values()];
}
