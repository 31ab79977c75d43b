// The yardstick itself, on problems small enough to solve in one's head.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { lineChecker } from "../check/checker.ts";
import { bruteForce, legalLines } from "./brute_force.ts";
import { position, problemOf, randomProblem } from "./problems.ts";

const three = ["a", "b", "c"].map((id) => position(id, { specialty: id }));
const weights: [string, string, number][] = [["a", "b", 50], ["b", "c", -20], ["a", "c", 10]];

function problem(overrides: Parameters<typeof problemOf>[1]) {
  const affinity = { profile: "test", version: 1, weights };
  return problemOf(three, { termWeeks: [13, 13], affinity, ...overrides });
}

Deno.test("legalLines() lists every line that keeps the rules", () => {
  assert.equal(legalLines(problem({})).length, 6); // ordered pairs without repeats
  const repeats = [{ name: "UNIQUE_POSITIONS", value: false }];
  assert.equal(legalLines(problem({ constraints: repeats })).length, 9);
});

Deno.test("legalLines() leaves out no line that the checker takes", () => {
  const random = new Random(17);
  const shape = { lines: 2, terms: 3, positions: 5, postsUpTo: 2 };
  let repeating = 0;
  for (let round = 0; round < 20; round++) {
    const drawn = randomProblem(() => random.next(), shape);
    if (round % 2 === 0) drawn.constraints.push({ name: "UNIQUE_POSITIONS", value: false });
    const [first, second, third] = drawn.posts.map((row) =>
      drawn.positions.flatMap(({ id }, r) => row[r] > 0 ? [id] : [])
    );
    const taken = first.flatMap((a) => second.flatMap((b) => third.map((c) => [a, b, c])))
      .filter((line) => lineChecker(drawn)(line).next().done);
    assert.deepEqual(legalLines(drawn), taken);
    if (taken.some((line) => new Set(line).size < line.length)) repeating++;
  }
  assert.ok(repeating > 0, "no line holds a position twice");
});

Deno.test("bruteForce() finds the best plan", () => {
  assert.equal(bruteForce(problem({})).best!.objective, 150);
  // Two lines with one post each: a-b (150) and b-a (150) share nothing.
  assert.equal(bruteForce(problem({ lines: 2 })).best!.objective, 300);
  // Three lines must use every post: a-b, b-c, c-a is 150 - 60 + 30, its mirror image the same.
  assert.equal(bruteForce(problem({ lines: 3 })).best!.objective, 120);
});

Deno.test("bruteForce() says how many lines fit when the wanted number does not", () => {
  assert.deepEqual(bruteForce(problem({ lines: 4 })), { mostLines: 3, best: null });
  const partial = problem({ lines: 4, options: { allowPartial: true, seed: 1 } });
  const { mostLines, best } = bruteForce(partial);
  assert.deepEqual([mostLines, best!.lines.length, best!.objective], [3, 3, 60_120]);
});

Deno.test("bruteForce() proves that not even one line exists", () => {
  const constraints = [{ name: "REQUIRED_CATEGORIES", value: ["A"] }];
  assert.deepEqual(bruteForce(problem({ constraints })), { mostLines: 0, best: null });
});
