-- What operators do and see, for every kind of work: requeue and timeline know all run tables; and bounds where there
-- were none yet: the cron jobs' statements, and what an engine may read of other runs' costs.

alter table fleet.search_types add column run_table text check (run_table ~ '^[a-z_]+\.[a-z_]+$');
comment on column fleet.search_types.run_table is
  'Where the runs of this kind are, with schema; null: jobs without runs. Operators'' functions read it.';
update fleet.search_types set run_table = 'public.allocation_planner_runs' where search_type = 'planner';
update fleet.search_types set run_table = 'public.allocator_py_runs' where search_type = 'allocator';

-- fleet.repeat_run(table, run): the same request again, for the same person; the new run's id.
-- Called by fleet.requeue_run(). Copies the columns that a user may choose, so that a new option is not forgotten here;
-- times among them are now, and a key of idempotency belongs to one run only.
create function fleet.repeat_run(p_run_table regclass, p_run uuid)
returns uuid
language plpgsql
set search_path = ''
as $$
declare
  v_requested_by uuid;
  v_columns text;
  v_values text;
  v_id uuid;
begin
  select string_agg(quote_ident(a.attname), ', ' order by a.attnum),
         string_agg(case when a.atttypid = 'timestamptz'::regtype then 'clock_timestamp()'
                         else quote_ident(a.attname) end, ', ' order by a.attnum)
  into v_columns, v_values
  from pg_catalog.pg_attribute a
  where a.attrelid = p_run_table and a.attnum > 0 and not a.attisdropped and a.attname <> 'idempotency_key'
    and has_column_privilege('authenticated', a.attrelid, a.attnum, 'insert');
  execute format('select requested_by from %s where id = $1', p_run_table) into v_requested_by using p_run;
  -- The trigger takes the requester from the claims: the new run belongs to who asked for the old one.
  perform set_config('request.jwt.claims', jsonb_build_object('sub', v_requested_by)::text, true);
  execute format('insert into %s (%s) select %s from %s where id = $1 returning id',
    p_run_table, v_columns, v_values, p_run_table) into v_id using p_run;
  perform set_config('request.jwt.claims', '', true);
  return v_id;
end
$$;
comment on function fleet.repeat_run(regclass, uuid) is 'Asks for a run again, as the same person; the new run''s id.';

-- fleet.requeue_run(run): gets a run of any kind going again, whatever became of it. Answers its kind and what was done:
--   waiting    it is in the queue, and the queue moves by itself
--   released   it was under way: its blocks are free at once, with all their attempts; it goes on from its checkpoints
--   repeated   it ended without a result (FAILED, CANCELLED, INFEASIBLE): run_id is a new run with the same request
--   completed  it has its result; nothing is done
--   not_found  no such run was ever queued
-- Called by operators, by `deno task ops requeue`.
create function fleet.requeue_run(p_run uuid)
returns table (kind text, outcome text, run_id uuid)
language plpgsql
set search_path = ''
as $$
declare
  v_job fleet.search_jobs;
  v_run_table regclass;
  v_status text;
begin
  run_id := p_run;
  select * into v_job from fleet.search_jobs j where j.run_id = p_run for update;
  kind := v_job.search_type;
  if not found then
    outcome := 'not_found';
  elsif v_job.status = 'QUEUED' then
    outcome := 'waiting';
  elsif v_job.status = 'RUNNING' then
    update fleet.work_blocks set
      status = 'PENDING', claimed_by = null, claim_token = null, claimed_at = null,
      heartbeat_at = null, attempts = 0, not_before = clock_timestamp()
    where search_job_id = v_job.id and status in ('PENDING', 'CLAIMED');
    insert into public.system_logs (level, source, component, message, org_id, run_id)
    values ('info', v_job.search_type, 'requeue', 'An operator freed the block of this run.', v_job.org_id, p_run);
    outcome := 'released';
  else
    select t.run_table into strict v_run_table from fleet.search_types t where t.search_type = v_job.search_type;
    execute format('select status from %s where id = $1', v_run_table) into v_status using p_run;
    if v_status = 'COMPLETED' then
      outcome := 'completed';
    else
      run_id := fleet.repeat_run(v_run_table, p_run);
      outcome := 'repeated';
    end if;
  end if;
  return next;
end
$$;
comment on function fleet.requeue_run(uuid) is
  'Frees the blocks of a run under way, or repeats a run that ended without a result; answers what was done.';
revoke all on function fleet.repeat_run(regclass, uuid), fleet.requeue_run(uuid)
  from public, anon, authenticated, service_role;
drop function planner.requeue_run(uuid);

-- As before, with the requests of the allocator, too.
create or replace view public.run_timeline with (security_invoker = true) as
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

-- As before, for the run whose block the transaction holds, and no other.
create or replace function fleet.run_costs(p_run_id uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with slices as (
    select m.* from public.system_metrics m
    where m.run_id = (
      select j.run_id
      from fleet.work_blocks b
      join fleet.search_jobs j on j.id = b.search_job_id
      where b.claim_token = nullif(current_setting('receptor.claim_token', true), '')::uuid
        and j.run_id = p_run_id)
  )
  select jsonb_build_object(
    'slices', count(*),
    'cpu_ms', jsonb_build_object(
      'total', coalesce(sum(m.cpu_ms), 0),
      'p50_slice', coalesce(percentile_disc(0.5) within group (order by m.cpu_ms), 0),
      'p95_slice', coalesce(percentile_disc(0.95) within group (order by m.cpu_ms), 0),
      'max_slice', coalesce(max(m.cpu_ms), 0)),
    'cpu_ms_by_phase', (
      select coalesce(jsonb_object_agg(p.key, p.ms), '{}'::jsonb)
      from (
        select d.key, sum(d.value::numeric) as ms
        from slices s
        cross join lateral jsonb_each_text(coalesce(s.details -> 'cpu_ms_by_phase', '{}'::jsonb)) d
        group by d.key
      ) p),
    'memory_bytes_max', max(m.memory_bytes))
  from slices m
$$;

-- As before; what a job does is bounded, so that one that hangs does not hold up all that come after it. pg_cron gives
-- each run a session of its own, so that nothing else feels these settings. Where pg_cron runs jobs in background
-- workers, the bound of a statement comes from the role or the database instead, and that of a lock from here.
create or replace function private.schedule_cron_jobs()
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_cron_version int[];
  v_bounds constant text := 'set lock_timeout = ''10s''; set statement_timeout = ''%s''; ';
begin
  select string_to_array(split_part(extversion, '-', 1), '.')::int[] into v_cron_version  -- Debian has "1.4-1"
  from pg_catalog.pg_extension where extname = 'pg_cron';
  if v_cron_version is null then
    return 0;
  end if;
  -- Seconds are understood from pg_cron 1.5 on.
  perform cron.schedule('receptor-sweep',
    case when v_cron_version >= array[1, 5] then '15 seconds' else '* * * * *' end,
    format(v_bounds, '10s') || 'select fleet.call_sweeper()');
  perform cron.schedule('receptor-rollup-metrics', '7 * * * *', format(v_bounds, '5min')
    || 'select private.rollup_metrics(current_date - 1), private.rollup_metrics(current_date)');
  perform cron.schedule('receptor-prune', '23 3 * * *',
    format(v_bounds, '10min') || 'select private.prune_observability()');
  return 3;
end
$$;
select private.schedule_cron_jobs();
