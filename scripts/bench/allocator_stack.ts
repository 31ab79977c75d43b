/**
 * An allocator instance on a local stack, as a manager meets it: loaded by populate_allocation_run(), run
 * through the functions, written back. Measures what only the real thing shows: the memory of the isolate,
 * loading and writing.
 */
import postgres from "postgres";
import type { AllocatorProblem } from "../../shared/allocator/problem.ts";
import {
  type AllocatorClient,
  createAllocatorClient,
  type PopulationDocument,
} from "../../shared/client/mod.ts";
import { createHealthService, signInManager } from "../health_services.ts";
import { median } from "./median.ts";
import type { Stack } from "../stack/mod.ts";

const SOLVER = "allocator-solver";

/** What the runs of one instance cost. */
export interface StackFigures {
  instance: string;
  /** Of every run, in order; null: proven to have no matching. */
  objectives: (number | null)[];
  /** Wall time of populate_allocation_run(). */
  populateMs: number;
  /** From the request to the end: median. */
  wallMs: number;
  /** CPU of a run's slices, starting, loading and writing included: median. */
  cpuMs: number;
  slices: number;
  maxSliceMs: number;
  /** Heap in use and buffers at the end of a slice, as hosted Supabase counts them but for GLPK's 16 MB: highest. */
  heapMb: number;
  /** Highest resident memory of an isolate of the solver, runtime included; isolates are kept from run to run. */
  rssMb: number;
}

/** Loads an instance into an allocation run of its own and matches it `runs` times. */
export async function measureOnStack(
  stack: Stack,
  instance: string,
  problem: AllocatorProblem,
  runs: number,
): Promise<StackFigures> {
  const sql = postgres(stack.adminDbUrl, { max: 1, onnotice: () => {} });
  const { managers: [manager], allocationRuns: [allocationRun] } = await createHealthService(sql, {
    managers: 1,
    allocationRuns: 1,
  }).finally(() => sql.end());
  const client = await signInManager(stack, manager.email);
  const allocator = createAllocatorClient(client);
  // Those of the instance before would count for this one.
  await stack.functions.killWorkers(SOLVER);
  const since = await isolatesOf(stack).then((isolates) => isolates.length);
  const populateMs = await timed(() => allocator.populate(populationOf(problem, allocationRun)));
  const ended: RunFigures[] = [];
  for (let run = 0; run < runs; run++) {
    ended.push(await runOnce(allocator, allocationRun, problem));
  }
  await client.removeAllChannels();
  const isolates = (await isolatesOf(stack)).slice(since);
  return {
    instance,
    objectives: ended.map(({ objective }) => objective),
    populateMs,
    wallMs: median(ended.map(({ wallMs }) => wallMs)),
    cpuMs: median(ended.map(({ cpuMs }) => cpuMs)),
    slices: median(ended.map(({ slices }) => slices)),
    maxSliceMs: Math.max(...ended.map(({ maxSliceMs }) => maxSliceMs)),
    heapMb: Math.max(...ended.map(({ heapBytes }) => heapBytes)) / 2 ** 20,
    rssMb: Math.max(...isolates.map(({ peakRssBytes }) => peakRssBytes)) / 2 ** 20,
  };
}

/** Matches once. @throws {Error} where it neither completes nor is infeasible */
async function runOnce(
  allocator: AllocatorClient,
  allocationRun: string,
  problem: AllocatorProblem,
): Promise<RunFigures> {
  const { options: { preferencerWeight, preferencePower, stability, seed } } = problem;
  const started = performance.now();
  const { allocatorRunId } = await allocator.allocate({
    allocationRun,
    options: {
      rankNotation: problem.rankNotation,
      preferencerWeight,
      preferencePower,
      stability,
      rngSeed: seed,
    },
  });
  const run = await allocator.watch(allocatorRunId).done;
  const wallMs = performance.now() - started;
  if (run.status !== "COMPLETED" && run.status !== "INFEASIBLE") {
    throw new Error(`${run.status} ${run.error_message}`);
  }
  const result = run.result as unknown as RunResult;
  return {
    objective: result.report?.objective ?? null,
    wallMs,
    cpuMs: result.cpuMs.total,
    slices: result.slices,
    maxSliceMs: result.cpuMs.maxSlice,
    heapBytes: result.memoryBytesMax,
  };
}

interface RunFigures {
  objective: number | null;
  wallMs: number;
  cpuMs: number;
  slices: number;
  maxSliceMs: number;
  heapBytes: number;
}

/** The part of a run's result that is read here. */
interface RunResult {
  report?: { objective: number };
  slices: number;
  cpuMs: { total: number; maxSlice: number };
  memoryBytesMax: number;
}

async function isolatesOf(stack: Stack) {
  const isolates = await stack.functions.isolates();
  return isolates.filter((isolate) => isolate.function === SOLVER);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The document of an instance: doctors are known by an email of their own, lines by their name. */
function populationOf(problem: AllocatorProblem, allocationRun: string): PopulationDocument {
  const email = (worker: string) => `${worker}@doctors.example`;
  const names = new Map(problem.lines.map(({ id, name }) => [id, name]));
  const entries = new Map(problem.eligibility.map((entry) => [entry.line, entry]));
  const lineName = (id: string) => names.get(id)!;
  const eligibilityOf = (line: string) => {
    const entry = entries.get(line);
    return {
      includedWorkers: (entry?.includedWorkers ?? []).map(email),
      excludedWorkers: (entry?.excludedWorkers ?? []).map(email),
      includedTags: entry?.includedTags ?? [],
      excludedTags: entry?.excludedTags ?? [],
    };
  };
  return {
    allocationRun,
    workers: problem.workers.map(({ id, name, tags }) => ({ email: email(id), name, tags })),
    lines: problem.lines.map(({ id, name, capacity, mustHave }) => ({
      name,
      maxNWorkers: capacity,
      mustHaveWorkers: mustHave,
      eligibility: eligibilityOf(id),
    })),
    preferences: problem.preferences.map(({ worker, ranks }) => ({
      worker: email(worker),
      ranks: ranks.map(([line, rank]) => [lineName(line), rank]),
    })),
    preferencers: problem.preferencers.map(({ name, lines, maxLines, maxWorkers, ranks }) => ({
      name,
      lines: lines.map(lineName),
      maxJobLines: maxLines ?? undefined,
      maxWorkers: maxWorkers ?? undefined,
      ranks: ranks.map(([worker, rank]) => [email(worker), rank]),
    })),
    weightings: problem.weightings.map(({ line, workers, tags, weighting }) => ({
      line: line === null ? undefined : lineName(line),
      workers: workers.map(email),
      tags,
      weighting,
    })),
  };
}
