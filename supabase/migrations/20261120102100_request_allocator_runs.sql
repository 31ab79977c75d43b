-- What users do with allocator runs: ask for one, and cancel it; and what service callers do: queue those that wait.

-- private.unknown_in_request(run): the first line or doctor that a request names (in its batch, by hand, in groups and couples, or in a what-if) and that is
-- not in its allocation run, or not the caller's to see: {outcome: unknown_job_line or unknown_worker_mapping, id}, or null.
-- Called by request_allocator_run(). Runs with its caller's rights.
create function private.unknown_in_request(p_run jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  with named_line (id) as (
    select jsonb_array_elements_text(nullif(p_run -> 'included_job_lines', 'null'))::uuid
    union all
    select (jsonb_path_query(
      p_run, '$.options.what_if.*[*].job_line ? (@.type() == "string")') #>> '{}')::uuid
    union all
    select (jsonb_path_query(p_run, '$.options ? (@.type() == "object").keyvalue() ? (@.key == "pins" || @.key == "exclusions").value[*].job_line')
      #>> '{}')::uuid
    union all
    select (jsonb_path_query(p_run, '$.options.linked_doctors[*].line_pairs[*].*') #>> '{}')::uuid
  ), named_worker (id) as (
    select jsonb_array_elements_text(nullif(p_run -> 'included_worker_mappings', 'null'))::uuid
    union all
    select (jsonb_path_query(p_run, '$.options.what_if.*[*].worker_mapping') #>> '{}')::uuid
    union all
    select (jsonb_path_query(p_run, '$.options ? (@.type() == "object").keyvalue() ? (@.key == "pins" || @.key == "exclusions").value[*].worker_mapping')
      #>> '{}')::uuid
    union all
    select (jsonb_path_query(p_run, '$.options.what_if.weightings[*].worker_mappings[*]') #>> '{}')::uuid
    union all
    select (jsonb_path_query(p_run, '$.options.priority_groups[*].worker_mappings[*]') #>> '{}')::uuid
    union all
    select unnest(array[d ->> 'first', d ->> 'second'])::uuid
    from jsonb_path_query(p_run, '$.options.linked_doctors[*]') as d
  ), unknown (outcome, id) as (
    select 'unknown_job_line', n.id from named_line n
    where not exists (
      select from public.job_lines l
      where l.id = n.id and l.allocation_run = (p_run ->> 'allocation_run')::uuid)
    union all
    select 'unknown_worker_mapping', n.id from named_worker n
    where not exists (
      select from public.allocation_run_worker_mappings m
      where m.id = n.id and m.allocation_run = (p_run ->> 'allocation_run')::uuid)
  )
  select jsonb_build_object('outcome', outcome, 'id', id) from unknown limit 1
  );
end
$$;
comment on function private.unknown_in_request(jsonb) is
  'What a request for a match names and is not in its allocation run; null where everything is.';
revoke all on function private.unknown_in_request(jsonb) from public, anon, authenticated, service_role;
grant execute on function private.unknown_in_request(jsonb) to authenticated;

-- request_allocator_run(...): the request of a manager in one transaction, with the caller's own rights.
-- Called by the function allocator-orchestration with the user's JWT. Answers {outcome, run?} as request_planner_run() does:
-- created, replayed, key_reused, unfinished, not_found; unknown_job_line or unknown_worker_mapping, with the id, where a
-- batch or a what-if names what is not in its allocation run or not the caller's to see; no_base_run, where there is no
-- completed match to compare a what-if with; and window_open, while doctors are still saying what they want. A request of another shape raises RC400, with {path, message} of each fault as
-- the detail.
-- p_run: {allocation_run, is_exclusive, included_job_lines, included_worker_mappings, options}; p_request: as it came.
create function public.request_allocator_run(
  p_run jsonb, p_request jsonb, p_idempotency_key text default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_allocation_run uuid;
  v_run public.allocator_py_runs;
  v_outcome text;
  v_hint text;
  v_unknown jsonb;
begin
  perform private.require_key(p_idempotency_key);
  perform private.require_request(p_run, p_request, 'allocator');
  v_allocation_run := (p_run ->> 'allocation_run')::uuid;
  v_unknown := private.unknown_in_request(p_run);
  if v_unknown is not null then
    return v_unknown;
  end if;

  -- The run that stood in the way may end before it is read; then there is room for this one.
  for attempt in 1..3 loop
    begin
      insert into public.allocator_py_runs
        (allocation_run, queued_at, is_exclusive, included_job_lines, included_worker_mappings,
         options, request, idempotency_key)
      select v_allocation_run, now(), coalesce((p_run ->> 'is_exclusive')::boolean, false),
             case when jsonb_typeof(p_run -> 'included_job_lines') = 'array' then array(
               select jsonb_array_elements_text(p_run -> 'included_job_lines')::uuid) end,
             case when jsonb_typeof(p_run -> 'included_worker_mappings') = 'array' then array(
               select jsonb_array_elements_text(p_run -> 'included_worker_mappings')::uuid) end,
             coalesce(nullif(p_run -> 'options', 'null'), '{}'), p_request, p_idempotency_key
      where p_idempotency_key is null or not exists (
        select from public.allocator_py_runs
        where requested_by = (select auth.uid()) and idempotency_key = p_idempotency_key
      )
      returning * into v_run;
      v_outcome := 'created';
      exit when found;
    exception
      when sqlstate 'RC404' then return jsonb_build_object('outcome', 'not_found');
      when sqlstate 'RC409' then
        get stacked diagnostics v_hint = pg_exception_hint;
        return jsonb_build_object('outcome', case v_hint when 'WINDOW_OPEN' then 'window_open' else 'no_base_run' end);
      when unique_violation then null;
    end;

    select * into v_run from public.allocator_py_runs
    where requested_by = (select auth.uid()) and idempotency_key = p_idempotency_key;
    v_outcome := case when v_run.request = p_request then 'replayed' else 'key_reused' end;
    exit when found;
    select * into v_run from public.allocator_py_runs
    where allocation_run = v_allocation_run and status in ('PENDING', 'GENERATING');
    v_outcome := 'unfinished';
    exit when found;
  end loop;

  if v_run.id is null then
    raise exception 'Other requests for this allocation run came in between; try again.'
      using errcode = 'serialization_failure';
  end if;
  return jsonb_build_object('outcome', v_outcome, 'run', to_jsonb(v_run));
end
$$;
comment on function public.request_allocator_run(jsonb, jsonb, text) is
  'Inserts an allocator run and its search job under the caller''s rights; idempotent by key.';
revoke all on function public.request_allocator_run(jsonb, jsonb, text) from public, anon, authenticated, service_role;
grant execute on function public.request_allocator_run(jsonb, jsonb, text) to authenticated;

-- cancel_allocator_run(run): ends an unfinished run as CANCELLED and answers the run; null when there is none for the caller.
-- Called by allocator-orchestration (DELETE) and by UIs. Security definer, because users may not write status.
create function public.cancel_allocator_run(p_run uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocator_py_runs;
begin
  select * into v_run from public.allocator_py_runs
  where id = p_run and org_id in (select private.orgs_with_right('allocator.view'));
  if not found then
    return null;
  end if;
  if v_run.org_id not in (select private.orgs_with_right('allocator.create')) then
    raise exception 'Cancelling an allocator run needs the right allocator.create.'
      using errcode = 'insufficient_privilege';
  end if;
  -- One that was never queued has no job whose end it could follow.
  if not fleet.cancel_job('allocator', p_run) and v_run.queued_at is null then
    update public.allocator_py_runs set status = 'CANCELLED', finished_at = clock_timestamp()
    where id = p_run and status = 'PENDING';
  end if;
  select * into v_run from public.allocator_py_runs where id = p_run;
  return to_jsonb(v_run);
end
$$;
comment on function public.cancel_allocator_run(uuid) is
  'Cancels an unfinished allocator run; returns the run, or null where the caller sees none.';
revoke all on function public.cancel_allocator_run(uuid) from public, anon, authenticated, service_role;
grant execute on function public.cancel_allocator_run(uuid) to authenticated;

-- queue_pending_allocator_runs(): queues every run that waits with completed_at null; how many.
-- Called by allocator-orchestration/process-pending for service callers.
create function public.queue_pending_allocator_runs()
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_count int;
begin
  update public.allocator_py_runs set queued_at = clock_timestamp()
  where queued_at is null and completed_at is null and status = 'PENDING';
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function public.queue_pending_allocator_runs() is 'Queues every allocator run that waits; how many.';
revoke all on function public.queue_pending_allocator_runs() from public, anon, authenticated, service_role;
grant execute on function public.queue_pending_allocator_runs() to service_role;
