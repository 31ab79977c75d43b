// Couples against every matching of tiny problems.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { checkMatching } from "../checker.ts";
import { prepareAllocator } from "../engine.ts";
import { settleCouples } from "../stability/couples.ts";
import { bruteForce } from "../testing/brute_force.ts";
import { buildTables } from "./tables.ts";
import { problemOf, randomProblem, withLinks } from "../testing/problems.ts";
import { solve } from "../testing/solve.ts";

for (
  const [name, seed, caps, stability] of [
    ["without caps or stability", 51, false, false],
    ["with caps", 52, true, false],
    ["with stability", 53, false, true],
    ["with caps and stability", 54, true, true],
  ] as const
) {
  Deno.test(`linked doctors are placed as brute force places them ${name}`, () => {
    const random = new Random(seed);
    let matchings = 0, refusals = 0, unstable = 0;
    for (let round = 0; round < 260; round++) {
      const problem = withLinks(random, randomProblem(random, { caps, stability }));
      if (problem.links!.length === 0) continue;
      const truth = bruteForce(problem), { outcome } = solve(problem);
      if (truth === null) {
        assert.equal(outcome.status, "INFEASIBLE", `round ${round}`);
        refusals++;
        const loose = { ...problem, options: { ...problem.options, stability: false } };
        if (stability && bruteForce(loose) !== null) unstable++;
        continue;
      }
      assert.ok(outcome.status === "COMPLETED", `round ${round}: ${JSON.stringify(outcome)}`);
      assert.deepEqual(checkMatching(problem, outcome.allocations), []);
      const { report } = outcome;
      assert.equal(report.bound, report.objective);
      assert.ok(Math.abs(report.objective - truth) <= 0.001 * (1 + problem.workers.length));
      if (stability) assert.deepEqual(report.couples!.blocking, []);
      matchings++;
    }
    const counts = `${matchings} ${refusals} ${unstable}`;
    assert.ok(matchings > 30 && refusals > 10 && (!stability || unstable > 3), counts);
  });
}

Deno.test("couples come out the same however they are sliced", () => {
  const random = new Random(55);
  for (let round = 0; round < 60; round++) {
    const spice = { caps: round % 3 === 0, stability: round % 2 === 0 };
    const problem = { ...withLinks(random, randomProblem(random, spice)), reasons: true };
    const whole = solve(problem), sliced = solve(problem, 1);
    assert.deepEqual(sliced.outcome, whole.outcome);
    if (whole.outcome.status !== "COMPLETED") continue;
    const { prices } = prepareAllocator(problem);
    assert.deepEqual(prices(sliced.state), prices(whole.state));
  }
});

Deno.test("a couple that cannot be placed together is the reason that is told, and unlinking them what helps", () => {
  const problem = problemOf(2, [1, 1], {
    links: [{ workers: ["w0", "w1"], fit: { kind: "alike", lines: [["l0", "a"], ["l1", "b"]] } }],
  });
  const { outcome } = solve(problem);
  assert.ok(outcome.status === "INFEASIBLE");
  const { code, message, workers, relaxations } = outcome.explanation;
  assert.equal(code, "LINKED");
  assert.match(message, /W0 and W1/);
  assert.deepEqual(workers, ["w0", "w1"]);
  assert.ok(relaxations.some(({ change }) => change === "Unlink the linked doctors."));
});

Deno.test("where every matching has a couple or a doctor who would rather move, that is said", () => {
  // The couple takes both lines or none where they can be together; w2 is put before w1, behind w0.
  const problem = problemOf(3, [1, 1, 2], {
    preferences: [
      { worker: "w0", ranks: [["l0", 1], ["l2", 2]] },
      { worker: "w1", ranks: [["l1", 1], ["l2", 2]] },
      { worker: "w2", ranks: [["l0", 1], ["l1", 2], ["l2", 3]] },
    ],
    preferencers: [
      {
        id: "p",
        name: "P",
        lines: ["l0"],
        maxLines: null,
        maxWorkers: null,
        ranks: [["w0", 1], ["w2", 2]],
      },
      {
        id: "q",
        name: "Q",
        lines: ["l1"],
        maxLines: null,
        maxWorkers: null,
        ranks: [["w2", 1], ["w1", 2]],
      },
    ],
    links: [{
      workers: ["w0", "w1"],
      fit: { kind: "pairs", pairs: [["l0", "l1"], ["l2", "l2"]] },
    }],
  });
  problem.options.stability = true;
  assert.equal(bruteForce(problem), null);
  const { outcome } = solve(problem);
  assert.ok(outcome.status === "INFEASIBLE");
  assert.equal(outcome.explanation.code, "STABILITY");
  const changes = outcome.explanation.relaxations.map(({ change }) => change);
  assert.ok(changes.includes("Allow blocking pairs (no stability)."), changes.join());
  assert.ok(changes.includes("Unlink the linked doctors."), changes.join());
});

Deno.test("couples among many doctors settle into a stable matching to begin with, and what cannot settle is given up", () => {
  const random = new Random(57);
  let settled = 0;
  for (let round = 0; round < 200; round++) {
    const problem = withLinks(random, randomProblem(random, { caps: false, stability: true }));
    for (const line of problem.lines) line.mustHave = false;
    const tables = buildTables(problem), lineOf = settleCouples(tables);
    if (lineOf === null) continue;
    const allocations = lineOf.map((j, w) => ({
      worker: tables.workers[w].id,
      line: tables.lines[j].id,
      originalPreference: tables.choice[w * tables.J + j] > 0
        ? tables.rank[w * tables.J + j]
        : null,
    }));
    if (checkMatching(problem, allocations).length === 0) settled++;
    const kinds = checkMatching(problem, allocations).map(({ code }) => code);
    assert.ok(kinds.every((code) => code.startsWith("BLOCKING")), kinds.join());
  }
  assert.ok(settled > 60, `${settled}`);
});
