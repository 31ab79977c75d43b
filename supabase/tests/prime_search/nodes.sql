-- Nodes and isolates side by side: who has a block, who gets it when a lease runs out, what checks that cannot be made come to, and trust.
begin;
select plan(54);
select tests.new_service('north');
select tests.new_search('north');
select tests.new_operator('north'), tests.new_operator('north', 'other_operator');
update public.operator_nodes set cores = 8;
insert into prime_search.operator_keys (org_id, operator_id, key_hash, expires_at)
values (tests.id('north_org'), tests.id('north_operator'), repeat('a', 64), now() + interval '1 day'),
  (tests.id('north_org'), tests.id('north_other_operator'), repeat('b', 64), now() + interval '1 day');
create function pg_temp.claim(p_key text, p_node text, p_count int) returns jsonb language sql as $$
  select prime_search.claim_node_blocks(repeat(p_key, 64), tests.id(p_node), jsonb_build_object('count', p_count)) -> 'claims'
$$;
create function pg_temp.answer(p_sieved int) returns jsonb language sql as $$
  select jsonb_build_object('sieved', p_sieved, 'tested', 0, 'digest', repeat('c', 64), 'sieve_depth', 10, 'finds', '[]'::jsonb,
    'evidence', jsonb_build_object('factors', 'AwMDAw==', 'residues', '[]'::jsonb))
$$;
create function pg_temp.submit(p_key text, p_node text, p_token uuid, p_sieved int default 4) returns text language sql as $$
  select prime_search.submit_node_block(repeat(p_key, 64), tests.id(p_node), p_token, pg_temp.answer(p_sieved),
    jsonb_build_object('sieved', p_sieved, 'tested', 0, 'found', 0, 'digest', repeat('c', 64)), null) ->> 'outcome'
$$;
create function pg_temp.states() returns text language sql stable as $$
  select string_agg(status, ' ' order by id) from public.node_block_results where org_id = tests.id('north_org')
$$;

-- Two programs that work as one node would be given the same blocks: the second is told, until the first has left or is silent.
create function pg_temp.program(p_n int) returns uuid language sql as $$ select repeat(p_n::text, 32)::uuid $$;
create function pg_temp.register(p_n int, p_name text default 'twice') returns text language plpgsql as $$
declare v_hint text;
begin
  return (prime_search.register_node(repeat('a', 64), jsonb_build_object('node_id', p_name, 'program', pg_temp.program(p_n))) ->> 'program')::uuid;
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return v_hint;
end $$;
create function pg_temp.beat(p_n int) returns text language plpgsql as $$
declare v_hint text;
begin
  perform prime_search.node_heartbeat(repeat('a', 64), (select id from public.operator_nodes where node_id = 'twice'), jsonb_build_object('program', pg_temp.program(p_n)));
  return 'heard';
exception when others then
  get stacked diagnostics v_hint = pg_exception_hint;
  return v_hint;
end $$;
select is(pg_temp.register(1), pg_temp.program(1)::text, 'a program works as a node');
select is(pg_temp.register(1), pg_temp.program(1)::text, 'and says so again where an answer was lost');
select is(pg_temp.register(2), 'NODE_IN_USE', 'a second is told');
select is(pg_temp.register(2, 'other'), pg_temp.program(2)::text, 'by another name it is another node');
update public.operator_nodes set last_heartbeat = now() - interval '91 seconds' where node_id = 'twice';
select is(pg_temp.register(2), pg_temp.program(2)::text, 'one that is silent works no more');
select is(pg_temp.beat(1), 'NODE_IN_USE', 'and is told when it comes back');
select is(pg_temp.beat(2), 'heard', 'who works as it is heard');
select prime_search.leave_node(repeat('a', 64), (select id from public.operator_nodes where node_id = 'twice'), pg_temp.program(n)) from generate_series(1, 2) n;
select is(pg_temp.register(3), pg_temp.program(3)::text, 'where it has left the next comes at once');
select is(jsonb_typeof(prime_search.register_node(repeat('a', 64), '{"node_id": "twice"}') -> 'program'), 'null', 'who does not say is not told apart');
delete from public.operator_nodes where node_id in ('twice', 'other');

-- A loan is nobody else's until it is over.
create temporary table mine as select c ->> 'token' as token, (c ->> 'start')::int as start from jsonb_array_elements(pg_temp.claim('a', 'north_node', 2)) c;
select results_eq('select start from mine order by 1', '{0,4}'::int[], 'the first two blocks are given out');
select is((tests.job(tests.id('north_search'))).status, 'RUNNING', 'which begins the search');
select is(jsonb_array_length(pg_temp.claim('b', 'north_other_node', 5)), 1, 'another gets what is left');
select is(fleet.claim_work_block((tests.job(tests.id('north_search'))).id, 'tests-isolate'), null, 'and isolates nothing');
select is(fleet.calls_needed('prime_search'), 0, 'nor are they called');
update public.node_block_results set lease_until = now() - interval '1 second' where block_id = (
  select id from public.prime_search_blocks where run = tests.id('north_search') and block_start = 0);
