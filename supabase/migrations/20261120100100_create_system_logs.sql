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
  details jsonb not null default '{}',
  stands_for int not null default 1 check (stands_for >= 1)
);
comment on table public.system_metrics is 'One row per slice of work, or per so many: CPU, wall time, memory and phase.';
comment on column public.system_metrics.stands_for is 'How many slices there were for each that has a row.';
create index system_metrics_created_at_idx on public.system_metrics (created_at);
create index system_metrics_run_id_idx on public.system_metrics (run_id);
create index system_metrics_org_id_idx on public.system_metrics (org_id);

-- private.ensure_partition(table, at): the partition of a table that a time falls into is there: a day of metric_samples, a month of the others.
-- Partitions are beyond everybody's reach, in the schema private: who may read goes through the table. Called by whatever writes there, one
-- transaction at a time.
create function private.ensure_partition(p_table regclass, p_at timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_unit text := case when p_table = to_regclass('public.metric_samples') then 'day' else 'month' end;
  v_from date := date_trunc(v_unit, p_at at time zone 'UTC');
  v_until date := v_from + ('1 ' || v_unit)::interval;
  v_zone text := case when p_table = 'public.metric_rollups_daily'::regclass then '' else ' 00:00:00+00' end;
  v_name text := format('%s_%s', (select relname from pg_catalog.pg_class where oid = p_table), to_char(v_from, 'yyyymmdd'));
begin
  if to_regclass(format('private.%I', v_name)) is not null then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('private.ensure_partition', 0));
  if to_regclass(format('private.%I', v_name)) is null then
    execute format('create table private.%I partition of %s for values from (%L) to (%L)', v_name, p_table, v_from || v_zone, v_until || v_zone);
    execute format('alter table private.%I enable row level security', v_name);
    execute format('revoke all on private.%I from public, anon, authenticated, service_role', v_name);
    execute format('comment on table private.%I is %L', v_name, format('The partition of %s from %s on.', p_table, v_from));
  end if;
end
$$;
comment on function private.ensure_partition(regclass, timestamptz) is 'Makes the partition that a time falls into, where it is not there.';
revoke all on function private.ensure_partition(regclass, timestamptz) from public, anon, authenticated, service_role;

-- private.time_used(): how much of the time that a statement may take is used up, as a share; 0 where it may take any. Called by private.attempt().
create function private.time_used()
returns double precision
language plpgsql
set search_path = ''
as $$
begin
  return coalesce(extract(epoch from clock_timestamp() - statement_timestamp())
    / nullif(extract(epoch from current_setting('statement_timeout')::interval), 0), 0);
end
$$;
comment on function private.time_used() is 'How much of the time that a statement may take is used up.';
revoke all on function private.time_used() from public, anon, authenticated, service_role;

-- private.attempt(source, step, org, statement, id): the whole number that one step of what goes on by itself comes to; the statement
-- is given the id as $1. What goes wrong is logged, once an hour, and comes to 0: one organisation's fault stops no other's work.
-- Nor does one that takes all the time there is: what was done before it stays, and it rests for an hour, so that the others have their
-- turn at the next call. What finds no time left waits for that. Whoever stops the statement by hand stops all of it.
-- Called by private.attempt_each(), and by what carries on for one organisation, line of work or row after the other.
create function private.attempt(p_source text, p_step text, p_org_id uuid, p_statement text, p_id text default null)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_began double precision := private.time_used();
  v_codes text[] := array(
    select l.context ->> 'code' from public.system_logs l
    where l.level = 'error' and l.created_at > now() - interval '1 hour' and l.source = p_source and l.component = p_step
      and l.org_id is not distinct from p_org_id and l.context ->> 'id' is not distinct from p_id);
  v_count int;
begin
  if v_began >= 0.9 or '57014' = any (v_codes) then
    return 0;
  end if;
  execute p_statement into v_count using p_id;
  return coalesce(v_count, 0);
exception when others or query_canceled then
  if sqlstate = '57014' and private.time_used() < 0.9 then
    raise;
  end if;
  -- What began late and was not over in time is not what took it.
  if sqlstate <> all (v_codes) and (sqlstate <> '57014' or v_began < 0.5) then
    insert into public.system_logs (level, source, component, message, org_id, context)
    values ('error', p_source, p_step, case sqlstate
      when '57014' then format('It took longer than the %s there are, and rests for an hour.', current_setting('statement_timeout'))
      else 'It could not be carried on: ' || sqlerrm end, p_org_id, jsonb_build_object('code', sqlstate, 'id', p_id));
  end if;
  return 0;
