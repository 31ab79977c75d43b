-- Campaigns: a project has phases, each a search for primes with conditions for its beginning and its end. Rows are made by
-- request_project(), directed by direct_project(), and carried on by prime_search.tick_projects(), which cron calls.

insert into public.role_rights (role, right_name) values
  ('manager', 'projects.view'),
  ('manager', 'projects.manage'),
  ('viewer', 'projects.view');

-- private.is_amount(json): null, or a number of money from 0 to a million. Called by constraints.
create function private.is_amount(p_amount jsonb)
returns boolean
language sql
immutable
set search_path = ''
as $$
  select case when p_amount is null or jsonb_typeof(p_amount) = 'null' then true
              when jsonb_typeof(p_amount) = 'number' then p_amount::numeric between 0 and 1000000 else false end
$$;
comment on function private.is_amount(jsonb) is 'Whether a member of a document is an amount of money, or nothing.';
revoke all on function private.is_amount(jsonb) from public, anon, authenticated, service_role;
grant execute on function private.is_amount(jsonb) to service_role;

create table public.projects (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  slug text not null check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 100),
  name text not null check (private.is_name(name, 200)),
  description text not null default '' check (length(description) <= 5000),
  objective text not null check (objective in ('record', 'survey', 'verification', 'custom')),
  form text not null check (form ~ '^[a-z][a-z_]*$'),
  status text not null default 'draft' check (status in ('draft', 'active', 'paused', 'completed', 'cancelled', 'failed')),
  toml_source text check (length(toml_source) <= 100000),
  target jsonb not null default '{}' check (jsonb_typeof(target) = 'object'),
  competitive jsonb not null default '{}' check (jsonb_typeof(competitive) = 'object'),
  strategy jsonb not null default '{}' check (jsonb_typeof(strategy) = 'object'),
  infrastructure jsonb not null default '{}' check (jsonb_typeof(infrastructure) = 'object'),
  budget jsonb not null default '{}' check (
    jsonb_typeof(budget) = 'object' and private.is_amount(budget -> 'max_cost_usd')
    and private.is_amount(budget -> 'cost_alert_threshold_usd') and private.is_amount(budget -> 'cloud_rate_usd_per_core_hour')),
  workers jsonb not null default '{}' check (jsonb_typeof(workers) = 'object'),
  total_tested bigint not null default 0,
  total_found bigint not null default 0,
  best_prime_id bigint references public.primes (id) on delete set null,
  best_digits bigint not null default 0,
  total_core_hours double precision not null default 0,
  total_cost_usd numeric(14, 6) not null default 0,
  budget_alerted_at timestamptz,
  requested_by uuid references auth.users (id) on delete set null,
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  request_digest text,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  paused_at timestamptz,
  paused interval not null default '0',
  completed_at timestamptz,
  updated_at timestamptz not null default now(),
  unique (org_id, slug),
  unique (org_id, id),
  check ((completed_at is not null) = (status in ('completed', 'cancelled', 'failed'))),
  check ((paused_at is not null) = (status = 'paused')),
  check ((idempotency_key is null) = (request_digest is null))
);
comment on table public.projects is 'A campaign: phases of searches towards an objective, with a budget.';
comment on column public.projects.budget is '{max_cost_usd?, cost_alert_threshold_usd?, cloud_rate_usd_per_core_hour?}; the rate is 0.04 where it is not said.';
comment on column public.projects.total_tested is 'As of the last tick; totals are added up from blocks each time, never counted on.';
comment on column public.projects.best_prime_id is 'The largest prime that this project found.';
comment on column public.projects.budget_alerted_at is 'When its cost passed the threshold of the alert: once, until the budget is changed.';
comment on column public.projects.request_digest is 'Of the request that came under the key: the same again is answered with this project.';
comment on column public.projects.paused is 'For how long it was paused until paused_at: hours that conditions count are hours that it is active.';
create unique index projects_idempotency_key_idx
  on public.projects (requested_by, idempotency_key) where idempotency_key is not null;
create index projects_org_idx on public.projects (org_id, created_at desc);
create index projects_status_idx on public.projects (status);
create index projects_best_prime_idx on public.projects (best_prime_id);
create index projects_requested_by_idx on public.projects (requested_by);

-- prime_search.keep_pauses(): since when a project is paused, and for how long it was before, whoever pauses and resumes it.
-- Trigger before insert or update of the status.
create function prime_search.keep_pauses()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if new.status = 'paused' then
    new.paused_at := coalesce(new.paused_at, clock_timestamp());
  elsif new.paused_at is not null then
    new.paused := new.paused + (clock_timestamp() - new.paused_at);
    new.paused_at := null;
  end if;
  return new;
end
$$;
comment on function prime_search.keep_pauses() is 'Trigger: keeps for how long a project was paused.';
revoke all on function prime_search.keep_pauses() from public, anon, authenticated, service_role;
create trigger keep_pauses before insert or update of status on public.projects
  for each row execute function prime_search.keep_pauses();

