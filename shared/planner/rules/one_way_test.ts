// Each rule in a model that can satisfy it in one way only: the year of one line in two terms, where the
// first term can be spent in `good` or in `bad`, which the affinity prefers. With the rule the engine must
// find `good`, and the independent checker accepts nothing else; without it, it takes the bait.

import assert from "node:assert/strict";
import { checkPlan, lineChecker, type LineDetails } from "../check/checker.ts";
import { preparePlanner } from "../engine.ts";
import type { ConstraintEntry, PlannerPosition, PlannerProblem, SixMonthTerm } from "../problem.ts";
import { Random } from "../../engine/random.ts";
import { drawnUnder, judgesLines } from "../testing/drawn_rule.ts";
import { position, problemOf } from "../testing/problems.ts";
import { INHERENT_RULES, RULES } from "./mod.ts";

interface OneWay {
  /** The rule's entry; null for rules that belong to the positions. */
  entry: ConstraintEntry | null;
  good?: Partial<PlannerPosition>;
  bad?: Partial<PlannerPosition>;
  other?: Partial<PlannerPosition>;
  sixMonthTerms?: SixMonthTerm[];
  /** Positions with a post in term 2, the one that is right first; `other` where absent. */
  second?: string[];
  /** A wish: nothing is refused for it. */
  isSoft?: boolean;
}

const both = (flags: Partial<PlannerPosition>) => ({ bad: flags, other: flags });
const cell = { position: "good", term: 1 };
const sixMonths: SixMonthTerm = {
  id: "six",
  name: "Six months",
  components: ["bad", "other"],
  qualification: null,
  college: null,
};

const WAYS: Record<string, OneWay> = {
  REQUIRED_CATEGORIES: {
    entry: { name: "REQUIRED_CATEGORIES", value: ["C"] },
    good: { categories: ["C"] },
  },
  MAX_SPECIALTY: {
    entry: { name: "MAX_SPECIALTY", value: 0.5 },
    bad: { specialty: "Surgery", subspecialty: "Vascular" },
    other: { specialty: "Surgery" },
  },
  MAX_SUBSPECIALTY: {
    entry: { name: "MAX_SUBSPECIALTY", value: 0.5 },
    ...both({ specialty: "Surgery", subspecialty: "Vascular" }),
  },
  MAX_SERVICE: { entry: { name: "MAX_SERVICE", value: 0.5 }, ...both({ isService: true }) },
  MAX_SERVICE_TERMS: {
    entry: { name: "MAX_SERVICE_TERMS", value: 1 },
    ...both({ isService: true }),
  },
  MIN_CLINICAL_TEAM: {
    entry: { name: "MIN_CLINICAL_TEAM", value: 0.5 },
    ...both({ isClinicalTeam: false }),
  },
  MIN_CLINICAL_WEEKS: {
    entry: { name: "MIN_CLINICAL_WEEKS", value: 26 },
    ...both({ isNonClinical: true }),
  },
  MAX_NON_CLINICAL_TERMS: {
    entry: { name: "MAX_NON_CLINICAL_TERMS", value: 1 },
    ...both({ isNonClinical: true }),
  },
  MAX_RURAL_TERMS: { entry: { name: "MAX_RURAL_TERMS", value: 1 }, ...both({ isRural: true }) },
  MAX_NIGHTS_RELIEF_TERMS: {
    entry: { name: "MAX_NIGHTS_RELIEF_TERMS", value: 1 },
    ...both({ isNightsRelief: true }),
  },
  NO_NIGHTS: { entry: "NO_NIGHTS", bad: { isNightsRelief: true } },
  UNIQUE_POSITIONS: { entry: "UNIQUE_POSITIONS", bad: { id: "other" } },
  FORBIDDEN_CELLS: { entry: { name: "FORBIDDEN_CELLS", value: [{ position: "bad", terms: [1] }] } },
  FORCED_CELLS: { entry: { name: "FORCED_CELLS", value: [cell] } },
  PREFERRED_CELLS: {
    entry: { name: "PREFERRED_CELLS", value: [{ ...cell, weight: 1_000 }] },
    isSoft: true,
  },
  NOT_AFTER: {
    entry: {
      name: "NOT_AFTER",
      value: [{ first: { positions: ["bad"] }, then: { positions: ["other"] } }],
    },
  },
  TERMS_APART: {
    entry: { name: "TERMS_APART", value: [{ kind: { flags: ["service"] } }] },
    ...both({ isService: true }),
  },
  TERMS_IN_SET: {
    entry: { name: "TERMS_IN_SET", value: [{ kind: { positions: ["good"] }, least: 1 }] },
  },
  MAX_HOSPITALS: {
    entry: { name: "MAX_HOSPITALS", value: 1 },
    good: { hospital: "North" },
    bad: { hospital: "South" },
    other: { hospital: "North" },
  },
  MIN_SPECIALTIES: {
    entry: { name: "MIN_SPECIALTIES", value: 2 },
    bad: { specialty: "Surgery", subspecialty: "Vascular" },
    other: { specialty: "Surgery" },
  },
  SAME_FTE: { entry: "SAME_FTE", bad: { fte: 0.5 } },
  PATHWAYS: {
    entry: { name: "PATHWAYS", value: [{ name: "Way", lines: 1, sequence: ["good", null] }] },
  },
  ANNUAL_LEAVE: { entry: "ANNUAL_LEAVE", bad: { isService: true }, other: { allowsLeave: false } },
  SIX_MONTH_TERMS: {
    entry: { name: "SIX_MONTH_TERMS", value: { two_subspecialties: false, rest_covers: [] } },
    sixMonthTerms: [sixMonths],
    second: ["elsewhere", "other"],
  },
  POSITION_MIN_WEEKS: { entry: null, bad: { minWeeks: 27 } },
  SIX_MONTH_PAIRS: {
    entry: null,
    sixMonthTerms: [{ ...sixMonths, components: ["bad", "elsewhere"] }],
  },
};

