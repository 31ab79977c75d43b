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
const MOST_COLUMNS = 2_000;
const WORK = 3_000;

/** Lines that make room for each other, one after the other; looks at options, at most. */
const MOST_DEPTH = 3;
const MOST_STEPS = 30_000;

/** Where there are more: columns of each group at first, and that a round adds to it; rounds. */
const FIRST_COLUMNS = 6;
const ADDED_COLUMNS = 3;
const MOST_ROUNDS = 20;

/** Costs, in weeks of the share missed: a line without leave, one in two parts, a block that lies in both halves. */
const UNPLACED = 1e6;
const SPLIT = 1e3;
const BOTH_HALVES = 0.01;

/**
 * Chooses the options.
 * @param takes [line][term] whether it takes leave there
 * @param capacity [term] weeks that all lines may take
 * @param target weeks wanted in the first half
 * @returns [line] its choice, null where none was found
 */
export function chooseOptions(
  options: readonly PlacedOption[],
  takes: readonly (readonly boolean[])[],
  capacity: readonly number[],
  target: number,
): (LeaveChoiceOfLine | null)[] {
  const model = modelOf(options, takes, capacity, target);
  const all = Array.from(model.columns.keys());
  // Where they are too many, the linear program over those that it asks for is rounded.
  const chosen = all.length <= MOST_COLUMNS ? all : wantedColumns(model);
  const isSmall = all.length <= MOST_COLUMNS;
  const { status, x } = solveOver(model, chosen, isSmall);
  const choices: (LeaveChoiceOfLine | null)[] = model.names.map(() => null);
  const waiting = model.groups.map((group) =>
    model.names.flatMap((name, i) => name === group ? [i] : [])
  );
  if (status === "optimal" || status === "feasible") {
    chosen.forEach((column, j) => {
      const { group, option, early } = model.columns[column];
      for (const i of waiting[group].splice(0, Math.floor(x[j] + 1e-6))) {
        choices[i] = { option, early };
      }
    });
  }
  if (status !== "optimal" || !isSmall) placeRest(options, takes, capacity, choices);
  return choices;
}

/** Gives leave to lines that have none: where no option has room, others make room, and others for these. */
function placeRest(
  options: readonly PlacedOption[],
  takes: readonly (readonly boolean[])[],
  capacity: readonly number[],
  choices: (LeaveChoiceOfLine | null)[],
): void {
  const left = Array.from(capacity);
  const put = (i: number, option: number, sign: number) => {
    for (const { term, weeks } of options[option].parts) left[term] -= sign * weeks;
    const { early } = options[option].placements[0];
    choices[i] = sign > 0 ? { option, early } : null;
  };
  for (const own of choices) {
    for (const { term, weeks } of own === null ? [] : options[own.option].parts) {
      left[term] -= weeks;
    }
  }
  const ways = takes.map((own) =>
    Array.from(options.keys()).filter((o) => options[o].parts.every(({ term }) => own[term]))
  );
  const lack = () => left.reduce((sum, weeks) => sum + Math.max(0, -weeks), 0);
  let steps = 0;
  const place = (i: number, depth: number, moving: ReadonlySet<number>): boolean => {
    const fits = ways[i].find((o) =>
      options[o].parts.every(({ term, weeks }) => left[term] >= weeks)
    );
    if (fits !== undefined) {
      put(i, fits, 1);
      return true;
    }
    for (const o of depth > 0 ? ways[i] : []) {
      if (++steps > MOST_STEPS) return false;
      put(i, o, 1);
      for (const [j, own] of choices.entries()) {
        if (own === null || j === i || moving.has(j)) continue;
        const holds = options[own.option].parts.some(({ term }) => left[term] < 0);
        if (!holds) continue;
        put(j, own.option, -1);
        if (lack() === 0 && place(j, depth - 1, new Set([...moving, i]))) return true;
        put(j, own.option, 1);
        choices[j] = own;
      }
      put(i, o, -1);
    }
    return false;
  };
  // Those with the fewest ways first.
  const without = choices.flatMap((own, i) => own === null ? [i] : [])
    .sort((a, b) => ways[a].length - ways[b].length || a - b);
  for (let depth = 0; depth <= MOST_DEPTH; depth++) {
    for (const i of without) if (choices[i] === null) place(i, depth, new Set());
  }
}

