-- Agents: programs that take tasks, each with a key of its own, and handlers that are built in. What they may do and spend is decided
-- here, in the transaction that does or spends it. Rows are made by the functions of the files after this one.

create schema if not exists agents;
comment on schema agents is 'Tasks of agents: how they are made, handed out, paid for and ended. Not exposed through the API.';
revoke all on schema agents from public;
grant usage on schema agents to service_role, receptor_engine;

insert into public.role_rights (role, right_name) values
  ('manager', 'agents.view'),
  ('manager', 'agents.manage'),
  ('viewer', 'agents.view');

-- agents.handlers(): the handlers that are built in (shared/agents/handlers). Called by constraints and by the functions that ask for one.
create function agents.handlers()
returns text[]
language sql
immutable
set search_path = ''
as $$
  select array['analyze_results', 'tune_blocks', 'verify_finds', 'review_fleet', 'investigate_errors', 'watch_records', 'plan_project']
$$;
comment on function agents.handlers() is 'Names of the handlers that are built in.';
revoke all on function agents.handlers() from public, anon, authenticated, service_role;
grant execute on function agents.handlers() to service_role;

-- agents.level_of(action): the permission level from which an action is allowed where nothing else is said; null: there is no such action.
-- Called by agents.verdict() and by a constraint. 0 reads, 1 remembers and has checked, 2 makes sub-tasks and steers searches, 3 everything.
create function agents.level_of(p_action text)
returns int
language sql
immutable
set search_path = ''
as $$
  select case p_action when 'remember' then 1 when 'verify_prime' then 1 when 'create_task' then 2 when 'pause_search' then 2
    when 'resume_search' then 2 when 'direct_project' then 3 when 'change_calibration' then 3 end
$$;
comment on function agents.level_of(text) is 'The permission level from which an action is allowed.';
revoke all on function agents.level_of(text) from public, anon, authenticated, service_role;
grant execute on function agents.level_of(text) to service_role;

create table public.agent_roles (
  name text primary key check (name ~ '^[a-z][a-z0-9-]{0,99}$'),
  description text not null check (length(description) between 1 and 2000),
  domains jsonb not null default '[]' check (jsonb_typeof(domains) = 'array'),
  default_permission_level smallint not null default 1 check (default_permission_level between 0 and 3),
  default_model text check (length(default_model) <= 200),
  system_prompt text not null default '' check (length(system_prompt) <= 20000),
  default_max_cost_usd numeric(10, 4) not null default 1 check (default_max_cost_usd >= 0)
);
comment on table public.agent_roles is 'What agents are for, with what they may do and spend unless something else is said. Shipped; operators change it.';
comment on column public.agent_roles.default_permission_level is '0 reads, 1 remembers and has finds checked, 2 makes sub-tasks and steers searches, 3 everything.';
insert into public.agent_roles (name, description, domains, default_permission_level, default_max_cost_usd) values
  ('engine', 'Looks after the search: what it costs, what is slow.', '["cost", "blocks"]', 2, 5),
  ('frontend', 'Looks after pages and what they say.', '["pages"]', 2, 3),
  ('ops', 'Looks after the fleet: failures, capacity, releases.', '["fleet", "errors"]', 3, 10),
  ('research', 'Reads results and records, and reports.', '["results", "records"]', 0, 1),
  ('strategy-advisor', 'Proposes what to search next.', '["campaigns"]', 0, 1);

create table public.agents (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null check (private.is_name(name, 100)),
  role_name text references public.agent_roles (name),
  permission_level smallint not null default 1 check (permission_level between 0 and 3),
  enabled boolean not null default true,
  key_expires_at timestamptz not null,
  key_rotated_at timestamptz not null default now(),
  created_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  last_seen_at timestamptz,
  unique (org_id, name),
  unique (org_id, id)
);
comment on table public.agents is 'Programs of an org that work through the API with keys of their own.';
comment on column public.agents.role_name is 'It takes tasks of this role, and those of none; null: of any.';
comment on column public.agents.permission_level is 'It takes no task of a higher level, and none of its tasks may more.';
create index agents_created_by_idx on public.agents (created_by);
create index agents_role_name_idx on public.agents (role_name);

