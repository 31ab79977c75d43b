-- What people ask of agents (RPCs under their own rights), what agents ask with their keys, and what handlers read and write.

-- private.agents_org(org): the org whose agents the caller manages: the one that is named, or their only one. RC404 where it is not theirs or
-- they have several, 42501 where they only see it. Called by the functions below.
create function private.agents_org(p_org_id uuid)
returns uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_seen uuid[] := array(select private.orgs_with_right('agents.view'));
  v_managed uuid[] := array(select private.orgs_with_right('agents.manage'));
  v_org_id uuid := coalesce(p_org_id, case cardinality(v_managed) when 1 then v_managed[1] end);
begin
  if v_org_id = any (v_managed) then
    return v_org_id;
  elsif v_org_id = any (v_seen) or (p_org_id is null and v_managed = '{}') then
    raise exception 'Directing agents needs the right agents.manage.' using errcode = 'insufficient_privilege';
  end if;
  raise exception 'Name an organisation whose agents you manage.' using errcode = 'RC404', hint = 'ORG_NOT_FOUND';
end
$$;
comment on function private.agents_org(uuid) is 'The org whose agents the caller manages.';
revoke all on function private.agents_org(uuid) from public, anon, authenticated, service_role;

-- private.own_agent_task(task): the caller's task, its tree locked; null where they see none, 42501 where they only see it.
-- Called by cancel_agent_task().
create function private.own_agent_task(p_task bigint)
returns public.agent_tasks
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_task public.agent_tasks;
begin
  select org_id into v_org_id from public.agent_tasks
  where id = p_task and org_id in (select private.orgs_with_right('agents.view'));
  if not found then
    return null;
  end if;
  perform private.agents_org(v_org_id);
  v_task := agents.hold_tree(p_task);
  -- Again: a right may be taken away while a call waits.
  perform private.agents_org(v_org_id);
  return v_task;
end
$$;
comment on function private.own_agent_task(bigint) is 'The caller''s task, its tree locked.';
revoke all on function private.own_agent_task(bigint) from public, anon, authenticated, service_role;

-- agents.asked_before(org, key, request): the task that the caller's request under this key made; null where none did. RC409
-- IDEMPOTENCY_KEY_REUSED where the key came with another request. Called by the two functions that make tasks for people, with the key held.
create function agents.asked_before(p_org_id uuid, p_key text, p_request jsonb)
returns bigint
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_task public.agent_tasks;
begin
  select * into v_task from public.agent_tasks where requested_by = (select auth.uid()) and idempotency_key = p_key;
  if found then
    -- A request that names no org asks for another task where the caller has another one by now.
    perform private.require_same_request(v_task.request || jsonb_build_object('org_id', v_task.org_id),
      p_request || jsonb_build_object('org_id', p_org_id));
  end if;
  return v_task.id;
end
$$;
comment on function agents.asked_before(uuid, text, jsonb) is 'The task that a request under this key made.';
revoke all on function agents.asked_before(uuid, text, jsonb) from public, anon, authenticated, service_role;

-- agents.answer_task(task, replayed): a task as whoever asked for it is answered. Called by the two functions that make tasks for people.
create function agents.answer_task(p_task bigint, p_replayed boolean)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select to_jsonb(t) - 'claim_token' || jsonb_build_object('replayed', p_replayed) from public.agent_tasks t where t.id = p_task
$$;
comment on function agents.answer_task(bigint, boolean) is 'A task as whoever asked for it is answered.';
revoke all on function agents.answer_task(bigint, boolean) from public, anon, authenticated, service_role;

