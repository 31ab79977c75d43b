// Every pair that a doctor ranked better is forced, and what that really costs is compared with what was said.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { draws } from "../../engine/testing/draws.ts";
import { checkMatching, scoreMatching } from "../checker.ts";
import { prepareAllocator } from "../engine.ts";
import type { AllocatorProblem } from "../problem.ts";
import type { Allocation } from "../outcome.ts";
import { visitMatchings } from "../testing/brute_force.ts";
import {
  problemOf,
  randomProblem,
  type Spice,
  withGroups,
  withLinks,
} from "../testing/problems.ts";
import { type Reason, reasonsOf } from "./reasons.ts";
import { betterPairs } from "./why.ts";

/** Solves in slices of some units, from checkpoint to checkpoint as JSON; null: there is no matching. */
function solved(problem: AllocatorProblem, unitsPerSlice = 1e6) {
  let state = prepareAllocator(problem).start();
  for (let slice = 0;; slice++) {
    assert.ok(slice < 10_000, "endless");
    const allocator = prepareAllocator(problem);
    if (allocator.done(state)) {
      const found = allocator.outcome(state);
      if (found.status !== "COMPLETED") return null;
      const { allocations, report } = found, prices = allocator.prices(state);
      const reasons = reasonsOf(problem, allocator.tables, allocations, prices);
      return { allocations, report, reasons };
    }
    let left = 2 * unitsPerSlice;
    const remainingMs = () => --left > 0 ? 1e6 : 0;
    state = JSON.parse(JSON.stringify(allocator.step(state, { remainingMs })));
  }
}

/** The doctor's mean place of a line among all, as the rules of ranks say it. */
function rankOf(problem: AllocatorProblem, worker: string, line: string): number {
  const score = (preferencerWeight: number) =>
    scoreMatching({
      ...problem,
      options: { ...problem.options, preferencerWeight, preferencePower: 1 },
    }, [{ worker, line, originalPreference: null }]);
  return score(0);
}

/** Of each pair that a doctor ranked better: the least objective, and the fewest ranks of the others, of matchings with it. */
function forced(problem: AllocatorProblem, worker: string, line: string) {
  const pinned = {
    ...problem,
    pins: [...problem.pins.filter((pin) => pin.worker !== worker), { worker, line }],
  };
  let objective = Infinity, ranks = Infinity;
  visitMatchings(pinned, (allocations) => {
    objective = Math.min(objective, scoreMatching(problem, allocations));
    ranks = Math.min(ranks, ranksOfOthers(problem, allocations, worker));
  });
  return { objective, ranks };
}

function ranksOfOthers(problem: AllocatorProblem, allocations: readonly Allocation[], but: string) {
  return allocations.reduce(
    (sum, { worker, line }) => worker === but ? sum : sum + rankOf(problem, worker, line),
    0,
  );
}

/** Pairs that were ranked better than the line received, of lines in the run. */
function rankedBetter(problem: AllocatorProblem, allocations: readonly Allocation[]): string[] {
  return allocations.flatMap(({ worker, line }) => {
    const own = rankOf(problem, worker, line);
    const ranked = problem.preferences.filter((p) => p.worker === worker).flatMap((p) => p.ranks);
    return ranked.flatMap(([other]) =>
      rankOf(problem, worker, other) < own ? [`${worker} ${other}`] : []
    );
  });
}

interface Seen {
  codes: Map<string, number>;
  exact: number;
  ranks: number;
}

