// `deno task check:types`: the types of everything, and those of the examples in documents and docstrings. Three worlds: what runs on
// Deno, what runs in browsers, and what is deployed, which is read with the hosted runtime's types by hosted_check.ts.
// deno-lint-ignore-file no-console -- this is a command line tool

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commandLine } from "./command_line.ts";
import { exampleFiles } from "./examples.ts";
import { nativeFaults, type Program } from "./native_types.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

async function compilerOptions(folder: string) {
  return JSON.parse(await Deno.readTextFile(join(ROOT, folder, "deno.json"))).compilerOptions;
}

/** What is checked together: the pages by the options of each, and the rest by those of all. */
async function programs(pages: readonly string[], more: readonly string[]): Promise<Program[]> {
  const { lib: _, ...common } = await compilerOptions(".");
  const all = {
    files: [...more],
    include: ["functions", "shared", "scripts"],
    exclude: [...pages],
    lib: ["esnext"],
    options: common,
  };
  const [{ lib, ...own }, ...others] = await Promise.all(pages.map(compilerOptions));
  if (others.some((other) => JSON.stringify(other) !== JSON.stringify({ ...own, lib }))) {
    throw new Error(
      `${pages.join(" and ")} are checked together: their options have to be the same`,
    );
  }
  const ofBrowsers = (lib as string[]).filter((name) => !name.startsWith("deno."));
  return [all, { include: [...pages], lib: ofBrowsers, options: { ...common, ...own } }];
}

/** Whether a fault is that an example does nothing with what it names. */
function isUnusedInExample(fault: string): boolean {
  return /^[\w.]+\.\d+\.ts\(\d+,\d+\): error TS(6133|6198):/.test(fault);
}

/**
 * Checks the types of a project.
 * @param root holds functions/, shared/ and scripts/, or some of them
 * @param examples files beside it, by their names
 * @returns what is wrong; null where nothing is
 */
export async function typeFaults(
  root: string = ROOT,
  examples: ReadonlyMap<string, string> = exampleFiles(),
): Promise<string | null> {
  const { workspace } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
  const pages = (workspace as string[]).map((path) => path.replace("./", ""));
  const told = await nativeFaults(
    { root, deno: Deno.execPath(), more: examples },
    await programs(pages, [...examples.keys()]),
  );
  const faults = told?.split("\n").filter((line) => !isUnusedInExample(line)).join("\n").trim();
  return faults || null;
}

if (import.meta.main) {
  commandLine("deno task check:types\n  type-checks everything, examples of documents as well", {});
  const faults = await typeFaults();
  if (faults) console.error(faults);
  Deno.exit(faults ? 1 : 0);
}
