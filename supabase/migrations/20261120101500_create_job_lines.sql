-- What the planner makes and the allocator gives: job lines, their rotations and their annual leave.
-- An engine writes its own tables only: of these the planner's blocks write, the allocator's read.

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
  max_n_workers int not null default 1 check (max_n_workers between 1 and 1000),
  must_have_workers boolean not null default false,
  unique (org_id, id),
  unique (org_id, allocation_run, id),
  unique (allocation_run, name),
  foreign key (org_id, allocation_run)
    references public.allocation_runs (org_id, id) on delete cascade,
  foreign key (org_id, planner_run)
    references public.allocation_planner_runs (org_id, id) on delete set null (planner_run)
);
comment on table public.job_lines is 'An anonymous year-long sequence of rotations, one per term.';
comment on column public.job_lines.is_locked is 'Pinned: generating lines keeps it, and it consumes its posts.';
comment on column public.job_lines.affinity is 'Affinity of the line in units of the run''s affinity profile; null where unknown.';
comment on column public.job_lines.planner_run is
  'The planner run that built it, or changed it last; null for lines made by hand.';
comment on column public.job_lines.max_n_workers is 'How many doctors may take the line.';
comment on column public.job_lines.must_have_workers is 'At least one doctor must take the line.';
create index job_lines_org_run_idx on public.job_lines (org_id, allocation_run, sort_order);
create index job_lines_org_planner_run_idx on public.job_lines (org_id, planner_run);

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
  -- In the order of the index below, by which a deleted line finds its rotations.
  constraint rotations_org_id_allocation_run_job_line_fkey foreign key (allocation_run, job_line, org_id)
    references public.job_lines (allocation_run, id, org_id) on delete cascade,
  -- A position that lines stand on cannot be deleted by accident; deleting a whole org still can
  -- (no action is checked at the end of the statement, restrict would not wait for the cascade).
  foreign key (org_id, position) references public.positions (org_id, id) on delete no action
);
comment on table public.rotations is 'One position for one term of a job line. Terms start on a Monday and end on a Sunday.';
-- Read by allocation run or by line; org_id comes last because policies compare it as a filter.
create index rotations_run_line_idx on public.rotations (allocation_run, job_line, org_id);
create index rotations_org_position_idx on public.rotations (org_id, position);

create table public.job_line_leave (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  job_line uuid not null,
  starts_on date not null check (extract(isodow from starts_on) = 1),
  ends_on date not null check (extract(isodow from ends_on) = 7),
  unique (job_line, starts_on),
  check (ends_on > starts_on),
  constraint job_line_leave_org_id_allocation_run_job_line_fkey foreign key (allocation_run, job_line, org_id)
    references public.job_lines (allocation_run, id, org_id) on delete cascade
);
comment on table public.job_line_leave is 'Blocks of annual leave of a job line, whole weeks from Monday to Sunday.';
create index job_line_leave_run_line_idx on public.job_line_leave (allocation_run, job_line, org_id);
create index job_line_leave_org_idx on public.job_line_leave (org_id);

alter table public.job_lines enable row level security;
alter table public.rotations enable row level security;
alter table public.job_line_leave enable row level security;

revoke all on public.job_lines, public.rotations, public.job_line_leave
  from public, anon, authenticated, service_role;
-- Planners rename, order, lock and remove lines and say how many doctors may take one; only the engine and a restore write
-- new ones.
grant select, delete on public.job_lines to authenticated;
grant update (name, sort_order, is_locked, max_n_workers, must_have_workers) on public.job_lines to authenticated;
grant select on public.rotations, public.job_line_leave to authenticated;
grant all on public.job_lines, public.rotations, public.job_line_leave to service_role;
grant select, insert, delete on public.job_lines, public.rotations, public.job_line_leave to receptor_engine;
-- A replan keeps the rows of lines and of rotations that stay, and with them all that refers to them.
grant update (affinity, pathway, planner_run) on public.job_lines to receptor_engine;
grant update (starts_on, ends_on) on public.rotations to receptor_engine;

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
create policy engine_select on public.job_lines for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
create policy engine_insert on public.job_lines for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id('planner')));
create policy engine_delete on public.job_lines for delete to receptor_engine
  using (org_id = (select fleet.claimed_org_id('planner')));
create policy engine_update on public.job_lines for update to receptor_engine
  using (org_id = (select fleet.claimed_org_id('planner')))
  with check (org_id = (select fleet.claimed_org_id('planner')));

create policy rotations_select on public.rotations for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationPlanner.view'))
    or allocation_run in (select private.own_open_runs())
  );
create policy engine_select on public.rotations for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
create policy engine_insert on public.rotations for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id('planner')));
create policy engine_update on public.rotations for update to receptor_engine
  using (org_id = (select fleet.claimed_org_id('planner')))
  with check (org_id = (select fleet.claimed_org_id('planner')));
create policy engine_delete on public.rotations for delete to receptor_engine
  using (org_id = (select fleet.claimed_org_id('planner')));

create policy job_line_leave_select on public.job_line_leave for select to authenticated
  using (
    org_id in (select private.orgs_with_right('allocationPlanner.view'))
    or allocation_run in (select private.own_open_runs())
  );
create policy engine_select on public.job_line_leave for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
create policy engine_insert on public.job_line_leave for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id('planner')));
create policy engine_delete on public.job_line_leave for delete to receptor_engine
  using (org_id = (select fleet.claimed_org_id('planner')));

-- lock_job_lines(run, lines, locked): pins or unpins lines of an allocation run, all of them or none.
-- Called by UIs. Runs with its caller's rights: row level security decides which lines they are. Refused while a planner
-- run is under way, because its commit would find other locked lines than it started with, and fail.
create function public.lock_job_lines(p_allocation_run uuid, p_job_lines uuid[], p_locked boolean)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_parent public.allocation_runs;
  v_lines int;
begin
  select * into v_parent from public.allocation_runs where id = p_allocation_run;
  if not found then
    raise exception 'There is no allocation run %.', p_allocation_run using errcode = 'RC404';
  end if;
  if v_parent.org_id not in (select private.orgs_with_right('allocationRun.edit')) then
    raise exception 'Pinning job lines needs the right allocationRun.edit.'
      using errcode = 'insufficient_privilege';
  end if;
  -- planner.commit_run() and restore_job_lines() take the same lock.
  perform from public.allocation_runs where id = p_allocation_run for update;
  if v_parent.status = 'closed' then
    raise exception 'The allocation run is closed; its job lines can no longer be pinned or unpinned.'
      using errcode = 'RC409';
  end if;
  if exists (
    select from public.allocation_planner_runs
    where allocation_run = p_allocation_run and status in ('PENDING', 'GENERATING')
  ) then
    raise exception 'A planner run is under way for this allocation run; cancel it or wait for it.'
      using errcode = 'RC409';
  end if;

  update public.job_lines set is_locked = p_locked
  where allocation_run = p_allocation_run and id = any (p_job_lines);
  get diagnostics v_lines = row_count;
  if v_lines <> (select count(distinct id) from unnest(p_job_lines) as id) then
    raise exception 'Some of these job lines are gone; read the roster again.' using errcode = 'RC409';
  end if;
  return v_lines;
end
$$;
comment on function public.lock_job_lines(uuid, uuid[], boolean) is
  'Pins or unpins job lines of an allocation run, all or none; answers how many.';
revoke all on function public.lock_job_lines(uuid, uuid[], boolean) from public, anon, authenticated, service_role;
grant execute on function public.lock_job_lines(uuid, uuid[], boolean) to authenticated;
