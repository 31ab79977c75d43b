// How many lines exist, as a trial sees it: what it shows can be built, what it proves cannot be exceeded.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import type { PlannerProblem } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { buildTables } from "../model/build.ts";
import { exactAnswer } from "../testing/oracle.ts";
import { randomProblem } from "../testing/problems.ts";
import { sample20 } from "../testing/samples.ts";
import { quickCounts } from "./quick_counts.ts";
import { advance, type Build, type Trial } from "./trial.ts";

/** A trial before its first step, and after each one through a checkpoint's JSON, to its end. */
function runTrial(problem: PlannerProblem, goal: number, build: Build) {
  const bounds = resolveRules(problem.constraints), stages: Trial["stage"][] = [];
  const counts = quickCounts(problem, bounds, buildTables(problem, bounds));
  const upper = Math.min(problem.lines, ...counts.map(({ lines }) => lines));
  let trial: Trial = { stage: "quick", shown: 0, upper, count: null, show: null };
  if (upper === 0) return { ...trial, stages };
  for (let steps = 0; trial.stage !== "end"; steps++) {
    assert.ok(steps < 200, `no end in ${trial.stage}`);
    if (stages.at(-1) !== trial.stage) stages.push(trial.stage);
    const { shown, upper } = trial;
    advance(problem, bounds, trial, goal, build);
    assert.ok(trial.shown >= shown && trial.upper <= upper, "what was known is forgotten");
    trial = JSON.parse(JSON.stringify(trial)) as Trial;
  }
  return { ...trial, stages };
}

Deno.test("a trial never shows more lines than exist, nor proves that there are fewer", () => {
  const random = new Random(91), seen = new Set<string>();
  let settled = 0, rounds = 0;
  for (let round = 0; round < 120; round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 3,
      terms: 2 + random.below(3),
      positions: 4 + random.below(3),
      postsUpTo: 1 + random.below(2),
      allowPartial: true,
      cells: round % 3 === 0,
      pathways: round % 4 === 1,
    });
    const answer = exactAnswer(problem, false);
    if (answer === null) continue;
    rounds++;
    const { shown, upper, stages } = runTrial(problem, 3, "always");
    for (const stage of stages) seen.add(stage);
    assert.ok(shown <= answer.lines, `round ${round}: ${shown} of ${answer.lines}`);
    assert.ok(upper >= answer.lines, `round ${round}: ${upper} of ${answer.lines}`);
    if (shown === answer.lines && upper === answer.lines) settled++;
  }
  assert.ok(settled > 0.8 * rounds && rounds > 60, `${settled} of ${rounds}`);
  for (const stage of ["quick", "count", "show"]) assert.ok(seen.has(stage), stage);
});

Deno.test("a trial ends at once where a short construction builds all that is asked for", () => {
  const { shown, stages } = runTrial(sample20(), 20, "always");
  assert.deepEqual([shown, stages], [20, ["quick"]]);
});

Deno.test("where only the proof is wanted nothing longer is built", () => {
  const random = new Random(92);
  for (let round = 0; round < 40; round++) {
    const shape = { lines: 3, terms: 3, positions: 4, postsUpTo: 1, allowPartial: true };
    const { stages } = runTrial(randomProblem(() => random.next(), shape), 3, "no");
    assert.ok(!stages.includes("show"), `${stages}`);
  }
});
