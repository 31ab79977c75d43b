-- What users do with projects: make one, direct it and its phases, change its budget.

-- private.project_shape(): what request_project() takes, see private.shape_faults(). Called by it.
create function private.project_shape()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select '{"is": "object", "members": {
    "org_id": {"is": "id"},
    "slug": {"is": "text", "most": 100, "like": "^[a-z0-9]+(-[a-z0-9]+)*$", "must": true},
    "name": {"is": "text", "most": 200, "must": true},
    "description": {"is": "any", "most": 6000},
    "objective": {"is": "choice", "of": ["record", "survey", "verification", "custom"], "must": true},
    "form": {"is": "text", "most": 50, "like": "^[a-z][a-z_]*$", "must": true},
    "toml_source": {"is": "text", "most": 100000},
    "target": {"is": "object", "members": {"target_digits": {"is": "whole", "least": 1, "most": 10000000},
      "range_start": {"is": "whole", "least": 0, "most": 9007199254740991}, "range_end": {"is": "whole", "least": 0, "most": 9007199254740991}}},
    "competitive": {"is": "any", "most": 20000}, "strategy": {"is": "any", "most": 20000},
    "infrastructure": {"is": "object", "members": {"min_ram_gb": {"is": "number", "least": 0, "most": 100000},
      "min_cores": {"is": "whole", "least": 0, "most": 100000}, "recommended_cores": {"is": "whole", "least": 0, "most": 100000},
      "required_tools": {"is": "list", "most": 50, "of": {"is": "text", "most": 100}},
      "preferred_tools": {"is": "list", "most": 50, "of": {"is": "text", "most": 100}},
      "requires_gpu": {"is": "flag"}, "gpu_runtime": {"is": "text", "most": 100}, "min_gpu_vram_gb": {"is": "number", "least": 0, "most": 100000},
      "preferred_region": {"is": "text", "most": 100}}},
    "budget": {"is": "object", "members": {"max_cost_usd": {"is": "number", "least": 0, "most": 1000000},
      "cost_alert_threshold_usd": {"is": "number", "least": 0, "most": 1000000},
      "cloud_rate_usd_per_core_hour": {"is": "number", "least": 0, "most": 1000000}}},
    "workers": {"is": "object", "members": {"min": {"is": "whole", "least": 0, "most": 100}, "max": {"is": "whole", "least": 1, "most": 100},
      "recommended": {"is": "whole", "least": 0, "most": 100}}},
    "phases": {"is": "list", "most": 50, "must": true, "of": {"is": "object", "members": {
      "name": {"is": "text", "most": 100, "like": "^[a-z0-9]+([-_][a-z0-9]+)*$", "must": true},
      "description": {"is": "any", "most": 3000},
      "form": {"is": "text", "most": 50, "like": "^[a-z][a-z_]*$", "must": true},
      "search_params": {"is": "any", "most": 4000, "must": true},
      "candidates": {"is": "whole", "least": 1, "most": 9007199254740991, "must": true},
      "block_size": {"is": "whole", "least": 1, "most": 1000000000000, "must": true},
      "depends_on": {"is": "list", "most": 50, "of": {"is": "text", "most": 100}},
      "activation_condition": {"is": "text", "most": 100},
      "completion_condition": {"is": "text", "most": 100},
      "extensions": {"is": "list", "most": 10, "of": {"is": "object", "members": {
        "search_params": {"is": "any", "most": 4000, "must": true},
        "candidates": {"is": "whole", "least": 1, "most": 9007199254740991, "must": true},
        "block_size": {"is": "whole", "least": 1, "most": 1000000000000, "must": true}}}}}}}}}'::jsonb
$$;
comment on function private.project_shape() is 'The shape of a request for a project.';
revoke all on function private.project_shape() from public, anon, authenticated, service_role;

-- prime_search.make_project(org, project, by): a draft with its phases; null where the org has one of its slug. A person's, or without one the
-- strategy's. The shape is checked before; RC400 for phases that make none. Called by request_project() and prime_search.carry_out().
create function prime_search.make_project(p_org_id uuid, p_project jsonb, p_requested_by uuid)
returns public.projects
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_project public.projects;
  v_phase jsonb;
  v_place bigint;
  v_check text;
