// What really happened, told by the database alone: triggers write down every change that was committed, and the check
// compares them with what each planner run should have left behind. Shares no code with the fleet or the planner.

import type postgres from "postgres";

/** What a finished planner run should have left behind. */
export interface Expected {
  run: string;
  allocationRun: string;
  lines: number;
  terms: number;
  /** The run before it on the same allocation run, whose lines it replaced. */
  replaced: string | null;
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

  create function chaos.note_line() returns trigger language plpgsql security definer as $$
  begin
    if tg_op = 'INSERT' then insert into chaos.lines_made values (new.planner_run, new.id);
    else insert into chaos.lines_removed values (old.planner_run, old.id);
    end if;
    return null;
  end $$;
  create trigger note_line after insert or delete on public.job_lines for each row
    execute function chaos.note_line();

  create function chaos.note_run() returns trigger language plpgsql security definer as $$
  begin
    insert into chaos.run_ends values (new.id, new.status);
    return null;
  end $$;
  create trigger note_run after update of status on public.allocation_planner_runs for each row
    when (new.finished_at is not null) execute function chaos.note_run();
`;

/** Begins to write down what is committed; as the superuser. */
export async function startAudit(admin: postgres.Sql): Promise<void> {
  await admin.unsafe(TRIGGERS).simple();
}

/** Checks planner runs that are expected to have ended. */
export async function checkRuns(admin: postgres.Sql, runs: Expected[]): Promise<Findings> {
  const findings: Findings = { lost: [], doubled: [] };
  for (const expected of runs) {
    const facts = await readFacts(admin, expected);
    compare(expected, facts, findings);
  }
  return findings;
}

/** Counts of what a run left behind. */
interface Facts {
  status: string | null;
  ends: number;
  lines_made: number;
  /** Lines there now, and those of them with one rotation for each term. */
  lines: number;
  complete_lines: number;
  foreign_lines: number;
  snapshots: number;
  /** Lines of the run before: made by it, removed, and found whole in the snapshot. */
  replaced_made: number;
  replaced_removed: number;
  replaced_kept: number;
  /** Slices of its block as they were committed, in order. */
  slices: number[];
  metrics: number[];
}

async function readFacts(admin: postgres.Sql, expected: Expected): Promise<Facts> {
  const { run, allocationRun, terms, replaced } = expected;
  const [facts] = await admin<Facts[]>`
    select
      (select status::text from public.allocation_planner_runs where id = ${run}) as status,
      (select count(*)::int from chaos.run_ends where run_ends.run = ${run}) as ends,
      (select count(*)::int from chaos.lines_made m where m.run = ${run}) as lines_made,
      (select count(*)::int from public.job_lines where planner_run = ${run}) as lines,
      (select count(*)::int from public.job_lines l where l.planner_run = ${run} and ${terms} = (
        select count(distinct r.term) from public.rotations r where r.job_line = l.id
        having count(*) = ${terms})) as complete_lines,
      (select count(*)::int from public.job_lines
        where allocation_run = ${allocationRun} and planner_run is distinct from ${run}) as foreign_lines,
      (select count(*)::int from public.job_lines_history where planner_run = ${run}) as snapshots,
      (select count(*)::int from chaos.lines_made m where m.run = ${replaced}) as replaced_made,
      (select count(*)::int from chaos.lines_removed d where d.run = ${replaced}) as replaced_removed,
      (select count(distinct line ->> 'id')::int
        from public.job_lines_history h, jsonb_array_elements(h.snapshot) line
        where h.planner_run = ${run} and jsonb_array_length(line -> 'rotations') = ${terms}
          and (line ->> 'id')::uuid in (
            select m.line from chaos.lines_made m where m.run = ${replaced})) as replaced_kept,
      (select coalesce(array_agg(slices order by slices), '{}') from chaos.block_steps s
        where s.run = ${run}) as slices,
      (select coalesce(array_agg(slice order by slice), '{}') from public.system_metrics
        where run_id = ${run}) as metrics`;
  return facts;
}

function compare(expected: Expected, facts: Facts, { lost, doubled }: Findings): void {
  const exactly = (what: string, found: number, wanted: number) => {
    const sentence = `${expected.run}: ${found} ${what} instead of ${wanted}`;
    if (found < wanted) lost.push(sentence);
    if (found > wanted) doubled.push(sentence);
  };
  if (facts.status !== "COMPLETED") lost.push(`${expected.run}: it is ${facts.status}`);
  exactly("ends", facts.ends, 1);
  exactly("lines made", facts.lines_made, expected.lines);
  exactly("lines", facts.lines, expected.lines);
  exactly("whole lines", facts.complete_lines, expected.lines);
  exactly("lines of others", facts.foreign_lines, 0);
  exactly("snapshots", facts.snapshots, 1);
  exactly("replaced lines removed", facts.replaced_removed, facts.replaced_made);
  exactly("replaced lines in the snapshot", facts.replaced_kept, facts.replaced_made);
  for (const [what, numbers] of [["block", facts.slices], ["metrics", facts.metrics]] as const) {
    // Each slice once: 1, 2, 3...
    exactly(`slices of its ${what}`, numbers.length, Math.max(...numbers, 1));
    const twice = numbers.filter((number, i) => numbers.indexOf(number) !== i);
    if (twice.length > 0) doubled.push(`${expected.run}: ${what} did slices ${twice} twice`);
  }
}

/** A fingerprint of every row that belongs to an org, in every table that has orgs. */
export async function checksumOfOrg(admin: postgres.Sql, org: string): Promise<string> {
  const tables = await admin`
    select c.table_schema as schema, c.table_name as name
    from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.column_name = 'org_id' and c.table_schema in ('public', 'fleet')
      and t.table_type = 'BASE TABLE'
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
