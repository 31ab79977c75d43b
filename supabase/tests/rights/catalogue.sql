-- What each may choose from when a page opens: the same as the tables show them, in one answer.
begin;
select plan(14);
select tests.new_service('north'), tests.new_service('south');
select tests.new_user('stranger');
insert into public.member_rights (org_id, user_id, right_name, reason)
values (tests.id('north_org'), tests.id('north_viewer'), 'preferences.viewBeforeClose', 'Helps with wishes.');

create function pg_temp.catalogue() returns jsonb language sql as $$ select public.read_catalogue() $$;
create function pg_temp.runs() returns text language sql as $$
  select string_agg(r ->> 'id', ' ' order by n) from jsonb_array_elements(pg_temp.catalogue() -> 'runs') with ordinality as t (r, n)
$$;
create function pg_temp.rights() returns text[] language sql as $$
  select array(select jsonb_array_elements_text(pg_temp.catalogue() #> array['rights', tests.id('north_org')::text]))
$$;

select tests.login('north_manager');
select is(pg_temp.catalogue() -> 'orgs', (select jsonb_agg(jsonb_build_object('id', id, 'name', name) order by name) from public.orgs), 'a manager: their org');
select is(jsonb_array_length(pg_temp.catalogue() -> 'orgs'), 1, 'and no other');
select is(pg_temp.catalogue() -> 'plans',
  (select jsonb_agg(jsonb_build_object('id', id, 'org_id', org_id, 'name', name, 'timezone', timezone) order by name) from public.allocation_plans), 'its plans');
select is(pg_temp.runs(), (select string_agg(id::text, ' ' order by starts_on desc, name) from public.allocation_runs), 'its allocation runs, the latest first');
select is(pg_temp.catalogue() -> 'runs' -> 0,
  (select to_jsonb(r) from (select id, org_id, allocation_plan, name, status, starts_on, ends_on, term_weeks from public.allocation_runs
    order by starts_on desc, name limit 1) r), 'with what pages show of each');
select is(pg_temp.rights(), array(select right_name from public.role_rights where role = 'manager' order by 1), 'and the rights of their role');
select is(pg_temp.catalogue() -> 'features', '["prime_search"]', 'what an operator switched on');
select tests.logout();
update fleet.search_types set enabled = false where search_type = 'prime_search';
update public.allocation_runs set archived_at = now() where id = tests.id('north_run');
select tests.login('north_manager');
select is(pg_temp.catalogue() -> 'features', '[]', 'and nothing else');
select ok(coalesce(pg_temp.runs(), '') !~ tests.id('north_run')::text, 'an archived run is none to choose');
select tests.logout();
update public.allocation_runs set archived_at = null where id = tests.id('north_run');

select tests.login('north_viewer');
select ok('preferences.viewBeforeClose' = any (pg_temp.rights()) and 'allocationPlanner.view' = any (pg_temp.rights()),
  'a viewer: what their role may, and what was given to them alone');
select tests.login('north_doctor');
select is(pg_temp.catalogue() -> 'runs', '[]', 'a doctor plans nothing');
select is(pg_temp.rights(), array(select right_name from public.role_rights where role = 'doctor' order by 1), 'but has rights');
select tests.login('stranger');
select is(pg_temp.catalogue() - 'features', '{"orgs": [], "plans": [], "runs": [], "rights": {}}', 'a stranger: nothing');
select tests.login_anon();
select throws_ok($$ select public.read_catalogue() $$, '42501', null, 'nobody: not even that');

select * from finish();
rollback;
