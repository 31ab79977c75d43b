// What really happened, told by the database alone: triggers write down every change that was committed, and the check
// compares them with what each run should have left behind. Shares no code with the fleet or the engines.

import type postgres from "postgres";

/** What runs that were asked for together should have left behind. */
export interface Round {
  plans: ExpectedPlan[];
  matches: ExpectedMatch[];
}

/** What a finished planner run should have left behind. */
export interface ExpectedPlan {
  run: string;
  allocationRun: string;
  lines: number;
  terms: number;
  /** The run before it on the same allocation run, whose lines it replaced. */
  replaced: string | null;
}

/** What a finished allocator run should have left behind: a line for each doctor. */
export interface ExpectedMatch {
  run: string;
  doctors: number;
}

/** What the check found; each sentence names one thing that is missing or too much. */
export interface Findings {
  lost: string[];
  doubled: string[];
}

const TRIGGERS = `
  create schema chaos;
  create table chaos.block_steps (block bigint, run uuid, slices int, status text);
  create table chaos.lines_made (run uuid, line uuid);
  create table chaos.lines_removed (run uuid, line uuid);
  create table chaos.lines_deleted (run uuid, line uuid);
  create table chaos.wishes (doctor uuid, line uuid, rank real);
  create table chaos.allocations_made (run uuid, doctor uuid);
  create table chaos.allocations_removed (run uuid, doctor uuid);
  create table chaos.run_ends (run uuid, status text);

  create function chaos.note_block() returns trigger language plpgsql security definer as $$
  begin
    insert into chaos.block_steps
    select new.id, j.run_id, new.slices, new.status from fleet.search_jobs j where j.id = new.search_job_id;
    return null;
  end $$;
  create trigger note_block after update on fleet.work_blocks for each row
    when (new.slices <> old.slices or (new.status = 'DONE') <> (old.status = 'DONE'))
    execute function chaos.note_block();

  -- A run makes a line, or takes over one that is the same; it archives the others, and deletes none.
  create function chaos.note_line() returns trigger language plpgsql security definer as $$
  begin
    if tg_op <> 'INSERT' and (tg_op = 'DELETE' or new.archived_at is not null or new.planner_run <> old.planner_run) then
      insert into chaos.lines_removed values (old.planner_run, old.id);
    end if;
    if tg_op = 'INSERT' or tg_op = 'UPDATE' and new.planner_run is distinct from old.planner_run then
      insert into chaos.lines_made values (new.planner_run, new.id);
    end if;
    if tg_op = 'DELETE' then
      insert into chaos.lines_deleted values (old.planner_run, old.id);
    end if;
    return null;
  end $$;
  create trigger note_line after insert or delete or update of planner_run, archived_at on public.job_lines for each row
    execute function chaos.note_line();

  create function chaos.note_allocation() returns trigger language plpgsql security definer as $$
  begin
    if tg_op = 'INSERT' then insert into chaos.allocations_made values (new.run, new.worker_mapping);
    else insert into chaos.allocations_removed values (old.run, old.worker_mapping);
    end if;
    return null;
  end $$;
  create trigger note_allocation after insert or delete on public.allocator_py_allocations for each row
    execute function chaos.note_allocation();

  create function chaos.note_run() returns trigger language plpgsql security definer as $$
  begin
    insert into chaos.run_ends values (new.id, new.status);
    return null;
  end $$;
  create trigger note_run after update of status on public.allocation_planner_runs for each row
    when (new.finished_at is not null) execute function chaos.note_run();
  create trigger note_run after update of status on public.allocator_py_runs for each row
    when (new.finished_at is not null) execute function chaos.note_run();
`;

/** Begins to write down what is committed; as the superuser. */
export async function startAudit(admin: postgres.Sql): Promise<void> {
  await admin.unsafe(TRIGGERS).simple();
}

/**
 * Enters a wish for each job line that is there, as doctors would between runs, and keeps a note of it.
 * @param allocationRuns each with a doctor who takes part
 */
export async function enterWishes(admin: postgres.Sql, allocationRuns: string[]): Promise<void> {
  await admin`
    with entered as (
      insert into public.preference_worker_job_lines
        (org_id, allocation_run, worker_mapping, job_line, order_preference)
      select l.org_id, l.allocation_run, m.id, l.id, row_number() over (partition by m.id order by l.id)
      from public.job_lines l
      join public.allocation_run_worker_mappings m on m.allocation_run = l.allocation_run
      where l.allocation_run in ${admin(allocationRuns)} and l.archived_at is null
      on conflict (worker_mapping, job_line) do nothing
      returning worker_mapping, job_line, order_preference
    )
    insert into chaos.wishes select * from entered`;
}

