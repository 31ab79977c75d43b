-- The fleet: long computations as chains of short function invocations.
-- A job has blocks; an invocation claims a block, works one slice, writes its checkpoint and hands over.
-- Every change of state is one function here, fenced by the claim token: a late invocation changes nothing.
-- Locks are always taken in the order job, block, worker or run, so that no two of these functions can deadlock.

create schema if not exists fleet;
comment on schema fleet is 'Jobs, blocks, claims and heartbeats of the engines. Not exposed through the API.';
revoke all on schema fleet from public;

-- The engines work as this role. It owns nothing, does not bypass row level security, and its policies
-- show and accept only rows of the org whose block it holds.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'receptor_engine') then
    create role receptor_engine nologin noinherit;
  end if;
end
$$;
grant receptor_engine to postgres;
grant usage on schema fleet to receptor_engine;

create table fleet.search_types (
  search_type text primary key check (search_type ~ '^[a-z][a-z_]*$'),
  function_name text not null check (function_name ~ '^[a-z][a-z-]*$'),
  max_concurrent_jobs int not null default 1 check (max_concurrent_jobs >= 1),
  max_attempts int not null default 5 check (max_attempts >= 1),
  lease_seconds int not null default 30 check (lease_seconds >= 5),
  time_to_live_seconds int not null default 900 check (time_to_live_seconds >= 30),
  queue_time_to_live_seconds int not null default 86400 check (queue_time_to_live_seconds >= 60)
);
comment on table fleet.search_types is 'Kinds of work: who does them and within which limits. Operators change limits here.';
comment on column fleet.search_types.function_name is 'The Edge Function that works slices of this kind.';
comment on column fleet.search_types.max_concurrent_jobs is 'How many jobs of the kind run at once; the others wait in order of arrival.';
comment on column fleet.search_types.max_attempts is 'Claims in a row without a checkpoint after which the job fails.';
comment on column fleet.search_types.lease_seconds is 'A claim without a heartbeat for this long is taken back.';
comment on column fleet.search_types.time_to_live_seconds is 'A job that runs for longer fails.';

create type fleet.job_status as enum ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED');
create type fleet.block_status as enum ('PENDING', 'CLAIMED', 'DONE', 'ABANDONED');

create table fleet.search_jobs (
  id bigint generated always as identity primary key,
  search_type text not null references fleet.search_types (search_type),
  org_id uuid not null references public.orgs (id) on delete cascade,
  run_id uuid not null,
  status fleet.job_status not null default 'QUEUED',
  max_concurrent_blocks int not null default 1 check (max_concurrent_blocks >= 1),
  input jsonb,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  unique (search_type, run_id),
  check ((finished_at is not null) = (status in ('COMPLETED', 'FAILED', 'CANCELLED'))),
  check (status <> 'QUEUED' or started_at is null),
  check (status not in ('RUNNING', 'COMPLETED') or started_at is not null),
  check ((status = 'FAILED') = (error_code is not null and error_message is not null))
);
comment on table fleet.search_jobs is 'One computation: a run of an engine.';
comment on column fleet.search_jobs.run_id is 'The run in the engine''s own table.';
comment on column fleet.search_jobs.input is
  'The problem as the first slice read it, so that edits made during the run do not change it under way.';
create index search_jobs_open_idx on fleet.search_jobs (search_type, id) where status in ('QUEUED', 'RUNNING');
create index search_jobs_org_id_idx on fleet.search_jobs (org_id);

create table fleet.workers (
  worker_id text primary key check (length(worker_id) between 1 and 200),
  search_type text not null references fleet.search_types (search_type),
  block_id bigint,
  pending_command text check (pending_command in ('stop')),
  started_at timestamptz not null default now(),
  last_heartbeat timestamptz not null default now()
);
comment on table fleet.workers is 'Function instances that have worked slices, by their last heartbeat.';
create index workers_last_heartbeat_idx on fleet.workers (last_heartbeat);
create index workers_search_type_idx on fleet.workers (search_type);

