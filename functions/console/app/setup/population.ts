// People and wishes of the allocation run, and the way to change some of it: the same documents that spreadsheets become.

import type { SupabaseClient } from "@supabase/supabase-js";
import { ReceptorError } from "../../../../shared/client/mod.ts";
import { found } from "../../../../shared/client/runs.ts";
import { result, rows } from "../data/query.ts";
import { type Basis as SeenBasis, saveSeen, toReplace } from "../data/seen.ts";

/** As the database's `read_population()` answers it; keys are names, or e-mail addresses of doctors. */
export interface Population {
  lines: Record<string, { places: number; must_have_workers: boolean; sort_order: number }>;
  doctors: Record<string, { name: string; tags: string[]; withdrawn: boolean; fte: number }>;
  elsewhere: Record<string, { name: string; tags: string[] }>;
  tags: string[];
  preferencers: Record<string, {
    max_job_lines: number | null;
    max_workers: number | null;
    lines: string[];
    ranks: Record<string, number>;
  }>;
  eligibility: Record<string, Eligibility>;
  weightings: Record<
    string,
    { line: string | null; workers: string[]; tags: string[]; weighting: number }
  >;
}

/** Who may take a line. */
export interface Eligibility {
  included_tags: string[];
  excluded_tags: string[];
  included_workers: string[];
  excluded_workers: string[];
}

/** A line open to everybody. */
export const OPEN: Eligibility = {
  included_tags: [],
  excluded_tags: [],
  included_workers: [],
  excluded_workers: [],
};

/** @throws {ReceptorError} NOT_FOUND where the user does not see the allocation run */
export async function readPopulation(
  supabase: SupabaseClient,
  allocationRun: string,
): Promise<Population> {
  const population = await result<Population | null>(
    supabase.rpc("read_population", { p_allocation_run: allocationRun }),
  );
  return found(population, "allocation run", allocationRun);
}

/** What a form began with: an entry as it was read; null: there was none. */
export interface Basis extends SeenBasis {
  section: "doctors" | "lines" | "preferencers" | "eligibility";
  key: string;
}

/**
 * Writes members of a `populate_allocation_run()` document beside what is there.
 * @param basis what the form began with, see `saveSeen()`
 * @throws {ReceptorError} with paths; CHANGED_MEANWHILE
 */
export async function changePopulation(
  supabase: SupabaseClient,
  allocationRun: string,
  document: Record<string, unknown>,
  basis?: Basis,
): Promise<void> {
  const write = (seen?: unknown) =>
    result<void>(supabase.rpc("import_population", {
      p_document: { allocation_run: allocationRun, ...document },
      p_dry_run: false,
      ...basis && { p_seen: { [basis.section]: { [basis.key]: seen } } },
    }));
  await (basis ? saveSeen(basis, async (seen) => void await write(seen)) : write());
}

/** What a form of one doctor or department goes on from. */
export interface Origin {
  /** The key of the one that it changes; null: it adds one. */
  changes: string | null;
  /** What was there when somebody pressed Change, or was told that it is there already. */
  basis: Basis | null;
}

/** Of a form that adds one. */
export const newOrigin = (): Origin => ({ changes: null, basis: null });

/** What such a form saves. */
export interface Entry {
  section: Basis["section"];
  key: string;
  /** What is known of the new one elsewhere, and would be another; it is told first. */
  elsewhere?: object;
  /** Gives the one that was called so its new key. */
  rename: (was: string) => Promise<void>;
  write: (basis: Basis) => Promise<void>;
}

/**
 * Saves it. One that is changed stays who it is, whatever it is called now; who adds one that is there already is told what
 * would be replaced, and replaces it by saving again.
 * @param origin becomes what the form goes on from, whatever came of it
 * @throws {ReceptorError} CHANGED_MEANWHILE; whatever `rename` and `write` throw
 */
export async function saveEntry(
  origin: Origin,
  { section, key, elsewhere, rename, write }: Entry,
): Promise<void> {
  if (origin.changes !== null && origin.changes !== key) {
    await rename(origin.changes);
    origin.changes = key;
    if (origin.basis) origin.basis = { ...origin.basis, key };
  }
  if (origin.basis?.key !== key) {
    origin.basis = { section, key, seen: null };
    if (elsewhere) throw changed(`${key} is known from another year`, toReplace(elsewhere));
  }
  const { basis } = origin;
  const isNew = basis.seen === null;
  try {
    await write(basis);
  } catch (error) {
    if (!isNew || basis.seen === null) throw error;
    throw changed(`${key} is there already`, toReplace(basis.seen));
  }
}

function changed(what: string, now = ""): ReceptorError {
  const message = `${what}, and nothing was saved. ${now}`.trim();
  return new ReceptorError({ code: "CHANGED_MEANWHILE", status: 409, message });
}

/**
 * Gives a row another name; it stays the row that it is. Once more, where the answer was lost, it changes nothing.
 * @param of where the name is its own: columns and their values
 * @throws {ReceptorError} CHANGED_MEANWHILE: nothing is called so any more; a fault of the column: something else is called so
 */
export async function renameRow(
  supabase: SupabaseClient,
  table: "workers" | "preferencers",
  [scope, id]: ["org_id" | "allocation_run", string],
  column: "email" | "name",
  was: string,
  now: string,
): Promise<void> {
  const [renamed] = await rows(
    supabase.from(table).update({ [column]: now }).eq(scope, id).eq(column, was).select("id"),
  );
  if (renamed) return;
  const [done] = await rows(
    supabase.from(table).select("id").eq(scope, id).eq(column, now),
  );
  if (done) return;
  throw changed(`${was} is not there any more`);
}

/** Lines in their order. */
export function lineNames({ lines }: Population): string[] {
  return Object.entries(lines).sort(([a, x], [b, y]) =>
    x.sort_order - y.sort_order || a.localeCompare(b, "en", { numeric: true })
  ).map(([name]) => name);
}
