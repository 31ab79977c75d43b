// Rows and columns, over drawn problems: the reduced costs of columns, the bases that a program starts from, and its cuts.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { BASIC } from "../../lp/basis.ts";
import { type AllocatorTables, buildTables, matchingCost } from "../model/tables.ts";
import { randomProblem } from "../testing/problems.ts";
import { Flow } from "./flow.ts";
import { type Cut, Layout } from "./layout.ts";
import { Prepared } from "./prepared.ts";
import { cleanDuals, reducedCosts } from "./prices.ts";
import { Program } from "./program.ts";
import { FULL_PENALTY, Search } from "./search.ts";
import { flowBasis } from "./start_basis.ts";
import { firstState } from "./state.ts";

const WORK = 100_000;

/** Every pair that the tables allow. */
function allPairs({ cost }: AllocatorTables): Int32Array {
  return Int32Array.from(cost.keys()).filter((p) => cost[p] < Infinity);
}

function layoutOf(prepared: Prepared, cuts: readonly Cut[] = []): Layout | null {
  const setting = new Search(prepared, firstState()).setting([]);
  return setting && new Layout(setting, cuts, FULL_PENALTY);
}

/** Drawn problems without stability, with the program over all their pairs. */
function* drawn(count: number, caps: boolean) {
  const random = new Random(20270111);
  for (let i = 0; i < count; i++) {
    const problem = randomProblem(random, { caps, stability: false });
    const prepared = new Prepared(buildTables(problem), false), layout = layoutOf(prepared);
    if (layout === null) continue;
    yield { prepared, layout, pairs: allPairs(prepared.tables) };
  }
}

Deno.test("a column's reduced cost is the program's own: at the optimum none is below 0, and those of the basis are 0", () => {
  for (const { prepared: { tables }, layout, pairs } of drawn(30, true)) {
    const { solution, basis } = new Program(layout).solve(pairs, null, "primal", WORK);
    if (solution.status === "infeasible") continue;
    const duals = cleanDuals(layout, solution.rowDual!);
    const reduced = reducedCosts(layout, duals, new Float64Array(tables.cost.length).fill(NaN));
    const first = layout.rows + layout.fixedColumns;
    pairs.forEach((p, i) => {
      assert.ok(reduced[p] >= -1e-6, `${reduced[p]}`);
      if (basis![first + i] === BASIC) assert.ok(Math.abs(reduced[p]) < 1e-6, `${reduced[p]}`);
    });
    assert.deepEqual(new Program(layout).improving(reduced, 4), []);
    for (const [p, cost] of tables.cost.entries()) {
      if (cost === Infinity) assert.equal(reduced[p], Infinity);
    }
  }
});

Deno.test("from the basis of a flow the program has nothing left to do, and reads the flow's matching", () => {
  let whole = 0;
  for (const { prepared, layout, pairs } of drawn(60, false)) {
    const { tables } = prepared, search = new Search(prepared, firstState());
    const flow = new Flow(search.flow.problem, search.flow.reward, null);
    for (let w = 0; w < tables.W; w++) flow.place(w);
    const state = flow.save();
    if (state.lineOf.includes(-1) || tables.mustHave.includes(1)) continue;
    const program = new Program(layout);
    const { solution } = program.solve(pairs, flowBasis(layout, pairs, state), "primal", WORK);
    const matching = program.matching(program.point(pairs, solution));
    assert.equal(solution.status, "optimal");
    assert.equal(program.penalties(solution), 0);
    assert.ok(matching !== null);
    assert.equal(matchingCost(tables, matching), matchingCost(tables, state.lineOf));
    whole++;
  }
  assert.ok(whole > 10, String(whole));
});

Deno.test("a link that is a row is broken no more, and the layout has a row for each", () => {
  let broken = 0;
  for (const { prepared, layout, pairs } of drawn(80, true)) {
    const program = new Program(layout);
    const { solution } = program.solve(pairs, null, "primal", WORK);
    const cuts = program.brokenLinks(program.point(pairs, solution), solution, 0.02);
    if (cuts.length === 0) continue;
    broken++;
    const linked = new Program(layoutOf(prepared, cuts)!);
    const after = linked.solve(pairs, null, "primal", WORK);
    const left = linked.brokenLinks(linked.point(pairs, after.solution), after.solution, 1e-6);
    assert.ok(!left.some(([pair]) => cuts.some(([cut]) => cut === pair)));
    assert.equal(linked.layout.rows, layout.rows + cuts.length);
    assert.equal(linked.slack(after.basis!).length, cuts.length);
  }
  assert.ok(broken > 0);
});
