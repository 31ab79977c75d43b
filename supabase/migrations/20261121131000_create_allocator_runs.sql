-- Allocator runs: what is asked for, how it goes, and the one transaction that writes the allocations.
-- What a run of any engine needs (queueing, following its job, terminal states) becomes the fleet's here;
-- the planner's own versions of it are replaced.

-- fleet.enqueue_run(): a run brings its search job, in the same transaction. Trigger; argument: the search type.
create function fleet.enqueue_run()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform fleet.enqueue_job(tg_argv[0], new.org_id, new.id);
  return null;
end
$$;
comment on function fleet.enqueue_run() is 'Trigger: queues the search job of a run.';

-- fleet.forget_run(): a deleted run leaves no job behind. Trigger; argument: the search type.
create function fleet.forget_run()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from fleet.search_jobs where search_type = tg_argv[0] and run_id = old.id;
  return null;
end
$$;
comment on function fleet.forget_run() is 'Trigger: deletes the search job of a deleted run.';

-- fleet.guard_run(): terminal states never change; updated_at follows. Trigger before update of a run.
create function fleet.guard_run()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if old.status::text in ('COMPLETED', 'INFEASIBLE', 'FAILED', 'CANCELLED')
     and new.status is distinct from old.status then
    raise exception 'Run % is % and stays so.', old.id, old.status using errcode = 'RC409';
  end if;
  if old.status::text = 'GENERATING' and new.status::text = 'PENDING' then
    raise exception 'Run % cannot go back to PENDING.', old.id using errcode = 'RC409';
  end if;
  new.updated_at := clock_timestamp();
  return new;
end
$$;
comment on function fleet.guard_run() is 'Trigger: refuses changes of a terminal status.';

-- fleet.follow_job(): a run's status follows its job's, in the same transaction.
-- Trigger after the status of a search job changes; argument: the run table. COMPLETED is written by the engine's commit.
create function fleet.follow_job()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_open boolean;
begin
  if new.status = 'RUNNING' then
    execute format(
      'update %s set status = ''GENERATING'', started_at = $1 where id = $2 and status = ''PENDING''',
      tg_argv[0]::regclass) using new.started_at, new.run_id;
  elsif new.status in ('FAILED', 'CANCELLED') then
    execute format(
      'update %s set status = %L, finished_at = $1, error_code = $2, error_message = $3
       where id = $4 and status in (''PENDING'', ''GENERATING'')',
      tg_argv[0]::regclass, new.status)
      using new.finished_at, new.error_code, new.error_message, new.run_id;
  elsif new.status = 'COMPLETED' then
    execute format(
      'select exists (select from %s where id = $1 and status in (''PENDING'', ''GENERATING''))',
      tg_argv[0]::regclass) into v_open using new.run_id;
    if v_open then
      raise exception 'Job % completed without a result for run %.', new.id, new.run_id;
    end if;
  end if;
  return null;
end
$$;
comment on function fleet.follow_job() is 'Trigger: carries a job''s status over to its run.';
revoke all on function fleet.enqueue_run(), fleet.forget_run(), fleet.guard_run(), fleet.follow_job()
  from public;

drop trigger enqueue_run on public.allocation_planner_runs;
drop trigger forget_run on public.allocation_planner_runs;
drop trigger guard_run on public.allocation_planner_runs;
drop trigger planner_follow_job on fleet.search_jobs;
drop function planner.enqueue_run(), planner.forget_run(), planner.guard_run(), planner.follow_job();
create trigger enqueue_run after insert on public.allocation_planner_runs
  for each row execute function fleet.enqueue_run('planner');
create trigger forget_run after delete on public.allocation_planner_runs
  for each row execute function fleet.forget_run('planner');
create trigger guard_run before update on public.allocation_planner_runs
  for each row execute function fleet.guard_run();
create trigger planner_follow_job after update of status on fleet.search_jobs
  for each row when (new.search_type = 'planner' and new.status is distinct from old.status)
  execute function fleet.follow_job('public.allocation_planner_runs');

insert into fleet.search_types (search_type, function_name) values ('allocator', 'allocator-solver');

create type public.allocator_run_status as enum
  ('PENDING', 'GENERATING', 'COMPLETED', 'INFEASIBLE', 'FAILED', 'CANCELLED');

