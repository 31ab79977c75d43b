// The planner as the fleet drives it, over a transaction that takes notes: what is reported and written, and what is refused.

import assert from "node:assert/strict";
import postgres from "postgres";
import type { Claim } from "../../fleet/workload.ts";
import type { Transaction } from "../../platform/database.ts";
import type { PlannerProblem } from "../problem.ts";
import { inputOf } from "../testing/inputs.ts";
import { position, problemOf } from "../testing/problems.ts";
import type { PlannerInput } from "./load.ts";
import { plannerWorkload } from "./workload.ts";

const FOREVER = { remainingMs: () => Infinity };

const claim = { claimToken: "token", runId: "run", slice: 3, startedAt: new Date(0) } as Claim;

/** Two lines over two terms, with a post for each. */
function twoLines(): PlannerProblem {
  const positions = [position("p"), position("q")];
  return problemOf(positions, { lines: 2, termWeeks: [10, 12] });
}

interface Call {
  text: string;
  values: unknown[];
}

/** Takes notes of queries; `fail` is what a commit meets. */
function notes(fail?: Error): { tx: Transaction; calls: Call[] } {
  const calls: Call[] = [];
  const query = (strings: TemplateStringsArray, ...values: unknown[]) => {
    const text = strings.join("?");
    calls.push({ text, values });
    if (fail && text.includes("commit_run")) return Promise.reject(fail);
    return Promise.resolve([{ costs: { slices: 3 } }]);
  };
  return {
    tx: Object.assign(query, { json: (value: unknown) => value }) as unknown as Transaction,
    calls,
  };
}

function solved(input: PlannerInput) {
  const machine = plannerWorkload.prepare(input, 1);
  let state = machine.start();
  while (!machine.done(state)) state = machine.step(state, FOREVER);
  return { machine, state };
}

/** What the database answers where it refuses. */
function refusal(code: string, message: string): Error {
  return Object.assign(Object.create(postgres.PostgresError.prototype), { code, message });
}

const commitOf = (calls: Call[]) => calls.filter(({ text }) => text.includes("planner.commit_"));

Deno.test("a plan is written once, with what it came to and what stayed", async () => {
  const input = inputOf(twoLines(), { linesWanted: 5, lockedIds: ["x", "y"] });
  const { machine, state } = solved(input), { tx, calls } = notes();
  await plannerWorkload.commit(tx, claim, input, machine, state);
  const commits = commitOf(calls);
  assert.equal(commits.length, 1);
  const [token, rows, terms, locked, result] = commits[0].values as [
    string,
    unknown[],
    string,
    string,
    Record<string, unknown>,
  ];
  assert.deepEqual([token, rows.length, terms, locked], ["token", 2, "{10,12}", "{x,y}"]);
  const { wanted, locked: pinned, kept, built } = result.lines as Record<string, number>;
  assert.deepEqual([wanted, pinned, kept, built], [5, 2, 3, 2]);
  assert.deepEqual([result.slices, result.mode, result.dry_run, result.version], [
    3,
    "rebuild",
    false,
    1,
  ]);
});

Deno.test("a plan that breaks a rule is not written: PLAN_REFUSED", async () => {
  const { machine, state } = solved(inputOf(twoLines())), { tx, calls } = notes();
  // The same plan against a problem in which the posts of term 2 are gone.
  const fewer = { ...twoLines(), posts: [[1, 1], [0, 0]] };
  await assert.rejects(plannerWorkload.commit(tx, claim, inputOf(fewer), machine, state), {
    code: "PLAN_REFUSED",
  });
  assert.deepEqual(calls, []);
});

Deno.test("an allocation run that was edited meanwhile is told as that; any other failure as it is", async () => {
  const input = inputOf(twoLines()), { machine, state } = solved(input);
  const commit = (fail: Error) =>
    plannerWorkload.commit(notes(fail).tx, claim, input, machine, state);
  const changed = refusal("RC409", "Posts were changed.");
  await assert.rejects(commit(changed), {
    code: "ALLOCATION_RUN_CHANGED",
    message: "Posts were changed. Nothing was replaced; generate again.",
  });
  const lost = refusal("08006", "connection lost");
  await assert.rejects(commit(lost), (error) => error === lost);
});

Deno.test("what cannot be is written as an explanation, without a line", async () => {
  const problem = { ...twoLines(), lines: 3 };
  const input = inputOf(problem), { machine, state } = solved(input), { tx, calls } = notes();
  await plannerWorkload.commit(tx, claim, input, machine, state);
  const [{ text, values }] = commitOf(calls);
  assert.match(text, /planner\.commit_infeasible/);
  const { explanation } = values[2] as { explanation: { message: string } };
  assert.equal(values[1], explanation.message);
  assert.deepEqual(plannerWorkload.result!(machine, state), { status: "INFEASIBLE", explanation });
});

Deno.test("progress counts lines that stay, in snake_case", async () => {
  const input = inputOf(twoLines(), { linesWanted: 5 });
  const { machine, state } = solved(input), { tx, calls } = notes();
  await plannerWorkload.report(tx, claim, input, machine, state, 420);
  const progress = calls[0].values[0] as Record<string, unknown>;
  assert.deepEqual(
    [progress.lines, progress.lines_wanted, progress.slice, progress.cpu_ms, progress.fraction],
    [5, 5, 3, 420, 1],
  );
});

Deno.test("a problem that the search cannot read fails with its code", () => {
  const broken = { ...twoLines(), posts: [[1, 1]] };
  assert.throws(
    () => plannerWorkload.prepare(inputOf(broken), 1),
    (error: Error & { code?: string }) => {
      assert.equal(error.name, "WorkloadError");
      assert.ok(error.code);
      return true;
    },
  );
});
