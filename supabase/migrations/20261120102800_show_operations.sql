-- What an org's managers see of the fleet: their own runs in the queue and at work, their slices against the limits of an
-- isolate, their failures with log lines; of everybody together numbers only. Runs of other orgs stay unseen, and so do the
-- tables: users reach these functions alone.

-- private.require_operations(org): refuses who may not see the operations of an org; to strangers it is not there.
-- Called by the functions below.
create function private.require_operations(p_org_id uuid)
returns void
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if p_org_id in (select private.orgs_with_right('operations.view')) then
    return;
  end if;
  if p_org_id in (select private.orgs_with_right('org.view')) then
    raise exception 'Seeing operations needs the right operations.view.' using errcode = 'insufficient_privilege';
  end if;
  raise exception '%', private.no_such('org', p_org_id::text) using errcode = 'RC404';
end
$$;
comment on function private.require_operations(uuid) is 'Refuses callers without the right operations.view in the org.';
revoke all on function private.require_operations(uuid) from public, anon, authenticated, service_role;

-- private.runs_of(org): the runs of every engine by id, with the name of their allocation run, or what is searched for. Called by the functions below.
create function private.runs_of(p_org_id uuid)
returns table (run_id uuid, source text, allocation_run uuid, name text, requested_by uuid)
language sql
stable
security definer
set search_path = ''
as $$
  select r.id, r.source, r.allocation_run, coalesce(a.name, r.name), r.requested_by
  from (
    select id, 'planner' as source, allocation_run, null as name, requested_by
    from public.allocation_planner_runs where org_id = p_org_id
    union all
    select id, case when base_run is null then 'allocator' else 'what-if' end, allocation_run, null, requested_by
    from public.allocator_py_runs where org_id = p_org_id
    union all
    select id, 'prime_search', null, form || ' ' || number, requested_by
    from public.prime_search_runs where org_id = p_org_id
    union all
    select c.id, 'prime_check', null, coalesce(s.form || ' ' || s.number, 'primes'), c.requested_by
    from public.prime_check_runs c left join public.prime_search_runs s on s.id = c.search_run where c.org_id = p_org_id
  ) as r
  left join public.allocation_runs a on a.id = r.allocation_run
$$;
comment on function private.runs_of(uuid) is 'Runs of every engine of an org, with the names of their allocation runs, or what is searched for.';
revoke all on function private.runs_of(uuid) from public, anon, authenticated, service_role;

-- operations_queue(org): the org's runs that wait or are at work, in the order of their turn.
-- Called by UIs. `ahead`: runs of the org that come first; `sharing`: other orgs that it takes turns with. `slice`, `phase`, `cpu_ms`: of the last slice that ended.
create function public.operations_queue(p_org_id uuid)
returns table (
  run_id uuid, source text, allocation_run uuid, allocation_run_name text, status text, mine boolean, ahead int,
  sharing int,
  created_at timestamptz, started_at timestamptz, working boolean, heartbeat_at timestamptz, attempts int,
  slices int, phase text, cpu_ms numeric, cpu_ms_total numeric
)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_operations(p_org_id);
  return query
  select j.run_id, r.source, r.allocation_run, r.name,
         case j.status when 'QUEUED' then 'PENDING' else 'GENERATING' end,
         coalesce(r.requested_by = (select auth.uid()), false),
         (select count(*)::int from fleet.search_jobs o
          where o.search_type = j.search_type and o.org_id = p_org_id and o.id < j.id and o.status in ('QUEUED', 'RUNNING')),
         (select count(distinct o.org_id)::int from fleet.search_jobs o
          where o.search_type = j.search_type and o.org_id <> p_org_id and o.status in ('QUEUED', 'RUNNING')),
         j.created_at, j.started_at, coalesce(b.working, false), b.heartbeat_at, coalesce(b.attempts, 0),
         coalesce(b.slices, 0), m.phase, m.cpu_ms,
         (select coalesce(sum(s.cpu_ms), 0) from public.system_metrics s where s.run_id = j.run_id)
  from fleet.search_jobs j
  join private.runs_of(p_org_id) r on r.run_id = j.run_id
  left join lateral (
    select bool_or(w.status = 'CLAIMED') as working, max(w.heartbeat_at) as heartbeat_at,
           max(w.attempts) as attempts, sum(w.slices)::int as slices
    from fleet.work_blocks w where w.search_job_id = j.id
  ) as b on true
  left join lateral (
    select s.phase, s.cpu_ms from public.system_metrics s where s.run_id = j.run_id order by s.id desc limit 1
  ) as m on true
  where j.org_id = p_org_id and j.status in ('QUEUED', 'RUNNING')
  order by j.status = 'QUEUED', j.id;
end
$$;
comment on function public.operations_queue(uuid) is
  'Runs of the org that wait or are at work, with what their last slice took.';
revoke all on function public.operations_queue(uuid) from public, anon, authenticated, service_role;
grant execute on function public.operations_queue(uuid) to authenticated;

