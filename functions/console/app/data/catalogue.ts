// What the pickers offer: the orgs, plans and allocation runs that the user may see, and their rights.

import type { SupabaseClient } from "@supabase/supabase-js";
import { rows } from "./query.ts";

/** A health service. */
export interface Org {
  id: string;
  name: string;
}

/** An org's yearly programme. */
export interface AllocationPlan {
  id: string;
  org_id: string;
  name: string;
  timezone: string;
}

/** One matching window of a plan. Dates are `YYYY-MM-DD`, both inclusive. */
export interface AllocationRun {
  id: string;
  org_id: string;
  allocation_plan: string;
  name: string;
  status: "draft" | "open" | "closed";
  starts_on: string;
  ends_on: string;
  /** Weeks of each term, in order. */
  term_weeks: number[];
}

/** All that the user can choose from. */
export interface Catalogue {
  orgs: Org[];
  plans: AllocationPlan[];
  runs: AllocationRun[];
  /** The user's rights by org id. */
  rights: Map<string, ReadonlySet<string>>;
  /** Kinds of work beside planner and allocator that the project has switched on, e.g. `prime_search`. */
  features: ReadonlySet<string>;
}

/** Reads the catalogue of the signed-in user, in the order of names and dates. */
export async function readCatalogue(supabase: SupabaseClient, userId: string): Promise<Catalogue> {
  const [orgs, plans, runs, members, rights, given, features] = await Promise.all([
    rows<Org>(supabase.from("orgs").select("id,name").order("name")),
    rows<AllocationPlan>(
      supabase.from("allocation_plans").select("id,org_id,name,timezone").order("name"),
    ),
    rows<AllocationRun>(
      supabase.from("allocation_runs")
        .select("id,org_id,allocation_plan,name,status,starts_on,ends_on,term_weeks")
        .order("starts_on", { ascending: false }).order("name"),
    ),
    rows<{ org_id: string; role: string }>(
      supabase.from("org_members").select("org_id,role").eq("user_id", userId),
    ),
    rows<{ role: string; right_name: string }>(
      supabase.from("role_rights").select("role,right_name"),
    ),
    rows<{ org_id: string; right_name: string }>(
      supabase.from("member_rights").select("org_id,right_name").eq("user_id", userId),
    ),
    rows<string>(supabase.rpc("project_features")),
  ]);
  const rightsOf = (role: string) =>
    new Set(rights.filter((right) => right.role === role).map((right) => right.right_name));
  const rightsIn = new Map(members.map(({ org_id, role }) => [org_id, rightsOf(role)]));
  for (const { org_id, right_name } of given) rightsIn.get(org_id)?.add(right_name);
  return {
    orgs,
    plans,
    // A doctor sees the runs that they take part in, but plans nothing. What changed between two reads is left out.
    runs: runs.filter((run) =>
      rightsIn.get(run.org_id)?.has("allocationPlanner.view") &&
      orgs.some(({ id }) => id === run.org_id) && plans.some(({ id }) => id === run.allocation_plan)
    ),
    rights: rightsIn,
    features: new Set(features),
  };
}
