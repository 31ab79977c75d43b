// The audit log gives every row of every audited table back as it was. Random changes by every path, some of them at once;
// copies of the tables at several moments; and the log's word on the same moments.

import assert from "node:assert/strict";
import postgres, { type Sql, type TransactionSql } from "postgres";
import { Random } from "../shared/engine/random.ts";
import { draws } from "../shared/engine/testing/draws.ts";
import { type Stack, startStack } from "./stack/mod.ts";

/** Rounds of changes; after each a copy is kept. Two sessions that overlap make one more. */
const ROUNDS = draws(4);
const CHANGES_PER_ROUND = 25;

/** A column that may be changed. */
interface Column {
  name: string;
  type: string;
  isKey: boolean;
}

/** An audited table, as the catalogue tells it. */
interface Table {
  name: string;
  /** Logged columns that can be written. */
  columns: Column[];
  /** What no copy has: columns that are not logged, or follow from others. */
  left_out: string[];
}

/** All tables as they were at a moment: rows as text, in order. */
interface Copy {
  at: Date;
  rows: Map<string, string[]>;
}

/** What was tried and what came through; most random changes break a rule. */
class Counts {
  readonly done = new Map<string, number>();
  readonly refused = new Map<string, string>();

  add(kind: string) {
    this.done.set(kind, (this.done.get(kind) ?? 0) + 1);
  }
}

async function readTables(sql: Sql): Promise<Table[]> {
  return await sql<Table[]>`
    select a.name, jsonb_agg(jsonb_build_object('name', c.attname, 'type', format_type(c.atttypid, null),
      'isKey', c.attname = any (private.key_columns(a.name::regclass))) order by c.attnum) as columns,
      a.unlogged || array(
        select attname::text from pg_attribute where attrelid = a.name::regclass and attgenerated <> '') as left_out
    from private.audited_tables a
    join pg_attribute c on c.attrelid = a.name::regclass and c.attnum > 0 and not c.attisdropped
    where c.attgenerated = '' and c.attidentity <> 'a' and c.attname <> all (a.unlogged)
    group by a.name, a.unlogged order by a.name`;
}

/** The tables now, in one snapshot; the moment is one at which the snapshot is what is committed. */
async function copyTables(sql: Sql, tables: Table[]): Promise<Copy> {
  return await sql.begin("isolation level repeatable read", async (tx) => {
    await tx`set local timezone = 'UTC'`;
    const [{ at }] = await tx<{ at: Date }[]>`select clock_timestamp() as at`;
    const rows = new Map<string, string[]>();
    for (const { name, left_out } of tables) {
      const found = await tx.unsafe(
        `select (to_jsonb(t) - $1::text[])::text as row from ${name} t order by 1`,
        [left_out],
      );
      rows.set(name, found.map(({ row }) => row));
    }
    // Times of the log are finer than those of JavaScript; nothing else happens within this millisecond.
    await tx`select pg_sleep(0.002)`;
    return { at: new Date(at.getTime() + 1), rows };
  });
}

/** How many entries of the log came after a moment, by table: what the log says of it follows from those and from what is there now. */
async function entriesSince(sql: Sql, at: Date): Promise<Map<string, number>> {
  const found = await sql<{ name: string; entries: number }[]>`
    select l.table_name as name, count(*)::int as entries
    from public.audit_log l join private.audit_transactions x on x.id = l.transaction
    where coalesce(x.committed_at, l.at) > ${at} group by 1`;
  return new Map(found.map(({ name, entries }) => [name, entries]));
}

/** The same by the log. */
async function replay(sql: Sql, table: string, at: Date): Promise<string[]> {
  const found = await sql`
    select row::text as row from private.as_of(${table}, ${at}) as row order by 1`;
  return found.map(({ row }) => row);
}

const word = (random: Random) => `w${random.below(1_000_000)}`;

