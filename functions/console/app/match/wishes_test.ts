// A doctor's wishes beside who got them.

import assert from "node:assert/strict";
import { wishRows } from "./wishes.ts";

const field = {
  doctors: [],
  preferencers: [],
  tags: [],
  lines: [{ id: "a", name: "A", places: 2 }, { id: "b", name: "B", places: 1 }],
};
const view = {
  wishes: [{ line: "b", rank: 1 }, { line: "a", rank: 2 }, { line: "gone", rank: 3 }],
  ranks: [{ preferencer: "Dr P", rank: 4, lines: ["a"] }, {
    preferencer: "Dr Q",
    rank: 1,
    lines: ["a", "b"],
  }],
  positions: [],
};
const got = (name: string, line: string) => ({
  mapping: name,
  name,
  line,
  lineName: line,
  choice: null,
});

Deno.test("wishRows() says who got each line, what is free, and how preferencers rank the doctor", () => {
  assert.deepEqual(wishRows(view, field, [got("Ann", "a"), got("Bob", "b")]), [
    { line: "b", rank: 1, name: "B", places: "full", takers: "Bob", ranks: "Dr Q: 1" },
    {
      line: "a",
      rank: 2,
      name: "A",
      places: "1 of 2 free",
      takers: "Ann",
      ranks: "Dr P: 4, Dr Q: 1",
    },
    { line: "gone", rank: 3, name: "a line that is gone", places: "full", takers: "", ranks: "" },
  ]);
});

Deno.test("wishRows() only counts places before the first match", () => {
  assert.deepEqual(wishRows(view, field, null).map(({ places }) => places), ["1", "2", "0"]);
});
