// The engine end to end: against brute force on small random problems, the same matching under any
// slicing and any order of rows, and proven, explained answers to what cannot be done.

import assert from "node:assert/strict";
import { Random } from "../engine/random.ts";
import { draws } from "../engine/testing/draws.ts";
import { checkMatching, findBlockingPairs, scoreMatching } from "./checker.ts";
import { AllocatorInputError, type AllocatorOutcome, prepareAllocator } from "./engine.ts";
import type { RankFlaw } from "./input/ranks.ts";
import type { AllocatorProblem, RankNotation } from "./problem.ts";
import { bruteForce } from "./testing/brute_force.ts";
import { problemOf, randomProblem, writeRanks } from "./testing/problems.ts";

/**
 * Runs a problem in slices whose clock counts reads, with the state as JSON in between. Each is worked twice: by an
 * allocator of its own, and by one that went through all the others; what that keeps changes nothing.
 */
function run(problem: AllocatorProblem, unitsPerSlice = 1_000_000): AllocatorOutcome {
  const kept = prepareAllocator(problem);
  let state = kept.start();
  for (let slice = 0, fraction = 0;; slice++) {
    assert.ok(slice < 10_000, "endless");
    const allocator = prepareAllocator(problem);
    if (allocator.done(state)) return allocator.outcome(state);
    const stepped = [allocator, kept].map((each) => {
      let left = 2 * unitsPerSlice;
      const remainingMs = () => --left > 0 ? 1e6 : 0;
      return JSON.stringify(each.step(structuredClone(state), { remainingMs }));
    });
    assert.equal(stepped[1], stepped[0]);
    state = JSON.parse(stepped[0]);
    const progress = allocator.progress(state);
    assert.ok(progress.fraction >= fraction);
    fraction = progress.fraction;
  }
}

Deno.test("phase() reads a word of the state, and unpacks nothing", () => {
  const allocator = prepareAllocator(randomProblem(new Random(1), { caps: true, stability: true }));
  const state = new Proxy(allocator.start(), {
    get(members, name) {
      assert.equal(name, "phase");
      return Reflect.get(members, name);
    },
  });
  assert.equal(allocator.phase(state), "Placing doctors");
});

function completed(problem: AllocatorProblem) {
  const outcome = run(problem);
  assert.ok(outcome.status === "COMPLETED", JSON.stringify(outcome));
  assert.deepEqual(checkMatching(problem, outcome.allocations), []);
  assert.equal(outcome.report.bound, outcome.report.objective);
  const score = scoreMatching(problem, outcome.allocations);
  assert.ok(Math.abs(score - outcome.report.objective) <= 0.001 * (1 + problem.workers.length));
  return outcome;
}

function infeasible(problem: AllocatorProblem) {
  const outcome = run(problem);
  assert.ok(outcome.status === "INFEASIBLE", JSON.stringify(outcome));
  return outcome.explanation;
}

/** The random number that a test starts from, by what is in the problems. */
for (
  const [name, seed, caps, stability] of [
    ["without caps or stability", 11, false, false],
    ["with caps", 12, true, false],
    ["with stability", 13, false, true],
    ["with caps and stability", 14, true, true],
  ] as const
) {
  Deno.test(`the engine agrees with brute force on random problems ${name}`, () => {
    const random = new Random(seed);
    let matchings = 0, refusals = 0;
    for (let round = 0; round < draws(90); round++) {
      const problem = randomProblem(random, { caps, stability });
      const truth = bruteForce(problem);
      if (truth === null) {
        const { message } = infeasible(problem);
        assert.ok(message.length > 0);
        refusals++;
        continue;
      }
      const { report, allocations } = completed(problem);
      assert.ok(
        Math.abs(report.objective - truth) <= 0.001 * (1 + problem.workers.length),
        `round ${round}: ${report.objective} instead of ${truth}`,
      );
      assert.equal(report.blockingPairs.count, findBlockingPairs(problem, allocations).length);
      matchings++;
    }
    assert.ok(matchings > 20 && refusals > 10, `${matchings} matchings, ${refusals} refusals`);
  });
}

function reversed(problem: AllocatorProblem): AllocatorProblem {
  return {
    ...problem,
    workers: problem.workers.map((w) => ({ ...w, tags: w.tags.toReversed() })).toReversed(),
    lines: problem.lines.toReversed(),
    eligibility: problem.eligibility.toReversed(),
    preferences: problem.preferences.map((p) => ({ ...p, ranks: p.ranks.toReversed() }))
      .toReversed(),
    preferencers: problem.preferencers.map((p) => ({
      ...p,
      lines: p.lines.toReversed(),
      ranks: p.ranks.toReversed(),
    })).toReversed(),
    weightings: problem.weightings.toReversed(),
  };
}

