-- The history of job lines: snapshots of lines with all that hangs on them, taken before anything replaces them, and how
-- they come back.

create type public.job_lines_history_reason as enum ('planner_run', 'restore', 'terms', 'populate', 'edit', 'kept');

create table public.job_lines_history (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  reason public.job_lines_history_reason not null,
  planner_run uuid,
  replaced_by uuid references auth.users (id) on delete set null,
  replaced_at timestamptz not null default now(),
  line_count int not null check (line_count >= 0),
  starts_on date not null,
  term_weeks int[] not null,
  counts jsonb not null default '{}' check (jsonb_typeof(counts) = 'object'),
  snapshot jsonb not null check (jsonb_typeof(snapshot) = 'array'),
  attachments jsonb not null default '{}' check (jsonb_typeof(attachments) = 'object'),
  name text check (private.is_name(name, 200)),
  cells int check (cells >= 0),
  undoes uuid references public.job_lines_history (id) on delete set null,
  changes jsonb check (jsonb_typeof(changes) = 'array'),
  unique (org_id, id),
  check ((reason = 'planner_run') = (planner_run is not null)),
  check ((reason = 'edit') = (changes is not null and cells is not null)),
  constraint job_lines_history_org_id_allocation_run_fkey
    foreign key (allocation_run, org_id)
    references public.allocation_runs (id, org_id) on delete cascade,
  constraint job_lines_history_org_id_planner_run_fkey
    foreign key (planner_run, org_id)
    references public.allocation_planner_runs (id, org_id) on delete cascade
);
comment on table public.job_lines_history is
  'The lines of an allocation run with all that hung on them, as they were before a planner run, a restore, other terms, a populate that replaces wishes or an edit by hand, or when somebody kept them; written in the same transaction.';
comment on column public.job_lines_history.snapshot is
  'Array of the lines that were not pinned: {id, name, sort_order, pathway, affinity, planner_run, max_n_workers, must_have_workers, rotations: [{term, position, position_name, starts_on, ends_on}], leave: [{starts_on, ends_on}]}.';
comment on column public.job_lines_history.attachments is
  'Rows as they were, by table: ranks, eligibility, preferencers, preferencer_lines, preferencer_ranks, weightings, remarks; of pinned lines, too. archived_lines: lines in the shape of snapshot that were archived then and that a restore wrote over.';
comment on column public.job_lines_history.name is 'What people call the snapshot; null: they do not.';
comment on column public.job_lines_history.cells is 'Of an edit by hand: how many cells it changed.';
comment on column public.job_lines_history.undoes is 'Of an edit by hand: the edit that it takes back; null: none.';
comment on column public.job_lines_history.changes is
  'Of an edit by hand: [{job_line, before, after}], states of lines, see private.line_states().';
comment on column public.job_lines_history.counts is 'What hung on the lines of the snapshot, counted: see private.losses().';
comment on column public.job_lines_history.starts_on is 'The first day of the year at that time, with term_weeks: the terms that the dates are of.';
comment on column public.job_lines_history.planner_run is 'The run that replaced the lines (not the one that built them).';
create index job_lines_history_run_idx
  on public.job_lines_history (allocation_run, org_id, replaced_at desc);
create unique index job_lines_history_one_per_planner_run_idx
  on public.job_lines_history (planner_run) where reason = 'planner_run';
create index job_lines_history_undoes_idx on public.job_lines_history (undoes) where undoes is not null;
create index job_lines_history_replaced_by_idx on public.job_lines_history (replaced_by);
create index job_lines_history_planner_run_idx on public.job_lines_history (planner_run, org_id);

alter table public.job_lines_history enable row level security;
revoke all on public.job_lines_history from public, anon, authenticated, service_role;
-- What doctors wished is not for everybody who sees plans: a restore reads the attachments, nobody else.
grant select (id, org_id, allocation_run, reason, planner_run, replaced_by, replaced_at, line_count, starts_on, term_weeks,
              counts, snapshot, name, cells, undoes, changes) on public.job_lines_history to authenticated;
grant all on public.job_lines_history to service_role;

create policy job_lines_history_select on public.job_lines_history for select to authenticated
  using (org_id in (select private.orgs_with_right('allocationPlanner.view')));

