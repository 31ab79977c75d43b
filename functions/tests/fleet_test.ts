// The fleet against the real database, with a toy engine that counts: claims, slices, fences, errors; and each engine of the
// house, as it meets what another release has left.

import assert from "node:assert/strict";
import { type CheckpointFormat, writeCheckpoint } from "../../shared/engine/checkpoint.ts";
import type { SliceBudget } from "../../shared/engine/units.ts";
import { claimNextBlock } from "../../shared/fleet/queue.ts";
import { runSlice, type SliceEnvironment } from "../../shared/fleet/slice.ts";
import { type Machine, type Workload, WorkloadError } from "../../shared/fleet/workload.ts";
import { cpuMeter } from "../../shared/platform/cpu.ts";
import { connect, type Json, type Transaction } from "../../shared/platform/database.ts";
import { eventually } from "../../shared/platform/testing/eventually.ts";
import { ALLOCATOR_CHECKPOINT } from "../../shared/allocator/search/state.ts";
import { REPLAN_CHECKPOINT } from "../../shared/planner/replan/state.ts";
import { PLANNER_CHECKPOINT } from "../../shared/planner/search/state.ts";
import { Checks } from "../../shared/primes/run/check_workload.ts";
import { planWork, prepareWork } from "../../shared/primes/work.ts";
import { callInternal, createOrg, sql, type TestOrg } from "./fixture.ts";

/** Counts to 3, one per slice; what happens on the way is up to the test. */
function countingWorkload(
  searchType: string,
  hooks: { load?: () => number; step?: (state: number, budget: SliceBudget) => void } = {},
  versions: { state: number; input: number } = { state: 1, input: 1 },
): Workload<number, number> & { committed: number[]; loads: number } {
  const workload = {
    searchType,
    inputFormat: { engine: "counter input", version: versions.input },
    committed: [] as number[],
    loads: 0,
    load: () => {
      workload.loads++;
      return Promise.resolve(hooks.load?.() ?? 3);
    },
    prepare: (limit: number): Machine<number> => ({
      format: { engine: "counter", version: versions.state },
      start: () => 0,
      step: (state, budget) => {
        hooks.step?.(state, budget);
        return state + 1;
      },
      done: (state) => state >= limit,
      phase: () => "count",
    }),
    result: (_machine: Machine<number>, state: number) => state,
    report: () => Promise.resolve(),
    commit: async (
      tx: Parameters<Workload<number, number>["commit"]>[0],
      claim: {
        claimToken: string;
      },
      _input: number,
      _machine: Machine<number>,
      state: number,
    ) => {
      workload.committed.push(state);
      await tx`select fleet.finish_block(${claim.claimToken})`;
    },
  };
  return workload;
}

interface Scene extends AsyncDisposable {
  searchType: string;
  jobId: number;
  environment: SliceEnvironment;
}

/** A kind of work of its own with one job. */
async function scene(blocks = 1, concurrentBlocks = 1): Promise<Scene> {
  const org = await createOrg();
  const letters = crypto.randomUUID().replaceAll(/[^a-f]/g, "");
  const searchType = `toy_${letters}_${Array.from(letters).reverse().join("")}`;
  await sql`insert into fleet.search_types (search_type, function_name) values (${searchType}, 'toy')`;
  const [{ id }] = await sql`
    select fleet.enqueue_job(${searchType}, ${org.id}, gen_random_uuid(), ${blocks}) as id`;
  await sql`update fleet.search_jobs set max_concurrent_blocks = ${concurrentBlocks} where id = ${id}`;
  const connection = connect();
  return {
    searchType,
    jobId: Number(id),
    environment: {
      pool: () => connection,
      workerId: `toy:${crypto.randomUUID()}`,
      meter: cpuMeter(),
      cpuStartMs: 0,
      cpuLimitMs: 1e9,
    },
    [Symbol.asyncDispose]: async () => {
      await connection.end();
      await sql`delete from fleet.search_jobs where search_type = ${searchType}`;
      await sql`delete from fleet.workers where search_type = ${searchType}`;
      await sql`delete from fleet.search_types where search_type = ${searchType}`;
      await org[Symbol.asyncDispose]();
    },
  };
}