/** An SQL expression for another value of a column. */
function otherValue({ name, type }: Column, random: Random): string {
  const c = `"${name}"`;
  switch (type) {
    case "text":
      return random.below(4) === 0 ? "null" : `'${word(random)}'`;
    case "boolean":
      return `not ${c}`;
    case "smallint":
    case "integer":
    case "bigint":
    case "numeric":
    case "double precision":
      return `${random.below(5) + 1}`;
    case "real":
      return ["1.1", "0.1::real + 0.2::real", "3", "'1e30'"][random.below(4)];
    case "uuid":
      return random.below(2) === 0 ? "gen_random_uuid()" : "null";
    case "uuid[]":
      return "array[gen_random_uuid(), gen_random_uuid()]";
    case "text[]":
      return "'{A,C}'";
    case "integer[]":
      return "'{10,10,12}'";
    case "date":
      return `${c} + 7`;
    case "timestamp with time zone":
      return `now() - interval '${random.below(100)} hours 3 seconds'`;
    case "jsonb":
      return `'[{"name": "${word(random)}", "value": null}]'`;
    default:
      return c; // enumerations stay
  }
}

/** A statement that may change rows of a table, by an operator who does as they like. */
function randomStatement({ name, columns }: Table, random: Random): [string, string] {
  const some = ["true", "random() < 0.3", "random() < 0.7"][random.below(3)];
  const one = `ctid in (select ctid from ${name} order by random() limit 1)`;
  const pick = () => columns[random.below(columns.length)];
  const kind = random.below(10);
  if (kind < 5) {
    const sets = new Map(
      [pick(), pick()].map((column) => [column.name, otherValue(column, random)]),
    );
    const text = [...sets].map(([column, value]) => `"${column}" = ${value}`).join(", ");
    return ["update", `update ${name} set ${text} where ${random.below(2) ? one : some}`];
  }
  if (kind < 7) return ["delete", `delete from ${name} where ${one}`];
  if (kind === 7) {
    const key = columns.filter((column) => column.isKey);
    const column = key[random.below(key.length)];
    if (!column) return ["update", `update ${name} set ${columns[0].name} = ${columns[0].name}`];
    return [
      "rekey",
      `update ${name} set "${column.name}" = ${otherValue(column, random)} where ${one}`,
    ];
  }
  const changed = (column: Column) =>
    column.isKey || column.name === "name" || random.below(6) === 0
      ? otherValue(column, random)
      : `"${column.name}"`;
  const list = columns.map((column) => `"${column.name}"`).join(", ");
  const values = columns.map(changed).join(", ");
  return ["insert", `insert into ${name} (${list}) select ${values} from ${name} where ${one}`];
}

/** Does something in a transaction of its own, in some time zone; what is refused leaves nothing. */
async function attempt(
  sql: Sql,
  kind: string,
  counts: Counts,
  random: Random,
  work: (tx: TransactionSql) => Promise<unknown>,
): Promise<void> {
  const zone = ["UTC", "Australia/Melbourne", "America/St_Johns"][random.below(3)];
  try {
    await sql.begin(async (tx) => {
      await tx`select set_config('timezone', ${zone}, true)`;
      await work(tx);
    });
    counts.add(kind);
  } catch (error) {
    if (!(error instanceof postgres.PostgresError)) throw error;
    counts.refused.set(kind, error.message);
  }
}

/** A health service: who is in it, and what is in it. */
interface Service {
  org: string;
  manager: string;
  plan: string;
  run: string;
}

/** Works as a user, as the Data API does. */
async function become(tx: TransactionSql, user: string): Promise<void> {
  const claims = JSON.stringify({ sub: user, role: "authenticated" });
  await tx`select set_config('request.jwt.claims', ${claims}, true), set_config('role', 'authenticated', true)`;
}

/** Populates a new allocation run. */
async function populate(tx: TransactionSql, service: Service, random: Random): Promise<string> {
  const positions = (await tx`
    select id from public.positions where org_id = ${service.org} order by random() limit 3`)
    .map(({ id }) => id);
  const name = word(random);
  const lines = Array.from({ length: 6 }, (_, n) => ({
    name: `Line ${n}`,
    ...(positions.length === 3 ? { positions } : {}),
    eligibility: n === 0
      ? { included_tags: ["Tag"], included_workers: [`d1@${name}.example`] }
      : undefined,
  }));
  const workers = Array.from({ length: 5 }, (_, n) => ({
    email: `d${n}@${name}.example`,
    name: `Dr ${n}`,
    tags: ["Tag"],
  }));
  const document = {
    allocation_plan: service.plan,
    name,
    starts_on: "2027-01-11",
    term_weeks: [10, 10, 12],
    lines,
    workers,
    preferences: workers.map(({ email }) => ({
      worker: email,
      ranks: lines.slice(random.below(3)).map((line, n) => [line.name, n + 1]),
    })),
    preferencers: [{ name: "Unit", lines: ["Line 1"], ranks: [[workers[0].email, 1]] }],
    weightings: [{ line: "Line 2", workers: [workers[1].email], tags: [], weighting: 2 }],
  };
  await become(tx, service.manager);
  const [{ answer }] = await tx`
    select public.populate_allocation_run(${tx.json(document as never)}) as answer`;
  return answer.allocation_run;
}

