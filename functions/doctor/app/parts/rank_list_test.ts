// Where keys take a row, and what a department's move writes.

import assert from "node:assert/strict";
import { changedRanks } from "../department_page.tsx";
import type { Bucket } from "../model/lines.ts";
import type { Placed } from "../model/ranking.ts";
import { type Section, targetOfKey } from "./rank_list.tsx";

const row = (id: string, bucket: Bucket, rank: number | null = null): Placed => ({
  id,
  name: id,
  bucket,
  rank,
  score: 50,
});
const section = (bucket: Bucket, ids: string[]): Section => ({
  bucket,
  title: String(bucket),
  rows: ids.map((id) => row(id, bucket)),
  ordered: bucket !== -2,
  empty: "",
});
const sections = [section(2, ["a", "b", "c"]), section(1, []), section(-2, ["n", "o"])];

Deno.test("arrows move by one place, and over the edge into the next bucket", () => {
  assert.deepEqual(targetOfKey("ArrowDown", "a", sections), { bucket: 2, index: 1 });
  assert.deepEqual(targetOfKey("ArrowUp", "b", sections), { bucket: 2, index: 0 });
  assert.deepEqual(targetOfKey("ArrowDown", "c", sections), { bucket: 1, index: 0 });
  assert.deepEqual(targetOfKey("ArrowUp", "n", sections), { bucket: 1, index: 0 });
  assert.deepEqual(
    targetOfKey("ArrowUp", "o", sections),
    { bucket: 1, index: 0 },
    "there is no order in never",
  );
  assert.equal(targetOfKey("ArrowUp", "a", sections), null);
  assert.equal(targetOfKey("ArrowDown", "o", sections), null);
  assert.deepEqual(targetOfKey("End", "a", sections), { bucket: 2, index: 2 });
  assert.deepEqual(targetOfKey("Home", "c", sections), { bucket: 2, index: 0 });
  assert.equal(targetOfKey("x", "a", sections), null);
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
