// Tables that scroll sideways on a phone can be scrolled by keyboard as well, wherever they stand.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";

const APPS = [new URL("../", import.meta.url), new URL("../../../doctor/app/", import.meta.url)];

Deno.test("whatever scrolls a table can be reached by keyboard and has a name", () => {
  const faults: string[] = [];
  let seen = 0;
  for (const app of APPS) {
    for (const name of readdirSync(app, { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".tsx")) continue;
      const source = readFileSync(new URL(name, app), "utf8");
      for (const [tag] of source.matchAll(/<div\s[^>]*?\btable-scroll\b[^>]*>/g)) {
        seen++;
        const ok = ["tabIndex={0}", "role=", "aria-label="].every((part) => tag.includes(part));
        if (!ok) faults.push(`${name}: ${tag}`);
      }
    }
  }
  assert.deepEqual(faults, []);
  assert.ok(seen > 20, `${seen} tables that scroll`);
});
