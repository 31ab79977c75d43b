/**
 * Writes functions/console/assets.ts: the console's page, script, style and icon as one module, bundled from
 * functions/console/app. A deployed function carries no static files, so they travel as code, and a clean
 * clone deploys without a build.
 *
 * Run: deno task build:console [--check]
 *      deno task build:console --out FOLDER --url SUPABASE_URL --key PUBLISHABLE_KEY
 *
 * --check only says whether the module is up to date. --out writes the files for a static host, and prints the
 * header that the host should send with them.
 *
 * A conflict in the generated file is never solved by hand: take either side, run this, commit.
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type ConsoleSettings, contentSecurityPolicy } from "../../functions/console/policy.ts";
import { shakeMethods, shortenPrivateNames } from "./shake.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const APP = join(ROOT, "functions/console/app");
const TARGET = join(ROOT, "functions/console/assets.ts");

/** All files that the console serves must stay below this, uncompressed. */
export const MAX_BYTES = 330_000;

/** A file of the console. */
export interface Asset {
  /** As in its URL. Script and style carry a hash of their content, so that they may be cached for ever. */
  name: string;
  type: string;
  text: string;
}

/** Bundles the console. The same sources give the same files. */
export async function bundleConsole(): Promise<Asset[]> {
  const [script, style, icon, page] = await Promise.all([
    bundleScript(),
    bundleStyle(),
    readFile(join(APP, "icon.svg"), "utf8"),
    readFile(join(APP, "index.html"), "utf8"),
  ]);
  const js = `app-${fingerprint(script)}.js`;
  const css = `app-${fingerprint(style)}.css`;
  return [
    {
      name: "index.html",
      type: "text/html; charset=utf-8",
      text: page.replace("{{js}}", js).replace("{{css}}", css),
    },
    { name: js, type: "text/javascript; charset=utf-8", text: script },
    { name: css, type: "text/css; charset=utf-8", text: style },
    { name: "icon.svg", type: "image/svg+xml", text: icon },
  ];
}

function fingerprint(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}

/** What `unused.ts` replaces, as supabase-js and its parts import it; a build without one of them fails. */
const UNUSED = [
  "@supabase/storage-js",
  "./lib/webauthn",
  "./lib/web3/ethereum",
  "./RealtimePresence",
];

/**
 * Methods of supabase-js that others name and the console never comes to: sessions in URLs, second factors, passkeys,
 * broadcasts, heartbeats in a worker, long polling.
 */
const NEVER_CALLED = [
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

/**
 * Two passes: the first resolves packages and leaves out what is unused, the second puts the stand-in there and
 * minifies. An import map reaches local modules only, hence the detour.
 */
async function bundleScript(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "receptor-console-"));
  try {
    const whole = join(folder, "whole.js");
    const small = join(folder, "small.js");
    const importMap = join(folder, "import_map.json");
    const standIn = new URL("unused.ts", import.meta.url).href;
    const imports = Object.fromEntries(UNUSED.map((specifier) => [specifier, standIn]));
    await writeFile(importMap, JSON.stringify({ imports }));
    const externals = UNUSED.flatMap((specifier) => ["--external", specifier]);
    await denoBundle([...externals, "--output", whole, join(APP, "main.tsx")]);
    const text = await readFile(whole, "utf8");
    const missing = UNUSED.filter((specifier) => !text.includes(`from "${specifier}"`));
    if (missing.length > 0) throw new Error(`supabase-js no longer imports ${missing}`);
    const shaken = shakeMethods(text, (path) => path.includes("/@supabase/"), NEVER_CALLED);
    await writeFile(whole, shortenPrivateNames(shaken));
    await denoBundle([
      ...["--no-config", "--no-lock", "--import-map", importMap, "--minify", "--output", small],
      whole,
    ]);
    return await readFile(small, "utf8");
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function denoBundle(args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", ...args],
    cwd: ROOT,
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

/** Every .css file of the app, those of `styles/` first, each folder in the order of names. */
async function bundleStyle(): Promise<string> {
  const names = (await readdir(APP, { recursive: true })).filter((name) => name.endsWith(".css"));
  const order = (name: string) => (name.startsWith("styles/") ? "0" : "1") + name;
  names.sort((a, b) => order(a) < order(b) ? -1 : 1);
  const texts = await Promise.all(names.map((name) => readFile(join(APP, name), "utf8")));
  return texts.map(smaller).join("\n");
}

/** Without comments and needless space. Strings of the style sheets hold neither. */
function smaller(css: string): string {
  return css.replace(/\/\*.*?\*\//gs, "").replace(/\s+/g, " ").replace(/ ?([{};,]) ?/g, "$1")
    .replace(/;}/g, "}").replace(/: /g, ":").trim();
}

/** The text of functions/console/assets.ts. */
export function assetsModule(assets: Asset[]): string {
  return `// The console's files. Generated by scripts/console/build.ts: do not edit, run \`deno task build:console\`.

/** Each file as it is served; \`{{base}}\` in the page stands for where the others are. */
export const ASSETS: { name: string; type: string; text: string }[] = ${
    JSON.stringify(assets, null, 1)
  };
`;
}

/** Brings assets.ts up to date. @returns whether it was not */
export async function buildConsole({ check = false } = {}): Promise<boolean> {
  const assets = await bundleConsole();
  const text = assetsModule(assets);
  const stale = text !== await readFile(TARGET, "utf8").catch(() => "");
  if (stale && !check) await writeFile(TARGET, text);
  return stale;
}

/** Writes the console for a static host: the files, and where the project is. */
export async function writeSite(folder: string, settings: ConsoleSettings): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const { name, text } of await bundleConsole()) {
    await writeFile(join(folder, name), text.replaceAll("{{base}}", ""));
  }
  const { supabaseUrl, publishableKey } = settings;
  const config = { supabase_url: supabaseUrl, publishable_key: publishableKey };
  await writeFile(join(folder, "config.json"), JSON.stringify(config));
}

function printSizes(assets: Asset[]): void {
  const bytes = (text: string) => new TextEncoder().encode(text).length;
  for (const { name, text } of assets) console.log(`${String(bytes(text)).padStart(8)}  ${name}`);
  const total = assets.reduce((sum, { text }) => sum + bytes(text), 0);
  console.log(`${String(total).padStart(8)}  in all, of ${MAX_BYTES} at most`);
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    args: Deno.args,
    options: {
      check: { type: "boolean", default: false },
      out: { type: "string" },
      url: { type: "string" },
      key: { type: "string" },
    },
  });
  const { check, out, url, key } = values;
  if (out !== undefined) {
    if (!url || !key) {
      console.error("--out needs --url and --key");
      return 64;
    }
    const supabaseUrl = url.replace(/\/+$/, "");
    await writeSite(out, { supabaseUrl, publishableKey: key });
    console.log(`Content-Security-Policy: ${contentSecurityPolicy(supabaseUrl)}`);
    return 0;
  }
  const stale = await buildConsole({ check });
  printSizes(await bundleConsole());
  if (check && stale) {
    console.error("functions/console/assets.ts differs from its sources: deno task build:console");
    return 1;
  }
  return 0;
}

if (import.meta.main) Deno.exit(await main());
