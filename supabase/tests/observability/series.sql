-- Time series: sampled once a minute, summed up, read by who may, dropped by partitions; counts of primes where they are many; profiles.
begin;
select plan(44);
-- Partitions come and go here, which locks their tables.
lock table public.metric_samples, public.metric_rollups_hourly, public.metric_rollups_daily;
select tests.new_service('north'), tests.new_service('south');
insert into public.projects (org_id, slug, name, objective, form, status, total_found) values (tests.id('north_org'), 'series', 'Series', 'custom', 'kbn', 'paused', 7);
delete from public.metric_samples where ts = date_trunc('minute', now());
select cmp_ok(private.sample_series(), '>', 5, 'the series are sampled');
select is(private.sample_series(), 0, 'once a minute');
select is((select value from public.metric_samples where scope = 'campaign' and metric = 'found' and org_id = tests.id('north_org')), 7::double precision, 'a campaign''s');
select is((select count(*)::int from public.metric_samples where ts = date_trunc('minute', now()) and metric = 'jobs_queued' and labels = '{"kind": "planner"}'), 1, 'the fleet''s');

-- One organisation's series that cannot be written stop no others.
insert into public.projects (org_id, slug, name, objective, form, status) values (tests.id('south_org'), 'series', 'Series', 'custom', 'kbn', 'paused');
delete from public.metric_samples where ts = date_trunc('minute', now());
create function pg_temp.refuse() returns trigger language plpgsql as $$
begin
  if new.org_id = tests.id('north_org') then
    raise exception 'A row that cannot be written.';
  end if;
  return new;
end
$$;
create trigger refuse before insert on public.metric_samples for each row execute function pg_temp.refuse();
select cmp_ok(private.sample_series(), '>', 5, 'the fleet''s and the other service''s series are sampled');
select is((select array_agg(distinct org_id) from public.metric_samples where ts = date_trunc('minute', now()) and scope = 'campaign'
  and org_id in (tests.id('north_org'), tests.id('south_org'))), array[tests.id('south_org')], 'but for those that cannot be written');
select is((select count(*) from public.system_logs where component = 'series' and level = 'error' and org_id = tests.id('north_org')), 1::bigint,
  'which is told');
drop trigger refuse on public.metric_samples;

-- A day of two hours, a month ago.
select private.ensure_partition('public.metric_samples', '2026-01-31T23:00:00Z');
select private.ensure_partition('public.metric_samples', '2026-02-01T00:00:00Z');
delete from public.metric_rollups_hourly;
delete from public.metric_samples;
insert into public.metric_samples (ts, scope, metric, labels, org_id, value) values
  ('2026-01-31T23:10:00Z', 'campaign', 'found', '{"project": 1}', tests.id('north_org'), 1), ('2026-01-31T23:20:00Z', 'campaign', 'found', '{"project": 1}', tests.id('north_org'), 3),
  ('2026-02-01T00:10:00Z', 'campaign', 'found', '{"project": 1}', tests.id('north_org'), 5), ('2026-02-01T00:10:00Z', 'fleet', 'workers_connected', '{"kind": "planner"}', null, 2);
select private.rollup_series();
select results_eq($$ select count, sum, min, max from public.metric_rollups_hourly where metric = 'found' order by bucket_start $$,
  $$ values (2, 4::double precision, 1::double precision, 3::double precision), (1, 5, 5, 5) $$, 'summed by the hour');
insert into public.metric_samples (ts, scope, metric, labels, org_id, value) values ('2026-02-01T00:20:00Z', 'campaign', 'found', '{"project": 1}', tests.id('north_org'), 9);
select private.rollup_series();
select private.rollup_series();
select results_eq($$ select day, count, sum, max from public.metric_rollups_daily where metric = 'found' and day < '2026-03-01' order by day $$,
  $$ values ('2026-01-31'::date, 2, 4::double precision, 3::double precision), ('2026-02-01', 2, 14, 9) $$, 'and by the day, however often');