create table public.allocator_py_runs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  created_at timestamptz not null default now(),
  queued_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  completed_at timestamptz,
  updated_at timestamptz not null default now(),
  status public.allocator_run_status not null default 'PENDING',
  is_exclusive boolean not null default false,
  included_job_lines uuid[],
  included_worker_mappings uuid[],
  options jsonb not null default '{}' check (jsonb_typeof(options) = 'object'),
  request jsonb not null default '{}' check (jsonb_typeof(request) = 'object'),
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  requested_by uuid references auth.users (id) on delete set null,
  progress jsonb check (jsonb_typeof(progress) = 'object'),
  result jsonb check (jsonb_typeof(result) = 'object'),
  error_code text,
  error_message text,
  unique (org_id, id),
  unique (org_id, allocation_run, id),
  foreign key (org_id, allocation_run)
    references public.allocation_runs (org_id, id) on delete cascade,
  check ((finished_at is not null)
         = (status in ('COMPLETED', 'INFEASIBLE', 'FAILED', 'CANCELLED'))),
  check ((completed_at is not null) = (status = 'COMPLETED')),
  check (status <> 'PENDING' or started_at is null),
  check (status not in ('GENERATING', 'COMPLETED', 'INFEASIBLE') or started_at is not null),
  check ((status in ('FAILED', 'INFEASIBLE'))
         = (error_code is not null and error_message is not null)),
  check (status <> 'COMPLETED' or result is not null)
);
comment on table public.allocator_py_runs is
  'One request to match doctors to job lines. The name is older than this project and stays. Published over Realtime.';
comment on column public.allocator_py_runs.queued_at is 'When its job was queued; null: it waits for process-pending.';
comment on column public.allocator_py_runs.completed_at is 'When its allocations were written; null: not done.';
comment on column public.allocator_py_runs.is_exclusive is
  'What earlier completed runs of the allocation run allocated stands: those doctors and places are left out.';
comment on column public.allocator_py_runs.included_job_lines is 'Only these lines; null: all.';
comment on column public.allocator_py_runs.included_worker_mappings is 'Only these doctors; null: all.';
create unique index allocator_py_runs_one_unfinished_idx
  on public.allocator_py_runs (allocation_run) where status in ('PENDING', 'GENERATING');
create unique index allocator_py_runs_idempotency_idx
  on public.allocator_py_runs (requested_by, idempotency_key) where idempotency_key is not null;
create index allocator_py_runs_requested_by_idx on public.allocator_py_runs (requested_by);
create index allocator_py_runs_org_run_idx
  on public.allocator_py_runs (org_id, allocation_run, created_at desc);
create index allocator_py_runs_waiting_idx on public.allocator_py_runs (created_at)
  where queued_at is null and completed_at is null;

create table public.allocator_py_allocations (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  allocation_run uuid not null,
  run uuid not null,
  worker_mapping uuid not null,
  job_line uuid not null,
  original_preference real,
  created_at timestamptz not null default now(),
  unique (run, worker_mapping),
  foreign key (org_id, allocation_run, run)
    references public.allocator_py_runs (org_id, allocation_run, id) on delete cascade,
  foreign key (org_id, allocation_run, worker_mapping)
    references public.allocation_run_worker_mappings (org_id, allocation_run, id) on delete cascade,
  foreign key (org_id, allocation_run, job_line)
    references public.job_lines (org_id, allocation_run, id) on delete cascade
);
comment on table public.allocator_py_allocations is 'Which doctor got which line in a run.';
comment on column public.allocator_py_allocations.original_preference is
  'The doctor''s fractional rank of the line; null: they had not ranked it.';
create index allocator_py_allocations_org_run_idx
  on public.allocator_py_allocations (org_id, allocation_run, run);
create index allocator_py_allocations_org_mapping_idx
  on public.allocator_py_allocations (org_id, allocation_run, worker_mapping);
create index allocator_py_allocations_org_line_idx
  on public.allocator_py_allocations (org_id, allocation_run, job_line);

create schema if not exists allocator;
comment on schema allocator is 'What the allocator engine calls in the database. Not exposed through the API.';
revoke all on schema allocator from public;
grant usage on schema allocator to receptor_engine;

