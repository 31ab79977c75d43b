/** Warm sessions answer as cold solves do, keep their basis, and outlive a GLPK that aborts. */
import assert from "node:assert/strict";
import { glpk, GlpkAbortError, guarded } from "./glpk.ts";
import { LpBuilder, type LpColumns, LpModelError, LpSession, solveLp } from "./mod.ts";
import { randomMaster, randomModel, randomSource } from "./testing/random_models.ts";

const near = (a: number, b: number) =>
  assert.ok(Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b)));

/** New columns for `randomMaster(_, slots, _)`. */
function newColumns(random: () => number, slots: number, count: number): LpColumns {
  const builder = new LpBuilder("max");
  for (let j = 0; j < count; j++) {
    builder.addColumn(Math.round(200 + random() * 300), 0, Infinity);
    for (let t = 0; t < 5; t++) builder.add(Math.floor((t + random()) * slots / 5), 1);
    builder.add(slots, 1);
  }
  return builder.columns();
}

Deno.test("LpSession.solve() after addColumns() equals a cold solve in less work", () => {
  const random = randomSource(21);
  const session = new LpSession(randomMaster(random, 200, 1000));
  session.solve();
  for (let round = 0; round < 4; round++) {
    assert.equal(session.addColumns(newColumns(random, 200, 10)), 1001 + 10 * round);
    const warm = session.solve();
    session.close();
    const cold = session.solve();
    assert.equal(warm.status, "optimal");
    near(warm.objective, cold.objective);
    assert.ok(warm.work < cold.work / 2, `warm ${warm.work}, cold ${cold.work}`);
  }
  session.close();
});

Deno.test("LpSession keeps its data apart from the arrays it was made from", () => {
  const model = randomMaster(randomSource(22), 20, 50);
  const expected = solveLp(model).objective;
  const session = new LpSession(model);
  model.objective.fill(NaN);
  near(session.solve().objective, expected);
  session.close();
});

Deno.test("LpSession.restoreBasis() continues in a fresh problem where the old one stopped", () => {
  const model = randomMaster(randomSource(23), 80, 400);
  const first = new LpSession(model);
  const { objective, work } = first.solve();
  const basis = first.basis()!;
  first.close();
  const second = new LpSession(model);
  assert.equal(second.restoreBasis(basis), true);
  const again = second.solve();
  second.close();
  near(again.objective, objective);
  assert.ok(again.work <= 3 && work > 50, `${again.work} after ${work}`);
});

Deno.test("LpSession.restoreBasis() ignores what does not fit, and survives a singular basis", () => {
  const session = new LpSession(randomMaster(randomSource(24), 20, 60));
  const { objective } = session.solve();
  const { rows, cols } = session;
  assert.equal(session.restoreBasis(new Uint8Array(rows + cols + 1)), false);
  assert.equal(session.restoreBasis(new Uint8Array(rows + cols).fill(2)), false);
  // The missing-line column and its row's slack are the same vector: singular together.
  const singular = new Uint8Array(rows + cols).fill(2);
  singular.fill(1, 1, rows);
  singular[rows] = 1;
  singular[0] = 2;
  session.restoreBasis(singular);
  const { status, objective: again } = session.solve();
  assert.equal(status, "optimal");
  near(again, objective);
  session.close();
});

Deno.test("LpSession.keepColumns() drops columns and keeps the optimal basis of the rest", () => {
  const session = new LpSession(randomMaster(randomSource(25), 60, 300));
  const { objective, x } = session.solve();
  const basis = session.basis()!;
  const basic = (j: number) => basis[session.rows + j] === 1 || x[j] > 0;
  const keep = Array.from(x, (_, j) => basic(j));
  session.keepColumns(keep);
  assert.equal(session.cols, keep.filter(Boolean).length);
  const after = session.solve();
  near(after.objective, objective);
  assert.ok(after.work <= 3, `${after.work}`);
  session.close();
});

Deno.test("LpSession follows changes of costs and bounds like a model built anew", () => {
  const random = randomSource(26);
  for (let n = 0; n < 60; n++) {
    const model = randomModel(random, { rows: 4, cols: 6 });
    const session = new LpSession(model);
    session.solve();
    const j = n % 6, i = n % 4;
    model.objective[j] += 3;
    session.setObjective(j, model.objective[j]);
    model.colUpper[j] = 1;
    session.setColumnBounds(j, 0, 1);
    model.rowLower[i] = -20;
    session.setRowBounds(i, -20, model.rowUpper[i] = Math.max(model.rowUpper[i], 0));
    const warm = session.solve(n % 2 ? { method: "dual" } : {}), cold = solveLp(model);
    assert.equal(warm.status, cold.status, `model ${n}`);
    if (cold.status === "optimal") near(warm.objective, cold.objective);
    session.close();
  }
});

Deno.test("LpSession refuses bad changes and stays as it was", () => {
  const session = new LpSession(randomMaster(randomSource(27), 20, 60));
  const { objective } = session.solve();
  const columns = newColumns(randomSource(1), 20, 2);
  columns.index[1] = columns.index[0];
  assert.throws(() => session.addColumns(columns), LpModelError);
  assert.throws(() => session.setObjective(0, NaN), LpModelError);
  assert.throws(() => session.setObjective(61, 0), LpModelError);
  assert.throws(() => session.setColumnBounds(0, 2, 1), LpModelError);
  assert.throws(() => session.setRowBounds(-1, 0, 1), LpModelError);
  assert.throws(() => session.keepColumns([1]), LpModelError);
  near(session.solve().objective, objective);
  session.close();
});

Deno.test("LpSession rebuilds its problem after GLPK aborted and its instance was replaced", () => {
  const session = new LpSession(randomMaster(randomSource(28), 20, 60));
  const { objective } = session.solve();
  const before = glpk();
  assert.throws(
    () => guarded((g) => g.call.glp_add_rows(g.call.glp_create_prob(), -1)),
    (error: unknown) => error instanceof GlpkAbortError && /glp_add_rows/.test(error.message),
  );
  assert.notEqual(glpk(), before);
  near(session.solve().objective, objective);
  session.close();
});

Deno.test("solveLp() gives its WASM memory back: a thousand solves need no more of it", () => {
  const model = randomMaster(randomSource(29), 40, 200);
  for (let n = 0; n < 20; n++) solveLp(model);
  const { bytes } = glpk();
  for (let n = 0; n < 1000; n++) solveLp(model, { workLimit: 20 });
  assert.equal(glpk().bytes, bytes);
});
