-- The life of a task: made, waiting for others, begun, paid for, ended. A tree of tasks is locked by its root, always before budgets, so
-- that what two do at once in one tree comes one after the other.

-- agents.note(task, type, summary, detail, agent): an event of a task; `by` in its detail is the user who did it. Called by what follows here.
create function agents.note(p_task public.agent_tasks, p_type text, p_summary text, p_detail jsonb default '{}', p_agent text default '')
returns void
language sql
security definer
set search_path = ''
as $$
  insert into public.agent_events (org_id, task_id, event_type, summary, detail, agent)
  values ((p_task).org_id, (p_task).id, p_type, left(p_summary, 2000),
    p_detail || jsonb_strip_nulls(jsonb_build_object('by', (select auth.uid()))), left(p_agent, 200))
$$;
comment on function agents.note(public.agent_tasks, text, text, jsonb, text) is 'Writes an event of a task.';
revoke all on function agents.note(public.agent_tasks, text, text, jsonb, text) from public, anon, authenticated, service_role;

-- agents.up_from(task): a task and all that it is below; none where there is no such task. Called by whatever looks up a tree.
create function agents.up_from(p_task bigint)
returns table (id bigint, parent_task_id bigint)
language sql
stable
security definer
set search_path = ''
as $$
  with recursive up as (
    select t.id, t.parent_task_id from public.agent_tasks t where t.id = p_task
    union all
    select t.id, t.parent_task_id from public.agent_tasks t join up on up.parent_task_id = t.id
  )
  select up.id, up.parent_task_id from up
$$;
comment on function agents.up_from(bigint) is 'A task and all that it is below.';
revoke all on function agents.up_from(bigint) from public, anon, authenticated, service_role;

-- agents.root_of(task): the root of a task's tree; null: there is no such task. Called by what holds trees.
create function agents.root_of(p_task bigint)
returns bigint
language sql
stable
security definer
set search_path = ''
as $$
  select id from agents.up_from(p_task) where parent_task_id is null
$$;
comment on function agents.root_of(bigint) is 'The root of a task''s tree.';
revoke all on function agents.root_of(bigint) from public, anon, authenticated, service_role;

-- agents.hold_tree(task, wait): locks the tree of a task by its root and answers the task as it is then; null: there is none, or somebody
-- else holds the tree and is not waited for. Called first by whatever changes a task. Who holds a tree or a budget waits for no other tree:
-- two who did would wait for each other.
create function agents.hold_tree(p_task bigint, p_wait boolean default true)
returns public.agent_tasks
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_root bigint := agents.root_of(p_task);
  v_task public.agent_tasks;
begin
  if p_wait then
    perform from public.agent_tasks where id = v_root for update;
  else
    perform from public.agent_tasks where id = v_root for update skip locked;
  end if;
  if found then
    select * into v_task from public.agent_tasks where id = p_task;
  end if;
  return v_task;
end
$$;
comment on function agents.hold_tree(bigint, boolean) is 'Locks the tree of a task; the task.';
revoke all on function agents.hold_tree(bigint, boolean) from public, anon, authenticated, service_role;

-- agents.period_start(period, now): when the current day, week (Monday) or month began, UTC. Called by agents.hold_budgets() and
-- get_agent_budgets().
create function agents.period_start(p_period text, p_now timestamptz)
returns timestamptz
language sql
immutable
set search_path = ''
as $$
  select date_trunc(case p_period when 'daily' then 'day' when 'weekly' then 'week' else 'month' end, p_now at time zone 'UTC') at time zone 'UTC'
$$;
comment on function agents.period_start(text, timestamptz) is 'When the current period of a budget began.';
revoke all on function agents.period_start(text, timestamptz) from public, anon, authenticated, service_role;

-- agents.usual_budgets(): the budgets of an org of which nothing was said and that has spent nothing, in dollars. Called by agents.hold_budgets()
-- and get_agent_budgets().
create function agents.usual_budgets()
returns table (period text, usd numeric)
language sql
immutable
set search_path = ''
as $$
  values ('daily', 10::numeric), ('weekly', 50), ('monthly', 150)
$$;
comment on function agents.usual_budgets() is 'The budgets of an org of which nothing was said.';
revoke all on function agents.usual_budgets() from public, anon, authenticated, service_role;

