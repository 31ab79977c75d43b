// For every rule a plan that passes and one that fails, and plans broken in one place on purpose.

import assert from "node:assert/strict";
import { checkPlan, type LineDetails, type Violation } from "./checker.ts";
import type { ConstraintEntry, PlannerPosition, PlannerProblem, SixMonthTerm } from "../problem.ts";
import { INHERENT_RULES, RULES } from "../rules/mod.ts";
import { bruteForce } from "../testing/brute_force.ts";
import { position, problemOf, randomProblem } from "../testing/problems.ts";

const codes = (violations: Violation[]) => violations.map(({ code }) => code);
const YEAR = ["p0", "p1", "p2", "p3", "p4"];

/** Five plain positions with overrides by index, and the line that takes them in order. */
function yearOf(
  overrides: Record<number, Partial<PlannerPosition>>,
  constraints: ConstraintEntry[],
  rest: Partial<PlannerProblem> = {},
): PlannerProblem {
  const positions = YEAR.map((id, r) => position(id, overrides[r]));
  return problemOf(positions, { constraints, ...rest });
}

/** A rule, a year that keeps it, and one that breaks it (only it). */
interface Case {
  code: string;
  passes: PlannerProblem;
  fails: PlannerProblem;
  message: RegExp;
}

const value = (name: string, v: unknown): ConstraintEntry => ({ name, value: v });
const service = { isService: true };
const rural = { isRural: true };
const nights = { isNightsRelief: true };
const surgery = { specialty: "Surgery" };
const cardiology = { specialty: "Medicine", subspecialty: "Cardiology" };

const cell = (name: string, v: object) => [value(name, [v])];
const halves: Record<number, Partial<PlannerPosition>> = {
  1: { subspecialty: "Obstetrics", categories: ["A"] },
  2: { subspecialty: "Gynaecology" },
  4: { categories: ["A"] },
};
const sixMonths = (first: string, second: string | null): SixMonthTerm => ({
  id: "six",
  name: "Women's health",
  components: [first, second],
  qualification: "Certificate",
  college: "RANZCOG",
});

/** Terms of a kind. */
const kind = (of: object) => ({ flags: [], specialties: [], positions: [], ...of });
/** No rural term within so many terms of nights. */
const after = (within: number) =>
  value("NOT_AFTER", [{
    first: kind({ flags: ["nights_relief"] }),
    then: kind({ flags: ["rural"] }),
    within,
  }]);
/** Terms of surgery so far apart. */
const apart = (terms: number) =>
  value("TERMS_APART", [{ kind: kind({ specialties: ["Surgery"] }), apart: terms }]);
/** How many terms a line has in the first two positions. */
const inSet = (bounds: object) =>
  value("TERMS_IN_SET", [{ kind: kind({ positions: ["p0", "p1"] }), ...bounds }]);

