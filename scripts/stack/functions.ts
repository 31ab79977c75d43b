// The functions host: finds the function of a request and runs it in an isolate of its own, under hosted Supabase's
// limits. An isolate is a process, so that ending it really ends it (Deno lets a worker thread run on for two seconds),
// its memory can be bounded and measured, and nothing it does stalls another request.
//
// Enforced: V8 heap (by V8), resident memory beyond an empty process and CPU of the JavaScript thread (both sampled
// every 10 ms, from /proc: Linux only; elsewhere the system's own limit ends a process at twice the CPU and a second),
// wall clock, time to answer; no Worker, no subprocesses. Not enforced: node:vm and node:worker_threads can be imported,
// size of the bundle, log lines, rate of functions calling functions.
import { type FunctionConfig } from "./config.ts";
import { Isolate, type IsolateRecord, type Limits } from "./isolate.ts";

/** Runs the functions of a project. */
export interface FunctionsHost {
  /** @param path what follows `/functions/v1/` */
  fetch(request: Request, path: string): Promise<Response>;
  /** @returns what is known of the latest isolates, oldest first */
  isolates(): IsolateRecord[];
  /** Process ids of the isolates that run now. */
  pids(): number[];
  /** Ends running isolates at once, all or those of one function. @returns how many */
  kill(name?: string): number;
  stop(): Promise<void>;
}

/** How many isolates are remembered. */
const REMEMBERED = 1_000;

/**
 * @param options.functions tells the functions there are, asked for each request
 * @param options.env tells the environment of an isolate, asked for each
 */
export function startFunctions(options: {
  projectDir: string;
  url: string;
  functions: () => Promise<FunctionConfig[]>;
  env: () => Promise<Record<string, string>>;
  limits: Limits;
  log: (line: string) => void;
}): FunctionsHost {
  const records: IsolateRecord[] = [];
  const running = new Set<Isolate>();
  const start = (config: FunctionConfig, env: Record<string, string>) => {
    const isolate = new Isolate({
      function: config.name,
      entrypoint: config.entrypoint,
      importMap: config.importMap,
      projectDir: options.projectDir,
      env: {
        ...env,
        SUPABASE_FUNCTION_SLUG: config.name,
        SB_EXECUTION_ID: crypto.randomUUID(),
      },
      limits: options.limits,
      log: (line) => options.log(`[${config.name}] ${line}`),
    });
    running.add(isolate);
    void isolate.ended.then(() => running.delete(isolate));
    records.push(isolate.record);
    if (records.length > REMEMBERED) records.shift();
    return isolate;
  };
  const kill = (name?: string) => {
    const chosen = [...running].filter((isolate) =>
      name === undefined || isolate.record.function === name
    );
    for (const isolate of chosen) isolate.kill("killed");
    return chosen.length;
  };
  return {
    fetch: async (request, path) => {
      const name = path.split("/")[0];
      const config = (await options.functions()).find((candidate) => candidate.name === name);
      if (!config) {
        return Response.json({ code: "NOT_FOUND", message: "Requested function was not found" }, {
          status: 404,
        });
      }
      const body = new Uint8Array(await request.arrayBuffer());
      const isolate = start(config, await options.env());
      // As on hosted Supabase, a function sees its own name as the first segment of the path.
      return await isolate.handle(
        request,
        `${options.url}/${path}${new URL(request.url).search}`,
        body,
      );
    },
    isolates: () => structuredClone(records),
    pids: () => [...running].map((isolate) => isolate.record.pid),
    kill,
    stop: async () => {
      kill();
      await Promise.all([...running].map((isolate) => isolate.ended));
    },
  };
}