/** The choice as a program: rows of groups, of terms, and of the share. */
interface LeaveModel {
  /** [line] the group's name: where its terms take leave. */
  names: string[];
  groups: string[];
  sizes: number[];
  capacity: readonly number[];
  target: number;
  columns: LeaveColumn[];
}

/** Lines of a group that take an option, so many of its weeks early. */
interface LeaveColumn extends LeaveChoiceOfLine {
  group: number;
  cost: number;
  parts: readonly { term: number; weeks: number }[];
}

function modelOf(
  options: readonly PlacedOption[],
  takes: readonly (readonly boolean[])[],
  capacity: readonly number[],
  target: number,
): LeaveModel {
  const names = takes.map((own) => own.map(Number).join(""));
  const groups = [...new Set(names)];
  const sizes = groups.map((group) => names.filter((name) => name === group).length);
  const columns = groups.flatMap((name, group) =>
    options.flatMap(({ parts, placements }, option): LeaveColumn[] => {
      if (!parts.every(({ term }) => name[term] === "1")) return [];
      const weeks = parts.reduce((sum, part) => sum + part.weeks, 0);
      return [...new Set(placements.map((placed) => placed.early))].map((early) => {
        const isMixed = parts.length === 1 && early > 0 && early < weeks;
        const cost = (parts.length - 1) * SPLIT + (isMixed ? BOTH_HALVES : 0);
        return { group, option, early, cost, parts };
      });
    })
  );
  return { names, groups, sizes, capacity, target, columns };
}

/** Solves the program over some of its columns. @param whole in whole lines */
function solveOver(model: LeaveModel, chosen: readonly number[], whole: boolean) {
  const { sizes, capacity, target, columns } = model;
  const builder = new LpBuilder("min");
  const groupRow = sizes.map((n) => builder.addRow(n, n));
  const termRow = capacity.map((weeks) => builder.addRow(-Infinity, Math.min(weeks, 1e6)));
  const shareRow = builder.addRow(target, target);
  for (const column of chosen) {
    const { group, early, cost, parts } = columns[column];
    builder.addColumn(cost, 0, sizes[group], whole);
    builder.add(groupRow[group], 1);
    for (const part of parts) builder.add(termRow[part.term], part.weeks);
    if (early > 0) builder.add(shareRow, early);
  }
  for (const row of groupRow) {
    builder.addColumn(UNPLACED, 0, Infinity);
    builder.add(row, 1);
  }
  for (const sign of [1, -1]) {
    builder.addColumn(1, 0, Infinity);
    builder.add(shareRow, sign);
  }
  const found = solveLp(builder.build(), whole ? { workLimit: WORK } : { presolve: false });
  return { status: found.status, x: found.x, duals: found.rowDual, groupRow, termRow, shareRow };
}

/** Columns that a program over few of them can do with: column generation from some of each group. */
function wantedColumns(model: LeaveModel): number[] {
  const { columns, groups } = model;
  const ofGroup = groups.map(() => [] as number[]);
  columns.forEach(({ group }, j) => ofGroup[group].push(j));
  const wanted = new Set<number>();
  ofGroup.forEach((own, g) => {
    // Other ones for every group, so that all terms are among them.
    const step = Math.max(1, Math.floor(own.length / FIRST_COLUMNS));
    for (let n = 0; n < FIRST_COLUMNS && n < own.length; n++) {
      wanted.add(own[(g + n * step) % own.length]);
    }
  });
  for (let round = 0; round < MOST_ROUNDS && wanted.size < MOST_COLUMNS; round++) {
    const { duals, groupRow, termRow, shareRow } = solveOver(model, [...wanted], false);
    if (!duals) break;
    const gain = ({ group, early, cost, parts }: LeaveColumn) =>
      parts.reduce((sum, part) => sum + part.weeks * duals[termRow[part.term]], 0) +
      duals[groupRow[group]] + early * duals[shareRow] - cost;
    const before = wanted.size;
    for (const own of ofGroup) {
      const best = own.map((j) => ({ j, worth: gain(columns[j]) }))
        .filter(({ j, worth }) => worth > 1e-6 && !wanted.has(j))
        .sort((a, b) => b.worth - a.worth || a.j - b.j);
      for (const { j } of best.slice(0, ADDED_COLUMNS)) wanted.add(j);
    }
    if (wanted.size === before) break;
  }
  return [...wanted].sort((a, b) => a - b);
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
