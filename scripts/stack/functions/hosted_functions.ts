// The functions host in a process of its own, as the stack's process sees it: requests are passed on to it, and when it
// dies another one takes its place, as a platform's does.
import { Child } from "../child.ts";
import type { HostCalls, HostInfo, HostSettings } from "./host_control.ts";
import { HIDDEN_ENCODING } from "./protocol.ts";
import type { IsolateRecord } from "./isolate_options.ts";

/** The functions host, whichever process it is just now. */
export interface HostedFunctions {
  /** Resolves when it takes requests. */
  ready: Promise<unknown>;
  /** @param path what follows `/functions/v1/` */
  fetch(request: Request, path: string): Promise<Response>;
  isolates(): Promise<IsolateRecord[]>;
  pids(): Promise<{ functions: number | null; isolates: number[] }>;
  killIsolates(name: string | null): Promise<IsolateRecord[]>;
  /** Ends the host's process with SIGKILL; resolves when another one takes requests. */
  killHost(): Promise<void>;
  stop(): Promise<void>;
}

/** A host, and where it listens, once it does. */
interface Host {
  child: Child<HostInfo, HostCalls>;
  port: Promise<number>;
  /** Resolves when it has died and another one was started; a host that never came up has no successor. */
  replaced: Promise<void>;
}

/** Starts a functions host, and another one whenever it dies. */
export function hostFunctions(
  settings: HostSettings,
  log: (line: string) => void,
): HostedFunctions {
  let stopping = false;
  let host = start();

  function start(): Host {
    const child = new Child<HostInfo, HostCalls>("./functions/host_process.ts", log);
    const port = child.start(settings).then((info) => info.port);
    const replaced = child.ended.then(() => port).then(() => {
      if (!stopping) host = start();
    }, () => {});
    return { child, port, replaced };
  }

  return {
    ready: host.port,
    fetch: async (request, path) => {
      const body = await request.arrayBuffer();
      try {
        const { search } = new URL(request.url);
        const response = await fetch(`http://127.0.0.1:${await host.port}/${path}${search}`, {
          method: request.method,
          headers: request.headers,
          body: body.byteLength > 0 ? body : null,
          redirect: "manual",
          signal: request.signal,
        });
        return asEncoded(response);
      } catch (error) {
        log(`functions: ${(error as Error).message}`);
        return Response.json({ message: "An invalid response was received from the upstream" }, {
          status: 502,
        });
      }
    },
    isolates: async () => await call(host, (child) => child.call("isolates")) ?? [],
    pids: async () => {
      const { child } = host;
      const isolates = await call(host, (child) => child.call("pids"));
      return { functions: isolates && child.pid, isolates: isolates ?? [] };
    },
    killIsolates: async (name) => await call(host, (child) => child.call("kill", name)) ?? [],
    killHost: async () => {
      const { child, port, replaced } = host;
      await port;
      child.kill();
      await replaced;
      await host.port;
    },
    stop: async () => {
      stopping = true;
      await host.child.stop();
    },
  };
}

/** The answer as the function sent it: fetch() would undo its encoding, did the host not hide it (host_process.ts). */
function asEncoded(response: Response): Response {
  const headers = new Headers(response.headers);
  const encoding = headers.get(HIDDEN_ENCODING);
  if (encoding === null) return response;
  headers.delete(HIDDEN_ENCODING);
  headers.set("content-encoding", encoding);
  return new Response(response.body, { status: response.status, headers });
}

/** The answer of a host that is up; null where it dies meanwhile. */
async function call<T>(
  { child, port }: Host,
  ask: (child: Host["child"]) => Promise<T>,
): Promise<T | null> {
  try {
    await port;
    return await ask(child);
  } catch {
    return null;
  }
}