end
$$;
comment on function private.attempt(text, text, uuid, text, text) is 'What one step comes to; what goes wrong is logged, and stops nothing else.';
revoke all on function private.attempt(text, text, uuid, text, text) from public, anon, authenticated, service_role;

-- private.attempt_each(calls): calls one function after the other, of which none stops the next; what they come to together.
-- Called by cron jobs that have several.
create function private.attempt_each(variadic p_calls text[])
returns int
language sql
set search_path = ''
as $$
  select sum(private.attempt('cron', c.call, null, format('select %s::int', c.call)) order by n)::int
  from unnest(p_calls) with ordinality as c (call, n)
$$;
comment on function private.attempt_each(text[]) is 'Calls functions one after the other, of which none stops the next.';
revoke all on function private.attempt_each(text[]) from public, anon, authenticated, service_role;

-- private.drop_partitions(table, before): drops the partitions that end before a time; how many. Called by private.prune().
create function private.drop_partitions(p_table regclass, p_before timestamptz)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_unit interval := case when p_table = to_regclass('public.metric_samples') then '1 day' else '1 month' end;
  v_partition text;
  v_count int := 0;
begin
  for v_partition in
    select c.relname from pg_catalog.pg_inherits i join pg_catalog.pg_class c on c.oid = i.inhrelid
    where i.inhparent = p_table and isfinite(p_before)
      and (to_date(right(c.relname, 8), 'yyyymmdd') + v_unit) at time zone 'UTC' <= p_before
    order by 1
  loop
    execute format('drop table private.%I', v_partition);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function private.drop_partitions(regclass, timestamptz) is 'Drops the partitions of a table that end before a time.';
revoke all on function private.drop_partitions(regclass, timestamptz) from public, anon, authenticated, service_role;

create table public.metric_rollups_daily (
  day date not null,
  source text not null,
  metric text not null default 'slices',
  labels jsonb not null default '{}' check (jsonb_typeof(labels) = 'object'),
  org_id uuid,
  slices int,
  runs int,
  cpu_ms_total numeric(14, 1),
  cpu_ms_p50 numeric(12, 1),
  cpu_ms_p95 numeric(12, 1),
  cpu_ms_max numeric(12, 1),
  wall_ms_total numeric(14, 1),
  memory_bytes_max bigint,
  count int,
  sum double precision,
  min double precision,
  max double precision,
  updated_at timestamptz not null default now(),
  primary key (day, source, metric, labels),
  check ((metric = 'slices') = (slices is not null and runs is not null and cpu_ms_total is not null and cpu_ms_p50 is not null
    and cpu_ms_p95 is not null and cpu_ms_max is not null and wall_ms_total is not null)),
  check ((metric <> 'slices') = (count is not null and sum is not null and min is not null and max is not null))
) partition by range (day);
comment on table public.metric_rollups_daily is
  'Days as they are kept for long: sums of system_metrics per source (metric slices), and of every series (keep_series).';
comment on column public.metric_rollups_daily.source is 'A kind of work; of a series its scope.';
comment on column public.metric_rollups_daily.org_id is 'Of a series that is one org''s alone. Without a reference: a series outlives nobody, it ends with its partition.';

create table public.slice_cpu_rollups (
  day date not null,
  source text not null,
  phase text not null,
  slices int not null,
  cpu_ms_p50 numeric(12, 1) not null,
  cpu_ms_p95 numeric(12, 1) not null,
  cpu_ms_max numeric(12, 1) not null,
  over_budget int not null,
  over_soft_limit int not null,
  memory_bytes_max bigint,
  primary key (day, source, phase)
);
comment on table public.slice_cpu_rollups is
  'How close the slices of a day came to the limits of an isolate, by phase: what slice_cpu_daily shows of days that are over.';
comment on column public.slice_cpu_rollups.over_budget is 'Slices of more than 800 ms of CPU.';
comment on column public.slice_cpu_rollups.over_soft_limit is 'Slices of more than 1,000 ms of CPU.';

alter table public.system_logs enable row level security;
alter table public.slice_cpu_rollups enable row level security;
alter table public.system_metrics enable row level security;
alter table public.metric_rollups_daily enable row level security;
revoke all on public.system_logs, public.system_metrics, public.metric_rollups_daily, public.slice_cpu_rollups
  from public, anon, authenticated, service_role;
grant all on public.system_logs, public.system_metrics, public.metric_rollups_daily, public.slice_cpu_rollups
  to service_role;
revoke all on sequence public.system_logs_id_seq, public.system_metrics_id_seq
  from public, anon, authenticated, service_role;

