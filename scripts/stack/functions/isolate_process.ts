// The process of an isolate: how it is started, and what the system tells of it.
import { fileURLToPath } from "node:url";
import type { FunctionsDeno } from "./hosted_deno.ts";
import type { IsolateOptions } from "./isolate_options.ts";

const WORKER = fileURLToPath(new URL("./worker.ts", import.meta.url));

/** Starts the process of an isolate; what it is told and tells is in protocol.ts. */
export function spawnIsolate(options: IsolateOptions): Deno.ChildProcess {
  const heapMb = Math.floor(options.limits.memoryBytes / 2 ** 20);
  // The shell's limit is a backstop, should the host itself be killed while an isolate computes. The answer comes on a
  // descriptor of its own, so that nothing that a function prints can get into it.
  const cpuSeconds = Math.ceil(options.limits.cpuHardMs / 1000) * 2 + 1;
  return new Deno.Command("/bin/sh", {
    args: [
      ...["-c", `ulimit -S -t ${cpuSeconds}; exec "$0" "$@" 3>&1 1>&2`, options.deno.path],
      ...[
        "run",
        "--allow-all",
        "--quiet",
        "--no-config",
        "--no-lock",
        "--no-check",
        `--v8-flags=--max-old-space-size=${heapMb}`,
      ],
      ...(options.importMap ? [`--import-map=${options.importMap}`] : []),
      WORKER,
    ],
    cwd: options.projectDir,
    clearEnv: true,
    env: { ...loaderEnvironment(options.deno), ...options.env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/**
 * The environment that a functions' Deno needs to load modules as its user does. It is older than the user's own, which
 * asks the system whom to trust and reads Node's variable without being told to.
 */
export function loaderEnvironment(deno: FunctionsDeno): Record<string, string> {
  const own = Object.fromEntries(
    Object.entries(Deno.env.toObject()).filter(([name]) => LOADER_VARIABLE.test(name)),
  );
  return {
    DENO_TLS_CA_STORE: "mozilla,system",
    ...(own.NODE_EXTRA_CA_CERTS ? { DENO_CERT: own.NODE_EXTRA_CA_CERTS } : {}),
    ...own,
    DENO_DIR: deno.modules,
    DENO_NO_UPDATE_CHECK: "1",
    DENO_NO_PACKAGE_JSON: "1",
    NO_COLOR: "1",
  };
}

/** Where Deno keeps and finds modules, through which proxy, and whom it trusts there. */
const LOADER_VARIABLE =
  /^(HOME|PATH|TMPDIR|XDG_CACHE_HOME|(DENO|NPM_CONFIG|SSL_CERT|NODE_EXTRA_CA)_?.*|(HTTPS?|NO|ALL)_PROXY)$/i;

/** CPU of a process's first thread in ms, the one that runs its JavaScript; null where the system does not say. */
export function threadCpuMs(pid: number): number | null {
  const text = read(`/proc/${pid}/task/${pid}/schedstat`);
  return text === null ? null : Number(text.split(" ")[0]) / 1e6;
}

/** Resident memory of a process; null where the system does not say. */
export function residentBytes(pid: number): number | null {
  const resident = read(`/proc/${pid}/status`)?.match(/VmRSS:\s*(\d+) kB/)?.[1];
  return resident ? Number(resident) * 1024 : null;
}

function read(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
}
