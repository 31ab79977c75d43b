-- An allocation run copied to the next year.
begin;
select plan(39);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'L1', true), tests.new_line('north', 'L2'), tests.new_line('north', 'gone');
update public.job_lines set archived_at = now() where id = tests.id('north_gone');
update public.job_lines set max_n_workers = 3, must_have_workers = true where id = tests.id('north_L1');
delete from public.rotations where job_line = tests.id('north_L2') and term = 3;
update public.job_lines set last_term = 2 where id = tests.id('north_L2');
update public.allocation_runs set constraints = '["VIC_PGY1"]' where id = tests.id('north_run');
insert into public.job_line_leave (org_id, allocation_run, job_line, starts_on, ends_on)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_L1'), '2027-01-18', '2027-01-31');
insert into public.job_line_remarks (job_line, org_id, allocation_run, notes, overrides)
select tests.id('north_' || line), tests.id('north_org'), tests.id('north_run'), notes, '[{"rule": "MIN_WEEKS", "message": "Short.", "reason": "Agreed for 2027."}]'
from (values ('L1', 'Shares a flat'), ('L2', null), ('gone', 'Not there any more')) as t (line, notes);
select tests.login('north_manager');
select public.import_population(jsonb_build_object('allocation_run', tests.id('north_run'),
  'workers', '[{"email": "one@x.example", "name": "One", "tags": ["PGY1"]}, {"email": "two@x.example", "name": "Two", "tags": ["PGY2"], "fte": 0.6},
    {"email": "three@x.example", "name": "Three", "tags": ["PGY3"]}, {"email": "left@x.example", "name": "Left", "tags": ["PGY1"]}]'::jsonb,
  'preferencers', '[{"name": "Unit", "max_workers": 3, "lines": ["L1"], "ranks": [["one@x.example", 1]]}]'::jsonb,
  'lines', '[{"name": "L1", "eligibility": {"included_tags": ["PGY1"], "excluded_workers": ["two@x.example", "three@x.example"]}}]'::jsonb), false) is not null;
select public.withdraw_doctors(tests.id('north_run'), array(
  select m.id from public.allocation_run_worker_mappings m join public.workers w on w.id = m.worker where w.email = 'left@x.example')) is not null;

create temporary table copied as select public.copy_allocation_run(tests.id('north_run'), '{"name": "Next", "lines": true, "doctors": true, "preferencers": true,
  "leave_out": ["PGY3"], "move_up": [{"from": "PGY1", "to": "PGY2"}, {"from": "PGY2", "to": "PGY3"}]}') as answer;
select tests.remember('next', (select (answer ->> 'allocation_run')::uuid from copied));
select is((select answer - 'allocation_run' from copied), '{"lines": 2, "part_year": 1, "doctors": 3, "ends_on": "2028-04-02", "left_out": 0, "moved_up": 2,
  "positions": 3, "starts_on": "2027-08-23", "preferencers": 1}', 'what was copied');
select is((select (status, starts_on, term_weeks, constraints)::text from public.allocation_runs where id = tests.id('next')),
  '(draft,2027-08-23,"{10,10,12}","[""VIC_PGY1""]")', 'a draft that follows the year that ended');
select is((select count(*)::int from public.allocation_run_positions where allocation_run = tests.id('next')), 9, 'with its posts');
select is((select (is_locked, max_n_workers, must_have_workers)::text from public.job_lines where allocation_run = tests.id('next') and name = 'L1'), '(t,3,t)', 'lines as they were');
select is((select array_agg(starts_on order by term) from public.rotations r join public.job_lines l on l.id = r.job_line where l.allocation_run = tests.id('next') and l.name = 'L2'),
  '{2027-08-23,2027-11-01}', 'on the dates of their terms');
select is((select (first_term, last_term)::text from public.job_lines where allocation_run = tests.id('next') and name = 'L2'), '(,2)', 'a line of a part of the year says so');
select is((select starts_on from public.job_line_leave where allocation_run = tests.id('next')), '2027-08-30', 'leave in the same week');
select is((select array_agg(l.name || ': ' || k.notes || ' ' || k.overrides order by l.name) from public.job_line_remarks k join public.job_lines l on l.id = k.job_line
  where k.allocation_run = tests.id('next')), '{"L1: Shares a flat []"}', 'with what is noted of them; why they may break rules is decided anew');
select is((select array_agg(w.email || ' ' || t.name order by w.email) from public.worker_qualifications q join public.workers w on w.id = q.worker
    join public.qualification_tags t on t.id = q.qualification_tag), '{"left@x.example PGY1","one@x.example PGY2","three@x.example PGY3","two@x.example PGY3"}',
  'doctors moved up a year, each once; who left or finished did not come along');
select is((select array_agg(w.email || ' ' || m.fte order by w.email) from public.allocation_run_worker_mappings m join public.workers w on w.id = m.worker
    where m.allocation_run = tests.id('next')), '{"doctor@tests.example 1.00","one@x.example 1.00","two@x.example 0.60"}', 'each works as much of full time as before');