Deno.test("the order of rows and the slicing change nothing", () => {
  const random = new Random(21);
  for (let round = 0; round < 60; round++) {
    const problem = randomProblem(random, { caps: true, stability: round % 2 === 0 });
    const outcome = run(problem);
    assert.deepEqual(run(reversed(problem)), outcome);
    assert.deepEqual(run(problem, 1), outcome);
    assert.deepEqual(run(problem, 2), outcome);
  }
});

Deno.test("the seed alone decides between equally good matchings", () => {
  const matchings = new Set<string>();
  for (let seed = 0; seed < 20; seed++) {
    const problem = problemOf(3, [1, 1, 1]);
    problem.options.seed = seed;
    const { allocations } = completed(problem);
    assert.deepEqual(completed(problem).allocations, allocations);
    matchings.add(allocations.map(({ line }) => line).join());
  }
  assert.ok(matchings.size > 1);
});

Deno.test("a worker who is eligible for no line is named", () => {
  const eligibility = ["l0", "l1"].map((line) => ({
    line,
    includedWorkers: [],
    excludedWorkers: ["w1"],
    includedTags: [],
    excludedTags: [],
  }));
  const { code, message, workers, relaxations } = infeasible(
    problemOf(2, [1, 1], { eligibility }),
  );
  assert.equal(code, "NO_ELIGIBLE_LINE");
  assert.match(relaxations[0].change, /^Make W1 for L[12] eligible\.$/);
  assert.match(message, /W1 is not eligible/);
  assert.deepEqual(workers, ["w1"]);
});

Deno.test("workers who compete for too few places are named with their lines", () => {
  const eligibility = [{
    line: "l0",
    includedWorkers: [],
    excludedWorkers: ["w0", "w1", "w2"],
    includedTags: [],
    excludedTags: [],
  }];
  const explanation = infeasible(problemOf(5, [9, 1, 1], { eligibility }));
  assert.equal(explanation.code, "TOO_FEW_PLACES");
  assert.deepEqual(explanation.workers, ["w0", "w1", "w2"]);
  assert.deepEqual(explanation.lines, ["l1", "l2"]);
  assert.equal(explanation.places, 2);
  assert.equal(explanation.relaxations[0].change, "Add 1 place on L2.");
});

Deno.test("progress counts those who are placed so far", () => {
  const allocator = prepareAllocator(problemOf(3, [2, 2])), start = allocator.start();
  const placed = (lineOf: number[]) =>
    allocator.progress({ ...start, flow: { lineOf, linePrice: [], groupPrice: [] } });
  assert.deepEqual(
    [allocator.progress(start), placed([0, -1, -1]), placed([0, 1, -1]), placed([0, 1, 0])]
      .map(({ matched, workers }) => [matched, workers]),
    [[0, 3], [1, 3], [2, 3], [3, 3]],
  );
});

Deno.test("must-have lines without enough workers are named", () => {
  const problem = problemOf(2, [1, 1, 1, 2]);
  for (const line of problem.lines.slice(0, 3)) line.mustHave = true;
  const { code, lines, workers } = infeasible(problem);
  assert.deepEqual([code, lines, workers], ["MUST_HAVE", ["l0", "l1", "l2"], ["w0", "w1"]]);
});

Deno.test("a cap that cannot hold is named, with the relaxation that helps", () => {
  const preferencers = [
    { id: "p0", name: "Surgery", lines: ["l0", "l1"], maxLines: 1, maxWorkers: null, ranks: [] },
    { id: "p1", name: "Medicine", lines: ["l2"], maxLines: 1, maxWorkers: null, ranks: [] },
  ];
  const explanation = infeasible(problemOf(3, [1, 1, 1], { preferencers }));
  assert.equal(explanation.code, "CAPS");
  assert.deepEqual(explanation.preferencers, ["p0"]);
  assert.ok(
    explanation.relaxations.some(({ change }) =>
      change === "Raise the cap on lines of Surgery from 1 to 2."
    ),
  );
});

Deno.test("stability that cannot be had is told apart from the caps", () => {
  // Both want l0 most, which is to stay with one worker; l1 must have somebody, and both may have it.
  const problem = problemOf(2, [2, 1], {
    preferences: ["w0", "w1"].map((worker) => ({ worker, ranks: [["l0", 1]] })),
  });
  problem.lines[1].mustHave = true;
  problem.options.stability = true;
  const { code, relaxations } = infeasible(problem);
  assert.equal(code, "STABILITY");
  assert.deepEqual(relaxations.map(({ change }) => change), [
    "Let 1 line stay empty that must have a doctor: L1.",
    "Allow blocking pairs (no stability).",
  ]);
});

