// What an import of people changes, as people read it: by doctor, line or department, column by column.

import type { PeopleChange } from "../../client/exchange_types.ts";
import type { Draft } from "./draft.ts";
import type { Population } from "./population.ts";

/** A change as the database tells it, see `private.population_changes()`. */
export interface DatabaseChange {
  section: "doctors" | "lines" | "wishes" | "preferencers" | "eligibility" | "weightings";
  key: string;
  kind: PeopleChange["kind"];
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** Members of documents as columns, in their order. */
const COLUMNS: Record<string, string> = {
  name: "Name",
  tags: "Tags",
  fte: "FTE",
  withdrawn: "Withdrawn",
  places: "Places",
  must_have_workers: "Must have",
  sort_order: "Order",
  max_job_lines: "Most lines",
  max_workers: "Most doctors",
  lines: "Lines",
  ranks: "Ranks",
  included_tags: "Needs one of the tags",
  excluded_tags: "Not with the tags",
  included_workers: "Only doctors",
  excluded_workers: "Not doctors",
  line: "Line",
  workers: "Doctors",
  weighting: "Weighting",
};

/** Changes with the rows of the file that they come from. @param population as it was before */
export function changesOf(
  changes: readonly DatabaseChange[],
  draft: Draft,
  population: Population,
): PeopleChange[] {
  return changes.map(({ section, key, kind, before, after }) => ({
    section,
    kind,
    row: rowOf(draft, section, key),
    name: nameOf(section, key, population, after),
    fields: section === "wishes"
      ? [{ column: "Wishes", before: ranked(before), after: ranked(after) }]
      : fieldsOf(before, after),
  }));
}

function rowOf({ origins }: Draft, section: string, key: string): number | null {
  const row = origins.get(`${section} ${key}`);
  return row === undefined ? null : row.number + 1;
}

function nameOf(
  section: string,
  key: string,
  population: Population,
  after: DatabaseChange["after"],
): string {
  if (section !== "doctors" && section !== "wishes") return key;
  const name = section === "doctors" && after
    ? after.name
    : Object.hasOwn(population.doctors, key)
    ? population.doctors[key].name
    : null;
  return name ? `${name} (${key})` : key;
}

function fieldsOf(
  before: DatabaseChange["before"],
  after: DatabaseChange["after"],
): PeopleChange["fields"] {
  return Object.entries(COLUMNS).flatMap(([member, column]) => {
    // Whoever comes works full time, unless the file says something else.
    if (member === "fte" && before === null && after?.[member] === 1) return [];
    const [was, is] = [shown(before?.[member]), shown(after?.[member])];
    return was === is ? [] : [{ column, before: was, after: is }];
  });
}

function shown(value: unknown): string | null {
  if (value === undefined || value === null || value === false) return null;
  if (value === true) return "Yes";
  if (Array.isArray(value)) return value.length > 0 ? value.join(", ") : null;
  return typeof value === "object" ? ranked(value as Record<string, unknown>) : String(value);
}

/** Ranks in their order: "1 Line 7, 2 Line 12". */
function ranked(ranks: Record<string, unknown> | null): string | null {
  const entries = Object.entries(ranks ?? {}) as [string, number][];
  if (entries.length === 0) return null;
  return entries.sort(([a, x], [b, y]) => x - y || a.localeCompare(b, "en", { numeric: true }))
    .map(([name, rank]) => `${rank} ${name}`).join(", ");
}
