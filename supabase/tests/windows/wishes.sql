-- A doctor says what they want: what is written when, merged, submitted; and that nobody else reads it while the window is open.
begin;
select plan(105);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', l) is null from unnest('{a,b,c,d}'::text[]) as l;
insert into public.workers (id, org_id, user_id, email, name)
values (tests.remember('bo', gen_random_uuid()), tests.id('north_org'), null, 'bo@tests.example', 'Bo');
insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
values (tests.remember('bo_mapping', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), tests.id('bo'));
insert into public.qualification_tags (id, org_id, name) values (tests.remember('tag', gen_random_uuid()), tests.id('north_org'), 'Tag');
insert into public.job_line_eligibility (org_id, allocation_run, job_line, included_qualification_tag_ids)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_d'), array[tests.id('tag')]);
-- Line b is away for a whole term, and works nowhere in it.
delete from public.rotations where job_line = tests.id('north_b') and term = 2;
insert into public.job_line_leave (org_id, allocation_run, job_line, starts_on, ends_on)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_b'), '2027-03-22', '2027-05-30');

-- pg_temp.code(call): the answer, or the stable code of the refusal.
create function pg_temp.code(p_call text) returns text language plpgsql as $$
declare
  v_detail text; v_hint text; v_answer text;
begin
  execute p_call into v_answer;
  return v_answer;
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return case when sqlstate = 'RC400' then v_detail::jsonb #>> '{0,path}' else coalesce(nullif(v_hint, ''), sqlstate) end;
end
$$;
create function pg_temp.save(p_changes jsonb, p_mapping uuid default tests.id('north_mapping')) returns text language sql as $$
  select pg_temp.code(format('select public.save_wishes(%L, %L) ->> ''ignored''', p_mapping, p_changes))
$$;
create function pg_temp.wish(p_line text, p_more jsonb, p_at timestamptz default now()) returns jsonb language sql as $$
  select jsonb_build_object('lines', jsonb_build_array(jsonb_build_object('job_line', tests.id('north_' || p_line), 'changed_at', to_jsonb(p_at)) || p_more))
$$;
create function pg_temp.ranks() returns text language sql as $$
  select string_agg(concat_ws('/', l.name, p.order_preference, p.like_dislike_preference), ' ' order by l.name)
  from public.preference_worker_job_lines p join public.job_lines l on l.id = p.job_line where p.worker_mapping = tests.id('north_mapping')
$$;

select tests.login('north_doctor');
select is(pg_temp.code('select public.my_windows()'), '[]', 'a draft is no window');
select is(pg_temp.code(format('select public.read_window(%L)', tests.id('north_mapping'))), 'NOT_YOURS', 'nor to be read');
select is(pg_temp.save('{}'), 'NOT_YOURS', 'nor written');
select tests.login('north_manager');
select is(pg_temp.code(format('select public.invite_doctors(%L)', tests.id('north_run'))), 'NOT_OPEN', 'nobody is invited to it');
select is(pg_temp.code(format('select public.open_window(%L, now() - interval ''1 minute'')', tests.id('north_run'))), 'DUE_DATE_PASSED', 'an end is to come');
select is(pg_temp.code(format('select public.open_window(%L, p_settings => ''{"minimum": 3}'')', tests.id('north_run'))), 'minimum', 'settings have names');
select is(public.open_window(tests.id('north_run'), now() + interval '3 days', '{"minimum_lines": 2, "allows_ties": false}') ->> 'status', 'open', 'the window opens');
create function pg_temp.reopen(p_seen text) returns text language sql as $$
  select pg_temp.code(format('select public.open_window(%L, now() + interval ''3 days'', p_seen => %L) ->> ''status''', tests.id('north_run'), p_seen))
