-- run_costs() and rollup_metrics(): what a run and a day cost, from the slices' records.
begin;
select plan(8);
select tests.remember('other', tests.new_job('kind_a'));
insert into public.system_metrics (source, run_id, slice, phase, cpu_ms, wall_ms)
values ('kind_a', tests.id('other'), 1, 'p', 1, 1);
select tests.new_job('kind_a');
insert into public.system_metrics (created_at, source, run_id, slice, phase, cpu_ms, wall_ms, memory_bytes, details)
select '2001-02-03 12:00+00', 'kind_a', tests.id('run'), n, 'p', 100 * n, 200, 1000 * n,
       '{"cpu_ms_by_phase": {"start": 10, "columns": 20.5}}'
from generate_series(1, 20) n;

select is(fleet.run_costs(tests.id('run')) -> 'slices', '0', 'nothing is told without a claim');
select tests.claim(tests.id('run'));
select tests.engine(tests.id('token'));
select is(fleet.run_costs(tests.id('run')), '{"slices": 20, "memory_bytes_max": 20000,
  "cpu_ms": {"total": 21000.0, "p50_slice": 1000.0, "p95_slice": 1900.0, "max_slice": 2000.0},
  "cpu_ms_by_phase": {"start": 200, "columns": 410.0}}', 'a run''s costs');
select is(fleet.run_costs(tests.id('other')) -> 'slices', '0', 'of another run''s costs nothing is told');
select is(fleet.run_costs(gen_random_uuid()) -> 'slices', '0', 'a run without slices cost nothing');
select tests.logout();

select lives_ok($$ select private.rollup_metrics('2001-02-03') $$, 'a day is summed up');
select results_eq($$ select slices, runs, cpu_ms_total, cpu_ms_max, memory_bytes_max from public.metric_rollups_daily
  where day = '2001-02-03' $$, $$ values (20, 1, 21000.0, 2000.0, 20000::bigint) $$, 'with its figures');
delete from public.system_metrics where slice > 10 and run_id = tests.id('run');
select lives_ok($$ select private.rollup_metrics('2001-02-03') $$, 'again');
select results_eq($$ select slices, cpu_ms_total from public.metric_rollups_daily where day = '2001-02-03' $$,
  $$ values (10, 5500.0) $$, 'without counting twice');

select * from finish();
rollback;