-- agents.hold_budgets(org): locks the org's budgets, makes those that are not there, and begins periods anew that are over. Called by whatever
-- spends or changes them.
create function agents.hold_budgets(p_org_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_now timestamptz;
begin
  insert into public.agent_budgets (org_id, period, budget_usd, period_start)
  select p_org_id, p.period, p.usd, agents.period_start(p.period, clock_timestamp())
  from agents.usual_budgets() as p
  order by p.period
  on conflict (org_id, period) do nothing;
  perform from public.agent_budgets where org_id = p_org_id order by period for update;
  v_now := clock_timestamp();
  update public.agent_budgets b set spent_usd = 0, tokens_used = 0, period_start = agents.period_start(b.period, v_now), updated_at = v_now
  where b.org_id = p_org_id and b.period_start < agents.period_start(b.period, v_now);
end
$$;
comment on function agents.hold_budgets(uuid) is 'Locks the budgets of an org, as they are in their current periods.';
revoke all on function agents.hold_budgets(uuid) from public, anon, authenticated, service_role;

-- agents.spend(task, usd, tokens): books what a task is about to cost on it, on the tasks above it, and on the three budgets of its org;
-- or books nothing where one of them would be overspent. Answers spent, or what stands against it: daily, weekly, monthly, or task (its
-- own max_cost_usd, or that of one above it). The tree is held. Called by whatever begins something that costs.
create function agents.spend(p_task public.agent_tasks, p_usd numeric, p_tokens bigint)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_above bigint[];
  v_against text;
begin
  select array_agg(id) into v_above from agents.up_from((p_task).id);
  if exists (select from public.agent_tasks where id = any (v_above) and cost_usd + p_usd > max_cost_usd) then
    return 'task';
  end if;
  perform agents.hold_budgets((p_task).org_id);
  -- Beginning something that costs nothing needs room as well: who has spent all begins nothing.
  select period into v_against from public.agent_budgets
  where org_id = (p_task).org_id and (spent_usd + p_usd > budget_usd or spent_usd >= budget_usd)
  order by period limit 1;
  if found then
    return v_against;
  end if;
  update public.agent_budgets set spent_usd = spent_usd + p_usd, tokens_used = tokens_used + p_tokens, updated_at = clock_timestamp()
  where org_id = (p_task).org_id;
  update public.agent_tasks set cost_usd = cost_usd + p_usd, tokens_used = tokens_used + p_tokens where id = any (v_above);
  return 'spent';
end
$$;
comment on function agents.spend(public.agent_tasks, numeric, bigint) is 'Books a cost, or says which limit stands against it.';
revoke all on function agents.spend(public.agent_tasks, numeric, bigint) from public, anon, authenticated, service_role;

-- agents.task_shape(): what makes a task, see private.shape_faults(). Called by agents.make_task(), agents.require_params() and
-- request_agent_task().
create function agents.task_shape()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select jsonb_build_object('is', 'object', 'members', '{
    "org_id": {"is": "id"},
    "title": {"is": "text", "most": 200, "must": true}, "description": {"is": "text", "most": 10000},
    "priority": {"is": "choice", "of": ["low", "normal", "high", "urgent"]},
    "role_name": {"is": "text", "most": 100}, "agent_model": {"is": "text", "most": 200},
    "params": {"is": "any", "most": 20000},
    "permission_level": {"is": "whole", "least": 0, "most": 3},
    "parent_task_id": {"is": "whole", "least": 1, "most": 9007199254740991},
    "on_child_failure": {"is": "choice", "of": ["fail", "skip"]},
    "deadline": {"is": "text", "most": 40, "like": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})$"},
    "timeout_secs": {"is": "whole", "least": 10, "most": 604800},
    "max_cost_usd": {"is": "number", "least": 0, "most": 100000},
    "depends_on": {"is": "list", "most": 100, "of": {"is": "whole", "least": 1, "most": 9007199254740991}}}'::jsonb
    || jsonb_build_object('handler', jsonb_build_object('is', 'choice', 'of', to_jsonb(agents.handlers()))))
$$;
comment on function agents.task_shape() is 'The shape of a request for a task.';
revoke all on function agents.task_shape() from public, anon, authenticated, service_role;

