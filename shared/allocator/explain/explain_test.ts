// Explanations of what cannot be, against brute force: the conflict is one, every relaxation lets a
// matching exist, and no smaller change of the same rules does.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { draws } from "../../engine/testing/draws.ts";
import { isEligible } from "../checker.ts";
import { prepareAllocator } from "../engine.ts";
import type { AllocatorExplanation, AllocatorOutcome } from "../outcome.ts";
import type { AllocatorProblem } from "../problem.ts";
import { bruteForce } from "../testing/brute_force.ts";
import { problemOf, randomProblem } from "../testing/problems.ts";
import { type Change, countOf, readRelaxation } from "../testing/relaxations.ts";

/** The outcome of a search in slices of one unit of work each, or in one slice. */
function outcomeOf(problem: AllocatorProblem, sliced: boolean): AllocatorOutcome {
  const allocator = prepareAllocator(problem);
  let state = allocator.start();
  for (let slice = 0; !allocator.done(state); slice++) {
    assert.ok(slice < 5000, "endless");
    let reads = 0;
    const budget = { remainingMs: () => sliced && reads++ > 0 ? 0 : 1e6 };
    state = JSON.parse(JSON.stringify(allocator.step(state, budget)));
  }
  return allocator.outcome(state);
}

/** The explanation of a problem without a matching, which is the same however the search is sliced. */
function explain(problem: AllocatorProblem): AllocatorExplanation {
  const outcome = outcomeOf(problem, true);
  assert.ok(outcome.status === "INFEASIBLE", outcome.status);
  assert.deepEqual(outcomeOf(problem, false), outcome);
  return outcome.explanation;
}

/** Changes that each way to place all workers needs, by rule; stability is not looked at. */
function waysToPlace(problem: AllocatorProblem): Map<string, number>[] {
  const { workers, lines, preferencers } = problem, ways: Map<string, number>[] = [];
  const pins = new Map(problem.pins.map(({ worker, line }) => [worker, line]));
  const entry = new Map(problem.eligibility.map((e) => [e.line, e]));
  const chosen: number[] = [];
  const judge = () => {
    const needs = new Map<string, number>();
    const need = (rule: string, by: number) =>
      by > 0 && needs.set(rule, (needs.get(rule) ?? 0) + by);
    const load = lines.map((_, j) => chosen.filter((k) => k === j).length);
    lines.forEach(({ name, capacity, mustHave }, j) => {
      need(`places ${name}`, load[j] - capacity);
      if (mustHave && load[j] === 0) need("must-have", 1);
    });
    chosen.forEach((j, w) => {
      const pin = pins.get(workers[w].id);
      if (pin === undefined) {
        need("eligibility", isEligible(workers[w], entry.get(lines[j].id)) ? 0 : 1);
      } else if (pin !== lines[j].id) {
        need(isEligible(workers[w], entry.get(lines[j].id)) ? "pins" : "no rule", 1);
      }
    });
    for (const { name, lines: own, maxWorkers, maxLines } of preferencers) {
      const loads = lines.flatMap(({ id }, j) => own.includes(id) ? [load[j]] : []);
      const used = loads.filter((n) => n > 0).length;
      need(`cap ${name}`, maxWorkers === null ? 0 : loads.reduce((s, n) => s + n, 0) - maxWorkers);
      need(`cap ${name}`, maxLines === null ? 0 : used - maxLines);
    }
    ways.push(needs);
  };
  const visit = (w: number): void => {
    if (w === workers.length) return judge();
    lines.forEach(({ capacity, mustHave }, j) => {
      if (capacity === 0 && !mustHave) return; // a closed line is not opened
      chosen[w] = j;
      visit(w + 1);
    });
  };
  visit(0);
  return ways;
}

/** The fewest changes of rules that may give way; Infinity: they are not enough. */
function fewest(ways: readonly Map<string, number>[], may: (rule: string) => boolean): number {
  let least = Infinity;
  for (const needs of ways) {
    if (![...needs.keys()].every(may)) continue;
    least = Math.min(least, [...needs.values()].reduce((sum, by) => sum + by, 0));
  }
  return least;
}

