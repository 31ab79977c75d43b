-- What the allocator writes: the match, or what a what-if run found, in one transaction.

-- allocator.lines_fingerprint(run): what the lines of a match are: which are there, and their positions by term.
-- Called by allocator.commit_run() as receptor_engine and by private.mark_matches().
create function allocator.lines_fingerprint(p_run uuid)
returns text
language sql
stable
set search_path = ''
as $$
  select md5(coalesce(string_agg(line.id || ':' || line.positions, ';' order by line.id), ''))
  from (
    select l.id, coalesce((
      select string_agg(r.term || '=' || r.position, ',' order by r.term)
      from public.rotations r where r.allocation_run = l.allocation_run and r.job_line = l.id), '') as positions
    from public.job_lines l
    where l.archived_at is null
      and l.id in (select a.job_line from public.allocator_py_allocations a where a.run = p_run)
  ) as line
$$;
comment on function allocator.lines_fingerprint(uuid) is 'Which lines a match gave, and their positions by term, as one hash.';
revoke all on function allocator.lines_fingerprint(uuid) from public, anon, authenticated, service_role;
grant execute on function allocator.lines_fingerprint(uuid) to receptor_engine;

-- allocator.require_lines(allocation run, fingerprint): RC409 where its lines are others by now than those that the match was
-- made for: replanned, archived, added, with other places, or for other doctors. Whoever writes lines takes the same lock: they are written
-- before this match, which ends for it, or after it, which marks it (private.mark_matches()).
-- Called by allocator.commit_run() and allocator.commit_what_if().
create function allocator.require_lines(p_allocation_run uuid, p_fingerprint text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  perform from public.allocation_runs where id = p_allocation_run for update;
  if p_fingerprint is distinct from allocator.field_fingerprint(p_allocation_run) then
    raise exception 'The job lines, who may take them or caps of departments were changed while the match was being made.'
      using errcode = 'RC409';
  end if;
end
$$;
comment on function allocator.require_lines(uuid, text) is 'Refuses a match whose job lines changed while it was made.';
revoke all on function allocator.require_lines(uuid, text) from public, anon, authenticated, service_role;
grant execute on function allocator.require_lines(uuid, text) to receptor_engine;

-- allocator.commit_run(token, allocations, result, lines, reasons): writes the match and completes the run, in one transaction.
-- Called by the last slice as receptor_engine; fenced by the claim. Raises RC409 when a doctor is gone or withdrew, or lines
-- are others than those that were loaded. p_lines: allocator.field_fingerprint() at load.
-- p_allocations: [[worker mapping, job line, fractional rank or null, choice or null], ...]
-- p_reasons: [[worker mapping, job line, code, values, choice or null], ...] of lines that doctors ranked better than those they get
create function allocator.commit_run(
  p_claim_token uuid, p_allocations jsonb, p_result jsonb, p_lines text, p_reasons jsonb
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_held record;
  v_run public.allocator_py_runs;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  select * into v_run from public.allocator_py_runs where id = v_held.run_id;
  perform allocator.require_lines(v_run.allocation_run, p_lines);
  begin
    insert into public.allocator_py_allocations
      (org_id, allocation_run, run, worker_mapping, job_line, original_preference, choice)
    select v_run.org_id, v_run.allocation_run, v_run.id, (a ->> 0)::uuid, (a ->> 1)::uuid, (a ->> 2)::real,
      (a ->> 3)::integer
    from jsonb_array_elements(p_allocations) as a;
    insert into public.allocator_run_reasons (run, worker_mapping, job_line, org_id, allocation_run, code, "values", choice)
    select v_run.id, (a ->> 0)::uuid, (a ->> 1)::uuid, v_run.org_id, v_run.allocation_run, a ->> 2, a -> 3, (a ->> 4)::int
    from jsonb_array_elements(p_reasons) as a;
  exception when foreign_key_violation then
    raise exception 'A doctor or a job line was removed while the match was being made.'
      using errcode = 'RC409';
  end;
  if exists (
    select from public.allocator_py_allocations a
    where a.run = v_run.id and not exists (select from public.job_lines l where l.id = a.job_line)
  ) then
    raise exception 'A job line was archived while the match was being made.' using errcode = 'RC409';
  end if;
  if exists (
    select from public.allocator_py_allocations a
    where a.run = v_run.id and not exists (
      select from public.allocation_run_worker_mappings m where m.id = a.worker_mapping)
  ) then
    raise exception 'A doctor withdrew while the match was being made.' using errcode = 'RC409';
  end if;
  -- What an exclusive run left standing takes places as well; a doctor whom it places takes none elsewhere.
  if exists (
    with own as (
      select a.worker_mapping, a.job_line from public.allocator_py_allocations a where a.run = v_run.id
    ), held (job_line, places) as (
      -- Two who share a job take one place: the second of them takes none.
      select o.job_line, 1::numeric from own o
      where o.worker_mapping::text not in (
        select l ->> 'second' from jsonb_array_elements(v_run.options -> 'linked_doctors') as l where l ->> 'fit' = 'share')
      union all
      select e.job_line, ceil(sum(m.fte) / coalesce(min(f.fte), 1))
      from allocator.earlier_allocations(v_run.id) e
      join public.allocation_run_worker_mappings m on m.id = e.worker_mapping
      left join private.line_ftes(v_run.allocation_run) f on f.job_line = e.job_line
      where e.worker_mapping not in (select o.worker_mapping from own o)
      group by e.job_line
    )
    select from held h
    join public.job_lines l on l.id = h.job_line
    where l.id in (select o.job_line from own o)
    group by l.id having sum(h.places) > max(l.max_n_workers)
  ) then
    raise exception 'The capacity of a job line changed while the match was being made.'
      using errcode = 'RC409';
  end if;
  update public.allocator_py_runs set
    status = 'COMPLETED', completed_at = clock_timestamp(), finished_at = clock_timestamp(), result = p_result,
    lines_fingerprint = allocator.lines_fingerprint(v_run.id)
  where id = v_run.id;
  perform fleet.finish_block(p_claim_token);
end
$$;
comment on function allocator.commit_run(uuid, jsonb, jsonb, text, jsonb) is
  'Writes the allocations of an allocator run, with the reasons, and completes it, in one transaction.';
revoke all on function allocator.commit_run(uuid, jsonb, jsonb, text, jsonb) from public, anon, authenticated, service_role;
grant execute on function allocator.commit_run(uuid, jsonb, jsonb, text, jsonb) to receptor_engine;

-- allocator.commit_what_if(token, allocations, moves, result, lines): keeps the answer of a what-if run and completes it.
-- Called by the last slice as receptor_engine; fenced by the claim. Writes no allocation. RC409 as allocator.require_lines().
create function allocator.commit_what_if(
  p_claim_token uuid, p_allocations jsonb, p_moves jsonb, p_result jsonb, p_lines text
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  perform allocator.require_lines(r.allocation_run, p_lines) from public.allocator_py_runs r where r.id = v_held.run_id;
  insert into public.allocator_run_previews (run, org_id, allocations, moves)
  select r.id, r.org_id, p_allocations, p_moves
  from public.allocator_py_runs r where r.id = v_held.run_id;
  update public.allocator_py_runs set
    status = 'COMPLETED', completed_at = now(), finished_at = clock_timestamp(), result = p_result
  where id = v_held.run_id;
  perform fleet.finish_block(p_claim_token);
end
$$;
comment on function allocator.commit_what_if(uuid, jsonb, jsonb, jsonb, text) is
  'Keeps what a what-if run found and completes it; writes no allocation.';
revoke all on function allocator.commit_what_if(uuid, jsonb, jsonb, jsonb, text)
  from public, anon, authenticated, service_role;
grant execute on function allocator.commit_what_if(uuid, jsonb, jsonb, jsonb, text) to receptor_engine;

-- allocator.commit_infeasible(token, message, result): ends a run as INFEASIBLE with its explanation.
-- Called by the last slice as receptor_engine.
create function allocator.commit_infeasible(p_claim_token uuid, p_message text, p_result jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  update public.allocator_py_runs set
    status = 'INFEASIBLE', finished_at = clock_timestamp(), error_code = 'INFEASIBLE',
    error_message = p_message, result = p_result
  where id = v_held.run_id;
  perform fleet.finish_block(p_claim_token);
end
$$;
comment on function allocator.commit_infeasible(uuid, text, jsonb) is
  'Ends an allocator run as INFEASIBLE with its explanation.';
revoke all on function allocator.commit_infeasible(uuid, text, jsonb) from public, anon, authenticated, service_role;
grant execute on function allocator.commit_infeasible(uuid, text, jsonb) to receptor_engine;
