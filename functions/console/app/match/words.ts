// Words for states, choices and failures of matches.

import type { AllocatorRun } from "../../../../shared/client/mod.ts";

const ORDINALS = new Intl.PluralRules("en-AU", { type: "ordinal" });
const SUFFIX: Record<string, string> = { one: "st", two: "nd", few: "rd", other: "th" };

/** `1st`, `22nd` */
export function ordinal(n: number): string {
  return `${n}${SUFFIX[ORDINALS.select(n)]}`;
}

/** `3rd`, `rank 2.5` for a shared one, `not ranked` */
export function choice(rank: number | null): string {
  if (rank === null) return "not ranked";
  return Number.isInteger(rank) ? ordinal(rank) : `rank ${rank}`;
}

/** The state of a run in a word. */
export function statusWord({ status, base_run }: AllocatorRun): string {
  switch (status) {
    case "PENDING":
      return "queued";
    case "GENERATING":
      return "matching";
    case "COMPLETED":
      return base_run ? "answered" : "completed";
    case "INFEASIBLE":
      return "impossible";
    case "FAILED":
      return "failed";
    case "CANCELLED":
      return "cancelled";
  }
}

const ADVICE: Record<string, string> = {
  INVALID_RANKS: "Correct the preferences that are named, then run the match again.",
  INVALID_PROBLEM: "Correct the lines or preferencers that are named, then run the match again.",
  INVALID_INPUT: "Correct what is named, then run the match again.",
  NOBODY_TO_PLACE:
    "Add doctors and lines to the allocation run, or let the match place those who have a line anew.",
  ALLOCATION_RUN_CHANGED:
    "Doctors or lines were changed while the match was made. Run it again with what is there now.",
  MATCHING_REFUSED:
    "The independent check did not accept the matching, so nothing was written. Please tell your administrator.",
  NOT_PROVEN:
    "Try without stability, or with fewer caps over the same lines; a smaller batch helps as well.",
  PIN_NOT_ELIGIBLE: "Take the pins out, or change who is eligible for these lines.",
  PIN_OUTSIDE_BATCH: "Take the pins out: the match that this is compared with left them out.",
  CONTRADICTORY_PINS: "Take one of the pins out.",
  ATTEMPTS_EXCEEDED:
    "The work was interrupted too often. Run it again; if it happens again, tell your administrator.",
  TIME_TO_LIVE_EXCEEDED: "The match took too long. Try without stability, or a smaller batch.",
  QUEUE_TIME_EXCEEDED: "Other runs took too long before its turn came. Run it again.",
};

/** What to do after a failure. */
export function adviceOn(errorCode: string | null): string {
  return ADVICE[errorCode ?? ""] ??
    "Nothing was changed. Run it again; if it happens again, tell your administrator.";
}