-- agents.fault(path, message): refuses a request for a task. Called by agents.make_task() and what makes templates and schedules.
create function agents.fault(p_path text, p_message text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform private.refuse_faults(jsonb_build_array(jsonb_build_object('path', p_path, 'message', p_message)));
end
$$;
comment on function agents.fault(text, text) is 'Refuses a request, with the path of its fault.';
revoke all on function agents.fault(text, text) from public, anon, authenticated, service_role;

-- agents.refuse_more(code, message): an agent has made as many of something as it may. Raises RC409 with the code as hint. Called by what
-- agents make things with.
create function agents.refuse_more(p_code text, p_message text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception '%', p_message using errcode = 'RC409', hint = p_code;
end
$$;
comment on function agents.refuse_more(text, text) is 'Refuses what there are as many of as there may be.';
revoke all on function agents.refuse_more(text, text) from public, anon, authenticated, service_role;

-- agents.tree_is_full(task): whether the tree of a task has as many tasks as a tree may have, so that an agent who makes sub-tasks without end,
-- each below the other or side by side, comes to one. Called by agents.make_task().
create function agents.tree_is_full(p_task bigint)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  with recursive below (id, org_id) as (
    select t.id, t.org_id from public.agent_tasks t where t.id = agents.root_of(p_task)
    union all
    select t.id, t.org_id from below b join public.agent_tasks t on t.org_id = b.org_id and t.parent_task_id = b.id
  )
  select count(*) > 1000 from below
$$;
comment on function agents.tree_is_full(bigint) is 'Whether a tree of tasks has as many as it may have: a root and 1000.';
revoke all on function agents.tree_is_full(bigint) from public, anon, authenticated, service_role;

-- agents.in_a_ring(org, parent, on): a task on which one below the parent may not depend, because it waits for the parent itself, or for one above
-- it: which ends after what is below it, so that none of them ever would. A task waits for what it depends on and for what is below it. Null:
-- there is none. Called by agents.make_task().
create function agents.in_a_ring(p_org_id uuid, p_parent bigint, p_on bigint[])
returns bigint
language sql
stable
security definer
set search_path = ''
as $$
  with recursive waited (via, id) as (
    select o, o from unnest(p_on) as o
    union
    select w.via, n.id from waited w
    cross join lateral (
      select d.depends_on as id from public.agent_task_deps d where d.org_id = p_org_id and d.task_id = w.id
      union all
      select t.id from public.agent_tasks t where t.org_id = p_org_id and t.parent_task_id = w.id) as n
  )
  select w.via from waited w join agents.up_from(p_parent) as up on up.id = w.id order by w.via limit 1
$$;
comment on function agents.in_a_ring(uuid, bigint, bigint[]) is 'A task on which one below the parent may not depend, since it waits for the parent.';
revoke all on function agents.in_a_ring(uuid, bigint, bigint[]) from public, anon, authenticated, service_role;

-- agents.make_task(org, task, source, schedule, template, requested by, key, request): makes a task. Its level is at most its parent's; where
-- nothing is said, level and cost are its role's. The key is the request's, see agents.asked_before(). RC400; RC409 TOO_MANY_TASKS. Called by
-- everything that makes tasks.
create function agents.make_task(
  p_org_id uuid, p_task jsonb, p_source text, p_schedule bigint default null, p_template text default null, p_requested_by uuid default null,
  p_idempotency_key text default null, p_request jsonb default null
)
returns public.agent_tasks
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_role public.agent_roles;
  v_parent public.agent_tasks;
  v_task public.agent_tasks;
  v_on bigint[];
  v_other bigint;
begin
  perform private.require_shape(p_task, agents.task_shape(), 64 * 1024);
  v_on := array(select d.id::bigint from jsonb_array_elements_text(coalesce(nullif(p_task -> 'depends_on', 'null'), '[]')) as d (id));
  if jsonb_typeof(p_task -> 'params') not in ('object', 'null') then
    perform agents.fault('params', 'not an object');
  end if;
  if p_task ->> 'role_name' is not null then
    select * into v_role from public.agent_roles where name = p_task ->> 'role_name';
    if not found then
      perform agents.fault('role_name', format('there is no role %s', left(p_task ->> 'role_name', 100)));
    end if;
  end if;
  if p_task ->> 'parent_task_id' is not null then
    v_parent := agents.hold_tree((p_task ->> 'parent_task_id')::bigint);
    if v_parent.id is null or v_parent.org_id <> p_org_id then
      perform agents.fault('parent_task_id', 'there is no such task');
    elsif v_parent.completed_at is not null then
      perform agents.fault('parent_task_id', format('that task is %s', v_parent.status));
    elsif v_parent.handler is not null then
      perform agents.fault('parent_task_id', 'a task of a handler has no sub-tasks');
    elsif agents.tree_is_full(v_parent.id) then
      perform agents.refuse_more('TOO_MANY_TASKS', 'A task has at most 1000 below it, however deep.');
    end if;
  end if;
  select o into v_other from unnest(v_on) as o where not exists (select from public.agent_tasks t where t.id = o and t.org_id = p_org_id) limit 1;
  if found then
    perform agents.fault('depends_on', format('there is no task %s', v_other));
  end if;
  v_other := case when v_on <> '{}' then agents.in_a_ring(p_org_id, v_parent.id, v_on) end;
  if v_other is not null then
    perform agents.fault('depends_on', format('task %s waits for what this one is below', v_other));
  end if;
  insert into public.agent_tasks (org_id, title, description, priority, source, role_name, agent_model, handler, params, permission_level,
    parent_task_id, on_child_failure, template_name, schedule_id, deadline, timeout_secs, max_cost_usd, requested_by, idempotency_key, request)
  values (p_org_id, private.fold_text(p_task ->> 'title'), coalesce(p_task ->> 'description', ''), coalesce(p_task ->> 'priority', v_parent.priority, 'normal'),
    p_source, p_task ->> 'role_name', coalesce(p_task ->> 'agent_model', v_role.default_model), p_task ->> 'handler',
    coalesce(nullif(p_task -> 'params', 'null'), '{}'),
    least(coalesce((p_task ->> 'permission_level')::int, v_role.default_permission_level, v_parent.permission_level, 1), coalesce(v_parent.permission_level, 3)),
    v_parent.id, coalesce(p_task ->> 'on_child_failure', 'fail'), p_template, p_schedule, (p_task ->> 'deadline')::timestamptz,
    coalesce((p_task ->> 'timeout_secs')::int, 1800), coalesce((p_task ->> 'max_cost_usd')::numeric, v_role.default_max_cost_usd), p_requested_by,
    p_idempotency_key, case when p_idempotency_key is not null then p_request end)
  returning * into v_task;
  insert into public.agent_task_deps (org_id, task_id, depends_on)
  select distinct p_org_id, v_task.id, o from unnest(v_on) as o;
  perform agents.note(v_task, 'created', format('Task "%s" was made', v_task.title), jsonb_build_object('source', p_source));
  return v_task;
exception when invalid_datetime_format or datetime_field_overflow then
  perform agents.fault('deadline', 'not a time that the calendar has');
end
$$;
comment on function agents.make_task(uuid, jsonb, text, bigint, text, uuid, text, jsonb) is 'Makes a task.';
revoke all on function agents.make_task(uuid, jsonb, text, bigint, text, uuid, text, jsonb) from public, anon, authenticated, service_role;

-- agents.is_ready(task): whether a task may begin: it waits, all sub-tasks that an agent made have ended, what it depends on is completed (or failed, under a parent
-- that passes failures over), and its deadline has not passed; no task that is not there is ready. Called by what begins tasks.
create function agents.is_ready(p_task public.agent_tasks)
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select (p_task).status is not distinct from 'pending'
    and ((p_task).deadline is null or (p_task).deadline > clock_timestamp())
    and not exists (
      select from public.agent_tasks c where c.org_id = (p_task).org_id and c.parent_task_id = (p_task).id and c.completed_at is null)
    and not exists (
      select from public.agent_task_deps d
      join public.agent_tasks t on t.id = d.depends_on
      left join public.agent_tasks above on above.id = t.parent_task_id
      where d.task_id = (p_task).id
        and not (t.status = 'completed' or (t.completed_at is not null and above.on_child_failure = 'skip')))
$$;
comment on function agents.is_ready(public.agent_tasks) is 'Whether a task may begin.';
revoke all on function agents.is_ready(public.agent_tasks) from public, anon, authenticated, service_role;

-- agents.begin_above(task): the tasks above one that begins are under way. Called by what begins tasks.
create function agents.begin_above(p_task public.agent_tasks)
returns void
language sql
security definer
set search_path = ''
as $$
  update public.agent_tasks t set status = 'in_progress', started_at = clock_timestamp(), updated_at = clock_timestamp()
  from agents.up_from((p_task).parent_task_id) as up where t.id = up.id and t.status = 'pending'
$$;
comment on function agents.begin_above(public.agent_tasks) is 'Marks the tasks above one as under way.';
revoke all on function agents.begin_above(public.agent_tasks) from public, anon, authenticated, service_role;

-- agents.handler_price(): dollars that a task of a handler is booked with when it begins: 9 seconds of CPU at 0.04 dollars a core hour, more
-- than any took. Called by agents.begin_handler().
create function agents.handler_price()
returns numeric
language sql
immutable
set search_path = ''
as $$
  select 0.0001
$$;
comment on function agents.handler_price() is 'What a task of a handler costs, in dollars.';
revoke all on function agents.handler_price() from public, anon, authenticated, service_role;

-- agents.begin_handler(task): queues the work of a ready task of a handler; whether it began. Where the budget has no room it waits, and
-- says so once; where handlers are switched off it waits. The tree is held. Called by agents.begin_handlers().
create function agents.begin_handler(p_task public.agent_tasks)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_against text;
begin
  if not (select enabled from fleet.search_types where search_type = 'agent_task') then
    return false;
  end if;
  v_against := agents.spend(p_task, agents.handler_price(), 0);
  if v_against = 'task' then
    perform agents.note(p_task, 'budget_exceeded', 'Its max_cost_usd does not pay for it');
    perform agents.end_task(p_task, 'failed', null, 'BUDGET_EXCEEDED', 'Its max_cost_usd does not pay for it.');
    return true;
  elsif v_against <> 'spent' then
    if not exists (select from public.agent_events where task_id = (p_task).id and event_type = 'budget_exceeded') then
      perform agents.note(p_task, 'budget_exceeded', format('The %s budget is spent; the task waits', v_against), jsonb_build_object('period', v_against));
    end if;
    return false;
  end if;
  update public.agent_tasks set status = 'in_progress', started_at = clock_timestamp(), updated_at = clock_timestamp() where id = (p_task).id;
  perform agents.begin_above(p_task);
  perform agents.note(p_task, 'started', format('Handler %s begins', (p_task).handler), '{}', (p_task).handler);
  insert into public.agent_handler_runs (org_id, task_id, requested_by) values ((p_task).org_id, (p_task).id, (p_task).requested_by);
  return true;
end
$$;
comment on function agents.begin_handler(public.agent_tasks) is 'Queues the work of a handler''s task.';
revoke all on function agents.begin_handler(public.agent_tasks) from public, anon, authenticated, service_role;

-- agents.begin_handlers(org): begins the tasks of handlers that are ready; how many. Trees that somebody else holds are left to them, and
-- to the next tick. Null: of every org. Called where tasks are made or end, and by the tick.
create function agents.begin_handlers(p_org_id uuid)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id bigint;
  v_task public.agent_tasks;
  v_count int := 0;
begin
  for v_id in
    select t.id from public.agent_tasks t
    where t.status = 'pending' and t.handler is not null and t.org_id = p_org_id and agents.is_ready(t)
    order by array_position(array['urgent', 'high', 'normal', 'low'], t.priority), t.id
    limit 100
  loop
    v_task := agents.hold_tree(v_id, false);
    if agents.is_ready(v_task) and agents.begin_handler(v_task) then
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end
$$;
comment on function agents.begin_handlers(uuid) is 'Begins the tasks of handlers that are ready.';
revoke all on function agents.begin_handlers(uuid) from public, anon, authenticated, service_role;

-- agents.drop_task(task, why): cancels a task that has not ended, what is below it, and what can no longer begin because it waits for one
-- of them. The tree is held; work of a handler that is under way is stopped by the tick, because the fleet locks jobs before trees. Called by agents.drop_waiting(), agents.end_task() and cancel_agent_task().
create function agents.drop_task(p_task public.agent_tasks, p_why text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_task public.agent_tasks;
begin
  for v_task in
    with recursive below as (
      select id from public.agent_tasks where id = (p_task).id
      union
      select t.id from public.agent_tasks t join below b on t.parent_task_id = b.id
    )
    update public.agent_tasks t set status = 'cancelled', completed_at = clock_timestamp(), updated_at = clock_timestamp(), claim_token = null,
      lease_until = null
    from below where t.id = below.id and t.completed_at is null
    returning t.*
  loop
    perform agents.note(v_task, 'cancelled', p_why);
    update public.agent_approvals set status = 'refused', reason = 'The task was cancelled.', decided_at = clock_timestamp()
    where task_id = v_task.id and status = 'waiting';
    perform agents.drop_waiting(v_task);
  end loop;
end
$$;
comment on function agents.drop_task(public.agent_tasks, text) is 'Cancels a task, what is below it and what waits for it.';
revoke all on function agents.drop_task(public.agent_tasks, text) from public, anon, authenticated, service_role;

-- agents.drop_waiting(task): cancels what waits for a task that failed or was cancelled, unless its parent passes failures over.
-- Called by agents.drop_task() and agents.end_task().
create function agents.drop_waiting(p_task public.agent_tasks)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_waiting public.agent_tasks;
begin
  if (select on_child_failure from public.agent_tasks where id = (p_task).parent_task_id) = 'skip' then
    return;
  end if;
  for v_waiting in
    select t.* from public.agent_task_deps d join public.agent_tasks t on t.id = d.task_id
    where d.depends_on = (p_task).id and t.status = 'pending' order by t.id
  loop
    perform agents.drop_task(v_waiting, format('It waits for task %s, which did not complete', (p_task).id));
    if v_waiting.parent_task_id is not null and v_waiting.parent_task_id is distinct from (p_task).parent_task_id then
      perform agents.settle_above(v_waiting);
    end if;
  end loop;
end
$$;
comment on function agents.drop_waiting(public.agent_tasks) is 'Cancels what waits for a task that did not complete.';
revoke all on function agents.drop_waiting(public.agent_tasks) from public, anon, authenticated, service_role;

-- agents.settle_above(task): the task above one that ended ends as well: failed, where one failed and it does not pass failures over;
-- completed when all below it have ended, and no agent is at work on it, which may make more and has still to say what it came to.
-- Called by agents.end_task(), agents.drop_waiting() and cancel_agent_task().
create function agents.settle_above(p_task public.agent_tasks)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_above public.agent_tasks;
  v_bad bigint[];
begin
  select * into v_above from public.agent_tasks where id = (p_task).parent_task_id and completed_at is null;
  if not found then
    return;
  end if;
  v_bad := array(select id from public.agent_tasks where org_id = v_above.org_id and parent_task_id = v_above.id
                   and status in ('failed', 'cancelled') order by id);
  if v_bad <> '{}' and v_above.on_child_failure = 'fail' then
    perform agents.end_task(v_above, 'failed', null, 'SUBTASK_FAILED', format('Sub-task %s did not complete.', v_bad[1]));
  elsif v_above.claim_token is null
    and not exists (select from public.agent_tasks where org_id = v_above.org_id and parent_task_id = v_above.id and completed_at is null) then
    perform agents.end_task(v_above, 'completed', null, null, null);
  end if;
end
$$;
comment on function agents.settle_above(public.agent_tasks) is 'Ends the task above one that ended, where its turn has come.';
revoke all on function agents.settle_above(public.agent_tasks) from public, anon, authenticated, service_role;

-- agents.below(task): what became of a task's sub-tasks, as its result tells it: {sub_tasks: [{id, title, status, result}], more_sub_tasks?}; {}
-- where it has none. The more there are the less of each, and of very many the first alone: a result has a bound, and a task that could not
-- be told would never end. Called by agents.end_task().
create function agents.below(p_task public.agent_tasks)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with told as (
    select t.id, jsonb_build_object('id', t.id, 'title', t.title, 'status', t.status,
      'result', left(t.result ->> 'summary', least(2000, 30000 / (count(*) over ())::int))) as said
    from public.agent_tasks t where t.org_id = (p_task).org_id and t.parent_task_id = (p_task).id
  ), counted as (
    select id, said, sum(length(said::text) + 2) over (order by id) <= 45000 as fits from told
  )
  select case when count(*) = 0 then '{}' else jsonb_build_object('sub_tasks', coalesce(jsonb_agg(said order by id) filter (where fits), '[]'))
    || case when bool_and(fits) then '{}' else jsonb_build_object('more_sub_tasks', count(*) filter (where not fits)) end end
  from counted
$$;
comment on function agents.below(public.agent_tasks) is 'What became of a task''s sub-tasks.';
revoke all on function agents.below(public.agent_tasks) from public, anon, authenticated, service_role;

-- agents.end_task(task, status, result, error code, error): ends a task that has not ended, with what follows for those that wait for it and
-- the one above it; one that did not complete takes what is below it along. What its agent said of it before stays its result. The tree is
-- held. Called by whatever ends a task.
create function agents.end_task(p_task public.agent_tasks, p_status text, p_result jsonb, p_error_code text, p_error text, p_agent text default '')
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_task public.agent_tasks;
  v_below public.agent_tasks;
begin
  update public.agent_tasks set status = p_status,
    result = case p_status when 'completed' then coalesce(p_result, result, '{}') || agents.below(p_task) else coalesce(p_result, result) end, error_code = p_error_code, error = left(p_error, 5000),
    completed_at = clock_timestamp(), started_at = coalesce(started_at, case p_status when 'completed' then clock_timestamp() end),
    updated_at = clock_timestamp(), claim_token = null, lease_until = null
  where id = (p_task).id and completed_at is null
  returning * into v_task;
  if not found then
    return;
  end if;
  perform agents.note(v_task, p_status, coalesce(p_error, format('Task "%s" is completed', v_task.title)),
    jsonb_strip_nulls(jsonb_build_object('error_code', p_error_code)), p_agent);
  if p_status <> 'completed' then
    update public.agent_approvals set status = 'refused', reason = 'The task has ended.', decided_at = clock_timestamp()
    where task_id = v_task.id and status = 'waiting';
    for v_below in select * from public.agent_tasks where org_id = v_task.org_id and parent_task_id = v_task.id and completed_at is null order by id loop
      perform agents.drop_task(v_below, 'The task above it did not complete: ' || p_error);
    end loop;
    perform agents.drop_waiting(v_task);
  end if;
  perform agents.settle_above(v_task);
end
$$;
comment on function agents.end_task(public.agent_tasks, text, jsonb, text, text, text) is 'Ends a task, with what follows from it.';
revoke all on function agents.end_task(public.agent_tasks, text, jsonb, text, text, text) from public, anon, authenticated, service_role;

-- agents.verdict(task, action): whether a task may do something now: allowed, denied, or approval (a person is to decide). What the org says
-- for its role comes first, then its level. Called by agents.act().
create function agents.verdict(p_task public.agent_tasks, p_action text)
returns text
language sql
stable
security definer
set search_path = ''
as $$
  select case
    when p.allowed is null then case when (p_task).permission_level >= agents.level_of(p_action) then 'allowed' else 'denied' end
    when not p.allowed or (p_task).cost_usd > p.max_cost_usd then 'denied'
    when p.requires_approval then 'approval'
    else 'allowed' end
  from (select 1) as one
  left join public.agent_permissions p
    on p.org_id = (p_task).org_id and p.role_name = (p_task).role_name and p.action = p_action
$$;
comment on function agents.verdict(public.agent_tasks, text) is 'Whether a task may do an action.';
revoke all on function agents.verdict(public.agent_tasks, text) from public, anon, authenticated, service_role;

-- agents.require_params(action, params): refuses params that are none of an action. Called by agents.act(), before anything is done, denied,
-- or put before a person.
create function agents.require_params(p_action text, p_params jsonb)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.require_shape(p_params, jsonb_build_object('is', 'object', 'members', case p_action
    when 'remember' then '{"key": {"is": "text", "most": 200, "must": true}, "value": {"is": "text", "most": 20000, "must": true},
      "category": {"is": "choice", "of": ["pattern", "convention", "gotcha", "preference", "architecture", "general"]}, "shared": {"is": "flag"}}'::jsonb
    -- Where it goes is known: whoever says it believes that it may go elsewhere.
    when 'create_task' then (agents.task_shape() -> 'members') - 'org_id' - 'parent_task_id'
    when 'verify_prime' then '{"prime_id": {"is": "whole", "least": 1, "most": 9007199254740991, "must": true}}'::jsonb
    when 'direct_project' then '{"project_id": {"is": "whole", "least": 1, "most": 9007199254740991, "must": true},
      "action": {"is": "choice", "of": ["pause", "resume"], "must": true}}'::jsonb
    when 'change_calibration' then '{"form": {"is": "text", "most": 50, "must": true}, "coeff_a": {"is": "number", "least": 0.000000000001, "most": 1000000, "must": true},
      "coeff_b": {"is": "number", "least": 0, "most": 6, "must": true}}'::jsonb
    else '{"search_job_id": {"is": "whole", "least": 1, "most": 9007199254740991, "must": true}}'::jsonb end), 32 * 1024);
