// What people and machines read of the rules is what the rules make.

import assert from "node:assert/strict";
import { RULES } from "../shared/planner/rules/mod.ts";
import { namesSource, RULES_README, rulesTable, staleTexts, updated } from "./rules_readme.ts";

Deno.test("the README's table, the names and the database's list are up to date", async () => {
  const stale = (await staleTexts()).map(([{ pathname }]) => pathname);
  assert.deepEqual(stale, [], "run deno task docs:rules");
});

Deno.test("names are told of the rules of the positions as well", () => {
  assert.match(namesSource(), /"POSITION_MIN_WEEKS",\n {2}"SIX_MONTH_PAIRS",\n\]/);
});

Deno.test("a README that says something else of a rule is stale, and is mended", async () => {
  const readme = await Deno.readTextFile(RULES_README);
  const stale = readme.replace("Largest number of rural terms", "Smallest number of rural terms");
  assert.notEqual(stale, readme);
  const mended = updated(stale);
  assert.equal(mended.isCurrent, false);
  assert.ok(updated(mended.text).isCurrent);
  assert.throws(() => updated("no table"), /lacks/);
});

Deno.test("every rule has its line", () => {
  const names = rulesTable().split("\n").slice(2).map((line) => line.split("`")[1]);
  assert.deepEqual(names, RULES.map(({ name }) => name));
});
