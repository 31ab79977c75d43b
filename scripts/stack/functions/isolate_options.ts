// What an isolate is started with, what it may use, and what is known of it.
import { CPU_LIMITS_MS } from "../../../shared/engine/limits.ts";
import type { FunctionsDeno } from "./hosted_deno.ts";

/** Limits of an isolate. The defaults are hosted Supabase's. */
export interface Limits {
  /** CPU of the JavaScript thread, async waits not counted: at the soft limit a `beforeunload` event, at the hard one the end. */
  cpuSoftMs: number;
  cpuHardMs: number;
  /** Of V8's heap in use and what it holds outside of it (buffers, memories of WebAssembly), together. */
  memoryBytes: number;
  /** From start to end, background work included. */
  wallMs: number;
  /** From a request to the head of its answer. */
  idleMs: number;
  /** Calls from function to function that one chain of them may make in a minute. */
  chainCalls: number;
  /**
   * How many milliseconds an isolate's clock (`performance.now()`) tells for one that passes: more than one, and it takes itself for
   * an isolate of a machine that is so many times as slow, where work takes many slices that takes one here.
   */
  clockRate: number;
}

/** Hosted Supabase's plans, as far as isolates can tell them apart. */
export type Plan = "free" | "paid";

/** Hosted Supabase's limits. */
export const HOSTED_LIMITS: Record<Plan, Limits> = {
  free: {
    cpuSoftMs: CPU_LIMITS_MS.soft,
    cpuHardMs: CPU_LIMITS_MS.hard,
    memoryBytes: 256 * 2 ** 20,
    wallMs: 150_000,
    idleMs: 150_000,
    chainCalls: 5_000,
    clockRate: 1,
  },
  paid: {
    cpuSoftMs: CPU_LIMITS_MS.soft,
    cpuHardMs: CPU_LIMITS_MS.hard,
    memoryBytes: 256 * 2 ** 20,
    wallMs: 400_000,
    idleMs: 150_000,
    chainCalls: 5_000,
    clockRate: 1,
  },
};

/** Why an isolate ended; `completed`: it was retired and had nothing left to do. */
export type Outcome =
  | "running"
  | "completed"
  | "failed"
  | "cpu"
  | "memory"
  | "wall_clock"
  | "killed";

/** What is known of an isolate. */
export interface IsolateRecord {
  id: string;
  function: string;
  pid: number;
  outcome: Outcome;
  /** How many requests it was given. */
  requests: number;
  /** Requests and background work that have not ended. */
  open: number;
  /** HTTP status of the latest answer, null while there is none. */
  status: number | null;
  startedAt: string;
  wallMs: number;
  /** CPU of the JavaScript thread from its first instruction, loading of modules included. */
  cpuMs: number;
  /** Highest memory of V8's heap in use and what it holds outside of it, together. */
  peakMemoryBytes: number;
  /** Highest resident memory of the process; an empty one holds about 35 MB. 0 where there is no /proc. */
  peakRssBytes: number;
}

/** What is needed to start an isolate. */
export interface IsolateOptions {
  deno: FunctionsDeno;
  function: string;
  entrypoint: string;
  importMap: string | null;
  projectDir: string;
  env: Record<string, string>;
  limits: Limits;
  /** Counts a call to a function; null, or the milliseconds after which another is allowed. */
  call: (chain: string) => number | null;
  log: (line: string) => void;
}
