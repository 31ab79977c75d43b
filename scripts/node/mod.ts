/**
 * The node program: works blocks of a project's searches for primes on this machine.
 *
 * deno run -A scripts/node/mod.ts --url https://…/functions/v1/operator-api --invitation inv_… --username ada
 *
 * Node.js runs it as one file, which `deno task build:node` makes: node receptor-node-1.0.0.mjs --url …
 *
 * The key is told once and kept in the folder; from then on --url and --folder are enough. Ctrl-C ends it, and it goes on where it was.
 */
// deno-lint-ignore-file no-console -- a command line tool
import process from "node:process";
import { isMainThread } from "node:worker_threads";
import { NodeApiError, NodeClient } from "./client.ts";
import { runNode } from "./node.ts";
import { HELP, type NodeProgramOptions, readOptions } from "./options.ts";
import { NodeFolder } from "./state.ts";
// This file is each core's thread as well: a bundle of it needs no other.
import "./worker.ts";

/** What was typed; ends the program where that is help, or what it does not know. */
function optionsOrEnd(): NodeProgramOptions {
  try {
    const options = readOptions(process.argv.slice(2));
    if (options !== null) return options;
    console.log(HELP);
    return process.exit(0);
  } catch (error) {
    console.error(`${(error as Error).message.split(". ")[0]}.\n${HELP}`);
    return process.exit(2);
  }
}

async function main(options: NodeProgramOptions): Promise<number> {
  const { url, settings, nodeId, once } = options;
  const folder = new NodeFolder(options.folder);
  const key = await keyOf(folder, options);
  if (key === null) {
    console.error("There is no key yet: --invitation and --username register.");
    return 2;
  }
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => ending.abort());
  for (;;) {
    const end = await runNode({
      client: new NodeClient(url, key),
      folder,
      nodeId,
      core: new URL(import.meta.url),
      settings,
      once,
      // Who waits for the end looks often whether the last blocks were checked.
      idleMs: once ? 2000 : 30_000,
      say: (line) => console.log(`${new Date().toISOString()} ${line}`),
      signal: ending.signal,
    });
    if (end !== "restart" || ending.signal.aborted) return 0;
  }
}

/** The operator's key: from the folder, or by registering. */
async function keyOf(
  folder: NodeFolder,
  { url, invitation, username }: NodeProgramOptions,
): Promise<string | null> {
  const identity = await folder.identity();
  if (identity) return identity.key;
  if (invitation === undefined || username === undefined) return null;
  // The invitation is used up by it, and the key is told this once.
  await folder.prepare();
  const { key } = await new NodeClient(url, null).register(invitation, username);
  await folder.keepIdentity({ key });
  return key;
}

if (isMainThread) {
  const options = optionsOrEnd();
  try {
    process.exit(await main(options));
  } catch (error) {
    // What a server, a network or a file system says; a fault of ours has none of their codes.
    if (typeof (error as { code?: unknown }).code !== "string") throw error;
    const { code, message } = error as NodeApiError;
    console.error(error instanceof NodeApiError ? `${code}: ${message}` : message);
    process.exit(1);
  }
}