/** Takes the claims of a job away, as the sweeper does with a stale one; returns when it is done. */
function steal(jobId: number): void {
  const script = `
    import postgres from "postgres";
    const sql = postgres(Deno.env.get("SUPABASE_DB_URL"));
    await sql\`update fleet.work_blocks set status = 'PENDING', claimed_by = null, claim_token = null,
      claimed_at = null, heartbeat_at = null where search_job_id = ${jobId}\`;
    await sql.end();`;
  const { success, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-check", script],
    cwd: new URL("../..", import.meta.url),
  }).outputSync();
  assert.ok(success, new TextDecoder().decode(stderr));
}

async function job(id: number) {
  const [row] = await sql`
    select j.status, j.error_code, j.error_message, b.status as block, b.slices, b.attempts, b.checkpoint,
           b.claim_token, b.not_before > now() as waits
    from fleet.search_jobs j join fleet.work_blocks b on b.search_job_id = j.id where j.id = ${id}`;
  return row;
}

Deno.test("runSlice() goes from checkpoint to checkpoint to the commit, and reads the input once", async () => {
  await using toy = await scene();
  const workload = countingWorkload(toy.searchType);
  const outcomes = [];
  for (let i = 0; i < 4; i++) outcomes.push(await runSlice(workload, toy.environment));
  assert.deepEqual(outcomes, ["checkpointed", "checkpointed", "finished", "idle"]);
  assert.deepEqual(workload.committed, [3]);
  assert.equal(workload.loads, 1);
  const row = await job(toy.jobId);
  assert.deepEqual([row.status, row.block, row.slices, row.attempts], ["COMPLETED", "DONE", 3, 0]);
  const metrics = await sql`
    select slice, phase from public.system_metrics where source = ${toy.searchType} order by slice`;
  assert.deepEqual(metrics.map((metric) => [metric.slice, metric.phase]), [
    [1, "count"],
    [2, "count"],
    [3, "commit"],
  ]);
});

Deno.test("runSlice() leaves a result that takes more than its isolate has left to another, and loses nothing", async () => {
  await using toy = await scene();
  const steps: number[] = [];
  const counting = countingWorkload(toy.searchType, { step: (at) => steps.push(at) });
  const workload = { ...counting, commitMs: () => 500 };
  // A clock that stands still: only what the isolate may use yet decides.
  const environment = { ...toy.environment, meter: cpuMeter(() => 0), mostMs: 499 };
  for (let i = 0; i < 4; i++) assert.equal(await runSlice(workload, environment), "checkpointed");
  assert.deepEqual([steps, counting.committed], [[0, 1, 2], []]);
  assert.equal(await runSlice(workload, { ...environment, mostMs: 500 }), "finished");
  assert.deepEqual([steps, counting.committed], [[0, 1, 2], [3]]);
  assert.equal((await job(toy.jobId)).status, "COMPLETED");
});

/** A run that a deploy to other versions meets after two of its three slices. */
async function deployedInBetween(toy: Scene, versions: { state: number; input: number }) {
  const before = countingWorkload(toy.searchType);
  for (let i = 0; i < 2; i++) assert.equal(await runSlice(before, toy.environment), "checkpointed");
  const states: number[] = [];
  const after = countingWorkload(toy.searchType, { step: (at) => states.push(at) }, versions);
  while (await runSlice(after, toy.environment) === "checkpointed");
  const timeline = await sql`
    select t.event, t.details ->> 'message' as message from public.run_timeline t
    join fleet.search_jobs j on j.run_id = t.run_id
    where j.id = ${toy.jobId} and t.event = 'started afresh'`;
  const { status, slices } = await job(toy.jobId);
  assert.deepEqual([status, after.committed], ["COMPLETED", [3]]);
  return { states, loads: after.loads, slices, messages: timeline.map((row) => row.message) };
}

Deno.test("a run goes on from the checkpoint of before a deploy that understands it", async () => {
  await using toy = await scene();
  const { states, loads, messages } = await deployedInBetween(toy, { state: 1, input: 1 });
  assert.deepEqual([states, loads, messages], [[2], 0, []]);
});

Deno.test("a checkpoint of another version is not used: the run starts afresh, and its timeline says so", async () => {
  for (const version of [0, 2]) {
    await using toy = await scene();
    const { states, loads, slices, messages } = await deployedInBetween(toy, {
      state: version,
      input: 1,
    });
    assert.deepEqual([states, loads, slices], [[0, 1, 2], 0, 5]);
    assert.equal(messages.length, 1);
    assert.match(messages[0], /^The stored checkpoint \(counter 1\) .* starts afresh\.$/);
  }
});

