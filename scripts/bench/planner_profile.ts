/**
 * The gap over time, on drawn problems and on the instances that are kept. Every plan passes the independent checker and
 * score, or the row says INVALID.
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import type { PlannerProblem } from "../../shared/planner/problem.ts";
import { PLANNER_CHECKPOINT } from "../../shared/planner/search/state.ts";
import { drawProblem, FAMILIES, withRanges } from "./drawn.ts";
import { type Column, megabytes, tableLine, whole } from "./harness.ts";
import { importInstance, readInstance } from "./instances.ts";
import {
  brokenRecord,
  gapAfter,
  hasGrown,
  recordOf,
  Records,
  type RunRecord,
} from "./planner_records.ts";
import { type RunOptions, runSlices } from "./planner_run.ts";
import { type GapProfile, plotProfiles } from "./profile_plot.ts";

/** Seconds of CPU, or of counted work, at which the gap is told. */
const MARKS = [1, 2, 5, 10, 20, 60, 120];

/** Where a measurement over time goes. */
export interface ProfileOptions {
  /** Where the picture goes; null: nowhere. */
  svg: string | null;
  /** The file that records are kept in; null: none. */
  keep: string | null;
  /** Records and summaries as one JSON object instead of the table. */
  json: boolean;
}

/** What is drawn. */
export interface DrawnOptions {
  count: number;
  seed: number;
  families: readonly string[] | null;
  /** Ranges that replace the families', such as "terms=6..13". */
  ranges: readonly string[];
}

/** Problems that are summed up together; each is made when it is run. */
export interface ProblemGroup {
  name: string;
  problems: { id: string; name: string; make: () => Promise<PlannerProblem> }[];
}

/** Drawn problems by family. */
export function drawnGroups({ count, seed, families, ranges }: DrawnOptions): ProblemGroup[] {
  const names = families ?? Object.keys(FAMILIES).filter((name) => name !== "thousand");
  return names.map((name) => {
    const shape = withRanges(FAMILIES[name], ranges);
    const problems = Array.from({ length: count }, (_, i) => ({
      id: [name, ...ranges, `seed ${seed + i}`].join(" "),
      name: `${name} ${seed + i}`,
      make: () => Promise.resolve(drawProblem(shape, seed + i)),
    }));
    return { name, problems };
  });
}

/** Instances that are kept, each a group of its own. */
export function keptGroups(instances: readonly string[]): ProblemGroup[] {
  return instances.map((name) => ({
    name,
    problems: [{ id: name, name, make: async () => importInstance(await readInstance(name)) }],
  }));
}

const percent = (gap: number | null) => gap === null ? "-" : (100 * gap).toFixed(2);

function columnsOf(marks: readonly number[], counted: boolean): Column<RunRecord>[] {
  return [
    ["problem", -16, ({ name }) => name],
    ["terms", 5, ({ terms }) => `${terms}`],
    ["lines", 5, ({ lines }) => `${lines}`],
    ["positions", 9, ({ positions }) => `${positions}`],
    ["status", -22, ({ status }) => status],
    ["first s", 7, ({ firstS }) => firstS === null ? "-" : firstS.toFixed(2)],
    ...marks.map((s): Column<RunRecord> => [`${s} s`, 7, (record) => percent(gapAfter(record, s))]),
    ["end", 7, ({ profile }) => percent(profile.at(-1)?.[1] ?? null)],
    [counted ? "work s" : "cpu s", 6, ({ profile }) => (profile.at(-1)?.[0] ?? 0).toFixed(1)],
    ["longest ms", 10, ({ longestMs }) => whole(longestMs)],
    ["state KB", 8, ({ stateBytes }) => (stateBytes / 1024).toFixed(1)],
    ["isolate MB", 10, ({ heapBytes }) => megabytes(heapBytes)],
  ];
}

