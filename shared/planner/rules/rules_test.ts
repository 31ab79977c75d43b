// Each rule: a line that passes, one that fails, and a contribution that forbids what the check does.

import assert from "node:assert/strict";
import type { ConstraintEntry, PlannerPosition, SixMonthTerm } from "../problem.ts";
import { Random } from "../../engine/random.ts";
import { buildTables } from "../model/build.ts";
import { isLegalInModel } from "../testing/legal_line.ts";
import { position, problemOf, randomOrder, randomProblem } from "../testing/problems.ts";
import { checkLine } from "../testing/check_line.ts";
import type { RuleBounds } from "./bounds.ts";
import { resolveRules, type RuleContext } from "./mod.ts";

function contextOf(
  positions: PlannerPosition[],
  constraints: ConstraintEntry[],
  termWeeks: number[],
  sixMonthTerms: SixMonthTerm[] = [],
): RuleContext<RuleBounds> {
  const problem = problemOf(positions, { constraints, termWeeks, sixMonthTerms });
  const totalWeeks = termWeeks.reduce((sum, weeks) => sum + weeks, 0);
  return { problem, bounds: resolveRules(constraints), totalWeeks };
}

interface Case {
  rule: string;
  constraint: ConstraintEntry;
  termWeeks?: number[];
  /** Position 0 has these on top of plain ones; positions 1.. are plain. */
  special: Partial<PlannerPosition>;
  /** Positions 5 and 7 are the components of a six-month term. */
  sixMonth?: Partial<SixMonthTerm>;
  passes: number[];
  fails: number[];
}

