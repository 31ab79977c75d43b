// The choice among listed lines as a model, against trying every choice.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { solveLp } from "../../lp/mod.ts";
import { buildTables } from "../model/build.ts";
import { planValue, slotCounts } from "../model/line_values.ts";
import type { PlannerTables } from "../model/tables.ts";
import { resolveRules } from "../rules/mod.ts";
import { randomProblem } from "../testing/problems.ts";
import { selectedLines, type Selection, selectionModel } from "./selection.ts";

/** Some lines of a drawn problem to choose from, beside others that are there already; rules play no part here. */
function drawn(random: Random) {
  const shape = { lines: 6, terms: 2, positions: 3, postsUpTo: 3 };
  const problem = randomProblem(() => random.next(), shape);
  problem.posts = problem.posts.map((row) => row.map((n) => n + 1));
  problem.constraints = [{ name: "UNIQUE_POSITIONS", value: false }];
  const tables = buildTables(problem, resolveRules(problem.constraints));
  const all = Array.from({ length: 9 }, (_, i) => [Math.floor(i / 3), i % 3]);
  const columns = all.filter(() => random.below(3) > 0);
  const there = Int32Array.from(all.filter(() => random.below(6) === 0).flat());
  return { tables, columns: Int32Array.from(columns.flat()), there };
}

/** Every multiset of k of the columns. */
function* choices(columns: Int32Array, T: number, k: number, from = 0): Generator<number[]> {
  if (k === 0) return yield [];
  for (let at = from; at < columns.length; at += T) {
    const line = [...columns.subarray(at, at + T)];
    for (const rest of choices(columns, T, k - 1, at)) yield [...line, ...rest];
  }
}

function usesBoth({ terms: T, positions: R }: PlannerTables, plan: number[], a: number, b: number) {
  let n = 0;
  for (let at = 0; at < plan.length; at += T) {
    const uses = (s: number) => plan[at + Math.floor(s / R)] === s % R;
    if (uses(a) && uses(b)) n++;
  }
  return n;
}

/** What the choice adds to the lines that are there; null where nothing fits or is worth enough. */
function bestChoice(tables: PlannerTables, there: Int32Array, selection: Selection): number | null {
  const T = tables.terms, base = planValue(tables, there, there.length / T);
  let best: number | null = null;
  for (const plan of choices(selection.columns, T, selection.k)) {
    const whole = Int32Array.from([...there, ...plan]), lines = whole.length / T;
    if (slotCounts(tables, whole, lines).some((n, s) => n > tables.cap[s])) continue;
    const isWithin = selection.pairs.every(({ a, b, least, most }) => {
      const n = usesBoth(tables, plan, a, b);
      return least <= n && n <= most;
    });
    const value = planValue(tables, whole, lines) - base;
    if (!isWithin || value < selection.least) continue;
    if (best === null || value > best) best = value;
  }
  return best;
}

Deno.test("the model chooses what enumeration chooses, within posts, pairs and the value to reach", () => {
  const random = new Random(71);
  let found = 0, none = 0;
  for (let round = 0; round < 150; round++) {
    const { tables, columns, there } = drawn(random);
    const counts = slotCounts(tables, there, there.length / tables.terms);
    if (counts.some((n, s) => n > tables.cap[s])) continue;
    const open = { ...tables, allowPartial: false, cap: tables.cap.map((n, s) => n - counts[s]) };
    const pairs = round % 3 > 0 ? [] : [{
      a: random.below(3),
      b: 3 + random.below(3),
      least: random.below(2),
      most: 1,
    }];
    const least = random.below(2) === 0 ? -1e6 : random.below(1_500) - 300;
    const selection = { columns, counts, k: 1 + random.below(3), least, pairs };
    const whole = { ...tables, allowPartial: false };
    const best = bestChoice(whole, there, selection);
    const { status, objective, x } = solveLp(selectionModel(open, selection, true).build());
    assert.equal(status, best === null ? "infeasible" : "optimal", `round ${round}`);
    if (best === null) {
      none++;
      continue;
    }
    assert.ok(Math.abs(objective - best) < 1e-6, `round ${round}: ${objective} of ${best}`);
    const lines = selectedLines(columns, tables.terms, x);
    const plan = Int32Array.from([...there, ...lines]);
    const base = planValue(whole, there, there.length / tables.terms);
    assert.equal(planValue(whole, plan, plan.length / tables.terms) - base, best);
    found++;
  }
  assert.ok(found > 50 && none > 15, `${found} ${none}`);
});