/** Matches with groups: what forcing a pair costs the doctor's own group, with those before where they are. */
function compareGroups(problem: AllocatorProblem, seen: Seen): void {
  const match = solved(problem);
  if (match === null) return;
  const groupOf = (id: string) => {
    const at = problem.groups!.findIndex(({ workers }) => workers.includes(id));
    return at < 0 ? problem.groups!.length : at;
  };
  const lineOf = new Map(match.allocations.map(({ worker, line }) => [worker, line]));
  for (const { worker, line, code, values } of match.reasons) {
    seen.codes.set(code, (seen.codes.get(code) ?? 0) + 1);
    if (code === "NOT_ELIGIBLE" || code === "PINNED") continue;
    const own = (allocations: readonly Allocation[]) =>
      scoreMatching(problem, allocations.filter((a) => groupOf(a.worker) === groupOf(worker)));
    const earlier = problem.workers.filter(({ id }) => groupOf(id) < groupOf(worker));
    const pins = [
      ...earlier.map(({ id }) => ({ worker: id, line: lineOf.get(id)! })),
      { worker, line },
    ];
    let least = Infinity;
    visitMatchings({ ...problem, groups: [], pins }, (m) => least = Math.min(least, own(m)));
    const told: string = `${JSON.stringify([worker, line, code, values])} ${
      least - own(match.allocations)
    }`;
    if (code === "IMPOSSIBLE" || code === "EARLIER_GROUP") {
      assert.equal(least, Infinity, told);
      continue;
    }
    assert.ok(code !== "NOT_OFFERED", told);
    const rise: number = least - own(match.allocations);
    const rounding = 0.001 * problem.workers.length + 1e-6;
    assert.ok(values.objective! <= rise + rounding, told);
    if (values.objective_exact) assert.ok(Math.abs(values.objective! - rise) <= rounding, told);
    if (values.objective_exact) seen.exact++;
  }
}

Deno.test("of matches with groups, what a better line would cost is what forcing it costs the group", () => {
  const random = new Random(37), seen: Seen = { codes: new Map(), exact: 0, ranks: 0 };
  for (let round = 0; round < draws(100); round++) {
    const spice = { caps: round % 4 === 0, stability: false };
    compareGroups({ ...withGroups(random, randomProblem(random, spice)), reasons: true }, seen);
  }
  const counts = JSON.stringify([[...seen.codes], seen.exact]);
  assert.ok(seen.codes.get("EARLIER_GROUP")! > 5 && seen.exact > 10, counts);
});

Deno.test("of matches with couples, what a better line would cost is less than what forcing it costs, or just that", () => {
  const random = new Random(38), seen: Seen = { codes: new Map(), exact: 0, ranks: 0 };
  for (let round = 0; round < draws(75); round++) {
    const spice = { caps: false, stability: round % 3 === 0 };
    compare({ ...withLinks(random, randomProblem(random, spice)), reasons: true }, seen);
  }
  assert.ok(seen.codes.get("FULL_BETTER")! > 2, JSON.stringify([...seen.codes]));
});

Deno.test("a line that takes a couple apart whatever else happens is impossible, full or free, not dearer", () => {
  const ranks = [0, 1, 2, 3].map((j): [string, number] => [`l${j}`, j + 1]);
  for (const stability of [false, true]) {
    const problem = {
      ...problemOf(3, [1, 1, 1, 1], {
        preferences: [0, 1, 2].map((w) => ({ worker: `w${w}`, ranks })),
        links: [{ workers: ["w0", "w1"], fit: { kind: "pairs", pairs: [["l2", "l3"]] } }],
      }),
      reasons: true,
    };
    problem.options.stability = stability;
    compare(problem, { codes: new Map(), exact: 0, ranks: 0 });
    const told = solved(problem)!.reasons.map(({ worker, line, code }) => [worker, line, code]);
    assert.deepEqual(told.sort(), [
      ["w0", "l0", "IMPOSSIBLE"],
      ["w0", "l1", "IMPOSSIBLE"],
      ["w1", "l0", "IMPOSSIBLE"],
      ["w1", "l1", "IMPOSSIBLE"],
      ["w1", "l2", "IMPOSSIBLE"],
    ]);
  }
});

function compare(problem: AllocatorProblem, seen: Seen): void {
  const match = solved(problem);
  if (match === null) return;
  const { allocations, report, reasons } = match;
  assert.deepEqual(
    reasons.map(({ worker, line }) => `${worker} ${line}`).sort(),
    rankedBetter(problem, allocations).sort(),
  );
  for (const reason of reasons) {
    seen.codes.set(reason.code, (seen.codes.get(reason.code) ?? 0) + 1);
    check(problem, allocations, report.objective, reason, seen);
  }
}

