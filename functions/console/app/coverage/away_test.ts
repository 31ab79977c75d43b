// Who is away in which week, of all lines and of each team.

import assert from "node:assert/strict";
import { leave, line, PLACES, position, STARTS_ON } from "../roster/testing.ts";
import { awayByWeek, isThin, MOST_AWAY, sharesOf } from "./away.ts";

const ward = position("a"), other = position("b", { team: "t2" });
const lines = [
  line("1", [ward, other, ward], { leave: [leave(2, 2)] }),
  line("2", [ward, ward, ward], { leave: [leave(3, 2)] }),
  line("3", [other, ward, ward], { leave: [leave(12, 1)] }),
];
const rows = awayByWeek(lines, PLACES, STARTS_ON, 32);

Deno.test("lines away are counted by week, over all and where they stand then", () => {
  const [all, ...teams] = rows;
  assert.deepEqual(all.weeks.slice(2, 5), [
    { away: 1, lines: 3, most: 1 },
    { away: 2, lines: 3, most: 1 },
    { away: 1, lines: 3, most: 1 },
  ]);
  assert.deepEqual(teams.map(({ team, worst }) => [team, worst]), [["Ward 1", 1]]);
  assert.deepEqual(teams[0].weeks[3], { away: 2, lines: 2, most: 1 });
  assert.deepEqual(teams[0].weeks[12], { away: 1, lines: 2, most: 1 });
});

Deno.test("a week is thin by the share that is away; one of a team always may be", () => {
  const [all, ward] = rows;
  assert.deepEqual([isThin(all.weeks[0]), isThin(all.weeks[3])], [false, true]);
  assert.deepEqual([isThin(ward.weeks[2]), isThin(ward.weeks[3])], [false, true]);
});

Deno.test("how many may be away is what the run's rule of leave says", () => {
  assert.deepEqual(sharesOf(["ANNUAL_LEAVE"]), MOST_AWAY);
  assert.deepEqual(sharesOf([{ name: "MAX_SERVICE", value: 0.2 }]), MOST_AWAY);
  const shares = sharesOf([{ name: "ANNUAL_LEAVE", value: { week_share: 0.7, team_share: 1 } }]);
  assert.deepEqual(shares, { all: 0.7, team: 1 });
  const [all, ward] = awayByWeek(lines, PLACES, STARTS_ON, 32, shares);
  assert.deepEqual([all.weeks[3].most, ward.weeks[3].most], [2, 2]);
  assert.equal(isThin(all.weeks[3]), false);
});
