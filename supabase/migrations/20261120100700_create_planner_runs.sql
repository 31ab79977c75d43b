-- Planner runs: what a planner asks for, how it goes, and the one transaction that writes its lines.

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
  progress jsonb check (jsonb_typeof(progress) = 'object'),
  result_metadata jsonb check (jsonb_typeof(result_metadata) = 'object'),
  error_code text,
  error_message text,
  started_at timestamptz,
  finished_at timestamptz,
  updated_at timestamptz not null default now(),
  unique (org_id, id),
  foreign key (org_id, allocation_run)
    references public.allocation_runs (org_id, id) on delete cascade,
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
comment on column public.allocation_planner_runs.progress is
  'Written once per slice: {phase, fraction, lines, lines_wanted, bound, objective, gap, slice, cpu_ms}.';
comment on column public.allocation_planner_runs.result_metadata is
  'Of a finished run: lines built, bound, gap, affinity, diversity, CPU ms, slices, versions; the explanation where INFEASIBLE.';
create unique index allocation_planner_runs_one_unfinished_idx
  on public.allocation_planner_runs (allocation_run) where status in ('PENDING', 'GENERATING');
create unique index allocation_planner_runs_idempotency_idx
  on public.allocation_planner_runs (requested_by, idempotency_key) where idempotency_key is not null;
create index allocation_planner_runs_requested_by_idx on public.allocation_planner_runs (requested_by);
create index allocation_planner_runs_org_run_idx
  on public.allocation_planner_runs (org_id, allocation_run, created_at desc);
create index allocation_planner_runs_status_idx on public.allocation_planner_runs (status);
create index allocation_planner_runs_created_at_idx on public.allocation_planner_runs (created_at);

alter table public.job_lines add foreign key (org_id, planner_run)
  references public.allocation_planner_runs (org_id, id) on delete set null (planner_run);
alter table public.job_lines_history add foreign key (org_id, planner_run)
  references public.allocation_planner_runs (org_id, id) on delete cascade;

insert into fleet.search_types (search_type, function_name) values ('planner', 'planner-solver');

create schema if not exists planner;
comment on schema planner is 'What the planner engine calls in the database. Not exposed through the API.';
revoke all on schema planner from public;
grant usage on schema planner to receptor_engine;

-- planner.prepare_run(): fills in what a user may not choose: org, requester.
-- Trigger before insert. Runs with the inserter's rights, so an allocation run that they cannot see does not exist.
create function planner.prepare_run()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_run public.allocation_runs;
begin
  select * into v_run from public.allocation_runs where id = new.allocation_run;
  if not found then
    raise exception 'There is no allocation run %.', new.allocation_run using errcode = 'RC404';
  end if;
  if v_run.status = 'closed' then
    raise exception 'The allocation run "%" is closed; its job lines can no longer be replaced.', v_run.name
      using errcode = 'RC409';
  end if;
  new.org_id := v_run.org_id;
  new.requested_by := auth.uid();
  return new;
end
$$;
comment on function planner.prepare_run() is 'Trigger: sets org and requester of a new planner run.';
revoke all on function planner.prepare_run() from public;

-- planner.enqueue_run(): a new run brings its search job, in the same transaction, whoever inserts it.
create function planner.enqueue_run()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform fleet.enqueue_job('planner', new.org_id, new.id);
  return null;
end
$$;
comment on function planner.enqueue_run() is 'Trigger: queues the search job of a new planner run.';
revoke all on function planner.enqueue_run() from public;

-- planner.forget_run(): a run that is deleted (with its allocation run, or its org) leaves no job behind in the queue.
create function planner.forget_run()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from fleet.search_jobs where search_type = 'planner' and run_id = old.id;
  return null;
end
$$;
comment on function planner.forget_run() is 'Trigger: deletes the search job of a deleted planner run.';
revoke all on function planner.forget_run() from public;

-- planner.guard_run(): terminal states never change; updated_at follows.
create function planner.guard_run()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if old.status in ('COMPLETED', 'INFEASIBLE', 'FAILED', 'CANCELLED') and new.status <> old.status then
    raise exception 'Planner run % is % and stays so.', old.id, old.status using errcode = 'RC409';
  end if;
  if old.status = 'GENERATING' and new.status = 'PENDING' then
    raise exception 'Planner run % cannot go back to PENDING.', old.id using errcode = 'RC409';
  end if;
  new.updated_at := clock_timestamp();
  return new;
