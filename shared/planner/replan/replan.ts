// Replanning: posts were lost or added, or rules changed, and as few rotations as possible are to
// change. A search in slices like the engine's: assignment moves that pull every line to what it was find
// a plan; column generation with smoothed prices bounds the changes from below; all lines that a plan
// within the bound can use are listed, an integer program chooses among them; then affinity and
// diversity are improved without a further change. What cannot be done is left to the
// engine to prove and explain, which also lends a plan where the integer program finds none.
//
// This folder owns replanning: model, LP, pricing, and a file per phase in `phases/`. Only the planner's door
// (engine.ts) imports it.

import type { Engine } from "../../engine/contract.ts";
import { unpackCells } from "../../engine/packing.ts";
import { type InnerSearch, type SliceBudget, stepUnits, type Unit } from "../../engine/units.ts";
import { DEFAULT_TIME_LIMIT_S } from "../effort.ts";
import { linesIn } from "../model/flat.ts";
import type { PlannerProblem } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { type Planner, type PlannerProgress, preparePlanner } from "../search/planner.ts";
import { validateProblem } from "../validate.ts";
import type { Context } from "./context.ts";
import { type ExistingLine, ReplanModel } from "./model.ts";
import { outcome, type ReplanOutcome } from "./outcome.ts";
import { bound, endRounds } from "./phases/bound.ts";
import { choose } from "./phases/choose.ts";
import { dive } from "./phases/dive.ts";
import { finish, improve, improveShare, tune } from "./phases/improve.ts";
import { list } from "./phases/list.ts";
import { beginEngine, runEngine } from "./phases/rebuild.ts";
import { search, start } from "./phases/search.ts";
import {
  firstState,
  loadPlan,
  REPLAN_CHECKPOINT,
  type ReplanPhase,
  type ReplanState,
} from "./state.ts";

/** Replanning of one problem. */
export type Replanner = Engine<ReplanState, PlannerProgress, ReplanOutcome>;

/** Phase names for people. */
const PHASE_NAMES: Record<ReplanPhase, string> = {
  start: "Reading the lines",
  search: "Choosing replacements",
  bound: "Counting the changes needed",
  list: "Looking for replacements",
  choose: "Choosing replacements",
  dive: "Choosing replacements",
  tune: "Improving the lines",
  improve: "Improving the lines",
  engine: "Building legal lines",
  done: "Done",
};

/**
 * Prepares a replan.
 * @param problem the problem without the posts of locked lines; `lines` counts those to be there in the end
 * @param existing the unlocked lines that are there; what they are not worked in is a position of the problem
 * (`absentPosition`)
 * @param frozen terms from the first on of which nothing changes
 * @throws PlannerInputError with a path for each fault
 */
export function prepareReplanner(
  problem: PlannerProblem,
  existing: readonly ExistingLine[],
  frozen = 0,
): Replanner {
  validateProblem(problem);
  const bounds = resolveRules(problem.constraints);
  const model = new ReplanModel(problem, bounds, existing, frozen);
  let engine: Planner | null = null;
  const context: Context = {
    problem,
    bounds,
    existing,
    model,
    engine: () => engine ??= preparePlanner(problem),
  };
  return {
    format: REPLAN_CHECKPOINT,
    start: () => firstState(problem),
    step: (state, budget) => step(context, state, budget),
    done: (state) => state.phase === "done",
    phase: (state) => phaseOf(context, state),
    progress: (state) => progress(context, state),
    outcome: (state) => outcome(context, state),
  };
}

function step(context: Context, before: ReplanState, budget: SliceBudget): ReplanState {
  const state: ReplanState = {
    ...before,
    work: { ...before.work },
    unitMs: { ...before.unitMs },
  };
  const { timeLimitS = DEFAULT_TIME_LIMIT_S } = context.problem.options;
  stepUnits({
    books: state,
    next: () => unitOf(context, state),
    fraction: () => fractionOf(state),
    timeLimit: { ms: 1000 * timeLimitS, expire: () => expire(state) },
  }, budget);
  return state;
}

/**
 * The run's time is up: ends with the plan there is. Without one the way to one is made short: moves under way and
 * the listing end as they would, column generation ends with the round at hand, and instead of a dive the
 * engine ends with its first plan, or proves that there is none.
 */
function expire(state: ReplanState): void {
  if (state.phase === "engine" || state.phase === "done") return;
  if (state.planChanges !== null) finish(state);
  else if (state.phase === "bound") endRounds(state);
  else if (state.phase === "dive") beginEngine(state);
}

type OwnPhase = Exclude<ReplanPhase, "engine" | "done">;

const UNITS: Record<OwnPhase, (context: Context, state: ReplanState) => void> = {
  start,
  search,
  bound,
  list,
  choose,
  dive,
  tune,
  improve,
};

function unitOf(context: Context, state: ReplanState): Unit | InnerSearch | null {
  const { phase } = state;
  if (phase === "done") return null;
  if (phase === "engine") {
    return { kind: phase, step: (budget) => runEngine(context, state, budget) };
  }
  return {
    kind: phase === "bound" ? state.prices === null ? "lp" : "price" : phase,
    phase: PHASE_NAMES[phase],
    run: () => UNITS[phase](context, state),
  };
}

function phaseOf(context: Context, { phase, engine }: ReplanState): string {
  return phase === "engine" && engine ? context.engine().phase(engine) : PHASE_NAMES[phase];
}

function fractionOf(state: ReplanState): number {
  const within: Record<ReplanPhase, number> = {
    start: 0,
    search: 0.01,
    bound: 0.05 + 0.45 * Math.min(1, state.rounds / 20),
    list: 0.5,
    choose: 0.6,
    dive: 0.65,
    tune: 0.68,
    improve: 0.7 + 0.3 * improveShare(state),
    engine: 0.5 + 0.4 * (state.engine?.fraction ?? 0),
    done: 1,
  };
  return within[state.phase];
}

function progress(context: Context, state: ReplanState): PlannerProgress {
  const planned = state.planChanges !== null;
  const engine = state.phase === "engine" && state.engine
    ? context.engine().progress(state.engine)
    : null;
  return {
    phase: phaseOf(context, state),
    fraction: Math.max(state.fraction, fractionOf(state)),
    lines: planned ? loadPlanLines(context.model, state) : engine?.lines ?? 0,
    linesWanted: context.problem.lines,
    columns: engine?.columns ?? state.owners.length,
    bound: null,
    objective: planned ? context.model.value(loadPlan(context.model, state)) : null,
    gap: null,
  };
}

function loadPlanLines({ positions, terms }: ReplanModel, state: ReplanState): number {
  return linesIn(unpackCells(state.plan, positions, terms), terms);
}