const cases: Case[] = [
  {
    code: "MIN_TERMS",
    passes: yearOf({}, [value("MIN_TERMS", 5)]),
    fails: yearOf({}, [value("MIN_TERMS", 6)]),
    message: /5 terms, it needs 6 or more/,
  },
  {
    code: "MAX_TERMS",
    passes: yearOf({}, [value("MAX_TERMS", 5)]),
    fails: yearOf({}, [value("MAX_TERMS", 4)]),
    message: /5 terms, it may have 4 or fewer/,
  },
  {
    code: "FORBIDDEN_CELLS",
    passes: yearOf({}, cell("FORBIDDEN_CELLS", { position: "p0", terms: [2, 3] })),
    fails: yearOf({}, cell("FORBIDDEN_CELLS", { position: "p0", terms: [1] })),
    message: /p0 JMO may not be held in term 1/,
  },
  {
    code: "FORCED_CELLS",
    passes: yearOf({}, cell("FORCED_CELLS", { position: "p2", term: 3 })),
    fails: yearOf({}, cell("FORCED_CELLS", { position: "p2", term: 4 })),
    message: /0 lines hold position p2, 1 must/,
  },
  {
    code: "SIX_MONTH_PAIRS",
    passes: yearOf({}, [], { sixMonthTerms: [sixMonths("p1", "p2")] }),
    fails: yearOf({}, [], { sixMonthTerms: [sixMonths("p1", null)] }),
    message: /half of the six-month term Women's health stands alone/,
  },
  {
    code: "SIX_MONTH_TERMS",
    passes: yearOf(halves, [value("SIX_MONTH_TERMS", { rest_covers: ["A"] })], {
      sixMonthTerms: [sixMonths("p1", "p2")],
    }),
    fails: yearOf({ ...halves, 4: {} }, [value("SIX_MONTH_TERMS", { rest_covers: ["A"] })], {
      sixMonthTerms: [sixMonths("p1", "p2")],
    }),
    message: /the rest of the year does not cover A/,
  },
  {
    code: "SIX_MONTH_TERMS",
    passes: yearOf(halves, [value("SIX_MONTH_TERMS", { rest_covers: [], college: false })], {
      sixMonthTerms: [{ ...sixMonths("p1", "p2"), college: null }],
    }),
    fails: yearOf(halves, [value("SIX_MONTH_TERMS", { rest_covers: [] })], {
      sixMonthTerms: [{ ...sixMonths("p1", "p2"), college: null }],
    }),
    message: /Women's health is required by no college/,
  },
  {
    code: "EXACT_TERMS",
    passes: yearOf({}, [value("EXACT_TERMS", 5)]),
    fails: yearOf({}, [value("EXACT_TERMS", 4)]),
    message: /5 terms, it must have 4/,
  },
  {
    code: "MIN_LONG_TERMS",
    passes: yearOf({}, [value("MIN_LONG_TERMS", 4)], { termWeeks: [10, 10, 10, 10, 9] }),
    fails: yearOf({}, [value("MIN_LONG_TERMS", 5)], { termWeeks: [10, 10, 10, 10, 9] }),
    message: /4 terms last 10 weeks or more, at least 5/,
  },
  {
    code: "LONGEST_TERM_LAST",
    passes: yearOf({}, ["LONGEST_TERM_LAST"], { termWeeks: [10, 10, 10, 10, 12] }),
    fails: yearOf({}, ["LONGEST_TERM_LAST"], { termWeeks: [10, 10, 12, 10, 10] }),
    message: /longer than the last one/,
  },
  {
    code: "REQUIRED_CATEGORIES",
    passes: yearOf({ 0: { categories: ["A", "B"] }, 4: { categories: ["C"] } }, [
      value("REQUIRED_CATEGORIES", ["A", "B", "C"]),
    ]),
    fails: yearOf({ 0: { categories: ["A", "B"] } }, [
      value("REQUIRED_CATEGORIES", ["A", "B", "C"]),
    ]),
    message: /Line 1: category C is not covered/,
  },
  {
    code: "MAX_SPECIALTY",
    passes: yearOf({ 0: surgery, 4: surgery }, [value("MAX_SPECIALTY", 0.5)]),
    fails: yearOf({ 0: surgery, 1: surgery, 2: surgery }, [value("MAX_SPECIALTY", 0.5)]),
    message: /30 of 52 weeks in Surgery, at most 50%/,
  },
  {
    code: "MAX_SUBSPECIALTY",
    passes: yearOf({ 4: cardiology }, [value("MAX_SUBSPECIALTY", 0.25)]),
    fails: yearOf({ 0: cardiology, 1: cardiology }, [value("MAX_SUBSPECIALTY", 0.25)]),
    message: /20 of 52 weeks in Cardiology, at most 25%/,
  },
  {
    code: "MAX_SERVICE",
    passes: yearOf({ 0: service }, [value("MAX_SERVICE", 0.2)]),
    fails: yearOf({ 4: service }, [value("MAX_SERVICE", 0.2)]),
    message: /12 of 52 weeks in service terms, at most 20%/,
  },
  {
    code: "MAX_SERVICE_TERMS",
    passes: yearOf({ 0: service }, [value("MAX_SERVICE_TERMS", 1)]),
    fails: yearOf({ 0: service, 3: service }, [value("MAX_SERVICE_TERMS", 1)]),
    message: /2 service terms, at most 1/,
  },
  {
    code: "MIN_CLINICAL_TEAM",
    passes: yearOf({ 0: { isClinicalTeam: false }, 1: { isClinicalTeam: false } }, [
      value("MIN_CLINICAL_TEAM", 0.5),
    ]),
    fails: yearOf({
      0: { isClinicalTeam: false },
      1: { isClinicalTeam: false },
      2: { isClinicalTeam: false },
    }, [value("MIN_CLINICAL_TEAM", 0.5)]),
    message: /22 of 52 weeks in a clinical team, at least 50%/,
  },
  {
    code: "MIN_CLINICAL_WEEKS",
    passes: yearOf({ 0: { isNonClinical: true } }, [value("MIN_CLINICAL_WEEKS", 42)]),
    fails: yearOf({ 0: { isNonClinical: true } }, [value("MIN_CLINICAL_WEEKS", 47)]),
    message: /42 clinical weeks, at least 47/,
  },
  {
    code: "MAX_NON_CLINICAL_TERMS",
    passes: yearOf({ 0: { isNonClinical: true } }, [value("MAX_NON_CLINICAL_TERMS", 1)]),
    fails: yearOf({ 0: { isNonClinical: true } }, [value("MAX_NON_CLINICAL_TERMS", 0)]),
    message: /1 non-clinical term, at most 0/,
  },
  {
    code: "MAX_RURAL_TERMS",
    passes: yearOf({ 0: rural }, []),
    fails: yearOf({ 0: rural, 1: rural }, []),
    message: /2 rural terms, at most 1/,
  },
  {
    code: "MAX_NIGHTS_RELIEF_TERMS",
    passes: yearOf({ 0: nights }, []),
    fails: yearOf({ 0: nights, 1: nights }, []),
    message: /2 nights\/relief terms, at most 1/,
  },
  {
    code: "NO_NIGHTS",
    passes: yearOf({}, ["NO_NIGHTS"]),
    fails: yearOf({ 0: nights }, ["NO_NIGHTS"]),
    message: /1 nights\/relief term, at most 0/,
  },
  {
    code: "POSITION_MIN_WEEKS",
    passes: yearOf({ 4: { minWeeks: 12 } }, []),
    fails: yearOf({ 0: { minWeeks: 12 } }, []),
    message: /p0 JMO needs 12 weeks, term 1 has 10/,
  },
  {
    code: "NOT_AFTER",
    passes: yearOf({ 0: nights, 2: rural }, [after(1)]),
    fails: yearOf({ 0: nights, 1: rural }, [after(1)]),
    message: /p1 JMO may not follow what comes before it/,
  },
  {
    code: "NOT_AFTER",
    passes: yearOf({ 0: nights, 3: rural }, [after(2)]),
    fails: yearOf({ 0: nights, 2: rural }, [after(2)]),
    message: /p2 JMO may not follow/,
  },
  {
    code: "TERMS_APART",
    passes: yearOf({ 0: surgery, 3: surgery }, [apart(3)]),
    fails: yearOf({ 0: surgery, 2: surgery }, [apart(3)]),
    message: /p2 JMO is too near to another such term/,
  },
  {
    code: "TERMS_IN_SET",
    passes: yearOf({}, [inSet({ most: 2 })]),
    fails: yearOf({}, [inSet({ most: 1 })]),
    message: /2 terms in a set that allows 0 to 1/,
  },
  {
    code: "TERMS_IN_SET",
    passes: yearOf({}, [inSet({ least: 2 })]),
    fails: yearOf({}, [inSet({ least: 3 })]),
    message: /2 terms in a set that allows 3 to any number/,
  },
  {
    code: "MAX_HOSPITALS",
    passes: yearOf({ 0: { hospital: "Wandoo" }, 1: { hospital: "Wandoo" } }, [
      value("MAX_HOSPITALS", 1),
    ]),
    fails: yearOf({ 0: { hospital: "Wandoo" }, 1: { hospital: "Karri" } }, [
      value("MAX_HOSPITALS", 1),
    ]),
    message: /2 hospitals, 1 allowed/,
  },
  {
    code: "MIN_SPECIALTIES",
    passes: yearOf({}, [value("MIN_SPECIALTIES", 5)]),
    fails: yearOf({ 0: surgery, 1: surgery }, [value("MIN_SPECIALTIES", 5)]),
    message: /4 specialties, 5 needed/,
  },
  {
    code: "SAME_FTE",
    passes: yearOf({ 0: { fte: 0.5 }, 1: {} }, [value("SAME_FTE", false)]),
    fails: yearOf({ 0: { fte: 0.5 } }, [value("SAME_FTE", true)]),
    message: /terms of 0.5 and of 1/,
  },
  {
    code: "SIX_MONTH_TERMS",
    passes: yearOf(halves, [value("SIX_MONTH_TERMS", { rest_covers: [] })], {
      sixMonthTerms: [sixMonths("p1", "p2")],
    }),
    fails: yearOf(halves, [value("SIX_MONTH_TERMS", { rest_covers: [], most: 0 })], {
      sixMonthTerms: [sixMonths("p1", "p2")],
    }),
    message: /more than 0 six-month terms/,
  },
  {
    code: "SIX_MONTH_TERMS",
    passes: yearOf({}, [
      value("SIX_MONTH_TERMS", { rest_covers: [], two_subspecialties: false }),
    ], { sixMonthTerms: [sixMonths("p1", "p2")] }),
    fails: yearOf({}, [value("SIX_MONTH_TERMS", { rest_covers: [] })], {
      sixMonthTerms: [sixMonths("p1", "p2")],
    }),
    message: /Women's health is not of two subspecialties/,
  },
  {
    code: "SIX_MONTH_TERMS",
    passes: yearOf(halves, [value("SIX_MONTH_TERMS", { rest_covers: [], qualification: false })], {
      sixMonthTerms: [{ ...sixMonths("p1", "p2"), qualification: null }],
    }),
    fails: yearOf(halves, [value("SIX_MONTH_TERMS", { rest_covers: [] })], {
      sixMonthTerms: [{ ...sixMonths("p1", "p2"), qualification: null }],
    }),
    message: /Women's health earns no qualification/,
  },
];

