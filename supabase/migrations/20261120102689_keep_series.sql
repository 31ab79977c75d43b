-- Time series of the search for primes: the fleet, campaigns and nodes, sampled by cron, summed by the hour and by the day. Tables are
-- partitioned by time, so that retention drops partitions. And what a person is called.

create table public.metric_samples (
  ts timestamptz not null,
  scope text not null check (scope in ('fleet', 'campaign', 'node')),
  metric text not null check (metric ~ '^[a-z][a-z_]*$' and metric <> 'slices'),
  labels jsonb not null default '{}' check (jsonb_typeof(labels) = 'object'),
  org_id uuid,
  value double precision not null,
  primary key (ts, scope, metric, labels)
) partition by range (ts);
comment on table public.metric_samples is 'Series as they were sampled, once a minute. Read them by metric_series().';
comment on column public.metric_samples.labels is 'What of its scope it is: {kind} of the fleet, {project} of campaigns, {node} of nodes.';
comment on column public.metric_samples.org_id is 'Of a series that is one org''s alone; null: everybody''s who sees the search.';
create index metric_samples_series_idx on public.metric_samples (scope, metric, ts);

create table public.metric_rollups_hourly (
  bucket_start timestamptz not null,
  scope text not null check (scope in ('fleet', 'campaign', 'node')),
  metric text not null check (metric ~ '^[a-z][a-z_]*$' and metric <> 'slices'),
  labels jsonb not null default '{}' check (jsonb_typeof(labels) = 'object'),
  org_id uuid,
  count int not null check (count >= 1),
  sum double precision not null,
  min double precision not null,
  max double precision not null,
  primary key (bucket_start, scope, metric, labels)
) partition by range (bucket_start);
comment on table public.metric_rollups_hourly is 'Series by the hour: metric_samples, summed up.';
create index metric_rollups_hourly_series_idx on public.metric_rollups_hourly (scope, metric, bucket_start);
create index metric_rollups_daily_series_idx on public.metric_rollups_daily (source, metric, day);

alter table public.metric_samples enable row level security;
alter table public.metric_rollups_hourly enable row level security;
revoke all on public.metric_samples, public.metric_rollups_hourly from public, anon, authenticated, service_role;
grant all on public.metric_samples, public.metric_rollups_hourly to service_role;
create policy nobody on public.metric_samples using (false);
create policy nobody on public.metric_rollups_hourly using (false);

-- private.series_now(org): every series of an org as it stands, those of the fleet for null: [scope, metric, labels, org, value].
-- Called by private.sample_series_of().
create function private.series_now(p_org_id uuid)
returns table (scope text, metric text, labels jsonb, org_id uuid, value double precision)
language sql
stable
set search_path = ''
as $$
  with kinds as (
    select search_type, jsonb_build_object('kind', search_type) as labels from fleet.search_types where enabled and p_org_id is null
  ), jobs as (
    select k.labels, count(*) filter (where j.status = 'QUEUED') as queued, count(*) filter (where j.status = 'RUNNING') as running
    from kinds k left join fleet.search_jobs j on j.search_type = k.search_type and j.status in ('QUEUED', 'RUNNING')
    group by k.labels
  ), blocks as (
    select k.labels, count(*) filter (where b.status = 'PENDING') as available, count(*) filter (where b.status = 'CLAIMED') as claimed
    from kinds k
    left join fleet.search_jobs j on j.search_type = k.search_type and j.status in ('QUEUED', 'RUNNING')
    left join fleet.work_blocks b on b.search_job_id = j.id and b.status in ('PENDING', 'CLAIMED')
    group by k.labels
  ), workers as (
    select k.labels, count(w.worker_id) as connected
    from kinds k left join fleet.workers w on w.search_type = k.search_type and w.last_heartbeat > now() - interval '1 minute'
    group by k.labels
  )
  select 'fleet', m.metric, j.labels, null::uuid, m.value::double precision
  from jobs j cross join lateral (values ('jobs_queued', j.queued), ('jobs_running', j.running)) as m (metric, value)
  union all
  select 'fleet', m.metric, b.labels, null, m.value
  from blocks b cross join lateral (values ('blocks_available', b.available), ('blocks_claimed', b.claimed)) as m (metric, value)
  union all
  select 'fleet', 'workers_connected', labels, null, connected from workers
  union all
  select 'campaign', m.metric, jsonb_build_object('project', p.id), p.org_id, m.value
  from public.projects p
  cross join lateral (values ('tested', p.total_tested::double precision), ('found', p.total_found), ('core_hours', p.total_core_hours),
    ('cost_usd', p.total_cost_usd), ('best_digits', p.best_digits)) as m (metric, value)
  where p.org_id = p_org_id and p.status in ('active', 'paused')
  union all
  select 'node', m.metric, jsonb_build_object('node', n.id), n.org_id, m.value
  from public.operator_nodes n
  cross join lateral (values ('heartbeat_age_s', extract(epoch from now() - n.last_heartbeat)::double precision), ('cores', n.cores)) as m (metric, value)
  where n.org_id = p_org_id and n.last_heartbeat > now() - interval '1 hour'
