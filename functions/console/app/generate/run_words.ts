// What is said about the states of a planner run, and what to do when one failed.

import type { PlannerRun } from "../../../../shared/client/mod.ts";

/** The state in a word. */
export function statusWord({ status, result_metadata }: PlannerRun): string {
  switch (status) {
    case "PENDING":
      return "queued";
    case "GENERATING":
      return "generating";
    case "COMPLETED":
      return result_metadata?.dry_run ? "dry run done" : "completed";
    case "INFEASIBLE":
      return "impossible";
    case "FAILED":
      return "failed";
    case "CANCELLED":
      return "cancelled";
  }
}

const ADVICE: Record<string, string> = {
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
  ATTEMPTS_EXCEEDED:
    "The work was interrupted too often. Generate again; if it happens again, tell your administrator.",
  TIME_TO_LIVE_EXCEEDED: "The run took too long. Try less effort or fewer lines.",
  QUEUE_TIME_EXCEEDED: "Other runs took too long before its turn came. Generate again.",
};

/** What to do after a failure. */
export function adviceOn(errorCode: string | null): string {
  return ADVICE[errorCode ?? ""] ??
    "Nothing was changed. Generate again; if it happens again, tell your administrator.";
}
