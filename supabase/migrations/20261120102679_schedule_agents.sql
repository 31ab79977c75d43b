-- What begins by itself: schedules by time and by event, and the tick that carries agents' tasks on. It may be called at any time and twice
-- at once.

-- agents.cron_field(field, least, most, names): the numbers that a field of a cron expression stands for, or null where it is none:
-- *, 5, 1-5, */10, 8-18/2, names of months and days, and lists of these. Called by agents.next_time().
create function agents.cron_field(p_field text, p_least int, p_most int, p_names text[] default '{}')
returns int[]
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_part text;
  v_match text[];
  v_from int;
  v_to int;
  v_step int;
  v_set int[] := '{}';
begin
  foreach v_part in array string_to_array(lower(p_field), ',') loop
    for i in 1..cardinality(p_names) loop
      v_part := regexp_replace(v_part, '\m' || p_names[i] || '\M', (i - 1 + p_least)::text, 'g');
    end loop;
    v_match := regexp_match(v_part, '^(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:/(\d{1,2}))?$');
    if v_match is null then
      return null;
    end if;
    v_step := coalesce(v_match[4]::int, 1);
    v_from := case when v_match[1] is not null then p_least else v_match[2]::int end;
    v_to := case when v_match[1] is not null then p_most when v_match[3] is not null then v_match[3]::int
      when v_match[4] is not null then p_most else v_from end;
    if v_step = 0 or v_from < p_least or v_to > p_most or v_from > v_to then
      return null;
    end if;
    v_set := v_set || array(select generate_series(v_from, v_to, v_step));
  end loop;
  return case when v_set <> '{}' then array(select distinct unnest(v_set) order by 1) end;
end
$$;
comment on function agents.cron_field(text, int, int, text[]) is 'The numbers that a field of a cron expression stands for.';
revoke all on function agents.cron_field(text, int, int, text[]) from public, anon, authenticated, service_role;

-- agents.next_time(expression, after): the first minute after a time that a cron expression names, in UTC; null where there is none within
-- eight years (no leap year is farther away), or where it is no cron expression. Days of the month and of the week, where both are given, are
-- alternatives, as in cron. Called by the tick and by save_agent_schedule().
create function agents.next_time(p_expression text, p_after timestamptz)
returns timestamptz
language plpgsql
immutable
set search_path = ''
as $$
declare
  v_fields text[] := regexp_split_to_array(btrim(p_expression), '\s+');
  v_minutes int[];
  v_hours int[];
  v_days int[];
  v_months int[];
  v_weekdays int[];
  v_either boolean;
  v_after timestamp := date_trunc('minute', p_after at time zone 'UTC');
  v_day date;
  v_time timestamp;
begin
  if cardinality(v_fields) is distinct from 5 then
    return null;
  end if;
  v_minutes := agents.cron_field(v_fields[1], 0, 59);
  v_hours := agents.cron_field(v_fields[2], 0, 23);
  v_days := agents.cron_field(v_fields[3], 1, 31);
  v_months := agents.cron_field(v_fields[4], 1, 12, '{jan,feb,mar,apr,may,jun,jul,aug,sep,oct,nov,dec}');
  v_weekdays := agents.cron_field(v_fields[5], 0, 7, '{sun,mon,tue,wed,thu,fri,sat}');
  if v_minutes is null or v_hours is null or v_days is null or v_months is null or v_weekdays is null then
    return null;
  end if;
  v_weekdays := array(select distinct w % 7 from unnest(v_weekdays) as w);  -- Sunday is 0 and 7
  v_either := v_fields[3] not like '*%' and v_fields[5] not like '*%';
  for v_day in
    select d::date from generate_series(v_after::date, v_after::date + 2922, interval '1 day') as d
    where extract(month from d) = any (v_months)
      and case when v_either then extract(day from d) = any (v_days) or extract(dow from d) = any (v_weekdays)
        else extract(day from d) = any (v_days) and extract(dow from d) = any (v_weekdays) end
  loop
    select min(v_day + make_interval(hours => h, mins => m)) into v_time from unnest(v_hours) as h, unnest(v_minutes) as m
    where v_day + make_interval(hours => h, mins => m) > v_after;
    if v_time is not null then
      return v_time at time zone 'UTC';
    end if;
  end loop;
  return null;
