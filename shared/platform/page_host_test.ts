// What a page's function answers: files, headers, errors. The pages themselves are tested in a browser (task test:console).

import assert from "node:assert/strict";
import { createPage, readSettings, type WebPage } from "./page_host.ts";
import { contentSecurityPolicy } from "./page_policy.ts";

const SETTINGS = { supabaseUrl: "https://x.example", publishableKey: "sb_publishable_x" };
const PAGE: WebPage = {
  name: "console",
  title: "the console",
  realtime: true,
  worker: false,
  assets: [
    {
      name: "index.html",
      type: "text/html; charset=utf-8",
      text:
        `<!doctype html><link href="{{base}}icon.svg"><link href="{{base}}app-0123456789ab.css">` +
        `<script src="{{base}}app-ba9876543210.js" data-config="{{base}}config.json"></script>`,
    },
    {
      name: "app-ba9876543210.js",
      type: "text/javascript; charset=utf-8",
      text: 'const page=()=>import("./roster_page-3DF6Z2AB.js");start();',
    },
    { name: "roster_page-3DF6Z2AB.js", type: "text/javascript; charset=utf-8", text: "grid();" },
    { name: "app-0123456789ab.css", type: "text/css; charset=utf-8", text: "p{margin:0}" },
    { name: "icon.svg", type: "image/svg+xml", text: "<svg/>" },
  ],
};
const serve = createPage(PAGE, () => SETTINGS);
const get = (path: string, headers: HeadersInit = {}, method = "GET") =>
  serve(new Request(`https://x.example${path}`, { method, headers }));

/** Names of the files that the page loads, as URLs: icon, style, scripts, configuration. */
async function loaded(path: string): Promise<string[]> {
  const page = await (await get(path)).text();
  return [...page.matchAll(/(?:src|href|data-config)="([^"]+)"/g)]
    .map(([, target]) => new URL(target, `https://x.example${path}`).pathname);
}

