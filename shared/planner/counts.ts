// How many legal lines the posts allow. Quick counts first: sets of posts of which every legal line
// needs at least k. Then the exact LP "as many lines as possible" over projected classes, by column
// generation; its dual proves the bound: w_s >= 0 with sum_{s in p} w_s >= 1 for every legal line p
// gives lines <= sum_s posts_s w_s.

import { LpBuilder, LpSession } from "../lp/mod.ts";
import { CATEGORIES, type PlannerProblem } from "./problem.ts";
import { Pricer } from "./pricing.ts";
import type { RuleBounds } from "./rules/mod.ts";
import { buildTables, type PlannerTables } from "./tables.ts";

/** A set of posts that every line draws on, and the number of lines it allows. */
export interface PostCount {
  /** Lines that these posts allow. */
  lines: number;
  /** Posts in the set, over the year. */
  posts: number;
  /** Posts of the set that every line needs. */
  perLine: number;
  /** The set in words: "category C", "term 3". */
  what: string;
  /** Names of the rules that make every line need them. */
  rules: string[];
}

/** Sum of the posts over the slots that pass. */
function postsWhere(tables: PlannerTables, test: (t: number, r: number) => boolean): number {
  const R = tables.positions;
  return tables.cap.reduce((sum, n, s) => sum + (test(Math.floor(s / R), s % R) ? n : 0), 0);
}

function count(posts: number, perLine: number, what: string, rules: string[]): PostCount {
  return { lines: Math.floor(posts / perLine), posts, perLine, what, rules };
}

/** One post of every term for each line. */
function termCounts(tables: PlannerTables): PostCount[] {
  return Array.from(
    { length: tables.terms },
    (_, t) => count(postsWhere(tables, (term) => term === t), 1, `term ${t + 1}`, []),
  );
}

/** Kinds of position that a rule caps in a line, with the largest number of terms it leaves. */
interface Cap {
  what: string;
  rule: string;
  terms: number;
  has: (r: number) => boolean;
}

function termsWithin(weeks: number, termWeeks: readonly number[]): number {
  let n = 0;
  for (const w of [...termWeeks].sort((a, b) => a - b)) {
    if (w > weeks) break;
    weeks -= w;
    n++;
  }
  return n;
}

function caps(tables: PlannerTables): Cap[] {
  const found: Cap[] = [];
  tables.limitInfo.forEach((info, l) => {
    const weights = tables.limitWeight.subarray(l * tables.terms, (l + 1) * tables.terms);
    const members = new Set(info.positions);
    found.push({
      what: info.kind,
      rule: info.rule,
      terms: termsWithin(tables.limitMax[l], Array.from(weights)),
      has: (r) => members.has(r),
    });
  });
  return found;
}

/** Every line needs at least T - k posts outside a kind of which it may hold k. */
function outsideCounts(tables: PlannerTables, kinds: readonly Cap[]): PostCount[] {
  return kinds.filter((kind) => kind.terms < tables.terms).map((kind) =>
    count(
      postsWhere(tables, (_, r) => !kind.has(r)),
      tables.terms - kind.terms,
      `not ${kind.what}`,
      [kind.rule],
    )
  );
}

/** Every line needs a post of each required category. */
function categoryCounts(problem: PlannerProblem, bounds: RuleBounds, tables: PlannerTables) {
  return bounds.requiredCategories.map((category) =>
    count(
      postsWhere(tables, (_, r) => problem.positions[r].categories.includes(category)),
      1,
      `category ${category}`,
      ["REQUIRED_CATEGORIES"],
    )
  );
}

/**
 * Two categories that no single position of a kind covers together, where a line may hold one term
 * of the kind: every line needs a post outside the kind in one of the two categories.
 */
function mixedCounts(
  problem: PlannerProblem,
  bounds: RuleBounds,
  tables: PlannerTables,
  kinds: readonly Cap[],
): PostCount[] {
  const found: PostCount[] = [];
  const has = (r: number, c: string) => problem.positions[r].categories.some((x) => x === c);
  const pairs = CATEGORIES.flatMap((a, i) => CATEGORIES.slice(i + 1).map((b) => [a, b] as const))
    .filter((pair) => pair.every((c) => bounds.requiredCategories.includes(c)));
  for (const kind of kinds.filter((k) => k.terms === 1)) {
    for (const [a, b] of pairs) {
      if (problem.positions.some((_, r) => kind.has(r) && has(r, a) && has(r, b))) continue;
      const posts = postsWhere(tables, (_, r) => !kind.has(r) && (has(r, a) || has(r, b)));
      found.push(count(posts, 1, `category ${a} or ${b} that are not ${kind.what}`, [
        "REQUIRED_CATEGORIES",
        kind.rule,
      ]));
    }
  }
  return found;
}

/**
 * Quick counts of a problem, fewest lines first.
 * @param tables tables of the problem under `bounds`
 */
export function quickCounts(
  problem: PlannerProblem,
  bounds: RuleBounds,
  tables: PlannerTables,
): PostCount[] {
  const kinds = caps(tables);
  return [
    ...termCounts(tables),
    ...categoryCounts(problem, bounds, tables),
    ...outsideCounts(tables, kinds),
    ...mixedCounts(problem, bounds, tables, kinds),
  ].sort((a, b) => a.lines - b.lines);
}

/**
 * The problem with all affinity forgotten and each class treated as one position: a valid relaxation
 * for the number of lines, with few classes.
 */
