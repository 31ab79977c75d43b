-- Ids inside a request's constraints and options: what is not of the caller's org is not there. Checked where a run is
-- inserted, so that no way in (function, RPC, direct insert) passes by. RC4ID; the detail is the code for clients.

-- planner.refuse_unknown_positions(): positions that constraints name are the org's.
-- Trigger before insert, after prepare_run (triggers run by name), with the inserter's rights. Whether the allocation run
-- has posts of them is the engine's to check, with the terms.
create function planner.refuse_unknown_positions()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_unknown text;
begin
  select named.id into v_unknown
  from (
    select jsonb_path_query(new.constraints, '$[*].value[*].position') #>> '{}'
    union select jsonb_path_query(new.constraints, '$[*].value[*].positions[*]') #>> '{}'
    union select jsonb_path_query(new.constraints, '$[*].value[*].sequence[*]') #>> '{}'
  ) as named (id)
  where named.id is not null and not exists (
    select from public.positions p where p.org_id = new.org_id and p.id::text = lower(named.id))
  limit 1;
  if found then
    raise exception 'There is no position %.', left(v_unknown, 36) using errcode = 'RC4ID', detail = 'POSITION_NOT_FOUND';
  end if;
  return new;
end
$$;
comment on function planner.refuse_unknown_positions() is 'Trigger: refuses constraints that name positions of no or another org.';
revoke all on function planner.refuse_unknown_positions() from public;
create trigger refuse_unknown_positions before insert on public.allocation_planner_runs
  for each row when (new.constraints <> '[]')
  execute function planner.refuse_unknown_positions();

-- allocator.refuse_unknown_tags(): qualification tags that a what-if names are the org's.
-- Trigger before insert, after prepare_run. Lines and doctors are checked by request_allocator_run().
create function allocator.refuse_unknown_tags()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_unknown text;
begin
  select named.id into v_unknown
  from (
    select jsonb_path_query(new.options, '$.what_if.weightings[*].qualification_tags[*]') #>> '{}'
  ) as named (id)
  where not exists (
    select from public.qualification_tags t where t.org_id = new.org_id and t.id::text = lower(named.id))
  limit 1;
  if found then
    raise exception 'There is no qualification tag %.', left(v_unknown, 36)
      using errcode = 'RC4ID', detail = 'QUALIFICATION_TAG_NOT_FOUND';
  end if;
  return new;
end
$$;
comment on function allocator.refuse_unknown_tags() is 'Trigger: refuses what-ifs that name qualification tags of no or another org.';
revoke all on function allocator.refuse_unknown_tags() from public;
create trigger refuse_unknown_tags before insert on public.allocator_py_runs
  for each row when (new.options ? 'what_if')
  execute function allocator.refuse_unknown_tags();
