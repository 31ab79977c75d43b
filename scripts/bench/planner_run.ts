/**
 * A planner problem run slice by slice, its state as JSON between them, as the fleet does; each in a fresh worker, but where time
 * is counted work, which a fresh one does not change.
 */
import type { Effort } from "../../shared/planner/effort.ts";
import type { PlannerProblem } from "../../shared/planner/problem.ts";
import { runInWorker } from "./harness.ts";
import { runSlice, type SliceAnswer, type SliceRequest } from "./planner_slice.ts";

const WORKER = import.meta.resolve("./planner_slice_worker.ts");
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
  /** Whether time is counted work at the rates of a normal machine instead of CPU. */
  counted: boolean;
}

/** Runs an instance slice by slice. */
export async function runSlices(
  problem: PlannerProblem,
  { sliceMs, cpuS, goalGap, effort, slow, counted }: RunOptions,
): Promise<SliceAnswer[]> {
  const options = { ...problem.options, effort };
  const text = JSON.stringify({ ...problem, options });
  const answers: SliceAnswer[] = [];
  let state: string | null = null, cpu = 0, there = false;
  while (!answers.at(-1)?.outcome && !there) {
    if (answers.length === MOST_SLICES) throw new Error("no end");
    const finish = cpu + sliceMs >= 1000 * cpuS;
    const request: SliceRequest = { problem: text, state, sliceMs, slow, counted, finish, goalGap };
    const answer: SliceAnswer = counted ? runSlice(request) : await runInWorker(WORKER, request);
    answers.push(answer);
    state = answer.state;
    cpu += answer.cpuMs;
    const { gap } = answer.progress;
    there = goalGap !== null && gap !== null && gap <= goalGap;
  }
  return answers;
}
