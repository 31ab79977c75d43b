-- The sweeper that cannot be called is noticed by the cron that calls it: in system_logs, in `ops status`, and by an alert to
-- a webhook that operators configure (Vault secret receptor_alert_webhook).

create table fleet.sweeper_calls (
  only_row boolean primary key default true check (only_row),
  first_called_at timestamptz not null,
  requests bigint[] not null
);
comment on table fleet.sweeper_calls is 'Since when cron calls the sweeper, and its latest requests.';
comment on column fleet.sweeper_calls.requests is 'Ids of pg_net''s requests, the newest first; what came of them is in net._http_response.';

create table fleet.incidents (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('sweeper')),
  reason text not null,
  began_at timestamptz not null,
  told_at timestamptz not null,
  ended_at timestamptz check (ended_at >= began_at),
  alert_request bigint,
  alert_state text check (alert_state in ('began', 'goes_on', 'ended')),
  alert_tries int not null default 0 check (alert_tries >= 0),
  alert_sent_at timestamptz,
  alert_taken_at timestamptz
);
comment on table fleet.incidents is 'What needs an operator, from when until when, and when they were told last.';
comment on column fleet.incidents.alert_request is 'pg_net''s request of the latest alert; null: no webhook is configured.';
comment on column fleet.incidents.alert_state is 'What the latest alert told.';
comment on column fleet.incidents.alert_tries is 'How often it was sent.';
comment on column fleet.incidents.alert_taken_at is 'When the webhook was seen to have answered it with 2xx; null: not yet.';
create unique index incidents_open_idx on fleet.incidents (kind) where ended_at is null;

alter table fleet.sweeper_calls enable row level security;
alter table fleet.incidents enable row level security;
revoke all on fleet.sweeper_calls, fleet.incidents from public, anon, authenticated, service_role;
revoke all on sequence fleet.incidents_id_seq from public, anon, authenticated, service_role;
grant select on fleet.sweeper_calls, fleet.incidents to service_role;
create policy nobody on fleet.sweeper_calls using (false);
create policy nobody on fleet.incidents using (false);

-- fleet.note_sweeper_call(request): notes that cron has called the sweeper. Called by fleet.call_sweeper().
create function fleet.note_sweeper_call(p_request bigint)
returns void
language sql
security definer
set search_path = ''
as $$
  insert into fleet.sweeper_calls as c (first_called_at, requests)
  values (clock_timestamp(), array_remove(array[p_request], null))
  on conflict (only_row) do update set requests = (excluded.requests || c.requests)[1:3]
$$;
comment on function fleet.note_sweeper_call(bigint) is 'Notes a call of the sweeper by cron; null: it could not be made.';
revoke all on function fleet.note_sweeper_call(bigint) from public, anon, authenticated, service_role;

-- fleet.sweeper_trouble(): why the sweeper does not come, in a sentence; null where it comes, or was never called.
-- Called by fleet.watch_sweeper(). Late is who has not swept for 90 s, as cron calls every 15.
create function fleet.sweeper_trouble()
returns text
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_since timestamptz;
  v_requests bigint[];
  v_answer text;
