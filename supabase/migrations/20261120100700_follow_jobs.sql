-- What a run of any engine needs, as triggers of its table: it enters the queue, follows its job and keeps its terminal
-- states; and how operators get a run going again.

-- fleet.enqueue_run(): a run brings its search job, in the same transaction. Trigger; argument: the search type. Where its table
-- has the columns, the run says how many blocks there are, how many at once, and how urgent it is.
create function fleet.enqueue_run()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run jsonb := to_jsonb(new);
begin
  perform fleet.enqueue_job(tg_argv[0], new.org_id, new.id, coalesce((v_run ->> 'blocks')::int, 1),
    (v_run ->> 'max_concurrent_blocks')::int, coalesce((v_run ->> 'priority')::int, 0));
  return null;
end
$$;
comment on function fleet.enqueue_run() is 'Trigger: queues the search job of a run.';
revoke all on function fleet.enqueue_run() from public, anon, authenticated, service_role;

-- fleet.forget_run(): a deleted run leaves no job behind. Trigger; argument: the search type.
create function fleet.forget_run()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from fleet.search_jobs where search_type = tg_argv[0] and run_id = old.id;
  return null;
end
$$;
comment on function fleet.forget_run() is 'Trigger: deletes the search job of a deleted run.';
revoke all on function fleet.forget_run() from public, anon, authenticated, service_role;

-- fleet.guard_run(): terminal states never change; updated_at follows. Trigger before update of a run.
create function fleet.guard_run()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if old.status::text in ('COMPLETED', 'INFEASIBLE', 'FAILED', 'CANCELLED')
     and new.status is distinct from old.status then
    raise exception 'Run % is % and stays so.', old.id, old.status using errcode = 'RC409';
  end if;
  if old.status::text = 'GENERATING' and new.status::text = 'PENDING' then
    raise exception 'Run % cannot go back to PENDING.', old.id using errcode = 'RC409';
  end if;
  new.updated_at := clock_timestamp();
  return new;
end
$$;
comment on function fleet.guard_run() is 'Trigger: refuses changes of a terminal status.';
revoke all on function fleet.guard_run() from public, anon, authenticated, service_role;

-- fleet.follow_job(): a run's status follows its job's, in the same transaction.
-- Trigger after the status of a search job changes; argument: the run table. COMPLETED is written by the engine's commit.
-- Meanwhile the setting receptor.following names the job: a start by a claim and an end by the sweeper hold no claim token, and
-- the log is to name who asked for the run all the same, see private.audit_context().
create function fleet.follow_job()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_open boolean;
begin
  perform set_config('receptor.following', new.id::text, true);
  if new.status = 'RUNNING' then
    execute format(
      'update %s set status = ''GENERATING'', started_at = $1 where id = $2 and status = ''PENDING''',
      tg_argv[0]::regclass) using new.started_at, new.run_id;
  elsif new.status in ('FAILED', 'CANCELLED') then
    execute format(
      'update %s set status = %L, finished_at = $1, error_code = $2, error_message = $3
       where id = $4 and status in (''PENDING'', ''GENERATING'')',
      tg_argv[0]::regclass, new.status)
      using new.finished_at, new.error_code, new.error_message, new.run_id;
  elsif new.status = 'COMPLETED' then
    execute format(
      'select exists (select from %s where id = $1 and status in (''PENDING'', ''GENERATING''))',
      tg_argv[0]::regclass) into v_open using new.run_id;
    if v_open then
      raise exception 'Job % completed without a result for run %.', new.id, new.run_id;
    end if;
  end if;
  perform set_config('receptor.following', '', true);
  return null;
end
$$;
comment on function fleet.follow_job() is 'Trigger: carries a job''s status over to its run.';
revoke all on function fleet.follow_job() from public, anon, authenticated, service_role;

-- fleet.repeat_run(table, run): the same request again, for the same person; the new run's id.
-- Called by fleet.requeue_run(). Copies the columns that a user may choose (of a table that a function writes, those that say
-- nothing of what became of the run), so that a new option is not forgotten here;
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
    and case when has_any_column_privilege('authenticated', a.attrelid, 'insert')
      then has_column_privilege('authenticated', a.attrelid, a.attnum, 'insert')
      else a.attidentity = '' and a.attname not in ('id', 'status', 'progress', 'result', 'error_code', 'error_message',
        'created_at', 'started_at', 'finished_at', 'paused_at', 'updated_at', 'cuts') end;
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
revoke all on function fleet.repeat_run(regclass, uuid) from public, anon, authenticated, service_role;

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
      heartbeat_at = null, attempts = 0, busy = '0', not_before = clock_timestamp()
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
revoke all on function fleet.requeue_run(uuid) from public, anon, authenticated, service_role;
