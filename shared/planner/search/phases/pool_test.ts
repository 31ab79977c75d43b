// What stays in the pool where it outgrows its room, and that all that speaks of its lines goes on speaking of the same ones.

import assert from "node:assert/strict";
import { Random } from "../../../engine/random.ts";
import { AT_LOWER, BASIC } from "../../../lp/basis.ts";
import { buildTables } from "../../model/build.ts";
import { slotsInUse } from "../../model/leave_choice.ts";
import { lineAt } from "../../model/lines.ts";
import { mergeTables } from "../../model/merge.ts";
import { resolveRules } from "../../rules/mod.ts";
import { randomProblem } from "../../testing/problems.ts";
import { sample20 } from "../../testing/samples.ts";
import { postsLeft } from "../dive.ts";
import type { LinePool } from "../master.ts";
import { Search } from "../search.ts";
import { firstState } from "../state.ts";
import { dearest, diveFixed, ownLines, trimPool } from "./pool.ts";

/** A search with so many lines, of which some are basic, others in a dive's basis, and others fixed by it. */
function scene(random: Random, lines: number) {
  const problem = sample20(), bounds = resolveRules(problem.constraints);
  const tables = buildTables(problem, bounds);
  const search = new Search(
    { problem, bounds, tables, merged: mergeTables(tables) },
    firstState(1, problem.lines),
  );
  const { terms: T, positions: R } = search.tables, { pool } = search;
  while (pool.count < lines) pool.add(Int32Array.from({ length: T }, () => random.below(R)), 0);
  const fixed = search.master.fixedBasis;
  const basis = () => new Uint8Array(fixed + lines).fill(AT_LOWER);
  search.basis = basis();
  search.diveBasis = basis();
  for (let i = 0; i < 20; i++) {
    search.basis[fixed + random.below(lines)] = BASIC;
    search.diveBasis[fixed + random.below(lines)] = BASIC;
  }
  search.state.dive = [lines - 1, 2, 3, 1].flat();
  return { search, fixed };
}

/** Names of the lines that a basis has as basic ones. */
function basicOf({ pool, tables }: Search, basis: Uint8Array, fixed: number): string[] {
  return Array.from({ length: pool.count }, (_, j) => j).filter((j) => basis[fixed + j] === BASIC)
    .map((j) => lineAt(pool.cells, j, tables.terms).join());
}

Deno.test("a pool that is too large keeps basic and fixed lines, and the dearest of the others", () => {
  const random = new Random(11);
  const { tables } = scene(random, 1).search, slots = slotsInUse(tables);
  const { search, fixed } = scene(random, 5 * slots);
  const prices = Float64Array.from(tables.cap, () => random.below(100));
  const told = () => [
    basicOf(search, search.basis!, fixed),
    basicOf(search, search.diveBasis!, fixed),
    [0, 2].map((i) => lineAt(search.pool.cells, search.state.dive![i], tables.terms).join()),
    [1, 3].map((i) => search.state.dive![i]),
  ];
  const before = told(), old = search.pool;
  const left = postsLeft(search.tables, old, diveFixed(search));
  const isOpen = (j: number) => left.fits(old.cells, j * tables.terms);
  // Lines that find posts beside those that the dive has fixed come first.
  const order = Array.from({ length: old.count }, (_, j) => j).sort((a, b) =>
    Number(isOpen(b)) - Number(isOpen(a)) || old.reduced(b, prices) - old.reduced(a, prices)
  );
  const name = (pool: LinePool, j: number) => lineAt(pool.cells, j, tables.terms).join();
  const wanted = order.slice(0, 3 * slots - 50).map((j) => name(old, j));
  assert.ok(order.some((j) => isOpen(j)) && order.some((j) => !isOpen(j)));
  trimPool(search, prices);
  const { pool } = search;
  assert.ok(pool.count >= 3 * slots && pool.count < 3 * slots + 50, `${pool.count}`);
  assert.deepEqual(told(), before);
  const kept = new Set(Array.from({ length: pool.count }, (_, j) => name(pool, j)));
  assert.ok(wanted.every((line) => kept.has(line)));
  trimPool(search, prices);
  assert.equal(search.pool, pool, "what fits stays");
});

Deno.test("a pool without a basis is trimmed by what its lines are worth alone", () => {
  const random = new Random(12);
  const { tables } = scene(random, 1).search, slots = slotsInUse(tables);
  const { search } = scene(random, 5 * slots);
  search.basis = null;
  search.diveBasis = null;
  search.state.dive = null;
  trimPool(search, new Float64Array(tables.cap.length));
  assert.deepEqual([search.pool.count, search.basis, search.state.dive], [3 * slots, null, null]);
});

Deno.test("of long lines each pathway's are annealed from its own, though others of the pool are dearer", () => {
  const random = new Random(12);
  for (const year of [9, 10]) {
    const problem = randomProblem(() => random.next(), {
      lines: 4,
      terms: year,
      positions: 14,
      postsUpTo: 2,
      pathways: true,
    });
    const bounds = resolveRules(problem.constraints), tables = buildTables(problem, bounds);
    const search = new Search(
      { problem, bounds, tables, merged: mergeTables(tables) },
      firstState(1, problem.lines),
    );
    const { pool, pricer } = search, { terms: T, positions: R } = search.tables;
    const groups = search.tables.groups, last = T - 1;
    assert.ok(groups.length > 1 && pricer.parts > 1);
    for (let n = 0; n < 60; n++) {
      const line = Int32Array.from({ length: T }, () => random.below(R));
      line[last] = groups[n % groups.length];
      pool.add(line, 0);
    }
    // Lines of the first group cost most by far, so that the dearest of the pool have none of it.
    const prices = new Float64Array(search.tables.cap.length);
    prices[last * R + groups[0]] = 1e6;
    const groupsOf = (lines: Int32Array) =>
      Array.from({ length: lines.length / T }, (_, i) => lines[i * T + last]);
    assert.ok(!groupsOf(dearest(search, prices)).includes(groups[0]));
    for (let part = 0; part < pricer.parts; part++) {
      const own = ownLines(search, part);
      if (year === 9) {
        assert.equal(own, null);
        continue;
      }
      const found = groupsOf(dearest(search, prices, own)), group = pricer.groupOf(part) - last * R;
      assert.ok(found.length > 0 && found.every((g) => g === group), `${found} of ${group}`);
    }
  }
});
