// Points of the program rounded to stable matchings: ties are broken for what a point gives more of. Without couples the
// cheapest of all matchings that are stable then is offered; with couples one is settled, which takes as long as a node and
// so is a unit of its own.

import { packNumbers, packRising, unpackNumbers, unpackRising } from "../../engine/packing.ts";
import { Random } from "../../engine/random.ts";
import type { Point } from "../model/tables.ts";
import { settleCouples } from "../stability/couples.ts";
import { cheapestStable } from "../stability/rotations.ts";
import { offerIfLegal, type Search } from "./search.ts";
import type { PackedPoint } from "./state.ts";

/** How much chance there is with couples, by turns, as a share of the range of one worker's costs: not all come to rest. */
const HEATS = [0, 0.2, 1];
/** What a whole pair of a point is worth where ties are broken, in ranges of one worker's costs. */
const WHOLE = 2;

/** Offers a stable matching near a point; with couples it is noted for the next unit to do. */
export function offerRounded(search: Search, point: Point): void {
  const { tables, state, prepared: { costs: { range }, ground } } = search;
  if (tables.links.length > 0) {
    state.toRound = packPoint(point);
    return;
  }
  const ties = tables.cost.slice();
  point.pairs.forEach((p, i) => ties[p] -= WHOLE * range * point.values[i]);
  const rounded = cheapestStable({ ...ground, ties }, tables.cost);
  if (rounded !== null) offerIfLegal(search, [...rounded]);
}

/** Settles a matching with couples near a point that was noted. */
export function roundOff(search: Search, noted: PackedPoint): void {
  const { tables, state, prepared } = search, { range } = prepared.costs, { lps } = state.work;
  state.toRound = null;
  const random = new Random(lps), heat = HEATS[lps % HEATS.length] * range;
  const ties = tables.cost.map((cost) => cost + heat * random.next()), point = unpackPoint(noted);
  point.pairs.forEach((p, i) => ties[p] -= WHOLE * range * point.values[i]);
  const settled = settleCouples(prepared.ground, ties);
  if (settled !== null) offerIfLegal(search, settled);
}

/** A point as a checkpoint keeps it. */
export function packPoint({ pairs, values }: Point): PackedPoint {
  return {
    pairs: packRising(Int32Array.from(pairs)),
    missing: packNumbers(values.map((value) => Math.max(0, 100 - Math.round(100 * value)))),
  };
}

/** What {@link packPoint} has packed. */
export function unpackPoint({ pairs, missing }: PackedPoint): Point {
  const values = unpackNumbers(missing).map((hundredths) => (100 - hundredths) / 100);
  return { pairs: [...unpackRising(pairs)], values };
}