/** Checks runs that are expected to have ended. */
export async function checkRuns(
  admin: postgres.Sql,
  { plans, matches }: Round,
): Promise<Findings> {
  const findings: Findings = { lost: [], doubled: [] };
  for (const expected of plans) {
    compareChain(expected.run, await readChain(admin, expected.run), findings);
    comparePlan(expected, await readPlan(admin, expected), findings);
  }
  for (const expected of matches) {
    compareChain(expected.run, await readChain(admin, expected.run), findings);
    compareMatch(expected, await readMatch(admin, expected.run), findings);
  }
  await checkWishes(admin, findings);
  return findings;
}

/**
 * What was wished is there as it was entered, on a line that is there or archived; and an archived line's wish is in the
 * snapshot of the run that archived it.
 */
async function checkWishes(admin: postgres.Sql, { lost }: Findings): Promise<void> {
  const [{ gone, unkept }] = await admin`
    select
      count(*) filter (where p.worker_mapping is null)::int as gone,
      count(*) filter (where l.archived_at is not null and not exists (
        select from public.job_lines_history h, jsonb_array_elements(h.attachments -> 'ranks') r
        where h.allocation_run = l.allocation_run and (r ->> 'job_line')::uuid = w.line
          and (r ->> 'worker_mapping')::uuid = w.doctor))::int as unkept
    from chaos.wishes w
    left join public.job_lines l on l.id = w.line
    left join public.preference_worker_job_lines p
      on p.worker_mapping = w.doctor and p.job_line = w.line and p.order_preference = w.rank`;
  if (gone > 0) lost.push(`${gone} wishes are gone`);
  if (unkept > 0) lost.push(`${unkept} wishes of archived lines are in no snapshot`);
}

/** How a run of any engine went. */
interface ChainFacts {
  status: string | null;
  ends: number;
  /** Slices of its block as they were committed, in order. */
  slices: number[];
  metrics: number[];
}

async function readChain(admin: postgres.Sql, run: string): Promise<ChainFacts> {
  const [facts] = await admin<ChainFacts[]>`
    select
      (select status::text from public.allocation_planner_runs where id = ${run}
       union all select status::text from public.allocator_py_runs where id = ${run}) as status,
      (select count(*)::int from chaos.run_ends where run_ends.run = ${run}) as ends,
      (select coalesce(array_agg(slices order by slices), '{}') from chaos.block_steps s
        where s.run = ${run}) as slices,
      (select coalesce(array_agg(slice order by slice), '{}') from public.system_metrics
        where run_id = ${run}) as metrics`;
  return facts;
}

function compareChain(run: string, facts: ChainFacts, findings: Findings): void {
  if (facts.status !== "COMPLETED") findings.lost.push(`${run}: it is ${facts.status}`);
  exactly(findings, run, "ends", facts.ends, 1);
  for (const [what, numbers] of [["block", facts.slices], ["metrics", facts.metrics]] as const) {
    // Each slice once: 1, 2, 3...
    exactly(findings, run, `slices of its ${what}`, numbers.length, Math.max(...numbers, 1));
    const twice = numbers.filter((number, i) => numbers.indexOf(number) !== i);
    if (twice.length > 0) findings.doubled.push(`${run}: ${what} did slices ${twice} twice`);
  }
}

function exactly(
  { lost, doubled }: Findings,
  run: string,
  what: string,
  found: number,
  wanted: number,
): void {
  const sentence = `${run}: ${found} ${what} instead of ${wanted}`;
  if (found < wanted) lost.push(sentence);
  if (found > wanted) doubled.push(sentence);
}

/** Counts of what a planner run left behind. */
interface PlanFacts {
  lines_made: number;
  /** Lines there now, and those of them with one rotation for each term. */
  lines: number;
  complete_lines: number;
  foreign_lines: number;
  snapshots: number;
  /** Lines of the run before: made by it, archived or taken over, deleted, and found whole in the snapshot. */
  replaced_made: number;
  replaced_removed: number;
  replaced_deleted: number;
  replaced_kept: number;
}