-- private.snapshot_job_lines(run, archived): the lines of an allocation run that are not pinned, with rotations and leave;
-- where `archived` is said, these lines instead, as far as they are archived.
-- Called by private.take_snapshot() and private.save_edit().
create function private.snapshot_job_lines(p_allocation_run uuid, p_archived uuid[] default null)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'id', l.id, 'name', l.name, 'sort_order', l.sort_order, 'pathway', l.pathway,
      'affinity', l.affinity, 'planner_run', l.planner_run, 'max_n_workers', l.max_n_workers,
      'must_have_workers', l.must_have_workers, 'first_term', l.first_term, 'last_term', l.last_term,
      'rotations', (
        select coalesce(jsonb_agg(
          jsonb_build_object(
            'term', r.term, 'position', r.position, 'position_name', p.name,
            'starts_on', r.starts_on, 'ends_on', r.ends_on
          ) order by r.term), '[]'::jsonb)
        from public.rotations r
        join public.positions p on p.id = r.position
        where r.job_line = l.id
      ),
      'leave', (
        select coalesce(jsonb_agg(
          jsonb_build_object('starts_on', v.starts_on, 'ends_on', v.ends_on) order by v.starts_on), '[]'::jsonb)
        from public.job_line_leave v
        where v.job_line = l.id
      )
    ) order by l.sort_order, l.name), '[]'::jsonb)
  from public.job_lines l
  where l.allocation_run = p_allocation_run and case
    when p_archived is null then l.archived_at is null and not l.is_locked
    else l.archived_at is not null and l.id = any (p_archived) end
  );
end
$$;
comment on function private.snapshot_job_lines(uuid, uuid[]) is
  'The job lines of an allocation run that are not pinned, with their rotations, as stored in job_lines_history.';
revoke all on function private.snapshot_job_lines(uuid, uuid[]) from public, anon, authenticated, service_role;

-- private.snapshot_attachments(run, archived): all that hangs on the lines of an allocation run that are there, pinned ones
-- too, and on some archived ones: rows as they are, so that a column that is added to a table is kept and restored without
-- a word here. Of preferencers all their lines, since one that goes takes along its ties to archived lines, too.
-- Called by private.take_snapshot() and by nobody else.
create function private.snapshot_attachments(p_allocation_run uuid, p_archived uuid[])
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  with line as (
    select l.id from public.job_lines l
    where l.allocation_run = p_allocation_run and (l.archived_at is null or l.id = any (p_archived))
  )
  select jsonb_build_object(
    'ranks', (
      select coalesce(jsonb_agg(to_jsonb(r)), '[]') from public.preference_worker_job_lines r
      where r.allocation_run = p_allocation_run and r.job_line in (select id from line)),
    'eligibility', (
      select coalesce(jsonb_agg(to_jsonb(e)), '[]') from public.job_line_eligibility e
      where e.allocation_run = p_allocation_run and e.job_line in (select id from line)),
    'preferencers', (
      select coalesce(jsonb_agg(to_jsonb(f)), '[]') from public.preferencers f where f.allocation_run = p_allocation_run),
    'preferencer_lines', (
      select coalesce(jsonb_agg(to_jsonb(f)), '[]') from public.preferencer_job_lines f
      where f.allocation_run = p_allocation_run),
    'preferencer_ranks', (
      select coalesce(jsonb_agg(to_jsonb(r)), '[]') from public.preferencer_worker_ranks r
      where r.allocation_run = p_allocation_run),
    'weightings', (
      select coalesce(jsonb_agg(to_jsonb(w)), '[]') from public.allocation_run_preferencer_weightings w
      where w.allocation_run = p_allocation_run and (w.job_line is null or w.job_line in (select id from line))),
    'remarks', (
      select coalesce(jsonb_agg(to_jsonb(k)), '[]') from public.job_line_remarks k
      where k.allocation_run = p_allocation_run and k.job_line in (select id from line)))
  );
end
$$;
comment on function private.snapshot_attachments(uuid, uuid[]) is
  'All that hangs on the job lines of an allocation run, as stored in job_lines_history.';
revoke all on function private.snapshot_attachments(uuid, uuid[]) from public, anon, authenticated, service_role;

-- private.take_snapshot(...): the lines of an allocation run and what hangs on them as the history would have them; nothing is
-- written. p_archived: archived lines that are about to be written over, and are kept as well.
-- Called by private.keep_snapshot() and keep_job_lines(), and by populate_allocation_run(), which does not know yet whether anything
-- is given up.
create function private.take_snapshot(
  p_org_id uuid,
  p_allocation_run uuid,
  p_reason public.job_lines_history_reason,
  p_planner_run uuid,
  p_replaced_by uuid,
  p_archived uuid[] default '{}'
)
returns public.job_lines_history
language plpgsql
set search_path = ''
as $$
declare
  v_snapshot jsonb := private.snapshot_job_lines(p_allocation_run);
  v_taken public.job_lines_history;