create table private.agent_keys (
  agent uuid primary key references public.agents (id) on delete cascade,
  key_hash text not null unique check (key_hash ~ '^[0-9a-f]{64}$')
);
comment on table private.agent_keys is 'SHA-256 of each agent''s key of 256 random bits, which was told once.';

create table public.agent_templates (
  id bigint generated always as identity primary key,
  org_id uuid references public.orgs (id) on delete cascade,
  name text not null check (name ~ '^[a-z][a-z0-9-]{0,99}$'),
  description text not null default '' check (length(description) <= 2000),
  steps jsonb not null check (jsonb_typeof(steps) = 'array' and jsonb_array_length(steps) between 1 and 50),
  role_name text references public.agent_roles (name),
  unique nulls not distinct (org_id, name)
);
comment on table public.agent_templates is 'Tasks in steps, expanded in one transaction: a parent, and a sub-task for each step.';
comment on column public.agent_templates.org_id is 'Null: shipped, for every org.';
comment on column public.agent_templates.steps is '[{title, description?, permission_level?, depends_on_step?, handler?, params?}]; depends_on_step counts from 0 and is one before.';
create index agent_templates_role_name_idx on public.agent_templates (role_name);

create table public.agent_schedules (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  name text not null check (private.is_name(name, 100)),
  description text not null default '' check (length(description) <= 2000),
  enabled boolean not null default false,
  trigger_type text not null check (trigger_type in ('cron', 'event')),
  cron_expr text check (length(cron_expr) <= 200),
  event_filter jsonb check (jsonb_typeof(event_filter) = 'object'),
  action_type text not null check (action_type in ('task', 'template')),
  template_name text check (length(template_name) <= 100),
  role_name text references public.agent_roles (name),
  task_title text check (private.is_name(task_title, 200)),
  task_description text check (length(task_description) <= 10000),
  handler text check (handler = any (agents.handlers())),
  params jsonb not null default '{}' check (jsonb_typeof(params) = 'object' and length(params::text) <= 20000),
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
  max_cost_usd numeric(10, 4) check (max_cost_usd >= 0),
  permission_level smallint not null default 1 check (permission_level between 0 and 3),
  fire_count int not null default 0,
  last_fired_at timestamptz,
  last_checked_at timestamptz not null default now(),
  unique (org_id, name),
  unique (org_id, id),
  check ((trigger_type = 'cron') = (cron_expr is not null) and (trigger_type = 'event') = (event_filter is not null)),
  check ((action_type = 'template') = (template_name is not null) and (action_type = 'task') = (task_title is not null)),
  check (action_type = 'task' or handler is null)
);
comment on table public.agent_schedules is 'What is begun by itself: at times, or when something has happened.';
comment on column public.agent_schedules.cron_expr is 'Five fields, in UTC. Of times that passed while nothing looked, the schedule fires once.';
comment on column public.agent_schedules.event_filter is '{event: prime_found | search_completed | error, form?}. What agents cause themselves fires nothing.';
comment on column public.agent_schedules.last_checked_at is 'Until then its times are dealt with.';
create index agent_schedules_role_name_idx on public.agent_schedules (role_name);
create index agent_schedules_enabled_idx on public.agent_schedules (trigger_type, org_id) where enabled;

