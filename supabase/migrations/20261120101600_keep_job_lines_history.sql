-- The history of job lines: what a planner run or a restore replaced, how lines are replaced, and how they come back.

create type public.job_lines_history_reason as enum ('planner_run', 'restore');

create table public.job_lines_history (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  reason public.job_lines_history_reason not null,
  planner_run uuid,
  replaced_by uuid references auth.users (id) on delete set null,
  replaced_at timestamptz not null default now(),
  line_count int not null check (line_count >= 0),
  snapshot jsonb not null check (jsonb_typeof(snapshot) = 'array'),
  unique (org_id, id),
  check ((reason = 'planner_run') = (planner_run is not null)),
  foreign key (org_id, allocation_run)
    references public.allocation_runs (org_id, id) on delete cascade,
  foreign key (org_id, planner_run)
    references public.allocation_planner_runs (org_id, id) on delete cascade
);
comment on table public.job_lines_history is
  'The lines and rotations that a planner run or a restore replaced, written in the same transaction.';
comment on column public.job_lines_history.snapshot is
  'Array of lines {id, name, sort_order, pathway, affinity, planner_run, rotations: [{term, position, position_name, starts_on, ends_on}], leave: [{starts_on, ends_on}]}.';
comment on column public.job_lines_history.planner_run is 'The run that replaced the lines (not the one that built them).';
create index job_lines_history_org_run_idx
  on public.job_lines_history (org_id, allocation_run, replaced_at desc);
create unique index job_lines_history_one_per_planner_run_idx
  on public.job_lines_history (planner_run) where reason = 'planner_run';
create index job_lines_history_replaced_by_idx on public.job_lines_history (replaced_by);
create index job_lines_history_org_planner_run_idx on public.job_lines_history (org_id, planner_run);

alter table public.job_lines_history enable row level security;
revoke all on public.job_lines_history from public, anon, authenticated, service_role;
grant select on public.job_lines_history to authenticated;
grant all on public.job_lines_history to service_role;
grant select, insert on public.job_lines_history to receptor_engine;

create policy job_lines_history_select on public.job_lines_history for select to authenticated
  using (org_id in (select private.orgs_with_right('allocationPlanner.view')));
create policy engine_select on public.job_lines_history for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
create policy engine_insert on public.job_lines_history for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id('planner')));

