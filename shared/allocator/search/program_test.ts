// The program by itself: bounds that duals prove, whatever they are, against every legal matching, and what is cheapest.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { type AllocatorTables, buildTables, matchingCost } from "../model/tables.ts";
import type { AllocatorProblem } from "../problem.ts";
import { visitMatchings } from "../testing/brute_force.ts";
import { randomProblem } from "../testing/problems.ts";
import { cheapest, leastCosts } from "./costs.ts";
import { Layout, type Setting } from "./layout.ts";
import { Prepared } from "./prepared.ts";
import { cleanDuals, provenBound, reducedCosts } from "./prices.ts";
import { Program } from "./program.ts";
import { FULL_PENALTY } from "./search.ts";

const ENOUGH_WORK = 1_000_000;

/** The setting of the root, no line decided; null: deduction alone leaves nothing. */
function rootOf(tables: AllocatorTables, stability: boolean): Setting | null {
  const { costs, root: { field, domain } } = new Prepared(tables, stability);
  return domain && { tables, costs, field, domain, used: new Int8Array(tables.J).fill(-1) };
}

/** The least cost of the legal matchings; null: there is none. */
function leastOf(problem: AllocatorProblem, tables: AllocatorTables): number | null {
  let least: number | null = null;
  visitMatchings(problem, (allocations) => {
    const lineOf = tables.workers.map(({ id }) => {
      const { line } = allocations.find(({ worker }) => worker === id)!;
      return tables.lines.findIndex((each) => each.id === line);
    });
    const cost = matchingCost(tables, lineOf);
    if (least === null || cost < least) least = cost;
  });
  return least;
}

/** Pairs that may be used. */
function pairsOf({ domain }: Setting): number[] {
  return Array.from(domain.usable.keys()).filter((pair) => domain.usable[pair] === 1);
}

Deno.test("provenBound() is below every legal matching: with the duals of the program, and with any others", () => {
  const random = new Random(7);
  let exact = 0, compared = 0;
  for (let round = 0; round < 200; round++) {
    const stability = round % 3 === 0;
    const problem = randomProblem(random, { caps: round % 2 === 0, stability });
    const tables = buildTables(problem), setting = rootOf(tables, stability);
    const least = leastOf(problem, tables);
    if (setting === null) {
      assert.equal(
        least,
        null,
        `round ${round}: deduction leaves nothing where there is a matching`,
      );
      continue;
    }
    if (least === null) continue;
    compared++;
    const layout = new Layout(setting, [], FULL_PENALTY),
      program = new Program(layout),
      pairs = pairsOf(setting);
    const room = new Float64Array(tables.cost.length);
    const { solution } = program.solve(pairs, null, "primal", ENOUGH_WORK);
    assert.equal(solution.status, "optimal");
    const own = cleanDuals(layout, solution.rowDual!);
    const bound = provenBound(layout, own, reducedCosts(layout, own, room));
    const close = 1e-6 * (1 + Math.abs(least));
    assert.ok(bound <= least + close, `round ${round}: ${bound} is above ${least}`);
    if (bound >= least - 0.5) exact++;
    for (let other = 0; other < 5; other++) {
      const duals = cleanDuals(layout, own.map((dual) => dual + 200 * (random.next() - 0.5)));
      const weaker = provenBound(layout, duals, reducedCosts(layout, duals, room));
      assert.ok(weaker <= least + close, `round ${round}: ${weaker} is above ${least}`);
    }
  }
  assert.ok(compared > 60 && exact > compared / 2, `${exact} of ${compared} bounds are exact`);
});

Deno.test("a solved program asks for no pair more, and one that lacks pairs is improved by what it asks for", () => {
  const random = new Random(8);
  let asked = 0;
  for (let round = 0; round < 100; round++) {
    const problem = randomProblem(random, { caps: round % 2 === 0, stability: false });
    const tables = buildTables(problem), setting = rootOf(tables, false)!;
    if (leastOf(problem, tables) === null) continue;
    const room = new Float64Array(tables.cost.length), all = pairsOf(setting);
    const layout = new Layout(setting, [], FULL_PENALTY), program = new Program(layout);
    const improve = (pairs: number[]) => {
      const { solution } = program.solve(pairs, null, "primal", ENOUGH_WORK);
      assert.equal(
        solution.status,
        "optimal",
        `round ${round}, ${pairs.length} of ${all.length} pairs`,
      );
      const duals = cleanDuals(layout, solution.rowDual!);
      return {
        objective: solution.objective!,
        more: program.improving(reducedCosts(layout, duals, room), 2),
      };
    };
    const whole = improve(all);
    assert.deepEqual(whole.more, []);
    let pairs = all.filter(() => random.next() < 0.3), now = improve(pairs);
    for (; now.more.length > 0; now = improve(pairs)) {
      asked++;
      assert.ok(now.more.every((pair) => !pairs.includes(pair)));
      pairs = [...pairs, ...now.more].sort((a, b) => a - b);
    }
    const close = 1e-6 * (1 + Math.abs(whole.objective));
    assert.ok(Math.abs(now.objective - whole.objective) < close, `round ${round}`);
  }
  assert.ok(asked > 50, `${asked} programs lacked pairs`);
});

Deno.test("leastCosts() and cheapest() are what looking at every pair says", () => {
  const random = new Random(9);
  for (let round = 0; round < 200; round++) {
    const W = 1 + random.below(6), J = 1 + random.below(6);
    const cost = Float64Array.from(
      { length: W * J },
      () => random.next() < 0.2 ? Infinity : random.below(9),
    );
    for (let w = 0; w < W; w++) cost[w * J + random.below(J)] = random.below(9);
    const tables = { W, J, cost } as AllocatorTables;
    const rows = Array.from({ length: W }, (_, w) => [...cost.slice(w * J, (w + 1) * J)]);
    const finite = rows.map((row) => row.filter((c) => c < Infinity));
    assert.deepEqual(leastCosts(tables), {
      least: Float64Array.from(finite, (row) => Math.min(...row)),
      range: Math.max(1, ...finite.map((row) => Math.max(...row) - Math.min(...row))),
    });
    const perWorker = 1 + random.below(3), limit = random.below(10);
    const expected = rows.flatMap((row, w) =>
      row.map((c, j) => ({ c, pair: w * J + j })).filter(({ c }) => c < limit)
        .sort((a, b) => a.c - b.c || a.pair - b.pair).slice(0, perWorker).map(({ pair }) => pair)
    ).sort((a, b) => a - b);
    assert.deepEqual(cheapest(tables, cost, perWorker, limit), expected);
  }
});
