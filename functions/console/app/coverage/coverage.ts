// How far the posts of each position are filled in each term. Pure; the page draws it as a heat map.

import type { JobLine, Position } from "../../../../shared/client/mod.ts";
import { NOWHERE, type Place, type Posts } from "../data/posts.ts";
import { count, plural } from "../ui/format.ts";
import { finderOf } from "../ui/search.ts";

/**
 * How a cell stands. `short`: below its minimum fill; `waived`: likewise, but the position may stay empty; `over`: more
 * lines than posts; `closed`: no post and no line.
 */
export type CoverageState = "short" | "waived" | "over" | "full" | "part" | "empty" | "closed";

/** A position in a term. */
export interface CoverageCell {
  term: number;
  posts: number;
  minimum: number;
  filled: number;
  state: CoverageState;
}

/** A position over the year. */
export interface CoverageRow {
  position: Position;
  place: Place;
  cells: CoverageCell[];
  posts: number;
  filled: number;
  /** Lines that are missing to the minimum fills, waived ones not counted. */
  missing: number;
}

/** The heat map. */
export interface Coverage {
  rows: CoverageRow[];
  /** Of each term. */
  terms: { term: number; posts: number; filled: number; missing: number }[];
  posts: number;
  filled: number;
  missing: number;
  /** Cells with more lines than posts. */
  over: number;
}

/** What a heat map is made of. */
export interface CoverageInput {
  terms: number;
  lines: readonly JobLine[];
  posts: readonly Posts[];
  positions: readonly Position[];
  places: ReadonlyMap<string, Place>;
}

/** Positions that have a post or a line, by hospital, specialty and name. */
export function buildCoverage(input: CoverageInput): Coverage {
  const filled = new Map<string, number>();
  for (const { term, position } of input.lines.flatMap((line) => line.rotations)) {
    const key = `${position.id} ${term}`;
    filled.set(key, (filled.get(key) ?? 0) + 1);
  }
  const posts = new Map(input.posts.map((each) => [`${each.position} ${each.term}`, each]));
  const rows = input.positions.map((position): CoverageRow => {
    const cells = Array.from({ length: input.terms }, (_, t) => {
      const key = `${position.id} ${t + 1}`;
      return cellOf(position, t + 1, posts.get(key), filled.get(key) ?? 0);
    });
    return {
      position,
      place: input.places.get(position.team) ?? NOWHERE,
      cells,
      ...totals(cells),
    };
  }).filter(({ cells }) => cells.some(({ state }) => state !== "closed")).sort(byPlace);
  const cells = rows.flatMap((row) => row.cells);
  return {
    rows,
    terms: Array.from({ length: input.terms }, (_, t) => ({
      term: t + 1,
      ...totals(cells.filter(({ term }) => term === t + 1)),
    })),
    ...totals(cells),
    over: cells.filter(({ state }) => state === "over").length,
  };
}

function cellOf(
  position: Position,
  term: number,
  row: Posts | undefined,
  filled: number,
): CoverageCell {
  const posts = row?.posts ?? 0, minimum = row?.minimum_fill ?? 0;
  return { term, posts, minimum, filled, state: stateOf(position, posts, minimum, filled) };
}

function stateOf(
  { is_excludable }: Position,
  posts: number,
  minimum: number,
  filled: number,
): CoverageState {
  if (filled > posts) return "over";
  if (filled < minimum) return is_excludable ? "waived" : "short";
  if (posts === 0) return "closed";
  if (filled === posts) return "full";
  return filled > 0 ? "part" : "empty";
}

function totals(cells: readonly CoverageCell[]) {
  const add = (of: (cell: CoverageCell) => number) =>
    cells.reduce((sum, cell) => sum + of(cell), 0);
  return {
    posts: add((cell) => cell.posts),
    // A line too many fills no other post.
    filled: add((cell) => Math.min(cell.filled, cell.posts)),
    missing: add((cell) => cell.state === "short" ? cell.minimum - cell.filled : 0),
  };
}

const names = new Intl.Collator("en-AU", { numeric: true });

function byPlace(a: CoverageRow, b: CoverageRow): number {
  return names.compare(a.place.hospital, b.place.hospital) ||
    names.compare(a.position.specialty, b.position.specialty) ||
    names.compare(a.position.name, b.position.name);
}

/** What to show of the heat map; empty strings stand for "all". */
export interface CoverageFilter {
  text: string;
  hospital: string;
  specialty: string;
  /** Only positions below a minimum fill or over their posts. */
  troubled: boolean;
}

/** The rows that a filter leaves. */
export function filterCoverage(coverage: Coverage, filter: CoverageFilter): CoverageRow[] {
  const isFound = finderOf(filter.text);
  return coverage.rows.filter(({ position, place, cells }) => {
    const { name, specialty, subspecialty } = position;
    return isFound(name, specialty, subspecialty, place.hospital) &&
      (filter.hospital === "" || place.hospital === filter.hospital) &&
      (filter.specialty === "" || specialty === filter.specialty) &&
      (!filter.troubled || cells.some(({ state }) => state === "short" || state === "over"));
  });
}

/** The share of the posts that are filled as a step from 0 (none) to 4 (all), for the shade of a cell. */
export function shade({ posts, filled }: { posts: number; filled: number }): number {
  if (filled === 0 || posts === 0) return 0;
  return filled >= posts ? 4 : 1 + Math.floor(3 * filled / posts);
}

/** A cell in a sentence, for screen readers and for the pointer that rests on it. */
export function coverageLabel(cell: CoverageCell): string {
  const { posts, minimum, filled, state } = cell;
  if (state === "closed") return `Term ${cell.term}: no posts`;
  const base = `Term ${cell.term}: ${count(filled)} of ${plural(posts, "post")} filled`;
  const least = minimum > 0 ? `, at least ${minimum} wanted` : "";
  switch (state) {
    case "short":
      return `${base}${least}: ${minimum - filled} missing`;
    case "waived":
      return `${base}${least}; this position may stay empty`;
    case "over":
      return `${base}: ${filled - posts} more than there are`;
    default:
      return base + least;
  }
}
