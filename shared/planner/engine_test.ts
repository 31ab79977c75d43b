// The engine end to end: against brute force on small random problems, the same plan under any
// slicing, and proven, explained answers to what cannot be done.

import assert from "node:assert/strict";
import { checkPlan } from "./check/checker.ts";
import {
  PlannerInputError,
  type PlannerOutcome,
  type PlannerProgress,
  type PlannerState,
  preparePlanner,
  prepareReplanner,
} from "./engine.ts";
import type { PlannerProblem } from "./problem.ts";
import { Random } from "../engine/random.ts";
import { draws } from "../engine/testing/draws.ts";
import { scorePlan } from "./check/score.ts";
import { bruteForce } from "./testing/brute_force.ts";
import { position, problemOf, randomProblem } from "./testing/problems.ts";
import { sample20, sample60, withPositions, withPostsInTerm } from "./testing/samples.ts";

interface Run {
  outcome: PlannerOutcome;
  state: PlannerState;
  progress: PlannerProgress[];
}

/**
 * Runs a problem in slices whose clock counts reads, so that where slices end is certain, with the
 * state as JSON in between.
 */
function run(asked: PlannerProblem, unitsPerSlice = 1_000_000): Run {
  // The counting clock makes great leaps, which must not use up the run's time.
  const problem = { ...asked, options: { ...asked.options, timeLimitS: 1e12 } };
  let state = preparePlanner(problem).start();
  const progress: PlannerProgress[] = [];
  for (let slice = 0;; slice++) {
    assert.ok(slice < 10_000, "endless");
    const planner = preparePlanner(problem);
    if (planner.done(state)) return { outcome: planner.outcome(state), state, progress };
    let left = 2 * unitsPerSlice;
    const remainingMs = () => --left > 0 ? 1e6 : 0;
    state = JSON.parse(JSON.stringify(planner.step(state, { remainingMs })));
    progress.push(planner.progress(state));
  }
}

/** The sample of sixty lines from start to end in one slice: what several tests are held against. */
let sixty: Run | undefined;
const wholeSixty = () => sixty ??= run(sample60());

/** That of twenty lines, likewise. */
let twenty: Run | undefined;
const wholeTwenty = () => twenty ??= run(sample20());

function completed(
  problem: PlannerProblem,
  { outcome } = run(problem),
): PlannerOutcome & { status: "COMPLETED" } {
  assert.ok(outcome.status === "COMPLETED", JSON.stringify(outcome));
  const lines = outcome.lines.map((line) => line.positions);
  assert.deepEqual(checkPlan(problem, lines, outcome.lines), []);
  assert.equal(scorePlan(problem, lines).objective, outcome.quality.objective);
  assert.ok(outcome.quality.bound >= outcome.quality.objective);
  return outcome;
}

function infeasible(problem: PlannerProblem) {
  const { outcome } = run(problem);
  assert.ok(outcome.status === "INFEASIBLE", JSON.stringify(outcome));
  return outcome.explanation;
}

Deno.test("the engine agrees with brute force on small random problems", () => {
  const random = new Random(41);
  let plans = 0, refusals = 0;
  for (let round = 0; round < draws(120); round++) {
    const problem = randomProblem(() => random.next(), {
      lines: 1 + random.below(3),
      terms: 1 + random.below(4),
      positions: 3 + random.below(3),
      postsUpTo: 1 + random.below(2),
      allowPartial: random.next() < 0.4,
      cells: round % 2 === 0,
      pathways: round % 3 === 0,
      leave: round % 5 === 0,
      sixMonth: round % 4 === 1,
    });
    const truth = bruteForce(problem);
    const ran = run(problem), { outcome } = ran;
    if (truth.best === null || truth.mostLines === 0) {
      assert.equal(outcome.status, "INFEASIBLE");
      assert.ok(outcome.status === "INFEASIBLE" && outcome.explanation.message.length > 0);
      assert.ok(outcome.explanation.lines.possible >= truth.mostLines);
      refusals++;
      continue;
    }
    const { lines, quality } = completed(problem, ran);
    assert.equal(lines.length, truth.mostLines);
    assert.ok(quality.lines.bound >= truth.mostLines);
    assert.ok(quality.bound >= truth.best.objective);
    assert.equal(quality.objective, truth.best.objective);
    plans++;
  }
  assert.ok(plans > 15 && refusals > 15);
});

