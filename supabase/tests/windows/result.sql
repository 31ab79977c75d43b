-- A match is finalised, released, corrected and unfinalised; who sees what of it when; lines stand under it.
begin;
select plan(88);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', l) is null from unnest('{a,b,c}'::text[]) as l;
insert into public.org_members (org_id, user_id, role) select tests.id('north_org'), tests.new_user(n || '_user'), 'doctor' from unnest('{bo,cy}'::text[]) as n;
insert into public.workers (id, org_id, user_id, email, name)
select tests.remember(n, gen_random_uuid()), tests.id('north_org'), tests.id(n || '_user'), n || '@tests.example', n from unnest('{bo,cy}'::text[]) as n;
insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
select tests.remember(n || '_mapping', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), tests.id(n) from unnest('{bo,cy}'::text[]) as n;
insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
values (tests.id('north_org'), tests.id('north_run'), tests.id('bo_mapping'), tests.id('north_a'), 1),
       (tests.id('north_org'), tests.id('north_run'), tests.id('bo_mapping'), tests.id('north_b'), 2),
       (tests.id('north_org'), tests.id('north_run'), tests.id('bo_mapping'), tests.id('north_c'), 3);
update public.job_lines set must_have_workers = true where id = tests.id('north_a');
insert into public.job_line_eligibility (org_id, allocation_run, job_line, excluded_worker_mapping_ids)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_c'), array[tests.id('north_mapping')]);

create function pg_temp.code(p_call text) returns text language plpgsql as $$
declare
  v_detail text; v_hint text; v_answer text;
begin
  execute p_call into v_answer;
  return v_answer;
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return case when sqlstate = 'RC400' then (select string_agg(coalesce(f ->> 'code', f ->> 'path'), ' ') from jsonb_array_elements(v_detail::jsonb) as f)
    else coalesce(nullif(v_hint, ''), sqlstate) end;
end
$$;
create function pg_temp.faults(p_call text) returns setof jsonb language plpgsql as $$
declare
  v_detail text;
begin
  execute p_call;
exception when sqlstate 'RC400' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return query select jsonb_array_elements(v_detail::jsonb);
end
$$;
-- pg_temp.match(name, pairs...): a completed match.
create function pg_temp.match(p_name text, variadic p_pairs text[]) returns uuid language plpgsql as $$
begin
  perform tests.logout();
  insert into public.allocator_py_runs (id, allocation_run, queued_at) values (tests.remember(p_name, gen_random_uuid()), tests.id('north_run'), now());
  perform tests.claim(tests.id(p_name));
  perform tests.engine(tests.id('token'));
  perform allocator.commit_run(tests.id('token'), (
    select jsonb_agg(jsonb_build_array(tests.id(split_part(p, ' ', 1)), tests.id(split_part(p, ' ', 2)), 1, 1)) from unnest(p_pairs) as p), '{"report": {}}', allocator.field_fingerprint(tests.id('north_run')), '[]');
  perform tests.logout();
  return tests.id(p_name);
end
$$;
create function pg_temp.finalise(p_match text) returns text language sql as
$$ select pg_temp.code(format('select public.finalise_match(%L) ->> ''version''', tests.id(p_match))) $$;
create function pg_temp.correct(p_moves jsonb, p_reason text default 'A swap that both agreed to.') returns text language sql as
$$ select pg_temp.code(format('select public.correct_result(%L, %L, %L) ->> ''version''', tests.id('north_run'), p_moves, p_reason)) $$;
create function pg_temp.move(p_who text, p_line text, p_override boolean default false) returns jsonb language sql as $$
  select jsonb_build_object('worker_mapping', tests.id(p_who || '_mapping'), 'job_line', case when p_line is not null then tests.id('north_' || p_line) end, 'override', p_override)
