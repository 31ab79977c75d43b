-- What the planner makes: job lines, their rotations, and the history of lines that were replaced.

create table public.job_lines (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  name text not null check (length(trim(name)) between 1 and 200),
  sort_order int not null default 0,
  is_locked boolean not null default false,
  pathway text,
  affinity int,
  planner_run uuid,
  created_at timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, allocation_run, id),
  unique (allocation_run, name),
  foreign key (org_id, allocation_run)
    references public.allocation_runs (org_id, id) on delete cascade
);
comment on table public.job_lines is 'An anonymous year-long sequence of rotations, one per term.';
comment on column public.job_lines.is_locked is 'Pinned: generating lines keeps it, and it consumes its posts.';
comment on column public.job_lines.affinity is 'Affinity of the line in units of the run''s affinity profile; null where unknown.';
comment on column public.job_lines.planner_run is 'The planner run that built it; null for lines made by hand.';
create index job_lines_org_run_idx on public.job_lines (org_id, allocation_run, sort_order);
create index job_lines_planner_run_idx on public.job_lines (planner_run);

create table public.rotations (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  job_line uuid not null,
  position uuid not null,
  term smallint not null check (term between 1 and 12),
  starts_on date not null check (extract(isodow from starts_on) = 1),
  ends_on date not null check (extract(isodow from ends_on) = 7),
  created_at timestamptz not null default now(),
  unique (org_id, id),
  unique (job_line, term),
  check (ends_on > starts_on),
  foreign key (org_id, allocation_run, job_line)
    references public.job_lines (org_id, allocation_run, id) on delete cascade,
  -- A position that lines stand on cannot be deleted by accident; deleting a whole org still can
  -- (no action is checked at the end of the statement, restrict would not wait for the cascade).
  foreign key (org_id, position) references public.positions (org_id, id) on delete no action
);
comment on table public.rotations is 'One position for one term of a job line. Terms start on a Monday and end on a Sunday.';
-- Read by allocation run or by line; org_id comes last because policies compare it as a filter.
create index rotations_run_line_idx on public.rotations (allocation_run, job_line, org_id);
create index rotations_org_position_idx on public.rotations (org_id, position);

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
    references public.allocation_runs (org_id, id) on delete cascade
);
comment on table public.job_lines_history is
  'The lines and rotations that a planner run or a restore replaced, written in the same transaction.';
comment on column public.job_lines_history.snapshot is
  'Array of lines {id, name, sort_order, pathway, affinity, planner_run, rotations: [{term, position, position_name, starts_on, ends_on}]}.';
comment on column public.job_lines_history.planner_run is 'The run that replaced the lines (not the one that built them).';
create index job_lines_history_org_run_idx
  on public.job_lines_history (org_id, allocation_run, replaced_at desc);
create unique index job_lines_history_one_per_planner_run_idx
  on public.job_lines_history (planner_run) where reason = 'planner_run';
create index job_lines_history_planner_run_idx on public.job_lines_history (planner_run);
create index job_lines_history_replaced_by_idx on public.job_lines_history (replaced_by);

alter table public.job_lines enable row level security;
alter table public.rotations enable row level security;
alter table public.job_lines_history enable row level security;

revoke all on public.job_lines, public.rotations, public.job_lines_history from anon, authenticated;
-- Planners rename, order, lock and remove lines; only the engine and a restore write new ones.
grant select, delete on public.job_lines to authenticated;
grant update (name, sort_order, is_locked) on public.job_lines to authenticated;
grant select on public.rotations, public.job_lines_history to authenticated;
grant all on public.job_lines, public.rotations, public.job_lines_history to service_role;

create policy job_lines_select on public.job_lines for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationPlanner.view'))
    or allocation_run in (select private.own_open_runs())
  );
create policy job_lines_update on public.job_lines for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy job_lines_delete on public.job_lines for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy rotations_select on public.rotations for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationPlanner.view'))
    or allocation_run in (select private.own_open_runs())
  );
create policy job_lines_history_select on public.job_lines_history for select to authenticated
  using (org_id in (select private.orgs_with_right('allocationPlanner.view')));

-- private.snapshot_job_lines(run): the unlocked lines of an allocation run as one document.
-- Called by private.replace_job_lines() and by nobody else. Runs with its caller's rights.
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
      )
    ) order by l.sort_order, l.name), '[]'::jsonb)
  from public.job_lines l
  where l.allocation_run = p_allocation_run and not l.is_locked
$$;
comment on function private.snapshot_job_lines(uuid) is
  'The unlocked job lines of an allocation run with their rotations, as stored in job_lines_history.';
revoke all on function private.snapshot_job_lines(uuid) from public;

-- private.replace_job_lines(...): snapshot the unlocked lines of an allocation run, delete them and insert others.
-- Called by planner.commit_run() as receptor_engine and by restore_job_lines(). Runs with its caller's
-- rights; the caller owns the transaction, so either all of it is seen or nothing.
-- p_lines: [{id?, name, sort_order, pathway?, affinity?, planner_run?, rotations: [{term, position, starts_on, ends_on}]}]
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
  v_snapshot jsonb := private.snapshot_job_lines(p_allocation_run);
  v_history uuid;
begin
  insert into public.job_lines_history
    (org_id, allocation_run, reason, planner_run, replaced_by, line_count, snapshot)
  values
    (p_org_id, p_allocation_run, p_reason, p_planner_run, p_replaced_by,
     jsonb_array_length(v_snapshot), v_snapshot)
  returning id into v_history;

  delete from public.job_lines where allocation_run = p_allocation_run and not is_locked;

  with new_line as (
    select coalesce((e.line ->> 'id')::uuid, gen_random_uuid()) as id, e.line
    from jsonb_array_elements(p_lines) as e (line)
  ), inserted as (
    insert into public.job_lines
      (id, org_id, allocation_run, name, sort_order, pathway, affinity, planner_run)
    select n.id, p_org_id, p_allocation_run, n.line ->> 'name', (n.line ->> 'sort_order')::int,
           n.line ->> 'pathway', (n.line ->> 'affinity')::int, (n.line ->> 'planner_run')::uuid
    from new_line n
    returning id
  )
  insert into public.rotations
    (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
  select p_org_id, p_allocation_run, n.id, (r ->> 'position')::uuid, (r ->> 'term')::smallint,
         (r ->> 'starts_on')::date, (r ->> 'ends_on')::date
  from new_line n
  cross join lateral jsonb_array_elements(n.line -> 'rotations') as r
  where n.id in (select id from inserted);

  return v_history;
end
$$;
comment on function private.replace_job_lines(uuid, uuid, public.job_lines_history_reason, uuid, uuid, jsonb) is
  'Snapshots, deletes and inserts the unlocked lines of an allocation run; returns the history row.';
revoke all on function
  private.replace_job_lines(uuid, uuid, public.job_lines_history_reason, uuid, uuid, jsonb) from public;
