/** A planner problem run slice by slice, each in a fresh worker with its state as JSON, as the fleet does. */
import type { Effort } from "../../shared/planner/effort.ts";
import type { PlannerProblem } from "../../shared/planner/problem.ts";
import { runInWorker } from "./harness.ts";
import type { SliceAnswer, SliceRequest } from "./planner_slice.ts";

const SLICE = import.meta.resolve("./planner_slice.ts");
/** A run that needs more slices than this is broken. */
const MOST_SLICES = 2_000;

/** How a problem is run. */
export interface RunOptions {
  sliceMs: number;
  cpuS: number;
  goalGap: number | null;
  /** How hard to try; as much as there is where only the CPU is to limit it. */
  effort: Effort;
  /** What each millisecond of CPU counts as, in slices and in all. */
  slow: number;
}

/** Runs an instance slice by slice. */
export async function runSlices(
  problem: PlannerProblem,
  { sliceMs, cpuS, goalGap, effort, slow }: RunOptions,
): Promise<SliceAnswer[]> {
  const options = { ...problem.options, effort };
  const text = JSON.stringify({ ...problem, options });
  const answers: SliceAnswer[] = [];
  let state: string | null = null, cpu = 0, there = false;
  while (!answers.at(-1)?.outcome && !there) {
    if (answers.length === MOST_SLICES) throw new Error("no end");
    const finish = cpu + sliceMs >= 1000 * cpuS;
    const answer: SliceAnswer = await runInWorker<SliceRequest, SliceAnswer>(SLICE, {
      problem: text,
      state,
      sliceMs,
      slow,
      finish,
      goalGap,
    });
    answers.push(answer);
    state = answer.state;
    cpu += answer.cpuMs;
    const { gap } = answer.progress;
    there = goalGap !== null && gap !== null && gap <= goalGap;
  }
  return answers;
}
