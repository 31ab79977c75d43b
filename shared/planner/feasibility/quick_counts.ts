// Quick counts: sets of posts of which every legal line needs at least k, and the number of lines that they
// allow.
//
// This folder owns how many lines exist and why no more: counts, trials and explanations. Phases of the search use
// it; it uses pricing, moves and the model, and imports nothing of the search.

import { LpBuilder, solveLp } from "../../lp/mod.ts";
import { buildTables } from "../model/build.ts";
import { firstWeightOf, slotOf } from "../model/flat.ts";
import type { PlannerTables } from "../model/tables.ts";
import { CATEGORIES, type Category, type PlannerProblem } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import { LEAVE_WEEKS, leaveOptions } from "../rules/leave_options.ts";
import { plural } from "../../engine/words.ts";

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
  /** The count in words, where posts and lines alone do not tell it. */
  message?: string;
}

/** Sum of the posts over the slots that pass. */
function postsWhere(tables: PlannerTables, test: (t: number, r: number) => boolean): number {
  const { cap, positions: R } = tables;
  let sum = 0;
  for (let t = 0, s = 0; s < cap.length; t++) {
    for (let r = 0; r < R; r++, s++) if (cap[s] > 0 && test(t, r)) sum += cap[s];
  }
  return sum;
}

/** A count of a set of posts, of which every line needs `perLine`. @param what the set in words @param rules that make every line need them */
export function postCount(
  posts: number,
  perLine: number,
  what: string,
  rules: string[],
): PostCount {
  return { lines: Math.floor(posts / perLine), posts, perLine, what, rules };
}

/** One post of every term for each line. */
function termCounts(problem: PlannerProblem, tables: PlannerTables): PostCount[] {
  return Array.from({ length: tables.terms }, (_, t) => {
    const posts = postsWhere(tables, (term) => term === t);
    const count = postCount(posts, 1, `term ${t + 1}`, []);
    const idle = posts < problem.lines ? longerThan(problem, t) : null;
    return idle ? { ...count, message: `${describeCount(count, problem.lines)}; ${idle}` } : count;
  });
}

/** Posts of a term that nobody can work, since their positions need a longer one, in words; no rule says it: positions do. */
function longerThan({ positions, posts, termWeeks }: PlannerProblem, t: number): string | null {
  const longer = positions.map(({ name, minWeeks }, r) => ({ name, minWeeks, posts: posts[t][r] }))
    .filter((position) => position.posts > 0 && position.minWeeks > termWeeks[t])
    .sort((a, b) => a.minWeeks - b.minWeeks);
  if (longer.length === 0) return null;
  const number = longer.reduce((sum, position) => sum + position.posts, 0);
  const [{ name, minWeeks }] = longer;
  return `${plural(number, "post")} more cannot be used, since the term lasts ${
    plural(termWeeks[t], "week")
  } and their positions need longer ones (${name}: ${plural(minWeeks, "week")} at least)`;
}

/** "category C: 18 posts a year for 20 lines". */
export function describeCount(found: PostCount, wanted: number): string {
  if (found.message) return found.message;
  const span = found.what.startsWith("term ") ? "" : " a year";
  const each = found.perLine === 1 ? "" : `, ${found.perLine} needed by each`;
  const posts = plural(found.posts, "post");
  return `${found.what}: ${posts}${span} for ${plural(wanted, "line")}${each}`;
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
    const weights = tables.limitWeight.subarray(
      firstWeightOf(l, tables.terms),
      firstWeightOf(l + 1, tables.terms),
    );
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
    postCount(
      postsWhere(tables, (_, r) => !kind.has(r)),
      tables.terms - kind.terms,
      `not ${kind.what}`,
      [kind.rule],
    )
  );
}

/** Whether a position covers a category; what the rest of the year must cover, no six-month term does. */
function coversFor({ positions, sixMonthTerms = [] }: PlannerProblem, bounds: RuleBounds) {
  const halves = new Set(sixMonthTerms.flatMap(({ components }) => components));
  const beside = bounds.sixMonthTerms?.rest_covers ?? [];
  return (r: number, category: Category) =>
    positions[r].categories.includes(category) &&
    !(beside.includes(category) && halves.has(positions[r].id));
}

