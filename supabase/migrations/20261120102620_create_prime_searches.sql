-- Searches for primes: a run has blocks, which isolates work side by side. Users ask for them through request_prime_search();
-- blocks and finds are written by the engine's functions alone.

create table public.prime_search_runs (
  id uuid primary key default gen_random_uuid(),
  number bigint generated always as identity unique,
  org_id uuid not null references public.orgs (id) on delete cascade,
  form text not null check (form ~ '^[a-z][a-z_]*$'),
  params jsonb not null check (jsonb_typeof(params) = 'object' and length(params::text) <= 4000),
  candidates bigint not null check (candidates >= 1),
  block_size bigint not null check (block_size between 1 and case form when 'survey' then 1000000000000 else 20000 end),
  blocks int not null check (blocks between 1 and 10000 and blocks = ceil(candidates::numeric / block_size)),
  sizes text not null default 'given' check (sizes in ('given', 'measured')),
  cuts jsonb not null default '[]' check (jsonb_typeof(cuts) = 'array'),
  max_concurrent_blocks int check (max_concurrent_blocks between 1 and 100),
  sieve_depth int check (sieve_depth >= 0),
  priority int not null default 0 check (priority between -100 and 100),
  worked_by text not null default 'everybody' check (worked_by in ('everybody', 'nodes')),
  status text not null default 'PENDING'
    check (status in ('PENDING', 'GENERATING', 'COMPLETED', 'FAILED', 'CANCELLED')),
  progress jsonb,
  result jsonb,
  error_code text,
  error_message text,
  requested_by uuid references auth.users (id) on delete set null,
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  request jsonb not null,
  project_id bigint,
  project_phase bigint,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  paused_at timestamptz,
  updated_at timestamptz not null default now(),
  unique (org_id, id),
  check ((finished_at is not null) = (status in ('COMPLETED', 'FAILED', 'CANCELLED'))),
  check (finished_at is null or paused_at is null),
  check (worked_by = 'everybody' or form <> 'survey')
);
comment on table public.prime_search_runs is 'A search for primes of one form, or a survey: what was asked for, how far it is, what it came to.';
comment on column public.prime_search_runs.form is 'A form of numbers, or survey: it counts, and lists nothing.';
comment on column public.prime_search_runs.number is 'A number for people, and the id of search_jobs.';
comment on column public.prime_search_runs.candidates is 'How many numbers (or pairs) there are to look at; they are numbered from 0.';
comment on column public.prime_search_runs.blocks is 'How many blocks it was cut into at first.';
comment on column public.prime_search_runs.sizes is 'measured: blocks that nobody has begun are cut anew by what the others cost; given: they stay as they are.';
comment on column public.prime_search_runs.cuts is
  '[[block number, first candidate, size]]: from that block on they have that size, until the next one says otherwise; before the first, block_size.';
comment on column public.prime_search_runs.max_concurrent_blocks is 'How many isolates work on it at once; null: as many as the kind allows.';
comment on column public.prime_search_runs.worked_by is 'nodes: its blocks wait for the machines of operators; the fleet only checks what they bring.';
comment on column public.prime_search_runs.project_phase is 'The phase of a project that it was made for (create_projects).';
comment on column public.prime_search_runs.progress is
  'Written once per slice: {fraction, sieved, tested, found, blocks_done, blocks, current, cpu_ms}.';
comment on column public.prime_search_runs.result is
  'Of a run that has ended: {candidates, sieved, tested, found, proven, digest, blocks, cpu_ms, slices, missing: [{block, start, end, code, message}]}; of a survey also counted: {count, first, last, sum}.';
create unique index prime_search_runs_idempotency_idx
  on public.prime_search_runs (requested_by, idempotency_key) where idempotency_key is not null;
create index prime_search_runs_requested_by_idx on public.prime_search_runs (requested_by);
create index prime_search_runs_org_idx on public.prime_search_runs (org_id, created_at desc);

