/** The instance of an isolate: its clock counts work, and an abort costs one solve and never the isolate. */
import assert from "node:assert/strict";
import { clockReads, GLP, glpk, GlpkAbortError, guarded, outOfWork, startClock } from "./glpk.ts";
import { solveLp } from "./mod.ts";
import { randomMaster, randomSource } from "./testing/random_models.ts";

Deno.test("the clock counts how often GLPK looks at it, up to the limit of work", () => {
  const model = randomMaster(randomSource(9), 40, 200);
  const { work } = solveLp(model);
  assert.ok(work > 10, `${work}`);
  assert.deepEqual([clockReads(), outOfWork()], [work, false]);
  solveLp(model, { workLimit: 5 });
  assert.deepEqual([clockReads(), outOfWork()], [5, true]);
  startClock(3);
  assert.deepEqual([clockReads(), outOfWork()], [0, false]);
});

Deno.test("guarded() tells what GLPK said before it aborted, and has a fresh instance at hand", () => {
  const before = glpk();
  assert.throws(
    // A row that is not there: GLPK says so and aborts.
    () => guarded((g) => g.call.glp_set_row_bnds(g.call.glp_create_prob(), 7, GLP.FR, 0, 0)),
    (error: unknown) => error instanceof GlpkAbortError && /row/.test(error.message),
  );
  assert.notEqual(glpk(), before);
  assert.equal(solveLp(randomMaster(randomSource(9), 20, 40)).status, "optimal");
});

Deno.test("guarded() gives back what was run, on the instance there is", () => {
  const before = glpk();
  assert.equal(guarded((g) => g === before ? 42 : 0), 42);
  assert.equal(glpk(), before);
});
