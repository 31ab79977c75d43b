// The list of rules is made from their files: a new rule is in it, and is planned with, by its file alone.

import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type * as Engine from "../shared/planner/engine.ts";
import type { OwnBounds } from "../shared/planner/rules/registry.ts";
import type * as Rules from "../shared/planner/rules/mod.ts";
import { RULES } from "../shared/planner/rules/mod.ts";
import type { LineRule, OwnOf } from "../shared/planner/rules/rule.ts";
import { minHospitals } from "../shared/planner/testing/min_hospitals.ts";
import { position, problemOf } from "../shared/planner/testing/problems.ts";
import { staleRegistry } from "./rules_registry.ts";

Deno.test("the list of rules is made from their files as they are", async () => {
  assert.equal(await staleRegistry(), null, "run deno task docs:rules");
});

/** What is deployed of some rooms of shared/, in a folder of its own, which goes with the test. */
async function copyOf(...rooms: string[]) {
  const folder = await Deno.makeTempDir();
  async function copy(from: URL, to: URL): Promise<void> {
    await Deno.mkdir(to, { recursive: true });
    for await (const { name, isDirectory } of Deno.readDir(from)) {
      if (/^test(ing|data)$|_test\.ts$|\.md$/.test(name)) continue;
      if (isDirectory) await copy(new URL(`${name}/`, from), new URL(`${name}/`, to));
      else await Deno.copyFile(new URL(name, from), new URL(name, to));
    }
  }
  const root = pathToFileURL(`${folder}/`);
  for (const room of rooms) {
    await copy(new URL(`../shared/${room}/`, import.meta.url), new URL(`shared/${room}/`, root));
  }
  return { root, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

/** A rule that tests hold, as it would stand among the others. */
async function among(rules: URL, name: string): Promise<void> {
  const text = await Deno.readTextFile(
    new URL(`../shared/planner/testing/${name}`, import.meta.url),
  );
  await Deno.writeTextFile(new URL(name, rules), text.replaceAll('"../rules/', '"./'));
}

Deno.test("a new rule is a file among the others: it is listed, read, told and planned with", async () => {
  await using copy = await copyOf("engine", "lp", "planner");
  const rules = new URL("shared/planner/rules/", copy.root);
  assert.equal(await staleRegistry(rules), null);
  await among(rules, "min_hospitals.ts");
  const list = await staleRegistry(rules);
  assert.ok(list);
  await Deno.writeTextFile(...list);

  const { parseConstraints, RULES: all }: typeof Rules = await import(`${rules}mod.ts`);
  const names = RULES.map(({ name }) => name), at = names.indexOf("MIN_SPECIALTIES");
  assert.deepEqual(all.map(({ name }) => name), names.toSpliced(at, 0, "MIN_HOSPITALS"));
  assert.equal(parseConstraints([{ name: "MIN_HOSPITALS", value: 1.5 }]).ok, false);

  const { preparePlanner }: typeof Engine = await import(`${copy.root}shared/planner/engine.ts`);
  const planned = (value: number | null) => {
    const planner = preparePlanner(problemOf(
      ["North", "North", "South"].map((hospital, r) => position(`p${r}`, { hospital })),
      {
        termWeeks: [26, 26],
        constraints: [{ name: "MIN_HOSPITALS", value }],
        affinity: { profile: "bait", version: 1, weights: [["p0 specialty", "p1 specialty", 100]] },
      },
    ));
    let state = planner.start();
    while (!planner.done(state)) state = planner.step(state, { remainingMs: () => 1e6 });
    return planner.outcome(state);
  };
  const lineOf = (value: number | null) => {
    const outcome = planned(value);
    assert.ok(outcome.status === "COMPLETED");
    return outcome.lines[0].positions;
  };
  assert.deepEqual(lineOf(null).toSorted(), ["p0", "p1"]);
  assert.ok(lineOf(2).includes("p2"));
  const refused = planned(3);
  assert.ok(refused.status === "INFEASIBLE");
  assert.deepEqual(refused.explanation.rules, ["MIN_HOSPITALS"]);
});

Deno.test("what a new rule keeps in the bounds is typed from its own object", () => {
  const rules: readonly LineRule<OwnBounds & OwnOf<typeof minHospitals>>[] = [
    ...RULES,
    minHospitals,
  ];
  const bounds = rules.at(-1)!.set(
    { minHospitals: null } as OwnBounds & OwnOf<typeof minHospitals>,
    2,
  );
  const least: number | null = bounds.minHospitals;
  assert.equal(least, 2);
});

Deno.test("two rules of one name, or in one place, are refused", async () => {
  const folder = pathToFileURL(`${await Deno.makeTempDir()}/`);
  const write = (file: string, name: string, place: number) =>
    Deno.writeTextFile(
      new URL(file, folder),
      `export const ${file[0]} = { name: "${name}", place: ${place}, contribute() {} };`,
    );
  try {
    await write("a.ts", "A", 100);
    await write("b.ts", "B", 100);
    await assert.rejects(staleRegistry(folder), /a and b both have 100/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