Deno.test("a problem of another version is read again, and what was found for it is not used", async () => {
  await using toy = await scene();
  const { states, loads, messages } = await deployedInBetween(toy, { state: 1, input: 2 });
  assert.deepEqual([states, loads], [[0, 1, 2], 1]);
  assert.equal(messages.length, 1);
  assert.match(messages[0], /^The stored problem \(counter input 1\) .* starts afresh\.$/);
});

Deno.test("runSlice() gives the block back after an unexpected error, with the stack in the log", async () => {
  await using toy = await scene();
  const workload = countingWorkload(toy.searchType, {
    step: () => {
      throw new RangeError("boom");
    },
  });
  assert.equal(await runSlice(workload, toy.environment), "released");
  const row = await job(toy.jobId);
  assert.deepEqual([row.status, row.block, row.attempts, row.waits], [
    "RUNNING",
    "PENDING",
    1,
    true,
  ]);
  assert.equal(await runSlice(workload, toy.environment), "idle");
  const [entry] = await sql`select * from public.system_logs where source = ${toy.searchType}`;
  assert.equal(entry.message, "boom");
  assert.match(entry.context.stack, /RangeError: boom/);
  assert.equal(entry.context.attempt, 1);
});

Deno.test("runSlice() counts no attempt where the database was busy or gone", async () => {
  await using toy = await scene();
  const codes = ["55P03", "57014", "40P01", "40001", "57P01", "CONNECTION_CLOSED"];
  for (const code of codes) {
    const workload = countingWorkload(toy.searchType, {
      step: () => {
        throw Object.assign(new Error("busy"), { code });
      },
    });
    assert.equal(await runSlice(workload, toy.environment), "released", code);
    const { status, block, attempts } = await job(toy.jobId);
    assert.deepEqual([status, block, attempts], ["RUNNING", "PENDING", 0], code);
    await sql`update fleet.work_blocks set not_before = now() where search_job_id = ${toy.jobId}`;
  }
  for (let i = 0; i < 3; i++) await runSlice(countingWorkload(toy.searchType), toy.environment);
  assert.equal((await job(toy.jobId)).status, "COMPLETED");
});

Deno.test("runSlice() gives the block back through another pool where its own was given up", async () => {
  await using toy = await scene();
  let pool = connect();
  const workload = countingWorkload(toy.searchType, {
    step: () => {
      // As keptPool() after CONNECTION_STALLED: who has the pool has nothing, who asks for it has another.
      void pool.end({ timeout: 0 });
      pool = connect();
      throw Object.assign(new Error("no answer"), { code: "CONNECTION_STALLED" });
    },
  });
  assert.equal(await runSlice(workload, { ...toy.environment, pool: () => pool }), "released");
  await pool.end();
  const { block, attempts, claim_token } = await job(toy.jobId);
  assert.deepEqual([block, attempts, claim_token], ["PENDING", 0, null]);
});

Deno.test("runSlice() ends the job when another attempt could not mend it", async () => {
  await using toy = await scene();
  const workload = countingWorkload(toy.searchType, {
    load: () => {
      throw new WorkloadError("BAD_INPUT", "The input is bad.", { field: "x" });
    },
  });
  assert.equal(await runSlice(workload, toy.environment), "failed");
  const row = await job(toy.jobId);
  assert.deepEqual([row.status, row.error_code, row.error_message], [
    "FAILED",
    "BAD_INPUT",
    "The input is bad.",
  ]);
  assert.equal(row.block, "ABANDONED");
});

Deno.test("in the last tenth of a job's life its search is told, and no sooner", async () => {
  await using toy = await scene();
  const heard: (boolean | undefined)[] = [];
  const workload = countingWorkload(toy.searchType, {
    step: (_, budget) => heard.push(budget.isLastCall?.()),
  });
  await runSlice(workload, toy.environment);
  await sql`
    update fleet.work_blocks b set worked = make_interval(secs => 0.95 * t.time_to_live_seconds)
    from fleet.search_jobs j join fleet.search_types t using (search_type)
    where j.id = b.search_job_id and j.id = ${toy.jobId}`;
  await runSlice(workload, toy.environment);
  assert.deepEqual(heard, [false, true]);
});

