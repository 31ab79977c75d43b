-- hold_claim(): locks job and block, and lets the engine see the org, until the transaction ends.
begin;
select plan(9);
select tests.new_service('north');
select tests.new_run('north');
select tests.claim(tests.id('north_planner_run'));

select tests.engine();
select is(fleet.claimed_org_id(), null, 'nothing is held at first');
select results_eq($$ select org_id, run_id from fleet.hold_claim(tests.id('token')) $$,
  $$ values (tests.id('north_org'), tests.id('north_planner_run')) $$, 'the claim answers whose work it is');
select is(fleet.claimed_org_id(), tests.id('north_org'), 'the org is open to the engine');
select is(fleet.claimed_org_id('planner'), tests.id('north_org'), 'to the engine whose work it is');
select is(fleet.claimed_org_id('allocator'), null, 'and to no other');
select is((select count(*)::int from public.positions), 3, 'with its rows');
select throws_ok($$ select fleet.hold_claim(gen_random_uuid()) $$, 'RC001', null, 'a void token is refused');

select tests.logout();
update fleet.work_blocks set status = 'DONE', finished_at = now(), claimed_by = null, claim_token = null, claimed_at = null,
  heartbeat_at = null where claim_token = tests.id('token');
select tests.engine(tests.id('token'));
select is(fleet.claimed_org_id(), null, 'the org closes with the block');
select is_empty('select 1 from public.positions', 'and its rows are gone');

select * from finish();
rollback;
