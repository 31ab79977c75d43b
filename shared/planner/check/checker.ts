// The independent checker: accepts or refuses a finished plan before anything is committed. Written
// from the domain's rules alone: of the planner it shares what a problem is and what a run's constraints
// resolve to, and neither the model nor the rules' own checks, so that neither hides the other's faults.
//
// This folder owns the gate. Whoever stores or shows a plan may import it, and so may the replan, for leave.

import { plural } from "../../engine/words.ts";
import type { PlannerPosition, PlannerProblem, SixMonthTerm } from "../problem.ts";
import type { RuleBounds } from "../rules/bounds.ts";
import type { TermKind } from "../rules/kinds.ts";
import type { Pathway } from "../rules/pathways.ts";
import { resolveRules } from "../rules/mod.ts";
import { checkLeave, checkLeaveTerm } from "./leave.ts";
import { type LineDetails, sum, type Violation, type Year } from "./violation.ts";

export type { LineDetails, Violation } from "./violation.ts";

/** Whether a line holds what its pathway asks. @param line position ids, one per term */
export function followsPathway(pathway: Pathway, line: readonly string[]): boolean {
  if ("sequence" in pathway) {
    return pathway.sequence.every((id, term) => id === null || line[term] === id);
  }
  return line.filter((id) => pathway.positions.includes(id)).length >= pathway.need;
}

function checkPathways(
  problem: PlannerProblem,
  { pathways }: RuleBounds,
  lines: readonly (readonly string[])[],
  details: readonly LineDetails[],
): Violation[] {
  const code = "PATHWAYS";
  const violations: Violation[] = [];
  const nameOf = (index: number) => details[index]?.pathway ?? null;
  lines.forEach((line, index) => {
    const name = nameOf(index);
    const pathway = pathways.find((p) => p.name === name);
    if (name === null || (pathway && followsPathway(pathway, line))) return;
    const message = `Line ${index + 1} does not follow the pathway ${name}.`;
    violations.push({ code, message, line: index });
  });
  const missing = Math.max(0, problem.lines - lines.length);
  let short = 0;
  for (const { name, lines: wanted } of pathways) {
    const held = lines.filter((_, index) => nameOf(index) === name).length;
    short += Math.max(0, wanted - held);
    if (held <= wanted) continue;
    violations.push({ code, message: `${plural(held, "line")} of ${name}, not ${wanted}.` });
  }
  // A line that is missing may be a reserved one; more than those must not be.
  if (short > missing) {
    violations.push({ code, message: `${plural(short, "pathway line")} missing.` });
  }
  return violations;
}

/**
 * Checks single lines of a problem, whatever the plan around them: only what a line by itself can break.
 * @returns a check of position ids, one per term, that gives one violation after the other
 */
export function lineChecker(
  problem: PlannerProblem,
): (line: readonly string[]) => Generator<Violation, void> {
  const alone = { ...resolveRules(problem.constraints), forcedCells: [] };
  const check = linesChecker({ ...problem, lines: 1 }, alone);
  return (line) => check([line]);
}

/**
 * Checks a plan against the problem: how many lines, one known position per term, posts, and every
 * rule in force.
 * @param lines position ids, one per term, of each line
 * @param details of each line, in the same order
 * @returns every violation; empty for a plan that may be committed
 */
export function checkPlan(
  problem: PlannerProblem,
  lines: readonly (readonly string[])[],
  details: readonly LineDetails[] = [],
): Violation[] {
  const bounds = resolveRules(problem.constraints);
  return [
    ...linesChecker(problem, bounds)(lines),
    ...checkPathways(problem, bounds, lines, details),
    ...bounds.annualLeave ? checkLeave(problem, bounds, lines, details) : [],
  ];
}

/** One violation after the other, looked for as they are asked for: whether there is any is known at the first. */
function linesChecker(problem: PlannerProblem, bounds: RuleBounds) {
  const byId = new Map(problem.positions.map((position) => [position.id, position]));
  return function* (lines: readonly (readonly string[])[]): Generator<Violation, void> {
    yield* checkLineCount(problem, lines.length);
    yield* checkTermStructure(problem.termWeeks, bounds);
    for (const [index, line] of lines.entries()) yield* checkShape(problem, byId, line, index);
    yield* checkPosts(problem, lines);
    yield* checkForced(bounds, lines);
    for (const [index, line] of lines.entries()) {
      const positions = line.map((id) => byId.get(id)!);
      if (positions.length !== problem.termWeeks.length || positions.includes(undefined!)) continue;
      yield* checkYear(problem, bounds, { index, positions });
    }
  };
}

