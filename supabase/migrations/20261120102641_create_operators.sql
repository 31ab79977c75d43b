-- Other people's machines: operators, who come by invitation of an org and have a key; their nodes; what a node was given and brought back;
-- what was found when that was checked; trust and credit, for what was verified and for nothing else. Nothing that a node says is believed:
-- a result waits (submitted) until a part of it, drawn after the node had said all of it, was computed again by a node of another operator or
-- by the fleet, which settles what the two differ in.
-- Keys, tokens and what nodes hand in stand in schema prime_search, which the API does not expose.

insert into fleet.search_types (search_type, function_name, run_table, enabled, priority, max_concurrent_jobs, max_concurrent_blocks,
  gives_up_blocks, time_to_live_seconds, queue_time_to_live_seconds, metrics_every)
values ('node_check', 'node-checker', 'public.node_check_runs', false, -10, 2, 1, false, null, null, 50);

create table public.operators (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  username text not null check (username ~ '^[A-Za-z0-9]([A-Za-z0-9_.-]{0,38}[A-Za-z0-9])?$'),
  team text check (private.is_name(team, 80)),
  credit numeric(18, 3) not null default 0 check (credit >= 0),
  primes_found int not null default 0 check (primes_found >= 0),
  is_active boolean not null default true,
  suspended_by uuid references auth.users (id) on delete set null,
  joined_at timestamptz not null default now(),
  last_seen timestamptz,
  unique (org_id, id)
);
comment on table public.operators is 'Whoever lends machines to an org''s searches. No account of ours: a key, given by invitation.';
comment on column public.operators.credit is 'Sum of operator_credits, kept by their trigger: seconds of CPU by the model of costs, of verified work.';
comment on column public.operators.is_active is 'False: suspended by a manager; nothing is given out or taken in.';
create unique index operators_username_key on public.operators (org_id, lower(username));
create index operators_suspended_by_idx on public.operators (suspended_by);

create table public.operator_invitations (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  note text check (private.is_name(note, 200)),
  created_by uuid references auth.users (id) on delete set null,
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  request jsonb check (jsonb_typeof(request) = 'object'),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  used_at timestamptz,
  operator_id uuid,
  foreign key (org_id, operator_id) references public.operators (org_id, id) on delete cascade,
  check ((used_at is null) = (operator_id is null)),
  check (used_at is null or revoked_at is null),
  check ((idempotency_key is null) = (request is null))
);
comment on table public.operator_invitations is 'Who may register: once each, by a secret that is told once and kept as a hash.';
comment on column public.operator_invitations.note is 'Whom it is for, in the words of whoever invites.';
create index operator_invitations_org_idx on public.operator_invitations (org_id, created_at desc);
create index operator_invitations_operator_idx on public.operator_invitations (org_id, operator_id);
comment on column public.operator_invitations.request is 'What was asked for under its idempotency key, compared when that comes again.';
create index operator_invitations_created_by_idx on public.operator_invitations (created_by);
create unique index operator_invitations_idempotency_idx
  on public.operator_invitations (created_by, idempotency_key) where idempotency_key is not null;

create table prime_search.invitation_secrets (
  invitation_id uuid primary key references public.operator_invitations (id) on delete cascade,
  secret_hash text not null unique check (secret_hash ~ '^[0-9a-f]{64}$')
);
comment on table prime_search.invitation_secrets is 'SHA-256 of the secrets of invitations.';

create table prime_search.operator_keys (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  operator_id uuid not null,
  key_hash text not null unique check (key_hash ~ '^[0-9a-f]{64}$'),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  revoked_at timestamptz,
  last_used_at timestamptz,
  per_minute int not null default 1200 check (per_minute >= 1),
  tokens double precision not null default 1200,
  tokens_at timestamptz not null default now(),
  foreign key (org_id, operator_id) references public.operators (org_id, id) on delete cascade
);
comment on table prime_search.operator_keys is 'SHA-256 of operators'' keys of 256 random bits; old ones are kept, so that whoever comes with one is told why not.';
comment on column prime_search.operator_keys.per_minute is 'Requests that the key may make in a minute, evenly; as many at once.';
create unique index operator_keys_one_idx on prime_search.operator_keys (operator_id) where revoked_at is null;
create index operator_keys_operator_idx on prime_search.operator_keys (org_id, operator_id);

