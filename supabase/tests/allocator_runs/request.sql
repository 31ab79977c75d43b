-- request_allocator_run(), cancel_allocator_run(), queue_pending_allocator_runs(): who may ask for a match, and what becomes of it.
begin;
select plan(22);
select tests.new_service('north'), tests.new_service('south');
select tests.new_line('north', 'line'), tests.new_line('south', 'line');
create function pg_temp.ask(p_key text default null, p_seed int default 1) returns jsonb language sql as $$
  select public.request_allocator_run(
    jsonb_build_object('allocation_run', tests.id('north_run'), 'options', jsonb_build_object('rng_seed', p_seed)),
    jsonb_build_object('options', jsonb_build_object('rng_seed', p_seed)), p_key)
$$;

select tests.login('north_viewer');
select throws_ok('select pg_temp.ask()', '42501', null, 'a viewer may not run the match');
select tests.login('south_manager');
select is(pg_temp.ask() ->> 'outcome', 'not_found', 'another org''s allocation run is not there');

select tests.login('north_manager');
select is(public.request_allocator_run(jsonb_build_object('allocation_run', tests.id('north_run'), 'options',
    jsonb_build_object('pins', jsonb_build_array(jsonb_build_object(
      'worker_mapping', tests.id('north_mapping'), 'job_line', tests.id('south_line'), 'reason', 'Agreed.')))), '{}') ->> 'outcome',
  'unknown_job_line', 'a pin to a line of another org is none');
select is(public.request_allocator_run(jsonb_build_object('allocation_run', tests.id('north_run'), 'options',
    jsonb_build_object('exclusions', jsonb_build_array(jsonb_build_object(
      'worker_mapping', tests.id('south_mapping'), 'job_line', tests.id('north_line'), 'reason', 'Agreed.')))), '{}') ->> 'outcome',
  'unknown_worker_mapping', 'nor is one of another org''s doctor');
select throws_ok($$ select public.request_allocator_run(jsonb_build_object('allocation_run', tests.id('north_run'), 'options',
    jsonb_build_object('pins', jsonb_build_array(jsonb_build_object(
      'worker_mapping', tests.id('north_mapping'), 'job_line', tests.id('north_line'))))), '{}') $$,
  'RC400', null, 'what is decided by hand has a reason');
select tests.remember('first', (pg_temp.ask('key') #>> '{run,id}')::uuid);
select results_eq($$ select status::text, requested_by, org_id, queued_at is not null, completed_at
  from public.allocator_py_runs $$,
  $$ values ('PENDING', tests.id('north_manager'), tests.id('north_org'), true, null::timestamptz) $$, 'a manager asks');
select is(pg_temp.ask('key') ->> 'outcome', 'replayed', 'the same again is the same run');
select is(pg_temp.ask('key', 2) ->> 'outcome', 'key_reused', 'another request under its key is refused');
select is(pg_temp.ask('other') ->> 'outcome', 'unfinished', 'one run at a time');
select is((pg_temp.ask() #>> '{run,id}')::uuid, tests.id('first'), 'and it is named');
select throws_ok($$ update public.allocator_py_runs set status = 'COMPLETED' $$, '42501', null,
  'a status is not a user''s to set');
select throws_ok($$ insert into public.allocator_py_runs (allocation_run, result) values (tests.id('north_run'), '{}') $$,
  '42501', null, 'nor is a result');

select tests.logout();
select is((tests.job(tests.id('first'))).status::text, 'QUEUED', 'its job waits');
select tests.login('south_manager');
select is(public.cancel_allocator_run(tests.id('first')), null, 'another org cannot cancel it');
select tests.login('north_viewer');
select throws_ok($$ select public.cancel_allocator_run(tests.id('first')) $$, '42501', null, 'nor can a viewer');
select tests.login('north_manager');
select is(public.cancel_allocator_run(tests.id('first')) ->> 'status', 'CANCELLED', 'its manager can');
select is(public.cancel_allocator_run(tests.id('first')) ->> 'status', 'CANCELLED', 'and again changes nothing');

-- Runs of other systems wait without a job until a service caller queues them.
insert into public.allocator_py_runs (allocation_run) values (tests.id('north_run'));
select throws_ok('select public.queue_pending_allocator_runs()', '42501', null, 'users cannot queue for everybody');
select tests.logout();
select tests.remember('waiting', id) from public.allocator_py_runs where queued_at is null;
select is((tests.job(tests.id('waiting'))).id, null, 'a run that waits has no job');
set local role service_role;
select is(public.queue_pending_allocator_runs(), 1, 'the service queues it');
select is(public.queue_pending_allocator_runs(), 0, 'once');
select tests.logout();
select is((tests.job(tests.id('waiting'))).status::text, 'QUEUED', 'and its job is there');

select * from finish();
rollback;
