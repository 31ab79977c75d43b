// Constraints as they arrive: what is accepted, what is refused with which path, what they resolve to.

import assert from "node:assert/strict";
import { KNOWN_CONSTRAINTS, parseConstraints, resolveRules } from "./mod.ts";
import { ruleName } from "./names.ts";
import { RULESETS } from "./rulesets.ts";
import { shareWeeks } from "./shares.ts";

function faultsOf(value: unknown): string[] {
  const parsed = parseConstraints(value);
  return parsed.ok ? [] : parsed.errors.map((error) => error.path);
}

Deno.test("a ruleset is called by its state, as what it says of itself begins", () => {
  for (const [code, { description }] of Object.entries(RULESETS)) {
    const [place, rest] = description.split(/, (?=first|second)/);
    if (rest) assert.match(ruleName(code), new RegExp(`^${place}, PGY[12]$`));
  }
});

Deno.test("parseConstraints() accepts names and names with values", () => {
  const value = ["VIC_PGY1", "NO_NIGHTS", { name: "MAX_SERVICE_TERMS", value: 1 }, {
    name: "MAX_RURAL_TERMS",
    value: null,
  }];
  assert.deepEqual(parseConstraints(value), { ok: true, constraints: value });
});

Deno.test("parseConstraints() refuses unknown names and bad values with their paths", () => {
  assert.deepEqual(faultsOf("VIC_PGY1"), [""]);
  assert.deepEqual(faultsOf(["VIC_PGY9", { name: "NOPE" }, 5]), ["[0]", "[1].name", "[2]"]);
  assert.deepEqual(
    faultsOf([
      { name: "MAX_SERVICE", value: 1.2 },
      { name: "MAX_RURAL_TERMS", value: 1.5 },
      { name: "REQUIRED_CATEGORIES", value: ["E"] },
      "MAX_SERVICE",
      { name: "VIC_PGY1", value: 3 },
      { name: "NO_NIGHTS", extra: true },
    ]),
    ["[0].value", "[1].value", "[2].value", "[3].value", "[4].value", "[5]"],
  );
});

Deno.test("parseConstraints() says which part of a value is wrong", () => {
  const value = [{ first: { specialties: ["Surgery"] }, then: { flags: ["hard"] } }];
  const parsed = parseConstraints([{ name: "NOT_AFTER", value }]);
  assert.match(
    parsed.ok ? "" : parsed.errors[0].message,
    /^NOT_AFTER, value\[0\]\.then\.flags\[0\]: /,
  );
});

Deno.test("parseConstraints() refuses names that only the object prototype knows", () => {
  assert.deepEqual(faultsOf(["constructor", "toString"]), ["[0]", "[1]"]);
});

Deno.test("parseConstraints() refuses a second ruleset and lists the known names", () => {
  const parsed = parseConstraints(["VIC_PGY1", "NSW_PGY1"]);
  assert.ok(!parsed.ok);
  assert.equal(parsed.errors[0].path, "[1]");
  assert.deepEqual(parsed.known, KNOWN_CONSTRAINTS);
});

Deno.test("resolveRules() starts from the ruleset and lets entries override single bounds", () => {
  const bounds = resolveRules([{ name: "MAX_SERVICE", value: 0.3 }, "VIC_PGY1", "NO_NIGHTS"]);
  assert.equal(bounds.ruleset, "VIC_PGY1");
  assert.equal(bounds.maxServiceShare, 0.3);
  assert.equal(bounds.noNights, true);
  assert.equal(bounds.exactTerms, 5);
});

Deno.test("resolveRules() gives the house rules where no ruleset is named", () => {
  const bounds = resolveRules([]);
  assert.equal(bounds.ruleset, "UNRESTRICTED");
  assert.deepEqual(bounds.requiredCategories, []);
  assert.deepEqual([bounds.maxRuralTerms, bounds.maxNightsReliefTerms], [1, 1]);
  assert.equal(bounds.uniquePositions, true);
});

Deno.test("resolveRules() knows the state rulesets", () => {
  assert.equal(resolveRules(["VIC_PGY2"]).exactTerms, 4);
  assert.equal(resolveRules(["VIC_PGY2"]).maxSpecialtyShare, null);
  assert.equal(resolveRules(["NSW_PGY1"]).maxServiceTerms, 1);
});

Deno.test("shareWeeks() counts a single term that rounds to the share as within", () => {
  assert.equal(shareWeeks(0.25, [13, 13, 13, 13]), 13);
  assert.equal(shareWeeks(0.25, [13, 13, 13, 12]), 13); // 13 of 51 is 25.5%, in whole per cent 25
  assert.equal(shareWeeks(0.2, [10, 10, 10, 10, 12]), 10);
  assert.equal(shareWeeks(0.5, [10, 10, 10, 10, 12]), 26);
});
