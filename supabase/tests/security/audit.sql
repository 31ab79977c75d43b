-- Which tables are audited, and that every way to change one of them is logged. A table that is not listed fails; so does an
-- audited one whose triggers or statements are not those that its columns ask for.
begin;

create temporary table expected (name text primary key, unaudited_because text);
insert into expected values
  ('public.orgs', null), ('public.org_members', null), ('public.org_invitations', null), ('public.member_rights', null), ('public.import_mappings', null), ('public.roles', null), ('public.role_rights', null),
  ('public.hospitals', null), ('public.teams', null), ('public.six_month_terms', null), ('public.positions', null),
  ('public.workers', null), ('public.qualification_tags', null), ('public.worker_qualifications', null),
  ('public.affinity_profiles', null), ('public.affinity_weights', null),
  ('public.allocation_plans', null), ('public.allocation_runs', null), ('public.allocation_run_positions', null),
  ('public.allocation_run_worker_mappings', null), ('public.job_lines', null), ('public.rotations', null),
  ('public.job_line_leave', null), ('public.job_line_remarks', null), ('public.job_lines_history', null), ('public.allocation_planner_runs', null),
  ('public.preference_worker_job_lines', null), ('public.preferencers', null), ('public.preferencer_job_lines', null),
  ('public.preferencer_worker_ranks', null), ('public.job_line_eligibility', null),
  ('public.allocation_run_preferencer_weightings', null), ('public.allocator_py_runs', null),
  ('public.allocator_py_allocations', null), ('public.job_line_worker_mappings', null), ('public.line_swaps', null), ('fleet.request_limits', null), ('messages.email_templates', null), ('messages.org_email_templates', null),
  ('public.preference_line_notes', 'the doctor''s alone; preference_history has it'),
  ('public.preference_worker_rotations', 'the doctor''s alone; preference_history has it'),
  ('public.worker_specialty_sentiments', 'the doctor''s alone; preference_history has it'),
  ('public.worker_screening_rules', 'the doctor''s alone; preference_history has it'),
  ('public.preference_history', 'a log itself, the doctor''s'), ('public.calendar_links', 'a secret of the doctor''s'),
  ('public.calendar_contents', 'what was last read of a result, which has it'),
  ('public.doctor_links', 'the two doctors'' alone; what they agreed to stands with the match that takes it'),
  ('messages.emails', 'a log itself'), ('messages.delivery', 'the machine''s pulse'), ('private.retention', null),
  ('fleet.kept_runs', 'written once by the engine with its result, which is audited; erased by nobody'),
  ('public.planner_run_previews', 'what a dry run would do: nothing is done by it'),
  ('public.allocator_run_previews', 'what a what-if would do: nothing is done by it'),
  ('public.allocator_run_reasons', 'written once by the engine with its match, which is audited'),
  ('public.system_logs', 'a log itself'), ('public.system_metrics', 'measurements'), ('public.metric_rollups_daily', 'measurements'),
  ('public.metric_samples', 'measurements'), ('public.metric_rollups_hourly', 'measurements'), ('private.prime_statistics', 'measurements'),
  ('public.user_profiles', 'what a person calls themselves'),
  ('public.slice_cpu_rollups', 'measurements'), ('fleet.turns', 'the queue: whose turn it is'),
  ('fleet.sweeper_calls', 'the machine''s pulse'), ('fleet.incidents', 'a log itself'),
  ('public.audit_log', 'the log itself, append-only'), ('private.audit_transactions', 'part of the log'),
  ('private.audited_tables', 'written by migrations'),
  ('fleet.last_sweep', 'the machine''s pulse'), ('fleet.search_jobs', 'the queue: what became of a run stands with the run'),
  ('fleet.work_blocks', 'the queue: what became of a run stands with the run'), ('fleet.workers', 'the machine''s pulse'),
  ('fleet.search_types', null), ('public.term_templates', 'shipped data of no org'),
  ('public.primes', 'facts of no org, each with its checks'), ('public.prime_checks', 'a log itself'),
  ('public.records', null), ('public.prime_check_runs', null), ('public.prime_search_runs', null),
  ('public.prime_search_blocks', 'written by the engine; totals stand with the search'),
  ('public.prime_search_finds', 'written by the engine, once'), ('public.prime_search_evidence', 'written by the engine, once'),
  ('public.projects', null), ('public.project_phases', null),
  ('public.project_events', 'a log itself'), ('public.cost_calibrations', 'measurements'),
  ('public.agents', null), ('public.agent_templates', null), ('public.agent_schedules', null), ('public.agent_permissions', null),
  ('public.agent_budgets', null), ('public.agent_approvals', null), ('private.agent_keys', 'a secret; agents says when it was made'),
  ('public.agent_roles', 'shipped data of no org'), ('public.agent_tasks', null),
  ('public.agent_task_deps', 'written with the task, once'), ('public.agent_events', 'a log itself'),
  ('public.agent_memory', null), ('public.agent_handler_runs', 'work of the engine''s; the task has what came of it'),
  ('agents.signals', 'a queue'),
  ('public.operators', null), ('public.operator_invitations', null),
  ('public.operator_nodes', null), ('public.operator_trust', 'follows from node_block_results'),
  ('public.node_block_results', 'a log itself'), ('public.node_check_runs', 'a queue: what came out stands in verification_queue'),
  ('public.verification_queue', 'a log itself'), ('public.operator_credits', 'a log itself'),
  ('public.worker_releases', null), ('public.worker_release_channels', null),
  ('public.worker_release_events', 'a log itself'),
  ('public.node_commands', null),
  ('prime_search.operator_keys', null), ('prime_search.invitation_secrets', 'a secret; operator_invitations say what became of it'),
  ('prime_search.operator_contacts', 'an address that an operator left once; a log would keep it'),
  ('prime_search.node_claims', 'work under way; what came of it stands in node_block_results'),
  ('public.strategy_config', null), ('public.strategy_decisions', null);

