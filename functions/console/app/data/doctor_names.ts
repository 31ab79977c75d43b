// What doctors are called where a page names them: two of one name are told apart, as they are where one is chosen.

import type { SupabaseClient } from "@supabase/supabase-js";
import { apart, namesakes } from "./apart.ts";
import { rows } from "./query.ts";

/** Somebody who is named, by their place in the allocation run. */
export interface Called {
  workerMapping: string;
  doctor: string;
}

/**
 * The same people, those of a name that others have as well with their addresses behind it. Addresses are read only then.
 * @param among who else is there, so that one of two is told apart where the other is not on the list
 * @throws {ReceptorError}
 */
export async function toldApart<Person extends Called>(
  supabase: SupabaseClient,
  people: readonly Person[],
  among: readonly Called[] = [],
): Promise<Person[]> {
  const each = new Map(
    [...among, ...people].map(({ workerMapping, doctor }) => [workerMapping, doctor]),
  );
  const named = [...each].map(([id, name]) => ({ id, name }));
  const doubtful = namesakes(named);
  if (doubtful.length === 0) return [...people];
  const emails = new Map(
    (await rows<{ id: string; workers: { email: string | null } }>(
      supabase.from("allocation_run_worker_mappings").select("id,workers(email)")
        .in("id", doubtful.map(({ id }) => id)),
    )).map(({ id, workers }) => [id, workers.email ?? ""]),
  );
  const names = new Map(
    apart(doubtful, ({ id }) => emails.get(id) ?? "").map(({ id, name }) => [id, name]),
  );
  return people.map((person) => ({
    ...person,
    doctor: names.get(person.workerMapping) ?? person.doctor,
  }));
}
