// Types are checked by TypeScript's native compiler: `deno check` of this Deno runs the one in JavaScript, which takes three times
// the CPU. The native one knows nothing of Deno: it is given a folder with what Deno gives its own, the types of its globals, the
// packages that the lock file pins, and the folders of a project.

import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** A project whose types are checked. */
export interface Project {
  /** Holds functions/, shared/ and scripts/, or some of them. */
  root: string;
  /** The executable of the Deno that it runs on. */
  deno: string;
  /** Files that are in no folder of it: their text by name. */
  more?: ReadonlyMap<string, string>;
}

/** Files that are checked together: those that are named, and those of folders. */
export interface Program {
  files?: string[];
  include?: string[];
  exclude?: string[];
  /**
   * Which JavaScript there is, by TypeScript's names of libraries. Beside it there are Deno's globals; of Deno only its namespace where
   * a library is of browsers.
   */
  lib: string[];
  /** Other options, as in `deno.json`. */
  options?: Record<string, unknown>;
}

/** What Deno sets for its own compiler, and how files and packages are found here. */
const OPTIONS = {
  ...{ strict: true, noImplicitOverride: true, isolatedModules: true },
  ...{ target: "esnext", module: "esnext", moduleResolution: "bundler" },
  ...{ noEmit: true, allowImportingTsExtensions: true, resolveJsonModule: true },
  ...{ preserveSymlinks: true, skipLibCheck: true, types: ["node"] },
};

/** TypeScript's library of browsers. */
const BROWSERS = "dom";

/** TypeScript's library whose place Deno's globals take. */
const WORKERS = "webworker";

/** The namespace of Deno alone, and what a package declares that is no module. */
const NAMESPACE = "deno_namespace.d.ts", GLOBALS = "globals.d.ts";

/** What runs beside others' work, and ends soon: one thread, which types each thing once, and seldom garbage collection. */
const FRUGAL = { flags: ["--singleThreaded"], env: { GOGC: "400" } };

/**
 * Checks the types of programs of a project.
 * @returns the compiler's words on what is wrong; null where nothing is
 */
export async function nativeFaults(project: Project, programs: Program[]): Promise<string | null> {
  const folder = await Deno.makeTempDir({ prefix: "receptor-types-" });
  try {
    await layOut(folder, project);
    const told: string[] = [];
    for (const program of programs) told.push(await compile(folder, program));
    return told.join("") || null;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a program to its end. @returns what it wrote to standard output, and whether it succeeded */
async function run(program: string, args: string[], options: Deno.CommandOptions = {}) {
  const { success, stdout, stderr } = await new Deno.Command(program, { args, ...options })
    .output();
  const [text, told] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { success, text, told };
}

/** @throws Error with what the program says when it fails */
async function textOf(program: string, args: string[], options: Deno.CommandOptions = {}) {
  const { success, text, told } = await run(program, args, options);
  if (!success) throw new Error(`${program} ${args.join(" ")}:\n${told.trim()}`);
  return text;
}

async function readJson(path: string) {
  return JSON.parse(await Deno.readTextFile(path));
}

/** Aliases of packages. */
async function importMap(): Promise<Record<string, string>> {
  return (await readJson(join(ROOT, "import_map.json"))).imports;
}

async function layOut(folder: string, { root, deno, more = new Map() }: Project): Promise<void> {
  for (const { name } of [...Deno.readDirSync(root)]) {
    if (/^(functions|shared|scripts)$/.test(name)) await link(join(root, name), folder, name);
  }
  for (const [name, text] of more) await Deno.writeTextFile(join(folder, name), text);
  for (const [name, place] of await packages()) await link(place, folder, "node_modules", name);
  await writeGlobals(folder, deno);
}

async function link(target: string, ...path: string[]): Promise<void> {
  await Deno.mkdir(dirname(join(...path)), { recursive: true });
  await Deno.symlink(target, join(...path));
}

/** Where each package lies that the lock file pins; of several versions of one that which the project itself asks for. */
async function packages(): Promise<Map<string, string>> {
  await textOf(Deno.execPath(), ["install", "--frozen", "--quiet"], { cwd: ROOT });
  const { npmCache } = JSON.parse(await textOf(Deno.execPath(), ["info", "--json"]));
  const { npm } = await readJson(join(ROOT, "deno.lock"));
  const registries = [...Deno.readDirSync(npmCache)].map(({ name }) => join(npmCache, name));
  const places = new Map<string, string>();
  const pinned = [...Object.keys(npm), ...Object.values(await importMap())];
  for (const id of pinned) {
    const [, name, version] = /^(?:npm:)?(@?[^@]+)@([^_/]+)/.exec(id)!;
    const place = registries.map((registry) => join(registry, name, version)).find(exists);
    // Of those for other platforms there is none.
    if (place) places.set(name, place);
  }
  return places;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** The types of what is there without an import. */
async function writeGlobals(folder: string, deno: string): Promise<void> {
  const types = await textOf(deno, ["types"], { env: { DENO_NO_UPDATE_CHECK: "1" } });
  // Which libraries there are is the programs' affair.
  const own = types.replaceAll(/^\/\/\/ <reference .*$/gm, "")
    // TypeScript before 5.7 did not tell whose buffer bytes are in: those that somebody gets are in one of their own.
    .replaceAll(/(?<=\): (?:Promise<)?Uint8Array)(?![\w<])/g, "<ArrayBuffer>");
  const library = join(folder, `node_modules/@typescript/lib-${WORKERS}`);
  await Deno.mkdir(library, { recursive: true });
  await Deno.writeTextFile(join(library, "index.d.ts"), own);
  await Deno.writeTextFile(join(library, "package.json"), '{ "types": "index.d.ts" }');
  const parts = own.split(/^(?=\/\/ Copyright)/m);
  const namespace = parts.filter((part) => /^declare namespace Deno\b/m.test(part));
  await Deno.writeTextFile(join(folder, NAMESPACE), namespace.join(""));
  const declared = Object.entries(await importMap()).filter(([, file]) => file.endsWith(".d.ts"))
    .map(([alias, file]) =>
      `/// <reference path="node_modules/${file.replace(/^npm:(@?[^@]+)@[^/]+/, "$1")}" />
declare module "${alias}" {}
`
    );
  await Deno.writeTextFile(join(folder, GLOBALS), declared.join(""));
}

/** @returns what is wrong with a program: one paragraph a fault */
async function compile(
  folder: string,
  { files = [], include = [], exclude = [], lib, options }: Program,
): Promise<string> {
  const inBrowsers = lib.includes(BROWSERS);
  const config = await Deno.makeTempFile({ dir: folder, suffix: ".json" });
  const compilerOptions = {
    ...OPTIONS,
    ...options,
    libReplacement: !inBrowsers,
    lib: inBrowsers ? lib : [...lib, WORKERS],
  };
  const named = [inBrowsers ? NAMESPACE : GLOBALS, ...files];
  await Deno.writeTextFile(
    config,
    JSON.stringify({ compilerOptions, files: named, include, exclude }),
  );
  const compiler = `${(await importMap()).typescript}/tsc`;
  const { success, text, told } = await run(
    Deno.execPath(),
    [
      ...["run", "-A", "--quiet", `--config=${join(ROOT, "deno.json")}`, compiler],
      ...["--project", config, "--pretty", "false", ...FRUGAL.flags],
    ],
    { cwd: folder, env: FRUGAL.env },
  );
  return success ? "" : text || told;
}