select tests.login('north_viewer');
select is(json_array_length(public.metric_series('campaign', 'found', '2026-01-31', '2026-02-02')), 4, 'read by the minute');
select is(public.metric_series('campaign', 'found', '2026-01-01', '2026-02-20') #>> '{0,avg}', '2', 'by the hour');
select is(json_array_length(public.metric_series('campaign', 'found', '2026-01-01', '2026-03-20')), 2, 'and by the day');
select is(public.metric_series('campaign', 'found', '2026-01-01', '2026-03-20', '{"project": 2}')::text, '[]', 'of one campaign');
select is(json_array_length(public.metric_series('fleet', 'workers_connected', '2026-01-31', '2026-02-02')), 1, 'the fleet''s are everybody''s');
select throws_ok($$ select public.metric_series('planet', 'found', '2026-01-01') $$, 'RC400', null, 'there is no such scope');
select throws_ok($$ select public.metric_series('fleet', 'x; drop', '2026-01-01') $$, 'RC400', null, 'nor such a metric');
select throws_ok($$ select public.metric_series('fleet', 'found', '2026-02-01', '2026-01-01') $$, 'RC400', null, 'time goes on');
select throws_ok($$ select public.metric_series('fleet', 'found', '-infinity') $$, 'RC400', null, 'and began');
select tests.login('south_manager');
select is(public.metric_series('campaign', 'found', '2026-01-31', '2026-02-02')::text, '[]', 'another org''s campaigns are not there');
select tests.login('north_doctor');
select is(public.metric_series('fleet', 'workers_connected', '2026-01-31', '2026-02-02')::text, '[]', 'nor anything for who does not see the search');
select tests.logout();

select is(private.drop_partitions('public.metric_samples', '2026-02-01T00:00:00Z'), 1, 'what is kept no longer goes by the partition');
select is((select min(ts) from public.metric_samples), '2026-02-01T00:10:00Z'::timestamptz, 'and no more than that');
select is(private.drop_partitions('public.metric_samples', '-infinity'), 0, 'nothing where all is kept');
select is_empty($$
  select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
  where p.relname like 'metric%' and p.relkind = 'p' and (not c.relrowsecurity or c.relnamespace <> 'private'::regnamespace
    or exists (select from aclexplode(c.relacl) a where a.grantee <> c.relowner)) $$, 'nobody reaches a partition past its table');

-- Few primes are counted as they are, many from the last refresh on.
create function pg_temp.totals() returns jsonb language sql as $$
  select jsonb_build_array((select f ->> 'count' from jsonb_array_elements(public.get_stats() -> 'by_form') f where f ->> 'form' = 'series'),
    (select sum((d ->> 'count')::int) from jsonb_array_elements(public.get_digit_distribution(7)) d where d ->> 'form' = 'series'),
    (select sum((d ->> 'count')::int) from json_array_elements(public.get_discovery_timeline('week')) d where d ->> 'form' = 'series'),
    (select sum((d ->> 'count')::int) from json_array_elements(public.get_discovery_timeline('hour')) d where d ->> 'form' = 'series'),
    (select jsonb_build_array(f -> 'count', f -> 'largest_digits', f ->> 'largest_expression', f -> 'verified_count') from jsonb_array_elements(public.form_leaderboard()) f where f ->> 'form' = 'series'))
$$;
insert into public.primes (form, expression, digits) select 'series', 's ' || n, n from generate_series(1, 30) n;
select is(private.refresh_statistics(), false, 'few are counted live');
select is(pg_temp.totals(), '["30", 30, 30, 30, [30, 30, "s 30", 0]]', 'all of them');
insert into public.primes (id, form, expression, digits) overriding system value values ((select greatest(max(id), 60000) + 1 from public.primes), 'series', 'far', 40);
select is(private.refresh_statistics(), true, 'many are counted once');
select is(private.refresh_statistics(), false, 'and not again at once');
select is(pg_temp.totals(), '["31", 31, 31, 31, [31, 40, "far", 0]]', 'with the same counts');
insert into public.primes (id, form, expression, digits) overriding system value values ((select max(id) + 1 from public.primes), 'series', 'new', 41);
select is(pg_temp.totals(), '["32", 32, 32, 32, [32, 41, "new", 0]]', 'and what was found since');
update private.prime_statistics set refreshed_at = now() - interval '6 minutes';
select is(private.refresh_statistics(), true, 'every five minutes they are made anew');
select is(pg_temp.totals(), '["32", 32, 32, 32, [32, 41, "new", 0]]', 'with the same counts');

-- By the hour, what is settled is told as it was written; what belongs before it counts all the same.
create function pg_temp.hours() returns text language sql as $$
  select string_agg(concat_ws(' ', d ->> 'bucket', d ->> 'count'), ', ') from json_array_elements(public.get_discovery_timeline('hour')) d where d ->> 'form' = 'hourly'
$$;
insert into public.primes (id, form, expression, digits, found_at) overriding system value
select (select max(id) from public.primes) + n, 'hourly', 'h ' || n, n, timestamptz '2026-01-01 00:10Z' + n / 2 * interval '1 hour' from generate_series(1, 5) n;
update private.prime_statistics set refreshed_at = now() - interval '6 minutes';
select private.refresh_statistics();
select is((select count(*) from private.prime_timeline t, unnest(t.settled) b where b ->> 'form' = 'hourly'), 3::bigint, 'hours before the last are written');
select is(pg_temp.hours(), '2026-01-01T00:00:00 1, 2026-01-01T01:00:00 2, 2026-01-01T02:00:00 2', 'and told');
insert into public.primes (id, form, expression, digits) overriding system value values ((select max(id) + 1 from public.primes), 'hourly', 'now', 9);
select matches(pg_temp.hours(), '^2026-01-01T00:00:00 1, 2026-01-01T01:00:00 2, 2026-01-01T02:00:00 2, 20[^,]* 1$', 'with what was found since');
insert into public.primes (id, form, expression, digits, found_at) overriding system value
values ((select max(id) + 1 from public.primes), 'hourly', 'late', 9, '2026-01-01 01:50Z');
select matches(pg_temp.hours(), '^2026-01-01T00:00:00 1, 2026-01-01T01:00:00 3, 2026-01-01T02:00:00 2, 20[^,]* 1$', 'and what comes late into an hour that was over');

-- Profiles.
select tests.login('north_viewer');
select is(public.set_display_name('  Vera  V.  ') ->> 'display_name', 'Vera V.', 'a person has a name');
select is((select count(*) from public.user_profiles), 1::bigint, 'and sees their own');
select throws_ok($$ update public.user_profiles set role = 'admin' $$, '42501', null, 'nobody makes themselves anything');
select throws_ok($$ insert into public.user_profiles (id, role) values (tests.id('north_viewer'), 'admin') $$, '42501', null, 'in no way');
select throws_ok(format('select public.set_display_name(%L)', repeat('x', 101)), 'RC400', null, 'a name is no novel');
select is(public.set_display_name('') ->> 'display_name', null, 'it is taken back');
select tests.logout();
update public.user_profiles set role = 'admin' where id = tests.id('north_viewer');
select tests.login('north_viewer');
select throws_ok($$ select public.request_agent_task('{"title": "x"}') $$, '42501', null, 'and an admin there may no more than before');
select tests.login('south_manager');
select is_empty('select 1 from public.user_profiles', 'others'' are not there');
select * from finish();
rollback;