-- allocator.prepare_run(): fills in what a user may not choose: org, requester.
-- Trigger before insert. Runs with the inserter's rights, as planner.prepare_run() does.
create function allocator.prepare_run()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  select r.org_id into new.org_id from public.allocation_runs r where r.id = new.allocation_run;
  if not found then
    raise exception 'There is no allocation run %.', new.allocation_run using errcode = 'RC404';
  end if;
  new.requested_by := auth.uid();
  return new;
end
$$;
comment on function allocator.prepare_run() is 'Trigger: sets org and requester of a new allocator run.';
revoke all on function allocator.prepare_run() from public;

create trigger prepare_run before insert on public.allocator_py_runs
  for each row execute function allocator.prepare_run();
create trigger enqueue_run_on_insert after insert on public.allocator_py_runs
  for each row when (new.queued_at is not null) execute function fleet.enqueue_run('allocator');
create trigger enqueue_run_on_update after update of queued_at on public.allocator_py_runs
  for each row when (old.queued_at is null and new.queued_at is not null)
  execute function fleet.enqueue_run('allocator');
create trigger forget_run after delete on public.allocator_py_runs
  for each row execute function fleet.forget_run('allocator');
create trigger guard_run before update on public.allocator_py_runs
  for each row execute function fleet.guard_run();
create trigger allocator_follow_job after update of status on fleet.search_jobs
  for each row when (new.search_type = 'allocator' and new.status is distinct from old.status)
  execute function fleet.follow_job('public.allocator_py_runs');

alter table public.allocator_py_runs enable row level security;
alter table public.allocator_py_allocations enable row level security;
revoke all on public.allocator_py_runs, public.allocator_py_allocations from anon, authenticated;
grant select on public.allocator_py_runs, public.allocator_py_allocations to authenticated;
grant insert (allocation_run, queued_at, is_exclusive, included_job_lines, included_worker_mappings,
              options, request, idempotency_key)
  on public.allocator_py_runs to authenticated;
grant all on public.allocator_py_runs, public.allocator_py_allocations to service_role;

create policy allocator_py_runs_select on public.allocator_py_runs for select to authenticated
  using (org_id in (select private.orgs_with_right('allocator.view')));
create policy allocator_py_runs_insert on public.allocator_py_runs for insert to authenticated
  with check (
    org_id in (select private.orgs_with_right('allocator.create'))
    and status = 'PENDING'
    and requested_by = (select auth.uid())
  );
-- Results are the managers' until they publish them by other means.
create policy allocator_py_allocations_select on public.allocator_py_allocations
  for select to authenticated
  using (org_id in (select private.orgs_with_right('allocator.view')));