end
$$;
comment on function planner.guard_run() is 'Trigger: refuses changes of a terminal status.';
revoke all on function planner.guard_run() from public;

-- planner.follow_job(): the run's status follows its job's, in the same transaction.
-- Trigger after the status of a search job changes. COMPLETED is written by planner.commit_run() itself.
create function planner.follow_job()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.status = 'RUNNING' then
    update public.allocation_planner_runs
    set status = 'GENERATING', started_at = new.started_at
    where id = new.run_id and status = 'PENDING';
  elsif new.status in ('FAILED', 'CANCELLED') then
    update public.allocation_planner_runs set
      status = new.status::text::public.planner_run_status, finished_at = new.finished_at,
      error_code = new.error_code, error_message = new.error_message
    where id = new.run_id and status in ('PENDING', 'GENERATING');
  elsif new.status = 'COMPLETED' and exists (
    select from public.allocation_planner_runs
    where id = new.run_id and status in ('PENDING', 'GENERATING')
  ) then
    raise exception 'Job % completed without a result for planner run %.', new.id, new.run_id;
  end if;
  return null;
end
$$;
comment on function planner.follow_job() is 'Trigger: carries a job''s status over to its planner run.';
revoke all on function planner.follow_job() from public;

create trigger prepare_run before insert on public.allocation_planner_runs
  for each row execute function planner.prepare_run();
create trigger enqueue_run after insert on public.allocation_planner_runs
  for each row execute function planner.enqueue_run();
create trigger forget_run after delete on public.allocation_planner_runs
  for each row execute function planner.forget_run();
create trigger guard_run before update on public.allocation_planner_runs
  for each row execute function planner.guard_run();
create trigger planner_follow_job after update of status on fleet.search_jobs
  for each row when (new.search_type = 'planner' and new.status is distinct from old.status)
  execute function planner.follow_job();

alter table public.allocation_planner_runs enable row level security;
revoke all on public.allocation_planner_runs from anon, authenticated;
grant select on public.allocation_planner_runs to authenticated;
-- Users choose what to ask for; status, results, org and requester are not theirs to set.
grant insert (allocation_run, n_job_lines, constraints, options, request, idempotency_key)
  on public.allocation_planner_runs to authenticated;
grant all on public.allocation_planner_runs to service_role;

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

