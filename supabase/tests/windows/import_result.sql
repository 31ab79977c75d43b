-- A result that was made elsewhere: it becomes the result or corrects it, every rule that it breaks is listed, a preview leaves nothing.
begin;
select plan(28);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', l) is null from unnest('{a,b,c}'::text[]) as l;
insert into public.workers (id, org_id, email, name)
select tests.remember(n, gen_random_uuid()), tests.id('north_org'), n || '@tests.example', n from unnest('{ann,bo,cy}'::text[]) as n;
insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
select tests.remember(n || '_mapping', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), tests.id(n) from unnest('{ann,bo,cy}'::text[]) as n;
delete from public.allocation_run_worker_mappings where id = tests.id('north_mapping');
insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
values (tests.id('north_org'), tests.id('north_run'), tests.id('ann_mapping'), tests.id('north_b'), 1),
       (tests.id('north_org'), tests.id('north_run'), tests.id('ann_mapping'), tests.id('north_a'), 2);
update public.job_lines set must_have_workers = true where id = tests.id('north_c');
insert into public.job_line_eligibility (org_id, allocation_run, job_line, excluded_worker_mapping_ids)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_b'), array[tests.id('bo_mapping')]);

create function pg_temp.lines(variadic p_pairs text[]) returns jsonb language sql as $$
  select jsonb_agg(jsonb_build_object('doctor', split_part(p, ' ', 1) || '@tests.example', 'line', nullif(split_part(p, ' ', 2), '-'))) from unnest(p_pairs) as p
$$;
create function pg_temp.codes(p_broken jsonb) returns text language sql as $$
  select string_agg(concat_ws(' ', split_part(f ->> 'doctor', '@', 1), f ->> 'line', f ->> 'code'), ', ' order by f ->> 'code', f ->> 'doctor') from jsonb_array_elements(p_broken) as f
$$;
create function pg_temp.held() returns text language sql as $$
  select string_agg(concat_ws(' ', r.doctor, coalesce(r.job_line_name, '-'), r.version, nullif(array_to_string(r.overrides, '+'), '')), ', ' order by r.doctor) from public.read_results(tests.id('north_run')) r
$$;
create function pg_temp.told() returns text language sql security definer as $$
  select string_agg(w.name || ' ' || e.kind, ', ' order by w.name, e.kind) from messages.emails e
  join public.allocation_run_worker_mappings m on m.id = e.worker_mapping join public.workers w on w.id = m.worker
$$;
create function pg_temp.fault(p_call text) returns text language plpgsql as $$
declare
  v_detail text; v_hint text;
begin
  execute p_call;
  return 'done';
exception when others then
  get stacked diagnostics v_detail = pg_exception_detail, v_hint = pg_exception_hint;
  return case when sqlstate = 'RC400' then (select string_agg(concat_ws(' ', f ->> 'path', f ->> 'code'), ', ' order by f ->> 'code', f ->> 'path') from jsonb_array_elements(v_detail::jsonb) as f)
    else coalesce(nullif(v_hint, ''), sqlstate) end;
end
$$;
create function pg_temp.send(p_lines jsonb, p_override boolean default false, p_dry boolean default false, p_reason text default null) returns jsonb language sql as $$
  select public.import_result(tests.id('north_run'), p_lines, p_reason, p_override, p_dry)
$$;
create function pg_temp.tried(p_lines jsonb) returns text language sql as $$
  select pg_temp.fault(format('select public.import_result(%L, %L, null, false, false)', tests.id('north_run'), p_lines))
$$;

select tests.login('north_viewer');
select is(pg_temp.tried('[]'), '42501', 'viewers import nothing');
select tests.login('south_manager');
select is(pg_temp.tried('[]'), 'RC404', 'nor do others');
select tests.login('north_manager');
select is(pg_temp.tried(pg_temp.lines('ann a', 'zoe b', 'bo nowhere', 'ann c')),
  'lines[2].line JOB_LINE_NOT_FOUND, lines[0].doctor MOVED_TWICE, lines[3].doctor MOVED_TWICE, lines[1].doctor NO_RESULT', 'whoever and whatever is not there is told');
