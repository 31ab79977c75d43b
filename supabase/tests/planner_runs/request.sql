-- request_planner_run(): each outcome, and idempotency by key.
begin;
select plan(27);
select tests.new_service('north'), tests.new_service('south');

create function pg_temp.request(
  p_lines int, p_key text default null, p_run uuid default tests.id('north_run'), p_save boolean default false
) returns jsonb language sql as $$
  select public.request_planner_run(
    jsonb_build_object('allocation_run', p_run, 'n_job_lines', p_lines, 'constraints', '["VIC_PGY1"]'::jsonb,
      'options', '{"seed": 1}'::jsonb),
    jsonb_build_object('n_job_lines', p_lines), p_key, p_save)
$$;

select tests.login('north_manager');
select is(pg_temp.request(1, p_run => tests.id('south_run')), '{"outcome": "not_found"}', 'another org''s allocation run');
select is(pg_temp.request(1, p_run => gen_random_uuid()), '{"outcome": "not_found"}', 'an unknown allocation run');

create temporary table answers (n int, answer jsonb);
insert into answers values (1, pg_temp.request(5, 'key'));
select is(answer ->> 'outcome', 'created', 'a first request is created') from answers where n = 1;
select is(answer #>> '{run,status}', 'PENDING', 'as PENDING') from answers where n = 1;
select is(answer #> '{run,constraints}', '["VIC_PGY1"]', 'with a snapshot of its constraints') from answers where n = 1;
select is(r.constraints, '[]', 'which are not saved unless asked for') from public.allocation_runs r;

insert into answers values (2, pg_temp.request(5, 'key')), (3, pg_temp.request(6, 'key')), (4, pg_temp.request(5)),
  (5, pg_temp.request(5, 'another key'));
select is(answer ->> 'outcome', 'replayed', 'the same key and request') from answers where n = 2;
select is(answer ->> 'outcome', 'key_reused', 'the same key with another request') from answers where n = 3;
select is(answer ->> 'outcome', 'unfinished', 'a second run while one is unfinished') from answers where n = 4;
select is(answer ->> 'outcome', 'unfinished', 'also with a key of its own') from answers where n = 5;
select is((select count(distinct answer #>> '{run,id}')::int from answers), 1, 'all name the first run');
select is((select count(*)::int from public.allocation_planner_runs), 1, 'and nothing else was inserted');

select isnt(public.cancel_planner_run((select (answer #>> '{run,id}')::uuid from answers where n = 1)), null, '(cancelled)');
select is(pg_temp.request(5, 'key') #>> '{run,status}', 'CANCELLED', 'a key is replayed after its run has ended');
select is(pg_temp.request(5, p_save => true) ->> 'outcome', 'created', 'an ended run makes room for the next');
select is(r.constraints, '[]', 'constraints that are to be saved are not before its lines are written') from public.allocation_runs r;
select is(save_constraints, true, 'but kept with the run') from public.allocation_planner_runs where status = 'PENDING';

-- Two who save rules at once: the second is told.
select public.cancel_planner_run(id) from public.allocation_planner_runs where status = 'PENDING';
update public.allocation_runs set constraints = '["NO_NIGHTS"]' where id = tests.id('north_run');
create function pg_temp.save(p_seen jsonb, p_constraints jsonb, p_key text default null, p_options jsonb default '{}') returns text language sql as $$
  select public.request_planner_run(jsonb_build_object('allocation_run', tests.id('north_run'), 'n_job_lines', 2, 'constraints', p_constraints,
    'options', p_options), '{"n_job_lines": 2}', p_key, true, p_seen) ->> 'outcome'
$$;
select throws_ok($$ select pg_temp.save('{"constraints": []}', '["VIC_PGY1"]') $$, 'RC409',
  'Somebody else changed the rules meanwhile, and nothing was saved.', 'rules that somebody else saved are not overwritten');
select is(pg_temp.save('{"constraints": []}', '["VIC_PGY1"]', p_options => '{"dry_run": true}'), 'created', 'a dry run saves none');
select public.cancel_planner_run(id) from public.allocation_planner_runs where status = 'PENDING';
select is(pg_temp.save('{"constraints": []}', '["NO_NIGHTS"]'), 'created', 'nor are they by the same ones');
select public.cancel_planner_run(id) from public.allocation_planner_runs where status = 'PENDING';
select is(pg_temp.save('{"constraints": ["NO_NIGHTS"]}', '["VIC_PGY1"]', 'saved'), 'created', 'who has read them replaces them');
select throws_ok($$ update public.allocation_runs set constraints = '["NO_SERVICE"]' where id = tests.id('north_run') $$, 'RC409',
  'Job lines are being made for "Run" under other rules, which are saved with them; wait for the run or cancel it.',
  'until it is done nobody saves rules that it would replace');
select lives_ok($$ update public.allocation_runs set constraints = '["VIC_PGY1"]' where id = tests.id('north_run') $$, 'but its own');
select public.cancel_planner_run(id) from public.allocation_planner_runs where status = 'PENDING';
update public.allocation_runs set constraints = '["VIC_PGY1", "NO_NIGHTS"]' where id = tests.id('north_run');
select is(pg_temp.save('{"constraints": ["NO_NIGHTS"]}', '["VIC_PGY1"]', 'saved'), 'replayed', 'and a key is answered as it was');

select tests.login('north_viewer');
select throws_ok($$ select pg_temp.request(1) $$, '42501', null, 'a viewer may not request');

select tests.logout();
delete from public.role_rights where role = 'manager' and right_name = 'allocationRun.edit';
select tests.login('south_manager');
select throws_ok($$ select pg_temp.request(1, null, tests.id('south_run'), true) $$, '42501', null,
  'saving constraints needs allocationRun.edit');

select tests.logout();
select tests.new_line('south', 'line'), tests.new_result('south', tests.id('south_line'));
select tests.login('south_manager');
select is(pg_temp.request(1, p_run => tests.id('south_run')), '{"outcome": "finalised"}', 'a finalised match keeps its lines');

select * from finish();
rollback;
