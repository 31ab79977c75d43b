-- What the allocator reads: everything of a run that the engine needs, as one document.
-- Measured with 1,000 doctors, 500 lines, 80,000 ranks and 300,000 qualifications held.
--
-- Doctors, lines and qualifications of the allocation run are numbered from 0 in the order of their ids and told by their
-- numbers wherever they occur often, so that 1,000 doctors and 500 lines stay a small document (the input of a run is kept,
-- and read by every slice). All functions here run as receptor_engine for its first slice: row level security limits them
-- to the claimed org.

-- allocator.earlier_allocations(run): what stands already where the run is exclusive: the current match, each doctor once.
-- A what-if run leaves alone what stood before its base run.
-- Called by allocator.run_workers(), allocator.run_lines() and allocator.commit_run(). Runs with its caller's rights.
create function allocator.earlier_allocations(p_run uuid)
returns table (worker_mapping uuid, job_line uuid)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select distinct on (a.worker_mapping) a.worker_mapping, a.job_line
  from public.allocator_py_runs run
  cross join lateral public.match_runs(coalesce(run.base_run, run.id)) m
  join public.allocator_py_allocations a on a.run = m.run
  -- Whoever got a line that is archived since stands without one; who withdrew since takes no place.
  join public.job_lines l on l.id = a.job_line
  join public.allocation_run_worker_mappings w on w.id = a.worker_mapping
  where run.id = p_run and run.is_exclusive and m.run <> coalesce(run.base_run, run.id)
  order by a.worker_mapping, m.completed_at desc;
end
$$;
comment on function allocator.earlier_allocations(uuid) is
  'Allocations of the current match that an exclusive run leaves alone.';
revoke all on function allocator.earlier_allocations(uuid) from public, anon, authenticated, service_role;
grant execute on function allocator.earlier_allocations(uuid) to receptor_engine;

-- allocator.run_workers(run): every doctor of the allocation run, with their number. Those that the batch leaves out
-- (takes_part false) are there, too, because ranks name them.
-- Called by the functions below. Runs with its caller's rights.
create function allocator.run_workers(p_run uuid)
returns table (id uuid, name text, number bigint, takes_part boolean, fte numeric)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select m.id, w.name, row_number() over (order by m.id) - 1,
         (run.included_worker_mappings is null or m.id = any (run.included_worker_mappings))
         and w.erased_at is null
         and m.id not in (select e.worker_mapping from allocator.earlier_allocations(p_run) e), m.fte
  from public.allocator_py_runs run
  join public.allocation_run_worker_mappings m on m.allocation_run = run.allocation_run
  join public.workers w on w.id = m.worker
  where run.id = p_run;
end
$$;
comment on function allocator.run_workers(uuid) is 'Doctors of the allocation run of an allocator run, numbered from 0.';
revoke all on function allocator.run_workers(uuid) from public, anon, authenticated, service_role;
grant execute on function allocator.run_workers(uuid) to receptor_engine;

-- allocator.run_lines(run): every job line of the allocation run, with its number, the places that are left, whether
-- somebody must still take it, and how much of full time it is. Lines that the batch leaves out, or that are full, are there, too (takes_part false).
-- Called by the functions below. Runs with its caller's rights.
create function allocator.run_lines(p_run uuid)
returns table (id uuid, name text, number bigint, takes_part boolean, capacity bigint, must_have boolean, fte numeric)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  with part as (
    select f.* from public.allocator_py_runs r cross join lateral private.line_ftes(r.allocation_run) f where r.id = p_run
  ), taken as (
    -- Parts of places add up: two halves are one.
    select e.job_line, ceil(sum(m.fte) / coalesce(min(f.fte), 1))::bigint as places
    from allocator.earlier_allocations(p_run) e
    join public.allocation_run_worker_mappings m on m.id = e.worker_mapping
    left join part f on f.job_line = e.job_line
    group by e.job_line
  )
  select l.id, l.name, row_number() over (order by l.id) - 1,
         (run.included_job_lines is null or l.id = any (run.included_job_lines))
         and l.max_n_workers > coalesce(t.places, 0),
         l.max_n_workers - coalesce(t.places, 0), l.must_have_workers and t.places is null,
         coalesce(f.fte, 1)
  from public.allocator_py_runs run
  join public.job_lines l on l.allocation_run = run.allocation_run
  left join taken t on t.job_line = l.id
  left join part f on f.job_line = l.id
  where run.id = p_run;
end
$$;
comment on function allocator.run_lines(uuid) is 'Job lines of the allocation run of an allocator run, numbered from 0.';
revoke all on function allocator.run_lines(uuid) from public, anon, authenticated, service_role;
grant execute on function allocator.run_lines(uuid) to receptor_engine;

