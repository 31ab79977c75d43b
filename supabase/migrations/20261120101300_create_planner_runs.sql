-- Planner runs: what a planner asks for, how it goes, and what a dry run found.

create schema if not exists planner;
comment on schema planner is 'What the planner engine calls in the database. Not exposed through the API.';
revoke all on schema planner from public;
grant usage on schema planner to receptor_engine;

insert into fleet.search_types (search_type, function_name, run_table)
values ('planner', 'planner-solver', 'public.allocation_planner_runs');

create type public.planner_run_status as enum
  ('PENDING', 'GENERATING', 'COMPLETED', 'INFEASIBLE', 'FAILED', 'CANCELLED');

create table public.allocation_planner_runs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  created_at timestamptz not null default now(),
  status public.planner_run_status not null default 'PENDING',
  n_job_lines int not null check (n_job_lines between 1 and 1000),
  constraints jsonb not null default '[]' check (jsonb_typeof(constraints) = 'array'),
  options jsonb not null default '{}' check (jsonb_typeof(options) = 'object'),
  request jsonb not null default '{}' check (jsonb_typeof(request) = 'object'),
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  requested_by uuid references auth.users (id) on delete set null,
  save_constraints boolean not null default false,
  accept_losses boolean not null default false,
  accepted_lines uuid[] not null default '{}',
  name text check (private.is_name(name, 200)),
  progress jsonb check (jsonb_typeof(progress) = 'object'),
  result_metadata jsonb check (jsonb_typeof(result_metadata) = 'object'),
  error_code text,
  error_message text,
  started_at timestamptz,
  finished_at timestamptz,
  updated_at timestamptz not null default now(),
  unique (org_id, id),
  constraint allocation_planner_runs_org_id_allocation_run_fkey
    foreign key (allocation_run, org_id)
    references public.allocation_runs (id, org_id) on delete cascade,
  check ((finished_at is not null)
         = (status in ('COMPLETED', 'INFEASIBLE', 'FAILED', 'CANCELLED'))),
  check (status <> 'PENDING' or started_at is null),
  check (status not in ('GENERATING', 'COMPLETED', 'INFEASIBLE') or started_at is not null),
  check ((status in ('FAILED', 'INFEASIBLE'))
         = (error_code is not null and error_message is not null)),
  check (status <> 'COMPLETED' or result_metadata is not null)
);
comment on table public.allocation_planner_runs is
  'One request to generate n_job_lines job lines for an allocation run. Published over Realtime.';
comment on column public.allocation_planner_runs.n_job_lines is 'Lines wanted in all, locked ones included.';
comment on column public.allocation_planner_runs.constraints is 'The constraints that the run works with: a snapshot.';
comment on column public.allocation_planner_runs.request is 'The validated request, compared when its idempotency key comes again.';
comment on column public.allocation_planner_runs.save_constraints is
  'Its constraints become those of the allocation run, in the transaction that writes its lines and in no other case.';
comment on column public.allocation_planner_runs.accept_losses is
  'Whoever asked said yes to lines being replaced or changed that something hangs on: ranks, places, a match...';
comment on column public.allocation_planner_runs.accepted_lines is
  'The lines that something hung on when that yes was given; the commit replaces and changes no others of the kind.';
comment on column public.allocation_planner_runs.name is 'What people call what came of it, a dry run above all; null: they do not.';
comment on column public.allocation_planner_runs.progress is
  'Written once per slice: {phase, fraction, lines, lines_wanted, bound, objective, gap, slice, cpu_ms}.';
comment on column public.allocation_planner_runs.result_metadata is
  'Of a finished run: lines built, bound, gap, affinity, diversity, CPU ms, slices, versions; the explanation where INFEASIBLE.';
create unique index allocation_planner_runs_one_unfinished_idx
  on public.allocation_planner_runs (allocation_run) where status in ('PENDING', 'GENERATING');
create unique index allocation_planner_runs_idempotency_idx
  on public.allocation_planner_runs (requested_by, idempotency_key) where idempotency_key is not null;
create index allocation_planner_runs_requested_by_idx on public.allocation_planner_runs (requested_by);
create index allocation_planner_runs_run_idx
  on public.allocation_planner_runs (allocation_run, org_id, created_at desc);
