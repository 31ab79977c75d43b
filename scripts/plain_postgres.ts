// deno-lint-ignore-file no-console -- a command line tool
// `deno task test:postgres15`: the migrations on a plain PostgreSQL 15 with Debian's pg_cron, where the scheduled jobs are
// seen to run. Takes about a minute, since cron counts in minutes. The packages are unpacked into a temporary folder;
// nothing is installed. Where apt does not have them, it says so and does nothing.

import assert from "node:assert/strict";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import postgres, { type Sql } from "postgres";
import { commandLine } from "./command_line.ts";
import { applyMigrations } from "./stack/database/migrations.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const PACKAGES = ["postgresql-15", "postgresql-15-cron"];
const SUPERUSER = "supabase_admin";
/** PostgreSQL refuses to run as root. */
const NOBODY = { uid: 65534, gid: 65534 };
const JOBS = [
  "receptor-mail",
  "receptor-projects",
  "receptor-prune",
  "receptor-rollup-metrics",
  "receptor-sweep",
  "receptor-watch",
  "receptor-windows",
];
/** A minute for cron's next tick, and time for the jobs. */
const PATIENCE_MS = 90_000;

/** Why the test cannot be done here. */
class Skip extends Error {}

/** Runs a program to its end. @throws Error with its standard error when it fails */
async function run(program: string, args: string[], options: Deno.CommandOptions = {}) {
  const output = await new Deno.Command(program, { args, stdin: "null", ...options }).output();
  if (output.success) return;
  throw new Error(`${program} ${args[0] ?? ""}: ${new TextDecoder().decode(output.stderr).trim()}`);
}

/** Unpacks the packages. @returns the folder of PostgreSQL's programs */
async function unpack(home: string): Promise<string> {
  if (Deno.build.os !== "linux") throw new Skip("apt is Debian's");
  try {
    await run("apt-get", ["download", ...PACKAGES], { cwd: home });
  } catch (error) {
    throw new Skip(`apt-get has no ${PACKAGES.join(" and ")} here: ${(error as Error).message}`);
  }
  for (const { name } of [...Deno.readDirSync(home)].filter(({ name }) => name.endsWith(".deb"))) {
    await run("dpkg", ["-x", join(home, name), join(home, "packages")]);
  }
  const bin = join(home, "packages/usr/lib/postgresql/15/bin");
  try {
    await run(join(bin, "postgres"), ["--version"]);
  } catch (error) {
    throw new Skip(`PostgreSQL 15 lacks libraries here (${(error as Error).message})`);
  }
  return bin;
}