function checkLineCount({ lines, options }: PlannerProblem, built: number): Violation[] {
  if (built === lines || (options.allowPartial && built < lines)) return [];
  const wanted = options.allowPartial ? `at most ${lines}` : `${lines}`;
  return [{ code: "LINES", message: `The plan has ${plural(built, "line")}, not ${wanted}.` }];
}

function checkTermStructure(termWeeks: readonly number[], bounds: RuleBounds): Violation[] {
  const violations: Violation[] = [], terms = termWeeks.length;
  const year = () => `The year has ${plural(terms, "term")}`;
  if (bounds.exactTerms !== null && terms !== bounds.exactTerms) {
    const message = `${year()}, it must have ${bounds.exactTerms}.`;
    violations.push({ code: "EXACT_TERMS", message });
  }
  if (bounds.minTerms !== null && terms < bounds.minTerms) {
    const message = `${year()}, it needs ${bounds.minTerms} or more.`;
    violations.push({ code: "MIN_TERMS", message });
  }
  if (bounds.maxTerms !== null && terms > bounds.maxTerms) {
    const message = `${year()}, it may have ${bounds.maxTerms} or fewer.`;
    violations.push({ code: "MAX_TERMS", message });
  }
  const long = termWeeks.filter((weeks) => weeks >= 10).length;
  if (bounds.minLongTerms !== null && long < bounds.minLongTerms) {
    const last = plural(long, "term lasts", "terms last");
    const message = `${last} 10 weeks or more, at least ${bounds.minLongTerms} must.`;
    violations.push({ code: "MIN_LONG_TERMS", message });
  }
  if (bounds.longestTermLast && Math.max(...termWeeks) > termWeeks[termWeeks.length - 1]) {
    violations.push({
      code: "LONGEST_TERM_LAST",
      message: `A term is longer than the last one, which has ${
        plural(termWeeks.at(-1)!, "week")
      }.`,
    });
  }
  return violations;
}

function checkShape(
  { termWeeks }: PlannerProblem,
  byId: ReadonlyMap<string, PlannerPosition>,
  line: readonly string[],
  index: number,
): Violation[] {
  if (line.length !== termWeeks.length) {
    const held = `${plural(line.length, "rotation")} for ${plural(termWeeks.length, "term")}`;
    const message = `Line ${index + 1} has ${held}.`;
    return [{ code: "TERMS", message, line: index }];
  }
  return line.flatMap((id, term): Violation[] =>
    byId.has(id) ? [] : [{
      code: "UNKNOWN_POSITION",
      message: `Line ${index + 1}, term ${term + 1}: there is no position ${JSON.stringify(id)}.`,
      line: index,
      term,
      position: id,
    }]
  );
}

function checkPosts(problem: PlannerProblem, lines: readonly (readonly string[])[]): Violation[] {
  const violations: Violation[] = [];
  for (let term = 0; term < problem.termWeeks.length; term++) {
    const held = Map.groupBy(lines, (line) => line[term]);
    problem.positions.forEach(({ id, name }, r) => {
      const used = held.get(id)?.length ?? 0;
      const posts = problem.posts[term][r];
      if (used > posts) {
        const held = `${plural(used, "line")} for ${plural(posts, "post")}`;
        const message = `${name}, term ${term + 1}: ${held}.`;
        violations.push({ code: "POSTS", message, term, position: id });
      }
    });
  }
  return violations;
}

function checkForced(bounds: RuleBounds, lines: readonly (readonly string[])[]): Violation[] {
  return bounds.forcedCells.flatMap(({ position, term, lines: wanted }): Violation[] => {
    const held = lines.filter((line) => line[term - 1] === position).length;
    if (held >= wanted) return [];
    const holders = plural(held, "line holds", "lines hold");
    const message = `Term ${term}: ${holders} position ${position}, ${wanted} must.`;
    return [{ code: "FORCED_CELLS", message, term: term - 1, position }];
  });
}

function checkForbidden(bounds: RuleBounds, { index, positions }: Year): Violation[] {
  return bounds.forbiddenCells.flatMap((cell) =>
    positions.flatMap(({ id, name }, term): Violation[] => {
      if (id !== cell.position) return [];
      if (cell.terms && !cell.terms.includes(term + 1)) return [];
      const message = `Line ${index + 1}: ${name} may not be held in term ${term + 1}.`;
      return [{ code: "FORBIDDEN_CELLS", message, line: index, term, position: id }];
    })
  );
}

