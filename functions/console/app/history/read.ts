// Reads the history of job lines with the user's own rights: snapshots, who replaced what, and a snapshot's lines.

import type { SupabaseClient } from "@supabase/supabase-js";
import type { ConstraintEntry, JobLinesSnapshot } from "../../../../shared/client/mod.ts";
import { result, rows } from "../data/query.ts";
import { ruleName } from "../runs/words.ts";
import { plural } from "../ui/format.ts";
import type { PageContext } from "../page.ts";
import type { SnapshotLine } from "./difference.ts";

/** A snapshot as the list shows it. */
export interface Entry extends JobLinesSnapshot {
  /** Who replaced the lines: an e-mail address, "you", or that they are no member any more. */
  who: string;
  /** What replaced the lines, in words. */
  what: string;
}

interface RunRow {
  id: string;
  n_job_lines: number;
  constraints: ConstraintEntry[];
  options: { mode?: string };
}

/** The snapshots of the page's allocation run, the latest first. */
export async function readHistory(context: PageContext): Promise<Entry[]> {
  const { supabase, planner, allocationRun, org, userId } = context;
  const [snapshots, runs, emails] = await Promise.all([
    planner.history(allocationRun.id),
    rows<RunRow>(
      supabase.from("allocation_planner_runs").select("id,n_job_lines,constraints,options")
        .eq("allocation_run", allocationRun.id).order("created_at", { ascending: false }),
    ),
    rows<{ user_id: string; email: string }>(
      supabase.rpc("member_emails", { p_org_id: org.id }),
    ),
  ]);
  const runOf = new Map(runs.map((run) => [run.id, run]));
  const emailOf = new Map(emails.map(({ user_id, email }) => [user_id, email]));
  return snapshots.map((snapshot) => ({
    ...snapshot,
    who: snapshot.replaced_by === userId
      ? "you"
      : emailOf.get(snapshot.replaced_by ?? "") ?? "a former member",
    what: editWords(snapshot) ?? WHAT[snapshot.reason] ??
      wordsOf(runOf.get(snapshot.planner_run ?? "")),
  }));
}

/** What replaced lines, where it was no planner run. */
const WHAT: Partial<Record<Entry["reason"], string>> = {
  restore: "a restore",
  terms: "other terms of the year",
  populate: "an import of wishes",
  kept: "kept under a name",
};

/** "edited by hand: 3 cells", or that an edit was taken back. */
function editWords({ reason, cells, undoes }: JobLinesSnapshot): string | null {
  if (reason !== "edit") return null;
  const words = plural(cells ?? 0, "cell");
  return undoes ? `edit by hand taken back: ${words}` : `edited by hand: ${words}`;
}

/** "a run for 60 lines, VIC_PGY1, replan" */
function wordsOf(run: RunRow | undefined): string {
  if (!run) return "a planner run";
  const names = run.constraints.map((entry) => typeof entry === "string" ? entry : entry.name);
  const more = names.length - 1;
  const { mode = "rebuild" } = run.options;
  return [
    `a run for ${run.n_job_lines} lines`,
    ...names.slice(0, 1).map(ruleName).map((name) => more > 0 ? `${name} and ${more} more` : name),
    ...mode === "rebuild" ? [] : [mode],
  ].join(", ");
}

/** The lines of a snapshot. */
export function readSnapshot(supabase: SupabaseClient, id: string): Promise<SnapshotLine[]> {
  return result<{ snapshot: SnapshotLine[] }>(
    supabase.from("job_lines_history").select("snapshot").eq("id", id).single(),
  ).then(({ snapshot }) => snapshot);
}
