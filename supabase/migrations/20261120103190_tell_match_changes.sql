-- match_changes(run): what changed since a match was made, of what it rests on; nothing where it stands as it was made:
--   doctor_left     a doctor whom it placed takes no part any more (the line that they had)
--   doctor_joined   a doctor came after it, and has no line by it
--   line_archived   a line that it gave is put away (the doctor who had it)
--   line_changed    a line that it gave has other rotations
--   rule_broken     a rule is another than it was (who may have the line, what the doctor said never to, places, a department's
--                   cap, a line that somebody must take), and the match breaks it; `rule`: its code, see private.held_faults()
-- Called by UIs beside a match, which says that there is something by lines_changed_at and doctors_left_at. Nothing for who may
-- not see matches of its org. Security definer: policies hide archived lines, and from viewers the log that tells which line
-- changed.
create function public.match_changes(p_run uuid)
returns table (change text, since timestamptz, worker_mapping uuid, worker_name text, job_line uuid, line_name text, rule text)
language sql
stable
security definer
set search_path = ''
as $$
  with part as (
    select r.id, r.allocation_run, r.completed_at, r.lines_changed_at
    from public.match_runs(p_run) as m
    join public.allocator_py_runs r on r.id = m.run
    where r.status = 'COMPLETED' and r.org_id in (select private.orgs_with_right('allocator.view'))
  ), placed as (
    select p.completed_at, p.lines_changed_at, m.id as worker_mapping, m.withdrawn_at, w.name as worker_name,
           l.id as job_line, l.name as line_name, l.archived_at, m.fte
    from part p
    join public.allocator_py_allocations a on a.run = p.id
    join public.allocation_run_worker_mappings m on m.id = a.worker_mapping
    join public.workers w on w.id = m.worker
    join public.job_lines l on l.id = a.job_line
  ), broken as (
    select f.*
    from public.allocation_runs ar
    cross join lateral private.held_faults(ar, (
      select coalesce(jsonb_agg(jsonb_build_object('mapping', p.worker_mapping, 'line', p.job_line,
        'starts_on', ar.starts_on, 'ends_on', ar.ends_on, 'fte', p.fte)), '[]')
      from placed p where p.withdrawn_at is null and p.archived_at is null)) f
    where ar.id = (select allocation_run from part limit 1)
  )
  select 'doctor_left', p.withdrawn_at, p.worker_mapping, p.worker_name, p.job_line, p.line_name, null
  from placed p where p.withdrawn_at is not null
  union all
  select 'line_archived', p.archived_at, p.worker_mapping, p.worker_name, p.job_line, p.line_name, null
  from placed p where p.archived_at is not null
  union all
  select 'line_changed', (
    select max(g.at) from public.audit_log g
    where g.table_name = 'rotations' and g.subjects @> array[p.job_line] and g.at > p.completed_at),
    p.worker_mapping, p.worker_name, p.job_line, p.line_name, null
  from placed p
  where p.archived_at is null and p.lines_changed_at is not null and exists (
    select from public.audit_log g
    where g.table_name = 'rotations' and g.subjects @> array[p.job_line] and g.at > p.completed_at)
  union all
  select 'rule_broken', null, f.worker_mapping, p.worker_name, f.job_line, l.name, f.code
  from broken f
  join public.job_lines l on l.id = f.job_line
  left join placed p on p.worker_mapping = f.worker_mapping and p.job_line = f.job_line
  union all
  select 'doctor_joined', m.created_at, m.id, w.name, null, null, null
  from public.allocation_run_worker_mappings m
  join public.workers w on w.id = m.worker
  where m.withdrawn_at is null
    and m.allocation_run = (select allocation_run from part limit 1)
    and m.created_at > (select max(completed_at) from part)
  order by 1, 2, 4, 6, 7
$$;
comment on function public.match_changes(uuid) is 'What changed since a match was made, of what it rests on.';
revoke all on function public.match_changes(uuid) from public, anon, authenticated, service_role;
grant execute on function public.match_changes(uuid) to authenticated;
