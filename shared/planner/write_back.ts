// From the engine's plan to the rows and the metadata that a run leaves behind.

import type { PlannedLine } from "./engine.ts";
import type { PlannerInput } from "./load.ts";

/** A job line as planner.commit_run() takes it. */
export interface CommittedLine {
  name: string;
  sort_order: number;
  affinity: number;
  /** Position id per term. */
  positions: string[];
}

/**
 * Names and orders the lines of a plan: "Line 01", "Line 02"..., passing over names of locked lines.
 * @param lines in the order in which they are to be shown
 */
export function toCommittedLines(lines: PlannedLine[], input: PlannerInput): CommittedLine[] {
  const taken = new Set(input.lockedNames);
  const digits = Math.max(2, String(lines.length + taken.size).length);
  let number = 0;
  const nextName = () => {
    let name: string;
    do name = `Line ${String(++number).padStart(digits, "0")}`; while (taken.has(name));
    return name;
  };
  return lines.map((line, index) => ({
    name: nextName(),
    sort_order: index + 1,
    affinity: line.affinity,
    positions: line.positions,
  }));
}
