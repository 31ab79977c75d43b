// Pairs of positions: where they lie, and that a plan that is being filled gets them whole.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { resolveRules } from "../rules/mod.ts";
import { randomProblem } from "../testing/problems.ts";
import { buildTables } from "./build.ts";
import { isOfPair, pairPlaces, placePairs } from "./pairs.ts";
import { pairsOf } from "./tables.ts";

function drawn(random: Random) {
  const shape = {
    lines: 4,
    terms: 2 + random.below(4),
    positions: 5,
    postsUpTo: 3,
    sixMonth: true,
  };
  const problem = randomProblem(() => random.next(), shape);
  return buildTables(problem, resolveRules(problem.constraints));
}

Deno.test("pairPlaces() names every two terms in which both halves have posts", () => {
  const random = new Random(23);
  let places = 0;
  for (let round = 0; round < 60; round++) {
    const tables = drawn(random), { terms: T, positions: R, cap } = tables;
    const found = pairPlaces(tables).map(({ t, first, second }) => `${t} ${first} ${second}`);
    const wanted = pairsOf(tables).flatMap(({ first, second }) =>
      Array.from({ length: T - 1 }, (_, t) => t)
        .filter((t) => cap[t * R + first] > 0 && cap[(t + 1) * R + second] > 0)
        .map((t) => `${t} ${first} ${second}`)
    );
    assert.deepEqual(found.sort(), wanted.sort());
    places += found.length;
    for (let r = 0; r < R; r++) {
      const isOne = pairsOf(tables).some(({ first, second }) => first === r || second === r);
      assert.equal(isOfPair(tables, r), isOne);
    }
  }
  assert.ok(places > 60, `${places}`);
});

Deno.test("placePairs() places pairs whole, within the posts, from the line on that it is told", () => {
  const random = new Random(29);
  let placed = 0;
  for (let round = 0; round < 120; round++) {
    const tables = drawn(random), { terms: T, positions: R } = tables;
    const from = random.below(3), lines = 4, left = tables.cap.slice();
    const cells = new Int32Array(lines * T).fill(-1);
    const filled = placePairs(tables, cells, from, left, random, random.next());
    const used = new Int32Array(tables.cap.length);
    for (let i = 0; i < lines; i++) {
      for (let t = 0; t < T; t++) {
        const k = i * T + t;
        assert.equal(filled[k] === 1, cells[k] >= 0);
        if (filled[k] === 0) continue;
        assert.ok(i >= from);
        used[t * R + cells[k]]++;
        const whole = pairsOf(tables).some(({ first, second }) =>
          (cells[k] === first && cells[k + 1] === second && t + 1 < T) ||
          (cells[k] === second && cells[k - 1] === first && t > 0)
        );
        assert.ok(whole, "half a pair");
        placed++;
      }
    }
    assert.deepEqual(left, tables.cap.map((n, s) => n - used[s]));
    assert.ok(left.every((n) => n >= 0));
  }
  assert.ok(placed > 100, `${placed}`);
});

Deno.test("where the other posts are too few for a term, pairs fill it though none is asked for", () => {
  const random = new Random(31);
  let short = 0;
  for (let round = 0; round < 80; round++) {
    const tables = drawn(random), { terms: T, positions: R } = tables;
    const cells = new Int32Array(4 * T).fill(-1), left = tables.cap.slice();
    const others = Array.from({ length: T }, (_, t) => {
      let n = 0;
      for (let r = 0; r < R; r++) if (!isOfPair(tables, r)) n += left[t * R + r];
      return n;
    });
    const filled = placePairs(tables, cells, 0, left, random, 0);
    const isWanted = others.some((n) => n < 4) &&
      pairPlaces(tables).some(({ t }) => others[t] < 4 || others[t + 1] < 4);
    assert.equal(filled.some((is) => is === 1), isWanted, `round ${round}`);
    if (isWanted) short++;
  }
  assert.ok(short > 20, `${short}`);
});
