/**
 * Bundles the functions, each into one JavaScript file with everything that it needs: for projects that host
 * themselves, and to look at what `deno task deploy` uploads.
 *
 * Run: deno task build:functions [--out FOLDER]
 *
 * Writes FOLDER/<function>/index.js, and FOLDER/LICENSE beside them. Without --out it only prints the sizes.
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { commandLine } from "../command_line.ts";
import { type Bundle, bundleFunctions, MAX_FUNCTION_BYTES } from "./bundle.ts";

const LICENSE = fileURLToPath(new URL("../../LICENSE", import.meta.url));

/** Writes bundles into a folder, each as the `index.js` of a folder of its own, and the licence beside them. */
export async function writeBundles(bundles: Bundle[], folder: string): Promise<void> {
  await Promise.all(bundles.map(async ({ name, code }) => {
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(join(folder, name, "index.js"), code);
  }));
  await copyFile(LICENSE, join(folder, "LICENSE"));
}

/** Size of a bundle as it is uploaded, in bytes. */
function bytesOf({ code }: Bundle): number {
  return new TextEncoder().encode(code).length;
}

/** One line for each function: its size, and the packages in it. */
export function sizes(bundles: Bundle[]): string {
  return bundles.map((each) =>
    `${String(bytesOf(each)).padStart(9)}  ${each.name} (${each.packages.length} packages)`
  ).join("\n") + `\n${String(MAX_FUNCTION_BYTES).padStart(9)}  at most, each, in bytes`;
}

async function main(): Promise<void> {
  const { values: { out } } = commandLine(
    "deno task build:functions [--out FOLDER]\n  without --out only their sizes are printed",
    { out: { type: "string" } },
  );
  const bundles = await bundleFunctions();
  if (out !== undefined) await writeBundles(bundles, out);
  console.log(sizes(bundles));
}

if (import.meta.main) await main();
