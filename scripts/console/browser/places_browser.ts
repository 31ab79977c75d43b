// Browsers that are handed on from test to test: nothing of who had one is left.

import assert from "node:assert/strict";
import type { BrowserContext } from "playwright-core";
import { browserTest, newProfile } from "./kit.ts";
import { DOCTOR, keptForOffline, PHONE } from "./doctor_kit.ts";
import { showIn } from "./places.ts";

/** Runs in the page: keeps something in every way that a page can. */
const KEEP = `(async () => {
  name = document.title = "kept";
  localStorage.kept = sessionStorage.kept = "kept";
  document.cookie = "kept=kept; path=/";
  await caches.open("kept");
  await new Promise((done) => indexedDB.open("kept").onsuccess = ({ target }) => done(target.result.close()));
})()`;

/** Runs in the page: what it finds. */
const FOUND = `(async () => ({
  name,
  local: Object.keys(localStorage).filter((key) => key === "kept"),
  session: Object.keys(sessionStorage),
  cookie: document.cookie,
  caches: await caches.keys(),
  databases: await indexedDB.databases(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  dark: matchMedia("(prefers-color-scheme: dark)").matches,
}))()`;

browserTest(
  "a browser that is handed on has nothing of who had it; one that was changed is not handed on",
  async () => {
    let had: BrowserContext;
    {
      await using first = await newProfile(PHONE);
      had = first.context;
      await first.page.goto(DOCTOR);
      await keptForOffline(first.page);
      await first.page.evaluate(KEEP);
      await showIn("dark", first.page);
    }
    {
      await using next = await newProfile(PHONE);
      assert.equal(next.context, had);
      // Where no page of ours runs that would keep something at once.
      assert.deepEqual(await next.page.evaluate(FOUND), {
        name: "",
        local: [],
        session: [],
        cookie: "",
        caches: [],
        databases: [],
        workers: 0,
        dark: false,
      });
      await assert.rejects(keptForOffline(next.page, 50), /no service worker is at work/);
      await next.context.setOffline(true);
    }
    await using other = await newProfile(PHONE);
    assert.notEqual(other.context, had);
  },
);
