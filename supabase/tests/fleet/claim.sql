-- A claim: a token, what to go on from, and no block for two workers.
begin;
select plan(20);
select tests.new_job('kind_a', 2);

create temporary table claims as select * from fleet.claim_next_block('kind_a', 'w1');
select isnt(claim_token, null, 'a claim has a token') from claims;
select results_eq('select run_id, attempt, slice, checkpoint, input from claims',
  $$ values (tests.id('run'), 1, 1, null::jsonb, null::jsonb) $$, 'the first slice starts from nothing');
select is(started_at, (tests.job(run_id)).started_at, 'and knows when the job started') from claims;
select ok(last_call_ms > 0 and last_call_ms <= 900 * (select time_to_live_seconds from fleet.search_types where search_type = 'kind_a'),
  'and how long it has before the last tenth of its life') from claims;
select is_empty($$ select * from fleet.claim_next_block('kind_a', 'w2') $$, 'one block at a time, by default');
select ok(not fleet.has_ready_work('kind_a'), 'so the other one is no work yet');
update fleet.search_jobs set max_concurrent_blocks = 2 where run_id = tests.id('run');
select is((select count(*)::int from fleet.claim_next_block('kind_a', 'w2')), 1, 'unless the job allows two');
select isnt((tests.block(tests.id('run'), 1)).claim_token, (tests.block(tests.id('run'), 2)).claim_token, 'with tokens of their own');
select is_empty($$ select * from fleet.claim_next_block('kind_a', 'w3') $$, 'a claimed block is not given away');
select ok(not fleet.has_ready_work('kind_a'), 'and is no work that waits');

select lives_ok($$ select fleet.save_input((select claim_token from claims), '{"first": true}') $$, 'the input is saved');
select lives_ok($$ select fleet.save_input((select claim_token from claims), '{"first": false}') $$, 'once');
select lives_ok($$ select fleet.checkpoint_block((select claim_token from claims), '{"at": 3}',
  '{"phase": "columns", "cpu_ms": 512.5, "wall_ms": 600, "memory_bytes": 1000}') $$, 'a slice ends with its checkpoint');
select results_eq($$ select source, run_id, slice, phase, cpu_ms, worker_id from public.system_metrics where run_id = tests.id('run') $$,
  $$ values ('kind_a', tests.id('run'), 1, 'columns', 512.5, 'w1') $$, 'and says what it cost');
select ok(fleet.has_ready_work('kind_a'), 'its block waits for the next slice');
select ok((tests.block(tests.id('run'))).worked between '1 microsecond' and clock_timestamp() - now(), 'its time is counted');
update fleet.search_jobs set started_at = started_at - interval '1 year' where run_id = tests.id('run');
update fleet.work_blocks set worked = 0.95 * (select make_interval(secs => time_to_live_seconds)
  from fleet.search_types where search_type = 'kind_a') where search_job_id = (tests.job(tests.id('run'))).id;
create temporary table next_claims as select * from fleet.claim_next_block('kind_a', 'w3');
select results_eq('select attempt, slice, checkpoint, input from next_claims',
  $$ values (1, 2, '{"at": 3}'::jsonb, '{"first": true}'::jsonb) $$, 'which goes on from there');
select ok(last_call_ms < 0, 'and hears it where its life is nearly over') from next_claims;

select lives_ok($$ select fleet.finish_block((tests.block(tests.id('run'), 1)).claim_token) $$, 'a block is done');
select is((tests.job(tests.id('run'))).status::text, 'RUNNING', 'a job with another block is not');

select * from finish();
rollback;
