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

/** Some 1,500 legal lines, and a program over them. */
function listed(tables: PlannerTables, random: Random) {
  const { terms: T, cap } = tables, prices = Float64Array.from(cap, () => random.below(20));
  const { lines: all } = new Pricer(tables).list(prices, -1e9, 1e6, { workLimit: 1e8 });
  const step = Math.floor(all.length / T / 1_500);
  const columns = all.filter((_, i) => Math.floor(i / T) % step === 0);
  const program = new LineProgram(tables, columns, prices);
  assert.ok(program.lines > 1_000);
  return { columns, program };
}

Deno.test("a program that takes in lines as it wants them is worth as much as one over all lines", () => {
  const random = new Random(71), tables = tablesOf(12), { terms: T, positions: R } = tables;
  const { columns, program } = listed(tables, random);
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
    assert.ok(typeof solved === "object" && solved.objective !== null);
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

Deno.test("a program solved in pieces is worth as much, and no piece is much more than was asked for", () => {
  const random = new Random(72), tables = tablesOf(12), { program } = listed(tables, random);
  const solved = program.solve([], null, null);
  assert.ok(typeof solved === "object" && solved.objective !== null);
  let from: Start | null = null, pieces = 0;
  for (;; pieces++) {
    assert.ok(pieces < 100, "it does not come on");
    const before = program.work, piece = program.solve([], null, from, 50_000);
    assert.ok(typeof piece === "object");
    assert.ok(program.work - before < 400_000, `${program.work - before}`);
    if (piece.objective !== null) {
      assert.ok(Math.abs(piece.objective - solved.objective) < 1e-6);
      break;
    }
    // As a checkpoint keeps it.
    const { basic, basis } = program.basicOf(piece);
    from = program.begin(basic, basis).start;
  }
  assert.ok(pieces > 1, `${pieces}`);
});

Deno.test("lines that cannot make a plan cost more than any plan is worth", () => {
  const tables = tablesOf(12);
  const { lines } = new Pricer(tables).list(new Float64Array(tables.cap.length), -1e9, 1);
  const program = new LineProgram(tables, lines, new Float64Array(tables.cap.length));
  const solved = program.solve([], null, null);
  assert.ok(typeof solved === "object" && solved.objective !== null);
  assert.ok(solved.objective < -10_000, `${solved.objective}`);
});
