-- The operators' views: what failed and why, how long runs wait, how close slices come to the limit, the sweeper's pulse.
begin;
select plan(22);
select tests.new_job('kind_v', 1);
insert into public.system_metrics (source, run_id, slice, phase, cpu_ms, wall_ms, memory_bytes)
select 'kind_v', tests.id('run'), n, 'bound', 100 * n, 200, 1000 * n from generate_series(1, 10) n;

select results_eq($$ select slices, cpu_ms_p50, cpu_ms_max, over_budget, over_soft_limit, percent_of_hard_limit, memory_bytes_max
  from public.slice_cpu_daily where source = 'kind_v' $$,
  $$ values (10, 550.0, 1000.0, 2, 0, 50.0, 10000::bigint) $$, 'slices against the limits of an isolate');


-- Days that are over come from the roll-up, today from its slices; both the same, and none of them twice.
update public.system_metrics set created_at = now() - interval '3 days' where source = 'kind_v';
insert into public.system_metrics (source, run_id, slice, phase, cpu_ms, wall_ms)
values ('kind_v', tests.id('run'), 11, 'bound', 7, 7), ('kind_v', tests.id('run'), 12, 'polish', 8, 8);
create temporary table unrolled as select * from public.slice_cpu_daily where source = 'kind_v';
select is((select count(*)::int from unrolled), 3, 'a row per day and phase');
select private.rollup_metrics(((now() - n * interval '1 day') at time zone 'UTC')::date) from generate_series(0, 3) n;
select set_eq('select * from public.slice_cpu_daily where source = ''kind_v''', 'select * from unrolled', 'rolled up as well');
delete from public.system_metrics where source = 'kind_v' and created_at < now();
select set_eq('select * from public.slice_cpu_daily where source = ''kind_v''', 'select * from unrolled', 'without the slices of days that are over');
insert into public.system_metrics (source, run_id, slice, phase, cpu_ms, wall_ms)
values ('kind_v', tests.id('run'), 13, 'polish', 80, 80);
select is((select slices from public.slice_cpu_daily where source = 'kind_v' and phase = 'polish'), 2, 'and the latest of today');
set local time zone 'Pacific/Kiritimati';
select is((select sum(slices)::int from public.slice_cpu_daily where source = 'kind_v'), 13, 'in every time zone');

update fleet.search_jobs set created_at = date_trunc('day', now(), 'UTC') - interval '1 hour' where search_type = 'kind_v';
select is((select day from public.queue_waits_daily where source = 'kind_v'), (now() at time zone 'UTC')::date - 1,
  'a run counts for its day in UTC, as slices do');
update fleet.search_jobs set created_at = now() - interval '100 s' where search_type = 'kind_v';
select results_eq($$ select runs, still_waiting, wait_s_p50 >= 100 from public.queue_waits_daily where source = 'kind_v' $$,
  $$ values (1, 1, true) $$, 'a run that waits still counts its wait');
select results_eq($$ select queued, running, stale, oldest_wait_s >= 100 from public.fleet_status where source = 'kind_v' $$,
  $$ values (1, 0, 0, true) $$, 'and is counted as queued');
select tests.claim(tests.id('run'));
update fleet.search_jobs set started_at = created_at + interval '40 s' where search_type = 'kind_v';
select results_eq($$ select still_waiting, wait_s_p50, wait_s_max from public.queue_waits_daily where source = 'kind_v' $$,
  $$ values (0, 40.0, 40.0) $$, 'once it started, its wait stands still');
update fleet.work_blocks set heartbeat_at = now() - interval '31 s' where claim_token = tests.id('token');
select results_eq($$ select queued, running, stale from public.fleet_status where source = 'kind_v' $$,
  $$ values (0, 1, 1) $$, 'a claim past its lease is stale');

select is_empty($$ select 1 from public.failures_this_week where source = 'kind_v' $$, 'nothing has failed');
insert into public.system_logs (level, source, component, message, run_id, context)
select 'error', 'kind_v', 'slice', m, tests.id('run'), jsonb_build_object('name', 'RangeError', 'stack', 'at ' || m)
from unnest('{one,two}'::text[]) m;
update public.system_logs set created_at = created_at - interval '1 hour' where message = 'one';
select results_eq($$ select kind, code, times, runs, last_message, last_context ->> 'stack' from public.failures_this_week
  where source = 'kind_v' $$, $$ values ('slice', 'RangeError', 2, 1, 'two', 'at two') $$,
  'slices that failed, with the latest stack');
select fleet.fail_claimed_job(tests.id('token'), 'BAD_INPUT', 'The input is bad.', '{"stack": "at load"}');
select results_eq($$ select code, times, last_message, last_run, last_context ->> 'stack' from public.failures_this_week
  where source = 'kind_v' and kind = 'run' $$,
  $$ values ('BAD_INPUT', 1, 'The input is bad.', tests.id('run'), 'at load') $$, 'runs that failed, with why and where');
select results_eq($$ select ended_24h, failed_24h from public.fleet_status where source = 'kind_v' $$,
  $$ values (1, 1) $$, 'the rate of failures');
update fleet.search_jobs set finished_at = now() - interval '8 days' where search_type = 'kind_v';
update public.system_logs set created_at = now() - interval '8 days' where source = 'kind_v';
select is_empty($$ select 1 from public.failures_this_week where source = 'kind_v' $$, 'a week later it is forgotten');

-- The sweeper's pulse: written by the engine role only through its function.
select tests.engine();
select lives_ok($$ select fleet.record_sweep(3) $$, 'the sweeper notes its sweep');
select throws_ok($$ select * from fleet.last_sweep $$, '42501', null, 'and reads nothing');
select tests.logout();
select lives_ok($$ select fleet.record_sweep(0) $$, 'again');
select results_eq($$ select count(*)::int, max(reclaimed) from fleet.last_sweep $$, $$ values (1, 0) $$, 'there is one row');
select cmp_ok((select distinct last_sweep from public.fleet_status), '>', now() - interval '1 minute', 'which the status shows');

select set_config('role', 'service_role', true);
select isnt_empty($$ select 1 from public.fleet_status $$, 'operators with the service role see it');
select * from finish();
rollback;
