// Improving some lines of a replan: never a change more, and the best choice where every line is listed.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { slotCounts } from "../model/line_values.ts";
import { resolveRules } from "../rules/mod.ts";
import { legalLines } from "../testing/brute_force.ts";
import { randomProblem } from "../testing/problems.ts";
import { addLines } from "./columns.ts";
import { improvePlan, nearLines } from "./improvement.ts";
import { type ReplanColumns, ReplanModel, type ReplanPlan } from "./model.ts";

/** A legal plan of two or three lines that are there, some of them changed; null where the draw has none. */
function drawn(random: Random) {
  const shape = { lines: 3, terms: 2 + random.below(2), positions: 4, postsUpTo: 2 };
  const problem = randomProblem(() => random.next(), shape);
  problem.posts = problem.posts.map((row) => row.map((n) => n + 1));
  const lines = legalLines(problem);
  if (lines.length < 2) return null;
  const pick = () => lines[random.below(lines.length)];
  const existing = Array.from({ length: 2 + random.below(2) }, () => ({ positions: pick() }));
  const model = new ReplanModel(problem, resolveRules(problem.constraints), existing);
  const index = new Map(problem.positions.map(({ id }, r) => [id, r]));
  const all = lines.map((ids) => Int32Array.from(ids, (id) => index.get(id)!));
  const plan: ReplanPlan = { kept: existing.map(() => all[random.below(all.length)]), added: [] };
  return isWithin(model, plan) ? { model, all, plan } : null;
}

function isWithin(model: ReplanModel, plan: ReplanPlan): boolean {
  const cells = model.cellsOf(plan), { tables } = model;
  const counts = slotCounts(tables, cells, cells.length / model.terms);
  return counts.every((n, s) => n <= tables.cap[s] && n >= tables.forced[s]);
}

/** The best plan with no more changes in the freed lines, by trying every line for each of them. */
function best(model: ReplanModel, plan: ReplanPlan, all: readonly Int32Array[], free: Set<number>) {
  const changesOf = (of: ReplanPlan) =>
    [...free].reduce((sum, i) => sum + model.distance(i, of.kept[i]!), 0);
  const most = changesOf(plan), kept = [...plan.kept];
  let found = plan;
  const choose = (owners: readonly number[]) => {
    if (owners.length === 0) {
      const tried = { kept: [...kept], added: [] };
      if (changesOf(tried) > most || !isWithin(model, tried)) return;
      if (model.isBetter(tried, found)) found = tried;
      return;
    }
    for (const line of all) {
      kept[owners[0]] = line;
      choose(owners.slice(1));
    }
  };
  choose([...free]);
  return found;
}

Deno.test("improvePlan() over all lines finds what trying every line finds, and proves it", () => {
  const random = new Random(71);
  let improved = 0, compared = 0;
  for (let n = 0; compared < 60; n++) {
    assert.ok(n < 3_000, `${compared} draws`);
    const scene = drawn(random);
    if (scene === null || scene.all.length > 40) continue;
    const { model, all, plan } = scene;
    const free = new Set([0, 1]);
    const columns: ReplanColumns = { owners: [], cells: [] };
    for (const i of free) for (const line of all) addLines(model, columns, i, line);
    const none = { owners: [], cells: [] };
    const found = improvePlan(model, plan, columns, none, free, 20_000);
    assert.ok(found.plan && found.proven);
    const wanted = best(model, plan, all, free);
    assert.ok(isWithin(model, found.plan));
    assert.equal(model.changes(found.plan), model.changes(wanted), `draw ${n}`);
    assert.equal(model.value(found.plan), model.value(wanted), `draw ${n}`);
    compared++;
    if (model.isBetter(wanted, plan)) improved++;
  }
  assert.ok(improved > 20, `${improved}`);
});

Deno.test("nearLines() lists lines of at most two changes, on posts that are free beside the others", () => {
  const random = new Random(72);
  let near = 0;
  for (let n = 0; n < 200; n++) {
    const scene = drawn(random);
    if (scene === null) continue;
    const { model, all, plan } = scene, T = model.terms;
    const found = nearLines(model, plan, new Set([0]));
    const others = { kept: plan.kept.map((line, i) => i === 0 ? null : line), added: [] };
    const cells = model.cellsOf(others);
    const counts = slotCounts(model.tables, cells, cells.length / T);
    const wanted = all.filter((line) =>
      model.distance(0, line) <= 2 &&
      line.every((r, t) =>
        counts[t * model.positions + r] < model.tables.cap[t * model.positions + r]
      )
    ).map((line) => line.join());
    const names = found.owners.map((_, j) => found.cells.slice(j * T, (j + 1) * T).join());
    assert.deepEqual(names.sort(), wanted.sort(), `draw ${n}`);
    near += names.length;
  }
  assert.ok(near > 50, `${near}`);
});
