/**
 * One slice of the allocator in a worker of its own, as a function invocation would run it: engine
 * loaded afresh, state in and out as JSON. Measures the thread's CPU from its birth on, so that the
 * cold start counts.
 */
import { readFileSync } from "node:fs";
import process from "node:process";
import {
  type AllocatorOutcome,
  type AllocatorProgress,
  prepareAllocator,
} from "../../shared/allocator/engine.ts";
import { glpk } from "../../shared/lp/glpk.ts";

/** What the worker is asked. */
export interface AllocatorSliceRequest {
  /** An AllocatorProblem, as JSON. */
  problem: string;
  /** The state of the slice before, as JSON; null for the first. */
  state: string | null;
  /** What the slice may use, in milliseconds from the start of its module. */
  sliceMs: number;
}

/** What it answers. */
export interface AllocatorSliceAnswer {
  state: string;
  progress: AllocatorProgress;
  /** The outcome, once the allocator is done. */
  outcome: AllocatorOutcome | null;
  /** CPU of the slice (user and system), cold start included. */
  cpuMs: number;
  /** CPU before the first unit of work: runtime, modules, GLPK, reading the problem. */
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

function runSlice({ problem, state, sliceMs }: AllocatorSliceRequest): AllocatorSliceAnswer {
  const allocator = prepareAllocator(JSON.parse(problem));
  const coldMs = threadCpuMs();
  const before = state === null ? allocator.start() : JSON.parse(state);
  const budget = { remainingMs: () => sliceMs - threadCpuMs() };
  const after = allocator.done(before) ? before : allocator.step(before, budget);
  const text = JSON.stringify(after);
  const outcome = allocator.done(after) ? allocator.outcome(after) : null;
  const { heapTotal, external } = Deno.memoryUsage();
  return {
    state: text,
    progress: allocator.progress(after),
    outcome,
    cpuMs: threadCpuMs(),
    coldMs,
    heapBytes: heapTotal + external + glpk().bytes,
  };
}

const scope = self as unknown as Worker;
scope.onmessage = ({ data }: MessageEvent<AllocatorSliceRequest>) => {
  scope.postMessage(runSlice(data));
};
