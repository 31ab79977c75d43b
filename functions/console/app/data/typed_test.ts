// What is typed is there again after a reload, and gone once it was sent.

import assert from "node:assert/strict";
import { shelfOf, type Store } from "./shelf.ts";
import { formOf, keepTyped, readTyped } from "./typed.ts";

/** A tab's storage. */
function shelf() {
  const kept = new Map<string, string>();
  const store: Store = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    key: (n) => [...kept.keys()][n] ?? null,
    get length() {
      return kept.size;
    },
  };
  return shelfOf(() => store);
}

const BLANK = { email: "", tags: [] as string[], origin: { changes: null as string | null } };
const FORM = formOf({ userId: "u", allocationRun: { id: "r" } }, "doctor");

Deno.test("what was typed is there again until the form is blank", () => {
  const kept = shelf();
  assert.deepEqual(readTyped(FORM, BLANK, kept), BLANK);
  const typed = { email: "ann", tags: ["ICU"], origin: { changes: "an" } };
  keepTyped(FORM, typed, BLANK, kept);
  assert.deepEqual(readTyped(FORM, BLANK, kept), typed);
  const others = formOf({ userId: "v", allocationRun: { id: "r" } }, "doctor");
  assert.deepEqual(readTyped(others, BLANK, kept), BLANK, "nobody else's");
  keepTyped(FORM, { ...BLANK }, BLANK, kept);
  assert.deepEqual(kept.names(), []);
});

Deno.test("what another console kept is not read wrongly", () => {
  const kept = shelf();
  for (
    const other of [
      "{",
      "null",
      "7",
      "[]",
      '{"email":""}',
      '{"email":1,"tags":[],"origin":{"changes":null}}',
    ]
  ) {
    kept.setItem(`receptor.typed.${FORM}`, other);
    assert.deepEqual(readTyped(FORM, BLANK, kept), BLANK, other);
  }
});
