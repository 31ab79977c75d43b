-- Who may call what, and what the calls of users do with another org's ids. A function that is not listed fails, and so
-- does one that users may call with an id without its line in the second table.
begin;

-- Who: anon, user (any signed-in caller), engine (receptor_engine), service (service_role); trigger: no caller at all,
-- -: the owner alone (cron jobs, migrations, other functions, operators).
create temporary table expected (name text primary key, who text not null);
insert into expected values
  ('public.archive_allocation_run(uuid)',                                   'user'),
  ('public.archive_job_lines(uuid, uuid[])',                                'user'),
  ('public.archived_allocation_runs(uuid)',                                 'user'),
  ('public.archived_lines(uuid)',                                           'user'),
  ('public.unarchive_allocation_run(uuid)',                                 'user'),
  ('public.unarchive_job_lines(uuid, uuid[])',                              'user'),
  ('public.audit_names(uuid, uuid[])',                                      'user'),
  ('public.erase_person(uuid, text)',                                       'user'),
  ('public.export_person(uuid)',                                            'user'),
  ('public.cancel_allocator_run(uuid)',                                     'user'),
  ('public.cancel_planner_run(uuid)',                                       'user'),
  ('public.get_worker_qualifications(uuid)',                                'user engine'),
  ('public.import_positions(uuid, jsonb, boolean, boolean)',                'user'),
  ('public.lock_job_lines(uuid, uuid[], boolean)',                          'user'),
  ('public.match_runs(uuid)',                                               'user engine'),
  ('public.member_emails(uuid)',                                            'user'),
  ('public.operations_failures(uuid)',                                      'user'),
  ('public.operations_fleet(uuid)',                                         'user'),
  ('public.operations_queue(uuid)',                                         'user'),
  ('public.operations_slices(uuid)',                                        'user'),
  ('public.populate_allocation_run(jsonb)',                                 'user'),
  ('public.queue_pending_allocator_runs()',                                 'service'),
  ('public.read_roster(uuid)',                                              'user'),
  ('public.request_allocator_run(jsonb, jsonb, text)',                      'user'),
  ('public.request_planner_run(jsonb, jsonb, text, boolean)',               'user'),
  ('public.restore_job_lines(uuid)',                                        'user'),
  ('public.cancel_prime_search(uuid)',                                       'user'),
  ('public.form_leaderboard()',                                              'user'),
  ('public.get_digit_distribution(bigint)',                                  'user'),
  ('public.get_discovery_timeline(text)',                                    'user'),
  ('public.get_stats()',                                                     'user'),
  ('public.import_records(jsonb)',                                           'service'),
  ('public.pause_prime_search(uuid, boolean)',                               'user'),
  ('public.request_prime_search(jsonb, jsonb, text)',                        'user'),
  ('public.verify_prime(bigint, uuid)',                                      'user'),
  ('private.own_prime_search(uuid)',                                         '-'),
  ('private.prime_search_org(uuid)',                                         '-'),
  ('prime_search.close_run()',                                               'trigger'),
  ('prime_search.commit_block(uuid, jsonb)',                                 'engine'),
  ('prime_search.cut_run()',                                                 'trigger'),
  ('prime_search.finish_check(uuid)',                                        'engine'),
  ('prime_search.follow_block()',                                            'trigger'),
  ('prime_search.hold(uuid, text)',                                          '-'),
  ('prime_search.load_check(uuid)',                                          'engine'),
  ('prime_search.load_run(uuid)',                                            'engine'),
  ('prime_search.record_checks(uuid, jsonb)',                                'engine'),
  ('prime_search.report_block(uuid, jsonb)',                                 'engine'),
  ('prime_search.require_check()',                                           'trigger'),
  ('prime_search.totals(uuid)',                                              '-'),
  ('public.solver_calls_needed(text)',                                      'user'),
  ('allocator.commit_infeasible(uuid, text, jsonb)',                        'engine'),
  ('allocator.commit_run(uuid, jsonb, jsonb)',                              'engine'),
  ('allocator.commit_what_if(uuid, jsonb, jsonb, jsonb)',                   'engine'),
  ('allocator.lines_fingerprint(uuid)',                                     'engine'),
  ('allocator.load_run(uuid)',                                              'engine'),
  ('allocator.earlier_allocations(uuid)',                                   'engine'),
  ('allocator.run_base(uuid)',                                              'engine'),
  ('allocator.run_lines(uuid)',                                             'engine'),
  ('allocator.run_people(uuid)',                                            'engine'),
  ('allocator.run_wishes(uuid)',                                            'engine'),
  ('allocator.run_workers(uuid)',                                           'engine'),
  ('allocator.prepare_run()',                                               'trigger'),
  ('allocator.refuse_unknown_tags()',                                       'trigger'),
  ('planner.commit_infeasible(uuid, text, jsonb)',                          'engine'),
  ('planner.commit_run(uuid, jsonb, integer[], uuid[], jsonb, jsonb)',      'engine'),
  ('planner.dated_lines(uuid, jsonb)',                                      'engine'),
  ('planner.existing_lines(uuid, uuid[])',                                  'engine'),
  ('planner.load_run(uuid)',                                                'engine'),
  ('planner.run_positions(uuid)',                                           'engine'),
  ('planner.run_six_month_terms(uuid)',                                     'engine'),
  ('planner.prepare_run()',                                                 'trigger'),
  ('planner.refuse_unknown_positions()',                                    'trigger'),
  ('planner.require_accepted(uuid, uuid[])',                                'engine'),
  ('planner.require_posts(uuid, text)',                                     'engine'),
  ('planner.require_unchanged(uuid, integer[], uuid[], jsonb)',             'engine'),
  ('planner.run_fingerprint(uuid)',                                         'engine'),
  ('planner.save_constraints(uuid)',                                        'engine'),
  ('planner.write_lines(uuid, text, jsonb, uuid[])',                        'engine'),
  ('fleet.call_sweeper()',                                                  '-'),
  ('fleet.cancel_job(text, uuid)',                                          '-'),
  ('fleet.check_request_limits(uuid, uuid, text)',                          '-'),
  ('fleet.checkpoint_block(uuid, jsonb, jsonb)',                            'engine'),
  ('fleet.calls_needed(text)',                                              '-'),
  ('fleet.claim_next_block(text, text, integer)',                           'engine'),
  ('fleet.claim_work_block(bigint, text, integer)',                         'engine'),
  ('fleet.claimed_org_id()',                                                'engine'),
  ('fleet.claimed_org_id(text)',                                            'engine'),
  ('fleet.end_job(bigint, fleet.job_status, text, text)',                   '-'),
  ('fleet.end_overdue_jobs()',                                              '-'),
  ('fleet.enqueue_job(text, uuid, uuid, integer, integer, integer)',        '-'),
  ('fleet.enqueue_run()',                                                   'trigger'),
  ('fleet.fail_claimed_job(uuid, text, text, jsonb)',                       'engine'),
  ('fleet.finish_block(uuid)',                                              'engine'),
  ('fleet.count_work()',                                                    'trigger'),
  ('fleet.follow_job()',                                                    'trigger'),
  ('fleet.forget_run()',                                                    'trigger'),
  ('fleet.guard_run()',                                                     'trigger'),
  ('fleet.give_up_block(bigint, text, text)',                               '-'),
  ('fleet.has_ready_work(text)',                                            '-'),
  ('fleet.next_calls(text)',                                                'engine'),
  ('fleet.pause_job(text, uuid, boolean)',                                  '-'),
  ('fleet.settle_job(bigint)',                                              '-'),
  ('fleet.yields(text)',                                                    '-'),
  ('fleet.hold_claim(uuid)',                                                'engine'),
  ('fleet.keep_run(uuid, text, integer, jsonb, jsonb)',                     'engine'),
  ('fleet.next_job(text, bigint[])',                                        '-'),
  ('fleet.note_sweeper_call(bigint)',                                        '-'),
  ('fleet.send_alert(text, fleet.incidents)',                                '-'),
  ('fleet.sweeper_trouble()',                                                '-'),
  ('fleet.watch_sweeper()',                                                  '-'),
  ('fleet.reclaim_stale_blocks(integer, text)',                             'service'),
  ('fleet.record_slice(uuid, jsonb)',                                       'engine'),
  ('fleet.record_sweep(integer)',                                           'engine'),
  ('fleet.release_block(uuid, text, jsonb)',                                'engine'),
  ('fleet.repeat_run(regclass, uuid)',                                      '-'),
  ('fleet.requeue_run(uuid)',                                               '-'),
  ('fleet.run_costs(uuid)',                                                 'engine'),
  ('fleet.save_input(uuid, jsonb)',                                         'engine'),
  ('fleet.start_afresh(uuid, text, boolean)',                               'engine'),
  ('fleet.seconds_until_free(timestamp with time zone[], integer)',         '-'),
  ('fleet.sweep()',                                                         'engine service'),
  ('fleet.worker_heartbeat(text, uuid)',                                    'engine'),
  ('private.wait_for_commits()',                                            'trigger'),
  ('private.fold_document(jsonb)',                                          '-'),
  ('private.fold_characters(text)',                                         'user engine service'),
  ('private.check_allocator_run()',                                           'trigger'),
  ('private.check_planner_run()',                                             'trigger'),
  ('private.require_request(jsonb, jsonb, jsonb)',                            'user service'),
  ('private.allocator_run_shape()',                                           'user service'),
  ('private.planner_run_shape()',                                             'user service'),
  ('private.document_shape(boolean)',                                         '-'),
  ('private.fold_members(jsonb, integer)',                                    '-'),
  ('private.fold_names()',                                                    'trigger'),
  ('private.fold_text(text)',                                                 'user engine service'),
  ('private.is_date(text)',                                                   'user service'),
  ('private.is_name(text, integer)',                                          'user engine service'),
  ('private.refuse_strangers()',                                              'trigger'),
  ('private.replaces(jsonb, text)',                                           '-'),
  ('private.require_shape(jsonb, jsonb, integer)',                            'user service'),
  ('private.shape_faults(jsonb, jsonb, text)',                                'user service'),
  ('private.stored_wishes(uuid)',                                             '-'),
  ('private.told_wishes(jsonb, jsonb, jsonb, jsonb, jsonb)',                  '-'),
  ('private.uuids(jsonb)',                                                    '-'),
  ('private.orgs_with_right(text)',                                         'user'),
  ('private.apply_import(uuid, uuid, jsonb)',                               'user'),
  ('private.import_faults(uuid, jsonb)',                                    'user'),
  ('private.import_missing(uuid, uuid, jsonb)',                             'user'),
  ('private.import_overfilled(uuid, jsonb, jsonb)',                         'user'),
  ('private.import_plan(uuid, uuid, jsonb)',                                'user'),
  ('private.position_version(jsonb)',                                      'user'),
  ('private.import_shape()',                                                'user'),
  ('private.position_documents(uuid, uuid, uuid[])',                        'user'),
  ('private.unknown_in_request(jsonb)',                                     'user'),
  ('private.own_mappings()',                                                'user'),
  ('private.own_open_runs()',                                               'user'),
  ('private.own_worker_ids()',                                              'user'),
  ('private.anonymise_audit_log(uuid, uuid, uuid)',                         '-'),
  ('private.as_of(text, timestamp with time zone)',                         '-'),
  ('private.audit_change()',                                                'trigger'),
  ('private.audit_context()',                                               '-'),
  ('private.audit_statement(private.audited_tables, text)',                 '-'),
  ('private.audit_table(text, text, text, text[], text[], text[], text[])', '-'),
  ('private.audit_transaction()',                                           '-'),
  ('private.distinct_ids(uuid[])',                                          '-'),
  ('private.key_columns(regclass)',                                         '-'),
  ('private.prune_audit_log(interval)',                                     '-'),
  ('private.refuse_audit_changes()',                                        'trigger'),
  ('private.stamp_audit_transaction()',                                     'trigger'),
  ('private.unpaired(text, text, text)',                                    '-'),
  ('private.without_person(jsonb)',                                         '-'),
  ('private.document_faults(jsonb)',                                        '-'),
  ('private.elements(jsonb)',                                               '-'),
  ('private.ids_of(jsonb, jsonb, boolean)',                                 '-'),
  ('private.populate_lines(uuid, uuid, jsonb)',                             '-'),
  ('private.populate_rotations(allocation_runs, jsonb)',                    '-'),
  ('private.populate_run(jsonb)',                                           '-'),
  ('private.populate_people(uuid, uuid, jsonb)',                            '-'),
  ('private.populate_wishes(uuid, uuid, jsonb, jsonb, jsonb, jsonb)',       '-'),
  ('private.reference_faults(allocation_runs, jsonb, jsonb, jsonb, jsonb, jsonb)', '-'),
  ('private.refuse_faults(jsonb)',                                          'user service'),
  ('private.erase_person(uuid, text)',                                      '-'),
  ('private.erase_texts(uuid, text[])',                                     '-'),
  ('private.export_person(uuid)',                                           '-'),
  ('private.references_to_people()',                                        '-'),
  ('private.require_managed(uuid)',                                         '-'),
  ('private.rows_about(uuid)',                                              '-'),
  ('private.without_texts(text, text[])',                                   '-'),
  ('private.prune()',                                                       '-'),
  ('private.kept_since(text)',                                              '-'),
  ('private.archive_lines(uuid, uuid, uuid[])',                             'engine'),
  ('private.archived_job_lines()',                                          'user engine'),
  ('private.free_line_name(uuid, text)',                                    '-'),
  ('private.hold_lines(uuid, text)',                                        'user'),
  ('private.keep_lines_with_terms()',                                       'trigger'),
  ('private.line_attachments(uuid)',                                        '-'),
  ('private.lines_at_stake(uuid)',                                          'user'),
  ('private.lines_without_room(allocation_runs, allocation_runs)',          '-'),
  ('private.losses(uuid, uuid[])',                                          '-'),
  ('private.mark_matches(uuid)',                                            'engine'),
  ('private.move_lines()',                                                  'trigger'),
  ('private.moved_start(date, date, date, integer[], date, integer[])',     'engine'),
  ('private.plan_has_runs(uuid)',                                           'user'),
  ('private.purge_archived_lines()',                                        '-'),
  ('private.refuse_losing_runs()',                                          'trigger'),
  ('private.require_dates_of_terms()',                                      'trigger'),
  ('private.require_engine_claim(uuid)',                                    '-'),
  ('private.restore_attachments(job_lines_history, uuid[], boolean)',       '-'),
  ('private.restored_lines(job_lines_history)',                             '-'),
  ('private.run_holds_anything(uuid)',                                      'user'),
  ('private.snapshot_attachments(uuid, uuid[])',                            '-'),
  ('private.unarchive_lines(uuid, uuid[])',                                 '-'),
  ('private.write_line_parts(uuid, uuid, jsonb)',                           'engine'),
  ('private.keep_snapshot(uuid, uuid, job_lines_history_reason, uuid, uuid, uuid[])', 'engine'),
  ('private.rollup_metrics(date)',                                          '-'),
  ('private.slice_cpu(timestamp with time zone, timestamp with time zone)', 'service'),
  ('private.require_operations(uuid)',                                      '-'),
  ('private.runs_of(uuid)',                                                 '-'),
  ('private.schedule_cron_jobs()',                                          '-'),
  ('private.snapshot_job_lines(uuid, uuid[])',                              '-'),
  ('private.terms(date, integer[])',                                        'engine'),
  ('private.weeks_total(integer[])',                                        'user engine service');

