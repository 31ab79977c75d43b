-- Every function is explained, looks names up where it says, and can be called by those only who are meant to.
begin;
select plan(7);

create temporary view our_functions as
select p.oid, p.oid::regprocedure::text as name, p.proconfig, p.prosecdef, p.prorettype,
       coalesce(p.proacl, acldefault('f', p.proowner)) as acl
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname in ('public', 'fleet', 'private', 'planner', 'allocator', 'prime_search', 'messages', 'agents')
  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e');

select cmp_ok((select count(*)::int from our_functions), '>', 30, 'the functions are found');
select is_empty($$ select name from our_functions where obj_description(oid, 'pg_proc') is null $$,
  'every function has a comment');
select is_empty($$
  select name from our_functions where not coalesce(proconfig @> '{"search_path=\"\""}', false)
$$, 'every function has an empty search_path');
select is_empty($$
  select name from our_functions f
  where exists (select from aclexplode(f.acl) a where a.grantee in (0, 'anon'::regrole))
$$, 'nobody may call a function without signing in');
select is_empty($$
  select name from our_functions where prorettype = 'trigger'::regtype
    and (has_function_privilege('authenticated', oid, 'execute')
         or has_function_privilege('receptor_engine', oid, 'execute'))
$$, 'trigger functions are called by triggers only');
select set_eq($$
  select name from our_functions where has_function_privilege('authenticated', oid, 'execute')
$$, array[
  'read_setup(uuid)', 'read_history(uuid,uuid[])', 'avoid_repeats(uuid,jsonb)',
  'read_population(uuid)', 'private.population_changes(jsonb,jsonb)', 'import_population(jsonb,boolean,boolean)',
  'import_affinities(uuid,text,jsonb,uuid,boolean)', 'copy_allocation_run(uuid,jsonb)',
  'create_org(text)', 'rename_org(uuid,text)', 'list_members(uuid)', 'invite_members(uuid,jsonb)', 'withdraw_invitation(uuid,text)', 'resend_invitation(uuid,text)',
  'claim_invitations()', 'set_member_role(uuid,uuid,text)', 'remove_member(uuid,uuid)', 'grant_right(uuid,uuid,text,text)', 'revoke_right(uuid,uuid,text,text)', 'list_granted_rights(uuid)', 'private.require_name(text,text,integer)',
  'plan_terms(text,integer,date)', 'start_allocation_run(jsonb)', 'private.nth_monday(integer,integer,integer)', 'private.run_start_shape()',
  'private.orgs_with_right(text)', 'private.weeks_total(integer[])', 'private.own_worker_ids()',
  'private.own_open_runs()', 'cancel_planner_run(uuid)', 'restore_job_lines(uuid,text)',
  'edit_job_lines(uuid,jsonb,text)', 'undo_job_lines_edit(uuid,boolean,text)', 'keep_job_lines(uuid,text)', 'name_snapshot(uuid,text)', 'name_planner_run(uuid,text)',
  'request_planner_run(jsonb,jsonb,text,boolean)', 'get_worker_qualifications(uuid)',
  'private.own_mappings()', 'request_allocator_run(jsonb,jsonb,text)', 'cancel_allocator_run(uuid)',
  'operations_queue(uuid)', 'operations_slices(uuid)', 'operations_failures(uuid)', 'operations_fleet(uuid)',
  'populate_allocation_run(jsonb)', 'solver_calls_needed(text)',
  'lock_job_lines(uuid,uuid[],boolean,text)', 'member_emails(uuid)', 'read_roster(uuid)', 'read_match(uuid)', 'line_doctors(uuid)', 'private.part_year_lines(uuid)', 'private.terms(date,integer[])', 'private.match_of(uuid)',
  'import_positions(uuid,jsonb,boolean,boolean,text,text)', 'import_roster(uuid,jsonb,jsonb,text)', 'private.position_documents(uuid,uuid,uuid[])',
  'private.import_plan(uuid,uuid,jsonb)', 'private.import_faults(uuid,jsonb)', 'private.apply_import(uuid,uuid,jsonb)',
  'private.import_missing(uuid,uuid,jsonb)', 'private.import_overfilled(uuid,jsonb,jsonb)',
  'erase_person(uuid,text)', 'export_person(uuid)', 'private.unknown_in_request(jsonb)', 'match_runs(uuid)', 'audit_names(uuid,uuid[])',
  'audit_about(uuid,uuid[],uuid,uuid,text[],timestamp with time zone,timestamp with time zone,bigint,integer)', 'archive_job_lines(uuid,uuid[],text)',
  'unarchive_job_lines(uuid,uuid[],text)', 'withdraw_doctors(uuid,uuid[],text,date)',
  'private.window_keeps_wishes(uuid)', 'private.own_writable_mappings()', 'private.sealed_runs()', 'private.is_finalised(uuid)',
  'claim_worker()', 'my_windows()', 'read_window(uuid)', 'save_wishes(uuid,jsonb)', 'submit_wishes(uuid)', 'retract_wishes(uuid)',
  'read_result(uuid)', 'read_lottery(uuid)', 'ask_swap(uuid,jsonb)', 'check_swap(uuid,jsonb)', 'begin_page()', 'answer_swap(uuid,boolean)', 'withdraw_swap(uuid)', 'read_swaps(uuid)', 'list_swaps(uuid)',
  'approve_swap(uuid,jsonb,text,boolean)', 'refuse_swap(uuid,text)', 'calendar_link(uuid,boolean)', 'revoke_calendar_link(uuid)', 'my_departments()', 'read_department(uuid)',
  'save_department_ranks(uuid,jsonb)', 'my_links(uuid)', 'save_link(uuid,uuid,jsonb)', 'answer_link(uuid,uuid,boolean,timestamp with time zone)', 'agreed_links(uuid)', 'read_emails(uuid)', 'preview_email_template(uuid,jsonb,text)', 'save_email_template(uuid,text,jsonb)', 'retry_emails(uuid)', 'assign_preferencer(uuid,text)',
  'open_window(uuid,timestamp with time zone,jsonb,timestamp without time zone)', 'close_window(uuid)',
  'reopen_window(uuid,text,timestamp with time zone,timestamp without time zone)', 'read_window_state(uuid)', 'window_progress(uuid)',
  'match_readiness(uuid)', 'invite_doctors(uuid,uuid[])', 'lock_doctors(uuid,uuid[])', 'unlock_doctors(uuid,uuid[])',
  'finalise_match(uuid,jsonb,text,boolean)', 'unfinalise_match(uuid,text)', 'release_result(uuid)', 'correct_result(uuid,jsonb,text)', 'import_result(uuid,jsonb,text,boolean,boolean)', 'read_results(uuid)',
  'reinstate_doctors(uuid,uuid[],text)', 'archived_lines(uuid)', 'archive_allocation_run(uuid,text)', 'unarchive_allocation_run(uuid,text)',
  'archived_allocation_runs(uuid)', 'private.archived_job_lines()', 'private.hold_lines(uuid,text)',
  'cancel_prime_search(uuid)', 'pause_prime_search(uuid,boolean)', 'request_prime_search(jsonb,jsonb,text)', 'verify_prime(bigint,uuid,jsonb)',
  'cancel_agent_task(bigint,text)', 'create_agent(jsonb)', 'decide_agent_approval(bigint,boolean,text)', 'expand_agent_template(jsonb)', 'forget_agent_memory(bigint)', 'get_agent_budgets(uuid)', 'remove_agent_schedule(bigint)', 'request_agent_task(jsonb)', 'revoke_agent(uuid)', 'rotate_agent_key(uuid,integer)', 'save_agent_schedule(jsonb)', 'save_agent_template(jsonb)', 'set_agent_budget(uuid,text,numeric)', 'set_agent_permission(uuid,text,text,jsonb)',
  'resolve_release(text,text,text,text)', 'invite_operator(uuid,text,integer)', 'revoke_operator_invitation(uuid)', 'list_operators(uuid)', 'set_operator_active(uuid,boolean)',
  'reset_operator_key(uuid)', 'erase_operator(uuid)', 'command_node(uuid,text,jsonb)', 'cancel_node_command(bigint)',
  'private.prime_hours(timestamp without time zone)', 'private.prime_days()', 'private.prime_digits()', 'private.timeline(text,timestamp without time zone)', 'offer_records(jsonb,boolean)', 'set_display_name(text)',
  'metric_series(text,text,timestamp with time zone,timestamp with time zone,jsonb)',
  'project_features()', 'request_project(jsonb)', 'score_forms(uuid)', 'set_strategy(uuid,jsonb)', 'strategy_tick(uuid)', 'override_decision(bigint,text)', 'direct_project(bigint,text,text)', 'set_project_budget(bigint,jsonb)', 'get_stats()', 'get_discovery_timeline(text)', 'get_digit_distribution(bigint)', 'form_leaderboard()',
  'private.lines_at_stake(uuid)', 'private.plan_has_runs(uuid)', 'private.run_holds_anything(uuid)',
  'private.position_version(jsonb)', 'private.import_shape()', 'private.give_reason(text)', 'private.hidden_runs()', 'set_job_line_terms(uuid,integer,integer,text)', 'private.change_faults(uuid,jsonb)', 'match_changes(uuid)',
  'private.fold_text(text)', 'private.is_name(text,integer)', 'private.is_date(text)', 'private.fold_characters(text)',
  'private.shape_faults(jsonb,jsonb,text)', 'private.refuse_faults(jsonb)', 'private.require_shape(jsonb,jsonb,integer)',
  'private.planner_run_shape()', 'private.allocator_run_shape()', 'private.require_request(jsonb,jsonb,text)',
  'private.elements(jsonb)', 'private.constraint_shapes()', 'private.constraint_faults(jsonb,text)', 'private.planner_run_faults(jsonb)', 'private.pin_faults(jsonb,text)', 'private.allocator_run_faults(jsonb)'
], 'users may call these and no others');
select is_empty($$
  select name from our_functions where name like 'fleet.%'
    and has_function_privilege('service_role', oid, 'execute')
    and name not in ('fleet.sweep()', 'fleet.reclaim_stale_blocks(integer,text)')
$$, 'the service role may sweep, and does no slices');

select * from finish();
rollback;
