// Column generation of long lines that a proof closes, against an integer program over all lines, and unit by unit.

import assert from "node:assert/strict";
import { Random } from "../../../engine/random.ts";
import { draws } from "../../../engine/testing/draws.ts";
import { preparePlanner } from "../../engine.ts";
import type { PlannerProblem } from "../../problem.ts";
import { exactAnswer } from "../../testing/oracle.ts";
import { position, problemOf } from "../../testing/problems.ts";
import { buildTables } from "../../model/build.ts";
import { mergeTables } from "../../model/merge.ts";
import { resolveRules } from "../../rules/mod.ts";
import { Search } from "../search.ts";
import { firstState } from "../state.ts";
import type { ProvenStretch, StretchOptions } from "../../pricing/line_proof.ts";
import { beginBound } from "./bound.ts";
import { linesOf } from "./parts.ts";
import { beginClosing, close, isProofEarly, noteDive, proveBeforeDive } from "./close.ts";

/** Lines of six or seven terms, three of nine positions in each; every second time some are of a pathway. */
function drawn(random: Random, round: number): PlannerProblem {
  const T = 6 + round % 2, E = 9;
  const positions = Array.from({ length: E }, (_, r) =>
    position(`p${r}`, {
      specialty: `S${r % 3}`,
      subspecialty: random.next() < 0.7 ? `S${r % 3}.${r % 3}` : null,
      categories: random.next() < 0.5 ? ["A", "B"] : ["C"],
    }));
  const termWeeks = Array.from({ length: T }, (_, t) => T === 6 && t < 4 ? 9 : T === 6 ? 8 : 7);
  const keys = [...new Set(positions.map((p) => p.subspecialty ?? p.specialty))];
  const weights = keys.flatMap((a, i) =>
    keys.slice(i).map((b): [string, string, number] => [a, b, random.below(141) - 60])
  );
  const posts = termWeeks.map(() => {
    const row = positions.map(() => 0);
    while (row.filter((n) => n > 0).length < 3) row[random.below(E)] = 1 + random.below(2);
    return row;
  });
  const pathways = [{ name: "Way", lines: 1, positions: ["p0", "p1", "p2", "p3"], need: 2 }];
  return problemOf(positions, {
    lines: 3,
    termWeeks,
    posts,
    constraints: [
      "UNRESTRICTED",
      { name: "MAX_SPECIALTY", value: 0.5 },
      { name: "REQUIRED_CATEGORIES", value: ["A", "C"] },
      ...round % 2 === 0 ? [] : [{ name: "PATHWAYS", value: pathways }],
    ],
    affinity: { profile: "test", version: 1, weights },
    // A clock that counts makes great leaps, which must not use up the run's time.
    options: { allowPartial: false, seed: 1, effort: "quick", timeLimitS: 1e12 },
  });
}

/** Units of a slice in which no proof is at work. */
const UNITS = 20;

/** Runs a search in one slice. */
function run(problem: PlannerProblem) {
  const planner = preparePlanner(problem);
  const state = planner.step(planner.start(), { remainingMs: () => 1e6 });
  assert.ok(planner.done(state));
  return { outcome: planner.outcome(state), state };
}

/**
 * Runs a search so that each stretch of its proofs is a slice of its own, in an isolate of its own: from the text of the one before.
 * What other units keep is resume_test.ts's; those with a proof among them are done again one by one.
 */
function runInStretches(problem: PlannerProblem) {
  let planner = preparePlanner(problem), state = planner.start(), single = 0, stretches = 0;
  while (!planner.done(state)) {
    const before = JSON.stringify(state);
    let left = 2 * (single > 0 ? 1 : UNITS);
    const after = planner.step(JSON.parse(before), { remainingMs: () => --left > 0 ? 1e6 : 0 });
    const isProof = state.closing !== null || after.closing !== null ||
      after.closings > state.closings;
    if (isProof && single === 0) {
      single = UNITS;
      continue;
    }
    single = Math.max(isProof ? 1 : 0, single - 1);
    if (isProof) {
      planner = preparePlanner(problem);
      stretches++;
    }
    state = JSON.parse(JSON.stringify(after));
  }
  return { outcome: planner.outcome(state), state, stretches };
}

