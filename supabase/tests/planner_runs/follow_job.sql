-- planner.follow_job(): a run's status follows its job's, in the same transaction.
begin;
select plan(10);
select tests.new_service('north'), tests.new_service('south');
select tests.new_run('north'), tests.new_run('south');

create function pg_temp.run_status() returns text language sql stable as
$$ select status::text from public.allocation_planner_runs where id = tests.id('north_planner_run') $$;

select is(pg_temp.run_status(), 'PENDING', 'a queued job: PENDING');
select tests.claim(tests.id('north_planner_run'));
select is(pg_temp.run_status(), 'GENERATING', 'a running job: GENERATING');
select is(r.started_at, (tests.job(r.id)).started_at, 'from the moment that the job started')
from public.allocation_planner_runs r where id = tests.id('north_planner_run');
select is(r.status::text, 'PENDING', 'other runs are not touched')
from public.allocation_planner_runs r where id = tests.id('south_planner_run');

select throws_ok($$ select fleet.finish_block(tests.id('token')) $$, 'P0001', null,
  'a job does not complete before its run has a result');
select is(pg_temp.run_status(), 'GENERATING', 'and the run goes on');

select tests.engine();
select lives_ok($$ select fleet.fail_claimed_job(tests.id('token'), 'BAD_INPUT', 'It cannot be done.', '{}') $$,
  'the engine ends the job');
select tests.logout();
select is(pg_temp.run_status(), 'FAILED', 'a failed job: FAILED');
select results_eq($$ select error_code, error_message, finished_at = (tests.job(id)).finished_at
  from public.allocation_planner_runs where id = tests.id('north_planner_run') $$,
  $$ values ('BAD_INPUT', 'It cannot be done.', true) $$, 'with its reason and moment');
select is(component, 'BAD_INPUT', 'and the log knows') from public.system_logs where run_id = tests.id('north_planner_run');

select * from finish();
rollback;
