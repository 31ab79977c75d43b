import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import type { RankNotation } from "../problem.ts";
import { isRank, normaliseRanks, type RankFlaw, unrankedRank } from "./ranks.ts";

function read(given: unknown[], notation: RankNotation = "competition", allowTies = true) {
  const { rank, choice, flaws } = normaliseRanks(given, notation, allowTies);
  return { rank: [...rank], choice: [...choice], flaws };
}

Deno.test("normaliseRanks() reads one list alike in every notation", () => {
  const same = { rank: [1.5, 4, 1.5, 3], choice: [1, 4, 1, 3], flaws: [] };
  assert.deepEqual(read([1, 4, 1, 3], "competition"), same);
  assert.deepEqual(read([1, 3, 1, 2], "dense"), same);
  assert.deepEqual(read([1.5, 4, 1.5, 3], "fractional"), same);
});

for (
  const [what, given, notation, flaws] of [
    ["a gap", [1, 3], "competition", ["gaps"]],
    ["a gap in front", [5, 6], "dense", ["gaps"]],
    ["another notation", [1, 1, 2], "competition", ["notation"]],
    ["what is no rank", [1, NaN, 2], "dense", ["ignored"]],
  ] as [string, number[], RankNotation, RankFlaw[]][]
) {
  Deno.test(`normaliseRanks() tells ${what}, and closes up`, () => {
    assert.deepEqual(read(given, notation).flaws, flaws);
    const ranked = read(given, notation).rank.filter((rank) => rank > 0);
    assert.equal(ranked.reduce((a, b) => a + b, 0), ranked.length * (ranked.length + 1) / 2);
  });
}

Deno.test("normaliseRanks() tells ties where there may be none, and leaves them", () => {
  assert.deepEqual(read([1, 1], "competition", false), {
    rank: [1.5, 1.5],
    choice: [1, 1],
    flaws: ["ties"],
  });
});

Deno.test("normaliseRanks() takes nothing but numbers above 0, whatever stands there", () => {
  const others = [NaN, Infinity, -Infinity, -1, 0, "1", null, undefined, {}, true];
  for (const other of others) {
    assert.equal(isRank(other), false, String(other));
    const { rank, choice, flaws } = read([2, other, 1]);
    assert.deepEqual([rank, choice, flaws], [[2, 0, 1], [2, 0, 1], ["ignored"]], String(other));
  }
  assert.deepEqual(read(others), {
    rank: others.map(() => 0),
    choice: others.map(() => 0),
    flaws: ["ignored"],
  });
  assert.deepEqual(read([]), { rank: [], choice: [], flaws: [] });
});

Deno.test("only the order of ranks counts: stretched, squeezed and in another order they are the same", () => {
  const random = new Random(7);
  for (let round = 0; round < 200; round++) {
    const given = Array.from({ length: 1 + random.below(8) }, () => 1 + random.below(5));
    const { rank, choice } = read(given);
    given.forEach((own, i) => {
      const better = given.filter((other) => other < own).length;
      const tied = given.filter((other) => other === own).length;
      assert.equal(choice[i], better + 1);
      assert.equal(rank[i], better + (tied + 1) / 2);
    });
    for (const change of [(n: number) => n ** 3, (n: number) => n / 1e9, (n: number) => n * 1e30]) {
      const changed = read(given.map(change));
      assert.deepEqual([changed.rank, changed.choice], [rank, choice]);
    }
  }
});

Deno.test("unrankedRank() gives what is not ranked the mean of the places that are left", () => {
  const of = (all: number, given: unknown[]) =>
    unrankedRank(all, normaliseRanks(given, "competition", true));
  assert.equal(of(4, []), 2.5);
  assert.equal(of(4, [1]), 3); // of 2, 3, 4
  assert.equal(of(4, [1, NaN]), 3);
  assert.equal(of(3, [1, 2, 3]), 3);
});