create table prime_search.operator_contacts (
  operator_id uuid primary key references public.operators (id) on delete cascade,
  email text not null check (email ~ '^[^@\s]+@[^@\s]+$' and length(email) <= 254)
);
comment on table prime_search.operator_contacts is 'Addresses that operators left for whoever invited them; list_operators() tells them to managers and to nobody else.';

create table public.operator_nodes (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  operator_id uuid not null,
  node_id text not null check (private.is_name(node_id, 100)),
  hostname text check (private.is_name(hostname, 200)),
  cores int not null default 1 check (cores between 1 and 4096),
  cpu_model text check (private.is_name(cpu_model, 200)),
  os text check (private.is_name(os, 50)),
  arch text check (private.is_name(arch, 50)),
  ram_gb numeric(8, 1) check (ram_gb > 0),
  has_gpu boolean not null default false,
  gpu_model text check (private.is_name(gpu_model, 200)),
  gpu_vram_gb numeric(8, 1) check (gpu_vram_gb > 0),
  worker_version text check (private.is_name(worker_version, 50)),
  update_channel text not null default 'stable' check (update_channel in ('stable', 'beta', 'nightly')),
  benchmark_score numeric(12, 3) check (benchmark_score >= 0),
  checks boolean not null default false,
  program uuid,
  registered_at timestamptz not null default now(),
  last_heartbeat timestamptz,
  unique (org_id, id),
  unique (operator_id, node_id),
  foreign key (org_id, operator_id) references public.operators (org_id, id) on delete cascade
);
comment on table public.operator_nodes is 'Machines of operators, as these describe them.';
comment on column public.operator_nodes.checks is 'Whether it gives second opinions: computes parts of other operators'' results again.';
comment on column public.operator_nodes.program is
  'Which start of the node program works as it, as long as it is heard of: a second one would work the same blocks. Null: it left, or does not say.';
create index operator_nodes_operator_idx on public.operator_nodes (org_id, operator_id);
create index operator_nodes_version_idx on public.operator_nodes (worker_version, last_heartbeat);

create table public.operator_trust (
  operator_id uuid primary key,
  org_id uuid not null,
  consecutive_valid int not null default 0 check (consecutive_valid >= 0),
  consecutive_invalid int not null default 0 check (consecutive_invalid >= 0),
  total_valid int not null default 0 check (total_valid >= 0),
  total_invalid int not null default 0 check (total_invalid >= 0),
  trust_level smallint not null default 1 check (trust_level between 0 and 4),
  not_before timestamptz,
  updated_at timestamptz not null default now(),
  foreign key (org_id, operator_id) references public.operators (org_id, id) on delete cascade,
  check (consecutive_valid = 0 or consecutive_invalid = 0)
);
comment on table public.operator_trust is 'What an operator''s results came to when they were checked. 0 untrusted, 1 new, 2 from 10 valid in a row, 3 from 100, 4 from 500 valid in all.';
comment on column public.operator_trust.not_before is 'After a wrong result no block is given out before this: a minute, twice as long with each further one, a day at most.';
create index operator_trust_org_idx on public.operator_trust (org_id, operator_id);

