// What can be compared: today, snapshots and dry runs; and their lines.

import type {
  ConstraintEntry,
  JobLine,
  PlannerRun,
  PlannerRunOptions,
  Position,
} from "../../../../shared/client/mod.ts";
import { type Page, readAll } from "../../../../shared/client/pages.ts";
import { toCamel } from "../../../../shared/platform/spelling.ts";
import { apart } from "../data/apart.ts";
import { once } from "../data/once.ts";
import { rows } from "../data/query.ts";
import { readSnapshot } from "../history/read.ts";
import type { PageContext } from "../page.ts";
import { weeksBetween } from "../roster/roster.ts";
import { ruleName } from "../runs/words.ts";
import { dateTime, plural } from "../ui/format.ts";
import { type SideLine, sideOfToday } from "./compare.ts";

/** Something to compare. */
export type Source =
  | { kind: "today"; key: "today"; words: string }
  | { kind: "snapshot"; key: string; words: string; name: string | null }
  | { kind: "run"; key: string; words: string; name: string | null; run: DryRun };

/** A dry run whose lines are kept. */
export interface DryRun extends Pick<PlannerRun, "id" | "created_at" | "n_job_lines" | "name"> {
  constraints: ConstraintEntry[];
  options: PlannerRunOptions;
}

/** All that there is, today first. */
export async function readSources(context: PageContext): Promise<Source[]> {
  const { supabase, planner, allocationRun } = context;
  const [snapshots, runs] = await Promise.all([
    planner.history(allocationRun.id),
    rows<Omit<DryRun, "options"> & { options: Record<string, unknown> }>(
      supabase.from("allocation_planner_runs").select(
        "id,created_at,n_job_lines,constraints,options,name",
      )
        .eq("allocation_run", allocationRun.id).eq("status", "COMPLETED")
        .order("created_at", { ascending: false }),
    ),
  ]);
  // Those that only look for a way out of one cell are no rosters to choose from.
  const dry = runs.filter(({ options }) =>
    options?.dry_run === true && options.recommend === undefined
  ).map((run) => ({
    ...run,
    options: toCamel(run.options) as PlannerRunOptions,
  }));
  return [
    { kind: "today", key: "today", words: "Today" },
    ...dry.map((run): Source => ({
      kind: "run",
      key: run.id,
      words: wordsOfRun(run),
      name: run.name,
      run,
    })),
    ...snapshots.map(({ id, name, replaced_at, line_count }): Source => ({
      kind: "snapshot",
      key: id,
      name,
      words: `${name ? `${name}, ` : ""}snapshot of ${dateTime(replaced_at)}, ${
        plural(line_count, "line")
      }`,
    })),
  ];
}

function wordsOfRun({ created_at, options, constraints, n_job_lines, name }: DryRun): string {
  const names = constraints.map((entry) => typeof entry === "string" ? entry : entry.name);
  return [
    `${name ? `${name}, dry` : "Dry"} run of ${dateTime(created_at)}`,
    plural(n_job_lines, "line"),
    options.mode ?? "rebuild",
    `seed ${options.seed ?? 1}`,
    ...names.slice(0, 1).map(ruleName),
  ].join(", ");
}

/** What both sides are made of, each read once. */
interface Shared {
  positions: Promise<Position[]>;
  /** Today's lines, where a side asks for them. */
  lines: () => Promise<JobLine[]>;
}

/** The lines of two sources. */
export async function readSides(
  context: PageContext,
  sources: readonly [Source, Source],
): Promise<[SideLine[], SideLine[]]> {
  const { planner, allocationRun, org } = context;
  const positions = planner.positions(org.id);
  const shared = { positions, lines: once(() => planner.lines(allocationRun.id, positions)) };
  const [from, to] = await Promise.all([
    readSide(context, sources[0], shared),
    readSide(context, sources[1], shared),
    positions,
  ]);
  return [from, to];
}

/** The lines of a source. */
async function readSide(
  context: PageContext,
  source: Source,
  shared: Shared,
): Promise<SideLine[]> {
  const { starts_on, term_weeks } = context.allocationRun;
  const weekOf = (date: string) => weeksBetween(starts_on, date);
  switch (source.kind) {
    case "today":
      return sideOfToday(await shared.lines(), term_weeks.length, weekOf);
    case "run":
      return await sideOfRun(context, source, shared, weekOf);
    default:
      return await sideOfSnapshot(context, source.key, shared, weekOf);
  }
}

