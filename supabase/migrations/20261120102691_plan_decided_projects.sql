-- Projects that the strategy makes by itself, where it is enabled. What it decided on is planned by the handler plan_project (shared/agents),
-- because the database cannot count candidates; what comes back is made and begun within the limits as they are then, or waits.

-- prime_search.have_planned(decision): a task for the handler plan_project; whether it was made. Once an hour at most for one decision, and not
-- where handlers are switched off: then it stays a proposal. Called by prime_search.decide().
create function prime_search.have_planned(p_decision bigint)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_decision public.strategy_decisions;
begin
  select * into strict v_decision from public.strategy_decisions where id = p_decision;
  if not exists (select from fleet.search_types where search_type = 'agent_task' and enabled)
    or exists (
      select from public.agent_tasks t
      where t.org_id = v_decision.org_id and t.handler = 'plan_project' and t.params -> 'decision' = to_jsonb(p_decision)
        and (t.completed_at is null or t.created_at > now() - interval '1 hour')) then
    return false;
  end if;
  perform agents.make_task(v_decision.org_id, jsonb_build_object('title', format('Plan a project for %s', v_decision.form),
    'description', v_decision.summary || '. ' || v_decision.reasoning, 'handler', 'plan_project', 'role_name', 'strategy-advisor',
    'params', jsonb_build_object('decision', p_decision)), 'automated');
  return true;
end
$$;
comment on function prime_search.have_planned(bigint) is 'Has what the strategy decided on planned.';
revoke all on function prime_search.have_planned(bigint) from public, anon, authenticated, service_role;

-- agents.read_decision(org, decision): {decision: {id, form, max_cost_usd}, searched: [params], calibrations}; decision is null where it does not
-- wait any more. Searched are what the org's searches and projects of the form have taken. Called by agents.load_run().
create function agents.read_decision(p_org_id uuid, p_decision jsonb)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_decision public.strategy_decisions;
begin
  select d.* into v_decision from public.strategy_decisions d
  where d.org_id = p_org_id and to_jsonb(d.id) = p_decision and d.decision_type = 'create_project' and d.action_taken = 'deferred';
  return jsonb_build_object(
    'decision', case when found then jsonb_build_object('id', v_decision.id, 'form', v_decision.form, 'max_cost_usd', v_decision.params -> 'max_cost_usd') end,
    'searched', (
      select coalesce(jsonb_agg(s.params), '[]') from (
        (select params from public.prime_search_runs where org_id = p_org_id and form = v_decision.form order by number desc limit 1000)
        union
        (select search_params from public.project_phases where org_id = p_org_id and form = v_decision.form order by id desc limit 1000)
      ) as s (params)),
    'calibrations', (
      select coalesce(jsonb_agg(jsonb_build_object('form', c.form, 'coeff_a', c.coeff_a, 'coeff_b', c.coeff_b)), '[]')
      from public.cost_calibrations c where c.form = v_decision.form));
end
$$;
comment on function agents.read_decision(uuid, jsonb) is 'What a project is planned by, for a handler.';
revoke all on function agents.read_decision(uuid, jsonb) from public, anon, authenticated, service_role;

-- prime_search.carry_out(org, decided): makes and begins the project of a decision that waits still, where the strategy is enabled and its
-- limits allow it now; else the decision waits and says why (params.waits). Null, or the project. p_decided: {decision, project}, see
-- prime_search.make_project(); project is null where none fits. Called by agents.commit_run().
create function prime_search.carry_out(p_org_id uuid, p_decided jsonb)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_config public.strategy_config;
  v_decision public.strategy_decisions;
  v_given jsonb := nullif(p_decided -> 'project', 'null');
  v_cost numeric := (v_given #>> '{budget,max_cost_usd}')::numeric;
  v_project public.projects;
  v_waits text;
begin
  -- One project of an org at a time, so that the limits are exact.
  select * into v_config from public.strategy_config where org_id = p_org_id for update;
  select * into v_decision from public.strategy_decisions
  where org_id = p_org_id and to_jsonb(id) = p_decided -> 'decision' and decision_type = 'create_project' and action_taken = 'deferred' for update;
  if v_decision.id is null then
    return null;
  end if;
  v_waits := case
    when v_config.org_id is null or not v_config.enabled then 'The strategy is not enabled.'
    when v_given is null then 'No project fits what it may cost.'
    when v_given ->> 'form' is distinct from v_decision.form or v_decision.form = any (v_config.excluded_forms) then 'The form is excluded.'
    when exists (select from public.projects where org_id = p_org_id and form = v_decision.form and status in ('draft', 'active', 'paused'))
      then 'The form has a project.'
    when v_cost is null or v_cost > v_config.max_per_project_budget_usd
      or v_cost > v_config.max_monthly_budget_usd - prime_search.committed(p_org_id) then 'It may cost more than is left.'
    else prime_search.against(v_config) end;
  if v_waits is not null then
    update public.strategy_decisions set params = params || jsonb_build_object('waits', v_waits) where id = v_decision.id;
    return null;
  end if;
  perform private.require_shape(v_given, private.project_shape(), 512 * 1024);
  v_given := v_given || jsonb_build_object('strategy', coalesce(v_given -> 'strategy', '{}') || jsonb_build_object('decision', v_decision.id));
  v_project := prime_search.make_project(p_org_id, v_given, null);
  if v_project.id is null then
    -- The name is taken by a project that ended: this one is told apart by its decision.
    v_project := prime_search.make_project(p_org_id, v_given || jsonb_build_object('slug', left(v_given ->> 'slug', 80) || '-' || v_decision.id), null);
  end if;
  update public.projects set status = 'active', started_at = clock_timestamp(), updated_at = clock_timestamp() where id = v_project.id;
  perform prime_search.tell_project(v_project, 'project_activated', format('The strategy began the project: %s', v_decision.reasoning),
    jsonb_build_object('decision', v_decision.id));
  perform prime_search.tick_project(v_project.id);
  return v_project.id;
end
$$;
comment on function prime_search.carry_out(uuid, jsonb) is 'Makes the project that the strategy decided on, within its limits.';
revoke all on function prime_search.carry_out(uuid, jsonb) from public, anon, authenticated, service_role;
