// The process of the functions host. It belongs to the stack's process (hosted_functions.ts), and ends with it.
import { join } from "node:path";
import process from "node:process";
import { readFunctions, readFunctionSecrets } from "../config.ts";
import type { HostCalls, HostSettings } from "./host_control.ts";
import { bundleOf } from "./bundles.ts";
import { startFunctions } from "./host.ts";
import { rereading } from "./sources.ts";
import { answerCalls, log, readSettings, tellOwner } from "../owner.ts";

// The owner decides when it ends; a signal to the terminal's process group is the owner's business.
for (const signal of ["SIGINT", "SIGHUP"] as const) Deno.addSignalListener(signal, () => {});

const { deno, projectDir, bundles, url, env, limits } = await readSettings<HostSettings>();
const supabase = join(projectDir, "supabase");
const secrets = rereading(
  [join(supabase, "functions/.env")],
  () => readFunctionSecrets(projectDir),
);
const host = startFunctions({
  deno,
  projectDir: bundles ?? projectDir,
  url,
  functions: rereading([join(supabase, "config.toml")], async () => {
    const functions = await readFunctions(projectDir);
    return bundles === null ? functions : functions.map(({ name }) => bundleOf(bundles, name));
  }),
  env: async () => ({ ...env, ...await secrets() }),
  limits,
  log,
});
const server = Deno.serve(
  { hostname: "127.0.0.1", port: 0, onListen: () => {} },
  (request) => host.fetch(request, new URL(request.url).pathname.slice(1)),
);
tellOwner({ type: "ready", info: { port: server.addr.port } });
await answerCalls(
  {
    isolates: () => Promise.resolve(host.isolates()),
    kill: (name) => Promise.resolve(host.kill(name ?? undefined)),
    pids: () => Promise.resolve(host.pids()),
  } satisfies HostCalls,
);
await host.stop();
process.exit(0);
