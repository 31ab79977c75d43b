// Six-month terms from end to end: against brute force, in plans that cannot do without them, through
// replans, leave and interruptions.

import assert from "node:assert/strict";
import { checkPlan } from "./check/checker.ts";
import { preparePlanner } from "./engine.ts";
import { Random } from "../engine/random.ts";
import type { ConstraintEntry, PlannerProblem, SixMonthTerm } from "./problem.ts";
import { prepareReplanner } from "./replan/replan.ts";
import type { ExistingLine } from "./replan/model.ts";
import { scorePlan } from "./check/score.ts";
import { bruteForce } from "./testing/brute_force.ts";
import { position, problemOf, randomProblem } from "./testing/problems.ts";
import { sample60 } from "./testing/samples.ts";

const YEAR = [13, 13, 13, 13];

/** Runs a search in slices of one unit, with the checkpoint as JSON in between, or in one go. */
function ended<State, Outcome>(
  prepare: () => {
    start(): State;
    step(state: State, budget: { remainingMs(): number }): State;
    done(state: State): boolean;
    outcome(state: State): Outcome;
  },
  isSliced = false,
): Outcome {
  let search = prepare(), state = search.start();
  while (!search.done(state)) {
    if (isSliced) [search, state] = [prepare(), JSON.parse(JSON.stringify(state))];
    state = search.step(state, { remainingMs: () => isSliced ? -1 : 1e6 });
  }
  return search.outcome(state);
}

function completed(problem: PlannerProblem, isSliced = false) {
  const outcome = ended(() => preparePlanner(problem), isSliced);
  assert.ok(outcome.status === "COMPLETED", JSON.stringify(outcome));
  const lines = outcome.lines.map((line) => line.positions);
  assert.deepEqual(checkPlan(problem, lines, outcome.lines), []);
  assert.equal(scorePlan(problem, lines).objective, outcome.quality.objective);
  return outcome;
}

function sixMonths(first: string, second: string, more: Partial<SixMonthTerm> = {}): SixMonthTerm {
  return {
    id: `${first}-${second}`,
    name: `${first} and ${second}`,
    components: [first, second],
    qualification: "Diploma of Child Health",
    college: "RACP",
    ...more,
  };
}

/** Two halves of a six-month term, and positions a, b, c of one category each and d of two. */
function childHealth(more: Partial<PlannerProblem> & { postsEach?: number } = {}): PlannerProblem {
  return problemOf([
    position("ward", { specialty: "Paediatrics", subspecialty: "General Paediatrics" }),
    position("nursery", { specialty: "Paediatrics", subspecialty: "Neonatology" }),
    position("a", { categories: ["A"] }),
    position("b", { categories: ["B"] }),
    position("c", { categories: ["C"] }),
    position("d", { categories: ["B", "C"] }),
  ], { termWeeks: YEAR, sixMonthTerms: [sixMonths("ward", "nursery")], ...more });
}

const CONDITIONS: ConstraintEntry[] = ["SIX_MONTH_TERMS"];

/** The problem with no posts but these: per term, the positions that have one. */
function withPosts(problem: PlannerProblem, perTerm: string[][]): PlannerProblem {
  return {
    ...problem,
    posts: perTerm.map((ids) =>
      problem.positions.map(({ id }) => ids.filter((name) => name === id).length)
    ),
  };
}

Deno.test("the engine agrees with brute force where lines hold six-month terms", () => {
  const random = new Random(311);
  let halfYears = 0, refusals = 0;
  for (let round = 0; round < 150; round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 1 + random.below(3),
      terms: 2 + random.below(3),
      positions: 5,
      postsUpTo: 3,
      allowPartial: random.next() < 0.5,
      leave: round % 3 === 0,
      sixMonth: true,
    });
    const kept = ["SIX_MONTH_TERMS", "ANNUAL_LEAVE"];
    problem.constraints = problem.constraints.filter((entry) =>
      kept.includes(typeof entry === "string" ? entry : entry.name)
    );
    problem.positions = problem.positions.map((p) => ({ ...p, minWeeks: 1, isRural: false }));
    // Pairs pay: minimum fills ask for them.
    const [first, second] = problem.sixMonthTerms![0].components;
    problem.minimumFill = problem.posts.map((row) =>
      row.map((n, r) => [first, second].includes(problem.positions[r].id) ? Math.min(n, 1) : 0)
    );
    const truth = bruteForce(problem);
    if (truth.best === null || truth.mostLines === 0) {
      assert.equal(ended(() => preparePlanner(problem)).status, "INFEASIBLE");
      refusals++;
      continue;
    }
    const { lines, quality } = completed(problem, round % 4 === 0);
    assert.equal(lines.length, truth.mostLines);
    assert.equal(quality.objective, truth.best.objective);
    const firsts = problem.sixMonthTerms!.map((term) => term.components[0]);
    if (lines.some((line) => line.positions.some((id) => firsts.includes(id)))) halfYears++;
  }
  assert.ok(
    halfYears > 30 && refusals > 30,
    `${halfYears} with six-month terms, ${refusals} refused`,
  );
});

