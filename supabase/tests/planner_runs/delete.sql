-- A deleted planner run takes its search job with it, whatever deleted it.
begin;
select plan(5);
select tests.new_service('north');
select tests.new_run('north');
select is((select count(*)::int from fleet.search_jobs where run_id = tests.id('north_planner_run')), 1,
  'a run has a job');
select tests.login('north_manager');
select throws_ok($$ delete from public.allocation_runs where id = tests.id('north_run') $$, 'RC409', null,
  'a manager deletes no allocation run that holds anything');
select tests.logout();
select lives_ok($$ delete from public.allocation_runs where id = tests.id('north_run') $$, 'an operator does');
select is((select count(*)::int from public.allocation_planner_runs where id = tests.id('north_planner_run')), 0,
  'its planner run goes with it');
select is((select count(*)::int from fleet.search_jobs where run_id = tests.id('north_planner_run')), 0,
  'and so does the job');
select * from finish();
rollback;
