-- receptor_engine: it sees and writes the org whose block it holds, and without a claim nothing.
begin;
select plan(35);
select tests.new_service('north'), tests.new_service('south');
select tests.new_run('north'), tests.new_run('south');
select tests.new_line('north', 'line'), tests.new_line('south', 'line');
select tests.claim(tests.id('north_planner_run'));
create temporary table engine_tables as
select unnest(array['teams', 'positions', 'allocation_runs', 'allocation_run_positions', 'job_lines', 'rotations',
  'allocation_planner_runs']) as name;
grant select on engine_tables to receptor_engine;

select tests.engine();
select is_empty('select 1 from public.' || name, 'without a claim: no ' || name) from engine_tables;
select tests.engine(gen_random_uuid());
select is_empty('select 1 from public.' || name, 'with a void token: no ' || name) from engine_tables;
select tests.engine(tests.id('token'));
select isnt_empty('select 1 from public.' || name, 'with a claim: ' || name) from engine_tables;
select is_empty(format('select 1 from public.%I where org_id <> %L', name, tests.id('north_org')),
  'and of no other org: ' || name) from engine_tables;

select throws_ok($$ insert into public.job_lines (org_id, allocation_run, name)
  values (tests.id('south_org'), tests.id('south_run'), 'Wrong') $$, '42501', null, 'no line into another org');
select throws_ok($$ insert into public.rotations (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
  values (tests.id('south_org'), tests.id('south_run'), tests.id('south_line'), tests.id('south_p1'), 4, '2027-01-11', '2027-01-17') $$,
  '42501', null, 'no rotation into another org');
select throws_ok($$ insert into public.job_lines_history (org_id, allocation_run, reason, line_count, snapshot)
  values (tests.id('south_org'), tests.id('south_run'), 'restore', 0, '[]') $$, '42501', null, 'no history into another org');
select is_empty($$ update public.allocation_planner_runs set progress = '{}' where id = tests.id('south_planner_run')
  returning 1 $$, 'no progress of another org''s run');
select throws_ok($$ delete from public.job_lines $$, '42501', null, 'no line deleted, of no org');
select throws_ok($$ update public.allocation_runs set status = 'closed' where id = tests.id('north_run') $$, '42501', null,
  'locking an allocation run is not changing it');
select is_empty('select 1 from public.workers', 'the planner never sees workers, of its own org either');

select * from finish();
rollback;
