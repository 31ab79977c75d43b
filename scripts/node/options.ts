// What is typed behind the node program.

import { availableParallelism, homedir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type NodeSettings, readSettings } from "./settings.ts";

/** How the program is run. */
export const HELP = `Works blocks of searches for primes on this machine.

  deno run -A scripts/node/mod.ts --url <https://…/functions/v1/operator-api> [options]
  node receptor-node-<version>.mjs --url <https://…/functions/v1/operator-api> [options]

  --folder <path>        where key and states are kept; ~/.receptor-node where left out
  --invitation <inv_…>   registers, once, with:
  --username <name>
  --node-id <name>       of this machine; its host name where left out. One program works as a node at a time
  --cores <n>            blocks side by side; as many as there are cores where left out
  --channel <name>       of updates: stable, beta or nightly
  --forms <a,b>          takes only these
  --once                 ends when there is nothing to do`;

/** What the program was asked for. */
export interface NodeProgramOptions {
  url: string;
  folder: string;
  /** To register with. */
  invitation?: string;
  username?: string;
  nodeId?: string;
  once: boolean;
  settings: NodeSettings;
}

/**
 * Reads what is typed.
 * @returns null where help is asked for
 * @throws Error with a sentence, on what it does not know
 */
export function readOptions(args: string[]): NodeProgramOptions | null {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: "boolean", short: "h" },
      url: { type: "string" },
      folder: { type: "string", default: join(homedir(), ".receptor-node") },
      invitation: { type: "string" },
      username: { type: "string" },
      "node-id": { type: "string" },
      cores: { type: "string", default: String(availableParallelism()) },
      channel: { type: "string", default: "stable" },
      forms: { type: "string" },
      once: { type: "boolean", default: false },
    },
  });
  if (values.help) return null;
  const { url, folder, invitation, username, "node-id": nodeId, once } = values;
  if (url === undefined) throw new Error("--url is missing");
  if (!URL.canParse(url) || !/^https?:/i.test(url)) {
    throw new Error(`--url is to be https://…/functions/v1/operator-api, not "${url}"`);
  }
  if ((invitation === undefined) !== (username === undefined)) {
    throw new Error("--invitation and --username go together");
  }
  const forms = values.forms?.split(",").map((form) => form.trim());
  const settings = readSettings({
    cores: Number(values.cores),
    channel: values.channel,
    ...(forms && { forms }),
  });
  return {
    url,
    folder,
    invitation,
    username,
    nodeId,
    once,
    settings: { cores: 1, channel: "stable", ...settings },
  };
}
