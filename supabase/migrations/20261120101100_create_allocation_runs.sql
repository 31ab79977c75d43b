-- The yearly programme of an org and its matching windows: the parent of all that the engines read and write.

create table public.allocation_plans (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null check (private.is_name(name, 200)),
  timezone text not null default 'Australia/Melbourne',
  default_term_weeks smallint not null default 10 check (default_term_weeks between 1 and 52),
  created_at timestamptz not null default now(),
  unique (org_id, id),
  unique (org_id, name)
);
comment on table public.allocation_plans is 'An org''s yearly programme.';

-- private.is_timezone(name): whether PostgreSQL and browsers know a time zone by this name: those of the system's own making are
-- PostgreSQL's alone. The list of all names is some six hundred files, each read for a look at it; so a name is set, as any session's
-- zone is, and told back as it is spelled. What has a digit may be set without being a name ('AEST-10'): that one is looked up.
-- Called by the trigger below and start_allocation_run(), with the rights of whoever writes.
create function private.is_timezone(p_name text)
returns boolean
language plpgsql
stable
set search_path = ''
set timezone = 'UTC'
as $$
begin
  if p_name is null or p_name ~ '^(posix|right)/|^(Factory|localtime|posixrules)$' then return false; end if;
  if p_name ~ '[0-9]' then
    return exists (select from pg_catalog.pg_timezone_names where name = p_name);
  end if;
  return p_name ~ '^[A-Za-z]' and pg_catalog.set_config('timezone', p_name, true) = p_name;
exception when invalid_parameter_value then
  return false;
end
$$;
comment on function private.is_timezone(text) is 'Whether there is a time zone of this name.';
revoke all on function private.is_timezone(text) from public, anon, authenticated, service_role;
grant execute on function private.is_timezone(text) to authenticated, service_role;

-- private.refuse_unknown_timezone(): the clock of a plan is one that there is, by whatever way it is written: RC400. E-mails of all
-- orgs are written in one go, each by its plan's clock; one that cannot be read would hold up everybody's.
-- Trigger before insert or update of timezone.
create function private.refuse_unknown_timezone()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if not private.is_timezone(new.timezone) then
    perform private.refuse_faults('[{"path": "timezone", "message": "there is no such time zone"}]');
  end if;
  return new;
end
$$;
comment on function private.refuse_unknown_timezone() is 'Trigger: refuses a time zone that there is not.';
revoke all on function private.refuse_unknown_timezone() from public, anon, authenticated, service_role;
create trigger refuse_unknown_timezone before insert or update of timezone on public.allocation_plans
  for each row execute function private.refuse_unknown_timezone();
create trigger fold_names before insert or update of name on public.allocation_plans
  for each row when (new.name <> private.fold_text(new.name))
  execute function private.fold_names('name');

-- private.weeks_total(int[]): the weeks of a term structure. Used by the generated column below and by private.terms().
-- Whoever writes an allocation run computes that column with their own rights.
create function private.weeks_total(p_term_weeks int[])
returns int
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
  select coalesce(sum(w)::int, 0) from unnest(p_term_weeks) as w
  );
end
$$;
comment on function private.weeks_total(int[]) is 'Sum of the weeks of a term structure.';
revoke all on function private.weeks_total(int[]) from public, anon, authenticated, service_role;
grant execute on function private.weeks_total(int[]) to authenticated, receptor_engine, service_role;

-- private.terms(start, weeks): the terms of a year. Each starts on the Monday after the one before.
-- Called wherever terms need their dates.
create function private.terms(p_starts_on date, p_term_weeks int[])
returns table (term smallint, starts_on date, ends_on date)
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select t.term::smallint,
         p_starts_on + 7 * private.weeks_total(p_term_weeks[:t.term - 1]),
         p_starts_on + 7 * private.weeks_total(p_term_weeks[:t.term]) - 1
  from generate_series(1, cardinality(p_term_weeks)) as t (term);
