// The colour of a rotation's block: the position's own, or, where nobody chose one, that of its specialty on the page.

import { DEFAULT_COLOUR } from "./position_columns.ts";
import type { RosterPosition } from "./roster.ts";
import { FILLS, tonesOf } from "./tones.ts";

/** Colours of positions by id: those of the page, but for specialties for which somebody chose one. */
export function coloursOf(positions: readonly RosterPosition[]): Map<string, string> {
  const chosen = positions.filter(({ colour }) => colour !== DEFAULT_COLOUR);
  const bySpecialty = new Map(chosen.map(({ specialty, colour }) => [specialty, colour]));
  const tones = tonesOf(positions.map(({ specialty }) => specialty));
  return new Map(positions.map(({ id, specialty, colour }) => [
    id,
    colour === DEFAULT_COLOUR ? bySpecialty.get(specialty) ?? FILLS[tones.get(specialty)!] : colour,
  ]));
}
