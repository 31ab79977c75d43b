// The planner as the fleet sees it: how a run is loaded, stepped, reported and written back.
//
// This folder owns what is not pure: requests, loading, writing back. Functions import it; it reaches the engine through
// its door.

import type { CheckpointFormat } from "../../engine/checkpoint.ts";
import type { Engine } from "../../engine/contract.ts";
import type { TimeUp } from "../../engine/units.ts";
import { type Claim, type Workload, WorkloadError } from "../../fleet/workload.ts";
import { sqlState, type Transaction } from "../../platform/database.ts";
import { toJson } from "../../platform/json.ts";
import { checkPlan } from "../check/checker.ts";
import {
  type Explanation,
  type PlannedLine,
  PlannerInputError,
  type PlannerOutcome,
  type PlannerProgress,
  type PlannerState,
  type PlanQuality,
  preparePlanner,
  prepareReplanner,
  type ReplannedLine,
  type ReplanOutcome,
  type ReplanQuality,
  type ReplanState,
} from "../engine.ts";
import { type PlannerInput, toPlannerInput } from "./load.ts";
import { toWriteBack } from "./write_back.ts";

/** Version of the shape of `result_metadata`. */
const RESULT_VERSION = 1;

/** Raise the version with every change of `PlannerInput`. */
const INPUT_FORMAT: CheckpointFormat = { engine: "planner input", version: 4 };

/** SQLSTATE of planner.commit_run() when the allocation run was edited meanwhile. */
const RUN_CHANGED = "RC409";

/** A rebuild or a replan, with when its time was up: the checkpoint of a run is always of its own kind, which its format vouches for. */
interface PlannerMachine
  extends Engine<PlannerState | ReplanState, PlannerProgress, PlannerOutcome | ReplanOutcome> {
  timeUp(state: PlannerState | ReplanState): TimeUp;
}

/** Generates the job lines of a planner run. */
export const plannerWorkload: Workload<
  PlannerInput,
  PlannerState | ReplanState,
  PlannerMachine
> = {
  searchType: "planner",
  inputFormat: INPUT_FORMAT,
  keepsNothing: true,

  async load(tx, runId) {
    const [row] = await tx`select planner.load_run(${runId}) as document`;
    return toPlannerInput(row.document);
  },

  prepare(input) {
    const engine = prepared(() =>
      input.mode === "replan"
        ? prepareReplanner(input.problem, input.before, input.frozenTerms)
        : preparePlanner(input.problem)
    );
    return { ...engine, timeUp: timeUpOf };
  },

  result(machine, state) {
    const outcome = machine.outcome(state);
    switch (outcome.status) {
      case "COMPLETED":
        return toJson({ status: outcome.status, lines: outcome.lines });
      case "INFEASIBLE":
        return toJson({ status: outcome.status, explanation: outcome.explanation });
      case "FAILED":
        return { status: outcome.status, code: outcome.code };
    }
  },

  async report(tx, claim, input, machine, state, cpuMs) {
    const progress = machine.progress(state);
    const staying = input.linesWanted - input.problem.lines;
    await tx`
      update public.allocation_planner_runs set progress = ${
      tx.json(toJson({
        phase: progress.phase,
        fraction: progress.fraction,
        lines: progress.lines + staying,
        lines_wanted: input.linesWanted,
        bound: progress.bound,
        objective: progress.objective,
        gap: progress.gap,
        slice: claim.slice,
        cpu_ms: cpuMs,
      }))
    } where id = ${claim.runId}`;
  },

  figures(machine, state) {
    const { gap, lines, columns } = machine.progress(state);
    return { gap, lines, columns };
  },

  async commit(tx, claim, input, machine, state) {
    const outcome = machine.outcome(state);
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

function timeUpOf(state: PlannerState | ReplanState): TimeUp {
  const inner = "engine" in state && state.engine !== null ? timeUpOf(state.engine) : undefined;
  return { units: state.timeUp?.at ?? null, ...inner && { inner } };
}

/** Makes the engine, or says what the search cannot read. */
function prepared<Made>(make: () => Made): Made {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof PlannerInputError)) throw error;
    throw new WorkloadError(error.code, error.message, { errors: toJson(error.errors) });
  }
}

async function commitLines(
  tx: Transaction,
  claim: Claim,
  input: PlannerInput,
  lines: PlannedLine[] | ReplannedLine[],
  quality: PlanQuality | ReplanQuality,
): Promise<void> {
  const violations = checkPlan(input.problem, lines.map((line) => line.positions), lines);
  if (violations.length > 0) {
    throw new WorkloadError(
      "PLAN_REFUSED",
      "The plan that was found breaks a rule, so it was not written. Please tell your administrator.",
      { violations: toJson(violations.slice(0, 20)) },
    );
  }
  const { affinity, options } = input.problem;
  const result = {
    ...quality,
    mode: input.mode,
    dry_run: input.dryRun,
    ...input.frozenTerms > 0 && { frozen_terms: input.frozenTerms },
    lines: {
      ...quality.lines,
      wanted: input.linesWanted,
      locked: input.lockedIds.length,
      kept: input.linesWanted - input.problem.lines,
    },
    affinity_profile: affinity.profile,
    affinity_profile_version: affinity.version,
    seed: options.seed,
    allow_partial: options.allowPartial,
    ...await costs(tx, claim),
  };
  const { lines: rows, plan } = toWriteBack(lines, input);
  try {
    await tx`select planner.commit_run(
      ${claim.claimToken}, ${tx.json(toJson(rows))}, ${
      arrayLiteral(input.problem.termWeeks)
    }::int[],
      ${arrayLiteral(input.lockedIds)}::uuid[], ${tx.json(toJson(result))},
      ${tx.json(toJson(plan))})`;
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
    ${claim.claimToken}, ${explanation.message}, ${tx.json(toJson(result))})`;
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
