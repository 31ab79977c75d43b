-- Claims: how an invocation gets a block, holds it, and writes for it. All of it goes by the claim token, which is new with
-- every claim and void when the claim is taken back or its job has ended.

-- fleet.next_job(type, except): the job whose turn it is, or null where none can be worked on now. Orgs take turns: first the
-- org whose last turn is longest ago, of it the oldest job (of the highest priority) with a block that is free. A job in the middle waits with its
-- checkpoint; where all places are taken nobody passes the one whose turn it is.
-- Called by fleet.claim_next_block(), which holds the lock that makes the answer exact, and by fleet.has_ready_work().
-- Costs a few steps of an index per org that waits, not per job. A slice asks for it some ten times, of every kind that may have work: it is
-- planned once for a connection, since planning it (as a function in SQL is, whenever it is called) takes longer than the answer.
create function fleet.next_job(p_search_type text, p_except bigint[] default '{}')
returns bigint
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return (
  with recursive waiting (org_id) as (
    (select j.org_id from fleet.search_jobs j
     where j.search_type = p_search_type and j.status in ('QUEUED', 'RUNNING')
     order by j.org_id limit 1)
    union all
    select (select j.org_id from fleet.search_jobs j
            where j.search_type = p_search_type and j.status in ('QUEUED', 'RUNNING') and j.org_id > w.org_id
            order by j.org_id limit 1)
    from waiting w where w.org_id is not null
  ), at_work as (
    select j.id, count(*) as blocks
    from fleet.work_blocks b
    join fleet.search_jobs j on j.id = b.search_job_id
    where b.status = 'CLAIMED' and j.search_type = p_search_type
    group by j.id
  ), next as (
    select job.id
    from waiting w
    left join fleet.turns t on t.search_type = p_search_type and t.org_id = w.org_id
    cross join lateral (
      select j.id from fleet.search_jobs j
      where j.search_type = p_search_type and j.org_id = w.org_id and j.status in ('QUEUED', 'RUNNING')
        and j.id <> all (p_except) and j.paused_at is null
        and j.max_concurrent_blocks > coalesce((select a.blocks from at_work a where a.id = j.id), 0)
        and exists (
          select from fleet.work_blocks b
          where b.search_job_id = j.id and b.status = 'PENDING' and b.not_before <= clock_timestamp()
            and b.attempts < (select s.max_attempts from fleet.search_types s where s.search_type = p_search_type))
      order by j.priority desc, j.id limit 1
    ) as job
    where w.org_id is not null
    order by t.last_turn nulls first, job.id limit 1
  )
  select n.id from next n
  where exists (select from at_work a where a.id = n.id)
    or (select count(*) from at_work)
       < (select s.max_concurrent_jobs from fleet.search_types s where s.search_type = p_search_type));
end
$$;
comment on function fleet.next_job(text, bigint[]) is 'The job whose turn it is, orgs taking turns; null where nothing can be worked on.';
revoke all on function fleet.next_job(text, bigint[]) from public, anon, authenticated, service_role;

-- fleet.yields(type): whether work of this kind has to wait: it is switched off, or work of a higher priority is ready.
-- Called by fleet.claim_next_block() and fleet.has_ready_work(). Who has the higher priority is called as soon as it is
-- ready, so that its first slice comes after the slices that are under way.
create function fleet.yields(p_search_type text)
returns boolean
language plpgsql
stable
security definer
set search_path = ''
set plan_cache_mode = 'force_generic_plan'
as $$
begin
  return (
    select not mine.enabled or exists (
      select from fleet.search_types other
      where other.priority > mine.priority and other.enabled and fleet.next_job(other.search_type) is not null)
    from fleet.search_types mine where mine.search_type = p_search_type);
end
$$;
comment on function fleet.yields(text) is 'Whether a kind of work is switched off or gives way to ready work of a higher priority.';
revoke all on function fleet.yields(text) from public, anon, authenticated, service_role;

-- fleet.claim_work_block(job, worker, lease): gives a free block of a running job to a worker, or null.
-- Called by fleet.claim_next_block(). Skip locked: racing claimers never wait for, or get, the same block.
create function fleet.claim_work_block(p_job_id bigint, p_worker_id text, p_lease_seconds int default null)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job fleet.search_jobs;
  v_block_id bigint;
  v_token uuid := gen_random_uuid();