Deno.test("60 lines come out legal, within 1% of a proven bound", () => {
  const { lines, quality } = completed(sample60(), wholeSixty());
  assert.equal(lines.length, 60);
  assert.ok(quality.gap <= 0.01, `gap ${quality.gap}`);
  assert.equal(quality.minimum_fill.missed, 0);
  assert.ok(quality.diversity.mean_distance > 4);
});

Deno.test("the same seed gives the same plan under any slicing", () => {
  const problem = sample60();
  const whole = wholeSixty();
  // Unit by unit is resume_test.ts's, in every mode.
  const sliced = run(problem, 7);
  assert.deepEqual(sliced.outcome, whole.outcome);
  const measured = { unitMs: {}, spentMs: 0, fraction: 0 };
  assert.deepEqual({ ...sliced.state, ...measured }, { ...whole.state, ...measured });
});

Deno.test("more effort does more work, and never ends in a worse plan", () => {
  const runs = (["quick", 0.3, "normal"] as const).map((effort) => {
    const problem = sample20();
    problem.options.effort = effort;
    const { outcome, state } = effort === "normal" ? wholeTwenty() : run(problem);
    assert.ok(outcome.status === "COMPLETED");
    return { objective: outcome.quality.objective, units: state.work.units };
  });
  for (let i = 1; i < runs.length; i++) {
    assert.ok(runs[i].objective >= runs[i - 1].objective);
    assert.ok(runs[i].units >= runs[i - 1].units);
  }
  assert.ok(runs[2].units > runs[0].units);
});

Deno.test("when the time is up the search ends with the best plan so far", () => {
  const problem = sample60();
  problem.options.timeLimitS = 5;
  let left = 1e6;
  // Each reading of the clock takes a tenth of a second.
  const state = preparePlanner(problem).step(preparePlanner(problem).start(), {
    remainingMs: () => left -= 100,
  });
  const planner = preparePlanner(problem);
  assert.ok(planner.done(state));
  const outcome = planner.outcome(state);
  assert.ok(outcome.status === "COMPLETED");
  assert.equal(outcome.lines.length, 60);
  assert.deepEqual(checkPlan(problem, outcome.lines.map((line) => line.positions)), []);
  assert.ok(outcome.quality.bound > outcome.quality.objective);
  assert.ok(state.work.units < wholeSixty().state.work.units);
});

Deno.test("pathways, cells, leave and explanations come out the same under any slicing", () => {
  const shape = { lines: 4, terms: 4, positions: 8, postsUpTo: 2 };
  const random = new Random(91);
  const statuses = new Set<string>();
  for (let round = 0; round < 12; round++) {
    const problem = randomProblem(() => random.next(), {
      ...shape,
      cells: true,
      pathways: round % 2 === 0,
      leave: true,
      sixMonth: round % 3 === 0,
    });
    const whole = run(problem).outcome;
    assert.deepEqual(run(problem, 1).outcome, whole);
    statuses.add(whole.status);
  }
  assert.deepEqual([...statuses].sort(), ["COMPLETED", "INFEASIBLE"]);
});

Deno.test("progress never falls and ends at 1", () => {
  const problem = sample20();
  problem.options.effort = "quick";
  const { progress } = run(problem, 2);
  const fractions = progress.map((p) => p.fraction);
  assert.deepEqual(fractions, [...fractions].sort((a, b) => a - b));
  assert.equal(fractions.at(-1), 1);
  assert.ok(new Set(progress.map((p) => p.phase)).size >= 3);
});