Deno.test("outcome() reports choices, ranks, unfilled lines and who is worst off", () => {
  const problem = problemOf(3, [1, 1, 2], {
    preferences: [
      { worker: "w0", ranks: [["l0", 1], ["l1", 2]] },
      { worker: "w1", ranks: [["l0", 1]] },
      { worker: "w2", ranks: [["l1", 1]] },
    ],
  });
  const { report, allocations } = completed(problem);
  assert.deepEqual(report.choices, [2]);
  assert.equal(report.unranked, 1);
  assert.deepEqual([report.meanRank, report.worstRank], [1, 1]);
  assert.deepEqual(report.unfilledLines, [{ line: "l2", name: "L2", free: 1, used: 1 }]);
  assert.equal(report.dissatisfaction.workers, 1 + 1 + 2.5);
  assert.equal(report.blockingPairs.count, 0);
  const unlucky = allocations.find(({ originalPreference }) => originalPreference === null)!;
  assert.deepEqual(report.fairness.worstOff.map(({ worker }) => worker), [unlucky.worker]);
  assert.deepEqual(report.fairness.helpfulMoves, []);
});

Deno.test("outcome() names a swap that would help without hurting another worker", () => {
  // The preferencer decides alone, and keeps the workers from the lines they would swap for.
  const problem = problemOf(2, [1, 1], {
    preferences: [
      { worker: "w0", ranks: [["l0", 1], ["l1", 2]] },
      { worker: "w1", ranks: [["l1", 1], ["l0", 2]] },
    ],
    preferencers: [{
      id: "p0",
      name: "P0",
      lines: ["l0"],
      maxLines: null,
      maxWorkers: null,
      ranks: [["w1", 1], ["w0", 2]],
    }],
  });
  problem.options.preferencerWeight = 1;
  const { fairness } = completed(problem).report;
  assert.deepEqual(fairness.worstOff.map(({ rank }) => rank), [2, 2]);
  assert.deepEqual(
    fairness.helpfulMoves.map(({ swapWith, cost }) => [swapWith !== null, cost]),
    [[true, 1], [true, 1]],
  );
});

Deno.test("a pinned worker gets the line", () => {
  const pins = [{ worker: "w0", line: "l1" }];
  const preferences = [{ worker: "w0", ranks: [["l0", 1]] as [string, number][] }];
  const { allocations } = completed(problemOf(1, [1, 1], { pins, preferences }));
  assert.equal(allocations[0].line, "l1");
});

/** The faults with which a problem is refused. */
function refusal(change: Partial<AllocatorProblem>): AllocatorInputError {
  try {
    prepareAllocator(problemOf(2, [1, 1, 1], change));
  } catch (error) {
    if (error instanceof AllocatorInputError) return error;
    throw error;
  }
  throw new Error("the problem was accepted");
}

const ranksOf = (ranks: [string, number][]) => ({ preferences: [{ worker: "w0", ranks }] });

for (
  const [name, ranks, flaws, ignored] of [
    ["a gap", [["l0", 1], ["l1", 3]], ["gaps"], []],
    ["a first rank above 1", [["l1", 2]], ["gaps"], []],
    ["ranks that are no places", [["l0", 1.25], ["l1", 1e38]], ["gaps"], []],
    ["another notation", [["l0", 1], ["l1", 1], ["l2", 2]], ["notation"], []],
    ["ranks that are none", [["l0", -1], ["l1", NaN], ["l2", 1]], ["ignored"], ["l0", "l1"]],
    ["no rank at all", [["l0", 0], ["l1", Infinity]], ["ignored"], ["l0", "l1"]],
    ["a line outside the run", [["l9", 1], ["l0", 2]], ["ignored", "gaps"], ["l9"]],
    ["a line ranked twice", [["l0", 2], ["l0", 1], ["l1", 2]], ["ignored"], ["l0"]],
  ] as [string, [string, number][], RankFlaw[], string[]][]
) {
  Deno.test(`the engine reads ${name}, and the report says whose ranks those were`, () => {
    const problem = problemOf(2, [1, 1, 1], ranksOf(ranks));
    const { allocations, report } = completed(problem);
    assert.equal(allocations.length, 2);
    const mended = { by: "worker", id: "w0", flaws, ignored };
    assert.deepEqual(report.mended, { count: 1, lists: [mended] });
    assert.deepEqual(checkMatching(problem, allocations), []);
  });
}