begin
  select gen_random_uuid(), p_org_id, ar.id, p_reason, p_planner_run, p_replaced_by, now(), jsonb_array_length(v_snapshot),
    ar.starts_on, ar.term_weeks,
    private.losses(ar.id, array(select (line ->> 'id')::uuid from jsonb_array_elements(v_snapshot) as line)),
    v_snapshot, private.snapshot_attachments(ar.id, p_archived)
      || jsonb_build_object('archived_lines', private.snapshot_job_lines(ar.id, p_archived))
  into strict v_taken.id, v_taken.org_id, v_taken.allocation_run, v_taken.reason, v_taken.planner_run, v_taken.replaced_by,
    v_taken.replaced_at, v_taken.line_count, v_taken.starts_on, v_taken.term_weeks, v_taken.counts, v_taken.snapshot,
    v_taken.attachments
  from public.allocation_runs ar
  where ar.org_id = p_org_id and ar.id = p_allocation_run;
  return v_taken;
end
$$;
comment on function private.take_snapshot(uuid, uuid, public.job_lines_history_reason, uuid, uuid, uuid[]) is
  'The job lines of an allocation run with all that hangs on them, as a row of the history that is not written.';
revoke all on function private.take_snapshot(uuid, uuid, public.job_lines_history_reason, uuid, uuid, uuid[])
  from public, anon, authenticated, service_role;

-- private.keep_snapshot(...): writes what private.take_snapshot() takes to the history; the history row.
-- Called before anything replaces lines: planner.write_lines() as receptor_engine, restore_job_lines(), the trigger of other
-- terms. Security definer: who plans need not see what doctors ranked.
create function private.keep_snapshot(
  p_org_id uuid,
  p_allocation_run uuid,
  p_reason public.job_lines_history_reason,
  p_planner_run uuid,
  p_replaced_by uuid,
  p_archived uuid[] default '{}'
)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_taken public.job_lines_history;
begin
  perform private.require_engine_claim(p_org_id);
  v_taken := private.take_snapshot(p_org_id, p_allocation_run, p_reason, p_planner_run, p_replaced_by, p_archived);
  insert into public.job_lines_history select v_taken.*;
  return v_taken.id;
end
$$;
comment on function private.keep_snapshot(uuid, uuid, public.job_lines_history_reason, uuid, uuid, uuid[]) is
  'Writes the job lines of an allocation run with all that hangs on them to the history; returns the history row.';
revoke all on function private.keep_snapshot(uuid, uuid, public.job_lines_history_reason, uuid, uuid, uuid[])
  from public, anon, authenticated, service_role;
grant execute on function private.keep_snapshot(uuid, uuid, public.job_lines_history_reason, uuid, uuid, uuid[])
  to receptor_engine;

