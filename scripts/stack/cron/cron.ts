// Runs the jobs of cron.job when they are due, as pg_cron does: as the job's owner, each run recorded in
// cron.job_run_details. A job that is still running is not started again; its turn is skipped.
import type { Sql } from "postgres";
import { nextDue, parseSchedule } from "./schedule.ts";

/** A job as pg_cron stores it. */
interface Job {
  jobid: string;
  schedule: string;
  command: string;
  database: string;
  username: string;
  jobname: string | null;
  active: boolean;
}

/** Runs cron jobs. */
export interface Cron {
  /** Runs a job now and waits for its end. @throws when there is none of that name */
  run(jobName: string): Promise<void>;
  stop(): void;
}

/** As often as pg_cron looks. */
const TICK_MS = 1_000;
/**
 * What is asked of a database that crashes may be neither answered nor refused (postgres.js writes it to a socket that it has let
 * go of). A look at the jobs is waited for this long, and the run of a job is taken for one this long, in ms.
 */
const LOOK_MS = 10_000, RUN_MS = 90_000;

/**
 * @param admin a superuser's connections, which can act as any job's owner
 * @param options.automatic whether jobs run when they are due, or only by `run`
 */
export function startCron(
  admin: Sql,
  options: { automatic: boolean; log: (line: string) => void },
): Cron {
  const due = new Map<string, { schedule: string; at: number }>();
  const running = new Map<string, { run: Promise<void>; since: number }>();
  let stopped = false;
  const start = (job: Job) => {
    // A job that the end of the stack cuts off is no news.
    const run = runJob(admin, job).catch((error) => {
      if (!stopped) options.log(`cron: ${job.jobname ?? job.jobid}: ${error.message}`);
    })
      .finally(() => {
        if (running.get(job.jobid)?.run === run) running.delete(job.jobid);
      });
    running.set(job.jobid, { run, since: Date.now() });
    return run;
  };
  const tick = async () => {
    const now = Date.now();
    for (const job of await jobs(admin)) {
      const known = due.get(job.jobid);
      const schedule = parseSchedule(job.schedule);
      if (known?.schedule === job.schedule && known.at > now) continue;
      due.set(job.jobid, { schedule: job.schedule, at: nextDue(schedule, now) });
      const isRunning = now - (running.get(job.jobid)?.since ?? -Infinity) < RUN_MS;
      if (known?.schedule === job.schedule && job.active && !isRunning && !stopped) void start(job);
    }
  };
  // Between two ticks the database may be restarting; the next one finds it again.
  const timer = options.automatic ? every(TICK_MS, LOOK_MS, tick) : () => {};
  return {
    run: async (name) => {
      const job = (await jobs(admin)).find((candidate) => candidate.jobname === name);
      if (!job) throw new Error(`no cron job named ${name}`);
      await running.get(job.jobid)?.run;
      await start(job);
    },
    stop: () => {
      stopped = true;
      timer();
    },
  };
}

/**
 * Calls `work` again and again, `ms` after it has ended, however it did, or was waited for `patience` ms. @returns what stops it
 */
export function every(ms: number, patience: number, work: () => Promise<void>): () => void {
  let timer: ReturnType<typeof setTimeout>;
  let stopped = false;
  const next = () => {
    if (!stopped) timer = setTimeout(begin, ms);
  };
  const begin = () => {
    timer = setTimeout(next, patience);
    const waitedFor = timer;
    work().catch(() => {}).finally(() => {
      if (timer !== waitedFor) return; // its time was up
      clearTimeout(timer);
      next();
    });
  };
  next();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** All jobs, none where the extension is not installed. */
async function jobs(admin: Sql): Promise<Job[]> {
  const [{ installed }] = await admin`select to_regclass('cron.job') is not null as installed`;
  return installed ? await admin<Job[]>`select * from cron.job` : [];
}

/** Who has a session waits for no other one: all of them may be held by jobs that are due at once. */
async function runJob(admin: Sql, job: Job) {
  const [{ runid }] = await admin`
    insert into cron.job_run_details (jobid, job_pid, database, username, command, status, start_time)
    values (${job.jobid}, 0, ${job.database}, ${job.username}, ${job.command}, 'running', clock_timestamp())
    returning runid`;
  const { status, message } = await inSession(admin, job);
  await admin`update cron.job_run_details set status = ${status}, return_message = ${message}, end_time = clock_timestamp()
    where runid = ${runid}`;
}

/** Runs a job's command as its owner, in a session of its own as pg_cron has one for each run. */
async function inSession(admin: Sql, job: Job): Promise<{ status: string; message: string }> {
  const session = await admin.reserve();
  try {
    await session`select set_config('session_authorization', ${job.username}, false)`;
    const result = await session.unsafe(job.command).simple();
    return { status: "succeeded", message: describe(result) };
  } catch (error) {
    return { status: "failed", message: `ERROR:  ${(error as Error).message}` };
  } finally {
    // What a command sets does not outlive it.
    await session.unsafe("reset session authorization; reset all").simple().catch(() => {});
    session.release();
  }
}

/** pg_cron's words for what a command did: "1 row", or the command's tag. */
function describe(result: { command?: string; count?: number | null } | unknown[]): string {
  const last = (Array.isArray(result) && Array.isArray(result.at(-1)) ? result.at(-1) : result) as {
    command?: string;
    count?: number | null;
  };
  if (last.command !== "SELECT") {
    return [last.command, last.count].filter((part) => part !== undefined && part !== null).join(
      " ",
    );
  }
  return last.count === 1 ? "1 row" : `${last.count} rows`;
}
