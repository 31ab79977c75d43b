-- Who reaches what: every table and view of ours x every kind of caller x select, insert, update, delete, tried on a row
-- of the org "north" and compared with the table below. A table that is not listed fails; so does one without a row to
-- try on. What calling functions does is in calls.sql.
--
-- A row that something hangs on is not deleted by users (rights/deletes.sql), and north's are such rows.
-- A cell says what the caller can do to north's row: s(elect), i(nsert one like it), u(pdate), d(elete).
--   manager, viewer, doctor: members of north; the doctor takes part in north's allocation run, which is open
--   rival: the manager of another org
--   idle: receptor_engine without a claim; planner, allocator: with the claim of north's block; stray: with the claims
--   of another org's blocks, one after the other: an engine with a bug
begin;

create temporary table expected (
  name text primary key, anon text, doctor text, viewer text, manager text, rival text,
  idle text, planner text, allocator text, stray text, service text
);
insert into expected values
  -- name                                          anon   doctor   viewer   manager   rival   idle   planner   allocator   stray   service
  -- tenancy
  ('public.orgs',                                  '-',   's',     's',     's',      '-',    '-',   '-',      '-',        '-',    'siud'),
  ('public.org_members',                           '-',   '-',     's',     's',      '-',    '-',   '-',      '-',        '-',    'siud'),
  ('public.org_invitations',                       '-',   '-',     '-',     's',      '-',    '-',   '-',      '-',        '-',    'siud'),
  ('public.member_rights',                         '-',   's',     's',     's',      '-',    '-',   '-',      '-',        '-',    'siud'),
  ('public.import_mappings',                       '-',   '-',     '-',     'siud',   '-',    '-',   '-',      '-',        '-',    'siud'),
  ('public.roles',                                 '-',   's',     's',     's',      's',    '-',   '-',      '-',        '-',    'siud'),
  ('public.role_rights',                           '-',   's',     's',     's',      's',    '-',   '-',      '-',        '-',    'siud'),
  -- posts and doctors
  ('public.hospitals',                             '-',   's',     's',     'siu',    '-',    '-',   '-',      '-',        '-',    'siud'),
  ('public.teams',                                 '-',   's',     's',     'siu',    '-',    '-',   's',      's',        '-',    'siud'),
  ('public.positions',                             '-',   's',     's',     'siu',    '-',    '-',   's',      's',        '-',    'siud'),
  ('public.six_month_terms',                       '-',   's',     's',     'siud',   '-',    '-',   's',      '-',        '-',    'siud'),
  ('public.workers',                               '-',   's',     's',     'siu',    '-',    '-',   '-',      's',        '-',    'siud'),
  ('public.qualification_tags',                    '-',   's',     's',     'siu',    '-',    '-',   '-',      's',        '-',    'siud'),
  ('public.worker_qualifications',                 '-',   's',     's',     'siud',   '-',    '-',   '-',      's',        '-',    'siud'),
  ('public.affinity_profiles',                     '-',   '-',     's',     's',      '-',    '-',   's',      's',        '-',    'siud'),
  ('public.affinity_weights',                      '-',   '-',     's',     's',      '-',    '-',   's',      's',        '-',    'siud'),
  -- allocation runs
  ('public.allocation_plans',                      '-',   '-',     's',     'siu',    '-',    '-',   '-',      '-',        '-',    'siud'),
  ('public.term_templates',                        '-',   's',     's',     's',      's',    '-',   '-',      '-',        '-',    'siud'),
  ('public.allocation_runs',                       '-',   's',     's',     'siu',    '-',    '-',   's',      's',        '-',    'siud'),
  ('public.allocation_run_positions',              '-',   '-',     's',     'siud',   '-',    '-',   's',      's',        '-',    'siud'),
  ('public.allocation_run_worker_mappings',        '-',   's',     's',     'si',     '-',    '-',   '-',      's',        '-',    'siud'),
  ('public.job_lines',                             '-',   's',     's',     'su',     '-',    '-',   'siu',    's',        '-',    'siud'),
  ('public.rotations',                             '-',   's',     's',     's',      '-',    '-',   'sid',    's',        '-',    'siud'),
  ('public.job_line_leave',                        '-',   's',     's',     's',      '-',    '-',   'sid',    's',        '-',    'siud'),
  ('public.job_line_remarks',                      '-',   '-',     's',     's',      '-',    '-',   '-',      '-',        '-',    'siud'),
  ('public.job_lines_history',                     '-',   '-',     's',     's',      '-',    '-',   '-',      '-',        '-',    'siud'),
  ('public.allocation_planner_runs',               '-',   '-',     's',     'si',     '-',    '-',   'su',     's',        '-',    'siud'),
  ('public.planner_run_previews',                  '-',   '-',     's',     's',      '-',    '-',   'si',     '-',        '-',    'siud'),
  -- the match
  ('public.preference_worker_job_lines',           '-',   'siud',  '-',     '-',      '-',    '-',   '-',      's',        '-',    'siud'),
  ('public.preferencers',                          '-',   '-',     's',     'siu',    '-',    '-',   '-',      's',        '-',    'siud'),
  ('public.preferencer_job_lines',                 '-',   '-',     's',     'siud',   '-',    '-',   '-',      's',        '-',    'siud'),
  ('public.preferencer_worker_ranks',              '-',   '-',     's',     'siud',   '-',    '-',   '-',      's',        '-',    'siud'),
  ('public.job_line_eligibility',                  '-',   '-',     's',     'siud',   '-',    '-',   '-',      's',        '-',    'siud'),
  ('public.allocation_run_preferencer_weightings', '-',   '-',     's',     'siud',   '-',    '-',   '-',      's',        '-',    'siud'),
  ('public.allocator_py_runs',                     '-',   '-',     's',     'si',     '-',    '-',   '-',      'su',       '-',    'siud'),
  ('public.allocator_py_allocations',              '-',   '-',     's',     's',      '-',    '-',   '-',      'si',       '-',    'siud'),
  ('public.allocator_run_previews',                '-',   '-',     's',     's',      '-',    '-',   '-',      'i',        '-',    'siud'),
  ('public.allocator_run_reasons',                 '-',   '-',     's',     's',      '-',    '-',   '-',      'i',        '-',    'siud'),
  -- what doctors say for themselves, and what they are told: the window is open, so that managers read no wishes
  ('public.job_line_worker_mappings',               '-', '-', 's', 's', '-', '-', '-', '-', '-', 'siud'),
  ('public.line_swaps',                             '-', '-', 's', 's', '-', '-', '-', '-', '-', 'siud'),
  ('public.preference_line_notes',                  '-', 's', '-', '-', '-', '-', '-', '-', '-', '-'),
  ('public.preference_worker_rotations',            '-', 's', '-', '-', '-', '-', '-', '-', '-', '-'),
  ('public.worker_specialty_sentiments',            '-', 's', '-', '-', '-', '-', '-', '-', '-', '-'),
  ('public.worker_screening_rules',                 '-', 's', '-', '-', '-', '-', '-', '-', '-', '-'),
  ('public.preference_history',                     '-', 's', '-', '-', '-', '-', '-', '-', '-', '-'),
  ('public.doctor_links',                           '-', '-', '-', '-', '-', '-', '-', '-', '-', '-'),
  ('public.calendar_links',                         '-', '-', '-', '-', '-', '-', '-', '-', '-', '-'),
  ('public.calendar_contents',                      '-', '-', '-', '-', '-', '-', '-', '-', '-', '-'),
  ('messages.emails',                               '-', '-', '-', '-', '-', '-', '-', '-', '-', 's'),
  ('messages.org_email_templates',                  '-', '-', '-', '-', '-', '-', '-', '-', '-', '-'),
  ('messages.email_templates',                      '-', '-', '-', '-', '-', '-', '-', '-', '-', 'su'),
  ('messages.delivery',                             '-', '-', '-', '-', '-', '-', '-', '-', '-', 's'),
  ('public.email_status',                           '-', '-', '-', '-', '-', '-', '-', '-', '-', 's'),
  -- who did what
  ('public.audit_log',                             '-',   '-',     '-',     's',      '-',    '-',   '-',      '-',        '-',    's'),
  ('private.audit_transactions',                   '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    '-'),
  ('private.audited_tables',                       '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    '-'),
  -- primes
  ('public.primes',                                 '-',  's',     's',    's',      's',   '-',   '-',      '-',        '-',    'siud'),
  ('public.prime_checks',                           '-',  's',     's',    's',      's',   '-',   '-',      '-',        '-',    'siud'),
  ('public.projects',                                '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.project_phases',                          '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.project_events',                          '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.agent_roles',                             '-',  's',     's',    's',      's',   '-',   '-',      '-',        '-',    'siud'),
  ('public.agents',                                  '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('private.agent_keys',                             '-',  '-',     '-',    '-',      '-',   '-',   '-',      '-',        '-',    '-'),
  ('public.agent_templates',                         '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.agent_schedules',                         '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.agent_tasks',                             '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.agent_task_deps',                         '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.agent_events',                            '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.agent_budgets',                           '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.agent_memory',                            '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.agent_permissions',                       '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.agent_approvals',                         '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.agent_handler_runs',                      '-',  '-',     '-',    '-',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('agents.signals',                                 '-',  '-',     '-',    '-',      '-',   '-',   '-',      '-',        '-',    '-'),
  ('public.strategy_config',                         '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.strategy_decisions',                      '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.form_yield_rates',                        '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    's'),
  ('public.cost_calibrations',                       '-',  's',     's',    's',      's',   '-',   '-',      '-',        '-',    'siud'),
  ('public.cost_observations',                       '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    's'),
  ('public.records',                                '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.records_beside_ours',                    '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    's'),
  ('public.prime_check_runs',                       '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.prime_search_runs',                      '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.prime_search_blocks',                    '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.prime_search_finds',                     '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  ('public.prime_search_evidence',                  '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    'siud'),
  -- other people's machines
  ('public.worker_releases', '-', 's', 's', 's', 's', '-', '-', '-', '-', 's'),
  ('public.worker_release_channels', '-', 's', 's', 's', 's', '-', '-', '-', '-', 's'),
  ('public.worker_release_events', '-', 's', 's', 's', 's', '-', '-', '-', '-', 's'),
  ('public.worker_release_adoption', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.operators', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.operator_nodes', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.operator_trust', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.node_block_results', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.node_check_runs', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.verification_queue', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.operator_credits', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.node_commands', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.operator_leaderboard', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.operator_badges', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.verification_cost_summary', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.volunteers', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.volunteer_workers', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.volunteer_trust', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.credit_log', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.volunteer_leaderboard', '-', '-', 's', 's', '-', '-', '-', '-', '-', 's'),
  ('public.operator_invitations', '-', '-', '-', 's', '-', '-', '-', '-', '-', 's'),
  ('prime_search.invitation_secrets', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-'),
  ('prime_search.operator_keys', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-'),
  ('prime_search.operator_contacts', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-'),
  ('prime_search.node_claims', '-', '-', '-', '-', '-', '-', '-', '-', '-', '-'),
  ('public.search_jobs',                            '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    's'),
  ('public.work_blocks',                            '-',  '-',     's',    's',      '-',   '-',   '-',      '-',        '-',    's'),
  -- what operators see
  ('public.system_logs',                           '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    'siud'),
  ('public.system_metrics',                        '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    'siud'),
  ('public.metric_samples',                        '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    'siud'),
  ('public.metric_rollups_hourly',                 '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    'siud'),
  ('private.prime_statistics',                     '-',   's',     's',     's',      's',    '-',   '-',      '-',        '-',    's'),
  ('private.prime_counts_by_hour',                 '-',   's',     's',     's',      's',    '-',   '-',      '-',        '-',    's'),
  ('private.new_primes',                           '-',   's',     's',     's',      's',    '-',   '-',      '-',        '-',    's'),
  ('private.prime_timeline',                       '-',   's',     's',     's',      's',    '-',   '-',      '-',        '-',    's'),
  ('private.prime_counts_by_day',                  '-',   's',     's',     's',      's',    '-',   '-',      '-',        '-',    's'),
  ('private.prime_counts_by_digits',               '-',   's',     's',     's',      's',    '-',   '-',      '-',        '-',    's'),
  ('public.user_profiles',                         '-',   '-',     's',     '-',      '-',    '-',   '-',      '-',        '-',    'siud'),
  ('public.metric_rollups_daily',                  '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    'siud'),
  ('public.run_timeline',                          '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    's'),
  ('public.failures_this_week',                    '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    's'),
  ('public.queue_waits_daily',                     '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    's'),
  ('public.slice_cpu_daily',                       '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    's'),
  ('public.slice_cpu_rollups',                     '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    'siud'),
  ('public.fleet_status',                          '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    's'),
  -- the fleet
  ('fleet.incidents',                                '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    's'),
  ('private.retention',                            '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    '-'),
  ('fleet.kept_runs',                              '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    's'),
  ('fleet.last_sweep',                             '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    's'),
  ('fleet.request_limits',                         '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    'siud'),
  ('fleet.search_jobs',                            '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    's'),
  ('fleet.search_types',                           '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    'su'),
  ('fleet.sweeper_calls',                            '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    's'),
  ('fleet.turns',                                  '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    's'),
  ('fleet.work_blocks',                            '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    's'),
  ('fleet.workers',                                '-',   '-',     '-',     '-',      '-',    '-',   '-',      '-',        '-',    's');

-- How to find a row of north where there is no org_id.
create temporary table row_of_north (name text primary key, condition text not null);
insert into row_of_north values
  ('public.orgs', 'id = tests.id(''north_org'')'),
  ('public.org_members', 'user_id = tests.id(''north_viewer'')'),
  ('public.affinity_weights', 'profile = tests.id(''profile'')'),
  ('fleet.work_blocks', 'search_job_id = (tests.job(tests.id(''north_planner_run''))).id'),
  ('fleet.workers', 'worker_id like ''tests-%'''),
  -- Entries about wishes are nobody's while the window is open.
  ('public.audit_log', 'org_id = tests.id(''north_org'') and table_name <> ''preference_worker_job_lines'''),
  ('public.run_timeline', 'run_id = tests.id(''north_planner_run'')'),
  ('private.prime_statistics', 'true'), ('private.prime_timeline', 'true'), ('private.new_primes', 'form = ''north_new'''), ('private.prime_counts_by_hour', 'form = ''north_form'''), ('private.prime_counts_by_day', 'form = ''north_form'''), ('private.prime_counts_by_digits', 'form = ''north_form'''),
  ('public.user_profiles', 'id = tests.id(''north_viewer'')'),
  ('public.primes', 'form = ''north_form'''), ('public.records', 'form = ''north_form'''), ('public.cost_calibrations', 'form = ''north_form'''), ('public.form_yield_rates', 'form = ''factorial'''),
  ('public.cost_observations', 'duration_secs = 7.777'),
  ('public.records_beside_ours', 'form = ''north_form'''), ('public.prime_checks', 'reason = ''north'''),
  ('public.search_jobs', 'run = tests.id(''north_search'')'),
  ('public.work_blocks', 'search_job_id = (select number from public.prime_search_runs where id = tests.id(''north_search''))'),
  ('prime_search.invitation_secrets', 'secret_hash = repeat(''1'', 64)'), ('prime_search.operator_keys', 'key_hash = repeat(''2'', 64)'),
  ('prime_search.operator_contacts', 'email = ''operator@tests.example'''), ('prime_search.node_claims', 'seed = repeat(''3'', 64)'),
  -- Of nobody: the same for all.
  ('public.worker_releases', 'true'), ('public.worker_release_channels', 'true'), ('public.worker_release_events', 'true'),
  ('public.roles', 'true'), ('public.term_templates', 'true'), ('private.retention', 'true'), ('public.agent_roles', 'name = ''engine'''), ('private.agent_keys', 'key_hash = repeat(''0'', 64)'), ('public.role_rights', 'true'), ('fleet.search_types', 'true'), ('fleet.last_sweep', 'true'), ('fleet.sweeper_calls', 'true'), ('fleet.incidents', 'true'),
  ('public.metric_rollups_daily', 'true'), ('public.slice_cpu_rollups', 'true'), ('public.failures_this_week', 'true'), ('public.fleet_status', 'true'),
  ('public.queue_waits_daily', 'true'), ('public.slice_cpu_daily', 'true'),
  ('private.audit_transactions', 'true'), ('private.audited_tables', 'true'), ('messages.email_templates', 'true'), ('messages.delivery', 'true'), ('public.email_status', 'true');

-- Ours is what is neither the platform's nor an extension's nor these tests'.
create temporary table found as
select c.oid, format('%s.%s', n.nspname, c.relname) as name, c.relkind in ('r', 'p') as is_table
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
  and n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'auth', 'extensions', 'vault', 'net', 'cron', 'tests', 'storage', 'realtime',
    'supabase_migrations', 'supabase_functions', 'graphql', 'graphql_public', 'pgbouncer')
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e');

-- A row of north of everything.
select tests.new_rows_everywhere();

-- pg_temp.become(caller): the database role that the caller works as.
create function pg_temp.become(p_caller text) returns name language plpgsql as $$
begin
  case p_caller
    when 'anon' then perform tests.login_anon();
    when 'doctor', 'viewer', 'manager' then perform tests.login('north_' || p_caller);
    when 'rival' then perform tests.login('south_manager');
    when 'idle' then perform tests.engine();
    when 'service' then perform set_config('role', 'service_role', true);
    else perform tests.engine(tests.id(p_caller));
  end case;
  return current_user;
end
$$;

-- pg_temp.reaches(caller, statement): whether it touches a row; whatever it does is undone. A row that breaks a key or a
-- check has passed the rights before.
create function pg_temp.reaches(p_caller text, p_statement text) returns boolean language plpgsql as $$
declare
  v_rows int;
begin
  perform pg_temp.become(p_caller);
  execute p_statement;
  get diagnostics v_rows = row_count;
  raise exception using errcode = 'RT000', message = v_rows::text;
exception
  when sqlstate 'RT000' then return sqlerrm::int > 0;
  when insufficient_privilege or sqlstate 'RC404' or sqlstate 'RC409' then return false;
  when integrity_constraint_violation then return true;
end
$$;

-- pg_temp.condition(table): finds one row of north by its primary key, the doctor's own where there are others of colleagues, whom
-- a doctor does not see; of several the one that was written first, and not whichever the database happens to hand out; null where there
-- is none.
create function pg_temp.condition(p_oid oid, p_name text) returns text language plpgsql as $$
declare
  v_where text := coalesce((select r.condition from row_of_north r where r.name = p_name), 'org_id = tests.id(''north_org'')');
  v_key text;
begin
  select string_agg(format('format(''%1$I = %%L'', %1$I)', a.attname), ' || '' and '' || ') into v_key
  from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
  where i.indrelid = p_oid and i.indisprimary;
  execute format('select %s from %s as t where %s order by to_jsonb(t)::text ~ %L desc%s limit 1', coalesce(v_key, quote_literal(v_where)),
    p_name, v_where, concat_ws('|', tests.id('north_mapping'), tests.id('north_doctor')), case when v_key is not null then ', t.cmin::text::int' end) into v_key;
  return v_key;
end
$$;

-- pg_temp.cell(table, caller): what the caller does to north's row, as a cell of the table above.
create function pg_temp.cell(p_oid oid, p_name text, p_is_table boolean, p_condition text, p_caller text)
returns text language plpgsql as $$
declare
  v_role name := case when p_caller = 'anon' then 'anon' when p_caller in ('doctor', 'viewer', 'manager', 'rival') then 'authenticated'
    when p_caller = 'service' then 'service_role' else 'receptor_engine' end;
  v_column name; v_columns text; v_row jsonb; v_cell text;
begin
  v_cell := case when pg_temp.reaches(p_caller, format('select 1 from %s where %s', p_name, p_condition)) then 's' else '' end;
  if not p_is_table then
    return coalesce(nullif(v_cell, ''), '-');
  end if;
  -- A row like north's, in the columns that the caller may write, or in all of them.
  select coalesce(string_agg(quote_ident(attname), ', ') filter (where has_column_privilege(v_role, p_oid, attname, 'insert')),
                  string_agg(quote_ident(attname), ', '))
  into v_columns from pg_attribute
  where attrelid = p_oid and attnum > 0 and not attisdropped and attgenerated = '' and attidentity <> 'a';
  execute format('select to_jsonb(t) from %s t where %s', p_name, p_condition) into v_row;
  if pg_temp.reaches(p_caller, format('insert into %1$s (%2$s) select %2$s from jsonb_populate_record(null::%1$s, %3$L)',
                                      p_name, v_columns, v_row)) then
    v_cell := v_cell || 'i';
  end if;
  -- Any column that the caller may update stands for the others.
  select attname into v_column from pg_attribute
  where attrelid = p_oid and attnum > 0 and not attisdropped and attgenerated = '' and attidentity <> 'a'
  order by has_column_privilege(v_role, p_oid, attname, 'update') desc, attnum limit 1;
  if pg_temp.reaches(p_caller, format('update %1$s set %2$I = %2$I where %3$s', p_name, v_column, p_condition)) then
    v_cell := v_cell || 'u';
  end if;
  if pg_temp.reaches(p_caller, format('delete from %s where %s', p_name, p_condition)) then
    v_cell := v_cell || 'd';
  end if;
  return coalesce(nullif(v_cell, ''), '-');
end
$$;

create temporary table callers (caller text, token text);
insert into callers values ('anon', 'anon'), ('doctor', 'doctor'), ('viewer', 'viewer'), ('manager', 'manager'), ('rival', 'rival'),
  ('idle', 'idle'), ('planner', 'planner'), ('allocator', 'allocator'), ('stray', 'stray_planner'), ('stray', 'stray_allocator'),
  ('service', 'service');
create temporary table tried as
select f.name, c.caller, c.token, case when f.condition is not null then
  pg_temp.cell(f.oid, f.name, f.is_table, f.condition, c.token) end as cell
from (select *, pg_temp.condition(oid, name) as condition from found) f cross join callers c;

select plan((3 + (select count(*) from tried))::int);
select is_empty($$ select name from found except select name from expected $$,
  'every table and view has a line of expectations');
select is_empty($$ select name from expected except select name from found $$, 'every line is that of a table or view');
select is_empty($$ select distinct name from tried where cell is null $$, 'there is a row of north to try on everywhere');
select is(t.cell, to_jsonb(e) ->> t.caller, format('%s on %s', t.token, t.name))
from tried t left join expected e using (name) order by t.name, t.caller;
select * from finish();
rollback;
