// Conflicts against brute force: the rules named are infeasible together, none of them is idle, and
// what a loosening promises can be built.

import assert from "node:assert/strict";
import { conflictStep, explained, startConflict } from "./conflict.ts";
import { type Explanation, firstExplanation, quickBound, relaxTries } from "./explain.ts";
import type { ConstraintEntry, PlannerProblem } from "../problem.ts";
import { Random } from "../../engine/random.ts";
import { resolveRules, RULES } from "../rules/mod.ts";
import { bruteForce } from "../testing/brute_force.ts";
import { position, problemOf, randomProblem } from "../testing/problems.ts";

/** The explanation of a problem of which at most `possible` lines exist. */
function explain(problem: PlannerProblem, possible: number): Explanation {
  const bounds = resolveRules(problem.constraints);
  let state = startConflict(problem.lines);
  while (!state.done) {
    const saved = JSON.parse(JSON.stringify(state));
    state = conflictStep(problem, bounds, saved, possible);
    assert.ok(JSON.stringify(state).length < 20_000);
  }
  return explained(firstExplanation(problem, bounds, possible, null), bounds, state);
}

/** Entries that switch off every rule but these. */
function only(problem: PlannerProblem, rules: readonly string[]): PlannerProblem {
  const bounds = resolveRules(problem.constraints);
  const off = RULES.filter((rule) => rule.active(bounds) && !rules.includes(rule.name))
    .map((rule): ConstraintEntry => ({ name: rule.name, value: rule.valueOf(rule.off(bounds)) }));
  return { ...problem, constraints: [...problem.constraints, ...off] };
}

/**
 * Whatever loosens a rule less than the relaxation named does not restore feasibility; where none is
 * named that does, not even doing without the rule restores it.
 * @returns ways to loosen that were tried less and were not enough
 */
function checkSmallest(
  problem: PlannerProblem,
  rules: readonly string[],
  relaxations: Explanation["relaxations"],
): number {
  const bounds = resolveRules(problem.constraints);
  let notEnough = 0;
  for (const name of rules) {
    const named = relaxations.find(({ rule, lines }) => rule === name && lines >= problem.lines);
    for (const next of relaxTries(problem, bounds, [name])) {
      if (named && JSON.stringify(next.value) === JSON.stringify(named.value)) break;
      const off = RULES.find((rule) => rule.name === name)!;
      const value = next.value ?? off.valueOf(off.off(bounds));
      const constraints = [...problem.constraints, { name, value }];
      const { mostLines } = bruteForce({ ...problem, constraints });
      assert.ok(mostLines < problem.lines, `${next.words}: ${mostLines} lines`);
      notEnough++;
    }
  }
  return notEnough;
}

Deno.test("conflicts of random problems are infeasible, and without any of their rules they are not", () => {
  const random = new Random(77);
  let conflicts = 0, needed = 0, idle = 0, promises = 0, smallest = 0;
  for (let round = 0; round < 220; round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 1 + random.below(2),
      terms: 2 + random.below(2),
      positions: 3 + random.below(2),
      postsUpTo: 2,
      cells: round % 2 === 0,
      pathways: round % 4 === 0,
      leave: round % 5 === 0,
      sixMonth: round % 3 === 1,
    });
    const { mostLines, best } = bruteForce(problem);
    if (best !== null && mostLines === problem.lines) continue;
    const possible = Math.max(mostLines, quickBound(problem, resolveRules(problem.constraints)));
    if (possible >= problem.lines) continue;
    const { rules, relaxations, lines } = explain(problem, possible);
    const below = lines.possible === 0 ? 1 : problem.lines;
    assert.ok(bruteForce(only(problem, rules)).mostLines < below, JSON.stringify(rules));
    for (const rule of rules) {
      const rest = rules.filter((name) => name !== rule);
      if (bruteForce(only(problem, rest)).mostLines >= below) needed++;
      else idle++;
    }
    for (const { rule, value, lines, proven } of relaxations) {
      const found = RULES.find(({ name }) => name === rule)!;
      const bounds = resolveRules(problem.constraints);
      const loose = value ?? found.valueOf(found.off(bounds));
      const constraints = [...problem.constraints, { name: rule, value: loose }];
      const truth = bruteForce({ ...problem, constraints }).mostLines;
      assert.ok(truth <= lines, `${rule}: ${truth} lines, ${lines} promised at most`);
      if (proven) assert.equal(truth, lines);
      promises++;
    }
    smallest += checkSmallest(problem, rules, relaxations);
    conflicts++;
  }
  assert.ok(conflicts > 40 && promises > 20, `${conflicts} conflicts, ${promises} promises`);
  assert.ok(smallest > 10, `${smallest} smallest relaxations`);
  assert.deepEqual([idle, needed > 40], [0, true], `${idle} idle rules beside ${needed}`);
});

Deno.test("the smallest looser value that is enough is named", () => {
  // Two of four terms are in service: 13 of 52 weeks is 25%, 26 is 50%.
  const positions = [
    position("w1"),
    position("w2"),
    ...[1, 2].map((i) => position(`n${i}`, { isService: true })),
  ];
  const problem = problemOf(positions, {
    termWeeks: [13, 13, 13, 13],
    constraints: [{ name: "MAX_SERVICE", value: 0.2 }],
  });
  const { rules, relaxations } = explain(problem, 0);
  assert.deepEqual(rules, ["MAX_SERVICE", "UNIQUE_POSITIONS"]);
  assert.deepEqual(
    relaxations.map(({ rule, value, message }) => [rule, value, message]),
    [
      ["MAX_SERVICE", 0.5, "with MAX_SERVICE 50% instead of 20%: 1 of 1 line"],
      [
        "UNIQUE_POSITIONS",
        null,
        "without UNIQUE_POSITIONS (no position twice in a line): 1 of 1 line",
      ],
    ],
  );
});

Deno.test("the lines told are those proven possible, whichever proof is the tighter, and those built", () => {
  // Two posts of the only position that covers both categories in the one term of its specialty that a line may have.
  const positions = [
    position("a", { specialty: "x", categories: ["A"] }),
    position("b", { specialty: "x", categories: ["B"] }),
    position("d", { specialty: "x", categories: ["A", "B"] }),
    position("c", { specialty: "y" }),
  ];
  const problem = problemOf(positions, {
    lines: 4,
    termWeeks: [26, 26],
    postsEach: 2,
    constraints: [
      { name: "REQUIRED_CATEGORIES", value: ["A", "B"] },
      { name: "MAX_SPECIALTY", value: 0.5 },
    ],
  });
  for (const posts of problem.posts) posts[2] = 1;
  assert.equal(bruteForce({ ...problem, options: { allowPartial: true, seed: 1 } }).mostLines, 2);
  for (const possible of [2, 3]) {
    assert.deepEqual(explain(problem, possible).lines, { wanted: 4, possible: 2, shown: 2 });
  }
});
