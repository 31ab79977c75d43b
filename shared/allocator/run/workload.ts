// The allocator as the fleet sees it: how a run is loaded, stepped, reported and written back.

import type { CheckpointFormat } from "../../engine/checkpoint.ts";
import { type Machine, type Workload, WorkloadError } from "../../fleet/workload.ts";
import { type Json, sqlState, type Transaction } from "../../platform/database.ts";
import { toDocument, toJson } from "../../platform/json.ts";
import { checkMatching } from "../checker.ts";
import {
  type Allocation,
  type Allocator,
  type AllocatorState,
  prepareAllocator,
} from "../engine.ts";
import { pairOf } from "../model/pairs.ts";
import { normaliseRanks } from "../input/ranks.ts";
import type { StoredAllocation } from "../outcome.ts";
import { type Reason, reasonsOf } from "../explain/reasons.ts";
import { type BaseRun, differenceOf } from "../report/difference.ts";
import {
  type AllocatorDocument,
  baseRunOf,
  checkDocument,
  toAllocatorProblem,
  whatIfOf,
} from "./load.ts";
import { AllocatorInputError, type AllocatorProblem } from "../problem.ts";
import { columnsOf } from "../model/shares.ts";
import type { AllocatorTables } from "../model/tables.ts";
import { explainByHand } from "./pins.ts";

/** Version of the shape of `result`. */
const RESULT_VERSION = 1;

/** Raise the version with every change of `AllocatorDocument`. */
const INPUT_FORMAT: CheckpointFormat = { engine: "allocator input", version: 6 };

/** SQLSTATE of both commits when doctors or lines were changed meanwhile. */
const RUN_CHANGED = "RC409";

interface AllocatorMachine extends Machine<AllocatorState> {
  allocator: Allocator;
  /** Made anew when it is asked for: the search works on tables, and needs the memory. */
  problem(): AllocatorProblem;
}

/** Matches doctors to job lines. */
export const allocatorWorkload: Workload<AllocatorDocument, AllocatorState, AllocatorMachine> = {
  searchType: "allocator",
  inputFormat: INPUT_FORMAT,
  keepsNothing: true,

  async load(tx, runId) {
    const [row] = await tx`select allocator.load_run(${runId}) as document`;
    return checkDocument(row.document);
  },

  prepare(document) {
    const problem = () => toAllocatorProblem(document);
    const allocator = prepared(problem());
    return {
      allocator,
      problem,
      format: allocator.format,
      start: () => allocator.start(),
      step: (state, budget) => allocator.step(state, budget),
      done: (state) => allocator.done(state),
      phase: (state) => allocator.phase(state),
    };
  },

  result({ allocator }, state) {
    return toDocument(allocator.found(state));
  },

  // Reading the problem once more, checking, and up to 60,000 reasons: 470 ms were measured for 1,000 doctors and 500 lines.
  commitMs({ allocator: { tables: { W, J } } }) {
    return 50 + W * J / 1_000;
  },

  async report(tx, claim, _input, machine, state, cpuMs) {
    const progress = machine.allocator.progress(state);
    await tx`
      update public.allocator_py_runs set progress = ${
      tx.json(toDocument({ ...progress, slice: claim.slice, cpu_ms: cpuMs }))
    } where id = ${claim.runId}`;
  },

  async commit(tx, claim, input, machine, state) {
    const outcome = machine.allocator.outcome(state);
    if (outcome.status === "FAILED") throw new WorkloadError(outcome.code, outcome.message);
    const [{ costs }] = await tx`select fleet.run_costs(${claim.runId}) as costs`;
    const cost = {
      ...costs,
      wall_ms: Date.now() - claim.startedAt.getTime(),
      version: RESULT_VERSION,
    };
    if (outcome.status === "INFEASIBLE") {
      const what = whatIfOf(input) ? "what-if" : "run";
      const explanation = explainByHand(outcome.explanation, machine.problem(), what);
      await tx`select allocator.commit_infeasible(
        ${claim.claimToken}, ${explanation.message}, ${
        tx.json(toDocument({ explanation, ...cost }))
      })`;
      return;
    }
    const { allocator } = machine, problem = machine.problem();
    const stored = withChoices(allocator.tables, outcome.allocations);
    refuseFaults(problem, stored);
    const { report } = outcome, base = baseRunOf(input), result = { report, ...cost };
    await refusingChanges(async () => {
      if (base) {
        return await commitWhatIf(tx, claim.claimToken, machine, input, base, stored, result);
      }
      const reasons = reasonsOf(problem, allocator.tables, stored, allocator.prices(state));
      await commitAllocations(
        tx,
        claim.claimToken,
        input,
        stored,
        reasonRows(reasons, problem),
        result,
      );
    });
  },
};

