// The catalogue: complete, serialisable, and true to what parseConstraints() accepts.

import assert from "node:assert/strict";
import { constraintCatalogue } from "./catalogue.ts";
import { KNOWN_CONSTRAINTS, parseConstraints, resolveRules, RULES } from "./mod.ts";

const catalogue = constraintCatalogue();

Deno.test("the catalogue lists every known constraint once, and survives JSON", () => {
  const names = [...catalogue.rulesets, ...catalogue.rules].map(({ name }) => name);
  assert.deepEqual(names, [...KNOWN_CONSTRAINTS]);
  assert.deepEqual(JSON.parse(JSON.stringify(catalogue)), catalogue);
});

Deno.test("every entry has a description and a schema that says what a value is", () => {
  for (const { name, description, parameter } of catalogue.rules) {
    assert.match(description, /^[A-Z].*\.$/, name);
    assert.ok("type" in parameter || "anyOf" in parameter, name);
  }
  const rural = catalogue.rules.find(({ name }) => name === "MAX_RURAL_TERMS")!;
  assert.deepEqual(rural.parameter.anyOf, [
    { type: "integer", minimum: 0, maximum: 366 },
    { type: "null" },
  ]);
});

Deno.test("the bounds of a ruleset, given one by one, are the ruleset", () => {
  for (const { name, bounds } of catalogue.rulesets) {
    const off = RULES.filter((rule) => rule.active(resolveRules([])) && !(rule.name in bounds));
    assert.deepEqual(off, [], "every ruleset keeps the house rules");
    const entries = Object.entries(bounds).map(([rule, value]) => ({ name: rule, value }));
    const parsed = parseConstraints(entries);
    assert.ok(parsed.ok, JSON.stringify(parsed));
    const resolved = resolveRules(parsed.constraints);
    assert.deepEqual({ ...resolved, ruleset: name }, resolveRules([name]));
  }
});

Deno.test("NSW allows one service term in both years, the other states four or five terms", () => {
  for (const name of ["NSW_PGY1", "NSW_PGY2"]) {
    const { maxServiceTerms, exactTerms } = resolveRules([name]);
    assert.deepEqual([maxServiceTerms, exactTerms], [1, 5]);
  }
  for (const state of ["WA", "SA", "TAS", "QLD", "NT"]) {
    const first = resolveRules([`${state}_PGY1`]), second = resolveRules([`${state}_PGY2`]);
    assert.deepEqual([first.exactTerms, first.minTerms, first.maxTerms], [null, 4, 5]);
    assert.deepEqual([first.maxServiceShare, second.maxServiceShare], [0.2, 0.25]);
    assert.deepEqual([first.maxSpecialtyShare, second.maxSpecialtyShare], [0.5, null]);
    assert.deepEqual([first.minLongTerms, second.minLongTerms], [4, 3]);
    assert.deepEqual([first.maxNonClinicalTerms, second.maxNonClinicalTerms], [0, 1]);
    assert.deepEqual(second.requiredCategories, ["A", "B", "C"]);
  }
});

Deno.test("later years have no accreditation rule", () => {
  const { ruleset: _, ...later } = resolveRules(["PGY3_PLUS"]);
  const { ruleset: __, ...none } = resolveRules([]);
  assert.deepEqual(later, none);
});
