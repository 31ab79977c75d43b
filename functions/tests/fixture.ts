// A health service of its own for each test: org, users, positions, an allocation run; gone afterwards.

import assert from "node:assert/strict";
import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { type ConstraintEntry, createPlannerClient } from "../../shared/client/mod.ts";
import { mutationsOf } from "../../shared/engine/testing/mutations.ts";
import { requireEnv } from "../../shared/platform/env.ts";
import { INTERNAL_KEY_HEADER } from "../../shared/platform/internal_key.ts";
import { addUser } from "../../shared/platform/testing/users.ts";
import { eventually } from "../../shared/platform/testing/eventually.ts";

/** Password of every user that tests make. */
export const PASSWORD = "a-password-of-tests";
const FUNCTIONS = `${requireEnv("SUPABASE_URL")}/functions/v1`;

/** SQL as the owner of the database; for setting scenes and looking behind them. */
export const sql = postgres(requireEnv("SUPABASE_DB_URL"), { max: 3, onnotice: () => {} });

/** A signed-in user. */
export interface TestUser {
  id: string;
  email: string;
  token: string;
  client: SupabaseClient;
}

/** An org with an allocation run of two terms in which up to six lines can be built. */
export interface TestOrg {
  id: string;
  allocationRun: string;
  positions: string[];
  manager: TestUser;
}

/** A new client without a session. */
export function newClient(): SupabaseClient {
  return createClient(requireEnv("SUPABASE_URL"), requireEnv("SUPABASE_PUBLISHABLE_KEY"), {
    auth: { persistSession: false, autoRefreshToken: false },
  });
}

/** A user with a role in an org, signed in through the API. */
export async function createUser(orgId: string, role: string): Promise<TestUser> {
  const email = `${role}-${crypto.randomUUID()}@test.example`;
  const id = await addUser(sql, email, PASSWORD);
  await sql`insert into public.org_members (org_id, user_id, role) values (${orgId}, ${id}, ${role})`;
  const client = newClient();
  const { data, error } = await client.auth.signInWithPassword({ email, password: PASSWORD });
  if (error) throw error;
  return { id, email, token: data.session.access_token, client };
}

/** Makes the org; `await using` removes it with its users. */
export async function createOrg(): Promise<TestOrg & AsyncDisposable> {
  const orgId = crypto.randomUUID();
  const name = `Test ${orgId}`;
  await sql`insert into public.orgs (id, name) values (${orgId}, ${name})`;
  const [{ id: hospital }] =
    await sql`insert into public.hospitals (org_id, name) values (${orgId}, 'H') returning id`;
  const [{ id: team }] =
    await sql`insert into public.teams (org_id, hospital, name) values (${orgId}, ${hospital}, 'T') returning id`;
  const positions: string[] = [];
  for (const specialty of ["Emergency", "Surgery", "Psychiatry"]) {
    const [row] = await sql`
      insert into public.positions (org_id, team, name, specialty, experience_categories)
      values (${orgId}, ${team}, ${`${specialty} JMO`}, ${specialty}, '{A,B}') returning id`;
    positions.push(row.id);
  }
  const [{ id: plan }] =
    await sql`insert into public.allocation_plans (org_id, name) values (${orgId}, 'P') returning id`;
  const [{ id: allocationRun }] = await sql`
    insert into public.allocation_runs (org_id, allocation_plan, name, starts_on, term_weeks)
    values (${orgId}, ${plan}, 'R', '2027-01-11', '{26,26}') returning id`;
  await sql`
    insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
    select ${orgId}, ${allocationRun}, p, t, 2
    from unnest(${positions}::uuid[]) p, generate_series(1, 2) t`;
  const manager = await createUser(orgId, "manager");
  return {
    id: orgId,
    allocationRun,
    positions,
    manager,
    [Symbol.asyncDispose]: async () => {
      await sql`delete from fleet.search_jobs where org_id = ${orgId}`;
      await sql`delete from auth.users where id in (select user_id from public.org_members where org_id = ${orgId})`;
      await sql`delete from public.orgs where id = ${orgId}`;
    },
  };
}

/** What engines keep for themselves, versioned and read by nobody else: their states, and problems as they read them. */
const ENGINES_OWN = ["work_blocks.checkpoint", "work_blocks.input", "kept_runs.input"];

/** Members of an org's documents in the database are in snake_case, however deep. */
export async function assertSnakeCase(orgId: string): Promise<void> {
  const columns = await sql`
    select format('%I.%I', c.table_schema, c.table_name) as table, c.column_name as name,
      c.table_name || '.' || c.column_name as place
    from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    join information_schema.columns o using (table_schema, table_name)
    where t.table_type = 'BASE TABLE' and c.data_type = 'jsonb' and o.column_name = 'org_id'`;
  assert.ok(columns.length > 30, `${columns.length} columns`);
  const looks = columns.filter(({ place }) => !ENGINES_OWN.includes(place)).map((column) => `
    select '${column.place}' as place, member ->> 'key' as key
    from ${column.table}, jsonb_path_query(${column.name}, '$.** ? (@.type() == "object").keyvalue()') member
    where org_id = $1`);
  const found = await sql.unsafe(
    `select distinct * from (${
      looks.join(" union all ")
    }) as m where key ~ '^[a-z]+[a-z0-9]*[A-Z]'`,
    [orgId],
  );
  assert.deepEqual(found.map(({ place, key }) => `${place}: ${key}`), []);
}