create table public.node_block_results (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  operator_id uuid not null,
  node uuid not null,
  run uuid not null,
  block_id bigint not null references public.prime_search_blocks (id) on delete cascade,
  status text not null default 'claimed' check (status in ('claimed', 'submitted', 'verified', 'rejected', 'expired', 'void')),
  valid boolean generated always as (case status when 'verified' then true when 'rejected' then false end) stored,
  credit numeric(18, 3) not null check (credit >= 0),
  claimed_at timestamptz not null default clock_timestamp(),
  lease_until timestamptz not null,
  progress_tested bigint not null default 0 check (progress_tested >= 0),
  progress_found bigint not null default 0 check (progress_found >= 0),
  submitted_at timestamptz,
  completed_at timestamptz,
  sieved bigint check (sieved >= 0),
  tested bigint check (tested >= 0),
  found bigint check (found >= 0),
  digest text check (digest ~ '^[0-9a-f]{64}$'),
  reason text check (length(reason) <= 2000),
  foreign key (org_id, operator_id) references public.operators (org_id, id) on delete cascade,
  foreign key (org_id, node) references public.operator_nodes (org_id, id) on delete cascade,
  constraint node_block_results_org_id_run_fkey
    foreign key (run, org_id)
    references public.prime_search_runs (id, org_id) on delete cascade,
  check ((submitted_at is not null) = (digest is not null) and (digest is not null) = (tested is not null)),
  check (status not in ('submitted', 'verified', 'rejected') or submitted_at is not null),
  check ((status in ('claimed', 'submitted')) = (completed_at is null)),
  check (status <> 'rejected' or reason is not null)
);
comment on table public.node_block_results is 'A block as it was given to a node, and what became of it. verified: what was drawn of it was right, and it is the block''s result; rejected: it was wrong; expired: the lease ran out; void: given back, or of no use any more.';
comment on column public.node_block_results.credit is 'What it is worth when it is verified, fixed before it was given out: seconds of CPU by our own model of costs.';
comment on column public.node_block_results.tested is 'As the server counted it in the evidence that was handed in, never as the node counted.';
comment on column public.node_block_results.reason is 'Why it was rejected or is void, for its operator.';
-- One at a time has a block.
create unique index node_block_results_one_idx on public.node_block_results (block_id) where status in ('claimed', 'submitted', 'verified');
create index node_block_results_operator_idx on public.node_block_results (org_id, operator_id, status);
create index node_block_results_node_idx on public.node_block_results (org_id, node, status);
create index node_block_results_run_idx on public.node_block_results (run, org_id);
create index node_block_results_lease_idx on public.node_block_results (lease_until) where status = 'claimed';
create index node_block_results_block_idx on public.node_block_results (block_id);

create table prime_search.node_claims (
  result_id bigint primary key references public.node_block_results (id) on delete cascade,
  token uuid not null unique default gen_random_uuid(),
  fleet_block_id bigint not null,
  checkpoint jsonb check (pg_column_size(checkpoint) <= 1500000),
  answer jsonb check (pg_column_size(answer) <= 4000000),
  seed text check (seed ~ '^[0-9a-f]{64}$'),
  second_token uuid unique,
  second_differs jsonb
);
comment on table prime_search.node_claims is 'What is nobody''s business but the server''s and the node''s: token, checkpoint, what was handed in (until it is checked).';
comment on column prime_search.node_claims.checkpoint is 'The node''s, given to nobody but this node.';
comment on column prime_search.node_claims.seed is 'What is tested again is drawn with it; itself drawn when all of the answer was there.';
comment on column prime_search.node_claims.second_token is 'By which another operator''s node hands in its second opinion.';
comment on column prime_search.node_claims.second_differs is 'Where that differs, as {candidate: what it says}, for the fleet to settle.';

create table public.node_check_runs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  status text not null default 'PENDING'
    check (status in ('PENDING', 'GENERATING', 'COMPLETED', 'FAILED', 'CANCELLED')),
  error_code text,
  error_message text,
  requested_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  updated_at timestamptz not null default now(),
  unique (org_id, id)
);
comment on table public.node_check_runs is 'Work of the fleet: results of nodes, one after the other, parts of which are computed again.';
create index node_check_runs_org_idx on public.node_check_runs (org_id, status);
create index node_check_runs_requested_by_idx on public.node_check_runs (requested_by);

