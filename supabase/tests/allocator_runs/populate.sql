-- populate_allocation_run() and allocator.load_run(): a document goes in whole or not at all, and comes out as the engine reads it.
begin;
select plan(70);
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

-- Each fault is told with its path.
create function pg_temp.faults(p_more jsonb) returns text language plpgsql as $$
declare
  v_detail text;
begin
  perform public.populate_allocation_run(pg_temp.document(p_more));
  return 'none';
exception when sqlstate 'RC400' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return (select string_agg((f ->> 'path') || ': ' || (f ->> 'message'), '; ' order by f ->> 'path') from jsonb_array_elements(v_detail::jsonb) as f);
end
$$;
create temporary table faulty (more jsonb, told text);
insert into faulty values
  ('{"lines": 5}', 'lines: not a list'),
  ('{"name": null}', 'name: missing'),
  ('{"allocation_plan": "p"}', 'allocation_plan: not valid: p'),
  ('{"starts_on": "soon"}', 'starts_on: not valid: soon'),
  ('{"term_weeks": ["ten"]}', 'term_weeks[0]: not a whole number from 1 to 53'),
  ('{"starts_on": "2027-01-12"}', 'starts_on: not a Monday from 2000 to 2100'),
  ('{"starts_on": "2027-02-30"}', 'starts_on: not valid: 2027-02-30'),
  ('{"term_weeks": []}', 'term_weeks: missing'),
  ('{"term_weeks": [60]}', 'term_weeks[0]: not a whole number from 1 to 53'),
  ('{"status": "ready"}', 'status: not one of draft, open, closed'),
  ('{"constraints": "none"}', 'constraints: not a list'),
  ('{"prefrences": []}', 'prefrences: there is no such member'),
  ('{"lines": ["A"]}', 'lines[0]: not an object'),
  ('{"lines": [{"name": "A", "must_have_workers": "yes", "eligibility": []}]}',
   'lines[0].eligibility: not an object; lines[0].must_have_workers: neither true nor false'),
  ('{"lines": [{"name": 7}]}', 'lines[0].name: not a text'),
  ('{"workers": [{"email": "ann", "name": "Ann"}]}', 'workers[0].email: not valid: ann'),
  ('{"workers": [{"email": "ann@x.example", "name": "Ann"}, {"email": " Ann@X.example", "name": "Anne"}]}',
   'workers[1].email: there is another ann@x.example'),
  ('{"workers": [{"email": "a@x.example", "name": "A", "tags": "Surgery"}], "qualification_tags": [[]]}',
   'qualification_tags[0]: not a text; workers[0].tags: not a list'),
  ('{"weightings": [{"weighting": "much", "workers": {}}]}',
   'weightings[0].weighting: not a number from -100000 to 100000; weightings[0].workers: not a list'),
  ('{"preferences": [{"worker": "ann@x.example", "ranks": ["A", ["A"], [1, 1]]}]}',
   'preferences[0].ranks[0]: not a pair of a name and a rank; preferences[0].ranks[1]: not a pair of a name and a rank; preferences[0].ranks[2][0]: not a name'),
  ('{"preferences": [{"worker": "ann@x.example", "ranks": [["A", 0], ["B", 1.2]]}]}',
   'preferences[0].ranks[0][1]: not a rank: 0; preferences[0].ranks[1][1]: not a rank: 1.2'),
  ('{"preferences": [{"worker": "ann@x.example", "ranks": [["A", -1], ["B", 1e38]]}]}',
   'preferences[0].ranks[0][1]: not a rank: -1; preferences[0].ranks[1][1]: not a rank: 100000000000000000000000000000000000000'),
  ('{"preferencers": [{"name": "P", "max_job_lines": 0.5}]}', 'preferencers[0].max_job_lines: not a whole number from 0 to 1000000'),
  ('{"lines": [{"name": "A"}, {"name": " "}]}', 'lines[1].name: missing'),
  ('{"lines": [{"name": "A"}, {"name": "B"}, {"name": "\u200bA\u00a0"}]}', 'lines[2].name: there is another A'),
  ('{"lines": [{"name": "A", "max_n_workers": 0}, {"name": "B", "max_n_workers": 1.5}]}',
   'lines[0].max_n_workers: not a whole number from 1 to 1000; lines[1].max_n_workers: not a whole number from 1 to 1000'),
  ('{"workers": [{"email": "ann@x.example"}, {"name": "Bob"}]}', 'workers[0].name: missing; workers[1].email: missing'),
  ('{"preferences": [{"worker": "ann@x.example", "ranks": [["A", 1], ["B", "first"]]}]}', 'preferences[0].ranks[1][1]: not a rank: "first"'),
  ('{"preferences": [{"worker": "ann@x.example", "ranks": [["A", 1]]}, {"worker": "Ann@x.example", "ranks": [["A", 2]]}]}',
   'preferences[1].worker: there is another ann@x.example'),
  ('{"preferences": [{"worker": "ann@x.example", "ranks": [["A", 1], ["B", 2], ["A", 3]]}]}',
   'preferences[0].ranks[2][0]: A is ranked twice'),
  ('{"preferencers": [{"name": "P", "lines": ["A"], "ranks": [["bob@x.example", 1], ["BOB@x.example", 2]]}]}',
   'preferencers[0].ranks[1][0]: bob@x.example is ranked twice'),
  ('{"preferencers": [{"name": "P", "max_workers": -1, "lines": "A"}]}',
   'preferencers[0].lines: not a list; preferencers[0].max_workers: not a whole number from 0 to 1000000'),
  ('{"weightings": [{"line": "A"}]}', 'weightings[0].weighting: missing'),
  ('{"preferences": [{"worker": "cid@x.example", "ranks": [["Z", 1]]}]}',
   'preferences[0].ranks[0][0]: no job line Z in this allocation run; preferences[0].worker: no doctor cid@x.example in this allocation run'),
  ('{"weightings": [{"line": "Z", "workers": ["cid@x.example"], "tags": ["Surgery"], "weighting": 1}]}',
   'weightings[0].line: no job line Z in this allocation run; weightings[0].tags[0]: no qualification tag Surgery; weightings[0].workers[0]: no doctor cid@x.example in this allocation run'),
  ('{"lines": [{"name": "A", "positions": ["p"]}, {"name": "B", "eligibility": {"included_tags": ["Surgery"]}}]}',
   'lines[0].positions[0]: no position p; lines[1].eligibility.included_tags[0]: no qualification tag Surgery'),
  ('{"preferencers": [{"name": "P", "lines": ["Z"], "ranks": [["cid@x.example", 1]]}]}',
   'preferencers[0].lines[0]: no job line Z in this allocation run; preferencers[0].ranks[0][0]: no doctor cid@x.example in this allocation run');