-- Row level security without a policy refuses everybody who does not bypass it. These tables mean it, so they say it.
create policy nobody on public.system_logs using (false);
create policy nobody on public.system_metrics using (false);
create policy nobody on public.metric_rollups_daily using (false);
create policy nobody on public.slice_cpu_rollups using (false);

-- private.slice_cpu(from, until): what slices within a time took, by day (UTC), kind and phase.
-- Called by private.rollup_metrics(), and by the view slice_cpu_daily for days that are not rolled up yet.
create function private.slice_cpu(p_from timestamptz, p_until timestamptz)
returns setof public.slice_cpu_rollups
language sql
stable
set search_path = ''
as $$
  select (m.created_at at time zone 'UTC')::date, m.source, m.phase, sum(m.stands_for)::int,
         percentile_cont(0.5) within group (order by m.cpu_ms::float8)::numeric(12, 1),
         percentile_cont(0.95) within group (order by m.cpu_ms::float8)::numeric(12, 1),
         max(m.cpu_ms), coalesce(sum(m.stands_for) filter (where m.cpu_ms > 800), 0)::int,
         coalesce(sum(m.stands_for) filter (where m.cpu_ms > 1000), 0)::int, max(m.memory_bytes)
  from public.system_metrics m
  where m.created_at >= p_from and m.created_at < p_until
  group by 1, 2, 3
$$;
comment on function private.slice_cpu(timestamptz, timestamptz) is 'CPU of slices by day, kind and phase, from the slices themselves.';
revoke all on function private.slice_cpu(timestamptz, timestamptz) from public, anon, authenticated, service_role;
grant execute on function private.slice_cpu(timestamptz, timestamptz) to service_role;

-- private.rollup_metrics(day): sums a day's slices into metric_rollups_daily and slice_cpu_rollups; may be run again.
-- Called by private.rollup_recent_metrics(), and by private.prune() for what was never summed.
create function private.rollup_metrics(p_day date)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.ensure_partition('public.metric_rollups_daily', p_day::timestamp at time zone 'UTC');
  insert into public.metric_rollups_daily as r
    (day, source, slices, runs, cpu_ms_total, cpu_ms_p50, cpu_ms_p95, cpu_ms_max, wall_ms_total,
     memory_bytes_max)
  select p_day, m.source, sum(m.stands_for), count(distinct m.run_id), sum(m.cpu_ms * m.stands_for),
         percentile_cont(0.5) within group (order by m.cpu_ms)::numeric,
         percentile_cont(0.95) within group (order by m.cpu_ms)::numeric,
         max(m.cpu_ms), sum(m.wall_ms * m.stands_for), max(m.memory_bytes)
  from public.system_metrics m
  where m.created_at >= p_day::timestamp at time zone 'UTC' and m.created_at < (p_day + 1)::timestamp at time zone 'UTC'
  group by m.source
  on conflict (day, source, metric, labels) do update set
    slices = excluded.slices, runs = excluded.runs, cpu_ms_total = excluded.cpu_ms_total,
    cpu_ms_p50 = excluded.cpu_ms_p50, cpu_ms_p95 = excluded.cpu_ms_p95,
    cpu_ms_max = excluded.cpu_ms_max, wall_ms_total = excluded.wall_ms_total,
    memory_bytes_max = excluded.memory_bytes_max, updated_at = now();

  insert into public.slice_cpu_rollups as r
  select * from private.slice_cpu(p_day::timestamp at time zone 'UTC', (p_day + 1)::timestamp at time zone 'UTC')
  on conflict (day, source, phase) do update set
    slices = excluded.slices, cpu_ms_p50 = excluded.cpu_ms_p50, cpu_ms_p95 = excluded.cpu_ms_p95,
    cpu_ms_max = excluded.cpu_ms_max, over_budget = excluded.over_budget,
    over_soft_limit = excluded.over_soft_limit, memory_bytes_max = excluded.memory_bytes_max;
end
$$;
comment on function private.rollup_metrics(date) is 'Sums a day (UTC) of system_metrics into its roll-ups.';
revoke all on function private.rollup_metrics(date) from public, anon, authenticated, service_role;

-- private.rollup_recent_metrics(): sums yesterday's and today's slices; how many days. Called by the cron job receptor-rollup-metrics.
create function private.rollup_recent_metrics()
returns int
language sql
set search_path = ''
as $$
  select count(private.rollup_metrics((now() at time zone 'UTC')::date - n))::int from generate_series(0, 1) n
$$;
comment on function private.rollup_recent_metrics() is 'Sums the slices of yesterday and today.';
revoke all on function private.rollup_recent_metrics() from public, anon, authenticated, service_role;
