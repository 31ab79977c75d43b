// Explanations of what cannot be, against brute force: the conflict is one, every relaxation lets a
// matching exist, and one step less does not.

import assert from "node:assert/strict";
import { Random } from "../lp/random.ts";
import { isEligible } from "./checker.ts";
import { prepareAllocator } from "./engine.ts";
import type { AllocatorExplanation } from "./outcome.ts";
import type { AllocatorProblem } from "./problem.ts";
import { bruteForce } from "./testing/brute_force.ts";
import { problemOf, randomProblem } from "./testing/problems.ts";

/** The explanation of a problem without a matching. */
function explain(problem: AllocatorProblem): AllocatorExplanation {
  const allocator = prepareAllocator(problem);
  let state = allocator.start();
  for (let unit = 0; !allocator.done(state); unit++) {
    assert.ok(unit < 5000, "endless");
    let reads = 0;
    state = JSON.parse(JSON.stringify(
      allocator.step(state, { remainingMs: () => reads++ === 0 ? 1e6 : 0 }),
    ));
  }
  const outcome = allocator.outcome(state);
  assert.ok(outcome.status === "INFEASIBLE", outcome.status);
  return outcome.explanation;
}

type Change = (problem: AllocatorProblem, less: number) => AllocatorProblem;

const withLines = (
  problem: AllocatorProblem,
  name: string,
  change: Partial<AllocatorProblem["lines"][number]>,
) => ({
  ...problem,
  lines: problem.lines.map((line) => line.name === name ? { ...line, ...change } : line),
});

const withCap = (
  problem: AllocatorProblem,
  name: string,
  change: { maxWorkers: number } | { maxLines: number },
) => ({
  ...problem,
  preferencers: problem.preferencers.map((p) => p.name === name ? { ...p, ...change } : p),
});

/** Reads a relaxation back: the change to the problem, and whether a step less of it is a change too. */
function readRelaxation(text: string): { change: Change; counted: boolean } {
  const caps = [...text.matchAll(/on (workers|lines) of (\w+) from (\d+) to (\d+)/g)];
  if (caps.length > 0) {
    const change: Change = (problem, less) =>
      caps.reduce(
        (p, [, what, name, , to]) =>
          withCap(
            p,
            name,
            what === "workers"
              ? { maxWorkers: Number(to) - less }
              : { maxLines: Number(to) - less },
          ),
        problem,
      );
    return { change, counted: text.startsWith("Raise the cap on ") };
  }
  const places = [...text.matchAll(/(\d+) places? on (\w+)/g)];
  if (places.length > 0) {
    const change: Change = (problem, less) =>
      places.reduce((p, [, by, name]) => {
        const { capacity } = p.lines.find((line) => line.name === name)!;
        return withLines(p, name, { capacity: capacity + Number(by) - less });
      }, problem);
    return { change, counted: true };
  }
  const empty = text.match(/^Let (\d+) lines? stay empty that must have a worker: (.*)\.$/);
  if (empty) {
    const names = empty[2].split(", ");
    assert.equal(names.length, Number(empty[1]));
    const change: Change = (problem) =>
      names.reduce((p, name) => withLines(p, name, { mustHave: false }), problem);
    return { change, counted: false };
  }
  const eligible = [...text.matchAll(/(\w+) for (\w+)/g)];
  if (eligible.length > 0) {
    return { counted: false, change: (p) => eligible.reduce((q, [, w, l]) => open(q, w, l), p) };
  }
  assert.equal(text, "Allow blocking pairs (no stability).");
  const change: Change = (problem) => ({
    ...problem,
    options: { ...problem.options, stability: false },
  });
  return { change, counted: false };
}

function open(problem: AllocatorProblem, worker: string, line: string): AllocatorProblem {
  const { id } = problem.workers.find(({ name }) => name === worker)!;
  const lineId = problem.lines.find(({ name }) => name === line)!.id;
  return {
    ...problem,
    eligibility: problem.eligibility.map((e) =>
      e.line === lineId ? { ...e, includedWorkers: [...e.includedWorkers, id] } : e
    ),
  };
}

for (
  const [name, caps, stability] of [
    ["without caps", false, false],
    ["with caps", true, false],
    ["with caps and stability", true, true],
  ] as const
) {
  Deno.test(`relaxations are enough and not too much ${name}`, () => {
    const random = new Random(81), codes = new Map<string, number>();
    let relaxations = 0;
    for (let round = 0; round < 250; round++) {
      const problem = randomProblem(random, { caps, stability });
      if (bruteForce(problem) !== null) continue;
      const explanation = explain(problem);
      codes.set(explanation.code, (codes.get(explanation.code) ?? 0) + 1);
      if (explanation.code === "NO_ELIGIBLE_LINE") continue;
      if (explanation.code === "TOO_FEW_PLACES") checkViolator(problem, explanation);
      for (const { change: text } of explanation.relaxations) {
        const { change, counted } = readRelaxation(text);
        assert.notEqual(bruteForce(change(problem, 0)), null, `round ${round}: ${text}`);
        if (counted) assert.equal(bruteForce(change(problem, 1)), null, `round ${round}: ${text}`);
        relaxations++;
      }
      checkNoneMissing(problem, explanation);
    }
    assert.ok(codes.get("TOO_FEW_PLACES")! > 5 && relaxations > 40, `${[...codes]}`);
    assert.ok(!caps || codes.get("CAPS")! > 5, `${[...codes]}`);
    assert.ok(!stability || codes.get("STABILITY")! > 5, `${[...codes]}`);
  });
}

/** One worker more than places, and nowhere else to go. */
function checkViolator(problem: AllocatorProblem, explanation: AllocatorExplanation): void {
  const { workers, lines, preferencers, places } = explanation;
  assert.equal(workers.length, places! + 1);
  const entry = new Map(problem.eligibility.map((e) => [e.line, e]));
  for (const worker of problem.workers.filter(({ id }) => workers.includes(id))) {
    for (const line of problem.lines) {
      if (line.capacity === 0 || !isEligible(worker, entry.get(line.id))) continue;
      assert.ok(lines.includes(line.id), `${worker.name} may have ${line.name}`);
    }
  }
  const all = problem.lines.filter(({ id }) => lines.includes(id));
  if (preferencers.length === 0) {
    assert.ok(all.reduce((sum, { capacity }) => sum + capacity, 0) <= places!);
  }
}

/** Where a single cap is all that stands in the way, it is named. */
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

Deno.test("the smallest of several conflicts is told, and how many there are", () => {
  const shut = (line: string, out: string[]) => ({
    line,
    includedWorkers: [],
    excludedWorkers: out,
    includedTags: [],
    excludedTags: [],
  });
  // Six workers for three places on l0 and l1, two other workers for one place on l2.
  const problem = problemOf(8, [2, 1, 1], {
    eligibility: [
      shut("l0", ["w6", "w7"]),
      shut("l1", ["w6", "w7"]),
      shut("l2", ["w0", "w1", "w2", "w3", "w4", "w5"]),
    ],
  });
  const explanation = explain(problem);
  assert.match(explanation.message, /^2 workers \(W6, W7\) may only have L2, which take 1 of them/);
  assert.match(explanation.message, /In all, 4 workers cannot be placed\.$/);
  assert.equal(explanation.relaxations.length, 1);
  assert.match(explanation.relaxations[0].change, /^Add (\d place|,| )/);
});
