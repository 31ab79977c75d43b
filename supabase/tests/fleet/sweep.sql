-- sweep(): what it mends, and which functions it says have work.
begin;
select plan(12);
select tests.new_job('kind_idle'), tests.new_job('kind_queued'), tests.new_job('kind_stale'), tests.new_job('kind_busy'),
  tests.new_job('kind_overdue'), tests.new_job('kind_overdue'), tests.new_job('kind_waiting'), tests.new_job('kind_crashing');
select fleet.finish_block(claim_token) from fleet.claim_next_block('kind_idle', 'wi');
select fleet.claim_next_block('kind_stale', 'ws'), fleet.claim_next_block('kind_busy', 'wb'),
  fleet.claim_next_block('kind_overdue', 'wo'), fleet.claim_next_block('kind_crashing', 'wc');
update fleet.work_blocks set heartbeat_at = now() - interval '1 hour' where claimed_by = 'ws';
update fleet.work_blocks set attempts = 5, heartbeat_at = now() - interval '1 hour' where claimed_by = 'wc';
update fleet.work_blocks set claimed_at = now() - interval '1 hour' where claimed_by = 'wo';
select fleet.release_block(claim_token, 'x', '{}', false) from fleet.claim_next_block('kind_waiting', 'ww');
update fleet.search_types set function_name = 'solver-of-' || substr(search_type, 6) where search_type like 'kind_%';

-- Counts how often it is looked for what is overdue.
alter function fleet.end_overdue_jobs() rename to end_overdue_jobs_itself;
create function fleet.end_overdue_jobs() returns int language plpgsql security definer set search_path = '' as $$
begin
  perform set_config('tests.looks', (coalesce(nullif(current_setting('tests.looks', true), ''), '0')::int + 1)::text, true);
  return fleet.end_overdue_jobs_itself();
end
$$;
set local role service_role;
create temporary table swept as select * from fleet.sweep();
reset role;
select is(current_setting('tests.looks'), '1', 'what is overdue of every kind of work is looked for once');
set local role postgres;
select results_eq($$ select function_name, reclaimed from swept where search_type = $$ || quote_literal('kind_' || k),
  format('select %L::text, %s', f, n), k || ': ' || d)
from (values
  ('idle', null, 0, 'nothing to do'),
  ('queued', 'solver-of-queued', 0, 'a run whose dispatch got lost is called for'),
  ('stale', 'solver-of-stale', 1, 'a crashed run is taken back and called for'),
  ('busy', null, 0, 'a run at work is left alone'),
  ('crashing', null, 1, 'one that crashed at its last attempt is taken back and ended by the same sweep'),
  ('overdue', 'solver-of-overdue', 0, 'an overdue run makes room for the next'),
  ('waiting', null, 0, 'a run that waits after an error is not called for')
) as x (k, f, n, d);
select is((select count(*)::int from fleet.search_jobs where search_type = 'kind_overdue' and status = 'FAILED'), 1, 'the overdue one ended');
select is((select status::text || error_code from fleet.search_jobs where search_type = 'kind_crashing'), 'FAILEDATTEMPTS_EXCEEDED',
  'the crashing one, too');
select ok(exists (select from swept where search_type = 'planner'), 'the planner is swept, too');
select is((select count(*)::int from fleet.work_blocks where claimed_by = 'wb'), 1, 'the busy worker keeps its claim');

select * from finish();
rollback;
