// Names come back from a text as they went into it, whatever stands in them.

import assert from "node:assert/strict";
import { cellEntries, entryList, typedEntries } from "./entry_list.ts";

const NAMES = ["ICU", "ALS, adult", 'the "new" line', "a; b", "a|b", '"', ",", "Ward 3"];

Deno.test("names are found again, in cells and in fields", () => {
  for (const first of NAMES) {
    for (const second of NAMES) {
      const names = [first, second];
      const text = entryList(names);
      assert.deepEqual(cellEntries(text).map((name) => name.trim()), names, text);
      assert.deepEqual(typedEntries(text), names, text);
    }
  }
  assert.equal(entryList([]), "");
});

Deno.test("what is typed is separated by whatever people separate names by", () => {
  assert.deepEqual(typedEntries(" PGY1 ,ICU;ED\nALS,, "), ["PGY1", "ICU", "ED", "ALS"]);
  assert.deepEqual(typedEntries('PGY1; "ALS, adult"'), ["PGY1", "ALS, adult"]);
  assert.deepEqual(typedEntries('5" screen, ICU'), ['5" screen', "ICU"], "a quote within a name");
  assert.deepEqual(cellEntries("Smith, Jones; Lee"), ["Smith, Jones", " Lee"]);
});
