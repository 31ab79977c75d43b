// `ops replay`: a run that wrote a result is solved again from what was kept of it, here, in the operator's process. Nothing
// is written anywhere.

import { isDeepStrictEqual } from "node:util";
import type postgres from "postgres";
import { allocatorWorkload } from "../../shared/allocator/run/workload.ts";
import { readInput } from "../../shared/engine/checkpoint.ts";
import { type TimeUp, UNLIMITED } from "../../shared/engine/units.ts";
import type { Machine, Workload } from "../../shared/fleet/workload.ts";
import { plannerWorkload } from "../../shared/planner/run/workload.ts";
import { primeSearchWorkload } from "../../shared/primes/run/search_workload.ts";
import { type OpsContext, OpsError, requireRunId } from "./context.ts";

/** What fleet.kept_runs has of a run. */
export interface KeptRun {
  search_type: string;
  kept_at: Date;
  engine: string;
  engine_version: number;
  input: unknown;
  result: unknown;
  time_up: TimeUp;
}

/** What came of solving a kept run again. */
export type Replay =
  /** The same, to the last line or doctor. */
  | { outcome: "same" }
  /** Another result; `differences` in sentences. */
  | { outcome: "differs"; differences: string[] }
  /** This release does not read what another one kept. */
  | { outcome: "not understood"; found: string };

/** Solves a kept run again. @throws OpsError for a kind of work without an engine here */
export function solveAgain(kept: KeptRun): Replay & { engine: string } {
  switch (kept.search_type) {
    case plannerWorkload.searchType:
      return solveWith(plannerWorkload, kept, plannerDifferences);
    case allocatorWorkload.searchType:
      return solveWith(allocatorWorkload, kept, allocatorDifferences);
    default:
      throw new OpsError(`There is no engine here for runs of kind ${kept.search_type}.`);
  }
}

function solveWith<Input, State, M extends Machine<State>>(
  workload: Workload<Input, State, M>,
  kept: KeptRun,
  differences: (then: Result, now: Result) => string[],
): Replay & { engine: string } {
  const input = readInput<Input>(workload.inputFormat, kept.input);
  if (!input.understood) {
    const { engine, version } = workload.inputFormat;
    return { outcome: "not understood", found: input.found, engine: `${engine} ${version}` };
  }
  // Kept are results of jobs with one block.
  const machine = workload.prepare(input.state, 1);
  let state = machine.start();
  while (!machine.done(state)) state = machine.step(state, { ...UNLIMITED, replay: kept.time_up });
  const engine = `${machine.format.engine} ${machine.format.version}`;
  // As it would come back from the database.
  const now = JSON.parse(JSON.stringify(workload.result!(machine, state)));
  if (isDeepStrictEqual(now, kept.result)) return { outcome: "same", engine };
  return { outcome: "differs", differences: differences(kept.result as Result, now), engine };
}

/** A result as the engines keep it; which members there are depends on the status. */
interface Result {
  status: string;
  lines?: unknown[];
  allocations?: { worker: string; line: string }[];
}

function plannerDifferences(then: Result, now: Result): string[] {
  if (!then.lines || !now.lines) return otherEnd(then, now);
  const waiting = new Map<string, number>();
  for (const line of then.lines.map((line) => JSON.stringify(sorted(line)))) {
    waiting.set(line, (waiting.get(line) ?? 0) + 1);
  }
  let found = 0;
  for (const line of now.lines.map((line) => JSON.stringify(sorted(line)))) {
    const left = waiting.get(line) ?? 0;
    if (left === 0) continue;
    waiting.set(line, left - 1);
    found++;
  }
  return found === then.lines.length && found === now.lines.length
    ? ["The lines are the same, in another order."]
    : [`${found} of ${then.lines.length} lines come out the same; ${now.lines.length} came out.`];
}