Deno.test("a proof that closes column generation leaves the bound above the best plan, and comes near it", () => {
  const random = new Random(101);
  const wanted = draws(4);
  let compared = 0, closed = 0, proven = 0;
  for (let round = 0; round < 4 * wanted && compared < wanted; round++) {
    const problem = drawn(random, round), answer = exactAnswer(problem, true);
    if (answer === null || answer.lines < problem.lines) continue;
    const { outcome, state } = run(problem);
    assert.equal(outcome.status, "COMPLETED", `round ${round}`);
    assert.ok(state.bestValue! <= answer.value!, `round ${round}`);
    assert.ok(state.bound! >= answer.value!, `round ${round}: ${state.bound} of ${answer.value}`);
    compared++;
    if (state.closings > 0) closed++;
    if (state.bestValue === answer.value) proven++;
  }
  assert.ok(
    compared > 0.6 * wanted && closed > compared / 2 && proven > compared / 2,
    `${compared}, ${closed}, ${proven}`,
  );
});

Deno.test("a proof in one slice and in as many as it has stretches come to the same", () => {
  const random = new Random(102);
  const wanted = draws(2);
  let closed = 0;
  for (let round = 0; round < 7 * wanted && closed < wanted; round++) {
    const problem = drawn(random, round), one = run(problem);
    if (one.state.closings === 0) continue;
    const many = runInStretches(problem);
    assert.ok(many.stretches > 1, `${many.stretches}`);
    assert.deepEqual(many.outcome, one.outcome);
    assert.deepEqual(many.state.work, one.state.work);
    closed++;
  }
  assert.equal(closed, wanted);
});

/** A search in its bound whose proofs by keys find no line and leave so much more out than asked; 0: nothing. */
function provenByKeys(looser: () => number, problem = drawn(new Random(103), 0)): Search {
  const bounds = resolveRules(problem.constraints);
  const tables = buildTables(problem, bounds);
  const search = new Search(
    { problem, bounds, tables, merged: mergeTables(tables) },
    firstState(1, problem.lines),
  );
  beginBound(search);
  const prove = (_prices: Float64Array, floor: number) => {
    const more = looser(), rest = more > 0 ? { loose: floor + more } : {};
    const best = more > 0 ? floor + more : -Infinity;
    return { best, lines: new Int32Array(0), count: 0, next: null, work: 1, ...rest };
  };
  const proof = { heads: 1, isByKeys: true, isByHalves: true, prove };
  Object.defineProperty(search, "pricer", {
    value: { parts: 1, proof, groupOf: () => -1, widerOf: () => -1 },
  });
  search.lastPrices = new Float64Array(search.tables.cap.length);
  return search;
}

/** What is answered of a stretch: nothing found, and no more to go through, unless it says so. */
type Answer = Partial<ProvenStretch>;

/**
 * Goes through a proof by halves whose stretches are answered as told; a part is the lines that end in one of the last term's slots.
 * @param isWider whether all lines are lines of the last part as well
 * @returns what was asked of each stretch, and the search at its end
 */
function proofOf(answers: readonly Answer[], parts = 1, isWider = false) {
  const problem = drawn(new Random(103), 0), bounds = resolveRules(problem.constraints);
  const plain = buildTables(problem, bounds), { positions: R, terms: T, cap } = plain;
  // Where lines are of groups their places are those of the last term.
  const groups = Array.from({ length: R }, (_, r) => r).filter((r) => cap[(T - 1) * R + r] > 0);
  const tables = { ...plain, groups };
  const search = new Search(
    { problem, bounds, tables, merged: mergeTables(tables) },
    firstState(1, problem.lines),
  );
  beginBound(search);
  const slots = groups.map((r) => (T - 1) * R + r);
  const asked: StretchOptions[] = [];
  const prove = (_prices: Float64Array, _floor: number, stretch: StretchOptions) => {
    const answer = answers[asked.length];
    asked.push(stretch);
    return { best: -Infinity, lines: new Int32Array(0), count: 0, next: null, work: 1, ...answer };
  };
  const proof = { heads: 1, isByKeys: false, isByHalves: true, prove };
  Object.defineProperty(search, "pricer", {
    value: {
      parts,
      proof,
      groupOf: (part: number) => slots[part],
      widerOf: (part: number) => isWider && part < parts - 1 ? parts - 1 : -1,
    },
  });
  search.lastPrices = new Float64Array(tables.cap.length);
  assert.ok(beginClosing(search));
  while (search.state.closing !== null) {
    assert.ok(asked.length < answers.length, "a stretch that was not told of");
    close(search);
  }
  assert.equal(asked.length, answers.length, "the proof ends with its last stretch");
  return { asked, search, bound: search.state.bound! };
}