create table public.verification_queue (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  result_id bigint not null unique references public.node_block_results (id) on delete cascade,
  original_block_id bigint not null references public.prime_search_blocks (id) on delete cascade,
  search_job_id bigint not null references public.prime_search_runs (number) on delete cascade,
  block_start bigint not null check (block_start >= 0),
  block_end bigint not null check (block_end >= block_start),
  original_tested bigint not null check (original_tested >= 0),
  original_found bigint not null check (original_found >= 0),
  original_worker uuid not null references public.operator_nodes (id) on delete cascade,
  original_volunteer_id uuid not null references public.operators (id) on delete cascade,
  verification_method text not null check (verification_method in ('full', 'sample')),
  share double precision not null check (share > 0 and share <= 1),
  check_run uuid,
  attempts int not null default 0 check (attempts >= 0),
  status text not null default 'pending' check (status in ('pending', 'claimed', 'matched', 'conflict', 'resolved')),
  verification_worker text,
  verification_volunteer_id uuid references public.operators (id) on delete set null,
  second_opinion text check (second_opinion in ('asked', 'agrees', 'differs')),
  second_credit numeric(18, 3) not null default 0 check (second_credit >= 0),
  offered_until timestamptz,
  verification_tested bigint check (verification_tested >= 0),
  verification_found bigint check (verification_found >= 0),
  cpu_ms numeric(14, 1) not null default 0 check (cpu_ms >= 0),
  created_at timestamptz not null default clock_timestamp(),
  completed_at timestamptz,
  seed text check (seed ~ '^[0-9a-f]{64}$'),
  resolution text check (length(resolution) <= 2000),
  reopened_at timestamptz,
  reopened_whole boolean not null default false,
  foreign key (org_id, check_run) references public.node_check_runs (org_id, id),
  -- Nobody gives a second opinion on what is their own.
  check (verification_volunteer_id <> original_volunteer_id),
  check ((status = 'claimed') = (check_run is not null and completed_at is null)),
  check ((completed_at is not null) = (status in ('matched', 'conflict', 'resolved'))),
  check (reopened_at is not null or not reopened_whole)
);
comment on table public.verification_queue is 'Results of nodes that are to be checked or were. matched: what was tested again came out the same; conflict: it did not, twice, and the fleet''s word stands; resolved: it was of no use any more. Residues are computed again by a node of another operator where there is one, and what the two differ in by the fleet.';
comment on column public.verification_queue.share is 'Share of residues that are computed again: by the operator''s trust when the result was handed in.';
comment on column public.verification_queue.verification_worker is 'Who computed residues again: the id of a node of another operator, or the fleet.';
comment on column public.verification_queue.verification_volunteer_id is 'Whose node that is; null: the fleet.';
comment on column public.verification_queue.second_opinion is 'That node''s: asked for, the same, or another, which the fleet settles as the third.';
comment on column public.verification_queue.second_credit is 'What the second opinion is worth, by the model of costs.';
comment on column public.verification_queue.offered_until is 'Until then the fleet leaves it to nodes of other operators.';
comment on column public.verification_queue.verification_tested is 'How many candidates were tested again, finds included; factors are all divided.';
comment on column public.verification_queue.cpu_ms is 'What checking took.';
comment on column public.verification_queue.reopened_at is 'When a result that stood on two operators'' word was to be looked at again by the fleet, because one of the two was found wrong.';
comment on column public.verification_queue.reopened_whole is 'All of its residues are, and not only those that were drawn: the same two agreed on something wrong elsewhere.';
comment on column public.verification_queue.seed is 'Told afterwards, so that anybody can draw again what was drawn.';
create index verification_queue_pending_idx on public.verification_queue (org_id, id) where status = 'pending';
create index verification_queue_run_idx on public.verification_queue (org_id, check_run);
create index verification_queue_block_idx on public.verification_queue (original_block_id);
create index verification_queue_job_idx on public.verification_queue (search_job_id);
create index verification_queue_worker_idx on public.verification_queue (original_worker);
create index verification_queue_volunteer_idx on public.verification_queue (original_volunteer_id);
create index verification_queue_second_idx on public.verification_queue (verification_volunteer_id);

