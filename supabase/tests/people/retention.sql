-- What is kept for how long: the table says it, and pruning goes by it.
begin;
select plan(9);
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
select throws_ok($$ update private.retention set keep = '1 hour' where what = 'logs' $$, '23514', null, 'a day is the least');
select * from finish();
rollback;
