-- What operators do (`deno task ops`): put the cron jobs back, and get a run going again.

-- private.schedule_cron_jobs(): the cron jobs as they shall be; may be run again, and after pg_cron came later.
-- Called here and by `deno task ops setup`. Answers how many there are: 0 where pg_cron is not to be had.
create function private.schedule_cron_jobs()
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_cron_version int[];
begin
  select string_to_array(split_part(extversion, '-', 1), '.')::int[] into v_cron_version  -- Debian has "1.4-1"
  from pg_catalog.pg_extension where extname = 'pg_cron';
  if v_cron_version is null then
    return 0;
  end if;
  -- Seconds are understood from pg_cron 1.5 on.
  perform cron.schedule('receptor-sweep',
    case when v_cron_version >= array[1, 5] then '15 seconds' else '* * * * *' end,
    'select fleet.call_sweeper()');
  perform cron.schedule('receptor-rollup-metrics', '7 * * * *',
    'select private.rollup_metrics(current_date - 1), private.rollup_metrics(current_date)');
  perform cron.schedule('receptor-prune', '23 3 * * *', 'select private.prune_observability()');
  return 3;
end
$$;
comment on function private.schedule_cron_jobs() is 'Schedules the cron jobs of Receptor, or puts their schedules right; how many.';
revoke all on function private.schedule_cron_jobs() from public, anon, authenticated, service_role;
select private.schedule_cron_jobs();

-- planner.requeue_run(run): gets a planner run going again, whatever became of it. Answers what was done:
--   waiting    it is in the queue, and the queue moves by itself
--   released   it was under way: its block is free at once, with all its attempts; it goes on from its checkpoint
--   repeated   it ended without lines (FAILED, CANCELLED, INFEASIBLE): run_id is a new run with the same request
--   completed  it has its lines; nothing is done
--   not_found  there is no such run
-- Called by operators, by `deno task ops requeue`.
create function planner.requeue_run(p_planner_run uuid)
returns table (outcome text, run_id uuid)
language plpgsql
set search_path = ''
as $$
declare
  v_run public.allocation_planner_runs;
  v_job fleet.search_jobs;
begin
  run_id := p_planner_run;
  -- Job before run, as everywhere.
  select * into v_job from fleet.search_jobs j
  where j.search_type = 'planner' and j.run_id = p_planner_run for update;
  select * into v_run from public.allocation_planner_runs where id = p_planner_run;
  if not found then
    outcome := 'not_found';
  elsif v_run.status = 'COMPLETED' then
    outcome := 'completed';
  elsif v_job.status = 'QUEUED' then
    outcome := 'waiting';
  elsif v_job.status = 'RUNNING' then
    update fleet.work_blocks set
      status = 'PENDING', claimed_by = null, claim_token = null, claimed_at = null,
      heartbeat_at = null, attempts = 0, not_before = clock_timestamp()
    where search_job_id = v_job.id and status in ('PENDING', 'CLAIMED');
    insert into public.system_logs (level, source, component, message, org_id, run_id)
    values ('info', 'planner', 'requeue', 'An operator freed the block of this run.', v_run.org_id, v_run.id);
    outcome := 'released';
  else
    -- The trigger takes the requester from the claims: the new run belongs to who asked for the old one.
    perform set_config('request.jwt.claims', jsonb_build_object('sub', v_run.requested_by)::text, true);
    insert into public.allocation_planner_runs (allocation_run, n_job_lines, constraints, options, request)
    values (v_run.allocation_run, v_run.n_job_lines, v_run.constraints, v_run.options, v_run.request)
    returning id into run_id;
    perform set_config('request.jwt.claims', '', true);
    outcome := 'repeated';
  end if;
  return next;
end
$$;
comment on function planner.requeue_run(uuid) is 'Frees the block of a run under way, or repeats a run that ended without lines; answers what was done.';
revoke all on function planner.requeue_run(uuid) from public, anon, authenticated, service_role;