end
$$;
comment on function private.terms(date, int[]) is 'Start and end date of each term of a structure.';
revoke all on function private.terms(date, int[]) from public, anon, authenticated, service_role;
grant execute on function private.terms(date, int[]) to authenticated, receptor_engine;

create type public.allocation_run_status as enum ('draft', 'open', 'closed');

create table public.allocation_runs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_plan uuid not null,
  name text not null check (private.is_name(name, 200)),
  status public.allocation_run_status not null default 'draft',
  starts_on date not null check (private.is_day(starts_on) and extract(isodow from starts_on) = 1),
  term_weeks int[] not null check (
    cardinality(term_weeks) between 1 and 26
    and private.is_list(term_weeks)
    and 1 <= all (term_weeks)
    and 53 >= all (term_weeks)
  ),
  ends_on date not null
    generated always as (starts_on + 7 * private.weeks_total(term_weeks) - 1) stored,
  constraints jsonb not null default '[]' check (jsonb_typeof(constraints) = 'array'),
  affinity_profile uuid not null default 'affa0000-0000-4000-8000-000000000001'
    references public.affinity_profiles (id) on delete set default,
  created_at timestamptz not null default now(),
  archived_at timestamptz,
  due_date timestamptz check (private.is_day((due_date at time zone 'UTC')::date)),
  minimum_lines smallint check (minimum_lines between 0 and 1000),
  allows_ties boolean not null default true,
  allows_never boolean not null default false,
  unique (org_id, id),
  foreign key (org_id, allocation_plan)
    references public.allocation_plans (org_id, id) on delete cascade
);
comment on table public.allocation_runs is 'One matching window of an allocation plan.';
create trigger fold_names before insert or update of name on public.allocation_runs
  for each row when (new.name <> private.fold_text(new.name))
  execute function private.fold_names('name');
comment on column public.allocation_runs.archived_at is
  'Put away by archive_allocation_run(), and hidden from everybody with all that belongs to it; null: it is there.';
comment on column public.allocation_runs.starts_on is 'A Monday, so that every term ends on a Sunday.';
comment on column public.allocation_runs.term_weeks is 'Weeks of each term, in order, e.g. {10,10,10,10,12}.';
comment on column public.allocation_runs.constraints is
  'The one source of truth for constraints: an array of names or of objects {name, ...parameters}.';
comment on column public.allocation_runs.affinity_profile is
  'What makes one line nicer than another; the profile that comes with Receptor where none was chosen, never none.';
comment on column public.allocation_runs.status is
  'draft: lines are made; open: doctors see them and say what they want; closed: doctors change nothing more, managers still can.';
comment on column public.allocation_runs.due_date is
  'End of the preference window: from then on doctors write nothing, whatever a page shows, and a cron job closes it. Null: until it is closed by hand.';
comment on column public.allocation_runs.minimum_lines is
  'How many lines a doctor has to rank positively to submit; null: a default that grows with the lines that they may have, see private.minimum_lines().';
comment on column public.allocation_runs.allows_ties is 'Whether doctors may rank lines as equals.';
comment on column public.allocation_runs.allows_never is
  'Whether a line that a doctor says never to is one they are not eligible for; else it is ranked last.';
create unique index allocation_runs_name_idx on public.allocation_runs (org_id, allocation_plan, name)
  where archived_at is null;
create index allocation_runs_org_plan_idx on public.allocation_runs (org_id, allocation_plan);
create index allocation_runs_status_idx on public.allocation_runs (status);
create index allocation_runs_due_idx on public.allocation_runs (due_date) where status = 'open';
create index allocation_runs_affinity_profile_idx on public.allocation_runs (affinity_profile);

create table public.allocation_run_positions (
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  position uuid not null,
  term smallint not null check (term between 1 and 26),
  posts smallint not null check (posts between 0 and 1000),
  minimum_fill smallint not null default 0 check (minimum_fill between 0 and 1000),
  primary key (allocation_run, position, term),
  check (minimum_fill <= posts),
  foreign key (org_id, allocation_run)
    references public.allocation_runs (org_id, id) on delete cascade,
  foreign key (org_id, position) references public.positions (org_id, id) on delete cascade
);
comment on table public.allocation_run_positions is
  'How many posts a position has in a term of an allocation run, and how many must at least be filled.';
