-- A manager plans for their own org, and cannot so much as see another.
begin;
select plan(78);
select tests.new_service('north'), tests.new_service('south');
select tests.new_run('north'), tests.new_run('south');
select tests.new_line('north', 'line'), tests.new_line('south', 'line');
insert into public.qualification_tags (org_id, name) values (tests.id('north_org'), 'Tag'), (tests.id('south_org'), 'Tag');

create temporary table tenant_tables (name text, may_update boolean, may_delete boolean);
insert into tenant_tables values
  ('hospitals', true, true), ('teams', true, true), ('positions', true, true),
  ('allocation_plans', true, true), ('allocation_runs', true, true), ('allocation_run_positions', true, true),
  ('workers', true, true), ('qualification_tags', true, true), ('allocation_run_worker_mappings', false, true),
  ('job_lines', false, false), ('rotations', false, false), ('allocation_planner_runs', false, false);
-- A column of it that they may write.
alter table tenant_tables add updates text;
update tenant_tables t set updates = (
  select a.attname from pg_attribute a
  where a.attrelid = format('public.%I', t.name)::regclass and a.attnum > 0 and not a.attisdropped
    and has_column_privilege('authenticated', a.attrelid, a.attnum, 'update')
  order by a.attnum limit 1);
grant select on tenant_tables to authenticated;

select tests.login('north_manager');
select isnt_empty(format('select 1 from public.%I where org_id = %L', name, tests.id('north_org')),
  'sees ' || name) from tenant_tables;
select is_empty(format('select 1 from public.%I where org_id <> %L', name, tests.id('north_org')),
  'sees no other org''s ' || name) from tenant_tables;
select is_empty(
  format('update public.%1$I set %2$I = %2$I where org_id = %3$L returning 1', name, updates, tests.id('south_org')),
  'updates no other org''s ' || name) from tenant_tables where may_update;
select is_empty(format('delete from public.%I where org_id = %L returning 1', name, tests.id('south_org')),
  'deletes no other org''s ' || name) from tenant_tables where may_delete;
select is_empty($$ update public.job_lines set is_locked = true where org_id = tests.id('south_org') returning 1 $$,
  'locks no other org''s lines');

select is((select array_agg(name) from public.orgs), '{north}', 'sees their own org only');
select is((select count(*)::int from public.org_members), 3, 'sees the members of their own org only');

select throws_ok($$ insert into public.hospitals (org_id, name) values (tests.id('south_org'), 'Ours') $$,
  '42501', null, 'adds no hospital to another org');
select throws_ok($$ insert into public.workers (org_id, email, name) values (tests.id('south_org'), 'x@y', 'X') $$,
  '42501', null, 'adds no doctor to another org');
select throws_ok($$ update public.qualification_tags set org_id = tests.id('south_org') $$,
  '42501', null, 'moves nothing to another org');
select throws_ok($$ insert into public.job_lines (org_id, allocation_run, name)
  values (tests.id('north_org'), tests.id('north_run'), 'By hand') $$, '42501', null, 'writes no lines by hand');
select throws_ok($$ update public.job_lines set planner_run = null $$, '42501', null, 'does not forge where a line comes from');
select throws_ok($$ insert into public.org_members values (tests.id('north_org'), gen_random_uuid(), 'manager') $$,
  '42501', null, 'makes nobody a member');
select throws_ok($$ update public.orgs set name = 'Mine' $$, '42501', null, 'does not rename the org');

select throws_ok($$ update public.allocation_run_worker_mappings set worker = worker $$, '42501', null,
  'gives nobody the wishes of another doctor');
select lives_ok($$ insert into public.hospitals (org_id, name) values (tests.id('north_org'), 'New') $$, 'adds a hospital');
select lives_ok($$ insert into public.allocation_runs (org_id, allocation_plan, name, starts_on, term_weeks)
  values (tests.id('north_org'), tests.id('north_plan'), 'New', '2028-01-10', '{13,13,13,13}') $$, 'adds an allocation run');
select results_eq($$ update public.job_lines set name = 'Renamed', is_locked = true, sort_order = 4 returning name $$,
  array['Renamed'], 'renames, orders and locks lines');
select throws_ok($$ delete from public.job_lines $$, '42501', null, 'deletes no lines: they are archived');

-- Nobody becomes a doctor, or a department's person, but by claim_worker().
select throws_ok(format('update public.workers set user_id = auth.uid() where id = %L', tests.id('north_worker')), '42501', null, 'is no doctor of theirs');
select throws_ok(format('insert into public.workers (org_id, email, name, user_id) values (%L, %L, %L, auth.uid())', tests.id('north_org'), 'me@tests.example', 'Me'),
  '42501', null, 'nor a new one');
select throws_ok($$ update public.preferencers set user_id = auth.uid() $$, '42501', null, 'nor a department''s person');
select tests.logout();
insert into public.preference_history (org_id, allocation_run, worker_mapping, action)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), 'save');
select tests.login('north_manager');
select lives_ok(format('update public.workers set email = %L where id = %L', 'married@tests.example', tests.id('north_worker')), 'corrects an address');
select tests.logout();
update public.workers set user_id = null where id = tests.id('north_worker');
select tests.login('north_manager');
select throws_ok(format('update public.workers set email = %L where id = %L', 'mine@tests.example', tests.id('north_worker')), 'RC409', null,
  'gives no wishes of whose account is gone to another address');
select tests.logout();

-- What only functions say, and what no year begins with.
select tests.login('north_manager');
select throws_ok(format('update public.workers set erased_at = now() where id = %L', tests.id('north_worker')), '42501', null, 'says of nobody that they were erased');
select throws_ok(format('insert into public.workers (org_id, email, name, erased_at) values (%L, %L, %L, now())', tests.id('north_org'), 'new@tests.example', 'New'),
  '42501', null, 'nor of somebody new');
select tests.logout();
update public.workers set user_id = null, erased_at = now() where id = tests.id('north_worker');
select tests.login('north_manager');
select is_empty(format('update public.workers set name = %L where id = %L returning 1', 'Back', tests.id('north_worker')), 'gives no name to who was erased');
select throws_ok(format('update public.allocation_runs set starts_on = %L where id = %L', d, tests.id('north_run')), '23514', null, 'no year begins at ' || d)
from unnest('{infinity,-infinity,0202-02-01,20270-02-07,2101-01-03}'::text[]) as d;
select throws_ok(format('update public.allocation_runs set constraints = %L where id = %L', rules, tests.id('north_run')), 'RC400', null, 'no rules are ' || rules)
from unnest(array['[1]', '[null]', '["NONSENSE"]', '[{"name": "MIN_TERMS"}]', '[{"name": "MAX_SERVICE", "value": 1e400}]', '[{"name": "VIC_PGY1", "value": 1}]',
  '["VIC_PGY1", "NSW_PGY1"]']) as rules;
select throws_ok(format('update public.allocation_runs set constraints = jsonb_build_array(repeat(%L, 2000000)) where id = %L', 'x', tests.id('north_run')),
  'RC400', null, 'nor a novel');
select lives_ok(format('update public.allocation_runs set constraints = %L where id = %L', '["VIC_PGY1", {"name": "MIN_TERMS", "value": null}]', tests.id('north_run')), 'rules that are');

select * from finish();
rollback;
