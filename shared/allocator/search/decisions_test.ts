// Decisions split what a worker or a line can have in two, and nothing is lost or in both halves.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { buildTables } from "../model/tables.ts";
import { wholeDomain } from "../stability/cutoffs.ts";
import { randomProblem } from "../testing/problems.ts";
import { after, apply, lineUse, only, splitMissing, splitWorkers, upTo } from "./decisions.ts";

function drawn(random: Random) {
  const tables = buildTables(randomProblem(random, { caps: false, stability: false }));
  const standings = { level: new Int32Array(0), levels: new Int32Array(tables.J), order: [] };
  const domain = () => wholeDomain(tables, standings);
  /** What a decision leaves. */
  const left = (decision: number) => {
    const own = domain(), used = new Int8Array(tables.J).fill(-1), changed = new Set<number>();
    const before = own.usable.slice();
    apply(tables, decision, own, used, changed, null);
    own.usable.forEach((u, p) =>
      assert.ok(u === before[p] || changed.has(Math.floor(p / tables.J)), "a loss is not told")
    );
    return { usable: own.usable, used };
  };
  return { tables, whole: domain().usable, left };
}

Deno.test("up to a pair, and after it, are the two halves of the worker's lines in the order of the ranks", () => {
  const random = new Random(3);
  for (let round = 0; round < 200; round++) {
    const { tables: { W, J, rank }, whole, left } = drawn(random);
    const pair = random.below(W * J), w = Math.floor(pair / J);
    const [first, second] = [left(upTo(pair)).usable, left(after(pair)).usable];
    for (let p = 0; p < W * J; p++) {
      if (Math.floor(p / J) !== w) {
        assert.deepEqual([first[p], second[p]], [whole[p], whole[p]], "another worker's");
        continue;
      }
      assert.equal(first[p] + second[p], whole[p]);
      if (first[p] === 1) assert.ok(rank[p] <= rank[pair]);
      if (second[p] === 1) assert.ok(rank[p] >= rank[pair]);
    }
    assert.equal(first[pair], whole[pair]);
  }
});

Deno.test("only() leaves its worker the pair and nothing else, and others what they have", () => {
  const random = new Random(4);
  for (let round = 0; round < 100; round++) {
    const { tables, whole, left } = drawn(random), { W, J } = tables;
    const pair = random.below(W * J), { usable, used } = left(only(tables, pair));
    usable.forEach((u, p) => {
      const isOther = Math.floor(p / J) === Math.floor(pair / J) && p !== pair;
      assert.equal(u, isOther ? 0 : whole[p]);
    });
    assert.ok(used.every((use) => use === -1));
  }
});

Deno.test("a closed line takes nobody, one that counts as used loses nobody", () => {
  const random = new Random(5);
  for (let round = 0; round < 50; round++) {
    const { tables: { W, J }, whole, left } = drawn(random), line = random.below(J);
    const open = left(lineUse(line, 1)), closed = left(lineUse(line, 0));
    assert.deepEqual([open.used[line], closed.used[line]], [1, 0]);
    assert.deepEqual(open.usable, whole);
    for (let p = 0; p < W * J; p++) {
      assert.equal(closed.usable[p], p % J === line ? 0 : whole[p]);
    }
  }
});

Deno.test("splitWorkers() cuts off a point that is not whole, and finds nothing to split in one that is", () => {
  const random = new Random(7);
  let cut = 0;
  for (let round = 0; round < 300; round++) {
    const { tables, whole, left } = drawn(random), { W, J } = tables;
    const point = { pairs: [] as number[], values: [] as number[] };
    let isWhole = true;
    for (let w = 0; w < W; w++) {
      const lines = Array.from({ length: J }, (_, j) => w * J + j).filter((p) => whole[p] === 1);
      if (lines.length === 0) continue;
      const chosen = lines.filter(() => random.below(2) === 0);
      const own = chosen.length === 0 ? [lines[0]] : chosen;
      if (own.length > 1) isWhole = false;
      const weights = own.map(() => 1 + random.below(4));
      const sum = weights.reduce((a, b) => a + b, 0);
      own.forEach((p, i) => {
        point.pairs.push(p);
        point.values.push(weights[i] / sum);
      });
    }
    const splits = splitWorkers(tables, point, 3), split = splits.at(0) ?? null;
    assert.equal(split === null, isWhole, `round ${round}`);
    const all = point.values.reduce((sum, value) => sum + value, 0);
    let least = 1;
    for (const split of splits) {
      const mass = split.map((decision) => {
        const { usable } = left(decision);
        return point.pairs.reduce((sum, p, i) => sum + (usable[p] === 1 ? point.values[i] : 0), 0);
      });
      assert.ok(mass.every((own) => own < all - 1e-6), "a half that holds the point");
      assert.ok(mass[0] >= mass[1] - 1e-9, "the heavier half comes first");
      assert.ok(all - mass[0] <= least + 1e-6, "the most even splits come first");
      least = all - mass[0];
      cut++;
    }
  }
  assert.ok(cut > 100, `${cut}`);
});

Deno.test("splitMissing() halves the lines left to a worker without one, and is null where there is one left", () => {
  const random = new Random(9);
  let halved = 0;
  for (let round = 0; round < 200; round++) {
    const { tables, whole, left } = drawn(random), { W, J } = tables;
    const none = { pairs: [], values: [] };
    const domain = { usable: whole, lowest: new Int32Array(J), highest: new Int32Array(J) };
    const split = splitMissing(tables, domain, none);
    const counts = Array.from(
      { length: W },
      (_, w) => whole.subarray(w * J, (w + 1) * J).reduce((sum, u) => sum + u, 0),
    );
    assert.equal(split === null, counts.every((n) => n < 2));
    if (split === null) continue;
    const w = Math.floor((split[0] >> 1) / J);
    const halves = split.map((decision) =>
      left(decision).usable.subarray(w * J, (w + 1) * J).reduce((sum, u) => sum + u, 0)
    );
    assert.equal(halves[0] + halves[1], counts[w]);
    assert.ok(Math.abs(halves[0] - halves[1]) <= 1, `${halves}`);
    halved++;
  }
  assert.ok(halved > 100, `${halved}`);
});
