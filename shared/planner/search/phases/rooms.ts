// Prices lowered where lines leave room: a slot through which no line is worth as much as the best one can be cheaper by its
// share of what is missing, and no line gets worth more than that one. Each pricing tells so much of every slot, and plans
// are bounded lower at such prices at no further work.

import { packPrices, unpackPrices } from "../../../engine/packing.ts";
import type { PricingResult } from "../../pricing/pricing.ts";
import type { Search } from "../search.ts";
import type { PricingState } from "../state.ts";
import { boundBelow } from "./parts.ts";

/** More room than prices ever take. */
const MOST_ROOM = 1e6;

const UNKNOWN = { most: null, rooms: null };

/**
 * What is known of slots after a pricing, or a piece of one.
 * @param before the pricing of the parts until then
 */
export function roomsAfter(
  before: PricingState,
  found: PricingResult,
): Pick<PricingState, "most" | "rooms"> {
  const isFurther = before.proof !== null, { most: seen } = found;
  const isFirst = before.parts.length === (isFurther ? 1 : 0);
  if (seen === undefined || (isFurther && before.most === null)) return UNKNOWN;
  if (!isFirst && before.rooms === null) return UNKNOWN;
  const first = isFurther ? unpackPrices(before.most!) : null;
  const most = seen.map((value, s) => Math.max(value, first?.[s] ?? -MOST_ROOM));
  if (found.rest) {
    // Never less than it is.
    return { most: packPrices(most.map((value) => value + 0.001)), rooms: before.rooms };
  }
  if (!(found.best < Infinity)) return UNKNOWN;
  const others = before.rooms === null ? null : unpackPrices(before.rooms);
  const rooms = most.map((value, s) => {
    const room = Math.min(found.best - value, others?.[s] ?? MOST_ROOM);
    return Math.max(0, Math.floor(1000 * room) / 1000);
  });
  return { most: null, rooms: packPrices(rooms) };
}

/**
 * The prices priced, lowered by what every line through a slot leaves.
 * @returns the bound there; null where too little is known
 */
export function lowered(
  search: Search,
  prices: Float64Array,
  priced: PricingState,
): { prices: Float64Array; bound: number } | null {
  if (priced.rooms === null) return null;
  const { year } = search.tables, rooms = unpackPrices(priced.rooms);
  // A line goes through a slot of every term.
  const lower = prices.map((price, s) =>
    s < rooms.length ? Math.round(1000 * price - Math.floor(1000 * rooms[s] / year)) / 1000 : price
  );
  return { prices: lower, bound: boundBelow(search, lower, prices, priced) };
}
