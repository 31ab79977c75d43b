-- What goes on by itself goes on for one organisation after the other: a row of one that cannot be written stops no other's, and is
-- told in the log, once an hour.
begin;
select plan(48);
select tests.new_service('north'), tests.new_service('south');

-- Whatever is written for north fails from here on.
create function pg_temp.refuse() returns trigger language plpgsql as $$
begin
  if new.org_id = tests.id('north_org') then
    raise exception 'A row that cannot be written.';
  end if;
  return new;
end
$$;
create function pg_temp.told(p_step text) returns bigint language sql as $$
  select count(*) from public.system_logs where org_id = tests.id('north_org') and component = p_step and level = 'error'
    and message = 'It could not be carried on: A row that cannot be written.' and context ->> 'code' = 'P0001'
$$;

-- Windows whose end has come.
update public.allocation_runs set status = 'open', due_date = now() + interval '1 hour' where org_id in (tests.id('north_org'), tests.id('south_org'));
update public.allocation_runs set due_date = now() - interval '1 minute' where org_id in (tests.id('north_org'), tests.id('south_org'));
create trigger refuse before update on public.allocation_runs for each row execute function pg_temp.refuse();
select is(private.close_due_windows(), 1, 'one window cannot be closed, the other is');
select is((select array_agg(status::text order by id = tests.id('south_run')) from public.allocation_runs where id in (tests.id('north_run'), tests.id('south_run'))),
  '{open,closed}', 'each is as it came to be');
select is(private.close_due_windows(), 0, 'a minute later nothing is to be done');
select is(pg_temp.told('close'), 1::bigint, 'and nothing is told twice');
drop trigger refuse on public.allocation_runs;

-- Reminders.
update public.allocation_runs set status = 'open', due_date = now() + interval '1 day' where id in (tests.id('north_run'), tests.id('south_run'));
update public.allocation_run_worker_mappings set invited_at = now() - interval '3 days' where id in (tests.id('north_mapping'), tests.id('south_mapping'));
create trigger refuse before insert on messages.emails for each row execute function pg_temp.refuse();
select is(messages.remind(), 1, 'the other service''s doctor is reminded');
select is(pg_temp.told('remind'), 1::bigint, 'and it is told');
drop trigger refuse on messages.emails;

-- Swaps that nobody decided in time.
create function pg_temp.new_swap(p_service text) returns void language plpgsql as $$
declare
  v_partner uuid := gen_random_uuid();
begin
  insert into public.workers (id, org_id, email, name) values (v_partner, tests.id(p_service || '_org'), 'partner@tests.example', 'Dr Partner');
  insert into public.allocation_run_worker_mappings (id, org_id, allocation_run, worker)
  values (v_partner, tests.id(p_service || '_org'), tests.id(p_service || '_run'), v_partner);
  insert into public.line_swaps
    (org_id, allocation_run, offer, from_mapping, to_mapping, from_line, to_line, from_side, to_side, asked_at, expires_at)
  values (tests.id(p_service || '_org'), tests.id(p_service || '_run'), gen_random_uuid(), tests.id(p_service || '_mapping'), v_partner,
    tests.new_line(p_service, 'a'), tests.new_line(p_service, 'b'), '{}', '{}', now() - interval '15 days', now() - interval '1 day');
end
$$;
select pg_temp.new_swap('north'), pg_temp.new_swap('south');
create trigger refuse before update on public.line_swaps for each row execute function pg_temp.refuse();
select is(private.settle_swaps(), 1, 'the other service''s swap is over');
select is(pg_temp.told('swaps'), 1::bigint, 'and it is told');
select throws_ok(format('select private.settle_swaps(%L)', tests.id('north_run')), 'P0001', null, 'who approves a swap is told what cannot be');
drop trigger refuse on public.line_swaps;

-- Agents' schedules.
update fleet.search_types set enabled = true where search_type = 'agent_task';
insert into public.agent_schedules (org_id, name, enabled, trigger_type, cron_expr, action_type, task_title, last_checked_at)
select tests.id(s || '_org'), 'Hourly', true, 'cron', '0 * * * *', 'task', 'Look', now() - interval '2 hours' from unnest('{north,south}'::text[]) as s;
create trigger refuse before update on public.agent_schedules for each row execute function pg_temp.refuse();
select is(agents.tick(), 1, 'the other service''s schedule fires');
select is((select array_agg(org_id = tests.id('south_org')) from public.agent_tasks where org_id in (tests.id('north_org'), tests.id('south_org'))),
  '{t}', 'it has its task');
select is(pg_temp.told('fire'), 1::bigint, 'and it is told');
drop trigger refuse on public.agent_schedules;

