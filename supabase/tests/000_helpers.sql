-- Helpers of the tests, in a schema of their own. This file runs first and commits; the others roll back.
-- Ids are kept by name in settings of the transaction (tests.<name>), readable in every role: tests.id('north_run').

begin;
create extension if not exists pgtap with schema extensions;
select plan(1);

drop schema if exists tests cascade;
create schema tests;
comment on schema tests is 'Helpers of pgTAP tests; never on a production database.';
grant usage on schema tests to public;

-- tests.our_schemas(): those that migrations make, and public: whatever schema comes is looked at as the others are.
create function tests.our_schemas() returns oid[] language sql stable as $$
  select array_agg(oid) from pg_namespace
  where nspname !~ '^pg_' and (nspname = 'public' or pg_get_userbyid(nspowner) = 'postgres')
    and nspname not in ('supabase_migrations', 'tests', 'cron', 'net', 'vault', 'extensions')
$$;

create function tests.remember(p_name text, p_id uuid) returns uuid language sql as
$$ select set_config('tests.' || p_name, p_id::text, true)::uuid $$;

create function tests.id(p_name text) returns uuid language sql stable as
$$ select current_setting('tests.' || p_name)::uuid $$;

-- tests.login(name): from here on, what the user may do. tests.login_anon(): what nobody may do.
create function tests.login(p_name text) returns void language sql as $$
  select set_config('role', 'authenticated', true), set_config('request.jwt.claims',
    json_build_object('sub', tests.id(p_name), 'role', 'authenticated')::text, true)
$$;

create function tests.login_anon() returns void language sql as $$
  select set_config('role', 'anon', true),
         set_config('request.jwt.claims', '{"role": "anon"}', true)
$$;

-- tests.engine(token): a transaction of the engine for a block; without a token it has claimed nothing.
create function tests.engine(p_token uuid default null) returns void language sql as $$
  select set_config('role', 'receptor_engine', true),
         set_config('receptor.claim_token', coalesce(p_token::text, ''), true)
$$;

create function tests.logout() returns void language sql as $$
  select set_config('role', 'postgres', true), set_config('request.jwt.claims', '', true),
         set_config('receptor.claim_token', '', true)
$$;

create function tests.new_user(p_name text) returns uuid language plpgsql as $$
declare
  v_id uuid := gen_random_uuid();
begin
  insert into auth.users (id, email) values (v_id, replace(p_name, '_', '.') || '-' || v_id || '@tests.example');
  return tests.remember(p_name, v_id);
end
$$;

-- tests.new_service('north'): a health service with everything below it. Remembers north_org, north_manager,
-- north_viewer, north_doctor, north_hospital, north_team, north_p1..p3, north_plan, north_run (draft, three terms of
-- 10, 10 and 12 weeks from 2027-01-11, two posts per position and term), north_worker and north_mapping (the doctor).
create function tests.new_service(p_name text) returns void language plpgsql as $$
declare
  v_org uuid := tests.remember(p_name || '_org', gen_random_uuid());
  v_team uuid := tests.remember(p_name || '_team', gen_random_uuid());
  v_hospital uuid := tests.remember(p_name || '_hospital', gen_random_uuid());
  v_plan uuid := tests.remember(p_name || '_plan', gen_random_uuid());
  v_run uuid := tests.remember(p_name || '_run', gen_random_uuid());
  v_worker uuid := tests.remember(p_name || '_worker', gen_random_uuid());
  v_mapping uuid := tests.remember(p_name || '_mapping', gen_random_uuid());
begin
  insert into public.orgs (id, name) values (v_org, p_name);
  insert into public.org_members (org_id, user_id, role)
  select v_org, tests.new_user(p_name || '_' || r), r from unnest('{manager,viewer,doctor}'::text[]) as r;
  insert into public.hospitals (id, org_id, name) values (v_hospital, v_org, 'Hospital');
  insert into public.teams (id, org_id, hospital, name) values (v_team, v_org, v_hospital, 'Team');
  insert into public.positions (id, org_id, team, name, specialty)
  select tests.remember(p_name || '_p' || n, gen_random_uuid()), v_org, v_team, 'Position ' || n, 'Medicine'
  from generate_series(1, 3) as n;
  insert into public.allocation_plans (id, org_id, name) values (v_plan, v_org, 'Plan');
  insert into public.allocation_runs (id, org_id, allocation_plan, name, starts_on, term_weeks)
  values (v_run, v_org, v_plan, 'Run', '2027-01-11', '{10,10,12}');
  insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
  select v_org, v_run, p.id, t, 2
  from public.positions p cross join generate_series(1, 3) as t where p.org_id = v_org;
  insert into public.workers (id, org_id, user_id, email, name)
  values (v_worker, v_org, tests.id(p_name || '_doctor'), 'doctor@tests.example', 'Dr Test');
  insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
  values (v_mapping, v_org, v_run, v_worker);
