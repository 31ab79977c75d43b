/**
 * Writes assets.ts of each function that serves a web page (the console, the doctors' page): the page, scripts, style
 * and icon as one module, bundled from the function's folder app/. A deployed function carries no static files, so they
 * travel as code, and a clean clone deploys without a build.
 *
 * Run: deno task build:console [--check]
 *      deno task build:console --out FOLDER --url SUPABASE_URL --key PUBLISHABLE_KEY [--page doctor]
 *
 * --check only says whether the modules are up to date. --out writes the files of one page for a static host, and prints
 * the header that the host should send with them.
 *
 * A conflict in the generated file is never solved by hand: take either side, run this, commit.
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { Buffer } from "node:buffer";
import { commandLine, refuseUse } from "../command_line.ts";
import { type Asset, WORKER } from "../../shared/platform/page_host.ts";
import {
  contentSecurityPolicy,
  type PageNeeds,
  type PageSettings,
} from "../../shared/platform/page_policy.ts";
import { shakeMethods, shortenPrivateNames } from "./shake.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * All files that the console serves must stay below this, uncompressed: they travel as code of one function, whose
 * bundle may have a megabyte.
 */
export const MAX_BYTES = 900_000;

/** What a browser loads for the page of the console that is opened first, as it is sent: compressed. */
export const MAX_FIRST_PAGE_BYTES = 120_000;

/** What all files of the doctors' page may have as they are sent, which is compressed. */
export const MAX_DOCTOR_SENT_BYTES = 100_000;

/** A function's web page, and what of its libraries is left out. */
interface PageSource extends PageNeeds {
  /** The function. */
  name: string;
  /** Style sheets that come before its own, in the order of names: folders or files of the repository. */
  styles: readonly string[];
  /** What `unused.ts` replaces, as the libraries import it; a build without one of them fails. */
  unused: readonly string[];
  /** Methods of libraries that others name and the page never comes to. */
  neverCalled: readonly string[];
}

const appOf = ({ name }: PageSource) => join(ROOT, `functions/${name}/app`);
const targetOf = ({ name }: PageSource) => join(ROOT, `functions/${name}/assets.ts`);

/** Bundles a page. The same sources give the same files. */
async function bundlePage(source: PageSource): Promise<Asset[]> {
  const app = appOf(source);
  const [scripts, style, icon, page] = await Promise.all([
    bundleScripts(source),
    bundleStyle(source),
    readFile(join(ROOT, "functions/console/app/icon.svg"), "utf8"),
    readFile(join(app, "index.html"), "utf8"),
  ]);
  const css = `app-${fingerprint(style)}.css`;
  const [main] = scripts.keys();
  const preloads = [...closure(scripts, main)].filter((name) => name !== main)
    .map((name) => `<link rel="modulepreload" href="{{base}}${name}">`).join("\n    ");
  const assets: Asset[] = [
    {
      name: "index.html",
      type: "text/html; charset=utf-8",
      text: page.replace("{{js}}", main).replace("{{css}}", css).replace(
        "<!-- preloads -->",
        preloads,
      ),
    },
    ...[...scripts].map(([name, text]) => ({
      name,
      type: "text/javascript; charset=utf-8",
      text,
    })),
    { name: css, type: "text/css; charset=utf-8", text: style },
    { name: "icon.svg", type: "image/svg+xml", text: icon },
  ];
  return source.worker ? [...assets, await bundleWorker(source, assets)] : assets;
}

