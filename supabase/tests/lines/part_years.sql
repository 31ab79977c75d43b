-- Lines of part of the year: who leaves or starts late, and a replan from a day on, which changes nothing that lies before.
begin;
select plan(28);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'a'), tests.new_line('north', 'b');
insert into public.job_line_leave (org_id, allocation_run, job_line, starts_on, ends_on)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_a'), '2027-01-18', '2027-01-31'),
       (tests.id('north_org'), tests.id('north_run'), tests.id('north_a'), '2027-06-07', '2027-06-27');
create function pg_temp.terms_of(p_line uuid) returns int[] language sql as $$
  select coalesce(array_agg(term::int order by term), '{}') from public.rotations where job_line = p_line
$$;

select tests.login('north_viewer');
select throws_ok($$ select public.set_job_line_terms(tests.id('north_a'), null, 2) $$, '42501', null, 'who only looks says nothing of lines');
select tests.login('south_manager');
select throws_ok($$ select public.set_job_line_terms(tests.id('north_a'), null, 2) $$, 'RC404', null, 'nor does another org');
select tests.login('north_manager');
select throws_ok($$ select public.set_job_line_terms(tests.id('north_a'), null, 4) $$, 'RC400', null, 'a term that the year does not have');
select throws_ok($$ select public.set_job_line_terms(tests.id('north_a'), 3, 2) $$, 'RC400', null, 'an end before the beginning');
select throws_ok($$ select public.set_job_line_terms(tests.id('north_a'), 0, null) $$, 'RC400', null, 'a term before the first');
create temporary table ended as select public.set_job_line_terms(tests.id('north_a'), null, 2, 'She leaves') as answer;
select is((select answer - 'snapshot' from ended),
  jsonb_build_object('job_line', tests.id('north_a'), 'first_term', null, 'last_term', 2, 'rotations', 1, 'leave', 1, 'doctors', '[]'::jsonb),
  'a line ends with the second term: its later rotation and leave go');
select is(pg_temp.terms_of(tests.id('north_a')), '{1,2}', 'the others stay');
select is((select reason::text from public.job_lines_history where allocation_run = tests.id('north_run')), 'kept', 'what there was is kept');
select is(public.set_job_line_terms(tests.id('north_b'), 2, null) ->> 'rotations', '1', 'another begins with the second');
select is(pg_temp.terms_of(tests.id('north_b')), '{2,3}', 'and is not worked before');
select tests.logout();
select throws_ok($$ insert into public.rotations (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_a'), tests.id('north_p1'), 3, '2027-05-31', '2027-08-22') $$,
  'RC409', null, 'nobody writes a rotation outside of the terms in which a line is worked');
select tests.login('north_manager');
select is((select public.restore_job_lines((answer ->> 'snapshot')::uuid) ->> 'lines' from ended), '2', 'a restore brings them back');
select is(pg_temp.terms_of(tests.id('north_a')), '{1,2,3}', 'whole');
select is((select last_term from public.job_lines where id = tests.id('north_a')), null, 'as they were');
select is(public.set_job_line_terms(tests.id('north_a'), 1, 3) -> 'last_term', 'null', 'all terms are the whole year');
select is(public.set_job_line_terms(tests.id('north_a'), null, 1) ->> 'rotations', '2', 'she leaves after the first term');

-- Under a finalised result the year goes on, and nothing else does.
select tests.logout();
select tests.new_result('north', tests.id('north_b'));
select tests.login('north_manager');
select is(public.set_job_line_terms(tests.id('north_b'), null, 2) ->> 'rotations', '1', 'who has a line leaves it early');
select is(public.set_job_line_terms(tests.id('north_b'), null, null) -> 'last_term', 'null', '(and stays after all)');
select tests.logout();
insert into public.rotations (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
select tests.id('north_org'), tests.id('north_run'), tests.id('north_b'), tests.id('north_p1'), 1, '2027-01-11', '2027-03-21'
where not exists (select from public.rotations where job_line = tests.id('north_b') and term = 1);
select tests.login('north_manager');
select is(public.request_planner_run(jsonb_build_object('allocation_run', tests.id('north_run'), 'n_job_lines', 2, 'constraints', '[]'::jsonb,
  'options', '{"mode": "replan"}'::jsonb, 'accept_losses', true), '{}') ->> 'outcome', 'finalised', 'a replan of the whole year does not');
select throws_ok($$ select public.request_planner_run(jsonb_build_object('allocation_run', tests.id('north_run'), 'n_job_lines', 2,
  'options', '{"mode": "replan", "from": "soon"}'::jsonb), '{}') $$, 'RC400', null, 'a day is a date');

-- A replan from a day on.
select tests.remember('asked', (public.request_planner_run(jsonb_build_object('allocation_run', tests.id('north_run'), 'n_job_lines', 3,
  'constraints', '["VIC_PGY1"]'::jsonb, 'options', '{"mode": "replan", "from": "2027-03-01"}'::jsonb, 'accept_losses', true), '{}') #>> '{run,id}')::uuid);
select throws_ok($$ select public.set_job_line_terms(tests.id('north_b'), null, 2) $$, 'RC409', null, 'not while lines are planned');
select tests.logout();
select tests.claim(tests.id('asked'));
select tests.engine(tests.id('token'));
select is(planner.load_run(tests.id('asked')) #> '{lines,0}' @> '{"first_term": null, "last_term": 1}', true, 'the engine knows when lines are worked');
select is(planner.load_run(tests.id('asked')) ->> 'starts_on', '2027-01-11', 'and when the year begins');
create function pg_temp.commit(p_lines jsonb, p_removed uuid[] default '{}') returns void language sql as $$
  select planner.commit_run(tests.id('token'), p_lines, '{10,10,12}', '{}', '{}',
    jsonb_build_object('mode', 'replan', 'removed', to_jsonb(p_removed), 'frozen_terms', 1))
$$;
create function pg_temp.b(p_first uuid, p_third uuid) returns jsonb language sql as $$
  select jsonb_build_array(tests.line('b', 2, p_first, tests.id('north_p2'), p_third) || jsonb_build_object('id', tests.id('north_b')))
$$;
select throws_ok($$ select pg_temp.commit(pg_temp.b(tests.id('north_p3'), tests.id('north_p3'))) $$, 'RC409', null, 'no plan changes the past');
select throws_ok($$ select pg_temp.commit('[]', array[tests.id('north_b')]) $$, 'RC409', null, 'nor takes it away');
select throws_ok($$ select pg_temp.commit(jsonb_build_array(tests.line('c', 3, tests.id('north_p1'), tests.id('north_p2'), tests.id('north_p3')))) $$,
  'RC409', null, 'nor adds to it');
select lives_ok($$ select pg_temp.commit(pg_temp.b(tests.id('north_p1'), tests.id('north_p1'))
    || jsonb_build_array((tests.line('c', 3, tests.id('north_p1'), tests.id('north_p3'), tests.id('north_p2')) - 'positions')
      || jsonb_build_object('first_term', 2, 'positions', jsonb_build_array(null, tests.id('north_p3'), tests.id('north_p2'))))) $$,
  'what comes changes, and a line begins');
select tests.logout();
select results_eq($$ select name, first_term::int, last_term::int, pg_temp.terms_of(id) from public.job_lines
  where allocation_run = tests.id('north_run') and archived_at is null order by sort_order, name $$,
  $$ values ('a', null::int, 1, '{1}'::int[]), ('b', null, null, '{1,2,3}'), ('c', 2, null, '{2,3}') $$, 'as planned');

select * from finish();
rollback;