-- operations_slices(org): the org's last 60 slices, the newest first. Called by UIs.
create function public.operations_slices(p_org_id uuid)
returns table (
  id bigint, at timestamptz, run_id uuid, source text, allocation_run uuid, allocation_run_name text,
  slice int, phase text, cpu_ms numeric, wall_ms numeric, memory_bytes bigint
)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_operations(p_org_id);
  return query
  select m.id, m.created_at, m.run_id, coalesce(r.source, m.source), r.allocation_run, r.name,
         m.slice, m.phase, m.cpu_ms, m.wall_ms, m.memory_bytes
  from (
    select * from public.system_metrics where org_id = p_org_id order by system_metrics.id desc limit 60
  ) as m
  left join private.runs_of(p_org_id) r on r.run_id = m.run_id
  order by m.id desc;
end
$$;
comment on function public.operations_slices(uuid) is 'The last slices of an org: CPU, wall time and memory.';
revoke all on function public.operations_slices(uuid) from public, anon, authenticated, service_role;
grant execute on function public.operations_slices(uuid) to authenticated;

-- operations_failures(org): what failed in the org within seven days, the newest first: runs that FAILED, and runs whose
-- slices failed and were tried again. Called by UIs. `log`: [{at, level, component, message}], the oldest first; stacks and
-- other context stay with the operators.
create function public.operations_failures(p_org_id uuid)
returns table (
  run_id uuid, source text, allocation_run uuid, allocation_run_name text, status text,
  at timestamptz, error_code text, error_message text, log jsonb
)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_operations(p_org_id);
  return query
  with line as (
    select l.run_id, l.created_at, l.id, l.level, l.component, l.message
    from public.system_logs l
    where l.org_id = p_org_id and l.run_id is not null and l.level in ('warn', 'error')
      and l.created_at >= now() - interval '7 days'
  ), failed as (
    select j.run_id from fleet.search_jobs j
    where j.org_id = p_org_id and j.status = 'FAILED' and j.finished_at >= now() - interval '7 days'
    union
    select line.run_id from line
  )
  select j.run_id, r.source, r.allocation_run, r.name, j.status::text,
         coalesce(j.finished_at, logged.last_at, j.created_at), j.error_code, j.error_message,
         coalesce(logged.lines, '[]'::jsonb)
  from failed f
  join fleet.search_jobs j on j.run_id = f.run_id and j.org_id = p_org_id
  join private.runs_of(p_org_id) r on r.run_id = f.run_id
  left join lateral (
    select max(recent.created_at) as last_at,
           jsonb_agg(jsonb_build_object('at', recent.created_at, 'level', recent.level,
             'component', recent.component, 'message', recent.message) order by recent.id) as lines
    from (select * from line where line.run_id = f.run_id order by line.id desc limit 20) as recent
  ) as logged on true
  order by 6 desc
  limit 50;
end
$$;
comment on function public.operations_failures(uuid) is
  'What failed in an org within seven days, with log lines but without stacks.';
revoke all on function public.operations_failures(uuid) from public, anon, authenticated, service_role;
grant execute on function public.operations_failures(uuid) to authenticated;

-- operations_fleet(org): how the whole fleet does, in numbers that tell of no org; one row per kind of work.
-- Called by UIs. CPU is of the slices of the last day: median, 95th percentile and largest. read_at: the database's clock, so
-- that how long ago something was does not depend on that of the reader's machine.
create function public.operations_fleet(p_org_id uuid)
returns table (
  source text, at_once int, running int, queued int, oldest_wait_s numeric, ended_24h int, failed_24h int,
  slices_24h int, cpu_ms_p50 numeric, cpu_ms_p95 numeric, cpu_ms_max numeric,
  last_sweep timestamptz, last_sweep_reclaimed int, read_at timestamptz
)
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  perform private.require_operations(p_org_id);
  return query
  select s.source, t.max_concurrent_jobs, s.running, s.queued, s.oldest_wait_s, s.ended_24h, s.failed_24h,
         m.slices, m.p50, m.p95, m.most, w.swept_at, w.reclaimed, clock_timestamp()
  from public.fleet_status s
  join fleet.search_types t on t.search_type = s.source and t.enabled
  cross join lateral (
    select count(*)::int as slices,
           round(percentile_cont(0.5) within group (order by c.cpu_ms)::numeric, 1) as p50,
           round(percentile_cont(0.95) within group (order by c.cpu_ms)::numeric, 1) as p95,
           max(c.cpu_ms) as most
    from public.system_metrics c
    where c.source = s.source and c.created_at >= now() - interval '1 day'
  ) as m
  left join fleet.last_sweep w on true
  order by s.source desc;
end
$$;
comment on function public.operations_fleet(uuid) is
  'Queue, failures, CPU of slices and the last sweep of the whole fleet: numbers that tell of no org.';
revoke all on function public.operations_fleet(uuid) from public, anon, authenticated, service_role;
grant execute on function public.operations_fleet(uuid) to authenticated;
