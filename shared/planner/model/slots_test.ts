// Gains of slots and limits of lines as flat tables, by hand.

import assert from "node:assert/strict";
import { OBJECTIVE } from "../problem.ts";
import { gainTables, limitsOfClasses, limitTables } from "./slots.ts";

const slots = (
  one: Partial<Record<"minFill" | "wishLines" | "wishWeight" | "forced", number>>,
) => ({
  minFill: Int32Array.of(one.minFill ?? 0),
  short: Int32Array.of(OBJECTIVE.short),
  wishLines: Int32Array.of(one.wishLines ?? 0),
  wishWeight: Int32Array.of(one.wishWeight ?? 0),
  forced: Int32Array.of(one.forced ?? 0),
  forceWeight: 2_000,
  coll: Int32Array.of(OBJECTIVE.coll),
});

Deno.test("gainTables(): each further line saves what it fills, and collides with those before", () => {
  const { coll, short } = OBJECTIVE;
  const found = gainTables(
    Int32Array.of(4),
    slots({ minFill: 2, wishLines: 3, wishWeight: 50, forced: 1 }),
  );
  assert.deepEqual([...found.gains], [
    short + 50 + 2_000,
    short + 50 - coll,
    50 - 2 * coll,
    -3 * coll,
  ]);
  assert.deepEqual([...found.gainStart], [0, 4]);
  assert.equal(found.emptyCost, 2 * short + 3 * 50 + 2_000);
});

Deno.test("gainTables(): what a slot misses for want of posts is paid in any case", () => {
  const found = gainTables(Int32Array.of(0), slots({ minFill: 2 }));
  assert.deepEqual([[...found.gains], found.emptyCost], [[], 2 * OBJECTIVE.short]);
});

Deno.test("limitTables(): weights by term, the largest as the unit, and limits of one sum share its first", () => {
  const limit = { rule: "X", kind: "x", positions: [0] };
  const found = limitTables([
    { ...limit, max: 10, termWeight: [10, 12] },
    { ...limit, max: 3, termWeight: [1, 0], use: 1, unit: 4 },
    { ...limit, max: 3, termWeight: [2, 2], use: 1 },
  ], 2);
  assert.deepEqual([...found.limitWeight], [10, 12, 1, 0, 2, 2]);
  assert.deepEqual([...found.limitUnit], [12, 4, 2]);
  assert.deepEqual([...found.limitUse], [0, 1, 1]);
  assert.deepEqual([...found.limitMax], [10, 3, 3]);
});

Deno.test("limitsOfClasses(): each class counts in the limits of its positions", () => {
  const members = [Int32Array.of(0, 2), Int32Array.of(1)];
  const { limitStart, limitOf } = limitsOfClasses(members, [[3, 5], [], [3, 5]]);
  assert.deepEqual([[...limitStart], [...limitOf]], [[0, 2, 2], [3, 5]]);
});
