-- Ids inside constraints and options: another org's are not there, whichever way a run is inserted.
begin;
select plan(14);
select tests.new_service('north'), tests.new_service('south');
insert into public.qualification_tags (id, org_id, name)
values (tests.remember('north_tag', gen_random_uuid()), tests.id('north_org'), 'ALS'),
       (tests.remember('south_tag', gen_random_uuid()), tests.id('south_org'), 'ALS');

-- A match that a what-if may be compared with.
insert into public.allocator_py_runs (allocation_run, status, started_at, finished_at, completed_at, result)
values (tests.id('north_run'), 'COMPLETED', now(), now(), now(), '{}');

create function pg_temp.ask(p_constraints jsonb) returns text language sql as $$
  select public.request_planner_run(jsonb_build_object('allocation_run', tests.id('north_run'), 'n_job_lines', 1,
    'constraints', p_constraints, 'options', '{}'::jsonb), '{}') ->> 'outcome'
$$;
create function pg_temp.cells(p_position uuid) returns jsonb language sql as $$
  select jsonb_build_array('UNRESTRICTED', jsonb_build_object('name', 'FORBIDDEN_CELLS',
    'value', jsonb_build_array(jsonb_build_object('position', p_position))))
$$;
create function pg_temp.pathway(p_part text, p_position uuid) returns jsonb language sql as $$
  select jsonb_build_array(jsonb_build_object('name', 'PATHWAYS', 'value', jsonb_build_array(
    jsonb_build_object('name', 'P', 'lines', 1) || case p_part when 'sequence' then jsonb_build_object(p_part, jsonb_build_array(null, p_position))
      else jsonb_build_object(p_part, jsonb_build_array(p_position), 'need', 1) end)))
$$;

select tests.login('north_manager');
select throws_ok($$ select pg_temp.ask(pg_temp.cells(tests.id('south_p1'))) $$, 'RC4ID', null, 'a cell of another org''s position');
select throws_ok($$ select pg_temp.ask(pg_temp.pathway('sequence', tests.id('south_p1'))) $$, 'RC4ID', null, 'a pathway by its sequence');
select throws_ok($$ select pg_temp.ask(pg_temp.pathway('positions', tests.id('south_p1'))) $$, 'RC4ID', null, 'a pathway by its positions');
select throws_ok($$ insert into public.allocation_planner_runs (allocation_run, n_job_lines, constraints)
  values (tests.id('north_run'), 1, pg_temp.cells(tests.id('south_p1'))) $$, 'RC4ID', null, 'a direct insert is no way around it');
create function pg_temp.apart(p_kind jsonb) returns jsonb language sql as $$
  select jsonb_build_array('UNRESTRICTED', jsonb_build_object('name', 'TERMS_APART',
    'value', jsonb_build_array(jsonb_build_object('kind', p_kind, 'apart', 2))))
$$;
select throws_ok($$ select pg_temp.ask(pg_temp.apart(jsonb_build_object('positions', jsonb_build_array(tests.id('south_p1'))))) $$,
  'RC4ID', null, 'a position within a kind of terms');
-- What the allocation run has not is refused with its path, and no run is queued that could only fail.
select tests.logout();
insert into public.positions (id, org_id, team, name, specialty)
select tests.remember('north_p_without', gen_random_uuid()), org_id, team, 'Without posts', 'Rheumatology'
from public.positions where id = tests.id('north_p1');
select tests.login('north_manager');
select throws_like($$ select pg_temp.ask(pg_temp.cells(tests.id('north_p_without'))) $$,
  '%constraints[1].value: there are no posts of position%', 'a position without posts in the allocation run');
select throws_like($$ select pg_temp.ask(pg_temp.apart('{"specialties": ["Rheumatology"]}')) $$,
  '%constraints[1].value: no position of this allocation run is of the specialty "Rheumatology"%', 'a specialty that no position of it has');
select throws_like($$ select pg_temp.ask(jsonb_build_array(jsonb_build_object('name', 'FORCED_CELLS', 'value', jsonb_build_array(
  jsonb_build_object('position', tests.id('north_p1'), 'term', 26, 'lines', 1))))) $$,
  '%constraints[0].value: term 26, of %', 'a term after its last one');
select throws_like($$ select public.request_planner_run(jsonb_build_object('allocation_run', tests.id('north_run'), 'n_job_lines', 1,
  'constraints', '[]'::jsonb, 'options', '{"mode": "replan", "from": "2199-01-01"}'::jsonb), '{}') $$,
  '%options.from: all terms began before 2199-01-01%', 'a replan of a year that is over');
select throws_ok($$ insert into public.allocation_planner_runs (allocation_run, n_job_lines, constraints)
  values (tests.id('north_run'), 1, pg_temp.apart('{"specialties": ["Rheumatology"]}')) $$, 'RC400', null, 'nor by a direct insert');
select is(pg_temp.ask(pg_temp.cells(tests.id('north_p1')) || pg_temp.pathway('sequence', tests.id('north_p2'))
  || '[{"name": "REQUIRED_CATEGORIES", "value": ["A"]}, {"name": "MAX_SERVICE", "value": null}]'), 'created',
  'one''s own positions may be named');

create function pg_temp.weigh(p_tag uuid) returns jsonb language sql as $$
  select jsonb_build_object('what_if', jsonb_build_object('weightings', jsonb_build_array(
    jsonb_build_object('qualification_tags', jsonb_build_array(p_tag), 'weighting', 1))))
$$;
select throws_ok($$ insert into public.allocator_py_runs (allocation_run, queued_at, options)
  values (tests.id('north_run'), now(), pg_temp.weigh(tests.id('south_tag'))) $$, 'RC4ID', null, 'a what-if by another org''s tag');
select throws_ok($$ select public.request_allocator_run(jsonb_build_object('allocation_run', tests.id('north_run'),
  'options', pg_temp.weigh(tests.id('south_tag'))), '{}') $$, 'RC4ID', null, 'nor by the RPC');
select is(public.request_allocator_run(jsonb_build_object('allocation_run', tests.id('north_run'),
  'options', pg_temp.weigh(tests.id('north_tag'))), '{}') ->> 'outcome', 'created', 'one''s own tags may be named');
select * from finish();
rollback;