create temporary table found as
select format('%s.%s', n.nspname, c.relname) as name, c.oid
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition and n.nspname !~ '^pg_' and (n.nspname = 'public' or pg_get_userbyid(n.nspowner) = 'postgres')
  and n.nspname not in ('supabase_migrations', 'tests', 'cron', 'net', 'vault', 'extensions')
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e');

select plan(60);
select is_empty($$ select name from found except select name from expected $$,
  'every table has a line: it is audited, or not for a reason');
select is_empty($$ select name from expected except select name from found $$, 'every line is that of a table');
select set_eq($$ select name from private.audited_tables $$,
  $$ select name from expected where unaudited_because is null $$, 'the tables are audited that shall be');
select is_empty($$
  select f.name, e.event from found f
  join private.audited_tables a using (name)
  cross join unnest('{insert,update,delete,truncate}'::text[]) as e (event)
  where not exists (
    select from pg_trigger t
    where t.tgrelid = f.oid and t.tgname = 'audit_' || e.event and t.tgenabled = 'O' and t.tgqual is null
      and t.tgfoid::regproc::text = private.audit_function_name(f.name))
$$, 'an audited table has a trigger for whatever changes it');
select is_empty($$
  select a.name from private.audited_tables a
  where not exists (
    select from pg_proc p where p.oid::regproc::text = private.audit_function_name(a.name) and p.prosecdef
      and p.proconfig = '{"search_path=\"\"",TimeZone=UTC,extra_float_digits=1}' and p.prosrc = private.audit_function(a))
$$, 'what is logged are all columns that the tables have now');
select is_empty($$
  select a.name, c from private.audited_tables a cross join unnest(a.unlogged || a.heavy) as c
  where (a.name, c) not in (values
    ('public.allocation_planner_runs', 'progress'), ('public.allocation_planner_runs', 'updated_at'),
    ('public.allocator_py_runs', 'progress'), ('public.allocator_py_runs', 'updated_at'),
    ('public.allocation_planner_runs', 'result_metadata'), ('public.allocator_py_runs', 'result'),
    ('public.prime_search_runs', 'progress'), ('public.prime_search_runs', 'updated_at'), ('public.prime_search_runs', 'result'),
    ('public.prime_check_runs', 'updated_at'), ('public.prime_check_runs', 'offered'), ('public.strategy_decisions', 'scores'),
    ('public.projects', 'total_tested'), ('public.projects', 'total_found'), ('public.projects', 'best_prime_id'),
    ('public.projects', 'best_digits'), ('public.projects', 'total_core_hours'), ('public.projects', 'total_cost_usd'),
    ('public.projects', 'updated_at'), ('public.project_phases', 'total_tested'), ('public.project_phases', 'total_found'),
    ('public.project_phases', 'total_core_hours'), ('public.project_phases', 'total_cost_usd'),
    ('public.records', 'fetched_at'), ('public.records', 'updated_at'), ('public.strategy_config', 'ticked_at'), ('public.strategy_config', 'updated_at'),
    ('public.agents', 'last_seen_at'), ('public.agent_schedules', 'fire_count'), ('public.agent_schedules', 'last_fired_at'),
    ('public.agent_schedules', 'last_checked_at'), ('public.agent_permissions', 'updated_at'), ('public.agent_budgets', 'spent_usd'),
    ('public.agent_budgets', 'tokens_used'), ('public.agent_budgets', 'period_start'), ('public.agent_budgets', 'updated_at'),
    ('public.job_lines_history', 'snapshot'), ('public.job_lines_history', 'changes'), ('public.job_lines_history', 'attachments'),
    ('public.allocation_run_worker_mappings', 'begun_at'), ('public.allocation_run_worker_mappings', 'wishes_changed_at'),
    ('public.operators', 'credit'), ('public.operators', 'primes_found'), ('public.operators', 'last_seen'),
    ('public.operator_nodes', 'last_heartbeat'), ('public.operator_nodes', 'benchmark_score'), ('public.operator_nodes', 'program'),
    ('prime_search.operator_keys', 'key_hash'), ('prime_search.operator_keys', 'last_used_at'), ('prime_search.operator_keys', 'tokens'),
    ('prime_search.operator_keys', 'tokens_at'), ('public.node_commands', 'attempts'), ('public.node_commands', 'delivered_at'),
    ('public.node_commands', 'lease_until'), ('public.agent_memory', 'updated_at'), ('public.agent_tasks', 'assigned_agent'),
    ('public.agent_tasks', 'claim_token'), ('public.agent_tasks', 'lease_until'), ('public.agent_tasks', 'attempts'),
    ('public.agent_tasks', 'cost_usd'), ('public.agent_tasks', 'tokens_used'), ('public.agent_tasks', 'started_at'),
    ('public.agent_tasks', 'updated_at'), ('public.agent_tasks', 'result'),
    ('public.preference_worker_job_lines', 'changed_at'), ('public.job_line_worker_mappings', 'emailed_at'))
$$, 'no other column is left out');