create table public.operator_credits (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  operator_id uuid not null,
  block_id bigint references public.prime_search_blocks (id) on delete set null,
  prime_id bigint references public.primes (id) on delete set null,
  credit numeric(18, 3) not null check (case reason when 'taken_back' then credit <= 0 else credit >= 0 end),
  reason text not null check (reason in ('block_completed', 'prime_discovered', 'verification', 'taken_back')),
  granted_at timestamptz not null default clock_timestamp(),
  foreign key (org_id, operator_id) references public.operators (org_id, id) on delete cascade
);
comment on table public.operator_credits is 'Credit, entry by entry: given when a result was verified, once a block and once a prime; taken back where it turned out wrong when it was looked at again.';
create unique index operator_credits_block_idx on public.operator_credits (block_id) where reason = 'block_completed';
create unique index operator_credits_prime_idx on public.operator_credits (prime_id) where reason = 'prime_discovered';
create index operator_credits_operator_idx on public.operator_credits (org_id, operator_id, granted_at);
create index operator_credits_block_id_idx on public.operator_credits (block_id);
create index operator_credits_prime_id_idx on public.operator_credits (prime_id);

create table public.node_commands (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  node uuid not null,
  command text not null check (command in ('stop', 'restart', 'update_config', 'reassign', 'upgrade')),
  payload jsonb not null default '{}' check (jsonb_typeof(payload) = 'object' and length(payload::text) <= 4000),
  status text not null default 'queued' check (status in ('queued', 'delivered', 'acked', 'expired', 'cancelled')),
  attempts int not null default 0 check (attempts >= 0),
  created_by uuid references auth.users (id) on delete set null,
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  created_at timestamptz not null default clock_timestamp(),
  delivered_at timestamptz,
  lease_until timestamptz,
  completed_at timestamptz,
  succeeded boolean,
  message text check (length(message) <= 2000),
  foreign key (org_id, node) references public.operator_nodes (org_id, id) on delete cascade,
  check ((status = 'delivered') = (lease_until is not null)),
  check ((status in ('acked', 'expired', 'cancelled')) = (completed_at is not null)),
  check ((status = 'acked') = (succeeded is not null))
);
comment on table public.node_commands is 'What nodes are told with their heartbeats: each until it is acknowledged, three times at most.';
comment on column public.node_commands.lease_until is 'Until when the node has time to acknowledge; then it is told again.';
create index node_commands_node_idx on public.node_commands (org_id, node, id) where status in ('queued', 'delivered');
create index node_commands_all_idx on public.node_commands (org_id, node, id);
create unique index node_commands_idempotency_key_idx
  on public.node_commands (created_by, idempotency_key) where idempotency_key is not null;
create index node_commands_created_by_idx on public.node_commands (created_by);

alter table public.primes add constraint primes_operator_id_fkey foreign key (operator_id) references public.operators (id) on delete set null;
comment on column public.primes.operator_id is 'Whose node found it first.';
comment on column public.primes.volunteer_id is 'operator_id, by the name that it had before.';
create index primes_operator_idx on public.primes (operator_id) where operator_id is not null;

-- prime_search.add_credit(): an operator's credit is the sum of the entries. Trigger after insert of credits.
create function prime_search.add_credit()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.operators set
    credit = credit + new.credit, primes_found = primes_found + case new.reason when 'prime_discovered' then 1 else 0 end
  where id = new.operator_id;
  return null;
end
$$;
comment on function prime_search.add_credit() is 'Trigger: adds an entry to its operator''s credit.';
revoke all on function prime_search.add_credit() from public, anon, authenticated, service_role;
create trigger add_credit after insert on public.operator_credits for each row execute function prime_search.add_credit();

-- prime_search.reserve_blocks(): the blocks of a search for nodes alone are not for isolates. Trigger after insert, after enqueue_run
-- (triggers run by name).
create function prime_search.reserve_blocks()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update fleet.work_blocks b set not_before = 'infinity'
  from fleet.search_jobs j
  where j.search_type = 'prime_search' and j.run_id = new.id and b.search_job_id = j.id;
  return null;
