// Priority groups against every matching of tiny problems: the costs of the first group come first, then the second's with the
// first where it is, and so on.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { draws } from "../../engine/testing/draws.ts";
import { checkMatching, scoreMatching } from "../checker.ts";
import { prepareAllocator } from "../engine.ts";
import type { Allocation } from "../outcome.ts";
import type { AllocatorProblem } from "../problem.ts";
import { reasonsOf } from "../explain/reasons.ts";
import { visitMatchings } from "../testing/brute_force.ts";
import { problemOf, randomProblem, withGroups, withLinks } from "../testing/problems.ts";
import { solve } from "../testing/solve.ts";

/** The groups that have workers, in their order, as sets of ids. */
function groupsOf({ groups = [], workers }: AllocatorProblem): Set<string>[] {
  const of = (id: string) => {
    const at = groups.findIndex((group) => group.workers.includes(id));
    return at < 0 ? groups.length : at;
  };
  return Array.from(
    { length: groups.length + 1 },
    (_, g) => new Set(workers.filter(({ id }) => of(id) === g).map(({ id }) => id)),
  ).filter((group) => group.size > 0);
}

const costOf = (problem: AllocatorProblem, allocations: readonly Allocation[], of: Set<string>) =>
  scoreMatching(problem, allocations.filter(({ worker }) => of.has(worker)));

/** The least costs of each group while the groups before have the lines that they have; null: there is no matching. */
function leastOf(problem: AllocatorProblem, got: readonly Allocation[] | null): number[] | null {
  const all: Allocation[][] = [];
  visitMatchings(problem, (allocations) => all.push([...allocations]));
  if (all.length === 0 || got === null) return all.length === 0 ? null : [];
  const lineOf = new Map(got.map(({ worker, line }) => [worker, line]));
  let left = all;
  return groupsOf(problem).map((group) => {
    const least = Math.min(...left.map((m) => costOf(problem, m, group)));
    left = left.filter((m) =>
      m.every(({ worker, line }) => !group.has(worker) || lineOf.get(worker) === line)
    );
    return least;
  });
}

for (
  const [name, seed, caps, stability, linked] of [
    ["alone", 41, false, false, false],
    ["with caps", 42, true, false, false],
    ["with stability", 43, false, true, false],
    ["with couples", 44, false, false, true],
  ] as const
) {
  Deno.test(`each priority group fares as well as it can with those before where they are: ${name}`, () => {
    const random = new Random(seed);
    let compared = 0, several = 0;
    for (let round = 0; round < draws(75); round++) {
      const plain = withGroups(random, randomProblem(random, { caps, stability }));
      const problem = linked ? withLinks(random, plain) : plain;
      const { outcome } = solve(problem);
      if (outcome.status !== "COMPLETED") {
        assert.deepEqual([outcome.status, leastOf(problem, null)], ["INFEASIBLE", null]);
        continue;
      }
      assert.deepEqual(checkMatching(problem, outcome.allocations), [], `round ${round}`);
      const groups = groupsOf(problem), least = leastOf(problem, outcome.allocations)!;
      const { report } = outcome, rounding = 0.001 * (1 + problem.workers.length);
      assert.deepEqual(report.groups!.map(({ workers }) => workers), groups.map((g) => g.size));
      report.groups!.forEach(({ objective, bound }, g) => {
        assert.ok(Math.abs(objective - least[g]) <= rounding, `round ${round}, group ${g}`);
        assert.equal(bound, objective);
        const cost = costOf(problem, outcome.allocations, groups[g]);
        assert.ok(Math.abs(objective - cost) <= rounding);
      });
      assert.ok(Math.abs(report.bound - report.objective) < 1e-6);
      compared++;
      if (groups.length > 1) several++;
    }
    assert.ok(compared > 15 && several > 10, `${compared} ${several}`);
  });
}

Deno.test("groups come out the same however they are sliced, reasons included", () => {
  const random = new Random(45);
  for (let round = 0; round < 40; round++) {
    const spice = { caps: round % 3 === 0, stability: round % 2 === 0 };
    const problem = { ...withGroups(random, randomProblem(random, spice)), reasons: true };
    const whole = solve(problem), sliced = solve(problem, 1);
    assert.deepEqual(sliced.outcome, whole.outcome);
    if (whole.outcome.status !== "COMPLETED") continue;
    const { prices } = prepareAllocator(problem);
    assert.deepEqual(prices(sliced.state), prices(whole.state));
  }
});

Deno.test("an earlier group comes first whatever departments think, and later ones hear why", () => {
  const wants = (worker: string): { worker: string; ranks: [string, number][] } => ({
    worker,
    ranks: [["l0", 1], ["l1", 2]],
  });
  const problem: AllocatorProblem = {
    ...problemOf(3, [1, 1, 1], { preferences: ["w0", "w1", "w2"].map(wants) }),
    preferencers: [{
      id: "p",
      name: "P",
      lines: ["l0"],
      maxLines: null,
      maxWorkers: null,
      ranks: [["w0", 1], ["w1", 2], ["w2", 3]],
    }],
    groups: [{ name: "First", workers: ["w2"] }, { name: "Second", workers: ["w1"] }],
    reasons: true,
  };
  for (const stability of [false, true]) {
    problem.options = { ...problem.options, stability, preferencerWeight: 0 };
    const { outcome, state } = solve(problem);
    assert.ok(outcome.status === "COMPLETED");
    const { allocations, report } = outcome;
    assert.deepEqual(allocations.map(({ line }) => line), ["l2", "l1", "l0"]);
    assert.deepEqual(report.groups!.map(({ name, choices }) => [name, choices]), [
      ["First", [1]],
      ["Second", [0, 1]],
      [null, []],
    ]);
    assert.equal(report.blockingPairs.count, 0);
    const { tables, prices } = prepareAllocator(problem);
    const reasons = reasonsOf(problem, tables, allocations, prices(state));
    assert.deepEqual(
      reasons.map(({ worker, line, code }) => `${worker} ${line} ${code}`).sort(),
      ["w0 l0 EARLIER_GROUP", "w0 l1 EARLIER_GROUP", "w1 l0 EARLIER_GROUP"],
    );
  }
});