create index allocation_run_positions_org_run_idx
  on public.allocation_run_positions (org_id, allocation_run);
create index allocation_run_positions_org_position_idx
  on public.allocation_run_positions (org_id, position);

alter table public.allocation_plans enable row level security;
alter table public.allocation_runs enable row level security;
alter table public.allocation_run_positions enable row level security;

revoke all on public.allocation_plans, public.allocation_runs, public.allocation_run_positions
  from public, anon, authenticated, service_role;
grant select, insert, update, delete on public.allocation_run_positions to authenticated;
-- When a row was made is for the system to say; its id and its org are its own for good.
grant select, insert (id, org_id, name, timezone, default_term_weeks), update (name, timezone, default_term_weeks), delete
  on public.allocation_plans to authenticated;
-- When a run is put away, and when it comes back, is for archive_allocation_run() and unarchive_allocation_run() to write.
grant select, delete on public.allocation_runs to authenticated;
grant insert (id, org_id, allocation_plan, name, status, starts_on, term_weeks, constraints, affinity_profile)
  on public.allocation_runs to authenticated;
grant update (allocation_plan, name, status, starts_on, term_weeks, constraints, affinity_profile)
  on public.allocation_runs to authenticated;
grant all on public.allocation_plans, public.allocation_runs, public.allocation_run_positions
  to service_role;
grant select on public.allocation_runs, public.allocation_run_positions to receptor_engine;
-- FOR UPDATE needs the privilege on one column; the engine's policies allow no update of it to another value.
grant update (status) on public.allocation_runs to receptor_engine;

create policy allocation_plans_select on public.allocation_plans for select to authenticated
  using (org_id in (select private.orgs_with_right('allocationPlanner.view')));
create policy allocation_plans_insert on public.allocation_plans for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy allocation_plans_update on public.allocation_plans for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy allocation_plans_delete on public.allocation_plans for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));

-- Who may see an allocation run stands with who takes part in it: allocation_runs_select, in create_workers.
-- A foreign key does not ask whose profile it is: only one that the writer sees may be chosen.
create policy allocation_runs_insert on public.allocation_runs for insert to authenticated
  with check (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    and affinity_profile in (select id from public.affinity_profiles)
  );
create policy allocation_runs_update on public.allocation_runs for update to authenticated
  using (archived_at is null and org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (
    org_id in (select private.orgs_with_right('allocationRun.edit'))
    and affinity_profile in (select id from public.affinity_profiles)
  );
create policy allocation_runs_delete on public.allocation_runs for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy engine_select on public.allocation_runs for select to receptor_engine
  using (archived_at is null and org_id = (select fleet.claimed_org_id()));
create policy engine_lock on public.allocation_runs for update to receptor_engine
  using (org_id = (select fleet.claimed_org_id())) with check (false);

create policy allocation_run_positions_select on public.allocation_run_positions for select to authenticated
  using (org_id in (select private.orgs_with_right('allocationPlanner.view')));
create policy allocation_run_positions_insert on public.allocation_run_positions for insert to authenticated
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy allocation_run_positions_update on public.allocation_run_positions for update to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')))
  with check (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy allocation_run_positions_delete on public.allocation_run_positions for delete to authenticated
  using (org_id in (select private.orgs_with_right('allocationRun.edit')));
create policy engine_select on public.allocation_run_positions for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));

