-- What users ask of the engines has a shape and a size that engines can read, also where a row is inserted past the functions
-- that look at requests first: nothing is queued that would end as "could not be read". The functions say the same in
-- shared/planner/run/requests.ts and shared/allocator/run; which constraints there are is the planner's to know.

-- private.planner_run_shape(): what request_planner_run() takes as p_run, see private.shape_faults().
-- Called by the trigger below and by request_planner_run().
create function private.planner_run_shape()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select '{"is": "object", "members": {
    "allocation_run": {"is": "id", "must": true},
    "n_job_lines": {"is": "whole", "least": 1, "most": 1000, "must": true},
    "constraints": {"is": "list", "must": true, "most": 1000, "of": {"is": "either", "of": [
      {"is": "text", "most": 100}, {"is": "any", "most": 100000}]}},
    "options": {"is": "object", "must": true, "members": {
      "allow_partial": {"is": "flag"},
      "seed": {"is": "whole", "least": 0, "most": 2147483647},
      "effort": {"is": "either", "of": [
        {"is": "choice", "of": ["quick", "normal", "high"]}, {"is": "number", "least": 0.1, "most": 100}]},
      "time_limit_s": {"is": "number", "least": 1, "most": 840},
      "mode": {"is": "choice", "of": ["rebuild", "fill", "replan"]},
      "from": {"is": "date"},
      "changes": {"is": "object", "members": {
        "posts": {"is": "list", "most": 5000, "of": {"is": "object", "members": {
          "position": {"is": "id", "must": true}, "term": {"is": "whole", "least": 1, "most": 26, "must": true},
          "posts": {"is": "whole", "least": 0, "most": 1000, "must": true}}}},
        "lines": {"is": "list", "most": 1000, "of": {"is": "object", "members": {
          "job_line": {"is": "id", "must": true}, "first_term": {"is": "whole", "least": 1, "most": 26},
          "last_term": {"is": "whole", "least": 1, "most": 26}}}},
        "leavers": {"is": "list", "most": 1000, "of": {"is": "object", "members": {
          "worker_mapping": {"is": "id", "must": true}}}},
        "reason": {"is": "text", "most": 1000}}},
      "recommend": {"is": "object", "members": {
        "job_line": {"is": "id", "must": true},
        "avoid": {"is": "list", "most": 100, "of": {"is": "object", "members": {
          "position": {"is": "id", "must": true}, "term": {"is": "whole", "least": 1, "most": 26, "must": true}}}},
        "keep": {"is": "list", "most": 2000, "of": {"is": "id"}}}},
      "as_previewed": {"is": "id"},
      "dry_run": {"is": "flag"}}},
    "accept_losses": {"is": "flag"},
    "reason": {"is": "text", "most": 1000}}}'::jsonb
$$;
comment on function private.planner_run_shape() is 'The shape of a request for a planner run.';
revoke all on function private.planner_run_shape() from public, anon, authenticated, service_role;
grant execute on function private.planner_run_shape() to authenticated, service_role;

