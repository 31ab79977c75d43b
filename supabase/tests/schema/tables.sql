-- Every table is protected and explained, and every foreign key can be followed without reading the whole table.
begin;
select plan(5);

create temporary view our_tables as
select c.oid, n.nspname || '.' || c.relname as name, c.relrowsecurity, c.relacl
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('public', 'fleet', 'private', 'planner', 'messages', 'agents') and c.relkind in ('r', 'p')
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
-- An index helps a foreign key when its leading columns are all of them the key's, and it is not partial
-- (but for "column is not null").
select is_empty($$
  select t.name, pg_get_constraintdef(k.oid)
  from pg_constraint k join our_tables t on t.oid = k.conrelid
  where k.contype = 'f' and not exists (
    select from pg_index i
    where i.indrelid = k.conrelid and (string_to_array(i.indkey::text, ' ')::smallint[])[1] = any (k.conkey)
      and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ '^\(\w+ IS NOT NULL\)$'
           or pg_get_expr(i.indpred, i.indrelid) = '(status = ''CLAIMED''::fleet.block_status)'))
$$, 'every foreign key has an index');

select * from finish();
rollback;
