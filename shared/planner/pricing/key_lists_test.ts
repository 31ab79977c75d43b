// Sets weighed against walks: none that a line above the floor holds is left out.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { drawKeyed } from "../testing/keyed.ts";
import { KeyHalves } from "./key_halves.ts";
import { KeyLists } from "./key_lists.ts";
import { KeySequences } from "./key_sequences.ts";
import { OnwardWalks } from "./onward_walks.ts";

Deno.test("a set of a line above the floor is settled with a bound that is not below the line", () => {
  const random = new Random(403);
  const remembered = new Set<number>();
  let left = 0;
  for (const { tables, key, limits, walks, held } of drawKeyed(random, 40)) {
    // Of a few sets their sequences remember all keys, of others those that there is room for.
    const sequences = new KeySequences(tables.terms, key.length, walks, limits.keyMost, 60);
    const { terms, keys } = tables, { keyMost } = limits;
    const onward = new OnwardWalks(terms, keys, key, keyMost, walks);
    const lists = new KeyLists(terms, keys, key, limits, onward, sequences);
    const halves = KeyHalves.of(tables, limits)!;
    const masks = Int32Array.from(new Set(held.map(({ mask }) => mask)));
    const pairs = Float64Array.from(masks, (mask) => halves.pairs(mask));
    const floor = held[random.below(held.length)].value - 0.5;
    const bounds = new Map<number, number>(), begin = new Float64Array(lists.multipliers);
    lists.settle(
      { masks, pairs },
      Int32Array.from(masks.keys()),
      begin,
      floor,
      (i, point, most, known) => {
        remembered.add(known.remembered - known.all.length);
        bounds.set(masks[i], most);
        assert.equal(point.length, lists.multipliers);
        return floor;
      },
    );
    for (const { mask, value } of held) {
      if (value > floor) {
        assert.ok(bounds.get(mask)! >= value - 1e-6, `${bounds.get(mask)} ${value}`);
      }
    }
    left += masks.length - bounds.size;
  }
  assert.ok(left > 0);
  assert.ok(remembered.has(0) && remembered.size > 1, `${[...remembered]}`);
});
