-- The strategy: scores with their parts, proposals within limits, what it does by itself where it may, and how it is overridden.
begin;
select plan(24);
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
select is(prime_search.tick_strategies(), 1, 'where it is');
select isnt((select paused_at from public.prime_search_runs where id = tests.id('north_search')), null, 'the search is paused');
select is(prime_search.tick_strategies(), 0, 'and its interval is kept');
select tests.login('north_manager');
select throws_ok($$ select public.override_decision((select max(id) from public.strategy_decisions where decision_type = 'pause_job'), ' ') $$, 'RC400', null, 'a decision is overridden for a reason');
select is(public.override_decision((select max(id) from public.strategy_decisions where decision_type = 'pause_job'), 'It only sieves.') ->> 'action_taken', 'overridden', 'and may be');
select is((select paused_at from public.prime_search_runs where id = tests.id('north_search')), null, 'the search goes on');
select tests.logout();
select * from finish();
rollback;
