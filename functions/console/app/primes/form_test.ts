import assert from "node:assert/strict";
import { describeSearches, planWork } from "../../../../shared/primes/work.ts";
import { faultsOf, fieldsOf, readTyped } from "./form.ts";

const FORMS = describeSearches();

Deno.test("every form has fields with labels, descriptions and what stands for an empty one", () => {
  for (const form of FORMS) {
    const fields = fieldsOf(form);
    assert.ok(fields.length >= 2, form.name);
    for (const { description, kind, choices } of fields) {
      assert.ok(description && (kind !== "choice" || choices.length > 1), form.name);
    }
  }
});

Deno.test("what is typed becomes parameters that the engine takes", () => {
  const fields = fieldsOf(FORMS.find(({ name }) => name === "survey")!);
  const read = readTyped(fields, { what: "primes", from: " 1 000", to: "10^6" });
  assert.deepEqual(read.params, { what: "primes", from: 1000, to: 1_000_000 });
  assert.equal(planWork({ form: "survey", params: read.params! }).candidates, 999_001);
  const factorial = fieldsOf(FORMS.find(({ name }) => name === "factorial")!);
  assert.deepEqual(readTyped(factorial, { start: "1", end: "1e2", sign: "" }).params, {
    start: 1,
    end: 100,
  });
});

Deno.test("what is wrong is told beside its field", () => {
  const fields = fieldsOf(FORMS.find(({ name }) => name === "factorial")!);
  assert.deepEqual(readTyped(fields, { start: "x", end: "" }).faults, {
    start: "This is no whole number.",
    end: "Fill this in.",
  });
  assert.deepEqual(readTyped(fields, { start: "1.5", end: "999999" }).faults, {
    start: "This is no whole number.",
    end: "At most 100000.",
  });
  assert.deepEqual(faultsOf([{ path: "params.end", message: "is below" }]), { end: "is below" });
});