/** The page's service worker: it knows the other files, and is another one whenever any of them is. */
async function bundleWorker(source: PageSource, assets: readonly Asset[]): Promise<Asset> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "receptor-worker-")));
  try {
    const out = join(folder, WORKER);
    const entry = join(appOf(source), "offline/worker.ts");
    await denoBundle(ROOT, ["--minify", "--output", out, entry]);
    const script = await readFile(out, "utf8");
    const files = assets.map(({ name }) => name).filter((name) => name !== "index.html");
    const version = fingerprint(script + assets.map(({ text }) => text).join("\n"));
    const about = `const RECEPTOR=${JSON.stringify({ version, files })};`;
    return { name: WORKER, type: "text/javascript; charset=utf-8", text: about + script };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** A script and all that it imports before it runs; what it imports when it is needed stays out. */
function closure(scripts: ReadonlyMap<string, string>, name: string): Set<string> {
  const found = new Set([name]);
  for (const each of found) {
    const text = scripts.get(each) ?? "";
    for (const [, next] of text.matchAll(/\b(?:from|import)\s?"\.\/([^"]+)"/g)) found.add(next);
  }
  return found;
}

/** What a browser loads for each page that is opened first, in bytes as they are sent, by the name of its script. */
export function firstPageSizes(assets: readonly Asset[]): Map<string, number> {
  const scripts = new Map(
    assets.filter(({ name }) => name.endsWith(".js")).map(({ name, text }) => [name, text]),
  );
  const [main] = [...scripts.keys()].filter((name) => name.startsWith("main-"));
  const rest = assets.filter(({ name }) => !name.endsWith(".js")).map(({ name }) => name);
  const sent = new Map(assets.map(({ name, text }) => [name, gzipSync(text).length]));
  const sum = (names: Iterable<string>) =>
    [...new Set(names)].reduce((sum, name) => sum + sent.get(name)!, 0);
  const start = [...rest, ...closure(scripts, main)];
  const pages = [...scripts.keys()].filter((name) => /_page-/.test(name));
  return new Map([
    ["the start", sum(start)] as const,
    ...pages.map((name) => [name, sum([...start, ...closure(scripts, name)])] as const),
  ]);
}

function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** Parts of the auth client that no page uses: passkeys, crypto wallets. */
const UNUSED_AUTH = ["./lib/webauthn", "./lib/web3/ethereum"];

/**
 * Methods of supabase-js that others name and the console never comes to: sessions in URLs, second factors, passkeys,
 * broadcasts, heartbeats in a worker, long polling.
 */
const CONSOLE_NEVER_CALLS = [
  ...["_getSessionFromURL", "resend", "_challenge", "_generateRecoveryCodes", "_listPasskeys"]
    .map((name) => `GoTrueClient.${name}`),
  "GoTrueClient._deletePasskey",
  ...["_encodeUserBroadcastPush", "_decodeUserBroadcast"].map((name) => `Serializer.${name}`),
  "RealtimeClient._startWorkerHeartbeat",
  ...["send", "httpSend"].map((name) => `RealtimeChannel.${name}`),
  "Socket.connectWithFallback",
  ...["request", "fetchRequest", "xdomainRequest", "xhrRequest"].map((name) => `Ajax.${name}`),
  ...["constructor", "poll", "ajax", "batchSend", "send", "close", "closeAndRetry"]
    .map((name) => `LongPoll.${name}`),
];

/** The pages, by their functions. */
export const PAGES = {
  console: {
    name: "console",
    styles: [],
    realtime: true,
    worker: false,
    unused: ["@supabase/storage-js", ...UNUSED_AUTH, "./RealtimePresence"],
    neverCalled: CONSOLE_NEVER_CALLS,
  },
  doctor: {
    name: "doctor",
    styles: [
      "functions/console/app/styles/1_tokens.css",
      "functions/console/app/styles/2_base.css",
      "functions/console/app/styles/3_ui.css",
    ],
    realtime: false,
    worker: true,
    unused: UNUSED_AUTH,
    neverCalled: [
      "resend",
      "_challenge",
      "_generateRecoveryCodes",
      "_listPasskeys",
      "_deletePasskey",
    ]
      .map((name) => `GoTrueClient.${name}`),
  },
} satisfies Record<string, PageSource>;

/** Opens each file where the chunks of the first pass stand together. */
const CHUNK = "//# chunk ";

/**
 * Two passes: the first resolves packages, leaves out what is unused and makes a file of each page; the second puts the
 * stand-in there, minifies, and names the files by their content. An import map reaches local modules only, hence the
 * detour. Between them all files are shaken together: a method that one page calls stays for all.
 * @returns files by their names, the one that starts the console first
 */
async function bundleScripts(source: PageSource): Promise<Map<string, string>> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "receptor-console-")));
  try {
    const whole = join(folder, "whole");
    const small = join(folder, "small");
    // Beside them, since names of files come from the places of what is in them, too.
    const standIn = await readFile(new URL("unused.ts", import.meta.url), "utf8");
    const imports = Object.fromEntries(
      source.unused.map((specifier) => [specifier, "./unused.ts"]),
    );
    const externals = source.unused.flatMap((specifier) => ["--external", specifier]);
    await denoBundle(ROOT, [
      "--code-splitting",
      ...externals,
      "--outdir",
      whole,
      join(appOf(source), "main.tsx"),
    ]);
    const chunks = shaken(source, await readFiles(whole));
    const importMap = JSON.stringify({ imports });
    await writeFiles(whole, { ...chunks, "unused.ts": standIn, "import_map.json": importMap });
    await denoBundle(folder, [
      ...[
        "--code-splitting",
        "--no-config",
        "--no-lock",
        "--import-map",
        // Its keys are relative to where it lies.
        join(whole, "import_map.json"),
        "--minify",
        "--outdir",
        small,
      ],
      "./whole/main.js",
    ]);
    const { "main.js": main, ...others } = await readFiles(small);
    return new Map([[`main-${fingerprint(main)}.js`, main], ...Object.entries(others)]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The chunks of the first pass with what the page needs of its libraries. */
function shaken(
  { name, unused, neverCalled }: PageSource,
  chunks: Record<string, string>,
): Record<string, string> {
  const text = Object.entries(chunks).map(([file, chunk]) => `${CHUNK}${file}\n${chunk}`).join(
    "\n",
  );
  const missing = unused.filter((specifier) => !text.includes(`from "${specifier}"`));
  if (missing.length > 0) throw new Error(`no library of ${name} imports ${missing}`);
  let small = shakeMethods(text, (path) => path.includes("/@supabase/"), neverCalled);
  for (const [file, steady] of steadyNames(chunks)) small = small.replaceAll(file, steady);
  return Object.fromEntries(
    shortenPrivateNames(small).split(CHUNK).slice(1).map((part) => {
      const end = part.indexOf("\n");
      return [part.slice(0, end), part.slice(end)];
    }),
  );
}

/**
 * Names for the chunks of the first pass that are the same on every machine, where the bundler's own come from the
 * folder of its packages: pages by their sources, what several pages share by the modules in it.
 */
function steadyNames(chunks: Record<string, string>): Map<string, string> {
  const names = Object.entries(chunks).map(([name, text]): [string, string] => {
    const page = /^(\w+)-[0-9A-Z]{8}\.js$/.exec(name)?.[1];
    if (!page || page !== "chunk") return [name, page ? `${page}.js` : name];
    const modules = [...text.matchAll(/^\/\/ (\S+\.\w+)$/gm)].map(([, path]) =>
      path.replace(/^.*\/npm\//, "")
    );
    return [name, `shared_${fingerprint(modules.join())}.js`];
  });
  if (new Set(names.map(([, steady]) => steady)).size < names.length) {
    throw new Error(`chunks that look the same: ${names}`);
  }
  return new Map(names);
}

/** Files of a folder by name, in the order of names. */
async function readFiles(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(
      names.map(async (name) => [name, await readFile(join(folder, name), "utf8")]),
    ),
  );
}

async function writeFiles(folder: string, files: Record<string, string>): Promise<void> {
  await rm(folder, { recursive: true });
  await mkdir(folder);
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}

async function denoBundle(cwd: string, args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", ...args],
    cwd,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** Style sheets that the page shares, then every .css file of the app, those of `styles/` first, in the order of names. */
async function bundleStyle(source: PageSource): Promise<string> {
  const app = appOf(source);
  const names = (await readdir(app, { recursive: true })).filter((name) => name.endsWith(".css"));
  const order = (name: string) => (name.startsWith("styles/") ? "0" : "1") + name;
  names.sort((a, b) => order(a) < order(b) ? -1 : 1);
  const paths = [
    ...source.styles.map((path) => join(ROOT, path)),
    ...names.map((name) => join(app, name)),
  ];
  const texts = await Promise.all(paths.map((path) => readFile(path, "utf8")));
  return texts.map(smaller).join("\n");
}

/** Without comments and needless space. Strings of the style sheets hold neither. */
function smaller(css: string): string {
  return css.replace(/\/\*.*?\*\//gs, "").replace(/\s+/g, " ").replace(/ ?([{};,]) ?/g, "$1")
    .replace(/;}/g, "}").replace(/: /g, ":").trim();
}

/** The text of a page's assets.ts. */
function assetsModule(assets: Asset[]): string {
  return `// The page's files. Generated by scripts/console/build.ts: do not edit, run \`deno task build:console\`.

/** Each file as it is served; \`{{base}}\` in the page stands for where the others are. */
export const ASSETS: { name: string; type: string; text: string }[] = ${
    JSON.stringify(assets, null, 1)
  };
`;
}

/** Brings assets.ts of every page up to date. @returns whether one was not */
export async function buildPages({ check = false } = {}): Promise<boolean> {
  const stale = await Promise.all(
    Object.values(PAGES).map(async (source) => {
      const text = assetsModule(await bundlePage(source));
      const differs = text !== await readFile(targetOf(source), "utf8").catch(() => "");
      if (differs && !check) await writeFile(targetOf(source), text);
      return differs;
    }),
  );
  return stale.includes(true);
}

/**
 * Writes a page for a static host: the files, and where the project is.
 * @param assets what {@link bundlePage} makes of its sources
 */
export async function writeSite(
  folder: string,
  settings: PageSettings,
  assets: readonly Asset[],
): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, text } of assets) {
    await writeFile(join(folder, name), text.replaceAll("{{base}}", ""));
  }
  const { supabaseUrl, publishableKey } = settings;
  const config = { supabase_url: supabaseUrl, publishable_key: publishableKey };
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
}

