-- populate_allocation_run() and allocator.load_run(): a document goes in whole or not at all, and comes out as the engine reads it.
begin;
select plan(20);
select tests.new_service('north'), tests.new_service('south');
create function pg_temp.document(p_more jsonb default '{}') returns jsonb language sql as $$
  select jsonb_build_object(
    'allocation_plan', tests.id('north_plan'), 'name', 'Match', 'starts_on', '2027-01-11', 'term_weeks', '[26, 26]'::jsonb,
    'lines', jsonb_build_array(
      jsonb_build_object('name', 'A', 'max_n_workers', 2, 'positions', jsonb_build_array(tests.id('north_p1'), tests.id('north_p2'))),
      jsonb_build_object('name', 'B', 'must_have_workers', true, 'eligibility', jsonb_build_object(
        'excluded_workers', '["ann@x.example"]'::jsonb, 'included_tags', '["Paediatrics"]'::jsonb))),
    'workers', '[{"email": "Ann@x.example", "name": "Ann"}, {"email": "bob@x.example", "name": "Bob", "tags": ["Paediatrics"]}]'::jsonb,
    'preferences', '[{"worker": "ann@x.example", "ranks": [["A", 1], ["B", 2]]}]'::jsonb,
    'preferencers', '[{"name": "Dr P", "max_workers": 2, "lines": ["A"], "ranks": [["bob@x.example", 1]]}]'::jsonb,
    'weightings', '[{"line": "A", "workers": ["bob@x.example"], "weighting": -0.5}, {"tags": ["Paediatrics"], "weighting": 1}]'::jsonb
  ) || p_more
$$;

select tests.login('north_viewer');
select throws_ok('select public.populate_allocation_run(pg_temp.document())', 'RC404', null, 'a viewer finds no plan to fill');
select tests.login('south_manager');
select throws_ok('select public.populate_allocation_run(pg_temp.document())', 'RC404', null, 'nor does another org');

select tests.login('north_manager');
select throws_ok($$ select public.populate_allocation_run(pg_temp.document('{"preferences": [{"worker": "cid@x.example", "ranks": [["Z", 1]]}]}')) $$,
  'RC400', null, 'a document that names what is not there is refused');
select is_empty($$ select 1 from public.allocation_runs where name = 'Match' $$, 'and nothing of it stays');
select is_empty($$ select 1 from public.workers where name = 'Bob' $$, 'nobody either');

select tests.remember('match', (public.populate_allocation_run(pg_temp.document()) ->> 'allocation_run')::uuid);
select results_eq($$ select email, name from public.workers where name in ('Ann', 'Bob') order by name $$,
  $$ values ('ann@x.example', 'Ann'), ('bob@x.example', 'Bob') $$, 'doctors are known by their email');
select results_eq($$ select name, max_n_workers, must_have_workers from public.job_lines where allocation_run = tests.id('match') order by name $$,
  $$ values ('A', 2, false), ('B', 1, true) $$, 'lines have their settings');
select results_eq($$ select r.term::int, r.ends_on from public.rotations r where r.allocation_run = tests.id('match') order by r.term $$,
  $$ values (1, date '2027-07-11'), (2, date '2028-01-09') $$, 'and their rotations');
select is((select count(*)::int from public.preference_worker_job_lines where allocation_run = tests.id('match')), 2, 'ranks are there');
select is((select cardinality(included_qualification_tag_ids) from public.job_line_eligibility where allocation_run = tests.id('match')), 1,
  'eligibility, too');

select is(public.populate_allocation_run(jsonb_build_object('allocation_run', tests.id('match'),
    'preferences', '[{"worker": "bob@x.example", "ranks": [["B", 1]]}]'::jsonb)) -> 'workers', '2', 'wishes can be sent again');
select results_eq($$ select w.name, l.name from public.preference_worker_job_lines p
  join public.allocation_run_worker_mappings m on m.id = p.worker_mapping join public.workers w on w.id = m.worker
  join public.job_lines l on l.id = p.job_line where p.allocation_run = tests.id('match') $$,
  $$ values ('Bob', 'B') $$, 'in place of what was there');
select lives_ok($$ select public.populate_allocation_run((pg_temp.document() - 'allocation_plan')
  || jsonb_build_object('allocation_run', tests.id('match'))) $$, 'and the whole document as well');

select tests.remember('run', (public.request_allocator_run(
  jsonb_build_object('allocation_run', tests.id('match')), '{}') #>> '{run,id}')::uuid);
select tests.logout();
select tests.claim(tests.id('run'));
select tests.engine(tests.id('token'));
select is(jsonb_array_length(document -> 'workers'), 2, 'the engine reads both doctors') from (select allocator.load_run(tests.id('run')) as document) as d;
select is((select count(*)::int from jsonb_object_keys(document -> 'preferences')), 1, 'the ranks of the one who gave any')
  from (select allocator.load_run(tests.id('run')) as document) as d;
select is(document #> '{preferencers,0,max_workers}', '2', 'caps') from (select allocator.load_run(tests.id('run')) as document) as d;
select is(jsonb_array_length(document -> 'weightings'), 2, 'weightings') from (select allocator.load_run(tests.id('run')) as document) as d;
select is(document -> 'unknown', '[]', 'and misses nothing') from (select allocator.load_run(tests.id('run')) as document) as d;

-- A doctor ranks for themselves, and only while the allocation run is open.
select tests.logout();
insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker) values (tests.id('north_org'), tests.id('match'), tests.id('north_worker'));
select tests.remember('mapping', id) from public.allocation_run_worker_mappings where allocation_run = tests.id('match') and worker = tests.id('north_worker');
select tests.remember('line_a', id) from public.job_lines where allocation_run = tests.id('match') and name = 'A';
create function pg_temp.rank() returns void language sql as $$
  insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
  values (tests.id('north_org'), tests.id('match'), tests.id('mapping'), tests.id('line_a'), 1)
$$;
select tests.login('north_doctor');
select throws_ok('select pg_temp.rank()', '42501', null, 'a doctor cannot rank in a draft');
select tests.logout();
update public.allocation_runs set status = 'open' where id = tests.id('match');
select tests.login('north_doctor');
select lives_ok('select pg_temp.rank()', 'a doctor ranks when the run is open');

select * from finish();
rollback;
