// An isolate: the process that runs an Edge Function, as hosted Supabase runs one. Loads the function, serves the
// requests that come on standard input, several at once if they come so, answers on file descriptor 3, and ends when it
// is told to leave. See isolate_options.ts for the limits it runs under.
// deno-lint-ignore-file no-console -- the console of a function is its log
import { inChain, watchCalls } from "./isolate_chain.ts";
import { isolateClock } from "./isolate_clock.ts";
import { furnish } from "./isolate_globals.ts";
import { ByteReader, pack } from "../byte_reader.ts";
import type { Order, Report } from "./protocol.ts";

type Handler = (request: Request, info: unknown) => Response | Promise<Response>;

// Kept because functions are not given it, or may change it.
const exit = Deno.exit;
const { memoryUsage } = Deno;
const { setInterval, clearInterval } = globalThis;
/** Its own way out for answers, which the host opened: the standard output is the function's, and goes to the log. */
const output = Deno.openSync("/dev/fd/3", { write: true });
const buffer = new Uint8Array(4096);
const decoder = new TextDecoder();
/** Opened as long as files are: the thread's CPU and how long it waits, and the process's memory. */
const [schedule, status] = ["/proc/thread-self/schedstat", "/proc/self/status"].map(open);
const input = new ByteReader(Deno.stdin.readable);
/** How often memory is told while there is work. */
const TELL_MS = 25;
let telling: ReturnType<typeof setInterval> | undefined;
/** Changes of memory in bytes that are worth a message. */
const WORTH_TELLING = 2 ** 18;
let told = 0;
/** Calls of functions that the host has not allowed or refused yet. */
const calls = new Map<number, (retryAfterMs: number | null) => void>();
let lastCall = 0;
let handler: Handler | undefined;
let answering = 0;
let pending = 0;

const closeFiles = furnish({
  serve: takeHandler,
  waitUntil,
  onGrowth: sayMemory,
  folder: Deno.cwd(),
});
watchCalls(`${Deno.env.get("SUPABASE_URL")}/functions/v1/`, askToCall);
for (let packet; (packet = await input.packet<Order>()) !== null;) {
  const { message, bytes } = packet;
  switch (message.type) {
    case "start":
      performance.now = isolateClock(
        performance.now.bind(performance),
        () => scheduled().waitedMs,
        message.clockRate,
      );
      say({ type: "ready", ok: await load(message.entrypoint) });
      break;
    case "request":
      void serve(message, bytes);
      break;
    case "called":
      calls.get(message.id)?.(message.retryAfterMs);
      calls.delete(message.id);
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

/** Deno.serve: the handler is all that is taken of it. */
function takeHandler(first: Handler | { handler?: Handler }, second?: Handler) {
  handler = typeof first === "function" ? first : second ?? first.handler;
  return {
    finished: new Promise(() => {}),
    shutdown: () => Promise.resolve(),
    addr: {},
    ref() {},
    unref() {},
  };
}

/** Keeps the isolate until the promise has settled. */
function waitUntil<T>(promise: Promise<T>): Promise<T> {
  const count = (by: number) => {
    say({ type: "background", pending: pending += by });
    watchMemory();
  };
  count(1);
  void Promise.resolve(promise).catch((error) => console.error("waitUntil:", error))
    .then(() => count(-1));
  return promise;
}

/** Asks the host, which counts the calls of all isolates. */
function askToCall(chain: string): Promise<number | null> {
  const id = ++lastCall;
  return new Promise((resolve) => {
    calls.set(id, resolve);
    say({ type: "call", id, chain });
  });
}

/** Tells memory again and again, as long as there is work. */
function watchMemory() {
  const working = answering + pending > 0;
  if (working) telling ??= setInterval(sayMemory, TELL_MS);
  else {
    clearInterval(telling);
    telling = undefined;
  }
  sayMemory();
}

/** What hosted Supabase counts: the heap in use, and what it holds outside of it. */
function sayMemory() {
  const { heapUsed, external } = memoryUsage();
  const bytes = heapUsed + external;
  if (Math.abs(bytes - told) < WORTH_TELLING) return;
  told = bytes;
  say({ type: "memory", bytes });
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
  } finally {
    closeFiles();
    sayMemory();
  }
}

async function serve(asked: Extract<Order, { type: "request" }>, bytes: Uint8Array) {
  const { id } = asked;
  answering++;
  watchMemory();
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
  answering--;
  watchMemory();
}

async function answer(
  { method, url, headers }: Extract<Order, { type: "request" }>,
  bytes: Uint8Array,
): Promise<Response> {
  try {
    const body = bytes.length > 0 ? bytes as BodyInit : null;
    const request = new Request(url, { method, headers, body });
    return await inChain(
      request,
      () => handler!(request, { remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 0 } }),
    );
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
  const { cpuMs } = scheduled();
  const peak = read(status).match(/VmHWM:\s*(\d+) kB/)?.[1];
  say({ type: "usage", cpuMs, peakRssBytes: Number(peak ?? 0) * 1024 });
}

/** How long the thread has had a processor, and waited for one; 0 where the system does not say. */
function scheduled(): { cpuMs: number; waitedMs: number } {
  const [cpu, waited = 0] = read(schedule).split(" ").map(Number);
  return { cpuMs: cpu / 1e6, waitedMs: waited / 1e6 };
}

/** A file of /proc; null where the system has none. */
function open(path: string): Deno.FsFile | null {
  try {
    return Deno.openSync(path);
  } catch {
    return null;
  }
}

/** The file's text as it is now; empty where there is none. */
function read(file: Deno.FsFile | null): string {
  if (!file) return "";
  file.seekSync(0, 0 as Deno.SeekMode);
  return decoder.decode(buffer.subarray(0, file.readSync(buffer) ?? 0));
}
