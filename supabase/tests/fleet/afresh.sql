-- What the deployed code does not understand is forgotten, and the run's timeline says so.
begin;
select plan(8);
select tests.new_job('kind_a');
select tests.remember('token', claim_token) from fleet.claim_next_block('kind_a', 'w1');
select fleet.save_input(tests.id('token'), '{"first": true}');
select fleet.checkpoint_block(tests.id('token'), '{"at": 1}', '{"phase": "p", "cpu_ms": 1, "wall_ms": 1}');
select tests.remember('token', claim_token) from fleet.claim_next_block('kind_a', 'w1');

select fleet.start_afresh(tests.id('token'), 'Another version.', false);
select is((tests.block(tests.id('run'))).checkpoint, null, 'the checkpoint is gone');
select is((tests.job(tests.id('run'))).input, '{"first": true}', 'the problem as first read stays');
select is((tests.block(tests.id('run'))).claim_token, tests.id('token'), 'the claim stands');
select results_eq($$ select level, source, component, message, worker_id from public.system_logs where run_id = tests.id('run') $$,
  $$ values ('warn', 'kind_a', 'afresh', 'Another version.', 'w1') $$, 'a line tells why');
select results_eq($$ select details ->> 'message' from public.run_timeline
  where run_id = tests.id('run') and event = 'started afresh' $$, $$ values ('Another version.') $$, 'in the timeline of the run');

select fleet.start_afresh(tests.id('token'), 'Another problem.', true);
select is((tests.job(tests.id('run'))).input, null, 'the problem goes where it is not understood either');
select fleet.save_input(tests.id('token'), '{"first": false}');
select is((tests.job(tests.id('run'))).input, '{"first": false}', 'and is saved as read again');
select is((tests.block(tests.id('run'))).slices, 1, 'slices are counted on');
select * from finish();
rollback;