create table public.prime_search_blocks (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  run uuid not null,
  block_number int not null check (block_number >= 1),
  block_start bigint not null check (block_start >= 0),
  block_end bigint not null check (block_end >= block_start),
  status text not null default 'available' check (status in ('available', 'claimed', 'completed', 'failed')),
  claimed_at timestamptz,
  completed_at timestamptz,
  sieved bigint not null default 0 check (sieved >= 0),
  tested bigint not null default 0 check (tested >= 0),
  found bigint not null default 0 check (found between 0 and tested),
  fraction double precision not null default 0 check (fraction between 0 and 1),
  sieve_depth bigint,
  digest text check (digest ~ '^[0-9a-f]{64}$'),
  digits int check (digits >= 1),
  counted jsonb check (jsonb_typeof(counted) = 'object'),
  slices int not null default 0,
  cpu_ms numeric(14, 1) not null default 0,
  error_code text,
  error_message text,
  unique (run, block_number),
  unique (run, block_start),
  foreign key (org_id, run) references public.prime_search_runs (org_id, id) on delete cascade,
  check ((completed_at is not null) = (status in ('completed', 'failed'))),
  -- Every candidate of a block that is done was struck out or tested.
  check (status <> 'completed' or sieved + tested = block_end - block_start + 1),
  check ((status = 'completed') = (digest is not null)),
  check ((status = 'failed') = (error_code is not null and error_message is not null))
);
comment on table public.prime_search_blocks is 'The blocks of a search: candidates block_start to block_end, both included, and what they came to.';
comment on column public.prime_search_blocks.status is 'claimed: it was begun; failed: it was given up, or the search ended without it.';
comment on column public.prime_search_blocks.tested is 'So far; sieved + tested is the block''s size when it is completed.';
comment on column public.prime_search_blocks.digits is 'Of a candidate in its middle, about; what a candidate costs is fitted to it.';
comment on column public.prime_search_blocks.counted is 'Of a survey: {count, first, last, sum}; the sum is modulo 2^64, in decimal.';
comment on column public.prime_search_blocks.digest is 'SHA-256 of its finds: the same whatever machine works it, however it is cut into slices.';
create index prime_search_blocks_org_run_idx on public.prime_search_blocks (org_id, run);

create table public.prime_search_finds (
  org_id uuid not null,
  run uuid not null,
  candidate bigint not null check (candidate >= 0),
  prime_id bigint not null references public.primes (id) on delete cascade,
  proof_method text not null check (proof_method in ('deterministic', 'probabilistic')),
  reason text,
  found_at timestamptz not null default now(),
  primary key (run, candidate),
  foreign key (org_id, run) references public.prime_search_runs (org_id, id) on delete cascade
);
comment on table public.prime_search_finds is 'What a search found; a prime that two searches find is one prime, found by both.';
comment on column public.prime_search_finds.reason is 'Why it is not proven.';
create index prime_search_finds_org_run_idx on public.prime_search_finds (org_id, run);
create index prime_search_finds_prime_idx on public.prime_search_finds (prime_id);

create table public.prime_search_evidence (
  org_id uuid not null,
  run uuid not null,
  block_number int not null,
  factors text not null,
  residues jsonb not null check (jsonb_typeof(residues) = 'array'),
  primary key (run, block_number),
  foreign key (run, block_number) references public.prime_search_blocks (run, block_number) on delete cascade,
  foreign key (org_id, run) references public.prime_search_runs (org_id, id) on delete cascade
);
comment on table public.prime_search_evidence is
  'Why each composite of a block is none: a factor, or the residue of the test that it failed. Packed by shared/primes/evidence.ts.';
comment on column public.prime_search_evidence.factors is 'By candidate: factor plus one, 0 for a find, 1 for what failed a test; 7 bits a byte, in base 64.';
comment on column public.prime_search_evidence.residues is '[[member, test, base, res64 or factor]] of what failed a test, in order.';
create index prime_search_evidence_org_run_idx on public.prime_search_evidence (org_id, run);

-- prime_search.cut_run(): makes the blocks of a new run. Trigger after insert, before enqueue_run (triggers run by name).
create function prime_search.cut_run()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  insert into public.prime_search_blocks (org_id, run, block_number, block_start, block_end)
  select new.org_id, new.id, n, (n - 1)::bigint * new.block_size, least(new.candidates, n::bigint * new.block_size) - 1
  from generate_series(1, new.blocks) as n;
  return null;
end
$$;
comment on function prime_search.cut_run() is 'Trigger: makes the blocks of a new search.';
revoke all on function prime_search.cut_run() from public, anon, authenticated, service_role;

-- prime_search.totals(run): what the blocks of a run add up to until now. Called by what writes progress and results: totals come
-- from the blocks, so that no retry counts twice.
create function prime_search.totals(p_run uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
  select jsonb_build_object('sieved', coalesce(sum(b.sieved), 0), 'tested', coalesce(sum(b.tested), 0),
    'found', coalesce(sum(b.found), 0), 'blocks', count(*),
    'blocks_done', count(*) filter (where b.status = 'completed'), 'cpu_ms', coalesce(sum(b.cpu_ms), 0),
    'fraction', round((sum(b.fraction * (b.block_end - b.block_start + 1)) / sum(b.block_end - b.block_start + 1))::numeric, 6))
  from public.prime_search_blocks b where b.run = p_run
  );
end
$$;
comment on function prime_search.totals(uuid) is 'What the blocks of a search add up to.';
revoke all on function prime_search.totals(uuid) from public, anon, authenticated, service_role;