create table public.agent_tasks (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  title text not null check (private.is_name(title, 200)),
  description text not null default '' check (length(description) <= 10000),
  status text not null default 'pending' check (status in ('pending', 'in_progress', 'completed', 'failed', 'cancelled')),
  priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
  source text not null default 'manual' check (source in ('manual', 'automated', 'agent', 'schedule')),
  role_name text references public.agent_roles (name),
  agent_model text check (length(agent_model) <= 200),
  handler text check (handler = any (agents.handlers())),
  params jsonb not null default '{}' check (jsonb_typeof(params) = 'object' and length(params::text) <= 20000),
  permission_level smallint not null default 1 check (permission_level between 0 and 3),
  parent_task_id bigint,
  on_child_failure text not null default 'fail' check (on_child_failure in ('fail', 'skip')),
  template_name text,
  schedule_id bigint,
  deadline timestamptz,
  timeout_secs int not null default 1800 check (timeout_secs between 10 and 604800),
  max_cost_usd numeric(10, 4) check (max_cost_usd >= 0),
  cost_usd numeric(14, 6) not null default 0 check (cost_usd >= 0),
  tokens_used bigint not null default 0 check (tokens_used >= 0),
  assigned_agent uuid,
  claim_token uuid unique,
  lease_until timestamptz,
  attempts int not null default 0,
  result jsonb check (length(result::text) <= 200000),
  error_code text,
  error text check (length(error) <= 5000),
  requested_by uuid references auth.users (id) on delete set null,
  idempotency_key text check (length(idempotency_key) between 1 and 200),
  request jsonb check (jsonb_typeof(request) = 'object'),
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  completed_at timestamptz,
  updated_at timestamptz not null default clock_timestamp(),
  unique (org_id, id),
  foreign key (org_id, parent_task_id) references public.agent_tasks (org_id, id) on delete cascade,
  foreign key (org_id, assigned_agent) references public.agents (org_id, id) on delete set null (assigned_agent),
  foreign key (org_id, schedule_id) references public.agent_schedules (org_id, id) on delete set null (schedule_id),
  check (parent_task_id < id),
  check ((completed_at is not null) = (status in ('completed', 'failed', 'cancelled'))),
  check (status <> 'in_progress' or started_at is not null),
  check (claim_token is null or (status = 'in_progress' and lease_until is not null and handler is null)),
  check ((error_code is not null) = (error is not null)),
  check (max_cost_usd is null or cost_usd <= max_cost_usd),
  check ((idempotency_key is null) = (request is null))
);
comment on table public.agent_tasks is 'What agents are to do: taken by one of them, or worked by a handler; tasks with sub-tasks end with these.';
comment on column public.agent_tasks.handler is 'Worked by the project itself; null: for an agent.';
comment on column public.agent_tasks.on_child_failure is 'Of a task with sub-tasks: one that fails ends it as failed and the rest as cancelled, or is passed over.';
comment on column public.agent_tasks.deadline is 'A task that has not begun by then fails.';
comment on column public.agent_tasks.timeout_secs is 'A task of an agent that is not done so long after it was taken fails.';
comment on column public.agent_tasks.cost_usd is 'Of the task and its sub-tasks; a check keeps it at or below max_cost_usd.';
comment on column public.agent_tasks.request is 'What was asked for under its idempotency key, compared when that comes again.';
comment on column public.agent_tasks.claim_token is 'Of the agent that has it: what comes with another token changes nothing.';
create index agent_tasks_waiting_idx on public.agent_tasks (org_id, id) where status = 'pending';
create index agent_tasks_under_way_idx on public.agent_tasks (lease_until) where status = 'in_progress';
create index agent_tasks_org_idx on public.agent_tasks (org_id, id desc);
create index agent_tasks_parent_idx on public.agent_tasks (org_id, parent_task_id);
create index agent_tasks_assigned_agent_idx on public.agent_tasks (org_id, assigned_agent);
create index agent_tasks_schedule_idx on public.agent_tasks (org_id, schedule_id);
create index agent_tasks_requested_by_idx on public.agent_tasks (requested_by);
create unique index agent_tasks_idempotency_idx
  on public.agent_tasks (requested_by, idempotency_key) where idempotency_key is not null;
create index agent_tasks_role_name_idx on public.agent_tasks (role_name);

create table public.agent_task_deps (
  org_id uuid not null,
  task_id bigint not null,
  depends_on bigint not null,
  primary key (task_id, depends_on),
  foreign key (org_id, task_id) references public.agent_tasks (org_id, id) on delete cascade,
  foreign key (org_id, depends_on) references public.agent_tasks (org_id, id) on delete cascade,
  check (depends_on < task_id)
);
comment on table public.agent_task_deps is 'A task waits for others, all made before it, and for none that waits for what it is below (agents.in_a_ring): so they never wait in a circle.';
create index agent_task_deps_task_idx on public.agent_task_deps (org_id, task_id);
create index agent_task_deps_depends_on_idx on public.agent_task_deps (org_id, depends_on);

