-- Where a person stands: every column of ours that refers to a doctor, an account or an address is part of an export and of
-- erasing, or is named here with a reason. A table that comes later fails until it is one or the other.
begin;
create temporary table known (name text primary key, treated text not null);
insert into known values
  -- In both, by name.
  ('public.workers.email', 'person; another one when erased'),
  ('public.preferencers.email', 'settings.departments; taken away when erased'),
  ('public.doctor_links.partner_email', 'settings.links, for themselves; goes when erased'),
  ('public.org_invitations.email', 'invitations; goes when erased'),
  ('public.audit_log.actor', 'audit; an id of nobody when erased'), ('public.audit_log.actor_name', 'audit; "erased" when erased'),
  ('public.audit_log.subjects', 'audit; ids of nobody when erased'),
  ('public.allocator_py_runs.included_worker_mappings', 'matches; ids of nobody when erased'),
  ('public.job_line_eligibility.included_worker_mapping_ids', 'settings.eligibility; ids of nobody when erased, so that the rule stays what it was'),
  ('public.job_line_eligibility.excluded_worker_mapping_ids', 'as the included ones'),
  ('public.allocation_run_preferencer_weightings.worker_mapping_ids', 'settings.weightings; ids of nobody when erased'),
  -- Of nobody.
  ('public.allocation_planner_runs.accepted_lines', 'lines'), ('public.allocator_py_runs.included_job_lines', 'lines'),
  ('public.job_line_eligibility.included_qualification_tag_ids', 'qualifications'),
  ('public.job_line_eligibility.excluded_qualification_tag_ids', 'qualifications'),
  ('public.allocation_run_preferencer_weightings.qualification_tag_ids', 'qualifications'),
  ('public.import_mappings.mapping', 'what columns of files mean'),
  ('public.allocator_py_runs.doctors_left_at', 'a moment'), ('public.allocation_run_worker_mappings.invited_at', 'a moment'),
  ('public.job_lines.max_n_workers', 'a number'), ('public.job_lines.must_have_workers', 'a rule'),
  ('public.preferencers.max_workers', 'a number'), ('fleet.request_limits.per_minute_and_user', 'a number'),
  ('public.strategy_config.min_idle_workers_to_create', 'a number'), ('public.projects.workers', 'numbers of isolates'),
  ('fleet.workers.worker_id', 'an isolate'), ('public.system_logs.worker_id', 'an isolate'), ('public.system_metrics.worker_id', 'an isolate'),
  ('public.verification_queue.original_worker', 'a node'), ('public.verification_queue.verification_worker', 'a node'),
  ('public.operator_nodes.worker_version', 'a program'),
  -- Of people who are no doctors of an org.
  ('public.user_profiles.id', 'the account, which is no org''s: goes with it'), ('public.user_profiles.display_name', 'as the id'),
  ('public.orgs.created_by', 'who made the org: of no doctor, and goes with the account'),
  ('public.member_rights.user_id', 'a member''s: goes with the membership, and the log has it'),
  ('messages.emails.address_digest', 'no address, and a day''s: to count how many one gets'),
  ('prime_search.operator_contacts.email', 'an operator of machines, in no org: goes with the operator');

create temporary table ours as
select c.oid, format('%s.%s.%s', n.nspname, c.relname, a.attname) as name, a.attname, a.attnum, a.atttypid
from pg_class c join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
where c.relkind in ('r', 'p')
  and n.oid = any (tests.our_schemas())
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e');
-- By reference, by name, or a list of ids.
create temporary table suspects as
select o.name from ours o
where (o.attname ~ '(^|_)(e?mails?|address|actor|phone|workers?|doctors?|user|person|mappings?|contact|display_name|invited)(_|$)'
    or o.atttypid = 'uuid[]'::regtype
    or exists (select from pg_constraint x where x.contype = 'f' and x.conrelid = o.oid and o.attnum = any (x.conkey)
                 and x.confrelid = 'auth.users'::regclass))
  and not exists (select from private.references_to_people() r where r.table_name = o.oid and r.column_name = o.attname)
  and not exists (select from private.references_to_accounts() r where r.table_name = o.oid and r.column_name = o.attname);

select plan(21);
select is_empty($$ select name from suspects except select name from known $$, 'every column that may tell of a person has a line');
select is_empty($$ select name from known except select name from suspects $$, 'every line is that of such a column');
select set_eq($$ select distinct nspname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p') and nspname !~ '^(pg_|information_schema$)' and pg_get_userbyid(nspowner) = 'postgres'
      and nspname not in ('supabase_migrations', 'tests', 'cron', 'net', 'vault', 'extensions') $$,
  $$ select distinct split_part(name, '.', 1) from ours where split_part(name, '.', 1) <> 'public' union select nspname::text from pg_namespace
     where nspname = 'public' and pg_get_userbyid(nspowner) = 'postgres' $$, 'no schema of ours is overlooked');

