import assert from "node:assert/strict";
import { linesOf } from "./series.ts";

Deno.test("linesOf() draws a line for each set of labels, the most at the top", () => {
  const point = (minute: number, kind: string, avg: number, count = 1) => ({
    at: new Date(minute * 60_000).toISOString(),
    labels: { kind },
    count,
    avg,
    min: avg,
    max: avg,
  });
  const series = [point(0, "b", 2), point(0, "a", 0), point(5, "b", 4, 3), point(10, "a", 0)];
  assert.deepEqual(linesOf(series, 0, 600_000), [
    { name: "a", points: "0,20 100,20", last: 0, most: 0, mean: 0 },
    { name: "b", points: "0,10 50,0", last: 4, most: 4, mean: 3.5 },
  ]);
  assert.deepEqual(linesOf([], 0, 1), []);
});
