-- What a user may choose from; how far a health service is set up, for pages that lead on; and who did what in earlier years.

-- read_catalogue(): what the caller may choose from, in one answer. Called by UIs when they open. Runs with its caller's rights. In
-- PL/pgSQL, which keeps its plans for the session.
--   orgs [{id, name}], plans [{id, org_id, name, timezone}], by their names; runs [{id, org_id, allocation_plan, name, status,
--   starts_on, ends_on, term_weeks}] of the orgs in which they see plans, the latest first: a doctor sees the runs that they take
--   part in, but plans nothing; rights {org: [right]} of each org that they belong to, by role and given to them alone; features:
--   see project_features()
create function public.read_catalogue()
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return jsonb_build_object(
    'orgs', (select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name) order by o.name), '[]') from public.orgs o),
    'plans', (
      select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'org_id', p.org_id, 'name', p.name, 'timezone', p.timezone)
        order by p.name), '[]')
      from public.allocation_plans p),
    'runs', (
      select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'org_id', r.org_id, 'allocation_plan', r.allocation_plan, 'name', r.name,
        'status', r.status, 'starts_on', r.starts_on, 'ends_on', r.ends_on, 'term_weeks', r.term_weeks)
        order by r.starts_on desc, r.name), '[]')
      from public.allocation_runs r
      where r.org_id in (select private.orgs_with_right('allocationPlanner.view')) and r.org_id in (select private.orgs_with_right('org.view'))),
    'rights', (
      select coalesce(jsonb_object_agg(m.org_id, array(
        select r.right_name from public.role_rights r where r.role = m.role
        union
        select g.right_name from public.member_rights g where g.org_id = m.org_id and g.user_id = m.user_id
        order by 1)), '{}')
      from public.org_members m where m.user_id = (select auth.uid())),
    'features', (select coalesce(jsonb_agg(f), '[]') from public.project_features() as f));
end
$$;
comment on function public.read_catalogue() is 'The orgs, plans and allocation runs that the caller may choose from, and their rights.';
revoke all on function public.read_catalogue() from public, anon, authenticated, service_role;
grant execute on function public.read_catalogue() to authenticated;

