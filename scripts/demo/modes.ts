// What a fill, a replan and a dry run need around them: lines to start from, posts that are lost, and what
// would change, in words.

import { plural } from "../../shared/engine/words.ts";
import type { SupabaseClient } from "@supabase/supabase-js";
import { createPlannerClient, type JobLine, type PreviewLine } from "../../shared/client/mod.ts";
import type { Interruption } from "./interruption.ts";
import type { DemoOptions } from "./options.ts";
import { hang, type ReportLayout } from "./report.ts";
import type { Screen } from "./screen.ts";
import { type AllocationRun, generateLines } from "./session.ts";

/** Posts that the demo takes away before a replan. */
const LOST_POSTS = 5;

/** A rotation whose post is taken away. */
export interface LostPost {
  position: string;
  name: string;
  term: number;
  /** Lines that hold the position in the term. */
  held: number;
}

/**
 * Brings an allocation run to where its mode starts from: two thirds of the lines for a fill, all of them
 * and then a few posts less for a replan.
 * @returns the lines that are there; none for a rebuild
 */
export async function startFrom(
  supabase: SupabaseClient,
  allocationRun: AllocationRun,
  options: DemoOptions,
  screen: Screen,
  interruption: Interruption,
): Promise<JobLine[]> {
  if (options.mode === "rebuild") return [];
  const lines = options.mode === "fill" ? Math.ceil(2 * options.lines / 3) : options.lines;
  screen.print(`First ${lines} lines to ${options.mode === "fill" ? "add to" : "replan"}:`);
  const first: DemoOptions = { ...options, lines, mode: "rebuild", dryRun: false };
  const { run } = await generateLines(supabase, allocationRun, first, screen, interruption);
  if (run.status !== "COMPLETED") {
    throw new Error(`There are no lines to start from: ${run.error_message ?? run.status}`);
  }
  const built = await createPlannerClient(supabase).lines(allocationRun.id);
  if (options.mode === "replan") {
    const lost = postsToLose(built, LOST_POSTS);
    for (const post of lost) await losePost(supabase, allocationRun.id, post);
    screen.print("Then posts are lost:", ...lost.map(describeLoss));
  }
  return built;
}

/** Rotations of different lines, spread over lines and terms; one post of each goes. */
export function postsToLose(lines: JobLine[], count: number): LostPost[] {
  const found = new Map<string, LostPost>();
  for (let i = 0; i < count && lines.length > 0; i++) {
    const line = lines[Math.floor((i + 0.5) * lines.length / count)];
    const { position, term } = line.rotations[i % line.rotations.length];
    const held = lines.filter(({ rotations }) =>
      rotations.some((r) =>
        r.term === term && r.position.id === position.id
      )
    ).length;
    found.set(`${term} ${position.id}`, { position: position.id, name: position.name, term, held });
  }
  return [...found.values()];
}

async function losePost(
  supabase: SupabaseClient,
  allocationRun: string,
  { position, term, held }: LostPost,
): Promise<void> {
  const posts = held - 1;
  const { error } = await supabase.from("allocation_run_positions")
    .update({ posts, minimum_fill: 0 })
    .match({ allocation_run: allocationRun, position, term });
  if (error) throw new Error(`A post could not be taken away: ${error.message}`);
}

function describeLoss({ name, term, held }: LostPost): string {
  return `  ${name}, term ${term}: ${plural(held - 1, "post")} for ${plural(held, "line")}`;
}

/** A line as it was and as it is, or would be; null where it was or will be none. */
interface Changed {
  name: string;
  before: (string | null)[] | null;
  after: (string | null)[] | null;
}

/** What changed between two readings of the lines, in words; a line each for what changed in place. */
export function describeChanges(
  before: JobLine[],
  after: JobLine[],
  layout: ReportLayout,
): string[] {
  const names = (line: JobLine) => line.rotations.map((r) => r.position.name);
  const old = new Map(before.map((line) => [line.id, line]));
  const left = new Map(after.map((line) => [line.id, line]));
  return describe([
    ...after.map((line) => ({
      name: line.name,
      before: old.has(line.id) ? names(old.get(line.id)!) : null,
      after: names(line),
    })),
    ...before.filter(({ id }) => !left.has(id)).map((line) => ({
      name: line.name,
      before: names(line),
      after: null,
    })),
  ], layout);
}

/** The same for the preview of a dry run. */
export function describePreview(preview: PreviewLine[], layout: ReportLayout): string[] {
  const names = (positions: PreviewLine["positions"]) => positions.map((p) => p?.name ?? null);
  return describe(
    preview.map((line) => ({
      name: line.name,
      before: line.change === "added" ? null : names(line.before ?? line.positions),
      after: line.change === "removed" ? null : names(line.positions),
    })),
    layout,
  );
}

function describe(lines: Changed[], { width, paint }: ReportLayout): string[] {
  const count = (test: (line: Changed) => boolean) => lines.filter(test).length;
  const swaps = lines.flatMap(swapsOf);
  const kept = count((line) => line.before !== null && line.after !== null) -
    count((line) => swapsOf(line).length > 0);
  const summary = [
    `${kept} kept`,
    `${count((line) => swapsOf(line).length > 0)} changed`,
    `${count(({ before }) => before === null)} added`,
    `${count(({ after }) => after === null)} removed`,
  ].join(", ");
  return [
    `${paint.bold("What changed")}: lines ${summary}`,
    ...swaps.flatMap((text) => hang(text, "  ", width)),
  ];
}

/** "Line 07, term 3: Cardiology WP to Renal WP" for each rotation that is another one. */
function swapsOf({ name, before, after }: Changed): string[] {
  if (before === null || after === null) return [];
  return after.flatMap((position, t) =>
    position === before[t]
      ? []
      : [`${name}, term ${t + 1}: ${before[t] ?? "nothing"} to ${position ?? "nothing"}`]
  );
}

/** The lines of a preview as a roster shows them; removed ones are left out. */
export function previewedLines(
  preview: PreviewLine[],
  { id, term_weeks, starts_on }: AllocationRun,
) {
  const dates = termDates(starts_on, term_weeks);
  return preview.filter(({ change }) => change !== "removed").map((line, i): JobLine => ({
    id: line.id ?? `new ${i}`,
    allocation_run: id,
    name: line.name,
    sort_order: line.sortOrder,
    is_locked: false,
    pathway: line.pathway,
    affinity: line.affinity,
    planner_run: null,
    rotations: line.positions.flatMap((position, t) =>
      position
        ? [{ id: `${i} ${t}`, job_line: line.id ?? `new ${i}`, term: t + 1, ...dates[t], position }]
        : []
    ),
    leave: [],
    max_n_workers: 1,
    must_have_workers: false,
    first_term: null,
    last_term: null,
    notes: null,
    overrides: [],
  }));
}

/** First and last day of each term, `YYYY-MM-DD`. */
function termDates(startsOn: string, termWeeks: number[]) {
  const day = (days: number) =>
    new Date(Date.parse(startsOn) + days * 86_400_000).toISOString().slice(0, 10);
  let weeks = 0;
  return termWeeks.map((length) => {
    const from = weeks;
    weeks += length;
    return { starts_on: day(7 * from), ends_on: day(7 * weeks - 1) };
  });
}