update fleet.work_blocks set not_before = now() - interval '1 second' where id = (tests.block(tests.id('north_search'), 1)).id;
select tests.remember('token', fleet.claim_work_block((tests.job(tests.id('north_search'))).id, 'tests-isolate'));
select is((tests.block(tests.id('north_search'), 1)).status, 'CLAIMED', 'an isolate takes what a node did not come back from');
select throws_ok($$ select pg_temp.submit('a', 'north_node', (select token::uuid from mine where start = 0)) $$, 'RC409', null, 'who comes late has lost it');
create function pg_temp.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'A row that cannot be written.';
end
$$;
create trigger refuse before update on public.node_block_results for each row execute function pg_temp.refuse();
select is(prime_search.tick_nodes(), 0, 'a lease that cannot be ended stops nothing else of the tick');
select is((select array_agg(component) from public.system_logs where org_id = tests.id('north_org') and level = 'error'), '{leases}', 'and is told');
drop trigger refuse on public.node_block_results;
select is(prime_search.tick_nodes(), 1, 'the lease is over');
select is(pg_temp.states(), 'expired claimed claimed', 'and the result says so');
select is((select trust_level from public.operator_trust where operator_id = tests.id('north_operator')), 1::smallint, 'without blame');

-- What is handed in waits for its check, whatever becomes of the first tries.
select is(pg_temp.submit('a', 'north_node', (select token::uuid from mine where start = 4)), 'submitted', 'an answer is taken in');
select is(pg_temp.submit('a', 'north_node', (select token::uuid from mine where start = 4)), 'replayed', 'once');
select is((select count(*)::int from prime_search.operator_keys k where k.tokens < 1200), 2, 'requests are counted');

-- Nothing that a node sends is read for whom the request is refused then, and what is refused counts as well.
create function pg_temp.reads() returns boolean language sql as $$
  select prime_search.claimed_block(repeat('a', 64), tests.id('north_node'), (select token::uuid from mine where start = 4)) is not null
$$;
select ok(pg_temp.reads(), 'what is handed in is read by its block');
update prime_search.operator_keys set tokens = 1, per_minute = 1, tokens_at = now() + interval '1 hour' where key_hash = repeat('a', 64);
select prime_search.count_refused(repeat('a', 64)) is null;
select is((select tokens from prime_search.operator_keys where key_hash = repeat('a', 64)), 0::double precision, 'a request that was refused is counted');
select ok(not pg_temp.reads(), 'and of whoever asked too often nothing is read');
update prime_search.operator_keys set tokens = 1200, per_minute = 1200, expires_at = now() where key_hash = repeat('a', 64);
select ok(not pg_temp.reads(), 'nor by a key that has expired');
update prime_search.operator_keys set expires_at = now() + interval '1 day' where key_hash = repeat('a', 64);
update public.operators set is_active = false where id = tests.id('north_operator');
select ok(not pg_temp.reads(), 'nor of who is suspended');
update public.operators set is_active = true where id = tests.id('north_operator');
select ok(pg_temp.reads(), 'who is let back is read again');
select is((select (count(*), min(share))::text from public.verification_queue where org_id = tests.id('north_org')), '(1,1)', 'all of it is to be checked of who is new');
select isnt((select seed from prime_search.node_claims where answer is not null), null, 'what is drawn is drawn with a seed that was not there before');
create function pg_temp.fail_check() returns void language sql as $$
  select fleet.end_job(j.id, 'FAILED', 'TESTS', 'Tests.') from fleet.search_jobs j join public.node_check_runs r on r.id = j.run_id
  where r.org_id = tests.id('north_org') and r.status in ('PENDING', 'GENERATING');
  select prime_search.tick_nodes();
$$;
select pg_temp.fail_check(), pg_temp.fail_check();
select is((select attempts || ' ' || status from public.verification_queue where org_id = tests.id('north_org')), '2 claimed', 'a check that fails is made again');
select pg_temp.fail_check();
select is(pg_temp.states(), 'expired void claimed', 'the third time the block is worked again');
select is((select (total_valid, total_invalid, trust_level)::text from public.operator_trust where operator_id = tests.id('north_operator')), '(0,0,1)', 'without blame');
select is(fleet.calls_needed('prime_search'), 1, 'by whoever comes first');

-- A check that comes out.
select is(pg_temp.submit('b', 'north_other_node', (select c.token from prime_search.node_claims c join public.node_block_results r on r.id = c.result_id where r.status = 'claimed'), 2),
  'submitted', 'the other hands in');
