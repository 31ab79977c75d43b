-- What goes on by itself goes on for one organisation after the other: a row of one that cannot be written stops no other's, and is
-- told in the log, once an hour.
begin;
select plan(18);
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
select is((select count(*) from agents.signals where org_id = tests.id('north_org')), 0::bigint, 'what happened is not told again');

-- And one step after the other.
select is(private.attempt_each('private.there_is_none()', 'private.settle_swaps()', 'private.refresh_statistics()'), 1, 'a step that fails stops none');
select is((select context ->> 'code' from public.system_logs where component = 'private.there_is_none()'), '42883', 'and is told');
select is_empty($$
  select jobname from cron.job where jobname like 'receptor-%' and command ~ '[a-z_]+\.[a-z_]+\(\), '
$$, 'no cron job calls several functions as one step');
select * from finish();
rollback;
