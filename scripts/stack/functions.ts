// The functions host: gives each request to an isolate of its function, under hosted Supabase's limits and its policy
// `per_worker`: an isolate serves many requests, several at once, until it has used up its soft limit of CPU, half of
// its time or half of its memory, or has rested for long; it is retired then and ends when its work is done. An isolate
// is a process, so that ending it really ends it (Deno lets a worker thread run on for two seconds), and its memory can
// be bounded and measured. Code, settings or environment that change count for the next request.
//
// Enforced: V8's heap (by V8 itself) and what it holds outside of it (told by the isolate, every 25 ms while it works and
// when a WebAssembly memory grows); CPU of the JavaScript thread (sampled every 10 ms from /proc: Linux only; elsewhere the
// system's own limit ends a process at twice the CPU and a second); wall clock; time to answer; calls from function to function; what a user worker lacks
// (isolate_globals.ts). Not enforced: node:vm and node:worker_threads can be imported, size of the bundle, log lines.
import { Chains } from "./chains.ts";
import { type FunctionConfig } from "./config.ts";
import { sourcesOf, stampOf } from "./functions_sources.ts";
import type { FunctionsDeno } from "./hosted_deno.ts";
import { Isolate, type IsolateRecord, type Limits } from "./isolate.ts";

/** Runs the functions of a project. */
export interface FunctionsHost {
  /** @param path what follows `/functions/v1/` */
  fetch(request: Request, path: string): Promise<Response>;
  /** @returns what is known of the latest isolates, oldest first */
  isolates(): IsolateRecord[];
  /** Process ids of the isolates that run now. */
  pids(): number[];
  /** Ends running isolates at once, all or those of one function. @returns what they were doing */
  kill(name?: string): IsolateRecord[];
  stop(): Promise<void>;
}

/** In which a chain may make so many calls. */
const CHAIN_WINDOW_MS = 60_000;
/** How many isolates are remembered. */
const REMEMBERED = 1_000;
/** Isolates of one function that take requests at once, and isolates of all functions that start at once: as edge-runtime has it. */
const PARALLEL = Math.max(2, navigator.hardwareConcurrency);

/** What a request needs of an isolate: this function, made of these files, with this environment. */
interface Wanted {
  config: FunctionConfig;
  env: Record<string, string>;
}

/** An isolate and what it was started with. */
interface Member {
  isolate: Isolate;
  wanted: string;
  sources: string[];
  stamp: string;
}

/**
 * @param options.functions tells the functions there are, asked for each request
 * @param options.env tells the environment of an isolate, asked for each request
 */
export function startFunctions(options: {
  deno: FunctionsDeno;
  projectDir: string;
  url: string;
  functions: () => Promise<FunctionConfig[]>;
  env: () => Promise<Record<string, string>>;
  limits: Limits;
  log: (line: string) => void;
}): FunctionsHost {
  const remembered: Isolate[] = [];
  const running = new Set<Isolate>();
  const pools = new Map<string, Member[]>();
  const starting = new Set<Isolate>();
  const chains = new Chains({ calls: options.limits.chainCalls, windowMs: CHAIN_WINDOW_MS });

  const start = ({ config, env }: Wanted): Member => {
    const sources = [
      ...sourcesOf(config.entrypoint),
      ...config.importMap ? [config.importMap] : [],
    ];
    const stamp = stampOf(sources);
    const isolate = new Isolate({
      deno: options.deno,
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
      call: (chain) => chains.call(chain),
      log: (line) => options.log(`[${config.name}] ${line}`),
    });
    running.add(isolate);
    starting.add(isolate);
    void isolate.booted.then(() => starting.delete(isolate));
    void isolate.ended.then(() => running.delete(isolate));
    remembered.push(isolate);
    if (remembered.length > REMEMBERED) remembered.shift();
    return { isolate, wanted: JSON.stringify({ config, env }), sources, stamp };
  };

  /** The isolates of a function that take requests; those of yesterday's code are retired. */
  const poolOf = (wanted: Wanted): Member[] => {
    const name = wanted.config.name;
    const text = JSON.stringify(wanted);
    const members = (pools.get(name) ?? []).filter((member) => {
      if (!member.isolate.active) return false;
      if (member.wanted === text && stampOf(member.sources) === member.stamp) return true;
      member.isolate.retire();
      return false;
    });
    pools.set(name, members);
    return members;
  };

  /** The isolate with the least to do, or a new one where all have something to do and there is room. */
  const choose = async (wanted: Wanted): Promise<Isolate> => {
    for (;;) {
      const pool = poolOf(wanted);
      const [least] = pool.toSorted((a, b) => a.isolate.load - b.isolate.load);
      const room = pool.length < PARALLEL && starting.size < PARALLEL;
      if (least && (least.isolate.load === 0 || !room)) return least.isolate;
      if (room) {
        const member = start(wanted);
        pool.push(member);
        return member.isolate;
      }
      await Promise.race([...starting].map((isolate) => isolate.booted));
    }
  };

  const kill = (name?: string) => {
    const chosen = [...running].filter((isolate) =>
      name === undefined || isolate.record.function === name
    );
    const killed = chosen.map(snapshot);
    for (const isolate of chosen) isolate.kill("killed");
    return killed;
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
      const env = await options.env();
      const body = new Uint8Array(await request.arrayBuffer());
      const isolate = await choose({ config, env });
      // As on hosted Supabase, a function sees its own name as the first segment of the path.
      return await isolate.handle(
        request,
        `${options.url}/${path}${new URL(request.url).search}`,
        body,
      );
    },
    isolates: () => remembered.map(snapshot),
    pids: () => [...running].map((isolate) => isolate.record.pid),
    kill,
    stop: async () => {
      kill();
      await Promise.all([...running].map((isolate) => isolate.ended));
    },
  };
}

function snapshot({ record, load }: Isolate): IsolateRecord {
  return { ...record, open: load };
}