/** Claims the block of a run and becomes its engine. */
async function claim(tx: TransactionSql, run: string): Promise<string> {
  await tx`select set_config('request.jwt.claims', '', true), set_config('role', 'postgres', true)`;
  await tx`update fleet.search_jobs set status = 'RUNNING', started_at = clock_timestamp() where run_id = ${run}`;
  const [{ token }] = await tx`
    select fleet.claim_work_block(id, 'audit-test') as token from fleet.search_jobs where run_id = ${run}`;
  await tx`select set_config('role', 'receptor_engine', true), set_config('receptor.claim_token', ${token}, true)`;
  return token;
}

/** A planner run from request to lines. */
async function plan(tx: TransactionSql, service: Service): Promise<void> {
  const positions =
    (await tx`select id from public.positions where org_id = ${service.org} limit 3`)
      .map(({ id }) => id);
  await become(tx, service.manager);
  const [{ id }] = await tx`
    insert into public.allocation_planner_runs (allocation_run, n_job_lines, accept_losses)
    values (${service.run}, 2, true) returning id`;
  const token = await claim(tx, id);
  const lines = [1, 2].map((n) => ({
    name: `Planned ${n}`,
    sort_order: n,
    affinity: n,
    positions,
    leave: [{ start_week: 2, weeks: 2 }],
  }));
  await tx`
    select planner.commit_run(${token}, ${tx.json(lines)}, array[10, 10, 12],
      array(select id from public.job_lines where allocation_run = ${service.run} and is_locked order by id), '{}', '{"mode": "rebuild"}')`;
}

/** A match from request to allocations. */
async function match(tx: TransactionSql, service: Service): Promise<void> {
  await become(tx, service.manager);
  const [{ id }] = await tx`
    insert into public.allocator_py_runs (allocation_run, queued_at) values (${service.run}, now()) returning id`;
  const pairs = (await tx`
    select distinct on (worker_mapping) worker_mapping, job_line, order_preference
    from public.preference_worker_job_lines where allocation_run = ${service.run} limit 1`)
    .map((
      { worker_mapping, job_line, order_preference },
    ) => [worker_mapping, job_line, order_preference, 1]);
  const token = await claim(tx, id);
  await tx`select allocator.commit_run(${token}, ${
    tx.json(pairs)
  }, '{}', allocator.field_fingerprint(${service.run}), '[]')`;
}

/** A new service. */
async function makeService(sql: Sql, random: Random): Promise<Service> {
  return await sql.begin(async (tx) => {
    const [{ id: manager }] = await tx`
      insert into auth.users (id, email) values (gen_random_uuid(), ${`${
      word(random)
    }@audit.example`}) returning id`;
    const [{ id: org }] = await tx`insert into public.orgs (name) values ('Audited') returning id`;
    await tx`insert into public.org_members (org_id, user_id, role) values (${org}, ${manager}, 'manager')`;
    const [{ id: hospital }] = await tx`
      insert into public.hospitals (org_id, name) values (${org}, 'Hospital') returning id`;
    const [{ id: team }] = await tx`
      insert into public.teams (org_id, hospital, name) values (${org}, ${hospital}, 'Team') returning id`;
    await tx`
      insert into public.positions (org_id, team, name, specialty)
      select ${org}, ${team}, 'Position ' || n, 'Medicine' from generate_series(1, 4) as n`;
    const [{ id: plan }] = await tx`
      insert into public.allocation_plans (org_id, name) values (${org}, 'Plan') returning id`;
    await tx`insert into fleet.request_limits (org_id) values (${org})`;
    await tx`insert into public.six_month_terms (org_id, name) values (${org}, 'Half a year')`;
    await tx`
      insert into public.import_mappings (org_id, kind, headers, mapping) values (${org}, 'doctors', 'name', '{}')`;
    await tx`
      insert into public.org_invitations (org_id, email, role) values (${org}, 'invited@audit.example', 'viewer')`;
    await tx`
      insert into public.member_rights (org_id, user_id, right_name, reason)
      values (${org}, ${manager}, 'preferences.viewBeforeClose', 'A second pair of eyes')`;
    const [{ id: profile }] = await tx`
      insert into public.affinity_profiles (org_id, name, version) values (${org}, 'Ours', 1) returning id`;
    await tx`
      insert into public.affinity_weights (profile, specialty_a, specialty_b, weight) values (${profile}, 'Medicine', 'Surgery', 5)`;
    const run = await populate(tx, { org, manager, plan, run: "" }, random);
    await tx`select set_config('role', 'postgres', true)`;
    await tx`
      insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
      select ${org}, ${run}, id, t, 9 from public.positions, generate_series(1, 3) as t where org_id = ${org}`;
    return { org, manager, plan, run };
  });
}

