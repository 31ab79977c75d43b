-- Lines of part of the year: who starts late, and who leaves. A replan from a day on (options.from) goes on from there.

-- private.year_goes_on(): lets this transaction change the rotations of lines that a finalised result gives to doctors:
-- somebody left, a post was lost, and the year goes on. What such a change may touch is said where it is made.
-- Called by planner.commit_run() for a replan from a day on, and by set_job_line_terms().
create function private.year_goes_on()
returns void
language sql
set search_path = ''
as $$ select pg_catalog.set_config('receptor.year_goes_on', 'yes', true) $$;
comment on function private.year_goes_on() is 'Lets a transaction change lines under a finalised result.';
revoke all on function private.year_goes_on() from public, anon, authenticated, service_role;
grant execute on function private.year_goes_on() to receptor_engine;

-- private.part_year_lines(run): the lines that are worked in a part of the year only, and from which day to which. Whoever has one
-- works no more than that of the days that they are there.
-- Called by private.move_doctors(), private.result_of(), read_results() and line_doctors(). Runs with its caller's rights.
create function private.part_year_lines(p_allocation_run uuid)
returns table (job_line uuid, starts_on date, ends_on date)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
  return query
  select l.id, min(t.starts_on), max(t.ends_on)
  from public.job_lines l
  join public.allocation_runs ar on ar.id = l.allocation_run
  cross join lateral private.terms(ar.starts_on, ar.term_weeks) as t
  where l.allocation_run = p_allocation_run and (l.first_term is not null or l.last_term is not null)
    and t.term between coalesce(l.first_term, t.term) and coalesce(l.last_term, t.term)
  group by l.id;
end
$$;
comment on function private.part_year_lines(uuid) is 'Lines that are worked in a part of the year only, and from which day to which.';
revoke all on function private.part_year_lines(uuid) from public, anon, authenticated, service_role;
grant execute on function private.part_year_lines(uuid) to authenticated;

-- private.write_line_terms(run, line, first, last): in which terms a line is worked; rotations of others, and leave in them,
-- go. Answers {job_line, first_term, last_term, rotations, leave}: how many went.
-- Called by set_job_line_terms() and planner.apply_changes(), which hold the allocation run and keep a snapshot.
create function private.write_line_terms(p_run public.allocation_runs, p_job_line uuid, p_first_term int, p_last_term int)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  v_line public.job_lines;
  v_rotations int;
  v_leave int;
begin
  delete from public.rotations where job_line = p_job_line and term not between p_first_term and p_last_term;
  get diagnostics v_rotations = row_count;
  delete from public.job_line_leave v
  where v.job_line = p_job_line and not exists (
    select from private.terms(p_run.starts_on, p_run.term_weeks) as t
    where t.term between p_first_term and p_last_term and v.starts_on between t.starts_on and t.ends_on);
  get diagnostics v_leave = row_count;
  update public.job_lines set
    first_term = case when p_first_term > 1 then p_first_term end,
    last_term = case when p_last_term < cardinality(p_run.term_weeks) then p_last_term end
  where id = p_job_line
  returning * into v_line;
  return jsonb_build_object('job_line', p_job_line, 'first_term', v_line.first_term, 'last_term', v_line.last_term,
    'rotations', v_rotations, 'leave', v_leave);
end
$$;
comment on function private.write_line_terms(public.allocation_runs, uuid, int, int) is
  'Writes in which terms a job line is worked; rotations and leave of others go.';
revoke all on function private.write_line_terms(public.allocation_runs, uuid, int, int)
  from public, anon, authenticated, service_role;

-- set_job_line_terms(line, first, last, reason): the terms in which a line is worked; null: from the beginning, to the end.
-- Rotations of other terms, and leave in them, go, and their posts are free; what there was stays as a snapshot. A line that
-- is worked longer than before has no rotations there until lines are planned from that day on.
-- Called by UIs, also while its match is finalised: this is how somebody leaves in the middle of the year.
-- Answers {job_line, first_term, last_term, rotations, leave, snapshot, doctors}: how many went, and whose line changed by a
-- finalised result, see private.note_line_changes(). RC404 no such line for the caller,
-- 42501 without the right allocationRun.edit, RC400 terms that the year does not have, RC409 as private.hold_lines(), or
-- for a pinned line.
create function public.set_job_line_terms(
  p_job_line uuid, p_first_term int, p_last_term int, p_reason text default null
)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_line public.job_lines;
  v_run public.allocation_runs;
  v_terms int;
  v_first int;
  v_last int;
  v_snapshot uuid;
  v_written jsonb;
  v_before jsonb;
