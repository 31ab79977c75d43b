-- populate_allocation_run() adds to what is there: nobody loses a wish whom the document does not name, and what is given up is
-- in a snapshot.
begin;
select plan(33);
select tests.new_service('north');
select tests.login('north_manager');
select tests.remember('match', (public.populate_allocation_run(jsonb_build_object(
  'allocation_plan', tests.id('north_plan'), 'name', 'Match', 'starts_on', '2027-01-11', 'term_weeks', '[26, 26]'::jsonb,
  'lines', '[{"name": "A", "max_n_workers": 3, "must_have_workers": true, "eligibility": {"excluded_workers": ["ann@x.example"]}}, {"name": "B"}]'::jsonb,
  'workers', '[{"email": "ann@x.example", "name": "Ann"}, {"email": "bob@x.example", "name": "Bob"}]'::jsonb,
  'preferences', '[{"worker": "ann@x.example", "ranks": [["A", 1], ["B", 2]]}, {"worker": "bob@x.example", "ranks": [["B", 1]]}]'::jsonb,
  'preferencers', '[{"name": "Dr P", "max_workers": 2, "lines": ["A"], "ranks": [["bob@x.example", 1]]}]'::jsonb,
  'weightings', '[{"line": "A", "workers": ["bob@x.example"], "weighting": -0.5}, {"weighting": 1}, {"weighting": 2}]'::jsonb
)) ->> 'allocation_run')::uuid);

-- The wishes of the run in words.
create function pg_temp.wishes() returns text language sql as $$
  select concat_ws('; ',
    (select string_agg(w.name || ' ' || l.name || p.order_preference, ', ' order by w.name, p.order_preference, l.name)
     from public.preference_worker_job_lines p join public.job_lines l on l.id = p.job_line
     join public.allocation_run_worker_mappings m on m.id = p.worker_mapping join public.workers w on w.id = m.worker
     where p.allocation_run = tests.id('match')),
    (select string_agg(concat_ws(' ', f.name, f.max_job_lines, f.max_workers,
       (select string_agg(l.name, '+' order by l.name) from public.preferencer_job_lines fl join public.job_lines l on l.id = fl.job_line where fl.preferencer = f.id),
       (select string_agg(w.name || r.order_preference, '+' order by r.order_preference) from public.preferencer_worker_ranks r
        join public.allocation_run_worker_mappings m on m.id = r.worker_mapping join public.workers w on w.id = m.worker where r.preferencer = f.id)), ', ' order by f.name)
     from public.preferencers f where f.allocation_run = tests.id('match')),
    (select string_agg(g.weighting::text, ' ' order by g.weighting) from public.allocation_run_preferencer_weightings g where g.allocation_run = tests.id('match')),
    (select count(*)::text || ' rules' from public.job_line_eligibility e where e.allocation_run = tests.id('match')))
$$;
create function pg_temp.populate(p_document jsonb) returns jsonb language sql as $$
  select public.populate_allocation_run(jsonb_build_object('allocation_run', tests.id('match')) || p_document) $$;
select is(pg_temp.wishes(), 'Ann A1, Ann B2, Bob B1; Dr P 2 A Bob1; -0.5 1 2; 1 rules', 'the wishes are there');

-- One new doctor, and nothing else.
select is(pg_temp.populate('{"workers": [{"email": "cid@x.example", "name": "Cid"}], "preferences": [{"worker": "cid@x.example", "ranks": [["B", 1]]}]}') - 'allocation_run',
  '{"workers": 3, "lines": 2, "snapshot": null, "gaps": 0}', 'a new doctor takes nothing from anyone');
select is(pg_temp.wishes(), 'Ann A1, Ann B2, Bob B1, Cid B1; Dr P 2 A Bob1; -0.5 1 2; 1 rules', 'all other wishes stand');
select is(pg_temp.populate('{"lines": [{"name": "A"}, {"name": "C"}]}') ->> 'lines', '3', 'a line is added');
select results_eq($$ select name, max_n_workers, must_have_workers from public.job_lines where allocation_run = tests.id('match') order by name $$,
  $$ values ('A', 3, true), ('B', 1, false), ('C', 1, false) $$, 'and settings that are not told stay');
select is(pg_temp.populate('{"weightings": [{"weighting": 2}, {"weighting": 1}]}') -> 'snapshot', 'null', 'the same said again gives nothing up');
select is(pg_temp.wishes(), 'Ann A1, Ann B2, Bob B1, Cid B1; Dr P 2 A Bob1; -0.5 1 2; 1 rules', 'and adds nothing');

-- A list is one thing.
select isnt(tests.remember('kept', (pg_temp.populate('{"preferences": [{"worker": "ann@x.example", "ranks": [["B", 1]]}]}') ->> 'snapshot')::uuid), null,
  'another list is kept in a snapshot');
select is(pg_temp.wishes(), 'Ann B1, Bob B1, Cid B1; Dr P 2 A Bob1; -0.5 1 2; 1 rules', 'the doctor has the list that was told');
select is(pg_temp.populate('{"preferences": [{"worker": "ann@x.example"}]}') -> 'snapshot', 'null', 'no list changes none');
select is(pg_temp.populate('{"preferencers": [{"name": "Dr P", "max_job_lines": 1, "ranks": [["ann@x.example", 1], ["bob@x.example", 2]]}, {"name": "Dr Q", "lines": ["B"]}]}') ->> 'lines', '3',
  'preferencers are known by their names');