/** All rules on one complete line. */
function* checkYear(
  problem: PlannerProblem,
  bounds: RuleBounds,
  year: Year,
): Generator<Violation, void> {
  yield* checkTermLengths(problem.termWeeks, year);
  yield* checkRepeats(bounds, year);
  yield* checkCategories(bounds, year);
  yield* checkShares(problem.termWeeks, bounds, year);
  yield* checkLeastWeeks(problem.termWeeks, bounds, year);
  yield* checkTermCounts(bounds, year);
  yield* checkForbidden(bounds, year);
  yield* checkHalves(problem.sixMonthTerms ?? [], year);
  yield* checkSixMonthTerms(problem.sixMonthTerms ?? [], bounds, year);
  yield* checkLeaveTerm(problem.termWeeks, bounds, year);
  yield* checkOrder(bounds, year);
  yield* checkSets(bounds, year);
  yield* checkVariety(bounds, year);
  yield* checkParts(bounds, year);
}

/** Whether a rule's kind of terms takes in the position. */
function countsAs(position: PlannerPosition, kind: TermKind): boolean {
  const marks = {
    service: position.isService,
    nights_relief: position.isNightsRelief,
    rural: position.isRural,
    non_clinical: position.isNonClinical,
    clinical_team: position.isClinicalTeam,
  };
  const { specialty, subspecialty } = position;
  return kind.positions.some((id) => id === position.id) ||
    kind.specialties.some((name) => name === specialty || name === subspecialty) ||
    kind.flags.some((flag) => marks[flag]);
}

/** What follows what, and how far apart terms of a kind are. */
function checkOrder(bounds: RuleBounds, { index, positions }: Year): Violation[] {
  const violations: Violation[] = [];
  const refuse = (code: string, term: number, message: string) =>
    violations.push({ code, message: `Line ${index + 1}: ${message}.`, line: index, term });
  positions.forEach((position, term) => {
    for (const { first, then, within } of bounds.notAfter) {
      const before = positions.slice(Math.max(0, term - within), term);
      if (countsAs(position, then) && before.some((earlier) => countsAs(earlier, first))) {
        refuse("NOT_AFTER", term, `${position.name} may not follow what comes before it`);
      }
    }
    for (const { kind, apart } of bounds.termsApart) {
      const before = positions.slice(Math.max(0, term - apart + 1), term);
      if (countsAs(position, kind) && before.some((earlier) => countsAs(earlier, kind))) {
        refuse("TERMS_APART", term, `${position.name} is too near to another such term`);
      }
    }
  });
  return violations;
}

/** Terms of a line in sets of positions. */
function checkSets({ termsInSet }: RuleBounds, { index, positions }: Year): Violation[] {
  return termsInSet.flatMap(({ kind, least, most }): Violation[] => {
    const held = positions.filter((position) => countsAs(position, kind)).length;
    // What a part of the year has no terms for is not asked of it.
    const absent = positions.filter(({ isAbsent }) => isAbsent).length;
    if (held >= (least ?? 0) - absent && held <= (most ?? held)) return [];
    const allowed = `${least ?? 0} to ${most ?? "any number"}`;
    const message = `Line ${index + 1}: ${plural(held, "term")} in a set that allows ${allowed}.`;
    return [{ code: "TERMS_IN_SET", message, line: index }];
  });
}

/** Different hospitals and specialties of a line. */
function checkVariety(bounds: RuleBounds, { index, positions }: Year): Violation[] {
  const violations: Violation[] = [];
  const hospitals = new Set(positions.flatMap(({ hospital }) => hospital ?? []));
  if (bounds.maxHospitals !== null && hospitals.size > bounds.maxHospitals) {
    const message = `Line ${
      index + 1
    }: ${hospitals.size} hospitals, ${bounds.maxHospitals} allowed.`;
    violations.push({ code: "MAX_HOSPITALS", message, line: index });
  }
  const specialties = new Set(positions.map(({ specialty }) => specialty));
  if (bounds.minSpecialties !== null && specialties.size < bounds.minSpecialties) {
    const message = `Line ${
      index + 1
    }: ${specialties.size} specialties, ${bounds.minSpecialties} needed.`;
    violations.push({ code: "MIN_SPECIALTIES", message, line: index });
  }
  return violations;
}

