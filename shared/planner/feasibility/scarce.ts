// Lines as the posts see them: where only the number of lines counts, two lines that take the same scarce posts and weeks
// of leave are one, and a line that takes more than another is never needed.

import { cellOf, slotOf, useAt } from "../model/flat.ts";
import { optionOf } from "../model/leave_choice.ts";
import type { PlannerTables } from "../model/tables.ts";
import { LEAVE_WEEKS } from "../rules/leave_options.ts";

/** What a line takes: numbers of scarce things, ascending, and of slots that are forced. */
interface Taken {
  at: number;
  scarce: number[];
  forced: string;
}

/**
 * The lines without which no plan has fewer: of those that take the same of what is scarce one, and none that takes
 * more than another one does. Scarce are slots and weeks of leave that not all lines can have.
 * @param columns legal lines, row-major
 * @param most so many are of use
 * @returns some of them, row-major; null where they are more
 */
export function scarceLines(
  tables: PlannerTables,
  columns: ArrayLike<number>,
  most: number,
): Int32Array | null {
  const T = tables.terms, taken: Taken[] = [], names = new Set<string>();
  for (let at = 0; at < columns.length; at += T) {
    const one = takenBy(tables, columns, at), name = `${one.forced};${one.scarce}`;
    if (!names.has(name)) taken.push(one);
    names.add(name);
  }
  taken.sort((a, b) => a.scarce.length - b.scarce.length || a.at - b.at);
  const isTaken = new Uint8Array(tables.cap.length + (LEAVE_WEEKS + 1) * tables.year);
  const kept: Taken[] = [];
  for (const one of taken) {
    for (const i of one.scarce) isTaken[i] = 1;
    const isNeeded = !kept.some(({ scarce, forced }) =>
      forced === one.forced && scarce.every((i) => isTaken[i] === 1)
    );
    for (const i of one.scarce) isTaken[i] = 0;
    if (!isNeeded) continue;
    if (kept.length === most) return null;
    kept.push(one);
  }
  const lines = new Int32Array(kept.length * T);
  kept.forEach(({ at }, n) => {
    for (let t = 0; t < T; t++) lines[cellOf(n, t, T)] = columns[at + t];
  });
  return lines;
}

function takenBy(tables: PlannerTables, columns: ArrayLike<number>, at: number): Taken {
  const { terms: T, positions: R, cap, lines, leave, forced } = tables;
  const scarce: number[] = [], held: number[] = [];
  for (let t = 0; t < T; t++) {
    const s = slotOf(t, columns[at + t], R);
    if (forced[s] > 0) held.push(s);
    // Of options of leave the weeks are what is scarce.
    if (t !== leave?.term && cap[s] < lines) scarce.push(s);
  }
  if (leave !== null) {
    const o = optionOf(leave, columns[at + leave.term]), B = leave.budgets.length;
    for (let b = 0; o >= 0 && b < B; b++) {
      if (leave.budgets[b] >= LEAVE_WEEKS * lines) continue;
      // Every week is a thing of its own: who takes three takes the two that another one takes.
      for (let week = 1; week <= leave.uses[useAt(o, b, B)]; week++) {
        scarce.push(cap.length + b * (LEAVE_WEEKS + 1) + week);
      }
    }
  }
  return { at, scarce, forced: held.join() };
}
