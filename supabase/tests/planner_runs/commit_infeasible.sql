-- planner.commit_infeasible(): the run ends with its explanation, and the lines stay as they are.
begin;
select plan(6);
select tests.new_service('north');
select tests.new_line('north', 'line'), tests.new_run('north');
select tests.claim(tests.id('north_planner_run'));

select tests.engine();
select throws_ok($$ select planner.commit_infeasible(gen_random_uuid(), 'x', '{}') $$, 'RC001', null, 'fenced by the claim');
select lives_ok($$ select planner.commit_infeasible(tests.id('token'), 'Too few posts of category C.', '{"explanation": {}}') $$,
  'the explanation is written');
select tests.logout();
select results_eq($$ select status::text, error_code, error_message, result_metadata from public.allocation_planner_runs
  where id = tests.id('north_planner_run') $$,
  $$ values ('INFEASIBLE', 'INFEASIBLE', 'Too few posts of category C.', '{"explanation": {}}'::jsonb) $$,
  'the run is INFEASIBLE, and says why');
select is((tests.job(tests.id('north_planner_run'))).status::text, 'COMPLETED', 'its job is done');
select is((select count(*)::int from public.job_lines where allocation_run = tests.id('north_run')), 1, 'the lines stay');
select is_empty($$ select 1 from public.job_lines_history where org_id = tests.id('north_org') $$, 'nothing became history');

select * from finish();
rollback;
