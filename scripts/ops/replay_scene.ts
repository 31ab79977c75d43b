// Random small runs of all engines through a local stack, killed and resumed on the way, for tests of what is kept of
// them. Everything follows from a seed but where the kills hit.

import type postgres from "postgres";
import { Random } from "../../shared/engine/random.ts";
import { planSearch } from "../../shared/primes/engine.ts";
import type { Stack } from "../stack/mod.ts";

/** A run, and the table that says how it goes. */
export interface SceneRun {
  id: string;
  table: "allocation_planner_runs" | "allocator_py_runs" | "prime_search_runs";
}

const SPECIALTIES = ["Emergency", "Medicine", "Psychiatry", "Surgery"];
const CATEGORIES = ["{A}", "{B}", "{A,B}", "{C,D}", "{}"];
const NAMES = ["Ann", "Bob", "Cid", "Dee", "Eve", "Fay"];

/** A health service with an allocation run in which `lines` lines can be made. @returns the allocation run */
async function newService(sql: postgres.Sql, random: Random, lines: number): Promise<string> {
  const org = crypto.randomUUID(), terms = 2 + random.below(3);
  await sql`insert into public.orgs (id, name) values (${org}, 'Of a replay')`;
  const [{ id: hospital }] = await sql`
    insert into public.hospitals (org_id, name) values (${org}, 'H') returning id`;
  const [{ id: team }] = await sql`
    insert into public.teams (org_id, hospital, name) values (${org}, ${hospital}, 'T') returning id`;
  const [{ id: plan }] = await sql`
    insert into public.allocation_plans (org_id, name) values (${org}, 'P') returning id`;
  const weeks = `{${Array(terms).fill(10).join()}}`;
  const [{ id: run }] = await sql`
    insert into public.allocation_runs (org_id, allocation_plan, name, starts_on, term_weeks)
    values (${org}, ${plan}, 'R', '2027-01-11', ${weeks}::int[]) returning id`;
  for (let p = 0; p < 3 + random.below(4); p++) {
    const specialty = SPECIALTIES[random.below(SPECIALTIES.length)];
    const categories = CATEGORIES[random.below(CATEGORIES.length)];
    const [{ id: position }] = await sql`
      insert into public.positions (org_id, team, name, specialty, experience_categories)
      values (${org}, ${team}, ${`Position ${p}`}, ${specialty}, ${categories}) returning id`;
    for (let term = 1; term <= terms; term++) {
      // The first position alone has posts for everybody.
      const posts = p === 0 ? lines : random.below(lines + 1);
      await sql`insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
        values (${org}, ${run}, ${position}, ${term}, ${posts})`;
    }
  }
  return run;
}

/** Doctors with names that repeat, and wishes with gaps and ties. @returns ids of doctors and lines */
async function newDoctors(
  sql: postgres.Sql,
  random: Random,
  run: string,
): Promise<{ doctors: string[]; lines: string[] }> {
  const lines = await sql`
    select id, org_id from public.job_lines where allocation_run = ${run} and archived_at is null order by sort_order`;
  const { org_id: org } = lines[0];
  const [{ id: preferencer }] = await sql`
    insert into public.preferencers (org_id, allocation_run, name) values (${org}, ${run}, 'Unit') returning id`;
  for (const { id } of lines.slice(1)) {
    await sql`insert into public.preferencer_job_lines values (${org}, ${run}, ${preferencer}, ${id})`;
  }
  const doctors: string[] = [];
  for (let d = 0; d < lines.length; d++) {
    const name = NAMES[random.below(NAMES.length)];
    const [{ id: worker }] = await sql`insert into public.workers (org_id, email, name)
      values (${org}, ${`d${d}@x.example`}, ${name}) returning id`;
    const [{ id: mapping }] = await sql`
      insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
      values (${org}, ${run}, ${worker}) returning id`;
    doctors.push(mapping);
    for (const { id } of lines) {
      if (random.next() < 0.3) continue;
      // Gaps come about by what goes; here they are taken as a snapshot's are.
      await sql`insert into public.preference_worker_job_lines
        (org_id, allocation_run, worker_mapping, job_line, order_preference)
        select ${org}, ${run}, ${mapping}, ${id}, ${
        1 + random.below(4)
      } from private.take_ranks(true)`;
    }
    if (random.next() < 0.7) {
      await sql`insert into public.preferencer_worker_ranks
        select ${org}, ${run}, ${preferencer}, ${mapping}, ${
        1 + random.below(3)
      } from private.take_ranks(true)`;
    }
  }
  return { doctors, lines: lines.map(({ id }) => id) };
}

