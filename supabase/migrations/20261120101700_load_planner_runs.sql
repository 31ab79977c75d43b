-- What the planner reads: everything of a run that the engine needs, as one document.

-- planner.run_positions(run, also): the positions that an allocation run has posts of, and those that it is about to get.
-- Called by planner.load_run() and planner.run_fingerprint(). Runs with its caller's rights.
create function planner.run_positions(p_allocation_run uuid, p_also uuid[] default '{}')
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select coalesce(jsonb_agg(
    jsonb_build_object(
      'id', p.id, 'name', p.name, 'specialty', p.specialty, 'subspecialty', p.subspecialty,
      'categories', to_jsonb(p.experience_categories), 'is_service', p.is_service,
      'is_rural', p.is_rural, 'is_nights_relief', p.is_nights_relief,
      'is_clinical_team', p.is_clinical_team, 'is_non_clinical', p.is_non_clinical,
      'is_excludable', p.is_excludable, 'allows_leave', p.allows_leave, 'min_weeks', p.min_weeks, 'fte', p.fte,
      'six_month_term', p.six_month_term, 'six_month_part', p.six_month_part,
      'team', p.team, 'hospital', t.hospital
    ) order by p.name, p.id), '[]'::jsonb)
  from public.positions p
  join public.teams t on t.id = p.team
  where p.id in (select position from public.allocation_run_positions where allocation_run = p_allocation_run)
     or p.id = any (p_also)
  );
end
$$;
comment on function planner.run_positions(uuid, uuid[]) is 'The positions that an allocation run has posts of, or is about to get.';
revoke all on function planner.run_positions(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function planner.run_positions(uuid, uuid[]) to receptor_engine;

-- planner.run_six_month_terms(run, also): the six-month terms whose components an allocation run has posts of, or is about to
-- get. Called by planner.load_run() and planner.run_fingerprint(). Runs with its caller's rights.
create function planner.run_six_month_terms(p_allocation_run uuid, p_also uuid[] default '{}')
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select coalesce(jsonb_agg(
    jsonb_build_object('id', s.id, 'name', s.name, 'qualification', s.qualification, 'college', s.college)
    order by s.name, s.id), '[]'::jsonb)
  from public.six_month_terms s
  where s.id in (
    select p.six_month_term from public.positions p
    join public.allocation_run_positions arp on arp.position = p.id
    where arp.allocation_run = p_allocation_run
    union select p.six_month_term from public.positions p where p.id = any (p_also))
  );
end
$$;
comment on function planner.run_six_month_terms(uuid, uuid[]) is 'The six-month terms whose components an allocation run has posts of, or is about to get.';
revoke all on function planner.run_six_month_terms(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function planner.run_six_month_terms(uuid, uuid[]) to receptor_engine;

-- planner.run_fingerprint(run, also): what a plan rests on beside terms, lines and posts, as one hash: positions with their
-- flags and categories, the six-month terms that they are parts of, and how many of their posts must be filled. Names are no
-- part of it: no rule asks for them.
-- Called by planner.load_run() and, to see whether it is still so, by planner.require_as_begun().
create function planner.run_fingerprint(p_allocation_run uuid, p_also uuid[] default '{}')
returns text
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select md5(concat(
    (select jsonb_agg(p - 'name' order by p ->> 'id')
     from jsonb_array_elements(planner.run_positions(p_allocation_run, p_also)) as p),
    (select jsonb_agg(s - 'name' order by s ->> 'id')
     from jsonb_array_elements(planner.run_six_month_terms(p_allocation_run, p_also)) as s),
    (select string_agg(concat_ws(':', a.position, a.term, a.minimum_fill), ';' order by a.position, a.term)
     from public.allocation_run_positions a where a.allocation_run = p_allocation_run and a.minimum_fill > 0)))
  );
end
$$;
comment on function planner.run_fingerprint(uuid, uuid[]) is
  'The positions of an allocation run, their six-month terms and minimum fills as one hash.';
