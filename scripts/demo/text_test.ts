// Padding, shortening and units.

import assert from "node:assert/strict";
import {
  cut,
  dayAndMonth,
  duration,
  ordinal,
  padLeft,
  padRight,
  percent,
  shorten,
  wrap,
} from "./text.ts";

Deno.test("shorten() leaves a name alone that fits", () => {
  assert.equal(shorten("Emergency WP", 12), "Emergency WP");
});

Deno.test("shorten() drops small words before letters", () => {
  assert.equal(shorten("Obstetrics and Gynaecology LB", 25), "Obstetrics Gynaecology LB");
});

Deno.test("shorten() cuts the last long word, before the unit and the site", () => {
  assert.equal(shorten("General Medicine 1 WP", 18), "General Medi… 1 WP");
  assert.equal(shorten("Obstetrics and Gynaecology LB", 18), "Obstetrics Gyn… LB");
  assert.equal(shorten("Gastroenterology WP", 13), "Gastroent… WP");
});

Deno.test("shorten() takes letters of every word rather than lose one", () => {
  assert.equal(shorten("General Medicine 1 WP", 13), "Gene Med 1 WP");
  assert.equal(shorten("General Surgery LB", 12), "Gene Surg LB");
  assert.equal(shorten("Emergency Short Stay WP", 19), "Emerg Short Stay WP");
});

Deno.test("shorten() drops the middle where too little would be left of each word", () => {
  assert.equal(shorten("Elective General Surgery WP", 12), "Elective… WP");
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

Deno.test("ordinal() knows the teens", () => {
  assert.deepEqual([1, 2, 3, 4, 10, 11, 12, 13, 21, 101, 112].map(ordinal), [
    "1st",
    "2nd",
    "3rd",
    "4th",
    "10th",
    "11th",
    "12th",
    "13th",
    "21st",
    "101st",
    "112th",
  ]);
});

Deno.test("dayAndMonth() reads a date without a timezone", () => {
  assert.equal(dayAndMonth("2027-01-11"), "11 Jan");
  assert.equal(dayAndMonth("2028-12-01"), "1 Dec");
});

Deno.test("wrap() fills rows up to the width", () => {
  assert.deepEqual(wrap(["aa", "bb", "cc"], " ", 5), ["aa bb", "cc"]);
  assert.deepEqual(wrap(["too wide"], " ", 3), ["too wide"]);
});