/** Options of a match: weights, and often couples, groups or a doctor placed by hand. */
function randomMatch(
  random: Random,
  { doctors, lines }: { doctors: string[]; lines: string[] },
): Record<string, unknown> {
  const weights = {
    rng_seed: random.below(1000),
    preferencer_weight: random.below(11) / 10,
    stability: random.next() < 0.3,
  };
  const [first, second, third] = doctors;
  if (!second) return weights;
  const fit = ["same_hospital", "ranked_lines"][random.below(2)];
  const more = [
    {},
    { linked_doctors: [{ first, second, fit }] },
    { priority_groups: [{ name: "Earlier", worker_mappings: [first] }] },
    { pins: [{ worker_mapping: first, job_line: lines[0], reason: "Agreed" }] },
    third
      ? { linked_doctors: [{ first: second, second: third, fit }], pins: [] }
      : { exclusions: [{ worker_mapping: second, job_line: lines[0], reason: "No" }] },
  ];
  return { ...weights, ...more[random.below(more.length)] };
}

/** Asks for lines of an allocation run in one of the ways that there are. @returns the planner's run */
async function plan(
  sql: postgres.Sql,
  random: Random,
  run: string,
  asked: { lines: number; mode?: string },
): Promise<string> {
  const seed = 1 + random.below(1000), effort = [0.2, 1][random.below(2)];
  const options = { seed, effort, ...asked.mode && { mode: asked.mode } };
  const rules = random.next() < 0.4 ? ["ANNUAL_LEAVE"] : [];
  const [{ id }] = await sql`
    insert into public.allocation_planner_runs (allocation_run, n_job_lines, options, constraints)
    values (${run}, ${asked.lines}, ${sql.json(options)}, ${sql.json(rules)}) returning id`;
  return id;
}

/** Plans again where there are lines: a line more beside them, or as few changes as can be after a post was lost. */
async function planAgain(sql: postgres.Sql, random: Random, run: string): Promise<string | null> {
  const [{ lines }] = await sql`
    select count(*)::int as lines from public.job_lines where allocation_run = ${run} and archived_at is null`;
  if (lines === 0) return null;
  if (random.next() < 0.5) return await plan(sql, random, run, { lines: lines + 1, mode: "fill" });
  await sql`
    update public.allocation_run_positions a set posts = a.posts - 1
    where a.allocation_run = ${run} and (a.position, a.term) = (
      select b.position, b.term from public.allocation_run_positions b join public.positions p on p.id = b.position
      where b.allocation_run = ${run} and b.posts > 0 order by b.term, p.name limit 1)`;
  return await plan(sql, random, run, { lines, mode: "replan" });
}

/** A search for primes of a random form, in a few blocks. */
function randomSearch(random: Random) {
  const start = 1 + random.below(80), end = start + 20 + random.below(120);
  const sign = ["+", "-"][random.below(2)];
  const forms = [
    { form: "factorial", params: { start, end } },
    { form: "primorial", params: { start: start + 2, end: 3 * end, sign } },
    { form: "kbn", params: { k: 1 + 2 * random.below(50), min_n: start, max_n: 3 * end, sign } },
    { form: "cullen_woodall", params: { min_n: start, max_n: end, sign } },
    { form: "gen_fermat", params: { fermat_exp: 1 + random.below(5), min_base: 2, max_base: end } },
    { form: "repunit", params: { base: 2 + random.below(9), min_n: 2, max_n: end } },
  ];
  return forms[random.below(forms.length)];
}