for (
  const [name, caps, stability, pins] of [
    ["without caps", false, false, 0],
    ["with caps", true, false, 0],
    ["with caps and pins", true, false, 3],
    ["with caps and stability", true, true, 0],
    ["with caps, stability and pins", true, true, 3],
  ] as const
) {
  Deno.test(`relaxations are enough and not too much ${name}`, () => {
    const random = new Random(81), codes = new Map<string, number>();
    let relaxations = 0, unpinned = 0;
    for (let round = 0; round < draws(110); round++) {
      const problem = withPins(random, randomProblem(random, { caps, stability }), pins);
      if (bruteForce(problem) !== null) continue;
      const explanation = explain(problem);
      codes.set(explanation.code, (codes.get(explanation.code) ?? 0) + 1);
      if (explanation.code === "TOO_FEW_PLACES") checkShortage(problem, explanation);
      const found = explanation.relaxations.map(({ change }) => readRelaxation(change));
      for (const changes of found) checkEnough(problem, changes, `round ${round}`);
      if (!stability) checkFewest(problem, found, `round ${round}`);
      checkNoneMissing(problem, explanation);
      relaxations += found.length;
      unpinned += found.flat().filter(({ rule }) => rule === "pins").length;
    }
    assert.ok(codes.get("TOO_FEW_PLACES")! > 3 && relaxations > 20, `${[...codes]}`);
    assert.ok(!caps || codes.get("CAPS")! > 3, `${[...codes]}`);
    assert.ok(!stability || codes.get("STABILITY")! > 1, `${[...codes]}`);
    assert.ok(pins === 0 || unpinned > 5, `${unpinned}`);
  });
}

/** A problem in which some workers are pinned to a line that they may have. */
function withPins(random: Random, problem: AllocatorProblem, most: number): AllocatorProblem {
  if (most === 0) return problem;
  const entry = new Map(problem.eligibility.map((e) => [e.line, e]));
  const pins = problem.workers.slice(0, random.below(most + 1)).flatMap((worker) => {
    const open = problem.lines.filter(({ id }) => isEligible(worker, entry.get(id)));
    return open.length > 0 ? [{ worker: worker.id, line: open[random.below(open.length)].id }] : [];
  });
  return { ...problem, pins };
}

/** With the changes there is a matching; with one less of a single number there is none. */
function checkEnough(problem: AllocatorProblem, changes: Change[], label: string): void {
  const changed = changes.reduce((p, { make }) => make(p, 0), problem);
  const told = `${label}: ${changes.map(({ rule, count }) => `${rule} ${count}`)}`;
  assert.notEqual(bruteForce(changed), null, told);
  if (changes.length > 1 || !/cap|places/.test(changes[0].rule)) return;
  assert.equal(bruteForce(changes[0].make(problem, 1)), null, told);
}

/** No fewer changes of the same rules are enough, and the smallest of each kind of rule is told. */
function checkFewest(problem: AllocatorProblem, found: Change[][], label: string): void {
  const ways = waysToPlace(problem);
  for (const changes of found) {
    const rules = changes.map(({ rule }) => rule);
    const told = `${label}: ${changes.map(({ rule, count }) => `${rule} ${count}`)}`;
    assert.equal(countOf(changes), fewest(ways, (rule) => rules.includes(rule)), told);
  }
  const counts = found.map(countOf), smallest = Math.min(...counts);
  for (const kind of ["places", "must-have", "cap", "pins", "eligibility"]) {
    const least = fewest(ways, (rule) => rule.startsWith(kind));
    const own = found.filter((changes) => changes.every(({ rule }) => rule.startsWith(kind)));
    const best = Math.min(Infinity, ...own.map(countOf));
    assert.equal(best, least, `${label}: ${kind}`);
  }
  assert.ok(smallest <= fewest(ways, (rule) => /^(places|must-have|cap)/.test(rule)), label);
  assert.deepEqual(counts, counts.toSorted((a, b) => a - b), label);
}

/** As many workers as places and some more, and nowhere else to go. */
function checkShortage(problem: AllocatorProblem, explanation: AllocatorExplanation): void {
  const { workers, lines, preferencers, places } = explanation;
  assert.ok(workers.length > places!);
  const entry = new Map(problem.eligibility.map((e) => [e.line, e]));
  for (const worker of problem.workers.filter(({ id }) => workers.includes(id))) {
    for (const line of problem.lines) {
      if (line.capacity === 0 || !isEligible(worker, entry.get(line.id))) continue;
      if (problem.pins.some((pin) => pin.worker === worker.id && pin.line !== line.id)) continue;
      assert.ok(lines.includes(line.id), `${worker.name} may have ${line.name}`);
    }
  }
  const all = problem.lines.filter(({ id }) => lines.includes(id));
  if (preferencers.length === 0) {
    assert.equal(all.reduce((sum, { capacity }) => sum + capacity, 0), places);
  }
}

/** Where the caps of one preferencer are all that stands in the way, it is named. */
function checkNoneMissing(problem: AllocatorProblem, explanation: AllocatorExplanation): void {
  for (const { name, maxWorkers, maxLines } of problem.preferencers) {
    const without = {
      ...problem,
      preferencers: problem.preferencers.map((p) =>
        p.name === name ? { ...p, maxWorkers: null, maxLines: null } : p
      ),
    };
    if ((maxWorkers ?? maxLines) === null || bruteForce(without) === null) continue;
    assert.ok(explanation.relaxations.some(({ change }) => change.includes(` of ${name} `)));
  }
}

