// Plans under construction, by assignment moves that pull every line to what it was.

import type { Random } from "../../engine/random.ts";
import { cellOf, lineOfCell, linesIn, slotOf, termOfCell } from "../model/flat.ts";
import { chooseLeave } from "../model/leave_choice.ts";
import { isOfPair } from "../model/pairs.ts";
import { PlanMoves } from "../moves/neighbourhoods.ts";
import type { ReplanModel } from "./model.ts";

/** What a kept cell is worth to the moves. */
const CHANGE_WORTH = 100;
/** What it is worth where affinity counts as well: more than one cell gains of that. */
const TUNING_WORTH = 600;

/**
 * A plan under construction whose lines, in the order of their owners, keep what they can: cells that are
 * no longer there are filled from free posts. Null where lines are to go, or a term has too few posts.
 * @param lines lines wanted
 */
export function draftOf(model: ReplanModel, lines: number, random: Random): Int32Array | null {
  const { terms: T, positions: R, existing: m, tables } = model;
  if (lines < m) return null;
  const cells = new Int32Array(lines * T).fill(-1), left = tables.cap.slice();
  const isHalf = Array.from({ length: R }, (_, r) => isOfPair(tables, r));
  for (let k = 0; k < m * T; k++) {
    const s = slotOf(termOfCell(k, T), model.before[k], R);
    if (model.before[k] < 0 || left[s] === 0 || termOfCell(k, T) === tables.leave?.term) continue;
    if (model.avoids(lineOfCell(k, T), termOfCell(k, T), model.before[k])) continue;
    cells[k] = model.before[k];
    left[s]--;
  }
  for (let i = m; i < lines; i++) {
    for (let t = 0; t < model.frozen; t++) {
      const held = model.heldIn(i, t);
      if (held < 0) continue;
      cells[cellOf(i, t, T)] = held;
      left[slotOf(t, held, R)]--;
    }
  }
  // Half a pair is filled anew with the rest of the term: moves put pairs back together.
  for (let t = 0; t < T; t++) {
    if (t === tables.leave?.term) continue;
    const units = Array.from({ length: R }, (_, r) => Array(left[slotOf(t, r, R)]).fill(r)).flat();
    const ordered = Int32Array.from(units.filter((r) => !isHalf[r]));
    const halves = units.filter((r) => isHalf[r]);
    random.choose(ordered, ordered.length);
    const free = [...ordered, ...halves];
    for (let i = 0, next = 0; i < lines; i++) {
      if (cells[cellOf(i, t, T)] >= 0) continue;
      if (next === free.length) return null;
      cells[cellOf(i, t, T)] = free[next++];
    }
  }
  if (tables.leave) {
    const order = Array.from({ length: lines }, (_, i) => i);
    chooseLeave(tables, cells, tables.leave.budgets.slice(), order, lines);
  }
  return cells;
}

/** Moves on a draft that seek a legal plan of few changes; affinity plays no part. */
export function movesOn(model: ReplanModel, cells: Int32Array, random: Random): PlanMoves {
  const pull = { cells: pulledTo(model, cells.length), worth: CHANGE_WORTH };
  return new PlanMoves(
    model.plain,
    cells,
    random,
    pull,
    model.fixedCells(linesIn(cells, model.terms)),
  );
}

/** Moves on a plan, its lines in the order of their owners, for affinity and diversity. */
export function tuningOn(model: ReplanModel, cells: Int32Array, random: Random): PlanMoves {
  const pull = { cells: pulledTo(model, cells.length), worth: TUNING_WORTH };
  return new PlanMoves(
    model.tables,
    cells,
    random,
    pull,
    model.fixedCells(linesIn(cells, model.terms)),
  );
}

/** The cells of the existing lines; -1 for what is no rotation. */
function pulledTo(model: ReplanModel, cells: number): Int32Array {
  const { existing: m, terms: T } = model;
  const before = new Int32Array(cells).fill(-1);
  for (let k = 0; k < m * T; k++) {
    const isWanted = termOfCell(k, T) < model.year &&
      !model.avoids(lineOfCell(k, T), termOfCell(k, T), model.before[k]);
    if (isWanted) before[k] = model.before[k];
  }
  return before;
}