/** Keeps every job of others of a kind waiting in the queue until it is disposed of. */
export async function holdQueue(
  orgId: string,
  searchType: "planner" | "allocator" = "planner",
): Promise<AsyncDisposable> {
  const worker = `holder ${crypto.randomUUID()}`;
  await sql`insert into fleet.workers (worker_id, search_type) values (${worker}, ${searchType})`;
  const [{ id }] = await sql`
    with job as (
      insert into fleet.search_jobs (search_type, org_id, run_id, status, started_at)
      values (${searchType}, ${orgId}, gen_random_uuid(), 'RUNNING', now()) returning id)
    insert into fleet.work_blocks
      (search_job_id, block_number, status, claimed_by, claim_token, claimed_at, heartbeat_at)
    select id, 1, 'CLAIMED', ${worker}, gen_random_uuid(), now(), 'infinity' from job
    returning search_job_id as id`;
  return {
    [Symbol.asyncDispose]: async () => {
      await sql`delete from fleet.search_jobs where id = ${id}`;
      await sql`delete from fleet.workers where worker_id = ${worker}`;
    },
  };
}

/** Waits until somebody's statement that reads like this waits for a lock. */
export async function waiting(statement: string): Promise<void> {
  await eventually(`somebody waits with ${statement}`, async () => {
    const [found] = await sql`select 1 from pg_stat_activity
      where wait_event_type = 'Lock' and query ilike ${`%${statement}%`} and pid <> pg_backend_pid()`;
    return found;
  });
}

/** Calls a function with a user's token. */
export function call(
  path: string,
  user: { token: string } | null,
  init: { method?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Response> {
  return fetch(`${FUNCTIONS}/${path}`, {
    method: init.method ?? "POST",
    headers: {
      "content-type": "application/json",
      apikey: requireEnv("SUPABASE_PUBLISHABLE_KEY"),
      ...(user ? { authorization: `Bearer ${user.token}` } : {}),
      ...init.headers,
    },
    body: init.body === undefined
      ? undefined
      : typeof init.body === "string"
      ? init.body
      : JSON.stringify(init.body),
  });
}

/** Calls an internal function as pg_cron does. */
export function callInternal(name: string): Promise<Response> {
  return call(name, null, {
    body: {},
    headers: { [INTERNAL_KEY_HEADER]: requireEnv("RECEPTOR_INTERNAL_KEY") },
  });
}

/** The run once it has ended. */
// deno-lint-ignore no-explicit-any -- rows are looked at field by field in assertions
export async function ended(runId: string): Promise<any> {
  return await eventually("the planner run ends", async () => {
    const [run] = await sql`select * from public.allocation_planner_runs where id = ${runId}`;
    return run?.finished_at && run;
  });
}

/**
 * Has the planner build lines.
 * @param constraints its form; undefined: as it stands where nobody has filled it in
 * @returns the run, which was completed
 */
export async function generateLines(
  { manager, allocationRun }: Pick<TestOrg, "manager" | "allocationRun">,
  nJobLines: number,
  constraints?: ConstraintEntry[],
): ReturnType<typeof ended> {
  const { plannerRunId } = await createPlannerClient(manager.client).generate({
    allocationRun,
    nJobLines,
    ...constraints && { constraints },
  });
  const run = await ended(plannerRunId);
  assert.equal(run.status, "COMPLETED", run.error_message);
  return run;
}

/** Texts that no database, or no reader, takes. */
const ODD_TEXTS = ["a\u0000b", "\ud800", "x".repeat(5000), "9".repeat(400), "\u0663", " "];

/**
 * Sends bodies that are a good one but for one place: each is taken, or refused with a code and, where the body is at fault,
 * with the place; none is an error of ours. One in `every` of them, so that a run takes a second.
 * @param send answers with the status and what was said
 */
export async function oddBodiesAreTold(
  good: Record<string, unknown>,
  // deno-lint-ignore no-explicit-any -- answers are looked at member by member
  send: (body: unknown) => Promise<{ status: number; body: any }>,
  every = 7,
): Promise<void> {
  const texts = Object.keys(good).flatMap((name) =>
    ODD_TEXTS.map((text) => ({ what: `${name} is text`, document: { ...good, [name]: text } }))
  );
  const odd = [...mutationsOf(good), ...texts].filter((_, i) => i % every === 0);
  for (const { what, document } of odd) {
    const { status, body } = await send(document);
    const said = `${what}: ${status} ${JSON.stringify(body)}`;
    assert.ok(status < 500, said);
    if (status < 400) continue;
    assert.match(body.code, /^[A-Z_]+$/, said);
    if (body.code !== "INVALID_REQUEST") continue;
    assert.ok(body.errors.length > 0, said);
    for (const { path, message } of body.errors) {
      assert.ok(typeof path === "string" && message && !/match pattern/.test(message), said);
    }
  }
}
