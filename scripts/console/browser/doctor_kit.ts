// A year to choose from, for tests and benchmarks of the doctors' page: an org with lines, doctors and a window.

import assert from "node:assert/strict";
import type { BrowserContextOptions, Page } from "playwright-core";
import {
  createOrg,
  createUser,
  newClient,
  PASSWORD,
  sql,
  type TestOrg,
  type TestUser,
} from "../../../functions/tests/fixture.ts";
import { requireEnv } from "../../../shared/platform/env.ts";
import { keepSession, type Login, login, newProfile, type Profile } from "./kit.ts";
import { PATIENCE } from "./places.ts";

/** Where the doctors' page is served. */
export const DOCTOR = `${requireEnv("SUPABASE_URL")}/functions/v1/doctor`;

/** Where it keeps its session. */
const SESSION_KEY = "receptor.doctor.session";

const SPECIALTIES = [
  "Anaesthesia",
  "Cardiology",
  "Emergency",
  "General medicine",
  "General surgery",
  "Geriatrics",
  "Intensive care",
  "Obstetrics",
  "Orthopaedics",
  "Paediatrics",
  "Psychiatry",
  "Relief",
];
const HOSPITALS = ["Northern Base", "Riverside Community", "St Agnes Private"];

/** An org whose window can be opened: four terms of 13 weeks. */
export interface Year extends TestOrg, AsyncDisposable {
  /** Ids of the lines JL 1, JL 2... */
  lines: string[];
  doctors: { mapping: string; user: TestUser }[];
}

/** Makes it. Rotations follow a pattern, so that lines differ; some have rural or relief terms. */
export async function createYear({ lines = 12, doctors = 1, claimed = true } = {}): Promise<Year> {
  const org = await createOrg();
  await sql`delete from public.allocation_run_positions where allocation_run = ${org.allocationRun}`;
  await sql`delete from public.positions where org_id = ${org.id}`;
  await sql`
    update public.allocation_runs set term_weeks = '{13,13,13,13}', name = 'PGY1 2027'
    where id = ${org.allocationRun}`;
  const hospitals = await sql`
    insert into public.hospitals (org_id, name) select ${org.id}, unnest(${HOSPITALS}::text[]) returning id, name`;
  const teams = await sql`
    insert into public.teams (org_id, hospital, name)
    select ${org.id}, id, name || ' team' from public.hospitals where id = any (${
    hospitals.map(({ id }) => id)
  }::uuid[])
    returning id`;
  const positions = await sql`
    insert into public.positions
      (org_id, team, name, specialty, experience_categories, is_rural, is_nights_relief, is_service)
    select ${org.id}, t.id, s.name || ' JMO', s.name, case when s.n % 3 = 0 then '{A,C}' else '{B}' end::text[],
      t.n = 2 and s.n % 4 = 0, s.name = 'Relief', s.name = 'Relief'
    from unnest(${teams.map(({ id }) => id)}::uuid[]) with ordinality as t (id, n),
      unnest(${SPECIALTIES}::text[]) with ordinality as s (name, n)
    order by s.n, t.n returning id`;
  const made = await sql`
    insert into public.job_lines (org_id, allocation_run, name, sort_order)
    select ${org.id}, ${org.allocationRun}, 'JL ' || n, n from generate_series(1, ${lines}::int) as n
    returning id, sort_order`;
  made.sort((a, b) => a.sort_order - b.sort_order);
  const ids = made.map(({ id }) => id as string);
  const rotations = ids.flatMap((job_line, i) =>
    [0, 1, 2, 3].map((t) => ({
      org_id: org.id,
      allocation_run: org.allocationRun,
      job_line,
      term: t + 1,
      // Each line stays at one hospital, but for its third term; the specialties differ.
      position:
        positions[3 * ((7 * i + 5 * t + i * t) % SPECIALTIES.length) + (i + (t === 2 ? 1 : 0)) % 3]
          .id,
      starts_on: weeksOn(13 * t),
      ends_on: weeksOn(13 * t + 13, -1),
    }))
  );
  await sql`insert into public.rotations ${sql(rotations)}`;
  const leave = ids.map((job_line, i) => ({
    org_id: org.id,
    allocation_run: org.allocationRun,
    job_line,
    starts_on: weeksOn(3 + i % 40),
    ends_on: weeksOn(7 + i % 40, -1),
  }));
  await sql`insert into public.job_line_leave ${sql(leave)}`;
  const people = [];
  for (let n = 0; n < doctors; n++) {
    const user = await createUser(org.id, "doctor");
    const [{ id: worker }] = await sql`
      insert into public.workers (org_id, user_id, email, name)
      values (${org.id}, ${claimed ? user.id : null}, ${user.email}, ${`Doctor ${
      n + 1
    }`}) returning id`;
    const [{ id: mapping }] = await sql`
      insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
      values (${org.id}, ${org.allocationRun}, ${worker}) returning id`;
    people.push({ mapping, user });
  }
  return { ...org, lines: ids, doctors: people };
}

/** A day some weeks after the start of the year. */
function weeksOn(weeks: number, days = 0): string {
  return new Date(Date.UTC(2027, 0, 11 + 7 * weeks + days)).toISOString().slice(0, 10);
}

/** Comes back to a page that was behind another. */
export function comeBack(page: Page): Promise<void> {
  return page.evaluate('document.dispatchEvent(new Event("visibilitychange"))');
}

/** Opens the window as its manager does. */
export async function openWindow(
  year: Year,
  {
    due = new Date(Date.now() + 5 * 86_400_000) as Date | null,
    settings = {} as Record<string, unknown>,
  } = {},
): Promise<void> {
  const { error } = await year.manager.client.rpc("open_window", {
    p_allocation_run: year.allocationRun,
    p_due_date: due?.toISOString(),
    p_settings: settings,
  });
  if (error) throw error;
}

/** Fills in the form. */
export async function signInDoctor(page: Page, { email, password }: Login): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** A browser of a doctor's own, signed in, on a step of the page. */
export async function doctorAt(
  user: Pick<Login, "email" | "client">,
  hash = "",
  options: BrowserContextOptions = {},
  freshness: { fresh?: boolean } = {},
): Promise<Profile> {
  const profile = await newProfile(options, freshness);
  const { page } = profile;
  await keepSession(page, SESSION_KEY, login(user));
  await page.goto(DOCTOR + hash);
  await page.getByRole("button", { name: "Sign out" }).waitFor();
  return profile;
}

/** Waits until all that was typed is in the database. */
export async function saved(page: Page): Promise<void> {
  await page.locator("[data-saving=saved]").waitFor();
}

/**
 * Waits until the page's files are kept, so that it can be opened without a network.
 * @param limit in ms: the browser waits for ever for a worker that nobody registers
 */
export async function keptForOffline(page: Page, limit = PATIENCE): Promise<void> {
  const kept = await page.evaluate(`Promise.race([
    navigator.serviceWorker.ready.then(() => true),
    new Promise((end) => setTimeout(end, ${limit}, false)),
  ])`);
  assert.ok(kept, `no service worker is at work after ${limit} ms`);
}

/** Asks the database as a doctor who has no page open. */
export async function clientOf({ email }: { email: string }) {
  const client = newClient();
  const { error } = await client.auth.signInWithPassword({ email, password: PASSWORD });
  if (error) throw error;
  return client;
}

/** A phone as most have: 390 by 844, touch. */
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  hasTouch: true,
  isMobile: true,
};
