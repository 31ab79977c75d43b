-- Primes that were found, and the checks that vouch for them. What the search claims and what the checker says are two things: a
-- prime is `deterministic` when the search has a certificate, and `verified` when the checker, which shares nothing with the
-- search, has accepted that certificate.

create schema if not exists prime_search;
comment on schema prime_search is 'What the engines of primes read and write. Not exposed through the API.';
revoke all on schema prime_search from public;
grant usage on schema prime_search to receptor_engine, service_role;

insert into public.role_rights (role, right_name) values
  ('manager', 'primeSearch.view'),
  ('manager', 'primeSearch.create'),
  ('viewer', 'primeSearch.view');

-- Shipped switched off: `deno task ops enable prime_search`. Both give way to planner and allocator.
insert into fleet.search_types (search_type, function_name, run_table, enabled, priority, max_concurrent_jobs, max_concurrent_blocks,
  gives_up_blocks, time_to_live_seconds, queue_time_to_live_seconds, metrics_every)
values
  ('prime_search', 'prime-solver', 'public.prime_search_runs', false, -10, 2, 4, true, null, null, 50),
  ('prime_check', 'prime-checker', 'public.prime_check_runs', false, -10, 2, 1, false, null, null, 50);

create table public.primes (
  id bigint generated always as identity primary key,
  form text not null check (form ~ '^[a-z][a-z_]*$'),
  expression text not null check (length(expression) between 1 and 60000),
  digits bigint not null check (digits >= 1),
  found_at timestamptz not null default now(),
  search_params text not null default '{}',
  proof_method text not null default 'probabilistic' check (proof_method in ('deterministic', 'probabilistic')),
  verified boolean not null default false,
  verified_at timestamptz,
  verification_method text,
  verification_tier smallint check (verification_tier between 1 and 3),
  certificate jsonb check (pg_column_size(certificate) <= 8000000),
  operator_id uuid,
  volunteer_id uuid generated always as (operator_id) stored,
  discoverer text check (length(discoverer) <= 200),
  tags text[] not null default '{}',
  check (proof_method <> 'deterministic' or certificate is not null),
  check (verified = (verified_at is not null) and verified = (verification_method is not null)),
  check (not verified or proof_method = 'deterministic')
);
comment on table public.primes is 'Primes of special forms, each once; those without a proof say so. Facts: every signed-in user reads them.';
comment on column public.primes.expression is 'Canonical: the same prime of a form is always printed in the same way. Of a pair it stands for both.';
comment on column public.primes.digits is 'Decimal digits; of a pair those of the larger number.';
comment on column public.primes.search_params is 'What it was found with first, as JSON.';
comment on column public.primes.proof_method is 'deterministic: certificate proves it; probabilistic: it passed every test, and nothing proves it yet.';
comment on column public.primes.verified is 'The checker accepted the certificate; set by nobody else.';
comment on column public.primes.verification_method is 'Types of the proofs that were checked, e.g. bls_n1.';
comment on column public.primes.certificate is 'What the proof needs to be checked (shared/primes/certificate.ts).';
comment on column public.primes.tags is 'Form, kind of proof, and verified-tier-1 once it is verified.';
-- By a hash: a palindrome's expression may be longer than an entry of an index.
create unique index primes_form_expression_key on public.primes (form, md5(expression));
create index primes_form_idx on public.primes (form, digits desc);
create index primes_digits_idx on public.primes (digits);
create index primes_found_at_idx on public.primes (found_at);
create index primes_not_verified_idx on public.primes (id) where not verified;
create index primes_tags_idx on public.primes using gin (tags);

