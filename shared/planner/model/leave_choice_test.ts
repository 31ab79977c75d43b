// Leave as a choice of every line: budgets are kept, and what options are worth within them is bounded from above.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { resolveRules } from "../rules/mod.ts";
import { randomProblem } from "../testing/problems.ts";
import { buildTables } from "./build.ts";
import {
  budgetsBeside,
  budgetValue,
  chooseLeave,
  chosenLeave,
  isLeaveSure,
  optionOf,
  optionOfWeeks,
  PostsLeft,
} from "./leave_choice.ts";
import type { LeaveChoice, PlannerTables } from "./tables.ts";

/** A problem whose lines choose their leave. */
function drawn(random: Random): PlannerTables & { leave: LeaveChoice } {
  for (;;) {
    const shape = { lines: 3, terms: 2 + random.below(2), positions: 4, postsUpTo: 3 };
    const problem = randomProblem(() => random.next(), shape);
    const capacity_weeks = problem.termWeeks.map(() => 2 + random.below(9));
    problem.constraints.push({ name: "ANNUAL_LEAVE", value: { capacity_weeks } });
    const tables = buildTables(problem, resolveRules(problem.constraints));
    if (tables.leave !== null) return { ...tables, leave: tables.leave };
  }
}

/** Weeks of each budget that options use together; -1 stands for none. */
function used({ uses, budgets }: LeaveChoice, options: readonly number[]): Int32Array {
  const B = budgets.length;
  return budgets.map((_, b) => options.reduce((sum, o) => sum + (o < 0 ? 0 : uses[o * B + b]), 0));
}

/** Every assignment of one option or none to so many lines. */
function* assignments(options: number, lines: number): Generator<number[]> {
  if (lines === 0) return yield [];
  for (const rest of assignments(options, lines - 1)) {
    for (let o = -1; o < options; o++) yield [...rest, o];
  }
}

/** Random years, with no leave yet. */
function years(random: Random, { terms: T, year, positions: R, leave }: ReturnType<typeof drawn>) {
  const plain = R - leave.options.length - 1;
  return Int32Array.from(
    { length: 3 * T },
    (_, k) => k % T < year ? random.below(plain) : leave.none,
  );
}

Deno.test("chooseLeave() keeps the budgets and the terms that take none, and leaves a line without only where it must", () => {
  const random = new Random(37);
  let without = 0, spared = 0, rounds = 0;
  for (; rounds < 150; rounds++) {
    const tables = drawn(random), { leave, terms: T } = tables, cells = years(random, tables);
    const left = leave.budgets.slice();
    const missing = chooseLeave(tables, cells, left, [2, 0, 1], 3);
    const chosen = [0, 1, 2].map((i) => optionOf(leave, cells[i * T + leave.term]));
    const mayHave = (i: number, o: number) =>
      leave.terms[o].every((t) => leave.blocked[cells[i * T + t]] === 0);
    assert.equal(missing, chosen.filter((o) => o < 0).length);
    assert.deepEqual(left, leave.budgets.map((n, b) => n - used(leave, chosen)[b]));
    assert.ok(left.every((n) => n >= 0), "more weeks than there are");
    chosen.forEach((o, i) => assert.ok(o < 0 || mayHave(i, o), "leave where none is taken"));
    let fewest = 3;
    for (const all of assignments(leave.options.length, 3)) {
      if (!all.every((o, i) => o < 0 || mayHave(i, o))) continue;
      if (used(leave, all).some((n, b) => n > leave.budgets[b])) continue;
      fewest = Math.min(fewest, all.filter((o) => o < 0).length);
    }
    assert.ok(missing >= fewest);
    if (missing > fewest) spared++;
    if (fewest > 0) without++;
    assert.deepEqual(
      chosenLeave(tables, cells),
      chosen.map((o) => o < 0 ? null : [...used(leave, [o])]),
    );
  }
  assert.ok(without > 20 && spared <= rounds / 20, `${without} ${spared}`);
});

