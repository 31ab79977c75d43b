// `deno task test`: starts local stacks and runs everything: unit tests, and beside them pgTAP and tests through HTTP,
// which wait for a database most of their time. The last line is "N passed, N failed".
// deno-lint-ignore-file no-console -- this is a command line tool

import { existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { commandLine } from "./command_line.ts";
import { runPgTap } from "./pgtap.ts";
import { PATIENT, type Stack, startStack } from "./stack/mod.ts";
import { endWithStarter } from "./starter.ts";
import { unitTests, writeUnitTests } from "./unit_tests.ts";

const ROOT = new URL("..", import.meta.url);

/** What a run of tests counted. */
export interface Tally {
  passed: number;
  failed: number;
}

/** Takes what tests say. */
type Write = (chunk: Uint8Array) => unknown;

/**
 * Runs `deno test` on some files or folders.
 * @param before a command that runs it
 */
async function denoTest(
  folders: string[],
  flags: string[],
  env: Record<string, string>,
  write: Write = (chunk) => Deno.stdout.writeSync(chunk),
  before: readonly string[] = [],
): Promise<Tally> {
  const [program, ...args] = [...before, Deno.execPath(), "test", "-A", "--no-check", ...flags];
  const child = new Deno.Command(program, {
    args: [...args, ...folders],
    cwd: ROOT,
    env,
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    write(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  const { success } = await child.status;
  return tallyOf(text, success);
}

/**
 * Runs test files as one module, in their order: what they import is loaded once, and what they share (connections, a browser) is
 * there once, where each file for itself would start with neither.
 */
export async function testTogether(
  files: string[],
  stack: Stack,
  write?: (chunk: Uint8Array) => unknown,
): Promise<Tally> {
  const folder = await Deno.makeTempDir({ prefix: "receptor-tests-" });
  try {
    const module = join(folder, "together_test.ts");
    const imports = files.map((file) => `import ${JSON.stringify(pathToFileURL(file).href)};\n`);
    await Deno.writeTextFile(module, imports.join(""));
    const flags = [`--config=${fileURLToPath(ROOT)}deno.json`];
    return await denoTest([module], flags, testEnvironment(stack), write);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What `deno test` counted; a run that broke before it could count is one failure. */
function tallyOf(text: string, success: boolean): Tally {
  // deno-lint-ignore no-control-regex -- colours of the terminal
  const plain = text.replaceAll(/\x1b\[[0-9;]*m/g, "");
  const summary = [...plain.matchAll(/(\d+) passed.*?\| (\d+) failed/g)].at(-1);
  const tally = { passed: Number(summary?.[1] ?? 0), failed: Number(summary?.[2] ?? 0) };
  return success || tally.failed > 0 ? tally : { ...tally, failed: 1 };
}

/** What tests and benchmarks of a stack find in their environment. */
export function testEnvironment(stack: Stack): Record<string, string> {
  return {
    SUPABASE_URL: stack.url,
    SUPABASE_PUBLISHABLE_KEY: stack.publishableKey,
    SUPABASE_SECRET_KEY: stack.secretKey,
    SUPABASE_DB_URL: stack.dbUrl,
    RECEPTOR_INTERNAL_KEY: stack.internalKey,
    SUPABASE_ANON_KEY: stack.anonKey,
    SUPABASE_SERVICE_ROLE_KEY: stack.serviceRoleKey,
    STACK_SIGNING_KEY: JSON.stringify(stack.signingKey),
  };
}

/** On a database of its own: what cron writes meanwhile is no part of what is asked. */
async function databaseTests(only?: readonly string[]): Promise<Tally> {
  const stack = await startStack({ ...PATIENT, functions: false, cron: false });
  try {
    const folder = fileURLToPath(new URL("supabase/tests", ROOT));
    const { passed, failed } = await runPgTap(stack.adminDbUrl, folder, only);
    return { passed, failed };
  } finally {
    await stack.stop();
  }
}

/** One after another: planner runs queue up behind each other, and some tests hold the queue. */
async function httpTests(only?: readonly string[], write?: Write): Promise<Tally> {
  const stack = await startStack(PATIENT);
  try {
    const folder = fileURLToPath(new URL("functions/tests/", ROOT));
    const files = (only ?? [...Deno.readDirSync(folder)].map(({ name }) => name).sort())
      .filter((name) => name.endsWith("_test.ts"));
    return await testTogether(files.map((name) => folder + name), stack, write);
  } finally {
    await stack.stop();
  }
}

/** Tests of the database, then those through HTTP, which are shown when all have run. */
async function stackTests(): Promise<Tally[]> {
  const database = await databaseTests();
  const held: Uint8Array[] = [];
  try {
    return [database, await httpTests(undefined, (chunk) => held.push(chunk))];
  } finally {
    for (const chunk of held) Deno.stdout.writeSync(chunk);
  }
}

/**
 * Tests that need no stack, or start one of their own. Several at once fill whatever processors there are, to the end; so they give way
 * to what goes step by step, as tests through HTTP and in a browser do: those would go on alone when all else has ended.
 */
async function ownTests(): Promise<Tally> {
  const folder = await Deno.makeTempDir({ prefix: "receptor-units-" });
  try {
    // One more at once than there are processors: who has started a stack waits for it part of the time.
    const DENO_JOBS = `${navigator.hardwareConcurrency + 1}`;
    const files = writeUnitTests(folder, unitTests());
    return await denoTest(files, ["--parallel"], { DENO_JOBS }, undefined, ["nice", "-n", "5"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Where tests stand that are run as no others are, from the root. */
const PLACES = { database: "supabase/tests/", http: "functions/tests/" };

/** Some tests alone, one kind after another, each as it is run among all. @param paths from the root */
async function someTests(paths: readonly string[]): Promise<Tally[]> {
  const below = (place: string) =>
    paths.filter((path) => path.startsWith(place)).map((path) => path.slice(place.length));
  const [database, http] = [below(PLACES.database), below(PLACES.http)];
  const own = paths.filter((path) =>
    !Object.values(PLACES).some((place) => path.startsWith(place))
  );
  const tallies: Tally[] = [];
  if (database.length > 0) tallies.push(await databaseTests(database));
  if (http.length > 0) tallies.push(await httpTests(http));
  if (own.length > 0) tallies.push(await denoTest(own, ["--parallel"], {}));
  return tallies;
}

/**
 * Paths from the root as they are named from where the command is typed.
 * @throws Error where one is no test
 */
export function testPaths(words: readonly string[], typedIn = Deno.cwd()): string[] {
  return words.map((word) => {
    const path = relative(fileURLToPath(ROOT), resolve(typedIn, word));
    const isTest = path.startsWith(PLACES.database)
      ? path.endsWith(".sql")
      : /_test\.tsx?$/.test(path);
    if (!isTest || !existsSync(new URL(path, ROOT))) throw new Error(`There is no test ${word}.`);
    return path;
  });
}

async function main(paths: readonly string[]): Promise<number> {
  const tallies = paths.length > 0
    ? await someTests(paths)
    : (await Promise.all([stackTests(), ownTests()])).flat();
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

if (import.meta.main) {
  const usage = `deno task test [FILE...]
  runs every test, or these: of the database (supabase/tests/*/*.sql), through HTTP (functions/tests/*_test.ts), and any
  other *_test.ts, each as it is run among all; the last line is 'N passed, N failed'`;
  const { words, refuse } = commandLine(usage, {}, Infinity);
  let paths: string[] = [];
  try {
    paths = testPaths(words, Deno.env.get("INIT_CWD"));
  } catch (error) {
    refuse((error as Error).message);
  }
  endWithStarter();
  Deno.exit(await main(paths));
}