end
$$;
comment on function agents.next_time(text, timestamptz) is 'The next time that a cron expression names.';
revoke all on function agents.next_time(text, timestamptz) from public, anon, authenticated, service_role;

-- save_agent_schedule(schedule, seen): adds a schedule of an org, or replaces the one of that name; with the time of its next firing, next_at.
-- p_schedule: {org_id?, name, description?, enabled?, cron_expr | event_filter: {event, form?}, template_name | task_title, task_description?,
-- handler?, params?, role_name?, priority?, max_cost_usd?, permission_level?}. Called by UIs. RC400, RC404 ORG_NOT_FOUND, 42501.
-- p_seen: members of the schedule's row as whoever saves had read them, {"id": null} where there was none of that name; RC409
-- CHANGED_MEANWHILE where that is no longer so.
create function public.save_agent_schedule(p_schedule jsonb, p_seen jsonb default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_schedule public.agent_schedules;
  v_now jsonb;
  v_long record;
begin
  perform private.require_shape(p_schedule, jsonb_build_object('is', 'object', 'members', '{
    "org_id": {"is": "id"}, "name": {"is": "text", "most": 100, "must": true}, "description": {"is": "text", "most": 2000},
    "enabled": {"is": "flag"}, "cron_expr": {"is": "text", "most": 200},
    "event_filter": {"is": "object", "members": {"event": {"is": "choice", "of": ["prime_found", "search_completed", "error"], "must": true},
      "form": {"is": "text", "most": 50}}},
    "template_name": {"is": "text", "most": 100}, "task_title": {"is": "text", "most": 200}, "task_description": {"is": "text", "most": 10000},
    "params": {"is": "any", "most": 20000}, "role_name": {"is": "text", "most": 100},
    "priority": {"is": "choice", "of": ["low", "normal", "high", "urgent"]},
    "max_cost_usd": {"is": "number", "least": 0, "most": 100000}, "permission_level": {"is": "whole", "least": 0, "most": 3}}'::jsonb
    || jsonb_build_object('handler', jsonb_build_object('is', 'choice', 'of', to_jsonb(agents.handlers())))), 64 * 1024);
  v_org_id := private.agents_org((p_schedule ->> 'org_id')::uuid);
  if (p_schedule ->> 'cron_expr' is null) = (nullif(p_schedule -> 'event_filter', 'null') is null) then
    perform agents.fault('cron_expr', 'a schedule has either cron_expr or event_filter');
  elsif (p_schedule ->> 'template_name' is null) = (p_schedule ->> 'task_title' is null) then
    perform agents.fault('task_title', 'a schedule has either task_title or template_name');
  elsif p_schedule ->> 'cron_expr' is not null and agents.next_time(p_schedule ->> 'cron_expr', now()) is null then
    perform agents.fault('cron_expr', 'not five fields of cron that name a time');
  elsif p_schedule ->> 'template_name' is not null and not exists (
    select from public.agent_templates t where t.name = p_schedule ->> 'template_name' and (t.org_id is null or t.org_id = v_org_id)
  ) then
    perform agents.fault('template_name', 'there is no such template');
  elsif p_schedule ->> 'template_name' is not null and p_schedule ->> 'handler' is not null then
    perform agents.fault('handler', 'a template says which handlers work its steps');
  elsif p_schedule ->> 'role_name' is not null and not exists (select from public.agent_roles where name = p_schedule ->> 'role_name') then
    perform agents.fault('role_name', 'there is no such role');
  elsif jsonb_typeof(p_schedule -> 'params') not in ('object', 'null') then
    perform agents.fault('params', 'not an object');
  end if;
  -- Two who save one schedule at once wait for each other, also where it is not there yet.
  perform pg_advisory_xact_lock(hashtextextended(format('save_agent_schedule %s %s', v_org_id, private.fold_text(p_schedule ->> 'name')), 0));
  -- Again: a right may be taken away while a call waits.
  perform private.agents_org(v_org_id);
  select to_jsonb(s) into v_now from public.agent_schedules s where s.org_id = v_org_id and s.name = private.fold_text(p_schedule ->> 'name');
  if v_now is not null and p_seen -> 'id' = 'null' then
    raise exception 'There is a schedule of this name already, and nothing was saved.' using errcode = 'RC409', hint = 'CHANGED_MEANWHILE';
  end if;
  -- That it fired meanwhile is nobody's change.
  perform private.require_unchanged(coalesce(v_now, '{"id": null}'), case jsonb_typeof(p_seen)
    when 'object' then p_seen - '{fire_count,last_fired_at,last_checked_at}'::text[] else p_seen end, 'this schedule');
  insert into public.agent_schedules as s (org_id, name, description, enabled, trigger_type, cron_expr, event_filter, action_type, template_name,
    role_name, task_title, task_description, handler, params, priority, max_cost_usd, permission_level, last_checked_at)
  values (v_org_id, private.fold_text(p_schedule ->> 'name'), coalesce(p_schedule ->> 'description', ''), coalesce((p_schedule ->> 'enabled')::boolean, false),
    case when p_schedule ->> 'cron_expr' is null then 'event' else 'cron' end, p_schedule ->> 'cron_expr', nullif(p_schedule -> 'event_filter', 'null'),
    case when p_schedule ->> 'template_name' is null then 'task' else 'template' end, p_schedule ->> 'template_name', p_schedule ->> 'role_name',
    private.fold_text(p_schedule ->> 'task_title'), p_schedule ->> 'task_description', p_schedule ->> 'handler',
    coalesce(nullif(p_schedule -> 'params', 'null'), '{}'), coalesce(p_schedule ->> 'priority', 'normal'), (p_schedule ->> 'max_cost_usd')::numeric,
    coalesce((p_schedule ->> 'permission_level')::int, 1), clock_timestamp())
  on conflict (org_id, name) do update set description = excluded.description, enabled = excluded.enabled, trigger_type = excluded.trigger_type,
    cron_expr = excluded.cron_expr, event_filter = excluded.event_filter, action_type = excluded.action_type, template_name = excluded.template_name,
    role_name = excluded.role_name, task_title = excluded.task_title, task_description = excluded.task_description, handler = excluded.handler,
    params = excluded.params, priority = excluded.priority, max_cost_usd = excluded.max_cost_usd, permission_level = excluded.permission_level,
    last_checked_at = excluded.last_checked_at
  returning * into v_schedule;
  select * into v_long from agents.params_lengths(v_schedule, agents.steps_of(v_org_id, v_schedule.template_name)) as l
  where l.length > l.most order by l.step limit 1;
  if found then
    perform agents.fault('params', format('have %s characters%s, and may have %s', v_long.length,
      case when v_schedule.template_name is not null then format(' with those of step %s of the template', v_long.step + 1) else '' end, v_long.most));
  end if;
  return to_jsonb(v_schedule) || jsonb_build_object('next_at', agents.next_time(v_schedule.cron_expr, now()));