-- request_planner_run(...): the request of a planner in one transaction, with the caller's own rights.
-- Called by the function planner-orchestration with the user's JWT. Answers {outcome, run?}:
--   created     the run is inserted and queued
--   replayed    the idempotency key came before with the same request: that run
--   key_reused  the key came before with another request: that run
--   unfinished  the allocation run has an unfinished planner run: that one
--   not_found   no such allocation run for this user
--   closed      the allocation run is closed
-- Without the right allocationPlanner.create (or allocationRun.edit, to save constraints) it raises 42501.
-- p_run: {allocation_run, n_job_lines, constraints, options}; p_request: the request as it came, for comparison.
create function public.request_planner_run(
  p_run jsonb,
  p_request jsonb,
  p_idempotency_key text default null,
  p_save_constraints boolean default false
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_allocation_run uuid := (p_run ->> 'allocation_run')::uuid;
  v_run public.allocation_planner_runs;
  v_outcome text;
begin
  -- The run that stood in the way may end before it is read; then there is room for this one.
  for attempt in 1..3 loop
    begin
      insert into public.allocation_planner_runs
        (allocation_run, n_job_lines, constraints, options, request, idempotency_key)
      select v_allocation_run, (p_run ->> 'n_job_lines')::int, p_run -> 'constraints',
             p_run -> 'options', p_request, p_idempotency_key
      where p_idempotency_key is null or not exists (
        select from public.allocation_planner_runs
        where requested_by = (select auth.uid()) and idempotency_key = p_idempotency_key
      )
      returning * into v_run;
      v_outcome := 'created';
      exit when found;
    exception
      when sqlstate 'RC404' then return jsonb_build_object('outcome', 'not_found');
      when sqlstate 'RC409' then return jsonb_build_object('outcome', 'closed');
      when unique_violation then null;
    end;

    -- The key came before (it wins), or another run for this allocation run is unfinished.
    select * into v_run from public.allocation_planner_runs
    where requested_by = (select auth.uid()) and idempotency_key = p_idempotency_key;
    v_outcome := case when v_run.request = p_request then 'replayed' else 'key_reused' end;
    exit when found;
    select * into v_run from public.allocation_planner_runs
    where allocation_run = v_allocation_run and status in ('PENDING', 'GENERATING');
    v_outcome := 'unfinished';
    exit when found;
  end loop;

  if v_run.id is null then
    raise exception 'Other requests for this allocation run came in between; try again.'
      using errcode = 'serialization_failure';
  end if;
  if v_outcome = 'created' and p_save_constraints then
    update public.allocation_runs set constraints = p_run -> 'constraints'
    where id = v_allocation_run;
    if not found then
      raise exception 'Saving constraints needs the right allocationRun.edit.'
        using errcode = 'insufficient_privilege';
    end if;
  end if;

  return jsonb_build_object('outcome', v_outcome, 'run', to_jsonb(v_run));
end
$$;
comment on function public.request_planner_run(jsonb, jsonb, text, boolean) is
  'Inserts a planner run and its search job under the caller''s rights; idempotent by key.';
revoke all on function public.request_planner_run(jsonb, jsonb, text, boolean)
  from public, anon, authenticated;
grant execute on function public.request_planner_run(jsonb, jsonb, text, boolean) to authenticated;

-- cancel_planner_run(run): ends an unfinished run as CANCELLED and answers the run; null when there is none for the caller.
-- Called by planner-orchestration (DELETE) and by UIs. A run that has ended stays as it is.
-- Security definer, because users may not write status; the right is checked first.
create function public.cancel_planner_run(p_planner_run uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_planner_runs;
begin
  select * into v_run from public.allocation_planner_runs
  where id = p_planner_run
    and org_id in (select private.orgs_with_right('allocationPlanner.view'));
  if not found then
    return null;
  end if;
  if v_run.org_id not in (select private.orgs_with_right('allocationPlanner.create')) then
    raise exception 'Cancelling a planner run needs the right allocationPlanner.create.'
      using errcode = 'insufficient_privilege';
  end if;
  perform fleet.cancel_job('planner', p_planner_run);
  select * into v_run from public.allocation_planner_runs where id = p_planner_run;
  return to_jsonb(v_run);
end
$$;
comment on function public.cancel_planner_run(uuid) is 'Cancels an unfinished planner run; returns the run, or null where the caller sees none.';
revoke all on function public.cancel_planner_run(uuid) from public, anon, authenticated;
grant execute on function public.cancel_planner_run(uuid) to authenticated;

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
revoke all on function public.restore_job_lines(uuid) from public, anon, authenticated;
grant execute on function public.restore_job_lines(uuid) to authenticated;

-- planner.load_run(run): everything that the engine needs to know of a run, as one document.
-- Called by the planner's first slice as receptor_engine: row level security limits it to the claimed org.
create function planner.load_run(p_planner_run uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'n_job_lines', pr.n_job_lines,
    'constraints', pr.constraints,
    'options', pr.options,
    'allocation_run', ar.id,
    'term_weeks', to_jsonb(ar.term_weeks),
    'positions', (
      select coalesce(jsonb_agg(
        jsonb_build_object(
          'id', p.id, 'name', p.name, 'specialty', p.specialty, 'subspecialty', p.subspecialty,
          'categories', to_jsonb(p.experience_categories), 'is_service', p.is_service,
          'is_rural', p.is_rural, 'is_nights_relief', p.is_nights_relief,
          'is_clinical_team', p.is_clinical_team, 'is_non_clinical', p.is_non_clinical,
          'is_excludable', p.is_excludable, 'min_weeks', p.min_weeks
        ) order by p.name, p.id), '[]'::jsonb)
      from public.positions p
      where p.id in (
        select position from public.allocation_run_positions where allocation_run = ar.id)),
    'posts', (
      select coalesce(jsonb_agg(
        jsonb_build_object('position', arp.position, 'term', arp.term, 'posts', arp.posts,
                           'minimum_fill', arp.minimum_fill)), '[]'::jsonb)
      from public.allocation_run_positions arp
      where arp.allocation_run = ar.id and arp.term <= cardinality(ar.term_weeks)),
    'locked_rotations', (
      select coalesce(jsonb_agg(
        jsonb_build_object('job_line', r.job_line, 'term', r.term, 'position', r.position)), '[]'::jsonb)
      from public.rotations r
      join public.job_lines l on l.id = r.job_line
      where l.allocation_run = ar.id and l.is_locked),
    'locked_lines', (
      select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'name', l.name) order by l.sort_order, l.name), '[]'::jsonb)
      from public.job_lines l
      where l.allocation_run = ar.id and l.is_locked),
    'affinity', (
      select jsonb_build_object(
        'profile', f.name, 'version', f.version,
        'weights', (
          select coalesce(jsonb_agg(jsonb_build_array(w.specialty_a, w.specialty_b, w.weight)
                                    order by w.specialty_a, w.specialty_b), '[]'::jsonb)
          from public.affinity_weights w where w.profile = f.id))
      from public.affinity_profiles f where f.id = ar.affinity_profile)
  )
  from public.allocation_planner_runs pr
  join public.allocation_runs ar on ar.id = pr.allocation_run
  where pr.id = p_planner_run
