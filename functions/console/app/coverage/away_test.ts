// Who is away in which week, of all lines and of each team.

import assert from "node:assert/strict";
import { leave, line, PLACES, position, STARTS_ON } from "../roster/testing.ts";
import { awayByWeek, isThin } from "./away.ts";

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
    { away: 1, lines: 3 },
    { away: 2, lines: 3 },
    { away: 1, lines: 3 },
  ]);
  assert.deepEqual(teams.map(({ team, worst }) => [team, worst]), [["Ward 1", 1]]);
  assert.deepEqual(teams[0].weeks[3], { away: 2, lines: 2 });
  assert.deepEqual(teams[0].weeks[12], { away: 1, lines: 2 });
});

Deno.test("a week is thin by the share that is away; one of a team always may be", () => {
  const [all, ward] = rows;
  assert.deepEqual([isThin(all, all.weeks[0]), isThin(all, all.weeks[3])], [false, true]);
  assert.deepEqual([isThin(ward, ward.weeks[2]), isThin(ward, ward.weeks[3])], [false, true]);
});