-- What everybody put in, and what an org takes along when it goes.
select set_config('receptor.reason', 'Because.', true);
select tests.new_rows_everywhere();
select tests.logout();
create temporary table org_tables as
select regexp_replace(name, '^public\.', '') as name from private.audited_tables where org is not null;
select is_empty($$
  select name from org_tables except
  select table_name from public.audit_log where operation = 'insert' and org_id = tests.id('north_org')
$$, 'a row that comes is logged, whatever the table');
select is_empty($$ select id from public.audit_log where org_id = tests.id('north_org') and reason is distinct from 'Because.' $$, 'with the reason');
savepoint here;
delete from public.orgs where id = tests.id('north_org');
select is_empty($$
  select name from org_tables except
  select table_name from public.audit_log where operation = 'delete' and org_id = tests.id('north_org')
$$, 'a row that goes is logged, also where another takes it along');
rollback to here;
truncate public.preference_worker_job_lines;
select is((select row_count from public.audit_log where table_name = 'preference_worker_job_lines' and operation = 'delete'
           and org_id = tests.id('north_org')), 1, 'a truncate is a delete of every row');
insert into public.roles (name, description) values ('guest', 'Looks.');
insert into public.role_rights values ('guest', 'org.view');
delete from public.roles where name = 'guest';
select results_eq($$
  select table_name, operation from public.audit_log where table_name like 'role%' and shared::text like '%guest%' order by id
$$, $$ values ('roles', 'insert'), ('role_rights', 'insert'), ('roles', 'delete'), ('role_rights', 'delete') $$,
  'what roles may do is logged, of no org');

-- Who, through what, before and after.
create function pg_temp.latest() returns public.audit_log language sql as
$$ select l from public.audit_log l order by id desc limit 1 $$;

select tests.login('north_manager');
select set_config('receptor.reason', '', true);
update public.job_lines set max_n_workers = 3 where id = tests.id('north_line');
select tests.logout();
select row_eq($$ select actor, through, operation, table_name, reason, before, after from pg_temp.latest() $$,
  row(tests.id('north_manager'), 'rest'::text, 'update'::text, 'job_lines'::text, null::text,
      '{"max_n_workers": [1]}'::jsonb, '{"max_n_workers": [3]}'::jsonb), 'an update says what was and what is');
