-- claim_next_block(): jobs in order of arrival, and no more at once than their kind allows.
begin;
select plan(12);
select tests.remember('a', tests.new_job('kind_a')), tests.remember('b', tests.new_job('kind_a')),
  tests.remember('c', tests.new_job('kind_a')), tests.remember('x', tests.new_job('kind_x'));

create function pg_temp.claim(p_worker text, p_kind text default 'kind_a') returns uuid language sql as
$$ select run_id from fleet.claim_next_block(p_kind, p_worker) $$;
create function pg_temp.finish(p_run uuid) returns void language sql as
$$ select fleet.finish_block((tests.block(p_run)).claim_token) $$;

select is(pg_temp.claim('w1'), tests.id('a'), 'the first to arrive starts');
select is(pg_temp.claim('w2'), null, 'the others wait while it runs');
select is((tests.job(tests.id('b'))).status::text, 'QUEUED', 'in the queue');
select is(pg_temp.claim('w3', 'kind_x'), tests.id('x'), 'another kind of work has a queue of its own');
select pg_temp.finish(tests.id('a'));
select is((tests.job(tests.id('a'))).status::text, 'COMPLETED', 'the last block completes the job');
select is(pg_temp.claim('w1'), tests.id('b'), 'then the second starts');
select fleet.checkpoint_block((tests.block(tests.id('b'))).claim_token, '{"n": 1}', '{"phase": "p", "cpu_ms": 1, "wall_ms": 1}');
select is(pg_temp.claim('w2'), tests.id('b'), 'a job at work goes on before another begins');
select ok(fleet.cancel_job('kind_a', tests.id('b')), '(cancelled)');
select is(pg_temp.claim('w1'), tests.id('c'), 'a cancelled job makes room at once');
select pg_temp.finish(tests.id('c'));
select is(pg_temp.claim('w1'), null, 'an empty queue answers nothing');

update fleet.search_types set max_concurrent_jobs = 2 where search_type = 'kind_a';
select tests.new_job('kind_a'), tests.new_job('kind_a'), tests.new_job('kind_a');
select is((select count(pg_temp.claim('w' || n))::int from generate_series(1, 3) n), 2, 'a limit of two is two');
select is((select count(*)::int from fleet.search_jobs where search_type = 'kind_a' and status = 'QUEUED'), 1, 'the third waits');

select * from finish();
rollback;
