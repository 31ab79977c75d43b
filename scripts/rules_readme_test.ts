// The table of rules that people read is the one that the rules make.

import assert from "node:assert/strict";
import { RULES } from "../shared/planner/rules/mod.ts";
import { NAMES_TS, namesSource, rulesTable, updated } from "./rules_readme.ts";

const README = new URL("../shared/planner/rules/README.md", import.meta.url);

Deno.test("the README's table of rules is up to date", async () => {
  const { isCurrent } = updated(await Deno.readTextFile(README));
  assert.ok(isCurrent, "run scripts/rules_readme.ts and deno fmt");
});

Deno.test("the names of the rules are up to date, those of the positions among them", async () => {
  assert.equal(await Deno.readTextFile(NAMES_TS), namesSource(), "run deno task docs:rules");
  assert.match(namesSource(), /"POSITION_MIN_WEEKS",\n {2}"SIX_MONTH_PAIRS",\n\]/);
});

Deno.test("a README that says something else of a rule is stale, and is mended", async () => {
  const readme = await Deno.readTextFile(README);
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
