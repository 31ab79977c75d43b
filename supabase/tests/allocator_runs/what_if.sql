-- What-if runs: compared with a match that was made, under the same batch and options, and writing no allocation.
begin;
select plan(22);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'a'), tests.new_line('north', 'b'), tests.new_line('south', 'theirs');
create function pg_temp.ask(p_what_if jsonb default '{}', p_options jsonb default '{}') returns jsonb language sql as $$
  select public.request_allocator_run(jsonb_build_object('allocation_run', tests.id('north_run'),
    'options', p_options || jsonb_build_object('what_if', p_what_if)),
    jsonb_build_object('options', jsonb_build_object('what_if', p_what_if)))
$$;

select tests.login('north_manager');
select is(pg_temp.ask() ->> 'outcome', 'no_base_run', 'there must be a match to compare with');
select tests.remember('base', (public.request_allocator_run(jsonb_build_object('allocation_run', tests.id('north_run'),
  'is_exclusive', true, 'included_job_lines', jsonb_build_array(tests.id('north_a'), tests.id('north_b')),
  'options', '{"rng_seed": 7, "preference_power": 2}'::jsonb), '{}') #>> '{run,id}')::uuid);
select is(pg_temp.ask() ->> 'outcome', 'no_base_run', 'one that has ended');
select tests.logout();
select tests.claim(tests.id('base'));
select tests.engine(tests.id('token'));
select allocator.commit_run(tests.id('token'),
  jsonb_build_array(jsonb_build_array(tests.id('north_mapping'), tests.id('north_a'), 1, 1)),
  '{"report": {"choices": [1], "unranked": 0}}', allocator.field_fingerprint(tests.id('north_run')), '[]');
select tests.logout();

select tests.login('north_viewer');
select throws_ok('select pg_temp.ask()', '42501', null, 'a viewer may not ask');
select tests.login('south_manager');
select is(pg_temp.ask() ->> 'outcome', 'not_found', 'to another org the allocation run is not there');
select tests.login('north_manager');
select is(pg_temp.ask(jsonb_build_object('base_run', gen_random_uuid())) ->> 'outcome', 'no_base_run', 'nor is a run that is not');
select results_eq(format($$ select answer ->> 'outcome', answer ->> 'id' from pg_temp.ask(%L) as answer $$,
    jsonb_build_object('pins', jsonb_build_array(jsonb_build_object('worker_mapping', tests.id('north_mapping'), 'job_line', tests.id('south_theirs'))))),
  $$ values ('unknown_job_line', tests.id('south_theirs')::text) $$, 'a pin to another org''s line is named');
select results_eq(format($$ select answer ->> 'outcome', answer ->> 'id' from pg_temp.ask(%L) as answer $$,
    jsonb_build_object('exclusions', jsonb_build_array(jsonb_build_object('worker_mapping', tests.id('south_mapping'), 'job_line', tests.id('north_a'))))),
  $$ values ('unknown_worker_mapping', tests.id('south_mapping')::text) $$, 'and so is another org''s doctor');
select is(pg_temp.ask(jsonb_build_object('weightings', jsonb_build_array(jsonb_build_object(
    'worker_mappings', jsonb_build_array(tests.id('south_mapping')), 'weighting', 1)))) ->> 'outcome', 'unknown_worker_mapping',
  'in weightings as well');
select throws_ok(format($$ insert into public.allocator_py_runs (allocation_run, options) values (%L, '{"what_if": {"base_run": "%s"}}') $$,
    tests.id('north_run'), gen_random_uuid()), 'RC409', null, 'however the run comes in');

select tests.remember('ask', (pg_temp.ask('{}', '{"preferencer_weight": 0.6, "preference_power": 1}') #>> '{run,id}')::uuid);
select results_eq($$ select base_run, options, is_exclusive, cardinality(included_job_lines) from public.allocator_py_runs where id = tests.id('ask') $$,
  $$ values (tests.id('base'), '{"rng_seed": 7, "preferencer_weight": 0.6, "preference_power": 1, "what_if": {}}'::jsonb, true, 2) $$,
  'what is not asked otherwise is as in the base run: the last one completed');
select is(pg_temp.ask() ->> 'outcome', 'unfinished', 'one run of an allocation run at a time');
select tests.logout();
select tests.claim(tests.id('ask'));
select tests.engine(tests.id('token'));
create temporary table document as select allocator.load_run(tests.id('ask')) as d;
select is(d #> '{base,run}', to_jsonb(tests.id('base')), 'the engine reads the base run') from document;
select is(d #> '{base,report}', '{"choices": [1], "unranked": 0}', 'its histogram') from document;
select is(d -> 'workers' -> (d #>> '{base,allocations,0,0}')::int ->> 'id', tests.id('north_mapping')::text, 'who got what, by number') from document;
select is(d #> '{workers,0,takes_part}', 'true', 'and may move whom the base run placed, though that was exclusive') from document;
select throws_ok($$ select allocator.commit_what_if(gen_random_uuid(), '[]', '[]', '{}', null) $$, 'RC001', null, 'a stranger to the claim commits nothing');
select lives_ok($$ select allocator.commit_what_if(tests.id('token'), '[["m", "l", 1]]', '[{"name": "Dr"}]', '{"difference": {}}', allocator.field_fingerprint(tests.id('north_run'))) $$, 'the answer is kept');
select tests.logout();
select results_eq($$ select status::text, completed_at is not null, result from public.allocator_py_runs where id = tests.id('ask') $$,
  $$ values ('COMPLETED', true, '{"difference": {}}'::jsonb) $$, 'the run is completed');
select is((select count(*)::int from public.allocator_py_allocations where run = tests.id('ask')), 0, 'and no allocation written');
select tests.login('north_manager');
select results_eq($$ select run, moves from public.allocator_run_previews $$, $$ values (tests.id('ask'), '[{"name": "Dr"}]'::jsonb) $$, 'who moves is there to read');
select is((pg_temp.ask() #>> '{run,base_run}')::uuid, tests.id('base'), 'a what-if is no base for the next');
select tests.login('south_manager');
select is_empty('select 1 from public.allocator_run_previews', 'another org reads nothing');

select * from finish();
rollback;
