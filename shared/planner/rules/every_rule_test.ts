// Each rule on problems that are drawn from its own object, so that a new one is tried out as it comes: its check, its share of
// the model, the independent checker and the engine say the same of every line, and its words are about the line.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { draws } from "../../engine/testing/draws.ts";
import { checkPlan } from "../check/checker.ts";
import { preparePlanner } from "../engine.ts";
import { buildTables } from "../model/build.ts";
import type { PlannerProblem } from "../problem.ts";
import { checkLine } from "../testing/check_line.ts";
import { drawnUnder, judgesLines } from "../testing/drawn_rule.ts";
import { isLegalInModel } from "../testing/legal_line.ts";
import type { RuleBounds } from "./bounds.ts";
import { INHERENT_RULES, judgeLine, type LineRule, resolveRules, RULES } from "./mod.ts";

const ROUNDS = draws(15);
/** The same where they have not shown yet what the rule keeps and refuses. */
const MOST_ROUNDS = 20 * ROUNDS;
/** Problems in which the engine is asked as well. */
const PLANNED = 3;

/** Every line of positions, as indexes by term. */
function linesOf({ positions: { length: R }, termWeeks }: PlannerProblem): number[][] {
  return termWeeks.reduce<number[][]>(
    (lines) => lines.flatMap((line) => Array.from({ length: R }, (_, r) => [...line, r])),
    [[]],
  );
}

/** The lines that are legal, and how many the rule itself refuses, which all that know it agree on. */
function judged(rule: LineRule<RuleBounds>, problem: PlannerProblem) {
  const bounds = resolveRules(problem.constraints), { termWeeks, positions } = problem;
  const totalWeeks = termWeeks.reduce((sum, weeks) => sum + weeks, 0);
  const context = { problem, bounds, totalWeeks }, tables = buildTables(problem, bounds);
  const legal: string[][] = [];
  let refused = 0;
  for (const line of linesOf(problem)) {
    const ids = line.map((r) => positions[r].id);
    const told = `${JSON.stringify(problem.constraints)} ${termWeeks} ${ids}`;
    const faults = checkLine(context, line).map((fault) => fault.rule);
    const codes = new Set(checkPlan(problem, [ids]).map(({ code }) => code));
    // Of a line that its positions forbid already, each says what it comes to first.
    const isNone = INHERENT_RULES.some(({ name }) => name !== rule.name && faults.includes(name));
    if (isNone) assert.ok(codes.size > 0, told);
    else assert.deepEqual([...codes].sort(), faults.toSorted(), told);
    const isLegal = tables.structureFault === null && isLegalInModel(tables, line);
    assert.equal(isLegal, faults.length === 0, told);
    if (isLegal) legal.push(ids);
    if (faults.includes(rule.name)) refused++;
    for (
      const { requirement, finding, terms } of judgeLine(context, line, {
        pathway: null,
        leave: [],
      })
    ) {
      assert.ok(requirement && finding && terms.every((t) => t in line), told);
    }
  }
  return { legal, refused };
}

function plan(problem: PlannerProblem): string[] | null {
  const planner = preparePlanner(problem);
  let state = planner.start();
  while (!planner.done(state)) state = planner.step(state, { remainingMs: () => 1e6 });
  const outcome = planner.outcome(state);
  return outcome.status === "COMPLETED" ? outcome.lines[0].positions : null;
}

/** A seed of its own for each rule, whichever others there are. */
function seedOf({ name }: LineRule<RuleBounds>): number {
  return Array.from(name).reduce((seed, letter) => (31 * seed + letter.charCodeAt(0)) | 0, 0);
}

for (const rule of [...RULES, ...INHERENT_RULES]) {
  const seed = seedOf(rule);
  if (!judgesLines(rule, drawnUnder(new Random(seed), rule))) continue;

  Deno.test(`${rule.name}: check, model, checker and engine agree wherever it is drawn`, () => {
    const random = new Random(seed), seen = { kept: 0, planned: 0 };
    const isShown = () => seen.kept > 0 && seen.planned === PLANNED;
    for (let round = 0; round < (isShown() ? ROUNDS : MOST_ROUNDS); round++) {
      const problem = drawnUnder(random, rule);
      const { legal, refused } = judged(rule, problem);
      seen.kept += legal.length;
      if (refused === 0 || seen.planned === PLANNED) continue;
      seen.planned++;
      const line = plan(problem);
      if (legal.length === 0) assert.equal(line, null);
      else assert.ok(legal.some((each) => each.join() === line?.join()), `${line}`);
    }
    assert.ok(isShown(), JSON.stringify(seen));
  });
}
