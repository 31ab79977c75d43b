-- Spreadsheets out: a roster as one document of one moment.
-- Called by the function roster-exchange with the user's own rights: row level security decides what is read.

-- private.position_documents(org, run, ids): positions as the rows of a table have them: every column of theirs, names of
-- hospital, team and six-month term, what that term is for, and by term of the allocation run posts (null where the run says
-- nothing) and minimum fill.
-- Called by public.read_roster(), private.import_plan() and private.import_missing(). Runs with its caller's rights.
create function private.position_documents(p_org_id uuid, p_allocation_run uuid, p_ids uuid[])
returns table (id uuid, document jsonb)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select p.id,
    to_jsonb(p) - '{org_id,team,created_at}'::text[] || jsonb_build_object(
      'hospital', h.name, 'team', t.name, 'six_month_term', s.name, 'six_month_qualification', s.qualification,
      'six_month_college', s.college,
      'experience_categories', (select coalesce(jsonb_agg(c order by c), '[]') from unnest(p.experience_categories) as c),
      'posts', v.posts, 'minimum_fill', v.minimum_fill)
  from public.positions p
  join public.teams t on t.org_id = p.org_id and t.id = p.team
  join public.hospitals h on h.org_id = p.org_id and h.id = t.hospital
  left join public.six_month_terms s on s.org_id = p.org_id and s.id = p.six_month_term
  cross join lateral (
    select jsonb_agg(rp.posts order by n.term) as posts,
      jsonb_agg(coalesce(rp.minimum_fill, 0) order by n.term) as minimum_fill
    from public.allocation_runs ar
    cross join lateral generate_series(1, cardinality(ar.term_weeks)) as n (term)
    left join public.allocation_run_positions rp
      on rp.allocation_run = ar.id and rp.position = p.id and rp.term = n.term
    where ar.id = p_allocation_run
  ) as v
  where p.org_id = p_org_id and p.id = any (p_ids);
end
$$;
comment on function private.position_documents(uuid, uuid, uuid[]) is
  'Positions with the names of their hospitals and teams and their posts of an allocation run, as documents.';
revoke all on function private.position_documents(uuid, uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function private.position_documents(uuid, uuid, uuid[]) to authenticated;

-- private.position_version(document): what a position document looked like, in twelve letters: a table that comes back says
-- which state of each row it was made from.
-- Called by public.read_roster() and private.import_plan().
create function private.position_version(p_document jsonb)
returns text
language sql
immutable
set search_path = ''
as $$ select left(md5(p_document::text), 12) $$;
comment on function private.position_version(jsonb) is 'A fingerprint of a position document.';
revoke all on function private.position_version(jsonb) from public, anon, authenticated, service_role;
grant execute on function private.position_version(jsonb) to authenticated;

-- read_roster(run): all that a spreadsheet of an allocation run shows, as one document of one moment.
-- Called by the function roster-exchange. Null where the caller may not see plans of its org.
--   allocation_run  {id, name, status, starts_on, ends_on, term_weeks, constraints, org, plan, timezone}
--   positions       position documents of those that take part or are worked, with their versions, by hospital, team, name
--   lines           [{id, name, is_locked, pathway, affinity, planner_run, notes, overrides: [{rule, message, reason, by, at}], rotations: [{term, position, starts_on, ends_on}],
--                     leave: [{starts_on, ends_on}], doctors: [{name, starts_on, ends_on, fte}]}]; doctors: see line_doctors()
--   doctors_by      result, match, or null: nobody has a line yet, or the caller may not see who
--   planner_run     the run that wrote lines last: {id, finished_at, constraints, result_metadata}, or null
create function public.read_roster(p_allocation_run uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
-- The largest take some seconds, on a busy machine more than REST allows other calls.
set statement_timeout = '60s'
as $$
begin
  return (
  with held as materialized (select * from public.line_doctors(p_allocation_run))
  select jsonb_build_object(
    'doctors_by', (select min(d.source) from held d where d.job_line is not null),
    'allocation_run', jsonb_build_object(
      'id', ar.id, 'name', ar.name, 'status', ar.status, 'starts_on', ar.starts_on, 'ends_on', ar.ends_on,
      'term_weeks', to_jsonb(ar.term_weeks), 'constraints', ar.constraints,
      'org', o.name, 'plan', pl.name, 'timezone', pl.timezone),
    'positions', (
      select coalesce(jsonb_agg(
        d.document || jsonb_build_object('version', private.position_version(d.document))
        order by d.document ->> 'hospital', d.document ->> 'team', d.document ->> 'name'), '[]')
      from private.position_documents(ar.org_id, ar.id, array(
        select position from public.allocation_run_positions where allocation_run = ar.id
        union
        select position from public.rotations where allocation_run = ar.id)) as d),
    'lines', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', l.id, 'name', l.name, 'is_locked', l.is_locked, 'pathway', l.pathway, 'affinity', l.affinity,
        'planner_run', l.planner_run,
        'notes', (select k.notes from public.job_line_remarks k where k.job_line = l.id),
        'overrides', coalesce((select k.overrides from public.job_line_remarks k where k.job_line = l.id), '[]'),
        'rotations', (
          select coalesce(jsonb_agg(jsonb_build_object(
            'term', r.term, 'position', r.position, 'starts_on', r.starts_on, 'ends_on', r.ends_on) order by r.term), '[]')
          from public.rotations r where r.allocation_run = ar.id and r.job_line = l.id),
        'leave', (
          select coalesce(jsonb_agg(jsonb_build_object(
            'starts_on', v.starts_on, 'ends_on', v.ends_on) order by v.starts_on), '[]')
          from public.job_line_leave v where v.allocation_run = ar.id and v.job_line = l.id),
        'doctors', (
          select coalesce(jsonb_agg(jsonb_build_object(
            'name', d.doctor, 'starts_on', d.starts_on, 'ends_on', d.ends_on, 'fte', d.fte) order by d.doctor, d.worker), '[]')
          from held d where d.job_line = l.id)
        ) order by l.sort_order, l.name, l.id), '[]')
      from public.job_lines l where l.org_id = ar.org_id and l.allocation_run = ar.id),
    'planner_run', (
      select jsonb_build_object('id', pr.id, 'finished_at', pr.finished_at, 'constraints', pr.constraints,
        'result_metadata', pr.result_metadata)
      from public.allocation_planner_runs pr
      where pr.allocation_run = ar.id and pr.status = 'COMPLETED'
        and not coalesce((pr.options ->> 'dry_run')::boolean, false)
      order by pr.finished_at desc limit 1))
  from public.allocation_runs ar
  join public.orgs o on o.id = ar.org_id
  join public.allocation_plans pl on pl.org_id = ar.org_id and pl.id = ar.allocation_plan
  where ar.id = p_allocation_run and ar.org_id in (select private.orgs_with_right('allocationPlanner.view'))
  );
end
$$;
comment on function public.read_roster(uuid) is
  'An allocation run with its positions, posts and job lines as one document, for a spreadsheet; null where there is none to see.';
revoke all on function public.read_roster(uuid) from public, anon, authenticated, service_role;
grant execute on function public.read_roster(uuid) to authenticated;
