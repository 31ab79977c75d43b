// Who got what, as rows to search and filter. Pure; the card draws them.

import type { Allocation } from "../../../../shared/client/mod.ts";
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

/** A doctor and what they got. */
export interface DoctorRow {
  mapping: string;
  name: string;
  hasLeft: boolean;
  /** How much of full time they work. */
  fte: number;
  allocation: Allocation | undefined;
  /** An earlier run placed them, and the current match left them there. */
  isKept: boolean;
}

/** The doctors whose name or line has the text, and whom the filter leaves. */
export function doctorRows(
  { doctors }: Field,
  match: Match | null,
  search: string,
  filter: Filter,
): DoctorRow[] {
  const got = new Map(match?.allocations.map((each) => [each.worker.mapping, each]));
  const wanted = search.trim().toLowerCase();
  return doctors.map(({ mapping, name, withdrawnAt, fte }) => {
    const allocation = got.get(mapping);
    return {
      mapping,
      name,
      hasLeft: withdrawnAt !== null,
      fte,
      allocation,
      isKept: allocation !== undefined && isKept(match!, allocation),
    };
  }).filter(({ name, hasLeft, allocation }) =>
    `${name} ${allocation?.line.name ?? ""}`.toLowerCase().includes(wanted) &&
    (filter === "left" ? hasLeft : passes(allocation, filter) && !(filter === "none" && hasLeft))
  );
}

/** Doctors of a match whom an earlier run had placed. */
export function keptIn(match: Match): number {
  return match.allocations.filter((allocation) => isKept(match, allocation)).length;
}

function isKept({ run }: Match, allocation: Allocation): boolean {
  return allocation.run !== run.id;
}

function passes(allocation: Allocation | undefined, filter: Filter): boolean {
  if (filter === "all") return true;
  if (!allocation) return filter === "none";
  const { choice } = allocation;
  if (choice === null) return filter === "unranked";
  return filter === "first" ? choice === 1 : filter === "low" && choice >= 4;
}

/** Which choice a doctor got: "2nd", "not ranked", a dash for who got none. */
export function gotWord(allocation: Allocation | undefined): string {
  return allocation ? choiceWord(allocation.choice) : "–";
}