select is((select public.read_population(tests.id('next')) #> '{eligibility,L1}'),
  '{"included_tags": ["PGY1"], "excluded_tags": [], "included_workers": [], "excluded_workers": ["two@x.example"]}', 'eligibility, of the doctors who are there');
select is((select public.read_population(tests.id('next')) #> '{preferencers,Unit,lines}'), '["L1"]', 'departments with their lines');
select is((select public.read_population(tests.id('next')) #> '{preferencers,Unit,ranks}'), '{}', 'not with what they said of doctors');

select is(public.copy_allocation_run(tests.id('north_run'), '{"name": "By a template", "template": "VIC_5", "year": 2028, "posts": false, "constraints": false}') - 'allocation_run',
  '{"lines": 0, "part_year": 0, "doctors": 0, "ends_on": "2029-02-04", "left_out": 0, "moved_up": 0, "positions": 0, "starts_on": "2028-02-07", "preferencers": 0}', 'other terms');
select is((select constraints from public.allocation_runs where name = 'By a template'), '[]', 'without rules where they are not wanted');
-- A year of 53 weeks is followed by one of 52, and the other way round: it begins on the same Monday of the month again.
select tests.logout();
select is(private.next_year_weeks('2027-02-01', '{10,10,10,10,13}'), '{10,10,10,10,12}', 'after 53 weeks 52');
select is(private.next_year_weeks('2031-02-03', '{10,10,10,10,12}'), '{10,10,10,10,13}', 'and 53 where the first Monday is late');
select is(private.next_year_weeks('2027-02-01', '{10,12}'), '{10,12}', 'half a year stays as long as it was');
select is_empty($$ with recursive y as (
    select date '2027-02-01' as starts_on, '{4,4,4,4,4,4,4,4,4,4,4,4,5}'::int[] as weeks
    union all
    select starts_on + 7 * private.weeks_total(weeks), private.next_year_weeks(starts_on, weeks) from y where starts_on < '2060-01-01')
  select * from y where starts_on <> private.nth_monday(extract(year from starts_on)::int, 2, 1) $$, 'year after year');
select tests.login('north_manager');
create temporary table shorter as select public.copy_allocation_run(tests.id('north_run'), '{"name": "Shorter", "template": "VIC_4", "starts_on": "2028-02-07", "lines": true}') as answer;
select is((select answer ->> 'left_out' from shorter), '0', 'more terms have room for all');
create function pg_temp.path(p_document jsonb) returns text language plpgsql as $$
declare v_detail text;
begin
  perform public.copy_allocation_run(tests.id('north_run'), p_document);
  return 'taken';
exception when sqlstate 'RC400' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return v_detail::jsonb #>> '{0,path}';
end $$;
select is(pg_temp.path(d), path, d::text)
from (values
  ('{}'::jsonb, 'name'), ('{"name": "Run"}', 'name'), ('{"name": "A", "starts_on": "2027-01-05"}', 'starts_on'), ('{"name": "A", "template": "X", "year": 2028}', 'template'),
  ('{"name": "A", "year": 2028}', 'template'), ('{"name": "A", "template": "VIC_5"}', 'year'), ('{"name": "A", "leave_out": ["None"]}', 'leave_out[0]'),
  ('{"name": "A", "move_up": [{"from": "None", "to": "B"}]}', 'move_up[0].from'), ('{"name": "A", "move_up": [{"from": "PGY1"}]}', 'move_up[0].to'),
  ('{"name": "A", "move_up": [{"from": "PGY1", "to": "X"}, {"from": "PGY1", "to": "Y"}]}', 'move_up[1].from'),
  ('{"name": "A", "allocation_plan": "11111111-1111-4111-8111-111111111111"}', 'allocation_plan'), ('{"name": "A", "doctor": true}', 'doctor'),
  ('{"name": "A", "doctors": "yes"}', 'doctors')
) as t (d, path);
select is(pg_temp.path(jsonb_build_object('name', 'A', 'allocation_plan', tests.id('south_plan'))), 'allocation_plan', 'a plan of one''s own org');
select is((select count(*)::int from public.allocation_runs where name = 'A'), 0, 'what is refused leaves nothing behind');
select tests.login('north_viewer');
select throws_ok(format('select public.copy_allocation_run(%L, %L)', tests.id('north_run'), '{"name": "B"}'), '42501', null, 'who looks on copies nothing');
select tests.login('north_doctor');
select throws_ok(format('select public.copy_allocation_run(%L, %L)', tests.id('north_run'), '{"name": "B"}'), 'RC404', null, 'a doctor sees no run to copy');
select tests.login('south_manager');
select throws_ok(format('select public.copy_allocation_run(%L, %L)', tests.id('north_run'), '{"name": "B"}'), 'RC404', null, 'nor does another org');
select tests.logout();
select is((select count(*)::int from public.audit_log where table_name = 'allocation_runs' and operation = 'insert' and allocation_run = tests.id('next')), 1, 'it is in the log');
select * from finish();
rollback;