for (const { code, passes, fails, message } of cases) {
  Deno.test(`checkPlan() accepts and refuses by ${code}`, () => {
    assert.deepEqual(checkPlan(passes, [YEAR]), []);
    const violations = checkPlan(fails, [YEAR]);
    assert.deepEqual(codes(violations), [code]);
    assert.match(violations[0].message, message);
  });
}

/** Rules that refuse nothing, and those that a test of their own is for: here below, or in leave_test.ts. */
const BY_OTHERS = ["PREFERRED_CELLS", "UNIQUE_POSITIONS", "PATHWAYS", "ANNUAL_LEAVE"];

Deno.test("checkPlan() is shown to refuse by every rule that there is", () => {
  const shown = new Set([...cases.map(({ code }) => code), ...BY_OTHERS]);
  const rules = [...RULES, ...INHERENT_RULES].map(({ name }) => name);
  assert.deepEqual(rules.filter((name) => !shown.has(name)), []);
});

Deno.test("checkPlan() refuses a position twice in a line, unless the rule is off", () => {
  const line = ["p0", "p1", "p0", "p3", "p4"];
  const [violation, ...others] = checkPlan(yearOf({}, []), [line]);
  assert.deepEqual(others, []);
  assert.deepEqual(violation, {
    code: "UNIQUE_POSITIONS",
    message: "Line 1: p0 JMO in terms 1 and 3.",
    line: 0,
    term: 2,
    position: "p0",
  });
  assert.deepEqual(checkPlan(yearOf({}, [value("UNIQUE_POSITIONS", false)]), [line]), []);
});

