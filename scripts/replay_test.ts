// A result can be defended: what is kept of a run gives the same result when it is solved again, also when its lines were
// put away and its doctors erased, and when it was killed and resumed on the way. `deno run -A scripts/replay_test.ts 50 [SEED]`
// does it with 50 runs of each engine and says how many came out the same.
// deno-lint-ignore-file no-console -- run by hand, it is a command line tool

import assert from "node:assert/strict";
import postgres from "postgres";
import { allocatorWorkload } from "../shared/allocator/run/workload.ts";
import { type KeptRun, replay, solveAgain } from "./ops/replay.ts";
import { forgetAll, runAll } from "./ops/replay_scene.ts";
import { PATIENT, startStack } from "./stack/mod.ts";

/** What came of replaying all runs, before and after everything was forgotten. */
interface Rehearsal {
  runs: Record<string, number>;
  killed: number;
  statuses: Record<string, number>;
  same: number;
  sameAfterForgetting: number;
  /** Bytes of the kept problems as stored and as text. */
  stored: number;
  asText: number;
}

async function rehearse(count: number, kills: number, seed: number): Promise<Rehearsal> {
  const stack = await startStack({ ...PATIENT, cron: false, seed: false });
  const sql = postgres(stack.adminDbUrl, { max: 2, onnotice: () => {} });
  try {
    const { runs, killed } = await runAll(stack, sql, { count, kills, seed });
    const same = await countSame(sql, runs.map(({ id }) => id));
    await forgetAll(sql);
    const sameAfterForgetting = await countSame(sql, runs.map(({ id }) => id));
    const [{ left }] = await sql`
      select count(*)::int as left from fleet.kept_runs where input::text ~ 'Ann|Bob|Cid|Dee|Eve|Fay|@x.example'`;
    assert.equal(left, 0, "no kept problem names anyone");
    const [size] =
      await sql`select sum(pg_column_size(input))::int as stored, sum(length(input::text))::int as text
      from fleet.kept_runs`;
    const statuses = await sql`
      select status::text, count(*)::int from (
        select status::text from public.allocation_planner_runs union all select status::text from public.allocator_py_runs
        union all select status from public.prime_search_runs
      ) as all_runs (status) group by status`;
    const kinds = await sql`
      select search_type, count(*)::int from fleet.kept_runs group by 1
      union all select 'prime_search', count(*)::int from public.prime_search_runs`;
    return {
      runs: Object.fromEntries(kinds.map((row) => [row.search_type, row.count])),
      killed,
      statuses: Object.fromEntries(statuses.map((row) => [row.status, row.count])),
      same,
      sameAfterForgetting,
      stored: size.stored,
      asText: size.text,
    };
  } finally {
    await sql.end();
    await stack.stop();
  }
}

async function countSame(sql: postgres.Sql, runs: string[]): Promise<number> {
  let same = 0;
  for (const run of runs) {
    const said: string[] = [];
    if (await replay({ sql, say: (line) => said.push(line) }, run)) same++;
    else console.log(said.join("\n"));
  }
  return same;
}

if (import.meta.main && Deno.args[0]) {
  const count = Number(Deno.args[0]);
  console.log(
    JSON.stringify(
      await rehearse(count, Math.ceil(count / 2), Number(Deno.args[1] ?? 14)),
      null,
      2,
    ),
  );
} else {
  Deno.test("runs of all engines come out the same when they are solved again, whatever was forgotten since", async () => {
    const { runs, killed, same, sameAfterForgetting } = await rehearse(3, 3, 1);
    assert.ok(runs.planner >= 3, JSON.stringify(runs));
    // A service whose lines cannot be made has no match.
    assert.ok(runs.allocator >= 2, JSON.stringify(runs));
    assert.equal(runs.prime_search, 3);
    assert.ok(killed > 0, "no kill hit");
    const all = runs.planner + runs.allocator + runs.prime_search;
    assert.deepEqual([same, sameAfterForgetting], [all, all]);
  });

  Deno.test("a replay says what differs, and of which release's problem it cannot read", () => {
    const kept: KeptRun = {
      search_type: "allocator",
      kept_at: new Date(),
      engine: "allocator",
      engine_version: 1,
      time_up: { units: null },
      input: {
        ...allocatorWorkload.inputFormat,
        state: {
          options: {},
          unknown: [],
          tags: [],
          workers: [0, 1].map((order) => ({ id: `w${order}`, order, takes_part: true, tags: [] })),
          lines: [0, 1].map((n) => ({
            id: `l${n}`,
            name: `L${n}`,
            takes_part: true,
            capacity: 1,
            must_have: false,
          })),
          eligibility: [],
          preferences: { 0: { lines: [0, 1], ranks: [1, 2] }, 1: { lines: [0, 1], ranks: [2, 1] } },
          preferencers: [],
          weightings: [],
          base: null,
          allows_never: false,
          never: {},
        },
      },
      result: {
        status: "COMPLETED",
        allocations: [
          { worker: "w0", line: "l1", original_preference: 2 },
          { worker: "w1", line: "l0", original_preference: 2 },
        ],
      },
    };
    const found = solveAgain(kept);
    assert.ok(found.outcome === "differs");
    assert.deepEqual(found.differences, [
      "Doctor w0 got line l1, and gets l0 now.",
      "Doctor w1 got line l0, and gets l1 now.",
    ]);
    const other = solveAgain({
      ...kept,
      input: { engine: "allocator input", version: 0, state: {} },
    });
    assert.deepEqual(other, {
      outcome: "not understood",
      found: "allocator input 0",
      engine: `allocator input ${allocatorWorkload.inputFormat.version}`,
    });
  });
}