end
$$;

-- tests.line(name, order, positions...): a line as planner.commit_run() takes it.
create function tests.line(p_name text, p_order int, variadic p_positions uuid[]) returns jsonb language sql as $$
  select jsonb_build_object('name', p_name, 'sort_order', p_order, 'affinity', 5, 'positions', to_jsonb(p_positions))
$$;

-- tests.new_line('north', name): a line by hand, on the positions 1, 2, 3 in its terms; remembers <service>_<name>.
create function tests.new_line(p_service text, p_name text, p_locked boolean default false)
returns uuid language plpgsql as $$
declare
  v_line uuid := tests.remember(p_service || '_' || p_name, gen_random_uuid());
begin
  insert into public.job_lines (id, org_id, allocation_run, name, is_locked)
  values (v_line, tests.id(p_service || '_org'), tests.id(p_service || '_run'), p_name, p_locked);
  insert into public.rotations (org_id, allocation_run, job_line, position, term, starts_on, ends_on)
  select tests.id(p_service || '_org'), tests.id(p_service || '_run'), v_line, tests.id(p_service || '_p' || t), t,
         date '2027-01-11' + 70 * (t - 1), date '2027-01-11' + 70 * (t - 1) + case t when 3 then 83 else 69 end
  from generate_series(1, 3) as t;
  return v_line;
end
$$;

-- tests.new_result('north', line): the doctor of a service has a line by a result that is finalised.
create function tests.new_result(p_service text, p_line uuid) returns uuid language sql as $$
  insert into public.job_line_worker_mappings (org_id, allocation_run, worker_mapping, job_line, version, start_date, end_date)
  values (tests.id(p_service || '_org'), tests.id(p_service || '_run'), tests.id(p_service || '_mapping'), p_line, 1, '2027-01-11', '2027-08-22')
  returning id
$$;

-- tests.new_run('north'): a planner run that its manager asked for, with a yes to what it may lose; remembers
-- north_planner_run.
create function tests.new_run(p_service text, p_lines int default 2) returns uuid language plpgsql as $$
declare
  v_id uuid;
begin
  perform set_config('request.jwt.claims',
    json_build_object('sub', tests.id(p_service || '_manager'))::text, true);
  insert into public.allocation_planner_runs (allocation_run, n_job_lines, accept_losses)
  values (tests.id(p_service || '_run'), p_lines, true) returning id into v_id;
  perform set_config('request.jwt.claims', '', true);
  return tests.remember(p_service || '_planner_run', v_id);
end
$$;

-- tests.new_search('north'): a search for primes that its manager asked for, 10 candidates in blocks of 4; remembers north_search.
create function tests.new_search(p_service text) returns uuid language plpgsql as $$
declare
  v_id uuid;
begin
  insert into public.prime_search_runs (org_id, form, params, candidates, block_size, blocks, request, requested_by)
  values (tests.id(p_service || '_org'), 'factorial', '{"start": 1, "end": 5}', 10, 4, 3, '{}', tests.id(p_service || '_manager'))
  returning id into v_id;
  return tests.remember(p_service || '_search', v_id);
end
$$;

-- tests.new_operator('north'): an operator of the service, with a node; remembers north_operator and north_node.
create function tests.new_operator(p_service text, p_name text default 'operator') returns uuid language plpgsql as $$
declare
  v_org uuid := tests.id(p_service || '_org');
  v_id uuid := tests.remember(p_service || '_' || p_name, gen_random_uuid());
begin
  insert into public.operators (id, org_id, username) values (v_id, v_org, p_service || '-' || p_name);
  insert into public.operator_trust (operator_id, org_id) values (v_id, v_org);
  insert into public.operator_nodes (id, org_id, operator_id, node_id)
  values (tests.remember(p_service || '_' || replace(p_name, 'operator', 'node'), gen_random_uuid()), v_org, v_id, 'one');
  return v_id;
end
$$;