Deno.test("runSlice() writes nothing when the claim was taken away in mid-slice", async () => {
  await using toy = await scene();
  // A step is synchronous, so the thief is another process.
  const workload = countingWorkload(toy.searchType, { step: () => steal(toy.jobId) });
  assert.equal(await runSlice(workload, toy.environment), "lost");
  const row = await job(toy.jobId);
  assert.deepEqual([row.block, row.slices, row.checkpoint], ["PENDING", 0, null]);
  const metrics = await sql`select from public.system_metrics where source = ${toy.searchType}`;
  assert.equal(metrics.length, 0);
});

Deno.test("20 racing claimers claim each of 200 blocks exactly once", async () => {
  await using toy = await scene(200, 1000);
  const connections = Array.from({ length: 20 }, () => connect());
  const claimed = (await Promise.all(connections.map(async (connection, number) => {
    const mine: number[] = [];
    for (;;) {
      const claim = await claimNextBlock(
        connection,
        toy.searchType,
        `racer ${number} of ${toy.jobId}`,
      );
      if (!claim) return mine;
      mine.push(claim.blockId);
    }
  }))).flat();
  await Promise.all(connections.map((connection) => connection.end()));
  assert.equal(claimed.length, 200);
  assert.equal(new Set(claimed).size, 200);
});

Deno.test("no more blocks of a job are claimed at once than it allows", async () => {
  await using toy = await scene(10, 3);
  const claims = await Promise.all(
    Array.from({ length: 6 }, (_, i) =>
      sql`
      select * from fleet.claim_next_block(${toy.searchType}, ${`w${i} of ${toy.jobId}`})`),
  );
  assert.equal(claims.flat().length, 3);
});

/** Inserts a run, within a transaction. @returns its id */
type Asking = (tx: Transaction) => Promise<string>;

/** What may lie in a block when another release, or a fault, has been there; of each why it is not used. */
function strangeCheckpoints(format: CheckpointFormat): [checkpoint: unknown, why: RegExp][] {
  const { engine, version } = format, state = { phase: "bound", plan: "abc", at: 1 };
  const of = (number: number) => writeCheckpoint({ engine, version: number }, state);
  const whole = of(version);
  return [
    [of(version - 1), new RegExp(`${engine} ${version - 1}\\) is not of the version`)],
    [of(version + 1), new RegExp(`${engine} ${version + 1}\\) is not of the version`)],
    [{ ...whole, state: whole.state.slice(0, -5) }, new RegExp(`${version}\\) is not whole`)],
    [{ ...whole, state: JSON.stringify({ at: 2 }) }, new RegExp(`${version}\\) is not whole`)],
  ];
}

/** Runs what is asked for, from a checkpoint that lies there before its first slice; null: none. */
async function runFrom(checkpoint: unknown, solver: string, ask: Asking) {
  const run = await sql.begin(async (tx) => {
    const id = await ask(tx);
    await tx`
      update fleet.work_blocks b set checkpoint = ${tx.json(checkpoint as Json)}
      from fleet.search_jobs j where j.id = b.search_job_id and j.run_id = ${id}`;
    return id;
  });
  await callInternal(solver);
  const { status, error_message } = await eventually("the run ends", async () => {
    const [job] = await sql`select * from fleet.search_jobs where run_id = ${run}`;
    return job.finished_at && job;
  });
  assert.equal(status, "COMPLETED", error_message);
  const lines = await sql`
    select details ->> 'message' as message from public.run_timeline
    where run_id = ${run} and event = 'started afresh'`;
  return { run, afresh: lines.map(({ message }) => message as string) };
}

/** An engine's runs come to the same whatever lies in their blocks, and their timelines say what was found there. */
async function startsAfresh(
  format: CheckpointFormat,
  solver: string,
  ask: Asking,
  outcome: (run: string) => Promise<unknown>,
): Promise<void> {
  const usual = await runFrom(null, solver, ask);
  assert.deepEqual(usual.afresh, []);
  const expected = await outcome(usual.run);
  assert.ok(expected);
  for (const [checkpoint, why] of strangeCheckpoints(format)) {
    const { run, afresh } = await runFrom(checkpoint, solver, ask);
    assert.deepEqual(await outcome(run), expected);
    assert.equal(afresh.length, 1);
    assert.match(afresh[0], why);
    assert.match(afresh[0], /so the run starts afresh\.$/);
  }
}