export function projectTables(problem: PlannerProblem, bounds: RuleBounds): PlannerTables {
  const flat = buildTables(problem, bounds, { ignoreAffinity: true });
  const { terms: T, positions: R, classes: C } = flat;
  const cap = new Int32Array(T * C);
  flat.cap.forEach((n, s) => cap[Math.floor(s / R) * C + flat.classOf[s % R]] += n);
  return {
    ...limitRepeats(flat),
    positions: C,
    cap: cap.map((n) => Math.min(n, flat.lines)),
    minFill: new Int32Array(T * C),
    classOf: Int32Array.from({ length: C }, (_, c) => c),
    members: Array.from({ length: C }, (_, c) => Int32Array.of(c)),
    distinct: false,
  };
}

/** "No position twice" on classes: a class of m positions sits in at most m terms of a line. */
function limitRepeats(flat: PlannerTables): PlannerTables {
  const { terms: T, classes: C, members, distinct } = flat;
  const few = Array.from({ length: C }, (_, c) => distinct && members[c].length < T);
  const perClass = few.map((limited, c) => {
    const own = Array.from(flat.limitOf.subarray(flat.limitStart[c], flat.limitStart[c + 1]));
    return limited ? [...own, flat.limits + few.slice(0, c).filter(Boolean).length] : own;
  });
  const added = few.flatMap((limited, c) => limited ? [members[c].length] : []);
  const limitStart = new Int32Array(C + 1);
  perClass.forEach((own, c) => limitStart[c + 1] = limitStart[c] + own.length);
  return {
    ...flat,
    limits: flat.limits + added.length,
    limitMax: Int32Array.from([...flat.limitMax, ...added]),
    limitWeight: Int32Array.from([...flat.limitWeight, ...added.flatMap(() => Array(T).fill(1))]),
    limitUnit: Int32Array.from([...flat.limitUnit, ...added.map(() => 1)]),
    limitStart,
    limitOf: Int32Array.from(perClass.flat()),
  };
}

/** Checkpoint of a count search. */
export interface CountState {
  /** Over single positions rather than projected classes: slower, and no relaxation. */
  exact: boolean;
  /** Lines generated so far, flat class indexes. */
  columns: number[];
  rounds: number;
  /** Proven bound on the number of lines; null before the first proof. */
  bound: number | null;
  done: boolean;
}

/**
 * A count search before its first round.
 * @param seeds legal lines known already, row-major position indexes
 */
export function startCount(
  problem: PlannerProblem,
  bounds: RuleBounds,
  seeds: Int32Array,
  exact = false,
): CountState {
  const { classOf } = buildTables(problem, bounds, { ignoreAffinity: true });
  const columns = Array.from(seeds, (r) => exact ? r : classOf[r]);
  return { exact, columns, rounds: 0, bound: null, done: false };
}

/** The tables that a count search runs on. */
export function countTables(
  problem: PlannerProblem,
  bounds: RuleBounds,
  exact: boolean,
): PlannerTables {
  return exact
    ? buildTables(problem, bounds, { ignoreAffinity: true })
    : projectTables(problem, bounds);
}

/** Most rounds of a count search: far above what any instance needed; it ends with a valid bound. */
const MOST_ROUNDS = 40;

/** One round of the count LP: solve over the columns, price, prove. @param tables see `countTables` */
export function countRound(tables: PlannerTables, state: CountState): CountState {
  const { terms: T, cap, lines } = tables;
  const { value, prices } = solveCount(tables, state.columns);
  // Lines never above `wanted` matter: when the LP reaches it, nothing more can be proven.
  if (value >= lines - 1e-6) {
    return { ...state, rounds: state.rounds + 1, bound: lines, done: true };
  }
  const priced = new Pricer(tables).price(prices, -1 - 1e-9);
  if (!priced.exact) return { ...state, rounds: state.rounds + 1, done: true };
  const least = priced.found ? -priced.best : 1;
  const capacity = cap.reduce((sum, n, s) => sum + n * prices[s], 0);
  let bound = state.bound ?? lines;
  if (!priced.found && state.rounds === 0) bound = 0;
  else if (least > 1e-9) bound = Math.min(bound, Math.floor(capacity / Math.min(1, least) + 1e-6));
  const columns = [...state.columns, ...priced.lines.subarray(0, priced.count * T)];
  const rounds = state.rounds + 1;
  const closed = !(priced.best > -1 + 1e-7) || bound <= Math.floor(value + 1e-6);
  return { ...state, columns, rounds, bound, done: closed || bound === 0 || rounds >= MOST_ROUNDS };
}

/** max sum_p y_p with sum_{p uses s} y_p <= posts_s and sum_p y_p <= N, and its slot prices. */
function solveCount(tables: PlannerTables, columns: readonly number[]) {
  const { terms: T, positions: C, cap, lines } = tables;
  const prices = new Float64Array(T * C);
  if (columns.length === 0) return { value: 0, prices };
  const builder = new LpBuilder("max");
  cap.forEach((n) => builder.addRow(-Infinity, n));
  const all = builder.addRow(-Infinity, lines);
  for (let at = 0; at < columns.length; at += T) {
    builder.addColumn(1, 0, Infinity);
    for (let t = 0; t < T; t++) builder.add(t * C + columns[at + t], 1);
    builder.add(all, 1);
  }
  using session = new LpSession(builder.build());
  const found = session.solve({ presolve: false, timeLimitMs: 5_000 });
  if (found.status !== "optimal" || !found.rowDual) throw new Error(`count LP: ${found.status}`);
  for (let s = 0; s < prices.length; s++) prices[s] = Math.max(0, found.rowDual[s]);
  return { value: found.objective, prices };
}

/** Whether any legal line can exist under these bounds, as far as slots have posts at all. */
export function anyLegalLine(problem: PlannerProblem, bounds: RuleBounds): boolean {
  const tables = countTables(problem, bounds, true);
  const prices = new Float64Array(tables.cap.length);
  const priced = new Pricer(tables).price(prices, -1, { bestOnly: true });
  return priced.found || !priced.exact;
}
