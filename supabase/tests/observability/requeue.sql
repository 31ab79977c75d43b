-- planner.requeue_run(): an operator gets a run going again, whatever became of it.
begin;
select plan(10);
select tests.new_service('north'), tests.new_run('north');
create function pg_temp.outcome() returns text language sql as
$$ select outcome from planner.requeue_run(tests.id('north_planner_run')) $$;

select is((select outcome from planner.requeue_run(gen_random_uuid())), 'not_found', 'a run that is not there');
select is(pg_temp.outcome(), 'waiting', 'a run in the queue is left there');
select tests.claim(tests.id('north_planner_run'));
select is(pg_temp.outcome(), 'released', 'a run under way');
select results_eq($$ select status::text, attempts from fleet.work_blocks
  where id = (tests.block(tests.id('north_planner_run'))).id $$, $$ values ('PENDING', 0) $$, 'has a free block with all attempts');
select throws_ok($$ select fleet.hold_claim(tests.id('token')) $$, 'RC001', null, 'and its old worker writes nothing');
select tests.claim(tests.id('north_planner_run'));
select fleet.fail_claimed_job(tests.id('token'), 'X', 'Failed.', '{}');
select is(pg_temp.outcome(), 'repeated', 'a run that failed');
select results_eq($$ select status::text, requested_by from public.allocation_planner_runs
  where allocation_run = tests.id('north_run') and id <> tests.id('north_planner_run') $$,
  $$ values ('PENDING', tests.id('north_manager')) $$, 'is asked for again, for the same planner');
select throws_ok($$ select pg_temp.outcome() $$, '23505', null, 'but not twice at once');
select is((select status::text from public.allocation_planner_runs where id = tests.id('north_planner_run')), 'FAILED',
  'while the failed one stays what it is');
select tests.login('north_manager');
select throws_ok($$ select * from planner.requeue_run(tests.id('north_planner_run')) $$, '42501', null, 'users have no part in it');
select * from finish();
rollback;
