// What is typed into forms is there again in the same tab, and gone with whoever signs out.

import assert from "node:assert/strict";
import { type Shelf, shelfOf } from "../../../console/app/data/shelf.ts";
import { forgetTyped, keepTyped, typed } from "./kept.ts";

/** A shelf that a browser keeps nothing of. */
function emptyShelf(): Shelf {
  return shelfOf(() => {
    throw new Error("forbidden");
  });
}

Deno.test("what was typed is there again; what is blank, or of another kind, is not", () => {
  const shelf = emptyShelf();
  keepTyped("m1.words", "Please", "", shelf);
  keepTyped("m1.terms", [2, 3], [] as number[], shelf);
  assert.equal(typed("m1.words", "", shelf), "Please");
  assert.deepEqual(typed("m1.terms", [] as number[], shelf), [2, 3]);
  assert.equal(typed("m2.words", "", shelf), "", "it is nobody else's");
  assert.equal(typed("m1.terms", "", shelf), "", "a list is no text");
  keepTyped("m1.words", "", "", shelf);
  assert.deepEqual(shelf.names(), ["receptor.doctor.form.m1.terms"]);
});

Deno.test("who signs out takes it along, and nothing of others'", () => {
  const shelf = emptyShelf();
  keepTyped("m1.words", "Please", "", shelf);
  shelf.setItem("receptor.doctor.form", "another's");
  forgetTyped(shelf);
  assert.deepEqual(shelf.names(), ["receptor.doctor.form"]);
});
