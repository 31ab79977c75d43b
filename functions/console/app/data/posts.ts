// Posts of an allocation run and places of an org, which several pages read, with the user's own rights.

import type { SupabaseClient } from "@supabase/supabase-js";
import { type Page, readAll } from "../../../../shared/client/pages.ts";
import { apart } from "./apart.ts";

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

/** Positions by names that tell them apart: by their hospital, or by team and hospital, where several are called the same. */
export function placedApart<Position extends { name: string }>(
  positions: readonly Position[],
  placeOf: (position: Position) => Place,
): Position[] {
  const words = ({ team, hospital }: Place) => [team, hospital].filter(Boolean).join(", ");
  return apart(positions, (each) => placeOf(each).hospital, (each) => words(placeOf(each)));
}

/** Where the positions of an org are worked, by id of the team. */
export async function readPlaces(
  supabase: SupabaseClient,
  orgId: string,
): Promise<Map<string, Place>> {
  const teams = await all<{ id: string; name: string; hospitals: { name: string } }>((from, to) =>
    supabase.from("teams").select("id,name,hospitals(name)").eq("org_id", orgId)
      .order("id").range(from, to)
  );
  return new Map(teams.map(({ id, name, hospitals }) => [
    id,
    { team: name, hospital: hospitals.name },
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