update fleet.search_jobs set status = 'RUNNING', started_at = now() where search_type = 'node_check' and org_id = tests.id('north_org') and status = 'QUEUED';
select tests.remember('token', fleet.claim_work_block((select id from fleet.search_jobs where search_type = 'node_check' and org_id = tests.id('north_org') and status = 'RUNNING'), 'tests-checker'));
select tests.engine(tests.id('token'));
select lives_ok(format($$ select prime_search.record_node_checks(tests.id('token'), '[{"item": %s, "valid": true, "tested": 0, "found": 0, "cpu_ms": 5}]') $$,
  (select max((e ->> 'item')::bigint) from jsonb_array_elements(prime_search.load_node_check((
    select run_id from fleet.hold_claim(tests.id('token'))))) e)), 'the checker says that it is right') ;
select tests.logout();
select is(pg_temp.states(), 'expired void verified', 'it is the block''s result');
select is((tests.block(tests.id('north_search'), 3)).status, 'DONE', 'and the block is done');
select is((select (credit > 0, reason)::text from public.operator_credits where org_id = tests.id('north_org')), '(f,block_completed)', 'with the credit that it had (none was priced here)');
select is((select seed from public.verification_queue where status = 'matched' and org_id = tests.id('north_org')),
  (select c.seed from prime_search.node_claims c join public.node_block_results r on r.id = c.result_id where r.status = 'verified'), 'the seed is told afterwards');

-- Trust.
create function pg_temp.level(p_streak int, p_valid int, p_invalid int) returns smallint language sql as $$
  select prime_search.level_of(row(tests.id('north_other_operator'), tests.id('north_org'), p_streak, 0, p_valid, p_invalid, 1, null, now())::public.operator_trust)
$$;
select is(array[pg_temp.level(0, 0, 0), pg_temp.level(9, 9, 0), pg_temp.level(10, 10, 0), pg_temp.level(99, 99, 0), pg_temp.level(100, 100, 0), pg_temp.level(500, 500, 0)],
  '{1,1,2,2,3,4}'::smallint[], 'trust grows with what was verified in a row');
select is(array[pg_temp.level(9, 900, 1), pg_temp.level(10, 900, 1), pg_temp.level(100, 900, 1)], '{0,2,4}'::smallint[], 'and begins anew after a wrong result');
insert into public.node_block_results (org_id, operator_id, node, run, block_id, credit, lease_until, status, submitted_at, completed_at, tested, sieved, found, digest, reason)
select org_id, operator_id, node, run, block_id, 0, now(), 'rejected', now(), now(), 0, 0, 0, repeat('0', 64), 'Wrong.'
from public.node_block_results where operator_id = tests.id('north_other_operator') limit 1;
select is(pg_temp.level(100, 900, 1), 1::smallint, 'of a month with half of it wrong nobody is trusted much');
select throws_ok($$ insert into public.operator_credits (org_id, operator_id, block_id, credit, reason)
  select org_id, operator_id, block_id, 1, reason from public.operator_credits where org_id = tests.id('north_org') $$, '23505', null, 'a block has credit once');

-- Second opinions: never on one's own; what stood on those of who turns out wrong is checked whole.
select throws_ok($$ update public.verification_queue set verification_volunteer_id = original_volunteer_id $$, '23514', null,
  'nobody gives a second opinion on what is their own');
update public.operator_trust set trust_level = 2, not_before = null where org_id = tests.id('north_org');
update public.operator_nodes set checks = true, last_heartbeat = now() + interval '1 day' where org_id = tests.id('north_org');
create temporary table fresh as select c ->> 'token' as token from jsonb_array_elements(pg_temp.claim('a', 'north_node', 1)) c;
select is(pg_temp.submit('a', 'north_node', (select token::uuid from fresh)), 'submitted', 'an answer is taken in');
select is((select (status, offered_until > clock_timestamp())::text from public.verification_queue order by id desc limit 1), '(pending,t)', 'and left to another node');
select is(jsonb_array_length(prime_search.take_checks(repeat('a', 64), tests.id('north_node'), 5) -> 'checks'), 0, 'not its own operator''s');
create temporary table asked as select c ->> 'token' as token
from jsonb_array_elements(prime_search.take_checks(repeat('b', 64), tests.id('north_other_node'), 5) -> 'checks') c;
select is((select count(*)::int from asked), 1, 'but another''s');
select is(prime_search.submit_check(repeat('b', 64), tests.id('north_other_node'), (select token::uuid from asked), '{}') ->> 'outcome', 'submitted', 'who says the same');
select is((select second_opinion || ' ' || status from public.verification_queue order by id desc limit 1), 'agrees pending', 'leaves the rest to the fleet');
select prime_search.distrust(tests.id('north_other_operator'), 'Tests.', '{}');
select is((select (second_opinion, verification_volunteer_id, second_credit)::text from public.verification_queue order by id desc limit 1), '(,,0.000)',
  'until that operator turns out wrong: then what they said is worth nothing');
select * from finish();
rollback;
