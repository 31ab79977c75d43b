import assert from "node:assert/strict";
import { nameDoctors } from "./doctor_names.ts";

Deno.test("nameDoctors() puts names where the allocator names doctors by id", () => {
  const names = new Map([["m1", "Ann $& Lee"], ["m2", "Bob"]]);
  const sentence = "{doctor:m1}, {doctor:m2} and {doctor:m3} wait.";
  assert.equal(
    nameDoctors(sentence, (mapping) => names.get(mapping)),
    "Ann $& Lee, Bob and a doctor wait.",
  );
  assert.equal(nameDoctors(sentence), "a doctor, a doctor and a doctor wait.");
  assert.equal(nameDoctors("{doctor:} {doctor: x} {line:1}"), "{doctor:} {doctor: x} {line:1}");
});