-- One schedule of several of one organisation, by time and by event.
create trigger refuse before update on public.agent_schedules for each row when (new.name like 'Bad%') execute function pg_temp.refuse();
delete from public.agent_schedules where org_id in (tests.id('north_org'), tests.id('south_org'));
insert into public.agent_schedules (org_id, name, enabled, trigger_type, cron_expr, event_filter, action_type, task_title, last_checked_at)
select tests.id('north_org'), n.name, true, n.trigger_type, case n.trigger_type when 'cron' then '0 * * * *' end,
  case n.trigger_type when 'event' then '{"event": "error"}'::jsonb end, 'task', n.name, now() - interval '2 hours'
from (values ('Bad hour', 'cron'), ('Good hour', 'cron'), ('Bad event', 'event'), ('Good event', 'event')) as n (name, trigger_type);
select agents.signal(tests.id('north_org'), 'error', null, '{"log": 1}') is null;
select is(agents.tick(), 2, 'what one schedule cannot do stops no other of its organisation');
select is((select array_agg(title order by title) from public.agent_tasks where org_id = tests.id('north_org')), '{Good event,Good hour}',
  'these have their tasks');
select is((select count(*) from agents.signals where org_id = tests.id('north_org')), 1::bigint, 'what happened waits for the one that was not told');
drop trigger refuse on public.agent_schedules;
select is(agents.tick(), 2, 'which are tried again, and once they can be they fire');
select is((select params -> 'events' from public.agent_tasks where title = 'Bad event'), '[{"log": 1}]', 'for what had happened');
select is(agents.tick(), 0, 'once');
-- A template that is gone, and comes back; twenty tasks that nobody works; a day of either.
update public.agent_schedules set enabled = false where org_id = tests.id('north_org') and name <> 'Good event';
update public.agent_schedules set action_type = 'template', task_title = null, template_name = 'gone' where name = 'Good event';
select agents.signal(tests.id('north_org'), 'error', null, jsonb_build_object('log', n)) is null from generate_series(2, 3) n;
select is(agents.tick(), 0, 'a schedule without its template begins nothing');
select matches((select message from public.system_logs where component = 'fire' and context ->> 'code' = 'P0001' and org_id = tests.id('north_org')
  and message like '%template%'), 'The schedule Good event begins a template gone that there is not', 'which is told');
update public.agent_schedules set action_type = 'task', task_title = 'Look', template_name = null where name = 'Good event';
insert into public.agent_tasks (org_id, title, schedule_id) select org_id, 'Waits', id from public.agent_schedules, generate_series(1, 20)
where name = 'Good event' and org_id = tests.id('north_org');
select is(agents.tick(), 0, 'nor one that has twenty tasks waiting');
select is((select count(*) from agents.signals where org_id = tests.id('north_org')), 2::bigint, 'what happened waits');
update agents.signals set created_at = now() - interval '25 hours' where subject = '{"log": 2}';
select is(agents.tick(), 0, 'for a day');
select is((select message from public.system_logs where component = 'events' and org_id = tests.id('north_org')),
  'The schedule Good event could not begin its task in time: 1 event is told it no longer.', 'then it is given up, and that is told');
delete from public.agent_tasks where title = 'Waits';
select is(agents.tick(), 1, 'the rest is told where there is room again');
select is((select params -> 'events' from public.agent_tasks where title = 'Look' and source = 'schedule' and org_id = tests.id('north_org')
  and params ? 'events'), '[{"log": 3}]', 'and no more');

-- Commands of operators' nodes.
select tests.new_operator('north'), tests.new_operator('south');
insert into public.node_commands (org_id, node, command, created_at)
select tests.id(s || '_org'), tests.id(s || '_node'), 'stop', now() - interval '2 days' from unnest('{north,south}'::text[]) as s;
create trigger refuse before update on public.node_commands for each row execute function pg_temp.refuse();
select is(prime_search.tick_nodes(), 0, 'no lease ran out');
select is((select array_agg(status order by org_id = tests.id('south_org')) from public.node_commands
  where org_id in (tests.id('north_org'), tests.id('south_org'))), '{queued,expired}', 'the other service''s command is over');
select is(pg_temp.told('commands'), 1::bigint, 'and it is told');
drop trigger refuse on public.node_commands;

-- One step that takes all the time there is, with one before it and one after.
create function pg_temp.slow() returns int language sql as $$ insert into public.system_logs (level, source, component, message)
  values ('info', 'tests', 'slow', 'Begun'); select 1 from pg_sleep(600) $$;
create function pg_temp.quick(p_step text) returns int language sql as $$ insert into public.system_logs (level, source, component, message)
  values ('info', 'tests', 'quick', p_step); select 1 $$;
create function pg_temp.quick() returns text language sql as $$ select string_agg(message, ' ' order by id) from public.system_logs where component = 'quick' $$;
set local statement_timeout = '2s';
select private.attempt('tests', 'one', null, $$ select pg_temp.quick('one') $$), private.attempt('tests', 'two', null, 'select pg_temp.slow()'),
  private.attempt('tests', 'three', null, $$ select pg_temp.quick('three') $$);
