-- Every table is protected and explained, and every foreign key can be followed without reading the whole table.
begin;
select plan(12);

create temporary view our_tables as
select c.oid, n.nspname || '.' || c.relname as name, c.relrowsecurity, c.relacl
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.oid = any (tests.our_schemas()) and c.relkind in ('r', 'p')
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e');

select cmp_ok((select count(*)::int from our_tables), '>', 20, 'the tables are found');
select is_empty($$ select name from our_tables where not relrowsecurity $$,
  'row level security is on for every table');
select is_empty($$ select name from our_tables where obj_description(oid, 'pg_class') is null $$,
  'every table has a comment');
select is_empty($$
  select t.name from our_tables t
  where exists (select from aclexplode(t.relacl) a where a.grantee = 'authenticated'::regrole)
    and not exists (select from pg_policy p where p.polrelid = t.oid)
$$, 'a table that users may reach has a policy');
-- An index helps a foreign key when it begins with the columns of the key, in any order, or with the one that the others follow from (an id); a
-- partial one where it leaves out nothing but what refers to nothing.
select is_empty($$
  select t.name, pg_get_constraintdef(k.oid)
  from pg_constraint k join our_tables t on t.oid = k.conrelid
  where k.contype = 'f' and not exists (
    select from pg_index i cross join lateral string_to_array(i.indkey::text, ' ') as head (columns)
    where i.indrelid = k.conrelid and i.indisvalid
      and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ '^\(\w+ IS NOT NULL\)$')
      and (head.columns[:cardinality(k.conkey)]::smallint[] <@ k.conkey and head.columns[:cardinality(k.conkey)]::smallint[] @> k.conkey
        or head.columns[1]::smallint = (
          select k.conkey[p.n] from unnest(k.confkey) with ordinality as p (attnum, n)
          join pg_attribute a on a.attrelid = k.confrelid and a.attnum = p.attnum and a.attname = 'id')))
$$, 'every foreign key has an index');

-- What clients and UIs ask for by one column is found by an index, as the user whom row level security binds: the size of other orgs' tables costs
-- nobody anything.
create temporary table asked (table_name text, column_name text);
insert into asked
select t, c from (values
  ('allocation_planner_runs', '{id,allocation_run}'::text[]), ('allocation_run_positions', '{allocation_run}'),
  ('allocation_run_worker_mappings', '{allocation_run}'), ('allocator_py_allocations', '{run}'), ('allocator_py_runs', '{id,allocation_run}'),
  ('allocator_run_previews', '{run}'), ('allocator_run_reasons', '{run}'), ('job_line_leave', '{allocation_run,job_line}'),
  ('job_line_remarks', '{allocation_run,job_line}'), ('job_lines', '{id,allocation_run,planner_run}'),
  ('job_lines_history', '{id,allocation_run,planner_run}'), ('line_swaps', '{id,allocation_run}'), ('planner_run_previews', '{planner_run}'),
  ('positions', '{id,org_id}'), ('preference_worker_job_lines', '{allocation_run,worker_mapping,job_line}'),
  ('preferencer_worker_ranks', '{worker_mapping}'), ('preferencers', '{allocation_run}'), ('prime_checks', '{prime_id}'),
  ('prime_search_blocks', '{run}'), ('prime_search_evidence', '{run}'), ('prime_search_finds', '{run}'), ('project_events', '{project_id}'),
  ('project_phases', '{project_id}'), ('records', '{form}'), ('rotations', '{allocation_run,job_line}'), ('teams', '{org_id}'),
  ('hospitals', '{org_id}'), ('qualification_tags', '{org_id}'), ('affinity_weights', '{profile}'), ('strategy_decisions', '{org_id}'),
  ('org_members', '{user_id}'), ('import_mappings', '{org_id}'), ('six_month_terms', '{org_id}')
) as x (t, cs) cross join unnest(cs) as c;
select is_empty($$
  select a.table_name, a.column_name from asked a
  where not exists (
    select from pg_index i join pg_attribute c on c.attrelid = i.indrelid and c.attname = a.column_name and c.attnum = i.indkey[0]
    where i.indrelid = ('public.' || a.table_name)::regclass and i.indisvalid and i.indpred is null)
$$, 'whatever is asked for by one column has an index that begins with it');

-- What belongs to an allocation run is read by it, and what hangs on a line, a doctor's place or a run by that: by functions and when they go.
select is_empty($$
  select t.name, a.attname from our_tables t
  join pg_attribute a on a.attrelid = t.oid and a.attname in ('allocation_run', 'job_line', 'worker_mapping', 'run', 'allocator_run', 'preferencer')
  where t.name like 'public.%' and a.atttypid = 'uuid'::regtype and not exists (
      select from pg_index i where i.indrelid = t.oid and i.indkey[0] = a.attnum and i.indisvalid
        and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ '^\(\w+ IS NOT NULL\)$'))
    and (t.name, a.attname::text) not in (values
      -- Read by parts, by the doctor's place, and with all of their run.
      ('public.audit_log', 'allocation_run'), ('public.preference_history', 'allocation_run'), ('public.allocation_run_preferencer_weightings', 'job_line'))
$$, 'whatever belongs to a run, a line or a place has an index that begins with it');

-- What is counted on from the largest overflows where somebody wrote the largest there is.
select is_empty($$
  select t.name || '.' || a.attname from our_tables t join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
  where a.atttypid = any ('{int2,int4,int8,numeric,float4,float8}'::regtype[])
    and (has_column_privilege('authenticated', t.oid, a.attnum, 'insert') or has_column_privilege('authenticated', t.oid, a.attnum, 'update'))
    and not exists (select from pg_constraint k where k.conrelid = t.oid and a.attnum = any (k.conkey)
      and (k.contype = 'f' or k.contype = 'c' and pg_get_constraintdef(k.oid) ~ (a.attname || '\)?(::\w+)? (<|= ANY)')))
$$, 'a number that people write has a most');

-- And it is used: the lines of one planner run, or of one allocation run, among those of others.
select tests.new_service('north'), tests.new_service('south'), tests.new_run('north'), tests.new_run('south');
insert into public.job_lines (org_id, allocation_run, name, planner_run)
select tests.id(s.name || '_org'), tests.id(s.name || '_run'), 'Line ' || n, tests.id(s.name || '_planner_run')
from (values ('north', 20), ('south', 3000)) as s (name, lines) cross join generate_series(1, s.lines) as n;
analyze public.job_lines;
create function pg_temp.reads_all(p_condition text) returns boolean language plpgsql as $$
declare
  v_plan text;
begin
  execute 'explain (format json) select id, name from public.job_lines where ' || p_condition into v_plan;
  return v_plan ~ 'Seq Scan",\s*"Parallel Aware": *\w+,\s*"Async Capable": *\w+,\s*"Relation Name": *"job_lines"';
end
$$;
select tests.login('north_manager');
select ok(pg_temp.reads_all('true'), 'the plan of a whole table is known when it is seen');
select ok(not pg_temp.reads_all(format('planner_run = %L', tests.id('north_planner_run'))), 'lines of a planner run are found by an index');
select ok(not pg_temp.reads_all(format('allocation_run = %L', tests.id('north_run'))), 'and those of an allocation run');
select tests.logout();
select ok(not pg_temp.reads_all(format('org_id = %L and planner_run = %L', tests.id('north_org'), tests.id('north_planner_run'))), 'by functions too');

select * from finish();
rollback;
