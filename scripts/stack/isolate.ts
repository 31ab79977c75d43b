// One isolate from outside: starts the process, gives it the request, hands out the answer, watches what it uses, and
// kills it at a limit.
import { fileURLToPath, pathToFileURL } from "node:url";
import { lines } from "./lines.ts";
import {
  ByteReader,
  type Notice,
  type RequestHead,
  type ResponseHead,
  type Usage,
} from "./functions_protocol.ts";

/** Limits of an isolate. The defaults are hosted Supabase's. */
export interface Limits {
  /** CPU of the JavaScript thread, async waits not counted: at the soft limit a `beforeunload` event, at the hard one the end. */
  cpuSoftMs: number;
  cpuHardMs: number;
  /** Of the V8 heap, and of everything the process holds beyond what an empty one does. */
  memoryBytes: number;
  /** From start to end, background work included. */
  wallMs: number;
  /** From the request to the head of the answer. */
  idleMs: number;
}

/** Hosted Supabase, paid plans. */
export const HOSTED_LIMITS: Limits = {
  cpuSoftMs: 1_000,
  cpuHardMs: 2_000,
  memoryBytes: 256 * 2 ** 20,
  wallMs: 400_000,
  idleMs: 150_000,
};

/** Why an isolate ended. */
export type Outcome =
  | "running"
  | "completed"
  | "failed"
  | "cpu"
  | "memory"
  | "wall_clock"
  | "idle"
  | "killed";

/** What is known of an isolate. */
export interface IsolateRecord {
  id: string;
  function: string;
  pid: number;
  outcome: Outcome;
  /** HTTP status of the answer, null while there is none. */
  status: number | null;
  startedAt: string;
  wallMs: number;
  /** CPU of the JavaScript thread from its first instruction, loading of modules included. 0 where there is no /proc. */
  cpuMs: number;
  /** Highest resident memory of the process; an empty one holds about 35 MB. 0 where there is no /proc. */
  peakRssBytes: number;
}

/** What is needed to start an isolate. */
export interface IsolateOptions {
  function: string;
  entrypoint: string;
  importMap: string | null;
  projectDir: string;
  env: Record<string, string>;
  limits: Limits;
  log: (line: string) => void;
}

const WORKER = fileURLToPath(new URL("./functions_worker.ts", import.meta.url));
/** Resident memory of a process that has loaded nothing. */
const EMPTY_RSS = 36 * 2 ** 20;
const POLL_MS = 10;

/** A running isolate. */
export class Isolate {
  readonly record: IsolateRecord;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  #process: Deno.ChildProcess;
  #input: WritableStreamDefaultWriter<Uint8Array>;
  #started = performance.now();
  #warned = false;
  #poll: ReturnType<typeof setInterval>;

  constructor(readonly options: IsolateOptions) {
    this.#process = spawn(options);
    this.#input = this.#process.stdin.getWriter();
    this.#input.closed.catch(() => {});
    this.record = {
      id: crypto.randomUUID(),
      function: options.function,
      pid: this.#process.pid,
      outcome: "running",
      status: null,
      startedAt: new Date().toISOString(),
      wallMs: 0,
      cpuMs: 0,
      peakRssBytes: 0,
    };
    this.#poll = setInterval(() => this.#check(), POLL_MS);
    this.ended = this.#end();
  }

  /** Runs the invocation. Resolves with the head of the answer; the isolate may live on for its background work. */
  async handle(request: Request, url: string, body: Uint8Array): Promise<Response> {
    const head: RequestHead = {
      entrypoint: pathToFileURL(this.options.entrypoint).href,
      method: request.method,
      url,
      headers: [...request.headers],
      bodyBytes: body.length,
    };
    this.#send(new TextEncoder().encode(JSON.stringify(head) + "\n"));
    if (body.length) this.#send(body);
    const output = new ByteReader(this.#process.stdout);
    const idle = setTimeout(() => this.kill("idle"), this.options.limits.idleMs);
    const answer = await output.frame();
    clearTimeout(idle);
    if (!answer) {
      await this.ended;
      return this.#failure();
    }
    const { status, headers } = JSON.parse(new TextDecoder().decode(answer)) as ResponseHead;
    this.record.status = status;
    return new Response(this.#body(output, status), { status, headers });
  }

  /** Ends the isolate at once, whatever it is doing. */
  kill(reason: Exclude<Outcome, "running" | "completed" | "failed">) {
    if (this.record.outcome !== "running") return;
    this.record.outcome = reason;
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  }

  /** The rest of the answer; what comes after it is the isolate's own account of what it used. */
  #body(output: ByteReader, status: number): ReadableStream<Uint8Array> | null {
    const rest = async (push: (chunk: Uint8Array) => void) => {
      let chunk;
      while ((chunk = await output.frame())?.length) push(chunk);
      if (!chunk) throw new Error("the isolate ended in the middle of its answer");
      void this.#account(output);
    };
    if ([101, 204, 205, 304].includes(status)) {
      void rest(() => {}).catch(() => {});
      return null;
    }
    // Read on even when the caller hangs up: the invocation is not to be held up by a full pipe.
    let open = true;
    return new ReadableStream({
      start: (controller) => {
        const done = rest((chunk) => open && controller.enqueue(chunk));
        void done.then(
          () => open && controller.close(),
          (error) => open && controller.error(error),
        );
      },
      cancel: () => {
        open = false;
      },
    });
  }

  /** The last frame; it is missing when the isolate is ended during its background work. */
  async #account(output: ByteReader) {
    const last = await output.frame();
    if (last) {
      const { cpuMs, peakRssBytes } = JSON.parse(new TextDecoder().decode(last)) as Usage;
      Object.assign(this.record, { cpuMs, peakRssBytes });
    }
    await output.close();
  }