$$;
comment on function planner.load_run(uuid) is 'The input of a planner run: constraints, terms, positions, posts, locked lines, affinity.';
revoke all on function planner.load_run(uuid) from public;
grant execute on function planner.load_run(uuid) to receptor_engine;

-- planner.commit_run(token, lines, term_weeks, locked, result): the write-back, in the caller's transaction.
-- Called by the planner's last slice as receptor_engine. Fenced by the claim; snapshot, delete, insert, COMPLETED,
-- or nothing at all. Raises RC001 when the claim is lost, RC409 when the allocation run changed under way.
-- p_lines: [{name, sort_order, affinity, positions: [uuid per term]}]; p_locked: ids of the lines locked at load.
create function planner.commit_run(
  p_claim_token uuid, p_lines jsonb, p_term_weeks int[], p_locked uuid[], p_result jsonb
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_held record;
  v_run public.allocation_planner_runs;
  v_parent public.allocation_runs;
  v_lines jsonb;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  select * into v_run from public.allocation_planner_runs where id = v_held.run_id;
  select * into v_parent from public.allocation_runs where id = v_run.allocation_run for update;

  if not found or v_parent.term_weeks <> p_term_weeks or v_parent.status = 'closed' or p_locked is distinct from (
    select coalesce(array_agg(id order by id), '{}') from public.job_lines
    where allocation_run = v_parent.id and is_locked
  ) then
    raise exception 'The terms or the locked lines of the allocation run changed while its lines were being made.'
      using errcode = 'RC409';
  end if;

  select coalesce(jsonb_agg(jsonb_build_object(
    'name', line ->> 'name', 'sort_order', line -> 'sort_order', 'affinity', line -> 'affinity',
    'planner_run', v_run.id,
    'rotations', (
      select jsonb_agg(jsonb_build_object(
        'term', t.term, 'position', r.position, 'starts_on', t.starts_on, 'ends_on', t.ends_on)
        order by t.term)
      from jsonb_array_elements_text(line -> 'positions') with ordinality as r (position, term)
      join private.terms(v_parent.starts_on, p_term_weeks) as t on t.term = r.term
    )) order by n), '[]'::jsonb)
  into v_lines
  from jsonb_array_elements(p_lines) with ordinality as e (line, n);

  begin
    perform private.replace_job_lines(
      v_run.org_id, v_run.allocation_run, 'planner_run', v_run.id, v_run.requested_by, v_lines);
  exception when unique_violation or foreign_key_violation then
    raise exception 'A locked line took the name of a new one, or a position was deleted, while the lines were being made.'
      using errcode = 'RC409';
  end;

  -- Locked lines may hold more posts than there are; new ones may not.
  if exists (
    select from public.rotations r
    join public.job_lines l on l.id = r.job_line
    left join public.allocation_run_positions arp
      on arp.allocation_run = r.allocation_run and arp.position = r.position and arp.term = r.term
    where r.allocation_run = v_run.allocation_run
    group by r.position, r.term, arp.posts
    having count(*) > coalesce(arp.posts, 0) and not bool_and(l.is_locked)
  ) then
    raise exception 'The posts of the allocation run changed while its lines were being made.'
      using errcode = 'RC409';
  end if;

  update public.allocation_planner_runs set
    status = 'COMPLETED', finished_at = clock_timestamp(), result_metadata = p_result
  where id = v_run.id;
  perform fleet.finish_block(p_claim_token);
end
$$;
comment on function planner.commit_run(uuid, jsonb, int[], uuid[], jsonb) is
  'Writes the lines of a planner run in one transaction: history, delete, insert, COMPLETED.';
revoke all on function planner.commit_run(uuid, jsonb, int[], uuid[], jsonb) from public;
grant execute on function planner.commit_run(uuid, jsonb, int[], uuid[], jsonb) to receptor_engine;

-- planner.commit_infeasible(token, message, result): ends a run as INFEASIBLE with its explanation; lines stay as they are.
-- Called by the planner's last slice as receptor_engine.
create function planner.commit_infeasible(p_claim_token uuid, p_message text, p_result jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  update public.allocation_planner_runs set
    status = 'INFEASIBLE', finished_at = clock_timestamp(), error_code = 'INFEASIBLE',
    error_message = p_message, result_metadata = p_result
  where id = v_held.run_id;
  perform fleet.finish_block(p_claim_token);
end
$$;
comment on function planner.commit_infeasible(uuid, text, jsonb) is 'Ends a planner run as INFEASIBLE with its explanation.';
revoke all on function planner.commit_infeasible(uuid, text, jsonb) from public;
grant execute on function planner.commit_infeasible(uuid, text, jsonb) to receptor_engine;

-- What the engine may see and write: only rows of the org whose block it holds.
grant usage on schema public, private to receptor_engine;
grant select on public.positions, public.affinity_profiles, public.affinity_weights,
  public.allocation_runs, public.allocation_run_positions, public.job_lines, public.rotations,
  public.job_lines_history, public.allocation_planner_runs to receptor_engine;
grant insert, delete on public.job_lines to receptor_engine;
grant insert on public.rotations, public.job_lines_history to receptor_engine;
-- FOR UPDATE needs the privilege on one column; the engine's policies allow no update of it to another value.
grant update (status) on public.allocation_runs to receptor_engine;
grant update (status, progress, result_metadata, error_code, error_message, finished_at, updated_at)
  on public.allocation_planner_runs to receptor_engine;
grant execute on function private.weeks_total(int[]), private.terms(date, int[]),
  private.snapshot_job_lines(uuid),
  private.replace_job_lines(uuid, uuid, public.job_lines_history_reason, uuid, uuid, jsonb)
  to receptor_engine;

create policy engine_select on public.positions for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
create policy engine_select on public.affinity_profiles for select to receptor_engine
  using (org_id is null or org_id = (select fleet.claimed_org_id()));
create policy engine_select on public.affinity_weights for select to receptor_engine
  using (profile in (select id from public.affinity_profiles));
create policy engine_select on public.allocation_runs for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
create policy engine_lock on public.allocation_runs for update to receptor_engine
  using (org_id = (select fleet.claimed_org_id())) with check (false);
create policy engine_select on public.allocation_run_positions for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
create policy engine_select on public.job_lines for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
create policy engine_insert on public.job_lines for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id()));
create policy engine_delete on public.job_lines for delete to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
create policy engine_select on public.rotations for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
create policy engine_insert on public.rotations for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id()));
create policy engine_select on public.job_lines_history for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
create policy engine_insert on public.job_lines_history for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id()));
create policy engine_select on public.allocation_planner_runs for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id()));
create policy engine_update on public.allocation_planner_runs for update to receptor_engine
  using (org_id = (select fleet.claimed_org_id()))
  with check (org_id = (select fleet.claimed_org_id()));

-- UIs hear of status and progress over Realtime.
do $$
begin
  if not exists (select from pg_catalog.pg_publication where pubname = 'supabase_realtime') then
    create publication supabase_realtime;
  end if;
end
$$;
alter publication supabase_realtime add table public.allocation_planner_runs;
