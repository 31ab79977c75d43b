// Which relaxations are worth a trial, and which are not after others were tried.

import assert from "node:assert/strict";
import { buildTables } from "../model/tables.ts";
import { problemOf } from "../testing/problems.ts";
import { isNeedless, type Relaxation, relaxationsOf } from "./relaxations.ts";

/** Three doctors for two places; a preferencer takes one of them on its two lines; somebody must take the second line. */
function scene() {
  const problem = problemOf(3, [1, 1]);
  problem.lines[1].mustHave = true;
  problem.preferencers = [
    { id: "p0", name: "P", lines: ["l0", "l1"], maxLines: null, maxWorkers: 1, ranks: [] },
  ];
  return buildTables(problem);
}

/** A trial of the first relaxation that did not help. */
const NO_HELP = { at: 0, changes: null, stable: true, apart: false, least: null };

const gives = ({ give }: Relaxation) =>
  Object.entries(give).filter(([, kind]) => typeof kind === "boolean" ? kind : kind.includes(1))
    .map(([name]) => name);

Deno.test("numbers are tried together first, then each kind, and everything at once as the last resort", () => {
  const tables = scene();
  const shortage = { workers: [0, 1, 2], left: [2], lines: [0, 1], groups: [] };
  const found = relaxationsOf(tables, false, shortage);
  assert.deepEqual(gives(found[0]).sort(), ["caps", "mustHave", "places"]);
  assert.ok(found.some((each) => gives(each).join() === "eligibility"));
  assert.deepEqual(found.map(({ lastResort }) => lastResort), [
    ...Array(found.length - 1).fill(false),
    true,
  ]);
  // A cap of one on two lines with a place each is none when it is raised by one.
  const cap = found.find((each) => gives(each).join() === "caps" && each.most < Infinity);
  assert.equal(cap?.most, 1);
});

Deno.test("what allows less than something that did not help is not tried", () => {
  const tables = scene();
  const shortage = { workers: [0, 1, 2], left: [2], lines: [0, 1], groups: [] };
  const all = relaxationsOf(tables, false, shortage);
  const places = all.findIndex((each) => gives(each).join() === "places" && each.most === Infinity);
  const one = all.findIndex((each) => gives(each).join() === "places" && each.most < Infinity);
  const eligibility = all.findIndex((each) => gives(each).join() === "eligibility");
  const failed = [{ ...NO_HELP, at: places }];
  assert.equal(isNeedless(all[one], all, failed), true, "more places did not help, nor does one");
  assert.equal(isNeedless(all[eligibility], all, failed), false);
});

Deno.test("the last resort is not tried where something helped", () => {
  const tables = scene();
  const all = relaxationsOf(tables, false, null);
  const changes = { places: [], empty: [], caps: [], unpinned: [], waivers: [] };
  assert.equal(isNeedless(all.at(-1)!, all, [{ ...NO_HELP, changes, least: 1 }]), true);
  assert.equal(isNeedless(all.at(-1)!, all, [NO_HELP]), false);
});

Deno.test("caps are raised by as much as makes them none: workers to the places, lines to the lines", () => {
  const most = (maxWorkers: number | null, maxLines: number | null) => {
    const lines = ["l0", "l1", "l2"], ranks: [string, number][] = [];
    const preferencers = [{ id: "p0", name: "P", lines, maxLines, maxWorkers, ranks }];
    const tables = buildTables(problemOf(5, [2, 1, 1, 9], { preferencers }));
    const all = relaxationsOf(tables, false, null);
    return all.find((each) => gives(each).join() === "caps" && each.most < Infinity)!.most;
  };
  assert.equal(most(1, null), 3, "four places");
  assert.equal(most(null, 1), 2, "three lines");
  assert.equal(most(1, 1), 5);
  assert.equal(most(4, 2), 1);
  assert.equal(most(9, 2), 1, "a cap above all places is none");
});

Deno.test("places are added to the lines that most of those left may have, to each for all who may have it", () => {
  const notFor = (line: string, excludedWorkers: string[]) => ({
    line,
    includedWorkers: [],
    excludedWorkers,
    includedTags: [],
    excludedTags: [],
  });
  const problem = problemOf(5, [1, 1, 1, 1], {
    eligibility: [notFor("l0", ["w3", "w4"]), notFor("l1", ["w4"]), notFor("l3", ["w0", "w4"])],
  });
  problem.lines[2].capacity = 2;
  const tables = buildTables(problem),
    lineOf = (id: string) => tables.lines.findIndex((line) => line.id === id);
  const left = ["w3", "w4"].map((id) => tables.workers.findIndex((worker) => worker.id === id));
  const shortage = { workers: [0, 1, 2, 3, 4], left, lines: [0, 1, 2, 3], groups: [] };
  const single = relaxationsOf(tables, false, shortage)
    .filter((each) => gives(each).join() === "places" && each.most < Infinity)
    .map(({ give, most }) => [give.places.indexOf(1), most]);
  // Both of those left may have l2, one of them l1 and l3; l0 is the fourth, of which none is tried.
  assert.deepEqual(single, [[lineOf("l2"), 5 - 2], [lineOf("l1"), 4 - 1], [lineOf("l3"), 3 - 1]]);
});
