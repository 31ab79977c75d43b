import assert from "node:assert/strict";
import { whoReads } from "./readers.ts";

Deno.test("whoReads() promises nothing that a manager has lifted", () => {
  assert.match(whoReads(0), /nobody but you reads your wishes/);
  assert.match(whoReads(1), /lets one member of your medical workforce unit read/);
  assert.match(whoReads(3), /lets 3 members/);
  for (const early of [1, 2]) assert.doesNotMatch(whoReads(early), /nobody/);
});
