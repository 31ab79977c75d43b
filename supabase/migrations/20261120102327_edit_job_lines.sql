-- Job lines by hand: what a manager changes in the roster, saved as one transaction with a snapshot, and taken back.
-- Which rules an edit breaks is judged by the rules' own code, in the function that calls this
-- (shared/planner/run/edit_lines.ts); here is what holds whoever writes: posts, overlaps, pins, and that nobody writes over
-- what another changed meanwhile.

-- private.line_states(run, lines): lines, archived ones too, as hands can change them: an object by id of
--   {name, sort_order, max_n_workers, must_have_workers, pathway, affinity, planner_run, archived, notes, overrides,
--    rotations: [{id, term, position}], leave: [{id, starts_on, ends_on}]}
-- Called by private.save_edit(), private.line_conflicts(), approve_swap(), private.note_line_changes() and private.result_lines(). Runs with
-- its caller's rights.
create function private.line_states(p_allocation_run uuid, p_lines uuid[])
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  select coalesce(jsonb_object_agg(l.id, jsonb_build_object(
    'name', l.name, 'sort_order', l.sort_order, 'max_n_workers', l.max_n_workers,
    'must_have_workers', l.must_have_workers, 'pathway', l.pathway, 'affinity', l.affinity,
    'planner_run', l.planner_run, 'archived', l.archived_at is not null,
    'notes', k.notes, 'overrides', coalesce(k.overrides, '[]'),
    'rotations', (
      select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'term', r.term, 'position', r.position) order by r.term), '[]')
      from public.rotations r where r.job_line = l.id),
    'leave', (
      select coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'starts_on', v.starts_on, 'ends_on', v.ends_on)
        order by v.starts_on), '[]')
      from public.job_line_leave v where v.job_line = l.id))), '{}')
  from public.job_lines l
  left join public.job_line_remarks k on k.job_line = l.id
  where l.allocation_run = p_allocation_run and l.id = any (p_lines)
  );
end
$$;
comment on function private.line_states(uuid, uuid[]) is 'Job lines as hands can change them, by id.';
revoke all on function private.line_states(uuid, uuid[]) from public, anon, authenticated, service_role;

