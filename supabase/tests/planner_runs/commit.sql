-- planner.commit_run(): snapshot, delete, insert and COMPLETED in one go; locked lines stay.
begin;
select plan(22);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'kept', true), tests.new_line('north', 'replaced'), tests.new_line('south', 'theirs');
select tests.new_run('north');
select tests.claim(tests.id('north_planner_run'));

select tests.engine();
select lives_ok($$ select planner.commit_run(tests.id('token'),
  jsonb_build_array(
    tests.line('A', 1, tests.id('north_p1'), tests.id('north_p2'), tests.id('north_p3')),
    tests.line('B', 2, tests.id('north_p2'), tests.id('north_p3'), tests.id('north_p1'))),
  '{10,10,12}', array[tests.id('north_kept')], '{"gap": 0}', '{"mode": "rebuild"}') $$, 'the plan is written');

select tests.logout();
select results_eq($$ select name, is_locked, sort_order, affinity, planner_run from public.job_lines
  where allocation_run = tests.id('north_run') and archived_at is null order by name $$,
  $$ values ('A', false, 1, 5, tests.id('north_planner_run')), ('B', false, 2, 5, tests.id('north_planner_run')),
            ('kept', true, 0, null, null) $$, 'new lines beside the locked one');
select results_eq($$ select r.term::int, p.name, r.starts_on, r.ends_on
  from public.rotations r join public.job_lines l on l.id = r.job_line join public.positions p on p.id = r.position
  where l.name = 'A' and l.org_id = tests.id('north_org') order by r.term $$,
  $$ values (1, 'Position 1', date '2027-01-11', date '2027-03-21'), (2, 'Position 2', date '2027-03-22', date '2027-05-30'),
            (3, 'Position 3', date '2027-05-31', date '2027-08-22') $$, 'terms follow each other');
select is_empty($$ select 1 from public.rotations where extract(isodow from ends_on) <> 7 $$, 'and end on Sundays');
select is(max(r.ends_on), min(a.ends_on), 'the last one with the allocation run')
from public.rotations r join public.allocation_runs a on a.id = r.allocation_run where a.id = tests.id('north_run');
select is((select count(*)::int from public.rotations where job_line = tests.id('north_kept')), 3,
  'the locked line keeps its rotations');

select results_eq($$ select reason::text, planner_run, replaced_by, line_count from public.job_lines_history
  where org_id = tests.id('north_org') $$,
  $$ values ('planner_run', tests.id('north_planner_run'), tests.id('north_manager'), 1) $$, 'what was there is history');
select is(snapshot #>> '{0,name}', 'replaced', 'by name') from public.job_lines_history where org_id = tests.id('north_org');
select is((snapshot #>> '{0,id}')::uuid, tests.id('north_replaced'), 'with its id') from public.job_lines_history where org_id = tests.id('north_org');
select is(jsonb_array_length(snapshot #> '{0,rotations}'), 3, 'with its rotations') from public.job_lines_history where org_id = tests.id('north_org');
select is(snapshot #>> '{0,rotations,2,position_name}', 'Position 3', 'readable') from public.job_lines_history where org_id = tests.id('north_org');

select results_eq($$ select status::text, result_metadata - 'archived', finished_at is not null, error_code
  from public.allocation_planner_runs where id = tests.id('north_planner_run') $$,
  $$ values ('COMPLETED', '{"gap": 0}'::jsonb, true, null::text) $$, 'the run is COMPLETED');
select is((tests.job(tests.id('north_planner_run'))).status::text, 'COMPLETED', 'and its job');
select is((tests.block(tests.id('north_planner_run'))).status::text, 'DONE', 'and its block');
select is((select count(*)::int from public.job_lines where org_id = tests.id('south_org')), 1, 'other orgs keep their lines');

select tests.engine(tests.id('token'));
select throws_ok($$ select planner.commit_run(tests.id('token'), '[]', '{10,10,12}', '{}', '{}', '{"mode": "rebuild"}') $$, 'RC001', null,
  'a second commit finds its claim gone');
select is_empty('select 1 from public.job_lines', 'and the engine sees the org no more');

select tests.logout();
select is((select count(*)::int from public.job_lines where allocation_run = tests.id('north_run') and archived_at is null), 3,
  'nothing was written twice');
select is(array_agg(id), array[tests.id('north_replaced')], 'what was replaced is archived') from public.job_lines
where allocation_run = tests.id('north_run') and archived_at is not null;
select is(result_metadata #> '{archived,archived}', '1', 'and counted in the result') from public.allocation_planner_runs
where id = tests.id('north_planner_run');
select tests.login('north_manager');
select is((select count(*)::int from public.job_lines), 3, 'the manager sees the lines');
select is((select count(*)::int from public.job_lines_history), 1, 'and the history');

select * from finish();
rollback;
