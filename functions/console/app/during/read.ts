// What the page reads: lines, posts, positions, and who holds which line from when to when.

import { readAll } from "../../../../shared/client/pages.ts";
import type { Page as RestPage } from "../../../../shared/client/pages.ts";
import { apart } from "../data/apart.ts";
import { NOWHERE, placedApart, readPlaces, readPosts } from "../data/posts.ts";
import { result } from "../data/query.ts";
import type { PageContext } from "../page.ts";
import type { Holder, Year } from "./draft.ts";

/** Reads the year as it stands. */
export async function readYear(context: PageContext): Promise<Year> {
  const { supabase, planner, allocator, org, allocationRun } = context;
  const asked = planner.positions(org.id);
  const [lines, positions, places, posts, results, doctors] = await Promise.all([
    planner.lines(allocationRun.id, asked),
    asked,
    readPlaces(supabase, org.id),
    readPosts(supabase, allocationRun.id),
    allocator.results(allocationRun.id),
    readDoctors(context),
  ]);
  const { starts_on, ends_on, term_weeks } = allocationRun;
  const matched = results.length > 0 ? new Map<string, string>() : await readMatched(context);
  const ofDoctor = new Map(results.map((row) => [row.workerMapping, row]));
  const holders = doctors.map((doctor): Holder => {
    const row = ofDoctor.get(doctor.id);
    return {
      mapping: doctor.id,
      name: doctor.name,
      line: row ? row.jobLine : matched.get(doctor.id) ?? null,
      starts: row?.ownStartDate ?? starts_on,
      // Who left before their time began holds nothing.
      ends: doctor.leftOn !== null && doctor.leftOn <= (row?.ownStartDate ?? starts_on)
        ? ""
        : row?.ownEndDate ?? ends_on,
      fte: row?.fte ?? doctor.fte,
      hasLeft: doctor.leftOn !== null,
    };
  });
  return {
    startsOn: starts_on,
    termWeeks: term_weeks,
    lines,
    positions: placedApart(positions, ({ team }) => places.get(team) ?? NOWHERE)
      .sort((a, b) => a.name.localeCompare(b.name)),
    posts,
    holders,
    isFinalised: results.length > 0,
  };
}

type MappingRow = {
  id: string;
  withdrawn_at: string | null;
  withdrawal_effective_on: string | null;
  fte: number;
  worker: { name: string; email: string | null };
};

async function readDoctors({ supabase, allocationRun }: PageContext) {
  const rows = await readAll<MappingRow>((from, to) =>
    supabase.from("allocation_run_worker_mappings").select(
      "id,withdrawn_at,withdrawal_effective_on,fte,worker:workers!inner(name,email)",
    ).eq("allocation_run", allocationRun.id).order("id")
      .range(from, to) as unknown as PromiseLike<RestPage<MappingRow>>
  );
  const doctors = rows.map(({ id, withdrawn_at, withdrawal_effective_on, fte, worker }) => ({
    id,
    name: worker.name,
    email: worker.email ?? "",
    fte: Number(fte),
    /** Empty: before the year. Null: they take part. */
    leftOn: withdrawn_at === null ? null : withdrawal_effective_on ?? "",
  }));
  return apart(doctors, ({ email }) => email).sort((a, b) => a.name.localeCompare(b.name));
}

/** Lines by doctor of the match that was completed last; empty: there is none. */
async function readMatched(
  { supabase, allocator, allocationRun }: PageContext,
): Promise<Map<string, string>> {
  const run = await result<{ id: string } | null>(
    supabase.from("allocator_py_runs").select("id").eq("allocation_run", allocationRun.id)
      .eq("status", "COMPLETED").is("base_run", null)
      .order("completed_at", { ascending: false }).limit(1).maybeSingle(),
  );
  if (!run) return new Map();
  const allocations = await allocator.allocations(run.id);
  return new Map(allocations.map((each) => [each.worker.mapping, each.line.id]));
}
