-- What-if runs of the allocator: a dry run with other weights or pins, compared with a match that was made. It writes no
-- allocation; what would change is kept apart from the run, because each update of a run goes to everyone who watches it.

alter table public.allocator_py_runs
  add column base_run uuid,
  add constraint allocator_py_runs_base_run_fkey foreign key (org_id, allocation_run, base_run)
    references public.allocator_py_runs (org_id, allocation_run, id) on delete cascade,
  add constraint allocator_py_runs_what_if_check check ((base_run is not null) = (options ? 'what_if'));
comment on column public.allocator_py_runs.base_run is
  'A what-if run: the completed run that it is compared with. It writes no allocations; see allocator_run_previews.';
create index allocator_py_runs_base_run_idx
  on public.allocator_py_runs (org_id, allocation_run, base_run) where base_run is not null;

create table public.allocator_run_previews (
  run uuid primary key,
  org_id uuid not null references public.orgs (id) on delete cascade,
  created_at timestamptz not null default now(),
  allocations jsonb not null check (jsonb_typeof(allocations) = 'array' and jsonb_array_length(allocations) <= 5000),
  moves jsonb not null check (jsonb_typeof(moves) = 'array' and jsonb_array_length(moves) <= 5000),
  foreign key (org_id, run) references public.allocator_py_runs (org_id, id) on delete cascade
);
comment on table public.allocator_run_previews is 'What a what-if run would have written, and who would move.';
comment on column public.allocator_run_previews.allocations is
  'Array of [worker mapping, job line, fractional rank or null].';
comment on column public.allocator_run_previews.moves is
  'Array of {worker, name, from, to}, each end {line, name, rank, choice} or null; the doctors who would gain most come first.';
create index allocator_run_previews_org_run_idx on public.allocator_run_previews (org_id, run);

alter table public.allocator_run_previews enable row level security;
revoke all on public.allocator_run_previews from anon, authenticated;
grant select on public.allocator_run_previews to authenticated;
grant all on public.allocator_run_previews to service_role;
grant insert on public.allocator_run_previews to receptor_engine;
create policy allocator_run_previews_select on public.allocator_run_previews for select to authenticated
  using (org_id in (select private.orgs_with_right('allocator.view')));
create policy engine_insert on public.allocator_run_previews for insert to receptor_engine
  with check (org_id = (select fleet.claimed_org_id('allocator')));

