-- Why something was done stands in the audit log, whatever it was that asked for a reason. A function with an argument
-- p_reason that is not listed fails.
begin;
-- In an order in which each finds something to do.
create temporary table calls (step int generated always as identity, name text primary key, call text not null);
grant select on calls to authenticated;
insert into calls (name, call) values
  ('lock_job_lines', $$ select public.lock_job_lines(tests.id('north_run'), array[tests.id('north_line')], true, %1$L) $$),
  ('archive_job_lines', $$ select public.archive_job_lines(tests.id('north_run'), array[tests.id('north_line')], %1$L) $$),
  ('unarchive_job_lines', $$ select public.unarchive_job_lines(tests.id('north_run'), array[tests.id('north_line')], %1$L) $$),
  ('restore_job_lines', $$ select public.restore_job_lines(tests.id('snapshot'), %1$L) $$),
  ('edit_job_lines', $$ select public.edit_job_lines(tests.id('north_run'), jsonb_build_object('lines', jsonb_build_array(
    jsonb_build_object('id', tests.id('north_other'), 'expected', '{}'::jsonb, 'state', '{"notes": "x"}'::jsonb))), %1$L) $$),
  ('undo_job_lines_edit', $$ select public.undo_job_lines_edit((select id from public.job_lines_history where reason = 'edit'), false, %1$L) $$),
  ('set_job_line_terms', $$ select public.set_job_line_terms(tests.id('north_other'), null, 2, %1$L) $$),
  ('withdraw_doctors', $$ select public.withdraw_doctors(tests.id('north_run'), array[tests.id('north_mapping')], %1$L) $$),
  ('reinstate_doctors', $$ select public.reinstate_doctors(tests.id('north_run'), array[tests.id('north_mapping')], %1$L) $$),
  ('archive_allocation_run', $$ select public.archive_allocation_run(tests.id('north_run'), %1$L) $$),
  ('unarchive_allocation_run', $$ select public.unarchive_allocation_run(tests.id('north_run'), %1$L) $$),
  ('finalise_match', $$ select public.finalise_match(tests.id('match'), '[]', %1$L) $$),
  ('correct_result', $$ select public.correct_result(tests.id('north_run'), jsonb_build_array(jsonb_build_object(
    'worker_mapping', tests.id('north_mapping'), 'job_line', tests.id('north_line'))), %1$L) $$),
  ('import_result', $$ select public.import_result(tests.id('north_run'), jsonb_build_array(jsonb_build_object(
    'doctor', (select email from public.workers where id = tests.id('north_worker')), 'line', 'other')), %1$L, true, false) $$),
  ('approve_swap', $$ select public.approve_swap(pg_temp.agreed_swap(), null, %1$L) $$),
  ('refuse_swap', $$ select public.refuse_swap(pg_temp.agreed_swap(), %1$L) $$),
  ('unfinalise_match', $$ select public.unfinalise_match(tests.id('north_run'), %1$L) $$),
  ('reopen_window', $$ select public.reopen_window(tests.id('north_run'), %1$L) $$),
  ('decide_agent_approval', $$ select public.decide_agent_approval((select max(id) from public.agent_approvals), true, %1$L) $$),
  ('cancel_agent_task', $$ select public.cancel_agent_task((select min(id) from public.agent_tasks where title = 'Reasons'), %1$L) $$),
  ('override_decision', $$ select public.override_decision((select max(id) from public.strategy_decisions), %1$L) $$),
  ('import_positions', $$ select public.import_positions(tests.id('north_run'), '[{"hospital": "H", "team": "T", "name": "N", "specialty": "S"}]', p_dry_run => false, p_reason => %1$L) $$),
  ('grant_right', $$ select public.grant_right(tests.id('north_org'), tests.id('north_viewer'), 'preferences.viewBeforeClose', %1$L) $$),
  ('revoke_right', $$ select public.revoke_right(tests.id('north_org'), tests.id('north_viewer'), 'preferences.viewBeforeClose', %1$L) $$),
  ('import_roster', $$ select public.import_roster(tests.id('north_run'), '{"rows": [], "ids": []}', jsonb_build_object('lines', jsonb_build_array(
    jsonb_build_object('id', tests.id('north_other'), 'expected', '{}'::jsonb, 'state', '{"notes": "z"}'::jsonb))), %1$L) $$),
  ('erase_person', $$ select public.erase_person(tests.id('north_worker'), %1$L) $$);