/** An object with its members in one order, as JSON columns give them in theirs. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([name, inner]) => [
      name,
      sorted(inner),
    ]),
  );
}

function allocatorDifferences(then: Result, now: Result): string[] {
  if (!then.allocations || !now.allocations) return otherEnd(then, now);
  const lineOf = new Map(now.allocations.map(({ worker, line }) => [worker, line]));
  const moved = then.allocations.filter(({ worker, line }) => lineOf.get(worker) !== line);
  return moved.length === 0
    ? ["Every doctor gets the same line; ranks or who takes part are told otherwise."]
    : moved.map(({ worker, line }) =>
      `Doctor ${worker} got line ${line}, and gets ${lineOf.get(worker) ?? "none"} now.`
    );
}

function otherEnd(then: Result, now: Result): string[] {
  return then.status === now.status
    ? [`It is ${now.status} as it was, for other reasons.`]
    : [`It was ${then.status}, and is ${now.status} now.`];
}

/** Most differences that are told. */
const MOST_TOLD = 20;

/** Solves a run again and says whether the same came out. @returns whether it did */
export async function replay({ sql, say }: OpsContext, run: string | undefined): Promise<boolean> {
  const id = requireRunId("replay", run);
  const [kept] = await sql<KeptRun[]>`select * from fleet.kept_runs where run_id = ${id}`;
  if (!kept && await isSearch(sql, id)) return await replaySearch({ sql, say }, id);
  if (!kept) {
    say(`Nothing is kept of run ${id}: it wrote no result, or is older than what is kept.`);
    return false;
  }
  say(
    `The ${kept.search_type} run ${id} was made on ${kept.kept_at.toISOString()} ` +
      `by engine version "${kept.engine} ${kept.engine_version}".`,
  );
  const { engine, ...found } = solveAgain(kept);
  switch (found.outcome) {
    case "same":
      say(`Solved again by "${engine}": the same came out.`);
      break;
    case "differs":
      say(`Solved again by "${engine}": something else came out.`);
      for (const difference of found.differences.slice(0, MOST_TOLD)) say(difference);
      if (found.differences.length > MOST_TOLD) {
        say(`And ${found.differences.length - MOST_TOLD} more differences.`);
      }
      break;
    case "not understood":
      say(
        `Its problem is stored as "${found.found}", and this release reads "${engine}": ` +
          "check out a release from when the run was made, and replay it with that.",
      );
  }
  if (kept.search_type === "allocator") say(await asWritten(sql, id, kept.result as Result));
  return found.outcome === "same";
}

async function isSearch(sql: postgres.Sql, run: string): Promise<boolean> {
  return (await sql`select from public.prime_search_runs where id = ${run}`).length > 0;
}

/**
 * Works the blocks of a search for primes again: what it is stands in its row, and what each block came to in a digest of
 * its finds. Takes about the CPU that the search took.
 */
async function replaySearch({ sql, say }: OpsContext, run: string): Promise<boolean> {
  const [search] = await sql`
    select form, params, candidates::float8, block_size::float8, cuts, sieve_depth, created_at
    from public.prime_search_runs where id = ${run}`;
  const { created_at, ...input } = search;
  const blocks = await sql`
    select block_number, digest, counted from public.prime_search_blocks
    where run = ${run} and status = 'completed' order by block_number`;
  say(
    `The search ${run} for ${input.form} of ${created_at.toISOString()} has ${blocks.length} blocks that are done.`,
  );
  const others = blocks.filter(({ block_number, digest, counted }) => {
    const block = primeSearchWorkload.prepare(input as never, block_number);
    let state = block.start();
    while (!block.done(state)) state = block.step(state, UNLIMITED);
    const now = block.result(state);
    return now.digest !== digest || !isDeepStrictEqual(now.counted ?? null, counted);
  });
  for (const { block_number } of others.slice(0, MOST_TOLD)) {
    say(`Block ${block_number} came to something else.`);
  }
  if (blocks.length > 0 && others.length === 0) say("Worked again: the same came out of each.");
  return blocks.length > 0 && others.length === 0;
}

/** Whether the matching that stands in the database is the one that was kept. */
async function asWritten(sql: postgres.Sql, run: string, result: Result): Promise<string> {
  const rows = await sql`
    select worker_mapping as worker, job_line as line from public.allocator_py_allocations where run = ${run}`;
  if (!result.allocations || rows.length === 0) return "It wrote no matching into the database.";
  const lineOf = new Map(result.allocations.map(({ worker, line }) => [worker, line]));
  const other = rows.filter(({ worker, line }) => lineOf.get(worker) !== line).length;
  return other === 0
    ? `The ${rows.length} allocations that stand in the database are those that it made.`
    : `${other} of the ${rows.length} allocations that stand in the database are not those that it made.`;
}
