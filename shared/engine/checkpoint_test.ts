import assert from "node:assert/strict";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";

const format = { engine: "toy", version: 3 };

Deno.test("readCheckpoint() understands what writeCheckpoint() wrote, through JSON", () => {
  for (const state of [{ at: 1 }, 0, null, [], "text", false]) {
    const stored = JSON.parse(JSON.stringify(writeCheckpoint(format, state)));
    assert.deepEqual(readCheckpoint(format, stored), { understood: true, state });
  }
});

Deno.test("readCheckpoint() refuses other versions and other engines, older or newer, and says which", () => {
  for (const [engine, version] of [["toy", 2], ["toy", 4], ["other", 3]] as const) {
    const stored = writeCheckpoint({ engine, version }, { at: 1 });
    const read = readCheckpoint(format, stored);
    assert.deepEqual(read, { understood: false, found: `${engine} ${version}` });
  }
});

Deno.test("readCheckpoint() refuses whatever is no checkpoint", () => {
  const strange = [null, undefined, 3, "toy", [], {}, { v: 1, at: 1 }, { engine: "toy" }];
  for (const stored of [...strange, { engine: "toy", version: "3", state: {} }]) {
    const read = readCheckpoint(format, stored);
    assert.deepEqual(read, { understood: false, found: "something without a version" });
  }
  const empty = readCheckpoint(format, { engine: "toy", version: 3 });
  assert.equal(empty.understood, false);
});
