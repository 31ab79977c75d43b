-- No delete takes along what somebody else entered: users delete rows that nothing hangs on; and doctors leave an allocation
-- run without their wishes and lines being lost, and come back to them.

-- private.refuse_losing(): refuses a user's delete of a row that anything refers to, with a sentence that says what to do;
-- RC409. What refers to it stands in the catalogue: every foreign key, and lists of ids where the trigger names how their
-- columns end (first argument). Snapshots count as well: a restore needs positions and doctors.
-- Trigger before a user deletes (operators, what deletes a whole org, and functions that keep a snapshot first are not held
-- up). Security definer: archived lines and what hangs on them are out of the user's sight, but would go.
create function private.refuse_losing()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_row jsonb := to_jsonb(old);
  v_check record;
  v_what text;
begin
  for v_check in
    select k.*, not pg_catalog.has_table_privilege('service_role', k.child, 'select') as is_own
    from (
      select c.conrelid::regclass as child, string_agg(
        format('c.%I = %L::uuid', a.attname, v_row ->> p.attname), ' and ' order by k.n) as condition
      from pg_catalog.pg_constraint c
      cross join lateral unnest(c.conkey, c.confkey) with ordinality as k (own, theirs, n)
      join pg_catalog.pg_attribute a on a.attrelid = c.conrelid and a.attnum = k.own
      join pg_catalog.pg_attribute p on p.attrelid = c.confrelid and p.attnum = k.theirs
      where c.contype = 'f' and c.confrelid = tg_relid
      group by c.oid, c.conrelid
      union all
      select a.attrelid::regclass, format('c.org_id = %L::uuid and %L::uuid = any (c.%I)', v_row ->> 'org_id', v_row ->> 'id', a.attname)
      from pg_catalog.pg_attribute a
      join pg_catalog.pg_class t on t.oid = a.attrelid and t.relkind = 'r' and t.relnamespace = 'public'::regnamespace
      where tg_argv[0] <> '' and a.attname like '%' || tg_argv[0] and a.atttypid = 'uuid[]'::regtype and not a.attisdropped
    ) as k
    order by is_own
  loop
    execute format('select 1 from %s c where %s limit 1', v_check.child, v_check.condition) into v_what;
    if v_what is not null then
      v_what := case when v_check.is_own then 'what doctors keep to themselves' else v_check.child::text end;
      exit;
    end if;
  end loop;
  if v_what is null and (
    tg_table_name = 'positions' and exists (
      select from public.job_lines_history h
      where h.org_id = old.org_id and exists (
        select from (values (h.snapshot), (h.attachments -> 'archived_lines')) as kept (lines)
        where kept.lines @> jsonb_build_array(
          jsonb_build_object('rotations', jsonb_build_array(jsonb_build_object('position', old.id))))))
    or tg_table_name = 'allocation_run_worker_mappings' and exists (
      select from public.job_lines_history h
      where h.org_id = old.org_id and h.allocation_run = (v_row ->> 'allocation_run')::uuid)
  ) then
    v_what := 'snapshots of job lines';
  end if;
  if v_what is null then
    return old;
  end if;
  raise exception '%', format(tg_argv[1], coalesce(v_row ->> 'name', ''))
    using errcode = 'RC409', detail = format('It is referred to in: %s', replace(v_what, 'public.', ''));
end
$$;
comment on function private.refuse_losing() is
  'Trigger: users delete no row that anything hangs on; arguments: how columns with lists of its ids end, what to do instead.';
revoke all on function private.refuse_losing() from public, anon, authenticated, service_role;

create trigger refuse_losing before delete on public.hospitals for each row when (current_user = 'authenticated')
  execute function private.refuse_losing('', 'The hospital "%s" has teams. Delete them first, those that nothing hangs on; nothing goes along with a hospital.');
create trigger refuse_losing before delete on public.teams for each row when (current_user = 'authenticated')
  execute function private.refuse_losing('', 'The team "%s" has positions. Delete them first, those that nothing hangs on; nothing goes along with a team.');
create trigger refuse_losing before delete on public.six_month_terms for each row when (current_user = 'authenticated')
  execute function private.refuse_losing('', 'The six-month term "%s" has positions. Take them out of it first.');
