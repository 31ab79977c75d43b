// Loading pages' scripts: once, again after a failure, and a fresh console after a deployment.

import assert from "node:assert/strict";
import type { Page } from "../page.ts";
import { createPageLoader, type Surroundings } from "./page_loader.ts";

const component = () => null;

/** A page whose script fails as often as said, and surroundings that count reloads. */
function world({ failures = 0, served = "main-a.js", reloadedFor = null as string | null } = {}) {
  let loads = 0;
  let reloads = 0;
  let version = reloadedFor;
  const page: Page = {
    path: "roster",
    title: "Roster",
    load: () =>
      ++loads > failures ? Promise.resolve(component) : Promise.reject(new Error("no script")),
  };
  const surroundings: Surroundings = {
    running: "main-a.js",
    served: () => served ? Promise.resolve(served) : Promise.reject(new Error("offline")),
    reloadedFor: { get: () => version, set: (next) => version = next },
    reload: () => reloads++,
  };
  const loader = createPageLoader(surroundings);
  return { page, loader, loads: () => loads, reloads: () => reloads, reloadedFor: () => version };
}

/** Lets everything that waits for nothing happen. */
const soon = () => new Promise((resolve) => setTimeout(resolve));

Deno.test("a page's script is loaded once for all who ask at the same time, and then known", async () => {
  const { page, loader, loads } = world();
  assert.equal(loader.ready(page), undefined);
  assert.deepEqual(await Promise.all([loader.load(page), loader.load(page)]), [
    component,
    component,
  ]);
  assert.equal(loads(), 1);
  assert.equal(loader.ready(page), component);
});

Deno.test("a script that could not be loaded is asked for again", async () => {
  for (const served of ["", "main-a.js"]) {
    const { page, loader, reloads } = world({ failures: 1, served });
    await assert.rejects(loader.load(page), /no script/);
    assert.equal(await loader.load(page, { insist: true }), component);
    assert.equal(reloads(), 0);
  }
});

Deno.test("after a deployment the console is loaded anew, once for each version", async () => {
  const { page, loader, reloads, reloadedFor } = world({ failures: 9, served: "main-b.js" });
  void loader.load(page);
  await soon();
  assert.deepEqual([reloads(), reloadedFor()], [1, "main-b.js"]);
  const again = world({ failures: 9, served: "main-b.js", reloadedFor: "main-b.js" });
  await assert.rejects(again.loader.load(again.page), /no script/);
  assert.equal(again.reloads(), 0);
});

Deno.test("whoever insists gets a fresh console where the server answers, and stays where it does not", async () => {
  const { page, loader, reloads } = world({ failures: 9 });
  await assert.rejects(loader.load(page), /no script/);
  void loader.load(page, { insist: true });
  await soon();
  assert.equal(reloads(), 1);
  const offline = world({ failures: 9, served: "" });
  await assert.rejects(offline.loader.load(offline.page, { insist: true }), /no script/);
  assert.equal(offline.reloads(), 0);
});
