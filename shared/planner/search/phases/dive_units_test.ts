// A plan of a dive that goes on: the best one is not to wait for the dive's end.

import assert from "node:assert/strict";
import { buildTables } from "../../model/build.ts";
import { mergeTables } from "../../model/merge.ts";
import { resolveRules } from "../../rules/mod.ts";
import { position, problemOf } from "../../testing/problems.ts";
import { Search } from "../search.ts";
import { firstState } from "../state.ts";
import { nextUnit } from "../units.ts";
import { endDive } from "./dive_units.ts";

const TERMS = 12;
const LINES = 12;

/** A search whose first dive is next, over lines that go round their positions. @param below how far its plan lies below the master */
function diving(below: number, terms = TERMS): Search {
  const positions = Array.from({ length: LINES + 2 }, (_, r) => position(`p${r}`));
  const problem = problemOf(positions, {
    lines: LINES,
    termWeeks: Array.from(
      { length: terms },
      (_, t) => Math.floor(52 / terms) + (t < 52 % terms ? 1 : 0),
    ),
    options: { allowPartial: false, seed: 1, effort: "normal" },
  });
  problem.affinity.weights = positions.flatMap((a, i) =>
    positions.slice(i).map((b, k): [string, string, number] => [
      a.specialty,
      b.specialty,
      (7 * i + 3 * k) % 20,
    ])
  );
  const bounds = resolveRules(problem.constraints), tables = buildTables(problem, bounds);
  const input = { problem, bounds, tables, merged: mergeTables(tables) };
  const search = new Search(input, firstState(1, problem.lines)), { pool, state } = search;
  for (let r = 0; r < LINES + 2; r++) {
    pool.add(Int32Array.from({ length: terms }, (_, t) => (r + t) % (LINES + 2)), 0);
  }
  search.basis = search.master.solve(pool, null).basis;
  assert.ok(search.offer(pool.cells.slice(0, LINES * terms)));
  Object.assign(state, { phase: "round", isEarly: true });
  state.near = { ...state.near, master: state.bestValue! + below * state.scale };
  return search;
}

/** Goes through the first dive. @returns how often a plan was annealed while it went on */
function plansBetween(search: Search): number {
  const { state } = search;
  let plans = 0, wasPlan = false;
  for (let units = 0; units === 0 || state.dive !== null; units++) {
    assert.ok(units < 500, "no end");
    const unit = nextUnit(search)!, isPlan = search.plan.length > 0;
    if (isPlan) assert.deepEqual([unit.kind, state.attempt], ["moves", 0]);
    if (isPlan && !wasPlan) plans++;
    wasPlan = isPlan;
    unit.run(search);
  }
  return plans;
}

Deno.test("a dive that goes on makes one plan once half of its lines are fixed, where the best one is far below", () => {
  const search = diving(0.1), before = search.state.bestValue!;
  assert.equal(plansBetween(search), 1);
  assert.ok(search.state.bestValue! > before);
  assert.ok(search.plan.length > 0, "that of its end is next");
  assert.equal(search.state.isDivePlanned, false, "the next dive makes one of its own");
  assert.equal(plansBetween(diving(0.01)), 0);
  assert.equal(plansBetween(diving(0.1, TERMS - 1)), 0, "it is over sooner");
});

Deno.test("a dive that is forgotten has made no plan", () => {
  const search = diving(0.1);
  Object.assign(search.state, { dive: [], isDivePlanned: true });
  endDive(search);
  assert.equal(search.state.isDivePlanned, false);
});