set local statement_timeout = 0;
select is(pg_temp.quick(), 'one', 'what was done before stays, and what is left waits for the next call');
select is((select message from public.system_logs where source = 'tests' and component = 'two'),
  'It took longer than the 2s there are, and rests for an hour.', 'which is told');
select is((select count(*) from public.system_logs where component = 'slow'), 0::bigint, 'nothing of it is half done');
select is(private.attempt('tests', 'two', null, 'select pg_temp.slow()') + private.attempt('tests', 'three', null, $$ select pg_temp.quick('three') $$),
  1, 'then the others have their turn');
select is(pg_temp.quick(), 'one three', 'each of them');

-- An e-mail that was sent is not sent again because the result that it tells of cannot be marked.
select tests.remember('told', tests.new_result('north', tests.id('north_a'))) is null;
update public.job_line_worker_mappings set released_at = now() where id = tests.id('told');
insert into messages.emails (org_id, allocation_run, worker_mapping, kind, idempotency_key, expires_at, state, claim_token, claimed_until)
values (tests.id('north_org'), tests.id('north_run'), tests.id('north_mapping'), 'released', 'itself', now() + interval '1 day', 'sending',
  tests.remember('sent', gen_random_uuid()), now() + interval '1 minute');
create trigger refuse before update on public.job_line_worker_mappings for each row execute function pg_temp.refuse();
select ok(messages.settle_email((select id from messages.emails where idempotency_key = 'itself'), tests.id('sent'), 'p1'), 'it was sent');
select is((select state::text from messages.emails where idempotency_key = 'itself'), 'sent', 'and stays so');
select is(pg_temp.told('emailed'), 1::bigint, 'and it is told');
drop trigger refuse on public.job_line_worker_mappings;
update public.job_line_worker_mappings set superseded_at = now() where id = tests.id('told');

-- Runs: one that cannot begin, and claims and jobs that cannot be taken back or ended.
select tests.new_run('north'), tests.new_run('south');
create trigger refuse before update on public.allocation_planner_runs for each row execute function pg_temp.refuse();
delete from fleet.search_jobs where search_type = 'planner' and run_id not in (tests.id('north_planner_run'), tests.id('south_planner_run'));
delete from fleet.turns where search_type = 'planner';
select is((select run_id from fleet.claim_next_block('planner', 'w1')), tests.id('south_planner_run'), 'a run that cannot begin holds up nobody else''s');
select is((tests.job(tests.id('north_planner_run'))).status::text, 'QUEUED', 'it waits');
select is(pg_temp.told('begin'), 1::bigint, 'and it is told');
update fleet.search_jobs set created_at = now() - interval '3 days' where run_id in (tests.id('north_planner_run'), tests.id('south_planner_run'));
select is(fleet.end_overdue_jobs(), 1, 'nor does one that cannot be ended');
select is((tests.job(tests.id('south_planner_run'))).error_code, 'QUEUE_TIME_EXCEEDED', 'the other one is');
select is(pg_temp.told('end'), 1::bigint, 'and it is told');
drop trigger refuse on public.allocation_planner_runs;
select tests.new_job('kind_itself') is null, tests.new_job('kind_itself') is null;
update fleet.search_types set max_concurrent_jobs = 2 where search_type = 'kind_itself';
select fleet.claim_next_block('kind_itself', 'w2') is null, fleet.claim_next_block('kind_itself', 'w3') is null;
update fleet.work_blocks b set heartbeat_at = now() - interval '1 hour' from fleet.search_jobs j where j.id = b.search_job_id and j.search_type = 'kind_itself' and b.status = 'CLAIMED';
create function pg_temp.refuse_block() returns trigger language plpgsql as $$
begin
  if old.claimed_by = 'w2' then
    raise exception 'A block that cannot be written.';
  end if;
  return new;
end
$$;
create trigger refuse before update on fleet.work_blocks for each row execute function pg_temp.refuse_block();
select is(fleet.reclaim_stale_blocks(30, 'kind_itself'), 1, 'of two claims one is taken back');
select is((select count(*) from public.system_logs where component = 'reclaim' and source = 'kind_itself'), 1::bigint, 'and the other is told');
drop trigger refuse on fleet.work_blocks;

-- And one step after the other.
select is(private.attempt_each('private.there_is_none()', 'private.settle_swaps()', 'private.refresh_statistics()'), 1, 'a step that fails stops none');
select is((select context ->> 'code' from public.system_logs where component = 'private.there_is_none()'), '42883', 'and is told');
select is_empty($$
  select jobname from cron.job where jobname like 'receptor-%' and command ~ '[a-z_]+\.[a-z_]+\(\), '
$$, 'no cron job calls several functions as one step');
select * from finish();
rollback;
