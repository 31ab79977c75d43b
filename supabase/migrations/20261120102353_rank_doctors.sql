-- A department's person ranks the doctors for its lines, by the same page as doctors: only preferencers that are theirs, only
-- doctors of the allocation run, and of those what the org shows them: names. Managers say by address who it is.

-- assign_preferencer(preferencer, email, seen): whose address the department's person has; null: nobody's. Whoever was it is not any more. They
-- become it themselves, once they have confirmed the address (claim_worker()).
-- Called by UIs. Answers {preferencer, email, claimed}. RC404, 42501, RC400. p_seen: {email} as it was read; RC409 CHANGED_MEANWHILE where it is
-- another by now.
create function public.assign_preferencer(p_preferencer uuid, p_email text, p_seen jsonb default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_preferencer public.preferencers;
  v_email text := nullif(lower(private.fold_text(p_email)), '');
begin
  select * into v_preferencer from public.preferencers
  where id = p_preferencer and org_id in (select private.orgs_with_right('allocator.view'))
  for update;
  if not found then
    raise exception '%', private.no_such('preferencer', p_preferencer::text) using errcode = 'RC404';
  end if;
  if v_preferencer.org_id not in (select private.orgs_with_right('allocationRun.edit')) then
    raise exception 'Saying who ranks for a preferencer needs the right allocationRun.edit.' using errcode = 'insufficient_privilege';
  end if;
  if v_email !~ '^[^ @]+@[^ @]+$' or char_length(v_email) > 320 then
    perform private.refuse_faults('[{"path": "p_email", "message": "not an e-mail address"}]');
  end if;
  perform private.require_unchanged(jsonb_build_object('email', v_preferencer.email), p_seen, 'whose it is');
  update public.preferencers set email = v_email, user_id = case when email = v_email then user_id end
  where id = p_preferencer
  returning * into v_preferencer;
  return jsonb_build_object('preferencer', v_preferencer.id, 'email', v_preferencer.email, 'claimed', v_preferencer.user_id is not null);
end
$$;
comment on function public.assign_preferencer(uuid, text, jsonb) is 'Says by address who ranks doctors for a preferencer.';
revoke all on function public.assign_preferencer(uuid, text, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.assign_preferencer(uuid, text, jsonb) to authenticated;

-- private.own_preferencers(): the preferencers that the caller ranks for, of allocation runs that are there, where they are
-- still a member. Called by the functions below.
create function private.own_preferencers()
returns setof uuid
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return query
  select f.id
  from public.preferencers f join public.allocation_runs r on r.id = f.allocation_run
  where f.user_id = (select auth.uid()) and f.org_id in (select private.orgs_with_right('worker.self'))
    and r.status <> 'draft' and r.archived_at is null;
end
$$;
comment on function private.own_preferencers() is 'Preferencers that the calling user ranks for.';
revoke all on function private.own_preferencers() from public, anon, authenticated, service_role;

-- my_departments(): the preferencers that the caller ranks for: [{preferencer, name, allocation_run, run_name, org_name, status, due_date,
-- timezone, now, can_write}]. Called by the doctors' page.
create function public.my_departments()
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
begin
  return (
  select coalesce(jsonb_agg(jsonb_build_object('preferencer', f.id, 'name', f.name, 'allocation_run', r.id, 'run_name', r.name,
    'org_name', o.name, 'status', r.status, 'due_date', r.due_date, 'timezone', p.timezone, 'now', clock_timestamp(),
    'can_write', r.status = 'open' and (r.due_date is null or clock_timestamp() < r.due_date)) order by r.status <> 'open', r.starts_on desc, f.name), '[]')
  from public.preferencers f
  join public.allocation_runs r on r.id = f.allocation_run
  join public.allocation_plans p on p.id = r.allocation_plan
  join public.orgs o on o.id = f.org_id
  where f.id in (select private.own_preferencers())
  );
end
$$;
comment on function public.my_departments() is 'The preferencers that the calling user ranks doctors for.';
revoke all on function public.my_departments() from public, anon, authenticated, service_role;
grant execute on function public.my_departments() to authenticated;

-- begin_page(): all that the doctors' page begins with, in one answer: takes what is the caller's by their confirmed address (see
-- claim_worker()), then {claimed, unconfirmed, windows, departments, window}: how many places are theirs, or a sentence why an address
-- claims nothing; my_windows(); my_departments(); and of who has one window and nothing else, all of it (see read_window()).
-- Called by the doctors' page.
create function public.begin_page()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_claim jsonb;
  v_unconfirmed text;
  v_windows jsonb;
  v_departments jsonb;
begin
  begin
    v_claim := public.claim_worker();
  exception when sqlstate 'RC409' then
    get stacked diagnostics v_unconfirmed = message_text;
  end;
  v_windows := public.my_windows();
  v_departments := public.my_departments();
  return jsonb_build_object(
    'claimed', coalesce(jsonb_array_length(v_claim -> 'claimed') + jsonb_array_length(v_claim -> 'departments'), 0),
    'unconfirmed', v_unconfirmed, 'windows', v_windows, 'departments', v_departments,
    'window', case when jsonb_array_length(v_windows) = 1 and v_departments = '[]' then
      public.read_window((v_windows #>> '{0,worker_mapping}')::uuid) end);
end
$$;
comment on function public.begin_page() is 'All that the doctors'' page begins with, in one answer.';
revoke all on function public.begin_page() from public, anon, authenticated, service_role;
grant execute on function public.begin_page() to authenticated;

-- private.hold_department(preferencer, writes): the caller's own preferencer; RC404 with the hint NOT_YOURS, RC409 WINDOW_CLOSED.
-- Called by the two functions below.
create function private.hold_department(p_preferencer uuid, p_writes boolean)
returns public.preferencers
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_preferencer public.preferencers;
  v_run public.allocation_runs;
begin
  select * into v_preferencer from public.preferencers where id = p_preferencer and id in (select private.own_preferencers());
  if not found then
    raise exception 'You do not rank doctors for this department.' using errcode = 'RC404', hint = 'NOT_YOURS';
  end if;
  if p_writes then
    select * into v_run from public.allocation_runs where id = v_preferencer.allocation_run for share;
    if v_run.status <> 'open' or v_run.due_date <= clock_timestamp() then
      raise exception 'The window has closed; nothing can be changed any more.' using errcode = 'RC409', hint = 'WINDOW_CLOSED';
    end if;
    -- Two devices take turns, so that each learns what was there before it wrote.
    perform from public.preferencers where id = p_preferencer for no key update;
    -- Again: a right may be taken away while a call waits.
    return private.hold_department(p_preferencer, false);
  end if;
  return v_preferencer;
end
$$;
comment on function private.hold_department(uuid, boolean) is 'A preferencer that the calling user ranks for, or why it cannot be written.';
revoke all on function private.hold_department(uuid, boolean) from public, anon, authenticated, service_role;

-- read_department(preferencer): {department (see my_departments()), lines: [{id, name, places, rotations}], positions, hospitals,
-- specialties, doctors: [{worker_mapping, name, eligible}], ranks: [{worker_mapping, order_preference}]}. eligible: for any of its lines.
-- Nothing of what doctors wish. Called by the doctors' page. RC404 NOT_YOURS.
create function public.read_department(p_preferencer uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_preferencer public.preferencers := private.hold_department(p_preferencer, false);
  v_lines uuid[] := array(
    select fl.job_line from public.preferencer_job_lines fl join public.job_lines l on l.id = fl.job_line and l.archived_at is null
    where fl.preferencer = p_preferencer);
begin
  return jsonb_build_object(
    'department', (select d from jsonb_array_elements(public.my_departments()) as d where (d ->> 'preferencer')::uuid = v_preferencer.id),
    'lines', (select coalesce(jsonb_agg(c.card order by c.n), '[]') from private.line_cards(v_preferencer.allocation_run, v_lines) c),
    'doctors', (
      select coalesce(jsonb_agg(jsonb_build_object('worker_mapping', m.id, 'name', w.name, 'eligible', exists (
        select from private.line_eligibility(m.id) e where e.eligible and e.job_line = any (v_lines))) order by w.name, m.id), '[]')
      from public.allocation_run_worker_mappings m join public.workers w on w.id = m.worker and w.erased_at is null
      where m.allocation_run = v_preferencer.allocation_run and m.withdrawn_at is null),
    'ranks', (
      select coalesce(jsonb_agg(jsonb_build_object('worker_mapping', r.worker_mapping, 'order_preference', r.order_preference)
        order by r.order_preference, r.worker_mapping), '[]')
      from public.preferencer_worker_ranks r where r.preferencer = v_preferencer.id))
    || private.positions_of(v_preferencer.allocation_run, v_lines);
end
$$;
comment on function public.read_department(uuid) is 'A department''s lines, the doctors of its allocation run, and its ranks of them.';
revoke all on function public.read_department(uuid) from public, anon, authenticated, service_role;
grant execute on function public.read_department(uuid) to authenticated;

-- save_department_ranks(preferencer, changes): ranks of doctors as they are typed: {order_only?, ranks: [{worker_mapping, order_preference}]}, null
-- takes a rank out; doctors who are not told keep theirs. Ranks are asked as private.refuse_ranks() says; order_only: of them only
-- the order is meant, so that what two devices moved at once is merged. Who withdrew meanwhile is known: what was said of them is kept, and is there
-- when they come back. All of it or nothing. Answers {saved_at, before, ranks}: the ranks as they were before, so that a device learns
-- what another one changed since it read them. RC404 NOT_YOURS, RC409
-- WINDOW_CLOSED, RC400 with [{path, message}]. Called by the doctors' page.
create function public.save_department_ranks(p_preferencer uuid, p_changes jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_preferencer public.preferencers := private.hold_department(p_preferencer, true);
  v_before jsonb := public.read_department(v_preferencer.id) -> 'ranks';
begin
  perform private.require_shape(p_changes, '{"is": "object", "members": {"device": {"is": "text", "most": 100}, "order_only": {"is": "flag"}, "ranks": {"is": "list", "most": 10000, "must": true, "of":
    {"is": "object", "members": {"worker_mapping": {"is": "id", "must": true}, "order_preference": {"is": "number", "least": 1, "most": 10000}}}}}}',
    2 * 1024 * 1024);
  perform private.refuse_faults((
    select coalesce(jsonb_agg(jsonb_build_object('path', path, 'message', message)), '[]')
    from (
      select format('ranks[%s].worker_mapping', e.n) as path, 'no doctor of this allocation run' as message
      from private.elements(p_changes -> 'ranks') as e
      where not exists (
        select from public.allocation_run_worker_mappings m
        where m.id = (e.element ->> 'worker_mapping')::uuid and m.allocation_run = v_preferencer.allocation_run)
      union all
      select format('ranks[%s].order_preference', e.n), 'neither a whole number nor a half'
      from private.elements(p_changes -> 'ranks') as e where (2 * (e.element ->> 'order_preference')::numeric) % 1 <> 0
      union all
      select format('ranks[%s]', n), 'told twice'
      from (
        select e.n, row_number() over (partition by lower(e.element ->> 'worker_mapping') order by e.n) as times
        from private.elements(p_changes -> 'ranks') as e) as again
      where times > 1
      limit 50) as f));
  perform private.refuse_ranks((
    select array_agg(row(v_preferencer.id, coalesce(t.doctor, r.worker_mapping), r.order_preference,
      case when t.doctor is null then r.order_preference else t.rank end, case when t.doctor is not null then format('ranks[%s].order_preference', t.n) end, null)::private.told_rank)
    from (
      select e.n, (e.element ->> 'worker_mapping')::uuid as doctor, (e.element ->> 'order_preference')::real as rank
      from private.elements(p_changes -> 'ranks') as e
    ) as t
    full join (select * from public.preferencer_worker_ranks where preferencer = v_preferencer.id) r on r.worker_mapping = t.doctor),
    coalesce((p_changes ->> 'order_only')::boolean, false));
  perform private.take_ranks(true);
  delete from public.preferencer_worker_ranks r
  where r.preferencer = v_preferencer.id and r.worker_mapping in (
    select (e.element ->> 'worker_mapping')::uuid from private.elements(p_changes -> 'ranks') as e
    where e.element ->> 'order_preference' is null);
  insert into public.preferencer_worker_ranks as r (org_id, allocation_run, preferencer, worker_mapping, order_preference)
  select v_preferencer.org_id, v_preferencer.allocation_run, v_preferencer.id, (e.element ->> 'worker_mapping')::uuid,
         (e.element ->> 'order_preference')::real
  from private.elements(p_changes -> 'ranks') as e where e.element ->> 'order_preference' is not null
  on conflict (preferencer, worker_mapping) do update set order_preference = excluded.order_preference
    where r.order_preference <> excluded.order_preference;
  perform private.take_ranks(false);
  return jsonb_build_object('saved_at', clock_timestamp(), 'before', v_before, 'ranks', public.read_department(v_preferencer.id) -> 'ranks');
end
$$;
comment on function public.save_department_ranks(uuid, jsonb) is 'Saves a department''s ranks of doctors.';
revoke all on function public.save_department_ranks(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.save_department_ranks(uuid, jsonb) to authenticated;
