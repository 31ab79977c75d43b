-- What managers see of the fleet: their own org's runs, slices and failures, and numbers of all together.
begin;
select plan(21);
select tests.new_service('north'), tests.new_service('south');
select tests.new_run('south'), tests.new_run('north');
select tests.claim(tests.id('south_planner_run'));
insert into public.system_metrics (source, org_id, run_id, slice, phase, cpu_ms, wall_ms, memory_bytes) values
  ('planner', tests.id('north_org'), tests.id('north_planner_run'), 1, 'bound', 500, 600, 1000),
  ('planner', tests.id('north_org'), tests.id('north_planner_run'), 2, 'polish', 700, 800, 2000),
  ('planner', tests.id('south_org'), tests.id('south_planner_run'), 1, 'bound', 900, 950, 3000);
insert into public.system_logs (level, source, component, message, org_id, run_id, context) values
  ('warn', 'fleet', 'sweeper', 'Taken back.', tests.id('north_org'), tests.id('north_planner_run'), '{"stack": "secret"}'),
  ('info', 'planner', 'slice', 'Nothing wrong.', tests.id('north_org'), tests.id('north_planner_run'), '{}'),
  ('error', 'planner', 'slice', 'Theirs.', tests.id('south_org'), tests.id('south_planner_run'), '{}');
select fleet.record_sweep(3);

select tests.login('north_manager');
select results_eq($$ select run_id, source, allocation_run, status, ahead, sharing, slices, phase, cpu_ms, cpu_ms_total from public.operations_queue(tests.id('north_org')) $$,
  $$ values (tests.id('north_planner_run'), 'planner', tests.id('north_run'), 'PENDING', 0, 1, 0, 'polish', 700::numeric, 1200::numeric) $$,
  'the org''s runs in the queue, with how many orgs they take turns with and what the last slice took');
select is((select working from public.operations_queue(tests.id('north_org'))), false, 'nobody works on it yet');
select results_eq($$ select slice, phase, cpu_ms, memory_bytes, run_id from public.operations_slices(tests.id('north_org')) $$,
  $$ values (2, 'polish', 700::numeric, 2000::bigint, tests.id('north_planner_run')), (1, 'bound', 500, 1000, tests.id('north_planner_run')) $$,
  'the org''s slices, the newest first');
select results_eq($$ select run_id, status, error_code, jsonb_array_length(log), log #>> '{0,message}' from public.operations_failures(tests.id('north_org')) $$,
  $$ values (tests.id('north_planner_run'), 'QUEUED', null::text, 1, 'Taken back.') $$, 'what went wrong, in log lines');
select ok((select not log::text ~ 'secret' from public.operations_failures(tests.id('north_org'))), 'without stacks');
select ok(running >= 1 and queued >= 1 and cpu_ms_max >= 900 and last_sweep_reclaimed = 3 and at_once = 1 and read_at between now() and clock_timestamp(),
  'of the whole fleet the numbers') from public.operations_fleet(tests.id('north_org')) where source = 'planner';
select throws_ok(format('select * from public.%s(%L)', f, tests.id('south_org')), 'RC404', null, f || ' shows no other org')
from unnest(array['operations_queue', 'operations_slices', 'operations_failures', 'operations_fleet']) as f;
select tests.logout();

select fleet.end_job((tests.job(tests.id('north_planner_run'))).id, 'FAILED', 'ATTEMPTS_EXCEEDED', 'Gave up.');
select tests.login('north_manager');
select results_eq($$ select status, error_code, error_message from public.operations_failures(tests.id('north_org')) $$,
  $$ values ('FAILED', 'ATTEMPTS_EXCEEDED', 'Gave up.') $$, 'a run that failed has its reason');
select is_empty($$ select 1 from public.operations_queue(tests.id('north_org')) $$, 'and is in the queue no more');
select throws_ok($$ select private.runs_of(tests.id('south_org')) $$, '42501', null, 'what the functions use is nobody''s to call');

select tests.login('north_viewer');
select throws_ok(format('select * from public.%s(%L)', f, tests.id('north_org')), '42501', null, f || ' is not for viewers')
from unnest(array['operations_queue', 'operations_slices', 'operations_failures', 'operations_fleet']) as f;
select tests.login('north_doctor');
select throws_ok(format('select * from public.%s(%L)', f, tests.id('north_org')), '42501', null, f || ' is not for doctors')
from unnest(array['operations_queue', 'operations_slices', 'operations_failures', 'operations_fleet']) as f;

select * from finish();
rollback;