-- private.allocator_run_shape(): what request_allocator_run() takes as p_run, see private.shape_faults().
-- Called by the trigger below and by request_allocator_run().
create function private.allocator_run_shape()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('is', 'object', 'members', jsonb_build_object(
    'allocation_run', id || must,
    'is_exclusive', flag,
    'included_job_lines', ids, 'included_worker_mappings', ids,
    'options', jsonb_build_object('is', 'object', 'members', jsonb_build_object(
      'rank_notation', '{"is": "choice", "of": ["competition", "dense", "fractional"]}'::jsonb,
      'preferencer_weight', '{"is": "number", "least": 0, "most": 1}'::jsonb,
      'preference_power', '{"is": "number", "least": 0.1, "most": 3}'::jsonb,
      'stability', flag, 'allow_ties', flag,
      'rng_seed', '{"is": "whole", "least": 0, "most": 2147483647}'::jsonb,
      'pins', reasoned, 'exclusions', reasoned,
      'priority_groups', jsonb_build_object('is', 'list', 'most', 20, 'of', jsonb_build_object('is', 'object', 'members',
        jsonb_build_object('name', '{"is": "text", "most": 100, "must": true}'::jsonb, 'worker_mappings', ids,
          'qualification_tags', few))),
      'linked_doctors', jsonb_build_object('is', 'list', 'most', 500, 'of', jsonb_build_object('is', 'object', 'members',
        jsonb_build_object('first', id || must, 'second', id || must,
          'fit', '{"is": "choice", "of": ["same_hospital", "ranked_lines", "line_pairs", "share"], "must": true}'::jsonb,
          'line_pairs', jsonb_build_object('is', 'list', 'most', 1000, 'of', jsonb_build_object('is', 'object', 'members',
            jsonb_build_object('first', id || must, 'second', id || must)))))),
      'what_if', jsonb_build_object('is', 'object', 'members', jsonb_build_object(
        'base_run', id, 'pins', pins, 'exclusions', pins,
        'weightings', jsonb_build_object('is', 'list', 'most', 1000, 'of', jsonb_build_object('is', 'object', 'members',
          jsonb_build_object('job_line', id, 'worker_mappings', few, 'qualification_tags', few,
            'weighting', '{"is": "number", "least": -100000, "most": 100000, "must": true}'::jsonb)))))))))
  from (values (
    '{"is": "id"}'::jsonb, '{"must": true}'::jsonb, '{"is": "flag"}'::jsonb,
    '{"is": "list", "most": 5000, "of": {"is": "id"}}'::jsonb, '{"is": "list", "most": 1000, "of": {"is": "id"}}'::jsonb,
    '{"is": "list", "most": 1000, "of": {"is": "object", "members": {
      "worker_mapping": {"is": "id", "must": true}, "job_line": {"is": "id", "must": true}}}}'::jsonb,
    '{"is": "list", "most": 1000, "of": {"is": "object", "members": {
      "worker_mapping": {"is": "id", "must": true}, "job_line": {"is": "id", "must": true},
      "reason": {"is": "text", "most": 500, "must": true}}}}'::jsonb)
  ) as part (id, must, flag, ids, few, pins, reasoned)
$$;
comment on function private.allocator_run_shape() is 'The shape of a request for an allocator run.';
revoke all on function private.allocator_run_shape() from public, anon, authenticated, service_role;
grant execute on function private.allocator_run_shape() to authenticated, service_role;

-- private.require_request(run, request, shape): RC400 where a request, or the copy of it as it came, is too large or has
-- another shape; paths begin with run or request. The functions take 256 KB, which are a little longer as jsonb.
-- Called by the triggers below, request_planner_run() and request_allocator_run().
create function private.require_request(p_run jsonb, p_request jsonb, p_shape jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_shape(
    jsonb_build_object('run', p_run, 'request', p_request),
    jsonb_build_object('is', 'object', 'members', jsonb_build_object(
      'run', p_shape || '{"must": true}', 'request', '{"is": "any", "most": 524288, "must": true}'::jsonb)),
    1024 * 1024);
end
$$;
comment on function private.require_request(jsonb, jsonb, jsonb) is 'Refuses a request for a run that an engine could not read.';
revoke all on function private.require_request(jsonb, jsonb, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.require_request(jsonb, jsonb, jsonb) to authenticated, service_role;

-- private.check_planner_run(): a planner run that is inserted is one that the planner can read.
-- Trigger before insert, and the first of those.
create function private.check_planner_run()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_request(
    jsonb_build_object('allocation_run', new.allocation_run, 'n_job_lines', new.n_job_lines, 'constraints', new.constraints,
      'options', new.options),
    new.request, private.planner_run_shape());
  return new;
end
$$;
comment on function private.check_planner_run() is 'Trigger: refuses planner runs that the planner could not read.';
revoke all on function private.check_planner_run() from public, anon, authenticated, service_role;

create trigger check_planner_run before insert on public.allocation_planner_runs
  for each row execute function private.check_planner_run();

-- private.check_allocator_run(): an allocator run that is inserted is one that the allocator can read.
-- Trigger before insert, and the first of those.
create function private.check_allocator_run()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_request(
    jsonb_build_object('allocation_run', new.allocation_run, 'included_job_lines', new.included_job_lines,
      'included_worker_mappings', new.included_worker_mappings, 'options', new.options),
    new.request, private.allocator_run_shape());
  return new;
end
$$;
comment on function private.check_allocator_run() is 'Trigger: refuses allocator runs that the allocator could not read.';
revoke all on function private.check_allocator_run() from public, anon, authenticated, service_role;

create trigger check_allocator_run before insert on public.allocator_py_runs
  for each row execute function private.check_allocator_run();
