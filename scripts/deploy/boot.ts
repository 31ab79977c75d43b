// Runs a function's files as the platform does that they are deployed to: on its version of Deno, with no configuration,
// no lock file and no right to read or write a file, from its first instruction on.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { hostedDeno } from "../stack/functions/hosted_deno.ts";
import { loaderEnvironment } from "../stack/functions/isolate_process.ts";
import { lines } from "../stack/lines.ts";

/** What is run, and how. */
export interface BootOptions {
  /** The function's first module, an absolute path. */
  entrypoint: string;
  /** An absolute path; null for a function that needs none, which is given no packages either. */
  importMap: string | null;
  /** All of its environment. */
  env: Record<string, string>;
}

/** A function that answers. */
export interface Booted extends AsyncDisposable {
  pid: number;
  /** Where it answers: any path is its own. */
  url: string;
  /** What it has printed so far. */
  said: string[];
}

/** What hosted functions find: Deno.serve takes the handler, background work is waited for, and there are no workers. */
const GLOBALS = `
const { serve } = Deno;
const say = ({ port }) => console.log("listening on " + port);
Deno.serve = (first, second) =>
  serve({ hostname: "127.0.0.1", port: 0, onListen: say }, typeof first === "function" ? first : second ?? first.handler);
globalThis.EdgeRuntime = { waitUntil: (promise) => void promise.catch(console.error) };
delete globalThis.Worker;
delete Deno.Command;
`;

/** @throws Error with what the function said, when it ends before it answers */
export async function boot({ entrypoint, importMap, env }: BootOptions): Promise<Booted> {
  const deno = await hostedDeno();
  const folder = await mkdtemp(join(tmpdir(), "receptor-boot-"));
  await writeFile(join(folder, "globals.js"), GLOBALS);
  await writeFile(
    join(folder, "main.js"),
    `import "./globals.js";\nimport ${JSON.stringify(pathToFileURL(entrypoint).href)};\n`,
  );
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
    throw new Error(`${entrypoint} does not start on Deno ${deno.version}:\n${said.join("\n")}`);
  }
  return { pid: process.pid, url: `http://127.0.0.1:${port}`, said, [Symbol.asyncDispose]: end };
}