-- What each caller gets for an id of the org "north": the first word of the answer (an outcome, a status, how many rows),
-- or the SQLSTATE of the refusal. 42501 is "not yours to do" to members who see the thing; to another org it is not there.
create temporary table calls (
  name text, call text, anon text, doctor text, viewer text, manager text, rival text
);
insert into calls values
  ('public.request_planner_run', $$ select public.request_planner_run(jsonb_build_object('allocation_run', tests.id('fresh_run'),
      'n_job_lines', 1, 'constraints', '[]'::jsonb, 'options', '{}'::jsonb), '{}') ->> 'outcome' $$,
    '42501', 'not_found', '42501', 'created', 'not_found'),
  ('public.request_planner_run', $$ select public.request_planner_run(jsonb_build_object('allocation_run', tests.id('fresh_run'),
      'n_job_lines', 1, 'constraints', '[]'::jsonb, 'options', '{}'::jsonb), '{}', p_save_constraints => true) ->> 'outcome' $$,
    '42501', 'not_found', '42501', 'created', 'not_found'),
  ('public.cancel_planner_run', $$ select public.cancel_planner_run(tests.id('north_planner_run')) ->> 'status' $$,
    '42501', 'null', '42501', 'CANCELLED', 'null'),
  ('public.restore_job_lines', $$ select public.restore_job_lines(tests.id('snapshot')) ->> 'lines' $$,
    '42501', 'RC404', '42501', '0', 'RC404'),
  ('public.archive_job_lines', $$ select public.archive_job_lines(tests.id('fresh_run'), '{}') ->> 'archived' $$,
    '42501', 'RC404', '42501', '0', 'RC404'),
  ('public.unarchive_job_lines', $$ select public.unarchive_job_lines(tests.id('fresh_run'), '{}') $$,
    '42501', 'RC404', '42501', '0', 'RC404'),
  ('public.archived_lines', $$ select count(*) from public.archived_lines(tests.id('north_run')) $$,
    '42501', '0', '1', '1', '0'),
  ('public.archive_allocation_run', $$ select public.archive_allocation_run(tests.id('fresh_run')) $$,
    '42501', 'RC404', '42501', '', 'RC404'),
  ('public.unarchive_allocation_run', $$ select public.unarchive_allocation_run(tests.id('put_away')) $$,
    '42501', 'RC404', '42501', '', 'RC404'),
  ('public.archived_allocation_runs', $$ select count(*) from public.archived_allocation_runs(tests.id('north_org')) $$,
    '42501', '0', '1', '1', '0'),
  ('private.archived_job_lines', $$ select count(*) from private.archived_job_lines() $$,
    '42501', '1', '1', '1', '0'),
  ('private.hold_lines', $$ select (private.hold_lines(tests.id('fresh_run'), 'It')).name $$,
    '42501', 'RC404', '42501', 'Fresh', 'RC404'),
  ('private.lines_at_stake', $$ select jsonb_array_length(private.lines_at_stake(tests.id('north_run')) -> 'lines') $$,
    '42501', '0', '0', '1', '0'),
  ('private.plan_has_runs', $$ select private.plan_has_runs(tests.id('north_plan')) $$,
    '42501', 'false', 'false', 'true', 'false'),
  ('private.run_holds_anything', $$ select private.run_holds_anything(tests.id('north_run')) $$,
    '42501', 'false', 'false', 'true', 'false'),
  ('public.lock_job_lines', $$ select public.lock_job_lines(tests.id('fresh_run'), '{}', true) $$,
    '42501', 'RC404', '42501', '0', 'RC404'),
  ('public.export_person', $$ select public.export_person(tests.id('colleague')) #>> '{person,name}' $$,
    '42501', 'RC404', '42501', 'Dr Other', 'RC404'),
  ('public.erase_person', $$ select public.erase_person(tests.id('colleague')) ->> 'worker_qualifications' $$,
    '42501', 'RC404', '42501', '0', 'RC404'),
  ('public.member_emails', $$ select count(*) from public.member_emails(tests.id('north_org')) $$,
    '42501', '0', '2', '2', '0'),
  ('public.audit_names', $$ select count(*) from public.audit_names(tests.id('north_org'), array[tests.id('north_line')]) $$,
    '42501', '0', '0', '1', '0'),
  ('public.request_allocator_run', $$ select public.request_allocator_run(jsonb_build_object('allocation_run', tests.id('fresh_run')),
      '{}') ->> 'outcome' $$,
    '42501', 'not_found', '42501', 'created', 'not_found'),
  ('public.cancel_allocator_run', $$ select public.cancel_allocator_run(tests.id('north_allocator_run')) ->> 'status' $$,
    '42501', 'null', '42501', 'CANCELLED', 'null'),
  ('public.match_runs', $$ select count(*) from public.match_runs(tests.id('north_allocator_run')) $$,
    '42501', '0', '0', '0', '0'),
  ('public.get_worker_qualifications', $$ select count(*) from public.get_worker_qualifications(tests.id('fresh_run')) $$,
    '42501', '0', '1', '1', '0'),
  ('public.request_prime_search', $$ select public.request_prime_search(jsonb_build_object('org_id', tests.id('north_org'), 'form',
      'factorial', 'params', '{}'::jsonb, 'candidates', 10, 'block_size', 4, 'blocks', 3), '{}') ->> 'outcome' $$,
    '42501', '42501', '42501', 'created', 'no_org'),
  ('public.cancel_prime_search', $$ select public.cancel_prime_search(tests.id('north_search')) ->> 'status' $$,
    '42501', 'null', '42501', 'CANCELLED', 'null'),
  ('public.pause_prime_search', $$ select public.pause_prime_search(tests.id('north_search'), true) ->> 'status' $$,
    '42501', 'null', '42501', 'PENDING', 'null'),
  ('public.verify_prime', $$ select public.verify_prime((select max(id) from public.primes where form = 'north_form'), tests.id('north_org')) ->> 'outcome' $$,
    '42501', '42501', '42501', 'created', 'no_org'),
  ('public.get_stats', $$ select (public.get_stats() ->> 'total')::int > 0 $$, '42501', 'true', 'true', 'true', 'true'),
  ('public.get_discovery_timeline', $$ select jsonb_typeof(public.get_discovery_timeline()) $$, '42501', 'array', 'array', 'array', 'array'),
  ('public.get_digit_distribution', $$ select jsonb_typeof(public.get_digit_distribution()) $$, '42501', 'array', 'array', 'array', 'array'),
  ('public.form_leaderboard', $$ select jsonb_typeof(public.form_leaderboard()) $$, '42501', 'array', 'array', 'array', 'array'),
  ('public.solver_calls_needed', $$ select public.solver_calls_needed('no-such-solver') $$,
    '42501', '0', '0', '0', '0'),
  ('public.populate_allocation_run', $$ select public.populate_allocation_run(jsonb_build_object(
      'allocation_run', tests.id('fresh_run'))) ->> 'workers' $$,
    '42501', 'RC404', '42501', '1', 'RC404'),
  ('public.operations_queue', $$ select count(*) from public.operations_queue(tests.id('north_org')) $$,
    '42501', '42501', '42501', '2', 'RC404'),
  ('public.operations_slices', $$ select count(*) from public.operations_slices(tests.id('north_org')) $$,
    '42501', '42501', '42501', '0', 'RC404'),
  ('public.operations_failures', $$ select count(*) from public.operations_failures(tests.id('north_org')) $$,
    '42501', '42501', '42501', '0', 'RC404'),
  ('public.operations_fleet', $$ select count(*) from public.operations_fleet(tests.id('north_org')) $$,
    '42501', '42501', '42501', '4', 'RC404'),
  ('public.read_roster', $$ select public.read_roster(tests.id('fresh_run')) #>> '{allocation_run,name}' $$,
    '42501', 'null', 'Fresh', 'Fresh', 'null'),
  ('public.import_positions', $$ select public.import_positions(tests.id('fresh_run'), '[]', false, false) ->> 'outcome' $$,
    '42501', 'not_found', '42501', 'imported', 'not_found'),
  ('private.position_documents', $$ select count(*) from private.position_documents(tests.id('north_org'), tests.id('north_run'),
      array[tests.id('north_p1')]) $$,
    '42501', '1', '1', '1', '0'),
  ('private.import_plan', $$ select private.import_plan(tests.id('north_org'), tests.id('north_run'), jsonb_build_array(
      jsonb_build_object('id', tests.id('north_p1')))) #>> '{0,kind}' $$,
    '42501', 'unchanged', 'unchanged', 'unchanged', 'added'),
  ('private.import_faults', $$ select private.import_faults(tests.id('north_org'), private.import_plan(tests.id('north_org'),
      tests.id('north_run'), jsonb_build_array(jsonb_build_object('id', tests.id('north_p1'))))) #>> '{0,code}' $$,
    '42501', 'null', 'null', 'null', 'UNKNOWN_ID'),
  ('private.import_missing', $$ select jsonb_array_length(private.import_missing(tests.id('north_org'), tests.id('north_run'), '[]')) $$,
    '42501', '0', '3', '3', '0'),
  ('private.import_overfilled', $$ select jsonb_array_length(private.import_overfilled(tests.id('north_run'), '[]',
      jsonb_build_array(jsonb_build_object('id', tests.id('north_p1'))))) $$,
    '42501', '1', '1', '1', '0'),
  ('private.unknown_in_request', $$ select private.unknown_in_request(jsonb_build_object('allocation_run', tests.id('fresh_run'),
      'included_worker_mappings', jsonb_build_array(tests.id('colleague_mapping')))) ->> 'outcome' $$,
    '42501', 'unknown_worker_mapping', 'null', 'null', 'unknown_worker_mapping'),
  ('private.apply_import', $$ select private.apply_import(tests.id('north_org'), tests.id('north_run'), jsonb_build_array(
      jsonb_build_object('after', jsonb_build_object('hospital', 'Theirs', 'team', 'T')))) $$,
    -- The manager may write, and is told that the row has no position.
    '42501', '42501', '42501', '23502', '42501'),
  ('private.orgs_with_right', $$ select count(*) from private.orgs_with_right('allocationPlanner.view') as o where o = tests.id('north_org') $$,
    '42501', '0', '1', '1', '0'),
  ('private.own_worker_ids', $$ select count(*) from private.own_worker_ids() as w where w = tests.id('north_worker') $$,
    '42501', '1', '0', '0', '0'),
  ('private.own_open_runs', $$ select count(*) from private.own_open_runs() as r where r = tests.id('north_run') $$,
    '42501', '1', '0', '0', '0'),
  ('private.own_mappings', $$ select count(*) from private.own_mappings() as m where m = tests.id('north_mapping') $$,
    '42501', '1', '0', '0', '0');

