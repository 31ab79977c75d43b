// Kills by the thousand: workers that run real slices in threads of this process are cut off from the database at random
// messages, backends are terminated and PostgreSQL crashes, while sweepers race the workers and claims are taken from
// workers that are alive. Time passes by moving timestamps.

import type postgres from "postgres";
import { sweep } from "../../shared/fleet/queue.ts";
import { Random } from "../../shared/engine/random.ts";
import type { Round } from "./audit.ts";
import type { Tally } from "./tally.ts";
import type { Order, Report } from "./protocol.ts";
import { checkRound, requestRound, type Scene, unfinished } from "./scene.ts";

const THREADS = 2;
const SLOTS = 4;
const TICK_MS = 15;
/** Minutes by which the threads' clocks are wrong. */
const SKEW_MINUTES = [-7, 11];
/** Once in so many ticks: a backend is terminated, a living worker's claim is given up for dead, PostgreSQL crashes. */
const ONE_IN = { terminate: 4, takeAway: 8, crash: 600 };
/** A round that takes longer has stalled. */
const ROUND_MS = 600_000;

/** Kills workers until the tally has so many kills, checking every run that ended on the way. */
export async function killSlices(
  scene: Scene,
  tally: Tally,
  kills: number,
  seed: number,
): Promise<void> {
  const fleet = new Threads(scene, tally, seed);
  const random = new Random(seed);
  const target = tally.kills + kills;
  try {
    while (tally.kills < target) {
      const round = await requestRound(scene);
      await workRound(scene, fleet, tally, round, random, target);
      await checkRound(scene, round);
    }
  } finally {
    fleet.stop();
  }
}

async function workRound(
  scene: Scene,
  fleet: Threads,
  tally: Tally,
  round: Round,
  random: Random,
  target: number,
): Promise<void> {
  const deadline = performance.now() + ROUND_MS;
  while (await unfinished(scene, round) > 0) {
    const faults = tally.kills < target;
    fleet.setFaults(faults);
    if (faults) await disturb(scene, tally, random);
    await passTime(scene.admin, fleet.takeDead());
    await Promise.all([sweep(scene.admin), sweep(scene.admin)]);
    if (performance.now() > deadline) {
      scene.findings.lost.push("a round of runs did not end in time");
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, TICK_MS));
  }
}

async function disturb(scene: Scene, tally: Tally, random: Random): Promise<void> {
  if (random.below(ONE_IN.terminate) === 0 && await terminateBackend(scene.admin)) {
    tally.kill("backend_terminated", "anywhere");
  }
  if (random.below(ONE_IN.takeAway) === 0) {
    const taken = await takeAway(scene.admin);
    tally.count("claims_taken_from_the_living", taken);
  }
  if (random.below(ONE_IN.crash) === 0) {
    await scene.stack.postgres.restart("immediate");
    tally.kill("postgres_crashed", "anywhere");
  }
}

/** Ends the connection of a worker that is in a transaction. */
async function terminateBackend(admin: postgres.Sql): Promise<boolean> {
  const [row] = await admin`
    select pg_terminate_backend(pid) as done from pg_stat_activity
    where application_name = 'receptor' and xact_start is not null order by random() limit 1`;
  return row?.done ?? false;
}

/** Makes a claim look as if its worker had been silent for longer than its lease: the next sweep takes it back. */
async function takeAway(admin: postgres.Sql): Promise<number> {
  const taken = await admin`
    update fleet.work_blocks set heartbeat_at = now() - interval '31 seconds'
    where id = (select id from fleet.work_blocks where status = 'CLAIMED' order by random() limit 1)
      and status = 'CLAIMED'`;
  return taken.count;
}

/** Lets the leases of the dead run out, and what waits after an error wait no longer. */
async function passTime(admin: postgres.Sql, dead: string[]): Promise<void> {
  await admin`
    update fleet.work_blocks set heartbeat_at = now() - interval '31 seconds'
    where status = 'CLAIMED' and claimed_by = any(${dead})`;
  await admin`
    update fleet.work_blocks set not_before = now() where status = 'PENDING' and not_before > now()`;
}

/** The threads that run workers. */
class Threads {
  #workers: Worker[] = [];
  #faults = true;
  #dead: string[] = [];

  constructor(scene: Scene, readonly tally: Tally, seed: number) {
    const databasePort = Number(new URL(scene.stack.dbUrl).port);
    for (let n = 0; n < THREADS; n++) {
      const worker = new Worker(new URL("./thread.ts", import.meta.url), { type: "module" });
      worker.onmessage = ({ data }: MessageEvent<Report>) => this.#take(data);
      this.#workers.push(worker);
      const settings = {
        databasePort,
        seed: seed * THREADS + n,
        slots: SLOTS,
        clockSkewMs: SKEW_MINUTES[n % SKEW_MINUTES.length] * 60_000,
        name: `chaos-${seed}-${n}`,
      };
      worker.postMessage({ type: "start", settings } satisfies Order);
    }
  }

  setFaults(on: boolean): void {
    if (on === this.#faults) return;
    this.#faults = on;
    for (const worker of this.#workers) worker.postMessage({ type: "faults", on } satisfies Order);
  }

  /** The workers that ended lately; a claim may be committed a moment after its worker's end. */
  takeDead(): string[] {
    this.#dead = this.#dead.slice(-500);
    return this.#dead;
  }

  stop(): void {
    for (const worker of this.#workers) worker.terminate();
  }

  #take(report: Report): void {
    if (report.type === "kill") this.tally.kill(report.kind, report.step);
    else {
      this.#dead.push(report.worker);
      this.tally.count(`slices_${report.outcome}`, 1);
    }
  }
}
