-- Users choose what to ask for. Status, results, org and requester are not theirs to set.
begin;
select plan(16);
select tests.new_service('north'), tests.new_service('south');

create function pg_temp.insert_with(p_column text, p_value text) returns text language sql as $$
  select format('insert into public.allocation_planner_runs (allocation_run, n_job_lines, %I) values (%L, 1, %L)',
    p_column, tests.id('north_run'), p_value)
$$;

select tests.login('north_manager');
select throws_ok(pg_temp.insert_with(c, v), '42501', null, 'a user does not set ' || c)
from (values ('status', 'PENDING'), ('org_id', tests.id('south_org')::text), ('requested_by', tests.id('north_viewer')::text),
  ('result_metadata', '{}'), ('progress', '{}'), ('error_message', 'x'), ('started_at', '2027-01-01')) as x (c, v);
select throws_ok($$ insert into public.allocation_planner_runs (allocation_run, n_job_lines)
  values (tests.id('south_run'), 1) $$, 'RC404', null, 'another org''s allocation run does not exist');
select throws_ok($$ insert into public.allocation_planner_runs (allocation_run, n_job_lines)
  values (tests.id('north_run'), 0) $$, 'RC400', null, 'no lines is refused');
select throws_ok($$ insert into public.allocation_planner_runs (allocation_run, n_job_lines)
  values (tests.id('north_run'), 1001) $$, 'RC400', null, 'and so is more than 1,000');

select lives_ok($$ insert into public.allocation_planner_runs (allocation_run, n_job_lines)
  values (tests.id('north_run'), 3) $$, 'a run is asked for');
select results_eq('select org_id, requested_by, status::text from public.allocation_planner_runs',
  $$ values (tests.id('north_org'), tests.id('north_manager'), 'PENDING') $$,
  'it gets its org, its requester and PENDING');
select throws_ok($$ update public.allocation_planner_runs set status = 'FAILED' $$, '42501', null,
  'a user does not change a status');
select throws_ok($$ delete from public.allocation_planner_runs $$, '42501', null, 'nor delete a run');

select tests.logout();
select results_eq($$ select search_type, org_id, status::text from fleet.search_jobs
  where run_id = (select id from public.allocation_planner_runs where allocation_run = tests.id('north_run')) $$,
  $$ values ('planner', tests.id('north_org'), 'QUEUED') $$, 'its job came with it');

select tests.new_line('south', 'line'), tests.new_result('south', tests.id('south_line'));
select tests.login('south_manager');
select throws_ok($$ insert into public.allocation_planner_runs (allocation_run, n_job_lines, accept_losses)
  values (tests.id('south_run'), 1, true) $$, 'RC409', null, 'lines of a finalised result are not made anew');

select * from finish();
rollback;