Deno.test("phase() reads a word of the state, and unpacks none of its lines", () => {
  const guarded = <State extends object>(state: State) =>
    new Proxy(state, {
      get(members, name) {
        assert.ok(name === "phase" || name === "engine", `${String(name)} was read`);
        return Reflect.get(members, name);
      },
    });
  const planner = preparePlanner(sample20()), replanner = prepareReplanner(sample20(), []);
  assert.equal(planner.phase(guarded(planner.start())), "Reading the posts");
  assert.equal(replanner.phase(guarded(replanner.start())), "Reading the lines");
  const inner = {
    ...replanner.start(),
    phase: "engine" as const,
    engine: guarded(planner.start()),
  };
  assert.equal(replanner.phase(guarded(inner)), "Reading the posts");
});

Deno.test("step() runs one unit even where the budget is too small for any", () => {
  const planner = preparePlanner(sample20());
  const state = planner.step(planner.start(), { remainingMs: () => 0 });
  assert.equal(state.work.units, 1);
});

Deno.test("lines come in the order of their positions' names", () => {
  const problem = sample20();
  const names = new Map(problem.positions.map((p) => [p.id, p.name]));
  const first = completed(problem, wholeTwenty()).lines.map((line) =>
    names.get(line.positions[0])!
  );
  assert.deepEqual(first, [...first].sort());
});

Deno.test("a category with too few posts is the explanation", () => {
  const problem = withPositions(sample60(), (p) => ({
    categories: p.categories.filter((c) => c !== "A" || p.specialty === "Psychiatry"),
  }));
  const explanation = infeasible(problem);
  assert.match(explanation.message, /^category A: \d+ posts a year for 60 lines$/);
  assert.deepEqual(explanation.rules, ["REQUIRED_CATEGORIES"]);
  assert.deepEqual(
    explanation.relaxations.map(({ rule, lines }) => [rule, lines]),
    [["REQUIRED_CATEGORIES", 60]],
  );
});

Deno.test("a category that no position offers is the explanation", () => {
  const problem = withPositions(sample60(), (p) => ({
    categories: p.categories.filter((c) => c !== "C"),
  }));
  const explanation = infeasible(problem);
  assert.match(explanation.message, /category C: 0 posts a year for 60 lines/);
  assert.deepEqual(explanation.rules, ["REQUIRED_CATEGORIES"]);
});

Deno.test("rules that conflict are named, and what relaxing each would allow", () => {
  const problem = withPositions(sample60(), (p) => {
    const isRural = p.categories.some((c) => c === "A" || c === "D");
    return {
      isRural,
      // No single position may cover both, or one rural term would do.
      categories: p.categories.includes("A") ? p.categories.filter((c) => c !== "D") : p.categories,
    };
  });
  const explanation = infeasible(problem);
  assert.deepEqual(explanation.rules, ["REQUIRED_CATEGORIES", "MAX_RURAL_TERMS"]);
  assert.equal(explanation.lines.possible, 0);
  const rural = explanation.relaxations.find(({ rule }) => rule === "MAX_RURAL_TERMS");
  assert.equal(rural?.lines, 60);
});

Deno.test("a term with too few posts is the explanation", () => {
  const explanation = infeasible(withPostsInTerm(sample60(), 4, 55));
  assert.equal(explanation.message, "term 5: 55 posts for 60 lines");
  assert.deepEqual(explanation.lines, { wanted: 60, possible: 55, shown: 55 });
});

Deno.test("a partial plan has as many lines as are proven possible, with the reason", () => {
  const problem = withPostsInTerm(sample20(), 2, 15);
  problem.options.allowPartial = true;
  const { lines, quality } = completed(problem);
  assert.equal(lines.length, 15);
  assert.deepEqual(quality.lines, {
    wanted: 20,
    built: 15,
    bound: 15,
    reason: "term 3: 15 posts for 20 lines",
  });
});

Deno.test("a term structure that contradicts the ruleset is explained", () => {
  const problem = { ...sample20(), constraints: ["VIC_PGY2"] };
  const explanation = infeasible(problem);
  assert.deepEqual(explanation.rules, ["EXACT_TERMS"]);
  assert.match(explanation.message, /5 terms, and 4 are required/);
});