select tests.new_service('north'), tests.new_service('south');
update public.allocation_runs set status = 'open' where id = tests.id('north_run');
-- A draft without runs, to ask for lines and matches; north_run has unfinished runs to cancel.
insert into public.allocation_runs (id, org_id, allocation_plan, name, starts_on, term_weeks)
values (tests.remember('fresh_run', gen_random_uuid()), tests.id('north_org'), tests.id('north_plan'), 'Fresh', '2028-01-10', '{52}');
insert into public.workers (id, org_id, email, name)
values (tests.remember('colleague', gen_random_uuid()), tests.id('north_org'), 'colleague@tests.example', 'Dr Other');
insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
values (tests.remember('colleague_mapping', gen_random_uuid()), tests.id('north_org'), tests.id('fresh_run'), tests.id('colleague'));
select tests.new_line('north', 'line'), tests.new_line('north', 'put_away');
update public.job_lines set archived_at = now() where id = tests.id('north_put_away');
update public.job_lines set max_n_workers = 2 where id = tests.id('north_line');
insert into public.allocation_runs (id, org_id, allocation_plan, name, starts_on, term_weeks, archived_at)
values (tests.remember('put_away', gen_random_uuid()), tests.id('north_org'), tests.id('north_plan'), 'Put away', '2028-01-10', '{52}', now());
insert into public.job_lines_history (id, org_id, allocation_run, reason, line_count, starts_on, term_weeks, snapshot)
values (tests.remember('snapshot', gen_random_uuid()), tests.id('north_org'), tests.id('fresh_run'), 'restore', 0, '2028-01-10', '{52}', '[]');
select tests.new_run('north');
select tests.new_search('north');
insert into public.primes (form, expression, digits, proof_method, certificate) values ('north_form', 'of the calls', 1, 'deterministic', '{}');
insert into public.allocator_py_runs (id, allocation_run, queued_at)
values (tests.remember('north_allocator_run', gen_random_uuid()), tests.id('north_run'), now());

