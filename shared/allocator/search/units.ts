// The units of work that lead a search from one phase to the next.

import { exploreNode } from "./explore.ts";
import { placeWorkers, startProgram } from "./place.ts";
import type { Search } from "./search.ts";
import { isToWalk } from "./walking.ts";

/** A unit of work on a search. */
export interface SearchUnit {
  kind: string;
  run(search: Search): void;
}

/** Steps of a dive take longer than those of a node, and walks and roundings as long as each other. */
function exploring(search: Search): string {
  const { toRound, walk, dive, phase } = search.state;
  if (toRound !== null) return "round";
  if (search.state.descent !== null) return "descend";
  return walk !== null || isToWalk(search) ? "walk" : dive !== null ? "dive" : phase;
}

/** What is to be done next; null: nothing, or there is no matching and that is to be explained. */
export function nextUnit(search: Search): SearchUnit | null {
  const { state, stability } = search;
  switch (state.phase) {
    case "place":
      return { kind: "place", run: placeWorkers };
    case "bound":
      // Deduction on all pairs takes far longer than other units.
      if (state.flow !== null) return { kind: stability ? "deduce" : "bound", run: startProgram };
      return { kind: exploring(search), run: exploreNode };
    case "search":
      return { kind: exploring(search), run: exploreNode };
    case "explain": // the conflict is explained by who has asked for the search
    case "why": // and so is the matching
    case "done":
      return null;
  }
}
