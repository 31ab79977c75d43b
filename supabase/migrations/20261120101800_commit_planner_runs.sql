-- What the planner writes: the lines of a finished run, or what a dry run found, in one transaction.

-- planner.dated_lines(run, lines): lines with the dates of their terms and leave, as planner.write_lines() takes them.
-- Called by planner.commit_run(). Runs with its caller's rights.
-- p_lines: [{id?, name, sort_order, affinity, pathway?, first_term?, positions: [uuid per term, null where the line is not
-- worked], leave?: [{start_week, weeks}]}]; lines
-- without an id get one, and say `is_new`
create function planner.dated_lines(p_planner_run uuid, p_lines jsonb)
returns jsonb
language sql
volatile
set search_path = ''
as $$
  select coalesce(jsonb_agg(
    (line - 'positions') || jsonb_build_object(
      'id', coalesce(line ->> 'id', gen_random_uuid()::text), 'is_new', not line ? 'id',
      'rotations', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'term', t.term, 'position', r.position, 'starts_on', t.starts_on, 'ends_on', t.ends_on)
          order by t.term), '[]')
        from jsonb_array_elements_text(line -> 'positions') with ordinality as r (position, term)
        join private.terms(ar.starts_on, ar.term_weeks) as t on t.term = r.term
        where r.position is not null),
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

