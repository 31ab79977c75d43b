// Where the harness plays: a stack, orgs whose runs are worked on under fire, and one org that nobody may touch.

import type postgres from "postgres";
import {
  createHealthService,
  createIntake,
  DOCTORS,
  type HealthService,
  MOST_LINES,
  TERMS,
} from "../health_services.ts";
import type { Stack } from "../stack/mod.ts";
import {
  checkRuns,
  checksumOfOrg,
  enterWishes,
  type ExpectedPlan,
  type Findings,
  type Round,
  startAudit,
} from "./audit.ts";

const ORGS = 4;
const ALLOCATION_RUNS = 3;
/** Runs that work at once, so that claimers really race. */
const RUNS_AT_ONCE = 8;

/** The stage, and what was seen on it. */
export interface Scene {
  stack: Stack;
  /** As the superuser. */
  admin: postgres.Sql;
  services: HealthService[];
  /** An allocation run of each service whose doctors are matched to lines, again and again. */
  intakes: string[];
  bystander: HealthService;
  /** The org that nobody may touch, as it was. */
  untouched: string;
  /** The latest planner run of each allocation run. */
  latest: Map<string, string>;
  findings: Findings;
  runs: number;
}

/** Makes the orgs; the bystander has lines and a finished run of its own. */
export async function makeScene(stack: Stack, admin: postgres.Sql): Promise<Scene> {
  await startAudit(admin);
  const services: HealthService[] = [];
  const size = { managers: 1, allocationRuns: ALLOCATION_RUNS };
  const intakes: string[] = [];
  for (let n = 0; n < ORGS; n++) {
    services.push(await createHealthService(admin, size));
    intakes.push(await createIntake(admin, services[n].org));
    await addDoctors(admin, services[n]);
  }
  const bystander = await createHealthService(admin, size);
  await admin`
    insert into public.job_lines (org_id, allocation_run, name)
    select ${bystander.org}, ${
    bystander.allocationRuns[0]
  }, 'Line ' || n from generate_series(1, 5) n`;
  // Kills in a row at the same point are what this is about; with its default limit the fleet would give up on a run.
  await admin`
    update fleet.search_types set max_attempts = 100000, max_concurrent_jobs = ${RUNS_AT_ONCE},
      time_to_live_seconds = 86400 where search_type in ('planner', 'allocator')`;
  return {
    stack,
    admin,
    services,
    intakes,
    bystander,
    untouched: await checksumOfOrg(admin, bystander.org),
    latest: new Map(),
    findings: { lost: [], doubled: [] },
    runs: 0,
  };
}

/** Every allocation run of the scene, with a manager who may plan it. */
export function allocationRuns(scene: Scene): { allocationRun: string; manager: string }[] {
  return scene.services.flatMap(({ allocationRuns, managers }) =>
    allocationRuns.map((allocationRun) => ({ allocationRun, manager: managers[0].id }))
  );
}

/** Every intake of the scene, with a manager who may match it. */
export function intakes({ intakes, services }: Scene): { intake: string; manager: string }[] {
  return intakes.map((intake, n) => ({ intake, manager: services[n].managers[0].id }));
}

/** A doctor takes part in each allocation run of a service, to wish for its lines. */
async function addDoctors(admin: postgres.Sql, { org, allocationRuns }: HealthService) {
  await admin`
    with doctor as (
      insert into public.workers (org_id, email, name)
      values (${org}, 'wishes@test.example', 'Dr Wish') returning id
    )
    insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
    select ${org}, run::uuid, doctor.id from doctor, unnest(${allocationRuns}::text[]) as run`;
}

/**
 * Doctors wish for the lines that are there; then requests a planner run for each allocation run and an allocator run for
 * each intake, as their managers.
 */
export async function requestRound(scene: Scene): Promise<Round> {
  const round: Round = { plans: [], matches: [] };
  await enterWishes(scene.admin, allocationRuns(scene).map(({ allocationRun }) => allocationRun));
  for (const { allocationRun, manager } of allocationRuns(scene)) {
    const lines = 2 + (scene.runs + round.plans.length) % (MOST_LINES - 1);
    const run = await insertAs(scene, manager, (tx) =>
      tx`
        insert into public.allocation_planner_runs (allocation_run, n_job_lines, constraints, accept_losses)
        values (${allocationRun}, ${lines}, '["UNRESTRICTED"]', true) returning id`);
    round.plans.push(expectPlan(scene, allocationRun, run, lines));
  }
  for (const { intake, manager } of intakes(scene)) {
    const run = await insertAs(scene, manager, (tx) =>
      tx`
        insert into public.allocator_py_runs (allocation_run, queued_at)
        values (${intake}, now()) returning id`);
    round.matches.push({ run, doctors: DOCTORS });
  }
  return round;
}

async function insertAs(
  { admin }: Scene,
  user: string,
  insert: (tx: postgres.TransactionSql) => Promise<postgres.Row[]>,
): Promise<string> {
  return await admin.begin(async (tx) => {
    await tx`select set_config('request.jwt.claims', ${JSON.stringify({ sub: user })}, true)`;
    const [{ id }] = await insert(tx);
    return id;
  });
}

/** Notes what a new planner run should leave behind. */
export function expectPlan(
  scene: Scene,
  allocationRun: string,
  run: string,
  lines: number,
): ExpectedPlan {
  const replaced = scene.latest.get(allocationRun) ?? null;
  scene.latest.set(allocationRun, run);
  return { run, allocationRun, lines, terms: TERMS, replaced };
}

/** How many runs of a round have not ended. */
export async function unfinished({ admin }: Scene, round: Round): Promise<number> {
  const runs = [...round.plans, ...round.matches].map(({ run }) => run);
  const [{ count }] = await admin`
    select count(*)::int from fleet.search_jobs
    where run_id in ${admin(runs)} and finished_at is null`;
  return count;
}

/** Checks a round that has ended, and the org that nobody may touch. */
export async function checkRound(scene: Scene, round: Round): Promise<void> {
  const { lost, doubled } = await checkRuns(scene.admin, round);
  scene.findings.lost.push(...lost);
  scene.findings.doubled.push(...doubled);
  scene.runs += round.plans.length + round.matches.length;
  const now = await checksumOfOrg(scene.admin, scene.bystander.org);
  if (now !== scene.untouched) {
    scene.findings.lost.push(`rows of an org that did nothing changed:\n${now}`);
    scene.untouched = now;
  }
}