/** A run of the planner or the allocator, asked for as its function asks. */
const requestOf =
  (org: TestOrg, kind: "planner" | "allocator", request: Json): Asking => async (tx) => {
    const claims = JSON.stringify({ sub: org.manager.id, role: "authenticated" });
    await tx`select set_config('role', 'authenticated', true), set_config('request.jwt.claims', ${claims}, true)`;
    const [{ answer }] = await tx`
    select ${tx.unsafe(`public.request_${kind}_run`)}(${tx.json(request)}, '{}') as answer`;
    await tx`reset role`;
    assert.equal(answer.outcome, "created");
    return answer.run.id;
  };

/** What is kept of a run for years. */
async function keptResult(run: string): Promise<unknown> {
  const [kept] =
    await sql`select engine, engine_version, result from fleet.kept_runs where run_id = ${run}`;
  return kept;
}

Deno.test("planner and replan start afresh from what another release left, and come to the same", async () => {
  await using org = await createOrg();
  const asked = (options: Record<string, Json>) =>
    requestOf(org, "planner", {
      allocation_run: org.allocationRun,
      n_job_lines: 4,
      constraints: [],
      options: { effort: 0.1, seed: 1, ...options },
    });
  const dry = { dry_run: true };
  await startsAfresh(PLANNER_CHECKPOINT, "planner-solver", asked(dry), keptResult);
  await runFrom(null, "planner-solver", asked({}));
  await sql`
    update public.allocation_run_positions set posts = 1
    where allocation_run = ${org.allocationRun} and position = ${org.positions[0]} and term = 2`;
  const replan = asked({ ...dry, mode: "replan" });
  await startsAfresh(REPLAN_CHECKPOINT, "planner-solver", replan, keptResult);
});

Deno.test("the allocator starts afresh from what another release left, and comes to the same", async () => {
  await using org = await createOrg();
  const { error } = await org.manager.client.rpc("populate_allocation_run", {
    p_document: {
      allocation_run: org.allocationRun,
      lines: ["A", "B"].map((name) => ({ name })),
      workers: ["ann", "bob"].map((name) => ({ email: `${name}@x.example`, name })),
      preferences: ["ann", "bob"].map((name) => ({
        worker: `${name}@x.example`,
        ranks: [["A", 1], ["B", 2]],
      })),
    },
  });
  assert.equal(error, null);
  const ask = requestOf(org, "allocator", { allocation_run: org.allocationRun, options: {} });
  await startsAfresh(ALLOCATOR_CHECKPOINT, "allocator-solver", ask, keptResult);
});

Deno.test("a search for primes and the check of one start afresh from what another release left, and come to the same", async () => {
  await using org = await createOrg();
  // Of numbers that no other test looks for: primes are nobody's.
  const form = "kbn", params = { n: 67, min_k: 1, max_k: 39, sign: "+" };
  const { candidates } = planWork({ form, params });
  const search: Asking = async (tx) => {
    const [{ id }] = await tx`
      insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, request)
      values (${org.id}, ${form}, ${
      tx.json(params)
    }, ${candidates}, ${candidates}, 1, '{}') returning id`;
    return id;
  };
  const { format } = prepareWork({ form, params, start: 0, end: candidates - 1 });
  await startsAfresh(format, "prime-solver", search, async (run) => {
    const [{ result }] = await sql`select result from public.prime_search_runs where id = ${run}`;
    return result.digest;
  });
  const [{ prime }] = await sql`
    select f.prime_id as prime from public.prime_search_finds f join public.primes p on p.id = f.prime_id
    where f.org_id = ${org.id} and p.certificate is not null order by p.digits desc limit 1`;
  const check: Asking = async (tx) => {
    const [{ id }] = await tx`
      insert into public.prime_check_runs (org_id, primes) values (${org.id}, ${`{${prime}}`}::bigint[]) returning id`;
    return id;
  };
  await startsAfresh(new Checks([]).format, "prime-checker", check, async () => {
    const [row] = await sql`
      select valid, method from public.prime_checks where prime_id = ${prime} order by id desc limit 1`;
    return row;
  });
  await sql`
    delete from public.primes p using public.prime_search_finds f where f.prime_id = p.id and f.org_id = ${org.id}`;
});