-- request_allocator_run(...): the request of a manager in one transaction, with the caller's own rights.
-- Called by the function allocator-orchestration with the user's JWT. Answers {outcome, run?} as request_planner_run() does:
-- created, replayed, key_reused, unfinished, not_found; and unknown_job_line or unknown_worker_mapping, with the id, where a
-- batch names what is not in its allocation run or not the caller's to see.
-- p_run: {allocation_run, is_exclusive, included_job_lines, included_worker_mappings, options}; p_request: as it came.
create function public.request_allocator_run(
  p_run jsonb, p_request jsonb, p_idempotency_key text default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_allocation_run uuid := (p_run ->> 'allocation_run')::uuid;
  v_run public.allocator_py_runs;
  v_outcome text;
  v_unknown uuid;
begin
  select id into v_unknown from unnest(array(
    select jsonb_array_elements_text(nullif(p_run -> 'included_job_lines', 'null'))::uuid)) as named (id)
  where not exists (
    select from public.job_lines l where l.id = named.id and l.allocation_run = v_allocation_run)
  limit 1;
  if found then
    return jsonb_build_object('outcome', 'unknown_job_line', 'id', v_unknown);
  end if;
  select id into v_unknown from unnest(array(
    select jsonb_array_elements_text(nullif(p_run -> 'included_worker_mappings', 'null'))::uuid)) as named (id)
  where not exists (
    select from public.allocation_run_worker_mappings m
    where m.id = named.id and m.allocation_run = v_allocation_run)
  limit 1;
  if found then
    return jsonb_build_object('outcome', 'unknown_worker_mapping', 'id', v_unknown);
  end if;

  -- The run that stood in the way may end before it is read; then there is room for this one.
  for attempt in 1..3 loop
    begin
      insert into public.allocator_py_runs
        (allocation_run, queued_at, is_exclusive, included_job_lines, included_worker_mappings,
         options, request, idempotency_key)
      select v_allocation_run, now(), coalesce((p_run ->> 'is_exclusive')::boolean, false),
             case when jsonb_typeof(p_run -> 'included_job_lines') = 'array' then array(
               select jsonb_array_elements_text(p_run -> 'included_job_lines')::uuid) end,
             case when jsonb_typeof(p_run -> 'included_worker_mappings') = 'array' then array(
               select jsonb_array_elements_text(p_run -> 'included_worker_mappings')::uuid) end,
             coalesce(p_run -> 'options', '{}'::jsonb), p_request, p_idempotency_key
      where p_idempotency_key is null or not exists (
        select from public.allocator_py_runs
        where requested_by = (select auth.uid()) and idempotency_key = p_idempotency_key
      )
      returning * into v_run;
      v_outcome := 'created';
      exit when found;
    exception
      when sqlstate 'RC404' then return jsonb_build_object('outcome', 'not_found');
      when unique_violation then null;
    end;

    select * into v_run from public.allocator_py_runs
    where requested_by = (select auth.uid()) and idempotency_key = p_idempotency_key;
    v_outcome := case when v_run.request = p_request then 'replayed' else 'key_reused' end;
    exit when found;
    select * into v_run from public.allocator_py_runs
    where allocation_run = v_allocation_run and status in ('PENDING', 'GENERATING');
    v_outcome := 'unfinished';
    exit when found;
  end loop;

  if v_run.id is null then
    raise exception 'Other requests for this allocation run came in between; try again.'
      using errcode = 'serialization_failure';
  end if;
  return jsonb_build_object('outcome', v_outcome, 'run', to_jsonb(v_run));
end
$$;
comment on function public.request_allocator_run(jsonb, jsonb, text) is
  'Inserts an allocator run and its search job under the caller''s rights; idempotent by key.';
revoke all on function public.request_allocator_run(jsonb, jsonb, text)
  from public, anon, authenticated;
grant execute on function public.request_allocator_run(jsonb, jsonb, text) to authenticated;

-- cancel_allocator_run(run): ends an unfinished run as CANCELLED and answers the run; null when there is none for the caller.
-- Called by allocator-orchestration (DELETE) and by UIs. Security definer, because users may not write status.
create function public.cancel_allocator_run(p_run uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocator_py_runs;
begin
  select * into v_run from public.allocator_py_runs
  where id = p_run and org_id in (select private.orgs_with_right('allocator.view'));
  if not found then
    return null;
  end if;
  if v_run.org_id not in (select private.orgs_with_right('allocator.create')) then
    raise exception 'Cancelling an allocator run needs the right allocator.create.'
      using errcode = 'insufficient_privilege';
  end if;
  -- One that was never queued has no job whose end it could follow.
  if not fleet.cancel_job('allocator', p_run) and v_run.queued_at is null then
    update public.allocator_py_runs set status = 'CANCELLED', finished_at = clock_timestamp()
    where id = p_run and status = 'PENDING';
  end if;
  select * into v_run from public.allocator_py_runs where id = p_run;
  return to_jsonb(v_run);
end
$$;
comment on function public.cancel_allocator_run(uuid) is
  'Cancels an unfinished allocator run; returns the run, or null where the caller sees none.';
revoke all on function public.cancel_allocator_run(uuid) from public, anon, authenticated;
grant execute on function public.cancel_allocator_run(uuid) to authenticated;

-- queue_pending_allocator_runs(): queues every run that waits with completed_at null; how many.
-- Called by allocator-orchestration/process-pending for service callers.
create function public.queue_pending_allocator_runs()
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_count int;
begin
  update public.allocator_py_runs set queued_at = clock_timestamp()
  where queued_at is null and completed_at is null and status = 'PENDING';
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function public.queue_pending_allocator_runs() is 'Queues every allocator run that waits; how many.';
revoke all on function public.queue_pending_allocator_runs() from public, anon, authenticated;
grant execute on function public.queue_pending_allocator_runs() to service_role;

-- allocator.load_run(run): everything that the engine needs to know of a run, as one document.
-- Called by the first slice as receptor_engine. Doctors and lines of the allocation run are numbered from 0 in the order
-- of their ids, and ranks refer to the numbers, so that 1,000 doctors and 500 lines stay a small document. Those that
-- the batch leaves out (takes_part false) are there, too, because ranks name them.
create function allocator.load_run(p_run uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with run as (
    select * from public.allocator_py_runs where id = p_run
  ), earlier as (
    select a.worker_mapping, a.job_line
    from run
    join public.allocator_py_allocations a on a.allocation_run = run.allocation_run
    join public.allocator_py_runs r on r.id = a.run and r.status = 'COMPLETED'
    where run.is_exclusive
  ), worker as (
    select m.id, w.name, row_number() over (order by m.id) - 1 as number,
           (run.included_worker_mappings is null or m.id = any (run.included_worker_mappings))
           and m.id not in (select worker_mapping from earlier) as takes_part
    from run
    join public.allocation_run_worker_mappings m on m.allocation_run = run.allocation_run
    join public.workers w on w.id = m.worker
  ), line as (
    select l.id, l.name, l.max_n_workers, l.must_have_workers, taken.count as taken,
           row_number() over (order by l.id) - 1 as number,
           (run.included_job_lines is null or l.id = any (run.included_job_lines))
           and l.max_n_workers > taken.count as takes_part
    from run
    join public.job_lines l on l.allocation_run = run.allocation_run
    cross join lateral (select count(*) as count from earlier e where e.job_line = l.id) as taken
  ), unknown as (
    select 'worker mapping' as what, i as id from run, unnest(run.included_worker_mappings) i
    where not exists (
      select from public.allocation_run_worker_mappings m
      where m.id = i and m.allocation_run = run.allocation_run)
    union all
    select 'job line', i from run, unnest(run.included_job_lines) i
    where not exists (
      select from public.job_lines l where l.id = i and l.allocation_run = run.allocation_run)
  )
  select jsonb_build_object(
    'options', run.options,
    'unknown', (select coalesce(jsonb_agg(jsonb_build_object('what', what, 'id', id)), '[]') from unknown),
    'workers', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', w.id, 'name', w.name, 'takes_part', w.takes_part,
        'tags', coalesce(to_jsonb(q.qualification_tag_ids), '[]'))
        order by w.number), '[]')
      from worker w
      left join public.get_worker_qualifications(run.allocation_run) q on q.worker_mapping = w.id),
    'lines', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', l.id, 'name', l.name, 'takes_part', l.takes_part, 'capacity', l.max_n_workers - l.taken,
        'must_have', l.must_have_workers and l.taken = 0) order by l.number), '[]')
      from line l),
    'eligibility', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'line', l.number,
        'included_workers', to_jsonb(e.included_worker_mapping_ids),
        'excluded_workers', to_jsonb(e.excluded_worker_mapping_ids),
        'included_tags', to_jsonb(e.included_qualification_tag_ids),
        'excluded_tags', to_jsonb(e.excluded_qualification_tag_ids)) order by l.number), '[]')
      from public.job_line_eligibility e
      join line l on l.id = e.job_line),
    -- By doctor's number: {lines, ranks}, side by side.
    'preferences', (
      select coalesce(jsonb_object_agg(r.worker, jsonb_build_object('lines', r.lines, 'ranks', r.ranks)), '{}')
      from (
        select w.number as worker, to_jsonb(array_agg(l.number order by l.number)) as lines,
               to_jsonb(array_agg(p.order_preference order by l.number)) as ranks
        from public.preference_worker_job_lines p
        join worker w on w.id = p.worker_mapping
        join line l on l.id = p.job_line
        where p.allocation_run = run.allocation_run
        group by w.number
      ) as r),
    'preferencers', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', f.id, 'name', f.name, 'max_lines', f.max_job_lines, 'max_workers', f.max_workers,
        'lines', (
          select coalesce(jsonb_agg(l.number order by l.number), '[]')
          from public.preferencer_job_lines fl join line l on l.id = fl.job_line
          where fl.preferencer = f.id),
        'ranks', (
          select coalesce(jsonb_agg(jsonb_build_array(w.number, r.order_preference) order by w.number), '[]')
          from public.preferencer_worker_ranks r join worker w on w.id = r.worker_mapping
          where r.preferencer = f.id)) order by f.id), '[]')
      from public.preferencers f where f.allocation_run = run.allocation_run),
    'weightings', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'line', l.number, 'workers', to_jsonb(g.worker_mapping_ids),
        'tags', to_jsonb(g.qualification_tag_ids), 'weighting', g.weighting) order by g.id), '[]')
      from public.allocation_run_preferencer_weightings g
      left join line l on l.id = g.job_line
      where g.allocation_run = run.allocation_run)
  )
  from run
