// People and wishes of the allocation run, and the way to change some of it: the same documents that spreadsheets become.

import type { SupabaseClient } from "@supabase/supabase-js";
import { result } from "../data/query.ts";
import { type Basis as SeenBasis, saveSeen } from "../data/seen.ts";

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

/** @throws {ReceptorError} */
export async function readPopulation(
  supabase: SupabaseClient,
  allocationRun: string,
): Promise<Population> {
  return await result<Population>(
    supabase.rpc("read_population", { p_allocation_run: allocationRun }),
  );
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

/** Lines in their order. */
export function lineNames({ lines }: Population): string[] {
  return Object.entries(lines).sort(([a, x], [b, y]) =>
    x.sort_order - y.sort_order || a.localeCompare(b, "en", { numeric: true })
  ).map(([name]) => name);
}

/** Entries of a field: separated by commas or semicolons. */
export function entries(text: string): string[] {
  return text.split(/[,;\n]/).map((entry) => entry.trim()).filter(Boolean);
}
