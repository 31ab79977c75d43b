// `deno task bench:audit`: what the audit log costs where most is written at once: documents of 1,000 doctors, 500 lines and
// 80,000 ranks, with the log and without it, in turns.
// deno-lint-ignore-file no-console -- this is a command line tool

import { median } from "./median.ts";
import postgres, { type Sql } from "postgres";
import { Random } from "../../shared/engine/random.ts";
import { startStack } from "../stack/mod.ts";
import { cpuOf } from "./process_cpu.ts";
import { commandLine } from "../command_line.ts";

const USAGE =
  `deno task bench:audit [--pairs N (default 4)] [--doctors N] [--lines N] [--ranks N (a doctor)]
  Populates allocation runs on a local stack, with the audit log and without it.`;

/** How big the document is. */
interface Size {
  doctors: number;
  lines: number;
  ranks: number;
}

function someOf(lines: string[], count: number, random: Random): string[] {
  const order = Int32Array.from(lines, (_, n) => n);
  random.choose(order, count);
  return [...order.slice(0, count)].map((n) => lines[n]);
}

/** A document for populate_allocation_run(): new doctors and lines, everybody ranks some of the lines. */
function makeDocument(plan: string, name: string, size: Size, random: Random) {
  const lines = Array.from({ length: size.lines }, (_, n) => `Line ${n + 1}`);
  return {
    allocation_plan: plan,
    name,
    starts_on: "2027-01-11",
    term_weeks: [10, 10, 10, 10, 12],
    lines: lines.map((name) => ({ name })),
    workers: Array.from({ length: size.doctors }, (_, n) => ({
      email: `${name}-${n}@bench.example`.toLowerCase(),
      name: `Dr ${n}`,
    })),
    preferences: Array.from({ length: size.doctors }, (_, n) => ({
      worker: `${name}-${n}@bench.example`.toLowerCase(),
      ranks: someOf(lines, size.ranks, random).map((line, at) => [line, at + 1]),
    })),
  };
}

/** Makes an org with a manager and a plan. */
async function makeOrg(sql: Sql) {
  const [{ id: user }] = await sql`
    insert into auth.users (id, email) values (gen_random_uuid(), 'manager@bench.example') returning id`;
  const [{ id: org }] = await sql`insert into public.orgs (name) values ('Bench') returning id`;
  await sql`insert into public.org_members (org_id, user_id, role) values (${org}, ${user}, 'manager')`;
  const [{ id: plan }] = await sql`
    insert into public.allocation_plans (org_id, name) values (${org}, 'Bench') returning id`;
  return { user: user as string, plan: plan as string };
}

/** @returns CPU milliseconds of the database session: other work on the machine does not count */
async function populate(sql: Sql, user: string, document: unknown): Promise<number> {
  const [{ pid }] = await sql`select pg_backend_pid() as pid`;
  const started = cpuOf(pid);
  await sql.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', ${
      JSON.stringify({ sub: user, role: "authenticated" })
    }, true)`;
    await tx`select public.populate_allocation_run(${tx.json(document as never)})`;
  });
  return (cpuOf(pid) - started) * 1000;
}

async function switchAudit(sql: Sql, on: boolean): Promise<void> {
  const triggers = await sql`
    select tgrelid::regclass::text as name, tgname from pg_trigger
    where tgname in ('audit_insert', 'audit_update', 'audit_delete')`;
  for (const { name, tgname } of triggers) {
    await sql.unsafe(`alter table ${name} ${on ? "enable" : "disable"} trigger ${tgname}`);
  }
}

const bytes = async (sql: Sql, table: string) =>
  Number((await sql`select pg_total_relation_size(${table}::regclass) as bytes`)[0].bytes);

if (import.meta.main) {
  const { number } = commandLine(USAGE, {
    pairs: { type: "string", default: "4" },
    doctors: { type: "string", default: "1000" },
    lines: { type: "string", default: "500" },
    ranks: { type: "string", default: "80" },
  });
  const size = {
    doctors: number("doctors", 1),
    lines: number("lines", 1),
    ranks: number("ranks", 1),
  };
  const stack = await startStack({ seed: false, functions: false, cron: false });
  const sql = postgres(stack.dbUrl, { max: 1, onnotice: () => {} });
  try {
    const { user, plan } = await makeOrg(sql);
    const random = new Random(1);
    const times = { on: [] as number[], off: [] as number[] };
    const before = await bytes(sql, "public.audit_log");
    for (let pair = 0; pair < number("pairs", 1); pair++) {
      for (const way of ["off", "on"] as const) {
        await switchAudit(sql, way === "on");
        const ms = await populate(sql, user, makeDocument(plan, `${way}-${pair}`, size, random));
        times[way].push(ms);
        console.log(`log ${way}: ${ms.toFixed(0)} ms of CPU`);
      }
    }
    const log = (await bytes(sql, "public.audit_log") - before) / times.on.length;
    const ranks = await bytes(sql, "public.preference_worker_job_lines") / (2 * times.on.length);
    const [{ entries }] = await sql`select count(*)::int as entries from public.audit_log`;
    const ratio = median(times.on.map((on, pair) => on / times.off[pair]));
    console.log(
      `median CPU ${median(times.off).toFixed(0)} ms without, ${
        median(times.on).toFixed(0)
      } ms with it (x${ratio.toFixed(2)}); ${entries / times.on.length} entries, ${
        (log / 1e6).toFixed(1)
      } MB a document; its ranks take ${(ranks / 1e6).toFixed(1)} MB`,
    );
  } finally {
    await sql.end();
    await stack.stop();
  }
}
