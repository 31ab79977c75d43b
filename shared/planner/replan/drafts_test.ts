// Drafts: what is there and has a post stays, the rest is filled from free posts.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { slotCounts } from "../model/line_values.ts";
import { resolveRules } from "../rules/mod.ts";
import { randomProblem } from "../testing/problems.ts";
import { draftOf, movesOn } from "./drafts.ts";
import { ReplanModel } from "./model.ts";

function drawn(random: Random, n: number) {
  const shape = { lines: 4, terms: 3, positions: 5, postsUpTo: 2, sixMonth: n % 3 === 0 };
  const problem = randomProblem(() => random.next(), shape);
  const ids = problem.positions.map(({ id }) => id);
  const existing = Array.from({ length: 2 + random.below(3) }, () => ({
    positions: problem.termWeeks.map(() =>
      random.below(8) === 0 ? null : ids[random.below(ids.length)]
    ),
  }));
  return new ReplanModel(problem, resolveRules(problem.constraints), existing);
}

Deno.test("draftOf() fills every cell within the posts, and keeps each rotation that still has one", () => {
  const random = new Random(61);
  let kept = 0, none = 0;
  for (let n = 0; n < 150; n++) {
    const model = drawn(random, n), { terms: T, positions: R, tables } = model;
    const cells = draftOf(model, 4, random);
    const posts = (t: number) => tables.cap.subarray(t * R, (t + 1) * R).reduce((a, b) => a + b, 0);
    const isEnough = Array.from({ length: T }, (_, t) => t).every((t) => posts(t) >= 4);
    assert.equal(cells !== null, isEnough, `draft ${n}`);
    if (cells === null) {
      none++;
      continue;
    }
    assert.equal(cells.length, 4 * T);
    const counts = slotCounts(tables, cells, 4);
    assert.ok(counts.every((used, s) => used <= tables.cap[s]));
    for (let t = 0; t < T; t++) {
      for (let r = 0; r < R; r++) {
        const before = Array.from({ length: model.existing }, (_, i) => i)
          .filter((i) => model.before[i * T + t] === r);
        const still: number[] = before.filter((i) => cells[i * T + t] === r);
        assert.ok(still.length >= Math.min(before.length, tables.cap[t * R + r]));
        kept += still.length;
      }
    }
  }
  assert.ok(kept > 100 && none > 10, `${kept} ${none}`);
});

Deno.test("draftOf() has none where lines are to go", () => {
  const random = new Random(62), model = drawn(random, 1);
  assert.equal(draftOf(model, model.existing - 1, random), null);
});

Deno.test("moves from a draft stay within the posts, and end in plans that keep lines where they may stay", () => {
  const random = new Random(63);
  let legal = 0;
  for (let n = 0; n < 200; n++) {
    const model = drawn(random, n), cells = draftOf(model, 4, random);
    if (cells === null) continue;
    const moves = movesOn(model, cells, random);
    for (let i = 0; i < 80; i++) moves.move(100 - i);
    assert.ok(slotCounts(model.tables, moves.cells, 4).every((k, s) => k <= model.tables.cap[s]));
    const plan = model.planOf(moves.cells);
    if (plan === null) continue;
    legal++;
    assert.ok(model.changes(plan) <= model.existing * model.terms);
  }
  assert.ok(legal > 10, `${legal}`);
});
