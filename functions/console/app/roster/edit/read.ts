// Reads what the editor needs beside the lines: posts, rules, affinities.

import type { ConstraintEntry } from "../../../../../shared/client/mod.ts";
import { readPosts } from "../../data/posts.ts";
import { result, rows } from "../../data/query.ts";
import type { PageContext } from "../../page.ts";
import { termsOf } from "../roster.ts";
import type { EffectsInput } from "./effects.ts";

interface RunRow {
  constraints: ConstraintEntry[] | null;
  affinity_profiles: {
    affinity_weights: { specialty_a: string; specialty_b: string; weight: number }[];
  } | null;
}

/** All that rules are asked with, with the user's own rights. */
export async function readEffectsInput(context: PageContext): Promise<EffectsInput> {
  const { supabase, planner, org, allocationRun } = context;
  const [positions, teams, posts, sixMonthTerms, run, plannerRuns] = await Promise.all([
    planner.positions(org.id),
    rows<{ id: string; hospital: string }>(
      supabase.from("teams").select("id,hospital").eq("org_id", org.id),
    ),
    readPosts(supabase, allocationRun.id),
    rows<EffectsInput["sixMonthTerms"][number]>(
      supabase.from("six_month_terms").select("id,name,qualification,college").eq("org_id", org.id),
    ),
    result<RunRow>(
      supabase.from("allocation_runs").select(
        "constraints,affinity_profiles(affinity_weights(specialty_a,specialty_b,weight))",
      ).eq("id", allocationRun.id).single(),
    ),
    rows<{ id: string; constraints: ConstraintEntry[]; options: { dry_run?: boolean } }>(
      supabase.from("allocation_planner_runs").select("id,constraints,options")
        .eq("allocation_run", allocationRun.id).eq("status", "COMPLETED")
        .order("finished_at", { ascending: false }),
    ),
  ]);
  const latest = plannerRuns.find(({ options }) => !options?.dry_run);
  return {
    startsOn: allocationRun.starts_on,
    terms: termsOf(allocationRun.starts_on, allocationRun.term_weeks),
    positions,
    sixMonthTerms,
    posts,
    hospitals: new Map(teams.map(({ id, hospital }) => [id, hospital])),
    constraints: new Map([
      ["", latest?.constraints ?? run.constraints ?? []],
      ...plannerRuns.map(({ id, constraints }) => [id, constraints] as const),
    ]),
    affinities: (run.affinity_profiles?.affinity_weights ?? [])
      .map((w) => [w.specialty_a, w.specialty_b, w.weight] as const),
  };
}