/** Starts a new cluster. @returns its port and its process */
async function startCluster(bin: string, home: string) {
  const data = join(home, "data");
  await Deno.mkdir(data);
  const user = Deno.uid() === 0 ? NOBODY : {};
  if (Deno.uid() === 0) {
    await Deno.chmod(home, 0o755);
    await Deno.chown(data, NOBODY.uid, NOBODY.gid);
  }
  const initdb = ["-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--locale=C"];
  await run(join(bin, "initdb"), initdb, { ...user, cwd: "/" });
  const port = freePort();
  const settings = {
    port,
    listen_addresses: "127.0.0.1",
    unix_socket_directories: "",
    fsync: "off",
    shared_preload_libraries: "pg_cron",
    "cron.database_name": "plain",
    "cron.use_background_workers": "on",
    max_worker_processes: 20,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = new Deno.Command(join(bin, "postgres"), {
    args: ["-D", data, ...flags],
    cwd: "/",
    stdin: "null",
    stdout: "null",
    stderr: "null",
    ...user,
  }).spawn();
  return { port, server };
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

function connect(port: number, username: string, database: string): Sql {
  return postgres({ host: "127.0.0.1", port, username, database, max: 1, onnotice: () => {} });
}

/** Asks again until the answer is true. @throws Error when it takes too long */
async function until(what: string, look: () => Promise<boolean>, patienceMs: number) {
  for (const end = Date.now() + patienceMs; Date.now() < end;) {
    if (await look().catch(() => false)) return;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`Waited in vain: ${what}`);
}

/** Lets each job run once and looks at what it did. */
async function seeJobsRun(sql: Sql) {
  const [{ version }] =
    await sql`select extversion as version from pg_extension where extname = 'pg_cron'`;
  const jobs = await sql`select jobname, schedule, command from cron.job order by jobname`;
  assert.deepEqual(jobs.map((job) => job.jobname), JOBS);
  if (version < "1.5") {
    const inSeconds = jobs.filter(({ schedule }) => /second/.test(schedule));
    assert.deepEqual(inSeconds, [], "no seconds before pg_cron 1.5");
  }
  await sql`insert into public.system_metrics (source, slice, phase, cpu_ms, wall_ms)
            values ('planner', 1, 'bound', 700, 800)`;
  await sql`insert into public.system_logs (created_at, level, source, component, message)
            values (now() - interval '31 days', 'error', 'planner', 'slice', 'Long ago.')`;
  // A job whose hour or minute came before these rows were there says nothing of them.
  const [{ before }] = await sql`
    select coalesce(max(runid), 0) as before from cron.job_run_details`;
  // What runs by the hour or the day runs at the next minute.
  for (const { jobname, command } of jobs) {
    await sql`select cron.schedule(${jobname}, '* * * * *', ${command})`;
  }
  const outcomes = () =>
    sql`
    select j.jobname, d.status, d.return_message from cron.job j
    join cron.job_run_details d using (jobid)
    where d.status in ('succeeded', 'failed') and d.runid > ${before} order by j.jobname`;
  await until("every job runs", async () => {
    const rows = await outcomes();
    const failed = rows.find((row) => row.status === "failed");
    assert.equal(failed, undefined);
    return new Set(rows.map((row) => row.jobname)).size === JOBS.length;
  }, PATIENCE_MS).catch(async (error) => {
    throw new Error(`${error.message}; cron says ${JSON.stringify(await outcomes())}`);
  });
  // pg_cron 1.4 says "succeeded" after the first statement of a job, which sets its bounds.
  await until(
    "what is kept no longer goes",
    async () =>
      (await sql`select from public.system_logs where message = 'Long ago.'`).length === 0,
    PATIENCE_MS,
  );
  await until(
    "the day is summed up",
    async () => (await sql`select from public.metric_rollups_daily`).length > 0,
    PATIENCE_MS,
  );
  const [request] = await sql`
    select url, headers from net.requests
    where url = 'https://functions.example/functions/v1/heartbeat-sweeper' limit 1`;
  assert.equal(request.headers["x-receptor-key"], "the internal key");
  const [rollup] = await sql`select slices, cpu_ms_max from public.metric_rollups_daily`;
  assert.deepEqual([rollup.slices, Number(rollup.cpu_ms_max)], [1, 700]);
  return version;
}

async function rehearse(home: string): Promise<string> {
  const bin = await unpack(home);
  const { port, server } = await startCluster(bin, home);
  try {
    const first = connect(port, SUPERUSER, "postgres");
    await until("PostgreSQL answers", async () => !!await first`select 1`, 20_000);
    await first`create database plain`;
    await first.end();
    const admin = connect(port, SUPERUSER, "plain");
    await admin.unsafe(await Deno.readTextFile(join(ROOT, "scripts/plain_postgres/bootstrap.sql")))
      .simple();
    const [{ server_version: version }] = await admin`show server_version`;
    await admin.end();
    const sql = connect(port, "postgres", "plain");
    try {
      await applyMigrations(sql, ROOT);
      const cron = await seeJobsRun(sql);
      return `PostgreSQL ${version} with pg_cron ${cron}: migrated, and ${JOBS.join(", ")} ran.`;
    } finally {
      await sql.end();
    }
  } finally {
    server.kill("SIGINT");
    await server.status;
  }
}

if (import.meta.main) {
  commandLine("deno task test:postgres15\n  takes about a minute: cron counts in minutes", {});
  const home = await Deno.makeTempDir({ prefix: "receptor-postgres15-" });
  try {
    console.log(await rehearse(home));
  } catch (error) {
    if (error instanceof Skip) console.log(`Skipped: ${error.message}`);
    else {
      console.error(error);
      process.exitCode = 1;
    }
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}