-- read_setup(run): what is there of an allocation run and its org, counted. Called by UIs. Runs with its caller's rights; null
-- where they may not see the run.
--   members, invitations (0 for who may not see them), hospitals, teams, positions (of the org), positions_here (with posts),
--   posts (by term), specialties (of positions), unknown_specialties (that the affinity profile does not know),
--   affinity_profile {id, name, version, is_shipped}, constraints (how many), doctors, withdrawn, tags, lines, places,
--   must_have, eligibility (lines with rules), preferencers, ranked_doctors, weightings, wishes (doctors who have some; null
--   while they are the doctors' own), overfilled (see private.overfilled_posts()), status, matches (that are complete), finalised, released
create function public.read_setup(p_allocation_run uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with specialty as (
    select coalesce(p.subspecialty, p.specialty) as name, bool_or(exists (
      select from public.affinity_weights w
      where w.profile = ar.affinity_profile and coalesce(p.subspecialty, p.specialty) in (w.specialty_a, w.specialty_b))) as is_known
    from public.allocation_runs ar
    join public.positions p on p.org_id = ar.org_id
    where ar.id = p_allocation_run
    group by 1
  )
  select jsonb_build_object(
    'status', ar.status,
    'members', (select count(*) from public.org_members m where m.org_id = ar.org_id and m.role in (
      select role from public.role_rights where right_name = 'allocationPlanner.view')),
    'invitations', (select count(*) from public.org_invitations i where i.org_id = ar.org_id),
    'hospitals', (select count(*) from public.hospitals h where h.org_id = ar.org_id),
    'teams', (select count(*) from public.teams t where t.org_id = ar.org_id),
    'positions', (select count(*) from public.positions p where p.org_id = ar.org_id),
    'positions_here', (select count(distinct rp.position) from public.allocation_run_positions rp where rp.allocation_run = ar.id),
    'posts', (
      select coalesce(jsonb_agg(coalesce(s.posts, 0) order by n.term), '[]')
      from generate_series(1, cardinality(ar.term_weeks)) as n (term)
      left join (
        select rp.term, sum(rp.posts) as posts from public.allocation_run_positions rp where rp.allocation_run = ar.id group by rp.term
      ) as s on s.term = n.term),
    'specialties', (select coalesce(jsonb_agg(s.name order by s.name), '[]') from specialty s),
    'unknown_specialties', (select coalesce(jsonb_agg(s.name order by s.name), '[]') from specialty s where not s.is_known),
    'affinity_profile', (
      select jsonb_build_object('id', f.id, 'name', f.name, 'version', f.version, 'is_shipped', f.org_id is null)
      from public.affinity_profiles f where f.id = ar.affinity_profile),
    'constraints', jsonb_array_length(ar.constraints),
    'doctors', (
      select count(*) from public.allocation_run_worker_mappings m where m.allocation_run = ar.id and m.withdrawn_at is null),
    'withdrawn', (
      select count(*) from public.allocation_run_worker_mappings m where m.allocation_run = ar.id and m.withdrawn_at is not null),
    'tags', (select count(*) from public.qualification_tags t where t.org_id = ar.org_id),
    'lines', (select count(*) from public.job_lines l where l.allocation_run = ar.id),
    'places', (select coalesce(sum(l.max_n_workers), 0) from public.job_lines l where l.allocation_run = ar.id),
    'must_have', (select count(*) from public.job_lines l where l.allocation_run = ar.id and l.must_have_workers),
    'eligibility', (select count(*) from public.job_line_eligibility e where e.allocation_run = ar.id),
    'preferencers', (select count(*) from public.preferencers f where f.allocation_run = ar.id),
    'ranked_doctors', (
      select count(distinct k.worker_mapping) from public.preferencer_worker_ranks k where k.allocation_run = ar.id),
    'weightings', (
      select count(*) from public.allocation_run_preferencer_weightings w where w.allocation_run = ar.id),
    'wishes', case when ar.id not in (select private.sealed_runs()) then (
      select count(distinct p.worker_mapping) from public.preference_worker_job_lines p where p.allocation_run = ar.id) end,
    'overfilled', private.overfilled_posts(ar.id),
    'matches', (
      select count(*) from public.allocator_py_runs a where a.allocation_run = ar.id and a.status = 'COMPLETED' and a.base_run is null),
    'finalised', (
      select count(*) from public.job_line_worker_mappings j where j.allocation_run = ar.id and j.superseded_at is null),
    'released', (
      select count(*) from public.job_line_worker_mappings j
      where j.allocation_run = ar.id and j.superseded_at is null and j.released_at is not null))
  from public.allocation_runs ar
  where ar.id = p_allocation_run and ar.org_id in (select private.orgs_with_right('allocator.view'))
$$;
comment on function public.read_setup(uuid) is 'How far an allocation run is set up, counted; null where there is none to see.';
revoke all on function public.read_setup(uuid) from public, anon, authenticated, service_role;
grant execute on function public.read_setup(uuid) to authenticated;

-- read_history(org, runs): who had what: of each allocation run with a finalised result, else with a complete match (the
-- latest that is no what-if), each doctor with their line and its positions. Called by UIs of those who may see matches.
-- p_runs: of these runs only. Answers [{worker, email, name, allocation_run, run_name, starts_on, source: result|match,
-- job_line, line_name, rotations: [{term, starts_on, ends_on, position, position_name, specialty, hospital}]}], the latest year
-- first. Runs with its caller's rights: of another org nothing.
create function public.read_history(p_org_id uuid, p_runs uuid[] default null)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with run as (
    select ar.id, ar.name, ar.starts_on, exists (
        select from public.job_line_worker_mappings j where j.allocation_run = ar.id and j.superseded_at is null) as is_finalised,
      (select a.id from public.allocator_py_runs a
       where a.allocation_run = ar.id and a.status = 'COMPLETED'
         and a.base_run is null and exists (select from public.allocator_py_allocations g where g.run = a.id)
       order by a.completed_at desc nulls last limit 1) as match
    from public.allocation_runs ar
    where ar.org_id = p_org_id and ar.org_id in (select private.orgs_with_right('allocator.view'))
      and (p_runs is null or ar.id = any (p_runs))
  ), had as (
    select r.id as run, r.name, r.starts_on, 'result' as source, j.worker_mapping, j.job_line
    from run r join public.job_line_worker_mappings j on j.allocation_run = r.id and j.superseded_at is null
    where j.job_line is not null
    union all
    select r.id, r.name, r.starts_on, 'match', g.worker_mapping, g.job_line
    from run r join public.allocator_py_allocations g on g.run = r.match
    where not r.is_finalised
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'worker', w.id, 'email', w.email, 'name', w.name, 'allocation_run', h.run, 'run_name', h.name, 'starts_on', h.starts_on,
    'source', h.source, 'job_line', l.id, 'line_name', l.name, 'rotations', (
      select coalesce(jsonb_agg(jsonb_build_object('term', t.term, 'starts_on', t.starts_on, 'ends_on', t.ends_on,
        'position', p.id, 'position_name', p.name, 'specialty', coalesce(p.subspecialty, p.specialty), 'hospital', ho.name)
        order by t.term), '[]')
      from public.rotations t
      join public.positions p on p.id = t.position
      join public.teams te on te.id = p.team
      join public.hospitals ho on ho.id = te.hospital
      where t.job_line = l.id)) order by h.starts_on desc, w.name, w.id), '[]')
  from had h
  join public.allocation_run_worker_mappings m on m.id = h.worker_mapping
  join public.workers w on w.id = m.worker
  join public.job_lines l on l.id = h.job_line
