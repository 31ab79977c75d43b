-- What two managers may change at once: who saves second, having read what is no longer so, is told how it is now; nothing is saved.
begin;
select plan(50);
select tests.new_service('north');
select tests.new_line('north', 'a') is null;
select tests.login('north_manager');
select tests.remember('kept', public.keep_job_lines(tests.id('north_run'), 'Kept')) is null;
select tests.logout();
select tests.new_run('north') is null;
insert into public.preferencers (id, org_id, allocation_run, name, email)
values (tests.remember('unit', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), 'Unit', 'head@tests.example');
insert into public.strategy_config (org_id) values (tests.id('north_org'));
insert into public.agent_permissions (org_id, role_name, action, allowed) values (tests.id('north_org'), 'engine', 'remember', true);
update public.allocation_runs set status = 'closed', minimum_lines = 3 where id = tests.id('north_run');
select tests.login('north_manager');
select public.request_project(jsonb_build_object('org_id', tests.id('north_org'), 'slug', 'twins', 'name', 'Twins', 'objective', 'custom', 'form', 'factorial',
  'budget', '{"max_cost_usd": 5}'::jsonb,
  'phases', '[{"name": "a", "form": "factorial", "search_params": {}, "block_size": 5, "candidates": 9}]'::jsonb)) is null;
select public.get_agent_budgets(tests.id('north_org')) is null;

-- How each is saved, what is read of it, and what somebody else had read before.
create temporary table saved (name text primary key, call text, now jsonb, before jsonb);
insert into saved values
  ('rename_org', format('select public.rename_org(%L, %L, %%L)', tests.id('north_org'), 'Ours'), '{"name": "north"}', '{"name": "South"}'),
  ('set_member_role', format('select public.set_member_role(%L, %L, %L, %%L)', tests.id('north_org'), tests.id('north_viewer'), 'doctor'), '{"role": "viewer"}', '{"role": "manager"}'),
  ('name_snapshot', format('select public.name_snapshot(%L, %L, %%L)', tests.id('kept'), 'Old'), '{"name": "Kept"}', '{"name": "Before"}'),
  ('name_planner_run', format('select public.name_planner_run(%L, %L, %%L)', tests.id('north_planner_run'), 'Two'), '{"name": null}', '{"name": "One"}'),
  ('assign_preferencer', format('select public.assign_preferencer(%L, %L, %%L)', tests.id('unit'), 'cy@tests.example'), '{"email": "head@tests.example"}', '{"email": null}'),
  ('set_agent_budget', format('select public.set_agent_budget(%L, %L, 7, %%L)', tests.id('north_org'), 'daily'), '{"budget_usd": 10}', '{"budget_usd": 9}'),
  ('set_agent_permission', format('select public.set_agent_permission(%L, %L, %L, null, %%L)', tests.id('north_org'), 'engine', 'remember'), '{"allowed": true}', '{"allowed": null}'),
  ('set_strategy', format('select public.set_strategy(%L, %L, %%L)', tests.id('north_org'), '{"max_concurrent_projects": 5}'), '{"max_concurrent_projects": 3}', '{"max_concurrent_projects": 4}'),
  ('set_project_budget', format('select public.set_project_budget((select id from public.projects where slug = %L), %L, %%L)', 'twins', '{}'), '{"budget": {"max_cost_usd": 5}}', '{"budget": {}}'),
  ('reopen_window', format('select public.reopen_window(%L, %L, p_settings => %L, p_seen => %%L)', tests.id('north_run'), 'Ill', '{"minimum_lines": 2}'), '{"status": "closed", "minimum_lines": 3}', '{"status": "closed", "minimum_lines": null}');
create function pg_temp.told(p_call text) returns text language plpgsql as $$
declare
  v_detail text; v_hint text;
begin
  execute p_call;
  return 'saved';
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return case sqlstate when 'RC409' then v_hint || ' ' || v_detail else sqlstate end;
end
$$;
create function pg_temp.same(p_told text, p_now jsonb) returns boolean language sql as $$
  select case when p_told like 'CHANGED_MEANWHILE %' then substr(p_told, 19)::jsonb = jsonb_build_object('now', p_now) else false end
$$;
select ok(pg_temp.same(pg_temp.told(format(call, before)), now), name || '(): who saves second is told how it is now') from saved order by name;
select is(pg_temp.told(format(call, '[]')), 'RC400', name || '(): what was seen are members') from saved order by name;
select is(pg_temp.told(format(call, now)), 'saved', name || '(): what is as it was seen is saved') from saved order by name;
select isnt(pg_temp.told(format(call, now)), 'saved', name || '(): and is no longer as it was seen') from saved order by name;
select is((select status::text || minimum_lines from public.allocation_runs where id = tests.id('north_run')), 'open2', 'a window opens again with its rules');
select tests.logout();

-- What cannot be taken back is done to the result that was looked at, and to no other.
delete from saved;
select tests.new_result('north', tests.id('north_a')) is null;
select tests.login('north_manager');
insert into saved values
  ('release_result', format('select public.release_result(%L, %%L)', tests.id('north_run')), '{"version": 1, "released": false}', '{"version": 2, "released": false}'),
  ('unfinalise_match', format('select public.unfinalise_match(%L, %L, %%L)', tests.id('north_run'), 'Wrong'), '{"version": 1}', '{"version": 0}');
select ok(pg_temp.same(pg_temp.told(format(call, before)), now), name || '(): who comes second is told how it is now') from saved order by name;
select is(pg_temp.told(format(call, '[]')), 'RC400', name || '(): what was seen are members') from saved order by name;
select is(pg_temp.told(format(call, now)), 'saved', name || '(): what is as it was seen is done') from saved order by name;
select isnt(pg_temp.told(format(call, now)), 'saved', name || '(): and is no longer as it was seen') from saved order by name;
select tests.logout();

-- Every function that saves a value takes what was seen of it, or stands here: what doctors and departments type is merged by its own times, a
-- display name is one's own, an operator is switched on or off, and templates and terms are written by programs.
select is_empty($$
  select p.proname from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.proname ~ '^(set|rename|name|assign|save|open|reopen|release|unfinalise)_' and not 'p_seen' = any (p.proargnames)
    and p.proname not in ('save_wishes', 'save_link', 'save_department_ranks', 'set_display_name', 'set_operator_active', 'save_agent_template', 'set_job_line_terms')
$$, 'what two may save at once is compared with what was seen');

select * from finish();
rollback;