const plain = { specialty: "Medicine", subspecialty: null };
const CASES: Case[] = [
  {
    rule: "REQUIRED_CATEGORIES",
    constraint: { name: "REQUIRED_CATEGORIES", value: ["C"] },
    special: { categories: ["C"] },
    passes: [1, 0, 2, 3],
    fails: [1, 2, 3, 4],
  },
  {
    rule: "MAX_SPECIALTY",
    constraint: { name: "MAX_SPECIALTY", value: 0.5 },
    special: { specialty: "Surgery" },
    passes: [0, 1, 5, 2],
    fails: [1, 2, 3, 5],
  },
  {
    rule: "MAX_SUBSPECIALTY",
    constraint: { name: "MAX_SUBSPECIALTY", value: 0.25 },
    special: {},
    passes: [1, 5, 2, 7],
    fails: [5, 1, 6, 2],
  },
  {
    rule: "MAX_SERVICE",
    constraint: { name: "MAX_SERVICE", value: 0.2 },
    special: { isService: true },
    termWeeks: [10, 10, 10, 10, 12],
    passes: [0, 1, 2, 3, 4],
    fails: [1, 2, 3, 4, 0],
  },
  {
    rule: "MAX_SERVICE_TERMS",
    constraint: { name: "MAX_SERVICE_TERMS", value: 0 },
    special: { isService: true },
    passes: [1, 2, 3, 4],
    fails: [1, 0, 2, 3],
  },
  {
    rule: "MIN_CLINICAL_TEAM",
    constraint: { name: "MIN_CLINICAL_TEAM", value: 0.9 },
    special: { isClinicalTeam: false },
    passes: [1, 2, 3, 4],
    fails: [0, 1, 2, 3],
  },
  {
    rule: "MIN_CLINICAL_WEEKS",
    constraint: { name: "MIN_CLINICAL_WEEKS", value: 47 },
    special: { isNonClinical: true },
    passes: [1, 2, 3, 4],
    fails: [0, 1, 2, 3],
  },
  {
    rule: "MAX_NON_CLINICAL_TERMS",
    constraint: { name: "MAX_NON_CLINICAL_TERMS", value: 0 },
    special: { isNonClinical: true },
    passes: [1, 2, 3, 4],
    fails: [1, 2, 3, 0],
  },
  {
    rule: "MAX_RURAL_TERMS",
    constraint: { name: "MAX_RURAL_TERMS", value: 0 },
    special: { isRural: true },
    passes: [1, 2, 3, 4],
    fails: [0, 2, 3, 4],
  },
  {
    rule: "MAX_NIGHTS_RELIEF_TERMS",
    constraint: { name: "MAX_NIGHTS_RELIEF_TERMS", value: 0 },
    special: { isNightsRelief: true },
    passes: [1, 2, 3, 4],
    fails: [0, 2, 3, 4],
  },
  {
    rule: "NO_NIGHTS",
    constraint: "NO_NIGHTS",
    special: { isNightsRelief: true },
    passes: [1, 2, 3, 4],
    fails: [1, 2, 0, 4],
  },
  {
    rule: "FORBIDDEN_CELLS",
    constraint: { name: "FORBIDDEN_CELLS", value: [{ position: "p0", terms: [2] }] },
    special: {},
    passes: [0, 1, 2, 3],
    fails: [1, 0, 2, 3],
  },
  {
    rule: "NOT_AFTER",
    constraint: {
      name: "NOT_AFTER",
      value: [{ first: { flags: ["rural"] }, then: { specialties: ["Surgery"] } }],
    },
    special: { isRural: true },
    passes: [5, 0, 1, 6],
    fails: [1, 0, 5, 2],
  },
  {
    rule: "NOT_AFTER",
    constraint: {
      name: "NOT_AFTER",
      value: [{ first: { flags: ["rural"] }, then: { positions: ["p5", "p1"] }, within: 2 }],
    },
    special: { isRural: true },
    passes: [0, 2, 3, 5],
    fails: [0, 2, 5, 3],
  },
  {
    rule: "TERMS_APART",
    constraint: { name: "TERMS_APART", value: [{ kind: { positions: ["p0", "p1"] } }] },
    special: {},
    passes: [0, 2, 1, 3],
    fails: [2, 1, 0, 3],
  },
  {
    rule: "TERMS_APART",
    constraint: { name: "TERMS_APART", value: [{ kind: { positions: ["p0", "p1"] }, apart: 9 }] },
    special: {},
    passes: [0, 2, 3, 4],
    fails: [0, 2, 3, 1],
  },
  {
    rule: "TERMS_IN_SET",
    constraint: {
      name: "TERMS_IN_SET",
      value: [{ kind: { specialties: ["Vascular"] }, least: 1, most: 1 }],
    },
    special: {},
    passes: [5, 1, 7, 2],
    fails: [1, 7, 2, 3],
  },
  {
    rule: "TERMS_IN_SET",
    constraint: {
      name: "TERMS_IN_SET",
      value: [{ kind: { specialties: ["Surgery"] }, most: 1 }],
    },
    special: {},
    passes: [1, 7, 2, 3],
    fails: [5, 1, 7, 2],
  },
  {
    rule: "MAX_HOSPITALS",
    constraint: { name: "MAX_HOSPITALS", value: 1 },
    special: { hospital: "North" },
    passes: [1, 2, 3, 4],
    fails: [0, 5, 6, 2],
  },
  {
    rule: "MIN_SPECIALTIES",
    constraint: { name: "MIN_SPECIALTIES", value: 3 },
    special: { specialty: "Paediatrics" },
    passes: [0, 1, 5, 2],
    fails: [1, 2, 5, 6],
  },
  {
    rule: "SAME_FTE",
    constraint: "SAME_FTE",
    special: { fte: 0.5 },
    passes: [1, 2, 3, 4],
    fails: [0, 1, 2, 3],
  },
  {
    rule: "ANNUAL_LEAVE",
    constraint: { name: "ANNUAL_LEAVE", value: { capacity_weeks: [50, 4, 0, 0] } },
    special: { isService: true },
    passes: [1, 0, 2, 3],
    fails: [0, 1, 2, 3],
  },
  {
    rule: "SIX_MONTH_TERMS",
    constraint: { name: "SIX_MONTH_TERMS", value: { rest_covers: ["A"] } },
    special: { categories: ["A"] },
    sixMonth: {},
    passes: [5, 7, 1, 0],
    fails: [5, 7, 1, 2],
  },
  {
    rule: "SIX_MONTH_TERMS",
    constraint: { name: "SIX_MONTH_TERMS", value: { rest_covers: [] } },
    special: {},
    sixMonth: { college: null },
    passes: [1, 2, 3, 0],
    fails: [1, 5, 7, 2],
  },
  {
    rule: "SIX_MONTH_PAIRS",
    constraint: "UNRESTRICTED",
    special: {},
    sixMonth: {},
    passes: [1, 5, 7, 2],
    fails: [1, 7, 5, 2],
  },
  {
    rule: "UNIQUE_POSITIONS",
    constraint: "UNIQUE_POSITIONS",
    special: {},
    passes: [0, 1, 2, 3],
    fails: [0, 1, 2, 0],
  },
  {
    rule: "POSITION_MIN_WEEKS",
    constraint: "UNRESTRICTED",
    special: { minWeeks: 12 },
    termWeeks: [10, 10, 12],
    passes: [1, 2, 0],
    fails: [0, 1, 2],
  },
];

/** Positions 0 special, 1..4 plain Medicine, 5 and 6 Surgery/Vascular, 7 Surgery/Plastics. */
function positionsFor(special: Partial<PlannerPosition>): PlannerPosition[] {
  return [
    position("p0", { ...plain, ...special }),
    ...[1, 2, 3, 4].map((i) => position(`p${i}`, plain)),
    position("p5", { specialty: "Surgery", subspecialty: "Vascular", hospital: "South" }),
    position("p6", { specialty: "Surgery", subspecialty: "Vascular" }),
    position("p7", { specialty: "Surgery", subspecialty: "Plastics" }),
  ];
}