/** Something that people or engines do. */
type Deed = (tx: TransactionSql, service: Service, random: Random) => Promise<unknown>;

const DEEDS: Record<string, Deed> = {
  populate,
  plan,
  match,
  pin: async (tx, { manager, run }) => {
    await become(tx, manager);
    await tx`
      select public.lock_job_lines(${run}, array(
        select id from public.job_lines where allocation_run = ${run} order by random() limit 2), random() < 0.5)`;
  },
  archive: async (tx, { manager, run }) => {
    await become(tx, manager);
    await tx`
      select public.archive_job_lines(${run}, array(
        select id from public.job_lines where allocation_run = ${run} order by random() limit 2))`;
    await tx`
      select public.unarchive_job_lines(${run}, array(select id from public.archived_lines(${run}) limit 1))`;
  },
  finalise: async (tx, service) => {
    await match(tx, service);
    await become(tx, service.manager);
    await tx`
      select public.finalise_match(id) from public.allocator_py_runs
      where allocation_run = ${service.run} and status = 'COMPLETED' limit 1`;
    await tx`select public.release_result(${service.run})`;
  },
  swap: async (tx, { run }) => {
    const [swap] = await tx`
      insert into public.line_swaps
        (org_id, allocation_run, offer, from_mapping, to_mapping, from_line, to_line, from_side, to_side, expires_at)
      select m.org_id, m.allocation_run, gen_random_uuid(), (array_agg(distinct m.id))[1], (array_agg(distinct m.id))[2],
        (array_agg(distinct l.id))[1], (array_agg(distinct l.id))[2], '{}', '{}', now() + interval '1 day'
      from public.allocation_run_worker_mappings m join public.job_lines l using (allocation_run)
      where m.allocation_run = ${run} group by m.org_id, m.allocation_run returning id`;
    // The run, or all its lines, may be gone by now.
    if (!swap) return;
    await tx`update public.line_swaps set state = 'withdrawn', ended_at = now() where id = ${swap.id}`;
  },
  note: async (tx, { org, run }, random) =>
    await tx`
      insert into public.job_line_remarks (job_line, org_id, allocation_run, notes)
      select id, ${org}, ${run}, ${word(random)} from public.job_lines
      where allocation_run = ${run} order by random() limit 1
      on conflict (job_line) do update set notes = excluded.notes`,
  "keep for longer": async (tx) =>
    await tx`update private.retention set keep = keep + interval '1 day' where what = 'histories of wishes'`,
  "word an e-mail": async (tx, _, random) =>
    await tx`update messages.email_templates set subject = ${word(random)} where kind = 'reminder'`,
  "word an org's e-mail": async (tx, { org }, random) =>
    await tx`
      insert into messages.org_email_templates (org_id, kind, subject, body)
      values (${org}, 'invited', ${word(random)}, '{{link}}')
      on conflict (org_id, kind) do update set subject = excluded.subject`,
  "archive a run": async (tx, { manager, run }) => {
    await become(tx, manager);
    await tx`select public.archive_allocation_run(${run})`;
  },
  restore: async (tx, { manager, run }) => {
    await become(tx, manager);
    await tx`
      select public.restore_job_lines(id) from public.job_lines_history
      where allocation_run = ${run} order by random() limit 1`;
  },
  rename: async (tx, { manager, org }, random) => {
    await become(tx, manager);
    await tx`update public.hospitals set name = ${word(random)} where org_id = ${org}`;
  },
  rerank: async (tx, { manager, run }) => {
    await become(tx, manager);
    await tx`
      update public.preference_worker_job_lines p set order_preference = r.rank
      from (
        select worker_mapping, job_line, row_number() over (partition by worker_mapping order by order_preference desc, job_line) as rank
        from public.preference_worker_job_lines where allocation_run = ${run} and order_preference is not null
      ) as r
      where r.worker_mapping = p.worker_mapping and r.job_line = p.job_line`;
  },
  upsert: async (tx, { manager, run }) => {
    await become(tx, manager);
    await tx`
      insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
      select l.org_id, l.allocation_run, m.id, l.id, 1
      from public.job_lines l join public.allocation_run_worker_mappings m using (allocation_run)
      where l.allocation_run = ${run}
      on conflict (worker_mapping, job_line) do update set order_preference = 1`;
  },
  savepoint: async (tx, { org }, random) => {
    await tx.savepoint(async (inner) => {
      await inner`update public.teams set name = ${word(random)} where org_id = ${org}`;
      throw new RolledBack();
    }).catch((error) => {
      if (!(error instanceof RolledBack)) throw error;
    });
    await tx`update public.teams set name = ${word(random)} where org_id = ${org}`;
  },
  rekey: async (tx, { run }) =>
    await tx`update public.allocation_run_positions set term = term + 1 where allocation_run = ${run} and term = 3`,
  "delete a doctor": async (tx, { org }) =>
    await tx`delete from public.workers where id in (select id from public.workers where org_id = ${org} limit 1)`,
  "delete a line": async (tx, { run }) =>
    await tx`delete from public.job_lines where id in (select id from public.job_lines where allocation_run = ${run} limit 1)`,
  "delete a user": async (tx, { manager }) =>
    await tx`delete from auth.users where id = ${manager}`,
  "delete an org": async (tx, { org }) => await tx`delete from public.orgs where id = ${org}`,
  "make a role": async (tx, _, random) => {
    const name = `role_${String.fromCharCode(97 + random.below(26), 97 + random.below(26))}`;
    await tx`insert into public.roles (name, description) values (${name}, 'A role.')`;
    await tx`insert into public.role_rights (role, right_name) values (${name}, 'org.view'), (${name}, 'audit.view')`;
    await tx`update public.roles set name = name || '_too', description = 'Another.' where name = ${name}`;
    await tx`delete from public.role_rights where role = ${
      name + "_too"
    } and right_name = 'org.view'`;
  },
  search: async (tx, { org }) => {
    const [{ id }] = await tx`
      insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, request)
      values (${org}, 'factorial', '{"start": 1, "end": 5}', 10, 4, 3, '{}') returning id`;
    await tx`update public.prime_search_runs set paused_at = now() where id = ${id}`;
  },
  campaign: async (tx, { org, manager }, random) => {
    await become(tx, manager);
    const search_params = { start: 1, end: 30 };
    const [{ made }] = await tx`
      select public.request_project(${
      tx.json({
        org_id: org,
        slug: word(random),
        name: "Factorials",
        objective: "survey",
        form: "factorial",
        phases: ["small", "large"].map((name) => ({
          name,
          form: "factorial",
          search_params,
          candidates: 60,
          block_size: 20,
        })),
      })
    }) as made`;
    const { id } = made.project;
    for (const action of ["activate", "pause", "resume"]) {
      await tx`select public.direct_project(${id}, ${action})`;
    }
    await tx`select public.direct_project(${id}, 'skip', 'large')`;
    await tx`select public.set_project_budget(${id}, '{"max_cost_usd": 5}')`;
    if (random.below(2)) await tx`select public.direct_project(${id}, 'cancel')`;
  },
  records: async (tx, { org, manager }, random) => {
    await become(tx, manager);
    const record = { form: "twin", expression: word(random), digits: 1 + random.below(9) };
    await tx`select public.offer_records(${tx.json([record])}, false, ${org})`;
    if (random.below(2)) return;
    await tx`select public.withdraw_record(id) from public.records where org_id = ${org}`;
  },
  strategy: async (tx, { org, manager }, random) => {
    await become(tx, manager);
    await tx`
      select public.set_strategy(${org}, ${
      tx.json({ enabled: true, max_concurrent_projects: random.below(5) })
    })`;
    await tx`select public.strategy_tick(${org})`;
    await tx`
      select public.override_decision(max(id), 'We know better.') from public.strategy_decisions where org_id = ${org}`;
  },
  "check a prime": async (tx, { org }, random) => {
    const [{ prime }] = await tx`
      insert into public.primes (form, expression, digits) values ('factorial', ${word(random)}, 1)
      returning id as prime`;
    const [{ id }] = await tx`
      insert into public.prime_check_runs (org_id, primes) values (${org}, array[${prime}::bigint]) returning id`;
    await tx`update public.prime_check_runs set requested_by = null, started_at = now() where id = ${id}`;
  },
  agents: async (tx, { org, manager }, random) => {
    await become(tx, manager);
    const name = `Agent ${random.below(1e9)}`;
    await tx`select public.create_agent(${tx.json({ org_id: org, name })})`;
    await tx`
      select public.save_agent_template(${
      tx.json({ org_id: org, name: "ours", steps: [{ title: name }] })
    }),
        public.save_agent_schedule(${
      tx.json({ org_id: org, name: "ours", template_name: "ours", cron_expr: "0 0 1 1 *" })
    }),
        public.set_agent_permission(${org}, 'engine', 'remember', ${
      tx.json({ allowed: random.below(2) === 0 })
    }),
        public.set_agent_budget(${org}, 'daily', ${random.below(100)})`;
    const [{ task }] = await tx`
      select public.request_agent_task(${tx.json({ org_id: org, title: name })}) as task`;
    await tx`reset role`;
    const [{ id }] = await tx`
      insert into public.agent_approvals (org_id, task_id, action, params, summary)
      values (${org}, ${task.id}, 'remember', '{"key": "k", "value": "v"}', 'Remember') returning id`;
    await become(tx, manager);
    await tx`select public.decide_agent_approval(${id}, ${random.below(2) === 0}, 'We looked.')`;
    await tx`select public.cancel_agent_task(${task.id}, 'Not needed.')`;
  },
  operators: async (tx, { org, manager }, random) => {
    await become(tx, manager);
    const hash = (text: string) => tx`encode(sha256(convert_to(${text}, 'utf8')), 'hex')`;
    const [{ invited }] = await tx`select public.invite_operator(${org}, ${
      word(random)
    }) as invited`;
    const [{ taken }] = await tx`select public.invite_operator(${org}) as taken`;
    await tx`select public.revoke_operator_invitation(${taken.id})`;
    await tx`reset role`;
    const key = word(random), username = word(random);
    await tx`
      select prime_search.register_operator(${hash(invited.invitation)}, ${
      tx.json({ username, email: "operator@audit.example" })
    }, ${hash(key)})`;
    const node = { node_id: word(random), hostname: word(random), cores: 2 };
    const [{ made }] = await tx`
      select prime_search.register_node(${hash(key)}, ${tx.json(node)}) as made`;
    await become(tx, manager);
    await tx`select public.command_node(${made.id}, 'restart')`;
    await tx`select public.cancel_node_command((public.command_node(${made.id}, 'stop') ->> 'id')::bigint)`;
    await tx`reset role`;
    const [{ told }] = await tx`
      select prime_search.node_heartbeat(${hash(key)}, ${made.id}, ${
      tx.json({ worker_version: word(random) })
    }) as told`;
    await tx`
      select prime_search.ack_node_command(${hash(key)}, ${made.id}, ${
      told.commands[0].id
    }, true, 'Done.'),
        prime_search.rotate_operator_key(${hash(key)}, ${hash(`${key} again`)})`;
    await become(tx, manager);
    const [{ id }] = await tx`select id from public.operators where username = ${username}`;
    await tx`select public.reset_operator_key(${id}), public.set_operator_active(${id}, false)`;
    if (random.below(2)) await tx`select public.erase_operator(${id})`;
  },
  release: async (tx, _, random) => {
    const artifacts = [{
      os: "any",
      arch: "any",
      url: "https://audit.example/x",
      sha256: "0".repeat(64),
    }];
    for (const version of [word(random), word(random)]) {
      await tx`select prime_search.publish_release(${version}, ${tx.json(artifacts)})`;
      await tx`select prime_search.set_release_channel('nightly', ${version}, 50, 'audit')`;
    }
    await tx`select prime_search.rollback_release('nightly', 'audit')`;
  },
  "switch an engine": async (tx) =>
    await tx`update fleet.search_types set max_attempts = max_attempts + 1 where search_type = 'planner'`,
  "forget what agents noted": async (tx, { org, manager }, random) => {
    await tx`
      insert into public.agent_memory (org_id, key, value) values (${org}, ${
      word(random)
    }, 'a note'), (${org}, ${word(random)}, 'another')`;
    await become(tx, manager);
    await tx`select public.forget_agent_memory(min(id)) from public.agent_memory where org_id = ${org}`;
  },
  truncate: async (tx) => await tx`truncate public.preferencer_worker_ranks`,
  withdraw: async (tx, { manager, run }) => {
    await become(tx, manager);
    await tx`
      select public.withdraw_doctors(${run}, array(
        select id from public.allocation_run_worker_mappings
        where allocation_run = ${run} and withdrawn_at is null order by random() limit 2), 'They moved.')`;
    await tx`
      select public.reinstate_doctors(${run}, array(
        select id from public.allocation_run_worker_mappings
        where allocation_run = ${run} and withdrawn_at is not null limit 1))`;
  },
  "edit a line": async (tx, { manager, run }, random) => {
    await become(tx, manager);
    const [{ edit }] = await tx`
      select public.edit_job_lines(${run}, jsonb_build_object('lines', (
        select jsonb_agg(jsonb_build_object('id', id, 'expected', '{}'::jsonb, 'state',
          jsonb_build_object('name', name || ${word(random)}::text, 'max_n_workers', 3)))
        from (select id, name from public.job_lines where allocation_run = ${run} and archived_at is null and not is_locked
              order by random() limit 2) as line)), 'By hand.') as edit`;
    if (random.below(2)) await tx`select public.undo_job_lines_edit(${edit.history})`;
  },
  "work a part of the year": async (tx, service) => {
    await plan(tx, service);
    await become(tx, service.manager);
    await tx`
      select public.set_job_line_terms(id, null, 2, 'Half a year.') from public.job_lines
      where allocation_run = ${service.run} and archived_at is null and not is_locked limit 1`;
  },
  "other terms": async (tx, { manager, run }, random) => {
    await become(tx, manager);
    const weeks = [[10, 12, 10], [12, 10, 10], [10, 10, 12]][random.below(3)];
    await tx`update public.allocation_runs set term_weeks = ${weeks} where id = ${run}`;
  },
  "copy a year": async (tx, { manager, run }, random) => {
    await become(tx, manager);
    const document = { name: word(random), lines: true, preferencers: true, doctors: true };
    await tx`select public.copy_allocation_run(${run}, ${tx.json(document)})`;
  },
  correct: async (tx, service, random) => {
    await DEEDS.finalise(tx, service, random);
    await tx`
      select public.correct_result(${service.run}, jsonb_build_array(jsonb_build_object(
        'worker_mapping', worker_mapping, 'job_line', null, 'override', true)), 'They go elsewhere.')
      from public.job_line_worker_mappings where allocation_run = ${service.run} limit 1`;
    if (random.below(2)) await tx`select public.unfinalise_match(${service.run}, 'A mistake.')`;
  },
  "open a window": async (tx, { manager, run }, random) => {
    await become(tx, manager);
    await tx`select public.open_window(${run}, now() + interval '9 days', '{"minimum_lines": 1}')`;
    if (random.below(2)) await tx`select public.close_window(${run})`;
  },
  "populate anew": async (tx, { manager, run }, random) => {
    await become(tx, manager);
    const document = {
      allocation_run: run,
      replace: true,
      reason: word(random),
      workers: [{ email: `new@${word(random)}.example`, name: "Dr New" }],
    };
    await tx`select public.populate_allocation_run(${tx.json(document)})`;
  },
  "import positions": async (tx, { manager, run }, random) => {
    await become(tx, manager);
    const row = {
      hospital: word(random),
      team: "Team",
      name: word(random),
      specialty: "Medicine",
      posts: [1, null, 2],
    };
    const [{ answer }] = await tx`
      select public.import_positions(${run}, ${tx.json([row])}, ${
      random.below(2) === 0
    }, false) as answer`;
    // The manager, or the run, may be gone by now.
    assert.ok(["imported", "not_found"].includes(answer.outcome), answer.outcome);
  },
};

