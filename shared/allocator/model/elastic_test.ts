import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { checkMatching } from "../checker.ts";
import { problemOf, randomProblem } from "../testing/problems.ts";
import {
  allows,
  changesOf,
  countChanges,
  kindsOf,
  nothing,
  placeTheRest,
  withChanges,
} from "./elastic.ts";
import { buildTables } from "./tables.ts";

/** A line for each worker, legal or not. */
function drawLines(random: Random, W: number, J: number): number[] {
  return Array.from({ length: W }, () => random.below(J));
}

Deno.test("changesOf() names no change exactly where the checker has nothing against a matching", () => {
  const random = new Random(51);
  let legal = 0;
  for (let round = 0; round < 400; round++) {
    const problem = randomProblem(random, { caps: true, stability: false });
    const tables = buildTables(problem), { W, J, workers, lines, rank, choice } = tables;
    const lineOf = drawLines(random, W, J);
    const allocations = lineOf.map((j, w) => ({
      worker: workers[w].id,
      line: lines[j].id,
      originalPreference: choice[w * J + j] > 0 ? rank[w * J + j] : null,
    }));
    const changes = changesOf(tables, lineOf);
    assert.equal(countChanges(changes) === 0, checkMatching(problem, allocations).length === 0);
    assert.equal(kindsOf(changes) === 0, countChanges(changes) === 0);
    if (countChanges(changes) === 0) legal++;
  }
  assert.ok(legal > 20 && legal < 380, `${legal} legal`);
});

Deno.test("withChanges() makes a matching legal, and allows() lets it pass where all rules give way", () => {
  const random = new Random(52);
  for (let round = 0; round < 200; round++) {
    const tables = buildTables(randomProblem(random, { caps: true, stability: false }));
    const lineOf = drawLines(random, tables.W, tables.J);
    const changes = changesOf(tables, lineOf);
    assert.equal(countChanges(changesOf(withChanges(tables, changes), lineOf)), 0);
    const give = nothing(tables);
    assert.equal(allows(null, changes), countChanges(changes) === 0);
    assert.equal(allows(give, changes), countChanges(changes) === 0);
    give.places.fill(1);
    give.caps.fill(1);
    assert.ok(allows({ ...give, mustHave: true, pins: true, eligibility: true }, changes));
  }
});

Deno.test("changesOf() counts places, empty lines, caps, pins and waivers, each for itself", () => {
  const problem = problemOf(3, [1, 1, 1], {
    lines: problemOf(3, [1, 1, 1]).lines.map((line) => ({ ...line, mustHave: line.id === "l2" })),
    pins: [{ worker: "w2", line: "l2" }],
    eligibility: [{
      line: "l0",
      includedWorkers: [],
      excludedWorkers: ["w0"],
      includedTags: [],
      excludedTags: [],
    }],
    preferencers: [{
      id: "p",
      name: "P",
      lines: ["l0"],
      maxLines: 0,
      maxWorkers: 1,
      ranks: [],
    }],
  });
  const tables = buildTables(problem), { J, workers, lines } = tables;
  const l0 = lines.findIndex(({ id }) => id === "l0");
  const changes = changesOf(tables, new Array(3).fill(l0));
  const names = (of: number[]) => of.map((w) => workers[w].id);
  assert.equal(J, 3);
  assert.deepEqual(changes.places, [{ line: l0, by: 2 }]);
  assert.deepEqual(changes.empty.map((j) => lines[j].id), ["l2"]);
  assert.deepEqual(changes.caps, [{ cap: 0, workers: 2, lines: 1 }]);
  assert.deepEqual(names(changes.unpinned), ["w2"]);
  assert.deepEqual(names(changes.waivers.map(({ worker }) => worker)), ["w0"]);
  assert.equal(countChanges(changes), 8);
  assert.equal(kindsOf(changes), 5);
});

Deno.test("placeTheRest() takes places that are free before it adds any, and leaves who is placed", () => {
  const tables = buildTables(problemOf(3, [1, 1]));
  const give = nothing(tables);
  const usable = new Uint8Array(6).fill(1);
  assert.deepEqual(placeTheRest(tables, give, usable, [0, -1, -1]), [0, 1, -1]);
  give.places[1] = 1;
  assert.deepEqual(placeTheRest(tables, give, usable, [0, -1, -1]), [0, 1, 1]);
});