create table public.agent_events (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  task_id bigint not null,
  event_type text not null check (event_type in ('created', 'claimed', 'started', 'completed', 'failed', 'cancelled', 'message', 'tool_call',
    'tool_result', 'error', 'progress', 'diagnosis', 'budget_exceeded', 'lease_expired', 'action_done', 'action_denied', 'approval_asked',
    'approval_given', 'approval_refused', 'parent_completed', 'parent_failed')),
  agent text not null default '' check (length(agent) <= 200),
  summary text not null check (length(summary) between 1 and 2000),
  detail jsonb not null default '{}' check (jsonb_typeof(detail) = 'object' and length(detail::text) <= 50000),
  tool_name text check (length(tool_name) <= 200),
  input_tokens bigint check (input_tokens >= 0),
  output_tokens bigint check (output_tokens >= 0),
  duration_ms bigint check (duration_ms >= 0),
  created_at timestamptz not null default clock_timestamp(),
  foreign key (org_id, task_id) references public.agent_tasks (org_id, id) on delete cascade
);
comment on table public.agent_events is 'What happened to a task, and what its agent says of its work.';
create index agent_events_task_idx on public.agent_events (org_id, task_id, id);
create index agent_events_org_idx on public.agent_events (org_id, id desc);

create table public.agent_budgets (
  org_id uuid not null references public.orgs (id) on delete cascade,
  period text not null check (period in ('daily', 'weekly', 'monthly')),
  budget_usd numeric(10, 4) not null check (budget_usd >= 0),
  spent_usd numeric(14, 6) not null default 0 check (spent_usd >= 0),
  tokens_used bigint not null default 0 check (tokens_used >= 0),
  period_start timestamptz not null,
  updated_at timestamptz not null default now(),
  primary key (org_id, period)
);
comment on table public.agent_budgets is 'What the agents of an org may spend, and have spent, in the current day, week and month (UTC). Read it by get_agent_budgets().';
comment on column public.agent_budgets.spent_usd is 'Since period_start; it never rises above budget_usd: agents.spend() refuses first.';

