// Column generation of long lines that a proof closes, against an integer program over all lines, and unit by unit.

import assert from "node:assert/strict";
import { Random } from "../../../engine/random.ts";
import { draws } from "../../../engine/testing/draws.ts";
import { preparePlanner } from "../../engine.ts";
import type { PlannerProblem } from "../../problem.ts";
import { exactAnswer } from "../../testing/oracle.ts";
import { position, problemOf } from "../../testing/problems.ts";
import { buildTables } from "../../model/build.ts";
import { mergeTables } from "../../model/merge.ts";
import { resolveRules } from "../../rules/mod.ts";
import { Search } from "../search.ts";
import { firstState, type PlannerState } from "../state.ts";
import { beginBound } from "./bound.ts";
import { beginClosing, close } from "./close.ts";

/** Lines of six or seven terms, three of nine positions in each; every second time some are of a pathway. */
function drawn(random: Random, round: number): PlannerProblem {
  const T = 6 + round % 2, E = 9;
  const positions = Array.from({ length: E }, (_, r) =>
    position(`p${r}`, {
      specialty: `S${r % 4}`,
      subspecialty: random.next() < 0.7 ? `S${r % 4}.${r % 3}` : null,
      categories: random.next() < 0.5 ? ["A", "B"] : ["C"],
    }));
  const termWeeks = Array.from({ length: T }, (_, t) => T === 6 && t < 4 ? 9 : T === 6 ? 8 : 7);
  const keys = [...new Set(positions.map((p) => p.subspecialty ?? p.specialty))];
  const weights = keys.flatMap((a, i) =>
    keys.slice(i).map((b): [string, string, number] => [a, b, random.below(141) - 60])
  );
  const posts = termWeeks.map(() => {
    const row = positions.map(() => 0);
    while (row.filter((n) => n > 0).length < 3) row[random.below(E)] = 1 + random.below(2);
    return row;
  });
  const pathways = [{ name: "Way", lines: 1, positions: ["p0", "p1", "p2", "p3"], need: 2 }];
  return problemOf(positions, {
    lines: 3,
    termWeeks,
    posts,
    constraints: [
      "UNRESTRICTED",
      { name: "MAX_SPECIALTY", value: 0.5 },
      { name: "REQUIRED_CATEGORIES", value: ["A", "C"] },
      ...round % 2 === 0 ? [] : [{ name: "PATHWAYS", value: pathways }],
    ],
    affinity: { profile: "test", version: 1, weights },
    options: { allowPartial: false, seed: 1, effort: "quick" },
  });
}

/** Runs a search, each slice from the text of the one before. */
function run(problem: PlannerProblem, leftMs: number) {
  let closings = 0, state: PlannerState = preparePlanner(problem).start();
  for (;;) {
    const planner = preparePlanner(problem);
    if (planner.done(state)) return { outcome: planner.outcome(state), state, closings };
    state = JSON.parse(JSON.stringify(planner.step(state, { remainingMs: () => leftMs })));
    closings = Math.max(closings, state.closings);
  }
}

Deno.test("a proof that closes column generation leaves the bound above the best plan, and comes near it", () => {
  const random = new Random(101);
  const wanted = draws(6);
  let compared = 0, closed = 0, proven = 0;
  for (let round = 0; round < 4 * wanted && compared < wanted; round++) {
    const problem = drawn(random, round), answer = exactAnswer(problem, true);
    if (answer === null || answer.lines < problem.lines) continue;
    const { outcome, state, closings } = run(problem, 1e6);
    assert.equal(outcome.status, "COMPLETED", `round ${round}`);
    assert.ok(state.bestValue! <= answer.value!, `round ${round}`);
    assert.ok(state.bound! >= answer.value!, `round ${round}: ${state.bound} of ${answer.value}`);
    compared++;
    if (closings > 0) closed++;
    if (state.bestValue === answer.value) proven++;
  }
  assert.ok(
    compared > 0.6 * wanted && closed > compared / 2 && proven > compared / 2,
    `${compared}, ${closed}, ${proven}`,
  );
});

Deno.test("a proof in one slice and in as many as it has stretches come to the same", () => {
  const random = new Random(102);
  const wanted = draws(2);
  let closed = 0;
  for (let round = 0; round < 7 * wanted && closed < wanted; round++) {
    const problem = drawn(random, round), one = run(problem, 1e6);
    if (one.closings === 0) continue;
    const many = run(problem, -1);
    assert.deepEqual(many.outcome, one.outcome);
    assert.deepEqual(many.state.work, one.state.work);
    closed++;
  }
  assert.equal(closed, wanted);
});

Deno.test("a loose proof by keys that finds nothing is followed by closer ones, and the last one by dives", () => {
  const problem = drawn(new Random(103), 0), bounds = resolveRules(problem.constraints);
  const tables = buildTables(problem, bounds);
  const search = new Search(
    { problem, bounds, tables, merged: mergeTables(tables) },
    firstState(1, problem.lines),
  );
  beginBound(search);
  // Proofs whose bound holds and that find no line.
  const prove = () => ({
    best: -Infinity,
    lines: new Int32Array(0),
    count: 0,
    next: null,
    work: 1,
  });
  const proof = { heads: 1, isByKeys: true, prove };
  Object.defineProperty(search, "pricer", { value: { parts: 1, proof } });
  search.lastPrices = new Float64Array(search.tables.cap.length);
  const phases = [1, 2, 3, 4].map(() => {
    assert.ok(beginClosing(search));
    close(search);
    assert.equal(search.state.closing, null);
    return search.state.phase;
  });
  assert.deepEqual(phases, ["bound", "bound", "bound", "round"]);
});