begin
  select * into v_line from public.job_lines
  where id = p_job_line and archived_at is null
    and org_id in (select private.orgs_with_right('allocationPlanner.view'));
  if not found then
    raise exception '%', private.no_such('job line', p_job_line::text) using errcode = 'RC404';
  end if;
  v_run := private.hold_lines(v_line.allocation_run, 'Saying when a job line is worked');
  perform private.give_reason(p_reason);
  v_terms := cardinality(v_run.term_weeks);
  v_first := coalesce(p_first_term, 1);
  v_last := coalesce(p_last_term, v_terms);
  if v_first not between 1 and v_terms then
    perform private.refuse_faults(jsonb_build_array(jsonb_build_object(
      'path', 'p_first_term', 'message', format('must be a term of the year, 1 to %s', v_terms))));
  elsif v_last not between v_first and v_terms then
    perform private.refuse_faults(jsonb_build_array(jsonb_build_object(
      'path', 'p_last_term', 'message', format('must be a term from %s to %s', v_first, v_terms))));
  end if;
  -- Nobody else writes lines while the run is held.
  select * into v_line from public.job_lines where id = p_job_line;
  if v_line.is_locked then
    raise exception 'The job line "%" is pinned; it stays as it is until it is unpinned.', v_line.name using errcode = 'RC409';
  end if;

  v_snapshot := private.keep_snapshot(v_run.org_id, v_run.id, 'kept', null, auth.uid());
  perform private.year_goes_on();
  v_before := private.result_lines(v_run.id);
  v_written := private.write_line_terms(v_run, p_job_line, v_first, v_last);
  perform private.mark_matches(v_run.id);
  return v_written || jsonb_build_object('snapshot', v_snapshot,
    'doctors', private.note_line_changes(v_run.id, v_before, p_reason) -> 'doctors');
end
$$;
comment on function public.set_job_line_terms(uuid, int, int, text) is
  'Says in which terms a job line is worked; rotations and leave of others go.';
revoke all on function public.set_job_line_terms(uuid, int, int, text) from public, anon, authenticated, service_role;
grant execute on function public.set_job_line_terms(uuid, int, int, text) to authenticated;

