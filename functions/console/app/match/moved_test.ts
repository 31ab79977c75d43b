import assert from "node:assert/strict";
import type { Allocation } from "../../../../shared/client/mod.ts";
import { movedBetween, movedWords } from "./moved.ts";

const got = (name: string, line: string, choice: number | null) =>
  ({
    worker: { mapping: name, id: name, name },
    line: { id: line, name: line, sort_order: 0 },
    choice,
  }) as Allocation;

Deno.test("movedBetween() tells who has another line, and whether it is a better choice", () => {
  const then = [got("b", "l1", 1), got("a", "l2", 2), got("c", "l3", null), got("e", "l5", 1)];
  const now = [got("b", "l2", 3), got("a", "l1", 1), got("d", "l4", 1), got("e", "l5", 1)];
  const moved = movedBetween(then, now);
  assert.deepEqual(moved.map(({ worker, then, now }) => [worker, then?.line.id, now?.line.id]), [
    ["a", "l2", "l1"],
    ["b", "l1", "l2"],
    ["c", "l3", undefined],
    ["d", undefined, "l4"],
  ]);
  assert.equal(movedWords(moved), "4 doctors have another line: 1 a better choice, 1 a worse one.");
  assert.equal(movedWords([]), "Nobody has another line.");
});
