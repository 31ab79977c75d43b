-- No row can refer to a row of another org, whoever writes it: row level security is not asked here.
begin;
select plan(17);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'line'), tests.new_run('south');

create function pg_temp.refused(p_sql text, p_what text) returns text language sql as
$$ select extensions.throws_ok(p_sql, '23503', null, p_what) $$;

select pg_temp.refused($$ insert into public.teams (org_id, hospital, name)
  values (tests.id('north_org'), tests.id('south_hospital'), 'X') $$, 'a team in another org''s hospital');
select pg_temp.refused($$ insert into public.positions (org_id, team, name, specialty)
  values (tests.id('north_org'), tests.id('south_team'), 'X', 'X') $$, 'a position on another org''s team');
insert into public.six_month_terms (id, org_id, name)
values (tests.remember('six', gen_random_uuid()), tests.id('south_org'), 'Half a year');
select pg_temp.refused($$ update public.positions set six_month_term = tests.id('six'), six_month_part = 1
  where id = tests.id('north_p1') $$, 'a component of another org''s six-month term');
select pg_temp.refused($$ insert into public.allocation_runs (org_id, allocation_plan, name, starts_on, term_weeks)
  values (tests.id('north_org'), tests.id('south_plan'), 'X', '2027-01-11', '{52}') $$, 'a run of another org''s plan');
select pg_temp.refused($$ insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('south_p1'), 1, 1) $$, 'posts of another org''s position');
select pg_temp.refused($$ insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
  values (tests.id('north_org'), tests.id('south_run'), tests.id('north_p1'), 1, 1) $$, 'posts in another org''s run');
select pg_temp.refused($$ insert into public.worker_qualifications (org_id, worker, qualification_tag)
  values (tests.id('north_org'), tests.id('south_worker'), gen_random_uuid()) $$, 'a qualification of another org''s doctor');
select pg_temp.refused($$ insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('south_worker')) $$, 'another org''s doctor in a run');
select pg_temp.refused($$ insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
  values (tests.id('south_org'), tests.id('north_run'), tests.id('south_worker')) $$, 'a doctor in another org''s run');
select pg_temp.refused($$ insert into public.job_lines (org_id, allocation_run, name)
  values (tests.id('north_org'), tests.id('south_run'), 'X') $$, 'a line of another org''s run');
select pg_temp.refused($$ update public.job_lines set planner_run = tests.id('south_planner_run') $$,
  'a line built by another org''s planner run');
select pg_temp.refused($$ insert into public.rotations (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_line'), tests.id('south_p1'), 4, '2027-01-11', '2027-01-17') $$,
  'a rotation on another org''s position');
select pg_temp.refused($$ insert into public.rotations (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
  values (tests.id('south_org'), tests.id('south_run'), tests.id('north_line'), tests.id('south_p1'), 4, '2027-01-11', '2027-01-17') $$,
  'a rotation of another org''s line');
select pg_temp.refused($$ insert into public.job_lines_history (org_id, allocation_run, reason, line_count, starts_on, term_weeks, snapshot)
  values (tests.id('north_org'), tests.id('south_run'), 'restore', 0, '2027-01-11', '{52}', '[]') $$, 'history of another org''s run');
select pg_temp.refused($$ update public.allocation_planner_runs set org_id = tests.id('north_org') $$,
  'a planner run of another org''s allocation run');

-- Affinity profiles may be shipped (no org), so no key can tell; the policy does.
insert into public.affinity_profiles (id, org_id, name, version)
values (tests.remember('profile', gen_random_uuid()), tests.id('south_org'), 'Theirs', 1);
select tests.login('north_manager');
select throws_ok($$ update public.allocation_runs set affinity_profile = tests.id('profile') $$, '42501', null,
  'another org''s affinity profile');
select lives_ok($$ update public.allocation_runs set affinity_profile = (
  select id from public.affinity_profiles where org_id is null limit 1) $$, 'a shipped profile may be chosen');

select * from finish();
rollback;
