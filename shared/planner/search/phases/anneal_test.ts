// Plans of dives: what a dive fixed stays until the other lines are good, and is freed where they cannot be legal beside it.

import assert from "node:assert/strict";
import { Random } from "../../../engine/random.ts";
import { mergeTables } from "../../model/merge.ts";
import { buildTables } from "../../model/build.ts";
import type { PlannerProblem } from "../../problem.ts";
import { resolveRules } from "../../rules/mod.ts";
import { position, problemOf } from "../../testing/problems.ts";
import { Search } from "../search.ts";
import { firstState } from "../state.ts";
import { annealUnit, beginAnneal } from "./anneal.ts";

const TERMS = 6;

function searchOf(problem: PlannerProblem): Search {
  const bounds = resolveRules(problem.constraints), tables = buildTables(problem, bounds);
  const input = { problem, bounds, tables, merged: mergeTables(tables) };
  const search = new Search(input, firstState(1, problem.lines));
  search.state.phase = "round";
  return search;
}

/** Anneals a plan to its end. @returns numbers of lines kept, as they came, and the plan while the first ones were */
function annealed(search: Search, plan: Int32Array, kept: number) {
  beginAnneal(search, plan, kept);
  const seen = [kept], first = plan.slice();
  for (let units = 0; !annealUnit(search); units++) {
    assert.ok(units < 400, "no end");
    if (seen.at(-1) !== search.state.kept) seen.push(search.state.kept);
    if (seen.length === 1) first.set(search.plan);
  }
  assert.equal(search.state.kept, 0);
  return { seen, first };
}

Deno.test("lines that a dive fixed stay as they are until the others are annealed, then all are", () => {
  const random = new Random(3);
  const positions = Array.from({ length: 8 }, (_, r) => position(`r${r}`, { specialty: `S${r}` }));
  const problem = problemOf(positions, { termWeeks: Array(TERMS).fill(8), lines: 4, postsEach: 1 });
  problem.affinity.weights = positions.flatMap((a, i) =>
    positions.slice(i).map((b): [string, string, number] => [
      a.specialty,
      b.specialty,
      random.below(201) - 100,
    ])
  );
  const search = searchOf(problem);
  const plan = Int32Array.from({ length: 4 * TERMS }, (_, at) => {
    return (Math.floor(at / TERMS) + at % TERMS) % 8;
  });
  const before = plan.slice(), { seen, first } = annealed(search, plan, 2);
  assert.deepEqual(seen, [2, 0]);
  assert.deepEqual(first.subarray(0, 2 * TERMS), before.subarray(0, 2 * TERMS));
  assert.notDeepEqual(first.subarray(2 * TERMS), before.subarray(2 * TERMS));
  assert.notDeepEqual(search.best.subarray(0, 2 * TERMS), before.subarray(0, 2 * TERMS));
  assert.equal(search.bestLines, 4);
});

Deno.test("lines that a dive fixed are freed where the others have no legal lines beside them", () => {
  const plain = Array.from({ length: 8 }, (_, r) => position(`b${r}`));
  const wanted = ["a", "c"].map((id) => position(id, { categories: ["A"] }));
  const problem = problemOf([...wanted, ...plain], {
    termWeeks: Array(TERMS).fill(8),
    lines: 4,
    constraints: [{ name: "REQUIRED_CATEGORIES", value: ["A"] }],
  });
  // Four posts that every line needs one of: a in the first two terms, c in the next two.
  problem.posts.forEach((row, t) => row.splice(0, 2, t < 2 ? 1 : 0, t === 2 || t === 3 ? 1 : 0));
  const search = searchOf(problem);
  const plan = Int32Array.from({ length: 4 * TERMS }, (_, at) => {
    return 2 + (Math.floor(at / TERMS) + at % TERMS) % 8;
  });
  // The first two lines hold them all.
  plan[0] = plan[TERMS + 1] = 0;
  plan[2] = plan[TERMS + 3] = 1;
  const { seen } = annealed(search, plan, 2);
  assert.deepEqual(seen, [2, 1, 0]);
  assert.equal(search.bestLines, 4);
});

Deno.test("moves that leave a fault forget what is wished for before any line that a dive fixed is freed", () => {
  const plain = Array.from({ length: 8 }, (_, r) => position(`b${r}`));
  const problem = problemOf([position("a", { categories: ["A"] }), ...plain], {
    termWeeks: Array(TERMS).fill(8),
    lines: 4,
    constraints: [{ name: "REQUIRED_CATEGORIES", value: ["A"] }],
  });
  problem.affinity.weights = [["b0 specialty", "b1 specialty", 50]];
  // The first line holds two of the four posts that every line needs one of.
  problem.posts.forEach((row, t) => row[0] = t < 4 ? 1 : 0);
  const search = searchOf(problem);
  const plan = Int32Array.from({ length: 4 * TERMS }, (_, at) => {
    return 1 + (Math.floor(at / TERMS) + at % TERMS) % 8;
  });
  plan[0] =
    plan[1] =
    plan[TERMS + 2] =
    plan[2 * TERMS + 3] =
      0;
  beginAnneal(search, plan, 1);
  const seen = ["1 false"];
  for (let units = 0; !annealUnit(search); units++) {
    assert.ok(units < 400, "no end");
    const { kept, isPlain } = search.state, now = `${kept} ${isPlain}`;
    if (seen.at(-1) !== now) seen.push(now);
    // What moves see is what the state says.
    if (search.plan.length > 0) assert.equal(search.isPlain, isPlain);
  }
  assert.deepEqual(seen, ["1 false", "1 true", "0 false"]);
  assert.equal(search.bestLines, 4);
});