-- planner.require_as_begun(...): raises RC409 when the allocation run is not what the plan was made for.
-- Called by planner.commit_run(), which holds the allocation run. Runs with its caller's rights.
-- p_plan: see planner.commit_run()
create function planner.require_as_begun(
  p_run public.allocation_planner_runs, p_term_weeks int[], p_locked uuid[], p_plan jsonb
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_parent public.allocation_runs;
begin
  select * into v_parent from public.allocation_runs where id = p_run.allocation_run;
  if not found or v_parent.term_weeks <> p_term_weeks or p_locked is distinct from (
    select coalesce(array_agg(id order by id), '{}') from public.job_lines
    where allocation_run = p_run.allocation_run and is_locked
  ) then
    raise exception 'The terms or the pinned lines of the allocation run changed while its lines were being made.'
      using errcode = 'RC409';
  end if;
  if p_plan ? 'existing'
    and array(select jsonb_array_elements_text(p_plan -> 'existing')::uuid order by 1) is distinct from (
      select coalesce(array_agg(id order by id), '{}') from public.job_lines
      where allocation_run = p_run.allocation_run)
  then
    raise exception 'Lines of the allocation run were added or deleted while others were being made.'
      using errcode = 'RC409';
  end if;
  if p_plan ? 'fingerprint' and p_plan ->> 'fingerprint' is distinct from
    planner.run_fingerprint(p_run.allocation_run, planner.also_positions(p_run.options))
  then
    raise exception 'Positions of the allocation run (their flags, categories, six-month terms or minimum fills) changed while its lines were being made.'
      using errcode = 'RC409';
  end if;
end
$$;
comment on function planner.require_as_begun(public.allocation_planner_runs, int[], uuid[], jsonb) is
  'Raises RC409 when terms, lines or positions of an allocation run changed since its plan was begun.';
revoke all on function planner.require_as_begun(public.allocation_planner_runs, int[], uuid[], jsonb)
  from public, anon, authenticated, service_role;
grant execute on function planner.require_as_begun(public.allocation_planner_runs, int[], uuid[], jsonb) to receptor_engine;

-- planner.require_accepted(run, lines): raises RC409 when something hangs on lines that are about to be replaced or changed
-- and nobody said yes to it: it came after the request, or the request came another way.
-- Called by planner.write_lines(). Security definer: the engine of plans does not see what doctors ranked.
create function planner.require_accepted(p_planner_run uuid, p_lines uuid[])
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_planner_runs;
  v_line text;
begin
  select * into v_run from public.allocation_planner_runs where id = p_planner_run;
  perform private.require_engine_claim(v_run.org_id);
  select l.name into v_line
  from private.line_attachments(v_run.allocation_run) a
  join public.job_lines l on l.id = a.job_line
  where a.job_line = any (p_lines) and a.job_line <> all (v_run.accepted_lines)
    and a.ranks + a.eligibility + a.preferencers + a.weightings + a.places + a.must_have + a.allocations > 0
  order by l.sort_order, l.name
  limit 1;
  if found then
    raise exception 'Since these lines were asked for, wishes or settings came to the line "%", which would have been replaced or changed.', v_line
      using errcode = 'RC409';
  end if;
end
$$;
comment on function planner.require_accepted(uuid, uuid[]) is
  'Raises RC409 where lines would go that something hangs on without a yes to it.';
revoke all on function planner.require_accepted(uuid, uuid[]) from public, anon, authenticated, service_role;
grant execute on function planner.require_accepted(uuid, uuid[]) to receptor_engine;

-- planner.write_lines(run, mode, lines, removed): what a run writes. Lines with an id stay where they are, and all that refers to
-- them: they get the rotations, leave, affinity and pathway of the plan, and keep their names; lines without one are added;
-- `removed` are archived. A snapshot is kept by a rebuild, and where anything that was there goes or changes. Answers what
-- was archived, see private.archive_lines().
-- Called by planner.commit_run(). Runs with its caller's rights.
-- p_lines: see planner.dated_lines()
create function planner.write_lines(p_planner_run uuid, p_mode text, p_lines jsonb, p_removed uuid[])
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_run public.allocation_planner_runs;
  v_changed jsonb;
  v_archived jsonb;
begin
  select * into v_run from public.allocation_planner_runs where id = p_planner_run;
  select coalesce(jsonb_agg(line), '[]') into v_changed
  from jsonb_array_elements(p_lines) as line where not (line ->> 'is_new')::boolean;
  -- Lines whose positions stay the same are not replaced, whatever else of them changes.
  perform planner.require_accepted(v_run.id, p_removed || array(
    select (line ->> 'id')::uuid
    from jsonb_array_elements(v_changed) as line
    where (select array_agg(r.position order by r.term) from public.rotations r where r.job_line = (line ->> 'id')::uuid)
      is distinct from
      (select array_agg((r ->> 'position')::uuid order by (r ->> 'term')::int) from jsonb_array_elements(line -> 'rotations') r)));
  -- Changes that a run takes along keep theirs before they are made: see planner.apply_changes().
  if not v_run.options ? 'changes' and (p_mode = 'rebuild' or v_changed <> '[]' or cardinality(p_removed) > 0)
    -- The first run of all replaces nothing.
    and exists (select from public.job_lines where allocation_run = v_run.allocation_run and not is_locked)
  then
    perform private.keep_snapshot(
      v_run.org_id, v_run.allocation_run, 'planner_run', v_run.id, v_run.requested_by);
  end if;

  v_archived := private.archive_lines(v_run.org_id, v_run.allocation_run, p_removed);
  update public.job_lines l
  set affinity = (line ->> 'affinity')::int, pathway = line ->> 'pathway', planner_run = v_run.id
  from jsonb_array_elements(v_changed) as line
  where l.id = (line ->> 'id')::uuid and not l.is_locked;
  insert into public.job_lines
    (id, org_id, allocation_run, name, sort_order, pathway, affinity, planner_run, first_term)
  select (line ->> 'id')::uuid, v_run.org_id, v_run.allocation_run, line ->> 'name',
         (line ->> 'sort_order')::int, line ->> 'pathway', (line ->> 'affinity')::int, v_run.id,
         (line ->> 'first_term')::smallint
  from jsonb_array_elements(p_lines) as line
  where (line ->> 'is_new')::boolean;
  perform private.write_line_parts(v_run.org_id, v_run.allocation_run, p_lines);
  return v_archived;
end
$$;
comment on function planner.write_lines(uuid, text, jsonb, uuid[]) is
  'Writes the job lines of a planner run: changes, adds and archives, with a snapshot where anything is replaced.';
revoke all on function planner.write_lines(uuid, text, jsonb, uuid[]) from public, anon, authenticated, service_role;
grant execute on function planner.write_lines(uuid, text, jsonb, uuid[]) to receptor_engine;

-- planner.require_frozen(lines, removed, terms): RC409 where a plan would change the first terms of lines that are there, add
-- lines to them, or take lines away that are worked in them: what lies before stays as it is, whatever an engine says.
-- Called by planner.commit_run() before its lines are written. Runs with its caller's rights.
-- p_lines: see planner.write_lines()
create function planner.require_frozen(p_lines jsonb, p_removed uuid[], p_terms int)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if p_terms > 0 and (
    exists (select from public.rotations r where r.job_line = any (p_removed) and r.term <= p_terms)
    or exists (
      select from jsonb_array_elements(p_lines) as line
      where (select jsonb_object_agg(r.term, r.position) from public.rotations r
             where r.job_line = (line ->> 'id')::uuid and r.term <= p_terms)
        is distinct from
            (select jsonb_object_agg((n ->> 'term')::int, n ->> 'position') from jsonb_array_elements(line -> 'rotations') as n
             where (n ->> 'term')::int <= p_terms))
  ) then
    raise exception 'Rotations of terms that lie before the day from which lines are planned changed while the others were being made.'
      using errcode = 'RC409';
  end if;
end
$$;
comment on function planner.require_frozen(jsonb, uuid[], int) is 'Raises RC409 where a plan changes terms that lie before it.';
revoke all on function planner.require_frozen(jsonb, uuid[], int) from public, anon, authenticated, service_role;
grant execute on function planner.require_frozen(jsonb, uuid[], int) to receptor_engine;

-- planner.require_as_previewed(run, lines, removed): RC409 where a run that is to write what a dry run showed (options.as_previewed)
-- would write anything else: nobody is moved who was not listed.
-- Called by planner.commit_run() before its lines are written. Runs with its caller's rights.
-- p_lines: see planner.commit_run()
create function planner.require_as_previewed(p_run public.allocation_planner_runs, p_lines jsonb, p_removed uuid[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_preview jsonb;
  v_differs boolean;
begin
  if not p_run.options ? 'as_previewed' then
    return;
  end if;
  select v.lines into v_preview
  from public.planner_run_previews v
  join public.allocation_planner_runs r on r.id = v.planner_run and r.allocation_run = p_run.allocation_run
  where v.planner_run = (p_run.options ->> 'as_previewed')::uuid;
  if coalesce(p_run.options ->> 'mode', 'rebuild') = 'rebuild' then
    -- Made anew, lines are what is in them: which of today's have the same is today's matter.
    v_differs := (
      select jsonb_agg(content order by content) from jsonb_array_elements(v_preview) as line
      cross join lateral jsonb_build_array(line -> 'positions', line -> 'leave') as content
      where line ->> 'change' <> 'removed'
    ) is distinct from (
      select jsonb_agg(content order by content) from jsonb_array_elements(p_lines) as line
      cross join lateral jsonb_build_array(line -> 'positions', line -> 'leave') as content
    );
  else
    v_differs := (
      select jsonb_object_agg(coalesce(line ->> 'id', line ->> 'name'), jsonb_build_array(line -> 'positions', line -> 'leave'))
      from jsonb_array_elements(v_preview) as line where line ->> 'change' <> 'kept'
    ) is distinct from (
      select jsonb_object_agg(coalesce(line ->> 'id', line ->> 'name'), jsonb_build_array(line -> 'positions', line -> 'leave'))
      from (
        select jsonb_array_elements(p_lines) as line
        union all
        select line from jsonb_array_elements(v_preview) as line where (line ->> 'id')::uuid = any (p_removed)
      ) as written
    );
  end if;
  if v_differs then
    raise exception 'What would be written is not what was shown: the allocation run changed since.' using errcode = 'RC409';
  end if;
end
$$;
comment on function planner.require_as_previewed(public.allocation_planner_runs, jsonb, uuid[]) is
  'Raises RC409 where a run would write anything but what a dry run showed.';
revoke all on function planner.require_as_previewed(public.allocation_planner_runs, jsonb, uuid[])
  from public, anon, authenticated, service_role;
grant execute on function planner.require_as_previewed(public.allocation_planner_runs, jsonb, uuid[]) to receptor_engine;

-- planner.require_posts(run, mode): raises RC409 when lines hold more posts than there are. Terms are all that have to be
-- compared: rotations have the dates of their terms, so that who shares a term stands beside each other in time.
-- Called by planner.commit_run() when its lines are written. Lines that stay whatever comes may hold more; new ones may not.
-- p_terms: terms from the first on that lie before: who worked there did, whatever posts there are by now.
create function planner.require_posts(p_planner_run uuid, p_mode text, p_terms int default 0)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if exists (
    select from public.allocation_planner_runs pr
    join public.rotations r on r.allocation_run = pr.allocation_run
    join public.job_lines l on l.id = r.job_line
    left join public.allocation_run_positions arp
      on arp.allocation_run = r.allocation_run and arp.position = r.position and arp.term = r.term
    where pr.id = p_planner_run and r.term > p_terms
    group by r.position, r.term, arp.posts
    having count(*) > coalesce(arp.posts, 0)
      and bool_or(case p_mode when 'fill' then l.planner_run = p_planner_run else not l.is_locked end)
  ) then
    raise exception 'The posts of the allocation run changed while its lines were being made.'
      using errcode = 'RC409';
  end if;
end
$$;
comment on function planner.require_posts(uuid, text, int) is 'Raises RC409 when job lines hold more posts than there are.';
revoke all on function planner.require_posts(uuid, text, int) from public, anon, authenticated, service_role;
grant execute on function planner.require_posts(uuid, text, int) to receptor_engine;

-- planner.save_constraints(run): the constraints of a planner run become those of its allocation run, where its request
-- asked for that (the right to it was checked then).
-- Called by planner.commit_run() with the lines that were made by them. Security definer: engines write no allocation runs.
create function planner.save_constraints(p_planner_run uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_planner_runs;
begin
  select * into v_run from public.allocation_planner_runs where id = p_planner_run;
  perform private.require_engine_claim(v_run.org_id);
  update public.allocation_runs set constraints = v_run.constraints
  where id = v_run.allocation_run and v_run.save_constraints;
end
$$;
comment on function planner.save_constraints(uuid) is 'Keeps the constraints of a planner run for its allocation run, where that was asked for.';
revoke all on function planner.save_constraints(uuid) from public, anon, authenticated, service_role;
grant execute on function planner.save_constraints(uuid) to receptor_engine;

-- planner.commit_run(token, lines, term_weeks, locked, result, plan): the write-back, in the caller's transaction.
-- Called by the planner's last slice as receptor_engine. Fenced by the claim; snapshot, lines, constraints, COMPLETED,
-- or nothing at all. Raises RC001 when the claim is lost, RC409 when the allocation run changed under way. The result that is
-- kept says what was archived, as `archived`: see private.archive_lines(); and where a result is finalised whose lines changed,
-- as `doctors` and `result_version`: see private.note_line_changes().
-- p_lines: see planner.dated_lines(); p_locked: ids of the lines locked at load.
-- p_plan: {mode, existing?: [id], fingerprint?, removed?: [id], preview?: [line], frozen_terms?}
--   mode        rebuild and replan: lines of p_lines with an id stay where they are, others come, `removed` go (a rebuild that
--               says nothing of it: all that p_lines does not name); fill: p_lines come
--   existing    all lines at load; fingerprint: planner.run_fingerprint() at load
--   frozen_terms  terms from the first on of which nothing may change: see planner.require_frozen()
--   preview     a dry run: what would be written goes to planner_run_previews, and nothing else changes
create function planner.commit_run(
  p_claim_token uuid, p_lines jsonb, p_term_weeks int[], p_locked uuid[], p_result jsonb,
  p_plan jsonb
)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_held record;
  v_run public.allocation_planner_runs;
  v_mode text := p_plan ->> 'mode';
  v_removed uuid[] := array(select jsonb_array_elements_text(p_plan -> 'removed')::uuid);
  v_lines jsonb;
  v_archived jsonb;
  v_before jsonb := '{}';
  v_doctors jsonb;
begin
  select * into v_held from fleet.hold_claim(p_claim_token);
  select * into v_run from public.allocation_planner_runs where id = v_held.run_id;
  perform from public.allocation_runs where id = v_run.allocation_run for update;
  perform planner.require_as_begun(v_run, p_term_weeks, p_locked, p_plan);
  -- Without a day a dry run alone is there under a result, and shows what would be without it.
  if v_run.options ? 'from' then
    perform planner.keep_held_lines(v_run.id, v_removed);
  end if;

  if p_plan ? 'preview' then
    insert into public.planner_run_previews (planner_run, org_id, lines)
    values (v_run.id, v_run.org_id, p_plan -> 'preview');
  else
    case
      when v_mode = 'rebuild' and not p_plan ? 'removed' then
        v_removed := array(
          select id from public.job_lines
          where allocation_run = v_run.allocation_run and not is_locked and id not in (
            select (line ->> 'id')::uuid from jsonb_array_elements(p_lines) as line where line ? 'id'));
      when v_mode in ('rebuild', 'fill', 'replan') then null;
    end case; -- any other mode is an error
    begin
      if v_run.options ? 'from' then
        perform private.year_goes_on();
        v_before := planner.result_lines(v_run.id);
      end if;
      perform planner.require_as_previewed(v_run, p_lines, v_removed);
      perform planner.apply_changes(v_run.id);
      v_lines := planner.dated_lines(v_run.id, p_lines);
      perform planner.require_frozen(v_lines, v_removed, coalesce((p_plan ->> 'frozen_terms')::int, 0));
      v_archived := planner.write_lines(v_run.id, v_mode, v_lines, v_removed);
    exception when unique_violation or foreign_key_violation then
      raise exception 'Another line took the name of a new one, or a position was deleted, while the lines were being made.'
        using errcode = 'RC409';
    end;
    perform planner.require_posts(v_run.id, v_mode, coalesce((p_plan ->> 'frozen_terms')::int, 0));
    perform planner.save_constraints(v_run.id);
    perform private.mark_matches(v_run.allocation_run);
    v_doctors := planner.note_line_changes(v_run.id, v_before);
  end if;

  update public.allocation_planner_runs set
    status = 'COMPLETED', finished_at = clock_timestamp(),
    result_metadata = p_result || case
      when v_archived is null then '{}' else jsonb_build_object('archived', v_archived) end || case
      when v_before = '{}' then '{}' else jsonb_build_object('doctors', v_doctors -> 'doctors', 'result_version', v_doctors -> 'version') end
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
