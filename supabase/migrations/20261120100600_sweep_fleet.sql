-- The sweep: mends what crashed, ends what is overdue, and says which solvers have work to be called for.

create table fleet.last_sweep (
  only_row boolean primary key default true check (only_row),
  swept_at timestamptz not null,
  reclaimed int not null check (reclaimed >= 0)
);
comment on table fleet.last_sweep is 'When a sweep last reached its end, and how many claims it took back: the sweeper''s pulse.';
alter table fleet.last_sweep enable row level security;
revoke all on fleet.last_sweep from public, anon, authenticated, service_role;
grant select on fleet.last_sweep to service_role;
create policy nobody on fleet.last_sweep using (false);

-- fleet.has_ready_work(type): is there a block that an invocation could claim now?
-- Called by fleet.calls_needed().
create function fleet.has_ready_work(p_search_type text)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return not fleet.yields(p_search_type) and fleet.next_job(p_search_type) is not null;
end
$$;
comment on function fleet.has_ready_work(text) is 'Whether a block of this kind can be claimed now.';
revoke all on function fleet.has_ready_work(text) from public, anon, authenticated, service_role;

-- fleet.calls_needed(type): how many invocations would each find a block now, about; 0 where none would.
-- Called by fleet.next_calls(), by the sweep and by solver_calls_needed(). As many chains of slices as there are places: a chain
-- that got lost (its call came to an isolate at work) is made good by the end of any other's slice.
create function fleet.calls_needed(p_search_type text)
returns int
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan'  -- as fleet.next_job()
as $$
begin
  if not fleet.has_ready_work(p_search_type) then
    return 0;
  end if;
  return greatest(1, (
    with at_work as (
      select j.id, count(*) as blocks
      from fleet.work_blocks b
      join fleet.search_jobs j on j.id = b.search_job_id
      where b.status = 'CLAIMED' and j.search_type = p_search_type
      group by j.id
    ), type as (
      select t.* from fleet.search_types t where t.search_type = p_search_type
    ), next as (
      (select id from at_work)
      union
      (select j.id from fleet.search_jobs j
       where j.search_type = p_search_type and j.status in ('QUEUED', 'RUNNING') and j.paused_at is null
         and j.id not in (select id from at_work)
         and exists (select from fleet.work_blocks b
                     where b.search_job_id = j.id and b.status = 'PENDING' and b.not_before <= clock_timestamp())
       limit greatest(0, (select t.max_concurrent_jobs from type t) - (select count(*) from at_work)))
    )
    select sum(free.blocks)::int
    from next n
    join fleet.search_jobs j on j.id = n.id and j.paused_at is null
    cross join type t
    cross join lateral (
      select count(*) as blocks from (
        select from fleet.work_blocks b
        where b.search_job_id = j.id and b.status = 'PENDING' and b.not_before <= clock_timestamp()
          and b.attempts < t.max_attempts
        limit greatest(0, j.max_concurrent_blocks - coalesce((select a.blocks from at_work a where a.id = j.id), 0))
      ) as ready
    ) as free));
end
$$;
comment on function fleet.calls_needed(text) is 'How many invocations of this kind would find a block now.';
revoke all on function fleet.calls_needed(text) from public, anon, authenticated, service_role;

-- fleet.next_calls(type): the functions to call after a slice of this kind, each as often as it would find work: its own, those of
-- kinds that it may have made work for and, where its own has nothing to do any more, those of kinds that yielded to it. Who is at
-- work already calls for itself.
-- Called by a solver before it hands over.
create function fleet.next_calls(p_search_type text)
returns table (function_name text, calls int)
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan'  -- as fleet.next_job()
as $$
begin
  return query
    with own as (
      select t.search_type, t.function_name, t.priority, fleet.calls_needed(t.search_type) as calls
      from fleet.search_types t where t.search_type = p_search_type
    )
    select o.function_name, o.calls from own o where o.calls > 0
    union all
    select t.function_name, n.calls
    from own o
    join fleet.search_types t on t.enabled and t.search_type <> o.search_type
      and (t.priority = o.priority or (t.priority < o.priority and o.calls = 0))
    cross join lateral (select fleet.calls_needed(t.search_type) as calls) n
    where n.calls > 0 and not exists (
      select from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
      where b.status = 'CLAIMED' and j.search_type = t.search_type);