/** Bytes of all files of a page, plain and as they are sent. */
export function sizeOf(assets: readonly Asset[]): { bytes: number; sent: number } {
  const sum = (size: (text: string) => number) =>
    assets.reduce((all, { text }) => all + size(text), 0);
  return {
    bytes: sum((text) => Buffer.byteLength(text)),
    sent: sum((text) => gzipSync(text).length),
  };
}

function printSizes(page: string, assets: readonly Asset[]): void {
  for (const asset of assets) {
    const { bytes, sent } = sizeOf([asset]);
    console.log(`${String(bytes).padStart(8)} ${String(sent).padStart(8)}  ${page}/${asset.name}`);
  }
  const { bytes, sent } = sizeOf(assets);
  console.log(
    `${String(bytes).padStart(8)} ${String(sent).padStart(8)}  ${page} in all, and as it is sent`,
  );
  const opened = firstPageSizes(assets);
  if (opened.size > 1) {
    console.log("As it is sent, all that a page needs where it is opened first:");
  }
  for (const [script, sent] of opened) console.log(`${String(sent).padStart(17)}  ${script}`);
}

async function main(): Promise<number> {
  const usage = `deno task build:console [--check]
       deno task build:console --out FOLDER --url SUPABASE_URL --key PUBLISHABLE_KEY [--page NAME]
  --check  only says whether the modules are up to date
  --out    writes the files of one page for a static host, and prints the header to send with them
  --page   ${Object.keys(PAGES).join(" or ")} (default console)`;
  const { values } = commandLine(usage, {
    check: { type: "boolean", default: false },
    out: { type: "string" },
    url: { type: "string" },
    key: { type: "string" },
    page: { type: "string" },
  });
  const { check, out, url, key, page = "console" } = values;
  const forSite = (["url", "key", "page"] as const).find((name) => values[name] !== undefined);
  if (out === undefined && forSite) return refuseUse(`--${forSite} needs --out`, usage);
  if (check && out !== undefined) {
    return refuseUse("--out writes files; --check writes none", usage);
  }
  if (out !== undefined) {
    if (!url || !key) return refuseUse("--out needs --url and --key", usage);
    const source = Object.values(PAGES).find(({ name }) => name === page);
    if (!source) return refuseUse(`There is no page ${page}.`, usage);
    const supabaseUrl = url.replace(/\/+$/, "");
    await writeSite(out, { supabaseUrl, publishableKey: key }, await bundlePage(source));
    console.log(`Content-Security-Policy: ${contentSecurityPolicy(supabaseUrl, source)}`);
    return 0;
  }
  const stale = await buildPages({ check });
  for (const source of Object.values(PAGES)) printSizes(source.name, await bundlePage(source));
  if (check && stale) {
    console.error("an assets.ts differs from its sources: deno task build:console");
    return 1;
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main());
