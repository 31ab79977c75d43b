-- run_timeline: a run's life in one query, from the request to the commit.
begin;
select plan(7);
select tests.new_service('north'), tests.new_run('north');
update fleet.search_jobs set created_at = now() - interval '60 s' where run_id = tests.id('north_planner_run');
update public.allocation_planner_runs set created_at = now() - interval '60 s' where id = tests.id('north_planner_run');
select tests.claim(tests.id('north_planner_run'));
update fleet.search_jobs set started_at = now() - interval '50 s' where run_id = tests.id('north_planner_run');
select fleet.checkpoint_block(tests.id('token'), '{}',
  '{"phase": "bound", "cpu_ms": 700, "wall_ms": 800, "details": {"gap": 0.5, "columns": 12, "cpu_ms_by_phase": {"bound": 1}}}');
update public.system_metrics set created_at = now() - interval '40 s' where run_id = tests.id('north_planner_run');
select tests.claim(tests.id('north_planner_run'));
update fleet.work_blocks set heartbeat_at = now() - interval '31 s' where claim_token = tests.id('token');
select fleet.reclaim_stale_blocks(30, 'planner');
update public.system_logs set created_at = now() - interval '20 s' where run_id = tests.id('north_planner_run');
select tests.claim(tests.id('north_planner_run'));
select tests.engine(tests.id('token'));
select fleet.record_slice(tests.id('token'), '{"phase": "commit", "cpu_ms": 300, "wall_ms": 400}');
select planner.commit_run(tests.id('token'),
  jsonb_build_array(tests.line('L1', 1, tests.id('north_p1'), tests.id('north_p2'), tests.id('north_p3'))),
  '{10,10,12}', '{}', '{}', '{"mode": "rebuild"}');
select tests.logout();

create temporary view north as select * from public.run_timeline where run_id = tests.id('north_planner_run');
select results_eq($$ select step::int, event from north order by step $$, $$ values
  (1, 'requested'), (2, 'queued'), (3, 'started'), (4, 'slice'), (5, 'reclaimed'), (6, 'slice'), (7, 'committed') $$,
  'requested, queued, started, slices, reclaims, commit, in order');
select is((select details ->> 'waited_s' from north where event = 'started'), '10.0', 'how long it waited');
select is((select details from north where step = 4), '{"slice": 1, "phase": "bound", "cpu_ms": 700.0, "wall_ms": 800.0,
  "memory_bytes": null, "gap": 0.5, "columns": 12}', 'what a slice cost and how far it got');
select is((select details ->> 'by' from north where step = 1), tests.id('north_manager')::text, 'who asked');
select matches((select details ->> 'message' from north where event = 'reclaimed'), 'heartbeat had stopped', 'why a claim was taken back');
insert into public.allocator_py_runs (id, allocation_run, queued_at, options)
values (tests.remember('match', gen_random_uuid()), tests.id('north_run'), now(), '{"rng_seed": 7}');
select results_eq($$ select event, details -> 'options' from public.run_timeline where run_id = tests.id('match') order by step $$,
  $$ values ('requested', '{"rng_seed": 7}'::jsonb), ('queued', null) $$, 'a match has a timeline as well');
select is_empty($$ select 1 from public.run_timeline where run_id = gen_random_uuid() $$, 'another run has another timeline');
select * from finish();
rollback;
