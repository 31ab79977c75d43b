// Which option of leave each line takes: within the terms' capacities, as few in two parts as can be, and as many weeks
// in the first half of the year as comes nearest the share wanted. Lines whose terms take leave alike are one group, and an
// integer program chooses how many of a group take which option.

import { LpBuilder, solveLp } from "../../lp/mod.ts";
import type { PlacedOption } from "./placements.ts";

/** An option, and how many of its weeks lie in the first half of the year. */
export interface LeaveChoiceOfLine {
  option: number;
  early: number;
}

/** Most columns of the integer program, and its work. */
const MOST_COLUMNS = 4_000;
const WORK = 3_000;

/** Costs, in weeks of the share missed: a line without leave, one in two parts, a block that lies in both halves. */
const UNPLACED = 1e6;
const SPLIT = 1e3;
const BOTH_HALVES = 0.01;

/**
 * Chooses the options.
 * @param takes [line][term] whether it takes leave there
 * @param capacity [term] weeks that all lines may take
 * @param target weeks wanted in the first half
 * @returns [line] its choice, null where there is no room; null where that is too much work
 */
export function chooseOptions(
  options: readonly PlacedOption[],
  takes: readonly (readonly boolean[])[],
  capacity: readonly number[],
  target: number,
): (LeaveChoiceOfLine | null)[] | null {
  const names = takes.map((own) => own.map(Number).join(""));
  const groups = [...new Set(names)];
  const sizes = groups.map((group) => names.filter((name) => name === group).length);
  const builder = new LpBuilder("min");
  const groupRow = sizes.map((n) => builder.addRow(n, n));
  const termRow = capacity.map((weeks) => builder.addRow(-Infinity, Math.min(weeks, 1e6)));
  const shareRow = builder.addRow(target, target);
  const columns: { group: number; option: number; early: number }[] = [];
  groups.forEach((group, g) =>
    options.forEach(({ parts, placements }, o) => {
      if (!parts.every(({ term }) => group[term] === "1")) return;
      const weeks = parts.reduce((sum, part) => sum + part.weeks, 0);
      for (const early of new Set(placements.map((placed) => placed.early))) {
        const isMixed = parts.length === 1 && early > 0 && early < weeks;
        const cost = (parts.length - 1) * SPLIT + (isMixed ? BOTH_HALVES : 0);
        builder.addColumn(cost, 0, sizes[g], true);
        builder.add(groupRow[g], 1);
        for (const part of parts) builder.add(termRow[part.term], part.weeks);
        if (early > 0) builder.add(shareRow, early);
        columns.push({ group: g, option: o, early });
      }
    })
  );
  if (columns.length > MOST_COLUMNS) return null;
  for (const row of groupRow) {
    builder.addColumn(UNPLACED, 0, Infinity);
    builder.add(row, 1);
  }
  for (const sign of [1, -1]) {
    builder.addColumn(1, 0, Infinity);
    builder.add(shareRow, sign);
  }
  const { status, x } = solveLp(builder.build(), { workLimit: WORK });
  if (status !== "optimal" && status !== "feasible") return null;
  const waiting = groups.map((group) => names.flatMap((name, i) => name === group ? [i] : []));
  const chosen: (LeaveChoiceOfLine | null)[] = names.map(() => null);
  columns.forEach(({ group, option, early }, j) => {
    const lines = waiting[group].splice(0, Math.round(x[j]));
    for (const i of lines) chosen[i] = { option, early };
  });
  return chosen;
}

/**
 * The same where terms take any number of weeks: each line for itself, the sum of early weeks nearest the target (exact,
 * by the sums that the first lines can reach).
 */
export function chooseFreely(
  options: readonly PlacedOption[],
  takes: readonly (readonly boolean[])[],
  target: number,
): (LeaveChoiceOfLine | null)[] {
  const ways = takes.map((own) => waysOf(options, own));
  // [line][sum] the way by which the lines up to it reach the sum; -1 where they do not.
  let reached = new Map<number, number>([[0, 0]]);
  const steps = ways.map((own) => {
    const next = new Map<number, number>(), by = new Map<number, number>();
    for (const [sum, cost] of reached) {
      own.forEach((way, w) => {
        const at = sum + way.early, all = cost + way.cost;
        if (all >= (next.get(at) ?? Infinity)) return;
        next.set(at, all);
        by.set(at, w);
      });
      if (own.length === 0 && cost < (next.get(sum) ?? Infinity)) next.set(sum, cost);
    }
    reached = next;
    return by;
  });
  const miss = (sum: number) => Math.abs(sum - target);
  let [at] = [...reached].sort(([a, x], [b, y]) => miss(a) + x - miss(b) - y || a - b)[0];
  const chosen: (LeaveChoiceOfLine | null)[] = takes.map(() => null);
  for (let i = takes.length - 1; i >= 0; i--) {
    const way = ways[i][steps[i].get(at) ?? -1];
    if (way === undefined) continue;
    chosen[i] = { option: way.option, early: way.early };
    at -= way.early;
  }
  return chosen;
}

/** Different numbers of early weeks that a line can have, each by its cheapest option; whole blocks alone where there are any. */
function waysOf(options: readonly PlacedOption[], takes: readonly boolean[]) {
  const ways = new Map<number, LeaveChoiceOfLine & { cost: number }>();
  options.forEach(({ parts, placements }, option) => {
    if (!parts.every(({ term }) => takes[term])) return;
    const weeks = parts.reduce((sum, part) => sum + part.weeks, 0);
    for (const { early } of placements) {
      const isMixed = parts.length === 1 && early > 0 && early < weeks;
      const cost = (parts.length - 1) * SPLIT + (isMixed ? BOTH_HALVES : 0);
      if (cost < (ways.get(early)?.cost ?? Infinity)) ways.set(early, { option, early, cost });
    }
  });
  const all = [...ways.values()].sort((a, b) => a.early - b.early);
  const hasWhole = all.some(({ cost }) => cost < SPLIT);
  return hasWhole ? all.filter(({ cost }) => cost < SPLIT) : all;
}
