// Lines of two halves: orders against all orders, positions against all positions.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { buildTables } from "../model/build.ts";
import { resolveRules } from "../rules/mod.ts";
import { randomProblem } from "../testing/problems.ts";
import { bestOrder, placeLine } from "./half_lines.ts";
import { keyElements } from "./key_sets.ts";

function tablesOf(random: Random, terms: number) {
  const shape = { lines: 3, terms, positions: 8, postsUpTo: 3 };
  const problem = randomProblem(() => random.next(), shape);
  return buildTables(problem, resolveRules(problem.constraints));
}

Deno.test("the best order of a half is the best of all its orders", () => {
  const random = new Random(311);
  for (let round = 0; round < 40; round++) {
    const tables = tablesOf(random, 5);
    const own = keyElements(tables), E = own.key.length, { keys: K } = tables;
    const value = Float64Array.from({ length: 3 * E }, () => random.below(100) - 50);
    const row = Uint8Array.from({ length: 3 }, () => random.below(E)), next = random.below(K);
    const worth = (order: ArrayLike<number>) =>
      value[order[0]] + value[E + order[1]] + value[2 * E + order[2]] +
      own.near[own.key[order[0]] * K + own.key[order[1]]] +
      own.near[own.key[order[1]] * K + own.key[order[2]]] + own.near[own.key[order[2]] * K + next];
    const [a, b, c] = row;
    const orders = [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]];
    const found = bestOrder(own, K, row, value, [0, 1, 2], next);
    assert.deepEqual([...found].sort(), [...row].sort());
    assert.equal(worth(found), Math.max(...orders.map(worth)));
  }
});

Deno.test("positions are the cheapest that cover what a line must, none twice", () => {
  const random = new Random(312);
  let placed = 0, none = 0;
  for (let round = 0; round < 500; round++) {
    const tables = tablesOf(random, 3),
      prices = Float64Array.from(tables.cap, () => random.below(400) - 200);
    const own = keyElements(tables), { terms: T, positions: R, cap, cover, classOf } = tables;
    const elements = Array.from({ length: T }, () => random.below(own.key.length));
    let lines: number[][] = [[]];
    elements.forEach((e, t) => {
      lines = lines.flatMap((line) =>
        own.positions[e].filter((r) => cap[t * R + r] > 0).map((r) => [...line, r])
      );
    });
    const paid = (line: ArrayLike<number>) =>
      Array.from(line).reduce((sum, r, t) => sum + prices[t * R + r], 0);
    const open = lines.filter((line) =>
      (!tables.distinct || new Set(line).size === T) &&
      (tables.need & ~line.reduce((all, r) => all | cover[classOf[r]], 0)) === 0
    );
    const found = placeLine(own, tables, prices, cap, elements);
    if (open.length === 0) {
      assert.equal(found, null);
      none++;
      continue;
    }
    assert.ok(open.some((line) => line.join() === found!.join()));
    assert.equal(paid(found!), Math.min(...open.map(paid)));
    placed++;
  }
  assert.ok(placed > 15 && none > 15, `${placed} and ${none}`);
});
