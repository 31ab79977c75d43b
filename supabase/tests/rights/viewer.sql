-- A viewer reads what managers plan, and changes nothing.
begin;
select plan(28);
select tests.new_service('north'), tests.new_service('south');
select tests.new_run('north'), tests.new_line('north', 'line');
create temporary table tenant_tables (name text, may_write boolean);
insert into tenant_tables
select t, t not in ('job_lines', 'rotations', 'allocation_planner_runs')
from unnest(array['hospitals', 'teams', 'positions', 'allocation_plans', 'allocation_runs', 'allocation_run_positions',
  'workers', 'allocation_run_worker_mappings', 'job_lines', 'rotations', 'allocation_planner_runs']) as t;
grant select on tenant_tables to authenticated;

select tests.login('north_viewer');
select isnt_empty(format('select 1 from public.%I where org_id = %L', name, tests.id('north_org')),
  'sees ' || name) from tenant_tables;
select is_empty(format('select 1 from public.%I where org_id = %L', name, tests.id('south_org')),
  'sees no other org''s ' || name) from tenant_tables where may_write;
select is_empty(format('update public.%I set name = name returning 1', name), 'updates no ' || name)
from tenant_tables where name in ('positions', 'allocation_runs', 'workers');
select is_empty('update public.job_lines set is_locked = true returning 1', 'locks no lines');
select throws_ok('delete from public.job_lines', '42501', null, 'deletes no lines');
select is_empty('delete from public.allocation_runs returning 1', 'deletes no allocation run');
select is((select count(*)::int from public.org_members), 1, 'sees only their own membership');
select throws_ok($$ insert into public.positions (org_id, team, name, specialty)
  values (tests.id('north_org'), tests.id('north_team'), 'New', 'Surgery') $$, '42501', null, 'adds no position');
select throws_ok($$ insert into public.allocation_planner_runs (allocation_run, n_job_lines)
  values (tests.id('north_run'), 1) $$, '42501', null, 'starts no planner run');

select * from finish();
rollback;
