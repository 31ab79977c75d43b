// One isolate from outside: starts the process, passes requests to it and answers back, watches what it uses, retires it
// when it nears a limit, and kills it at the limit.
import { pathToFileURL } from "node:url";
import { ByteReader, pack } from "../byte_reader.ts";
import { lines } from "../lines.ts";
import { HIDDEN_ENCODING, type Order, type Report } from "./protocol.ts";
import type { IsolateOptions, IsolateRecord, Outcome } from "./isolate_options.ts";
import { residentBytes, spawnIsolate, threadCpuMs } from "./isolate_process.ts";

/**
 * A process may hold so many times the limit of memory and this much: what is compiled and what libraries hold is not
 * counted, but must not take the machine either.
 */
const RESIDENT_FACTOR = 2;
const RESIDENT_BASE = 64 * 2 ** 20;
/**
 * How often an isolate is looked at: one that rests, beside the moments at which its time is over (what it may do by itself then is
 * little, and a look costs what a small request costs); one at work; one at work that could be at a limit of CPU by then, which a
 * thread cannot use faster than time passes.
 */
const LOOK_MS = { resting: 2_000, working: 50, near: 10 };

/** A request that has no complete answer yet. */
interface OpenRequest {
  answer: PromiseWithResolvers<Response>;
  /** The rest of an answer whose head is out; null while there is none, or nobody listens. */
  body: ReadableStreamDefaultController<Uint8Array> | null;
}

