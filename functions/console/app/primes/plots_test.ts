import assert from "node:assert/strict";
import { marksTo, MOST_BARS, plotOf } from "./plots.ts";

Deno.test("counts are stacked by form, and nothing is lost", () => {
  const counts = [
    { bucket: "10", form: "kbn", count: 3 },
    { bucket: "10", form: "twin", count: 2 },
    { bucket: "30", form: "twin", count: 9 },
  ];
  const { bars, forms, marks } = plotOf(counts, ["twin", "kbn", "factorial"]);
  assert.deepEqual(forms, ["twin", "kbn"]);
  assert.deepEqual(bars, [
    {
      bucket: "10",
      total: 5,
      parts: [{ form: "twin", from: 0, count: 2 }, { form: "kbn", from: 2, count: 3 }],
    },
    { bucket: "30", total: 9, parts: [{ form: "twin", from: 0, count: 9 }] },
  ]);
  assert.deepEqual(marks, [0, 5, 10]);
});

Deno.test("of too many bars the last ones are shown", () => {
  const counts = Array.from(
    { length: 100 },
    (_, n) => ({ bucket: `${n}`, form: "kbn", count: 1 }),
  );
  const { bars } = plotOf(counts, ["kbn"]);
  assert.equal(bars.length, MOST_BARS);
  assert.equal(bars[bars.length - 1].bucket, "99");
});

Deno.test("a scale has at most six round marks and holds the most", () => {
  for (let most = 1; most < 3000; most++) {
    const marks = marksTo(most);
    assert.ok(marks.length >= 2 && marks.length <= 6, `${most}: ${marks}`);
    assert.ok(marks[marks.length - 1] >= most && marks[marks.length - 2] < most);
  }
});