$$;
comment on function allocator.load_run(uuid) is
  'The input of an allocator run: doctors, lines, eligibility, ranks of both sides, weightings.';
revoke all on function allocator.load_run(uuid) from public;
grant execute on function allocator.load_run(uuid) to receptor_engine;

-- allocator.commit_run(token, allocations, result): writes the match and completes the run, in one transaction.
-- Called by the last slice as receptor_engine; fenced by the claim. Raises RC409 when a doctor or line is gone or full by now.
-- p_allocations: [[worker mapping, job line, fractional rank or null], ...]
create function allocator.commit_run(p_claim_token uuid, p_allocations jsonb, p_result jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_held record;
  v_run public.allocator_py_runs;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  select * into v_run from public.allocator_py_runs where id = v_held.run_id;
  begin
    insert into public.allocator_py_allocations
      (org_id, allocation_run, run, worker_mapping, job_line, original_preference)
    select v_run.org_id, v_run.allocation_run, v_run.id, (a ->> 0)::uuid, (a ->> 1)::uuid, (a ->> 2)::real
    from jsonb_array_elements(p_allocations) as a;
  exception when foreign_key_violation then
    raise exception 'A doctor or a job line was removed while the match was being made.'
      using errcode = 'RC409';
  end;
  if exists (
    select from public.allocator_py_allocations a
    join public.job_lines l on l.id = a.job_line
    where a.run = v_run.id
    group by l.id having count(*) > max(l.max_n_workers)
  ) then
    raise exception 'The capacity of a job line changed while the match was being made.'
      using errcode = 'RC409';
  end if;
  update public.allocator_py_runs set
    status = 'COMPLETED', completed_at = now(), finished_at = clock_timestamp(), result = p_result
  where id = v_run.id;
  perform fleet.finish_block(p_claim_token);
end
$$;
comment on function allocator.commit_run(uuid, jsonb, jsonb) is
  'Writes the allocations of an allocator run and completes it, in one transaction.';
revoke all on function allocator.commit_run(uuid, jsonb, jsonb) from public;
grant execute on function allocator.commit_run(uuid, jsonb, jsonb) to receptor_engine;

-- allocator.commit_infeasible(token, message, result): ends a run as INFEASIBLE with its explanation.
-- Called by the last slice as receptor_engine.
create function allocator.commit_infeasible(p_claim_token uuid, p_message text, p_result jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  update public.allocator_py_runs set
    status = 'INFEASIBLE', finished_at = clock_timestamp(), error_code = 'INFEASIBLE',
    error_message = p_message, result = p_result
  where id = v_held.run_id;
  perform fleet.finish_block(p_claim_token);
end
$$;
comment on function allocator.commit_infeasible(uuid, text, jsonb) is
  'Ends an allocator run as INFEASIBLE with its explanation.';
revoke all on function allocator.commit_infeasible(uuid, text, jsonb) from public;
grant execute on function allocator.commit_infeasible(uuid, text, jsonb) to receptor_engine;

grant select on public.allocator_py_runs, public.allocator_py_allocations to receptor_engine;
grant insert on public.allocator_py_allocations to receptor_engine;
grant update (status, progress, result, error_code, error_message, completed_at, finished_at, updated_at)
  on public.allocator_py_runs to receptor_engine;
create policy engine_select on public.allocator_py_runs for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')));
create policy engine_update on public.allocator_py_runs for update to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')))
  with check (org_id = (select fleet.claimed_org_id('allocator')));
create policy engine_select on public.allocator_py_allocations for select to receptor_engine
  using (org_id = (select fleet.claimed_org_id('allocator')));
create policy engine_insert on public.allocator_py_allocations for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id('allocator')));

alter publication supabase_realtime add table public.allocator_py_runs;