/** A running isolate. */
export class Isolate {
  readonly record: Omit<IsolateRecord, "open">;
  /** Resolves when the module is loaded or cannot be, or the process has ended before. */
  readonly booted: Promise<void>;
  /** Resolves when the process has ended. */
  readonly ended: Promise<void>;
  #process: Deno.ChildProcess;
  #input: WritableStreamDefaultWriter<Uint8Array>;
  #boot = Promise.withResolvers<void>();
  #bootFailed = false;
  #open = new Map<number, OpenRequest>();
  #background = 0;
  #memory = 0;
  #retired = false;
  #warned = false;
  #leaving = false;
  #started = performance.now();
  #next: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly options: IsolateOptions) {
    this.#process = spawnIsolate(options);
    this.#input = this.#process.stdin.getWriter();
    this.#input.closed.catch(() => {});
    this.record = {
      id: crypto.randomUUID(),
      function: options.function,
      pid: this.#process.pid,
      outcome: "running",
      requests: 0,
      status: null,
      startedAt: new Date().toISOString(),
      wallMs: 0,
      cpuMs: 0,
      peakMemoryBytes: 0,
      peakRssBytes: 0,
    };
    this.#send({
      type: "start",
      entrypoint: pathToFileURL(options.entrypoint).href,
      clockRate: options.limits.clockRate,
    });
    this.booted = this.#boot.promise;
    this.ended = this.#run();
    this.#watch();
  }

  /** Whether it takes requests. */
  get active(): boolean {
    return !this.#retired && this.record.outcome === "running";
  }

  /** Requests and background work that have not ended. */
  get load(): number {
    return this.#open.size + this.#background;
  }

  /** Serves a request. Resolves with the head of the answer; the isolate may work on for it in the background. */
  async handle(request: Request, url: string, body: Uint8Array): Promise<Response> {
    const id = ++this.record.requests;
    const answer = Promise.withResolvers<Response>();
    this.#open.set(id, { answer, body: null });
    this.#watch();
    const idle = setTimeout(() => answer.resolve(failure("idle")), this.options.limits.idleMs);
    await this.booted;
    if (this.#open.has(id)) {
      const { method } = request;
      this.#send({ type: "request", id, method, url, headers: [...request.headers] }, body);
    }
    const response = await answer.promise;
    clearTimeout(idle);
    this.record.status = response.status;
    return response;
  }

  /** Gives it no more requests; it ends when it has done what it was given. */
  retire() {
    this.#retired = true;
    this.#leaveAtRest();
  }

  /** Ends the isolate at once, whatever it is doing. */
  kill(reason: Exclude<Outcome, "running" | "completed" | "failed">) {
    if (this.record.outcome !== "running") return;
    this.record.outcome = reason;
    try {
      this.#process.kill("SIGKILL");
    } catch {
      // It has just ended by itself.
    }
  }

  /** Hears the isolate to its end. */
  async #run() {
    const { record } = this;
    let outOfHeap = false;
    const log = lines(this.#process.stderr, (line) => {
      outOfHeap ||= /JavaScript heap out of memory|Reached heap limit/.test(line);
      this.options.log(line);
    });
    const reports = new ByteReader(this.#process.stdout);
    for (let packet; (packet = await reports.packet<Report>()) !== null;) {
      this.#take(packet.message, packet.bytes);
    }
    const { code, signal } = await this.#process.status;
    clearTimeout(this.#next);
    await this.#input.abort().catch(() => {});
    await log;
    record.wallMs = performance.now() - this.#started;
    if (record.outcome === "running") {
      record.outcome = outcomeOf(this.#leaving ? code : code || 1, signal, outOfHeap);
    }
    this.#abandon(this.#bootFailed ? "boot" : record.outcome);
    this.#boot.resolve();
    if (!["completed", "failed"].includes(record.outcome)) {
      this.options.log(
        `isolate ended: ${record.outcome} (cpu ${record.cpuMs.toFixed(0)} ms, wall ${
          record.wallMs.toFixed(0)
        } ms)`,
      );
    }
  }

  #take(report: Report, bytes: Uint8Array) {
    switch (report.type) {
      case "ready":
        if (report.ok) this.#boot.resolve();
        else this.#giveUp();
        return;
      case "head":
        return this.#begin(report);
      case "chunk":
        return this.#open.get(report.id)?.body?.enqueue(bytes);
      case "end":
        return this.#finish(report.id, report.ok);
      case "call": {
        const retryAfterMs = this.options.call(report.chain);
        return this.#send({ type: "called", id: report.id, retryAfterMs });
      }
      case "background":
        this.#background = report.pending;
        this.#watch();
        return this.#rest();
      case "memory":
        return this.#holds(report.bytes);
      case "usage":
        this.record.cpuMs = Math.max(this.record.cpuMs, report.cpuMs);
        this.record.peakRssBytes = Math.max(this.record.peakRssBytes, report.peakRssBytes);
    }
  }

  #holds(bytes: number) {
    this.#memory = bytes;
    this.record.peakMemoryBytes = Math.max(this.record.peakMemoryBytes, bytes);
    if (bytes > this.options.limits.memoryBytes) this.kill("memory");
  }

  /** The module cannot be loaded. */
  #giveUp() {
    this.#bootFailed = true;
    this.#retired = true;
    this.record.outcome = "failed";
    this.#abandon("boot");
    this.#send({ type: "leave" });
  }

  #begin({ id, status, headers }: Extract<Report, { type: "head" }>) {
    const open = this.#open.get(id);
    if (!open) return;
    const body = [101, 204, 205, 304].includes(status) ? null : new ReadableStream<Uint8Array>({
      start: (controller) => {
        open.body = controller;
      },
      cancel: () => {
        open.body = null;
      },
    });
    const hidden = headers.map(([name, value]): [string, string] => [
      name === "content-encoding" ? HIDDEN_ENCODING : name,
      value,
    ]);
    open.answer.resolve(new Response(body, { status, headers: hidden }));
  }

  #finish(id: number, ok: boolean) {
    const body = this.#open.get(id)?.body;
    this.#open.delete(id);
    if (ok) body?.close();
    else body?.error(new Error("the answer broke off"));
    this.#rest();
  }

  /** Answers for every open request what hosted Supabase answers when an isolate ends. */
  #abandon(outcome: Outcome | "boot") {
    for (const { answer, body } of this.#open.values()) {
      answer.resolve(failure(outcome));
      body?.error(new Error("the isolate ended in the middle of its answer"));
    }
    this.#open.clear();
  }

  #rest() {
    if (this.load === 0) this.#leaveAtRest();
  }

  #leaveAtRest() {
    if (!this.#retired || this.load > 0 || this.#leaving) return;
    this.#leaving = true;
    this.#send({ type: "leave" });
  }

  #send(order: Order, bytes?: Uint8Array) {
    // Fails when the process is gone, which `ended` tells too.
    this.#input.write(pack(order, bytes)).catch(() => {});
  }

  /** Looks at it again and again, as long as it runs; called anew where it begins to work. */
  #watch() {
    clearTimeout(this.#next);
    if (this.record.outcome !== "running") return;
    this.#next = setTimeout(() => {
      this.#look();
      this.#watch();
    }, this.#untilNextLook());
  }

  #untilNextLook(): number {
    const { cpuSoftMs, cpuHardMs, wallMs } = this.options.limits;
    if (this.load === 0) {
      const now = performance.now();
      const ends = [this.#started + wallMs / 2, this.#started + wallMs];
      const next = Math.min(...ends.filter((end) => end > now)) - now;
      return Math.max(LOOK_MS.near, Math.min(next, LOOK_MS.resting));
    }
    const left = (this.#warned ? cpuHardMs : cpuSoftMs) - this.record.cpuMs;
    return left < LOOK_MS.working + LOOK_MS.near ? LOOK_MS.near : LOOK_MS.working;
  }

  /** Brings the record up to date. @returns bytes of resident memory */
  measure(): number {
    const { record } = this;
    record.wallMs = performance.now() - this.#started;
    record.cpuMs = threadCpuMs(record.pid) ?? record.cpuMs;
    const rss = residentBytes(record.pid) ?? 0;
    record.peakRssBytes = Math.max(record.peakRssBytes, rss);
    return rss;
  }

  #look() {
    const { record, options: { limits } } = this;
    const rss = this.measure();
    const mostResident = RESIDENT_BASE + RESIDENT_FACTOR * limits.memoryBytes;
    if (record.cpuMs > limits.cpuHardMs) this.kill("cpu");
    else if (rss > mostResident) this.kill("memory");
    else if (record.wallMs > limits.wallMs) this.kill("wall_clock");
    else if (record.cpuMs > limits.cpuSoftMs) this.#warn();
    else if (record.wallMs > limits.wallMs / 2) this.retire();
    // It begins nothing anew with half of its time or of its memory; for want of requests it ends no sooner.
    else if (this.load === 0 && this.#memory > limits.memoryBytes / 2) this.retire();
  }

  #warn() {
    this.retire();
    if (this.#warned) return;
    this.#warned = true;
    if (this.load === 0) return;
    this.options.log(`CPU time soft limit of ${this.options.limits.cpuSoftMs} ms reached`);
    this.#send({ type: "beforeunload", reason: "cpu" });
  }
}

/** How a process ended that the host has not ended. */
function outcomeOf(code: number, signal: Deno.Signal | null, outOfHeap: boolean): Outcome {
  if (code === 0) return "completed";
  if (outOfHeap) return "memory";
  if (signal === "SIGXCPU") return "cpu";
  return signal === "SIGKILL" ? "killed" : "failed";
}

const LIMIT: [number, string, string] = [
  546,
  "WORKER_LIMIT",
  "Function failed due to not having enough compute resources (please check logs)",
];
const FAILURES: Record<string, [status: number, code: string, message: string]> = {
  boot: [503, "BOOT_ERROR", "Function failed to start (please check logs)"],
  cpu: LIMIT,
  memory: LIMIT,
  wall_clock: LIMIT,
  idle: [504, "IDLE_TIMEOUT", "Function did not answer in time (please check logs)"],
  failed: [500, "WORKER_ERROR", "Function exited due to an error (please check logs)"],
};

/** Hosted Supabase's answer for an isolate that ended, or waits, before it answered. */
function failure(why: Outcome | "boot" | "idle"): Response {
  const [status, code, message] = FAILURES[why] ?? FAILURES.failed;
  return Response.json({ code, message }, { status });
}