select is((pg_temp.latest()).actor_name, (select email::text from auth.users where id = tests.id('north_manager')),
  'and who did it, by address');
select ok((pg_temp.latest()).subjects @> array[tests.id('north_line')], 'and which line it is about');
select is((pg_temp.latest()).allocation_run, tests.id('north_run'), 'and in which allocation run');

create temporary table mark as select max(id) as id from public.audit_log;
select tests.login('north_manager');
update public.job_lines set max_n_workers = 3 where id = tests.id('north_line');
update public.job_lines set max_n_workers = 4 where id = gen_random_uuid();
select tests.logout();
update public.allocation_planner_runs set progress = '{"phase": "bound"}' where id = tests.id('north_planner_run');
select is((select max(id) from public.audit_log), (select id from mark), 'what changes nothing is not logged, nor how far a run has come');

update public.allocation_run_positions set term = 4 where position = tests.id('north_p1') and term = 3;
select results_eq($$ select operation, keys from public.audit_log where id > (select id from mark) order by id $$,
  $$ values ('delete', '{"term": [3]}'::jsonb), ('insert', '{"term": [4]}') $$, 'a row with another key is another row');

-- In bulk: an entry for each doctor, values column by column.
select tests.new_line('north', 'second'), tests.new_line('north', 'third');
select set_config('receptor.through', 'cron', true);
insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
select tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_' || l), n
from unnest('{second,third}'::text[]) with ordinality as x (l, n);
select is((pg_temp.latest()).row_count, 2, 'ranks of a doctor are one entry');
select is((pg_temp.latest()).after, '{"order_preference": [1, 2], "like_dislike_preference": [null, null]}', 'with values in the order of the keys');
select is((pg_temp.latest()).keys, jsonb_build_object('job_line', jsonb_build_array(tests.id('north_second'), tests.id('north_third'))),
  'and keys in that order');
select ok((pg_temp.latest()).subjects @> array[tests.id('north_third'), tests.id('north_mapping')], 'found by doctor and by line');
select is((pg_temp.latest()).through, 'cron', 'through what its way in says');
select is((pg_temp.latest()).actor_name, session_user::text, 'by whoever opened the session');
select set_config('receptor.through', '', true);
select tests.engine(tests.id('planner'));
update public.job_lines set affinity = 7 where id = tests.id('north_third');
select tests.logout();
select is((pg_temp.latest()).through, 'engine:' || tests.id('north_planner_run'), 'an engine''s change names the run');
select is((pg_temp.latest()).actor, tests.id('north_manager'), 'and who asked for it');
select is((select count(distinct transaction)::int from public.audit_log where org_id = tests.id('north_org')), 1,
  'one transaction is one');

-- What a row belongs to is told of a change as well, though it did not change; and a member is called by their address.
update public.job_line_leave set ends_on = ends_on + 7 where job_line = tests.id('north_line');
select is((pg_temp.latest()).shared ->> 'job_line', tests.id('north_line')::text, 'leave that moves is that of its line');
select tests.login('north_manager');
select matches((select name from public.audit_names(tests.id('north_org'), array[tests.id('north_manager')])), '@tests.example$',
  'a member has a name');
select tests.logout();

-- The sweeper ends a run without a claim's token, and a run begins before its claim has one: both are the deed of who asked for it.
update fleet.work_blocks set worked = '1 day' where claim_token = tests.id('stray_planner');
select fleet.end_overdue_jobs();
update fleet.work_blocks set worked = '1 day' where claim_token = tests.id('planner');
select tests.engine();
select fleet.sweep();
select tests.logout();
select row_eq($$ select l.after -> 'status' ->> 0, l.actor, l.through from pg_temp.latest() l $$,
  row('FAILED'::text, tests.id('north_manager'), 'engine:' || tests.id('north_planner_run')), 'who asked for a run that the sweeper ends');
select tests.new_run('north');
select tests.engine();
select fleet.claim_next_block('planner', 'tests-log');
select tests.logout();
select row_eq($$ select l.after -> 'status' ->> 0, l.actor, l.through from pg_temp.latest() l $$,
  row('GENERATING'::text, tests.id('north_manager'), 'engine:' || tests.id('north_planner_run')), 'and for one that begins');