/** Names of the scripts that a script loads, at once or when they are needed, as URLs. */
async function loadedBy(script: string): Promise<string[]> {
  const text = await (await get(script)).text();
  return [...text.matchAll(/(?:from|import)[ (]?"(\.\/[^"]+)"/g)]
    .map(([, target]) => new URL(target, `https://x.example${script}`).pathname);
}

Deno.test("console serves its page and all that the page loads, with and without a slash at the end", async () => {
  for (const path of ["/functions/v1/console", "/functions/v1/console/", "/console"]) {
    const files = await loaded(path);
    assert.ok(files.length >= 4, path);
    for (const each of files) {
      const response = await get(each);
      assert.equal(response.status, 200, each);
      assert.notEqual(await response.text(), "");
    }
  }
});

Deno.test("console serves every script that a script loads, to be cached for ever", async () => {
  const scripts = new Set((await loaded("/functions/v1/console")).filter((it) => /js$/.test(it)));
  for (const script of scripts) {
    const response = await get(script);
    assert.equal(response.status, 200, script);
    assert.match(response.headers.get("cache-control")!, /immutable/, script);
    await response.body?.cancel();
    for (const next of await loadedBy(script)) scripts.add(next);
  }
  assert.ok(scripts.has("/functions/v1/console/roster_page-3DF6Z2AB.js"));
});

Deno.test("console tells the page where its project is", async () => {
  const response = await get("/console/config.json");
  assert.equal(response.headers.get("content-type"), "application/json");
  assert.deepEqual(await response.json(), {
    supabase_url: "https://x.example",
    publishable_key: "sb_publishable_x",
  });
});

Deno.test("console answers 304 for what the browser has, also where a gateway weakened the tag", async () => {
  const etag = (await get("/console")).headers.get("etag")!;
  assert.equal((await get("/console", { "if-none-match": etag })).status, 304);
  assert.equal((await get("/console", { "if-none-match": `"a", W/${etag}` })).status, 304);
  assert.equal((await get("/console", { "if-none-match": '"a"' })).status, 200);
});

Deno.test("console lets only files with a hash in their name be cached without asking", async () => {
  const cacheOf = async (path: string) => (await get(path)).headers.get("cache-control");
  const files = await loaded("/console/");
  const [icon, style] = files;
  const [script, config] = files.slice(-2);
  assert.equal(await cacheOf("/console/"), "no-cache");
  assert.equal(await cacheOf(icon), "no-cache");
  assert.equal(await cacheOf(config), "no-cache");
  assert.match((await cacheOf(style))!, /immutable/);
  assert.match((await cacheOf(script))!, /immutable/);
});

Deno.test("console compresses for whoever takes it", async () => {
  const script = (await loaded("/console/")).at(-2)!;
  const plain = await (await get(script)).text();
  const response = await get(script, { "accept-encoding": "br, gzip" });
  assert.equal(response.headers.get("content-encoding"), "gzip");
  const text = response.body!.pipeThrough(new DecompressionStream("gzip"));
  assert.equal(await new Response(text).text(), plain);
  const refused = await get(script, { "accept-encoding": "gzip;q=0" });
  assert.equal(refused.headers.get("content-encoding"), null);
  await refused.body?.cancel();
});

Deno.test("a file that could not be compressed is compressed for the next request", async () => {
  const { CompressionStream } = globalThis;
  const fresh = createPage(PAGE, () => SETTINGS);
  const icon = async () => {
    const headers = { "accept-encoding": "gzip" };
    const response = await fresh(new Request("https://x.example/console/icon.svg", { headers }));
    await response.body?.cancel();
    return [response.status, response.headers.get("content-encoding")];
  };
  const broken = () =>
    new TransformStream({
      transform() {
        throw new Error("out of memory");
      },
    });
  globalThis.CompressionStream = class {
    constructor() {
      return broken();
    }
  } as unknown as typeof CompressionStream;
  try {
    assert.deepEqual(await icon(), [500, null]);
  } finally {
    globalThis.CompressionStream = CompressionStream;
  }
  assert.deepEqual(await icon(), [200, "gzip"]);
});

Deno.test("console answers HEAD without a body, and refuses what is no reading or no file", async () => {
  const head = await get("/console", {}, "HEAD");
  assert.equal(head.status, 200);
  assert.equal(head.body, null);
  const post = await get("/console", {}, "POST");
  assert.equal(post.status, 405);
  assert.equal(post.headers.get("allow"), "GET, HEAD");
  assert.equal((await post.json()).code, "METHOD_NOT_ALLOWED");
  const missing = await get("/console/secrets.txt");
  assert.equal(missing.status, 404);
  assert.equal(missing.headers.get("content-type"), "application/problem+json");
});

Deno.test("contentSecurityPolicy() lets the page reach its own project and nothing else", async () => {
  const policy = contentSecurityPolicy("https://x.example", PAGE);
  assert.match(policy, /^default-src 'none'; script-src 'self'; style-src 'self';/);
  assert.match(
    policy,
    /connect-src 'self' https:\/\/x\.example\/auth\/v1\/ [^;]* wss:\/\/x\.example\/realtime\/v1\/;/,
  );
  assert.doesNotMatch(policy, /unsafe|\*/);
  assert.doesNotMatch(
    contentSecurityPolicy("https://x.example", { realtime: false, worker: true }),
    /wss/,
  );
  const response = await get("/console");
  assert.equal(response.headers.get("content-security-policy"), policy);
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
});

Deno.test("a service worker is asked for anew, may answer for the page's address, and comes by one policy of trusted types", async () => {
  const text = "self.addEventListener('fetch', () => {});";
  const page = createPage({
    ...PAGE,
    name: "doctor",
    worker: true,
    assets: [...PAGE.assets, { name: "sw.js", type: "text/javascript; charset=utf-8", text }],
  }, () => SETTINGS);
  const script = "https://x.example/functions/v1/doctor/sw.js";
  const { status, headers } = await page(new Request(script));
  assert.equal(status, 200);
  assert.equal(headers.get("cache-control"), "no-cache");
  const widest = new URL(headers.get("service-worker-allowed")!, script);
  assert.equal(widest.pathname, "/functions/v1/doctor");
  assert.match(headers.get("content-security-policy")!, /trusted-types receptor-worker$/);
  const others = await get("/console");
  assert.match(others.headers.get("content-security-policy")!, /trusted-types 'none'$/);
  assert.equal(others.headers.get("service-worker-allowed"), null);
});

Deno.test("readSettings() takes the public URL and the default key, and names what is missing", () => {
  const env = (values: Record<string, string>) => (name: string) => values[name];
  assert.deepEqual(
    readSettings(env({
      SUPABASE_URL: "http://kong:8000",
      SUPABASE_PUBLIC_URL: "https://x.example/",
      SUPABASE_PUBLISHABLE_KEYS: '{"other": "a", "default": "sb_publishable_x"}',
    })),
    SETTINGS,
  );
  assert.equal(
    readSettings(env({ SUPABASE_URL: "https://x.example", SUPABASE_ANON_KEY: "anon" }))
      .publishableKey,
    "anon",
  );
  assert.throws(() => readSettings(env({ SUPABASE_URL: "https://x.example" })), /SUPABASE_ANON/);
});

Deno.test("a page without settings answers 500 and tells nothing", async () => {
  const broken = createPage(PAGE, () => {
    throw new Error("The environment variable SECRET is not set.");
  });
  const response = await broken(new Request("https://x.example/console"));
  assert.equal(response.status, 500);
  assert.doesNotMatch(await response.text(), /SECRET/);
});