create table public.prime_check_runs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  search_run uuid,
  primes bigint[] not null check (cardinality(primes) between 1 and 50),
  offered jsonb check (pg_column_size(offered) <= 8000000),
  by_agents boolean not null default false,
  status text not null default 'PENDING'
    check (status in ('PENDING', 'GENERATING', 'COMPLETED', 'FAILED', 'CANCELLED')),
  error_code text,
  error_message text,
  requested_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  updated_at timestamptz not null default now(),
  check (offered is null or cardinality(primes) = 1)
);
comment on table public.prime_check_runs is 'Work of the checker: certificates of some primes, one after the other.';
comment on column public.prime_check_runs.offered is
  'A certificate from outside for its one prime: the prime gets it when the checker has accepted it, and not before.';
comment on column public.prime_check_runs.by_agents is 'Asked for by a task of an agent: what goes wrong with it begins no other task.';
comment on column public.prime_check_runs.search_run is 'The search that found them; null: somebody asked for a check.';
create index prime_check_runs_org_idx on public.prime_check_runs (org_id, created_at desc);
create index prime_check_runs_search_idx on public.prime_check_runs (search_run, status);
create index prime_check_runs_requested_by_idx on public.prime_check_runs (requested_by);

create table public.prime_checks (
  id bigint generated always as identity primary key,
  prime_id bigint not null references public.primes (id) on delete cascade,
  certificate_digest text not null check (certificate_digest ~ '^[0-9a-f]{32}$'),
  valid boolean not null,
  method text,
  reason text,
  slices int not null check (slices >= 1),
  cpu_ms numeric(14, 1) not null check (cpu_ms >= 0),
  checked_at timestamptz not null default now(),
  check (valid = (method is not null) and valid = (reason is null))
);
comment on table public.prime_checks is 'Each certificate that the checker read, with its answer.';
comment on column public.prime_checks.certificate_digest is 'MD5 of the certificate''s text as it was checked: another certificate is another claim.';
comment on column public.prime_checks.reason is 'Why it was refused.';
comment on column public.prime_checks.slices is 'Invocations that worked on it.';
create index prime_checks_prime_idx on public.prime_checks (prime_id, valid);

-- prime_search.require_check(): a prime is verified by a check of the certificate that it has, and in no other way; a certificate
-- that replaces another has to be checked anew. Trigger before insert or update of primes.
create function prime_search.require_check()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.verified and not exists (
    select from public.prime_checks c
    where c.prime_id = new.id and c.valid and c.certificate_digest = md5(new.certificate::text)
  ) then
    raise exception 'Nothing is verified without a check of its certificate.' using errcode = 'check_violation';
  end if;
  return new;
end
$$;
comment on function prime_search.require_check() is 'Trigger: refuses verified primes whose certificate the checker has not accepted.';
revoke all on function prime_search.require_check() from public, anon, authenticated, service_role;
create trigger require_check before insert or update on public.primes
  for each row when (new.verified) execute function prime_search.require_check();

create trigger enqueue_run after insert on public.prime_check_runs
  for each row execute function fleet.enqueue_run('prime_check');
create trigger forget_run after delete on public.prime_check_runs
  for each row execute function fleet.forget_run('prime_check');
create trigger guard_run before update on public.prime_check_runs
  for each row execute function fleet.guard_run();
create trigger prime_check_follow_job after update of status on fleet.search_jobs
  for each row when (new.search_type = 'prime_check' and new.status is distinct from old.status)
  execute function fleet.follow_job('public.prime_check_runs');

alter table public.primes enable row level security;
alter table public.prime_check_runs enable row level security;
alter table public.prime_checks enable row level security;
revoke all on public.primes, public.prime_check_runs, public.prime_checks from public, anon, authenticated, service_role;
revoke all on sequence public.primes_id_seq, public.prime_checks_id_seq from public, anon, authenticated, service_role;
grant select on public.primes, public.prime_check_runs, public.prime_checks to authenticated;
grant all on public.primes, public.prime_check_runs, public.prime_checks to service_role;
create policy primes_select on public.primes for select to authenticated using (true);
create policy prime_checks_select on public.prime_checks for select to authenticated using (true);
create policy prime_check_runs_select on public.prime_check_runs for select to authenticated
  using (org_id in (select private.orgs_with_right('primeSearch.view')));