Deno.test("checkPlan() lets a share be exceeded by rounding of one whole term only", () => {
  const line = YEAR.slice(0, 4);
  const at = (termWeeks: number[], r: number[]) =>
    codes(checkPlan(
      {
        ...yearOf(Object.fromEntries(r.map((i) => [i, cardiology])), [
          value("MAX_SUBSPECIALTY", 0.25),
        ], { termWeeks }),
      },
      [line],
    ));
  assert.deepEqual(at([13, 13, 13, 13], [0]), []); // exactly 25%
  assert.deepEqual(at([13, 13, 13, 12], [0]), []); // 13 of 51 is 25.49%
  assert.deepEqual(at([14, 13, 13, 12], [0]), ["MAX_SUBSPECIALTY"]); // 14 of 52 is 27%
  assert.deepEqual(at([13, 13, 13, 12], [0, 1]), ["MAX_SUBSPECIALTY"]);
});

Deno.test("checkPlan() refuses a reserved line that leaves its pathway, and one too few or too many", () => {
  const pathway = { name: "Way", lines: 1, sequence: ["p0", null, null, null, null] };
  const problem = yearOf({}, [value("PATHWAYS", [pathway])]);
  const check = (details: LineDetails[], lines = [YEAR], asked = problem) =>
    codes(checkPlan(asked, lines, details));
  assert.deepEqual(check([{ pathway: "Way" }]), []);
  assert.deepEqual(check([{}]), ["PATHWAYS"]);
  assert.deepEqual(check([{ pathway: "Another" }]), ["PATHWAYS", "PATHWAYS"]);
  assert.deepEqual(check([{ pathway: "Way" }], [YEAR.toReversed()]), ["PATHWAYS"]);
  const two = { ...problem, lines: 2, posts: problem.posts.map((row) => row.map(() => 2)) };
  assert.deepEqual(check([{ pathway: "Way" }, { pathway: "Way" }], [YEAR, YEAR], two), [
    "PATHWAYS",
  ]);
});