create index allocation_planner_runs_status_idx on public.allocation_planner_runs (status);
create index allocation_planner_runs_created_at_idx on public.allocation_planner_runs (created_at);

-- What a dry run found. Apart from the run itself, because each update of a run goes to everyone who watches it.
create table public.planner_run_previews (
  planner_run uuid primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  created_at timestamptz not null default now(),
  lines jsonb not null check (jsonb_typeof(lines) = 'array' and jsonb_array_length(lines) <= 2000),
  foreign key (org_id, planner_run)
    references public.allocation_planner_runs (org_id, id) on delete cascade
);
comment on table public.planner_run_previews is 'The lines that a dry run would have written.';
comment on column public.planner_run_previews.lines is
  'Array of lines {id, name, sort_order, affinity, pathway, leave, change, positions: [id per term], before: [id or null per term] or null}; change: added, changed, kept or removed. Locked lines are not listed.';
create index planner_run_previews_org_run_idx on public.planner_run_previews (org_id, planner_run);

-- planner.prepare_run(): fills in what a user may not choose: org, requester, and the lines that something hangs on, which a
-- run may replace or change only where its request says yes to it: else RC4WL, the detail is what hangs on them, counted.
-- A replan from a day on asks for at least the lines that doctors hold by a finalised result: else RC400.
-- Trigger before insert. Runs with the inserter's rights, so an allocation run that they cannot see does not exist.
create function planner.prepare_run()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_run public.allocation_runs;
  v_stake jsonb;
  v_held int;
begin
  select * into v_run from public.allocation_runs where id = new.allocation_run;
  if not found then
    raise exception '%', private.no_such('allocation run', new.allocation_run::text) using errcode = 'RC404';
  end if;
  if new.options ? 'changes' then
    if new.options -> 'dry_run' is distinct from 'true'
      and v_run.org_id not in (select private.orgs_with_right('allocationRun.edit')) then
      raise exception 'Changing posts, lines and doctors from a day on needs the right allocationRun.edit.'
        using errcode = 'insufficient_privilege';
    end if;
    perform private.refuse_faults(private.change_faults(v_run.id, new.options));
  end if;
  -- From a day on, what was promised goes on: lines keep their doctors, and nobody's past changes.
  if new.options -> 'mode' is distinct from '"fill"' and new.options -> 'dry_run' is distinct from 'true'
    and not new.options ? 'from' and private.is_finalised(new.allocation_run) then
    raise exception 'The match of the allocation run "%" is finalised; its job lines are not replaced until it is unfinalised.', v_run.name
      using errcode = 'RC409', hint = 'MATCH_FINALISED';
  end if;
  if new.options ? 'from' then
    select count(*) into v_held from private.held_lines(v_run.id, new.options);
    if new.n_job_lines < v_held then
      perform private.refuse_faults(jsonb_build_array(jsonb_build_object('path', 'n_job_lines', 'message', format(
        'the finalised result gives %s %s to doctors, and a replan takes none of them away', v_held,
        case v_held when 1 then 'line' else 'lines' end))));
    end if;
  end if;
  new.org_id := v_run.org_id;
  new.requested_by := auth.uid();
  if new.save_constraints and v_run.org_id not in (select private.orgs_with_right('allocationRun.edit')) then
    raise exception 'Saving constraints needs the right allocationRun.edit.' using errcode = 'insufficient_privilege';
  end if;
  -- Filling keeps every line, and a dry run writes none.
  new.accepted_lines := '{}';
  if new.options -> 'mode' is distinct from '"fill"' and new.options -> 'dry_run' is distinct from 'true' then
    v_stake := private.lines_at_stake(new.allocation_run);
    if v_stake -> 'lines' <> '[]' and not new.accept_losses then
      raise exception 'Job lines that something hangs on would be replaced or changed.'
        using errcode = 'RC4WL', detail = v_stake -> 'losses';
    end if;
    new.accepted_lines := array(select jsonb_array_elements_text(v_stake -> 'lines')::uuid);
  end if;
  return new;
end
$$;
comment on function planner.prepare_run() is
  'Trigger: sets org and requester of a new planner run, and asks for a yes where something would be lost.';
revoke all on function planner.prepare_run() from public, anon, authenticated, service_role;

