import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { isEligible, scoreMatching } from "../checker.ts";
import { problemOf, randomProblem } from "../testing/problems.ts";
import { buildTables, COST_SCALE, loadsOf, matchingCost } from "./tables.ts";

Deno.test("buildTables(): costs, ranks and eligibility are those of the independent checker, pair by pair", () => {
  const random = new Random(31);
  for (let round = 0; round < 150; round++) {
    const problem = randomProblem(random, { caps: true, stability: false });
    const { W, J, workers, lines, cost, rank, choice } = buildTables(problem);
    const entry = new Map(problem.eligibility.map((e) => [e.line, e]));
    for (let w = 0; w < W; w++) {
      const worker = problem.workers.find(({ id }) => id === workers[w].id)!;
      for (let j = 0; j < J; j++) {
        const p = w * J + j;
        const may = isEligible(worker, entry.get(lines[j].id));
        assert.equal(cost[p] < Infinity, may);
        if (!may) continue;
        const own = { worker: worker.id, line: lines[j].id, originalPreference: null };
        const score = scoreMatching(problem, [own]) * COST_SCALE;
        assert.ok(Math.abs(cost[p] - score) <= 0.5 + 1e-6, `${cost[p]}, ${score}`);
        const given = problem.preferences.find((list) => list.worker === worker.id)!.ranks;
        assert.equal(choice[p] > 0, given.some(([line]) => line === lines[j].id));
        assert.ok(choice[p] === 0 || choice[p] <= rank[p]);
      }
    }
  }
});

Deno.test("buildTables() does not see in which order rows come", () => {
  const random = new Random(32);
  for (let round = 0; round < 60; round++) {
    const problem = randomProblem(random, { caps: true, stability: false });
    const turned = {
      ...problem,
      workers: problem.workers.toReversed(),
      lines: problem.lines.toReversed(),
      eligibility: problem.eligibility.toReversed(),
      preferences: problem.preferences.toReversed(),
      preferencers: problem.preferencers.toReversed(),
      weightings: problem.weightings.toReversed(),
    };
    assert.deepEqual(buildTables(turned), buildTables(problem));
  }
});

Deno.test("buildTables() leaves who is pinned one line, and refuses one that they may not have", () => {
  const pins = [{ worker: "w1", line: "l0" }];
  const { W, J, workers, lines, cost } = buildTables(problemOf(2, [1, 1], { pins }));
  for (let w = 0; w < W; w++) {
    for (let j = 0; j < J; j++) {
      const free = workers[w].id !== "w1" || lines[j].id === "l0";
      assert.equal(cost[w * J + j] < Infinity, free);
    }
  }
  const eligibility = [{
    line: "l0",
    includedWorkers: [],
    excludedWorkers: ["w1"],
    includedTags: [],
    excludedTags: [],
  }];
  assert.throws(() => buildTables(problemOf(2, [1, 1], { pins, eligibility })), {
    code: "INVALID_PROBLEM",
    message: /W1 is pinned/,
  });
});

Deno.test("buildTables() counts no more places than there are workers, and tells lists that were mended", () => {
  const tables = buildTables(problemOf(2, [5, 1], {
    preferences: [
      { worker: "w0", ranks: [["l0", 1], ["l0", 2], ["gone", 3], ["l1", 9]] },
      { worker: "w9", ranks: [["l0", 1]] },
    ],
  }));
  assert.deepEqual([...tables.capacity].sort(), [1, 2]);
  assert.deepEqual(tables.mended.toSorted((a, b) => a.id < b.id ? -1 : 1), [
    { by: "worker", id: "w0", flaws: ["ignored", "gaps"], ignored: ["gone", "l0"] },
    { by: "worker", id: "w9", flaws: ["ignored"], ignored: ["l0"] },
  ]);
});

Deno.test("matchingCost() and loadsOf() add up a matching", () => {
  const tables = buildTables(problemOf(2, [2, 1], {
    preferences: [{ worker: "w0", ranks: [["l0", 1], ["l1", 2]] }],
  }));
  const lineOf = [1, 1];
  const { J, cost } = tables;
  assert.equal(matchingCost(tables, lineOf), cost[1] + cost[J + 1]);
  assert.deepEqual([...loadsOf(J, [1, -1])], [0, 1]);
});

Deno.test("lines that a worker wants last stand behind the unranked ones, and no choice is lost", () => {
  const problem = problemOf(1, [1, 1, 1, 1, 1], {
    preferences: [{
      worker: "w0",
      ranks: [["l0", 1]],
      last: ["l3", "l4", "l0", "nobody knows this"],
    }],
  });
  const { lines, rank, choice } = buildTables(problem);
  const of = (values: ArrayLike<number>) =>
    Object.fromEntries(lines.map(({ id }, j) => [id, values[j]]));
  assert.deepEqual(of(rank), { l0: 1, l1: 2.5, l2: 2.5, l3: 4.5, l4: 4.5 });
  assert.deepEqual(of(choice), { l0: 1, l1: 0, l2: 0, l3: 0, l4: 0 });
  const allocations = [{ worker: "w0", line: "l4", originalPreference: null }];
  problem.options.preferencerWeight = 0;
  assert.equal(scoreMatching(problem, allocations), 4.5);
});
