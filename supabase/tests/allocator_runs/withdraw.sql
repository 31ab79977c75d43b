-- withdraw_doctors(), reinstate_doctors(): a doctor leaves an allocation run and comes back to all that they had; and a match
-- is not written for lines or doctors that are others by then.
begin;
select plan(46);
select tests.new_service('north');
select tests.new_line('north', 'a'), tests.new_line('north', 'b');
insert into public.workers (id, org_id, email, name)
values (tests.remember('bo', gen_random_uuid()), tests.id('north_org'), 'bo@tests.example', 'Bo');
insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
values (tests.remember('bo_mapping', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), tests.id('bo'));
insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_a'), 1),
       (tests.id('north_org'), tests.id('north_run'), tests.id('bo_mapping'), tests.id('north_b'), 1);
update public.allocation_runs set status = 'closed';

-- pg_temp.match(name, exclusive?): a match that is asked for and begins; remembers <name> and its token.
create function pg_temp.match(p_name text, p_is_exclusive boolean default false) returns void language plpgsql as $$
begin
  perform tests.logout();
  insert into public.allocator_py_runs (id, allocation_run, queued_at, is_exclusive)
  values (tests.remember(p_name, gen_random_uuid()), tests.id('north_run'), now(), p_is_exclusive);
  perform tests.claim(tests.id(p_name));
  perform tests.engine(tests.id('token'));
end
$$;
create function pg_temp.loaded() returns jsonb language sql as
$$ select allocator.load_run((select id from public.allocator_py_runs where status in ('PENDING', 'GENERATING'))) $$;
create function pg_temp.commit(p_lines text, variadic p_pairs text[]) returns void language sql as $$
  select allocator.commit_run(tests.id('token'), (
    select jsonb_agg(jsonb_build_array(tests.id(split_part(p, ' ', 1)), tests.id(split_part(p, ' ', 2)), 1, 1))
    from unnest(p_pairs) as p), '{"report": {}}', p_lines, '[]')
$$;

select pg_temp.match('first');
select is(jsonb_array_length(pg_temp.loaded() -> 'workers'), 2, 'two doctors take part');
select lives_ok(format($$ select pg_temp.commit(%L, 'north_mapping north_a', 'bo_mapping north_b') $$, pg_temp.loaded() ->> 'lines_fingerprint'),
  'a match for the lines that were loaded is written');

-- Who may, and what is said.
select tests.login('north_viewer');
select throws_ok($$ select public.withdraw_doctors(tests.id('north_run'), array[tests.id('bo_mapping')]) $$, '42501', null, 'not a viewer');
select tests.login('north_doctor');
select throws_ok($$ select public.withdraw_doctors(tests.id('north_run'), array[tests.id('north_mapping')]) $$, 'RC404', null, 'nor a doctor');
select tests.login('north_manager');
select throws_ok($$ select public.withdraw_doctors(tests.id('north_run'), array[tests.id('north_mapping'), gen_random_uuid()]) $$,
  'RC409', null, 'all of them or none');
select throws_ok($$ select public.withdraw_doctors(tests.id('north_run'), array[tests.id('north_mapping')], repeat('x', 1001)) $$,
  'RC400', null, 'a reason is not a novel');
select throws_ok(format('select public.withdraw_doctors(tests.id(%L), array[tests.id(%L)], p_effective_on => %L)', 'north_run', 'north_mapping', d), 'RC400', null,
  'nobody leaves on ' || d)
from unnest('{infinity,-infinity,0202-02-01,20270-02-07,2090-01-01}'::text[]) as d;
select throws_ok($$ update public.allocation_run_worker_mappings set withdrawn_at = now() $$, '42501', null, 'not past the function');
select is(public.withdraw_doctors(tests.id('north_run'), array[tests.id('north_mapping')], 'Moved to Hobart'),
  '{"withdrawn": 1, "ranks": 1, "preferencer_ranks": 0, "allocations": 1}', 'a manager withdraws a doctor');
select is(withdrawal_reason, 'Moved to Hobart', 'the reason stands with it') from public.allocation_run_worker_mappings
where id = tests.id('north_mapping');
select is((select count(*)::int from public.audit_log where reason = 'Moved to Hobart' and table_name = 'allocation_run_worker_mappings'), 1, 'and in the audit log');
select throws_ok($$ select public.withdraw_doctors(tests.id('north_run'), array[tests.id('north_mapping')]) $$, 'RC409', null, 'once');
select is((select count(*)::int from public.preference_worker_job_lines), 2, 'their ranks stay');
select is((select count(*)::int from public.allocator_py_allocations), 2, 'and what they got');
select throws_ok(format($$ select public.populate_allocation_run('{"allocation_run": "%s", "workers": [{"email": "doctor@tests.example", "name": "Dr"}]}') $$,
  tests.id('north_run')), 'RC400', null, 'a document that names them is told so');
