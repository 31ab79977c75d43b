// What is pressed twice is done once: forms and buttons wait for what they ask for.

import { signal } from "@preact/signals";
import assert from "node:assert/strict";
import { workOf } from "./form.tsx";
import { foundInPages } from "./testing/page_sources.ts";

/** A form of its own, or a press of whose work nobody hears: at the button, handed on to it, or by its name. Fields may change again. */
const UNHEARD =
  /<form\b|\bon(?!Near|Choose|Change)[A-Z]\w*=\{\([^()]*\) =>\s+void |const \w+ = \([^()]*\) =>\s+void (?:act|run)\(/g;

Deno.test("no page has a form or a button whose work could be asked for a second time unseen", () => {
  const found = [...foundInPages(UNHEARD)].map(({ name, match: [text] }) => `${name}: ${text}`);
  assert.deepEqual(found, ["ui/form.tsx: <form"]);
  const seen = [...foundInPages(/<Form\b/g)].length;
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
