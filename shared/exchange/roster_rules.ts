// How the lines of a roster stand to the rules of their allocation run: judged by the rules themselves.

import { positionOf } from "../planner/position_row.ts";
import type { PlannerProblem } from "../planner/problem.ts";
import type { RuleBounds } from "../planner/rules/bounds.ts";
import { type Part, problemAround, sixMonthTermsOf } from "../planner/rules/judge.ts";
import {
  activeRules,
  judgeLine,
  parseConstraints,
  resolveRules,
  type RuleContext,
} from "../planner/rules/mod.ts";
import { type Roster, type RosterLine, weeksOf, yearWeeks } from "./roster.ts";

/** A rule in force, and the lines that do not keep it. */
export interface RuleStanding {
  name: string;
  /** What it asks, in words. */
  text: string;
  broken: { line: string; finding: string }[];
}

/** The rules of an allocation run and its lines. */
export interface RulesReport {
  /** Null where the constraints are no longer valid. */
  ruleset: string | null;
  rules: RuleStanding[];
  /** Names of lines that have no rotation in some term, and are judged by no rule. */
  incomplete: string[];
}

/** Judges every line by the constraints that the allocation run has now. */
export function rulesReport(roster: Roster): RulesReport {
  const parsed = parseConstraints(roster.allocation_run.constraints);
  if (!parsed.ok) return { ruleset: null, rules: [], incomplete: [] };
  const bounds = resolveRules(parsed.constraints);
  const context = { problem: problemOf(roster), bounds, totalWeeks: yearWeeks(roster) };
  const standings = new Map<string, RuleStanding>(
    activeRules(bounds).map((rule) => [
      rule.name,
      { name: rule.name, text: rule.explain(bounds), broken: [] },
    ]),
  );
  const places = new Map(roster.positions.map(({ id }, place) => [id, place]));
  const incomplete: string[] = [];
  for (const line of roster.lines) {
    const positions = positionsByTerm(roster, line, places);
    if (positions === null) incomplete.push(line.name);
    else judge(context, roster, line, positions, standings);
  }
  return { ruleset: bounds.ruleset, rules: [...standings.values()], incomplete };
}

function judge(
  context: RuleContext<RuleBounds>,
  roster: Roster,
  line: RosterLine,
  positions: number[],
  standings: Map<string, RuleStanding>,
): void {
  const leave = line.leave.map((period) => {
    const { first, last } = weeksOf(roster, period);
    return { startWeek: first, weeks: last - first + 1 };
  });
  for (const verdict of judgeLine(context, positions, { pathway: line.pathway, leave })) {
    if (verdict.met !== false) continue;
    standings.get(verdict.rule)!.broken.push({ line: line.name, finding: verdict.finding });
  }
}

/** Index of the position in each term; null where a term has none. */
function positionsByTerm(
  roster: Roster,
  line: RosterLine,
  places: Map<string, number>,
): number[] | null {
  const byTerm = new Map(line.rotations.map(({ term, position }) => [term, places.get(position)]));
  const terms = roster.allocation_run.term_weeks.map((_, i) => byTerm.get(i + 1));
  return terms.some((place) => place === undefined) ? null : terms as number[];
}

/** Six-month terms are known by their names here, which are theirs alone within an org. */
function problemOf({ positions, allocation_run }: Roster): PlannerProblem {
  const terms = new Map(positions.flatMap((position) => {
    const { six_month_term: name, six_month_qualification, six_month_college } = position;
    if (name === null) return [];
    const about = { qualification: six_month_qualification, college: six_month_college };
    return [[name, { id: name, name, ...about }]];
  }));
  const componentOf = (name: string, part: Part) =>
    positions.find((p) => p.six_month_term === name && p.six_month_part === part)?.id ?? null;
  return problemAround(
    allocation_run.term_weeks,
    positions.map((position) => positionOf(position, position.experience_categories)),
    sixMonthTermsOf([...terms.values()], componentOf),
  );
}
