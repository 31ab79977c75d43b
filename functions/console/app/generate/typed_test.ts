// What is typed into controls, and the values it means.

import assert from "node:assert/strict";
import { constraintCatalogue } from "../../../../shared/planner/rules/catalogue.ts";
import { parseConstraints, RULES } from "../../../../shared/planner/rules/mod.ts";
import { Random } from "../../../../shared/engine/random.ts";
import { anyValue } from "../../../../shared/planner/testing/drawn_rule.ts";
import { position, problemOf } from "../../../../shared/planner/testing/problems.ts";
import { fromTyped, kindOf, offValue, type Schema, splitNull, toTyped } from "./typed.ts";

const catalogue = constraintCatalogue();
const schemaOf = (name: string) =>
  catalogue.rules.find((rule) => rule.name === name)!.parameter as Schema;

/** Values of every shape that the catalogue has. */
const VALUES: [rule: string, value: unknown][] = [
  ["EXACT_TERMS", 5],
  ["EXACT_TERMS", null],
  ["MAX_SPECIALTY", 0.5],
  ["MAX_SUBSPECIALTY", 0.07],
  ["REQUIRED_CATEGORIES", ["A", "D"]],
  ["NO_NIGHTS", false],
  ["FORBIDDEN_CELLS", [{ position: "p" }, { position: "q", terms: [1, 3] }]],
  ["FORCED_CELLS", [{ position: "p", term: 2, lines: 3 }]],
  ["PREFERRED_CELLS", [{ position: "p", term: 2, weight: 50 }]],
  ["PATHWAYS", [
    { name: "GP", lines: 2, positions: ["p", "q"], need: 2 },
    { name: "Rural", lines: 1, sequence: ["p", null, "q"] },
  ]],
  ["ANNUAL_LEAVE", { first_half_share: 0.6, capacity_weeks: [10, 20] }],
  ["ANNUAL_LEAVE", { week_share: 0.15, team_share: 0.5 }],
  ["ANNUAL_LEAVE", {}],
  ["NOT_AFTER", [{ first: { flags: ["rural"] }, then: { positions: ["p"] }, within: 2 }]],
  ["TERMS_APART", [{ kind: { specialties: ["Surgery"] }, apart: 3 }]],
  ["TERMS_IN_SET", [{ kind: { positions: ["p", "q"] }, least: 1 }]],
  ["MAX_HOSPITALS", 1],
  ["MIN_SPECIALTIES", null],
  ["SAME_FTE", false],
];

Deno.test("fromTyped() gives back what toTyped() put into the controls, for every shape of the catalogue", () => {
  for (const [rule, value] of VALUES) {
    const schema = schemaOf(rule);
    assert.deepEqual(fromTyped(schema, toTyped(schema, value)), { value, faults: [] }, rule);
    assert.equal(parseConstraints([{ name: rule, value }]).ok, true, rule);
  }
});

Deno.test("so it does for whatever any rule's entry may hold", () => {
  const random = new Random(12), positions = ["p", "q", "r"].map((id) => position(id));
  const problem = problemOf(positions, { lines: 9 });
  for (const rule of RULES) {
    const schema = schemaOf(rule.name);
    for (let round = 0; round < 20; round++) {
      const value = anyValue(random, rule, problem),
        typed = fromTyped(schema, toTyped(schema, value));
      assert.deepEqual(typed.faults, [], rule.name);
      // What is empty may be left out.
      const [meant, read] = [value, typed.value].map((each) => rule.value().parse(each));
      assert.deepEqual(read, meant, rule.name);
    }
  }
});

Deno.test("every ruleset's bounds survive the controls", () => {
  for (const { bounds } of catalogue.rulesets) {
    for (const [rule, value] of Object.entries(bounds)) {
      const schema = schemaOf(rule);
      assert.deepEqual(fromTyped(schema, toTyped(schema, value)).value, value, rule);
    }
  }
});

Deno.test("offValue() is accepted for every rule that can be switched off", () => {
  for (const { name, parameter } of catalogue.rules) {
    const value = offValue(parameter as Schema);
    assert.equal(parseConstraints([{ name, value }]).ok, true, name);
  }
});

Deno.test("kindOf() finds shares, positions and lists", () => {
  assert.equal(kindOf(splitNull(schemaOf("MAX_SERVICE")).inner), "share");
  assert.equal(kindOf(schemaOf("FORBIDDEN_CELLS")), "list");
  assert.equal(kindOf(schemaOf("FORBIDDEN_CELLS").items!.properties!.position), "position");
  assert.equal(kindOf(schemaOf("FORBIDDEN_CELLS").items!.properties!.terms), "numbers");
  assert.equal(kindOf(schemaOf("PATHWAYS").items!), "variants");
});

Deno.test("fromTyped() takes shares as percentages, with or without the sign, and decimal commas", () => {
  const schema = schemaOf("MAX_SERVICE");
  for (const typed of ["12.5", "12,5", " 12.5 % "]) {
    assert.deepEqual(fromTyped(schema, typed), { value: 0.125, faults: [] });
  }
});

Deno.test("fromTyped() names each fault with its path", () => {
  const faults = (rule: string, typed: unknown) => fromTyped(schemaOf(rule), typed).faults;
  assert.deepEqual(faults("EXACT_TERMS", "four"), [{
    path: "",
    message: "Enter a number, in digits.",
  }]);
  assert.deepEqual(faults("EXACT_TERMS", "1e0").length, 1);
  assert.deepEqual(faults("EXACT_TERMS", "0x4").length, 1);
  assert.deepEqual(faults("EXACT_TERMS", "4.5"), [{ path: "", message: "Enter a whole number." }]);
  assert.deepEqual(faults("MAX_SERVICE", "120"), [
    { path: "", message: "Enter a number from 0 to 100." },
  ]);
  assert.deepEqual(faults("FORCED_CELLS", [{ position: "", term: "27", lines: "" }]), [
    { path: "[0].position", message: "Choose a position." },
    { path: "[0].term", message: "Enter a number from 1 to 26." },
  ]);
});