begin
  select greatest(c.first_called_at, (select s.swept_at from fleet.last_sweep s)), c.requests
  into v_since, v_requests from fleet.sweeper_calls c;
  if v_since is null or v_since > clock_timestamp() - interval '90 seconds' then
    return null;
  end if;
  if v_requests = '{}' then
    v_answer := 'it cannot be called: the secrets receptor_functions_url and receptor_internal_key are not in Vault';
  else
    select case
        when r.status_code between 200 and 299 then 'it answers, but no sweep ends'
        when r.status_code is not null then 'it answers with status ' || r.status_code
        else 'calls of it fail: ' || left(r.error_msg, 200)
      end
    into v_answer from net._http_response r where r.id = any (v_requests) order by r.id desc limit 1;
  end if;
  return format('heartbeat-sweeper has not swept since %s: %s. Runs that crash are not resumed.',
    to_char(v_since at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"'),
    coalesce(v_answer, 'its answers are not known'));
end
$$;
comment on function fleet.sweeper_trouble() is 'Why the sweeper has not come for 90 s; null where it has.';
revoke all on function fleet.sweeper_trouble() from public, anon, authenticated, service_role;

-- fleet.send_alert(state, incident): posts an incident to the operators' webhook; the request's id, null without a webhook.
-- Called by fleet.tell_incident(). {kind, state: began | goes_on | ended, began_at, ended_at, text}; chat programs show `text`.
create function fleet.send_alert(p_state text, p_incident fleet.incidents)
returns bigint
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_url text;
begin
  if to_regclass('vault.decrypted_secrets') is null or to_regclass('net.http_request_queue') is null then
    return null;
  end if;
  select decrypted_secret into v_url from vault.decrypted_secrets where name = 'receptor_alert_webhook';
  if v_url is null then
    return null;
  end if;
  return net.http_post(
    url := v_url,
    body := jsonb_build_object(
      'kind', p_incident.kind, 'state', p_state, 'began_at', p_incident.began_at, 'ended_at', p_incident.ended_at,
      'text', 'Receptor: ' || case p_state when 'ended' then 'over: ' when 'goes_on' then 'still: ' else '' end
        || p_incident.reason),
    timeout_milliseconds := 10000
  );
end
$$;
comment on function fleet.send_alert(text, fleet.incidents) is 'Posts an incident to the webhook receptor_alert_webhook of Vault.';
revoke all on function fleet.send_alert(text, fleet.incidents) from public, anon, authenticated, service_role;

-- fleet.tell_incident(incident, state): sends an alert of an incident, or the same once more.
-- Called by fleet.watch_sweeper() and fleet.repeat_alerts().
create function fleet.tell_incident(p_incident fleet.incidents, p_state text)
returns void
language sql
security definer
set search_path = ''
as $$
  update fleet.incidents set
    alert_request = fleet.send_alert(p_state, p_incident), alert_state = p_state, alert_sent_at = clock_timestamp(),
    alert_tries = case when alert_state = p_state and alert_taken_at is null then alert_tries else 0 end + 1, alert_taken_at = null
  where id = p_incident.id
$$;
comment on function fleet.tell_incident(fleet.incidents, text) is 'Sends an alert of an incident, or the same once more.';
revoke all on function fleet.tell_incident(fleet.incidents, text) from public, anon, authenticated, service_role;

-- fleet.repeat_alerts(): alerts that the webhook did not take are sent again, after 1 minute, then 2, 4, 8... up to an hour,
-- for a day; an answer that is missing counts as refused after a minute. How many.
-- Called by fleet.watch_sweeper() each minute.
create function fleet.repeat_alerts()
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_incident fleet.incidents;
  v_count int := 0;
begin
  if to_regclass('net._http_response') is null then
    return 0;
  end if;
  update fleet.incidents i set alert_taken_at = clock_timestamp()
  from net._http_response r
  where r.id = i.alert_request and r.status_code between 200 and 299 and i.alert_taken_at is null;
  for v_incident in
    select * from fleet.incidents
    where alert_request is not null and alert_taken_at is null and told_at > clock_timestamp() - interval '1 day'
      and alert_sent_at <= clock_timestamp() - interval '1 minute' * least(power(2, least(alert_tries, 7) - 1), 60)
    order by id for update
  loop
    perform fleet.tell_incident(v_incident, v_incident.alert_state);
    v_count := v_count + 1;
  end loop;
  return v_count;
end
$$;
comment on function fleet.repeat_alerts() is 'Sends alerts again that the webhook did not take; how many.';
revoke all on function fleet.repeat_alerts() from public, anon, authenticated, service_role;

-- fleet.watch_sweeper(): tells operators when the sweeper does not come, again each hour, and once when it is over.
-- Called by the cron job receptor-watch. Answers what was told: began, goes_on, ended, or null.
create function fleet.watch_sweeper()
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_trouble text := fleet.sweeper_trouble();
  v_incident fleet.incidents;
  v_state text;
begin
  perform fleet.repeat_alerts();
  select * into v_incident from fleet.incidents where kind = 'sweeper' and ended_at is null for update;
  if v_trouble is null then
    if v_incident.id is null then
      return null;
    end if;
    v_state := 'ended';
    update fleet.incidents set ended_at = clock_timestamp(), told_at = clock_timestamp()
    where id = v_incident.id returning * into v_incident;
  elsif v_incident.id is null then
    v_state := 'began';
    insert into fleet.incidents (kind, reason, began_at, told_at)
    values ('sweeper', v_trouble, clock_timestamp(), clock_timestamp()) returning * into v_incident;
  elsif v_incident.told_at < clock_timestamp() - interval '1 hour' then
    v_state := 'goes_on';
    update fleet.incidents set reason = v_trouble, told_at = clock_timestamp()
    where id = v_incident.id returning * into v_incident;
  else
    return null;
  end if;
  insert into public.system_logs (level, source, component, message, context)
  values (case v_state when 'ended' then 'info' else 'error' end, 'sweeper', 'watch',
          case v_state when 'ended' then 'The sweeper comes again.' else v_trouble end,
          jsonb_build_object('incident', v_incident.id, 'state', v_state));
  perform fleet.tell_incident(v_incident, v_state);
  return v_state;
end
$$;
comment on function fleet.watch_sweeper() is 'Logs and tells that the sweeper does not come, hourly, and that it comes again.';
revoke all on function fleet.watch_sweeper() from public, anon, authenticated, service_role;