end
$$;
comment on function fleet.next_calls(text) is 'Which functions to call after a slice of a kind of work, and how often.';
revoke all on function fleet.next_calls(text) from public, anon, authenticated, service_role;
grant execute on function fleet.next_calls(text) to receptor_engine;

-- solver_calls_needed(function): how many invocations of this solver would find something to do now?
-- Called by the functions that take requests, after the transaction that inserted the run: starting an invocation that
-- finds nothing costs as much as one that works. Where it answers 0, other runs hold the places there are; the last
-- slice of each of them asks the same after its end, so that nobody is forgotten.
create function public.solver_calls_needed(p_function text)
returns int
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(sum(fleet.calls_needed(t.search_type)), 0)::int
  from fleet.search_types t
  where t.function_name = p_function
$$;
comment on function public.solver_calls_needed(text) is 'How many calls of this solver function would find work; tells no more of the queue.';
revoke all on function public.solver_calls_needed(text) from public, anon, authenticated, service_role;
grant execute on function public.solver_calls_needed(text) to authenticated;

-- fleet.reclaim_block(block, seconds): takes back a claim without a heartbeat for so long, or for a lease of its own, where nobody holds it; whether
-- it did, as a number. Called by fleet.reclaim_stale_blocks().
create function fleet.reclaim_block(p_block_id bigint, p_stale_seconds int)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_count int;
begin
  with stale as (
    select b.id, b.claimed_by, j.search_type, j.org_id, j.run_id, b.heartbeat_at, b.attempts
    from fleet.work_blocks b
    join fleet.search_jobs j on j.id = b.search_job_id
    where b.id = p_block_id and b.status = 'CLAIMED'
      and b.heartbeat_at < clock_timestamp() - make_interval(secs => coalesce(b.lease_seconds, p_stale_seconds))
    for update of b skip locked
  ), reclaimed as (
    update fleet.work_blocks b set
      status = 'PENDING', claimed_by = null, claim_token = null, claimed_at = null,
      heartbeat_at = null, not_before = clock_timestamp()
    from stale where b.id = stale.id
  ), logged as (
    insert into public.system_logs
      (level, source, component, message, org_id, run_id, block_id, worker_id, context)
    select 'warn', search_type, 'sweeper', 'Took back a claim whose heartbeat had stopped.', org_id,
           run_id, id, claimed_by, jsonb_build_object('heartbeat_at', heartbeat_at, 'attempts', attempts)
    from stale
    returning 1
  )
  select count(*) into v_count from logged;
  return v_count;
end
$$;
comment on function fleet.reclaim_block(bigint, int) is 'Returns a block with a stale heartbeat to the queue.';
revoke all on function fleet.reclaim_block(bigint, int) from public, anon, authenticated, service_role;

-- fleet.reclaim_stale_blocks(seconds, type): takes back claims without a heartbeat for so long, or for a lease of their own, each as a step of its
-- own; how many. Called by fleet.sweep(), and by operators. A block goes on from its last checkpoint.
create function fleet.reclaim_stale_blocks(p_stale_seconds int, p_search_type text default null)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_block record;
  v_count int := 0;
begin
  for v_block in
    select b.id, j.search_type, j.org_id
    from fleet.work_blocks b
    join fleet.search_jobs j on j.id = b.search_job_id
    where b.status = 'CLAIMED'
      and b.heartbeat_at < clock_timestamp() - make_interval(secs => coalesce(b.lease_seconds, p_stale_seconds))
      and (p_search_type is null or j.search_type = p_search_type)
    order by b.id
  loop
    v_count := v_count + private.attempt(v_block.search_type, 'reclaim', v_block.org_id,
      format('select fleet.reclaim_block($1::bigint, %s)', p_stale_seconds), v_block.id::text);
  end loop;
  return v_count;
