// Where keys take a row, and what a department's move writes.

import assert from "node:assert/strict";
import { changedRanks } from "../department_page.tsx";
import type { Bucket } from "../model/lines.ts";
import type { Placed } from "../model/ranking.ts";
import { type Part, targetOfKey } from "./rank_list.tsx";

const row = (id: string, bucket: Bucket, rank: number | null = null): Placed => ({
  id,
  name: id,
  bucket,
  rank,
  score: 50,
});
const ROWS: [Bucket, string[]][] = [[2, ["a", "b", "c"]], [1, []], [-2, ["n", "o"]]];
const PARTS = ROWS.map(([bucket, rows]): Part => ({
  bucket,
  ordered: bucket !== -2,
  length: rows.length,
}));
function target(key: string, id: string) {
  const at = ROWS.findIndex(([, rows]) => rows.includes(id));
  return targetOfKey(key, PARTS, at, ROWS[at][1].indexOf(id));
}

Deno.test("arrows move by one place, and over the edge into the next bucket", () => {
  assert.deepEqual(target("ArrowDown", "a"), { bucket: 2, index: 1 });
  assert.deepEqual(target("ArrowUp", "b"), { bucket: 2, index: 0 });
  assert.deepEqual(target("ArrowDown", "c"), { bucket: 1, index: 0 });
  assert.deepEqual(target("ArrowUp", "n"), { bucket: 1, index: 0 });
  assert.deepEqual(
    target("ArrowUp", "o"),
    { bucket: 1, index: 0 },
    "there is no order in never",
  );
  assert.equal(target("ArrowUp", "a"), null);
  assert.equal(target("ArrowDown", "o"), null);
  assert.deepEqual(target("End", "a"), { bucket: 2, index: 2 });
  assert.deepEqual(target("Home", "c"), { bucket: 2, index: 0 });
  assert.equal(target("x", "a"), null);
});

Deno.test("a department's ranks are 1, 2, 3 after every move, and only what changed is written", () => {
  const placed = [row("a", 1, 1), row("b", 1, 2), row("c", 1, 3), row("d", -2), row("e", -2)];
  const ranks = (target: Parameters<typeof changedRanks>[2], id: string) =>
    Object.fromEntries(
      [...changedRanks(placed, id, target)].map((
        [id, { order_preference }],
      ) => [id, order_preference]),
    );
  assert.deepEqual(ranks({ bucket: 1, index: 3 }, "d"), { d: 4 });
  assert.deepEqual(ranks({ bucket: 1, index: 0 }, "b"), { b: 1, a: 2 });
  assert.deepEqual(ranks({ bucket: 1, index: 1, tie: true }, "b"), { b: 1 });
  assert.deepEqual(ranks({ bucket: -2, index: 0 }, "a"), { a: null, b: 1, c: 2 });
});
