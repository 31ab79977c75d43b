// Why a request is infeasible, in words a planner can act on: the bottleneck or the smallest set of
// named rules that conflict, and what relaxing each of them alone would allow.

import { anyLegalLine, type PostCount, quickCounts } from "./counts.ts";
import type { PlannerProblem } from "./problem.ts";
import { activeRules, type LineRule, type RuleBounds } from "./rules/mod.ts";
import { buildTables } from "./tables.ts";

/** What switching one rule off would allow; `lines` bounds the number of lines from above. */
export interface Relaxation {
  rule: string;
  lines: number;
  message: string;
}

/** A proven "cannot be done", with its reason. */
export interface Explanation {
  /** One sentence: "category C: 18 posts a year for 20 lines". */
  message: string;
  /** Lines wanted, and a proven bound on how many exist. */
  lines: { wanted: number; possible: number };
  /** Sets of posts that are too few, fewest lines first. */
  bottlenecks: { what: string; posts: number; per_line: number; lines: number; message: string }[];
  /** Names of the rules that conflict; empty where posts alone are the reason. */
  rules: string[];
  relaxations: Relaxation[];
}

/** "category C: 18 posts a year for 20 lines". */
export function describeCount(found: PostCount, wanted: number): string {
  const span = found.what.startsWith("term ") ? "" : " a year";
  const each = found.perLine === 1 ? "" : `, ${found.perLine} needed by each`;
  const posts = `${found.posts} post${found.posts === 1 ? "" : "s"}`;
  return `${found.what}: ${posts}${span} for ${wanted} lines${each}`;
}

/** Rules that a relaxation may switch off, by name. */
function namedRules(bounds: RuleBounds): LineRule[] {
  return activeRules(bounds).filter((rule) => rule.name !== "POSITION_MIN_WEEKS");
}

/** The bounds with the rule of that name switched off. */
export function withoutRule(bounds: RuleBounds, name: string): RuleBounds {
  const rule = activeRules(bounds).find((r) => r.name === name);
  return rule ? rule.off(bounds) : bounds;
}

/**
 * Deletion filter: a minimal set of rules under which no legal line exists (each of them alone
 * switched off brings the others into harmony, or is needed for the conflict).
 * @returns the names; empty when even without rules no line exists
 */
export function minimalConflict(problem: PlannerProblem, bounds: RuleBounds): string[] {
  let kept = bounds;
  for (const rule of namedRules(bounds)) {
    const relaxed = rule.off(kept);
    if (!anyLegalLine(problem, relaxed)) kept = relaxed;
  }
  return namedRules(kept).map((rule) => rule.name);
}

/** Rules worth relaxing for a count that is too small. */
export function rulesToRelax(bounds: RuleBounds, rules: readonly string[]): string[] {
  const active = namedRules(bounds).map((rule) => rule.name);
  return active.filter((name) => rules.includes(name));
}

/** Names of all rules that can be switched off. */
export function allRuleNames(bounds: RuleBounds): string[] {
  return namedRules(bounds).map((rule) => rule.name);
}

/** What a relaxed count means, in words. */
export function describeRelaxation(
  bounds: RuleBounds,
  rule: string,
  lines: number,
  wanted: number,
): Relaxation {
  const found = activeRules(bounds).find((r) => r.name === rule);
  const text = found ? found.explain(bounds) : rule;
  return { rule, lines, message: `without ${rule} (${text}): up to ${lines} of ${wanted} lines` };
}

/** The explanation of an instance whose posts are too few by a quick count. */
export function explainCounts(
  counts: readonly PostCount[],
  wanted: number,
  possible: number,
): Explanation {
  const short = counts.filter((c) => c.lines < wanted).slice(0, 8);
  return {
    message: describeCount(short[0], wanted),
    lines: { wanted, possible },
    bottlenecks: short.map((c) => ({
      what: c.what,
      posts: c.posts,
      per_line: c.perLine,
      lines: c.lines,
      message: describeCount(c, wanted),
    })),
    rules: short[0].rules,
    relaxations: [],
  };
}

/** The explanation when no line at all can be legal. */
export function explainNoLine(problem: PlannerProblem, bounds: RuleBounds): Explanation {
  const wanted = problem.lines;
  const tables = buildTables(problem, bounds);
  const counts = quickCounts(problem, bounds, tables);
  const rules = tables.structureFault
    ? [tables.structureFault.rule]
    : minimalConflict(problem, bounds);
  const texts = activeRules(bounds).filter((r) => rules.includes(r.name)).map((r) =>
    `${r.name} (${r.explain(bounds)})`
  );
  const base = counts.length > 0 && counts[0].lines === 0
    ? explainCounts(counts, wanted, 0)
    : { lines: { wanted, possible: 0 }, bottlenecks: [], relaxations: [], message: "" };
  const conflict = tables.structureFault
    ? `${tables.structureFault.rule}: ${tables.structureFault.message}`
    : rules.length > 0
    ? `no line can satisfy ${texts.join(" and ")}`
    : "";
  const message = [conflict, base.message].filter((text) => text !== "").join("; ");
  return { ...base, message: message || "no line can be built from these posts", rules };
}

/** The bound that quick counts prove under relaxed bounds: what switching a rule off allows at most. */
export function relaxedQuickBound(problem: PlannerProblem, bounds: RuleBounds): number {
  const tables = buildTables(problem, bounds);
  if (tables.structureFault) return 0;
  const counts = quickCounts(problem, bounds, tables);
  return Math.min(problem.lines, ...counts.map((c) => c.lines));
}