/** The lines that a dry run would make, beside those that stay. */
async function sideOfRun(
  { planner, allocationRun }: PageContext,
  source: Extract<Source, { kind: "run" }>,
  shared: Shared,
  weekOf: (date: string) => number,
): Promise<SideLine[]> {
  const { term_weeks } = allocationRun;
  const [preview, lines] = await Promise.all([
    planner.preview(source.key, shared.positions),
    shared.lines(),
  ]);
  // Pinned lines are not in a preview: they stay as they are.
  const pinned = sideOfToday(
    lines.filter(({ is_locked }) => is_locked),
    term_weeks.length,
    weekOf,
  );
  const worked = new Map(
    lines.map(({ id, first_term, last_term }) => [id, { first_term, last_term }]),
  );
  for (const line of source.run.options.changes?.lines ?? []) {
    worked.set(line.jobLine, {
      first_term: line.firstTerm ?? null,
      last_term: line.lastTerm ?? null,
    });
  }
  return [
    ...preview.filter(({ change }) => change !== "removed").map((line) => ({
      id: line.id,
      name: line.name,
      affinity: line.affinity,
      pathway: line.pathway,
      plannerRun: source.key,
      first_term: worked.get(line.id ?? "")?.first_term ?? null,
      last_term: worked.get(line.id ?? "")?.last_term ?? null,
      positions: line.positions.map((position) =>
        position && { id: position.id, name: position.name }
      ),
      leave: line.leave.map(({ startWeek, weeks }) => ({ start: startWeek, weeks })),
    })),
    ...pinned,
  ];
}

async function sideOfSnapshot(
  { supabase, allocationRun: { term_weeks } }: PageContext,
  key: string,
  shared: Shared,
  weekOf: (date: string) => number,
): Promise<SideLine[]> {
  const [snapshot, positions] = await Promise.all([
    readSnapshot(supabase, key),
    shared.positions,
  ]);
  const nameOf = new Map(positions.map(({ id, name }) => [id, name]));
  return snapshot.map((line) => ({
    id: line.id,
    name: line.name,
    affinity: line.affinity,
    pathway: line.pathway,
    plannerRun: line.planner_run,
    first_term: line.first_term ?? null,
    last_term: line.last_term ?? null,
    positions: term_weeks.map((_, t) => {
      const rotation = line.rotations.find(({ term }) => term === t + 1);
      return rotation
        ? { id: rotation.position, name: nameOf.get(rotation.position) ?? rotation.position_name }
        : null;
    }),
    leave: (line.leave ?? []).map(({ starts_on, ends_on }) => ({
      start: weekOf(starts_on),
      weeks: weekOf(ends_on) - weekOf(starts_on) + 1,
    })),
  }));
}

/** A doctor whose ranks would be for lines that go or change. */
export interface TouchedDoctor {
  name: string;
  lines: number;
  /** The best rank among them. */
  best: number | null;
}

interface RankRow {
  worker_mapping: string;
  order_preference: number | null;
}

interface DoctorRow {
  id: string;
  workers: { name: string; email: string | null };
}

/** Lines that a query names at once. */
const AT_ONCE = 100;

/** Doctors who ranked lines, those who ranked one best first; as far as the user may see wishes. */
export async function readTouched(context: PageContext, lines: string[]): Promise<TouchedDoctor[]> {
  const { supabase, allocationRun } = context;
  if (lines.length === 0) return [];
  const parts = Array.from(
    { length: Math.ceil(lines.length / AT_ONCE) },
    (_, i) => lines.slice(i * AT_ONCE, (i + 1) * AT_ONCE),
  );
  const [ranks, doctors] = await Promise.all([
    Promise.all(
      parts.map((some) =>
        readAll<RankRow>((from, to) =>
          supabase.from("preference_worker_job_lines").select("worker_mapping,order_preference")
            .eq("allocation_run", allocationRun.id).in("job_line", some)
            .order("worker_mapping").order("job_line").range(from, to) as PromiseLike<Page<RankRow>>
        )
      ),
    ).then((all) => all.flat()),
    readAll<DoctorRow>((from, to) =>
      supabase.from("allocation_run_worker_mappings").select("id,workers(name,email)")
        .eq("allocation_run", allocationRun.id).order("id").range(
          from,
          to,
        ) as unknown as PromiseLike<
          Page<DoctorRow>
        >
    ),
  ]);
  const named = apart(
    doctors.map(({ id, workers: { name, email } }) => ({ id, name, email: email ?? "" })),
    ({ email }) => email,
  );
  const nameOf = new Map(named.map(({ id, name }) => [id, name]));
  const found = new Map<string, TouchedDoctor>();
  for (const { worker_mapping, order_preference: rank } of ranks) {
    const name = nameOf.get(worker_mapping) ?? "A doctor";
    const doctor = found.get(worker_mapping) ?? { name, lines: 0, best: null };
    doctor.lines++;
    if (rank !== null) doctor.best = Math.min(doctor.best ?? rank, rank);
    found.set(worker_mapping, doctor);
  }
  return [...found.values()].sort((a, b) =>
    (a.best ?? Infinity) - (b.best ?? Infinity) || (a.name < b.name ? -1 : 1)
  );
}
