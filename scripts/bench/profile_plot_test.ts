/** The picture of profiles: every family, every mark, and points where there is a gap. */
import assert from "node:assert/strict";
import { plotProfiles } from "./profile_plot.ts";

const MARKS = [1, 2, 5];

Deno.test("plotProfiles() draws a panel a family, with points where there is a gap, lower where it is smaller", () => {
  const svg = plotProfiles([
    { name: "common", problems: 3, median: [0.5, 0.01, 0], worst: [null, 2, 0.1] },
    { name: "tight", problems: 1, median: [null, null, 0.001], worst: [null, null, 0.001] },
  ], MARKS);
  assert.ok(svg.startsWith("<svg ") && svg.endsWith("</svg>\n"));
  assert.match(svg, /common \(3\)/);
  assert.match(svg, /tight \(1\)/);
  assert.match(svg, /prefers-color-scheme: dark/);
  const heights = (kind: string) =>
    [...svg.matchAll(new RegExp(`dot-${kind}" cx="[\\d.]+" cy="([\\d.]+)"`, "g"))]
      .map((found) => Number(found[1]));
  // Smaller gaps lie further down; what lies outside the scale lies at its edge.
  const [first, second, third, fourth] = heights("median");
  assert.ok(first < second && second < third && fourth > second);
  assert.equal(heights("worst").length, 3);
  for (const s of MARKS) assert.match(svg, new RegExp(`>${s}</text>`));
});

Deno.test("plotProfiles() of nothing is a picture all the same", () => {
  assert.match(plotProfiles([], MARKS), /^<svg /);
});