select is(pg_temp.faults(more), told, told) from faulty;
select is(cardinality(string_to_array(pg_temp.faults(jsonb_build_object('lines', (select jsonb_agg('{}'::jsonb) from generate_series(1, 80)))), ';')), 50,
  'of many faults 50 are told');
select is(pg_temp.faults('{"qualification_tags": null, "preferences": [{"worker": "ann@x.example", "ranks": null}]}'), 'none', 'what is left out is no fault');
select tests.logout();
delete from public.allocation_runs where name = 'Match';
select tests.login('north_manager');

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

select is(pg_temp.faults(jsonb_build_object('lines', jsonb_build_array(jsonb_build_object(
    'name', 'C', 'positions', jsonb_build_array(tests.id('north_p1'), tests.id('north_p2'), tests.id('north_p3')))))
    || '{"name": "Other", "preferences": [], "preferencers": [], "weightings": []}'),
  'lines[0].positions: 3 positions for 2 terms', 'more positions than terms are told');
select is(pg_temp.faults('{}'), 'name: the plan has another allocation run Match', 'so is a name that is taken');
select is(public.populate_allocation_run(jsonb_build_object('allocation_run', tests.id('match'), 'replace', '{"preferences": true}'::jsonb,
    'preferences', '[{"worker": "bob@x.example", "ranks": [["B", 1]]}]'::jsonb)) -> 'workers', '2', 'wishes can be sent again');
