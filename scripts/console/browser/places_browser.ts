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

/** Runs beside the doctors' page: asks for its worker, as that does when it is opened, and says what came of it. */
const ASK_FOR_WORKER = `navigator.serviceWorker.register(
  trustedTypes.createPolicy("receptor-worker", { createScriptURL: (url) => url }).createScriptURL("${DOCTOR}/sw.js"),
  { scope: "${DOCTOR}/" },
).then(() => "there", ({ name }) => name)`;

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
  print: matchMedia("print").matches,
  moves: matchMedia("(prefers-reduced-motion: no-preference)").matches,
  offline: !navigator.onLine,
  window: [screen.width, screen.height],
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
      await first.page.emulateMedia({ media: "print", reducedMotion: "no-preference" });
      await first.page.setViewportSize({ width: 320, height: 740 });
      await first.context.setOffline(true);
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
        print: false,
        moves: false,
        offline: false,
        window: [390, 844],
      });
      await assert.rejects(keptForOffline(next.page, 50), /no service worker is at work/);
      // Whose network is away before the worker is there has none, and that is no fault of the page's.
      await next.page.goto(`${DOCTOR}/config.json`);
      await next.context.setOffline(true);
      assert.equal(await next.page.evaluate(ASK_FOR_WORKER), "TypeError");
      await next.page.addInitScript("");
    }
    await using other = await newProfile(PHONE);
    assert.notEqual(other.context, had);
  },
);

browserTest(
  "windows of any size and both colours are one browser's, each as it was asked for",
  async () => {
    const LOOK = `({
      dark: matchMedia("(prefers-color-scheme: dark)").matches,
      window: [screen.width, screen.height],
    })`;
    let had: BrowserContext;
    {
      await using small = await newProfile({
        viewport: { width: 320, height: 740 },
        colorScheme: "dark",
      });
      had = small.context;
      assert.deepEqual(await small.page.evaluate(LOOK), { dark: true, window: [320, 740] });
    }
    await using usual = await newProfile();
    assert.equal(usual.context, had);
    assert.deepEqual(await usual.page.evaluate(LOOK), { dark: false, window: [1280, 720] });
  },
);
