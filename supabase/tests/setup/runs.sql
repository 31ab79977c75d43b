-- Allocation runs from a template: terms, dates, and never without affinities.
begin;
select plan(42);
select tests.new_service('north');
select is((select affinity_profile::text from public.allocation_runs where id = tests.id('north_run')),
  'affa0000-0000-4000-8000-000000000001', 'a run has the profile that comes with Receptor');
select throws_ok(format('update public.allocation_runs set affinity_profile = null where id = %L', tests.id('north_run')), '23502', null, 'and is never without');
insert into public.affinity_profiles (id, org_id, name, version) values (tests.remember('ours', gen_random_uuid()), tests.id('north_org'), 'Ours', 1);
update public.allocation_runs set affinity_profile = tests.id('ours') where id = tests.id('north_run');
delete from public.affinity_profiles where id = tests.id('ours');
select is((select affinity_profile::text from public.allocation_runs where id = tests.id('north_run')),
  'affa0000-0000-4000-8000-000000000001', 'nor when its profile goes');

select tests.login('north_manager');
select is_empty($$ select name from public.term_templates t where (select sum(w) from unnest(t.term_weeks) w) <> 52 $$, 'a usual year has 52 weeks');
-- After 28 years calendars come round.
select is_empty($$ select t.name, y from public.term_templates t, generate_series(2000, 2027) y,
    public.plan_terms(t.name, y) as p
  where extract(isodow from (p ->> 'starts_on')::date) <> 1
    or (p ->> 'ends_on')::date + 1 <> (public.plan_terms(t.name, y + 1) ->> 'starts_on')::date
    or (p ->> 'ends_on')::date - (p ->> 'starts_on')::date + 1 not in (364, 371) $$, 'a year begins on a Monday and lasts until the next one begins');
select is(public.plan_terms('VIC_5', 2026) ->> 'starts_on', '2026-02-02', 'the first Monday of February');
select is(public.plan_terms('VIC_5', 2026) -> 'term_weeks', '[10, 10, 10, 10, 12]', 'five terms, the longest last');
select is(public.plan_terms('VIC_5', 2027) -> 'term_weeks', '[10, 10, 10, 10, 13]', 'in a year of 53 weeks the last takes one more');
select is(public.plan_terms('BLOCKS_13', 2026) #>> '{terms,12,ends_on}', '2027-01-31', 'thirteen blocks');
select throws_ok(format('select public.plan_terms(%L, null, %L)', 'VIC_4', d), 'RC400', null, 'no year begins at ' || d)
from unnest('{infinity,0202-02-01,20270-02-07}'::text[]) as d;
select is(public.plan_terms('VIC_4', null, '2026-03-02') #>> '{terms,3,ends_on}', '2027-02-28', 'a start of one''s own');

select is(public.start_allocation_run(jsonb_build_object('org', tests.id('north_org'), 'plan_name', 'Interns', 'name', 'Interns 2028',
  'template', 'NSW_5', 'year', 2028)) -> 'constraints', '["NSW_PGY1"]', 'a run with its plan, and the rules of its state');
select is((select timezone from public.allocation_plans where name = 'Interns'), 'Australia/Sydney', 'the plan has the clock of its state');
select lives_ok(format('select public.start_allocation_run(%L)', jsonb_build_object('org', tests.id('north_org'), 'plan_name', 'Interns', 'name', 'Others',
  'starts_on', '2028-01-03', 'term_weeks', '[26, 26]'::jsonb, 'constraints', '["NO_NIGHTS"]'::jsonb)), 'a second one in that plan, with terms of one''s own');
select is((select count(*)::int from public.allocation_plans where name = 'Interns'), 1, 'there is one plan of a name');
-- E-mails of all orgs are written in one go, by the clocks of their plans: one that cannot be read would stop everybody's.
select throws_ok(format('update public.allocation_plans set timezone = %L where name = %L', zone, 'Interns'), 'RC400', null, 'no clock of ' || zone)
from unnest('{Mars/Olympus,posix/Australia/Sydney,localtime,"",+25}'::text[]) as zone;
select throws_ok(format('insert into public.allocation_plans (org_id, name, timezone) values (%L, %L, %L)', tests.id('north_org'), 'Elsewhere', 'Mars/Olympus'),
  'RC400', null, 'nor of a new plan');
select lives_ok($$ update public.allocation_plans set timezone = 'Australia/Lord_Howe' where name = 'Interns' $$, 'one that there is');
-- A name is set, not looked up in the list of all, and both say the same.
set local timezone = 'Asia/Tokyo';
select is_empty($$ with known as materialized (select name from pg_timezone_names),
    asked (name) as (select name from known where name !~ '[0-9]' union select lower(name) from known where name like 'Australia/%'
      union select unnest('{EST5EDT,Etc/GMT+5,AEST-10,AEST10AEDT,Foo/Bar0,AEST,est,5,nan,Inf,default,Local,Interval,Australia,../UTC,Australia/../UTC}'::text[]))
  select name from asked where private.is_timezone(name) is distinct from
    (name in (select name from known) and name !~ '^(posix|right)/|^(Factory|localtime|posixrules)$') $$, 'names are those of the list');
select is(private.is_timezone(null), false, 'none is no name');
select is(current_setting('timezone'), 'Asia/Tokyo', 'and the session keeps its own');
set local timezone = 'UTC';
create function pg_temp.path(p_document jsonb) returns text language plpgsql as $$
declare v_detail text;
begin
  perform public.start_allocation_run(p_document);
  return 'taken';
exception when sqlstate 'RC400' then
  get stacked diagnostics v_detail = pg_exception_detail;
  return v_detail::jsonb #>> '{0,path}';
end $$;
select is(pg_temp.path(jsonb_build_object('allocation_plan', tests.id('north_plan')) || d), path, d::text)
from (values
  ('{}'::jsonb, 'name'), ('{"name": "A"}', 'template'), ('{"name": "A", "template": "VIC_5"}', 'year'),
  ('{"name": "A", "template": "NONE", "year": 2027}', 'template'), ('{"name": "A", "template": "VIC_5", "year": 1999}', 'year'),
  ('{"name": "A", "starts_on": "2027-01-05", "term_weeks": [52]}', 'starts_on'), ('{"name": "A", "term_weeks": [52]}', 'starts_on'),
  ('{"name": "Run", "template": "VIC_5", "year": 2027}', 'name'),
  ('{"name": "A", "template": "VIC_5", "year": 2027, "affinity_profile": "11111111-1111-4111-8111-111111111111"}', 'affinity_profile'),
  ('{"name": "A", "template": "VIC_5", "year": 2027, "timezone": "Mars/Olympus"}', 'timezone'),
  ('{"name": "A", "template": "VIC_5", "year": 2027, "weeks": 3}', 'weeks'),
  ('{"name": "A", "starts_on": "2027-01-04", "term_weeks": []}', 'term_weeks'),
  ('{"name": "A", "template": "VIC_5", "year": 2027, "constraints": ["VIC_PGY1", 7]}', 'constraints[1]'),
  ('{"name": "A", "starts_on": "0202-02-01", "term_weeks": [52]}', 'starts_on'), ('{"name": "A", "starts_on": "9999-02-01", "term_weeks": [52]}', 'starts_on')
) as t (d, path);
select * from finish();
rollback;
