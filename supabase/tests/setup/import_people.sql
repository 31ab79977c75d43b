-- People and wishes from spreadsheets: previewed by doing it and undoing it, all or nothing; affinities of one's own.
begin;
select plan(60);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'L1'), tests.new_line('north', 'L2');
create function pg_temp.path(p_call text) returns text language plpgsql as $$
declare v_detail text;
begin
  execute p_call;
  return 'taken';
exception when sqlstate 'RC400' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return v_detail::jsonb #>> '{0,path}';
end $$;
create function pg_temp.document() returns jsonb language sql stable as $$
  select jsonb_build_object('allocation_run', tests.id('north_run'),
    'workers', '[{"email": "Ann@x.example", "name": "Ann", "tags": ["PGY1", "ICU"]}, {"email": "doctor@tests.example", "name": "Dr Test"}]'::jsonb,
    'preferences', '[{"worker": "ann@x.example", "ranks": [["L2", 1], ["L1", 2]]}]'::jsonb,
    'preferencers', '[{"name": "Unit", "max_workers": 3, "lines": ["L1"], "ranks": [["ann@x.example", 1]]}]'::jsonb,
    'lines', '[{"name": "L1", "max_n_workers": 2, "eligibility": {"included_tags": ["ICU"]}}]'::jsonb,
    'weightings', '[{"line": "L1", "tags": ["ICU"], "weighting": -2}, {"workers": ["ann@x.example"], "weighting": 1.5}]'::jsonb)
$$;

select tests.login('north_manager');
create temporary table answer as select public.import_population(pg_temp.document()) as preview;
select is((select count(*)::int from public.workers), 1, 'a preview writes nothing');
select is((select count(*)::int from public.qualification_tags), 0, 'not a tag');
select is((select max_n_workers from public.job_lines where name = 'L1'), 1, 'nor a place');
select is((select array_agg(format('%s %s %s', c ->> 'section', c ->> 'key', c ->> 'kind') order by n) from answer, jsonb_array_elements(preview -> 'changes') with ordinality t (c, n)),
  array['doctors ann@x.example added', 'lines L1 changed', 'wishes ann@x.example added', 'preferencers Unit added', 'eligibility L1 added',
    'weightings * | ["ann@x.example"] added', 'weightings L1 | ["ICU"] added'], 'and tells what would change');
