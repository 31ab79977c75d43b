-- Terms that change while lines are there: dates move with them, pinned lines too; what has no place is in a snapshot, and a
-- pinned line is never cut. No line is in two places at once.
begin;
select plan(26);
select tests.new_service('north');
select tests.new_line('north', 'pinned', true), tests.new_line('north', 'free');
insert into public.job_line_leave (org_id, allocation_run, job_line, starts_on, ends_on) values
  (tests.id('north_org'), tests.id('north_run'), tests.id('north_free'), '2027-01-11', '2027-01-24'),
  (tests.id('north_org'), tests.id('north_run'), tests.id('north_free'), '2027-01-25', '2027-01-31'),
  (tests.id('north_org'), tests.id('north_run'), tests.id('north_free'), '2027-06-07', '2027-06-20');
create function pg_temp.dates(p_line text) returns text language sql as $$
  select string_agg(term || ' ' || starts_on || ' ' || ends_on, ', ' order by term) from public.rotations
  where job_line = tests.id('north_' || p_line)
$$;
create function pg_temp.leave() returns text language sql as $$
  select string_agg(starts_on || ' ' || ends_on, ', ' order by starts_on) from public.job_line_leave
  where job_line = tests.id('north_free')
$$;

select throws_ok($$ insert into public.rotations (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_free'), tests.id('north_p1'), 4, '2027-08-16', '2027-08-29') $$,
  '23P01', null, 'rotations of a line do not overlap');
select throws_ok($$ insert into public.rotations (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_free'), tests.id('north_p1'), 4, '2027-08-23', '2027-08-29') $$,
  'RC409', null, 'nor is there one of no term');
select throws_ok($$ update public.rotations set ends_on = ends_on - 7 where job_line = tests.id('north_free') $$, 'RC409', null,
  'nor one with dates of its own');

select tests.login('north_manager');
select lives_ok($$ update public.allocation_runs set starts_on = '2027-01-18' $$, 'the year moves by a week');
select is(pg_temp.dates(l), '1 2027-01-18 2027-03-28, 2 2027-03-29 2027-06-06, 3 2027-06-07 2027-08-29', 'and so does the line ' || l)
from unnest('{pinned,free}'::text[]) as l;
select is(pg_temp.leave(), '2027-01-18 2027-01-31, 2027-02-01 2027-02-07, 2027-06-14 2027-06-27', 'and its leave');
select lives_ok($$ update public.allocation_runs set term_weeks = '{12,10,10}' $$, 'terms get other lengths');
select is(pg_temp.dates(l), '1 2027-01-18 2027-04-11, 2 2027-04-12 2027-06-20, 3 2027-06-21 2027-08-29', 'the rotations follow: ' || l)
from unnest('{pinned,free}'::text[]) as l;
select is(pg_temp.leave(), '2027-01-18 2027-01-31, 2027-02-01 2027-02-07, 2027-06-28 2027-07-11', 'leave stays as far into its term');
select is_empty('select 1 from public.job_lines_history', 'nothing was lost, so no snapshot');
select lives_ok($$ update public.allocation_runs set term_weeks = '{12,10,10,10}' $$, 'a term more');
select is(pg_temp.dates('free'), '1 2027-01-18 2027-04-11, 2 2027-04-12 2027-06-20, 3 2027-06-21 2027-08-29', 'leaves the lines as they are');

select throws_like($$ update public.allocation_runs set term_weeks = '{26,26}' $$, '%The pinned line "pinned" does not fit%',
  'fewer terms cut no pinned line');
update public.job_lines set is_locked = false;
select lives_ok($$ update public.allocation_runs set term_weeks = '{26,2}' $$, 'others go into a snapshot first');
select is(pg_temp.dates('free'), '1 2027-01-18 2027-07-18, 2 2027-07-19 2027-08-01', 'and are cut');
select is(pg_temp.leave(), '2027-01-18 2027-01-31, 2027-02-01 2027-02-07', 'leave of the term that is no more with them');
select results_eq($$ select reason::text, line_count, term_weeks, replaced_by from public.job_lines_history $$,
  $$ values ('terms', 2, '{12,10,10,10}'::int[], tests.id('north_manager')) $$, 'the snapshot knows the terms');
select throws_like($$ select public.restore_job_lines(id) from public.job_lines_history $$, '%Set them to what they were then (12, 10, 10, 10 weeks from 2027-01-18)%',
  'and says what to do');
select lives_ok($$ update public.allocation_runs set term_weeks = '{12,10,10,10}' $$, 'terms back');
select lives_ok($$ select public.restore_job_lines(id) from public.job_lines_history where reason = 'terms' $$, 'and restored');
select is(pg_temp.dates('free') || ' | ' || pg_temp.leave(),
  '1 2027-01-18 2027-04-11, 2 2027-04-12 2027-06-20, 3 2027-06-21 2027-08-29 | 2027-01-18 2027-01-31, 2027-02-01 2027-02-07, 2027-06-28 2027-07-11',
  'all is back');

-- Archived lines move along where they fit, and say so where they do not.
select public.archive_job_lines(tests.id('north_run'), array[tests.id('north_free')]) is not null;
update public.allocation_runs set starts_on = '2027-01-11', term_weeks = '{12,10,10}';
update public.job_lines set is_locked = false;
update public.allocation_runs set term_weeks = '{12,20}';
select throws_like($$ select public.unarchive_job_lines(tests.id('north_run'), array[tests.id('north_free')]) $$, '%was archived when the terms had other dates%',
  'an archived line does not come back into terms that it does not fit');
update public.allocation_runs set term_weeks = '{12,10,10}';
select is(public.unarchive_job_lines(tests.id('north_run'), array[tests.id('north_free')]), 1, 'but into those that it does');
select is(pg_temp.dates('free'), '1 2027-01-11 2027-04-04, 2 2027-04-05 2027-06-13, 3 2027-06-14 2027-08-22', 'with the dates of the year as it was moved meanwhile');

select * from finish();
rollback;