-- tests.claim(run): starts the run's job and claims its block, whatever else is in the queue; the token.
-- Remembers it as `token`.
create function tests.claim(p_run uuid) returns uuid language plpgsql as $$
declare
  v_job bigint;
begin
  update fleet.search_jobs set status = 'RUNNING', started_at = clock_timestamp()
  where run_id = p_run and status = 'QUEUED';
  select id into v_job from fleet.search_jobs where run_id = p_run;
  return tests.remember('token', fleet.claim_work_block(v_job, 'tests-' || v_job));
end
$$;

-- tests.new_job(kind, blocks): a job of a kind of work that no engine does; the run's id, remembered as `run`.
create function tests.new_job(p_kind text, p_blocks int default 1) returns uuid language plpgsql as $$
declare
  v_org uuid := gen_random_uuid();
  v_run uuid := tests.remember('run', gen_random_uuid());
begin
  insert into public.orgs (id, name) values (v_org, p_kind);
  insert into fleet.search_types (search_type, function_name) values (p_kind, 'tests-solver')
  on conflict do nothing;
  perform fleet.enqueue_job(p_kind, v_org, v_run, p_blocks);
  return v_run;
end
$$;

-- tests.job(run), tests.block(run): rows of the fleet, for a look inside.
create function tests.job(p_run uuid) returns fleet.search_jobs language sql stable as
$$ select j from fleet.search_jobs j where j.run_id = p_run $$;

create function tests.block(p_run uuid, p_number int default 1) returns fleet.work_blocks language sql stable as $$
  select b from fleet.work_blocks b join fleet.search_jobs j on j.id = b.search_job_id
  where j.run_id = p_run and b.block_number = p_number
$$;

