/**
 * One slice of the planner in a worker of its own, as a function invocation would run it: engine loaded
 * afresh, state in and out as JSON. Measures the thread's CPU from its birth on, so that the cold
 * start counts.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import { glpk } from "../../shared/lp/glpk.ts";
import {
  type PlannerOutcome,
  type PlannerProgress,
  preparePlanner,
} from "../../shared/planner/engine.ts";

/** What the worker is asked. */
export interface SliceRequest {
  /** A PlannerProblem, as JSON. */
  problem: string;
  /** The state of the slice before, as JSON; null for the first. */
  state: string | null;
  /** What the slice may use, in milliseconds from the start of its module. */
  sliceMs: number;
}

/** What it answers. */
export interface SliceAnswer {
  state: string;
  progress: PlannerProgress;
  /** The outcome, once the planner is done. */
  outcome: PlannerOutcome | null;
  /** CPU of the slice (user and system), cold start included. */
  cpuMs: number;
  /** CPU before the first unit of work: runtime, modules, GLPK. */
  coldMs: number;
  /** JavaScript heap plus GLPK's memory, at the end of the slice. */
  heapBytes: number;
}

/** Where the system does not count per thread: the process's CPU when this module started. */
const processStart = process.cpuUsage();

/** CPU of this thread since its birth; elsewhere than on Linux, of the process since this module. */
function threadCpuMs(): number {
  if (process.platform === "linux") {
    return Number(readFileSync("/proc/thread-self/schedstat", "utf8").split(" ")[0]) / 1e6;
  }
  const { user, system } = process.cpuUsage(processStart);
  return (user + system) / 1e3;
}

function runSlice({ problem, state, sliceMs }: SliceRequest, started: number): SliceAnswer {
  const planner = preparePlanner(JSON.parse(problem));
  const coldMs = threadCpuMs();
  const budget = { remainingMs: () => sliceMs - (performance.now() - started) };
  const before = state === null ? planner.start() : JSON.parse(state);
  const after = planner.done(before) ? before : planner.step(before, budget);
  const text = JSON.stringify(after);
  const { heapTotal, external } = Deno.memoryUsage();
  return {
    state: text,
    progress: planner.progress(after),
    outcome: planner.done(after) ? planner.outcome(after) : null,
    cpuMs: threadCpuMs(),
    coldMs,
    heapBytes: heapTotal + external + glpk().bytes,
  };
}

const scope = self as unknown as Worker;
scope.onmessage = ({ data }: MessageEvent<SliceRequest>) => {
  scope.postMessage(runSlice(data, performance.now()));
};
