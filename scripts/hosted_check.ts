// Reads what is deployed as hosted Supabase reads it: with the Deno that its edge-runtime is made of, outside this
// repository's deno.json. Refused is what that Deno cannot parse, what its types do not know, and what does not load.
// A part of `deno task check`.
// deno-lint-ignore-file no-console -- this is a command line tool

import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { nativeFaults } from "./native_types.ts";
import { type FunctionsDeno, hostedDeno } from "./stack/functions/hosted_deno.ts";
import { loaderEnvironment } from "./stack/functions/isolate_process.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What its TypeScript (5.6) knows of JavaScript: a year's edition is told there once it is out. */
const JAVASCRIPT = [
  ...["es2024", "es2025.collection", "es2025.iterator"],
  ...["esnext.array", "esnext.decorators", "esnext.disposable"],
];

/**
 * Checks the functions and `shared/` of a project.
 * @param root holds functions/, shared/ and import_map.json
 * @returns what the hosted runtime says against it; null where it has nothing to say
 */
export async function hostedFaults(root: string = ROOT): Promise<string | null> {
  const deno = await hostedDeno();
  const entrypoints = [...entries(join(root, "functions"))];
  const sources = [...deployed(join(root, "shared"))];
  const files = [...entrypoints, ...sources].map((path) => relative(root, path));
  return await ask(deno, root, ["cache", ...entrypoints, ...sources]) ??
    await nativeFaults({ root, deno: deno.path }, [{ files, lib: JAVASCRIPT }]) ??
    await ask(deno, root, ["run", "--no-check", "--allow-env", "-"], loading(entrypoints));
}

/** The entrypoints of functions. */
function* entries(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.isDirectory && entry.name !== "tests") yield `${folder}/${entry.name}/index.ts`;
  }
}

/** Modules that may be deployed: all but tests. */
function* deployed(folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(folder)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory && entry.name !== "testing") yield* deployed(path);
    else if (/(?<!_test)\.ts$/.test(entry.name)) yield path;
  }
}

/** A program that loads functions without serving them; it names each one, so that it needs no right to read. */
function loading(entrypoints: string[]): string {
  const loads = entrypoints.map((path) =>
    `await load(${JSON.stringify(path)}, () => import(${
      JSON.stringify(pathToFileURL(path).href)
    }));`
  );
  return `
    Deno.serve = () => {};
    async function load(path, importing) {
      try {
        await importing();
      } catch (error) {
        console.error(path + " does not load: " + (error.stack ?? error));
        Deno.exit(1);
      }
    }
    ${loads.join("\n")}
    Deno.exit(0); // some have set timers`;
}

/** @returns what was written to standard error when it fails */
async function ask(
  deno: FunctionsDeno,
  root: string,
  [command, ...args]: string[],
  input = "",
): Promise<string | null> {
  const child = new Deno.Command(deno.path, {
    args: [
      ...[
        command,
        "--quiet",
        "--no-config",
        "--no-lock",
        `--import-map=${join(root, "import_map.json")}`,
      ],
      ...args,
    ],
    // Not in the repository, whose deno.json the deployment does not know either.
    cwd: tmpdir(),
    clearEnv: true,
    env: loaderEnvironment(deno),
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stderr } = await child.output();
  return success ? null : new TextDecoder().decode(stderr).trim();
}

if (import.meta.main) {
  const faults = await hostedFaults();
  if (faults) console.error(`The hosted runtime refuses:\n${faults}`);
  Deno.exit(faults ? 1 : 0);
}