/** Rules on the terms of the year: a year that keeps them, and one that does not. */
const YEARS: Record<string, { entry: ConstraintEntry; keeps: number[]; breaks: number[] }> = {
  EXACT_TERMS: { entry: { name: "EXACT_TERMS", value: 2 }, keeps: [26, 26], breaks: [18, 17, 17] },
  MIN_TERMS: { entry: { name: "MIN_TERMS", value: 2 }, keeps: [26, 26], breaks: [52] },
  MAX_TERMS: { entry: { name: "MAX_TERMS", value: 2 }, keeps: [26, 26], breaks: [18, 17, 17] },
  MIN_LONG_TERMS: {
    entry: { name: "MIN_LONG_TERMS", value: 2 },
    keeps: [26, 26],
    breaks: [43, 9],
  },
  LONGEST_TERM_LAST: { entry: "LONGEST_TERM_LAST", keeps: [25, 27], breaks: [27, 25] },
};

function problemFor(
  { good, bad, other, sixMonthTerms, second = ["other"] }: Omit<OneWay, "entry">,
  constraints: ConstraintEntry[],
) {
  const positions = [
    position("good", good),
    // The same position twice is the one case where `bad` is none of its own.
    ...bad?.id ? [] : [position("bad", bad)],
    position("other", other),
    position("elsewhere"),
  ];
  const first = ["good", bad?.id ?? "bad"];
  const key = (id: string) => {
    const found = positions.find((p) => p.id === id)!;
    return found.subspecialty ?? found.specialty;
  };
  const bait: [string, string, number] = [key(first[1]), key("other"), 100];
  return problemOf(positions, {
    termWeeks: [26, 26],
    posts: [first, second].map((ids) => positions.map(({ id }) => ids.includes(id) ? 1 : 0)),
    constraints,
    affinity: { profile: "bait", version: 1, weights: [bait] },
    ...sixMonthTerms ? { sixMonthTerms } : {},
  });
}

