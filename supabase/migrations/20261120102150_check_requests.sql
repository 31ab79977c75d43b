-- What users ask of the engines has a shape and a size that engines can read, also where a row is inserted past the functions
-- that look at requests first: nothing is queued that would end as "could not be read". The functions say the same in
-- shared/planner/run/requests.ts and shared/allocator/run.

-- private.planner_run_shape(): what request_planner_run() takes as p_run, see private.shape_faults().
-- Called by private.require_request().
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
    "options": {"is": "object", "exact": true, "must": true, "members": {
      "allow_partial": {"is": "flag"},
      "seed": {"is": "whole", "least": 0, "most": 2147483647},
      "effort": {"is": "either", "of": [
        {"is": "choice", "of": ["quick", "normal", "high"]}, {"is": "number", "least": 0.1, "most": 100}]},
      "time_limit_s": {"is": "number", "least": 1, "most": 840},
      "mode": {"is": "choice", "of": ["rebuild", "fill", "replan"]},
      "from": {"is": "date"},
      "changes": {"is": "object", "exact": true, "members": {
        "posts": {"is": "list", "most": 5000, "of": {"is": "object", "members": {
          "position": {"is": "id", "must": true}, "term": {"is": "whole", "least": 1, "most": 26, "must": true},
          "posts": {"is": "whole", "least": 0, "most": 1000, "must": true}}}},
        "lines": {"is": "list", "most": 1000, "of": {"is": "object", "members": {
          "job_line": {"is": "id", "must": true}, "first_term": {"is": "whole", "least": 1, "most": 26},
          "last_term": {"is": "whole", "least": 1, "most": 26}}}},
        "leavers": {"is": "list", "most": 1000, "of": {"is": "object", "members": {
          "worker_mapping": {"is": "id", "must": true}}}},
        "reason": {"is": "text", "most": 1000}}},
      "recommend": {"is": "object", "exact": true, "members": {
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
-- Called by private.require_request().
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
    'options', jsonb_build_object('is', 'object', 'exact', true, 'members', jsonb_build_object(
      'rank_notation', '{"is": "choice", "of": ["competition", "dense", "fractional"]}'::jsonb,
      'preferencer_weight', '{"is": "number", "least": 0, "most": 1}'::jsonb,
      'preference_power', '{"is": "number", "least": 0.1, "most": 3}'::jsonb,
      'stability', flag, 'allow_ties', flag,
      'rng_seed', '{"is": "whole", "least": 0, "most": 2147483647}'::jsonb,
      'pins', reasoned, 'exclusions', reasoned,
      'priority_groups', jsonb_build_object('is', 'list', 'most', 20, 'of', jsonb_build_object('is', 'object', 'exact', true, 'members',
        jsonb_build_object('name', '{"is": "text", "most": 100, "must": true}'::jsonb, 'worker_mappings', ids,
          'qualification_tags', few))),
      'linked_doctors', jsonb_build_object('is', 'list', 'most', 500, 'of', jsonb_build_object('is', 'object', 'exact', true, 'members',
        jsonb_build_object('first', id || must, 'second', id || must,
          'fit', '{"is": "choice", "of": ["same_hospital", "ranked_lines", "line_pairs", "share"], "must": true}'::jsonb,
          'line_pairs', jsonb_build_object('is', 'list', 'most', 1000, 'of', jsonb_build_object('is', 'object', 'members',
            jsonb_build_object('first', id || must, 'second', id || must)))))),
      'what_if', jsonb_build_object('is', 'object', 'exact', true, 'members', jsonb_build_object(
        'base_run', id, 'pins', pins, 'exclusions', pins,
        'weightings', jsonb_build_object('is', 'list', 'most', 1000, 'of', jsonb_build_object('is', 'object', 'exact', true, 'members',
          jsonb_build_object('job_line', id || '{"must": false}', 'worker_mappings', few, 'qualification_tags', few,
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

-- private.constraint_faults(constraints, path): where a list of constraints is none that the planner takes: path and message.
-- Called by private.planner_run_faults() and private.refuse_odd_rules().
create function private.constraint_faults(p_constraints jsonb, p_path text)
returns table (path text, message text)
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with entry as (
    select format('%s[%s]', p_path, e.n) as at, e.n, e.element as entry, jsonb_typeof(e.element) = 'object' as is_object, named.name,
           private.constraint_shapes() -> named.name as known
    from private.elements(p_constraints) as e
    cross join lateral (
      select case jsonb_typeof(e.element) when 'string' then e.element #>> '{}' when 'object' then
        case when jsonb_typeof(e.element -> 'name') = 'string' and e.element - 'name' - 'value' = '{}' then e.element ->> 'name' end end as name
    ) as named
  )
  select at, 'neither a name nor {name, value}' from entry where name is null
  union all
  select at || case when is_object then '.name' else '' end, 'there is no constraint ' || left(name, 60) from entry
  where known is null and name is not null
  union all
  select at || '.value', 'a ruleset takes no value' from entry where known ? 'ruleset' and is_object and entry ? 'value'
  union all
  select at, 'a second ruleset' from entry
  where known ? 'ruleset' and exists (select from entry as e where e.known ? 'ruleset' and e.n < entry.n and e.name <> entry.name)
  union all
  select at || '.value', 'missing' from entry where not (known ->> 'bare')::boolean and not (is_object and entry ? 'value')
  union all
  select f.* from entry
  cross join lateral private.shape_faults(entry -> 'value', '{"must": true}' || (known -> 'value'), at || '.value') as f
  where is_object and entry ? 'value' and known ? 'value';
end
$$;
comment on function private.constraint_faults(jsonb, text) is 'Where a list of constraints is none that the planner takes.';
revoke all on function private.constraint_faults(jsonb, text) from public, anon, authenticated, service_role;
grant execute on function private.constraint_faults(jsonb, text) to authenticated, service_role;

-- private.refuse_odd_rules(): the rules of an allocation run are such as the planner takes, by whatever way they are written: the page
-- that could mend others could not show them. RC400 with the path of each fault. Security definer: who writes need not call what it asks.
-- Trigger before constraints are written.
create function private.refuse_odd_rules()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.refuse_faults((
    select coalesce(jsonb_agg(jsonb_build_object('path', f.path, 'message', f.message)), '[]') from (
      select 'constraints' as path, 'larger than 1048576 bytes' as message where octet_length(new.constraints::text) > 1024 * 1024
      union all
      select c.path, c.message from private.constraint_faults(new.constraints, 'constraints') as c
      limit 50) as f));
  return new;
end
$$;
comment on function private.refuse_odd_rules() is 'Trigger: refuses rules of an allocation run that the planner would not take.';
revoke all on function private.refuse_odd_rules() from public, anon, authenticated, service_role;
create trigger refuse_odd_rules before insert on public.allocation_runs
  for each row when (new.constraints <> '[]') execute function private.refuse_odd_rules();
create trigger refuse_odd_rules_changed before update of constraints on public.allocation_runs
  for each row when (new.constraints is distinct from old.constraints) execute function private.refuse_odd_rules();

-- private.planner_run_faults(run): where a request for a planner run, each part of which has its shape, is none as a whole.
-- Called by private.require_request(). That changes need a day to change from, private.change_faults() says.
create function private.planner_run_faults(p_run jsonb)
returns table (path text, message text)
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select f.* from private.constraint_faults(p_run -> 'constraints', 'run.constraints') as f
  union all
  select path, message
  from (select p_run -> 'options' as o, coalesce(p_run #>> '{options,mode}', 'rebuild') = 'replan' as replans) as run
  cross join lateral (values
    ('run.options.from', 'only a replan plans from a day on', o ? 'from' and not replans),
    ('run.options.recommend', 'only a dry run of a replan recommends', o ? 'recommend' and not (replans and coalesce((o -> 'dry_run')::boolean, false)))
  ) as fault (path, message, holds)
  where holds;
end
$$;
comment on function private.planner_run_faults(jsonb) is 'Where a request for a planner run is none as a whole.';
revoke all on function private.planner_run_faults(jsonb) from public, anon, authenticated, service_role;
grant execute on function private.planner_run_faults(jsonb) to authenticated, service_role;

-- private.pin_faults(by_hand, path): doctors who are pinned to two lines, or to one that they are kept off as well.
-- Called by private.allocator_run_faults(). shared/allocator/run/pins.ts says the same.
create function private.pin_faults(p_by_hand jsonb, p_path text)
returns table (path text, message text)
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with pin as (
    select n, (element ->> 'worker_mapping')::uuid as worker, (element ->> 'job_line')::uuid as line
    from private.elements(p_by_hand -> 'pins')
  ), former as (
    select n, worker, line, lag(line) over (partition by worker order by n) as other from pin
  )
  select format('%s.pins[%s]', p_path, n), case when other <> line
    then format('the doctor %s is pinned to %s as well', worker, other) else format('the doctor %s is kept off %s as well', worker, line) end
  from former
  where other <> line or exists (
    select from private.elements(p_by_hand -> 'exclusions') as e
    where (e.element ->> 'worker_mapping')::uuid = former.worker and (e.element ->> 'job_line')::uuid = former.line);
end
$$;
comment on function private.pin_faults(jsonb, text) is 'Pins that contradict each other.';
revoke all on function private.pin_faults(jsonb, text) from public, anon, authenticated, service_role;
grant execute on function private.pin_faults(jsonb, text) to authenticated, service_role;

-- private.allocator_run_faults(run): where a request for an allocator run, each part of which has its shape, is none as a whole:
-- pins that contradict each other, doctors who are linked twice, pairs of lines where the fit is another or that lack.
-- Called by private.require_request(). shared/allocator/run says the same.
create function private.allocator_run_faults(p_run jsonb)
returns table (path text, message text)
language plpgsql
immutable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with couple as (
    select n, element as c from private.elements(p_run #> '{options,linked_doctors}')
  ), linked as (
    select n, side, (c ->> side)::uuid as doctor, row_number() over (partition by (c ->> side)::uuid order by n, side) as times
    from couple cross join unnest('{first,second}'::text[]) as side
  )
  select f.* from private.pin_faults(p_run -> 'options', 'run.options') as f
  union all
  select f.* from private.pin_faults(p_run #> '{options,what_if}', 'run.options.what_if') as f
  union all
  select format('run.options.linked_doctors[%s].%s', n, side), format('the doctor %s is linked already', doctor) from linked where times > 1
  union all
  select format('run.options.linked_doctors[%s].line_pairs', n),
         case c ->> 'fit' when 'line_pairs' then 'must have pairs of lines' else 'goes with the fit line_pairs only' end
  from couple where (c ->> 'fit' = 'line_pairs') <> (coalesce(c -> 'line_pairs', '[]') <> '[]')
  union all
  select 'run.' || m, 'goes without what_if only'
  from unnest('{is_exclusive,included_job_lines,included_worker_mappings}'::text[]) as m
  where p_run -> 'options' ? 'what_if' and coalesce(p_run -> m, 'null') not in ('null', 'false');
end
$$;
comment on function private.allocator_run_faults(jsonb) is 'Where a request for an allocator run is none as a whole.';
revoke all on function private.allocator_run_faults(jsonb) from public, anon, authenticated, service_role;
grant execute on function private.allocator_run_faults(jsonb) to authenticated, service_role;

-- private.require_request(run, request, engine): RC400 where a request, or the copy of it as it came, is none that the engine (planner or
-- allocator) could work: too large, of another shape, or in contradiction with itself. Of the copy, which is kept to be compared
-- when its key comes again, each member is one of a request's. Paths begin with run or request. The functions take 256 KB, which are
-- a little longer as jsonb.
-- Called by the triggers below, request_planner_run() and request_allocator_run().
create function private.require_request(p_run jsonb, p_request jsonb, p_engine text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_shape jsonb := case p_engine when 'planner' then private.planner_run_shape() else private.allocator_run_shape() end;
begin
  perform private.require_shape(
    jsonb_build_object('run', p_run, 'request', p_request),
    jsonb_build_object('is', 'object', 'members', jsonb_build_object(
      'run', v_shape || '{"must": true}', 'request', '{"is": "any", "most": 524288, "must": true}'::jsonb)),
    1024 * 1024);
  perform private.refuse_faults((
    select coalesce(jsonb_agg(jsonb_build_object('path', path, 'message', message)), '[]')
    from (
      select f.* from private.planner_run_faults(p_run) as f where p_engine = 'planner'
      union all
      select f.* from private.allocator_run_faults(p_run) as f where p_engine = 'allocator'
      union all
      select f.* from private.shape_faults(p_request, jsonb_build_object('is', 'object', 'members', (
        select jsonb_object_agg(key, value - 'must') from jsonb_each(v_shape -> 'members' || case p_engine when 'planner'
          then '{"save_constraints": {"is": "flag"}, "seen_constraints": {"is": "any"}}'::jsonb else '{}' end))), 'request') as f
      limit 50
    ) as f));
end
$$;
comment on function private.require_request(jsonb, jsonb, text) is 'Refuses a request for a run that an engine could not work.';
revoke all on function private.require_request(jsonb, jsonb, text) from public, anon, authenticated, service_role;
grant execute on function private.require_request(jsonb, jsonb, text) to authenticated, service_role;

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
    new.request, 'planner');
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
    jsonb_build_object('allocation_run', new.allocation_run, 'is_exclusive', new.is_exclusive, 'included_job_lines', new.included_job_lines,
      'included_worker_mappings', new.included_worker_mappings, 'options', new.options),
    new.request, 'allocator');
  return new;
end
$$;
comment on function private.check_allocator_run() is 'Trigger: refuses allocator runs that the allocator could not read.';
revoke all on function private.check_allocator_run() from public, anon, authenticated, service_role;

create trigger check_allocator_run before insert on public.allocator_py_runs
  for each row execute function private.check_allocator_run();
