/** Records of runs: what is kept is not run again, a line cut short is, and a gap that grows is seen. */
import assert from "node:assert/strict";
import { MOST_EFFORT } from "../../shared/planner/effort.ts";
import {
  brokenRecord,
  gapAfter,
  hasGrown,
  recordOf,
  Records,
  type RunRecord,
} from "./planner_records.ts";
import { drawProblem, FAMILIES } from "./drawn.ts";
import { runSlices } from "./planner_run.ts";

const problem = drawProblem({ ...FAMILIES.common, lines: [6, 6] }, 3);

function record(name: string, profile: RunRecord["profile"]): RunRecord {
  return { ...brokenRecord({ key: name, group: "some", name }, problem, ""), profile };
}

Deno.test("a run that is kept is told from its file, one that was cut short is run again", async () => {
  const path = await Deno.makeTempFile();
  try {
    let runs = 0;
    const run = (name: string) => () => {
      runs++;
      return Promise.resolve(record(name, [[1, 0.5]]));
    };
    const first = await Records.open<RunRecord>(path);
    await first.of("a", run("a"));
    await first.of("b", run("b"));
    await first.of("a", run("a"));
    assert.equal(runs, 2);
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(path, text.slice(0, -10));
    const second = await Records.open<RunRecord>(path);
    assert.deepEqual(await second.of("a", run("a")), record("a", [[1, 0.5]]));
    assert.equal(runs, 2);
    await second.of("b", run("b"));
    assert.equal(runs, 3);
    assert.equal(await Deno.readTextFile(path), text);
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("a gap counts from the end of the slice that brought it, and stays when the run is over", () => {
  const run = record("a", [[0.7, null], [1.4, 0.2], [2.1, 0.1]]);
  assert.deepEqual([0.5, 1, 1.4, 2, 5].map((s) => gapAfter(run, s)), [null, null, 0.2, 0.2, 0.1]);
});

Deno.test("a gap that grows is seen, and one that is lost", () => {
  assert.equal(hasGrown(record("a", [[1, null], [2, 0.3], [3, 0.3], [4, 0]])), false);
  assert.equal(hasGrown(record("a", [[1, 0.3], [2, 0.31]])), true);
  assert.equal(hasGrown(record("a", [[1, 0.3], [2, null]])), true);
});

Deno.test("recordOf() tells a run by its end, and where each slice ended", async () => {
  const run = {
    sliceMs: 650,
    cpuS: 2,
    goalGap: null,
    effort: MOST_EFFORT,
    slow: 1,
    counted: false,
  };
  const answers = await runSlices(problem, run), of = { key: "k", group: "g", name: "n" };
  const found = recordOf(of, problem, answers, run);
  assert.ok(["COMPLETED", "INFEASIBLE"].includes(found.status), found.status);
  assert.equal(found.profile.length, answers.length);
  assert.equal(hasGrown(found), false);
  const broken = answers.with(-1, { ...answers.at(-1)!, outcome: null });
  assert.equal(recordOf(of, problem, broken, run).status, "FAILED no end");
});

Deno.test("a slice gets on even where its start took all of its time, and counts all CPU as slowly as asked", async () => {
  const run = {
    sliceMs: 650,
    cpuS: 4_000,
    goalGap: null,
    effort: MOST_EFFORT,
    slow: 1e4,
    counted: false,
  };
  const answers = await runSlices(problem, run);
  assert.ok(answers.at(-1)!.outcome !== null);
  const units = answers.map(({ state }) => JSON.parse(state).work.units as number);
  units.forEach((n, i) => assert.ok(n > (units[i - 1] ?? 0), `slice ${i}: ${units}`));
  for (const { cpuMs, coldMs } of answers) assert.ok(coldMs > 650 && cpuMs >= coldMs, `${cpuMs}`);
});