/** The six-month term of positions 5 and 7. */
function sixMonthTerm(more: Partial<SixMonthTerm>): SixMonthTerm {
  return {
    id: "six",
    name: "Six months",
    components: ["p5", "p7"],
    qualification: "Diploma",
    college: "RACS",
    ...more,
  };
}

for (const { rule, constraint, special, sixMonth, passes, fails, termWeeks } of CASES) {
  const context = contextOf(
    positionsFor(special),
    [constraint],
    termWeeks ?? [13, 13, 13, 13],
    sixMonth ? [sixMonthTerm(sixMonth)] : [],
  );

  Deno.test(`${rule} passes a line that keeps it and names itself on one that does not`, () => {
    assert.deepEqual(checkLine(context, passes), []);
    assert.deepEqual(checkLine(context, fails).map((fault) => fault.rule), [rule]);
  });

  Deno.test(`${rule} contributes to the model what its check refuses`, () => {
    const tables = buildTables(context.problem, context.bounds);
    assert.ok(isLegalInModel(tables, passes));
    assert.ok(!isLegalInModel(tables, fails));
  });
}

Deno.test("LONGEST_TERM_LAST refuses a year whose longest term comes earlier", () => {
  const last = contextOf(positionsFor({}), ["LONGEST_TERM_LAST"], [10, 10, 10, 12]);
  assert.deepEqual(checkLine(last, [1, 2, 3, 4]), []);
  const equal = contextOf(positionsFor({}), ["LONGEST_TERM_LAST"], [13, 13, 13, 13]);
  assert.deepEqual(checkLine(equal, [1, 2, 3, 4]), []);
  const early = contextOf(positionsFor({}), ["LONGEST_TERM_LAST"], [12, 10, 10, 10]);
  assert.equal(checkLine(early, [1, 2, 3, 4])[0].rule, "LONGEST_TERM_LAST");
});

Deno.test("EXACT_TERMS and MIN_LONG_TERMS refuse a term structure, and so every line", () => {
  const five = contextOf(positionsFor({}), [{ name: "EXACT_TERMS", value: 5 }], [13, 13, 13, 13]);
  assert.equal(checkLine(five, [1, 2, 3, 4])[0].rule, "EXACT_TERMS");
  assert.equal(buildTables(five.problem, five.bounds).structureFault?.rule, "EXACT_TERMS");
  const long = contextOf(positionsFor({}), [{ name: "MIN_LONG_TERMS", value: 3 }], [13, 13, 9, 9]);
  assert.equal(checkLine(long, [1, 2, 3, 4])[0].rule, "MIN_LONG_TERMS");
});

Deno.test("MIN_TERMS and MAX_TERMS refuse years outside four to five terms", () => {
  const inYear = (terms: number) =>
    contextOf(
      positionsFor({}),
      [{ name: "MIN_TERMS", value: 4 }, { name: "MAX_TERMS", value: 5 }],
      [
        ...Array(terms).fill(10),
      ],
    );
  assert.deepEqual(checkLine(inYear(4), [1, 2, 3, 4]), []);
  assert.deepEqual(checkLine(inYear(5), [1, 2, 3, 4, 5]), []);
  assert.equal(checkLine(inYear(3), [1, 2, 3])[0].rule, "MIN_TERMS");
  assert.equal(checkLine(inYear(6), [1, 2, 3, 4, 5, 7])[0].rule, "MAX_TERMS");
  const { problem, bounds } = inYear(6);
  assert.equal(buildTables(problem, bounds).structureFault?.rule, "MAX_TERMS");
});

Deno.test("the model of a line agrees with the checks on every line of random problems", () => {
  const random = new Random(5);
  for (let round = 0; round < 80; round++) {
    const shape = { lines: 1, terms: 3, positions: 5, postsUpTo: 1, sixMonth: round % 2 === 1 };
    const problem = randomProblem(() => random.next(), shape);
    if (round % 4 === 3) {
      problem.constraints = [
        ...problem.constraints,
        ...randomOrder(() => random.next(), problem.positions),
      ];
    }
    if (round % 3 === 2) {
      const capacity_weeks = problem.termWeeks.map(() => random.below(7));
      problem.constraints = [...problem.constraints, {
        name: "ANNUAL_LEAVE",
        value: { capacity_weeks },
      }];
    }
    const totalWeeks = problem.termWeeks.reduce((sum, weeks) => sum + weeks, 0);
    const bounds = resolveRules(problem.constraints);
    const tables = buildTables(problem, bounds);
    for (let code = 0; code < 125; code++) {
      const line = [code % 5, Math.floor(code / 5) % 5, Math.floor(code / 25)];
      if (line.some((r, t) => problem.posts[t][r] === 0)) continue;
      const legal = tables.structureFault === null && isLegalInModel(tables, line);
      const faults = checkLine({ problem, bounds, totalWeeks }, line);
      assert.equal(legal, faults.length === 0, JSON.stringify({ line, faults }));
    }
  }
});
