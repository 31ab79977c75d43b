// Names are Arabic and Hebrew as well: two of them with an arrow between would be drawn the other way round, the new one first.

import assert from "node:assert/strict";
import { apart } from "./format.ts";
import { foundInPages } from "./testing/page_sources.ts";

/** What stands before and behind an arrow in a line. */
const ARROW = /(\S*)\s→(?: |\{" "\}\s*)(\S*)/g;
/** Set apart, or a number; before it: nothing, too. */
const BEFORE = /^$|<\/bdi>$|^\$\{apart\(|\{now\}$|^\}$/;
const AFTER = /^<bdi>|^\$\{apart\(|^\{then\}|^\$\{plural\(/;

Deno.test("an arrow stands between names that are set apart, whichever way they are written", () => {
  const faults: string[] = [];
  let seen = 0;
  for (const { name, match: [, before, after] } of foundInPages(ARROW)) {
    seen++;
    if (!BEFORE.test(before) || !AFTER.test(after)) faults.push(`${name}: ${before} → ${after}`);
  }
  assert.deepEqual(faults, []);
  assert.ok(seen >= 4, `${seen} arrows`);
});

Deno.test("apart() is a text in isolation", () => {
  assert.equal(apart("שורה 1"), "\u2068שורה 1\u2069");
});
