// The lottery among equals, done again in the browser: the engine shuffles doctors with the run's seed, and where matchings
// are equally good, who comes first in that order decides.

import { Random } from "../../../../shared/engine/random.ts";

/** What `read_lottery()` answers: doctors are numbered from 1 by name; the reader's own number lies from first to last. */
export interface Lottery {
  allocator_run: string;
  seed: number;
  doctors: number;
  first: number;
  last: number;
}

/** Doctors' numbers in the order of the shuffle. @param doctors how many there are */
export function shuffleDoctors(seed: number, doctors: number): number[] {
  const order = Int32Array.from({ length: doctors }, (_, i) => i + 1);
  new Random(seed).choose(order, doctors);
  return [...order];
}
