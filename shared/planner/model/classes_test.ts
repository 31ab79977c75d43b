// Classes: positions of one class are the same to every rule and every affinity, by the independent checker.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { lineChecker } from "../check/checker.ts";
import { scoreLine } from "../check/score.ts";
import { resolveRules } from "../rules/mod.ts";
import { position, problemOf, randomOrder, randomProblem } from "../testing/problems.ts";
import { buildTables } from "./build.ts";
import { numberKeys, plainKeys } from "./classes.ts";
import { gather } from "./gather.ts";

Deno.test("a position exchanged for one of its class changes neither what a line breaks nor what it is worth", () => {
  const random = new Random(17);
  let exchanged = 0;
  for (let round = 0; round < 300; round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 1,
      terms: 2 + random.below(3),
      positions: 8,
      postsUpTo: 3,
      leave: round % 4 === 0,
    });
    // Every slot is open, and few things tell positions apart.
    problem.posts = problem.posts.map((row) => row.map(() => 3));
    problem.positions = problem.positions.map((p) => ({ ...p, minWeeks: 1, isRural: false }));
    if (round % 2 === 0) {
      problem.constraints.push(...randomOrder(() => random.next(), problem.positions));
    }
    const { classOf, members, cap } = buildTables(problem, resolveRules(problem.constraints));
    const ids = problem.positions.map(({ id }) => id);
    const isOpen = (t: number, r: number) => cap[t * ids.length + r] > 0;
    for (let n = 0; n < 12; n++) {
      const line = problem.termWeeks.map(() => random.below(ids.length));
      const t = random.below(line.length), alike = members[classOf[line[t]]];
      const other = alike[random.below(alike.length)];
      // What a closed slot breaks no limit has to tell.
      if (!isOpen(t, other) || !line.every((r, u) => isOpen(u, r))) continue;
      // That a position comes once is no matter of classes.
      if (line.includes(other) || line.indexOf(line[t]) !== line.lastIndexOf(line[t])) continue;
      const named = line.map((r) => ids[r]), changed = named.with(t, ids[other]);
      const broken = (of: string[]) =>
        Array.from(lineChecker(problem)(of), ({ code }) => code).sort();
      assert.deepEqual(broken(changed), broken(named), `${named} ${changed} of round ${round}`);
      assert.equal(scoreLine(problem, changed), scoreLine(problem, named));
      exchanged++;
    }
  }
  assert.ok(exchanged > 100, `${exchanged}`);
});

Deno.test("keys carry the affinity both ways; without affinity all are one, but for forced positions", () => {
  const positions = [
    position("a", { specialty: "x", subspecialty: "x1" }),
    position("b", { specialty: "x", subspecialty: null }),
    position("c", { specialty: "x", subspecialty: "x1" }),
  ];
  const constraints = [{ name: "FORCED_CELLS", value: [{ position: "c", term: 1, lines: 1 }] }];
  const problem = problemOf(positions, {
    constraints,
    affinity: { profile: "test", version: 1, weights: [["x1", "x", 7], ["x", "gone", 9]] },
  });
  const { keyOf, affinity } = numberKeys(problem);
  assert.deepEqual(keyOf, [0, 1, 0]);
  assert.deepEqual([...affinity], [0, 7, 7, 0]);
  const bounds = resolveRules(constraints);
  const totalWeeks = problem.termWeeks.reduce((sum, weeks) => sum + weeks, 0);
  const plain = plainKeys(problem, gather({ problem, bounds, totalWeeks }));
  assert.deepEqual(plain.keyOf, [0, 0, 1]);
  assert.ok(plain.affinity.every((weight) => weight === 0));
});
