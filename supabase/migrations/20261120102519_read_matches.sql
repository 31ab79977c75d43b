-- A match as one document, for a spreadsheet.

-- read_match(run): who has which line by the result of an allocation run, or where none is finalised by its current match:
--   allocation_run  {id, name, org, plan, timezone}
--   match           {id, completed_at, options, report, finalised_at, released_at, version}; the last three are null where no
--                   result is finalised, or it is not yet released; id is null of a result that was made elsewhere
--   terms           [1, 2, ...]
--   doctors         [{name, email, line, fte, choice, rank, correction_reason, overrides, rotations: [{term, position, hospital}]}] by name;
--                   line null: none; rank: the fractional rank by the match, null of a line given by hand or not ranked
-- Null where there is none to see. Called by roster-exchange. Runs with its caller's rights.
create function public.read_match(p_allocation_run uuid)
returns jsonb
language sql
stable
set search_path = ''
-- The largest take some seconds, on a busy machine more than REST allows other calls.
set statement_timeout = '60s'
as $$
  with run as (
    select ar.* from public.allocation_runs ar
    where ar.id = p_allocation_run and ar.org_id in (select private.orgs_with_right('allocator.view'))
  ), result as (
    select r.* from public.job_line_worker_mappings r
    where r.allocation_run = (select id from run) and r.superseded_at is null
  ), match as (
    select m.* from public.allocator_py_runs m
    where m.id = private.match_of(p_allocation_run) and m.status = 'COMPLETED' and m.base_run is null
      and m.allocation_run = (select id from run)
      and (not exists (select from result) or m.id in (select r.allocator_run from result r))
  )
  select jsonb_build_object(
    'allocation_run', jsonb_build_object('id', run.id, 'name', run.name, 'org', o.name, 'plan', pl.name, 'timezone', pl.timezone),
    'match', jsonb_build_object('id', match.id, 'completed_at', coalesce(match.completed_at, (select min(finalised_at) from result)), 'options', coalesce(match.options, '{}'),
      'report', coalesce(match.result -> 'report', jsonb_build_object('workers', (select count(*) from result))), 'finalised_at', (select min(finalised_at) from result),
      'released_at', (select min(released_at) from result), 'version', (select max(version) from result)),
    'terms', (select coalesce(jsonb_agg(n order by n), '[]') from generate_series(1, cardinality(run.term_weeks)) as n),
    'doctors', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'name', g.doctor, 'email', w.email, 'line', l.name, 'fte', g.fte, 'choice', g.choice, 'rank', g.rank,
        'correction_reason', g.correction_reason, 'overrides', to_jsonb(g.overrides),
        'rotations', (
          select coalesce(jsonb_agg(jsonb_build_object('term', r.term, 'position', p.name, 'hospital', h.name) order by r.term), '[]')
          from public.rotations r
          join public.positions p on p.id = r.position
          join public.teams t on t.id = p.team
          join public.hospitals h on h.id = t.hospital
          where r.allocation_run = run.id and r.job_line = g.job_line)) order by g.doctor, g.worker), '[]')
      from public.line_doctors(run.id) g
      join public.workers w on w.id = g.worker
      left join public.job_lines l on l.id = g.job_line))
  from run
  left join match on true
  join public.orgs o on o.id = run.org_id
  join public.allocation_plans pl on pl.org_id = run.org_id and pl.id = run.allocation_plan
  where match.id is not null or exists (select from result)
$$;
comment on function public.read_match(uuid) is 'The result or the current match of an allocation run as one document, for a spreadsheet; null where there is none to see.';
revoke all on function public.read_match(uuid) from public, anon, authenticated, service_role;
grant execute on function public.read_match(uuid) to authenticated;
