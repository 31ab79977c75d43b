// After the lines: invented doctors are loaded, and matched to the lines through the same interfaces as any UI uses.

import type { SupabaseClient } from "@supabase/supabase-js";
import {
  type Allocation,
  type AllocatorRun,
  createAllocatorClient,
  type JobLine,
  type PopulationDocument,
} from "../../shared/client/mod.ts";
import { type Doctor, inventWishes, MOST_DOCTORS } from "./doctors.ts";
import type { Interruption } from "./interruption.ts";
import type { Screen } from "./screen.ts";
import { showToEnd, showUpdates } from "./session.ts";
import { duration } from "./text.ts";

/** The weight of the preferencers that the demo asks about. */
const OTHER_WEIGHT = 0.6;

/** A match that ended, and who got what. */
export interface Matched {
  run: AllocatorRun;
  allocations: Allocation[];
}

/** Loads doctors with their wishes, runs the allocator and shows how it goes until the run has ended. */
export async function matchDoctors(
  supabase: SupabaseClient,
  lines: JobLine[],
  { doctors, seed }: { doctors: number; seed: number },
  screen: Screen,
  interruption: Interruption,
): Promise<Matched> {
  const allocator = createAllocatorClient(supabase);
  const [{ allocation_run: allocationRun }] = lines;
  const present = await readDoctors(supabase, allocationRun);
  const known = present.map(({ email, name }) => ({ email, name }));
  const document = inventWishes(allocationRun, lines, doctors, known, seed);
  const loading = performance.now();
  await interruption.race(allocator.populate(document));
  screen.print(`${describeWishes(document)} loaded in ${duration(performance.now() - loading)}`);
  const started = performance.now();
  const { allocatorRunId } = await interruption.race(allocator.allocate({
    allocationRun,
    // There may be more doctors than wanted before the demo comes.
    ...(present.length > doctors
      ? { includedWorkerMappings: present.slice(0, doctors).map(({ mapping }) => mapping) }
      : {}),
    options: { rngSeed: seed },
  }));
  const watch = allocator.watch(allocatorRunId, showUpdates(screen, started));
  const run = await showToEnd(watch, started, screen, interruption);
  return { run, allocations: await allocator.allocations(run.id) };
}

/** Asks what the match would be if preferencers weighed more; the run once it has ended. */
export async function askWhatIf(
  supabase: SupabaseClient,
  { allocation_run: allocationRun, id: baseRun }: AllocatorRun,
  interruption: Interruption,
): Promise<AllocatorRun> {
  const allocator = createAllocatorClient(supabase);
  const options = { preferencerWeight: OTHER_WEIGHT };
  const asked = allocator.whatIf({ allocationRun, baseRun, options });
  const { allocatorRunId } = await interruption.race(asked);
  const watch = allocator.watch(allocatorRunId);
  try {
    return await interruption.race(watch.done);
  } finally {
    watch.stop();
  }
}

/** Doctors who take part in an allocation run already. */
export async function readDoctors(
  supabase: SupabaseClient,
  allocationRun: string,
): Promise<(Doctor & { mapping: string })[]> {
  const { data, error } = await supabase.from("allocation_run_worker_mappings")
    .select("id,worker:workers!inner(email,name)").eq("allocation_run", allocationRun)
    .limit(MOST_DOCTORS)
    .returns<{ id: string; worker: Doctor }[]>();
  if (error) throw new Error(`The doctors could not be read: ${error.message}`);
  // In the order of their emails: the ids are random, and the same seed shall give the same wishes.
  return data.map(({ id, worker }) => ({ mapping: id, ...worker }))
    .sort((a, b) => a.email < b.email ? -1 : 1);
}

function describeWishes(
  { lines = [], workers = [], preferences = [], preferencers = [] }: PopulationDocument,
) {
  const wishes = preferences.reduce((sum, { ranks }) => sum + ranks.length, 0);
  const places = lines.reduce((sum, { maxNWorkers = 1 }) => sum + maxNWorkers, 0);
  return `${workers.length} doctors for ${places} places in ${lines.length} lines, ` +
    `${wishes} wishes and ${preferencers.length} preferencers`;
}