-- prime_search.counted(run): what the blocks of a survey counted until now, added up: {count, first, last, sum}; null of a search.
-- Called by prime_search.digest_of() and prime_search.result_of().
create function prime_search.counted(p_run uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select jsonb_build_object('count', coalesce(sum((b.counted ->> 'count')::bigint), 0), 'first', min((b.counted ->> 'first')::bigint),
    'last', max((b.counted ->> 'last')::bigint),
    'sum', (coalesce(sum((b.counted ->> 'sum')::numeric), 0) % 18446744073709551616)::text)
  from public.prime_search_blocks b
  where b.run = p_run
  having bool_or(b.counted is not null)
$$;
comment on function prime_search.counted(uuid) is 'What the blocks of a survey counted, added up.';
revoke all on function prime_search.counted(uuid) from public, anon, authenticated, service_role;

-- prime_search.digest_of(run): of the list of a search's finds, or of what a survey counted. It is what shared/primes computes of the
-- same search worked as one block. Called by prime_search.result_of().
create function prime_search.digest_of(p_run public.prime_search_runs)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select encode(sha256(convert_to(case when (p_run).form = 'survey' then (
    select format('{"count":%s,"first":%s,"from":%s,"last":%s,"sum":"%s","to":%s}', coalesce(c.counted ->> 'count', '0'),
      coalesce(c.counted ->> 'first', 'null'), (p_run).params ->> 'from', coalesce(c.counted ->> 'last', 'null'),
      coalesce(c.counted ->> 'sum', '0'), (p_run).params ->> 'to')
    from (select prime_search.counted((p_run).id) as counted) as c)
  else (
    select coalesce(string_agg(f.candidate || E'\t' || p.expression || E'\t' || f.proof_method || E'\n', '' order by f.candidate), '')
    from public.prime_search_finds f join public.primes p on p.id = f.prime_id where f.run = (p_run).id)
  end, 'UTF8')), 'hex')
$$;
comment on function prime_search.digest_of(public.prime_search_runs) is 'What two searches for the same are compared by.';
revoke all on function prime_search.digest_of(public.prime_search_runs) from public, anon, authenticated, service_role;

-- prime_search.follow_block(): a block that the fleet gave up fails here, too. Trigger after update of a block of the fleet.
create function prime_search.follow_block()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.prime_search_blocks b set
    status = 'failed', completed_at = clock_timestamp(), error_code = new.error_code, error_message = new.error_message
  from fleet.search_jobs j
  where j.id = new.search_job_id and j.search_type = 'prime_search' and b.run = j.run_id
    and b.block_number = new.block_number and b.status in ('available', 'claimed');
  return null;
end
$$;
comment on function prime_search.follow_block() is 'Trigger: carries the reason of a block that was given up over to its search.';
revoke all on function prime_search.follow_block() from public, anon, authenticated, service_role;
create trigger prime_search_follow_block after update of status on fleet.work_blocks
  for each row when (new.status = 'ABANDONED' and new.error_code is not null) execute function prime_search.follow_block();

-- prime_search.result_of(run): what a search that has ended came to, from its blocks and finds. Called by close_run(), and by rewrite_block() where a
-- block was worked again.
create function prime_search.result_of(p_run public.prime_search_runs)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
  select prime_search.totals((p_run).id) || jsonb_build_object(
      'candidates', (p_run).candidates,
      'proven', case (p_run).form when 'survey' then (prime_search.totals((p_run).id) -> 'found')::bigint else (
        select count(*) from public.prime_search_finds f where f.run = (p_run).id and f.proof_method = 'deterministic') end,
      'slices', (select coalesce(sum(b.slices), 0) from public.prime_search_blocks b where b.run = (p_run).id),
      'digest', prime_search.digest_of(p_run),
      'missing', (
        select coalesce(jsonb_agg(jsonb_build_object('block', b.block_number, 'start', b.block_start, 'end', b.block_end,
          'code', b.error_code, 'message', b.error_message) order by b.block_number), '[]'::jsonb)
        from (select * from public.prime_search_blocks b where b.run = (p_run).id and b.status = 'failed'
              order by b.block_number limit 100) as b))
    || case (p_run).form when 'survey' then jsonb_build_object('counted', prime_search.counted((p_run).id)) else '{}' end
  );
end
$$;
comment on function prime_search.result_of(public.prime_search_runs) is 'What a search that has ended came to.';
revoke all on function prime_search.result_of(public.prime_search_runs) from public, anon, authenticated, service_role;