end
$$;
comment on function fleet.reclaim_stale_blocks(int, text) is 'Returns blocks with a stale heartbeat to the queue; how many.';
revoke all on function fleet.reclaim_stale_blocks(int, text) from public, anon, authenticated, service_role;
grant execute on function fleet.reclaim_stale_blocks(int, text) to service_role;

-- fleet.give_up_overdue(block): gives up a block after its last attempt; 1. Called by fleet.end_overdue_jobs(), which holds its job.
create function fleet.give_up_overdue(p_block_id bigint)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_most int;
begin
  insert into public.system_logs (level, source, component, message, org_id, run_id, block_id, context)
  select 'error', j.search_type, 'sweeper', 'A block was given up after its last attempt.', j.org_id, j.run_id, b.id,
    jsonb_build_object('code', 'ATTEMPTS_EXCEEDED', 'block', b.block_number)
  from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id where b.id = p_block_id;
  select t.max_attempts into v_most
  from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id join fleet.search_types t using (search_type) where b.id = p_block_id;
  perform fleet.give_up_block(p_block_id, 'ATTEMPTS_EXCEEDED',
    format('The solver stopped %s times at the same point of this block without getting further.', v_most));
  return 1;
end
$$;
comment on function fleet.give_up_overdue(bigint) is 'Gives up a block after its last attempt.';
revoke all on function fleet.give_up_overdue(bigint) from public, anon, authenticated, service_role;

-- fleet.end_overdue_job(job, code, message): ends a job as FAILED, and says so in the log; 0 where it had ended. Called by
-- fleet.end_overdue_jobs(), which holds it.
create function fleet.end_overdue_job(p_job_id bigint, p_code text, p_message text)
returns int
language plpgsql
set search_path = ''
as $$
begin
  if not fleet.end_job(p_job_id, 'FAILED', p_code, p_message) then
    return 0;
  end if;
  insert into public.system_logs (level, source, component, message, org_id, run_id, context)
  select 'error', j.search_type, 'sweeper', p_message, j.org_id, j.run_id, jsonb_build_object('code', p_code)
  from fleet.search_jobs j where j.id = p_job_id;
  return 1;
end
$$;
comment on function fleet.end_overdue_job(bigint, text, text) is 'Ends a job that is past its attempts or time to live.';
revoke all on function fleet.end_overdue_job(bigint, text, text) from public, anon, authenticated, service_role;

-- fleet.end_overdue_jobs(): ends, as FAILED, what exceeded its attempts or its time to live; of kinds that give up blocks, the
-- blocks. How many jobs or blocks; each is a step of its own: one that cannot be ended is told in the log, and stops no other.
-- Called by fleet.sweep(). Messages are for the planner who waits.
create function fleet.end_overdue_jobs()
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job record;
  v_block record;
  v_count int := 0;