create table fleet.work_blocks (
  id bigint generated always as identity primary key,
  search_job_id bigint not null references fleet.search_jobs (id) on delete cascade,
  block_number int not null check (block_number >= 1),
  status fleet.block_status not null default 'PENDING',
  not_before timestamptz not null default now(),
  claimed_by text references fleet.workers (worker_id),
  claim_token uuid unique,
  claimed_at timestamptz,
  heartbeat_at timestamptz,
  attempts int not null default 0 check (attempts >= 0),
  slices int not null default 0 check (slices >= 0),
  checkpoint jsonb,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (search_job_id, block_number),
  check ((status = 'CLAIMED')
         = (claimed_by is not null and claim_token is not null and claimed_at is not null
            and heartbeat_at is not null)),
  check (status = 'CLAIMED'
         or (claimed_by is null and claim_token is null and claimed_at is null
             and heartbeat_at is null)),
  check ((finished_at is not null) = (status in ('DONE', 'ABANDONED')))
);
comment on table fleet.work_blocks is 'A part of a job that one invocation at a time works on, slice by slice.';
comment on column fleet.work_blocks.attempts is 'Claims since the last checkpoint; a checkpoint sets it back to 0.';
comment on column fleet.work_blocks.not_before is 'Back-off after an error: not claimed earlier than this.';
comment on column fleet.work_blocks.claim_token is 'The fence: who does not present it changes nothing.';
create index work_blocks_open_idx on fleet.work_blocks (search_job_id, id) where status in ('PENDING', 'CLAIMED');
create index work_blocks_heartbeat_idx on fleet.work_blocks (heartbeat_at) where status = 'CLAIMED';
create index work_blocks_claimed_by_idx on fleet.work_blocks (claimed_by) where claimed_by is not null;

alter table fleet.search_types enable row level security;
alter table fleet.search_jobs enable row level security;
alter table fleet.workers enable row level security;
alter table fleet.work_blocks enable row level security;
grant usage on schema fleet to service_role;
grant select on fleet.search_types, fleet.search_jobs, fleet.workers, fleet.work_blocks to service_role;
grant update on fleet.search_types to service_role;

-- fleet.enqueue_job(...): a new job with its blocks, at the end of the queue.
-- Called by the triggers of the engines' run tables, in the transaction that inserts the run.
create function fleet.enqueue_job(
  p_search_type text, p_org_id uuid, p_run_id uuid, p_blocks int default 1
)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job_id bigint;
begin
  insert into fleet.search_jobs (search_type, org_id, run_id)
  values (p_search_type, p_org_id, p_run_id)
  returning id into v_job_id;
  insert into fleet.work_blocks (search_job_id, block_number)
  select v_job_id, n from generate_series(1, p_blocks) as n;
  return v_job_id;
end
$$;
comment on function fleet.enqueue_job(text, uuid, uuid, int) is 'Adds a job and its blocks to the queue.';

-- fleet.admit_next_job(type): starts the oldest queued job where a place is free.
-- Called by fleet.claim_next_block(). The lock on the type's row makes "how many run" exact.
create function fleet.admit_next_job(p_search_type text)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_type fleet.search_types;
  v_job_id bigint;
begin
  select * into v_type from fleet.search_types where search_type = p_search_type
  for no key update;  -- not "for update": enqueuing refers to the type and shall not wait for claims
  if (select count(*) from fleet.search_jobs
      where search_type = p_search_type and status = 'RUNNING') >= v_type.max_concurrent_jobs then
    return null;
  end if;
  update fleet.search_jobs set status = 'RUNNING', started_at = clock_timestamp()
  where id = (
    select id from fleet.search_jobs
    where search_type = p_search_type and status = 'QUEUED'
    order by id limit 1
    for update
  ) and status = 'QUEUED'
  returning id into v_job_id;
  return v_job_id;
end
$$;
comment on function fleet.admit_next_job(text) is 'Moves the oldest queued job to RUNNING if a place is free; null otherwise.';

-- fleet.claim_work_block(job, worker): gives a free block of a running job to a worker, or null.
-- Called by fleet.claim_next_block(). Skip locked: racing claimers never wait for, or get, the same block.
create function fleet.claim_work_block(p_job_id bigint, p_worker_id text)
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
  select * into v_job from fleet.search_jobs where id = p_job_id and status = 'RUNNING' for update;
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
    claimed_at = clock_timestamp(), heartbeat_at = clock_timestamp(), attempts = attempts + 1
  where id = v_block_id;
  return v_token;
end
$$;
comment on function fleet.claim_work_block(bigint, text) is 'Claims a free block of a running job; returns the claim token or null.';

-- fleet.claim_next_block(type, worker): the next piece of work, or no row.
-- Called by a solver at the start of its slice: running jobs first, then the oldest queued one.
create function fleet.claim_next_block(p_search_type text, p_worker_id text)
returns table (
  claim_token uuid, block_id bigint, job_id bigint, org_id uuid, run_id uuid, attempt int,
  slice int, checkpoint jsonb, input jsonb, started_at timestamptz
)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job_id bigint;
  v_token uuid;
