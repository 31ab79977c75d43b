// In which weeks leave lies: within terms and capacities, and so that no week is left by too many where that can be.

import assert from "node:assert/strict";
import { Random } from "../../engine/random.ts";
import { type LeaveBlock, termOfWeek } from "../rules/calendar.ts";
import { leaveOptions } from "../rules/leave_options.ts";
import { chooseFreely, chooseOptions } from "./choice.ts";
import { placementsOf } from "./placements.ts";
import { mostAway, type SpreadInput, spreadLeave } from "./spread.ts";

function drawn(random: Random): SpreadInput {
  const termWeeks = Array.from({ length: 4 }, () => 9 + random.below(5));
  const lines = 6 + random.below(7), isTight = random.next() < 0.5;
  const capacity = termWeeks.map(() => isTight ? 10 + random.below(20) : Infinity);
  return {
    termWeeks,
    options: placementsOf(termWeeks, leaveOptions(termWeeks, capacity)),
    teams: Array.from({ length: lines + 1 }, () => termWeeks.map(() => random.below(4) - 1)),
    takes: Array.from({ length: lines }, () => termWeeks.map(() => random.below(4) > 0)),
    fixed: [[{ startWeek: random.below(4), weeks: 5 }]],
    capacity,
    weekShare: 0.2,
    teamShare: 0.34,
    target: Math.round(0.7 * 5 * lines),
  };
}

/** Weeks and lines by which more are away than should be, of all and of each team. */
function over(
  { teams, fixed, termWeeks, weekShare, teamShare }: SpreadInput,
  leave: LeaveBlock[][],
) {
  const all = [...leave, ...fixed], weeks = termWeeks.reduce((sum, n) => sum + n, 0);
  let sum = 0;
  for (let w = 0; w < weeks; w++) {
    const t = termOfWeek(termWeeks, w);
    const isAway = (i: number) =>
      all[i].some((block) => block.startWeek <= w && w < block.startWeek + block.weeks);
    const away = [...all.keys()].filter(isAway);
    sum += Math.max(0, away.length - mostAway(teams.length, weekShare));
    for (let team = 0; team < 3; team++) {
      const there = teams.filter((own) => own[t] === team).length;
      const own = away.filter((i) => teams[i][t] === team).length;
      sum += Math.max(0, own - mostAway(there, teamShare));
    }
  }
  return sum;
}

function chosenFor({ options, takes, capacity, target }: SpreadInput) {
  return capacity[0] === Infinity
    ? chooseFreely(options, takes, target)
    : chooseOptions(options, takes, capacity, target)!;
}

Deno.test("spreadLeave() leaves every line its leave, within terms that take it and the capacities", () => {
  const random = new Random(15);
  let placed = 0;
  for (let round = 0; round < 40; round++) {
    const input = drawn(random), chosen = chosenFor(input);
    const leave = spreadLeave(input, chosen);
    const used = input.termWeeks.map(() => 0);
    leave.forEach((blocks, i) => {
      assert.equal(blocks.length > 0, chosen[i] !== null, `line ${i} of round ${round}`);
      if (blocks.length === 0) return;
      placed++;
      assert.equal(blocks.reduce((sum, { weeks }) => sum + weeks, 0), 5);
      assert.ok(
        blocks.length <= input.options[chosen[i]!.option].parts.length,
        "split for nothing",
      );
      for (const { startWeek, weeks } of blocks) {
        const t = termOfWeek(input.termWeeks, startWeek);
        assert.equal(termOfWeek(input.termWeeks, startWeek + weeks - 1), t);
        assert.ok(input.takes[i][t]);
        used[t] += weeks;
      }
      if (blocks.length === 2) {
        const [first, second] = blocks;
        assert.ok(second.startWeek - first.startWeek - first.weeks >= 13);
      }
    });
    assert.ok(used.every((weeks, t) => weeks <= input.capacity[t]), `round ${round}`);
  }
  assert.ok(placed > 200, `${placed}`);
});

Deno.test("spreadLeave() leaves fewer weeks to too many away than the first weeks of each option would", () => {
  const random = new Random(16);
  let better = 0, even = 0;
  for (let round = 0; round < 40; round++) {
    const input = drawn(random), chosen = chosenFor(input);
    const first = chosen.map((own) =>
      own === null
        ? []
        : input.options[own.option].placements.find((p) => p.early === own.early)!.blocks
    );
    const [spread, plain] = [over(input, spreadLeave(input, chosen)), over(input, first)];
    assert.ok(spread <= plain, `round ${round}: ${spread} of ${plain}`);
    if (spread < plain) better++;
    if (spread === 0) even++;
  }
  assert.ok(better > 30 && even > 0, `${better} ${even}`);
});

Deno.test("twelve lines over four terms, one of five weeks at a time: nobody is away with another", () => {
  const termWeeks = [15, 15, 15, 15];
  const input: SpreadInput = {
    termWeeks,
    options: placementsOf(termWeeks, leaveOptions(termWeeks)),
    teams: Array.from({ length: 12 }, () => [0, 0, 0, 0]),
    takes: Array.from({ length: 12 }, () => [true, true, true, true]),
    fixed: [],
    capacity: [Infinity, Infinity, Infinity, Infinity],
    weekShare: 0,
    teamShare: 1,
    target: 30,
  };
  const leave = spreadLeave(input, chosenFor(input));
  assert.equal(over(input, leave), 0);
});

Deno.test("mostAway() is a share of those there, one at least, and none where nobody is", () => {
  assert.deepEqual([0, 1, 4, 5, 10, 100].map((n) => mostAway(n, 0.2)), [0, 1, 1, 1, 2, 20]);
  assert.equal(mostAway(50, 0.34), 17);
});
