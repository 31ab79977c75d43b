-- planner.load_run(): what the engine gets to know of a run, and of no other org.
begin;
select plan(15);
select tests.new_service('north'), tests.new_service('south');
select tests.new_run('north', 7), tests.new_run('south');
select tests.new_line('north', 'kept', true), tests.new_line('north', 'replaced');
insert into public.job_line_leave (org_id, allocation_run, job_line, starts_on, ends_on)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_kept'), '2027-01-18', '2027-01-31');
insert into public.affinity_profiles (id, org_id, name, version)
values (tests.remember('profile', gen_random_uuid()), tests.id('north_org'), 'Ours', 3);
insert into public.affinity_weights values (tests.id('profile'), 'Cardiology', 'Renal', -7);
update public.allocation_runs set affinity_profile = tests.id('profile') where id = tests.id('north_run');
insert into public.six_month_terms (id, org_id, name, qualification)
values (tests.remember('six', gen_random_uuid()), tests.id('north_org'), 'Half a year', 'Diploma'),
       (gen_random_uuid(), tests.id('north_org'), 'No posts', null);
update public.positions set allows_leave = false, six_month_term = tests.id('six'), six_month_part = 2
where id = tests.id('north_p2');
select tests.claim(tests.id('north_planner_run'));

select tests.engine(tests.id('token'));
create temporary table document as select planner.load_run(tests.id('north_planner_run')) as d;
select is(d -> 'n_job_lines', '7', 'lines wanted') from document;
select is(d -> 'term_weeks', '[10, 10, 12]', 'terms') from document;
select is(jsonb_array_length(d -> 'positions'), 3, 'positions with posts') from document;
select is(d #> '{positions,1}' @> jsonb_build_object('allows_leave', false, 'six_month_part', 2, 'six_month_term', tests.id('six')),
  true, 'leave and six-month terms of a position') from document;
select is(d #> '{positions,0}' @> '{"allows_leave": true, "six_month_part": null, "six_month_term": null}', true,
  'which others do without') from document;
select is(d #> '{positions,0}' @> jsonb_build_object('team', t.id, 'hospital', t.hospital), true, 'its team and hospital')
from document, public.positions p join public.teams t on t.id = p.team where p.id = (d #>> '{positions,0,id}')::uuid;
select is(d -> 'six_month_terms', jsonb_build_array(jsonb_build_object(
  'id', tests.id('six'), 'name', 'Half a year', 'qualification', 'Diploma', 'college', null)), 'six-month terms with posts') from document;
select is(jsonb_array_length(d -> 'posts'), 9, 'posts per position and term') from document;
select is(d #>> '{lines,0,name}', 'kept', 'the lines that are there') from document;
select is((select array_agg(line -> 'is_locked' order by n) from jsonb_array_elements(d -> 'lines') with ordinality as e (line, n)),
  array['true', 'false']::jsonb[], 'and which are locked') from document;
select is(jsonb_array_length(d #> '{lines,0,rotations}'), 3, 'and the posts that they hold') from document;
select is(d #> '{lines,0,leave}', '[{"weeks": 2, "start_week": 1}]', 'and their leave, in weeks of the year') from document;
select is(d -> 'affinity', '{"profile": "Ours", "version": 3, "weights": [["Cardiology", "Renal", -7]]}', 'affinity') from document;
select is(planner.load_run(tests.id('south_planner_run')), null, 'another org''s run is not there');
select tests.engine();
select is(planner.load_run(tests.id('north_planner_run')), null, 'nor is any run without a claim');

select * from finish();
rollback;
