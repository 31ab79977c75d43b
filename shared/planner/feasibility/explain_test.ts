// Why a request is infeasible, in words: each sentence on its own. That the rules named do conflict, and
// that loosening them helps as promised, is tested in conflict_test.ts.

import assert from "node:assert/strict";
import {
  allRuleNames,
  conflictMessage,
  describeTry,
  type Explanation,
  firstExplanation,
  loosened,
  quickBound,
  quickReason,
  relaxTries,
  withoutRules,
} from "./explain.ts";
import type { ConstraintEntry, PlannerProblem } from "../problem.ts";
import { resolveRules } from "../rules/mod.ts";
import { position, problemOf } from "../testing/problems.ts";

const surgery = { specialty: "Surgery" };

/** Four lines of two terms: categories A and C, two of four positions in surgery, one of them rural. */
function problem(
  constraints: ConstraintEntry[],
  rest: Partial<PlannerProblem> & { postsEach?: number } = {},
): PlannerProblem {
  const positions = [
    position("a", { ...surgery, categories: ["C"], isRural: true }),
    position("b", surgery),
    position("c", { categories: ["A"] }),
    position("d"),
  ];
  return problemOf(positions, { lines: 4, termWeeks: [26, 26], constraints, ...rest });
}

function first(asked: PlannerProblem, possible: number): Explanation {
  return firstExplanation(asked, resolveRules(asked.constraints), possible, null);
}

Deno.test("firstExplanation() names the scarcest posts first, with every other bottleneck", () => {
  const short = problem([{ name: "REQUIRED_CATEGORIES", value: ["A", "C"] }], { lines: 5 });
  const { message, lines, bottlenecks } = first(short, 2);
  assert.equal(message, "category A: 2 posts a year for 5 lines");
  assert.deepEqual(lines, { wanted: 5, possible: 2, shown: 0 });
  assert.deepEqual(bottlenecks.map(({ what, lines }) => [what, lines]), [
    ["category A", 2],
    ["category C", 2],
    ["term 1", 4],
    ["term 2", 4],
  ]);
});

Deno.test("firstExplanation() blames the year's terms and forced cells before any posts", () => {
  const terms = problem(["VIC_PGY1"], { lines: 5 });
  assert.equal(
    first(terms, 0).message,
    "EXACT_TERMS: the year has 2 terms, and 5 are required",
  );
  const value = [{ position: "a", term: 2, lines: 3 }, { position: "b", term: 1, lines: 1 }];
  assert.equal(
    first(problem([{ name: "FORCED_CELLS", value }]), 0).message,
    "a JMO, term 2: 3 lines must hold it, 1 line can",
  );
});

Deno.test("firstExplanation() says so where no count of posts is the reason", () => {
  assert.equal(first(problem([]), 0).message, "no line can be built from these posts");
  assert.equal(
    first(problem([]), 3).message,
    "the posts allow 3 of 4 lines under the rules together",
  );
});

Deno.test("quickBound() and quickReason() tell the same: how many lines, and which rules keep them down", () => {
  const tell = (constraints: ConstraintEntry[], lines = 4) => {
    const asked = problem(constraints, { lines }), bounds = resolveRules(constraints);
    return [quickBound(asked, bounds), quickReason(asked, bounds, lines)];
  };
  assert.deepEqual(tell([]), [4, null]);
  assert.deepEqual(tell([], 5), [4, []]);
  assert.deepEqual(tell([{ name: "REQUIRED_CATEGORIES", value: ["A"] }]), [
    2,
    ["REQUIRED_CATEGORIES"],
  ]);
  assert.deepEqual(tell([{ name: "EXACT_TERMS", value: 3 }]), [0, ["EXACT_TERMS"]]);
  const value = [{ position: "a", term: 1, lines: 2 }];
  assert.deepEqual(tell([{ name: "FORCED_CELLS", value }]), [0, ["FORCED_CELLS"]]);
});

