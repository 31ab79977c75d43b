// The colour of a rotation's block: that of its specialty, as the console's roster has it; and beside it the one that somebody
// chose for its position.

import { DEFAULT_COLOUR } from "./position_columns.ts";
import type { Roster } from "./roster.ts";
import { FILLS, tonesOf } from "./tones.ts";

/** How a position's blocks look. */
export interface BlockColours {
  /** Behind it: the console's. */
  fill: string;
  /** Along its left edge: the position's own; null: nobody chose one. */
  edge: string | null;
}

/** Looks of the positions that lines are made of, by id. Tones go by the specialties of the lines, as they do in the console. */
export function coloursOf({ positions, lines }: Pick<Roster, "positions" | "lines">) {
  const worked = new Set(lines.flatMap(({ rotations }) => rotations.map((each) => each.position)));
  const used = positions.filter(({ id }) => worked.has(id));
  const tones = tonesOf(used.map(({ specialty }) => specialty));
  return new Map(used.map(({ id, specialty, colour }): [string, BlockColours] => [
    id,
    { fill: FILLS[tones.get(specialty)!], edge: colour === DEFAULT_COLOUR ? null : colour },
  ]));
}