function prepared(problem: AllocatorProblem): Allocator {
  try {
    return prepareAllocator(problem);
  } catch (error) {
    if (!(error instanceof AllocatorInputError)) throw error;
    throw new WorkloadError(error.code, error.message, { errors: toDocument(error.errors) });
  }
}

/** @throws {WorkloadError} where what is to be stored is not as the problem demands */
export function refuseFaults(
  problem: AllocatorProblem,
  allocations: readonly StoredAllocation[],
): void {
  const violations = checkMatching(problem, allocations);
  if (violations.length === 0) return;
  throw new WorkloadError(
    "MATCHING_REFUSED",
    "The matching that was found breaks a rule, so it was not written. Please tell your administrator.",
    { violations: toDocument(violations.slice(0, 20)) },
  );
}

/** The matching with the choices that its lines are. */
export function withChoices(
  tables: AllocatorTables,
  allocations: readonly Allocation[],
): StoredAllocation[] {
  const { workers, J, choice } = tables, column = columnsOf(tables);
  const rowOf = new Map(workers.map(({ id }, w) => [id, w]));
  return allocations.map((allocation) => {
    const w = rowOf.get(allocation.worker)!;
    return { ...allocation, choice: choice[pairOf(w, column(w, allocation.line), J)] || null };
  });
}

/** A matching as the database takes it: worker, line, fractional rank, choice. */
function rowsOf(allocations: readonly StoredAllocation[]): Json {
  return allocations.map(({ worker, line, originalPreference, choice }) => [
    worker,
    line,
    originalPreference,
    choice,
  ]);
}

/** Reasons as the database takes them: worker, line, code, values, and which choice of the worker's the line was in this match. */
function reasonRows(
  reasons: readonly Reason[],
  { preferences }: Pick<AllocatorProblem, "preferences">,
): Json[] {
  const choices = new Map(preferences.map(({ worker, ranks }) => [worker, choicesOf(ranks)]));
  return reasons.map(({ worker, line, code, values }) => [
    worker,
    line,
    code,
    toJson(values),
    choices.get(worker)?.get(line) || null,
  ]);
}

/** Which choice each ranked line is; lines that are not offered count. */
function choicesOf(ranks: readonly (readonly [line: string, rank: number])[]): Map<string, number> {
  const { choice } = normaliseRanks(ranks.map(([, rank]) => rank), "fractional", true);
  return new Map(ranks.map(([line], i) => [line, choice[i]]));
}

async function commitWhatIf(
  tx: Transaction,
  claimToken: string,
  { allocator }: AllocatorMachine,
  input: AllocatorDocument,
  base: BaseRun,
  allocations: readonly StoredAllocation[],
  result: Record<string, unknown>,
): Promise<void> {
  const { difference, moves } = differenceOf(allocator.tables, base, allocations);
  await tx`select allocator.commit_what_if(
    ${claimToken}, ${tx.json(rowsOf(allocations))}, ${tx.json(toDocument(moves))},
    ${tx.json(toDocument({ ...result, difference }))}, ${input.lines_fingerprint})`;
}

async function commitAllocations(
  tx: Transaction,
  claimToken: string,
  input: AllocatorDocument,
  allocations: readonly StoredAllocation[],
  reasons: readonly Json[],
  result: Record<string, unknown>,
): Promise<void> {
  await tx`select allocator.commit_run(
    ${claimToken}, ${tx.json(rowsOf(allocations))}, ${
    tx.json(toDocument(result))
  }, ${input.lines_fingerprint}, ${tx.json(reasons)})`;
}

/** Runs a commit; where what the match rests on was changed meanwhile, the run ends with a sentence. */
async function refusingChanges(commit: () => Promise<void>): Promise<void> {
  try {
    await commit();
  } catch (error) {
    if (sqlState(error) !== RUN_CHANGED) throw error;
    throw new WorkloadError(
      "ALLOCATION_RUN_CHANGED",
      `${(error as Error).message} Nothing was written; run the match again.`,
    );
  }
}
