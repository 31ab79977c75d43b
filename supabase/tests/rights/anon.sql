-- Who has not signed in may do nothing; who has, but belongs to no org, sees nothing.
begin;
create temporary table every_table as
select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.oid = any (tests.our_schemas()) and c.relkind in ('r', 'p')
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e');
grant select on every_table to anon, authenticated;
create temporary table users_tables as
select name from every_table where has_table_privilege('authenticated', name, 'select')
  and name not in ('public.roles', 'public.role_rights', 'public.term_templates', 'public.affinity_profiles', 'public.affinity_weights',
    'public.agent_roles', 'public.agent_templates', 'private.prime_statistics');
grant select on users_tables to authenticated;
select plan((3 * (select count(*) from every_table) + (select count(*) from users_tables) + 4)::int);

select tests.new_service('north');
select tests.new_run('north'), tests.new_line('north', 'line');
select tests.new_user('stranger');

create function pg_temp.request() returns jsonb language sql as $$
  select public.request_planner_run(jsonb_build_object('allocation_run', tests.id('north_run'), 'n_job_lines', 1,
    'constraints', '[]'::jsonb, 'options', '{}'::jsonb), '{}')
$$;

select tests.login_anon();
select throws_ok('select 1 from ' || name, '42501', null, 'anon does not read ' || name) from every_table;
select throws_ok(format('insert into %s default values', name), '42501', null, 'anon does not write ' || name) from every_table;
select throws_ok('delete from ' || name, '42501', null, 'anon does not delete ' || name) from every_table;
select throws_ok($$ select pg_temp.request() $$,
  '42501', null, 'anon requests no planner run');
select throws_ok($$ select public.cancel_planner_run(tests.id('north_planner_run')) $$,
  '42501', null, 'anon cancels no planner run');
select throws_ok($$ select public.restore_job_lines(gen_random_uuid()) $$, '42501', null, 'anon restores nothing');

select tests.login('stranger');
select is_empty('select 1 from ' || name, 'a user of no org sees nothing in ' || name) from users_tables;
select is(pg_temp.request() ->> 'outcome', 'not_found',
  'and finds no allocation run');

select * from finish();
rollback;