begin
  if jsonb_array_length(p_project -> 'phases') = 0 then
    raise exception 'A project has at least one phase.' using errcode = 'RC400', detail = '[{"path": "phases", "message": "are to be at least one"}]';
  end if;
  insert into public.projects (org_id, slug, name, description, objective, form, toml_source, target, competitive, strategy, infrastructure,
    budget, workers, requested_by)
  select p_org_id, p_project ->> 'slug', private.fold_text(p_project ->> 'name'), coalesce(p_project ->> 'description', ''), p_project ->> 'objective',
         p_project ->> 'form', p_project ->> 'toml_source', coalesce(nullif(p_project -> 'target', 'null'), '{}'), coalesce(nullif(p_project -> 'competitive', 'null'), '{}'),
         coalesce(nullif(p_project -> 'strategy', 'null'), '{}'), coalesce(nullif(p_project -> 'infrastructure', 'null'), '{}'), coalesce(nullif(p_project -> 'budget', 'null'), '{}'),
         coalesce(nullif(p_project -> 'workers', 'null'), '{}'), p_requested_by
  on conflict (org_id, slug) do nothing
  returning * into v_project;
  if v_project.id is null then
    return null;
  end if;
  for v_phase, v_place in select f, n from jsonb_array_elements(p_project -> 'phases') with ordinality as given (f, n) loop
    begin
      insert into public.project_phases (org_id, project_id, name, description, phase_order, form, search_params, block_size, candidates, depends_on,
        activation_condition, completion_condition, extensions)
      values (p_org_id, v_project.id, v_phase ->> 'name', coalesce(v_phase ->> 'description', ''), v_place, v_phase ->> 'form',
        v_phase -> 'search_params', (v_phase ->> 'block_size')::bigint, (v_phase ->> 'candidates')::bigint,
        array(select element #>> '{}' from private.elements(v_phase -> 'depends_on')), v_phase ->> 'activation_condition',
        coalesce(v_phase ->> 'completion_condition', 'all_blocks_done'), coalesce(v_phase -> 'extensions', '[]'));
    exception
      when unique_violation then
        perform private.refuse_faults(jsonb_build_array(jsonb_build_object('path', format('phases[%s].name', v_place - 1),
          'message', 'another phase has this name')));
      when check_violation then
        get stacked diagnostics v_check = constraint_name;
        perform private.refuse_faults(jsonb_build_array(jsonb_build_object('path', format('phases[%s]', v_place - 1),
          'message', 'has a value out of bounds: ' || v_check)));
    end;
  end loop;
  if exists (
    select from public.project_phases p cross join unnest(p.depends_on) as d (name)
    where p.project_id = v_project.id and not exists (
      select from public.project_phases o where o.project_id = p.project_id and o.name = d.name and o.phase_order < p.phase_order)
  ) then
    raise exception 'A phase depends on one that does not come before it.' using errcode = 'RC400',
      detail = '[{"path": "strategy.phases", "message": "depend on one that does not come before"}]';
  end if;
  perform prime_search.tell_project(v_project, 'project_created', format('Project %s was made', v_project.name));
  return v_project;
end
$$;
comment on function prime_search.make_project(uuid, jsonb, uuid) is 'Makes a project with its phases, as a draft.';
revoke all on function prime_search.make_project(uuid, jsonb, uuid) from public, anon, authenticated, service_role;

-- request_project(project, key): a draft with its phases, in one transaction. Called by the function project-orchestration with the user's JWT,
-- which has planned every phase. Answers {outcome, project?}:
--   created   the project is made
--   replayed  the idempotency key came before with the same request: that project
--   taken     another request made a project of this slug: that one
--   no_org    the org is not the caller's, or none was named and they have several
-- Without the right projects.manage it raises 42501; RC409 IDEMPOTENCY_KEY_REUSED: the key came before with another request.
-- p_project: {org_id?, slug, name, description, objective, form, toml_source?, target, competitive, strategy, infrastructure, budget, workers,
-- phases: [{name, description, form, search_params, candidates, block_size, depends_on, activation_condition?, completion_condition, extensions}]};
-- phases come in an order in which each depends only on those before it.
create function public.request_project(p_project jsonb, p_idempotency_key text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_orgs uuid[] := array(select private.orgs_with_right('projects.manage'));
  v_org_id uuid;
  v_project public.projects;
  v_digest text;
begin
  if v_orgs = '{}' then
    raise exception 'Making a project needs the right projects.manage.' using errcode = 'insufficient_privilege';
  end if;
  perform private.require_shape(p_project, private.project_shape(), 512 * 1024);
  v_org_id := (p_project ->> 'org_id')::uuid;
  v_org_id := case when v_org_id = any (v_orgs) then v_org_id when v_org_id is null and cardinality(v_orgs) = 1 then v_orgs[1] end;
  if v_org_id is null then
    return jsonb_build_object('outcome', 'no_org');
  end if;
  -- Who names their only org asks for the same.
  v_digest := encode(sha256(convert_to((p_project || jsonb_build_object('org_id', v_org_id))::text, 'utf8')), 'hex');
  perform private.hold_key(p_idempotency_key);
  select * into v_project from public.projects where requested_by = (select auth.uid()) and idempotency_key = p_idempotency_key;
  if found then
    perform private.require_same_request(to_jsonb(v_project.request_digest), to_jsonb(v_digest));
    return jsonb_build_object('outcome', 'replayed', 'project', to_jsonb(v_project));
  end if;
  v_project := prime_search.make_project(v_org_id, p_project, (select auth.uid()));
  if v_project.id is null then
    return jsonb_build_object('outcome', 'taken', 'project', (
      select to_jsonb(p) from public.projects p where p.org_id = v_org_id and p.slug = p_project ->> 'slug'));
  end if;
  if p_idempotency_key is not null then
    update public.projects set idempotency_key = p_idempotency_key, request_digest = v_digest where id = v_project.id returning * into v_project;
  end if;
  return jsonb_build_object('outcome', 'created', 'project', to_jsonb(v_project));
end
$$;
comment on function public.request_project(jsonb, text) is 'Makes a project with its phases, as a draft; idempotent by key.';
revoke all on function public.request_project(jsonb, text) from public, anon, authenticated, service_role;
grant execute on function public.request_project(jsonb, text) to authenticated;

-- private.own_project(project): the caller's project, locked; null where they see none; 42501 where they only see it.
-- Called by the functions below.
create function private.own_project(p_project bigint)
returns public.projects
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_project public.projects;
begin
  select * into v_project from public.projects
  where id = p_project and org_id in (select private.orgs_with_right('projects.view'))
  for update;
  if found and v_project.org_id not in (select private.orgs_with_right('projects.manage')) then
    raise exception 'Directing a project needs the right projects.manage.' using errcode = 'insufficient_privilege';
  end if;
  return v_project;
end
$$;
comment on function private.own_project(bigint) is 'The caller''s project, locked.';
revoke all on function private.own_project(bigint) from public, anon, authenticated, service_role;

-- private.direct_phase(project, action, phase): skip, force or retry one phase; the outcome. Called by direct_project().
create function private.direct_phase(p_project public.projects, p_action text, p_phase text)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_phase public.project_phases;
begin
  select * into v_phase from public.project_phases where project_id = (p_project).id and name = p_phase;
  if not found then
    return 'no_phase';
  elsif (p_project).status = 'cancelled'
    or (p_action = 'skip' and v_phase.status not in ('pending', 'active', 'paused', 'failed'))
    or (p_action = 'force' and v_phase.status not in ('active', 'paused', 'failed'))
    or (p_action = 'retry' and v_phase.status not in ('failed', 'skipped')) then
    return 'wrong_state';
  end if;
  if p_action = 'retry' then
    update public.project_phases set status = 'pending', completed_at = null, error = null where id = v_phase.id;
  else
    perform prime_search.end_phase(v_phase, case p_action when 'skip' then 'skipped' else 'completed' end);
  end if;
  -- A project that had ended with this phase goes on.
  update public.projects set status = 'active', completed_at = null, updated_at = clock_timestamp()
  where id = (p_project).id and status in ('completed', 'failed');
  perform prime_search.tell_project(p_project, case p_action when 'retry' then 'phase_retried' when 'skip' then 'phase_skipped' else 'phase_completed' end,
    format('Phase %s was %s by hand', p_phase, case p_action when 'retry' then 'set to be tried again' when 'skip' then 'skipped' else 'completed' end),
    jsonb_build_object('phase', p_phase, 'by_hand', true));
  return 'done';
end
$$;
comment on function private.direct_phase(public.projects, text, text) is 'Skips, completes or retries a phase.';
revoke all on function private.direct_phase(public.projects, text, text) from public, anon, authenticated, service_role;

-- direct_project(project, action, phase): activate, pause, resume or cancel a project; skip, force (complete) or retry a phase of it.
-- Answers {outcome, project}: done, wrong_state, over_budget, no_phase; null where the caller sees no such project.
-- Called by project-orchestration and by UIs. What can begin at once does.
create function public.direct_project(p_project bigint, p_action text, p_phase text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_project public.projects := private.own_project(p_project);
  v_outcome text := 'wrong_state';
begin
  if v_project.id is null then
    return null;
  end if;
  if p_action in ('skip', 'force', 'retry') then
    v_outcome := private.direct_phase(v_project, p_action, p_phase);
  elsif p_action = 'activate' and v_project.status = 'draft' then
    update public.projects set status = 'active', started_at = clock_timestamp(), updated_at = clock_timestamp() where id = p_project;
    perform prime_search.tell_project(v_project, 'project_activated', 'The project was activated');
    v_outcome := 'done';
  elsif p_action = 'pause' and v_project.status = 'active' then
    update public.projects set status = 'paused', updated_at = clock_timestamp() where id = p_project;
    perform prime_search.pause_phases(p_project, true);
    perform prime_search.tell_project(v_project, 'project_paused', 'The project was paused');
    v_outcome := 'done';
  elsif p_action = 'resume' and v_project.status = 'paused' and prime_search.is_over_budget(v_project) then
    v_outcome := 'over_budget';
  elsif p_action = 'resume' and v_project.status = 'paused' then
    update public.projects set status = 'active', updated_at = clock_timestamp() where id = p_project;
    perform prime_search.pause_phases(p_project, false);
    perform prime_search.tell_project(v_project, 'project_resumed', 'The project goes on');
    v_outcome := 'done';
  elsif p_action = 'cancel' and v_project.status in ('draft', 'active', 'paused') then
    perform prime_search.end_phase(ph, 'skipped', 'The project was cancelled.')
    from public.project_phases ph where ph.project_id = p_project and ph.status in ('pending', 'active', 'paused');
    update public.projects set status = 'cancelled', completed_at = clock_timestamp(), updated_at = clock_timestamp() where id = p_project;
    perform prime_search.add_up_project(p_project);
    perform prime_search.tell_project(v_project, 'project_cancelled', 'The project was cancelled; what was found stays');
    v_outcome := 'done';
  elsif p_action not in ('activate', 'pause', 'resume', 'cancel') then
    raise exception 'There is no such action.' using errcode = 'RC400',
      detail = '[{"path": "p_action", "message": "is to be activate, pause, resume, cancel, skip, force or retry"}]';
  end if;
  if v_outcome = 'done' then
    begin
      perform prime_search.tick_project(p_project);
    exception when others then
      -- The next tick tries again.
      perform prime_search.tell_once(v_project, 'error', 'The project could not be carried on: ' || sqlerrm, jsonb_build_object('code', sqlstate));
    end;
  end if;
  return jsonb_build_object('outcome', v_outcome, 'project', (select to_jsonb(p) from public.projects p where p.id = p_project));
end
$$;
comment on function public.direct_project(bigint, text, text) is 'Activates, pauses, resumes or cancels a project; skips, completes or retries a phase.';
revoke all on function public.direct_project(bigint, text, text) from public, anon, authenticated, service_role;
grant execute on function public.direct_project(bigint, text, text) to authenticated;

-- set_project_budget(project, budget, seen): changes the budget of a project that has not ended; the project, or null where the caller sees none.
-- A new threshold alerts anew. Called by project-orchestration and by UIs.
-- p_budget: {max_cost_usd?, cost_alert_threshold_usd?, cloud_rate_usd_per_core_hour?}, the whole of it. p_seen: {budget} as it was read; RC409
-- CHANGED_MEANWHILE where it is another by now.
create function public.set_project_budget(p_project bigint, p_budget jsonb, p_seen jsonb default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_project public.projects := private.own_project(p_project);
begin
  if v_project.id is null then
    return null;
  end if;
  if jsonb_typeof(p_budget) is distinct from 'object'
    or p_budget - '{max_cost_usd,cost_alert_threshold_usd,cloud_rate_usd_per_core_hour}'::text[] <> '{}'
    or not (private.is_amount(p_budget -> 'max_cost_usd') and private.is_amount(p_budget -> 'cost_alert_threshold_usd')
            and private.is_amount(p_budget -> 'cloud_rate_usd_per_core_hour')) then
    raise exception 'A budget is made of amounts from 0 to 1,000,000.' using errcode = 'RC400',
      detail = '[{"path": "budget", "message": "has max_cost_usd, cost_alert_threshold_usd and cloud_rate_usd_per_core_hour, each from 0 to 1000000"}]';
  end if;
  perform private.require_unchanged(jsonb_build_object('budget', v_project.budget), p_seen, 'the budget');
  update public.projects set budget = jsonb_strip_nulls(p_budget), budget_alerted_at = null, updated_at = clock_timestamp() where id = p_project;
  perform prime_search.add_up_project(p_project);
  perform prime_search.tell_project(v_project, 'budget_changed', 'The budget was changed', jsonb_build_object('before', v_project.budget, 'after', jsonb_strip_nulls(p_budget)));
  return (select to_jsonb(p) from public.projects p where p.id = p_project);
end
$$;
comment on function public.set_project_budget(bigint, jsonb, jsonb) is 'Changes the budget of a project.';
revoke all on function public.set_project_budget(bigint, jsonb, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.set_project_budget(bigint, jsonb, jsonb) to authenticated;