/** Every line needs a post of each required category. */
function categoryCounts(problem: PlannerProblem, bounds: RuleBounds, tables: PlannerTables) {
  const has = coversFor(problem, bounds);
  return bounds.requiredCategories.map((category) =>
    postCount(
      postsWhere(tables, (_, r) => has(r, category)),
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
  const has = coversFor(problem, bounds);
  const pairs = CATEGORIES.flatMap((a, i) => CATEGORIES.slice(i + 1).map((b) => [a, b] as const))
    .filter((pair) => pair.every((c) => bounds.requiredCategories.includes(c)));
  for (const kind of kinds.filter((k) => k.terms === 1)) {
    for (const [a, b] of pairs) {
      if (problem.positions.some((_, r) => kind.has(r) && has(r, a) && has(r, b))) continue;
      const posts = postsWhere(tables, (_, r) => !kind.has(r) && (has(r, a) || has(r, b)));
      found.push(postCount(posts, 1, `category ${a} or ${b} that are not ${kind.what}`, [
        "REQUIRED_CATEGORIES",
        kind.rule,
      ]));
    }
  }
  return found;
}

/** Every line needs five weeks of what the terms can take of leave, in one of them or two and three in two. */
function leaveCounts(problem: PlannerProblem, { annualLeave }: RuleBounds): PostCount[] {
  const capacity = annualLeave?.capacity_weeks;
  if (capacity === undefined) return [];
  const weeks = capacity.reduce((sum, n) => sum + n, 0);
  const count = postCount(weeks, LEAVE_WEEKS, "leave weeks", ["ANNUAL_LEAVE"]);
  const takes = `annual leave: the terms take ${plural(weeks, "week")}`;
  const parts = partedLeave(problem, capacity);
  return [
    {
      ...count,
      message: `${takes}, ${plural(problem.lines, "line needs", "lines need")} ${LEAVE_WEEKS} each`,
    },
    ...parts >= Math.min(count.lines, problem.lines) ? [] : [{
      ...count,
      lines: parts,
      message: `${takes}, in parts that lines can take ${LEAVE_WEEKS * parts}: enough for ` +
        `${parts} of ${plural(problem.lines, "line")}`,
    }],
  ];
}

/** Lines that find leave in such parts at most, wherever they work. */
function partedLeave({ termWeeks, lines, positions }: PlannerProblem, capacity: readonly number[]) {
  // Who works a part of the year needs none.
  if (positions.some(({ isAbsent }) => isAbsent)) return lines;
  const builder = new LpBuilder("max");
  const rows = termWeeks.map((_, t) => builder.addRow(-Infinity, capacity[t]));
  const options = leaveOptions(termWeeks, capacity);
  for (const { parts } of options) {
    builder.addColumn(1, 0, lines);
    for (const { term, weeks } of parts) builder.add(rows[term], weeks);
  }
  // That there is no way at all is the rule's own to say.
  if (options.length === 0) return lines;
  const { status, objective } = solveLp(builder.build(), { presolve: false });
  return status === "optimal" ? Math.floor(objective + 1e-6) : lines;
}

/** The same bounds with no line reserved. */
function withoutPathways(bounds: RuleBounds): RuleBounds {
  return { ...bounds, pathways: [] };
}

/** Every reserved line needs posts of its pathway; those that have none are missing in the plan. */
function pathwayCounts(
  problem: PlannerProblem,
  bounds: RuleBounds,
  plain: PlannerTables,
): PostCount[] {
  const index = (id: string) => problem.positions.findIndex((p) => p.id === id);
  const noun = (ids: string[]) => {
    const names = [...new Set(ids.map((id) => problem.positions[index(id)].specialty))];
    return names.length <= 2 ? names.join(" and ") : `its ${ids.length} positions'`;
  };
  return bounds.pathways.map((pathway) => {
    const { name, lines } = pathway;
    const asks = `pathway ${name} asks ${plural(lines, "line")}`;
    const found = "sequence" in pathway
      ? pathway.sequence.flatMap((id, t) =>
        id === null ? [] : [{ id, posts: plain.cap[slotOf(t, index(id), plain.positions)], t }]
      ).sort((a, b) => a.posts - b.posts).map(({ id, posts, t }) => ({
        posts,
        perLine: 1,
        message: `${asks}, ${problem.positions[index(id)].name} posts in term ${t + 1} ${posts}`,
      }))[0]
      : setCount(pathway.positions, pathway.need);
    const possible = Math.min(lines, Math.floor(found.posts / found.perLine));
    return {
      ...found,
      what: `pathway ${name}`,
      rules: ["PATHWAYS"],
      lines: problem.lines - lines + possible,
    };

    function setCount(ids: string[], need: number) {
      const T = plain.year;
      if (need > T) {
        const needs = `pathway ${name} needs ${plural(need, "term")}`;
        return { posts: 0, perLine: need, message: `${needs}, and the year has ${T}` };
      }
      const members = new Set(ids.map(index));
      const posts = postsWhere(plain, (_, r) => members.has(r));
      const each = need === 1 ? "" : `, ${need} needed by each`;
      return { posts, perLine: need, message: `${asks}, ${noun(ids)} posts ${posts}${each}` };
    }
  });
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
  const plain = tables.terms === tables.year
    ? tables
    : buildTables(problem, withoutPathways(bounds), { ignoreLeave: true });
  const kinds = caps(plain);
  return [
    ...termCounts(problem, plain),
    ...categoryCounts(problem, bounds, plain),
    ...outsideCounts(plain, kinds),
    ...mixedCounts(problem, bounds, plain, kinds),
    ...pathwayCounts(problem, bounds, plain),
    ...leaveCounts(problem, bounds),
  ].sort((a, b) => a.lines - b.lines);
}
