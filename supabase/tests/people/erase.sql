-- A person is exported and erased: afterwards no text of any table has their name, address or notes, whatever tables
-- there are; results stay.
begin;
select plan(21);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'line') is null;

-- Marks wherever a person's rows and what machines write can hold text; a column that comes later is marked as well.
update public.workers set name = 'Xq''uill "Z" Marker', email = 'marker@person.example' where id = tests.id('north_worker');
update auth.users set email = 'marker@person.example' where id = tests.id('north_doctor');
do $$
declare v_column record;
begin
  for v_column in
    select distinct a.attrelid::regclass as name, a.attname from pg_attribute a
    left join private.references_to_people() r on r.table_name = a.attrelid
    where a.attnum > 0 and not a.attisdropped and a.atttypid = 'text'::regtype
      and (r.table_name is not null or a.attrelid = 'public.workers'::regclass) and a.attname not in ('name', 'email')
  loop
    execute format('update %s set %I = %L where org_id = %L', v_column.name, v_column.attname, 'Xq''uill "Z" Marker', tests.id('north_org'));
  end loop;
end $$;

insert into public.qualification_tags (id, org_id, name) values (tests.remember('tag', gen_random_uuid()), tests.id('north_org'), 'Tag');
insert into public.worker_qualifications values (tests.id('north_org'), tests.id('north_worker'), tests.id('tag'));
insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_line'), 1);
insert into public.preferencers (id, org_id, allocation_run, name)
values (tests.remember('preferencer', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), 'Unit');
insert into public.preferencer_worker_ranks (org_id, allocation_run, preferencer, worker_mapping, order_preference)
values (tests.id('north_org'), tests.id('north_run'), tests.id('preferencer'), tests.id('north_mapping'), 1);
-- A reason of something decided by hand says nothing that could be sought: it goes with the doctor whom it is about.
insert into public.allocator_py_runs (id, allocation_run, queued_at, options, request)
select tests.remember('match', gen_random_uuid()), tests.id('north_run'), now(), jsonb_build_object('exclusions', e, 'priority_groups', '[{"name": "For Xq''uill \"Z\" Marker"}]'::jsonb),
  jsonb_build_object('options', jsonb_build_object('exclusions', e))
from (values (jsonb_build_array(
  jsonb_build_object('worker_mapping', tests.id('north_mapping'), 'job_line', tests.id('north_line'), 'reason', 'Xq''uill "Z" Marker'),
  jsonb_build_object('worker_mapping', gen_random_uuid(), 'job_line', tests.id('north_line'), 'reason', 'Another')))) as by_hand (e);
select tests.claim(tests.id('match')) is null;
insert into fleet.kept_runs (run_id, search_type, org_id, engine, engine_version, input, result, time_up)
select id, 'allocator', org_id, 'allocator', 1, jsonb_build_object('state', jsonb_build_object('options', options, 'lines', '[]'::jsonb)), '{}', '{}'
from public.allocator_py_runs where id = tests.id('match');
select allocator.commit_run(tests.id('token'), jsonb_build_array(jsonb_build_array(tests.id('north_mapping'), tests.id('north_line'), 1, 1)),
  '{"note": "Of Xq''uill \"Z\" Marker, marker@person.example."}', allocator.field_fingerprint(tests.id('north_run')), '[]');
insert into public.system_logs (level, source, component, message, org_id, context)
values ('error', 'allocator', 'slice', 'Key (email)=(MARKER@person.example) exists.', tests.id('north_org'),
  jsonb_build_object('said', 'Xq''uill "Z" Marker', 'of', tests.id('north_mapping')));
