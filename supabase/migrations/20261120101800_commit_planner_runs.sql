-- What the planner writes: the lines of a finished run, or what a dry run found, in one transaction.

-- planner.dated_lines(run, lines): lines with the dates of their terms and leave, as private.insert_job_lines() takes them.
-- Called by planner.commit_run(). Runs with its caller's rights.
-- p_lines: [{id?, name, sort_order, affinity, pathway?, positions: [uuid per term], leave?: [{start_week, weeks}]}]
create function planner.dated_lines(p_planner_run uuid, p_lines jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    (line - 'positions') || jsonb_build_object(
      'planner_run', pr.id,
      'rotations', (
        select jsonb_agg(jsonb_build_object(
          'term', t.term, 'position', r.position, 'starts_on', t.starts_on, 'ends_on', t.ends_on)
          order by t.term)
        from jsonb_array_elements_text(line -> 'positions') with ordinality as r (position, term)
        join private.terms(ar.starts_on, ar.term_weeks) as t on t.term = r.term),
      'leave', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'starts_on', ar.starts_on + 7 * (v ->> 'start_week')::int,
          'ends_on', ar.starts_on + 7 * ((v ->> 'start_week')::int + (v ->> 'weeks')::int) - 1)), '[]'::jsonb)
        from jsonb_array_elements(coalesce(line -> 'leave', '[]')) as v)
    ) order by n), '[]'::jsonb)
  from jsonb_array_elements(p_lines) with ordinality as e (line, n)
  join public.allocation_planner_runs pr on pr.id = p_planner_run
  join public.allocation_runs ar on ar.id = pr.allocation_run
