// What a function finds in its isolate: what a user worker of edge-runtime 1.74 has (its ext/runtime/js/bootstrap.js and
// denoOverrides.js), and no more. Elsewhere it would use what it does not have where it is deployed.
import { isAbsolute, relative, resolve } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Members of `Deno` that reach files. A user worker has them, to refuse them. */
const FILES =
  "writeFile writeTextFile readTextFile readFile chmod chown copyFile makeTempDir makeTempFile mkdir chdir readDir readLink realPath remove rename stat lstat truncate open create symlink link utime"
    .split(" ").flatMap((name) => [name, `${name}Sync`]);
/** These read what came with the function as long as its modules are evaluated. */
const WHILE_LOADING = ["readFileSync", "readTextFileSync", "statSync", "lstatSync", "readDirSync"];
/** These do nothing. */
const IDLE = ["exit", "kill", "addSignalListener", "removeSignalListener"];
const OTHERS =
  "createHttpClient serve serveHttp upgradeWebSocket listen connect connectTls startTls resolveDns permissions Permissions PermissionStatus errors refTimer unrefTimer isatty stdout stderr stdin FsFile gid uid hostname loadavg osUptime osRelease systemMemoryInfo consoleSize version networkInterfaces execPath build env pid args mainModule memoryUsage cwd"
    .split(" ");
const KEPT = new Set([...FILES, ...IDLE, ...OTHERS]);

type Members = Record<string, (...args: unknown[]) => unknown>;

/** What the isolate itself does for the function. */
export interface Furniture {
  serve: unknown;
  waitUntil: (promise: Promise<unknown>) => Promise<unknown>;
  /** Called when memory outside of the heap has grown at a stroke. */
  onGrowth: () => void;
  /** Files below this folder came with the function. */
  folder: string;
}

/**
 * Makes the globals those of a user worker.
 * @returns what says that the modules are evaluated: files are closed from then on
 */
export function furnish(furniture: Furniture): () => void {
  let loading = true;
  const deno = Deno as unknown as Members;
  const global = globalThis as Record<string, unknown>;
  for (const name of ["run", "ffi", "sys"] as const) Deno.permissions.revokeSync({ name });
  for (const name of Object.keys(deno)) if (!KEPT.has(name)) delete deno[name];
  for (const name of FILES) {
    const original = deno[name];
    deno[name] = (path, ...rest) => {
      if (!loading || !WHILE_LOADING.includes(name)) {
        throw new Deno.errors.PermissionDenied(`Deno.${name} is blocklisted`);
      }
      if (!isWithin(furniture.folder, path)) {
        throw new Deno.errors.NotFound(`path not found: ${path}`);
      }
      return original(path, ...rest);
    };
  }
  for (const name of IDLE) deno[name] = () => {};
  const memoryUsage = Deno.memoryUsage;
  const noResidentSize = () => ({ ...memoryUsage(), rss: 0 });
  Object.assign(Deno, {
    serve: furniture.serve,
    execPath: () => "/bin/edge-runtime",
    memoryUsage: noResidentSize,
  });
  for (const name of ["exit", "reallyExit", "abort", "kill", "cpuUsage"]) {
    Object.assign(process, { [name]: () => {} });
  }
  Object.assign(process, { memoryUsage: noResidentSize });
  delete global.Worker;
  Object.assign(globalThis, {
    EdgeRuntime: { waitUntil: furniture.waitUntil },
    SharedArrayBuffer: ArrayBuffer, // shared memory would not be counted
  });
  watchMemories(furniture.onGrowth);
  return () => {
    loading = false;
    for (const name of ["read", "write"] as const) Deno.permissions.revokeSync({ name });
  };
}

/** Whether a path that a function names lies in a folder. */
function isWithin(folder: string, path: unknown): boolean {
  const text = path instanceof URL ? fileURLToPath(path) : String(path);
  const way = relative(folder, resolve(folder, text));
  return !way.startsWith("..") && !isAbsolute(way);
}

/** Memories of WebAssembly tell when they grow, and are never shared. */
function watchMemories(onGrowth: () => void) {
  const { Memory } = WebAssembly;
  const { grow } = Memory.prototype;
  Memory.prototype.grow = function (delta: number) {
    const before = grow.call(this, delta);
    onGrowth();
    return before;
  };
  WebAssembly.Memory = new Proxy(Memory, {
    construct(target, [descriptor]: [WebAssembly.MemoryDescriptor]) {
      if (descriptor?.shared) throw new TypeError("Creating a shared memory is not supported");
      const memory = new target(descriptor);
      onGrowth();
      return memory;
    },
  });
}