  #send(bytes: Uint8Array) {
    // Fails when the process is gone, which `ended` tells too.
    this.#input.write(bytes).catch(() => {});
  }

  #check() {
    const { record, options: { limits } } = this;
    record.wallMs = performance.now() - this.#started;
    record.cpuMs = threadCpuMs(record.pid) ?? record.cpuMs;
    const rss = residentBytes(record.pid) ?? 0;
    record.peakRssBytes = Math.max(record.peakRssBytes, rss);
    if (record.cpuMs > limits.cpuHardMs) this.kill("cpu");
    else if (rss - EMPTY_RSS > limits.memoryBytes) this.kill("memory");
    else if (record.wallMs > limits.wallMs) this.kill("wall_clock");
    else if (record.cpuMs > limits.cpuSoftMs && !this.#warned) this.#warn();
  }

  #warn() {
    this.#warned = true;
    this.options.log(`CPU time soft limit of ${this.options.limits.cpuSoftMs} ms reached`);
    this.#send(
      new TextEncoder().encode(JSON.stringify({ beforeunload: "cpu" } satisfies Notice) + "\n"),
    );
  }

  async #end() {
    const { record } = this;
    let outOfHeap = false;
    const log = lines(this.#process.stderr, (line) => {
      outOfHeap ||= /JavaScript heap out of memory|Reached heap limit/.test(line);
      this.options.log(line);
    });
    const { code, signal } = await this.#process.status;
    clearInterval(this.#poll);
    await this.#input.abort().catch(() => {});
    await log;
    record.wallMs = performance.now() - this.#started;
    if (record.outcome === "running") record.outcome = outcomeOf(code, signal, outOfHeap);
    if (!["completed", "failed"].includes(record.outcome)) {
      this.options.log(
        `isolate ended: ${record.outcome} (cpu ${record.cpuMs.toFixed(0)} ms, wall ${
          record.wallMs.toFixed(0)
        } ms)`,
      );
    }
  }

  /** Hosted Supabase's answer for an isolate that ended before it answered. */
  #failure(): Response {
    const [status, code, message] = FAILURES[this.record.outcome] ?? FAILURES.failed!;
    this.record.status = status;
    return Response.json({ code, message }, { status });
  }
}

/** How a process ended that the host has not ended. */
function outcomeOf(code: number, signal: Deno.Signal | null, outOfHeap: boolean): Outcome {
  if (code === 0) return "completed";
  if (outOfHeap) return "memory";
  if (signal === "SIGXCPU") return "cpu";
  return signal === "SIGKILL" ? "killed" : "failed";
}

const LIMIT: [number, string, string] = [
  546,
  "WORKER_LIMIT",
  "Function failed due to not having enough compute resources (please check logs)",
];
const FAILURES: Partial<Record<Outcome, [status: number, code: string, message: string]>> = {
  cpu: LIMIT,
  memory: LIMIT,
  wall_clock: LIMIT,
  idle: [504, "IDLE_TIMEOUT", "Function did not answer in time (please check logs)"],
  failed: [500, "WORKER_ERROR", "Function exited due to an error (please check logs)"],
};

function spawn(options: IsolateOptions): Deno.ChildProcess {
  const heapMb = Math.floor(options.limits.memoryBytes / 2 ** 20);
  // The shell's limit is a backstop, should the host itself be killed while an isolate computes. The answer comes on a
  // descriptor of its own, so that nothing that a function prints can get into it.
  const cpuSeconds = Math.ceil(options.limits.cpuHardMs / 1000) * 2 + 1;
  return new Deno.Command("/bin/sh", {
    args: [
      ...["-c", `ulimit -S -t ${cpuSeconds}; exec "$0" "$@" 3>&1 1>&2`, Deno.execPath()],
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
    env: { ...loaderEnvironment(), ...options.env },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** The environment that Deno itself needs to load modules as its user does. */
export function loaderEnvironment(): Record<string, string> {
  const entries = Object.entries(Deno.env.toObject()).filter(([name]) =>
    LOADER_VARIABLE.test(name)
  );
  return {
    ...Object.fromEntries(entries),
    DENO_NO_UPDATE_CHECK: "1",
    DENO_NO_PACKAGE_JSON: "1",
    NO_COLOR: "1",
  };
}

/** Where Deno keeps and finds modules, through which proxy, and whom it trusts there. */
const LOADER_VARIABLE =
  /^(HOME|PATH|TMPDIR|XDG_CACHE_HOME|(DENO|NPM_CONFIG|SSL_CERT|NODE_EXTRA_CA)_?.*|(HTTPS?|NO|ALL)_PROXY)$/i;

/** CPU of a process's first thread, the one that runs its JavaScript; null where the system does not say. */
function threadCpuMs(pid: number): number | null {
  const text = read(`/proc/${pid}/task/${pid}/schedstat`);
  return text === null ? null : Number(text.split(" ")[0]) / 1e6;
}

function residentBytes(pid: number): number | null {
  const text = read(`/proc/${pid}/status`);
  const resident = text?.match(/VmRSS:\s*(\d+) kB/)?.[1];
  return resident ? Number(resident) * 1024 : null;
}

function read(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
}
