import assert from "node:assert/strict";
import { wordsOfLosses } from "./losses.ts";

const NONE = {
  lines: 0,
  ranks: 0,
  doctors: 0,
  eligibility: 0,
  preferencers: 0,
  weightings: 0,
  places: 0,
  mustHave: 0,
  allocations: 0,
};

Deno.test("wordsOfLosses() names what there is, and nothing else", () => {
  assert.deepEqual(wordsOfLosses(NONE), []);
  assert.deepEqual(
    wordsOfLosses({ ...NONE, lines: 60, ranks: 2085, doctors: 139, places: 85, mustHave: 1 }),
    ["2,085 ranks of 139 doctors", "85 further places", "1 line that somebody must take"],
  );
  const everyKind = Object.keys(NONE).filter((kind) => kind !== "lines" && kind !== "doctors");
  for (const kind of everyKind) {
    assert.equal(wordsOfLosses({ ...NONE, [kind]: 1 }).length, 1, kind);
  }
});

Deno.test("wordsOfLosses() says that ranks are a bound while the window is open", () => {
  assert.deepEqual(
    wordsOfLosses({ ...NONE, lines: 1, ranks: 3, doctors: 2, atMost: true }),
    ["at most 3 ranks of 2 doctors"],
  );
});
