/**
 * Reads a published hospitals/residents instance with ties or couples (HRT, SMTI, HRTC), solves it with stability and
 * reports time and size of the matching.
 * Run: deno run -A scripts/import-hrt.ts FILE [--one-place] [--seed N] [--matching] [--json]
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { readFile } from "node:fs/promises";
import process from "node:process";
import { checkMatching } from "../shared/allocator/checker.ts";
import { type AllocatorOutcome, prepareAllocator } from "../shared/allocator/engine.ts";
import { DEFAULT_OPTIONS } from "../shared/allocator/problem.ts";
import { CPU_LIMITS_MS } from "../shared/engine/limits.ts";
import { type HrtInstance, parseHrt } from "./hrt/format.ts";
import { OBJECTIVE, toProblem, UNMATCHED } from "./hrt/problem.ts";
import { commandLine } from "./command_line.ts";

const USAGE = `deno run -A scripts/import-hrt.ts FILE [options]
  --one-place   SMTI: hospitals have one place, and their lines no capacity
  --seed N      chooses among matchings that are equally good (default ${DEFAULT_OPTIONS.seed})
  --matching    prints who gets which hospital
  --json        figures as one JSON object

The formats are described in scripts/hrt/format.ts.

Solves for the ${OBJECTIVE}.`;

/** What a run found. */
export interface HrtFigures {
  residents: number;
  hospitals: number;
  couples: number;
  places: number;
  /** Entries of lists that were left out because only one side names the other. */
  one_sided: number;
  /** Residents with a hospital. */
  size: number;
  /** Whether the matching is proven to be the optimum; `least_unmatched` is proven anyway. */
  optimal: boolean;
  least_unmatched: number;
  /** Sum of both sides' fractional ranks of those matched. */
  rank_sum: number;
  /** By the independent checker. */
  blocking_pairs: number;
  cpu_ms: number;
  slices: number;
  /** By the text's numbers or names. */
  matching: [resident: number | string, hospital: number | string][];
}

/** CPU that a slice may use, in milliseconds. */
const SLICE_MS = CPU_LIMITS_MS.slice;

/** Solves an instance in slices. @throws Error where the search ends without a matching */
export function solveHrt(instance: HrtInstance, seed: number): HrtFigures {
  const started = process.cpuUsage();
  const problem = toProblem(instance, seed), allocator = prepareAllocator(problem);
  let state = allocator.start(), slices = 0;
  for (; !allocator.done(state); slices++) {
    const slice = process.cpuUsage();
    state = allocator.step(state, { remainingMs: () => SLICE_MS - cpuMs(slice) });
  }
  const outcome: AllocatorOutcome = allocator.outcome(state);
  if (outcome.status !== "COMPLETED") {
    throw new Error(outcome.status === "FAILED" ? outcome.message : outcome.explanation.message);
  }
  const { allocations, report } = outcome;
  const matched = allocations.filter(({ line }) => line !== UNMATCHED);
  const number = (id: string) => Number(id.slice(1));
  const each = unmatchedCost(instance);
  const unmatched = allocations.length - matched.length;
  return {
    residents: instance.residents.length,
    hospitals: instance.hospitals.length,
    couples: instance.couples?.length ?? 0,
    places: instance.hospitals.reduce((sum, { capacity }) => sum + capacity, 0),
    one_sided: instance.oneSided ?? 0,
    size: matched.length,
    optimal: report.bound === report.objective,
    least_unmatched: Math.min(unmatched, Math.max(0, Math.floor(report.bound / each))),
    rank_sum: rankSum(instance, matched.map((a) => [number(a.worker), number(a.line)])),
    blocking_pairs: checkMatching(problem, allocations).length,
    cpu_ms: cpuMs(started),
    slices,
    matching: matched.map(({ worker, line }): [number, number] => [number(worker), number(line)])
      .sort((a, b) => a[0] - b[0])
      .map(([r, h]) => [
        instance.names?.residents[r - 1] ?? r,
        instance.names?.hospitals[h - 1] ?? h,
      ]),
  };
}

/** Least that a resident without a hospital costs in the allocator's objective. */
function unmatchedCost({ residents, hospitals }: HrtInstance): number {
  return residents.length * (residents.length + hospitals.length + 2) / 2;
}

function rankSum({ residents, hospitals }: HrtInstance, matching: [number, number][]): number {
  return matching.reduce(
    (sum, [r, h]) => sum + fractional(residents[r - 1], h) + fractional(hospitals[h - 1].list, r),
    0,
  );
}

function fractional(list: readonly number[][], id: number): number {
  let before = 0;
  for (const group of list) {
    if (group.includes(id)) return before + (group.length + 1) / 2;
    before += group.length;
  }
  throw new Error(`${id} is not in the list`);
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

function print(figures: HrtFigures, matching: boolean): void {
  const { residents, hospitals, couples, places, size, optimal } = figures;
  const among = couples > 0 ? ` (${couples} couples among them)` : "";
  console.log(`${residents} residents${among}, ${hospitals} hospitals with ${places} places`);
  if (figures.one_sided > 0) {
    console.log(`${figures.one_sided} entries of lists left out: who is named does not name back`);
  }
  console.log(`objective: ${OBJECTIVE}`);
  const proof = optimal
    ? "proven optimal"
    : `at most ${residents - figures.least_unmatched} are possible`;
  console.log(`size ${size} (${proof}), sum of ranks ${figures.rank_sum}`);
  console.log(`blocking pairs: ${figures.blocking_pairs}`);
  console.log(`${(figures.cpu_ms / 1000).toFixed(2)} s of CPU in ${figures.slices} slices`);
  if (matching) { for (const [r, h] of figures.matching) console.log(`${r} ${h}`); }
}

async function main(): Promise<number> {
  const { values, words: [file], number, refuse } = commandLine(
    USAGE,
    {
      "one-place": { type: "boolean" },
      seed: { type: "string", default: String(DEFAULT_OPTIONS.seed) },
      matching: { type: "boolean" },
      json: { type: "boolean" },
    },
    1,
  );
  if (file === undefined) refuse("Which file?");
  const seed = number("seed");
  try {
    const instance = parseHrt(await readFile(file, "utf8"), values["one-place"]);
    const figures = solveHrt(instance, seed);
    if (values.json) console.log(JSON.stringify(figures));
    else print(figures, values.matching ?? false);
    return figures.blocking_pairs === 0 ? 0 : 1;
  } catch (error) {
    console.error(error instanceof Error ? `${file}: ${error.message}` : error);
    return 1;
  }
}

if (import.meta.main) Deno.exit(await main());
