// When prices are soft, and that these bound the pool's plans lower than those before.

import assert from "node:assert/strict";
import { mergeTables } from "../../model/merge.ts";
import { buildTables } from "../../model/build.ts";
import { resolveRules } from "../../rules/mod.ts";
import { position, problemOf } from "../../testing/problems.ts";
import { lagrangeanBound } from "../master.ts";
import { Search } from "../search.ts";
import { firstState } from "../state.ts";
import { solveMaster } from "./bound.ts";
import { isSoft, takeSoftPrices } from "./soft.ts";

const TERMS = 10;
const LINES = 12;

/** A search that has solved its master, over the lines that go round twelve positions; it can prove by keys. */
function solved(effort: "quick" | "normal" = "normal", terms = TERMS): Search {
  const positions = Array.from({ length: LINES }, (_, r) => position(`p${r}`));
  const keys = positions.map(({ specialty }) => specialty);
  const problem = problemOf(positions, {
    lines: 3,
    termWeeks: Array.from({ length: terms }, (_, t) => t < 52 % terms ? 6 : 5),
    affinity: { profile: "test", version: 1, weights: [[keys[0], keys[0], 20]] },
    options: { allowPartial: false, seed: 1, effort },
  });
  const bounds = resolveRules(problem.constraints), tables = buildTables(problem, bounds);
  const search = new Search(
    { problem, bounds, tables, merged: mergeTables(tables) },
    firstState(1, problem.lines),
  );
  for (let r = 0; r < LINES; r++) {
    search.pool.add(Int32Array.from({ length: terms }, (_, t) => (r + t) % LINES), 0);
  }
  const solution = search.master.solve(search.pool, null);
  search.basis = solution.basis;
  const proof = { heads: 1, isByKeys: true, isByHalves: true };
  Object.defineProperty(search, "pricer", { value: { parts: 1, proof } });
  search.lastPrices = new Float64Array(tables.cap.length);
  return search;
}

Deno.test("prices are soft from ten terms on but for every sixteenth round, where the master's own are asked for, and at the end", () => {
  const search = solved(), { state } = search;
  const soft = Array.from({ length: 32 }, (_, solves) => {
    state.solves = solves;
    return isSoft(search);
  });
  assert.deepEqual(soft, soft.map((_, solves) => solves % 16 !== 15));
  state.solves = 32;
  assert.equal(isSoft(search), false, "the first dive is due, from the master");
  state.attempt = 1;
  assert.equal(isSoft(search), true);
  for (const change of [{ isSharp: true }, { isEnding: true }]) {
    Object.assign(state, { isSharp: false, isEnding: false }, change);
    assert.equal(isSoft(search), false);
  }
  assert.equal(isSoft(solved("quick")), false);
  assert.equal(isSoft(solved("normal", TERMS - 1)), false);
  const young = solved();
  young.basis = null;
  assert.equal(isSoft(young), false, "the master was never solved");
});

Deno.test("soft prices bound the pool's plans lower than those priced last, count as work and as a round, and are not the master's", () => {
  const search = solved(), { state, tables, pool, lastPrices } = search;
  const bound = (prices: Float64Array) =>
    lagrangeanBound(
      tables,
      prices,
      Math.max(...Array.from({ length: pool.count }, (_, j) => pool.reduced(j, prices))),
    );
  tables.cap.forEach((n, s) => lastPrices[s] = n > 0 ? 40 * (s % 7) : 0);
  takeSoftPrices(search);
  assert.ok(bound(search.prices) < bound(lastPrices));
  assert.ok(state.isSteady && state.solves === 1 && state.work.pricing_nodes > 0);
  assert.equal(state.work.lp_work, 0);
});

Deno.test("a dive after the first one waits for the bound to come down, unless no proof brings it down", () => {
  for (const isInVain of [false, true]) {
    const search = solved(), { state, pool } = search;
    search.offer(pool.cells.slice(0, 3 * TERMS));
    assert.equal(search.bestLines, 3);
    Object.assign(state, {
      phase: "bound",
      attempt: 1,
      isSharp: true,
      bound: 1e6,
      bestValue: -1e5,
    });
    state.near = { estimate: 0, master: 0, isInVain };
    solveMaster(search);
    assert.deepEqual([state.phase, state.isEarly], isInVain ? ["round", true] : ["bound", false]);
  }
});
