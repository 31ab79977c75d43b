// The functions host: gives each request to an isolate of its function, under hosted Supabase's limits and its policy
// `per_worker`: an isolate serves many requests, several at once, until it has used up its soft limit of CPU, half of
// its time or half of its memory, or has rested for long; it is retired then and ends when its work is done. An isolate
// is a process, so that ending it really ends it (Deno lets a worker thread run on for two seconds), and its memory can
// be bounded and measured. Code, settings or environment that change count for the next request.
//
// Enforced: V8's heap (by V8 itself) and what it holds outside of it (told by the isolate, every 25 ms while it works
// and when a WebAssembly memory grows); CPU of the JavaScript thread (sampled every 10 ms near a limit, from /proc: Linux only;
// elsewhere the system's own limit ends a process at twice the CPU and a second); wall clock; time to answer; calls from
// function to function; what a user worker lacks (isolate_globals.ts). Not enforced: node:vm and node:worker_threads can
// be imported, size of the bundle, log lines.
import { Chains } from "./chains.ts";
import { type FunctionConfig } from "../config.ts";
import { sourcesOf, stampOf } from "./sources.ts";
import type { FunctionsDeno } from "./hosted_deno.ts";
import { Isolate } from "./isolate.ts";
import type { IsolateRecord, Limits } from "./isolate_options.ts";

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

/** What a functions host works with. */
export interface FunctionsOptions {
  /** Runs the isolates. */
  deno: FunctionsDeno;
  projectDir: string;
  /** Of the stack, as functions see it. */
  url: string;
  /** Tells the functions there are; asked for each request. */
  functions: () => Promise<FunctionConfig[]>;
  /** Tells the environment of an isolate; asked for each request. */
  env: () => Promise<Record<string, string>>;
  limits: Limits;
  log: (line: string) => void;
}

/** Starts a functions host. */
export function startFunctions(options: FunctionsOptions): FunctionsHost {
  const isolates = new Isolates(options);
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
      const isolate = await isolates.choose({ config, env });
      // As on hosted Supabase, a function sees its own name as the first segment of the path.
      const url = `${options.url}/${path}${new URL(request.url).search}`;
      return await isolate.handle(request, url, body);
    },
    isolates: () => isolates.remembered.map(snapshot),
    pids: () => [...isolates.running].map((isolate) => isolate.record.pid),
    kill: (name) => isolates.kill(name),
    stop: async () => {
      isolates.kill();
      await Promise.all([...isolates.running].map((isolate) => isolate.ended));
    },
  };
}

/** The isolates of a host. */
class Isolates {
  /** The latest, oldest first, running ones included. */
  readonly remembered: Isolate[] = [];
  readonly running = new Set<Isolate>();
  readonly #options: FunctionsOptions;
  readonly #chains: Chains;
  readonly #pools = new Map<string, Member[]>();
  readonly #starting = new Set<Isolate>();

  constructor(options: FunctionsOptions) {
    this.#options = options;
    const { chainCalls: calls } = options.limits;
    this.#chains = new Chains({ calls, windowMs: CHAIN_WINDOW_MS });
  }

  /** The isolate with the least to do, or a new one where all have something to do and there is room. */
  async choose(wanted: Wanted): Promise<Isolate> {
    for (;;) {
      const pool = this.#poolOf(wanted);
      const [least] = pool.toSorted((a, b) => a.isolate.load - b.isolate.load);
      const room = pool.length < PARALLEL && this.#starting.size < PARALLEL;
      if (least && (least.isolate.load === 0 || !room)) return least.isolate;
      if (room) {
        const member = this.#start(wanted);
        pool.push(member);
        return member.isolate;
      }
      await Promise.race([...this.#starting].map((isolate) => isolate.booted));
    }
  }

  /** Ends running isolates at once, all or those of one function. @returns what they were doing */
  kill(name?: string): IsolateRecord[] {
    const chosen = [...this.running].filter((isolate) =>
      name === undefined || isolate.record.function === name
    );
    const killed = chosen.map(snapshot);
    for (const isolate of chosen) isolate.kill("killed");
    return killed;
  }

  /** The isolates of a function that take requests; those of yesterday's code are retired. */
  #poolOf(wanted: Wanted): Member[] {
    const { name } = wanted.config;
    const text = JSON.stringify(wanted);
    const members = (this.#pools.get(name) ?? []).filter((member) => {
      if (!member.isolate.active) return false;
      if (member.wanted === text && stampOf(member.sources) === member.stamp) return true;
      member.isolate.retire();
      return false;
    });
    this.#pools.set(name, members);
    return members;
  }

  #start({ config, env }: Wanted): Member {
    const { deno, projectDir, limits, log } = this.#options;
    const importMap = config.importMap ? [config.importMap] : [];
    const sources = [...sourcesOf(config.entrypoint), ...importMap];
    const stamp = stampOf(sources);
    const isolate = new Isolate({
      deno,
      function: config.name,
      entrypoint: config.entrypoint,
      importMap: config.importMap,
      projectDir,
      env: {
        ...env,
        SUPABASE_FUNCTION_SLUG: config.name,
        SB_EXECUTION_ID: crypto.randomUUID(),
      },
      limits,
      call: (chain) => this.#chains.call(chain),
      log: (line) => log(`[${config.name}] ${line}`),
    });
    this.#watch(isolate);
    return { isolate, wanted: JSON.stringify({ config, env }), sources, stamp };
  }

  #watch(isolate: Isolate) {
    this.running.add(isolate);
    this.#starting.add(isolate);
    void isolate.booted.then(() => this.#starting.delete(isolate));
    void isolate.ended.then(() => this.running.delete(isolate));
    this.remembered.push(isolate);
    if (this.remembered.length > REMEMBERED) this.remembered.shift();
  }
}

function snapshot(isolate: Isolate): IsolateRecord {
  const { record, load } = isolate;
  if (record.outcome === "running") isolate.measure();
  return { ...record, open: load };
}