select is(pg_temp.wishes(), 'Ann B1, Bob B1, Cid B1; Dr P 1 2 A Ann1+Bob2, Dr Q B; -0.5 1 2; 1 rules', 'and keep what is not told');
select is(pg_temp.populate('{"weightings": [{"line": "A", "workers": ["bob@x.example"], "weighting": -3}]}') ->> 'lines', '3', 'so do weightings, by whom they are for');
select is(pg_temp.wishes(), 'Ann B1, Bob B1, Cid B1; Dr P 1 2 A Ann1+Bob2, Dr Q B; -3 1 2; 1 rules', 'only that one is another');

-- Replaced where it is asked for.
select isnt(pg_temp.populate('{"replace": {"weightings": true}, "weightings": [{"weighting": 5}]}') -> 'snapshot', 'null', 'what is replaced is in a snapshot');
select is(pg_temp.wishes(), 'Ann B1, Bob B1, Cid B1; Dr P 1 2 A Ann1+Bob2, Dr Q B; 5; 1 rules', 'one section');
select isnt(pg_temp.populate('{"replace": true, "preferences": [{"worker": "ann@x.example", "ranks": [["A", 1]]}]}') -> 'snapshot', 'null', 'all of it');
select is(pg_temp.wishes(), 'Ann A1; 0 rules', 'is in the snapshot as well');
select throws_ok($$ select pg_temp.populate('{"replace": {"everything": true}}') $$, 'RC400', null, 'there is no other section');

-- A restore brings back what was given up.
select lives_ok($$ select public.restore_job_lines(tests.id('kept')) $$, 'a snapshot of wishes is restored');
select is(pg_temp.wishes(), 'Ann A1, Ann B2, Bob B1, Cid B1; Dr P 2 A Bob1; -0.5 1 2; 1 rules', 'with all that stood then');

-- What hangs on an archived line is out of sight, is not taken away, and comes back with it.
select pg_temp.populate('{"replace": true, "preferences": [{"worker": "bob@x.example", "ranks": [["A", 1], ["B", 2], ["C", 3]]}]}');
select tests.remember('line_b', id) from public.job_lines where allocation_run = tests.id('match') and name = 'B' and archived_at is null;
select lives_ok($$ select public.archive_job_lines(tests.id('match'), array[tests.id('line_b')]) $$, 'a line is archived');
select lives_ok($$ select pg_temp.populate('{"replace": {"preferences": true}, "preferences": [{"worker": "bob@x.example", "ranks": [["C", 1], ["A", 2]]}]}') $$,
  'and the wishes are replaced');
select lives_ok($$ select public.unarchive_job_lines(tests.id('match'), array[tests.id('line_b')]) $$, 'it comes back');
select is(split_part(pg_temp.wishes(), ';', 1), 'Bob C1, Bob A2, Bob B2', 'with its ranks');

-- Nor does a restore of replaced wishes take it away, whoever ranks doctors for the archived line.
select pg_temp.populate('{"preferencers": [{"name": "Dr B", "lines": ["B"], "ranks": [["bob@x.example", 1]]}]}');
select public.archive_job_lines(tests.id('match'), array[tests.id('line_b')]);
select tests.remember('replaced', (pg_temp.populate('{"replace": {"preferences": true}, "preferences": [{"worker": "bob@x.example", "ranks": [["A", 1]]}]}') ->> 'snapshot')::uuid);
select pg_temp.populate('{"lines": [{"name": "New"}], "preferences": [{"worker": "bob@x.example", "ranks": [["New", 1]]}]}');
select tests.remember('line_new', id) from public.job_lines where allocation_run = tests.id('match') and name = 'New';
select lives_ok($$ select public.restore_job_lines(tests.id('replaced')) $$, 'replaced wishes are restored');
select public.unarchive_job_lines(tests.id('match'), array[tests.id('line_b'), tests.id('line_new')]);
select is(split_part(pg_temp.wishes(), ';', 1), 'Bob C1, Bob New1, Bob A2, Bob B2', 'what hangs on archived lines stays, of those too that it archived');
select is(split_part(pg_temp.wishes(), ';', 2), ' Dr B B Bob1', 'with its preferencer');

-- What runs is left alone; what is closed is managers' to correct.
select tests.remember('run', (public.request_allocator_run(jsonb_build_object('allocation_run', tests.id('match')), '{}') #>> '{run,id}')::uuid);
select throws_ok($$ select pg_temp.populate('{}') $$, 'RC409', null, 'nothing is sent into a run of an engine');
select public.cancel_allocator_run(tests.id('run'));
select is(pg_temp.populate('{}') -> 'snapshot', 'null', 'after its end it is');
select lives_ok($$ select public.request_planner_run(jsonb_build_object('allocation_run', tests.id('match'), 'n_job_lines', 2, 'constraints', '[]'::jsonb, 'options', '{"mode": "fill"}'::jsonb), '{}') $$, 'a planner run');
select throws_ok($$ select pg_temp.populate('{}') $$, 'RC409', null, 'holds it up as well');
select public.cancel_planner_run(id) from public.allocation_planner_runs where allocation_run = tests.id('match') and status = 'PENDING';
update public.allocation_runs set status = 'closed' where id = tests.id('match');
select lives_ok($$ select pg_temp.populate('{}') $$, 'a closed run does not');

select * from finish();
rollback;