-- A row of a doctor in every table that refers to one.
select tests.new_rows_everywhere();
select tests.logout();
select tests.new_service('south');
create temporary table theirs as
select distinct table_name, split_part(table_name::text, '.', -1) as name from private.references_to_people();
create function pg_temp.rows_of(p_worker uuid) returns setof text language plpgsql as $$
declare
  v_reference record;
  v_found boolean;
begin
  for v_reference in select * from private.references_to_people() loop
    execute format('select exists (select from %s where %I in (
        select $1 union all select id from public.allocation_run_worker_mappings where worker = $1))',
      v_reference.table_name, v_reference.column_name) into v_found using p_worker;
    if v_found then return next split_part(v_reference.table_name::text, '.', -1); end if;
  end loop;
end $$;
create temporary table held as select distinct t as name from pg_temp.rows_of(tests.id('north_worker')) as t;
select is_empty($$ select name from theirs except select name from held $$, 'the doctor has a row in each');
create temporary table exported as select private.export_person(tests.id('north_worker')) as own, private.export_person(tests.id('north_worker'), true) as managers;
select set_eq($$ select name from theirs $$, $$ select jsonb_object_keys(own -> 'rows') from exported $$, 'their own export has each');
select set_eq($$ select name from theirs where name <> all (private.private_tables()) $$,
  $$ select jsonb_object_keys(managers -> 'rows') from exported $$, 'that of managers each but what is the doctor''s alone');

-- As a department's person, in a batch, in what was decided by hand.
update public.preferencers set email = (select lower(email) from public.workers where id = tests.id('north_worker'))
where org_id = tests.id('north_org');
update public.allocator_py_runs set status = 'CANCELLED', finished_at = now()
where allocation_run = tests.id('north_run') and status in ('PENDING', 'GENERATING');
insert into public.allocator_py_runs (id, allocation_run, queued_at, included_worker_mappings, options)
values (tests.remember('batch', gen_random_uuid()), tests.id('north_run'), now(), array[tests.id('north_mapping')],
  jsonb_build_object('pins', jsonb_build_array(jsonb_build_object('worker_mapping', tests.id('north_mapping'), 'job_line', gen_random_uuid(), 'reason', 'Pinned.')),
    'priority_groups', jsonb_build_array(jsonb_build_object('name', 'First', 'worker_mappings', jsonb_build_array(tests.id('north_mapping'))), jsonb_build_object('name', 'Others'))));
