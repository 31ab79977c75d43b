// Diving on a sample: whole, legal, within the posts.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { LineScorer } from "../model/line_values.ts";
import { Pricer } from "../pricing/pricing.ts";
import { assertWithinPosts, type Relaxed, relaxed } from "../testing/relaxed.ts";
import { slotGain } from "../model/tables.ts";
import { type Dive, diveOn, openTables } from "./dive.ts";

/** As many rounds whatever the LP falls by. */
const STEADY = { mostRounds: 0, tolerance: Infinity, lastRounds: 0, least: -Infinity };

/** Dives to the bottom in units of a work limit, pricing what it asks for. */
function diveAll({ tables, master, pool, basis }: Relaxed, workLimit: number) {
  const dive: Dive = {
    fixed: new Int32Array(pool.count),
    basis,
    rounds: 1,
    value: null,
    pauses: 0,
  };
  const options = {
    ...STEADY,
    perStep: () => 2,
    rounds: 1,
    noise: 0.1,
    beat: -Infinity,
    workLimit,
  };
  const random = new Random(4);
  for (let units = 1, priced = 0;; units++) {
    const step = diveOn(tables, master, pool, dive, random, options);
    if (step.end === "whole") return { fixed: dive.fixed, units, priced };
    assert.ok(step.end === "pause" || step.end === "price");
    if (step.end === "pause") continue;
    const open = openTables(tables, pool, dive.fixed);
    const found = new Pricer(open).price(step.prices, step.linePrice + 0.01);
    for (let j = 0; j < found.count; j++) pool.add(found.lines, j * tables.terms);
    const fixed = new Int32Array(pool.count);
    fixed.set(dive.fixed);
    dive.fixed = fixed;
    dive.rounds++;
    priced++;
  }
}

Deno.test("diveOn() in parts fixes a whole plan within the posts, as in one go", () => {
  const whole = diveAll(relaxed(), Infinity);
  const part = diveAll(relaxed(), 10);
  assert.ok(whole.priced > 0 && part.units > whole.units);
  for (const { fixed } of [whole, part]) {
    const { tables, pool } = relaxed();
    assert.equal(fixed.reduce((sum, n) => sum + n, 0), 20);
    assert.ok(fixed.length >= pool.count);
    assert.ok(openTables(tables, pool, fixed.slice(0, pool.count)).cap.every((n) => n >= 0));
  }
});

Deno.test("diveOn() gives up where nothing better than the value to beat can come", () => {
  const { tables, master, pool, basis } = relaxed();
  const dive: Dive = {
    fixed: new Int32Array(pool.count),
    basis,
    rounds: 0,
    value: null,
    pauses: 0,
  };
  const options = {
    ...STEADY,
    perStep: () => 2,
    rounds: 0,
    noise: 0,
    beat: Infinity,
    workLimit: Infinity,
  };
  assert.equal(diveOn(tables, master, pool, dive, new Random(1), options).end, "hopeless");
});

Deno.test("diveOn() ends where its LP falls below what it must be worth, with what it has fixed until then", () => {
  const { tables, master, pool, basis } = relaxed();
  const dive: Dive = {
    fixed: new Int32Array(pool.count),
    basis,
    rounds: 0,
    value: null,
    pauses: 0,
  };
  const options = {
    ...STEADY,
    perStep: () => 2,
    rounds: 0,
    noise: 0,
    beat: -Infinity,
    workLimit: 1,
  };
  const random = new Random(1);
  assert.equal(diveOn(tables, master, pool, dive, random, options).end, "pause");
  const before = dive.fixed.slice(), below = { least: dive.value! + 1, workLimit: Infinity };
  assert.equal(diveOn(tables, master, pool, dive, random, { ...options, ...below }).end, "fallen");
  assert.deepEqual(dive.fixed, before);
  assert.ok(before.some((n) => n > 0));
});

Deno.test("what a dive has fixed is never taken back, is legal, and leaves every slot what it does not use", () => {
  for (const perStep of [1, 20]) fixStepByStep(perStep);
});

function fixStepByStep(perStep: number): void {
  const { tables, master, pool, basis } = relaxed();
  const dive: Dive = {
    fixed: new Int32Array(pool.count),
    basis,
    rounds: 0,
    value: null,
    pauses: 0,
  };
  const options = {
    ...STEADY,
    perStep: () => perStep,
    rounds: 0,
    noise: 0.1,
    beat: -Infinity,
    workLimit: 1,
  };
  const random = new Random(5), scorer = new LineScorer(tables), T = tables.terms;
  let before = dive.fixed.slice(), steps = 0;
  for (;; steps++) {
    const { end } = diveOn(tables, master, pool, dive, random, options);
    before.forEach((n, j) => assert.ok(dive.fixed[j] >= n, `line ${j} of step ${steps}`));
    before = dive.fixed.slice();
    const plan = Int32Array.from(
      [...before].flatMap((n, j) => Array(n).fill([...pool.cells.subarray(j * T, j * T + T)]))
        .flat(),
    );
    assertWithinPosts(tables, plan);
    for (let at = 0; at < plan.length; at += T) assert.equal(scorer.faults(plan, at), 0);
    const used = new Int32Array(tables.cap.length);
    plan.forEach((r, k) => used[(k % T) * tables.positions + r]++);
    assert.deepEqual(openTables(tables, pool, before).cap, tables.cap.map((n, s) => n - used[s]));
    if (end === "whole") break;
    assert.equal(end, "pause");
  }
  assert.ok(steps > (perStep === 1 ? 5 : 0), `${steps}`);
}

