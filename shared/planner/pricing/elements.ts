// What sets of a line are made of: positions that count as one, as classes or affinity keys do where positions are too many.

import { slotOf } from "../model/flat.ts";
import type { PlannerTables } from "../model/tables.ts";

/** Elements, by number. */
export interface Elements {
  /** [element] its positions, and their affinity key. */
  positions: number[][];
  key: number[];
  /** [element] features that some position of it covers. */
  cover: number[];
  /** [element] classes of its positions. */
  classes: number[][];
}

/** The elements of tables. @param name what positions share that are one element; never across affinity keys */
export function elementsOf(
  { positions: R, classOf, keyOf, cover, cap, terms: T }: PlannerTables,
  name: (r: number) => string,
): Elements {
  const places = new Map<string, number>();
  const found: Elements = { positions: [], key: [], cover: [], classes: [] };
  for (let r = 0; r < R; r++) {
    // What has no posts is no part of any line.
    if (!Array.from({ length: T }, (_, t) => cap[slotOf(t, r, R)]).some((n) => n > 0)) continue;
    const own = name(r), c = classOf[r];
    let e = places.get(own);
    if (e === undefined) {
      e = places.size;
      places.set(own, e);
      found.positions.push([]);
      found.key.push(keyOf[c]);
      found.cover.push(0);
      found.classes.push([]);
    }
    found.positions[e].push(r);
    found.cover[e] |= cover[c];
    if (!found.classes[e].includes(c)) found.classes[e].push(c);
  }
  return found;
}
