-- How far a service is set up; who had what in earlier years, and lines that do not repeat it.
begin;
select plan(20);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'L1'), tests.new_line('north', 'L2');
insert into public.workers (id, org_id, email, name) values (tests.remember('other', gen_random_uuid()), tests.id('north_org'), 'other@x.example', 'Dr Other');
insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
values (tests.remember('other_mapping', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), tests.id('other'));
select tests.login('north_manager');
select is(public.read_setup(tests.id('north_run')) - '{affinity_profile,specialties,unknown_specialties}'::text[], '{"status": "draft", "members": 2, "invitations": 0, "hospitals": 1, "teams": 1,
  "positions": 3, "positions_here": 3, "posts": [6, 6, 6], "constraints": 0, "doctors": 2, "withdrawn": 0, "tags": 0, "lines": 2, "places": 2, "must_have": 0,
  "eligibility": 0, "preferencers": 0, "ranked_doctors": 0, "weightings": 0, "wishes": 0, "overfilled": [], "matches": 0, "finalised": 0, "released": 0}', 'what is there, counted');
select is(public.read_setup(tests.id('north_run')) -> 'unknown_specialties', '["Medicine"]', 'specialties that no affinity is known of');
select is(public.read_setup(tests.id('north_run')) #>> '{affinity_profile,is_shipped}', 'true', 'and the profile');
select is(public.read_history(tests.id('north_org')), '[]', 'nobody had anything yet');

-- A match: the doctor has L1, the other L2.
select tests.logout();
insert into public.allocator_py_runs (id, allocation_run, queued_at) values (tests.remember('match', gen_random_uuid()), tests.id('north_run'), now());
select tests.claim(tests.id('match'));
select tests.engine(tests.id('token'));
select allocator.commit_run(tests.id('token'), jsonb_build_array(
  jsonb_build_array(tests.id('north_mapping'), tests.id('north_L1'), null, null), jsonb_build_array(tests.id('other_mapping'), tests.id('north_L2'), null, null)), '{}', allocator.field_fingerprint(tests.id('north_run')), '[]') is not null;
select tests.login('north_manager');
select is((select array_agg(h ->> 'name' || ' ' || (h ->> 'line_name') || ' ' || (h ->> 'source')) from jsonb_array_elements(public.read_history(tests.id('north_org'))) h),
  '{"Dr Other L2 match","Dr Test L1 match"}', 'a match says who had what');
select is(public.read_history(tests.id('north_org')) #>> '{0,rotations,2,position_name}', 'Position 3', 'down to the positions');
select is((public.read_setup(tests.id('north_run')) ->> 'matches')::int, 1, 'it is counted');
select lives_ok(format('select public.finalise_match(%L)', tests.id('match')), 'finalised');
select is((select distinct h ->> 'source' from jsonb_array_elements(public.read_history(tests.id('north_org'))) h), 'result', 'the result counts from then on');

-- The next year: lines that have the same positions.
select tests.remember('next', (public.copy_allocation_run(tests.id('north_run'), '{"name": "Next", "lines": true, "doctors": true}') ->> 'allocation_run')::uuid);
select is(public.avoid_repeats(tests.id('next')) ->> 'excluded', '0', 'who could take no line any more is excluded from none');
select is(jsonb_array_length(public.avoid_repeats(tests.id('next')) -> 'spared'), 2, 'and told');
select tests.logout();
insert into public.positions (id, org_id, team, name, specialty) values (tests.remember('fresh', gen_random_uuid()), tests.id('north_org'), tests.id('north_team'), 'Fresh', 'Surgery');
update public.rotations set position = tests.id('fresh') where job_line = (select id from public.job_lines where allocation_run = tests.id('next') and name = 'L2');
select tests.login('north_manager');
select matches(public.avoid_repeats(tests.id('next')) #>> '{pairs,0,email}', '@', 'with the address, by which two of one name are told apart');
select is(public.avoid_repeats(tests.id('next')) #>> '{pairs,0,what}', 'Position 1, Position 2, Position 3', 'what would be repeated');
select is((select count(*)::int from public.job_line_eligibility), 0, 'is only said at first');
select is(public.avoid_repeats(tests.id('next'), '{"dry_run": false}') ->> 'excluded', '2', 'then excluded');
select is((select jsonb_array_length(public.read_population(tests.id('next')) #> '{eligibility,L1,excluded_workers}')), 2, 'by the line''s eligibility');
select is(public.avoid_repeats(tests.id('next'), '{"by": "specialty", "dry_run": true}') ->> 'excluded', '2', 'or by specialty');
select throws_ok(format('select public.avoid_repeats(%L, %L)', tests.id('next'), '{"by": "name"}'), 'RC400', null, 'by what there is');
select tests.login('south_manager');
select is(public.read_history(tests.id('north_org')), '[]', 'another org''s history is not there');
select is(public.read_setup(tests.id('north_run')), null, 'nor how far it is set up');
select * from finish();
rollback;
