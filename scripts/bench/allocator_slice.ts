/**
 * One slice of the allocator in a worker of its own, as a function invocation would run it: engine
 * loaded afresh, state in and out as JSON. Measures the thread's CPU from its birth on, so that the
 * cold start counts.
 */
import {
  type AllocatorOutcome,
  type AllocatorProgress,
  type AllocatorState,
  prepareAllocator,
} from "../../shared/allocator/engine.ts";
import { glpk } from "../../shared/lp/glpk.ts";
import { threadCpuMs } from "./thread_cpu.ts";

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
  /** CPU at which a legal matching was there; null when none was, or before. */
  firstMs: number | null;
  /** CPU before the first unit of work: runtime, modules, GLPK, reading the problem. */
  coldMs: number;
  /** JavaScript heap plus GLPK's memory, at the end of the slice. */
  heapBytes: number;
  /** Memory of the whole process, the benchmark's own included. */
  rssBytes: number;
}

function runSlice({ problem, state, sliceMs }: AllocatorSliceRequest): AllocatorSliceAnswer {
  const allocator = prepareAllocator(JSON.parse(problem));
  const coldMs = threadCpuMs();
  const before: AllocatorState = state === null ? allocator.start() : JSON.parse(state);
  const remainingMs = () => sliceMs - threadCpuMs();
  const isMatched = (state: AllocatorState) => allocator.progress(state).objective !== null;
  let firstMs: number | null = null, reached = before;
  // Unit by unit until a matching is there, so that its moment is known.
  while (!allocator.done(reached) && !isMatched(reached) && remainingMs() > 150) {
    reached = allocator.step(reached, { remainingMs: () => Math.min(0, remainingMs()) });
    if (isMatched(reached)) firstMs = threadCpuMs();
  }
  if (!allocator.done(reached) && (reached === before || remainingMs() > 150)) {
    reached = allocator.step(reached, { remainingMs });
  }
  const text = JSON.stringify(reached);
  const outcome = allocator.done(reached) ? allocator.outcome(reached) : null;
  const { heapTotal, external, rss } = Deno.memoryUsage();
  return {
    state: text,
    progress: allocator.progress(reached),
    outcome,
    cpuMs: threadCpuMs(),
    firstMs,
    coldMs,
    heapBytes: heapTotal + external + glpk().ints().byteLength,
    rssBytes: rss,
  };
}

const scope = self as unknown as Worker;
scope.onmessage = ({ data }: MessageEvent<AllocatorSliceRequest>) => {
  scope.postMessage(runSlice(data));
};
