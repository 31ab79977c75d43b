import assert from "node:assert/strict";
import { planSearch, prepareBlock } from "../engine.ts";
import { type CheckRecord, Checks, type Claims } from "./check_workload.ts";

/** Certificates of factorials, the last one of another number. */
function claims(): Claims {
  const search = { form: "factorial", params: { start: 2, end: 30 } };
  const end = planSearch(search).candidates - 1;
  const block = prepareBlock({ ...search, start: 0, end, sieveDepth: 1000 });
  let state = block.start();
  while (!block.done(state)) state = block.step(state, { remainingMs: () => Infinity });
  const all = block.outcome(state).finds.map(({ expression, certificate }, at) => ({
    id: at + 1,
    form: "factorial",
    expression,
    certificate: certificate as unknown,
    digest: `${at}`,
  }));
  all.push({ ...all[all.length - 1], id: 99, expression: "31! + 1" });
  return all;
}

/** Works to the end with so many looks at the clock a slice, through JSON as the database keeps it. */
function work(list: Claims, looks: number): { answers: CheckRecord[]; slices: number } {
  const checks = new Checks(list);
  let state = checks.start();
  const answers: CheckRecord[] = [];
  let slices = 0;
  while (!checks.done(state)) {
    let left = looks;
    state = checks.step(JSON.parse(JSON.stringify(state)), { remainingMs: () => 3 * left-- });
    answers.push(...state.answers);
    slices++;
  }
  return { answers, slices };
}

Deno.test("Checks answers each certificate once, however it is cut into slices", () => {
  const list = claims();
  const verdicts = (answers: CheckRecord[]) =>
    answers.map(({ id, valid, method }) => [id, valid, method]);
  const whole = work(list, Infinity);
  assert.equal(whole.slices, 1);
  assert.deepEqual(whole.answers.map(({ id }) => id), list.map(({ id }) => id));
  assert.ok(whole.answers.slice(0, -1).every(({ valid }) => valid));
  const last = whole.answers[whole.answers.length - 1];
  assert.equal(last.valid, false);
  assert.ok(last.reason);
  const cut = work(list, 3);
  assert.ok(cut.slices > 3, `${cut.slices}`);
  assert.deepEqual(verdicts(cut.answers), verdicts(whole.answers));
});

Deno.test("Checks of nothing are done", () => {
  const checks = new Checks([]);
  assert.ok(checks.done(checks.start()));
});
