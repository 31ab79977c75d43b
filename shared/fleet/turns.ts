// One slice at a time in an isolate, however many calls it gets.

import type { SliceOutcome } from "./slice.ts";

/** What became of a call: a slice's outcome, or left to the slice that was at work when it came. */
export type TurnOutcome = SliceOutcome | "left";

/**
 * Keeps an isolate's slices apart: two at once would share its thread and its allowance of CPU, and both be killed at the
 * limit. A call that comes during a slice is left to that slice, which hands over at its end if there is work; only a
 * slice that found nothing looks once more, because what the call was about may have come after it had looked.
 */
export function oneAtATime(slice: () => Promise<SliceOutcome>): () => Promise<TurnOutcome> {
  let working = false;
  let called = false;
  return async () => {
    called = true;
    if (working) return "left";
    working = true;
    try {
      let outcome: SliceOutcome = "idle";
      while (called && outcome === "idle") {
        called = false;
        outcome = await slice();
      }
      return outcome;
    } finally {
      working = false;
    }
  };
}
