// What the service worker answers, and what it leaves alone.

import assert from "node:assert/strict";
import { answer, keepAll, kindOf, type Shelf, type Site } from "./answers.ts";

const SITE: Site = {
  worker: "https://x.example/functions/v1/doctor/sw.js",
  scope: "https://x.example/functions/v1/doctor",
  files: ["main-0123456789ab.js", "icon.svg"],
};
const at = (path: string, mode = "cors", method = "GET") =>
  ({ url: `https://x.example${path}`, mode, method }) as Request;
const kind = (...args: Parameters<typeof at>) => kindOf(SITE, at(...args));

/** A shelf in memory; what is asked of the network is counted. */
function shelfOf(texts: Record<string, string>) {
  const kept = new Map(Object.entries(texts));
  const shelf: Shelf = {
    match: (key) =>
      Promise.resolve(kept.has(String(key)) ? new Response(kept.get(String(key))) : undefined),
    put: async (key, response) => void kept.set(String(key), await response.text()),
    addAll: (requests) =>
      Promise.resolve([...requests].forEach((each) => kept.set((each as Request).url, "kept"))),
  };
  return { kept, shelf };
}

const offline = () => Promise.reject(new TypeError("Failed to fetch"));
const told = async (
  what: "page" | "file" | "config",
  path: string,
  shelf: Shelf,
  ask: () => Promise<Response>,
  patience?: number,
) => await (await answer(SITE, what, new Request(at(path).url), shelf, ask, patience)).text();

Deno.test("only the page and its own files are the worker's affair, with and without a slash at the end", () => {
  for (const path of ["", "/", "/index.html", "#/rank/x", "?x=1"]) {
    assert.equal(kind(`/functions/v1/doctor${path}`, "navigate"), "page", path);
  }
  assert.equal(kind("/functions/v1/doctor/main-0123456789ab.js"), "file");
  assert.equal(kind("/functions/v1/doctor/doctor/icon.svg"), "file");
  assert.equal(kind("/functions/v1/doctor/config.json"), "config");
  for (
    const path of [
      "/rest/v1/rpc/read_window",
      "/auth/v1/token",
      "/functions/v1/roster-exchange/wishes/x/ranking.csv",
      "/functions/v1/calendar/main-0123456789ab.js",
      "/functions/v1/doctors/icon.svg",
      "/functions/v1/doctor/other.json",
    ]
  ) assert.equal(kind(path), null, path);
  assert.equal(kind("/functions/v1/doctors", "navigate"), null);
  assert.equal(kind("/functions/v1/calendar/0.ics", "navigate"), null);
  assert.equal(kind("/functions/v1/doctor/config.json", "cors", "POST"), null);
  assert.equal(kindOf(SITE, { ...at(""), url: "https://y.example/functions/v1/doctor" }), null);
});

Deno.test("on a static host the page is its folder", () => {
  const site = { ...SITE, worker: "https://x.example/sw.js", scope: "https://x.example/" };
  assert.equal(kindOf(site, at("/", "navigate")), "page");
  assert.equal(kindOf(site, at("/icon.svg")), "file");
  assert.equal(kindOf(site, at("/elsewhere", "navigate")), null);
});

Deno.test("all of one version is kept: the page, its files, where the project is", async () => {
  const { kept, shelf } = shelfOf({});
  await keepAll(SITE, shelf);
  const folder = "https://x.example/functions/v1/doctor";
  assert.deepEqual([...kept.keys()], [
    folder,
    `${folder}/main-0123456789ab.js`,
    `${folder}/icon.svg`,
    `${folder}/config.json`,
  ]);
});

Deno.test("files come from what is kept, and from the network where they are not", async () => {
  const path = "/functions/v1/doctor/icon.svg";
  const { shelf } = shelfOf({ [`https://x.example${path}`]: "kept" });
  assert.equal(await told("file", path, shelf, offline), "kept");
  const network = () => Promise.resolve(new Response("fresh"));
  assert.equal(await told("file", path, shelfOf({}).shelf, network), "fresh");
});

Deno.test("the page is the network's; without one, or where a server has trouble, or keeps still, the kept one", async () => {
  const path = "/functions/v1/doctor/";
  const { kept, shelf } = shelfOf({ [SITE.scope]: "kept" });
  const fresh = () => Promise.resolve(new Response("fresh"));
  assert.equal(await told("page", path, shelf, fresh), "fresh");
  assert.equal(kept.get(SITE.scope), "kept", "a page is kept with its files only");
  assert.equal(await told("page", path, shelf, offline), "kept");
  const trouble = () => Promise.resolve(new Response("bad gateway", { status: 502 }));
  assert.equal(await told("page", path, shelf, trouble), "kept");
  assert.equal(await told("page", path, shelf, () => new Promise(() => {}), 1), "kept");
  await assert.rejects(told("page", path, shelfOf({}).shelf, offline), TypeError);
  assert.equal(await told("page", path, shelfOf({}).shelf, trouble), "bad gateway");
});

Deno.test("where the project is is asked anew, and kept", async () => {
  const path = "/functions/v1/doctor/config.json";
  const { kept, shelf } = shelfOf({ [`https://x.example${path}`]: "old" });
  assert.equal(
    await told("config", path, shelf, () => Promise.resolve(new Response("new"))),
    "new",
  );
  assert.equal(kept.get(`https://x.example${path}`), "new");
  assert.equal(await told("config", path, shelf, offline), "new");
});