/** Searches for primes in an org of their own, worked side by side; the runs, and the kills that hit. */
async function runSearches(
  stack: Stack,
  sql: postgres.Sql,
  random: Random,
  { count, kills }: { count: number; kills: number },
): Promise<{ runs: SceneRun[]; killed: number }> {
  await sql`update fleet.search_types set enabled = true where search_type = 'prime_search'`;
  const [{ id: org }] =
    await sql`insert into public.orgs (name) values ('Searches of a replay') returning id`;
  const runs: SceneRun[] = [];
  for (let n = 0; n < count; n++) {
    const search = randomSearch(random);
    const { candidates, blocks, blockSize } = planSearch(search, 30 + random.below(200));
    const [{ id }] = await sql`
      insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, request)
      values (${org}, ${search.form}, ${
      sql.json(search.params)
    }, ${candidates}, ${blockSize}, ${blocks}, '{}')
      returning id`;
    runs.push({ id, table: "prime_search_runs" });
  }
  return { runs, killed: await ended(stack, sql, runs, kills) };
}

/**
 * Runs as many of each engine, and waits for their ends.
 * @param kills how often whatever works is killed
 * @returns the runs, and how many kills hit an isolate at work
 */
export async function runAll(
  stack: Stack,
  sql: postgres.Sql,
  options: { count: number; kills: number; seed: number },
): Promise<{ runs: SceneRun[]; killed: number }> {
  const random = new Random(options.seed);
  const services: string[] = [], planners: SceneRun[] = [], again: SceneRun[] = [];
  for (let i = 0; i < options.count; i++) {
    const lines = 2 + random.below(5), run = await newService(sql, random, lines);
    const id = await plan(sql, random, run, { lines });
    services.push(run);
    planners.push({ id, table: "allocation_planner_runs" });
  }
  const third = Math.ceil(options.kills / 3);
  let killed = await ended(stack, sql, planners, third);
  for (const run of services) {
    const id = await planAgain(sql, random, run);
    if (id) again.push({ id, table: "allocation_planner_runs" });
  }
  if (again.length > 0) await ended(stack, sql, again, 0);
  const matches: SceneRun[] = [];
  for (const run of services) {
    const [{ count }] = await sql`
      select count(*)::int from public.job_lines where allocation_run = ${run} and archived_at is null`;
    if (count === 0) continue;
    const asked = randomMatch(random, await newDoctors(sql, random, run));
    const [{ id }] = await sql`
      insert into public.allocator_py_runs (allocation_run, queued_at, options)
      values (${run}, now(), ${sql.json(asked as never)}) returning id`;
    matches.push({ id, table: "allocator_py_runs" });
  }
  killed += await ended(stack, sql, matches, third);
  const searches = await runSearches(stack, sql, random, { count: options.count, kills: third });
  return {
    runs: [...planners, ...again, ...matches, ...searches.runs],
    killed: killed + searches.killed,
  };
}

/** Sweeps until all have ended, killing on the way. @returns kills that hit */
async function ended(
  stack: Stack,
  sql: postgres.Sql,
  runs: SceneRun[],
  kills: number,
): Promise<number> {
  const ids = `{${runs.map(({ id }) => id).join()}}`;
  const { table } = runs[0];
  let killed = 0;
  for (;;) {
    const [{ open }] = await sql`select count(*)::int as open from public.${sql(table)}
      where id = any(${ids}::uuid[]) and status in ('PENDING', 'GENERATING')`;
    if (open === 0) return killed;
    await fetch(`${stack.url}/functions/v1/heartbeat-sweeper`, {
      method: "POST",
      headers: { "x-receptor-key": stack.internalKey },
    }).then((response) => response.body?.cancel());
    await new Promise((resolve) => setTimeout(resolve, 60));
    if (killed >= kills) continue;
    // What is killed again before it has got any further is given up after a while, as it should be.
    const [{ again }] = await sql`select count(*)::int as again from fleet.work_blocks
      where status = 'CLAIMED' and attempts > 1`;
    if (again > 0) continue;
    const hit = (await stack.functions.killWorkers()).some(({ open }) => open > 0);
    if (!hit) continue;
    killed++;
    await sql`update fleet.work_blocks set heartbeat_at = now() - interval '1 minute' where status = 'CLAIMED'`;
  }
}

/** Puts away every line and erases every doctor that the runs were about. */
export async function forgetAll(sql: postgres.Sql): Promise<void> {
  await sql`update public.job_lines set archived_at = now()
    where archived_at is null and org_id in (select id from public.orgs where name = 'Of a replay')`;
  await sql`select private.erase_person(w.id, 'They asked.') from public.workers w
    where w.erased_at is null and w.org_id in (select id from public.orgs where name = 'Of a replay')`;
}