create table public.project_phases (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  project_id bigint not null,
  name text not null check (private.is_name(name, 100) and name ~ '^[a-z0-9]+([-_][a-z0-9]+)*$'),
  description text not null default '' check (length(description) <= 2000),
  phase_order int not null check (phase_order >= 0),
  status text not null default 'pending' check (status in ('pending', 'active', 'paused', 'completed', 'skipped', 'failed')),
  form text not null check (form ~ '^[a-z][a-z_]*$'),
  search_params jsonb not null check (jsonb_typeof(search_params) = 'object' and length(search_params::text) <= 4000),
  block_size bigint not null default 1000 check (block_size >= 1),
  candidates bigint not null check (candidates >= 1),
  depends_on text[] not null default '{}',
  activation_condition text check (
    activation_condition ~ '^(previous_phase_found_zero|previous_phase_found_prime|time_since_start:\d{1,6}(\.\d{1,4})?)$'),
  completion_condition text not null default 'all_blocks_done' check (
    completion_condition ~ ('^(all_blocks_done|first_prime_found|n_primes_found:[1-9]\d{0,8}|target_digits_reached:[1-9]\d{0,6}'
      || '|timeout_hours:\d{1,6}(\.\d{1,4})?|budget_reached:\d{1,7}(\.\d{1,6})?)$')),
  extensions jsonb not null default '[]' check (jsonb_typeof(extensions) = 'array' and jsonb_array_length(extensions) <= 10),
  extends text,
  search_job_id bigint references public.prime_search_runs (number) on delete set null,
  total_tested bigint not null default 0,
  total_found bigint not null default 0,
  total_core_hours double precision not null default 0,
  total_cost_usd numeric(14, 6) not null default 0,
  attempts int not null default 0,
  error text,
  started_at timestamptz,
  completed_at timestamptz,
  unique (project_id, name),
  unique (project_id, phase_order),
  foreign key (org_id, project_id) references public.projects (org_id, id) on delete cascade,
  check ((completed_at is not null) = (status in ('completed', 'skipped', 'failed'))),
  check (status not in ('active', 'paused') or started_at is not null)
);
comment on table public.project_phases is 'A part of a project: one search, or its repetitions, with conditions for its beginning and its end.';
comment on column public.project_phases.phase_order is 'Its place; what it depends on comes before it, so that phases never wait in a circle.';
comment on column public.project_phases.depends_on is 'Names of phases that must be completed or skipped first.';
comment on column public.project_phases.candidates is 'Of its search, as it was planned when the project was made.';
comment on column public.project_phases.extensions is
  '[{search_params, candidates, block_size}]: the spans behind it, planned beforehand; each follows where the one before found nothing.';
comment on column public.project_phases.extends is 'The phase that it follows as its extension.';
comment on column public.project_phases.search_job_id is 'Its latest search (search_jobs.id).';
comment on column public.project_phases.attempts is 'Searches that were begun for it.';
create index project_phases_org_project_idx on public.project_phases (org_id, project_id);
create index project_phases_status_idx on public.project_phases (status);
create index project_phases_search_job_idx on public.project_phases (search_job_id);

create table public.project_events (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  project_id bigint not null,
  event_type text not null check (event_type ~ '^[a-z][a-z_]*$'),
  summary text not null check (length(summary) between 1 and 2000),
  detail jsonb not null default '{}',
  created_at timestamptz not null default clock_timestamp(),
  constraint project_events_org_id_project_id_fkey
    foreign key (project_id, org_id)
    references public.projects (id, org_id) on delete cascade
);
comment on table public.project_events is 'What happened to a project, the last 500 of it.';
create index project_events_project_idx on public.project_events (project_id, org_id, id desc);

-- Which searches are whose.
alter table public.prime_search_runs
  add constraint prime_search_runs_project_phase_fkey foreign key (project_phase)
    references public.project_phases (id) on delete set null;
create index prime_search_runs_project_phase_idx on public.prime_search_runs (project_phase);

create table public.cost_calibrations (
  form text primary key check (form ~ '^[a-z][a-z_]*$'),
  coeff_a double precision not null check (coeff_a > 0),
  coeff_b double precision not null check (coeff_b between 0 and 6),
  sample_count int not null check (sample_count >= 10),
  avg_error_pct double precision not null check (avg_error_pct >= 0),
  fitted_at timestamptz not null default now()
);
comment on table public.cost_calibrations is
  'Seconds of CPU a candidate = a * (digits/1000)^b, by form: fitted to blocks that were worked here. Facts: every signed-in user reads them.';

create view public.cost_observations with (security_invoker = true) as
select r.form, b.cpu_ms / 1000.0 as duration_secs, 1 as cores_used, b.block_end - b.block_start + 1 as candidates, b.digits, b.completed_at
from public.prime_search_blocks b
join public.prime_search_runs r on r.id = b.run
where b.status = 'completed' and b.cpu_ms > 0 and b.digits is not null;
comment on view public.cost_observations is 'What blocks of searches cost: CPU of all their slices, whoever worked them.';

alter table public.projects enable row level security;
alter table public.project_phases enable row level security;
alter table public.project_events enable row level security;
alter table public.cost_calibrations enable row level security;
revoke all on public.projects, public.project_phases, public.project_events, public.cost_calibrations, public.cost_observations
  from public, anon, authenticated, service_role;
revoke all on sequence public.projects_id_seq, public.project_phases_id_seq, public.project_events_id_seq
  from public, anon, authenticated, service_role;
grant select on public.projects, public.project_phases, public.project_events, public.cost_calibrations, public.cost_observations
  to authenticated;
grant all on public.projects, public.project_phases, public.project_events, public.cost_calibrations to service_role;
grant select on public.cost_observations to service_role;
create policy projects_select on public.projects for select to authenticated
  using (org_id in (select private.orgs_with_right('projects.view')));
create policy project_phases_select on public.project_phases for select to authenticated
  using (org_id in (select private.orgs_with_right('projects.view')));
create policy project_events_select on public.project_events for select to authenticated
  using (org_id in (select private.orgs_with_right('projects.view')));
create policy cost_calibrations_select on public.cost_calibrations for select to authenticated using (true);