-- prime_search.close_run(): a search ends with its job, however that ends, and says what it came to and what is missing.
-- Trigger after the status of a job of this kind becomes terminal.
create function prime_search.close_run()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.prime_search_blocks set
    status = 'failed', completed_at = clock_timestamp(), error_code = coalesce(new.error_code, new.status::text),
    error_message = coalesce(new.error_message, 'The search ended before this block was done.')
  where run = new.run_id and status in ('available', 'claimed');
  update public.prime_search_runs r set
    status = new.status::text, finished_at = new.finished_at, error_code = new.error_code, error_message = new.error_message,
    paused_at = null, started_at = coalesce(r.started_at, new.started_at), result = prime_search.result_of(r)
  where r.id = new.run_id;
  return null;
end
$$;
comment on function prime_search.close_run() is 'Trigger: ends a search with its job, with totals, digest and what is missing.';
revoke all on function prime_search.close_run() from public, anon, authenticated, service_role;

create trigger cut_run after insert on public.prime_search_runs
  for each row execute function prime_search.cut_run();
create trigger enqueue_run after insert on public.prime_search_runs
  for each row execute function fleet.enqueue_run('prime_search');
create trigger forget_run after delete on public.prime_search_runs
  for each row execute function fleet.forget_run('prime_search');
create trigger guard_run before update on public.prime_search_runs
  for each row execute function fleet.guard_run();
create trigger prime_search_follow_job after update of status on fleet.search_jobs
  for each row when (new.search_type = 'prime_search' and new.status = 'RUNNING' and old.status = 'QUEUED')
  execute function fleet.follow_job('public.prime_search_runs');
create trigger prime_search_close_run after update of status on fleet.search_jobs
  for each row when (new.search_type = 'prime_search' and new.status in ('COMPLETED', 'FAILED', 'CANCELLED')
                     and new.status is distinct from old.status)
  execute function prime_search.close_run();

-- The seed's shape, over the tables above: runs have uuids and the house's statuses, like those of the other engines, so that one
-- set of triggers serves all; these names are for whoever knows the seed's.
create view public.search_jobs with (security_invoker = true) as
select r.number as id, r.form as search_type, r.params,
       case when r.status in ('PENDING', 'GENERATING') and r.paused_at is not null then 'paused'
            when r.status = 'GENERATING' then 'running' else lower(r.status) end as status,
       r.error_message as error, r.created_at, r.started_at, r.finished_at as stopped_at,
       0::bigint as range_start, r.candidates - 1 as range_end, r.block_size,
       coalesce((coalesce(r.result, r.progress) ->> 'tested')::bigint, 0) as total_tested,
       coalesce((coalesce(r.result, r.progress) ->> 'found')::bigint, 0) as total_found,
       r.project_id, r.id as run
from public.prime_search_runs r;
comment on view public.search_jobs is 'Searches for primes, in the shape of the seed; ranges count candidates and include both ends.';

create view public.work_blocks with (security_invoker = true) as
select b.id, r.number as search_job_id, b.block_start, b.block_end, b.status, null::text as claimed_by, b.claimed_at, b.completed_at,
       b.tested, b.found, extract(epoch from b.completed_at - b.claimed_at)::double precision as duration_secs,
       1 as cores_used
from public.prime_search_blocks b
join public.prime_search_runs r on r.id = b.run;
comment on view public.work_blocks is 'Blocks of searches for primes, in the shape of the seed.';

alter table public.prime_search_runs enable row level security;
alter table public.prime_search_blocks enable row level security;
alter table public.prime_search_finds enable row level security;
alter table public.prime_search_evidence enable row level security;
revoke all on public.prime_search_runs, public.prime_search_blocks, public.prime_search_finds, public.prime_search_evidence,
  public.search_jobs, public.work_blocks
  from public, anon, authenticated, service_role;
revoke all on sequence public.prime_search_runs_number_seq, public.prime_search_blocks_id_seq
  from public, anon, authenticated, service_role;
grant select on public.prime_search_runs, public.prime_search_blocks, public.prime_search_finds, public.prime_search_evidence,
  public.search_jobs, public.work_blocks
  to authenticated;
grant all on public.prime_search_runs, public.prime_search_blocks, public.prime_search_finds, public.prime_search_evidence
  to service_role;
grant select on public.search_jobs, public.work_blocks to service_role;
create policy prime_search_runs_select on public.prime_search_runs for select to authenticated
  using (org_id in (select private.orgs_with_right('primeSearch.view')));
create policy prime_search_blocks_select on public.prime_search_blocks for select to authenticated
  using (org_id in (select private.orgs_with_right('primeSearch.view')));
create policy prime_search_finds_select on public.prime_search_finds for select to authenticated
  using (org_id in (select private.orgs_with_right('primeSearch.view')));
create policy prime_search_evidence_select on public.prime_search_evidence for select to authenticated
  using (org_id in (select private.orgs_with_right('primeSearch.view')));
