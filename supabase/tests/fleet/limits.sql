-- Limits of requests: per user and per org within a minute, and unfinished runs of an org; for users, not for operators.
begin;
select plan(17);
select tests.new_service('north'), tests.new_service('south');
insert into fleet.request_limits (org_id, per_minute_and_user, per_minute_and_org, unfinished_per_org)
values (tests.id('north_org'), 3, 5, 4);

-- An allocation run has one unfinished planner run at most: each request needs one of its own.
create function pg_temp.request(p_service text) returns uuid language plpgsql as $$
declare
  v_run uuid := gen_random_uuid();
  v_id uuid;
  v_role text := current_setting('role');
begin
  perform set_config('role', 'postgres', true);
  insert into public.allocation_runs (id, org_id, allocation_plan, name, starts_on, term_weeks)
  values (v_run, tests.id(p_service || '_org'), tests.id(p_service || '_plan'), 'Run ' || v_run, '2027-01-11', '{52}');
  perform set_config('role', v_role, true);
  insert into public.allocation_planner_runs (allocation_run, n_job_lines) values (v_run, 1) returning id into v_id;
  return v_id;
end
$$;

create function pg_temp.refusal(p_service text) returns text[] language plpgsql as $$
declare
  v_state text; v_detail text; v_hint text;
begin
  perform pg_temp.request(p_service);
  return '{}';
exception when others then
  get stacked diagnostics v_state = returned_sqlstate, v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return array[v_state, v_detail, v_hint];
end
$$;

-- Jobs of the past: `created_at` is the transaction's time otherwise, and one of them is all that a transaction sees.
create function pg_temp.age(p_seconds int) returns void language sql as $$
  update fleet.search_jobs set created_at = clock_timestamp() - make_interval(secs => p_seconds)
  where org_id = tests.id('north_org')
$$;
create function pg_temp.finish() returns void language sql as $$
  update fleet.search_jobs set status = 'CANCELLED', finished_at = now()
  where org_id = tests.id('north_org') and status = 'QUEUED'
$$;

select tests.login('north_manager');
select lives_ok($$ select pg_temp.request('north') from generate_series(1, 3) $$, 'as many as a user may start');
select is((pg_temp.refusal('north'))[1:2], '{RC429,RATE_LIMITED}', 'and not one more');
select ok((pg_temp.refusal('north'))[3]::int between 31 and 60, 'for a minute');
select is((select count(*)::int from public.allocation_planner_runs), 3, 'what was refused is not there');
select tests.logout();
select is((select count(*)::int from fleet.search_jobs where requested_by = tests.id('north_manager')), 3,
  'jobs know who asked for them');
select pg_temp.age(45);
select tests.login('north_manager');
select ok((pg_temp.refusal('north'))[3]::int between 1 and 15, 'the wait becomes shorter');
select tests.login('south_manager');
select lives_ok($$ select pg_temp.request('south') from generate_series(1, 10) $$, 'other orgs have limits of their own');

select tests.logout();
select pg_temp.age(61);
select tests.login('north_manager');
select lives_ok($$ select pg_temp.request('north') $$, 'a minute later there is room again');
select is((pg_temp.refusal('north'))[1:2], '{RC429,QUEUE_FULL}', 'until as many are unfinished as an org may have');
select ok((pg_temp.refusal('north'))[3]::int > 0, 'with a time to try again');
select tests.logout();
select lives_ok($$ select pg_temp.request('north') $$, 'operators are not limited');
select pg_temp.finish();

-- The org's rate is reached by several users together.
insert into public.org_members (org_id, user_id, role) values
  (tests.id('north_org'), tests.new_user('second'), 'manager'), (tests.id('north_org'), tests.new_user('third'), 'manager');
select tests.login('second');
select lives_ok($$ select pg_temp.request('north') from generate_series(1, 3) $$, 'a second user starts as many');
select tests.logout();
select pg_temp.finish();
select tests.login('third');
select lives_ok($$ select pg_temp.request('north') $$, 'a third one up to the org''s limit');
select is((pg_temp.refusal('north'))[1:2], '{RC429,RATE_LIMITED}', 'and not beyond');

-- Changing the limits needs the service role; nobody gets around them.
select throws_ok($$ update fleet.request_limits set per_minute_and_org = 1000 $$, '42501', null, 'users do not change limits');
select tests.logout();
set local role service_role;
select lives_ok($$ update fleet.request_limits set per_minute_and_org = 1000 where org_id = tests.id('north_org') $$,
  'operators do');
select tests.login('third');
select lives_ok($$ select pg_temp.request('north') $$, 'and it counts at once');

select * from finish();
rollback;
