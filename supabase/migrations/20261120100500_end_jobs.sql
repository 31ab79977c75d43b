-- Ends of jobs other than completing them: failed or cancelled; blocks that are given up; pauses.

-- fleet.end_job(job, status, code, message): the one way to end a job other than by completing it.
-- Called by fleet.fail_claimed_job(), fleet.cancel_job() and fleet.end_overdue_job(); the job's row is locked by then or
-- here. Claims of its blocks are void from here on.
create function fleet.end_job(
  p_job_id bigint, p_status fleet.job_status, p_error_code text, p_error_message text
)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
begin
  update fleet.search_jobs set
    status = p_status, finished_at = clock_timestamp(),
    error_code = p_error_code, error_message = p_error_message, paused_at = null
  where id = p_job_id and status in ('QUEUED', 'RUNNING');
  if not found then
    return false;
  end if;
  -- Blocks before workers, as a heartbeat takes them.
  perform 1 from fleet.work_blocks
  where search_job_id = p_job_id and status in ('PENDING', 'CLAIMED') order by id for update;
  update fleet.workers set pending_command = 'stop'
  where worker_id in (
    select claimed_by from fleet.work_blocks where search_job_id = p_job_id and status = 'CLAIMED'
  );
  update fleet.work_blocks set
    status = 'ABANDONED', finished_at = clock_timestamp(),
    claimed_by = null, claim_token = null, claimed_at = null, heartbeat_at = null
  where search_job_id = p_job_id and status in ('PENDING', 'CLAIMED');
  return true;
end
$$;
comment on function fleet.end_job(bigint, fleet.job_status, text, text) is 'Ends a job as FAILED or CANCELLED and voids the claims on its blocks.';
revoke all on function fleet.end_job(bigint, fleet.job_status, text, text)
  from public, anon, authenticated, service_role;

-- fleet.cancel_job(type, run): ends the job of a run as CANCELLED; false when it had ended already.
-- Called by cancel_planner_run(), cancel_allocator_run(), agents.stop_ended(), prime_search.end_phase() and cancel_prime_search(). A slice
-- under way finds its claim void at its next write.
create function fleet.cancel_job(p_search_type text, p_run_id uuid)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job_id bigint;
begin
  select id into v_job_id from fleet.search_jobs
  where search_type = p_search_type and run_id = p_run_id
  for update;
  return v_job_id is not null and fleet.end_job(v_job_id, 'CANCELLED', null, null);
end
$$;
comment on function fleet.cancel_job(text, uuid) is 'Cancels the job of a run.';
revoke all on function fleet.cancel_job(text, uuid) from public, anon, authenticated, service_role;

-- fleet.pause_job(type, run, pause): no block of the run's job is claimed from here on (or again); false when it has ended.
-- Called by prime_search.pause_run(). A slice under way ends with its checkpoint.
create function fleet.pause_job(p_search_type text, p_run_id uuid, p_pause boolean)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job fleet.search_jobs;
begin
  select * into v_job from fleet.search_jobs
  where search_type = p_search_type and run_id = p_run_id and status in ('QUEUED', 'RUNNING')
  for update;
  if not found then
    return false;
  end if;
  update fleet.search_jobs set
    paused = paused + coalesce(clock_timestamp() - paused_at, '0'),
    paused_at = case when p_pause then coalesce(v_job.paused_at, clock_timestamp()) end
  where id = v_job.id and (paused_at is not null) <> p_pause;
  return true;
end
$$;
comment on function fleet.pause_job(text, uuid, boolean) is 'Pauses or resumes the job of a run.';
revoke all on function fleet.pause_job(text, uuid, boolean) from public, anon, authenticated, service_role;

-- fleet.time_paused(type, run): for how long no block of a run's job could be claimed because it was paused, the pause that lasts included: whoever
-- counts hours of work leaves them out. Called by prime_search.is_met() and prime_search.decide().
create function fleet.time_paused(p_search_type text, p_run_id uuid)
returns interval
language sql
stable
security definer
set search_path = ''
as $$
  select coalesce(sum(paused + coalesce(clock_timestamp() - paused_at, '0')), '0') from fleet.search_jobs
  where search_type = p_search_type and run_id = p_run_id
$$;
comment on function fleet.time_paused(text, uuid) is 'For how long the job of a run was paused.';
revoke all on function fleet.time_paused(text, uuid) from public, anon, authenticated, service_role;

-- fleet.give_up_block(block, code, message): a block that cannot be worked ends with its reason; the others go on.
-- Called by fleet.fail_claimed_job() and fleet.give_up_overdue(); the job is held.
create function fleet.give_up_block(p_block_id bigint, p_error_code text, p_error_message text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_job_id bigint;
begin
  update fleet.work_blocks set
    status = 'ABANDONED', finished_at = clock_timestamp(), error_code = p_error_code, error_message = p_error_message,
    claimed_by = null, claim_token = null, claimed_at = null, heartbeat_at = null
  where id = p_block_id and status in ('PENDING', 'CLAIMED')
  returning search_job_id into v_job_id;
  perform fleet.settle_job(v_job_id);
end
$$;
comment on function fleet.give_up_block(bigint, text, text) is 'Gives a block up with its reason.';
revoke all on function fleet.give_up_block(bigint, text, text) from public, anon, authenticated, service_role;

-- fleet.fail_claimed_job(token, code, message, context): ends the job of a claim as FAILED, with a log row; where the kind of
-- work gives up blocks, only the block that is claimed.
-- Called by a solver for errors that another attempt cannot mend (bad input, a plan that the checker refused).
create function fleet.fail_claimed_job(
  p_claim_token uuid, p_error_code text, p_error_message text, p_context jsonb
)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  insert into public.system_logs
    (level, source, component, message, org_id, run_id, block_id, worker_id, context)
  select 'error', j.search_type, p_error_code, p_error_message, j.org_id, j.run_id, b.id, b.claimed_by,
         p_context
  from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
  where b.id = v_held.block_id;
  if (select t.gives_up_blocks from fleet.search_jobs j join fleet.search_types t using (search_type)
      where j.id = v_held.job_id) then
    perform fleet.give_up_block(v_held.block_id, p_error_code, p_error_message);
  else
    perform fleet.end_job(v_held.job_id, 'FAILED', p_error_code, p_error_message);
  end if;
end
$$;
comment on function fleet.fail_claimed_job(uuid, text, text, jsonb) is
  'Ends the job of a claim as FAILED, or gives its block up, and logs why.';
revoke all on function fleet.fail_claimed_job(uuid, text, text, jsonb) from public, anon, authenticated, service_role;
grant execute on function fleet.fail_claimed_job(uuid, text, text, jsonb) to receptor_engine;