select is(pg_temp.tried('[{"doctor": 1}]'), 'lines[0].doctor', 'so is what is no list of doctors');

-- Nobody has a result yet.
select is(pg_temp.codes(pg_temp.send(pg_temp.lines('ann a', 'bo b'), p_dry => true) -> 'broken'), 'c MUST_HAVE, bo b NOT_ELIGIBLE', 'every rule that it breaks is listed');
select is(pg_temp.held(), null, 'a preview leaves nothing');
select is((select status from public.allocation_runs where id = tests.id('north_run')), 'draft', 'not even a state');
select is(pg_temp.tried(pg_temp.lines('ann a', 'bo b')), 'lines MUST_HAVE, lines.bo@tests.example NOT_ELIGIBLE', 'and refused');
select is(pg_temp.held(), null, 'all of it');
select is(pg_temp.send(pg_temp.lines('ann a', 'bo b'), true, p_reason => 'Agreed at the meeting.') - 'changes' - 'broken' - 'preview',
  '{"first": true, "version": 1, "placed": 2, "unplaced": 1}', 'unless somebody says that it stands');
select is(pg_temp.held(), 'ann a 1, bo b 1 NOT_ELIGIBLE, cy - 1', 'it is the result, and says what was set aside');
select is((select correction_reason from public.read_results(tests.id('north_run')) where doctor = 'bo'), 'Agreed at the meeting.', 'and why');
select is((select preference_number from public.read_results(tests.id('north_run')) where doctor = 'ann'), 2, 'which choice it was is known');
select is((select count(*) from public.read_results(tests.id('north_run')) where correction_reason is null), 2::bigint, 'who breaks nothing is no correction');
select is(public.read_match(tests.id('north_run')) #>> '{match,id}', null, 'it is written to a spreadsheet without a match');
select is(jsonb_array_length(public.read_match(tests.id('north_run')) -> 'doctors'), 3, 'with everybody');

-- The same again, and corrections.
select is(pg_temp.send(pg_temp.lines('ann a', 'bo b', 'cy -')) #> '{changes}', '[]', 'the same changes nothing');
select is(pg_temp.send(pg_temp.lines('ann a', 'bo b', 'cy -')) #> '{broken}', '[]', 'and breaks nothing anew');
select is((select max(version) from public.job_line_worker_mappings where allocation_run = tests.id('north_run')), 1, 'there is no version for it');
select public.release_result(tests.id('north_run')) is null;
select is(pg_temp.send(pg_temp.lines('cy c')) - 'broken' - 'preview', '{"first": false, "version": 2, "placed": 3, "unplaced": 0, "changes": [
  {"doctor": "cy@tests.example", "before": null, "after": "c"}]}', 'who is not named keeps what they have');
select is(pg_temp.told(), 'ann released, bo released, cy released, cy released', 'who had no line joins the year: they are told that they have a result');
select is(pg_temp.codes(pg_temp.send(pg_temp.lines('ann b', 'bo a', 'cy a'), p_dry => true) -> 'broken'), 'cy a MUST_HAVE, bo a OVER_CAPACITY, cy a OVER_CAPACITY', 'corrections are judged beside the others') ;
select is(pg_temp.held(), 'ann a 1, bo b 1 NOT_ELIGIBLE, cy c 2', 'a preview corrects nothing');
select is(pg_temp.send(pg_temp.lines('ann b', 'bo a')) -> 'broken', '[]', 'two may swap at once');
select is(pg_temp.held(), 'ann b 3, bo a 3, cy c 2', 'as a version of its own');
select is(pg_temp.told(), 'ann corrected, ann released, bo corrected, bo released, cy released, cy released', 'of which they are told, and nobody else');
select is((select count(*) from public.job_line_worker_mappings where allocation_run = tests.id('north_run') and superseded_at is null and released_at is null), 0::bigint, 'what was released stays so');
select is((select count(distinct correction_reason) from public.read_results(tests.id('north_run')) where version > 1), 1::bigint, 'without a reason it says that it was agreed elsewhere');
select * from finish();
rollback;