select is((select c -> 'after' from answer, jsonb_array_elements(preview -> 'changes') c where c ->> 'section' = 'wishes'), '{"L1": 2, "L2": 1}', 'with the values');
select is(public.import_population(pg_temp.document(), false) -> 'changes', (select preview -> 'changes' from answer), 'what is done is what was shown');
select is((select count(*)::int from public.preference_worker_job_lines), 2, 'now it is there');
select is(public.import_population(pg_temp.document()) -> 'changes', '[]', 'a second time there is nothing to change');
select is(public.read_population(tests.id('north_run')) #> '{doctors,ann@x.example}', '{"name": "Ann", "tags": ["ICU", "PGY1"], "withdrawn": false, "fte": 1}', 'a doctor as read');
select is(public.read_population(tests.id('north_run')) #> '{preferencers,Unit}',
  '{"lines": ["L1"], "ranks": {"ann@x.example": 1}, "max_workers": 3, "max_job_lines": null}', 'a department as read');
select is(public.read_population(tests.id('north_run')) #> '{eligibility,L1,included_tags}', '["ICU"]', 'eligibility as read');
select is(public.import_population(jsonb_build_object('allocation_run', tests.id('north_run'), 'preferences',
  '[{"worker": "ann@x.example", "ranks": [["L1", 1]]}]'::jsonb), false) #>> '{changes,0,before}', '{"L1": 2, "L2": 1}', 'wishes that are replaced are told');
select isnt_empty($$ select from public.job_lines_history $$, 'and kept in a snapshot');
select is(pg_temp.path(format('select public.import_population(%L)', d)), path, d::text)
from (values
  ('{}'::jsonb, ''), ('{"allocation_run": "x"}', ''),
  (jsonb_build_object('allocation_run', tests.id('north_run'), 'lines', '[{"name": "L1"}, {"name": "Nowhere"}]'::jsonb), 'lines[1].name'),
  (jsonb_build_object('allocation_run', tests.id('north_run'), 'preferences', '[{"worker": "ann@x.example", "ranks": [["Nowhere", 1]]}]'::jsonb), 'preferences[0].ranks[0][0]'),
  (jsonb_build_object('allocation_run', tests.id('north_run'), 'preferencers', '[{"name": "Unit", "ranks": [["nobody@x.example", 1]]}]'::jsonb), 'preferencers[0].ranks[0][0]')
) as t (d, path);
select is(public.import_population(jsonb_build_object('allocation_run', tests.id('north_run'), 'lines', '[{"name": "Nowhere", "max_n_workers": 4}]'::jsonb), true, true) #>> '{changes,0,kind}',
  'added', 'a line that is not there is made where that is wanted');

-- Who saves what they had read is told where it is no longer so.
create function pg_temp.save(p_seen text) returns void language sql as $$
  select public.import_population(jsonb_build_object('allocation_run', tests.id('north_run'), 'lines', '[{"name": "L1", "max_n_workers": 2}]'::jsonb), false, false, p_seen::jsonb)
$$;
select lives_ok(format('select pg_temp.save(%L)', seen), seen)
from (values ('{}'), ('{"lines": {"L1": {"places": 2}}}'), ('{"doctors": {"ann@x.example": {"name": "Ann", "tags": ["ICU", "PGY1"], "fte": 1.0}}}'),
  ('{"preferencers": {"Unit": {"max_job_lines": null, "lines": ["L1"]}, "Ward": null}}')) as t (seen);
select throws_ok(format('select pg_temp.save(%L)', seen), 'RC409', message, seen)
from (values ('{"lines": {"L1": {"places": 1}}}', 'Somebody else changed L1 meanwhile, and nothing was saved.'), ('{"lines": {"L1": null}}', 'Somebody else changed L1 meanwhile, and nothing was saved.'),
  ('{"lines": {"L1": {"places": 2}, "gone": {"places": 2}}}', 'Somebody else changed gone meanwhile, and nothing was saved.'),
  ('{"doctors": {"ann@x.example": {"tags": ["ICU"]}}}', 'Somebody else changed ann@x.example meanwhile, and nothing was saved.'),
  ('{"eligibility": {"L1": {"included_tags": []}}}', 'Somebody else changed L1 meanwhile, and nothing was saved.')) as t (seen, message);
select is(pg_temp.path(format('select pg_temp.save(%L)', seen)), path, seen)
from (values ('[]', 'p_seen'), ('{"lines": 1}', 'p_seen.lines'), ('{"tags": {}}', 'p_seen.tags')) as t (seen, path);

-- A cap that is told to go goes with the same document; one that is not told stays.
create function pg_temp.caps(p_department text) returns text language sql as $$
  select public.import_population(jsonb_build_object('allocation_run', tests.id('north_run'),
    'preferencers', jsonb_build_array('{"name": "Unit"}'::jsonb || p_department::jsonb)), false);
  select concat_ws(' ', coalesce(max_workers::text, '-'), coalesce(max_job_lines::text, '-')) from public.preferencers where name = 'Unit' and allocation_run = tests.id('north_run')
$$;
select is(pg_temp.caps(d), caps, d)
from (values (1, '{"max_workers": 3, "max_job_lines": 5}', '3 5'), (2, '{"lines": ["L1"]}', '3 5'), (3, '{"uncapped": ["max_workers"]}', '- 5'),
  (4, '{"max_workers": 4, "uncapped": ["max_job_lines"]}', '4 -'), (5, '{"max_workers": 2, "uncapped": ["max_workers"]}', '2 -')) as t (n, d, caps) order by n;
select is(pg_temp.path($$ select pg_temp.caps('{"uncapped": ["lines"]}') $$), 'preferencers[0].uncapped[0]', 'only caps are taken away');

select tests.login('north_viewer');
select throws_ok($$ select public.import_population(pg_temp.document()) $$, '42501', null, 'who looks on imports nothing');
select isnt(public.read_population(tests.id('north_run')), null, 'but reads');
select tests.login('south_manager');
select throws_ok($$ select public.import_population(pg_temp.document()) $$, 'RC404', null, 'another org''s run is not there');
select is(public.read_population(tests.id('north_run')), null, 'nor read');

-- Affinities.
select tests.login('north_manager');
select is(public.import_affinities(tests.id('north_org'), ' Ours ', '[["Surgery", "Anaesthetics", 40], ["Medicine", "Surgery", 0]]') - 'profile' - 'preview',
  '{"name": "Ours", "pairs": 1, "version": null, "changes": [{"a": "Anaesthetics", "b": "Surgery", "after": 40, "before": null}]}', 'a preview');
select is((select count(*)::int from public.affinity_profiles where org_id is not null), 0, 'makes none');
select is(public.import_affinities(tests.id('north_org'), 'Ours', '[["Surgery", "Anaesthetics", 40]]', tests.id('north_run'), false) ->> 'version', '1', 'the first version');
select is((select p.name from public.allocation_runs r join public.affinity_profiles p on p.id = r.affinity_profile where r.id = tests.id('north_run')), 'Ours', 'and the run uses it');
select is(public.import_affinities(tests.id('north_org'), 'Ours', '[["Anaesthetics", "Surgery", 40]]', null, false) ->> 'version', '1', 'the same again is no new version');
select is(public.import_affinities(tests.id('north_org'), 'Ours', '[["Anaesthetics", "Surgery", 41]]', null, false) #>> '{changes,0,before}', '40', 'another weight is');
select is((select max(version) from public.affinity_profiles where org_id is not null), 2, 'the second');
select is((select w.weight::int from public.affinity_weights w join public.allocation_runs r on r.affinity_profile = w.profile where r.id = tests.id('north_run')), 40,
  'a run keeps the version that it has');
select is(pg_temp.path(format('select public.import_affinities(%L, %L, %L)', tests.id('north_org'), 'Ours', w)), path, w)
from (values ('{}', ''), ('[1]', '[0]'), ('[["A", "B"]]', '[0]'), ('[["A", "B", 101]]', '[0][2]'), ('[["A", "B", 1.5]]', '[0][2]'),
  ('[["A", "A", 1]]', '[0][1]'), ('[["A", "B", 1], ["B", "A", 2]]', '[1]'), ('[["", "B", 1]]', '[0][0]')) as t (w, path);
select throws_ok(format('select public.import_affinities(%L, %L, %L)', tests.id('south_org'), 'Ours', '[]'), 'RC404', null, 'another org''s are not theirs');

-- What columns mean is remembered.
select lives_ok(format('insert into public.import_mappings (org_id, kind, headers, mapping) values (%L, %L, %L, %L)',
  tests.id('north_org'), 'doctors', 'mcr,name', '{"columns": {"name": "name"}}'), 'what columns mean is remembered');
select throws_ok(format('insert into public.import_mappings (org_id, kind, headers, mapping) values (%L, %L, %L, %L)',
  tests.id('south_org'), 'doctors', 'mcr,name', '{}'), '42501', null, 'for one''s own org');
select * from finish();
rollback;