create trigger refuse_losing before delete on public.positions for each row when (current_user = 'authenticated')
  execute function private.refuse_losing('', 'The position "%s" has posts or is worked in job lines, archived ones and snapshots counted. Take its posts out of the allocation runs where it is no longer to be worked; what was planned keeps the position.');
create trigger refuse_losing before delete on public.workers for each row when (current_user = 'authenticated')
  execute function private.refuse_losing('', 'The doctor "%s" takes part in allocation runs or holds qualifications. Withdraw them from an allocation run with withdraw_doctors(), which can be undone; erase_person() takes out all that is held of a person.');
create trigger refuse_losing before delete on public.qualification_tags for each row when (current_user = 'authenticated')
  execute function private.refuse_losing('qualification_tag_ids', 'The tag "%s" is held by doctors, or lines and weightings ask for it, those of earlier years counted. Take it from them first, by spreadsheet where they are many, or give it another name.');
create trigger refuse_losing before delete on public.allocation_run_worker_mappings for each row when (current_user = 'authenticated')
  execute function private.refuse_losing('worker_mapping_ids', 'The doctor has wishes, ranks or a line in this allocation run%s, or is named in its rules or snapshots. Withdraw them with withdraw_doctors(), which keeps all of it and can be undone.');
create trigger refuse_losing before delete on public.preferencers for each row when (current_user = 'authenticated')
  execute function private.refuse_losing('', 'The preferencer "%s" has job lines or ranks of doctors. Take those away first, or replace the preferencers with populate_allocation_run(), which keeps a snapshot.');

-- private.let_doctors_go(run, worker mappings, reason, from): marks doctors who take part as having left; how many.
-- Called by withdraw_doctors() and planner.apply_changes(), which hold the allocation run.
create function private.let_doctors_go(p_allocation_run uuid, p_worker_mappings uuid[], p_reason text, p_effective_on date)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_count int;
begin
  update public.allocation_run_worker_mappings
  set withdrawn_at = now(), withdrawal_reason = p_reason, withdrawal_effective_on = p_effective_on
  where allocation_run = p_allocation_run and id = any (p_worker_mappings) and withdrawn_at is null;
  get diagnostics v_count = row_count;
  return v_count;
end
$$;
comment on function private.let_doctors_go(uuid, uuid[], text, date) is 'Marks doctors as having left an allocation run; how many.';
revoke all on function private.let_doctors_go(uuid, uuid[], text, date) from public, anon, authenticated, service_role;

