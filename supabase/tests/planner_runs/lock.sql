-- lock_job_lines(): pins and unpins lines, all of them or none, with the caller's rights. member_emails(): who they are.
begin;
select plan(14);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'first'), tests.new_line('north', 'second'), tests.new_line('south', 'other');

select tests.login('north_viewer');
select throws_ok($$ select public.lock_job_lines(tests.id('north_run'), array[tests.id('north_first')], true) $$,
  '42501', null, 'a viewer may not pin');
select tests.login('south_manager');
select throws_ok($$ select public.lock_job_lines(tests.id('north_run'), array[tests.id('north_first')], true) $$,
  'RC404', null, 'another org''s allocation run is not there');

select tests.login('north_manager');
select is(public.lock_job_lines(tests.id('north_run'), array[tests.id('north_first'), tests.id('north_first')], true), 1,
  'a manager pins a line');
select results_eq($$ select name, is_locked from public.job_lines order by name $$,
  $$ values ('first', true), ('second', false) $$, 'that one alone');
select is(public.lock_job_lines(tests.id('north_run'), array[tests.id('north_first'), tests.id('north_second')], false), 2,
  'unpins several');
select throws_ok($$ select public.lock_job_lines(tests.id('north_run'), array[tests.id('north_first'), tests.id('south_other')], true) $$,
  'RC409', null, 'a line of another run');
select throws_ok($$ select public.lock_job_lines(tests.id('north_run'), array[tests.id('north_first'), gen_random_uuid()], true) $$,
  'RC409', null, 'or one that is gone');
select is((select count(*)::int from public.job_lines where is_locked), 0, 'stops them all');

select tests.logout();
select tests.new_run('north');
select tests.login('north_manager');
select throws_ok($$ select public.lock_job_lines(tests.id('north_run'), array[tests.id('north_first')], true) $$,
  'RC409', null, 'not while a planner run is under way');
select is(public.cancel_planner_run(tests.id('north_planner_run')) ->> 'status', 'CANCELLED', '(cancelled)');
select is(public.lock_job_lines(tests.id('north_run'), array[tests.id('north_first')], true), 1, 'again when it has ended');
update public.allocation_runs set status = 'closed';
select is(public.lock_job_lines(tests.id('north_run'), array[tests.id('north_first')], false), 1, 'also when the window has closed');

select set_eq($$ select user_id from public.member_emails(tests.id('north_org')) $$,
  $$ values (tests.id('north_manager')), (tests.id('north_viewer')) $$, 'those who plan or view, and no doctor');
select is_empty($$ select * from public.member_emails(tests.id('south_org')) $$, 'of one''s own org alone');

select * from finish();
rollback;