select results_eq($$ select w.name, l.name from public.preference_worker_job_lines p
  join public.allocation_run_worker_mappings m on m.id = p.worker_mapping join public.workers w on w.id = m.worker
  join public.job_lines l on l.id = p.job_line where p.allocation_run = tests.id('match') $$,
  $$ values ('Bob', 'B') $$, 'in place of what was there');
select lives_ok($$ select public.populate_allocation_run((pg_temp.document() - 'allocation_plan')
  || jsonb_build_object('allocation_run', tests.id('match'))) $$, 'and the whole document as well');

-- Qualifications that are told again stay as they are, those that are told no more go, and silence changes nothing.
create function pg_temp.held(p_tags jsonb) returns text[] language sql as $$
  select public.populate_allocation_run(jsonb_build_object('allocation_run', tests.id('match'),
    'workers', jsonb_build_array('{"email": "bob@x.example", "name": "Bob"}'::jsonb || p_tags)));
  select array_agg(t.name order by t.name) from public.worker_qualifications q
  join public.workers w on w.id = q.worker join public.qualification_tags t on t.id = q.qualification_tag where w.name = 'Bob'
$$;
select is(pg_temp.held('{}'), '{Paediatrics}', 'a doctor told without qualifications keeps them');
select is(pg_temp.held('{"tags": ["Paediatrics", "Surgery", "Surgery"]}'), '{Paediatrics,Surgery}', 'more are added');
select is(pg_temp.held('{"tags": ["Paediatrics"]}'), '{Paediatrics}', 'those left out are taken away');
select is((select proconfig @> '{statement_timeout=60s}' from pg_proc where oid = 'public.populate_allocation_run(jsonb)'::regprocedure), true,
  'a large document has more time than other calls');
select lives_ok($$ select public.populate_allocation_run((pg_temp.document() - 'allocation_plan')
  || jsonb_build_object('allocation_run', tests.id('match'))) $$, 'the wishes are sent once more');

select tests.remember('run', (public.request_allocator_run(
  jsonb_build_object('allocation_run', tests.id('match')), '{}') #>> '{run,id}')::uuid);
select tests.logout();
select tests.claim(tests.id('run'));
select tests.engine(tests.id('token'));
select is(jsonb_array_length(document -> 'workers'), 2, 'the engine reads both doctors') from (select allocator.load_run(tests.id('run')) as document) as d;
select is((select count(*)::int from jsonb_object_keys(document -> 'preferences')), 2, 'the ranks of both')
  from (select allocator.load_run(tests.id('run')) as document) as d;
select is(document #> '{preferencers,0,max_workers}', '2', 'caps') from (select allocator.load_run(tests.id('run')) as document) as d;
select is(jsonb_array_length(document -> 'weightings'), 2, 'weightings') from (select allocator.load_run(tests.id('run')) as document) as d;
-- Doctors and tags by their places in the lists.
create temporary table document as select allocator.load_run(tests.id('run')) as d;
create function pg_temp.place(p_name text) returns jsonb language sql as $$
  select to_jsonb(n - 1) from document, jsonb_array_elements(d -> 'workers') with ordinality as w (w, n) where w ->> 'name' = p_name
$$;
select is(d -> 'workers' -> (pg_temp.place('Bob'))::int -> 'tags', '[0]', 'what a doctor holds') from document;
select is(d -> 'workers' -> (pg_temp.place('Ann'))::int -> 'tags', '[]', 'or does not') from document;
select is(jsonb_array_length(d -> 'tags'), 1, 'every tag once') from document;
select is(jsonb_path_query_first(d, '$.eligibility[*] ? (@.included_tags.size() > 0)') - 'line', jsonb_build_object(
    'included_workers', '[]'::jsonb, 'excluded_workers', jsonb_build_array(pg_temp.place('Ann')),
    'included_tags', '[0]'::jsonb, 'excluded_tags', '[]'::jsonb), 'who may have a line') from document;
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
