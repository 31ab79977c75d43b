// The planner as the fleet sees it: how a run is loaded, stepped, reported and written back.

import { type Claim, type Machine, type Workload, WorkloadError } from "../fleet/workload.ts";
import { type Json, sqlState, type Transaction } from "../platform/database.ts";
import { checkPlan } from "./checker.ts";
import {
  type Explanation,
  type PlannedLine,
  type Planner,
  type PlannerState,
  type PlanQuality,
  preparePlanner,
} from "./engine.ts";
import { type PlannerInput, toPlannerInput } from "./load.ts";
import { PlannerInputError } from "./problem.ts";
import { toCommittedLines } from "./write_back.ts";

/** Version of the shape of `result_metadata`. */
const RESULT_VERSION = 1;

/** SQLSTATE of planner.commit_run() when the allocation run was edited meanwhile. */
const RUN_CHANGED = "RC409";

/** A machine of the planner: the engine's planner with the fleet's view of its state. */
interface PlannerMachine extends Machine<PlannerState> {
  planner: Planner;
}

/** Generates the job lines of a planner run. */
export const plannerWorkload: Workload<PlannerInput, PlannerState, PlannerMachine> = {
  searchType: "planner",

  async load(tx, runId) {
    const [row] = await tx`select planner.load_run(${runId}) as document`;
    return toPlannerInput(row.document);
  },

  prepare(input) {
    const planner = preparedPlanner(input);
    return {
      planner,
      start: () => planner.start(),
      step: (state, budget) => planner.step(state, budget),
      done: (state) => planner.done(state),
      phase: (state) => planner.progress(state).phase,
    };
  },

  async report(tx, claim, input, machine, state, cpuMs) {
    const progress = machine.planner.progress(state);
    const locked = input.lockedIds.length;
    await tx`
      update public.allocation_planner_runs set progress = ${
      tx.json({
        phase: progress.phase,
        fraction: progress.fraction,
        lines: progress.lines + locked,
        lines_wanted: input.linesWanted,
        bound: progress.bound,
        objective: progress.objective,
        gap: progress.gap,
        slice: claim.slice,
        cpu_ms: cpuMs,
      } as Json)
    } where id = ${claim.runId}`;
  },

  figures(machine, state) {
    const { gap, lines, columns } = machine.planner.progress(state);
    return { gap, lines, columns };
  },

  async commit(tx, claim, input, machine, state) {
    const outcome = machine.planner.outcome(state);
    switch (outcome.status) {
      case "COMPLETED":
        return await commitLines(tx, claim, input, outcome.lines, outcome.quality);
      case "INFEASIBLE":
        return await commitInfeasible(tx, claim, outcome.explanation);
      case "FAILED":
        throw new WorkloadError(outcome.code, outcome.message);
    }
  },
};

function preparedPlanner(input: PlannerInput): Planner {
  try {
    return preparePlanner(input.problem);
  } catch (error) {
    if (!(error instanceof PlannerInputError)) throw error;
    throw new WorkloadError(error.code, error.message, { errors: error.errors as unknown as Json });
  }
}

async function commitLines(
  tx: Transaction,
  claim: Claim,
  input: PlannerInput,
  lines: PlannedLine[],
  quality: PlanQuality,
): Promise<void> {
  const violations = checkPlan(input.problem, lines.map((line) => line.positions));
  if (violations.length > 0) {
    throw new WorkloadError(
      "PLAN_REFUSED",
      "The plan that was found breaks a rule, so it was not written. Please tell your administrator.",
      { violations: violations.slice(0, 20) as unknown as Json },
    );
  }
  const { affinity, options } = input.problem;
  const result = {
    ...quality,
    lines: { ...quality.lines, wanted: input.linesWanted, locked: input.lockedIds.length },
    affinity_profile: affinity.profile,
    affinity_profile_version: affinity.version,
    seed: options.seed,
    allow_partial: options.allowPartial,
    ...await costs(tx, claim),
  };
  const rows = toCommittedLines(lines, input);
  try {
    await tx`select planner.commit_run(
      ${claim.claimToken}, ${tx.json(rows as unknown as Json)}, ${
      arrayLiteral(input.problem.termWeeks)
    }::int[],
      ${arrayLiteral(input.lockedIds)}::uuid[], ${tx.json(result as unknown as Json)})`;
  } catch (error) {
    if (sqlState(error) !== RUN_CHANGED) throw error;
    throw new WorkloadError(
      "ALLOCATION_RUN_CHANGED",
      `${(error as Error).message} Nothing was replaced; generate again.`,
    );
  }
}

/** An array of PostgreSQL; the connection knows no array types. Values hold no commas or quotes. */
function arrayLiteral(values: readonly (number | string)[]): string {
  return `{${values.join(",")}}`;
}

async function commitInfeasible(
  tx: Transaction,
  claim: Claim,
  explanation: Explanation,
): Promise<void> {
  const result = { explanation, ...await costs(tx, claim) };
  await tx`select planner.commit_infeasible(
    ${claim.claimToken}, ${explanation.message}, ${tx.json(result as unknown as Json)})`;
}

/** What the run cost until now. */
async function costs(tx: Transaction, claim: Claim): Promise<Record<string, unknown>> {
  const [row] = await tx`select fleet.run_costs(${claim.runId}) as costs`;
  return {
    ...row.costs,
    wall_ms: Date.now() - claim.startedAt.getTime(),
    version: RESULT_VERSION,
  };
}
