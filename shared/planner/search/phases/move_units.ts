// Assignment moves on the plan under construction, in batches of about the same work.

import type { Search } from "../search.ts";

/** How many moves make one unit: about the same work whatever the number of lines. */
function batch(lines: number): number {
  const k = Math.min(60, lines);
  return Math.min(400, Math.max(30, Math.round(30 * 3600 / (k * k))));
}

/**
 * One unit of moves, or what is left of them.
 * @param total moves of all units
 * @param heat that they begin with; it falls to 0 before the last tenth
 * @param each told after each move how many there were
 */
export function runMoves(
  search: Search,
  total: number,
  heat: number,
  each?: (done: number) => void,
): void {
  const { state } = search;
  const moves = search.moves;
  const end = Math.min(total, state.moves + batch(moves.lines));
  while (state.moves < end) {
    moves.move(heat * Math.max(0, 1 - 1.1 * state.moves / total));
    state.moves++;
    state.work.moves++;
    each?.(state.moves);
  }
}