-- private.line_conflicts(run, lines): what of lines is not as somebody believed who is about to write them, as faults
-- {path, code, message} that name the cell. Codes: LINE_GONE, LINE_CHANGED (name, places, notes and the like), CELL_CHANGED,
-- LEAVE_CHANGED.
-- Called by public.edit_job_lines(), public.undo_job_lines_edit() and approve_swap(). p_lines: [{path, id, expected}]; expected: a state, or
-- some members of one; a line that is to be new has none.
create function private.line_conflicts(p_allocation_run uuid, p_lines jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  with line as (
    select e ->> 'path' as path, (e ->> 'id')::uuid as id, e -> 'expected' as expected, n,
      private.line_states(p_allocation_run, array[(e ->> 'id')::uuid]) -> (e ->> 'id') as now
    from jsonb_array_elements(p_lines) with ordinality as e (e, n)
    where jsonb_typeof(e -> 'expected') = 'object'
  ),
  fault (n, term, path, code, message) as (
    select n, 0, path, 'LINE_GONE', 'This line was archived or deleted meanwhile.'
    from line where now is null or (now -> 'archived') <> coalesce(expected -> 'archived', 'false')
    union all
    select n, t.term, path || '.cells[' || t.term || ']', 'CELL_CHANGED',
      format('%s, term %s: somebody else changed it meanwhile; it is %s now.', now ->> 'name', t.term,
        coalesce((select p.name from public.positions p where p.id = t.is), 'empty'))
    from line
    cross join lateral (
      select coalesce(a.term, b.term) as term, a.position as was, b.position as is
      from jsonb_to_recordset(expected -> 'rotations') as a (term int, position uuid)
      full join jsonb_to_recordset(now -> 'rotations') as b (term int, position uuid) using (term)) as t
    where expected ? 'rotations' and now is not null and t.was is distinct from t.is
    union all
    select n, 100, path || '.leave', 'LEAVE_CHANGED', format('%s: somebody else changed its leave meanwhile.', now ->> 'name')
    from line
    where expected ? 'leave' and now is not null and (
      select coalesce(jsonb_agg(v - 'id' order by v ->> 'starts_on'), '[]') from jsonb_array_elements(expected -> 'leave') as v)
      <> (select coalesce(jsonb_agg(v - 'id' order by v ->> 'starts_on'), '[]') from jsonb_array_elements(now -> 'leave') as v)
    union all
    select n, 101, path || '.' || m.key, 'LINE_CHANGED',
      format('%s: somebody else changed its %s meanwhile.', now ->> 'name', replace(m.key, '_', ' '))
    from line cross join lateral jsonb_each(expected) as m
    where m.key not in ('rotations', 'leave', 'archived') and now is not null and m.value <> now -> m.key
  )
  select coalesce(jsonb_agg(jsonb_build_object('path', path, 'code', code, 'message', message) order by n, term, path), '[]')
  from fault
$$;
comment on function private.line_conflicts(uuid, jsonb) is 'What of job lines is not as a writer believed, as faults that name the cell.';
revoke all on function private.line_conflicts(uuid, jsonb) from public, anon, authenticated, service_role;

-- private.refuse_edit(faults, message): raises RC4ED with the faults as its detail, where there are any, and as its hint the
-- code of them all: that of the first one, or EDIT_CONFLICT where somebody else was faster.
-- Called by what saves edits, below.
create function private.refuse_edit(p_faults jsonb, p_message text)
returns void
language plpgsql
set search_path = ''
as $$
declare
  v_code text := p_faults #>> '{0,code}';
begin
  if v_code is not null then
    raise exception '%', p_message using errcode = 'RC4ED', detail = p_faults::text,
      hint = case when v_code in ('LINE_GONE', 'CELL_CHANGED', 'LEAVE_CHANGED', 'LINE_CHANGED') then 'EDIT_CONFLICT' else v_code end;
  end if;
end
$$;
comment on function private.refuse_edit(jsonb, text) is 'Refuses an edit by hand with the faults that stand in its way.';
revoke all on function private.refuse_edit(jsonb, text) from public, anon, authenticated, service_role;

-- private.pinned_lines(run, lines): faults of an edit that would change rotations or leave of pinned lines, or archive them.
-- Called by private.save_edit().
create function private.pinned_lines(p_allocation_run uuid, p_lines jsonb)
returns jsonb
language sql
stable
set search_path = ''
as $$
  select coalesce(jsonb_agg(jsonb_build_object('path', e ->> 'path', 'code', 'LINE_PINNED',
    'message', format('%s is pinned: unpin it first.', l.name)) order by n), '[]')
  from jsonb_array_elements(p_lines) with ordinality as e (e, n)
  join public.job_lines l on l.id = (e ->> 'id')::uuid and l.allocation_run = p_allocation_run
  where l.is_locked and l.archived_at is null
    and (e -> 'state' ?| '{rotations,leave}' or (e #>> '{state,archived}')::boolean)
$$;
comment on function private.pinned_lines(uuid, jsonb) is 'Faults of an edit that would change pinned lines.';
revoke all on function private.pinned_lines(uuid, jsonb) from public, anon, authenticated, service_role;

-- private.full_posts(run, lines, before): faults of an edit after which cells that it filled hold more lines than they have
-- posts, and more than before: lines that swap posts of which too many are held take none. Called by private.save_edit(). p_lines: as edited; p_before: their states before.
create function private.full_posts(p_allocation_run uuid, p_lines jsonb, p_before jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
begin
  return (
  with filled as (
    select e ->> 'path' as path, l.name, r.term, r.position, n
    from jsonb_array_elements(p_lines) with ordinality as e (e, n)
    join public.job_lines l on l.id = (e ->> 'id')::uuid and l.archived_at is null
    join public.rotations r on r.job_line = l.id
    where (p_before #> array[e ->> 'id', 'archived']) is distinct from 'false'::jsonb or not exists (
      select from jsonb_to_recordset(p_before #> array[e ->> 'id', 'rotations']) as b (term int, position uuid)
      where b.term = r.term and b.position = r.position)
  ),
  held as (
    select r.term, r.position, count(*) as lines
    from public.rotations r join public.job_lines l on l.id = r.job_line and l.archived_at is null
    where r.allocation_run = p_allocation_run and (r.term, r.position) in (select f.term, f.position from filled f)
    group by r.term, r.position
  ),
  -- How many of the edit's own lines held it before, and hold it now.
  own as (
    select c.term, c.position, count(*) filter (where c.now) as now, count(*) filter (where not c.now) as before
    from (
      select r.term, r.position, true as now
      from jsonb_array_elements(p_lines) as e
      join public.job_lines l on l.id = (e ->> 'id')::uuid and l.archived_at is null
      join public.rotations r on r.job_line = l.id
      union all
      select b.term, b.position, false
      from jsonb_array_elements(p_lines) as e
      cross join lateral jsonb_to_recordset(p_before #> array[e ->> 'id', 'rotations']) as b (term int, position uuid)
      where p_before #> array[e ->> 'id', 'archived'] = 'false'
    ) as c
    group by c.term, c.position
  )
  select coalesce(jsonb_agg(jsonb_build_object(
    'path', f.path || '.cells[' || f.term || ']', 'code', 'NO_FREE_POST',
    'message', format('%s, term %s: %s has %s and %s would hold it.', f.name, f.term, p.name,
      case coalesce(arp.posts, 0) when 0 then 'no post' when 1 then '1 post' else arp.posts || ' posts' end,
      case h.lines when 1 then '1 line' else h.lines || ' lines' end)) order by f.n, f.term), '[]')
  from filled f
  join held h on h.term = f.term and h.position = f.position
  join own o on o.term = f.term and o.position = f.position
  join public.positions p on p.id = f.position
  left join public.allocation_run_positions arp
    on arp.allocation_run = p_allocation_run and arp.position = f.position and arp.term = f.term
  where h.lines > coalesce(arp.posts, 0) and o.now > o.before
  );
end
$$;
comment on function private.full_posts(uuid, jsonb, jsonb) is 'Faults of an edit that fills more posts than there are.';
revoke all on function private.full_posts(uuid, jsonb, jsonb) from public, anon, authenticated, service_role;

-- private.run_that_is_there(run, planner run): a planner run of an allocation run, or null where there is none of this id any
-- more. Called by private.write_line_states().
create function private.run_that_is_there(p_allocation_run uuid, p_planner_run text)
returns uuid
language sql
stable
set search_path = ''
as $$
  select id from public.allocation_planner_runs where id = p_planner_run::uuid and allocation_run = p_allocation_run
$$;
comment on function private.run_that_is_there(uuid, text) is 'A planner run of an allocation run, or null.';
revoke all on function private.run_that_is_there(uuid, text) from public, anon, authenticated, service_role;

-- private.write_line_states(run, lines): brings lines to states, of which only what is named is written; rows of rotations
-- that stay keep their ids, so that taking an edit back restores what was there to the last byte. A line that is not there
-- comes; one that is archived then is archived.
-- Called by private.save_edit(). p_lines: [{path, id, state}], see private.line_states().
create function private.write_line_states(p_run public.allocation_runs, p_lines jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  update public.job_lines l set archived_at = now()
  from jsonb_array_elements(p_lines) as e
  where l.id = (e ->> 'id')::uuid and l.archived_at is null and (e #>> '{state,archived}')::boolean;
  -- A name that goes from one line to another is free before it is given: two that swap theirs would meet half-way.
  update public.job_lines l set name = l.id::text
  from jsonb_array_elements(p_lines) as e
  where l.id = (e ->> 'id')::uuid and l.archived_at is null and l.name <> e #>> '{state,name}' and exists (
    select from jsonb_array_elements(p_lines) as o where o ->> 'id' <> e ->> 'id' and o #>> '{state,name}' = l.name);
  insert into public.job_lines
    (id, org_id, allocation_run, name, sort_order, max_n_workers, must_have_workers, pathway, affinity, planner_run,
     first_term, last_term)
  select (e ->> 'id')::uuid, p_run.org_id, p_run.id, s ->> 'name', coalesce((s ->> 'sort_order')::int, 0),
         coalesce((s ->> 'max_n_workers')::int, 1), coalesce((s ->> 'must_have_workers')::boolean, false), s ->> 'pathway',
         (s ->> 'affinity')::int, private.run_that_is_there(p_run.id, s ->> 'planner_run'),
         (s ->> 'first_term')::smallint, (s ->> 'last_term')::smallint
  from jsonb_array_elements(p_lines) as e cross join lateral (select e -> 'state') as st (s)
  where (e ->> 'id')::uuid not in (select id from public.job_lines where allocation_run = p_run.id);

  delete from public.rotations r using jsonb_array_elements(p_lines) as e
  where r.job_line = (e ->> 'id')::uuid and e -> 'state' ? 'rotations' and not exists (
    select from jsonb_to_recordset(e #> '{state,rotations}') as n (term int) where n.term = r.term);
  update public.rotations r set position = n.position
  from jsonb_array_elements(p_lines) as e
  cross join lateral jsonb_to_recordset(e #> '{state,rotations}') as n (term int, position uuid)
  where r.job_line = (e ->> 'id')::uuid and e -> 'state' ? 'rotations' and r.term = n.term and r.position <> n.position;
  insert into public.rotations (id, org_id, allocation_run, job_line, position, term, starts_on, ends_on)
  select coalesce(n.id, gen_random_uuid()), p_run.org_id, p_run.id, (e ->> 'id')::uuid, n.position, n.term,
         t.starts_on, t.ends_on
  from jsonb_array_elements(p_lines) as e
  cross join lateral jsonb_to_recordset(e #> '{state,rotations}') as n (id uuid, term int, position uuid)
  left join private.terms(p_run.starts_on, p_run.term_weeks) as t on t.term = n.term
  where e -> 'state' ? 'rotations'
    and not exists (select from public.rotations r where r.job_line = (e ->> 'id')::uuid and r.term = n.term);

  delete from public.job_line_leave v using jsonb_array_elements(p_lines) as e
  where v.job_line = (e ->> 'id')::uuid and e -> 'state' ? 'leave' and not exists (
    select from jsonb_to_recordset(e #> '{state,leave}') as n (starts_on date, ends_on date)
    where n.starts_on = v.starts_on and n.ends_on = v.ends_on);
  insert into public.job_line_leave (id, org_id, allocation_run, job_line, starts_on, ends_on)
  select coalesce(n.id, gen_random_uuid()), p_run.org_id, p_run.id, (e ->> 'id')::uuid, n.starts_on, n.ends_on
  from jsonb_array_elements(p_lines) as e
  cross join lateral jsonb_to_recordset(e #> '{state,leave}') as n (id uuid, starts_on date, ends_on date)
  where e -> 'state' ? 'leave' and not exists (
    select from public.job_line_leave v where v.job_line = (e ->> 'id')::uuid and v.starts_on = n.starts_on);

  insert into public.job_line_remarks (job_line, org_id, allocation_run, notes, overrides)
  select (e ->> 'id')::uuid, p_run.org_id, p_run.id, e #>> '{state,notes}', coalesce(e #> '{state,overrides}', '[]')
  from jsonb_array_elements(p_lines) as e where e -> 'state' ?| '{notes,overrides}'
  on conflict (job_line) do update set
    notes = case when exists (
      select from jsonb_array_elements(p_lines) as e where (e ->> 'id')::uuid = excluded.job_line and e -> 'state' ? 'notes')
      then excluded.notes else job_line_remarks.notes end,
    overrides = case when exists (
      select from jsonb_array_elements(p_lines) as e where (e ->> 'id')::uuid = excluded.job_line and e -> 'state' ? 'overrides')
      then excluded.overrides else job_line_remarks.overrides end;
  delete from public.job_line_remarks k
  where k.allocation_run = p_run.id and k.notes is null and k.overrides = '[]';

  update public.job_lines l set
    name = n.name, sort_order = n.sort_order, max_n_workers = n.max_n_workers, must_have_workers = n.must_have_workers,
    pathway = n.pathway, affinity = n.affinity, planner_run = n.planner_run
  from jsonb_array_elements(p_lines) as e
  cross join lateral (select e -> 'state') as st (s)
  join public.job_lines o on o.id = (e ->> 'id')::uuid
  cross join lateral (
    select coalesce(s ->> 'name', o.name) as name, coalesce((s ->> 'sort_order')::int, o.sort_order) as sort_order,
      coalesce((s ->> 'max_n_workers')::int, o.max_n_workers) as max_n_workers,
      coalesce((s ->> 'must_have_workers')::boolean, o.must_have_workers) as must_have_workers,
      case when s ? 'pathway' then s ->> 'pathway' else o.pathway end as pathway,
      case when s ? 'affinity' then (s ->> 'affinity')::int else o.affinity end as affinity,
      case when s ? 'planner_run' then private.run_that_is_there(p_run.id, s ->> 'planner_run') else o.planner_run end
        as planner_run) as n
  where l.id = o.id and row(l.name, l.sort_order, l.max_n_workers, l.must_have_workers, l.pathway, l.affinity, l.planner_run)
    is distinct from
    row(n.name, n.sort_order, n.max_n_workers, n.must_have_workers, n.pathway, n.affinity, n.planner_run);
  update public.job_lines l set archived_at = null
  from jsonb_array_elements(p_lines) as e
  where l.id = (e ->> 'id')::uuid and l.archived_at is not null and not (e #>> '{state,archived}')::boolean;
end
$$;
comment on function private.write_line_states(public.allocation_runs, jsonb) is 'Brings job lines to states.';
revoke all on function private.write_line_states(public.allocation_runs, jsonb) from public, anon, authenticated, service_role;

-- private.cells_changed(before, after): how many cells of lines an edit changed: a term with another position counts, and
-- all terms of a line that came or went. Called by private.save_edit().
create function private.cells_changed(p_before jsonb, p_after jsonb)
returns int
language sql
immutable
set search_path = ''
as $$
  select count(*)::int
  from jsonb_object_keys(p_after) as line
  cross join lateral (
    select from
      (select term, position from jsonb_to_recordset(p_before #> array[line, 'rotations']) as a (term int, position uuid)
       where p_before #> array[line, 'archived'] = 'false') as a
      full join
      (select term, position from jsonb_to_recordset(p_after #> array[line, 'rotations']) as b (term int, position uuid)
       where p_after #> array[line, 'archived'] = 'false') as b using (term)
    where a.position is distinct from b.position) as cell
$$;
comment on function private.cells_changed(jsonb, jsonb) is 'How many cells of job lines an edit changed.';
revoke all on function private.cells_changed(jsonb, jsonb) from public, anon, authenticated, service_role;

-- private.save_edit(run, lines, undoes, accept_losses): writes states of lines with a snapshot of what was there, and answers
-- {history, cells, lines}: the history row, the cells that changed, and the lines as they are now.
-- Called by public.edit_job_lines() and public.undo_job_lines_edit(), which hold the allocation run.
-- RC4ED with faults; RC4WL with counts where positions change of lines that something hangs on (see private.losses()) and
-- nobody said yes.
create function private.save_edit(p_run public.allocation_runs, p_lines jsonb, p_undoes uuid, p_accept_losses boolean)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_ids uuid[] := array(select (e ->> 'id')::uuid from jsonb_array_elements(p_lines) as e);
  v_before jsonb := private.line_states(p_run.id, v_ids);
  v_after jsonb;
  v_snapshot jsonb := private.snapshot_job_lines(p_run.id);
  v_losses jsonb;
  v_cells int;
  v_history uuid;
  v_constraint text;
begin
  perform private.refuse_edit(private.pinned_lines(p_run.id, p_lines), 'Pinned lines stay as they are.');
  v_losses := private.losses(p_run.id, array(
    select (e ->> 'id')::uuid from jsonb_array_elements(p_lines) as e
    where e -> 'state' ?| '{rotations,archived}'
      and v_before #> array[e ->> 'id', 'archived'] = 'false'));
  if not p_accept_losses and (v_losses ->> 'ranks')::int + (v_losses ->> 'allocations')::int > 0 then
    raise exception 'Doctors ranked lines that this changes (in an open window: may have), or a match gave them to doctors.'
      using errcode = 'RC4WL', detail = v_losses::text, hint = 'WOULD_LOSE';
  end if;

  begin
    perform private.write_line_states(p_run, p_lines);
  exception
    when unique_violation then
      get stacked diagnostics v_constraint = constraint_name;
      if v_constraint <> 'job_lines_name_idx' then
        perform private.refuse_edit(jsonb_build_array(jsonb_build_object('path', 'lines', 'code', 'LEAVE_OVERLAPS',
          'message', 'Two blocks of leave of one line overlap.')), 'Two blocks of leave of one line overlap.');
      end if;
      perform private.refuse_edit((
        select coalesce(jsonb_agg(jsonb_build_object('path', e ->> 'path' || '.name', 'code', 'NAME_TAKEN',
          'message', format('Another line is called %s.', e #>> '{state,name}'))),
          '[{"path": "lines", "code": "NAME_TAKEN", "message": "Two lines would have one name."}]')
        from jsonb_array_elements(p_lines) as e
        join public.job_lines l on l.allocation_run = p_run.id and l.archived_at is null
          and l.name = e #>> '{state,name}' and l.id <> (e ->> 'id')::uuid
        where not exists (
          select from jsonb_array_elements(p_lines) as o
          where o ->> 'id' = l.id::text and o #>> '{state,name}' <> l.name)), 'Two lines would have one name.');
    when exclusion_violation then
      perform private.refuse_edit(jsonb_build_array(jsonb_build_object('path', 'lines', 'code', 'LEAVE_OVERLAPS',
        'message', 'Two blocks of leave of one line overlap.')), 'Two blocks of leave of one line overlap.');
    when not_null_violation or foreign_key_violation or check_violation then
      perform private.refuse_faults(jsonb_build_array(jsonb_build_object('path', 'lines',
        'message', 'names a position or a term that the allocation run does not have, or a value out of bounds')));
  end;
  if exists (
    select from public.job_line_leave v
    where v.job_line = any (v_ids) and (v.starts_on < p_run.starts_on or v.ends_on > p_run.ends_on)
  ) then
    perform private.refuse_edit(jsonb_build_array(jsonb_build_object('path', 'lines', 'code', 'LEAVE_OUTSIDE',
      'message', 'Leave lies outside of the year.')), 'Leave lies outside of the year.');
  end if;
  perform private.refuse_edit(private.full_posts(p_run.id, p_lines, v_before), 'There are no free posts for this.');

  v_after := private.line_states(p_run.id, v_ids);
  v_cells := private.cells_changed(v_before, v_after);
  insert into public.job_lines_history
    (org_id, allocation_run, reason, replaced_by, line_count, starts_on, term_weeks, counts, snapshot,
     cells, undoes, changes)
  values (p_run.org_id, p_run.id, 'edit', auth.uid(), jsonb_array_length(v_snapshot), p_run.starts_on, p_run.term_weeks,
    v_losses, v_snapshot, v_cells, p_undoes, (
      select jsonb_agg(jsonb_build_object('job_line', id, 'before', v_before -> id::text, 'after', v_after -> id::text))
      from unnest(v_ids) as id))
  returning id into v_history;
  perform private.mark_matches(p_run.id);
  return jsonb_build_object('history', v_history, 'cells', v_cells, 'lines', v_after);
end
$$;
comment on function private.save_edit(public.allocation_runs, jsonb, uuid, boolean) is 'Writes states of job lines with a snapshot.';
revoke all on function private.save_edit(public.allocation_runs, jsonb, uuid, boolean)
  from public, anon, authenticated, service_role;

-- private.edit_shape(): the shape of the document that edit_job_lines() takes, see private.shape_faults().
-- Called by it.
create function private.edit_shape()
returns jsonb
language sql
immutable
set search_path = ''
as $shape$ select $$
{"is": "object", "members": {
  "accept_losses": {"is": "flag"},
  "lines": {"is": "list", "must": true, "least": 1, "most": 1000, "of": {"is": "object", "members": {
    "id": {"is": "id", "must": true},
    "expected": {"is": "any", "most": 100000},
    "state": {"is": "object", "must": true, "exact": true, "members": {
      "name": {"is": "text", "most": 200, "must": false},
      "sort_order": {"is": "whole", "least": -1000000, "most": 1000000, "must": false},
      "max_n_workers": {"is": "whole", "least": 1, "most": 1000, "must": false},
      "must_have_workers": {"is": "flag", "must": false},
      "pathway": {"is": "text", "most": 200, "must": false},
      "affinity": {"is": "whole", "least": -1000000, "most": 1000000, "must": false},
      "planner_run": {"is": "id", "must": false},
      "first_term": {"is": "whole", "least": 1, "most": 26, "must": false},
      "last_term": {"is": "whole", "least": 1, "most": 26, "must": false},
      "archived": {"is": "flag", "must": false},
      "notes": {"is": "text", "most": 2000, "must": false},
      "overrides": {"is": "list", "most": 100, "of": {"is": "any", "most": 10000}},
      "rotations": {"is": "list", "most": 26, "of": {"is": "object", "members": {
        "id": {"is": "id"},
        "term": {"is": "whole", "least": 1, "most": 26, "must": true},
        "position": {"is": "id", "must": true}}}},
      "leave": {"is": "list", "most": 26, "of": {"is": "object", "members": {
        "id": {"is": "id"},
        "starts_on": {"is": "date", "must": true},
        "ends_on": {"is": "date", "must": true}}}}}}}}}}}
$$::jsonb $shape$;
comment on function private.edit_shape() is 'The shape of the document that edit_job_lines() takes.';
revoke all on function private.edit_shape() from public, anon, authenticated, service_role;

-- edit_job_lines(run, edit, reason): lines of an allocation run as a manager wants them: all of the edit or nothing.
-- Called by the function planner-orchestration, which has the rules look at it first.
-- p_edit: {lines: [{id, expected, state}], accept_losses?}; id of a line that is there, or a fresh one; expected: what the
-- writer believes of a line that is there, as a state or members of one; state: members that change (all of a new line;
-- first_term and last_term are of new lines only: set_job_line_terms() changes those of lines that are there).
-- Answers {history, cells, lines}, see private.save_edit(). RC404, 42501, RC409 as private.hold_lines(); RC400; RC4ED with
-- faults {path, code, message}: LINE_GONE, CELL_CHANGED, LEAVE_CHANGED, LINE_CHANGED (somebody else was faster), LINE_PINNED,
-- NO_FREE_POST, NAME_TAKEN, LEAVE_OVERLAPS, LEAVE_OUTSIDE; RC4WL.
create function public.edit_job_lines(p_allocation_run uuid, p_edit jsonb, p_reason text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_lines(p_allocation_run, 'Editing job lines');
  v_lines jsonb;
begin
  perform private.require_shape(p_edit, private.edit_shape(), 4000000);
  perform private.give_reason(p_reason);
  select jsonb_agg(e || jsonb_build_object('path', 'lines[' || n - 1 || ']') order by n) into v_lines
  from jsonb_array_elements(p_edit -> 'lines') with ordinality as e (e, n);
  perform private.refuse_faults((
    select coalesce(jsonb_agg(jsonb_build_object('path', e ->> 'path', 'message', 'names a line twice, or a new one without its name')), '[]')
    from jsonb_array_elements(v_lines) as e
    where (select count(*) from jsonb_array_elements(v_lines) as o where lower(o ->> 'id') = lower(e ->> 'id')) > 1
      or (jsonb_typeof(e -> 'expected') is distinct from 'object' and not e -> 'state' ?& '{name,rotations}')));
  perform private.refuse_edit((
    select coalesce(jsonb_agg(jsonb_build_object('path', e ->> 'path', 'code', 'LINE_GONE', 'message', 'There is no such line.')), '[]')
    from jsonb_array_elements(v_lines) as e
    where (jsonb_typeof(e -> 'expected') = 'object') <> exists (
      select from public.job_lines l where l.id = (e ->> 'id')::uuid and l.allocation_run = v_run.id)
      or exists (select from public.job_lines l where l.id = (e ->> 'id')::uuid and l.allocation_run <> v_run.id)),
    'A line of the edit is not there.');
  perform private.refuse_edit(private.line_conflicts(v_run.id, v_lines),
    'Somebody else changed what you are changing; look at it and save again.');
  return private.save_edit(v_run, v_lines, null, coalesce((p_edit ->> 'accept_losses')::boolean, false));
end
$$;
comment on function public.edit_job_lines(uuid, jsonb, text) is 'Saves an edit of job lines by hand, all of it or nothing.';
revoke all on function public.edit_job_lines(uuid, jsonb, text) from public, anon, authenticated, service_role;
grant execute on function public.edit_job_lines(uuid, jsonb, text) to authenticated;

-- undo_job_lines_edit(history, accept_losses, reason): takes an edit by hand back, byte for byte; taking that back in turn is
-- doing it again. What the edit wrote has to be there as it wrote it.
-- Called by UIs. Answers as edit_job_lines(). RC404 where there is no such edit; RC4ED, RC4WL, RC409, 42501 as there.
create function public.undo_job_lines_edit(p_history uuid, p_accept_losses boolean default false, p_reason text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_history public.job_lines_history;
  v_run public.allocation_runs;
  v_lines jsonb;
begin
  p_accept_losses := coalesce(p_accept_losses, false);
  select * into v_history from public.job_lines_history
  where id = p_history and reason = 'edit' and org_id in (select private.orgs_with_right('allocationPlanner.view'));
  if not found then
    raise exception '%', private.no_such('edit', p_history::text) using errcode = 'RC404';
  end if;
  v_run := private.hold_lines(v_history.allocation_run, 'Editing job lines');
  perform private.give_reason(p_reason);
  if (v_history.starts_on, v_history.term_weeks) is distinct from (v_run.starts_on, v_run.term_weeks) then
    raise exception 'The terms changed since this edit: it cannot be taken back.' using errcode = 'RC409';
  end if;
  -- A line that the edit added goes to the archive. Only what the edit changed goes back, and is held to what it wrote.
  select jsonb_agg(jsonb_build_object('path', 'lines[' || n - 1 || ']', 'id', e ->> 'job_line',
    'expected', coalesce((
      select jsonb_object_agg(m.key, m.value) from jsonb_each(e -> 'after') as m
      where m.value is distinct from e -> 'before' -> m.key), '{}') || jsonb_build_object('archived', e #> '{after,archived}'),
    'state', case when jsonb_typeof(e -> 'before') = 'object'
      then coalesce((
        select jsonb_object_agg(m.key, m.value) from jsonb_each(e -> 'before') as m
        where m.value is distinct from e -> 'after' -> m.key), '{}')
      else '{"archived": true}' end) order by n)
  into v_lines
  from jsonb_array_elements(v_history.changes) with ordinality as e (e, n);
  perform private.refuse_edit(private.line_conflicts(v_run.id, v_lines),
    'What this edit wrote was changed since; it cannot be taken back.');
  return private.save_edit(v_run, v_lines, v_history.id, p_accept_losses);
end
$$;
comment on function public.undo_job_lines_edit(uuid, boolean, text) is 'Takes an edit of job lines by hand back, byte for byte.';
revoke all on function public.undo_job_lines_edit(uuid, boolean, text) from public, anon, authenticated, service_role;
grant execute on function public.undo_job_lines_edit(uuid, boolean, text) to authenticated;

-- keep_job_lines(run, name): a snapshot of the lines as they are, under a name; its id. Where the caller has kept them so under this name already,
-- that one: an answer may have been lost, and two that say the same tell nobody apart what they are for.
-- Called by UIs. RC404, 42501; RC400 where the name is none; RC409 as private.hold_lines().
create function public.keep_job_lines(p_allocation_run uuid, p_name text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_runs := private.hold_lines(p_allocation_run, 'Keeping job lines');
  v_name text := private.require_name('p_name', p_name, 200);
  v_taken public.job_lines_history := private.take_snapshot(v_run.org_id, v_run.id, 'kept', null, auth.uid());
  v_same uuid;
begin
  v_taken.name := v_name;
  select h.id into v_same from public.job_lines_history h
  where h.allocation_run = v_run.id and h.reason = 'kept' and h.name = v_name and h.replaced_by = auth.uid()
    and (h.starts_on, h.term_weeks, h.counts, h.snapshot, h.attachments)
      = (v_taken.starts_on, v_taken.term_weeks, v_taken.counts, v_taken.snapshot, v_taken.attachments)
  order by h.replaced_at desc limit 1;
  if v_same is not null then
    return v_same;
  end if;
  insert into public.job_lines_history select v_taken.*;
  return v_taken.id;
end
$$;
comment on function public.keep_job_lines(uuid, text) is 'Keeps a snapshot of the job lines of an allocation run under a name.';
revoke all on function public.keep_job_lines(uuid, text) from public, anon, authenticated, service_role;
grant execute on function public.keep_job_lines(uuid, text) to authenticated;

-- private.require_naming(org, what, id): whoever calls may name something of the org: RC404 where it is not there for them, 42501.
-- Called by name_snapshot() and name_planner_run(). p_what: what it is, for the sentence.
create function private.require_naming(p_org_id uuid, p_what text, p_id uuid)
returns void
language plpgsql
stable
set search_path = ''
as $$
begin
  if p_org_id is null or p_org_id not in (select private.orgs_with_right('allocationPlanner.view')) then
    raise exception '%', private.no_such(p_what, p_id::text) using errcode = 'RC404';
  end if;
  if p_org_id not in (select private.orgs_with_right('allocationRun.edit')) then
    raise exception 'Naming a % needs the right allocationRun.edit.', p_what using errcode = 'insufficient_privilege';
  end if;
end
$$;
comment on function private.require_naming(uuid, text, uuid) is 'Raises where the caller may not name something of an org.';
revoke all on function private.require_naming(uuid, text, uuid) from public, anon, authenticated, service_role;

-- name_snapshot(snapshot, name, seen): what people call a snapshot; null: nothing any more.
-- Called by UIs. RC404, 42501; RC400 where the name is none. p_seen: {name} as it was read; RC409 CHANGED_MEANWHILE where it is another by now.
create function public.name_snapshot(p_snapshot uuid, p_name text, p_seen jsonb default null)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_naming((select org_id from public.job_lines_history where id = p_snapshot), 'snapshot', p_snapshot);
  perform from public.job_lines_history where id = p_snapshot for no key update;
  -- Again: a right may be taken away while a call waits.
  perform private.require_naming((select org_id from public.job_lines_history where id = p_snapshot), 'snapshot', p_snapshot);
  perform private.require_unchanged(to_jsonb(n), p_seen, 'the name') from (select name from public.job_lines_history where id = p_snapshot) as n;
  update public.job_lines_history
  set name = case when p_name is null then null else private.require_name('p_name', p_name, 200) end
  where id = p_snapshot;
end
$$;
comment on function public.name_snapshot(uuid, text, jsonb) is 'Gives a snapshot of job lines a name.';
revoke all on function public.name_snapshot(uuid, text, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.name_snapshot(uuid, text, jsonb) to authenticated;

-- name_planner_run(run, name, seen): what people call what came of a run, a dry run above all, which is found again by it; null: nothing
-- any more. Called by UIs. RC404, 42501; RC400 where the name is none. p_seen: see name_snapshot().
create function public.name_planner_run(p_run uuid, p_name text, p_seen jsonb default null)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_naming((select org_id from public.allocation_planner_runs where id = p_run), 'run', p_run);
  perform from public.allocation_planner_runs where id = p_run for no key update;
  -- Again: a right may be taken away while a call waits.
  perform private.require_naming((select org_id from public.allocation_planner_runs where id = p_run), 'run', p_run);
  perform private.require_unchanged(to_jsonb(n), p_seen, 'the name') from (select name from public.allocation_planner_runs where id = p_run) as n;
  update public.allocation_planner_runs
  set name = case when p_name is null then null else private.require_name('p_name', p_name, 200) end
  where id = p_run;
end
$$;
comment on function public.name_planner_run(uuid, text, jsonb) is 'Gives what came of a planner run a name.';
revoke all on function public.name_planner_run(uuid, text, jsonb) from public, anon, authenticated, service_role;
grant execute on function public.name_planner_run(uuid, text, jsonb) to authenticated;