-- allocator.run_people(run): doctors with the qualifications that they hold, and who may take which line, by numbers:
--   tags         the ids that the numbers of qualifications stand for: of all that a doctor holds or a line asks for
--   workers      [{id, name, takes_part, tags, fte}]
--   eligibility  [{line, included_workers, excluded_workers, included_tags, excluded_tags}] of the lines that have any
-- Called by allocator.load_run(). Runs with its caller's rights.
create function allocator.run_people(p_run uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  with run as (
    select * from public.allocator_py_runs where id = p_run
  ), worker as (
    select * from allocator.run_workers(p_run)
  ), rule as (
    select l.number as line, k.kind, k.ids
    from public.job_line_eligibility e
    join allocator.run_lines(p_run) l on l.id = e.job_line
    cross join lateral (values
      ('included_workers', e.included_worker_mapping_ids), ('excluded_workers', e.excluded_worker_mapping_ids),
      ('included_tags', e.included_qualification_tag_ids), ('excluded_tags', e.excluded_qualification_tag_ids)
    ) as k (kind, ids)
  ), held as (
    select q.worker_mapping, i as id
    from run
    cross join lateral public.get_worker_qualifications(run.allocation_run) q
    cross join lateral unnest(q.qualification_tag_ids) i
  ), tag as (
    select t.id, row_number() over (order by t.id) - 1 as number
    from (
      select id from held
      union
      select unnest(r.ids) from rule r where r.kind in ('included_tags', 'excluded_tags')
    ) as t
  ), member as (
    select r.line, r.kind, i as id from rule r cross join lateral unnest(r.ids) i
  ), named as (
    -- A doctor who left the allocation run has no number and nothing to be let in to or kept off.
    select m.line, m.kind, jsonb_agg(w.number order by w.number) as numbers
    from member m join worker w on w.id = m.id
    where m.kind in ('included_workers', 'excluded_workers')
    group by m.line, m.kind
    union all
    select m.line, m.kind, jsonb_agg(t.number order by t.number)
    from member m join tag t on t.id = m.id
    where m.kind in ('included_tags', 'excluded_tags')
    group by m.line, m.kind
  )
  select jsonb_build_object(
    'tags', (select coalesce(jsonb_agg(t.id order by t.number), '[]') from tag t),
    'workers', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', w.id, 'name', w.name, 'takes_part', w.takes_part, 'tags', coalesce(q.tags, '[]'),
        'fte', w.fte)
        order by w.number), '[]')
      from worker w
      left join (
        select h.worker_mapping, jsonb_agg(t.number order by t.number) as tags
        from held h join tag t on t.id = h.id
        group by h.worker_mapping
      ) as q on q.worker_mapping = w.id),
    'eligibility', (
      select coalesce(jsonb_agg(e.entry order by e.line), '[]')
      from (
        select r.line, jsonb_object_agg(r.kind, coalesce(n.numbers, '[]')) || jsonb_build_object('line', r.line) as entry
        from rule r
        left join named n on n.line = r.line and n.kind = r.kind
        group by r.line
      ) as e))
  );
end
$$;
comment on function allocator.run_people(uuid) is
  'Doctors of an allocator run with their qualifications, and who may take which line, by numbers.';
revoke all on function allocator.run_people(uuid) from public, anon, authenticated, service_role;
grant execute on function allocator.run_people(uuid) to receptor_engine;

-- allocator.run_wishes(run): what both sides want, by numbers of doctors and lines:
--   preferences   by doctor's number: {lines, ranks}, side by side
--   preferencers  [{id, name, max_lines, max_workers, lines, ranks: [[doctor, rank]]}]
--   weightings    [{line, workers, tags, weighting}]; these name few, so doctors and tags have their ids
-- Called by allocator.load_run(). Runs with its caller's rights.
create function allocator.run_wishes(p_run uuid)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  with worker as (
    select * from allocator.run_workers(p_run)
  ), line as (
    select * from allocator.run_lines(p_run)
  )
  select jsonb_build_object(
    'preferences', (
      select coalesce(jsonb_object_agg(r.worker, jsonb_build_object('lines', r.lines, 'ranks', r.ranks)), '{}')
      from (
        select w.number as worker, to_jsonb(array_agg(l.number order by l.number)) as lines,
               to_jsonb(array_agg(p.order_preference order by l.number)) as ranks
        from public.preference_worker_job_lines p
        join worker w on w.id = p.worker_mapping
        join line l on l.id = p.job_line
        where p.allocation_run = run.allocation_run and p.order_preference is not null
        group by w.number
      ) as r),
    'preferencers', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', f.id, 'name', f.name, 'max_lines', f.max_job_lines, 'max_workers', f.max_workers,
        'lines', (
          select coalesce(jsonb_agg(l.number order by l.number), '[]')
          from public.preferencer_job_lines fl join line l on l.id = fl.job_line
          where fl.preferencer = f.id),
        'ranks', (
          select coalesce(jsonb_agg(jsonb_build_array(w.number, r.order_preference) order by w.number), '[]')
          from public.preferencer_worker_ranks r join worker w on w.id = r.worker_mapping
          where r.preferencer = f.id)) order by f.id), '[]')
      from public.preferencers f where f.allocation_run = run.allocation_run),
    'weightings', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'line', l.number, 'workers', to_jsonb(g.worker_mapping_ids),
        'tags', to_jsonb(g.qualification_tag_ids), 'weighting', g.weighting) order by g.id), '[]')
      from public.allocation_run_preferencer_weightings g
      left join line l on l.id = g.job_line
      where g.allocation_run = run.allocation_run))
  from public.allocator_py_runs run
  where run.id = p_run
  );
