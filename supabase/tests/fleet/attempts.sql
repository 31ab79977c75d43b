-- Attempts: an error gives the block back with a longer and longer wait; a checkpoint forgives all of them.
begin;
select plan(22);
select tests.new_job('kind_a');
update fleet.search_types set max_attempts = 3 where search_type = 'kind_a';

create function pg_temp.fail_once() returns interval language plpgsql as $$
begin
  update fleet.work_blocks b set not_before = now() from fleet.search_jobs j
  where j.id = b.search_job_id and j.run_id = tests.id('run');
  perform tests.remember('token', claim_token) from fleet.claim_next_block('kind_a', 'w1');
  perform fleet.release_block(tests.id('token'), 'Boom.', '{"stack": "here"}', false);
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

-- The database was busy: nothing is wrong with the block.
select tests.new_job('kind_b');
create function pg_temp.be_busy() returns interval language plpgsql as $$
begin
  update fleet.work_blocks b set not_before = now() from fleet.search_jobs j
  where j.id = b.search_job_id and j.run_id = tests.id('run');
  perform tests.remember('token', claim_token) from fleet.claim_next_block('kind_b', 'w3');
  -- It waited for a lock for eight seconds.
  update fleet.work_blocks set claimed_at = claimed_at - interval '8 seconds' where claim_token = tests.id('token');
  perform fleet.release_block(tests.id('token'), 'canceling statement due to lock timeout', '{"code": "55P03"}', true);
  return date_trunc('second', (tests.block(tests.id('run'))).not_before - clock_timestamp() + interval '0.5 seconds');
end
$$;
select results_eq($$ select pg_temp.be_busy() from generate_series(1, 7) $$,
  $$ values (interval '8 seconds'), ('24 seconds'), ('30 seconds'), ('30 seconds'), ('30 seconds'), ('30 seconds'), ('30 seconds') $$,
  'a busy database is asked again after longer and longer waits');
select results_eq($$ select attempts, worked < '1 second', status::text from tests.block(tests.id('run')) $$,
  $$ values (0, true, 'PENDING') $$, 'which are neither attempts nor work, however many they are');
select is((select string_agg(distinct level, ',') from public.system_logs where run_id = tests.id('run')), 'warn', 'the log warns');
update fleet.search_types set busy_seconds = 300 where search_type = 'kind_b';
select pg_temp.be_busy(), pg_temp.be_busy();
select is((tests.job(tests.id('run'))).status::text, 'RUNNING', 'before its time is up it goes on');
select pg_temp.be_busy();
select is((tests.job(tests.id('run'))).error_code, 'DATABASE_BUSY', 'after so long of it the job ends, and says why');
select tests.new_job('kind_b');
select pg_temp.be_busy();
update fleet.work_blocks set not_before = now() where search_job_id = (tests.job(tests.id('run'))).id;
select tests.remember('token', claim_token) from fleet.claim_next_block('kind_b', 'w3');
select fleet.checkpoint_block(tests.id('token'), '{}', '{"phase": "p", "cpu_ms": 1, "wall_ms": 1}');
select is((tests.block(tests.id('run'))).busy, interval '0', 'a checkpoint forgets it');
select tests.new_job('kind_c');
update fleet.search_types set gives_up_blocks = true, busy_seconds = 60 where search_type = 'kind_c';
select tests.remember('token', claim_token) from fleet.claim_next_block('kind_c', 'w4');
update fleet.work_blocks set claimed_at = claimed_at - interval '61 seconds' where claim_token = tests.id('token');
select fleet.release_block(tests.id('token'), 'busy', '{}', true);
select is((tests.block(tests.id('run'))).error_code, 'DATABASE_BUSY', 'where blocks are given up, the block is');

select * from finish();
rollback;