-- planner.refuse_unknown_positions(): positions that constraints name are the org's; RC4ID, the detail is the code for clients.
-- Trigger before insert, so that no way in (function, RPC, direct insert) passes by; after prepare_run (triggers run by
-- name), with the inserter's rights. That the allocation run has posts of them is the next one's to check.
create function planner.refuse_unknown_positions()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_unknown text;
begin
  select named.id into v_unknown
  from (
    select jsonb_path_query(new.constraints, '$[*].value[*].position') #>> '{}'
    union select jsonb_path_query(new.constraints, '$[*].value[*].positions[*]') #>> '{}'
    union select jsonb_path_query(new.constraints, '$[*].value[*].*.positions[*]') #>> '{}'
    union select jsonb_path_query(new.constraints, '$[*].value[*].sequence[*]') #>> '{}'
  ) as named (id)
  where named.id is not null and not exists (
    select from public.positions p where p.org_id = new.org_id and p.id::text = lower(named.id))
  limit 1;
  if found then
    raise exception 'There is no position %.', left(v_unknown, 36) using errcode = 'RC4ID', detail = 'POSITION_NOT_FOUND';
  end if;
  return new;
end
$$;
comment on function planner.refuse_unknown_positions() is 'Trigger: refuses constraints that name positions of no or another org.';
revoke all on function planner.refuse_unknown_positions() from public, anon, authenticated, service_role;

-- planner.refuse_what_is_not_there(): what a run rests on is there, or the engine could only fail it: the positions that its
-- constraints name have posts in the allocation run (or get some with the request), specialties are those of such positions, terms are
-- of its year, and a replan from a day on has a term left. RC400 with the path of each fault.
-- Trigger before insert, after the one on positions of other orgs (triggers run by name). Security definer: whoever may insert a
-- run need not see posts; of these it tells only that what was named is not among them.
create function planner.refuse_what_is_not_there()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_terms int;
  v_last_start date;
  v_faults jsonb;
