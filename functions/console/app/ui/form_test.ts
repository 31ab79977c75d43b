// What is pressed twice is done once: forms and buttons wait for what they ask for.

import { signal } from "@preact/signals";
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { workOf } from "./form.tsx";

const APPS = [new URL("../", import.meta.url), new URL("../../../doctor/app/", import.meta.url)];

/** A form of its own, and a press of whose work nobody hears. */
const UNHEARD = /<form\b|onClick=\{\(\) =>\s+void /g;

Deno.test("no page has a form or a button whose work could be asked for a second time unseen", () => {
  const faults: string[] = [];
  let seen = 0;
  for (const app of APPS) {
    for (const name of readdirSync(app, { recursive: true, encoding: "utf8" })) {
      if (!name.endsWith(".tsx") || name === "ui/form.tsx") continue;
      const source = readFileSync(new URL(name, app), "utf8");
      seen += source.match(/<Form\b/g)?.length ?? 0;
      for (const [found] of source.matchAll(UNHEARD)) faults.push(`${name}: ${found}`);
    }
  }
  assert.deepEqual(faults, []);
  assert.ok(seen > 25, `${seen} forms`);
});

Deno.test("a flag is up as long as the work takes, whether or not it succeeds", async () => {
  const flag = signal(false);
  await workOf(flag, undefined);
  assert.equal(flag.value, false);
  for (const end of ["resolve", "reject"] as const) {
    const { promise, ...ends } = Promise.withResolvers<void>();
    const done = workOf(flag, promise).catch(() => "thrown");
    assert.equal(flag.value, true);
    ends[end]();
    assert.equal(await done, end === "resolve" ? undefined : "thrown");
    assert.equal(flag.value, false);
  }
});
