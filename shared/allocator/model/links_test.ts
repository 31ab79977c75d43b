// Couples against every matching of tiny problems.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { draws } from "../../engine/testing/draws.ts";
import { checkMatching } from "../checker.ts";
import { prepareAllocator } from "../engine.ts";
import { settleCouples } from "../stability/couples.ts";
import { groundOf } from "../testing/couples_ground.ts";
import { bruteForce } from "../testing/brute_force.ts";
import { blockingPairs } from "../stability/stability.ts";
import {
  blockingLinks,
  brokenFits,
  brokenRathers,
  type Implication,
  linksHold,
  pruneLinks,
  readImplication,
  unblock,
} from "./links.ts";
import { type AllocatorTables, buildTables } from "./tables.ts";
import { allMatchings } from "../testing/matchings.ts";
import { problemOf, randomProblem, withLinks } from "../testing/problems.ts";
import { solve } from "../testing/solve.ts";

for (
  const [name, seed, caps, stability] of [
    ["without caps or stability", 51, false, false],
    ["with caps", 52, true, false],
    ["with stability", 53, false, true],
    ["with caps and stability", 54, true, true],
  ] as const
) {
  Deno.test(`linked doctors are placed as brute force places them ${name}`, () => {
    const random = new Random(seed);
    let matchings = 0, refusals = 0, unstable = 0;
    for (let round = 0; round < draws(110); round++) {
      const problem = withLinks(random, randomProblem(random, { caps, stability }));
      if (problem.links!.length === 0) continue;
      const truth = bruteForce(problem), { outcome } = solve(problem);
      if (truth === null) {
        assert.equal(outcome.status, "INFEASIBLE", `round ${round}`);
        refusals++;
        const loose = { ...problem, options: { ...problem.options, stability: false } };
        if (stability && bruteForce(loose) !== null) unstable++;
        continue;
      }
      assert.ok(outcome.status === "COMPLETED", `round ${round}: ${JSON.stringify(outcome)}`);
      assert.deepEqual(checkMatching(problem, outcome.allocations), []);
      const { report } = outcome;
      assert.equal(report.bound, report.objective);
      assert.ok(Math.abs(report.objective - truth) <= 0.001 * (1 + problem.workers.length));
      if (stability) assert.deepEqual(report.couples!.blocking, []);
      matchings++;
    }
    const counts = `${matchings} ${refusals} ${unstable}`;
    assert.ok(matchings > 15 && refusals > 6 && (!stability || unstable > 1), counts);
  });
}

Deno.test("couples come out the same however they are sliced", () => {
  const random = new Random(55);
  for (let round = 0; round < 60; round++) {
    const spice = { caps: round % 3 === 0, stability: round % 2 === 0 };
    const problem = { ...withLinks(random, randomProblem(random, spice)), reasons: true };
    const whole = solve(problem), sliced = solve(problem, 1);
    assert.deepEqual(sliced.outcome, whole.outcome);
    if (whole.outcome.status !== "COMPLETED") continue;
    const { prices } = prepareAllocator(problem);
    assert.deepEqual(prices(sliced.state), prices(whole.state));
  }
});

Deno.test("a couple that cannot be placed together is the reason that is told, and unlinking them what helps", () => {
  const problem = problemOf(2, [1, 1], {
    links: [{ workers: ["w0", "w1"], fit: { kind: "alike", lines: [["l0", "a"], ["l1", "b"]] } }],
  });
  const { outcome } = solve(problem);
  assert.ok(outcome.status === "INFEASIBLE");
  const { code, message, workers, relaxations } = outcome.explanation;
  assert.equal(code, "LINKED");
  assert.match(message, /W0 and W1/);
  assert.deepEqual(workers, ["w0", "w1"]);
  assert.ok(relaxations.some(({ change }) => change === "Unlink the linked doctors."));
});

