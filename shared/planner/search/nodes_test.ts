// Nodes come back as they were packed, and take little room.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { packNodes, unpackNodes } from "./nodes.ts";

Deno.test("packed nodes come back as they were, and those of one search are short", () => {
  const random = new Random(63);
  for (let round = 0; round < 50; round++) {
    const nodes: number[][] = [[]];
    for (let i = 0; i < 30; i++) {
      const before = nodes.at(-1)!, kept = before.slice(0, 4 * random.below(before.length / 4 + 1));
      nodes.push([
        ...kept,
        ...Array.from({ length: 4 * random.below(3) }, () => random.below(900)),
      ]);
    }
    assert.deepEqual(unpackNodes(packNodes(nodes)), nodes);
  }
  // The open nodes of a search a hundred deep: each has all bounds of the ones before it but the last.
  const deep = Array.from(
    { length: 100 },
    (_, i) => Array.from({ length: 4 * i }, (_, k) => k === 4 * i - 1 ? 1 : k % 600),
  );
  assert.ok(packNodes(deep).length < 2_000, `${packNodes(deep).length}`);
});
