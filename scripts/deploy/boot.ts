// Runs functions' files as the platform does that they are deployed to: on its version of Deno, with no configuration,
// no lock file and no right to read or write a file, from the first instruction on. Several may share a process: each starts for
// itself all the same, and is given the requests whose paths begin with its name.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { hostedDeno } from "../stack/functions/hosted_deno.ts";
import { loaderEnvironment } from "../stack/functions/isolate_process.ts";
import { lines } from "../stack/lines.ts";

/** What is run, and how. */
export interface BootOptions {
  /** By function its first module, an absolute path. */
  entrypoints: Record<string, string>;
  /** An absolute path; null for functions that need none, which are given no packages either. */
  importMap: string | null;
  /** All of its environment. */
  env: Record<string, string>;
}

/** Functions that answer. */
export interface Booted extends AsyncDisposable {
  pid: number;
  /** Where they answer: a function at any path below its name. */
  url: string;
  /** What they have printed so far. */
  said: string[];
}

/** What hosted functions find: Deno.serve takes the handler, background work is waited for, and there are no workers. */
const GLOBALS = `
const { serve } = Deno;
const handlers = new Map();
let starting;
Deno.serve = (first, second) => {
  handlers.set(starting, typeof first === "function" ? first : second ?? first.handler);
};
async function start(name, load) {
  starting = name;
  await load();
}
function listen() {
  const onListen = ({ port }) => console.log("listening on " + port);
  serve({ hostname: "127.0.0.1", port: 0, onListen }, (request, info) =>
    handlers.get(new URL(request.url).pathname.split("/")[1])(request, info));
}
export { listen, start };
globalThis.EdgeRuntime = { waitUntil: (promise) => void promise.catch(console.error) };
delete globalThis.Worker;
delete Deno.Command;
`;

/** A program that starts functions one after another. It names their modules, so that it needs no right to read. */
function program(entrypoints: BootOptions["entrypoints"]): string {
  const starts = Object.entries(entrypoints).map(([name, path]) =>
    `await start(${JSON.stringify(name)}, () => import(${
      JSON.stringify(pathToFileURL(path).href)
    }));\n`
  );
  return `import { listen, start } from "./globals.js";\n${starts.join("")}listen();\n`;
}

/** @throws Error with what the functions said, when they end before they answer */
export async function boot({ entrypoints, importMap, env }: BootOptions): Promise<Booted> {
  const deno = await hostedDeno();
  const folder = await mkdtemp(join(tmpdir(), "receptor-boot-"));
  await writeFile(join(folder, "globals.js"), GLOBALS);
  await writeFile(join(folder, "main.js"), program(entrypoints));
  const process = new Deno.Command(deno.path, {
    args: [
      ...[
        "run",
        "--quiet",
        "--no-config",
        "--no-lock",
        "--no-check",
        "--no-prompt",
        "--no-code-cache",
      ],
      ...["--allow-net", "--allow-env", "--v8-flags=--max-old-space-size=256"],
      ...importMap ? [`--import-map=${importMap}`] : ["--no-npm", "--no-remote"],
      join(folder, "main.js"),
    ],
    cwd: folder,
    clearEnv: true,
    env: { ...loaderEnvironment(deno), ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const said: string[] = [];
  const listening = Promise.withResolvers<string | null>();
  const heard = Promise.all([
    lines(process.stdout, (line) => {
      const port = /^listening on (\d+)$/.exec(line)?.[1];
      if (port) listening.resolve(port);
      else said.push(line);
    }),
    lines(process.stderr, (line) => void said.push(line)),
  ]);
  const ended = heard.then(() => process.status).then(() => listening.resolve(null));
  const end = async () => {
    try {
      process.kill("SIGKILL");
    } catch {
      // It has ended by itself.
    }
    await ended;
    await rm(folder, { recursive: true });
  };
  const port = await listening.promise;
  if (port === null) {
    await end();
    const names = Object.keys(entrypoints).join(", ");
    throw new Error(`${names}: no start on Deno ${deno.version}:\n${said.join("\n")}`);
  }
  return { pid: process.pid, url: `http://127.0.0.1:${port}`, said, [Symbol.asyncDispose]: end };
}
