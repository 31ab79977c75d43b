-- Every function is explained, looks names up where it says, and can be called by those only who are meant to.
begin;
select plan(7);

create temporary view our_functions as
select p.oid, p.oid::regprocedure::text as name, p.proconfig, p.prosecdef, p.prorettype,
       coalesce(p.proacl, acldefault('f', p.proowner)) as acl
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('public', 'fleet', 'private', 'planner', 'allocator', 'prime_search', 'messages', 'agents')
  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e');

select cmp_ok((select count(*)::int from our_functions), '>', 30, 'the functions are found');
select is_empty($$ select name from our_functions where obj_description(oid, 'pg_proc') is null $$,
  'every function has a comment');
select is_empty($$
  select name from our_functions where not coalesce(proconfig @> '{"search_path=\"\""}', false)
$$, 'every function has an empty search_path');
select is_empty($$
  select name from our_functions f
  where exists (select from aclexplode(f.acl) a where a.grantee in (0, 'anon'::regrole))
$$, 'nobody may call a function without signing in');
select is_empty($$
  select name from our_functions where prorettype = 'trigger'::regtype
    and (has_function_privilege('authenticated', oid, 'execute')
         or has_function_privilege('receptor_engine', oid, 'execute'))
$$, 'trigger functions are called by triggers only');
-- Which ones users may call is in security/calls.sql.
select is_empty($$
  select name from our_functions f join pg_proc p using (oid)
  where has_function_privilege('authenticated', oid, 'execute') and not has_schema_privilege('authenticated', p.pronamespace, 'usage')
$$, 'users may call nothing in a schema that they cannot reach');
select is_empty($$
  select name from our_functions where name like 'fleet.%'
    and has_function_privilege('service_role', oid, 'execute')
    and name not in ('fleet.sweep()', 'fleet.reclaim_stale_blocks(integer,text)')
$$, 'the service role may sweep, and does no slices');

select * from finish();
rollback;