end
$$;
comment on function prime_search.reserve_blocks() is 'Trigger: keeps the blocks of a search for nodes.';
revoke all on function prime_search.reserve_blocks() from public, anon, authenticated, service_role;
create trigger reserve_blocks after insert on public.prime_search_runs
  for each row when (new.worked_by = 'nodes') execute function prime_search.reserve_blocks();

create trigger enqueue_run after insert on public.node_check_runs
  for each row execute function fleet.enqueue_run('node_check');
create trigger forget_run after delete on public.node_check_runs
  for each row execute function fleet.forget_run('node_check');
create trigger guard_run before update on public.node_check_runs
  for each row execute function fleet.guard_run();
create trigger node_check_follow_job after update of status on fleet.search_jobs
  for each row when (new.search_type = 'node_check' and new.status is distinct from old.status)
  execute function fleet.follow_job('public.node_check_runs');

create view public.operator_leaderboard with (security_invoker = true) as
select o.id, o.org_id, o.username, o.team, o.credit, o.primes_found, o.joined_at, o.last_seen, t.trust_level,
       (select count(*) from public.operator_nodes n where n.operator_id = o.id)::int as worker_count
from public.operators o left join public.operator_trust t on t.operator_id = o.id
order by o.credit desc, o.joined_at;
comment on view public.operator_leaderboard is 'Operators by their credit.';

-- Hours are those of the model of costs, like credit.
create view public.operator_badges with (security_invoker = true) as
select o.id as operator_id, o.org_id, b.badge
from public.operators o
join public.operator_trust t on t.operator_id = o.id
cross join lateral (
  values ('first_prime', o.primes_found >= 1), ('primes_10', o.primes_found >= 10), ('primes_100', o.primes_found >= 100),
    ('blocks_100', t.total_valid >= 100), ('blocks_1000', t.total_valid >= 1000), ('blocks_10000', t.total_valid >= 10000),
    ('hours_100', o.credit >= 360000), ('hours_1000', o.credit >= 3600000), ('hours_10000', o.credit >= 36000000),
    ('trust_2', t.trust_level >= 2), ('trust_3', t.trust_level >= 3), ('trust_4', t.trust_level >= 4),
    ('streak_50', t.consecutive_valid >= 50),
    ('multi_node', (select count(*) from public.operator_nodes n where n.operator_id = o.id) >= 5)
) as b (badge, earned)
where b.earned;
comment on view public.operator_badges is 'What operators have earned, by what was verified.';

-- What checking costs beside what was checked: both in seconds of CPU, the latter by the model that credit goes by.
create view public.verification_cost_summary with (security_invoker = true) as
select q.org_id, t.trust_level, q.verification_method, count(*) as results, count(*) filter (where q.status = 'conflict') as conflicts,
       sum(q.original_tested) as tested, sum(q.verification_tested) as tested_again, sum(r.credit) as credit,
       round(sum(q.cpu_ms) / 1000, 3) as check_seconds,
       count(*) filter (where q.second_opinion in ('agrees', 'differs')) as second_opinions, sum(q.second_credit) as second_credit
from public.verification_queue q
join public.node_block_results r on r.id = q.result_id
join public.operator_trust t on t.operator_id = q.original_volunteer_id
where q.status in ('matched', 'conflict')
group by q.org_id, t.trust_level, q.verification_method;
comment on view public.verification_cost_summary is 'How much of what nodes handed in was computed again, and what that took.';

-- The names of before operators had theirs.
create view public.volunteers with (security_invoker = true) as
select id, org_id, username, team, credit, primes_found, joined_at, last_seen from public.operators;
comment on view public.volunteers is 'Operators, by the name that they had before; without keys.';
create view public.volunteer_workers with (security_invoker = true) as
select id, org_id, operator_id as volunteer_id, node_id as worker_id, hostname, cores, cpu_model, os, arch, ram_gb, has_gpu, gpu_model,
       gpu_vram_gb, worker_version, update_channel, benchmark_score, registered_at, last_heartbeat