-- withdraw_doctors(run, worker mappings, reason, from): doctors leave an allocation run, all of them or none. Their wishes, ranks
-- and lines stay as they are, and come back with reinstate_doctors(); until then no match places them or keeps a place for
-- them, and they see and write nothing of the run. A match that is under way with them ends ALLOCATION_RUN_CHANGED.
-- Called by UIs. Answers {withdrawn, ranks, preferencer_ranks, allocations}: what hangs on them. RC400 for a day that the year does
-- not reach (who leaves then has all of it), RC404, 42501; RC409 where
-- one of them does not take part (any more).
create function public.withdraw_doctors(
  p_allocation_run uuid, p_worker_mappings uuid[], p_reason text default null, p_effective_on date default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_run(p_allocation_run, 'Withdrawing doctors');
  v_reason text := private.give_reason(p_reason);
  v_count int;
begin
  perform private.require_list(p_worker_mappings, 'p_worker_mappings');
  if not private.is_day(p_effective_on) or p_effective_on > v_run.ends_on then
    perform private.refuse_faults(jsonb_build_array(jsonb_build_object('path', 'p_effective_on',
      'message', format('not a day up to the last one, %s', v_run.ends_on))));
  end if;
  v_count := private.let_doctors_go(v_run.id, p_worker_mappings, v_reason, p_effective_on);
  if v_count <> (select count(distinct id) from unnest(p_worker_mappings) as id) then
    raise exception 'Some of these doctors do not take part in the allocation run any more; read it again.' using errcode = 'RC409';
  end if;
  return jsonb_build_object(
    'withdrawn', v_count,
    'ranks', (
      select count(*) from public.preference_worker_job_lines r
      where r.allocation_run = v_run.id and r.worker_mapping = any (p_worker_mappings)),
    'preferencer_ranks', (
      select count(*) from public.preferencer_worker_ranks r
      where r.allocation_run = v_run.id and r.worker_mapping = any (p_worker_mappings)),
    'allocations', (
      select count(*) from public.allocator_py_allocations a
      where a.org_id = v_run.org_id and a.allocation_run = v_run.id and a.worker_mapping = any (p_worker_mappings)));
end
$$;
comment on function public.withdraw_doctors(uuid, uuid[], text, date) is
  'Doctors leave an allocation run; all that hangs on them stays, and comes back with reinstate_doctors().';
revoke all on function public.withdraw_doctors(uuid, uuid[], text, date) from public, anon, authenticated, service_role;
grant execute on function public.withdraw_doctors(uuid, uuid[], text, date) to authenticated;

-- reinstate_doctors(run, worker mappings, reason): doctors who withdrew take part again with all that they had, all or none; how many.
-- Called by UIs. RC404, 42501; RC409 where one of them did not withdraw, or was erased; with the hint PLACE_TAKEN where the
-- finalised result has given the place of one to somebody else meanwhile: one of the two is moved first.
create function public.reinstate_doctors(p_allocation_run uuid, p_worker_mappings uuid[], p_reason text default null)
returns int
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_run(p_allocation_run, 'Bringing doctors back');
  v_count int;
  v_line text;
begin
  perform private.require_list(p_worker_mappings, 'p_worker_mappings');
  perform private.give_reason(p_reason);
  update public.allocation_run_worker_mappings set withdrawn_at = null, withdrawal_reason = null, withdrawal_effective_on = null
  where allocation_run = v_run.id and id = any (p_worker_mappings) and withdrawn_at is not null
    and worker in (select w.id from public.workers w where w.org_id = v_run.org_id and w.erased_at is null);
  get diagnostics v_count = row_count;
  if v_count <> (select count(distinct id) from unnest(p_worker_mappings) as id) then
    raise exception 'Some of these doctors have not withdrawn from the allocation run, or were erased; read it again.' using errcode = 'RC409';
  end if;
  select l.name into v_line
  from private.held_places(v_run.id) back
  join public.job_lines l on l.id = back.job_line
  left join private.line_ftes(v_run.id) p on p.job_line = l.id
  where back.worker_mapping = any (p_worker_mappings) and exists (
    select from private.held_places(v_run.id) d
    where d.job_line = back.job_line and d.starts_on <= back.ends_on and d.ends_on >= back.starts_on and (
      select sum(h.fte) from private.held_places(v_run.id) h
      where h.job_line = back.job_line and greatest(d.starts_on, back.starts_on) between h.starts_on and h.ends_on) > l.max_n_workers * coalesce(p.fte, 1))
  limit 1;
  if found then
    raise exception 'The place in "%" was given to somebody else meanwhile; correct the result for one of the two first.', v_line
      using errcode = 'RC409', hint = 'PLACE_TAKEN';
  end if;
  return v_count;
end
$$;
comment on function public.reinstate_doctors(uuid, uuid[], text) is 'Doctors who withdrew take part again, with all that they had; how many.';
revoke all on function public.reinstate_doctors(uuid, uuid[], text) from public, anon, authenticated, service_role;
grant execute on function public.reinstate_doctors(uuid, uuid[], text) to authenticated;

-- private.mark_left(): completed matches that placed a doctor say that they left, and no longer so when the last is back.
-- Trigger after a doctor withdraws or comes back, by whichever way.
create function private.mark_left()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  update public.allocator_py_runs r
  set doctors_left_at = case when f.somebody_left then clock_timestamp() end
  from (
    select a.run, bool_or(m.withdrawn_at is not null) as somebody_left
    from public.allocator_py_allocations own
    join public.allocator_py_allocations a on a.run = own.run
    join public.allocation_run_worker_mappings m on m.id = a.worker_mapping
    where own.worker_mapping = new.id
    group by a.run
  ) as f
  where r.id = f.run and r.status = 'COMPLETED' and (r.doctors_left_at is null) = f.somebody_left;
  return null;
end
$$;
comment on function private.mark_left() is 'Trigger: marks completed matches that placed a doctor who left, and takes the mark from them when all are back.';
revoke all on function private.mark_left() from public, anon, authenticated, service_role;
create trigger mark_left after update of withdrawn_at on public.allocation_run_worker_mappings
  for each row when ((old.withdrawn_at is null) <> (new.withdrawn_at is null)) execute function private.mark_left();