/** Ends a savepoint on purpose. */
class RolledBack extends Error {}

/** One random change by one random path. */
async function change(
  sql: Sql,
  tables: Table[],
  service: Service,
  counts: Counts,
  random: Random,
): Promise<void> {
  const names = Object.keys(DEEDS);
  if (random.below(2) === 0) {
    const kind = names[random.below(names.length)];
    // What ends a service is done once in a while only, or there is nothing left to change.
    if (/user|org|truncate/.test(kind) && random.below(4) > 0) return;
    await attempt(sql, kind, counts, random, (tx) => DEEDS[kind](tx, service, random));
  } else {
    // Without the rights of managers no service could be made; roles are changed by a deed of their own.
    const open = tables.filter(({ name }) => !name.startsWith("public.role"));
    const table = open[random.below(open.length)];
    const [kind, statement] = randomStatement(table, random);
    await attempt(sql, kind, counts, random, (tx) => tx.unsafe(statement));
  }
}

/** A copy while a transaction is under way: nothing of it counts before it is committed, all of it after. */
async function copyAcross(sql: Sql, tables: Table[], service: Service): Promise<Copy[]> {
  const copies: Copy[] = [];
  await sql.begin(async (tx) => {
    await tx`update public.allocation_plans set name = name || '+' where org_id = ${service.org}`;
    copies.push(await copyTables(sql, tables));
    await tx`update public.allocation_plans set name = name || '+' where org_id = ${service.org}`;
    await tx`update public.positions set colour = '#123456' where org_id = ${service.org}`;
    copies.push(await copyTables(sql, tables));
  });
  copies.push(await copyTables(sql, tables));
  return copies;
}

