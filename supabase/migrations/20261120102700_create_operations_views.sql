-- What operators ask: what failed and why, how long runs wait, how close slices come to the CPU limit, what became of a
-- run, and whether the sweeper is alive. Read with the service role or in SQL; no user sees any of it.
-- Views ask with the rights of who reads them (security_invoker), and only the service role may.

create view public.run_timeline with (security_invoker = true) as
select run_id, row_number() over (partition by run_id order by at, rank) as step, at, event, worker_id, details
from (
  select r.id as run_id, r.created_at as at, 1 as rank, 'requested' as event, null::text as worker_id,
         jsonb_build_object('by', r.requested_by, 'allocation_run', r.allocation_run,
                            'lines', r.n_job_lines, 'constraints', r.constraints) as details
  from public.allocation_planner_runs r
  union all
  select r.id, r.created_at, 1, 'requested', null,
         jsonb_build_object('by', r.requested_by, 'allocation_run', r.allocation_run, 'options', r.options)
  from public.allocator_py_runs r
  union all
  select r.id, r.created_at, 1, 'requested', null,
         jsonb_build_object('by', r.requested_by, 'form', r.form, 'params', r.params, 'blocks', r.blocks)
  from public.prime_search_runs r
  union all
  select j.run_id, j.created_at, 2, 'queued', null, jsonb_build_object('job', j.id, 'kind', j.search_type)
  from fleet.search_jobs j
  union all
  select j.run_id, j.started_at, 3, 'started', null,
         jsonb_build_object('waited_s', round(extract(epoch from j.started_at - j.created_at), 1))
  from fleet.search_jobs j where j.started_at is not null
  union all
  select m.run_id, m.created_at, 4, 'slice', m.worker_id,
         jsonb_build_object('slice', m.slice, 'phase', m.phase, 'cpu_ms', m.cpu_ms, 'wall_ms', m.wall_ms,
                            'memory_bytes', m.memory_bytes) || (m.details - 'cpu_ms_by_phase')
  from public.system_metrics m where m.run_id is not null
  union all
  select l.run_id, l.created_at, 5,
         case when l.component = 'sweeper' and l.level = 'warn' then 'reclaimed'
              when l.component = 'slice' then 'slice failed'
              when l.component = 'afresh' then 'started afresh'
              else l.level || ': ' || l.component end,
         l.worker_id, jsonb_build_object('message', l.message, 'block', l.block_id) || l.context
  from public.system_logs l where l.run_id is not null
  union all
  select j.run_id, j.finished_at, 6,
         case j.status when 'COMPLETED' then 'committed' else lower(j.status::text) end, null,
         jsonb_strip_nulls(jsonb_build_object('code', j.error_code, 'message', j.error_message,
           'took_s', round(extract(epoch from j.finished_at - j.created_at), 1)))
  from fleet.search_jobs j where j.finished_at is not null
) as events;
comment on view public.run_timeline is
  'What became of a run, in order: requested, queued, started, slices, reclaims, failures, commit. Ask for one run_id.';

create view public.failures_this_week with (security_invoker = true) as
select source, kind, code, count(*)::int as times, count(distinct run_id)::int as runs,
       count(distinct org_id)::int as orgs, min(at) as first_at, max(at) as last_at,
       (array_agg(message order by at desc))[1] as last_message,
       (array_agg(run_id order by at desc))[1] as last_run,
       (array_agg(context order by at desc))[1] as last_context
from (
  select j.search_type as source, 'run' as kind, j.error_code as code, j.error_message as message,
         j.run_id, j.org_id, j.finished_at as at,
         (select l.context from public.system_logs l
          where l.run_id = j.run_id and l.level = 'error' order by l.id desc limit 1) as context
  from fleet.search_jobs j
  where j.status = 'FAILED' and j.finished_at >= now() - interval '7 days'
  union all
  -- Slices that failed and were tried again, and what has no run; a run that failed is told of above.
  select l.source, l.component, coalesce(l.context ->> 'name', 'ERROR'), l.message, l.run_id, l.org_id,
         l.created_at, l.context
  from public.system_logs l
  where l.level = 'error' and l.created_at >= now() - interval '7 days'
    and (l.component = 'slice' or l.run_id is null)
) as failures
group by source, kind, code;
comment on view public.failures_this_week is
  'What failed in the last seven days and why: runs by error code, slices by the error''s name; with the latest message, run and stack.';

