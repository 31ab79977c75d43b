// Invented health services for tests of load and crashes: as many orgs, managers and allocation runs as asked for, made
// in a few statements, and intakes of doctors. Each allocation run has two terms of 26 weeks and three positions of two posts: up to six lines.

import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import type postgres from "postgres";
import { addUser } from "../shared/platform/testing/users.ts";

/** Password of every manager made here. */
export const MANAGER_PASSWORD = "a-password-of-tests";

/** Lines that fit into an allocation run made here. */
export const MOST_LINES = 6;

/** Terms of an allocation run made here. */
export const TERMS = 2;

/** A manager who can sign in. */
export interface Manager {
  id: string;
  email: string;
}

/** An org, who plans for it, and what they plan. */
export interface HealthService {
  org: string;
  managers: Manager[];
  allocationRuns: string[];
}

/** Makes a health service, as the owner of the database. */
export async function createHealthService(
  sql: postgres.Sql,
  size: { managers: number; allocationRuns: number },
): Promise<HealthService> {
  const [{ id: org }] = await sql`
    insert into public.orgs (name) values ('Health service ' || gen_random_uuid()) returning id`;
  const managers: Manager[] = [];
  for (let n = 0; n < size.managers; n++) managers.push(await createManager(sql, org));
  await createPositions(sql, org);
  const runs = await sql`
    with plan as (
      insert into public.allocation_plans (org_id, name) values (${org}, 'Plan') returning id
    )
    insert into public.allocation_runs (org_id, allocation_plan, name, starts_on, term_weeks)
    select ${org}, plan.id, 'Run ' || n, '2027-01-11', '{26,26}'
    from plan, generate_series(1, ${size.allocationRuns}::int) n
    returning id`;
  await sql`
    insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
    select ${org}, r.id, p.id, t, 2
    from public.allocation_runs r, public.positions p, generate_series(1, ${TERMS}::int) t
    where r.org_id = ${org} and p.org_id = ${org}`;
  return { org, managers, allocationRuns: runs.map(({ id }) => id) };
}

/** A client in which a manager of a health service is signed in. */
export async function signInManager(
  { url, publishableKey }: { url: string; publishableKey: string },
  email: string,
): Promise<SupabaseClient> {
  const client = createClient(url, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { error } = await client.auth.signInWithPassword({ email, password: MANAGER_PASSWORD });
  if (error) throw error;
  return client;
}

async function createPositions(sql: postgres.Sql, org: string): Promise<void> {
  await sql`
    with hospital as (
      insert into public.hospitals (org_id, name) values (${org}, 'Hospital') returning id
    ), team as (
      insert into public.teams (org_id, hospital, name)
      select ${org}, id, 'Team' from hospital returning id
    )
    insert into public.positions (org_id, team, name, specialty, experience_categories)
    select ${org}, team.id, s || ' JMO', s, '{A,B}'
    from team, unnest(array['Emergency', 'Surgery', 'Psychiatry']) s`;
}

async function createManager(sql: postgres.Sql, org: string): Promise<Manager> {
  const email = `manager-${crypto.randomUUID()}@test.example`;
  const id = await addUser(sql, email, MANAGER_PASSWORD);
  await sql`
    insert into public.org_members (org_id, user_id, role) values (${org}, ${id}, 'manager')`;
  return { id, email };
}

/** Doctors of an intake made here, and lines that they can be matched to. */
export const DOCTORS = 6;

/** Makes an allocation run of an org with lines by hand, and doctors who rank them all in orders of their own. */
export async function createIntake(sql: postgres.Sql, org: string): Promise<string> {
  const [{ id }] = await sql`
    insert into public.allocation_runs (org_id, allocation_plan, name, starts_on, term_weeks)
    select ${org}, p.id, 'Intake', '2027-01-11', '{52}'
    from public.allocation_plans p where p.org_id = ${org} limit 1 returning id`;
  await sql`
    insert into public.job_lines (org_id, allocation_run, name)
    select ${org}, ${id}, 'Line ' || n from generate_series(1, ${DOCTORS}::int) n`;
  await sql`
    with doctor as (
      insert into public.workers (org_id, email, name)
      select ${org}, 'doctor-' || n || '@test.example', 'Dr ' || n
      from generate_series(1, ${DOCTORS}::int) n returning id
    )
    insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
    select ${org}, ${id}, doctor.id from doctor`;
  await sql`
    insert into public.preference_worker_job_lines
      (org_id, allocation_run, worker_mapping, job_line, order_preference)
    select ${org}, ${id}, m.id, l.id, row_number() over (partition by m.id order by md5(m.id::text || l.id))
    from public.allocation_run_worker_mappings m, public.job_lines l
    where m.allocation_run = ${id} and l.allocation_run = ${id}`;
  return id;
}
