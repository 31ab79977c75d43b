// What the match page reads: doctors and lines of the allocation run, who got what, and one doctor's wishes.

import type { SupabaseClient } from "@supabase/supabase-js";
import type {
  Allocation,
  AllocatorClient,
  AllocatorRun,
  MatchChange,
} from "../../../../shared/client/mod.ts";
import { readAllocatorRun } from "../../../../shared/client/allocator_client.ts";
import { ALLOCATOR_RUN_COLUMNS } from "../../../../shared/client/allocator_types.ts";
import { type Page, readAll } from "../../../../shared/client/pages.ts";
import { apart } from "../data/apart.ts";
import { result, rows } from "../data/query.ts";

/** A doctor who takes part, by the worker mapping. */
export interface Doctor {
  mapping: string;
  /** The doctor as such, whatever they take part in. */
  worker: string;
  name: string;
  /** When all that is held of them was erased; null: it is there. */
  erasedAt: string | null;
  /** Since when they take no part any more; null: they do. */
  withdrawnAt: string | null;
  /** How much of full time they work. */
  fte: number;
}

/** A line to be had. */
export interface Line {
  id: string;
  name: string;
  places: number;
}

/** Who and what takes part. */
export interface Field {
  doctors: Doctor[];
  lines: Line[];
  preferencers: { id: string; name: string }[];
  /** Qualifications of the org. */
  tags: { id: string; name: string }[];
}

/** Doctors whom a match would place. */
export function takingPart({ doctors }: Field): Doctor[] {
  return doctors.filter(({ withdrawnAt }) => withdrawnAt === null);
}

/** Places of all lines. */
export function placesOf({ lines }: Field): number {
  return lines.reduce((sum, { places }) => sum + places, 0);
}

/** A match and who got what. */
export interface Match {
  run: AllocatorRun;
  allocations: Allocation[];
  /** What changed since it was made. */
  changes: MatchChange[];
}

/** Reads doctors and lines by name. */
export async function readField(
  supabase: SupabaseClient,
  org: string,
  allocationRun: string,
): Promise<Field> {
  type MappingRow = {
    id: string;
    withdrawn_at: string | null;
    fte: number;
    worker: { id: string; name: string; email: string | null; erased_at: string | null };
  };
  type LineRow = { id: string; name: string; max_n_workers: number };
  const [mappings, lines, preferencers, tags] = await Promise.all([
    readAll<MappingRow>((from, to) =>
      supabase.from("allocation_run_worker_mappings").select(
        "id,withdrawn_at,fte,worker:workers!inner(id,name,email,erased_at)",
      ).eq("allocation_run", allocationRun).order("id")
        .range(from, to) as unknown as PromiseLike<Page<MappingRow>>
    ),
    readAll<LineRow>((from, to) =>
      supabase.from("job_lines").select("id,name,max_n_workers")
        .eq("allocation_run", allocationRun).order("sort_order").order("id")
        .range(from, to) as unknown as PromiseLike<Page<LineRow>>
    ),
    readAll<{ id: string; name: string }>((from, to) =>
      supabase.from("preferencers").select("id,name")
        .eq("allocation_run", allocationRun).order("id").range(from, to)
    ),
    rows<{ id: string; name: string }>(
      supabase.from("qualification_tags").select("id,name").eq("org_id", org).order("name")
        .limit(1_000),
    ),
  ]);
  return {
    doctors: apart(
      mappings.map(({ id, withdrawn_at, fte, worker }) => ({
        mapping: id,
        worker: worker.id,
        name: worker.name,
        erasedAt: worker.erased_at,
        withdrawnAt: withdrawn_at,
        fte: Number(fte),
        email: worker.email ?? "",
      })),
      ({ email }) => email,
    ).sort((a, b) => a.name.localeCompare(b.name)),
    lines: lines.map(({ id, name, max_n_workers }) => ({ id, name, places: max_n_workers })),
    preferencers,
    tags,
  };
}

/** The match that was completed last; null: none was. */
export async function readLastMatch(
  supabase: SupabaseClient,
  allocator: AllocatorClient,
  allocationRun: string,
): Promise<Match | null> {
  const row = await result<Record<string, unknown> | null>(
    supabase.from("allocator_py_runs").select(ALLOCATOR_RUN_COLUMNS.join(","))
      .eq("allocation_run", allocationRun).eq("status", "COMPLETED").is("base_run", null)
      .order("completed_at", { ascending: false }).limit(1).maybeSingle(),
  );
  if (row === null) return null;
  const run = readAllocatorRun(row);
  const [allocations, changes] = await Promise.all([
    allocator.allocations(run.id),
    allocator.matchChanges(run.id),
  ]);
  return { run, allocations, changes };
}

/** A match that is not the current one. */
export interface EarlierMatch {
  id: string;
  completedAt: string;
  supersededAt: string | null;
}

/** Most earlier matches that are listed. */
const MOST_EARLIER = 20;

/** Matches that were completed before another, the latest first. */
export async function readEarlier(
  supabase: SupabaseClient,
  allocationRun: string,
  current: string,
): Promise<EarlierMatch[]> {
  type Row = { id: string; completed_at: string; superseded_at: string | null };
  const found = await rows<Row>(
    supabase.from("allocator_py_runs").select("id,completed_at,superseded_at")
      .eq("allocation_run", allocationRun).eq("status", "COMPLETED").is("base_run", null)
      .neq("id", current).order("completed_at", { ascending: false }).limit(MOST_EARLIER),
  );
  return found.map(({ id, completed_at, superseded_at }) => ({
    id,
    completedAt: completed_at,
    supersededAt: superseded_at,
  }));
}

/** What a doctor asked for and what they are to get. */
export interface DoctorView {
  /** In the order of the ranks as given. */
  wishes: { line: string; rank: number }[];
  /** What preferencers think: the lower the better. */
  ranks: { preferencer: string; rank: number; lines: string[] }[];
  /** Positions of the line they got, by term. */
  positions: { term: number; name: string }[];
}

/** Reads one doctor's wishes. @param line that they got, if any */
export async function readDoctor(
  supabase: SupabaseClient,
  mapping: string,
  line: string | undefined,
): Promise<DoctorView> {
  const [wishes, ranks, positions] = await Promise.all([
    rows<{ job_line: string; order_preference: number }>(
      supabase.from("preference_worker_job_lines").select("job_line,order_preference")
        .eq("worker_mapping", mapping).order("order_preference").order("job_line"),
    ),
    rows<{
      order_preference: number;
      preferencer: { name: string; lines: { job_line: string }[] };
    }>(
      supabase.from("preferencer_worker_ranks").select(
        "order_preference,preferencer:preferencers!inner(name,lines:preferencer_job_lines(job_line))",
      ).eq("worker_mapping", mapping).order("order_preference"),
    ),
    line === undefined ? [] : rows<{ term: number; position: { name: string } }>(
      supabase.from("rotations").select("term,position:positions!inner(name)")
        .eq("job_line", line).order("term"),
    ),
  ]);
  return {
    wishes: wishes.map(({ job_line, order_preference }) => ({
      line: job_line,
      rank: order_preference,
    })),
    ranks: ranks.map(({ order_preference, preferencer }) => ({
      preferencer: preferencer.name,
      rank: order_preference,
      lines: preferencer.lines.map(({ job_line }) => job_line),
    })),
    positions: positions.map(({ term, position }) => ({ term, name: position.name })),
  };
}
