-- For whoever looks at a roster: pin lines (many at once, or none), and see who replaced lines by their e-mail address.

-- lock_job_lines(run, lines, locked): pins or unpins lines of an allocation run, all of them or none.
-- Called by UIs. Runs with its caller's rights: row level security decides which lines they are. Refused while a planner
-- run is under way, because its commit would find other locked lines than it started with, and fail.
create function public.lock_job_lines(p_allocation_run uuid, p_job_lines uuid[], p_locked boolean)
returns int
language plpgsql
set search_path = ''
as $$
declare
  v_parent public.allocation_runs;
  v_lines int;
begin
  select * into v_parent from public.allocation_runs where id = p_allocation_run;
  if not found then
    raise exception 'There is no allocation run %.', p_allocation_run using errcode = 'RC404';
  end if;
  if v_parent.org_id not in (select private.orgs_with_right('allocationRun.edit')) then
    raise exception 'Pinning job lines needs the right allocationRun.edit.'
      using errcode = 'insufficient_privilege';
  end if;
  -- planner.commit_run() and restore_job_lines() take the same lock.
  perform from public.allocation_runs where id = p_allocation_run for update;
  if v_parent.status = 'closed' then
    raise exception 'The allocation run is closed; its job lines can no longer be pinned or unpinned.'
      using errcode = 'RC409';
  end if;
  if exists (
    select from public.allocation_planner_runs
    where allocation_run = p_allocation_run and status in ('PENDING', 'GENERATING')
  ) then
    raise exception 'A planner run is under way for this allocation run; cancel it or wait for it.'
      using errcode = 'RC409';
  end if;

  update public.job_lines set is_locked = p_locked
  where allocation_run = p_allocation_run and id = any (p_job_lines);
  get diagnostics v_lines = row_count;
  if v_lines <> (select count(distinct id) from unnest(p_job_lines) as id) then
    raise exception 'Some of these job lines are gone; read the roster again.' using errcode = 'RC409';
  end if;
  return v_lines;
end
$$;
comment on function public.lock_job_lines(uuid, uuid[], boolean) is
  'Pins or unpins job lines of an allocation run, all or none; answers how many.';
revoke all on function public.lock_job_lines(uuid, uuid[], boolean) from public, anon, authenticated;
grant execute on function public.lock_job_lines(uuid, uuid[], boolean) to authenticated;

-- member_emails(org): who the members of an org are, for lists that say who did something.
-- Called by UIs of those who plan; members of other orgs and doctors get nothing.
create function public.member_emails(p_org_id uuid)
returns table (user_id uuid, email text)
language sql
stable
security definer
set search_path = ''
as $$
  select m.user_id, u.email::text
  from public.org_members m
  join auth.users u on u.id = m.user_id
  where m.org_id = p_org_id
    and m.role in (select role from public.role_rights where right_name = 'allocationPlanner.view')
    and p_org_id in (select private.orgs_with_right('allocationPlanner.view'))
$$;
comment on function public.member_emails(uuid) is
  'E-mail addresses of the members of an org who plan or see what is planned, for callers who do so as well.';
revoke all on function public.member_emails(uuid) from public, anon, authenticated;
grant execute on function public.member_emails(uuid) to authenticated;