Deno.test("10 lines NSW_PGY1 on the data of 60 work", () => {
  const problem = { ...sample60(), lines: 10, constraints: ["NSW_PGY1"] };
  assert.equal(completed(problem).lines.length, 10);
});

Deno.test("no positions and no posts are explained, not crashed on", () => {
  assert.match(infeasible(problemOf([])).message, /term 1: 0 posts for 1 line/);
  const empty = problemOf([position("a"), position("b")], { postsEach: 0 });
  assert.match(infeasible(empty).message, /term 1: 0 posts for 1 line/);
  const partial = { ...empty, options: { allowPartial: true, seed: 1 } };
  assert.equal(infeasible(partial).lines.possible, 0);
});

Deno.test("one term and one line work", () => {
  const problem = problemOf([position("a"), position("b")], { termWeeks: [52] });
  assert.equal(completed(problem).lines.length, 1);
});

Deno.test("a minimum fill beyond the lines is reported as missed, not as infeasible", () => {
  const positions = [position("a"), position("b"), position("c")];
  const problem = problemOf(positions, {
    termWeeks: [26, 26],
    lines: 1,
    postsEach: 3,
    minimumFill: [[2, 0, 0], [0, 2, 0]],
  });
  const { quality } = completed(problem);
  assert.deepEqual([quality.minimum_fill.wanted, quality.minimum_fill.missed], [4, 2]);
});

Deno.test("affinities of unknown specialties are ignored", () => {
  const weights: [string, string, number][] = [["X", "Y", 50], ["a specialty", "b specialty", 10]];
  const problem = problemOf([position("a"), position("b")], {
    termWeeks: [26, 26],
    affinity: { profile: "test", version: 1, weights },
  });
  assert.equal(completed(problem).quality.objective, 30);
});

Deno.test("forced cells are held, forbidden ones are not, and wishes cost what they miss", () => {
  const problem = sample20();
  const [a, b, c] = problem.positions.filter((p) => !p.isNightsRelief).map(({ id }) => id);
  const posts = (id: string) => problem.posts[1][problem.positions.findIndex((p) => p.id === id)];
  problem.constraints = [
    ...problem.constraints,
    { name: "FORCED_CELLS", value: [{ position: a, term: 2, lines: posts(a) }] },
    { name: "FORBIDDEN_CELLS", value: [{ position: b }] },
    { name: "PREFERRED_CELLS", value: [{ position: c, term: 2, lines: posts(c) + 2, weight: 40 }] },
  ];
  const { lines, quality } = completed(problem);
  const held = (id: string) => lines.filter((line) => line.positions[1] === id).length;
  assert.equal(held(a), posts(a));
  assert.ok(lines.every((line) => !line.positions.includes(b)));
  const wish = quality.soft_wishes.wishes.find(({ rule }) => rule === "PREFERRED_CELLS")!;
  assert.deepEqual(wish, {
    rule: "PREFERRED_CELLS",
    term: 2,
    position: c,
    wanted: posts(c) + 2,
    held: held(c),
    cost: 40 * (posts(c) + 2 - held(c)),
  });
});

Deno.test("a forced cell that no line may hold is proven impossible and explained", () => {
  const problem = problemOf([position("a", { isNightsRelief: true }), position("b")], {
    termWeeks: [26, 26],
    lines: 1,
    constraints: ["NO_NIGHTS", {
      name: "FORCED_CELLS",
      value: [{ position: "a", term: 1, lines: 1 }],
    }, { name: "UNIQUE_POSITIONS", value: false }],
  });
  const explanation = infeasible(problem);
  assert.deepEqual(explanation.rules, ["NO_NIGHTS", "FORCED_CELLS"]);
  assert.match(explanation.message, /a JMO, term 1: 1 line must hold it, none can/);
  assert.deepEqual(
    explanation.relaxations.map(({ message }) => message),
    [
      "without NO_NIGHTS (no nights or relief): 1 of 1 line",
      "with FORCED_CELLS without a JMO, term 1: 1 of 1 line",
    ],
  );
});

