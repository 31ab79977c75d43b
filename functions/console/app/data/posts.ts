// Posts of an allocation run and places of an org, which several pages read, with the user's own rights.

import type { SupabaseClient } from "@supabase/supabase-js";
import { type Page, readAll } from "../../../../shared/client/pages.ts";

/** Where a position is worked. */
export interface Place {
  hospital: string;
  team: string;
}

/** The place of a position whose team is not known. */
export const NOWHERE: Place = { hospital: "", team: "" };

/** A row of `allocation_run_positions`. */
export interface Posts {
  position: string;
  /** From 1. */
  term: number;
  posts: number;
  minimum_fill: number;
}

/** Where the positions of an org are worked, by id of the team. */
export async function readPlaces(
  supabase: SupabaseClient,
  orgId: string,
): Promise<Map<string, Place>> {
  const [teams, hospitals] = await Promise.all([
    all<{ id: string; name: string; hospital: string }>((from, to) =>
      supabase.from("teams").select("id,name,hospital").eq("org_id", orgId)
        .order("id").range(from, to)
    ),
    all<{ id: string; name: string }>((from, to) =>
      supabase.from("hospitals").select("id,name").eq("org_id", orgId)
        .order("id").range(from, to)
    ),
  ]);
  const nameOf = new Map(hospitals.map(({ id, name }) => [id, name]));
  return new Map(teams.map(({ id, name, hospital }) => [
    id,
    { team: name, hospital: nameOf.get(hospital) ?? "" },
  ]));
}

/** How many posts each position has in each term of an allocation run. */
export function readPosts(supabase: SupabaseClient, allocationRun: string): Promise<Posts[]> {
  return all((from, to) =>
    supabase.from("allocation_run_positions")
      .select("position,term,posts,minimum_fill")
      .eq("allocation_run", allocationRun).order("position").order("term").range(from, to)
  );
}

/** All rows; what the query selects is what `Row` says. */
function all<Row>(page: (from: number, to: number) => PromiseLike<unknown>): Promise<Row[]> {
  return readAll((from, to) => page(from, to) as PromiseLike<Page<Row>>);
}
