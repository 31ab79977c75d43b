/**
 * Makes a release of the node program: one file that Deno and Node.js 20 run, and what `deno task ops release` publishes of it.
 *
 * Run: deno task build:node --out FOLDER --url https://where.it/will/be/
 */
// deno-lint-ignore-file no-console -- a command-line script reports on the terminal
import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { NODE_VERSION } from "../node/node.ts";
import { bundleNodeProgram } from "./bundle.ts";
import { commandLine } from "../command_line.ts";

const USAGE = `deno task build:node --out FOLDER [--url https://where.it/will/be/]

Writes FOLDER/receptor-node-${NODE_VERSION}.mjs, its SHA-256 beside it (as sha256sum -c reads it), and FOLDER/release.json for
"deno task ops release"; that needs the place from which nodes will download the file.`;

/** A release as files. */
export interface NodeRelease {
  /** Of the program. */
  name: string;
  code: string;
  sha256: string;
}

/** The release of the sources as they are. */
async function nodeRelease(): Promise<NodeRelease> {
  const { code } = await bundleNodeProgram();
  const sha256 = createHash("sha256").update(code).digest("hex");
  return { name: `receptor-node-${NODE_VERSION}.mjs`, code, sha256 };
}

/** What `ops release` publishes: one file for every system. */
function releaseDocument({ name, sha256 }: NodeRelease, url: string): unknown {
  const base = url.endsWith("/") ? url : `${url}/`;
  const artifacts = [{ os: "any", arch: "any", url: new URL(name, base).href, sha256 }];
  return { version: NODE_VERSION, artifacts };
}

async function main(): Promise<number> {
  const { values: { out, url }, refuse } = commandLine(USAGE, {
    out: { type: "string" },
    url: { type: "string" },
  });
  if (out === undefined) return refuse("--out is missing.");
  const release = await nodeRelease();
  await mkdir(out, { recursive: true });
  await writeFile(join(out, release.name), release.code);
  await writeFile(
    join(out, `${release.name}.sha256`),
    `${release.sha256}  ${release.name}\n`,
  );
  if (url !== undefined) {
    await writeFile(
      join(out, "release.json"),
      `${JSON.stringify(releaseDocument(release, url), null, 2)}\n`,
    );
  }
  console.log(`${release.sha256}  ${release.name}`);
  return 0;
}

if (import.meta.main) Deno.exit(await main());
