-- What the allocator reads: everything of a run that the engine needs, as one document.
-- Measured with 1,000 doctors, 500 lines, 80,000 ranks and 300,000 qualifications held.

-- allocator.load_run(run): everything that the engine needs to know of a run, as one document.
-- Called by the first slice as receptor_engine. Doctors, lines and qualifications of the allocation run are numbered from 0
-- in the order of their ids and told by their numbers wherever they occur often, so that 1,000 doctors and 500 lines stay a
-- small document (the input of a run is kept, and read by every slice). `tags` are the ids that the numbers stand for: of
-- all tags that a doctor holds or a line asks for. Weightings name few, so they have ids. Doctors and lines that the batch
-- leaves out (takes_part false) are there, too, because ranks name them. A what-if run leaves alone what was placed before
-- its base run, and brings that run's allocations (by the numbers of doctors and lines) and its histogram.
-- Nested loops are off: rows that came in a moment ago have no statistics yet, and PostgreSQL then joined them one by one
-- (4 s instead of 1 s).
create function allocator.load_run(p_run uuid)
returns jsonb
language sql
stable
set search_path = ''
set enable_nestloop = off
as $$
  with run as (
    select * from public.allocator_py_runs where id = p_run
  ), earlier as (
    select a.worker_mapping, a.job_line
    from run
    join public.allocator_py_allocations a on a.allocation_run = run.allocation_run
    join public.allocator_py_runs r on r.id = a.run and r.status = 'COMPLETED'
    where run.is_exclusive
      and (run.base_run is null or r.completed_at < (
        select b.completed_at from public.allocator_py_runs b where b.id = run.base_run))
  ), worker as (
    select m.id, w.name, row_number() over (order by m.id) - 1 as number,
           (run.included_worker_mappings is null or m.id = any (run.included_worker_mappings))
           and m.id not in (select worker_mapping from earlier) as takes_part
    from run
    join public.allocation_run_worker_mappings m on m.allocation_run = run.allocation_run
    join public.workers w on w.id = m.worker
  ), line as (
    select l.id, l.name, l.max_n_workers, l.must_have_workers, taken.count as taken,
           row_number() over (order by l.id) - 1 as number,
           (run.included_job_lines is null or l.id = any (run.included_job_lines))
           and l.max_n_workers > taken.count as takes_part
    from run
    join public.job_lines l on l.allocation_run = run.allocation_run
    cross join lateral (select count(*) as count from earlier e where e.job_line = l.id) as taken
  ), rule as (
    select l.number as line, k.kind, k.ids
    from public.job_line_eligibility e
    join line l on l.id = e.job_line
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
  ), unknown as (
    select 'worker mapping' as what, i as id from run, unnest(run.included_worker_mappings) i
    where not exists (
      select from public.allocation_run_worker_mappings m
      where m.id = i and m.allocation_run = run.allocation_run)
    union all
    select 'job line', i from run, unnest(run.included_job_lines) i
    where not exists (
      select from public.job_lines l where l.id = i and l.allocation_run = run.allocation_run)
  )
  select jsonb_build_object(
    'options', run.options,
    'unknown', (select coalesce(jsonb_agg(jsonb_build_object('what', what, 'id', id)), '[]') from unknown),
    'tags', (select coalesce(jsonb_agg(t.id order by t.number), '[]') from tag t),
    'workers', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', w.id, 'name', w.name, 'takes_part', w.takes_part, 'tags', coalesce(q.tags, '[]'))
        order by w.number), '[]')
      from worker w
      left join (
        select h.worker_mapping, jsonb_agg(t.number order by t.number) as tags
        from held h join tag t on t.id = h.id
        group by h.worker_mapping
      ) as q on q.worker_mapping = w.id),
    'lines', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', l.id, 'name', l.name, 'takes_part', l.takes_part, 'capacity', l.max_n_workers - l.taken,
        'must_have', l.must_have_workers and l.taken = 0) order by l.number), '[]')
      from line l),
    'eligibility', (
      select coalesce(jsonb_agg(e.entry order by e.line), '[]')
      from (
        select r.line, jsonb_object_agg(r.kind, coalesce(n.numbers, '[]')) || jsonb_build_object('line', r.line) as entry
        from rule r
        left join named n on n.line = r.line and n.kind = r.kind
        group by r.line
      ) as e),
    -- By doctor's number: {lines, ranks}, side by side.
    'preferences', (
      select coalesce(jsonb_object_agg(r.worker, jsonb_build_object('lines', r.lines, 'ranks', r.ranks)), '{}')
      from (
        select w.number as worker, to_jsonb(array_agg(l.number order by l.number)) as lines,
               to_jsonb(array_agg(p.order_preference order by l.number)) as ranks
        from public.preference_worker_job_lines p
        join worker w on w.id = p.worker_mapping
        join line l on l.id = p.job_line
        where p.allocation_run = run.allocation_run
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
      where g.allocation_run = run.allocation_run),
    'base', (
      select jsonb_build_object(
        'run', b.id,
        'report', jsonb_build_object(
          'choices', b.result #> '{report,choices}', 'unranked', b.result #> '{report,unranked}'),
        'allocations', (
          select coalesce(jsonb_agg(jsonb_build_array(w.number, l.number) order by w.number), '[]')
          from public.allocator_py_allocations a
          join worker w on w.id = a.worker_mapping
          join line l on l.id = a.job_line
          where a.run = b.id))
      from public.allocator_py_runs b where b.id = run.base_run)
  )
  from run
$$;
comment on function allocator.load_run(uuid) is
  'The input of an allocator run: doctors, lines, eligibility, ranks of both sides, weightings.';
revoke all on function allocator.load_run(uuid) from public, anon, authenticated, service_role;
grant execute on function allocator.load_run(uuid) to receptor_engine;