function solve(problem: PlannerProblem) {
  const planner = preparePlanner(problem);
  let state = planner.start();
  while (!planner.done(state)) state = planner.step(state, { remainingMs: () => 1e6 });
  return planner.outcome(state);
}

function lineOf(problem: PlannerProblem): string[] {
  const outcome = solve(problem);
  assert.ok(outcome.status === "COMPLETED", JSON.stringify(outcome));
  const lines = outcome.lines.map((line) => line.positions);
  assert.deepEqual(checkPlan(problem, lines, outcome.lines), []);
  return lines[0];
}

/** Every line that the checker accepts as the whole plan, its leave aside. */
function acceptedLines(problem: PlannerProblem, details: LineDetails): string[][] {
  const held = problem.posts.map((row) =>
    problem.positions.flatMap(({ id }, r) => row[r] > 0 ? [id] : [])
  );
  const all = held[0].flatMap((a) => held[1].map((b) => [a, b]));
  return all.filter((line) =>
    lineChecker(problem)(line).next().done &&
    checkPlan(problem, [line], [details]).every(({ code }) => code === "ANNUAL_LEAVE")
  );
}

for (const [name, way] of Object.entries(WAYS)) {
  Deno.test(`${name}: where it leaves one way, the engine takes that way`, () => {
    // House rules that the positions would break are out of the way, and the rule's entry comes last.
    const house = ["MAX_RURAL_TERMS", "MAX_NIGHTS_RELIEF_TERMS"]
      .map((rule) => ({ name: rule, value: null }));
    const off: ConstraintEntry[] = [
      ...house,
      ...["UNIQUE_POSITIONS", "SAME_FTE"].map((rule) => ({ name: rule, value: false })),
    ];
    const problem = problemFor(way, way.entry ? [...off, way.entry] : off);
    const right = ["good", way.second?.[0] ?? "other"];
    assert.deepEqual(lineOf(problem), right);
    const details = name === "PATHWAYS" ? { pathway: "Way" } : {};
    const accepted = acceptedLines(problem, details);
    if (way.isSoft) assert.equal(accepted.length, 2);
    else assert.deepEqual(accepted, [right]);
    const free = way.entry
      ? { ...problem, constraints: off }
      : { ...problemFor({}, off), sixMonthTerms: [] };
    assert.notEqual(lineOf(free)[0], "good");
  });
}

for (const [name, { entry, keeps, breaks }] of Object.entries(YEARS)) {
  Deno.test(`${name}: a year that keeps it has lines, any other is refused in its name`, () => {
    const inYear = (termWeeks: number[]) =>
      problemOf(["a", "b", "c"].map((id) => position(id)), { termWeeks, constraints: [entry] });
    assert.equal(lineOf(inYear(keeps)).length, keeps.length);
    const refused = solve(inYear(breaks));
    assert.ok(refused.status === "INFEASIBLE");
    assert.deepEqual(refused.explanation.rules, [name]);
    const codes = checkPlan(inYear(breaks), [["a", "b", "c"].slice(0, breaks.length)]);
    assert.deepEqual(codes.map(({ code }) => code), [name]);
    assert.equal(lineOf({ ...inYear(breaks), constraints: [] }).length, breaks.length);
  });
}

Deno.test("every rule has such a model, but those that every_rule_test.ts draws for", () => {
  const rules = [...RULES, ...INHERENT_RULES], random = new Random(3);
  const names = [...Object.keys(WAYS), ...Object.keys(YEARS)];
  assert.deepEqual(names.filter((name) => !rules.some((rule) => rule.name === name)), []);
  const without = rules.filter(({ name }) => !names.includes(name));
  const untold = without.filter((rule) => !judgesLines(rule, drawnUnder(random, rule)));
  assert.deepEqual(untold.map(({ name }) => name), []);
});
