// The checker's leave, against the options that the model knows: two spellings of one rule.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { placementsOf } from "../leave/placements.ts";
import { leaveOptions } from "../rules/leave_options.ts";
import { resolveRules } from "../rules/mod.ts";
import { position, problemOf } from "../testing/problems.ts";
import { lineChecker } from "./checker.ts";
import { checkLeave, checkLeaveTerm } from "./leave.ts";

const POSITIONS = [
  position("a"),
  position("b"),
  position("s", { isService: true }),
  position("n", { allowsLeave: false }),
];

function drawn(random: Random) {
  const termWeeks = Array.from({ length: 2 + random.below(3) }, () => 3 + random.below(11));
  const capacity_weeks = termWeeks.map(() => random.below(12));
  const constraints = [{ name: "ANNUAL_LEAVE", value: { capacity_weeks } }];
  const problem = problemOf(POSITIONS, { termWeeks, lines: 1, constraints });
  const line = termWeeks.map(() => random.below(POSITIONS.length));
  const takes = line.map((r) => r < 2);
  return { problem, bounds: resolveRules(constraints), capacity_weeks, line, takes };
}

Deno.test("checkLeaveTerm() lets a line pass just where it has an option of leave", () => {
  const random = new Random(51);
  let with_ = 0, without = 0;
  for (let round = 0; round < 500; round++) {
    const { problem, bounds, capacity_weeks, line, takes } = drawn(random);
    const options = leaveOptions(problem.termWeeks, capacity_weeks)
      .filter(({ parts }) => parts.every(({ term }) => takes[term]));
    const year = { index: 0, positions: line.map((r) => POSITIONS[r]) };
    const faults = checkLeaveTerm(problem.termWeeks, bounds, year);
    assert.equal(faults.length === 0, options.length > 0, `round ${round}`);
    const whole = [...lineChecker(problem)(year.positions.map(({ id }) => id))];
    assert.deepEqual(whole.filter(({ code }) => code === "ANNUAL_LEAVE"), faults);
    options.length > 0 ? with_++ : without++;
  }
  assert.ok(with_ > 100 && without > 100, `${with_} ${without}`);
});

Deno.test("checkLeave() takes every placement of an option, and none of them moved out of its term or split otherwise", () => {
  const random = new Random(52);
  let taken = 0;
  for (let round = 0; round < 200; round++) {
    const { problem, bounds, capacity_weeks, line, takes } = drawn(random);
    const ids = line.map((r) => POSITIONS[r].id);
    const check = (leave: { startWeek: number; weeks: number }[]) =>
      checkLeave(problem, bounds, [ids], [{ leave }]).length;
    const options = placementsOf(
      problem.termWeeks,
      leaveOptions(problem.termWeeks, capacity_weeks),
    );
    for (const { parts, placements } of options) {
      const fits = parts.every(({ term }) => takes[term]);
      for (const { blocks } of placements) {
        assert.equal(check(blocks) === 0, fits, `round ${round}`);
        if (!fits) continue;
        taken++;
        const [first, ...rest] = blocks;
        assert.ok(check([{ ...first, weeks: first.weeks - 1 }, ...rest]) > 0, "a week too few");
        assert.ok(check([{ ...first, startWeek: -1 }, ...rest]) > 0, "before the year");
        assert.ok(check([...blocks, first]) > 0, "too much");
      }
    }
    assert.ok(check([]) > 0);
  }
  assert.ok(taken > 200, `${taken}`);
});

Deno.test("checkLeave() counts the weeks of a term over all lines", () => {
  const constraints = [{ name: "ANNUAL_LEAVE", value: { capacity_weeks: [5, 26] } }];
  const problem = problemOf(POSITIONS, { termWeeks: [26, 26], lines: 2, constraints });
  const lines = [["a", "b"], ["b", "a"]];
  const at = (...weeks: number[]) =>
    weeks.map((startWeek) => ({ leave: [{ startWeek, weeks: 5 }] }));
  const faults = (...weeks: number[]) =>
    checkLeave(problem, resolveRules(constraints), lines, at(...weeks)).map(({ message }) =>
      message
    );
  assert.deepEqual(faults(3, 30), []);
  assert.deepEqual(faults(3, 10), ["Term 1: 10 weeks of leave, 5 fit."]);
});
