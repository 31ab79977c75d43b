-- Lines and allocation runs are archived, not deleted: out of sight with all that hangs on them, and back by id.
begin;
select plan(39);
select tests.new_service('north');
select tests.new_line('north', 'a'), tests.new_line('north', 'b');
insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_a'), 1),
       (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_b'), 2);
insert into public.job_line_eligibility (org_id, allocation_run, job_line, excluded_worker_mapping_ids)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_a'), array[tests.id('north_mapping')]);
insert into public.preferencers (id, org_id, allocation_run, name)
values (tests.remember('unit', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), 'Unit');
insert into public.preferencer_job_lines values (tests.id('north_org'), tests.id('north_run'), tests.id('unit'), tests.id('north_a'));
insert into public.allocation_run_preferencer_weightings (org_id, allocation_run, job_line, weighting)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_a'), 7);
update public.job_lines set max_n_workers = 3, must_have_workers = true where id = tests.id('north_a');
update public.allocation_runs set status = 'closed';

-- What a caller sees of line a and of what hangs on it, by table.
create function pg_temp.seen() returns text language sql as $$
  select concat_ws(' ',
    (select count(*) from public.job_lines where id = tests.id('north_a')),
    (select count(*) from public.rotations where job_line = tests.id('north_a')),
    (select count(*) from public.preference_worker_job_lines where job_line = tests.id('north_a')),
    (select count(*) from public.job_line_eligibility where job_line = tests.id('north_a')),
    (select count(*) from public.preferencer_job_lines where job_line = tests.id('north_a')),
    (select count(*) from public.allocation_run_preferencer_weightings where job_line = tests.id('north_a')))
$$;
-- A match that is under way, to see what its engine reads.
insert into public.allocator_py_runs (id, allocation_run, queued_at)
values (tests.remember('match', gen_random_uuid()), tests.id('north_run'), now());
select tests.claim(tests.id('match'));

select tests.login('north_manager');
select is(pg_temp.seen(), '1 3 1 1 1 1', 'before');
select throws_ok($$ select public.archive_job_lines(tests.id('north_run'), array[tests.id('north_a'), gen_random_uuid()]) $$,
  'RC409', null, 'all of the lines or none');
select is(pg_temp.seen(), '1 3 1 1 1 1', 'so none');
select is(public.archive_job_lines(tests.id('north_run'), array[tests.id('north_a')]),
  '{"archived": 1, "lines": 1, "ranks": 1, "doctors": 1, "eligibility": 1, "preferencers": 1, "weightings": 1, "places": 2,
    "must_have": 1, "allocations": 0}', 'a manager archives a line and is told what hangs on it');
select is(pg_temp.seen(), '0 0 0 0 0 0', 'it is out of sight, with all that hangs on it');
select is((select count(*)::int from public.preference_worker_job_lines), 1, 'which other lines'' wishes are not');
select throws_ok($$ select public.archive_job_lines(tests.id('north_run'), array[tests.id('north_a')]) $$, 'RC409', null,
  'it cannot be archived twice');
select is_empty($$ update public.job_lines set name = 'x' where id = tests.id('north_a') returning 1 $$, 'nor be written');
select throws_ok($$ update public.job_lines set archived_at = null $$, '42501', null, 'or brought back past the functions');
select results_eq($$ select name, positions[1], ranks, places, must_have from public.archived_lines(tests.id('north_run')) $$,
  $$ values ('a', 'Position 1', 1::bigint, 3, true) $$, 'the archive names it');
-- Whatever is deleted or written without a condition: what is archived stays as it is. Nothing of it stays.
create function pg_temp.swept() returns text language plpgsql as $$
declare v_kept text;
begin
  delete from public.preference_worker_job_lines;
  delete from public.job_line_eligibility;
  delete from public.preferencer_job_lines;
  update public.allocation_run_preferencer_weightings set weighting = 0;
  delete from public.allocation_run_preferencer_weightings;
  perform tests.logout();
  v_kept := pg_temp.seen() || ' ' || (select weighting from public.allocation_run_preferencer_weightings);
  raise exception using errcode = 'RT000', message = v_kept;
exception when sqlstate 'RT000' then perform tests.logout(); return sqlerrm;
end
$$;
select is(pg_temp.swept(), '1 3 1 1 1 1 7', 'a delete of everything takes nothing that is archived');
select tests.login('north_doctor');
select is(pg_temp.seen(), '0 0 0 0 0 0', 'the doctor does not see it');
select is((select count(*)::int from public.preference_worker_job_lines), 1, 'but the other rank');
select is_empty($$ select * from public.archived_lines(tests.id('north_run')) $$, 'and no archive');
select throws_ok($$ select public.unarchive_job_lines(tests.id('north_run'), array[tests.id('north_a')]) $$, 'RC404', null,
  'which a doctor does not open either');

select tests.engine(tests.id('token'));
create temporary table document as select allocator.load_run(tests.id('match')) as d;
select is(jsonb_array_length(d -> 'lines'), 1, 'the allocator matches to the lines that are there') from document;
select is(d -> 'weightings', '[]', 'a weighting of an archived line does not become one of all lines') from document;
select is(d -> 'eligibility', '[]', 'and its eligibility is nobody''s') from document;
select is(d #> '{preferences,0,ranks}', '[2]', 'ranks of lines that are there stay') from document;
select throws_ok(format($$ select allocator.commit_run(%L, '[["%s", "%s", 1, 1]]', '{}', allocator.field_fingerprint(tests.id('north_run')), '[]') $$,
  tests.id('token'), tests.id('north_mapping'), tests.id('north_a')), 'RC409', null, 'a match to an archived line is not written');
select lives_ok(format($$ select allocator.commit_run(%L, '[["%s", "%s", 2, 1]]', '{"report": {}}', allocator.field_fingerprint(tests.id('north_run')), '[]') $$,
  tests.id('token'), tests.id('north_mapping'), tests.id('north_b')), 'one to a line that is there is');

-- A match says when its lines go, and when they are back.
select tests.login('north_manager');
select is(lines_changed_at, null, 'the match stands') from public.allocator_py_runs;
select is(public.archive_job_lines(tests.id('north_run'), array[tests.id('north_b')]) -> 'allocations', '1', 'its line goes');
select isnt(lines_changed_at, null, 'the match says so') from public.allocator_py_runs;
select is((select count(*)::int from public.allocator_py_allocations), 1, 'its allocations stay as they were');
select is(public.unarchive_job_lines(tests.id('north_run'), array[tests.id('north_b')]), 1, 'the line comes back');
select is(lines_changed_at, null, 'and the match stands again') from public.allocator_py_runs;

-- The name was taken meanwhile.
select tests.logout();
select tests.remember('other', tests.new_line('north', 'other'));
update public.job_lines set name = 'a' where id = tests.id('other');
select tests.login('north_manager');
select is(public.unarchive_job_lines(tests.id('north_run'), array[tests.id('north_a')]), 1, 'the first line comes back');
select is(pg_temp.seen(), '1 3 1 1 1 1', 'with all that hung on it');
select is(name || ' ' || max_n_workers || ' ' || must_have_workers, 'a (2) 3 true', 'under a name that is free') from public.job_lines where id = tests.id('north_a');

-- Allocation runs.
select throws_ok($$ delete from public.allocation_runs where id = tests.id('north_run') $$, 'RC409', null, 'a run that holds anything is not deleted');
select throws_ok($$ delete from public.allocation_plans where id = tests.id('north_plan') $$, 'RC409', null, 'nor the plan over it');
select lives_ok($$ select public.archive_allocation_run(tests.id('north_run')) $$, 'it is archived');
select is_empty('select 1 from public.allocation_runs', 'and out of sight');
select is((select array_agg(name) from public.archived_allocation_runs(tests.id('north_org'))), '{Run}', 'in the archive');
insert into public.allocation_runs (org_id, allocation_plan, name, starts_on, term_weeks)
values (tests.id('north_org'), tests.id('north_plan'), 'Run', '2027-01-11', '{52}');
select lives_ok($$ delete from public.allocation_runs where name = 'Run' $$, 'an empty draft is deleted');
select throws_ok($$ delete from public.allocation_plans where id = tests.id('north_plan') $$, 'RC409', null, 'a plan with an archived run is not');
select lives_ok($$ select public.unarchive_allocation_run(tests.id('north_run')) $$, 'the run comes back');
select is((select count(*)::int from public.job_lines), 3, 'with its lines');

select * from finish();
rollback;
