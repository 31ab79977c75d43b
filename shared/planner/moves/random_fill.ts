// The plan that moves begin with.

import type { Random } from "../../engine/random.ts";
import { cellOf, slotOf } from "../model/flat.ts";
import { chooseLeave } from "../model/leave_choice.ts";
import { isOfPair, placePairs } from "../model/pairs.ts";
import type { PlannerTables } from "../model/tables.ts";

/**
 * A random plan that respects every post count; rules may be broken.
 * @param lines at most the posts of the tightest term
 */
export function randomFill(tables: PlannerTables, lines: number, random: Random): Int32Array {
  const { terms: T, positions: R, cap } = tables;
  const cells = new Int32Array(lines * T), left = cap.slice();
  const filled = tables.hasPairs
    ? placePairs(tables, cells, 0, left, random, random.next())
    : new Uint8Array(cells.length);
  for (let t = 0; t < T; t++) {
    if (t === tables.leave?.term) {
      chooseLeave(tables, cells, tables.leave.budgets.slice(), [...Array(lines).keys()], lines);
      continue;
    }
    const units: number[] = [], torn: number[] = [];
    for (let r = 0; r < R; r++) {
      for (let k = 0; k < left[slotOf(t, r, R)]; k++) (isOfPair(tables, r) ? torn : units).push(r);
    }
    const open = Array.from({ length: lines }, (_, i) => cellOf(i, t, T)).filter((at) =>
      !filled[at]
    );
    // A single position of a pair only where no other post is left.
    const pool = Int32Array.from([...units, ...torn]);
    random.choose(pool, Math.min(open.length, units.length), units.length);
    open.forEach((at, i) => cells[at] = pool[i]);
  }
  return cells;
}
