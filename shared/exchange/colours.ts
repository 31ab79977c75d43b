// The colour of a rotation's block: the position's own, or, where nobody chose one, one that its specialty has alone.

import { DEFAULT_COLOUR } from "./position_columns.ts";
import type { RosterPosition } from "./roster.ts";

/** Hues that are told apart side by side, for text in black or white. */
const PALETTE = [
  "#1f6fb2",
  "#e07a1f",
  "#2e8b57",
  "#b5541c",
  "#7b4fb5",
  "#e06c9f",
  "#127475",
  "#c98b00",
  "#d62839",
  "#4aa8d8",
  "#8a6f4e",
  "#a8d03a",
];

/**
 * Colours of positions by id. Specialties without a colour of their own take those of the palette that no other has,
 * in the order of their names; they repeat where there are more specialties than colours.
 */
export function coloursOf(positions: readonly RosterPosition[]): Map<string, string> {
  const chosen = positions.filter(({ colour }) => colour !== DEFAULT_COLOUR);
  const bySpecialty = new Map(chosen.map(({ specialty, colour }) => [specialty, colour]));
  const taken = new Set(bySpecialty.values());
  const free = PALETTE.filter((colour) => !taken.has(colour));
  const palette = free.length > 0 ? free : PALETTE;
  const plain = [...new Set(positions.map(({ specialty }) => specialty))].sort()
    .filter((specialty) => !bySpecialty.has(specialty));
  plain.forEach((specialty, i) => bySpecialty.set(specialty, palette[i % palette.length]));
  return new Map(positions.map(({ id, specialty, colour }) => [
    id,
    colour === DEFAULT_COLOUR ? bySpecialty.get(specialty)! : colour,
  ]));
}
