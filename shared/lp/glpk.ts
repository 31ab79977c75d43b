/**
 * The one GLPK instance of an isolate. Compiled when it is first asked for, from a base64 module
 * (edge-runtime reads no files, and an instance per solve would leak), and called through its
 * raw exports with typed arrays: no names, no JSON. After an abort inside the WASM the instance is
 * replaced by a fresh one, so a fault costs one solve and never the isolate.
 */
import { GLPK_EXPORT_NAMES, GLPK_INIT, GLPK_MEMORY, GLPK_WASM_BASE64 } from "./glpk_wasm.ts";

/** GLPK's constants (glpk.h 5.0). */
export const GLP = {
  MIN: 1,
  MAX: 2,
  // kinds of bounds
  FR: 1,
  LO: 2,
  UP: 3,
  DB: 4,
  FX: 5,
  // kind of integer columns
  IV: 2,
  // solution status
  UNDEF: 1,
  FEAS: 2,
  NOFEAS: 4,
  OPT: 5,
  UNBND: 6,
  // return codes of the solvers
  ETMLIM: 0x09,
  ENOPFS: 0x0a,
  ENODFS: 0x0b,
  // simplex methods
  PRIMAL: 1,
  DUALP: 2,
} as const;

/** A glp_prob inside the WASM memory. */
export type Pointer = number;

type Name = keyof typeof GLPK_EXPORT_NAMES;
type Exports = Record<Name, (...args: number[]) => number>;

/** GLPK aborted: `detail` is what it said last. The instance has been replaced. */
export class GlpkAbortError extends Error {
  override name = "GlpkAbortError";
}

/** A moment for clocks that stand still. GLPK turns times into dates, so they must be plausible. */
const NOON = 1e12;
/** How far the clock jumps once the work limit is used up: beyond any limit GLPK can hold. */
const JUMP = 1e10;
/** GLPK's own limit, a C int in milliseconds: only the jump passes it. */
export const NO_TIME_LIMIT = 1e9;

/**
 * GLPK's clock. It is read at every simplex pivot and branch-and-bound node, which makes the number
 * of reads a deterministic measure of work: with a work limit, time jumps to its end at that read.
 */
const clock = { reads: 0, limit: Infinity };

/** Sets the work limit of the next solver call. */
export function startClock(limit: number): void {
  clock.reads = 0;
  clock.limit = limit;
}

/** Whether the work limit of the last call was used up. */
export function outOfWork(): boolean {
  return clock.reads >= clock.limit;
}

/** Clock reads since `startClock`. */
export function clockReads(): number {
  return clock.reads;
}

function readClock(): number {
  if (clock.reads >= clock.limit) return NOON + JUMP;
  clock.reads++;
  return NOON;
}

function decode(base64: string): ReturnType<typeof Uint8Array.from> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

let compiled: WebAssembly.Module | null = null;

/** Fresh instances come from the same module, which knows no state. */
function moduleOfGlpk(): WebAssembly.Module {
  return compiled ??= new WebAssembly.Module(decode(GLPK_WASM_BASE64));
}

/** GLPK's functions and memory. Views are fetched anew after every call: the memory may grow. */
export class Glpk {
  readonly call: Exports;
  readonly #memory: WebAssembly.Memory;
  #said = "";

  constructor() {
    const instance = new WebAssembly.Instance(moduleOfGlpk(), { a: this.#system() });
    const raw = instance.exports as Record<string, unknown>;
    this.#memory = raw[GLPK_MEMORY] as WebAssembly.Memory;
    this.call = Object.fromEntries(
      Object.entries(GLPK_EXPORT_NAMES).map(([name, short]) => [name, raw[short]]),
    ) as Exports;
    (raw[GLPK_INIT] as () => void)();
  }

  ints(): Int32Array {
    return new Int32Array(this.#memory.buffer);
  }

  doubles(): Float64Array {
    return new Float64Array(this.#memory.buffer);
  }

  /** What GLPK printed last: the reason, after an abort. */
  get said(): string {
    return this.#said;
  }

  /** What the C library asks of its surroundings: a clock, memory, and nothing else. */
  #system(): Record<string, (...args: never[]) => unknown> {
    const abort = () => {
      throw new GlpkAbortError(this.#said.trim() || "GLPK aborted");
    };
    const failed = (errno: number) => () => errno;
    return {
      a: abort, // __assert_fail
      b: () => 0, // fd_close
      c: (_fd: number, vectors: number, count: number, written: number) =>
        this.#write(vectors, count, written), // fd_write
      d: failed(-28), // fcntl
      e: failed(70), // fd_seek
      f: failed(8), // fd_read
      g: failed(-59), // ioctl
      h: failed(-44), // openat
      i: readClock, // emscripten_date_now
      j: (size: number) => this.#grow(size >>> 0), // emscripten_resize_heap
      k: abort, // abort
    };
  }

  /** Takes what GLPK prints, keeps the end of it, and shows nothing. */
  #write(vectors: number, count: number, written: number): number {
    const view = new DataView(this.#memory.buffer);
    let total = 0;
    for (let at = vectors; at < vectors + 8 * count; at += 8) {
      const length = view.getUint32(at + 4, true);
      const bytes = new Uint8Array(this.#memory.buffer, view.getUint32(at, true), length);
      this.#said = (this.#said + new TextDecoder().decode(bytes)).slice(-300);
      total += length;
    }
    view.setUint32(written, total, true);
    return 0;
  }

  #grow(size: number): boolean {
    const now = this.#memory.buffer.byteLength;
    // A fifth more than asked keeps the number of growths low; 16 MB at least is what GLPK starts with.
    const wanted = Math.max(size, Math.min(now * 1.2, now + 16 * 2 ** 20));
    try {
      this.#memory.grow(Math.ceil((wanted - now) / 65536));
      return true;
    } catch {
      return false;
    }
  }
}

let current: Glpk | null = null;

/** The isolate's instance. Pointers of an earlier one are void: compare instances before use. */
export function glpk(): Glpk {
  return current ??= new Glpk();
}

/**
 * Runs calls into GLPK; if one aborts or traps, puts a fresh instance in place.
 *
 * @throws {GlpkAbortError} when GLPK aborted.
 */
export function guarded<T>(run: (glpk: Glpk) => T): T {
  const asked = glpk();
  try {
    return run(asked);
  } catch (error) {
    const said = asked.said.trim();
    current = new Glpk();
    if (error instanceof GlpkAbortError) throw error;
    throw new GlpkAbortError(said || String(error), { cause: error });
  }
}
