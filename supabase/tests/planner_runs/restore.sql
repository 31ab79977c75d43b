-- restore_job_lines(): puts a snapshot back, and makes history of what it replaces.
begin;
select plan(21);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'first'), tests.new_line('north', 'second');
select tests.new_run('north');
select tests.claim(tests.id('north_planner_run'));
select tests.engine();
select planner.commit_run(tests.id('token'), jsonb_build_array(
    tests.line('new', 1, tests.id('north_p1'), tests.id('north_p2'), tests.id('north_p3'))), '{10,10,12}', '{}', '{}', '{"mode": "rebuild"}');
select tests.logout();
select tests.remember('snapshot', id) from public.job_lines_history where org_id = tests.id('north_org');

select tests.login('north_viewer');
select throws_ok($$ select public.restore_job_lines(tests.id('snapshot')) $$, '42501', null, 'a viewer may not restore');
select tests.login('south_manager');
select throws_ok($$ select public.restore_job_lines(tests.id('snapshot')) $$, 'RC404', null, 'another org''s snapshot is not there');

select tests.login('north_manager');
select throws_ok($$ select public.restore_job_lines(gen_random_uuid()) $$, 'RC404', null, 'nor an unknown one');
select is(public.restore_job_lines(tests.id('snapshot')) -> 'lines', '2', 'a manager restores');
select results_eq($$ select id, name from public.job_lines order by name $$,
  $$ values (tests.id('north_first'), 'first'), (tests.id('north_second'), 'second') $$, 'the lines with their ids');
select is((select count(*)::int from public.rotations), 6, 'and rotations');
select results_eq($$ select r.starts_on, r.ends_on from public.rotations r where r.job_line = tests.id('north_first') and r.term = 3 $$,
  $$ values (date '2027-05-31', date '2027-08-22') $$, 'with their dates');
select results_eq($$ select reason::text, replaced_by, snapshot #>> '{0,name}' from public.job_lines_history
  where id <> tests.id('snapshot') $$, $$ values ('restore', tests.id('north_manager'), 'new') $$,
  'what was there is history itself');

-- Locked lines stay; a line of the snapshot that is still there is left alone.
update public.job_lines set is_locked = true, sort_order = 9 where name = 'first';
select is(public.restore_job_lines(tests.id('snapshot')) -> 'lines', '1', 'a locked line of the snapshot is not restored');
select results_eq($$ select name, sort_order from public.job_lines order by name $$,
  $$ values ('first', 9), ('second', 0) $$, 'but stays as it is');

select tests.remember('back', id) from public.job_lines_history
where reason = 'restore' and snapshot #>> '{0,name}' = 'new';
select is(public.restore_job_lines(tests.id('back')) -> 'lines', '1', 'a restore can be taken back');
select results_eq($$ select name, planner_run from public.job_lines order by name $$,
  $$ values ('first', null), ('new', tests.id('north_planner_run')) $$, 'and the line knows who built it');

select tests.logout();
select tests.new_run('north');
select tests.login('north_manager');
select throws_ok($$ select public.restore_job_lines(tests.id('snapshot')) $$, 'RC409', null,
  'not while a planner run is under way');
select is(public.cancel_planner_run(tests.id('north_planner_run')) ->> 'status', 'CANCELLED', '(cancelled)');
select lives_ok($$ select public.restore_job_lines(tests.id('snapshot')) $$, 'again when it has ended');
update public.allocation_runs set term_weeks = '{10,12,10}', starts_on = '2027-01-18';
select lives_ok($$ select public.restore_job_lines(tests.id('snapshot')) $$, 'also when the terms have other dates by now');
select results_eq($$ select r.starts_on, r.ends_on from public.rotations r where r.job_line = tests.id('north_second') order by r.term $$,
  $$ values (date '2027-01-18', date '2027-03-28'), (date '2027-03-29', date '2027-06-20'), (date '2027-06-21', date '2027-08-29') $$,
  'which the lines then have');
update public.job_lines set is_locked = false;
update public.allocation_runs set term_weeks = '{22,10}';
select throws_ok($$ select public.restore_job_lines(tests.id('snapshot')) $$, 'RC409',
  'The snapshot does not fit the terms of today. Set them to what they were then (10, 10, 12 weeks from 2027-01-11), and restore it.',
  'not when there are fewer terms');
select is((select count(*)::int from public.job_lines), 2, 'and what is there stays');
update public.allocation_runs set term_weeks = '{10,10,12}', starts_on = '2027-01-11';
select tests.logout();
select tests.new_result('north', (select min(id::text)::uuid from public.job_lines where archived_at is null));
select tests.login('north_manager');
select throws_ok($$ select public.restore_job_lines(tests.id('snapshot')) $$, 'RC409', null,
  'not under a result that is finalised');
select is((select count(*)::int from public.job_lines), 2, 'and nothing was lost');

select * from finish();
rollback;