begin
  -- One claim of a job at a time, so that max_concurrent_blocks is exact.
  select * into v_job from fleet.search_jobs where id = p_job_id and status = 'RUNNING' and paused_at is null for update;
  if not found or v_job.max_concurrent_blocks <= (
    select count(*) from fleet.work_blocks where search_job_id = p_job_id and status = 'CLAIMED'
  ) then
    return null;
  end if;

  select id into v_block_id from fleet.work_blocks
  where search_job_id = p_job_id and status = 'PENDING' and not_before <= clock_timestamp()
    and attempts < (select max_attempts from fleet.search_types where search_type = v_job.search_type)
  order by id limit 1
  for update skip locked;
  if not found then
    return null;
  end if;

  insert into fleet.workers (worker_id, search_type, block_id)
  values (p_worker_id, v_job.search_type, v_block_id)
  on conflict (worker_id) do update
    set block_id = excluded.block_id, last_heartbeat = clock_timestamp(), pending_command = null;

  update fleet.work_blocks set
    status = 'CLAIMED', claimed_by = p_worker_id, claim_token = v_token,
    claimed_at = clock_timestamp(), heartbeat_at = clock_timestamp(), attempts = attempts + 1,
    lease_seconds = p_lease_seconds
  where id = v_block_id;
  return v_token;
end
$$;
comment on function fleet.claim_work_block(bigint, text, int) is 'Claims a free block of a running job; returns the claim token or null.';
revoke all on function fleet.claim_work_block(bigint, text, int) from public, anon, authenticated, service_role;
grant execute on function fleet.claim_work_block(bigint, text, int) to receptor_engine;

-- fleet.begin_job(job): a job whose turn it is begins; 1, also where it had begun. Called by fleet.claim_next_block().
create function fleet.begin_job(p_job_id bigint)
returns int
language plpgsql
set search_path = ''
as $$
begin
  update fleet.search_jobs set status = 'RUNNING', started_at = clock_timestamp() where id = p_job_id and status = 'QUEUED';
  return 1;
end
$$;
comment on function fleet.begin_job(bigint) is 'Begins a job.';
revoke all on function fleet.begin_job(bigint) from public, anon, authenticated, service_role;

-- fleet.claim_next_block(type, worker, lease): the next piece of work, or no row. A lease: how many seconds without a heartbeat
-- the claim is to outlast, where the kind's are too few.
-- Called by a solver at the start of its slice. Claimers of a kind come one after the other, so that whose turn it is and
-- how many places are taken is exact; a claim takes milliseconds, a slice some hundred. A job that cannot begin is told in the log and holds
-- up nobody else's.
create function fleet.claim_next_block(p_search_type text, p_worker_id text, p_lease_seconds int default null)
returns table (
  claim_token uuid, block_id bigint, job_id bigint, org_id uuid, run_id uuid, attempt int,
  slice int, checkpoint jsonb, input jsonb, started_at timestamptz, last_call_ms double precision,
  block_number int
)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job_id bigint;
  v_org_id uuid;
  v_status fleet.job_status;
  v_tried bigint[] := '{}';
  v_token uuid;
