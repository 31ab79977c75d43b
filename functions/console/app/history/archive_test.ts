import assert from "node:assert/strict";
import { batchesOf } from "./archive.tsx";

Deno.test("batchesOf() groups lines that went in one go, the latest first", () => {
  const line = (id: string, archived_at: string) => ({
    id,
    name: id,
    archived_at,
    is_locked: false,
    positions: [],
    ranks: 0,
    places: 1,
    must_have: false,
    allocations: 0,
  });
  const batches = batchesOf([line("c", "2027-02"), line("a", "2027-01"), line("b", "2027-01")]);
  assert.deepEqual(
    batches.map(({ archivedAt, lines }) => [archivedAt, lines.map(({ id }) => id)]),
    [["2027-02", ["c"]], ["2027-01", ["a", "b"]]],
  );
  assert.deepEqual(batchesOf([]), []);
});
