// Which notifications are in sight.

import assert from "node:assert/strict";
import { Notices } from "./notices.ts";

const titles = (notices: Notices) => notices.shown.value.map(({ title }) => title);

Deno.test("Notices shows the last four, and each console has its own", () => {
  const notices = new Notices();
  for (const title of ["a", "b", "c", "d", "e"]) notices.notify({ tone: "warn", title });
  assert.deepEqual(titles(notices), ["b", "c", "d", "e"]);
  notices.close(notices.shown.value[1].id);
  assert.deepEqual(titles(notices), ["b", "d", "e"]);
  assert.deepEqual(titles(new Notices()), []);
});

Deno.test("Notices closes by itself what needs no answer", () => {
  const set = globalThis.setTimeout;
  const due: (() => void)[] = [];
  globalThis.setTimeout = ((callback: () => void) => due.push(callback)) as typeof setTimeout;
  try {
    const notices = new Notices();
    for (const tone of ["ok", "warn", "info", "danger"] as const) {
      notices.notify({ tone, title: tone });
    }
    due.forEach((close) => close());
    assert.deepEqual(titles(notices), ["warn", "danger"]);
  } finally {
    globalThis.setTimeout = set;
  }
});

Deno.test("Notices shows one notification of a kind: the latest", () => {
  const notices = new Notices();
  notices.notify({ tone: "warn", title: "Line 1 pinned", kind: "pins" });
  notices.notify({ tone: "warn", title: "Else" });
  notices.notify({ tone: "warn", title: "2 lines pinned", kind: "pins" });
  assert.deepEqual(notices.shown.value.map(({ title }) => title), ["Else", "2 lines pinned"]);
});

Deno.test("that nothing could be reached is no news once the network is back; other failures stay", () => {
  const notices = new Notices();
  const lost = "Receptor could not be reached. Check the connection and try again.";
  notices.notify({ tone: "danger", title: "Not pinned", message: lost });
  notices.notify({
    tone: "danger",
    title: "Not saved",
    message: "The line was changed meanwhile.",
  });
  notices.back();
  assert.deepEqual(titles(notices), ["Not saved"]);
});