Deno.test("diveOn() asks for lines where its LP falls, and not where it does not", () => {
  for (const [tolerance, isAsked] of [[-1e9, true], [1e9, false]] as const) {
    const { tables, master, pool, basis } = relaxed();
    const dive: Dive = {
      fixed: new Int32Array(pool.count),
      basis,
      rounds: 0,
      value: null,
      pauses: 0,
    };
    const options = { ...STEADY, perStep: () => 2, rounds: 0, noise: 0.1, beat: -Infinity };
    const given = { ...options, workLimit: Infinity, mostRounds: 1, tolerance };
    const { end } = diveOn(tables, master, pool, dive, new Random(6), given);
    // Before anything is fixed nothing has fallen.
    assert.ok(dive.fixed.some((n) => n > 0));
    assert.equal(end, isAsked ? "price" : "whole");
    assert.equal(dive.basis === null, !isAsked);
    if (isAsked) assert.equal(dive.basis!.length, master.fixedBasis + pool.count);
  }
});

Deno.test("diveOn() asks for lines as often as it may before it ends below its least value", () => {
  const { tables, master, pool, basis } = relaxed();
  const dive: Dive = {
    fixed: new Int32Array(pool.count),
    basis,
    rounds: 0,
    value: null,
    pauses: 0,
  };
  const options = { ...STEADY, perStep: () => 2, rounds: 0, noise: 0, beat: -Infinity };
  const given = { ...options, workLimit: Infinity, lastRounds: 2, least: Infinity };
  const ends: string[] = [];
  while (dive.rounds < 3) {
    ends.push(diveOn(tables, master, pool, dive, new Random(9), given).end);
    dive.rounds++;
  }
  assert.deepEqual(ends, ["price", "price", "fallen"]);
  assert.ok(dive.fixed.every((n) => n === 0));
});

Deno.test("openTables() leaves what the posts left bring, and the lines that are still to come", () => {
  const { tables, pool } = relaxed(), T = tables.terms;
  const fixed = new Int32Array(pool.count);
  fixed[0] = 1;
  const open = openTables(tables, pool, fixed);
  assert.equal(open.lines, tables.lines - 1);
  for (let t = 0; t < T; t++) {
    const s = t * tables.positions + pool.cells[t];
    assert.equal(open.cap[s], tables.cap[s] - 1);
    for (let n = 1; n <= open.cap[s]; n++) {
      assert.equal(slotGain(open, s, n), slotGain(tables, s, n + 1));
    }
  }
});

Deno.test("a solve that outlasts its unit is given more in each of the next ones, up to four times as much", () => {
  const { tables, master, pool } = relaxed();
  const dive: Dive = {
    fixed: new Int32Array(pool.count),
    basis: null,
    rounds: 0,
    value: null,
    pauses: 0,
  };
  const options = {
    ...STEADY,
    perStep: () => 2,
    rounds: 0,
    noise: 0,
    beat: -Infinity,
    workLimit: 1,
  };
  const works: number[] = [], random = new Random(7);
  for (
    let step;
    works.length < 5 && (step = diveOn(tables, master, pool, dive, random, options));
  ) {
    assert.equal(step.end, "pause");
    assert.equal(dive.pauses, works.push(step.work));
  }
  assert.deepEqual(works, [3, 6, 12, 12, 12]);
});

Deno.test("how many lines a step fixes follows from what the LP is worth there, not from what it was worth a step before", () => {
  const { tables, master, pool, basis } = relaxed();
  const dive: Dive = {
    fixed: new Int32Array(pool.count),
    basis,
    rounds: 0,
    value: null,
    pauses: 0,
  };
  const given: number[] = [];
  const perStep = (value: number) => {
    given.push(value);
    return 2;
  };
  const options = { ...STEADY, perStep, rounds: 0, noise: 0, beat: -Infinity, workLimit: 1 };
  const random = new Random(8);
  let steps = 0;
  for (let end = "pause"; end === "pause";) {
    const before = dive.fixed.slice();
    end = diveOn(tables, master, pool, dive, random, options).end;
    if (end !== "pause" || before.every((n, j) => n === dive.fixed[j])) continue;
    assert.equal(dive.value, given.at(-1));
    steps++;
  }
  assert.ok(steps > 3 && given.length >= steps, `${steps} steps at ${given}`);
});
