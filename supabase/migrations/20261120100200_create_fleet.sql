-- The fleet: long computations as chains of short function invocations.
-- A job has blocks; an invocation claims a block, works one slice, writes its checkpoint and hands over.
-- Every change of state is one function of the schema fleet, fenced by the claim token: a late invocation changes nothing.
-- Locks are always taken in the order job, block, worker or run, so that no two of these functions can deadlock.

create schema if not exists fleet;
comment on schema fleet is 'Jobs, blocks, claims and heartbeats of the engines. Not exposed through the API.';
revoke all on schema fleet from public;
grant usage on schema fleet to service_role;

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
grant usage on schema public, private, fleet to receptor_engine;
-- Constraints of names are asked with the rights of whoever writes.
grant execute on function private.fold_joiners(text), private.fold_characters(text), private.fold_text(text), private.is_name(text, int),
  private.is_list(anyarray)
  to receptor_engine;

create table fleet.search_types (
  search_type text primary key check (search_type ~ '^[a-z][a-z_]*$'),
  function_name text not null check (function_name ~ '^[a-z][a-z-]*$'),
  enabled boolean not null default true,
  priority int not null default 0,
  max_concurrent_jobs int not null default 1 check (max_concurrent_jobs >= 1),
  max_concurrent_blocks int not null default 1 check (max_concurrent_blocks >= 1),
  max_attempts int not null default 5 check (max_attempts >= 1),
  busy_seconds int not null default 1800 check (busy_seconds >= 60),
  gives_up_blocks boolean not null default false,
  lease_seconds int not null default 30 check (lease_seconds >= 5),
  time_to_live_seconds int default 900 check (time_to_live_seconds >= 30),
  queue_time_to_live_seconds int default 86400 check (queue_time_to_live_seconds >= 60),
  metrics_every int not null default 1 check (metrics_every >= 1),
  run_table text check (run_table ~ '^[a-z_]+\.[a-z_]+$')
);
comment on table fleet.search_types is 'Kinds of work: who does them and within which limits. Operators change limits here.';
comment on column fleet.search_types.function_name is 'The Edge Function that works slices of this kind.';
comment on column fleet.search_types.enabled is 'Whether such work is taken in and worked on; what is queued when it is switched off waits.';
comment on column fleet.search_types.priority is 'Work of a kind yields, slice by slice, to ready work of kinds with a higher number.';
comment on column fleet.search_types.max_concurrent_blocks is 'How many blocks of one job are worked on at one moment, each by an isolate of its own; a job may ask for fewer.';
comment on column fleet.search_types.gives_up_blocks is
  'A block that cannot be worked is given up with its reason and the others go on, instead of failing the job at once.';
comment on column fleet.search_types.metrics_every is
  'One slice in so many goes to system_metrics and stands for all of them there: a search of days has a hundred thousand.';
comment on column fleet.search_types.max_concurrent_jobs is 'How many jobs of the kind are worked on at one moment; orgs take turns, slice by slice.';
comment on column fleet.search_types.max_attempts is 'Claims in a row without a checkpoint after which the job fails.';
comment on column fleet.search_types.busy_seconds is
  'A block that the database was too busy for is given back without counting an attempt; after so long of that in a row the job fails.';
comment on column fleet.search_types.lease_seconds is 'A claim without a heartbeat for this long is taken back; a claim may have a lease of its own.';
comment on column fleet.search_types.time_to_live_seconds is 'A job that is worked on for longer fails (in the last tenth of it a search with a time limit ends with what it has); waiting for the turns of other orgs does not count. Null: as long as it takes.';
comment on column fleet.search_types.queue_time_to_live_seconds is 'A job that waits for longer in all, before its start and between its slices, fails; pauses do not count. Null: it waits as long as it takes.';
comment on column fleet.search_types.run_table is
  'Where the runs of this kind are, with schema; null: jobs without runs. Operators'' functions read it.';

create type fleet.job_status as enum ('QUEUED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED');
create type fleet.block_status as enum ('PENDING', 'CLAIMED', 'DONE', 'ABANDONED');