$$;
create function pg_temp.mine(p_who text) returns text language sql as
$$ select pg_temp.code(format('select concat_ws('' '', r #>> ''{line,name}'', r ->> ''version'', r ->> ''corrected'') from public.read_result(%L) as r where r is not null', tests.id(p_who || '_mapping'))) $$;
-- pg_temp.sequence_after(change): by how much the sequence of north's calendar rises; the change is undone.
create function pg_temp.sequence_after(p_change text) returns int language plpgsql as $$
declare
  v_before int := public.read_result(tests.id('north_mapping')) #>> '{calendar,sequence}';
begin
  perform tests.logout();
  execute p_change;
  perform tests.login('north_doctor');
  raise exception using errcode = 'RT000',
    message = (public.read_result(tests.id('north_mapping')) #>> '{calendar,sequence}')::int - v_before;
exception when sqlstate 'RT000' then return sqlerrm::int;
end
$$;

select pg_temp.match('first', 'north_mapping north_a', 'bo_mapping north_b') is null;
select pg_temp.match('second', 'north_mapping north_b', 'bo_mapping north_a') is null;
select is((select string_agg((superseded_at is not null)::text, ' ' order by completed_at) from public.allocator_py_runs), 'true false', 'a new match takes the place of the old one, which says so');
insert into public.allocator_py_runs (id, allocation_run) values (tests.remember('waits', gen_random_uuid()), tests.id('north_run'));

-- Who has which line, before a result by the current match.
create function pg_temp.held() returns text language sql as
$$ select string_agg(concat_ws(' ', d.source, d.doctor, coalesce(l.name, '-')), ', ' order by d.doctor collate "C") from public.line_doctors(tests.id('north_run')) d left join public.job_lines l on l.id = d.job_line $$;
select tests.login('north_viewer');
select is(pg_temp.held(), 'match Dr Test b, match bo a, match cy -', 'who has which line by the current match, and who has none');
select is(public.read_roster(tests.id('north_run')) #> '{lines,0,doctors}', '[{"fte": 1, "name": "bo", "ends_on": "2027-08-22", "starts_on": "2027-01-11"}]', 'the roster names them');
select is(public.read_roster(tests.id('north_run')) ->> 'doctors_by', 'match', 'and says by what');
select tests.login('bo_user');
select is(pg_temp.held(), null, 'doctors never see others');
select tests.login('south_manager');
select is(pg_temp.held(), null, 'nor do other orgs');
select tests.login('north_manager');
select is(pg_temp.finalise('waits'), 'MATCH_NOT_COMPLETED', 'what is not completed is no result');
select is(pg_temp.code(format('select public.release_result(%L)', tests.id('north_run'))), 'NOT_FINALISED', 'nor is there one to release');
select is(pg_temp.correct('[]'), 'NOT_FINALISED', 'or to correct');
select is(pg_temp.code(format('select public.finalise_match(%L, %L)', tests.id('first'), jsonb_build_array(pg_temp.move('cy', 'c')))), 'p_reason', 'corrections have a reason');
select is(pg_temp.finalise('first'), '1', 'an older match can be finalised as well');
select is(pg_temp.finalise('second'), 'MATCH_FINALISED', 'one at a time');
select set_eq($$ select doctor, job_line_name, released_at is not null from public.read_results(tests.id('north_run')) $$,
  $$ values ('bo', 'b', false), ('cy', null, false), ('Dr Test', 'a', false) $$, 'managers read it, with those who have no line');

select is(pg_temp.held(), 'result Dr Test a, result bo b, result cy -', 'who has which line by the result');
select is(public.read_roster(tests.id('north_run')) ->> 'doctors_by', 'result', 'the roster says so');

-- Lines stand under it.
select is(pg_temp.code(format('select public.archive_job_lines(%L, array[%L::uuid])', tests.id('north_run'), tests.id('north_b'))), 'MATCH_FINALISED', 'no line of it is archived');
select is(pg_temp.code(format('update public.allocation_runs set term_weeks = ''{12,10,10}'' where id = %L', tests.id('north_run'))), 'MATCH_FINALISED', 'nor moved');
select is(pg_temp.code(format('select public.open_window(%L)', tests.id('north_run'))), 'MATCH_FINALISED', 'nor are wishes asked for');
select is(public.lock_job_lines(tests.id('north_run'), array[tests.id('north_b')], true), 1, 'what is no change of a line goes on');
select tests.logout();
select throws_ok($$ delete from public.rotations where job_line = tests.id('north_b') $$, 'RC409', null, 'past the functions neither');
update public.allocation_runs set status = 'closed';

-- Not released: nobody but managers.
select tests.login('north_doctor');
select is(pg_temp.mine('north'), null, 'a doctor sees nothing yet');
select is_empty($$ select from public.job_line_worker_mappings $$, 'past the function neither');
select is(pg_temp.mine('bo'), 'NOT_YOURS', 'nor anything of a colleague');
select is((public.my_windows() #> '{0,released}'), 'false', 'their window says so');
select is((public.my_windows() #> '{0,taken_back}'), 'false', 'and that nothing was taken back');

-- Rules.
select tests.login('north_manager');
select is(pg_temp.correct(jsonb_build_array(pg_temp.move('cy', 'b'))), 'OVER_CAPACITY', 'places count');
select is(pg_temp.correct(jsonb_build_array(pg_temp.move('north', 'c'))), 'NOT_ELIGIBLE MUST_HAVE', 'eligibility, and lines that must be taken');
select is(pg_temp.correct(jsonb_build_array(pg_temp.move('north', 'b'), pg_temp.move('north', 'c'))), 'MOVED_TWICE MOVED_TWICE', 'one move each');
select is(pg_temp.correct(jsonb_build_array(pg_temp.move('cy', 'c') || jsonb_build_object('job_line', gen_random_uuid()))), 'JOB_LINE_NOT_FOUND', 'to a line that is there');
select is(pg_temp.correct(jsonb_build_array(jsonb_build_object('worker_mapping', gen_random_uuid(), 'job_line', null))), 'NO_RESULT', 'of a doctor who is in it');
select is(pg_temp.correct(jsonb_build_array(jsonb_build_object('worker_mapping', tests.id('cy_mapping')))), 'MISSING', 'a move says where to');
select is(pg_temp.correct(jsonb_build_array(pg_temp.move('cy', 'c')), ' '), 'p_reason', 'and why');
insert into public.preferencers (id, org_id, allocation_run, name, max_workers)
values (tests.remember('unit', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), 'Unit', 1);
insert into public.preferencer_job_lines select tests.id('north_org'), tests.id('north_run'), tests.id('unit'), tests.id('north_' || l) from unnest('{b,c}'::text[]) as l;
select is(pg_temp.correct(jsonb_build_array(pg_temp.move('cy', 'c'))), 'CAP_DOCTORS', 'caps of preferencers');
update public.preferencers set max_workers = null, max_job_lines = 1 where id = tests.id('unit');
select is(pg_temp.correct(jsonb_build_array(pg_temp.move('cy', 'c'))), 'CAP_LINES', 'of lines, too');
delete from public.preferencer_job_lines where preferencer = tests.id('unit');
select is((select count(*)::int from public.job_line_worker_mappings), 3, 'nothing was written by any of these');
select is(pg_temp.correct(jsonb_build_array(pg_temp.move('north', 'b'), pg_temp.move('bo', 'a'))), '2', 'two swap');
select is(pg_temp.correct(jsonb_build_array(pg_temp.move('bo', null, true) || jsonb_build_object('from', tests.id('north_b')))), 'CHANGED_MEANWHILE', 'nobody is moved who has another line by now than whoever asks saw');
select is(pg_temp.correct(jsonb_build_array(pg_temp.move('north', null, true) || jsonb_build_object('from', null))), 'CHANGED_MEANWHILE', 'nor who had none then');
select is(public.correct_result(tests.id('north_run'), jsonb_build_array(pg_temp.move('cy', 'b', true) || '{"from": null}'), 'Urgent.') #> '{changed,0,overrides}', '["OVER_CAPACITY"]', 'a rule is set aside, and that is marked');
select set_eq($$ select doctor, job_line_name, version, preference_number, overrides from public.read_results(tests.id('north_run')) $$,
  $$ values ('bo', 'a', 2, 1, '{}'::text[]), ('cy', 'b', 3, null, '{OVER_CAPACITY}'), ('Dr Test', 'b', 2, null, '{}') $$, 'versions');

-- Released, to all at one moment.
select is(public.release_result(tests.id('north_run')) ->> 'doctors', '3', 'all doctors');
select is(public.release_result(tests.id('north_run')) ->> 'doctors', '0', 'once');
select is((select count(distinct released_at)::int from public.job_line_worker_mappings where superseded_at is null), 1, 'at one moment');
select tests.login('north_doctor');
select is(pg_temp.mine('north'), 'b 2 true', 'a doctor sees their own');
select is((select array_agg(worker_mapping) from public.job_line_worker_mappings), array[tests.id('north_mapping')], 'and no other''s');
select is(public.read_result(tests.id('north_mapping')) ->> 'correction_reason', 'A swap that both agreed to.', 'with why it was corrected');
select is(jsonb_array_length(public.read_result(tests.id('north_mapping')) #> '{line,rotations}'), 3, 'with its rotations');
select is(pg_temp.sequence_after('select 1'), 0, 'read again, its calendar is the same');
select is(pg_temp.sequence_after(change), 1, 'a calendar hears of it: ' || change) from unnest(array[
  'update public.job_line_worker_mappings set end_date = end_date - 40 where superseded_at is null',
  'update public.job_lines set name = name || '' too''', 'update public.positions set name = name || '' too''',
  'update public.hospitals set name = name || '' too''', 'update public.teams set name = name || '' too''']) as change;
select is(public.read_result(tests.id('north_mapping')) -> 'why', '[]', 'a match does not say why a manager moved them');
select is(pg_temp.mine('bo'), 'NOT_YOURS', 'nothing of a colleague');
select tests.logout();
insert into public.doctor_links (org_id, allocation_run, worker_mapping, partner_email, partner, fit, state)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), 'bo@tests.example', tests.id('bo_mapping'), 'ranked_lines', 'agreed');
select tests.login('north_doctor');
select is(public.my_links(tests.id('north_mapping')) #> '{0,matched}', 'false', 'a couple reads that the match did not go by what they agreed to');
select tests.logout();
update public.allocator_py_runs set options = jsonb_build_object('linked_doctors', jsonb_build_array(jsonb_build_object(
  'first', tests.id('bo_mapping'), 'second', tests.id('north_mapping'), 'fit', 'ranked_lines'))) where id = tests.id('first');
select tests.login('bo_user');
select is(public.my_links(tests.id('bo_mapping')) #> '{0,matched}', 'true', 'or that it did');
select tests.logout();
update public.allocator_py_runs set options = '{}' where id = tests.id('first');
select tests.login('bo_user');
select is(pg_temp.mine('bo'), 'a 2 true', 'who sees theirs');
select is(pg_temp.held(), null, 'and of others no name, released or not');

-- Corrected: seen at once, with what it was before.
select tests.login('north_manager');
select is(pg_temp.correct(jsonb_build_array(pg_temp.move('bo', null, true)), 'Has left.'), '4', 'a correction after the release');
select tests.login('bo_user');
select is(pg_temp.mine('bo'), '4 true', 'is seen at once');
select is(public.read_result(tests.id('bo_mapping')) ->> 'previous_line', 'a', 'with the line of before');
select tests.logout();
select is((select string_agg(kind, ' ' order by kind) from messages.emails where worker_mapping = tests.id('bo_mapping')), 'corrected released', 'they are told');
select is((select count(*)::int from messages.emails where kind = 'corrected'), 1, 'and nobody else');

-- Unfinalised.
select tests.login('north_manager');
select is(pg_temp.code(format('select public.unfinalise_match(%L, '''')', tests.id('north_run'))), 'p_reason', 'a reason is asked for');
select is(public.unfinalise_match(tests.id('north_run'), 'Two doctors were missing.'), '{"doctors": 3, "was_released": true}', 'the result stands no more');
select tests.login('north_doctor');
select is(pg_temp.mine('north'), null, 'nobody sees it');
select is((public.my_windows() #> '{0,taken_back}'), 'true', 'who saw it reads that it was taken back');
select is(public.my_links(tests.id('north_mapping')) #>> '{0,matched}', null, 'with all that it said');
select tests.login('north_manager');
select is((select count(*)::int from public.audit_log where reason = 'Two doctors were missing.'), 3, 'the log says why');
select is(public.archive_job_lines(tests.id('north_run'), array[tests.id('north_b')]) ->> 'archived', '1', 'lines may be changed');
select is(pg_temp.finalise('first'), 'LINES_CHANGED', 'the match is of other lines then');

-- Why, of a match that stands as it was made.
select public.unarchive_job_lines(tests.id('north_run'), array[tests.id('north_b')]) is null;
select is(pg_temp.finalise('first'), '5', 'versions go on');
select public.release_result(tests.id('north_run')) is null;
select tests.login('north_doctor');
select is((public.my_windows() #> '{0,taken_back}'), 'false', 'until another is released');
select tests.logout();
insert into public.allocator_run_reasons (org_id, allocation_run, run, worker_mapping, job_line, code, "values", choice)
values (tests.id('north_org'), tests.id('north_run'), tests.id('first'), tests.id('bo_mapping'), tests.id('north_a'), 'FULL_BETTER', '{"placed": 1}', 4),
  (tests.id('north_org'), tests.id('north_run'), tests.id('second'), tests.id('bo_mapping'), tests.id('north_c'), 'PINNED', '{}', 1);
with tag as (insert into public.qualification_tags (org_id, name) values (tests.id('north_org'), 'ALS') returning id)
insert into public.allocator_run_reasons (org_id, allocation_run, run, worker_mapping, job_line, code, "values", choice)
select tests.id('north_org'), tests.id('north_run'), tests.id('first'), tests.id('bo_mapping'), tests.id('north_c'), 'NOT_ELIGIBLE',
  jsonb_build_object('rule', 'included_tags', 'tags', jsonb_build_array(id)), 5 from tag;
-- A year later the wishes are others; what the match said of them is not.
delete from public.preference_worker_job_lines where worker_mapping = tests.id('bo_mapping');
select tests.login('bo_user');
select is(public.read_result(tests.id('bo_mapping')) -> 'why', jsonb_build_array(jsonb_build_object('job_line', tests.id('north_a'), 'name', 'a',
  'rank', 4, 'sentence_code', 'FULL_BETTER', 'values', '{"placed": 1}'::jsonb), jsonb_build_object('job_line', tests.id('north_c'), 'name', 'c',
  'rank', 5, 'sentence_code', 'NOT_ELIGIBLE', 'values', '{"rule": "included_tags", "tags": ["ALS"]}'::jsonb)), 'why, from the match that gave the line');

-- A match that was made when the rules were others: it is told what it breaks now, by whom, and finalised only by an explicit yes.
select tests.login('north_manager');
select public.unfinalise_match(tests.id('north_run'), 'Rules have changed.') is null;
create function pg_temp.broken() returns text language sql as
$$ select string_agg(concat_ws(' ', rule, worker_name, line_name), ', ' order by rule, worker_name collate "C") from public.match_changes(tests.id('first')) where change = 'rule_broken' $$;
select is(pg_temp.broken(), null, 'a match breaks no rule of when it was made');
update public.job_line_eligibility set excluded_worker_mapping_ids = array[tests.id('north_mapping')], job_line = tests.id('north_a');
select is(pg_temp.broken(), 'NOT_ELIGIBLE Dr Test a', 'who may have a line changed');
select is(pg_temp.finalise('first'), 'NOT_ELIGIBLE', 'and is not given it without a word');
select tests.logout();
update public.allocation_runs set allows_never = true where id = tests.id('north_run');
insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, like_dislike_preference)
values (tests.id('north_org'), tests.id('north_run'), tests.id('bo_mapping'), tests.id('north_b'), -2);
select tests.login('north_manager');
select is(pg_temp.broken(), 'NEVER bo b, NOT_ELIGIBLE Dr Test a', 'what a doctor said never to');
select tests.logout();
-- It was made when the line had two places.
insert into public.allocator_py_allocations (org_id, allocation_run, run, worker_mapping, job_line)
values (tests.id('north_org'), tests.id('north_run'), tests.id('first'), tests.id('cy_mapping'), tests.id('north_b'));
insert into public.preferencer_job_lines select tests.id('north_org'), tests.id('north_run'), tests.id('unit'), tests.id('north_' || l) from unnest('{a,b}'::text[]) as l;
update public.preferencers set max_workers = 1, max_job_lines = 1 where id = tests.id('unit');
update public.job_lines set must_have_workers = id = tests.id('north_c') where allocation_run = tests.id('north_run');
select tests.login('north_manager');
select is(pg_temp.broken(), 'CAP_DOCTORS Dr Test a, CAP_DOCTORS bo b, CAP_DOCTORS cy b, CAP_LINES Dr Test a, CAP_LINES bo b, CAP_LINES cy b, MUST_HAVE c, NEVER bo b, NOT_ELIGIBLE Dr Test a, OVER_CAPACITY bo b, OVER_CAPACITY cy b',
  'places, caps, and lines that somebody must take');
select is(pg_temp.code(format('select public.finalise_match(%L, p_override => true)', tests.id('first'))), 'p_reason', 'setting rules aside asks for a reason');
select is((select count(*)::int from public.job_line_worker_mappings where superseded_at is null), 0, 'nothing was written by any of these');
select is((
  select string_agg(distinct f ->> 'path', ' ') from pg_temp.faults(format('select public.finalise_match(%L)', tests.id('first'))) as f), concat_ws(' ',
    'allocations', (select string_agg(p, ' ' order by p) from unnest('{north,bo,cy}'::text[]) as n cross join lateral (select 'allocations.' || tests.id(n || '_mapping') as p) as v)),
  'each fault names its doctor by id');
select is(pg_temp.code(format('select public.finalise_match(%L, %L, ''Bo goes to c.'') ->> ''version''', tests.id('first'), jsonb_build_array(pg_temp.move('bo', 'c'), pg_temp.move('north', null, true)))),
  '7', 'corrections that mend all of it');
select is(public.unfinalise_match(tests.id('north_run'), 'As it was.') ->> 'doctors', '3', 'taken back');
select is(public.finalise_match(tests.id('first'), p_reason => 'Agreed with everybody.', p_override => true) ->> 'placed', '3', 'or an explicit yes');
select set_eq($$ select doctor, job_line_name, overrides, correction_reason from public.read_results(tests.id('north_run')) $$,
  $$ values ('bo', 'b', '{CAP_DOCTORS,CAP_LINES,NEVER,OVER_CAPACITY}'::text[], 'Agreed with everybody.'), ('cy', 'b', '{CAP_DOCTORS,CAP_LINES,OVER_CAPACITY}', 'Agreed with everybody.'),
    ('Dr Test', 'a', '{CAP_DOCTORS,CAP_LINES,NOT_ELIGIBLE}', 'Agreed with everybody.') $$, 'marked, with the reason');
select tests.logout();
select is_empty(format($$ select from private.standing_faults((select r from public.allocation_runs r where id = %L)) where worker_mapping is not null $$, tests.id('north_run')), 'and told no more');
select * from finish();
rollback;