/** Runs and prints the problems of each group. @returns the exit code: 1 where a plan is invalid, a run failed or a gap grew */
export async function profile(
  groups: readonly ProblemGroup[],
  { svg, keep, json }: ProfileOptions,
  run: RunOptions,
): Promise<number> {
  const marks = MARKS.filter((s) => s <= run.cpuS), columns = columnsOf(marks, run.counted);
  const records = await Records.open<RunRecord>(keep);
  const all: RunRecord[] = [], profiles: GapProfile[] = [];
  const tell = json ? () => {} : (line: string) => console.log(line);
  tell(tableLine(columns, columns.map(([title]) => title)));
  for (const { name, problems } of groups) {
    const own: RunRecord[] = [];
    for (const problem of problems) {
      const key =
        `${problem.id}, ${run.cpuS} s${run.counted ? " of counted work" : ""} in slices of ` +
        `${run.sliceMs} ms, slow ${run.slow}, engine ${PLANNER_CHECKPOINT.version}`;
      const of = { key, group: name, name: problem.name };
      const record = await records.of(
        key,
        async () => await runOne(of, await problem.make(), run),
      );
      own.push(record);
      tell(tableLine(columns, columns.map(([, , cell]) => cell(record))));
    }
    all.push(...own);
    profiles.push(gapsOf(name, own, marks));
    if (problems.length > 1) tell(summaryOf(profiles.at(-1)!, own, marks));
    // After each group: a long run that is cut short leaves a picture too.
    if (svg !== null) await Deno.writeTextFile(svg, plotProfiles(profiles, marks));
  }
  const grown = all.filter(hasGrown).map(({ name }) => name);
  if (!run.counted) tell(`longest slice of all: ${whole(longestOf(all))} ms`);
  tell(grown.length === 0 ? "no gap ever grew" : `the gap GREW in: ${grown.join(", ")}`);
  if (json) console.log(JSON.stringify({ marks, records: all, groups: profiles }));
  return grown.length > 0 || all.some(({ status }) => /INVALID|FAILED/.test(status)) ? 1 : 0;
}

/** Runs a problem; what it throws is its status. */
export async function runOne(
  { key, group, name }: Pick<RunRecord, "key" | "group" | "name">,
  problem: PlannerProblem,
  run: RunOptions,
): Promise<RunRecord> {
  try {
    return recordOf({ key, group, name }, problem, await runSlices(problem, run), run);
  } catch (error) {
    return brokenRecord({ key, group, name }, problem, (error as Error).message);
  }
}

/** The longest slice of some runs, in milliseconds; null where none tells. */
function longestOf(records: readonly RunRecord[]): number | null {
  const all = records.map(({ longestMs }) => longestMs).filter((ms) => ms !== null);
  return all.length === 0 ? null : Math.max(...all);
}

/** Median and worst gap of a group at each mark. */
function gapsOf(name: string, records: readonly RunRecord[], marks: readonly number[]): GapProfile {
  const done = records.filter(({ status }) => status === "COMPLETED");
  const at = (s: number, share: number) => {
    const sorted = done.map((record) => gapAfter(record, s) ?? Infinity).sort((a, b) => a - b);
    const gap = sorted[Math.ceil(share * sorted.length) - 1] ?? Infinity;
    return gap === Infinity ? null : gap;
  };
  return {
    name,
    problems: done.length,
    median: marks.map((s) => at(s, 0.5)),
    worst: marks.map((s) => at(s, 1)),
  };
}

function summaryOf(
  { name, problems, median, worst }: GapProfile,
  records: readonly RunRecord[],
  marks: readonly number[],
): string {
  const told = (gaps: readonly (number | null)[]) =>
    gaps.map((gap, i) => `${marks[i]} s ${percent(gap)}`).join(", ");
  const others = new Map<string, number>();
  for (const { status } of records) {
    if (status !== "COMPLETED") others.set(status, (others.get(status) ?? 0) + 1);
  }
  const done = records.filter(({ status }) => status === "COMPLETED");
  const proven = done.filter(({ provenS }) => provenS !== null).length;
  const within = marks.map((s, i) => {
    const good = done.filter((record) => (gapAfter(record, s) ?? Infinity) <= 0.01).length;
    return `${marks[i]} s ${good}`;
  });
  const first = done.map(({ firstS }) => firstS ?? Infinity).sort((a, b) => a - b);
  const longest = longestOf(records);
  const told2 = [...others].map(([status, n]) => `${n} ${status}`).join(", ");
  return [
    `  ${name}, ${problems} of ${records.length} completed${told2 === "" ? "" : ` (${told2})`}, ` +
    `${proven} proven${longest === null ? "" : `, longest slice ${whole(longest)} ms`}`,
    `    median: ${told(median)}`,
    `    worst:  ${told(worst)}`,
    `    at most 1%: ${within.join(", ")}`,
    `    first plan: median ${first[Math.ceil(first.length / 2) - 1]?.toFixed(2) ?? "-"} s, ` +
    `last ${first.at(-1)?.toFixed(2) ?? "-"} s`,
  ].join("\n");
}
