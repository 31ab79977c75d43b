// The chain of calls that a request belongs to, inside an isolate: what a function asks of other functions goes on with
// it, and is refused by the error of edge-runtime when there have been too many. node:http is not watched.
import { AsyncLocalStorage } from "node:async_hooks";

/** As edge-runtime has it among Deno.errors. */
class RateLimitError extends Error {
  override readonly name = "RateLimitError";
  constructor(message: string, readonly retryAfterMs: number) {
    super(message);
  }
}

const current = new AsyncLocalStorage<string>();

/** Serves a request as a part of its chain, a new one where it names none. */
export function inChain<T>(request: Request, serve: () => T): T {
  const named = request.headers.get("traceparent")?.split("-")[1];
  return current.run(named ?? crypto.randomUUID().replaceAll("-", ""), serve);
}

/**
 * Watches the calls of functions that fetch() makes.
 * @param functionsUrl what URLs of functions begin with
 * @param call counts one; answers null, or the milliseconds after which there may be another
 */
export function watchCalls(functionsUrl: string, call: (chain: string) => Promise<number | null>) {
  const { fetch } = globalThis;
  Object.assign(Deno.errors, { RateLimitError });
  globalThis.fetch = async (input, init) => {
    const chain = current.getStore();
    const request = new Request(input, init);
    if (!chain || !request.url.startsWith(functionsUrl)) return await fetch(input, init);
    const retryAfterMs = await call(chain);
    if (retryAfterMs !== null) {
      const message = `Rate limit exceeded for trace ${chain}. Retry after ${retryAfterMs}ms.`;
      throw new RateLimitError(message, retryAfterMs);
    }
    request.headers.set("traceparent", `00-${chain}-${chain.slice(0, 16)}-01`);
    return await fetch(request);
  };
}
