// Who got what, as rows to search and filter. Pure; the card draws them.

import type { Allocation, ResultRow } from "../../../../shared/client/mod.ts";
import type { Field, Match } from "./match_data.ts";
import { choiceWord } from "./words.ts";

/** What doctors can be filtered by, with its words. */
export const FILTERS = {
  all: "all",
  first: "got their first choice",
  low: "got their 4th choice or later",
  unranked: "got a line they had not ranked",
  none: "without a line",
  left: "withdrew",
};

/** A name in {@link FILTERS}. */
export type Filter = keyof typeof FILTERS;

/** The filter of that name; all doctors where there is none. */
export function filterOf(name: string | null): Filter {
  return name !== null && Object.hasOwn(FILTERS, name) ? name as Filter : "all";
}

/** A line that a doctor got, and which choice it is; null: not ranked. */
export interface Got {
  line: string;
  choice: number | null;
}

/** A doctor and what they got. */
export interface DoctorRow {
  mapping: string;
  name: string;
  hasLeft: boolean;
  /** How much of full time they work. */
  fte: number;
  /** The line that they have: by the result where one is finalised, else by the match. */
  got: Got | undefined;
  /** The result gives them another line, or none, than the match did. */
  isCorrected: boolean;
  /** An earlier run placed them, and the current match left them there. */
  isKept: boolean;
}

/** The doctors whose name or line has the text, and whom the filter leaves. */
export function doctorRows(
  { doctors }: Field,
  match: Match | null,
  results: readonly ResultRow[],
  search: string,
  filter: Filter,
): DoctorRow[] {
  const matched = new Map(match?.allocations.map((each) => [each.worker.mapping, each]));
  const given = new Map(results.map((row) => [row.workerMapping, row]));
  const wanted = search.trim().toLowerCase();
  return doctors.map(({ mapping, name, withdrawnAt, fte }) => {
    const allocation = matched.get(mapping);
    const row = given.get(mapping);
    return {
      mapping,
      name,
      hasLeft: withdrawnAt !== null,
      fte,
      got: gotOf(allocation, row, results.length > 0),
      isCorrected: row !== undefined && match !== null &&
        row.jobLine !== (allocation?.line.id ?? null),
      isKept: allocation !== undefined && isKept(match!, allocation),
    };
  }).filter(({ name, hasLeft, got }) =>
    `${name} ${got?.line ?? ""}`.toLowerCase().includes(wanted) &&
    (filter === "left" ? hasLeft : passes(got, filter) && !(filter === "none" && hasLeft))
  );
}

/** @param isFinal a result is finalised: who is not in it has nothing */
function gotOf(
  allocation: Allocation | undefined,
  row: ResultRow | undefined,
  isFinal: boolean,
): Got | undefined {
  if (!isFinal) return allocation && { line: allocation.line.name, choice: allocation.choice };
  if (!row?.jobLine) return undefined;
  return { line: row.jobLineName ?? "", choice: row.preferenceNumber };
}

/** Doctors of a match whom an earlier run had placed. */
export function keptIn(match: Match): number {
  return match.allocations.filter((allocation) => isKept(match, allocation)).length;
}

function isKept({ run }: Match, allocation: Allocation): boolean {
  return allocation.run !== run.id;
}

function passes(got: Got | undefined, filter: Filter): boolean {
  if (filter === "all") return true;
  if (!got) return filter === "none";
  const { choice } = got;
  if (choice === null) return filter === "unranked";
  return filter === "first" ? choice === 1 : filter === "low" && choice >= 4;
}

/** Which choice a doctor got: "2nd", "not ranked", a dash for who got none. */
export function gotWord(got: Pick<Got, "choice"> | undefined): string {
  return got ? choiceWord(got.choice) : "–";
}