Deno.test("ties where none are allowed keep their shared place, and are told", () => {
  const problem = problemOf(1, [1, 1], ranksOf([["l0", 1], ["l1", 1]]));
  assert.equal(completed(problem).report.mended, undefined);
  problem.options.allowTies = false;
  const { allocations, report } = completed(problem);
  assert.deepEqual(allocations[0].originalPreference, 1.5);
  assert.deepEqual(report.mended?.lists.map(({ flaws }) => flaws), [["ties"]]);
});

Deno.test("whatever one doctor's and one preferencer's ranks are, the match is that of what they can mean", () => {
  const random = new Random(99);
  for (let round = 0; round < 200; round++) {
    const problem = randomProblem(random, { caps: round % 2 === 0, stability: round % 3 === 0 });
    const odd = structuredClone(problem), meant = structuredClone(problem);
    const w = random.below(odd.workers.length);
    spoil(random, odd.preferences[w], meant.preferences[w], meant.rankNotation);
    if (odd.preferencers.length > 0) {
      spoil(random, odd.preferencers[0], meant.preferencers[0], meant.rankNotation);
    }
    const got = run(odd), expected = run(meant);
    assert.equal(got.status, expected.status);
    if (got.status !== "COMPLETED" || expected.status !== "COMPLETED") continue;
    const { mended, ...report } = got.report;
    assert.deepEqual([got.allocations, report], [expected.allocations, expected.report]);
    assert.deepEqual(checkMatching(odd, got.allocations), []);
    for (const { by, id } of mended?.lists ?? []) {
      assert.equal(id, by === "worker" ? odd.workers[w].id : odd.preferencers[0].id);
    }
  }
});

/** Spoils a list of ranks, and writes what it then means into another. */
function spoil(
  random: Random,
  odd: { ranks: [string, number][] },
  meant: { ranks: [string, number][] },
  notation: RankNotation,
): void {
  const junk = [NaN, Infinity, -Infinity, -1, 0, "1" as unknown as number];
  const stretch = [(r: number) => r * 3, (r: number) => r / 7, (r: number) => r ** 9 + 1e30 * r];
  const how = stretch[random.below(stretch.length)];
  odd.ranks = odd.ranks.map(([item, rank]) => [item, how(rank)]);
  const kept = odd.ranks.map((entry) => {
    if (random.next() >= 0.3) return true;
    entry[1] = junk[random.below(junk.length)];
    return false;
  });
  const left = meant.ranks.filter((_, i) => kept[i]);
  const groups = Map.groupBy(left, ([, rank]) => rank);
  const best = [...groups.keys()].sort((a, b) => a - b);
  meant.ranks = writeRanks(best.map((rank) => groups.get(rank)!.map(([item]) => item)), notation);
  odd.ranks.push(["nobody knows this", 1]);
}

Deno.test("prepareAllocator() takes ranks for lines outside the batch, and counts them", () => {
  const { report } = completed(problemOf(1, [1], {
    ...ranksOf([["l7", 1], ["l0", 2]]),
    outside: { workers: [], lines: [{ id: "l7", name: "L7" }] },
  }));
  assert.deepEqual([report.choices, report.worstRank], [[0, 1], 2]);
});

Deno.test("ranks by and of workers outside the run are left out, and told", () => {
  const preferencers = [{
    id: "p0",
    name: "Surgery",
    lines: ["l0"],
    maxLines: null,
    maxWorkers: null,
    ranks: [["w9", 1]] as [string, number][],
  }];
  const preferences = [{ worker: "w9", ranks: [["l0", 1]] as [string, number][] }];
  const { report } = completed(problemOf(2, [1, 1], { preferences, preferencers }));
  assert.deepEqual(report.mended?.lists, [
    { by: "preferencer", id: "p0", flaws: ["ignored"], ignored: ["w9"] },
    { by: "worker", id: "w9", flaws: ["ignored"], ignored: ["l0"] },
  ]);
});

Deno.test("prepareAllocator() refuses options and pins that mean nothing", () => {
  const { options } = problemOf(1, [1]);
  for (
    const change of [
      { options: { ...options, preferencerWeight: 1.2 } },
      { options: { ...options, preferencePower: 0 } },
      { options: { ...options, seed: NaN } },
      { pins: [{ worker: "w0", line: "l9" }] },
      { pins: [{ worker: "w0", line: "l0" }, { worker: "w0", line: "l1" }] },
    ]
  ) assert.equal(refusal(change).code, "INVALID_PROBLEM");
});
