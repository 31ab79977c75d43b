// Padding, shortening and units.

import assert from "node:assert/strict";
import { cut, dayAndMonth, duration, padLeft, padRight, percent, shorten, wrap } from "./text.ts";

Deno.test("shorten() leaves a name alone that fits", () => {
  assert.equal(shorten("Emergency WP", 12), "Emergency WP");
});

Deno.test("shorten() drops small words before letters", () => {
  assert.equal(shorten("Obstetrics and Gynaecology LB", 25), "Obstetrics Gynaecology LB");
  assert.equal(shorten("Obstetrics and Gynaecology LB", 17), "Obstetrics Gy… LB");
});

Deno.test("shorten() keeps the unit and the site at the end", () => {
  assert.equal(shorten("General Medicine 1 WP", 15), "General M… 1 WP");
  assert.equal(shorten("Elective General Surgery WP", 12), "Elective… WP");
});

Deno.test("shorten() only cuts where little room is left", () => {
  assert.equal(shorten("Elective General Surgery WP", 6), "Elect…");
});

Deno.test("shorten() never exceeds the width", () => {
  for (
    const name of [
      "Emergency Short Stay WP",
      "Rural General Practice MP",
      "A",
      "Longwordwithoutspaces",
    ]
  ) {
    for (let width = 1; width < 30; width++) {
      const text = shorten(name, width);
      assert([...text].length <= width, `"${text}" in ${width}`);
    }
  }
});

Deno.test("cut() ends with an ellipsis in place of what is missing", () => {
  assert.equal(cut("Cardiology", 5), "Card…");
  assert.equal(cut("New South", 5), "New…");
});

Deno.test("padLeft() and padRight() count characters, not code units", () => {
  assert.equal(padLeft("…", 3), "  …");
  assert.equal(padRight("█", 2), "█ ");
});

Deno.test("duration() picks the unit that fits", () => {
  const shown = [0, 12.4, 999.4, 999.6, 1_449, 59_949, 59_950, 65_000, 600_000].map(duration);
  assert.deepEqual(shown, [
    "0 ms",
    "12 ms",
    "999 ms",
    "1.0 s",
    "1.4 s",
    "59.9 s",
    "1 min 00 s",
    "1 min 05 s",
    "10 min 00 s",
  ]);
});

Deno.test("percent() does not call a small gap none", () => {
  assert.deepEqual([0, 0.0001, 0.0234, 1].map(percent), ["0.0%", "<0.1%", "2.3%", "100.0%"]);
});

Deno.test("dayAndMonth() reads a date without a timezone", () => {
  assert.equal(dayAndMonth("2027-01-11"), "11 Jan");
  assert.equal(dayAndMonth("2028-12-01"), "1 Dec");
});

Deno.test("wrap() fills rows up to the width", () => {
  assert.deepEqual(wrap(["aa", "bb", "cc"], " ", 5), ["aa bb", "cc"]);
  assert.deepEqual(wrap(["too wide"], " ", 3), ["too wide"]);
});