from public.operator_nodes;
comment on view public.volunteer_workers is 'Nodes, by the name that they had before.';
create view public.volunteer_trust with (security_invoker = true) as
select operator_id as volunteer_id, org_id, consecutive_valid, total_valid, total_invalid, trust_level from public.operator_trust;
comment on view public.volunteer_trust is 'Trust, by the name that it had before.';
create view public.credit_log with (security_invoker = true) as
select id, org_id, operator_id as volunteer_id, block_id, credit, reason, granted_at from public.operator_credits;
comment on view public.credit_log is 'Credits, by the name that they had before.';
create view public.volunteer_leaderboard with (security_invoker = true) as
select * from public.operator_leaderboard;
comment on view public.volunteer_leaderboard is 'The leaderboard, by the name that it had before.';

alter table public.operators enable row level security;
alter table public.operator_invitations enable row level security;
alter table public.operator_nodes enable row level security;
alter table public.operator_trust enable row level security;
alter table public.node_block_results enable row level security;
alter table public.node_check_runs enable row level security;
alter table public.verification_queue enable row level security;
alter table public.operator_credits enable row level security;
alter table public.node_commands enable row level security;
alter table prime_search.invitation_secrets enable row level security;
alter table prime_search.operator_keys enable row level security;
alter table prime_search.operator_contacts enable row level security;
alter table prime_search.node_claims enable row level security;
revoke all on public.operators, public.operator_invitations, public.operator_nodes, public.operator_trust, public.node_block_results,
  public.node_check_runs, public.verification_queue, public.operator_credits, public.node_commands, prime_search.invitation_secrets,
  prime_search.operator_keys, prime_search.operator_contacts, prime_search.node_claims, public.operator_leaderboard,
  public.operator_badges, public.verification_cost_summary, public.volunteers, public.volunteer_workers, public.volunteer_trust,
  public.credit_log, public.volunteer_leaderboard
  from public, anon, authenticated, service_role;
revoke all on sequence prime_search.operator_keys_id_seq, public.node_block_results_id_seq, public.verification_queue_id_seq,
  public.operator_credits_id_seq, public.node_commands_id_seq
  from public, anon, authenticated, service_role;
grant select on public.operators, public.operator_invitations, public.operator_nodes, public.operator_trust, public.node_block_results,
  public.node_check_runs, public.verification_queue, public.operator_credits, public.node_commands, public.operator_leaderboard,
  public.operator_badges, public.verification_cost_summary, public.volunteers, public.volunteer_workers, public.volunteer_trust,
  public.credit_log, public.volunteer_leaderboard
  to authenticated, service_role;
create policy operators_select on public.operators for select to authenticated
  using (org_id in (select private.orgs_with_right('primeSearch.view')));
create policy operator_invitations_select on public.operator_invitations for select to authenticated
  using (org_id in (select private.orgs_with_right('primeSearch.create')));
create policy operator_nodes_select on public.operator_nodes for select to authenticated
  using (org_id in (select private.orgs_with_right('primeSearch.view')));
create policy operator_trust_select on public.operator_trust for select to authenticated
  using (org_id in (select private.orgs_with_right('primeSearch.view')));
create policy node_block_results_select on public.node_block_results for select to authenticated
  using (org_id in (select private.orgs_with_right('primeSearch.view')));
create policy node_check_runs_select on public.node_check_runs for select to authenticated
  using (org_id in (select private.orgs_with_right('primeSearch.view')));
create policy verification_queue_select on public.verification_queue for select to authenticated
  using (org_id in (select private.orgs_with_right('primeSearch.view')));
create policy operator_credits_select on public.operator_credits for select to authenticated
  using (org_id in (select private.orgs_with_right('primeSearch.view')));
create policy node_commands_select on public.node_commands for select to authenticated
  using (org_id in (select private.orgs_with_right('primeSearch.view')));
create policy nobody on prime_search.invitation_secrets using (false);
create policy nobody on prime_search.operator_keys using (false);
create policy nobody on prime_search.operator_contacts using (false);
create policy nobody on prime_search.node_claims using (false);