begin
  select cardinality(ar.term_weeks), (select max(t.starts_on) from private.terms(ar.starts_on, ar.term_weeks) as t)
  into v_terms, v_last_start
  from public.allocation_runs ar where ar.id = new.allocation_run;
  with entry as (
    select e.value as rule, e.ordinality - 1 as place
    from jsonb_array_elements(new.constraints) with ordinality as e
    where jsonb_typeof(e.value) = 'object'
  ), there as (
    select p.id::text as id, p.specialty, p.subspecialty
    from public.positions p
    where p.org_id = new.org_id and (
      p.id in (select position from public.allocation_run_positions where allocation_run = new.allocation_run)
      or p.id::text in (select lower(c ->> 'position') from jsonb_path_query(new.options, '$.changes.posts[*]') as c))
  ), fault as (
    select place, format('there are no posts of position %s in this allocation run', left(id, 36)) as message
    from entry, lateral (
      select jsonb_path_query(rule, '$.value[*].position') #>> '{}' as id
      union select jsonb_path_query(rule, '$.value[*].positions[*]') #>> '{}'
      union select jsonb_path_query(rule, '$.value[*].sequence[*]') #>> '{}'
      union select jsonb_path_query(rule, '$.value[*].*.positions[*]') #>> '{}') as named
    where id is not null and not exists (select from there where there.id = lower(named.id))
    union
    select place, format('no position of this allocation run is of the specialty "%s"', left(name, 100))
    from entry, lateral (select jsonb_path_query(rule, '$.value[*].*.specialties[*]') #>> '{}' as name) as named
    where not exists (select from there where name in (there.specialty, there.subspecialty))
    union
    select place, format('term %s, of %s', term, v_terms)
    from entry, lateral (
      select jsonb_path_query(rule, '$.value[*].term') as term
      union select jsonb_path_query(rule, '$.value[*].terms[*]')) as named
    where jsonb_typeof(term) = 'number' and term > to_jsonb(v_terms)
  )
  select coalesce(jsonb_agg(
    jsonb_build_object('path', format('constraints[%s].value', place), 'message', message) order by place, message), '[]')
  into v_faults
  from (select * from fault order by place, message limit 50) as told;
  if new.options ->> 'mode' = 'replan' and (new.options ->> 'from')::date > v_last_start then
    v_faults := v_faults || jsonb_build_object('path', 'options.from', 'message', format(
      'all terms began before %s; there is nothing left to plan from that day on', new.options ->> 'from'));
  end if;
  perform private.refuse_faults(v_faults);
  return new;
end
$$;
comment on function planner.refuse_what_is_not_there() is
  'Trigger: refuses runs whose constraints name what the allocation run has not, and replans of a year that is over.';
revoke all on function planner.refuse_what_is_not_there() from public, anon, authenticated, service_role;

-- planner.refuse_lost_rules(): rules of an allocation run are not changed while a planner run is under way that will put its own in
-- their place: they would be gone without a word. Those of that run itself may be written, as its commit does.
-- Trigger before update; security definer: whoever edits rules need not see runs.
create function planner.refuse_lost_rules()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if exists (
    select from public.allocation_planner_runs
    where allocation_run = new.id and status in ('PENDING', 'GENERATING') and save_constraints
      and options -> 'dry_run' is distinct from 'true' and constraints <> new.constraints)
  then
    raise exception 'Job lines are being made for "%" under other rules, which are saved with them; wait for the run or cancel it.', new.name
      using errcode = 'RC409', hint = 'UNFINISHED_RUN';
  end if;
  return new;
end
$$;
comment on function planner.refuse_lost_rules() is
  'Trigger: refuses rules that a planner run under way would replace when it is done.';
revoke all on function planner.refuse_lost_rules() from public, anon, authenticated, service_role;
create trigger refuse_lost_rules before update of constraints on public.allocation_runs
  for each row when (new.constraints <> old.constraints)
  execute function planner.refuse_lost_rules();

create trigger prepare_run before insert on public.allocation_planner_runs
  for each row execute function planner.prepare_run();
create trigger refuse_what_is_not_there before insert on public.allocation_planner_runs
  for each row execute function planner.refuse_what_is_not_there();
create trigger refuse_unknown_positions before insert on public.allocation_planner_runs
  for each row when (new.constraints <> '[]')
  execute function planner.refuse_unknown_positions();
create trigger enqueue_run after insert on public.allocation_planner_runs
  for each row execute function fleet.enqueue_run('planner');
create trigger forget_run after delete on public.allocation_planner_runs
  for each row execute function fleet.forget_run('planner');
create trigger guard_run before update on public.allocation_planner_runs
  for each row execute function fleet.guard_run();
create trigger planner_follow_job after update of status on fleet.search_jobs
  for each row when (new.search_type = 'planner' and new.status is distinct from old.status)
  execute function fleet.follow_job('public.allocation_planner_runs');

alter table public.allocation_planner_runs enable row level security;
alter table public.planner_run_previews enable row level security;
revoke all on public.allocation_planner_runs, public.planner_run_previews
  from public, anon, authenticated, service_role;
grant select on public.allocation_planner_runs, public.planner_run_previews to authenticated;
-- Users choose what to ask for; status, results, org and requester are not theirs to set.
grant insert (allocation_run, n_job_lines, constraints, options, request, idempotency_key, save_constraints, accept_losses)
  on public.allocation_planner_runs to authenticated;
grant all on public.allocation_planner_runs, public.planner_run_previews to service_role;
grant select on public.allocation_planner_runs to receptor_engine;
grant update (status, progress, result_metadata, error_code, error_message, finished_at, updated_at)
  on public.allocation_planner_runs to receptor_engine;
grant select, insert on public.planner_run_previews to receptor_engine;

create policy allocation_planner_runs_select on public.allocation_planner_runs
  for select to authenticated
  using (org_id in (select private.orgs_with_right('allocationPlanner.view')));
create policy allocation_planner_runs_insert on public.allocation_planner_runs
  for insert to authenticated
  with check (
    org_id in (select private.orgs_with_right('allocationPlanner.create'))
    and status = 'PENDING'
    and requested_by = (select auth.uid())
  );
create policy engine_select on public.allocation_planner_runs for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
create policy engine_update on public.allocation_planner_runs for update to receptor_engine
  using (org_id = (select fleet.claimed_org_id('planner')))
  with check (org_id = (select fleet.claimed_org_id('planner')));

create policy planner_run_previews_select on public.planner_run_previews for select to authenticated
  using (org_id in (select private.orgs_with_right('allocationPlanner.view')));
-- A run that is to write what a dry run showed reads it.
create policy engine_select on public.planner_run_previews for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('planner')));
create policy engine_insert on public.planner_run_previews for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id('planner')));
