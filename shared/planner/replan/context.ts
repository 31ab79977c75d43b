// What a replan's phases work with, beside its state.

import type { PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import type { Planner } from "../search/planner.ts";
import type { ExistingLine, ReplanModel, ReplanPrices } from "./model.ts";
import type { ReplanState } from "./state.ts";

/** Everything that does not change between slices. */
export interface Context {
  problem: PlannerProblem;
  bounds: RuleBounds;
  /** The lines that are there. */
  existing: readonly ExistingLine[];
  model: ReplanModel;
  /** Made when it is needed: most replans need no other plan. */
  engine(): Planner;
}

/** Prices of a checkpoint as the model reads them. */
export function pricesOf({ slots, lines }: { slots: number[]; lines: number[] }): ReplanPrices {
  return { slots: Float64Array.from(slots), lines: Float64Array.from(lines) };
}

/** Owners that take part: every existing line, and the added ones as one. */
export function ownersOf({ existing }: ReplanModel, { lines }: ReplanState): number {
  return existing + (lines > existing ? 1 : 0);
}