-- allocator.prepare_run(): as before; a what-if run takes over the options (but for those it brings) and the batch of the
-- run that it is compared with: options.what_if.base_run, or the one completed last. RC409 where there is none.
create or replace function allocator.prepare_run()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  v_base public.allocator_py_runs;
begin
  select r.org_id into new.org_id from public.allocation_runs r where r.id = new.allocation_run;
  if not found then
    raise exception 'There is no allocation run %.', new.allocation_run using errcode = 'RC404';
  end if;
  new.requested_by := auth.uid();
  if not new.options ? 'what_if' then
    return new;
  end if;
  select * into v_base from public.allocator_py_runs r
  where r.allocation_run = new.allocation_run and r.status = 'COMPLETED' and r.base_run is null
    and r.id = coalesce((new.options #>> '{what_if,base_run}')::uuid, r.id)
  order by r.completed_at desc, r.id
  limit 1;
  if not found then
    raise exception 'There is no completed match of allocation run % to compare with.', new.allocation_run
      using errcode = 'RC409';
  end if;
  new.base_run := v_base.id;
  new.options := v_base.options || new.options;
  new.is_exclusive := v_base.is_exclusive;
  new.included_job_lines := v_base.included_job_lines;
  new.included_worker_mappings := v_base.included_worker_mappings;
  return new;
end
$$;
comment on function allocator.prepare_run() is
  'Trigger: sets org and requester of a new allocator run; a what-if run takes over options and batch of its base run.';

-- request_allocator_run(...): as before; lines and doctors that a what-if names must be there, too, and no_base_run tells
-- that there is no completed match to compare with.
-- p_run: {allocation_run, is_exclusive, included_job_lines, included_worker_mappings, options}; p_request: as it came.
create or replace function public.request_allocator_run(
  p_run jsonb, p_request jsonb, p_idempotency_key text default null
)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_allocation_run uuid := (p_run ->> 'allocation_run')::uuid;
  v_run public.allocator_py_runs;
  v_outcome text;
  v_unknown uuid;
begin
  select id into v_unknown from (
    select jsonb_array_elements_text(nullif(p_run -> 'included_job_lines', 'null'))::uuid
    union all
    select (jsonb_path_query(
      p_run, '$.options.what_if.*[*].job_line ? (@.type() == "string")') #>> '{}')::uuid
  ) as named (id)
  where not exists (
    select from public.job_lines l where l.id = named.id and l.allocation_run = v_allocation_run)
  limit 1;
  if found then
    return jsonb_build_object('outcome', 'unknown_job_line', 'id', v_unknown);
  end if;
  select id into v_unknown from (
    select jsonb_array_elements_text(nullif(p_run -> 'included_worker_mappings', 'null'))::uuid
    union all
    select (jsonb_path_query(p_run, '$.options.what_if.*[*].worker_mapping') #>> '{}')::uuid
    union all
    select (jsonb_path_query(p_run, '$.options.what_if.weightings[*].worker_mappings[*]') #>> '{}')::uuid
  ) as named (id)
  where not exists (
    select from public.allocation_run_worker_mappings m
    where m.id = named.id and m.allocation_run = v_allocation_run)
  limit 1;
  if found then
    return jsonb_build_object('outcome', 'unknown_worker_mapping', 'id', v_unknown);
  end if;

  -- The run that stood in the way may end before it is read; then there is room for this one.
  for attempt in 1..3 loop
    begin
      insert into public.allocator_py_runs
        (allocation_run, queued_at, is_exclusive, included_job_lines, included_worker_mappings,
         options, request, idempotency_key)
      select v_allocation_run, now(), coalesce((p_run ->> 'is_exclusive')::boolean, false),
             case when jsonb_typeof(p_run -> 'included_job_lines') = 'array' then array(
               select jsonb_array_elements_text(p_run -> 'included_job_lines')::uuid) end,
             case when jsonb_typeof(p_run -> 'included_worker_mappings') = 'array' then array(
               select jsonb_array_elements_text(p_run -> 'included_worker_mappings')::uuid) end,
             coalesce(p_run -> 'options', '{}'::jsonb), p_request, p_idempotency_key
      where p_idempotency_key is null or not exists (
        select from public.allocator_py_runs
        where requested_by = (select auth.uid()) and idempotency_key = p_idempotency_key
      )
      returning * into v_run;
      v_outcome := 'created';
      exit when found;
    exception
      when sqlstate 'RC404' then return jsonb_build_object('outcome', 'not_found');
      when sqlstate 'RC409' then return jsonb_build_object('outcome', 'no_base_run');
      when unique_violation then null;
    end;

    select * into v_run from public.allocator_py_runs
    where requested_by = (select auth.uid()) and idempotency_key = p_idempotency_key;
    v_outcome := case when v_run.request = p_request then 'replayed' else 'key_reused' end;
    exit when found;
    select * into v_run from public.allocator_py_runs
    where allocation_run = v_allocation_run and status in ('PENDING', 'GENERATING');
    v_outcome := 'unfinished';
    exit when found;
  end loop;

  if v_run.id is null then
    raise exception 'Other requests for this allocation run came in between; try again.'
      using errcode = 'serialization_failure';
  end if;
  return jsonb_build_object('outcome', v_outcome, 'run', to_jsonb(v_run));
end
$$;
comment on function public.request_allocator_run(jsonb, jsonb, text) is
  'Inserts an allocator run and its search job under the caller''s rights; idempotent by key.';
-- allocator.load_run(run): as before; a what-if run leaves alone what was placed before its base run, and brings that run's
-- allocations (by the numbers of doctors and lines) and its histogram.
create or replace function allocator.load_run(p_run uuid)
returns jsonb
language sql
stable
set search_path = ''
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
    'workers', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', w.id, 'name', w.name, 'takes_part', w.takes_part,
        'tags', coalesce(to_jsonb(q.qualification_tag_ids), '[]'))
        order by w.number), '[]')
      from worker w
      left join public.get_worker_qualifications(run.allocation_run) q on q.worker_mapping = w.id),
    'lines', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'id', l.id, 'name', l.name, 'takes_part', l.takes_part, 'capacity', l.max_n_workers - l.taken,
        'must_have', l.must_have_workers and l.taken = 0) order by l.number), '[]')
      from line l),
    'eligibility', (
      select coalesce(jsonb_agg(jsonb_build_object(
        'line', l.number,
        'included_workers', to_jsonb(e.included_worker_mapping_ids),
        'excluded_workers', to_jsonb(e.excluded_worker_mapping_ids),
        'included_tags', to_jsonb(e.included_qualification_tag_ids),
        'excluded_tags', to_jsonb(e.excluded_qualification_tag_ids)) order by l.number), '[]')
      from public.job_line_eligibility e
      join line l on l.id = e.job_line),
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

-- allocator.commit_what_if(token, allocations, moves, result): keeps the answer of a what-if run and completes it.
-- Called by the last slice as receptor_engine; fenced by the claim. Writes no allocation.
create function allocator.commit_what_if(p_claim_token uuid, p_allocations jsonb, p_moves jsonb, p_result jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  insert into public.allocator_run_previews (run, org_id, allocations, moves)
  select r.id, r.org_id, p_allocations, p_moves
  from public.allocator_py_runs r where r.id = v_held.run_id;
  update public.allocator_py_runs set
    status = 'COMPLETED', completed_at = now(), finished_at = clock_timestamp(), result = p_result
  where id = v_held.run_id;
  perform fleet.finish_block(p_claim_token);
end
$$;
comment on function allocator.commit_what_if(uuid, jsonb, jsonb, jsonb) is
  'Keeps what a what-if run found and completes it; writes no allocation.';
revoke all on function allocator.commit_what_if(uuid, jsonb, jsonb, jsonb) from public;
grant execute on function allocator.commit_what_if(uuid, jsonb, jsonb, jsonb) to receptor_engine;
