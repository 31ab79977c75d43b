// Bundles each Edge Function into one JavaScript file with everything that it reaches, npm packages included: what runs
// is what the lock file pins, starts faster than hundreds of modules, and needs no import map where it runs.
import { mkdtemp, readFile, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { GLPK_JS_VERSION } from "../../shared/lp/glpk_wasm.ts";
import { readFunctions } from "../stack/config.ts";
import { licences, type Package, packagesOf, sourceUrls, unpinned } from "./packages.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/**
 * No function may be larger than this, in bytes. Hosted Supabase takes 20 MB, and 5 MB by its documentation where the
 * server bundles; what is small starts fast. What goes beyond is rarely needed: zod's locales, say, which come along where
 * it is imported as `{ z }` and not as `* as z`.
 */
export const MAX_FUNCTION_BYTES = 1_000_000;

/** The syntax that the platform's runtime reads, which is Deno 2.1's. What is newer, such as `using`, is rewritten. */
const TARGET = "deno2.1";

/** A function in one file. */
export interface Bundle {
  name: string;
  /** An ES module that imports nothing but built-ins (`node:`); the licences of its packages are at its end. */
  code: string;
  /** The npm packages that went in. */
  packages: Package[];
}

/** What Deno makes of one entrypoint. */
interface Draft {
  code: string;
  /** Every file that went in, as URLs. */
  sources: string[];
}

/** Pages are inside of generated modules; what went into them is seen nowhere but in what they are generated from. */
const PAGES = ["console", "doctor"].map((name) => ({
  main: join(ROOT, `functions/${name}/app/main.tsx`),
  module: `functions/${name}/assets.ts`,
}));
/** GLPK is inside of this module. */
const GLPK_MODULE = "shared/lp/glpk_wasm.ts";
const GLPK: Package = { name: "glpk.js", version: GLPK_JS_VERSION, folder: null };

/**
 * Bundles the functions of config.toml. The same sources and lock file give the same files.
 * @throws Error when a function imports what is not there, or what the lock file does not pin
 */
export async function bundleFunctions(): Promise<Bundle[]> {
  const functions = await readFunctions(ROOT);
  const drafts = await draft([
    ...functions.map((each) => each.entrypoint),
    ...PAGES.map(({ main }) => main),
  ]);
  const lock = await readFile(join(ROOT, "deno.lock"), "utf8");
  try {
    return await Promise.all(functions.map(async ({ name, entrypoint }) => {
      const { code, sources } = drafts.get(entrypoint)!;
      const packages = packagesIn(sources, drafts);
      const floating = unpinned(packages, lock);
      if (floating.length > 0) throw new Error(`${name}: deno.lock does not pin ${floating}`);
      return {
        name,
        packages,
        code: heading(name, "a function") + await minified(code) + await licences(packages),
      };
    }));
  } finally {
    await esbuild.stop();
  }
}

/** One module and all that it imports in one file, made as functions are: for benches of what functions do. */
export async function bundleModule(entrypoint: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "receptor-bundle-"));
  try {
    await bundleInto(folder, [entrypoint]);
    return await minified(
      await readFile(join(folder, basename(entrypoint).replace(/\.ts$/, ".js")), "utf8"),
    );
  } finally {
    await esbuild.stop();
    await rm(folder, { recursive: true });
  }
}

/** In the platform's syntax or another one, as small as it gets, with imports of Node's globals. */
async function minified(code: string, target = TARGET): Promise<string> {
  const { code: small } = await esbuild.transform(nodeGlobals(code) + code, {
    format: "esm",
    target,
    minify: true,
  });
  return small;
}

/** The node program, and the oldest Node.js that runs it. */
const NODE_PROGRAM = join(ROOT, "scripts/node/mod.ts");
const NODE_TARGET = "node20";

/**
 * Bundles the node program into one file for Deno and for Node.js 20, which has no TypeScript. The same sources and lock file give
 * the same bytes, so that anybody can make a release's SHA-256 again.
 */
export async function bundleNodeProgram(): Promise<Bundle> {
  const folder = join(ROOT, "scripts/node");
  const { code, sources } = (await draft([NODE_PROGRAM], folder)).get(NODE_PROGRAM)!;
  const packages = packagesOf(sources);
  try {
    const name = "receptor-node";
    const small = await minified(code, NODE_TARGET);
    const notices = await licences(packages);
    return { name, packages, code: heading(name, "the node program") + small + notices };
  } finally {
    await esbuild.stop();
  }
}

/** What went into a function, the packages within generated modules included. */
function packagesIn(sources: string[], drafts: Map<string, Draft>): Package[] {
  const reached = (path: string) => sources.includes(pathToFileURL(join(ROOT, path)).href);
  const pages = PAGES.filter(({ module }) => reached(module))
    .flatMap(({ main }) => drafts.get(main)!.sources);
  return [
    ...packagesOf([...sources, ...pages]),
    ...reached(GLPK_MODULE) ? [GLPK] : [],
  ];
}

/** Node's globals that packages find where Deno loads them itself, and a bundle has to import. */
const NODE_GLOBALS = {
  Buffer: 'import { Buffer } from "node:buffer";',
  clearImmediate: 'import { clearImmediate } from "node:timers";',
  process: 'import process from "node:process";',
  setImmediate: 'import { setImmediate } from "node:timers";',
};

/** Imports of the globals that a bundle names; one too many does no harm. */
function nodeGlobals(code: string): string {
  return Object.entries(NODE_GLOBALS)
    .filter(([name]) => new RegExp(`\\b${name}\\b`).test(code))
    .map(([, line]) => `${line}\n`).join("");
}

function heading(name: string, what: string): string {
  return `/*! ${name}, ${what} of Receptor (GPL-3.0-or-later), bundled with its packages; their licences are at the end. */\n`;
}

/** Bundles modules below a folder with Deno, which resolves them as it runs them. @returns by entrypoint */
async function draft(
  entrypoints: string[],
  base = join(ROOT, "functions"),
): Promise<Map<string, Draft>> {
  // Sources are named relative to it, and where a system's folder for such things is a link, to what it leads to.
  const folder = await realpath(await mkdtemp(join(tmpdir(), "receptor-bundle-")));
  try {
    await bundleInto(folder, entrypoints);
    return new Map(
      await Promise.all(entrypoints.map(async (entrypoint): Promise<[string, Draft]> => {
        const path = entrypoint.replace(base, folder).replace(/\.tsx?$/, ".js");
        const made = await readDraft(path);
        if (!made.sources.includes(pathToFileURL(entrypoint).href)) {
          throw new Error(`${entrypoint} is not named among its own sources`);
        }
        return [entrypoint, made];
      })),
    );
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Has Deno write the bundles of modules, with their source maps. */
async function bundleInto(folder: string, entrypoints: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["bundle", "--quiet", "--frozen-lockfile", "--platform", "deno", "--minify"],
      // Names of functions and classes are what a log of production has to show.
      ...["--keep-names", "--sourcemap", "external", "--outdir", folder, ...entrypoints],
    ],
    cwd: ROOT,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
}

async function readDraft(path: string): Promise<Draft> {
  const map = JSON.parse(await readFile(`${path}.map`, "utf8")) as { sources: string[] };
  return {
    code: await readFile(path, "utf8"),
    sources: sourceUrls(map.sources, path),
  };
}
