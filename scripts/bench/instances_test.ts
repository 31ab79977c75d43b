/** The importer keeps the instances' meaning: rules, posts and objective. */
import assert from "node:assert/strict";
import { checkPlan } from "../../shared/planner/check/checker.ts";
import { parseConstraints } from "../../shared/planner/rules/mod.ts";
import { scorePlan } from "../../shared/planner/check/score.ts";
import { importInstance, type InstanceFile, INSTANCES, readInstance } from "./instances.ts";

/** The objective in the file's own terms: adj 2, all 1, coll 4, short 300, line 20,000. */
function fileObjective({ T, rotations, affinity, allowPartial }: InstanceFile, plan: number[][]) {
  let objective = allowPartial ? 20_000 * plan.length : 0;
  for (const line of plan) {
    const specs = line.map((r) => rotations[r].spec);
    for (let t = 1; t < T; t++) objective += 2 * affinity[specs[t - 1]][specs[t]];
    const different = [...new Set(specs)];
    different.forEach((a, i) => different.slice(0, i).forEach((b) => objective += affinity[a][b]));
  }
  for (let t = 0; t < T; t++) {
    rotations.forEach(({ min }, r) => {
      const n = plan.filter((line) => line[t] === r).length;
      objective -= 4 * n * (n - 1) / 2 + 300 * Math.max(0, min[t] - n);
    });
  }
  return objective;
}

/** Lines over random positions, the same for the same file. */
function someLines(file: InstanceFile): number[][] {
  let state = file.N;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
  const R = file.rotations.length;
  return Array.from(
    { length: file.N },
    () => Array.from({ length: file.T }, () => Math.floor(random() * R)),
  );
}

for (const name of INSTANCES) {
  Deno.test(`importInstance() keeps the meaning of ${name}`, async () => {
    const file = await readInstance(name);
    const problem = importInstance(file);
    assert.equal(parseConstraints(problem.constraints).ok, true);
    assert.deepEqual([problem.lines, problem.termWeeks.length], [file.N, file.T]);
    const cells = file.rotations.flatMap(({ cap }) => cap).reduce((sum, posts) => sum + posts);
    assert.equal(problem.posts.flat().reduce((sum, posts) => sum + posts), cells);
    const plan = someLines(file);
    const lines = plan.map((line) => line.map((r) => file.rotations[r].id));
    if (name !== "infSurg50") {
      assert.equal(scorePlan(problem, lines).objective, fileObjective(file, plan));
    }
    assert.ok(checkPlan(problem, lines).length > 0); // random lines never keep all rules
  });
}

Deno.test("importInstance() gives a subspecialty of its own to nights beside relief only", async () => {
  const { positions } = importInstance(await readInstance("p060"));
  const shared = positions.filter((p) => p.isNightsRelief).map((p) => p.subspecialty);
  assert.deepEqual([...new Set(shared)].sort(), ["Nights", null]);
  const emergency = positions.filter((p) => p.specialty === "Emergency");
  assert.ok(emergency.length > 0 && emergency.every((p) => p.subspecialty === null));
});
