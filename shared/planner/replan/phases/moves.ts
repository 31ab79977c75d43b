// What both phases of assignment moves have in common.

/** Moves of one unit. */
export const UNIT_MOVES = 25;
