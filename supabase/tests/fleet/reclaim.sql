-- reclaim_stale_blocks(): a claim whose heartbeat stopped is taken back, with its checkpoint and its attempts.
begin;
select plan(11);
select tests.new_job('kind_a');
select tests.remember('token', claim_token) from fleet.claim_next_block('kind_a', 'w1');
select fleet.checkpoint_block(tests.id('token'), '{"at": 1}', '{"phase": "p", "cpu_ms": 1, "wall_ms": 1}');
select tests.remember('token', claim_token) from fleet.claim_next_block('kind_a', 'w1');

update fleet.work_blocks set heartbeat_at = clock_timestamp() - interval '25 seconds' where claim_token = tests.id('token');
select is(fleet.reclaim_stale_blocks(30, 'kind_a'), 0, 'a heartbeat within the lease holds the claim');
update fleet.work_blocks set heartbeat_at = clock_timestamp() - interval '31 seconds' where claim_token = tests.id('token');
select is(fleet.worker_heartbeat('w1', tests.id('token')), null, 'a late heartbeat renews it');
select is(fleet.reclaim_stale_blocks(30, 'kind_a'), 0, 'so that it is not taken back');
update fleet.work_blocks set heartbeat_at = clock_timestamp() - interval '31 seconds' where claim_token = tests.id('token');
select is(fleet.reclaim_stale_blocks(30, 'kind_b'), 0, 'another kind of work is not touched');
select is(fleet.reclaim_stale_blocks(30, 'kind_a'), 1, 'no heartbeat within the lease loses it');
select is(fleet.reclaim_stale_blocks(30, 'kind_a'), 0, 'once');
select results_eq($$ select level, worker_id, context -> 'attempts' from public.system_logs where run_id = tests.id('run') $$,
  $$ values ('warn', 'w1', '1'::jsonb) $$, 'the log says so');
select is((tests.job(tests.id('run'))).status::text, 'RUNNING', 'the job goes on');
select results_eq($$ select attempt, slice, checkpoint from fleet.claim_next_block('kind_a', 'w2') $$,
  $$ values (2, 2, '{"at": 1}'::jsonb) $$, 'the next worker takes up the checkpoint, as a second attempt');

-- A worker is told of a command once.
update fleet.workers set pending_command = 'stop' where worker_id = 'w2';
select is(fleet.worker_heartbeat('w2', (tests.block(tests.id('run'))).claim_token), 'stop', 'a heartbeat reads its command');
select is(fleet.worker_heartbeat('w2', (tests.block(tests.id('run'))).claim_token), null, 'and clears it');

select * from finish();
rollback;