$$;
comment on function planner.dated_lines(uuid, jsonb) is 'Lines of a plan with the dates of their terms and leave.';
revoke all on function planner.dated_lines(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function planner.dated_lines(uuid, jsonb) to receptor_engine;

-- planner.require_unchanged(...): raises RC409 when the allocation run is not what the plan was made for.
-- Called by planner.commit_run(), which holds the allocation run. Runs with its caller's rights.
-- p_existing: ids of all lines at load, where the plan builds on them; null where it replaces them.
create function planner.require_unchanged(
  p_allocation_run uuid, p_term_weeks int[], p_locked uuid[], p_existing uuid[]
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_parent public.allocation_runs;
begin
  select * into v_parent from public.allocation_runs where id = p_allocation_run;
  if not found or v_parent.term_weeks <> p_term_weeks or v_parent.status = 'closed' or p_locked is distinct from (
    select coalesce(array_agg(id order by id), '{}') from public.job_lines
    where allocation_run = p_allocation_run and is_locked
  ) then
    raise exception 'The terms or the locked lines of the allocation run changed while its lines were being made.'
      using errcode = 'RC409';
  end if;
  if p_existing is not null and p_existing is distinct from (
    select coalesce(array_agg(id order by id), '{}') from public.job_lines
    where allocation_run = p_allocation_run
  ) then
    raise exception 'Lines of the allocation run were added or deleted while others were being made.'
      using errcode = 'RC409';
  end if;
end
$$;
comment on function planner.require_unchanged(uuid, int[], uuid[], uuid[]) is
  'Raises RC409 when terms or lines of an allocation run changed since its plan was begun.';
revoke all on function planner.require_unchanged(uuid, int[], uuid[], uuid[])
  from public, anon, authenticated, service_role;
grant execute on function planner.require_unchanged(uuid, int[], uuid[], uuid[]) to receptor_engine;

-- planner.replace_some_lines(run, lines, removed): what a replan writes. Lines with an id change where they stand, lines
-- without one are added, `removed` go; every other line keeps its rows, with today's dates of the terms.
-- Called by planner.commit_run(). Runs with its caller's rights. A snapshot is kept when anything that was there goes.
create function planner.replace_some_lines(p_planner_run uuid, p_lines jsonb, p_removed uuid[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_run public.allocation_planner_runs;
  v_parent public.allocation_runs;
  v_changed jsonb;
  v_added jsonb;
begin
  select * into v_run from public.allocation_planner_runs where id = p_planner_run;
  select * into v_parent from public.allocation_runs where id = v_run.allocation_run;
  select coalesce(jsonb_agg(line) filter (where line ? 'id'), '[]'),
         coalesce(jsonb_agg(line) filter (where not line ? 'id'), '[]')
  into v_changed, v_added
  from jsonb_array_elements(p_lines) as line;

  if v_changed <> '[]' or cardinality(p_removed) > 0 then
    perform private.keep_snapshot(
      v_run.org_id, v_run.allocation_run, 'planner_run', v_run.id, v_run.requested_by);
  end if;

  delete from public.job_lines
  where allocation_run = v_run.allocation_run and id = any (p_removed) and not is_locked;
  delete from public.job_line_leave
  where job_line in (select (line ->> 'id')::uuid from jsonb_array_elements(v_changed) as line);
  delete from public.rotations
  where job_line in (select (line ->> 'id')::uuid from jsonb_array_elements(v_changed) as line);
  update public.job_lines l
  set affinity = (line ->> 'affinity')::int, pathway = line ->> 'pathway', planner_run = v_run.id
  from jsonb_array_elements(v_changed) as line
  where l.id = (line ->> 'id')::uuid and not l.is_locked;
  perform private.insert_line_parts(v_run.org_id, v_run.allocation_run, v_changed);
  perform private.insert_job_lines(v_run.org_id, v_run.allocation_run, v_added);

  update public.rotations r set starts_on = t.starts_on, ends_on = t.ends_on
  from public.job_lines l, private.terms(v_parent.starts_on, v_parent.term_weeks) as t
  where l.id = r.job_line and not l.is_locked and l.allocation_run = v_run.allocation_run
    and t.term = r.term and (t.starts_on, t.ends_on) <> (r.starts_on, r.ends_on);
end
$$;
comment on function planner.replace_some_lines(uuid, jsonb, uuid[]) is
  'Changes, adds and removes single job lines of an allocation run, with a snapshot where anything is replaced.';
revoke all on function planner.replace_some_lines(uuid, jsonb, uuid[]) from public, anon, authenticated, service_role;
grant execute on function planner.replace_some_lines(uuid, jsonb, uuid[]) to receptor_engine;

-- planner.commit_run(token, lines, term_weeks, locked, result, plan): the write-back, in the caller's transaction.
-- Called by the planner's last slice as receptor_engine. Fenced by the claim; snapshot, lines, COMPLETED,
-- or nothing at all. Raises RC001 when the claim is lost, RC409 when the allocation run changed under way.
-- p_lines: see planner.dated_lines(); p_locked: ids of the lines locked at load.
-- p_plan: {mode, existing?: [id], removed?: [id], preview?: [line]}
--   mode rebuild   the unlocked lines go, p_lines come
--   mode fill      p_lines come; nothing goes, so no snapshot is kept
--   mode replan    lines of p_lines with an id change, others come, `removed` go; the rest stays
--   preview        a dry run: what would be written goes to planner_run_previews, and lines stay as they are
create function planner.commit_run(
  p_claim_token uuid, p_lines jsonb, p_term_weeks int[], p_locked uuid[], p_result jsonb,
  p_plan jsonb default '{"mode": "rebuild"}'
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_held record;
  v_run public.allocation_planner_runs;
  v_lines jsonb;
  v_mode text := p_plan ->> 'mode';
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  select * into v_run from public.allocation_planner_runs where id = v_held.run_id;
  perform from public.allocation_runs where id = v_run.allocation_run for update;
  perform planner.require_unchanged(v_run.allocation_run, p_term_weeks, p_locked, case when p_plan ? 'existing' then
    array(select jsonb_array_elements_text(p_plan -> 'existing')::uuid order by 1) end);

  if p_plan ? 'preview' then
    insert into public.planner_run_previews (planner_run, org_id, lines)
    values (v_run.id, v_run.org_id, p_plan -> 'preview');
  else
    v_lines := planner.dated_lines(v_run.id, p_lines);
    begin
      case v_mode
        when 'rebuild' then
          perform private.replace_job_lines(
            v_run.org_id, v_run.allocation_run, 'planner_run', v_run.id, v_run.requested_by, v_lines);
        when 'fill' then
          perform private.insert_job_lines(v_run.org_id, v_run.allocation_run, v_lines);
        when 'replan' then
          perform planner.replace_some_lines(v_run.id, v_lines,
            array(select jsonb_array_elements_text(p_plan -> 'removed')::uuid));
      end case;
    exception when unique_violation or foreign_key_violation then
      raise exception 'Another line took the name of a new one, or a position was deleted, while the lines were being made.'
        using errcode = 'RC409';
    end;

    -- Lines that stay whatever comes may hold more posts than there are; new ones may not.
    if exists (
      select from public.rotations r
      join public.job_lines l on l.id = r.job_line
      left join public.allocation_run_positions arp
        on arp.allocation_run = r.allocation_run and arp.position = r.position and arp.term = r.term
      where r.allocation_run = v_run.allocation_run
      group by r.position, r.term, arp.posts
      having count(*) > coalesce(arp.posts, 0)
        and bool_or(case v_mode when 'fill' then l.planner_run = v_run.id else not l.is_locked end)
    ) then
      raise exception 'The posts of the allocation run changed while its lines were being made.'
        using errcode = 'RC409';
    end if;
  end if;

  update public.allocation_planner_runs set
    status = 'COMPLETED', finished_at = clock_timestamp(), result_metadata = p_result
  where id = v_run.id;
  perform fleet.finish_block(p_claim_token);
end
$$;
comment on function planner.commit_run(uuid, jsonb, int[], uuid[], jsonb, jsonb) is
  'Writes the lines of a planner run, or the preview of a dry run, in one transaction, with history and COMPLETED.';
revoke all on function planner.commit_run(uuid, jsonb, int[], uuid[], jsonb, jsonb)
  from public, anon, authenticated, service_role;
grant execute on function planner.commit_run(uuid, jsonb, int[], uuid[], jsonb, jsonb) to receptor_engine;

-- planner.commit_infeasible(token, message, result): ends a run as INFEASIBLE with its explanation; lines stay as they are.
-- Called by the planner's last slice as receptor_engine.
create function planner.commit_infeasible(p_claim_token uuid, p_message text, p_result jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_held record;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  update public.allocation_planner_runs set
    status = 'INFEASIBLE', finished_at = clock_timestamp(), error_code = 'INFEASIBLE',
    error_message = p_message, result_metadata = p_result
  where id = v_held.run_id;
  perform fleet.finish_block(p_claim_token);
end
$$;
comment on function planner.commit_infeasible(uuid, text, jsonb) is 'Ends a planner run as INFEASIBLE with its explanation.';
revoke all on function planner.commit_infeasible(uuid, text, jsonb) from public, anon, authenticated, service_role;
grant execute on function planner.commit_infeasible(uuid, text, jsonb) to receptor_engine;