-- private.change_faults(run, options): what is wrong with the changes that a replan is to take along, as faults
-- {path, message}: they need a day, and nothing that lies before it changes; positions, lines and doctors are the
-- allocation run's, lines are not pinned, doctors take part.
-- Called by planner.prepare_run(), which has found the run for who asks. Security definer: terms are not
-- theirs to ask for. Nothing for who does not see plans of its org.
-- p_options: {from, changes: {posts?: [{position, term, posts}], lines?: [{job_line, first_term?, last_term?}],
-- leavers?: [{worker_mapping}], reason?}}, of the shape private.planner_run_shape()
create function private.change_faults(p_allocation_run uuid, p_options jsonb)
returns jsonb
language sql
stable
security definer
set search_path = ''
as $$
  with run as (
    select r.* from public.allocation_runs r
    where r.id = p_allocation_run
      and (auth.uid() is null or r.org_id in (select private.orgs_with_right('allocationPlanner.view')))
  ), day as (
    select count(*) filter (where t.starts_on < (p_options ->> 'from')::date)::int as frozen, count(*)::int as terms
    from run cross join lateral private.terms(run.starts_on, run.term_weeks) as t
  ), post as (
    select e.n - 1 as n, (v ->> 'position')::uuid as position, (v ->> 'term')::int as term
    from jsonb_array_elements(p_options #> '{changes,posts}') with ordinality as e (v, n)
  ), line as (
    select e.n - 1 as n, (v ->> 'job_line')::uuid as id, coalesce((v ->> 'first_term')::int, 1) as first_term,
           coalesce((v ->> 'last_term')::int, day.terms) as last_term
    from jsonb_array_elements(p_options #> '{changes,lines}') with ordinality as e (v, n), day
  ), leaver as (
    select e.n - 1 as n, (v ->> 'worker_mapping')::uuid as id
    from jsonb_array_elements(p_options #> '{changes,leavers}') with ordinality as e (v, n)
  ), fault (path, message) as (
    select 'options.changes', 'only a replan from a day on takes changes along'
    where not p_options ? 'from' or p_options ->> 'mode' is distinct from 'replan'
    union all
    select format('options.changes.posts[%s].term', n), format('must be a term that begins on that day or later, %s to %s', frozen + 1, terms)
    from post, day where term not between frozen + 1 and terms
    union all
    select format('options.changes.posts[%s].position', n), 'there is no such position'
    from post where not exists (select from public.positions p where p.id = post.position and p.org_id = (select org_id from run))
    union all
    select format('options.changes.posts[%s]', max(n)), 'this position and term stand there twice'
    from post group by position, term having count(*) > 1
    union all
    select format('options.changes.lines[%s].job_line', n), case when l.id is null then 'there is no such job line'
      else format('"%s" is pinned; unpin it first', l.name) end
    from line left join public.job_lines l on l.id = line.id and l.allocation_run = p_allocation_run and l.archived_at is null
    where l.id is null or l.is_locked
    union all
    select format('options.changes.lines[%s]', max(n)), 'this job line stands there twice' from line group by id having count(*) > 1
    union all
    select format('options.changes.lines[%s].last_term', n), format('must be a term from %s to %s', greatest(first_term, frozen), terms)
    from line, day where last_term not between greatest(first_term, frozen) and terms
    union all
    -- What was worked stays worked: a line may begin later than it did only where it has not begun.
    select format('options.changes.lines[%s].first_term', n), format('"%s" was worked before that day; it cannot begin after it', l.name)
    from line join public.job_lines l on l.id = line.id, day
    where exists (
      select from public.rotations r where r.job_line = l.id and r.term <= day.frozen and r.term < line.first_term)
    union all
    select format('options.changes.lines[%s].first_term', n), format('"%s" cannot begin in a term that lies before that day', l.name)
    from line join public.job_lines l on l.id = line.id, day
    where line.first_term <= day.frozen and line.first_term < coalesce(l.first_term, 1)
    union all
    select format('options.changes.leavers[%s].worker_mapping', n), 'there is no such doctor in this allocation run, or they left'
    from leaver where not exists (
      select from public.allocation_run_worker_mappings m
      where m.id = leaver.id and m.allocation_run = p_allocation_run and m.withdrawn_at is null)
    union all
    select format('options.changes.leavers[%s]', max(n)), 'this doctor stands there twice' from leaver group by id having count(*) > 1
  )
  select coalesce(jsonb_agg(jsonb_build_object('path', path, 'message', message) order by path), '[]')
  from fault where exists (select from run)
$$;
comment on function private.change_faults(uuid, jsonb) is
  'What is wrong with the changes of posts, lines and doctors that a replan is to take along.';
revoke all on function private.change_faults(uuid, jsonb) from public, anon, authenticated, service_role;
grant execute on function private.change_faults(uuid, jsonb) to authenticated, service_role;

-- planner.apply_changes(run): writes the changes that a replan from a day on takes along (options.changes, see
-- private.change_faults()), before its lines: how many posts there are from then on, in which terms lines are worked, and
-- who leaves. A snapshot of the lines is kept first. Nothing where a run takes none along.
-- Called by planner.commit_run() in the transaction that writes the lines, so that all of it comes or nothing. Security
-- definer: engines write neither posts nor doctors. Raises RC409 where a doctor left meanwhile.
create function planner.apply_changes(p_planner_run uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  v_run public.allocation_planner_runs;
  v_parent public.allocation_runs;
  v_changes jsonb;
  v_reason text;
  v_leavers uuid[];
begin
  select * into v_run from public.allocation_planner_runs where id = p_planner_run;
  perform private.require_engine_claim(v_run.org_id);
  v_changes := v_run.options -> 'changes';
  if v_changes is null then
    return;
  end if;
  select * into v_parent from public.allocation_runs where id = v_run.allocation_run;
  v_reason := private.give_reason(v_changes ->> 'reason');
  perform private.keep_snapshot(v_run.org_id, v_run.allocation_run, 'planner_run', v_run.id, v_run.requested_by);

  -- No more is asked to be filled than there is.
  insert into public.allocation_run_positions (org_id, allocation_run, position, term, posts)
  select v_run.org_id, v_run.allocation_run, (p ->> 'position')::uuid, (p ->> 'term')::smallint, (p ->> 'posts')::smallint
  from jsonb_array_elements(v_changes -> 'posts') as p
  on conflict (allocation_run, position, term) do update set
    posts = excluded.posts, minimum_fill = least(allocation_run_positions.minimum_fill, excluded.posts);
  perform private.write_line_terms(v_parent, (l ->> 'job_line')::uuid, coalesce((l ->> 'first_term')::int, 1),
    coalesce((l ->> 'last_term')::int, cardinality(v_parent.term_weeks)))
  from jsonb_array_elements(v_changes -> 'lines') as l;

  v_leavers := array(select (l ->> 'worker_mapping')::uuid from jsonb_array_elements(v_changes -> 'leavers') as l);
  if private.let_doctors_go(v_run.allocation_run, v_leavers, v_reason, (v_run.options ->> 'from')::date)
    <> cardinality(v_leavers) then
    raise exception 'Somebody who was to leave has left meanwhile.' using errcode = 'RC409';
  end if;
end
$$;
comment on function planner.apply_changes(uuid) is
  'Writes the changes of posts, lines and doctors that a replan from a day on takes along.';
revoke all on function planner.apply_changes(uuid) from public, anon, authenticated, service_role;
grant execute on function planner.apply_changes(uuid) to receptor_engine;