Deno.test("a line with a six-month term is built where the posts allow nothing else", () => {
  const problem = withPosts(
    childHealth({ constraints: CONDITIONS }),
    [["a"], ["ward"], ["nursery"], ["d"]],
  );
  const { lines } = completed(problem);
  assert.deepEqual(lines.map((line) => line.positions), [["a", "ward", "nursery", "d"]]);
});

Deno.test("the rest of the year must cover A, B and C by itself", () => {
  const covering = childHealth({ constraints: CONDITIONS });
  covering.positions = covering.positions.map((p) =>
    p.id === "ward" || p.id === "nursery" ? { ...p, categories: ["A", "C"] } : p
  );
  const problem = withPosts(covering, [["a"], ["ward"], ["nursery"], ["b"]]);
  const outcome = ended(() => preparePlanner(problem));
  assert.ok(outcome.status === "INFEASIBLE");
  assert.deepEqual(outcome.explanation.rules, ["SIX_MONTH_TERMS"]);
  assert.deepEqual(
    outcome.explanation.relaxations.map(({ value, message }) => [value, message]),
    [[
      {
        most: 1,
        two_subspecialties: true,
        qualification: true,
        college: true,
        rest_covers: ["A", "B"],
      },
      "with SIX_MONTH_TERMS rest_covers A, B instead of A, B, C: 1 of 1 line",
    ]],
  );
});

Deno.test("without a diploma, a college or a second subspecialty no line holds the term", () => {
  const faults: Partial<SixMonthTerm>[] = [{ qualification: null }, { college: null }];
  const problems = faults.map((fault) =>
    childHealth({ sixMonthTerms: [sixMonths("ward", "nursery", fault)] })
  );
  const alike = childHealth();
  alike.positions[1].subspecialty = "General Paediatrics";
  for (const [i, one] of [...problems, alike].entries()) {
    const posts = [["a", "ward"], ["ward", "nursery", "b"], ["nursery", "c"], ["d"]];
    const name = ["qualification", "college", "two_subspecialties"][i];
    const problem = withPosts({ ...one, lines: 2, constraints: CONDITIONS }, posts);
    const outcome = ended(() => preparePlanner(problem));
    assert.ok(outcome.status === "INFEASIBLE", name);
    const free = {
      ...problem,
      constraints: [{ name: "SIX_MONTH_TERMS", value: { [name]: false } }],
    };
    const lone = withPosts({ ...free, lines: 1 }, [["ward"], ["nursery"], ["a"], ["d"]]);
    assert.deepEqual(completed(lone).lines[0].positions, ["ward", "nursery", "a", "d"]);
    const refused = ended(() => preparePlanner({ ...lone, constraints: CONDITIONS }));
    assert.equal(refused.status, "INFEASIBLE", name);
  }
});

Deno.test("half of a six-month term is never held alone, not even where the other half has no posts", () => {
  const torn = withPosts(childHealth(), [["ward", "a"], ["b"], ["c"], ["d"]]);
  assert.deepEqual(completed(torn).lines[0].positions, ["a", "b", "c", "d"]);
  const missing = childHealth({
    sixMonthTerms: [sixMonths("ward", "nursery", { components: ["ward", null] })],
  });
  const only = withPosts(missing, [["ward"], ["b"], ["c"], ["d"]]);
  assert.equal(ended(() => preparePlanner(only)).status, "INFEASIBLE");
});

Deno.test("without conditions two six-month terms fill a year", () => {
  const problem = withPosts(
    childHealth({
      sixMonthTerms: [sixMonths("ward", "nursery"), sixMonths("c", "d", { college: null })],
    }),
    [["c", "ward"], ["d", "nursery"], ["ward", "c"], ["nursery", "d"]],
  );
  assert.deepEqual(
    new Set(completed({ ...problem, lines: 2 }).lines.map((line) => line.positions.join())),
    new Set(["c,d,ward,nursery", "ward,nursery,c,d"]),
  );
  const one = {
    ...problem,
    constraints: [{ name: "SIX_MONTH_TERMS", value: { rest_covers: [] } }],
  };
  assert.equal(ended(() => preparePlanner(one)).status, "INFEASIBLE");
});

Deno.test("VIC_PGY2 allows one six-month term, and MAX_SUBSPECIALTY counts each half on its own", () => {
  const problem = withPosts(childHealth({ constraints: ["VIC_PGY2"] }), [
    ["ward"],
    ["nursery"],
    ["a"],
    ["d"],
  ]);
  assert.deepEqual(completed(problem).lines[0].positions, ["ward", "nursery", "a", "d"]);
});

