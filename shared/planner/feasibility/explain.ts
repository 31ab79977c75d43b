// Why a request is infeasible, in words a planner can act on: the bottleneck or the named rules that
// conflict, and what loosening each of them would allow.

import { slotOf } from "../model/flat.ts";
import type { CountState } from "./count_lp.ts";
import { describeCount, type PostCount, quickCounts } from "./quick_counts.ts";
import { tightPosts } from "./tight_posts.ts";
import type { PlannerProblem } from "../problem.ts";
import { cellName } from "../rules/cells.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import { activeRules, type LineRule } from "../rules/mod.ts";
import { buildTables } from "../model/build.ts";
import { plural } from "../../engine/words.ts";

/** A loosening of one rule that restores feasibility, the least of those that were shown to, or what doing without it allows. */
export interface Relaxation {
  rule: string;
  /** The loosened value, as a constraint entry would give it; null: the rule switched off. */
  value: unknown;
  /** Lines under it: built by a construction where `proven`, else a proven bound from above. */
  lines: number;
  /** A plan of that many lines was built, or more are proven impossible and that many were built. */
  proven: boolean;
  /** "with MAX_SERVICE 25% instead of 20%: 60 of 60 lines". */
  message: string;
}

/** A proven "cannot be done", with its reason. */
export interface Explanation {
  /** One sentence: "category C: 18 posts a year for 20 lines". */
  message: string;
  /** Lines wanted, a proven bound on how many exist, and how many a construction built. */
  lines: { wanted: number; possible: number; shown: number };
  /** Sets of posts that are too few, fewest lines first. */
  bottlenecks: { what: string; posts: number; per_line: number; lines: number; message: string }[];
  /**
   * Names of the rules that conflict: with any that was left out the goal is still proven out of reach, while one that stands
   * may be needless where the problem is too large to list its lines, or the search had no time to try without it. Empty
   * where posts alone are the reason.
   */
  rules: string[];
  relaxations: Relaxation[];
}

/** What is said where no rule is known to be the reason. */
const NO_LINE = "no line can be built from these posts";

/** Rules that a relaxation may switch off. */
function switchable(bounds: RuleBounds): LineRule[] {
  return activeRules(bounds).filter(({ inherent }) => !inherent);
}

/** Names of all rules that can be switched off. */
export function allRuleNames(bounds: RuleBounds): string[] {
  return switchable(bounds).map((rule) => rule.name);
}

/** The bounds with the rules of these names switched off. */
export function withoutRules(bounds: RuleBounds, names: readonly string[]): RuleBounds {
  return switchable(bounds).filter((rule) => names.includes(rule.name))
    .reduce((left, rule) => rule.off(left), bounds);
}

/** Forced cells that ask for more lines than their slot can take, as sentences. */
function overForced(problem: PlannerProblem, bounds: RuleBounds): string[] {
  const { cap, positions: R } = buildTables(problem, bounds);
  return bounds.forcedCells.flatMap((cell) => {
    const r = problem.positions.findIndex(({ id }) => id === cell.position);
    const posts = cap[slotOf(cell.term - 1, r, R)];
    if (posts >= cell.lines) return [];
    const may = posts === 1 ? "1 line" : posts === 0 ? "none" : `${posts}`;
    return [`${cellName(problem, cell)}: ${plural(cell.lines, "line")} must hold it, ${may} can`];
  });
}

/** Lines that quick counts prove possible at most; 0 where the year's terms break a rule. */
export function quickBound(problem: PlannerProblem, bounds: RuleBounds): number {
  const tables = buildTables(problem, bounds);
  if (tables.structureFault || tables.forced.some((n, s) => n > tables.cap[s])) return 0;
  const counts = quickCounts(problem, bounds, tables);
  return Math.min(problem.lines, ...counts.map((c) => c.lines));
}

/** Rules of the quick count that proves fewer than `lines` lines; null where none does. */
export function quickReason(
  problem: PlannerProblem,
  bounds: RuleBounds,
  lines: number,
): string[] | null {
  const tables = buildTables(problem, bounds);
  if (tables.structureFault) return [tables.structureFault.rule];
  if (overForced(problem, bounds).length > 0) return ["FORCED_CELLS"];
  return quickCounts(problem, bounds, tables).find((c) => c.lines < lines)?.rules ?? null;
}

