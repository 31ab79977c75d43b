-- read_roster(): one document for those who may see plans, nothing for all others.
begin;
select plan(12);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'first', true), tests.new_line('south', 'theirs');
insert into public.job_line_leave (org_id, allocation_run, job_line, starts_on, ends_on)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_first'), '2027-02-01', '2027-03-07');
delete from public.allocation_run_positions where position = tests.id('north_p3') and term = 2;
-- Worked by a line, but no longer part of the run; and one that has nothing to do with it.
delete from public.allocation_run_positions where position = tests.id('north_p2');
insert into public.positions (org_id, team, name, specialty)
values (tests.id('north_org'), tests.id('north_team'), 'Elsewhere', 'Surgery');

select tests.login('north_viewer');
create temporary table roster as select public.read_roster(tests.id('north_run')) as r;
select is(r #>> '{allocation_run,org}', 'north', 'names the org') from roster;
select is(r #> '{allocation_run,term_weeks}', '[10, 10, 12]', 'has the terms') from roster;
select is(jsonb_path_query_array(r, '$.positions[*].name'), '["Position 1", "Position 2", "Position 3"]',
  'has the positions of the run and those that its lines work') from roster;
select is(r #> '{positions,2,posts}', '[2, null, 2]', 'posts by term, null where the run says nothing') from roster;
select is(r #> '{positions,1,posts}', '[null, null, null]', 'no posts of a position that is not in the run') from roster;
select is(r #>> '{positions,0,hospital}', 'Hospital', 'names the hospital') from roster;
select ok(not r #> '{positions,0}' ?| '{org_id,created_at}', 'leaves out what no spreadsheet shows') from roster;
select is(jsonb_path_query_array(r, '$.lines[*].rotations[*].term'), '[1, 2, 3]', 'lines with their rotations') from roster;
select is(r #> '{lines,0,leave}', '[{"starts_on": "2027-02-01", "ends_on": "2027-03-07"}]', 'and their leave') from roster;
select is(public.read_roster(tests.id('south_run')), null, 'nothing of another org');
select tests.login('north_doctor');
select is(public.read_roster(tests.id('north_run')), null, 'nothing for doctors');
select tests.login('south_manager');
select is(public.read_roster(tests.id('north_run')), null, 'nothing for managers of another org');

select * from finish();
rollback;
