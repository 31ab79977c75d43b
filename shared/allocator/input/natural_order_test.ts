// The same data under other ids and in another order of rows are matched alike.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { prepareAllocator } from "../engine.ts";
import { naturalOrder } from "./natural_order.ts";
import type { AllocatorProblem } from "../problem.ts";
import { problemOf, randomProblem } from "../testing/problems.ts";

/** The problem with new ids for everything and its rows shuffled. */
function underOtherIds(problem: AllocatorProblem, random: Random): AllocatorProblem {
  const ids = new Map<string, string>();
  const other = (id: string): string => {
    if (!ids.has(id)) ids.set(id, `${random.next()}`.slice(2));
    return ids.get(id)!;
  };
  const shuffle = <T>(rows: readonly T[]): T[] => {
    const order = Int32Array.from(rows, (_, i) => i);
    random.choose(order, order.length);
    return Array.from(order, (i) => rows[i]);
  };
  const all = (list: string[]) => shuffle(list.map(other));
  const ranks = (list: [string, number][]) =>
    shuffle(list.map(([id, rank]): [string, number] => [other(id), rank]));
  return {
    ...problem,
    workers: shuffle(problem.workers.map((w) => ({ ...w, id: other(w.id), tags: all(w.tags) }))),
    lines: shuffle(problem.lines.map((line) => ({ ...line, id: other(line.id) }))),
    eligibility: shuffle(problem.eligibility.map((e) => ({
      line: other(e.line),
      includedWorkers: all(e.includedWorkers),
      excludedWorkers: all(e.excludedWorkers),
      includedTags: all(e.includedTags),
      excludedTags: all(e.excludedTags),
    }))),
    preferences: shuffle(problem.preferences.map((p) => ({
      worker: other(p.worker),
      ranks: ranks(p.ranks),
    }))),
    preferencers: shuffle(problem.preferencers.map((p) => ({
      ...p,
      id: other(p.id),
      lines: all(p.lines),
      ranks: ranks(p.ranks),
    }))),
    weightings: shuffle(problem.weightings.map((w) => ({
      ...w,
      line: w.line === null ? null : other(w.line),
      workers: all(w.workers),
      tags: all(w.tags),
    }))),
  };
}

/** Who got what, by names; "none" without a matching. */
function matchByName(problem: AllocatorProblem): string {
  const allocator = prepareAllocator(problem);
  let state = allocator.start();
  while (!allocator.done(state)) state = allocator.step(state, { remainingMs: () => 1e6 });
  const outcome = allocator.outcome(state);
  if (outcome.status !== "COMPLETED") return "none";
  const name = new Map([...problem.workers, ...problem.lines].map((row) => [row.id, row.name]));
  return outcome.allocations.map((a) => `${name.get(a.worker)} ${name.get(a.line)}`).sort().join();
}

Deno.test("the same data are matched alike under other ids and in another order", () => {
  const random = new Random(71);
  let matched = 0;
  for (let round = 0; round < 120; round++) {
    const problem = randomProblem(random, { caps: round % 3 === 0, stability: round % 2 === 0 });
    const first = matchByName(problem);
    assert.equal(matchByName(underOtherIds(problem, random)), first, `round ${round}`);
    if (first !== "none") matched++;
  }
  assert.ok(matched > 40, `${matched} matchings`);
});

Deno.test("namesakes are told apart by what they rank", () => {
  const random = new Random(72);
  const problem = problemOf(4, [1, 1, 1, 1], {
    preferences: [
      { worker: "w0", ranks: [["l0", 1], ["l1", 2]] },
      { worker: "w1", ranks: [["l0", 1], ["l2", 2]] },
      { worker: "w2", ranks: [["l0", 1], ["l3", 2]] },
    ],
  });
  problem.workers = problem.workers.map((w) => ({ ...w, name: "A. Smith" }));
  const wishes = (p: AllocatorProblem) => {
    const line = new Map(p.lines.map(({ id, name }) => [id, name]));
    return naturalOrder(p).workers.map(({ id }) =>
      p.preferences.find((given) => given.worker === id)?.ranks.map(([l]) => line.get(l)).sort()
    );
  };
  for (let round = 0; round < 10; round++) {
    assert.deepEqual(wishes(underOtherIds(problem, random)), wishes(problem));
  }
});
