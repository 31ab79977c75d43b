-- cancel_planner_run(): ends a run that is waiting or at work; one that has ended stays as it is.
begin;
select plan(13);
select tests.new_service('north'), tests.new_service('south');
select tests.new_run('north'), tests.new_run('south');
select tests.claim(tests.id('north_planner_run'));

select tests.login('north_viewer');
select throws_ok($$ select public.cancel_planner_run(tests.id('north_planner_run')) $$, '42501', null,
  'a viewer may not cancel');
select tests.login('south_manager');
select is(public.cancel_planner_run(tests.id('north_planner_run')), null, 'another org''s run is not there');
select is(public.cancel_planner_run(gen_random_uuid()), null, 'nor an unknown one');
select is(public.cancel_planner_run(tests.id('south_planner_run')) ->> 'status', 'CANCELLED', 'a waiting run is cancelled');

select tests.login('north_manager');
select is(public.cancel_planner_run(tests.id('north_planner_run')) ->> 'status', 'CANCELLED',
  'a run at work is cancelled');
select is(public.cancel_planner_run(tests.id('north_planner_run')) ->> 'status', 'CANCELLED', 'and stays so');
select is(public.cancel_planner_run(tests.id('north_planner_run')) ->> 'error_code', null, 'without an error');

select tests.logout();
select is((tests.job(tests.id('north_planner_run'))).status::text, 'CANCELLED', 'the job has ended, too');
select is((tests.block(tests.id('north_planner_run'))).status::text, 'ABANDONED', 'with its block');
select is(pending_command, 'stop', 'and its worker is told to stop')
from fleet.workers where worker_id = 'tests-' || (tests.job(tests.id('north_planner_run'))).id;

select tests.engine(tests.id('token'));
select is(fleet.worker_heartbeat('tests', tests.id('token')), 'stop', 'its next heartbeat says stop');
select throws_ok($$ select fleet.checkpoint_block(tests.id('token'), '{}', '{}') $$, 'RC001', null,
  'and its claim is void');
select is_empty('select 1 from public.allocation_planner_runs', 'it sees the run no more');

select * from finish();
rollback;