-- A colleague asked them to be placed together, and they have not answered.
insert into public.workers (id, org_id, email, name) values (tests.remember('colleague', gen_random_uuid()), tests.id('north_org'), 'colleague@tests.example', 'Dr C');
insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
values (tests.remember('colleague_mapping', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), tests.id('colleague'));
insert into public.doctor_links (org_id, allocation_run, worker_mapping, partner_email, fit)
select tests.id('north_org'), tests.id('north_run'), tests.id('colleague_mapping'), lower(email), 'ranked_lines' from public.workers where id = tests.id('north_worker');
update exported set own = private.export_person(tests.id('north_worker'));
select is(own #>> '{settings,links,0,fit}', 'ranked_lines', 'and that a colleague asked them') from exported;
select isnt(own #>> '{settings,departments,0,email}', null, 'an export has the department that they rank doctors for') from exported;
select is((select jsonb_build_array(m -> 'in_batch', m #> '{pins,0,reason}', m -> 'groups') from jsonb_array_elements(own -> 'matches') as m
           where m ->> 'run' = tests.id('batch')::text), '[true, "Pinned.", ["First"]]', 'and what was decided by hand about them') from exported;

update public.preferencers set name = 'Unit ' || id::text where org_id = tests.id('north_org');

-- What was said of them, in every column of words of their rows, says nothing that could be sought: it goes with the rows, and
-- out of the log, where it stands as values and as reasons. So does what they were called before.
create function pg_temp.say_of_them() returns setof text language plpgsql as $$
declare v_column record; v_count bigint;
begin
  for v_column in
    select distinct a.attrelid::regclass as name, a.attname, r.column_name from pg_attribute a
    join private.references_to_people() r on r.table_name = a.attrelid
    where a.attnum > 0 and not a.attisdropped and a.atttypid = 'text'::regtype
  loop
    begin
      execute format('update %s set %I = ''Of a matter of their own'' where %I in ($1, $2)', v_column.name, v_column.attname, v_column.column_name)
        using tests.id('north_mapping'), tests.id('north_worker');
      get diagnostics v_count = row_count;
      if v_count > 0 then return next v_column.name || '.' || v_column.attname; end if;
    -- A code, an address or a hash holds no words.
    exception when check_violation or foreign_key_violation then null;
    end;
  end loop;
end $$;
update public.allocation_run_worker_mappings set withdrawn_at = now() where id = tests.id('north_mapping');
update public.line_swaps set state = 'refused', answered_at = now(), reason = 'No' where from_mapping = tests.id('north_mapping');
select set_config('receptor.reason', 'Of a matter of their own, too', true) is null;
create temporary table said as select distinct s.name from pg_temp.say_of_them() as s (name);
select ok(array(select name from said) @> '{allocation_run_worker_mappings.withdrawal_reason,line_swaps.message,line_swaps.reason,preference_line_notes.notes,job_line_worker_mappings.correction_reason}',
  'words of each kind are there');
update public.workers set name = 'Qq Former', email = 'former@qq.example' where id = tests.id('north_worker');
update public.workers set name = 'Qq Latter', email = 'latter@qq.example' where id = tests.id('north_worker');
select set_config('receptor.reason', '', true) is null;
insert into public.org_invitations (org_id, email, role) values (tests.id('north_org'), 'former@qq.example', 'doctor');
update public.job_line_remarks set notes = 'For Qq Former (former@qq.example).' where org_id = tests.id('north_org');
update public.allocation_planner_runs set options = options || jsonb_build_object('changes', jsonb_build_object('reason', 'Of a matter of their own',
  'leavers', jsonb_build_array(jsonb_build_object('worker_mapping', tests.id('north_mapping'))))) where org_id = tests.id('north_org');
create function pg_temp.written(p_pattern text) returns setof text language plpgsql as $$
declare v_column record; v_found boolean;
begin
  for v_column in select oid::regclass as name, attname from ours where atttypid in ('text'::regtype, 'jsonb'::regtype, 'text[]'::regtype) loop
    execute format('select exists (select from %s where %I::text ~ $1)', v_column.name, v_column.attname) into v_found using p_pattern;
    if v_found then return next v_column.name || '.' || v_column.attname; end if;
  end loop;
end $$;
select ok(array(select pg_temp.written('Of a matter of their own|Qq Former|former@qq')) @> '{audit_log.before,audit_log.after,audit_log.reason,job_line_remarks.notes}',
  'and in the log');
-- They are erased in another transaction than all of this: what it says of why it erases stays.
select set_config('receptor.audit_transaction', '', true) is null;
-- Somebody else has asked for them, and they have not answered.
insert into public.doctor_links (org_id, allocation_run, worker_mapping, partner_email, fit)
select tests.id('south_org'), tests.id('south_run'), tests.id('south_mapping'), 'somebody.else@tests.example', 'same_hospital';
select lives_ok($$ select private.erase_person(tests.id('north_worker'), 'They asked.') $$, 'they are erased');
select is_empty($$ select pg_temp.written('Of a matter of their own') $$, 'no words of them are left');
select ok(exists (select from public.audit_log where reason = 'They asked.' and subjects @> array[tests.id('north_worker')]), 'why they are erased is');
select is_empty($$ select pg_temp.written('Qq (Former|Latter)|(former|latter)@qq') $$, 'and no name or address that they ever had');
select is((select count(*)::int from public.doctor_links where org_id = tests.id('north_org')), 0, 'nobody has asked for them any more');
select is((select count(*)::int from public.doctor_links where org_id = tests.id('south_org')), 1, 'another org''s links stay');
select set_eq($$ select distinct t from pg_temp.rows_of(tests.id('north_worker')) as t $$,
  $$ select unnest('{allocation_run_worker_mappings,allocator_py_allocations,job_line_worker_mappings}'::text[]) $$,
  'what is left are results, and the place that they stand on');
select is((select count(*)::int from public.preferencers where org_id = tests.id('north_org') and (email is not null or user_id is not null)), 0,
  'no department has their address');
select is((select count(*)::int from public.doctor_links where worker_mapping = tests.id('colleague_mapping')), 0, 'nor a link');
select is((select options #>> '{pins,0,reason}' from public.allocator_py_runs where id = tests.id('batch')), 'erased', 'nor a pin its reason');
select * from finish();
rollback;