$$;
comment on function private.series_now(uuid) is 'Every series of an org, or of the fleet, as it stands.';
revoke all on function private.series_now(uuid) from public, anon, authenticated, service_role;

-- private.sample_series_of(org): samples every series of an org, or those of the fleet; how many values. Called by private.sample_series().
create function private.sample_series_of(p_org_id uuid)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_count int;
begin
  insert into public.metric_samples (ts, scope, metric, labels, org_id, value)
  select date_trunc('minute', now()), s.scope, s.metric, s.labels, s.org_id, s.value from private.series_now(p_org_id) s
  on conflict do nothing;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.sample_series_of(uuid) is 'Samples every series of an org, or those of the fleet.';
revoke all on function private.sample_series_of(uuid) from public, anon, authenticated, service_role;

-- private.sample_series(): samples every series, once a minute whoever calls, org by org; how many values. Nothing where no search is switched on.
-- Called by the cron job receptor-projects.
create function private.sample_series()
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_ts timestamptz := date_trunc('minute', now());
  v_count int;
begin
  if not exists (select from fleet.search_types where search_type = 'prime_search' and enabled) then
    return 0;
  end if;
  -- The job comes more often than once a minute: what was sampled is not read again.
  if exists (select from public.metric_samples s where s.ts = v_ts) then
    return 0;
  end if;
  perform private.ensure_partition('public.metric_samples', v_ts);
  select sum(private.attempt('cron', 'series', o.org_id, 'select private.sample_series_of($1::uuid)', o.org_id::text)) into v_count
  from (
    select null::uuid as org_id
    union select org_id from public.projects where status in ('active', 'paused')
    union select org_id from public.operator_nodes where last_heartbeat > now() - interval '1 hour'
  ) o;
  return v_count;
end
$$;
comment on function private.sample_series() is 'Samples every series, once a minute.';
revoke all on function private.sample_series() from public, anon, authenticated, service_role;

-- private.rollup_series(): sums the samples that are there into hours, and the hours of the days that these touch into days; may be run
-- again, and after a pause; how many days. Called by the cron job receptor-rollup-metrics.
create function private.rollup_series()
returns int
language plpgsql
set search_path = ''
as $$
declare
  -- The last hour that was summed is summed again: it may not have been over.
  v_from timestamptz := coalesce((select max(bucket_start) from public.metric_rollups_hourly), (select min(ts) from public.metric_samples));
  v_month timestamptz;
  v_count int;
begin
  v_from := greatest(date_trunc('hour', v_from), (select min(date_trunc('hour', ts)) from public.metric_samples));
  if v_from is null then
    return 0;
  end if;
  for v_month in select generate_series(date_trunc('month', v_from at time zone 'UTC') at time zone 'UTC', now(), interval '1 month') loop
    perform private.ensure_partition('public.metric_rollups_hourly', v_month), private.ensure_partition('public.metric_rollups_daily', v_month);
  end loop;
  insert into public.metric_rollups_hourly as r (bucket_start, scope, metric, labels, org_id, count, sum, min, max)
  select date_trunc('hour', s.ts), s.scope, s.metric, s.labels, min(s.org_id::text)::uuid, count(*), sum(s.value), min(s.value), max(s.value)
  from public.metric_samples s where s.ts >= v_from
  group by 1, 2, 3, 4
  on conflict (bucket_start, scope, metric, labels) do update set
    count = excluded.count, sum = excluded.sum, min = excluded.min, max = excluded.max;
  insert into public.metric_rollups_daily as r (day, source, metric, labels, org_id, count, sum, min, max)
  select (h.bucket_start at time zone 'UTC')::date, h.scope, h.metric, h.labels, min(h.org_id::text)::uuid, sum(h.count), sum(h.sum), min(h.min), max(h.max)
  from public.metric_rollups_hourly h
  where h.bucket_start >= date_trunc('day', v_from at time zone 'UTC') at time zone 'UTC'
  group by 1, 2, 3, 4
  on conflict (day, source, metric, labels) do update set
    count = excluded.count, sum = excluded.sum, min = excluded.min, max = excluded.max, updated_at = now();
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.rollup_series() is 'Sums samples into hours and days.';
revoke all on function private.rollup_series() from public, anon, authenticated, service_role;

-- metric_series(scope, metric, from, until, labels): [{at, labels, count, avg, min, max}] of a series, in time: by the minute up to two days, by
-- the hour up to 62, by the day beyond. Labels: those that a row has at least. RC400. Series of campaigns are those of one's orgs; without
-- the right primeSearch.view there is nothing ([]). As json, for thousands of rows are written in half the time. Called by UIs.
create function public.metric_series(
  p_scope text, p_metric text, p_from timestamptz, p_until timestamptz default now(), p_labels jsonb default '{}'
)
returns json
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_orgs uuid[] := array(select private.orgs_with_right('projects.view'));
  v_series json;
