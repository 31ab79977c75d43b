-- What changes from a day on is written with the replan that takes it along: posts, terms of lines, who leaves; or nothing.
begin;
select plan(44);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'a'), tests.new_line('north', 'b'), tests.new_line('north', 'pinned', true);
select tests.new_result('north', tests.id('north_a'));
insert into public.workers (id, org_id, email, name)
select tests.remember(n, gen_random_uuid()), tests.id('north_org'), n || '@tests.example', n from unnest('{bo,cy}'::text[]) as n;
insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
select tests.remember(n || '_mapping', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), tests.id(n) from unnest('{bo,cy}'::text[]) as n;
update public.allocation_run_positions set minimum_fill = 2 where position = tests.id('north_p2') and term = 2;

-- pg_temp.ask(changes, options): the outcome of a request, or the paths of its faults.
create function pg_temp.ask(p_changes jsonb, p_options jsonb default '{"mode": "replan", "from": "2027-03-22"}') returns text language plpgsql as $$
declare
  v_detail text; v_answer jsonb;
begin
  v_answer := public.request_planner_run(jsonb_build_object('allocation_run', tests.id('north_run'), 'n_job_lines', 3,
    'constraints', '[]'::jsonb, 'options', p_options || jsonb_build_object('changes', p_changes), 'accept_losses', true), '{}');
  perform tests.remember('asked', (v_answer #>> '{run,id}')::uuid) where v_answer ? 'run';
  return v_answer ->> 'outcome';
exception when sqlstate 'RC400' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return (select string_agg(f ->> 'path', ' ' order by f ->> 'path') from jsonb_array_elements(v_detail::jsonb) as f);
when insufficient_privilege then
  return '42501';
end
$$;
create function pg_temp.post(p_position text, p_term int, p_posts int) returns jsonb language sql as
$$ select jsonb_build_object('position', tests.id('north_' || p_position), 'term', p_term, 'posts', p_posts) $$;
create function pg_temp.works(p_line text, p_first int, p_last int) returns jsonb language sql as
$$ select jsonb_build_object('job_line', tests.id('north_' || p_line), 'first_term', p_first, 'last_term', p_last) $$;
create function pg_temp.leaves(p_who text) returns jsonb language sql as
$$ select jsonb_build_object('worker_mapping', tests.id(p_who || '_mapping')) $$;
create function pg_temp.lines(variadic p_lines jsonb[]) returns jsonb language sql as $$ select jsonb_build_object('lines', to_jsonb(p_lines)) $$;
create function pg_temp.posts(variadic p_posts jsonb[]) returns jsonb language sql as $$ select jsonb_build_object('posts', to_jsonb(p_posts)) $$;
create function pg_temp.leavers(variadic p_leavers jsonb[]) returns jsonb language sql as $$ select jsonb_build_object('leavers', to_jsonb(p_leavers)) $$;

select tests.login('north_manager');
select is(pg_temp.ask('{}', '{"mode": "replan"}'), 'options.changes', 'changes need a day');
select is(pg_temp.ask('{}', '{"mode": "rebuild", "from": "2027-03-22"}'), 'run.options.from', 'and a replan');
select is(pg_temp.ask('{"posts": 3}'), 'run.options.changes.posts', 'and their shape');
select is(pg_temp.ask(pg_temp.posts(pg_temp.post('p1', 1, 0))), 'options.changes.posts[0].term', 'no post of the past is lost');
select is(pg_temp.ask(pg_temp.posts(pg_temp.post('p1', 4, 0))), 'options.changes.posts[0].term', 'nor one after the year');
select is(pg_temp.ask(pg_temp.posts(pg_temp.post('p1', 2, 0), pg_temp.post('p1', 2, 1))), 'options.changes.posts[1]', 'one is told once');
select is(pg_temp.ask(pg_temp.posts(jsonb_build_object('position', tests.id('south_p1'), 'term', 2, 'posts', 1))), 'options.changes.posts[0].position', 'positions are the org''s');
select is(pg_temp.ask(pg_temp.lines(jsonb_build_object('job_line', tests.id('south_run')))), 'options.changes.lines[0].job_line', 'lines are the run''s');
select is(pg_temp.ask(pg_temp.lines(pg_temp.works('pinned', null, 2))), 'options.changes.lines[0].job_line', 'a pinned one stays');
select is(pg_temp.ask(pg_temp.lines(pg_temp.works('a', null, 2)), '{"mode": "replan", "from": "2027-06-07"}'), 'options.changes.lines[0].last_term', 'what was begun was worked');
select is(pg_temp.ask(pg_temp.lines(pg_temp.works('a', 2, null))), 'options.changes.lines[0].first_term', 'and is not taken away');
select is(pg_temp.ask(pg_temp.leavers(jsonb_build_object('worker_mapping', tests.id('south_mapping')))), 'options.changes.leavers[0].worker_mapping', 'doctors are the run''s');
select tests.login('north_viewer');
select is(pg_temp.ask(pg_temp.posts(pg_temp.post('p1', 2, 0))), '42501', 'who only looks changes nothing');

-- A dry run writes none of it.
select tests.login('north_manager');
create function pg_temp.all_changes() returns jsonb language sql as $$
  select pg_temp.posts(pg_temp.post('p2', 2, 1), pg_temp.post('p3', 2, 4)) || pg_temp.lines(pg_temp.works('a', null, 1))
    || pg_temp.leavers(pg_temp.leaves('north')) || '{"reason": "Moves abroad"}'
$$;
select is(pg_temp.ask(pg_temp.all_changes(), '{"mode": "replan", "from": "2027-03-22", "dry_run": true}'), 'created', 'changes are tried first');
create function pg_temp.commit(p_more jsonb default '{}') returns void language plpgsql as $$
begin
  perform tests.logout(), tests.claim(tests.id('asked'));
  perform tests.engine(tests.id('token'));
  perform planner.commit_run(tests.id('token'), case when p_more ? 'preview' then '[]' else jsonb_build_array(
      tests.line('b', 2, tests.id('north_p1'), tests.id('north_p3'), tests.id('north_p3')) || jsonb_build_object('id', tests.id('north_b'))) end,
    '{10,10,12}', array[tests.id('north_pinned')], '{}', jsonb_build_object('mode', 'replan', 'frozen_terms', 1) || p_more);
  perform tests.logout();
end
$$;
select lives_ok($$ select pg_temp.commit('{"preview": []}') $$, 'and shown');
select is((select string_agg(posts::text, ' ' order by position, term) from public.allocation_run_positions where allocation_run = tests.id('north_run')
  and posts <> 2), null, 'with no post changed');
select is((select withdrawn_at from public.allocation_run_worker_mappings where id = tests.id('north_mapping')), null, 'and nobody gone');

-- What was shown is what is written, or nothing.
update public.planner_run_previews set lines = jsonb_build_array(
  jsonb_build_object('id', tests.id('north_b'), 'change', 'changed', 'leave', null, 'positions', jsonb_build_array(tests.id('north_p1'), tests.id('north_p2'), tests.id('north_p3'))))
where planner_run = tests.id('asked');
select tests.remember('shown', tests.id('asked'));
create function pg_temp.as_shown() returns jsonb language sql as
$$ select jsonb_build_object('mode', 'replan', 'from', '2027-03-22', 'as_previewed', tests.id('shown')) $$;
select tests.login('north_manager');
select is(pg_temp.ask(pg_temp.all_changes(), pg_temp.as_shown()), 'created', 'it is asked for as it was shown');
select throws_ok($$ select pg_temp.commit() $$, 'RC409', 'What would be written is not what was shown: the allocation run changed since.', 'nobody moves who was not listed');
select tests.login('north_manager');
select is(public.cancel_planner_run(tests.id('asked')) ->> 'status', 'CANCELLED', '(and is cancelled)');
select is(pg_temp.ask(pg_temp.all_changes()), 'created', 'then asked for, under a result that is finalised');
select tests.logout();
select is((select count(*)::int from jsonb_array_elements(planner.load_run(tests.id('asked')) #> '{options,changes,posts}')), 2, 'the engine reads what changes');
insert into public.job_line_worker_mappings (org_id, allocation_run, worker_mapping, job_line, version, start_date, end_date, released_at)
values (tests.id('north_org'), tests.id('north_run'), tests.id('cy_mapping'), tests.id('north_b'), 1, '2027-01-11', '2027-08-22', now());
select throws_ok($$ select pg_temp.commit(jsonb_build_object('frozen_terms', 0, 'removed', jsonb_build_array(tests.id('north_b')))) $$, 'RC409',
  'The plan would take away the job line "b", which the finalised result gives to a doctor. Ask for as many lines as there are, or unfinalise the match first.',
  'no plan takes away a line that a doctor holds');
select throws_ok($$ select pg_temp.commit(jsonb_build_object('frozen_terms', 0, 'preview', '[]'::jsonb, 'removed', jsonb_build_array(tests.id('north_b')))) $$, 'RC409', null,
  'nor shows it');
create function pg_temp.fewer(p_options jsonb) returns text language plpgsql as $$
declare
  v_detail text;
begin
  return public.request_planner_run(jsonb_build_object('allocation_run', tests.id('north_run'), 'n_job_lines', 1, 'constraints', '[]'::jsonb,
    'options', '{"mode": "replan"}' || p_options, 'accept_losses', true), '{}') ->> 'outcome';
exception when sqlstate 'RC400' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return (select string_agg((f ->> 'path') || ': ' || (f ->> 'message'), '; ') from jsonb_array_elements(v_detail::jsonb) as f);
end
$$;
select tests.login('north_manager');
select is(pg_temp.fewer('{"from": "2026-12-07"}'), 'n_job_lines: the finalised result gives 2 lines to doctors, and a replan takes none of them away',
  'fewer lines than doctors hold are not asked for');
select is(pg_temp.fewer(jsonb_build_object('from', '2026-12-07', 'changes', pg_temp.leavers(pg_temp.leaves('north')))), 'unfinished',
  'who leaves before the year holds none');
select tests.logout();
select lives_ok($$ select pg_temp.commit() $$, 'all of it is written at once');
select is((select result_metadata -> 'doctors' from public.allocation_planner_runs where id = tests.id('asked')), jsonb_build_array(jsonb_build_object(
  'worker_mapping', tests.id('cy_mapping'), 'job_line', tests.id('north_b'), 'changes', jsonb_build_array(
    jsonb_build_object('term', 2, 'from', tests.id('north_p2'), 'to', tests.id('north_p3'))))), 'the doctor whose line moves is listed, and nobody else');
select results_eq($$ select version, jsonb_array_length(changes), correction_reason from public.job_line_worker_mappings where worker_mapping = tests.id('cy_mapping') and superseded_at is null $$,
  $$ values (2, 1, 'Moves abroad') $$, 'has a new version of the result that names it');
select is((select kind from messages.emails where worker_mapping = tests.id('cy_mapping')), 'corrected', 'and is told');
select results_eq($$ select posts::int, minimum_fill::int from public.allocation_run_positions where allocation_run = tests.id('north_run')
  and (position, term) in ((tests.id('north_p2'), 2), (tests.id('north_p3'), 2)) order by posts $$, $$ values (1, 1), (4, 0) $$, 'posts, and what is to be filled of them');
select results_eq($$ select last_term::int, (select count(*)::int from public.rotations r where r.job_line = l.id) from public.job_lines l where id = tests.id('north_a') $$,
  $$ values (1, 1) $$, 'the rest of a line is free');
select results_eq($$ select withdrawal_effective_on, withdrawal_reason from public.allocation_run_worker_mappings where id = tests.id('north_mapping') $$,
  $$ values ('2027-03-22'::date, 'Moves abroad') $$, 'the doctor is gone from that day on, and why');
select is((select end_date from public.job_line_worker_mappings where worker_mapping = tests.id('north_mapping')), '2027-03-21', 'and held the line until the day before');
select results_eq($$ select reason::text, line_count from public.job_lines_history where allocation_run = tests.id('north_run') $$, $$ values ('planner_run', 2) $$, 'one snapshot of what was');
select is((select string_agg(distinct l.reason, ' ') from public.audit_log l where l.table_name in ('allocation_run_positions', 'allocation_run_worker_mappings')
  and l.org_id = tests.id('north_org') and l.reason is not null), 'Moves abroad', 'the log says why');

-- Somebody else takes the rest of a line; nobody holds more of it than there is.
update public.allocation_run_worker_mappings set withdrawal_effective_on = '2027-06-07' where id = tests.id('north_mapping');
select tests.login('north_manager');
select public.set_job_line_terms(tests.id('north_a'), null, 2, 'She stays a little');
select tests.logout();
create function pg_temp.give(p_who text, p_more jsonb default '{}') returns text language plpgsql as $$
declare
  v_detail text;
begin
  return public.correct_result(tests.id('north_run'), jsonb_build_array(jsonb_build_object('worker_mapping', tests.id(p_who || '_mapping'),
    'job_line', tests.id('north_a')) || p_more), 'Takes over') ->> 'version';
exception when sqlstate 'RC400' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return v_detail::jsonb #>> '{0,code}';
end
$$;
select tests.login('north_manager');
select is(pg_temp.give('bo', '{"starts_on": "2027-05-01"}'), 'OVER_CAPACITY', 'not while it is held');
select is(pg_temp.give('bo', '{"starts_on": "2027-06-07"}'), 'LINE_NOT_WORKED', 'nor when nobody works it');
select public.set_job_line_terms(tests.id('north_a'), null, null, 'Somebody takes over');
select is(pg_temp.give('bo', '{"starts_on": "2027-06-07"}'), '3', 'from the day on that it is free, also who came after the match');
select is(pg_temp.give('bo', '{"starts_on": "2027-09-30"}'), 'STARTS_WITH_A_LINE', 'and on a day of the year');
select tests.logout();
select is((select string_agg(kind, ' ') from messages.emails where worker_mapping = tests.id('bo_mapping')), 'released', 'who joins is told of a result, not of a correction');
select is(
  (private.result_of(tests.id('bo_mapping')) ->> 'corrected')::boolean, false, 'and reads it as one');
select tests.login('north_manager');
select results_eq($$ select doctor, start_date, end_date from public.read_results(tests.id('north_run')) where job_line = tests.id('north_a') order by start_date $$,
  $$ values ('Dr Test', '2027-01-11'::date, '2027-06-06'::date), ('bo', '2027-06-07', '2027-08-22') $$, 'one after the other');
select throws_ok($$ select public.reinstate_doctors(tests.id('north_run'), array[tests.id('north_mapping')]) $$, 'RC409', null, 'who comes back finds the place taken, and is told');

select * from finish();
rollback;
