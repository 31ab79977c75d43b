// The form's way from an allocation run to a request.

import assert from "node:assert/strict";
import { CATALOGUE_KEPT } from "../../../../shared/client/planner_types.ts";
import { constraintCatalogue } from "../../../../shared/planner/rules/catalogue.ts";
import { toCamel } from "../../../../shared/platform/spelling.ts";
import type { ConstraintEntry, PlannerForm } from "../../../../shared/client/mod.ts";
import {
  constraintsOf,
  type Draft,
  draftOf,
  faultOfServer,
  knownFaults,
  requestOf,
  rulesOf,
  sameDraft,
  sameRules,
} from "./draft.ts";

const catalogue = toCamel(constraintCatalogue(), CATALOGUE_KEPT);

function formWith(constraints: ConstraintEntry[], rest: Partial<PlannerForm> = {}): PlannerForm {
  return {
    allocationRun: {
      id: "r",
      name: "R",
      status: "open",
      starts_on: "2027-01-11",
      ends_on: "2028-01-09",
    },
    constraints,
    termWeeks: [26, 26],
    options: null,
    nJobLines: null,
    lastRun: null,
    unfinishedRun: null,
    replacedLines: 0,
    fewestPosts: 48,
    ...rest,
  };
}

Deno.test("draftOf() restores constraints, number and options of the last run; requestOf() asks for the same", () => {
  const constraints: ConstraintEntry[] = [
    "VIC_PGY1",
    { name: "MAX_SERVICE", value: 0.25 },
    "NO_NIGHTS",
    { name: "ANNUAL_LEAVE", value: { first_half_share: 0.6 } },
  ];
  const options = {
    mode: "fill" as const,
    dryRun: true,
    allowPartial: true,
    effort: 2.5,
    seed: 7,
    timeLimitS: 30,
  };
  const draft = draftOf(formWith(constraints, { options, nJobLines: 42 }), catalogue);
  const request = requestOf(draft, catalogue);
  assert.deepEqual(request, { nJobLines: 42, constraints, options, faults: [] });
});

Deno.test("draftOf() offers as many lines as there are before the first run, or as there are posts", () => {
  assert.equal(draftOf(formWith([], { replacedLines: 12 }), catalogue).nJobLines, "12");
  assert.equal(draftOf(formWith([]), catalogue).nJobLines, "48");
  assert.equal(draftOf(formWith([], { fewestPosts: 0 }), catalogue).nJobLines, "");
});

Deno.test("rulesOf() keeps entries that the catalogue does not know, and constraintsOf() sends them", () => {
  const constraints: ConstraintEntry[] = [
    "VIC_PGY1",
    "VIC_PGY2",
    { name: "FROM_THE_FUTURE", value: [1] },
  ];
  const rules = rulesOf(constraints, catalogue);
  assert.equal(rules.ruleset, "VIC_PGY1");
  assert.deepEqual(rules.others, ["VIC_PGY2", { name: "FROM_THE_FUTURE", value: [1] }]);
  assert.deepEqual(constraintsOf(rules, catalogue).entries, constraints);
});

Deno.test("requestOf() names what is wrong by the form's fields", () => {
  const draft = draftOf(formWith([{ name: "EXACT_TERMS", value: 5 }]), catalogue);
  const { faults } = requestOf({
    ...draft,
    nJobLines: "0",
    seed: "x",
    timeLimit: "1000",
    overrides: { EXACT_TERMS: "many" },
  }, catalogue);
  assert.deepEqual(faults.map(({ path }) => path), [
    "EXACT_TERMS.value",
    "nJobLines",
    "seed",
    "timeLimit",
  ]);
});

Deno.test("faultOfServer() puts the server's faults where the form shows them", () => {
  const constraints: ConstraintEntry[] = ["VIC_PGY1", { name: "MAX_SERVICE", value: 2 }];
  const at = (path: string) => faultOfServer({ path, message: "" }, constraints).path;
  assert.equal(at("constraints[1].value"), "MAX_SERVICE.value");
  assert.equal(at("constraints[0]"), "VIC_PGY1");
  assert.equal(at("n_job_lines"), "nJobLines");
  assert.equal(at("options.time_limit_s"), "timeLimit");
});

Deno.test("sameRules() compares what is meant, sameDraft() what is typed", () => {
  assert.equal(
    sameRules(
      ["NO_NIGHTS", "VIC_PGY1"],
      ["VIC_PGY1", { name: "NO_NIGHTS", value: true }],
      catalogue,
    ),
    true,
  );
  assert.equal(sameRules(["VIC_PGY1"], ["VIC_PGY2"], catalogue), false);
  const draft = draftOf(formWith(["VIC_PGY1"]), catalogue);
  assert.equal(sameDraft(draft, structuredClone(draft)), true);
  assert.equal(sameDraft(draft, { ...draft, seed: "1 " }), false);
});

Deno.test("knownFaults() says at the field what would fail later: pinned lines make up the number, terms that are not there", () => {
  const form = formWith([], { termWeeks: [10, 10, 10, 10, 12], replacedLines: 4, nJobLines: 60 });
  // As the controls of the form hold it, made of an allocation run: what was typed.
  const found = (changes: Partial<Draft>, locked = 0, constraints: ConstraintEntry[] = []) => {
    const draft = { ...draftOf({ ...form, constraints }, catalogue), ...changes };
    return knownFaults(draft, requestOf(draft, catalogue).constraints, form, locked)
      .map(({ path, message }) => `${path}: ${message}`);
  };
  assert.deepEqual(found({}), []);
  assert.deepEqual(found({}, 60), [
    "nJobLines: 60 lines are pinned: ask for more than 60, or unpin some.",
  ]);
  assert.deepEqual(found({}, 59), []);
  assert.equal(found({ mode: "fill" }, 56).length, 1);
  const capacity = (weeks: number[]) =>
    found({}, 0, [{ name: "ANNUAL_LEAVE", value: { capacity_weeks: weeks } }]);
  assert.deepEqual(capacity([70]), [
    "ANNUAL_LEAVE.value.capacity_weeks: One number for each of the 5 terms; there is 1.",
  ]);
  assert.deepEqual(capacity([70, 70, 70, 70, 70]), []);
  const cell = (term: number) =>
    found({}, 0, [{ name: "FORCED_CELLS", value: [{ position: "p", term, lines: 1 }] }]);
  assert.deepEqual(cell(6), ["FORCED_CELLS.value[0].term: The year has 5 terms."]);
  assert.deepEqual(cell(5), []);
});
