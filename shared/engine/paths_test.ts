// One spelling of paths.

import assert from "node:assert/strict";
import { below, pathText } from "./paths.ts";

Deno.test("members are behind a dot, entries of lists in brackets, the whole document is empty", () => {
  assert.equal(pathText([]), "");
  assert.equal(pathText([0]), "[0]");
  assert.equal(pathText(["options", "pins", 0, "reason"]), "options.pins[0].reason");
  assert.equal(pathText(["ranks", 1, 0]), "ranks[1][0]");
  assert.equal(pathText(["never", "01"]), "never.01", "a member that looks like a number");
  assert.equal(below("strategy.phases", 2), "strategy.phases[2]");
  assert.equal(below("", "name"), "name");
});
