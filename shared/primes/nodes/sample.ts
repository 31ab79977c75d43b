// What is computed again of an answer: drawn by a seed that the server made when all of the answer was there.

import { createHash } from "node:crypto";

/**
 * Places of 0..count-1 that are drawn: each by itself with probability `share`, so maybe none, and none of k wrong residues
 * with probability (1 - share)^k. Whoever is told the seed afterwards draws the same.
 */
export function drawn(seed: string, share: number, count: number): number[] {
  if (share >= 1) return Array.from({ length: count }, (_, place) => place);
  const places: number[] = [];
  let lots = lotsOf(seed, 0);
  for (let place = 0; place < count; place++) {
    const within = place % LOTS;
    if (within === 0) lots = lotsOf(seed, place / LOTS);
    const lot = lots.readUIntBE(6 * within, 6) / 2 ** 48;
    if (lot < share) places.push(place);
  }
  return places;
}

/** Lots of six bytes that a digest has. */
const LOTS = 5;

/** Bytes that nobody knows who does not know the seed. */
function lotsOf(seed: string, number: number) {
  return createHash("sha256").update(`${seed} ${number}`).digest();
}