/** A line is the same part of full time all year. */
function checkParts({ sameFte }: RuleBounds, { index, positions }: Year): Violation[] {
  const parts = positions.filter(({ isAbsent }) => !isAbsent).map(({ fte }) => fte ?? 1);
  if (!sameFte || parts.every((part) => part === parts[0])) return [];
  const message = `Line ${index + 1}: terms of ${Math.min(...parts)} and of ${Math.max(...parts)}.`;
  return [{ code: "SAME_FTE", message, line: index }];
}

/** A component of a six-month term stands beside the other one, in the right order. */
function checkHalves(terms: readonly SixMonthTerm[], { index, positions }: Year): Violation[] {
  const ids = positions.map(({ id }) => id);
  return terms.flatMap(({ name, components: [first, second] }) =>
    ids.flatMap((id, term): Violation[] => {
      const isTorn = (id === first && (second === null || ids[term + 1] !== second)) ||
        (id === second && (first === null || ids[term - 1] !== first));
      if (!isTorn) return [];
      const message = `Line ${index + 1}: half of the six-month term ${name} stands alone.`;
      return [{ code: "SIX_MONTH_PAIRS", message, line: index, term, position: id }];
    })
  );
}

/** The conditions of six-month terms: two subspecialties, a qualification, a college, the rest of the year. */
function checkSixMonthTerms(
  terms: readonly SixMonthTerm[],
  { sixMonthTerms: conditions }: RuleBounds,
  { index, positions }: Year,
): Violation[] {
  if (!conditions) return [];
  const violations: Violation[] = [];
  const refuse = (message: string) =>
    violations.push({
      code: "SIX_MONTH_TERMS",
      message: `Line ${index + 1}: ${message}.`,
      line: index,
    });
  const halves = new Set(terms.flatMap(({ components }) => components));
  const inHalves = positions.filter(({ id }) => halves.has(id));
  if (inHalves.length === 0) return [];
  if (inHalves.length > 2 * conditions.most) {
    refuse(`more than ${conditions.most} six-month terms`);
  }
  for (const { name, components, qualification, college } of terms) {
    const held = inHalves.filter(({ id }) => components.includes(id));
    if (held.length === 0) continue;
    const subspecialties = new Set(held.map((p) => p.subspecialty).filter((s) => s !== null));
    if (conditions.two_subspecialties && subspecialties.size < 2) {
      refuse(`${name} is not of two subspecialties`);
    }
    if (conditions.qualification && !qualification) refuse(`${name} earns no qualification`);
    if (conditions.college && !college) refuse(`${name} is required by no college`);
  }
  const rest = positions.filter((p) => !inHalves.includes(p));
  for (const category of conditions.rest_covers) {
    if (!rest.some(({ categories }) => categories.includes(category))) {
      refuse(`the rest of the year does not cover ${category}`);
    }
  }
  return violations;
}

function checkTermLengths(termWeeks: readonly number[], { index, positions }: Year): Violation[] {
  return positions.flatMap((position, term): Violation[] =>
    position.minWeeks <= termWeeks[term] ? [] : [{
      code: "POSITION_MIN_WEEKS",
      message: `Line ${index + 1}: ${position.name} needs ${plural(position.minWeeks, "week")}, ` +
        `term ${term + 1} has ${termWeeks[term]}.`,
      line: index,
      term,
      position: position.id,
    }]
  );
}

function checkRepeats(bounds: RuleBounds, { index, positions }: Year): Violation[] {
  if (!bounds.uniquePositions) return [];
  return positions.flatMap((position, term): Violation[] => {
    const first = positions.indexOf(position);
    return first === term ? [] : [{
      code: "UNIQUE_POSITIONS",
      message: `Line ${index + 1}: ${position.name} in terms ${first + 1} and ${term + 1}.`,
      line: index,
      term,
      position: position.id,
    }];
  });
}

function checkCategories(bounds: RuleBounds, { index, positions }: Year): Violation[] {
  return bounds.requiredCategories
    .filter((category) => !positions.some((position) => position.categories.includes(category)))
    .map((category) => ({
      code: "REQUIRED_CATEGORIES",
      message: `Line ${index + 1}: category ${category} is not covered.`,
      line: index,
    }));
}

/**
 * Whether `weeks` are within a share of the year. One whole term whose percentage, in whole per cent,
 * is the share counts as within (13 of 51 weeks is 25%), and so does anything up to its length.
 */
