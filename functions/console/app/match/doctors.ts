// Who got what, as rows to search and filter. Pure; the card draws them.

import type { Allocation, ResultRow } from "../../../../shared/client/mod.ts";
import { finderOf } from "../ui/search.ts";
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

/** A doctor and the line that they have. */
export interface Placed {
  mapping: string;
  name: string;
  line: string;
  lineName: string;
  /** Which choice it is; null: not ranked. */
  choice: number | null;
}

/** Who has which line: by the result where one is finalised, corrections and all, else by the match; null: there is neither. */
export function placedBy(match: Match | null, results: readonly ResultRow[]): Placed[] | null {
  if (results.length > 0) {
    return results.flatMap(({ workerMapping, doctor, jobLine, jobLineName, preferenceNumber }) =>
      jobLine === null ? [] : [{
        mapping: workerMapping,
        name: doctor,
        line: jobLine,
        lineName: jobLineName ?? "",
        choice: preferenceNumber,
      }]
    );
  }
  return match && match.allocations.map(({ worker, line, choice }) => ({
    mapping: worker.mapping,
    name: worker.name,
    line: line.id,
    lineName: line.name,
    choice,
  }));
}

/** A doctor and what they got. */
export interface DoctorRow {
  mapping: string;
  name: string;
  hasLeft: boolean;
  /** How much of full time they work. */
  fte: number;
  /** The line that they have, see {@link placedBy}. */
  got: Placed | undefined;
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
  const placed = new Map(placedBy(match, results)?.map((each) => [each.mapping, each]));
  const isFound = finderOf(search);
  return doctors.map(({ mapping, name, withdrawnAt, fte }) => {
    const allocation = matched.get(mapping);
    const row = given.get(mapping);
    return {
      mapping,
      name,
      hasLeft: withdrawnAt !== null,
      fte,
      got: placed.get(mapping),
      isCorrected: row !== undefined && match !== null &&
        row.jobLine !== (allocation?.line.id ?? null),
      isKept: allocation !== undefined && isKept(match!, allocation),
    };
  }).filter(({ name, hasLeft, got }) =>
    isFound(name, got?.lineName ?? null) &&
    (filter === "left" ? hasLeft : passes(got, filter) && !(filter === "none" && hasLeft))
  );
}

/** Doctors of a match whom an earlier run had placed. */
export function keptIn(match: Match): number {
  return match.allocations.filter((allocation) => isKept(match, allocation)).length;
}

function isKept({ run }: Match, allocation: Allocation): boolean {
  return allocation.run !== run.id;
}

function passes(got: Placed | undefined, filter: Filter): boolean {
  if (filter === "all") return true;
  if (!got) return filter === "none";
  const { choice } = got;
  if (choice === null) return filter === "unranked";
  return filter === "first" ? choice === 1 : filter === "low" && choice >= 4;
}

/** Which choice a doctor got: "2nd", "not ranked", a dash for who got none. */
export function gotWord(got: Pick<Placed, "choice"> | undefined): string {
  return got ? choiceWord(got.choice) : "–";
}