create temporary table found as
select p.oid, format('%s.%s(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)) as name,
  format('%s.%s', n.nspname, p.proname) as short_name,
  coalesce(
    nullif(concat_ws(' ',
      case when has_function_privilege('anon', p.oid, 'execute') and has_schema_privilege('anon', n.oid, 'usage') then 'anon' end,
      case when has_function_privilege('authenticated', p.oid, 'execute')
        and has_schema_privilege('authenticated', n.oid, 'usage') then 'user' end,
      case when has_function_privilege('receptor_engine', p.oid, 'execute')
        and has_schema_privilege('receptor_engine', n.oid, 'usage') then 'engine' end,
      case when has_function_privilege('service_role', p.oid, 'execute')
        and has_schema_privilege('service_role', n.oid, 'usage') then 'service' end), ''),
    case when p.prorettype = 'trigger'::regtype then 'trigger' else '-' end) as who
from pg_proc p join pg_namespace n on n.oid = p.pronamespace
where n.nspname !~ '^pg_'
  and n.nspname not in ('information_schema', 'auth', 'extensions', 'vault', 'net', 'cron', 'tests', 'storage', 'realtime',
    'supabase_migrations', 'supabase_functions', 'graphql', 'graphql_public', 'pgbouncer')
  and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e');

-- pg_temp.answer(caller, call): the first word of what the caller gets; whatever the call does is undone.
create function pg_temp.answer(p_caller text, p_call text) returns text language plpgsql as $$
declare
  v_answer text;
begin
  case p_caller
    when 'anon' then perform tests.login_anon();
    when 'rival' then perform tests.login('south_manager');
    else perform tests.login('north_' || p_caller);
  end case;
  execute p_call into v_answer;
  raise exception using errcode = 'RT000', message = coalesce(v_answer, 'null');
exception
  when sqlstate 'RT000' then return sqlerrm;
  when others then return sqlstate;
end
$$;

create temporary table answers as
select c.name, c.call, r.caller, to_jsonb(c) ->> r.caller as expected, pg_temp.answer(r.caller, c.call) as answer
from calls c cross join unnest('{anon,doctor,viewer,manager,rival}'::text[]) as r (caller);

select plan((3 + (select count(*) from found) + (select count(*) from answers))::int);
select is_empty($$ select name from found except select name from expected $$, 'every function has a line of expectations');
select is_empty($$ select name from expected except select name from found $$, 'every line is that of a function');
select is_empty($$ select short_name from found where who ~ 'user' and name !~ 'weeks_total|fold_text|position_version|import_shape|fold_characters|is_name|is_date|shape_faults|refuse_faults|require_shape|planner_run_shape|allocator_run_shape|require_request' except select name from calls $$,
  'every function that users may call is called as each of them');
select is(f.who, e.who, f.name) from found f left join expected e using (name) order by f.name;
select is(answer, expected, format('%s calls %s', caller, name)) from answers order by name, caller;
select * from finish();
rollback;
