// An isolate: the process that runs one invocation of an Edge Function, as hosted Supabase runs a cold one. Takes the
// request from standard input, loads the function, answers on file descriptor 3, and ends when the answer is out and
// every promise given to EdgeRuntime.waitUntil has settled. See functions.ts for the limits it runs under.
// deno-lint-ignore-file no-console -- the console of a function is its log
import {
  ByteReader,
  frame,
  type Notice,
  type RequestHead,
  type ResponseHead,
} from "./functions_protocol.ts";

type Handler = (request: Request, info: unknown) => Response | Promise<Response>;

// Kept because functions are not given it.
const exit = Deno.exit;
/** Its own way out for the answer, which the host opened: the standard output is the function's, and goes to the log. */
const output = Deno.openSync("/dev/fd/3", { write: true });
const input = new ByteReader(Deno.stdin.readable);
const background: Promise<unknown>[] = [];
let handler: Handler | undefined;

const head = JSON.parse((await input.line())!) as RequestHead;
const body = head.bodyBytes > 0 ? await input.bytes(head.bodyBytes) : null;
void watchInput();
furnish();
try {
  const module = await import(head.entrypoint);
  handler ??= module.default?.fetch;
  if (!handler) {
    throw new Error("the function calls no Deno.serve and has no default export with fetch");
  }
} catch (error) {
  console.error(error);
  await send(failure(503, "BOOT_ERROR", "Function failed to start (please check logs)"));
  leave(1);
}
await send(await answer(handler!));
await settled();
leave(0);

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
  Object.assign(globalThis, {
    EdgeRuntime: {
      waitUntil: (promise: Promise<unknown>) => {
        background.push(
          Promise.resolve(promise).catch((error) => console.error("waitUntil:", error)),
        );
      },
    },
  });
}

async function answer(handler: Handler): Promise<Response> {
  try {
    const request = new Request(head.url, {
      method: head.method,
      headers: head.headers,
      body: body as BodyInit,
    });
    return await handler(request, {
      remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 0 },
    });
  } catch (error) {
    console.error(error);
    return failure(500, "WORKER_ERROR", "Function exited due to an error (please check logs)");
  }
}

function failure(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status });
}

async function send(response: Response) {
  const answered: ResponseHead = { status: response.status, headers: [...response.headers] };
  write(new TextEncoder().encode(JSON.stringify(answered)));
  if (response.body) { for await (const chunk of response.body) if (chunk.length) write(chunk); }
  write(new Uint8Array());
}

/** Waits for the background work; more may be added while some of it runs. */
async function settled() {
  for (let seen = -1; seen !== background.length;) {
    seen = background.length;
    await Promise.all(background);
  }
}

function write(bytes: Uint8Array) {
  const framed = frame(bytes);
  for (let at = 0; at < framed.length;) at += output.writeSync(framed.subarray(at));
}

/** Passes notices on as events, and ends the isolate when the host is gone. */
async function watchInput() {
  for (let line; (line = await input.line()) !== null;) {
    const { beforeunload } = JSON.parse(line) as Notice;
    dispatchEvent(new CustomEvent("beforeunload", { detail: { reason: beforeunload } }));
  }
  exit(1);
}

function leave(code: number): never {
  const cpu = readText("/proc/thread-self/schedstat").split(" ")[0];
  const peak = readText("/proc/self/status").match(/VmHWM:\s*(\d+) kB/)?.[1];
  const usage = { cpuMs: Number(cpu) / 1e6, peakRssBytes: Number(peak ?? 0) * 1024 };
  write(new TextEncoder().encode(JSON.stringify(usage)));
  return exit(code);
}

/** Empty where the system has no /proc. */
function readText(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