revoke all on function planner.run_fingerprint(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function planner.run_fingerprint(uuid, uuid[]) to receptor_engine;

-- planner.also_positions(options): positions that a run itself gives posts to (options.changes): the engine takes them into
-- account; see planner.apply_changes(). Called by planner.load_run() and planner.require_as_begun().
create function planner.also_positions(p_options jsonb)
returns uuid[]
language plpgsql
immutable
set search_path = ''
as $$
begin
  return (
  select array(select (p ->> 'position')::uuid from jsonb_array_elements(p_options #> '{changes,posts}') as p)
  );
end
$$;
comment on function planner.also_positions(jsonb) is 'Positions that a planner run gives posts to.';
revoke all on function planner.also_positions(jsonb) from public, anon, authenticated, service_role;
grant execute on function planner.also_positions(jsonb) to receptor_engine;

-- planner.existing_lines(run, stake): the lines that an allocation run has, with their positions by term; is_at_stake: those
-- that something hung on when the run was asked for.
-- Called by planner.load_run(). Runs with its caller's rights.
create function planner.existing_lines(p_allocation_run uuid, p_at_stake uuid[])
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select coalesce(jsonb_agg(jsonb_build_object(
      'id', l.id, 'name', l.name, 'sort_order', l.sort_order, 'is_locked', l.is_locked,
      'affinity', l.affinity, 'pathway', l.pathway, 'is_at_stake', l.id = any (p_at_stake),
      'first_term', l.first_term, 'last_term', l.last_term,
      'rotations', (
        select coalesce(jsonb_agg(jsonb_build_object('term', r.term, 'position', r.position)
                                  order by r.term), '[]'::jsonb)
        from public.rotations r where r.job_line = l.id),
      'leave', (
        select coalesce(jsonb_agg(jsonb_build_object(
            'start_week', (v.starts_on - ar.starts_on) / 7, 'weeks', (v.ends_on + 1 - v.starts_on) / 7)
          order by v.starts_on), '[]'::jsonb)
        from public.job_line_leave v where v.job_line = l.id)
    ) order by l.sort_order, l.name), '[]'::jsonb)
  from public.job_lines l
  join public.allocation_runs ar on ar.id = l.allocation_run
  where l.allocation_run = p_allocation_run
  );
end
$$;
comment on function planner.existing_lines(uuid, uuid[]) is 'The job lines of an allocation run with their positions by term and their leave.';
revoke all on function planner.existing_lines(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function planner.existing_lines(uuid, uuid[]) to receptor_engine;

-- planner.load_run(run): everything that the engine needs to know of a run, as one document.
-- Called by the planner's first slice as receptor_engine: row level security limits it to the claimed org.
create function planner.load_run(p_planner_run uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select jsonb_build_object(
    'n_job_lines', pr.n_job_lines,
    'constraints', pr.constraints,
    'options', pr.options,
    'allocation_run', ar.id,
    'term_weeks', to_jsonb(ar.term_weeks),
    'starts_on', ar.starts_on,
    'positions', planner.run_positions(ar.id, also.positions),
    'six_month_terms', planner.run_six_month_terms(ar.id, also.positions),
    'posts', (
      select coalesce(jsonb_agg(
        jsonb_build_object('position', arp.position, 'term', arp.term, 'posts', arp.posts,
                           'minimum_fill', arp.minimum_fill)), '[]'::jsonb)
      from public.allocation_run_positions arp
      where arp.allocation_run = ar.id and arp.term <= cardinality(ar.term_weeks)),
    'fingerprint', planner.run_fingerprint(ar.id, also.positions),
    'lines', planner.existing_lines(ar.id, pr.accepted_lines),
    'affinity', (
      select jsonb_build_object(
        'profile', f.name, 'version', f.version,
        'weights', (
          select coalesce(jsonb_agg(jsonb_build_array(w.specialty_a, w.specialty_b, w.weight)
                                    order by w.specialty_a, w.specialty_b), '[]'::jsonb)
          from public.affinity_weights w where w.profile = f.id))
      from public.affinity_profiles f where f.id = ar.affinity_profile)
  )
  from public.allocation_planner_runs pr
  join public.allocation_runs ar on ar.id = pr.allocation_run
  cross join lateral (select planner.also_positions(pr.options) as positions) as also
  where pr.id = p_planner_run
  );
end
$$;
comment on function planner.load_run(uuid) is
  'The input of a planner run: constraints, options, terms, positions, six-month terms, posts, the lines there are, affinity.';
revoke all on function planner.load_run(uuid) from public, anon, authenticated, service_role;
grant execute on function planner.load_run(uuid) to receptor_engine;