begin
  if p_scope is null or p_scope not in ('fleet', 'campaign', 'node') then
    perform private.refuse_faults('[{"path": "p_scope", "message": "not one of fleet, campaign, node"}]');
  elsif p_metric is null or p_metric !~ '^[a-z][a-z_]*$' then
    perform private.refuse_faults('[{"path": "p_metric", "message": "missing"}]');
  elsif p_from is null or p_until is null or not isfinite(p_from) or not isfinite(p_until) or p_from >= p_until
    -- In seconds, of which there are always enough: an interval has a last one.
    or extract(epoch from p_until) - extract(epoch from p_from) > 1900 * 86400 then
    perform private.refuse_faults('[{"path": "p_from", "message": "not a time before p_until, by 1900 days at most"}]');
  elsif p_labels is null or jsonb_typeof(p_labels) <> 'object' then
    perform private.refuse_faults('[{"path": "p_labels", "message": "not an object"}]');
  elsif not exists (select private.orgs_with_right('primeSearch.view')) then
    return '[]';
  end if;
  if p_until - p_from <= interval '2 days' then
    select json_agg(t) into v_series from (
      select s.ts as at, s.labels, 1 as count, s.value as avg, s.value as min, s.value as max
      from public.metric_samples s
      where s.scope = p_scope and s.metric = p_metric and s.ts >= p_from and s.ts < p_until and s.labels @> p_labels
        and (s.org_id is null or s.org_id = any (v_orgs))
      order by s.ts, s.labels) as t;
  elsif p_until - p_from <= interval '62 days' then
    select json_agg(t) into v_series from (
      select h.bucket_start as at, h.labels, h.count, h.sum / h.count as avg, h.min, h.max
      from public.metric_rollups_hourly h
      where h.scope = p_scope and h.metric = p_metric and h.bucket_start >= p_from and h.bucket_start < p_until and h.labels @> p_labels
        and (h.org_id is null or h.org_id = any (v_orgs))
      order by h.bucket_start, h.labels) as t;
  else
    select json_agg(t) into v_series from (
      select d.day::timestamp at time zone 'UTC' as at, d.labels, d.count, d.sum / d.count as avg, d.min, d.max
      from public.metric_rollups_daily d
      where d.source = p_scope and d.metric = p_metric and d.day >= (p_from at time zone 'UTC')::date and d.day < (p_until at time zone 'UTC')::date + 1
        and d.labels @> p_labels and (d.org_id is null or d.org_id = any (v_orgs))
      order by d.day, d.labels) as t;
  end if;
  return coalesce(v_series, '[]');
end
$$;
comment on function public.metric_series(text, text, timestamptz, timestamptz, jsonb) is 'A time series of the fleet, a campaign or a node.';
revoke all on function public.metric_series(text, text, timestamptz, timestamptz, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.metric_series(text, text, timestamptz, timestamptz, jsonb) to authenticated;

-- A person beside the account: what they are called. A role here gives no right anywhere: rights are org_members'.
create table public.user_profiles (
  id uuid primary key references auth.users (id) on delete cascade,
  role text not null default 'operator' check (role in ('admin', 'operator')),
  display_name text check (private.is_name(display_name, 100)),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
comment on table public.user_profiles is 'What a signed-in person is called. Their own row; role is a word that gives no right anywhere.';
alter table public.user_profiles enable row level security;
revoke all on public.user_profiles from public, anon, authenticated, service_role;
grant select on public.user_profiles to authenticated;
grant all on public.user_profiles to service_role;
create policy user_profiles_select on public.user_profiles for select to authenticated using (id = (select auth.uid()));

-- set_display_name(name): what the caller is called from now on; their profile. An empty name takes it back. RC400. Called by UIs.
create function public.set_display_name(p_name text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_user_id uuid := (select auth.uid());
  v_name text := nullif(private.fold_text(coalesce(p_name, '')), '');
  v_profile public.user_profiles;
begin
  if v_user_id is null then
    raise exception 'Sign in first.' using errcode = 'insufficient_privilege';
  elsif not private.is_name(coalesce(v_name, 'none'), 100) then
    perform private.refuse_faults('[{"path": "p_name", "message": "longer than 100 characters"}]');
  end if;
  insert into public.user_profiles as p (id, display_name) values (v_user_id, v_name)
  on conflict (id) do update set display_name = excluded.display_name, updated_at = now()
  returning * into v_profile;
  return to_jsonb(v_profile);
end
$$;
comment on function public.set_display_name(text) is 'What the caller is called.';
revoke all on function public.set_display_name(text) from public, anon, authenticated, service_role;
grant execute on function public.set_display_name(text) to authenticated;