function isWithinShare(weeks: number, share: number, termWeeks: readonly number[]): boolean {
  const year = sum(termWeeks);
  if (weeks <= share * year + 1e-9) return true;
  return termWeeks.some((term) =>
    weeks <= term && Math.round((term / year) * 100) <= Math.round(share * 100)
  );
}

/** Weeks of the line in positions that pass the test. */
function weeksWhere(
  termWeeks: readonly number[],
  { positions }: Year,
  test: (position: PlannerPosition) => boolean,
): number {
  return sum(termWeeks.filter((_, term) => test(positions[term])));
}

function checkShares(termWeeks: readonly number[], bounds: RuleBounds, year: Year): Violation[] {
  const violations: Violation[] = [];
  const atMost = (
    code: string,
    share: number | null,
    what: string,
    test: (position: PlannerPosition) => boolean,
  ) => {
    if (share === null) return;
    const weeks = weeksWhere(termWeeks, year, test);
    if (isWithinShare(weeks, share, termWeeks)) return;
    const message = `Line ${year.index + 1}: ${weeks} of ${
      sum(termWeeks)
    } weeks in ${what}, at most ${share * 100}% may be.`;
    violations.push({ code, message, line: year.index });
  };
  for (const specialty of new Set(year.positions.map((p) => p.specialty))) {
    const test = (p: PlannerPosition) => p.specialty === specialty;
    atMost("MAX_SPECIALTY", bounds.maxSpecialtyShare, specialty, test);
  }
  // Of the same specialty, too: others may have one of the same name.
  const heads = new Map(
    year.positions.map((p) => [JSON.stringify([p.specialty, p.subspecialty]), p]),
  );
  for (const { specialty, subspecialty } of heads.values()) {
    if (subspecialty === null) continue;
    const test = (p: PlannerPosition) =>
      p.specialty === specialty && p.subspecialty === subspecialty;
    atMost("MAX_SUBSPECIALTY", bounds.maxSubspecialtyShare, subspecialty, test);
  }
  atMost("MAX_SERVICE", bounds.maxServiceShare, "service terms", (p) => p.isService);
  return violations;
}

function checkLeastWeeks(
  termWeeks: readonly number[],
  bounds: RuleBounds,
  year: Year,
): Violation[] {
  const violations: Violation[] = [];
  const inTeam = weeksWhere(termWeeks, year, (p) => p.isClinicalTeam);
  const share = bounds.minClinicalTeamShare;
  if (share !== null && inTeam < share * sum(termWeeks) - 1e-9) {
    violations.push({
      code: "MIN_CLINICAL_TEAM",
      message: `Line ${year.index + 1}: ${inTeam} of ${
        sum(termWeeks)
      } weeks in a clinical team, at least ${share * 100}% must be.`,
      line: year.index,
    });
  }
  const clinical = weeksWhere(termWeeks, year, (p) => !p.isNonClinical);
  if (bounds.minClinicalWeeks !== null && clinical < bounds.minClinicalWeeks) {
    violations.push({
      code: "MIN_CLINICAL_WEEKS",
      message: `Line ${
        year.index + 1
      }: ${clinical} clinical weeks, at least ${bounds.minClinicalWeeks} needed.`,
      line: year.index,
    });
  }
  return violations;
}

function checkTermCounts(bounds: RuleBounds, year: Year): Violation[] {
  const nights = bounds.noNights ? 0 : null;
  const caps: [string, number | null, string, (p: PlannerPosition) => boolean][] = [
    ["MAX_SERVICE_TERMS", bounds.maxServiceTerms, "service", (p) => p.isService],
    ["MAX_NON_CLINICAL_TERMS", bounds.maxNonClinicalTerms, "non-clinical", (p) => p.isNonClinical],
    ["MAX_RURAL_TERMS", bounds.maxRuralTerms, "rural", (p) => p.isRural],
    ["MAX_NIGHTS_RELIEF_TERMS", bounds.maxNightsReliefTerms, "nights/relief", isNights],
    ["NO_NIGHTS", nights, "nights/relief", isNights],
  ];
  return caps.flatMap(([code, most, kind, test]): Violation[] => {
    const count = year.positions.filter(test).length;
    if (most === null || count <= most) return [];
    const terms = plural(count, `${kind} term`);
    const message = `Line ${year.index + 1}: ${terms}, at most ${most} allowed.`;
    return [{ code, message, line: year.index }];
  });
}

function isNights(position: PlannerPosition): boolean {
  return position.isNightsRelief;
}