-- private.snapshot_job_lines(run): the unlocked lines of an allocation run, with rotations and leave, as one document.
-- Called by private.keep_snapshot() and by nobody else. Runs with its caller's rights.
create function private.snapshot_job_lines(p_allocation_run uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'id', l.id, 'name', l.name, 'sort_order', l.sort_order, 'pathway', l.pathway,
      'affinity', l.affinity, 'planner_run', l.planner_run,
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
  where l.allocation_run = p_allocation_run and not l.is_locked
$$;
comment on function private.snapshot_job_lines(uuid) is
  'The unlocked job lines of an allocation run with their rotations, as stored in job_lines_history.';
revoke all on function private.snapshot_job_lines(uuid) from public, anon, authenticated, service_role;
grant execute on function private.snapshot_job_lines(uuid) to receptor_engine;

-- private.keep_snapshot(...): writes the unlocked lines of an allocation run to the history; returns the history row.
-- Called before lines are replaced: by private.replace_job_lines() and planner.replace_some_lines(). Runs with its caller's
-- rights.
create function private.keep_snapshot(
  p_org_id uuid,
  p_allocation_run uuid,
  p_reason public.job_lines_history_reason,
  p_planner_run uuid,
  p_replaced_by uuid
)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_snapshot jsonb := private.snapshot_job_lines(p_allocation_run);
  v_history uuid;
begin
  insert into public.job_lines_history
    (org_id, allocation_run, reason, planner_run, replaced_by, line_count, snapshot)
  values
    (p_org_id, p_allocation_run, p_reason, p_planner_run, p_replaced_by,
     jsonb_array_length(v_snapshot), v_snapshot)
  returning id into v_history;
  return v_history;
end
$$;
comment on function private.keep_snapshot(uuid, uuid, public.job_lines_history_reason, uuid, uuid) is
  'Writes the unlocked job lines of an allocation run to the history; returns the history row.';
revoke all on function private.keep_snapshot(uuid, uuid, public.job_lines_history_reason, uuid, uuid)
  from public, anon, authenticated, service_role;
grant execute on function private.keep_snapshot(uuid, uuid, public.job_lines_history_reason, uuid, uuid)
  to receptor_engine;

-- private.insert_line_parts(org, run, lines): rotations and leave of lines that are there.
-- Called by private.insert_job_lines() and planner.replace_some_lines(). Runs with its caller's rights.
-- p_lines: [{id, rotations: [{term, position, starts_on, ends_on}], leave?: [{starts_on, ends_on}]}]
create function private.insert_line_parts(p_org_id uuid, p_allocation_run uuid, p_lines jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  insert into public.rotations
    (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
  select p_org_id, p_allocation_run, (line ->> 'id')::uuid, (r ->> 'position')::uuid,
         (r ->> 'term')::smallint, (r ->> 'starts_on')::date, (r ->> 'ends_on')::date
  from jsonb_array_elements(p_lines) as line
  cross join lateral jsonb_array_elements(line -> 'rotations') as r;

  insert into public.job_line_leave (org_id, allocation_run, job_line, starts_on, ends_on)
  select p_org_id, p_allocation_run, (line ->> 'id')::uuid,
         (v ->> 'starts_on')::date, (v ->> 'ends_on')::date
  from jsonb_array_elements(p_lines) as line
  cross join lateral jsonb_array_elements(coalesce(line -> 'leave', '[]')) as v;
end
$$;
comment on function private.insert_line_parts(uuid, uuid, jsonb) is
  'Inserts the rotations and the leave of job lines that are there.';
revoke all on function private.insert_line_parts(uuid, uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.insert_line_parts(uuid, uuid, jsonb) to receptor_engine;

-- private.insert_job_lines(org, run, lines): adds lines with their rotations and leave to an allocation run.
-- Called by private.replace_job_lines(), planner.commit_run() and planner.replace_some_lines(). Runs with its caller's rights.
-- p_lines: [{id?, name, sort_order, pathway?, affinity?, planner_run?, rotations, leave?}]
create function private.insert_job_lines(p_org_id uuid, p_allocation_run uuid, p_lines jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_lines jsonb;
begin
  select coalesce(jsonb_agg(
    e.line || jsonb_build_object('id', coalesce(e.line ->> 'id', gen_random_uuid()::text))), '[]')
  into v_lines
  from jsonb_array_elements(p_lines) as e (line);

  insert into public.job_lines
    (id, org_id, allocation_run, name, sort_order, pathway, affinity, planner_run)
  select (line ->> 'id')::uuid, p_org_id, p_allocation_run, line ->> 'name',
         (line ->> 'sort_order')::int, line ->> 'pathway', (line ->> 'affinity')::int,
         (line ->> 'planner_run')::uuid
  from jsonb_array_elements(v_lines) as line;

  perform private.insert_line_parts(p_org_id, p_allocation_run, v_lines);
end
$$;
comment on function private.insert_job_lines(uuid, uuid, jsonb) is
  'Inserts job lines with their rotations and leave.';
revoke all on function private.insert_job_lines(uuid, uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.insert_job_lines(uuid, uuid, jsonb) to receptor_engine;

-- private.replace_job_lines(...): snapshot the unlocked lines of an allocation run, delete them and insert others.
-- Called by planner.commit_run() as receptor_engine and by restore_job_lines(). Runs with its caller's
-- rights; the caller owns the transaction, so either all of it is seen or nothing.
-- p_lines: see private.insert_job_lines()
create function private.replace_job_lines(
  p_org_id uuid,
  p_allocation_run uuid,
  p_reason public.job_lines_history_reason,
  p_planner_run uuid,
  p_replaced_by uuid,
  p_lines jsonb
)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_history uuid := private.keep_snapshot(
    p_org_id, p_allocation_run, p_reason, p_planner_run, p_replaced_by);
begin
  delete from public.job_lines where allocation_run = p_allocation_run and not is_locked;
  perform private.insert_job_lines(p_org_id, p_allocation_run, p_lines);
  return v_history;
end
$$;
comment on function private.replace_job_lines(uuid, uuid, public.job_lines_history_reason, uuid, uuid, jsonb) is
  'Snapshots, deletes and inserts the unlocked lines of an allocation run; returns the history row.';
revoke all on function private.replace_job_lines(uuid, uuid, public.job_lines_history_reason, uuid, uuid, jsonb)
  from public, anon, authenticated, service_role;
grant execute on function private.replace_job_lines(uuid, uuid, public.job_lines_history_reason, uuid, uuid, jsonb)
  to receptor_engine;

-- restore_job_lines(snapshot): puts back the lines of a snapshot; what is there now becomes history itself.
-- Called by UIs. Locked lines stay; a line of the snapshot that is still there (locked since) is left alone.
create function public.restore_job_lines(p_snapshot uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_history public.job_lines_history;
  v_parent public.allocation_runs;
  v_lines jsonb;
  v_new_history uuid;
begin
  select * into v_history from public.job_lines_history
  where id = p_snapshot
    and org_id in (select private.orgs_with_right('allocationPlanner.view'));
  if not found then
    raise exception 'There is no snapshot %.', p_snapshot using errcode = 'RC404';
  end if;
  if v_history.org_id not in (select private.orgs_with_right('allocationRun.edit')) then
    raise exception 'Restoring job lines needs the right allocationRun.edit.'
      using errcode = 'insufficient_privilege';
  end if;
  -- Two writers of the same lines wait for each other here, as planner.commit_run() does.
  select * into v_parent from public.allocation_runs where id = v_history.allocation_run for update;
  if v_parent.status = 'closed' then
    raise exception 'The allocation run is closed; its job lines can no longer be replaced.'
      using errcode = 'RC409';
  end if;
  if exists (
    select from public.allocation_planner_runs
    where allocation_run = v_history.allocation_run and status in ('PENDING', 'GENERATING')
  ) then
    raise exception 'A planner run is under way for this allocation run; cancel it or wait for it.'
      using errcode = 'RC409';
  end if;

  if exists (
    select from jsonb_array_elements(v_history.snapshot) as line
    cross join lateral jsonb_array_elements(line -> 'rotations') as r
    left join public.positions p on p.id = (r ->> 'position')::uuid
    left join private.terms(v_parent.starts_on, v_parent.term_weeks) as t
      on t.term = (r ->> 'term')::smallint and t.starts_on = (r ->> 'starts_on')::date
      and t.ends_on = (r ->> 'ends_on')::date
    where p.id is null or t.term is null
  ) then
    raise exception 'The snapshot no longer fits: the dates of the terms changed since, or a position is gone.'
      using errcode = 'RC409';
  end if;

  select coalesce(jsonb_agg(line), '[]'::jsonb) into v_lines
  from jsonb_array_elements(v_history.snapshot) as line
  where not exists (
    select from public.job_lines l
    where l.is_locked and l.allocation_run = v_history.allocation_run
      and (l.id = (line ->> 'id')::uuid or l.name = line ->> 'name')
  );
  v_new_history := private.replace_job_lines(
    v_history.org_id, v_history.allocation_run, 'restore', null, auth.uid(), v_lines);
  return jsonb_build_object('lines', jsonb_array_length(v_lines), 'replaced_snapshot', v_new_history);
end
$$;
comment on function public.restore_job_lines(uuid) is
  'Restores the job lines of a snapshot; answers {lines, replaced_snapshot}.';
revoke all on function public.restore_job_lines(uuid) from public, anon, authenticated, service_role;
grant execute on function public.restore_job_lines(uuid) to authenticated;
