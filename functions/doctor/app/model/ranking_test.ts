// Orders within buckets: moves do what they say, write little, and keep all other lines where they were.

import assert from "node:assert/strict";
import { type Bucket, BUCKETS, byName } from "./lines.ts";
import {
  arrange,
  move,
  type Placed,
  type Ranks,
  submission,
  tiesWithPrevious,
  untie,
} from "./ranking.ts";

const line = (id: string, bucket: Bucket, rank: number | null = null, score = 50): Placed => ({
  id,
  name: id,
  bucket,
  rank,
  score,
});

function written(placed: readonly Placed[], ranks: Ranks): Placed[] {
  return placed.map((each) => {
    const row = ranks.get(each.id);
    return row
      ? { ...each, rank: row.order_preference, bucket: row.like_dislike_preference }
      : each;
  });
}

const ids = (placed: readonly Placed[]) =>
  new Map([...arrange(placed)].map(([bucket, list]) => [bucket, list.map(({ id }) => id)]));

/** Numbers that look drawn, the same each time. */
function drawn(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}

Deno.test("lines stand by their scores until one is moved; equals stay in the order of names, as people count", () => {
  const placed = byName([
    line("JL 10", 1, null, 70),
    line("JL 2", 1, null, 70),
    line("JL 3", 1, null, 75),
  ]);
  assert.deepEqual(ids(placed).get(1), ["JL 3", "JL 2", "JL 10"]);
});

Deno.test("a move puts a line where it is asked to, and nothing else moves: 2,000 drawn moves", () => {
  const draw = drawn(7);
  let placed = Array.from(
    { length: 60 },
    (_, i) => line(`L${i}`, BUCKETS[draw(5)], null, draw(101)),
  );
  for (let step = 0; step < 2_000; step++) {
    const id = `L${draw(60)}`, bucket = BUCKETS[draw(5)];
    const before = ids(placed);
    const index = draw(before.get(bucket)!.length + 1);
    const expected = new Map(
      [...before].map(([each, list]) => [each, list.filter((other) => other !== id)]),
    );
    const writes = move(arrange(placed), id, { bucket, index });
    placed = written(placed, writes);
    if (bucket === -2) {
      // There is no order in "never".
      assert.equal(placed.find((each) => each.id === id)!.rank, null);
      expected.get(-2)!.push(id);
      assert.deepEqual(ids(placed).get(-2)!.toSorted(), expected.get(-2)!.toSorted());
      expected.delete(-2);
    } else expected.get(bucket)!.splice(index, 0, id);
    for (const [each, list] of expected) {
      if (each !== -2) assert.deepEqual(ids(placed).get(each), list, `step ${step}`);
    }
    const ranks = [...arrange(placed)].flatMap(([, list]) => list.map(({ rank }) => rank))
      .filter((rank) => rank !== null);
    assert.deepEqual(
      ranks,
      ranks.toSorted((a, b) => a - b),
      "better buckets come before worse ones",
    );
    for (const rank of ranks) assert.ok(rank >= 1 && rank <= 10_000 && Number.isInteger(rank));
  }
});

Deno.test("a line that moves among lines placed by hand is the only one that is written", () => {
  let placed = Array.from({ length: 100 }, (_, i) => line(`L${i}`, 1, null, 100 - i));
  placed = written(placed, move(arrange(placed), "L99", { bucket: 1, index: 99 }));
  const writes = move(arrange(placed), "L70", { bucket: 1, index: 3 });
  assert.deepEqual([...writes.keys()], ["L70"]);
});

Deno.test("300 lines that all come to one place find room, 1,000 times over", () => {
  let placed = Array.from({ length: 300 }, (_, i) => line(`L${i}`, 0, null, 50));
  for (let step = 0; step < 1_000; step++) {
    placed = written(placed, move(arrange(placed), `L${step % 300}`, { bucket: 0, index: 1 }));
    assert.equal(ids(placed).get(0)![1], `L${step % 300}`);
  }
  assert.ok(!arrange(placed).get(0)!.some((_, i, list) => tiesWithPrevious(list, i)));
});

Deno.test("equals: a line joins the one before it, leaves it again, and joins a pair without parting it", () => {
  let placed = ["A", "B", "C", "D"].map((id, i) => line(id, 2, null, 90 - i));
  placed = written(placed, move(arrange(placed), "C", { bucket: 2, index: 1, tie: true }));
  const groups = () => {
    const list = arrange(placed).get(2)!;
    return list.map(({ id }, i) => (tiesWithPrevious(list, i) ? "=" : "") + id).join(" ");
  };
  assert.equal(groups(), "A =C B D");
  placed = written(placed, move(arrange(placed), "D", { bucket: 2, index: 1, tie: true }));
  assert.equal(groups(), "A =C =D B");
  placed = written(placed, move(arrange(placed), "C", { bucket: 2, index: 3 }));
  assert.equal(groups(), "A =D B C");
});

Deno.test("a submission counts 1, 1, 3 over all buckets, and nothing in never", () => {
  const placed = [
    line("A", 2, 10),
    line("B", 2, 10),
    line("C", 1, 3_000),
    line("D", -1, 8_000),
    line("E", 1, null, 60),
    line("N", -2),
  ];
  const ranks = submission(arrange(placed));
  assert.deepEqual(
    [...ranks].map(([id, row]) => [id, row.order_preference, row.like_dislike_preference]),
    [["A", 1, 2], ["B", 1, 2], ["C", 3, 1], ["E", 4, 1], ["D", 5, -1], ["N", null, -2]],
  );
});

Deno.test("after a submission the first move spreads the ranks again, and keeps order and equals", () => {
  let placed = [
    line("A", 2, 5),
    line("B", 2, 5),
    line("C", 2, 6),
    line("D", 1, 7),
    line("E", 0, 8),
  ];
  placed = written(placed, submission(arrange(placed)));
  placed = written(placed, move(arrange(placed), "E", { bucket: 1, index: 1 }));
  assert.deepEqual(ids(placed).get(2), ["A", "B", "C"]);
  assert.ok(tiesWithPrevious(arrange(placed).get(2)!, 1));
  assert.deepEqual(ids(placed).get(1), ["D", "E"]);
});

Deno.test("where no ties are allowed, those that two devices made are parted in the order shown", () => {
  const placed = [line("A", 1, 3_000, 50), line("B", 1, 3_000, 90), line("C", 1, 3_001)];
  const after = written(placed, untie(arrange(placed)));
  assert.deepEqual(ids(after).get(1), ["B", "A", "C"]);
  assert.equal(new Set(after.map(({ rank }) => rank)).size, 3);
  assert.equal(untie(arrange(after)).size, 0);
});