async function readPlan(admin: postgres.Sql, expected: ExpectedPlan): Promise<PlanFacts> {
  const { run, allocationRun, terms, replaced } = expected;
  const [facts] = await admin<PlanFacts[]>`
    select
      (select count(*)::int from chaos.lines_made m where m.run = ${run}) as lines_made,
      (select count(*)::int from public.job_lines where planner_run = ${run} and archived_at is null) as lines,
      (select count(*)::int from public.job_lines l where l.planner_run = ${run} and l.archived_at is null and ${terms} = (
        select count(distinct r.term) from public.rotations r where r.job_line = l.id
        having count(*) = ${terms})) as complete_lines,
      (select count(*)::int from public.job_lines
        where allocation_run = ${allocationRun} and archived_at is null
          and planner_run is distinct from ${run}) as foreign_lines,
      (select count(*)::int from public.job_lines_history where planner_run = ${run}) as snapshots,
      (select count(*)::int from chaos.lines_made m where m.run = ${replaced}) as replaced_made,
      (select count(*)::int from chaos.lines_removed d where d.run = ${replaced}) as replaced_removed,
      (select count(*)::int from chaos.lines_deleted d where d.run = ${replaced}) as replaced_deleted,
      (select count(distinct line ->> 'id')::int
        from public.job_lines_history h, jsonb_array_elements(h.snapshot) line
        where h.planner_run = ${run} and jsonb_array_length(line -> 'rotations') = ${terms}
          and (line ->> 'id')::uuid in (
            select m.line from chaos.lines_made m where m.run = ${replaced})) as replaced_kept`;
  return facts;
}

function comparePlan(expected: ExpectedPlan, facts: PlanFacts, findings: Findings): void {
  const check = (what: string, found: number, wanted: number) =>
    exactly(findings, expected.run, what, found, wanted);
  check("lines made", facts.lines_made, expected.lines);
  check("lines", facts.lines, expected.lines);
  check("whole lines", facts.complete_lines, expected.lines);
  check("lines of others", facts.foreign_lines, 0);
  // Where no line stood before there is nothing to keep.
  check("snapshots", facts.snapshots, Math.min(1, facts.replaced_made));
  check("replaced lines archived or taken over", facts.replaced_removed, facts.replaced_made);
  if (facts.replaced_deleted > 0) {
    findings.lost.push(`${expected.run}: ${facts.replaced_deleted} replaced lines were deleted`);
  }
  check("replaced lines in the snapshot", facts.replaced_kept, facts.replaced_made);
}

/** Counts of what an allocator run left behind. */
interface MatchFacts {
  made: number;
  removed: number;
  doctors: number;
  /** Lines with more doctors than they have places. */
  crowded: number;
}

async function readMatch(admin: postgres.Sql, run: string): Promise<MatchFacts> {
  const [facts] = await admin<MatchFacts[]>`
    select
      (select count(*)::int from chaos.allocations_made m where m.run = ${run}) as made,
      (select count(*)::int from chaos.allocations_removed r where r.run = ${run}) as removed,
      (select count(distinct a.worker_mapping)::int from public.allocator_py_allocations a
        where a.run = ${run}) as doctors,
      (select count(*)::int from (
        select l.id from public.allocator_py_allocations a join public.job_lines l on l.id = a.job_line
        where a.run = ${run} group by l.id having count(*) > max(l.max_n_workers)) c) as crowded`;
  return facts;
}

function compareMatch(expected: ExpectedMatch, facts: MatchFacts, findings: Findings): void {
  const check = (what: string, found: number, wanted: number) =>
    exactly(findings, expected.run, what, found, wanted);
  check("allocations made", facts.made, expected.doctors);
  check("allocations removed", facts.removed, 0);
  check("doctors with a line", facts.doctors, expected.doctors);
  check("lines with too many doctors", facts.crowded, 0);
}

/** A fingerprint of every row that belongs to an org, in every table that has orgs. */
export async function checksumOfOrg(admin: postgres.Sql, org: string): Promise<string> {
  const tables = await admin`
    select c.table_schema as schema, c.table_name as name
    from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.column_name = 'org_id' and t.table_type = 'BASE TABLE'
    order by 1, 2`;
  const sums = [];
  for (const { schema, name } of tables) {
    const [{ sum }] = await admin`
      select md5(coalesce(string_agg(t::text, E'\n' order by t::text), '')) as sum
      from ${admin(`${schema}.${name}`)} t where t.org_id = ${org}`;
    sums.push(`${schema}.${name} ${sum}`);
  }
  return sums.join("\n");
}