create table public.agent_memory (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  agent text not null default '' check (length(agent) <= 100),
  key text not null check (private.is_name(key, 200)),
  value text not null check (length(value) between 1 and 20000),
  category text not null default 'general'
    check (category in ('pattern', 'convention', 'gotcha', 'preference', 'architecture', 'general')),
  created_by_task bigint,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  unique (org_id, agent, key),
  foreign key (org_id, created_by_task) references public.agent_tasks (org_id, id) on delete set null (created_by_task)
);
comment on table public.agent_memory is 'What agents remember from task to task, each by keys of its own; of agent '''': what all of an org share.';
create index agent_memory_created_by_task_idx on public.agent_memory (org_id, created_by_task);

create table public.agent_permissions (
  org_id uuid not null references public.orgs (id) on delete cascade,
  role_name text not null references public.agent_roles (name),
  action text not null check (agents.level_of(action) is not null),
  allowed boolean not null default true,
  max_cost_usd numeric(10, 4) check (max_cost_usd >= 0),
  requires_approval boolean not null default false,
  updated_at timestamptz not null default now(),
  primary key (org_id, role_name, action)
);
comment on table public.agent_permissions is 'What an org says of an action for a role; where it says nothing, the task''s permission level decides.';
comment on column public.agent_permissions.max_cost_usd is 'A task that has cost more may not do it.';
create index agent_permissions_role_name_idx on public.agent_permissions (role_name);

create table public.agent_approvals (
  id bigint generated always as identity primary key,
  org_id uuid not null,
  task_id bigint not null,
  action text not null check (agents.level_of(action) is not null),
  params jsonb not null check (jsonb_typeof(params) = 'object' and octet_length(params::text) <= 32768),
  summary text not null check (length(summary) between 1 and 2000),
  status text not null default 'waiting' check (status in ('waiting', 'approved', 'refused')),
  reason text check (length(reason) <= 2000),
  outcome jsonb,
  requested_at timestamptz not null default clock_timestamp(),
  decided_at timestamptz,
  decided_by uuid references auth.users (id) on delete set null,
  foreign key (org_id, task_id) references public.agent_tasks (org_id, id) on delete cascade,
  check ((status = 'waiting') = (decided_at is null))
);
comment on table public.agent_approvals is 'Actions that a person is to decide about before they are done.';
create index agent_approvals_task_idx on public.agent_approvals (org_id, task_id);
create index agent_approvals_waiting_idx on public.agent_approvals (org_id, id) where status = 'waiting';
create index agent_approvals_decided_by_idx on public.agent_approvals (decided_by);

-- What happened that schedules wait for, once for each of them; taken by the next tick that can fire it.
create table agents.signals (
  id bigint generated always as identity primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  schedule_id bigint not null,
  event text not null check (event in ('prime_found', 'search_completed', 'error')),
  form text,
  subject jsonb not null,
  created_at timestamptz not null default clock_timestamp(),
  foreign key (org_id, schedule_id) references public.agent_schedules (org_id, id) on delete cascade
);
comment on table agents.signals is 'What happened that a schedule waits for and has not been fired for.';
create index signals_schedule_idx on agents.signals (org_id, schedule_id);

-- Handlers work as a kind of the fleet.
create table public.agent_handler_runs (
  id uuid primary key default gen_random_uuid(),
  org_id uuid not null,
  task_id bigint not null,
  status text not null default 'PENDING' check (status in ('PENDING', 'GENERATING', 'COMPLETED', 'FAILED', 'CANCELLED')),
  error_code text,
  error_message text,
  requested_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  started_at timestamptz,
  finished_at timestamptz,
  updated_at timestamptz not null default now(),
  foreign key (org_id, task_id) references public.agent_tasks (org_id, id) on delete cascade
);
comment on table public.agent_handler_runs is 'Work of handlers in slices: one run for each task that a handler works.';
create index agent_handler_runs_task_idx on public.agent_handler_runs (org_id, task_id);
create index agent_handler_runs_requested_by_idx on public.agent_handler_runs (requested_by);
insert into fleet.search_types (search_type, function_name, run_table, enabled, priority, max_concurrent_jobs, time_to_live_seconds, metrics_every)
values ('agent_task', 'agent-worker', 'public.agent_handler_runs', false, -20, 1, 900, 1);
create trigger enqueue_run after insert on public.agent_handler_runs
  for each row execute function fleet.enqueue_run('agent_task');
create trigger forget_run after delete on public.agent_handler_runs
  for each row execute function fleet.forget_run('agent_task');
create trigger guard_run before update on public.agent_handler_runs
  for each row execute function fleet.guard_run();
create trigger follow_agent_task after update of status on fleet.search_jobs
  for each row when (new.search_type = 'agent_task' and new.status is distinct from old.status)
  execute function fleet.follow_job('public.agent_handler_runs');

alter table public.agent_roles enable row level security;
alter table public.agents enable row level security;
alter table private.agent_keys enable row level security;
alter table public.agent_templates enable row level security;
alter table public.agent_schedules enable row level security;
alter table public.agent_tasks enable row level security;
alter table public.agent_task_deps enable row level security;
alter table public.agent_events enable row level security;
alter table public.agent_budgets enable row level security;
alter table public.agent_memory enable row level security;
alter table public.agent_permissions enable row level security;
alter table public.agent_approvals enable row level security;
alter table public.agent_handler_runs enable row level security;
alter table agents.signals enable row level security;

revoke all on public.agent_roles, public.agents, private.agent_keys, public.agent_templates, public.agent_schedules, public.agent_tasks,
  public.agent_task_deps, public.agent_events, public.agent_budgets, public.agent_memory, public.agent_permissions, public.agent_approvals,
  public.agent_handler_runs, agents.signals from public, anon, authenticated, service_role;
revoke all on sequence public.agent_templates_id_seq, public.agent_schedules_id_seq, public.agent_tasks_id_seq, public.agent_events_id_seq,
  public.agent_memory_id_seq, public.agent_approvals_id_seq, agents.signals_id_seq from public, anon, authenticated, service_role;
grant select on public.agent_roles, public.agents, public.agent_templates, public.agent_schedules, public.agent_tasks, public.agent_task_deps,
  public.agent_events, public.agent_budgets, public.agent_memory, public.agent_permissions, public.agent_approvals to authenticated;
grant all on public.agent_roles, public.agents, public.agent_templates, public.agent_schedules, public.agent_tasks, public.agent_task_deps,
  public.agent_events, public.agent_budgets, public.agent_memory, public.agent_permissions, public.agent_approvals,
  public.agent_handler_runs to service_role;

create policy agent_roles_select on public.agent_roles for select to authenticated using (true);
create policy agents_select on public.agents for select to authenticated
  using (org_id in (select private.orgs_with_right('agents.view')));
create policy nobody on private.agent_keys using (false);
create policy agent_templates_select on public.agent_templates for select to authenticated
  using (org_id is null or org_id in (select private.orgs_with_right('agents.view')));
create policy agent_schedules_select on public.agent_schedules for select to authenticated
  using (org_id in (select private.orgs_with_right('agents.view')));
create policy agent_tasks_select on public.agent_tasks for select to authenticated
  using (org_id in (select private.orgs_with_right('agents.view')));
create policy agent_task_deps_select on public.agent_task_deps for select to authenticated
  using (org_id in (select private.orgs_with_right('agents.view')));
create policy agent_events_select on public.agent_events for select to authenticated
  using (org_id in (select private.orgs_with_right('agents.view')));
create policy agent_budgets_select on public.agent_budgets for select to authenticated
  using (org_id in (select private.orgs_with_right('agents.view')));
create policy agent_memory_select on public.agent_memory for select to authenticated
  using (org_id in (select private.orgs_with_right('agents.view')));
create policy agent_permissions_select on public.agent_permissions for select to authenticated
  using (org_id in (select private.orgs_with_right('agents.view')));
create policy agent_approvals_select on public.agent_approvals for select to authenticated
  using (org_id in (select private.orgs_with_right('agents.view')));
create policy nobody on public.agent_handler_runs using (false);
create policy nobody on agents.signals using (false);

insert into public.agent_templates (org_id, name, description, role_name, steps) values
  (null, 'run-search', 'Configure a search, follow it, have its finds checked.', 'engine',
   '[{"title": "Say what is to be searched"}, {"title": "Follow the search", "depends_on_step": 0},
     {"title": "Have the finds checked", "depends_on_step": 1, "handler": "verify_finds"}]'),
  (null, 'optimize-sieve', 'Measure what blocks cost, propose, look at the effect.', 'engine',
   '[{"title": "Measure what blocks cost", "handler": "tune_blocks"}, {"title": "Look at the effect", "depends_on_step": 0, "handler": "analyze_results"}]'),
  (null, 'analyze-results', 'Yields, holes and slow blocks; records; a summary.', 'research',
   '[{"title": "Analyse yields, holes and slow blocks", "handler": "analyze_results"},
     {"title": "Compare with the records", "handler": "watch_records"},
     {"title": "Write a summary for people", "depends_on_step": 1}]'),
  (null, 'scale-fleet', 'Review the fleet, decide, look again.', 'ops',
   '[{"title": "Review the fleet", "handler": "review_fleet"}, {"title": "Propose how many isolates", "depends_on_step": 0, "permission_level": 2},
     {"title": "Review the fleet again", "depends_on_step": 1, "handler": "review_fleet"}]'),
  (null, 'fix-errors', 'Group the failures, look into each group, look again.', 'ops',
   '[{"title": "Group the failures", "handler": "investigate_errors"}, {"title": "Look into each group", "depends_on_step": 0, "permission_level": 2},
     {"title": "Look whether they are gone", "depends_on_step": 1, "handler": "investigate_errors"}]'),
  (null, 'research-form', 'What is known of a form, what was searched, what to do next.', 'research',
   '[{"title": "Compare with the records", "handler": "watch_records"}, {"title": "Analyse what was searched", "handler": "analyze_results"},
     {"title": "Propose what to search next", "depends_on_step": 1}]');
