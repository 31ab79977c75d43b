// The state of a run of either engine, as a tag in the state's colour.

import type { PlannerRun } from "../../../../shared/client/mod.ts";

type RunStatus = PlannerRun["status"];

const TONES: Record<RunStatus, "ok" | "info" | "warn" | "danger" | ""> = {
  PENDING: "info",
  GENERATING: "info",
  COMPLETED: "ok",
  INFEASIBLE: "warn",
  FAILED: "danger",
  CANCELLED: "",
};

/** @param word the state in a word, as the page says it */
export function RunTag({ status, word }: { status: RunStatus; word: string }) {
  return <span class={`tag ${TONES[status]}`} data-status={status}>{word}</span>;
}
