-- Names that look alike are alike; ranks are ranks; a doctor's account is a member's.
begin;
select plan(42);
select tests.new_service('north'), tests.new_service('south');

select is(private.fold_text(told), seen, format('%L', told)) from (values
  (E'Ward\u00a0A', 'Ward A'), (E'Ward\u200b A', 'Ward A'), (E'\u202eWard A\u202c', 'Ward A'), (E'\ufeffWard A', 'Ward A'), (E'Wa\u00adrd A', 'Ward A'),
  (E'  Ward \t\u2003 A \u3000', 'Ward A'), (E'Ward\r\nA', 'Ward A'), (E'Ward A\U000e0041', 'Ward A'), (E'Rene\u0301', E'Ren\u00e9'), (E'\u200b\u2060', ''),
  ('Ward-A (night)', 'Ward-A (night)'), (E'Zo\u00eb \u5317', E'Zo\u00eb \u5317'),
  -- Joiners: kept where they are seen.
  (E'Ward\u200d A', E'Ward A'),
  (E'\u200dWard A\u200c', E'Ward A'),
  (E'Wa\u200crd', E'Ward'),
  (E'\u06a9\u062a\u0627\u0628\u200c\u0647\u0627', E'\u06a9\u062a\u0627\u0628\u200c\u0647\u0627'),
  (E'\u0645\u0627\u200c\u0647\u0627', E'\u0645\u0627\u0647\u0627'),
  (E'\u0628\u200c\u200c\u0647', E'\u0628\u0647'),
  (E'\u0628\u064e\u200c\u0647', E'\u0628\u064e\u200c\u0647'),
  (E'\u0dc1\u0dca\u200d\u0dbb\u0dd3', E'\u0dc1\u0dca\u200d\u0dbb\u0dd3'),
  (E'\u0dc1\u200d\u0dbb\u0dd3', E'\u0dc1\u0dbb\u0dd3'),
  (E'\u0d05\u0d35\u0d28\u0d4d\u200d', E'\u0d05\u0d35\u0d28\u0d4d\u200d'),
  (E'\u09b0\u200d\u09cd\u09af\u09be\u09ac', E'\u09b0\u200d\u09cd\u09af\u09be\u09ac'),
  (E'\u0915\u094d\u200c\u0937', E'\u0915\u094d\u200c\u0937'),
  (E'\u0b95\u0bcd\u200d\u0b95', E'\u0b95\u0bcd\u0b95'),
  (E'\U0001f469\u200d\u2695', E'\U0001f469\u200d\u2695'),
  (E'\U0001f600\u200d\U0001f600', E'\U0001f600\U0001f600'),
  (E'\U0001f469\u200d\u2764\ufe0f\u200d\U0001f468', E'\U0001f469\u200d\u2764\u200d\U0001f468')
) as t (told, seen);
select is((select private.fold_document(jsonb_build_object('a', jsonb_build_array(E'x\u00a0y', 1, null), 'b', '{"c": " d "}'::jsonb))),
  '{"a": ["x y", 1, null], "b": {"c": "d"}}', 'whole documents, too');

select tests.login('north_manager');
select lives_ok($$ insert into public.hospitals (org_id, name) values (tests.id('north_org'), E'\u200bNorth\u00a0West ') $$, 'what is pasted is taken');
select results_eq($$ select name from public.hospitals where name like 'North%' $$, $$ values ('North West') $$, 'as people see it');
select throws_ok($$ insert into public.hospitals (org_id, name) values (tests.id('north_org'), E'North West\u200d') $$, '23505', null, 'so that there are no invisible twins');
select throws_ok($$ insert into public.hospitals (org_id, name) values (tests.id('north_org'), E'\u200b \u2060') $$, '23514', null, 'nor invisible names');
select throws_ok($$ insert into public.workers (org_id, email, name) values (tests.id('north_org'), E'doctor@tests.example\u200b', 'Twin') $$, '23505', null, 'addresses likewise');
select throws_ok($$ insert into public.workers (org_id, email, name) values (tests.id('north_org'), 'two words@tests.example', 'Odd') $$, '23514', null, 'without spaces');
select tests.logout();
select throws_ok($$ update public.workers set user_id = tests.id('south_doctor') where id = tests.id('north_worker') $$, '23503', null,
  'a doctor''s account is not another org''s');
