-- A doctor sees themselves, and the lines of open allocation runs that they take part in.
begin;
select plan(24);
select tests.new_service('north'), tests.new_service('south');
select tests.new_run('north'), tests.new_line('north', 'line');
-- Another doctor, who takes part in another allocation run, which is open.
insert into public.workers (id, org_id, email, name)
values (tests.remember('colleague', gen_random_uuid()), tests.id('north_org'), 'colleague@tests.example', 'Dr Other');
insert into public.allocation_runs (id, org_id, allocation_plan, name, status, starts_on, term_weeks)
values (tests.remember('other_run', gen_random_uuid()), tests.id('north_org'), tests.id('north_plan'), 'Other', 'open',
        '2027-01-11', '{52}');
insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker)
values (tests.id('north_org'), tests.id('other_run'), tests.id('colleague'));
insert into public.job_lines (org_id, allocation_run, name)
values (tests.id('north_org'), tests.id('other_run'), 'Not theirs');
insert into public.qualification_tags (id, org_id, name)
values (tests.remember('tag', gen_random_uuid()), tests.id('north_org'), 'Tag');
insert into public.worker_qualifications values
  (tests.id('north_org'), tests.id('north_worker'), tests.id('tag')), (tests.id('north_org'), tests.id('colleague'), tests.id('tag'));

select tests.login('north_doctor');
select is_empty('select 1 from public.allocation_runs', 'a draft allocation run is not shown');
select is_empty('select 1 from public.job_lines', 'nor its lines');
select is_empty('select 1 from public.rotations', 'nor its rotations');
select is((select array_agg(name) from public.workers), '{Dr Test}', 'sees themselves, no colleague');
select is((select array_agg(id) from public.allocation_run_worker_mappings), array[tests.id('north_mapping')],
  'sees their own mapping only');
select is((select array_agg(worker) from public.worker_qualifications), array[tests.id('north_worker')],
  'sees their own qualifications only');
select is_empty('select 1 from public.allocation_plans', 'sees no plans');
select is_empty('select 1 from public.allocation_run_positions', 'sees no posts');
select is_empty('select 1 from public.allocation_planner_runs', 'sees no planner runs');
select is_empty('select 1 from public.job_lines_history', 'sees no history');
select is((select count(*)::int from public.positions), 3, 'sees the positions of their org');
select is((select array_agg(name) from public.orgs), '{north}', 'sees their org only');

select tests.logout();
update public.allocation_runs set status = 'open' where id = tests.id('north_run');
select tests.login('north_doctor');
select is((select array_agg(id) from public.allocation_runs), array[tests.id('north_run')],
  'an open allocation run is shown to those who take part, and no other one');
select is((select array_agg(name) from public.job_lines), '{line}', 'with its lines');
select is((select count(*)::int from public.rotations), 3, 'and their rotations');
select is_empty('select 1 from public.allocation_planner_runs', 'but no planner runs');
select is_empty('update public.job_lines set is_locked = true returning 1', 'and may change no line');
select throws_ok('delete from public.job_lines', '42501', null, 'nor delete one');
select is_empty('update public.workers set name = ''Prof'' returning 1', 'nor their own row');
select throws_ok($$ insert into public.allocation_planner_runs (allocation_run, n_job_lines)
  values (tests.id('north_run'), 1) $$, '42501', null, 'nor start a planner run');
select is((public.cancel_planner_run(tests.id('north_planner_run'))), null, 'nor cancel one');

select tests.login('south_doctor');
select is_empty('select 1 from public.job_lines', 'another org''s doctor sees nothing of it');

select tests.logout();
update public.allocation_runs set status = 'closed' where id = tests.id('north_run');
select tests.login('north_doctor');
select is_empty('select 1 from public.job_lines', 'a closed allocation run is hidden again');

select tests.logout();
select set_config('receptor.reason', 'They asked for it.', true);
update public.allocation_runs set status = 'open' where id = tests.id('north_run');
delete from public.org_members where user_id = tests.id('north_doctor');
select tests.login('north_doctor');
select is_empty('select 1 from public.job_lines', 'who has left the org sees nothing');

select * from finish();
rollback;