Deno.test("a stretch of a proof begins where the one before ended, and the next part anew", () => {
  const root = [1, 2];
  const { asked, search } = proofOf([{ best: 1000, next: 4, root }, {}, {}], 2);
  assert.deepEqual(asked.map(({ part, from, root }) => ({ part, from, root })), [
    { part: 0, from: 0, root: null },
    { part: 0, from: 4, root },
    { part: 1, from: 0, root: null },
  ]);
  const [first, second, third] = asked.map(({ least }) => least!);
  assert.ok(first < second && second < 1000, "lines near the best one found are looked for");
  assert.equal(third, second);
  const { asked: [, , again] } = proofOf([{ best: 1000, next: 4 }, { best: 900, next: 5 }, {}]);
  assert.equal(again.least, second, "the best one is of all stretches");
  const { asked: [, loose, anew] } = proofOf([{ best: 1000, next: 4, loose: 2000 }, {}, {}], 2);
  assert.deepEqual(
    [loose.least, anew.least],
    [2000, second],
    "what was left out is the part's own",
  );
  assert.equal(search.centre, search.lastPrices, "rounds go on from prices that were proven");
});

Deno.test("the bound of a proof is that of its best line, whichever stretch has it", () => {
  const { bound } = proofOf([{ best: 1000 }]);
  assert.ok(proofOf([{ best: 900 }]).bound < bound);
  assert.equal(proofOf([{ best: 1000, next: 4 }, { best: 900 }]).bound, bound);
  assert.equal(proofOf([{ best: 900, next: 4 }, { best: 1000 }]).bound, bound);
  assert.equal(proofOf([{ best: 1000, next: 4 }, {}]).bound, bound);
  const { bound: both } = proofOf([{ best: 1000 }, { best: 900 }], 2);
  assert.equal(proofOf([{ best: 800, next: 4 }, { best: 1000 }, { best: 900 }], 2).bound, both);
  assert.equal(proofOf([{ best: 1000 }, { best: 800, next: 4 }, { best: 900 }], 2).bound, both);
});

Deno.test("a part of which lines were left out is worth what these are worth at most", () => {
  const { bound, asked: [, { least }] } = proofOf([{ best: 1000 }, {}], 2);
  assert.equal(bound, proofOf([{ best: 1000 }, { best: least }], 2).bound);
  assert.ok(proofOf([{ best: 1000 }, { best: 1.2 * least! }], 2).bound > bound);
});

Deno.test("a part that bounds others comes first, and then what may move the bound by more than half as much", () => {
  const { asked, search } = proofOf([{ best: 1000 }, { best: 900 }], 3, true);
  const lines = [0, 1, 2].map((part) => linesOf(search, part));
  // The first one's may move the bound by more than half of what is known, and the second one's by then no more.
  assert.ok(lines[0] >= lines[1] && lines[0] > 0.5 * lines[2], lines.join());
  assert.ok(1000 * lines[1] <= 0.5 * (1000 * lines[2] + 900 * lines[0]), lines.join());
  assert.deepEqual(asked.map(({ part }) => part), [2, 0]);
});

Deno.test("lines that a proof found are the master's next, and where it found none rounds begin", () => {
  const { search } = proofOf([{ best: 1000 }]);
  assert.equal(search.state.phase, "round");
  const { terms } = search.tables, line = new Int32Array(terms).map((_, t) => t % 3);
  const { search: more } = proofOf([{ best: 1000, lines: line, count: 1 }]);
  assert.equal(more.state.phase, "bound");
});

Deno.test("a proof by keys that left lines out is followed by others, and one that left out none by dives", () => {
  const looser = [3, 2, 1, 0], search = provenByKeys(() => looser.shift()!);
  const phases = looser.slice().map(() => {
    assert.ok(beginClosing(search));
    close(search);
    assert.equal(search.state.closing, null);
    return search.state.phase;
  });
  assert.deepEqual(phases, ["bound", "bound", "bound", "round"]);
});

