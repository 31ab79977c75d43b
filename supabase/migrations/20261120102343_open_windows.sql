-- The preference window of an allocation run, for managers: opened with its end and its rules, closed by hand or by itself,
-- opened again for a reason; who was invited, has begun, submitted, is locked; and what a match is told before it starts.

-- private.keep_window_true(): a window that is open has not ended: whoever opens it, by whatever way, says an end that is to
-- come, or none: RC409 with the hint DUE_DATE_PASSED. What was closed is opened again, or made a draft again, for a reason only,
-- which the audit log keeps: RC409 with the hint WINDOW_CLOSED where the transaction has given none (see private.give_reason();
-- through the Data API it cannot: reopen_window()). An open one in which a doctor has begun is no draft again without a reason
-- either: their wishes would be read, and the window open again, with nobody told why: RC409 with the hint WINDOW_OPEN. As long as a match is finalised the window is not opened, nor is the
-- allocation run a draft again, of which doctors see nothing: RC409 with the hint MATCH_FINALISED. Trigger before update of status.
create function private.keep_window_true()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if private.is_finalised(new.id) then
    raise exception 'The match of "%" is finalised; unfinalise it first.', new.name using errcode = 'RC409', hint = 'MATCH_FINALISED';
  elsif old.status = 'closed' and coalesce(trim(current_setting('receptor.reason', true)), '') = '' then
    raise exception 'The window "%" was closed; opening it again needs a reason (reopen_window).', new.name
      using errcode = 'RC409', hint = 'WINDOW_CLOSED';
  elsif old.status = 'open' and coalesce(trim(current_setting('receptor.reason', true)), '') = '' and exists (
    select from public.allocation_run_worker_mappings m where m.allocation_run = new.id and m.begun_at is not null)
  then
    raise exception 'Doctors are saying what they want in "%"; close the window instead (close_window).', new.name
      using errcode = 'RC409', hint = 'WINDOW_OPEN';
  elsif new.status = 'open' and new.due_date <= now() then
    raise exception 'The end of the window "%" has passed. Open it with a later one (reopen_window).', new.name
      using errcode = 'RC409', hint = 'DUE_DATE_PASSED';
  end if;
  return new;
end
$$;
comment on function private.keep_window_true() is 'Trigger: a window is not opened with an end that has passed, without a reason once it was closed, nor under a finalised match.';
revoke all on function private.keep_window_true() from public, anon, authenticated, service_role;
create trigger keep_window_true before update of status on public.allocation_runs
  for each row when (new.status <> old.status and new.status in ('draft', 'open'))
  execute function private.keep_window_true();

-- private.minimum_lines(run, lines): how many lines a doctor has to rank positively, of so many that they may have: what the
-- run says, else a quarter of them and at most 12.
-- Called by private.window_of().
create function private.minimum_lines(p_minimum_lines smallint, p_lines bigint)
returns int
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
  select least(coalesce(p_minimum_lines, least(12, ceil(p_lines / 4.0))), p_lines)::int
  );
end
$$;
comment on function private.minimum_lines(smallint, bigint) is 'How many lines a doctor has to rank to submit.';
revoke all on function private.minimum_lines(smallint, bigint) from public, anon, authenticated, service_role;

-- private.window_shape(): the settings of a window, see private.shape_faults(). Called by private.set_window().
create function private.window_shape()
returns jsonb
language sql
immutable
set search_path = ''
as $$
  select '{"is": "object", "members": {
    "minimum_lines": {"is": "whole", "least": 0, "most": 1000}, "allows_ties": {"is": "flag"}, "allows_never": {"is": "flag"}}}'::jsonb
$$;
comment on function private.window_shape() is 'The shape of the settings of a preference window.';
revoke all on function private.window_shape() from public, anon, authenticated, service_role;

