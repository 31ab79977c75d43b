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
import { availableParallelism, homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { isMainThread } from "node:worker_threads";
import { NodeApiError, NodeClient } from "./client.ts";
import { readSettings, runNode } from "./node.ts";
import { NodeFolder } from "./state.ts";
// This file is each core's thread as well: a bundle of it needs no other.
import "./worker.ts";

const HELP = `Works blocks of searches for primes on this machine.

  deno run -A scripts/node/mod.ts --url <https://…/functions/v1/operator-api> [options]
  node receptor-node-<version>.mjs --url <https://…/functions/v1/operator-api> [options]

  --folder <path>        where key and states are kept; ~/.receptor-node where left out
  --invitation <inv_…>   registers, once, with:
  --username <name>
  --node-id <name>       of this machine; its host name where left out
  --cores <n>            blocks side by side; as many as there are cores where left out
  --channel <name>       of updates: stable, beta or nightly
  --forms <a,b>          takes only these
  --once                 ends when there is nothing to do`;

/** What is typed behind the program. @throws Error on what it does not know */
function readArguments() {
  return parseArgs({
    options: {
      help: { type: "boolean", short: "h" },
      url: { type: "string" },
      folder: { type: "string", default: join(homedir(), ".receptor-node") },
      invitation: { type: "string" },
      username: { type: "string" },
      "node-id": { type: "string" },
      cores: { type: "string" },
      channel: { type: "string", default: "stable" },
      forms: { type: "string" },
      once: { type: "boolean", default: false },
    },
  }).values;
}

/** See above; ends the program where it was asked for what it does not know. */
function argumentsOrEnd() {
  try {
    return readArguments();
  } catch (error) {
    console.error(`${(error as Error).message.split(". ")[0]}\n${HELP}`);
    return process.exit(2);
  }
}

async function main(values: ReturnType<typeof readArguments>): Promise<number> {
  if (values.help || !values.url) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const folder = new NodeFolder(values.folder);
  const key = await keyOf(folder, values.url, values.invitation, values.username);
  if (key === null) {
    console.error("There is no key yet: --invitation and --username register.");
    return 2;
  }
  const settings = readSettings({
    cores: values.cores === undefined ? availableParallelism() : Number(values.cores),
    channel: values.channel,
    ...(values.forms === undefined ? {} : { forms: values.forms.split(",") }),
  });
  const ending = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => ending.abort());
  for (;;) {
    const end = await runNode({
      client: new NodeClient(values.url, key),
      folder,
      nodeId: values["node-id"],
      core: new URL(import.meta.url),
      settings: { cores: 1, channel: "stable", ...settings },
      once: values.once,
      // Who waits for the end looks often whether the last blocks were checked.
      idleMs: values.once ? 2000 : 30_000,
      say: (line) => console.log(`${new Date().toISOString()} ${line}`),
      signal: ending.signal,
    });
    if (end !== "restart" || ending.signal.aborted) return 0;
  }
}

/** The operator's key: from the folder, or by registering. */
async function keyOf(
  folder: NodeFolder,
  url: string,
  invitation: string | undefined,
  username: string | undefined,
): Promise<string | null> {
  const identity = await folder.identity();
  if (identity) return identity.key;
  if (invitation === undefined || username === undefined) return null;
  const { key } = await new NodeClient(url, null).register(invitation, username);
  await folder.keepIdentity({ key });
  return key;
}

if (isMainThread) {
  try {
    process.exit(await main(argumentsOrEnd()));
  } catch (error) {
    if (!(error instanceof NodeApiError)) throw error;
    console.error(`${error.code}: ${error.message}`);
    process.exit(1);
  }
}
