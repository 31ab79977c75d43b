-- Who has which line: by the finalised result of an allocation run, or where there is none by its current match.

-- private.match_of(run): the match that the result of an allocation run was finalised from; where none is, the one that was
-- completed last. Null: none. Called by line_doctors() and read_match(). Runs with its caller's rights.
create function private.match_of(p_allocation_run uuid)
returns uuid
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select coalesce((
    select r.allocator_run from public.job_line_worker_mappings r
    where r.allocation_run = p_allocation_run and r.superseded_at is null and r.allocator_run is not null
    order by r.allocator_run limit 1
  ), (
    select m.id from public.allocator_py_runs m
    where m.allocation_run = p_allocation_run and m.status = 'COMPLETED' and m.base_run is null
    order by m.completed_at desc limit 1))
  );
end
$$;
comment on function private.match_of(uuid) is 'The match of the result of an allocation run, or the current one.';
revoke all on function private.match_of(uuid) from public, anon, authenticated, service_role;
grant execute on function private.match_of(uuid) to authenticated;

-- line_doctors(run): each doctor of an allocation run with the line that they have; job_line null: none. By the current result
-- (source `result`), else by the current match (`match`). Nothing where there is neither, and for who may not see matches.
--   starts_on, ends_on, fte  when and how much of it the doctor works: no more than they are there, and than the line is worked
--   rank                     the fractional rank by the match; null of a line given by hand, or not ranked
-- Called by UIs, read_roster() and read_match(). Runs with its caller's rights.
create function public.line_doctors(p_allocation_run uuid)
returns table (
  worker_mapping uuid, worker uuid, doctor text, job_line uuid, source text, starts_on date, ends_on date, fte numeric,
  choice int, rank numeric, correction_reason text, overrides text[]
)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with run as (
    select ar.id, ar.starts_on, ar.ends_on, private.match_of(ar.id) as match from public.allocation_runs ar
    where ar.id = p_allocation_run and ar.org_id in (select private.orgs_with_right('allocator.view'))
  ), result as (
    -- Who left before their time began has none.
    select r.* from run
    join public.job_line_worker_mappings r on r.allocation_run = run.id and r.superseded_at is null
    join public.allocation_run_worker_mappings m on m.id = r.worker_mapping
      and (m.withdrawn_at is null or m.withdrawal_effective_on > r.start_date)
  ), allocation as (
    select distinct on (a.worker_mapping) a.*
    from run
    cross join lateral public.match_runs(run.match) part
    join public.allocator_py_allocations a on a.run = part.run
    order by a.worker_mapping, part.completed_at desc
  ), got as (
    select r.worker_mapping, r.job_line, 'result' as source, r.start_date, r.end_date, r.fte, r.preference_number as choice,
           case when a.job_line = r.job_line then a.original_preference end as rank, r.correction_reason, r.overrides
    from result r left join allocation a on a.worker_mapping = r.worker_mapping
    union all
    select m.id, a.job_line, 'match', run.starts_on, run.ends_on, m.fte, a.choice, a.original_preference, null, '{}'
    from run
    join public.allocation_run_worker_mappings m on m.allocation_run = run.id and m.withdrawn_at is null
    left join allocation a on a.worker_mapping = m.id
    where run.match is not null and not exists (select from result)
  )
  select g.worker_mapping, w.id, w.name, g.job_line, g.source, greatest(g.start_date, p.starts_on), least(g.end_date, p.ends_on), g.fte, g.choice,
         g.rank::numeric, g.correction_reason, g.overrides
  from got g
  join public.allocation_run_worker_mappings m on m.id = g.worker_mapping
  join public.workers w on w.id = m.worker
  left join private.part_year_lines(p_allocation_run) p
    on p.job_line = g.job_line and p.starts_on <= g.end_date and p.ends_on >= g.start_date
  order by w.name, w.id;
end
$$;
comment on function public.line_doctors(uuid) is 'Which doctor has which line: by the result of an allocation run, else by its current match.';
revoke all on function public.line_doctors(uuid) from public, anon, authenticated, service_role;
grant execute on function public.line_doctors(uuid) to authenticated;