function check(
  problem: AllocatorProblem,
  allocations: readonly Allocation[],
  objective: number,
  reason: Reason,
  seen: Seen,
): void {
  const { worker, line, code } = reason;
  const free = problem.lines.find(({ id }) => id === line)!.capacity -
    allocations.filter((a) => a.line === line).length;
  if (code === "NOT_ELIGIBLE") {
    const own = allocations.map((a) =>
      a.worker === worker ? { ...a, line, originalPreference: null } : a
    );
    assert.ok(checkMatching(problem, own).some(({ code }) => code === "ELIGIBILITY"));
    return;
  }
  if (code === "PINNED") return assert.ok(problem.pins.some((pin) => pin.worker === worker));
  assert.notEqual(code, "EARLIER_GROUP");
  const truth = forced(problem, worker, line), told = JSON.stringify([reason, truth]);
  if (code === "IMPOSSIBLE") return assert.equal(truth.objective, Infinity, told);
  if (code === "NOT_OFFERED") return assert.fail(told);
  assert.equal(code, free > 0 ? "WOULD_COST" : "FULL_BETTER");
  const { values } = reason, rounding = 0.001 * problem.workers.length + 1e-6;
  if (!problem.options.stability) assert.notEqual(values.objective, null, told);
  if (values.objective !== null) {
    assert.ok(values.objective >= 0, told);
    assert.ok(values.objective <= truth.objective - objective + rounding, told);
  }
  if (values.objective_exact) {
    assert.ok(Math.abs(values.objective! - (truth.objective - objective)) <= rounding, told);
    seen.exact++;
  }
  if (values.ranks === null) return assert.equal(values.exact, false);
  const lost = truth.ranks - ranksOfOthers(problem, allocations, worker);
  const cent = 0.01 + rounding / (1 - problem.options.preferencerWeight);
  assert.ok(values.ranks > 0 && values.ranks <= lost + cent, `${told} ${lost}`);
  if (values.exact) assert.ok(Math.abs(values.ranks - lost) <= cent, `${told} ${lost}`);
  seen.ranks++;
}

const kinds: [string, number, Spice & { departments: boolean }, string[]][] = [
  ["of ranks alone", 31, { caps: false, stability: false, departments: false }, []],
  ["with departments", 32, { caps: false, stability: false, departments: true }, []],
  ["with caps", 33, { caps: true, stability: false, departments: true }, ["IMPOSSIBLE"]],
  ["with stability", 34, { caps: false, stability: true, departments: true }, []],
  ["with caps and stability", 35, { caps: true, stability: true, departments: true }, []],
];

for (const [name, seed, { departments, ...spice }, more] of kinds) {
  Deno.test(`what a better line would cost is what forcing it costs, or less: matches ${name}`, () => {
    const random = new Random(seed), seen: Seen = { codes: new Map(), exact: 0, ranks: 0 };
    for (let round = 0; round < draws(120); round++) {
      const problem = { ...randomProblem(random, spice), reasons: true };
      if (!departments) {
        problem.preferencers = problem.preferencers.map((p) => ({ ...p, lines: [] }));
        problem.options = { ...problem.options, preferencePower: 1 };
        problem.options.preferencerWeight = Math.min(0.9, problem.options.preferencerWeight);
      }
      compare(problem, seen);
    }
    for (const code of ["NOT_ELIGIBLE", "FULL_BETTER", ...more]) {
      assert.ok(seen.codes.get(code)! > 1, `${code}: ${JSON.stringify([...seen.codes])}`);
    }
    const counts = JSON.stringify([[...seen.codes], seen.exact, seen.ranks]);
    if (!spice.caps && !spice.stability) assert.ok(seen.exact > 10, counts);
    if (!departments) assert.ok(seen.ranks > 10, counts);
  });
}

Deno.test("reasons are the same however the search was sliced, pins included", () => {
  const random = new Random(36);
  for (let round = 0; round < 60; round++) {
    const spice = { caps: round % 3 === 0, stability: round % 4 === 0 };
    const problem = { ...randomProblem(random, spice), reasons: true };
    const whole = solved(problem);
    assert.deepEqual(solved(problem, 1), whole);
    if (whole === null) continue;
    const { worker, line } = whole.allocations[0];
    const pinned = { ...problem, pins: [{ worker, line }] };
    const seen: Seen = { codes: new Map(), exact: 0, ranks: 0 };
    compare(pinned, seen);
  }
});

