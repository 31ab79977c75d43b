-- Attempts: an error gives the block back with a longer and longer wait; a checkpoint forgives all of them.
begin;
select plan(15);
select tests.new_job('kind_a');
update fleet.search_types set max_attempts = 3 where search_type = 'kind_a';

create function pg_temp.fail_once() returns interval language plpgsql as $$
begin
  update fleet.work_blocks b set not_before = now() from fleet.search_jobs j
  where j.id = b.search_job_id and j.run_id = tests.id('run');
  perform tests.remember('token', claim_token) from fleet.claim_next_block('kind_a', 'w1');
  perform fleet.release_block(tests.id('token'), 'Boom.', '{"stack": "here"}');
  return date_trunc('second', (tests.block(tests.id('run'))).not_before - clock_timestamp() + interval '0.5 seconds');
end
$$;

select is(pg_temp.fail_once(), interval '2 seconds', 'after the first error it waits 2 s');
select is((tests.block(tests.id('run'))).attempts, 1, 'which counts as an attempt');
select is((tests.block(tests.id('run'))).status::text, 'PENDING', 'the block is free');
select is_empty($$ select * from fleet.claim_next_block('kind_a', 'w2') $$, 'but nobody gets it before its time');
select ok(not fleet.has_ready_work('kind_a'), 'so there is nothing to do');
select results_eq($$ select level, message, context from public.system_logs where run_id = tests.id('run') $$,
  $$ values ('error', 'Boom.', '{"stack": "here"}'::jsonb) $$, 'the log has the error');
select is(pg_temp.fail_once(), interval '4 seconds', 'after the second error it waits 4 s');

-- Forgiven.
update fleet.work_blocks set not_before = now() where search_job_id = (tests.job(tests.id('run'))).id;
select is(attempt, 3, 'a third attempt') from fleet.claim_next_block('kind_a', 'w1');
select fleet.checkpoint_block((tests.block(tests.id('run'))).claim_token, '{}', '{"phase": "p", "cpu_ms": 1, "wall_ms": 1}');
select is((tests.block(tests.id('run'))).attempts, 0, 'a checkpoint forgives');

select is(pg_temp.fail_once(), interval '2 seconds', 'and counting starts again') from generate_series(1, 1);
select pg_temp.fail_once(), pg_temp.fail_once();
update fleet.work_blocks set not_before = now() where search_job_id = (tests.job(tests.id('run'))).id;
select is((tests.block(tests.id('run'))).attempts, 3, 'after three in a row');
select is_empty($$ select * from fleet.claim_next_block('kind_a', 'w2') $$, 'it is not tried again');
select ok(not fleet.has_ready_work('kind_a'), 'and nobody is called for it');
select fleet.end_overdue_jobs();
select is((tests.job(tests.id('run'))).error_code, 'ATTEMPTS_EXCEEDED', 'the sweeper ends the job');
select is((tests.block(tests.id('run'))).status::text, 'ABANDONED', 'and its block');

select * from finish();
rollback;