Deno.test("withoutRules() switches off what it is told, and allRuleNames() lists what can be", () => {
  const bounds = resolveRules([{ name: "MAX_SERVICE", value: 0.2 }]);
  const names = [
    "MAX_SERVICE",
    "MAX_RURAL_TERMS",
    "MAX_NIGHTS_RELIEF_TERMS",
    "UNIQUE_POSITIONS",
    "SAME_FTE",
  ];
  assert.deepEqual(allRuleNames(bounds), names);
  const left = withoutRules(bounds, ["MAX_SERVICE", "UNIQUE_POSITIONS"]);
  assert.deepEqual(allRuleNames(left), ["MAX_RURAL_TERMS", "MAX_NIGHTS_RELIEF_TERMS", "SAME_FTE"]);
  assert.equal(left.maxServiceShare, null);
  assert.deepEqual(allRuleNames(withoutRules(bounds, names)), []);
});

Deno.test("relaxTries() loosens step by step and does without the rule last", () => {
  const asked = problem([{ name: "MAX_RURAL_TERMS", value: 0 }]);
  const bounds = resolveRules(asked.constraints);
  const tries = relaxTries(asked, bounds, ["MAX_RURAL_TERMS"]);
  assert.deepEqual(tries.map(({ value, words }) => [value, words]), [
    [1, "with MAX_RURAL_TERMS 1 instead of 0"],
    [2, "with MAX_RURAL_TERMS 2 instead of 0"],
    [null, "without MAX_RURAL_TERMS (at most 0 rural terms)"],
  ]);
  assert.deepEqual(tries.map((next) => loosened(bounds, next).maxRuralTerms), [1, 2, null]);
  assert.deepEqual(relaxTries(asked, bounds, []), []);
});

Deno.test("describeTry() keeps apart what was built, what is proven and what is open", () => {
  const tried = { rule: "MAX_SERVICE", value: 0.25, words: "with MAX_SERVICE 25% instead of 20%" };
  const tell = (shown: number, upper: number) => {
    const { lines, proven, message } = describeTry(tried, shown, upper, 60);
    return [lines, proven, message.slice(tried.words.length)];
  };
  assert.deepEqual(tell(60, 60), [60, true, ": 60 of 60 lines"]);
  assert.deepEqual(tell(22, 22), [22, true, ": 22 of 60 lines"]);
  assert.deepEqual(tell(20, 26), [26, false, ": 20 to 26 of 60 lines"]);
  assert.deepEqual(tell(0, 26), [26, false, ": at most 26 of 60 lines"]);
});

Deno.test("conflictMessage() names the rules and their bounds, where the posts alone do not tell", () => {
  const bounds = resolveRules(["VIC_PGY1"]);
  const told = (more: Partial<Explanation>) =>
    conflictMessage({
      message: "no line can be built from these posts",
      lines: { wanted: 60, possible: 0, shown: 0 },
      bottlenecks: [],
      rules: ["MAX_SERVICE", "MAX_RURAL_TERMS"],
      relaxations: [],
      ...more,
    }, bounds);
  const service = "MAX_SERVICE (at most 20% of the year in service terms)";
  const rural = "MAX_RURAL_TERMS (at most 1 rural term)";
  assert.equal(told({}), `no line can satisfy ${service} and ${rural}`);
  assert.equal(
    told({ message: "category A: 0 posts a year for 60 lines" }),
    `no line can satisfy ${service} and ${rural}; category A: 0 posts a year for 60 lines`,
  );
  const lines = { wanted: 60, possible: 50, shown: 50 };
  const message = "the posts allow 50 of 60 lines under the rules together";
  assert.equal(told({ lines, message }), `${message}: ${service} and ${rural} conflict`);
  const bottleneck = { what: "", posts: 1, per_line: 1, lines: 1, message: "category A: 50 posts" };
  assert.equal(
    told({ lines, message: bottleneck.message, bottlenecks: [bottleneck] }),
    bottleneck.message,
  );
  assert.equal(told({ rules: [] }), "no line can be built from these posts");
  const structure = "MAX_SERVICE: in its own words";
  assert.equal(told({ message: structure }), structure);
});
