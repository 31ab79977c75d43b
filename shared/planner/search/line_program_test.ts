// Programs over few of the lines against the linear program over all of them: the same value under any bounds, from any start.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { solveLp } from "../../lp/mod.ts";
import { buildTables } from "../model/build.ts";
import type { PlannerTables } from "../model/tables.ts";
import { Pricer } from "../pricing/pricing.ts";
import { resolveRules } from "../rules/mod.ts";
import { sample20 } from "../testing/samples.ts";
import { LineProgram, type Start } from "./line_program.ts";
import { selectionModel } from "./selection.ts";

function tablesOf(lines: number): PlannerTables {
  const problem = { ...sample20(), lines };
  return buildTables(problem, resolveRules(problem.constraints));
}

/** Value of the program over all lines; null where there is no solution. */
function whole(tables: PlannerTables, columns: Int32Array, bounds: readonly number[]) {
  const pairs = Array.from({ length: bounds.length / 4 }, (_, i) => {
    const [a, b, least, most] = bounds.slice(4 * i, 4 * i + 4);
    return { a, b, least, most };
  });
  const counts = new Int32Array(tables.cap.length);
  const selection = { columns, counts, k: tables.lines, least: -1e9, pairs };
  const { status, objective } = solveLp(selectionModel(tables, selection, false).build());
  return status === "optimal" ? objective : null;
}

Deno.test("a program that takes in lines as it wants them is worth as much as one over all lines", () => {
  const random = new Random(71), tables = tablesOf(12);
  const { terms: T, positions: R, cap } = tables;
  const prices = Float64Array.from(cap, () => random.below(20));
  const { lines: all } = new Pricer(tables).list(prices, -1e9, 1e6, { workLimit: 1e8 });
  const step = Math.floor(all.length / T / 1_500);
  const columns = all.filter((_, i) => Math.floor(i / T) % step === 0);
  const program = new LineProgram(tables, columns, prices);
  assert.ok(program.lines > 1_000);
  let from: Start | null = null, met = 0, unmet = 0;
  for (let round = 0; round < 30; round++) {
    const bounds: number[] = [];
    for (let i = random.below(4); i > 0; i--) {
      const j = random.below(program.lines),
        [a, b] = [0, 1 + random.below(T - 1)]
          .map((t) => t * R + columns[j * T + t]);
      const least = random.below(3);
      bounds.push(a, b, least, least + random.below(2));
    }
    const start: Start | null = round % 3 === 0 ? null : from;
    const solved = program.solve(bounds, null, start);
    assert.ok(solved !== "none" && solved !== "unsolved");
    const truth = whole(tables, columns, bounds);
    if (truth === null) {
      // What cannot be met costs more than all that plans are worth.
      assert.ok(solved.objective < -10_000, `${solved.objective}`);
      unmet++;
    } else {
      assert.ok(Math.abs(solved.objective - truth) < 1e-3, `${solved.objective} of ${truth}`);
      met++;
    }
    if (bounds.length > 0) continue;
    const { basic, basis } = program.basicOf(solved);
    from = program.begin(basic, basis).start;
  }
  assert.ok(from && met > 15 && unmet > 2, `${met} met, ${unmet} not`);
});

Deno.test("lines that cannot make a plan are no program", () => {
  const tables = tablesOf(12);
  const { lines } = new Pricer(tables).list(new Float64Array(tables.cap.length), -1e9, 1);
  const program = new LineProgram(tables, lines, new Float64Array(tables.cap.length));
  assert.equal(program.solve([], null, null), "none");
});
