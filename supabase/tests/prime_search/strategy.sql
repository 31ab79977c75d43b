-- The strategy: scores with their parts, proposals within limits, what it does by itself where it may, and how it is overridden.
begin;
select plan(47);
select tests.new_service('north'), tests.new_service('south');
create function pg_temp.last() returns public.strategy_decisions language sql stable as
$$ select d from public.strategy_decisions d where d.org_id = tests.id('north_org') order by id desc limit 1 $$;

select tests.login('north_viewer');
select is(jsonb_array_length(public.score_forms(tests.id('north_org'))), 13, 'every form has a score');
select ok((select bool_and((s ->> 'score')::numeric between 0 and 1) from jsonb_array_elements(public.score_forms(tests.id('north_org'))) s), 'from 0 to 1');
select is(public.score_forms(tests.id('south_org')), null, 'of one''s own org');
select throws_ok($$ select public.strategy_tick(tests.id('north_org')) $$, '42501', null, 'who may look decides nothing');
select tests.logout();

select tests.login('north_manager');
select throws_ok($$ select public.set_strategy(tests.id('north_org'), '{"speed": 1}') $$, 'RC400', null, 'there is no such member');
select throws_ok($$ select public.set_strategy(tests.id('north_org'), '{"max_concurrent_projects": "many"}') $$, 'RC400', null, 'numbers are numbers');
select is(public.set_strategy(tests.id('north_org'), '{"preferred_forms": ["wagstaff"], "excluded_forms": ["twin"]}') ->> 'max_per_project_budget_usd', '25.0000', 'what is not given stays');
select is(public.set_strategy(tests.id('south_org'), '{}'), null, 'another org''s is not there');
select is(public.score_forms(tests.id('north_org')) #>> '{0,form}', 'wagstaff', 'a preferred form comes first');
select is((select (s ->> 'score')::numeric from jsonb_array_elements(public.score_forms(tests.id('north_org'))) s where s ->> 'form' = 'twin'), 0.0, 'an excluded one has none');
select is(public.strategy_tick(tests.id('north_org')), 1, 'it decides');
select results_eq($$ select (pg_temp.last()).decision_type, (pg_temp.last()).form, (pg_temp.last()).action_taken, (pg_temp.last()).params, jsonb_array_length((pg_temp.last()).scores) $$,
  $$ values ('create_project', 'wagstaff', 'deferred', '{"max_cost_usd": 25.0000}'::jsonb, 13) $$, 'it proposes a project within its limits, with all scores');
select is(public.strategy_tick(tests.id('north_org')), 0, 'once');
select public.request_project(jsonb_build_object('org_id', tests.id('north_org'), 'slug', 'w', 'name', 'W', 'objective', 'custom', 'form', 'wagstaff',
  'phases', '[{"name": "a", "form": "wagstaff", "search_params": {}, "block_size": 5, "candidates": 9}]'::jsonb));
select is((pg_temp.last()).action_taken, 'executed', 'somebody takes the proposal up');
select is(public.set_strategy(tests.id('north_org'), '{"max_concurrent_projects": 0}') -> 'preferred_forms', '["wagstaff"]', 'the limit goes down');
select public.strategy_tick(tests.id('north_org'));
select is((pg_temp.last()).decision_type, 'no_action', 'then nothing is proposed, and it says why');
select is(public.strategy_tick(tests.id('north_org')), 0, 'once in a row');
select tests.logout();

-- A search that gets nowhere.
select tests.new_search('north');
update public.prime_search_runs set status = 'GENERATING', started_at = now() - interval '31 minutes' where id = tests.id('north_search');
select is(prime_search.tick_strategies(), 0, 'where it is not enabled nothing happens by itself');
update public.strategy_config set enabled = true where org_id = tests.id('north_org');
update fleet.search_jobs set paused = '10 minutes' where run_id = tests.id('north_search');
select prime_search.tick_strategies();
select is((select paused_at from public.prime_search_runs where id = tests.id('north_search')), null, 'one that was paused for a part of that time goes on');
update fleet.search_jobs set paused = '0' where run_id = tests.id('north_search');
update public.strategy_config set ticked_at = null where org_id = tests.id('north_org');
select is(prime_search.tick_strategies(), 1, 'where it is');
select isnt((select paused_at from public.prime_search_runs where id = tests.id('north_search')), null, 'the search is paused');
select is(prime_search.tick_strategies(), 0, 'and its interval is kept');
select tests.login('north_manager');
select throws_ok($$ select public.override_decision((select max(id) from public.strategy_decisions where decision_type = 'pause_job'), ' ') $$, 'RC400', null, 'a decision is overridden for a reason');
select is(public.override_decision((select max(id) from public.strategy_decisions where decision_type = 'pause_job'), 'It only sieves.') ->> 'action_taken', 'overridden', 'and may be');
select is((select paused_at from public.prime_search_runs where id = tests.id('north_search')), null, 'the search goes on');
select is(public.override_decision((select max(id) from public.strategy_decisions where decision_type = 'pause_job'), 'It only sieves.') ->> 'action_taken', 'overridden', 'asked again nothing more happens');
select throws_ok($$ select public.override_decision((select max(id) from public.strategy_decisions where decision_type = 'pause_job'), 'I thought so first.') $$, 'RC409',
  'Somebody else changed this decision meanwhile, and nothing was saved.', 'whoever comes second is told');
select is((select override_reason from public.strategy_decisions where decision_type = 'pause_job' order by id desc limit 1), 'It only sieves.', 'and the reason stays');
select tests.logout();

-- It makes a project by itself, where it is enabled, within its limits.
update fleet.search_types set enabled = true where search_type = 'agent_task';
create function pg_temp.decided(p_more jsonb default '{}') returns jsonb language sql stable as
$$ select jsonb_build_object('decision', (pg_temp.last()).id, 'project', jsonb_build_object('slug', 'mine', 'name', 'Mine', 'objective', 'survey',
     'form', (pg_temp.last()).form, 'budget', jsonb_build_object('max_cost_usd', 5), 'phases', jsonb_build_array(jsonb_build_object('name', 'search',
     'form', (pg_temp.last()).form, 'search_params', '{}'::jsonb, 'block_size', 5, 'candidates', 9))) || p_more) $$;
create function pg_temp.waits() returns text language sql stable as $$ select (pg_temp.last()).params ->> 'waits' $$;
delete from public.projects where org_id = tests.id('north_org');
delete from public.strategy_decisions where org_id = tests.id('north_org');
update public.strategy_config set max_concurrent_projects = 2, preferred_forms = '{mersenne}', ticked_at = null where org_id = tests.id('north_org');
select is(prime_search.tick_strategies(), 1, 'it looks again');
select is((pg_temp.last()).form, 'mersenne', 'it decides on a project');
select results_eq($$ select handler, params, source from public.agent_tasks where org_id = tests.id('north_org') $$,
  $$ select 'plan_project', jsonb_build_object('decision', (pg_temp.last()).id), 'automated' $$, 'and has it planned');
select is(agents.read_decision(tests.id('north_org'), to_jsonb((pg_temp.last()).id)) #>> '{decision,form}', 'mersenne', 'the handler reads what for');
select is(agents.read_decision(tests.id('south_org'), to_jsonb((pg_temp.last()).id)) -> 'decision', 'null'::jsonb, 'another org reads nothing of it');
update public.strategy_config set ticked_at = null;
select prime_search.tick_strategies();
select is((select count(*) from public.agent_tasks where org_id = tests.id('north_org')), 1::bigint, 'once');
select is(prime_search.carry_out(tests.id('south_org'), pg_temp.decided()), null, 'another org makes nothing of it');
select is(prime_search.carry_out(tests.id('north_org'), pg_temp.decided('{"budget": {"max_cost_usd": 26}}')), null, 'what may cost more than a project may is not made');
select is(pg_temp.waits(), 'It may cost more than is left.', 'and it says why');
select is(prime_search.carry_out(tests.id('north_org'), pg_temp.decided('{"budget": {}}')), null, 'nor is what has no bound');
select is(prime_search.carry_out(tests.id('north_org'), pg_temp.decided() || '{"project": null}'), null, 'nor what does not fit');
update public.strategy_config set max_concurrent_projects = 0 where org_id = tests.id('north_org');
select is(prime_search.carry_out(tests.id('north_org'), pg_temp.decided()), null, 'limits are those of the moment');
update public.strategy_config set max_concurrent_projects = 2, enabled = false where org_id = tests.id('north_org');
select is(prime_search.carry_out(tests.id('north_org'), pg_temp.decided()), null, 'where it is switched off it does nothing');
update public.strategy_config set enabled = true where org_id = tests.id('north_org');
select isnt(prime_search.carry_out(tests.id('north_org'), pg_temp.decided()), null, 'else the project is made');
select results_eq($$ select p.status, p.total_cost_usd, p.requested_by, ph.status from public.projects p join public.project_phases ph on ph.project_id = p.id where p.slug = 'mine' $$,
  $$ values ('active', 0::numeric, null::uuid, 'active') $$, 'and begun');
select is(prime_search.committed(tests.id('north_org')), 5::numeric, 'what it may cost is promised');
select is((pg_temp.last()).action_taken, 'executed', 'the decision is carried out');
select is(prime_search.carry_out(tests.id('north_org'), pg_temp.decided('{"slug": "other"}')), null, 'once');
select tests.login('north_manager');
select public.override_decision((pg_temp.last()).id, 'Not now.');
select is((select status from public.projects where slug = 'mine'), 'cancelled', 'who overrides it has the project cancelled');
select tests.logout();
select * from finish();
rollback;
