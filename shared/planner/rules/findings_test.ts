// Which rule is met by what: each rule's finding on a line, its terms, and its agreement with the check.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import type { ConstraintEntry, PlannerPosition, SixMonthTerm } from "../problem.ts";
import { position, problemOf, randomProblem } from "../testing/problems.ts";
import { checkLine } from "../testing/check_line.ts";
import type { RuleBounds } from "./bounds.ts";
import { judgeLine, type LineFacts, resolveRules, type RuleContext } from "./mod.ts";

const TERM_WEEKS = [10, 10, 10, 10, 12];
const PLAIN: LineFacts = { pathway: null, leave: [] };

const medicine = { specialty: "Medicine" };
const POSITIONS: PlannerPosition[] = [
  position("card", { ...medicine, subspecialty: "Cardiology", categories: ["B"] }),
  position("renal", { ...medicine, subspecialty: "Renal", categories: ["B", "C"] }),
  position("ed", { specialty: "Emergency", categories: ["A", "C"] }),
  position("nights", {
    specialty: "Relief",
    isService: true,
    isNightsRelief: true,
    isClinicalTeam: false,
  }),
  position("surg", { specialty: "Surgery", categories: ["D"], isRural: true }),
  position("lab", { specialty: "Pathology", isNonClinical: true, minWeeks: 12 }),
  position("obs", { specialty: "Women", subspecialty: "Obstetrics", categories: ["B"] }),
  position("gynae", { specialty: "Women", subspecialty: "Gynaecology" }),
];
const SIX_MONTH_TERM: SixMonthTerm = {
  id: "women",
  name: "Women's health",
  components: ["obs", "gynae"],
  qualification: "Certificate",
  college: "RANZCOG",
};
const LINE = ["card", "ed", "nights", "renal", "surg"];

function contextOf(constraints: ConstraintEntry[]): RuleContext<RuleBounds> {
  const problem = problemOf(POSITIONS, {
    constraints,
    termWeeks: TERM_WEEKS,
    sixMonthTerms: [SIX_MONTH_TERM],
  });
  return { problem, bounds: resolveRules(constraints), totalWeeks: 52 };
}

function verdict(rule: string, entry: ConstraintEntry, ids = LINE, facts = PLAIN) {
  const line = ids.map((id) => POSITIONS.findIndex((p) => p.id === id));
  const found = judgeLine(contextOf([entry]), line, facts).find((v) => v.rule === rule);
  assert.ok(found, rule);
  return found;
}

const cells = [{ position: "ed", term: 2 }, { position: "card", term: 4 }];
const pathway = { name: "Physician", lines: 1, positions: ["card", "renal"], need: 2 };
const exact = { name: "Exact", lines: 1, sequence: ["card", null, null, "ed", null] };
const leave = [{ startWeek: 2, weeks: 2 }, { startWeek: 40, weeks: 3 }];