-- private.write_line_parts(org, run, lines): lines that are there get these rotations and this leave, and no others. A
-- rotation and a block of leave that are the same keep their rows.
-- Called by planner.write_lines() and restore_job_lines(). Runs with its caller's rights.
-- p_lines: [{id, rotations: [{term, position, starts_on, ends_on}], leave?: [{starts_on, ends_on}]}]
create function private.write_line_parts(p_org_id uuid, p_allocation_run uuid, p_lines jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_lines uuid[] := array(select (line ->> 'id')::uuid from jsonb_array_elements(p_lines) as line);
begin
  delete from public.rotations r
  where r.job_line = any (v_lines) and not exists (
    select from jsonb_array_elements(p_lines) as line
    cross join lateral jsonb_array_elements(line -> 'rotations') as n
    where (line ->> 'id')::uuid = r.job_line and (n ->> 'term')::smallint = r.term
      and (n ->> 'position')::uuid = r.position
      and (n ->> 'starts_on')::date = r.starts_on and (n ->> 'ends_on')::date = r.ends_on);
  insert into public.rotations
    (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
  select p_org_id, p_allocation_run, (line ->> 'id')::uuid, (r ->> 'position')::uuid,
         (r ->> 'term')::smallint, (r ->> 'starts_on')::date, (r ->> 'ends_on')::date
  from jsonb_array_elements(p_lines) as line
  cross join lateral jsonb_array_elements(line -> 'rotations') as r
  on conflict (job_line, term) do nothing;

  delete from public.job_line_leave v
  where v.job_line = any (v_lines) and not exists (
    select from jsonb_array_elements(p_lines) as line
    cross join lateral jsonb_array_elements(coalesce(line -> 'leave', '[]')) as n
    where (line ->> 'id')::uuid = v.job_line and (n ->> 'starts_on')::date = v.starts_on
      and (n ->> 'ends_on')::date = v.ends_on);
  insert into public.job_line_leave (org_id, allocation_run, job_line, starts_on, ends_on)
  select p_org_id, p_allocation_run, (line ->> 'id')::uuid,
         (v ->> 'starts_on')::date, (v ->> 'ends_on')::date
  from jsonb_array_elements(p_lines) as line
  cross join lateral jsonb_array_elements(coalesce(line -> 'leave', '[]')) as v
  on conflict (job_line, starts_on) do nothing;
end
$$;
comment on function private.write_line_parts(uuid, uuid, jsonb) is
  'Gives job lines that are there their rotations and leave.';
revoke all on function private.write_line_parts(uuid, uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.write_line_parts(uuid, uuid, jsonb) to receptor_engine;

-- private.restored_lines(snapshot): the lines of a snapshot with the dates that the terms have by now; lines that are there
-- and pinned are left out. RC409 where they do not fit: a position is gone, the year has fewer terms, or leave has no room.
-- Called by restore_job_lines().
create function private.restored_lines(p_history public.job_lines_history)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_run public.allocation_runs;
  v_lines jsonb;
begin
  select * into v_run from public.allocation_runs where id = p_history.allocation_run;
  select coalesce(jsonb_agg(line || jsonb_build_object(
    'rotations', (
      select coalesce(jsonb_agg(r || jsonb_build_object('starts_on', t.starts_on, 'ends_on', t.ends_on)), '[]')
      from jsonb_array_elements(line -> 'rotations') as r
      left join private.terms(v_run.starts_on, v_run.term_weeks) as t on t.term = (r ->> 'term')::smallint),
    'leave', (
      select coalesce(jsonb_agg(jsonb_build_object('starts_on', m.starts_on,
        'ends_on', m.starts_on + ((v ->> 'ends_on')::date - (v ->> 'starts_on')::date))), '[]')
      from jsonb_array_elements(line -> 'leave') as v
      cross join lateral private.moved_start((v ->> 'starts_on')::date, (v ->> 'ends_on')::date,
        p_history.starts_on, p_history.term_weeks, v_run.starts_on, v_run.term_weeks) as m (starts_on)))), '[]')
  into v_lines
  from jsonb_array_elements(p_history.snapshot) as line
  where not exists (
    select from public.job_lines l
    where l.id = (line ->> 'id')::uuid and l.is_locked and l.archived_at is null);

  if exists (
    select from jsonb_array_elements(v_lines) as line
    cross join lateral jsonb_array_elements(line -> 'rotations') as r
    where not exists (select from public.positions p where p.id = (r ->> 'position')::uuid)
  ) then
    raise exception 'The snapshot no longer fits: a position of its lines was deleted.' using errcode = 'RC409';
  end if;
  if jsonb_path_exists(v_lines, '$[*].rotations[*] ? (@.starts_on == null)')
    or jsonb_path_exists(v_lines, '$[*].leave[*] ? (@.starts_on == null)')
  then
    raise exception 'The snapshot does not fit the terms of today. Set them to what they were then (% weeks from %), and restore it.',
      array_to_string(p_history.term_weeks, ', '), p_history.starts_on
      using errcode = 'RC409';
  end if;
  return v_lines;
end
$$;
comment on function private.restored_lines(public.job_lines_history) is 'The job lines of a snapshot with the dates of today''s terms.';
revoke all on function private.restored_lines(public.job_lines_history) from public, anon, authenticated, service_role;

-- private.restore_attachments(snapshot, lines, all): what hung on lines comes back by their ids, in place of what hangs on
-- them now; what hangs on other lines stays. Doctors who left since are passed over. A preferencer of these lines that was
-- deleted since comes back with its ranks, under its name where that is free.
-- p_all: the wishes of the whole allocation run, of other lines and of every preferencer, are what the snapshot says.
-- Called by restore_job_lines(), when the lines are there.
create function private.restore_attachments(p_history public.job_lines_history, p_lines uuid[], p_all boolean)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_run uuid := p_history.allocation_run;
  v_rows jsonb := p_history.attachments;
  v_back uuid[];
begin
  delete from public.preference_worker_job_lines where allocation_run = v_run and job_line = any (p_lines);
  delete from public.job_line_eligibility where allocation_run = v_run and job_line = any (p_lines);
  delete from public.preferencer_job_lines where allocation_run = v_run and job_line = any (p_lines);
  delete from public.job_line_remarks where allocation_run = v_run and job_line = any (p_lines);
  delete from public.allocation_run_preferencer_weightings
  where allocation_run = v_run and (job_line = any (p_lines) or p_all and job_line is null);
  if p_all then
    delete from public.preferencers where allocation_run = v_run;
  end if;

  perform private.take_ranks(true);
  insert into public.preference_worker_job_lines
  select r.* from jsonb_populate_recordset(null::public.preference_worker_job_lines, v_rows -> 'ranks') as r
  where r.job_line = any (p_lines)
    and r.worker_mapping in (select m.id from public.allocation_run_worker_mappings m where m.allocation_run = v_run);
  insert into public.job_line_remarks
  select k.* from jsonb_populate_recordset(null::public.job_line_remarks, v_rows -> 'remarks') as k
  where k.job_line = any (p_lines);
  insert into public.job_line_eligibility
  select e.* from jsonb_populate_recordset(null::public.job_line_eligibility, v_rows -> 'eligibility') as e
  where e.job_line = any (p_lines);
  insert into public.allocation_run_preferencer_weightings
  select w.* from jsonb_populate_recordset(null::public.allocation_run_preferencer_weightings, v_rows -> 'weightings') as w
  where w.job_line = any (p_lines) or p_all and w.job_line is null;

  with back as (
    insert into public.preferencers
    select f.* from jsonb_populate_recordset(null::public.preferencers, v_rows -> 'preferencers') as f
    where (p_all or exists (
        select from jsonb_populate_recordset(null::public.preferencer_job_lines, v_rows -> 'preferencer_lines') as l
        where l.preferencer = f.id and l.job_line = any (p_lines)))
      and not exists (
        select from public.preferencers n where n.allocation_run = v_run and (n.id = f.id or n.name = f.name))
    returning id
  )
  select coalesce(array_agg(id), '{}') into v_back from back;
  insert into public.preferencer_worker_ranks
  select r.* from jsonb_populate_recordset(null::public.preferencer_worker_ranks, v_rows -> 'preferencer_ranks') as r
  where r.preferencer = any (v_back)
    and r.worker_mapping in (select m.id from public.allocation_run_worker_mappings m where m.allocation_run = v_run);
  perform private.take_ranks(false);
  insert into public.preferencer_job_lines
  select l.* from jsonb_populate_recordset(null::public.preferencer_job_lines, v_rows -> 'preferencer_lines') as l
  where (l.job_line = any (p_lines)
      or p_all and l.job_line in (select j.id from public.job_lines j where j.allocation_run = v_run))
    and l.preferencer in (select f.id from public.preferencers f where f.allocation_run = v_run);
end
$$;
comment on function private.restore_attachments(public.job_lines_history, uuid[], boolean) is
  'Brings back what hung on the job lines of a snapshot.';
revoke all on function private.restore_attachments(public.job_lines_history, uuid[], boolean)
  from public, anon, authenticated, service_role;

-- restore_job_lines(snapshot, reason): puts the lines of a snapshot back with all that hung on them, by their ids, in place of the
-- lines that are there and not pinned, which are archived; what was there becomes a snapshot itself. Lines that are there
-- and pinned stay as they are, and so do today's wishes for other lines. A snapshot of a populate that replaced wishes brings
-- all wishes of the allocation run back; one of an edit by hand says nothing of what hung on lines, which stays as it is.
-- Called by UIs. 50,000 ranks take longer than the 8 s that the Data API gives a statement; see populate_allocation_run().
-- Answers {lines, counts, archived, replaced_snapshot}: lines put back, what hangs on them, what was archived
-- for them (see private.archive_lines()). RC404, 42501; RC409 as private.hold_lines(), or where it no longer fits.
create function public.restore_job_lines(p_snapshot uuid, p_reason text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
set statement_timeout = '60s'
as $$
declare
  v_history public.job_lines_history;
  v_lines jsonb;
  v_ids uuid[];
  v_under jsonb;
  v_under_ids uuid[];
  v_is_all boolean;
  v_wished uuid[] := '{}';
  v_replaced uuid;
  v_archived jsonb;
begin
  select * into v_history from public.job_lines_history
  where id = p_snapshot
    and org_id in (select private.orgs_with_right('allocationPlanner.view'));
  if not found then
    raise exception '%', private.no_such('snapshot', p_snapshot::text) using errcode = 'RC404';
  end if;
  perform private.hold_lines(v_history.allocation_run, 'Restoring job lines');
  perform private.give_reason(p_reason);
  v_lines := private.restored_lines(v_history);
  v_ids := array(select (line ->> 'id')::uuid from jsonb_array_elements(v_lines) as line);
  v_is_all := v_history.reason = 'populate';
  -- Lines that were archived then and are so again after this, but for those that are pinned by now.
  select coalesce(jsonb_agg(line), '[]') into v_under
  from jsonb_array_elements(v_history.attachments -> 'archived_lines') as line
  where not exists (
    select from public.job_lines l where l.id = (line ->> 'id')::uuid and l.is_locked and l.archived_at is null);
  v_under_ids := array(select (line ->> 'id')::uuid from jsonb_array_elements(v_under) as line);

  if v_is_all then
    -- All wishes come back, also for lines that were pinned then and are archived now. What hangs on lines that were archived
    -- then stays as it is, and so does what hangs on lines that this archives: it comes back with them. Of preferencers alone
    -- the snapshot names such lines, too.
    v_wished := array(
      select l.id from public.job_lines l
      where l.allocation_run = v_history.allocation_run and (l.archived_at is null and l.is_locked or l.id in (
        select (jsonb_path_query(v_history.attachments - 'preferencer_lines',
          '$.*[*].job_line ? (@ != null)') #>> '{}')::uuid)));
  end if;

  v_replaced := private.keep_snapshot(
    v_history.org_id, v_history.allocation_run, 'restore', null, auth.uid(), v_ids || v_under_ids || v_wished);
  v_archived := private.archive_lines(v_history.org_id, v_history.allocation_run, array(
    select id from public.job_lines
    where allocation_run = v_history.allocation_run and archived_at is null and not is_locked and id <> all (v_ids)));

  -- Those that were purged come as new rows, those that are there or archived are brought up to date; all of them archived
  -- until their parts are right, so that a name that was taken meanwhile stands in nobody's way.
  insert into public.job_lines (id, org_id, allocation_run, name, archived_at)
  select (line ->> 'id')::uuid, v_history.org_id, v_history.allocation_run, line ->> 'name', now()
  from jsonb_array_elements(v_lines || v_under) as line
  where (line ->> 'id')::uuid not in (select id from public.job_lines where allocation_run = v_history.allocation_run);
  update public.job_lines l set
    archived_at = coalesce(l.archived_at, now()), name = line ->> 'name', sort_order = (line ->> 'sort_order')::int,
    is_locked = false, pathway = line ->> 'pathway', affinity = (line ->> 'affinity')::int,
    planner_run = (select p.id from public.allocation_planner_runs p where p.id = (line ->> 'planner_run')::uuid),
    max_n_workers = (line ->> 'max_n_workers')::int, must_have_workers = (line ->> 'must_have_workers')::boolean,
    first_term = (line ->> 'first_term')::smallint, last_term = (line ->> 'last_term')::smallint
  from jsonb_array_elements(v_lines || v_under) as line
  where l.id = (line ->> 'id')::uuid;
  perform private.write_line_parts(v_history.org_id, v_history.allocation_run, v_lines || v_under);
  perform private.unarchive_lines(v_history.allocation_run, v_ids);
  if v_history.reason <> 'edit' then
    perform private.restore_attachments(v_history, v_ids || v_under_ids || v_wished, v_is_all);
  end if;
  perform private.mark_matches(v_history.allocation_run);
  return jsonb_build_object(
    'lines', cardinality(v_ids), 'counts', private.losses(v_history.allocation_run, v_ids),
    'archived', v_archived, 'replaced_snapshot', v_replaced);
end
$$;
comment on function public.restore_job_lines(uuid, text) is
  'Restores the job lines of a snapshot with all that hung on them; answers {lines, counts, archived, replaced_snapshot}.';
revoke all on function public.restore_job_lines(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.restore_job_lines(uuid, text) to authenticated;
