// A part of full time as it is typed.

import assert from "node:assert/strict";
import { fteOf } from "./fte.ts";

Deno.test("a part of full time is typed in twentieths, with a point or a comma", () => {
  assert.deepEqual(["1", "0.5", "0,85", " .7 ", "0.05"].map(fteOf), [1, 0.5, 0.85, 0.7, 0.05]);
});

Deno.test("what is no twentieth of full time is none", () => {
  assert.deepEqual(["", "0", "1.05", "0.33", "-0.5", "half"].map(fteOf), Array(6).fill(null));
});
