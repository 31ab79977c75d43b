-- A batch names lines and doctors of its own allocation run that the caller sees; another id is not there.

-- As before; further outcomes, each with the id: unknown_job_line, unknown_worker_mapping.
create or replace function public.request_allocator_run(
  p_run jsonb, p_request jsonb, p_idempotency_key text default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_allocation_run uuid := (p_run ->> 'allocation_run')::uuid;
  v_run public.allocator_py_runs;
  v_outcome text;
  v_unknown uuid;
begin
  select id into v_unknown from unnest(array(
    select jsonb_array_elements_text(nullif(p_run -> 'included_job_lines', 'null'))::uuid)) as named (id)
  where not exists (
    select from public.job_lines l where l.id = named.id and l.allocation_run = v_allocation_run)
  limit 1;
  if found then
    return jsonb_build_object('outcome', 'unknown_job_line', 'id', v_unknown);
  end if;
  select id into v_unknown from unnest(array(
    select jsonb_array_elements_text(nullif(p_run -> 'included_worker_mappings', 'null'))::uuid)) as named (id)
  where not exists (
    select from public.allocation_run_worker_mappings m
    where m.id = named.id and m.allocation_run = v_allocation_run)
  limit 1;
  if found then
    return jsonb_build_object('outcome', 'unknown_worker_mapping', 'id', v_unknown);
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
             coalesce(p_run -> 'options', '{}'::jsonb), p_request, p_idempotency_key
      where p_idempotency_key is null or not exists (
        select from public.allocator_py_runs
        where requested_by = (select auth.uid()) and idempotency_key = p_idempotency_key
      )
      returning * into v_run;
      v_outcome := 'created';
      exit when found;
    exception
      when sqlstate 'RC404' then return jsonb_build_object('outcome', 'not_found');
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
