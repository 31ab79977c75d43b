import assert from "node:assert/strict";
import { readCheckpoint, readInput, writeCheckpoint, writeInput } from "./checkpoint.ts";
import { mutationsOf } from "./testing/mutations.ts";

const format = { engine: "toy", version: 3 };
const DOORS = [[writeCheckpoint, readCheckpoint], [writeInput, readInput]] as const;
const OTHER_VERSION = "is not of the version that is deployed now";

Deno.test("states and problems are understood as they were written, through JSON", () => {
  for (const [write, read] of DOORS) {
    for (const state of [{ at: 1 }, 0, null, [], "text", false]) {
      const stored = JSON.parse(JSON.stringify(write(format, state)));
      assert.deepEqual(read(format, stored), { understood: true, state });
    }
  }
});

Deno.test("other versions and other engines, older or newer, are refused, and it is said which", () => {
  for (const [write, read] of DOORS) {
    for (const [engine, version] of [["toy", 2], ["toy", 4], ["other", 3]] as const) {
      const stored = write({ engine, version }, { at: 1 });
      const found = `${engine} ${version}`;
      assert.deepEqual(read(format, stored), { understood: false, found, why: OTHER_VERSION });
    }
  }
});

Deno.test("whatever is in no envelope is refused", () => {
  const strange = [null, undefined, 3, "toy", [], {}, { v: 1, at: 1 }, { engine: "toy" }];
  for (const [, read] of DOORS) {
    for (const stored of [...strange, { engine: "toy", version: "3", state: {} }]) {
      assert.deepEqual(read(format, stored), {
        understood: false,
        found: "something without a version",
        why: OTHER_VERSION,
      });
    }
    const empty = read(format, { engine: "toy", version: 3 });
    assert.deepEqual(empty, { understood: false, found: "toy 3", why: "is not whole" });
  }
});

Deno.test("a state that is not as it was written is refused, however little is amiss", () => {
  const state = { at: 1, plan: "abc", list: [1, 2], inner: { value: null } };
  const stored = writeCheckpoint(format, state), text = stored.state;
  const broken = [
    ...[...text].map((_, i) => text.slice(0, i)),
    ...[...mutationsOf(state)].map(({ document }) => JSON.stringify(document)),
    `${text} `,
  ].filter((other) => other !== text);
  for (const other of broken) {
    const read = readCheckpoint(format, { ...stored, state: other });
    assert.deepEqual(read, { understood: false, found: "toy 3", why: "is not whole" }, other);
  }
  for (const odd of [{ state: JSON.parse(text) }, { digest: undefined }, { digest: "0" }]) {
    assert.equal(readCheckpoint(format, { ...stored, ...odd }).understood, false);
  }
});
