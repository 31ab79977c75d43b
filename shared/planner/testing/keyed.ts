// Drawn problems as the proof by sets of keys sees them, with every legal line as elements.

import type { Random } from "../../engine/random.ts";
import { slotOf } from "../model/flat.ts";
import { type SetLimits, setLimits } from "../pricing/key_halves.ts";
import { KeySequences } from "../pricing/key_sequences.ts";
import { KeyWalks } from "../pricing/key_walks.ts";
import { drawPriced, type Priced } from "./priced.ts";

/** A problem, its elements and its lines made of these. */
export interface Keyed extends Priced {
  /** [element] its position and key. */
  at: Int32Array;
  key: Int32Array;
  limits: SetLimits;
  walks: KeyWalks;
  sequences: KeySequences;
  /** Every legal line by elements, with its keys as bits. */
  held: { elements: Int32Array; mask: number; value: number }[];
}

/** Draws problems that have lines until there are so many. */
export function drawKeyed(random: Random, count: number): Keyed[] {
  const found: Keyed[] = [];
  while (found.length < count) {
    const shape = { lines: 3, terms: 3 + random.below(3), positions: 7, postsUpTo: 3 };
    const priced = drawPriced(random, shape), { tables, prices } = priced;
    if (!tables.distinct || priced.lines.length === 0) continue;
    const { terms: T, positions: R, cap, keyOf, classOf } = tables;
    const at = Int32Array.from({ length: R }, (_, r) => r).filter((r) =>
      Array.from({ length: T }, (_, t) => cap[slotOf(t, r, R)]).some((n) => n > 0)
    );
    const key = at.map((r) => keyOf[classOf[r]]), walks = new KeyWalks(tables, key);
    for (let t = 0; t < T; t++) {
      at.forEach((r, e) => {
        walks.value[t * at.length + e] = cap[slotOf(t, r, R)] > 0
          ? -prices[slotOf(t, r, R)]
          : -Infinity;
      });
    }
    const held = priced.lines.map(({ line, value }) => {
      const elements = line.map((r) => at.indexOf(r));
      return { elements, mask: elements.reduce((all, e) => all | 1 << key[e], 0), value };
    });
    const limits = setLimits(tables, at, key);
    const sequences = new KeySequences(T, at.length, walks, limits.keyMost);
    found.push({ ...priced, at, key, limits, walks, sequences, held });
  }
  return found;
}
