// Tables that scroll sideways on a phone can be scrolled by keyboard as well, wherever they stand.

import assert from "node:assert/strict";
import { foundInPages } from "./testing/page_sources.ts";

Deno.test("whatever scrolls a table can be reached by keyboard and has a name", () => {
  const faults: string[] = [];
  let seen = 0;
  for (const { name, match: [tag] } of foundInPages(/<div\s[^>]*?\btable-scroll\b[^>]*>/g)) {
    seen++;
    const ok = ["tabIndex={0}", "role=", "aria-label="].every((part) => tag.includes(part));
    if (!ok) faults.push(`${name}: ${tag}`);
  }
  assert.deepEqual(faults, []);
  assert.ok(seen > 20, `${seen} tables that scroll`);
});