insert into public.system_logs (level, source, component, message, org_id)
values ('error', 'allocator', 'slice', 'marker@person.example of another org', tests.id('south_org'));
-- What a manager typed of a line.
insert into public.job_line_remarks (job_line, org_id, allocation_run, notes)
values (tests.id('north_line'), tests.id('north_org'), tests.id('north_run'), 'For Xq''uill "Z" Marker (marker@person.example).');
-- What people typed of others, of runs and of tasks, and a snapshot of it.
insert into public.workers (id, org_id, email, name) values (tests.remember('mate', gen_random_uuid()), tests.id('north_org'), 'mate@tests.example', 'Dr Mate');
insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker, withdrawn_at, withdrawal_reason)
values (tests.remember('mate_mapping', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), tests.id('mate'), now(), 'Left with Xq''uill "Z" Marker.');
insert into public.job_line_worker_mappings (org_id, allocation_run, worker_mapping, job_line, version, start_date, end_date, superseded_at, correction_reason)
values (tests.id('north_org'), tests.id('north_run'), tests.id('mate_mapping'), tests.id('north_line'), 1, '2027-01-11', '2027-08-22', now(), 'In place of marker@person.example.');
select tests.new_run('north') is null;
update public.allocation_planner_runs set status = 'CANCELLED', finished_at = now(), name = 'With Xq''uill "Z" Marker', options = options || '{"changes": {"reason": "Xq''uill \"Z\" Marker moves."}}'
where id = tests.id('north_planner_run');
insert into public.agent_tasks (org_id, title, description) values (tests.id('north_org'), 'Ask Xq''uill "Z" Marker', 'At marker@person.example.');
insert into public.agent_memory (org_id, key, value) values (tests.id('north_org'), 'k', 'Xq''uill "Z" Marker knows.');
insert into messages.org_email_templates (org_id, kind, subject, body) values (tests.id('north_org'), 'invited', 'Hello', 'Xq''uill "Z" Marker, {{link}}');
select private.keep_snapshot(tests.id('north_org'), tests.id('north_run'), 'restore', null, null) is null;
update public.job_lines_history set name = 'Before Xq''uill "Z" Marker left' where org_id = tests.id('north_org');
-- Somebody of a name with a part of this one.
insert into public.workers (org_id, email, name) values (tests.id('north_org'), 'other@tests.example', 'Xq''uill "Z" Marker-Lee');

