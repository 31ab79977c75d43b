-- end_overdue_jobs(): no job stays for ever. Three reasons, each in words for the planner who waits.
begin;
select plan(16);
select tests.remember('slow', tests.new_job('kind_a')), tests.remember('crashing', tests.new_job('kind_b')),
  tests.remember('waiting', tests.new_job('kind_c')), tests.remember('fine', tests.new_job('kind_d')),
  tests.remember('fresh', tests.new_job('kind_e'));
select tests.remember('slow_token', claim_token) from fleet.claim_next_block('kind_a', 'wa');
select tests.remember('fine_token', claim_token) from fleet.claim_next_block('kind_d', 'wd');
select tests.remember('crash_token', claim_token) from fleet.claim_next_block('kind_b', 'wb');
-- At work for 16 minutes, half of them in claims that ended; the other one for 14, in twenty hours of turns.
update fleet.work_blocks set claimed_at = now() - interval '8 minutes', worked = '8 minutes' where claim_token = tests.id('slow_token');
update fleet.work_blocks set worked = '14 minutes' where claim_token = tests.id('fine_token');
update fleet.search_jobs set created_at = now() - interval '20 hours', started_at = now() - interval '20 hours' where run_id = tests.id('fine');
update fleet.search_jobs set created_at = now() - interval '25 hours' where run_id = tests.id('waiting');
-- Crashed at its last attempt: the claim is stale, and then taken back.
update fleet.work_blocks set attempts = 5, heartbeat_at = now() - interval '1 hour' where claim_token = tests.id('crash_token');
select fleet.end_overdue_jobs();
select is((tests.job(tests.id('crashing'))).status::text, 'RUNNING', 'a last attempt may still succeed');
select fleet.reclaim_stale_blocks(30, 'kind_b');

select is(fleet.end_overdue_jobs(), 1, 'taken back, it counts');
select is((tests.job(r)).status::text, 'FAILED', 'ended') from unnest(array[tests.id('slow'), tests.id('crashing'), tests.id('waiting')]) r;
select is((tests.job(tests.id('slow'))).error_code, 'TIME_TO_LIVE_EXCEEDED', 'for working too long');
select is((tests.job(tests.id('crashing'))).error_code, 'ATTEMPTS_EXCEEDED', 'for stopping at the same point');
select is((tests.job(tests.id('waiting'))).error_code, 'QUEUE_TIME_EXCEEDED', 'for waiting too long');
select matches((tests.job(tests.id('slow'))).error_message, 'after 900 seconds', 'with the limit in its message');
select throws_ok($$ select fleet.finish_block(tests.id('slow_token')) $$, 'RC001', null, 'a late worker finds its claim void');
select is((select count(*)::int from public.system_logs where level = 'error' and source in ('kind_a', 'kind_b', 'kind_c')), 3,
  'the log has all three');
select is((tests.job(tests.id('fine'))).status::text, 'RUNNING', 'a job within its time goes on');
select is((tests.job(tests.id('fresh'))).status::text, 'QUEUED', 'and a fresh one waits');
select is(fleet.end_overdue_jobs(), 0, 'ended jobs are not ended again');
update fleet.search_jobs set created_at = now() - interval '25 hours' where run_id = tests.id('fine');
select is(fleet.end_overdue_jobs(), 1, 'one that waits for turns for a whole day in all');
select is((tests.job(tests.id('fine'))).error_code, 'QUEUE_TIME_EXCEEDED', 'has waited too long');

select * from finish();
rollback;