$$;
comment on function public.read_history(uuid, uuid[]) is 'Which doctor had which line and positions in which year.';
revoke all on function public.read_history(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function public.read_history(uuid, uuid[]) to authenticated;

-- avoid_repeats(run, document): lines shall not give a doctor what they did in an earlier year: the doctors who worked one of
-- a line's positions (or specialties) then are excluded from it, by its eligibility. Called by UIs.
--   runs             the earlier allocation runs; default: all that began before this one
--   by               "position" (default) or "specialty"
--   dry_run          default true: only say what would be
-- A doctor who would have no line left to take is excluded from none, and told in `spared`.
-- Answers {pairs: [{line, worker, name, email, what}], excluded, spared: [{worker, name, email}]}. Runs with its caller's rights. RC400, RC404, 42501.
create function public.avoid_repeats(p_allocation_run uuid, p_document jsonb default '{}')
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_run public.allocation_runs;
  v_by text;
  v_pairs jsonb;
  v_spared jsonb;
begin
  select * into v_run from public.allocation_runs
  where id = p_allocation_run and org_id in (select private.orgs_with_right('allocator.view'));
  if not found then
    raise exception '%', private.no_such('allocation run', p_allocation_run::text) using errcode = 'RC404';
  end if;
  if v_run.org_id not in (select private.orgs_with_right('allocationRun.edit')) then
    raise exception 'Changing who may take a line needs the right allocationRun.edit.' using errcode = 'insufficient_privilege';
  end if;
  p_document := jsonb_strip_nulls(p_document);
  perform private.require_shape(p_document, '{"is": "object", "members": {"runs": {"is": "list", "most": 100, "of": {"is": "id"}},
    "by": {"is": "choice", "of": ["position", "specialty"]}, "dry_run": {"is": "flag"}}}', 10000);
  v_by := coalesce(p_document ->> 'by', 'position');

  with earlier as (
    select distinct (h ->> 'worker')::uuid as worker,
      case v_by when 'position' then r ->> 'position' else r ->> 'specialty' end as what
    from jsonb_array_elements(public.read_history(v_run.org_id, case when p_document ? 'runs'
      then array(select jsonb_array_elements_text(p_document -> 'runs')::uuid)
      else array(select id from public.allocation_runs where org_id = v_run.org_id and starts_on < v_run.starts_on) end)) as h,
      jsonb_array_elements(h -> 'rotations') as r
    where (h ->> 'allocation_run')::uuid <> v_run.id
  ), repeated as (
    select m.id as mapping, m.worker, w.name, w.email, l.id as line, l.name as line_name,
      string_agg(distinct case v_by when 'position' then p.name else e.what end, ', ') as what
    from public.allocation_run_worker_mappings m
    join public.workers w on w.id = m.worker
    join earlier e on e.worker = m.worker
    join public.job_lines l on l.allocation_run = v_run.id
    join public.rotations t on t.job_line = l.id
    join public.positions p on p.id = t.position
      and case v_by when 'position' then p.id::text else coalesce(p.subspecialty, p.specialty) end = e.what
    where m.allocation_run = v_run.id and m.withdrawn_at is null
    group by m.id, m.worker, w.name, w.email, l.id, l.name
  ), stuck as (
    select r.mapping, r.worker, r.name, r.email from repeated r group by r.mapping, r.worker, r.name, r.email
    having count(*) >= (select count(*) from public.job_lines where allocation_run = v_run.id)
  )
  select (
      select coalesce(jsonb_agg(jsonb_build_object('line', r.line, 'line_name', r.line_name, 'mapping', r.mapping, 'worker', r.worker,
        'name', r.name, 'email', r.email, 'what', r.what) order by r.name, r.line_name), '[]')
      from repeated r where r.mapping not in (select mapping from stuck)),
    (select coalesce(jsonb_agg(jsonb_build_object('worker', s.worker, 'name', s.name, 'email', s.email) order by s.name), '[]') from stuck s)
  into v_pairs, v_spared;

  if not coalesce((p_document ->> 'dry_run')::boolean, true) then
    insert into public.job_line_eligibility as e (org_id, allocation_run, job_line, excluded_worker_mapping_ids)
    select v_run.org_id, v_run.id, (p ->> 'line')::uuid, array_agg((p ->> 'mapping')::uuid order by p ->> 'mapping')
    from jsonb_array_elements(v_pairs) as p group by p ->> 'line'
    on conflict (job_line) do update set excluded_worker_mapping_ids = array(
      select distinct i from unnest(e.excluded_worker_mapping_ids || excluded.excluded_worker_mapping_ids) as i order by i)
      where not e.excluded_worker_mapping_ids @> excluded.excluded_worker_mapping_ids;
  end if;
  return jsonb_build_object('pairs', v_pairs, 'excluded', jsonb_array_length(v_pairs), 'spared', v_spared);
end
$$;
comment on function public.avoid_repeats(uuid, jsonb) is 'Excludes doctors from lines that repeat what they did in earlier years.';
revoke all on function public.avoid_repeats(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.avoid_repeats(uuid, jsonb) to authenticated;