-- Readers.
select tests.login('north_manager');
select isnt_empty($$ select from public.audit_log $$, 'managers read their org''s log');
select is_empty($$ select from public.audit_log where org_id is distinct from tests.id('north_org') $$, 'and no other');
select tests.login('north_viewer');
select is_empty($$ select from public.audit_log $$, 'viewers do not');
select is_empty($$ select from public.audit_names(tests.id('north_org'), array[tests.id('north_line')]) $$, 'nor names');
select tests.logout();

-- A snapshot holds what doctors wish, and no log tells that of it while the window is open.
savepoint open_window;
update public.allocation_runs set status = 'open' where id = tests.id('north_run');
select tests.login('north_manager');
select count(public.cancel_planner_run(id)) from public.allocation_planner_runs where allocation_run = tests.id('north_run');
select tests.remember('kept', public.keep_job_lines(tests.id('north_run'), 'Kept'));
select tests.logout();
delete from public.job_lines_history where id = tests.id('kept');
create function pg_temp.told_wishes() returns setof text language sql as $$
  select l.operation from public.audit_log l where l.table_name = 'job_lines_history' and l::text like '%order_preference%'
  union all
  select l.operation from public.audit_about(tests.id('north_org'), array[tests.id('kept')]) l where l::text like '%order_preference%'
$$;
select tests.login('north_manager');
select is_empty('select pg_temp.told_wishes()', 'a snapshot''s wishes are sealed in the log');
select isnt_empty($$ select from public.audit_log where table_name = 'job_lines_history' $$, 'but not that there was one');
select tests.logout();
update public.allocation_runs set status = 'closed' where id = tests.id('north_run');
select tests.login('north_manager');
select set_eq('select pg_temp.told_wishes()', array['delete'], 'until it is closed: what was taken away can be read');
select tests.logout();
rollback to open_window;

-- Names of what is gone.
update public.workers set email = 'other@tests.example' where id = tests.id('north_worker');
delete from public.workers where id = tests.id('north_worker');
select tests.login('north_manager');
select set_eq(
  $$ select name from public.audit_names(tests.id('north_org'), array[tests.id('north_mapping'), tests.id('north_worker'),
       tests.id('north_line'), gen_random_uuid()]) $$,
  array['Dr Test', 'line'], 'a doctor who is gone keeps the name in the log');
select tests.logout();

-- Nobody changes it.
select throws_ok($$ update public.audit_log set reason = 'Mine.' $$, '42501', 'The audit log is append-only.', 'its owner does not change it');
select throws_ok($$ delete from public.audit_log $$, '42501', 'The audit log is append-only.', 'nor delete it');
select throws_ok($$ truncate public.audit_log $$, '42501', 'The audit log is append-only.', 'nor empty it');

select cmp_ok(private.anonymise_audit_log(tests.id('north_org'), tests.id('north_worker'), tests.id('north_doctor')), '>', 1::bigint,
  'a person is taken out of it');
select is_empty($$
  select from public.audit_log where org_id = tests.id('north_org')
    and (before::text || coalesce(after::text, '') ~ 'Dr Test|@tests.example' and table_name = 'workers' or after::text ~ 'Dr Test|other@tests')
$$, 'name and addresses are gone');
update public.hospitals set name = 'Elsewhere' where id = tests.id('north_hospital');
select is(private.prune_audit_log('7 years'), 0::bigint, 'seven years are kept');

-- What operators and their nodes do has their name beside it, until they are erased.
select set_config('receptor.reason', '', true);
select tests.new_operator('north', 'named_operator');
insert into prime_search.operator_keys (org_id, operator_id, key_hash, expires_at)
values (tests.id('north_org'), tests.id('north_named_operator'), repeat('9', 64), now() + interval '1 day');
select prime_search.register_node(repeat('9', 64), '{"node_id": "cellar", "hostname": "cellar.tests.example"}');
select set_config('receptor.through', '', true), set_config('receptor.actor_name', '', true);
select row_eq($$ select through, actor_name, table_name, operation from pg_temp.latest() $$,
  row('node'::text, 'north-named_operator'::text, 'operator_nodes'::text, 'insert'::text), 'an operator''s node came, by the operator''s key');