/**
 * The explanation before rules were tried out: what the posts tell.
 * @param possible proven bound on the number of lines
 * @param count the count LP that proved it, where quick counts did not
 */
export function firstExplanation(
  problem: PlannerProblem,
  bounds: RuleBounds,
  possible: number,
  count: CountState | null,
): Explanation {
  const tables = buildTables(problem, bounds);
  const wanted = problem.lines;
  const short = quickCounts(problem, bounds, tables).filter((c) => c.lines < wanted).slice(0, 8);
  // Where cells are forced these are what is missing, whatever posts are worth beside them.
  const isPlain = short.length === 0 && bounds.forcedCells.length === 0;
  const tight = isPlain && count ? tightPosts(problem, bounds, count) : [];
  return {
    message: reasonOf(problem, bounds, possible, short[0]),
    lines: { wanted, possible, shown: 0 },
    bottlenecks: [...short, ...tight].map((c) => ({
      what: c.what,
      posts: c.posts,
      per_line: c.perLine,
      lines: c.lines,
      message: describeCount(c, wanted),
    })),
    rules: [],
    relaxations: [],
  };
}

function reasonOf(
  problem: PlannerProblem,
  bounds: RuleBounds,
  possible: number,
  least: PostCount | undefined,
): string {
  const fault = buildTables(problem, bounds).structureFault;
  if (fault) return `${fault.rule}: ${fault.message}`;
  const forced = overForced(problem, bounds);
  if (forced.length > 0) return forced.join("; ");
  if (least && least.lines <= possible) return describeCount(least, problem.lines);
  return possible === 0
    ? NO_LINE
    : `the posts allow ${possible} of ${plural(problem.lines, "line")} under the rules together`;
}

/** The message with the conflict found: names and bounds of the rules where no line is possible. */
export function conflictMessage(explanation: Explanation, bounds: RuleBounds): string {
  const { message, rules, lines } = explanation;
  if (rules.length === 0 || rules.some((rule) => message.startsWith(rule))) return message;
  const named = switchable(bounds).filter((rule) => rules.includes(rule.name));
  const texts = named.map((rule) => `${rule.name} (${rule.explain(bounds)})`).join(" and ");
  if (lines.possible > 0) {
    if (explanation.bottlenecks.some((found) => found.message === message)) return message;
    return `${message}: ${texts} ${rules.length === 1 ? "allows no more" : "conflict"}`;
  }
  const plain = message === NO_LINE;
  // One line could, but not beside the others that these rules ask for.
  const what = named.some(({ ofPlan }) => ofPlan) ? "plan" : "line";
  return `no ${what} can satisfy ${texts}${plain ? "" : `; ${message}`}`;
}

/** One way to loosen a rule, to be tried. */
export interface RelaxTry {
  rule: string;
  /** Null: switched off. */
  value: unknown;
  words: string;
}

/** Ways to loosen the rules of a conflict, for each rule the least loose first and "off" last. */
export function relaxTries(
  problem: PlannerProblem,
  bounds: RuleBounds,
  rules: readonly string[],
): RelaxTry[] {
  return switchable(bounds).filter((rule) => rules.includes(rule.name)).flatMap((rule) => [
    ...(rule.loosen?.(bounds, problem) ?? []).map(({ value, words }) => ({
      rule: rule.name,
      value,
      words: `with ${words}`,
    })),
    { rule: rule.name, value: null, words: `without ${rule.name} (${rule.explain(bounds)})` },
  ]);
}

/** The bounds with one rule loosened. */
export function loosened(bounds: RuleBounds, { rule, value }: RelaxTry): RuleBounds {
  const found = switchable(bounds).find(({ name }) => name === rule)!;
  return value === null ? found.off(bounds) : found.set(bounds, value);
}

/**
 * What a try came to.
 * @param shown lines that a construction built
 * @param upper proven bound on the lines
 */
export function describeTry(
  { rule, value, words }: RelaxTry,
  shown: number,
  upper: number,
  wanted: number,
): Relaxation {
  const proven = shown >= upper;
  const lines = proven ? shown : upper;
  const count = proven ? `${shown}` : shown > 0 ? `${shown} to ${upper}` : `at most ${upper}`;
  return { rule, value, lines, proven, message: `${words}: ${count} of ${plural(wanted, "line")}` };
}