Deno.test("budgetValue() is no less than any assignment of options within the budgets is worth", () => {
  const random = new Random(38);
  let near = 0, rounds = 0;
  for (; rounds < 60; rounds++) {
    const tables = drawn(random), { leave, positions: R } = tables;
    const prices = Float64Array.from(tables.cap, () => random.below(200) - 100);
    const worth = (o: number) => o < 0 ? 0 : prices[leave.term * R + leave.options[o]];
    let best = 0;
    for (const all of assignments(leave.options.length, tables.lines)) {
      if (used(leave, all).some((n, b) => n > leave.budgets[b])) continue;
      best = Math.max(best, all.reduce((sum, o) => sum + worth(o), 0));
    }
    const bound = budgetValue(tables, prices);
    assert.ok(bound >= best - 1e-9, `round ${rounds}: ${bound} of ${best}`);
    if (bound <= 2 * best + 1) near++;
  }
  assert.ok(near > rounds / 3, `${near}`);
});

Deno.test("PostsLeft takes posts and weeks of leave, and opens of each option what is left", () => {
  const random = new Random(39);
  let refused = 0;
  for (let round = 0; round < 80; round++) {
    const tables = drawn(random), { leave, terms: T, positions: R } = tables;
    const cells = years(random, tables), posts = new PostsLeft(tables);
    chooseLeave(tables, cells, leave.budgets.slice(), [0, 1, 2], 3);
    const counts = new Int32Array(tables.cap.length), chosen: number[] = [];
    for (let i = 0; i < 3; i++) {
      const line = cells.subarray(i * T, (i + 1) * T), o = optionOf(leave, line[leave.term]);
      const hasPosts = line.every((r, t) => tables.cap[t * R + r] > counts[t * R + r]);
      const hasWeeks = o >= 0 && used(leave, [...chosen, o]).every((n, b) => n <= leave.budgets[b]);
      assert.equal(posts.fits(cells, i * T), hasPosts && hasWeeks);
      if (!hasPosts || !hasWeeks) {
        refused++;
        continue;
      }
      posts.take(cells, i * T);
      chosen.push(o);
      line.forEach((r, t) => counts[t * R + r]++);
    }
    const open = posts.open();
    assert.deepEqual(posts.budgets, leave.budgets.map((n, b) => n - used(leave, chosen)[b]));
    assert.deepEqual(budgetsBeside(tables, counts), posts.budgets);
    for (let s = 0; s < leave.term * R; s++) assert.equal(open[s], tables.cap[s] - counts[s]);
    leave.options.forEach((r, o) => {
      const n = open[leave.term * R + r];
      const more = (times: number) => used(leave, [...chosen, ...Array(times).fill(o)]);
      assert.ok(more(n).every((weeks, b) => weeks <= leave.budgets[b]));
    });
  }
  assert.ok(refused > 40, `${refused}`);
});

Deno.test("an option is known by its position and by its weeks", () => {
  const tables = drawn(new Random(40)), { leave } = tables;
  leave.options.forEach((r, o) => {
    assert.equal(optionOf(leave, r), o);
    assert.equal(optionOfWeeks(leave, used(leave, [o])), o);
  });
  assert.equal(optionOf(leave, leave.none), -1);
  assert.equal(optionOf(leave, 0), -1);
  assert.equal(optionOfWeeks(leave, leave.budgets.map(() => 99)), -1);
});

Deno.test("isLeaveSure() counts terms after the date only, for what each line has still to take", () => {
  const terms = [0, 1, 2, 3, 4];
  const options = terms.map((term) => ({ parts: [{ term, weeks: 5 }] }));
  const reserve = { options, blocked: [7], budgets: terms.map(() => Infinity) };
  const limits = [{
    rule: "MAX_SERVICE_TERMS",
    kind: "service",
    max: 1,
    positions: [7],
    termWeight: terms.map(() => 1),
    unit: 1,
  }];
  const isSure = (from: number, ...open: boolean[][]) =>
    isLeaveSure(reserve, limits, 3, { from, open });
  const after = (from: number) => terms.map((term) => term >= from);
  const had = terms.map((term) => term === 0);
  assert.equal(isLeaveSure(reserve, limits, 3), true);
  assert.equal(isSure(3, after(3)), true);
  // One term is left, and it may be a service term.
  assert.equal(isSure(4, after(4)), false);
  assert.equal(isSure(4, had), true);
  assert.equal(isSure(4, had, after(4)), false);
});
