-- What an earlier match means: it stands until a newer one supersedes it, and an exclusive run adds to the current one.
begin;
select plan(19);
select tests.new_service('north');
select tests.new_line('north', 'a'), tests.new_line('north', 'b'), tests.new_line('north', 'c');
update public.job_lines set max_n_workers = 2 where id in (tests.id('north_a'), tests.id('north_b'));
insert into public.workers (id, org_id, email, name)
select tests.remember('worker_' || n, gen_random_uuid()), tests.id('north_org'), n || '@tests.example', 'Dr ' || n
from unnest('{two,three}'::text[]) n;
insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
select tests.remember(n, gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), tests.id('worker_' || n)
from unnest('{two,three}'::text[]) n;

create function pg_temp.ask(p_name text, p_exclusive boolean) returns void language plpgsql as $$
begin
  perform tests.login('north_manager');
  perform tests.remember(p_name, (public.request_allocator_run(jsonb_build_object(
    'allocation_run', tests.id('north_run'), 'is_exclusive', p_exclusive), '{}') #>> '{run,id}')::uuid);
  perform tests.logout();
  perform tests.claim(tests.id(p_name));
  perform tests.engine(tests.id('token'));
end
$$;
-- Commits pairs of [mapping, line] by their names.
create function pg_temp.commit(p_pairs text[]) returns void language plpgsql as $$
begin
  perform allocator.commit_run(tests.id('token'), (
    select coalesce(jsonb_agg(jsonb_build_array(tests.id(split_part(p, '>', 1)), tests.id(split_part(p, '>', 2)), 1, 1)), '[]')
    from unnest(p_pairs) p), '{"report": {}}', allocator.field_fingerprint(tests.id('north_run')), '[]');
  perform tests.logout();
end
$$;
-- [name, takes part, places] of every line, and who takes part.
create function pg_temp.lines(p_run text) returns table (line text, takes_part boolean, places int)
language sql as $$
  select l ->> 'name', (l ->> 'takes_part')::boolean, (l ->> 'capacity')::int
  from jsonb_array_elements(allocator.load_run(tests.id(p_run)) -> 'lines') l order by 1
$$;
create function pg_temp.doctors(p_run text) returns setof text language sql as $$
  select w ->> 'name' from jsonb_array_elements(allocator.load_run(tests.id(p_run)) -> 'workers') w
  where (w ->> 'takes_part')::boolean order by 1
$$;

-- Two matches of the same two doctors, one after the other.
select pg_temp.ask('first', false);
select pg_temp.commit('{north_mapping>north_a,two>north_b}');
select pg_temp.ask('second', false);
select is((select count(*)::int from pg_temp.doctors('second')), 3, 'a match that is not exclusive places everybody anew');
select pg_temp.commit('{north_mapping>north_b,two>north_b}');

select pg_temp.ask('third', true);
select results_eq($$ select * from pg_temp.doctors('third') $$, $$ values ('Dr three') $$,
  'an exclusive match is for those whom the current one did not place');
select results_eq($$ select * from pg_temp.lines('third') $$,
  $$ values ('a', true, 2), ('b', false, 0), ('c', true, 1) $$,
  'what the superseded match placed takes no place, and what the current one placed takes one each');
select throws_ok($$ select pg_temp.commit('{three>north_b}') $$, 'RC409', null,
  'places of the current match count beside the run''s own');
select lives_ok($$ select pg_temp.commit('{three>north_a}') $$, 'it commits into a free place');
select tests.logout();

select results_eq($$ select run from public.match_runs(tests.id('third')) $$,
  $$ values (tests.id('third')), (tests.id('second')) $$, 'together with what it left standing it is a match');
select results_eq($$ select run from public.match_runs(tests.id('second')) $$, $$ values (tests.id('second')) $$,
  'the one before was a match of its own');
select results_eq($$ select run from public.match_runs(tests.id('first')) $$, $$ values (tests.id('first')) $$,
  'and so was the first');

-- A second exclusive run: everybody is placed, both runs' allocations stand.
select pg_temp.ask('fourth', true);
select is_empty($$ select * from pg_temp.doctors('fourth') $$, 'then nobody is left');
select results_eq($$ select * from pg_temp.lines('fourth') $$,
  $$ values ('a', true, 1), ('b', false, 0), ('c', true, 1) $$, 'and places are taken by both');
select lives_ok($$ select allocator.commit_infeasible(tests.id('token'), 'Nobody.', '{}') $$, 'it ends without a match');
select tests.logout();
select results_eq($$ select run from public.match_runs(tests.id('fourth')) $$,
  $$ values (tests.id('third')), (tests.id('second')) $$, 'which leaves the current match what it was');

-- A what-if of the exclusive run sees what the run saw.
select tests.login('north_manager');
select tests.remember('what_if', (public.request_allocator_run(jsonb_build_object('allocation_run', tests.id('north_run'),
  'options', '{"what_if": {}}'::jsonb), '{}') #>> '{run,id}')::uuid);
select tests.logout();
select tests.claim(tests.id('what_if'));
select tests.engine(tests.id('token'));
select results_eq($$ select * from pg_temp.doctors('what_if') $$, $$ values ('Dr three') $$,
  'a what-if places whom its base run placed');
select results_eq($$ select * from pg_temp.lines('what_if') $$,
  $$ values ('a', true, 2), ('b', false, 0), ('c', true, 1) $$, 'with the places that there were');
select lives_ok($$ select allocator.commit_what_if(tests.id('token'), '[]', '[]', '{}', allocator.field_fingerprint(tests.id('north_run'))) $$, 'it completes');
select tests.logout();
select is_empty($$ select run from public.match_runs(tests.id('what_if')) $$, 'and makes no match');

-- A match for everybody supersedes all of it.
select pg_temp.ask('fifth', false);
select is((select count(*)::int from pg_temp.doctors('fifth')), 3, 'a match that is not exclusive is for everybody again');
select pg_temp.commit('{three>north_c}');
select pg_temp.ask('sixth', true);
select results_eq($$ select * from pg_temp.doctors('sixth') $$,
  $$ select name from public.workers where id not in (tests.id('worker_three')) order by 1 $$,
  'and what it left unplaced, the next exclusive one places');
select results_eq($$ select * from pg_temp.lines('sixth') $$,
  $$ values ('a', true, 2), ('b', true, 2), ('c', false, 0) $$, 'in the places that are free by it');
select tests.logout();
select * from finish();
rollback;
