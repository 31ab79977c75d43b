-- claim_next_block(): an org's jobs in order of arrival, orgs slice by slice in turn, no more at once than their kind allows.
begin;
select plan(26);

create function pg_temp.org(p_name text) returns uuid language plpgsql as $$
begin
  insert into public.orgs (id, name) values (tests.remember(p_name, gen_random_uuid()), p_name);
  return tests.id(p_name);
end $$;
create function pg_temp.job(p_name text, p_org text, p_kind text default 'kind_a') returns bigint language plpgsql as $$
begin
  insert into fleet.search_types (search_type, function_name) values (p_kind, 'tests-solver') on conflict do nothing;
  return fleet.enqueue_job(p_kind, tests.id(p_org), tests.remember(p_name, gen_random_uuid()), 1);
end $$;
create function pg_temp.claim(p_kind text default 'kind_a') returns uuid language sql as
$$ select run_id from fleet.claim_next_block(p_kind, gen_random_uuid()::text) $$;
create function pg_temp.checkpoint(p_name text) returns void language sql as $$
  select fleet.checkpoint_block((tests.block(tests.id(p_name))).claim_token, '{}', '{"phase": "p", "cpu_ms": 1, "wall_ms": 1}')
$$;
create function pg_temp.finish(p_name text) returns void language sql as
$$ select fleet.finish_block((tests.block(tests.id(p_name))).claim_token) $$;

-- One org.
select pg_temp.org('one'), pg_temp.org('two'), pg_temp.org('three');
select pg_temp.job('a', 'one'), pg_temp.job('b', 'one'), pg_temp.job('c', 'one'), pg_temp.job('x', 'one', 'kind_x');
select is(pg_temp.claim(), tests.id('a'), 'the first to arrive starts');
select is(pg_temp.claim(), null, 'the others wait while it runs');
select is((tests.job(tests.id('b'))).status::text, 'QUEUED', 'in the queue');
select is(pg_temp.claim('kind_x'), tests.id('x'), 'another kind of work has a queue of its own');
select pg_temp.checkpoint('a');
select is(pg_temp.claim(), tests.id('a'), 'a job at work goes on before another of its org begins');

-- Another org comes.
select pg_temp.job('d', 'two'), pg_temp.job('e', 'two');
select is(pg_temp.claim(), null, 'no turn before the slice at work has ended');
select ok(not fleet.has_ready_work('kind_a'), 'and nobody is called for it');
select pg_temp.checkpoint('a');
select ok(fleet.has_ready_work('kind_a'), 'then there is work');
select is(pg_temp.claim(), tests.id('d'), 'for the other org, whatever the first one has queued');
select is((tests.job(tests.id('a'))).status::text, 'RUNNING', 'the job in the middle waits');
select is((tests.block(tests.id('a'))).status::text, 'PENDING', 'with its checkpoint');
select pg_temp.checkpoint('d');
select is(pg_temp.claim(), tests.id('a'), 'and has the next turn');
select pg_temp.checkpoint('a'), pg_temp.job('f', 'three');
select is(pg_temp.claim(), tests.id('f'), 'an org that had none yet comes first');
select pg_temp.finish('f');
select is((tests.job(tests.id('f'))).status::text, 'COMPLETED', 'a small run ends');
select is(pg_temp.claim(), tests.id('d'), 'then whoever waits for longest');
select pg_temp.finish('d');
select pg_temp.job('g', 'three');
select is(pg_temp.claim(), tests.id('a'), 'a new run of an org that has just had a turn waits for the others');
select pg_temp.finish('a');
select is(pg_temp.claim(), tests.id('g'), 'until it is its turn');
select pg_temp.finish('g');
select is(pg_temp.claim(), tests.id('e'), 'the next org''s next job');
select ok(fleet.cancel_job('kind_a', tests.id('e')), '(cancelled)');
select is(pg_temp.claim(), tests.id('b'), 'a cancelled job makes room at once');
select fleet.release_block((tests.block(tests.id('b'))).claim_token, 'Boom.', '{}', false);
select is(pg_temp.claim(), tests.id('c'), 'one that waits after an error holds up nobody');
select pg_temp.finish('c');
select is(pg_temp.claim(), null, 'and comes no sooner itself');
update fleet.work_blocks set not_before = now() where search_job_id = (tests.job(tests.id('b'))).id;
select is(pg_temp.claim(), tests.id('b'), 'than after its time');
select pg_temp.finish('b');
select is(pg_temp.claim(), null, 'an empty queue answers nothing');

update fleet.search_types set max_concurrent_jobs = 2 where search_type = 'kind_a';
select pg_temp.job('h', 'one'), pg_temp.job('i', 'one'), pg_temp.job('j', 'two');
select results_eq($$ select pg_temp.claim() from generate_series(1, 3) $$,
  $$ select unnest(array[tests.id('j'), tests.id('h'), null]) $$, 'two places are two, and the orgs get one each');
select is((tests.job(tests.id('i'))).status::text, 'QUEUED', 'the third waits');

select * from finish();
rollback;