end
$$;
comment on function allocator.run_wishes(uuid) is
  'Ranks of both sides and weightings of an allocator run, by numbers of doctors and lines.';
revoke all on function allocator.run_wishes(uuid) from public, anon, authenticated, service_role;
grant execute on function allocator.run_wishes(uuid) to receptor_engine;

-- allocator.run_hospitals(run): the hospitals that each line is at, term by term, as one text, where couples of the run ask for
-- the same; no row for lines without rotations.
-- Called by allocator.load_run(). Runs with its caller's rights.
create function allocator.run_hospitals(p_run uuid)
returns table (job_line uuid, hospitals text)
language sql
stable
set search_path = ''
as $$
  select r.job_line, string_agg(r.term || '=' || t.hospital, ',' order by r.term)
  from public.allocator_py_runs run
  join public.rotations r on r.allocation_run = run.allocation_run
  join public.positions p on p.id = r.position
  join public.teams t on t.id = p.team
  where run.id = p_run and run.options @? '$.linked_doctors[*] ? (@.fit == "same_hospital")'
  group by r.job_line
$$;
comment on function allocator.run_hospitals(uuid) is 'Hospitals of job lines, term by term, where couples of an allocator run ask for the same.';
revoke all on function allocator.run_hospitals(uuid) from public, anon, authenticated, service_role;
grant execute on function allocator.run_hospitals(uuid) to receptor_engine;

-- allocator.run_never(run): by number of doctors the numbers of the lines that they never want.
-- Called by allocator.load_run(). Runs with its caller's rights.
create function allocator.run_never(p_run uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_object_agg(n.worker, n.lines), '{}')
  from (
    select w.number as worker, jsonb_agg(l.number order by l.number) as lines
    from public.allocator_py_runs run
    join public.preference_worker_job_lines p on p.allocation_run = run.allocation_run and p.like_dislike_preference = -2
    join allocator.run_workers(p_run) w on w.id = p.worker_mapping
    join allocator.run_lines(p_run) l on l.id = p.job_line
    where run.id = p_run
    group by w.number
  ) as n
$$;
comment on function allocator.run_never(uuid) is 'Lines that doctors never want, by numbers of doctors and lines.';
revoke all on function allocator.run_never(uuid) from public, anon, authenticated, service_role;
grant execute on function allocator.run_never(uuid) to receptor_engine;

