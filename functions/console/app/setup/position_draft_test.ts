// A position as its form has it.

import assert from "node:assert/strict";
import { BLANK_POSITION, postsFault, postsOf, rowOf, TYPICAL_SERVICE } from "./position_draft.ts";

Deno.test("postsOf() takes one number for all terms, or one for each", () => {
  assert.deepEqual(postsOf("2", 3), [2, 2, 2]);
  assert.deepEqual(postsOf("2, , 1", 3), [2, null, 1]);
  assert.deepEqual(postsOf("1 2 3", 3), [1, 2, 3]);
  assert.deepEqual(postsOf("", 2), [null, null]);
  assert.deepEqual(postsOf("many", 2), ["many", "many"], "for the database to refuse");
});

Deno.test("as many numbers as there are terms, or one; others are told, not cut or filled up", () => {
  for (
    const text of ["2", "1, 2, 3", "1 2 3", "1\t2\t3", "1, , 3", "1, 2, 3,", ", , 3", "2,", ""]
  ) {
    assert.equal(postsFault(text, 3), null, text);
  }
  assert.deepEqual(postsOf("1, 2, 3,", 3), [1, 2, 3]);
  for (const text of ["1, 2", "1 2", "1, 2, 3, 4", "1 000", "1, 2, , 4"]) {
    assert.match(postsFault(text, 3) ?? "", /3 terms; these are [24]$/, text);
  }
});

Deno.test("rowOf() is a row of an import, with every flag said", () => {
  const row = rowOf({
    ...BLANK_POSITION,
    hospital: " North ",
    team: "T",
    name: "JMO",
    specialty: "Medicine",
  }, 2);
  assert.deepEqual(
    [row.hospital, row.subspecialty, row.is_clinical_team, row.is_rural, row.posts, "id" in row],
    ["North", null, true, false, [1, 1], false],
  );
  assert.deepEqual(["0,5", "half"].map((fte) => rowOf({ ...BLANK_POSITION, fte }, 1).fte), [
    0.5,
    "half",
  ]);
});

Deno.test("TYPICAL_SERVICE() is a table with posts for each term", () => {
  const rows = TYPICAL_SERVICE(5).split("\n").map((row) => row.split("\t"));
  assert.equal(rows[0].at(-1), "Posts term 5");
  assert.ok(rows.every((row) => row.length === rows[0].length));
});
