import assert from "node:assert/strict";
import { capacityBeside, earlyWeeks, termOfWeek, weeksOf } from "./calendar.ts";

const YEAR = [10, 10, 10, 10, 12];

Deno.test("termOfWeek() finds a week's term, and none before or after the year", () => {
  const terms = [0, 9, 10, 39, 40, 51, 52].map((week) => termOfWeek(YEAR, week));
  assert.deepEqual(terms, [0, 0, 1, 3, 4, 4, -1]);
});

Deno.test("earlyWeeks() counts what of a block lies before the middle of the year", () => {
  const early = (startWeek: number, weeks: number) => earlyWeeks(YEAR, [{ startWeek, weeks }]);
  assert.deepEqual([early(0, 5), early(21, 5), early(24, 5), early(26, 5), early(47, 5)], [
    5,
    5,
    2,
    0,
    0,
  ]);
  const both = [{ startWeek: 0, weeks: 2 }, { startWeek: 25, weeks: 3 }];
  assert.deepEqual([earlyWeeks(YEAR, both), weeksOf(both)], [3, 5]);
});

Deno.test("capacityBeside() leaves each term what blocks do not take, and no less than nothing", () => {
  const blocks = [{ startWeek: 3, weeks: 5 }, { startWeek: 9, weeks: 2 }, {
    startWeek: 40,
    weeks: 5,
  }];
  assert.deepEqual(capacityBeside([10, 10, 0, 4, 3], YEAR, blocks), [3, 10, 0, 4, 0]);
  assert.deepEqual(capacityBeside([10, 20], YEAR, []), [10, 20]);
});