Deno.test("where every matching has a couple or a doctor who would rather move, that is said", () => {
  // The couple takes both lines or none where they can be together; w2 is put before w1, behind w0.
  const problem = problemOf(3, [1, 1, 2], {
    preferences: [
      { worker: "w0", ranks: [["l0", 1], ["l2", 2]] },
      { worker: "w1", ranks: [["l1", 1], ["l2", 2]] },
      { worker: "w2", ranks: [["l0", 1], ["l1", 2], ["l2", 3]] },
    ],
    preferencers: [
      {
        id: "p",
        name: "P",
        lines: ["l0"],
        maxLines: null,
        maxWorkers: null,
        ranks: [["w0", 1], ["w2", 2]],
      },
      {
        id: "q",
        name: "Q",
        lines: ["l1"],
        maxLines: null,
        maxWorkers: null,
        ranks: [["w2", 1], ["w1", 2]],
      },
    ],
    links: [{
      workers: ["w0", "w1"],
      fit: { kind: "pairs", pairs: [["l0", "l1"], ["l2", "l2"]] },
    }],
  });
  problem.options.stability = true;
  assert.equal(bruteForce(problem), null);
  const { outcome } = solve(problem);
  assert.ok(outcome.status === "INFEASIBLE");
  assert.equal(outcome.explanation.code, "STABILITY");
  const changes = outcome.explanation.relaxations.map(({ change }) => change);
  assert.ok(changes.includes("Allow blocking pairs (no stability)."), changes.join());
  assert.ok(changes.includes("Unlink the linked doctors."), changes.join());
});

Deno.test("couples among many doctors settle into a stable matching to begin with, and what cannot settle is given up", () => {
  const random = new Random(57);
  let settled = 0;
  for (let round = 0; round < 200; round++) {
    const problem = withLinks(random, randomProblem(random, { caps: false, stability: true }));
    for (const line of problem.lines) line.mustHave = false;
    const tables = buildTables(problem), lineOf = settleCouples(groundOf(tables));
    if (lineOf === null) continue;
    const allocations = lineOf.map((j, w) => ({
      worker: tables.workers[w].id,
      line: tables.lines[j].id,
      originalPreference: tables.choice[w * tables.J + j] > 0
        ? tables.rank[w * tables.J + j]
        : null,
    }));
    if (checkMatching(problem, allocations).length === 0) settled++;
    const kinds = checkMatching(problem, allocations).map(({ code }) => code);
    assert.ok(kinds.every((code) => code.startsWith("BLOCKING")), kinds.join());
  }
  assert.ok(settled > 60, `${settled}`);
});

/** Pairs that want a row, and pairs that it wants. */
function sidesOf(tables: AllocatorTables, cut: Implication) {
  const { least, factors } = readImplication(tables, cut), pairs = [...factors.keys()];
  const wants = pairs.filter((p) => factors.get(p)! < 0);
  return { least, wants, wanted: pairs.filter((p) => factors.get(p)! > 0) };
}

Deno.test("what a couple would rather have cuts off points and couples that block, never a stable matching", () => {
  const random = new Random(59);
  let cuts = 0, blocked = 0, held = 0;
  for (let round = 0; round < draws(300); round++) {
    const problem = withLinks(random, randomProblem(random, { caps: false, stability: true }));
    const tables = buildTables(problem), { J } = tables;
    const all = allMatchings(tables).filter((lineOf) => linksHold(tables, lineOf)).slice(0, 200);
    const stable = all.filter((lineOf) =>
      blockingPairs(tables, lineOf).length + blockingLinks(tables, lineOf).length === 0
    );
    const sum = (cut: Implication, lineOf: readonly number[]) => {
      const { factors } = readImplication(tables, cut);
      return lineOf.reduce((sum, j, w) => sum + (factors.get(w * J + j) ?? 0), 0);
    };
    for (let i = 0; i < Math.min(20, all.length); i++) {
      const a = all[random.below(all.length)], b = all[random.below(all.length)];
      const value = new Map<number, number>();
      for (const m of [a, b]) {
        m.forEach((j, w) => value.set(w * J + j, (value.get(w * J + j) ?? 0) + 0.5));
      }
      const point = { pairs: [...value.keys()], values: [...value.values()] };
      for (const cut of brokenRathers(tables, point)) {
        assert.ok(sum(cut, a) + sum(cut, b) < -1e-9);
        for (const lineOf of stable) assert.ok(sum(cut, lineOf) >= -1e-9, `round ${round}`);
        held += stable.length;
        cuts++;
        if (a === b) blocked++;
      }
    }
  }
  assert.ok(cuts > 200 && blocked > 20 && held > 200, `${cuts} ${blocked} ${held}`);
});