create temporary table seen as select max(id) as id from public.audit_log;
select prime_search.node_heartbeat(repeat('9', 64), (select id from public.operator_nodes where node_id = 'cellar'), '{}');
select is((select max(id) from public.audit_log), (select id from seen), 'that it is still there is not logged');
select set_config('receptor.through', '', true), set_config('receptor.actor_name', '', true);
select tests.login('north_manager');
select public.command_node((select id from public.operator_nodes where node_id = 'cellar'), 'stop');
select row_eq($$ select actor, table_name, operation from pg_temp.latest() $$,
  row(tests.id('north_manager'), 'node_commands'::text, 'insert'::text), 'what it was told has who told it');
select set_eq($$ select name from public.audit_names(tests.id('north_org'), array[tests.id('north_named_operator'), (
  select id from public.operator_nodes where node_id = 'cellar')]) $$, array['north-named_operator', 'cellar'], 'both are called by their names');
select public.invite_operator(tests.id('north_org'), 'For named_operator', 14, 'a key');
select tests.logout();
update public.operator_invitations set used_at = now(), operator_id = tests.id('north_named_operator') where note = 'For named_operator';
select tests.login('north_manager');
select public.erase_operator(tests.id('north_named_operator'));
select tests.logout();
select is_empty($$ select id from public.operator_invitations i where i::text ~ 'named_operator' $$, 'who is erased is in no invitation, nor in what was asked for it');
select is_empty($$ select id from public.audit_log l where l::text ~ 'named_operator|cellar' $$, 'who is erased is in no entry');
select is_empty($$ select id from public.audit_log l where l::text ~ repeat('9', 64) $$, 'nor is the hash of a key');

-- A filter for each index: what a page of the log costs does not grow with the log.
insert into public.audit_log (transaction, org_id, allocation_run, table_name, operation, part, parts, actor, actor_name, through,
  subjects, row_count, shared, keys, at)
select n, case when n % 50 = 0 then tests.id('north_org') else md5((n % 50)::text)::uuid end, md5((n % 400)::text)::uuid, 'table_' || n % 30,
  'insert', 1, 1, md5((n % 90)::text)::uuid, 'x', 'rest', array[md5((n % 3000)::text)::uuid], 1, '{}', '{}', now() - n * interval '1 minute'
from generate_series(1, 30000) as n;
analyze public.audit_log;
create function pg_temp.uses(p_index text, p_condition text) returns boolean language plpgsql as $$
declare
  v_plan text;
begin
  execute 'explain (format json) select * from public.audit_log where ' || p_condition || ' order by id desc limit 50' into v_plan;
  return v_plan ~ p_index and v_plan !~ 'Seq Scan",\s*"Parallel Aware": *\w+,\s*"Async Capable": *\w+,\s*"Relation Name": *"audit_log"';
end
$$;
select tests.login('north_manager');
select ok(pg_temp.uses('audit_log_org_idx', $$ org_id = tests.id('north_org') and part = 1 $$), 'the log of an org has an index');
select ok(pg_temp.uses('audit_log_run_idx|audit_log_org_idx', $$ org_id = tests.id('north_org') and part = 1
  and (allocation_run = md5('200')::uuid or allocation_run is null) $$), 'so has that of an allocation run');
select ok(pg_temp.uses('audit_log_actor_idx', $$ org_id = tests.id('north_org') and part = 1 and actor = md5('0')::uuid $$), 'of a person');
select ok(pg_temp.uses('audit_log_table_idx', $$ org_id = tests.id('north_org') and part = 1 and table_name = 'table_0' $$), 'of a kind');
select ok(pg_temp.uses('audit_log_at_idx', $$ org_id = tests.id('north_org') and part = 1
  and at >= now() - interval '10 days' and at < now() - interval '9 days' $$), 'of a day');
select is((select count(*)::int from public.audit_about(tests.id('north_org'), array[md5('50')::uuid])), 10,
  'what it is about is found');
select is((select count(*)::int from public.audit_about(tests.id('north_org'), array[md5('50')::uuid], p_tables => '{table_0}',
  p_actor => md5('0')::uuid, p_before => 100000000, p_limit => 3, p_from => now() - interval '1 year', p_until => now())), 0,
  'among what the other filters leave');
select ok(pg_temp.uses('audit_log_transaction_idx', $$ transaction = 77 and table_name = 'table_17' $$), 'of a transaction');

select tests.logout();
-- As audit_about() asks, which row level security does not bind.
select ok(pg_temp.uses('audit_log_subjects_idx', $$ org_id = tests.id('north_org') and subjects && array[md5('50')::uuid] $$),
  'of a line, a doctor or a run');

select * from finish();
rollback;