select tests.login('north_doctor');
select is((select count(*)::int from public.preference_worker_job_lines), 0, 'the doctor sees nothing of the run');
select throws_ok(format($$ insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
  values ('%s', '%s', '%s', '%s', 2) $$, tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_b')),
  '42501', null, 'and writes nothing');

-- The match says so, and what changed since.
create function pg_temp.changes() returns text language sql as $$
  select string_agg(concat_ws(' ', change, worker_name, line_name), ', ') from public.match_changes(tests.id('first'))
$$;
select tests.login('north_viewer');
select isnt(doctors_left_at, null, 'the match says that somebody left') from public.allocator_py_runs where id = tests.id('first');
select is(pg_temp.changes(), 'doctor_left Dr Test a', 'who left, and which line they had');
select tests.login('north_doctor');
select is(pg_temp.changes(), null, 'a doctor is not told');
select tests.login('north_manager');
select is((public.archive_job_lines(tests.id('north_run'), array[tests.id('north_b')])) ->> 'archived', '1', 'a line goes');
select is(pg_temp.changes(), 'doctor_left Dr Test a, line_archived Bo b', 'and is told of, with who had it');
select is(public.unarchive_job_lines(tests.id('north_run'), array[tests.id('north_b')]), 1, 'it is back');
select tests.logout();
insert into public.workers (id, org_id, email, name) values (tests.remember('cy', gen_random_uuid()), tests.id('north_org'), 'cy@tests.example', 'Cy');
insert into public.allocation_run_worker_mappings (org_id, allocation_run, worker, created_at)
values (tests.id('north_org'), tests.id('north_run'), tests.id('cy'), clock_timestamp());
update public.rotations set position = tests.id('north_p2') where job_line = tests.id('north_b') and term = 1;
select private.mark_matches(tests.id('north_run'));
select tests.login('north_viewer');
select is(pg_temp.changes(), 'doctor_joined Cy, doctor_left Dr Test a, line_changed Bo b', 'so is who came, and a line with other rotations');
select tests.logout();
delete from public.allocation_run_worker_mappings where worker = tests.id('cy');
update public.rotations set position = tests.id('north_p1') where job_line = tests.id('north_b') and term = 1;
select private.mark_matches(tests.id('north_run'));
select tests.login('north_viewer');
select is(pg_temp.changes(), 'doctor_left Dr Test a', 'and no more where that is taken back');

-- No match places them, and their place is free for others.
select pg_temp.match('second', true);
select is(jsonb_array_length(d -> 'workers'), 1, 'one doctor is left') from (select pg_temp.loaded() as d) as l;
select is((select count(*)::int from jsonb_array_elements(pg_temp.loaded() -> 'lines') as l where (l ->> 'takes_part')::boolean), 1,
  'the line that they had is to be had');
select throws_ok($$ select pg_temp.commit(allocator.field_fingerprint(tests.id('north_run')), 'north_mapping north_a') $$, 'RC409', null, 'who withdrew is not placed');
select fleet.fail_claimed_job(tests.id('token'), 'TEST', 'Over.', '{}');

-- Back.
select tests.login('north_manager');
select throws_ok($$ select public.reinstate_doctors(tests.id('north_run'), array[tests.id('bo_mapping')]) $$, 'RC409', null,
  'who did not withdraw does not come back');
select is(public.reinstate_doctors(tests.id('north_run'), array[tests.id('north_mapping')]), 1, 'who did, does');
select is((select count(*)::int from public.allocation_run_worker_mappings where withdrawn_at is null and withdrawal_reason is null), 2, 'as before');
select is(doctors_left_at, null, 'and the match stands as it was made') from public.allocator_py_runs where id = tests.id('first');
select tests.login('north_doctor');
select is((select count(*)::int from public.preference_worker_job_lines), 1, 'and sees their rank');

-- A match that was made for other lines is not written: each kind of change. pg_temp.after(change): what becomes of a match
-- that was loaded before it; nothing of it stays.
create function pg_temp.after(p_change text) returns text language plpgsql as $$
declare
  v_lines text; v_result text;
begin
  perform pg_temp.match('changed');
  v_lines := pg_temp.loaded() ->> 'lines_fingerprint';
  perform tests.logout();
  execute p_change;
  perform tests.engine(tests.id('token'));
  perform pg_temp.commit(v_lines, 'bo_mapping north_b');
  raise exception using errcode = 'RT000';
exception
  when sqlstate 'RT000' then perform tests.logout(); return 'written';
  when sqlstate 'RC409' then perform tests.logout(); return 'refused';
end
$$;
select tests.logout();
select is(pg_temp.after(change), outcome, what) from (values
  ('select 1', 'written', 'a match for the lines that it was made for is written'),
  ($$ update public.job_lines set name = 'renamed' where id = tests.id('north_b') $$, 'written', 'also where one has another name'),
  ($$ update public.rotations set position = tests.id('north_p2') where job_line = tests.id('north_b') and term = 1 $$, 'refused',
   'not where a line was replanned'),
  ($$ update public.rotations set position = tests.id('north_p2') where job_line = tests.id('north_a') and term = 1 $$, 'refused',
   'nor another line, that somebody might have liked better'),
  ($$ update public.job_lines set archived_at = now() where id = tests.id('north_a') $$, 'refused', 'nor where one was archived'),
  ($$ select tests.new_line('north', 'c') $$, 'refused', 'or added'),
  ($$ update public.job_lines set max_n_workers = 2 where id = tests.id('north_a') $$, 'refused', 'or got another place'),
  ($$ update public.job_lines set must_have_workers = true where id = tests.id('north_a') $$, 'refused', 'or must be taken'),
  ($$ update public.allocation_run_worker_mappings set withdrawn_at = now() where id = tests.id('bo_mapping') $$, 'refused',
   'nor where a doctor withdrew')) as t (change, outcome, what);
select * from finish();
rollback;
