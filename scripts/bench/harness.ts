/**
 * What the benchmarks of both engines share: a slice in a worker of its own, a peer in a process of its
 * own, the shape of `--json`, and a table.
 */
import { fileURLToPath } from "node:url";
import { cpuOf } from "./process_cpu.ts";

/** What a general solver reached on the same instance; null where it found nothing or fell over. */
export interface PeerFigures {
  name: string;
  objective: number | null;
  /** Whether it proved its objective optimal. */
  optimal: boolean;
  cpu_ms: number | null;
  rss_mb: number | null;
}

/** One instance of `--json`. */
export interface InstanceFigures {
  instance: string;
  ours: {
    objective: number | null;
    bound: number | null;
    /** Lines built, or workers matched. */
    lines: number;
    /** CPU when the first legal result was there. */
    first_cpu_ms: number | null;
    cpu_ms: number;
    slices: number;
    max_slice_cpu_ms: number;
    checkpoint_bytes: number;
    rss_mb: number;
  };
  peers: PeerFigures[];
}

/** Runs one slice in a fresh worker, as a function invocation would. @throws Error of the worker */
export function runInWorker<Request, Answer>(module: string, request: Request): Promise<Answer> {
  const worker = new Worker(module, { type: "module" });
  return new Promise<Answer>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data);
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}

/** How long a peer may run. */
export interface PeerLimits {
  /** Its limit by the clock; building the model and stopping take their time, and a peer that ignores the limit is ended. */
  seconds?: number;
  /** Its limit of CPU, all threads and its start included: it is ended a tenth of a second later at most. */
  cpuSeconds?: number;
}

/** How often a peer's CPU is looked at, in milliseconds. */
const LOOK_MS = 100;

/** Ends a process at its limits. @returns stops looking */
function endAtLimits(
  child: Deno.ChildProcess,
  { seconds = Infinity, cpuSeconds = Infinity }: PeerLimits,
): () => void {
  const from = Date.now();
  const timer = setInterval(() => {
    const isLate = Date.now() - from > 1000 * (2 * seconds + 30);
    if (!isLate && cpuOf(child.pid) <= cpuSeconds) return;
    clearInterval(timer);
    child.kill("SIGKILL");
  }, LOOK_MS);
  return () => clearInterval(timer);
}

/**
 * Runs a peer's script in its own process.
 * @returns the figures of its last whole line, or none but the name
 */
export async function runPeerProcess<Figures extends PeerFigures>(
  module: string,
  { name, args, input, ...limits }: { name: string; args: string[]; input?: string } & PeerLimits,
): Promise<Figures | PeerFigures> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", fileURLToPath(module), ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const stop = endAtLimits(child, limits);
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input ?? ""));
  await writer.close();
  const { stdout } = await child.output();
  stop();
  const told = new TextDecoder().decode(stdout).split("\n");
  const last = told.findLast((line) => line.startsWith("{") && line.endsWith("}"));
  if (last !== undefined) return JSON.parse(last) as Figures;
  return { name, objective: null, optimal: false, cpu_ms: null, rss_mb: null };
}

/** A column of a table; negative widths align left. */
export type Column<Row> = [title: string, width: number, cell: (row: Row) => string];

/** One line of a table. */
export function tableLine<Row>(columns: readonly Column<Row>[], cells: readonly string[]): string {
  return cells.map((cell, i) => {
    const width = columns[i][1];
    return width < 0 ? cell.padEnd(-width) : cell.padStart(width);
  }).join("  ");
}

/** Milliseconds as seconds. */
export function seconds(ms: number | null): string {
  return ms === null ? "-" : (ms / 1000).toFixed(2);
}

/** A figure without decimals. */
export function whole(value: number | null): string {
  return value === null ? "-" : value.toFixed(0);
}

/** Bytes as whole megabytes. */
export function megabytes(bytes: number | null): string {
  return whole(bytes === null ? null : bytes / 2 ** 20);
}
