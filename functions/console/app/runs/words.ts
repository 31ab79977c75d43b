// Words for the states of runs, and what to do when one failed. What both engines have in common is said once.

import type { AllocatorRun, PlannerRun } from "../../../../shared/client/mod.ts";
export { ruleName, withRuleNames } from "../../../../shared/planner/rules/names.ts";

const STATES = {
  PENDING: "queued",
  INFEASIBLE: "impossible",
  FAILED: "failed",
  CANCELLED: "cancelled",
};

/** The state of a planner run in a word. */
export function plannerWord({ status, result_metadata }: PlannerRun): string {
  if (status === "GENERATING") return "generating";
  if (status === "COMPLETED") return result_metadata?.dryRun ? "dry run done" : "completed";
  return STATES[status];
}

/** The state of a match or a what-if in a word. */
export function matchWord({ status, base_run }: AllocatorRun): string {
  if (status === "GENERATING") return "matching";
  if (status === "COMPLETED") return base_run ? "answered" : "completed";
  return STATES[status];
}

type Advice = Record<string, string>;

/** Advice of both engines. @param again how one asks again, as a sentence without its full stop */
function shared(again: string): Advice {
  return {
    ATTEMPTS_EXCEEDED:
      `The work was interrupted too often. ${again}; if it happens again, tell your administrator.`,
    DATABASE_BUSY: `The database had no time for it. ${again} later.`,
    QUEUE_TIME_EXCEEDED: `Other runs took too long before its turn came. ${again}.`,
    "": `Nothing was changed. ${again}; if it happens again, tell your administrator.`,
  };
}

const PLANNER: Advice = {
  ...shared("Generate again"),
  INVALID_CONSTRAINTS: "Correct the rules in the form, then generate again.",
  INVALID_INPUT: "Correct the positions and posts of the allocation run, then generate again.",
  INVALID_PROBLEM: "Correct the positions and posts of the allocation run, then generate again.",
  NOTHING_TO_BUILD: "Pinned lines already make up the number: ask for more lines, or unpin some.",
  ALLOCATION_RUN_CHANGED:
    "Lines, posts or terms were changed while the run worked. Generate again with what is there now.",
  PLAN_REFUSED:
    "The independent check did not accept the plan, so nothing was written. Try another seed, and tell your administrator.",
  LINES_NOT_FOUND:
    "As many lines may exist, but were neither found nor ruled out. Try more effort or another seed, or accept fewer lines.",
  TIME_TO_LIVE_EXCEEDED: "The run took too long. Try less effort or fewer lines.",
};

const MATCH: Advice = {
  ...shared("Run it again"),
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
  TIME_TO_LIVE_EXCEEDED: "The match took too long. Try without stability, or a smaller batch.",
};

/** What to do after a failure of the planner. @param code of the run's error */
export function plannerAdvice(code: string | null): string {
  return adviceOf(PLANNER, code);
}

/** What to do after a failure of a match or a what-if. */
export function matchAdvice(code: string | null): string {
  return adviceOf(MATCH, code);
}

function adviceOf(advice: Advice, code: string | null): string {
  return Object.hasOwn(advice, code ?? "") ? advice[code ?? ""] : advice[""];
}