Deno.test("rows of links name no pairs that follow from the tables, and are broken by the point that they are for", () => {
  const random = new Random(57);
  let fits = 0, blocks = 0;
  for (let round = 0; round < 300; round++) {
    const problem = withLinks(random, randomProblem(random, { caps: false, stability: true }));
    const tables = buildTables(problem), { J, links, capacity } = tables;
    for (const lineOf of allMatchings(tables).slice(0, 20)) {
      const value = new Map<number, number>();
      lineOf.forEach((j, w) => value.set(w * J + j, 1));
      const sum = (pairs: readonly number[]) =>
        pairs.reduce((total, p) => total + (value.get(p) ?? 0), 0);
      const point = { pairs: [...value.keys()], values: [...value.values()] };
      for (const cut of brokenFits(tables, point)) {
        const { least, wants, wanted } = sidesOf(tables, cut), [, at, i] = cut;
        assert.equal(cut.length, 4);
        assert.ok(sum(wanted) - sum(wants) < least);
        const { fits: doFit } = links[at];
        const near = new Set(
          wants.flatMap((p) =>
            Array.from({ length: J }, (_, k) => k).filter((k) =>
              i === 0 ? doFit(p % J, k) : doFit(k, p % J)
            )
          ),
        );
        assert.deepEqual(new Set(wanted.map((p) => p % J)), near);
        fits++;
      }
      if (!linksHold(tables, lineOf)) continue;
      for (const cut of unblock(tables, lineOf)) {
        const { least, wants, wanted } = sidesOf(tables, cut);
        assert.ok(cut.length <= 6 + 2 * Math.max(...capacity));
        assert.deepEqual([sum(wants), sum(wanted), least], [2, 0, -1]);
        blocks++;
      }
    }
  }
  assert.ok(fits > 100 && blocks > 100, `${fits} ${blocks}`);
});

Deno.test("what links take from a domain is what has no partner in it, and who lost it is told", () => {
  const random = new Random(58);
  let lost = 0, none = 0;
  for (let round = 0; round < 300; round++) {
    const problem = withLinks(random, randomProblem(random, { caps: false, stability: false }));
    const tables = buildTables(problem), { J, links } = tables;
    const before = Uint8Array.from(tables.cost, (c) => c < Infinity && random.next() < 0.5 ? 1 : 0);
    const after = before.slice(), changed = new Set<number>(), expected = before.slice();
    const lines = Array.from({ length: J }, (_, j) => j);
    for (const { workers: [a, b], fits } of links) {
      const has = (w: number, j: number) => before[w * J + j] === 1;
      for (const j of lines) {
        if (!lines.some((k) => has(b, k) && fits(j, k))) expected[a * J + j] = 0;
        if (!lines.some((k) => has(a, k) && fits(k, j))) expected[b * J + j] = 0;
      }
    }
    const isLeft = links.every(({ workers }) =>
      workers.every((w) => expected.subarray(w * J, (w + 1) * J).includes(1))
    );
    assert.equal(pruneLinks(tables, after, changed), isLeft);
    if (!isLeft) none++;
    if (!isLeft) continue;
    assert.deepEqual(after, expected);
    const losers = [...before.keys()].filter((p) => before[p] !== after[p])
      .map((p) => Math.floor(p / J));
    assert.deepEqual(changed, new Set(losers));
    if (losers.length > 0) lost++;
  }
  assert.ok(lost > 20 && none > 20, `${lost} ${none}`);
});
