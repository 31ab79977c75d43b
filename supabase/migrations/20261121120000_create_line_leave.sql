-- Annual leave of job lines: planned with the rotations, written, snapshotted and restored with them.

create table public.job_line_leave (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  job_line uuid not null,
  starts_on date not null check (extract(isodow from starts_on) = 1),
  ends_on date not null check (extract(isodow from ends_on) = 7),
  unique (job_line, starts_on),
  check (ends_on > starts_on),
  foreign key (org_id, allocation_run, job_line)
    references public.job_lines (org_id, allocation_run, id) on delete cascade
);
comment on table public.job_line_leave is 'Blocks of annual leave of a job line, whole weeks from Monday to Sunday.';
create index job_line_leave_run_line_idx on public.job_line_leave (allocation_run, job_line, org_id);
create index job_line_leave_org_idx on public.job_line_leave (org_id);

alter table public.job_line_leave enable row level security;
revoke all on public.job_line_leave from anon, authenticated;
grant select on public.job_line_leave to authenticated;
grant all on public.job_line_leave to service_role;
grant select, insert, delete on public.job_line_leave to receptor_engine;

create policy job_line_leave_select on public.job_line_leave for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationPlanner.view'))
    or allocation_run in (select private.own_open_runs())
  );
create policy engine_select on public.job_line_leave for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
create policy engine_insert on public.job_line_leave for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id()));
create policy engine_delete on public.job_line_leave for delete to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));

comment on column public.job_lines_history.snapshot is
  'Array of lines {id, name, sort_order, pathway, affinity, planner_run, rotations: [{term, position, position_name, starts_on, ends_on}], leave: [{starts_on, ends_on}]}.';

-- private.snapshot_job_lines(run): as before, with the leave of each line.
-- Called by private.keep_snapshot() and by nobody else. Runs with its caller's rights.
create or replace function private.snapshot_job_lines(p_allocation_run uuid)
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

-- private.keep_snapshot(...): writes the unlocked lines of an allocation run to the history; returns the history row.
-- Called before lines are replaced: by private.replace_job_lines() and planner.commit_run(). Runs with its caller's rights.
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
revoke all on function
  private.keep_snapshot(uuid, uuid, public.job_lines_history_reason, uuid, uuid) from public;
grant execute on function
  private.keep_snapshot(uuid, uuid, public.job_lines_history_reason, uuid, uuid) to receptor_engine;

-- private.insert_line_parts(org, run, lines): rotations and leave of lines that are there.
-- Called by private.insert_job_lines() and planner.commit_run(). Runs with its caller's rights.
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
revoke all on function private.insert_line_parts(uuid, uuid, jsonb) from public;
grant execute on function private.insert_line_parts(uuid, uuid, jsonb) to receptor_engine;

-- private.insert_job_lines(org, run, lines): adds lines with their rotations and leave to an allocation run.
-- Called by private.replace_job_lines() and planner.commit_run(). Runs with its caller's rights.
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
revoke all on function private.insert_job_lines(uuid, uuid, jsonb) from public;
grant execute on function private.insert_job_lines(uuid, uuid, jsonb) to receptor_engine;

-- private.replace_job_lines(...): as before; snapshot, delete and insert are functions of their own now.
create or replace function private.replace_job_lines(
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
