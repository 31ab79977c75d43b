// What the pickers offer: the orgs, plans and allocation runs that the user may see, and their rights.

import type { SupabaseClient } from "@supabase/supabase-js";
import { result } from "./query.ts";

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

/** What the database answers: sets as lists. */
type Answer = Pick<Catalogue, "orgs" | "plans" | "runs"> & {
  rights: Record<string, string[]>;
  features: string[];
};

/** Reads the catalogue of the signed-in user, in the order of names and dates. */
export async function readCatalogue(supabase: SupabaseClient): Promise<Catalogue> {
  const { rights, features, ...lists } = await result<Answer>(supabase.rpc("read_catalogue"));
  return {
    ...lists,
    rights: new Map(Object.entries(rights).map(([org, names]) => [org, new Set(names)])),
    features: new Set(features),
  };
}