select is_empty($$
  select c.conrelid::regclass from pg_constraint c where c.contype = 'c' and c.connamespace = 'public'::regnamespace
    and pg_get_constraintdef(c.oid) ~ '(TRIM|trim)\(' $$, 'every name is checked in this way');
select set_eq($$
  select a.attrelid::regclass::text from pg_attribute a join pg_class t on t.oid = a.attrelid
  where t.relnamespace = 'public'::regnamespace and t.relkind = 'r' and a.attname = 'name' and a.atttypid = 'text'::regtype
    and not exists (select from pg_constraint c where c.conrelid = t.oid and pg_get_constraintdef(c.oid) ~ 'is_name\(name,') $$,
  array['roles', 'term_templates', 'agent_roles', 'agent_templates'], 'every table with names, but for those of codes');

-- What a text has to be the only one of is a name as people see it, or of letters that look like no others: so there are no twins.
select set_eq($$
  select distinct t.oid::regclass::text || '.' || a.attname
  from pg_index i join pg_class t on t.oid = i.indrelid and t.relkind in ('r', 'p') and not t.relispartition
  join pg_attribute a on a.attrelid = t.oid and a.attnum = any (i.indkey)
  where i.indisunique and a.atttypid = 'text'::regtype and t.relnamespace = any (tests.our_schemas())
    and not exists (select from pg_constraint c where c.conrelid = t.oid and a.attnum = any (c.conkey) and (c.contype = 'f'
      or pg_get_constraintdef(c.oid) ~ ('is_name\(' || a.attname || '|\(' || a.attname || ' (~|= ANY)')))
$$, array['allocation_planner_runs.idempotency_key', 'allocator_py_runs.idempotency_key', 'prime_search_runs.idempotency_key', 'agent_tasks.idempotency_key',
  'operator_invitations.idempotency_key', 'projects.idempotency_key', 'node_commands.idempotency_key',
  'messages.emails.idempotency_key', 'import_mappings.headers', 'member_rights.right_name', 'records.category', 'agent_memory.agent', 'agent_permissions.action',
  'metric_rollups_daily.source', 'metric_rollups_daily.metric', 'slice_cpu_rollups.source', 'slice_cpu_rollups.phase',
  'private.audited_tables.name', 'private.retention.what', 'fleet.workers.worker_id', 'fleet.incidents.kind'],
  'all but what only programs write or compare');

update public.allocation_runs set status = 'open' where id = tests.id('north_run');
select tests.new_line('north', 'L');
select tests.login('north_doctor');
create function pg_temp.try_rank(p_rank real) returns boolean language plpgsql as $$
begin
  perform pg_temp.rank(p_rank);
  return false;
exception when sqlstate 'RC400' then
  return true;
end
$$;
create function pg_temp.rank(p_rank real) returns void language sql as $$
  insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_L'), p_rank)
$$;
select is((select string_agg(r, ' ') from unnest('{NaN,Infinity,-Infinity,-1,0,0.5,1.2,1.5,1e38,10001}'::text[]) as r
  where (select true from (select pg_temp.try_rank(r::real) as refused) as t where refused)), 'NaN Infinity -Infinity -1 0 0.5 1.2 1.5 1e38 10001', 'what is no rank is refused');
select lives_ok('select pg_temp.rank(1)', 'a rank is taken');
select throws_ok($$ update public.preference_worker_job_lines set order_preference = 'NaN' where job_line = tests.id('north_L') $$, 'RC400', null, 'and it stays one');

select * from finish();
rollback;