async function withStack(test: (sql: Sql, stack: Stack) => Promise<void>): Promise<void> {
  const stack = await startStack({ seed: false, functions: false, cron: false });
  const sql = postgres(stack.dbUrl, { max: 6, onnotice: () => {} });
  try {
    await test(sql, stack);
  } finally {
    await sql.end();
    await stack.stop();
  }
}

Deno.test("the log gives every row of every audited table back as it was at any moment", async () => {
  await withStack(async (sql) => {
    const random = new Random(20_261_126);
    const counts = new Counts();
    const tables = await readTables(sql);
    assert.ok(tables.length > 25);
    await sql`update fleet.search_types set enabled = true where search_type in ('prime_search', 'prime_check', 'node_check')`;
    const copies: Copy[] = [await copyTables(sql, tables)];
    for (const [n, [kind, deed]] of Object.entries(DEEDS).entries()) {
      const service = await makeService(sql, random);
      if (kind === "restore") {
        await attempt(sql, "plan", counts, random, (tx) => plan(tx, service));
      }
      await attempt(sql, kind, counts, random, (tx) => deed(tx, service, random));
      // Each deed has a service of its own, so that what it leaves is there in the copy after the next two as well.
      if (n % 3 === 2) copies.push(await copyTables(sql, tables));
    }
    for (let round = 0; round < ROUNDS; round++) {
      const service = await makeService(sql, random);
      // Two sessions at once, so that changes of one lie within transactions of the other.
      await Promise.all([1, 2].map(async () => {
        for (let n = 0; n < CHANGES_PER_ROUND; n++) {
          await change(sql, tables, service, counts, random);
        }
      }));
      copies.push(await copyTables(sql, tables));
      if (round % 2 === 0) {
        copies.push(...await copyAcross(sql, tables, await makeService(sql, random)));
      }
    }
    for (const kind of Object.keys(DEEDS)) {
      assert.ok(counts.done.has(kind), `${kind} never came through: ${counts.refused.get(kind)}`);
    }
    const since = await Promise.all(copies.map(({ at }) => entriesSince(sql, at)));
    for (const [n, { at, rows }] of copies.entries()) {
      for (const { name } of tables) {
        // Where the log has nothing between a copy and the next, it says of both what it says of the next.
        const entries = (of: Map<string, number>) => of.get(name.replace(/^public\./, ""));
        const isLast = n === copies.length - 1;
        const said = !isLast && entries(since[n]) === entries(since[n + 1])
          ? copies[n + 1].rows.get(name)
          : await replay(sql, name, at);
        assert.deepEqual(said, rows.get(name), `${name}, copy ${n}`);
      }
    }
    // Every table was changed, or the test says nothing about it.
    const changed = await sql<
      { name: string }[]
    >`select distinct table_name as name from public.audit_log`;
    const names = new Set(changed.map(({ name }) => name.includes(".") ? name : `public.${name}`));
    assert.deepEqual(tables.map(({ name }) => name).filter((name) => !names.has(name)), []);
  });
});
