-- A half is a place that two or more of a list share (1, 2.5, 2.5, 4), and at each place of a list stands somebody (not 1, 2, 4).
-- Whoever gives a half to one alone, or leaves a gap, is refused, at every door; what others leave behind when they go stays as it
-- is, and stands in nobody's way.
begin;
select plan(88);
select tests.new_service('north');
select tests.new_line('north', l) is null from unnest('{a,b,c,d,e}'::text[]) as l;
insert into public.workers (id, org_id, email, name)
values (tests.remember('bo', gen_random_uuid()), tests.id('north_org'), 'bo@tests.example', 'Bo');
insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
values (tests.remember('bo_mapping', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), tests.id('bo'));
insert into public.preferencers (id, org_id, allocation_run, name, user_id)
values (tests.remember('ward', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), 'Ward', tests.id('north_manager'));

-- pg_temp.told(call): 'taken', or the path and the message of the first fault.
create function pg_temp.told(p_call text) returns text language plpgsql as $$
declare
  v_detail text;
begin
  execute p_call;
  return 'taken';
exception when sqlstate 'RC400' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return (v_detail::jsonb #>> '{0,path}') || ': ' || regexp_replace(v_detail::jsonb #>> '{0,message}', '[0-9a-f-]{36}', '...');
end
$$;
-- pg_temp.rank(ranks): rows of the doctor's own, as through REST: {line: rank}.
create function pg_temp.rank(p_ranks jsonb) returns text language sql as $$
  select pg_temp.told(format($q$
    insert into public.preference_worker_job_lines as p (org_id, allocation_run, worker_mapping, job_line, order_preference)
    select tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_' || key), value::real
    from jsonb_each_text(%L)
    on conflict (worker_mapping, job_line) do update set order_preference = excluded.order_preference $q$, p_ranks))
$$;
create function pg_temp.save(p_ranks jsonb, p_at timestamptz default now(), p_order_only boolean default false) returns text language sql as $$
  select pg_temp.told(format('select public.save_wishes(%L, %L)', tests.id('north_mapping'), jsonb_build_object('order_only', p_order_only, 'lines', (
    select jsonb_agg(jsonb_build_object('job_line', tests.id('north_' || key), 'order_preference', value, 'changed_at', p_at) order by key)
    from jsonb_each(p_ranks)))))
$$;
create function pg_temp.ranks() returns text language sql as $$
  select string_agg(concat_ws('', l.name, p.order_preference), ' ' order by l.name)
  from public.preference_worker_job_lines p join public.job_lines l on l.id = p.job_line where p.worker_mapping = tests.id('north_mapping')
$$;

update public.allocation_runs set status = 'open', due_date = now() + interval '1 day' where id = tests.id('north_run');

-- Rows of a doctor's own.
select tests.login('north_doctor');
select is(pg_temp.rank('{"a": 1.5}'), 'order_preference: ...: 1.5 is the place of two or more, and no other of the list has it', 'one line alone has no half');
select is(pg_temp.rank('{"a": 1, "b": 2.5, "c": 2.5, "d": 3.5}'), 'order_preference: ...: 3.5 is the place of two or more, and no other of the list has it', 'among others neither');
select is(pg_temp.ranks(), null, 'and nothing was written');
select is(pg_temp.rank('{"a": 1, "b": 2.5, "c": 2.5, "d": 4}'), 'taken', 'two share one');
select is(pg_temp.rank('{"a": 2.5}'), 'order_preference: ...: 2.5 leaves a gap; with 0 ranked better it can be 2 at most', 'a third has their place, and nobody the first');
select is(pg_temp.rank('{"a": 2, "b": 2, "c": 2}'), 'taken', 'three share one');
select is(pg_temp.rank('{"a": 1, "b": 2.5, "c": 2.5}'), 'taken', 'or two');
select is(pg_temp.rank('{"a": 1}'), 'taken', 'said again it is what it was');
select is(pg_temp.rank('{"d": 7.5}'), 'order_preference: ...: 7.5 is the place of two or more, and no other of the list has it', 'a row that is changed as one that is new');
select is(pg_temp.told(format('update public.preference_worker_job_lines set like_dislike_preference = 1 where job_line = %L', tests.id('north_b'))),
  'taken', 'what is not touched is not asked');

-- What others leave behind.
select is(pg_temp.told(format('delete from public.preference_worker_job_lines where job_line = %L', tests.id('north_c'))), 'taken', 'one of two goes');
select is(pg_temp.ranks(), 'a1 b2.5 d4', 'and the other stays');
select is(pg_temp.rank('{"b": 2.5, "d": 3}'), 'taken', 'said again it is what it was');
select is(pg_temp.rank('{"c": 2.5}'), 'taken', 'and may be shared again');
select is(pg_temp.rank('{"b": 2}'), 'taken', 'one of two moves away');
select is(pg_temp.rank('{"a": 1, "b": 2, "c": 3, "d": 4}'), 'taken', 'and all may be put right');

-- Saved by the page.
select is(pg_temp.save('{"a": 1.5, "b": 2}'), 'lines[0].order_preference: 1.5 is the place of two or more, and no other of the list has it', 'saved: alone');
select is(pg_temp.save('{"a": 1.5, "b": 1.5}'), 'taken', 'saved: together');
select is(pg_temp.save('{"c": 1.5, "b": 2}'), 'taken', 'saved: with one that stands');
select is(pg_temp.save('{"a": 2, "c": 1.5}'), 'taken', 'saved: what stands, when the others go');
select is(pg_temp.save('{"d": 1.5, "c": 4}'), 'lines[1].order_preference: 1.5 is the place of two or more, and no other of the list has it', 'saved: with one that goes');
select is(pg_temp.save('{"a": 3}', now() + interval '1 hour'), 'taken', 'another device says more of a line');
select is(pg_temp.save('{"a": 7.5, "b": 7.5}', now() - interval '1 hour'), 'taken', 'what comes too late of two stops nobody');
select tests.logout();
select is(pg_temp.ranks(), 'a3 b2 c1.5 d4', 'and changes nothing');
-- A department's person.
select tests.login('north_manager');
create function pg_temp.department(p_ranks jsonb) returns text language sql as $$
  select pg_temp.told(format('select public.save_department_ranks(%L, %L)', tests.id('ward'), jsonb_build_object('ranks', (
    select jsonb_agg(jsonb_build_object('worker_mapping', tests.id(key || '_mapping'), 'order_preference', value) order by key) from jsonb_each(p_ranks)))))
$$;
select is(pg_temp.department('{"bo": 1.5}'), 'ranks[0].order_preference: 1.5 is the place of two or more, and no other of the list has it', 'saved by a department: alone');
select is(pg_temp.department('{"bo": 1.5, "north": 1.5}'), 'taken', 'saved by a department: together');

-- A manager for a doctor, as a document.
select isnt(public.close_window(tests.id('north_run')), null, 'the window closes');
create function pg_temp.populate(p_ranks jsonb) returns text language sql as $$
  select pg_temp.told(format('select public.populate_allocation_run(%L)', jsonb_build_object('allocation_run', tests.id('north_run')) || p_ranks))
$$;
select is(pg_temp.populate('{"preferences": [{"worker": "bo@tests.example", "ranks": [["a", 1], ["b", 2.5]]}, {"worker": "doctor@tests.example", "ranks": [["a", 2.5]]}]}'),
  'preferences[0].ranks[1][1]: 2.5 is the place of two or more, and no other of the list has it', 'another doctor''s half is no share');
select is(pg_temp.populate('{"preferences": [{"worker": "bo@tests.example", "ranks": [["a", 1], ["b", 2.5], ["c", 2.5]]}]}'), 'taken', 'told together');
select isnt(public.archive_job_lines(tests.id('north_run'), array[tests.id('north_c')]), null, 'a line is archived');
select is(pg_temp.populate('{"preferences": [{"worker": "bo@tests.example", "ranks": [["a", 1], ["b", 2.5]]}]}'), 'taken', 'what stands is taken, as an export says it');
select is(pg_temp.populate('{"preferences": [{"worker": "bo@tests.example", "ranks": [["a", 1], ["b", 2.5]]}]}'), 'taken', 'and so is what is put right');
select is(pg_temp.populate('{"preferencers": [{"name": "Ward", "ranks": [["bo@tests.example", 3.5]]}]}'),
  'preferencers[0].ranks[0][1]: 3.5 is the place of two or more, and no other of the list has it', 'departments likewise');
select is(pg_temp.told(format('update public.preferencer_worker_ranks set order_preference = 3.5 where worker_mapping = %L', tests.id('bo_mapping'))),
  'order_preference: ...: 3.5 is the place of two or more, and no other of the list has it', 'row by row');

-- A snapshot that is put back beside wishes of today.
select tests.remember('kept', (public.populate_allocation_run(jsonb_build_object('allocation_run', tests.id('north_run'), 'replace', '{"preferences": true}'::jsonb,
  'preferences', '[{"worker": "bo@tests.example", "ranks": [["a", 1]]}]'::jsonb)) ->> 'snapshot')::uuid) is null;
select is(pg_temp.told(format('select public.restore_job_lines(%L)', tests.id('kept'))), 'taken', 'what stood alone comes back');
select is((select string_agg(p.order_preference::text, ' ' order by p.order_preference) from public.preference_worker_job_lines p
  where p.worker_mapping = tests.id('bo_mapping')), '1 2.5', 'as it was');


-- Gaps: rows of a doctor's own, or of a manager's for them.
select public.unarchive_job_lines(tests.id('north_run'), array[tests.id('north_c')]) is null;
select tests.logout();
delete from public.preference_worker_job_lines where worker_mapping in (tests.id('north_mapping'), tests.id('bo_mapping'));
select is(pg_temp.rank('{"a": 2}'), 'order_preference: ...: 2 leaves a gap; with 0 ranked better it can be 1 at most', 'somebody is the first');
select is(pg_temp.rank('{"a": 1, "b": 2, "c": 4}'), 'order_preference: ...: 4 leaves a gap; with 2 ranked better it can be 3 at most', 'the third is no fourth');
select is(pg_temp.ranks(), null, 'and nothing was written');
select is(pg_temp.rank(ranks::jsonb), said, what) from (values
  ('{"c": 3, "b": 2, "a": 1}', 'taken', 'a whole list in any order'),
  ('{"a": 1, "b": 1, "c": 2}', 'taken', 'dense'), ('{"a": 1, "b": 1, "c": 3}', 'taken', 'competition'),
  ('{"a": 1.5, "b": 1.5, "c": 3}', 'taken', 'fractional'), ('{"a": 2, "b": 2, "c": 2, "d": 4}', 'taken', 'fractional, three of one'),
  ('{"a": 1, "b": 1, "c": 1, "d": 5}', 'order_preference: ...: 5 leaves a gap; with 3 ranked better it can be 4 at most', 'behind three is the fourth'),
  ('{"a": 1, "b": 2, "c": 3, "d": 4}', 'taken', 'one after the other'),
  ('{"a": 4, "b": 1, "c": 2, "d": 3}', 'taken', 'the first becomes the last, the others move up'),
  ('{"a": 3}', 'taken', 'equals'), ('{"a": 4}', 'taken', 'and none again'),
  ('{"b": 5}', 'order_preference: ...: 5 leaves a gap; with 3 ranked better it can be 4 at most', 'the first goes last, and nobody is the first'),
  ('{"b": 1, "a": 2, "c": 3, "d": 3, "e": 3}', 'taken', 'three equals in dense notation'),
  ('{"b": 3}', 'order_preference: ...: leaves its place to nobody, a gap: 2 is behind it, with 0 ranked better', 'the first joins them, and nobody is the first'),
  ('{"b": 1, "c": 2, "d": 3, "a": 4, "e": null}', 'taken', 'back again'),
  ('{"e": 6}', 'order_preference: ...: 6 leaves a gap; with 4 ranked better it can be 5 at most', 'one too far'),
  ('{"e": 5}', 'taken', 'the next')) as t (ranks, said, what);
select is(pg_temp.rank('{"b": null, "e": 6}'), 'order_preference: ...: 6 leaves a gap; with 3 ranked better it can be 5 at most', 'one goes, another goes too far');
select is(pg_temp.rank('{"b": 1, "c": 2, "d": 3, "a": 4, "e": 5}'), 'taken', 'it stays');
-- What others left: b1 c2 d3 a4 e5.
delete from public.preference_worker_job_lines where job_line = tests.id('north_d');
select is(pg_temp.ranks(), 'a4 b1 c2 e5', 'one that goes is not refused');
select is(pg_temp.rank('{"d": 6}'), 'taken', 'behind those that it leaves');
select is(pg_temp.rank('{"d": 7}'), 'order_preference: ...: 7 leaves a gap; with 4 ranked better it can be 6 at most', 'no farther');
select is(pg_temp.rank('{"a": 5, "e": 4}'), 'taken', 'they change places');
select is(pg_temp.rank('{"e": 3}'), 'taken', 'one closes the gap');
update public.preference_worker_job_lines set order_preference = null where job_line = tests.id('north_b') and worker_mapping = tests.id('north_mapping');
select is(pg_temp.ranks(), 'a5 b c2 d6 e3', 'one loses its rank');
select is(pg_temp.rank('{"d": 5}'), 'taken', 'a better place in what is left');
select is(pg_temp.told(format('update public.preference_worker_job_lines set like_dislike_preference = 1 where worker_mapping = %L', tests.id('north_mapping'))), 'taken',
  'what is not touched is not asked');
select is(pg_temp.rank('{"b": 1, "c": 2, "e": 3, "a": 4, "d": 5}'), 'taken', 'all put right');
select tests.login('north_manager');
select isnt(public.archive_job_lines(tests.id('north_run'), array[tests.id('north_e')]), null, 'one more line is archived');
select tests.logout();
select is(pg_temp.rank('{"a": 4, "d": 5}'), 'taken', 'its place is one');
select is(pg_temp.rank('{"b": 1, "a": 3, "d": 4}'), 'taken', 'and stands in nobody''s way');

-- By a function: as the list would stand by this device alone.
select tests.login('north_manager');
select public.reopen_window(tests.id('north_run'), 'A doctor was on leave.', now() + interval '1 day') is null;
select tests.logout();
delete from public.preference_worker_job_lines where worker_mapping = tests.id('north_mapping');
select tests.login('north_doctor');
select is(pg_temp.save('{"a": 1, "b": 2, "d": 4}'), 'lines[2].order_preference: 4 leaves a gap; with 2 ranked better it can be 3 at most', 'saved: a gap');
select is(pg_temp.ranks(), null, 'nothing is written');
select is(pg_temp.save('{"a": 1, "b": 2, "d": 3}'), 'taken', 'saved: none');
select is(pg_temp.save('{"a": null, "b": 1, "d": 2}'), 'taken', 'saved: one loses its rank, the others move up');
select is(pg_temp.save('{"a": 1000, "b": 500}', p_order_only => true), 'taken', 'a device that means the order');
select is(pg_temp.save('{"a": 700.5}', p_order_only => true), 'lines[0].order_preference: 700.5 is the place of two or more, and no other of the list has it', 'means no half');
select is(pg_temp.save('{"a": 2, "b": 1}', now() - interval '1 hour'), 'taken', 'what comes too late');
select tests.logout();
select is(pg_temp.ranks(), 'a1000 b500 d2', 'changes nothing');
select tests.login('north_manager');
select is(pg_temp.department('{"bo": 3}'), 'ranks[0].order_preference: 3 leaves a gap; with 1 ranked better it can be 2 at most', 'saved by a department: a gap');
create function pg_temp.department_order(p_ranks jsonb) returns text language sql as $$
  select pg_temp.told(format('select public.save_department_ranks(%L, %L)', tests.id('ward'), jsonb_build_object('order_only', true, 'ranks', (
    select jsonb_agg(jsonb_build_object('worker_mapping', tests.id(key || '_mapping'), 'order_preference', value) order by key) from jsonb_each(p_ranks)))))
$$;
select is(pg_temp.department_order('{"bo": 3}'), 'taken', 'or the order');
select tests.logout();
select is(pg_temp.told(format('update public.preferencer_worker_ranks set order_preference = 4 where worker_mapping = %L', tests.id('bo_mapping'))),
  'order_preference: ...: 4 leaves a gap; with 1 ranked better it can be 3 at most', 'row by row: no farther than it was');

-- As a document: in an open window of what it says alone.
select tests.login('north_manager');
select is(pg_temp.populate('{"preferences": [{"worker": "doctor@tests.example", "ranks": [["a", 2]]}]}'),
  'preferences[0].ranks[0][1]: 2 leaves a gap; with 0 ranked better it can be 1 at most', 'what stands is not told');
select isnt(public.close_window(tests.id('north_run')), null, 'the window closes again');
select is(pg_temp.populate('{"preferences": [{"worker": "doctor@tests.example", "ranks": [["a", 1000], ["b", 500], ["d", 2]]}]}'), 'taken', 'what stands, as an export says it');
select is(pg_temp.populate('{"preferences": [{"worker": "bo@tests.example", "ranks": [["a", 1], ["b", 3]]}, {"worker": "doctor@tests.example", "ranks": [["a", 1]]}]}'),
  'preferences[0].ranks[1][1]: 3 leaves a gap; with 1 ranked better it can be 2 at most', 'a gap');
select is(public.populate_allocation_run(jsonb_build_object('allocation_run', tests.id('north_run'), 'order_only', true,
  'preferences', '[{"worker": "bo@tests.example", "ranks": [["a", 1], ["b", 3]]}, {"worker": "doctor@tests.example", "ranks": [["a", 1]]}]'::jsonb)) -> 'gaps', '1', 'or the order, and how many');
select is(pg_temp.populate('{"preferencers": [{"name": "Ward", "ranks": [["bo@tests.example", 1], ["doctor@tests.example", 4]]}]}'),
  'preferencers[0].ranks[1][1]: 4 leaves a gap; with 1 ranked better it can be 2 at most', 'departments likewise');
select tests.logout();

-- A bucket, with its path.
select is(pg_temp.told(format('update public.preference_worker_job_lines set like_dislike_preference = %s where worker_mapping = %L and job_line = %L',
    bucket, tests.id('north_mapping'), tests.id('north_a'))), said, said)
from (values (5, 'like_dislike_preference: is to be a bucket from -2 (never) to 2 (love), not 5'), (-2, 'order_preference: a line that is never wanted has no rank')) as t (bucket, said);
select * from finish();
rollback;