-- allocator.run_base(run): of a what-if run the run that it is compared with: its id, its histogram of choices and its
-- allocations by numbers of doctors and lines; null of any other run.
-- Called by allocator.load_run(). Runs with its caller's rights.
create function allocator.run_base(p_run uuid)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select jsonb_build_object(
    'run', b.id,
    'report', jsonb_build_object(
      'choices', b.result #> '{report,choices}', 'unranked', b.result #> '{report,unranked}'),
    'allocations', (
      select coalesce(jsonb_agg(jsonb_build_array(w.number, l.number) order by w.number), '[]')
      from public.allocator_py_allocations a
      join allocator.run_workers(p_run) w on w.id = a.worker_mapping
      join allocator.run_lines(p_run) l on l.id = a.job_line
      where a.run = b.id))
  from public.allocator_py_runs run
  join public.allocator_py_runs b on b.id = run.base_run
  where run.id = p_run
$$;
comment on function allocator.run_base(uuid) is 'The run that a what-if run is compared with, with its allocations.';
revoke all on function allocator.run_base(uuid) from public, anon, authenticated, service_role;
grant execute on function allocator.run_base(uuid) to receptor_engine;

-- allocator.field_fingerprint(allocation run): what a match rests on beside wishes, as one hash: which lines are there, their
-- positions by term, their places, how much of full time they are, whether somebody must take them, who may take them (with
-- the qualifications that lines ask for, and how much doctors work), and the caps of departments. Wishes are no part of it:
-- doctors may write theirs while a match is tried.
-- Called by allocator.load_run() and allocator.require_lines(). Runs with its caller's rights. Nested loops are off: see there.
create function allocator.field_fingerprint(p_allocation_run uuid)
returns text
language plpgsql
stable
set search_path = ''
set enable_nestloop = off
as $$
begin
  return (
  with rule as (
    select e.* from public.job_line_eligibility e
    join public.job_lines l on l.id = e.job_line and l.archived_at is null
    where e.allocation_run = p_allocation_run
  ), asked as (
    select unnest(included_qualification_tag_ids || excluded_qualification_tag_ids) as tag from rule
  )
  select md5(concat(
    (select string_agg(concat_ws(':', l.id, l.max_n_workers, l.must_have_workers, r.positions, f.fte), ';' order by l.id)
     from public.job_lines l
     left join (
       select job_line, string_agg(term || '=' || position, ',' order by term) as positions
       from public.rotations where allocation_run = p_allocation_run group by job_line
     ) as r on r.job_line = l.id
     left join private.line_ftes(p_allocation_run) f on f.job_line = l.id
     where l.allocation_run = p_allocation_run and l.archived_at is null),
    '|', (select string_agg(rule::text, ';' order by job_line) from rule),
    -- Up to some 300,000, so that they are added up instead of sorted.
    '|', (
      select concat_ws(':', count(*), sum(hash_record_extended(row(m.id, q.qualification_tag), 0)))
      from public.allocation_run_worker_mappings m
      join public.worker_qualifications q on q.worker = m.worker
      where m.allocation_run = p_allocation_run and q.qualification_tag in (select a.tag from asked a)),
    '|', (
      select string_agg(concat_ws(':', m.id, m.fte), ';' order by m.id)
      from public.allocation_run_worker_mappings m where m.allocation_run = p_allocation_run and m.fte < 1),
    '|', (
      select string_agg(concat_ws(':', f.id, f.max_job_lines, f.max_workers, (
        select string_agg(fl.job_line::text, ',' order by fl.job_line)
        from public.preferencer_job_lines fl where fl.preferencer = f.id)), ';' order by f.id)
      from public.preferencers f
      where f.allocation_run = p_allocation_run and coalesce(f.max_job_lines, f.max_workers) is not null)))
  );
end
$$;
comment on function allocator.field_fingerprint(uuid) is
  'The job lines that a match may give, with positions and places, who may take them, and caps, as one hash.';
revoke all on function allocator.field_fingerprint(uuid) from public, anon, authenticated, service_role;
grant execute on function allocator.field_fingerprint(uuid) to receptor_engine;

-- allocator.load_run(run): everything that the engine needs to know of a run, as one document: options, unknown (what its
-- batch names and is not in the allocation run), lines_fingerprint, lines, and what the functions above say.
-- Called by the first slice as receptor_engine. Nested loops are off: rows that came in a moment ago have no statistics yet,
-- and PostgreSQL then joined them one by one (4 s instead of 1 s).
create function allocator.load_run(p_run uuid)
returns jsonb
language sql
stable
set search_path = ''
set enable_nestloop = off
as $$
  select jsonb_build_object(
    'options', run.options,
    'lines_fingerprint', allocator.field_fingerprint(run.allocation_run),
    'unknown', (
      select coalesce(jsonb_agg(jsonb_build_object('what', what, 'id', id)), '[]')
      from (
        select 'worker mapping' as what, i as id from unnest(run.included_worker_mappings) i
        where not exists (
          select from public.allocation_run_worker_mappings m
          where m.id = i and m.allocation_run = run.allocation_run)
        union all
        select 'job line', i from unnest(run.included_job_lines) i
        where not exists (
          select from public.job_lines l where l.id = i and l.allocation_run = run.allocation_run)
      ) as unknown),
    'lines', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', l.id, 'name', l.name, 'takes_part', l.takes_part, 'capacity', l.capacity,
        'must_have', l.must_have, 'fte', l.fte, 'hospitals', h.hospitals) order by l.number), '[]')
      from allocator.run_lines(p_run) l left join allocator.run_hospitals(p_run) h on h.job_line = l.id),
    'allows_never', (select ar.allows_never from public.allocation_runs ar where ar.id = run.allocation_run),
    'never', allocator.run_never(p_run),
    'base', allocator.run_base(p_run))
    || allocator.run_people(p_run) || allocator.run_wishes(p_run)
  from public.allocator_py_runs run
  where run.id = p_run
$$;
comment on function allocator.load_run(uuid) is
  'The input of an allocator run: doctors, lines, eligibility, ranks of both sides, weightings.';
revoke all on function allocator.load_run(uuid) from public, anon, authenticated, service_role;
grant execute on function allocator.load_run(uuid) to receptor_engine;