Deno.test("forced cells that rule each other out are proven impossible by the count LP", () => {
  // One line only, and both cells want it with the same position twice.
  const positions = ["a", "b", "c"].map((id) => position(id));
  const problem = problemOf(positions, {
    termWeeks: [26, 26],
    lines: 1,
    constraints: [{
      name: "FORCED_CELLS",
      value: [{ position: "a", term: 1, lines: 1 }, { position: "a", term: 2, lines: 1 }],
    }],
  });
  const explanation = infeasible(problem);
  assert.deepEqual(explanation.rules, ["UNIQUE_POSITIONS", "FORCED_CELLS"]);
  assert.deepEqual(explanation.relaxations.map(({ proven, lines }) => [proven, lines]), [
    [true, 1],
    [true, 1],
  ]);
});

Deno.test("lines are reserved for pathways, by sequence and by bias", () => {
  const problem = sample20();
  problem.options.effort = "quick";
  const surgery = problem.positions.filter((p) => p.specialty === "Surgery").map(({ id }) => id);
  const first = problem.positions.find((_, r) => problem.posts[0][r] >= 2)!.id;
  problem.constraints = [...problem.constraints, {
    name: "PATHWAYS",
    value: [
      { name: "Surgical", lines: 4, positions: surgery, need: 2 },
      { name: "Start", lines: 2, sequence: [first, null, null, null, null] },
    ],
  }];
  const { lines, quality } = completed(problem);
  const of = (name?: string) => lines.filter((line) => line.pathway === name);
  assert.deepEqual([of("Surgical").length, of("Start").length, of().length], [4, 2, 14]);
  assert.ok(of("Start").every((line) => line.positions[0] === first));
  assert.ok(
    of("Surgical").every((line) => line.positions.filter((id) => surgery.includes(id)).length >= 2),
  );
  assert.equal(quality.unfilled_posts.by_term.length, 5);
});

Deno.test("a pathway with too few posts is explained with the lines that it can have", () => {
  const problem = sample20();
  const r = problem.positions.findIndex((p, i) =>
    p.minWeeks <= 10 && problem.posts.flat().filter((_, s) => s % 30 === i).every((n) => n === 1)
  );
  const { id, specialty } = problem.positions[r];
  problem.constraints = [...problem.constraints, {
    name: "PATHWAYS",
    value: [{ name: "Special", lines: 7, positions: [id], need: 1 }],
  }];
  const explanation = infeasible(problem);
  assert.equal(explanation.message, `pathway Special asks 7 lines, ${specialty} posts 5`);
  assert.deepEqual(explanation.lines.possible, 18);
  assert.deepEqual(explanation.rules, ["PATHWAYS"]);
  assert.deepEqual(explanation.relaxations.map(({ message, proven }) => [message, proven]), [
    ["with PATHWAYS 5 lines of Special instead of 7: 20 of 20 lines", true],
  ]);
});

Deno.test("constraints that name unknown positions or terms are refused in words", () => {
  const problem = problemOf([position("a")], {
    constraints: [{ name: "FORCED_CELLS", value: [{ position: "zz", term: 9 }] }],
  });
  assert.throws(() => preparePlanner(problem), (error) => {
    assert.ok(error instanceof PlannerInputError);
    assert.equal(error.code, "INVALID_CONSTRAINTS");
    assert.deepEqual(error.errors, [
      { path: "constraints[0].value", message: 'FORCED_CELLS: there is no position "zz"' },
      { path: "constraints[0].value", message: "FORCED_CELLS: there is no term 9, the year has 5" },
    ]);
    return true;
  });
});

Deno.test("preparePlanner() refuses what it cannot read, with a path for each fault", () => {
  const problem = problemOf([position("a"), position("a")], { lines: 0, posts: [[1, 1]] });
  assert.throws(() => preparePlanner({ ...problem, constraints: ["NOPE"] }), (error) => {
    assert.ok(error instanceof PlannerInputError);
    const paths = error.errors.map((fault) => fault.path);
    assert.deepEqual(paths, ["lines", "positions[1].id", "posts", "constraints[0]"]);
    return true;
  });
});
