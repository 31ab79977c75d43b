-- The heartbeat: pg_cron calls the sweeper through pg_net, and keeps logs and metrics from growing for ever.
-- Vault holds what the call needs: receptor_functions_url (…/functions/v1) and receptor_internal_key.

-- Where an extension is not to be had (a plain PostgreSQL), the jobs that need it are left out.
do $$
begin
  if exists (select from pg_catalog.pg_available_extensions where name = 'pg_net') then
    create extension if not exists pg_net with schema extensions;
  end if;
  if exists (select from pg_catalog.pg_available_extensions where name = 'supabase_vault') then
    create extension if not exists supabase_vault with schema vault;
  end if;
  if exists (select from pg_catalog.pg_available_extensions where name = 'pg_cron') then
    create extension if not exists pg_cron with schema pg_catalog;
  end if;
end
$$;

-- fleet.call_sweeper(): posts to the function heartbeat-sweeper; answers the request's id, or null where it is not set up.
-- Called by the cron job receptor-sweep. A request that gets lost is made up for by the next one.
create function fleet.call_sweeper()
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_url text;
  v_key text;
  v_request bigint;
begin
  select decrypted_secret into v_url from vault.decrypted_secrets where name = 'receptor_functions_url';
  select decrypted_secret into v_key from vault.decrypted_secrets where name = 'receptor_internal_key';
  if v_url is null or v_key is null then
    insert into public.system_logs (level, source, component, message)
    select 'error', 'sweeper', 'cron',
      'The secrets receptor_functions_url and receptor_internal_key are not in Vault: runs that crash are not resumed.'
    where not exists (
      select from public.system_logs
      where component = 'cron' and source = 'sweeper' and created_at > now() - interval '1 hour');
    perform fleet.note_sweeper_call(null);
    return null;
  end if;
  v_request := net.http_post(
    url := rtrim(v_url, '/') || '/heartbeat-sweeper',
    body := '{}'::jsonb,
    headers := jsonb_build_object('Content-Type', 'application/json', 'x-receptor-key', v_key),
    timeout_milliseconds := 10000
  );
  perform fleet.note_sweeper_call(v_request);
  return v_request;
end
$$;
comment on function fleet.call_sweeper() is 'Calls the heartbeat-sweeper function with the URL and key from Vault.';
revoke all on function fleet.call_sweeper() from public, anon, authenticated, service_role;

-- private.prune_step(what, statement): one step of private.prune(), which stops no other: how many rows it comes to. A fault is logged with what
-- could not be pruned. Called by private.prune() and private.prune_rows().
create function private.prune_step(p_what text, p_statement text)
returns int
language sql
set search_path = ''
as $$
  select private.attempt('cron', 'prune', null, p_statement, p_what)
$$;
comment on function private.prune_step(text, text) is 'One step of pruning, which stops no other.';
revoke all on function private.prune_step(text, text) from public, anon, authenticated, service_role;

-- private.prune_rows(table, condition): deletes the rows of a table of which it is true, as a step; how many. Called by private.prune().
create function private.prune_rows(p_table text, p_condition text)
returns int
language sql
set search_path = ''
as $$
  select private.prune_step(p_table, format('with gone as (delete from %s r where %s returning 1) select count(*) from gone', p_table, p_condition))
$$;
comment on function private.prune_rows(text, text) is 'Deletes the rows of a table of which a condition is true.';
revoke all on function private.prune_rows(text, text) from public, anon, authenticated, service_role;