begin
  perform 1 from fleet.search_types t where t.search_type = p_search_type
  for no key update;  -- not "for update": enqueuing refers to the type and shall not wait for claims
  if fleet.yields(p_search_type) then
    return;
  end if;
  loop
    v_job_id := fleet.next_job(p_search_type, v_tried);
    exit when v_job_id is null;
    v_tried := v_tried || v_job_id;
    -- The org before its job, as deleting an org takes them; one that is being deleted has no more turns.
    select o.id, j.status into v_org_id, v_status
    from fleet.search_jobs j join public.orgs o on o.id = j.org_id
    where j.id = v_job_id
    for key share of o skip locked;
    continue when not found;
    continue when v_status = 'QUEUED'
      and private.attempt(p_search_type, 'begin', v_org_id, 'select fleet.begin_job($1::bigint)', v_job_id::text) = 0;
    v_token := fleet.claim_work_block(v_job_id, p_worker_id, p_lease_seconds);
    exit when v_token is not null;  -- null: it was cancelled or paused while its row was waited for
  end loop;
  if v_token is null then
    return;
  end if;
  insert into fleet.turns (search_type, org_id, last_turn)
  values (p_search_type, v_org_id, nextval('fleet.turn_numbers'))
  on conflict on constraint turns_pkey do update set last_turn = excluded.last_turn;

  return query
    select b.claim_token, b.id, j.id, j.org_id, j.run_id, b.attempts, b.slices + 1, b.checkpoint,
           j.input, j.started_at,
           -- In the last tenth of its life a search ends with what it has: the sweeper ends it without. Told as a
           -- duration, because the solver's clock may differ from this one.
           1000 * (0.9 * t.time_to_live_seconds - extract(epoch from b.worked))::double precision,
           b.block_number
    from fleet.work_blocks b
    join fleet.search_jobs j on j.id = b.search_job_id
    join fleet.search_types t using (search_type)
    where b.claim_token = v_token;
end
$$;
comment on function fleet.claim_next_block(text, text, int) is
  'Claims the next block of a kind of work with its number, checkpoint and input.';
revoke all on function fleet.claim_next_block(text, text, int) from public, anon, authenticated, service_role;
grant execute on function fleet.claim_next_block(text, text, int) to receptor_engine;

-- fleet.worker_heartbeat(worker, token): "still here"; answers and clears a pending command.
-- Called by a solver before long steps. A lost claim answers 'stop'.
create function fleet.worker_heartbeat(p_worker_id text, p_claim_token uuid)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_command text;
begin
  update fleet.work_blocks set heartbeat_at = clock_timestamp()
  where claim_token = p_claim_token and claimed_by = p_worker_id;
  if not found then
    return 'stop';
  end if;
  update fleet.workers w set last_heartbeat = clock_timestamp(), pending_command = null
  from (select worker_id, pending_command from fleet.workers
        where worker_id = p_worker_id for update) old
  where w.worker_id = old.worker_id
  returning old.pending_command into v_command;
  return v_command;
end
$$;
comment on function fleet.worker_heartbeat(text, uuid) is 'Renews a claim; returns a pending command, or stop where the claim is lost.';
revoke all on function fleet.worker_heartbeat(text, uuid) from public, anon, authenticated, service_role;
grant execute on function fleet.worker_heartbeat(text, uuid) to receptor_engine;

-- fleet.claimed_org_id(type): the org of the block that this transaction holds, or null; where a kind of work is told, only of a
-- block of that kind.
-- Called by the policies of receptor_engine: with a kind where a table is one engine's alone, so that the planner never sees
-- doctors. The token is set per transaction (receptor.claim_token). In plpgsql, which keeps its plan: sql would plan it anew
-- for each statement under a policy.
create function fleet.claimed_org_id(p_search_type text default null)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
    select j.org_id
    from fleet.work_blocks b
    join fleet.search_jobs j on j.id = b.search_job_id
    where b.claim_token = nullif(current_setting('receptor.claim_token', true), '')::uuid
      and (p_search_type is null or j.search_type = p_search_type)
  );
end
$$;
comment on function fleet.claimed_org_id(text) is
  'Org of the block whose claim token the transaction carries, if it is of this kind of work; null: of any. Used by policies of receptor_engine.';
revoke all on function fleet.claimed_org_id(text) from public, anon, authenticated, service_role;
grant execute on function fleet.claimed_org_id(text) to receptor_engine;

-- fleet.hold_claim(token): locks job and block for the rest of the transaction, or raises RC001.
-- Called first in each transaction that writes for a block: the fence.
create function fleet.hold_claim(p_claim_token uuid)
returns table (job_id bigint, block_id bigint, org_id uuid, run_id uuid)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job_id bigint;
begin
  select b.search_job_id into v_job_id from fleet.work_blocks b where b.claim_token = p_claim_token;
  perform 1 from fleet.search_jobs j where j.id = v_job_id and j.status = 'RUNNING' for update;
  perform 1 from fleet.work_blocks b where b.claim_token = p_claim_token for update;
  if not found or not exists (
    select from fleet.search_jobs j where j.id = v_job_id and j.status = 'RUNNING'
  ) then
    raise exception 'The claim on this block is lost.' using errcode = 'RC001';
  end if;
  perform set_config('receptor.claim_token', p_claim_token::text, true);
  return query
    select j.id, b.id, j.org_id, j.run_id
    from fleet.work_blocks b
    join fleet.search_jobs j on j.id = b.search_job_id
    where b.claim_token = p_claim_token;
