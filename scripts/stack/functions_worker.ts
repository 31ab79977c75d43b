// An isolate: the process that runs an Edge Function, as hosted Supabase runs one. Loads the function, serves the
// requests that come on standard input, several at once if they come so, answers on file descriptor 3, and ends when it
// is told to leave. See functions.ts for the limits it runs under.
// deno-lint-ignore-file no-console -- the console of a function is its log
import process from "node:process";
import { ByteReader, type Order, pack, type Report } from "./functions_protocol.ts";

type Handler = (request: Request, info: unknown) => Response | Promise<Response>;

// Kept because functions are not given it, or may change it.
const exit = Deno.exit;
const { cpuUsage } = process;
/** Elsewhere the host cannot see what an isolate uses; it tells the host with each answer. */
const hasProc = readText("/proc/self/stat") !== "";
/** Its own way out for answers, which the host opened: the standard output is the function's, and goes to the log. */
const output = Deno.openSync("/dev/fd/3", { write: true });
const input = new ByteReader(Deno.stdin.readable);
let handler: Handler | undefined;
let pending = 0;

furnish();
for (let packet; (packet = await input.packet<Order>()) !== null;) {
  const { message, bytes } = packet;
  switch (message.type) {
    case "start":
      say({ type: "ready", ok: await load(message.entrypoint) });
      break;
    case "request":
      void serve(message, bytes);
      break;
    case "beforeunload":
      dispatchEvent(new CustomEvent("beforeunload", { detail: { reason: message.reason } }));
      break;
    case "leave":
      leave();
  }
}
// The host is gone.
exit(1);

/** Makes the globals those of hosted Supabase: Deno.serve only takes the handler, no workers, no subprocesses. */
function furnish() {
  const serve = (first: Handler | { handler?: Handler }, second?: Handler) => {
    handler = typeof first === "function" ? first : second ?? first.handler;
    return {
      finished: new Promise(() => {}),
      shutdown: () => Promise.resolve(),
      addr: {},
      ref() {},
      unref() {},
    };
  };
  Object.assign(Deno, { serve });
  for (const name of ["Command", "run", "exit"]) {
    delete (Deno as unknown as Record<string, unknown>)[name];
  }
  delete (globalThis as unknown as Record<string, unknown>).Worker;
  Object.assign(globalThis, { EdgeRuntime: { waitUntil } });
}

/** Keeps the isolate until the promise has settled. */
function waitUntil(promise: Promise<unknown>) {
  const count = (by: number) => say({ type: "background", pending: pending += by });
  count(1);
  void Promise.resolve(promise).catch((error) => console.error("waitUntil:", error))
    .then(() => count(-1));
}

/** @returns whether the function is there */
async function load(entrypoint: string): Promise<boolean> {
  try {
    const module = await import(entrypoint);
    handler ??= module.default?.fetch;
    if (!handler) {
      throw new Error("the function calls no Deno.serve and has no default export with fetch");
    }
    return true;
  } catch (error) {
    console.error(error);
    return false;
  }
}

async function serve(asked: Extract<Order, { type: "request" }>, bytes: Uint8Array) {
  const { id } = asked;
  const response = await answer(asked, bytes);
  say({ type: "head", id, status: response.status, headers: [...response.headers] });
  try {
    for await (const chunk of response.body ?? []) {
      if (chunk.length) say({ type: "chunk", id }, chunk);
    }
    say({ type: "end", id, ok: true });
  } catch (error) {
    console.error(error);
    say({ type: "end", id, ok: false });
  }
  if (!hasProc) sayUsage();
}

async function answer(
  { method, url, headers }: Extract<Order, { type: "request" }>,
  bytes: Uint8Array,
): Promise<Response> {
  try {
    const body = bytes.length > 0 ? bytes as BodyInit : null;
    return await handler!(new Request(url, { method, headers, body }), {
      remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 0 },
    });
  } catch (error) {
    console.error(error);
    return Response.json({
      code: "WORKER_ERROR",
      message: "Function exited due to an error (please check logs)",
    }, { status: 500 });
  }
}

function say(report: Report, bytes?: Uint8Array) {
  const packed = pack(report, bytes);
  for (let at = 0; at < packed.length;) at += output.writeSync(packed.subarray(at));
}

function leave(): never {
  sayUsage();
  return exit(0);
}

function sayUsage() {
  const peak = readText("/proc/self/status").match(/VmHWM:\s*(\d+) kB/)?.[1];
  say({ type: "usage", cpuMs: cpuMs(), peakRssBytes: Number(peak ?? 0) * 1024 });
}

/** Of this thread; of the whole process, which is more, where the system does not tell threads apart. */
function cpuMs(): number {
  const thread = readText("/proc/thread-self/schedstat").split(" ")[0];
  if (thread) return Number(thread) / 1e6;
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

/** Empty where the system has no /proc. */
function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