Deno.test("checkPlan() counts lines: exactly as asked, or up to that for a partial plan", () => {
  const two = problemOf(YEAR.map((id) => position(id)), { lines: 2, postsEach: 3 });
  const partial = { ...two, options: { allowPartial: true, seed: 1 } };
  assert.deepEqual(codes(checkPlan(two, [YEAR])), ["LINES"]);
  assert.deepEqual(codes(checkPlan(two, [YEAR, YEAR])), []);
  assert.deepEqual(codes(checkPlan(two, [YEAR, YEAR, YEAR])), ["LINES"]);
  assert.deepEqual(codes(checkPlan(partial, [YEAR])), []);
  assert.deepEqual(codes(checkPlan(partial, [YEAR, YEAR, YEAR])), ["LINES"]);
});

Deno.test("checkPlan() refuses missing, surplus and unknown positions", () => {
  const problem = yearOf({}, []);
  assert.deepEqual(codes(checkPlan(problem, [YEAR.slice(1)])), ["TERMS"]);
  assert.deepEqual(codes(checkPlan(problem, [[...YEAR, "p0"]])), ["TERMS"]);
  const [violation] = checkPlan(problem, [["p0", "p1", "p2", "p3", "nowhere"]]);
  assert.deepEqual([violation.code, violation.line, violation.term, violation.position], [
    "UNKNOWN_POSITION",
    0,
    4,
    "nowhere",
  ]);
});

Deno.test("checkPlan() refuses more lines on a post than there are, and names it", () => {
  const problem = { ...yearOf({}, []), lines: 2 };
  const other = ["p1", "p0", "p2", "p4", "p3"];
  assert.deepEqual(checkPlan(problem, [YEAR, other]), [{
    code: "POSTS",
    message: "p2 JMO, term 3: 2 lines for 1 post.",
    term: 2,
    position: "p2",
  }]);
});

Deno.test("checkPlan() reports every broken line, each under its own number", () => {
  const problem = problemOf(
    YEAR.map((id) => position(id, rural)),
    { lines: 3, postsEach: 3 },
  );
  assert.deepEqual(checkPlan(problem, [YEAR, YEAR, YEAR]).map(({ line }) => line), [0, 1, 2]);
});

/** A source of numbers in [0, 1): the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}

Deno.test("checkPlan() accepts brute-force plans and notices when one thing in them is broken", () => {
  const random = seeded(5);
  let plans = 0;
  for (let n = 0; n < 40; n++) {
    const problem = randomProblem(random, { lines: 2, terms: 3, positions: 6, postsUpTo: 2 });
    const { best } = bruteForce(problem);
    if (!best) continue;
    plans++;
    assert.deepEqual(checkPlan(problem, best.lines), []);
    const [first, second] = best.lines;
    assert.ok(codes(checkPlan(problem, [first])).includes("LINES"));
    assert.ok(codes(checkPlan(problem, [first, second.slice(1)])).includes("TERMS"));
    assert.ok(
      codes(checkPlan(problem, [first, ["x", ...second.slice(1)]])).includes("UNKNOWN_POSITION"),
    );
    const posts = problem.posts.map((row) => [...row]);
    posts[1][problem.positions.findIndex(({ id }) => id === first[1])] = 0;
    assert.ok(codes(checkPlan({ ...problem, posts }, best.lines)).includes("POSTS"));
    const needsMore = problem.positions.map((p) => p.id === first[0] ? { ...p, minWeeks: 11 } : p);
    assert.ok(
      codes(checkPlan({ ...problem, positions: needsMore }, best.lines))
        .includes("POSITION_MIN_WEEKS"),
    );
  }
  assert.ok(plans > 8, `only ${plans} feasible problems`);
});
