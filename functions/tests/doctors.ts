// Doctors with accounts of their own, and lines for them to rank.

import assert from "node:assert/strict";
import type { SupabaseClient } from "@supabase/supabase-js";
import { createUser, sql, type TestOrg, type TestUser } from "./fixture.ts";

/** A doctor of an org with a place in its allocation run, signed in. */
export interface Doctor extends TestUser {
  /** Their worker mapping. */
  place: string;
}

/** Makes lines of an allocation run. @returns their ids by name */
export async function addLines(org: TestOrg, names: string[]): Promise<Record<string, string>> {
  const { error } = await org.manager.client.rpc("populate_allocation_run", {
    p_document: {
      allocation_run: org.allocationRun,
      lines: names.map((name) => ({ name, positions: org.positions.slice(0, 2) })),
    },
  });
  assert.equal(error, null);
  const rows =
    await sql`select name, id from public.job_lines where allocation_run = ${org.allocationRun}`;
  return Object.fromEntries(rows.map(({ name, id }) => [name, id]));
}

/** A doctor of the allocation run, with an account of their own. */
export async function addDoctor(org: TestOrg, name: string): Promise<Doctor> {
  const user = await createUser(org.id, "doctor");
  const [{ id: place }] = await sql`
    with doctor as (
      insert into public.workers (org_id, user_id, email, name)
      values (${org.id}, ${user.id}, ${user.email}, ${name}) returning id)
    insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
    select ${org.id}, ${org.allocationRun}, id from doctor returning id`;
  return { ...user, place };
}

/** Calls a function of the database. @throws AssertionError where it refuses */
export async function rpc(
  { client }: { client: SupabaseClient },
  name: string,
  parameters: Record<string, unknown> = {},
  // deno-lint-ignore no-explicit-any -- whatever it answers
): Promise<any> {
  const { data, error } = await client.rpc(name, parameters);
  assert.equal(error, null, `${name}: ${error?.message}`);
  return data;
}

/** The argument of functions of a window. */
export const window = (org: TestOrg) => ({ p_allocation_run: org.allocationRun });
/** The argument of functions of a doctor's place. */
export const place = ({ place }: Doctor) => ({ p_worker_mapping: place });
