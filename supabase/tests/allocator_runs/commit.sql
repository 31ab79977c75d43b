-- allocator.commit_run(), allocator.commit_infeasible(): the match is written once, whole, and by the claim's holder only.
begin;
select plan(19);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'a'), tests.new_line('north', 'b'), tests.new_line('south', 'theirs');
select tests.login('north_manager');
select tests.remember('run', (public.request_allocator_run(
  jsonb_build_object('allocation_run', tests.id('north_run')), '{}') #>> '{run,id}')::uuid);
select tests.logout();
select tests.claim(tests.id('run'));
select is((select status::text from public.allocator_py_runs where id = tests.id('run')), 'GENERATING',
  'the run follows its job');

select tests.engine(tests.id('token'));
select is((select count(*)::int from public.workers), 1, 'the allocator sees the doctors of its org');
select throws_ok($$ insert into public.allocator_py_allocations (org_id, allocation_run, run, worker_mapping, job_line)
  values (tests.id('south_org'), tests.id('south_run'), tests.id('run'), tests.id('south_mapping'), tests.id('south_theirs')) $$,
  '42501', null, 'and writes into no other');
select throws_ok($$ select allocator.commit_run(gen_random_uuid(), '[]', '{}', null, '[]') $$, 'RC001', null,
  'a stranger to the claim commits nothing');
select throws_ok(format('select allocator.commit_run(%L, ''[]'', ''{}'', null, ''[]'')', tests.id('token')), 'RC409',
  'The job lines, who may take them or caps of departments were changed while the match was being made.',
  'a match that does not say which lines it was made for is refused');
select throws_ok(format('select allocator.commit_run(%L, %L, ''{}'', allocator.field_fingerprint(tests.id(''north_run'')), ''[]'')', tests.id('token'),
  jsonb_build_array(jsonb_build_array(tests.id('south_mapping'), tests.id('north_a'), 1, 1))), 'RC409', null,
  'a doctor who is not of the allocation run is refused');
select throws_ok(format('select allocator.commit_run(%L, %L, ''{}'', allocator.field_fingerprint(tests.id(''north_run'')), ''[]'')', tests.id('token'),
  jsonb_build_array(jsonb_build_array(tests.id('north_mapping'), tests.id('south_theirs'), 1, 1))), 'RC409', null,
  'and so is a line');
select throws_ok(format('select allocator.commit_run(%L, %L, ''{}'', allocator.field_fingerprint(tests.id(''north_run'')), ''[]'')', tests.id('token'),
  jsonb_build_array(jsonb_build_array(tests.id('north_mapping'), tests.id('north_a'), 1.5))), '23514', null,
  'a rank without its choice is refused');
select throws_ok(format('select allocator.commit_run(%L, ''[]'', ''{}'', allocator.field_fingerprint(tests.id(''north_run'')), %L)', tests.id('token'),
  jsonb_build_array(jsonb_build_array(tests.id('north_mapping'), tests.id('south_theirs'), 'PINNED', '{}'::jsonb))), 'RC409', null,
  'nor is a reason of another org''s line taken');
select lives_ok(format('select allocator.commit_run(%L, %L, ''{"report": {}}'', allocator.field_fingerprint(tests.id(''north_run'')), %L)', tests.id('token'),
  jsonb_build_array(jsonb_build_array(tests.id('north_mapping'), tests.id('north_a'), 1.5, 1)),
  jsonb_build_array(jsonb_build_array(tests.id('north_mapping'), tests.id('north_b'), 'FULL_BETTER', '{"placed": 2}'::jsonb, 3))),
  'the match is written');
select tests.logout();
select results_eq($$ select worker_mapping, job_line, original_preference, choice from public.allocator_py_allocations $$,
  $$ values (tests.id('north_mapping'), tests.id('north_a'), 1.5::real, 1) $$, 'with the fractional rank and the choice');
select results_eq($$ select worker_mapping, job_line, code, "values", choice from public.allocator_run_reasons $$,
  $$ values (tests.id('north_mapping'), tests.id('north_b'), 'FULL_BETTER', '{"placed": 2}'::jsonb, 3) $$,
  'and why it is no better line, with the choice that it was');
select results_eq($$ select status::text, completed_at is not null, finished_at is not null from public.allocator_py_runs
  where id = tests.id('run') $$, $$ values ('COMPLETED', true, true) $$, 'and the run is completed');
select is((tests.job(tests.id('run'))).status::text, 'COMPLETED', 'with its job');
select tests.login('north_doctor');
select is_empty('select 1 from public.allocator_py_allocations', 'results are not the doctors'' to see');
select is_empty('select 1 from public.allocator_run_reasons', 'nor are the reasons');

-- The next run leaves what is placed where it is, when it is asked to.
select tests.login('north_manager');
select tests.remember('next', (public.request_allocator_run(
  jsonb_build_object('allocation_run', tests.id('north_run'), 'is_exclusive', true), '{}') #>> '{run,id}')::uuid);
select tests.logout();
select tests.claim(tests.id('next'));
select tests.engine(tests.id('token'));
select is(jsonb_path_query_array(allocator.load_run(tests.id('next')), '$.workers[*].takes_part')
    || jsonb_path_query_array(allocator.load_run(tests.id('next')), '$.lines[*] ? (@.takes_part == true).name'),
  '[false, "b"]', 'an exclusive run leaves placed doctors and full lines out');
select lives_ok($$ select allocator.commit_infeasible(tests.id('token'), 'No doctor is left.', '{}') $$, 'it ends');
select tests.logout();
select results_eq($$ select status::text, error_message, completed_at from public.allocator_py_runs where id = tests.id('next') $$,
  $$ values ('INFEASIBLE', 'No doctor is left.', null::timestamptz) $$, 'as infeasible, with its reason');

select * from finish();
rollback;