-- pg_temp.agreed_swap(): a swap of whole lines that the doctor of north and a colleague agreed to.
create function pg_temp.agreed_swap() returns uuid language plpgsql security definer as $$
declare
  v_lines uuid[];
  v_swap uuid;
begin
  update public.job_line_worker_mappings set job_line = tests.id('north_third')
  where worker_mapping = tests.id('colleague_mapping') and superseded_at is null and job_line is null;
  update public.job_line_worker_mappings set released_at = now() where superseded_at is null;
  v_lines := array(select r.job_line from public.job_line_worker_mappings r
    where r.superseded_at is null and r.worker_mapping in (tests.id('north_mapping'), tests.id('colleague_mapping'))
    order by r.worker_mapping = tests.id('colleague_mapping'));
  insert into public.line_swaps
    (org_id, allocation_run, offer, from_mapping, to_mapping, from_line, to_line, from_side, to_side, state, answered_at, expires_at)
  values (tests.id('north_org'), tests.id('north_run'), gen_random_uuid(), tests.id('north_mapping'), tests.id('colleague_mapping'), v_lines[1], v_lines[2],
    private.swap_side(v_lines[1], '{}'), private.swap_side(v_lines[2], '{}'), 'agreed', now(), now() + interval '1 day')
  returning id into v_swap;
  return v_swap;
end
$$;
create function pg_temp.does(p_call text) returns int language plpgsql as $$
begin
  execute format(p_call, 'Because of ' || md5(p_call));
  return (select count(*) from public.audit_log where reason = 'Because of ' || md5(p_call));
end $$;

select plan(2 + count(*)::int) from calls;
select set_eq($$ select proname::text from pg_proc where pronamespace = 'public'::regnamespace and 'p_reason' = any (proargnames) $$,
  $$ select name from calls $$, 'every function that asks for a reason has its line');

select tests.new_service('north');
select tests.new_line('north', 'line'), tests.new_line('north', 'other'), tests.new_line('north', 'third');
insert into public.workers (id, org_id, email, name)
values (tests.remember('colleague', gen_random_uuid()), tests.id('north_org'), 'colleague@tests.example', 'Dr Colleague');
insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker, withdrawn_at)
values (tests.remember('colleague_mapping', gen_random_uuid()), tests.id('north_org'), tests.id('north_run'), tests.id('colleague'), null);
select tests.remember('snapshot', private.keep_snapshot(tests.id('north_org'), tests.id('north_run'), 'restore', null, null));
insert into public.allocator_py_runs (id, allocation_run, status, started_at, finished_at, completed_at, result)
values (tests.remember('match', gen_random_uuid()), tests.id('north_run'), 'COMPLETED', now(), now(), now(), '{}');
update public.allocation_runs set status = 'closed' where id = tests.id('north_run');
insert into public.agent_tasks (org_id, title) values (tests.id('north_org'), 'Reasons'), (tests.id('north_org'), 'Reasons');
insert into public.agent_approvals (org_id, task_id, action, params, summary)
select org_id, id, 'remember', '{"key": "k", "value": "v"}', 'Reasons' from public.agent_tasks where org_id = tests.id('north_org') order by id;
insert into public.strategy_decisions (org_id, decision_type, summary, reasoning, action_taken)
values (tests.id('north_org'), 'no_action', 'Nothing is to be done', 'There is nothing.', 'executed');
select tests.login('north_manager');
select throws_ok(format(call, repeat('x', 1001)), 'RC400', null, 'a reason is no novel') from calls where name = 'lock_job_lines';
select cmp_ok(pg_temp.does(call), '>', 0, 'the log has the reason of ' || name) from calls order by step;
select * from finish();
rollback;