-- Every text, array of texts and document of every table of ours, and the accounts.
create function pg_temp.found_in(p_pattern text) returns text[] language plpgsql as $$
declare v_column record; v_found boolean; v_all text[] := '{}';
begin
  for v_column in
    select c.oid::regclass as name, a.attname from pg_class c
    join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
    where c.relkind = 'r' and a.attnum > 0 and not a.attisdropped
      and (n.oid = any (tests.our_schemas()) or c.oid in ('auth.users'::regclass, 'auth.identities'::regclass))
      and a.atttypid in ('text'::regtype, 'varchar'::regtype, 'json'::regtype, 'jsonb'::regtype, 'text[]'::regtype)
  loop
    execute format('select exists (select from %s t where %I::text ~* $1 and coalesce(to_jsonb(t) ->> ''org_id'', '''') <> $2)',
      v_column.name, v_column.attname) into v_found using p_pattern, tests.id('south_org')::text;
    if v_found then v_all := v_all || format('%s.%s', v_column.name, v_column.attname); end if;
  end loop;
  return v_all;
end $$;
select cmp_ok(cardinality(pg_temp.found_in('Xq''+uill.{1,4}Z.{1,4}Marker(?!-)|marker@person')), '>=', 5, 'the marks are found where they were put');

select tests.new_search('north') is null;
update public.prime_search_runs set requested_by = tests.id('north_doctor') where id = tests.id('north_search');
select tests.login('north_manager');
create temporary table exported as select public.export_person(tests.id('north_worker')) as d;
select is(d #>> '{person,email}', 'marker@person.example', 'an export has the person') from exported;
select is(d #>> '{account,email}', 'marker@person.example', 'their account') from exported;
select is(d #>> '{rows,preference_worker_job_lines,0,job_line_name}', 'line', 'their wishes, with names') from exported;
select ok(d -> 'rows' ?& '{worker_qualifications,preferencer_worker_ranks,allocator_py_allocations,allocation_run_worker_mappings}',
  'rows of every table that refers to them') from exported;
select ok(jsonb_array_length(d -> 'snapshots') >= 2 and jsonb_array_length(d -> 'logs') = 1, 'snapshots and logs') from exported;
select is(d #>> '{asked,prime_search_runs,0,as}', 'requested_by', 'what their account asked for') from exported;
select is(public.erase_person(tests.id('north_worker'), 'They asked.') ->> 'preference_worker_job_lines', '1', 'erasing says what went');
select throws_ok($$ select public.erase_person(tests.id('north_worker')) $$, 'RC409', null, 'nobody is erased twice');
select tests.logout();

select is(pg_temp.found_in('Xq''+uill.{1,4}Z.{1,4}Marker(?!-)|marker@person'), '{}', 'no text of any table has their name or address');
select is(name, 'Erased doctor', 'what is left has no name') from public.workers where id = tests.id('north_worker');
select is((select count(*)::int from public.allocator_py_allocations where run = tests.id('match')), 1, 'the result stays');
select is(jsonb_build_array(jsonb_path_query_array(options, '$.exclusions[*].reason'),
    jsonb_path_query_array(request, '$.options.exclusions[*].reason')), '[["erased", "Another"], ["erased", "Another"]]',
  'what was decided by hand about them has no reason any more, others'' have') from public.allocator_py_runs where id = tests.id('match');
select is(count(*)::int, 0, 'the account is gone') from auth.users where id = tests.id('north_doctor');
select is(jsonb_array_length(attachments -> 'ranks') + jsonb_array_length(attachments -> 'preferencer_ranks'), 0,
  'no restore brings wishes back') from public.job_lines_history where org_id = tests.id('north_org');
select is(count(*)::int, 1, 'others keep their names') from public.workers where name = 'Xq''uill "Z" Marker-Lee';
insert into public.allocator_py_runs (id, allocation_run, queued_at)
values (tests.remember('next', gen_random_uuid()), tests.id('north_run'), now());
select tests.claim(tests.id('next')) is null;
select is((select w -> 'takes_part' from jsonb_array_elements(allocator.load_run(tests.id('next')) -> 'workers') as w
           where w ->> 'id' = tests.id('north_mapping')::text), 'false', 'an erased doctor takes part in no further match');

-- An account that another org knows stays, and nothing of this org names it.
select tests.new_user('guest') is null, tests.new_search('south') is null;
insert into public.org_members (org_id, user_id, role)
values (tests.id('north_org'), tests.id('guest'), 'doctor'), (tests.id('south_org'), tests.id('guest'), 'viewer');
insert into public.workers (id, org_id, user_id, email, name)
values (tests.remember('guest_worker', gen_random_uuid()), tests.id('north_org'), tests.id('guest'), 'guest@tests.example', 'Dr Guest');
update public.prime_search_runs set requested_by = tests.id('guest') where org_id in (tests.id('north_org'), tests.id('south_org'));
select private.erase_person(tests.id('guest_worker'), null) is null;
select is(count(*)::int, 1, 'an account of other use stays') from auth.users where id = tests.id('guest');
select set_eq($$ select org_id, requested_by from public.prime_search_runs where org_id in (tests.id('north_org'), tests.id('south_org')) $$,
  $$ values (tests.id('north_org'), null), (tests.id('south_org'), tests.id('guest')) $$, 'and nothing of this org names it');
-- Every table is gone through once, of its columns all.
select is((select (count(*) = count(distinct table_name), sum(regexp_count(assignments, 'without_texts')) > 3 * count(*))::text from private.written_texts()),
  '(t,t)', 'texts are taken out of all columns of a table at once');
select set_eq($$ select distinct c.relnamespace::regnamespace from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
  join pg_attribute t on t.attrelid = c.oid and t.atttypid in ('text'::regtype, 'jsonb'::regtype) and t.attname not in ('name', 'email')
  where c.relnamespace = any (tests.our_schemas()) and c.relkind in ('r', 'p') and c.oid <> 'fleet.kept_runs'::regclass $$,
  $$ select distinct c.relnamespace::regnamespace from private.written_texts() w join pg_class c on c.oid = w.table_name $$,
  'in every schema that holds texts about orgs');
select * from finish();
rollback;