-- private.refuse_losing_runs(): what people entered is archived, not deleted. A user deletes an allocation run that is an
-- empty draft, and a plan without runs; RC409 for any other, with a sentence that says what to do instead. Operators, and
-- what deletes a whole org, are not held up.
-- Trigger before delete on plans and runs, with the rights of who deletes; empty is what the tables say, not what they see.
create function private.refuse_losing_runs()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if current_user <> 'authenticated' then
    return old;
  end if;
  if tg_table_name = 'allocation_plans' then
    if private.plan_has_runs(old.id) then
      raise exception 'The plan "%" has allocation runs, archived ones counted; archive them instead of deleting the plan.', old.name
        using errcode = 'RC409';
    end if;
  elsif old.status <> 'draft' or private.run_holds_anything(old.id) then
    raise exception 'Only an empty draft can be deleted. Archive the allocation run "%": it goes out of sight with all that is in it, and can be brought back.', old.name
      using errcode = 'RC409';
  end if;
  return old;
end
$$;
comment on function private.refuse_losing_runs() is 'Trigger: users delete no allocation run that holds anything, and no plan that has runs.';
revoke all on function private.refuse_losing_runs() from public, anon, authenticated, service_role;

create trigger refuse_losing_runs before delete on public.allocation_plans
  for each row execute function private.refuse_losing_runs();
create trigger refuse_losing_runs before delete on public.allocation_runs
  for each row execute function private.refuse_losing_runs();

-- private.plan_has_runs(plan): whether a plan has allocation runs, archived ones counted.
-- Called by private.refuse_losing_runs(), past row level security: what is hidden would be deleted, too. Who may not delete
-- it is told nothing.
create function private.plan_has_runs(p_plan uuid)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from public.allocation_runs
    where allocation_plan = p_plan and org_id in (select private.orgs_with_right('allocationRun.edit')))
$$;
comment on function private.plan_has_runs(uuid) is 'Whether a plan has allocation runs, archived ones counted.';
revoke all on function private.plan_has_runs(uuid) from public, anon, authenticated, service_role;
grant execute on function private.plan_has_runs(uuid) to authenticated;

-- private.run_holds_anything(run): whether any row belongs to an allocation run: posts, lines, doctors, runs of engines...
-- Called by private.refuse_losing_runs(), as above. Asks every table that refers to allocation runs, so that a new one is
-- not forgotten.
create function private.run_holds_anything(p_allocation_run uuid)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_table regclass;
  v_found boolean;
begin
  if not exists (
    select from public.allocation_runs
    where id = p_allocation_run and org_id in (select private.orgs_with_right('allocationRun.edit'))
  ) then
    return false;
  end if;
  for v_table in
    select distinct c.conrelid::regclass from pg_catalog.pg_constraint c
    where c.contype = 'f' and c.confrelid = 'public.allocation_runs'::regclass
  loop
    execute format('select exists (select from %s where allocation_run = $1)', v_table) into v_found using p_allocation_run;
    if v_found then
      return true;
    end if;
  end loop;
  return false;
end
$$;
comment on function private.run_holds_anything(uuid) is 'Whether anything belongs to an allocation run, seen or not.';
revoke all on function private.run_holds_anything(uuid) from public, anon, authenticated, service_role;
grant execute on function private.run_holds_anything(uuid) to authenticated;

-- private.wait_for_commits(): whoever deletes what lines and matches refer to waits first for the runs that write some, before
-- any row is locked: a commit locks its allocation run and then refers to positions and doctors, a delete would lock those and
-- then come to the lines, and the two would wait for each other.
-- Trigger before a statement that deletes. Security definer, because a lock needs more than to see a row.
create function private.wait_for_commits()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform from public.allocation_runs
  where org_id in (select private.orgs_with_right('allocationRun.edit')) order by id for share;
  return null;
end
$$;
comment on function private.wait_for_commits() is
  'Trigger: a delete waits for the commits of its orgs before it locks a row.';
revoke all on function private.wait_for_commits() from public, anon, authenticated, service_role;

create trigger wait_for_commits before delete on public.hospitals
  for each statement execute function private.wait_for_commits();
create trigger wait_for_commits before delete on public.teams
  for each statement execute function private.wait_for_commits();
create trigger wait_for_commits before delete on public.positions
  for each statement execute function private.wait_for_commits();