/** Rule, entry, met, finding, terms from 0; then a line or facts other than the usual. */
const CASES: [
  string,
  ConstraintEntry,
  boolean | null,
  string,
  number[],
  { line?: string[]; facts?: Partial<LineFacts> }?,
][] = [
  ["EXACT_TERMS", "VIC_PGY1", true, "the year has 5 terms", []],
  ["MIN_LONG_TERMS", "VIC_PGY1", true, "5 terms of 10 weeks or more", [0, 1, 2, 3, 4]],
  ["LONGEST_TERM_LAST", "VIC_PGY1", true, "the longest term has 12 weeks", [4]],
  [
    "REQUIRED_CATEGORIES",
    "VIC_PGY1",
    true,
    "A in term 2; B in terms 1 and 4; C in terms 2 and 4; D in term 5",
    [0, 1, 3, 4],
  ],
  ["REQUIRED_CATEGORIES", "VIC_PGY1", false, "category D not covered", [0, 1, 3], {
    line: ["card", "ed", "nights", "renal", "lab"],
  }],
  ["MAX_SPECIALTY", "VIC_PGY1", true, "20 of 52 weeks in Medicine (38%), the most of any", [0, 3]],
  ["MAX_SUBSPECIALTY", "VIC_PGY1", true, "10 of 52 weeks in Cardiology (19%), the most of any", [
    0,
  ]],
  ["MAX_SERVICE", "VIC_PGY1", true, "10 of 52 weeks in service terms (19%)", [2]],
  ["MAX_SERVICE_TERMS", "NSW_PGY1", true, "1 service term", [2]],
  ["MIN_CLINICAL_TEAM", "VIC_PGY1", true, "42 of 52 weeks in a clinical team (81%)", [0, 1, 3, 4]],
  ["MIN_CLINICAL_WEEKS", "VIC_PGY1", true, "52 of 52 weeks clinical (100%)", [0, 1, 2, 3, 4]],
  ["MAX_NON_CLINICAL_TERMS", "VIC_PGY1", true, "no non-clinical term", []],
  ["MAX_NON_CLINICAL_TERMS", "VIC_PGY1", false, "1 non-clinical term, at most 0 allowed", [4], {
    line: ["card", "ed", "nights", "renal", "lab"],
  }],
  ["MAX_RURAL_TERMS", "VIC_PGY1", true, "1 rural term", [4]],
  ["NO_NIGHTS", "NO_NIGHTS", false, "nights JMO is a nights/relief position", [2]],
  ["UNIQUE_POSITIONS", "VIC_PGY1", true, "5 different positions", []],
  ["UNIQUE_POSITIONS", "VIC_PGY1", false, "card JMO appears twice", [0, 4], {
    line: ["card", "ed", "nights", "renal", "card"],
  }],
  ["POSITION_MIN_WEEKS", "VIC_PGY1", true, "every term is long enough", []],
  ["FORCED_CELLS", { name: "FORCED_CELLS", value: cells }, null, "this line holds ed JMO, term 2", [
    1,
  ]],
  [
    "PREFERRED_CELLS",
    { name: "PREFERRED_CELLS", value: [cells[1]] },
    null,
    "this line holds none of them",
    [],
  ],
  [
    "FORBIDDEN_CELLS",
    { name: "FORBIDDEN_CELLS", value: [{ position: "ed", terms: [2] }] },
    false,
    "ed JMO is forbidden in term 2",
    [1],
  ],
  [
    "PATHWAYS",
    { name: "PATHWAYS", value: [pathway] },
    null,
    "this line is not reserved for one",
    [],
  ],
  [
    "PATHWAYS",
    { name: "PATHWAYS", value: [pathway] },
    true,
    "reserved for Physician: 2 of its terms, 2 needed",
    [0, 3],
    { facts: { pathway: "Physician" } },
  ],
  [
    "PATHWAYS",
    { name: "PATHWAYS", value: [exact] },
    false,
    "reserved for Exact: 1 of its terms, 2 needed",
    [0],
    { facts: { pathway: "Exact" } },
  ],
  ["SIX_MONTH_TERMS", "VIC_PGY2", true, "no six-month term", []],
  ["SIX_MONTH_TERMS", "SIX_MONTH_TERMS", true, "Women's health", [1, 2], {
    line: ["ed", "obs", "gynae", "renal", "surg"],
  }],
  [
    "SIX_MONTH_TERMS",
    "SIX_MONTH_TERMS",
    false,
    "category B not covered beside Women's health",
    [1, 2],
    { line: ["ed", "obs", "gynae", "lab", "surg"] },
  ],
  ["SIX_MONTH_PAIRS", "VIC_PGY2", true, "Women's health", [1, 2], {
    line: ["ed", "obs", "gynae", "renal", "surg"],
  }],
  [
    "SIX_MONTH_PAIRS",
    "VIC_PGY2",
    false,
    "Women's health: its two components do not follow each other",
    [1, 3],
    { line: ["ed", "obs", "renal", "gynae", "surg"] },
  ],
  [
    "NOT_AFTER",
    {
      name: "NOT_AFTER",
      value: [{ first: { flags: ["service"] }, then: { specialties: ["Renal"] } }],
    },
    false,
    "Renal in term 4 follows service in term 3",
    [2, 3],
  ],
  [
    "NOT_AFTER",
    {
      name: "NOT_AFTER",
      value: [{ first: { flags: ["service"] }, then: { specialties: ["Medicine"] } }],
    },
    true,
    "no term follows one that it may not follow",
    [],
    { line: ["card", "renal", "ed", "surg", "nights"] },
  ],
  [
    "TERMS_APART",
    { name: "TERMS_APART", value: [{ kind: { specialties: ["Medicine"] }, apart: 4 }] },
    false,
    "Medicine in terms 1 and 4, to be at least 4 terms apart",
    [0, 3],
    { line: ["card", "ed", "nights", "renal", "surg"] },
  ],
  [
    "TERMS_APART",
    { name: "TERMS_APART", value: [{ kind: { flags: ["service", "nights_relief"] } }] },
    true,
    "such terms: term 3",
    [2],
  ],
  [
    "TERMS_IN_SET",
    { name: "TERMS_IN_SET", value: [{ kind: { specialties: ["Medicine"] }, least: 3 }] },
    false,
    "2 terms in Medicine, at least 3 wanted",
    [0, 3],
  ],
  ["MAX_HOSPITALS", { name: "MAX_HOSPITALS", value: 1 }, true, "0 hospitals", [0, 1, 2, 3, 4]],
  ["MIN_SPECIALTIES", { name: "MIN_SPECIALTIES", value: 4 }, true, "4 specialties", [
    0,
    1,
    2,
    3,
    4,
  ]],
  [
    "MIN_SPECIALTIES",
    { name: "MIN_SPECIALTIES", value: 5 },
    false,
    "4 specialties, at least 5 required",
    [0, 1, 2, 3, 4],
  ],
  ["SAME_FTE", "SAME_FTE", true, "full time", []],
  ["ANNUAL_LEAVE", "ANNUAL_LEAVE", false, "no leave is planned", []],
  [
    "ANNUAL_LEAVE",
    "ANNUAL_LEAVE",
    true,
    "5 weeks of leave: weeks 3-4 (term 1) and weeks 41-43 (term 5)",
    [0, 4],
    { facts: { leave } },
  ],
];