/** Forty lines of four terms over the sample's positions, a third of the posts in six-month terms. */
function fortyLines(constraints: ConstraintEntry[]): PlannerProblem {
  const sample = sample60();
  const R = sample.positions.length;
  const components = ["Obstetrics", "Gynaecology", "Paediatrics", "Neonatology"].map((name) =>
    position(name, { specialty: name, subspecialty: `${name} (certificate)`, categories: ["D"] })
  );
  const ordinary = sample.posts.slice(0, 4).map((row) => {
    const posts = [...row];
    // For 36 of 40 lines; the others must hold a six-month term. A and B are scarce enough.
    for (let sum = posts.reduce((a, b) => a + b, 0), r = 0; sum > 36; r = (r + 1) % R) {
      const isSpare = !sample.positions[r].categories.some((c) => c === "A" || c === "B");
      if (isSpare && posts[r] > 0) [posts[r], sum] = [posts[r] - 1, sum - 1];
    }
    return posts;
  });
  const halves = [[4, 0, 4, 0], [0, 4, 0, 4], [4, 0, 4, 0], [0, 4, 0, 4]];
  return {
    ...sample,
    lines: 40,
    termWeeks: YEAR,
    positions: [...sample.positions.map((p) => ({ ...p, minWeeks: 1 })), ...components],
    posts: ordinary.map((row, t) => [...row, ...halves.map((own) => own[t])]),
    minimumFill: YEAR.map(() => Array(R + 4).fill(0)),
    sixMonthTerms: [
      sixMonths("Obstetrics", "Gynaecology"),
      sixMonths("Paediatrics", "Neonatology"),
    ],
    constraints,
    options: { allowPartial: false, seed: 3, effort: "quick" },
  };
}

const forty = fortyLines([
  "VIC_PGY2",
  { name: "MIN_CLINICAL_TEAM", value: null },
  "ANNUAL_LEAVE",
]);
let planOfForty: ReturnType<typeof completed> | null = null;

function fortyPlanned() {
  return planOfForty ??= completed(forty);
}

Deno.test("forty lines that cannot do without six-month terms are built, near a proven bound", () => {
  const { lines, quality } = fortyPlanned();
  assert.equal(lines.length, 40);
  const held = lines.filter((line) => line.positions.some((id) => id.endsWith("cology"))).length;
  assert.ok(held > 0);
  assert.ok(quality.gap < 0.03, `gap ${quality.gap}`);
});

Deno.test("a plan with six-month terms is the same after a kill at every checkpoint", () => {
  assert.deepEqual(ended(() => preparePlanner(forty), true), ended(() => preparePlanner(forty)));
});

Deno.test("a replan keeps six-month terms whole, and loses both halves where it loses one", () => {
  const existing: ExistingLine[] = fortyPlanned().lines.map(({ positions }) => ({ positions }));
  const problem = structuredClone(forty);
  const calm = ended(() => prepareReplanner(problem, existing));
  assert.ok(calm.status === "COMPLETED");
  assert.equal(calm.quality.changes.rotations, 0);

  const holder = existing.findIndex(({ positions }) => positions.includes("Gynaecology"));
  const term = existing[holder].positions.indexOf("Gynaecology");
  const column = problem.positions.findIndex(({ id }) => id === "Gynaecology");
  const used = existing.filter(({ positions }) => positions[term] === "Gynaecology").length;
  problem.posts[term][column] = used - 1;
  const changed = ended(() => prepareReplanner(problem, existing), true);
  assert.ok(changed.status === "COMPLETED", JSON.stringify(changed));
  assert.deepEqual(
    checkPlan(problem, changed.lines.map((line) => line.positions), changed.lines),
    [],
  );
  assert.ok(changed.quality.changes.rotations >= 2);
  assert.deepEqual(ended(() => prepareReplanner(problem, existing)), changed);
});

Deno.test("leave is planned in the half that allows it, and in none where neither does", () => {
  const problem = withPosts(
    childHealth({ constraints: ["ANNUAL_LEAVE"] }),
    [["ward"], ["nursery"], ["a"], ["d"]],
  );
  problem.positions = problem.positions.map((p) => ({ ...p, allowsLeave: p.id === "nursery" }));
  const [{ leave }] = completed(problem).lines;
  assert.deepEqual(leave?.map(({ startWeek }) => startWeek >= 13 && startWeek < 26), [true]);
  problem.positions = problem.positions.map((p) => ({ ...p, allowsLeave: false }));
  const outcome = ended(() => preparePlanner(problem));
  assert.ok(outcome.status === "INFEASIBLE");
  assert.deepEqual(outcome.explanation.rules, ["ANNUAL_LEAVE"]);
});
