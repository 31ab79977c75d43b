/** Warm sessions answer as cold solves do, keep their basis, and outlive a GLPK that aborts. */
import assert from "node:assert/strict";
import { glpk, GlpkAbortError, guarded } from "./glpk.ts";
import { LpModelError, LpSession, solveLp } from "./mod.ts";
import { randomMaster, randomModel, randomSource } from "./testing/random_models.ts";

const near = (a: number, b: number) =>
  assert.ok(Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b)));

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

Deno.test("LpSession follows changes of bounds like a model built anew", () => {
  const random = randomSource(26);
  for (let n = 0; n < 60; n++) {
    const model = randomModel(random, { rows: 4, cols: 6 });
    const session = new LpSession(model);
    session.solve();
    const j = n % 6, i = n % 4;
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
  assert.throws(() => session.setColumnBounds(0, 2, 1), LpModelError);
  assert.throws(() => session.setColumnBounds(61, 0, 1), LpModelError);
  assert.throws(() => session.setRowBounds(0, NaN, 1), LpModelError);
  assert.throws(() => session.setRowBounds(-1, 0, 1), LpModelError);
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
  const bytes = () => glpk().ints().byteLength;
  const before = bytes();
  for (let n = 0; n < 1000; n++) solveLp(model, { workLimit: 20 });
  assert.equal(bytes(), before);
});