create table fleet.search_jobs (
  id bigint generated always as identity primary key,
  search_type text not null references fleet.search_types (search_type),
  org_id uuid not null references public.orgs (id) on delete cascade,
  run_id uuid not null,
  status fleet.job_status not null default 'QUEUED',
  max_concurrent_blocks int not null default 1 check (max_concurrent_blocks >= 1),
  priority int not null default 0,
  paused_at timestamptz,
  paused interval not null default '0' check (paused >= '0'),
  input jsonb,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  requested_by uuid references auth.users (id) on delete set null,
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
comment on column fleet.search_jobs.priority is 'Of the jobs of one org and kind the highest comes first.';
comment on column fleet.search_jobs.paused_at is 'Since when no block of it is claimed; slices under way end with their checkpoints.';
comment on column fleet.search_jobs.paused is 'How long it was paused in all, pauses that ended.';
comment on column fleet.search_jobs.requested_by is 'The user who asked for the run; null for operators, who are not limited.';
-- Open jobs by org, in the order in which each org's come: fleet.next_job() steps from org to org in it, whatever each has queued.
create index search_jobs_open_idx on fleet.search_jobs (search_type, org_id, priority desc, id) where status in ('QUEUED', 'RUNNING');
create index search_jobs_run_id_idx on fleet.search_jobs (run_id);
create index search_jobs_org_created_at_idx on fleet.search_jobs (org_id, created_at);
create index search_jobs_requested_by_idx on fleet.search_jobs (requested_by, created_at);
create index search_jobs_finished_at_idx on fleet.search_jobs (finished_at);

-- Whose turn it is: the org whose last one is longest ago. Numbers instead of times, because clocks are set back.
create sequence fleet.turn_numbers;
create table fleet.turns (
  search_type text not null references fleet.search_types (search_type) on delete cascade,
  org_id uuid not null references public.orgs (id) on delete cascade,
  last_turn bigint not null,
  primary key (search_type, org_id)
);
comment on table fleet.turns is 'When each org last had a turn, per kind of work; an org without a row has had none.';
comment on column fleet.turns.last_turn is 'Of fleet.turn_numbers: the smaller, the longer ago.';
create index turns_org_id_idx on fleet.turns (org_id);

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
  lease_seconds int check (lease_seconds >= 5),
  attempts int not null default 0 check (attempts >= 0),
  slices int not null default 0 check (slices >= 0),
  worked interval not null default '0' check (worked >= '0'),
  busy interval not null default '0' check (busy >= '0'),
  cpu_ms numeric(14, 1) not null default 0 check (cpu_ms >= 0),
  checkpoint jsonb,
  error_code text,
  error_message text,
  created_at timestamptz not null default now(),
  finished_at timestamptz,
  unique (search_job_id, block_number),
  check ((status = 'CLAIMED')
         = (claimed_by is not null and claim_token is not null and claimed_at is not null
            and heartbeat_at is not null)),
  check (status = 'CLAIMED'
         or (claimed_by is null and claim_token is null and claimed_at is null
             and heartbeat_at is null)),
  check ((finished_at is not null) = (status in ('DONE', 'ABANDONED'))),
  check ((error_code is null) = (error_message is null)),
  check (error_code is null or status = 'ABANDONED')
);
comment on table fleet.work_blocks is 'A part of a job that one invocation at a time works on, slice by slice.';
comment on column fleet.work_blocks.block_number is 'From 1: with the problem of its job it says what the block is.';
comment on column fleet.work_blocks.lease_seconds is 'Of the latest claim, where it asked for another lease than its kind''s.';
comment on column fleet.work_blocks.cpu_ms is 'Of all its slices, whether or not system_metrics has a row of each.';
comment on column fleet.work_blocks.error_code is 'Why it was given up while its job went on.';
comment on column fleet.work_blocks.attempts is 'Claims since the last checkpoint; a checkpoint sets it back to 0.';
comment on column fleet.work_blocks.worked is 'How long it was claimed in all, claims that ended: what a job''s life is counted by.';
comment on column fleet.work_blocks.busy is
  'Since the last checkpoint: claims that ended because the database was busy, and the waits after them; neither attempts nor work.';
comment on column fleet.work_blocks.not_before is 'Back-off after an error: not claimed earlier than this.';
comment on column fleet.work_blocks.claim_token is 'The fence: who does not present it changes nothing.';
create index work_blocks_open_idx on fleet.work_blocks (search_job_id, id) where status in ('PENDING', 'CLAIMED');
create index work_blocks_heartbeat_idx on fleet.work_blocks (heartbeat_at) where status = 'CLAIMED';
create index work_blocks_claimed_by_idx on fleet.work_blocks (claimed_by) where claimed_by is not null;

-- fleet.count_work(): whichever way a claim ends, the time that it lasted is added to its block, unless it was spent waiting for
-- a busy database. Trigger before update.
create function fleet.count_work()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if new.busy <= old.busy then
    new.worked := old.worked + greatest(clock_timestamp() - old.claimed_at, interval '0');
  end if;
  return new;
end
$$;
comment on function fleet.count_work() is 'Trigger: adds the time of a claim that ends to its block.';
revoke all on function fleet.count_work() from public, anon, authenticated, service_role;
create trigger count_work before update of status on fleet.work_blocks
  for each row when (old.status = 'CLAIMED' and new.status <> 'CLAIMED') execute function fleet.count_work();

alter table fleet.search_types enable row level security;
alter table fleet.turns enable row level security;
alter table fleet.search_jobs enable row level security;
alter table fleet.workers enable row level security;
alter table fleet.work_blocks enable row level security;
revoke all on fleet.search_types, fleet.search_jobs, fleet.turns, fleet.workers, fleet.work_blocks
  from public, anon, authenticated, service_role;
revoke all on sequence fleet.search_jobs_id_seq, fleet.work_blocks_id_seq, fleet.turn_numbers
  from public, anon, authenticated, service_role;
-- Operators look at the fleet and set limits; they change the rest of it through its functions.
grant select on fleet.search_types, fleet.search_jobs, fleet.turns, fleet.workers, fleet.work_blocks to service_role;
grant update on fleet.search_types to service_role;

-- Engines reach these tables through functions alone, and so does everybody else who does not bypass row level security.
create policy nobody on fleet.search_types using (false);
create policy nobody on fleet.search_jobs using (false);
create policy nobody on fleet.turns using (false);
create policy nobody on fleet.workers using (false);
create policy nobody on fleet.work_blocks using (false);