const notFor = (line: string, workers: string[]) => ({
  line,
  includedWorkers: [],
  excludedWorkers: workers,
  includedTags: [],
  excludedTags: [],
});

Deno.test("each shortage is told, the smallest first, and how many cannot be placed", () => {
  // Six workers for three places on l0 and l1, two other workers for one place on l2.
  const problem = problemOf(8, [2, 1, 1], {
    eligibility: [
      notFor("l0", ["w6", "w7"]),
      notFor("l1", ["w6", "w7"]),
      notFor("l2", ["w0", "w1", "w2", "w3", "w4", "w5"]),
    ],
  });
  const explanation = explain(problem);
  assert.equal(
    explanation.message,
    "2 doctors (W6, W7) may only have L2, which takes 1 of them. 6 doctors (W0, W1, W2, W3, W4, W5) " +
      "may only have L0, L1, which take 3 of them. In all, 4 doctors cannot be placed.",
  );
  assert.equal(explanation.workers.length, 8);
  assert.equal(explanation.places, 4);
  assert.equal(countOf(readRelaxation(explanation.relaxations[0].change)), 4);
});

Deno.test("several rules may have to give way together", () => {
  // Three workers; one place on each of two lines, and a cap that leaves one of them.
  const problem = problemOf(3, [1, 1], {
    preferencers: [{
      id: "p0",
      name: "P0",
      lines: ["l0", "l1"],
      maxLines: null,
      maxWorkers: 1,
      ranks: [],
    }],
  });
  const { code, relaxations } = explain(problem);
  assert.equal(code, "TOO_FEW_PLACES");
  assert.equal(relaxations.length, 1);
  assert.match(
    relaxations[0].change,
    /^Add 1 place on L[01]; raise the cap on doctors of P0 from 1 to 3\.$/,
  );
});

Deno.test("stability gives way together with places where they alone would not do", () => {
  // W0 and W3 may only have L0. It would rather have W1 and W2, and they it: they take what is added there.
  const wants = (worker: string) => ({ worker, ranks: [["l0", 1]] as [string, number][] });
  const problem = problemOf(4, [1, 1], {
    eligibility: [notFor("l1", ["w0", "w3"])],
    preferences: ["w0", "w1", "w2", "w3"].map(wants),
    preferencers: [{
      id: "p0",
      name: "P0",
      lines: ["l0"],
      maxLines: null,
      maxWorkers: null,
      ranks: [["w1", 1], ["w2", 2]],
    }],
  });
  problem.options.stability = true;
  problem.options.preferencerWeight = 0.5;
  const { code, relaxations } = explain(problem);
  assert.equal(code, "TOO_FEW_PLACES");
  for (const { change } of relaxations) checkEnough(problem, readRelaxation(change), change);
  assert.ok(
    relaxations.some(({ change }) =>
      /^Add .*; allow blocking pairs \(no stability\)\.$/.test(change)
    ),
  );
});

Deno.test("where no rule by itself is enough, all of them give way", () => {
  // W0 may only have L1, which is closed; L0 has a place for one of the other two.
  const problem = problemOf(3, [1, 0], {
    eligibility: [notFor("l0", ["w0"]), notFor("l1", ["w1", "w2"])],
  });
  const { relaxations } = explain(problem);
  assert.deepEqual(relaxations.map(({ change }) => change), [
    "Add 2 places on L0; make W0 for L0 eligible.",
  ]);
});

Deno.test("where everybody competes for many lines, numbers say more than names", () => {
  const { message, workers } = explain(problemOf(12, Array.from({ length: 9 }, () => 1)));
  assert.equal(message, "All lines together take 9 of the 12 doctors.");
  assert.equal(workers.length, 12);
});

Deno.test("lines that must have a doctor are told with those who may have them, and closed ones alone", () => {
  const rule = { includedWorkers: [], excludedWorkers: ["w2"], includedTags: [], excludedTags: [] };
  const problem = problemOf(3, [1, 1, 1, 2], {
    eligibility: ["l0", "l1", "l2"].map((line) => ({ ...rule, line })),
  });
  for (const line of problem.lines.slice(0, 3)) line.mustHave = true;
  assert.equal(
    explain(problem).message,
    "L0, L1, L2 must have a doctor each, but only 2 doctors are eligible (W0, W1).",
  );
  problem.lines[0].capacity = 0;
  assert.equal(explain(problem).message, "L0 must have a doctor but has no place.");
});

Deno.test("names are told in the order of their numbers", () => {
  const problem = problemOf(12, [1], {});
  assert.match(explain(problem).message, /^12 doctors \(W0, W1, W2, W3, .* and 4 more\)/);
});
