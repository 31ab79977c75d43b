// Which lines of a roster are shown, and in which order. Kept in the page's address, so that a reload keeps it too.

import type { Cell, Roster, Row } from "./roster.ts";
import { finderOf, wordsOf } from "../ui/search.ts";

/** What to show; empty strings stand for "all". */
export interface Selection {
  /** What a row is, once doctors have lines. */
  by: "line" | "doctor";
  text: string;
  specialty: string;
  hospital: string;
  category: string;
  pinned: "" | "yes" | "no";
  /** "order", "name", "affinity", "pinned", "pathway", or "term1", "term2"... */
  sort: string;
  descending: boolean;
}

/** All lines, in the planner's order. */
export const EVERYTHING: Selection = {
  by: "line",
  text: "",
  specialty: "",
  hospital: "",
  category: "",
  pinned: "",
  sort: "order",
  descending: false,
};

const WORDS = ["text", "specialty", "hospital", "category"] as const;

/** The selection in an address. */
export function readSelection(params: URLSearchParams): Selection {
  const pinned = params.get("pinned");
  const selection = { ...EVERYTHING };
  for (const word of WORDS) selection[word] = params.get(word) ?? "";
  return {
    ...selection,
    by: params.get("by") === "doctor" ? "doctor" : "line",
    pinned: pinned === "yes" || pinned === "no" ? pinned : "",
    sort: params.get("sort") ?? EVERYTHING.sort,
    descending: params.get("down") === "1",
  };
}

/** The address of a selection: only what is not as usual. */
export function writeSelection(selection: Selection): URLSearchParams {
  const params = new URLSearchParams();
  if (selection.by !== EVERYTHING.by) params.set("by", selection.by);
  for (const word of WORDS) if (selection[word] !== "") params.set(word, selection[word]);
  if (selection.pinned !== "") params.set("pinned", selection.pinned);
  if (selection.sort !== EVERYTHING.sort) params.set("sort", selection.sort);
  if (selection.descending) params.set("down", "1");
  return params;
}

/** Whether anything is left out. */
export function isFiltered(selection: Selection): boolean {
  return selection.pinned !== "" || WORDS.some((word) => selection[word].trim() !== "");
}

/** The rows of a selection. */
export function selectRows(roster: Roster, selection: Selection): Row[] {
  const words = wordsOf(selection.text);
  return roster.rows
    .filter((row) =>
      words.every((word) => row.search.includes(word)) &&
      (selection.pinned === "" || row.locked === (selection.pinned === "yes")) &&
      (!picksCells(selection) || row.cells.some((cell) => fits(cell, selection)))
    )
    .sort(comparison(selection));
}

/**
 * Whether a cell is one that the selection looks for; the others of its line are drawn paler. Always true where the
 * selection does not speak of rotations.
 */
export function isWanted(cell: Cell, selection: Selection): boolean {
  if (wordsOf(selection.text).length === 0 && !picksCells(selection)) return true;
  if (!fits(cell, selection)) return false;
  const { position: { name, specialty, subspecialty }, place } = cell.rotation!;
  return finderOf(selection.text)(name, specialty, subspecialty, place.hospital);
}

function picksCells({ specialty, hospital, category }: Selection): boolean {
  return specialty !== "" || hospital !== "" || category !== "";
}

function fits({ rotation }: Cell, { specialty, hospital, category }: Selection): boolean {
  if (!rotation) return false;
  return (specialty === "" || rotation.position.specialty === specialty) &&
    (hospital === "" || rotation.place.hospital === hospital) &&
    (category === "" || rotation.position.experience_categories.includes(category));
}

const names = new Intl.Collator("en-AU", { numeric: true });

type Comparison = (a: Row, b: Row) => number;

const COMPARISONS: Record<string, Comparison> = {
  order: (a, b) => a.order - b.order,
  name: (a, b) => names.compare(a.name, b.name),
  // Lines whose affinity is not known come last either way up.
  affinity: (a, b) => (a.affinity ?? 0) - (b.affinity ?? 0),
  pinned: (a, b) => Number(b.locked) - Number(a.locked),
  pathway: (a, b) => names.compare(a.pathway ?? "\uffff", b.pathway ?? "\uffff"),
};

function comparison({ sort, descending }: Selection): Comparison {
  const term = /^term(\d+)$/.exec(sort)?.[1];
  const by = term ? byTerm(Number(term)) : COMPARISONS[sort] ?? COMPARISONS.order;
  const unknown = (row: Row) => Number(sort === "affinity" && row.affinity === null);
  return (a, b) =>
    unknown(a) - unknown(b) || (descending ? by(b, a) : by(a, b)) || COMPARISONS.order(a, b);
}

/** Lines side by side that have the same specialty, then the same position, in a term. */
function byTerm(term: number): Comparison {
  const key = (row: Row) => {
    const position = row.cells.find((cell) => cell.term === term)?.rotation?.position;
    return position ? `${position.specialty}\n${position.name}` : "\uffff";
  };
  return (a, b) => names.compare(key(a), key(b));
}