begin
  for v_job_id in
    select j.id from fleet.search_jobs j
    where j.search_type = p_search_type and j.status = 'RUNNING'
    order by j.id
  loop
    v_token := fleet.claim_work_block(v_job_id, p_worker_id);
    exit when v_token is not null;
  end loop;

  if v_token is null then
    v_job_id := fleet.admit_next_job(p_search_type);
    if v_job_id is not null then
      v_token := fleet.claim_work_block(v_job_id, p_worker_id);
    end if;
  end if;

  return query
    select b.claim_token, b.id, j.id, j.org_id, j.run_id, b.attempts, b.slices + 1, b.checkpoint,
           j.input, j.started_at
    from fleet.work_blocks b
    join fleet.search_jobs j on j.id = b.search_job_id
    where b.claim_token = v_token;
end
$$;
comment on function fleet.claim_next_block(text, text) is 'Claims the next block of a kind of work with its checkpoint and input.';

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

-- fleet.claimed_org_id(): the org of the block that this transaction holds, or null.
-- Called by every policy of receptor_engine. The token is set per transaction (receptor.claim_token).
create function fleet.claimed_org_id()
returns uuid
language sql
stable
security definer
set search_path = ''
as $$
  select j.org_id
  from fleet.work_blocks b
  join fleet.search_jobs j on j.id = b.search_job_id
  where b.claim_token = nullif(current_setting('receptor.claim_token', true), '')::uuid
$$;
comment on function fleet.claimed_org_id() is 'Org of the block whose claim token the transaction carries. Used by policies of receptor_engine.';

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

-- fleet.record_slice(...): one row of system_metrics for a slice.
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
  insert into public.system_metrics
    (source, org_id, run_id, block_id, worker_id, slice, phase, cpu_ms, wall_ms, memory_bytes, details)
  select j.search_type, j.org_id, j.run_id, b.id, b.claimed_by, b.slices + 1, p_slice ->> 'phase',
         (p_slice ->> 'cpu_ms')::numeric, (p_slice ->> 'wall_ms')::numeric,
         (p_slice ->> 'memory_bytes')::bigint, coalesce(p_slice -> 'details', '{}'::jsonb)
  from fleet.work_blocks b
  join fleet.search_jobs j on j.id = b.search_job_id
  where b.id = v_held.block_id;
end
$$;
comment on function fleet.record_slice(uuid, jsonb) is 'Writes what a slice cost to system_metrics.';

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
    slices = slices + 1, attempts = 0
  where id = v_held.block_id;
end
$$;
comment on function fleet.checkpoint_block(uuid, jsonb, jsonb) is 'Saves the state of a block and releases it.';

-- fleet.finish_block(token): the block is done; the last one completes its job.
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
  update fleet.search_jobs set status = 'COMPLETED', finished_at = clock_timestamp()
  where id = v_held.job_id and not exists (
    select from fleet.work_blocks
    where search_job_id = v_held.job_id and status in ('PENDING', 'CLAIMED')
  );
end
$$;
comment on function fleet.finish_block(uuid) is 'Marks a block as done and, with the last one, the job as completed.';

-- fleet.end_job(job, status, code, message): the one way to end a job other than by completing it.
-- Called by fail_claimed_job, cancel_job and sweep; the job's row is locked by then or here.
-- Claims of its blocks are void from here on.
create function fleet.end_job(
  p_job_id bigint, p_status fleet.job_status, p_error_code text, p_error_message text
)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update fleet.search_jobs set
    status = p_status, finished_at = clock_timestamp(),
    error_code = p_error_code, error_message = p_error_message
  where id = p_job_id and status in ('QUEUED', 'RUNNING');
  if not found then
    return false;
  end if;
  -- Blocks before workers, as a heartbeat takes them.
  perform 1 from fleet.work_blocks
  where search_job_id = p_job_id and status in ('PENDING', 'CLAIMED') order by id for update;
  update fleet.workers set pending_command = 'stop'
  where worker_id in (
    select claimed_by from fleet.work_blocks where search_job_id = p_job_id and status = 'CLAIMED'
  );
  update fleet.work_blocks set
    status = 'ABANDONED', finished_at = clock_timestamp(),
    claimed_by = null, claim_token = null, claimed_at = null, heartbeat_at = null
  where search_job_id = p_job_id and status in ('PENDING', 'CLAIMED');
  return true;