create view public.queue_waits_daily with (security_invoker = true) as
select (j.created_at at time zone 'UTC')::date as day, j.search_type as source, count(*)::int as runs,
       count(*) filter (where j.status = 'QUEUED')::int as still_waiting,
       round(percentile_cont(0.5) within group (order by w.seconds)::numeric, 1) as wait_s_p50,
       round(percentile_cont(0.95) within group (order by w.seconds)::numeric, 1) as wait_s_p95,
       round(max(w.seconds)::numeric, 1) as wait_s_max
from fleet.search_jobs j
cross join lateral (
  select extract(epoch from coalesce(j.started_at, j.finished_at, clock_timestamp()) - j.created_at) as seconds
) as w
group by 1, 2;
comment on view public.queue_waits_daily is
  'How long runs waited until they started (or ended, or now), per day (UTC) and kind of work.';

-- Days that are over come from the roll-up, so that the answer costs the slices of today and not of all days. A day counts
-- as rolled up when that was done after its end; without cron all days are counted here.
create view public.slice_cpu_daily with (security_invoker = true) as
with counted as (
  select coalesce((max(day) + 1)::timestamp at time zone 'UTC', '-infinity') as until
  from public.metric_rollups_daily
  where metric = 'slices' and updated_at >= (day + 1)::timestamp at time zone 'UTC'
)
select s.day, s.source, s.phase, s.slices, s.cpu_ms_p50, s.cpu_ms_p95, s.cpu_ms_max, s.over_budget, s.over_soft_limit,
       round(100 * s.cpu_ms_max / 2000, 1) as percent_of_hard_limit, s.memory_bytes_max
from (
  select r.* from public.slice_cpu_rollups r, counted c
  where r.day < (c.until at time zone 'UTC')::date
  union all
  select l.* from counted c cross join lateral private.slice_cpu(c.until, 'infinity') l
) as s;
comment on view public.slice_cpu_daily is
  'How close slices come to the limits of an isolate, per day (UTC), kind and phase: budget 800 ms of CPU, soft limit 1,000, hard 2,000.';

create view public.fleet_status with (security_invoker = true) as
select t.search_type as source,
       (select count(*) from fleet.search_jobs j
        where j.search_type = t.search_type and j.status = 'QUEUED')::int as queued,
       (select count(*) from fleet.search_jobs j
        where j.search_type = t.search_type and j.status = 'RUNNING')::int as running,
       (select count(*) from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
        where j.search_type = t.search_type and b.status = 'CLAIMED'
          and b.heartbeat_at < clock_timestamp() - make_interval(secs => t.lease_seconds))::int as stale,
       (select round(extract(epoch from clock_timestamp() - min(j.created_at)), 1)
        from fleet.search_jobs j
        where j.search_type = t.search_type and j.status = 'QUEUED') as oldest_wait_s,
       (select s.swept_at from fleet.last_sweep s) as last_sweep,
       (select count(*) from fleet.search_jobs j
        where j.search_type = t.search_type and j.finished_at >= now() - interval '1 day')::int as ended_24h,
       (select count(*) from fleet.search_jobs j
        where j.search_type = t.search_type and j.finished_at >= now() - interval '1 day'
          and j.status = 'FAILED')::int as failed_24h
from fleet.search_types t;
comment on view public.fleet_status is
  'One row per kind of work: queued, running, stale claims, oldest wait, last sweep, and how many runs ended and failed in a day.';

revoke all on public.run_timeline, public.failures_this_week, public.queue_waits_daily, public.slice_cpu_daily,
  public.fleet_status from public, anon, authenticated, service_role;
grant select on public.run_timeline, public.failures_this_week, public.queue_waits_daily, public.slice_cpu_daily,
  public.fleet_status to service_role;