end
$$;
comment on function agents.require_params(text, jsonb) is 'Refuses params that are none of an action.';
revoke all on function agents.require_params(text, jsonb) from public, anon, authenticated, service_role;

-- agents.perform(task, action, params): does it, within the task's org; what became of it, with outcome done or what stood against it.
-- Raises RC400 for a sub-task that cannot be, RC409 TOO_MANY_MEMORIES, TOO_MANY_TASKS. Called by agents.act(), decide_agent_approval() and
-- agents.commit_run().
--   remember            {key, value, category?, shared?}: in the memory of the task's role, or of all
--   create_task         a task as in request_agent_task(), below this one
--   pause_search, resume_search  {search_job_id}; one of a campaign that is paused goes on with it only
--   verify_prime        {prime_id}
--   direct_project      {project_id, action: pause | resume}
--   change_calibration  {form, coeff_a, coeff_b}: only where the form has one, until it is fitted again. It is all orgs': it has to be nearer to
--                       what blocks cost, whoever says it
create function agents.perform(p_task public.agent_tasks, p_action text, p_params jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run uuid;
  v_made public.agent_tasks;
  v_project public.projects;
  v_of text;
begin
  case p_action
    when 'remember' then
      v_of := case when (p_params ->> 'shared')::boolean then '' else coalesce((p_task).role_name, '') end;
      -- All of it is told with each task that is taken.
      if (select count(*) from public.agent_memory m
          where m.org_id = (p_task).org_id and m.agent = v_of and m.key <> private.fold_text(p_params ->> 'key')) >= 200 then
        perform agents.refuse_more('TOO_MANY_MEMORIES', 'Of a role, and of all, 200 things are remembered.');
      end if;
      insert into public.agent_memory as m (org_id, agent, key, value, category, created_by_task)
      values ((p_task).org_id, v_of, private.fold_text(p_params ->> 'key'), p_params ->> 'value', coalesce(p_params ->> 'category', 'general'), (p_task).id)
      on conflict (org_id, agent, key) do update set value = excluded.value, category = excluded.category,
        created_by_task = excluded.created_by_task, updated_at = now();
      return '{"outcome": "done"}';
    when 'create_task' then
      v_made := agents.make_task((p_task).org_id, p_params || jsonb_build_object('parent_task_id', (p_task).id), 'agent', null, null, (p_task).requested_by);
      return jsonb_build_object('outcome', 'done', 'task_id', v_made.id);
    when 'verify_prime' then
      if not exists (select from public.primes where id = (p_params ->> 'prime_id')::bigint and certificate is not null) then
        return '{"outcome": "no_certificate"}';
      end if;
      begin
        insert into public.prime_check_runs (org_id, primes, requested_by, by_agents)
        values ((p_task).org_id, array[(p_params ->> 'prime_id')::bigint], (p_task).requested_by, true);
      exception when sqlstate 'RC4OF' then
        return '{"outcome": "off"}';
      end;
      return '{"outcome": "done"}';
    when 'direct_project' then
      select * into v_project from public.projects
      where id = (p_params ->> 'project_id')::bigint and org_id = (p_task).org_id for update;
      if not found then
        return '{"outcome": "not_found"}';
      elsif v_project.status <> (case p_params ->> 'action' when 'pause' then 'active' else 'paused' end) then
        return '{"outcome": "wrong_state"}';
      elsif p_params ->> 'action' = 'resume' and prime_search.is_over_budget(v_project) then
        return '{"outcome": "over_budget"}';
      end if;
      update public.projects set status = case p_params ->> 'action' when 'pause' then 'paused' else 'active' end, updated_at = clock_timestamp()
      where id = v_project.id;
      perform prime_search.pause_phases(v_project.id, p_params ->> 'action' = 'pause');
      perform prime_search.tell_project(v_project, case p_params ->> 'action' when 'pause' then 'project_paused' else 'project_resumed' end,
        format('Task %s of an agent: %s', (p_task).id, p_params ->> 'action'));
      return '{"outcome": "done"}';
    when 'change_calibration' then
      update public.cost_calibrations c set coeff_a = n.a, coeff_b = n.b, avg_error_pct = 100 * n.error
      from (
        select p_params ->> 'form' as form, a, b, prime_search.fit_error(p_params ->> 'form', a, b) as error
        from (values ((p_params ->> 'coeff_a')::double precision, (p_params ->> 'coeff_b')::double precision)) as given (a, b)
      ) as n
      where c.form = n.form and n.error < prime_search.fit_error(c.form, c.coeff_a, c.coeff_b);
      return jsonb_build_object('outcome', case when found then 'done'
        when exists (select from public.cost_calibrations where form = p_params ->> 'form') then 'not_better' else 'not_found' end);
    else
      select id into v_run from public.prime_search_runs
      where number = (p_params ->> 'search_job_id')::bigint and org_id = (p_task).org_id;
      return jsonb_build_object('outcome', case when not found then 'not_found'
        when prime_search.pause_run(v_run, p_action = 'pause_search') = 'done' then 'done' else 'wrong_state' end);
  end case;
end
$$;
comment on function agents.perform(public.agent_tasks, text, jsonb) is 'Does an action for a task.';
revoke all on function agents.perform(public.agent_tasks, text, jsonb) from public, anon, authenticated, service_role;

-- agents.act(task, action, params, summary, agent): an action of a task: done, denied, or put before a person. Each is an event.
-- Answers {outcome: done | denied | waiting_for_approval | ..., approval_id?, ...}; RC400 for params that are none; RC409 TOO_MANY_APPROVALS.
-- The tree is held.
-- Called by agents.call() and agents.propose().
create function agents.act(p_task public.agent_tasks, p_action text, p_params jsonb, p_summary text, p_agent text default '', p_ask boolean default false)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_verdict text := agents.verdict(p_task, p_action);
  v_outcome jsonb;
  v_approval bigint;
begin
  perform agents.require_params(p_action, p_params);
  if v_verdict = 'denied' and not p_ask then
    perform agents.note(p_task, 'action_denied', format('%s is not allowed', p_action), jsonb_build_object('action', p_action, 'params', p_params), p_agent);
    return '{"outcome": "denied"}';
  elsif v_verdict = 'approval' or p_ask then
    if (select count(*) from public.agent_approvals a where a.org_id = (p_task).org_id and a.task_id = (p_task).id and a.status = 'waiting') >= 100 then
      perform agents.refuse_more('TOO_MANY_APPROVALS', '100 actions of this task wait for a person already.');
    end if;
    insert into public.agent_approvals (org_id, task_id, action, params, summary)
    values ((p_task).org_id, (p_task).id, p_action, p_params, left(p_summary, 2000)) returning id into v_approval;
    perform agents.note(p_task, 'approval_asked', p_summary, jsonb_build_object('action', p_action, 'approval_id', v_approval), p_agent);
    return jsonb_build_object('outcome', 'waiting_for_approval', 'approval_id', v_approval);
  end if;
  v_outcome := agents.perform(p_task, p_action, p_params);
  perform agents.note(p_task, 'action_done', format('%s: %s', p_action, v_outcome ->> 'outcome'),
    jsonb_build_object('action', p_action, 'params', p_params) || v_outcome, p_agent);
  return v_outcome;
end
$$;
comment on function agents.act(public.agent_tasks, text, jsonb, text, text, boolean) is 'An action of a task: done, denied, or put before a person.';
revoke all on function agents.act(public.agent_tasks, text, jsonb, text, text, boolean) from public, anon, authenticated, service_role;
