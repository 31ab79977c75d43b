// Job shares against every matching of tiny problems.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { draws } from "../../engine/testing/draws.ts";
import { checkMatching } from "../checker.ts";
import { prepareAllocator } from "../engine.ts";
import { reasonsOf } from "../explain/reasons.ts";
import { withChoices } from "../run/workload.ts";
import { bruteForce } from "../testing/brute_force.ts";
import { problemOf, randomProblem, withSharing } from "../testing/problems.ts";
import { solve } from "../testing/solve.ts";

for (const [name, seed, caps] of [["without caps", 61, false], ["with caps", 62, true]] as const) {
  Deno.test(`who shares a job is placed as brute force places them ${name}`, () => {
    const random = new Random(seed);
    let matchings = 0, refusals = 0, tight = 0;
    for (let round = 0; round < draws(110); round++) {
      const problem = {
        ...withSharing(random, randomProblem(random, { caps, stability: false })),
        reasons: true,
      };
      if (problem.links!.length === 0) continue;
      const truth = bruteForce(problem), { outcome, state } = solve(problem);
      if (truth === null) {
        assert.equal(outcome.status, "INFEASIBLE", `round ${round}`);
        refusals++;
        continue;
      }
      assert.ok(outcome.status === "COMPLETED", `round ${round}: ${JSON.stringify(outcome)}`);
      const allocator = prepareAllocator(problem);
      const stored = withChoices(allocator.tables, outcome.allocations);
      assert.deepEqual(checkMatching(problem, stored), [], `round ${round}`);
      const { report } = outcome;
      assert.equal(report.bound, report.objective);
      assert.ok(Math.abs(report.objective - truth) <= 0.001 * (1 + problem.workers.length));
      // Everybody counts with the choice that they got, and lines once.
      assert.equal(
        report.choices.reduce((sum, n) => sum + n, 0) + report.unranked,
        problem.workers.length,
      );
      assert.equal(
        new Set(report.unfilledLines.map(({ line }) => line)).size,
        report.unfilledLines.length,
      );
      const places = problem.lines.reduce((sum, { capacity }) => sum + capacity, 0);
      if (places < problem.workers.length) tight++;
      reasonsOf(problem, allocator.tables, stored, allocator.prices(state));
      matchings++;
    }
    assert.ok(matchings > 20 && refusals > 6 && tight > 1, `${matchings} ${refusals} ${tight}`);
  });
}

Deno.test("who shares takes one place, counts with both's ranks, and is told by their own", () => {
  // w0 and w1 share; both want l0 most, and so does w2; every line has one place.
  const ranks = (...lines: string[]) => lines.map((line, i): [string, number] => [line, i + 1]);
  const problem = problemOf(3, [1, 1, 1], {
    links: [{ workers: ["w0", "w1"], fit: { kind: "share" } }],
    preferences: [
      { worker: "w0", ranks: ranks("l0", "l1", "l2") },
      { worker: "w1", ranks: ranks("l0", "l2", "l1") },
      { worker: "w2", ranks: ranks("l0", "l1") },
    ],
    reasons: true,
  });
  const { outcome, state } = solve(problem);
  assert.ok(outcome.status === "COMPLETED");
  assert.deepEqual(outcome.allocations, [
    { worker: "w0", line: "l0", originalPreference: 1 },
    { worker: "w1", line: "l0", originalPreference: 1 },
    { worker: "w2", line: "l1", originalPreference: 2 },
  ]);
  const { report } = outcome, allocator = prepareAllocator(problem);
  assert.deepEqual(report.choices, [2, 1]);
  assert.deepEqual(report.unfilledLines, [{ line: "l2", name: "L2", free: 1, used: 0 }]);
  const stored = withChoices(allocator.tables, outcome.allocations);
  assert.deepEqual(stored.map(({ choice }) => choice), [1, 1, 2]);
  const reasons = reasonsOf(problem, allocator.tables, stored, allocator.prices(state));
  assert.deepEqual(
    reasons.map(({ worker, line, code, values }) => [worker, line, code, values]).map((r) =>
      r.slice(0, 3)
    ),
    [["w2", "l0", "FULL_BETTER"]],
  );
  assert.equal((reasons[0].values as { placed: number }).placed, 1);
});

for (const sharing of [["w0", "w1"], ["w1", "w0"]] as [string, string][]) {
  Deno.test(`a line thinks of a share as of the one of whom it thinks less, whoever is named first: ${sharing}`, () => {
    const blocking = (department: string[]) => {
      const problem = problemOf(3, [1, 1], {
        links: [{ workers: sharing, fit: { kind: "share" } }],
        preferences: ["w0", "w1", "w2"].map((worker) => ({
          worker,
          ranks: [["l0", 1], ["l1", 2]],
        })),
        preferencers: [{
          id: "p0",
          name: "Surgery",
          lines: ["l0"],
          maxLines: null,
          maxWorkers: null,
          ranks: department.map((worker, i) => [worker, i + 1]),
        }],
      });
      problem.options.preferencerWeight = 0;
      const { outcome } = solve(problem);
      assert.ok(outcome.status === "COMPLETED");
      const lineOf = new Map(outcome.allocations.map(({ worker, line }) => [worker, line]));
      assert.deepEqual([lineOf.get("w0"), lineOf.get("w1"), lineOf.get("w2")], ["l0", "l0", "l1"]);
      return outcome.report.blockingPairs.count;
    };
    assert.equal(blocking(["w0", "w1", "w2"]), 0);
    assert.equal(blocking(["w0", "w2", "w1"]), 1);
    assert.equal(blocking(["w1", "w2", "w0"]), 1);
    assert.equal(blocking(["w2", "w0", "w1"]), 1);
  });
}

Deno.test("nobody is matched as a share who is more than one, or with stability", () => {
  const refused = (change: Partial<Parameters<typeof checkMatching>[0]>) => {
    const problem = problemOf(2, [1], {
      links: [{ workers: ["w0", "w1"], fit: { kind: "share" } }],
      ...change,
    });
    const allocations = ["w0", "w1"].map((worker) => ({
      worker,
      line: "l0",
      originalPreference: null,
    }));
    return checkMatching(problem, allocations).map(({ code }) => code);
  };
  const of = (...parts: number[]) =>
    parts.map((fte, w) => ({ id: `w${w}`, name: `W${w}`, tags: [], fte }));
  assert.deepEqual(refused({ workers: of(0.7, 0.3) }), []);
  assert.deepEqual(refused({ workers: of(0.7, 0.4) }), ["LINK"]);
  assert.deepEqual(refused({ workers: of(0.5, 0.5), links: [] }), ["CAPACITY"]);
});

Deno.test("where a share has no line, unlinking is told only where it helps", () => {
  // Each may have one line, and not the same: as a share they have none, apart they do.
  const only = (line: string, worker: string) => ({
    line,
    includedWorkers: [],
    excludedWorkers: [worker],
    includedTags: [],
    excludedTags: [],
  });
  const links = [{
    workers: ["w0", "w1"] as [string, string],
    fit: { kind: "share" as const },
  }];
  const apart = solve(
    problemOf(2, [1, 1], { links, eligibility: [only("l0", "w0"), only("l1", "w1")] }),
  );
  assert.ok(apart.outcome.status === "INFEASIBLE");
  assert.equal(apart.outcome.explanation.code, "LINKED");
  assert.ok(
    apart.outcome.explanation.relaxations.some(({ change }) => /^Unlink the linked/.test(change)),
    JSON.stringify(apart.outcome.explanation.relaxations),
  );
});
