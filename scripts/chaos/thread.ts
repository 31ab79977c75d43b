// A thread of the harness: short-lived workers that run real slices of both engines with the fleet's own code, each over
// a connection that may be cut at any message. Its clock is wrong by minutes, so that a decision by a worker's own clock
// would show.

import { allocatorWorkload } from "../../shared/allocator/run/workload.ts";
import { runSlice } from "../../shared/fleet/slice.ts";
import { cpuMeter } from "../../shared/platform/cpu.ts";
import { connect, type Sql } from "../../shared/platform/database.ts";
import { Random } from "../../shared/engine/random.ts";
import { plannerWorkload } from "../../shared/planner/run/workload.ts";
import { type CutPoint, startCuttingProxy } from "./proxy.ts";
import type { Order, Report, ThreadSettings } from "./protocol.ts";

/** Messages of a worker that finds nothing to claim, and of a slice; a cut beyond the last one does not happen. */
const MESSAGES = { idle: 7, slice: 32 };
/** Once in so many lives a worker is cut off before it holds a claim. */
const EARLY_ONE_IN = 25;
/** Once in so many lives a worker is spared. */
const SPARED_ONE_IN = 4;
/** CPU of a slice, of which the fleet keeps 60 ms back: little, so that even a small run has several. */
const SLICE_CPU_MS = 70;
/**
 * Where there is nothing to claim it is looked again after so long at first, and after twice as long each time up to the most; a
 * worker that is to find nothing begins once in so many times: each comes with a connection of its own, and plans all anew there.
 */
const IDLE_MS = { first: 15, most: 240 };
const VAIN_ONE_IN = 8;
/** Once in so many lives a worker is one of the allocator. */
const ALLOCATOR_ONE_IN = 4;
/**
 * Who has been silent for so long will never end: the error that should have ended it was thrown past it. Silence, and not how long
 * it has lived: on a slow machine that cut off slices that were at work, and what they had done was done again.
 */
const SILENCE_MS = 10_000;
const MOMENTS: CutPoint["moment"][] = ["before", "half", "sent", "answered"];

type Engine = "allocator" | "planner";

const meter = cpuMeter();
let faults = true;
let stopped = false;

/** Whom the thread works for: it speaks to them as they do to it. */
const harness = self as unknown as Worker;

harness.onmessage = ({ data }: MessageEvent<Order>) => {
  if (data.type === "start") start(data.settings);
  else if (data.type === "faults") faults = data.on;
  else stopped = true;
};

// A dead worker's connection may end in an error that nobody waits for any more; postgres.js also writes to a socket that
// has just gone. Where a worker is a process, that is its end; here it is only this worker's (see SILENCE_MS).
self.addEventListener("unhandledrejection", (event) => event.preventDefault());
self.addEventListener("error", (event) => event.preventDefault());

function start(settings: ThreadSettings): void {
  // What the workers log of their own deaths is of no interest, and standard output is the harness's.
  Object.assign(console, { log() {}, info() {}, warn() {}, error() {} });
  skewClock(settings.clockSkewMs);
  const random = new Random(settings.seed);
  const sql = connect(`postgres://postgres@127.0.0.1:${settings.databasePort}/postgres`);
  for (let slot = 0; slot < settings.slots; slot++) void workOn(settings, random, sql, slot);
}

/** Makes this thread believe that it is earlier or later. */
function skewClock(ms: number): void {
  const RealDate = Date;
  const now = () => RealDate.now() + ms;
  globalThis.Date = class extends RealDate {
    constructor(...args: unknown[]) {
      super(...(args.length > 0 ? args : [now()]) as []);
    }
    static override now = now;
  } as DateConstructor;
}

/** One worker after the other. @param sql of nobody's life */
async function workOn(
  settings: ThreadSettings,
  random: Random,
  sql: Sql,
  slot: number,
): Promise<void> {
  let rest = IDLE_MS.first;
  for (let turn = 0; !stopped; turn++) {
    const engine = random.below(ALLOCATOR_ONE_IN) === 0 ? "allocator" : "planner";
    const outcome = random.below(VAIN_ONE_IN) === 0 || await waits(sql, engine)
      ? await shortLife(settings, random, engine, `${settings.name}-${slot}-${turn}`)
      : "idle";
    if (outcome === "idle" || outcome === "unreachable") {
      await new Promise((resolve) => setTimeout(resolve, rest));
      rest = Math.min(2 * rest, IDLE_MS.most);
    } else rest = IDLE_MS.first;
  }
}

/** Whether there is something to claim, as a claim looks for it; where the database does not say, a worker will see. */
async function waits(sql: Sql, engine: Engine): Promise<boolean> {
  // Under a name of its own: sessions of workers are ended on purpose, and counted.
  return await sql`
    select set_config('application_name', 'chaos', false), fleet.next_job(${engine}, '{}') is not null as some`
    .then(([{ some }]) => some, () => true);
}

/** One worker: a slice, or as much of one as it lives to see. */
async function shortLife(
  { databasePort }: ThreadSettings,
  random: Random,
  engine: Engine,
  worker: string,
): Promise<string> {
  const survives = random.below(5) === 0;
  const silence = silenceOf(SILENCE_MS);
  const point = faults ? cutPoint(random) : null;
  const proxy = startCuttingProxy(databasePort, point, survives, silence.heard);
  const sql = connect(`postgres://postgres@127.0.0.1:${proxy.port}/postgres`);
  const environment = {
    pool: () => sql,
    workerId: worker,
    meter,
    cpuStartMs: meter.usedMs(),
    cpuLimitMs: SLICE_CPU_MS,
  };
  const slice =
    (engine === "allocator"
      ? runSlice(allocatorWorkload, environment)
      : runSlice(plannerWorkload, environment)).catch(() => "unreachable");
  const killed = proxy.cut.then((step) => {
    say({ type: "kill", kind: survives ? "connection_cut" : "worker_killed", step });
    // A dead worker does nothing more; one that survives goes on with what it makes of it.
    return survives ? new Promise<never>(() => {}) : "killed";
  });
  const outcome = await Promise.race([slice, killed, silence.fell.then(() => "hung")]);
  silence.close();
  proxy.close();
  void sql.end({ timeout: 0 }).catch(() => {});
  say({ type: "gone", worker, outcome });
  return outcome;
}

/** Falls when nothing has been heard for so long. */
function silenceOf(ms: number) {
  const fell = Promise.withResolvers<void>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const close = () => clearTimeout(timer);
  const heard = () => {
    close();
    timer = setTimeout(fell.resolve, ms);
  };
  heard();
  return { fell: fell.promise, heard, close };
}

function cutPoint(random: Random): CutPoint | null {
  if (random.below(SPARED_ONE_IN) === 0) return null;
  const { idle, slice } = MESSAGES;
  const early = random.below(EARLY_ONE_IN) === 0;
  const message = 1 + (early ? random.below(idle) : idle + random.below(slice - idle));
  return { message, moment: MOMENTS[random.below(MOMENTS.length)] };
}

function say(report: Report): void {
  harness.postMessage(report);
}