$$;
select is(pg_temp.reopen('{"status": "open", "minimum_lines": 2, "allows_ties": false}'), 'open', 'what is as it was seen is changed');
select is(pg_temp.reopen('{"minimum_lines": null}'), 'CHANGED_MEANWHILE', 'rules that somebody else changed are not');
select is(pg_temp.reopen('{"status": "open", "due_date": null}'), 'CHANGED_MEANWHILE', 'nor an end');
select is(pg_temp.reopen('[]'), 'p_seen', 'what was seen are members');
select is(public.open_window(tests.id('north_run'), p_due_local => (now() + interval '3 days') at time zone 'Australia/Melbourne') ->> 'due_date',
  to_jsonb(now() + interval '3 days') #>> '{}', 'its end is told as a local time as well');

-- Where clocks are put forward a time does not come, and where they are put back it comes twice: on the first Sunday of a month of next year.
create function pg_temp.due(p_zone text, p_month int, p_time text) returns text language plpgsql as $$
declare
  v_local timestamp := (select d + p_time::interval from generate_series(1, 7) as n
    cross join lateral (select make_date(extract(year from now())::int + 1, p_month, n) as d) as e
    where extract(isodow from d) = 7);
  v_run public.allocation_runs;
begin
  update public.allocation_plans set timezone = p_zone where id = tests.id('north_plan');
  select * into v_run from public.allocation_runs where id = tests.id('north_run');
  return to_char(private.due_moment(v_run, null, v_local) at time zone 'UTC', 'HH24:MI');
exception when sqlstate 'RC400' then return substring(sqlerrm from 'p_due_\w+');
end
$$;
select tests.logout();
select is(pg_temp.due('Australia/Melbourne', 10, '01:59'), '15:59', 'before clocks are put forward');
select is(pg_temp.due('Australia/Melbourne', 10, '02:30'), 'p_due_local', 'a time that they skip is refused');
select is(pg_temp.due('Australia/Melbourne', 10, '03:00'), '16:00', 'after it');
select is(pg_temp.due('Australia/Melbourne', 4, '02:30'), '16:30', 'a time that comes twice is the later one');
select is(pg_temp.due('Australia/Lord_Howe', 10, '02:15'), 'p_due_local', 'also of half an hour');
select is(pg_temp.due('Australia/Lord_Howe', 4, '01:45'), '15:15', 'likewise');
select is(pg_temp.due('Pacific/Apia', 10, '02:30'), '13:30', 'and where clocks stay');
update public.allocation_plans set timezone = 'Australia/Melbourne' where id = tests.id('north_plan');

-- What a doctor sees.
select tests.login('north_doctor');
create temporary table seen on commit drop as select public.read_window(tests.id('north_mapping')) as d;
select is(jsonb_array_length(d -> 'lines'), 4, 'lines') from seen;
select is(d #>> '{lines,3,reason}', 'MISSING_QUALIFICATION', 'those they may not have, with the reason') from seen;
select is(jsonb_array_length(d #> '{lines,0,rotations}'), 3, 'with their rotations') from seen;
select is(d #> '{lines,1,leave}', '[{"term": 2, "starts_on": "2027-03-22", "ends_on": "2027-05-30"}]', 'with their leave, also of a term in which they work nowhere') from seen;
select is(d #>> '{positions,0,hospital_name}', 'Hospital', 'positions with hospitals') from seen;
select is(d -> 'specialties', '["Medicine"]', 'specialties') from seen;
select is(jsonb_array_length(d -> 'terms'), 3, 'terms') from seen;
select is(d #> '{window,minimum_lines}', '2', 'the minimum') from seen;
select is(d #> '{window,can_write}', 'true', 'that they may write') from seen;
select is(jsonb_array_length(public.my_windows()), 1, 'it is among their windows');
select is(public.begin_page() #>> '{window,window,worker_mapping}', tests.id('north_mapping')::text, 'and the page begins with all of it');
select is(public.begin_page() #> '{window,wishes}', public.read_window(tests.id('north_mapping')) -> 'wishes', 'as it is read by itself');
select is(public.begin_page() ->> 'unconfirmed' is not null, true, 'it says that an address is not confirmed, and goes on');
select is((public.begin_page() #>> '{windows,0,early_readers}')::int, 0, 'nobody reads it early');
select tests.logout();
insert into public.member_rights (org_id, user_id, right_name, reason)
values (tests.id('north_org'), tests.id('north_viewer'), 'preferences.viewBeforeClose', 'Looks at the lines');
select tests.login('north_doctor');
select is((public.begin_page() #>> '{windows,0,early_readers}')::int, 1, 'or is told how many do');
select tests.logout();
delete from public.member_rights where org_id = tests.id('north_org');
insert into public.preferencers (org_id, allocation_run, name, email, user_id)
values (tests.id('north_org'), tests.id('north_run'), 'Ward', 'doctor@tests.example', tests.id('north_doctor'));
select tests.login('north_doctor');
select is(jsonb_array_length(public.begin_page() -> 'departments') || ' ' || (public.begin_page() ->> 'window' is null), '1 true', 'who has more to choose from is given the list');
select tests.logout();
delete from public.preferencers where name = 'Ward' and org_id = tests.id('north_org');
select tests.login('south_doctor');
select is(public.begin_page() -> 'windows', '[]', 'others are given nothing of it');
select tests.login('north_doctor');
select is(pg_temp.code(format('select public.read_window(%L)', tests.id('bo_mapping'))), 'NOT_YOURS', 'not a colleague''s');
select is(pg_temp.save('{}', tests.id('bo_mapping')), 'NOT_YOURS', 'nor to be written');
select tests.login('south_doctor');
select is(pg_temp.save('{}'), 'NOT_YOURS', 'nor another org''s');

-- Faults, each with its path; nothing of the whole is written.
select tests.login('north_doctor');
select is(pg_temp.save(faulty), path, path) from (values
  ('[]'::jsonb, ''), ('{"line": []}', 'line'), ('{"lines": [{"job_line": "x", "changed_at": "2027-01-01T00:00:00Z"}]}', 'lines[0].job_line'),
  (pg_temp.wish('a', '{"order_preference": 1, "changed_at": "yesterday"}'), 'lines[0].changed_at'),
  (pg_temp.wish('a', '{"order_preference": 1.3}'), 'lines[0].order_preference'),
  (pg_temp.wish('a', '{"order_preference": 1, "like_dislike_preference": -2}'), 'lines[0].order_preference'),
  (pg_temp.wish('a', '{"like_dislike_preference": 3}'), 'lines[0].like_dislike_preference'),
  (pg_temp.wish('a', jsonb_build_object('notes', repeat('x', 4001))), 'lines[0].notes'),
  (pg_temp.wish('a', jsonb_build_object('job_line', gen_random_uuid())), 'lines[0].job_line'),
  ('{"screening": [{"kind": "hospital", "changed_at": "2027-01-01T00:00:00Z"}]}', 'screening[0].hospital'),
  ('{"screening": [{"kind": "rural", "specialty": "X", "changed_at": "2027-01-01T00:00:00Z"}]}', 'screening[0].specialty'),
  ('{"specialties": [{"specialty": "A", "sentiment": 1, "changed_at": "2027-01-01T00:00:00Z"}, {"specialty": "a", "sentiment": 1, "changed_at": "2027-01-01T00:00:00Z"}]}', 'specialties[1]')
) as t (faulty, path);
select is(pg_temp.save(pg_temp.wish('a', '{"order_preference": 1}') || '{"specialties": [{"specialty": "A", "sentiment": 5, "changed_at": "2027-01-01T00:00:00Z"}]}'), 'specialties[0].sentiment', 'one bad row');
select is(pg_temp.ranks(), null, 'and nothing is written');

-- Merged row by row; the later one wins, whenever it comes.
select is(pg_temp.save(pg_temp.wish('a', '{"order_preference": 1, "like_dislike_preference": 2, "notes": "Near home."}', now() - interval '1 hour')), '0', 'a wish is saved');
select is(pg_temp.save(pg_temp.wish('a', '{"order_preference": 3}', now() - interval '2 hours')), '1', 'what was typed earlier and comes later');
select is(pg_temp.ranks(), 'a/1/2', 'does not win');
select is(pg_temp.save(pg_temp.wish('a', '{"like_dislike_preference": 1}', now() - interval '30 minutes')), '0', 'the later one');
select is(pg_temp.ranks(), 'a/1/1', 'does; what it does not tell stays');
select is(pg_temp.save(pg_temp.wish('a', '{"order_preference": 1}', now() + interval '1 year')), '0', 'a clock that is ahead');
select ok(changed_at <= clock_timestamp(), 'is capped') from public.preference_worker_job_lines;
select is(pg_temp.save(pg_temp.wish('a', '{"order_preference": 1}', clock_timestamp())), '0', 'so that it does not win for ever');
select is(pg_temp.save(pg_temp.wish('a', '{"like_dislike_preference": -2}', clock_timestamp())), '0', 'never');
select is(pg_temp.ranks(), 'a/-2', 'has no rank');
select is(pg_temp.save(pg_temp.wish('a', '{"order_preference": 1}', clock_timestamp())), '0', 'a rank');
select is(pg_temp.ranks(), 'a/1', 'is no never');
select is(pg_temp.save(jsonb_build_object('device', 'phone', 'rotations', jsonb_build_array(jsonb_build_object('position', tests.id('north_p1'),
  'like_dislike_preference', 2, 'notes', 'Good team', 'changed_at', to_jsonb(now()))),
  'specialties', '[{"specialty": "Medicine", "sentiment": 2, "changed_at": "2026-01-01T00:00:00+10:00"}]'::jsonb,
  'screening', '[{"kind": "rural", "changed_at": "2026-01-01T00:00:00Z"}]'::jsonb)), '0', 'positions, specialties and exclusions');
select is(public.read_window(tests.id('north_mapping')) #> '{wishes,screening,0,active}', 'true', 'come back');
select is(public.read_window(tests.id('north_mapping')) #>> '{wishes,lines,0,notes}', 'Near home.', 'with notes');
select is((select count(*)::int from public.preference_history where not changes @> '[{"applied": true}]'), 1, 'what did not win is in the history');

-- Submitting.
select is(pg_temp.code(format('select public.submit_wishes(%L)', tests.id('north_mapping'))), 'TOO_FEW_LINES', 'a minimum of lines');
select pg_temp.save(pg_temp.wish('b', '{"order_preference": 1, "like_dislike_preference": -1}', clock_timestamp())) is null;
select is(pg_temp.code(format('select public.submit_wishes(%L)', tests.id('north_mapping'))), 'TOO_FEW_LINES', 'that they like');
select pg_temp.save(pg_temp.wish('b', '{"like_dislike_preference": 1}', clock_timestamp())) is null;
select is(pg_temp.code(format('select public.submit_wishes(%L)', tests.id('north_mapping'))), 'TIED_LINES', 'in an order');
select pg_temp.save(pg_temp.wish('b', '{"order_preference": 2}', clock_timestamp())) is null;
select is(public.read_window(tests.id('north_mapping')) ->> 'receipt', null, 'there is no receipt before');
select matches(public.submit_wishes(tests.id('north_mapping')) ->> 'receipt', '^[0-9A-F]{12}$', 'submitted, with a receipt');
select matches(public.read_window(tests.id('north_mapping')) #>> '{receipt,receipt}', '^[0-9A-F]{12}$', 'which every device of theirs reads');
select tests.login('north_manager');
select results_eq($$ select lines, changed_since_submit from public.window_progress(tests.id('north_run')) where submitted_at is not null $$,
  $$ values (2::bigint, false) $$, 'managers see how many lines');
select is(public.match_readiness(tests.id('north_run')) #>> '{not_submitted,0,name}', 'Bo', 'and who has not submitted');
select tests.login('north_doctor');
select pg_temp.save(pg_temp.wish('c', '{"order_preference": 3}', clock_timestamp())) is null;
select is((select string_agg(concat_ws('=', l ->> 'name', l ->> 'order_preference'), ' ' order by n)
    from jsonb_array_elements(public.read_window(tests.id('north_mapping')) #> '{receipt,lines}') with ordinality as e (l, n)), 'a=1 b=2',
  'with the order as it was, whatever is changed since');
select is((public.read_window(tests.id('north_mapping')) #>> '{receipt,submitted_at}')::timestamptz,
  (public.read_window(tests.id('north_mapping')) #>> '{window,submitted_at}')::timestamptz, 'and when');

-- Nobody else reads any of it.
select tests.login('north_manager');
select is((select count(*)::int from public.preference_worker_job_lines), 0, 'no wishes');
select throws_ok($$ insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_a'), 1) $$, '42501', null,
  'nor whether there is one');
select is((select count(*)::int from public.audit_log where table_name = 'preference_worker_job_lines')
  + (select count(*)::int from public.audit_about(tests.id('north_org'), array[tests.id('north_mapping')]) where table_name = 'preference_worker_job_lines'), 0, 'in the audit log neither');
select is((select count(*)::int from public.preference_line_notes) + (select count(*)::int from public.preference_worker_rotations)
  + (select count(*)::int from public.worker_specialty_sentiments) + (select count(*)::int from public.worker_screening_rules)
  + (select count(*)::int from public.preference_history), 0, 'nothing that is for the doctor alone');
select is((select d -> 'rows' -> 'preference_worker_job_lines' from (select public.export_person(tests.id('north_worker')) as d) as e), '[]', 'no export has it');
select ok(not (select d::text ~ 'Near home|Good team' from (select public.export_person(tests.id('north_worker')) as d) as e), 'nor notes');
select is(pg_temp.code(format('select public.request_allocator_run(%L, ''{}'') ->> ''outcome''', jsonb_build_object('allocation_run', tests.id('north_run')))),
  'window_open', 'nor a match');
select is(public.match_readiness(tests.id('north_run')) #>> '{changed_since_submit,0,name}', 'Dr Test', 'that wishes changed since is told');
select tests.login('north_doctor');
select ok((select d::text ~ 'Near home' from (select public.export_person(tests.id('north_worker')) as d) as e), 'the doctor''s own export has all');

-- Locked; withdrawn; over.
select tests.login('north_manager');
select public.lock_doctors(tests.id('north_run'), array[tests.id('north_mapping')]) is null;
select tests.login('north_doctor');
select is(pg_temp.save('{}'), 'LOCKED', 'who is locked changes nothing');
select is_empty($$ update public.preference_worker_job_lines set order_preference = 9 returning 1 $$, 'past the function neither');
select tests.login('north_manager');
select public.unlock_doctors(tests.id('north_run'), array[tests.id('north_mapping')]) is null;
select tests.logout();
update public.allocation_runs set due_date = now() - interval '1 second' where id = tests.id('north_run');
select tests.login('north_doctor');
select is(pg_temp.save(pg_temp.wish('c', '{"order_preference": 1}', now() - interval '1 day')), 'WINDOW_CLOSED', 'after the end nothing is saved, whatever a clock says');
select is(pg_temp.code(format('select public.retract_wishes(%L)', tests.id('north_mapping'))), 'WINDOW_CLOSED', 'nor taken back');
select is_empty($$ delete from public.preference_worker_job_lines returning 1 $$, 'past the functions neither');
select throws_ok($$ insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_d'), 4) $$, '42501', null, 'not a new one');
select tests.logout();
select is(private.close_due_windows(), 1, 'it closes by itself');
select is((select reason from public.audit_log where table_name = 'allocation_runs' order by id desc limit 1), 'The end of the window came.', 'and the log says why');
select tests.login('north_manager');
select is(pg_temp.ranks(), 'a/1 b/2/1 c/3', 'then managers read wishes');

-- Opened again for a reason only, whatever the way.
select set_config('receptor.reason', '', true);
select is(pg_temp.code(format('update public.allocation_runs set status = %L where id = %L returning status', status, tests.id('north_run'))),
  'WINDOW_CLOSED', 'a closed window does not become ' || status || ' without a reason') from unnest('{open,draft}'::text[]) as status;
select is(pg_temp.code(format('select public.reopen_window(%L, %L)', tests.id('north_run'), ' ')), 'p_reason', 'the function asks for it');
select is(public.reopen_window(tests.id('north_run'), 'A doctor was on leave.', now() + interval '1 day') ->> 'status', 'open', 'and keeps it');
-- Nothing is said later than it is written: a moment to come would win over all that the doctor says until then.
select tests.login('north_doctor');
select lives_ok($$ update public.preference_worker_job_lines set order_preference = null, changed_at = '2099-01-01' where job_line = tests.id('north_a') $$, 'a row from the future is taken');
select ok((select changed_at <= clock_timestamp() from public.preference_worker_job_lines where job_line = tests.id('north_a')), 'as of now');
select is(pg_temp.save(pg_temp.wish('a', '{"order_preference": 6}', clock_timestamp() + interval '1 hour') || '{"order_only": true}'), '0', 'and what is said next counts');
select is(pg_temp.ranks() like 'a/6%', true, 'and stands');

select * from finish();
rollback;
