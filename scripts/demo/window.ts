// The end of the demo: the window opens, a few doctors say what they want with their own sessions, it closes, the match is made
// anew, finalised and released, and one doctor reads what they got, and why. All through the interfaces that pages use.

import { createClient, type SupabaseClient } from "@supabase/supabase-js";
import {
  type AllocatorRun,
  createAllocatorClient,
  createDoctorClient,
  createWindowClient,
  type DoctorClient,
  type DoctorResult,
  type WindowDocument,
} from "../../shared/client/mod.ts";
import { demoUsers } from "../demo_users.ts";
import { readDoctors } from "./match.ts";
import type { Interruption } from "./interruption.ts";
import type { Screen } from "./screen.ts";
import { type Project, showToEnd, showUpdates } from "./session.ts";

/** Doctors who say what they want, one of whom has an account already. */
const DOCTORS = 3;
/** Lines that each of them ranks, and the fewest that the window asks for. */
const RANKED = 10, MINIMUM = 5;
/** The window would be open for this long, in ms; the demo closes it by hand. */
const WEEK_MS = 7 * 86_400_000;

/** A doctor with their own session and their place in the allocation run. */
interface Present {
  name: string;
  client: DoctorClient;
  place: string;
}

/** What the year of an allocation run came to. */
export interface Published {
  run: AllocatorRun;
  /** How many doctors were shown their result. */
  doctors: number;
  /** Who submitted, with their receipts. */
  submitted: { name: string; receipt: string }[];
  /** One doctor, and what they read. Null where the match was not completed. */
  read: { name: string; result: DoctorResult } | null;
}

/** Goes through a window to a released result, for the doctors of a match. */
export async function publishResult(
  supabase: SupabaseClient,
  project: Project,
  { allocation_run: allocationRun, included_worker_mappings: batch }: AllocatorRun,
  seed: number,
  screen: Screen,
  interruption: Interruption,
): Promise<Published> {
  const preferences = createWindowClient(supabase);
  const doctors = await readDoctors(supabase, allocationRun);
  await preferences.open(allocationRun, {
    dueDate: new Date(Date.now() + WEEK_MS).toISOString(),
    minimumLines: MINIMUM,
  });
  const own = demoUsers.find((user) => user.role === "doctor")!;
  const others = doctors.filter(({ email }) => email.endsWith("@doctors.example"));
  const addresses = [own.email, ...others.map(({ email }) => email)].slice(0, DOCTORS);
  const invited = doctors.filter(({ email }) => addresses.includes(email));
  await preferences.invite(allocationRun, invited.map(({ mapping }) => mapping));
  const present = await Promise.all(invited.map(async ({ name, email }) => {
    const client = createDoctorClient(await signInDoctor(project, email, own));
    await client.claim();
    const window = (await client.windows()).find((window) =>
      window.allocationRun === allocationRun
    );
    if (!window) throw new Error(`${email} takes no part in the allocation run.`);
    return { name, client, place: window.workerMapping };
  }));
  const submitted = await Promise.all(present.map(say));
  await preferences.close(allocationRun);

  const allocator = createAllocatorClient(supabase);
  const started = performance.now();
  const { allocatorRunId } = await interruption.race(
    allocator.allocate({
      allocationRun,
      ...(batch === null ? {} : { includedWorkerMappings: batch }),
      options: { rngSeed: seed },
    }),
  );
  const watch = allocator.watch(allocatorRunId, showUpdates(screen, started));
  const run = await showToEnd(watch, started, screen, interruption);
  if (run.status !== "COMPLETED") return { run, doctors: 0, submitted, read: null };
  await allocator.finalise(run.id);
  const released = await allocator.release(allocationRun);
  return { run, doctors: released.doctors, submitted, read: await mostToExplain(present) };
}

/** A doctor's own session: of the demo's doctor, or by a new account with their address. */
async function signInDoctor(
  { url, publishableKey }: Project,
  email: string,
  own: { email: string; password: string },
): Promise<SupabaseClient> {
  const supabase: SupabaseClient = createClient(url, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  if (email !== own.email) await supabase.auth.signUp({ email, password: own.password });
  const { error } = await supabase.auth.signInWithPassword({ email, password: own.password });
  if (error) throw new Error(`${email} could not sign in: ${error.message}`);
  return supabase;
}

/** Ranks the lines that have most of the specialty that a doctor says they love, and submits. */
async function say({ name, client, place }: Present, n: number) {
  const document = await client.window(place);
  const specialty = document.specialties[n % document.specialties.length];
  const changedAt = document.window.now;
  const best = favourites(document, specialty);
  const dropped = document.wishes.lines.filter(({ jobLine }) => !best.includes(jobLine));
  await client.save(place, {
    device: "demo",
    specialties: [{ specialty, sentiment: 2, changedAt }],
    lines: [
      ...best.map((jobLine, i) => ({ jobLine, orderPreference: i + 1, changedAt })),
      ...dropped.map(({ jobLine }) => ({ jobLine, orderPreference: null, changedAt })),
    ],
  });
  const { receipt } = await client.submit(place);
  return { name, receipt };
}

/** The lines that a doctor may have with most rotations in a specialty, in the order of the run where they are alike. */
function favourites({ lines, positions }: WindowDocument, specialty: string): string[] {
  const loved = new Set(positions.filter((p) => p.specialty === specialty).map(({ id }) => id));
  return lines.filter(({ eligible }) => eligible)
    .map(({ id, rotations }) => ({ id, n: rotations.filter((r) => loved.has(r.position)).length }))
    .sort((a, b) => b.n - a.n).slice(0, RANKED).map(({ id }) => id);
}

/** Of the doctors who are there the one whose result has most to explain. */
async function mostToExplain(present: Present[]): Promise<Published["read"]> {
  const results = await Promise.all(present.map(async ({ name, client, place }) => ({
    name,
    result: await client.result(place),
  })));
  const seen = results.flatMap(({ name, result }) => result === null ? [] : [{ name, result }]);
  return seen.sort((a, b) => b.result.why.length - a.result.why.length)[0] ?? null;
}