-- private.due_moment(run, moment, local): the end of a window, told as a moment or as a time of day where the plan is, e.g.
-- 2027-05-14 17:00; null where neither is told. A local time that comes twice, as clocks are put back, is the later one: nobody who was told
-- of it is late. RC400 for what no year has and for a local time that does not come, as clocks are put forward; RC409 DUE_DATE_PASSED.
-- Called by private.set_window().
create function private.due_moment(p_run public.allocation_runs, p_due_date timestamptz, p_due_local timestamp)
returns timestamptz
language plpgsql
stable
set search_path = ''
as $$
declare
  v_timezone text := (select p.timezone from public.allocation_plans p where p.id = p_run.allocation_plan);
  v_due timestamptz := coalesce(p_due_date,
    -- Of the last times that a clock could show some are none in the zone of the plan: what no year has is not turned into a moment.
    case when not private.is_day(p_due_local::date) then 'infinity' else p_due_local at time zone v_timezone end);
begin
  if not private.is_day((v_due at time zone 'UTC')::date) then
    perform private.refuse_faults('[{"path": "p_due_date", "message": "not a moment from 2000 to 2100; leave it out to close the window by hand"}]');
  end if;
  if p_due_date is null and v_due is not null then
    -- Clocks are put back by an hour or, at one place, by half of one.
    v_due := (
      select max(m) from unnest(array[v_due, v_due + interval '30 minutes', v_due + interval '1 hour']) as m
      where m at time zone v_timezone = p_due_local);
    perform private.refuse_faults(case when v_due is null then jsonb_build_array(jsonb_build_object('path', 'p_due_local',
      'message', format('%s does not come in %s: clocks are put forward then', to_char(p_due_local, 'YYYY-MM-DD HH24:MI'), v_timezone))) else '[]' end);
  end if;
  if v_due is null then
    return null;
  elsif v_due <= now() then
    raise exception 'The end of the window has passed.' using errcode = 'RC409', hint = 'DUE_DATE_PASSED';
  end if;
  return v_due;
end
$$;
comment on function private.due_moment(public.allocation_runs, timestamptz, timestamp) is 'The end of a window, told as a moment or as a local time.';
revoke all on function private.due_moment(public.allocation_runs, timestamptz, timestamp) from public, anon, authenticated, service_role;

-- private.window_state(run): a window as managers see it. Called by the functions below.
create function private.window_state(p_allocation_run uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select jsonb_build_object('allocation_run', r.id, 'status', r.status, 'due_date', r.due_date, 'timezone', p.timezone,
    'now', now(), 'minimum_lines', r.minimum_lines, 'allows_ties', r.allows_ties, 'allows_never', r.allows_never,
    'finalised', private.is_finalised(r.id), 'released', exists (
      select from public.job_line_worker_mappings v
      where v.allocation_run = r.id and v.superseded_at is null and v.released_at is not null))
  from public.allocation_runs r join public.allocation_plans p on p.id = r.allocation_plan
  where r.id = p_allocation_run
  );
end
$$;
comment on function private.window_state(uuid) is 'The preference window of an allocation run, for managers.';
revoke all on function private.window_state(uuid) from public, anon, authenticated, service_role;

-- private.set_window(run, due date, local, settings): opens the window of an allocation run that is held, with that end and those settings; what
-- they leave out stays. Answers the window. RC400, RC409 DUE_DATE_PASSED. Called by open_window() and reopen_window().
create function private.set_window(p_run public.allocation_runs, p_due_date timestamptz, p_due_local timestamp, p_settings jsonb)
returns jsonb
language plpgsql
set search_path = ''
as $$
begin
  perform private.require_shape(coalesce(p_settings, '{}'), private.window_shape(), 10000);
  update public.allocation_runs set
    status = 'open', due_date = private.due_moment(p_run, p_due_date, p_due_local),
    minimum_lines = case when p_settings ? 'minimum_lines' then (p_settings ->> 'minimum_lines')::smallint else minimum_lines end,
    allows_ties = coalesce((p_settings ->> 'allows_ties')::boolean, allows_ties),
    allows_never = coalesce((p_settings ->> 'allows_never')::boolean, allows_never)
  where id = p_run.id;
  return private.window_state(p_run.id);
end
$$;
comment on function private.set_window(public.allocation_runs, timestamptz, timestamp, jsonb) is 'Opens the window of an allocation run with an end and settings.';
revoke all on function private.set_window(public.allocation_runs, timestamptz, timestamp, jsonb) from public, anon, authenticated, service_role;

