/**
 * One slice of the planner as a function invocation would run it, state in and out as JSON. Measures the thread's CPU from
 * its birth on, so that the cold start counts, or goes by counted work.
 */
import { glpk } from "../../shared/lp/glpk.ts";
import {
  type Planner,
  type PlannerOutcome,
  type PlannerProgress,
  type PlannerState,
  preparePlanner,
} from "../../shared/planner/engine.ts";
import type { SliceBudget } from "../../shared/engine/units.ts";
import { countedPlanner } from "./counted_work.ts";
import { threadCpuMs } from "./thread_cpu.ts";

/** What the worker is asked. */
export interface SliceRequest {
  /** A PlannerProblem, as JSON. */
  problem: string;
  /** The state of the slice before, as JSON; null for the first. */
  state: string | null;
  /** CPU that the slice may use, its cold start included, in milliseconds. */
  sliceMs: number;
  /** What each millisecond of its CPU counts as, here and in the answer: 3 is a machine three times slower. */
  slow: number;
  /** Whether time is counted work instead of CPU: here and in the answer, wherever CPU is told. */
  counted: boolean;
  /** The run's time is up: end with the best plan. */
  finish: boolean;
  /** Stop as soon as a plan with this gap is proven; null runs the slice out. */
  goalGap: number | null;
}

/** What it answers. */
export interface SliceAnswer {
  state: string;
  progress: PlannerProgress;
  /** The outcome, once the planner is done. */
  outcome: PlannerOutcome | null;
  /** CPU of the slice (user and system), cold start included. */
  cpuMs: number;
  /** CPU at which a plan with every line that is possible was there; null when it was not, or before. */
  firstMs: number | null;
  /** CPU before the first unit of work: runtime, modules, GLPK. */
  coldMs: number;
  /** JavaScript heap plus GLPK's memory, at the end of the slice. */
  heapBytes: number;
  /** Memory of the whole process, the benchmark's own included. */
  rssBytes: number;
}

/** With no more than so much left nothing further is begun. */
const LEAST_MS = 150;

/** Whether the plan has every line that is possible, as far as is known. */
function isWhole(planner: Planner, state: PlannerState): boolean {
  const { lines } = planner.progress(state);
  return lines > 0 && lines >= state.linesBound;
}

/** A budget for one unit, whose time is booked all the same: what is left has no room for a second one. */
function oneUnit(remainingMs: () => number): SliceBudget {
  const atFirst = remainingMs();
  return { remainingMs: () => Math.min(0, remainingMs() - atFirst) };
}

/** Runs a slice. */
export function runSlice(request: SliceRequest): SliceAnswer {
  const { problem, sliceMs, slow, counted, finish, goalGap } = request;
  const asked = JSON.parse(problem);
  // To finish is to have no time left.
  if (finish) asked.options.timeLimitS = 0;
  const { planner, spentMs } = counted
    ? countedPlanner(asked)
    : { planner: preparePlanner(asked), spentMs: threadCpuMs };
  const clock = () => slow * spentMs();
  const coldMs = clock();
  const remainingMs = () => sliceMs - clock();
  let state: PlannerState = request.state === null ? planner.start() : JSON.parse(request.state);
  const early = !isWhole(planner, state);
  const isThere = () => {
    const { gap } = planner.progress(state);
    return goalGap === null ? isWhole(planner, state) : gap !== null && gap <= goalGap;
  };
  // Unit by unit until what is waited for is there, so that its moment is known.
  const waits = goalGap !== null || early;
  // However late it is, every slice gets on by a unit.
  for (let first = true; waits && !planner.done(state) && !isThere(); first = false) {
    if (!first && remainingMs() <= LEAST_MS) break;
    state = planner.step(state, oneUnit(remainingMs));
  }
  const firstMs = early && isWhole(planner, state) ? clock() : null;
  if (!planner.done(state) && goalGap === null && (remainingMs() > LEAST_MS || !waits)) {
    state = planner.step(state, { remainingMs });
  }
  const text = JSON.stringify(state);
  const { heapTotal, external, rss } = Deno.memoryUsage();
  return {
    state: text,
    progress: planner.progress(state),
    outcome: planner.done(state) ? planner.outcome(state) : null,
    cpuMs: clock(),
    firstMs,
    coldMs,
    heapBytes: heapTotal + external + glpk().ints().byteLength,
    rssBytes: rss,
  };
}
