// The allocator as the fleet sees it: how a run is loaded, stepped, reported and written back.

import { type Machine, type Workload, WorkloadError } from "../fleet/workload.ts";
import { type Json, sqlState, type Transaction } from "../platform/database.ts";
import { checkMatching } from "./checker.ts";
import {
  type Allocator,
  type AllocatorOutcome,
  type AllocatorState,
  prepareAllocator,
} from "./engine.ts";
import { type AllocatorDocument, checkDocument, toAllocatorProblem } from "./load.ts";
import { AllocatorInputError, type AllocatorProblem } from "./problem.ts";

/** Version of the shape of `result`. */
const RESULT_VERSION = 1;

/** SQLSTATE of allocator.commit_run() when doctors or lines were changed meanwhile. */
const RUN_CHANGED = "RC409";

interface AllocatorMachine extends Machine<AllocatorState> {
  allocator: Allocator;
  problem: AllocatorProblem;
}

/** Matches doctors to job lines. */
export const allocatorWorkload: Workload<AllocatorDocument, AllocatorState, AllocatorMachine> = {
  searchType: "allocator",

  async load(tx, runId) {
    const [row] = await tx`select allocator.load_run(${runId}) as document`;
    return checkDocument(row.document);
  },

  prepare(document) {
    const problem = toAllocatorProblem(document);
    const allocator = prepared(problem);
    return {
      allocator,
      problem,
      start: () => allocator.start(),
      step: (state, budget) => allocator.step(state, budget),
      done: (state) => allocator.done(state),
      phase: (state) => allocator.progress(state).phase,
    };
  },

  async report(tx, claim, _input, machine, state, cpuMs) {
    const progress = machine.allocator.progress(state);
    await tx`
      update public.allocator_py_runs set progress = ${
      tx.json({ ...progress, slice: claim.slice, cpu_ms: cpuMs } as unknown as Json)
    } where id = ${claim.runId}`;
  },

  async commit(tx, claim, _input, machine, state) {
    const outcome = machine.allocator.outcome(state);
    if (outcome.status === "FAILED") throw new WorkloadError(outcome.code, outcome.message);
    const [{ costs }] = await tx`select fleet.run_costs(${claim.runId}) as costs`;
    const cost = {
      ...costs,
      wall_ms: Date.now() - claim.startedAt.getTime(),
      version: RESULT_VERSION,
    };
    if (outcome.status === "INFEASIBLE") {
      const { explanation } = outcome;
      await tx`select allocator.commit_infeasible(
        ${claim.claimToken}, ${explanation.message}, ${
        tx.json({ explanation, ...cost } as unknown as Json)
      })`;
      return;
    }
    refuseFaults(machine.problem, outcome);
    await commitAllocations(tx, claim.claimToken, outcome, cost);
  },
};

function prepared(problem: AllocatorProblem): Allocator {
  try {
    return prepareAllocator(problem);
  } catch (error) {
    if (!(error instanceof AllocatorInputError)) throw error;
    throw new WorkloadError(error.code, error.message, { errors: error.errors as unknown as Json });
  }
}

function refuseFaults(
  problem: AllocatorProblem,
  { allocations }: Extract<AllocatorOutcome, { status: "COMPLETED" }>,
): void {
  const violations = checkMatching(problem, allocations);
  if (violations.length === 0) return;
  throw new WorkloadError(
    "MATCHING_REFUSED",
    "The matching that was found breaks a rule, so it was not written. Please tell your administrator.",
    { violations: violations.slice(0, 20) as unknown as Json },
  );
}

async function commitAllocations(
  tx: Transaction,
  claimToken: string,
  { allocations, report }: Extract<AllocatorOutcome, { status: "COMPLETED" }>,
  cost: Record<string, unknown>,
): Promise<void> {
  const rows = allocations.map((a) => [a.worker, a.line, a.originalPreference]);
  try {
    await tx`select allocator.commit_run(
      ${claimToken}, ${tx.json(rows as Json)}, ${tx.json({ report, ...cost } as unknown as Json)})`;
  } catch (error) {
    if (sqlState(error) !== RUN_CHANGED) throw error;
    throw new WorkloadError(
      "ALLOCATION_RUN_CHANGED",
      `${(error as Error).message} Nothing was written; run the match again.`,
    );
  }
}