-- request_agent_task(task, key): makes a task and answers it; once, where the same comes again under the same idempotency key: replayed. Called by
-- UIs. RC400, RC404 ORG_NOT_FOUND, RC409 TOO_MANY_TASKS, IDEMPOTENCY_KEY_REUSED, 42501.
-- p_task: {org_id?, title, description?, priority?, role_name?, agent_model?, handler?, params?, permission_level?, parent_task_id?,
-- on_child_failure?, deadline?, timeout_secs?, max_cost_usd?, depends_on?: [task ids]}.
create function public.request_agent_task(p_task jsonb, p_idempotency_key text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_before bigint;
  v_task public.agent_tasks;
begin
  perform private.require_shape(p_task, agents.task_shape(), 64 * 1024);
  perform private.hold_key(p_idempotency_key);
  v_org_id := private.agents_org((p_task ->> 'org_id')::uuid);
  v_before := agents.asked_before(v_org_id, p_idempotency_key, p_task);
  if v_before is not null then
    return agents.answer_task(v_before, true);
  end if;
  v_task := agents.make_task(v_org_id, p_task, 'manual', null, null, (select auth.uid()), p_idempotency_key, p_task);
  perform agents.begin_handlers(v_org_id);
  return agents.answer_task(v_task.id, false);
end
$$;
comment on function public.request_agent_task(jsonb, text) is 'Makes a task for agents; once for an idempotency key.';
revoke all on function public.request_agent_task(jsonb, text) from public, anon, authenticated, service_role;
grant execute on function public.request_agent_task(jsonb, text) to authenticated;

-- cancel_agent_task(task, reason): cancels a task that has not ended, with all below it and all that waits for it; the task, or null where the
-- caller sees none. One that has ended is answered as it is. Called by UIs.
create function public.cancel_agent_task(p_task bigint, p_reason text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_task public.agent_tasks := private.own_agent_task(p_task);
begin
  if v_task.id is null then
    return null;
  end if;
  perform private.give_reason(p_reason);
  if v_task.completed_at is null then
    perform agents.drop_task(v_task, coalesce(nullif(btrim(p_reason), ''), 'Cancelled by hand'));
    perform agents.settle_above(v_task);
  end if;
  return (select to_jsonb(t) - 'claim_token' from public.agent_tasks t where t.id = p_task);
end
$$;
comment on function public.cancel_agent_task(bigint, text) is 'Cancels a task and what is below it.';
revoke all on function public.cancel_agent_task(bigint, text) from public, anon, authenticated, service_role;
grant execute on function public.cancel_agent_task(bigint, text) to authenticated;

-- agents.steps_shape(): steps of a template, see private.shape_faults(). Called by save_agent_template().
create function agents.steps_shape()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('is', 'list', 'most', 50, 'must', true, 'of', jsonb_build_object('is', 'object', 'members',
    '{"title": {"is": "text", "most": 200, "must": true}, "description": {"is": "text", "most": 10000},
      "permission_level": {"is": "whole", "least": 0, "most": 3}, "depends_on_step": {"is": "whole", "least": 0, "most": 49},
      "params": {"is": "any", "most": 20000}}'::jsonb
    || jsonb_build_object('handler', jsonb_build_object('is', 'choice', 'of', to_jsonb(agents.handlers())))))
$$;
comment on function agents.steps_shape() is 'The shape of the steps of a template.';
revoke all on function agents.steps_shape() from public, anon, authenticated, service_role;

-- agents.params_of(step, params): the params of a task that is made of a step of a template, with those that whoever makes it gives besides.
-- Called by agents.expand() and agents.params_lengths().
create function agents.params_of(p_step jsonb, p_params jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $$ select coalesce(nullif(p_step -> 'params', 'null'), '{}') || coalesce(nullif(p_params, 'null'), '{}') $$;
comment on function agents.params_of(jsonb, jsonb) is 'The params of a task that is made of a step of a template.';
revoke all on function agents.params_of(jsonb, jsonb) from public, anon, authenticated, service_role;

-- agents.params_lengths(schedule, steps): of each task that a schedule makes how many characters its params have, and how many they may have: 20,000,
-- less what is needed to tell of events. Without steps it makes one task. What would be too long is refused when schedule or template are saved: by
-- the time it fires nobody is there to be told. Called by save_agent_schedule(), save_agent_template() and agents.events_for().
create function agents.params_lengths(p_schedule public.agent_schedules, p_steps jsonb)
returns table (step bigint, length int, most int)
language sql
immutable
set search_path = ''
as $$
  select n, length(agents.params_of(element, (p_schedule).params)::text), case (p_schedule).trigger_type when 'event' then 19900 else 20000 end
  from private.elements(coalesce(p_steps, '[{}]'))
$$;
comment on function agents.params_lengths(public.agent_schedules, jsonb) is 'How long the params of tasks of a schedule are, and may be.';
revoke all on function agents.params_lengths(public.agent_schedules, jsonb) from public, anon, authenticated, service_role;

-- agents.steps_of(org, template): the steps of a template, an org's own before the shipped one of the same name; null where there is none.
-- Called by save_agent_schedule() and agents.events_for().
create function agents.steps_of(p_org_id uuid, p_template text)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select steps from public.agent_templates
  where name = p_template and (org_id = p_org_id or org_id is null) order by org_id nulls last limit 1
$$;
comment on function agents.steps_of(uuid, text) is 'The steps of a template.';
revoke all on function agents.steps_of(uuid, text) from public, anon, authenticated, service_role;

-- agents.require_steps(steps): refuses steps that depend on one that does not come before them, and params that are none. Called by
-- save_agent_template().
create function agents.require_steps(p_steps jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_step int;
begin
  select (n - 1)::int into v_step from jsonb_array_elements(p_steps) with ordinality as s (step, n)
  where (step ->> 'depends_on_step')::int >= n - 1 limit 1;
  if found then
    perform agents.fault(format('steps[%s].depends_on_step', v_step), 'not a step before this one');
  elsif jsonb_array_length(p_steps) = 0 then
    perform agents.fault('steps', 'missing');
  end if;
  select n into v_step from private.elements(p_steps) where jsonb_typeof(element -> 'params') not in ('object', 'null') limit 1;
  if found then
    perform agents.fault(format('steps[%s].params', v_step), 'not an object');
  end if;
end
$$;
comment on function agents.require_steps(jsonb) is 'Refuses steps that depend on later ones, and params that are none.';
revoke all on function agents.require_steps(jsonb) from public, anon, authenticated, service_role;

-- save_agent_template(template): adds a template of an org, or replaces the one of that name; tasks that were made of it stay as they are.
-- p_template: {org_id?, name, description?, role_name?, steps: [{title, description?, permission_level?, depends_on_step?, handler?, params?}]}.
-- Called by UIs. RC400, RC404 ORG_NOT_FOUND, 42501.
create function public.save_agent_template(p_template jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_template public.agent_templates;
  v_long record;
begin
  perform private.require_shape(p_template, jsonb_build_object('is', 'object', 'members', jsonb_build_object('org_id', '{"is": "id"}'::jsonb,
    'name', '{"is": "text", "most": 100, "like": "^[a-z][a-z0-9-]*$", "must": true}'::jsonb,
    'description', '{"is": "text", "most": 2000}'::jsonb, 'role_name', '{"is": "text", "most": 100}'::jsonb, 'steps', agents.steps_shape())), 256 * 1024);
  v_org_id := private.agents_org((p_template ->> 'org_id')::uuid);
  perform agents.require_steps(p_template -> 'steps');
  if p_template ->> 'role_name' is not null and not exists (select from public.agent_roles where name = p_template ->> 'role_name') then
    perform agents.fault('role_name', 'there is no such role');
  end if;
  select s.name, l.* into v_long
  from public.agent_schedules s cross join agents.params_lengths(s, p_template -> 'steps') as l
  where s.org_id = v_org_id and s.template_name = p_template ->> 'name' and l.length > l.most
  order by l.step, s.name limit 1;
  if found then
    perform agents.fault(format('steps[%s].params', v_long.step), format('have %s characters with those of the schedule %s, and may have %s',
      v_long.length, v_long.name, v_long.most));
  end if;
  insert into public.agent_templates as t (org_id, name, description, role_name, steps)
  values (v_org_id, p_template ->> 'name', coalesce(p_template ->> 'description', ''), p_template ->> 'role_name', p_template -> 'steps')
  on conflict (org_id, name) do update set description = excluded.description, role_name = excluded.role_name, steps = excluded.steps
  returning * into v_template;
  return to_jsonb(v_template);
end
$$;
comment on function public.save_agent_template(jsonb) is 'Adds or replaces a template of an org.';
revoke all on function public.save_agent_template(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.save_agent_template(jsonb) to authenticated;

-- agents.expand(org, template, options, source, schedule, requested by, key, request): a parent and its steps, in one transaction; the parent,
-- or null where the org has no such template. options: {title?, params?, priority?, permission_level?, max_cost_usd?, on_child_failure?}. The
-- parent has the key. Called by expand_agent_template() and by schedules.
create function agents.expand(
  p_org_id uuid, p_template text, p_options jsonb, p_source text, p_schedule bigint, p_requested_by uuid, p_idempotency_key text default null,
  p_request jsonb default null
)
returns public.agent_tasks
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_template public.agent_templates;
  v_parent public.agent_tasks;
  v_ids bigint[] := '{}';
  v_step jsonb;
begin
  -- An org's own template comes before a shipped one of the same name.
  select * into v_template from public.agent_templates
  where name = p_template and (org_id = p_org_id or org_id is null) order by org_id nulls last limit 1;
  if not found then
    return null;
  end if;
  v_parent := agents.make_task(p_org_id, jsonb_build_object('title', coalesce(p_options ->> 'title', v_template.name),
    'description', nullif(v_template.description, ''), 'role_name', v_template.role_name)
    || (p_options - 'title' - 'params'), p_source, p_schedule, v_template.name, p_requested_by, p_idempotency_key, p_request);
  for v_step in select * from jsonb_array_elements(v_template.steps) loop
    v_ids := v_ids || (agents.make_task(p_org_id, jsonb_build_object('params', agents.params_of(v_step, p_options -> 'params')) || jsonb_strip_nulls(jsonb_build_object(
      'title', v_step ->> 'title', 'description', v_step ->> 'description', 'handler', v_step ->> 'handler', 'role_name', v_template.role_name,
      'permission_level', v_step -> 'permission_level', 'parent_task_id', v_parent.id,
      'depends_on', case when v_step ->> 'depends_on_step' is not null then jsonb_build_array(v_ids[(v_step ->> 'depends_on_step')::int + 1]) end)),
      p_source, p_schedule, v_template.name, p_requested_by)).id;
  end loop;
  return v_parent;
end
$$;
comment on function agents.expand(uuid, text, jsonb, text, bigint, uuid, text, jsonb) is 'Makes a task with the steps of a template below it.';
revoke all on function agents.expand(uuid, text, jsonb, text, bigint, uuid, text, jsonb) from public, anon, authenticated, service_role;

-- expand_agent_template(request, key): a task with the steps of a template below it; the task, and once for an idempotency key as
-- request_agent_task(). Called by UIs. RC400, RC404 ORG_NOT_FOUND and TEMPLATE_NOT_FOUND, RC409 IDEMPOTENCY_KEY_REUSED, 42501.
-- p_request: {org_id?, template, title?, params?, priority?, permission_level?, max_cost_usd?, on_child_failure?}.
create function public.expand_agent_template(p_request jsonb, p_idempotency_key text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_before bigint;
  v_parent public.agent_tasks;
begin
  perform private.require_shape(p_request, '{"is": "object", "members": {"org_id": {"is": "id"}, "template": {"is": "text", "most": 100, "must": true},
    "title": {"is": "text", "most": 200}, "params": {"is": "object", "members": {"form": {"is": "text", "most": 50}, "days": {"is": "whole", "least": 1, "most": 400}}},
    "priority": {"is": "choice", "of": ["low", "normal", "high", "urgent"]}, "permission_level": {"is": "whole", "least": 0, "most": 3},
    "max_cost_usd": {"is": "number", "least": 0, "most": 100000}, "on_child_failure": {"is": "choice", "of": ["fail", "skip"]}}}'::jsonb, 64 * 1024);
  perform private.hold_key(p_idempotency_key);
  v_org_id := private.agents_org((p_request ->> 'org_id')::uuid);
  v_before := agents.asked_before(v_org_id, p_idempotency_key, p_request);
  if v_before is not null then
    return agents.answer_task(v_before, true);
  end if;
  v_parent := agents.expand(v_org_id, p_request ->> 'template', p_request - 'org_id' - 'template', 'manual', null, (select auth.uid()),
    p_idempotency_key, p_request);
  if v_parent.id is null then
    raise exception '%', private.no_such('template', p_request ->> 'template') using errcode = 'RC404', hint = 'TEMPLATE_NOT_FOUND';
  end if;
  perform agents.begin_handlers(v_org_id);
  return agents.answer_task(v_parent.id, false);
end
$$;
comment on function public.expand_agent_template(jsonb, text) is 'Makes a task with the steps of a template below it; once for an idempotency key.';
revoke all on function public.expand_agent_template(jsonb, text) from public, anon, authenticated, service_role;
grant execute on function public.expand_agent_template(jsonb, text) to authenticated;

-- get_agent_budgets(org): [{period, budget_usd, spent_usd, tokens_used, period_start}] of the current periods; null where the caller does not see
-- the org. It writes nothing: budgets that are not there yet are told as they will be. Called by UIs.
create function public.get_agent_budgets(p_org_id uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  if p_org_id is null or p_org_id not in (select private.orgs_with_right('agents.view')) then
    return null;
  end if;
  return (
    select jsonb_agg(jsonb_build_object('period', u.period, 'budget_usd', coalesce(b.budget_usd, u.usd), 'spent_usd', coalesce(c.spent_usd, 0),
      'tokens_used', coalesce(c.tokens_used, 0), 'period_start', p.begun) order by array_position(array['daily', 'weekly', 'monthly'], u.period))
    from agents.usual_budgets() as u
    cross join lateral (values (agents.period_start(u.period, clock_timestamp()))) as p (begun)
    left join public.agent_budgets b on b.org_id = p_org_id and b.period = u.period
    -- What was spent in a period that is over is not of this one.
    left join public.agent_budgets c on c.org_id = p_org_id and c.period = u.period and c.period_start >= p.begun);
end
$$;
comment on function public.get_agent_budgets(uuid) is 'What the agents of an org may spend and have spent.';
revoke all on function public.get_agent_budgets(uuid) from public, anon, authenticated, service_role;
grant execute on function public.get_agent_budgets(uuid) to authenticated;

-- set_agent_budget(org, period, usd, seen): changes one of the three budgets; all of them. One below what is spent stops what would cost.
-- Called by UIs. RC400, RC404 ORG_NOT_FOUND, 42501. p_seen: {budget_usd} as it was read; RC409 CHANGED_MEANWHILE where it is another by now.
create function public.set_agent_budget(p_org_id uuid, p_period text, p_budget_usd numeric, p_seen jsonb default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.agents_org(p_org_id);
begin
  if p_period is null or p_period not in ('daily', 'weekly', 'monthly') then
    perform agents.fault('p_period', 'not one of daily, weekly, monthly');
  elsif p_budget_usd is null or p_budget_usd = 'NaN' or p_budget_usd not between 0 and 100000 then
    perform agents.fault('p_budget_usd', 'not a number from 0 to 100000');
  end if;
  perform agents.hold_budgets(v_org_id);
  -- Again: a right may be taken away while a call waits.
  perform private.agents_org(v_org_id);
  perform private.require_unchanged(to_jsonb(b), p_seen, 'the budget')
  from public.agent_budgets b where b.org_id = v_org_id and b.period = p_period;
  update public.agent_budgets set budget_usd = p_budget_usd, updated_at = clock_timestamp() where org_id = v_org_id and period = p_period;
  perform agents.begin_handlers(v_org_id);
  return public.get_agent_budgets(v_org_id);
end
$$;
comment on function public.set_agent_budget(uuid, text, numeric, jsonb) is 'Changes a budget of an org''s agents.';
revoke all on function public.set_agent_budget(uuid, text, numeric, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.set_agent_budget(uuid, text, numeric, jsonb) to authenticated;

-- set_agent_permission(org, role, action, permission, seen): what the org says of an action for a role; null takes it back, and the level decides.
-- p_permission: {allowed, max_cost_usd?, requires_approval?}. Answers it, or null. Called by UIs. RC400, RC404 ORG_NOT_FOUND, 42501. p_seen: members of
-- what was said as it was read, {"allowed": null} where nothing was; RC409 CHANGED_MEANWHILE where that is no longer so.
create function public.set_agent_permission(p_org_id uuid, p_role_name text, p_action text, p_permission jsonb, p_seen jsonb default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid := private.agents_org(p_org_id);
  v_permission public.agent_permissions;
begin
  if p_action is null or agents.level_of(p_action) is null then
    perform agents.fault('p_action', 'there is no such action');
  elsif p_role_name is null or not exists (select from public.agent_roles where name = p_role_name) then
    perform agents.fault('p_role_name', 'there is no such role');
  end if;
  -- Two who say it at once wait for each other, also where nothing was said yet.
  perform pg_advisory_xact_lock(hashtextextended(format('set_agent_permission %s %s %s', v_org_id, p_role_name, p_action), 0));
  -- Again: a right may be taken away while a call waits.
  perform private.agents_org(v_org_id);
  perform private.require_unchanged(coalesce((
    select to_jsonb(p) from public.agent_permissions p where p.org_id = v_org_id and p.role_name = p_role_name and p.action = p_action
  ), '{"allowed": null}'), p_seen, 'this');
  if p_permission is null or jsonb_typeof(p_permission) = 'null' then
    delete from public.agent_permissions where org_id = v_org_id and role_name = p_role_name and action = p_action;
    return null;
  end if;
  perform private.require_shape(p_permission, '{"is": "object", "members": {"allowed": {"is": "flag", "must": true},
    "max_cost_usd": {"is": "number", "least": 0, "most": 100000}, "requires_approval": {"is": "flag"}}}'::jsonb, 1024);
  insert into public.agent_permissions as p (org_id, role_name, action, allowed, max_cost_usd, requires_approval)
  values (v_org_id, p_role_name, p_action, (p_permission ->> 'allowed')::boolean, (p_permission ->> 'max_cost_usd')::numeric,
    coalesce((p_permission ->> 'requires_approval')::boolean, false))
  on conflict (org_id, role_name, action) do update set allowed = excluded.allowed, max_cost_usd = excluded.max_cost_usd,
    requires_approval = excluded.requires_approval, updated_at = now()
  returning * into v_permission;
  return to_jsonb(v_permission);
end
$$;
comment on function public.set_agent_permission(uuid, text, text, jsonb, jsonb) is 'What an org says of an action for a role.';
revoke all on function public.set_agent_permission(uuid, text, text, jsonb, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.set_agent_permission(uuid, text, text, jsonb, jsonb) to authenticated;

-- decide_agent_approval(approval, approve, reason): does what waits for approval, or refuses it, with a reason; the approval, or null where
-- the caller sees none. One that is decided is answered as it is, and done once. Called by UIs. RC400, RC409 TOO_MANY_TASKS and
-- TOO_MANY_MEMORIES, 42501.
create function public.decide_agent_approval(p_approval bigint, p_approve boolean, p_reason text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_approval public.agent_approvals;
  v_task public.agent_tasks;
  v_outcome jsonb;
begin
  perform private.require_flag('p_approve', p_approve);
  select * into v_approval from public.agent_approvals
  where id = p_approval and org_id in (select private.orgs_with_right('agents.view'));
  if not found then
    return null;
  end if;
  perform private.agents_org(v_approval.org_id);
  if p_approve then
    perform private.give_reason(p_reason);
  else
    perform private.require_reason(p_reason);
  end if;
  v_task := agents.hold_tree(v_approval.task_id);
  select * into v_approval from public.agent_approvals where id = p_approval for update;
  -- Again: a right may be taken away while a call waits.
  perform private.agents_org(v_approval.org_id);
  if v_approval.status = 'waiting' then
    if p_approve then
      v_outcome := agents.perform(v_task, v_approval.action, v_approval.params);
    end if;
    update public.agent_approvals set status = case when p_approve then 'approved' else 'refused' end, reason = nullif(btrim(p_reason), ''),
      outcome = v_outcome, decided_at = clock_timestamp(), decided_by = (select auth.uid())
    where id = p_approval returning * into v_approval;
    perform agents.note(v_task, case when p_approve then 'approval_given' else 'approval_refused' end,
      format('%s: %s', v_approval.action, coalesce(v_outcome ->> 'outcome', 'refused')),
      jsonb_strip_nulls(jsonb_build_object('approval_id', p_approval, 'reason', v_approval.reason, 'outcome', v_outcome)));
    perform agents.begin_handlers(v_task.org_id);
  else
    -- Asked again it is as it was; whoever decided otherwise is told that somebody was faster.
    perform private.require_unchanged(jsonb_build_object('status', v_approval.status),
      jsonb_build_object('status', case when p_approve then 'approved' else 'refused' end), 'this approval');
  end if;
  return to_jsonb(v_approval);
end
$$;
comment on function public.decide_agent_approval(bigint, boolean, text) is 'Approves or refuses an action of an agent.';
revoke all on function public.decide_agent_approval(bigint, boolean, text) from public, anon, authenticated, service_role;
grant execute on function public.decide_agent_approval(bigint, boolean, text) to authenticated;

-- forget_agent_memory(memory): deletes a memory; whether there was one. Called by UIs. 42501.
create function public.forget_agent_memory(p_memory bigint)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
begin
  select org_id into v_org_id from public.agent_memory
  where id = p_memory and org_id in (select private.orgs_with_right('agents.view'));
  if not found then
    return false;
  end if;
  perform private.agents_org(v_org_id);
  delete from public.agent_memory where id = p_memory;
  return found;
end
$$;
comment on function public.forget_agent_memory(bigint) is 'Deletes a memory of agents.';
revoke all on function public.forget_agent_memory(bigint) from public, anon, authenticated, service_role;
grant execute on function public.forget_agent_memory(bigint) to authenticated;

-- agents.new_key(agent, days): gives an agent a key, in place of the one it had; the key, which is kept as a hash only.
-- Called by create_agent() and rotate_agent_key().
create function agents.new_key(p_agent uuid, p_days int)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_key text := 'agent_' || encode(extensions.gen_random_bytes(32), 'hex');
begin
  insert into private.agent_keys as k (agent, key_hash) values (p_agent, encode(sha256(convert_to(v_key, 'utf8')), 'hex'))
  on conflict (agent) do update set key_hash = excluded.key_hash;
  update public.agents set key_rotated_at = clock_timestamp(), key_expires_at = clock_timestamp() + make_interval(days => p_days), enabled = true
  where id = p_agent;
  return v_key;
end
$$;
comment on function agents.new_key(uuid, int) is 'Gives an agent a new key.';
revoke all on function agents.new_key(uuid, int) from public, anon, authenticated, service_role;

-- create_agent(agent): an agent with its key, which is told once: {agent, key}. Called by UIs. RC400, RC404 ORG_NOT_FOUND, RC409 AGENT_EXISTS,
-- 42501. p_agent: {org_id?, name, role_name?, permission_level?, days?}; a key is good for 90 days where nothing is said, for 365 at most.
create function public.create_agent(p_agent jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_role public.agent_roles;
  v_agent public.agents;
  v_key text;
begin
  perform private.require_shape(p_agent, '{"is": "object", "members": {"org_id": {"is": "id"}, "name": {"is": "text", "most": 100, "must": true},
    "role_name": {"is": "text", "most": 100}, "permission_level": {"is": "whole", "least": 0, "most": 3},
    "days": {"is": "whole", "least": 1, "most": 365}}}'::jsonb, 4096);
  v_org_id := private.agents_org((p_agent ->> 'org_id')::uuid);
  if p_agent ->> 'role_name' is not null then
    select * into v_role from public.agent_roles where name = p_agent ->> 'role_name';
    if not found then
      perform agents.fault('role_name', 'there is no such role');
    end if;
  end if;
  insert into public.agents (org_id, name, role_name, permission_level, key_expires_at, created_by)
  values (v_org_id, private.fold_text(p_agent ->> 'name'), v_role.name,
    coalesce((p_agent ->> 'permission_level')::int, v_role.default_permission_level, 1), now(), (select auth.uid()))
  on conflict (org_id, name) do nothing
  returning * into v_agent;
  if v_agent.id is null then
    raise exception 'There is an agent of this name already.' using errcode = 'RC409', hint = 'AGENT_EXISTS';
  end if;
  v_key := agents.new_key(v_agent.id, coalesce((p_agent ->> 'days')::int, 90));
  return jsonb_build_object('agent', (select to_jsonb(a) from public.agents a where a.id = v_agent.id), 'key', v_key);
end
$$;
comment on function public.create_agent(jsonb) is 'Makes an agent with its key, which is told once.';
revoke all on function public.create_agent(jsonb) from public, anon, authenticated, service_role;
grant execute on function public.create_agent(jsonb) to authenticated;

-- private.own_agent(agent): the caller's agent, locked; null where they see none, 42501 where they only see it. Called by the two below.
create function private.own_agent(p_agent uuid)
returns public.agents
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_agent public.agents;
begin
  select * into v_agent from public.agents
  where id = p_agent and org_id in (select private.orgs_with_right('agents.view')) for update;
  if found then
    perform private.agents_org(v_agent.org_id);
  end if;
  return v_agent;
end
$$;
comment on function private.own_agent(uuid) is 'The caller''s agent, locked.';
revoke all on function private.own_agent(uuid) from public, anon, authenticated, service_role;

-- rotate_agent_key(agent, days): a new key, told once; the old one is void at once. {agent, key}, or null where the caller sees no such
-- agent. Called by UIs. RC400, 42501.
create function public.rotate_agent_key(p_agent uuid, p_days int default 90)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_agent public.agents := private.own_agent(p_agent);
  v_key text;
begin
  if v_agent.id is null then
    return null;
  elsif p_days is null or p_days not between 1 and 365 then
    perform agents.fault('p_days', 'not a whole number from 1 to 365');
  end if;
  v_key := agents.new_key(p_agent, p_days);
  return jsonb_build_object('agent', (select to_jsonb(a) from public.agents a where a.id = p_agent), 'key', v_key);
end
$$;
comment on function public.rotate_agent_key(uuid, int) is 'Gives an agent a new key, which is told once.';
revoke all on function public.rotate_agent_key(uuid, int) from public, anon, authenticated, service_role;
grant execute on function public.rotate_agent_key(uuid, int) to authenticated;

-- revoke_agent(agent): its key is void and its tasks go back; it stays by name, for what it did. The agent, or null. Called by UIs. 42501.
create function public.revoke_agent(p_agent uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_agent public.agents := private.own_agent(p_agent);
  v_task bigint;
begin
  if v_agent.id is null then
    return null;
  end if;
  delete from private.agent_keys where agent = p_agent;
  update public.agents set enabled = false where id = p_agent;
  -- In the order of their roots: two who revoke at once wait for each other in one way.
  for v_task in
    select id from public.agent_tasks where org_id = v_agent.org_id and assigned_agent = p_agent and status = 'in_progress'
    order by agents.root_of(id), id
  loop
    perform agents.give_back(agents.hold_tree(v_task), 'Its agent was revoked', false);
  end loop;
  return (select to_jsonb(a) from public.agents a where a.id = p_agent);
end
$$;
comment on function public.revoke_agent(uuid) is 'Makes the key of an agent void.';
revoke all on function public.revoke_agent(uuid) from public, anon, authenticated, service_role;
grant execute on function public.revoke_agent(uuid) to authenticated;

-- agents.give_back(task, why, counts): a task of an agent waits again; one that came back three times by itself fails. The tree is held.
-- Called by the tick, agents.call() and revoke_agent().
create function agents.give_back(p_task public.agent_tasks, p_why text, p_counts boolean)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_attempts int := (p_task).attempts + case when p_counts then 1 else 0 end;
begin
  if (p_task).status <> 'in_progress' or (p_task).claim_token is null then
    return;
  end if;
  update public.agent_tasks set claim_token = null, lease_until = null, attempts = v_attempts, updated_at = clock_timestamp() where id = (p_task).id;
  perform agents.note(p_task, 'lease_expired', p_why, jsonb_build_object('attempts', v_attempts));
  if v_attempts >= 3 then
    perform agents.end_task(p_task, 'failed', null, 'ATTEMPTS_EXCEEDED', 'It was taken three times, and nobody ended it.');
  else
    update public.agent_tasks set status = 'pending', assigned_agent = null where id = (p_task).id;
  end if;
end
$$;
comment on function agents.give_back(public.agent_tasks, text, boolean) is 'Lets a task of an agent wait again.';
revoke all on function agents.give_back(public.agent_tasks, text, boolean) from public, anon, authenticated, service_role;

-- agents.hold_ready(agent): the most urgent and oldest task that the agent may take, its tree held; null where there is none. A tree that
-- somebody else holds comes last, and is waited for by who holds none. Called by agents.claim().
create function agents.hold_ready(p_agent public.agents)
returns public.agent_tasks
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id bigint;
  v_task public.agent_tasks;
  v_busy bigint;
  v_holds boolean := false;
begin
  for v_id in
    select t.id from public.agent_tasks t
    where t.org_id = (p_agent).org_id and t.status = 'pending' and t.handler is null and t.permission_level <= (p_agent).permission_level
      and ((p_agent).role_name is null or t.role_name is null or t.role_name = (p_agent).role_name) and agents.is_ready(t)
    order by array_position(array['urgent', 'high', 'normal', 'low'], t.priority), t.id
    limit 20
  loop
    v_task := agents.hold_tree(v_id, false);
    if v_task.id is null then
      v_busy := coalesce(v_busy, v_id);
    elsif agents.is_ready(v_task) then
      return v_task;
    else
      v_holds := true;
    end if;
  end loop;
  if v_busy is not null and not v_holds then
    v_task := agents.hold_tree(v_busy);
    if agents.is_ready(v_task) then
      return v_task;
    end if;
  end if;
  return null;
end
$$;
comment on function agents.hold_ready(public.agents) is 'A task that an agent may take, its tree held.';
revoke all on function agents.hold_ready(public.agents) from public, anon, authenticated, service_role;

-- agents.claim(agent, lease): the most urgent and oldest task that the agent may take, now its own: with its claim token and what is remembered for
-- its role; {outcome: none} where there is none, over_budget where the org has nothing left to spend. Called by agents.call().
create function agents.claim(p_agent public.agents, p_lease int)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_task public.agent_tasks := agents.hold_ready(p_agent);
  v_against text;
begin
  if v_task.id is null then
    return '{"outcome": "none"}';
  end if;
  v_against := agents.spend(v_task, 0, 0);
  if v_against not in ('spent', 'task') then
    return jsonb_build_object('outcome', 'over_budget', 'period', v_against);
  end if;
  update public.agent_tasks set status = 'in_progress', assigned_agent = (p_agent).id, claim_token = gen_random_uuid(),
    lease_until = clock_timestamp() + make_interval(secs => p_lease), started_at = clock_timestamp(), updated_at = clock_timestamp()
  where id = v_task.id returning * into v_task;
  perform agents.begin_above(v_task);
  perform agents.note(v_task, 'claimed', format('%s took the task', (p_agent).name), '{}', (p_agent).name);
  return jsonb_build_object('outcome', 'done', 'task', to_jsonb(v_task) - 'requested_by', 'depends_on', (
      select coalesce(jsonb_agg(jsonb_build_object('id', t.id, 'title', t.title, 'status', t.status, 'result', t.result) order by t.id), '[]')
      from public.agent_task_deps d join public.agent_tasks t on t.id = d.depends_on where d.task_id = v_task.id),
    'memory', (
      select coalesce(jsonb_agg(jsonb_build_object('agent', m.agent, 'key', m.key, 'value', m.value, 'category', m.category) order by m.agent, m.key), '[]')
      from public.agent_memory m where m.org_id = v_task.org_id and m.agent in ('', coalesce(v_task.role_name, ''))));
end
$$;
comment on function agents.claim(public.agents, int) is 'A task for an agent, now its own.';
revoke all on function agents.claim(public.agents, int) from public, anon, authenticated, service_role;

-- agents.call(key, call, body): what agents ask with their keys, all of it; {outcome, ...}. Called by the function agent-api.
-- RC400 for params of an action; RC409 TOO_MANY_EVENTS, TOO_MANY_TASKS, TOO_MANY_APPROVALS, TOO_MANY_MEMORIES.
--   no_agent    the key is none, void or over
--   claim_lost  the task is not (or no longer) the agent's under that token; nothing was changed
--   claim       {lease_secs}                                     done: {task, depends_on, memory}, none, over_budget
--   heartbeat   {task_id, claim_token, lease_secs}               done
--   event       {task_id, claim_token, event_type, summary, detail?, tool_name?, input_tokens?, output_tokens?, duration_ms?}
--   spend       {task_id, claim_token, cost_usd, tokens}         done, over_budget {period}: to be asked before the money is spent
--   act         {task_id, claim_token, action, params, summary?} done, denied, waiting_for_approval, and what agents.perform() answers
--   complete    {task_id, claim_token, result}; fail {…, error}; release {…}   done
--   approval    {approval_id}                                    done: {status, reason, result}, not_found
create function agents.call(p_key text, p_call text, p_body jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_agent public.agents;
  v_task public.agent_tasks;
  v_answer jsonb := '{"outcome": "done"}';
  v_against text;
begin
  select a.* into v_agent from private.agent_keys k join public.agents a on a.id = k.agent
  where k.key_hash = encode(sha256(convert_to(p_key, 'utf8')), 'hex') and a.enabled and a.key_expires_at > clock_timestamp();
  if not found then
    return '{"outcome": "no_agent"}';
  end if;
  update public.agents set last_seen_at = clock_timestamp()
  where id = v_agent.id and coalesce(last_seen_at, '-infinity') < clock_timestamp() - interval '10 seconds';
  if p_call = 'claim' then
    return agents.claim(v_agent, (p_body ->> 'lease_secs')::int);
  elsif p_call = 'approval' then
    select jsonb_build_object('outcome', 'done', 'status', p.status, 'reason', p.reason, 'result', p.outcome) into v_answer
    from public.agent_approvals p join public.agent_tasks t on t.id = p.task_id
    where p.id = (p_body ->> 'approval_id')::bigint and t.assigned_agent = v_agent.id;
    return coalesce(v_answer, '{"outcome": "not_found"}');
  end if;
  v_task := agents.hold_tree((p_body ->> 'task_id')::bigint);
  if v_task.assigned_agent is distinct from v_agent.id or v_task.claim_token is distinct from (p_body ->> 'claim_token')::uuid
    or v_task.claim_token is null then
    return '{"outcome": "claim_lost"}';
  end if;
  -- What leaves an event, each time.
  if p_call in ('event', 'spend', 'act')
    and (select count(*) from public.agent_events e where e.org_id = v_task.org_id and e.task_id = v_task.id) >= 5000 then
    perform agents.refuse_more('TOO_MANY_EVENTS', 'A task has at most 5000 events; it can still be ended or given back.');
  end if;
  case p_call
    when 'heartbeat' then
      update public.agent_tasks set lease_until = clock_timestamp() + make_interval(secs => (p_body ->> 'lease_secs')::int) where id = v_task.id;
    when 'event' then
      if length(p_body ->> 'detail') > 50000 then
        perform agents.fault('detail', 'larger than 50000 characters as it is kept');
      end if;
      insert into public.agent_events (org_id, task_id, event_type, agent, summary, detail, tool_name, input_tokens, output_tokens, duration_ms)
      values (v_task.org_id, v_task.id, p_body ->> 'event_type', v_agent.name, p_body ->> 'summary', coalesce(p_body -> 'detail', '{}'),
        p_body ->> 'tool_name', (p_body ->> 'input_tokens')::bigint, (p_body ->> 'output_tokens')::bigint, (p_body ->> 'duration_ms')::bigint);
    when 'spend' then
      v_against := agents.spend(v_task, (p_body ->> 'cost_usd')::numeric, (p_body ->> 'tokens')::bigint);
      if v_against <> 'spent' then
        perform agents.note(v_task, 'budget_exceeded', format('%s dollars more are refused: %s', p_body ->> 'cost_usd', v_against),
          jsonb_build_object('against', v_against, 'cost_usd', p_body -> 'cost_usd'), v_agent.name);
        v_answer := jsonb_build_object('outcome', 'over_budget', 'period', v_against);
        if v_against = 'task' then
          perform agents.end_task(v_task, 'failed', null, 'BUDGET_EXCEEDED', 'It would have cost more than its max_cost_usd.', v_agent.name);
        end if;
      end if;
    when 'act' then
      v_answer := agents.act(v_task, p_body ->> 'action', p_body -> 'params',
        coalesce(p_body ->> 'summary', format('Task %s asks for %s', v_task.id, p_body ->> 'action')), v_agent.name);
    when 'complete' then
      -- As the database writes it numbers and spaces may be more; with what its sub-tasks came to it has to fit.
      if length(p_body ->> 'result') > 150000 then
        perform agents.fault('result', 'larger than 150000 characters as it is kept');
      elsif exists (select from public.agent_tasks c where c.org_id = v_task.org_id and c.parent_task_id = v_task.id and c.completed_at is null) then
        -- It ends with its sub-tasks; until then nobody has it.
        update public.agent_tasks set claim_token = null, lease_until = null, result = p_body -> 'result' where id = v_task.id;
        v_answer := '{"outcome": "done", "waits_for_sub_tasks": true}';
      else
        perform agents.end_task(v_task, 'completed', p_body -> 'result', null, null, v_agent.name);
      end if;
    when 'fail' then
      perform agents.end_task(v_task, 'failed', null, 'AGENT_FAILED', p_body ->> 'error', v_agent.name);
    when 'release' then
      perform agents.give_back(v_task, format('%s gave it back', v_agent.name), false);
  end case;
  perform agents.begin_handlers(v_task.org_id);
  return v_answer;
end
$$;
comment on function agents.call(text, text, jsonb) is 'What agents ask with their keys.';
revoke all on function agents.call(text, text, jsonb) from public, anon, authenticated, service_role;
grant execute on function agents.call(text, text, jsonb) to service_role;

-- agents.hold_run(token): the task of the run whose block a claim is on; raises RC001 for any other. Called by the two below.
create function agents.hold_run(p_claim_token uuid)
returns public.agent_tasks
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_held record;
  v_task bigint;
begin
  select * into v_held from fleet.hold_claim_on(p_claim_token, 'agent_task');
  select task_id into v_task from public.agent_handler_runs where id = v_held.run_id;
  return agents.hold_tree(v_task);
end
$$;
comment on function agents.hold_run(uuid) is 'The task of a handler''s claim.';
revoke all on function agents.hold_run(uuid) from public, anon, authenticated, service_role;

-- agents.propose(task, proposals): actions that a handler proposes, put before a person. [{action, params, summary}].
-- Called by agents.commit_run().
create function agents.propose(p_task public.agent_tasks, p_proposals jsonb)
returns void
language sql
security definer
set search_path = ''
as $$
  select agents.act(p_task, p ->> 'action', p -> 'params', p ->> 'summary', (p_task).handler, true)
  from jsonb_array_elements(p_proposals) as p
$$;
comment on function agents.propose(public.agent_tasks, jsonb) is 'Puts proposals of a handler before a person.';
revoke all on function agents.propose(public.agent_tasks, jsonb) from public, anon, authenticated, service_role;

-- agents.commit_run(token, report): what a handler came to: ends its task and its block. p_report: {summary, ..., proposals?: [{action, params,
-- summary}], tasks?: [tasks that it opens], checks?: [primes to be checked], decided?: a project of the strategy}. Called by the engine.
create function agents.commit_run(p_claim_token uuid, p_report jsonb)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_task public.agent_tasks := agents.hold_run(p_claim_token);
  v_run uuid;
  v_made jsonb;
  v_prime jsonb;
  v_project bigint;
begin
  select j.run_id into strict v_run from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id where b.claim_token = p_claim_token;
  if v_task.completed_at is null then
    perform agents.propose(v_task, coalesce(p_report -> 'proposals', '[]'));
    -- Opened beside it, so that what a person or agent is to look into does not hold up what goes on.
    for v_made in select * from jsonb_array_elements(coalesce(p_report -> 'tasks', '[]')) loop
      perform agents.make_task(v_task.org_id, v_made, 'automated', null, null, v_task.requested_by);
    end loop;
    for v_prime in select * from jsonb_array_elements(coalesce(p_report -> 'checks', '[]')) loop
      perform agents.perform(v_task, 'verify_prime', jsonb_build_object('prime_id', v_prime));
    end loop;
    if v_task.handler = 'plan_project' and p_report ? 'decided' then
      v_project := prime_search.carry_out(v_task.org_id, p_report -> 'decided');
    end if;
    perform agents.end_task(v_task, 'completed', p_report - 'tasks' - 'checks' - 'decided'
      || case when v_project is null then '{}' else jsonb_build_object('project', v_project) end, null, null, v_task.handler);
  end if;
  update public.agent_handler_runs set status = 'COMPLETED', finished_at = clock_timestamp() where id = v_run;
  perform fleet.finish_block(p_claim_token);
  perform agents.begin_handlers(v_task.org_id);
end
$$;
comment on function agents.commit_run(uuid, jsonb) is 'Writes what a handler came to, and ends its task.';
revoke all on function agents.commit_run(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function agents.commit_run(uuid, jsonb) to receptor_engine;
