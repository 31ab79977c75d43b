-- What roles may do at all, before any policy: anon nothing, users nothing of the fleet, the engine little.
begin;
select plan(13);

create temporary view our_grants as
select n.nspname || '.' || c.relname as name, c.relkind, a.grantee, a.privilege_type
from pg_class c join pg_namespace n on n.oid = c.relnamespace
cross join lateral (
  select * from aclexplode(c.relacl)
  union all
  select x.* from pg_attribute t cross join lateral aclexplode(t.attacl) x where t.attrelid = c.oid
) a
where n.oid = any (tests.our_schemas())
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e');

select is_empty($$ select * from our_grants where grantee in (0, 'anon'::regrole) $$,
  'anon and public have no table, column or sequence');
-- Who writes whose account a row is would be whoever they like.
select is_empty($$
  select c.conrelid::regclass, a.attname, p.privilege
  from pg_constraint c join pg_attribute a on a.attrelid = c.conrelid and a.attnum = any (c.conkey)
  cross join unnest('{insert,update}'::text[]) as p (privilege)
  where c.contype = 'f' and c.confrelid = 'auth.users'::regclass and has_column_privilege('authenticated', a.attrelid, a.attnum, p.privilege)
$$, 'users write no account into any row');
-- What the system writes is true because nobody else can write it. A doctor's page says itself when it was typed what it saves
-- later, and a match is asked for at once or by a batch.
select set_eq($$
  select format('%s.%s', c.relname, a.attname)
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
    and (a.attname ~ '_(at|by)$' or a.attname in ('actor', 'version', 'status') and c.relname <> 'allocation_runs')
    and (has_column_privilege('authenticated', c.oid, a.attnum, 'insert') or has_column_privilege('authenticated', c.oid, a.attnum, 'update'))
$$, '{preference_worker_job_lines.changed_at,import_mappings.changed_at,allocator_py_runs.queued_at}'::text[],
  'users write no column that says when something happened or who did it, but these');
select is_empty($$
  select c.relname, a.attname
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname in ('id', 'org_id')
  where c.relnamespace = 'public'::regnamespace and has_column_privilege('authenticated', c.oid, a.attnum, 'update')
    and exists (select from pg_attribute i where i.attrelid = c.oid and i.attname = 'id')
$$, 'a row that has an id keeps it, and its org');
select is_empty($$
  select nspname from pg_namespace where nspname in ('fleet', 'private', 'planner')
    and has_schema_privilege('anon', oid, 'usage')
$$, 'anon has no schema of ours but public');
select is_empty($$
  select nspname from pg_namespace where nspname in ('fleet', 'planner')
    and has_schema_privilege('authenticated', oid, 'usage')
$$, 'users have neither fleet nor planner');
select is_empty($$
  select * from our_grants where grantee = 'authenticated'::regrole
    and (name like 'fleet.%' or name ~ 'system_|metric_')
$$, 'users have no table of the fleet, no log and no metric');
select is_empty($$
  select * from our_grants where grantee = 'authenticated'::regrole
    and privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
$$, 'users truncate nothing and own no trigger');
select set_eq($$
  select name, privilege_type from our_grants
  where grantee = 'receptor_engine'::regrole and privilege_type <> 'SELECT'
$$, $$ values
  ('public.job_lines', 'INSERT'), ('public.job_lines', 'UPDATE'),
  ('public.rotations', 'INSERT'), ('public.rotations', 'DELETE'),
  ('public.job_line_leave', 'INSERT'), ('public.job_line_leave', 'DELETE'), ('public.planner_run_previews', 'INSERT'),
  ('public.allocation_runs', 'UPDATE'),
  ('public.allocation_planner_runs', 'UPDATE'), ('public.allocator_py_runs', 'UPDATE'),
  ('public.allocator_py_allocations', 'INSERT'), ('public.allocator_run_previews', 'INSERT'),
  ('public.allocator_run_reasons', 'INSERT')
$$, 'the engine writes these tables and no others');
select is_empty($$ select * from our_grants where grantee = 'receptor_engine'::regrole and name like 'fleet.%' $$,
  'the engine reaches the fleet through its functions only');
select ok(not rolbypassrls and not rolsuper and not rolcanlogin and not rolinherit,
  'the engine neither logs in nor passes row level security')
from pg_roles where rolname = 'receptor_engine';
select is_empty($$ select relname from pg_class where relowner = 'receptor_engine'::regrole $$,
  'the engine owns nothing');
select is(
  (select array_agg(tablename::text order by tablename) from pg_publication_tables
   where pubname = 'supabase_realtime' and schemaname = 'public'),
  '{agent_events,agent_tasks,allocation_planner_runs,allocator_py_runs,prime_search_runs,primes}', 'Realtime publishes the runs of all engines, primes, and tasks of agents');

select * from finish();
rollback;