for (const [rule, entry, met, finding, terms, { line, facts } = {}] of CASES) {
  Deno.test(`${rule} says "${finding}"`, () => {
    const found = verdict(rule, entry, line, { ...PLAIN, ...facts });
    assert.deepEqual([found.met, found.finding, found.terms], [met, finding, terms]);
    assert.ok(found.requirement.length > 0);
  });
}

Deno.test("judgeLine() refuses what checkLine() refuses, on every line of random problems", () => {
  const random = new Random(11);
  for (let round = 0; round < 20; round++) {
    const shape = { lines: 1, terms: 3, positions: 5, postsUpTo: 1, pathways: true, cells: true };
    const problem = randomProblem(() => random.next(), shape);
    const totalWeeks = problem.termWeeks.reduce((sum, weeks) => sum + weeks, 0);
    const context = { problem, bounds: resolveRules(problem.constraints), totalWeeks };
    for (let code = 0; code < 125; code++) {
      const line = [code % 5, Math.floor(code / 5) % 5, Math.floor(code / 25)];
      const verdicts = judgeLine(context, line, PLAIN);
      assert.deepEqual(
        verdicts.filter(({ met }) => met === false).map(({ rule, finding }) => [rule, finding]),
        checkLine(context, line).map(({ rule, message }) => [rule, message]),
      );
      assert.ok(verdicts.every(({ terms }) => terms.every((t) => t >= 0 && t < 3)));
    }
  }
});