Deno.test("betterPairs() keeps the best of each worker where there are too many", () => {
  const lines = [0, 1, 2, 3, 4];
  const ranks = (order: number[]) => order.map((j, i): [string, number] => [`l${j}`, i + 1]);
  const problem = problemOf(3, [1, 1, 1, 1, 1], {
    preferences: [[0, 1, 2, 3, 4], [4, 3, 2, 1, 0], [1, 0, 2, 3, 4]].map((order, w) => ({
      worker: `w${w}`,
      ranks: ranks(order),
    })),
  });
  const { tables } = prepareAllocator(problem);
  const last = ["l4", "l0", "l0"];
  const lineOf = tables.workers.map(({ id }) =>
    tables.lines.findIndex((line) => line.id === last[Number(id.slice(1))])
  );
  const told = (most: number) =>
    betterPairs(tables, lineOf, most).map((p) =>
      `${tables.workers[Math.floor(p / 5)].id} ${tables.lines[p % 5].id}`
    ).sort();
  const all = (w: number, of: number[]) => of.map((j) => `w${w} l${j}`);
  assert.deepEqual(
    told(9),
    [...all(0, lines.slice(0, 4)), ...all(1, lines.slice(1)), "w2 l1"].sort(),
  );
  assert.deepEqual(told(6), [...all(0, [0, 1]), ...all(1, [3, 4]), "w2 l1"].sort());
});

Deno.test("reasons tell what was ruled out by hand, by tags, and left out of the match", () => {
  const rule = { includedWorkers: [], excludedWorkers: [], includedTags: [], excludedTags: [] };
  const problem = {
    ...problemOf(1, [1, 1, 1, 1]),
    reasons: true,
    outside: { workers: [], lines: [{ id: "x", name: "X", full: true }, { id: "y", name: "Y" }] },
    exclusions: [{ worker: "w0", line: "l0" }],
    eligibility: [
      { ...rule, line: "l0", excludedWorkers: ["w0"] },
      { ...rule, line: "l1", includedTags: ["a", "b"] },
      { ...rule, line: "l2", excludedTags: ["c", "d"] },
    ],
    preferences: [{
      worker: "w0",
      ranks: [["x", 1], ["l0", 2], ["l1", 3], ["l2", 4], ["l3", 5], ["y", 6]] as [string, number][],
    }],
  };
  problem.workers[0].tags = ["c"];
  const told = solved(problem)!.reasons.map(({ line, code, values }) => [line, code, values]);
  assert.deepEqual(told.sort(), [
    ["l0", "NOT_ELIGIBLE", { rule: "by_hand", tags: [] }],
    ["l1", "NOT_ELIGIBLE", { rule: "included_tags", tags: ["a", "b"] }],
    ["l2", "NOT_ELIGIBLE", { rule: "excluded_tag", tags: ["c"] }],
    ["x", "NOT_OFFERED", { full: true }],
  ]);
});

Deno.test("a place that is free tells what it would cost those who must stay where they are", () => {
  // Only w0 may take l1, which must have somebody; l0 has room.
  const rule = { includedWorkers: [], excludedWorkers: ["w1"], includedTags: [], excludedTags: [] };
  const problem = {
    ...problemOf(2, [2, 2]),
    reasons: true,
    eligibility: [{ ...rule, line: "l1" }],
    preferences: ["w0", "w1"].map((worker) => ({
      worker,
      ranks: [["l0", 1], ["l1", 2]] as [string, number][],
    })),
  };
  problem.lines[1].mustHave = true;
  assert.deepEqual(solved(problem)!.reasons, [
    { worker: "w0", line: "l0", code: "IMPOSSIBLE", values: { placed: 1, free: 1 } },
  ]);
  problem.eligibility = [];
  const [{ code, values }] = solved(problem)!.reasons;
  assert.deepEqual([code, values], ["WOULD_COST", {
    free: 1,
    objective: 0,
    objective_exact: true,
    ranks: 1,
    exact: true,
  }]);
});

Deno.test("ranks that others would lose are told, too, where the objective is not made of ranks", () => {
  // Whoever of two has l0, the other one can have it for nothing but a rank of the first.
  const ranks: [string, number][] = [["l0", 1], ["l1", 2]];
  const problem = {
    ...problemOf(2, [1, 1], { preferences: ["w0", "w1"].map((worker) => ({ worker, ranks })) }),
    reasons: true,
  };
  problem.options.preferencePower = 2;
  const values = { placed: 1, objective: 0, objective_exact: true, ranks: 1, exact: false };
  const told = solved(problem)!.reasons.map(({ line, code, values }) => [line, code, values]);
  assert.deepEqual(told, [["l0", "FULL_BETTER", values]]);
});
