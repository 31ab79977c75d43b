// What is computed again of an answer: drawn by a seed that the server made when all of the answer was there.

import { createHash } from "node:crypto";

/**
 * Places of 0..count-1 that are drawn: each by itself with probability `share`; of several at least one. Whoever is told the seed
 * afterwards draws the same.
 */
export function drawn(seed: string, share: number, count: number): number[] {
  if (share >= 1) return Array.from({ length: count }, (_, place) => place);
  const places: number[] = [];
  let least = { place: -1, lot: Infinity };
  for (let place = 0; place < count; place++) {
    const lot = lotOf(seed, place);
    if (lot < share) places.push(place);
    if (lot < least.lot) least = { place, lot };
  }
  return places.length === 0 && count > 0 ? [least.place] : places;
}

/** A number of [0, 1) that nobody knows who does not know the seed. */
function lotOf(seed: string, place: number): number {
  return createHash("sha256").update(`${seed} ${place}`).digest().readUIntBE(0, 6) / 2 ** 48;
}

/**
 * The chance that none of k wrong residues is drawn: at most (1 - share)^k, since each is drawn by itself. Where only some of the
 * answers of an operator are wrong, k counts all wrong residues in them.
 */
export function missChance(share: number, wrong: number): number {
  return (1 - share) ** wrong;
}
