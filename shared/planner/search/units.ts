// What a search does next, phase by phase. A unit is the smallest step a slice can end after; which unit comes
// next depends on the checkpoint alone, so the same seed gives the same plan under any slicing.

import { ascend } from "./phases/ascend.ts";
import { close } from "./phases/close.ts";
import { annealBeside, price, solveMaster, widthOf } from "./phases/bound.ts";
import { begin, construct, constructShare } from "./phases/construct.ts";
import { countLines, settle } from "./phases/count.ts";
import { priceDive } from "./phases/dive_units.ts";
import { explain } from "./phases/explain.ts";
import { isByKeys } from "./phases/keyed.ts";
import { diveFromBest, isDiveNext, polish, polishDive } from "./phases/polish.ts";
import { prove } from "./phases/prove.ts";
import { anneal, dive, roundShare } from "./phases/round.ts";
import type { Search } from "./search.ts";
import type { PlannerState } from "./state.ts";
import { workShare } from "./stop.ts";

/** One unit of work: its kind (for the time it may take), what it may take where it is the first one, and what it does. */
export interface SearchUnit {
  kind: string;
  guessMs?: number;
  run(search: Search): void;
}

/** The unit that comes next; null when the search is over. */
export function nextUnit(search: Search): SearchUnit | null {
  const { state } = search;
  switch (state.phase) {
    case "init":
      return { kind: "init", run: begin };
    case "construct":
      return { kind: "moves", run: construct };
    case "count":
      return { kind: "count", run: state.count!.done ? (it) => settle(it) : countLines };
    case "bound":
      if (search.plan.length > 0) return { kind: "moves", run: annealBeside };
      if (state.ascents > 0 && !state.isEnding) return { kind: "ascend", run: ascend };
      if (state.closing !== null && !state.isEnding) return closeUnit(search);
      return search.prices.length === 0
        ? { kind: "lp", run: solveMaster }
        : { ...pricingKind(search), run: price };
    case "round":
      return search.plan.length === 0 ? diveUnit(search, dive) : { kind: "moves", run: anneal };
    case "explain":
      // A construction takes longer than a round of the count.
      return { kind: state.conflict?.trial?.stage ?? "try", run: explain };
    case "polish":
      return state.dive === null ? polishUnit(state) : diveUnit(search, polishDive);
    case "prove":
      return state.proof === null
        ? { kind: "prove begin", guessMs: PROOF_MS, run: prove }
        : { kind: "prove", run: prove };
    case "done":
      return null;
  }
}

/** The widest pricing of long lines, in milliseconds. */
const WIDEST_MS = 400;
/** The exact pricing of lines of six terms that a proof begins with. */
const PROOF_MS = 500;
/** A dive's LP that goes on from earlier units. */
const DIVE_ON_MS = 200;
/** The first stretch of a proof by thirty keys. */
const ROOT_MS = 450;

/** A stretch of a proof: the first ones of a proof by keys find multipliers for all sets of keys. */
function closeUnit(search: Search): SearchUnit {
  const isRoot = isByKeys(search) && search.state.closing!.from <= 0;
  return isRoot
    ? { kind: "close root", guessMs: ROOT_MS, run: close }
    : { kind: "close", run: close };
}

/** A pricing: wide ones of long lines take far longer than narrow ones. */
function pricingKind(search: Search): Pick<SearchUnit, "kind" | "guessMs"> {
  const { widths } = search.pricer, width = widthOf(search);
  if (widths === 1) return { kind: "price" };
  return { kind: `price ${width}`, ...width === widths - 1 ? { guessMs: WIDEST_MS } : {} };
}

/** A dive's LP, which is given more where it goes on from an earlier unit, or new lines for it. */
function diveUnit(search: Search, run: SearchUnit["run"]): SearchUnit {
  if (search.divePrices.length > 0) return { kind: "price", run: priceDive };
  return search.state.divePauses > 0
    ? { kind: "dive on", guessMs: DIVE_ON_MS, run }
    : { kind: "dive", run };
}

/** Small integer programs and dives from part of the best plan take turns. */
function polishUnit(state: PlannerState): SearchUnit {
  return isDiveNext(state) ? { kind: "dive", run: diveFromBest } : { kind: "polish", run: polish };
}

/** How far the search is, 0..1. */
export function fractionOf(search: Search): number {
  const { state } = search;
  switch (state.phase) {
    case "init":
      return 0;
    case "construct":
      return 0.02 + 0.08 * constructShare(search);
    case "count":
      return 0.1;
    case "bound":
      return 0.1 + 0.4 * Math.min(1, state.rounds / 20);
    case "round":
      return 0.5 + 0.35 * roundShare(search);
    case "polish":
    case "prove":
      return 0.85 + 0.15 * Math.min(1, workShare(search));
    case "explain":
      return 0.5;
    case "done":
      return 1;
  }
}
