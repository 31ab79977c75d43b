-- Every function is explained, looks names up where it says, and can be called by those only who are meant to.
begin;
select plan(9);

create temporary view our_functions as
select p.oid, p.oid::regprocedure::text as name, p.proconfig, p.prosecdef, p.prorettype,
       coalesce(p.proacl, acldefault('f', p.proowner)) as acl
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.oid = any (tests.our_schemas())
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
-- A call may wait for a lock while somebody's right is taken away. Before a delete the tables' policies are asked, with what they saw before.
select is_empty($$
  select name from our_functions join pg_proc using (oid),
    (values ('for (no key )?update|for share|pg_advisory_xact_lock',
      'orgs_with_right|private\.(require_(managing|naming|emails|affinities)|agents_org|strategy_org|prime_search_org|own_|hold_|editable_run)')) as r (locks, asks)
  where prosrc ~ asks and prosrc ~ locks and regexp_replace(prosrc, '^.*(' || locks || ')', '') !~ asks and name <> 'private.wait_for_commits()'
$$, 'who waited for a lock is asked for the right once more');

-- What looks writes nothing: opening a page changes nothing, and the log says of nobody that they did. read_result() alone remembers what
-- the doctor's calendar showed last.
select is_empty($$
  select p.proname from pg_proc p
  where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and p.provolatile = 'v' and has_function_privilege('authenticated', p.oid, 'execute')
    and p.proname ~ '^(get|read|list|my|preview|archived|agreed|line|match|window|metric|operations|form|score)_' and p.proname <> 'read_result'
$$, 'what reads is stable');

select * from finish();
rollback;