end
$$;
comment on function public.save_agent_schedule(jsonb, jsonb) is 'Adds or replaces a schedule of an org''s agents.';
revoke all on function public.save_agent_schedule(jsonb, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.save_agent_schedule(jsonb, jsonb) to authenticated;

-- remove_agent_schedule(schedule): deletes a schedule; the tasks that it made stay. Whether there was one. Called by UIs. 42501.
create function public.remove_agent_schedule(p_schedule bigint)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
begin
  select org_id into v_org_id from public.agent_schedules
  where id = p_schedule and org_id in (select private.orgs_with_right('agents.view'));
  if not found then
    return false;
  end if;
  perform private.agents_org(v_org_id);
  delete from public.agent_schedules where id = p_schedule;
  return found;
end
$$;
comment on function public.remove_agent_schedule(bigint) is 'Deletes a schedule.';
revoke all on function public.remove_agent_schedule(bigint) from public, anon, authenticated, service_role;
grant execute on function public.remove_agent_schedule(bigint) to authenticated;

-- agents.signal(org, event, form, subject): keeps what happened for each of the org's schedules that wait for such things.
-- Called by the triggers below.
create function agents.signal(p_org_id uuid, p_event text, p_form text, p_subject jsonb)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into agents.signals (org_id, schedule_id, event, form, subject)
  select s.org_id, s.id, p_event, p_form, p_subject
  from public.agent_schedules s
  where s.enabled and s.trigger_type = 'event' and s.org_id = p_org_id and s.event_filter ->> 'event' = p_event
    and (s.event_filter ->> 'form' is null or s.event_filter ->> 'form' = p_form)
$$;
comment on function agents.signal(uuid, text, text, jsonb) is 'Keeps an event for the schedules that wait for it.';
revoke all on function agents.signal(uuid, text, text, jsonb) from public, anon, authenticated, service_role;

-- The events. What agents do themselves is none: errors of handlers, and of checks that agents asked for, fire nothing.

-- agents.on_finds(): primes were found: {run, primes: [id]}, or of more than 200 at once, which is as many as a handler looks at, {run, found}.
-- Trigger after insert of finds.
create function agents.on_finds()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform agents.signal(n.org_id, 'prime_found', r.form, jsonb_build_object('run', r.number)
    || case when n.found > 200 then jsonb_build_object('found', n.found) else jsonb_build_object('primes', n.primes) end)
  from (select org_id, run, count(*) as found, jsonb_agg(prime_id order by prime_id) as primes from new_finds group by org_id, run) as n
  join public.prime_search_runs r on r.id = n.run;
  return null;
end
$$;
comment on function agents.on_finds() is 'Trigger: primes were found.';
revoke all on function agents.on_finds() from public, anon, authenticated, service_role;
create trigger tell_agents after insert on public.prime_search_finds
  referencing new table as new_finds for each statement execute function agents.on_finds();

-- agents.on_search_end(): a search has ended. Trigger after update of a search's status.
create function agents.on_search_end()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform agents.signal(new.org_id, 'search_completed', new.form, jsonb_build_object('run', new.number, 'status', new.status));
  return null;
end
$$;
comment on function agents.on_search_end() is 'Trigger: a search has ended.';
revoke all on function agents.on_search_end() from public, anon, authenticated, service_role;
create trigger tell_agents after update of status on public.prime_search_runs
  for each row when (new.status in ('COMPLETED', 'FAILED') and old.status is distinct from new.status) execute function agents.on_search_end();

-- agents.on_error(): something went wrong. Trigger after insert of an error in the log.
create function agents.on_error()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not exists (select from public.prime_check_runs c where c.id = new.run_id and c.by_agents) then
    perform agents.signal(new.org_id, 'error', null, jsonb_build_object('log', new.id));
  end if;
  return null;
end
$$;
comment on function agents.on_error() is 'Trigger: something went wrong.';
revoke all on function agents.on_error() from public, anon, authenticated, service_role;
create trigger tell_agents after insert on public.system_logs
  for each row when (new.level = 'error' and new.org_id is not null and new.source <> 'agent_task') execute function agents.on_error();

-- agents.fire(schedule, params): begins what a schedule is for; whether it did. One with twenty tasks that have not ended begins no more; one
-- that cannot (its template is gone) raises why.
-- Called by agents.fire_at_time() and agents.fire_on_events() with the schedule locked.
create function agents.fire(p_schedule public.agent_schedules, p_params jsonb)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_task public.agent_tasks;
  -- As they are: a null in them says something.
  v_params jsonb := jsonb_build_object('params', (p_schedule).params || p_params);
begin
  if (select count(*) from public.agent_tasks
      where org_id = (p_schedule).org_id and schedule_id = (p_schedule).id and completed_at is null and parent_task_id is null) >= 20 then
    return false;
  end if;
  if (p_schedule).action_type = 'template' then
    v_task := agents.expand((p_schedule).org_id, (p_schedule).template_name, v_params || jsonb_strip_nulls(jsonb_build_object(
      'title', left((p_schedule).name, 200), 'priority', (p_schedule).priority, 'permission_level', (p_schedule).permission_level,
      'max_cost_usd', (p_schedule).max_cost_usd)), 'schedule', (p_schedule).id, null);
  else
    v_task := agents.make_task((p_schedule).org_id, v_params || jsonb_strip_nulls(jsonb_build_object('title', (p_schedule).task_title,
      'description', nullif(btrim((p_schedule).task_description), ''), 'handler', (p_schedule).handler, 'role_name', (p_schedule).role_name, 'priority', (p_schedule).priority, 'permission_level', (p_schedule).permission_level,
      'max_cost_usd', (p_schedule).max_cost_usd)), 'schedule', (p_schedule).id);
  end if;
  if v_task.id is null then
    raise exception 'The schedule % begins a template % that there is not.', (p_schedule).name, (p_schedule).template_name;
  end if;
  update public.agent_schedules set fire_count = fire_count + 1, last_fired_at = clock_timestamp() where id = (p_schedule).id;
  return true;
end
$$;
comment on function agents.fire(public.agent_schedules, jsonb) is 'Begins what a schedule is for.';
revoke all on function agents.fire(public.agent_schedules, jsonb) from public, anon, authenticated, service_role;

-- agents.events_for(schedule, signals): what happened of what a schedule waits for, as params of its task: {events: [subject], more_events?}: of
-- more than 50, or than its params have room for, the first. Null: nothing did. Called by agents.fire_on_events().
create function agents.events_for(p_schedule public.agent_schedules, p_signals bigint[])
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with happened as (
    select g.id, g.subject, row_number() over (order by g.id) <= 50
      -- Those that the schedule and the steps of its template have themselves are among what params may have.
      and sum(length(g.subject::text) + 2) over (order by g.id) <= (
        select min(l.most - l.length) from agents.params_lengths(p_schedule, agents.steps_of((p_schedule).org_id, (p_schedule).template_name)) as l
      ) as fits
    from agents.signals g
    where g.id = any (p_signals) and g.org_id = (p_schedule).org_id and g.event = (p_schedule).event_filter ->> 'event'
      and ((p_schedule).event_filter ->> 'form' is null or g.form = (p_schedule).event_filter ->> 'form')
  )
  select case when count(*) > 0 then jsonb_build_object('events', coalesce(jsonb_agg(subject order by id) filter (where fits), '[]'))
    || case when bool_and(fits) then '{}' else jsonb_build_object('more_events', count(*) filter (where not fits)) end end
  from happened
$$;
comment on function agents.events_for(public.agent_schedules, bigint[]) is 'What happened of what a schedule waits for.';
revoke all on function agents.events_for(public.agent_schedules, bigint[]) from public, anon, authenticated, service_role;

-- agents.fire_at_time(schedule): fires a schedule whose time has come, once whatever it missed; 1 where it did. One that somebody holds is left
-- to the next tick. Called by agents.fire_due().
create function agents.fire_at_time(p_schedule bigint)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_schedule public.agent_schedules;
  v_fired boolean;
begin
  select * into v_schedule from public.agent_schedules s where s.id = p_schedule and s.enabled and s.trigger_type = 'cron'
    and agents.next_time(s.cron_expr, s.last_checked_at) <= clock_timestamp()
  for no key update skip locked;  -- not "for update": an event refers to its schedule and shall not wait for the tick
  if not found then
    return 0;
  end if;
  v_fired := agents.fire(v_schedule, '{}');
  update public.agent_schedules set last_checked_at = clock_timestamp() where id = p_schedule;
  return v_fired::int;
end
$$;
comment on function agents.fire_at_time(bigint) is 'Fires a schedule whose time has come.';
revoke all on function agents.fire_at_time(bigint) from public, anon, authenticated, service_role;

-- agents.fire_on_events(schedule): fires a schedule for what happened, once for all of it; 1 where it did. What happened is kept until then.
-- One that somebody holds is left to the next tick. Called by agents.fire_due().
create function agents.fire_on_events(p_schedule bigint)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_schedule public.agent_schedules;
  v_signals bigint[];
  v_events jsonb;
begin
  select * into v_schedule from public.agent_schedules s where s.id = p_schedule and s.enabled and s.trigger_type = 'event'
  for no key update skip locked;
  if not found then
    return 0;
  end if;
  -- Those that are here now; what comes meanwhile is the next tick's.
  v_signals := array(select id from agents.signals where org_id = v_schedule.org_id and schedule_id = p_schedule order by id limit 10000);
  v_events := agents.events_for(v_schedule, v_signals);
  if v_events is not null and not agents.fire(v_schedule, v_events) then
    return 0;
  end if;
  delete from agents.signals where id = any (v_signals);
  return (v_events is not null)::int;
end
$$;
comment on function agents.fire_on_events(bigint) is 'Fires a schedule whose event has happened.';
revoke all on function agents.fire_on_events(bigint) from public, anon, authenticated, service_role;

-- agents.drop_old_events(org): gives up what an org's schedules could not be fired for in time, and says so; of how many schedules. Those
-- that wait for no event any more are not told of what they had waited for.
-- Called by agents.fire_due().
create function agents.drop_old_events(p_org_id uuid)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_count int;
begin
  delete from agents.signals g using public.agent_schedules s
  where g.org_id = p_org_id and s.id = g.schedule_id and not (s.enabled and s.trigger_type = 'event');
  with gone as (
    delete from agents.signals where org_id = p_org_id and created_at < private.kept_since('agent events') returning schedule_id
  )
  insert into public.system_logs (level, source, component, message, org_id, context)
  select 'error', 'agent_task', 'events', format('The schedule %s could not begin its task in time: %s %s told it no longer.', s.name,
    count(*), case count(*) when 1 then 'event is' else 'events are' end), p_org_id, jsonb_build_object('schedule', s.id, 'events', count(*))
  from gone join public.agent_schedules s on s.id = gone.schedule_id
  group by s.id;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function agents.drop_old_events(uuid) is 'Gives up events for which a schedule could not be fired in time.';
revoke all on function agents.drop_old_events(uuid) from public, anon, authenticated, service_role;

-- agents.fire_due(org): fires an org's schedules whose time or event has come, each as a step of its own: one that cannot be fired is told in the
-- log, stops no other and is tried again. Called by agents.tick().
create function agents.fire_due(p_org_id uuid)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_schedule record;
  v_count int := 0;
begin
  perform private.attempt('agent_task', 'events', p_org_id, 'select agents.drop_old_events($1::uuid)', p_org_id::text);
  for v_schedule in
    select s.id, case s.trigger_type when 'cron' then 'select agents.fire_at_time($1::bigint)'
      else 'select agents.fire_on_events($1::bigint)' end as step
    from public.agent_schedules s
    where s.org_id = p_org_id and s.enabled and (s.trigger_type = 'cron' or exists (
      select from agents.signals g where g.org_id = p_org_id and g.schedule_id = s.id))
    order by s.trigger_type, s.id
  loop
    v_count := v_count + private.attempt('agent_task', 'fire', p_org_id, v_schedule.step, v_schedule.id::text);
  end loop;
  return v_count;
end
$$;
comment on function agents.fire_due(uuid) is 'Fires an org''s schedules whose time or event has come.';
revoke all on function agents.fire_due(uuid) from public, anon, authenticated, service_role;

-- agents.end_lost(org): ends what of an org's cannot go on: handlers whose work failed, deadlines and times that have passed, tasks whose agent is silent.
-- Trees that somebody else holds are left to the next tick. Called by agents.tick().
create function agents.end_lost(p_org_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_id bigint;
  v_task public.agent_tasks;
  v_run public.agent_handler_runs;
begin
  for v_id in
    select t.id from public.agent_tasks t
    where t.org_id = p_org_id and ((t.status = 'in_progress' and (t.lease_until < clock_timestamp()
        or (t.claim_token is not null and t.started_at + make_interval(secs => t.timeout_secs) < clock_timestamp())
        or (t.handler is not null and exists (
          select from public.agent_handler_runs r where r.org_id = t.org_id and r.task_id = t.id and r.status in ('FAILED', 'CANCELLED')))))
      or (t.status = 'pending' and t.deadline < clock_timestamp()))
    order by t.id limit 500
  loop
    v_task := agents.hold_tree(v_id, false);
    if v_task.status = 'pending' and v_task.deadline < clock_timestamp() then
      perform agents.end_task(v_task, 'failed', null, 'DEADLINE_PASSED', 'It had not begun by its deadline.');
    elsif v_task.status = 'in_progress' and v_task.handler is not null then
      select * into v_run from public.agent_handler_runs r
      where r.org_id = v_task.org_id and r.task_id = v_id and r.status in ('FAILED', 'CANCELLED') order by r.created_at desc limit 1;
      if found then
        perform agents.end_task(v_task, 'failed', null, coalesce(v_run.error_code, 'CANCELLED'),
          coalesce(v_run.error_message, 'The work was cancelled.'), v_task.handler);
      end if;
    elsif v_task.claim_token is not null and v_task.started_at + make_interval(secs => v_task.timeout_secs) < clock_timestamp() then
      perform agents.end_task(v_task, 'failed', null, 'TIMEOUT', format('It was not done %s seconds after it was taken.', v_task.timeout_secs));
    elsif v_task.lease_until < clock_timestamp() then
      perform agents.give_back(v_task, 'Its agent has not been heard of', true);
    end if;
  end loop;
end
$$;
comment on function agents.end_lost(uuid) is 'Ends or gives back an org''s tasks that cannot go on.';
revoke all on function agents.end_lost(uuid) from public, anon, authenticated, service_role;

-- agents.stop_ended(org): stops the work of an org's handlers whose task has ended; how many. Called by agents.tick().
create function agents.stop_ended(p_org_id uuid)
returns int
language sql
security definer
set search_path = ''
as $$
  select count(fleet.cancel_job('agent_task', r.id))::int
  from public.agent_handler_runs r join public.agent_tasks t on t.org_id = r.org_id and t.id = r.task_id
  where r.org_id = p_org_id and r.finished_at is null and t.completed_at is not null
$$;
comment on function agents.stop_ended(uuid) is 'Stops the work of handlers whose task has ended.';
revoke all on function agents.stop_ended(uuid) from public, anon, authenticated, service_role;

-- agents.tick(): carries agents' tasks on, org by org and step by step; how many schedules fired. What goes wrong is logged, and stops
-- neither the next step nor another org. One call at a time: another one that comes meanwhile does nothing.
-- Called by the cron job receptor-projects.
create function agents.tick()
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_org_id uuid;
  v_count int := 0;
begin
  if not pg_try_advisory_xact_lock(hashtextextended('agents.tick', 0)) then
    return 0;
  end if;
  for v_org_id in
    select org_id from public.agent_tasks where completed_at is null
    union select org_id from public.agent_handler_runs where finished_at is null
    union select org_id from public.agent_schedules where enabled
    union select org_id from agents.signals
  loop
    -- Jobs before trees, as the fleet locks them.
    perform private.attempt('agent_task', 'stop', v_org_id, 'select agents.stop_ended($1::uuid)', v_org_id::text);
    perform private.attempt('agent_task', 'end', v_org_id, 'select 0 from agents.end_lost($1::uuid)', v_org_id::text);
    v_count := v_count + private.attempt('agent_task', 'fire', v_org_id, 'select agents.fire_due($1::uuid)', v_org_id::text);
    perform private.attempt('agent_task', 'begin', v_org_id, 'select agents.begin_handlers($1::uuid)', v_org_id::text);
  end loop;
  return v_count;
end
$$;
comment on function agents.tick() is 'Carries tasks of agents on.';
revoke all on function agents.tick() from public, anon, authenticated, service_role;