-- private.prune(): deletes what is kept no longer by private.retention, one table after the other: one of which nothing can be deleted is told
-- in the log, and stops no other.
-- Called by the cron job receptor-prune.
create function private.prune()
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.prune_rows('public.system_logs', $s$ created_at < private.kept_since('logs') $s$);
  -- What goes is summed up first, whatever became of the hourly job: what cannot be summed up stays.
  perform private.prune_step('public.system_metrics', $s$
    with summed as materialized (
      select count(private.rollup_metrics(d::date)) as days
      from generate_series(
        (select min(created_at) at time zone 'UTC' from public.system_metrics)::date,
        (private.kept_since('metrics') at time zone 'UTC')::date, '1 day') d
      where isfinite(private.kept_since('metrics'))
        and not exists (select from public.metric_rollups_daily r where r.day = d::date and r.metric = 'slices')
    ), gone as (
      delete from public.system_metrics where created_at < private.kept_since('metrics') and (select days from summed) >= 0 returning 1
    )
    select count(*) from gone $s$);
  perform private.prune_step('public.metric_samples', $s$ select private.drop_partitions('public.metric_samples', private.kept_since('samples')) $s$);
  perform private.prune_step('public.metric_rollups_hourly', $s$
    select private.drop_partitions('public.metric_rollups_hourly', private.kept_since('hourly series')) $s$);
  perform private.prune_step('public.metric_rollups_daily', $s$
    select private.drop_partitions('public.metric_rollups_daily', private.kept_since('daily series')) $s$);
  perform private.prune_rows('fleet.incidents', $s$ ended_at < private.kept_since('incidents') $s$);
  perform private.prune_rows('fleet.workers', $s$ last_heartbeat < private.kept_since('solvers')
    and not exists (select from fleet.work_blocks b where b.claimed_by = r.worker_id) $s$);
  perform private.prune_step('fleet.search_jobs', $s$
    with done as (update fleet.search_jobs set input = null where finished_at < private.kept_since('unfinished work') and input is not null returning 1)
    select count(*) from done $s$);
  perform private.prune_step('fleet.work_blocks', $s$
    with done as (update fleet.work_blocks set checkpoint = null
      where finished_at < private.kept_since('unfinished work') and checkpoint is not null returning 1)
    select count(*) from done $s$);
  perform private.prune_rows('public.planner_run_previews', $s$ created_at < private.kept_since('previews') $s$);
  perform private.prune_rows('public.allocator_run_previews', $s$ created_at < private.kept_since('previews') $s$);
  perform private.prune_rows('public.org_invitations', $s$ asked_at < private.kept_since('invitations') $s$);
  perform private.prune_step('public.job_lines', $s$ select private.purge_archived_lines() $s$);
  perform private.prune_step('public.audit_log', $s$
    select private.prune_audit_log((select keep from private.retention where what = 'audit')) $s$);
  perform private.prune_rows('public.agent_tasks', $s$ parent_task_id is null and completed_at < private.kept_since('agent tasks') $s$);
  perform private.prune_rows('fleet.kept_runs', $s$ kept_at < private.kept_since('kept runs') $s$);
  perform private.prune_rows('public.preference_history', $s$ at < private.kept_since('histories of wishes') $s$);
  perform private.prune_rows('messages.emails', $s$ created_at < private.kept_since('emails') and state not in ('waiting', 'sending') $s$);
  perform private.prune_step('addresses of e-mails', $s$
    with done as (update messages.emails set address_digest = null
      where address_digest is not null and due_at < now() - interval '1 day' and state not in ('waiting', 'sending') returning 1)
    select count(*) from done $s$);
  perform private.prune_rows('cron.job_run_details', $s$ end_time < private.kept_since('cron records') $s$);
end
$$;
comment on function private.prune() is 'Deletes what is kept no longer by private.retention.';
revoke all on function private.prune() from public, anon, authenticated, service_role;

-- private.schedule_cron_jobs(): the cron jobs as they shall be; may be run again, and after pg_cron came later.
-- Called here and by `deno task ops setup`. Answers how many there are: 0 where pg_cron is not to be had.
-- What a job does is bounded, so that one that hangs does not hold up all that come after it. pg_cron gives
-- each run a session of its own, so that nothing else feels these settings. Where pg_cron runs jobs in background
-- workers, the bound of a statement comes from the role or the database instead, and that of a lock from here.
create function private.schedule_cron_jobs()
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_cron_version int[];
  v_bounds constant text := 'set lock_timeout = ''10s''; set statement_timeout = ''%s''; set receptor.through = ''cron''; ';
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
  perform cron.schedule('receptor-watch', '* * * * *', format(v_bounds, '10s') || 'select fleet.watch_sweeper()');
  perform cron.schedule('receptor-windows', '* * * * *',
    format(v_bounds, '30s') || 'select private.attempt_each(''private.close_due_windows()'', ''messages.remind()'', ''private.settle_swaps()'')');
  perform cron.schedule('receptor-mail', '* * * * *', format(v_bounds, '10s') || 'select messages.call_mailer()');
  perform cron.schedule('receptor-projects',
    case when v_cron_version >= array[1, 5] then '30 seconds' else '* * * * *' end,
    format(v_bounds, '60s') || 'select private.attempt_each(''prime_search.tick_projects()'', ''prime_search.tick_strategies()'', ''agents.tick()'',
      ''prime_search.tick_nodes()'', ''private.sample_series()'', ''private.refresh_statistics()'')');
  perform cron.schedule('receptor-rollup-metrics', '7 * * * *', format(v_bounds, '5min')
    || 'select private.attempt_each(''private.rollup_recent_metrics()'', ''private.rollup_series()'')');
  -- What had no time left at its first hour has it at a later one, while what took it rests.
  perform cron.schedule('receptor-prune', '23 3-5 * * *',
    format(v_bounds, '10min') || 'select private.prune()');
  return 7;
end
$$;
comment on function private.schedule_cron_jobs() is 'Schedules the cron jobs of Receptor, or puts their schedules right; how many.';
revoke all on function private.schedule_cron_jobs() from public, anon, authenticated, service_role;
select private.schedule_cron_jobs();
