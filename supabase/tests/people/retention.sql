-- What is kept for how long: the table says it, and pruning goes by it.
begin;
select plan(12);
select tests.new_service('north');
select tests.new_run('north') is null;
select throws_ok($$ select private.kept_since('nothing like it') $$, 'P0002', null, 'an unknown kind deletes nothing');
select is(private.kept_since('snapshots'), '-infinity', 'what has no time is kept');
insert into public.system_logs (created_at, level, source, component, message, org_id)
values (now() - interval '31 days', 'info', 's', 'c', 'old', tests.id('north_org')), (now() - interval '29 days', 'info', 's', 'c', 'young', tests.id('north_org'));
insert into public.planner_run_previews (planner_run, org_id, lines, created_at)
values (tests.id('north_planner_run'), tests.id('north_org'), '[]', now() - interval '31 days');
insert into fleet.kept_runs (run_id, search_type, org_id, kept_at, engine, engine_version, input, result, time_up)
select gen_random_uuid(), 'planner', tests.id('north_org'), now() - y * interval '1 year', 'planner ' || y, 1, '{}', '{}', '{}'
from unnest(array[1, 8]) y;
select lives_ok('select private.prune()', 'pruning');
select is(string_agg(message, ','), 'young', 'logs of 30 days stay') from public.system_logs where org_id = tests.id('north_org');
select is(count(*)::int, 0, 'previews of 30 days') from public.planner_run_previews where org_id = tests.id('north_org');
select is(string_agg(engine, ','), 'planner 1', 'kept runs of 7 years') from fleet.kept_runs where org_id = tests.id('north_org');
update private.retention set keep = '100 days' where what = 'kept runs';
select lives_ok('select private.prune()', 'operators change the table');
select is(count(*)::int, 0, 'and pruning goes by it') from fleet.kept_runs where org_id = tests.id('north_org');
select is_empty($$ select message, context from public.system_logs where component = 'prune' $$, 'every step of it can be done');
-- A table of which nothing can be deleted.
create function pg_temp.refuse() returns trigger language plpgsql as $$
begin
  raise exception 'A row that cannot be deleted.';
end
$$;
insert into public.system_logs (created_at, level, source, component, message, org_id)
values (now() - interval '31 days', 'info', 's', 'c', 'older', tests.id('north_org'));
insert into public.planner_run_previews (planner_run, org_id, lines, created_at)
values (tests.id('north_planner_run'), tests.id('north_org'), '[]', now() - interval '31 days');
insert into fleet.kept_runs (run_id, search_type, org_id, kept_at, engine, engine_version, input, result, time_up)
values (gen_random_uuid(), 'planner', tests.id('north_org'), now() - interval '101 days', 'planner 101', 1, '{}', '{}', '{}');
create trigger refuse before delete on public.planner_run_previews for each row execute function pg_temp.refuse();
select private.prune() is null;
select is(
  (select array[(select count(*) from public.planner_run_previews where org_id = tests.id('north_org')),
    (select count(*) from fleet.kept_runs where org_id = tests.id('north_org')), (select count(*) from public.system_logs where message = 'older')]),
  '{1,0,0}'::bigint[], 'it stays, and all else goes that is kept no longer');
select is((select array_agg(context ->> 'id') from public.system_logs where component = 'prune' and level = 'error'),
  '{public.planner_run_previews}', 'the log tells which it is');
drop trigger refuse on public.planner_run_previews;
select throws_ok($$ update private.retention set keep = '1 hour' where what = 'logs' $$, '23514', null, 'a day is the least');
select * from finish();
rollback;
