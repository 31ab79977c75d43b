-- The fence: who does not hold the claim raises RC001 and changes nothing.
begin;
select plan(28);
select tests.new_job('kind_a');
select tests.remember('old', claim_token) from fleet.claim_next_block('kind_a', 'w1');
-- The heartbeat stops, the sweeper takes the claim back, another worker goes on.
update fleet.work_blocks set heartbeat_at = now() - interval '1 hour' where claim_token = tests.id('old');
select fleet.reclaim_stale_blocks(30, 'kind_a');
select tests.remember('new', claim_token) from fleet.claim_next_block('kind_a', 'w2');
create temporary table before as select tests.block(tests.id('run')) as block, tests.job(tests.id('run')) as job;

create function pg_temp.fenced(p_call text) returns setof text language plpgsql as $$
begin
  return next extensions.throws_ok(format(p_call, tests.id('old')), 'RC001', null, 'a lost claim: ' || p_call);
  return next extensions.throws_ok(format(p_call, gen_random_uuid()), 'RC001', null, 'an invented token: ' || p_call);
  return next extensions.throws_ok(replace(p_call, '%L', 'null'), 'RC001', null, 'no token: ' || p_call);
end
$$;
select pg_temp.fenced('select fleet.hold_claim(%L)');
select pg_temp.fenced('select fleet.save_input(%L, ''{}'')');
select pg_temp.fenced('select fleet.start_afresh(%L, ''x'', true)');
select pg_temp.fenced('select fleet.record_slice(%L, ''{"phase": "x", "cpu_ms": 1, "wall_ms": 1}'')');
select pg_temp.fenced('select fleet.checkpoint_block(%L, ''{}'', ''{"phase": "x", "cpu_ms": 1, "wall_ms": 1}'')');
select pg_temp.fenced('select fleet.finish_block(%L)');
select pg_temp.fenced('select fleet.fail_claimed_job(%L, ''X'', ''x'', ''{}'')');
select pg_temp.fenced('select fleet.release_block(%L, ''x'', ''{}'', false)');

select is(fleet.worker_heartbeat('w1', tests.id('old')), 'stop', 'a heartbeat without the claim is told to stop');
select is(fleet.worker_heartbeat('w1', tests.id('new')), 'stop', 'also with the token of another worker');
select results_eq($$ select tests.block(tests.id('run')), tests.job(tests.id('run')) $$, 'select block, job from before',
  'and none of it changed anything');
select is((select count(*)::int from public.system_metrics where run_id = tests.id('run')), 0, 'nor was anything measured');

select * from finish();
rollback;
