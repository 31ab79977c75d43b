-- fleet.requeue_run(): an operator gets a run of either engine going again, whatever became of it.
begin;
select plan(17);
select tests.new_service('north'), tests.new_run('north');
create function pg_temp.outcome() returns text language sql as
$$ select outcome from fleet.requeue_run(tests.id('north_planner_run')) $$;

select is((select outcome from fleet.requeue_run(gen_random_uuid())), 'not_found', 'a run that is not there');
select is(pg_temp.outcome(), 'waiting', 'a run in the queue is left there');
select tests.claim(tests.id('north_planner_run'));
select is(pg_temp.outcome(), 'released', 'a run under way');
select results_eq($$ select status::text, attempts from fleet.work_blocks
  where id = (tests.block(tests.id('north_planner_run'))).id $$, $$ values ('PENDING', 0) $$, 'has a free block with all attempts');
select throws_ok($$ select fleet.hold_claim(tests.id('token')) $$, 'RC001', null, 'and its old worker writes nothing');
select tests.claim(tests.id('north_planner_run'));
select fleet.fail_claimed_job(tests.id('token'), 'X', 'Failed.', '{}');
select is(pg_temp.outcome(), 'repeated', 'a run that failed');
select results_eq($$ select status::text, requested_by from public.allocation_planner_runs
  where allocation_run = tests.id('north_run') and id <> tests.id('north_planner_run') $$,
  $$ values ('PENDING', tests.id('north_manager')) $$, 'is asked for again, for the same planner');
select throws_ok($$ select pg_temp.outcome() $$, '23505', null, 'but not twice at once');
select is((select status::text from public.allocation_planner_runs where id = tests.id('north_planner_run')), 'FAILED',
  'while the failed one stays what it is');

-- A match, asked for with a batch and options.
insert into public.workers (id, org_id, email, name)
values (tests.remember('colleague', gen_random_uuid()), tests.id('north_org'), 'colleague@tests.example', 'Dr Other');
select set_config('request.jwt.claims', json_build_object('sub', tests.id('north_manager'))::text, true);
insert into public.allocator_py_runs (id, allocation_run, queued_at, included_worker_mappings, options, request, idempotency_key)
values (tests.remember('match', gen_random_uuid()), tests.id('north_run'), now() - interval '1 hour',
        array[tests.id('north_mapping')], '{"rng_seed": 7}', '{"is_exclusive": true}', 'key');
select set_config('request.jwt.claims', '', true);
select results_eq($$ select kind, outcome from fleet.requeue_run(tests.id('match')) $$,
  $$ values ('allocator', 'waiting') $$, 'a match in the queue is left there');
select tests.claim(tests.id('match'));
select is((select outcome from fleet.requeue_run(tests.id('match'))), 'released', 'a match under way');
select is((select source from public.system_logs where run_id = tests.id('match') and component = 'requeue'), 'allocator',
  'is noted under its kind');
select tests.claim(tests.id('match'));
select fleet.fail_claimed_job(tests.id('token'), 'X', 'Failed.', '{}');
select is((select outcome from fleet.requeue_run(tests.id('match'))), 'repeated', 'a match that failed');
select results_eq($$ select status::text, requested_by, included_worker_mappings, options, request, idempotency_key,
    queued_at > now() - interval '1 minute'
  from public.allocator_py_runs where allocation_run = tests.id('north_run') and id <> tests.id('match') $$,
  $$ values ('PENDING', tests.id('north_manager'), array[tests.id('north_mapping')], '{"rng_seed": 7}'::jsonb,
    '{"is_exclusive": true}'::jsonb, null::text, true) $$, 'is asked for again just as it was, but for its key and its time');
select is((tests.job((select id from public.allocator_py_runs
  where allocation_run = tests.id('north_run') and id <> tests.id('match')))).status::text, 'QUEUED', 'and queued');
select is_empty($$ select search_type from fleet.search_types where run_table is null and search_type in ('planner', 'allocator') $$,
  'both engines have their table of runs');
select tests.login('north_manager');
select throws_ok($$ select * from fleet.requeue_run(tests.id('north_planner_run')) $$, '42501', null, 'users have no part in it');
select * from finish();
rollback;
