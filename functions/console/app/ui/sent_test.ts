import assert from "node:assert/strict";
import { sent } from "./sent.ts";

Deno.test("a field is emptied once its text is saved, and not of what was typed meanwhile", () => {
  const field = { value: "Ann" };
  const empty = sent(field, "");
  field.value = "Ann, Bo";
  empty();
  assert.equal(field.value, "Ann, Bo");
  sent(field, "")();
  assert.equal(field.value, "");
});
