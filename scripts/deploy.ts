/**
 * Deploys the functions to a hosted project: bundles each into one file and uploads that with the Supabase CLI, which has
 * to be logged in (`supabase login`, or SUPABASE_ACCESS_TOKEN). What runs is then what deno.lock pins, to the last
 * package, and isolates start faster; `supabase functions deploy` uploads the sources instead and works as well.
 *
 * Run: deno task deploy --ref PROJECT_REF [FUNCTION...]
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse, stringify } from "smol-toml";
import { commandLine, refuseUse } from "./command_line.ts";
import { sizes, writeBundles } from "./deploy/build.ts";
import { type Bundle, bundleFunctions } from "./deploy/bundle.ts";
import { supabaseCli } from "./supabase_cli.ts";

const CONFIG = new URL("../supabase/config.toml", import.meta.url);

/** Where to, and what. */
export interface DeployOptions {
  /** The project's reference, as in its dashboard's address. */
  ref: string;
  /** Names of functions; none: all. */
  names?: string[];
  /** More options for the CLI, and for its environment; a test's own. */
  cliOptions?: string[];
  env?: Record<string, string>;
}

/**
 * Bundles and uploads functions.
 * @returns what was uploaded
 * @throws Error when a function does not exist, or cannot be bundled or uploaded; the ones before it are deployed then
 */
export async function deploy({ ref, names = [], cliOptions = [], env }: DeployOptions) {
  const all = await bundleFunctions();
  const unknown = names.filter((name) => !all.some((bundle) => bundle.name === name));
  if (unknown.length > 0) throw new Error(`There is no function ${unknown.join(", ")}.`);
  const bundles = names.length > 0 ? all.filter(({ name }) => names.includes(name)) : all;
  const folder = await mkdtemp(join(tmpdir(), "receptor-deploy-"));
  try {
    await writeProject(bundles, folder);
    const slugs = bundles.map(({ name }) => name);
    await supabaseCli(
      ["functions", "deploy", ...slugs, "--use-api", "--yes", `--remote=${ref}`, ...cliOptions],
      env,
      folder,
    );
  } finally {
    await rm(folder, { recursive: true });
  }
  return bundles;
}

/** A Supabase project of nothing but bundled functions, with the settings that config.toml gives them. */
export async function writeProject(bundles: Bundle[], folder: string): Promise<void> {
  const config = parse(await readFile(CONFIG, "utf8")) as {
    project_id: string;
    functions: Record<string, Record<string, unknown>>;
  };
  const functions = Object.fromEntries(bundles.map(({ name }) => {
    const { import_map: _, ...settings } = config.functions[name];
    return [name, { ...settings, entrypoint: `../functions/${name}/index.js` }];
  }));
  await writeBundles(bundles, join(folder, "functions"));
  await mkdir(join(folder, "supabase"));
  const toml = stringify({ project_id: config.project_id, functions });
  await writeFile(join(folder, "supabase/config.toml"), toml);
}

async function main(): Promise<number> {
  const usage =
    "deno task deploy --ref PROJECT_REF [FUNCTION...]\n  all functions where none is named";
  const { values: { ref }, words } = commandLine(usage, { ref: { type: "string" } }, Infinity);
  if (!ref) return refuseUse("Name the project.", usage);
  try {
    console.log(sizes(await deploy({ ref, names: words })));
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
  console.log(`deployed to ${ref}`);
  return 0;
}

if (import.meta.main) Deno.exit(await main());
