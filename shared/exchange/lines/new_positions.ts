// Positions that a roster names and nobody has made yet: what they are is taken from the file, or from what stands for all rows.

import { blankPosition, type PositionDocument } from "../position_columns.ts";
import type { RosterLine, RosterPosition } from "../roster.ts";
import type { Spot } from "../table.ts";

/** What is known of positions of which the file says less. */
export interface NewPositionDefaults {
  hospital: string;
  /** Absent: a team of the position's own name. */
  team?: string;
  /** Absent: the specialty of the profile that its name has in it, or else its name. */
  specialty?: string;
  /** Specialties that the affinity profile knows. */
  specialties: readonly string[];
  /** Terms of the allocation run. */
  terms: number;
}

/** What the file says of a position. */
export interface NamedPosition extends Partial<PositionDocument> {
  name: string;
}

/** A position that would be made. */
export interface MadePosition {
  position: RosterPosition;
  /** Where it is named first. */
  spot: Spot;
  /** A position that is there and is called nearly the same. */
  near: string | null;
}

/** Positions as a file names them, each made once. */
export class NewPositions {
  readonly made: MadePosition[] = [];
  readonly #byName = new Map<string, RosterPosition>();

  constructor(private readonly defaults: NewPositionDefaults) {}

  /** The position that is made for a name. @param near one that is there, nearly of this name */
  position(said: NamedPosition, spot: Spot, near: string | null): RosterPosition {
    const { terms, ...defaults } = this.defaults;
    const name = said.name.slice(0, 200);
    const hospital = said.hospital ?? defaults.hospital;
    const team = said.team ?? defaults.team ?? name;
    const key = JSON.stringify(
      [hospital, said.team ?? null, name].map((each) => each?.toLowerCase()),
    );
    const before = this.#byName.get(key);
    if (before) return before;
    const position: RosterPosition = {
      ...blankPosition(terms),
      id: crypto.randomUUID(),
      version: "",
      ...said,
      name,
      hospital,
      team,
      specialty: said.specialty ?? defaults.specialty ?? specialtyIn(name, defaults.specialties),
    };
    this.#byName.set(key, position);
    this.made.push({ position, spot, near });
    return position;
  }
}

/** The longest specialty that stands in a name as words of its own; else the name itself. */
function specialtyIn(name: string, specialties: readonly string[]): string {
  const words = ` ${name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ")} `;
  const inName = specialties.filter((each) =>
    words.includes(` ${each.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim()} `)
  );
  return inName.sort((a, b) => b.length - a.length || a.localeCompare(b, "en"))[0] ??
    name.slice(0, 100);
}

/**
 * Positions whose posts are what lines hold of them: those that are made, and those that are there with no posts in a term.
 * @param lines all lines as they would be
 * @returns each with its posts, in the order of `positions`
 */
export function withPosts(
  positions: readonly RosterPosition[],
  lines: readonly RosterLine[],
): RosterPosition[] {
  const held = new Map<string, number[]>();
  for (const { term, position } of lines.flatMap(({ rotations }) => rotations)) {
    const counts = held.get(position) ?? [];
    held.set(position, counts);
    counts[term - 1] = (counts[term - 1] ?? 0) + 1;
  }
  return positions.flatMap((position) => {
    const counts = held.get(position.id);
    if (!counts?.some((many, i) => many > 0 && position.posts[i] === null)) return [];
    return [{ ...position, posts: position.posts.map((each, i) => each ?? counts[i] ?? null) }];
  });
}

/** A position as a row of a table of positions. @param isNew whether its identity is its names alone */
export function documentOf(position: RosterPosition, isNew: boolean): PositionDocument {
  const { id, version: _, minimum_fill: __, ...document } = position;
  if (isNew) return document;
  const { hospital, team, name, specialty, posts } = document;
  return { id, hospital, team, name, specialty, posts };
}
