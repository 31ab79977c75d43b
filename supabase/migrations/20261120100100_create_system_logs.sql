-- Observability: what went wrong (system_logs), what each slice cost (system_metrics) and daily sums of it.
-- No user reads these tables; operators do, with the service role or SQL.

create table public.system_logs (
  id bigint generated always as identity primary key,
  created_at timestamptz not null default now(),
  level text not null check (level in ('debug', 'info', 'warn', 'error')),
  source text not null,
  component text not null,
  message text not null,
  org_id uuid references public.orgs (id) on delete cascade,
  run_id uuid,
  block_id bigint,
  worker_id text,
  context jsonb not null default '{}'
);
comment on table public.system_logs is 'Structured log of the engines: failures with their run, block, worker and stack.';
comment on column public.system_logs.source is 'Which part wrote it: planner, fleet, sweeper.';
create index system_logs_created_at_idx on public.system_logs (created_at);
create index system_logs_run_id_idx on public.system_logs (run_id) where run_id is not null;
create index system_logs_org_id_idx on public.system_logs (org_id);
create index system_logs_level_idx on public.system_logs (level, created_at);
create index system_logs_org_problems_idx on public.system_logs (org_id, created_at)
  where level in ('warn', 'error');

create table public.system_metrics (
  id bigint generated always as identity primary key,
  created_at timestamptz not null default now(),
  source text not null,
  org_id uuid references public.orgs (id) on delete cascade,
  run_id uuid,
  block_id bigint,
  worker_id text,
  slice int not null check (slice >= 1),
  phase text not null,
  cpu_ms numeric(12, 1) not null check (cpu_ms >= 0),
  wall_ms numeric(12, 1) not null check (wall_ms >= 0),
  memory_bytes bigint check (memory_bytes >= 0),
  details jsonb not null default '{}'
);
comment on table public.system_metrics is 'One row per slice of work: CPU, wall time, memory and phase.';
create index system_metrics_created_at_idx on public.system_metrics (created_at);
create index system_metrics_run_id_idx on public.system_metrics (run_id);
create index system_metrics_org_id_idx on public.system_metrics (org_id);

create table public.metric_rollups_daily (
  day date not null,
  source text not null,
  slices int not null,
  runs int not null,
  cpu_ms_total numeric(14, 1) not null,
  cpu_ms_p50 numeric(12, 1) not null,
  cpu_ms_p95 numeric(12, 1) not null,
  cpu_ms_max numeric(12, 1) not null,
  wall_ms_total numeric(14, 1) not null,
  memory_bytes_max bigint,
  updated_at timestamptz not null default now(),
  primary key (day, source)
);
comment on table public.metric_rollups_daily is 'Daily sums of system_metrics per source; kept when the slices are pruned.';

alter table public.system_logs enable row level security;
alter table public.system_metrics enable row level security;
alter table public.metric_rollups_daily enable row level security;
revoke all on public.system_logs, public.system_metrics, public.metric_rollups_daily
  from public, anon, authenticated, service_role;
grant all on public.system_logs, public.system_metrics, public.metric_rollups_daily to service_role;
revoke all on sequence public.system_logs_id_seq, public.system_metrics_id_seq
  from public, anon, authenticated, service_role;

-- Row level security without a policy refuses everybody who does not bypass it. These tables mean it, so they say it.
create policy nobody on public.system_logs using (false);
create policy nobody on public.system_metrics using (false);
create policy nobody on public.metric_rollups_daily using (false);

-- private.rollup_metrics(day): sums a day's slices into metric_rollups_daily; may be run again.
-- Called by the cron job receptor-rollup-metrics for yesterday and today.
create function private.rollup_metrics(p_day date)
returns void
language sql
set search_path = ''
as $$
  insert into public.metric_rollups_daily as r
    (day, source, slices, runs, cpu_ms_total, cpu_ms_p50, cpu_ms_p95, cpu_ms_max, wall_ms_total,
     memory_bytes_max)
  select p_day, m.source, count(*), count(distinct m.run_id), sum(m.cpu_ms),
         percentile_cont(0.5) within group (order by m.cpu_ms)::numeric,
         percentile_cont(0.95) within group (order by m.cpu_ms)::numeric,
         max(m.cpu_ms), sum(m.wall_ms), max(m.memory_bytes)
  from public.system_metrics m
  where m.created_at >= p_day::timestamptz and m.created_at < (p_day + 1)::timestamptz
  group by m.source
  on conflict (day, source) do update set
    slices = excluded.slices, runs = excluded.runs, cpu_ms_total = excluded.cpu_ms_total,
    cpu_ms_p50 = excluded.cpu_ms_p50, cpu_ms_p95 = excluded.cpu_ms_p95,
    cpu_ms_max = excluded.cpu_ms_max, wall_ms_total = excluded.wall_ms_total,
    memory_bytes_max = excluded.memory_bytes_max, updated_at = now()
$$;
comment on function private.rollup_metrics(date) is 'Sums a day of system_metrics into metric_rollups_daily.';
revoke all on function private.rollup_metrics(date) from public, anon, authenticated, service_role;
