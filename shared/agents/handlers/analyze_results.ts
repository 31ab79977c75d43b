// Handler analyze_results: yields beside what was to be expected, holes in what searches covered, and blocks that were slow.

import * as z from "zod";
import { expectedWork } from "../../primes/work.ts";
import { plural } from "../../engine/words.ts";
import { atOnce, median } from "./handler.ts";

const search = z.object({
  number: z.number(),
  form: z.string(),
  params: z.record(z.string(), z.unknown()),
  status: z.string(),
  candidates: z.number(),
  block_size: z.number(),
  paused: z.boolean(),
});
const block = z.object({
  search: z.number(),
  start: z.number(),
  end: z.number(),
  status: z.string(),
  sieved: z.number().nullable(),
  tested: z.number().nullable(),
  found: z.number().nullable(),
  cpu_ms: z.number().nullable(),
  digits: z.number().nullable(),
});
const shape = z.object({ searches: z.array(search), blocks: z.array(block) });
type Search = z.infer<typeof search>;
type Block = z.infer<typeof block>;

/** A block is slow where a candidate of it cost so many times the median of its search. */
const SLOW = 4;
const ENDED = new Set(["COMPLETED", "FAILED", "CANCELLED"]);

/** What searches of a form came to. */
interface Yield {
  form: string;
  searches: number;
  candidates: number;
  tested: number;
  found: number;
  /** By the density of primes of that size, of the part that is done; null where the model knows none. */
  expected: number | null;
  /** Standard deviations above what was expected (Poisson). */
  z: number | null;
  cpu_s: number;
}

/** Searches of the last days: what they found, left out, and were slow at. */
export const analyzeResults = atOnce(shape, ({ searches, blocks }) => {
  const of = Map.groupBy(blocks, ({ search }) => search);
  const forms = Map.groupBy(searches, ({ form }) => form);
  const yields = [...forms].map(([form, all]) => yieldOf(form, all, of));
  const holes = searches.filter(({ status }) => ENDED.has(status))
    .flatMap(({ number }) => holesOf(number, of.get(number) ?? []));
  const slow = searches.flatMap(({ number }) => slowOf(number, of.get(number) ?? []));
  const found = yields.reduce((sum, each) => sum + each.found, 0);
  return {
    summary: searches.length === 0
      ? "No search was under way."
      : `${plural(searches.length, "search", "searches")} found ${found}; ` +
        `${plural(holes.length, "hole")}, ${plural(slow.length, "slow block")}.`,
    yields,
    holes: holes.slice(0, 100),
    slow_blocks: slow.slice(0, 100),
  };
});

function yieldOf(form: string, searches: Search[], of: Map<number, Block[]>): Yield {
  const done = searches.flatMap(({ number }) => of.get(number) ?? [])
    .filter(({ status }) => status === "completed");
  const sum = (value: (each: Block) => number | null) =>
    done.reduce((total, each) => total + (value(each) ?? 0), 0);
  const found = sum((each) => each.found);
  const expected = expectedOf(searches, of);
  return {
    form,
    searches: searches.length,
    candidates: searches.reduce((total, { candidates }) => total + candidates, 0),
    tested: sum((each) => each.tested),
    found,
    expected: expected === null ? null : rounded(expected),
    z: expected === null || expected <= 0
      ? null
      : rounded((found - expected) / Math.sqrt(expected)),
    cpu_s: rounded(sum((each) => each.cpu_ms) / 1000),
  };
}

/** Primes that the parts that are done were expected to have: a search's own, by the share that is done. */
function expectedOf(searches: Search[], of: Map<number, Block[]>): number | null {
  let sum = 0;
  for (const { number, form, params, candidates } of searches) {
    const done = (of.get(number) ?? []).filter(({ status }) => status === "completed")
      .reduce((total, { start, end }) => total + end - start + 1, 0);
    try {
      sum += expectedWork({ form, params }) * done / candidates;
    } catch {
      return null;
    }
  }
  return sum;
}

/** Candidates of an ended search that nobody looked at: blocks that were given up or not begun, run together. */
function holesOf(search: number, blocks: Block[]): { search: number; from: number; to: number }[] {
  const holes: { search: number; from: number; to: number }[] = [];
  for (const { start, end, status } of blocks.toSorted((a, b) => a.start - b.start)) {
    if (status === "completed") continue;
    const last = holes.at(-1);
    if (last?.to === start - 1) last.to = end;
    else holes.push({ search, from: start, to: end });
  }
  return holes;
}

function slowOf(search: number, blocks: Block[]) {
  const costs = blocks.filter(({ status, cpu_ms }) => status === "completed" && (cpu_ms ?? 0) > 0)
    .map((each) => ({ ...each, each_ms: each.cpu_ms! / (each.end - each.start + 1) }));
  if (costs.length < 5) return [];
  const usual = median(costs.map(({ each_ms }) => each_ms));
  return costs.filter(({ each_ms }) => each_ms > SLOW * usual).map((
    { start, end, cpu_ms, each_ms },
  ) => ({
    search,
    from: start,
    to: end,
    cpu_ms,
    times_usual: rounded(each_ms / usual),
  }));
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