begin
  for v_block in
    select b.id, j.search_type, j.org_id
    from fleet.search_jobs j
    join fleet.search_types t on t.search_type = j.search_type and t.gives_up_blocks
    join fleet.work_blocks b on b.search_job_id = j.id and b.status = 'PENDING' and b.attempts >= t.max_attempts
    where j.status = 'RUNNING'
    order by j.id, b.id
    for update of j skip locked
  loop
    v_count := v_count
      + private.attempt(v_block.search_type, 'give up', v_block.org_id, 'select fleet.give_up_overdue($1::bigint)', v_block.id::text);
  end loop;

  for v_job in
    select j.id, j.search_type, j.org_id, why.code, why.message
    from fleet.search_jobs j
    join fleet.search_types t on t.search_type = j.search_type
    cross join lateral (
      -- How long it was worked on: by its longest block, where several are worked on side by side.
      select coalesce(max(b.worked + coalesce(clock_timestamp() - b.claimed_at, '0')), '0') as worked
      from fleet.work_blocks b where b.search_job_id = j.id
    ) as spent
    cross join lateral (
      select 'TIME_TO_LIVE_EXCEEDED' as code, format(
        'The run was still working after %s seconds, the longest that a run may take. Ask for fewer lines or looser constraints, or generate again.',
        t.time_to_live_seconds) as message
      where j.status = 'RUNNING' and spent.worked > make_interval(secs => t.time_to_live_seconds)
      union all
      select 'ATTEMPTS_EXCEEDED', format(
        'The solver stopped %s times at the same point without getting further. Nothing was changed; generate again, and tell your administrator if it happens again.',
        t.max_attempts)
      where j.status = 'RUNNING' and not t.gives_up_blocks and exists (
        select from fleet.work_blocks b
        where b.search_job_id = j.id and b.status = 'PENDING' and b.attempts >= t.max_attempts)
      union all
      select 'QUEUE_TIME_EXCEEDED', format(
        'The run waited in the queue for more than %s seconds and was given up. Generate again.',
        t.queue_time_to_live_seconds)
      where j.paused_at is null
        and clock_timestamp() - j.created_at - j.paused - spent.worked > make_interval(secs => t.queue_time_to_live_seconds)
      limit 1
    ) why
    where j.status in ('QUEUED', 'RUNNING')
    for update of j skip locked
  loop
    v_count := v_count + private.attempt(v_job.search_type, 'end', v_job.org_id,
      format('select fleet.end_overdue_job($1::bigint, %L, %L)', v_job.code, v_job.message), v_job.id::text);
  end loop;
  return v_count;
end
$$;
comment on function fleet.end_overdue_jobs() is 'Fails jobs past their attempts or time to live; how many.';
revoke all on function fleet.end_overdue_jobs() from public, anon, authenticated, service_role;

-- fleet.sweep(): mends what crashed; answers which functions have work to be called for.
-- Called by the function heartbeat-sweeper.
create function fleet.sweep()
returns table (search_type text, function_name text, reclaimed int, calls int)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_reclaimed jsonb;
begin
  select jsonb_object_agg(t.search_type, fleet.reclaim_stale_blocks(t.lease_seconds, t.search_type))
  into v_reclaimed from fleet.search_types t;
  -- After all is taken back, as a last attempt may be among it; and once, as it looks at every kind of work.
  perform fleet.end_overdue_jobs();
  return query
    select t.search_type, case when n.calls > 0 then t.function_name end,
           (v_reclaimed ->> t.search_type)::int, n.calls
    from fleet.search_types t
    cross join lateral (select fleet.calls_needed(t.search_type) as calls) n
    order by t.search_type;
end
$$;
comment on function fleet.sweep() is 'Reclaims stale blocks, ends overdue jobs, and lists the functions to call, and how often (function_name null: nothing to do).';
revoke all on function fleet.sweep() from public, anon, authenticated, service_role;
grant execute on function fleet.sweep() to receptor_engine, service_role;

-- fleet.record_sweep(reclaimed): notes that a sweep has done its work.
-- Called by heartbeat-sweeper as the last statement of the sweep's transaction, so that no lock follows this row's.
create function fleet.record_sweep(p_reclaimed int)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into fleet.last_sweep (swept_at, reclaimed) values (clock_timestamp(), p_reclaimed)
  on conflict (only_row) do update set swept_at = excluded.swept_at, reclaimed = excluded.reclaimed
$$;
comment on function fleet.record_sweep(int) is 'Notes the time of a finished sweep and how many claims it took back.';
revoke all on function fleet.record_sweep(int) from public, anon, authenticated, service_role;
grant execute on function fleet.record_sweep(int) to receptor_engine;