-- tests.new_rows_everywhere(): the services north and south, and a row of north in every table. Remembers what new_service()
-- and new_run() do, north_line, tag, profile, preferencer, north_allocator_run, and claims of blocks: planner and allocator of
-- north's, stray_planner and stray_allocator of south's.
-- Some of the tables have one row for everybody, so that only one test at a time gets past here.
create function tests.new_rows_everywhere() returns void language plpgsql as $$
begin
  perform pg_advisory_xact_lock(hashtextextended('tests.new_rows_everywhere', 0));
  perform tests.new_service('north'), tests.new_service('south');
  perform tests.new_line('north', 'line'), tests.new_run('north'), tests.new_run('south');
  update public.allocation_runs set status = 'open' where org_id = tests.id('north_org');
  insert into public.import_mappings (org_id, kind, headers, mapping) values (tests.id('north_org'), 'doctors', 'name', '{}');
  insert into public.org_invitations (org_id, email, role) values (tests.id('north_org'), 'invited@tests.example', 'viewer');
  insert into public.member_rights (org_id, user_id, right_name, reason)
  values (tests.id('north_org'), tests.id('north_doctor'), 'preferences.viewBeforeClose', 'It tells a doctor nothing more');
  insert into public.six_month_terms (org_id, name) values (tests.id('north_org'), 'Half a year');
  insert into public.qualification_tags (id, org_id, name) values (tests.remember('tag', gen_random_uuid()), tests.id('north_org'), 'Tag');
  insert into public.worker_qualifications values (tests.id('north_org'), tests.id('north_worker'), tests.id('tag'));
  insert into public.affinity_profiles (id, org_id, name, version)
  values (tests.remember('profile', gen_random_uuid()), tests.id('north_org'), 'Ours', 1);
  insert into public.affinity_weights (profile, specialty_a, specialty_b, weight) values (tests.id('profile'), 'Medicine', 'Surgery', 5);
  insert into public.job_line_leave (org_id, allocation_run, job_line, starts_on, ends_on)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_line'), '2027-01-11', '2027-01-24');
  insert into public.job_line_remarks (job_line, org_id, allocation_run, notes)
  values (tests.id('north_line'), tests.id('north_org'), tests.id('north_run'), 'Ours');
  insert into public.planner_run_previews (planner_run, org_id, lines)
  values (tests.id('north_planner_run'), tests.id('north_org'), '[]');
  insert into public.job_lines_history (org_id, allocation_run, reason, line_count, starts_on, term_weeks, snapshot)
  values (tests.id('north_org'), tests.id('north_run'), 'restore', 0, '2027-01-11', '{10,10,12}', '[]');
  insert into public.preference_worker_job_lines (org_id, allocation_run, worker_mapping, job_line, order_preference)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_line'), 1);
  insert into public.preferencers (id, org_id, allocation_run, name)
  values (tests.remember('preferencer', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), 'Unit');
  insert into public.preferencer_job_lines values (tests.id('north_org'), tests.id('north_run'), tests.id('preferencer'), tests.id('north_line'));
  insert into public.preferencer_worker_ranks
  values (tests.id('north_org'), tests.id('north_run'), tests.id('preferencer'), tests.id('north_mapping'), 1);
  insert into public.job_line_eligibility (org_id, allocation_run, job_line)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_line'));
  insert into public.allocation_run_preferencer_weightings (org_id, allocation_run, weighting)
  values (tests.id('north_org'), tests.id('north_run'), 1);
  insert into public.system_logs (level, source, component, message, org_id, run_id)
  values ('error', 'planner', 'slice', 'Failed.', tests.id('north_org'), tests.id('north_planner_run'));
  insert into public.system_metrics (source, org_id, run_id, slice, phase, cpu_ms, wall_ms)
  values ('planner', tests.id('north_org'), tests.id('north_planner_run'), 1, 'bound', 1, 1);
  perform private.rollup_metrics((now() at time zone 'UTC')::date);
  perform fleet.record_sweep(0);
  perform fleet.note_sweeper_call(1);
  insert into fleet.incidents (kind, reason, began_at, told_at, ended_at) values ('sweeper', 'Late.', now(), now(), now());
  insert into fleet.turns (search_type, org_id, last_turn) values ('planner', tests.id('north_org'), 1);
  insert into fleet.request_limits (org_id) values (tests.id('north_org'));
  insert into fleet.kept_runs (run_id, search_type, org_id, engine, engine_version, input, result, time_up)
  values (tests.id('north_planner_run'), 'planner', tests.id('north_org'), 'planner', 1, '{}', '{}', '{}');
  perform tests.claim(tests.id('south_planner_run'));
  perform tests.remember('stray_planner', tests.id('token'));
  insert into public.allocator_py_runs (id, allocation_run, queued_at)
  values (tests.remember('south_allocator_run', gen_random_uuid()), tests.id('south_run'), now()),
         (tests.remember('north_allocator_run', gen_random_uuid()), tests.id('north_run'), now());
  perform tests.claim(tests.id('south_allocator_run'));
  perform tests.remember('stray_allocator', tests.id('token'));
  perform tests.claim(tests.id('north_allocator_run'));
  perform tests.remember('allocator', tests.id('token'));
  perform tests.claim(tests.id('north_planner_run'));
  perform tests.remember('planner', tests.id('token'));
  insert into public.allocator_run_previews (run, org_id, allocations, moves)
  values (tests.id('north_allocator_run'), tests.id('north_org'), '[]', '[]');
  insert into public.allocator_py_allocations (org_id, allocation_run, run, worker_mapping, job_line)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_allocator_run'), tests.id('north_mapping'),
          tests.id('north_line'));
  insert into public.allocator_run_reasons (org_id, allocation_run, run, worker_mapping, job_line, code)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_allocator_run'), tests.id('north_mapping'),
          tests.id('north_line'), 'PINNED');
  -- A result of before: one that stands keeps engines from its lines.
  insert into public.job_line_worker_mappings
    (org_id, allocation_run, worker_mapping, job_line, version, start_date, end_date, superseded_at)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_line'), 1, '2027-01-11', '2027-08-22', now());
  -- A swap with a colleague of the same service, who has another line.
  insert into public.workers (id, org_id, email, name)
  values (tests.remember('swapper', gen_random_uuid()), tests.id('north_org'), 'swapper@tests.example', 'Dr Swapper');
  insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
  values (tests.remember('swapper_mapping', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), tests.id('swapper'));
  perform tests.new_line('north', 'swapped');
  insert into public.line_swaps
    (org_id, allocation_run, offer, from_mapping, to_mapping, from_line, to_line, from_side, to_side, state, expires_at, ended_at)
  values (tests.id('north_org'), tests.id('north_run'), gen_random_uuid(), tests.id('north_mapping'), tests.id('swapper_mapping'),
    tests.id('north_line'), tests.id('north_swapped'), '{}', '{}', 'withdrawn', now() + interval '1 day', now());
  insert into public.preference_line_notes values
    (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_line'), 'Mine.', now());
  insert into public.preference_worker_rotations values
    (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), tests.id('north_p1'), 2, 'Mine.', now());
  insert into public.worker_specialty_sentiments values
    (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), 'Medicine', 2, now());
  insert into public.worker_screening_rules (org_id, allocation_run, worker_mapping, kind, changed_at)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), 'rural', now());
  insert into public.preference_history (org_id, allocation_run, worker_mapping, action)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), 'submit');
  insert into public.doctor_links (org_id, allocation_run, worker_mapping, partner_email, fit)
  values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), 'partner@tests.example', 'ranked_lines');
  insert into public.calendar_links (worker_mapping, org_id, allocation_run, secret_hash)
  values (tests.id('north_mapping'), tests.id('north_org'), tests.id('north_run'), repeat('0', 64));
  insert into public.calendar_contents (worker_mapping, org_id, allocation_run, digest)
  values (tests.id('north_mapping'), tests.id('north_org'), tests.id('north_run'), repeat('0', 64));
  perform messages.write_emails('invited', array[tests.id('north_mapping')], 'everywhere');
  insert into messages.org_email_templates (org_id, kind, subject, body) values (tests.id('north_org'), 'invited', 'Say it', '{{link}}');
  perform tests.new_search('north');
  insert into public.primes (form, expression, digits) values ('north_form', '3', 1);
  insert into public.prime_checks (prime_id, certificate_digest, valid, reason, slices, cpu_ms)
  select id, md5(''), false, 'north', 1, 1 from public.primes where form = 'north_form';
  insert into public.prime_search_finds (org_id, run, candidate, prime_id, proof_method)
  select tests.id('north_org'), tests.id('north_search'), 1, id, 'probabilistic' from public.primes where form = 'north_form';
  insert into public.prime_search_evidence (org_id, run, block_number, factors, residues)
  values (tests.id('north_org'), tests.id('north_search'), 1, '', '[]');
  insert into public.prime_check_runs (org_id, primes)
  select tests.id('north_org'), array[id] from public.primes where form = 'north_form';
  insert into public.records (org_id, form, expression, digits) values (tests.id('north_org'), 'north_form', '3', 1);
  update private.prime_statistics set upto = (select max(id) from public.primes);
  insert into public.primes (form, expression, digits) values ('north_new', '3', 1);
  refresh materialized view private.prime_counts_by_hour;
  refresh materialized view private.prime_timeline;
  refresh materialized view private.prime_counts_by_day;
  refresh materialized view private.prime_counts_by_digits;
  perform private.ensure_partition('public.metric_samples', now()), private.ensure_partition('public.metric_rollups_hourly', now());
  insert into public.metric_samples (ts, scope, metric, org_id, value) values (now(), 'campaign', 'north', tests.id('north_org'), 1);
  insert into public.metric_rollups_hourly (bucket_start, scope, metric, org_id, count, sum, min, max)
  values (now(), 'campaign', 'north', tests.id('north_org'), 1, 1, 1, 1);
  insert into public.user_profiles (id) values (tests.id('north_viewer'));
  insert into public.projects (org_id, slug, name, objective, form) values (tests.id('north_org'), 'north', 'North', 'custom', 'kbn');
  insert into public.project_phases (org_id, project_id, name, phase_order, form, search_params, candidates)
  select org_id, id, 'only', 1, 'kbn', '{}', 10 from public.projects where org_id = tests.id('north_org');
  insert into public.project_events (org_id, project_id, event_type, summary)
  select org_id, id, 'error', 'North' from public.projects where org_id = tests.id('north_org');
  insert into public.cost_calibrations values ('north_form', 1, 2, 10, 5);
  insert into public.strategy_config (org_id) values (tests.id('north_org'));
  insert into public.strategy_decisions (org_id, decision_type, summary, reasoning, action_taken)
  values (tests.id('north_org'), 'no_action', 'North', 'North', 'deferred');
  insert into public.agents (org_id, name, key_expires_at) values (tests.id('north_org'), 'North', now());
  insert into private.agent_keys select id, repeat('0', 64) from public.agents where org_id = tests.id('north_org');
  insert into public.agent_templates (org_id, name, steps) values (tests.id('north_org'), 'north', '[{"title": "North"}]');
  insert into public.agent_schedules (org_id, name, trigger_type, cron_expr, action_type, task_title)
  values (tests.id('north_org'), 'North', 'cron', '0 0 1 1 *', 'task', 'North');
  insert into public.agent_tasks (org_id, title) values (tests.id('north_org'), 'North'), (tests.id('north_org'), 'North');
  insert into public.agent_task_deps select org_id, max(id), min(id) from public.agent_tasks where org_id = tests.id('north_org') group by org_id;
  insert into public.agent_events (org_id, task_id, event_type, summary)
  select org_id, max(id), 'created', 'North' from public.agent_tasks where org_id = tests.id('north_org') group by org_id;
  perform agents.hold_budgets(tests.id('north_org'));
  insert into public.agent_memory (org_id, key, value) values (tests.id('north_org'), 'North', 'North');
  insert into public.agent_permissions (org_id, role_name, action) values (tests.id('north_org'), 'engine', 'remember');
  insert into public.agent_approvals (org_id, task_id, action, params, summary)
  select org_id, max(id), 'remember', '{}', 'North' from public.agent_tasks where org_id = tests.id('north_org') group by org_id;
  insert into public.agent_handler_runs (org_id, task_id)
  select org_id, max(id) from public.agent_tasks where org_id = tests.id('north_org') group by org_id;
  insert into agents.signals (org_id, schedule_id, event, subject)
  select org_id, max(id), 'error', '{}' from public.agent_schedules where org_id = tests.id('north_org') group by org_id;
  perform tests.new_operator('north');
  update public.operator_nodes set last_heartbeat = now() where id = tests.id('north_node');
  perform prime_search.publish_release('0.0.1', jsonb_build_array(jsonb_build_object('os', 'any', 'arch', 'any', 'url', 'https://tests.example/x', 'sha256', repeat('0', 64))));
  perform prime_search.set_release_channel('nightly', '0.0.1', 100, 'tests');
  insert into public.operator_invitations (id, org_id, note, expires_at)
  values (tests.remember('north_invitation', gen_random_uuid()), tests.id('north_org'), 'North', now() + interval '1 day');
  insert into prime_search.invitation_secrets values (tests.id('north_invitation'), repeat('1', 64));
  insert into prime_search.operator_keys (org_id, operator_id, key_hash, expires_at)
  values (tests.id('north_org'), tests.id('north_operator'), repeat('2', 64), now());
  insert into prime_search.operator_contacts values (tests.id('north_operator'), 'operator@tests.example');
  insert into public.node_block_results (org_id, operator_id, node, run, block_id, credit, lease_until, status, submitted_at, completed_at, sieved, tested, found, digest)
  select b.org_id, tests.id('north_operator'), tests.id('north_node'), b.run, b.id, 1, now(), 'verified', now(), now(), 4, 0, 0, repeat('0', 64)
  from public.prime_search_blocks b where b.run = tests.id('north_search') and b.block_number = 1;
  insert into prime_search.node_claims (result_id, fleet_block_id, seed)
  select id, 1, repeat('3', 64) from public.node_block_results where org_id = tests.id('north_org');
  insert into public.node_check_runs (org_id) values (tests.id('north_org'));
  insert into public.verification_queue (org_id, result_id, original_block_id, search_job_id, block_start, block_end, original_tested, original_found,
    original_worker, original_volunteer_id, verification_method, share, status, completed_at)
  select r.org_id, r.id, r.block_id, s.number, 0, 3, 0, 0, r.node, r.operator_id, 'full', 1, 'matched', now()
  from public.node_block_results r join public.prime_search_runs s on s.id = r.run where r.org_id = tests.id('north_org');
  insert into public.operator_credits (org_id, operator_id, credit, reason)
  values (tests.id('north_org'), tests.id('north_operator'), 360000, 'block_completed');
  insert into public.node_commands (org_id, node, command) values (tests.id('north_org'), tests.id('north_node'), 'stop');
  update public.prime_search_runs set status = 'GENERATING', started_at = now() where id = tests.id('north_search');
  update public.prime_search_blocks set status = 'completed', claimed_at = now(), completed_at = now(), sieved = 4, fraction = 1,
    digest = repeat('0', 64), cpu_ms = 7777, digits = 1
  where run = tests.id('north_search') and block_number = 1;
end
$$;

-- Once, for all files: each in its own transaction they would wait for one another's rows, in circles.
update fleet.search_types set enabled = true where search_type in ('prime_search', 'prime_check', 'agent_task', 'node_check');

select has_schema('tests', 'the helpers are there');
select * from finish();
commit;