Deno.test("before a dive comes a proof by keys where it promises a lower bound, and none again that told nothing", () => {
  const search = provenByKeys(() => 1e6), { state } = search, lines = search.tables.lines;
  search.centre = search.lastPrices;
  search.prices = search.lastPrices;
  const near = { estimate: 2 * lines, master: 0, isInVain: false };
  state.near = near;
  state.bound = 2 * lines;
  assert.equal(proveBeforeDive(search), false, "the bound is no higher than what a proof leaves");
  state.bound = 100 * lines;
  assert.equal(proveBeforeDive(search), true);
  assert.equal(search.prices.length, 0);
  close(search);
  assert.equal(state.bound, 100 * lines);
  assert.deepEqual(state.near, { ...near, isInVain: true });
  assert.equal(proveBeforeDive(search), false);
  assert.equal(state.isProvenInVain, true);
  noteDive(search);
  assert.equal(state.isProvenInVain, false, "the next dive waits for another proof in vain");
});

Deno.test("a proof that brings the bound down is not in vain", () => {
  const search = provenByKeys(() => 0), { state } = search;
  Object.assign(state, { bound: 1e6, isProvenInVain: true });
  assert.ok(beginClosing(search));
  close(search);
  assert.ok(state.bound! < 1e6);
  assert.equal(state.isProvenInVain, false);
});

/** A problem of ten terms, three posts in each. */
function ofTenTerms(effort: "quick" | "normal"): PlannerProblem {
  const positions = Array.from({ length: 12 }, (_, r) => position(`p${r}`));
  const termWeeks = Array.from({ length: 10 }, (_, t) => t < 8 ? 5 : 6);
  return problemOf(positions, {
    lines: 3,
    termWeeks,
    options: { allowPartial: false, seed: 1, effort },
  });
}

Deno.test("from ten terms on column generation comes on between proofs, and finds lines before dives where the bound lacks most", () => {
  const search = provenByKeys(() => 0, ofTenTerms("normal")), { state } = search;
  assert.equal(isProofEarly(search), false, "nothing was proven yet");
  Object.assign(state, { solves: 20, bound: 1e6, bestValue: -1e5 });
  state.near = { estimate: 0, master: -1e5, isInVain: false };
  assert.ok(beginClosing(search));
  close(search);
  assert.equal(state.phase, "bound", "no dive: the plan lacks less than the bound");
  const early = () => {
    const from = state.solves;
    while (isProofEarly(search)) state.solves++;
    return state.solves - from;
  };
  const between = early();
  assert.ok(between >= 8, `${between}`);
  noteDive(search);
  assert.equal(early(), between, "a dive brings lines");
  state.bestValue = -1e7;
  assert.ok(beginClosing(search));
  close(search);
  assert.equal(state.phase, "round", "the plan lacks more");
});

Deno.test("from ten terms on a proof that is to leave out too much is given up, and none begun again at the same prices", () => {
  const looser = [1e6, 0.5], search = provenByKeys(() => looser.shift()!, ofTenTerms("normal"));
  const { state } = search, { lines } = search.tables;
  Object.assign(state, { solves: 20, bound: 100 * lines, bestValue: -1e5 });
  const near = { estimate: 0, master: -1, isInVain: false };
  state.near = near;
  assert.ok(beginClosing(search));
  close(search);
  assert.equal(state.closing, null);
  assert.deepEqual([state.bound, state.near.isInVain, state.isSharp], [100 * lines, true, true]);
  assert.equal(beginClosing(search), false);
  // Other prices promise more.
  state.near = near;
  state.isSharp = false;
  assert.ok(beginClosing(search));
  close(search);
  assert.ok(state.bound! < 100 * lines, `${state.bound}`);
  assert.deepEqual([state.near.isInVain, state.isSharp], [false, false]);
});

Deno.test("a quick search, and one of fewer terms, have their proofs as soon as these promise something", () => {
  for (const search of [provenByKeys(() => 0, ofTenTerms("quick")), provenByKeys(() => 0)]) {
    assert.ok(beginClosing(search));
    close(search);
    assert.equal(isProofEarly(search), false);
  }
});
