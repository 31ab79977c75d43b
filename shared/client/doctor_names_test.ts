import assert from "node:assert/strict";
import { nameDoctors } from "./doctor_names.ts";

Deno.test("nameDoctors() puts names where the allocator names doctors by id", () => {
  const names = new Map([["m1", "Ann $& Lee"], ["m2", "Bob"]]);
  const sentence = "{doctor:m1}, {doctor:m2} and {doctor:m3} wait.";
  assert.equal(
    nameDoctors(sentence, (mapping) => names.get(mapping)),
    "Ann $& Lee, Bob and a doctor wait.",
  );
  assert.equal(nameDoctors(sentence), "some doctors wait.");
  assert.equal(
    nameDoctors("3 doctors ({doctor:a}, {doctor:b} and 1 more) may only have L1, which takes 1."),
    "3 doctors may only have L1, which takes 1.",
  );
  assert.equal(nameDoctors("Worst off: {doctor:a} and 2 more."), "Worst off: some doctors.");
  assert.equal(
    nameDoctors("{doctor:a} is alone; {doctor:b} too."),
    "a doctor is alone; a doctor too.",
  );
  assert.equal(nameDoctors("{doctor:} {doctor: x} {line:1}"), "{doctor:} {doctor: x} {line:1}");
});