-- open_window(run, due date, settings, local, seen): doctors of the allocation run see its lines and say what they want, until the due date
-- (null: until it is closed by hand), which may be told as a local time of the plan's instead. Open already: its end and settings are changed.
-- Called by UIs. p_settings: {minimum_lines?, allows_ties?, allows_never?}; what is left out stays. p_seen: members
-- of private.window_state() as whoever saves had read them. Answers the window, see private.window_state(). RC404, 42501, RC400; RC409 with the hint DUE_DATE_PASSED, WINDOW_CLOSED (reopen_window() says
-- why), NO_LINES, MATCH_FINALISED, or CHANGED_MEANWHILE where what was seen is no longer so.
create function public.open_window(
  p_allocation_run uuid, p_due_date timestamptz default null, p_settings jsonb default '{}', p_due_local timestamp default null,
  p_seen jsonb default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_run(p_allocation_run, 'Opening the window');
begin
  perform private.require_unchanged(private.window_state(v_run.id), p_seen, 'the window');
  if v_run.status = 'closed' then
    raise exception 'The window was closed; reopening it needs a reason (reopen_window).' using errcode = 'RC409', hint = 'WINDOW_CLOSED';
  elsif private.is_finalised(v_run.id) then
    raise exception 'The match of this allocation run is finalised.' using errcode = 'RC409', hint = 'MATCH_FINALISED';
  elsif not exists (select from public.job_lines where allocation_run = v_run.id and archived_at is null) then
    raise exception 'There are no job lines to rank yet.' using errcode = 'RC409', hint = 'NO_LINES';
  end if;
  return private.set_window(v_run, p_due_date, p_due_local, p_settings);
end
$$;
comment on function public.open_window(uuid, timestamptz, jsonb, timestamp, jsonb) is 'Opens the preference window of an allocation run, or changes its end and settings.';
revoke all on function public.open_window(uuid, timestamptz, jsonb, timestamp, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.open_window(uuid, timestamptz, jsonb, timestamp, jsonb) to authenticated;

-- close_window(run): doctors change nothing more from now on. Closed already: nothing happens.
-- Called by UIs. Answers the window. RC404, 42501; RC409 NOT_OPEN for a draft.
create function public.close_window(p_allocation_run uuid)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_run(p_allocation_run, 'Closing the window');
begin
  if v_run.status = 'draft' then
    raise exception 'The window was not opened.' using errcode = 'RC409', hint = 'NOT_OPEN';
  end if;
  update public.allocation_runs set status = 'closed' where id = v_run.id and status = 'open';
  return private.window_state(v_run.id);
end
$$;
comment on function public.close_window(uuid) is 'Closes the preference window of an allocation run.';
revoke all on function public.close_window(uuid) from public, anon, authenticated, service_role;
grant execute on function public.close_window(uuid) to authenticated;

-- reopen_window(run, reason, due date, local, settings, seen): opens a closed window again, for a reason that the audit log keeps; p_settings and
-- p_seen as of open_window(). Called by UIs. Answers the window. RC404, 42501, RC400 without a reason; RC409 with the hint NOT_CLOSED,
-- DUE_DATE_PASSED, MATCH_FINALISED, or CHANGED_MEANWHILE.
create function public.reopen_window(
  p_allocation_run uuid, p_reason text, p_due_date timestamptz default null, p_due_local timestamp default null,
  p_settings jsonb default '{}', p_seen jsonb default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_run(p_allocation_run, 'Reopening the window');
begin
  perform private.require_reason(p_reason);
  perform private.require_unchanged(private.window_state(v_run.id), p_seen, 'the window');
  if v_run.status <> 'closed' then
    raise exception 'The window is not closed.' using errcode = 'RC409', hint = 'NOT_CLOSED';
  elsif private.is_finalised(v_run.id) then
    raise exception 'The match of this allocation run is finalised; unfinalise it first.' using errcode = 'RC409', hint = 'MATCH_FINALISED';
  end if;
  return private.set_window(v_run, p_due_date, p_due_local, p_settings);
end
$$;
comment on function public.reopen_window(uuid, text, timestamptz, timestamp, jsonb, jsonb) is 'Opens a closed preference window again, for a reason.';
revoke all on function public.reopen_window(uuid, text, timestamptz, timestamp, jsonb, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.reopen_window(uuid, text, timestamptz, timestamp, jsonb, jsonb) to authenticated;

-- private.close_due_windows(): closes the windows whose end has come; how many. Doctors cannot write from that moment on,
-- whenever this is called. Called by the cron job receptor-windows.
create function private.close_due_windows()
returns int
language plpgsql
set search_path = ''
as $$
begin
  perform set_config('receptor.reason', 'The end of the window came.', true);
  return (
    select coalesce(sum(private.attempt('windows', 'close', r.org_id,
      'with closed as (update public.allocation_runs set status = ''closed'' where id = $1::uuid and status = ''open'' returning id)
       select count(*)::int from closed', r.id::text)), 0)
    from public.allocation_runs r where r.status = 'open' and r.due_date <= now() and r.archived_at is null);
end
$$;
comment on function private.close_due_windows() is 'Closes the preference windows whose end has come; how many.';
revoke all on function private.close_due_windows() from public, anon, authenticated, service_role;

-- private.require_places(run, worker mappings): RC409 where one of them does not take part in the allocation run (any more).
-- Called by the functions below.
create function private.require_places(p_allocation_run uuid, p_worker_mappings uuid[])
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if exists (
    select from unnest(p_worker_mappings) as asked (id)
    where not exists (
      select from public.allocation_run_worker_mappings m
      where m.id = asked.id and m.allocation_run = p_allocation_run and m.withdrawn_at is null)
  ) then
    raise exception 'Some of these doctors do not take part in the allocation run any more; read it again.' using errcode = 'RC409';
  end if;
end
$$;
comment on function private.require_places(uuid, uuid[]) is 'Raises where doctors do not take part in an allocation run.';
revoke all on function private.require_places(uuid, uuid[]) from public, anon, authenticated, service_role;

-- invite_doctors(run, worker mappings): doctors are asked to say what they want: by an e-mail each, where the project sends
-- mail; without, managers copy the link of the doctors' page. Null: all who were not invited yet.
-- Called by UIs. Answers [{worker_mapping, name, email}] of those invited. RC404, 42501; RC409 where one does not take part, or
-- with the hint NOT_OPEN.
create function public.invite_doctors(p_allocation_run uuid, p_worker_mappings uuid[] default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_run(p_allocation_run, 'Inviting doctors');
  v_invited uuid[];
begin
  perform private.require_list(p_worker_mappings, 'p_worker_mappings');
  if v_run.status <> 'open' then
    raise exception 'The window is not open.' using errcode = 'RC409', hint = 'NOT_OPEN';
  end if;
  perform private.require_places(v_run.id, p_worker_mappings);
  with invited as (
    update public.allocation_run_worker_mappings set invited_at = now()
    where allocation_run = v_run.id and withdrawn_at is null
      and (id = any (p_worker_mappings) or p_worker_mappings is null and invited_at is null)
    returning id
  )
  select coalesce(array_agg(id), '{}') into v_invited from invited;
  perform messages.write_emails('invited', v_invited, now()::text);
  return (
    select coalesce(jsonb_agg(jsonb_build_object('worker_mapping', m.id, 'name', w.name, 'email', w.email) order by w.name, m.id), '[]')
    from public.allocation_run_worker_mappings m join public.workers w on w.id = m.worker where m.id = any (v_invited));
end
$$;
comment on function public.invite_doctors(uuid, uuid[]) is 'Invites doctors to say what they want.';
revoke all on function public.invite_doctors(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function public.invite_doctors(uuid, uuid[]) to authenticated;

-- lock_doctors(run, worker mappings), unlock_doctors(...): keeps doctors from changing their wishes, and lets them again; how many
-- that changed. Called by UIs. RC404, 42501, RC409 where one does not take part.
create function public.lock_doctors(p_allocation_run uuid, p_worker_mappings uuid[])
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_run(p_allocation_run, 'Locking doctors');
  v_count int;
begin
  perform private.require_list(p_worker_mappings, 'p_worker_mappings');
  perform private.require_places(v_run.id, p_worker_mappings);
  update public.allocation_run_worker_mappings set locked_at = now()
  where allocation_run = v_run.id and id = any (p_worker_mappings) and locked_at is null;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function public.lock_doctors(uuid, uuid[]) is 'Keeps doctors from changing their wishes; how many.';
revoke all on function public.lock_doctors(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function public.lock_doctors(uuid, uuid[]) to authenticated;

-- unlock_doctors(run, worker mappings): see above. Called by UIs.
create function public.unlock_doctors(p_allocation_run uuid, p_worker_mappings uuid[])
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_run(p_allocation_run, 'Unlocking doctors');
  v_count int;
begin
  perform private.require_list(p_worker_mappings, 'p_worker_mappings');
  perform private.require_places(v_run.id, p_worker_mappings);
  update public.allocation_run_worker_mappings set locked_at = null
  where allocation_run = v_run.id and id = any (p_worker_mappings) and locked_at is not null;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function public.unlock_doctors(uuid, uuid[]) is 'Lets doctors change their wishes again; how many.';
revoke all on function public.unlock_doctors(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function public.unlock_doctors(uuid, uuid[]) to authenticated;

-- read_window_state(run): the window as managers see it, see private.window_state(); null where the caller may not see the match.
-- Called by UIs.
create function public.read_window_state(p_allocation_run uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  select private.window_state(r.id) from public.allocation_runs r
  where r.id = p_allocation_run and r.archived_at is null and r.org_id in (select private.orgs_with_right('allocator.view'))
$$;
comment on function public.read_window_state(uuid) is 'The preference window of an allocation run, for managers.';
revoke all on function public.read_window_state(uuid) from public, anon, authenticated, service_role;
grant execute on function public.read_window_state(uuid) to authenticated;

-- window_progress(run): how far each doctor of an allocation run is: counts and moments, never what they wish. Those who
-- withdrew as well.
-- Called by UIs. Nothing for who may not see the match. `lines`: how many they ranked, of those that are there; while the window is
-- open archived ones count as well, so that putting one away does not tell whose it was. changed_since_submit: false where they
-- did not submit.
create function public.window_progress(p_allocation_run uuid)
returns table (
  worker_mapping uuid, worker uuid, name text, email text, has_account boolean, invited_at timestamptz, begun_at timestamptz,
  lines bigint, submitted_at timestamptz, changed_since_submit boolean, locked_at timestamptz, withdrawn_at timestamptz,
  withdrawal_reason text
)
language sql
stable
security definer
set search_path = ''
as $$
  select m.id, w.id, w.name, w.email, w.user_id is not null, m.invited_at, m.begun_at, (
      select count(*) from public.preference_worker_job_lines p
      join public.job_lines l on l.id = p.job_line
      where p.worker_mapping = m.id and p.order_preference is not null
        and (l.archived_at is null or exists (select from private.ranks_at_most(m.allocation_run)))),
    m.submitted_at, coalesce(m.wishes_changed_at > m.submitted_at, false), m.locked_at, m.withdrawn_at, m.withdrawal_reason
  from public.allocation_run_worker_mappings m
  join public.workers w on w.id = m.worker
  join public.allocation_runs r on r.id = m.allocation_run and r.archived_at is null
  where m.allocation_run = p_allocation_run and m.org_id in (select private.orgs_with_right('allocator.view'))
  order by w.name, m.id
$$;
comment on function public.window_progress(uuid) is 'How far each doctor of an allocation run is with their wishes: counts, never which.';
revoke all on function public.window_progress(uuid) from public, anon, authenticated, service_role;
grant execute on function public.window_progress(uuid) to authenticated;

-- private.today_of(run): the day of today where an allocation run is planned. Called by private.overfilled_posts(), and by swaps.
create function private.today_of(p_allocation_run uuid)
returns date
language sql
stable
set search_path = ''
as $$
  select (clock_timestamp() at time zone p.timezone)::date
  from public.allocation_runs r join public.allocation_plans p on p.id = r.allocation_plan
  where r.id = p_allocation_run
$$;
comment on function private.today_of(uuid) is 'The day of today where an allocation run is planned.';
revoke all on function private.today_of(uuid) from public, anon, authenticated, service_role;

-- private.overfilled_posts(run): of which posts the lines that are there hold more than there are, in terms that are not over: where
-- archived lines or a snapshot came back, or posts were taken away. [{hospital, team, name, term, posts, held}]; nothing of an
-- org whose matches the caller may not see. Called by match_readiness() and read_setup().
create function private.overfilled_posts(p_allocation_run uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
  with held as (
    select ar.id as run, r.position, r.term, count(*) as lines
    from public.allocation_runs ar
    join public.job_lines l on l.allocation_run = ar.id and l.archived_at is null
    join public.rotations r on r.job_line = l.id and r.ends_on >= private.today_of(ar.id)
    where ar.id = p_allocation_run and ar.org_id in (select private.orgs_with_right('allocator.view'))
    group by ar.id, r.position, r.term
  )
  select coalesce(jsonb_agg(jsonb_build_object('hospital', o.name, 'team', t.name, 'name', p.name, 'term', h.term,
    'posts', coalesce(arp.posts, 0), 'held', h.lines) order by p.name, o.name, t.name, h.term), '[]')
  from held h
  join public.positions p on p.id = h.position
  join public.teams t on t.id = p.team
  join public.hospitals o on o.id = t.hospital
  left join public.allocation_run_positions arp on arp.allocation_run = h.run and arp.position = h.position and arp.term = h.term
  where h.lines > coalesce(arp.posts, 0)
  );
end
$$;
comment on function private.overfilled_posts(uuid) is 'Posts of which job lines hold more than there are.';
revoke all on function private.overfilled_posts(uuid) from public, anon, authenticated, service_role;
grant execute on function private.overfilled_posts(uuid) to authenticated;

-- match_readiness(run): what whoever starts a match should know first: {status, due_date, window_open (a match is refused),
-- finalised, doctors, submitted, not_submitted: [..], changed_since_submit: [..], changed_since_match: [..], without_wishes: [..],
-- withdrawn: [..], overfilled: see private.overfilled_posts()}, each other list of {worker_mapping, name}. changed_since_match: wishes that changed after the last completed match
-- began. Null where the caller may not see the match. Called by UIs and allocator clients.
create function public.match_readiness(p_allocation_run uuid)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with place as (
    select p.*, m.wishes_changed_at
    from public.window_progress(p_allocation_run) p
    join public.allocation_run_worker_mappings m on m.id = p.worker_mapping
  ), latest as (
    select max(r.started_at) as at from public.allocator_py_runs r
    where r.allocation_run = p_allocation_run and r.status = 'COMPLETED' and r.base_run is null
  ), list as (
    select k.kind, jsonb_agg(jsonb_build_object('worker_mapping', p.worker_mapping, 'name', p.name) order by p.name, p.worker_mapping) as doctors
    from place p cross join latest
    cross join lateral (values
      ('withdrawn', p.withdrawn_at is not null),
      ('not_submitted', p.withdrawn_at is null and p.submitted_at is null),
      ('changed_since_submit', p.withdrawn_at is null and p.changed_since_submit),
      ('changed_since_match', p.withdrawn_at is null and coalesce(p.wishes_changed_at > latest.at, false)),
      ('without_wishes', p.withdrawn_at is null and p.lines = 0)) as k (kind, applies)
    where k.applies
    group by k.kind
  )
  select jsonb_build_object(
      'status', r.status, 'due_date', r.due_date, 'window_open', private.window_keeps_wishes(r.id), 'finalised', private.is_finalised(r.id),
      'doctors', (select count(*) from place where withdrawn_at is null),
      'submitted', (select count(*) from place where withdrawn_at is null and submitted_at is not null),
      'withdrawn', '[]'::jsonb, 'not_submitted', '[]'::jsonb, 'changed_since_submit', '[]'::jsonb, 'changed_since_match', '[]'::jsonb,
      'without_wishes', '[]'::jsonb, 'overfilled', private.overfilled_posts(r.id))
    || coalesce((select jsonb_object_agg(kind, doctors) from list), '{}')
  from public.allocation_runs r
  where r.id = p_allocation_run and r.archived_at is null and r.org_id in (select private.orgs_with_right('allocator.view'))
$$;
comment on function public.match_readiness(uuid) is 'Who has not submitted, whose wishes changed, who withdrew: to be told before a match starts.';
revoke all on function public.match_readiness(uuid) from public, anon, authenticated, service_role;
grant execute on function public.match_readiness(uuid) to authenticated;