end
$$;
comment on function fleet.hold_claim(uuid) is 'Locks the claimed block and its job for this transaction; raises RC001 when the claim is lost.';
revoke all on function fleet.hold_claim(uuid) from public, anon, authenticated, service_role;
grant execute on function fleet.hold_claim(uuid) to receptor_engine;

-- fleet.hold_claim_on(token, type): hold_claim() for a block of one kind of work, or raises RC001.
-- Called first by the functions of the kinds that write for a block themselves: primes, nodes, agents.
create function fleet.hold_claim_on(p_claim_token uuid, p_search_type text)
returns table (block_id bigint, org_id uuid, run_id uuid, block_number int)
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform fleet.hold_claim(p_claim_token);
  return query
    select b.id, j.org_id, j.run_id, b.block_number
    from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
    where b.claim_token = p_claim_token and j.search_type = p_search_type;
  if not found then
    raise exception 'The claim is on another kind of work.' using errcode = 'RC001';
  end if;
end
$$;
comment on function fleet.hold_claim_on(uuid, text) is 'Holds a claim on a block of one kind of work.';
revoke all on function fleet.hold_claim_on(uuid, text) from public, anon, authenticated, service_role;

-- fleet.save_input(token, input): keeps the problem as first read.
-- Called once per job by its first slice.
create function fleet.save_input(p_claim_token uuid, p_input jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  update fleet.search_jobs set input = p_input where id = v_held.job_id and input is null;
end
$$;
comment on function fleet.save_input(uuid, jsonb) is 'Stores the problem snapshot of a job, once.';
revoke all on function fleet.save_input(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function fleet.save_input(uuid, jsonb) to receptor_engine;

-- fleet.start_afresh(token, why, input too): forgets a state (and a problem) that the deployed code does not understand.
-- Called by a solver after a deploy that changed the shape of what is stored between slices. The line in the log is part
-- of the run's timeline.
create function fleet.start_afresh(p_claim_token uuid, p_why text, p_input_too boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  insert into public.system_logs (level, source, component, message, org_id, run_id, block_id, worker_id)
  select 'warn', j.search_type, 'afresh', p_why, j.org_id, j.run_id, b.id, b.claimed_by
  from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
  where b.id = v_held.block_id;
  update fleet.work_blocks set checkpoint = null where id = v_held.block_id;
  update fleet.search_jobs set input = null where id = v_held.job_id and p_input_too;
end
$$;
comment on function fleet.start_afresh(uuid, text, boolean) is
  'Forgets the checkpoint of a claimed block, and the problem if asked, and says so in the run''s timeline.';
revoke all on function fleet.start_afresh(uuid, text, boolean) from public, anon, authenticated, service_role;
grant execute on function fleet.start_afresh(uuid, text, boolean) to receptor_engine;

-- fleet.record_slice(...): what a slice cost: added to its block, and one row of system_metrics for it, or for one in so many.
-- Called by fleet.checkpoint_block() and by the engines before they commit.
-- p_slice: {phase, cpu_ms, wall_ms, memory_bytes?, details?}
create function fleet.record_slice(p_claim_token uuid, p_slice jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  update fleet.work_blocks set cpu_ms = cpu_ms + (p_slice ->> 'cpu_ms')::numeric where id = v_held.block_id;
  insert into public.system_metrics
    (source, org_id, run_id, block_id, worker_id, slice, phase, cpu_ms, wall_ms, memory_bytes, details, stands_for)
  select j.search_type, j.org_id, j.run_id, b.id, b.claimed_by, b.slices + 1, p_slice ->> 'phase',
         (p_slice ->> 'cpu_ms')::numeric, (p_slice ->> 'wall_ms')::numeric,
         (p_slice ->> 'memory_bytes')::bigint, coalesce(p_slice -> 'details', '{}'::jsonb),
         t.metrics_every
  from fleet.work_blocks b
  join fleet.search_jobs j on j.id = b.search_job_id
  join fleet.search_types t using (search_type)
  -- Blocks begin at different places, so that short ones are not all left out or all taken.
  where b.id = v_held.block_id and (b.id + b.slices) % t.metrics_every = 0;
end
$$;
comment on function fleet.record_slice(uuid, jsonb) is 'Adds what a slice cost to its block and, for one in metrics_every, to system_metrics.';
revoke all on function fleet.record_slice(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function fleet.record_slice(uuid, jsonb) to receptor_engine;

-- fleet.checkpoint_block(token, checkpoint, slice): saves a slice's state and frees the block for the next one.
-- Called at the end of every slice that does not finish its block.
create function fleet.checkpoint_block(p_claim_token uuid, p_checkpoint jsonb, p_slice jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  perform fleet.record_slice(p_claim_token, p_slice);
  update fleet.workers set block_id = null, last_heartbeat = clock_timestamp()
  where worker_id = (select claimed_by from fleet.work_blocks where id = v_held.block_id);
  update fleet.work_blocks set
    status = 'PENDING', claimed_by = null, claim_token = null, claimed_at = null,
    heartbeat_at = null, not_before = clock_timestamp(), checkpoint = p_checkpoint,
    slices = slices + 1, attempts = 0, busy = '0'
  where id = v_held.block_id;
end
$$;
comment on function fleet.checkpoint_block(uuid, jsonb, jsonb) is 'Saves the state of a block and releases it.';
revoke all on function fleet.checkpoint_block(uuid, jsonb, jsonb) from public, anon, authenticated, service_role;
grant execute on function fleet.checkpoint_block(uuid, jsonb, jsonb) to receptor_engine;

-- fleet.settle_job(job): ends a job whose blocks have all ended: COMPLETED, or FAILED where some were given up, since what they
-- were to do is missing. Called when a block has ended; the job's row is locked by then.
create function fleet.settle_job(p_job_id bigint)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_blocks int;
  v_given_up int;
begin
  if exists (select from fleet.work_blocks where search_job_id = p_job_id and status in ('PENDING', 'CLAIMED')) then
    return;
  end if;
  select count(*), count(*) filter (where status = 'ABANDONED') into v_blocks, v_given_up
  from fleet.work_blocks where search_job_id = p_job_id;
  update fleet.search_jobs set
    status = case v_given_up when 0 then 'COMPLETED'::fleet.job_status else 'FAILED' end,
    finished_at = clock_timestamp(), paused_at = null,
    error_code = case when v_given_up > 0 then 'BLOCKS_GIVEN_UP' end,
    error_message = case when v_given_up > 0 then format(
      '%s of %s blocks were given up, so the search is not complete; what the others found stands.', v_given_up, v_blocks) end
  where id = p_job_id and status = 'RUNNING';
end
$$;
comment on function fleet.settle_job(bigint) is 'Ends a job whose blocks have all ended.';
revoke all on function fleet.settle_job(bigint) from public, anon, authenticated, service_role;

-- fleet.finish_block(token): the block is done; the last one ends its job.
-- Called in the transaction in which the engine has written its result.
create function fleet.finish_block(p_claim_token uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  update fleet.workers set block_id = null, last_heartbeat = clock_timestamp()
  where worker_id = (select claimed_by from fleet.work_blocks where id = v_held.block_id);
  update fleet.work_blocks set
    status = 'DONE', finished_at = clock_timestamp(), slices = slices + 1, attempts = 0,
    claimed_by = null, claim_token = null, claimed_at = null, heartbeat_at = null
  where id = v_held.block_id;
  perform fleet.settle_job(v_held.job_id);
end
$$;
comment on function fleet.finish_block(uuid) is 'Marks a block as done and, with the last one, ends the job.';
revoke all on function fleet.finish_block(uuid) from public, anon, authenticated, service_role;
grant execute on function fleet.finish_block(uuid) to receptor_engine;

-- fleet.release_block(token, message, context, busy): gives a block back after an unexpected error.
-- Called by a solver. Attempts go on counting, and each one waits longer, until the sweeper ends the job. Where the database was
-- busy (a lock or a statement that took too long, a deadlock, a lost connection), nothing is wrong with the block: no attempt is
-- counted, waits grow to 30 s, and the job fails once busy_seconds have gone that way.
create function fleet.release_block(p_claim_token uuid, p_message text, p_context jsonb, p_busy boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
  v_busy_seconds int;
  v_busy interval;
  v_wait interval;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  select t.busy_seconds, b.busy + greatest(clock_timestamp() - b.claimed_at, interval '0') into v_busy_seconds, v_busy
  from fleet.work_blocks b
  join fleet.search_jobs j on j.id = b.search_job_id
  join fleet.search_types t using (search_type)
  where b.id = v_held.block_id;
  if p_busy and v_busy >= make_interval(secs => v_busy_seconds) then
    perform fleet.fail_claimed_job(p_claim_token, 'DATABASE_BUSY', format(
      'The database was too busy for the run for %s seconds. Nothing was changed; generate again later, and tell your administrator if it happens again.',
      v_busy_seconds), p_context || jsonb_build_object('message', p_message));
    return;
  end if;
  insert into public.system_logs
    (level, source, component, message, org_id, run_id, block_id, worker_id, context)
  select case when p_busy then 'warn' else 'error' end, j.search_type, 'slice', p_message, j.org_id, j.run_id, b.id,
         b.claimed_by, p_context
  from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
  where b.id = v_held.block_id;
  v_wait := greatest(interval '2 seconds', least(v_busy, interval '30 seconds'));
  update fleet.work_blocks set
    status = 'PENDING', claimed_by = null, claim_token = null, claimed_at = null, heartbeat_at = null,
    not_before = clock_timestamp() + case when p_busy then v_wait else make_interval(secs => 2 * attempts) end,
    attempts = attempts - case when p_busy then 1 else 0 end,
    busy = case when p_busy then v_busy + v_wait else busy end
  where id = v_held.block_id;
end
$$;
comment on function fleet.release_block(uuid, text, jsonb, boolean) is
  'Returns a block to the queue after an error, with back-off; where the database was busy, without counting an attempt.';
revoke all on function fleet.release_block(uuid, text, jsonb, boolean) from public, anon, authenticated, service_role;
grant execute on function fleet.release_block(uuid, text, jsonb, boolean) to receptor_engine;

-- fleet.run_costs(run): CPU per slice of a run, from its metrics; of the run whose block the transaction holds, and no other.
-- Called by the engines when they write what a run cost with its result.
create function fleet.run_costs(p_run_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
  with slices as (
    select m.* from public.system_metrics m
    where m.run_id = (
      select j.run_id
      from fleet.work_blocks b
      join fleet.search_jobs j on j.id = b.search_job_id
      where b.claim_token = nullif(current_setting('receptor.claim_token', true), '')::uuid
        and j.run_id = p_run_id)
  )
  select jsonb_build_object(
    'slices', count(*),
    'cpu_ms', jsonb_build_object(
      'total', coalesce(sum(m.cpu_ms), 0),
      'p50_slice', coalesce(percentile_disc(0.5) within group (order by m.cpu_ms), 0),
      'p95_slice', coalesce(percentile_disc(0.95) within group (order by m.cpu_ms), 0),
      'max_slice', coalesce(max(m.cpu_ms), 0)),
    'cpu_ms_by_phase', (
      select coalesce(jsonb_object_agg(p.key, p.ms), '{}'::jsonb)
      from (
        select d.key, sum(d.value::numeric) as ms
        from slices s
        cross join lateral jsonb_each_text(coalesce(s.details -> 'cpu_ms_by_phase', '{}'::jsonb)) d
        group by d.key
      ) p),
    'memory_bytes_max', max(m.memory_bytes))
  from slices m
  );
end
$$;
comment on function fleet.run_costs(uuid) is 'Slices, CPU per slice (p50, p95, max), CPU by phase and memory of a run.';
revoke all on function fleet.run_costs(uuid) from public, anon, authenticated, service_role;
grant execute on function fleet.run_costs(uuid) to receptor_engine;
