-- Several blocks of one job at once: numbers, chains, pauses, blocks that are given up, leases, yielding, metrics that are sampled.
begin;
select plan(43);
insert into fleet.search_types (search_type, function_name, max_concurrent_blocks, max_attempts, gives_up_blocks, time_to_live_seconds,
  queue_time_to_live_seconds, metrics_every, priority)
values ('kind_many', 'many-solver', 3, 2, true, null, null, 4, -10);
select tests.new_job('kind_many', 5);

create function pg_temp.claim(p_worker text, p_lease int default null) returns int language plpgsql as $$
declare
  v_claim record;
begin
  select * into v_claim from fleet.claim_next_block('kind_many', p_worker, p_lease);
  if v_claim.claim_token is not null then
    perform tests.remember(p_worker, v_claim.claim_token);
  end if;
  return v_claim.block_number;
end
$$;
create function pg_temp.checkpoint(p_worker text) returns void language sql as $$
  select fleet.checkpoint_block(tests.id(p_worker), '{}', '{"phase": "p", "cpu_ms": 100, "wall_ms": 120}')
$$;

select is(fleet.calls_needed('kind_many'), 3, 'as many calls as blocks may be worked on at once');
select is(public.solver_calls_needed('many-solver'), 3, 'which is told by function');
select is(pg_temp.claim('w1'), 1, 'a claim says which block it is');
select is(pg_temp.claim('w2'), 2, 'a second isolate gets the next one');
select is(fleet.calls_needed('kind_many'), 1, 'one place is left');
select is(pg_temp.claim('w3'), 3, 'a third one');
select is(pg_temp.claim('w4'), null, 'and no more than the kind allows');
select is(fleet.calls_needed('kind_many'), 0, 'so nobody is called');
select is_empty($$ select * from fleet.next_calls('kind_many') $$, 'not even by a slice that ends');
select pg_temp.checkpoint('w2');
select results_eq($$ select * from fleet.next_calls('kind_many') $$, $$ values ('many-solver', 1) $$, 'a block that is free again needs one call');
select is(pg_temp.claim('w2'), 2, 'a block that was begun goes on before others begin');

-- Pause and resume.
select ok(fleet.pause_job('kind_many', tests.id('run'), true), 'a job is paused');
select pg_temp.checkpoint('w1');
select is(pg_temp.claim('w1'), null, 'none of its blocks is claimed');
select is(fleet.calls_needed('kind_many'), 0, 'and nobody is called');
select lives_ok($$ select fleet.hold_claim(tests.id('w2')) $$, 'slices under way keep their claims');
update fleet.search_jobs set paused_at = now() - interval '1 hour' where run_id = tests.id('run');
select fleet.pause_job('kind_many', tests.id('run'), true);
select ok((tests.job(tests.id('run'))).paused_at < now() - interval '59 minutes', 'pausing twice is pausing once');
select fleet.pause_job('kind_many', tests.id('run'), false);
select ok((tests.job(tests.id('run'))).paused between '59 minutes' and '61 minutes', 'how long it was is kept');
select fleet.pause_job('kind_many', tests.id('run'), false);
select ok((tests.job(tests.id('run'))).paused < '61 minutes', 'resuming twice adds nothing');
select is(pg_temp.claim('w1'), 1, 'resumed, it goes on where it was');
select ok(not fleet.pause_job('kind_many', gen_random_uuid(), true), 'there is nothing else to pause');

-- Lives and leases.
select pg_temp.checkpoint('w3');
select is(pg_temp.claim('node', 3600), 3, 'a claim with a lease of its own');
update fleet.work_blocks set heartbeat_at = now() - interval '30 minutes' where search_job_id = (tests.job(tests.id('run'))).id and status = 'CLAIMED';
select is(fleet.reclaim_stale_blocks(30, 'kind_many'), 2, 'outlasts the others');
select is((tests.block(tests.id('run'), 3)).status::text, 'CLAIMED', 'by what it asked for');
update fleet.work_blocks set worked = '9 days' where search_job_id = (tests.job(tests.id('run'))).id;
update fleet.search_jobs set created_at = now() - interval '90 days' where run_id = tests.id('run');
select is(fleet.end_overdue_jobs(), 0, 'a kind without a time to live takes as long as it takes');
select is(pg_temp.claim('w1'), 1, 'a block that was taken back goes on');
select is((select last_call_ms from fleet.claim_next_block('kind_many', 'w2')), null, 'and is never told that its time is up');

-- A block that cannot be worked.
select fleet.fail_claimed_job(tests.id('w1'), 'BAD_BLOCK', 'This block is bad.', '{}');
select is((tests.block(tests.id('run'), 1)).error_code, 'BAD_BLOCK', 'a block is given up with its reason');
select is((tests.job(tests.id('run'))).status::text, 'RUNNING', 'and the others go on');
select throws_ok($$ select fleet.hold_claim(tests.id('w1')) $$, 'RC001', null, 'its claim is void');
select fleet.finish_block(tests.id('node'));
update fleet.work_blocks set status = 'PENDING', claimed_by = null, claim_token = null, claimed_at = null, heartbeat_at = null, attempts = 2
where search_job_id = (tests.job(tests.id('run'))).id and block_number = 2;
select is(fleet.end_overdue_jobs(), 1, 'the sweeper gives up a block that stopped at the same point again and again');
select is((tests.block(tests.id('run'), 2)).error_code, 'ATTEMPTS_EXCEEDED', 'with its reason');
select is(pg_temp.claim('w4'), 4, 'the others go on');
select is(pg_temp.claim('w5'), 5, 'to the last');
select fleet.finish_block(tests.id('w4'));
select is((tests.job(tests.id('run'))).status::text, 'RUNNING', 'until all have ended');
select fleet.finish_block(tests.id('w5'));
select is((tests.job(tests.id('run'))).error_code, 'BLOCKS_GIVEN_UP', 'a job with a hole does not pass for complete');
select matches((tests.job(tests.id('run'))).error_message, '^2 of 5 blocks', 'and says how much is missing');

-- Slices are summed up, and one in four has a row.
select is((tests.block(tests.id('run'), 2)).cpu_ms, 100.0, 'a block knows what it cost');
select tests.new_job('kind_many');
do $$ begin for n in 1..40 loop perform pg_temp.claim('w'); perform pg_temp.checkpoint('w'); end loop; end $$;
select results_eq($$ select count(*)::int, sum(stands_for)::int, sum(cpu_ms * stands_for)::int from public.system_metrics
  where run_id = tests.id('run') $$, $$ values (10, 40, 4000) $$, 'a row stands for four slices');
select is((tests.block(tests.id('run'))).cpu_ms, 4000.0, 'all of them are in the sum');

-- Work of lower priority yields.
select tests.remember('many', tests.id('run')), tests.new_job('kind_first');
select is(pg_temp.claim('w'), null, 'while work of a higher priority is ready, nothing else is claimed');
select is(fleet.calls_needed('kind_many'), 0, 'or called for');
select tests.remember('first', claim_token) from fleet.claim_next_block('kind_first', 'f');
select is(pg_temp.claim('w'), 1, 'beside it there is room');
select pg_temp.checkpoint('w');
select fleet.finish_block(tests.id('first'));
select ok(exists (select from fleet.next_calls('kind_first') where function_name = 'many-solver'), 'its end calls who gave way');

select * from finish();
rollback;
