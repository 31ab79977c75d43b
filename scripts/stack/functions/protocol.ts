// What the functions host and an isolate say to each other: messages to the isolate's standard input, messages back on
// its file descriptor 3, packed as ../byte_reader.ts says.

/** Told to an isolate. */
export type Order =
  /** First of all: set the clock's rate, see Limits, and load this module. */
  | { type: "start"; entrypoint: string; clockRate: number }
  /** Serve a request; the bytes are its body. */
  | { type: "request"; id: number; method: string; url: string; headers: [string, string][] }
  /** Whether a call that it asked about may be made: null, or the milliseconds after which another may. */
  | { type: "called"; id: number; retryAfterMs: number | null }
  /** It is about to be ended for this reason. */
  | { type: "beforeunload"; reason: "cpu" | "memory" | "wall_clock" }
  /** Nothing more will come: end, saying what was used. */
  | { type: "leave" };

/** Told by an isolate. */
export type Report =
  /** The module is loaded, or it cannot be. */
  | { type: "ready"; ok: boolean }
  /** An answer begins. */
  | { type: "head"; id: number; status: number; headers: [string, string][] }
  /** The bytes are a part of an answer's body. */
  | { type: "chunk"; id: number }
  /** An answer has ended, or broke off. */
  | { type: "end"; id: number; ok: boolean }
  /** May it call a function, as a part of this chain? */
  | { type: "call"; id: number; chain: string }
  /** How many promises given to EdgeRuntime.waitUntil have not settled. */
  | { type: "background"; pending: number }
  /** Bytes that it holds just now, as hosted Supabase counts them: V8's heap in use, and what that holds outside of it. */
  | { type: "memory"; bytes: number }
  /** What it has used: milliseconds of its JavaScript thread, bytes of resident memory. */
  | { type: "usage"; cpuMs: number; peakRssBytes: number };

/** Carries an answer's content-encoding from the functions host to the stack's process, whose fetch() would undo it. */
export const HIDDEN_ENCODING = "x-stack-content-encoding";
