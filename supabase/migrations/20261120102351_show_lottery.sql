-- The lottery among equals: what anyone needs to check it themselves.

-- read_lottery(worker mapping): the shuffle of the match that gave the caller's released result; null before it is released, or
-- where its doctors are not those of the match any more. {allocator_run, seed, doctors, first, last}: doctors are numbered from
-- 1 by their names (equal names: by what they wished, which is why the caller's own number is told as first to last); their order
-- is the shuffle of splitmix32 with the seed (shared/allocator/model/tables.ts).
-- Names and wishes of others are not told. RC404 NOT_YOURS. Called by the doctors' page.
create function public.read_lottery(p_worker_mapping uuid)
returns jsonb
language plpgsql
stable
security definer
set search_path = ''
as $$
declare
  v_place public.allocation_run_worker_mappings := private.hold_place(p_worker_mapping, false);
begin
  return (
    with result as (
      select r.allocator_run from public.job_line_worker_mappings r
      where r.worker_mapping = v_place.id and r.superseded_at is null and r.released_at is not null
    ), match as (
      -- The run of the match that placed the doctor, or the last one where none did.
      select m.run from result
      cross join lateral public.match_runs(result.allocator_run) m
      left join public.allocator_py_allocations a on a.run = m.run and a.worker_mapping = v_place.id
      order by a.run is null, m.completed_at desc limit 1
    ), numbered as (
      select a.worker_mapping,
        rank() over (order by w.name collate "C") as first,
        count(*) over (order by w.name collate "C") as last
      from match
      join public.allocator_py_allocations a on a.run = match.run
      join public.allocation_run_worker_mappings m on m.id = a.worker_mapping
      join public.workers w on w.id = m.worker
    )
    select jsonb_build_object('allocator_run', run.id, 'seed', (run.options ->> 'rng_seed')::bigint,
      'doctors', (select count(*) from numbered), 'first', n.first, 'last', n.last)
    from match
    join public.allocator_py_runs run on run.id = match.run
    join numbered n on n.worker_mapping = v_place.id
    where run.options ? 'rng_seed' and (run.result #>> '{report,workers}')::int = (select count(*) from numbered));
end
$$;
comment on function public.read_lottery(uuid) is 'The shuffle of the match that gave the calling doctor''s result, for who wants to check it.';
revoke all on function public.read_lottery(uuid) from public, anon, authenticated, service_role;
grant execute on function public.read_lottery(uuid) to authenticated;