end
$$;
comment on function fleet.end_job(bigint, fleet.job_status, text, text) is 'Ends a job as FAILED or CANCELLED and voids the claims on its blocks.';

-- fleet.cancel_job(type, run): ends the job of a run as CANCELLED; false when it had ended already.
-- Called by cancel_planner_run(). A slice under way finds its claim void at its next write.
create function fleet.cancel_job(p_search_type text, p_run_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job_id bigint;
begin
  select id into v_job_id from fleet.search_jobs
  where search_type = p_search_type and run_id = p_run_id
  for update;
  return v_job_id is not null and fleet.end_job(v_job_id, 'CANCELLED', null, null);
end
$$;
comment on function fleet.cancel_job(text, uuid) is 'Cancels the job of a run.';

-- fleet.fail_claimed_job(token, code, message, context): ends the job of a claim as FAILED, with a log row.
-- Called by a solver for errors that another attempt cannot mend (bad input, a plan that the checker refused).
create function fleet.fail_claimed_job(
  p_claim_token uuid, p_error_code text, p_error_message text, p_context jsonb
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  insert into public.system_logs
    (level, source, component, message, org_id, run_id, block_id, worker_id, context)
  select 'error', j.search_type, p_error_code, p_error_message, j.org_id, j.run_id, b.id, b.claimed_by,
         p_context
  from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
  where b.id = v_held.block_id;
  perform fleet.end_job(v_held.job_id, 'FAILED', p_error_code, p_error_message);
end
$$;
comment on function fleet.fail_claimed_job(uuid, text, text, jsonb) is 'Ends the job of a claim as FAILED and logs why.';

-- fleet.release_block(token, message, context): gives a block back after an unexpected error.
-- Called by a solver. Attempts go on counting, and each one waits longer, until the sweeper ends the job.
create function fleet.release_block(p_claim_token uuid, p_message text, p_context jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  insert into public.system_logs
    (level, source, component, message, org_id, run_id, block_id, worker_id, context)
  select 'error', j.search_type, 'slice', p_message, j.org_id, j.run_id, b.id, b.claimed_by, p_context
  from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
  where b.id = v_held.block_id;
  update fleet.work_blocks set
    status = 'PENDING', claimed_by = null, claim_token = null, claimed_at = null,
    heartbeat_at = null, not_before = clock_timestamp() + make_interval(secs => 2 * attempts)
  where id = v_held.block_id;
end
$$;
comment on function fleet.release_block(uuid, text, jsonb) is 'Returns a block to the queue after an error, with back-off.';

-- fleet.reclaim_stale_blocks(seconds, type): takes back claims without a heartbeat for so long.
-- Called by fleet.sweep(), and by operators. The block goes on from its last checkpoint.
create function fleet.reclaim_stale_blocks(p_stale_seconds int, p_search_type text default null)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_count int;
begin
  with stale as (
    select b.id, b.claimed_by, j.search_type, j.org_id, j.run_id, b.heartbeat_at, b.attempts
    from fleet.work_blocks b
    join fleet.search_jobs j on j.id = b.search_job_id
    where b.status = 'CLAIMED'
      and b.heartbeat_at < clock_timestamp() - make_interval(secs => p_stale_seconds)
      and (p_search_type is null or j.search_type = p_search_type)
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
comment on function fleet.reclaim_stale_blocks(int, text) is 'Returns blocks with a stale heartbeat to the queue; how many.';

-- fleet.end_overdue_jobs(): ends, as FAILED, what exceeded its attempts or its time to live.
-- Called by fleet.sweep(). Messages are for the planner who waits.
create function fleet.end_overdue_jobs()
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job record;
  v_count int := 0;
begin
  for v_job in
    select j.id, j.search_type, j.org_id, j.run_id, why.code, why.message
    from fleet.search_jobs j
    join fleet.search_types t on t.search_type = j.search_type
    cross join lateral (
      select 'TIME_TO_LIVE_EXCEEDED' as code, format(
        'The run was still working after %s seconds, the longest that a run may take. Ask for fewer lines or looser constraints, or generate again.',
        t.time_to_live_seconds) as message
      where j.status = 'RUNNING'
        and j.started_at < clock_timestamp() - make_interval(secs => t.time_to_live_seconds)
      union all
      select 'ATTEMPTS_EXCEEDED', format(
        'The solver stopped %s times at the same point without getting further. Nothing was changed; generate again, and tell your administrator if it happens again.',
        t.max_attempts)
      where j.status = 'RUNNING' and exists (
        select from fleet.work_blocks b
        where b.search_job_id = j.id and b.status = 'PENDING' and b.attempts >= t.max_attempts)
      union all
      select 'QUEUE_TIME_EXCEEDED', format(
        'The run waited in the queue for more than %s seconds and was given up. Generate again.',
        t.queue_time_to_live_seconds)
      where j.status = 'QUEUED'
        and j.created_at < clock_timestamp() - make_interval(secs => t.queue_time_to_live_seconds)
      limit 1
    ) why
    where j.status in ('QUEUED', 'RUNNING')
    for update of j skip locked
  loop
    if fleet.end_job(v_job.id, 'FAILED', v_job.code, v_job.message) then
      insert into public.system_logs (level, source, component, message, org_id, run_id, context)
      values ('error', v_job.search_type, 'sweeper', v_job.message, v_job.org_id, v_job.run_id,
              jsonb_build_object('code', v_job.code));
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end
$$;
comment on function fleet.end_overdue_jobs() is 'Fails jobs past their attempts or time to live; how many.';

-- fleet.has_ready_work(type): is there a block that an invocation could claim now?
-- Called by a solver before it hands over, and by the sweep.
create function fleet.has_ready_work(p_search_type text)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from fleet.work_blocks b
    join fleet.search_jobs j on j.id = b.search_job_id
    join fleet.search_types t on t.search_type = j.search_type
    where j.search_type = p_search_type and j.status = 'RUNNING'
      and b.status = 'PENDING' and b.not_before <= clock_timestamp() and b.attempts < t.max_attempts
      and j.max_concurrent_blocks > (
        select count(*) from fleet.work_blocks c
        where c.search_job_id = j.id and c.status = 'CLAIMED')
  ) or exists (
    select from fleet.search_jobs j
    join fleet.search_types t on t.search_type = j.search_type
    where j.search_type = p_search_type and j.status = 'QUEUED'
      and t.max_concurrent_jobs > (
        select count(*) from fleet.search_jobs r
        where r.search_type = p_search_type and r.status = 'RUNNING')
  )
$$;
comment on function fleet.has_ready_work(text) is 'Whether a block of this kind can be claimed now.';

-- fleet.sweep(): mends what crashed; answers which functions have work to be called for.
-- Called by the function heartbeat-sweeper.
create function fleet.sweep()
returns table (search_type text, function_name text, reclaimed int)
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_type fleet.search_types;
begin
  for v_type in select * from fleet.search_types t order by t.search_type loop
    search_type := v_type.search_type;
    reclaimed := fleet.reclaim_stale_blocks(v_type.lease_seconds, v_type.search_type);
    perform fleet.end_overdue_jobs();
    function_name := case when fleet.has_ready_work(v_type.search_type) then v_type.function_name end;
    return next;
  end loop;
end
$$;
comment on function fleet.sweep() is 'Reclaims stale blocks, ends overdue jobs, and lists the functions to call (function_name null: nothing to do).';

-- fleet.run_costs(run): CPU per slice of a run, from its metrics.
-- Called by the engines when they write result_metadata.
create function fleet.run_costs(p_run_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
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
        from public.system_metrics s
        cross join lateral jsonb_each_text(coalesce(s.details -> 'cpu_ms_by_phase', '{}'::jsonb)) d
        where s.run_id = p_run_id
        group by d.key
      ) p),
    'memory_bytes_max', max(m.memory_bytes))
  from public.system_metrics m
  where m.run_id = p_run_id
$$;
comment on function fleet.run_costs(uuid) is 'Slices, CPU per slice (p50, p95, max), CPU by phase and memory of a run.';

revoke all on all functions in schema fleet from public;
grant execute on function
  fleet.claim_next_block(text, text), fleet.claim_work_block(bigint, text),
  fleet.worker_heartbeat(text, uuid), fleet.claimed_org_id(), fleet.hold_claim(uuid),
  fleet.save_input(uuid, jsonb), fleet.record_slice(uuid, jsonb),
  fleet.checkpoint_block(uuid, jsonb, jsonb), fleet.finish_block(uuid),
  fleet.fail_claimed_job(uuid, text, text, jsonb), fleet.release_block(uuid, text, jsonb),
  fleet.has_ready_work(text), fleet.sweep(), fleet.run_costs(uuid)
  to receptor_engine;
grant execute on function fleet.reclaim_stale_blocks(int, text), fleet.sweep() to service_role;
